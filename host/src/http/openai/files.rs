//! `/v1/files`: the tables of a project.

use axum::{
    extract::{DefaultBodyLimit, Request, State},
    http::HeaderMap,
    response::Response,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{file_id, prefixed};
use crate::{
    accounts::Caller,
    app::App,
    error::Error,
    files::{self, File, State as Known, preview},
    http::{
        error::Result,
        extract::{Path, Query},
        files::{download::send, receive_upload},
        workplace::Workplace,
    },
    ids::FileId,
    orgs::{Owned, Role, member_of},
};

/// Files on a page where nobody asks for another number, and at most.
const PAGE_DEFAULT: u32 = 1_000;
const PAGE_MAX: u32 = 10_000;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, upload))
        .layer(DefaultBodyLimit::disable())
        .routes(routes!(get, delete))
        .routes(routes!(content))
}

/// A file.
#[derive(Serialize, ToSchema)]
#[schema(as = OpenAiFile)]
struct FileObject {
    id: String,
    /// Always `file`.
    object: &'static str,
    bytes: u64,
    /// Seconds since the Unix epoch.
    created_at: i64,
    filename: String,
    /// Always `user_data`.
    purpose: &'static str,
    /// `uploaded` while it is being analysed, `processed` if it is a table, `error` if it is not.
    status: &'static str,
    /// Why it is not a table.
    #[serde(skip_serializing_if = "Option::is_none")]
    status_details: Option<String>,
}

impl From<File> for FileObject {
    fn from(file: File) -> Self {
        Self {
            id: prefixed("file-", file.id.0),
            object: "file",
            bytes: file.latest.bytes,
            created_at: file.created_at.timestamp(),
            filename: file.name,
            purpose: "user_data",
            status: match file.latest.state {
                Known::Pending => "uploaded",
                Known::Table => "processed",
                Known::NotATable => "error",
            },
            status_details: file.latest.problem.map(|problem| problem.message),
        }
    }
}

/// Files, newest first.
#[derive(Serialize, ToSchema)]
#[schema(as = OpenAiFiles)]
struct FileList {
    /// Always `list`.
    object: &'static str,
    data: Vec<FileObject>,
    first_id: Option<String>,
    last_id: Option<String>,
    has_more: bool,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ListQuery {
    /// The id of the last file of the previous page.
    after: Option<String>,
    /// Number of files, from 1 to 10,000; by default 1,000.
    #[param(minimum = 1, maximum = 10_000)]
    limit: Option<u32>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = OpenAiDeletedFile)]
struct Gone {
    id: String,
    /// Always `file`.
    object: &'static str,
    /// Always true.
    deleted: bool,
}

/// A file in a form.
#[derive(ToSchema)]
#[schema(as = OpenAiUpload)]
#[expect(dead_code, reason = "it is read as it streams; this is its description")]
struct UploadForm {
    /// The table, with its name: CSV or TSV, possibly zipped.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    /// Sent by OpenAI's clients; it is ignored.
    purpose: String,
}

/// The project's files
#[utoipa::path(
    get, path = "/v1/files", tag = "openai", operation_id = "openai_list_files",
    params(ListQuery, ("X-Project" = Option<String>, Header, description = "The id of the project; by default your oldest personal one")),
    responses((status = OK, description = "A page of files", body = FileList)),
)]
async fn list(
    State(app): State<App>,
    place: Workplace,
    Query(query): Query<ListQuery>,
) -> Result<axum::Json<FileList>> {
    let limit = query.limit.unwrap_or(PAGE_DEFAULT);
    if !(1..=PAGE_MAX).contains(&limit) {
        return Err(Error::invalid("limit", "range", format!("Ask for 1 to {PAGE_MAX} files.")).into());
    }
    let after = query.after.as_deref().map(|after| {
        let id: Option<Uuid> = file_id(after).map(|id| id.0);
        id.ok_or_else(|| Error::invalid("after", "file_id", "Use the ID of a file in this list."))
    });
    let mut db = app.db.acquire().await?;
    let after = after.transpose()?;
    let mut found = files::list(&mut db, &place.member, place.project_id, limit + 1, after).await?;
    let has_more = found.len() > limit as usize;
    found.truncate(limit as usize);
    let data: Vec<FileObject> = found.into_iter().map(FileObject::from).collect();
    Ok(axum::Json(FileList {
        object: "list",
        first_id: data.first().map(|file| file.id.clone()),
        last_id: data.last().map(|file| file.id.clone()),
        data,
        has_more,
    }))
}

/// Upload a file
///
/// Into the project. If the name exists, the file gets a new version. The file is analysed in the background.
#[utoipa::path(
    post, path = "/v1/files", tag = "openai", operation_id = "openai_upload_file",
    params(("X-Project" = Option<String>, Header, description = "The id of the project; by default your oldest personal one")),
    request_body(content = UploadForm, content_type = "multipart/form-data"),
    responses((status = OK, description = "The file", body = FileObject)),
)]
async fn upload(State(app): State<App>, place: Workplace, request: Request) -> Result<axum::Json<FileObject>> {
    // `expires_after` comes in parts of its own, which are not followed: a file stays until it is deleted.
    let beside = ["purpose", "expires_after[anchor]", "expires_after[seconds]"];
    let file = receive_upload(&app, &place.member, place.project_id, request, &beside).await?;
    Ok(axum::Json(file.into()))
}

/// A file
#[utoipa::path(
    get, path = "/v1/files/{file_id}", tag = "openai", operation_id = "openai_get_file",
    params(("file_id" = String, Path, description = "The file")),
    responses((status = OK, description = "The file", body = FileObject)),
)]
async fn get(State(app): State<App>, caller: Caller, Path(id): Path<String>) -> Result<axum::Json<FileObject>> {
    let id = named(&id)?;
    let mut db = app.db.acquire().await?;
    let member = member_of(&mut db, &caller, Owned::File(id)).await?;
    Ok(axum::Json(files::get(&mut db, &member, id).await?.into()))
}

/// Delete a file
///
/// It can be restored in the browser app for a while.
#[utoipa::path(
    delete, path = "/v1/files/{file_id}", tag = "openai", operation_id = "openai_delete_file",
    params(("file_id" = String, Path, description = "The file")),
    responses((status = OK, description = "Deleted", body = Gone)),
)]
async fn delete(State(app): State<App>, caller: Caller, Path(id): Path<String>) -> Result<axum::Json<Gone>> {
    let id = named(&id)?;
    let mut tx = app.db.begin().await?;
    let member = member_of(&mut tx, &caller, Owned::File(id)).await?;
    member.at_least(Role::Member)?;
    files::delete(&mut tx, app.clock.now(), &member, id).await?;
    tx.commit().await?;
    Ok(axum::Json(Gone {
        id: prefixed("file-", id.0),
        object: "file",
        deleted: true,
    }))
}

/// Download a file
///
/// The bytes as they were uploaded.
#[utoipa::path(
    get, path = "/v1/files/{file_id}/content", tag = "openai", operation_id = "openai_download_file",
    params(("file_id" = String, Path, description = "The file")),
    responses(
        (status = OK, description = "The bytes", body = Vec<u8>, content_type = "application/octet-stream"),
        (status = PARTIAL_CONTENT, description = "The requested range", body = Vec<u8>, content_type = "application/octet-stream"),
        (status = NOT_MODIFIED, description = "The bytes match If-None-Match"),
    ),
)]
async fn content(State(app): State<App>, caller: Caller, Path(id): Path<String>, asked: HeaderMap) -> Result<Response> {
    let id = named(&id)?;
    let stored = {
        let mut db = app.db.acquire().await?;
        let member = member_of(&mut db, &caller, Owned::File(id)).await?;
        preview::stored(&mut db, &member, id, None).await?
    };
    send(&app.objects, &asked, &stored).await
}

fn named(id: &str) -> Result<FileId, Error> {
    file_id(id).ok_or(Error::Missing("file"))
}
