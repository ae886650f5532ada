//! Resumable uploads over HTTP, by tus 1.0.0 (<https://tus.io/protocols/resumable-upload>): the core protocol and its
//! extensions creation, expiration and termination.
//!
//! The answer to the last part names the file in `Glovebox-File-Id`, and so does HEAD from then on. A part is received
//! by a task of its own, so that what has arrived is kept when its connection breaks.

use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, Utc};
use futures_util::StreamExt;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    Problem,
    error::{Failure, Result, problem},
    extract::Path,
    problems::{Conflict, Forbidden},
};
use crate::{
    accounts::Caller,
    app::App,
    error::Error,
    files::names::FileName,
    ids::{ProjectId, UploadId},
    orgs::{self, Member, Owned, Role},
    uploads::{self, NewUpload, Receiver, Upload},
};

const VERSION: &str = "1.0.0";
const EXTENSIONS: &str = "creation,expiration,termination";
const PART_TYPE: &str = "application/offset+octet-stream";

const RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
const UPLOAD_OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const UPLOAD_LENGTH: HeaderName = HeaderName::from_static("upload-length");
const UPLOAD_METADATA: HeaderName = HeaderName::from_static("upload-metadata");
const UPLOAD_EXPIRES: HeaderName = HeaderName::from_static("upload-expires");
const FILE_ID: HeaderName = HeaderName::from_static("glovebox-file-id");

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(options, create))
        .routes(routes!(head, receive, terminate))
}

/// Get the options of resumable uploads
#[utoipa::path(
    options,
    path = "/api/v1/projects/{project_id}/uploads",
    operation_id = "get_upload_options",
    tag = "uploads",
    params(("project_id" = ProjectId, Path, description = "The project")),
    responses(
        (status = NO_CONTENT, description = "What the server supports.", headers(
            ("Tus-Version" = String, description = "Versions of the protocol."),
            ("Tus-Extension" = String, description = "Its extensions."),
            ("Tus-Max-Size" = u64, description = "Maximum bytes of a file."),
        )),
    )
)]
async fn options(State(app): State<App>, caller: Caller, Path(project_id): Path<ProjectId>) -> Result<Response> {
    let mut db = app.db.acquire().await?;
    orgs::member_of(&mut db, &caller, Owned::Project(project_id)).await?;
    let mut answer = tus(StatusCode::NO_CONTENT);
    let headers = answer.headers_mut();
    headers.insert("tus-version", HeaderValue::from_static(VERSION));
    headers.insert("tus-extension", HeaderValue::from_static(EXTENSIONS));
    headers.insert("tus-max-size", HeaderValue::from(app.config.limits.upload_max_bytes));
    Ok(answer)
}

/// Start a resumable upload
///
/// With tus 1.0.0. `Upload-Metadata` must contain the `filename`. If there is not enough storage, it is 403
/// `quota_bytes`.
#[utoipa::path(
    post,
    path = "/api/v1/projects/{project_id}/uploads",
    operation_id = "create_upload",
    tag = "uploads",
    params(
        ("project_id" = ProjectId, Path, description = "The project"),
        ("Tus-Resumable" = String, Header, description = "`1.0.0`."),
        ("Upload-Length" = u64, Header, description = "Bytes of the file."),
        ("Upload-Metadata" = String, Header, description = "`filename` and, after a space, the name in base64."),
    ),
    responses(
        (status = CREATED, description = "The upload can start.", headers(
            ("Location" = String, description = "Where to send the bytes."),
            ("Upload-Expires" = String, description = "When it expires."),
        )),
        Forbidden,
        (status = PRECONDITION_FAILED, description = "Another version of the protocol.", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn create(
    State(app): State<App>,
    caller: Caller,
    Path(project_id): Path<ProjectId>,
    headers: HeaderMap,
) -> Result<Response> {
    let mut tx = app.db.begin().await?;
    let member = orgs::member_of(&mut tx, &caller, Owned::Project(project_id)).await?;
    member.at_least(Role::Member)?;
    if let Some(answer) = other_version(&headers) {
        return Ok(answer);
    }
    let new = NewUpload {
        project_id,
        name: FileName::parse("filename", &file_name(&headers)?)?,
        bytes_total: number(&headers, &UPLOAD_LENGTH)?,
    };
    let upload = uploads::create(&mut tx, &app.config.limits, app.clock.now(), &member, &new).await?;
    tx.commit().await?;
    let mut answer = tus(StatusCode::CREATED);
    let location = HeaderValue::try_from(format!("/api/v1/uploads/{}", upload.id));
    answer
        .headers_mut()
        .extend(location.ok().map(|value| (header::LOCATION, value)));
    expires(&mut answer, upload.expires_at);
    Ok(answer)
}

/// Get the progress of a resumable upload
#[utoipa::path(
    head,
    path = "/api/v1/uploads/{upload_id}",
    operation_id = "get_upload",
    tag = "uploads",
    params(("upload_id" = UploadId, Path, description = "The upload"), ("Tus-Resumable" = String, Header, description = "`1.0.0`.")),
    responses(
        (status = OK, description = "The progress.", headers(
            ("Upload-Offset" = u64, description = "Bytes that have arrived."),
            ("Upload-Length" = u64, description = "Bytes of the file."),
            ("Upload-Expires" = String, description = "When it expires."),
            ("Glovebox-File-Id" = String, description = "The file that it became, once all bytes have arrived."),
        )),
        (status = PRECONDITION_FAILED, description = "Another version of the protocol."),
    )
)]
async fn head(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<UploadId>,
    headers: HeaderMap,
) -> Result<Response> {
    let (_, upload) = find(&app, &caller, id, Role::Viewer).await?;
    if let Some(answer) = other_version(&headers) {
        return Ok(answer);
    }
    let mut answer = tus(StatusCode::OK);
    answer
        .headers_mut()
        .insert(UPLOAD_LENGTH, HeaderValue::from(upload.bytes_total));
    answer
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    progress(&mut answer, &upload);
    Ok(answer)
}

/// Continue a resumable upload
///
/// The body continues after the bytes received so far, up to the end or less. With the last byte the upload becomes a
/// file; its id is in `Glovebox-File-Id`. If the bytes do not continue at the current offset, it is 409
/// `offset_mismatch`; too many parts are 409 `too_many_parts`, and too many versions of the file 409
/// `too_many_versions`.
#[utoipa::path(
    patch,
    path = "/api/v1/uploads/{upload_id}",
    operation_id = "continue_upload",
    tag = "uploads",
    params(
        ("upload_id" = UploadId, Path, description = "The upload"),
        ("Tus-Resumable" = String, Header, description = "`1.0.0`."),
        ("Upload-Offset" = u64, Header, description = "Where the body starts in the file: the number of bytes received so far."),
    ),
    request_body(content = Vec<u8>, content_type = "application/offset+octet-stream"),
    responses(
        (status = NO_CONTENT, description = "Received.", headers(
            ("Upload-Offset" = u64, description = "Bytes that have arrived."),
            ("Upload-Expires" = String, description = "When it expires."),
            ("Glovebox-File-Id" = String, description = "The file that it became, once all bytes have arrived."),
        )),
        Forbidden,
        Conflict,
        (status = PRECONDITION_FAILED, description = "Another version of the protocol.", body = Problem, content_type = "application/problem+json"),
        (status = UNSUPPORTED_MEDIA_TYPE, description = "The body has another content type.", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn receive(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<UploadId>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response> {
    let (member, upload) = find(&app, &caller, id, Role::Member).await?;
    if let Some(answer) = other_version(&headers).or_else(|| other_type(&headers)) {
        return Ok(answer);
    }
    if number(&headers, &UPLOAD_OFFSET)? != upload.offset {
        return Err(uploads::offset_mismatch().into());
    }
    // The connection takes this request along when it breaks, but not another task.
    let received = tokio::spawn(async move { Box::pin(spool(app, member, upload, body)).await });
    let upload = received.await.map_err(anyhow::Error::from)??;
    let mut answer = tus(StatusCode::NO_CONTENT);
    progress(&mut answer, &upload);
    Ok(answer)
}

async fn spool(app: App, member: Member, upload: Upload, body: Body) -> Result<Upload, Error> {
    let mut spooling = app.spool.create()?;
    let mut body = body.into_data_stream();
    // A connection that breaks ends the part where it is.
    while let Some(Ok(bytes)) = body.next().await {
        if upload.offset + spooling.bytes() + bytes.len() as u64 > upload.bytes_total {
            return Err(Error::TooLarge(format!(
                "These bytes go past the end: the upload has {} bytes in all.",
                upload.bytes_total
            )));
        }
        spooling.push(&bytes).await?;
    }
    let receiver = Receiver {
        db: app.db.clone(),
        objects: app.objects.clone(),
        spool: app.spool.clone(),
        limits: app.config.limits.clone(),
    };
    receiver
        .receive(app.clock.now(), &member, &upload, spooling.finish().await?)
        .await
}

/// Cancel a resumable upload
///
/// Received bytes are removed. If it has already become a file, the file stays.
#[utoipa::path(
    delete,
    path = "/api/v1/uploads/{upload_id}",
    operation_id = "delete_upload",
    tag = "uploads",
    params(("upload_id" = UploadId, Path, description = "The upload"), ("Tus-Resumable" = String, Header, description = "`1.0.0`.")),
    responses(
        (status = NO_CONTENT, description = "Cancelled."),
        Forbidden,
        (status = PRECONDITION_FAILED, description = "Another version of the protocol.", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn terminate(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<UploadId>,
    headers: HeaderMap,
) -> Result<Response> {
    let mut tx = app.db.begin().await?;
    let member = orgs::member_of(&mut tx, &caller, Owned::Upload(id)).await?;
    member.at_least(Role::Member)?;
    if let Some(answer) = other_version(&headers) {
        return Ok(answer);
    }
    uploads::delete(&mut tx, app.clock.now(), &member, id).await?;
    tx.commit().await?;
    Ok(tus(StatusCode::NO_CONTENT))
}

async fn find(app: &App, caller: &Caller, id: UploadId, role: Role) -> Result<(Member, Upload), Failure> {
    let mut db = app.db.acquire().await?;
    let member = orgs::member_of(&mut db, caller, Owned::Upload(id)).await?;
    member.at_least(role)?;
    let upload = uploads::get(&mut db, app.clock.now(), &member, id).await?;
    Ok((member, upload))
}

fn tus(status: StatusCode) -> Response {
    let mut answer = status.into_response();
    answer
        .headers_mut()
        .insert(RESUMABLE, HeaderValue::from_static(VERSION));
    answer
}

fn progress(answer: &mut Response, upload: &Upload) {
    answer
        .headers_mut()
        .insert(UPLOAD_OFFSET, HeaderValue::from(upload.offset));
    let file = upload.file_id.and_then(|id| HeaderValue::try_from(id.to_string()).ok());
    answer.headers_mut().extend(file.map(|value| (FILE_ID, value)));
    expires(answer, upload.expires_at);
}

/// As an HTTP date (RFC 9110, 5.6.7).
fn expires(answer: &mut Response, at: DateTime<Utc>) {
    let value = HeaderValue::try_from(at.format("%a, %d %b %Y %H:%M:%S GMT").to_string());
    answer
        .headers_mut()
        .extend(value.ok().map(|value| (UPLOAD_EXPIRES, value)));
}

/// The answer to a request of another version of the protocol, or of none.
fn other_version(headers: &HeaderMap) -> Option<Response> {
    if headers.get(RESUMABLE).is_some_and(|version| version == VERSION) {
        return None;
    }
    let detail = format!("Send the header Tus-Resumable: {VERSION}.");
    let mut answer = problem(StatusCode::PRECONDITION_FAILED, "tus_version", detail, Vec::new(), None);
    answer
        .headers_mut()
        .insert(RESUMABLE, HeaderValue::from_static(VERSION));
    answer
        .headers_mut()
        .insert("tus-version", HeaderValue::from_static(VERSION));
    Some(answer)
}

fn other_type(headers: &HeaderMap) -> Option<Response> {
    if headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind == PART_TYPE) {
        return None;
    }
    let detail = format!("Send the bytes with the header Content-Type: {PART_TYPE}.");
    Some(problem(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "content_type",
        detail,
        Vec::new(),
        None,
    ))
}

fn number(headers: &HeaderMap, name: &HeaderName) -> Result<u64, Error> {
    let text = headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text
        .parse()
        .ok()
        .filter(|number| digits && i64::try_from(*number).is_ok());
    number.ok_or_else(|| Error::invalid(name.as_str(), "number", "Send this header with a number of bytes."))
}

/// The value of `filename`, which is in base64 as every value of this header.
fn file_name(headers: &HeaderMap) -> Result<String, Error> {
    let wrong = || {
        let message = "Send this header with `filename`, a space, and the file's name in base64.";
        Error::invalid(UPLOAD_METADATA.as_str(), "required", message)
    };
    let pairs = headers
        .get(UPLOAD_METADATA)
        .and_then(|value| value.to_str().ok())
        .ok_or_else(wrong)?;
    let value = pairs
        .split(',')
        .filter_map(|pair| pair.trim().split_once(' '))
        .find(|(key, _)| *key == "filename")
        .ok_or_else(wrong)?;
    let name = STANDARD.decode(value.1.trim()).map_err(|_| wrong())?;
    String::from_utf8(name).map_err(|_| wrong())
}
