//! The Model Context Protocol: a server of tools, whichever way its client comes.
//!
//! A [`Toolbox`] says which tools and resources there are and does what they do; this room speaks the protocol, over
//! standard input and output or over HTTP. The script reference is a resource of every server. Nothing here knows where
//! files lie, who asks, or what they may.

pub mod tools;

use std::{future::Future, sync::Arc, time::Duration};

use anyhow::{Context, Result};
use rmcp::{
    ErrorData, RoleServer, ServerHandler, ServiceExt,
    model::{
        CallToolRequestParams, CallToolResponse, Implementation, ListResourceTemplatesResult, ListResourcesResult,
        ListToolsResult, PaginatedRequestParams, ProgressNotificationParam, ReadResourceRequestParams,
        ReadResourceResponse, ReadResourceResult, ServerCapabilities, ServerConfig,
    },
    service::RequestContext,
    transport::streamable_http_server::{
        StreamableHttpServerConfig, StreamableHttpService,
        session::{
            SessionManager as _,
            local::{LocalSessionManager, SessionConfig},
        },
    },
};
use tokio_util::sync::CancellationToken;

use crate::reference;

pub use rmcp::model::{CallToolResult, ContentBlock, JsonObject, Resource, ResourceContents, ResourceTemplate, Tool};

/// The address of the page of the script reference; those of modules have their names behind it.
const REFERENCE: &str = "glovebox://reference";
/// The header that names a session.
pub const SESSION_HEADER: &str = "mcp-session-id";

/// What a server offers.
pub trait Toolbox: Send + Sync + 'static {
    /// What a model is told of the tools as a whole.
    fn instructions(&self) -> &'static str;

    fn tools(&self) -> Vec<Tool>;

    /// Does what the tool of this name does; `None` where there is none. An error is told to the model, which can mend it.
    fn call(
        &self,
        call: &mut Call,
        name: &str,
        arguments: JsonObject,
    ) -> impl Future<Output = Option<Result<CallToolResult>>> + Send;

    /// Resources beside the script reference.
    fn resources(&self, _call: &Call) -> impl Future<Output = Result<Vec<Resource>>> + Send {
        async { Ok(Vec::new()) }
    }

    /// Forms of addresses of resources that are not listed one by one.
    fn templates(&self) -> Vec<ResourceTemplate> {
        Vec::new()
    }

    /// What is at an address; `None` where nothing is.
    fn read(&self, _call: &Call, _address: &str) -> impl Future<Output = Result<Option<ResourceContents>>> + Send {
        async { Ok(None) }
    }
}

/// A request under way: where it tells how far it has come, and hears that it is cancelled.
pub struct Call {
    context: RequestContext<RoleServer>,
    told: f64,
}

impl Call {
    /// Returns when the client has given the call up.
    pub fn cancelled(&self) -> impl Future<Output = ()> + Send + use<> {
        self.context.ct.clone().cancelled_owned()
    }

    /// What the HTTP request was given on its way.
    pub fn extension<T: Clone + Send + Sync + 'static>(&self) -> Option<T> {
        let parts = self.context.extensions.get::<http::request::Parts>()?;
        parts.extensions.get::<T>().cloned()
    }

    /// Tells the client, if it wants to be told. What is told rises, whatever the work says.
    pub async fn progress(&mut self, of: Option<(u64, u64)>, message: &str) {
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

/// Serves one client over standard input and output until it closes them.
pub async fn serve_stdio(toolbox: impl Toolbox) -> Result<()> {
    let running = Server(Arc::new(toolbox)).serve(rmcp::transport::stdio()).await;
    let running = running.context("greeting the client on standard input")?;
    running.waiting().await.context("serving the client")?;
    Ok(())
}

/// Serves clients over HTTP; whoever has one sees to who may ask, before it hands a request on.
pub struct HttpServer<T: Toolbox> {
    service: StreamableHttpService<Server<T>, LocalSessionManager>,
    sessions: Arc<LocalSessionManager>,
}

impl<T: Toolbox> HttpServer<T> {
    /// Sessions end after `idle` without a message, and all of them with `closing`.
    pub fn new(toolbox: T, idle: Duration, closing: CancellationToken) -> Self {
        let mut session = SessionConfig::default();
        session.keep_alive = Some(idle);
        let mut sessions = LocalSessionManager::default();
        sessions.session_config = session;
        let sessions = Arc::new(sessions);
        // Bodies, origins and callers are checked by whoever hands requests on.
        let config = StreamableHttpServerConfig::default()
            .disable_allowed_hosts()
            .with_max_request_body_bytes(usize::MAX)
            .with_cancellation_token(closing);
        let toolbox = Arc::new(toolbox);
        let server = move || Ok(Server(Arc::clone(&toolbox)));
        Self {
            service: StreamableHttpService::new(server, Arc::clone(&sessions), config),
            sessions,
        }
    }

    /// Answers a request. What its extensions have is had by its [`Call`].
    pub async fn handle<B>(
        &self,
        request: http::Request<B>,
    ) -> http::Response<
        impl http_body::Body<Data = bytes::Bytes, Error = std::convert::Infallible> + Send + 'static + use<B, T>,
    >
    where
        B: http_body::Body + Send + 'static,
        B::Error: std::fmt::Display,
    {
        self.service.handle(request).await
    }

    /// Ends a session, and the calls in it.
    pub async fn close(&self, session: &str) {
        if let Err(error) = self.sessions.close_session(&session.into()).await {
            tracing::warn!(%error, "a session of the Model Context Protocol was not closed");
        }
    }

    /// Whether a session goes on.
    pub async fn has(&self, session: &str) -> bool {
        self.sessions.sessions.read().await.contains_key(session)
    }
}

/// The protocol's side of a toolbox.
struct Server<T>(Arc<T>);

impl<T: Toolbox> ServerHandler for Server<T> {
    fn get_info(&self) -> ServerConfig {
        let capabilities = ServerCapabilities::builder().enable_tools().enable_resources().build();
        ServerConfig::new(capabilities)
            .with_server_info(Implementation::new("glovebox", env!("CARGO_PKG_VERSION")))
            .with_instructions(self.0.instructions())
    }

    async fn list_tools(
        &self,
        _page: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        Ok(ListToolsResult::with_all_items(self.0.tools()))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let mut call = Call { context, told: 0.0 };
        let (name, arguments) = (request.name, request.arguments.unwrap_or_default());
        let Some(done) = Box::pin(self.0.call(&mut call, &name, arguments)).await else {
            return Err(ErrorData::invalid_params(format!("there is no tool {name}"), None));
        };
        let failed = |error: anyhow::Error| CallToolResult::error(vec![ContentBlock::text(format!("{error:#}"))]);
        Ok(done.unwrap_or_else(failed).into())
    }

    async fn list_resources(
        &self,
        _page: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, ErrorData> {
        let own = self.0.resources(&Call { context, told: 0.0 }).await.map_err(refused)?;
        Ok(ListResourcesResult::with_all_items(references().chain(own).collect()))
    }

    async fn list_resource_templates(
        &self,
        _page: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListResourceTemplatesResult, ErrorData> {
        Ok(ListResourceTemplatesResult::with_all_items(self.0.templates()))
    }

    async fn read_resource(
        &self,
        request: ReadResourceRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<ReadResourceResponse, ErrorData> {
        let mut contents = read_reference(&request.uri);
        if contents.is_none() {
            let call = Call { context, told: 0.0 };
            contents = self.0.read(&call, &request.uri).await.map_err(refused)?;
        }
        let contents = contents.ok_or_else(|| {
            ErrorData::resource_not_found(
                format!("There is no {}. List the resources to see what there is.", request.uri),
                None,
            )
        })?;
        Ok(ReadResourceResult::new(vec![contents]).into())
    }
}

fn refused(error: anyhow::Error) -> ErrorData {
    ErrorData::invalid_params(format!("{error:#}"), None)
}

fn references() -> impl Iterator<Item = Resource> {
    let page = Resource::new(REFERENCE, "script reference")
        .with_description("What a script finds in the sandbox, and what differs from an ordinary machine.")
        .with_mime_type("text/markdown");
    let modules = reference::modules().map(|module| {
        Resource::new(format!("{REFERENCE}/{module}"), module)
            .with_description(format!("Every name of {module}, as stubs."))
            .with_mime_type("text/x-python")
    });
    [page].into_iter().chain(modules)
}

fn read_reference(address: &str) -> Option<ResourceContents> {
    let rest = address.strip_prefix(REFERENCE)?;
    if rest.is_empty() {
        let page = ResourceContents::text(reference::SCRIPTS, address);
        return Some(page.with_mime_type("text/markdown"));
    }
    let stubs = reference::full(Some(rest.strip_prefix('/')?))?;
    Some(ResourceContents::text(stubs, address).with_mime_type("text/x-python"))
}
