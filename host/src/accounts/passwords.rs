//! Passwords: which ones will do, and their hashes.
//!
//! Hashed by argon2id with the parameters that OWASP recommends (19 MiB, 2 passes, 1 lane), off the async threads, and
//! only so many at once: a flood of log-ins waits, and then is turned away, but takes neither all memory nor every core
//! from everybody else.

use std::{sync::LazyLock, thread::available_parallelism};

use argon2::{Argon2, PasswordHasher, PasswordVerifier, password_hash::phc::PasswordHash};

use anyhow::{Context, anyhow};
use tokio::sync::{Semaphore, TryAcquireError};

use crate::error::{Error, Result};

/// How many passwords an attacker tries first: one that is among them is too common. It is what zxcvbn reckons with for
/// a single common word, or one of the owner's own, with a digit or a year behind it.
const COMMONEST: u64 = 100_000;

/// Passwords that are hashed at once: one a core, and each takes 19 MiB meanwhile.
static HASHING: LazyLock<Semaphore> =
    LazyLock::new(|| Semaphore::new(available_parallelism().map_or(2, std::num::NonZero::get)));
/// Passwords that are hashed or wait for it; whoever comes when it is full is told to come back.
static WAITING: Semaphore = Semaphore::const_new(WAITING_MAX);
const WAITING_MAX: usize = 256;

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
            return wrong("password_too_common", "This password is too common. Use another one.");
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
    let _waiting = WAITING.try_acquire().map_err(|full: TryAcquireError| {
        tracing::warn!(error = %full, "too many passwords are waiting to be checked");
        Error::Unavailable("Too many people are logging in right now. Try again in a few seconds.".to_owned())
    })?;
    let turn = HASHING.acquire().await.context("waiting to hash")?;
    // The turn goes along: a request that is given up does not stop the work, and so must not free its place.
    let done = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        work()
    });
    Ok(done.await.context("hashing")??)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_long_enough_mixed_and_not_a_common_one() {
        let check = |text: &str, expected: Result<(), &str>| {
            let code = |error| match error {
                Error::Invalid(fields) => fields[0].code,
                other => panic!("{other}"),
            };
            let own_words = ["ada.lovelace", "ada.lovelace@example.com"];
            let parsed = Password::parse("password", text, &own_words).map(|_| ()).map_err(code);
            assert_eq!(parsed, expected, "{text}");
        };
        check("correct horse 7 battery", Ok(()));
        check("пароль-из-слов-7", Ok(()));
        check("short7", Err("password_too_short"));
        check("onlyletters", Err("password_too_plain"));
        check("8472940183", Err("password_too_plain"));
        check("password1", Err("password_too_common"));
        check("Passw0rd", Err("password_too_common"));
        check("qwerty123", Err("password_too_common"));
        check("Summer2026", Err("password_too_common"));
        check("ada.lovelace1", Err("password_too_common"));
        check(&"long enough 7".repeat(100), Err("password_too_long"));
    }

    #[tokio::test]
    async fn a_hash_knows_its_password_alone() {
        let hash = Password::parse("password", "correct horse 7 battery", &[])
            .unwrap()
            .hash()
            .await
            .unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(
            verify("correct horse 7 battery".to_owned(), Some(hash.clone()))
                .await
                .unwrap()
        );
        assert!(!verify("correct horse 8 battery".to_owned(), Some(hash)).await.unwrap());
        assert!(!verify("correct horse 7 battery".to_owned(), None).await.unwrap());
        // As many as there are: those from above were given back.
        let _full = WAITING.acquire_many(WAITING_MAX as u32).await.unwrap();
        let turned_away = verify("correct horse 7 battery".to_owned(), None).await;
        assert!(matches!(turned_away, Err(Error::Unavailable(_))));
    }
}
