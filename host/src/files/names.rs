//! The names of files, as people give them and as scripts see them.

use std::collections::{HashMap, HashSet};

use unicode_normalization::UnicodeNormalization;

use crate::error::{Error, Result};

/// A file's name: one plain component in Unicode's composed form (NFC), without control characters, of 1 to 255 bytes.
/// It can be a file of this name in any folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileName(String);

impl FileName {
    const MAX_BYTES: usize = 255;

    /// The name in `text`, of which only what follows the last slash or backslash counts, as browsers may send a path.
    /// `field` is named in the error.
    pub fn parse(field: &str, text: &str) -> Result<Self> {
        let last = text.rsplit(['/', '\\']).next().unwrap_or_default();
        let name: String = last.trim().nfc().collect();
        if name.is_empty() {
            return Err(Error::invalid(field, "required", "Give the file a name."));
        }
        if matches!(name.as_str(), "." | "..") || name.chars().any(is_hidden) {
            let message = "This cannot be the name of a file. Use letters, digits, spaces and plain punctuation.";
            return Err(Error::invalid(field, "file_name", message));
        }
        if name.len() > Self::MAX_BYTES {
            let message = format!("This name is too long. Use at most {} bytes.", Self::MAX_BYTES);
            return Err(Error::invalid(field, "too_long", message));
        }
        Ok(Self(name))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Endings of what a table is packed with.
const PACKED: [&str; 3] = [".zip", ".gz", ".gzip"];
/// Endings of tables that scripts read as CSV.
const CONVERTED: [&str; 11] = [
    ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".json", ".ndjson", ".jsonl", ".parquet", ".arrow", ".feather",
];

/// The names by which scripts read these files, which all differ: without the ending of what a file is packed with, and
/// with `.csv` for the ending of a form that is converted, unless another file has that name, in whatever case.
pub fn readable(files: &[&str]) -> Vec<String> {
    let mut taken = HashMap::new();
    for name in files {
        for known in HashSet::from([name.to_lowercase(), as_csv(name).to_lowercase()]) {
            *taken.entry(known).or_insert(0) += 1;
        }
    }
    let read = |name: &&str| {
        let bare = as_csv(name);
        let alone = taken.get(&bare.to_lowercase()) == Some(&1);
        if alone { bare } else { (*name).to_owned() }
    };
    files.iter().map(read).collect()
}

fn as_csv(name: &str) -> String {
    let without = |name: &str, endings: &[&str]| {
        endings.iter().find_map(|ending| {
            let cut = name.len().checked_sub(ending.len()).filter(|cut| *cut > 0)?;
            name.get(cut..)?
                .eq_ignore_ascii_case(ending)
                .then(|| name[..cut].to_owned())
        })
    };
    let name = without(name, &PACKED).unwrap_or_else(|| name.to_owned());
    match without(&name, &CONVERTED) {
        Some(bare) => bare + ".csv",
        None => name,
    }
}

/// The text without what no name may have.
pub fn plain(text: &str) -> String {
    text.chars().filter(|c| !is_hidden(*c)).collect()
}

/// Control characters, and those that turn the direction of text and so can make one name look like another.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_files_are_read_by_one_name() {
        let check = |files: &[&str], expected: &[&str]| assert_eq!(readable(files), expected);
        check(&["sales.csv.zip", "a.csv"], &["sales.csv", "a.csv"]);
        check(&["sales.csv", "sales.csv.zip"], &["sales.csv", "sales.csv.zip"]);
        check(&["Sales.csv", "sales.csv.ZIP"], &["Sales.csv", "sales.csv.ZIP"]);
        check(&["sales.csv.gz", "sales.csv.zip"], &["sales.csv.gz", "sales.csv.zip"]);
        check(&["book.xlsx", "a.json.gz"], &["book.csv", "a.csv"]);
        check(&["book.xlsx", "book.csv"], &["book.xlsx", "book.csv"]);
        check(&[".zip", "\u{1f4c8}.zip"], &[".zip", "\u{1f4c8}"]);
    }

    #[test]
    fn names_are_plain_and_composed() {
        let check = |text: &str, expected: Option<&str>| {
            let name = FileName::parse("name", text).ok();
            assert_eq!(name.as_ref().map(FileName::as_str), expected, "{text:?}");
        };
        check("sales.csv", Some("sales.csv"));
        check(" Umsätze 2024 (1).csv ", Some("Umsätze 2024 (1).csv"));
        check("C:\\Users\\me\\sales.csv", Some("sales.csv"));
        check("../../etc/passwd", Some("passwd"));
        check("U\u{308}ber.csv", Some("\u{dc}ber.csv"));
        check("", None);
        check("folder/", None);
        check("..", None);
        check("a\0b", None);
        check("a\nb.csv", None);
        check("vsc.\u{202e}exe", None);
        check(&"x".repeat(255), Some(&"x".repeat(255)));
        check(&"ü".repeat(128), None);
    }
}
