//! What the output folder holds, and what a guest may learn of it: the same on every run. Inodes are numbered in the order
//! in which they are met, and every time is the job's clock.

use std::collections::HashMap;

use super::OUT_FD;
use crate::sandbox::quota::Quota;

/// A `filestat` record: its size, and where its parts lie.
pub const STAT_BYTES: usize = 64;
const IDENTITY_BYTES: usize = 16;
pub const STAT_TYPE: usize = 16;
const STAT_LINKS: usize = 24;
pub const STAT_SIZE: usize = 32;
const STAT_TIMES: [usize; 3] = [40, 48, 56];
pub const TYPE_FOLDER: u8 = 3;

/// What the library tells a file or folder from others by.
pub type Identity = [u8; IDENTITY_BYTES];

/// What is known of the output folder and of the descriptors that are open in it.
#[derive(Debug)]
pub struct Folders {
    pub quota: Quota,
    /// Files and folders that are open.
    pub open: usize,
    /// Open folders below the output folder by their path in it.
    paths: HashMap<u32, String>,
    /// Descriptors of files in the output folder, read or written.
    files: HashMap<u32, Identity>,
    /// The files that these are of.
    open_files: HashMap<Identity, OpenFile>,
    pub listings: HashMap<u32, Vec<Entry>>,
    /// The numbers of those that are there. One that is gone may leave its identity to another.
    inodes: HashMap<Identity, u64>,
    inodes_given: u64,
}

/// A file of the output folder that is open. It keeps its bytes on disk when its name is gone, and so its charge.
#[derive(Debug, Default)]
struct OpenFile {
    descriptors: usize,
    removed: bool,
}

/// What a listing says of one entry.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    pub name: Vec<u8>,
    pub kind: u8,
    pub inode: u64,
}

impl Folders {
    pub fn new(quota: Quota) -> Self {
        Self {
            quota,
            open: 0,
            paths: HashMap::from([(OUT_FD, String::new())]),
            files: HashMap::new(),
            open_files: HashMap::new(),
            listings: HashMap::new(),
            inodes: HashMap::new(),
            inodes_given: 0,
        }
    }

    /// `path` below the open folder `fd`, as it is in the output folder: without `.` and `..`. None where it is not
    /// below it.
    pub fn path_in_out(&self, fd: u32, path: &str) -> Option<String> {
        let mut names: Vec<&str> = self
            .paths
            .get(&fd)?
            .split('/')
            .filter(|name| !name.is_empty())
            .collect();
        for name in path.split('/') {
            match name {
                "" | "." => {}
                ".." => drop(names.pop()?),
                name => names.push(name),
            }
        }
        Some(names.join("/"))
    }

    /// The number of a file or folder, in the order in which they are met.
    pub fn inode(&mut self, identity: Identity) -> u64 {
        *self.inodes.entry(identity).or_insert_with(|| {
            self.inodes_given += 1;
            self.inodes_given
        })
    }

    /// A folder below the output folder was opened.
    pub fn opened_folder(&mut self, fd: u32, path: String) {
        self.paths.insert(fd, path);
    }

    /// A file of the output folder was opened.
    pub fn opened_file(&mut self, fd: u32, identity: Identity) {
        self.files.insert(fd, identity);
        self.open_files.entry(identity).or_default().descriptors += 1;
    }

    /// Whether an open descriptor is one of a file of the output folder.
    pub fn is_file(&self, fd: u32) -> bool {
        self.files.contains_key(&fd)
    }

    /// A name is gone. Its bytes are given back, now or when it is closed for the last time.
    pub fn removed(&mut self, identity: Identity, bytes: u64) {
        self.quota.remove();
        match self.open_files.get_mut(&identity) {
            Some(open) => open.removed = true,
            None => self.gone(identity, bytes),
        }
    }

    fn gone(&mut self, identity: Identity, bytes: u64) {
        self.quota.free(bytes);
        self.inodes.remove(&identity);
    }

    /// A descriptor is closed, of a file that had `bytes`.
    pub fn closed(&mut self, fd: u32, bytes: u64) {
        self.open = self.open.saturating_sub(1);
        self.paths.remove(&fd);
        self.listings.remove(&fd);
        let Some(identity) = self.files.remove(&fd) else { return };
        let Some(open) = self.open_files.get_mut(&identity) else {
            return;
        };
        open.descriptors -= 1;
        let (is_last, is_gone) = (open.descriptors == 0, open.removed);
        if is_last {
            self.open_files.remove(&identity);
        }
        if is_last && is_gone {
            self.gone(identity, bytes);
        }
    }

    /// Whether an open descriptor is one of the output folder.
    pub fn is_out(&self, fd: u32) -> bool {
        self.files.contains_key(&fd) || self.paths.contains_key(&fd)
    }

    /// A record as the guest may see it.
    pub fn hide_what_differs(&mut self, record: &mut [u8; STAT_BYTES], wall_ns: u64) {
        let inode = self.inode(identity(record));
        record[..8].copy_from_slice(&1_u64.to_le_bytes());
        record[8..16].copy_from_slice(&inode.to_le_bytes());
        let links: u64 = if record[STAT_TYPE] == TYPE_FOLDER { 2 } else { 1 };
        record[STAT_LINKS..STAT_LINKS + 8].copy_from_slice(&links.to_le_bytes());
        for at in STAT_TIMES {
            record[at..at + 8].copy_from_slice(&wall_ns.to_le_bytes());
        }
    }
}

/// What a record says that its file or folder is.
pub fn identity(record: &[u8; STAT_BYTES]) -> Identity {
    let mut identity = [0; IDENTITY_BYTES];
    identity.copy_from_slice(&record[..IDENTITY_BYTES]);
    identity
}

#[cfg(test)]
mod tests {
    use glovebox_sdk::Limits;

    use super::*;
    use crate::sandbox::wasi::DATA_FD;

    #[test]
    fn paths_are_told_as_they_are_in_the_output_folder() {
        let mut folders = Folders::new(Quota::new(Limits::default()));
        folders.paths.insert(9, "a/b".to_owned());
        let check = |fd, path, expected: Option<&str>| assert_eq!(folders.path_in_out(fd, path).as_deref(), expected);
        check(OUT_FD, "x.csv", Some("x.csv"));
        check(OUT_FD, "./a//b/../c", Some("a/c"));
        check(9, "c", Some("a/b/c"));
        check(9, "../../x", Some("x"));
        check(OUT_FD, "../x", None);
        check(DATA_FD, "x", None);
    }

    #[test]
    fn an_identity_that_is_used_again_is_another_number() {
        let mut folders = Folders::new(Quota::new(Limits::default()));
        let (one, other) = ([1; IDENTITY_BYTES], [2; IDENTITY_BYTES]);
        assert_eq!(
            [folders.inode(one), folders.inode(other), folders.inode(one)],
            [1, 2, 1]
        );
        folders.opened_file(9, one);
        folders.removed(one, 5);
        assert_eq!(folders.inode(one), 1);
        folders.closed(9, 5);
        assert_eq!(folders.inode(one), 3);
    }
}
