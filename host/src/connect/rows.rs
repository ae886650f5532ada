//! Rows on their way: counted, cut where there are too many, and handed on.

use serde::Serialize;
use utoipa::ToSchema;

use super::{Caps, Kind, Problem, Sink};
use crate::error::Result;

/// Columns of a result.
const COLUMNS_MAX: usize = 5_000;
/// Bytes of a row's values, as text.
const ROW_MAX_BYTES: usize = 32 << 20;

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
        if columns.len() > COLUMNS_MAX {
            let message = format!(
                "The result has {} columns; the limit is {COLUMNS_MAX}. Name the columns that you need.",
                columns.len()
            );
            return Err(Problem::new(Kind::Value, message).into());
        }
        self.sink.columns(&columns).await?;
        self.columns = columns;
        Ok(())
    }

    /// Bytes that one value may have.
    pub(super) fn cell_max_bytes(&self) -> usize {
        self.caps.cell_bytes
    }

    /// Whether a row may go on after `cells`, so that it ends before it fills the memory.
    pub(super) fn has_room(&self, cells: &[Option<String>], row_bytes: usize) -> Result<(), Problem> {
        let last = cells.last().and_then(Option::as_ref).map_or(0, String::len);
        if last > self.caps.cell_bytes {
            return Err(self.too_large(cells.len() - 1, last));
        }
        if row_bytes > ROW_MAX_BYTES {
            let message = format!("A row has more than {ROW_MAX_BYTES} bytes. Name the columns that you need.");
            return Err(Problem::new(Kind::Value, message));
        }
        Ok(())
    }

    /// Hands a row on; false where no more are wanted.
    pub(super) async fn row(&mut self, cells: &[Option<String>]) -> Result<bool> {
        let size = |cell: &Option<String>| cell.as_ref().map_or(0, String::len);
        if let Some(at) = cells.iter().position(|cell| size(cell) > self.caps.cell_bytes) {
            return Err(self.too_large(at, size(&cells[at])).into());
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

    fn too_large(&self, column: usize, bytes: usize) -> Problem {
        let name = self.columns.get(column).map_or("", |column| column.name.as_str());
        let message = format!(
            "A value in the column {name} has {bytes} bytes; the limit is {}. Leave the column out, or shorten it with a \
             function.",
            self.caps.cell_bytes
        );
        Problem::new(Kind::Value, message)
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn caps() -> Caps {
        Caps {
            connect: Duration::ZERO,
            query: Duration::ZERO,
            rows: 10,
            bytes: 1_000,
            cell_bytes: 10,
        }
    }

    #[tokio::test]
    async fn columns_of_a_result_have_a_most() {
        let mut kept = Kept::default();
        let mut rows = Rows::new(&mut kept, caps());
        let column = Column {
            name: "a".to_owned(),
            data_type: "int4".to_owned(),
        };
        assert!(rows.columns(vec![column.clone(); COLUMNS_MAX]).await.is_ok());
        assert!(rows.columns(vec![column; COLUMNS_MAX + 1]).await.is_err());
    }

    #[test]
    fn a_row_ends_with_its_first_value_that_is_too_large() {
        let mut kept = Kept::default();
        let rows = Rows::new(&mut kept, caps());
        let cell = |bytes: usize| [Some("a".repeat(bytes))];
        assert!(rows.has_room(&cell(10), 10).is_ok());
        assert!(rows.has_room(&cell(11), 11).is_err());
        assert!(rows.has_room(&cell(10), ROW_MAX_BYTES).is_ok());
        assert!(rows.has_room(&cell(10), ROW_MAX_BYTES + 1).is_err());
    }
}
