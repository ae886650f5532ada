//! Documents that are downloaded: the size of their pages, and how they are sent.

use axum::{
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::files::download::attachment;
use crate::pdf::Paper;

/// The size of the pages.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct PaperQuery {
    /// The size of the pages of a PDF.
    #[serde(default)]
    #[param(inline, default = "a4")]
    paper: PaperSize,
}

#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum PaperSize {
    #[default]
    A4,
    Letter,
}

impl PaperQuery {
    pub fn paper(&self) -> Paper {
        match self.paper {
            PaperSize::A4 => Paper::A4,
            PaperSize::Letter => Paper::Letter,
        }
    }
}

/// A file that is downloaded. `media_type` never makes a browser run anything in it.
pub(super) fn file(media_type: &'static str, name: &str, body: impl IntoResponse) -> Response {
    let mut answer = body.into_response();
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox"));
    let disposition = HeaderValue::try_from(attachment(name)).ok();
    headers.extend(disposition.map(|value| (header::CONTENT_DISPOSITION, value)));
    answer
}
