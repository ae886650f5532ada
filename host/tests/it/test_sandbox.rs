//! A real sandbox with worker processes, around a test guest.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use glovebox::sandbox::{Finished, Guest, Run, Sandbox, Settings, Task};
use glovebox_sdk::{Event, FileDigest, LimitKind, Limits, Outcome, Stream};
use tempfile::TempDir;

use crate::test_guest::TestGuest;

/// The program whose hidden subcommand is a worker.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_glovebox");

pub struct TestSandbox {
    pub folder: TempDir,
    pub sandbox: Sandbox,
}

/// A run that is over, with everything it told.
pub struct Told {
    pub finished: Finished,
    pub output: String,
    pub events: Vec<Event>,
}

impl TestSandbox {
    pub async fn start(guest: TestGuest) -> Self {
        Self::with_program(guest, Path::new(PROGRAM), 1).await.unwrap()
    }

    pub async fn with_program(guest: TestGuest, program: &Path, warm_workers: usize) -> anyhow::Result<Self> {
        Self::with_memory(guest, program, warm_workers, u64::MAX).await
    }

    /// The same, where all runs together have so many bytes of memory.
    pub async fn with_memory(
        guest: TestGuest,
        program: &Path,
        warm_workers: usize,
        memory_max_bytes: u64,
    ) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir().unwrap();
        let guest = prepare(guest, folder.path())?;
        let sandbox = Sandbox::start(Settings {
            guest,
            worker_program: program.to_owned(),
            warm_workers,
            runs_dir: folder.path().join("runs"),
            memory_max_bytes,
        })
        .await?;
        Ok(Self { folder, sandbox })
    }

    /// Makes a file of the user's.
    pub fn input(&self, name: &str, bytes: impl AsRef<[u8]>) -> (String, PathBuf) {
        let path = self.folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        (name.to_owned(), path)
    }

    pub async fn begin(&self, task: Task) -> Run {
        self.sandbox.run(task).await.unwrap()
    }

    pub async fn run(&self, task: Task) -> Told {
        told(self.begin(task).await).await
    }
}

/// Compiles a guest in `folder`.
pub fn prepare(guest: TestGuest, folder: &Path) -> anyhow::Result<Guest> {
    let wasm = folder.join("guest.wasm");
    fs::write(&wasm, wat::parse_str(guest.into_wat()).unwrap()).unwrap();
    Guest::prepare(&wasm, &folder.join("cache"))
}

/// Waits until something holds that must come to hold, however busy the machine is.
pub async fn eventually(what: &str, holds: impl Fn() -> bool) {
    for _ in 0..3000 {
        if holds() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("waited in vain until {what}");
}

/// Follows a run to its end.
pub async fn told(mut run: Run) -> Told {
    let (mut events, mut output) = (Vec::new(), String::new());
    while let Some(event) = run.next().await {
        match event {
            Event::Output {
                stream: Stream::Stdout,
                text,
            } => output.push_str(&text),
            event => events.push(event),
        }
    }
    Told {
        finished: run.finish().await.unwrap(),
        output,
        events,
    }
}

impl Told {
    pub fn outcome(&self) -> &Outcome {
        &self.finished.report.outcome
    }

    pub fn outputs(&self) -> &[FileDigest] {
        &self.finished.report.receipt.outputs
    }

    /// Asserts that the run was done and printed these lines.
    pub fn assert_printed(&self, lines: &[&str]) {
        assert_eq!(
            self.outcome(),
            &Outcome::Done { result: None },
            "printed {:?}",
            self.output
        );
        assert_eq!(self.output.lines().collect::<Vec<_>>(), lines);
    }

    pub fn assert_limit(&self, kind: LimitKind, limits: &Limits) {
        match self.outcome() {
            Outcome::Limit { limit, size, message } => {
                assert_eq!((*limit, *size), (kind, kind.size(limits)));
                assert!(!message.is_empty());
            }
            other => panic!("expected the limit {kind:?}, got {other:?}; printed {:?}", self.output),
        }
        assert_eq!(self.finished.report.receipt.outcome, "limit");
    }

    /// Asserts that the sandbox failed and said so with `words`.
    pub fn assert_crashed(&self, words: &str) {
        match self.outcome() {
            Outcome::Crashed { message } => assert!(message.contains(words), "{message:?} does not say {words:?}"),
            other => panic!("expected a crash, got {other:?}; printed {:?}", self.output),
        }
    }
}

/// A task for a test guest, which has no use for a script.
pub fn task() -> Task {
    Task::new("script.py", "")
}

pub fn task_with(limits: Limits) -> Task {
    Task { limits, ..task() }
}
