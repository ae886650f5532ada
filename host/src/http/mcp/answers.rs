//! `ask`: a turn in a conversation of the project, as the browser app asks one, and the receipts of its runs.

use std::time::Duration;

use anyhow::Result;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Place, files, toolbox::sentence};
use crate::{
    app::App,
    conversations::{
        self, generated,
        messages::{self, Message, Question, State},
        parts::Part,
    },
    error::Error,
    http::openai::{StopOnDrop, choice},
    ids::{ConversationId, FileId, GeneratedFileId, MessageId},
    mcp::{
        Call, CallToolResult, ContentBlock, JsonObject, Resource, ResourceContents,
        tools::{self, IMAGE_MAX_BYTES, IMAGES_MAX, ROWS_DEFAULT, read},
    },
    show,
    turns::{self, Asking, chunks::Chunk, follow::Follower},
};

/// What begins the addresses of receipts, before an answer's id and a run's.
pub(super) const RECEIPTS: &str = "glovebox://receipts/";
/// How long a client hears nothing before it is told that the answer goes on.
const STILL_THERE: Duration = Duration::from_secs(10);
/// Characters across, for tables.
const COLUMNS: u16 = 160;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AskArguments {
    question: String,
    #[serde(default)]
    files: Vec<String>,
    conversation_id: Option<ConversationId>,
    model: Option<String>,
}

pub(super) async fn ask(app: &App, place: &Place, call: &mut Call, arguments: JsonObject) -> Result<CallToolResult> {
    let wanted: AskArguments = read(arguments)?;
    let mut about = Vec::new();
    for name in &wanted.files {
        about.push(files::find(app, place, name).await?.file.id);
    }
    let answer_id = begin(app, place, &wanted, about).await.map_err(sentence)?;
    // Whoever gives the call up has stopped the answer.
    let mut stop = StopOnDrop::new(app, &place.member, answer_id);
    let mut follower = Follower::new(app.db.clone(), &app.notifications, answer_id);
    let cancelled = call.cancelled();
    let mut cancelled = std::pin::pin!(cancelled);
    call.progress(None, "The question waits for its turn.").await;
    loop {
        let chunk = tokio::select! {
            chunk = tokio::time::timeout(STILL_THERE, follower.next()) => chunk,
            () = &mut cancelled => anyhow::bail!("The answer was stopped. What it made is kept in its conversation."),
        };
        match chunk {
            Err(_) => call.progress(None, "The answer is still worked on.").await,
            Ok(chunk) => match chunk.map_err(sentence)? {
                Some(chunk) => {
                    if let Some(message) = milestone(&chunk) {
                        call.progress(None, message).await;
                    }
                }
                None => break,
            },
        }
    }
    stop.over();
    let answer = async {
        let mut db = app.db.acquire().await?;
        messages::get(&mut db, &place.member, answer_id).await
    };
    tell(app, place, answer.await.map_err(sentence)?)
        .await
        .map_err(sentence)
}

/// Asks after the newest answer of the conversation, or in a new one.
async fn begin(app: &App, place: &Place, wanted: &AskArguments, about: Vec<FileId>) -> Result<MessageId, Error> {
    let (now, limits, member) = (app.clock.now(), &app.config.limits, &place.member);
    let question = Question::parse(limits, &wanted.question, about).map_err(named)?;
    let choice = choice(wanted.model.as_deref());
    let mut tx = app.db.begin().await?;
    let conversation = match wanted.conversation_id {
        Some(id) => conversations::get(&mut tx, member, id).await?,
        None => conversations::create(&mut tx, now, limits, member, place.project_id, None).await?,
    };
    if conversation.project_id != place.project_id {
        return Err(Error::Missing("conversation: this one is of another project"));
    }
    let asking = Asking {
        now,
        limits,
        models: &app.models,
        member,
        choice: choice.as_ref(),
    };
    let parent = messages::newest(&mut tx, member, conversation.id).await?;
    let asked = turns::ask(&mut tx, &asking, conversation.id, parent, &question).await?;
    tx.commit().await?;
    Ok(asked.answer)
}

/// The same error about what the tool takes.
fn named(error: Error) -> Error {
    let Error::Invalid(mut fields) = error else {
        return error;
    };
    for field in &mut fields {
        let name = if field.name == "file_ids" { "files" } else { "question" };
        name.clone_into(&mut field.name);
    }
    Error::Invalid(fields)
}

/// What is said of a step of the turn.
fn milestone(chunk: &Chunk) -> Option<&'static str> {
    match chunk {
        Chunk::StartStep => Some("The answer is worked on."),
        Chunk::ToolInputAvailable { .. } => Some("A script runs."),
        Chunk::DataQuery { .. } => Some("A data source is asked."),
        _ => None,
    }
}

/// An answer's parts as a model reads them.
#[derive(Default)]
struct Told {
    texts: Vec<String>,
    scripts: Vec<String>,
    tables: Vec<Value>,
    charts: Vec<Value>,
    files: Vec<Value>,
    receipts: Vec<Value>,
    blocks: Vec<ContentBlock>,
}

async fn tell(app: &App, place: &Place, answer: Message) -> Result<CallToolResult, Error> {
    let mut told = Told::default();
    for part in answer.parts {
        told.take(app, place, answer.id, part).await?;
    }
    let json = json!({
        "conversation_id": answer.conversation_id,
        "answer_id": answer.id,
        "state": answer.state,
        "answer": told.texts.join("\n\n"),
        "scripts": told.scripts,
        "tables": told.tables,
        "charts": told.charts,
        "files": told.files,
        "receipts": told.receipts,
    });
    let ending = match answer.state {
        State::Done | State::Queued | State::Running => None,
        State::Stopped => Some("The answer was stopped."),
        State::Failed => Some("There is no answer."),
        State::Interrupted => Some("The server went away meanwhile. Ask again."),
    };
    let mut texts = told.texts;
    texts.extend(ending.map(str::to_owned));
    texts.push(format!("conversation_id: {}", answer.conversation_id));
    let mut result = tools::told(texts.join("\n\n"), json);
    result.content.extend(told.blocks);
    result.is_error = Some(ending.is_some());
    Ok(result)
}

impl Told {
    async fn take(&mut self, app: &App, place: &Place, answer_id: MessageId, part: Part) -> Result<(), Error> {
        match part {
            Part::Text { text } => self.texts.push(text),
            Part::Error {
                run_id: None, message, ..
            } => self.texts.push(message),
            Part::Script { script, .. } => self.scripts.push(script),
            Part::Table { table, .. } => {
                self.texts
                    .push(show::table(&table, ROWS_DEFAULT as usize, Some(COLUMNS)));
                self.tables.push(serde_json::to_value(table).unwrap_or_default());
            }
            Part::Chart {
                file_id, title, alt, ..
            } => {
                let address = format!("{}{file_id}", files::GENERATED);
                self.charts
                    .push(json!({ "title": title, "alt": alt, "resource": address }));
                if let Some(image) = self.image(app, place, file_id).await? {
                    self.blocks.push(image);
                }
            }
            Part::File {
                file_id,
                name,
                media_type,
                bytes,
                ..
            } => {
                let address = format!("{}{file_id}", files::GENERATED);
                let link = Resource::new(address.clone(), name.clone()).with_mime_type(media_type.clone());
                self.blocks.push(ContentBlock::resource_link(link));
                let file = json!({ "name": name, "media_type": media_type, "bytes": bytes, "resource": address });
                self.files.push(file);
            }
            Part::Receipt { run_id, outcome, .. } => {
                let address = format!("{RECEIPTS}{answer_id}/{run_id}");
                self.receipts
                    .push(json!({ "run_id": run_id, "outcome": outcome, "resource": address }));
            }
            Part::Output { .. } | Part::Query { .. } | Part::Error { .. } => {}
        }
        Ok(())
    }

    /// A chart as an image; none where there are enough, where it is too large, and where somebody has deleted it.
    async fn image(&self, app: &App, place: &Place, id: GeneratedFileId) -> Result<Option<ContentBlock>, Error> {
        let is_image = |block: &&ContentBlock| matches!(block, ContentBlock::Image(_));
        if self.blocks.iter().filter(is_image).count() >= IMAGES_MAX {
            return Ok(None);
        }
        let mut db = app.db.acquire().await?;
        let stored = match generated::stored(&mut db, &place.member, id).await {
            Err(Error::Missing(_)) => return Ok(None),
            stored => stored?,
        };
        drop(db);
        if stored.digest.bytes > IMAGE_MAX_BYTES {
            return Ok(None);
        }
        let bytes = app.objects.get_bytes(&stored.key, IMAGE_MAX_BYTES).await?;
        Ok(bytes.map(|bytes| ContentBlock::image(STANDARD.encode(bytes), "image/png")))
    }
}

/// The receipt at an address.
pub(super) async fn receipt(app: &App, place: &Place, address: &str) -> Result<Option<ResourceContents>> {
    let named = address.strip_prefix(RECEIPTS).and_then(|named| named.split_once('/'));
    let Some((answer, run)) = named else { return Ok(None) };
    let Ok(answer_id) = answer.parse::<MessageId>() else {
        return Ok(None);
    };
    let finding = async {
        let mut db = app.db.acquire().await?;
        let answer = messages::get(&mut db, &place.member, answer_id).await?;
        let conversation = conversations::get(&mut db, &place.member, answer.conversation_id).await?;
        if conversation.project_id != place.project_id {
            return Err(Error::Missing("answer"));
        }
        Ok(answer)
    };
    let answer = match finding.await {
        Ok(answer) => answer,
        Err(Error::Missing(_)) => return Ok(None),
        Err(error) => return Err(sentence(error)),
    };
    let found = answer.parts.into_iter().find_map(|part| match part {
        Part::Receipt { run_id, receipt, .. } if run_id == run => Some(receipt),
        _ => None,
    });
    let Some(receipt) = found else { return Ok(None) };
    let text = serde_json::to_string_pretty(&receipt)?;
    Ok(Some(
        ResourceContents::text(text, address).with_mime_type("application/json"),
    ))
}
