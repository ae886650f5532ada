//! The binary, run as a user runs it: `glovebox run … --json`.

use std::{
    io::{self, Write as _},
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

/// The root of the workspace.
pub fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("host lies in the workspace")
        .to_path_buf()
}

/// Runs a script over files, its output going to `out`, and returns the one object that `--json` prints. Panics when
/// what was printed is not JSON: every way to end has its JSON.
pub fn run_json(script: &Path, data: &[PathBuf], parameters: &[(&str, &str)], out: &Path) -> Value {
    let mut command = Command::new(env!("CARGO_BIN_EXE_glovebox"));
    command.arg("run").arg(script).arg("--json").arg("--out").arg(out);
    for path in data {
        command.arg("--data").arg(path);
    }
    for (key, value) in parameters {
        command.arg("--param").arg(format!("{key}={value}"));
    }
    let output = command.output().expect("the binary starts");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
        panic!(
            "{}: `glovebox run --json` ended with {} and printed no JSON ({error})\nstdout: {}\nstderr: {}",
            script.display(),
            output.status,
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr),
        )
    })
}

/// How a run ended when it did not end well, in a line for the reader of a failed test; none when it is `done`.
pub fn not_done(report: &Value) -> Option<String> {
    let outcome = report["outcome"].as_str().unwrap_or("no outcome at all");
    if outcome == "done" {
        return None;
    }
    let error = &report["error"];
    Some(format!(
        "{outcome}: {}: {} (line {}, limit {}, hint {})",
        error["type"].as_str().unwrap_or("-"),
        error["message"].as_str().unwrap_or("-"),
        error["line"],
        report["limit"],
        error["hint"],
    ))
}

/// Tells that a test has nothing to run on. Written past the test runner's capture, so that it is seen although the
/// test passes.
pub fn skip(why: &str) {
    let _ = writeln!(io::stderr(), "skipped: {why}");
}
