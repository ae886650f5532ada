//! Files over HTTP: upload, list, download, preview.
//!
//! What people upload is handed back so that it can never run in the application's origin: as an attachment of no type
//! that a browser runs or guesses, in a sandbox of its own.

pub(super) mod download;
mod settings;

use axum::{
    Json as Answer,
    extract::{DefaultBodyLimit, FromRequest, Multipart, Request, State, multipart::MultipartError},
    http::{HeaderMap, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    error::Result,
    extract::{Json, Path, Query},
    page::{Page, PageQuery},
    problems::{Conflict, Forbidden},
};
use crate::{
    accounts::Caller,
    app::App,
    error::Error,
    files::{self, File, Upload, Version, names::FileName, preview as stored, profile::Profile, rows::Rows},
    ids::{FileId, ProjectId},
    orgs::{self, Member, Owned, Role},
    storage, uploads,
};

/// Bytes of a multipart body beside the file's own, so that a file that just fits is not refused by its headers.
const MULTIPART_BYTES: u64 = 16 << 10;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, upload))
        // An upload is limited by its own rules, while it streams.
        .layer(DefaultBodyLimit::disable())
        .routes(routes!(get, rename, delete))
        .routes(routes!(restore))
        .routes(routes!(versions))
        .routes(routes!(rows))
        .routes(routes!(profile))
        .merge(download::routes())
        .merge(self::settings::routes())
}

/// Which version.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct VersionQuery {
    /// A version's number; by default the newest.
    #[param(minimum = 1)]
    version: Option<i32>,
}

/// Which rows.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct RowsQuery {
    /// A version's number; by default the newest.
    #[param(minimum = 1)]
    version: Option<i32>,
    /// The first row, from 0.
    #[param(minimum = 0, default = 0)]
    offset: Option<u64>,
    /// Number of rows.
    #[param(minimum = 1, maximum = 500, default = 100)]
    limit: Option<u64>,
}

const ROWS_DEFAULT: u64 = 100;

/// An upload in a form.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it is read as it streams; this is its description")]
struct UploadForm {
    /// The file, with its name.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// A change to a file.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct FileChange {
    /// A new name.
    #[schema(min_length = 1, max_length = 255)]
    name: String,
}

/// List a project's files
///
/// Newest first, each with its newest version.
#[utoipa::path(
    get,
    path = "/api/v1/projects/{project_id}/files",
    operation_id = "list_files",
    tag = "files",
    params(("project_id" = ProjectId, Path, description = "The project"), PageQuery),
    responses(
        (status = OK, description = "A page of files.", body = Page<File>, headers(("Link" = String, description = "The next page."))),
    )
)]
async fn list(
    State(app): State<App>,
    caller: Caller,
    Path(project_id): Path<ProjectId>,
    Query(query): Query<PageQuery>,
    uri: Uri,
) -> Result<Response> {
    let request = query.parse()?;
    let mut db = app.db.acquire().await?;
    let member = orgs::member_of(&mut db, &caller, Owned::Project(project_id)).await?;
    let files = files::list(&mut db, &member, project_id, request.limit + 1, request.after).await?;
    Ok(Page::new(files, &request, |file| file.id.0).answer(&uri))
}

/// Upload a file
///
/// CSV or TSV, possibly zipped, as a form with a single part `file`. A name that the project already has, ignoring
/// case, gets a new version. The file is analysed in the background: `latest.state` shows the progress. For large files
/// over unreliable connections, use resumable uploads. If there is not enough storage, it is 403 `quota_bytes` or
/// `quota_files`; a file that has reached its limit of versions is 409 `too_many_versions`.
#[utoipa::path(
    post,
    path = "/api/v1/projects/{project_id}/files",
    operation_id = "upload_file",
    tag = "files",
    params(("project_id" = ProjectId, Path, description = "The project")),
    request_body(content = UploadForm, content_type = "multipart/form-data"),
    responses(
        (status = CREATED, description = "The file.", body = File, headers(("Location" = String, description = "The file's URL."))),
        Forbidden,
        Conflict,
    )
)]
async fn upload(
    State(app): State<App>,
    caller: Caller,
    Path(project_id): Path<ProjectId>,
    request: Request,
) -> Result<Response> {
    let member = orgs::member_of(&mut *app.db.acquire().await?, &caller, Owned::Project(project_id)).await?;
    let file = receive_upload(&app, &member, project_id, request, &[]).await?;
    let location = format!("/api/v1/files/{}", file.id);
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Answer(file)).into_response())
}

/// Takes in the form's one file; parts of the names `beside` are passed over.
pub(super) async fn receive_upload(
    app: &App,
    member: &Member,
    project_id: ProjectId,
    request: Request,
    beside: &[&str],
) -> Result<File, Error> {
    let limits = &app.config.limits;
    member.at_least(Role::Member)?;
    // What is certain to be too much is not even received.
    let least = content_length(request.headers()).saturating_sub(MULTIPART_BYTES);
    if least > limits.upload_max_bytes {
        return Err(uploads::too_large(limits));
    }
    storage::usage(&mut *app.db.acquire().await?, limits, member)
        .await?
        .fits(least, 0)?;
    let upload = receive(app, project_id, request, beside).await?;
    files::store(&app.db, &app.objects, limits, app.clock.now(), member, &upload).await
}

/// Spools the form's one file.
async fn receive(app: &App, project_id: ProjectId, request: Request, beside: &[&str]) -> Result<Upload, Error> {
    let wrong = |message: &str| Error::invalid("file", "required", message);
    let mut form = Multipart::from_request(request, app).await.map_err(|rejection| {
        Error::invalid(
            "",
            "content_type",
            format!("Send a form as multipart/form-data: {}", rejection.body_text()),
        )
    })?;
    let mut found = None;
    while let Some(mut field) = form.next_field().await.map_err(|error| broken_form(&error))? {
        if field.name().is_some_and(|name| beside.contains(&name)) {
            continue;
        }
        if field.name() != Some("file") {
            return Err(Error::invalid("", "unknown_field", "Send only one part, `file`."));
        }
        if found.is_some() {
            return Err(wrong("Send one file at a time."));
        }
        let name = field
            .file_name()
            .ok_or_else(|| wrong("Send the file with a file name."))?;
        let name = FileName::parse("file", name)?;
        let mut spooling = app.spool.create()?;
        while let Some(bytes) = field.chunk().await.map_err(|error| broken_form(&error))? {
            if spooling.bytes() + bytes.len() as u64 > app.config.limits.upload_max_bytes {
                return Err(uploads::too_large(&app.config.limits));
            }
            spooling.push(&bytes).await?;
        }
        found = Some((name, spooling));
    }
    let (name, spooling) = found.ok_or_else(|| wrong("Send a file as the part `file`."))?;
    Ok(Upload {
        project_id,
        name,
        bytes: spooling.finish().await?,
    })
}

fn broken_form(error: &MultipartError) -> Error {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return Error::TooLarge("The body is larger than this endpoint takes.".to_owned());
    }
    Error::invalid("", "body", format!("The form is not valid: {}", error.body_text()))
}

fn content_length(headers: &HeaderMap) -> u64 {
    let length = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok());
    length.and_then(|length| length.parse().ok()).unwrap_or(0)
}

/// Get a file
#[utoipa::path(
    get,
    path = "/api/v1/files/{file_id}",
    operation_id = "get_file",
    tag = "files",
    params(("file_id" = FileId, Path, description = "The file")),
    responses(
        (status = OK, description = "The file.", body = File),
    )
)]
async fn get(State(app): State<App>, caller: Caller, Path(file_id): Path<FileId>) -> Result<Answer<File>> {
    let mut db = app.db.acquire().await?;
    let member = orgs::member_of(&mut db, &caller, Owned::File(file_id)).await?;
    Ok(Answer(files::get(&mut db, &member, file_id).await?))
}

/// Rename a file
///
/// If another file in the project has the name, ignoring case, it is 409 `name_taken`.
#[utoipa::path(
    patch,
    path = "/api/v1/files/{file_id}",
    operation_id = "rename_file",
    tag = "files",
    params(("file_id" = FileId, Path, description = "The file")),
    request_body = FileChange,
    responses(
        (status = OK, description = "The file.", body = File),
        Forbidden,
        Conflict,
    )
)]
async fn rename(
    State(app): State<App>,
    caller: Caller,
    Path(file_id): Path<FileId>,
    Json(change): Json<FileChange>,
) -> Result<Answer<File>> {
    let name = FileName::parse("name", &change.name)?;
    let mut tx = app.db.begin().await?;
    let member = orgs::member_of(&mut tx, &caller, Owned::File(file_id)).await?;
    member.at_least(Role::Member)?;
    let file = files::rename(&mut tx, app.clock.now(), &member, file_id, &name).await?;
    tx.commit().await?;
    Ok(Answer(file))
}

/// Delete a file
///
/// In all its versions. `restore` can bring it back for a while.
#[utoipa::path(
    delete,
    path = "/api/v1/files/{file_id}",
    operation_id = "delete_file",
    tag = "files",
    params(("file_id" = FileId, Path, description = "The file")),
    responses(
        (status = NO_CONTENT, description = "Deleted."),
        Forbidden,
    )
)]
async fn delete(State(app): State<App>, caller: Caller, Path(file_id): Path<FileId>) -> Result<StatusCode> {
    let mut tx = app.db.begin().await?;
    let member = orgs::member_of(&mut tx, &caller, Owned::File(file_id)).await?;
    member.at_least(Role::Member)?;
    files::delete(&mut tx, app.clock.now(), &member, file_id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Restore a deleted file
///
/// As long as it can be restored, if there is enough storage (403 `quota_bytes`, `quota_files`) and its name is free
/// (409 `name_taken`). A file that is not deleted stays as it is.
#[utoipa::path(
    post,
    path = "/api/v1/files/{file_id}/restore",
    operation_id = "restore_file",
    tag = "files",
    params(("file_id" = FileId, Path, description = "The file")),
    responses(
        (status = OK, description = "The file.", body = File),
        Forbidden,
        Conflict,
    )
)]
async fn restore(State(app): State<App>, caller: Caller, Path(file_id): Path<FileId>) -> Result<Answer<File>> {
    let mut tx = app.db.begin().await?;
    let member = orgs::member_of(&mut tx, &caller, Owned::File(file_id)).await?;
    member.at_least(Role::Member)?;
    let file = files::restore(&mut tx, &app.config.limits, app.clock.now(), &member, file_id).await?;
    tx.commit().await?;
    Ok(Answer(file))
}

/// List a file's versions
///
/// All of them, newest first.
#[utoipa::path(
    get,
    path = "/api/v1/files/{file_id}/versions",
    operation_id = "list_file_versions",
    tag = "files",
    params(("file_id" = FileId, Path, description = "The file")),
    responses(
        (status = OK, description = "The versions.", body = Vec<Version>),
    )
)]
async fn versions(State(app): State<App>, caller: Caller, Path(file_id): Path<FileId>) -> Result<Answer<Vec<Version>>> {
    let mut db = app.db.acquire().await?;
    let member = orgs::member_of(&mut db, &caller, Owned::File(file_id)).await?;
    Ok(Answer(files::versions(&mut db, &member, file_id).await?))
}

/// Get rows of a table
///
/// Directly from the file, as its text. It is 409 while the file is being analysed (`profile_pending`), if it is not a
/// table (`not_a_table`, with the reason), and if a row is too long to show (`row_too_long`).
#[utoipa::path(
    get,
    path = "/api/v1/files/{file_id}/rows",
    operation_id = "get_file_rows",
    tag = "files",
    params(("file_id" = FileId, Path, description = "The file"), RowsQuery),
    responses(
        (status = OK, description = "The rows.", body = Rows),
        Conflict,
    )
)]
async fn rows(
    State(app): State<App>,
    caller: Caller,
    Path(file_id): Path<FileId>,
    Query(query): Query<RowsQuery>,
) -> Result<Answer<Rows>> {
    let page = {
        let mut db = app.db.acquire().await?;
        let member = orgs::member_of(&mut db, &caller, Owned::File(file_id)).await?;
        let (offset, limit) = (query.offset.unwrap_or(0), query.limit.unwrap_or(ROWS_DEFAULT));
        stored::page(&mut db, &member, file_id, query.version, offset, limit).await?
    };
    Ok(Answer(page.read(&app.objects).await?))
}

/// Get a table's profile
///
/// Its delimiter, and each column's type and figures. It is 409 while the file is being analysed (`profile_pending`),
/// and if it is not a table (`not_a_table`, with the reason).
#[utoipa::path(
    get,
    path = "/api/v1/files/{file_id}/profile",
    operation_id = "get_file_profile",
    tag = "files",
    params(("file_id" = FileId, Path, description = "The file"), VersionQuery),
    responses(
        (status = OK, description = "The profile.", body = Profile),
        Conflict,
    )
)]
async fn profile(
    State(app): State<App>,
    caller: Caller,
    Path(file_id): Path<FileId>,
    Query(query): Query<VersionQuery>,
) -> Result<Answer<Profile>> {
    let mut db = app.db.acquire().await?;
    let member = orgs::member_of(&mut db, &caller, Owned::File(file_id)).await?;
    Ok(Answer(stored::profile(&mut db, &member, file_id, query.version).await?))
}
