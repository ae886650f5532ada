//! Filters: conditions on the columns of files. They act on what scripts read, so every script can be filtered, whoever
//! wrote it.
//!
//! A small script of ours keeps the rows that meet all conditions on a file. Its result has an address like any other, so
//! all tiles that read the file share one run.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::key::{StoredInput, StoredTask};
use crate::{
    error::{Error, Result},
    files::{
        layout::Layout,
        profile::{ColumnKind, Profile},
    },
    ids::FileId,
};

const SCRIPT: &str = include_str!("filter.py");
/// How the script names its input and its output.
pub(super) const TABLE: &str = "table.csv";
/// Values of one condition.
pub const VALUES_MAX: usize = 200;
/// Characters of one value.
pub const VALUE_MAX_CHARS: usize = 1_000;
/// Days of a relative date.
pub const LAST_DAYS_MAX: u32 = 36_500;

/// Which rows are kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
#[schema(as = FilterCondition)]
pub enum Condition {
    /// All rows.
    All {},
    /// Rows whose text is one of these; null stands for empty cells.
    Values {
        #[schema(max_items = 200)]
        values: Vec<Option<String>>,
    },
    /// Rows whose number is not below `min` and not above `max`.
    Range {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        min: Option<f64>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max: Option<f64>,
    },
    /// Rows whose day is not before `from` and not after `to`.
    Dates {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<NaiveDate>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<NaiveDate>,
    },
    /// Rows of the last days in the data, including its last day.
    LastDays {
        #[schema(minimum = 1, maximum = 36_500)]
        days: u32,
    },
}

/// A condition on a column of a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Bound {
    pub file_id: FileId,
    pub column: String,
    pub condition: Condition,
}

impl Condition {
    /// Stops what cannot be meant. `field` is named in the error.
    pub fn check(&self, field: &str) -> Result<()> {
        let wrong = |code, message: &str| Err(Error::invalid(field, code, message));
        match self {
            Self::Values { values } if values.is_empty() => {
                wrong("required", "Choose at least one value, or no filter.")
            }
            Self::Values { values } if values.len() > VALUES_MAX => wrong("too_many", "Choose 200 values at most."),
            Self::Values { values }
                if values
                    .iter()
                    .flatten()
                    .any(|value| value.chars().count() > VALUE_MAX_CHARS || value.contains('\0')) =>
            {
                wrong("too_long", "A value has at most 1000 characters and no zero bytes.")
            }
            Self::Range { min: None, max: None } => wrong("required", "Enter a minimum or a maximum."),
            Self::Range {
                min: Some(min),
                max: Some(max),
            } if min > max => wrong("range", "The minimum is above the maximum. Swap them."),
            Self::Dates { from: None, to: None } => wrong("required", "Enter a first or a last day."),
            Self::Dates {
                from: Some(from),
                to: Some(to),
            } if from > to => wrong("range", "The first day is after the last one. Swap them."),
            Self::LastDays { days } if !(1..=LAST_DAYS_MAX).contains(days) => {
                wrong("range", "Ask for 1 to 36500 days.")
            }
            _ => Ok(()),
        }
    }

    /// What it keeps, for people.
    pub fn in_words(&self) -> String {
        let value = |value: &Option<String>| match value.as_deref() {
            None => "(empty)".to_owned(),
            Some("") => "(empty text)".to_owned(),
            Some(text) => text.to_owned(),
        };
        match self {
            Self::All {} => "all".to_owned(),
            Self::Values { values } => values.iter().map(value).collect::<Vec<_>>().join(", "),
            Self::Range { min, max } => between(*min, *max),
            Self::Dates { from, to } => between(*from, *to),
            Self::LastDays { days: 1 } => "the last day".to_owned(),
            Self::LastDays { days } => format!("the last {days} days"),
        }
    }

    /// Why it cannot be about this column.
    fn misfit(&self, column: &str, profile: &Profile) -> Option<String> {
        let Some(found) = profile.columns.iter().find(|found| found.name == column) else {
            return Some(format!(
                "The file no longer has a column {column}. Change or remove the filter on it."
            ));
        };
        let fits = match self {
            Self::All {} | Self::Values { .. } => true,
            Self::Range { .. } => matches!(found.kind, ColumnKind::Integer | ColumnKind::Number),
            Self::Dates { .. } | Self::LastDays { .. } => matches!(found.kind, ColumnKind::Date | ColumnKind::Datetime),
        };
        let needed = if matches!(self, Self::Range { .. }) {
            "numbers"
        } else {
            "dates"
        };
        (!fits).then(|| format!("The column {column} does not contain {needed}, so this filter cannot be used on it."))
    }
}

fn between<T: std::fmt::Display>(from: Option<T>, to: Option<T>) -> String {
    match (from, to) {
        (Some(from), Some(to)) => format!("{from} to {to}"),
        (Some(from), None) => format!("from {from}"),
        (None, Some(to)) => format!("up to {to}"),
        (None, None) => "all".to_owned(),
    }
}

/// The run that keeps the rows of a table that meet `conditions`, or why there is none.
pub(super) fn task(
    input: StoredInput,
    profile: &Profile,
    conditions: &[(&str, &Condition)],
) -> std::result::Result<StoredTask, String> {
    for (column, condition) in conditions {
        if let Some(misfit) = condition.misfit(column, profile) {
            return Err(misfit);
        }
    }
    // What a script leaves out by its place would be another row of fewer.
    if profile.layout != Layout::default() {
        return Err(
            "The file has lines that are not data, such as a title or totals, so it cannot be filtered. Upload it \
             without those lines, or remove the filter."
                .to_owned(),
        );
    }
    let mut conditions: Vec<_> = conditions
        .iter()
        .map(|(column, condition)| json!({ "column": column, "condition": condition }))
        .collect();
    // The same conditions in another order are the same filter.
    conditions.sort_by_key(ToString::to_string);
    let parameters = BTreeMap::from([
        ("delimiter".to_owned(), profile.delimiter.clone().into()),
        ("quote".to_owned(), profile.quote.clone().into()),
        ("header".to_owned(), profile.header.into()),
        ("conditions".to_owned(), conditions.into()),
    ]);
    Ok(StoredTask {
        script: format!(
            "import polars as pl\n\ntable = {}\ntyped = {}\n\n{SCRIPT}",
            profile.read_text_call(TABLE),
            profile.read_call(TABLE)
        ),
        parameters,
        seed: 0,
        clock_unix_ms: 0,
        inputs: vec![StoredInput {
            name: TABLE.to_owned(),
            ..input
        }],
    })
}

/// How many rows the script kept, as it printed.
pub(super) fn kept_rows(printed: &str) -> Option<u64> {
    let told: Value = serde_json::from_str(printed.trim()).ok()?;
    told["rows"].as_u64()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_that_cannot_be_meant_is_refused() {
        let check = |json: Value, fine: bool| {
            let condition: Condition = serde_json::from_value(json.clone()).unwrap();
            assert_eq!(condition.check("filters").is_ok(), fine, "{json}");
        };
        check(json!({"type": "values", "values": ["North", null]}), true);
        check(json!({"type": "values", "values": []}), false);
        check(json!({"type": "values", "values": vec!["x"; VALUES_MAX + 1]}), false);
        check(
            json!({"type": "values", "values": ["x".repeat(VALUE_MAX_CHARS + 1)]}),
            false,
        );
        check(json!({"type": "range", "min": 1.5}), true);
        check(json!({"type": "range"}), false);
        check(json!({"type": "range", "min": 2, "max": 1}), false);
        check(json!({"type": "dates", "from": "2026-01-01"}), true);
        check(json!({"type": "dates"}), false);
        check(
            json!({"type": "dates", "from": "2026-01-02", "to": "2026-01-01"}),
            false,
        );
        check(json!({"type": "last_days", "days": 30}), true);
        check(json!({"type": "last_days", "days": 0}), false);
        check(json!({"type": "last_days", "days": LAST_DAYS_MAX + 1}), false);
    }
}
