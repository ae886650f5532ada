//! A worker's process as its host sees it: pipes, its end, and a kill.

use std::{
    io,
    os::{fd::OwnedFd, unix::process::ExitStatusExt as _},
    process::{ExitStatus, Stdio},
};

use anyhow::Context;
use rustix::process::{
    Pid, PidfdFlags, Signal, WaitId, WaitIdOptions, WaitIdStatus, pidfd_open, pidfd_send_signal, waitid,
};
use tokio::{io::unix::AsyncFd, net::unix::pipe, process::Child};

use super::{Settings, folders::RunFolder, fork_server::ForkServer, worker};

/// The host's ends of a worker's pipes.
pub struct Pipes {
    pub stdin: pipe::Sender,
    pub stdout: pipe::Receiver,
    pub stderr: pipe::Receiver,
}

impl Pipes {
    /// The pipes, and the worker's ends of them.
    fn new() -> io::Result<(Self, [OwnedFd; 3])> {
        let (their_stdin, stdin) = io::pipe()?;
        let (stdout, their_stdout) = io::pipe()?;
        let (stderr, their_stderr) = io::pipe()?;
        let ours = Self {
            stdin: pipe::Sender::from_owned_fd(stdin.into())?,
            stdout: pipe::Receiver::from_owned_fd(stdout.into())?,
            stderr: pipe::Receiver::from_owned_fd(stderr.into())?,
        };
        Ok((ours, [their_stdin.into(), their_stdout.into(), their_stderr.into()]))
    }
}

/// A child of this process. Killed when dropped.
pub enum Process {
    /// A program that was started.
    Started(Child),
    /// A copy of the fork server.
    Forked(Forked),
}

impl Process {
    /// Starts the worker program for one worker.
    pub fn start(settings: &Settings, folder: &RunFolder) -> anyhow::Result<(Self, Pipes)> {
        let (pipes, [stdin, stdout, stderr]) = Pipes::new().context("make a worker's pipes")?;
        let child = tokio::process::Command::new(&settings.worker_program)
            .arg(worker::SUBCOMMAND)
            .args([settings.guest.image(), &folder.data(), &folder.out()])
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::from(stdin))
            .stdout(Stdio::from(stdout))
            .stderr(Stdio::from(stderr))
            // A terminal's Ctrl-C is for the host, which then stops its runs.
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("start the sandbox worker {}", settings.worker_program.display()))?;
        Ok((Self::Started(child), pipes))
    }

    /// Has `server` fork a worker.
    pub fn fork(server: &mut ForkServer, folder: &RunFolder) -> anyhow::Result<(Self, Pipes)> {
        let (pipes, theirs) = Pipes::new().context("make a worker's pipes")?;
        let id = server.fork(folder, &theirs)?;
        Ok((Self::Forked(Forked::adopt(id)?), pipes))
    }

    /// The process id, unless the process has ended and was waited for.
    pub fn id(&self) -> Option<Pid> {
        match self {
            Self::Started(child) => child.id().and_then(|id| Pid::from_raw(id.cast_signed())),
            Self::Forked(forked) => forked.status.is_none().then_some(forked.id),
        }
    }

    pub fn lives(&mut self) -> bool {
        match self {
            Self::Started(child) => matches!(child.try_wait(), Ok(None)),
            Self::Forked(forked) => matches!(forked.try_wait(), Ok(None)),
        }
    }

    pub fn kill(&mut self) {
        // An error means that it is dead already.
        match self {
            Self::Started(child) => drop(child.start_kill()),
            Self::Forked(forked) => drop(pidfd_send_signal(&forked.handle, Signal::KILL)),
        }
    }

    pub async fn wait(&mut self) -> io::Result<ExitStatus> {
        match self {
            Self::Started(child) => child.wait().await,
            Self::Forked(forked) => forked.wait().await,
        }
    }
}

/// A child that this process did not start itself.
pub struct Forked {
    id: Pid,
    handle: AsyncFd<OwnedFd>,
    status: Option<ExitStatus>,
}

impl Forked {
    #[expect(unsafe_code, reason = "the handle owns its descriptor and keeps it open")]
    fn adopt(id: Pid) -> anyhow::Result<Self> {
        // Nobody but this process waits for it, so the id is still its own, even if it has ended.
        let handle = pidfd_open(id, PidfdFlags::empty()).context("get hold of a worker")?;
        Ok(Self {
            id,
            handle: unsafe { AsyncFd::register(handle) }?,
            status: None,
        })
    }

    fn try_wait(&mut self) -> io::Result<Option<ExitStatus>> {
        if self.status.is_none() {
            let handle = WaitId::PidFd(std::os::fd::AsFd::as_fd(&self.handle));
            let ended = waitid(handle, WaitIdOptions::EXITED | WaitIdOptions::NOHANG)?;
            self.status = ended.map(|ended| status_of(&ended));
        }
        Ok(self.status)
    }

    async fn wait(&mut self) -> io::Result<ExitStatus> {
        loop {
            if let Some(status) = self.try_wait()? {
                return Ok(status);
            }
            self.handle.readable().await?.retain_ready();
        }
    }
}

/// In the form that `wait` gives: the exit code in the second byte, or the signal in the first.
fn status_of(ended: &WaitIdStatus) -> ExitStatus {
    let code = ended.exit_status().map(|code| code << 8);
    ExitStatus::from_raw(code.or(ended.terminating_signal()).unwrap_or_default())
}

impl Drop for Forked {
    fn drop(&mut self) {
        if self.status.is_some() {
            return;
        }
        // A killed process ends at once, and one that nobody waits for would stay in the list of processes.
        let _ = pidfd_send_signal(&self.handle, Signal::KILL);
        let handle = WaitId::PidFd(std::os::fd::AsFd::as_fd(&self.handle));
        let _ = waitid(handle, WaitIdOptions::EXITED);
    }
}
