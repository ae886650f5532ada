//! What tests of turns have in common: a model that speaks as the test tells it to, and a reader of streams.

use std::{convert::Infallible, time::Duration};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    http::header,
    response::{IntoResponse, Response},
    routing::post,
};
use futures_util::stream;
use glovebox::llm::Catalog;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::mpsc};

use crate::{
    test_app::Client,
    test_models::{KEY, sse},
};

/// Everything here comes within this time, also on a busy machine.
const PATIENCE: Duration = Duration::from_mins(2);

/// A provider on loopback whose replies come piece by piece, when the test says so.
pub struct SlowModel {
    pub url: String,
    asked: mpsc::UnboundedReceiver<Speaking>,
}

/// A reply that goes on. Dropped, its connection ends in the middle.
pub struct Speaking {
    question: String,
    pieces: mpsc::UnboundedSender<Bytes>,
}

impl SlowModel {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (asking, asked) = mpsc::unbounded_channel();
        let router = Router::new().route("/v1/messages", post(reply)).with_state(asking);
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, asked }
    }

    /// The variables of a server whose model this is.
    pub fn settings(&self) -> [(&'static str, String); 3] {
        [
            ("GLOVEBOX_MODEL_PROVIDER", "anthropic".to_owned()),
            ("ANTHROPIC_API_KEY", KEY.to_owned()),
            ("ANTHROPIC_BASE_URL", self.url.clone()),
        ]
    }

    pub fn catalog(&self) -> Catalog {
        let settings = self.settings();
        let find = |name: &str| settings.iter().find(|(of, _)| *of == name);
        Catalog::read(&|name| find(name).map(|(_, value)| value.clone())).unwrap()
    }

    /// Waits until a server asks, and begins to reply.
    pub async fn asked(&mut self) -> Speaking {
        let asked = tokio::time::timeout(PATIENCE, self.asked.recv()).await;
        let speaking = asked.expect("the model is asked").unwrap();
        speaking.send(&[
            json!({"type": "message_start", "message": {"usage": {"input_tokens": 100, "output_tokens": 1}}}),
            json!({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}),
        ]);
        speaking
    }

    /// The same, for a question with these words: others are of turns that are over.
    pub async fn asked_about(&mut self, words: &str) -> Speaking {
        loop {
            let speaking = self.asked().await;
            if speaking.question.contains(words) {
                return speaking;
            }
        }
    }
}

impl Speaking {
    pub fn says(&self, text: &str) {
        self.send(&[json!({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": text}})]);
    }

    /// Ends the reply, after a call where there is a script.
    pub fn ends(self, script: Option<&str>) {
        self.send(&[json!({"type": "content_block_stop", "index": 0})]);
        if let Some(script) = script {
            let call = json!({"type": "tool_use", "id": "toolu_1", "name": "run_script", "input": {}});
            let input = json!({ "script": script }).to_string();
            self.send(&[
                json!({"type": "content_block_start", "index": 1, "content_block": call}),
                json!({"type": "content_block_delta", "index": 1,
                       "delta": {"type": "input_json_delta", "partial_json": input}}),
                json!({"type": "content_block_stop", "index": 1}),
            ]);
        }
        let reason = if script.is_some() { "tool_use" } else { "end_turn" };
        self.send(&[
            json!({"type": "message_delta", "delta": {"stop_reason": reason}, "usage": {"output_tokens": 10}}),
            json!({"type": "message_stop"}),
        ]);
    }

    /// Waits until the server does not listen any more.
    pub async fn gone(&self) {
        let gone = tokio::time::timeout(PATIENCE, self.pieces.closed()).await;
        gone.expect("the server goes away");
    }

    fn send(&self, events: &[Value]) {
        // A server that is gone hears nothing.
        let _ = self.pieces.send(sse(events).into());
    }
}

/// The question has to be read, else nobody notices that the server goes away.
async fn reply(State(asking): State<mpsc::UnboundedSender<Speaking>>, question: String) -> Response {
    let (pieces, receiver) = mpsc::unbounded_channel();
    let _ = asking.send(Speaking { question, pieces });
    let pieces = stream::unfold(receiver, async |mut receiver| {
        let piece = receiver.recv().await?;
        Some((Ok::<Bytes, Infallible>(piece), receiver))
    });
    let kind = [(header::CONTENT_TYPE, "text/event-stream")];
    (kind, Body::from_stream(pieces)).into_response()
}

/// Somebody who follows an answer.
pub struct Reader {
    response: reqwest::Response,
    text: String,
    /// What came, with the events' ids; those without one were transient.
    pub events: Vec<(Option<i64>, Value)>,
    /// The stream said that it is over.
    pub over: bool,
}

impl Reader {
    /// Follows the answer from behind the event `after`.
    pub async fn open(client: &Client, answer: &str, after: i64) -> Self {
        let opened = Self::try_open(client, answer, after).await;
        opened.expect("the server lets its answers be followed")
    }

    /// The same, where the server may be unavailable.
    pub async fn try_open(client: &Client, answer: &str, after: i64) -> Option<Self> {
        let request = client.request(Method::GET, &format!("{answer}/stream"));
        let response = request.header("last-event-id", after).send().await.unwrap();
        (response.status() == 200).then_some(Self {
            response,
            text: String::new(),
            events: Vec::new(),
            over: false,
        })
    }

    /// Follows the answer to its end, coming back as often as the stream breaks off. Answers the kept chunks and how
    /// often that was.
    pub async fn to_the_end(client: &Client, answer: &str) -> (Vec<Value>, usize) {
        let mut all = Vec::new();
        for times in 0.. {
            let Some(mut reader) = Self::try_open(client, answer, all.len() as i64).await else {
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            };
            reader.rest().await;
            all.extend(reader.kept(all.len() as i64).into_iter().cloned());
            if reader.over {
                return (all, times);
            }
        }
        unreachable!("it comes back for ever")
    }

    /// Reads until something of this kind came, and answers it.
    pub async fn until(&mut self, kind: &str) -> Value {
        self.until_that(kind, |chunk| chunk["type"] == kind).await
    }

    pub async fn until_that(&mut self, what: &str, is: impl Fn(&Value) -> bool) -> Value {
        let mut seen = 0;
        loop {
            if let Some((_, chunk)) = self.events[seen..].iter().find(|(_, chunk)| is(chunk)) {
                return chunk.clone();
            }
            seen = self.events.len();
            assert!(self.read().await, "{what} never came: {:?}", self.events);
        }
    }

    /// Reads to the end of the stream, whatever end that is.
    pub async fn rest(&mut self) {
        while self.read().await {}
    }

    /// The chunks that are kept. Asserts that none is missing and none came twice.
    pub fn kept(&self, after: i64) -> Vec<&Value> {
        let kept = self.events.iter().filter_map(|(id, chunk)| Some(((*id)?, chunk)));
        let kept: Vec<(i64, &Value)> = kept.collect();
        let ids: Vec<i64> = kept.iter().map(|(id, _)| *id).collect();
        let expected: Vec<i64> = (after + 1..=after + ids.len() as i64).collect();
        assert_eq!(ids, expected);
        kept.into_iter().map(|(_, chunk)| chunk).collect()
    }

    pub fn last_id(&self) -> i64 {
        self.events.iter().rev().find_map(|(id, _)| *id).unwrap_or(0)
    }

    /// Reads a piece. False when there is no more.
    async fn read(&mut self) -> bool {
        let piece = tokio::time::timeout(PATIENCE, self.response.chunk()).await;
        let Ok(Some(piece)) = piece.expect("the stream goes on") else {
            return false;
        };
        self.text.push_str(std::str::from_utf8(&piece).unwrap());
        while let Some(end) = self.text.find("\n\n") {
            let event: String = self.text.drain(..end + 2).collect();
            let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name));
            match field("data: ") {
                Some("[DONE]") => self.over = true,
                Some(data) => {
                    let id = field("id: ").map(|id| id.parse().unwrap());
                    self.events.push((id, serde_json::from_str(data).unwrap()));
                }
                None => {}
            }
        }
        true
    }
}

/// The text of the answer that these chunks tell.
pub fn said<'a>(chunks: impl IntoIterator<Item = &'a Value>) -> String {
    let deltas = chunks.into_iter().filter(|chunk| chunk["type"] == "text-delta");
    deltas.map(|chunk| chunk["delta"].as_str().unwrap()).collect()
}

/// What scripts printed, as these chunks tell it.
pub fn printed<'a>(chunks: impl IntoIterator<Item = &'a Value>) -> String {
    let outputs = chunks.into_iter().filter(|chunk| chunk["type"] == "data-output");
    outputs.map(|chunk| chunk["data"]["text"].as_str().unwrap()).collect()
}
