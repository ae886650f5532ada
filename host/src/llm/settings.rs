//! Which model is asked, where, with what key, and how patiently.
//!
//! Read once from the environment. Nothing here prints a key.

use std::{fmt, time::Duration};

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use url::Url;

use super::Account;
use crate::config::SecretText;

/// Anthropic's model of the middle: fast, and good at writing scripts.
pub(super) const ANTHROPIC_MODEL: &str = "claude-sonnet-5-5";
/// OpenAI's model of the middle.
pub(super) const OPENAI_MODEL: &str = "gpt-6.1-sol";
/// Google's model of the middle.
pub(super) const GEMINI_MODEL: &str = "gemini-3.8-flash";

/// Who runs a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Provider {
    Anthropic,
    OpenAi,
    Gemini,
    /// Any server that speaks OpenAI's chat completions: Ollama, vLLM, llama.cpp and many more.
    Compatible,
}

impl Provider {
    /// The name by which settings and metrics know it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Anthropic => "anthropic",
            Self::OpenAi => "openai",
            Self::Gemini => "gemini",
            Self::Compatible => "compatible",
        }
    }

    /// The environment variable that holds its key.
    pub fn key_variable(self) -> &'static str {
        match self {
            Self::Anthropic => "ANTHROPIC_API_KEY",
            Self::OpenAi => "OPENAI_API_KEY",
            Self::Gemini => "GOOGLE_API_KEY",
            Self::Compatible => "GLOVEBOX_MODEL_KEY",
        }
    }

    fn url_variable(self) -> &'static str {
        match self {
            Self::Anthropic => "ANTHROPIC_BASE_URL",
            Self::OpenAi => "OPENAI_BASE_URL",
            Self::Gemini => "GOOGLE_GEMINI_BASE_URL",
            Self::Compatible => "GLOVEBOX_MODEL_URL",
        }
    }

    fn default_url(self) -> Option<&'static str> {
        match self {
            Self::Anthropic => Some("https://api.anthropic.com"),
            Self::OpenAi => Some("https://api.openai.com/v1"),
            Self::Gemini => Some("https://generativelanguage.googleapis.com"),
            Self::Compatible => None,
        }
    }

    fn default_model(self) -> Option<&'static str> {
        match self {
            Self::Anthropic => Some(ANTHROPIC_MODEL),
            Self::OpenAi => Some(OPENAI_MODEL),
            Self::Gemini => Some(GEMINI_MODEL),
            Self::Compatible => None,
        }
    }
}

/// As people know it.
impl fmt::Display for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Anthropic => "Anthropic",
            Self::OpenAi => "OpenAI",
            Self::Gemini => "Gemini",
            Self::Compatible => "The model server",
        })
    }
}

/// One model at one provider.
#[derive(Clone, Debug)]
pub struct Settings {
    pub provider: Provider,
    pub model: String,
    /// The provider's address, up to where its own paths begin.
    pub url: Url,
    pub key: Option<SecretText>,
    pub patience: Patience,
    /// Whose account it is, where it is not the server's own.
    pub account: Option<Account>,
}

impl Settings {
    /// The model that the environment asks for; `None` where it names none, and questions are answered offline.
    ///
    /// `GLOVEBOX_MODEL_PROVIDER` chooses: `anthropic`, `openai`, `gemini`, `offline` or the address of a compatible
    /// server. Without it, `GLOVEBOX_MODEL_URL` does, else the first key found: `ANTHROPIC_API_KEY`, `OPENAI_API_KEY`,
    /// `GOOGLE_API_KEY`. `GLOVEBOX_MODEL` names the model.
    ///
    /// # Errors
    /// Names the variable that is missing or wrong.
    pub fn read(env: &dyn Fn(&str) -> Option<String>) -> Result<Option<Self>> {
        let remote = [Provider::Anthropic, Provider::OpenAi, Provider::Gemini];
        let choice = env("GLOVEBOX_MODEL_PROVIDER")
            .or_else(|| env("GLOVEBOX_MODEL_URL"))
            .or_else(|| {
                let keyed = remote
                    .into_iter()
                    .find(|provider| env(provider.key_variable()).is_some());
                keyed.map(|provider| provider.as_str().to_owned())
            });
        match choice {
            Some(choice) => Self::choose(&choice, env("GLOVEBOX_MODEL").as_deref(), env),
            None => Ok(None),
        }
    }

    /// The same for a provider and a model that somebody names, as on the command line; keys and addresses still come
    /// from the environment.
    pub fn choose(provider: &str, model: Option<&str>, env: &dyn Fn(&str) -> Option<String>) -> Result<Option<Self>> {
        let (provider, url) = match provider.trim() {
            "offline" => return Ok(None),
            "anthropic" => (Provider::Anthropic, env(Provider::Anthropic.url_variable())),
            "openai" => (Provider::OpenAi, env(Provider::OpenAi.url_variable())),
            "gemini" => (Provider::Gemini, env(Provider::Gemini.url_variable())),
            "compatible" => (Provider::Compatible, env(Provider::Compatible.url_variable())),
            url if url.starts_with("http://") || url.starts_with("https://") => {
                (Provider::Compatible, Some(url.to_owned()))
            }
            other => bail!(
                "there is no model provider {other:?}; choose anthropic, openai, gemini, offline, or give the address \
                 of a server that speaks OpenAI's chat completions, such as http://localhost:11434"
            ),
        };
        let url = url.or_else(|| provider.default_url().map(str::to_owned));
        let url = url.with_context(|| format!("set {} to the model server's address", provider.url_variable()))?;
        let key = env(provider.key_variable()).map(|key| key.trim().to_owned());
        if key.is_none() && provider != Provider::Compatible {
            bail!("{} needs a key; set {}", provider, provider.key_variable());
        }
        let model = model.or(provider.default_model());
        let model = model.context("set GLOVEBOX_MODEL to the name of a model that the model server offers")?;
        Ok(Some(Self {
            provider,
            model: model.to_owned(),
            url: base(provider, &url)?,
            key: key.map(SecretText::new),
            patience: Patience::for_provider(provider),
            account: None,
        }))
    }
}

/// How long to wait for what, and how often to try.
#[derive(Clone, Debug)]
pub struct Patience {
    /// For a connection.
    pub connect: Duration,
    /// From the request to the first byte of the answer. Gemini thinks before it.
    pub first_byte: Duration,
    /// Between two bytes of the answer. OpenAI is silent while it thinks.
    pub silence: Duration,
    /// For the whole reply, whatever drips in.
    pub whole: Duration,
    /// Tries, the first one included.
    pub tries: u32,
    /// The pause before the second try, which doubles from there.
    pub pause: Duration,
    /// The longest pause of our own choice.
    pub pause_max: Duration,
    /// The longest pause that a provider can ask for; a longer one is an error at once.
    pub asked_pause_max: Duration,
}

const CONNECT: Duration = Duration::from_secs(10);
const FIRST_BYTE: Duration = Duration::from_mins(3);
/// A server of one's own may have to load tens of gigabytes before it begins.
const FIRST_BYTE_COMPATIBLE: Duration = Duration::from_mins(10);
const SILENCE: Duration = Duration::from_mins(3);
const WHOLE: Duration = Duration::from_mins(30);
const TRIES: u32 = 4;
const PAUSE: Duration = Duration::from_millis(500);
const PAUSE_MAX: Duration = Duration::from_secs(8);
const ASKED_PAUSE_MAX: Duration = Duration::from_secs(30);

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: CONNECT,
            first_byte: FIRST_BYTE,
            silence: SILENCE,
            whole: WHOLE,
            tries: TRIES,
            pause: PAUSE,
            pause_max: PAUSE_MAX,
            asked_pause_max: ASKED_PAUSE_MAX,
        }
    }
}

impl Patience {
    /// For a test, which somebody waits for: one try of at most `whole`.
    pub fn short(whole: Duration) -> Self {
        Self {
            first_byte: whole,
            whole,
            tries: 1,
            ..Self::default()
        }
    }

    /// What suits a provider's models.
    pub fn for_provider(provider: Provider) -> Self {
        let first_byte = match provider {
            Provider::Compatible => FIRST_BYTE_COMPATIBLE,
            _ => FIRST_BYTE,
        };
        Self {
            first_byte,
            ..Self::default()
        }
    }
}

/// The address without what people paste along with it.
fn base(provider: Provider, text: &str) -> Result<Url> {
    let variable = provider.url_variable();
    let url = Url::parse(text.trim()).with_context(|| format!("{variable} is not a valid address"))?;
    if !["http", "https"].contains(&url.scheme()) || !url.has_host() {
        bail!("{variable} has to start with http:// or https://");
    }
    if !url.username().is_empty() || url.password().is_some() {
        bail!(
            "{variable} must not hold a password; put the key into {}",
            provider.key_variable()
        );
    }
    Ok(trimmed(provider, url))
}

/// The address up to where the provider's own paths begin.
pub(super) fn trimmed(provider: Provider, mut url: Url) -> Url {
    url.set_query(None);
    url.set_fragment(None);
    let mut path = url.path().trim_end_matches('/').to_owned();
    if provider == Provider::Compatible {
        path = path.trim_end_matches("/chat/completions").to_owned();
        if path.is_empty() {
            "/v1".clone_into(&mut path);
        }
    }
    url.set_path(&path);
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(settings: &[(&str, &str)]) -> Result<Option<Settings>> {
        Settings::read(&|name| {
            let found = settings.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn the_environment_chooses_provider_model_and_address() {
        let check = |settings: &[(&str, &str)], expected: Option<(Provider, &str, &str)>| {
            let found = read(settings).unwrap();
            let found = found
                .as_ref()
                .map(|found| (found.provider, found.model.as_str(), found.url.as_str()));
            assert_eq!(found, expected, "{settings:?}");
        };
        check(&[], None);
        check(&[("GLOVEBOX_MODEL_PROVIDER", "offline"), ("OPENAI_API_KEY", "k")], None);
        let anthropic = (Provider::Anthropic, ANTHROPIC_MODEL, "https://api.anthropic.com/");
        check(&[("ANTHROPIC_API_KEY", "k")], Some(anthropic));
        check(&[("ANTHROPIC_API_KEY", "k"), ("GOOGLE_API_KEY", "k")], Some(anthropic));
        check(
            &[
                ("OPENAI_API_KEY", "k"),
                ("GLOVEBOX_MODEL", "gpt-6-luna"),
                ("OPENAI_BASE_URL", "http://127.0.0.1:9/v1/"),
            ],
            Some((Provider::OpenAi, "gpt-6-luna", "http://127.0.0.1:9/v1")),
        );
        check(
            &[
                ("GOOGLE_API_KEY", "k"),
                ("ANTHROPIC_API_KEY", "k"),
                ("GLOVEBOX_MODEL_PROVIDER", "gemini"),
            ],
            Some((
                Provider::Gemini,
                GEMINI_MODEL,
                "https://generativelanguage.googleapis.com/",
            )),
        );
        let ollama = Some((Provider::Compatible, "qwen3", "http://localhost:11434/v1"));
        for url in [
            "http://localhost:11434",
            "http://localhost:11434/v1/",
            "http://localhost:11434/v1/chat/completions",
        ] {
            check(
                &[
                    ("GLOVEBOX_MODEL_URL", url),
                    ("GLOVEBOX_MODEL", "qwen3"),
                    ("OPENAI_API_KEY", "k"),
                ],
                ollama,
            );
            check(&[("GLOVEBOX_MODEL_PROVIDER", url), ("GLOVEBOX_MODEL", "qwen3")], ollama);
        }
    }

    #[test]
    fn what_is_missing_or_wrong_is_named() {
        let check = |settings: &[(&str, &str)], expected: &str| {
            let error = format!("{:#}", read(settings).expect_err(expected));
            assert!(error.contains(expected), "{error}");
        };
        check(&[("GLOVEBOX_MODEL_PROVIDER", "gemini")], "GOOGLE_API_KEY");
        check(&[("GLOVEBOX_MODEL_PROVIDER", "mistral")], "\"mistral\"");
        check(&[("GLOVEBOX_MODEL_PROVIDER", "compatible")], "GLOVEBOX_MODEL_URL");
        check(&[("GLOVEBOX_MODEL_URL", "http://localhost:8000")], "GLOVEBOX_MODEL");
        check(
            &[
                ("GLOVEBOX_MODEL_URL", "http://me:secret@localhost"),
                ("GLOVEBOX_MODEL", "m"),
            ],
            "GLOVEBOX_MODEL_KEY",
        );
        check(
            &[("OPENAI_API_KEY", "k"), ("OPENAI_BASE_URL", "ftp://localhost")],
            "OPENAI_BASE_URL",
        );
    }

    #[test]
    fn no_key_is_printed() {
        let settings = read(&[("ANTHROPIC_API_KEY", "sk-ant-hush")]).unwrap().unwrap();
        assert!(!format!("{settings:?}").contains("hush"));
    }
}
