//! Objects as files in a folder.

use std::{
    io::SeekFrom,
    ops::Range,
    path::{Path, PathBuf},
};

use anyhow::Context;
use tokio::{
    fs::File,
    io::{AsyncReadExt, AsyncSeekExt},
};

use super::{Digest, Key, Reader};
use crate::error::Result;

/// A folder of objects.
#[derive(Clone, Debug)]
pub struct Disk {
    folder: PathBuf,
}

impl Disk {
    pub fn open(folder: PathBuf) -> Self {
        Self { folder }
    }

    pub(super) async fn put(&self, key: &Key, source: &Path, _digest: &Digest) -> Result<()> {
        let path = self.path(key);
        if let Some(parent) = path.parent() {
            tokio::fs::create_dir_all(parent)
                .await
                .context("making a folder for an object")?;
        }
        tokio::fs::copy(source, path).await.context("storing an object")?;
        Ok(())
    }

    pub(super) async fn get(&self, key: &Key, range: Option<Range<u64>>) -> Result<Reader> {
        let mut file = File::open(self.path(key)).await.context("opening an object")?;
        Ok(match range {
            None => Box::pin(file),
            Some(range) => {
                file.seek(SeekFrom::Start(range.start))
                    .await
                    .context("reading an object")?;
                Box::pin(file.take(range.end - range.start))
            }
        })
    }

    pub(super) async fn delete(&self, key: &Key) -> Result<()> {
        match tokio::fs::remove_file(self.path(key)).await {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(anyhow::Error::new(error).context("removing an object").into())
            }
            _ => Ok(()),
        }
    }

    fn path(&self, key: &Key) -> PathBuf {
        self.folder.join(key.as_str())
    }
}
