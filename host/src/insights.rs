//! Insights: what stands out in a table, and is no noise.
//!
//! The engine is Python that runs in the sandbox, over a frame that its script has read. It tries trends, changes of
//! level, seasons, values far off, leaders, differences and relations, over all rows and within the most common values of
//! each category, and keeps what holds against all of these tests together (Benjamini and Hochberg). A seed and a clock
//! change nothing: the same table has the same findings. This room knows no tables and no roles; `rules` tells them.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// The engine's parts, in the order in which they build on each other.
const PARTS: [&str; 5] = [
    include_str!("insights/chance.py"),
    include_str!("insights/charts.py"),
    include_str!("insights/series.py"),
    include_str!("insights/search.py"),
    include_str!("insights/show.py"),
];

/// The engine as Python: afterwards there are `find(df, roles)`, `draw(df, findings, count)`, `told(findings)` and
/// `record(findings)`.
pub fn engine() -> String {
    PARTS.join("\n\n")
}

/// Something that stands out in a table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = Insight)]
pub struct Finding {
    pub kind: Kind,
    /// The columns that it is about; empty if it is about whole rows.
    pub columns: Vec<String>,
    /// The rows that it is about; null if it is about all.
    pub scope: Option<Scope>,
    pub direction: Direction,
    /// What stands out, with its figures.
    pub sentence: String,
    /// The name of the test.
    pub test: String,
    pub statistic: f64,
    /// The test's p value, before it is adjusted.
    pub p: f64,
    /// How strong it is, from 0 to 1.
    pub effect: f64,
    /// The share of the rows or of the total that it is about, from 0 to 1.
    pub impact: f64,
    /// 1 - p, adjusted for all tests of the table, from 0.95 to 1.
    pub significance: f64,
    /// 0.8 significance + 0.2 impact. Findings are in descending order.
    pub score: f64,
    /// The Python lines that draw its chart from the table as `df`.
    pub chart: String,
}

/// What kind of finding it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = InsightKind)]
pub enum Kind {
    /// Values are missing, or rows are repeated.
    Quality,
    /// A figure rises or falls.
    Trend,
    /// The level of a figure changes at one time and stays.
    ChangePoint,
    /// A figure depends on the day of the week, the month or the hour.
    Season,
    /// A period or a value lies far from the others.
    Anomaly,
    /// A group has by far the greatest part of a total.
    Top,
    /// A group has by far the smallest part of a total.
    Bottom,
    /// A figure differs by group.
    Difference,
    /// Two columns depend on each other.
    Relation,
}

/// Whether a finding is good or bad news, by the name of what was measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = InsightDirection)]
pub enum Direction {
    Positive,
    Negative,
    Neutral,
}

/// Rows with one value of a category.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = InsightScope)]
pub struct Scope {
    pub column: String,
    /// As text.
    pub value: String,
}

/// The findings of rows that the engine recorded; none where they are something else.
pub fn findings(rows: &[Vec<Value>]) -> Option<Vec<Finding>> {
    let finding = |row: &Vec<Value>| serde_json::from_str(row.first()?.as_str()?).ok();
    rows.iter().map(finding).collect()
}
