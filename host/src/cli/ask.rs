//! `glovebox ask`: questions about files on this machine, without a server.

mod json;
mod lines;
mod tables;
mod view;

use std::{
    collections::BTreeMap,
    io::{IsTerminal, Write, stdin, stdout},
    path::PathBuf,
    sync::Arc,
};

use anyhow::{Context, Result};
use clap::Args;
use tokio_util::sync::CancellationToken;

use super::{
    Exit, UsageError,
    out_folder::{KeptFile, OutFolder},
    process::usage,
    replay, show,
    signals::{self, Signals},
};
use crate::{
    agent::{Agent, Budgets, Ended, Ending, Event, Exchange, Failure, InputTable, MadeFile, RunEnded, Turn, Writer},
    app, clock,
    config::{Config, Variables},
    llm::{Model, ModelError, Provider, Settings},
    objects::Spool,
    sandbox::{self, Layers},
};
use lines::{Line, Lines};
use view::Progress;

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
    /// Print one JSON object when the answer is complete, instead of showing it live.
    #[arg(long)]
    json: bool,
    /// Show each script and what it prints.
    #[arg(long)]
    show_script: bool,
}

/// Asks once, or until there are no more questions.
pub async fn ask(args: AskArgs) -> Result<Exit> {
    if args.json && args.question.is_none() {
        return Err(UsageError("--json needs a question".to_owned()).into());
    }
    if args
        .question
        .as_ref()
        .is_some_and(|question| question.trim().is_empty())
    {
        return Err(UsageError("the question is empty".to_owned()).into());
    }
    let variables = Variables::read().map_err(usage)?;
    let files = tables::files(&args.data)?;
    let out = OutFolder::open(&args.out, files.values())?;
    let writer = writer(&args, &variables)?;
    let mut signals = Signals::listen()?;
    let opening = async {
        let config = Config::from_env()?;
        let sandbox = app::sandbox(&config, 1, u64::MAX).await?;
        let spool = Spool::claim(&Spool::place(&config.cache))?;
        let opened = tables::open(files, &sandbox, &spool).await?;
        anyhow::Ok((sandbox, spool, opened))
    };
    // What was made of files for the tables lies in the spool as long as both are held.
    let (sandbox, _spool, opened) = tokio::select! {
        opened = opening => opened?,
        () = signals.next() => return Ok(Exit::Stopped),
    };
    let mut session = Session {
        layers: sandbox.layers().clone(),
        agent: Agent {
            writer,
            sandbox,
            budgets: Budgets::default(),
        },
        tables: opened.tables,
        out,
        signals,
        show_script: args.show_script,
        history: Vec::new(),
        files: Vec::new(),
        folders: Vec::new(),
        kept: BTreeMap::new(),
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
    layers: Layers,
    tables: Vec<InputTable>,
    out: OutFolder,
    signals: Signals,
    show_script: bool,
    history: Vec<Exchange>,
    /// What the conversation's scripts have made.
    files: Vec<MadeFile>,
    /// Where that lies.
    folders: Vec<Arc<sandbox::OutFolder>>,
    /// What the turn's scripts have left in the output folder, by their names.
    kept: BTreeMap<String, KeptFile>,
}

impl Session {
    /// Answers live.
    async fn show(&mut self, question: String) -> Result<Exit> {
        let mut view = Progress::new(self.show_script);
        let ended = self.turn(question, &mut |event| view.take(event)).await?;
        view.over(&ended, &self.kept());
        Ok(exit(&ended.ending))
    }

    /// Answers with one JSON object.
    async fn print_json(&mut self, question: String) -> Result<Exit> {
        let mut seen = json::Seen::default();
        let ended = self.turn(question, &mut |event| seen.take(event)).await?;
        let text = seen.json(&self.agent.writer, &ended, &self.kept(), &self.layers)?;
        writeln!(stdout(), "{text}").context("writing to standard output")?;
        Ok(exit(&ended.ending))
    }

    async fn keep_asking(&mut self) -> Result<Exit> {
        let mut lines = Lines::open()?;
        if stdin().is_terminal() {
            let names: Vec<&str> = self.tables.iter().map(|table| table.name.as_str()).collect();
            let names = show::plain(&names.join(", "));
            eprintln!("Ask about {names}. Ctrl-C stops an answer, Ctrl-D ends.");
        }
        let mut last = Exit::Done;
        loop {
            let line = tokio::select! {
                line = lines.next() => line?,
                () = self.signals.next() => return Ok(Exit::Stopped),
            };
            match line {
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
        self.kept.clear();
        let mut answer = self.agent.answer(Turn {
            question,
            tables: self.tables.clone(),
            left_out: Vec::new(),
            files: self.files.clone(),
            sources: None,
            prompts: Vec::new(),
            history: self.history.clone(),
            stop: stop.clone(),
            seed: 0,
            clock_unix_ms: clock::unix_ms(),
        });
        loop {
            let event = tokio::select! {
                event = answer.next() => event,
                () = self.signals.next() => {
                    if stop.is_cancelled() {
                        std::process::exit(signals::INTERRUPTED);
                    }
                    stop.cancel();
                    continue;
                }
            };
            let event = event.context("the turn ended without an end")?;
            if let Event::RunEnded { ended, .. } = &event {
                self.keep(ended);
            }
            show(&event);
            if let Event::Ended(ended) = event {
                self.history.push(ended.exchange.clone());
                return Ok(*ended);
            }
        }
    }

    fn keep(&mut self, run: &RunEnded) {
        let made = run.out.path();
        for artifact in &run.report.artifacts {
            let path = made.join(&artifact.name);
            let kept = self.out.keep(&path, artifact);
            self.kept.insert(kept.name.clone(), kept);
            let name = artifact.name.clone();
            self.files.retain(|file| file.name != name);
            self.files.push(MadeFile { name, path });
        }
        if run.report.artifacts.is_empty() {
            return;
        }
        self.folders.push(Arc::clone(&run.out));
        let receipt = &run.report.receipt;
        if let Err(error) = replay::write(&mut self.out, receipt, &self.layers, None, &BTreeMap::new()) {
            eprintln!("glovebox: {}", show::plain(&format!("{error:#}")));
        }
    }

    fn kept(&self) -> Vec<KeptFile> {
        self.kept.values().cloned().collect()
    }
}

/// A variable that sets up a model. The file `.env` may give the keys and nothing else, which is said: it comes with a
/// folder that may be anybody's, and an address in it would send what the files say there.
pub fn model_variable(variables: &Variables, name: &str) -> Option<String> {
    let keys = [
        Provider::Anthropic,
        Provider::OpenAi,
        Provider::Gemini,
        Provider::Compatible,
    ];
    if name == "GLOVEBOX_MODEL" || keys.iter().any(|provider| provider.key_variable() == name) {
        return variables.get(name);
    }
    if variables.file_alone_has(name) {
        eprintln!("glovebox: {name} in the file .env is ignored; set it in the environment.");
    }
    Variables::environment(name)
}

/// Who answers, which is said where nobody chose.
fn writer(args: &AskArgs, variables: &Variables) -> Result<Writer> {
    let env = |name: &str| match (name, &args.model) {
        ("GLOVEBOX_MODEL", Some(model)) => Some(model.clone()),
        _ => model_variable(variables, name),
    };
    let settings = match &args.provider {
        Some(provider) => Settings::choose(provider, env("GLOVEBOX_MODEL").as_deref(), &env),
        None => Settings::read(&env),
    };
    let settings = settings.map_err(|error| UsageError(format!("{error:#}")))?;
    let Some(settings) = settings else {
        if args.model.is_some() {
            let message = "--model needs a provider; set its key, or name it with --provider";
            return Err(UsageError(message.to_owned()).into());
        }
        if args.provider.is_none() {
            eprintln!(
                "glovebox: no model API key is set, so rules answer (--provider offline). Set ANTHROPIC_API_KEY, \
                 OPENAI_API_KEY or GOOGLE_API_KEY to use a model."
            );
        }
        return Ok(Writer::Rules);
    };
    let key = settings.provider.key_variable();
    if variables.file_alone_has(key) {
        eprintln!("glovebox: {key} comes from the file .env in this folder.");
    }
    let model = Model::from_settings(settings).map_err(|error| UsageError(format!("{error:#}")))?;
    if args.provider.is_none() {
        let name = show::plain(model.name());
        eprintln!("glovebox: {name} answers ({}).", model.provider().as_str());
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
