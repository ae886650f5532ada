//! The real program in a process of its own, on a data folder of its own.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;
use tempfile::TempDir;

use crate::test_sandbox::PROGRAM;

/// Everything takes less than this, also on a busy machine.
pub const PATIENCE: Duration = Duration::from_mins(2);

/// A folder that the user of PostgreSQL can get into, whoever runs the tests.
pub struct Folder {
    pub path: PathBuf,
    _folder: TempDir,
}

impl Folder {
    pub fn new() -> Self {
        let folder = tempfile::Builder::new()
            .permissions(PermissionsExt::from_mode(0o755))
            .tempdir()
            .unwrap();
        Self {
            path: folder.path().canonicalize().unwrap(),
            _folder: folder,
        }
    }

    pub fn data(&self) -> PathBuf {
        self.path.join("data")
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = command(arguments);
        command.env("GLOVEBOX_DATA", self.data());
        command
    }

    /// The process of the database, while it runs.
    pub fn postmaster(&self) -> Option<u32> {
        let file = fs::read_to_string(self.data().join("postgres/postmaster.pid")).ok()?;
        let pid = file.lines().next()?.parse().ok()?;
        Path::new(&format!("/proc/{pid}")).exists().then_some(pid)
    }
}

/// A server that takes its settings from its arguments alone.
pub struct Server {
    pub process: Child,
    pub address: String,
    pub metrics_address: String,
    log: Arc<Mutex<String>>,
    reader: Option<thread::JoinHandle<()>>,
}

impl Server {
    pub fn start(folder: &Folder, settings: &[(&str, &str)]) -> Self {
        Self::run(folder, &["serve", "--listen", "127.0.0.1:0"], settings)
    }

    /// Runs `glovebox` with these arguments, until it says that it is ready. A worker has no address.
    pub fn run(folder: &Folder, arguments: &[&str], settings: &[(&str, &str)]) -> Self {
        let mut process = folder
            .command(arguments)
            .env("GLOVEBOX_METRICS_LISTEN", "127.0.0.1:0")
            .envs(settings.iter().copied())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let log = Arc::new(Mutex::new(String::new()));
        let stderr = BufReader::new(process.stderr.take().unwrap());
        let writer = log.clone();
        let reader = thread::spawn(move || {
            for line in stderr.lines() {
                let mut log = writer.lock().unwrap();
                log.push_str(&line.unwrap());
                log.push('\n');
            }
        });
        let mut server = Self {
            process,
            address: String::new(),
            metrics_address: String::new(),
            log,
            reader: Some(reader),
        };
        let until = Instant::now() + PATIENCE;
        let ready = loop {
            let log = server.log();
            let mut lines = log.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
            if let Some(ready) = lines.find(|line| line["message"] == "ready") {
                break ready;
            }
            assert!(server.process.try_wait().unwrap().is_none(), "it ended: {log}");
            assert!(Instant::now() < until, "it is not ready: {log}");
            thread::sleep(Duration::from_millis(20));
        };
        if let Some(listen) = ready["listen"].as_str() {
            listen.clone_into(&mut server.address);
        }
        let metrics = ready["metrics"].as_str().unwrap();
        let metrics = metrics
            .strip_prefix("http://")
            .and_then(|rest| rest.strip_suffix("/metrics"));
        metrics.unwrap().clone_into(&mut server.metrics_address);
        server
    }

    pub fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    pub fn get(&self, path: &str) -> (u16, String) {
        let head = format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
        exchange(&self.address, &head)
    }

    pub fn post(&self, path: &str, body: &str) -> (u16, String) {
        let length = body.len();
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\n\
             content-length: {length}\r\n\r\n{body}"
        );
        exchange(&self.address, &head)
    }

    pub fn metrics(&self) -> String {
        let head = "GET /metrics HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
        exchange(&self.metrics_address, head).1
    }

    /// A request that the server has and that lacks its body.
    pub fn begin_request(&self) -> TcpStream {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let head = "POST /api/v1/sessions HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\
                    content-type: application/json\r\ncontent-length: 2\r\nexpect: 100-continue\r\n\r\n";
        stream.write_all(head.as_bytes()).unwrap();
        // The handler asks for the body by this, so it has begun.
        let mut answer = [0; 25];
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.read_exact(&mut answer).unwrap();
        assert_eq!(&answer, b"HTTP/1.1 100 Continue\r\n\r\n");
        stream
    }

    pub fn signal(&self, name: &str) {
        signal(self.process.id(), name);
    }

    pub fn stop(self) -> ExitStatus {
        self.signal("TERM");
        self.wait()
    }

    /// Stops it and then looks at it.
    pub fn stop_and(mut self, look: impl FnOnce(&Self)) {
        self.signal("TERM");
        self.ended();
        look(&self);
    }

    pub fn wait(mut self) -> ExitStatus {
        self.ended()
    }

    fn ended(&mut self) -> ExitStatus {
        let until = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.process.try_wait().unwrap() {
                if let Some(reader) = self.reader.take() {
                    reader.join().unwrap();
                }
                return status;
            }
            assert!(Instant::now() < until, "it does not stop: {}", self.log());
            thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Server {
    /// A test that failed leaves no server and no database behind.
    fn drop(&mut self) {
        if let Ok(None) = self.process.try_wait() {
            for _ in 0..2 {
                self.signal("TERM");
                thread::sleep(Duration::from_millis(500));
            }
            self.process.wait().ok();
        }
    }
}

pub fn command(arguments: &[&str]) -> Command {
    command_of(Path::new(PROGRAM), arguments)
}

pub fn command_of(program: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null());
    // What the developer has set is not for these.
    for name in [
        "DATABASE_URL",
        "GLOVEBOX_DATA",
        "GLOVEBOX_LISTEN",
        "GLOVEBOX_LOG",
        "RUST_LOG",
    ] {
        command.env_remove(name);
    }
    command
}

pub fn exchange(address: &str, request: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
}

pub fn signal(pid: u32, name: &str) {
    Command::new("kill")
        .args([&format!("-{name}"), &pid.to_string()])
        .status()
        .unwrap();
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

pub fn until(what: &str, condition: impl Fn() -> bool) {
    let until = Instant::now() + PATIENCE;
    while !condition() {
        assert!(Instant::now() < until, "{what} never came");
        thread::sleep(Duration::from_millis(20));
    }
}
