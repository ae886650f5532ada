//! The addresses of older systems, for their clients: thin, each system in a file of its own.
//!
//! They authenticate, call the same product functions as `/api/v1`, and translate: ids are whole numbers, and errors have
//! the systems' own forms (`dialects`). Nothing else knows of them, and `GLOVEBOX_LEGACY_API=off` takes them away.

mod analyst;
mod backend;
mod chatbot;
mod dashboards;

use axum::http::HeaderMap;
use sqlx::PgConnection;
use utoipa_axum::router::OpenApiRouter;
use uuid::Uuid;

use super::{accounts::login_service, cookies::SetCookie, error::Result, extract, openai::Following};
use crate::{
    accounts::{
        self, Email,
        sessions::{self, Origin},
    },
    app::App,
    conversations::messages::{self, Message, Question},
    error::Error,
    ids::{ConversationId, FileId, UserId},
    legacy_numbers::{self, Kind},
    orgs::Member,
    turns::{self, Asking},
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(chatbot::routes())
        .merge(backend::routes())
        .merge(analyst::routes())
        .merge(dashboards::routes())
}

/// Somebody as the older systems show them.
struct Person {
    number: i64,
    user_id: UserId,
    /// The name or the mail address.
    name: String,
    email: String,
}

/// Whose account it is.
async fn person(app: &App, db: &mut PgConnection, user_id: UserId) -> Result<Person> {
    let account = accounts::account_of(db, app.clock.now(), user_id).await?;
    let org_id = account.personal_org_id;
    Ok(Person {
        number: legacy_numbers::number(db, org_id, Kind::User, user_id.0).await?,
        user_id,
        name: Email::shown(&account.email).to_owned(),
        email: account.email,
    })
}

/// A new account.
async fn register(app: &App, name: &str, password: &str) -> Result<Person> {
    let email = Email::parse_or_name("username", name)?;
    let user_id = login_service(app).register(email, password).await?;
    let mut tx = app.db.begin().await?;
    let person = person(app, &mut tx, user_id).await?;
    tx.commit().await?;
    Ok(person)
}

/// Opens a session for whoever has the password.
async fn log_in(
    app: &App,
    origin: &Origin,
    headers: &HeaderMap,
    name: &str,
    password: String,
) -> Result<(Person, SetCookie)> {
    let (now, limits) = (app.clock.now(), &app.config.limits);
    let proven = prove(app, name, password).await?;
    let mut tx = app.db.begin().await?;
    let user_id = proven.admit(&mut tx, now).await?;
    sessions::leave(&mut tx, extract::session_token(headers, app).as_deref()).await?;
    let (_, token) = sessions::open(&mut tx, now, limits, user_id, false, origin).await?;
    let person = person(app, &mut tx, user_id).await?;
    tx.commit().await?;
    Ok((person, SetCookie::session(&app.config, &token, false)))
}

/// Checks a password. These systems know one answer to whatever keeps somebody out: 401.
async fn prove(app: &App, name: &str, password: String) -> Result<accounts::login::Proven> {
    let email = Email::parse_or_name("username", name);
    let email = email.map_err(|_| Error::Unauthenticated("The name or the password is wrong.".to_owned()))?;
    let proven = login_service(app)
        .log_in(&email, password)
        .await
        .map_err(|error| match error {
            Error::Refused { message, .. } => Error::Unauthenticated(message),
            other => other,
        });
    Ok(proven?)
}

/// Ends the caller's session, if they are in one.
async fn log_out(app: &App, headers: &HeaderMap) -> Result<SetCookie> {
    let token = extract::session_token(headers, app);
    sessions::leave(&mut *app.db.acquire().await?, token.as_deref()).await?;
    Ok(SetCookie::end_session(&app.config))
}

/// What has this number in the organisation; a number that nothing has is missing.
async fn named<Id: From<Uuid>>(
    db: &mut PgConnection,
    member: &Member,
    kind: Kind,
    noun: &'static str,
    number: i64,
) -> Result<Id> {
    let id = legacy_numbers::find(db, member.org_id, kind, number).await?;
    Ok(id.map(Id::from).ok_or(Error::Missing(noun))?)
}

/// Asks in a conversation after what was said last, waits for the end, and answers question and answer. The turn goes on
/// where the client leaves.
async fn ask(
    app: &App,
    member: &Member,
    conversation_id: ConversationId,
    text: &str,
    files: Vec<FileId>,
) -> Result<(Message, Message)> {
    let limits = &app.config.limits;
    let question = Question::parse(limits, text, files)?;
    let mut tx = app.db.begin().await?;
    let asking = Asking {
        now: app.clock.now(),
        limits,
        models: &app.models,
        member,
        choice: None,
    };
    let parent = messages::newest(&mut tx, member, conversation_id).await?;
    let asked = turns::ask(&mut tx, &asking, conversation_id, parent, &question).await?;
    tx.commit().await?;
    let mut following = Following::new(app, member.user_id, asked.answer);
    while following.next().await?.is_some() {}
    let mut db = app.db.acquire().await?;
    let question = messages::get(&mut db, member, asked.question).await?;
    let answer = messages::get(&mut db, member, asked.answer).await?;
    Ok((question, answer))
}
