//! `/api/v1/conversations/{conversation_id}/share`, and `/api/v1/shares` for those who have a link.
//!
//! What a link leads to is for people who were given it: it is kept in no cache, found by no search engine, and its
//! address, which has the secret in it, goes to no other page.

use axum::{
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    Problem,
    error::Result,
    extract::{Path, Query},
    files::download::send,
    page::{Page, PageQuery},
    problems::Forbidden,
};
use crate::{
    accounts::Caller,
    app::App,
    conversations::shares::{self, SharedMessage},
    ids::{ConversationId, GeneratedFileId, MessageId},
    orgs::{Owned, member_of},
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(share, revoke))
        .routes(routes!(read))
        .routes(routes!(content))
}

/// A link to a conversation. It is shown only once.
#[derive(Serialize, ToSchema)]
struct ShareLink {
    /// The full URL.
    url: String,
    /// The secret in it.
    #[schema(min_length = 43, max_length = 43)]
    token: String,
}

/// A conversation as seen by people who have its link.
#[derive(Serialize, ToSchema)]
struct SharedConversation {
    title: String,
    created_at: DateTime<Utc>,
    /// When the last message was added.
    updated_at: DateTime<Utc>,
    /// One page of its messages, as they are now.
    messages: Page<SharedMessage>,
}

/// Share a conversation with a link
///
/// Whoever has the link can read the conversation in its current state, and download what scripts made in it. A new
/// link replaces the previous one, which stops working. Requires the member role or higher.
#[utoipa::path(
    put,
    path = "/api/v1/conversations/{conversation_id}/share",
    tag = "shares",
    operation_id = "share_conversation",
    params(("conversation_id" = ConversationId, Path, description = "The conversation")),
    responses((status = OK, description = "The new link", body = ShareLink), Forbidden),
)]
async fn share(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ConversationId>,
) -> Result<axum::Json<ShareLink>> {
    let mut tx = app.db.begin().await?;
    let member = member_of(&mut tx, &caller, Owned::Conversation(id)).await?;
    let token = shares::share(&mut tx, app.clock.now(), &member, id).await?;
    tx.commit().await?;
    let base = app.config.public_url.as_str().trim_end_matches('/');
    Ok(axum::Json(ShareLink {
        url: format!("{base}/api/v1/shares/{token}"),
        token,
    }))
}

/// Revoke a conversation's link
///
/// Succeeds even if there is none. Requires the member role or higher.
#[utoipa::path(
    delete,
    path = "/api/v1/conversations/{conversation_id}/share",
    tag = "shares",
    operation_id = "unshare_conversation",
    params(("conversation_id" = ConversationId, Path, description = "The conversation")),
    responses((status = NO_CONTENT, description = "The link no longer works"), Forbidden),
)]
async fn revoke(State(app): State<App>, caller: Caller, Path(id): Path<ConversationId>) -> Result<StatusCode> {
    let mut tx = app.db.begin().await?;
    let member = member_of(&mut tx, &caller, Owned::Conversation(id)).await?;
    shares::revoke(&mut tx, &member, id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Read a shared conversation
///
/// Its title and a page of its messages, in the order in which they were made, without anybody's name, address or
/// feedback.
#[utoipa::path(
    get,
    path = "/api/v1/shares/{share_token}",
    tag = "shares",
    operation_id = "read_share",
    params(("share_token" = String, Path, description = "The secret of the link"), PageQuery),
    responses(
        (status = OK, description = "The conversation", body = SharedConversation, headers(
            ("Link" = String, description = "The next page"),
            ("X-Robots-Tag" = String, description = "`noindex`"),
        )),
    ),
    security(()),
)]
async fn read(
    State(app): State<App>,
    Path(token): Path<String>,
    uri: Uri,
    Query(query): Query<PageQuery>,
) -> Result<Response> {
    let page = query.parse::<MessageId>()?;
    let mut db = app.db.acquire().await?;
    let shared = shares::find(&mut db, &token).await?;
    let (found, more) = shared.messages(&mut db, page.after, page.limit).await?;
    let messages = Page::of(found, more, |message| message.id);
    let link = messages.link(&uri);
    let body = SharedConversation {
        title: shared.title,
        created_at: shared.created_at,
        updated_at: shared.updated_at,
        messages,
    };
    let mut answer = axum::Json(body).into_response();
    answer.headers_mut().extend(link.map(|link| (header::LINK, link)));
    Ok(discreet(answer))
}

/// Download a file of a shared conversation
///
/// Something a script made in it. One range of its bytes can be requested.
#[utoipa::path(
    get,
    path = "/api/v1/shares/{share_token}/files/{generated_file_id}/content",
    tag = "shares",
    operation_id = "download_shared_file",
    params(
        ("share_token" = String, Path, description = "The secret of the link"),
        ("generated_file_id" = GeneratedFileId, Path, description = "The file"),
        ("Range" = Option<String>, Header, description = "One range, such as `bytes=0-1023`."),
        ("If-None-Match" = Option<String>, Header, description = "The ETag of bytes that the client already has."),
        ("If-Range" = Option<String>, Header, description = "The ETag that the range belongs to."),
    ),
    responses(
        (status = OK, description = "The bytes.", body = Vec<u8>, content_type = "application/octet-stream", headers(
            ("ETag" = String, description = "Changes with the bytes."),
            ("Content-Disposition" = String, description = "`attachment`, with the file's name."),
            ("X-Robots-Tag" = String, description = "`noindex`"),
        )),
        (status = PARTIAL_CONTENT, description = "The requested range.", body = Vec<u8>, content_type = "application/octet-stream", headers(
            ("Content-Range" = String, description = "The byte range, and the total size."),
        )),
        (status = NOT_MODIFIED, description = "The bytes match If-None-Match."),
        (status = RANGE_NOT_SATISFIABLE, description = "The range is outside the file.", body = Problem, content_type = "application/problem+json"),
    ),
    security(()),
)]
async fn content(
    State(app): State<App>,
    Path((token, id)): Path<(String, GeneratedFileId)>,
    asked: HeaderMap,
) -> Result<Response> {
    let stored = {
        let mut db = app.db.acquire().await?;
        let shared = shares::find(&mut db, &token).await?;
        shared.file(&mut db, id).await?
    };
    Ok(discreet(send(&app.objects, &asked, &stored).await?))
}

pub(super) fn discreet(mut answer: Response) -> Response {
    let headers: [(HeaderName, &str); 3] = [
        (HeaderName::from_static("x-robots-tag"), "noindex, nofollow"),
        (header::CACHE_CONTROL, "no-store, no-transform"),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    for (name, value) in headers {
        answer.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    answer
}
