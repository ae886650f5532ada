//! Runs cases in one sandbox, and looks after each that the world around it is as before.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant, SystemTime},
};

use anyhow::{Context, Result, bail, ensure};
use futures_util::{StreamExt, stream};
use glovebox_sdk::{Event, Outcome, Receipt, Stream};
use serde::Serialize;
use tempfile::TempDir;

use super::cases::{Case, told};
use crate::sandbox::{Sandbox, Task};

/// The file that every case gets.
const INPUT: &str = "region,amount\nWest,10\nEast,20\n";

/// What an ordinary tenant runs, and what it prints.
const CANARY: &str = "import csv\nprint(sum(int(row['amount']) for row in csv.DictReader(open('sales.csv'))))\n";
const CANARY_PRINTS: &str = "30\n";

/// The instant that every clock of a case shows: the start of 2026, in milliseconds since the Unix epoch.
const CLOCK_UNIX_MS: u64 = 1_767_225_600_000;

/// Runs of the canary by itself before the abuse begins.
const CANARY_ALONE: usize = 50;

/// A case that did not go as it must.
#[derive(Debug, Serialize)]
pub struct Surprise {
    pub class: &'static str,
    pub name: &'static str,
    /// What is wrong, beginning with what happened instead.
    pub what: String,
}

/// What the canary took, in microseconds.
#[derive(Debug, Serialize)]
pub struct Latency {
    pub runs: usize,
    pub p50_us: u64,
    pub p99_us: u64,
}

/// The canary by itself and beside the abuse.
#[derive(Debug, Serialize)]
pub struct Canary {
    pub alone: Latency,
    pub beside: Latency,
}

/// A sandbox with an input and a file that no script has any business with.
#[derive(Clone)]
pub struct Grounds {
    sandbox: Sandbox,
    folder: Arc<TempDir>,
    before: Arc<Vec<Seen>>,
}

/// A file as it was.
#[derive(Debug, PartialEq, Eq)]
struct Seen {
    path: PathBuf,
    bytes: Vec<u8>,
    modified: SystemTime,
    readonly: bool,
}

struct Ended {
    outcome: Outcome,
    printed: String,
    receipt: Receipt,
    wall: Duration,
}

impl Grounds {
    /// Fails where the machine cannot hold the files, or an ordinary run does not work in the first place.
    pub fn prepare(sandbox: Sandbox) -> Result<Self> {
        let folder = tempfile::tempdir().context("making a folder")?;
        fs::write(folder.path().join("sales.csv"), INPUT).context("writing the input")?;
        fs::write(folder.path().join("secret.txt"), "secret").context("writing the secret")?;
        let before = Arc::new(seen(folder.path())?);
        Ok(Self {
            sandbox,
            folder: Arc::new(folder),
            before,
        })
    }

    /// Runs `cases`, so many at once, and hands each result to `tell` as it comes. The results are in any order.
    pub async fn run(
        &self,
        cases: Vec<Case>,
        parallel: usize,
        mut tell: impl FnMut(&Case, Option<&Surprise>),
    ) -> Result<Vec<Surprise>> {
        let first = self.canary().await?;
        let mut surprises = Vec::new();
        let fuel = first.receipt.fuel_used;
        let mut results = stream::iter(cases)
            .map(|case| async {
                let surprise = self.try_case(&case, fuel).await;
                (case, surprise)
            })
            .buffer_unordered(parallel);
        while let Some((case, surprise)) = results.next().await {
            let surprise = surprise?;
            tell(&case, surprise.as_ref());
            surprises.extend(surprise);
        }
        Ok(surprises)
    }

    /// The same, while the canary runs again and again beside it.
    pub async fn run_beside_canary(
        &self,
        cases: Vec<Case>,
        parallel: usize,
        tell: impl FnMut(&Case, Option<&Surprise>),
    ) -> Result<(Vec<Surprise>, Canary)> {
        let mut alone = Vec::new();
        for _ in 0..CANARY_ALONE {
            alone.push(self.canary().await?.wall);
        }
        let over = AtomicBool::new(false);
        let canary = async {
            let mut beside = Vec::new();
            while !over.load(Ordering::Relaxed) {
                beside.push(self.canary().await?.wall);
            }
            anyhow::Ok(beside)
        };
        let abuse = async {
            let surprises = self.run(cases, parallel, tell).await;
            over.store(true, Ordering::Relaxed);
            surprises
        };
        let (surprises, beside) = tokio::join!(abuse, canary);
        let canary = Canary {
            alone: latency(alone),
            beside: latency(beside?),
        };
        Ok((surprises?, canary))
    }

    async fn try_case(&self, case: &Case, canary_fuel: Option<u64>) -> Result<Option<Surprise>> {
        let ended = self.ended(case.script.clone(), Some(case)).await?;
        let mut wrong = Vec::new();
        if !case.expected.is(&ended.outcome, &ended.printed) {
            wrong.push(told(&ended.outcome, &ended.printed));
        }
        if seen(self.folder.path())? != *self.before {
            wrong.push("it changed files outside of its output folder".to_owned());
        }
        match self.canary().await {
            Ok(next) if next.receipt.fuel_used == canary_fuel => {}
            Ok(next) => wrong.push(format!(
                "the next run took {:?} units of fuel instead of {canary_fuel:?}",
                next.receipt.fuel_used
            )),
            Err(error) => wrong.push(format!("the next run failed: {error:#}")),
        }
        Ok((!wrong.is_empty()).then(|| Surprise {
            class: case.class,
            name: case.name,
            what: wrong.join("; "),
        }))
    }

    /// An ordinary run. Fails where it does not end as it always does.
    async fn canary(&self) -> Result<Ended> {
        let ended = self.ended(CANARY.to_owned(), None).await?;
        ensure!(
            ended.printed == CANARY_PRINTS,
            "an ordinary script ended differently: {}",
            told(&ended.outcome, &ended.printed)
        );
        Ok(ended)
    }

    async fn ended(&self, script: String, case: Option<&Case>) -> Result<Ended> {
        let mut task = Task::new("abuse.py", script);
        task.inputs = vec![("sales.csv".to_owned(), self.folder.path().join("sales.csv"))];
        task.clock_unix_ms = CLOCK_UNIX_MS;
        if let Some(case) = case {
            task.limits = case.limits.clone();
        }
        let begun = Instant::now();
        let mut run = self.sandbox.run(task).await.context("starting a run")?;
        let mut printed = String::new();
        while let Some(event) = run.next().await {
            if let Event::Output {
                stream: Stream::Stdout,
                text,
            } = event
            {
                printed.push_str(&text);
            }
        }
        let finished = run.finish().await.context("finishing a run")?;
        Ok(Ended {
            outcome: finished.report.outcome,
            receipt: finished.report.receipt,
            printed,
            wall: begun.elapsed(),
        })
    }
}

/// Every file of `folder`, sorted.
fn seen(folder: &Path) -> Result<Vec<Seen>> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).context("listing the folder of inputs")? {
        let path = entry.context("listing the folder of inputs")?.path();
        let metadata = fs::symlink_metadata(&path).with_context(|| path.display().to_string())?;
        if !metadata.is_file() {
            bail!("{} is not a file any more", path.display());
        }
        all.push(Seen {
            bytes: fs::read(&path).with_context(|| path.display().to_string())?,
            modified: metadata.modified().context("the time of a file")?,
            readonly: metadata.permissions().readonly(),
            path,
        });
    }
    all.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(all)
}

fn latency(mut walls: Vec<Duration>) -> Latency {
    walls.sort();
    let at = |percent: usize| {
        let place = (walls.len() * percent).div_ceil(100).saturating_sub(1);
        walls.get(place).map_or(0, |wall| wall.as_micros() as u64)
    };
    Latency {
        runs: walls.len(),
        p50_us: at(50),
        p99_us: at(99),
    }
}
