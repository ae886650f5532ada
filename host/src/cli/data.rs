//! `--data`: the files that a script may read.

use std::{
    collections::BTreeMap,
    fs::File,
    io::Read,
    path::{Path, PathBuf},
};

use super::UsageError;

/// What a folder given as `--data` contributes.
const TABLE_EXTENSIONS: [&str; 14] = [
    "csv", "tsv", "tab", "xlsx", "xlsm", "xlsb", "xls", "ods", "parquet", "arrow", "feather", "json", "ndjson", "jsonl",
];

/// Bytes of a file's beginning that are looked at to tell whether it can be a table.
const SNIFFED_BYTES: u64 = 64 * 1024;

/// The files behind `paths` by the bare name under which the script reads them. A folder stands for the tables in it.
///
/// # Errors
/// Names the file that is missing, unreadable, empty or no table, or the name that two files share.
pub fn inputs(paths: &[PathBuf]) -> Result<BTreeMap<String, PathBuf>, UsageError> {
    files(paths, check_table)
}

/// The same for files that are looked into later, whatever they hold.
///
/// # Errors
/// Names the file that is missing or unreadable, or the name that two files share.
pub fn unchecked(paths: &[PathBuf]) -> Result<BTreeMap<String, PathBuf>, UsageError> {
    files(paths, |path| start_of(path).map(drop))
}

fn files(
    paths: &[PathBuf],
    check: fn(&Path) -> Result<(), UsageError>,
) -> Result<BTreeMap<String, PathBuf>, UsageError> {
    let mut inputs = BTreeMap::new();
    for path in paths {
        if path.is_dir() {
            for file in tables_in(path)? {
                add(&mut inputs, &file, check)?;
            }
        } else {
            add(&mut inputs, path, check)?;
        }
    }
    Ok(inputs)
}

fn add(
    inputs: &mut BTreeMap<String, PathBuf>,
    path: &Path,
    check: fn(&Path) -> Result<(), UsageError>,
) -> Result<(), UsageError> {
    let name = path.file_name().and_then(|name| name.to_str());
    let name =
        name.ok_or_else(|| UsageError(format!("{}: its name is not readable text; rename it", path.display())))?;
    check(path)?;
    let path_here = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    match inputs.insert(name.to_owned(), path_here.clone()) {
        Some(other) if other != path_here => Err(UsageError(format!(
            "two files are named {name}: {} and {}; a script reads files by name, so rename one",
            other.display(),
            path.display()
        ))),
        _ => Ok(()),
    }
}

fn tables_in(folder: &Path) -> Result<Vec<PathBuf>, UsageError> {
    let unreadable = |error: std::io::Error| UsageError(format!("{} cannot be read: {error}", folder.display()));
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let extension = path
            .extension()
            .and_then(|extension| extension.to_str())
            .unwrap_or_default();
        if path.is_file()
            && TABLE_EXTENSIONS
                .iter()
                .any(|known| known.eq_ignore_ascii_case(extension))
        {
            files.push(path);
        }
    }
    if files.is_empty() {
        return Err(UsageError(format!(
            "{} holds no table (.csv, .tsv, .tab, .xlsx, .xls, .ods, .parquet, .arrow, .json or .ndjson)",
            folder.display()
        )));
    }
    files.sort();
    Ok(files)
}

/// Whether the file can be read and looks like a table.
fn check_table(path: &Path) -> Result<(), UsageError> {
    match not_a_table(&start_of(path)?) {
        Some(what) => Err(UsageError(format!("{} {what}", path.display()))),
        None => Ok(()),
    }
}

fn start_of(path: &Path) -> Result<Vec<u8>, UsageError> {
    let shown = path.display();
    let mut start = Vec::new();
    let read = path.metadata().and_then(|metadata| {
        // A pipe may never end, nor even open.
        if !metadata.is_file() {
            return Err(std::io::Error::other("it is not a file"));
        }
        File::open(path)?.take(SNIFFED_BYTES).read_to_end(&mut start)
    });
    match read {
        Ok(_) => Ok(start),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err(UsageError(format!("{shown} is missing"))),
        Err(error) => Err(UsageError(format!("{shown} cannot be read: {error}"))),
    }
}

/// What the beginning of a file says against its being a table.
fn not_a_table(start: &[u8]) -> Option<&'static str> {
    let text = start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(start).trim_ascii_start();
    if text.is_empty() {
        return Some("is empty");
    }
    Some(match text {
        _ if text.starts_with(b"%PDF") => "is a PDF; scripts read tables",
        _ if text.starts_with(b"\x89PNG") || text.starts_with(b"\xFF\xD8\xFF") => "is an image; scripts read tables",
        _ if text.starts_with(b"\xFF\xFE") || text.starts_with(b"\xFE\xFF") => "is text in UTF-16; save it as UTF-8",
        // Scripts read these by read_excel, read_parquet, read_ipc and read_csv.
        _ if [&b"PK\x03\x04"[..], b"\xD0\xCF\x11\xE0", b"PAR1", b"ARROW1", b"\x1F\x8B"]
            .iter()
            .any(|head| text.starts_with(head)) =>
        {
            return None;
        }
        _ if text.contains(&0) => "is neither text nor a known kind of table",
        _ if text.len() > 1 && text[0] == b'<' && (text[1] == b'!' || text[1].is_ascii_alphabetic()) => {
            "is a web page or XML; scripts read tables"
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_a_table_is_told_apart() {
        let check = |start: &[u8], expected: Option<&str>| {
            let told = not_a_table(start);
            assert_eq!(told.is_some(), expected.is_some(), "{start:?}: {told:?}");
            assert!(
                told.unwrap_or_default().contains(expected.unwrap_or_default()),
                "{start:?}: {told:?}"
            );
        };
        check(b"a,b\n1,2\n", None);
        check(b"\xEF\xBB\xBFa;b\n", None);
        check(b"name\nJos\xE9\n", None);
        check(b"", Some("empty"));
        check(b" \n\n", Some("empty"));
        check(b"PK\x03\x04rest", None);
        check(b"PAR1\0\0", None);
        check(b"\x89PNG\r\n", Some("image"));
        check(b"<!DOCTYPE html>", Some("web page"));
        check(b"{\"a\": 1}", None);
        check(b"a\x00b", Some("neither text"));
    }
}
