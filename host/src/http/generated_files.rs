//! `/api/v1/conversations/{conversation_id}/files` and `/api/v1/generated-files`.
//!
//! What a script made is handed out as what people upload is: as an attachment that can never run in the application's
//! origin. Charts too: a page that shows one fetches its bytes.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, Uri},
    response::Response,
};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    Problem,
    error::Result,
    extract::{Path, Query},
    files::download::send,
    page::{Page, PageQuery},
    problems::{Conflict, Forbidden},
};
use crate::{
    accounts::Caller,
    app::App,
    conversations::generated::{self, GeneratedFile, Preview},
    ids::{ConversationId, GeneratedFileId},
    orgs::{Owned, member_of},
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(get, delete))
        .routes(routes!(content))
        .routes(routes!(rows))
}

/// Which rows.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct RowsQuery {
    /// The first row, from 0.
    #[serde(default)]
    #[param(minimum = 0, default = 0)]
    offset: u64,
    /// Number of rows.
    #[param(minimum = 1, maximum = 500, default = 100)]
    limit: Option<u64>,
}

const ROWS_DEFAULT: u64 = 100;

/// List the files that scripts made in a conversation
///
/// In the order in which they were made. Deleted files are included with their names and `deleted_at`.
#[utoipa::path(
    get,
    path = "/api/v1/conversations/{conversation_id}/files",
    tag = "generated-files",
    operation_id = "list_generated_files",
    params(("conversation_id" = ConversationId, Path, description = "The conversation"), PageQuery),
    responses(
        (status = OK, description = "One page", body = Page<GeneratedFile>, headers(("Link" = String, description = "The next page"))),
    ),
)]
async fn list(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ConversationId>,
    uri: Uri,
    Query(query): Query<PageQuery>,
) -> Result<Response> {
    let page = query.parse::<GeneratedFileId>()?;
    let mut db = app.db.acquire().await?;
    let member = member_of(&mut db, &caller, Owned::Conversation(id)).await?;
    let found = generated::list(&mut db, &member, id, page.after, page.limit + 1).await?;
    Ok(Page::new(found, &page, |file| file.id).answer(&uri))
}

/// Get a file that a script made
///
/// A deleted file has `deleted_at`.
#[utoipa::path(
    get,
    path = "/api/v1/generated-files/{generated_file_id}",
    tag = "generated-files",
    operation_id = "get_generated_file",
    params(("generated_file_id" = GeneratedFileId, Path, description = "The file")),
    responses((status = OK, description = "The file", body = GeneratedFile)),
)]
async fn get(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<GeneratedFileId>,
) -> Result<axum::Json<GeneratedFile>> {
    let mut db = app.db.acquire().await?;
    let member = member_of(&mut db, &caller, Owned::GeneratedFile(id)).await?;
    Ok(axum::Json(generated::get(&mut db, &member, id).await?))
}

/// Delete a file that a script made
///
/// Its bytes are deleted, its name stays where it was shown. Requires the member role or higher.
#[utoipa::path(
    delete,
    path = "/api/v1/generated-files/{generated_file_id}",
    tag = "generated-files",
    operation_id = "delete_generated_file",
    params(("generated_file_id" = GeneratedFileId, Path, description = "The file")),
    responses((status = NO_CONTENT, description = "Deleted"), Forbidden),
)]
async fn delete(State(app): State<App>, caller: Caller, Path(id): Path<GeneratedFileId>) -> Result<StatusCode> {
    let mut tx = app.db.begin().await?;
    let member = member_of(&mut tx, &caller, Owned::GeneratedFile(id)).await?;
    generated::delete(&mut tx, app.clock.now(), &member, id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Download a file that a script made
///
/// One range of its bytes can be requested. A deleted file is 404.
#[utoipa::path(
    get,
    path = "/api/v1/generated-files/{generated_file_id}/content",
    tag = "generated-files",
    operation_id = "download_generated_file",
    params(
        ("generated_file_id" = GeneratedFileId, Path, description = "The file"),
        ("Range" = Option<String>, Header, description = "One range, such as `bytes=0-1023`."),
        ("If-None-Match" = Option<String>, Header, description = "The ETag of bytes that the client already has."),
        ("If-Range" = Option<String>, Header, description = "The ETag that the range belongs to."),
    ),
    responses(
        (status = OK, description = "The bytes.", body = Vec<u8>, content_type = "application/octet-stream", headers(
            ("ETag" = String, description = "Changes with the bytes."),
            ("Content-Disposition" = String, description = "`attachment`, with the file's name."),
        )),
        (status = PARTIAL_CONTENT, description = "The requested range.", body = Vec<u8>, content_type = "application/octet-stream", headers(
            ("Content-Range" = String, description = "The byte range, and the total size."),
        )),
        (status = NOT_MODIFIED, description = "The bytes match If-None-Match."),
        (status = RANGE_NOT_SATISFIABLE, description = "The range is outside the file.", body = Problem, content_type = "application/problem+json"),
    ),
)]
async fn content(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<GeneratedFileId>,
    asked: HeaderMap,
) -> Result<Response> {
    let stored = {
        let mut db = app.db.acquire().await?;
        let member = member_of(&mut db, &caller, Owned::GeneratedFile(id)).await?;
        generated::stored(&mut db, &member, id).await?
    };
    send(&app.objects, &asked, &stored).await
}

/// Get rows of a table that a script made
///
/// For a `.csv` or `.tsv`, as the text in the file; others are 409 `not_a_table`. For a large one, only rows near its
/// beginning are available, and `total` is null. If the first row is too long to show, it is 409 `row_too_long`.
#[utoipa::path(
    get,
    path = "/api/v1/generated-files/{generated_file_id}/rows",
    tag = "generated-files",
    operation_id = "get_generated_file_rows",
    params(("generated_file_id" = GeneratedFileId, Path, description = "The file"), RowsQuery),
    responses((status = OK, description = "The rows", body = Preview), Conflict),
)]
async fn rows(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<GeneratedFileId>,
    Query(query): Query<RowsQuery>,
) -> Result<axum::Json<Preview>> {
    let table = {
        let mut db = app.db.acquire().await?;
        let member = member_of(&mut db, &caller, Owned::GeneratedFile(id)).await?;
        generated::table(&mut db, &member, id).await?
    };
    let limit = query.limit.unwrap_or(ROWS_DEFAULT);
    let rows = table
        .read(&app.objects, &app.config.limits, query.offset, limit)
        .await?;
    Ok(axum::Json(rows))
}
