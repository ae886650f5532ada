//! `memmap2` for a target without mmap: a "map" is the file's content, read into memory.
//!
//! polars reads every file that is not a buffer through `Mmap`. WASI has no mmap, and the real
//! crate then refuses; reading gives the same bytes at the price of holding them.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Deref;

/// Options of a map: where it starts and how long it is.
#[derive(Clone, Debug, Default)]
pub struct MmapOptions {
    offset: u64,
    len: Option<usize>,
}

impl MmapOptions {
    /// The whole file.
    pub fn new() -> Self {
        Self::default()
    }

    /// Starts the map at `offset`.
    pub fn offset(&mut self, offset: u64) -> &mut Self {
        self.offset = offset;
        self
    }

    /// Ends the map after `len` bytes.
    pub fn len(&mut self, len: usize) -> &mut Self {
        self.len = Some(len);
        self
    }

    /// Accepted and ignored: the bytes are always there.
    pub fn populate(&mut self) -> &mut Self {
        self
    }

    /// Reads the bytes of `file`; its position stays where it was.
    ///
    /// # Safety
    /// Safe; the real crate's function is not, as the file can change under a map.
    pub unsafe fn map(&self, mut file: &File) -> io::Result<Mmap> {
        let position = file.stream_position()?;
        let size = file.metadata()?.len();
        let rest = size.saturating_sub(self.offset);
        let wanted = self.len.map_or(rest, |len| len as u64);
        let capacity = usize::try_from(wanted.min(rest)).map_err(|_| io::Error::from(io::ErrorKind::OutOfMemory))?;
        let mut bytes = Vec::new();
        bytes
            .try_reserve_exact(capacity)
            .map_err(|_| io::Error::from(io::ErrorKind::OutOfMemory))?;
        file.seek(SeekFrom::Start(self.offset))?;
        let read = file.take(wanted).read_to_end(&mut bytes);
        file.seek(SeekFrom::Start(position))?;
        read?;
        Ok(Mmap(bytes.into_boxed_slice()))
    }
}

/// The bytes of a file.
#[derive(Debug)]
pub struct Mmap(Box<[u8]>);

impl Deref for Mmap {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl AsRef<[u8]> for Mmap {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}
