//! What a guest does by path: opening, asking, listing, making, moving and removing.
//!
//! A path is made plain first (`..` may not leave its folder, absolute paths are refused) and then handed to the kernel
//! below the folder's own descriptor, following no link of any kind.

use std::{
    fs::File,
    os::{fd::OwnedFd, unix::fs::MetadataExt},
};

use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags, RenameFlags, ResolveFlags};

use super::{
    DESCRIPTORS_MAX, Descriptor, Errno, Files, Folder, OpenFile, OpenHow, Root, Stat, TYPE_FILE, TYPE_FOLDER, number,
};

impl Files {
    pub fn open(&mut self, fd: u32, path: &str, how: OpenHow) -> Result<u32, Errno> {
        let free = (0..DESCRIPTORS_MAX)
            .find(|fd| !self.open.contains_key(fd))
            .ok_or(Errno::MFILE)?;
        let (root, path) = self.locate(fd, path)?;
        let descriptor = self.open_descriptor(root, path, how)?;
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

    pub fn stat_path(&mut self, fd: u32, path: &str) -> Result<Stat, Errno> {
        let (root, path) = self.locate(fd, path)?;
        self.stat_plain(root, &path)
    }

    pub(super) fn stat_plain(&mut self, root: Root, path: &str) -> Result<Stat, Errno> {
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
        let Descriptor::Folder(folder) = self.open.get(&fd).ok_or(Errno::BADF)? else {
            return Err(Errno::NOTDIR);
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

/// `path`, taken from `folder`, without `.`, `..` and empty names. It may not leave the root that `folder` is in.
fn plain(folder: &str, path: &str) -> Result<String, Errno> {
    if path.is_empty() {
        return Err(Errno::NOENT);
    }
    if path.starts_with('/') || path.contains('\0') {
        return Err(Errno::ACCES);
    }
    let mut names: Vec<&str> = folder.split('/').filter(|name| !name.is_empty()).collect();
    for name in path.split('/') {
        match name {
            "" | "." => {}
            ".." => drop(names.pop().ok_or(Errno::ACCES)?),
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
            check("", path, Err(Errno::ACCES));
        }
        check("", "", Err(Errno::NOENT));
    }
}
