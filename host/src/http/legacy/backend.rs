//! The conversation backend: accounts by name, and conversations with a bot.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::IntoResponse,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{ask, log_out, named, register};
use crate::{
    accounts::sessions::Origin,
    app::App,
    conversations::{
        self, Conversation, ConversationFilter, ConversationUpdate,
        messages::{self, Message, Speaker},
        titles::Title,
    },
    error::Error,
    http::{
        cross_origin,
        error::Result,
        extract::{Json, Path},
        openai::text_of,
        workplace::Workplace,
    },
    ids::ConversationId,
    legacy_numbers::{self, Kind},
    orgs::Member,
};

/// Conversations on the list.
const CONVERSATIONS_MAX: u32 = 1_000;
/// Messages that each of them has on it.
const MESSAGES_MAX: u32 = 100;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(test))
        .routes(routes!(sign_up))
        .routes(routes!(log_in))
        .routes(routes!(end))
        .routes(routes!(list, create))
        .routes(routes!(rename, delete))
        .routes(routes!(say))
}

/// A sentence.
#[derive(Serialize, ToSchema)]
#[schema(as = BackendNotice)]
struct Notice {
    message: &'static str,
}

#[derive(Deserialize, ToSchema)]
#[schema(as = BackendCredentials)]
struct Credentials {
    /// A plain name, or an email address.
    username: String,
    #[schema(format = "password")]
    password: String,
}

#[derive(Serialize, ToSchema)]
#[schema(as = BackendWelcome)]
struct Welcome {
    message: &'static str,
    user: User,
}

#[derive(Serialize, ToSchema)]
#[schema(as = BackendUser)]
struct User {
    id: i64,
    username: String,
}

#[derive(Deserialize, ToSchema)]
#[schema(as = BackendNewConversation)]
struct NewConversation {
    name: String,
}

#[derive(Serialize, ToSchema)]
#[schema(as = BackendConversation)]
struct Shown {
    id: i64,
    name: String,
}

#[derive(Serialize, ToSchema)]
#[schema(as = BackendConversationWithMessages)]
struct ShownWithMessages {
    id: i64,
    name: String,
    messages: Vec<ShownMessage>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = BackendMessage)]
struct ShownMessage {
    id: i64,
    /// `user` or `bot`.
    sender: &'static str,
    text: String,
    created_at: DateTime<Utc>,
}

#[derive(Deserialize, ToSchema)]
#[schema(as = BackendNewMessage)]
struct NewMessage {
    text: String,
}

/// Whether the server is running
#[utoipa::path(
    get, path = "/api/test", tag = "legacy", operation_id = "backend_test", security(()),
    responses((status = OK, description = "It is running", body = Notice)),
)]
async fn test() -> axum::Json<Notice> {
    axum::Json(Notice {
        message: "Server is running",
    })
}

/// Sign up
#[utoipa::path(
    post, path = "/api/signup", tag = "legacy", operation_id = "backend_sign_up", security(()),
    request_body = Credentials,
    responses((status = CREATED, description = "The account exists", body = Notice)),
)]
async fn sign_up(State(app): State<App>, Json(body): Json<Credentials>) -> Result<impl IntoResponse> {
    register(&app, &body.username, &body.password).await?;
    let notice = Notice {
        message: "User created successfully",
    };
    Ok((StatusCode::CREATED, axum::Json(notice)))
}

/// Log in
///
/// The session is in the product's cookie.
#[utoipa::path(
    post, path = "/api/login", tag = "legacy", operation_id = "backend_log_in", security(()),
    request_body = Credentials,
    responses((status = OK, description = "Logged in", body = Welcome)),
)]
async fn log_in(
    State(app): State<App>,
    origin: Origin,
    headers: HeaderMap,
    Json(body): Json<Credentials>,
) -> Result<impl IntoResponse> {
    let (person, cookie) = super::log_in(&app, &origin, &headers, &body.username, body.password).await?;
    let welcome = Welcome {
        message: "Login successful",
        user: User {
            id: person.number,
            username: person.name,
        },
    };
    Ok((cookie, axum::Json(welcome)))
}

/// Log out
///
/// For requests from this server's own pages and from allowed origins, because the method does not show that this
/// changes something.
#[utoipa::path(
    get, path = "/api/logout", tag = "legacy", operation_id = "backend_log_out", security(()),
    responses((status = OK, description = "Logged out", body = Notice)),
)]
async fn end(State(app): State<App>, headers: HeaderMap) -> Result<impl IntoResponse> {
    if !cross_origin::is_own(&app.config, &headers) {
        let message = "Pages of other origins cannot log anybody out. Use this server's own page.";
        return Err(Error::refused("cross_origin", message).into());
    }
    let cookie = log_out(&app, &headers).await?;
    let notice = Notice {
        message: "Logged out successfully",
    };
    Ok((cookie, axum::Json(notice)))
}

/// The conversations
#[utoipa::path(
    get, path = "/api/conversations", tag = "legacy", operation_id = "backend_list_conversations",
    responses((status = OK, description = "Newest first, each with its last 100 messages", body = Vec<ShownWithMessages>)),
)]
async fn list(State(app): State<App>, place: Workplace) -> Result<axum::Json<Vec<ShownWithMessages>>> {
    let member = &place.member;
    let which = ConversationFilter {
        limit: CONVERSATIONS_MAX,
        ..ConversationFilter::default()
    };
    let mut tx = app.db.begin().await?;
    let mut all = Vec::new();
    for conversation in conversations::list(&mut tx, member, place.project_id, &which).await? {
        let said = match messages::newest(&mut tx, member, conversation.id).await? {
            Some(last) => messages::branch(&mut tx, member, last, MESSAGES_MAX).await?,
            None => Vec::new(),
        };
        let later = said.len().saturating_sub(MESSAGES_MAX as usize);
        let messages = shown_messages(&app, &mut tx, member, &said[later..]).await?;
        let Shown { id, name } = shown(&mut tx, member, conversation).await?;
        all.push(ShownWithMessages { id, name, messages });
    }
    tx.commit().await?;
    Ok(axum::Json(all))
}

/// Start a conversation
#[utoipa::path(
    post, path = "/api/conversations", tag = "legacy", operation_id = "backend_create_conversation",
    request_body = NewConversation,
    responses((status = CREATED, description = "The new conversation", body = Shown)),
)]
async fn create(
    State(app): State<App>,
    place: Workplace,
    Json(body): Json<NewConversation>,
) -> Result<impl IntoResponse> {
    let title = Title::parse("name", &body.name)?;
    let (now, limits) = (app.clock.now(), &app.config.limits);
    let Workplace { member, project_id } = &place;
    let mut tx = app.db.begin().await?;
    let made = conversations::create(&mut tx, now, limits, member, *project_id, Some(&title)).await?;
    let shown = shown(&mut tx, member, made).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, axum::Json(shown)))
}

/// Rename a conversation
#[utoipa::path(
    put, path = "/api/conversations/{id}", tag = "legacy", operation_id = "backend_rename_conversation",
    params(("id" = i64, Path, description = "The conversation")),
    request_body = NewConversation,
    responses((status = OK, description = "Renamed", body = Shown)),
)]
async fn rename(
    State(app): State<App>,
    place: Workplace,
    Path(number): Path<i64>,
    Json(body): Json<NewConversation>,
) -> Result<axum::Json<Shown>> {
    let changes = ConversationUpdate {
        title: Some(Title::parse("name", &body.name)?),
        archived: None,
    };
    let mut tx = app.db.begin().await?;
    let id = a_conversation(&mut tx, &place.member, number).await?;
    let renamed = conversations::update(&mut tx, app.clock.now(), &place.member, id, &changes).await?;
    let shown = shown(&mut tx, &place.member, renamed).await?;
    tx.commit().await?;
    Ok(axum::Json(shown))
}

/// Delete a conversation
#[utoipa::path(
    delete, path = "/api/conversations/{id}", tag = "legacy", operation_id = "backend_delete_conversation",
    params(("id" = i64, Path, description = "The conversation")),
    responses((status = NO_CONTENT, description = "Deleted")),
)]
async fn delete(State(app): State<App>, place: Workplace, Path(number): Path<i64>) -> Result<StatusCode> {
    let mut tx = app.db.begin().await?;
    let id = a_conversation(&mut tx, &place.member, number).await?;
    conversations::delete(&mut tx, &place.member, id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Send a message
///
/// Waits for the end of the bot's answer, which continues if the client disconnects.
#[utoipa::path(
    post, path = "/api/conversations/{id}/messages", tag = "legacy", operation_id = "backend_say",
    params(("id" = i64, Path, description = "The conversation")),
    request_body = NewMessage,
    responses((status = CREATED, description = "The message, and the answer", body = Vec<ShownMessage>)),
)]
async fn say(
    State(app): State<App>,
    place: Workplace,
    Path(number): Path<i64>,
    Json(body): Json<NewMessage>,
) -> Result<impl IntoResponse> {
    let id = a_conversation(&mut *app.db.acquire().await?, &place.member, number).await?;
    let (question, answer) = ask(&app, &place.member, id, &body.text, Vec::new()).await?;
    let mut tx = app.db.begin().await?;
    let shown = shown_messages(&app, &mut tx, &place.member, &[question, answer]).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, axum::Json(shown)))
}

async fn a_conversation(db: &mut PgConnection, member: &Member, number: i64) -> Result<ConversationId> {
    named(db, member, Kind::Conversation, "conversation", number).await
}

async fn shown(db: &mut PgConnection, member: &Member, conversation: Conversation) -> Result<Shown> {
    Ok(Shown {
        id: legacy_numbers::number(db, member.org_id, Kind::Conversation, conversation.id.0).await?,
        name: conversation.title,
    })
}

async fn shown_messages(
    app: &App,
    db: &mut PgConnection,
    member: &Member,
    messages: &[Message],
) -> Result<Vec<ShownMessage>> {
    let ids: Vec<_> = messages.iter().map(|message| message.id.0).collect();
    let numbers = legacy_numbers::numbers(db, member.org_id, Kind::Message, &ids).await?;
    let shown = messages.iter().zip(numbers).map(|(message, id)| ShownMessage {
        id,
        sender: match message.role {
            Speaker::User => "user",
            Speaker::Assistant => "bot",
        },
        text: text_of(app, member.user_id, &message.parts),
        created_at: message.created_at,
    });
    Ok(shown.collect())
}
