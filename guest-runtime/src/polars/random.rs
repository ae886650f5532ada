//! Random rows: the same ones that py-polars takes for the same seed.
//!
//! polars draws from rand's small generator, which is another one where the machine's word has 32 bits, as here. So
//! rows are drawn in this module, from the generator of 64-bit machines, in the way that polars draws them.

use std::cell::RefCell;

use polars::prelude::{self as pl, Column, Expr, IdxCa, IdxSize, PlSmallStr, PolarsResult};
use rand::{
    RngCore,
    distr::{Distribution, Uniform},
    seq::{SliceRandom, index},
};

use super::{args::Args, errors::Outcome};

/// xoshiro256++, the small generator of 64-bit machines.
struct Generator([u64; 4]);

impl Generator {
    /// Its state for a seed: four draws of SplitMix64.
    fn new(mut seed: u64) -> Self {
        Self([(); 4].map(|()| {
            seed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mixed = (seed ^ (seed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            mixed ^ (mixed >> 31)
        }))
    }
}

impl RngCore for Generator {
    fn next_u32(&mut self) -> u32 {
        (self.next_u64() >> 32) as u32
    }

    fn next_u64(&mut self) -> u64 {
        let Self(s) = self;
        let drawn = s[0].wrapping_add(s[3]).rotate_left(23).wrapping_add(s[0]);
        let shifted = s[1] << 17;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= shifted;
        s[3] = s[3].rotate_left(45);
        drawn
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        for part in bytes.chunks_mut(8) {
            let drawn = self.next_u64().to_le_bytes();
            part.copy_from_slice(&drawn[..part.len()]);
        }
    }
}

thread_local! {
    /// Where seeds come from that a script does not give.
    static SEEDS: RefCell<Generator> = RefCell::new(Generator::new(0));
}

/// Seeds all later choices that have no seed of their own.
pub fn set_seed(seed: u64) {
    SEEDS.with(|seeds| seeds.replace(Generator::new(seed)));
}

impl Args<'_> {
    /// The next three arguments: `with_replacement`, `shuffle`, `seed`.
    pub fn draw(&mut self) -> Outcome<Draw> {
        Ok(Draw {
            with_replacement: self.take()?,
            shuffle: self.take()?,
            seed: self.take()?,
        })
    }
}

/// How rows are drawn.
#[derive(Clone, Copy)]
pub struct Draw {
    pub with_replacement: bool,
    /// Whether all rows come in random order when all are taken.
    pub shuffle: bool,
    pub seed: Option<u64>,
}

impl Draw {
    /// The indices of `n` of `length` rows.
    pub fn rows(self, n: usize, length: usize) -> PolarsResult<IdxCa> {
        if !self.with_replacement && n > length {
            pl::polars_bail!(ShapeMismatch: "cannot take a larger sample than the total population when `with_replacement=false`");
        }
        let seed = self.seed.unwrap_or_else(|| SEEDS.with_borrow_mut(RngCore::next_u64));
        let mut generator = Generator::new(seed);
        let all = 0..length as IdxSize;
        let rows: Vec<IdxSize> = if length == 0 {
            Vec::new()
        } else if self.with_replacement {
            let each = Uniform::new(0, length as IdxSize).map_err(|error| pl::polars_err!(ComputeError: "{error}"))?;
            (0..n).map(|_| each.sample(&mut generator)).collect()
        } else if n == length {
            let mut rows: Vec<IdxSize> = all.collect();
            if self.shuffle {
                rows.shuffle(&mut generator);
            }
            rows
        } else {
            index::sample(&mut generator, length, n)
                .iter()
                .map(|row| row as IdxSize)
                .collect()
        };
        Ok(IdxCa::from_vec(PlSmallStr::EMPTY, rows))
    }

    /// The values of an expression in the rows drawn, of which `count` tells how many.
    pub fn of(self, values: Expr, count: impl Fn(usize) -> usize + Send + Sync + 'static) -> Expr {
        let run = move |column: Column| {
            let rows = self.rows(count(column.len()), column.len())?;
            column.take(&rows)
        };
        values.apply(run, |_, field| Ok(field.clone()))
    }
}
