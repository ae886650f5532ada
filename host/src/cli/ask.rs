//! `glovebox ask`: questions about files on this machine, without a server.

mod json;
mod lines;
mod tables;
mod view;

use std::{
    env, fs,
    io::{IsTerminal, Write, stdin, stdout},
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context, Result};
use clap::Args;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use super::{Exit, Usage};
use crate::{
    agent::{Agent, Budgets, Ended, Ending, Event, Exchange, Failure, MadeFile, RunEnded, Table, Turn, Writer},
    app, clock,
    config::Config,
    models::{Model, ModelError, Settings},
    objects::Spool,
    sandbox::OutFolder,
};
use lines::{Line, Lines};
use view::View;

#[derive(Args)]
pub struct AskArgs {
    /// The question. Without one, questions are read line by line.
    question: Option<String>,
    /// A CSV file, or a folder for the CSV files in it. Can be given several times. TSV, other delimiters and encodings,
    /// and a CSV in a zip are read as well.
    #[arg(long, short, value_name = "FILE", num_args = 1.., required = true)]
    data: Vec<PathBuf>,
    #[arg(
        long,
        value_name = "NAME",
        help = "Who answers: offline, gemini, anthropic, openai, or the address of a server that speaks OpenAI's chat \
                completions, such as http://localhost:11434"
    )]
    provider: Option<String>,
    /// The model's name at its provider.
    #[arg(long, value_name = "NAME")]
    model: Option<String>,
    /// Where charts and files go.
    #[arg(long, short, value_name = "DIR", default_value = "glovebox-out")]
    out: PathBuf,
    /// Print one JSON object when the answer is there, instead of showing it live.
    #[arg(long)]
    json: bool,
    /// Show each script and what it prints.
    #[arg(long)]
    show_script: bool,
}

/// Asks once, or until there are no more questions.
pub async fn ask(args: AskArgs) -> Result<Exit> {
    if args.json && args.question.is_none() {
        return Err(Usage("--json needs a question".to_owned()).into());
    }
    if args
        .question
        .as_ref()
        .is_some_and(|question| question.trim().is_empty())
    {
        return Err(Usage("the question is empty".to_owned()).into());
    }
    match dotenvy::dotenv() {
        Err(error) if !error.not_found() => return Err(Usage(format!("the file .env cannot be read: {error}")).into()),
        _ => {}
    }
    let files = tables::files(&args.data)?;
    let writer = writer(&args)?;
    let config = Config::from_env()?;
    let sandbox = app::sandbox(&config, 1).await?;
    let spool = Spool::claim(&Spool::place(&config.cache))?;
    let opened = tables::open(files, &sandbox, &spool).await?;
    let mut session = Session {
        agent: Agent {
            writer,
            sandbox,
            budgets: Budgets::default(),
        },
        tables: opened.tables,
        out: args.out,
        show_script: args.show_script,
        history: Vec::new(),
        files: Vec::new(),
        folders: Vec::new(),
    };
    match args.question {
        Some(question) if args.json => session.print_json(question).await,
        Some(question) => session.show(question).await,
        None => session.keep_asking().await,
    }
}

/// A conversation at the command line.
struct Session {
    agent: Agent,
    tables: Vec<Table>,
    out: PathBuf,
    show_script: bool,
    history: Vec<Exchange>,
    /// What the conversation's scripts have made.
    files: Vec<MadeFile>,
    /// Where that lies.
    folders: Vec<Arc<OutFolder>>,
}

impl Session {
    /// Answers live.
    async fn show(&mut self, question: String) -> Result<Exit> {
        let mut view = View::new(self.show_script);
        let ended = self.turn(question, &mut |event| view.take(event)).await?;
        view.over(&ended, &self.out);
        Ok(exit(&ended.ending))
    }

    /// Answers with one JSON object.
    async fn print_json(&mut self, question: String) -> Result<Exit> {
        let mut seen = json::Seen::default();
        let ended = self.turn(question, &mut |event| seen.take(event)).await?;
        let text = seen.json(&self.agent.writer, &ended, &self.out)?;
        writeln!(stdout(), "{text}").context("writing to standard output")?;
        Ok(exit(&ended.ending))
    }

    async fn keep_asking(&mut self) -> Result<Exit> {
        let mut lines = Lines::open()?;
        if stdin().is_terminal() {
            let names: Vec<&str> = self.tables.iter().map(|table| table.name.as_str()).collect();
            eprintln!("Ask about {}. Ctrl-C stops an answer, Ctrl-D ends.", names.join(", "));
        }
        let mut last = Exit::Done;
        loop {
            match lines.next().await? {
                Line::Question(question) => last = self.show(question).await?,
                Line::Nothing => {}
                Line::End if stdin().is_terminal() => return Ok(Exit::Done),
                Line::End => return Ok(last),
            }
        }
    }

    /// One turn. What it makes is put into the output folder and remembered.
    async fn turn(&mut self, question: String, show: &mut dyn FnMut(&Event)) -> Result<Ended> {
        let stop = CancellationToken::new();
        let mut interrupts = signal(SignalKind::interrupt()).context("listening for Ctrl-C")?;
        let mut answer = self.agent.answer(Turn {
            question,
            tables: self.tables.clone(),
            left_out: Vec::new(),
            files: self.files.clone(),
            prompts: Vec::new(),
            history: self.history.clone(),
            stop: stop.clone(),
            seed: 0,
            clock_unix_ms: clock::unix_ms(),
        });
        loop {
            let event = tokio::select! {
                event = answer.next() => event,
                _ = interrupts.recv() => {
                    if stop.is_cancelled() {
                        std::process::exit(130);
                    }
                    stop.cancel();
                    continue;
                }
            };
            let event = event.context("the turn ended without an end")?;
            if let Event::RunEnded { ended, .. } = &event {
                self.keep(ended)?;
            }
            show(&event);
            if let Event::Ended(ended) = event {
                self.history.push(ended.exchange.clone());
                return Ok(*ended);
            }
        }
    }

    fn keep(&mut self, run: &RunEnded) -> Result<()> {
        let made = run.out.path();
        for artifact in &run.report.artifacts {
            let path = made.join(&artifact.name);
            copy(&path, &self.out.join(&artifact.name))?;
            let name = artifact.name.clone();
            self.files.retain(|file| file.name != name);
            self.files.push(MadeFile { name, path });
        }
        if !run.report.artifacts.is_empty() {
            self.folders.push(Arc::clone(&run.out));
        }
        Ok(())
    }
}

/// Who answers, which is said where nobody chose.
fn writer(args: &AskArgs) -> Result<Writer> {
    let env = |name: &str| match (name, &args.model) {
        ("GLOVEBOX_MODEL", Some(model)) => Some(model.clone()),
        _ => env::var(name).ok().filter(|value| !value.is_empty()),
    };
    let settings = match &args.provider {
        Some(provider) => Settings::choose(provider, env("GLOVEBOX_MODEL").as_deref(), &env),
        None => Settings::read(&env),
    };
    let settings = settings.map_err(|error| Usage(format!("{error:#}")))?;
    let Some(settings) = settings else {
        if args.model.is_some() {
            let message = "--model needs a provider; set its key, or name it with --provider";
            return Err(Usage(message.to_owned()).into());
        }
        if args.provider.is_none() {
            eprintln!(
                "glovebox: no key of a model is set, so rules answer (--provider offline). Set ANTHROPIC_API_KEY, \
                 OPENAI_API_KEY or GOOGLE_API_KEY for a model."
            );
        }
        return Ok(Writer::Offline);
    };
    let model = Model::from_settings(settings).map_err(|error| Usage(format!("{error:#}")))?;
    if args.provider.is_none() {
        eprintln!("glovebox: {} answers ({}).", model.name(), model.provider().as_str());
    }
    Ok(Writer::Model(model))
}

fn exit(ending: &Ending) -> Exit {
    match ending {
        Ending::Answered => Exit::Done,
        Ending::Stopped => Exit::Stopped,
        Ending::Budget { .. } => Exit::Limit,
        Ending::Failed(Failure::NoAnswer | Failure::Model(ModelError::Refused { .. })) => Exit::Fault,
        Ending::Failed(Failure::Model(_) | Failure::Sandbox | Failure::Internal) => Exit::Crashed,
    }
}

/// A file of a run, which later runs may still read where it is.
fn copy(from: &Path, to: &Path) -> Result<()> {
    let copied = || -> std::io::Result<()> {
        if let Some(folder) = to.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::copy(from, to).map(drop)
    };
    copied().with_context(|| format!("keeping {}", to.display()))
}
