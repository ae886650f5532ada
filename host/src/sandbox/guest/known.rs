//! Digests of large files that were taken before.
//!
//! A guest has more than 100 MB, and each start asks for its digest. So it is remembered beside the file's device,
//! inode, size and times. Nobody can set a file's time of change, and a digest is only remembered once that time lies
//! far enough back that no later change can have the same.

use std::{
    fs::{self, Metadata},
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use anyhow::Context;
use glovebox_sdk::Digest;

use crate::sandbox::collect;

/// How long ago a file was changed that will not change again within the same tick of its file system's clock.
const SETTLED_AFTER: Duration = Duration::from_secs(2);

/// The digest of the file at `path`, from `folder` where it was remembered there. Only the owner may write to `folder`.
pub fn digest(path: &Path, folder: &Path) -> anyhow::Result<Digest> {
    let read = || format!("read {}", path.display());
    let path = path.canonicalize().with_context(read)?;
    let before = fs::metadata(&path).with_context(read)?;
    let note = note(&path, folder);
    if let Some(digest) = remembered(&note, &before) {
        return Ok(digest);
    }
    let digest = collect::digest(&fs::read(&path).with_context(read)?);
    let after = fs::metadata(&path).with_context(read)?;
    if identity(&before) == identity(&after) && settled(&before) {
        // Whoever cannot write it takes the digest again the next time.
        let _ = fs::write(note, format!("{} {digest}\n", identity(&before)));
    }
    Ok(digest)
}

/// One note a path, so that notes do not pile up.
fn note(path: &Path, folder: &Path) -> PathBuf {
    let name = collect::digest(path.as_os_str().as_encoded_bytes());
    folder.join(format!("{name}.digest"))
}

fn remembered(note: &Path, now: &Metadata) -> Option<Digest> {
    let text = fs::read_to_string(note).ok()?;
    let digest = text.strip_prefix(&identity(now))?.trim();
    let whole = digest.len() == 64 && digest.bytes().all(|byte| byte.is_ascii_hexdigit());
    whole.then(|| Digest(digest.to_owned()))
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
        let check = |bytes: &[u8], is_remembered: bool| {
            assert_eq!(digest(&path, folder.path()).unwrap(), collect::digest(bytes));
            let note = note(&path.canonicalize().unwrap(), folder.path());
            let remembered = remembered(&note, &fs::metadata(&path).unwrap());
            assert_eq!(remembered.is_some(), is_remembered);
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
