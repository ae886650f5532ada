//! Accounts at providers that people set up themselves: where they may be, and what is told of their errors.
//!
//! Their addresses come from people, so they are checked as those of databases and webhooks are: the name is resolved
//! once, all its addresses have to be allowed, and those alone are dialled. Redirects are never followed.

use std::{
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use tokio::time::timeout;
use url::{Host, Url};
use uuid::Uuid;

use super::{ModelError, Provider, settings};
use crate::{
    addresses::{Addresses, Refusal},
    error::{Error, Result},
};

/// Characters of an address.
const URL_MAX_CHARS: usize = 2_000;
/// How long a name may take to be resolved.
const RESOLVE: Duration = Duration::from_secs(10);

/// An account of somebody else than the server.
#[derive(Clone, Debug)]
pub struct Account {
    /// Tells it from every other one.
    pub id: Uuid,
    /// By which its people know it.
    pub name: String,
    /// The addresses of its host, which were checked.
    pub addresses: Vec<SocketAddr>,
}

/// A provider's address as somebody wrote it, up to where the provider's own paths begin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl(Url);

impl BaseUrl {
    /// Takes what may be called as far as its own words tell. The field is named `url` in errors.
    pub fn parse(addresses: &Addresses, provider: Provider, text: &str) -> Result<Self> {
        let wrong = |message: &str| Error::invalid("url", "url", message);
        if text.chars().count() > URL_MAX_CHARS {
            return Err(wrong("An address has at most 2000 characters."));
        }
        let url =
            Url::parse(text.trim()).map_err(|_| wrong("Enter a full address, such as https://api.example.com/v1."))?;
        if !["http", "https"].contains(&url.scheme()) {
            return Err(wrong("The address must start with https:// or http://."));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(wrong(
                "Remove the user name and password from the address. The key has its own field.",
            ));
        }
        let literal = match url.host() {
            None => return Err(wrong("The address has no host.")),
            Some(Host::Domain(_)) => None,
            Some(Host::Ipv4(ip)) => Some(IpAddr::from(ip)),
            Some(Host::Ipv6(ip)) => Some(IpAddr::from(ip)),
        };
        if let Some(ip) = literal {
            if !addresses.may_be_called(ip) {
                return Err(wrong(&forbidden(&ip.to_string())));
            }
            if url.scheme() == "http" && !Addresses::is_private(ip) {
                return Err(wrong(UNENCRYPTED));
            }
        }
        Ok(Self(settings::trimmed(provider, url)))
    }

    /// One that was stored.
    pub fn stored(text: &str) -> anyhow::Result<Self> {
        Ok(Self(Url::parse(text)?))
    }

    pub fn as_url(&self) -> &Url {
        &self.0
    }

    /// The addresses of the host, all of which may be called.
    ///
    /// # Errors
    /// 409 `model_unreachable`, which says what to do.
    pub async fn resolve(&self, addresses: &Addresses) -> Result<Vec<SocketAddr>> {
        let port = self.0.port_or_known_default().unwrap_or(443);
        let host = self.0.host_str().unwrap_or_default().trim_matches(['[', ']']);
        let refused = |message: String| Error::conflict("model_unreachable", message);
        let found = timeout(RESOLVE, addresses.resolve(host, port)).await;
        let found = found.unwrap_or(Err(Refusal::Unknown)).map_err(|refusal| {
            refused(match refusal {
                Refusal::Unknown => {
                    format!("The name {host} cannot be resolved. Check the address of the model provider.")
                }
                Refusal::Forbidden => forbidden(host),
            })
        })?;
        if self.0.scheme() == "http" && !found.iter().all(|address| Addresses::is_private(address.ip())) {
            return Err(refused(UNENCRYPTED.to_owned()));
        }
        Ok(found)
    }
}

const UNENCRYPTED: &str = "Public addresses require https://, because the key would be readable on the way.";

fn forbidden(host: &str) -> String {
    format!(
        "{host} is in a private or reserved network, which this server may not connect to. The people who run the \
         server can allow a network with GLOVEBOX_PRIVATE_NETWORKS."
    )
}

impl Account {
    /// The error as the account's people are told it.
    pub(super) fn error(&self, error: ModelError, told: String) -> ModelError {
        match error {
            // These say all there is to say.
            ModelError::Refused { .. } | ModelError::TooLong { .. } | ModelError::Cut { .. } => error,
            error => ModelError::Account {
                name: self.name.clone(),
                error: Box::new(error),
                told,
            },
        }
    }
}

/// What went wrong at the account `name`, and what its provider says.
pub(super) fn told(name: &str, error: &ModelError, told: &str) -> String {
    let words = match error {
        ModelError::WrongKey { .. } => format!(
            "{name} does not accept the key. Check the key and what it is allowed to do, under Models in the \
             organisation's settings."
        ),
        ModelError::NoQuota { .. } => {
            format!("{name} says that the account has no credit or quota left. Check its billing and its limits there.")
        }
        ModelError::UnknownModel { model, .. } => format!(
            "{name} has no model \"{model}\" for this key. Check the name, under Models in the organisation's settings."
        ),
        ModelError::RateLimited { .. } => format!("{name} is rate-limiting this account. Try again in a few minutes."),
        ModelError::Overloaded { .. } => {
            format!("{name} is overloaded or has a problem at the moment. Try again in a few minutes.")
        }
        ModelError::Unreachable { .. } => format!(
            "{name} cannot be reached. Check its address, and whether it runs and accepts connections from this server."
        ),
        ModelError::TimedOut { .. } => format!(
            "{name} did not answer in time. A server that has to load a model first may need a minute: try again."
        ),
        // Its detail has the provider's words.
        ModelError::Protocol { detail, .. } => return format!("{name} sent an unexpected response: {detail}"),
        other => other.to_string(),
    };
    if told.is_empty() {
        return words;
    }
    format!("{words} It says: \u{201c}{told}\u{201d}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(networks: &[&str], text: &str) -> Result<String> {
        let url = BaseUrl::parse(&Addresses::of(networks, &[]), Provider::Compatible, text)?;
        Ok(url.as_url().to_string())
    }

    #[test]
    fn addresses_that_may_not_be_meant_are_refused() {
        let check = |networks: &[&str], text: &str, expected: bool| {
            assert_eq!(parse(networks, text).is_ok(), expected, "{text}");
        };
        let local = &["127.0.0.0/8", "::1/128"][..];
        check(&[], "https://api.example.com/v1", true);
        check(&[], "http://api.example.com/v1", true);
        check(&[], "http://93.184.216.34/v1", false);
        check(&[], "http://127.0.0.1:11434", false);
        check(local, "http://127.0.0.1:11434", true);
        check(local, "http://[::1]:11434", true);
        check(local, "http://10.0.0.1:11434", false);
        check(&[], "https://2130706433/v1", false);
        check(&[], "https://0x7f.1/v1", false);
        check(&[], "https://[::ffff:10.0.0.1]/v1", false);
        check(local, "http://169.254.169.254/latest", false);
        check(&[], "https://me:secret@api.example.com/v1", false);
        check(&[], "ftp://api.example.com", false);
        check(&[], "api.example.com", false);
        check(&[], "", false);
    }

    #[test]
    fn what_people_paste_along_with_an_address_is_left_out() {
        for text in [
            "https://a.example/v1/chat/completions?x=1",
            "https://a.example",
            " https://a.example/v1/ ",
        ] {
            assert_eq!(parse(&[], text).unwrap(), "https://a.example/v1");
        }
    }

    #[tokio::test]
    async fn a_name_that_leads_inside_is_told_with_the_setting_that_allows_it() {
        let addresses = Addresses::of(&[], &[]);
        let url = BaseUrl::parse(&addresses, Provider::Compatible, "http://localhost:11434").unwrap();
        let error = url.resolve(&addresses).await.unwrap_err().to_string();
        assert!(error.contains("GLOVEBOX_PRIVATE_NETWORKS"), "{error}");
    }

    #[test]
    fn an_error_names_the_account_and_repeats_the_providers_words() {
        let account = Account {
            id: Uuid::nil(),
            name: "Our Ollama".to_owned(),
            addresses: Vec::new(),
        };
        let wrong = ModelError::UnknownModel {
            provider: Provider::Compatible,
            model: "qwen".to_owned(),
        };
        let error = account.error(wrong, "model 'qwen' not found".to_owned()).to_string();
        assert!(error.starts_with("Our Ollama has no model \"qwen\""), "{error}");
        assert!(
            error.ends_with("It says: \u{201c}model 'qwen' not found\u{201d}"),
            "{error}"
        );
        assert!(!error.contains("GLOVEBOX"), "{error}");
    }
}
