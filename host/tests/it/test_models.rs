//! A model provider on loopback that answers word for word what a test tells it to.

use std::{
    collections::VecDeque,
    fmt::Write,
    sync::{Arc, Mutex},
    time::Duration,
};

use glovebox::{
    config::SecretText,
    llm::{Catalog, Event, Message, Model, ModelError, Patience, Provider, Reply, Request, Settings, Tool},
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::mpsc,
};

/// The key of every test, which no error may show.
pub const KEY: &str = "sk-test-0123456789";

/// What the provider answers to one request.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    /// Pieces of the body, each sent as one chunk.
    pub pieces: Vec<Vec<u8>>,
    pub end: End,
}

/// How an answer ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum End {
    /// As HTTP wants it.
    Whole,
    /// The connection closes in the middle.
    Cut,
    /// Nothing more comes, until the client goes away.
    Silence,
    /// Not even an answer's head comes.
    Deaf,
}

impl Answer {
    /// A stream of events, in one piece.
    pub fn stream(text: &str) -> Self {
        Self {
            status: 200,
            headers: vec![("content-type", "text/event-stream; charset=utf-8".to_owned())],
            pieces: vec![text.as_bytes().to_vec()],
            end: End::Whole,
        }
    }

    /// An error.
    pub fn error(status: u16, body: &Value) -> Self {
        Self {
            status,
            headers: vec![("content-type", "application/json".to_owned())],
            pieces: vec![body.to_string().into_bytes()],
            end: End::Whole,
        }
    }

    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.retain(|(present, _)| *present != name);
        self.headers.push((name, value.to_owned()));
        self
    }

    pub fn end(self, end: End) -> Self {
        Self { end, ..self }
    }
}

/// One request as it came.
#[derive(Debug)]
pub struct Seen {
    /// The first line and the headers, in lower case.
    pub head: String,
    pub body: Value,
}

/// The provider.
pub struct FakeProvider {
    pub url: String,
    provider: Provider,
    answers: Arc<Mutex<VecDeque<Answer>>>,
    seen: mpsc::UnboundedReceiver<Seen>,
    gone: mpsc::UnboundedReceiver<()>,
}

impl FakeProvider {
    /// Gives `answers` in turn, the last one for ever.
    pub async fn start(provider: Provider, answers: impl IntoIterator<Item = Answer>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let answers = Arc::new(Mutex::new(answers.into_iter().collect::<VecDeque<_>>()));
        let (seen_sender, seen) = mpsc::unbounded_channel();
        let (gone_sender, gone) = mpsc::unbounded_channel();
        let given = Arc::clone(&answers);
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let (given, seen, gone) = (Arc::clone(&given), seen_sender.clone(), gone_sender.clone());
                tokio::spawn(async move { serve(socket, &given, &seen, &gone).await });
            }
        });
        Self {
            url,
            provider,
            answers,
            seen,
            gone,
        }
    }

    /// Answers this from now on.
    pub fn answer(&self, answers: impl IntoIterator<Item = Answer>) {
        *self.answers.lock().unwrap() = answers.into_iter().collect();
    }

    /// The model here, with a key and little patience.
    pub fn model(&self) -> Model {
        self.model_with(|_| {})
    }

    /// A server's settings that name this provider alone.
    pub fn catalog(&self) -> Catalog {
        Catalog::read(&|name| self.variable(name)).unwrap()
    }

    pub fn model_with(&self, change: impl FnOnce(&mut Settings)) -> Model {
        let mut settings = Settings::read(&|name| self.variable(name)).unwrap().unwrap();
        settings.patience = Patience {
            pause: Duration::from_millis(1),
            pause_max: Duration::from_millis(4),
            ..settings.patience
        };
        change(&mut settings);
        Model::from_settings(settings).unwrap()
    }

    /// A variable of the environment that leads here.
    fn variable(&self, name: &str) -> Option<String> {
        match name {
            "ANTHROPIC_API_KEY" | "OPENAI_API_KEY" | "GOOGLE_API_KEY" => Some(KEY.to_owned()),
            "GLOVEBOX_MODEL" if self.provider == Provider::Compatible => Some("qwen3:8b".to_owned()),
            "ANTHROPIC_BASE_URL" | "GOOGLE_GEMINI_BASE_URL" | "GLOVEBOX_MODEL_URL" => Some(self.url.clone()),
            "OPENAI_BASE_URL" => Some(format!("{}/v1", self.url)),
            "GLOVEBOX_MODEL_PROVIDER" => Some(self.provider.as_str().to_owned()),
            _ => None,
        }
    }

    /// The next request that came, if any did.
    pub fn seen(&mut self) -> Option<Seen> {
        self.seen.try_recv().ok()
    }

    /// How many requests came that were not looked at yet.
    pub fn count(&mut self) -> usize {
        std::iter::from_fn(|| self.seen()).count()
    }

    /// Waits until a client closed the connection in the middle of an answer.
    pub async fn client_gone(&mut self) {
        let gone = tokio::time::timeout(Duration::from_secs(10), self.gone.recv());
        gone.await.expect("the client closes its connection").unwrap();
    }
}

/// The same stream cut into two pieces, at every byte.
pub fn cut_everywhere(stream: &str) -> impl Iterator<Item = Answer> {
    let bytes = stream.as_bytes().to_vec();
    (1..bytes.len()).map(move |at| Answer {
        pieces: vec![bytes[..at].to_vec(), bytes[at..].to_vec()],
        ..Answer::stream("")
    })
}

/// Events as they are on the wire: `event` from each one's `type`, and `data`.
pub fn sse(events: &[Value]) -> String {
    let lines = events.iter().map(|event| match event["type"].as_str() {
        Some(kind) => format!("event: {kind}\ndata: {event}\n\n"),
        None => format!("data: {event}\n\n"),
    });
    lines.collect()
}

/// A question with the tool of the product.
pub fn question(messages: Vec<Message>) -> Request {
    Request {
        system: "You write scripts.".to_owned(),
        messages,
        tools: vec![Tool {
            name: "run_script".to_owned(),
            description: "Runs a Python script.".to_owned(),
            input_schema: schema(),
        }],
        max_output_tokens: 4096,
    }
}

pub fn schema() -> Value {
    json!({
        "type": "object",
        "properties": { "code": { "type": "string" } },
        "required": ["code"],
        "additionalProperties": false,
    })
}

pub fn user(text: &str) -> Message {
    Message::User { text: text.to_owned() }
}

pub fn result(call_id: &str, text: &str, failed: bool) -> Message {
    Message::ToolResult {
        call_id: call_id.to_owned(),
        text: text.to_owned(),
        failed,
    }
}

/// Everything that a reply gives, and how it failed.
pub async fn rest(reply: &mut Reply) -> (Vec<Event>, Option<ModelError>) {
    let mut events = Vec::new();
    while let Some(event) = reply.next().await {
        match event {
            Ok(event) => events.push(event),
            Err(error) => {
                assert!(reply.next().await.is_none(), "an error is the end");
                return (events, Some(error));
            }
        }
    }
    (events, None)
}

/// The same from the question on.
pub async fn ask(model: &Model, request: &Request) -> (Vec<Event>, Option<ModelError>) {
    match model.reply(request).await {
        Ok(mut reply) => rest(&mut reply).await,
        Err(error) => (Vec::new(), Some(error)),
    }
}

/// The events of a reply that has to succeed.
pub async fn events(model: &Model, request: &Request) -> Vec<Event> {
    let (events, error) = ask(model, request).await;
    assert_eq!(error, None, "after {events:?}");
    events
}

/// The error of a reply that has to fail.
pub async fn error(model: &Model, request: &Request) -> ModelError {
    let (events, error) = ask(model, request).await;
    let error = error.unwrap_or_else(|| panic!("no error after {events:?}"));
    assert!(!format!("{error} {error:?}").contains(KEY), "{error:?} shows the key");
    error
}

/// The reply's message for the next request.
pub fn message_of(events: &[Event]) -> Message {
    let mut text = String::new();
    let (mut calls, mut kept) = (Vec::new(), None);
    for event in events {
        match event {
            Event::Text(more) => text.push_str(more),
            Event::Call(call) => calls.push(call.clone()),
            Event::Verbatim(verbatim) => kept = Some(verbatim.clone()),
            _ => {}
        }
    }
    Message::Assistant {
        text,
        calls,
        verbatim: kept,
    }
}

async fn serve(
    mut socket: TcpStream,
    answers: &Mutex<VecDeque<Answer>>,
    seen: &mpsc::UnboundedSender<Seen>,
    gone: &mpsc::UnboundedSender<()>,
) -> Option<()> {
    socket.set_nodelay(true).ok()?;
    let mut bytes = Vec::new();
    let body_at = loop {
        if let Some(at) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break at + 4;
        }
        (socket.read_buf(&mut bytes).await.ok()? > 0).then_some(())?;
    };
    let head = String::from_utf8_lossy(&bytes[..body_at]).to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    let length: usize = length.map_or(0, |length| length.trim().parse().unwrap());
    while bytes.len() < body_at + length {
        (socket.read_buf(&mut bytes).await.ok()? > 0).then_some(())?;
    }
    let body = serde_json::from_slice(&bytes[body_at..]).unwrap();
    seen.send(Seen { head, body }).ok()?;
    let answer = {
        let mut answers = answers.lock().unwrap();
        if answers.len() > 1 {
            answers.pop_front()
        } else {
            answers.front().cloned()
        }
    }?;
    if answer.end == End::Deaf {
        until_gone(&mut socket, gone).await;
        return Some(());
    }
    let mut head = format!("HTTP/1.1 {} Whatever\r\nconnection: close\r\n", answer.status);
    for (name, value) in &answer.headers {
        write!(head, "{name}: {value}\r\n").unwrap();
    }
    head.push_str("transfer-encoding: chunked\r\n\r\n");
    socket.write_all(head.as_bytes()).await.ok()?;
    for piece in answer.pieces.iter().filter(|piece| !piece.is_empty()) {
        let chunk = [format!("{:x}\r\n", piece.len()).as_bytes(), piece, b"\r\n"].concat();
        socket.write_all(&chunk).await.ok()?;
    }
    match answer.end {
        End::Whole => socket.write_all(b"0\r\n\r\n").await.ok()?,
        End::Silence => until_gone(&mut socket, gone).await,
        End::Cut | End::Deaf => {}
    }
    Some(())
}

async fn until_gone(socket: &mut TcpStream, gone: &mpsc::UnboundedSender<()>) {
    while socket.read_u8().await.is_ok() {}
    // A test that is over does not ask any more.
    let _ = gone.send(());
}

/// A key that is not a secret any more, for settings made by hand.
pub fn secret(text: &str) -> SecretText {
    SecretText::new(text)
}
