//! The same work in a fresh CPython process.

use std::{
    path::Path,
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::Command,
};

/// One run of a script in a fresh process on one thread: the time to each printed line, then to its end.
pub async fn run(python: &Path, script: &str, folder: &Path) -> Result<(Vec<(String, Duration)>, Duration)> {
    let began = Instant::now();
    let mut child = Command::new(python)
        .args(["-u", "-c", script])
        .current_dir(folder)
        .env("POLARS_MAX_THREADS", "1")
        .env("MPLBACKEND", "Agg")
        .stdout(Stdio::piped())
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .with_context(|| format!("starting {}", python.display()))?;
    let mut lines = BufReader::new(child.stdout.take().context("the peer has no standard output")?).lines();
    let mut times = Vec::new();
    while let Some(line) = lines.next_line().await.context("reading what the peer prints")? {
        times.push((line, began.elapsed()));
    }
    let status = child.wait().await.context("waiting for the peer")?;
    ensure!(status.success(), "the peer script failed: {status}");
    Ok((times, began.elapsed()))
}

/// Whether this Python has a module.
pub async fn has(python: &Path, module: &str) -> bool {
    let asked = Command::new(python)
        .args(["-c", &format!("import {module}")])
        .stderr(Stdio::null())
        .status()
        .await;
    asked.is_ok_and(|status| status.success())
}
