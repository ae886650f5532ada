//! Turns uploaded bytes into the bytes of a table as scripts read them: unpacked, UTF-8, lines that end in a newline.
//!
//! Most uploads are that already and are used as they are. What is not a table by its first look (an image, a
//! workbook, a page of the web) is told so here; whether the text is a table is found out later, in the sandbox.
//! Everything streams, and no name inside an archive is ever used as a path. Blocks: call it off the async threads.

mod archive;

use std::{
    fs::File,
    io::{self, BufReader, Read, Seek, SeekFrom, Write},
    path::Path,
};

use anyhow::Context;
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{CoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE};
use flate2::read::MultiGzDecoder;
use memchr::memchr_iter;

use super::Problem;
use crate::objects::{Spool, Spooled, Spooling};

/// Bytes that are looked at to tell what the content is.
const HEAD_BYTES: usize = 4096;
/// Bytes from which an encoding is guessed, around the first that is not UTF-8.
const GUESS_BYTES: usize = 1 << 20;
/// How often as large as packed something may be unpacked. Tables reach 100 where they repeat themselves a lot; what
/// is made to fill disks comes close to 1,032, the most there can be.
const RATIO_MAX: u64 = 300;
/// Bytes up to which the ratio does not matter.
const RATIO_FREE_BYTES: u64 = 16 << 20;
const BUFFER_BYTES: usize = 256 << 10;
const GZIP: &[u8] = b"\x1f\x8b";
/// A compound file: an Excel workbook of before 2007, or one with a password.
const COMPOUND: &[u8] = b"\xd0\xcf\x11\xe0";

/// What became of an upload.
#[derive(Debug)]
pub enum Content {
    /// Text, perhaps a table.
    Text {
        /// The bytes that scripts read, where they are not the uploaded ones.
        made: Option<Spooled>,
        /// What the text was encoded in, by the names of the WHATWG Encoding Standard, in lower case.
        encoding: String,
    },
    /// A table in another form than text, which the sandbox has to read.
    Convert {
        /// Its bytes, where they are not the uploaded ones.
        made: Option<Spooled>,
        form: Form,
    },
    /// Several files, by name.
    Several(Vec<(String, Spooled)>),
    NotText(Problem),
}

/// A form of tables that is not text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Excel's since 2007.
    Xlsx,
    /// Excel's of before (.xls), or its binary one (.xlsb).
    Binary,
    /// A spreadsheet in the `OpenDocument` format.
    Ods,
    /// One document, or one value a line.
    Json,
    Parquet,
    /// Arrow's, which is Feather's as well.
    Arrow,
}

/// Why there is no content: the bytes' fault, or ours.
enum Stop {
    Problem(Problem),
    Failed(anyhow::Error),
}

type Outcome<T> = Result<T, Stop>;

impl From<anyhow::Error> for Stop {
    fn from(error: anyhow::Error) -> Self {
        Self::Failed(error)
    }
}

/// What `source` holds. What has to be made of it lands in `spool` and has at most `max_bytes`.
pub fn read(source: &Path, spool: &Spool, max_bytes: u64) -> anyhow::Result<Content> {
    match content(source, spool, max_bytes) {
        Ok(content) => Ok(content),
        Err(Stop::Problem(problem)) => Ok(Content::NotText(problem)),
        Err(Stop::Failed(error)) => Err(error),
    }
}

fn content(source: &Path, spool: &Spool, max_bytes: u64) -> Outcome<Content> {
    let mut made = None;
    let first = head(source)?;
    if first.starts_with(b"PK") {
        made = match archive::open(source, spool, max_bytes)? {
            archive::Opened::One(file) => Some(file),
            archive::Opened::Several(files) => return Ok(Content::Several(files)),
            archive::Opened::Workbook(form) => return Ok(Content::Convert { made: None, form }),
        };
    } else if first.starts_with(GZIP) {
        let file = File::open(source).context("opening a packed file")?;
        let packed = file.metadata().context("opening a packed file")?.len();
        made = Some(inflate(
            MultiGzDecoder::new(BufReader::new(file)),
            packed,
            spool,
            max_bytes,
        )?);
    }
    let path = made.as_ref().map_or(source, Spooled::path);
    let first = head(path)?;
    if let Some(form) = form_of(&first, path)? {
        return Ok(Content::Convert { made, form });
    }
    refuse_known(&first)?;
    text(source, made, spool, max_bytes)
}

/// The form of a table that its first bytes tell.
fn form_of(head: &[u8], path: &Path) -> Outcome<Option<Form>> {
    if head.starts_with(b"PK") {
        return archive::workbook(path);
    }
    let text = String::from_utf8_lossy(head);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let inside = |open| text.strip_prefix(open).map(str::trim_start);
    let object = inside('{').is_some_and(|rest| rest.starts_with('"') && rest.contains("\":") || rest.contains("\" :"));
    let list = inside('[').is_some_and(|rest| rest.starts_with(['{', '[']));
    Ok(match head {
        _ if head.starts_with(b"PAR1") => Some(Form::Parquet),
        _ if head.starts_with(b"ARROW1") => Some(Form::Arrow),
        _ if head.starts_with(COMPOUND) => Some(Form::Binary),
        _ if object || list => Some(Form::Json),
        _ => None,
    })
}

fn text(source: &Path, mut made: Option<Spooled>, spool: &Spool, max_bytes: u64) -> Outcome<Content> {
    let path = made.as_ref().map_or(source, Spooled::path);
    let seen = survey(path)?;
    let (encoding, bom) = encoding_of(path, &seen)?;
    let recoded = encoding != UTF_8 || bom > 0 || seen.invalid_at.is_some();
    if recoded {
        made = Some(transcode(path, spool, encoding, bom, max_bytes)?);
    }
    let path = made.as_ref().map_or(source, Spooled::path);
    let seen = if recoded { survey(path)? } else { seen };
    if let Some(line) = seen.nul_line {
        return Err(problem(
            "The file contains zero bytes, so it is not text. Save it as CSV in UTF-8 and upload it again.",
            Some(line),
        ));
    }
    if seen.blank {
        return Err(problem("The file is empty.", None));
    }
    if seen.returns > 0 && seen.newlines == 0 {
        made = Some(end_lines(path, spool)?);
    }
    Ok(Content::Text {
        made,
        encoding: encoding.name().to_ascii_lowercase(),
    })
}

fn problem(message: impl Into<String>, line: Option<u64>) -> Stop {
    Stop::Problem(Problem {
        message: message.into(),
        line,
    })
}

fn head(path: &Path) -> anyhow::Result<Vec<u8>> {
    let mut head = Vec::new();
    let file = File::open(path).context("opening a file's bytes")?;
    file.take(HEAD_BYTES as u64)
        .read_to_end(&mut head)
        .context("reading a file's bytes")?;
    Ok(head)
}

/// Says what it is where the first bytes tell that it is something else than a table.
fn refuse_known(head: &[u8]) -> Outcome<()> {
    let known: [(&[u8], &str); 11] = [
        (b"PK", "an archive or a workbook inside an archive"),
        (GZIP, "packed twice. Pack it once"),
        (
            b"\x28\xb5\x2f\xfd",
            "packed with zstd. Unpack it, or pack it as zip or gzip",
        ),
        (b"BZh", "packed with bzip2. Unpack it, or pack it as zip"),
        (b"7z\xbc\xaf\x27\x1c", "packed with 7-Zip. Unpack it, or pack it as zip"),
        (b"Rar!", "packed with RAR. Unpack it, or pack it as zip"),
        (b"\xfd7zXZ", "packed with xz. Unpack it, or pack it as zip"),
        (b"%PDF-", "a PDF. Export its table as CSV"),
        (b"SQLite format 3", "an SQLite database. Export its table as CSV"),
        (b"\x89PNG", "an image"),
        (b"\xff\xd8\xff", "an image"),
    ];
    if let Some((_, what)) = known.iter().find(|(magic, _)| head.starts_with(magic)) {
        return Err(problem(format!("This is {what}."), None));
    }
    let text = String::from_utf8_lossy(head)
        .trim_start_matches('\u{feff}')
        .trim_start()
        .to_ascii_lowercase();
    if ["<!doctype", "<html", "<?xml", "<table"]
        .iter()
        .any(|tag| text.starts_with(tag))
    {
        return Err(problem("This is a web page or XML. Save its table as CSV.", Some(1)));
    }
    Ok(())
}

/// What one pass over the bytes finds.
#[derive(Debug, Default)]
struct Survey {
    /// Where the first byte is that is not UTF-8.
    invalid_at: Option<u64>,
    /// The line of the first zero byte.
    nul_line: Option<u64>,
    newlines: u64,
    returns: u64,
    /// There is nothing but white space and zero bytes.
    blank: bool,
}

fn survey(path: &Path) -> anyhow::Result<Survey> {
    let mut file = File::open(path).context("opening a file's bytes")?;
    let mut seen = Survey {
        blank: true,
        ..Survey::default()
    };
    let (mut buffer, mut kept, mut offset) = (vec![0; BUFFER_BYTES], 0, 0);
    loop {
        let read = file.read(&mut buffer[kept..]).context("reading a file's bytes")?;
        let bytes = &buffer[kept..kept + read];
        if seen.nul_line.is_none()
            && let Some(at) = memchr::memchr(0, bytes)
        {
            seen.nul_line = Some(seen.newlines + memchr_iter(b'\n', &bytes[..at]).count() as u64 + 1);
        }
        seen.newlines += memchr_iter(b'\n', bytes).count() as u64;
        seen.returns += memchr_iter(b'\r', bytes).count() as u64;
        seen.blank &= bytes.iter().all(|byte| byte.is_ascii_whitespace() || *byte == 0);
        let all = &buffer[..kept + read];
        let mut next = 0;
        if seen.invalid_at.is_none()
            && let Err(error) = std::str::from_utf8(all)
        {
            let cut_short = error.error_len().is_none() && read > 0;
            if cut_short {
                next = all.len() - error.valid_up_to();
            } else {
                seen.invalid_at = Some(offset + error.valid_up_to() as u64);
            }
        }
        if read == 0 {
            return Ok(seen);
        }
        let end = kept + read;
        offset += (end - next) as u64;
        buffer.copy_within(end - next..end, 0);
        kept = next;
    }
}

/// The encoding, and how many bytes of a byte order mark stand before the text.
fn encoding_of(path: &Path, seen: &Survey) -> anyhow::Result<(&'static Encoding, u64)> {
    let head = head(path)?;
    if let Some((encoding, bom)) = Encoding::for_bom(&head) {
        return Ok((encoding, bom as u64));
    }
    // Text in the first 256 characters of Unicode has every second byte zero.
    let zeros = |from: usize| head.iter().skip(from).step_by(2).filter(|byte| **byte == 0).count();
    let (first, second) = (zeros(0), zeros(1));
    if head.len() >= 4 && first.max(second) > head.len() * 2 / 5 && first.min(second) < head.len() / 50 + 1 {
        return Ok((if second > first { UTF_16LE } else { UTF_16BE }, 0));
    }
    let Some(invalid_at) = seen.invalid_at else {
        return Ok((UTF_8, 0));
    };
    let mut file = File::open(path).context("opening a file's bytes")?;
    let start = invalid_at.saturating_sub(GUESS_BYTES as u64 / 2);
    file.seek(SeekFrom::Start(start)).context("reading a file's bytes")?;
    let mut sample = Vec::new();
    file.take(GUESS_BYTES as u64)
        .read_to_end(&mut sample)
        .context("reading a file's bytes")?;
    if is_damaged_utf8(&sample) {
        return Ok((UTF_8, 0));
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(&sample, true);
    Ok((detector.guess(None, Utf8Detection::Deny), 0))
}

/// Whether the text is UTF-8 but for a few places.
fn is_damaged_utf8(sample: &[u8]) -> bool {
    let (mut good, mut bad) = (0, 0);
    for chunk in sample.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    good > bad * 10
}

fn transcode(source: &Path, spool: &Spool, encoding: &'static Encoding, skip: u64, max_bytes: u64) -> Outcome<Spooled> {
    let mut file = File::open(source).context("opening a file's bytes")?;
    file.seek(SeekFrom::Start(skip)).context("reading a file's bytes")?;
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut made = create(spool)?;
    let (mut input, mut output) = (vec![0; BUFFER_BYTES], vec![0; BUFFER_BYTES * 2]);
    loop {
        let read = file.read(&mut input).context("reading a file's bytes")?;
        let mut rest = &input[..read];
        loop {
            let (result, consumed, written, _) = decoder.decode_to_utf8(rest, &mut output, read == 0);
            add(&mut made, &output[..written], max_bytes)?;
            rest = &rest[consumed..];
            if result == CoderResult::InputEmpty {
                break;
            }
        }
        if read == 0 {
            return Ok(made.finish_here()?);
        }
    }
}

/// Carriage returns alone, as old Macintoshes ended lines, become newlines.
fn end_lines(source: &Path, spool: &Spool) -> Outcome<Spooled> {
    let mut file = File::open(source).context("opening a file's bytes")?;
    let mut made = create(spool)?;
    let mut buffer = vec![0; BUFFER_BYTES];
    loop {
        let read = file.read(&mut buffer).context("reading a file's bytes")?;
        if read == 0 {
            return Ok(made.finish_here()?);
        }
        for byte in &mut buffer[..read] {
            if *byte == b'\r' {
                *byte = b'\n';
            }
        }
        made.write_all(&buffer[..read]).context("writing a table")?;
    }
}

/// Unpacks what is `packed` bytes long, as far as a table can be.
fn inflate(mut file: impl Read, packed: u64, spool: &Spool, max_bytes: u64) -> Outcome<Spooled> {
    let packed = packed.max(1);
    let mut made = create(spool)?;
    let mut buffer = vec![0; BUFFER_BYTES];
    loop {
        let read = match file.read(&mut buffer) {
            Ok(0) => return Ok(made.finish_here()?),
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(problem(format!("The archive is damaged: {error}."), None)),
        };
        add(&mut made, &buffer[..read], max_bytes)?;
        if made.bytes() > RATIO_FREE_BYTES && made.bytes() / packed > RATIO_MAX {
            return Err(problem(
                format!("The archive unpacks to more than {RATIO_MAX} times its size, which no table does."),
                None,
            ));
        }
    }
}

fn add(made: &mut Spooling, bytes: &[u8], max_bytes: u64) -> Outcome<()> {
    if made.bytes() + bytes.len() as u64 > max_bytes {
        return Err(problem(
            format!("Unpacked and in UTF-8, the file has more than {max_bytes} bytes, the limit for a table."),
            None,
        ));
    }
    made.write_all(bytes).context("writing a table")?;
    Ok(())
}

fn create(spool: &Spool) -> anyhow::Result<Spooling> {
    spool.create().context("making a file for a table")
}
