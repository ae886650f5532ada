//! What a column is good for, told from its profile alone.
//!
//! Text that holds nothing but numbers, however they were written, is taken for numbers, and so are words for "not
//! known" among them.

use super::{Clean, Role};
use crate::{
    files::profile::{ColumnKind, ColumnProfile, Scalar},
    offline::lexicon,
};

pub(super) fn role(profile: &ColumnProfile, words: &[String], rows: u64, delimiter: &str) -> (Role, Clean) {
    match profile.kind {
        ColumnKind::Empty => (Role::Empty, Clean::Nothing),
        ColumnKind::Date => (Role::Time, Clean::Date),
        ColumnKind::Datetime => (Role::Time, Clean::Datetime),
        ColumnKind::Boolean => (Role::Flag, Clean::Nothing),
        ColumnKind::Integer if profile.code => (Role::Id, Clean::Nothing),
        ColumnKind::Integer => integer(profile, words, rows),
        ColumnKind::Number => (number(words, false), Clean::Nothing),
        ColumnKind::Text if profile.code => (text(profile, rows), Clean::Nothing),
        ColumnKind::Text => match number_style(profile, delimiter) {
            _ if profile.known(is_month_text) => (Role::Time, Clean::MonthText),
            Some(clean) => (number(words, false), clean),
            None => (text(profile, rows), Clean::Nothing),
        },
    }
}

fn integer(profile: &ColumnProfile, words: &[String], rows: u64) -> (Role, Clean) {
    let (Some(Scalar::Integer(min)), Some(Scalar::Integer(max))) = (&profile.min, &profile.max) else {
        return (number(words, false), Clean::Nothing);
    };
    let named = |names: &[&str]| words.iter().any(|word| names.contains(&word.as_str()));
    if named(&["year", "yr", "jahr"]) && ((1500..=2200).contains(min) && *max <= 2200 || (0 <= *min && *max <= 99)) {
        return (Role::Year, Clean::Nothing);
    }
    if named(&["date", "day", "dt"]) && *min > 15_000_101 && *max < 22_000_101 && profile.known(is_day_number) {
        return (Role::Time, Clean::DayNumber);
    }
    let last = words.last().map(String::as_str);
    let names_rows = matches!(
        last,
        Some(
            "id" | "key" | "number" | "no" | "nr" | "zip" | "zipcode" | "postcode" | "phone" | "uuid" | "pid" | "fips"
        )
    ) || words.is_empty();
    let numbered = profile.distinct == rows && rows > 1 && (max - min + 1) as u64 == rows;
    if names_rows || (numbered && named(&["index", "number", "no", "nr", "row", "rank"])) {
        return (Role::Id, Clean::Nothing);
    }
    let few = if named(&["hour", "month", "day", "week", "weekday"]) {
        53
    } else {
        12
    };
    let discrete = profile.distinct <= few && profile.distinct * 3 <= rows;
    (number(words, discrete), Clean::Nothing)
}

fn number(words: &[String], discrete: bool) -> Role {
    Role::Number {
        additive: lexicon::is_additive(words),
        discrete,
    }
}

fn text(profile: &ColumnProfile, rows: u64) -> Role {
    let mut values: Vec<String> = profile.top.iter().map(|top| top.value.to_lowercase()).collect();
    values.sort();
    let pair: Vec<&str> = values.iter().map(String::as_str).collect();
    if profile.distinct == 2 && matches!(pair[..], ["no", "yes"] | ["n", "y"] | ["false", "true"] | ["f", "t"]) {
        return Role::Flag;
    }
    let filled = rows.saturating_sub(profile.nulls);
    if profile.distinct > 20 && profile.distinct * 10 >= filled * 9 {
        Role::Name
    } else {
        Role::Category
    }
}

/// How numbers that are text were written, where all values that are known are such.
fn number_style(profile: &ColumnProfile, delimiter: &str) -> Option<Clean> {
    let values: Vec<&str> = profile
        .all_known()
        .into_iter()
        .filter(|value| !is_unknown(value))
        .collect();
    if values.is_empty() {
        return None;
    }
    let all = |fits: fn(&str) -> bool| values.iter().all(|value| fits(value.trim()));
    if all(|value| value.parse::<f64>().is_ok()) {
        return Some(Clean::Number);
    }
    // `1,234` is one thing in one country and another in the next; the file's own delimiter tells.
    let thousands = values.iter().all(|value| !value.contains(',') || in_thousands(value));
    if all(has_decimal_comma) && (delimiter == ";" || !thousands) {
        return Some(Clean::DecimalComma);
    }
    all(is_decorated).then_some(Clean::Strip)
}

/// Words that stand for no value.
pub(in crate::offline) fn is_unknown(value: &str) -> bool {
    matches!(
        value.trim().to_lowercase().as_str(),
        "" | "na"
            | "n/a"
            | "#n/a"
            | "n.a."
            | "nan"
            | "null"
            | "none"
            | "nil"
            | "-"
            | "--"
            | "."
            | "?"
            | "unknown"
            | "missing"
    )
}

fn in_thousands(value: &str) -> bool {
    value
        .split(',')
        .skip(1)
        .all(|part| part.chars().take_while(char::is_ascii_digit).count() == 3)
}

fn has_decimal_comma(value: &str) -> bool {
    let value = value.strip_prefix('-').unwrap_or(value);
    let (whole, fraction) = value.split_once(',').unwrap_or((value, "0"));
    let groups: Vec<&str> = whole.split('.').collect();
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    digits(fraction) && groups.iter().all(|group| digits(group)) && groups[1..].iter().all(|group| group.len() == 3)
}

fn is_decorated(value: &str) -> bool {
    let value = value.trim_start_matches(['$', '€', '£', '¥', '-', '+', ' ']);
    let value = value.trim_end_matches(['%', '$', '€', '£', ' ']);
    let plain = value.replace([',', ' ', '\u{a0}'], "");
    let starts = value.starts_with(|c: char| c.is_ascii_digit());
    starts && in_thousands(value) && plain.parse::<f64>().is_ok()
}

fn is_month_text(value: &str) -> bool {
    let parts: Vec<&str> = value.split('-').collect();
    matches!(parts[..], [year, month] if year.len() == 4 && month.len() == 2
        && year.parse::<u32>().is_ok_and(|year| (1500..2200).contains(&year))
        && month.parse::<u32>().is_ok_and(|month| (1..=12).contains(&month)))
}

fn is_day_number(value: &str) -> bool {
    chrono::NaiveDate::parse_from_str(value, "%Y%m%d").is_ok()
}

impl ColumnProfile {
    pub(super) fn all_known(&self) -> Vec<&str> {
        let ends = [&self.min, &self.max].into_iter().filter_map(|scalar| match scalar {
            Some(Scalar::Text(text)) => Some(text.as_str()),
            _ => None,
        });
        let top = self.top.iter().map(|top| top.value.as_str());
        top.chain(self.samples.iter().map(String::as_str)).chain(ends).collect()
    }

    /// The mean of the numbers among the known values, for text that holds numbers.
    pub(super) fn known_size(&self, clean: Clean) -> Option<f64> {
        let numbers: Vec<f64> = self
            .all_known()
            .into_iter()
            .filter_map(|value| {
                let value = match clean {
                    Clean::DecimalComma => value.replace('.', "").replace(',', "."),
                    _ => value
                        .chars()
                        .filter(|c| c.is_ascii_digit() || "-.".contains(*c))
                        .collect(),
                };
                value.parse::<f64>().ok().filter(|number| number.is_finite())
            })
            .collect();
        (!numbers.is_empty()).then(|| numbers.iter().map(|number| number.abs()).sum::<f64>() / numbers.len() as f64)
    }

    /// Whether all values that the profile lists fit, and there are some.
    fn known(&self, fits: fn(&str) -> bool) -> bool {
        let known = self.all_known();
        !known.is_empty() && known.iter().all(|value| fits(value))
    }
}
