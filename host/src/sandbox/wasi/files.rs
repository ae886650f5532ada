//! The two folders as a guest sees them: descriptors and paths.
//!
//! A path is made plain first (`..` may not leave its folder, absolute paths are refused) and then opened by the
//! kernel below the folder's own descriptor, following no link of any kind. `/data` can only be read; every change of
//! `/out` is charged to the quota before it is made. What a guest learns about a file is the same on every run: inodes
//! are numbered in the order in which they are met, folders are listed by name, and every time is the job's clock.

use std::{
    collections::{BTreeMap, HashMap},
    fs::File,
    os::{
        fd::OwnedFd,
        unix::fs::{FileExt, MetadataExt},
    },
};

use glovebox_sdk::{DATA_DIR, OUT_DIR, Stream};
use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags, RenameFlags, ResolveFlags};

use super::{Errno, Memory};
use crate::sandbox::quota::Quota;

/// Open descriptors of one guest.
const DESCRIPTORS_MAX: usize = 256;

/// Bytes that one call reads or writes at most. A longer request is answered in part, as on any system, so that no
/// single call keeps a run from being stopped.
const TRANSFER_MAX_BYTES: usize = 4 << 20;

/// The folders that a guest is given.
#[derive(Debug)]
pub struct Folders {
    pub data: OwnedFd,
    pub out: OwnedFd,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Root {
    Data,
    Out,
}

impl Root {
    fn guest_path(self) -> &'static str {
        match self {
            Self::Data => DATA_DIR,
            Self::Out => OUT_DIR,
        }
    }
}

#[derive(Debug)]
enum Descriptor {
    Empty,
    Text(Stream),
    Folder(Folder),
    File(OpenFile),
}

/// An open folder is its path: whatever happens below it goes through its root.
#[derive(Debug)]
struct Folder {
    root: Root,
    path: String,
    listing: Vec<(String, Stat)>,
}

#[derive(Debug)]
struct OpenFile {
    root: Root,
    file: File,
    position: u64,
    readable: bool,
    writable: bool,
    append: bool,
}

/// What a guest may know about a file or folder.
#[derive(Clone, Copy, Debug)]
pub struct Stat {
    pub inode: u64,
    pub file_type: u8,
    pub bytes: u64,
}

pub const TYPE_CHARACTER: u8 = 2;
pub const TYPE_FOLDER: u8 = 3;
pub const TYPE_FILE: u8 = 4;

/// How to open a path.
#[derive(Clone, Copy, Debug)]
pub struct OpenHow {
    pub read: bool,
    pub write: bool,
    pub create: bool,
    pub folder: bool,
    pub exclusive: bool,
    pub truncate: bool,
    pub append: bool,
}

/// The open descriptors and the output folder's ledger.
#[derive(Debug)]
pub struct Files {
    folders: Option<Folders>,
    open: BTreeMap<u32, Descriptor>,
    inodes: HashMap<(u64, u64), u64>,
    pub quota: Quota,
}

impl Files {
    /// Descriptors 0, 1 and 2, then the folders, if there are any.
    pub fn new(folders: Option<Folders>, quota: Quota) -> Self {
        let mut open = BTreeMap::from([
            (0, Descriptor::Empty),
            (1, Descriptor::Text(Stream::Stdout)),
            (2, Descriptor::Text(Stream::Stderr)),
        ]);
        if folders.is_some() {
            for (fd, root) in [(3, Root::Data), (4, Root::Out)] {
                open.insert(
                    fd,
                    Descriptor::Folder(Folder {
                        root,
                        path: String::new(),
                        listing: Vec::new(),
                    }),
                );
            }
        }
        Self {
            folders,
            open,
            inodes: HashMap::new(),
            quota,
        }
    }

    pub fn preopened(&self, fd: u32) -> Result<&'static str, Errno> {
        match self.open.get(&fd) {
            Some(Descriptor::Folder(folder)) if folder.path.is_empty() && fd <= 4 => Ok(folder.root.guest_path()),
            _ => Err(Errno::BADF),
        }
    }

    /// The output stream that `fd` stands for, if it is one.
    pub fn stream(&self, fd: u32) -> Option<Stream> {
        match self.open.get(&fd) {
            Some(Descriptor::Text(stream)) => Some(*stream),
            _ => None,
        }
    }

    pub fn close(&mut self, fd: u32) -> Result<(), Errno> {
        self.open.remove(&fd).map(drop).ok_or(Errno::BADF)
    }

    pub fn renumber(&mut self, from: u32, to: u32) -> Result<(), Errno> {
        if !self.open.contains_key(&to) {
            return Err(Errno::BADF);
        }
        let descriptor = self.open.remove(&from).ok_or(Errno::BADF)?;
        self.open.insert(to, descriptor);
        Ok(())
    }

    /// File type and whether it appends.
    pub fn kind(&self, fd: u32) -> Result<(u8, bool), Errno> {
        Ok(match self.open.get(&fd).ok_or(Errno::BADF)? {
            Descriptor::Empty | Descriptor::Text(_) => (TYPE_CHARACTER, false),
            Descriptor::Folder(_) => (TYPE_FOLDER, false),
            Descriptor::File(file) => (TYPE_FILE, file.append),
        })
    }

    pub fn set_append(&mut self, fd: u32, append: bool) -> Result<(), Errno> {
        if let Descriptor::File(file) = self.open.get_mut(&fd).ok_or(Errno::BADF)? {
            file.append = append;
        }
        Ok(())
    }

    pub fn stat(&mut self, fd: u32) -> Result<Stat, Errno> {
        match self.open.get(&fd).ok_or(Errno::BADF)? {
            Descriptor::Empty | Descriptor::Text(_) => Ok(Stat {
                inode: u64::from(fd),
                file_type: TYPE_CHARACTER,
                bytes: 0,
            }),
            Descriptor::Folder(folder) => {
                let (root, path) = (folder.root, folder.path.clone());
                self.stat_plain(root, &path)
            }
            Descriptor::File(open) => {
                let metadata = open.file.metadata()?;
                let inode = number(&mut self.inodes, metadata.dev(), metadata.ino());
                Ok(Stat {
                    inode,
                    file_type: TYPE_FILE,
                    bytes: metadata.len(),
                })
            }
        }
    }

    pub fn stat_path(&mut self, fd: u32, path: &str) -> Result<Stat, Errno> {
        let (root, path) = self.locate(fd, path)?;
        self.stat_plain(root, &path)
    }

    fn stat_plain(&mut self, root: Root, path: &str) -> Result<Stat, Errno> {
        let opened = self.open_below(root, path, OFlags::PATH, Mode::empty())?;
        let stat = rustix::fs::fstat(&opened)?;
        Ok(self.describe(&stat))
    }

    fn describe(&mut self, stat: &rustix::fs::Stat) -> Stat {
        let inode = number(&mut self.inodes, stat.st_dev, stat.st_ino);
        match FileType::from_raw_mode(stat.st_mode) {
            FileType::Directory => Stat {
                inode,
                file_type: TYPE_FOLDER,
                bytes: 0,
            },
            _ => Stat {
                inode,
                file_type: TYPE_FILE,
                bytes: stat.st_size as u64,
            },
        }
    }

    pub fn open(&mut self, fd: u32, path: &str, how: OpenHow) -> Result<u32, Errno> {
        if self.open.len() >= DESCRIPTORS_MAX {
            return Err(Errno::MFILE);
        }
        let (root, path) = self.locate(fd, path)?;
        let descriptor = self.open_descriptor(root, path, how)?;
        let free = (0..).find(|fd| !self.open.contains_key(fd)).unwrap_or(u32::MAX);
        self.open.insert(free, descriptor);
        Ok(free)
    }

    fn open_descriptor(&mut self, root: Root, path: String, how: OpenHow) -> Result<Descriptor, Errno> {
        let existing = match self.stat_plain(root, &path) {
            Err(Errno::NOENT) if how.create && !how.folder => None,
            Err(errno) => return Err(errno),
            Ok(stat) => Some(stat),
        };
        if existing.is_some() && how.create && how.exclusive {
            return Err(Errno::EXIST);
        }
        if let Some(stat) = existing
            && stat.file_type == TYPE_FOLDER
        {
            if how.write || how.truncate || (how.create && !how.folder) {
                return Err(Errno::ISDIR);
            }
            return Ok(Descriptor::Folder(Folder {
                root,
                path,
                listing: Vec::new(),
            }));
        }
        if how.folder {
            return Err(Errno::NOTDIR);
        }
        let changes = how.write || how.truncate || existing.is_none();
        if changes && root == Root::Data {
            return Err(Errno::ROFS);
        }
        let mut flags = match (how.read, changes) {
            (_, false) => OFlags::RDONLY,
            (true, true) => OFlags::RDWR,
            (false, true) => OFlags::WRONLY,
        };
        let mut mode = Mode::empty();
        if existing.is_none() {
            self.quota.create(&path, false)?;
            flags |= OFlags::CREATE | OFlags::EXCL;
            mode = Mode::RUSR | Mode::WUSR;
        }
        let opened = self.open_below(root, &path, flags | OFlags::NONBLOCK, mode);
        if opened.is_err() && existing.is_none() {
            self.quota.remove(0);
        }
        let file = File::from(opened?);
        if !file.metadata()?.is_file() {
            return Err(Errno::ACCES);
        }
        if how.truncate {
            self.quota.resize(file.metadata()?.len(), 0)?;
            file.set_len(0)?;
        }
        Ok(Descriptor::File(OpenFile {
            root,
            file,
            position: 0,
            readable: how.read,
            writable: how.write,
            append: how.append,
        }))
    }

    /// Reads at the descriptor's own position, or at `at`.
    pub fn read(
        &mut self,
        fd: u32,
        memory: &mut Memory<'_>,
        buffers: &[(u32, u32)],
        at: Option<u64>,
    ) -> Result<u32, Errno> {
        let open = match self.open.get_mut(&fd).ok_or(Errno::BADF)? {
            Descriptor::Empty => return Ok(0),
            Descriptor::Text(_) => return Err(Errno::BADF),
            Descriptor::Folder(_) => return Err(Errno::ISDIR),
            Descriptor::File(open) if open.readable => open,
            Descriptor::File(_) => return Err(Errno::BADF),
        };
        let start = at.unwrap_or(open.position);
        let mut total = 0;
        for &(address, length) in buffers {
            let wanted = length.min((TRANSFER_MAX_BYTES - total) as u32);
            let buffer = memory.bytes_mut(address, wanted)?;
            let count = open.file.read_at(buffer, start + total as u64)?;
            total += count;
            if count < length as usize {
                break;
            }
        }
        if at.is_none() {
            open.position += total as u64;
        }
        Ok(total as u32)
    }

    /// Writes at the descriptor's own position, or at `at`.
    pub fn write(
        &mut self,
        fd: u32,
        memory: &Memory<'_>,
        buffers: &[(u32, u32)],
        at: Option<u64>,
    ) -> Result<u32, Errno> {
        let open = writable(&mut self.open, fd)?;
        let size = open.file.metadata()?.len();
        let start = match at {
            Some(at) => at,
            None if open.append => size,
            None => open.position,
        };
        let mut total = 0;
        let mut size = size;
        for &(address, length) in buffers {
            let wanted = length.min((TRANSFER_MAX_BYTES - total) as u32);
            let bytes = memory.bytes(address, wanted)?;
            let from = start.checked_add(total as u64).ok_or(Errno::FBIG)?;
            let end = from.checked_add(bytes.len() as u64).ok_or(Errno::FBIG)?;
            if end > size && !bytes.is_empty() {
                match self.quota.resize(size, end) {
                    Ok(()) => size = end,
                    Err(_) if total > 0 => break,
                    Err(errno) => return Err(errno),
                }
            }
            open.file.write_all_at(bytes, from)?;
            total += bytes.len();
            if wanted < length {
                break;
            }
        }
        if at.is_none() {
            open.position = start + total as u64;
        }
        Ok(total as u32)
    }

    /// `whence` is 0 from the start, 1 from the position, 2 from the end.
    pub fn seek(&mut self, fd: u32, offset: i64, whence: u32) -> Result<u64, Errno> {
        let Descriptor::File(open) = self.open.get_mut(&fd).ok_or(Errno::BADF)? else {
            return Err(Errno::SPIPE);
        };
        let base = match whence {
            0 => 0,
            1 => open.position,
            2 => open.file.metadata()?.len(),
            _ => return Err(Errno::INVAL),
        };
        let position = base
            .checked_add_signed(offset)
            .filter(|at| i64::try_from(*at).is_ok())
            .ok_or(Errno::INVAL)?;
        open.position = position;
        Ok(position)
    }

    pub fn set_size(&mut self, fd: u32, bytes: u64) -> Result<(), Errno> {
        let open = writable(&mut self.open, fd)?;
        self.quota.resize(open.file.metadata()?.len(), bytes)?;
        Ok(open.file.set_len(bytes)?)
    }

    pub fn allocate(&mut self, fd: u32, offset: u64, bytes: u64) -> Result<(), Errno> {
        let end = offset.checked_add(bytes).ok_or(Errno::FBIG)?;
        let open = writable(&mut self.open, fd)?;
        if end > open.file.metadata()?.len() {
            self.set_size(fd, end)
        } else {
            Ok(())
        }
    }

    /// The entries of a folder by name, `.` and `..` first. The listing is taken when it is read from its beginning.
    pub fn list(&mut self, fd: u32, from_start: bool) -> Result<&[(String, Stat)], Errno> {
        if from_start {
            let Descriptor::Folder(folder) = self.open.get(&fd).ok_or(Errno::BADF)? else {
                return Err(Errno::NOTDIR);
            };
            let (root, path) = (folder.root, folder.path.clone());
            let listing = self.take_listing(root, &path)?;
            if let Some(Descriptor::Folder(folder)) = self.open.get_mut(&fd) {
                folder.listing = listing;
            }
        }
        match self.open.get(&fd) {
            Some(Descriptor::Folder(folder)) => Ok(&folder.listing),
            _ => Err(Errno::NOTDIR),
        }
    }

    fn take_listing(&mut self, root: Root, path: &str) -> Result<Vec<(String, Stat)>, Errno> {
        let opened = self.open_below(root, path, OFlags::RDONLY | OFlags::DIRECTORY, Mode::empty())?;
        let mut names = Vec::new();
        for entry in Dir::new(opened)? {
            match entry?.file_name().to_str() {
                Ok("." | "..") | Err(_) => {}
                Ok(name) => names.push(name.to_owned()),
            }
        }
        names.sort();
        let here = self.stat_plain(root, path)?;
        let mut listing = vec![(".".to_owned(), here), ("..".to_owned(), here)];
        for name in names {
            let below = if path.is_empty() {
                name.clone()
            } else {
                format!("{path}/{name}")
            };
            let stat = self.stat_plain(root, &below)?;
            listing.push((name, stat));
        }
        Ok(listing)
    }

    pub fn create_folder(&mut self, fd: u32, path: &str) -> Result<(), Errno> {
        let (root, path) = self.locate(fd, path)?;
        if root == Root::Data {
            return Err(if self.stat_plain(root, &path).is_ok() {
                Errno::EXIST
            } else {
                Errno::ROFS
            });
        }
        if self.stat_plain(root, &path).is_ok() {
            return Err(Errno::EXIST);
        }
        let (parent, name) = self.parent(root, &path)?;
        self.quota.create(&path, true)?;
        let made = rustix::fs::mkdirat(parent, name, Mode::RWXU);
        if made.is_err() {
            self.quota.remove(0);
        }
        Ok(made?)
    }

    pub fn remove_folder(&mut self, fd: u32, path: &str) -> Result<(), Errno> {
        let (root, path) = self.locate_changeable(fd, path)?;
        let (parent, name) = self.parent(root, &path)?;
        rustix::fs::unlinkat(parent, name, AtFlags::REMOVEDIR)?;
        self.quota.remove(0);
        Ok(())
    }

    pub fn unlink(&mut self, fd: u32, path: &str) -> Result<(), Errno> {
        let (root, path) = self.locate_changeable(fd, path)?;
        let freed = self.bytes_to_free(root, &path)?;
        let (parent, name) = self.parent(root, &path)?;
        rustix::fs::unlinkat(parent, name, AtFlags::empty())?;
        self.quota.remove(freed);
        Ok(())
    }

    pub fn rename(&mut self, from_fd: u32, from: &str, to_fd: u32, to: &str) -> Result<(), Errno> {
        let (from_root, from) = self.locate_changeable(from_fd, from)?;
        let (to_root, to) = self.locate_changeable(to_fd, to)?;
        let source = self.stat_plain(from_root, &from)?;
        self.quota.check_name(&to, source.file_type == TYPE_FOLDER)?;
        let replaced = match self.stat_plain(to_root, &to) {
            Ok(target) if target.inode == source.inode => return Ok(()),
            Ok(_) => Some(self.bytes_to_free(to_root, &to)?),
            Err(_) => None,
        };
        let (old_parent, old_name) = self.parent(from_root, &from)?;
        let (new_parent, new_name) = self.parent(to_root, &to)?;
        rustix::fs::renameat_with(old_parent, old_name, new_parent, new_name, RenameFlags::empty())?;
        if let Some(bytes) = replaced {
            self.quota.remove(bytes);
        }
        Ok(())
    }

    /// The bytes that unlinking `path` gives back: none while the file is open, since it lives on until it is closed.
    fn bytes_to_free(&mut self, root: Root, path: &str) -> Result<u64, Errno> {
        let stat = self.stat_plain(root, path)?;
        if stat.file_type == TYPE_FOLDER {
            return Ok(0);
        }
        let inodes = &mut self.inodes;
        let is_open = self.open.values().any(|descriptor| match descriptor {
            Descriptor::File(open) => open
                .file
                .metadata()
                .is_ok_and(|metadata| number(inodes, metadata.dev(), metadata.ino()) == stat.inode),
            _ => false,
        });
        Ok(if is_open { 0 } else { stat.bytes })
    }

    fn locate_changeable(&self, fd: u32, path: &str) -> Result<(Root, String), Errno> {
        match self.locate(fd, path)? {
            (Root::Data, _) => Err(Errno::ROFS),
            located => Ok(located),
        }
    }

    /// Turns a path relative to an open folder into a plain one below that folder's root.
    fn locate(&self, fd: u32, path: &str) -> Result<(Root, String), Errno> {
        let folder = match self.open.get(&fd).ok_or(Errno::BADF)? {
            Descriptor::Folder(folder) => folder,
            _ => return Err(Errno::NOTDIR),
        };
        Ok((folder.root, plain(&folder.path, path)?))
    }

    /// The folder that holds `path`, and the last name in it.
    fn parent<'a>(&self, root: Root, path: &'a str) -> Result<(OwnedFd, &'a str), Errno> {
        if path.is_empty() {
            return Err(Errno::INVAL);
        }
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        Ok((
            self.open_below(root, folder, OFlags::PATH | OFlags::DIRECTORY, Mode::empty())?,
            name,
        ))
    }

    fn open_below(&self, root: Root, path: &str, flags: OFlags, mode: Mode) -> Result<OwnedFd, Errno> {
        let folders = self.folders.as_ref().ok_or(Errno::NOENT)?;
        let folder = match root {
            Root::Data => &folders.data,
            Root::Out => &folders.out,
        };
        let path = if path.is_empty() { "." } else { path };
        let stay_below = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_MAGICLINKS;
        let flags = flags | OFlags::CLOEXEC | OFlags::NOFOLLOW;
        Ok(rustix::fs::openat2(
            folder,
            path,
            flags,
            mode,
            stay_below | ResolveFlags::NO_XDEV,
        )?)
    }
}

fn writable(open: &mut BTreeMap<u32, Descriptor>, fd: u32) -> Result<&mut OpenFile, Errno> {
    match open.get_mut(&fd) {
        Some(Descriptor::File(file)) if file.root == Root::Data => Err(Errno::ROFS),
        Some(Descriptor::File(file)) if file.writable => Ok(file),
        Some(Descriptor::Folder(_)) => Err(Errno::ISDIR),
        _ => Err(Errno::BADF),
    }
}

fn number(inodes: &mut HashMap<(u64, u64), u64>, device: u64, inode: u64) -> u64 {
    let next = inodes.len() as u64 + 1;
    *inodes.entry((device, inode)).or_insert(next)
}

/// `path`, taken from `folder`, without `.`, `..` and empty names. It may not leave the root that `folder` is in.
fn plain(folder: &str, path: &str) -> Result<String, Errno> {
    if path.is_empty() {
        return Err(Errno::NOENT);
    }
    if path.starts_with('/') || path.contains('\0') {
        return Err(Errno::NOTCAPABLE);
    }
    let mut names: Vec<&str> = folder.split('/').filter(|name| !name.is_empty()).collect();
    for name in path.split('/') {
        match name {
            "" | "." => {}
            ".." => drop(names.pop().ok_or(Errno::NOTCAPABLE)?),
            name => names.push(name),
        }
    }
    Ok(names.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(folder: &str, path: &str, expected: Result<&str, Errno>) {
        assert_eq!(plain(folder, path), expected.map(str::to_owned), "{folder:?} {path:?}");
    }

    #[test]
    fn paths_are_made_plain() {
        check("", "a/./b//c/", Ok("a/b/c"));
        check("a", "../b", Ok("b"));
        check("a/b", "../../c/../d", Ok("d"));
        check("", ".", Ok(""));
    }

    #[test]
    fn paths_that_leave_their_folder_are_refused() {
        for path in ["..", "../a", "a/../../b", "/etc/passwd", "/", "a\0b"] {
            check("", path, Err(Errno::NOTCAPABLE));
        }
        check("", "", Err(Errno::NOENT));
    }
}
