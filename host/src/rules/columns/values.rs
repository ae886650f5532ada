//! Values that the words of a question name, as far as the profile lists them.

use super::{Column, Role, TableView};
use crate::rules::{
    lexicon,
    words::{Kind, Token, stem},
};

/// A value that words name.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::rules) struct NamedValue {
    pub column: usize,
    pub value: String,
    /// Tokens that name it.
    pub length: usize,
    /// The whole value was named, not its beginning alone.
    pub whole: bool,
    /// Another word for it was said: "women" for Female.
    pub meant: bool,
    /// Other columns that have it too.
    pub also: Vec<(usize, String)>,
}

/// Values of a column up to which another word for one is understood.
const FEW: u64 = 20;

impl TableView<'_> {
    /// The known value that the tokens from `at` on name.
    pub fn value_at(&self, tokens: &[Token], at: usize) -> Option<NamedValue> {
        let mut best: Option<NamedValue> = None;
        for (index, column) in self.columns.iter().enumerate() {
            for value in column.known_values() {
                let said = names_value(tokens, at, value).map(|(length, whole)| (length, whole, false));
                let said = said.filter(|(_, whole, _)| *whole).or_else(|| {
                    (column.role == Role::Category && column.profile.distinct <= FEW && means(&tokens[at], value))
                        .then_some((1, true, true))
                });
                let said = said.or_else(|| names_value(tokens, at, value).map(|(length, _)| (length, false, false)));
                let Some((length, whole, meant)) = said else { continue };
                let rank = |whole: bool, meant: bool, length: usize| (whole, length, !meant);
                let now = rank(whole, meant, length);
                match &mut best {
                    Some(best) if now == rank(best.whole, best.meant, best.length) && best.column != index => {
                        best.also.push((index, value.to_owned()));
                    }
                    Some(best) if now <= rank(best.whole, best.meant, best.length) => {}
                    _ => {
                        best = Some(NamedValue {
                            column: index,
                            value: value.to_owned(),
                            length,
                            whole,
                            meant,
                            also: Vec::new(),
                        });
                    }
                }
            }
        }
        best
    }
}

impl Column<'_> {
    /// The value of this column that a word for yes or no stands for.
    pub fn flag_of(&self, low: &str) -> Option<bool> {
        match low {
            "true" | "yes" | "y" | "t" => Some(true),
            "false" | "no" | "n" | "f" => Some(false),
            _ => None,
        }
        .filter(|_| self.role == Role::Flag)
    }
}

/// Whether a word stands for a value that is another word.
fn means(token: &Token, value: &str) -> bool {
    let low = value.trim().to_lowercase();
    token.kind == Kind::Word
        && !lexicon::is_noise(&token.low)
        && !low.contains(' ')
        && token.low.chars().count() > 2
        && (lexicon::synonyms(&token.low, &low)
            || lexicon::synonyms(&token.stem, &stem(&low))
            // "engineers" for Engineering
            || token.stem.len() > 4 && low.len() <= token.stem.len() + 4 && low.starts_with(&token.stem))
        && token.stem != stem(&low)
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
    let low = value.to_lowercase();
    if first.low.contains(['&', '/']) && (first.low == low || first.stem == low) {
        return Some((1, true));
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
    let letter = exact_case && letters == 1 && at > 0 && !matches!(value, "I" | "A");
    let long = letters > 3 || (letters == 3 && !lexicon::is_noise(&first.low));
    if complete && (long || letter || (letters > 1 && exact_case)) {
        return Some((length, true));
    }
    (!complete && letters > 3 && !lexicon::is_noise(&first.low)).then_some((length, false))
}
