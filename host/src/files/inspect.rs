//! What a file on this machine holds: makes a table of its bytes where it has to, has the sandbox profile it, and finds
//! its rows.
//!
//! The same for what is uploaded to a server and for what somebody names on the command line.

use std::{collections::HashSet, path::Path};

use anyhow::Context;
use tokio::task::spawn_blocking;

use super::{
    Problem,
    convert::{self, Converted},
    names,
    normalise::{self, Content},
    profile::{self, Found, Hints, Note, PartialProfile, Profile},
    rows::{self, RowIndex, Shape},
    settings::ReadingSettings,
};
use crate::{
    error::Result,
    objects::{Spool, Spooled},
    sandbox::Sandbox,
};

/// The tools and the limits of a look.
#[derive(Clone)]
pub struct Looking<'a> {
    pub spool: &'a Spool,
    pub sandbox: &'a Sandbox,
    /// Bytes that a table may have, unpacked and in UTF-8.
    pub unpacked_max_bytes: u64,
    /// Bytes above which figures are of the first rows alone.
    pub exact_max_bytes: u64,
    /// How people have set the file to be read.
    pub settings: &'a ReadingSettings,
    /// Whether trouble in the sandbox is an error, for another try; else it is taken for the file's own.
    pub may_fail: bool,
}

/// What a file holds.
#[derive(Debug)]
pub enum Verdict {
    Table(Box<InspectedTable>),
    /// Several tables, each a file of its own, by name.
    Several(Vec<(String, Spooled)>),
    NotATable(Problem),
}

/// A file that is a table.
#[derive(Debug)]
pub struct InspectedTable {
    /// The bytes that scripts read, where they are not the file's own.
    pub made: Option<Spooled>,
    pub profile: Profile,
    pub index: RowIndex,
}

impl Looking<'_> {
    /// Finds out what the file at `path` holds, which people call `name`.
    pub async fn look(&self, path: &Path, name: &str) -> Result<Verdict> {
        let (source, spool, max_bytes) = (path.to_owned(), self.spool.clone(), self.unpacked_max_bytes);
        let read = spawn_blocking(move || normalise::read(&source, &spool, max_bytes));
        let (made, encoding, told) = match read.await.context("reading a file")?? {
            Content::Text { made, encoding } => (made, encoding, Vec::new()),
            Content::NotText(problem) => return Ok(Verdict::NotATable(problem)),
            Content::Several(files) => return Ok(Verdict::Several(parts(name, files))),
            Content::Convert { made, form } => {
                let source = made.as_ref().map_or(path, Spooled::path);
                match convert::run(self.sandbox, self.spool, source, form, max_bytes).await? {
                    Converted::Tables { mut tables, notes } if tables.len() == 1 => {
                        let only = tables.pop().map(|(_, table)| table);
                        (only, "utf-8".to_owned(), notes)
                    }
                    Converted::Tables { tables, .. } => {
                        let named = tables.into_iter().map(|(sheet, table)| (format!("{sheet}.csv"), table));
                        return Ok(Verdict::Several(parts(name, named.collect())));
                    }
                    Converted::NotATable(problem) => return Ok(Verdict::NotATable(problem)),
                    Converted::Trouble { message, again } => {
                        return Ok(Verdict::NotATable(self.trouble(message, again)?));
                    }
                }
            }
        };
        let table = made.as_ref().map_or(path, Spooled::path);
        let (mut draft, row_count, index) = match self.profile(table, name).await? {
            Ok(found) => found,
            Err(problem) => return Ok(Verdict::NotATable(problem)),
        };
        let told = told.into_iter().map(|text| Note {
            column: None,
            text,
            fix: None,
        });
        draft.notes.splice(0..0, told);
        if !draft.sampled && draft.profiled_rows != row_count {
            tracing::warn!(
                profiled = draft.profiled_rows,
                counted = row_count,
                "two counts of a table's rows differ"
            );
        }
        Ok(Verdict::Table(Box::new(InspectedTable {
            profile: finish(*draft, encoding, row_count),
            made,
            index,
        })))
    }

    /// Trouble in the sandbox as the file's own, unless another try may help.
    fn trouble(&self, message: String, again: bool) -> Result<Problem> {
        if again && self.may_fail {
            return Err(anyhow::anyhow!("looking into a file ended: {message}").into());
        }
        tracing::warn!(message, "a file could not be looked into");
        Ok(Problem {
            message: format!("The file could not be analysed: {message}"),
            line: None,
        })
    }

    /// The sandbox's draft and the rows, or why there are none.
    async fn profile(
        &self,
        table: &Path,
        name: &str,
    ) -> Result<std::result::Result<(Box<PartialProfile>, u64, RowIndex), Problem>> {
        let name = name.to_lowercase();
        let mut hints = Hints {
            exact_bytes: self.exact_max_bytes,
            quotes: true,
            tabs: name.contains(".tsv") || name.contains(".tab"),
            settings: self.settings.clone(),
        };
        let mut first_problem = None;
        loop {
            let draft = match profile::run(self.sandbox, table, &hints).await? {
                Found::Table(draft) => draft,
                Found::NotATable(problem) => return Ok(Err(problem)),
                Found::Trouble { message, again } => return Ok(Err(self.trouble(message, again)?)),
            };
            let shape = Shape {
                dialect: draft.dialect,
                header: draft.header,
                columns: draft.column_count as usize,
                layout: draft.layout.clone(),
            };
            let path = table.to_owned();
            let scanned = spawn_blocking(move || rows::scan(&path, &shape))
                .await
                .context("finding rows")??;
            match scanned {
                Ok(_) if draft.ragged => {
                    return Ok(Err(Problem {
                        message: "A row has more fields than the table has columns.".to_owned(),
                        line: None,
                    }));
                }
                Ok((row_count, index)) => return Ok(Ok((draft, row_count, index))),
                // In a table without quoting, a quote may open nothing.
                Err(problem) if draft.sampled && hints.quotes && draft.dialect.quote.is_some() => {
                    first_problem = Some(problem);
                    hints.quotes = false;
                }
                Err(problem) => return Ok(Err(first_problem.unwrap_or(problem))),
            }
        }
    }
}

/// Bytes of a part's name.
const PART_NAME_MAX_BYTES: usize = 200;

/// The tables of a file by names that say which file they are of, all different.
fn parts(name: &str, files: Vec<(String, Spooled)>) -> Vec<(String, Spooled)> {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let mut taken = HashSet::new();
    let named = files.into_iter().map(|(part, bytes)| {
        let part = names::plain(&part.replace(['/', '\\'], "_"));
        let (part_stem, ending) = part.rsplit_once('.').unwrap_or((&part, "csv"));
        let mut end = PART_NAME_MAX_BYTES.min(stem.len() + part_stem.len() + 3);
        let whole = format!("{stem} - {part_stem}");
        while !whole.is_char_boundary(end) {
            end -= 1;
        }
        let mut name = format!("{}.{ending}", &whole[..end]);
        let mut number = 2;
        while !taken.insert(name.to_lowercase()) {
            name = format!("{} ({number}).{ending}", &whole[..end]);
            number += 1;
        }
        (name, bytes)
    });
    named.collect()
}

fn finish(draft: PartialProfile, encoding: String, row_count: u64) -> Profile {
    let text = |byte: u8| char::from(byte).to_string();
    Profile {
        delimiter: text(draft.dialect.delimiter),
        quote: draft.dialect.quote.map(text),
        encoding,
        header: draft.header,
        row_count,
        column_count: draft.column_count,
        sampled: draft.sampled,
        profiled_rows: draft.profiled_rows,
        layout: draft.layout,
        read: draft.read,
        read_text: draft.read_text,
        notes: draft.notes,
        columns: draft.columns,
    }
}
