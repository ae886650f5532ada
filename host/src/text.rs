//! What people write: names in a line, and longer texts.
//!
//! A value of these types can be stored in Postgres and shown to others as it is: it has no NUL, nothing that moves a
//! terminal's cursor, and a name has nothing that turns the direction in which what follows it is read.

use crate::error::{Error, Result};

/// A name: 1 to 100 characters in one line, without space around them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name(String);

impl Name {
    pub const MAX_CHARS: usize = 100;

    /// `field` is named in the error.
    pub fn parse(field: &str, text: &str) -> Result<Self> {
        let text = text.trim();
        if text.is_empty() {
            return Err(Error::invalid(
                field,
                "required",
                "Give it a name of 1 to 100 characters.",
            ));
        }
        too_long(field, text, Self::MAX_CHARS)?;
        if text
            .chars()
            .any(|c| c.is_control() || breaks_line(c) || turns_direction(c))
        {
            return Err(Error::invalid(
                field,
                "control_character",
                "Write the name in one line, without control characters.",
            ));
        }
        Ok(Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A text of at most `MAX_CHARS` characters, in as many lines as its author likes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text<const MAX_CHARS: usize>(String);

impl<const MAX_CHARS: usize> Text<MAX_CHARS> {
    /// `field` is named in the error.
    pub fn parse(field: &str, text: &str) -> Result<Self> {
        too_long(field, text, MAX_CHARS)?;
        if text.chars().any(|c| c.is_control() && !['\n', '\r', '\t'].contains(&c)) {
            return Err(Error::invalid(
                field,
                "control_character",
                "Remove control characters other than tabs and line breaks.",
            ));
        }
        Ok(Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Characters are Unicode code points, as Postgres counts them.
fn too_long(field: &str, text: &str, max_chars: usize) -> Result<()> {
    let chars = text.chars().count();
    if chars <= max_chars {
        return Ok(());
    }
    let message = format!("This has {chars} characters. Use {max_chars} or fewer.");
    Err(Error::invalid(field, "too_long", message))
}

/// The separators of lines and paragraphs (Unicode, Zl and Zp), which are no control characters.
fn breaks_line(c: char) -> bool {
    matches!(c, '\u{2028}' | '\u{2029}')
}

/// The embeddings, overrides and isolates of Unicode's bidirectional algorithm (UAX #9, 2).
fn turns_direction(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(error: Error) -> &'static str {
        match error {
            Error::Invalid(fields) => fields[0].code,
            other => panic!("{other}"),
        }
    }

    #[test]
    fn a_name_is_one_line_of_1_to_100_characters() {
        let check = |text: &str, expected: Result<&str, &str>| {
            let name = Name::parse("name", text).map_err(code);
            assert_eq!(
                name.as_ref().map(Name::as_str).map_err(|code| *code),
                expected,
                "{text:?}"
            );
        };
        check("Sales", Ok("Sales"));
        check("  Sales 2026\n", Ok("Sales 2026"));
        check("Verkäufe 📈", Ok("Verkäufe 📈"));
        check(&"ä".repeat(100), Ok(&"ä".repeat(100)));
        check(&"ä".repeat(101), Err("too_long"));
        check("", Err("required"));
        check(" \t\n", Err("required"));
        check("a\nb", Err("control_character"));
        check("a\0b", Err("control_character"));
        check("a\u{1b}[2Jb", Err("control_character"));
        check("a\u{2028}b", Err("control_character"));
        check("invoice\u{202e}fdp.csv", Err("control_character"));
    }

    #[test]
    fn a_text_has_lines_and_an_end() {
        let check = |text: &str, expected: Result<&str, &str>| {
            let parsed = Text::<10>::parse("text", text).map_err(code);
            assert_eq!(
                parsed.as_ref().map(Text::as_str).map_err(|code| *code),
                expected,
                "{text:?}"
            );
        };
        check("", Ok(""));
        check(" a\r\n\tb ", Ok(" a\r\n\tb "));
        check("ääääääääää", Ok("ääääääääää"));
        check("12345678901", Err("too_long"));
        check("a\0b", Err("control_character"));
    }
}
