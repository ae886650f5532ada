//! `glovebox check`: compiles a script in the sandbox and shows its syntax errors.

use std::path::Path;

use anyhow::{Context, Result, bail};
use glovebox_sdk::{Mode, Outcome};

use super::{Exit, run, show, signals::Signals, source::Source};
use crate::sandbox::Task;

/// Compiles the script; a syntax error is shown with its line and a caret.
pub async fn check(script: &Path) -> Result<Exit> {
    let source = Source::read(script)?;
    let task = Task {
        mode: Mode::Check,
        ..Task::new(&source.name, &source.text)
    };
    let Some((mut run, _)) = run::begin(task, Signals::listen()?).await? else {
        return Ok(Exit::Stopped);
    };
    while run.next().await.is_some() {}
    match run.finish().await.context("finishing the check")?.report.outcome {
        Outcome::Done { .. } => {
            println!("{} compiles", show::plain(&script.display().to_string()));
            Ok(Exit::Done)
        }
        Outcome::Fault(fault) => {
            let place = match (fault.line, fault.column) {
                (Some(line), Some(column)) => format!(":{line}:{column}"),
                (Some(line), None) => format!(":{line}"),
                _ => String::new(),
            };
            let told = format!("{}{place}: {}: {}", script.display(), fault.kind, fault.message);
            eprintln!("{}", show::plain(&told));
            let line = fault.line.and_then(|line| (line as usize).checked_sub(1));
            if let Some(text) = line.and_then(|line| source.text.lines().nth(line)) {
                eprintln!("    {}", show::plain(text));
                if let Some(column) = fault.column {
                    eprintln!("    {}^", indent(text, (column as usize).saturating_sub(1)));
                }
            }
            if let Some(hint) = fault.hint {
                eprintln!("Hint: {}", show::plain(&hint));
            }
            Ok(Exit::Fault)
        }
        Outcome::Stopped => Ok(Exit::Stopped),
        other => bail!("{}", show::ending(&other).unwrap_or_default()),
    }
}

/// Blanks as wide as the first `characters` of `text`, tabs kept, so that a caret stands below the right place.
fn indent(text: &str, characters: usize) -> String {
    text.chars()
        .take(characters)
        .map(|character| if character == '\t' { '\t' } else { ' ' })
        .collect()
}
