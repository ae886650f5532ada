//! `/v1/chat/completions`.
//!
//! A client sends the whole conversation each time. What was said before is known again by its words, so that a
//! follow-up question finds what earlier scripts made. Whoever hangs up stops the answer.

use axum::{
    body::Body,
    extract::State,
    http::{HeaderName, HeaderValue},
    response::{IntoResponse, Response},
};
use futures_util::stream;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    Answered, Content, Following, STILL_THERE, Soon, StopOnDrop, choice, event, prefixed, stream_headers, usage,
};
use crate::{
    app::App,
    conversations::{
        messages::{Question, Speaker},
        threads::{self, Said},
    },
    error::Error,
    http::{
        dialects::openai_error,
        error::{Failure, Result},
        extract::Json,
        workplace::Workplace,
    },
    ids::{FileId, MessageId},
    turns::{self, Asking},
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(complete))
}

/// A question, with the conversation so far.
#[derive(Deserialize, ToSchema)]
#[schema(as = OpenAiChatRequest)]
struct ChatRequest {
    /// One of `/v1/models`; by default the server chooses.
    #[serde(default)]
    model: Option<String>,
    /// The conversation, with the question last. System messages are ignored; use the project's prompts for that.
    messages: Vec<ChatMessage>,
    /// Whether the answer is streamed as server-sent events.
    #[serde(default)]
    stream: Option<bool>,
    #[serde(default)]
    stream_options: Option<StreamOptions>,
    /// 1, or omitted.
    #[serde(default)]
    n: Option<u32>,
}

#[derive(Deserialize, ToSchema)]
#[schema(as = OpenAiStreamOptions)]
struct StreamOptions {
    /// Whether a final chunk reports the usage.
    #[serde(default)]
    include_usage: bool,
}

#[derive(Deserialize, ToSchema)]
#[schema(as = OpenAiChatMessage)]
struct ChatMessage {
    role: ChatRole,
    #[serde(default)]
    content: Option<Content>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = OpenAiChatRole)]
enum ChatRole {
    System,
    Developer,
    User,
    Assistant,
    Tool,
    Function,
}

/// An answer.
#[derive(Serialize, ToSchema)]
#[schema(as = OpenAiCompletion)]
struct Completion {
    id: String,
    /// Always `chat.completion`.
    object: &'static str,
    /// Seconds since the Unix epoch.
    created: i64,
    model: String,
    /// Exactly one.
    #[schema(value_type = Vec<Object>)]
    choices: Value,
    #[schema(value_type = Object)]
    usage: Value,
}

/// What was said before, and the question.
#[derive(Debug, PartialEq, Eq)]
struct Dialogue {
    before: Vec<Said>,
    question: String,
    files: Vec<FileId>,
}

/// Ask
///
/// The project's tables are the context; the answer's text ends with links to its charts and files, which work for some
/// days. Disconnecting stops the answer.
#[utoipa::path(
    post, path = "/v1/chat/completions", tag = "openai", operation_id = "openai_chat",
    params(("X-Project" = Option<String>, Header, description = "The id of the project; by default your oldest personal one")),
    request_body = ChatRequest,
    responses(
        (status = OK, description = "The answer, or its events if `stream` is true", content(
            (Completion = "application/json"), (String = "text/event-stream"))),
    ),
)]
async fn complete(State(app): State<App>, place: Workplace, Json(body): Json<ChatRequest>) -> Result<Response> {
    if body.n.is_some_and(|n| n != 1) {
        return Err(Error::invalid("n", "range", "Each question gets one answer: leave n out.").into());
    }
    let dialogue = dialogue(&body.messages)?;
    let answer_id = ask(&app, &place, &dialogue, body.model.as_deref()).await?;
    let following = Following::new(&app, place.member.user_id, answer_id);
    let stop = StopOnDrop::new(&app, &place.member, answer_id);
    let mut completing = Completing {
        created: app.clock.now().timestamp(),
        id: prefixed("chatcmpl-", answer_id.0),
        model: body.model.unwrap_or_else(|| super::OWN.to_owned()),
        with_usage: body.stream_options.is_some_and(|options| options.include_usage),
        app,
        place,
        dialogue,
        answer_id,
        following,
        stop,
        state: Stage::Beginning,
    };
    if body.stream == Some(true) {
        let events = stream::unfold(completing, async |mut completing| {
            let event = completing.next().await?;
            Some((Ok::<_, std::convert::Infallible>(event), completing))
        });
        return Ok((stream_headers(), Body::from_stream(Box::pin(events))).into_response());
    }
    let answered = completing.following.finish().await;
    completing.stop.over();
    let answered = match answered {
        Ok(answered) => answered.clone(),
        Err(error) => return Ok(final_failure(error)),
    };
    completing.remember(&answered).await?;
    let choice = json!([{
        "index": 0,
        "message": { "role": "assistant", "content": answered.text, "refusal": null },
        "logprobs": null,
        "finish_reason": finish_reason(&answered),
    }]);
    let completion = Completion {
        id: completing.id,
        object: "chat.completion",
        created: completing.created,
        model: completing.model,
        choices: choice,
        usage: usage(&answered),
    };
    Ok(axum::Json(completion).into_response())
}

/// An answer that failed: a client of OpenAI is not to ask again by itself, which would cost as much once more.
pub(super) fn final_failure(error: Error) -> Response {
    let mut failure = Failure(error).into_response();
    let never = HeaderValue::from_static("false");
    failure
        .headers_mut()
        .insert(HeaderName::from_static("x-should-retry"), never);
    failure
}

/// Asks after what was said before.
async fn ask(app: &App, place: &Workplace, dialogue: &Dialogue, model: Option<&str>) -> Result<MessageId> {
    let (now, limits) = (app.clock.now(), &app.config.limits);
    let question = Question::parse(limits, &dialogue.question, dialogue.files.clone()).map_err(named)?;
    let choice = choice(model);
    let Workplace { member, project_id } = place;
    let mut tx = app.db.begin().await?;
    let asking = Asking {
        now,
        limits,
        models: &app.models,
        member,
        choice: choice.as_ref(),
    };
    let at = threads::place(&mut tx, now, limits, member, *project_id, &dialogue.before).await?;
    let asked = turns::ask(&mut tx, &asking, at.conversation_id, at.after, &question).await?;
    tx.commit().await?;
    Ok(asked.answer)
}

/// The same error about the field of this request.
fn named(error: Error) -> Error {
    match error {
        Error::Invalid(mut fields) => {
            for field in &mut fields {
                "messages".clone_into(&mut field.name);
            }
            Error::Invalid(fields)
        }
        other => other,
    }
}

/// Questions and answers in turn: what one side says in several messages is one, and what comes before the first
/// question is left out.
fn dialogue(messages: &[ChatMessage]) -> Result<Dialogue, Error> {
    let mut said: Vec<Said> = Vec::new();
    let mut files = Vec::new();
    for (at, message) in messages.iter().enumerate() {
        let by = match message.role {
            ChatRole::User => Speaker::User,
            ChatRole::Assistant => Speaker::Assistant,
            ChatRole::System | ChatRole::Developer | ChatRole::Tool | ChatRole::Function => continue,
        };
        let Some(content) = &message.content else { continue };
        let (text, named) = content.read(&format!("messages[{at}].content"))?;
        match said.last_mut() {
            Some(last) if last.by == by => {
                last.text.push_str("\n\n");
                last.text.push_str(&text);
            }
            None if by == Speaker::Assistant => continue,
            _ => {
                files.clear();
                said.push(Said { by, text });
            }
        }
        files.extend(named);
    }
    match said.pop() {
        Some(Said {
            by: Speaker::User,
            text: question,
        }) => Ok(Dialogue {
            before: said,
            question,
            files,
        }),
        _ => Err(Error::invalid(
            "messages",
            "required",
            "The last message must be from the user: the question.",
        )),
    }
}

/// How far a stream has got.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Beginning,
    Telling,
    Used,
    Done,
    Over,
}

/// A completion that goes on.
struct Completing {
    app: App,
    place: Workplace,
    dialogue: Dialogue,
    answer_id: MessageId,
    following: Following,
    stop: StopOnDrop,
    id: String,
    created: i64,
    model: String,
    with_usage: bool,
    state: Stage,
}

impl Completing {
    /// The next event of the stream; `None` after the last.
    async fn next(&mut self) -> Option<String> {
        match self.state {
            Stage::Beginning => {
                self.state = Stage::Telling;
                Some(self.chunk(json!({ "role": "assistant", "content": "" }), None))
            }
            Stage::Telling => Some(match self.following.soon().await {
                Ok(Soon::Nothing) => STILL_THERE.to_owned(),
                Ok(Soon::More(text)) => self.chunk(json!({ "content": text }), None),
                Ok(Soon::End) => self.told().await,
                Err(error) => {
                    tracing::warn!(
                        error = format!("{:#}", anyhow::Error::new(error)),
                        "a completion broke off"
                    );
                    self.state = Stage::Over;
                    event(&openai_error("The stream was interrupted. Ask again.", "interrupted"))
                }
            }),
            Stage::Used => {
                self.state = Stage::Done;
                let mut chunk = self.envelope();
                chunk["choices"] = json!([]);
                chunk["usage"] = usage(&self.following.answered);
                Some(event(&chunk))
            }
            Stage::Done => {
                self.state = Stage::Over;
                Some("data: [DONE]\n\n".to_owned())
            }
            Stage::Over => None,
        }
    }

    /// The turn is over.
    async fn told(&mut self) -> String {
        self.stop.over();
        if let Some(message) = &self.following.answered.failure {
            self.state = Stage::Over;
            return event(&openai_error(message, "failed"));
        }
        let answered = self.following.answered.clone();
        if let Err(Failure(error)) = self.remember(&answered).await {
            // The next question takes in what was said, instead of going on.
            tracing::warn!(
                error = format!("{:#}", anyhow::Error::new(error)),
                "an answer was not remembered"
            );
        }
        self.state = if self.with_usage { Stage::Used } else { Stage::Done };
        self.chunk(json!({}), Some(finish_reason(&answered)))
    }

    /// So that a follow-up question goes on after this answer.
    async fn remember(&self, answered: &Answered) -> Result<()> {
        let mut said = self.dialogue.before.clone();
        said.extend([
            Said {
                by: Speaker::User,
                text: self.dialogue.question.clone(),
            },
            Said {
                by: Speaker::Assistant,
                text: answered.text.clone(),
            },
        ]);
        let Workplace { member, project_id } = &self.place;
        let mut db = self.app.db.acquire().await?;
        Ok(threads::remember(&mut db, member, *project_id, &said, self.answer_id).await?)
    }

    fn chunk(&self, delta: Value, finish_reason: Option<&str>) -> String {
        let mut chunk = self.envelope();
        chunk["choices"] = json!([{ "index": 0, "delta": delta, "logprobs": null, "finish_reason": finish_reason }]);
        if self.with_usage {
            chunk["usage"] = Value::Null;
        }
        event(&chunk)
    }

    fn envelope(&self) -> Value {
        json!({
            "id": self.id,
            "object": "chat.completion.chunk",
            "created": self.created,
            "model": self.model,
        })
    }
}

fn finish_reason(answered: &Answered) -> &'static str {
    if answered.cut_short { "length" } else { "stop" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_conversation_is_questions_and_answers_in_turn() {
        let check = |messages: Value, before: &[&str], question: Option<&str>| {
            let messages: Vec<ChatMessage> = serde_json::from_value(messages.clone()).unwrap();
            let read = dialogue(&messages).ok();
            let told = read
                .as_ref()
                .map(|read| read.before.iter().map(|said| said.text.as_str()).collect::<Vec<_>>());
            assert_eq!(told.unwrap_or_default(), before);
            assert_eq!(read.as_ref().map(|read| read.question.as_str()), question);
        };
        check(json!([{"role": "user", "content": "One?"}]), &[], Some("One?"));
        check(
            json!([
                {"role": "system", "content": "You are kind."},
                {"role": "assistant", "content": "Hello!"},
                {"role": "user", "content": "One?"},
                {"role": "assistant", "content": null, "tool_calls": []},
                {"role": "assistant", "content": "1"},
                {"role": "user", "content": "Two?"},
                {"role": "user", "content": "Or three?"}
            ]),
            &["One?", "1"],
            Some("Two?\n\nOr three?"),
        );
        check(
            json!([{"role": "user", "content": "One?"}, {"role": "assistant", "content": "1"}]),
            &[],
            None,
        );
        check(json!([]), &[], None);
    }
}
