//! `/api/v1/projects/{project_id}/conversations` and `/api/v1/conversations`.

use axum::{
    body::{Body, to_bytes},
    extract::{DefaultBodyLimit, FromRequest, Request, State},
    http::{HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use futures_util::stream;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    documents::{PaperQuery, file},
    error::Result,
    extract::{Json, Path, Query},
    files::download::attachment,
    page::{Page, PageQuery},
    problems::Forbidden,
};
use crate::{
    accounts::Caller,
    app::App,
    conversations::{
        self, Conversation, ConversationFilter, ConversationUpdate, Cursor, Search,
        export::{Export, Exporter, Kind},
        import::{self, Import},
        pdf as sheet,
        titles::Title,
    },
    error::Error,
    ids::{ConversationId, ProjectId},
    orgs::{Member, Owned, Role, member_of},
    pdf::{self, Paper},
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(import))
        // Limited by its own setting, when it is read.
        .layer(DefaultBodyLimit::disable())
        .routes(routes!(list, create))
        .routes(routes!(get, update, delete))
        .routes(routes!(export))
}

/// Which conversations.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ConversationsQuery {
    /// Archived conversations instead of the others.
    #[serde(default)]
    #[param(default = false)]
    archived: bool,
    /// Words to search for: in titles, each from the start of a word; in messages, in English, with quotes, `or` and a
    /// minus.
    #[param(max_length = 200)]
    search: Option<String>,
}

/// How a conversation is written.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ExportQuery {
    #[serde(default)]
    #[param(inline, default = "json")]
    /// Markdown and PDF for people, JSON for programs and for importing it again, or a Jupyter notebook to continue with.
    format: ExportFormat,
}

#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum ExportFormat {
    Markdown,
    #[default]
    Json,
    Notebook,
    Pdf,
}

/// A new conversation.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewConversation {
    /// 1 to 100 characters in one line. If omitted, it comes from the first question.
    #[schema(min_length = 1, max_length = 100, example = "Sales by region")]
    title: Option<String>,
}

/// The changes; omitted fields stay as they are.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ConversationChanges {
    #[schema(min_length = 1, max_length = 100)]
    title: Option<String>,
    /// Whether it is archived.
    archived: Option<bool>,
}

/// List the conversations of a project
///
/// Most recently active first. A conversation that becomes active while you page can appear again on a later page.
#[utoipa::path(
    get,
    path = "/api/v1/projects/{project_id}/conversations",
    tag = "conversations",
    operation_id = "list_conversations",
    params(("project_id" = ProjectId, Path, description = "The project"), PageQuery, ConversationsQuery),
    responses(
        (status = OK, description = "One page", body = Page<Conversation>, headers(("Link" = String, description = "The next page"))),
    ),
)]
async fn list(
    State(app): State<App>,
    caller: Caller,
    Path(project_id): Path<ProjectId>,
    uri: Uri,
    Query(page): Query<PageQuery>,
    Query(query): Query<ConversationsQuery>,
) -> Result<Response> {
    let page = page.parse::<Cursor>()?;
    let which = ConversationFilter {
        archived: query.archived,
        search: query.search.as_deref().map(Search::parse).transpose()?.flatten(),
        after: page.after,
        limit: page.limit + 1,
    };
    let mut db = app.db.acquire().await?;
    let member = member_of(&mut db, &caller, Owned::Project(project_id)).await?;
    let found = conversations::list(&mut db, &member, project_id, &which).await?;
    Ok(Page::new(found, &page, |conversation| Cursor::from(conversation)).answer(&uri))
}

/// Start a conversation
///
/// Requires the member role or higher. If the project has reached its limit, it is 403 `too_many_conversations`.
#[utoipa::path(
    post,
    path = "/api/v1/projects/{project_id}/conversations",
    tag = "conversations",
    operation_id = "create_conversation",
    params(("project_id" = ProjectId, Path, description = "The project")),
    request_body = NewConversation,
    responses(
        (status = CREATED, description = "The new conversation", body = Conversation, headers(("Location" = String, description = "Its URL"))),
        Forbidden,
    ),
)]
async fn create(
    State(app): State<App>,
    caller: Caller,
    Path(project_id): Path<ProjectId>,
    Json(body): Json<NewConversation>,
) -> Result<Response> {
    let title = body.title.map(|title| Title::parse("title", &title)).transpose()?;
    let mut tx = app.db.begin().await?;
    let member = member_of(&mut tx, &caller, Owned::Project(project_id)).await?;
    let (now, limits) = (app.clock.now(), &app.config.limits);
    let made = conversations::create(&mut tx, now, limits, &member, project_id, title.as_ref()).await?;
    tx.commit().await?;
    Ok(created(made))
}

/// Import a conversation
///
/// Takes the JSON of an export, from this server or another. Messages get new ids and are marked `imported`, times are
/// those of the import, generated files become tombstones, and the files that questions were about are not included.
/// Requires the member role or higher. If the project has reached its limit, it is 403 `too_many_conversations`.
#[utoipa::path(
    post,
    path = "/api/v1/projects/{project_id}/conversations/import",
    tag = "conversations",
    operation_id = "import_conversation",
    params(("project_id" = ProjectId, Path, description = "The project")),
    request_body = Export,
    responses(
        (status = CREATED, description = "The imported conversation", body = Conversation, headers(("Location" = String, description = "Its URL"))),
        Forbidden,
    ),
)]
async fn import(
    State(app): State<App>,
    caller: Caller,
    Path(project_id): Path<ProjectId>,
    request: Request,
) -> Result<Response> {
    {
        // What may not be imported is not even read.
        let mut db = app.db.acquire().await?;
        let member = member_of(&mut db, &caller, Owned::Project(project_id)).await?;
        member.at_least(Role::Member)?;
    }
    let import = read_import(&app, request).await?;
    let mut tx = app.db.begin().await?;
    let member = member_of(&mut tx, &caller, Owned::Project(project_id)).await?;
    let (now, limits) = (app.clock.now(), &app.config.limits);
    let made = import::import(&mut tx, now, limits, &member, project_id, &import).await?;
    tx.commit().await?;
    Ok(created(made))
}

/// Reads a long body, and parses it where that holds up nobody else.
async fn read_import(app: &App, request: Request) -> Result<Import> {
    let most = app.config.limits.import_max_bytes;
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, usize::try_from(most).unwrap_or(usize::MAX)).await;
    let body = body.map_err(|_| {
        let message = format!("The export is too large or incomplete. The limit is {most} bytes.");
        Error::TooLarge(message)
    })?;
    let (app, request) = (app.clone(), Request::from_parts(parts, Body::from(body)));
    let runtime = tokio::runtime::Handle::current();
    let parsing = tokio::task::spawn_blocking(move || {
        let Json(export) = runtime.block_on(Json::<Export>::from_request(request, &app))?;
        Ok(Import::parse(&app.config.limits, export)?)
    });
    parsing.await.map_err(anyhow::Error::new)?
}

fn created(made: Conversation) -> Response {
    let location = [(header::LOCATION, format!("/api/v1/conversations/{}", made.id))];
    (StatusCode::CREATED, location, axum::Json(made)).into_response()
}

/// A conversation
#[utoipa::path(
    get,
    path = "/api/v1/conversations/{conversation_id}",
    tag = "conversations",
    operation_id = "get_conversation",
    params(("conversation_id" = ConversationId, Path, description = "The conversation")),
    responses((status = OK, description = "The conversation", body = Conversation)),
)]
async fn get(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ConversationId>,
) -> Result<axum::Json<Conversation>> {
    let mut db = app.db.acquire().await?;
    let member = member_of(&mut db, &caller, Owned::Conversation(id)).await?;
    Ok(axum::Json(conversations::get(&mut db, &member, id).await?))
}

/// Rename or archive a conversation
///
/// Requires the member role or higher.
#[utoipa::path(
    patch,
    path = "/api/v1/conversations/{conversation_id}",
    tag = "conversations",
    operation_id = "update_conversation",
    params(("conversation_id" = ConversationId, Path, description = "The conversation")),
    request_body = ConversationChanges,
    responses((status = OK, description = "The updated conversation", body = Conversation), Forbidden),
)]
async fn update(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ConversationId>,
    Json(body): Json<ConversationChanges>,
) -> Result<axum::Json<Conversation>> {
    let changes = ConversationUpdate {
        title: body.title.map(|title| Title::parse("title", &title)).transpose()?,
        archived: body.archived,
    };
    let mut tx = app.db.begin().await?;
    let member = member_of(&mut tx, &caller, Owned::Conversation(id)).await?;
    let conversation = conversations::update(&mut tx, app.clock.now(), &member, id, &changes).await?;
    tx.commit().await?;
    Ok(axum::Json(conversation))
}

/// Delete a conversation
///
/// All its messages and everything made in it are deleted too. Requires the member role or higher.
#[utoipa::path(
    delete,
    path = "/api/v1/conversations/{conversation_id}",
    tag = "conversations",
    operation_id = "delete_conversation",
    params(("conversation_id" = ConversationId, Path, description = "The conversation")),
    responses((status = NO_CONTENT, description = "Deleted"), Forbidden),
)]
async fn delete(State(app): State<App>, caller: Caller, Path(id): Path<ConversationId>) -> Result<StatusCode> {
    let mut tx = app.db.begin().await?;
    let member = member_of(&mut tx, &caller, Owned::Conversation(id)).await?;
    conversations::delete(&mut tx, &member, id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Export a conversation
///
/// All of its branches, in a file; a notebook has the branch with the newest message. It does not include the bytes of
/// generated files, except for the charts of a notebook and of a PDF.
#[utoipa::path(
    get,
    path = "/api/v1/conversations/{conversation_id}/export",
    tag = "conversations",
    operation_id = "export_conversation",
    params(("conversation_id" = ConversationId, Path, description = "The conversation"), ExportQuery, PaperQuery),
    responses(
        (
            status = OK,
            description = "The file",
            content(
                (Export = "application/json"),
                (String = "text/markdown"),
                (Object = "application/x-ipynb+json"),
                (Vec<u8> = "application/pdf"),
            ),
            headers(("Content-Disposition" = String, description = "`attachment`, with a name based on the title")),
        ),
    ),
)]
async fn export(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ConversationId>,
    Query(query): Query<ExportQuery>,
    Query(paper): Query<PaperQuery>,
) -> Result<Response> {
    let (member, conversation) = {
        let mut db = app.db.acquire().await?;
        let member = member_of(&mut db, &caller, Owned::Conversation(id)).await?;
        let conversation = conversations::get(&mut db, &member, id).await?;
        (member, conversation)
    };
    let (kind, media_type, extension) = match query.format {
        ExportFormat::Markdown => (Kind::Markdown, "text/markdown; charset=utf-8", "md"),
        ExportFormat::Json => (Kind::Json, "application/json", "json"),
        ExportFormat::Notebook => (Kind::Notebook, "application/x-ipynb+json", "ipynb"),
        ExportFormat::Pdf => return pdf_of(&app, &member, conversation, paper.paper()).await,
    };
    let disposition = attachment(&format!("{}.{extension}", conversation.title));
    let exporter = Exporter::new(app.db, app.objects, app.clock.now(), member, conversation, kind);
    let pieces = stream::try_unfold(exporter, async |mut exporter| {
        let piece = exporter.next().await?;
        Ok::<_, Error>(piece.map(|piece| (piece, exporter)))
    });
    let mut answer = Body::from_stream(pieces).into_response();
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox"));
    headers.extend(
        HeaderValue::try_from(disposition)
            .ok()
            .map(|value| (header::CONTENT_DISPOSITION, value)),
    );
    Ok(answer)
}

/// A conversation on pages.
async fn pdf_of(app: &App, member: &Member, conversation: Conversation, paper: Paper) -> Result<Response> {
    let name = format!("{}.pdf", conversation.title);
    let source = sheet::Source {
        db: &app.db,
        objects: &app.objects,
        limits: &app.config.limits,
        now: app.clock.now(),
        member,
    };
    let document = sheet::document(&source, conversation, paper).await?;
    let bytes = pdf::written(document, &app.config.limits).await?;
    Ok(file("application/pdf", &name, bytes))
}
