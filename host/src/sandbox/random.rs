//! Random bytes that depend on nothing but a job's seed.

use sha2::{Digest, Sha256};

/// A stream of bytes: SHA-256 over the seed and a counter.
#[derive(Debug)]
pub struct SeededRandom {
    seed: u64,
    block: u64,
    rest: Vec<u8>,
}

impl SeededRandom {
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            block: 0,
            rest: Vec::new(),
        }
    }

    pub fn fill(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            if self.rest.is_empty() {
                let mut hasher = Sha256::new();
                hasher.update(self.seed.to_le_bytes());
                hasher.update(self.block.to_le_bytes());
                self.block += 1;
                self.rest = hasher.finalize().to_vec();
            }
            *byte = self.rest.pop().unwrap_or_default();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seed_decides_and_the_pieces_do_not() {
        let (mut whole, mut pieces, mut other) = ([0; 100], [0; 100], [0; 100]);
        SeededRandom::new(7).fill(&mut whole);
        let mut random = SeededRandom::new(7);
        for piece in pieces.chunks_mut(9) {
            random.fill(piece);
        }
        SeededRandom::new(8).fill(&mut other);
        assert_eq!(whole, pieces);
        assert_ne!(whole, other);
    }
}
