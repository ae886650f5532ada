//! A file's own bytes, whole or in part (RFC 9110, 13 and 14), for everything that is downloaded.

use std::{fmt::Write, ops::Range};

use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use tokio_util::io::ReaderStream;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::VersionQuery;
use crate::{
    accounts::Caller,
    app::App,
    files::preview::{self, Stored},
    http::{
        Problem,
        error::{Result, problem},
        extract::{Path, Query},
    },
    ids::FileId,
    objects::Objects,
    orgs::{self, Owned},
};

/// Bytes that are read from the store at a time.
const BUFFER_BYTES: usize = 128 << 10;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(content))
}

/// Download a file
///
/// The bytes as they were uploaded. One range of them can be requested.
#[utoipa::path(
    get,
    path = "/api/v1/files/{file_id}/content",
    operation_id = "download_file",
    tag = "files",
    params(
        ("file_id" = FileId, Path, description = "The file"),
        VersionQuery,
        ("Range" = Option<String>, Header, description = "One range, such as `bytes=0-1023`."),
        ("If-None-Match" = Option<String>, Header, description = "The ETag of bytes that the client already has."),
        ("If-Range" = Option<String>, Header, description = "The ETag that the range belongs to."),
    ),
    responses(
        (status = OK, description = "The bytes.", body = Vec<u8>, content_type = "application/octet-stream", headers(
            ("ETag" = String, description = "Changes with the bytes."),
            ("Content-Disposition" = String, description = "`attachment`, with the file's name."),
        )),
        (status = PARTIAL_CONTENT, description = "The requested range.", body = Vec<u8>, content_type = "application/octet-stream", headers(
            ("Content-Range" = String, description = "The byte range, and the total size."),
        )),
        (status = NOT_MODIFIED, description = "The bytes match If-None-Match."),
        (status = RANGE_NOT_SATISFIABLE, description = "The range is outside the file.", body = Problem, content_type = "application/problem+json"),
    )
)]
async fn content(
    State(app): State<App>,
    caller: Caller,
    Path(file_id): Path<FileId>,
    Query(query): Query<VersionQuery>,
    asked: HeaderMap,
) -> Result<Response> {
    let stored = {
        let mut db = app.db.acquire().await?;
        let member = orgs::member_of(&mut db, &caller, Owned::File(file_id)).await?;
        preview::stored(&mut db, &member, file_id, query.version).await?
    };
    send(&app.objects, &asked, &stored).await
}

/// What a request for bytes gets that are in the store: all of them, a range, or nothing new.
pub(in crate::http) async fn send(objects: &Objects, asked: &HeaderMap, stored: &Stored) -> Result<Response> {
    let wanted = wanted(asked, stored);
    let etag = etag(stored);
    let headers = headers(stored, &etag);
    let bytes = stored.digest.bytes;
    let (status, range, content_range) = match wanted {
        Wanted::Nothing => {
            let mut answer = StatusCode::NOT_MODIFIED.into_response();
            answer.headers_mut().extend(headers);
            answer.headers_mut().remove(header::CONTENT_TYPE);
            return Ok(answer);
        }
        Wanted::Outside => {
            let detail = format!("The file has {bytes} bytes, and the range is outside them.");
            let mut answer = problem(StatusCode::RANGE_NOT_SATISFIABLE, "range", detail, Vec::new(), None);
            let unsatisfied = HeaderValue::try_from(format!("bytes */{bytes}"));
            answer
                .headers_mut()
                .extend(unsatisfied.ok().map(|value| (header::CONTENT_RANGE, value)));
            return Ok(answer);
        }
        Wanted::Whole => (StatusCode::OK, None, None),
        Wanted::Part(range) => {
            let content_range = format!("bytes {}-{}/{bytes}", range.start, range.end - 1);
            (
                StatusCode::PARTIAL_CONTENT,
                Some(range),
                HeaderValue::try_from(content_range).ok(),
            )
        }
    };
    let length = range.as_ref().map_or(bytes, |range| range.end - range.start);
    let reader = objects.get(&stored.key, range).await?;
    let mut answer = Body::from_stream(ReaderStream::with_capacity(reader, BUFFER_BYTES)).into_response();
    *answer.status_mut() = status;
    let given = answer.headers_mut();
    given.extend(headers);
    given.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    given.extend(content_range.map(|value| (header::CONTENT_RANGE, value)));
    Ok(answer)
}

/// What a request asks for of the bytes.
#[derive(Debug, PartialEq, Eq)]
enum Wanted {
    Whole,
    Part(Range<u64>),
    Nothing,
    Outside,
}

fn wanted(asked: &HeaderMap, stored: &Stored) -> Wanted {
    let text = |name: HeaderName| asked.get(name).and_then(|value| value.to_str().ok());
    let etag = etag(stored);
    let matches = |list: &str| {
        list.split(',')
            .any(|tag| [etag.as_str(), "*"].contains(&tag.trim().trim_start_matches("W/")))
    };
    if text(header::IF_NONE_MATCH).is_some_and(matches) {
        return Wanted::Nothing;
    }
    match text(header::RANGE) {
        // A range of other bytes than these are is no use.
        Some(range) if text(header::IF_RANGE).is_none_or(|tag| tag == etag) => part(range, stored.digest.bytes),
        _ => Wanted::Whole,
    }
}

/// One range of `bytes`. Several, and what does not read, is as if nothing was asked.
fn part(range: &str, bytes: u64) -> Wanted {
    let Some((first, last)) = range.strip_prefix("bytes=").and_then(|range| range.split_once('-')) else {
        return Wanted::Whole;
    };
    let number = |text: &str| -> Option<u64> {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| text.parse().unwrap_or(u64::MAX))
    };
    let found = match (number(first.trim()), number(last.trim())) {
        (Some(first), Some(last)) if first <= last => first..last.saturating_add(1).min(bytes),
        (Some(first), None) if last.trim().is_empty() => first..bytes,
        (None, Some(last)) if first.trim().is_empty() => bytes.saturating_sub(last)..bytes,
        _ => return Wanted::Whole,
    };
    if found.is_empty() {
        Wanted::Outside
    } else {
        Wanted::Part(found)
    }
}

fn etag(stored: &Stored) -> String {
    let mut etag = String::from("\"");
    for byte in stored.digest.sha256 {
        let _ = write!(etag, "{byte:02x}");
    }
    etag + "\""
}

/// What keeps the bytes from ever running in the application's origin, and what describes them.
fn headers(stored: &Stored, etag: &str) -> HeaderMap {
    let fixed = [
        (header::CONTENT_TYPE, "application/octet-stream"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CONTENT_SECURITY_POLICY, "sandbox"),
        (header::ACCEPT_RANGES, "bytes"),
        (header::CACHE_CONTROL, "private, no-cache, no-transform"),
    ];
    let mut headers: HeaderMap = fixed
        .into_iter()
        .map(|(name, value)| (name, HeaderValue::from_static(value)))
        .collect();
    let made = [
        (header::CONTENT_DISPOSITION, attachment(&stored.name)),
        (header::ETAG, etag.to_owned()),
    ];
    headers.extend(
        made.into_iter()
            .filter_map(|(name, value)| Some((name, HeaderValue::try_from(value).ok()?))),
    );
    headers
}

/// The name in plain ASCII for old clients, and as it is for the others (RFC 6266, RFC 8187).
pub(in crate::http) fn attachment(name: &str) -> String {
    let plain: String = name
        .chars()
        .map(|c| {
            if c.is_ascii_graphic() && !"\"\\%;".contains(c) || c == ' ' {
                c
            } else {
                '_'
            }
        })
        .collect();
    let mut exact = String::new();
    for byte in name.bytes() {
        // attr-char of RFC 8187, 3.2.1.
        if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
            exact.push(char::from(byte));
        } else {
            let _ = write!(exact, "%{byte:02X}");
        }
    }
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{exact}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_range_is_understood() {
        let check = |range: &str, expected: Wanted| assert_eq!(part(range, 100), expected, "{range}");
        check("bytes=0-9", Wanted::Part(0..10));
        check("bytes=90-", Wanted::Part(90..100));
        check("bytes=-10", Wanted::Part(90..100));
        check("bytes=-1000", Wanted::Part(0..100));
        check("bytes=0-1000", Wanted::Part(0..100));
        check("bytes=99-99", Wanted::Part(99..100));
        check("bytes=100-", Wanted::Outside);
        check("bytes=-0", Wanted::Outside);
        check("bytes=99999999999999999999-", Wanted::Outside);
        check("bytes=9-0", Wanted::Whole);
        check("bytes=0-1,3-4", Wanted::Whole);
        check("bytes=a-b", Wanted::Whole);
        check("bytes=-", Wanted::Whole);
        check("rows=0-1", Wanted::Whole);
    }

    #[test]
    fn names_are_told_to_old_and_new_clients() {
        let check = |name: &str, expected: &str| assert_eq!(attachment(name), expected);
        check(
            "sales.csv",
            "attachment; filename=\"sales.csv\"; filename*=UTF-8''sales.csv",
        );
        check(
            "Umsätze \"2024\".csv",
            "attachment; filename=\"Ums_tze _2024_.csv\"; filename*=UTF-8''Ums%C3%A4tze%20%222024%22.csv",
        );
    }
}
