//! What names are about: the noun in a column's name, and what a table calls its rows.

use super::{Role, TableView};
use crate::rules::{
    lexicon,
    words::{name_words, stem},
};

/// Words before the noun that say which figure of it a column holds.
const FIGURES: &str = "number num no nr count total sum avg average mean median max min maximum minimum of indicator \
    flag is has the pct percent amount";
/// Words after the noun that say how it is written.
const FORMS: &str = "name id code key number no nr count total amount value usd eur gbp chf kg g cm mm m km m2 c f pct \
    percent dollar dollars euro euros lbs lb ft in hrs sec s text label indicator";
/// Words that begin what only explains the noun.
const LINKS: &str = "over in per to since by for from with at on until past during and";
/// Words of file names that say nothing about the rows.
const PAPER: &str = "data dataset table file test sample export list report final new copy csv sheet stat statistic \
    group error ave raw clean all my with without the of and in record info information analysis detail";

fn has(list: &str, word: &str) -> bool {
    list.split_whitespace().any(|one| one == word)
}

/// What a name is a figure of, of its words in lower case.
pub(super) fn essence(words: &[String]) -> Vec<String> {
    let end = words
        .iter()
        .skip(1)
        .position(|word| has(LINKS, word))
        .map_or(words.len(), |at| at + 1);
    let mut rest: &[String] = &words[..end];
    while let [first, more @ ..] = rest
        && !more.is_empty()
        && has(FIGURES, first)
    {
        rest = more;
    }
    while let [before @ .., last] = rest
        && let Some(noun) = before.last()
        // `time_min` is in minutes, `temp_min` the lowest.
        && (has(FORMS, last) || last == "min" && matches!(noun.as_str(), "time" | "duration" | "runtime" | "length"))
    {
        rest = before;
    }
    rest.to_vec()
}

/// Whether a name says that each value holds all before it.
pub(super) fn is_cumulative(name: &str) -> bool {
    let low = name.to_lowercase();
    ["cumulative", "to date", "running total", "ytd", "accumulated"]
        .iter()
        .any(|word| low.contains(word))
}

/// The words of a file's name that may be what its rows are.
pub(in crate::rules) fn table_nouns(name: &str) -> Vec<String> {
    let base = name.rsplit_once('.').map_or(name, |(base, _)| base);
    let words = name_words(base);
    words
        .iter()
        .map(|word| stem(word))
        .filter(|word| word.chars().count() > 2 && !has(PAPER, word) && !word.starts_with(|c: char| c.is_ascii_digit()))
        .collect()
}

impl TableView<'_> {
    /// Adds to the nouns for the rows those of columns that name or number them: of `hotel_id` and `hotel_name`, hotel.
    pub(super) fn name_rows(&mut self) {
        for column in &self.columns {
            // Numbers of the rows themselves never repeat; names may.
            let share = if column.role == Role::Id { 99 } else { 60 };
            let unique =
                matches!(column.role, Role::Id | Role::Name) && column.profile.distinct * 100 >= self.rows * share;
            let last = column.words.last().map_or("", String::as_str);
            if let ([noun], true) = (column.essence.as_slice(), unique)
                && (matches!(last, "id" | "name" | "key" | "number" | "no" | "code") || lexicon::is_entity(noun))
            {
                self.nouns.insert(noun.clone());
            }
        }
    }

    /// Whether a noun is one for the rows of this table.
    pub fn names_rows(&self, stem: &str) -> bool {
        self.nouns.contains(stem)
            || lexicon::is_entity(stem) && self.nouns.iter().any(|noun| lexicon::synonyms(noun, stem))
    }

    /// Whether it is known what the rows are, so that another noun is something else.
    pub fn knows_rows(&self) -> bool {
        self.nouns.iter().any(|noun| lexicon::is_entity(noun))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_about_its_noun() {
        let check = |name: &str, expected: &[&str]| assert_eq!(essence(&name_words(name)), expected, "{name}");
        check("review_count", &["review"]);
        check("number_of_home_runs", &["home", "runs"]);
        check("Trips over the past 24-hours", &["trips"]);
        check("salary_in_thousands_of_dollars", &["salary"]);
        check("damage_USD", &["damage"]);
        check("production budget", &["production", "budget"]);
        check("id", &["id"]);
        check("avg. wait time", &["wait", "time"]);
    }
}
