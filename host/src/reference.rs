//! The script reference: what a script may call, in full for people and compact for a model's prompt.
//!
//! Both are made from the sdk's stubs and from nothing else. The compact form keeps each module's own docs, names,
//! parameters and defaults; it drops types, all other docs, what is not offered or changes nothing, and whatever Python
//! itself implies.

use glovebox_sdk::reference::STUBS;

/// The stubs of every module, or of the one that is named; none where no module has that name.
#[must_use]
pub fn full(module: Option<&str>) -> Option<String> {
    render(module, |name, stub| format!("# {name}\n\n{}\n", stub.trim()))
}

/// As [`full`], in as few tokens as a model needs to write scripts.
#[must_use]
pub fn for_prompt(module: Option<&str>) -> Option<String> {
    render(module, |name, stub| format!("## {name}\n{}", compact(stub)))
}

/// The names of the modules that have a stub.
pub fn modules() -> impl Iterator<Item = &'static str> {
    STUBS.iter().map(|(name, _)| *name)
}

fn render(module: Option<&str>, one: impl Fn(&str, &str) -> String) -> Option<String> {
    let chosen: Vec<String> = STUBS
        .iter()
        .filter(|(name, _)| module.is_none_or(|module| module == *name))
        .map(|(name, stub)| one(name, stub))
        .collect();
    if chosen.is_empty() {
        None
    } else {
        Some(chosen.join("\n"))
    }
}

/// A stub's docs and statements: classes with their members, functions and names, each group on one line.
fn compact(stub: &str) -> String {
    let mut text = module_docs(stub);
    let mut members: Vec<String> = Vec::new();
    let mut property = false;
    let flush = |members: &mut Vec<String>, text: &mut String| {
        if !members.is_empty() {
            text.push_str(&members.join(" "));
            text.push('\n');
            members.clear();
        }
    };
    for statement in statements(stub) {
        let inside = statement.starts_with([' ', '\t']);
        let line = statement.trim();
        if !inside && members.first().is_some_and(|first| first.ends_with(':')) {
            flush(&mut members, &mut text);
        }
        if let Some(class) = line.strip_prefix("class ") {
            flush(&mut members, &mut text);
            let name = class.split([':', '(']).next().unwrap_or(class);
            members.push(format!("{name}:"));
        } else if let Some(function) = line.strip_prefix("def ") {
            let member = signature(function, property);
            if let Some(parameters) = member.strip_prefix("__init__")
                && parameters != "()"
                && let Some(class) = members.first().and_then(|first| first.strip_suffix(':'))
            {
                members[0] = format!("{class}{parameters}:");
            }
            // Overloads and operators say nothing that a model does not know.
            if !member.starts_with("__") && members.last() != Some(&member) {
                members.push(member);
            }
        } else if let Some((name, _)) = line.split_once([':', '='])
            && name.trim().chars().all(|c| c.is_alphanumeric() || c == '_')
            && !name.starts_with('_')
            && !line.contains("TypeAlias")
        {
            members.push(name.trim().to_owned());
        }
        property = line == "@property";
    }
    flush(&mut members, &mut text);
    text
}

/// How the docs of a member begin that a script has no reason to call: it raises an error, or it changes nothing.
const USELESS: [&str; 3] = ["\"\"\"Not offered", "\"\"\"Accepted", "\"\"\"Nothing happens"];

/// The docs at a stub's start as they stand, without empty lines; nothing where there are none.
fn module_docs(stub: &str) -> String {
    stub.trim_start()
        .strip_prefix("\"\"\"")
        .and_then(|rest| rest.split_once("\"\"\""))
        .map(|(docs, _)| format!("{}\n", docs.trim().replace("\n\n", "\n")))
        .unwrap_or_default()
}

/// A function's name and parameters, without types and `self`: `head(n=5)`.
fn signature(function: &str, property: bool) -> String {
    let Some((name, rest)) = function.split_once('(') else {
        return function.to_owned();
    };
    if property {
        return name.to_owned();
    }
    let parameters: Vec<String> = split(rest, ',', true)
        .iter()
        .map(|parameter| {
            let parts = split(parameter, '=', false);
            let name = split(&parts[0], ':', false)[0].trim().to_owned();
            match parts.get(1) {
                Some(default) => format!("{name}={}", default.trim()),
                None => name,
            }
        })
        .filter(|parameter| !parameter.is_empty() && parameter != "self" && parameter != "cls" && parameter != "/")
        .collect();
    format!("{name}({})", parameters.join(","))
}

/// Splits at a character that stands outside brackets and quotes; with `closed`, up to the bracket that closes.
fn split(text: &str, at: char, closed: bool) -> Vec<String> {
    let (mut parts, mut depth, mut quote) = (vec![String::new()], 0_i32, None);
    for character in text.chars() {
        match (quote, character) {
            (Some(open), _) if open == character => quote = None,
            (None, '"' | '\'') => quote = Some(character),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') => depth -= 1,
            _ => {}
        }
        if closed && depth < 0 {
            break;
        }
        if depth == 0 && quote.is_none() && character == at {
            parts.push(String::new());
        } else if let Some(part) = parts.last_mut() {
            part.push(character);
        }
    }
    parts
}

/// The stub's statements, one a string, without docs, comments and [`USELESS`] members; a statement over several lines
/// is joined.
fn statements(stub: &str) -> Vec<String> {
    let (mut statements, mut open, mut in_docs): (Vec<String>, i32, bool) = (Vec::new(), 0, false);
    for line in stub.lines() {
        let bare = line.trim();
        let quotes = bare.matches("\"\"\"").count();
        if in_docs || bare.starts_with("\"\"\"") {
            in_docs ^= quotes % 2 == 1;
            continue;
        }
        let code = bare
            .split("\"\"\"")
            .next()
            .unwrap_or(bare)
            .split("  #")
            .next()
            .unwrap_or(bare)
            .trim_end();
        in_docs = quotes % 2 == 1;
        if USELESS.iter().any(|docs| bare.contains(docs)) {
            // The decorators above it go as well.
            while statements.last().is_some_and(|last| last.trim_start().starts_with('@')) {
                statements.pop();
            }
            continue;
        }
        if code.is_empty() || code.starts_with('#') || code.starts_with("from ") || code.starts_with("import ") {
            continue;
        }
        let continues = open > 0;
        open += code
            .chars()
            .map(|c| i32::from("([{".contains(c)) - i32::from(")]}".contains(c)))
            .sum::<i32>();
        match statements.last_mut() {
            Some(last) if continues => last.push_str(code),
            _ => {
                let indent = if line.starts_with([' ', '\t']) { " " } else { "" };
                statements.push(format!("{indent}{code}"));
            }
        }
    }
    statements
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_compact_form_keeps_what_a_script_can_call() {
        let stub = r#"
"""Module docs."""
from typing import Any, TypeAlias
Name: TypeAlias = str
PI: float
class Frame:
    """A table."""
    def __init__(self, data: Any = None) -> None: ...
    height: int
    @property
    def style(self) -> None: """Not offered: print it."""
    @property
    def shape(self) -> tuple[int, int]: """Rows and columns."""
    def head(self, n: int = 5) -> Frame: """First rows."""
    def join(
        self,
        other: Frame,
        on: str | list[str] | None = None,
        *,
        how: str = "a,b",
    ) -> Frame:
        """Joins
        over lines."""
    def __len__(self) -> int: ...
class Empty(Frame):
    """Nothing."""
TABLE = Frame
def col(name: str, *more: str) -> Any: """A column."""
"#;
        assert_eq!(
            compact(stub),
            "Module docs.\nPI\nFrame(data=None): height shape head(n=5) join(other,on=None,*,how=\"a,b\")\nEmpty:\nTABLE col(name,*more)\n"
        );
    }

    #[test]
    fn an_unknown_module_has_no_reference() {
        assert_eq!(full(Some("pandas")), None);
        assert!(modules().all(|module| for_prompt(Some(module)).is_some()));
    }
}
