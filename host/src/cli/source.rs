//! A script from a file or from standard input.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use anyhow::Result;

use super::UsageError;

/// Bytes of a script. With everything else of a job it has to fit into one frame to the sandbox.
const SCRIPT_MAX_BYTES: u64 = 2 << 20;

/// Bytes of all parameters together, names included.
const PARAMETERS_MAX_BYTES: usize = 256 << 10;

/// A script's name, as tracebacks give it, and its text.
pub struct Source {
    pub name: String,
    pub text: String,
}

impl Source {
    /// Reads the script; `-` is standard input.
    ///
    /// # Errors
    /// Where it cannot be read, is no file, no UTF-8, or too long.
    pub fn read(path: &Path) -> Result<Self, UsageError> {
        if path == Path::new("-") {
            let text = text(io::stdin(), SCRIPT_MAX_BYTES)
                .map_err(|error| UsageError(format!("the script on standard input cannot be read: {error}")))?;
            return Ok(Self {
                name: "script.py".to_owned(),
                text: without_mark(text),
            });
        }
        let text = read_text(path, SCRIPT_MAX_BYTES)
            .map_err(|error| UsageError(format!("the script {} cannot be read: {error}", path.display())))?;
        let name = path
            .file_name()
            .map_or_else(|| "script.py".to_owned(), |name| name.to_string_lossy().into_owned());
        Ok(Self {
            name,
            text: without_mark(text),
        })
    }
}

/// Whether a job can carry the parameters.
///
/// # Errors
/// Where they are too long.
pub fn check_parameters(parameters: &[(String, serde_json::Value)]) -> Result<(), UsageError> {
    let bytes: usize = parameters
        .iter()
        .map(|(name, value)| name.len() + value.to_string().len())
        .sum();
    if bytes > PARAMETERS_MAX_BYTES {
        return Err(UsageError(format!(
            "the parameters have {bytes} bytes, more than {PARAMETERS_MAX_BYTES}; pass long texts in a file with --data"
        )));
    }
    Ok(())
}

/// The text of a file of at most `max_bytes`. Pipes and devices, which may never end, are refused unopened.
pub fn read_text(path: &Path, max_bytes: u64) -> io::Result<String> {
    if !path.metadata()?.is_file() {
        return Err(io::Error::other("it is not a file"));
    }
    text(File::open(path)?, max_bytes)
}

fn text(from: impl Read, max_bytes: u64) -> io::Result<String> {
    let mut bytes = Vec::new();
    from.take(max_bytes + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > max_bytes {
        return Err(io::Error::other(format!("it is longer than {max_bytes} bytes")));
    }
    String::from_utf8(bytes).map_err(|_| io::Error::other("it is not text in UTF-8"))
}

/// Python's own reader of files skips the mark by which some editors begin UTF-8.
fn without_mark(text: String) -> String {
    match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    }
}
