//! The header `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header-07) on requests that make something.
//!
//! Such an operation is a `POST` that answers 201 and is not open to everybody; the document says so of each. Two
//! requests are the same when method, path, query and body are. An upload is not read to be compared: its declared
//! length and what it says of the file stand for its bytes. What an API key's creation answers is a secret, and not
//! kept: there the header is not offered, and the key's name, which is unique, does its work.
//!
//! The work goes on when its client hangs up, so that the answer is there when the client asks again. A server that is
//! killed between the work and the keeping of its answer forgets the answer: a repetition after the lease does the
//! work again.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use anyhow::{Context, anyhow};
use axum::{
    body::{Body, to_bytes},
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header, response::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use sha2::{Digest, Sha256};
use tracing::Instrument;

use super::error::{self, problem};
use crate::{
    accounts::Caller,
    app::App,
    error::Error,
    idempotency::{self, Answer, Begun, Claim, IdempotencyKey, begin},
};

pub(super) const KEY: HeaderName = HeaderName::from_static("idempotency-key");
pub(super) const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// What says more of an upload than its length (tus 1.0.0, Creation).
const UPLOAD_HEADERS: [&str; 2] = ["upload-length", "upload-metadata"];

/// What is kept of an answer's headers; the others belong to the request.
const KEPT_HEADERS: [&str; 8] = [
    "content-type",
    "etag",
    "link",
    "location",
    "tus-resumable",
    "upload-expires",
    "upload-length",
    "upload-offset",
];

/// Bytes of an answer that is kept; what an answer to a creation never has.
const ANSWER_MAX_BYTES: usize = 1 << 20;

/// The routes whose `POST` takes the header.
#[derive(Clone)]
pub(super) struct Creations(pub Arc<BTreeSet<String>>);

/// Answers a repetition as the first was answered, and does first requests once.
pub(super) async fn once(State((app, creations)): State<(App, Creations)>, request: Request, next: Next) -> Response {
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("", MatchedPath::as_str);
    let takes = *request.method() == Method::POST && creations.0.contains(route);
    let caller = request.extensions().get::<Caller>().cloned();
    match (request.headers().get(KEY).cloned(), caller) {
        (Some(key), Some(caller)) if takes => {
            let answered = answer(app, caller, &key, request, next).await;
            answered.unwrap_or_else(IntoResponse::into_response)
        }
        _ => next.run(request).await,
    }
}

async fn answer(app: App, caller: Caller, key: &HeaderValue, request: Request, next: Next) -> error::Result<Response> {
    let key = IdempotencyKey::parse(key.to_str().unwrap_or_default())?;
    // The endpoint itself knows how much of that it takes.
    let most = app.config.limits.body_max_bytes.max(app.config.limits.import_max_bytes);
    let (request, hash) = hashed(request, most).await?;
    let begun = {
        let mut db = app.db.acquire().await?;
        begin(&mut db, app.clock.now(), &app.config.limits, caller.user_id, key, &hash).await?
    };
    let refused = |status, code, detail: &str| problem(status, code, detail.to_owned(), Vec::new(), None);
    Ok(match begun {
        Begun::First(claim) => {
            // In a task of its own, which does not end with the connection.
            let work = tokio::spawn(work(app, claim, request, next).in_current_span());
            match work.await {
                Ok(answered) => answered?,
                Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
                Err(error) => return Err(anyhow::Error::new(error).context("waiting for an answer").into()),
            }
        }
        Begun::Answered(answer) => replay(answer)?,
        Begun::InFlight => refused(
            StatusCode::CONFLICT,
            "idempotency_in_flight",
            "The first request with this Idempotency-Key is still in progress. Try again in a moment.",
        ),
        Begun::Mismatch => refused(
            StatusCode::UNPROCESSABLE_ENTITY,
            "idempotency_mismatch",
            "A different request was sent with this Idempotency-Key. Use a new key for a new request.",
        ),
    })
}

/// The hash of what makes a request itself and no other, and the request as it was.
async fn hashed(request: Request, body_max_bytes: u64) -> error::Result<(Request, Vec<u8>)> {
    let (parts, body) = request.into_parts();
    let mut hash = Sha256::new();
    let mut add = |part: &[u8]| {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    };
    add(parts.uri.path().as_bytes());
    add(parts.uri.query().unwrap_or_default().as_bytes());
    let value = |name: &str| parts.headers.get(name).map_or(&b""[..], HeaderValue::as_bytes);
    let json = value("content-type").starts_with(b"application/json");
    let body = if json {
        let bytes = to_bytes(body, usize::try_from(body_max_bytes).unwrap_or(usize::MAX)).await;
        let bytes = bytes.map_err(|_| Error::TooLarge("The body is larger than this endpoint takes.".to_owned()))?;
        add(&bytes);
        Body::from(bytes)
    } else {
        add(value(header::CONTENT_LENGTH.as_str()));
        for name in UPLOAD_HEADERS {
            add(value(name));
        }
        body
    };
    Ok((Request::from_parts(parts, body), hash.finalize().to_vec()))
}

/// Does the request while its key is held, and keeps what it answered or frees the key.
async fn work(app: App, claim: Claim, request: Request, next: Next) -> error::Result<Response> {
    let mut holding = Holding {
        app,
        claim: Some(claim),
    };
    let mut response = std::pin::pin!(next.run(request));
    let third = idempotency::lease(&holding.app.config.limits) / 3;
    let third = third
        .to_std()
        .unwrap_or(Duration::from_secs(1))
        .max(Duration::from_millis(100));
    let response = loop {
        tokio::select! {
            response = &mut response => break response,
            () = tokio::time::sleep(third) => holding.renew().await,
        }
    };
    let secret = response.headers().contains_key(header::SET_COOKIE);
    if !response.status().is_success() || secret {
        holding.free().await;
        return Ok(response);
    }
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, ANSWER_MAX_BYTES)
        .await
        .context("reading an answer to keep it")?;
    let kept = Answer {
        status: parts.status.as_u16(),
        headers: kept_headers(&parts),
        body: body.to_vec(),
    };
    holding.keep(&kept).await;
    Ok(Response::from_parts(parts, Body::from(body)))
}

/// A held key. What fails here is logged and costs the client nothing but its second try.
struct Holding {
    app: App,
    claim: Option<Claim>,
}

impl Holding {
    async fn renew(&self) {
        let Some(claim) = &self.claim else { return };
        let renewed = async {
            let mut db = self.app.db.acquire().await?;
            claim
                .renew(&mut db, self.app.clock.now(), &self.app.config.limits)
                .await
        };
        warn_of("held for longer", renewed.await);
    }

    async fn keep(&mut self, answer: &Answer) {
        let Some(claim) = self.claim.take() else { return };
        let kept = async { claim.keep(&mut *self.app.db.acquire().await?, answer).await };
        warn_of("given its answer", kept.await);
    }

    async fn free(&mut self) {
        let Some(claim) = self.claim.take() else { return };
        let freed = async { claim.free(&mut *self.app.db.acquire().await?).await };
        warn_of("freed", freed.await);
    }
}

/// The work has panicked, or its answer could not be read.
impl Drop for Holding {
    fn drop(&mut self) {
        let Some(claim) = self.claim.take() else { return };
        let mut rest = Self {
            app: self.app.clone(),
            claim: Some(claim),
        };
        tokio::spawn(async move { rest.free().await }.in_current_span());
    }
}

fn warn_of(what: &str, done: crate::error::Result<()>) {
    if let Err(error) = done {
        tracing::warn!(%error, "an idempotency key could not be {what}; its lease runs out");
    }
}

fn kept_headers(parts: &Parts) -> BTreeMap<String, String> {
    KEPT_HEADERS
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), parts.headers.get(*name)?.to_str().ok()?.to_owned())))
        .collect()
}

fn replay(answer: Answer) -> error::Result<Response> {
    let status = StatusCode::from_u16(answer.status).map_err(|error| anyhow!(error))?;
    let mut headers = HeaderMap::new();
    for (name, value) in answer.headers {
        let name = HeaderName::try_from(name).context("reading a kept answer")?;
        headers.insert(name, HeaderValue::try_from(value).context("reading a kept answer")?);
    }
    headers.insert(REPLAYED, HeaderValue::from_static("true"));
    Ok((status, headers, answer.body).into_response())
}
