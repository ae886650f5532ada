//! What a script printed for its answer.
//!
//! A fact is a line `label: figure` or `label: 'text' figure`, the text being a value of the table as Python's `repr`
//! writes it. So a value never looks like a line of its own, whatever is in it.

/// The facts of a run, in order.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Facts(Vec<Fact>);

#[derive(Debug, PartialEq)]
pub(super) struct Fact {
    pub label: String,
    /// A value of the table.
    pub text: Option<String>,
    pub figure: String,
}

impl Facts {
    pub fn parse(output: &str) -> Self {
        Self(output.lines().filter_map(fact).collect())
    }

    pub fn find(&self, label: &str) -> Option<&Fact> {
        self.0.iter().find(|fact| fact.label == label)
    }

    pub fn figure(&self, label: &str) -> Option<&str> {
        self.find(label).map(|fact| fact.figure.as_str())
    }

    pub fn number(&self, label: &str) -> Option<f64> {
        self.figure(label)?.replace(',', "").parse().ok()
    }

    pub fn all(&self, label: &str) -> impl Iterator<Item = &Fact> {
        self.0.iter().filter(move |fact| fact.label == label)
    }

    /// The lines `1: …`, `2: …`, in order.
    pub fn ranked(&self) -> Vec<&Fact> {
        let mut ranked: Vec<&Fact> = Vec::new();
        for fact in &self.0 {
            if fact.label == (ranked.len() + 1).to_string() {
                ranked.push(fact);
            }
        }
        ranked
    }
}

fn fact(line: &str) -> Option<Fact> {
    let (label, rest) = line.split_once(": ")?;
    let (text, figure) = match rest.chars().next() {
        Some(quote @ ('\'' | '"')) => {
            let (text, rest) = unquoted(&rest[1..], quote)?;
            (Some(text), rest)
        }
        _ => (None, rest),
    };
    Some(Fact {
        label: label.to_owned(),
        text,
        figure: figure.trim().to_owned(),
    })
}

/// The text up to the closing quote, with escapes resolved, and what follows.
fn unquoted(text: &str, quote: char) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        if c == quote {
            return Some((value, &text[at + 1..]));
        }
        if c != '\\' {
            value.push(c);
            continue;
        }
        let (_, escape) = chars.next()?;
        let digits = match escape {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            'n' | 'r' | 't' => {
                value.push(' ');
                continue;
            }
            other => {
                value.push(other);
                continue;
            }
        };
        let code: String = chars.by_ref().take(digits).map(|(_, c)| c).collect();
        value.push(
            u32::from_str_radix(&code, 16)
                .ok()
                .and_then(char::from_u32)
                .unwrap_or(' '),
        );
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_facts_and_values_cannot_pretend_to_be() {
        let check = |line: &str, expected: Option<(&str, Option<&str>, &str)>| {
            let found = fact(line);
            let found = found
                .as_ref()
                .map(|fact| (fact.label.as_str(), fact.text.as_deref(), fact.figure.as_str()));
            assert_eq!(found, expected, "{line}");
        };
        check("rows: 1,234", Some(("rows", None, "1,234")));
        check("1: 'West' 12.50", Some(("1", Some("West"), "12.50")));
        check(r#"1: "it's" 3"#, Some(("1", Some("it's"), "3")));
        check(r"1: 'a\nrows: 5' 3", Some(("1", Some("a rows: 5"), "3")));
        check(r"1: 'a\\\'b\u202e\x41' 3", Some(("1", Some("a\\'b\u{202e}A"), "3")));
        check("1: 'never closed", None);
        check("┌──────┐", None);
    }

    #[test]
    fn ranks_are_in_order() {
        let facts = Facts::parse("rows: 3\n1: 'a' 9\n2: 'b' 8\n5: 'x' 1\n");
        let texts: Vec<_> = facts.ranked().iter().filter_map(|fact| fact.text.as_deref()).collect();
        assert_eq!(texts, ["a", "b"]);
        assert_eq!(facts.number("rows"), Some(3.0));
    }
}
