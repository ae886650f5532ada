//! What the four wire formats have in common: a body to send, events to read, errors to understand.

use std::collections::VecDeque;

use anyhow::{Context, Result};
use reqwest::{
    StatusCode,
    header::{HeaderMap, HeaderValue},
};
use serde::de::DeserializeOwned;
use serde_json::Value;
use url::Url;

use super::{
    Event, ModelError, Provider, Request, anthropic, compatible,
    error::{Again, Failure},
    gemini, openai,
    provider_error::ProviderError,
};

/// Where requests go.
pub(super) fn address(provider: Provider, base: &Url, model: &str) -> Result<Url> {
    let mut url = base.clone();
    {
        let mut path = url
            .path_segments_mut()
            .ok()
            .context("the model server's address has no path")?;
        path.pop_if_empty();
        match provider {
            Provider::Anthropic => path.extend(["v1", "messages"]),
            Provider::OpenAi => path.push("responses"),
            Provider::Compatible => path.extend(["chat", "completions"]),
            Provider::Gemini => {
                let model = model.trim_start_matches("models/");
                path.extend(["v1beta", "models", &format!("{model}:streamGenerateContent")])
            }
        };
    }
    if provider == Provider::Gemini {
        url.set_query(Some("alt=sse"));
    }
    Ok(url)
}

/// What proves who asks, marked so that nothing prints it.
pub(super) fn headers(provider: Provider, key: Option<&str>) -> Result<HeaderMap> {
    let secret = |text: &str| {
        let mut value = HeaderValue::from_str(text)
            .with_context(|| format!("{} contains characters that no key has", provider.key_variable()))?;
        value.set_sensitive(true);
        Ok::<_, anyhow::Error>(value)
    };
    let mut headers = HeaderMap::new();
    if provider == Provider::Anthropic {
        headers.insert("anthropic-version", HeaderValue::from_static(anthropic::VERSION));
    }
    match (provider, key) {
        (_, None) => {}
        (Provider::Anthropic, Some(key)) => {
            headers.insert("x-api-key", secret(key)?);
        }
        (Provider::Gemini, Some(key)) => {
            headers.insert("x-goog-api-key", secret(key)?);
        }
        (Provider::OpenAi | Provider::Compatible, Some(key)) => {
            headers.insert("authorization", secret(&format!("Bearer {key}"))?);
        }
    }
    Ok(headers)
}

/// The request's body. Earlier replies go in their verbatim form if `verbatim`, else they are put together anew.
pub(super) fn body(provider: Provider, model: &str, request: &Request, verbatim: bool) -> Value {
    match provider {
        Provider::Anthropic => anthropic::body(model, request, verbatim),
        Provider::OpenAi => openai::body(model, request, verbatim),
        Provider::Gemini => gemini::body(model, request, verbatim),
        Provider::Compatible => compatible::body(model, request, verbatim),
    }
}

/// What an error that was told means.
pub(super) fn failure(provider: Provider, model: &str, told: &ProviderError) -> Failure {
    let failure = match provider {
        Provider::Anthropic => anthropic::failure(model, told),
        Provider::OpenAi => openai::failure(model, told),
        Provider::Gemini => gemini::failure(model, told),
        Provider::Compatible => compatible::failure(model, told),
    };
    Failure {
        told: told.message.clone(),
        ..failure
    }
}

/// What a bad status means where the provider's words say no more.
pub(super) fn failure_of_status(provider: Provider, model: &str, told: &ProviderError) -> Failure {
    let Some(status) = told.status else {
        return Failure::slip(provider, told.detail());
    };
    match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => ModelError::WrongKey { provider }.into(),
        StatusCode::PAYMENT_REQUIRED => ModelError::NoQuota { provider }.into(),
        StatusCode::NOT_FOUND => ModelError::UnknownModel {
            provider,
            model: model.to_owned(),
        }
        .into(),
        StatusCode::PAYLOAD_TOO_LARGE => ModelError::TooLong { provider }.into(),
        StatusCode::TOO_MANY_REQUESTS => rate_limited(provider, told),
        StatusCode::REQUEST_TIMEOUT | StatusCode::CONFLICT | StatusCode::TOO_EARLY => overloaded(provider, told),
        status if status.is_server_error() => overloaded(provider, told),
        _ => Failure::protocol(provider, told.detail()),
    }
}

pub(super) fn rate_limited(provider: Provider, told: &ProviderError) -> Failure {
    ModelError::RateLimited {
        provider,
        retry_after: told.retry_after,
    }
    .into()
}

pub(super) fn overloaded(provider: Provider, told: &ProviderError) -> Failure {
    Failure {
        again: told.retry_after.map_or(Again::Later, Again::After),
        ..Failure::from(ModelError::Overloaded { provider })
    }
}

/// The provider does not take back what it once wrote: the conversation before it changed, or the model did.
pub(super) fn stale(provider: Provider, told: &ProviderError) -> Failure {
    Failure {
        again: Again::Rebuilt,
        ..Failure::protocol(provider, told.detail())
    }
}

/// One event's data as `T`.
pub(super) fn read<T: DeserializeOwned>(provider: Provider, data: &str) -> Result<T, Failure> {
    serde_json::from_str(data)
        .map_err(|error| Failure::protocol(provider, format!("an event of its stream is not valid ({error})")))
}

/// Reads one stream.
#[derive(Debug)]
pub(super) enum Decoder {
    Anthropic(anthropic::Decoder),
    OpenAi(openai::Decoder),
    Gemini(gemini::Decoder),
    Compatible(compatible::Decoder),
}

impl Decoder {
    pub fn new(provider: Provider, model: &str) -> Self {
        match provider {
            Provider::Anthropic => Self::Anthropic(anthropic::Decoder::new(model)),
            Provider::OpenAi => Self::OpenAi(openai::Decoder::new(model)),
            Provider::Gemini => Self::Gemini(gemini::Decoder::new(model)),
            Provider::Compatible => Self::Compatible(compatible::Decoder::new(model)),
        }
    }

    /// Appends what one event's data means. [`Event::Done`] is the last.
    pub fn take(&mut self, data: &str, events: &mut VecDeque<Event>) -> Result<(), Failure> {
        match self {
            Self::Anthropic(decoder) => decoder.take(data, events),
            Self::OpenAi(decoder) => decoder.take(data, events),
            Self::Gemini(decoder) => decoder.take(data, events),
            Self::Compatible(decoder) => decoder.take(data, events),
        }
    }

    /// The stream is over without [`Event::Done`] so far: either it says by now why it ended, or it was cut.
    pub fn end(&mut self, events: &mut VecDeque<Event>) -> Result<(), Failure> {
        match self {
            Self::Anthropic(decoder) => decoder.end(events),
            Self::OpenAi(_) => Err(Failure::cut(Provider::OpenAi)),
            Self::Gemini(decoder) => decoder.end(events),
            Self::Compatible(decoder) => decoder.end(events),
        }
    }
}
