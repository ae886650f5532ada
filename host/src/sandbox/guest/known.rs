//! Digests of large files that were taken before.
//!
//! A guest has more than 100 MB, and each start asks for its digest. So it is remembered beside the file's device,
//! inode, size and times. Nobody can set a file's time of change, and a digest is only remembered once that time lies
//! far enough back that no later change can have the same.

use std::{
    fs::{self, Metadata},
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    sync::atomic::AtomicBool,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use anyhow::Context;
use glovebox_sdk::Digest;

use crate::{sandbox::collect, secret::ServerKey};

/// How long ago a file was changed that will not change again within the same tick of its file system's clock.
const SETTLED_AFTER: Duration = Duration::from_secs(2);

/// The digests that were taken before, and the key by which nobody else can write one down.
#[derive(Clone, Copy)]
pub struct Known<'a> {
    pub folder: &'a Path,
    pub key: &'a ServerKey,
}

impl Known<'_> {
    const PURPOSE: &'static str = "digest of a file";

    /// The digest of the file at `path`.
    pub fn digest(&self, path: &Path) -> anyhow::Result<Digest> {
        let read = || format!("read {}", path.display());
        let path = path.canonicalize().with_context(read)?;
        let before = fs::metadata(&path).with_context(read)?;
        let note = note(&path, self.folder);
        if let Some(digest) = self.remembered(&note, &before) {
            return Ok(digest);
        }
        let (_, digest) = collect::digest_file(&path, &AtomicBool::new(false)).with_context(read)?;
        let after = fs::metadata(&path).with_context(read)?;
        if identity(&before) == identity(&after) && settled(&before) {
            let code = self
                .key
                .mac(Self::PURPOSE, &[identity(&before).as_bytes(), digest.0.as_bytes()]);
            // Whoever cannot write it takes the digest again the next time.
            let _ = fs::write(note, [digest.0.as_bytes(), &code].concat());
        }
        Ok(digest)
    }

    fn remembered(&self, note: &Path, now: &Metadata) -> Option<Digest> {
        let bytes = fs::read(note).ok()?;
        let (digest, code) = bytes.split_at_checked(DIGEST_BYTES)?;
        let parts = [identity(now).into_bytes(), digest.to_vec()];
        let true_of_it = self.key.verify(Self::PURPOSE, &[&parts[0], &parts[1]], code);
        true_of_it.then(|| Digest(String::from_utf8_lossy(digest).into_owned()))
    }
}

/// Bytes of a digest in hexadecimal digits.
const DIGEST_BYTES: usize = 64;

/// One note a path, so that notes do not pile up.
fn note(path: &Path, folder: &Path) -> PathBuf {
    let name = collect::digest(path.as_os_str().as_encoded_bytes());
    folder.join(format!("{name}.digest"))
}

/// What two states of one file, or two files, do not have in common. It ends in a mark, so that none begins another.
fn identity(file: &Metadata) -> String {
    format!(
        "{} {} {} {}.{} {}.{}:",
        file.dev(),
        file.ino(),
        file.size(),
        file.mtime(),
        file.mtime_nsec(),
        file.ctime(),
        file.ctime_nsec()
    )
}

fn settled(file: &Metadata) -> bool {
    let changed = UNIX_EPOCH + Duration::new(file.ctime().max(0).cast_unsigned(), file.ctime_nsec() as u32);
    SystemTime::now()
        .duration_since(changed)
        .is_ok_and(|age| age > SETTLED_AFTER)
}

#[cfg(test)]
mod tests {
    use std::thread::sleep;

    use super::*;

    #[test]
    fn a_digest_is_remembered_once_the_file_has_settled_and_never_for_another_state_of_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("guest.wasm");
        let key = ServerKey::from_text("one");
        let check = |bytes: &[u8], is_remembered: bool| {
            let known = Known {
                folder: folder.path(),
                key: &key,
            };
            assert_eq!(known.digest(&path).unwrap(), collect::digest(bytes));
            let note = note(&path.canonicalize().unwrap(), folder.path());
            let now = fs::metadata(&path).unwrap();
            assert_eq!(known.remembered(&note, &now).is_some(), is_remembered);
            let other = Known {
                key: &ServerKey::from_text("other"),
                ..known
            };
            assert_eq!(other.remembered(&note, &now), None);
        };
        fs::write(&path, "one").unwrap();
        check(b"one", false);
        sleep(SETTLED_AFTER + Duration::from_millis(100));
        check(b"one", true);
        check(b"one", true);

        let times = fs::File::open(&path).unwrap().metadata().unwrap();
        fs::write(&path, "two").unwrap();
        let file = fs::File::options().write(true).open(&path).unwrap();
        file.set_modified(times.modified().unwrap()).unwrap();
        check(b"two", false);

        let other = folder.path().join("other.wasm");
        fs::write(&other, "six").unwrap();
        sleep(SETTLED_AFTER + Duration::from_millis(100));
        check(b"two", true);
        fs::rename(&other, &path).unwrap();
        check(b"six", false);
    }
}
