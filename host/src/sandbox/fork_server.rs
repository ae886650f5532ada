//! Workers by fork: a process that has the guest mapped and instantiated, and has run no script, copies itself for each
//! worker. A copy is made in a millisecond, where a program that starts from nothing takes tens.
//!
//! The host asks over a socket: the paths of the two folders, and with them the worker's ends of its three pipes. The
//! answer is the worker's process id. The worker is made a child of the host and not of the server (`CLONE_PARENT`), so
//! that the host waits for it and kills it like any other child.
//!
//! Siblings share their address layout, stack canary and pointer guard: whoever takes over one worker's native code, knows
//! where another's lies. A server whose worker crashed is therefore replaced. Pages are copied before they are written, so none sees what another does.

use std::{
    ffi::OsStr,
    io::{self, Read, Write},
    os::{
        fd::{AsFd, AsRawFd, FromRawFd, OwnedFd},
        unix::{ffi::OsStrExt, net::UnixStream},
    },
    path::PathBuf,
    process::Stdio,
    time::Duration,
};

use anyhow::{Context, bail, ensure};
use rustix::process::Pid;
use sendfd::{RecvWithFd, SendWithFd};
use tokio::process::{Child, Command};

use super::{Settings, folders::RunFolder, worker};

/// How long the server may take to be ready, and to answer. It takes milliseconds, but the machine may be busy.
const ANSWER_MAX: Duration = Duration::from_secs(30);

/// Bytes of a request: two paths.
const REQUEST_MAX_BYTES: usize = 16 << 10;

/// What the server says when it can fork. Whatever else it says is why it cannot.
const READY: &[u8] = b"ready";

/// Bytes of the server's first words that are read.
const SAID_MAX_BYTES: usize = 2 << 10;

/// The host's end. The server ends when this is dropped.
pub struct ForkServer {
    socket: UnixStream,
    // Its folders are empty; killed when dropped.
    _folder: RunFolder,
    _child: Child,
}

impl ForkServer {
    /// Starts the server and waits until it is ready. Blocks.
    pub fn start(settings: &Settings, folder: RunFolder) -> anyhow::Result<Self> {
        let (mut socket, theirs) = UnixStream::pair().context("make a socket")?;
        socket.set_read_timeout(Some(ANSWER_MAX))?;
        socket.set_write_timeout(Some(ANSWER_MAX))?;
        let child = Command::new(&settings.worker_program)
            .arg(worker::FORK_SERVER)
            .args([settings.guest.image(), &folder.data(), &folder.out()])
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::from(OwnedFd::from(theirs)))
            .stdout(Stdio::null())
            // What it has to say is an operator's business.
            .stderr(Stdio::inherit())
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("start the sandbox's fork server {}", settings.worker_program.display()))?;
        let mut said = [0; SAID_MAX_BYTES];
        let bytes = uninterrupted(|| socket.read(&mut said)).context("hear of the sandbox's fork server")?;
        ensure!(
            said[..bytes] == *READY,
            "the sandbox's fork server could not start: {}",
            if bytes == 0 {
                "it ended without a word".into()
            } else {
                String::from_utf8_lossy(&said[..bytes])
            }
        );
        Ok(Self {
            socket,
            _folder: folder,
            _child: child,
        })
    }

    /// Makes a worker with these folders and pipes (standard input, output, error). Blocks for about a millisecond.
    pub fn fork(&mut self, folder: &RunFolder, pipes: &[OwnedFd; 3]) -> anyhow::Result<Pid> {
        let request = [
            folder.data().as_os_str().as_bytes(),
            folder.out().as_os_str().as_bytes(),
        ]
        .join(&0);
        ensure!(request.len() <= REQUEST_MAX_BYTES, "the run folder's path is too long");
        let descriptors = pipes.each_ref().map(AsRawFd::as_raw_fd);
        let sent = uninterrupted(|| self.socket.send_with_fd(&request, &descriptors)).context("ask for a worker")?;
        ensure!(sent == request.len(), "half a request for a worker was sent");
        let mut answer = [0; 4];
        self.socket.read_exact(&mut answer).context("hear of a worker")?;
        match i32::from_ne_bytes(answer) {
            id @ 1.. => Pid::from_raw(id).context("a worker without an id"),
            error => Err(io::Error::from_raw_os_error(-error)).context("fork a worker"),
        }
    }
}

/// Does `call` again for as long as signals interrupt it: a socket with a time limit gives up at each.
fn uninterrupted<T>(mut call: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    loop {
        match call() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            ended => return ended,
        }
    }
}

/// What a copy of the server is to do.
pub struct Work {
    pub data: PathBuf,
    pub out: PathBuf,
}

/// Tells the host why there will be no workers.
pub fn refuse(error: &anyhow::Error) {
    if let Ok(socket) = io::stdin().as_fd().try_clone_to_owned() {
        // A host that does not listen is gone.
        let _ = UnixStream::from(socket).write_all(format!("{error:#}").as_bytes());
    }
}

/// Serves at the socket that is this process's standard input. Returns in each worker with what it is to do, and with
/// nothing in the server itself, once its host is gone. The process must have one thread.
pub fn serve() -> anyhow::Result<Option<Work>> {
    let mut socket = UnixStream::from(io::stdin().as_fd().try_clone_to_owned()?);
    socket.write_all(READY)?;
    let mut request = vec![0; REQUEST_MAX_BYTES];
    loop {
        let mut pipes = [0; 3];
        let received = uninterrupted(|| socket.recv_with_fd(&mut request, &mut pipes));
        let (bytes, received) = received.context("listen to the host")?;
        if bytes == 0 {
            return Ok(None);
        }
        ensure!(received == pipes.len(), "a request for a worker came without its pipes");
        let pipes = pipes.map(own);
        let paths = request[..bytes].split(|byte| *byte == 0).collect::<Vec<_>>();
        let [data, out] = paths[..] else {
            bail!("a request for a worker does not name two folders")
        };
        match fork_beside() {
            Ok(None) => {
                drop(socket);
                become_worker(pipes)?;
                let path = |bytes| PathBuf::from(OsStr::from_bytes(bytes));
                return Ok(Some(Work {
                    data: path(data),
                    out: path(out),
                }));
            }
            Ok(Some(id)) => socket.write_all(&id.to_ne_bytes())?,
            Err(error) => socket.write_all(&(-error.raw_os_error().unwrap_or(libc::EAGAIN)).to_ne_bytes())?,
        }
    }
}

#[expect(unsafe_code, reason = "the kernel has just made this descriptor for us")]
fn own(descriptor: i32) -> OwnedFd {
    unsafe { OwnedFd::from_raw_fd(descriptor) }
}

/// Copies this process as a sibling: its parent is this process's own. `None` in the copy, its id here.
#[expect(
    unsafe_code,
    reason = "the process has one thread, so the copy finds every lock open; it gets copies of all memory"
)]
fn fork_beside() -> io::Result<Option<i32>> {
    let flags = (libc::CLONE_PARENT | libc::SIGCHLD) as usize;
    match unsafe { libc::syscall(libc::SYS_clone, flags, 0_usize, 0_usize, 0_usize, 0_usize) } {
        0 => Ok(None),
        id if id > 0 => Ok(Some(id as i32)),
        _ => Err(io::Error::last_os_error()),
    }
}

/// Takes the pipes as the standard three, in place of the server's socket, and leaves the server's process group.
#[expect(unsafe_code, reason = "nothing here owns the three descriptors that are replaced")]
fn become_worker(pipes: [OwnedFd; 3]) -> anyhow::Result<()> {
    rustix::process::setpgid(None, None)?;
    for (pipe, standard) in pipes.iter().zip(0..) {
        if unsafe { libc::dup2(pipe.as_raw_fd(), standard) } < 0 {
            return Err(io::Error::last_os_error()).context("take the worker's pipes");
        }
    }
    Ok(())
}
