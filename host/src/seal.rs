//! Secrets that have to be read again, such as passwords of databases: sealed before they are stored.
//!
//! AES-256-GCM with a key of its own for each secret, which comes of the server's key and a random salt. What a secret is
//! for is bound into it: one that is moved to another row, or whose row names another host or user, does not open. What
//! only has to be compared is hashed instead, by `secret`.

use ring::{
    aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    rand::{SecureRandom, SystemRandom},
};

use crate::{
    config::Secret,
    error::{Error, Result},
    secret::Key,
};

/// Bytes of the salt, which stands before what is sealed.
const SALT_BYTES: usize = 16;

/// What a secret is for and to what it belongs, part by part: it only opens with the same parts.
pub type Binding<'a> = [&'a [u8]];

/// Seals `secret` for `purpose` and what it is bound to.
pub fn seal(key: &Key, purpose: &str, binding: &Binding, secret: &Secret) -> Result<Vec<u8>> {
    let mut salt = [0; SALT_BYTES];
    SystemRandom::new()
        .fill(&mut salt)
        .map_err(|_| anyhow::anyhow!("the system gave no random bytes"))?;
    let mut sealed = secret.expose().as_bytes().to_vec();
    cipher(key, purpose, &salt)?
        .seal_in_place_append_tag(nonce(), Aad::from(bound(binding)), &mut sealed)
        .map_err(|_| anyhow::anyhow!("a secret is too long to be sealed"))?;
    Ok([&salt[..], &sealed].concat())
}

/// Opens what [`seal`] made.
///
/// # Errors
/// [`Error::Conflict`] where it was sealed with another key or for something else.
pub fn open(key: &Key, purpose: &str, binding: &Binding, sealed: &[u8]) -> Result<Secret> {
    let other = || {
        let message =
            "The stored password does not open, since SECRET_KEY or what it belongs to has changed. Enter it again.";
        Error::conflict("secret_unreadable", message)
    };
    let (salt, text) = sealed.split_at_checked(SALT_BYTES).ok_or_else(other)?;
    let mut text = text.to_vec();
    let opened = cipher(key, purpose, salt)?
        .open_in_place(nonce(), Aad::from(bound(binding)), &mut text)
        .map_err(|_| other())?;
    let opened = String::from_utf8(opened.to_vec()).map_err(|_| other())?;
    Ok(Secret::new(opened))
}

fn cipher(key: &Key, purpose: &str, salt: &[u8]) -> Result<LessSafeKey> {
    let derived = key.mac("seal", &[purpose.as_bytes(), salt]);
    let key = UnboundKey::new(&AES_256_GCM, &derived).map_err(|_| anyhow::anyhow!("making a key"))?;
    Ok(LessSafeKey::new(key))
}

/// Each key seals one secret, so its nonce may always be the same.
fn nonce() -> Nonce {
    Nonce::assume_unique_for_key([0; NONCE_LEN])
}

/// The parts with their lengths, so that no two lists read the same.
fn bound(binding: &Binding) -> Vec<u8> {
    let with_length = |part: &&[u8]| [&(part.len() as u64).to_be_bytes()[..], part].concat();
    binding.iter().flat_map(with_length).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_secret_opens_only_where_it_belongs() {
        let key = Key::from_text("0123456789abcdef0123456789abcdef");
        let secret = Secret::new("p\u{e4}ssword");
        let sealed = seal(&key, "source", &[b"row", b"host"], &secret).unwrap();
        let check = |key: &Key, purpose, binding: &Binding, sealed: &[u8], opens| {
            let opened = open(key, purpose, binding, sealed);
            assert_eq!(
                opened.is_ok_and(|opened| opened == secret),
                opens,
                "{purpose} {binding:?}"
            );
        };
        check(&key, "source", &[b"row", b"host"], &sealed, true);
        check(&key, "source", &[b"row", b"other"], &sealed, false);
        check(&key, "source", &[b"rowhost"], &sealed, false);
        check(&key, "source", &[b"ro", b"whost"], &sealed, false);
        check(&key, "channel", &[b"row", b"host"], &sealed, false);
        check(&Key::from_text("another"), "source", &[b"row", b"host"], &sealed, false);
        check(&key, "source", &[b"row", b"host"], &sealed[..8], false);
        let mut damaged = sealed.clone();
        damaged[20] ^= 1;
        check(&key, "source", &[b"row", b"host"], &damaged, false);
        assert_ne!(sealed, seal(&key, "source", &[b"row", b"host"], &secret).unwrap());
        assert!(!sealed.windows(4).any(|bytes| bytes == b"word"));
    }
}
