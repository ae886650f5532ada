//! `glovebox reference`: what a script may call.

use std::io::Write;

use anyhow::{Context, Result};

use super::{Exit, UsageError};
use crate::reference;

/// Prints the reference; for a prompt, its size in tokens goes to standard error.
pub fn print(for_prompt: bool, module: Option<&str>) -> Result<Exit> {
    let text = if for_prompt {
        Some(reference::SCRIPTS.to_owned())
    } else {
        reference::full(module)
    };
    let text = text.ok_or_else(|| {
        let known: Vec<&str> = reference::modules().collect();
        UsageError(format!(
            "there is no reference for {}, because it is the library itself or not available here; there is {}",
            module.unwrap_or_default(),
            known.join(", ")
        ))
    })?;
    // A reader that stops reading (`| head`) is no failure.
    let _ = std::io::stdout().write_all(text.as_bytes());
    if for_prompt {
        let tokens = tiktoken_rs::o200k_base()
            .context("loading the tokenizer")?
            .encode_ordinary(&text)
            .len();
        eprintln!("{tokens} tokens (o200k_base), {} bytes", text.len());
    }
    Ok(Exit::Done)
}
