//! The browser app: the page, its files, and the addresses that are the app's own.
//!
//! The app is built before the program and is part of it, each file in three forms: as it is, gzip and Brotli. Where it
//! was not built, the page says how that is done. Its routes stand outside of what knows callers and counts requests,
//! since whoever opens the page fetches dozens of files that are the same for everybody.

use std::{collections::BTreeMap, sync::LazyLock};

use axum::{
    Router,
    extract::{Path, Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use sha2::{Digest as _, Sha256};

use crate::{app::App, dashboards::shares};

/// What `npm run build` made, by name, as the build script found it.
static BUILT: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/web.rs"));

/// The same with the forms of each file together.
static FILES: LazyLock<BTreeMap<&'static str, File>> = LazyLock::new(|| {
    let built: BTreeMap<_, _> = BUILT.iter().copied().collect();
    let plain = BUILT
        .iter()
        .filter(|(name, _)| !ENCODINGS.iter().any(|(ending, _)| name.ends_with(ending)));
    plain
        .map(|(name, bytes)| (*name, File::new(name, bytes, &built)))
        .collect()
});

/// What the app's page may load and do. Libraries of ours put style sheets into the page while it runs, so styles may be
/// inline; scripts never are.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
     img-src 'self' data: blob:; connect-src 'self'; font-src 'self'; worker-src 'self' blob:; \
     frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

/// The app's addresses, as `host/web/src/routes.tsx` has them. A test compares the two.
const PAGES: [&str; 15] = [
    "/",
    "/login",
    "/log-in",
    "/signup",
    "/sign-up",
    "/forgot",
    "/reset-password",
    "/verify-email",
    "/invitation",
    "/share/{share_token}",
    "/p/{project_id}",
    "/p/{project_id}/{*page}",
    "/org/{org_id}/{*page}",
    "/account",
    "/account/{*page}",
];

const PAGE: &str = "index.html";

/// Files in this folder have the hash of their content in their name, so they never change.
const HASHED: &str = "assets/";

const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const ASK_FIRST: HeaderValue = HeaderValue::from_static("no-cache");

/// The forms of a file beside the plain one, best first: the ending of its name, and what the encoding is called.
const ENCODINGS: [(&str, &str); 2] = [(".br", "br"), (".gz", "gzip")];

const NOT_BUILT: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Glovebox</title>\
     <p>The browser app is not part of this program: build it with <code>./dev build</code>. \
     The API is there; see <a href=\"/docs/\">its documentation</a>.</p></html>";

pub(super) fn routes() -> Router<App> {
    let router = PAGES.into_iter().fold(Router::new(), |router, path| {
        router.route(path, get(async |headers: HeaderMap| page(&headers, StatusCode::OK)))
    });
    let beside_the_page = FILES
        .iter()
        .filter(|(name, _)| **name != PAGE && !name.starts_with(HASHED));
    let router = beside_the_page.fold(router, |router, (name, file)| {
        let answer = async |headers: HeaderMap| file.answer(&headers);
        router.route(&format!("/{name}"), get(answer))
    });
    router
        .route("/shared/{share_token}", get(shared))
        .route("/assets/{file}", get(hashed))
}

/// The page of a shared dashboard, which the sites that its link names may show inside their own.
async fn shared(State(app): State<App>, Path(token): Path<String>, headers: HeaderMap) -> Response {
    let found = async {
        let mut db = app.db.acquire().await?;
        shares::origins(&mut db, app.clock.now(), &token).await
    };
    // Where the database does not answer the page says so, outside of all frames.
    let origins = found.await.unwrap_or_default();
    let mut response = page(&headers, StatusCode::OK);
    if !origins.is_empty() {
        let policy = POLICY.replace(
            "frame-ancestors 'none'",
            &format!("frame-ancestors {}", origins.join(" ")),
        );
        if let Ok(policy) = HeaderValue::try_from(policy) {
            response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
            response.headers_mut().remove(header::X_FRAME_OPTIONS);
        }
    }
    response
}

/// The router with an answer for what is at no address.
pub(super) fn with_missing(router: Router<App>) -> Router<App> {
    router.fallback(missing)
}

/// People see the app's page for what is not there, programs get a problem.
async fn missing(request: Request) -> Response {
    let looks = matches!(*request.method(), Method::GET | Method::HEAD);
    if looks && is_for_people(request.uri(), request.headers()) {
        return page(request.headers(), StatusCode::NOT_FOUND);
    }
    StatusCode::NOT_FOUND.into_response()
}

fn is_for_people(uri: &Uri, headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    let programs = ["/api/", "/auth/", "/docs/", "/assets/"];
    accept.is_some_and(|accept| accept.contains("text/html"))
        && !programs.iter().any(|folder| uri.path().starts_with(folder))
}

async fn hashed(Path(name): Path<String>, headers: HeaderMap) -> Response {
    let file = FILES.get(format!("{HASHED}{name}").as_str());
    file.map_or_else(|| StatusCode::NOT_FOUND.into_response(), |file| file.answer(&headers))
}

fn page(headers: &HeaderMap, status: StatusCode) -> Response {
    let mut response = match FILES.get(PAGE) {
        Some(file) => file.answer(headers),
        None => (StatusCode::SERVICE_UNAVAILABLE, Html(NOT_BUILT)).into_response(),
    };
    if response.status() == StatusCode::OK {
        *response.status_mut() = status;
    }
    let policy = HeaderValue::from_static(POLICY);
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    response
}

/// A file of the app.
struct File {
    content_type: &'static str,
    cache_control: HeaderValue,
    /// Best first; the last one has no encoding.
    forms: Vec<Form>,
}

/// A file's bytes as they are sent.
struct Form {
    encoding: Option<&'static str>,
    bytes: &'static [u8],
    etag: HeaderValue,
}

impl File {
    fn new(name: &str, plain: &'static [u8], built: &BTreeMap<&str, &'static [u8]>) -> Self {
        let encoded = ENCODINGS.into_iter().filter_map(|(ending, encoding)| {
            let bytes = built.get(format!("{name}{ending}").as_str())?;
            Some(Form::new(Some(encoding), bytes))
        });
        Self {
            content_type: content_type(name),
            cache_control: if name.starts_with(HASHED) { FOR_EVER } else { ASK_FIRST },
            forms: encoded.chain([Form::new(None, plain)]).collect(),
        }
    }

    fn answer(&self, headers: &HeaderMap) -> Response {
        let readable = |form: &&Form| form.encoding.is_none_or(|encoding| accepts(headers, encoding));
        let Some(form) = self.forms.iter().find(readable) else {
            return StatusCode::NOT_FOUND.into_response();
        };
        let about = [
            (header::CACHE_CONTROL, self.cache_control.clone()),
            (header::ETAG, form.etag.clone()),
            (header::VARY, HeaderValue::from_static("accept-encoding")),
        ];
        if headers
            .get(header::IF_NONE_MATCH)
            .is_some_and(|known| *known == form.etag)
        {
            return (StatusCode::NOT_MODIFIED, about).into_response();
        }
        let mut response = (about, [(header::CONTENT_TYPE, self.content_type)], form.bytes).into_response();
        if let Some(encoding) = form.encoding {
            let encoding = HeaderValue::from_static(encoding);
            response.headers_mut().insert(header::CONTENT_ENCODING, encoding);
        }
        response
    }
}

impl Form {
    fn new(encoding: Option<&'static str>, bytes: &'static [u8]) -> Self {
        let digest = Sha256::digest(bytes);
        let half = u128::from_be_bytes(std::array::from_fn(|at| digest[at]));
        let etag = HeaderValue::try_from(format!("\"{half:032x}\"")).expect("digits can stand in a header");
        Self { encoding, bytes, etag }
    }
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "json" | "webmanifest" => "application/json",
        "md" | "txt" => "text/plain; charset=utf-8",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}

/// Whether a browser reads the encoding (RFC 9110, 12.5.3). One that is named with a weight of nought is refused.
fn accepts(headers: &HeaderMap, encoding: &str) -> bool {
    let accepted = headers.get_all(header::ACCEPT_ENCODING).into_iter();
    accepted
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|choice| {
            let (name, weight) = choice.split_once(';').unwrap_or((choice, ""));
            let weight = weight.trim().strip_prefix("q=").map_or(Ok(1.0), str::parse::<f32>);
            name.trim().eq_ignore_ascii_case(encoding) && weight.is_ok_and(|weight| weight > 0.0)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_encoding_is_used_where_it_is_accepted() {
        let check = |accepted: &'static str, encoding: &str, expected: bool| {
            let headers = HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(accepted))]);
            assert_eq!(accepts(&headers, encoding), expected, "{accepted}: {encoding}");
        };
        check("gzip, deflate, br, zstd", "br", true);
        check("gzip;q=1.0, br;q=0.5", "br", true);
        check("gzip, br;q=0", "br", false);
        check("GZIP", "gzip", true);
        check("identity", "gzip", false);
        check("gzip;q=x", "gzip", false);
        assert!(!accepts(&HeaderMap::new(), "gzip"));
    }
}
