//! Language models: a conversation goes out, the reply streams back as [`Event`]s.
//!
//! Anthropic, OpenAI, Gemini and every server that speaks OpenAI's chat completions are one [`Model`] to the caller.
//! What was given out as text or as part of a call is never given out twice: a stream that fails before that is asked
//! for again, one that fails after it ends in [`ModelError::Cut`]. Dropping a [`Reply`] ends its request at once. This
//! room knows nothing of scripts, files or people, and no key ever appears in an error or in the log.

mod account;
mod alternation;
mod anthropic;
mod catalog;
mod compatible;
mod error;
mod gemini;
mod openai;
mod price;
mod provider_error;
mod remote;
mod retry;
mod settings;
mod sse;
mod wire;

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use uuid::Uuid;

use remote::{Remote, Replying};

pub use account::{Account, BaseUrl};
pub use catalog::{Catalog, Choice, OFFLINE};
pub use error::ModelError;
pub use price::cost_micro_usd;
pub use settings::{Patience, Provider, Settings};

/// Whatever answers. Cheap to clone.
#[derive(Clone, Debug)]
pub enum Model {
    /// A provider reached over HTTP.
    Remote(Remote),
}

/// What a model is asked.
#[derive(Clone, Debug)]
pub struct Request {
    /// The instructions that stand above the conversation.
    pub system: String,
    /// The conversation, oldest first. It begins with a user's message, and ends with one or with tool results.
    pub messages: Vec<Message>,
    /// What the model may call.
    pub tools: Vec<Tool>,
    /// Tokens that the reply may have. What a model thinks counts as well, so a small number can leave no answer.
    pub max_output_tokens: u32,
}

/// One message of a conversation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Message {
    User {
        text: String,
    },
    Assistant {
        text: String,
        calls: Vec<ToolCall>,
        /// From [`Event::Verbatim`]; leave it out where the text or the calls were changed since.
        verbatim: Option<Verbatim>,
    },
    /// What came of a call. A call without one is told to the model as stopped.
    ToolResult {
        call_id: String,
        text: String,
        failed: bool,
    },
}

/// Something the model may call.
#[derive(Clone, Debug)]
pub struct Tool {
    /// Letters, digits and underscores.
    pub name: String,
    pub description: String,
    /// A JSON schema of an object.
    pub input_schema: Value,
}

/// A call that the model wants done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ToolCall {
    /// What its [`Message::ToolResult`] refers to.
    pub id: String,
    pub name: String,
    /// JSON as the model wrote it. Models do write JSON that does not parse: tell them, in the result.
    pub input: String,
}

impl ToolCall {
    /// The input as `T`.
    pub fn parse<T: DeserializeOwned>(&self) -> serde_json::Result<T> {
        serde_json::from_str(&self.input)
    }

    /// The input for a provider that takes objects only. What is none goes as the text that it is.
    fn object(&self) -> Value {
        match serde_json::from_str(&self.input) {
            Ok(Value::Object(object)) => Value::Object(object),
            _ => json!({ "INVALID_JSON": self.input }),
        }
    }
}

/// A reply in its provider's own form, with the signed thinking that providers want to have back unchanged.
///
/// It counts for the same model of the same provider only, and is left aside everywhere else. It is sent as it is, so
/// it may come from [`Event::Verbatim`] and from where that was kept, and never from a person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Verbatim {
    provider: Provider,
    model: String,
    /// Of an account that is not the server's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    account: Option<Uuid>,
    parts: Vec<Value>,
}

/// One thing that happens in a reply.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// More of the answer.
    Text(String),
    /// The model begins to write a call.
    CallBegun { id: String, name: String },
    /// More of a call's input: a piece of JSON, cut anywhere.
    CallInput { id: String, delta: String },
    /// A call is written.
    Call(ToolCall),
    /// The tokens used so far by this whole reply, tries that failed included; the last one counts.
    Usage(TokenUsage),
    /// What to keep for [`Message::Assistant`].
    Verbatim(Verbatim),
    /// The last event of a reply that came to its end.
    Done(Finish),
}

/// Why a model stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finish {
    /// It has said what it wanted to say.
    End,
    /// It waits for the results of its calls.
    Calls,
    /// It ran out of [`Request::max_output_tokens`] or of context: the answer, or the last call, is incomplete.
    Length,
}

/// Tokens, as the provider counts them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenUsage {
    /// All that went in, cached or not.
    pub input_tokens: u64,
    /// Those of the input that were read from the provider's cache.
    pub cached_tokens: u64,
    /// Those of the input that were written to the provider's cache.
    pub cache_write_tokens: u64,
    /// All that came out, thinking included.
    pub output_tokens: u64,
}

impl TokenUsage {
    /// Both together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            input_tokens: self.input_tokens.saturating_add(other.input_tokens),
            cached_tokens: self.cached_tokens.saturating_add(other.cached_tokens),
            cache_write_tokens: self.cache_write_tokens.saturating_add(other.cache_write_tokens),
            output_tokens: self.output_tokens.saturating_add(other.output_tokens),
        }
    }
}

impl Model {
    /// The model that `settings` name. Nothing is asked of the provider yet.
    ///
    /// # Errors
    /// Says which setting is missing or wrong.
    pub fn from_settings(settings: Settings) -> anyhow::Result<Self> {
        Ok(Self::Remote(Remote::from_settings(settings)?))
    }

    /// The model's name at its provider.
    pub fn name(&self) -> &str {
        match self {
            Self::Remote(remote) => remote.model(),
        }
    }

    /// Who runs the model.
    pub fn provider(&self) -> Provider {
        match self {
            Self::Remote(remote) => remote.provider(),
        }
    }

    /// The name of the account that is asked, where it is not the server's own.
    pub fn account(&self) -> Option<&str> {
        match self {
            Self::Remote(remote) => remote.account().map(|account| account.name.as_str()),
        }
    }

    /// Asks. Returns once the provider has begun to answer.
    pub async fn reply(&self, request: &Request) -> Result<Reply, ModelError> {
        match self {
            Self::Remote(remote) => Ok(Reply {
                source: Source::Remote(Box::new(remote.ask(request).await?)),
            }),
        }
    }
}

/// A reply on its way. Dropping it ends the request at once.
#[derive(Debug)]
pub struct Reply {
    source: Source,
}

#[derive(Debug)]
enum Source {
    Remote(Box<Replying>),
}

impl Reply {
    /// The next event; `None` after [`Event::Done`] or after an error.
    ///
    /// Safe to give up and call again, as in `select!`: no event is lost.
    pub async fn next(&mut self) -> Option<Result<Event, ModelError>> {
        match &mut self.source {
            Source::Remote(reply) => reply.next().await,
        }
    }
}
