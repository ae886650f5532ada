//! How groups and numbers are said: months by their name, figures with their thousands.

use crate::rules::{
    answer::{bold, plain},
    columns::TableView,
    lexicon::Unit,
    plan::Group,
};

/// What a group is of: a column, or a unit of time.
pub(super) fn group_name(view: &TableView<'_>, group: Group) -> String {
    match group {
        Group::Column(column) | Group::Bands(column) => view.columns[column].name.clone(),
        Group::Decades(_) => "decade".to_owned(),
        Group::Time(_, unit) => unit.noun().to_owned(),
    }
}

/// A group as it is said: months by their name, others as they stand in the table.
pub(in crate::rules) fn value_name(group: Group, text: &str) -> String {
    if let Group::Time(_, unit) = group {
        let day = text.get(..10).unwrap_or(text);
        let date = chrono::NaiveDate::parse_from_str(day, "%Y-%m-%d");
        return match (unit, date) {
            (Unit::Month, Ok(date)) => date.format("%B %Y").to_string(),
            (Unit::Quarter, Ok(date)) => format!(
                "Q{} {}",
                chrono::Datelike::month0(&date) / 3 + 1,
                chrono::Datelike::year(&date)
            ),
            (Unit::Week, Ok(date)) => format!("the week of {}", date.format("%-d %B %Y")),
            (Unit::Day, Ok(date)) => date.format("%-d %B %Y").to_string(),
            (Unit::Decade, _) => format!("{text}s"),
            (Unit::Weekday, _) => {
                let days = [
                    "Monday",
                    "Tuesday",
                    "Wednesday",
                    "Thursday",
                    "Friday",
                    "Saturday",
                    "Sunday",
                ];
                let day = text.parse::<usize>().ok().and_then(|day| days.get(day.checked_sub(1)?));
                (*day.unwrap_or(&text)).to_owned()
            }
            (Unit::MonthOfYear, _) => {
                let first = text
                    .parse()
                    .ok()
                    .and_then(|month| chrono::NaiveDate::from_ymd_opt(2000, month, 1));
                first.map_or_else(|| text.to_owned(), |date| date.format("%B").to_string())
            }
            _ => plain(text),
        };
    }
    if let Group::Decades(_) = group {
        return format!("the {text}s");
    }
    bold(&plain(text))
}

/// 1234567 as 1,234,567.
pub(in crate::rules) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
