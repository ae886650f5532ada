//! A receiver of webhooks on loopback that keeps what it is sent, and answers as a test wants.

use std::sync::{Arc, Mutex};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use glovebox::webhooks::signature;
use serde_json::Value;
use tokio::sync::Notify;

/// A message as it came.
#[derive(Clone, Debug)]
pub struct Received {
    pub headers: HeaderMap,
    pub body: String,
}

#[derive(Clone)]
pub struct WebhookSink {
    pub url: String,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    inner: Mutex<Inner>,
    arrived: Notify,
}

#[derive(Default)]
struct Inner {
    received: Vec<Received>,
    status: StatusCode,
    /// It takes messages, and never says a word.
    silent: bool,
}

impl WebhookSink {
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let shared = Arc::<Shared>::default();
        let router = Router::new().fallback(take).with_state(shared.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        let sink = Self { url, shared };
        sink.answer(204);
        sink
    }

    /// From the next message on it never answers.
    pub fn be_silent(&self) {
        self.shared.inner.lock().unwrap().silent = true;
    }

    /// Until a message has come.
    pub async fn arrived(&self) {
        self.shared.arrived.notified().await;
    }

    /// From the next message on.
    pub fn answer(&self, status: u16) {
        self.shared.inner.lock().unwrap().status = StatusCode::from_u16(status).unwrap();
    }

    pub fn received(&self) -> Vec<Received> {
        self.shared.inner.lock().unwrap().received.clone()
    }

    /// The one message that has come.
    #[track_caller]
    pub fn only(&self) -> Received {
        let mut received = self.received();
        assert_eq!(received.len(), 1, "{received:?}");
        received.remove(0)
    }
}

async fn take(State(shared): State<Arc<Shared>>, headers: HeaderMap, body: Bytes) -> (StatusCode, &'static str) {
    let (status, silent) = {
        let mut inner = shared.inner.lock().unwrap();
        inner.received.push(Received {
            headers,
            body: String::from_utf8(body.to_vec()).unwrap(),
        });
        (inner.status, inner.silent)
    };
    shared.arrived.notify_one();
    if silent {
        std::future::pending::<()>().await;
    }
    (status, "heard you")
}

impl Received {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Asserts that whoever has `secret` signed it, as Standard Webhooks has it.
    #[track_caller]
    pub fn verify(&self, secret: &str) {
        let secret = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
        let at = self.header("webhook-timestamp").parse().unwrap();
        let at = chrono::DateTime::from_timestamp(at, 0).unwrap();
        let expected = signature(&secret, self.header("webhook-id"), at, &self.body);
        assert_eq!(self.header("webhook-signature"), expected, "{self:?}");
    }
}
