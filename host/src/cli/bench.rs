//! `glovebox bench`: what this machine does, each figure beside its peer, measured in the same run.

mod figure;
mod loops;
mod peer;
mod server;
mod stops;
mod table;
mod turns;

use std::{
    collections::BTreeMap,
    io::Write as _,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use figure::{Figure, report};
use glovebox_sdk::{Event, Limits, Outcome, Stream};

use super::{BenchArgs, Exit};
use crate::{
    app,
    config::Config,
    sandbox::{Sandbox, Task},
};

const SMALL: &str = include_str!("bench/small.py");
const CHART: &str = include_str!("bench/chart.py");
const ANALYSIS_POLARS: &str = include_str!("bench/analysis_polars.py");
const ANALYSIS_PANDAS: &str = include_str!("bench/analysis_pandas.py");

/// Workers kept ready while measuring.
const WARM_WORKERS: usize = 4;

/// Runs under way at once while counting runs a second: enough to keep two cores busy.
const RUNS_AT_ONCE: usize = 4;

/// Rows of the generated table, 5 columns and about 80 MB.
const BIG_ROWS: u64 = 2_000_000;

/// How often each thing is measured.
struct Counts {
    small: usize,
    chart: usize,
    throughput: Duration,
    starts: usize,
    stops: usize,
    rows: u64,
    big: usize,
    loops: usize,
    peers: usize,
    server: server::Counts,
    turns: turns::Counts,
}

impl Counts {
    fn new(quick: bool) -> Self {
        if quick {
            let throughput = Duration::from_millis(300);
            return Self {
                small: 20,
                chart: 3,
                throughput,
                starts: 5,
                stops: 20,
                rows: BIG_ROWS / 20,
                big: 1,
                loops: 1,
                peers: 1,
                server: server::Counts {
                    logins: 3,
                    transfers: 1,
                    pages: 10,
                    requests: throughput,
                    file_bytes: 10_000_000,
                    large_bytes: 50_000_000,
                    rows: 50_000,
                },
                turns: turns::Counts {
                    turns: 10,
                    stops: 10,
                    throughput,
                    kills: 1,
                },
            };
        }
        let throughput = Duration::from_secs(5);
        Self {
            small: 500,
            chart: 30,
            throughput,
            starts: 50,
            stops: 1000,
            rows: BIG_ROWS,
            big: 3,
            loops: 7,
            peers: 5,
            server: server::Counts {
                logins: 100,
                transfers: 20,
                pages: 500,
                requests: throughput,
                file_bytes: 100_000_000,
                large_bytes: 1_000_000_000,
                rows: 1_000_000,
            },
            turns: turns::Counts {
                turns: 300,
                stops: 300,
                throughput,
                kills: 5,
            },
        }
    }
}

/// Measures everything and prints it.
pub async fn bench(args: BenchArgs) -> Result<Exit> {
    let counts = Counts::new(args.quick);
    let bench = Bench {
        python: args.python,
        only: args.only,
        figures: Vec::new(),
    };
    let figures = bench.measure(&counts).await?;
    if args.json {
        let json = serde_json::json!({ "cores": std::thread::available_parallelism().map_or(0, usize::from), "figures": figures });
        writeln!(std::io::stdout(), "{json}").context("writing to standard output")?;
    } else {
        print!("{}", report(&figures));
    }
    Ok(Exit::Done)
}

struct Bench {
    python: PathBuf,
    only: Option<String>,
    figures: Vec<Figure>,
}

impl Bench {
    async fn measure(mut self, counts: &Counts) -> Result<Vec<Figure>> {
        let sandbox = app::sandbox(&Config::from_env()?, WARM_WORKERS, u64::MAX).await?;
        let peers = Peers::find(&self.python).await;
        let scratch = tempfile::tempdir().context("making a folder for the bench")?;
        if self.wants("small script") {
            self.small(&sandbox, &peers, counts, scratch.path()).await?;
        }
        if self.wants("runs a second") {
            tell("runs a second");
            let rate = throughput(&sandbox, counts.throughput).await?;
            self.figures
                .push(Figure::single("runs a second, a fresh process each", "runs/s", rate));
        }
        if self.wants("worker") {
            self.workers(&sandbox, counts).await?;
        }
        if self.wants("chart") {
            self.chart(&sandbox, &peers, counts, scratch.path()).await?;
        }
        if self.wants("loops") {
            tell("loops in plain Python");
            let python = peers.has("CPython").then_some(self.python.as_path());
            self.figures
                .extend(loops::measure(&sandbox, python, counts.loops, scratch.path()).await?);
        }
        if self.wants("analysis") {
            self.analysis(&sandbox, &peers, counts, scratch.path()).await?;
        }
        if self.wants("stop") {
            tell("stop");
            self.figures.extend(stops::measure(&sandbox, counts.stops).await?);
        }
        if self.wants("server") {
            tell("server");
            self.figures
                .extend(server::measure(&counts.server, scratch.path()).await?);
        }
        if self.wants("turns") {
            tell("turns");
            self.figures
                .extend(turns::measure(&counts.turns, scratch.path()).await?);
        }
        Ok(self.figures)
    }

    fn wants(&self, name: &str) -> bool {
        self.only.as_ref().is_none_or(|only| name.contains(only.as_str()))
    }

    async fn small(&mut self, sandbox: &Sandbox, peers: &Peers, counts: &Counts, folder: &Path) -> Result<()> {
        tell("small script, job to result");
        let times = repeat(sandbox, SMALL, counts.small).await?;
        self.figures.push(Figure::times("small script", "glovebox", times));
        tell("small script by a whole command");
        let script = folder.join("small.py");
        std::fs::write(&script, SMALL).context("writing the small script")?;
        let mut times = Vec::new();
        for _ in 0..counts.peers {
            times.push(ms(command(&script, folder).await?));
        }
        self.figures.push(Figure::times("small script", "glovebox run", times));
        for (who, script) in [
            ("CPython", SMALL),
            ("pandas", "import pandas\nprint(1 + 1)"),
            ("polars", "import polars\nprint(1 + 1)"),
        ] {
            self.peer("small script", who, peers, script, counts.peers, folder)
                .await?;
        }
        Ok(())
    }

    async fn chart(&mut self, sandbox: &Sandbox, peers: &Peers, counts: &Counts, folder: &Path) -> Result<()> {
        tell("a chart as PNG");
        let times = repeat(sandbox, CHART, counts.chart).await?;
        self.figures.push(Figure::times("chart", "glovebox", times));
        self.peer("chart", "matplotlib", peers, CHART, counts.peers, folder)
            .await
    }

    async fn peer(
        &mut self,
        name: &str,
        who: &str,
        peers: &Peers,
        script: &str,
        count: usize,
        folder: &Path,
    ) -> Result<()> {
        if !peers.has(who) {
            return Ok(());
        }
        let mut times = Vec::new();
        for _ in 0..count {
            times.push(ms(peer::run(&self.python, script, folder).await?.1));
        }
        self.figures.push(Figure::times(name, who, times));
        Ok(())
    }

    async fn workers(&mut self, sandbox: &Sandbox, counts: &Counts) -> Result<()> {
        tell("workers");
        let mut times = Vec::new();
        for _ in 0..counts.starts {
            times.push(ms(sandbox.time_worker_start().await?));
        }
        self.figures
            .push(Figure::times("a fresh worker's start", "glovebox", times));
        sandbox.warm().await;
        let mut private = Vec::new();
        for process in sandbox.idle_worker_ids() {
            private.push(private_mib(process)?);
        }
        ensure!(!private.is_empty(), "no worker is idle");
        private.sort_by(f64::total_cmp);
        self.figures.push(Figure::single(
            "private memory of an idle worker",
            "MiB",
            private[private.len() / 2],
        ));
        Ok(())
    }

    /// Each step of the 2-million-row analysis by the time at which its line is printed, in both libraries.
    async fn analysis(&mut self, sandbox: &Sandbox, peers: &Peers, counts: &Counts, folder: &Path) -> Result<()> {
        tell("the analysis of 2 million rows");
        let big = folder.join("big.csv");
        table::write(&big, counts.rows).context("writing the big table")?;
        for (who, script) in [("polars", ANALYSIS_POLARS), ("pandas", ANALYSIS_PANDAS)] {
            let title = format!("analysis in {who}");
            let mut ours = Steps::default();
            for _ in 0..counts.big {
                sandbox.warm().await;
                ours.add(&title, in_sandbox(sandbox, script, &big).await?);
            }
            self.figures.extend(ours.figures("glovebox"));
            if peers.has(who) {
                let mut steps = Steps::default();
                for _ in 0..counts.big {
                    steps.add(&title, peer::run(&self.python, script, folder).await?);
                }
                self.figures.extend(steps.figures(who));
            }
        }
        Ok(())
    }
}

fn tell(what: &str) {
    eprintln!("measuring: {what} …");
}

/// Which peers this Python has.
struct Peers(Vec<&'static str>);

impl Peers {
    async fn find(python: &Path) -> Self {
        let mut found = Vec::new();
        for (who, module) in [
            ("CPython", "sys"),
            ("pandas", "pandas"),
            ("polars", "polars"),
            ("matplotlib", "matplotlib"),
        ] {
            if peer::has(python, module).await {
                found.push(who);
            } else {
                eprintln!("{} has no {who}, so nothing is measured beside it", python.display());
            }
        }
        Self(found)
    }

    fn has(&self, who: &str) -> bool {
        self.0.contains(&who)
    }
}

/// Times of the analysis' steps over several runs.
#[derive(Default)]
struct Steps {
    names: Vec<String>,
    times: BTreeMap<String, Vec<f64>>,
}

impl Steps {
    fn add(&mut self, title: &str, (lines, whole): (Vec<(String, Duration)>, Duration)) {
        let mut before = Duration::ZERO;
        for (line, at) in lines {
            let name = line
                .trim_end()
                .trim_end_matches(|c: char| c.is_ascii_digit())
                .trim_end();
            self.push(&format!("{title}: {name}"), at.saturating_sub(before));
            before = at;
        }
        self.push(&format!("{title}, in all"), whole);
    }

    fn push(&mut self, name: &str, time: Duration) {
        if !self.times.contains_key(name) {
            self.names.push(name.to_owned());
        }
        self.times.entry(name.to_owned()).or_default().push(ms(time));
    }

    fn figures(self, who: &str) -> Vec<Figure> {
        let Self { names, mut times } = self;
        names
            .iter()
            .filter_map(|name| Some(Figure::times(name, who, times.remove(name)?)))
            .collect()
    }
}

/// A job of the bench's: the same clock and seed every time, and limits that it does not reach.
fn job(script: &str, inputs: Vec<(String, PathBuf)>) -> Task {
    let limits = Limits {
        fuel: u64::MAX / 4,
        ..Limits::default()
    };
    Task {
        inputs,
        limits,
        ..Task::new("bench.py", script)
    }
}

/// Times from job to result, one run after the other, each with a warm worker.
async fn repeat(sandbox: &Sandbox, script: &str, count: usize) -> Result<Vec<f64>> {
    let mut times = Vec::with_capacity(count);
    for _ in 0..count {
        sandbox.warm().await;
        let began = Instant::now();
        let finished = sandbox.run(job(script, Vec::new())).await?.finish().await?;
        times.push(ms(began.elapsed()));
        ensure!(
            matches!(finished.report.outcome, Outcome::Done { .. }),
            "the bench's script failed: {:?}",
            finished.report.outcome
        );
    }
    Ok(times)
}

async fn throughput(sandbox: &Sandbox, over: Duration) -> Result<f64> {
    let until = Instant::now() + over;
    let began = Instant::now();
    let mut lanes = tokio::task::JoinSet::new();
    for _ in 0..RUNS_AT_ONCE {
        let sandbox = sandbox.clone();
        lanes.spawn(async move {
            let mut runs = 0_u32;
            while Instant::now() < until {
                sandbox.run(job(SMALL, Vec::new())).await?.finish().await?;
                runs += 1;
            }
            anyhow::Ok(runs)
        });
    }
    let mut runs = 0;
    while let Some(lane) = lanes.join_next().await {
        runs += lane.context("a lane of runs")??;
    }
    Ok(f64::from(runs) / began.elapsed().as_secs_f64())
}

/// `glovebox run` from its start to its end.
async fn command(script: &Path, folder: &Path) -> Result<Duration> {
    let program = std::env::current_exe().context("finding this program")?;
    let began = Instant::now();
    let status = tokio::process::Command::new(program)
        .arg("run")
        .arg(script)
        .arg("--out")
        .arg(folder.join("out"))
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .status()
        .await
        .context("starting glovebox run")?;
    ensure!(status.success(), "glovebox run ended with {status}");
    Ok(began.elapsed())
}

async fn in_sandbox(sandbox: &Sandbox, script: &str, big: &Path) -> Result<(Vec<(String, Duration)>, Duration)> {
    let began = Instant::now();
    let mut run = sandbox
        .run(job(script, vec![("big.csv".to_owned(), big.to_owned())]))
        .await?;
    let (mut lines, mut line) = (Vec::new(), String::new());
    while let Some(event) = run.next().await {
        if let Event::Output {
            stream: Stream::Stdout,
            text,
        } = event
        {
            for piece in text.split_inclusive('\n') {
                line.push_str(piece);
                if line.ends_with('\n') {
                    lines.push((std::mem::take(&mut line), began.elapsed()));
                }
            }
        }
    }
    let finished = run.finish().await?;
    ensure!(
        matches!(finished.report.outcome, Outcome::Done { .. }),
        "the analysis failed: {:?}",
        finished.report.outcome
    );
    Ok((lines, began.elapsed()))
}

/// Memory that belongs to this process alone.
fn private_mib(process: u32) -> Result<f64> {
    let path = format!("/proc/{process}/smaps_rollup");
    let text = std::fs::read_to_string(&path).with_context(|| format!("reading {path}"))?;
    let kib: u64 = text
        .lines()
        .filter(|line| line.starts_with("Private_Clean:") || line.starts_with("Private_Dirty:"))
        .filter_map(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok())
        .sum();
    Ok(kib as f64 / 1024.0)
}

fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}
