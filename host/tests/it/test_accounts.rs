//! What tests of accounts need: the mails that were sent, and proofs of who somebody is.

use chrono::TimeDelta;
use glovebox::accounts::{Caller, Credential, api_keys, bearer};
use glovebox::text::Name;
use reqwest::{Method, header};
use serde_json::json;

use crate::test_app::{Answer, Client, PASSWORD, TestApp};

/// A mail as its reader sees it.
#[derive(Debug)]
pub struct ReceivedMail {
    pub subject: String,
    pub text: String,
}

impl ReceivedMail {
    /// The token of the link in it.
    #[track_caller]
    pub fn token(&self) -> String {
        let (_, rest) = self.text.split_once("token=").expect("a link with a token");
        rest.split_whitespace().next().unwrap().to_owned()
    }

    /// The six digits in it.
    #[track_caller]
    pub fn code(&self) -> String {
        let is_code = |word: &&str| word.len() == 6 && word.bytes().all(|byte| byte.is_ascii_digit());
        self.text.split_whitespace().find(is_code).expect("a code").to_owned()
    }
}

impl TestApp {
    /// Does every job, and answers the mails that `to` has got so far, oldest first.
    pub async fn mails(&self, to: &str) -> Vec<ReceivedMail> {
        self.settle().await;
        let Ok(folder) = std::fs::read_dir(self.folder.path().join("mail")) else {
            return Vec::new();
        };
        let mut paths: Vec<_> = folder.map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        let texts = paths.iter().map(|path| std::fs::read_to_string(path).unwrap());
        texts
            .filter(|text| field(text, "To") == to)
            .map(|text| mail(&text))
            .collect()
    }

    /// The newest mail that `to` has got.
    pub async fn mail(&self, to: &str) -> ReceivedMail {
        self.mails(to).await.pop().unwrap_or_else(|| panic!("no mail to {to}"))
    }

    /// The same user with a bearer token.
    pub async fn bearer(&self, client: &Client) -> Client {
        let (app, user) = (&self.app, client.user.unwrap().0);
        let mut db = app.db.acquire().await.unwrap();
        let issuer = app.config.public_url.as_str();
        let now = app.clock.now();
        let token = bearer::issue(&mut db, now, &app.config.limits, &app.signing_key, issuer, user).await;
        client.with("authorization", format!("Bearer {}", token.unwrap()))
    }

    /// The same user with a personal API key.
    pub async fn api_key(&self, client: &Client) -> Client {
        let (app, user_id) = (&self.app, client.user.unwrap().0);
        let caller = Caller {
            user_id,
            credential: Credential::Bearer,
        };
        let name = Name::parse("name", &uuid::Uuid::now_v7().to_string()).unwrap();
        let mut tx = app.db.begin().await.unwrap();
        let made = api_keys::create(&mut tx, app.clock.now(), &app.config.limits, &caller, &name).await;
        tx.commit().await.unwrap();
        client.with("authorization", format!("Bearer {}", made.unwrap().1))
    }

    /// Logs in with [`PASSWORD`], and answers the browser that is logged in.
    pub async fn log_in(&self, email: &str) -> Client {
        let answer = self.try_log_in(email, PASSWORD).await;
        let cookie = answer.cookie();
        answer.expect(201);
        self.anonymous().with("cookie", cookie)
    }

    pub async fn try_log_in(&self, email: &str, password: &str) -> Answer {
        let body = json!({"email": email, "password": password});
        self.anonymous().post("/api/v1/sessions", body).await
    }

    pub fn skip_minutes(&self, minutes: i64) {
        self.app.clock.skip(TimeDelta::minutes(minutes));
    }
}

impl Client {
    /// DELETE with a body.
    pub async fn delete_with(&self, path: &str, body: serde_json::Value) -> Answer {
        self.send(self.request(Method::DELETE, path).json(&body)).await
    }
}

impl Answer {
    /// Name and value of the cookie that is set.
    #[track_caller]
    pub fn cookie(&self) -> String {
        self.header("set-cookie").split(';').next().unwrap().to_owned()
    }

    /// What two answers have to have in common to look the same: everything but ids and times.
    pub fn appearance(&self) -> (u16, Vec<String>, String) {
        let varying = [
            "date",
            "x-request-id",
            "ratelimit-remaining",
            "ratelimit-reset",
            "ratelimit",
        ];
        let mut headers: Vec<String> = self
            .headers
            .iter()
            .filter(|(name, _)| !varying.contains(&name.as_str()) && *name != header::CONTENT_LENGTH)
            .map(|(name, value)| match value.to_str() {
                // A cookie's own value is as varying as an id.
                Ok(cookie) if *name == header::SET_COOKIE => {
                    format!("{name}: {:?}", cookie.split_once(';').map(|(_, rest)| rest))
                }
                _ => format!("{name}: {value:?}"),
            })
            .collect();
        headers.sort();
        let body = String::from_utf8_lossy(&self.bytes);
        // The problem names the request as its header does.
        let body = match self.header("x-request-id") {
            "" => body.into_owned(),
            id => body.replace(id, "request id"),
        };
        (self.status.as_u16(), headers, body)
    }
}

/// The value of a header in the first part of a message.
fn field<'a>(message: &'a str, name: &str) -> &'a str {
    let found = message
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
    found.unwrap_or_default().trim_matches(['<', '>'])
}

fn mail(message: &str) -> ReceivedMail {
    let (_, plain) = message.split_once("Content-Type: text/plain").expect("a text");
    let (head, rest) = plain.split_once("\r\n\r\n").expect("the end of a part's head");
    let body = rest.split("\r\n--").next().unwrap();
    let text = if head.contains("quoted-printable") {
        unquoted(body)
    } else {
        body.to_owned()
    };
    ReceivedMail {
        subject: field(message, "Subject").to_owned(),
        text,
    }
}

/// Quoted-printable text (RFC 2045, 6.7).
fn unquoted(text: &str) -> String {
    let joined = text.replace("=\r\n", "");
    let mut bytes = Vec::new();
    let mut rest = joined.as_str();
    while let Some((before, after)) = rest.split_once('=') {
        bytes.extend_from_slice(before.as_bytes());
        bytes.push(u8::from_str_radix(&after[..2], 16).unwrap());
        rest = &after[2..];
    }
    bytes.extend_from_slice(rest.as_bytes());
    String::from_utf8(bytes).unwrap()
}
