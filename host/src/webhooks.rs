//! Messages to other people's servers, by one POST each.
//!
//! An address is resolved and checked before anything is sent, and what was checked is what is dialled, so a name that
//! changes its mind in between leads nowhere. Redirects are not followed, and no proxy is asked. What a message says and
//! what becomes of the answer is not known here.

use std::{
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, Utc};
use hmac::{Hmac, Mac};
use reqwest::{Client, redirect};
use sha2::Sha256;
use url::{Host, Url};

use crate::{
    addresses::{Addresses, Refusal},
    config::ServerConfig,
    error::{Error, Result},
};

/// Characters of a receiver's answer that are kept.
const ANSWER_MAX_CHARS: usize = 200;
/// Bytes of it that are read.
const ANSWER_MAX_BYTES: usize = 4096;
/// Characters of an address.
const URL_MAX_CHARS: usize = 2_000;

/// Sends messages. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Webhooks {
    addresses: Addresses,
    /// Whether an address may begin with `http://`.
    plain: bool,
    timeout: Duration,
}

/// What became of a message.
#[derive(Debug)]
pub enum Sent {
    /// The receiver answered with this status, and these first words.
    Answered(u16, String),
    /// It was not sent, and may be later.
    Unreached(String),
    /// It was not sent, since its address is not allowed.
    Refused(String),
    /// It was sent, and no answer came: whether it was taken is not known.
    Cut(String),
}

impl Webhooks {
    /// Messages go where the server may call, and without HTTPS where the server itself is reached without it, as on
    /// somebody's own machine.
    pub fn open(config: &ServerConfig, addresses: Addresses) -> Self {
        Self {
            addresses,
            plain: !config.https(),
            timeout: Duration::from_secs(config.limits.webhook_timeout_s.into()),
        }
    }

    /// An address as somebody wrote it, if messages may go there as far as its own words tell.
    pub fn parse(&self, field: &str, text: &str) -> Result<Url> {
        let wrong = |message: &str| Error::invalid(field, "url", message);
        if text.chars().count() > URL_MAX_CHARS {
            return Err(wrong("An address has at most 2000 characters."));
        }
        let url =
            Url::parse(text.trim()).map_err(|_| wrong("Enter a full address, such as https://example.com/hook."))?;
        match url.scheme() {
            "https" => {}
            "http" if self.plain => {}
            _ => return Err(wrong("The address must start with https://.")),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(wrong("Remove the user name and password from the address."));
        }
        let literal = match url.host() {
            None => return Err(wrong("The address has no host.")),
            Some(Host::Domain(_)) => None,
            Some(Host::Ipv4(ip)) => Some(IpAddr::from(ip)),
            Some(Host::Ipv6(ip)) => Some(IpAddr::from(ip)),
        };
        if literal.is_some_and(|ip| !self.addresses.may_be_called(ip)) {
            return Err(wrong(
                "This address is inside a private network. Use a host on the public internet.",
            ));
        }
        Ok(url)
    }

    /// Posts a JSON `body` with these headers.
    pub async fn post(&self, url: &Url, headers: &[(&'static str, String)], body: String) -> Sent {
        let resolved = match self.resolve(url).await {
            Ok(resolved) => resolved,
            Err(sent) => return sent,
        };
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .user_agent(concat!("glovebox/", env!("CARGO_PKG_VERSION")))
            .redirect(redirect::Policy::none())
            .no_proxy()
            .timeout(self.timeout)
            .connect_timeout(self.timeout)
            .resolve_to_addrs(url.host_str().unwrap_or_default(), &resolved)
            .build();
        let client = match client {
            Ok(client) => client,
            Err(error) => return Sent::Unreached(format!("The request could not be prepared: {error}")),
        };
        let mut request = client.post(url.clone()).header("content-type", "application/json");
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        match request.body(body).send().await {
            Ok(response) => {
                let status = response.status().as_u16();
                Sent::Answered(status, beginning(response).await)
            }
            // The address stands in the error, and is a secret for some receivers.
            Err(error) if error.is_connect() => Sent::Unreached(told(&error.without_url())),
            Err(error) => Sent::Cut(told(&error.without_url())),
        }
    }

    /// The addresses of the host, if all of them may be reached.
    async fn resolve(&self, url: &Url) -> Result<Vec<SocketAddr>, Sent> {
        let port = url.port_or_known_default().unwrap_or(443);
        let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
        let unknown = || Sent::Unreached("Host not found.".to_owned());
        let found = tokio::time::timeout(self.timeout, self.addresses.resolve(host, port)).await;
        found.map_err(|_| unknown())?.map_err(|refusal| match refusal {
            Refusal::Unknown => unknown(),
            Refusal::Forbidden => Sent::Refused("The host is inside a private network.".to_owned()),
        })
    }
}

/// The value of `webhook-signature` (Standard Webhooks 1.0): HMAC-SHA256 over id, time and body.
pub fn signature(secret: &[u8], id: &str, at: DateTime<Utc>, body: &str) -> String {
    let code = match <Hmac<Sha256> as Mac>::new_from_slice(secret) {
        Ok(hmac) => hmac
            .chain_update(format!("{id}.{}.{body}", at.timestamp()))
            .finalize()
            .into_bytes(),
        Err(_) => return String::new(),
    };
    format!("v1,{}", STANDARD.encode(code))
}

/// The first words of an answer, in one line.
async fn beginning(mut response: reqwest::Response) -> String {
    let mut bytes = Vec::new();
    while let Ok(Some(chunk)) = response.chunk().await {
        bytes.extend_from_slice(&chunk);
        if bytes.len() >= ANSWER_MAX_BYTES {
            break;
        }
    }
    let text = String::from_utf8_lossy(&bytes);
    let line = text.split(|c: char| c.is_control() || c.is_whitespace());
    let line: Vec<_> = line.filter(|word| !word.is_empty()).collect();
    line.join(" ").chars().take(ANSWER_MAX_CHARS).collect()
}

fn told(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "The receiver did not answer in time.".to_owned();
    }
    if error.is_connect() {
        return "The receiver cannot be reached.".to_owned();
    }
    "The connection to the receiver was interrupted.".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of a server on somebody's own machine where `private`, else of a public one.
    fn webhooks(private: bool) -> Webhooks {
        let networks: &[&str] = if private { &["0.0.0.0/0", "::/0"] } else { &[] };
        Webhooks {
            addresses: Addresses::of(networks, &[]),
            plain: private,
            timeout: Duration::from_secs(5),
        }
    }

    #[test]
    fn the_signature_is_that_of_standard_webhooks() {
        // The example of the specification's own libraries.
        let secret = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let at = DateTime::from_timestamp(1_614_265_330, 0).unwrap();
        let signed = signature(&secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", at, r#"{"test": 2432232314}"#);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn addresses_that_may_not_be_meant_are_refused() {
        let check = |private: bool, text: &str, expected: bool| {
            let webhooks = webhooks(private);
            assert_eq!(webhooks.parse("url", text).is_ok(), expected, "{text}");
        };
        check(false, "https://example.com/hook?a=1", true);
        check(false, "http://example.com/hook", false);
        check(true, "http://127.0.0.1:99/hook", true);
        check(false, "https://127.0.0.1/hook", false);
        check(false, "https://2130706433/hook", false);
        check(false, "https://0x7f.1/hook", false);
        check(false, "https://[::1]/hook", false);
        check(false, "https://[::ffff:10.0.0.1]/hook", false);
        check(true, "http://169.254.169.254/latest", false);
        check(false, "https://ada:pass@example.com/", false);
        check(false, "file:///etc/passwd", false);
        check(false, "hook", false);
    }

    #[tokio::test]
    async fn a_name_that_leads_inside_is_not_dialled() {
        let webhooks = webhooks(false);
        let url = Url::parse("https://localhost/hook").unwrap();
        let sent = webhooks.post(&url, &[], "{}".to_owned()).await;
        assert!(matches!(sent, Sent::Refused(_)), "{sent:?}");
    }
}
