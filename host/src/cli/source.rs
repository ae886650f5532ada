//! A script from a file or from standard input.

use std::{io::Read, path::Path};

use anyhow::Result;

use super::Usage;

/// A script's name, as tracebacks give it, and its text.
pub struct Source {
    pub name: String,
    pub text: String,
}

impl Source {
    /// Reads the script; `-` is standard input.
    pub fn read(path: &Path) -> Result<Self> {
        if path == Path::new("-") {
            let mut text = String::new();
            std::io::stdin()
                .read_to_string(&mut text)
                .map_err(|error| Usage(format!("the script on standard input cannot be read: {error}")))?;
            return Ok(Self {
                name: "script.py".to_owned(),
                text,
            });
        }
        let text = std::fs::read_to_string(path)
            .map_err(|error| Usage(format!("the script {} cannot be read: {error}", path.display())))?;
        let name = path
            .file_name()
            .map_or_else(|| "script.py".to_owned(), |name| name.to_string_lossy().into_owned());
        Ok(Self { name, text })
    }
}
