//! Who asked what, and how it went: a request's id, the span in which everything about it is logged, and one line when
//! the last byte of its answer has left.
//!
//! The log has the route's template, never the path or the query, and nothing of headers and bodies: what is secret in
//! a request cannot get there.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
    time::Instant,
};

use axum::{
    body::{Body, Bytes, HttpBody},
    extract::{MatchedPath, Request},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode},
    middleware::Next,
    response::Response,
};
use http_body::{Frame, SizeHint};
use tracing::{Instrument, Span, field};
use uuid::Uuid;

use crate::ids::UserId;

pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The id of a request: the client's own where it sent one that will do, else a new one.
#[derive(Clone, Debug)]
pub(super) struct RequestId(pub String);

/// Gives the request its id and its span, and logs its end.
pub(super) async fn log(mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = RequestId::of(request.headers());
    let route = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    // At the level of errors, so that an error's line has the request's id however little is logged.
    let span = tracing::error_span!(
        "request",
        request_id = id.0,
        method = %request.method(),
        route = route.unwrap_or("none"),
        user_id = field::Empty,
    );
    request.extensions_mut().insert(id.clone());
    let mut answer = next.run(request).instrument(span.clone()).await;
    if let Ok(id) = HeaderValue::try_from(id.0) {
        answer.headers_mut().insert(REQUEST_ID, id);
    }
    let status = answer.status();
    answer.map(|body| {
        Body::new(Counted {
            body,
            bytes: 0,
            complete: false,
            status,
            started,
            span,
        })
    })
}

/// From here on, the lines about this request name the user.
pub(super) fn name_user(user_id: UserId) {
    Span::current().record("user_id", field::display(user_id));
}

impl RequestId {
    const MAX_CHARS: usize = 128;

    fn of(headers: &HeaderMap) -> Self {
        let sent = headers.get(REQUEST_ID).and_then(|value| value.to_str().ok());
        let sane = sent.filter(|id| {
            let sane = |c: char| c.is_ascii_alphanumeric() || "-_.=:/+".contains(c);
            !id.is_empty() && id.len() <= Self::MAX_CHARS && id.chars().all(sane)
        });
        Self(sane.map_or_else(|| Uuid::now_v7().to_string(), str::to_owned))
    }
}

/// A body that knows how much of it was sent, and says so when it ends or is given up.
struct Counted {
    body: Body,
    bytes: u64,
    complete: bool,
    status: StatusCode,
    started: Instant,
    span: Span,
}

impl HttpBody for Counted {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let this = &mut *self;
        let frame = this.span.in_scope(|| Pin::new(&mut this.body).poll_frame(context));
        let frame = ready!(frame);
        match &frame {
            Some(Ok(frame)) => this.bytes += frame.data_ref().map_or(0, |data| data.len() as u64),
            Some(Err(error)) => this.span.in_scope(|| tracing::error!(%error, "an answer broke off")),
            None => this.complete = true,
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        // Whoever sends a body of known length does not ask for what comes after its last byte.
        let complete = self.complete || self.body.is_end_stream();
        let ms = self.started.elapsed().as_secs_f64() * 1000.0;
        self.span.in_scope(|| {
            tracing::info!(
                status = self.status.as_u16(),
                ms = (ms * 10.0).round() / 10.0,
                bytes = self.bytes,
                complete,
                "answered"
            );
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_may_name_its_request_within_reason() {
        let check = |sent: &str, kept: bool| {
            let mut headers = HeaderMap::new();
            headers.insert(REQUEST_ID, sent.parse().unwrap());
            assert_eq!(RequestId::of(&headers).0 == sent, kept, "{sent}");
        };
        check("checkout-42", true);
        check("Root=1-67891233-abcdef012345678912345678", true);
        check("", false);
        check("two words", false);
        check("<script>", false);
        check(&"a".repeat(128), true);
        check(&"a".repeat(129), false);
    }
}
