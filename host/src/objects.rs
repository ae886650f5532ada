//! The object store: bytes by key, in a bucket that speaks S3 or in a folder.
//!
//! Objects are written once, whole, from a file whose digest is known, and never changed; they stream both ways, so
//! their size costs no memory. A store that does not answer is [`Error::Unavailable`]; a store that is
//! set up wrongly, and an object that a row names and that is not there, are [`Error::Internal`], with what to do in
//! the text. Which objects are still wanted is not known here: rows know.

mod disk;
mod s3;
mod spool;

use std::{
    io::{self, Write as _},
    ops::Range,
    path::Path,
    pin::Pin,
};

use anyhow::{Context, anyhow};
use chrono::{DateTime, Utc};
use sha2::{Digest as _, Sha256};
use tokio::io::{AsyncRead, AsyncReadExt as _};
use uuid::Uuid;

use crate::{
    config::{ObjectsConfig, ServerConfig},
    error::{Error, Result},
    ids::OrgId,
};

pub use disk::Disk;
pub use s3::S3;
pub use spool::{Spool, Spooled, Spooling};

/// Every object that a row can name has a key that begins so.
pub const PREFIX: &str = "org/";
/// The small objects by which [`Objects::check`] tries the store.
pub const PROBE_PREFIX: &str = "probe/";
/// What the error of a missing object names.
const NOUN: &str = "object";
/// Objects in a page of a listing, and the most that S3 gives at once.
const PAGE: usize = 1000;
/// Bytes that are fetched at a time.
const FETCH_BYTES: usize = 256 << 10;

/// Where an object is: `org/<organisation>/<uuid>`. A new key is made for every object, so none is used twice.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ObjectKey(String);

impl ObjectKey {
    /// A key that was never used.
    pub fn new(org_id: OrgId) -> Self {
        Self(format!("{PREFIX}{org_id}/{}", Uuid::now_v7()))
    }

    /// A key as it stands in a row or in a listing.
    pub fn stored(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whose object it is. `None` where [`ObjectKey::new`] did not make the key.
    pub fn org(&self) -> Option<OrgId> {
        let (org, object) = self.0.strip_prefix(PREFIX)?.split_once('/')?;
        let uuid = |text: &str| Uuid::try_parse(text).ok().filter(|uuid| uuid.to_string() == text);
        uuid(object)?;
        uuid(org).map(OrgId)
    }
}

/// What is known of bytes before they are stored: how many there are, and their SHA-256.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Digest {
    pub bytes: u64,
    pub sha256: [u8; 32],
}

impl Digest {
    /// What the sandbox found out of a file that a script made: its size, and SHA-256 as hexadecimal digits.
    pub fn parse(bytes: u64, hex: &str) -> anyhow::Result<Self> {
        let digits = hex.as_bytes().chunks(2).map(|pair| {
            let pair = std::str::from_utf8(pair)?;
            anyhow::Ok(u8::from_str_radix(pair, 16)?)
        });
        let sha256: Vec<u8> = digits.collect::<anyhow::Result<_>>().context("reading a digest")?;
        let sha256 = sha256.try_into().ok().context("a digest of another length")?;
        Ok(Self { bytes, sha256 })
    }

    /// The digest of bytes in memory.
    pub fn of(bytes: &[u8]) -> Self {
        Self {
            bytes: bytes.len() as u64,
            sha256: Sha256::digest(bytes).into(),
        }
    }
}

/// An object in a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    pub key: ObjectKey,
    pub bytes: u64,
    pub modified_at: DateTime<Utc>,
}

/// An object's bytes as they arrive.
pub type Reader = Pin<Box<dyn AsyncRead + Send>>;

/// The store. Cheap to clone.
#[derive(Clone, Debug)]
pub enum Objects {
    Disk(Disk),
    S3(S3),
}

impl Objects {
    /// The store that the settings name.
    pub fn open(config: &ServerConfig) -> Self {
        match &config.objects {
            ObjectsConfig::Disk => Self::Disk(Disk::open(config.data.join("objects"))),
            ObjectsConfig::S3(settings) => Self::S3(S3::open(settings, config.limits.object_timeout_s)),
        }
    }

    /// Stores the bytes of the file at `source`, which are checked against `digest` on their way. When this returns
    /// they are durable; when it fails, nothing is there, or an object that no row names.
    pub async fn put(&self, key: &ObjectKey, source: &Path, digest: &Digest) -> Result<()> {
        match self {
            Self::Disk(disk) => disk.put(key, source, digest).await,
            Self::S3(s3) => s3.put(key, source, digest).await,
        }
    }

    /// Stores a few bytes from memory.
    pub async fn put_bytes(&self, key: &ObjectKey, bytes: &[u8]) -> Result<()> {
        let mut file = tempfile::NamedTempFile::new().context("making a file for a small object")?;
        file.write_all(bytes).context("writing a small object")?;
        self.put(key, file.path(), &Digest::of(bytes)).await
    }

    /// The object's bytes, or those in `range`, which has to lie inside it. The object has to be there: what a row
    /// names and the store has not is a fault of ours. A reader that fails later says why by [`broke_off`].
    pub async fn get(&self, key: &ObjectKey, range: Option<Range<u64>>) -> Result<Reader> {
        let found = self.find(key, range).await?;
        let gone = || {
            anyhow!(
                "the object {} is gone from {}; `glovebox cleanup --dry-run` lists what else is",
                key.as_str(),
                self.place()
            )
        };
        Ok(found.ok_or_else(gone)?)
    }

    /// [`Objects::get`] of an object that may not be there.
    pub async fn find(&self, key: &ObjectKey, range: Option<Range<u64>>) -> Result<Option<Reader>> {
        let found = match self {
            Self::Disk(disk) => disk.get(key, range).await,
            Self::S3(s3) => s3.get(key, range).await,
        };
        match found {
            Ok(reader) => Ok(Some(reader)),
            Err(Error::Missing(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The bytes of a small object, of which there may be `max_bytes`. `None` where there is no such object.
    pub async fn get_bytes(&self, key: &ObjectKey, max_bytes: u64) -> Result<Option<Vec<u8>>> {
        let Some(reader) = self.find(key, None).await? else {
            return Ok(None);
        };
        let mut bytes = Vec::new();
        reader
            .take(max_bytes + 1)
            .read_to_end(&mut bytes)
            .await
            .map_err(broke_off)?;
        if bytes.len() as u64 > max_bytes {
            return Err(anyhow!("the object {} has more than {max_bytes} bytes", key.as_str()).into());
        }
        Ok(Some(bytes))
    }

    /// The object as a file on this machine.
    pub async fn fetch(&self, key: &ObjectKey, spool: &Spool) -> Result<Spooled> {
        let mut reader = self.get(key, None).await?;
        let mut spooling = spool.create()?;
        let mut buffer = vec![0; FETCH_BYTES];
        loop {
            let read = reader.read(&mut buffer).await.map_err(broke_off)?;
            if read == 0 {
                return spooling.finish().await;
            }
            spooling.push(&buffer[..read]).await?;
        }
    }

    /// How many bytes the object has. `None` where there is no such object.
    pub async fn size(&self, key: &ObjectKey) -> Result<Option<u64>> {
        match self {
            Self::Disk(disk) => disk.size(key).await,
            Self::S3(s3) => s3.size(key).await,
        }
    }

    /// Removes the object; one that is not there counts as removed.
    pub async fn delete(&self, key: &ObjectKey) -> Result<()> {
        match self {
            Self::Disk(disk) => disk.delete(key).await,
            Self::S3(s3) => s3.delete(key).await,
        }
    }

    /// The objects whose keys begin with `prefix`, which ends with `/`, in the order of their keys, page by page.
    pub fn list(&self, prefix: &'static str) -> Listing {
        match self {
            Self::Disk(disk) => Listing::Disk(disk.list(prefix)),
            Self::S3(s3) => Listing::S3(s3.list(prefix)),
        }
    }

    /// What a server that died while storing an object has left of it, from before `before`: how many pieces, and
    /// their bytes. They are removed, unless `dry_run`.
    pub async fn remove_unfinished(&self, before: DateTime<Utc>, dry_run: bool) -> Result<(u64, u64)> {
        match self {
            Self::Disk(disk) => disk.remove_unfinished(before, dry_run).await,
            // Its servers show an object when they have all of it.
            Self::S3(_) => Ok((0, 0)),
        }
    }

    /// Tries everything that the server needs of the store: lists, writes a small object, reads it back and removes
    /// it. The error says what is wrong.
    pub async fn check(&self) -> Result<()> {
        self.list(PROBE_PREFIX).next_page().await?;
        let key = ObjectKey(format!("{PROBE_PREFIX}{}", Uuid::now_v7()));
        let bytes = key.as_str().as_bytes();
        self.put_bytes(&key, bytes).await?;
        let read = self.get_bytes(&key, bytes.len() as u64).await;
        self.delete(&key).await?;
        match read? {
            Some(read) if read == bytes => Ok(()),
            Some(_) => Err(anyhow!("an object that was just stored came back with other bytes").into()),
            None => Err(anyhow!("an object that was just stored is not there").into()),
        }
    }

    /// Where the objects are, for people.
    pub fn place(&self) -> String {
        match self {
            Self::Disk(disk) => disk.place(),
            Self::S3(s3) => s3.place(),
        }
    }
}

/// A walk through the store. What is stored or removed meanwhile may be in it or not.
pub enum Listing {
    Disk(disk::Walk),
    S3(s3::Walk),
}

impl Listing {
    /// The next objects; none at the end.
    pub async fn next_page(&mut self) -> Result<Vec<Listed>> {
        match self {
            Self::Disk(walk) => walk.next_page().await,
            Self::S3(walk) => walk.next_page().await,
        }
    }

    /// Every object that is left, for stores that are known to be small.
    pub async fn all(mut self) -> Result<Vec<Listed>> {
        let mut all = Vec::new();
        loop {
            let page = self.next_page().await?;
            if page.is_empty() {
                return Ok(all);
            }
            all.extend(page);
        }
    }
}

/// Why a [`Reader`] failed: as often as not because the store went away meanwhile.
pub fn broke_off(error: io::Error) -> Error {
    match error.downcast::<Error>() {
        Ok(error) => error,
        Err(error) => anyhow::Error::new(error).context("reading an object").into(),
    }
}

fn unavailable(why: &str) -> Error {
    Error::Unavailable(format!(
        "The file storage is not working at the moment: {why}. Try again in a moment."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_knows_its_organisation_and_a_foreign_one_has_none() {
        let org_id = OrgId::new();
        assert_eq!(ObjectKey::new(org_id).org(), Some(org_id));
        let check = |text: &str| assert_eq!(ObjectKey::stored(text).org(), None, "{text}");
        check("owner");
        check("org/");
        check(&format!("org/{org_id}"));
        check(&format!("org/{org_id}/backup.tar"));
        check(&format!("org/{org_id}/{org_id}/{org_id}"));
        check(&format!("org/{}/{org_id}", org_id.to_string().to_uppercase()));
    }
}
