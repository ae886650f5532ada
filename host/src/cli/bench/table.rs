//! The generated table that the analysis is measured on.

use std::{io::Write as _, path::Path};

/// Writes a table of sales: the same bytes for the same number of rows.
pub fn write(path: &Path, rows: u64) -> std::io::Result<()> {
    const REGIONS: [&str; 5] = ["North", "South", "East", "West", "Centre"];
    let mut file = std::io::BufWriter::new(std::fs::File::create(path)?);
    writeln!(file, "date,region,product,customer,amount")?;
    let mut state = 1_u64;
    for _ in 0..rows {
        // Knuth's MMIX linear congruential generator: plain, and the same everywhere.
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let r = state >> 20;
        writeln!(
            file,
            "20{:02}-{:02}-{:02},{},product-{},{},{}.{:02}",
            15 + r % 10,
            1 + r / 7 % 12,
            1 + r / 11 % 28,
            REGIONS[(r / 13 % 5) as usize],
            r / 17 % 500,
            r / 19 % 200_000,
            r / 23 % 10_000,
            r / 29 % 100,
        )?;
    }
    file.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_big_table_is_the_same_every_time() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("big.csv");
        write(&path, 3).expect("written");
        let text = std::fs::read_to_string(path).expect("read");
        assert_eq!(text.lines().count(), 4);
        assert!(text.lines().skip(1).all(|line| line.split(',').count() == 5), "{text}");
    }
}
