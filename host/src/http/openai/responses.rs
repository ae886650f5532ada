//! `/v1/responses`: asking by OpenAI's newer shape.
//!
//! A response is an answer of a conversation, so `previous_response_id` goes on after it, with all that its scripts made
//! and remember. What it was can be asked again later, also by the events' readers who lost their line.

use axum::{
    body::Body,
    extract::State,
    response::{IntoResponse, Response},
};
use futures_util::stream;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    Content, Following, STILL_THERE, Soon, StopOnDrop, chat::final_failure, choice, prefixed, stream_headers, text_of,
    unprefixed,
};
use crate::{
    accounts::Caller,
    app::App,
    conversations::{
        messages::{self, Message, Question, Speaker, State as Stands},
        threads::{self, Place, Said},
    },
    error::Error,
    http::{
        error::Result,
        extract::{Json, Path},
        workplace::Workplace,
    },
    ids::{FileId, MessageId},
    orgs::{Member, Owned, member_of},
    turns::{self, Asking},
};

const PREFIX: &str = "resp_";

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(create))
        .routes(routes!(get))
        .routes(routes!(cancel))
}

/// A question.
#[derive(Deserialize, ToSchema)]
#[schema(as = OpenAiResponseRequest)]
struct NewResponse {
    /// One of `/v1/models`; by default the server chooses.
    #[serde(default)]
    model: Option<String>,
    input: Input,
    /// The response that it follows.
    #[serde(default)]
    previous_response_id: Option<String>,
    /// Whether the answer is streamed as server-sent events.
    #[serde(default)]
    stream: Option<bool>,
    /// Whether to return the response immediately, to be fetched once it is complete.
    #[serde(default)]
    background: Option<bool>,
}

/// A text, or messages of which the last is the question.
#[derive(Deserialize, ToSchema)]
#[serde(untagged)]
#[schema(as = OpenAiInput)]
enum Input {
    Text(String),
    Items(Vec<InputItem>),
}

#[derive(Deserialize, ToSchema)]
#[schema(as = OpenAiInputItem)]
struct InputItem {
    /// `user` or `assistant`; others are ignored.
    #[serde(default)]
    role: Option<String>,
    #[serde(default)]
    content: Option<Content>,
}

/// An answer.
#[derive(Clone, Serialize, ToSchema)]
#[schema(as = OpenAiResponse)]
struct ResponseObject {
    id: String,
    /// Always `response`.
    object: &'static str,
    /// Seconds since the Unix epoch.
    created_at: i64,
    /// `queued`, `in_progress`, `completed`, `incomplete`, `cancelled` or `failed`.
    status: &'static str,
    #[schema(value_type = Option<Object>)]
    error: Value,
    #[schema(value_type = Option<Object>)]
    incomplete_details: Value,
    model: String,
    /// One message, once there is one.
    #[schema(value_type = Vec<Object>)]
    output: Vec<Value>,
    previous_response_id: Option<String>,
    #[schema(value_type = Option<Object>)]
    usage: Value,
    parallel_tool_calls: bool,
    tool_choice: &'static str,
    #[schema(value_type = Vec<Object>)]
    tools: Vec<Value>,
    #[schema(value_type = Object)]
    metadata: Value,
}

/// Ask
///
/// Of the stream's events, those of a response, its message and its text are supported.
#[utoipa::path(
    post, path = "/v1/responses", tag = "openai", operation_id = "openai_create_response",
    params(("X-Project" = Option<String>, Header, description = "The id of the project; by default your oldest personal one")),
    request_body = NewResponse,
    responses(
        (status = OK, description = "The answer, or its events if `stream` is true", content(
            (ResponseObject = "application/json"), (String = "text/event-stream"))),
    ),
)]
async fn create(
    State(app): State<App>,
    caller: Caller,
    place: Workplace,
    Json(body): Json<NewResponse>,
) -> Result<Response> {
    let (before, question, files) = said(&body.input)?;
    let (member, answer_id) = ask(&app, &caller, &place, &body, &before, &question, files).await?;
    let model = body.model.clone().unwrap_or_else(|| super::OWN.to_owned());
    let response = ResponseObject {
        id: prefixed(PREFIX, answer_id.0),
        object: "response",
        created_at: app.clock.now().timestamp(),
        status: "in_progress",
        error: Value::Null,
        incomplete_details: Value::Null,
        model,
        output: Vec::new(),
        previous_response_id: body.previous_response_id,
        usage: Value::Null,
        parallel_tool_calls: false,
        tool_choice: "auto",
        tools: Vec::new(),
        metadata: json!({}),
    };
    if body.background == Some(true) {
        let queued = ResponseObject {
            status: "queued",
            ..response
        };
        return Ok(axum::Json(queued).into_response());
    }
    let mut responding = Responding {
        following: Following::new(&app, member.user_id, answer_id),
        stop: StopOnDrop::new(&app, &member, answer_id),
        response,
        number: 0,
        stage: Stage::Beginning,
    };
    if body.stream == Some(true) {
        let events = stream::unfold(responding, async |mut responding| {
            let events = responding.next().await?;
            Some((Ok::<_, std::convert::Infallible>(events), responding))
        });
        return Ok((stream_headers(), Body::from_stream(Box::pin(events))).into_response());
    }
    let failure = responding.following.finish().await.err();
    responding.stop.over();
    if let Some(error) = failure {
        return Ok(final_failure(error));
    }
    Ok(axum::Json(responding.complete()).into_response())
}

/// Get a response
#[utoipa::path(
    get, path = "/v1/responses/{response_id}", tag = "openai", operation_id = "openai_get_response",
    params(("response_id" = String, Path, description = "The response")),
    responses((status = OK, description = "The response", body = ResponseObject)),
)]
async fn get(State(app): State<App>, caller: Caller, Path(id): Path<String>) -> Result<axum::Json<ResponseObject>> {
    let id = named(&id)?;
    let mut db = app.db.acquire().await?;
    let member = member_of(&mut db, &caller, Owned::Message(id)).await?;
    let message = messages::get(&mut db, &member, id).await?;
    Ok(axum::Json(stands(&app, &member, message)?))
}

/// Stop a response
#[utoipa::path(
    post, path = "/v1/responses/{response_id}/cancel", tag = "openai", operation_id = "openai_cancel_response",
    params(("response_id" = String, Path, description = "The response")),
    responses((status = OK, description = "The response", body = ResponseObject)),
)]
async fn cancel(State(app): State<App>, caller: Caller, Path(id): Path<String>) -> Result<axum::Json<ResponseObject>> {
    let id = named(&id)?;
    let mut tx = app.db.begin().await?;
    let member = member_of(&mut tx, &caller, Owned::Message(id)).await?;
    turns::stop(&mut tx, app.clock.now(), &member, id).await?;
    tx.commit().await?;
    Following::new(&app, member.user_id, id).finish().await.ok();
    let message = messages::get(&mut *app.db.acquire().await?, &member, id).await?;
    Ok(axum::Json(stands(&app, &member, message)?))
}

fn named(id: &str) -> Result<MessageId, Error> {
    unprefixed(PREFIX, id).map(MessageId).ok_or(Error::Missing("response"))
}

async fn ask(
    app: &App,
    caller: &Caller,
    place: &Workplace,
    body: &NewResponse,
    before: &[Said],
    question: &str,
    files: Vec<FileId>,
) -> Result<(Member, MessageId)> {
    let (now, limits) = (app.clock.now(), &app.config.limits);
    let question = Question::parse(limits, question, files)?;
    let choice = choice(body.model.as_deref());
    let mut tx = app.db.begin().await?;
    let (member, at) = if let Some(previous) = &body.previous_response_id {
        let previous = named(previous)?;
        let member = member_of(&mut tx, caller, Owned::Message(previous)).await?;
        let conversation_id = messages::get(&mut tx, &member, previous).await?.conversation_id;
        let after = Some(previous);
        (member, Place { conversation_id, after })
    } else {
        let member = place.member.clone();
        let at = threads::place(&mut tx, now, limits, &member, place.project_id, before).await?;
        (member, at)
    };
    let asking = Asking {
        now,
        limits,
        models: &app.models,
        member: &member,
        choice: choice.as_ref(),
    };
    let asked = turns::ask(&mut tx, &asking, at.conversation_id, at.after, &question).await?;
    tx.commit().await?;
    Ok((member, asked.answer))
}

/// What was said before, the question, and the files that it is about.
fn said(input: &Input) -> Result<(Vec<Said>, String, Vec<FileId>), Error> {
    let items = match input {
        Input::Text(text) => return Ok((Vec::new(), text.clone(), Vec::new())),
        Input::Items(items) => items,
    };
    let (mut said, mut files) = (Vec::<Said>::new(), Vec::new());
    for (at, item) in items.iter().enumerate() {
        let by = match item.role.as_deref() {
            Some("user") => Speaker::User,
            Some("assistant") => Speaker::Assistant,
            _ => continue,
        };
        let Some(content) = &item.content else { continue };
        let (text, named) = content.read(&format!("input[{at}].content"))?;
        match said.last_mut() {
            Some(last) if last.by == by => last.text.extend(["\n\n", &text]),
            None if by == Speaker::Assistant => continue,
            _ => {
                files.clear();
                said.push(Said { by, text });
            }
        }
        files.extend(named);
    }
    match said.pop() {
        Some(last) if last.by == Speaker::User => Ok((said, last.text, files)),
        _ => Err(Error::invalid(
            "input",
            "required",
            "The last message must be from the user: the question.",
        )),
    }
}

/// A response from the message that it became.
fn stands(app: &App, member: &Member, message: Message) -> Result<ResponseObject, Error> {
    if message.role != Speaker::Assistant {
        return Err(Error::Missing("response"));
    }
    let text = text_of(app, member.user_id, &message.parts);
    let id = prefixed(PREFIX, message.id.0);
    let failed = matches!(message.state, Stands::Failed | Stands::Interrupted);
    let error = if failed {
        json!({ "code": "server_error", "message": text })
    } else {
        Value::Null
    };
    let status = match message.state {
        Stands::Queued => "queued",
        Stands::Running => "in_progress",
        Stands::Done => "completed",
        Stands::Stopped => "cancelled",
        Stands::Failed | Stands::Interrupted => "failed",
    };
    let output = if message.state.ended() {
        vec![output(&id, &text, "completed")]
    } else {
        Vec::new()
    };
    Ok(ResponseObject {
        id,
        object: "response",
        created_at: message.created_at.timestamp(),
        status,
        error,
        incomplete_details: Value::Null,
        model: super::OWN.to_owned(),
        output,
        previous_response_id: None,
        usage: Value::Null,
        parallel_tool_calls: false,
        tool_choice: "auto",
        tools: Vec::new(),
        metadata: json!({}),
    })
}

/// The one message of a response.
fn output(id: &str, text: &str, status: &str) -> Value {
    json!({ "id": item_id(id), "type": "message", "role": "assistant", "status": status, "content": [part(text)] })
}

fn part(text: &str) -> Value {
    json!({ "type": "output_text", "text": text, "annotations": [], "logprobs": [] })
}

fn item_id(id: &str) -> String {
    id.replacen(PREFIX, "msg_", 1)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Beginning,
    Telling,
    Over,
}

/// A response that goes on.
struct Responding {
    following: Following,
    stop: StopOnDrop,
    response: ResponseObject,
    /// The events so far.
    number: u64,
    stage: Stage,
}

impl Responding {
    /// The next events of the stream; `None` after the last.
    async fn next(&mut self) -> Option<String> {
        let item = item_id(&self.response.id);
        match self.stage {
            Stage::Over => None,
            Stage::Beginning => {
                self.stage = Stage::Telling;
                let response = json!(self.response);
                let message = json!({ "id": item, "type": "message", "role": "assistant", "status": "in_progress", "content": [] });
                let begun = [
                    ("response.created", json!({ "response": response })),
                    ("response.in_progress", json!({ "response": response })),
                    (
                        "response.output_item.added",
                        json!({ "output_index": 0, "item": message }),
                    ),
                    (
                        "response.content_part.added",
                        json!({ "item_id": item, "output_index": 0, "content_index": 0, "part": part("") }),
                    ),
                ];
                Some(begun.into_iter().map(|(kind, data)| self.event(kind, data)).collect())
            }
            Stage::Telling => match self.following.soon().await {
                Ok(Soon::Nothing) => Some(STILL_THERE.to_owned()),
                Ok(Soon::More(delta)) => {
                    let data = json!({ "item_id": item, "output_index": 0, "content_index": 0, "delta": delta, "logprobs": [] });
                    Some(self.event("response.output_text.delta", data))
                }
                Ok(Soon::End) => Some(self.over(&item)),
                Err(error) => {
                    tracing::warn!(
                        error = format!("{:#}", anyhow::Error::new(error)),
                        "a response broke off"
                    );
                    self.stage = Stage::Over;
                    Some(self.failed("The stream was interrupted. Fetch the response by its ID."))
                }
            },
        }
    }

    /// The turn has ended.
    fn over(&mut self, item: &str) -> String {
        self.stage = Stage::Over;
        self.stop.over();
        if let Some(message) = self.following.answered.failure.clone() {
            return self.failed(&message);
        }
        let text = self.following.answered.text.clone();
        let response = self.complete();
        let last = if response.status == "incomplete" {
            "response.incomplete"
        } else {
            "response.completed"
        };
        let place = json!({ "item_id": item, "output_index": 0, "content_index": 0 });
        let with = |name: &str, value: Value| {
            let mut data = place.clone();
            data[name] = value;
            data
        };
        let mut text_done = with("text", json!(text));
        text_done["logprobs"] = json!([]);
        let events = [
            ("response.output_text.done", text_done),
            ("response.content_part.done", with("part", part(&text))),
            (
                "response.output_item.done",
                json!({ "output_index": 0, "item": response.output[0] }),
            ),
            (last, json!({ "response": response })),
        ];
        events.into_iter().map(|(kind, data)| self.event(kind, data)).collect()
    }

    fn failed(&mut self, message: &str) -> String {
        self.response.status = "failed";
        self.response.error = json!({ "code": "server_error", "message": message });
        let response = json!({ "response": self.response });
        self.event("response.failed", response)
    }

    /// The response as it ended.
    fn complete(&self) -> ResponseObject {
        let answered = &self.following.answered;
        let (input, output_tokens) = (answered.input_tokens, answered.output_tokens);
        let mut response = self.response.clone();
        response.status = if answered.cut_short { "incomplete" } else { "completed" };
        if answered.cut_short {
            response.incomplete_details = json!({ "reason": "max_output_tokens" });
        }
        response.output = vec![output(&response.id, &answered.text, response.status)];
        response.usage = json!({
            "input_tokens": input,
            "input_tokens_details": { "cached_tokens": 0 },
            "output_tokens": output_tokens,
            "output_tokens_details": { "reasoning_tokens": 0 },
            "total_tokens": input + output_tokens,
        });
        response
    }

    fn event(&mut self, kind: &str, mut data: Value) -> String {
        data["type"] = json!(kind);
        data["sequence_number"] = json!(self.number);
        self.number += 1;
        format!("event: {kind}\ndata: {data}\n\n")
    }
}
