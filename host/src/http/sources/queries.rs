//! `/api/v1/sources/{source_id}/query` and `…/extracts`: rows to look at, and rows that become a file.
//!
//! A client that goes away stops its query, at the source as well.

use std::{collections::BTreeMap, future::Future};

use anyhow::Context;
use axum::{
    extract::State,
    http::{StatusCode, Uri},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio_util::sync::CancellationToken;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    super::{
        error::Result,
        extract::{Json, Path, Query},
        page::{Page, PageQuery},
        problems::{Conflict, Forbidden},
    },
    target,
};
use crate::{
    accounts::Caller,
    app::App,
    error::Error,
    files::{File, names::FileName},
    ids::{ExtractId, ProjectId, SourceId},
    orgs::{Owned, Role, member_of},
    sources::extracts::{self, Destination, Extract, Preview, Stores},
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(query))
        .routes(routes!(list, take))
        .routes(routes!(refresh))
}

/// A query.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SourceQuery {
    /// One read-only statement in the source's own SQL. `{{name}}` stands for a parameter.
    #[schema(
        min_length = 1,
        max_length = 100_000,
        example = "select * from orders where city = {{city}}"
    )]
    sql: String,
    /// Values by name: texts, numbers, true, false, null, or lists of these for `in {{name}}`.
    #[serde(default)]
    parameters: BTreeMap<String, Value>,
}

/// A query to save as a file.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewExtract {
    /// One read-only statement in the source's own SQL. `{{name}}` stands for a parameter.
    #[schema(min_length = 1, max_length = 100_000)]
    sql: String,
    #[serde(default)]
    parameters: BTreeMap<String, Value>,
    /// The project to save the file in.
    project_id: ProjectId,
    /// The file's name; an existing file gets a new version.
    #[schema(min_length = 1, max_length = 255, example = "orders.csv")]
    file_name: String,
}

/// A file that came from a query, with the receipt.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct TakenExtract {
    pub extract: Extract,
    pub file: File,
}

/// Query a source
///
/// The first rows, as a preview. Only read-only statements are sent. If the client disconnects, the query is stopped at
/// the source. For admins, and for members if they may query it.
#[utoipa::path(
    post,
    path = "/api/v1/sources/{source_id}/query",
    tag = "sources",
    operation_id = "query_source",
    params(("source_id" = SourceId, Path, description = "The source")),
    request_body = SourceQuery,
    responses((status = OK, description = "The first rows", body = Preview), Forbidden, Conflict),
)]
async fn query(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<SourceId>,
    Json(body): Json<SourceQuery>,
) -> Result<axum::Json<Preview>> {
    let query = extracts::Query::new(id, body.sql, body.parameters)?;
    Ok(axum::Json(preview(&app, &caller, query).await?))
}

/// The first rows of a query.
pub(in crate::http) async fn preview(app: &App, caller: &Caller, query: extracts::Query) -> Result<Preview, Error> {
    let (member, target) = target(app, caller, query.source_id).await?;
    let (connector, limits) = (app.connector.clone(), app.config.limits.clone());
    let preview = stoppable(app.closing.child_token(), |stop| async move {
        extracts::preview(&connector, &limits, &member, &target, &query, &stop).await
    });
    preview.await
}

/// List the files that came from a source
///
/// With their receipts, newest first. Requires the member role or higher.
#[utoipa::path(
    get,
    path = "/api/v1/sources/{source_id}/extracts",
    tag = "sources",
    operation_id = "list_source_extracts",
    params(("source_id" = SourceId, Path, description = "The source"), PageQuery),
    responses(
        (status = OK, description = "One page", body = Page<Extract>, headers(("Link" = String, description = "The next page"))),
        Forbidden,
    ),
)]
async fn list(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<SourceId>,
    uri: Uri,
    Query(query): Query<PageQuery>,
) -> Result<Response> {
    let page = query.parse::<ExtractId>()?;
    let mut db = app.db.acquire().await?;
    let member = member_of(&mut db, &caller, Owned::Source(id)).await?;
    member.at_least(Role::Member)?;
    let found = extracts::list(&mut db, &member, id, page.after, page.limit + 1).await?;
    Ok(Page::new(found, &page, |extract| extract.id).answer(&uri))
}

/// Save a query as a file
///
/// All rows, up to the limits, become a CSV file in the project, which is analysed like an upload; an existing file
/// with this name gets a new version. The receipt says whether there were more rows. For admins, and for members if
/// they may query the source.
#[utoipa::path(
    post,
    path = "/api/v1/sources/{source_id}/extracts",
    tag = "sources",
    operation_id = "create_source_extract",
    params(("source_id" = SourceId, Path, description = "The source")),
    request_body = NewExtract,
    responses((status = CREATED, description = "The file and the receipt", body = TakenExtract), Forbidden, Conflict),
)]
async fn take(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<SourceId>,
    Json(body): Json<NewExtract>,
) -> Result<Response> {
    let query = extracts::Query::new(id, body.sql, body.parameters)?;
    let name = FileName::parse("file_name", &body.file_name)?;
    let taken = take_rows(&app, &caller, query, body.project_id, Destination::Named(name)).await?;
    Ok((StatusCode::CREATED, axum::Json(taken)).into_response())
}

/// Refresh a file from its query
///
/// Runs the same statement with the same parameters; its rows become the next version of the same file, whatever its
/// name is by now. 409 `file_gone` means that the file was deleted. For admins, and for members if they may query the
/// source.
#[utoipa::path(
    post,
    path = "/api/v1/sources/{source_id}/extracts/{extract_id}/refresh",
    tag = "sources",
    operation_id = "refresh_source_extract",
    params(
        ("source_id" = SourceId, Path, description = "The source"),
        ("extract_id" = ExtractId, Path, description = "The receipt of the file"),
    ),
    responses((status = CREATED, description = "The file and the new receipt", body = TakenExtract), Forbidden, Conflict),
)]
async fn refresh(State(app): State<App>, caller: Caller, Path(path): Path<ExtractPath>) -> Result<Response> {
    let mut db = app.db.acquire().await?;
    let member = member_of(&mut db, &caller, Owned::Source(path.source_id)).await?;
    member.at_least(Role::Member)?;
    let before = extracts::get(&mut db, &member, path.source_id, path.extract_id).await?;
    drop(db);
    if before.file_version.is_none() {
        let message = "These rows belong to a conversation. Run the query on the source's page to make a file of them.";
        return Err(Error::conflict("not_a_project_file", message).into());
    }
    let query = extracts::Query::new(path.source_id, before.sql, before.parameters)?;
    let to = before.file_id.map(Destination::File).ok_or_else(extracts::file_gone)?;
    let taken = take_rows(&app, &caller, query, before.project_id, to).await?;
    Ok((StatusCode::CREATED, axum::Json(taken)).into_response())
}

/// All rows of a query as a file of the project.
pub(in crate::http) async fn take_rows(
    app: &App,
    caller: &Caller,
    query: extracts::Query,
    project_id: ProjectId,
    to: Destination,
) -> Result<TakenExtract, Error> {
    let (member, target) = target(app, caller, query.source_id).await?;
    let mut db = app.db.acquire().await?;
    let owner = member_of(&mut db, caller, Owned::Project(project_id)).await?;
    drop(db);
    if owner.org_id != member.org_id {
        let message = "The project and the source belong to different organisations.";
        return Err(Error::invalid("project_id", "other_org", message));
    }
    let stores = Stores {
        db: app.db.clone(),
        objects: app.objects.clone(),
        spool: app.spool.clone(),
        connector: app.connector.clone(),
        limits: app.config.limits.clone(),
    };
    let now = app.clock.now();
    let work = stoppable(app.closing.child_token(), |stop| async move {
        extracts::take(&stores, now, &member, &target, query, (project_id, to), &stop).await
    });
    let (extract, file) = work.await?;
    Ok(TakenExtract { extract, file })
}

/// Does `work` in a task of its own, which is told to stop when nobody waits for it any more.
async fn stoppable<T, F>(stop: CancellationToken, work: impl FnOnce(CancellationToken) -> F) -> Result<T, Error>
where
    T: Send + 'static,
    F: Future<Output = Result<T, Error>> + Send + 'static,
{
    let task = tokio::spawn(work(stop.clone()));
    let guard = stop.drop_guard();
    let done = task.await.context("querying a source")?;
    guard.disarm();
    done
}

/// The receipt of a path.
#[derive(Deserialize)]
struct ExtractPath {
    source_id: SourceId,
    extract_id: ExtractId,
}
