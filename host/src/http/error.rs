//! Errors as problem details (RFC 9457), with a stable `code` for programs.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::error::{Error, Field};

/// The body of every error: `application/problem+json`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Problem {
    /// Where the code is explained, relative to the server.
    #[serde(rename = "type")]
    pub kind: String,
    /// The status in words.
    pub title: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// Stable, for programs.
    pub code: &'static str,
    /// What is wrong and what to do, for people.
    pub detail: String,
    /// The request's id, which is also in the log and in the header `X-Request-Id`.
    pub request_id: String,
    /// Which fields are invalid, if any.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<ProblemField>,
}

/// One invalid field of a request.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ProblemField {
    /// The field's path in the body, or the name of the parameter.
    pub field: String,
    /// Stable, for programs.
    pub code: &'static str,
    /// What is wrong and what to do, for people.
    pub message: String,
}

/// What a handler answers.
pub(super) type Result<T, E = Failure> = std::result::Result<T, E>;

/// An [`Error`] on its way out. The one place that knows its status.
#[derive(Debug)]
pub struct Failure(pub(super) Error);

impl<E: Into<Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let detail = self.0.to_string();
        let (status, code, errors, retry_after_s) = match self.0 {
            Error::Missing(_) => (StatusCode::NOT_FOUND, "not_found", Vec::new(), None),
            Error::Unauthenticated(_) => (StatusCode::UNAUTHORIZED, "unauthenticated", Vec::new(), None),
            Error::Forbidden(_) => (StatusCode::FORBIDDEN, "forbidden", Vec::new(), None),
            Error::Invalid(fields) => (StatusCode::UNPROCESSABLE_ENTITY, "invalid", fields, None),
            Error::Conflict { code, .. } => (StatusCode::CONFLICT, code, Vec::new(), None),
            Error::Refused { code, .. }
            | Error::Limited {
                code,
                retry_after_s: None,
                ..
            } => (StatusCode::FORBIDDEN, code, Vec::new(), None),
            Error::Limited {
                code, retry_after_s, ..
            } => (StatusCode::TOO_MANY_REQUESTS, code, Vec::new(), retry_after_s),
            Error::Outdated(_) => (StatusCode::PRECONDITION_FAILED, "outdated", Vec::new(), None),
            Error::TooLarge(_) => (StatusCode::PAYLOAD_TOO_LARGE, "too_large", Vec::new(), None),
            Error::Unavailable(_) => (StatusCode::SERVICE_UNAVAILABLE, "unavailable", Vec::new(), Some(5)),
            Error::Internal(error) => {
                tracing::error!(error = format!("{error:#}"), "a request failed");
                let detail = "Something went wrong on our side. Try again; if it keeps happening, report the request \
                     ID.";
                return problem(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "internal",
                    detail.to_owned(),
                    Vec::new(),
                    None,
                );
            }
        };
        problem(status, code, detail, errors, retry_after_s)
    }
}

/// A problem as an answer, for layers that have no [`Error`]. Its body is written on the way out, by `layers`, where
/// the request's id is known.
pub(super) fn problem(
    status: StatusCode,
    code: &'static str,
    detail: String,
    fields: Vec<Field>,
    retry_after_s: Option<u64>,
) -> Response {
    let problem = Problem {
        kind: format!("/docs/problems#{code}"),
        title: status.canonical_reason().unwrap_or("Error"),
        status: status.as_u16(),
        code,
        detail,
        request_id: String::new(),
        errors: fields
            .into_iter()
            .map(|field| ProblemField {
                field: field.name,
                code: field.code,
                message: field.message,
            })
            .collect(),
    };
    let mut response = status.into_response();
    response.extensions_mut().insert(problem);
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/problem+json"),
    );
    if let Some(seconds) = retry_after_s {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if status == StatusCode::UNAUTHORIZED {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}
