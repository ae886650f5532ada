//! Why a model gave no answer, or only a part of one: made for what the caller and the reader can do about it.
//!
//! Every text says what to do, and none can hold a key: what a provider sends is cleaned before it gets here.

use std::time::Duration;

use super::{Provider, account};

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// The key is missing, wrong, or not allowed to do this.
    #[error("{provider} does not accept the key. Check {} and what the key is allowed to do.", provider.key_variable())]
    WrongKey { provider: Provider },
    /// The account has no credit or quota left; waiting does not help.
    #[error("{provider} says that the account has no credit or quota left. Check its billing and its limits there.")]
    NoQuota { provider: Provider },
    /// Too many requests or tokens in a short time.
    #[error("{provider} is rate-limiting this account.{}", wait(*retry_after))]
    RateLimited {
        provider: Provider,
        /// When it will go again, if the provider says so.
        retry_after: Option<Duration>,
    },
    /// There is no such model, or this key may not use it.
    #[error("{provider} has no model \"{model}\" for this key. Choose another one with GLOVEBOX_MODEL.")]
    UnknownModel { provider: Provider, model: String },
    /// The provider or its model declines to answer this.
    #[error("{provider} declined to answer ({reason}). Ask in another way.")]
    Refused { provider: Provider, reason: String },
    /// The conversation does not fit into the model's context.
    #[error("The conversation is too long for this model. Start a new one, or remove some of its files.")]
    TooLong { provider: Provider },
    /// Too much to do there, or a fault there; every try failed.
    #[error("{provider} is overloaded or has a problem at the moment. Try again in a few minutes.")]
    Overloaded { provider: Provider },
    /// No connection came about.
    #[error("{provider} cannot be reached. Check the network and the server's address, then try again.")]
    Unreachable { provider: Provider },
    /// It went silent.
    #[error("{provider} stopped answering. Try again.")]
    TimedOut { provider: Provider },
    /// The answer broke off after a part of it was given out.
    #[error("{provider} stopped in the middle of the answer. Ask again to get the rest.")]
    Cut {
        provider: Provider,
        /// All the text that was given out.
        text: String,
    },
    /// What went wrong at an account that an organisation set up itself, told to its people.
    #[error("{}", account::told(name, error, told))]
    Account {
        /// The account's name.
        name: String,
        error: Box<ModelError>,
        /// The provider's own words, if there are any.
        told: String,
    },
    /// An answer that does not follow the provider's own rules, or a request that it does not understand.
    #[error("{provider} sent an unexpected response: {detail}")]
    Protocol { provider: Provider, detail: String },
}

fn wait(retry_after: Option<Duration>) -> String {
    match retry_after {
        Some(time) => format!(" Try again in {} s.", time.as_secs().max(1)),
        None => " Try again in a few minutes.".to_owned(),
    }
}

/// How a failed try goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Again {
    /// Asking again cannot help.
    Never,
    /// After a pause that grows.
    Later,
    /// After the pause that the provider asks for.
    After(Duration),
    /// At once, without the earlier replies' [`Verbatim`](super::Verbatim) form, which the provider did not take back.
    Rebuilt,
}

/// A try that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Failure {
    pub error: ModelError,
    pub again: Again,
    /// The provider's own words, if there are any.
    pub told: String,
}

impl From<ModelError> for Failure {
    fn from(error: ModelError) -> Self {
        let again = match &error {
            ModelError::RateLimited {
                retry_after: Some(pause),
                ..
            } => Again::After(*pause),
            ModelError::RateLimited { .. }
            | ModelError::Overloaded { .. }
            | ModelError::Unreachable { .. }
            | ModelError::Cut { .. } => Again::Later,
            // Whoever waited until the time-out has waited long enough.
            _ => Again::Never,
        };
        Self {
            error,
            again,
            told: String::new(),
        }
    }
}

impl Failure {
    /// The stream ended before its end.
    pub fn cut(provider: Provider) -> Self {
        ModelError::Cut {
            provider,
            text: String::new(),
        }
        .into()
    }

    /// What was sent makes no sense.
    pub fn protocol(provider: Provider, detail: impl Into<String>) -> Self {
        ModelError::Protocol {
            provider,
            detail: detail.into(),
        }
        .into()
    }

    /// What was sent makes no sense, and the next try may.
    pub fn slip(provider: Provider, detail: impl Into<String>) -> Self {
        Self {
            again: Again::Later,
            ..Self::protocol(provider, detail)
        }
    }
}
