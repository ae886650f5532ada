//! The peer: the same script under CPython with the real polars and matplotlib, by `host/tests/peer/run.py`.

use std::{
    env,
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use serde_json::{Map, Value, json};

use crate::command::{skip, workspace};

/// One CPython that runs script after script, so that polars and matplotlib are imported once.
pub struct Peer {
    process: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Peer {
    /// The Python that `GLOVEBOX_PEER_PYTHON` names. None, and said aloud, where it is not set; a named one that is
    /// missing is a mistake, not a reason to skip.
    pub fn start() -> Option<Self> {
        let Some(python) = env::var_os("GLOVEBOX_PEER_PYTHON").map(PathBuf::from) else {
            skip("nothing is compared with CPython: GLOVEBOX_PEER_PYTHON is not set; ./dev test sets it");
            return None;
        };
        assert!(
            python.is_file(),
            "GLOVEBOX_PEER_PYTHON names {}, which is not a file",
            python.display()
        );
        let mut process = Command::new(python)
            .arg(workspace().join("host/tests/peer/run.py"))
            .arg("--serve")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // Warnings of the real libraries; what goes wrong comes in the answer.
            .stderr(Stdio::null())
            .spawn()
            .expect("CPython starts");
        let requests = process.stdin.take().expect("its stdin is piped");
        let answers = BufReader::new(process.stdout.take().expect("its stdout is piped"));
        Some(Self {
            process,
            requests,
            answers,
        })
    }

    /// Runs a script over files and returns what `run.py` says of it.
    pub fn run(&mut self, script: &Path, data: &[PathBuf], parameters: &[(&str, &str)]) -> Value {
        let value = |text: &str| serde_json::from_str(text).unwrap_or_else(|_| json!(text));
        let parameters: Map<String, Value> = parameters
            .iter()
            .map(|(key, text)| ((*key).to_owned(), value(text)))
            .collect();
        let request = json!({"script": script, "data": data, "params": parameters});
        writeln!(self.requests, "{request}").expect("CPython takes the request");
        let mut answer = String::new();
        self.answers.read_line(&mut answer).expect("CPython answers");
        serde_json::from_str(&answer).unwrap_or_else(|error| {
            panic!(
                "{}: CPython ended or answered with no JSON ({error}): {answer:?}",
                script.display()
            )
        })
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
