//! Zip archives: the tables in them, and whether they are workbooks.

use std::{
    fs::File,
    io::{self, BufReader, Read},
    path::Path,
};

use anyhow::Context;
use memchr::memmem;
use zip::{ZipArchive, result::ZipError};

use super::{BUFFER_BYTES, Form, Outcome, Stop, inflate, problem};
use crate::objects::{Spool, Spooled};

/// Files and folders that an archive may have, most of them beside the tables.
const ENTRIES_MAX: usize = 100;
/// Files and folders of a workbook.
const WORKBOOK_ENTRIES_MAX: usize = 10_000;
/// Endings of tables, in lower case.
const TABLES: [&str; 15] = [
    ".csv", ".tsv", ".tab", ".txt", ".json", ".ndjson", ".jsonl", ".parquet", ".arrow", ".feather", ".xlsx", ".xlsm",
    ".xlsb", ".xls", ".ods",
];
/// Beginnings of the names of files that go with tables and are none, in lower case.
const BESIDES: [&str; 8] = [
    "readme",
    "license",
    "licence",
    "desktop.ini",
    "thumbs.db",
    "changelog",
    "notice",
    "datapackage.json",
];

/// What is in an archive.
pub enum Opened {
    One(Spooled),
    /// By the names of the entries, without their folders.
    Several(Vec<(String, Spooled)>),
    /// It is a workbook itself.
    Workbook(Form),
}

type Archive = ZipArchive<BufReader<File>>;

/// Unpacks the tables of an archive.
pub fn open(source: &Path, spool: &Spool, max_bytes: u64) -> Outcome<Opened> {
    let entries = entries_at_most(source, WORKBOOK_ENTRIES_MAX)?;
    let too_many = || {
        problem(
            format!("There are more than {ENTRIES_MAX} entries in the archive. Put fewer files in it."),
            None,
        )
    };
    if entries > WORKBOOK_ENTRIES_MAX {
        return Err(too_many());
    }
    let mut archive = read(source)?;
    if let Some(form) = workbook_of(&archive)? {
        return Ok(Opened::Workbook(form));
    }
    if entries > ENTRIES_MAX {
        return Err(too_many());
    }
    let tables = tables(&archive)?;
    let mut unpack = |at: usize, left: u64| {
        let entry = archive.by_index(at).map_err(unreadable)?;
        let packed = entry.compressed_size();
        inflate(entry, packed, spool, left)
    };
    if let [(at, _)] = tables[..] {
        return Ok(Opened::One(unpack(at, max_bytes)?));
    }
    let (mut files, mut left) = (Vec::new(), max_bytes);
    for (at, name) in tables {
        let file = unpack(at, left)?;
        left -= file.digest().bytes;
        files.push((name, file));
    }
    Ok(Opened::Several(files))
}

/// The form of the workbook at `path`, where it is one.
pub fn workbook(path: &Path) -> Outcome<Option<Form>> {
    if entries_at_most(path, WORKBOOK_ENTRIES_MAX)? > WORKBOOK_ENTRIES_MAX {
        return Ok(None);
    }
    workbook_of(&read(path)?)
}

fn read(source: &Path) -> Outcome<Archive> {
    let file = File::open(source).context("opening an archive")?;
    ZipArchive::new(BufReader::new(file)).map_err(unreadable)
}

fn workbook_of(archive: &Archive) -> Outcome<Option<Form>> {
    let has = |name: &str| archive.index_for_name(name).is_some();
    if has("xl/workbook.xml") {
        return Ok(Some(Form::Xlsx));
    }
    if has("xl/workbook.bin") {
        return Ok(Some(Form::Binary));
    }
    if has("content.xml") && has("META-INF/manifest.xml") {
        return Ok(Some(Form::Ods));
    }
    if has("[Content_Types].xml") {
        return Err(problem(
            "This is a document, not a workbook. Save its table as CSV.",
            None,
        ));
    }
    Ok(None)
}

/// How many entries an archive can have: no more than there are signatures of one (APPNOTE 4.3.12). Stops counting
/// beyond `enough`.
fn entries_at_most(source: &Path, enough: usize) -> anyhow::Result<usize> {
    const SIGNATURE: &[u8] = b"PK\x01\x02";
    let finder = memmem::Finder::new(SIGNATURE);
    let mut file = File::open(source).context("opening an archive")?;
    let (mut buffer, mut kept, mut count) = (vec![0; BUFFER_BYTES], 0, 0);
    loop {
        let read = file.read(&mut buffer[kept..]).context("reading an archive")?;
        let end = kept + read;
        count += finder.find_iter(&buffer[..end]).count();
        if read == 0 || count > enough {
            return Ok(count);
        }
        // A signature can lie across two reads; what is kept is too short to hold a whole one.
        kept = end.min(SIGNATURE.len() - 1);
        buffer.copy_within(end - kept..end, 0);
    }
}

/// The entries that are tables: those that are named so, or the only file that there is.
fn tables(archive: &Archive) -> Outcome<Vec<(usize, String)>> {
    let mut found = Vec::new();
    for at in 0..archive.len() {
        let entry = archive.by_index_data(at).map_err(unreadable)?;
        let name = entry.name().map_err(unreadable)?;
        let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
        if entry.is_dir() || name.starts_with("__MACOSX/") || last.starts_with('.') {
            continue;
        }
        if entry.enclosed_name().is_none() || entry.is_symlink() {
            return Err(problem(
                "The archive has an entry that would leave its folder. Pack the CSV file again, on its own.",
                None,
            ));
        }
        if entry.encrypted() {
            return Err(problem(
                "The archive needs a password. Pack the CSV file without one.",
                None,
            ));
        }
        found.push((at, last.to_owned()));
    }
    let is_table = |name: &str| {
        let name = name.to_lowercase();
        TABLES.iter().any(|ending| name.ends_with(ending)) && !BESIDES.iter().any(|besides| name.starts_with(besides))
    };
    let named: Vec<_> = found.iter().filter(|(_, name)| is_table(name)).cloned().collect();
    if named.is_empty() && found.len() > 1 {
        let message = format!(
            "There are {} files in the archive, and none has the name of a table. Put CSV files in it.",
            found.len()
        );
        return Err(problem(message, None));
    }
    let tables = if named.is_empty() { found } else { named };
    if tables.is_empty() {
        return Err(problem("There are no files in the archive.", None));
    }
    Ok(tables)
}

fn unreadable(error: ZipError) -> Stop {
    match error {
        ZipError::UnsupportedArchive(_) | ZipError::CompressionMethodNotSupported(_) | ZipError::InvalidPassword => {
            problem(
                "The archive's compression is not supported. Pack the CSV file again, as a plain zip.",
                None,
            )
        }
        // A damaged archive points beyond its end.
        ZipError::Io(error) if error.kind() != io::ErrorKind::UnexpectedEof && error.raw_os_error().is_some() => {
            Stop::Failed(anyhow::Error::new(error).context("reading an archive"))
        }
        error => problem(format!("The archive is damaged: {error}."), None),
    }
}
