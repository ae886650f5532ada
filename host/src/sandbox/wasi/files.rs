//! The two folders as a guest sees them, through its open descriptors.
//!
//! `/data` can only be read; every change of `/out` is charged to the quota before it is made. What a guest learns
//! about a file is the same on every run: inodes are numbered in the order in which they are met, folders are listed by
//! name, and every time is the job's clock.

mod paths;

use std::{
    collections::{BTreeMap, HashMap},
    fs::File,
    os::{
        fd::OwnedFd,
        unix::fs::{FileExt, MetadataExt},
    },
};

use glovebox_sdk::{DATA_DIR, OUT_DIR, Stream};

use super::{Errno, Memory};
use crate::sandbox::quota::Quota;

/// Open descriptors of one guest.
const DESCRIPTORS_MAX: u32 = 256;

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
#[expect(clippy::struct_excessive_bools, reason = "each is one flag of the call")]
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
            Descriptor::Folder(_) => return Err(Errno::ISDIR),
            Descriptor::File(open) if open.readable => open,
            Descriptor::Text(_) | Descriptor::File(_) => return Err(Errno::BADF),
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
