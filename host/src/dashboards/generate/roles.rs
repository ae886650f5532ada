//! What each column is good for, by its type, its figures and its name.

use crate::files::profile::{ColumnKind, ColumnProfile, Profile, Scalar};

/// The columns that are worth showing, the most promising first.
pub(super) struct Roles {
    /// The main date.
    pub time: Option<usize>,
    pub measures: Vec<usize>,
    pub categories: Vec<usize>,
}

/// Values of a category.
const CATEGORY_VALUES: std::ops::RangeInclusive<u64> = 2..=50;
/// Values of a whole number that is a category rather than a measure.
const FEW_NUMBERS: u64 = 12;
/// Share of distinct values from which a column may be an id.
const ID_SHARE: f64 = 0.95;

const ID_WORDS: [&str; 10] = ["id", "uuid", "guid", "key", "index", "row", "no", "nr", "hash", "ref"];
const CODE_WORDS: [&str; 16] = [
    "zip",
    "zipcode",
    "postal",
    "postcode",
    "plz",
    "phone",
    "tel",
    "fax",
    "code",
    "lat",
    "latitude",
    "lon",
    "lng",
    "longitude",
    "year",
    "ssn",
];
const MEAN_WORDS: [&str; 20] = [
    "rate",
    "ratio",
    "price",
    "score",
    "age",
    "rating",
    "percent",
    "percentage",
    "pct",
    "temperature",
    "temp",
    "average",
    "avg",
    "mean",
    "height",
    "weight",
    "margin",
    "duration",
    "speed",
    "share",
];
const SUM_WORDS: [&str; 16] = [
    "amount", "sales", "revenue", "cost", "costs", "quantity", "qty", "total", "profit", "units", "spend", "income",
    "expense", "volume", "count", "sum",
];

impl Roles {
    pub fn of(profile: &Profile) -> Self {
        let rows = profile.profiled_rows;
        let columns = || {
            profile
                .columns
                .iter()
                .enumerate()
                .filter(|(_, column)| column.distinct > 1)
        };
        let mut times: Vec<_> = columns()
            .filter(|(_, column)| is_time(column))
            .map(|(i, _)| i)
            .collect();
        times.sort_by_key(|&i| (time_rank(&profile.columns[i]), profile.columns[i].nulls, i));
        let mut measures: Vec<_> = columns()
            .filter(|(_, column)| is_measure(column, rows))
            .map(|(i, _)| i)
            .collect();
        measures.sort_by_key(|&i| (measure_rank(&profile.columns[i]), profile.columns[i].nulls, i));
        let mut categories: Vec<_> = columns()
            .filter(|(_, column)| is_category(column, rows))
            .map(|(i, _)| i)
            .collect();
        categories.sort_by_key(|&i| (profile.columns[i].distinct > FEW_NUMBERS, profile.columns[i].nulls, i));
        Self {
            time: times.first().copied(),
            measures,
            categories,
        }
    }
}

/// Whether a measure is added up, rather than averaged.
pub(super) fn adds_up(column: &ColumnProfile) -> bool {
    let words = words(&column.name);
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    has(&SUM_WORDS) && !has(&["average", "avg", "mean"]) && !has(&["rate", "per", "price"])
}

fn is_time(column: &ColumnProfile) -> bool {
    matches!(column.kind, ColumnKind::Date | ColumnKind::Datetime)
}

fn is_number(column: &ColumnProfile) -> bool {
    matches!(column.kind, ColumnKind::Integer | ColumnKind::Number)
}

fn time_rank(column: &ColumnProfile) -> usize {
    let words = words(&column.name);
    let has = |word: &str| words.iter().any(|own| own == word);
    ["created", "date", "order", "timestamp", "time"]
        .iter()
        .position(|word| has(word))
        .unwrap_or(9)
}

fn measure_rank(column: &ColumnProfile) -> usize {
    let words = words(&column.name);
    if adds_up(column) {
        0
    } else if words.iter().any(|word| MEAN_WORDS.contains(&word.as_str())) {
        1
    } else {
        2
    }
}

fn is_measure(column: &ColumnProfile, rows: u64) -> bool {
    is_number(column) && !is_id(column, rows) && !is_code(column) && !is_group(column)
}

fn is_category(column: &ColumnProfile, rows: u64) -> bool {
    let few = CATEGORY_VALUES.contains(&column.distinct) && (column.distinct as f64) < 0.5 * rows.max(1) as f64;
    let fits = match column.kind {
        ColumnKind::Text | ColumnKind::Boolean => true,
        ColumnKind::Integer => is_group(column),
        _ => false,
    };
    few && fits && !is_id(column, rows)
}

/// Whole numbers that stand for groups, such as cylinders or yes and no: few, and not named as an amount.
fn is_group(column: &ColumnProfile) -> bool {
    let words = words(&column.name);
    let amount = words
        .iter()
        .any(|word| SUM_WORDS.contains(&word.as_str()) || MEAN_WORDS.contains(&word.as_str()));
    column.kind == ColumnKind::Integer && (column.distinct == 2 || (column.distinct <= FEW_NUMBERS && !amount))
}

fn is_id(column: &ColumnProfile, rows: u64) -> bool {
    let named = words(&column.name)
        .last()
        .is_some_and(|word| ID_WORDS.contains(&word.as_str()));
    let distinct = column.distinct as f64 >= ID_SHARE * rows.max(1) as f64;
    let dense = match (&column.min, &column.max) {
        (Some(Scalar::Integer(min)), Some(Scalar::Integer(max))) => max
            .checked_sub(*min)
            .is_some_and(|span| span.unsigned_abs() < column.distinct + column.distinct / 20),
        _ => false,
    };
    named || (distinct && (column.kind == ColumnKind::Text || dense))
}

fn is_code(column: &ColumnProfile) -> bool {
    words(&column.name)
        .iter()
        .any(|word| CODE_WORDS.contains(&word.as_str()))
}

/// The words of a column's name: `orderDate`, `order_date` and `Order date` alike.
pub(super) fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before_lower = false;
    for c in name.chars() {
        if !c.is_alphanumeric() || (c.is_uppercase() && before_lower) {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| c.is_alphanumeric()) {
            word.extend(c.to_lowercase());
        }
        before_lower = c.is_lowercase();
    }
    words.retain(|word| !word.is_empty());
    words
}
