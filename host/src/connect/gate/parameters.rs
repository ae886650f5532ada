//! `{{name}}` in a statement: a bind value in its place, found by the engine's own tokens, so never inside of a text or a
//! comment.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
};

use serde_json::Value;
use sqlparser::{
    dialect::Dialect,
    tokenizer::{Location, Token, TokenWithSpan, Tokenizer},
};

use super::{Engine, Problem, Statement, refused};

/// Values of one list.
const LIST_MAX: usize = 1_000;

pub(super) fn bind(
    engine: Engine,
    dialect: &dyn Dialect,
    text: &str,
    parameters: &BTreeMap<String, Value>,
) -> Result<Statement, Problem> {
    // Without unescaping, since only the places of the tokens matter.
    let tokens = Tokenizer::new(dialect, text)
        .with_unescape(false)
        .tokenize_with_location();
    let tokens = tokens.map_err(|error| refused(&format!("This is not a valid query: {error}.")))?;
    if tokens.iter().any(|token| matches!(token.token, Token::Placeholder(_))) {
        return Err(refused("Write parameters as {{name}}."));
    }
    let mut binding = Binding {
        engine,
        sql: String::with_capacity(text.len()),
        values: Vec::new(),
        places: BTreeMap::new(),
    };
    let places = Places::new(text);
    let mut used = BTreeSet::new();
    let (mut at, mut copied) = (0, 0);
    while at < tokens.len() {
        let Some((name, length)) = parameter(&tokens[at..]) else {
            at += 1;
            continue;
        };
        let value = parameters
            .get(name)
            .ok_or_else(|| refused(&format!("Give a value for the parameter {{{{{name}}}}}.")))?;
        let (start, end) = (
            places.byte(tokens[at].span.start),
            places.byte(tokens[at + length - 1].span.end),
        );
        binding.sql.push_str(text.get(copied..start).unwrap_or_default());
        binding.put(name, value)?;
        used.insert(name);
        copied = end;
        at += length;
    }
    binding.sql.push_str(text.get(copied..).unwrap_or_default());
    if let Some(unused) = parameters.keys().find(|name| !used.contains(name.as_str())) {
        return Err(refused(&format!("The query has no parameter {{{{{unused}}}}}.")));
    }
    Ok(Statement {
        sql: binding.sql,
        values: binding.values,
    })
}

/// The name between two pairs of braces at the beginning of the tokens, and how many tokens that are.
fn parameter(tokens: &[TokenWithSpan]) -> Option<(&str, usize)> {
    let opens = matches!(tokens, [a, b, ..] if a.token == Token::LBrace && b.token == Token::LBrace);
    if !opens {
        return None;
    }
    let mut name = None;
    for (at, token) in tokens.iter().enumerate().skip(2) {
        match &token.token {
            Token::Whitespace(_) => {}
            Token::Word(word) if name.is_none() => name = Some(word.value.as_str()),
            Token::RBrace if tokens.get(at + 1).is_some_and(|next| next.token == Token::RBrace) => {
                return Some((name?, at + 2));
            }
            _ => return None,
        }
    }
    None
}

struct Binding {
    engine: Engine,
    sql: String,
    values: Vec<Value>,
    /// Where PostgreSQL has a value that stands there already.
    places: BTreeMap<String, usize>,
}

impl Binding {
    fn put(&mut self, name: &str, value: &Value) -> Result<(), Problem> {
        match value {
            Value::Array(list) => {
                if list.is_empty()
                    || list.len() > LIST_MAX
                    || list.iter().any(|value| value.is_array() || value.is_object())
                {
                    let message = format!("Give 1 to {LIST_MAX} plain values for the list {{{{{name}}}}}.");
                    return Err(refused(&message));
                }
                for (at, value) in list.iter().enumerate() {
                    self.sql.push_str(if at == 0 { "(" } else { ", " });
                    self.one(None, value);
                }
                self.sql.push(')');
            }
            Value::Object(_) => return Err(refused(&format!("Give a plain value or a list for {{{{{name}}}}}."))),
            plain => self.one(Some(name), plain),
        }
        Ok(())
    }

    fn one(&mut self, name: Option<&str>, value: &Value) {
        if self.engine == Engine::Mysql {
            self.values.push(value.clone());
            self.sql.push('?');
            return;
        }
        let known = name.and_then(|name| self.places.get(name).copied());
        let place = known.unwrap_or_else(|| {
            self.values.push(value.clone());
            self.values.len()
        });
        if let Some(name) = name {
            self.places.insert(name.to_owned(), place);
        }
        let _ = write!(self.sql, "${place}");
    }
}

/// Where a line and column of characters, from 1, are in a text.
struct Places<'a> {
    text: &'a str,
    lines: Vec<usize>,
}

impl<'a> Places<'a> {
    fn new(text: &'a str) -> Self {
        let ends = text.match_indices('\n').map(|(at, _)| at + 1);
        Self {
            text,
            lines: [0].into_iter().chain(ends).collect(),
        }
    }

    fn byte(&self, location: Location) -> usize {
        let start = self
            .lines
            .get(location.line.saturating_sub(1) as usize)
            .copied()
            .unwrap_or(0);
        let line = self.text.get(start..).unwrap_or_default();
        let column = location.column.saturating_sub(1) as usize;
        start + line.char_indices().nth(column).map_or(line.len(), |(at, _)| at)
    }
}
