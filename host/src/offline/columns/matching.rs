//! How well words name a column or a value: by its name, a part of it, a slip, an abbreviation, another word for it.

use std::collections::HashSet;

use super::{Column, SPAN_MAX};
use crate::offline::{
    lexicon,
    words::{Kind, Token, name_words, near, stem},
};

/// Tokens that may name a column together.
#[derive(Debug)]
pub(in crate::offline) struct Span {
    joined: String,
    stems: Vec<String>,
    lows: Vec<String>,
    initials: String,
    noise: bool,
    quoted: Option<String>,
}

impl Span {
    /// The spans that begin at each token, shortest first.
    pub fn all(tokens: &[Token]) -> Vec<Vec<Self>> {
        let from = |at: usize| {
            let rest = &tokens[at..];
            let end = rest
                .iter()
                .position(|token| matches!(token.kind, Kind::Sign | Kind::Pause))
                .unwrap_or(rest.len());
            (1..=SPAN_MAX.min(end))
                .map(|length| Self::of(&rest[..length]))
                .collect()
        };
        (0..tokens.len()).map(from).collect()
    }

    /// Whether some column may have this name: of long spans, all words must be known, or their initials be one.
    pub(super) fn is_likely(&self, known: &HashSet<String>) -> bool {
        self.stems.len() < 3 || self.stems.iter().all(|word| known.contains(word)) || known.contains(&self.initials)
    }

    fn of(tokens: &[Token]) -> Self {
        Self {
            joined: tokens.iter().map(|token| token.low.as_str()).collect(),
            stems: tokens.iter().map(|token| token.stem.clone()).collect(),
            lows: tokens.iter().map(|token| token.low.clone()).collect(),
            initials: tokens.iter().filter_map(|token| token.low.chars().next()).collect(),
            noise: tokens.len() == 1 && lexicon::is_noise(&tokens[0].low),
            quoted: match tokens {
                [token] if token.kind == Kind::Quoted => Some(token.text.to_lowercase()),
                _ => None,
            },
        }
    }
}

impl Column<'_> {
    /// How well the words name this column, from 0 to 1.
    pub(super) fn score(&self, span: &Span) -> f64 {
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
        if count > 2 && self.words.len() == 1 && self.words[0] == span.initials {
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
        if near(&span.joined, &self.joined) || (count == 1 && near(&span.stems[0], &self.joined_stem)) {
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
        if span.noise {
            return 0.0;
        }
        let (said, low) = (&span.stems[0], &span.lows[0]);
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
    let begins = short.chars().next() == long.chars().next();
    if !begins || short_length < 3 || long_length <= short_length || lexicon::is_noise(short) {
        return false;
    }
    if long.starts_with(short) {
        return long_length >= short_length + 2 && short_length * 3 >= long_length;
    }
    let skeleton: String = long
        .chars()
        .enumerate()
        .filter(|(at, c)| *at == 0 || !"aeiou".contains(*c))
        .map(|(_, c)| c)
        .collect();
    if skeleton == short {
        return true;
    }
    let vowels = short.chars().filter(|c| "aeiou".contains(*c)).count();
    let mut letters = long.chars();
    let inside = short.chars().all(|c| letters.any(|d| d == c));
    inside
        && long_length >= short_length + 2
        && vowels <= 1
        && short.chars().last() == long.chars().last()
        && short_length * 3 >= long_length
}

/// Whether the tokens from `at` on name `value`: how many do, and whether they name all of it.
pub(super) fn names_value(tokens: &[Token], at: usize, value: &str) -> Option<(usize, bool)> {
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
            token.low == low || (low.len() > 2 && token.stem == stem(&low))
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
