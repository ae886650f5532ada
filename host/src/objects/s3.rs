//! Objects in a bucket that speaks S3: Cloudflare R2, or any other server.
//!
//! Calls that fail on the way are tried again with a growing delay. A call that moves no byte for as long as the
//! settings allow is given up, and so is a stream that stalls; a download that breaks off is taken up where it broke.
//! An object is one request, so it can have 5 GB, which is more than an upload may.

use std::{error::Error as StdError, io, ops::Range, path::Path, time::Duration};

use anyhow::{Context, anyhow};
use aws_sdk_s3::{
    Client, Config,
    config::{
        BehaviorVersion, Credentials, Region, StalledStreamProtectionConfig, http::HttpResponse, retry::RetryConfig,
        timeout::TimeoutConfig,
    },
    error::{DisplayErrorContext, ProvideErrorMetadata, SdkError},
    primitives::ByteStream,
};
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use chrono::DateTime;
use tokio_util::io::StreamReader;

use super::{Digest, Listed, NOUN, ObjectKey, PAGE, Reader, unavailable};
use crate::{
    config::S3Config,
    error::{Error, Result},
};

/// How often a call is tried before it fails.
const ATTEMPTS: u32 = 3;
/// How often a download that broke off is taken up again without one more byte.
const RESUMES: u32 = 3;
/// An upload as slow as this is not given up while it moves.
const SLOWEST_BYTES_PER_S: u64 = 64 << 10;

/// A bucket.
#[derive(Clone, Debug)]
pub struct S3 {
    client: Client,
    endpoint: String,
    bucket: String,
    timeout: Duration,
}

impl S3 {
    /// Nothing is sent yet, so wrong settings show at the first call. `timeout_s` is how long a call may go without
    /// moving a byte, in seconds.
    pub fn open(settings: &S3Config, timeout_s: u32) -> Self {
        let timeout = Duration::from_secs(timeout_s.max(1).into());
        let http = aws_smithy_http_client::Builder::new()
            .tls_provider(Provider::Rustls(CryptoMode::Ring))
            .build_https();
        let credentials = Credentials::new(
            &settings.access_key_id,
            settings.secret_access_key.expose(),
            None,
            None,
            "the server's settings",
        );
        let config = Config::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .http_client(http)
            .region(Region::new(settings.region.clone()))
            .endpoint_url(&settings.endpoint)
            // Every server takes the bucket in the path; not every one answers to it as a host name.
            .force_path_style(true)
            .credentials_provider(credentials)
            .retry_config(
                RetryConfig::standard()
                    .with_max_attempts(ATTEMPTS)
                    .with_initial_backoff(Duration::from_millis(200))
                    .with_max_backoff(Duration::from_secs(5)),
            )
            .timeout_config(timeouts(timeout, timeout))
            .stalled_stream_protection(StalledStreamProtectionConfig::enabled().grace_period(timeout).build())
            .build();
        Self {
            client: Client::from_conf(config),
            endpoint: settings.endpoint.clone(),
            bucket: settings.bucket.clone(),
            timeout,
        }
    }

    pub(super) async fn put(&self, key: &ObjectKey, source: &Path, digest: &Digest) -> Result<()> {
        let bytes = tokio::fs::metadata(source)
            .await
            .context("looking at what is to be stored")?
            .len();
        if bytes != digest.bytes {
            return Err(anyhow!("{} has {bytes} bytes instead of {}", source.display(), digest.bytes).into());
        }
        let body = ByteStream::from_path(source)
            .await
            .context("opening what is to be stored")?;
        // The time-out of an attempt holds for the whole of it, so it grows with the body; a body that stands still is
        // noticed sooner, by the protection against stalled streams.
        let attempt = self.timeout + Duration::from_secs(bytes / SLOWEST_BYTES_PER_S);
        let patient = Config::builder().timeout_config(timeouts(self.timeout, attempt));
        self.client
            .put_object()
            .bucket(&self.bucket)
            .key(key.as_str())
            .content_length(bytes as i64)
            .checksum_sha256(STANDARD.encode(digest.sha256))
            .body(body)
            .customize()
            .config_override(patient)
            .send()
            .await
            .map_err(|error| self.failed("storing an object", error))?;
        Ok(())
    }

    pub(super) async fn get(&self, key: &ObjectKey, range: Option<Range<u64>>) -> Result<Reader> {
        if range.as_ref().is_some_and(Range::is_empty) {
            return Ok(Box::pin(tokio::io::empty()));
        }
        let (stream, length) = self.open_stream(key, range.clone()).await?;
        let left = match range {
            Some(range) if range.end - range.start != length => {
                return Err(anyhow!("bytes {range:?} were asked of an object that ends before").into());
            }
            Some(range) => range,
            None => 0..length,
        };
        let download = Download {
            store: self.clone(),
            key: key.clone(),
            left,
            stream,
            resumes: 0,
        };
        Ok(Box::pin(StreamReader::new(Box::pin(futures_util::stream::try_unfold(
            download,
            Download::next,
        )))))
    }

    pub(super) async fn size(&self, key: &ObjectKey) -> Result<Option<u64>> {
        let head = self
            .client
            .head_object()
            .bucket(&self.bucket)
            .key(key.as_str())
            .send()
            .await;
        match head.map_err(|error| self.failed("asking for an object", error)) {
            Ok(head) => Ok(Some(head.content_length().unwrap_or(0) as u64)),
            Err(Error::Missing(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    pub(super) async fn delete(&self, key: &ObjectKey) -> Result<()> {
        let deleted = self
            .client
            .delete_object()
            .bucket(&self.bucket)
            .key(key.as_str())
            .send()
            .await;
        match deleted.map_err(|error| self.failed("removing an object", error)) {
            // S3 says that an object that is not there was removed; some servers of the same language do not.
            Ok(_) | Err(Error::Missing(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }

    pub(super) fn list(&self, prefix: &'static str) -> Walk {
        Walk {
            store: self.clone(),
            prefix,
            from: From::Start,
        }
    }

    pub(super) fn place(&self) -> String {
        format!("the bucket {} at {}", self.bucket, self.endpoint)
    }

    /// The bytes and how many there will be.
    async fn open_stream(&self, key: &ObjectKey, range: Option<Range<u64>>) -> Result<(ByteStream, u64)> {
        let range = range.map(|range| format!("bytes={}-{}", range.start, range.end - 1));
        let got = self
            .client
            .get_object()
            .bucket(&self.bucket)
            .key(key.as_str())
            .set_range(range)
            .send()
            .await
            .map_err(|error| self.failed("reading an object", error))?;
        let length = got.content_length().context("an object came without its length")?;
        Ok((got.body, length as u64))
    }

    /// What a failed call means to whoever made it. The log has the rest.
    fn failed<E>(&self, doing: &'static str, error: SdkError<E, HttpResponse>) -> Error
    where
        E: ProvideErrorMetadata + StdError + Send + Sync + 'static,
    {
        let verdict = match &error {
            SdkError::TimeoutError(_) => Verdict::Down("it did not answer in time".to_owned()),
            SdkError::DispatchFailure(failure) if failure.is_user() => {
                Verdict::Wrong("the request was not sent".into())
            }
            SdkError::DispatchFailure(failure) if failure.is_timeout() => {
                Verdict::Down("it did not answer in time".to_owned())
            }
            SdkError::DispatchFailure(_) => Verdict::Down("the connection to it failed".to_owned()),
            SdkError::ResponseError(_) => Verdict::Down("its answer broke off".to_owned()),
            SdkError::ServiceError(answer) => self.verdict(answer.raw().status().as_u16(), answer.err().code()),
            _ => Verdict::Wrong("the request could not be made".to_owned()),
        };
        let details = DisplayErrorContext(&error);
        match verdict {
            Verdict::Missing => Error::Missing(NOUN),
            Verdict::Down(why) => {
                tracing::error!(store = self.place(), doing, error = %details, "the object store does not work");
                unavailable(&why)
            }
            Verdict::Wrong(what_to_do) => {
                tracing::error!(store = self.place(), doing, error = %details, "the object store refused");
                anyhow!("{what_to_do}").context(doing).into()
            }
        }
    }

    fn verdict(&self, status: u16, code: Option<&str>) -> Verdict {
        // An answer to HEAD has no body, and so no code.
        let answer = code.map_or_else(|| status.to_string(), |code| format!("{status} {code}"));
        match (status, code.unwrap_or_default()) {
            (_, "NoSuchBucket") => Verdict::Wrong(format!(
                "there is no bucket {} at {}; create it, or set R2_BUCKET_NAME or S3_BUCKET_NAME to an existing one",
                self.bucket, self.endpoint
            )),
            (404, _) => Verdict::Missing,
            (_, "RequestTimeTooSkewed") => Verdict::Wrong(
                "this machine's clock is wrong, so its signatures are rejected; set the clock".to_owned(),
            ),
            (401 | 403, _) => Verdict::Wrong(format!(
                "the object store refused the access key ({answer}); check R2_ACCESS_KEY_ID and \
                 R2_SECRET_ACCESS_KEY, or S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY, and that the key may read, write \
                 and delete in the bucket {}",
                self.bucket
            )),
            (500.. | 429, _) | (_, "SlowDown" | "RequestTimeout") => Verdict::Down(format!("it answered {answer}")),
            _ => Verdict::Wrong(format!("the object store answered {answer}")),
        }
    }
}

enum Verdict {
    Missing,
    /// Trying again later can help.
    Down(String),
    /// The settings or this program are.
    Wrong(String),
}

/// An object on its way, from where it is to the end.
struct Download {
    store: S3,
    key: ObjectKey,
    /// The bytes that have not come yet.
    left: Range<u64>,
    stream: ByteStream,
    /// How often it was taken up since the last byte.
    resumes: u32,
}

impl Download {
    async fn next(mut self) -> io::Result<Option<(Bytes, Self)>> {
        loop {
            let broken: Box<dyn StdError + Send + Sync> = match self.stream.next().await {
                Some(Ok(bytes)) if bytes.is_empty() => continue,
                Some(Ok(bytes)) => {
                    self.left.start += bytes.len() as u64;
                    self.resumes = 0;
                    return Ok(Some((bytes, self)));
                }
                None if self.left.is_empty() => return Ok(None),
                None => "the stream ended too soon".into(),
                // All the bytes came, and what was wrong was found out at their end: their checksum.
                Some(Err(error)) if self.left.is_empty() => return Err(io::Error::other(error)),
                Some(Err(error)) => error.into(),
            };
            if self.resumes == RESUMES {
                tracing::error!(key = self.key.as_str(), at = self.left.start, error = %broken, "a download was given up");
                return Err(io::Error::other(unavailable("reading from it broke off")));
            }
            self.resumes += 1;
            tracing::warn!(key = self.key.as_str(), at = self.left.start, error = %broken, "a download broke off");
            let (stream, _) = self
                .store
                .open_stream(&self.key, Some(self.left.clone()))
                .await
                .map_err(io::Error::other)?;
            self.stream = stream;
        }
    }
}

/// A walk through the bucket.
pub struct Walk {
    store: S3,
    prefix: &'static str,
    from: From,
}

/// Where the next page of a walk begins.
enum From {
    Start,
    Token(String),
    /// After the last page.
    Nowhere,
}

impl Walk {
    pub(super) async fn next_page(&mut self) -> Result<Vec<Listed>> {
        let mut page = Vec::new();
        // A page can be empty and yet not be the last.
        while page.is_empty() {
            let token = match std::mem::replace(&mut self.from, From::Nowhere) {
                From::Start => None,
                From::Token(token) => Some(token),
                From::Nowhere => break,
            };
            let answer = self
                .store
                .client
                .list_objects_v2()
                .bucket(&self.store.bucket)
                .prefix(self.prefix)
                .max_keys(PAGE as i32)
                .set_continuation_token(token)
                .send()
                .await
                .map_err(|error| self.store.failed("listing objects", error))?;
            for object in answer.contents() {
                let modified = object
                    .last_modified()
                    .context("an object was listed without its time")?;
                page.push(Listed {
                    key: ObjectKey::stored(object.key().context("an object was listed without its key")?),
                    bytes: object.size().unwrap_or(0) as u64,
                    modified_at: DateTime::from_timestamp(modified.secs(), modified.subsec_nanos())
                        .context("an object was listed with an impossible time")?,
                });
            }
            if answer.is_truncated() == Some(true) {
                let next = answer
                    .next_continuation_token()
                    .context("a listing broke off without saying where")?;
                self.from = From::Token(next.to_owned());
            }
        }
        Ok(page)
    }
}

fn timeouts(connect: Duration, attempt: Duration) -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(connect.min(Duration::from_secs(10)))
        .operation_attempt_timeout(attempt)
        .build()
}
