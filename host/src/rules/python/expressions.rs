//! Expressions of polars: columns made usable, conditions on rows, and what rows are grouped by.

use super::{column as column_of, list, literal, number};
use crate::{
    files::profile::ColumnKind,
    rules::{
        columns::{Clean, Column, Role, TableView, is_unknown},
        lexicon::{Compare, Unit},
        plan::Group,
        question::{Filter, Test},
    },
};

/// How a column is made usable, where it is not yet.
pub(super) fn cleaned(column: &Column<'_>, careful: bool) -> Option<String> {
    if !careful && matches!(column.clean, Clean::Date | Clean::Datetime) {
        // The call that reads the table gives its types.
        return None;
    }
    let name = column_of(column);
    let format = || literal(column.profile.format.as_deref().unwrap_or("%Y-%m-%d"));
    let strict = if careful { ", strict=False" } else { "" };
    let text = if careful {
        name.clone()
    } else {
        format!("{name}.cast(pl.String)")
    };
    Some(match column.clean {
        Clean::Number => format!("{text}.str.strip_chars().cast(pl.Float64, strict=False)"),
        Clean::DecimalComma => signed(&text, "0-9,", ".str.replace(\",\", \".\", literal=True)"),
        Clean::Strip => signed(&text, "0-9.", ""),
        Clean::Written(format) => {
            let single = format!("{text}.str.strip_chars().str.replace_all(r\"\\s+\", \" \")");
            let parse = if format.contains("%I") {
                "to_datetime"
            } else {
                "to_date"
            };
            format!("{single}.str.{parse}({}, strict=False)", literal(format))
        }
        Clean::Clock => {
            let part = |pattern: &str| format!("{text}.str.extract(r\"{pattern}\").cast(pl.Float64).fill_null(0)");
            format!(
                "pl.when({text}.is_not_null()).then({} * 3600 + {} * 60 + {})",
                part(r"^\s*(\d+):\d+:"),
                part(r"(\d+):\d+\s*$"),
                part(r":(\d+)\s*$")
            )
        }
        Clean::Date => format!("{name}.str.to_date({}{strict})", format()),
        Clean::Datetime => format!("{name}.str.to_datetime({}, time_unit=\"us\"{strict})", format()),
        Clean::MonthText => format!("({name} + \"-01\").str.to_date(\"%Y-%m-%d\"{strict})"),
        Clean::DayNumber => format!("{text}.str.to_date(\"%Y%m%d\"{strict})"),
        Clean::Nothing => match column.role {
            Role::Number { .. } | Role::Year if careful => format!("{name}.cast(pl.Float64, strict=False)"),
            _ => return None,
        },
    })
}

/// Text as a number, without its unit or currency; brackets and a minus anywhere make it less than 0.
fn signed(text: &str, keep: &str, point: &str) -> String {
    let number = format!("{text}.str.replace_all(r\"[^{keep}]\", \"\"){point}.cast(pl.Float64, strict=False)");
    format!("{number} * pl.when({text}.str.contains(r\"[-\\u{{2212}}(]\")).then(-1).otherwise(1)")
}

/// Whether a row is kept, as an expression.
pub(in crate::rules) fn condition(view: &TableView<'_>, filter: &Filter) -> String {
    let own = test(view, &view.columns[filter.column], &filter.test);
    if filter.or.is_empty() {
        return own;
    }
    let mut parts = vec![format!("({own})")];
    parts.extend(filter.or.iter().map(|other| format!("({})", condition(view, other))));
    parts.join(" | ")
}

fn test(view: &TableView<'_>, column: &Column<'_>, test: &Test) -> String {
    let name = column_of(column);
    // Any case, as a word of its own.
    let word = |text: &str| literal(&format!("(?i)(^|\\W){}(s)?(\\W|$)", pattern(text)));
    match test {
        Test::Column(compare, other) => {
            format!("{name} {} {}", operator(*compare), column_of(&view.columns[*other]))
        }
        Test::Figure(compare, figure) => format!("{name} {} {}", operator(*compare), figure.of(&name)),
        Test::Has(words) => {
            let tests: Vec<String> = words
                .iter()
                .map(|text| format!("{name}.str.contains({})", word(text)))
                .collect();
            tests.join(" | ")
        }
        Test::Contains(part) => format!(
            "{name}.str.to_lowercase().str.contains({}, literal=True)",
            literal(&part.to_lowercase())
        ),
        Test::Starts(part) => format!(
            "{name}.str.to_lowercase().str.starts_with({})",
            literal(&part.to_lowercase())
        ),
        Test::Ends(part) => format!(
            "{name}.str.to_lowercase().str.ends_with({})",
            literal(&part.to_lowercase())
        ),
        Test::Weekend(true) => format!("{name}.dt.weekday() > 5"),
        Test::Weekend(false) => format!("{name}.dt.weekday() < 6"),
        Test::Other(inner) => format!("~({})", self::test(view, column, inner)),
        Test::Is(values) if values.len() == 1 => format!("{name} == {}", literal(&values[0])),
        Test::Is(values) => format!("{name}.is_in({})", list(values)),
        Test::Not(values) if values.len() == 1 => format!("{name} != {}", literal(&values[0])),
        Test::Not(values) => format!("~{name}.is_in({})", list(values)),
        Test::Compare(compare, value) => format!("{name} {} {}", operator(*compare), number(*value)),
        Test::OneOf(values) => {
            let values: Vec<String> = values.iter().map(|value| number(*value)).collect();
            format!("{name}.is_in([{}])", values.join(", "))
        }
        Test::Between(low, high) => format!("{name}.is_between({}, {})", number(*low), number(*high)),
        Test::Flag(true) => truth(column),
        Test::Flag(false) => format!("~{}", truth(column)),
        Test::Missing(missing) => {
            let markers = markers(column);
            let empty = if markers.is_empty() {
                format!("{name}.is_null()")
            } else {
                format!("({name}.is_null() | {name}.is_in({}))", list(&markers))
            };
            if *missing { empty } else { format!("~{empty}") }
        }
        Test::Days(from, to) => {
            let day = |text: &str| {
                let parts: Vec<String> = text
                    .split('-')
                    .map(|part| part.trim_start_matches('0').to_owned())
                    .collect();
                format!("pl.date({})", parts.join(", "))
            };
            let moment = if has_hours(column) {
                format!("{name}.dt.date()")
            } else {
                name
            };
            let from = from.as_deref().map(|from| format!("{moment} >= {}", day(from)));
            let to = to.as_deref().map(|to| format!("{moment} < {}", day(to)));
            let parts: Vec<String> = from.into_iter().chain(to).map(|part| format!("({part})")).collect();
            parts.join(" & ")
        }
        Test::Months(months) => {
            let months: Vec<String> = months.iter().map(u32::to_string).collect();
            format!("{name}.dt.month().is_in([{}])", months.join(", "))
        }
    }
}

/// A text in a pattern, where nothing of it is a sign.
fn pattern(text: &str) -> String {
    let mut pattern = String::new();
    for c in text.chars() {
        if !c.is_alphanumeric() && c != ' ' {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern
}

/// Its moments have hours.
fn has_hours(column: &Column<'_>) -> bool {
    matches!(column.clean, Clean::Datetime) || matches!(column.clean, Clean::Written(format) if format.contains("%I"))
}

/// Words for "not known" among a column's texts; numbers have lost theirs by now.
pub(in crate::rules) fn markers(column: &Column<'_>) -> Vec<String> {
    let mut markers: Vec<String> = column
        .known_values()
        .filter(|value| is_unknown(value))
        .map(str::to_owned)
        .collect();
    markers.sort();
    markers.dedup();
    markers
}

/// A yes-or-no column as an expression that is true or false.
pub(in crate::rules) fn truth(column: &Column<'_>) -> String {
    if matches!(column.profile.kind, ColumnKind::Integer | ColumnKind::Number) {
        return format!("({} == 1)", column_of(column));
    }
    let known = column.profile.top.iter().map(|top| top.value.to_lowercase());
    let yes = known
        .into_iter()
        .find(|value| matches!(value.as_str(), "yes" | "y" | "t"));
    let yes = yes.unwrap_or_else(|| "true".to_owned());
    let text = if column.profile.kind == ColumnKind::Boolean {
        ".cast(pl.String)"
    } else {
        ""
    };
    format!("({}{text}.str.to_lowercase() == {})", column_of(column), literal(&yes))
}

pub(in crate::rules) fn operator(compare: Compare) -> &'static str {
    match compare {
        Compare::Over => ">",
        Compare::AtLeast => ">=",
        Compare::Under => "<",
        Compare::AtMost => "<=",
        Compare::Equal => "==",
        Compare::Unequal => "!=",
    }
}

/// The seasons of the north, from December on.
pub(in crate::rules) fn seasons() -> Vec<String> {
    ["winter", "spring", "summer", "autumn"].map(str::to_owned).to_vec()
}

/// The expression of a group, and its name in the result.
pub(in crate::rules) fn group(view: &TableView<'_>, group: Group) -> (Option<String>, String) {
    let of = &view.columns[group.column()];
    let name = column_of(of);
    match group {
        Group::Column(_) if of.is_text() && of.has_gaps() => {
            (Some(format!("{name}.fill_null(\"(empty)\")")), of.name.clone())
        }
        Group::Column(_) => (None, of.name.clone()),
        Group::Bands(_) => (Some(bands(of, &name)), of.name.clone()),
        Group::Decades(_) => {
            let full = if of.greatest().is_some_and(|year| year <= 99.0) {
                " + 1900"
            } else {
                ""
            };
            (Some(format!("(({name}{full}) // 10 * 10)")), "decade".to_owned())
        }
        Group::Time(_, unit) => {
            let moment = match unit {
                Unit::Hour => format!("{name}.dt.truncate(\"1h\")"),
                Unit::HourOfDay => format!("{name}.dt.hour()"),
                Unit::Day if has_hours(of) => format!("{name}.dt.date()"),
                Unit::Day => name,
                Unit::Week => format!("{name}.dt.truncate(\"1w\")"),
                Unit::Month => format!("{name}.dt.truncate(\"1mo\")"),
                Unit::Quarter => format!("{name}.dt.truncate(\"1q\")"),
                Unit::Year => format!("{name}.dt.year()"),
                Unit::Decade => format!("({name}.dt.year() // 10 * 10)"),
                Unit::Weekday => format!("{name}.dt.weekday()"),
                Unit::Weekend => {
                    format!("pl.when({name}.dt.weekday() > 5).then(pl.lit(\"weekend\")).otherwise(pl.lit(\"weekday\"))")
                }
                Unit::MonthOfYear => format!("{name}.dt.month()"),
                Unit::Season => {
                    format!(
                        "({name}.dt.month() % 12 // 3).replace_strict([0, 1, 2, 3], {}, return_dtype=pl.String)",
                        list(&seasons())
                    )
                }
            };
            let wanted = match unit {
                Unit::MonthOfYear => "month",
                Unit::HourOfDay => "hour",
                unit => unit.noun(),
            };
            (Some(moment), wanted.to_owned())
        }
    }
}

/// The range that a number lies in, by where it begins.
fn bands(column: &Column<'_>, name: &str) -> String {
    let width = band_width(column);
    let whole = if width.fract() == 0.0 { ".cast(pl.Int64)" } else { "" };
    format!("(({name} / {0}).floor() * {0}){whole}", number(width))
}

/// How wide the ranges of a number are: about eight of a round width.
pub(in crate::rules) fn band_width(column: &Column<'_>) -> f64 {
    let (least, greatest) = (column.least().unwrap_or(0.0), column.greatest().unwrap_or(100.0));
    let rough = ((greatest - least) / 8.0).max(f64::MIN_POSITIVE);
    let power = 10_f64.powf(rough.log10().floor());
    [1.0, 2.0, 5.0, 10.0]
        .iter()
        .map(|step| step * power)
        .find(|width| *width >= rough)
        .unwrap_or(rough)
}
