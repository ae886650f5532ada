//! What a tile shows: a state, an output, and why there is none.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::PgConnection;
use utoipa::ToSchema;

use super::{Kind, Tile};
use crate::{config::ServerLimits, error::Result, ids::TileId};

/// How tiles are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// What is not kept is run.
    Run,
    /// The same, and what failed is run once more.
    RunFailedAgain,
    /// Nothing is run.
    KeptOnly,
}

impl How {
    /// Whether what is not kept will be there later.
    pub fn runs(self) -> bool {
        self != Self::KeptOnly
    }
}

/// What a tile shows.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = TileResult)]
pub struct Shown {
    pub tile_id: TileId,
    pub state: State,
    /// Key of the result, 64 hexadecimal digits; omitted while it is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Why there is no result, and what to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    /// The chart or the table in the state `done`; in other states the last successful one without filters, if it is
    /// still stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output: Option<Output>,
    /// Whether `output` is from an earlier run.
    pub earlier: bool,
    /// When `output` was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub made_at: Option<DateTime<Utc>>,
    /// The columns it is filtered by.
    pub filtered_by: Vec<String>,
    /// Whether its script reads the clock, so that it is run again on another day.
    pub daily: bool,
}

/// The state of a tile's result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = TileState)]
pub enum State {
    /// It is there.
    Done,
    /// It waits for its run, for the run of a filter, or for a file that is being looked at. Ask again.
    Waiting,
    /// Its script runs. Ask again.
    Running,
    /// The filters leave no rows.
    Empty,
    /// It cannot be had; `problem` says why.
    Failed,
    /// It is not kept, and was not run.
    NotKept,
}

/// Something that a script displayed.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
#[schema(as = TileOutput)]
pub enum Output {
    /// A table: its first rows.
    Table {
        /// Names and types, in order.
        columns: Vec<TableColumn>,
        /// Rows of the whole table.
        row_count: u64,
        /// The first rows, as in [`glovebox_sdk::Table`].
        #[schema(value_type = Vec<Vec<Object>>)]
        rows: Vec<Vec<Value>>,
    },
    /// A chart.
    Chart {
        title: String,
        /// What it shows, in a sentence.
        alt: String,
        /// Its data and encoding, as a Vega-Lite specification; null if that is too large and only the image was kept.
        #[schema(value_type = Option<Object>)]
        spec: Option<Value>,
        /// The name of the stored image.
        image: String,
    },
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = TileColumn)]
pub struct TableColumn {
    pub name: String,
    /// The type in polars notation.
    pub dtype: String,
}
/// A kept or waiting result.
pub(super) struct Row {
    pub state: String,
    pub outcome: Option<String>,
    pub problem: Option<String>,
    pub printed: Option<String>,
    pub outputs: Option<Vec<Output>>,
    pub ended_at: Option<DateTime<Utc>>,
}

impl Shown {
    pub(super) fn show(&mut self, tile: &Tile, row: Option<&Row>, refused: Option<&str>) {
        let Some(row) = row else {
            if let Some(why) = refused {
                (self.state, self.problem) = (State::Failed, Some(why.to_owned()));
            }
            return;
        };
        self.made_at = row.ended_at;
        (self.state, self.problem) = match (row.state.as_str(), row.outcome.as_deref()) {
            ("queued", _) => (State::Waiting, None),
            ("running", _) => (State::Running, None),
            (_, Some("done")) => {
                self.output = pick(tile, row);
                if self.output.is_some() {
                    (State::Done, None)
                } else {
                    let noun = if tile.kind == Kind::Chart { "chart" } else { "table" };
                    let why = format!("The script no longer displays this {noun}.");
                    (State::Failed, Some(why))
                }
            }
            _ => (State::Failed, row.problem.clone()),
        };
    }

    pub(super) fn show_earlier(&mut self, tile: &Tile, row: Option<&Row>) {
        let Some(row) = row else { return };
        self.output = pick(tile, row);
        self.earlier = self.output.is_some();
        self.made_at = row.ended_at.filter(|_| self.earlier);
    }
}

/// The output that a tile is about.
fn pick(tile: &Tile, row: &Row) -> Option<Output> {
    let chart = tile.kind == Kind::Chart;
    let mut outputs = row
        .outputs
        .iter()
        .flatten()
        .filter(|output| matches!(output, Output::Chart { .. }) == chart);
    outputs.nth(tile.output as usize).cloned()
}

/// Removes results that nobody has used for a while. Returns how many.
pub async fn expire(db: &mut PgConnection, now: DateTime<Utc>, limits: &ServerLimits) -> Result<u64> {
    let before = now - TimeDelta::days(limits.tile_result_days.into());
    let gone = sqlx::query!(
        "delete from tile_results where state = 'done' and used_at <= $1",
        before
    )
    .execute(db)
    .await?;
    Ok(gone.rows_affected())
}
