//! The figures that a plan asks for: what each is called, how polars computes it, and its digits.

use super::{
    answer,
    columns::{Column, TableView},
    lexicon::Aggregate,
    python,
    question::{Filter, Test, Two},
};

/// A figure of some rows.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Measure {
    /// How many there are.
    Rows,
    /// How many different values a column has.
    Distinct(usize),
    Of(usize, Aggregate),
    /// The share of rows that meet all of these, in percent.
    Part(Vec<Filter>),
    /// The share of a column's total that is of such rows, in percent.
    Portion(usize, Vec<Filter>),
    /// One column's total over another's, or one less the other.
    Two(usize, usize, Two, Aggregate),
}

/// Digits of a figure as a format of Python's.
pub(super) type Format = String;

impl Measure {
    pub fn column(&self) -> Option<usize> {
        match self {
            Self::Of(column, _) | Self::Distinct(column) | Self::Portion(column, _) | Self::Two(column, ..) => {
                Some(*column)
            }
            Self::Part(filters) => filters.first().map(|filter| filter.column),
            Self::Rows => None,
        }
    }

    /// Every column that it is computed from.
    pub fn columns(&self) -> Vec<usize> {
        match self {
            Self::Rows => Vec::new(),
            Self::Distinct(column) | Self::Of(column, _) => vec![*column],
            Self::Part(filters) => filters.iter().flat_map(Filter::columns).collect(),
            Self::Portion(column, filters) => filters.iter().flat_map(Filter::columns).chain([*column]).collect(),
            Self::Two(left, right, ..) => vec![*left, *right],
        }
    }

    /// Columns without whose values there is no figure.
    pub fn needs(&self) -> Vec<usize> {
        match self {
            Self::Of(column, _) | Self::Portion(column, _) => vec![*column],
            // Each total is of the values that there are.
            Self::Two(left, right, Two::Less, _) => vec![*left, *right],
            Self::Part(filters) => match &filters[..] {
                [only] if matches!(only.test, Test::Flag(_)) && only.or.is_empty() => vec![only.column],
                _ => Vec::new(),
            },
            Self::Two(..) | Self::Rows | Self::Distinct(_) => Vec::new(),
        }
    }

    pub fn is_percent(&self) -> bool {
        matches!(
            self,
            Self::Part(_) | Self::Portion(..) | Self::Two(_, _, Two::Percent, _)
        )
    }

    /// Totals of all groups make sense.
    pub fn adds_up(&self) -> bool {
        matches!(self, Self::Rows | Self::Of(_, Aggregate::Sum))
    }

    /// Its name in a table.
    pub fn name(&self, view: &TableView<'_>) -> String {
        let of = |column: &usize| view.columns[*column].name.clone();
        match self {
            Self::Rows => "rows".to_owned(),
            Self::Distinct(column) => format!("different {}", of(column)),
            Self::Of(column, aggregate) => format!("{} {}", aggregate.noun(), of(column)),
            Self::Part(filters) => match &filters[..] {
                [only] if matches!(only.test, Test::Flag(true)) && only.or.is_empty() => {
                    format!("{} %", of(&only.column))
                }
                _ => "share %".to_owned(),
            },
            Self::Portion(column, _) => format!("share of {} %", of(column)),
            Self::Two(left, right, Two::Over, _) => format!("{} / {}", of(left), of(right)),
            Self::Two(left, right, Two::Percent, _) => format!("{} / {} %", of(left), of(right)),
            Self::Two(left, right, Two::Less, aggregate) => {
                format!("{} {} - {}", aggregate.noun(), of(left), of(right))
            }
        }
    }

    /// What it is, in the words of a sentence; `name` says how columns are written.
    pub fn noun(&self, view: &TableView<'_>, name: impl Fn(&str) -> String) -> String {
        let of = |column: &usize| name(&view.columns[*column].name);
        match self {
            Self::Rows => super::figures::ROWS.to_owned(),
            Self::Distinct(column) => format!("number of different {}", of(column)),
            Self::Of(column, aggregate) => format!("{} {}", aggregate.noun(), of(column)),
            Self::Part(filters) => match &filters[..] {
                [only] if matches!(only.test, Test::Flag(true)) && only.or.is_empty() => {
                    format!("share of {}", of(&only.column))
                }
                filters => format!("share of rows where {}", answer::conditions(view, filters)),
            },
            Self::Portion(column, filters) => format!(
                "share of total {} where {}",
                of(column),
                answer::conditions(view, filters)
            ),
            Self::Two(left, right, Two::Over, _) => format!("total {} divided by total {}", of(left), of(right)),
            Self::Two(left, right, Two::Percent, _) => format!("total {} as a share of total {}", of(left), of(right)),
            Self::Two(left, right, Two::Less, aggregate) => {
                format!("{} of {} less {}", aggregate.noun(), of(left), of(right))
            }
        }
    }

    /// As polars computes it of all rows of a group.
    pub fn expression(&self, view: &TableView<'_>) -> String {
        let of = |column: &usize| python::column(&view.columns[*column]);
        match self {
            Self::Rows => "pl.len()".to_owned(),
            Self::Distinct(column) => format!("{}.drop_nulls().n_unique()", of(column)),
            Self::Of(column, aggregate) => aggregate.of(&of(column)),
            Self::Part(filters) => format!("(({}).mean() * 100)", kept(view, filters)),
            Self::Portion(column, filters) => {
                let column = of(column);
                format!(
                    "({column}.filter({}).sum() / {column}.sum() * 100)",
                    kept(view, filters)
                )
            }
            Self::Two(left, right, how, aggregate) => how.of(&of(left), &of(right), *aggregate),
        }
    }

    /// Digits that tell it as exactly as the data does.
    pub fn format(&self, view: &TableView<'_>) -> Format {
        match self {
            Self::Rows | Self::Distinct(_) => ",".to_owned(),
            Self::Of(column, aggregate) => digits(&view.columns[*column], *aggregate),
            Self::Part(_) | Self::Portion(..) => ",.1f".to_owned(),
            Self::Two(_, _, Two::Percent, _) => ",.2f".to_owned(),
            Self::Two(left, right, Two::Over, _) => {
                let sizes = view.columns[*left].size.zip(view.columns[*right].size);
                mean_digits(sizes.map(|(left, right)| left / right), 3)
            }
            Self::Two(left, _, Two::Less, aggregate) => digits(&view.columns[*left], *aggregate),
        }
    }
}

/// Rows that meet all conditions; those where it is not known do not.
fn kept(view: &TableView<'_>, filters: &[Filter]) -> String {
    let tests: Vec<String> = filters
        .iter()
        .map(|filter| match (&filter.test, filters.len(), filter.or.is_empty()) {
            // Of yes and no the unknown is left out.
            (Test::Flag(_), 1, true) => python::condition(view, filter),
            _ => format!("({}).fill_null(False)", python::condition(view, filter)),
        })
        .collect();
    tests.join(" & ")
}

/// The format of a figure of this column.
pub(super) fn digits(column: &Column<'_>, aggregate: Aggregate) -> Format {
    let decimals = column.decimals;
    match aggregate {
        _ if aggregate.is_exact() && column.whole => ",.0f".to_owned(),
        _ if aggregate.is_exact() && decimals <= 4 => format!(",.{decimals}f"),
        Aggregate::Std => mean_digits(column.profile.std.or(column.size), decimals.max(2)),
        Aggregate::Skewness | Aggregate::Kurtosis => ",.3f".to_owned(),
        _ => mean_digits(column.size, if column.whole { 2 } else { decimals.max(2) }),
    }
}

/// At least two decimals, and more where the figure is small.
fn mean_digits(size: Option<f64>, decimals: usize) -> Format {
    let decimals = match size.map(f64::abs) {
        Some(size) if size >= 1.0 || size == 0.0 => {
            if decimals > 4 {
                2
            } else {
                decimals
            }
        }
        Some(size) if size >= 0.01 => 4,
        Some(_) => return ".4g".to_owned(),
        None => 2,
    };
    format!(",.{decimals}f")
}
