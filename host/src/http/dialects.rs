//! How an address tells what went wrong: most by problem details, those that stand in for other makers' servers in these
//! servers' own forms.
//!
//! Handlers and layers know nothing of it: they answer problems, and the last step on the way out writes each as the
//! client of its address reads it.

use axum::http::StatusCode;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::{
    ToSchema,
    openapi::{Content, Ref, Response, ResponseBuilder},
};

use super::error::Problem;

/// The form of errors at an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    /// RFC 9457.
    Problems,
    /// OpenAI's: `{"error": {"message", "type", "param", "code"}}`.
    OpenAi,
    /// `{"detail": "…"}`, and 422 with a list of what does not read.
    Detail,
    /// `{"error": "…"}`.
    Sentence,
}

/// OpenAI's error format.
#[derive(Serialize, ToSchema)]
pub(super) struct OpenAiFailure {
    error: OpenAiError,
}

#[derive(Serialize, ToSchema)]
pub(super) struct OpenAiError {
    /// What is wrong and what to do, for people.
    message: String,
    /// `invalid_request_error`, `authentication_error`, `permission_error`, `rate_limit_error` or `server_error`.
    r#type: &'static str,
    /// The invalid field, if there is one.
    param: Option<String>,
    /// Stable, for programs.
    code: Option<String>,
}

/// The error format of the chatbot platform.
#[derive(Serialize, ToSchema)]
pub(super) struct DetailFailure {
    /// A sentence; with status 422, a list of objects with `loc`, `msg` and `type`.
    detail: Value,
}

/// The error format of the other older systems.
#[derive(Serialize, ToSchema)]
pub(super) struct SentenceFailure {
    /// What is wrong and what to do.
    error: String,
}

/// What begins the addresses of the chatbot platform.
const DETAIL: [&str; 3] = ["/users/", "/projects", "/chat"];
/// Addresses of the dashboard backend.
const SENTENCE: [&str; 3] = ["/register", "/login", "/logout"];

impl Dialect {
    /// The dialect of a route. A path that nothing is at has none of its own, unless it is below `/v1/`.
    pub(super) fn of(route: Option<&str>, path: &str) -> Self {
        let route = match route {
            Some(route) => route,
            None if path.starts_with("/v1/") => return Self::OpenAi,
            None => return Self::Problems,
        };
        if route.starts_with("/v1/") {
            Self::OpenAi
        } else if DETAIL.iter().any(|start| route.starts_with(start)) {
            Self::Detail
        } else if SENTENCE.contains(&route) || (route.starts_with("/api/") && !route.starts_with("/api/v1/")) {
            Self::Sentence
        } else {
            Self::Problems
        }
    }

    /// The name of the answer in the document; `None` where each status has its own.
    pub(super) fn answer_name(self) -> Option<&'static str> {
        match self {
            Self::Problems => None,
            Self::OpenAi => Some("OpenAiFailure"),
            Self::Detail => Some("DetailFailure"),
            Self::Sentence => Some("SentenceFailure"),
        }
    }

    /// The statuses that an operation can fail with.
    pub(super) fn statuses(self) -> &'static [&'static str] {
        match self {
            Self::Problems => &[],
            Self::OpenAi => &[
                "400", "401", "403", "404", "405", "409", "413", "416", "429", "500", "503",
            ],
            Self::Detail => &["400", "401", "403", "404", "405", "409", "422", "429", "500"],
            Self::Sentence => &["400", "401", "403", "404", "405", "409", "429", "500"],
        }
    }

    /// A problem as it is told here: the status and the body. `None` where it is told as it is.
    pub(super) fn tell(self, problem: &Problem) -> Option<(StatusCode, Value)> {
        let status = problem.status;
        let told = match self {
            Self::Problems => return None,
            Self::OpenAi => {
                let status = if matches!(status, 415 | 422) { 400 } else { status };
                (status, openai(problem, status))
            }
            Self::Detail => {
                let unread =
                    |error: &&super::error::ProblemField| ["body", "content_type", "query"].contains(&error.code);
                match (status, problem.errors.iter().find(unread)) {
                    (422, Some(error)) => {
                        let place = json!(["body"]);
                        let list = json!([{ "loc": place, "msg": error.message, "type": "value_error" }]);
                        (422, json!({ "detail": list }))
                    }
                    _ => (plain(status), json!({ "detail": sentence(problem) })),
                }
            }
            Self::Sentence => (plain(status), json!({ "error": sentence(problem) })),
        };
        Some((
            StatusCode::from_u16(told.0).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            told.1,
        ))
    }
}

/// The answers by the name under which the document keeps them.
pub(super) fn answers() -> Vec<(&'static str, Response)> {
    let answer = |name: &'static str| {
        let content = Content::new(Some(Ref::from_schema_name(name)));
        let answer = ResponseBuilder::new().description("What is wrong, and what to do.");
        (name, answer.content("application/json", content).build())
    };
    ["OpenAiFailure", "DetailFailure", "SentenceFailure"].map(answer).into()
}

/// An error in OpenAI's form, for streams that have begun.
pub(super) fn openai_error(message: &str, code: &str) -> Value {
    json!({ "error": { "message": message, "type": "server_error", "param": null, "code": code } })
}

fn openai(problem: &Problem, status: u16) -> Value {
    let kind = match status {
        401 => "authentication_error",
        403 => "permission_error",
        429 => "rate_limit_error",
        500.. => "server_error",
        _ => "invalid_request_error",
    };
    let code = match (status, problem.errors.first()) {
        (401, _) => "invalid_api_key",
        (_, Some(error)) => error.code,
        _ => problem.code,
    };
    let field = problem.errors.first().map(|error| error.field.clone());
    let failure = OpenAiFailure {
        error: OpenAiError {
            message: sentence(problem),
            r#type: kind,
            param: field.filter(|field| !field.is_empty()),
            code: Some(code.to_owned()),
        },
    };
    serde_json::to_value(failure).unwrap_or_default()
}

/// The status among those that the older systems know.
fn plain(status: u16) -> u16 {
    match status {
        413 | 415 | 416 | 422 => 400,
        500.. => 500,
        other => other,
    }
}

/// What is wrong, as a sentence.
fn sentence(problem: &Problem) -> String {
    let detail = problem.detail.trim();
    let mut letters = detail.chars();
    let first = letters.next().map(|first| first.to_uppercase().collect::<String>());
    let mut text = first.unwrap_or_default() + letters.as_str();
    if !text.ends_with(['.', '!', '?']) {
        text.push('.');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(status: u16, code: &'static str, detail: &str) -> Problem {
        Problem {
            kind: String::new(),
            title: "",
            status,
            code,
            detail: detail.to_owned(),
            request_id: String::new(),
            errors: Vec::new(),
        }
    }

    #[test]
    fn every_address_has_its_own_form_of_errors() {
        let check =
            |route: Option<&str>, path: &str, expected| assert_eq!(Dialect::of(route, path), expected, "{path}");
        check(Some("/api/v1/account"), "/api/v1/account", Dialect::Problems);
        check(None, "/api/v2/account", Dialect::Problems);
        check(None, "/projects", Dialect::Problems);
        check(Some("/projects"), "/projects", Dialect::Detail);
        check(Some("/api/conversations"), "/api/conversations", Dialect::Sentence);
        check(Some("/login"), "/login", Dialect::Sentence);
        check(None, "/v1/nothing", Dialect::OpenAi);
    }

    #[test]
    fn a_problem_is_told_in_the_form_of_its_address() {
        let missing = problem(404, "not_found", "project not found");
        let check = |dialect: Dialect, status: u16, body: Value| {
            assert_eq!(
                dialect.tell(&missing).map(|(status, body)| (status.as_u16(), body)),
                Some((status, body))
            );
        };
        check(Dialect::Sentence, 404, json!({"error": "Project not found."}));
        check(Dialect::Detail, 404, json!({"detail": "Project not found."}));
        let error = json!({"message": "Project not found.", "type": "invalid_request_error", "param": null,
                           "code": "not_found"});
        check(Dialect::OpenAi, 404, json!({ "error": error }));
        assert_eq!(Dialect::Problems.tell(&missing), None);
        let away = problem(503, "unavailable", "Away.");
        assert_eq!(
            Dialect::Sentence.tell(&away).map(|told| told.0),
            Some(StatusCode::INTERNAL_SERVER_ERROR)
        );
    }
}
