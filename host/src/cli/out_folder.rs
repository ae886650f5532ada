//! The output folder of a command, in which scripts' files land and nothing of the user's is lost.
//!
//! A script chooses the names of its files, so they are taken for data. A name is made plain first: nothing that a
//! program would run, read as its settings or take for an option. No link on the way is followed. A file is replaced
//! only where an earlier command left it and nobody changed it since; the receipt keeps the record of that. What cannot
//! have its own place goes into a folder beside, and whoever asked is told.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs::{self, File},
    io::{self, Read},
    os::fd::{AsFd, BorrowedFd, OwnedFd},
    path::{Path, PathBuf},
};

use glovebox_sdk::{Artifact, Digest};
use rustix::{
    fs::{AtFlags, FileType, Mode, OFlags, mkdirat, openat, renameat, statat, unlinkat},
    io::Errno,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{UsageError, show};

/// The receipt's name.
pub const RECEIPT: &str = "glovebox-receipt.json";

/// Git takes a folder with a file of this name for a repository, and runs what its settings say.
const REPOSITORY: &str = "HEAD";

/// The name of a file that is not whole yet.
const PART: &str = ".glovebox-part";

/// Bytes of a receipt that are read to learn what lies in a folder.
const RECEIPT_MAX_BYTES: u64 = 16 << 20;

/// Folders `run-2`, `run-3`, … that are tried before a file is given up.
const ASIDE_MAX: u32 = 10_000;

/// A folder for what scripts make.
pub struct OutFolder {
    path: PathBuf,
    folder: OwnedFd,
    /// The files that commands have left here, by their place below the folder.
    left: BTreeMap<String, Digest>,
    /// The folder of those whose own place is taken.
    aside: Option<String>,
}

/// A script's file, and where it went.
#[derive(Clone, Debug, Serialize)]
pub struct KeptFile {
    /// As the script called it.
    pub name: String,
    /// Where it is now; none where it could not be kept.
    pub path: Option<PathBuf>,
    pub bytes: u64,
    /// Why it is not at its own name.
    pub note: Option<String>,
}

/// What a receipt says of its folder.
#[derive(Default, Deserialize)]
struct Record {
    #[serde(default)]
    kept: BTreeMap<String, Digest>,
}

impl OutFolder {
    /// Opens the folder for a command that reads `inputs`, and makes it where it is missing.
    ///
    /// # Errors
    /// Where it cannot be written to, or an input lies in it.
    pub fn open<'a>(path: &Path, inputs: impl IntoIterator<Item = &'a PathBuf>) -> Result<Self, UsageError> {
        let shown = path.display();
        let unusable =
            |error: io::Error| UsageError(format!("files cannot be written to the output folder {shown}: {error}"));
        fs::create_dir_all(path).map_err(unusable)?;
        let place = path.canonicalize().map_err(unusable)?;
        for input in inputs {
            if input.canonicalize().is_ok_and(|input| input.starts_with(&place)) {
                let input = input.display();
                return Err(UsageError(format!(
                    "the input {input} is inside the output folder {shown}; choose another folder with --out"
                )));
            }
        }
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let folder = rustix::fs::open(&place, flags, Mode::empty()).map_err(|error| unusable(error.into()))?;
        begin_part(folder.as_fd()).map_err(unusable)?;
        unlinkat(&folder, PART, AtFlags::empty()).map_err(|error| unusable(error.into()))?;
        let left = record(folder.as_fd()).unwrap_or_default().kept;
        Ok(Self {
            path: path.to_owned(),
            folder,
            left,
            aside: None,
        })
    }

    /// Copies a script's file from `made` here. One that cannot be kept is a note as well, since the others still can.
    pub fn keep(&mut self, made: &Path, artifact: &Artifact) -> KeptFile {
        let name = artifact.name.clone();
        let plain = plain_name(&name);
        let kept = self.put(made, &plain).and_then(|placed| match placed {
            Some(()) => Ok((plain.clone(), (plain != name).then(|| RENAMED.to_owned()))),
            None => self.put_aside(made, &plain),
        });
        let (path, note) = match kept {
            Ok((place, note)) => {
                self.left.insert(place.clone(), artifact.sha256.clone());
                (Some(self.path.join(place)), note)
            }
            Err(error) => (None, Some(format!("it could not be kept: {error}"))),
        };
        KeptFile {
            name,
            path,
            bytes: artifact.bytes,
            note,
        }
    }

    /// What commands have left here and is still here, for the receipt to tell the next command.
    pub fn left(&self) -> BTreeMap<String, Digest> {
        let mut left = self.left.clone();
        left.retain(|place, _| self.path.join(place).symlink_metadata().is_ok());
        left
    }

    /// Leaves the receipt in place of the last one and answers its path.
    pub fn keep_receipt(&mut self, text: &str) -> io::Result<PathBuf> {
        let place = match statat(&self.folder, RECEIPT, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(stat) if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile => {
                format!("{}/{RECEIPT}", self.aside()?)
            }
            _ => RECEIPT.to_owned(),
        };
        let (parent, name) = self.enter(&place)?;
        write_over(parent.as_fd(), name, &mut text.as_bytes())?;
        Ok(self.path.join(place))
    }

    fn put_aside(&mut self, made: &Path, plain: &str) -> io::Result<(String, Option<String>)> {
        let place = format!("{}/{plain}", self.aside()?);
        match self.put(made, &place)? {
            Some(()) => {
                let taken = self.path.join(plain);
                let note = format!("{} was there before and was left as it is", taken.display());
                Ok((place, Some(note)))
            }
            None => Err(io::ErrorKind::AlreadyExists.into()),
        }
    }

    /// The folder for files whose place is taken, made when the first one comes.
    fn aside(&mut self) -> io::Result<String> {
        if let Some(aside) = &self.aside {
            return Ok(aside.clone());
        }
        for number in 2..ASIDE_MAX {
            let name = format!("run-{number}");
            match mkdirat(&self.folder, &name, Mode::from_raw_mode(0o777)) {
                Ok(()) => return Ok(self.aside.insert(name).clone()),
                Err(Errno::EXIST) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }

    /// Puts a file at its place, a path below the folder; none where something else is there.
    fn put(&self, made: &Path, place: &str) -> io::Result<Option<()>> {
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let mut from = File::from(rustix::fs::open(made, flags, Mode::empty())?);
        let (parent, name) = match self.enter(place) {
            Ok(entered) => entered,
            Err(error) if is_in_the_way(&error) => return Ok(None),
            Err(error) => return Err(error),
        };
        match statat(&parent, name, AtFlags::SYMLINK_NOFOLLOW) {
            Err(Errno::NOENT) => {}
            Ok(_) if self.is_ours(parent.as_fd(), name, place) => {}
            Ok(_) => return Ok(None),
            Err(error) => return Err(error.into()),
        }
        write_over(parent.as_fd(), name, &mut from)?;
        Ok(Some(()))
    }

    /// Whether a command left the file at `place`, and it is as it was then.
    fn is_ours(&self, parent: BorrowedFd<'_>, name: &str, place: &str) -> bool {
        let Some(digest) = self.left.get(place) else {
            return false;
        };
        open_file(parent, name).and_then(sha256).is_ok_and(|now| now == *digest)
    }

    /// Opens the folder in which `place` ends, folder by folder, and makes those that are missing.
    fn enter<'a>(&self, place: &'a str) -> io::Result<(OwnedFd, &'a str)> {
        let mut folder = self.folder.try_clone()?;
        let mut names = place.split('/').peekable();
        let mut name = names.next().unwrap_or_default();
        for next in names {
            match mkdirat(&folder, name, Mode::from_raw_mode(0o777)) {
                Ok(()) | Err(Errno::EXIST) => {}
                Err(error) => return Err(error.into()),
            }
            let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            folder = openat(&folder, name, flags, Mode::empty())?;
            name = next;
        }
        Ok((folder, name))
    }
}

const RENAMED: &str = "its name begins with a dot or a dash, has control characters or is one that programs look for, so \
                       it was changed";

/// A script's name for a file as a name that means nothing to any program.
fn plain_name(name: &str) -> String {
    let plain = |part: &str| {
        let mut plain: String = part
            .chars()
            .map(|c| if show::moves_the_cursor(c) { '_' } else { c })
            .collect();
        if plain.starts_with(['.', '-', '~']) {
            plain.replace_range(..1, "_");
        }
        if [REPOSITORY, RECEIPT]
            .iter()
            .any(|taken| taken.eq_ignore_ascii_case(&plain))
        {
            plain.push('_');
        }
        plain
    };
    name.split('/').map(plain).collect::<Vec<_>>().join("/")
}

/// Whether a folder could not be entered because of what has its name.
fn is_in_the_way(error: &io::Error) -> bool {
    [Errno::NOTDIR, Errno::LOOP]
        .into_iter()
        .any(|errno| error.raw_os_error() == Some(errno.raw_os_error()))
}

/// Writes a whole file and then gives it its name, in place of what had it.
fn write_over(parent: BorrowedFd<'_>, name: &str, from: &mut impl Read) -> io::Result<()> {
    let mut part = begin_part(parent)?;
    let written = io::copy(from, &mut part).and_then(|_| Ok(renameat(parent, PART, parent, name)?));
    if written.is_err() {
        let _ = unlinkat(parent, PART, AtFlags::empty());
    }
    written
}

fn begin_part(parent: BorrowedFd<'_>) -> io::Result<File> {
    // One that a killed command left is of no use to anybody.
    let _ = unlinkat(parent, PART, AtFlags::empty());
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    Ok(openat(parent, PART, flags, Mode::from_raw_mode(0o666))?.into())
}

/// Opens a file, and nothing else that could have its name.
fn open_file(parent: BorrowedFd<'_>, name: &str) -> io::Result<File> {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let file = File::from(openat(parent, name, flags, Mode::empty())?);
    if file.metadata()?.is_file() {
        Ok(file)
    } else {
        Err(io::ErrorKind::InvalidInput.into())
    }
}

fn record(folder: BorrowedFd<'_>) -> Option<Record> {
    let file = open_file(folder, RECEIPT).ok()?;
    serde_json::from_reader(io::BufReader::new(file.take(RECEIPT_MAX_BYTES))).ok()
}

fn sha256(mut file: File) -> io::Result<Digest> {
    let mut hasher = Sha256::new();
    io::copy(&mut file, &mut hasher)?;
    Ok(Digest(format!("{:x}", hasher.finalize())))
}

/// The files of a run with their sizes, a line each.
pub fn list<'a>(files: impl IntoIterator<Item = &'a KeptFile>) -> String {
    let mut text = String::new();
    for file in files {
        if let Some(path) = &file.path {
            let path = show::in_line(&path.display().to_string());
            let _ = writeln!(text, "  {path:<52} {:>10}", show::bytes(file.bytes));
        }
    }
    text
}

/// What has to be said of files that are not where their names say, a line each.
pub fn notes<'a>(files: impl IntoIterator<Item = &'a KeptFile>) -> Vec<String> {
    let notes = files.into_iter().filter_map(|file| {
        let note = file.note.as_ref()?;
        let place = file
            .path
            .as_ref()
            .map_or_else(String::new, |path| format!(" is {}", path.display()));
        Some(show::in_line(&format!("glovebox: {}{place}: {note}", file.name)))
    });
    notes.collect()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use glovebox_sdk::ArtifactKind;
    use tempfile::TempDir;

    use super::*;

    /// An output folder, and a folder of what a script made.
    struct Fixture(TempDir);

    impl Fixture {
        fn new() -> Self {
            let fixture = Self(tempfile::tempdir().unwrap());
            fs::create_dir(fixture.out()).unwrap();
            fixture
        }

        fn out(&self) -> PathBuf {
            self.0.path().join("out")
        }

        fn open(&self) -> OutFolder {
            OutFolder::open(&self.out(), []).unwrap()
        }

        /// Keeps a file and tells where it went, below the folder.
        fn keep(&self, out: &mut OutFolder, name: &str, text: &str) -> Option<String> {
            let made = self.0.path().join("made");
            fs::write(&made, text).unwrap();
            let artifact = Artifact {
                name: name.to_owned(),
                kind: ArtifactKind::File,
                media_type: String::new(),
                bytes: text.len() as u64,
                sha256: crate::sandbox::sha256(text.as_bytes()),
            };
            let kept = out.keep(&made, &artifact).path?;
            assert_eq!(fs::read_to_string(&kept).unwrap(), text);
            Some(kept.strip_prefix(self.out()).unwrap().display().to_string())
        }

        fn receipt(out: &mut OutFolder) -> PathBuf {
            let text = serde_json::json!({ "kept": out.left() }).to_string();
            out.keep_receipt(&text).unwrap()
        }
    }

    #[test]
    fn only_what_an_earlier_command_left_unchanged_is_replaced() {
        let fixture = Fixture::new();
        fs::write(fixture.out().join("mine.csv"), "mine").unwrap();
        let mut first = fixture.open();
        assert_eq!(fixture.keep(&mut first, "a/totals.csv", "1").unwrap(), "a/totals.csv");
        assert_eq!(fixture.keep(&mut first, "edited.csv", "1").unwrap(), "edited.csv");
        assert_eq!(
            fixture.keep(&mut first, "mine.csv", "theirs").unwrap(),
            "run-2/mine.csv"
        );
        Fixture::receipt(&mut first);
        fs::write(fixture.out().join("edited.csv"), "edited").unwrap();

        let mut second = fixture.open();
        assert_eq!(fixture.keep(&mut second, "a/totals.csv", "2").unwrap(), "a/totals.csv");
        assert_eq!(
            fixture.keep(&mut second, "edited.csv", "2").unwrap(),
            "run-3/edited.csv"
        );
        assert_eq!(
            fixture.keep(&mut second, "mine.csv", "theirs").unwrap(),
            "run-3/mine.csv"
        );
        let text = |name: &str| fs::read_to_string(fixture.out().join(name)).unwrap();
        assert_eq!((text("mine.csv"), text("edited.csv")), ("mine".into(), "edited".into()));
    }

    #[test]
    fn links_and_folders_in_the_way_are_left_alone() {
        let fixture = Fixture::new();
        let elsewhere = tempfile::tempdir().unwrap();
        fs::write(elsewhere.path().join("f.txt"), "elsewhere").unwrap();
        symlink(elsewhere.path(), fixture.out().join("link")).unwrap();
        symlink(elsewhere.path().join("f.txt"), fixture.out().join("file")).unwrap();
        fs::create_dir_all(fixture.out().join("folder")).unwrap();
        fs::create_dir_all(fixture.out().join(RECEIPT)).unwrap();
        let mut out = fixture.open();
        for name in ["link/f.txt", "file", "file/below", "folder"] {
            let place = fixture.keep(&mut out, name, "script's");
            if name != "file/below" {
                assert_eq!(place, Some(format!("run-2/{name}")));
            }
        }
        assert_eq!(Fixture::receipt(&mut out), fixture.out().join("run-2").join(RECEIPT));
        assert_eq!(fs::read_to_string(elsewhere.path().join("f.txt")).unwrap(), "elsewhere");
        assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_name_means_nothing_to_any_program() {
        let check = |name, expected| assert_eq!(plain_name(name), expected);
        check("charts/a.png", "charts/a.png");
        check(".git/config", "_git/config");
        check("a/.envrc", "a/_envrc");
        check("HEAD", "HEAD_");
        check("x.git/head", "x.git/head_");
        check("--checkpoint-action=exec=sh", "_-checkpoint-action=exec=sh");
        check("a\nb\u{1b}[2J.png", "a_b_[2J.png");
        check("glovebox-receipt.json/x", "glovebox-receipt.json_/x");
    }

    #[test]
    fn an_input_in_the_folder_is_refused() {
        let fixture = Fixture::new();
        let input = fixture.out().join("deep/sales.csv");
        fs::create_dir(fixture.out().join("deep")).unwrap();
        fs::write(&input, "a\n1\n").unwrap();
        let refused = OutFolder::open(&fixture.out(), [&input]).err().unwrap();
        assert!(refused.0.contains("--out"), "{refused}");
    }
}
