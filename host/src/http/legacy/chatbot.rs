//! The chatbot platform: users with bearer tokens, projects with prompts and files, and a chat for each.

use axum::{
    extract::{DefaultBodyLimit, Request, State},
    http::{StatusCode, header},
    response::IntoResponse,
};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{ask, named, prove, register};
use crate::{
    accounts::{Caller, bearer},
    app::App,
    conversations::{self, ConversationFilter, messages::State as Stands, titles::Title},
    error::Error,
    files,
    http::{
        error::Result,
        extract::{self, Json, Path},
        files::receive_upload,
        openai::text_of,
        workplace::Workplace,
    },
    ids::{ConversationId, FileId, ProjectId, PromptId},
    legacy_numbers::{self, Kind},
    orgs::{Member, Role},
    projects::{self, Description, Project},
    prompts::{self, Instructions, Prompt, PromptDraft, PromptUpdate},
    text::Name,
};

/// What the conversation of a project's chat is called.
const CHAT: &str = "Chat";
/// Hours without a message after which a chat begins anew.
const CHAT_HOURS: i64 = 24;
/// Things on a list at most, which is more than a project may have.
const ALL: u32 = 100_000;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(upload_file, list_files))
        .layer(DefaultBodyLimit::disable())
        .routes(routes!(sign_up))
        .routes(routes!(log_in))
        .routes(routes!(create_project, list_projects))
        .routes(routes!(create_prompt, list_prompts))
        .routes(routes!(change_prompt, delete_prompt))
        .routes(routes!(chat))
        .routes(routes!(delete_file))
}

#[derive(Deserialize, ToSchema)]
#[schema(as = ChatbotCredentials)]
struct Credentials {
    email: String,
    #[schema(format = "password")]
    password: String,
}

#[derive(Serialize, ToSchema)]
#[schema(as = ChatbotUser)]
struct User {
    id: i64,
    email: String,
}

#[derive(Serialize, ToSchema)]
#[schema(as = ChatbotToken)]
struct Token {
    access_token: String,
    /// Always `bearer`.
    token_type: &'static str,
}

#[derive(Deserialize, ToSchema)]
#[schema(as = ChatbotNewProject)]
struct NewProject {
    name: String,
}

#[derive(Serialize, ToSchema)]
#[schema(as = ChatbotProject)]
struct ShownProject {
    id: i64,
    name: String,
    created_at: DateTime<Utc>,
}

#[derive(Deserialize, ToSchema)]
#[schema(as = ChatbotNewPrompt)]
struct NewPrompt {
    name: String,
    content: String,
}

#[derive(Serialize, ToSchema)]
#[schema(as = ChatbotPrompt)]
struct ShownPrompt {
    id: i64,
    project_id: i64,
    name: String,
    content: String,
}

#[derive(Serialize, ToSchema)]
#[schema(as = ChatbotFile)]
struct ShownFile {
    id: i64,
    project_id: i64,
    filename: String,
    bytes: u64,
    created_at: DateTime<Utc>,
}

#[derive(Deserialize, ToSchema)]
#[schema(as = ChatbotMessage)]
struct NewMessage {
    project_id: i64,
    message: String,
}

#[derive(Serialize, ToSchema)]
#[schema(as = ChatbotReply)]
struct Reply {
    reply: String,
}

/// A file in a form.
#[derive(ToSchema)]
#[schema(as = ChatbotUpload)]
#[expect(dead_code, reason = "it is read as it streams; this is its description")]
struct UploadForm {
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// Sign up
///
/// An email address must be confirmed with the link that is sent to it before its owner can log in.
#[utoipa::path(
    post, path = "/users/register", tag = "legacy", operation_id = "chatbot_register", security(()),
    request_body = Credentials,
    responses((status = CREATED, description = "The account", body = User)),
)]
async fn sign_up(State(app): State<App>, Json(body): Json<Credentials>) -> Result<impl IntoResponse> {
    let person = register(&app, &body.email, &body.password).await.map_err(taken)?;
    let user = User {
        id: person.number,
        email: person.email,
    };
    Ok((StatusCode::CREATED, axum::Json(user)))
}

/// This system says 400 where others say 409.
fn taken(failure: crate::http::error::Failure) -> crate::http::error::Failure {
    match failure.0 {
        Error::Conflict { code, message } => Error::invalid("", code, message).into(),
        other => other.into(),
    }
}

/// Get a token for 60 minutes
#[utoipa::path(
    post, path = "/users/login", tag = "legacy", operation_id = "chatbot_login", security(()),
    request_body = Credentials,
    responses((status = OK, description = "The token", body = Token)),
)]
async fn log_in(State(app): State<App>, Json(body): Json<Credentials>) -> Result<impl IntoResponse> {
    let proven = prove(&app, &body.email, body.password).await?;
    let (now, limits) = (app.clock.now(), &app.config.limits);
    let mut tx = app.db.begin().await?;
    let user_id = proven.admit(&mut tx, now).await?;
    let access_token = bearer::issue(&mut tx, now, limits, &app.signing_key, extract::issuer(&app), user_id).await?;
    tx.commit().await?;
    let token = Token {
        access_token,
        token_type: "bearer",
    };
    Ok(([(header::CACHE_CONTROL, "no-store")], axum::Json(token)))
}

/// Create a project
#[utoipa::path(
    post, path = "/projects", tag = "legacy", operation_id = "chatbot_create_project",
    request_body = NewProject,
    responses((status = CREATED, description = "The project", body = ShownProject)),
)]
async fn create_project(
    State(app): State<App>,
    caller: Caller,
    Json(body): Json<NewProject>,
) -> Result<impl IntoResponse> {
    let name = Name::parse("name", &body.name)?;
    let none = Description::parse("description", "")?;
    let (now, limits) = (app.clock.now(), &app.config.limits);
    let mut tx = app.db.begin().await?;
    let member = own_org(&app, &mut tx, &caller).await?;
    let project = projects::create(&mut tx, now, limits, &member, &name, &none).await?;
    let shown = shown_projects(&mut tx, &member, vec![project]).await?.pop();
    tx.commit().await?;
    Ok((StatusCode::CREATED, axum::Json(shown)))
}

/// Your projects
#[utoipa::path(
    get, path = "/projects", tag = "legacy", operation_id = "chatbot_list_projects",
    responses((status = OK, description = "All of them, oldest first", body = Vec<ShownProject>)),
)]
async fn list_projects(State(app): State<App>, caller: Caller) -> Result<axum::Json<Vec<ShownProject>>> {
    let mut tx = app.db.begin().await?;
    let member = own_org(&app, &mut tx, &caller).await?;
    let mut found = projects::list(&mut tx, &member, None, ALL).await?;
    found.reverse();
    let shown = shown_projects(&mut tx, &member, found).await?;
    tx.commit().await?;
    Ok(axum::Json(shown))
}

/// Create a prompt
#[utoipa::path(
    post, path = "/projects/{project_id}/prompts", tag = "legacy", operation_id = "chatbot_create_prompt",
    params(("project_id" = i64, Path, description = "The project")),
    request_body = NewPrompt,
    responses((status = CREATED, description = "The prompt", body = ShownPrompt)),
)]
async fn create_prompt(
    State(app): State<App>,
    place: Workplace,
    Path(number): Path<i64>,
    Json(body): Json<NewPrompt>,
) -> Result<impl IntoResponse> {
    let draft = PromptDraft {
        name: Name::parse("name", &body.name)?,
        text: Instructions::parse("content", &body.content)?,
        enabled: true,
    };
    let (now, limits, member) = (app.clock.now(), &app.config.limits, &place.member);
    let mut tx = app.db.begin().await?;
    let project_id = a_project(&mut tx, member, number).await?;
    let prompt = prompts::create(&mut tx, now, limits, member, project_id, &draft).await?;
    let shown = shown_prompt(&mut tx, member, prompt).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, axum::Json(shown)))
}

/// List the prompts of a project
#[utoipa::path(
    get, path = "/projects/{project_id}/prompts", tag = "legacy", operation_id = "chatbot_list_prompts",
    params(("project_id" = i64, Path, description = "The project")),
    responses((status = OK, description = "All of them, in their order", body = Vec<ShownPrompt>)),
)]
async fn list_prompts(
    State(app): State<App>,
    place: Workplace,
    Path(number): Path<i64>,
) -> Result<axum::Json<Vec<ShownPrompt>>> {
    let mut tx = app.db.begin().await?;
    let project_id = a_project(&mut tx, &place.member, number).await?;
    projects::get(&mut tx, &place.member, project_id).await?;
    let mut shown = Vec::new();
    for prompt in prompts::list(&mut tx, &place.member, project_id, None, ALL).await? {
        shown.push(shown_prompt(&mut tx, &place.member, prompt).await?);
    }
    tx.commit().await?;
    Ok(axum::Json(shown))
}

/// Change a prompt
#[utoipa::path(
    put, path = "/projects/prompts/{prompt_id}", tag = "legacy", operation_id = "chatbot_change_prompt",
    params(("prompt_id" = i64, Path, description = "The prompt")),
    request_body = NewPrompt,
    responses((status = OK, description = "The prompt", body = ShownPrompt)),
)]
async fn change_prompt(
    State(app): State<App>,
    place: Workplace,
    Path(number): Path<i64>,
    Json(body): Json<NewPrompt>,
) -> Result<axum::Json<ShownPrompt>> {
    let changes = PromptUpdate {
        name: Some(Name::parse("name", &body.name)?),
        text: Some(Instructions::parse("content", &body.content)?),
        enabled: None,
    };
    let mut tx = app.db.begin().await?;
    let id: PromptId = named(&mut tx, &place.member, Kind::Prompt, "prompt", number).await?;
    let prompt = prompts::update(&mut tx, app.clock.now(), &place.member, id, &changes).await?;
    let shown = shown_prompt(&mut tx, &place.member, prompt).await?;
    tx.commit().await?;
    Ok(axum::Json(shown))
}

/// Delete a prompt
#[utoipa::path(
    delete, path = "/projects/prompts/{prompt_id}", tag = "legacy", operation_id = "chatbot_delete_prompt",
    params(("prompt_id" = i64, Path, description = "The prompt")),
    responses((status = NO_CONTENT, description = "Deleted")),
)]
async fn delete_prompt(State(app): State<App>, place: Workplace, Path(number): Path<i64>) -> Result<StatusCode> {
    let mut tx = app.db.begin().await?;
    let id: PromptId = named(&mut tx, &place.member, Kind::Prompt, "prompt", number).await?;
    prompts::delete(&mut tx, &place.member, id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ask in a project
///
/// Waits for the end of the answer, which continues if the client disconnects. Messages in a project are one
/// conversation, until a day passes without a message.
#[utoipa::path(
    post, path = "/chat", tag = "legacy", operation_id = "chatbot_chat",
    request_body = NewMessage,
    responses((status = OK, description = "The reply", body = Reply)),
)]
async fn chat(State(app): State<App>, place: Workplace, Json(body): Json<NewMessage>) -> Result<axum::Json<Reply>> {
    let member = &place.member;
    let mut tx = app.db.begin().await?;
    let project_id = a_project(&mut tx, member, body.project_id).await?;
    let conversation_id = a_chat(&app, &mut tx, member, project_id).await?;
    tx.commit().await?;
    let (_, answer) = ask(&app, member, conversation_id, &body.message, Vec::new()).await?;
    let reply = text_of(&app, member.user_id, &answer.parts);
    if matches!(answer.state, Stands::Failed | Stands::Interrupted) {
        return Err(Error::Unavailable(reply).into());
    }
    Ok(axum::Json(Reply { reply }))
}

/// Upload a file
#[utoipa::path(
    post, path = "/projects/{project_id}/files", tag = "legacy", operation_id = "chatbot_upload_file",
    params(("project_id" = i64, Path, description = "The project")),
    request_body(content = UploadForm, content_type = "multipart/form-data"),
    responses((status = CREATED, description = "The file", body = ShownFile)),
)]
async fn upload_file(
    State(app): State<App>,
    place: Workplace,
    Path(number): Path<i64>,
    request: Request,
) -> Result<impl IntoResponse> {
    let project_id = a_project(&mut *app.db.acquire().await?, &place.member, number).await?;
    let file = receive_upload(&app, &place.member, project_id, request, &[]).await?;
    let mut tx = app.db.begin().await?;
    let shown = shown_file(&mut tx, &place.member, file).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, axum::Json(shown)))
}

/// List the files of a project
#[utoipa::path(
    get, path = "/projects/{project_id}/files", tag = "legacy", operation_id = "chatbot_list_files",
    params(("project_id" = i64, Path, description = "The project")),
    responses((status = OK, description = "All of them, oldest first", body = Vec<ShownFile>)),
)]
async fn list_files(
    State(app): State<App>,
    place: Workplace,
    Path(number): Path<i64>,
) -> Result<axum::Json<Vec<ShownFile>>> {
    let mut tx = app.db.begin().await?;
    let project_id = a_project(&mut tx, &place.member, number).await?;
    projects::get(&mut tx, &place.member, project_id).await?;
    let mut found = files::list(&mut tx, &place.member, project_id, ALL, None).await?;
    found.reverse();
    let mut shown = Vec::new();
    for file in found {
        shown.push(shown_file(&mut tx, &place.member, file).await?);
    }
    tx.commit().await?;
    Ok(axum::Json(shown))
}

/// Delete a file
#[utoipa::path(
    delete, path = "/projects/files/{file_id}", tag = "legacy", operation_id = "chatbot_delete_file",
    params(("file_id" = i64, Path, description = "The file")),
    responses((status = NO_CONTENT, description = "Deleted")),
)]
async fn delete_file(State(app): State<App>, place: Workplace, Path(number): Path<i64>) -> Result<StatusCode> {
    let mut tx = app.db.begin().await?;
    place.member.at_least(Role::Member)?;
    let id: FileId = named(&mut tx, &place.member, Kind::File, "file", number).await?;
    files::delete(&mut tx, app.clock.now(), &place.member, id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The right to the caller's personal organisation.
async fn own_org(app: &App, db: &mut PgConnection, caller: &Caller) -> Result<Member> {
    let account = crate::accounts::account(db, app.clock.now(), caller).await?;
    Ok(crate::orgs::member_of(db, caller, crate::orgs::Owned::Org(account.personal_org_id)).await?)
}

async fn a_project(db: &mut PgConnection, member: &Member, number: i64) -> Result<ProjectId> {
    named(db, member, Kind::Project, "project", number).await
}

/// The conversation of a project's chat, which is a new one where a day has passed.
async fn a_chat(app: &App, db: &mut PgConnection, member: &Member, project_id: ProjectId) -> Result<ConversationId> {
    let (now, limits) = (app.clock.now(), &app.config.limits);
    let which = ConversationFilter {
        limit: 100,
        ..ConversationFilter::default()
    };
    let since = now - TimeDelta::hours(CHAT_HOURS);
    let recent = conversations::list(db, member, project_id, &which).await?.into_iter();
    let mut own = recent.filter(|chat| chat.title == CHAT && chat.created_by == Some(member.user_id));
    if let Some(chat) = own.next().filter(|chat| chat.updated_at > since) {
        return Ok(chat.id);
    }
    let title = Title::parse("title", CHAT)?;
    Ok(conversations::create(db, now, limits, member, project_id, Some(&title))
        .await?
        .id)
}

async fn shown_projects(db: &mut PgConnection, member: &Member, projects: Vec<Project>) -> Result<Vec<ShownProject>> {
    let ids: Vec<_> = projects.iter().map(|project| project.id.0).collect();
    let numbers = legacy_numbers::numbers(db, member.org_id, Kind::Project, &ids).await?;
    let shown = projects.into_iter().zip(numbers).map(|(project, id)| ShownProject {
        id,
        name: project.name,
        created_at: project.created_at,
    });
    Ok(shown.collect())
}

async fn shown_prompt(db: &mut PgConnection, member: &Member, prompt: Prompt) -> Result<ShownPrompt> {
    Ok(ShownPrompt {
        id: legacy_numbers::number(db, member.org_id, Kind::Prompt, prompt.id.0).await?,
        project_id: legacy_numbers::number(db, member.org_id, Kind::Project, prompt.project_id.0).await?,
        name: prompt.name,
        content: prompt.text,
    })
}

async fn shown_file(db: &mut PgConnection, member: &Member, file: files::File) -> Result<ShownFile> {
    Ok(ShownFile {
        id: legacy_numbers::number(db, member.org_id, Kind::File, file.id.0).await?,
        project_id: legacy_numbers::number(db, member.org_id, Kind::Project, file.project_id.0).await?,
        filename: file.name,
        bytes: file.latest.bytes,
        created_at: file.created_at,
    })
}
