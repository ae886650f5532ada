//! The guest's memory, as the host reads and writes it: every access is checked and a bad one is `EFAULT`.

use super::Errno;

/// The whole linear memory of a guest.
pub struct Memory<'a>(pub &'a mut [u8]);

impl Memory<'_> {
    pub fn bytes(&self, at: u32, length: u32) -> Result<&[u8], Errno> {
        let at = at as usize;
        self.0.get(at..at + length as usize).ok_or(Errno::FAULT)
    }

    pub fn bytes_mut(&mut self, at: u32, length: u32) -> Result<&mut [u8], Errno> {
        let at = at as usize;
        self.0.get_mut(at..at + length as usize).ok_or(Errno::FAULT)
    }

    /// UTF-8 text, copied.
    pub fn text(&self, at: u32, length: u32) -> Result<String, Errno> {
        let bytes = self.bytes(at, length)?;
        std::str::from_utf8(bytes).map(str::to_owned).map_err(|_| Errno::ILSEQ)
    }

    pub fn u32(&self, at: u32) -> Result<u32, Errno> {
        let mut value = [0; 4];
        value.copy_from_slice(self.bytes(at, 4)?);
        Ok(u32::from_le_bytes(value))
    }

    pub fn u64(&self, at: u32) -> Result<u64, Errno> {
        let mut value = [0; 8];
        value.copy_from_slice(self.bytes(at, 8)?);
        Ok(u64::from_le_bytes(value))
    }

    pub fn put(&mut self, at: u32, bytes: &[u8]) -> Result<(), Errno> {
        self.bytes_mut(at, bytes.len() as u32)?.copy_from_slice(bytes);
        Ok(())
    }

    pub fn put_u32(&mut self, at: u32, value: u32) -> Result<(), Errno> {
        self.put(at, &value.to_le_bytes())
    }

    pub fn put_u64(&mut self, at: u32, value: u64) -> Result<(), Errno> {
        self.put(at, &value.to_le_bytes())
    }

    /// The buffers of an `iovec` array, as pairs of address and length.
    pub fn buffers(&self, at: u32, count: u32) -> Result<Vec<(u32, u32)>, Errno> {
        const BUFFERS_MAX: u32 = 1024;
        if count > BUFFERS_MAX {
            return Err(Errno::INVAL);
        }
        (0..count)
            .map(|i| {
                let at = at.checked_add(i * 8).ok_or(Errno::FAULT)?;
                Ok((self.u32(at)?, self.u32(at.checked_add(4).ok_or(Errno::FAULT)?)?))
            })
            .collect()
    }
}
