//! A worker's process as its host sees it: pipes, its end, and a kill.

use std::{
    io,
    os::{
        fd::{AsFd as _, OwnedFd},
        unix::process::ExitStatusExt as _,
    },
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
        match self {
            // An error means that it is dead already.
            Self::Started(child) => drop(child.start_kill()),
            Self::Forked(forked) => forked.kill(),
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
    /// `None` while it is dropped.
    handle: Option<AsyncFd<OwnedFd>>,
    status: Option<ExitStatus>,
}

impl Forked {
    /// Nobody but this process waits for the child, so the id is its own, even if it has ended.
    fn adopt(id: Pid) -> anyhow::Result<Self> {
        Self::hold(id).inspect_err(|_| {
            let _ = rustix::process::kill_process(id, Signal::KILL);
            let _ = waitid(WaitId::Pid(id), WaitIdOptions::EXITED);
        })
    }

    #[expect(unsafe_code, reason = "the handle owns its descriptor and keeps it open")]
    fn hold(id: Pid) -> anyhow::Result<Self> {
        let handle = pidfd_open(id, PidfdFlags::empty()).context("get hold of a worker")?;
        let handle = Some(unsafe { AsyncFd::register(handle) }?);
        let mut forked = Self {
            id,
            handle,
            status: None,
        };
        // Some kernels make it somebody else's child, whom this process cannot wait for.
        forked.try_wait().context("wait for a worker")?;
        Ok(forked)
    }

    fn try_wait(&mut self) -> io::Result<Option<ExitStatus>> {
        if self.status.is_none()
            && let Some(handle) = &self.handle
        {
            let ended = waitid(
                WaitId::PidFd(handle.as_fd()),
                WaitIdOptions::EXITED | WaitIdOptions::NOHANG,
            )?;
            self.status = ended.map(|ended| status_of(&ended));
        }
        Ok(self.status)
    }

    fn kill(&self) {
        if let Some(handle) = &self.handle {
            // An error means that it is dead already.
            let _ = pidfd_send_signal(handle, Signal::KILL);
        }
    }

    async fn wait(&mut self) -> io::Result<ExitStatus> {
        loop {
            if let Some(status) = self.try_wait()? {
                return Ok(status);
            }
            let Some(handle) = &self.handle else {
                return Err(io::ErrorKind::NotFound.into());
            };
            handle.readable().await?.retain_ready();
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
        self.kill();
        if !matches!(self.try_wait(), Ok(None)) {
            return;
        }
        let Some(handle) = self.handle.take().map(AsyncFd::into_inner) else {
            return;
        };
        // The kernel frees its memory first, which may take long. One that nobody waits for would stay in the list of
        // processes.
        let wait = move || {
            let _ = waitid(WaitId::PidFd(handle.as_fd()), WaitIdOptions::EXITED);
        };
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn_blocking(wait)),
            Err(_) => wait(),
        }
    }
}
