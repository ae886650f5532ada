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

/// A message as it came.
#[derive(Clone, Debug)]
pub struct Received {
    pub headers: HeaderMap,
    pub body: String,
}

#[derive(Clone)]
pub struct WebhookSink {
    pub url: String,
    state: Arc<Mutex<Inner>>,
}

struct Inner {
    received: Vec<Received>,
    status: StatusCode,
}

impl WebhookSink {
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let state = Arc::new(Mutex::new(Inner {
            received: Vec::new(),
            status: StatusCode::NO_CONTENT,
        }));
        let router = Router::new().fallback(take).with_state(state.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, state }
    }

    /// From the next message on.
    pub fn answer(&self, status: u16) {
        self.state.lock().unwrap().status = StatusCode::from_u16(status).unwrap();
    }

    pub fn received(&self) -> Vec<Received> {
        self.state.lock().unwrap().received.clone()
    }

    /// The one message that has come.
    #[track_caller]
    pub fn only(&self) -> Received {
        let mut received = self.received();
        assert_eq!(received.len(), 1, "{received:?}");
        received.remove(0)
    }
}

async fn take(State(state): State<Arc<Mutex<Inner>>>, headers: HeaderMap, body: Bytes) -> (StatusCode, &'static str) {
    let mut inner = state.lock().unwrap();
    inner.received.push(Received {
        headers,
        body: String::from_utf8(body.to_vec()).unwrap(),
    });
    (inner.status, "heard you")
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
