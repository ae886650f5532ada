//! The title that a conversation has from its first question, until somebody gives it one.

use crate::{
    error::{Error, Result},
    text::Name,
};

/// What it is called before anything was said.
pub const UNTITLED: &str = "New conversation";
/// Characters of a title that is made of a question.
const MADE_MAX_CHARS: usize = 80;

/// A title that somebody gave: 1 to 100 characters in one line.
#[derive(Clone, Debug)]
pub struct Title(Name);

impl Title {
    /// `field` is named in the error.
    pub fn parse(field: &str, text: &str) -> Result<Self> {
        Name::parse(field, text).map(Self).map_err(|error| match error {
            Error::Invalid(fields) if fields.iter().any(|field| field.code == "required") => {
                Error::invalid(field, "required", "Give it a title of 1 to 100 characters.")
            }
            error => error,
        })
    }

    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

/// The title that a question makes: its first sentence, without Markdown, cut at a word where it is long.
pub fn title_from(question: &str) -> String {
    let line = question.lines().map(plain).find(|line| !line.is_empty());
    let line = line.unwrap_or_default();
    let title = cut(first_sentence(&line));
    if title.is_empty() { UNTITLED.to_owned() } else { title }
}

/// One line without the signs of Markdown, without control characters, with single spaces.
fn plain(line: &str) -> String {
    let line = line.trim_start();
    let line = line.trim_start_matches(['#', '>', '-', '*', '+', ' ', '\t']);
    let number = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let line = if number.len() < line.len() {
        number.strip_prefix(". ").unwrap_or(line)
    } else {
        line
    };
    let mut text = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(c) = rest.chars().next() {
        // A link is its own text: [text](target).
        if c == '['
            && let Some((label, after)) = rest[1..].split_once("](")
            && !label.contains('[')
            && let Some((_, after)) = after.split_once(')')
        {
            text.push_str(label);
            rest = after;
            continue;
        }
        rest = &rest[c.len_utf8()..];
        // An underscore inside a word belongs to a name such as order_id.
        let within = text.ends_with(char::is_alphanumeric) && rest.starts_with(char::is_alphanumeric);
        match c {
            '*' | '_' if !within && (!text.ends_with(' ') || !rest.starts_with(' ')) => {}
            '`' | '~' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') => text.push(' '),
            c => text.push(c),
        }
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Up to the first full stop, question or exclamation mark that a space follows. A question keeps its mark.
fn first_sentence(line: &str) -> &str {
    for (at, c) in line.char_indices() {
        let after = &line[at + c.len_utf8()..];
        if !['.', '?', '!', '。', '？'].contains(&c) || !(after.is_empty() || after.starts_with(' ')) {
            continue;
        }
        // `e.g. sales` and `No. 5` do not end there; a sentence has a few words.
        if c == '.' && !after.is_empty() && line[..at].split(' ').count() < 3 {
            continue;
        }
        return if ['?', '？'].contains(&c) {
            &line[..at + c.len_utf8()]
        } else {
            line[..at].trim_end()
        };
    }
    line.trim_end_matches([':', ';', ','])
}

fn cut(text: &str) -> String {
    if text.chars().count() <= MADE_MAX_CHARS {
        return text.to_owned();
    }
    let end = text
        .char_indices()
        .nth(MADE_MAX_CHARS - 1)
        .map_or(text.len(), |(at, _)| at);
    let kept = &text[..end];
    // Half of it in one word is no word to stop at.
    let word = kept.rfind(' ').filter(|at| *at > end / 2).unwrap_or(end);
    format!("{}…", kept[..word].trim_end_matches([' ', ',', ';', ':', '-']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_the_first_sentence_in_plain_words() {
        let check = |question: &str, expected: &str| assert_eq!(title_from(question), expected, "{question:?}");
        check("average mpg by origin", "average mpg by origin");
        check("  Average mpg by origin?\nAnd plot it.", "Average mpg by origin?");
        check("Plot sales by month. Then save it.", "Plot sales by month");
        check("## **Top 10** _cities_ by `order_id`", "Top 10 cities by order_id");
        check("- first item", "first item");
        check("1. Count the rows", "Count the rows");
        check("2024 sales", "2024 sales");
        check("What does 3 * 4 mean here?", "What does 3 * 4 mean here?");
        check("See [the report](https://example.com/a) again", "See the report again");
        check("e.g. the mean of v1.2 values", "e.g. the mean of v1.2 values");
        check("```\n\ncount", "count");
        check("a\u{202e}b\u{1b}[2J", "ab [2J");
        check(" \n\t", UNTITLED);
        check("***", UNTITLED);
    }

    #[test]
    fn a_long_one_is_cut_at_a_word() {
        let title = title_from(&"several words ".repeat(20));
        assert!(title.ends_with("words…") || title.ends_with("several…"), "{title}");
        assert!(title.chars().count() <= MADE_MAX_CHARS, "{title}");
        let word = title_from(&"ä".repeat(500));
        assert_eq!(word.chars().count(), MADE_MAX_CHARS);
        assert!(word.ends_with('…'));
    }
}
