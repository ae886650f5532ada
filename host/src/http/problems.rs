//! What can go wrong, as the document says it: the table of problem codes, and the answers that handlers name.
//!
//! A handler names what is its own, beside its success:
//! `responses((status = CREATED, body = Project), Forbidden, Missing, Conflict)`. What every operation can answer is
//! added to the document by `docs` and never written by hand: 401 unless the operation says `security(())`, 403 for
//! foreign pages where the method changes something, 404 where the path has parameters, 422 where there is anything to
//! get wrong, 413 where there is a body, 429, 500 and 503. An answer that the handler describes itself is left as it is.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use utoipa::{
    IntoResponses, ToSchema as _,
    openapi::{Content, Header, Object, Ref, RefOr, Response, ResponseBuilder, Type},
};

use super::error::Problem;

/// A stable code of a problem, with its status and what it means.
pub(super) struct Code {
    pub code: &'static str,
    pub status: u16,
    pub meaning: &'static str,
}

/// Every code that `code` of a problem can have; a test looks for those that are missing here.
pub(super) const CODES: &[Code] = &[
    code("bad_request", 400, "The request does not read."),
    code(
        "unauthenticated",
        401,
        "Nobody is logged in, or what was sent to prove it is wrong or over.",
    ),
    code("forbidden", 403, "The caller's role is not enough."),
    code(
        "cross_origin",
        403,
        "A page of a foreign origin tried to change something with cookies.",
    ),
    code("not_found", 404, "It is not there, or belongs to somebody else."),
    code(
        "method_not_allowed",
        405,
        "The path does not take that method; `Allow` lists those that it takes.",
    ),
    code(
        "idempotency_in_flight",
        409,
        "The first request with this `Idempotency-Key` is still being answered.",
    ),
    code("too_large", 413, "The body is larger than this endpoint takes."),
    code(
        "unsupported_media_type",
        415,
        "The endpoint takes another kind of body.",
    ),
    code(
        "invalid",
        422,
        "Something that was sent is wrong; `errors` says what, field by field.",
    ),
    code(
        "idempotency_mismatch",
        422,
        "Another request was sent with this `Idempotency-Key`.",
    ),
    code(
        "rate_limited",
        429,
        "Too many requests; `Retry-After` says when to come back.",
    ),
    code("internal", 500, "A fault of the server's; report the request id."),
    code("timeout", 503, "The request took too long and was given up."),
    code(
        "unavailable",
        503,
        "Something that the server needs does not answer; try again after `Retry-After`.",
    ),
];

const fn code(code: &'static str, status: u16, meaning: &'static str) -> Code {
    Code { code, status, meaning }
}

macro_rules! named {
    ($($(#[$doc:meta])* $name:ident = $status:ident;)*) => {$(
        $(#[$doc])*
        pub(super) struct $name;

        impl IntoResponses for $name {
            fn responses() -> BTreeMap<String, RefOr<Response>> {
                let status = StatusCode::$status.as_u16().to_string();
                BTreeMap::from([(status, Ref::from_response_name(stringify!($name)).into())])
            }
        }
    )*};
}

named! {
    /// 401, for public operations that check something.
    Unauthenticated = UNAUTHORIZED;
    /// 403, for handlers that ask for a role or a state of the account.
    Forbidden = FORBIDDEN;
    /// 404, where it is not a parameter of the path that is missing.
    Missing = NOT_FOUND;
    /// 409, for handlers whose work depends on how things stand.
    Conflict = CONFLICT;
}

/// The answers by the name under which the document keeps them.
pub(super) fn answers() -> Vec<(&'static str, Response)> {
    vec![
        (
            "Unauthenticated",
            answer(
                StatusCode::UNAUTHORIZED,
                "Nobody is logged in, or what was sent to prove it is wrong or over.",
            ),
        ),
        (
            "Forbidden",
            answer(
                StatusCode::FORBIDDEN,
                "The caller may not do this, or a page of a foreign origin asked for it.",
            ),
        ),
        (
            "Missing",
            answer(StatusCode::NOT_FOUND, "It is not there, or belongs to somebody else."),
        ),
        (
            "Conflict",
            answer(
                StatusCode::CONFLICT,
                "It cannot be done as things stand; `code` says why.",
            ),
        ),
        (
            "TooLarge",
            answer(
                StatusCode::PAYLOAD_TOO_LARGE,
                "The body is larger than this endpoint takes.",
            ),
        ),
        (
            "Invalid",
            answer(
                StatusCode::UNPROCESSABLE_ENTITY,
                "Something that was sent is wrong; `errors` says what, field by field.",
            ),
        ),
        (
            "Limited",
            answer(
                StatusCode::TOO_MANY_REQUESTS,
                "Too many requests; `Retry-After` says when to come back.",
            ),
        ),
        (
            "Internal",
            answer(
                StatusCode::INTERNAL_SERVER_ERROR,
                "A fault of the server's; report the request id.",
            ),
        ),
        (
            "Unavailable",
            answer(
                StatusCode::SERVICE_UNAVAILABLE,
                "Something that the server needs does not answer; `Retry-After` says when to come back.",
            ),
        ),
    ]
}

fn answer(status: StatusCode, description: &str) -> Response {
    let problem = Content::new(Some(Ref::from_schema_name(Problem::name())));
    let answer = ResponseBuilder::new()
        .description(description)
        .content("application/problem+json", problem);
    let answer = match status {
        StatusCode::UNAUTHORIZED => answer.header(
            "WWW-Authenticate",
            header(Type::String, "How to prove who calls: `Bearer`."),
        ),
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => answer.header(
            "Retry-After",
            header(Type::Integer, "Seconds after which it can go well."),
        ),
        _ => answer,
    };
    answer.build()
}

/// A header of an answer.
pub(super) fn header(kind: Type, description: &str) -> Header {
    let mut header = Header::new(Object::with_type(kind));
    header.description = Some(description.to_owned());
    header
}
