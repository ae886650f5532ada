//! Conditions of alerts: what a form asks for, and the script of ours that decides it in the sandbox.

use std::{collections::BTreeMap, path::Path};

use anyhow::Context;
use glovebox_sdk::{Event, Limits, Outcome, Receipt};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::{
    config::ServerLimits,
    error::{Error, Result},
    sandbox::{Sandbox, Task},
};

const SCRIPT: &str = include_str!("condition.py");
/// How the script names its input.
const TABLE: &str = "table.csv";
/// Characters of a column's name.
const COLUMN_MAX_CHARS: usize = 1_000;
/// Characters of a label.
const LABEL_MAX_CHARS: usize = 200;

/// What an alert watches in its tile's table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
#[schema(as = AlertCondition)]
pub enum Condition {
    /// A number is beyond a limit.
    Threshold {
        /// The column with the numbers; omitted if there is only one column.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        value_column: Option<String>,
        /// The column that names the rows, each of which is watched; omitted if there is only one row.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        label_column: Option<String>,
        is: Comparison,
        limit: f64,
    },
    /// A number differs from that of the previous check.
    Change {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        value_column: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        label_column: Option<String>,
        direction: Direction,
        /// By this much or more.
        by: f64,
        unit: Unit,
    },
    /// The table has at least one row.
    AnyRow {
        /// Rows with different text in this column are watched separately.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        label_column: Option<String>,
    },
    /// The table has no rows.
    NoData {},
}

/// How a number compares with its limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Comparison {
    Above,
    AtLeast,
    Below,
    AtMost,
}

/// In which direction a number has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ChangeDirection)]
pub enum Direction {
    Up,
    Down,
    Either,
}

/// The unit of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ChangeUnit)]
pub enum Unit {
    Absolute,
    /// Of the earlier number.
    Percent,
}

/// The condition's result for one label.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = WatchedRow)]
pub struct Row {
    /// Empty if the alert watches only one thing.
    pub label: String,
    /// Null if there is no value.
    pub value: Option<f64>,
    pub firing: bool,
}

/// What a run of the script gave.
pub struct Verdict {
    /// The rows, or why there are none, for people.
    pub rows: std::result::Result<Vec<Row>, String>,
    pub receipt: Receipt,
}

impl Condition {
    /// Stops what cannot be meant.
    pub fn check(&self) -> Result<()> {
        let wrong = |name: &str, code, message: &str| Err(Error::invalid(format!("condition.{name}"), code, message));
        let columns = match self {
            Self::Threshold {
                value_column,
                label_column,
                ..
            }
            | Self::Change {
                value_column,
                label_column,
                ..
            } => [value_column.as_ref(), label_column.as_ref()],
            Self::AnyRow { label_column } => [None, label_column.as_ref()],
            Self::NoData {} => [None, None],
        };
        for column in columns.into_iter().flatten() {
            if column.chars().count() > COLUMN_MAX_CHARS || column.contains('\0') {
                return wrong(
                    "value_column",
                    "too_long",
                    "A column's name has at most 1000 characters.",
                );
            }
        }
        match self {
            Self::Threshold { limit, .. } if !limit.is_finite() => {
                wrong("limit", "range", "Give a number as the limit.")
            }
            Self::Change { by, .. } if !(by.is_finite() && *by > 0.0) => {
                wrong("by", "range", "Give a number above 0 to change by.")
            }
            _ => Ok(()),
        }
    }

    /// Whether a label that the table does not have is as it should be.
    pub fn absent_is_quiet(&self) -> bool {
        matches!(self, Self::AnyRow { .. } | Self::NoData {})
    }

    /// What it says of the CSV at `table`, of which the first row alone counts for a `number`. `earlier` has the labels'
    /// numbers of the check before.
    pub async fn run(
        &self,
        sandbox: &Sandbox,
        limits: &ServerLimits,
        table: &Path,
        number: bool,
        earlier: &BTreeMap<String, f64>,
    ) -> Result<Verdict> {
        let defaults = Limits::default();
        let task = Task {
            inputs: vec![(TABLE.to_owned(), table.to_owned())],
            parameters: [
                ("condition".to_owned(), json!(self)),
                ("earlier".to_owned(), json!(earlier)),
                ("number".to_owned(), json!(number)),
                ("labels_max".to_owned(), json!(limits.labels_per_alert)),
                ("label_max_chars".to_owned(), json!(LABEL_MAX_CHARS)),
            ]
            .into(),
            limits: Limits {
                fuel: limits.refresh_fuel.min(defaults.fuel),
                displayed_rows: limits.labels_per_alert.into(),
                ..defaults
            },
            ..Task::new("condition.py", SCRIPT)
        };
        let mut run = sandbox.run(task).await.context("running a condition")?;
        let mut shown = None;
        while let Some(event) = run.next().await {
            if let Event::Table(table) = event {
                shown = Some(table);
            }
        }
        let report = run.finish().await.context("running a condition")?.report;
        let rows = match report.outcome {
            Outcome::Done { .. } => {
                let table = shown.filter(|table| table.rows.len() as u64 == table.row_count);
                let rows: Option<Vec<_>> =
                    table.and_then(|table| table.rows.iter().map(|row| Row::read(row)).collect());
                Ok(rows.context("a condition that showed something else")?)
            }
            Outcome::Fault(fault) if fault.kind == "ValueError" => Err(fault.message),
            Outcome::Fault(fault) => Err(format!("{}: {}", fault.kind, fault.message)),
            Outcome::Limit { message, .. } => Err(message),
            Outcome::Crashed { message } => return Err(anyhow::anyhow!("a condition crashed: {message}").into()),
            Outcome::Stopped => return Err(anyhow::anyhow!("a condition was stopped").into()),
        };
        Ok(Verdict {
            rows,
            receipt: report.receipt,
        })
    }
}

impl Row {
    fn read(cells: &[Value]) -> Option<Self> {
        let [label, value, firing] = cells else { return None };
        Some(Self {
            label: label.as_str()?.replace('\0', "\u{fffd}"),
            value: value.as_f64(),
            firing: firing.as_bool()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_that_cannot_be_meant_are_refused() {
        let check = |body: Value, expected: bool| {
            let condition: Condition = serde_json::from_value(body.clone()).unwrap();
            assert_eq!(condition.check().is_ok(), expected, "{body}");
        };
        check(json!({"type": "threshold", "is": "above", "limit": 5}), true);
        check(
            json!({"type": "threshold", "is": "above", "limit": 5, "value_column": "x".repeat(1001)}),
            false,
        );
        check(
            json!({"type": "change", "direction": "up", "by": 10, "unit": "percent"}),
            true,
        );
        check(
            json!({"type": "change", "direction": "up", "by": 0, "unit": "percent"}),
            false,
        );
        check(
            json!({"type": "change", "direction": "up", "by": -1, "unit": "absolute"}),
            false,
        );
        check(json!({"type": "any_row", "label_column": "a\u{0}b"}), false);
        check(json!({"type": "no_data"}), true);
    }
}
