//! What every answer has in common, whatever its route: each layer in its place.
//!
//! From the outside in: the log with the request's id, the bodies of problems, the headers for browsers, CORS, panics,
//! CSRF, who calls, how often, for how long, idempotency. A layer that refuses a request stands outside of those that
//! would do work for it, and inside of those that its answer needs as well.

use std::{any::Any, collections::BTreeSet, sync::Arc, time::Duration};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{DefaultBodyLimit, MatchedPath, Request, State},
    http::{HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::{Next, from_fn, from_fn_with_state, map_response_with_state},
    response::Response,
};
use tower_http::catch_panic::CatchPanicLayer;

use super::{
    cross_origin,
    dialects::Dialect,
    error::{Problem, problem},
    idempotency::{self, Creations},
    identity,
    rate_limits::{self, RateLimits},
    request_log::{self, RequestId},
};
use crate::app::App;

/// What a browser may load into a page of ours: what we serve. Files that people have uploaded have a stricter one.
const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; \
     base-uri 'none'; frame-ancestors 'none'; form-action 'self'";

const SECURITY_HEADERS: [(HeaderName, &str); 7] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
    (header::CACHE_CONTROL, "no-store"),
];

/// For two years, as browsers' lists of such hosts ask for (RFC 6797).
const STRICT_TRANSPORT_SECURITY: &str = "max-age=63072000";

/// Where the bytes of a body take as long as they take, and where an answer waits for the end of a turn or of a run, which
/// have limits of their own.
const UNHURRIED: [(Method, &str); 21] = [
    (Method::POST, "/api/chatbot/ask"),
    (Method::POST, "/api/conversations/{id}/messages"),
    (Method::POST, "/chat"),
    (Method::GET, "/mcp"),
    (Method::POST, "/mcp"),
    (Method::POST, "/projects/{project_id}/files"),
    (Method::POST, "/v1/chat/completions"),
    (Method::POST, "/v1/files"),
    (Method::POST, "/v1/responses"),
    (Method::POST, "/v1/run"),
    (Method::POST, "/api/v1/projects/{project_id}/conversations/import"),
    (Method::POST, "/api/v1/projects/{project_id}/files"),
    (Method::POST, "/api/v1/projects/{project_id}/uploads"),
    (Method::POST, "/api/v1/model-providers/{model_provider_id}/check"),
    (Method::POST, "/api/v1/orgs/{org_id}/model-provider-checks"),
    (Method::POST, "/api/v1/orgs/{org_id}/source-checks"),
    (Method::POST, "/api/v1/sources/{source_id}/check"),
    (Method::POST, "/api/v1/sources/{source_id}/extracts"),
    (Method::POST, "/api/v1/sources/{source_id}/query"),
    (Method::POST, "/api/v1/sources/{source_id}/schema"),
    (Method::PATCH, "/api/v1/uploads/{upload_id}"),
];

/// Characters of a plain answer that become a problem's detail.
const DETAIL_MAX_BYTES: usize = 4 << 10;

/// The routes with everything around them. `creations` are those whose `POST` takes an idempotency key; `files` are the
/// same for everybody, and only have what concerns every answer.
pub(super) fn around(router: Router<App>, files: Router<App>, app: &App, creations: BTreeSet<String>) -> Router<App> {
    let limits = &app.config.limits;
    let body_max_bytes = usize::try_from(limits.body_max_bytes).unwrap_or(usize::MAX);
    let rate_limits = RateLimits::new(limits, &app.clock);
    let creations = Creations(Arc::new(creations));
    router
        .layer(DefaultBodyLimit::max(body_max_bytes))
        .layer(from_fn_with_state((app.clone(), creations), idempotency::once))
        .layer(from_fn_with_state(app.clone(), in_time))
        .layer(from_fn_with_state((app.clone(), rate_limits), rate_limits::limit))
        .layer(from_fn_with_state(app.clone(), identity::identify))
        .layer(from_fn_with_state(app.clone(), cross_origin::protect))
        .merge(files)
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(
            cross_origin::cors_layer(&app.config),
            cross_origin::cors,
        ))
        .layer(map_response_with_state(app.clone(), secure))
        .layer(from_fn(write_problems))
        .layer(from_fn(request_log::log))
}

/// Gives up on what takes too long, so that a stuck request does not hold its connection for ever.
async fn in_time(State(app): State<App>, request: Request, next: Next) -> Response {
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("", MatchedPath::as_str);
    if UNHURRIED
        .iter()
        .any(|(method, path)| method == request.method() && *path == route)
    {
        return next.run(request).await;
    }
    let timeout = Duration::from_secs(app.config.limits.request_timeout_s.into());
    let answered = tokio::time::timeout(timeout, next.run(request)).await;
    answered.unwrap_or_else(|_| {
        let detail = "This took too long and was cancelled. Try again in a moment.".to_owned();
        problem(StatusCode::SERVICE_UNAVAILABLE, "timeout", detail, Vec::new(), Some(5))
    })
}

fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
    tracing::error!(panic = text.unwrap_or("without a text"), "a request panicked");
    let detail =
        "Something went wrong on our side. Try again; if it keeps happening, report the request ID.".to_owned();
    problem(StatusCode::INTERNAL_SERVER_ERROR, "internal", detail, Vec::new(), None)
}

/// Adds the headers that keep browsers from doing what was not meant, where the answer has not its own.
async fn secure(State(app): State<App>, mut response: Response) -> Response {
    let headers = response.headers_mut();
    for (name, value) in SECURITY_HEADERS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if app.config.https() {
        let value = HeaderValue::from_static(STRICT_TRANSPORT_SECURITY);
        headers.entry(header::STRICT_TRANSPORT_SECURITY).or_insert(value);
    }
    response
}

/// Writes the bodies of problems, with the request's id. An error that is none yet, such as the router's own for a
/// path that nothing is at, becomes one.
async fn write_problems(request: Request, next: Next) -> Response {
    let id = request.extensions().get::<RequestId>().cloned();
    let route = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    let dialect = Dialect::of(route, request.uri().path());
    let mut response = next.run(request).await;
    let mut found = response.extensions_mut().remove::<Problem>();
    if found.is_none() && is_bare_error(&response) {
        response = as_problem(response).await;
        found = response.extensions_mut().remove::<Problem>();
    }
    let Some(mut found) = found else {
        return response;
    };
    found.request_id = id.map(|id| id.0).unwrap_or_default();
    let body = match dialect.tell(&found) {
        Some((status, body)) => {
            *response.status_mut() = status;
            let json = HeaderValue::from_static("application/json");
            response.headers_mut().insert(header::CONTENT_TYPE, json);
            serde_json::to_vec(&body)
        }
        None => serde_json::to_vec(&found),
    };
    let body = body.unwrap_or_default();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_LENGTH, body.len().into());
    response.map(|_| Body::from(body))
}

fn is_bare_error(response: &Response) -> bool {
    let status = response.status();
    let kind = response
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    (status.is_client_error() || status.is_server_error()) && kind.is_none_or(|kind| kind.starts_with("text/plain"))
}

/// The problem that an answer without one is, with the answer's own headers.
async fn as_problem(response: Response) -> Response {
    let status = response.status();
    let (code, detail) = match status {
        StatusCode::NOT_FOUND => (
            "not_found",
            "Nothing found at this path. /docs lists the available paths.",
        ),
        StatusCode::METHOD_NOT_ALLOWED => (
            "method_not_allowed",
            "This path does not support this method; the Allow header lists those that it supports.",
        ),
        StatusCode::PAYLOAD_TOO_LARGE => ("too_large", "The body is larger than this endpoint takes."),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => ("content_type", "This endpoint expects another content type."),
        status if status.is_server_error() => ("internal", "Something went wrong on our side."),
        _ => ("bad_request", "The request is malformed."),
    };
    let (parts, body) = response.into_parts();
    let own = to_bytes(body, DETAIL_MAX_BYTES).await.unwrap_or_default();
    let own = String::from_utf8(own.to_vec())
        .ok()
        .filter(|own| !own.is_empty() && status.is_client_error());
    let mut response = problem(status, code, own.unwrap_or_else(|| detail.to_owned()), Vec::new(), None);
    for (name, value) in parts.headers {
        let Some(name) = name else { continue };
        if name != header::CONTENT_TYPE && name != header::CONTENT_LENGTH {
            response.headers_mut().append(name, value);
        }
    }
    response
}
