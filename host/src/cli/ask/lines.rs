//! Questions, line by line: from a terminal with a history, else from whatever standard input is.

use std::io::{IsTerminal, stdin};

use anyhow::{Context, Result};
use rustyline::{DefaultEditor, error::ReadlineError};
use tokio::task::spawn_blocking;

const PROMPT: &str = "> ";

/// Where questions come from.
pub enum Lines {
    /// `None` while a line is being read.
    Terminal(Option<Box<DefaultEditor>>),
    Pipe,
}

/// What was typed.
#[derive(Debug, PartialEq, Eq)]
pub enum Line {
    Question(String),
    /// An empty line, or one that was given up.
    Nothing,
    End,
}

impl Lines {
    pub fn open() -> Result<Self> {
        if !stdin().is_terminal() {
            return Ok(Self::Pipe);
        }
        let editor = DefaultEditor::new().context("opening the terminal")?;
        Ok(Self::Terminal(Some(Box::new(editor))))
    }

    pub async fn next(&mut self) -> Result<Line> {
        match self {
            Self::Terminal(editor) => {
                let mut taken = editor.take().context("an earlier line was not read to its end")?;
                let read = spawn_blocking(move || {
                    let read = taken.readline(PROMPT);
                    (taken, read)
                });
                let (mut back, read) = read.await.context("reading a line")?;
                let line = match read {
                    Ok(line) => question(&line),
                    Err(ReadlineError::Interrupted) => Line::Nothing,
                    Err(ReadlineError::Eof) => Line::End,
                    Err(error) => return Err(error).context("reading from the terminal"),
                };
                if let Line::Question(question) = &line {
                    // What cannot be remembered is asked nevertheless.
                    let _ = back.add_history_entry(question);
                }
                *editor = Some(back);
                Ok(line)
            }
            Self::Pipe => {
                let read = spawn_blocking(|| {
                    let mut line = String::new();
                    stdin().read_line(&mut line).map(|bytes| (bytes, line))
                });
                let read = read.await.context("reading a line")?;
                let (bytes, line) = read.context("reading standard input")?;
                Ok(if bytes == 0 { Line::End } else { question(&line) })
            }
        }
    }
}

fn question(line: &str) -> Line {
    match line.trim() {
        "" => Line::Nothing,
        question => Line::Question(question.to_owned()),
    }
}
