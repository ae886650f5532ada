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
    (400, "bad_request", "The request is malformed."),
    (401, "unauthenticated", "Nobody is logged in, or the credentials are wrong or expired."),
    (403, "forbidden", "The caller's role does not allow this."),
    (403, "cross_origin", "A page of another origin tried to change something with cookies."),
    (403, "account_disabled", "An administrator disabled the account."),
    (403, "email_unverified", "The email address is not confirmed yet."),
    (403, "login_needed", "An API key cannot do this; log in."),
    (403, "login_again", "The login is too old for this; log in again."),
    (403, "session_needed", "Only a browser session can do this."),
    (403, "api_keys_per_user", "The user has reached the limit of API keys."),
    (403, "quota_bytes", "The organisation does not have enough storage left."),
    (403, "quota_files", "The organisation has reached its limit of files."),
    (403, "too_many_conversations", "The project has reached its limit of conversations."),
    (403, "too_many_generated_files", "Scripts have reached the limit of files in the conversation."),
    (403, "fuel_per_day", "The organisation's scripts have reached their daily limit."),
    (403, "too_many_invitations", "The organisation or the address has reached the limit of pending invitations."),
    (403, "too_many_messages", "The conversation has reached its limit of messages."),
    (403, "too_many_orgs", "The user has reached the limit of owned organisations."),
    (403, "too_many_pins", "The conversation has reached its limit of pinned answers."),
    (403, "too_many_alerts", "The project has reached its limit of alerts."),
    (403, "too_many_channels", "The organisation has reached its limit of channels."),
    (403, "too_many_dashboards", "The project has reached its limit of dashboards."),
    (403, "too_many_reports", "The dashboard has reached its limit of reports."),
    (403, "too_many_shares", "The dashboard has reached its limit of links."),
    (403, "too_many_tiles", "The dashboard has reached its limit of tiles."),
    (403, "model_cap", "The organisation's models have reached their cap of the month; choose `offline`."),
    (403, "too_many_model_providers", "The organisation has reached its limit of model providers."),
    (403, "too_many_projects", "The organisation has reached its limit of projects."),
    (403, "too_many_sources", "The organisation has reached its limit of data sources."),
    (403, "too_many_prompts", "The project has reached its limit of prompts."),
    (404, "not_found", "It does not exist, or belongs to somebody else."),
    (405, "method_not_allowed", "The path does not support the method; `Allow` lists those that it supports."),
    (409, "already_member", "The invited person is already a member of the organisation."),
    (409, "checked_already", "The alert has just been checked."),
    (409, "file_gone", "The file was deleted; restore it, or make a new one."),
    (409, "email_taken", "Another account uses the address."),
    (409, "google_linked", "The account is already linked to Google."),
    (409, "google_off", "Google Sign-In is not set up on this server."),
    (409, "idempotency_in_flight", "The first request with this `Idempotency-Key` is still in progress."),
    (409, "last_owner", "The organisation would be left without an owner."),
    (409, "model_unavailable", "The chosen model is no longer available."),
    (409, "model_unreachable", "The model provider's host is unknown or not allowed."),
    (409, "name_taken", "The name is already taken."),
    (409, "no_address", "The account has no email address to send a report to."),
    (409, "no_result", "The tile has no result yet, or none of this kind."),
    (409, "not_a_project_file", "The rows are a conversation's; query the source for a file of the project."),
    (409, "not_repeatable", "The answer cannot be reproduced from its script and the project's files."),
    (409, "nothing_to_acknowledge", "Nothing in the alert is firing, without data or failed."),
    (409, "nothing_to_show", "The file has no column that can be charted."),
    (409, "no_insight", "The table has other insights now; get them again."),
    (409, "no_insights", "The insights are not available; `detail` says why."),
    (409, "no_whole_table", "The whole table is not available; `detail` says why."),
    (409, "not_an_answer", "This is a question; only answers support it."),
    (409, "not_a_table", "The file is not a table; `detail` says why."),
    (409, "offset_mismatch", "The upload is at another offset; ask for it first."),
    (409, "password_missing", "The account has no password, and would be left without a way to log in."),
    (409, "personal_org", "A personal organisation cannot be shared, and is deleted with its account."),
    (409, "profile_pending", "The file is still being analysed; try again in a moment."),
    (409, "row_too_long", "A row is too long to show."),
    (409, "schema_missing", "The tables of the source have not been loaded yet; refresh them first."),
    (409, "secret_unreadable", "A stored password or key can no longer be decrypted; enter it again."),
    (409, "sent_already", "The report has just been sent."),
    (409, "source_failed", "The source reported an error, or a query was stopped."),
    (409, "source_login", "The source refused the login, or has no such database."),
    (409, "source_permission", "The source's user does not have permission for this."),
    (409, "source_timeout", "The query took too long."),
    (409, "source_tls", "The connection to the source cannot be encrypted, or its certificate is not trusted."),
    (409, "source_unreachable", "The source's host is unknown, not allowed, or does not answer."),
    (409, "source_value", "The source returned a value that is too large or of a type that is not supported."),
    (409, "still_answering", "The answer is still in progress; stop it, or wait until it finishes."),
    (409, "too_many_parts", "The upload came in too many parts."),
    (409, "too_many_versions", "The file has reached its limit of versions."),
    (412, "outdated", "Somebody else has changed it in the meantime; fetch the newest version, and change that."),
    (412, "tus_version", "The upload uses another version of tus, or does not state one."),
    (413, "too_large", "The body exceeds this endpoint's limit."),
    (415, "content_type", "The endpoint expects another content type."),
    (416, "range", "The range is outside the file."),
    (422, "invalid", "Something in the request is invalid; `errors` says what, field by field."),
    (422, "idempotency_mismatch", "A different request was sent with this `Idempotency-Key`."),
    (429, "login_delayed", "Too many logins have failed; `Retry-After` says when to try again."),
    (429, "mail_limited", "The address has reached its limit of emails; try again later."),
    (429, "runs_per_server", "The server is running its maximum number of standalone scripts."),
    (429, "rate_limited", "Too many requests; `Retry-After` says when to try again."),
    (429, "source_queries", "The source or the organisation is running its maximum number of queries."),
    (429, "turns_waiting", "The organisation has too many questions waiting."),
    (500, "internal", "An error on the server's side; report the request id."),
    (503, "timeout", "The request took too long and was cancelled."),
    (503, "unavailable", "A service that the server depends on does not answer; `Retry-After` says when to try again."),
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
                "Nobody is logged in, or the credentials are wrong or expired.",
            ),
        ),
        (
            "Forbidden",
            answer(
                StatusCode::FORBIDDEN,
                "The caller is not allowed to do this, or the request came from a page of another origin.",
            ),
        ),
        (
            "Missing",
            answer(StatusCode::NOT_FOUND, "It does not exist, or belongs to somebody else."),
        ),
        (
            "Conflict",
            answer(
                StatusCode::CONFLICT,
                "The request conflicts with the current state; `code` says why.",
            ),
        ),
        (
            "Outdated",
            answer(
                StatusCode::PRECONDITION_FAILED,
                "Somebody else has changed it in the meantime; fetch the newest version, and change that.",
            ),
        ),
        (
            "TooLarge",
            answer(StatusCode::PAYLOAD_TOO_LARGE, "The body exceeds this endpoint's limit."),
        ),
        (
            "Invalid",
            answer(
                StatusCode::UNPROCESSABLE_ENTITY,
                "Something in the request is invalid; `errors` says what, field by field.",
            ),
        ),
        (
            "Limited",
            answer(
                StatusCode::TOO_MANY_REQUESTS,
                "Too many requests; `Retry-After` says when to try again.",
            ),
        ),
        (
            "Internal",
            answer(
                StatusCode::INTERNAL_SERVER_ERROR,
                "An error on the server's side; report the request id.",
            ),
        ),
        (
            "Unavailable",
            answer(
                StatusCode::SERVICE_UNAVAILABLE,
                "A service that the server depends on does not answer; `Retry-After` says when to try again.",
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
            header(Type::String, "How to authenticate: `Bearer`."),
        ),
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => answer.header(
            "Retry-After",
            header(Type::Integer, "Seconds to wait before trying again."),
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
