//! The CSV analyst: a question about named files, and its stop.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{ask, named};
use crate::{
    app::App,
    conversations::{
        self,
        messages::{self, Message, State as Stands},
        parts::Part,
    },
    error::Error,
    files,
    http::{error::Result, extract::Json, workplace::Workplace},
    ids::{ConversationId, FileId},
    legacy_numbers::{self, Kind},
    turns,
};

/// What the files of an answer can be.
const KINDS: [&str; 2] = ["image/png", "text/csv"];
/// Files that are looked through for a name, which are more than a project may have.
const ALL: u32 = 100_000;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(question)).routes(routes!(stop))
}

#[derive(Deserialize, ToSchema)]
#[schema(as = AnalystQuestion)]
struct NewQuestion {
    question: String,
    /// The session it belongs to; if omitted, a new one is started.
    #[serde(default)]
    session_id: Option<i64>,
    /// The names of the project's files that the question is about.
    #[serde(default)]
    files: Vec<String>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = AnalystAnswer)]
struct Said {
    session_id: i64,
    answer: String,
    /// The last script that was run; empty if none was.
    script: String,
    /// Charts and tables that the answer made.
    files: Vec<MadeFile>,
    stopped: bool,
}

#[derive(Serialize, ToSchema)]
#[schema(as = AnalystFile)]
struct MadeFile {
    name: String,
    /// `image/png` or `text/csv`.
    r#type: String,
    /// Where to download it with the same credentials.
    url: String,
}

#[derive(Deserialize, ToSchema)]
#[schema(as = AnalystStop)]
struct Stop {
    session_id: i64,
}

#[derive(Serialize, ToSchema)]
#[schema(as = AnalystStopped)]
struct Stopped {
    /// Whether there was anything to stop.
    stopped: bool,
}

/// Ask about files
///
/// Waits until the answer is complete.
#[utoipa::path(
    post, path = "/api/chatbot/ask", tag = "legacy", operation_id = "analyst_ask",
    request_body = NewQuestion,
    responses((status = OK, description = "The answer", body = Said)),
)]
async fn question(State(app): State<App>, place: Workplace, Json(body): Json<NewQuestion>) -> Result<axum::Json<Said>> {
    let Workplace { member, project_id } = &place;
    let (now, limits) = (app.clock.now(), &app.config.limits);
    let mut tx = app.db.begin().await?;
    let known = if body.files.is_empty() {
        Vec::new()
    } else {
        files::list(&mut tx, member, *project_id, ALL, None).await?
    };
    let about: Vec<FileId> = body
        .files
        .iter()
        .map(|name| {
            let found = known.iter().find(|file| file.name.eq_ignore_ascii_case(name.trim()));
            let message = || format!("The project has no file named {name:?}. Upload it first.");
            found
                .map(|file| file.id)
                .ok_or_else(|| Error::invalid("files", "unknown", message()))
        })
        .collect::<Result<_, _>>()?;
    let conversation_id: ConversationId = match body.session_id {
        Some(number) => named(&mut tx, member, Kind::Conversation, "session", number).await?,
        None => {
            conversations::create(&mut tx, now, limits, member, *project_id, None)
                .await?
                .id
        }
    };
    let session_id = legacy_numbers::number(&mut tx, member.org_id, Kind::Conversation, conversation_id.0).await?;
    tx.commit().await?;
    let (_, answer) = ask(&app, member, conversation_id, &body.question, about).await?;
    Ok(axum::Json(told(&app, session_id, answer)))
}

fn told(app: &App, session_id: i64, message: Message) -> Said {
    let server = app.config.public_url.as_str().trim_end_matches('/');
    let (mut texts, mut script) = (Vec::new(), String::new());
    for part in message.parts {
        match part {
            Part::Text { text } => texts.push(text),
            Part::Error {
                run_id: None, message, ..
            } => texts.push(message),
            Part::Script { script: last, .. } => script = last,
            _ => {}
        }
    }
    let made = message.generated_files.into_iter();
    let made = made.filter(|file| file.deleted_at.is_none());
    let files = made.filter_map(|file| {
        let kind = file.media_type.split(';').next().unwrap_or_default().trim().to_owned();
        KINDS.contains(&kind.as_str()).then(|| MadeFile {
            name: file.name,
            r#type: kind,
            url: format!("{server}/api/v1/generated-files/{}/content", file.id),
        })
    });
    Said {
        session_id,
        answer: texts.join("\n\n"),
        script,
        files: files.collect(),
        stopped: message.state == Stands::Stopped,
    }
}

/// Stop the answers in a session
#[utoipa::path(
    post, path = "/api/chatbot/stop", tag = "legacy", operation_id = "analyst_stop",
    request_body = Stop,
    responses((status = OK, description = "Nothing is being answered any more", body = Stopped)),
)]
async fn stop(State(app): State<App>, place: Workplace, Json(body): Json<Stop>) -> Result<axum::Json<Stopped>> {
    let member = &place.member;
    let mut tx = app.db.begin().await?;
    let id: ConversationId = named(&mut tx, member, Kind::Conversation, "session", body.session_id).await?;
    conversations::get(&mut tx, member, id).await?;
    let stopped = match messages::newest(&mut tx, member, id).await? {
        Some(answer_id) => turns::stop(&mut tx, app.clock.now(), member, answer_id).await?,
        None => false,
    };
    tx.commit().await?;
    Ok(axum::Json(Stopped { stopped }))
}
