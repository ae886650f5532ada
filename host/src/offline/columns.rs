//! The columns of the tables in play: what each is good for, and which of them the words of a question name.
//!
//! A column's part (measure, time, category …) is told from its profile alone. Numbers that were written as text, with
//! a decimal comma, a currency or a word for "not known", count as numbers, and the script cleans them.

use std::collections::HashMap;

use super::{
    Table, lexicon,
    words::{Kind, Token, name_words, near, stem},
};
use crate::files::profile::{ColumnKind, ColumnProfile, Scalar};

/// The columns that a question is read against: those of one table, or of two that are joined.
#[derive(Debug)]
pub(super) struct View<'a> {
    pub tables: Vec<&'a Table<'a>>,
    pub join: Option<Join>,
    pub columns: Vec<Column<'a>>,
    /// Rows of the first table.
    pub rows: u64,
    /// What other tables call their rows.
    pub elsewhere: Vec<String>,
}

/// Which columns of the first and second table hold the same keys, by their names in the files.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Join {
    pub left: String,
    pub right: String,
}

#[derive(Debug)]
pub(super) struct Column<'a> {
    /// In the data frame; differs from the file's where that would be a pattern to polars, or be taken twice.
    pub name: String,
    pub profile: &'a ColumnProfile,
    /// Which table it is of.
    pub table: usize,
    pub role: Role,
    pub clean: Clean,
    /// All values are whole numbers, as far as is known.
    pub whole: bool,
    /// About how large its numbers are.
    pub size: Option<f64>,
    words: Vec<String>,
    stems: Vec<String>,
    /// Without what stands in brackets.
    core: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Role {
    /// `additive`: totals make sense. `discrete`: few whole numbers, which can be groups as well.
    Number {
        additive: bool,
        discrete: bool,
    },
    Year,
    Time,
    Flag,
    Category,
    /// A text that differs from row to row, such as a name.
    Name,
    Id,
    Empty,
}

/// What a script does to a column before it computes with it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Clean {
    Nothing,
    /// Text of numbers and of words for "not known".
    Number,
    DecimalComma,
    /// Currencies, percent signs and thousands separators are dropped.
    Strip,
    Date,
    Datetime,
    /// `2024-03`
    MonthText,
    /// `20240301`
    DayNumber,
}

/// A column that words name.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Named {
    pub column: usize,
    /// How many tokens name it.
    pub length: usize,
    /// 1 is its very name.
    pub score: f64,
    /// Others that the words fit as well.
    pub also: Vec<usize>,
}

/// A value that words name.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct NamedValue {
    pub column: usize,
    pub value: String,
    pub length: usize,
    /// The whole value was named, not its beginning alone.
    pub whole: bool,
}

/// From here on a match is the column's own name.
pub(super) const EXACT: f64 = 0.94;
/// Tokens that can name one thing.
const SPAN_MAX: usize = 7;

impl<'a> View<'a> {
    pub fn of(table: &'a Table<'a>) -> Self {
        let mut view = Self {
            tables: vec![table],
            join: None,
            columns: Vec::new(),
            rows: table.profile.row_count,
            elsewhere: Vec::new(),
        };
        view.add(table, 0, None);
        view
    }

    /// The two tables side by side; the keys of the second are left out.
    pub fn joined(left: &'a Table<'a>, right: &'a Table<'a>, join: Join) -> Self {
        let mut view = Self::of(left);
        view.tables.push(right);
        view.add(right, 1, Some(&join.right));
        view.join = Some(join);
        view
    }

    fn add(&mut self, table: &'a Table<'a>, at: usize, without: Option<&str>) {
        let rows = table.profile.profiled_rows;
        for (index, profile) in table.profile.columns.iter().enumerate() {
            if without != Some(profile.name.as_str()) {
                let mut column = Column::of(profile, at, rows, &table.profile.delimiter);
                if is_pattern(&profile.name) {
                    column.rename(format!("column {}", index + 1));
                }
                while self.columns.iter().any(|other| other.name == column.name) {
                    column.name.push_str(" 2");
                }
                self.columns.push(column);
            }
        }
    }

    /// The column that the tokens from `at` on name best.
    pub fn column_at(&self, tokens: &[Token], at: usize) -> Option<Named> {
        let mut best: Option<Named> = None;
        for length in 1..=SPAN_MAX.min(tokens.len() - at) {
            let span = &tokens[at..at + length];
            if span.iter().any(|token| matches!(token.kind, Kind::Sign | Kind::Pause)) {
                break;
            }
            let span = Span::of(span);
            for (index, column) in self.columns.iter().enumerate() {
                let score = column.score(&span);
                if score <= 0.0 {
                    continue;
                }
                let beats = best.as_ref().is_none_or(|best| {
                    let (exact, was) = (score >= EXACT, best.score >= EXACT);
                    (exact, if exact { length } else { 0 }, score, self.weight(index))
                        > (
                            was,
                            if was { best.length } else { 0 },
                            best.score,
                            self.weight(best.column),
                        )
                });
                match &mut best {
                    Some(best) if !beats => {
                        if (best.score - score).abs() < 1e-9 && best.length == length {
                            best.also.push(index);
                        }
                    }
                    _ => {
                        best = Some(Named {
                            column: index,
                            length,
                            score,
                            also: Vec::new(),
                        });
                    }
                }
            }
        }
        best
    }

    /// Of columns that fit as well, an identifier is the last that is meant.
    fn weight(&self, column: usize) -> u8 {
        u8::from(!matches!(self.columns[column].role, Role::Id | Role::Empty))
    }

    /// The known value that the tokens from `at` on name.
    pub fn value_at(&self, tokens: &[Token], at: usize) -> Option<NamedValue> {
        let mut best: Option<NamedValue> = None;
        for (index, column) in self.columns.iter().enumerate() {
            for value in column.known_values() {
                let Some((length, whole)) = names_value(tokens, at, value) else {
                    continue;
                };
                let better = best
                    .as_ref()
                    .is_none_or(|best| (whole, length) > (best.whole, best.length));
                if better {
                    best = Some(NamedValue {
                        column: index,
                        value: value.to_owned(),
                        length,
                        whole,
                    });
                }
            }
        }
        best
    }

    pub fn find(&self, role: impl Fn(Role) -> bool) -> impl Iterator<Item = usize> {
        self.columns
            .iter()
            .enumerate()
            .filter(move |(_, column)| role(column.role))
            .map(|(index, _)| index)
    }

    /// Text columns some of whose values the profile does not list.
    pub fn open_columns(&self) -> Vec<usize> {
        self.find(|role| matches!(role, Role::Category | Role::Name))
            .filter(|index| !self.columns[*index].all_values_known())
            .collect()
    }
}

/// `pl.col` takes these for patterns.
fn is_pattern(name: &str) -> bool {
    name.trim().is_empty() || name == "*" || (name.starts_with('^') && name.ends_with('$'))
}

/// The tokens that may name a column.
struct Span {
    joined: String,
    stems: Vec<String>,
    lows: Vec<String>,
    quoted: Option<String>,
}

impl Span {
    fn of(tokens: &[Token]) -> Self {
        Self {
            joined: tokens.iter().map(|token| token.low.as_str()).collect(),
            stems: tokens.iter().map(|token| token.stem.clone()).collect(),
            lows: tokens.iter().map(|token| token.low.clone()).collect(),
            quoted: match tokens {
                [token] if token.kind == Kind::Quoted => Some(token.text.to_lowercase()),
                _ => None,
            },
        }
    }
}

impl<'a> Column<'a> {
    fn of(profile: &'a ColumnProfile, table: usize, rows: u64, delimiter: &str) -> Self {
        let words = name_words(&profile.name);
        let (role, clean) = role(profile, &words, rows, delimiter);
        let stems: Vec<String> = words.iter().map(|word| stem(word)).collect();
        let outside = profile.name.split('(').next().unwrap_or_default();
        let core: Vec<String> = name_words(outside).iter().map(|word| stem(word)).collect();
        Self {
            name: profile.name.clone(),
            profile,
            table,
            role,
            clean,
            whole: match clean {
                Clean::Nothing => profile.kind == ColumnKind::Integer,
                _ => !profile.all_known().iter().any(|value| value.contains(['.', ',', 'e'])),
            },
            size: profile.mean.or_else(|| profile.known_size(clean)),
            words,
            core: if core.is_empty() { stems.clone() } else { core },
            stems,
        }
    }

    fn rename(&mut self, name: String) {
        self.words = name_words(&name);
        self.stems.clone_from(&self.words);
        self.core.clone_from(&self.words);
        self.name = name;
    }

    pub fn is_number(&self) -> bool {
        matches!(self.role, Role::Number { .. })
    }

    pub fn is_discrete(&self) -> bool {
        matches!(self.role, Role::Number { discrete: true, .. })
    }

    pub fn is_additive(&self) -> bool {
        matches!(self.role, Role::Number { additive: true, .. })
    }

    pub fn is_text(&self) -> bool {
        matches!(self.role, Role::Category | Role::Name)
    }

    pub fn is_time(&self) -> bool {
        matches!(self.role, Role::Time)
    }

    /// Some values are missing, or may be after cleaning.
    pub fn has_gaps(&self) -> bool {
        self.profile.nulls > 0 || !matches!(self.clean, Clean::Nothing | Clean::Date | Clean::Datetime)
    }

    pub fn known_values(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let listed = matches!(self.role, Role::Category | Role::Name);
        let profile = self.profile;
        let top = profile.top.iter().map(|top| top.value.as_str());
        let samples = profile.samples.iter().map(String::as_str);
        top.chain(samples).filter(move |value| listed && !value.ends_with('…'))
    }

    pub fn all_values_known(&self) -> bool {
        self.profile.distinct <= self.profile.top.len() as u64
    }

    /// How well the words name this column, from 0 to 1.
    fn score(&self, span: &Span) -> f64 {
        let count = span.stems.len();
        if let Some(quoted) = &span.quoted {
            let name = self.profile.name.to_lowercase();
            if *quoted == name || name_words(quoted) == self.words {
                return 1.0;
            }
            return if near(quoted, &name) { 0.8 } else { 0.0 };
        }
        if span.stems == self.stems || (!self.words.is_empty() && self.is_joined(&span.joined)) {
            return 1.0;
        }
        if span.stems == self.core {
            return 0.96;
        }
        // "miles per gallon" of `mpg`.
        if count > 2
            && self.words.len() == 1
            && self.words[0]
                .chars()
                .eq(span.lows.iter().filter_map(|word| word.chars().next()))
        {
            return 0.8;
        }
        if count > 2 {
            return if count < self.core.len() && span.stems.iter().all(|word| self.stems.contains(word)) {
                0.8
            } else {
                0.0
            };
        }
        self.guess(span)
    }

    /// Whether the words written as one are this name written as one, as in `horse power`.
    fn is_joined(&self, joined: &str) -> bool {
        let mut rest = joined;
        for word in &self.words {
            match rest.strip_prefix(word.as_str()) {
                Some(after) => rest = after,
                None => return false,
            }
        }
        rest.is_empty() || rest == "s"
    }

    /// What is likely, where the name itself was not said: a slip, a part, an abbreviation, another word for it.
    fn guess(&self, span: &Span) -> f64 {
        let total = self.core.len().max(1) as f64;
        let count = span.stems.len();
        let whole = self.words.concat();
        if near(&span.joined, &whole) || (count == 1 && near(&span.stems[0], &stem(&whole))) {
            return 0.85;
        }
        if span
            .stems
            .iter()
            .all(|word| word.chars().count() > 2 && self.stems.contains(word))
        {
            return 0.5 + 0.3 * count as f64 / total.max(count as f64);
        }
        if count > 1 {
            return 0.0;
        }
        let (said, low) = (&span.stems[0], &span.lows[0]);
        if lexicon::is_noise(low) {
            return 0.0;
        }
        let mut best: f64 = 0.0;
        for (word, core) in self.words.iter().zip(&self.stems) {
            if !self.core.contains(core) {
                continue;
            }
            let alone = if total > 1.0 { 0.2 / total } else { 0.2 };
            let score = if is_form_of(low, word) {
                0.55
            } else if abbreviates(word, said) {
                0.5
            } else if lexicon::synonyms(said, core) {
                0.45
            } else if near(said, core) {
                0.4
            } else {
                continue;
            };
            best = best.max(score + alone);
        }
        best
    }
}

/// `churned` of `churn`, `seller` of `sell`.
fn is_form_of(said: &str, word: &str) -> bool {
    let word = word.strip_suffix('e').unwrap_or(word);
    word.len() >= 4
        && said
            .strip_prefix(word)
            .is_some_and(|end| matches!(end, "ed" | "d" | "ing" | "er" | "ers" | "es" | "e"))
}

/// `temp` of `temperature`, `hwy` of `highway`, `dept` of `department`.
fn abbreviates(short: &str, long: &str) -> bool {
    let (short_length, long_length) = (short.chars().count(), long.chars().count());
    if short_length < 3 || long_length <= short_length || lexicon::is_noise(short) {
        return false;
    }
    if long.starts_with(short) {
        return long_length >= short_length + 2 && short_length * 3 >= long_length;
    }
    let skeleton: String = long.chars().enumerate().filter(|(at, c)| *at == 0 || !"aeiou".contains(*c)).map(|(_, c)| c).collect();
    if skeleton == short {
        return true;
    }
    let vowels = short.chars().filter(|c| "aeiou".contains(*c)).count();
    let mut letters = long.chars();
    let inside = short.chars().all(|c| letters.any(|d| d == c));
    inside
        && long_length >= short_length + 2
        && vowels <= 1
        && short.chars().next() == long.chars().next()
        && short.chars().last() == long.chars().last()
        && short_length * 3 >= long_length
}

/// Whether the tokens from `at` on name `value`: how many do, and whether they name all of it.
fn names_value(tokens: &[Token], at: usize, value: &str) -> Option<(usize, bool)> {
    let first = &tokens[at];
    if first.kind == Kind::Quoted {
        let same = first.text.to_lowercase() == value.to_lowercase();
        return same.then_some((1, true));
    }
    if !matches!(first.kind, Kind::Word) {
        return None;
    }
    let mut words = value
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty());
    let mut length = 0;
    let mut complete = true;
    let mut letters = 0;
    for word in &mut words {
        // "Congo, Dem. Rep."
        if length > 0 && tokens.get(at + length).is_some_and(|token| token.kind == Kind::Pause) {
            length += 1;
        }
        let said = tokens.get(at + length);
        let equal = said.is_some_and(|token| {
            let low = word.to_lowercase();
            token.low == low || (low.len() > 3 && token.stem == stem(&low))
        });
        if !equal {
            complete = false;
            break;
        }
        letters += word.chars().count();
        length += 1;
    }
    if length == 0 {
        return None;
    }
    // Short values look like ordinary words unless they are written just so: `IN`, `or`.
    let exact_case = length == 1 && first.text == value && first.text.chars().any(char::is_uppercase);
    let long = letters > 3 || (letters == 3 && !lexicon::is_noise(&first.low));
    if complete && (long || (letters > 1 && exact_case)) {
        return Some((length, true));
    }
    (!complete && letters > 3 && !lexicon::is_noise(&first.low)).then_some((length, false))
}

fn role(profile: &ColumnProfile, words: &[String], rows: u64, delimiter: &str) -> (Role, Clean) {
    match profile.kind {
        ColumnKind::Empty => (Role::Empty, Clean::Nothing),
        ColumnKind::Date => (Role::Time, Clean::Date),
        ColumnKind::Datetime => (Role::Time, Clean::Datetime),
        ColumnKind::Boolean => (Role::Flag, Clean::Nothing),
        ColumnKind::Integer => integer(profile, words, rows),
        ColumnKind::Number => (number(words, false), Clean::Nothing),
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
    if named(&["date", "day", "dt"]) && *min > 1500_01_01 && *max < 2200_01_01 && profile.known(is_day_number) {
        return (Role::Time, Clean::DayNumber);
    }
    let last = words.last().map(String::as_str);
    let names_rows = matches!(
        last,
        Some("id" | "key" | "zip" | "zipcode" | "postcode" | "phone" | "uuid" | "pid" | "fips")
    ) || words.is_empty();
    let numbered = profile.distinct == rows && rows > 1 && (max - min + 1) as u64 == rows;
    if names_rows || (numbered && named(&["index", "number", "no", "nr", "row", "rank"])) {
        return (Role::Id, Clean::Nothing);
    }
    let few = if named(&["hour", "month", "day", "week", "weekday"]) { 53 } else { 12 };
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
pub(super) fn is_unknown(value: &str) -> bool {
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
    fn all_known(&self) -> Vec<&str> {
        let ends = [&self.min, &self.max].into_iter().filter_map(|scalar| match scalar {
            Some(Scalar::Text(text)) => Some(text.as_str()),
            _ => None,
        });
        let top = self.top.iter().map(|top| top.value.as_str());
        top.chain(self.samples.iter().map(String::as_str)).chain(ends).collect()
    }

    /// The mean of the numbers among the known values, for text that holds numbers.
    fn known_size(&self, clean: Clean) -> Option<f64> {
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

/// How two tables hang together, where that is clear: one column of the same name in both, whose values are unique in
/// the second.
pub(super) fn key(left: &Table<'_>, right: &Table<'_>) -> Option<Join> {
    let names: HashMap<String, &ColumnProfile> = right
        .profile
        .columns
        .iter()
        .map(|column| (name_words(&column.name).concat(), column))
        .collect();
    let rows = right.profile.profiled_rows;
    let mut found = left.profile.columns.iter().filter_map(|column| {
        let other = names.get(&name_words(&column.name).concat())?;
        let keyed = matches!(column.kind, ColumnKind::Integer | ColumnKind::Text) && column.kind == other.kind;
        let unique = other.distinct == rows && other.nulls == 0;
        (keyed && unique).then(|| Join {
            left: column.name.clone(),
            right: other.name.clone(),
        })
    });
    let join = found.next()?;
    found.next().is_none().then_some(join)
}
