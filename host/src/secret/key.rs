//! The server's own key: what it signs and hashes with, so that nobody else can.
//!
//! Every use has a purpose of its own, and what was made for one is worthless for another. Whoever changes the key ends
//! all bearer tokens and open password resets; passwords, sessions and API keys do not depend on it.

use std::{
    fmt, fs,
    io::{self, Write},
    path::Path,
};

use anyhow::{Context, Result, bail};
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};

use super::token;

/// The name of the file in the data folder.
const FILE: &str = "secret_key";

/// The key. Cheap to clone, and not to be printed.
#[derive(Clone)]
pub struct ServerKey([u8; 32]);

impl ServerKey {
    /// The key that the settings name.
    pub fn from_text(text: &str) -> Self {
        Self(Sha256::digest(text).into())
    }

    /// The key in the folder `data`, made when it is first asked for. Only the server's own user can read its file.
    pub fn kept_in(data: &Path) -> Result<Self> {
        let path = data.join(FILE);
        let text = match fs::read_to_string(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                make(data, &path).with_context(|| format!("making the key {}", path.display()))?
            }
            read => read.with_context(|| format!("reading the key {}", path.display()))?,
        };
        if text.trim().len() < 32 {
            bail!(
                "{} is too short for a key; remove it and a new one is made, which ends all bearer tokens",
                path.display()
            );
        }
        Ok(Self::from_text(text.trim()))
    }

    /// The code that only this key gives to `parts` for `purpose`.
    pub fn mac(&self, purpose: &str, parts: &[&[u8]]) -> [u8; 32] {
        self.fed(purpose, parts).finalize().into_bytes().into()
    }

    /// Whether `code` is what [`ServerKey::mac`] gives; how long it takes does not tell where they differ.
    pub fn verify(&self, purpose: &str, parts: &[&[u8]], code: &[u8]) -> bool {
        self.fed(purpose, parts).verify_slice(code).is_ok()
    }

    fn fed(&self, purpose: &str, parts: &[&[u8]]) -> Hmac<Sha256> {
        // A key of one block is taken as it is, and a shorter one is filled with zeros (RFC 2104, 2).
        let mut block = [0; 64];
        block[..self.0.len()].copy_from_slice(&self.0);
        let mut hmac = <Hmac<Sha256> as Mac>::new(&block.into());
        // With their lengths, so that no two lists of parts read the same.
        for part in [&[purpose.as_bytes()], parts].concat() {
            hmac.update(&(part.len() as u64).to_be_bytes());
            hmac.update(part);
        }
        hmac
    }
}

impl fmt::Debug for ServerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ServerKey(…)")
    }
}

/// A new key in the file, which is there whole or not at all: a server that starts at the same time reads the first
/// one's.
fn make(data: &Path, path: &Path) -> Result<String> {
    fs::create_dir_all(data)?;
    let mut file = tempfile::Builder::new().prefix(FILE).tempfile_in(data)?;
    writeln!(file, "{}", token()?)?;
    file.as_file().sync_all()?;
    match file.persist_noclobber(path) {
        Err(error) if error.error.kind() != io::ErrorKind::AlreadyExists => Err(error.error.into()),
        _ => Ok(fs::read_to_string(path)?),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_code_is_for_one_purpose_and_one_list_of_parts() {
        let key = ServerKey::from_text("0123456789abcdef0123456789abcdef");
        let code = key.mac("reset", &[b"ab", b"c"]);
        let check = |key: &ServerKey, purpose, parts: &[&[u8]], expected| {
            assert_eq!(key.verify(purpose, parts, &code), expected, "{purpose} {parts:?}");
        };
        check(&key, "reset", &[b"ab", b"c"], true);
        check(&key, "log-in", &[b"ab", b"c"], false);
        check(&key, "reset", &[b"a", b"bc"], false);
        check(&key, "reset", &[b"abc"], false);
        check(&ServerKey::from_text("another"), "reset", &[b"ab", b"c"], false);
    }

    #[test]
    fn a_kept_key_stays_the_same_and_is_its_owner_s_alone() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let (first, second) = (ServerKey::kept_in(&data).unwrap(), ServerKey::kept_in(&data).unwrap());
        assert_eq!(first.mac("a", &[]), second.mac("a", &[]));
        let mode = fs::metadata(data.join(FILE)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        fs::write(data.join(FILE), "").unwrap();
        assert!(ServerKey::kept_in(&data).is_err());
    }
}
