//! Questions answered without a model: real tables, their real profiles, scripts in the real sandbox, and figures that
//! are counted a second time here.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::OnceLock,
};

use glovebox::{
    files::profile::{self, Found, Hints, Profile},
    offline::{Exchange, Ran, Situation, Step, Table, next},
    sandbox::{Guest, Sandbox, Settings, Task},
};
use glovebox_sdk::{Event, Outcome, Stream};
use tempfile::TempDir;

use crate::{
    command::{skip, workspace},
    test_sandbox::PROGRAM,
};

/// A sandbox and the tables in play.
struct Bench {
    sandbox: Sandbox,
    folder: TempDir,
    tables: Vec<Loaded>,
}

struct Loaded {
    name: String,
    path: PathBuf,
    profile: Profile,
}

/// What a question has come to.
#[derive(Debug, Default)]
struct Turn {
    scripts: Vec<String>,
    outputs: Vec<String>,
    faults: Vec<String>,
    /// What was said on the way.
    said: Vec<String>,
    answer: String,
    /// The images that were made, by name.
    charts: Vec<(String, Vec<u8>)>,
}

impl Bench {
    async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let settings = Settings {
            guest: guest(),
            worker_program: Path::new(PROGRAM).to_owned(),
            warm_workers: 0,
            runs_dir: folder.path().join("runs"),
        };
        let sandbox = Sandbox::start(settings).await.unwrap();
        Self {
            sandbox,
            folder,
            tables: Vec::new(),
        }
    }

    /// With tables of `examples/data`.
    async fn with(names: &[&str]) -> Self {
        let mut bench = Self::start().await;
        for name in names {
            bench.load(&workspace().join("examples/data").join(name)).await;
        }
        bench
    }

    /// With one table of this text.
    async fn of(name: &str, text: &str) -> Self {
        let mut bench = Self::start().await;
        bench.add(name, text).await;
        bench
    }

    async fn add(&mut self, name: &str, text: &str) {
        let path = self.folder.path().join(name);
        fs::write(&path, text).unwrap();
        self.load(&path).await;
    }

    async fn load(&mut self, path: &Path) {
        let hints = Hints {
            exact_bytes: 64 << 20,
            quotes: true,
            tabs: false,
        };
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let draft = match profile::run(&self.sandbox, path, hints).await.unwrap() {
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
            columns: draft.columns,
        };
        self.tables.push(Loaded {
            name,
            path: path.to_owned(),
            profile,
        });
    }

    async fn ask(&self, question: &str) -> Turn {
        self.ask_after(&[], question).await
    }

    /// Asks, follows every step, and comes back with the answer.
    async fn ask_after(&self, earlier: &[&str], question: &str) -> Turn {
        let tables: Vec<Table<'_>> = self
            .tables
            .iter()
            .map(|table| Table {
                name: &table.name,
                profile: &table.profile,
            })
            .collect();
        let earlier: Vec<Exchange<'_>> = earlier
            .iter()
            .map(|question| Exchange { question, script: None })
            .collect();
        let mut turn = Turn::default();
        let mut runs: Vec<(String, bool, String, Vec<String>, Option<String>)> = Vec::new();
        loop {
            let files: Vec<Vec<&str>> = runs
                .iter()
                .map(|run| run.3.iter().map(String::as_str).collect())
                .collect();
            let ran: Vec<Ran<'_>> = runs
                .iter()
                .zip(&files)
                .map(|((script, succeeded, output, _, fault), files)| Ran {
                    script,
                    succeeded: *succeeded,
                    output,
                    files,
                    fault: fault.as_deref(),
                })
                .collect();
            let step = next(&Situation {
                question,
                earlier: &earlier,
                tables: &tables,
                runs: &ran,
            });
            match step {
                Step::Say(answer) => {
                    turn.answer = answer;
                    return turn;
                }
                Step::Run { say, script } => {
                    assert!(runs.len() < 4, "{question}: it never ends\n{script}");
                    turn.said.push(say);
                    turn.scripts.push(script.clone());
                    let run = self.run(script, &mut turn).await;
                    runs.push(run);
                }
            }
        }
    }

    async fn run(&self, script: String, turn: &mut Turn) -> (String, bool, String, Vec<String>, Option<String>) {
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
            if artifact.name.ends_with(".png") {
                let bytes = fs::read(finished.out.path().join(&artifact.name)).unwrap();
                turn.charts.push((artifact.name.clone(), bytes));
            }
        }
        turn.outputs.push(output.clone());
        turn.faults.extend(fault.clone());
        (script, fault.is_none(), output, files, fault)
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

#[tokio::test]
async fn tries() {
    let Ok(list) = std::env::var("OFFLINE_TRIES") else {
        return;
    };
    let out = PathBuf::from(std::env::var("OFFLINE_OUT").unwrap());
    let mut bench = Bench::start().await;
    let mut earlier: Vec<String> = Vec::new();
    for line in fs::read_to_string(list)
        .unwrap()
        .lines()
        .filter(|line| !line.is_empty())
    {
        if let Some(files) = line.strip_prefix("@") {
            bench.tables.clear();
            earlier.clear();
            for file in files.split(' ') {
                bench.load(&PathBuf::from(file)).await;
            }
            println!("################ {files}");
            continue;
        }
        let question = line.strip_prefix("+ ").unwrap_or(line);
        if question == line {
            earlier.clear();
        }
        let before: Vec<&str> = earlier.iter().map(String::as_str).collect();
        let turn = bench.ask_after(&before, question).await;
        earlier.push(question.to_owned());
        println!("======== {line}");
        if std::env::var("OFFLINE_SCRIPTS").is_ok() {
            for (script, output) in turn.scripts.iter().zip(&turn.outputs) {
                println!("{script}\n--- output\n{output}");
            }
        }
        for fault in &turn.faults {
            println!("!!!!! FAULT {fault}\n{}", turn.scripts[0]);
        }
        println!("{}", turn.answer);
        for (name, bytes) in &turn.charts {
            fs::write(out.join(name), bytes).unwrap();
        }
    }
}
