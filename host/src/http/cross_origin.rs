//! What pages of other origins may do here.
//!
//! A page of an allowed origin (`CORS_ORIGINS`) may call the API with cookies and read the answers. Any other page can
//! neither read answers (CORS) nor change anything with somebody's cookies: a request that changes something says by
//! the browser's own headers, which scripts cannot set, where it comes from. There are no tokens in forms to be kept,
//! lost or leaked.

use std::time::Duration;

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::Response,
};
use axum_extra::extract::CookieJar;
use tower::{Layer, ServiceExt as _, service_fn};
use tower_http::cors::CorsLayer;

use super::{error::problem, extract::session_cookie_name};
use crate::{app::App, config::ServerConfig};

/// Seconds for which a browser remembers what it may do.
const PREFLIGHT_MAX_AGE: Duration = Duration::from_mins(10);

/// What a page of an allowed origin may send beside the headers that are always allowed.
const SENT: [&str; 19] = [
    "accept",
    "authorization",
    "content-type",
    "idempotency-key",
    "if-match",
    "if-none-match",
    "last-event-id",
    "mcp-method",
    "mcp-name",
    "mcp-protocol-version",
    "mcp-session-id",
    "range",
    "tus-resumable",
    "upload-length",
    "upload-metadata",
    "upload-offset",
    "x-http-method-override",
    "x-project",
    "x-request-id",
];

/// What it may read of an answer beside the headers that are always readable.
const READ: [&str; 24] = [
    "accept-ranges",
    "content-disposition",
    "content-range",
    "etag",
    "glovebox-file-id",
    "idempotent-replayed",
    "link",
    "location",
    "mcp-session-id",
    "ratelimit-limit",
    "ratelimit-policy",
    "ratelimit-remaining",
    "ratelimit-reset",
    "retry-after",
    "tus-checksum-algorithm",
    "tus-extension",
    "tus-max-size",
    "tus-resumable",
    "tus-version",
    "upload-expires",
    "upload-length",
    "upload-metadata",
    "upload-offset",
    "x-request-id",
];

/// The answers to preflights and the headers of CORS (Fetch, 3.2), for the allowed origins.
pub(super) fn cors_layer(config: &ServerConfig) -> CorsLayer {
    let origins = config.cors_origins.iter();
    let origins: Vec<HeaderValue> = origins
        .filter_map(|origin| HeaderValue::from_str(origin).ok())
        .collect();
    CorsLayer::new()
        .allow_origin(origins)
        .allow_credentials(true)
        .allow_methods([
            Method::GET,
            Method::HEAD,
            Method::POST,
            Method::PUT,
            Method::PATCH,
            Method::DELETE,
            Method::OPTIONS,
        ])
        .allow_headers(SENT.map(HeaderName::from_static))
        .expose_headers(READ.map(HeaderName::from_static))
        .max_age(PREFLIGHT_MAX_AGE)
}

/// Answers preflights and tells browsers who may read.
///
/// The library takes every `OPTIONS` for a preflight, and resumable uploads have an `OPTIONS` of their own: one that
/// is no preflight goes past it under the name of a `GET`.
pub(super) async fn cors(State(cors): State<CorsLayer>, mut request: Request, next: Next) -> Response {
    let preflight = request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    let disguised = *request.method() == Method::OPTIONS && !preflight;
    if disguised {
        *request.method_mut() = Method::GET;
    }
    let inner = service_fn(move |mut request: Request| {
        if disguised {
            *request.method_mut() = Method::OPTIONS;
        }
        next.clone().oneshot(request)
    });
    match cors.layer(inner).oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

/// Stops a request that changes something, comes with the browser's cookies or without anything, and was caused by a
/// page of an origin that is not allowed.
pub(super) async fn protect(State(app): State<App>, request: Request, next: Next) -> Response {
    let changes = !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let headers = request.headers();
    let own = app.config.public_url.origin().ascii_serialization();
    if changes && !by_token_alone(&app.config, headers) && is_foreign(&own, &app.config.cors_origins, headers) {
        return problem(
            StatusCode::FORBIDDEN,
            "cross_origin",
            "Pages of other origins cannot do this with cookies. Use this server's own page, send a token in the \
             Authorization header, or have the origin added to CORS_ORIGINS."
                .to_owned(),
            Vec::new(),
            None,
        );
    }
    next.run(request).await
}

/// Whether no page of a foreign origin caused the request, for what changes something without a method that says so.
pub(super) fn is_own(config: &ServerConfig, headers: &HeaderMap) -> bool {
    let own = config.public_url.origin().ascii_serialization();
    !is_foreign(&own, &config.cors_origins, headers)
}

/// Whether a token is all that can let this request in: no page of a foreign origin can send one.
fn by_token_alone(config: &ServerConfig, headers: &HeaderMap) -> bool {
    let cookie = session_cookie_name(config.https());
    headers.contains_key(header::AUTHORIZATION) && CookieJar::from_headers(headers).get(cookie).is_none()
}

/// Whether a page of an origin that is not allowed caused the request, in the steps of Go's
/// `net/http.CrossOriginProtection`: `Sec-Fetch-Site` where the browser sends it, else `Origin` beside `Host`; with
/// neither it is no browser's, and nobody's cookies are abused.
fn is_foreign(own: &str, allowed: &[String], headers: &HeaderMap) -> bool {
    let text = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    let origin = text(header::ORIGIN);
    let allowed = || origin.is_some_and(|origin| origin == own || allowed.iter().any(|allowed| allowed == origin));
    match text(HeaderName::from_static("sec-fetch-site")) {
        Some("same-origin" | "none") => false,
        Some(site) if !site.is_empty() => !allowed(),
        _ => match origin {
            None => false,
            Some(origin) => {
                let host = origin.split_once("://").map(|(_, host)| host);
                (host.is_none() || host != text(header::HOST)) && !allowed()
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_origin_and_allowed_ones_change_things() {
        let allowed = ["https://friend.example".to_owned()];
        let check = |headers: &[(&'static str, &'static str)], foreign: bool| {
            let headers = headers
                .iter()
                .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
                .collect();
            assert_eq!(
                is_foreign("https://public.example", &allowed, &headers),
                foreign,
                "{headers:?}"
            );
        };
        let host = ("host", "app.example");
        check(&[host], false);
        check(&[host, ("sec-fetch-site", "same-origin")], false);
        check(&[host, ("sec-fetch-site", "none")], false);
        check(&[host, ("sec-fetch-site", "cross-site")], true);
        check(
            &[
                host,
                ("sec-fetch-site", "same-site"),
                ("origin", "https://other.app.example"),
            ],
            true,
        );
        check(
            &[
                host,
                ("sec-fetch-site", "cross-site"),
                ("origin", "https://friend.example"),
            ],
            false,
        );
        check(
            &[
                host,
                ("sec-fetch-site", "cross-site"),
                ("origin", "https://app.example"),
            ],
            true,
        );
        check(&[host, ("origin", "https://app.example")], false);
        check(&[host, ("origin", "https://evil.example")], true);
        check(&[host, ("origin", "https://app.example.evil.example")], true);
        check(&[host, ("origin", "https://friend.example")], false);
        check(&[host, ("origin", "https://public.example")], false);
        check(&[host, ("origin", "null")], true);
        check(&[("origin", "https://app.example")], true);
    }
}
