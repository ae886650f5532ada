//! `glovebox mcp`: the sandbox and the analyst as tools of an assistant or an editor, by the Model Context Protocol over
//! standard input and output, without a server.
//!
//! The files are those that the command line names; a folder is read anew at each call. Scripts see them read only, and
//! what scripts make lands in one folder. A cancelled call stops its run. Nothing goes to standard output but the protocol.

mod files;
mod tools;

use std::{borrow::Cow, path::PathBuf, sync::Arc};

use anyhow::{Context, Result};
use clap::Args;
use rmcp::{
    ErrorData, RoleServer, ServerHandler, ServiceExt,
    model::{
        CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, Implementation, ListResourcesResult,
        ListToolsResult, PaginatedRequestParams, ProgressNotificationParam, ReadResourceRequestParams,
        ReadResourceResponse, ReadResourceResult, Resource, ResourceContents, ServerCapabilities, ServerConfig,
    },
    service::RequestContext,
};
use tokio::sync::Mutex;

use super::{Exit, UsageError, ask::model_variable, data, out_folder::OutFolder};
use crate::{
    agent::{Agent, Budgets, Exchange, MadeFile, Writer},
    app,
    config::{Config, Variables},
    llm::Catalog,
    objects::Spool,
    reference,
    sandbox::{self, Sandbox},
};
use files::Files;

/// The address of the page of the script reference; those of modules have their names behind it.
const REFERENCE: &str = "glovebox://reference";

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
    let server = Server(Arc::new(Toolbox {
        files: Files::new(args.data, sandbox.clone(), spool)?,
        sandbox,
        catalog,
        out: Mutex::new(out),
        conversation: Mutex::default(),
    }));
    let running = server.serve(rmcp::transport::stdio()).await;
    let running = running.context("greeting the client on standard input")?;
    running.waiting().await.context("serving the client")?;
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

/// Where a call tells how far it has come, and hears that it is cancelled.
struct Call {
    context: RequestContext<RoleServer>,
    told: f64,
}

impl Call {
    async fn cancelled(&self) {
        self.context.ct.cancelled().await;
    }

    /// Tells the client, if it wants to be told. What is told rises, whatever the work says.
    async fn progress(&mut self, of: Option<(u64, u64)>, message: &str) {
        let Some(token) = self.context.meta.get_progress_token() else {
            return;
        };
        self.told = (self.told + 1.0).max(of.map_or(0.0, |(done, _)| done as f64));
        let mut told = ProgressNotificationParam::new(token, self.told).with_message(message);
        if let Some((_, total)) = of.filter(|(_, total)| *total as f64 >= self.told) {
            told = told.with_total(total as f64);
        }
        // A client that is gone hears nothing.
        let _ = self.context.peer.notify_progress(told).await;
    }
}

#[derive(Clone)]
struct Server(Arc<Toolbox>);

impl ServerHandler for Server {
    fn get_info(&self) -> ServerConfig {
        let capabilities = ServerCapabilities::builder().enable_tools().enable_resources().build();
        ServerConfig::new(capabilities)
            .with_server_info(Implementation::new("glovebox", env!("CARGO_PKG_VERSION")))
            .with_instructions(INSTRUCTIONS)
    }

    async fn list_tools(
        &self,
        _page: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        Ok(ListToolsResult::with_all_items(tools::all()))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let mut call = Call { context, told: 0.0 };
        let arguments = request.arguments.unwrap_or_default();
        let name: Cow<'_, str> = request.name;
        let Some(done) = Box::pin(tools::call(&self.0, &mut call, &name, arguments)).await else {
            return Err(ErrorData::invalid_params(format!("there is no tool {name}"), None));
        };
        // What goes wrong is told to the model, which can mend it.
        let failed = |error: anyhow::Error| CallToolResult::error(vec![ContentBlock::text(format!("{error:#}"))]);
        Ok(done.unwrap_or_else(failed).into())
    }

    async fn list_resources(
        &self,
        _page: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, ErrorData> {
        let page = Resource::new(REFERENCE, "script reference")
            .with_description("What a script finds in the sandbox, and what differs from an ordinary machine.")
            .with_mime_type("text/markdown");
        let modules = reference::modules().map(|module| {
            Resource::new(format!("{REFERENCE}/{module}"), module)
                .with_description(format!("Every name of {module}, as stubs."))
                .with_mime_type("text/x-python")
        });
        Ok(ListResourcesResult::with_all_items(
            [page].into_iter().chain(modules).collect(),
        ))
    }

    async fn read_resource(
        &self,
        request: ReadResourceRequestParams,
        _context: RequestContext<RoleServer>,
    ) -> Result<ReadResourceResponse, ErrorData> {
        let rest = request.uri.strip_prefix(REFERENCE);
        let text = match rest {
            Some("") => Some(reference::SCRIPTS.to_owned()),
            Some(module) => module
                .strip_prefix('/')
                .and_then(|module| reference::full(Some(module))),
            None => None,
        };
        let text = text.ok_or_else(|| ErrorData::resource_not_found(format!("there is no {}", request.uri), None))?;
        let kind = if rest == Some("") {
            "text/markdown"
        } else {
            "text/x-python"
        };
        let contents = ResourceContents::text(text, request.uri).with_mime_type(kind);
        Ok(ReadResourceResult::new(vec![contents]).into())
    }
}
