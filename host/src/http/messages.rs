//! `/api/v1/conversations/{conversation_id}/messages` and `/api/v1/messages`.

use axum::{
    extract::State,
    http::{StatusCode, Uri},
    response::Response,
};
use serde::Deserialize;
use utoipa::ToSchema;
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
    conversations::messages::{self, Message, Remark, Verdict},
    ids::{ConversationId, MessageId},
    orgs::{Owned, member_of},
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(get))
        .routes(routes!(rate))
        .routes(routes!(pin, unpin))
}

/// Feedback on an answer.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewFeedback {
    /// Null withdraws the feedback.
    #[serde(deserialize_with = "Option::deserialize")]
    #[schema(required)]
    value: Option<Verdict>,
    /// In your own words.
    #[serde(default)]
    #[schema(max_length = 2000)]
    text: String,
}

/// List the messages of a conversation
///
/// All of its branches, in the order in which they were made, so that each message comes after the one it follows.
/// Messages with the same `parent_id` are alternatives: edited questions and retried answers. A page may be shorter if
/// its messages are long.
#[utoipa::path(
    get,
    path = "/api/v1/conversations/{conversation_id}/messages",
    tag = "messages",
    operation_id = "list_messages",
    params(("conversation_id" = ConversationId, Path, description = "The conversation"), PageQuery),
    responses(
        (status = OK, description = "One page", body = Page<Message>, headers(("Link" = String, description = "The next page"))),
    ),
)]
async fn list(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ConversationId>,
    uri: Uri,
    Query(query): Query<PageQuery>,
) -> Result<Response> {
    let page = query.parse::<MessageId>()?;
    let mut db = app.db.acquire().await?;
    let member = member_of(&mut db, &caller, Owned::Conversation(id)).await?;
    let (found, more) = messages::list(&mut db, &member, id, page.after, page.limit).await?;
    Ok(Page::of(found, more, |message| message.id).answer(&uri))
}

/// A message
#[utoipa::path(
    get,
    path = "/api/v1/messages/{message_id}",
    tag = "messages",
    operation_id = "get_message",
    params(("message_id" = MessageId, Path, description = "The question or the answer")),
    responses((status = OK, description = "The message", body = Message)),
)]
async fn get(State(app): State<App>, caller: Caller, Path(id): Path<MessageId>) -> Result<axum::Json<Message>> {
    let mut db = app.db.acquire().await?;
    let member = member_of(&mut db, &caller, Owned::Message(id)).await?;
    Ok(axum::Json(messages::get(&mut db, &member, id).await?))
}

/// Give feedback on an answer
///
/// Replaces earlier feedback. Requires the member role or higher. For a question it is 409 `not_an_answer`.
#[utoipa::path(
    put,
    path = "/api/v1/messages/{message_id}/feedback",
    tag = "messages",
    operation_id = "rate_answer",
    params(("message_id" = MessageId, Path, description = "The answer")),
    request_body = NewFeedback,
    responses((status = OK, description = "The updated answer", body = Message), Forbidden, Conflict),
)]
async fn rate(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<MessageId>,
    Json(body): Json<NewFeedback>,
) -> Result<axum::Json<Message>> {
    let text = Remark::parse("text", &body.text)?;
    let mut tx = app.db.begin().await?;
    let member = member_of(&mut tx, &caller, Owned::Message(id)).await?;
    let message = messages::rate(&mut tx, &member, id, body.value.map(|value| (value, &text))).await?;
    tx.commit().await?;
    Ok(axum::Json(message))
}

/// Pin an answer
///
/// In a long conversation, later turns see pinned answers before others. Requires the member role or higher. For a
/// question it is 409 `not_an_answer`.
#[utoipa::path(
    put,
    path = "/api/v1/messages/{message_id}/pin",
    tag = "messages",
    operation_id = "pin_answer",
    params(("message_id" = MessageId, Path, description = "The answer")),
    responses((status = OK, description = "The updated answer", body = Message), Forbidden, Conflict),
)]
async fn pin(State(app): State<App>, caller: Caller, Path(id): Path<MessageId>) -> Result<axum::Json<Message>> {
    let mut tx = app.db.begin().await?;
    let member = member_of(&mut tx, &caller, Owned::Message(id)).await?;
    let message = messages::pin(&mut tx, app.clock.now(), &app.config.limits, &member, id).await?;
    tx.commit().await?;
    Ok(axum::Json(message))
}

/// Unpin an answer
///
/// Requires the member role or higher. An answer that is not pinned stays as it is.
#[utoipa::path(
    delete,
    path = "/api/v1/messages/{message_id}/pin",
    tag = "messages",
    operation_id = "unpin_answer",
    params(("message_id" = MessageId, Path, description = "The answer")),
    responses((status = NO_CONTENT, description = "Unpinned"), Forbidden, Conflict),
)]
async fn unpin(State(app): State<App>, caller: Caller, Path(id): Path<MessageId>) -> Result<StatusCode> {
    let mut tx = app.db.begin().await?;
    let member = member_of(&mut tx, &caller, Owned::Message(id)).await?;
    messages::unpin(&mut tx, &member, id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
