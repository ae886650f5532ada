//! Asks the provider that needs no model: over real tables with their real profiles, its scripts in the real sandbox.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::OnceLock,
};

use glovebox::{
    files::{
        profile::{self, Found, Hints, Profile},
        settings::ReadingSettings,
    },
    rules::{Exchange, NamedProfile, NextStep, Ran, Situation, next},
    sandbox::{Guest, Sandbox, Settings, Task},
};
use glovebox_sdk::{Event, Outcome, Stream};
use tempfile::TempDir;

use crate::{command::workspace, test_sandbox::PROGRAM};

/// A sandbox and the tables in play.
pub struct Bench {
    sandbox: Sandbox,
    folder: TempDir,
    pub tables: Vec<Loaded>,
}

pub struct Loaded {
    pub name: String,
    pub path: PathBuf,
    pub profile: Profile,
}

/// A script that has run.
struct Run {
    script: String,
    output: String,
    files: Vec<String>,
    fault: Option<String>,
}

/// What a question has come to.
#[derive(Debug, Default)]
pub struct Turn {
    pub scripts: Vec<String>,
    pub faults: Vec<String>,
    /// What was said on the way.
    pub said: Vec<String>,
    pub answer: String,
    /// What the last script printed, and its last expression.
    pub output: String,
    /// Everything that was left, images with their bytes.
    pub files: Vec<(String, Vec<u8>)>,
}

/// A table, read a second time by plain means.
pub struct Sheet {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Bench {
    pub async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let settings = Settings {
            guest: guest(),
            worker_program: Path::new(PROGRAM).to_owned(),
            warm_workers: 0,
            runs_dir: folder.path().join("runs"),
            memory_max_bytes: u64::MAX,
        };
        let sandbox = Sandbox::start(settings).await.unwrap();
        Self {
            sandbox,
            folder,
            tables: Vec::new(),
        }
    }

    pub fn sandbox(&self) -> &Sandbox {
        &self.sandbox
    }

    /// What a script prints that reads these files.
    pub async fn printed(&self, script: &str, inputs: Vec<(String, PathBuf)>) -> String {
        let mut task = Task::new("script.py", script);
        task.inputs = inputs;
        let mut run = self.sandbox.run(task).await.unwrap();
        let mut output = String::new();
        while let Some(event) = run.next().await {
            if let Event::Output {
                stream: Stream::Stdout,
                text,
            } = event
            {
                output.push_str(&text);
            }
        }
        let outcome = run.finish().await.unwrap().report.outcome;
        assert!(matches!(outcome, Outcome::Done { .. }), "{outcome:?}\n{script}");
        output
    }

    /// With tables of `examples/data`.
    pub async fn with(names: &[&str]) -> Self {
        let mut bench = Self::start().await;
        for name in names {
            bench.load(&workspace().join("examples/data").join(name)).await;
        }
        bench
    }

    /// With one table of this text.
    pub async fn of(name: &str, text: &str) -> Self {
        let mut bench = Self::start().await;
        bench.add(name, text).await;
        bench
    }

    pub async fn add(&mut self, name: &str, text: &str) {
        let path = self.folder.path().join(name);
        fs::write(&path, text).unwrap();
        self.load(&path).await;
    }

    pub async fn load(&mut self, path: &Path) {
        let hints = Hints {
            exact_bytes: 64 << 20,
            quotes: true,
            tabs: false,
            settings: ReadingSettings::default(),
        };
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let draft = match profile::run(&self.sandbox, path, &hints).await.unwrap() {
            Found::Table(draft) => draft,
            other => panic!("{name} is no table: {other:?}"),
        };
        let text = |byte: u8| char::from(byte).to_string();
        let profile = Profile {
            delimiter: text(draft.dialect.delimiter),
            quote: draft.dialect.quote.map(text),
            encoding: "utf-8".to_owned(),
            header: draft.header,
            row_count: draft.profiled_rows,
            column_count: draft.column_count,
            sampled: draft.sampled,
            profiled_rows: draft.profiled_rows,
            layout: draft.layout,
            read: draft.read,
            read_text: draft.read_text,
            notes: draft.notes,
            columns: draft.columns,
        };
        self.tables.push(Loaded {
            name,
            path: path.to_owned(),
            profile,
        });
    }

    /// The tables as the provider is told of them.
    pub fn told(&self) -> Vec<NamedProfile<'_>> {
        self.tables
            .iter()
            .map(|table| NamedProfile {
                name: &table.name,
                profile: &table.profile,
            })
            .collect()
    }

    pub async fn ask(&self, question: &str) -> Turn {
        self.ask_after(&[], question).await
    }

    /// Asks, follows every step, and comes back with the answer.
    pub async fn ask_after(&self, earlier: &[&str], question: &str) -> Turn {
        let tables = self.told();
        let earlier: Vec<Exchange<'_>> = earlier
            .iter()
            .map(|question| Exchange { question, script: None })
            .collect();
        let mut turn = Turn::default();
        let mut runs: Vec<Run> = Vec::new();
        loop {
            let files: Vec<Vec<&str>> = runs
                .iter()
                .map(|run| run.files.iter().map(String::as_str).collect())
                .collect();
            let ran: Vec<Ran<'_>> = runs
                .iter()
                .zip(&files)
                .map(|(run, files)| Ran {
                    script: &run.script,
                    succeeded: run.fault.is_none(),
                    output: &run.output,
                    files,
                    fault: run.fault.as_deref(),
                })
                .collect();
            let step = next(&Situation {
                question,
                earlier: &earlier,
                tables: &tables,
                runs: &ran,
            });
            match step {
                NextStep::Say(answer) => {
                    turn.answer = answer;
                    return turn;
                }
                NextStep::Run { say, script } => {
                    assert!(runs.len() < 4, "{question}: it never ends\n{script}");
                    turn.said.push(say);
                    turn.scripts.push(script.clone());
                    let run = self.run(script, &mut turn).await;
                    turn.output.clone_from(&run.output);
                    runs.push(run);
                }
            }
        }
    }

    async fn run(&self, script: String, turn: &mut Turn) -> Run {
        let mut task = Task::new("script.py", &script);
        task.inputs = self
            .tables
            .iter()
            .map(|table| (table.name.clone(), table.path.clone()))
            .collect();
        let mut run = self.sandbox.run(task).await.unwrap();
        let mut output = String::new();
        while let Some(event) = run.next().await {
            if let Event::Output {
                stream: Stream::Stdout,
                text,
            } = event
            {
                output.push_str(&text);
            }
        }
        let finished = run.finish().await.unwrap();
        let fault = match &finished.report.outcome {
            Outcome::Done { result } => {
                output.push_str(result.as_deref().unwrap_or_default());
                None
            }
            Outcome::Fault(fault) => Some(format!("{}: {} (line {:?})", fault.kind, fault.message, fault.line)),
            other => Some(format!("{other:?}")),
        };
        let mut files = Vec::new();
        for artifact in &finished.report.artifacts {
            files.push(artifact.name.clone());
            let bytes = fs::read(finished.out.path().join(&artifact.name)).unwrap();
            turn.files.push((artifact.name.clone(), bytes));
        }
        turn.faults.extend(fault.clone());
        Run {
            script,
            output,
            files,
            fault,
        }
    }
}

impl Turn {
    pub fn charts(&self) -> Vec<&str> {
        self.images().map(|(name, _)| name.as_str()).collect()
    }

    /// CSV files with their bytes.
    pub fn tables(&self) -> Vec<&(String, Vec<u8>)> {
        self.ending("csv").collect()
    }

    fn images(&self) -> impl Iterator<Item = &(String, Vec<u8>)> {
        self.ending("png")
    }

    fn ending(&self, ending: &str) -> impl Iterator<Item = &(String, Vec<u8>)> {
        self.files
            .iter()
            .filter(move |(name, _)| Path::new(name).extension().is_some_and(|extension| extension == ending))
    }

    /// What is wrong with it, if anything: no faults, these words in the answer, and a chart of some size that is named.
    pub fn wrong(&self, words: &[String], chart: bool) -> Option<String> {
        let mut wrong: Vec<String> = self.faults.clone();
        wrong.extend(
            words
                .iter()
                .filter(|word| !self.answer.contains(*word))
                .map(|word| format!("no {word:?}")),
        );
        if chart == self.charts().is_empty() {
            wrong.push(format!("charts: {:?}", self.charts()));
        }
        for (name, bytes) in self.images() {
            if !bytes.starts_with(b"\x89PNG") || bytes.len() < 5_000 || !self.answer.contains(name.as_str()) {
                wrong.push(format!("{name} of {} bytes", bytes.len()));
            }
        }
        let script = self.scripts.last().map_or("(no script)", String::as_str);
        (!wrong.is_empty()).then(|| format!("{}\n{}\n--- script\n{script}", wrong.join("; "), self.answer))
    }
}

impl Sheet {
    pub fn of(path: &Path, delimiter: u8) -> Self {
        let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_path(path).unwrap();
        let text = |record: &csv::StringRecord| record.iter().map(str::to_owned).collect::<Vec<_>>();
        let header = text(reader.headers().unwrap());
        let rows = reader.records().map(|record| text(&record.unwrap())).collect();
        Self { header, rows }
    }

    pub fn example(name: &str) -> Self {
        Self::of(&workspace().join("examples/data").join(name), b',')
    }

    fn at(&self, column: &str) -> usize {
        self.header
            .iter()
            .position(|name| name == column)
            .unwrap_or_else(|| panic!("{column}"))
    }

    pub fn keep(&self, column: &str, test: impl Fn(&str) -> bool) -> Self {
        let at = self.at(column);
        Self {
            header: self.header.clone(),
            rows: self.rows.iter().filter(|row| test(&row[at])).cloned().collect(),
        }
    }

    pub fn is(&self, column: &str, value: &str) -> Self {
        self.keep(column, |text| text == value)
    }

    pub fn len(&self) -> f64 {
        self.rows.len() as f64
    }

    pub fn texts(&self, column: &str) -> Vec<String> {
        let at = self.at(column);
        self.rows.iter().map(|row| row[at].clone()).collect()
    }

    /// The values that are numbers.
    pub fn numbers(&self, column: &str) -> Vec<f64> {
        let at = self.at(column);
        self.rows.iter().filter_map(|row| row[at].parse().ok()).collect()
    }

    pub fn sum(&self, column: &str) -> f64 {
        self.numbers(column).iter().sum()
    }

    pub fn mean(&self, column: &str) -> f64 {
        self.sum(column) / self.numbers(column).len() as f64
    }

    pub fn median(&self, column: &str) -> f64 {
        let mut numbers = self.numbers(column);
        numbers.sort_by(f64::total_cmp);
        let middle = numbers.len() / 2;
        if numbers.len() % 2 == 1 {
            numbers[middle]
        } else {
            f64::midpoint(numbers[middle - 1], numbers[middle])
        }
    }

    pub fn std(&self, column: &str) -> f64 {
        let (numbers, mean) = (self.numbers(column), self.mean(column));
        let squares: f64 = numbers.iter().map(|number| (number - mean).powi(2)).sum();
        (squares / (numbers.len() as f64 - 1.0)).sqrt()
    }

    pub fn max(&self, column: &str) -> f64 {
        self.numbers(column).into_iter().fold(f64::MIN, f64::max)
    }

    pub fn min(&self, column: &str) -> f64 {
        self.numbers(column).into_iter().fold(f64::MAX, f64::min)
    }

    /// Pearson's, over the rows where both are numbers.
    pub fn correlation(&self, one: &str, other: &str) -> f64 {
        let (a, b) = (self.at(one), self.at(other));
        let number = |text: &str| text.parse::<f64>().ok();
        let pairs: Vec<(f64, f64)> = self
            .rows
            .iter()
            .filter_map(|row| number(&row[a]).zip(number(&row[b])))
            .collect();
        let count = pairs.len() as f64;
        let (x, y) = pairs
            .iter()
            .fold((0.0, 0.0), |(x, y), (a, b)| (x + a / count, y + b / count));
        let sum = |term: &dyn Fn(f64, f64) -> f64| pairs.iter().map(|(a, b)| term(a - x, b - y)).sum::<f64>();
        sum(&|a, b| a * b) / (sum(&|a, _| a * a) * sum(&|_, b| b * b)).sqrt()
    }

    /// A figure of each group, highest first.
    pub fn by(&self, column: &str, figure: impl Fn(&Self) -> f64) -> Vec<(String, f64)> {
        let at = self.at(column);
        let mut names: Vec<&String> = self.rows.iter().map(|row| &row[at]).collect();
        names.sort();
        names.dedup();
        let mut groups: Vec<(String, f64)> = names
            .into_iter()
            .map(|name| (name.clone(), figure(&self.is(column, name))))
            .filter(|(_, figure)| figure.is_finite())
            .collect();
        groups.sort_by(|a, b| b.1.total_cmp(&a.1));
        groups
    }
}

/// A number as answers write it.
pub fn number(value: f64, decimals: usize) -> String {
    let text = format!("{:.decimals$}", value.abs());
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let mut grouped = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let sign = if value < 0.0 { "-" } else { "" };
    if decimals == 0 {
        format!("{sign}{grouped}")
    } else {
        format!("{sign}{grouped}.{fraction}")
    }
}

fn guest() -> Guest {
    static GUEST: OnceLock<Guest> = OnceLock::new();
    let prepare = || {
        let config = glovebox::config::Config::from_env().unwrap();
        glovebox::app::guest(&config.guest, &config.cache.join("compiled")).unwrap()
    };
    GUEST.get_or_init(prepare).clone()
}
