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

/// Every `code` that a problem can have, with its status and what it means. A test looks for those that are missing.
#[rustfmt::skip]
pub(super) const CODES: &[(u16, &str, &str)] = &[
    (400, "bad_request", "The request does not read."),
    (401, "unauthenticated", "Nobody is logged in, or what was sent to prove it is wrong or over."),
    (403, "forbidden", "The caller's role is not enough."),
    (403, "cross_origin", "A page of a foreign origin tried to change something with cookies."),
    (403, "account_disabled", "An administrator closed the account."),
    (403, "email_unverified", "The mail address was not confirmed yet."),
    (403, "login_needed", "An API key may not do this; log in."),
    (403, "login_again", "The log-in is too long ago for this; log in again."),
    (403, "session_needed", "Only a browser's session may do this."),
    (403, "api_keys_per_user", "The user has as many API keys as one may have."),
    (403, "quota_bytes", "The organisation has no room for so many bytes."),
    (403, "quota_files", "The organisation has as many files as it may have."),
    (403, "too_many_conversations", "The project has as many conversations as it may have."),
    (403, "too_many_generated_files", "Scripts made as many files in the conversation as they may."),
    (403, "fuel_per_day", "The organisation's scripts have used what they may use on one day."),
    (403, "too_many_invitations", "As many invitations wait as may, in the organisation or for the address."),
    (403, "too_many_messages", "The conversation has as many messages as it may have."),
    (403, "too_many_orgs", "The user owns as many organisations as one may."),
    (403, "too_many_pins", "The conversation has as many pinned answers as it may have."),
    (403, "too_many_alerts", "The project has as many alerts as it may have."),
    (403, "too_many_channels", "The organisation has as many channels as it may have."),
    (403, "too_many_dashboards", "The project has as many dashboards as it may have."),
    (403, "too_many_shares", "The dashboard has as many links as it may have."),
    (403, "too_many_tiles", "The dashboard has as many tiles as it may have."),
    (403, "too_many_projects", "The organisation has as many projects as it may have."),
    (403, "too_many_sources", "The organisation has as many data sources as it may have."),
    (403, "too_many_prompts", "The project has as many prompts as it may have."),
    (404, "not_found", "It is not there, or belongs to somebody else."),
    (405, "method_not_allowed", "The path does not take that method; `Allow` lists those that it takes."),
    (409, "already_member", "Whoever is invited belongs to the organisation already."),
    (409, "checked_already", "The alert was checked at this very moment."),
    (409, "email_taken", "Another account has the address."),
    (409, "google_linked", "The account is tied to Google already."),
    (409, "google_off", "This server has no Google Sign-In."),
    (409, "idempotency_in_flight", "The first request with this `Idempotency-Key` is still being answered."),
    (409, "last_owner", "The organisation would be left without an owner."),
    (409, "name_taken", "Something else beside it has the name."),
    (409, "no_result", "The tile has no result to hand out yet, or none of this kind."),
    (409, "not_a_project_file", "The rows are a conversation's; query the source for a file of the project."),
    (409, "not_repeatable", "The answer cannot be made again from its script and the project's files."),
    (409, "nothing_to_acknowledge", "Nothing of the alert fires, is without data or failed."),
    (409, "nothing_to_show", "The file has no column that a chart could be made of."),
    (409, "no_whole_table", "The table cannot be had with all of its rows; `detail` says why."),
    (409, "not_an_answer", "It is a question, and only answers can have that."),
    (409, "not_a_table", "The file is no table; `detail` says why."),
    (409, "offset_mismatch", "The upload has got to another byte; ask where."),
    (409, "password_missing", "The account has no password, and would be left without a way in."),
    (409, "personal_org", "A personal organisation is not shared, and ends with its account."),
    (409, "profile_pending", "What is in the file is still being found out; ask again in a moment."),
    (409, "row_too_long", "A row is too long to be shown."),
    (409, "schema_missing", "The tables of the source were not looked up yet; ask for that first."),
    (409, "secret_unreadable", "A stored password does not open any more; enter it again."),
    (409, "source_failed", "The source says that something is wrong, or a query was stopped."),
    (409, "source_login", "The source refuses the log-in, or has no such database."),
    (409, "source_permission", "The source's log-in may not do this."),
    (409, "source_timeout", "The query took longer than it may."),
    (409, "source_tls", "The connection to the source cannot be encrypted, or its certificate is not trusted."),
    (409, "source_unreachable", "The source's host is unknown, may not be called, or does not answer."),
    (409, "source_value", "The source has a value that is too large or of a type that is not shown."),
    (409, "still_answering", "The answer is still being given; stop it, or wait for its end."),
    (409, "too_many_parts", "The upload came in too many parts."),
    (409, "too_many_versions", "The file has as many versions as it may have."),
    (412, "outdated", "Somebody else has changed it since; look at the newest version, and change that."),
    (412, "tus_version", "The upload speaks another version of tus, or does not say which."),
    (413, "too_large", "The body is larger than this endpoint takes."),
    (415, "content_type", "The endpoint takes another kind of body."),
    (416, "range", "The file has no such bytes."),
    (422, "invalid", "Something that was sent is wrong; `errors` says what, field by field."),
    (422, "idempotency_mismatch", "Another request was sent with this `Idempotency-Key`."),
    (429, "login_delayed", "Too many log-ins have failed; `Retry-After` says when the next one is looked at."),
    (429, "mail_limited", "So many mails went to the address that the next one has to wait."),
    (429, "runs_per_server", "As many scripts run alone on the server as may."),
    (429, "rate_limited", "Too many requests; `Retry-After` says when to come back."),
    (429, "source_queries", "As many queries run at the source, or at those of the organisation, as may."),
    (429, "turns_waiting", "So many questions of the organisation wait that the next one has to wait for them."),
    (500, "internal", "A fault of the server's; report the request id."),
    (503, "timeout", "The request took too long and was given up."),
    (503, "unavailable", "Something that the server needs does not answer; `Retry-After` says when to come back."),
];

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
    /// 412, where somebody else was faster.
    Outdated = PRECONDITION_FAILED;
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
            "Outdated",
            answer(
                StatusCode::PRECONDITION_FAILED,
                "Somebody else has changed it since; look at the newest version, and change that.",
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
