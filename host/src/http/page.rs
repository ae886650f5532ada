//! Lists by pages: a cursor instead of a number, so that nothing is shown twice while the list changes.

use std::{fmt::Display, str::FromStr};

use axum::{
    Json,
    http::{HeaderValue, Uri, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::error::{Error, Result};

/// Which page: `?limit=…&cursor=…`.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct PageQuery {
    /// Number of items, from 1 to 100.
    #[param(minimum = 1, maximum = 100, default = 50)]
    limit: Option<u32>,
    /// Where the page starts: `next_cursor` of the previous page.
    cursor: Option<String>,
}

/// A page that was asked for. Where a list has an order of its own, its cursor is something else than an id.
pub(super) struct PageRequest<C = Uuid> {
    pub limit: u32,
    /// The last id of the page before.
    pub after: Option<C>,
}

impl PageQuery {
    pub(super) const MAX: u32 = 100;
    const DEFAULT: u32 = 50;

    pub(super) fn parse<C: FromStr>(&self) -> Result<PageRequest<C>> {
        let limit = self.limit.unwrap_or(Self::DEFAULT);
        if !(1..=Self::MAX).contains(&limit) {
            return Err(Error::invalid("limit", "range", "Ask for 1 to 100 items."));
        }
        let after = self.cursor.as_deref().map(str::parse).transpose().map_err(|_| {
            Error::invalid(
                "cursor",
                "cursor",
                "Use next_cursor of the previous page, or leave it out for the first page.",
            )
        })?;
        Ok(PageRequest { limit, after })
    }
}

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Page<T> {
    pub items: Vec<T>,
    /// Cursor of the next page; omitted on the last one. The header `Link` has it too (RFC 8288).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

impl<T: Serialize> Page<T> {
    /// A page of `rows`, of which one more than `request` asks for was fetched, to see whether more follow.
    pub(super) fn new<C: Display>(mut rows: Vec<T>, request: &PageRequest<C>, cursor: impl Fn(&T) -> C) -> Self {
        let more = rows.len() > request.limit as usize;
        rows.truncate(request.limit as usize);
        Self::of(rows, more, cursor)
    }

    /// A page of `rows`, after which there are more or not.
    pub(super) fn of<C: Display>(rows: Vec<T>, more: bool, cursor: impl Fn(&T) -> C) -> Self {
        let next_cursor = rows.last().filter(|_| more).map(|last| cursor(last).to_string());
        Self {
            items: rows,
            next_cursor,
        }
    }

    /// The page with its `Link` header; `uri` is the request's own.
    pub(super) fn answer(self, uri: &Uri) -> Response {
        let link = self.link(uri);
        let mut response = Json(self).into_response();
        response.headers_mut().extend(link.map(|link| (header::LINK, link)));
        response
    }

    /// The header `Link` to the next page, where there is one.
    pub(super) fn link(&self, uri: &Uri) -> Option<HeaderValue> {
        let cursor = self.next_cursor.as_ref()?;
        let kept = url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes())
            .filter(|(name, _)| name != "cursor");
        let query = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(kept)
            .append_pair("cursor", cursor)
            .finish();
        HeaderValue::try_from(format!("<{}?{query}>; rel=\"next\"", uri.path())).ok()
    }
}
