//! Who calls, found out once a request, before its limits are counted.
//!
//! Somebody without proof, or with one that is wrong, goes on as nobody: whether that will do is the handler's
//! [`Caller`](crate::accounts::Caller) to say.

use axum::{
    extract::{FromRequestParts, Request, State},
    http::header,
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{error::Failure, request_log};
use crate::{accounts::Caller, app::App, error::Error};

/// Puts the [`Caller`] into the request, where the extractor finds it.
pub(super) async fn identify(State(app): State<App>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    if !headers.contains_key(header::COOKIE) && !headers.contains_key(header::AUTHORIZATION) {
        return next.run(request).await;
    }
    let (mut parts, body) = request.into_parts();
    match Caller::from_request_parts(&mut parts, &app).await {
        Ok(caller) => {
            request_log::name_user(caller.user_id);
            parts.extensions.insert(caller);
        }
        Err(Failure(Error::Unauthenticated(_))) => {}
        Err(failure) => return failure.into_response(),
    }
    next.run(Request::from_parts(parts, body)).await
}
