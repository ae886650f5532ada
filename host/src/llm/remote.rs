//! One reply over HTTP: asking, asking again where that can repeat nothing, reading, and giving up in time.
//!
//! A try that fails before anything was given out is repeated, after a pause, as long as the failure is one that
//! passes. Once text or a call was given out nothing is asked again: current models do not continue a half-written
//! answer word for word (Anthropic's refuse to since version 4.6), so a second answer would repeat or contradict what
//! people have read. Such a reply ends in [`ModelError::Cut`], which holds what was given out. Time-outs are not
//! repeated either: whoever waited for one has waited long enough. Redirects are not followed, since they would carry
//! the key to wherever they point.

use std::{collections::VecDeque, fmt, future::Future, pin::Pin, sync::Arc};

use anyhow::{Context, Result};
use bytes::Bytes;
use reqwest::{
    Client, Response,
    header::{ACCEPT, CONTENT_TYPE, HeaderMap},
    redirect,
};
use tokio::time::{Instant, sleep_until, timeout_at};
use url::Url;

use super::{
    Account, Event, Message, ModelError, Patience, Provider, Request, Settings, TokenUsage,
    error::{Again, Failure},
    provider_error::{self, ProviderError},
    retry, sse,
    wire::{self, Decoder},
};
use crate::config::SecretText;

/// A model at a provider. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Remote(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    provider: Provider,
    model: String,
    url: Url,
    headers: HeaderMap,
    key: Option<SecretText>,
    patience: Patience,
    account: Option<Account>,
    http: Client,
}

impl Remote {
    pub(super) fn from_settings(settings: Settings) -> Result<Self> {
        if rustls::crypto::CryptoProvider::get_default().is_none() {
            // Another thread may be faster, with the same one.
            let _ = rustls::crypto::ring::default_provider().install_default();
        }
        let mut http = Client::builder()
            .user_agent(concat!("glovebox/", env!("CARGO_PKG_VERSION")))
            .redirect(redirect::Policy::none())
            .connect_timeout(settings.patience.connect);
        if let Some(account) = &settings.account {
            // A proxy would resolve the name once more.
            let host = settings.url.host_str().unwrap_or_default();
            http = http.no_proxy().resolve_to_addrs(host, &account.addresses);
        }
        let http = http.build().context("preparing the HTTP client for the model")?;
        Ok(Self(Arc::new(Inner {
            url: wire::address(settings.provider, &settings.url, &settings.model)?,
            headers: wire::headers(settings.provider, settings.key.as_ref().map(SecretText::expose))?,
            provider: settings.provider,
            model: settings.model,
            key: settings.key,
            patience: settings.patience,
            account: settings.account,
            http,
        })))
    }

    pub(super) fn model(&self) -> &str {
        &self.0.model
    }

    pub(super) fn provider(&self) -> Provider {
        self.0.provider
    }

    pub(super) fn account(&self) -> Option<&Account> {
        self.0.account.as_ref()
    }

    /// Asks, and returns once the answer begins.
    pub(super) async fn ask(&self, request: &Request) -> Result<Replying, ModelError> {
        let mut reply = Replying::new(self.clone(), request);
        reply.begin().await?;
        Ok(reply)
    }

    fn send(&self, body: Bytes, deadline: Instant) -> Asking {
        let remote = self.clone();
        Box::pin(async move {
            let until = deadline.min(Instant::now() + remote.0.patience.first_byte);
            let provider = remote.provider();
            timeout_at(until, remote.answer(body))
                .await
                .unwrap_or(Err(ModelError::TimedOut { provider }.into()))
        })
    }

    /// An answer whose stream can be read.
    async fn answer(&self, body: Bytes) -> Result<Response, Failure> {
        let provider = self.provider();
        let request = self.0.http.post(self.0.url.clone()).headers(self.0.headers.clone());
        let request = request
            .header(CONTENT_TYPE, "application/json")
            .header(ACCEPT, "text/event-stream");
        let response = request.body(body).send().await.map_err(|error| {
            tracing::debug!(provider = provider.as_str(), error = %error.without_url(), "no answer from the model");
            ModelError::Unreachable { provider }
        })?;
        let status = response.status();
        if status.is_redirection() {
            return Err(Failure::protocol(
                provider,
                "it sends requests elsewhere; check the model server's address",
            ));
        }
        let kind = response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let kind = kind.unwrap_or_default().to_owned();
        if status.is_success() && (kind.is_empty() || kind.starts_with("text/event-stream")) {
            return Ok(response);
        }
        let headers = response.headers().clone();
        let body = start_of(response).await;
        let told = ProviderError::answer(status, &headers, &body);
        if status.is_success() && !told.is_error {
            return Err(Failure::protocol(
                provider,
                format!("it answers with {kind} and not with a stream of events"),
            ));
        }
        Err(wire::failure(provider, self.model(), &told))
    }
}

type Asking = Pin<Box<dyn Future<Output = Result<Response, Failure>> + Send>>;

/// A reply on its way.
pub(super) struct Replying {
    remote: Remote,
    body: Bytes,
    /// The body without verbatim forms, where the first one has some.
    rebuilt: Option<Bytes>,
    state: State,
    events: VecDeque<Event>,
    /// Comes after `events`.
    failure: Option<Failure>,
    tries: u32,
    given: bool,
    text: String,
    /// By the tries before this one.
    spent: TokenUsage,
    usage: TokenUsage,
    deadline: Instant,
}

enum State {
    Pausing(Instant),
    Asking(Asking),
    Reading(Box<Reading>),
    Over,
}

struct Reading {
    response: Response,
    parser: sse::Parser,
    decoder: Decoder,
    heard: Instant,
}

impl Replying {
    fn new(remote: Remote, request: &Request) -> Self {
        let request = &own_verbatims(request, remote.account());
        let body = |verbatim| {
            let body = wire::body(remote.provider(), remote.model(), request, verbatim);
            Bytes::from(body.to_string())
        };
        let has_verbatim = request
            .messages
            .iter()
            .any(|message| matches!(message, Message::Assistant { verbatim: Some(_), .. }));
        let rebuilt = has_verbatim.then(|| body(false));
        let body = body(true);
        let now = Instant::now();
        Self {
            deadline: now + remote.0.patience.whole,
            rebuilt: rebuilt.filter(|rebuilt| *rebuilt != body),
            body,
            remote,
            state: State::Pausing(now),
            events: VecDeque::new(),
            failure: None,
            tries: 1,
            given: false,
            text: String::new(),
            spent: TokenUsage::default(),
            usage: TokenUsage::default(),
        }
    }

    async fn begin(&mut self) -> Result<(), ModelError> {
        while !matches!(self.state, State::Reading(_)) {
            if let Err(failure) = self.step().await
                && let Some(error) = self.settle(failure)
            {
                return Err(error);
            }
        }
        Ok(())
    }

    pub(super) async fn next(&mut self) -> Option<Result<Event, ModelError>> {
        loop {
            if let Some(event) = self.events.pop_front() {
                return Some(Ok(self.give(event)));
            }
            if let Some(failure) = self.failure.take()
                && let Some(error) = self.settle(failure)
            {
                return Some(Err(error));
            }
            if matches!(self.state, State::Over) {
                return None;
            }
            if let Err(failure) = self.step().await {
                // The connection is of no more use; what was read before it failed still counts.
                self.state = State::Over;
                self.failure = Some(failure);
            }
        }
    }

    fn give(&mut self, mut event: Event) -> Event {
        match &mut event {
            Event::Text(text) => {
                self.given = true;
                self.text.push_str(text);
            }
            Event::CallBegun { .. } | Event::CallInput { .. } | Event::Call(_) => self.given = true,
            Event::Usage(usage) => {
                self.usage = *usage;
                return Event::Usage(self.spent.plus(*usage));
            }
            Event::Verbatim(verbatim) => verbatim.account = self.remote.account().map(|account| account.id),
            Event::Done(_) => {}
        }
        event
    }

    /// One thing that takes time. Can be given up at any moment and called again.
    async fn step(&mut self) -> Result<(), Failure> {
        let provider = self.remote.provider();
        match &mut self.state {
            State::Pausing(until) => {
                sleep_until((*until).min(self.deadline)).await;
                if Instant::now() >= self.deadline {
                    return Err(ModelError::TimedOut { provider }.into());
                }
                self.state = State::Asking(self.remote.send(self.body.clone(), self.deadline));
            }
            State::Asking(asking) => {
                let response = asking.as_mut().await?;
                self.state = State::Reading(Box::new(Reading {
                    response,
                    parser: sse::Parser::default(),
                    decoder: Decoder::new(provider, self.remote.model()),
                    heard: Instant::now(),
                }));
            }
            State::Reading(reading) => {
                let until = self.deadline.min(reading.heard + self.remote.0.patience.silence);
                let chunk = timeout_at(until, reading.response.chunk()).await;
                let chunk = chunk.map_err(|_| ModelError::TimedOut { provider })?;
                if reading.take(provider, chunk, &mut self.events)? {
                    self.state = State::Over;
                }
            }
            State::Over => {}
        }
        Ok(())
    }

    /// Goes on after a failure, or says why not.
    fn settle(&mut self, failure: Failure) -> Option<ModelError> {
        self.state = State::Over;
        let patience = &self.remote.0.patience;
        if !self.given {
            if failure.again == Again::Rebuilt
                && let Some(rebuilt) = self.rebuilt.take()
            {
                self.body = rebuilt;
                self.state = State::Pausing(Instant::now());
                return None;
            }
            let pause = match failure.again {
                Again::Later => Some(retry::pause(patience, self.tries)),
                Again::After(asked) if asked <= patience.asked_pause_max => Some(asked + retry::pause(patience, 1)),
                _ => None,
            };
            if let Some(pause) = pause.filter(|_| self.tries < patience.tries) {
                tracing::warn!(
                    provider = self.remote.provider().as_str(),
                    model = self.remote.model(),
                    failed_try = self.tries,
                    pause_ms = pause.as_millis() as u64,
                    "the model is asked again: {}",
                    self.explain(failure)
                );
                self.tries += 1;
                self.spent = self.spent.plus(std::mem::take(&mut self.usage));
                self.state = State::Pausing(Instant::now() + pause);
                return None;
            }
        }
        let passing = failure.again != Again::Never || matches!(failure.error, ModelError::TimedOut { .. });
        if self.given && passing {
            return Some(ModelError::Cut {
                provider: self.remote.provider(),
                text: std::mem::take(&mut self.text),
            });
        }
        Some(self.explain(failure))
    }

    /// The error as it may be shown.
    fn explain(&self, Failure { error, told, .. }: Failure) -> ModelError {
        let key = self.remote.0.key.as_ref().map_or("", SecretText::expose);
        let clean = |text: &str| provider_error::shortened(&provider_error::without_key(text, key));
        let error = match error {
            ModelError::Protocol { provider, detail } => ModelError::Protocol {
                provider,
                detail: clean(&detail),
            },
            ModelError::Refused { provider, reason } => ModelError::Refused {
                provider,
                reason: clean(&reason),
            },
            other => other,
        };
        match self.remote.account() {
            Some(account) => account.error(error, clean(&told)),
            None => error,
        }
    }
}

impl fmt::Debug for Replying {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Replying")
            .field("provider", &self.remote.provider())
            .field("tries", &self.tries)
            .finish_non_exhaustive()
    }
}

impl Reading {
    /// Takes the next piece of the stream, its end, or its failure. Says whether the reply is complete.
    fn take(
        &mut self,
        provider: Provider,
        chunk: reqwest::Result<Option<Bytes>>,
        events: &mut VecDeque<Event>,
    ) -> Result<bool, Failure> {
        let broken = |broken: sse::Broken| Failure::protocol(provider, broken.to_string());
        let mut found = VecDeque::new();
        let over = match chunk {
            Ok(Some(bytes)) => {
                self.heard = Instant::now();
                self.parser.feed(&bytes, &mut found).map_err(broken)?;
                false
            }
            Ok(None) => {
                self.parser.end(&mut found).map_err(broken)?;
                true
            }
            // Half an event at a break means nothing.
            Err(_) => true,
        };
        for data in found {
            let taken = self.decoder.take(&data, events);
            if matches!(events.back(), Some(Event::Done(_))) {
                return Ok(true);
            }
            // The last event of a stream that closes without a word can be half an event as well.
            let half = over
                && matches!(
                    &taken,
                    Err(Failure {
                        error: ModelError::Protocol { .. },
                        ..
                    })
                );
            if half {
                return Err(Failure::cut(provider));
            }
            taken?;
        }
        if over {
            self.decoder.end(events)?;
        }
        Ok(over)
    }
}

/// The request without what another account wrote in its own form: nobody vouches for it here.
fn own_verbatims(request: &Request, account: Option<&Account>) -> Request {
    let own = account.map(|account| account.id);
    let mut request = request.clone();
    for message in &mut request.messages {
        if let Message::Assistant { verbatim, .. } = message {
            verbatim.take_if(|verbatim| verbatim.account != own);
        }
    }
    request
}

/// The beginning of an answer's body, as far as it comes.
async fn start_of(mut response: Response) -> Vec<u8> {
    let mut body = Vec::new();
    while let Ok(Some(bytes)) = response.chunk().await {
        let room = provider_error::BODY_MAX_BYTES - body.len();
        body.extend_from_slice(&bytes[..bytes.len().min(room)]);
        if body.len() == provider_error::BODY_MAX_BYTES {
            break;
        }
    }
    body
}
