//! The columns of the tables in play: what each is good for, and which of them the words of a question name.
//!
//! A column's part (measure, time, category …) is told from its profile alone. Numbers that were written as text, with
//! a decimal comma, a currency or a word for "not known", count as numbers, and the script cleans them.

mod matching;
mod names;
mod roles;
mod values;

pub(super) use matching::Span;
pub(super) use names::table_nouns;
pub(super) use roles::is_unknown;
pub(super) use values::NamedValue;

use std::collections::{HashMap, HashSet};

use super::{
    NamedProfile,
    words::{name_words, stem},
};
use crate::files::profile::{ColumnKind, ColumnProfile, Scalar};

/// The columns that a question is read against: those of one table, or of two that are joined.
#[derive(Debug)]
pub(super) struct TableView<'a> {
    pub tables: Vec<&'a NamedProfile<'a>>,
    pub join: Option<Join>,
    pub columns: Vec<Column<'a>>,
    /// All tables in play.
    pub files: Vec<&'a NamedProfile<'a>>,
    /// Rows of the first table.
    pub rows: u64,
    /// What other tables call their rows.
    pub elsewhere: Vec<String>,
    /// Nouns for the rows, by the file's name and the columns that name or number them.
    pub nouns: HashSet<String>,
    /// The words and stems of all columns' names.
    words: HashSet<String>,
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
    /// Decimals of its values, as far as is known.
    pub decimals: usize,
    /// It adds up what came before: "to date".
    pub cumulative: bool,
    /// Its cells hold lists, divided by commas.
    pub listed: bool,
    words: Vec<String>,
    /// The words written as one, and the stem of that.
    joined: String,
    joined_stem: String,
    stems: Vec<String>,
    /// Without what stands in brackets.
    core: Vec<String>,
    /// What it is a figure of: `review` of `review_count`, `home run` of `number_of_home_runs`.
    essence: Vec<String>,
    /// The words of the essence written as one, as they stand.
    essence_joined: String,
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
    /// Dates and times in words, in this format once blanks are single.
    Written(&'static str),
    /// `1:05:30` as seconds.
    Clock,
}

/// A column that words name.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Named {
    pub column: usize,
    /// How many tokens name it.
    pub length: usize,
    /// 1 is its very name.
    pub score: f64,
    /// The words hold the noun that the name is about, rather than what stands before it.
    pub head: bool,
    /// Others that the words fit as well.
    pub also: Vec<usize>,
}

/// From here on a match is the column's own name.
pub(super) const EXACT: f64 = 0.94;
/// Tokens that can name one thing.
const SPAN_MAX: usize = 7;

impl<'a> TableView<'a> {
    pub fn of(table: &'a NamedProfile<'a>) -> Self {
        let mut view = Self {
            tables: vec![table],
            files: Vec::new(),
            join: None,
            columns: Vec::new(),
            rows: table.profile.row_count,
            elsewhere: Vec::new(),
            nouns: table_nouns(table.name).into_iter().collect(),
            words: HashSet::new(),
        };
        view.add(table, 0, None);
        view.name_rows();
        view
    }

    /// The two tables side by side; the keys of the second are left out.
    pub fn joined(left: &'a NamedProfile<'a>, right: &'a NamedProfile<'a>, join: Join) -> Self {
        let mut view = Self::of(left);
        view.tables.push(right);
        view.add(right, 1, Some(&join.right));
        view.nouns.extend(table_nouns(right.name));
        view.name_rows();
        view.join = Some(join);
        view
    }

    fn add(&mut self, table: &'a NamedProfile<'a>, at: usize, without: Option<&str>) {
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
                self.words.extend(column.words.iter().chain(&column.stems).cloned());
                self.columns.push(column);
            }
        }
    }

    /// The column that one of the spans names best; they begin at one token and grow.
    pub fn best(&self, spans: &[Span]) -> Option<Named> {
        let mut best: Option<Named> = None;
        for (length, span) in (1..).zip(spans) {
            if !span.is_likely(&self.words) {
                continue;
            }
            for (index, column) in self.columns.iter().enumerate() {
                let (score, head) = column.score(span);
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
                            head,
                            also: Vec::new(),
                        });
                    }
                }
            }
        }
        best
    }

    /// The column of numbers or times whose name has one of these words, the first of them that has any.
    pub fn by_words(&self, words: &str) -> Option<usize> {
        // How long something takes is no date, and a visit's date is no number of visits.
        let lasts = words.split_whitespace().any(|word| word == "duration");
        let dates = |word: &str| {
            !lasts
                && matches!(
                    word,
                    "date" | "day" | "time" | "year" | "birth" | "born" | "built" | "founded"
                )
        };
        let measures = |index: usize, word: &str| {
            let column = &self.columns[index];
            column.is_number() || (column.is_time() || column.role == Role::Year) && dates(word)
        };
        words.split_whitespace().find_map(|word| {
            let span = matching::Span::word(word);
            let scored = (0..self.columns.len())
                .filter(|index| measures(*index, word))
                .map(|index| (index, self.columns[index].score(&span).0));
            let best = scored.filter(|(_, score)| *score >= 0.6);
            best.max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)))
                .map(|(index, _)| index)
        })
    }

    /// The column that a single word names.
    pub fn by_word(&self, word: &str) -> Option<Named> {
        let mut named = self.best(&[matching::Span::word(word)])?;
        named.score = named.score.min(0.75);
        Some(named)
    }

    /// The column whose name is about all of these words.
    pub fn about(&self, stems: &[&str]) -> Option<usize> {
        let mut found = (0..self.columns.len()).filter(|index| {
            let essence = &self.columns[*index].essence;
            stems.iter().all(|stem| {
                essence
                    .iter()
                    .any(|word| word == stem || matching::is_form_of(stem, word) || matching::is_form_of(word, stem))
            })
        });
        let first = found.next()?;
        found.next().is_none().then_some(first)
    }

    /// Of columns that fit as well, an identifier is the last that is meant.
    fn weight(&self, column: usize) -> u8 {
        u8::from(!matches!(self.columns[column].role, Role::Id | Role::Empty))
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

fn role_is_text(role: Role) -> bool {
    matches!(role, Role::Category | Role::Name)
}

impl<'a> Column<'a> {
    fn of(profile: &'a ColumnProfile, table: usize, rows: u64, delimiter: &str) -> Self {
        let words = name_words(&profile.name);
        let (role, clean) = roles::role(profile, &words, rows, delimiter);
        let stems: Vec<String> = words.iter().map(|word| stem(word)).collect();
        let outside = profile.name.split('(').next().unwrap_or_default();
        let core: Vec<String> = name_words(outside).iter().map(|word| stem(word)).collect();
        let essence = names::essence(&name_words(if core.is_empty() { &profile.name } else { outside }));
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
            decimals: profile.decimals(clean),
            cumulative: names::is_cumulative(&profile.name),
            listed: role_is_text(role) && profile.holds_lists(),
            essence_joined: essence.concat(),
            essence: essence.iter().map(|word| stem(word)).collect(),
            joined_stem: stem(&words.concat()),
            joined: words.concat(),
            words,
            core: if core.is_empty() { stems.clone() } else { core },
            stems,
        }
    }

    fn rename(&mut self, name: String) {
        self.words = name_words(&name);
        self.joined = self.words.concat();
        self.joined_stem = stem(&self.joined);
        self.stems.clone_from(&self.words);
        self.core.clone_from(&self.words);
        self.essence.clone_from(&self.words);
        self.essence_joined.clone_from(&self.joined);
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

    /// Its name says that it numbers things: `Patient ID`.
    pub fn is_numbering(&self) -> bool {
        let last = self.words.last().map_or("", String::as_str);
        self.words.len() > 1 && matches!(last, "id" | "key" | "uuid")
    }

    pub fn is_flag(&self) -> bool {
        self.role == Role::Flag
    }

    /// Each row has another value.
    pub fn is_unique(&self, rows: u64) -> bool {
        self.profile.distinct == rows
    }

    pub fn least(&self) -> Option<f64> {
        number_of(self.profile.min.as_ref()?)
    }

    pub fn greatest(&self) -> Option<f64> {
        number_of(self.profile.max.as_ref()?)
    }

    /// The stems of what the column is a figure of.
    pub fn essence(&self) -> &[String] {
        &self.essence
    }

    pub fn is_time(&self) -> bool {
        matches!(self.role, Role::Time)
    }

    /// Some values are missing, or may be after cleaning.
    pub fn has_gaps(&self) -> bool {
        self.profile.nulls > 0 || !matches!(self.clean, Clean::Nothing | Clean::Date | Clean::Datetime)
    }

    pub fn known_values(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let listed = role_is_text(self.role);
        let profile = self.profile;
        let top = profile.top.iter().map(|top| top.value.as_str());
        let samples = profile.samples.iter().map(String::as_str);
        top.chain(samples).filter(move |value| listed && !value.ends_with('…'))
    }

    pub fn all_values_known(&self) -> bool {
        self.profile.distinct <= self.profile.top.len() as u64
    }
}

fn number_of(scalar: &Scalar) -> Option<f64> {
    match scalar {
        Scalar::Integer(number) => Some(*number as f64),
        Scalar::Number(number) => Some(*number),
        Scalar::Text(_) => None,
    }
}

/// How two tables hang together, where that is clear: one column of the same name in both, whose values are unique in
/// the second.
pub(super) fn key(left: &NamedProfile<'_>, right: &NamedProfile<'_>) -> Option<Join> {
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
