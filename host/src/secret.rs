//! Random secrets, and what is stored of them.
//!
//! A token is 256 random bits, so one round of SHA-256 is enough to store it safely; passwords and short codes, which
//! can be guessed, are not for this module.

mod key;
mod sealed;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use rand::{TryRngCore, rngs::OsRng};
use sha2::{Digest, Sha256};

use crate::error::Result;

pub use key::ServerKey;

/// A new token: 43 characters of the URL-safe base64 alphabet, from the system's random source.
pub fn token() -> Result<String> {
    Ok(URL_SAFE_NO_PAD.encode(bytes()?))
}

/// 256 bits from the system's random source.
pub fn bytes() -> Result<[u8; 32]> {
    let mut bytes = [0; 32];
    fill(&mut bytes)?;
    Ok(bytes)
}

/// A number below `end` from the system's random source, each equally likely.
pub fn number_below(end: u32) -> Result<u32> {
    // Numbers from the last, incomplete stretch would make the small ones likelier.
    let fair = u32::MAX - u32::MAX % end;
    loop {
        let mut bytes = [0; 4];
        fill(&mut bytes)?;
        let number = u32::from_le_bytes(bytes);
        if number < fair {
            return Ok(number % end);
        }
    }
}

/// What is stored in place of a token: its SHA-256.
pub fn hash(token: &str) -> Vec<u8> {
    Sha256::digest(token).to_vec()
}

fn fill(bytes: &mut [u8]) -> Result<()> {
    OsRng.try_fill_bytes(bytes).map_err(|error| {
        anyhow::Error::new(error)
            .context("asking the system for random bytes")
            .into()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_differ_and_keep_to_their_alphabet() {
        let (one, other) = (token().unwrap(), token().unwrap());
        assert_ne!(one, other);
        assert_eq!(one.len(), 43);
        assert!(one.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_'));
    }

    #[test]
    fn numbers_stay_below_their_end_and_reach_it() {
        let drawn: std::collections::BTreeSet<u32> = (0..200).map(|_| number_below(6).unwrap()).collect();
        assert_eq!(drawn, (0..6).collect());
    }
}
