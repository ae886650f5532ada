//! What words mean: signs of an intent, words that say nothing, and words that stand for one another.

mod qualities;
mod tables;
mod units;

pub(super) use qualities::QUALITIES;
pub(super) use units::{Aggregate, Chart, Compare, Unit};

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use super::words::{Kind, Token, stem};
pub(super) use tables::RATES;
use tables::{ADDITIVE, ENTITIES, NOISE, NOT_ADDITIVE, PEOPLE, PHRASES, SYNONYMS, THINGS, VERBS};

/// What a word or a phrase of a question tells about the wish.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Sign {
    Aggregate(Aggregate),
    Count,
    /// The noun of the rows themselves: "rows", "records", "people".
    Rows,
    Distinct,
    /// What follows divides into groups.
    By,
    /// "by" of what is drawn apart, which leaves the other groups as they are.
    Colour,
    /// "per", which may also divide one figure by another.
    Per,
    And,
    Or,
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
    /// After a number: "or more", "or less".
    OrMore {
        least: bool,
    },
    Is,
    Unit(Unit),
    /// Saturdays and Sundays, or the other days.
    Weekend(bool),
    /// "last month", "past", "latest": counted back from the end of the data.
    Latest,
    OverTime,
    Chart(Chart),
    Top {
        least: bool,
    },
    /// "most" and "least", which tell how much rather than what.
    Most {
        least: bool,
    },
    /// "more" and "less" without a figure: two groups are compared.
    More,
    /// A superlative of a quality, by its place in `QUALITIES`.
    Superlative {
        least: bool,
        of: usize,
    },
    /// "older than", by its place in `QUALITIES`.
    Comparative {
        least: bool,
        of: usize,
    },
    Sort,
    Which,
    When,
    Versus,
    Relation,
    Distribution,
    Share,
    /// "rate": the share of a yes-or-no column, of others nothing in particular.
    Rate,
    /// "of … in percent", "divided by": one figure over another.
    Ratio,
    /// What is left of what was taken in.
    Margin,
    /// "change", "grow": over time, where nothing else is said.
    Change,
    /// From one time to the next, in the unit that was said.
    Growth(Option<Unit>),
    Cumulative,
    Moving,
    /// "less", "minus": one column less another.
    Minus,
    /// The values that occur more than once.
    Repeated,
    Outlier,
    /// Like an outlier, in a column or in all that a table has.
    Anomaly,
    Normal,
    Significant,
    Crosstab,
    Missing,
    Look,
    Insight,
    List,
    Difference,
    Only,
    FollowUp,
    /// Add to what was asked before rather than replace it.
    Also,
    Month(u32),
    Quarter(u32),
    /// A half of a year.
    Half(u32),
    /// Bins of a histogram.
    Bins,
    /// How wide they are.
    Width,
    Contains,
    Starts,
    Ends,
    /// Below or above 0, of money that is made or lost.
    Loss(bool),
    /// "each file", "all files".
    Files,
    /// What is to come, if it goes on as before.
    Forecast,
    /// "the next 6 months"
    Next,
    /// The few groups that make up most.
    Pareto,
    /// What could be cleaned.
    Clean,
    /// Cannot be told from a file.
    Future,
    Why,
    Undoable,
    Removal,
    /// "reached it": how many have the greatest or least value.
    Equalled,
    /// Says nothing.
    Polite,
    Greeting,
    Help,
    Thanks,
}

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

/// The word of the lexicon that a misspelt one is, where it is clear.
pub(super) fn corrected(low: &str) -> Option<&'static str> {
    if low.chars().count() < 6 || !low.chars().all(char::is_alphabetic) || is_entity(&stem(low)) {
        return None;
    }
    let words = INDEX.phrases.keys().chain(&INDEX.noise).chain(INDEX.families.keys());
    let mut found: Vec<&'static str> = words
        .copied()
        .filter(|word| word.chars().count() > 4 && super::words::near(low, word))
        .collect();
    found.sort_unstable();
    found.dedup_by_key(|word| stem(word));
    match found[..] {
        [only] => Some(only),
        _ => None,
    }
}

/// The sign of a single word.
pub(super) fn sign_of(word: &str) -> Option<Sign> {
    let phrases = INDEX.phrases.get(word)?;
    phrases
        .iter()
        .find(|(words, _)| words.len() == 1)
        .map(|(_, sign)| *sign)
}

/// Whether a word carries nothing the rules need.
pub(super) fn is_noise(low: &str) -> bool {
    INDEX.noise.contains(low) || INDEX.noise.contains(stem(low).as_str())
}

/// Whether a word that mostly carries nothing may be the name of a column.
pub(super) fn is_thing(stem: &str) -> bool {
    THINGS.split(' ').any(|thing| thing == stem)
}

/// Whether a verb says no more than that something is so.
pub(super) fn is_plain_verb(low: &str) -> bool {
    VERBS.split_whitespace().any(|verb| verb == low)
}

/// Whether a noun is one for people, who may be what the rows are.
pub(super) fn is_person(stem: &str) -> bool {
    INDEX.people.contains(stem)
}

/// Whether a noun names something that a row often is.
pub(super) fn is_entity(stem: &str) -> bool {
    INDEX.entities.contains(stem) || is_person(stem)
}

/// Whether one word may stand for the other in a column's name or among its values.
pub(super) fn synonyms(a: &str, b: &str) -> bool {
    let families = |word: &str| INDEX.families.get(word).map(Vec::as_slice).unwrap_or_default();
    families(a).iter().any(|family| families(b).contains(family))
}

/// Whether totals of a column with such a name make sense.
pub(super) fn is_additive(words: &[String]) -> bool {
    let has = |list: &str| {
        words
            .iter()
            .any(|word| list.split_whitespace().any(|one| one == word || one == stem(word)))
    };
    let counts = words
        .first()
        .is_some_and(|word| matches!(word.as_str(), "number" | "num" | "no" | "total" | "count"));
    (counts || has(ADDITIVE)) && may_add_up(words)
}

/// Whether nothing in a column's name speaks against totals of it.
pub(super) fn may_add_up(words: &[String]) -> bool {
    let not: Vec<&str> = NOT_ADDITIVE.split_whitespace().collect();
    !words
        .iter()
        .any(|word| not.contains(&word.as_str()) || not.contains(&stem(word).as_str()))
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
    people: HashSet<&'static str>,
    entities: HashSet<&'static str>,
    /// The families of synonyms that a word is in.
    families: HashMap<&'static str, Vec<usize>>,
}

static INDEX: LazyLock<Index> = LazyLock::new(|| {
    let mut phrases: HashMap<_, Vec<_>> = HashMap::new();
    let mut put = |texts: &'static str, sign: Sign| {
        for text in texts.split('|').filter(|text| !text.is_empty()) {
            let words: Vec<&str> = text.split(' ').collect();
            phrases.entry(words[0]).or_default().push((words, sign));
        }
    };
    for (sign, texts) in PHRASES {
        put(texts, *sign);
    }
    for (of, quality) in QUALITIES.iter().enumerate() {
        put(quality.most, Sign::Superlative { least: false, of });
        put(quality.least, Sign::Superlative { least: true, of });
        put(quality.more, Sign::Comparative { least: false, of });
        put(quality.less, Sign::Comparative { least: true, of });
    }
    let mut families: HashMap<_, Vec<_>> = HashMap::new();
    for (at, family) in SYNONYMS.iter().enumerate() {
        for word in family.split(' ') {
            families.entry(word).or_default().push(at);
        }
    }
    Index {
        phrases,
        noise: NOISE.split_whitespace().collect(),
        people: PEOPLE.split_whitespace().collect(),
        entities: ENTITIES.split_whitespace().collect(),
        families,
    }
});
