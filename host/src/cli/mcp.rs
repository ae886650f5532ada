//! `glovebox mcp`: the sandbox and the analyst as tools of an assistant or an editor, by the Model Context Protocol over
//! standard input and output, without a server.
//!
//! The files are those that the command line names; a folder is read anew at each call. Scripts see them read only, and
//! what scripts make lands in one folder. A cancelled call stops its run. Nothing goes to standard output but the protocol.

mod files;
mod tools;

use std::{path::PathBuf, sync::Arc};

use anyhow::{Context, Result};
use clap::Args;
use tokio::sync::Mutex;

use super::{Exit, UsageError, ask::model_variable, data, out_folder::OutFolder};
use crate::{
    agent::{Agent, Budgets, Exchange, MadeFile, Writer},
    app,
    config::{Config, Variables},
    llm::Catalog,
    mcp,
    objects::Spool,
    sandbox::{self, Sandbox},
};
use files::Files;

const INSTRUCTIONS: &str = "Glovebox runs Python scripts on the person's tables in a sandbox without a network. \
     Begin with describe_files, which tells the names, columns and types. Then write a script for run_script: it reads \
     files by their bare names, such as polars.read_csv('sales.csv') or pandas.read_csv('sales.csv'), prints what is to be \
     read, and draws with matplotlib.pyplot. Charts come back as images. The resource glovebox://reference says what a \
     script finds. Where no script is wanted, ask answers a question in plain words.";

#[derive(Args)]
pub struct McpArgs {
    /// A CSV file, or a folder for the CSV files in it. Can be given several times.
    #[arg(long, short, value_name = "PATH", num_args = 1.., required = true)]
    data: Vec<PathBuf>,
    /// Where charts and files go.
    #[arg(long, short, value_name = "DIR", default_value = "glovebox-out")]
    out: PathBuf,
}

/// Serves one client until it closes standard input.
pub async fn mcp(args: McpArgs) -> Result<Exit> {
    let usage = |error: anyhow::Error| UsageError(format!("{error:#}"));
    let variables = Variables::read().map_err(usage)?;
    let catalog = Catalog::read(&|name| model_variable(&variables, name)).map_err(usage)?;
    let config = Config::from_env()?;
    let out = std::path::absolute(&args.out).context("finding the output folder")?;
    let out = OutFolder::open(&out, data::unchecked(&args.data)?.values())?;
    let sandbox = app::sandbox(&config, 1, u64::MAX).await?;
    let spool = Spool::claim(&Spool::place(&config.cache))?;
    let toolbox = Toolbox {
        files: Files::new(args.data, sandbox.clone(), spool)?,
        sandbox,
        catalog,
        out: Mutex::new(out),
        conversation: Mutex::default(),
    };
    mcp::serve_stdio(toolbox).await?;
    Ok(Exit::Done)
}

/// What the tools work with.
struct Toolbox {
    files: Files,
    sandbox: Sandbox,
    catalog: Catalog,
    /// Where what is made goes.
    out: Mutex<OutFolder>,
    conversation: Mutex<Conversation>,
}

/// What was asked so far.
#[derive(Default)]
struct Conversation {
    history: Vec<Exchange>,
    files: Vec<MadeFile>,
    /// Where these lie.
    folders: Vec<Arc<sandbox::OutFolder>>,
}

impl Toolbox {
    fn agent(&self, provider: Option<&str>) -> Result<Agent> {
        let choice = provider.map(|provider| crate::llm::Choice {
            provider: provider.to_owned(),
            model: None,
        });
        let writer = match self.catalog.choose(choice.as_ref())? {
            Some(model) => Writer::Model(model),
            None => Writer::Rules,
        };
        Ok(Agent {
            writer,
            sandbox: self.sandbox.clone(),
            budgets: Budgets::default(),
        })
    }
}

impl mcp::Toolbox for Toolbox {
    fn instructions(&self) -> &'static str {
        INSTRUCTIONS
    }

    fn tools(&self) -> Vec<mcp::Tool> {
        tools::all()
    }

    async fn call(
        &self,
        call: &mut mcp::Call,
        name: &str,
        arguments: mcp::JsonObject,
    ) -> Option<Result<mcp::CallToolResult>> {
        tools::call(self, call, name, arguments).await
    }
}
