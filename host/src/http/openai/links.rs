//! `/v1/links`: links to charts and files that need no key, so that a chat of another maker can show them.
//!
//! A link is signed, names one file and one person, and works for some days and as long as that person may see the file.

use axum::{
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, header},
    response::Response,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use crate::{
    app::App,
    conversations::generated,
    error::Error,
    http::{error::Result, extract::Path, files::download::send},
    ids::{GeneratedFileId, UserId},
    orgs::{Owned, membership},
};

const PURPOSE: &str = "link to a generated file";
/// Bytes of the two ids and the time.
const CLAIMS: usize = 40;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(open))
}

/// The address of a file for whoever has it.
pub(super) fn link(app: &App, user_id: UserId, file_id: GeneratedFileId) -> String {
    let expires = app.clock.now() + TimeDelta::days(app.config.limits.link_days.into());
    let mut token = Vec::with_capacity(CLAIMS + 32);
    token.extend(file_id.0.as_bytes());
    token.extend(user_id.0.as_bytes());
    token.extend(expires.timestamp().to_be_bytes());
    let code = app.signing_key.mac(PURPOSE, &[&token]);
    token.extend(code);
    let server = app.config.public_url.as_str().trim_end_matches('/');
    format!("{server}/v1/links/{}", URL_SAFE_NO_PAD.encode(token))
}

/// Open a link to a chart or a file
///
/// As in an answer. It works for `GLOVEBOX_LINK_DAYS` days.
#[utoipa::path(
    get, path = "/v1/links/{link_token}", tag = "openai", operation_id = "open_link", security(()),
    params(("link_token" = String, Path, description = "The last part of the link")),
    responses(
        (status = OK, description = "The bytes", body = Vec<u8>, content_type = "application/octet-stream"),
        (status = PARTIAL_CONTENT, description = "The requested range", body = Vec<u8>, content_type = "application/octet-stream"),
        (status = NOT_MODIFIED, description = "The bytes match If-None-Match"),
    ),
)]
async fn open(State(app): State<App>, Path(token): Path<String>, asked: HeaderMap) -> Result<Response> {
    let (user_id, file_id) = read(&app, &token).ok_or(Error::Missing("link: it may have expired"))?;
    let stored = {
        let mut db = app.db.acquire().await?;
        let member = membership(&mut db, user_id, Owned::GeneratedFile(file_id)).await?;
        generated::stored(&mut db, &member, file_id).await?
    };
    let picture = stored.name.to_ascii_lowercase().ends_with(".png");
    let mut answer = send(&app.objects, &asked, &stored).await?;
    let headers = answer.headers_mut();
    // A page of another maker shows it.
    let everywhere = HeaderValue::from_static("cross-origin");
    headers.insert(HeaderName::from_static("cross-origin-resource-policy"), everywhere);
    if picture {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("image/png"));
        headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("inline"));
    }
    Ok(answer)
}

/// Whose link it is to which file, unless it is forged or over.
fn read(app: &App, token: &str) -> Option<(UserId, GeneratedFileId)> {
    let token = URL_SAFE_NO_PAD.decode(token).ok()?;
    let (claims, code) = token.split_at_checked(CLAIMS)?;
    if !app.signing_key.verify(PURPOSE, &[claims], code) {
        return None;
    }
    let expires = i64::from_be_bytes(claims[32..].try_into().ok()?);
    let id = |bytes: &[u8]| Uuid::from_slice(bytes).ok();
    let named = (UserId(id(&claims[16..32])?), GeneratedFileId(id(&claims[..16])?));
    (app.clock.now().timestamp() < expires).then_some(named)
}
