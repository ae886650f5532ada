//! Passwords: which ones will do, and their hashes.
//!
//! Hashed by argon2id with the parameters that OWASP recommends (19 MiB, 2 passes, 1 lane), off the async threads.

use argon2::{Argon2, PasswordHasher, PasswordVerifier, password_hash::phc::PasswordHash};

use anyhow::{Context, anyhow};

use crate::error::{Error, Result};

/// How many passwords an attacker tries first: one that is among them is too common.
const COMMONEST: u64 = 10_000;

/// A password that will do: 8 characters or more, a letter and a digit, not among the commonest.
pub struct Password(String);

impl Password {
    pub const MIN_CHARS: usize = 8;
    pub const MAX_BYTES: usize = 1024;

    /// `field` is named in the error; `own_words`, such as the mail address, are the first that an attacker tries.
    pub fn parse(field: &str, text: &str, own_words: &[&str]) -> Result<Self> {
        let wrong = |code, message| Err(Error::invalid(field, code, message));
        if text.chars().count() < Self::MIN_CHARS {
            return wrong("password_too_short", "Use 8 characters or more.");
        }
        if text.len() > Self::MAX_BYTES {
            return wrong("password_too_long", "Use 1,024 bytes or fewer.");
        }
        if !text.chars().any(char::is_alphabetic) || !text.chars().any(|c| c.is_ascii_digit()) {
            return wrong("password_too_plain", "Use at least one letter and one digit.");
        }
        // Past a hundred characters the estimate only takes longer.
        let start: String = text.chars().take(100).collect();
        if zxcvbn::zxcvbn(&start, own_words).guesses() < COMMONEST {
            return wrong(
                "password_too_common",
                "This is among the passwords that are tried first. Use another one.",
            );
        }
        Ok(Self(text.to_owned()))
    }

    /// Its hash in the PHC string format, with a salt of its own.
    pub async fn hash(self) -> Result<String> {
        blocking(move || {
            let hash = Argon2::default().hash_password(self.0.as_bytes());
            hash.map(|hash| hash.to_string())
                .map_err(|error| anyhow!("hashing a password: {error}"))
        })
        .await
    }
}

/// Whether `text` is the password of `hash`. Without a hash the answer is no, after the same work: how long it took
/// does not tell whether there is an account.
pub async fn verify(text: String, hash: Option<String>) -> Result<bool> {
    blocking(move || {
        let Some(hash) = hash else {
            let _ = Argon2::default().hash_password(text.as_bytes());
            return Ok(false);
        };
        let hash = PasswordHash::new(&hash).map_err(|error| anyhow!("reading a stored hash: {error}"))?;
        Ok(Argon2::default().verify_password(text.as_bytes(), &hash).is_ok())
    })
    .await
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> anyhow::Result<T> + Send + 'static) -> Result<T> {
    let done = tokio::task::spawn_blocking(work).await.context("hashing")?;
    Ok(done?)
}
