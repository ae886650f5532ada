//! Objects as files in a folder: `<folder>/org/<organisation>/<uuid>`.
//!
//! An object appears whole or not at all: its bytes are written and checked under another name in the folder
//! `unfinished`, brought to the disk, and then renamed. A key that could lead out of the folder is refused.

use std::{
    fs::{self, File, Metadata},
    io::{self, ErrorKind, Read, Seek, SeekFrom, Write},
    ops::Range,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context, anyhow};
use chrono::{DateTime, Utc};
use sha2::{Digest as _, Sha256};
use tokio::io::AsyncReadExt as _;

use super::{Digest, Listed, NOUN, ObjectKey, PAGE, Reader, unavailable};
use crate::error::{Error, Result};

/// Bytes that are copied at once.
const CHUNK: usize = 1 << 20;
/// Where objects are until they are whole. Lies beside them, since a file cannot be renamed to another disk.
const UNFINISHED: &str = "unfinished";

/// A folder of objects.
#[derive(Clone, Debug)]
pub struct Disk {
    folder: Arc<Path>,
}

impl Disk {
    /// The folder is made when the first object is stored.
    pub fn open(folder: PathBuf) -> Self {
        Self { folder: folder.into() }
    }

    pub(super) async fn put(&self, key: &ObjectKey, source: &Path, digest: &Digest) -> Result<()> {
        let (folder, path) = (self.folder.clone(), self.path(key)?);
        let (source, digest) = (source.to_owned(), *digest);
        blocking(move || store(&folder, &path, &source, &digest)).await
    }

    pub(super) async fn get(&self, key: &ObjectKey, range: Option<Range<u64>>) -> Result<Reader> {
        let path = self.path(key)?;
        let (file, length) = blocking(move || {
            let mut file = match File::open(path) {
                Err(error) if error.kind() == ErrorKind::NotFound => return Err(Error::Missing(NOUN)),
                file => file.context("opening an object")?,
            };
            let bytes = file.metadata().context("looking at an object")?.len();
            let range = range.unwrap_or(0..bytes);
            if range.start > range.end || range.end > bytes {
                return Err(anyhow!("bytes {range:?} were asked of an object that has {bytes}").into());
            }
            file.seek(SeekFrom::Start(range.start)).context("reading an object")?;
            Ok((file, range.end - range.start))
        })
        .await?;
        Ok(Box::pin(tokio::fs::File::from_std(file).take(length)))
    }

    pub(super) async fn size(&self, key: &ObjectKey) -> Result<Option<u64>> {
        let path = self.path(key)?;
        blocking(move || Ok(found(fs::metadata(path))?.map(|metadata| metadata.len()))).await
    }

    pub(super) async fn delete(&self, key: &ObjectKey) -> Result<()> {
        let path = self.path(key)?;
        blocking(move || {
            found(fs::remove_file(&path))?;
            // The folder of an organisation goes with its last object. It stays where there is another one, and an
            // object that comes at this very moment makes it again.
            path.parent().map(fs::remove_dir);
            Ok(())
        })
        .await
    }

    pub(super) fn list(&self, prefix: &'static str) -> Walk {
        Walk {
            disk: self.clone(),
            prefix,
            folders: None,
            objects: Vec::new(),
        }
    }

    pub(super) async fn remove_unfinished(&self, before: DateTime<Utc>, dry_run: bool) -> Result<(u64, u64)> {
        let folder = self.folder.join(UNFINISHED);
        blocking(move || {
            let (mut count, mut bytes) = (0, 0);
            for (path, metadata) in entries(&folder)? {
                if modified_at(&metadata)? < before {
                    if !dry_run {
                        found(fs::remove_file(&path))?;
                    }
                    count += 1;
                    bytes += metadata.len();
                }
            }
            Ok((count, bytes))
        })
        .await
    }

    pub(super) fn place(&self) -> String {
        format!("the folder {}", self.folder.display())
    }

    fn path(&self, key: &ObjectKey) -> Result<PathBuf> {
        let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        let name = |part: &str| !part.is_empty() && !part.starts_with('.') && part.chars().all(allowed);
        let mut parts = key.as_str().split('/');
        if key.as_str().len() > 512 || !parts.clone().all(name) || parts.next() == Some(UNFINISHED) {
            return Err(anyhow!("{:?} is no key of an object", key.as_str()).into());
        }
        Ok(self.folder.join(key.as_str()))
    }
}

/// A walk through the folder: the folders below it in their order, each with its files in theirs. It knows the names in
/// one folder at a time.
pub struct Walk {
    disk: Disk,
    prefix: &'static str,
    /// Those that were not opened yet, last first. `None` before the first page.
    folders: Option<Vec<PathBuf>>,
    /// Those of the open folder that were not listed yet, last first.
    objects: Vec<PathBuf>,
}

impl Walk {
    pub(super) async fn next_page(&mut self) -> Result<Vec<Listed>> {
        let root = self.disk.folder.clone();
        let top = root.join(self.prefix);
        let (folders, objects) = (self.folders.take(), std::mem::take(&mut self.objects));
        let (page, folders, objects) = blocking(move || walk(&root, &top, folders, objects)).await?;
        self.folders = Some(folders);
        self.objects = objects;
        Ok(page)
    }
}

/// The next page, and what is left then.
fn walk(
    root: &Path,
    top: &Path,
    folders: Option<Vec<PathBuf>>,
    mut objects: Vec<PathBuf>,
) -> Result<(Vec<Listed>, Vec<PathBuf>, Vec<PathBuf>)> {
    let mut folders = if let Some(folders) = folders {
        folders
    } else {
        let (inner, files) = sorted(top)?;
        objects = files;
        inner
    };
    let mut page = Vec::new();
    while page.len() < PAGE {
        let Some(path) = objects.pop() else {
            let Some(folder) = folders.pop() else { break };
            let (inner, files) = sorted(&folder)?;
            folders.extend(inner);
            objects = files;
            continue;
        };
        // It may have gone since its folder was read.
        let Some(metadata) = found(fs::metadata(&path))? else {
            continue;
        };
        let inside = path.strip_prefix(root).context("listing an object")?;
        page.push(Listed {
            key: ObjectKey::stored(inside.to_string_lossy()),
            bytes: metadata.len(),
            modified_at: modified_at(&metadata)?,
        });
    }
    Ok((page, folders, objects))
}

/// The folders and the files in `folder`, last first.
fn sorted(folder: &Path) -> Result<(Vec<PathBuf>, Vec<PathBuf>)> {
    let mut all: Vec<(PathBuf, Metadata)> = entries(folder)?;
    all.sort_by(|(one, _), (other, _)| other.cmp(one));
    let (folders, files): (Vec<_>, Vec<_>) = all.into_iter().partition(|(_, metadata)| metadata.is_dir());
    let paths = |entries: Vec<(PathBuf, Metadata)>| entries.into_iter().map(|(path, _)| path).collect();
    Ok((paths(folders), paths(files)))
}

fn entries(folder: &Path) -> Result<Vec<(PathBuf, Metadata)>> {
    let Some(entries) = found(fs::read_dir(folder))? else {
        return Ok(Vec::new());
    };
    let mut all = Vec::new();
    for entry in entries {
        let entry = entry.context("reading a folder of objects")?;
        if let Some(metadata) = found(entry.metadata())? {
            all.push((entry.path(), metadata));
        }
    }
    Ok(all)
}

fn modified_at(metadata: &Metadata) -> Result<DateTime<Utc>> {
    Ok(metadata.modified().context("asking for a file's time")?.into())
}

fn store(folder: &Path, path: &Path, source: &Path, digest: &Digest) -> Result<()> {
    let unfinished = folder.join(UNFINISHED);
    make_folder(&unfinished)?;
    let mut file = tempfile::NamedTempFile::new_in(unfinished).map_err(storing)?;
    let copied = copy(
        &mut File::open(source).context("opening what is to be stored")?,
        file.as_file_mut(),
    )?;
    if copied != *digest {
        return Err(anyhow!(
            "{} has {} bytes and another SHA-256 than the {} bytes that were to be stored; it changed meanwhile",
            source.display(),
            copied.bytes,
            digest.bytes
        )
        .into());
    }
    file.as_file().sync_all().map_err(storing)?;
    let parent = path.parent().context("an object without a folder")?;
    let mut tries = 0;
    loop {
        make_folder(parent)?;
        match file.persist(path) {
            Ok(_) => break,
            // Its last object went after the folder was made here, and the folder with it.
            Err(failed) if failed.error.kind() == ErrorKind::NotFound && tries < 100 => file = failed.file,
            Err(failed) => return Err(storing(failed.error)),
        }
        tries += 1;
    }
    // A name is durable when its folder is, and a folder's name when the folder around it is.
    for folder in parent.ancestors().take_while(|ancestor| ancestor.starts_with(folder)) {
        File::open(folder)
            .and_then(|folder| folder.sync_all())
            .map_err(storing)?;
    }
    Ok(())
}

fn copy(source: &mut File, target: &mut File) -> Result<Digest> {
    let mut buffer = vec![0; CHUNK];
    let (mut bytes, mut sha256) = (0, Sha256::new());
    loop {
        let read = match source.read(&mut buffer) {
            Ok(0) => break,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            read => read.context("reading what is to be stored")?,
        };
        sha256.update(&buffer[..read]);
        target.write_all(&buffer[..read]).map_err(storing)?;
        bytes += read as u64;
    }
    Ok(Digest {
        bytes,
        sha256: sha256.finalize().into(),
    })
}

/// Nobody but the server's own user has business in it.
fn make_folder(folder: &Path) -> Result<()> {
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .map_err(storing)
}

fn storing(error: io::Error) -> Error {
    if matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded) {
        tracing::error!(%error, "the disk of the objects is full");
        return unavailable("its disk is full");
    }
    anyhow::Error::new(error).context("storing an object").into()
}

fn found<T>(result: io::Result<T>) -> Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(anyhow::Error::new(error).context("in the folder of the objects").into()),
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .context("working in the folder of the objects")?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_cannot_leave_the_folder() {
        let disk = Disk::open(PathBuf::from("/objects"));
        let check = |key: &str, expected: Option<&str>| {
            assert_eq!(
                disk.path(&ObjectKey::stored(key)).ok().as_deref(),
                expected.map(Path::new),
                "{key:?}"
            );
        };
        check("org/a/b", Some("/objects/org/a/b"));
        for key in [
            "",
            "/etc/passwd",
            "../x",
            "org/../../x",
            "org/./x",
            "org//x",
            "org/a\0",
            "org/.x",
            "org/a/",
        ] {
            check(key, None);
        }
        check("org/a b", None);
        check("unfinished/a", None);
        check(&"a".repeat(513), None);
    }
}
