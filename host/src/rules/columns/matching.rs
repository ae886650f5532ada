//! How well words name a column or a value: by its name, a part of it, a slip, an abbreviation, another word for it.

use std::collections::HashSet;

use super::{Column, SPAN_MAX};
use crate::rules::{
    lexicon,
    words::{Kind, Token, name_words, near},
};

/// Tokens that may name a column together.
#[derive(Debug)]
pub(in crate::rules) struct Span {
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

    /// The span of one word that was not written as such.
    pub(super) fn word(word: &str) -> Self {
        Self {
            joined: word.to_owned(),
            stems: vec![word.to_owned()],
            lows: vec![word.to_owned()],
            initials: String::new(),
            noise: false,
            quoted: None,
        }
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
    /// How well the words name this column, from 0 to 1, and whether they hold the noun that its name is about.
    pub(super) fn score(&self, span: &Span) -> (f64, bool) {
        let count = span.stems.len();
        if let Some(quoted) = &span.quoted {
            let name = self.profile.name.to_lowercase();
            if *quoted == name || name_words(quoted) == self.words {
                return (1.0, true);
            }
            return (if near(quoted, &name) { 0.8 } else { 0.0 }, true);
        }
        if span.stems == self.stems || (!self.words.is_empty() && is_joined(&self.words, &span.joined)) {
            return (1.0, true);
        }
        if span.stems == self.core {
            return (0.96, true);
        }
        let whole = span.stems == self.essence
            || span.joined.trim_end_matches('s') == self.essence_joined.trim_end_matches('s');
        if whole && (!span.noise || lexicon::is_entity(&span.stems[0])) {
            return (if self.cumulative { 0.7 } else { 0.92 }, true);
        }
        // "miles per gallon" of `mpg`.
        if count > 2 && self.words.len() == 1 && self.words[0] == span.initials {
            return (0.8, true);
        }
        if count > 2 {
            let inside = count < self.core.len() && span.stems.iter().all(|word| self.stems.contains(word));
            return (if inside { 0.8 } else { 0.0 }, true);
        }
        let (score, head) = self.guess(span);
        // What is to date is meant only where that is said.
        (if self.cumulative { score * 0.85 } else { score }, head)
    }

    /// What is likely, where the name itself was not said: a slip, a part, an abbreviation, another word for it.
    fn guess(&self, span: &Span) -> (f64, bool) {
        let total = self.essence.len().max(1) as f64;
        let count = span.stems.len();
        if near(&span.joined, &self.joined) || (count == 1 && near(&span.stems[0], &self.joined_stem)) {
            return (0.85, true);
        }
        if span
            .stems
            .iter()
            .all(|word| (count > 1 || word.chars().count() > 2) && self.stems.contains(word))
            && span.stems.iter().any(|word| word.chars().count() > 2)
        {
            let head = self.essence.last().is_some_and(|head| span.stems.contains(head));
            let base = if head { 0.5 } else { 0.38 };
            return (base + 0.3 * count as f64 / total.max(count as f64), head);
        }
        if count > 1 || span.noise {
            return (0.0, false);
        }
        let (said, low) = (&span.stems[0], &span.lows[0]);
        let mut best: (f64, bool) = (0.0, false);
        for (word, core) in self.words.iter().zip(&self.stems) {
            if !self.essence.contains(core) {
                continue;
            }
            let alone = if total > 1.0 { 0.2 / total } else { 0.2 };
            let score = if is_form_of(low, word) || is_form_of(low, core) || does(low, word) {
                0.55
            } else if abbreviates(word, said) {
                0.5
            } else if lexicon::synonyms(said, core) || lexicon::synonyms(low, word) {
                0.45
            } else if near(said, core) {
                0.4
            } else {
                continue;
            };
            if score + alone > best.0 {
                best = (score + alone, self.essence.last() == Some(core));
            }
        }
        best
    }
}

/// Whether the words written as one are this name written as one, as in `horse power`.
fn is_joined(words: &[String], joined: &str) -> bool {
    let mut rest = joined;
    for word in words {
        match rest.strip_prefix(word.as_str()) {
            Some(after) => rest = after,
            None => return false,
        }
    }
    rest.is_empty() || rest == "s"
}

/// `churned` of `churn`, `seller` of `sell`.
pub(super) fn is_form_of(said: &str, word: &str) -> bool {
    let word = word.strip_suffix('e').unwrap_or(word);
    word.len() >= 4
        && said.strip_prefix(word).is_some_and(|end| {
            matches!(
                end,
                "ate" | "ed" | "d" | "ing" | "er" | "ers" | "es" | "e" | "al" | "ly"
            )
        })
}

/// Whether a verb is what someone does who is called `word`: `direct` of `director`.
fn does(verb: &str, word: &str) -> bool {
    verb.len() >= 5
        && word
            .strip_prefix(verb.strip_suffix("ed").unwrap_or(verb))
            .is_some_and(|end| matches!(end, "or" | "ors" | "er" | "ers"))
}

/// `temp` of `temperature`, `hwy` of `highway`, `dept` of `department`.
fn abbreviates(short: &str, long: &str) -> bool {
    let (short_length, long_length) = (short.chars().count(), long.chars().count());
    let begins = short.chars().next() == long.chars().next();
    if short_length == 2 && begins && long_length > 3 && short.chars().last() == long.chars().last() {
        // `ht` of height, `wt` of weight.
        return !short.chars().any(|c| "aeiou".contains(c)) && !lexicon::is_noise(short);
    }
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
