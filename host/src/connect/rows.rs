//! Rows on their way: counted, cut where there are too many, and handed on.

use serde::Serialize;
use utoipa::ToSchema;

use super::{Caps, Kind, Problem, Sink};
use crate::error::Result;

/// A column of a result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, serde::Deserialize, ToSchema)]
#[schema(as = ResultColumn)]
pub struct Column {
    pub name: String,
    /// The engine's name for it.
    pub data_type: String,
}

/// How a query ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ending {
    pub rows: u64,
    /// Of the values.
    pub bytes: u64,
    /// Whether there were more than were read.
    pub truncated: bool,
    /// The server's product and version.
    pub server: String,
}

/// Counts rows and hands them to a sink, up to the caps.
pub struct Rows<'a, S> {
    sink: &'a mut S,
    caps: Caps,
    columns: Vec<Column>,
    count: u64,
    bytes: u64,
    truncated: bool,
}

impl<'a, S: Sink> Rows<'a, S> {
    pub(super) fn new(sink: &'a mut S, caps: Caps) -> Self {
        Self {
            sink,
            caps,
            columns: Vec::new(),
            count: 0,
            bytes: 0,
            truncated: false,
        }
    }

    pub(super) async fn columns(&mut self, columns: Vec<Column>) -> Result<()> {
        self.sink.columns(&columns).await?;
        self.columns = columns;
        Ok(())
    }

    /// Hands a row on; false where no more are wanted.
    pub(super) async fn row(&mut self, cells: &[Option<String>]) -> Result<bool> {
        let size = |cell: &Option<String>| cell.as_ref().map_or(0, String::len);
        if let Some(at) = cells.iter().position(|cell| size(cell) > self.caps.cell_bytes) {
            let name = self.columns.get(at).map_or("", |column| column.name.as_str());
            let message = format!(
                "A value in the column {name} has {} bytes; the limit is {}. Leave the column out, or shorten it with \
                 a function.",
                size(&cells[at]),
                self.caps.cell_bytes
            );
            return Err(Problem::new(Kind::Value, message).into());
        }
        // A separator stands behind each value.
        let bytes = cells.iter().map(|cell| size(cell) as u64 + 1).sum::<u64>();
        if self.count >= self.caps.rows || self.bytes + bytes > self.caps.bytes {
            self.truncated = true;
            return Ok(false);
        }
        self.sink.row(cells).await?;
        self.count += 1;
        self.bytes += bytes;
        Ok(true)
    }

    pub(super) fn ending(self, server: String) -> Ending {
        Ending {
            rows: self.count,
            bytes: self.bytes,
            truncated: self.truncated,
            server,
        }
    }
}

/// Rows that are kept as they are, such as those of a schema.
#[derive(Debug, Default)]
pub(super) struct Kept(pub(super) Vec<Vec<Option<String>>>);

impl Sink for Kept {
    async fn columns(&mut self, _: &[Column]) -> Result<()> {
        Ok(())
    }

    async fn row(&mut self, cells: &[Option<String>]) -> Result<()> {
        self.0.push(cells.to_vec());
        Ok(())
    }
}
