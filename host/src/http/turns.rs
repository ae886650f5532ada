//! Asking, following, stopping and asking again: `/api/v1/conversations/{conversation_id}/messages` and what hangs on an
//! answer.

use std::{collections::VecDeque, time::Duration};

use axum::{
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, HeaderName, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures_util::stream;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use tokio::time::Instant;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    error::Result,
    extract::{Json, Path, Query},
    problems::{Conflict, Forbidden},
};
use crate::{
    accounts::Caller,
    app::App,
    conversations::messages::{self, Message, Question},
    error::Error,
    ids::{ConversationId, FileId, MessageId},
    llm::Choice,
    metrics,
    notifications::{Subscription, Topic},
    orgs::{Owned, member_of},
    turns::{self, Asking, Standing, stream as chunks},
};

/// How long a stream is silent before it says that it is still there.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// Chunks that are read at a time.
const READ: i64 = 500;
/// How long a stream goes on when the server goes away: a turn of this server ends meanwhile, and its end is still told.
const LAST_MOMENT: Duration = Duration::from_secs(2);
/// How long the request to stop waits for the end of the turn.
const STOP_PATIENCE: Duration = Duration::from_secs(2);

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(models))
        .routes(routes!(ask))
        .routes(routes!(follow))
        .routes(routes!(stop))
        .routes(routes!(retry))
}

/// A question.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewQuestion {
    /// The question, in plain words.
    #[schema(min_length = 1, example = "Which region sold most?")]
    text: String,
    /// Files of the project that the question is about.
    #[serde(default)]
    #[schema(value_type = Vec<uuid::Uuid>)]
    file_ids: Vec<FileId>,
    /// The answer that it follows. If omitted, the conversation's newest message; null makes it a first question,
    /// beside the existing ones. A question that replaces an edited one follows what that one follows.
    #[serde(default)]
    #[schema(value_type = Option<uuid::Uuid>)]
    parent_id: Follows,
    /// Which model should answer; by default the server chooses.
    #[serde(default)]
    model: Option<Choice>,
    /// Python to run as it is, such as an edited script from an answer: no model is asked.
    #[serde(default)]
    #[schema(min_length = 1, example = "print(1 + 1)")]
    script: Option<String>,
}

/// What a question follows. Null is something else than nothing.
#[derive(Clone, Copy, Default)]
enum Follows {
    #[default]
    Newest,
    Nothing,
    Message(MessageId),
}

impl<'de> Deserialize<'de> for Follows {
    fn deserialize<D: Deserializer<'de>>(value: D) -> std::result::Result<Self, D::Error> {
        let given = Option::<MessageId>::deserialize(value)?;
        Ok(given.map_or(Self::Nothing, Self::Message))
    }
}

/// A question, and the answer to come.
#[derive(Serialize, ToSchema)]
struct AskedQuestion {
    question: Message,
    answer: Message,
}

/// How to ask again.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Again {
    /// Which model should answer this time; by default the server chooses.
    model: Option<Choice>,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct FollowQuery {
    /// The id of the last event seen, to continue after it. The header `Last-Event-ID` does the same.
    #[serde(default)]
    #[param(minimum = 0)]
    after: Option<i64>,
}

/// List the available models
///
/// The server's own choice comes first. `offline` answers by rules, without a model.
#[utoipa::path(
    get,
    path = "/api/v1/models",
    tag = "turns",
    operation_id = "list_models",
    responses((status = OK, description = "All of them", body = Vec<Choice>)),
)]
async fn models(State(app): State<App>, _caller: Caller) -> Result<Response> {
    Ok(axum::Json(app.models.offers()).into_response())
}

/// Ask a question
///
/// The answer is worked on whether or not anybody follows it; its stream is at `/api/v1/messages/{message_id}/stream`,
/// with the answer's id.
#[utoipa::path(
    post,
    path = "/api/v1/conversations/{conversation_id}/messages",
    tag = "turns",
    operation_id = "ask",
    params(("conversation_id" = ConversationId, Path, description = "The conversation")),
    request_body = NewQuestion,
    responses(
        (status = CREATED, description = "The question and its answer", body = AskedQuestion, headers(("Location" = String, description = "The answer"))),
        Forbidden,
        Conflict,
    ),
)]
async fn ask(
    State(app): State<App>,
    caller: Caller,
    Path(conversation_id): Path<ConversationId>,
    Json(body): Json<NewQuestion>,
) -> Result<Response> {
    let mut question = Question::parse(&app.config.limits, &body.text, body.file_ids)?;
    if let Some(script) = body.script {
        question = question.with_script(&app.config.limits, script)?;
    }
    let mut tx = app.db.begin().await?;
    let member = member_of(&mut tx, &caller, Owned::Conversation(conversation_id)).await?;
    let asking = Asking {
        now: app.clock.now(),
        limits: &app.config.limits,
        models: &app.models,
        member: &member,
        choice: body.model.as_ref(),
    };
    let parent = match body.parent_id {
        Follows::Newest => messages::newest(&mut tx, &member, conversation_id).await?,
        Follows::Nothing => None,
        Follows::Message(id) => Some(id),
    };
    let asked = turns::ask(&mut tx, &asking, conversation_id, parent, &question).await?;
    let question = messages::get(&mut tx, &member, asked.question).await?;
    let answer = messages::get(&mut tx, &member, asked.answer).await?;
    tx.commit().await?;
    let location = [(header::LOCATION, format!("/api/v1/messages/{}", answer.id))];
    Ok((
        StatusCode::CREATED,
        location,
        axum::Json(AskedQuestion { question, answer }),
    )
        .into_response())
}

/// Follow an answer
///
/// Server-sent events with the chunks of the [UI message stream](https://ai-sdk.dev/docs/ai-sdk-ui/stream-protocol) of
/// the AI SDK, from the beginning or behind the event that was seen last, to the end of the answer, also when that was a
/// while ago. A script is a call of the tool `run_script`; what it prints, shows and makes are `data-output`,
/// `data-table`, `data-chart`, `data-file`, `data-receipt` and `data-error`. A query of a data source is `data-query`, once
/// when it begins and once more, with the same id, when it is over. While the turn waits, `data-queue` says how many come
/// before it.
#[utoipa::path(
    get,
    path = "/api/v1/messages/{message_id}/stream",
    tag = "turns",
    operation_id = "follow_answer",
    params(
        ("message_id" = MessageId, Path, description = "The answer"),
        FollowQuery,
        ("Last-Event-ID" = Option<String>, Header, description = "The id of the last event seen"),
    ),
    responses(
        (status = OK, description = "The events", content_type = "text/event-stream", body = String,
            headers(("x-vercel-ai-ui-message-stream" = String, description = "`v1`"))),
        (status = NO_CONTENT, description = "The answer ended so long ago that only the message is left"),
    ),
)]
async fn follow(
    State(app): State<App>,
    caller: Caller,
    Path(answer_id): Path<MessageId>,
    Query(query): Query<FollowQuery>,
    headers: HeaderMap,
) -> Result<Response> {
    let after = match query.after {
        Some(after) => after,
        None => last_event_id(&headers)?,
    };
    if after < 0 {
        return Err(Error::invalid("after", "range", "Event IDs start at 1.").into());
    }
    let mut db = app.db.acquire().await?;
    let member = member_of(&mut db, &caller, Owned::Message(answer_id)).await?;
    messages::get(&mut db, &member, answer_id).await?;
    // Before the first look, so that nothing is missed.
    let ear = app.notifications.ear(Topic::Stream(answer_id));
    let standing = turns::standing(&mut db, answer_id).await?;
    if standing == Standing::Over && chunks::last(&mut db, answer_id).await? == 0 {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    drop(db);
    let following = Following {
        app,
        answer_id,
        ear,
        after,
        events: VecDeque::new(),
        told_before: None,
        spoke: Instant::now(),
        over: false,
        until: None,
        _open: metrics::stream_opened(),
    };
    let events = stream::unfold(following, async |mut following| {
        let event = following.next().await?;
        Some((Ok::<_, std::convert::Infallible>(event), following))
    });
    let headers = [
        (header::CONTENT_TYPE, "text/event-stream"),
        (HeaderName::from_static("x-vercel-ai-ui-message-stream"), "v1"),
        // Proxies such as nginx would gather it.
        (HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    Ok((headers, Body::from_stream(Box::pin(events))).into_response())
}

/// Stop an answer
///
/// Results so far are kept, and the conversation can continue. The response is the message as it ended; one that had
/// already ended stays as it is.
#[utoipa::path(
    post,
    path = "/api/v1/messages/{message_id}/stop",
    tag = "turns",
    operation_id = "stop_answer",
    params(("message_id" = MessageId, Path, description = "The answer")),
    responses((status = OK, description = "Stopped", body = Message), Forbidden),
)]
async fn stop(State(app): State<App>, caller: Caller, Path(answer_id): Path<MessageId>) -> Result<Response> {
    let begun = Instant::now();
    let mut ear = app.notifications.ear(Topic::Stream(answer_id));
    let mut tx = app.db.begin().await?;
    let member = member_of(&mut tx, &caller, Owned::Message(answer_id)).await?;
    let stops = turns::stop(&mut tx, app.clock.now(), &member, answer_id).await?;
    tx.commit().await?;
    loop {
        let mut db = app.db.acquire().await?;
        let over = turns::standing(&mut db, answer_id).await? == Standing::Over;
        if over || begun.elapsed() >= STOP_PATIENCE {
            if stops {
                metrics::stopped(begun.elapsed().as_secs_f64());
            }
            return Ok(axum::Json(messages::get(&mut db, &member, answer_id).await?).into_response());
        }
        drop(db);
        ear.news_within(STOP_PATIENCE / 4).await;
    }
}

/// Ask again
///
/// The new answer is added beside the existing one.
#[utoipa::path(
    post,
    path = "/api/v1/messages/{message_id}/retry",
    tag = "turns",
    operation_id = "retry_answer",
    params(("message_id" = MessageId, Path, description = "The answer")),
    request_body = Again,
    responses(
        (status = CREATED, description = "The question is asked again", body = Message, headers(("Location" = String, description = "The new answer"))),
        Forbidden,
        Conflict,
    ),
)]
async fn retry(
    State(app): State<App>,
    caller: Caller,
    Path(answer_id): Path<MessageId>,
    Json(body): Json<Again>,
) -> Result<Response> {
    let mut tx = app.db.begin().await?;
    let member = member_of(&mut tx, &caller, Owned::Message(answer_id)).await?;
    let asking = Asking {
        now: app.clock.now(),
        limits: &app.config.limits,
        models: &app.models,
        member: &member,
        choice: body.model.as_ref(),
    };
    let again = turns::retry(&mut tx, &asking, answer_id).await?;
    let answer = messages::get(&mut tx, &member, again).await?;
    tx.commit().await?;
    let location = [(header::LOCATION, format!("/api/v1/messages/{again}"))];
    Ok((StatusCode::CREATED, location, axum::Json(answer)).into_response())
}

/// Somebody who follows an answer.
struct Following {
    app: App,
    answer_id: MessageId,
    ear: Subscription,
    after: i64,
    /// What was read and not yet sent.
    events: VecDeque<(i64, Value)>,
    told_before: Option<i64>,
    spoke: Instant,
    /// The end was sent.
    over: bool,
    /// When the server stops waiting for readers, once it goes away.
    until: Option<Instant>,
    _open: metrics::OpenStream,
}

impl Following {
    /// The next event as it is sent; `None` after the last.
    async fn next(&mut self) -> Option<Bytes> {
        let event = loop {
            if self.over {
                return None;
            }
            if let Some((position, chunk)) = self.events.pop_front() {
                self.after = position;
                break format!("id: {position}\ndata: {chunk}\n\n");
            }
            match self.look().await {
                Ok(Standing::Over) if self.events.is_empty() => {
                    self.over = true;
                    break "data: [DONE]\n\n".to_owned();
                }
                Ok(Standing::Waiting { before }) if self.told_before != Some(before) => {
                    self.told_before = Some(before);
                    break format!("data: {}\n\n", turns::waiting_chunk(before));
                }
                Ok(_) if !self.events.is_empty() => continue,
                Ok(_) => {}
                Err(error) => {
                    // The reader comes back, and goes on where it was.
                    tracing::warn!(error = format!("{:#}", anyhow::Error::new(error)), "a stream broke off");
                    return None;
                }
            }
            if self.is_last_moment_over() {
                // The reader comes back to another server, and goes on where it was.
                return None;
            }
            self.ear.news().await;
            if self.spoke.elapsed() >= KEEP_ALIVE {
                break ": still there\n\n".to_owned();
            }
        };
        self.spoke = Instant::now();
        Some(event.into())
    }

    /// Whether the server goes away and waits for readers no longer.
    fn is_last_moment_over(&mut self) -> bool {
        let now = Instant::now();
        self.app.closing.is_cancelled() && *self.until.get_or_insert(now + LAST_MOMENT) <= now
    }

    /// Where the turn stands, and what the stream had when it stood there.
    async fn look(&mut self) -> std::result::Result<Standing, Error> {
        let mut db = self.app.db.acquire().await?;
        let standing = turns::standing(&mut db, self.answer_id).await?;
        self.events = chunks::read_json(&mut db, self.answer_id, self.after, READ)
            .await?
            .into();
        Ok(standing)
    }
}

fn last_event_id(headers: &HeaderMap) -> std::result::Result<i64, Error> {
    let Some(id) = headers.get("last-event-id") else {
        return Ok(0);
    };
    let id = id.to_str().ok().and_then(|id| id.trim().parse().ok());
    id.ok_or_else(|| Error::invalid("Last-Event-ID", "number", "Send the ID of an event in this stream."))
}
