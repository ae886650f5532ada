//! How the server asks Google: over TLS, without following anybody elsewhere, and not for long.

use std::{pin::Pin, time::Duration};

use anyhow::Context;
use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse, http};
use url::{Host, Url};

/// Bytes of an answer; Google's are a few kilobytes.
const ANSWER_MAX_BYTES: usize = 1 << 20;

/// A client for requests whose addresses and answers come from elsewhere.
pub(super) struct Fetch {
    client: reqwest::Client,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum FetchError {
    #[error("{0} is not an https address")]
    NotPrivate(Url),
    #[error("the answer is larger than {ANSWER_MAX_BYTES} bytes")]
    TooLarge,
    #[error("{}", whole(.0))]
    Request(#[from] reqwest::Error),
    #[error(transparent)]
    Http(#[from] http::Error),
}

impl Fetch {
    /// One request takes `timeout_s` seconds at most.
    pub(super) fn new(timeout_s: u32) -> anyhow::Result<Self> {
        // Fails where the program has chosen its cryptography already, which is then used.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(Duration::from_secs(timeout_s.into()))
            .build()
            .context("making the HTTP client for Google")?;
        Ok(Self { client })
    }

    async fn fetch(&self, request: HttpRequest) -> Result<HttpResponse, FetchError> {
        let request: reqwest::Request = request.try_into()?;
        if !is_private(request.url()) {
            return Err(FetchError::NotPrivate(request.url().clone()));
        }
        let mut response = self.client.execute(request).await?;
        let mut answer = http::Response::builder().status(response.status());
        if let Some(headers) = answer.headers_mut() {
            headers.clone_from(response.headers());
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await? {
            if bytes.len() + chunk.len() > ANSWER_MAX_BYTES {
                return Err(FetchError::TooLarge);
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(answer.body(bytes)?)
    }
}

impl<'c> AsyncHttpClient<'c> for Fetch {
    type Error = FetchError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, FetchError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.fetch(request))
    }
}

/// Whether nobody on the way can read along: TLS, or this machine.
pub(super) fn is_private(url: &Url) -> bool {
    let loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    };
    url.scheme() == "https" || (url.scheme() == "http" && loopback)
}

/// The error with all its reasons; the client's own text is the outermost alone.
fn whole(error: &reqwest::Error) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        text = format!("{text}: {inner}");
        source = inner.source();
    }
    text
}
