//! What words mean: signs of an intent, words that say nothing, and words that stand for one another.

mod tables;

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use super::words::{Kind, Token, stem};
use tables::{ADDITIVE, NOISE, NOT_ADDITIVE, PHRASES, SYNONYMS, THINGS};

/// What a word or a phrase of a question tells about the wish.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Sign {
    Aggregate(Aggregate),
    Count,
    /// The noun of the rows themselves: "rows", "records".
    Rows,
    Distinct,
    /// What follows divides into groups.
    By,
    And,
    Not,
    Where,
    /// Before a time: "in", "during".
    In,
    From,
    To,
    Between,
    Since,
    Before,
    After,
    Compare(Compare),
    Is,
    Unit(Unit),
    OverTime,
    Chart(Chart),
    Top {
        least: bool,
    },
    /// "most" and "least", which tell how much rather than what.
    Most {
        least: bool,
    },
    /// A superlative of a quality: which words its column may have.
    Superlative {
        least: bool,
        of: &'static [&'static str],
    },
    Sort,
    Which,
    Versus,
    Relation,
    Distribution,
    Share,
    /// "rate": the share of a yes-or-no column, of others nothing in particular.
    Rate,
    /// "change", "grow": over time, where nothing else is said.
    Change,
    Missing,
    Look,
    List,
    Difference,
    Only,
    FollowUp,
    /// Add to what was asked before rather than replace it.
    Also,
    Month(u32),
    Quarter(u32),
    /// Bins of a histogram.
    Bins,
    /// Cannot be told from a file.
    Future,
    Why,
    Undoable,
    Greeting,
    Help,
    Thanks,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Aggregate {
    Sum,
    Mean,
    Median,
    Min,
    Max,
    Std,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Compare {
    Over,
    AtLeast,
    Under,
    AtMost,
    Equal,
    Unequal,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Hour,
    Day,
    Week,
    Month,
    Quarter,
    Year,
    Weekday,
    /// January to December, over all years.
    Season,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Chart {
    Bar,
    Line,
    Scatter,
    Pie,
    Histogram,
    Box,
    /// Some picture, whichever fits.
    Any,
}

use Aggregate::{Max, Mean, Median, Min, Std, Sum};

/// The meaning of the longest phrase that the tokens from `at` on are, and how many tokens that is.
pub(super) fn sign_at(tokens: &[Token], at: usize) -> Option<(Sign, usize)> {
    let first = &tokens[at];
    let known = |word: &str| INDEX.phrases.get(word).map(Vec::as_slice).unwrap_or_default();
    let phrases = known(&first.low).iter().chain(known(&first.stem));
    phrases
        .filter(|(words, _)| {
            let said = tokens.get(at..at + words.len());
            said.is_some_and(|said| said.iter().zip(words).all(|(token, word)| is_said(token, word)))
        })
        .max_by_key(|(words, _)| words.len())
        .map(|(words, sign)| (*sign, words.len()))
}

fn is_said(token: &Token, word: &str) -> bool {
    matches!(token.kind, Kind::Word | Kind::Sign) && (token.low == word || token.stem == word)
}

/// Whether a word carries nothing the rules need.
pub(super) fn is_noise(low: &str) -> bool {
    INDEX.noise.contains(low) || INDEX.noise.contains(stem(low).as_str())
}

/// Whether a word that mostly carries nothing may be the name of a column.
pub(super) fn is_thing(stem: &str) -> bool {
    THINGS.split(' ').any(|thing| thing == stem)
}

/// Whether one word may stand for the other in a column's name.
pub(super) fn synonyms(a: &str, b: &str) -> bool {
    let families = |word: &str| INDEX.families.get(word).map(Vec::as_slice).unwrap_or_default();
    families(a).iter().any(|family| families(b).contains(family))
}

/// Whether totals of a column with such a name make sense.
pub(super) fn is_additive(words: &[String]) -> bool {
    let has = |list: &str| words.iter().any(|word| list.split(' ').any(|one| one == word));
    let counts = words
        .first()
        .is_some_and(|word| matches!(word.as_str(), "number" | "num" | "no"));
    (counts || has(ADDITIVE)) && !has(NOT_ADDITIVE)
}

/// Whether a name would be read as an ordinary word.
pub(super) fn is_word(name: &str) -> bool {
    let low = name.to_lowercase();
    let said = |(words, sign): &(Vec<&str>, Sign)| words.len() == 1 && !matches!(sign, Sign::Unit(_));
    let known = |word: &str| INDEX.phrases.get(word).is_some_and(|phrases| phrases.iter().any(said));
    is_noise(&low) || known(&low) || known(&stem(&low))
}

/// The tables, for finding a word at once.
struct Index {
    /// Phrases by their first word.
    phrases: HashMap<&'static str, Vec<(Vec<&'static str>, Sign)>>,
    noise: HashSet<&'static str>,
    /// The families of synonyms that a word is in.
    families: HashMap<&'static str, Vec<usize>>,
}

static INDEX: LazyLock<Index> = LazyLock::new(|| {
    let mut phrases: HashMap<_, Vec<_>> = HashMap::new();
    for (sign, texts) in PHRASES {
        for text in texts.split('|') {
            let words: Vec<&str> = text.split(' ').collect();
            phrases.entry(words[0]).or_default().push((words, *sign));
        }
    }
    let mut families: HashMap<_, Vec<_>> = HashMap::new();
    for (at, family) in SYNONYMS.iter().enumerate() {
        for word in family.split(' ') {
            families.entry(word).or_default().push(at);
        }
    }
    Index {
        phrases,
        noise: NOISE.split(' ').collect(),
        families,
    }
});

impl Aggregate {
    /// As it is said of a column: "mean of …".
    pub fn noun(self) -> &'static str {
        match self {
            Sum => "total",
            Mean => "mean",
            Median => "median",
            Min => "minimum",
            Max => "maximum",
            Std => "standard deviation",
        }
    }

    /// The method of polars.
    pub fn method(self) -> &'static str {
        match self {
            Sum => "sum",
            Mean => "mean",
            Median => "median",
            Min => "min",
            Max => "max",
            Std => "std",
        }
    }
}

impl Unit {
    pub fn noun(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
            Self::Weekday => "weekday",
            Self::Season => "month of the year",
        }
    }
}
