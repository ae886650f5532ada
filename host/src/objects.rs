//! The object store: bytes by key, in a bucket that speaks S3 or in a folder.
//!
//! Objects are written once, whole, from a file whose digest is known, and never changed; they stream both ways, so
//! their size costs no memory. Which objects are still wanted is not known here: `storage` keeps the rows.

mod disk;
mod spool;

use std::{ops::Range, path::Path, pin::Pin};

use chrono::{DateTime, Utc};
use tokio::io::AsyncRead;
use uuid::Uuid;

use crate::{error::Result, ids::OrgId};

pub use disk::Disk;
pub use spool::{Spool, Spooled, Spooling};

/// Where an object is: `org/<organisation>/<uuid>`. A new key is made for every object, so none is used twice.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key(String);

impl Key {
    /// A key that was never used.
    pub fn new(org_id: OrgId) -> Self {
        Self(format!("org/{org_id}/{}", Uuid::now_v7()))
    }

    /// A key as it stands in a row or in a listing.
    pub fn stored(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What is known of bytes before they are stored: how many there are, and their SHA-256.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Digest {
    pub bytes: u64,
    pub sha256: [u8; 32],
}

/// An object in a listing.
#[derive(Clone, Debug)]
pub struct Listed {
    pub key: Key,
    pub bytes: u64,
    pub modified_at: DateTime<Utc>,
}

/// An object's bytes as they arrive.
pub type Reader = Pin<Box<dyn AsyncRead + Send>>;

/// The store. Cheap to clone.
#[derive(Clone, Debug)]
pub enum Objects {
    Disk(Disk),
}

impl Objects {
    /// Stores the bytes of the file at `source`, which are checked against `digest` on their way. When this returns
    /// they are durable.
    pub async fn put(&self, key: &Key, source: &Path, digest: &Digest) -> Result<()> {
        match self {
            Self::Disk(disk) => disk.put(key, source, digest).await,
        }
    }

    /// The object's bytes, or those in `range`, which has to lie inside it.
    pub async fn get(&self, key: &Key, range: Option<Range<u64>>) -> Result<Reader> {
        match self {
            Self::Disk(disk) => disk.get(key, range).await,
        }
    }

    /// Removes the object; one that is not there counts as removed.
    pub async fn delete(&self, key: &Key) -> Result<()> {
        match self {
            Self::Disk(disk) => disk.delete(key).await,
        }
    }
}
