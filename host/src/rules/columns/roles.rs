//! What a column is good for, told from its profile alone.
//!
//! Text that holds nothing but numbers, however they were written, is taken for numbers, and so are words for "not
//! known" among them.

use super::{Clean, Role};
use crate::{
    files::profile::{ColumnKind, ColumnProfile, Scalar},
    rules::{lexicon, words::stem},
};

pub(super) fn role(profile: &ColumnProfile, words: &[String], rows: u64, delimiter: &str) -> (Role, Clean) {
    match profile.kind {
        ColumnKind::Empty => (Role::Empty, Clean::Nothing),
        ColumnKind::Date => (Role::Time, Clean::Date),
        ColumnKind::Datetime => (Role::Time, Clean::Datetime),
        ColumnKind::Boolean => (Role::Flag, Clean::Nothing),
        ColumnKind::Integer if profile.code => (Role::Id, Clean::Nothing),
        ColumnKind::Integer => integer(profile, words, rows),
        ColumnKind::Number if is_zero_or_one(profile) => (Role::Flag, Clean::Nothing),
        ColumnKind::Number => (number(words, is_few(profile, rows)), Clean::Nothing),
        ColumnKind::Text if profile.code => (words_role(profile, rows), Clean::Nothing),
        ColumnKind::Text => text(profile, words, rows, delimiter),
    }
}

/// Nothing but 0 and 1, which say yes or no.
fn is_zero_or_one(profile: &ColumnProfile) -> bool {
    let number = |scalar: &Option<Scalar>| match scalar {
        Some(Scalar::Integer(number)) => Some(*number as f64),
        Some(Scalar::Number(number)) => Some(*number),
        _ => None,
    };
    profile.distinct == 2 && number(&profile.min) == Some(0.0) && number(&profile.max) == Some(1.0)
}

/// A few steps of a scale, such as 1, 1.5, 2 … 5.
fn is_few(profile: &ColumnProfile, rows: u64) -> bool {
    profile.distinct <= 12 && profile.distinct * 10 <= rows
}

fn integer(profile: &ColumnProfile, words: &[String], rows: u64) -> (Role, Clean) {
    let (Some(Scalar::Integer(min)), Some(Scalar::Integer(max))) = (&profile.min, &profile.max) else {
        return (number(words, false), Clean::Nothing);
    };
    let named = |names: &[&str]| words.iter().any(|word| names.contains(&word.as_str()));
    let last = words.last().map_or("", String::as_str);
    let yearly = named(&["year", "yr", "jahr", "season"]) || last.ends_with("year");
    if yearly && ((1500..=2200).contains(min) && *max <= 2200 || (40..=99).contains(min) && *max <= 99) {
        return (Role::Year, Clean::Nothing);
    }
    if named(&["date", "day", "dt"]) && *min > 15_000_101 && *max < 22_000_101 && profile.known(is_day_number) {
        return (Role::Time, Clean::DayNumber);
    }
    let spelt_id = last.len() > 3 && last.ends_with("id") && profile.name.trim().ends_with("ID");
    let coded = matches!(
        last,
        "id" | "key"
            | "code"
            | "number"
            | "no"
            | "nr"
            | "zip"
            | "zipcode"
            | "postcode"
            | "phone"
            | "uuid"
            | "pid"
            | "fips"
            | "ean"
            | "isbn"
            | "sku"
            | "account"
            | "version"
    ) && !matches!(words.first().map(String::as_str), Some("number"))
        || spelt_id
        || named(&["zip", "postal", "postcode"]);
    let numbered = profile.distinct == rows && rows > 1 && (max - min + 1) as u64 == rows;
    let row_number = numbered && named(&["index", "number", "no", "nr", "row", "rank", "record", "column"]);
    // `order` and `customer`: numbers of things, unless they are figures of them.
    let entity = words.len() == 1 && lexicon::is_entity(&stem(last));
    let figured = matches!(
        last,
        "sales" | "sale" | "trips" | "rides" | "calls" | "hour" | "day" | "week" | "month"
    );
    let plural = last.ends_with('s') && !last.ends_with("ss");
    let unnamed = words.is_empty() || profile.name.starts_with("column_") && numbered;
    if coded || row_number || unnamed || (entity && !figured && !plural && profile.distinct > 12.min(rows - rows / 3)) {
        return (Role::Id, Clean::Nothing);
    }
    if is_zero_or_one(profile) {
        return (Role::Flag, Clean::Nothing);
    }
    let few = if named(&["hour", "month", "day", "week", "weekday"]) {
        53
    } else {
        12
    };
    let discrete = profile.distinct <= few && profile.distinct * 3 <= rows;
    // `clicks` and `steps` are counts of things, which add up.
    let spans = matches!(last, "years" | "months" | "weeks" | "days");
    if plural && !discrete && !spans && *min >= 0 && lexicon::may_add_up(words) {
        let additive = true;
        return (Role::Number { additive, discrete }, Clean::Nothing);
    }
    (number(words, discrete), Clean::Nothing)
}

fn number(words: &[String], discrete: bool) -> Role {
    Role::Number {
        additive: lexicon::is_additive(words),
        discrete,
    }
}

fn text(profile: &ColumnProfile, words: &[String], rows: u64, delimiter: &str) -> (Role, Clean) {
    if profile.known(is_month_text) {
        return (Role::Time, Clean::MonthText);
    }
    if let Some(format) = WRITTEN.iter().find(|format| is_written(profile, format)) {
        return (Role::Time, Clean::Written(format));
    }
    // `wait time` is how long, `time` alone is when.
    let lasting = words.len() > 1
        || words
            .iter()
            .any(|word| matches!(word.as_str(), "duration" | "runtime" | "length"));
    if lasting && !words.iter().any(|word| matches!(word.as_str(), "start" | "end" | "at")) && profile.known(is_clock) {
        return (number(words, false), Clean::Clock);
    }
    if let Some(clean) = number_style(profile, delimiter) {
        return (number(words, false), clean);
    }
    (words_role(profile, rows), Clean::Nothing)
}

/// Dates in words and other ways that a profile does not know, as `strptime` writes them.
const WRITTEN: [&str; 8] = [
    "%b %d %Y %I:%M:%S %p",
    "%b %d, %Y",
    "%B %d, %Y",
    "%d %b %Y",
    "%d %B %Y",
    "%d-%b-%Y",
    "%d-%b-%y",
    "%b %d %Y",
];

fn is_written(profile: &ColumnProfile, format: &str) -> bool {
    let known: Vec<&str> = profile
        .all_known()
        .into_iter()
        .filter(|value| !is_unknown(value))
        .collect();
    !known.is_empty()
        && known.iter().all(|value| {
            let single = value.split_whitespace().collect::<Vec<_>>().join(" ");
            if format.contains("%I") {
                chrono::NaiveDateTime::parse_from_str(&single, format).is_ok()
            } else {
                chrono::NaiveDate::parse_from_str(&single, format).is_ok()
            }
        })
}

fn is_clock(value: &str) -> bool {
    let parts: Vec<&str> = value.trim().split(':').collect();
    matches!(parts.len(), 2 | 3)
        && parts
            .iter()
            .all(|part| (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit()))
        && parts[1..].iter().all(|part| part.len() == 2)
}

fn words_role(profile: &ColumnProfile, rows: u64) -> Role {
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
    let thousands = values
        .iter()
        .all(|value| !value.contains(',') || in_thousands(bare(value)));
    if all(|value| has_decimal_comma(bare(value))) && (delimiter == ";" || !thousands) && one_unit(&values) {
        return Some(Clean::DecimalComma);
    }
    (all(|value| is_decorated(bare(value))) && one_unit(&values)).then_some(Clean::Strip)
}

/// What of a value is its number: without a currency, a unit, a sign, and the brackets of a debt.
fn bare(value: &str) -> &str {
    let around = |c: char| !c.is_ascii_digit();
    value.trim_start_matches(around).trim_end_matches(around)
}

/// Currencies and units that may stand around a number.
const UNITS: &str = "$ € £ ¥ ₹ eur usd chf gbp cad aud jpy inr sek nok dkk pln kr zł % kg g mg t km cm mm lb lbs oz l ml cl h \
    hrs hr min s ms kwh mwh mw kw w v hz °c °f pcs pieces days years usd$";

/// Nothing but one unit or currency, signs and brackets stand around the numbers.
fn one_unit(values: &[&str]) -> bool {
    let mut units: Vec<String> = values
        .iter()
        .map(|value| {
            value
                .chars()
                .filter(|c| !c.is_ascii_digit() && !"-−+().,'  \u{202f}".contains(*c))
                .collect()
        })
        .filter(|unit: &String| !unit.is_empty())
        .collect();
    units.sort();
    units.dedup();
    let known = |unit: &String| UNITS.split(' ').any(|known| known == unit.to_lowercase());
    let signs = |value: &&str| {
        let end = value.trim().trim_end_matches(|c: char| !c.is_ascii_digit());
        let start = value.trim().trim_start_matches(|c: char| !c.is_ascii_digit());
        end.len() + 6 > value.trim().len() && start.len() + 6 > value.trim().len()
    };
    units.len() <= 1 && units.iter().all(known) && values.iter().all(signs)
}

/// Words that stand for no value.
pub(in crate::rules) fn is_unknown(value: &str) -> bool {
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
    let (whole, fraction) = value.split_once(',').unwrap_or((value, "0"));
    let groups: Vec<&str> = whole.split(['.', ' ', '\'', '\u{a0}', '\u{202f}']).collect();
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    digits(fraction) && groups.iter().all(|group| digits(group)) && groups[1..].iter().all(|group| group.len() == 3)
}

fn is_decorated(value: &str) -> bool {
    let plain = value.replace([',', ' ', '\'', '\u{a0}', '\u{202f}'], "");
    in_thousands(value) && plain.parse::<f64>().is_ok()
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

    /// The sign before the decimals, as the known values write it.
    fn decimal_sign(&self, clean: Clean) -> char {
        if clean == Clean::DecimalComma {
            return ',';
        }
        let signs = self.all_known().into_iter().filter_map(|value| {
            let (whole, fraction) = value.rsplit_once(['.', ','])?;
            let sign = value[whole.len()..].chars().next()?;
            let digits = fraction.chars().take_while(char::is_ascii_digit).count();
            // A sign that comes twice stands between thousands; one alone before three digits may do so.
            let alone = !whole.contains(['.', ',']) && digits != 3;
            (alone || whole.contains(if sign == ',' { '.' } else { ',' })).then_some(sign)
        });
        let commas = signs.map(|sign| if sign == ',' { 1 } else { -1 }).sum::<i32>();
        if commas > 0 { ',' } else { '.' }
    }

    /// Decimals of the known values, at most six.
    pub(super) fn decimals(&self, clean: Clean) -> usize {
        let sign = self.decimal_sign(clean);
        let of = |text: &str| {
            let digits = text.rsplit_once(sign).map_or("", |(_, fraction)| fraction);
            let digits: String = digits.chars().take_while(char::is_ascii_digit).collect();
            digits.trim_end_matches('0').len()
        };
        let ends = [&self.min, &self.max].into_iter().filter_map(|scalar| match scalar {
            Some(Scalar::Number(number)) => Some(of(&number.to_string())),
            _ => None,
        });
        // `2.50` has two, whatever its last digit is.
        let written = |text: &&str| {
            let digits = text.rsplit_once(sign).map_or("", |(_, fraction)| fraction);
            digits.chars().take_while(char::is_ascii_digit).count()
        };
        let money = self
            .all_known()
            .iter()
            .map(written)
            .filter(|digits| *digits == 2)
            .count();
        let known = self
            .all_known()
            .into_iter()
            .map(of)
            .chain(ends)
            .max()
            .unwrap_or_default();
        if clean == Clean::Clock {
            return 0;
        }
        known.max(if money > 0 { 2.min(known + 1) } else { 0 }).min(6)
    }

    /// Whether cells hold lists of things divided by commas.
    pub(super) fn holds_lists(&self) -> bool {
        let known = self.all_known();
        let listed = known.iter().filter(|value| value.contains(", ")).count();
        let parts: Vec<&str> = known.iter().flat_map(|value| value.split(", ")).collect();
        let mut single = parts.clone();
        single.sort_unstable();
        single.dedup();
        listed * 5 >= known.len() && listed > 1 && single.len() + 1 < parts.len()
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
