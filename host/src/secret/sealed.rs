//! Secrets that have to be read again: sealed by AES-256-GCM under a key of their own, which comes of the server's.
//!
//! What was sealed for one place does not open in another: the parts that name the place are bound to it.

use anyhow::{Context, anyhow};
use rand::{TryRngCore, rngs::OsRng};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};

use super::ServerKey;
use crate::error::Result;

const SALT_BYTES: usize = 16;
const NONCE_BYTES: usize = 12;

impl ServerKey {
    /// `secret`, sealed for `purpose` and the place that `parts` name: salt, nonce, cipher text and tag.
    pub fn seal(&self, purpose: &str, parts: &[&[u8]], secret: &[u8]) -> Result<Vec<u8>> {
        let mut sealed = vec![0; SALT_BYTES + NONCE_BYTES];
        OsRng
            .try_fill_bytes(&mut sealed)
            .context("asking the system for random bytes")?;
        let (salt, nonce) = sealed.split_at(SALT_BYTES);
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| anyhow!("a nonce of another length"))?;
        let mut text = secret.to_vec();
        self.cipher(purpose, salt)?
            .seal_in_place_append_tag(nonce, Aad::from(place(parts)), &mut text)
            .map_err(|_| anyhow!("sealing a secret"))?;
        sealed.extend(text);
        Ok(sealed)
    }

    /// What [`ServerKey::seal`] was given; none where the key, the purpose or the place is another.
    pub fn open(&self, purpose: &str, parts: &[&[u8]], sealed: &[u8]) -> Option<Vec<u8>> {
        let (salt, rest) = sealed.split_at_checked(SALT_BYTES)?;
        let (nonce, text) = rest.split_at_checked(NONCE_BYTES)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut text = text.to_vec();
        let cipher = self.cipher(purpose, salt).ok()?;
        let opened = cipher.open_in_place(nonce, Aad::from(place(parts)), &mut text).ok()?;
        Some(opened.to_vec())
    }

    /// One key for each secret, so that no two share a nonce.
    fn cipher(&self, purpose: &str, salt: &[u8]) -> Result<LessSafeKey> {
        let key = self.mac("seal", &[purpose.as_bytes(), salt]);
        let key = UnboundKey::new(&AES_256_GCM, &key).map_err(|_| anyhow!("a key of another length"))?;
        Ok(LessSafeKey::new(key))
    }
}

/// With their lengths, so that no two lists of parts read the same.
fn place(parts: &[&[u8]]) -> Vec<u8> {
    let lengths = parts.iter().map(|part| (part.len() as u64).to_be_bytes());
    lengths
        .zip(parts)
        .flat_map(|(length, part)| [&length[..], part].concat())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_opens_in_its_place_alone() {
        let key = ServerKey::from_text("0123456789abcdef0123456789abcdef");
        let sealed = key.seal("channel", &[b"org", b"1"], b"hush").unwrap();
        assert!(!sealed.windows(4).any(|bytes| bytes == b"hush"));
        assert_ne!(sealed, key.seal("channel", &[b"org", b"1"], b"hush").unwrap());
        assert_eq!(key.open("channel", &[b"org", b"1"], &sealed).unwrap(), b"hush");
        assert_eq!(key.open("channel", &[b"org", b"2"], &sealed), None);
        assert_eq!(key.open("channel", &[b"org1", b""], &sealed), None);
        assert_eq!(key.open("other", &[b"org", b"1"], &sealed), None);
        assert_eq!(
            ServerKey::from_text("another").open("channel", &[b"org", b"1"], &sealed),
            None
        );
        let mut changed = sealed.clone();
        *changed.last_mut().unwrap() ^= 1;
        assert_eq!(key.open("channel", &[b"org", b"1"], &changed), None);
        assert_eq!(key.open("channel", &[b"org", b"1"], b"short"), None);
    }
}
