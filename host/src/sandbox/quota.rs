//! What a run may still write: the ledger of bytes and entries of its output folder.
//!
//! Every change of the folder is charged here before it is made. A charge that would pass a limit is refused with the
//! errno that a full or strict file system would give, and the limit is remembered, so that a script which fails over
//! it is told about the limit and not about the errno.

use glovebox_sdk::{LimitKind, Limits};

use super::wasi::Errno;

#[derive(Debug)]
pub struct Quota {
    limits: Limits,
    bytes: u64,
    entries: u64,
    refused: Option<LimitKind>,
}

impl Quota {
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            bytes: 0,
            entries: 0,
            refused: None,
        }
    }

    /// The last limit that refused a charge.
    pub fn refused(&self) -> Option<LimitKind> {
        self.refused
    }

    /// A file changes its size from `old` to `new` bytes.
    pub fn resize(&mut self, old: u64, new: u64) -> Result<(), Errno> {
        if new > old && new > self.limits.output_file_bytes {
            return self.refuse(LimitKind::OutputFileBytes);
        }
        let bytes = self.bytes.saturating_sub(old).saturating_add(new);
        if new > old && bytes > self.limits.output_bytes {
            return self.refuse(LimitKind::OutputBytes);
        }
        self.bytes = bytes;
        Ok(())
    }

    /// A file that was charged with `charged` bytes has `actual` bytes.
    pub fn settle(&mut self, charged: u64, actual: u64) {
        self.bytes = self.bytes.saturating_sub(charged).saturating_add(actual);
    }

    /// A file or folder is made at `path`, given from the output folder without `.` and `..`.
    pub fn create(&mut self, path: &str, is_folder: bool) -> Result<(), Errno> {
        self.check_name(path, is_folder)?;
        if self.entries >= self.limits.output_files {
            return self.refuse(LimitKind::OutputFiles);
        }
        self.entries += 1;
        Ok(())
    }

    /// An entry is gone.
    pub fn remove(&mut self) {
        self.entries = self.entries.saturating_sub(1);
    }

    /// Bytes are gone from the disk.
    pub fn free(&mut self, bytes: u64) {
        self.bytes = self.bytes.saturating_sub(bytes);
    }

    /// Whether something may be called `path`.
    pub fn check_name(&mut self, path: &str, is_folder: bool) -> Result<(), Errno> {
        if exceeds_depth(path, is_folder, &self.limits) {
            return self.refuse(LimitKind::PathDepth);
        }
        if exceeds_name(path, &self.limits) {
            return self.refuse(LimitKind::NameBytes);
        }
        Ok(())
    }

    fn refuse(&mut self, limit: LimitKind) -> Result<(), Errno> {
        self.refused = Some(limit);
        errno(limit).map_or(Ok(()), Err)
    }
}

/// What a full or strict file system would answer where `limit` is reached; none where it is no file system's.
pub fn errno(limit: LimitKind) -> Option<Errno> {
    match limit {
        LimitKind::OutputFileBytes => Some(Errno::FBIG),
        LimitKind::OutputBytes => Some(Errno::NOSPC),
        LimitKind::OutputFiles => Some(Errno::DQUOT),
        LimitKind::PathDepth | LimitKind::NameBytes => Some(Errno::NAMETOOLONG),
        LimitKind::Fuel
        | LimitKind::WallMs
        | LimitKind::MemoryBytes
        | LimitKind::TableElements
        | LimitKind::InputBytes => None,
    }
}

/// Whether `path` goes more folders deep than the limit. A file in the output folder itself is no folder deep.
pub fn exceeds_depth(path: &str, is_folder: bool, limits: &Limits) -> bool {
    path.split('/').count() as u64 - 1 + u64::from(is_folder) > limits.path_depth
}

/// Whether one of the names in `path` is longer than the limit.
pub fn exceeds_name(path: &str, limits: &Limits) -> bool {
    path.split('/').any(|name| name.len() as u64 > limits.name_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quota() -> Quota {
        Quota::new(Limits {
            output_bytes: 100,
            output_file_bytes: 60,
            output_files: 2,
            path_depth: 1,
            name_bytes: 4,
            ..Limits::default()
        })
    }

    #[test]
    fn bytes_are_counted_over_all_files_and_given_back() {
        let mut quota = quota();
        assert_eq!(quota.resize(0, 60), Ok(()));
        assert_eq!(quota.resize(0, 61), Err(Errno::FBIG));
        assert_eq!(quota.refused(), Some(LimitKind::OutputFileBytes));
        assert_eq!(quota.resize(0, 41), Err(Errno::NOSPC));
        assert_eq!(quota.refused(), Some(LimitKind::OutputBytes));
        assert_eq!(quota.resize(60, 20), Ok(()));
        assert_eq!(quota.resize(0, 41), Ok(()));
    }

    #[test]
    fn entries_are_counted_and_given_back() {
        let mut quota = quota();
        assert_eq!(quota.create("a", true), Ok(()));
        assert_eq!(quota.create("a/b", false), Ok(()));
        assert_eq!(quota.create("c", false), Err(Errno::DQUOT));
        quota.remove();
        assert_eq!(quota.create("c", false), Ok(()));
    }

    #[test]
    fn names_and_depth_are_checked() {
        let mut quota = quota();
        assert_eq!(quota.check_name("a/b", false), Ok(()));
        assert_eq!(quota.check_name("a/b", true), Err(Errno::NAMETOOLONG));
        assert_eq!(quota.refused(), Some(LimitKind::PathDepth));
        assert_eq!(quota.check_name("abcde", false), Err(Errno::NAMETOOLONG));
        assert_eq!(quota.refused(), Some(LimitKind::NameBytes));
    }
}
