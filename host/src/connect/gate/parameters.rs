//! `{{name}}` in a statement: a bind value in its place, found by the engine's own tokens, so never inside of a text or a
//! comment.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use sqlparser::{
    dialect::Dialect,
    tokenizer::{Location, Token, TokenWithSpan},
};

use super::{Engine, Problem, Statement, refused, tokens};

/// Values of one list.
const LIST_MAX: usize = 1_000;

pub(super) fn bind(
    engine: Engine,
    dialect: &dyn Dialect,
    text: &str,
    parameters: &BTreeMap<String, Value>,
) -> Result<Statement, Problem> {
    let tokens = tokens::of(dialect, text)?;
    if tokens.iter().any(|token| matches!(token.token, Token::Placeholder(_))) {
        return Err(refused("Write parameters as {{name}}."));
    }
    tokens::numbers_apart(&tokens)?;
    let mut binding = Binding {
        engine,
        sql: String::with_capacity(text.len()),
        values: Vec::new(),
        places: BTreeMap::new(),
    };
    let places = Places::new(text);
    let mut used = BTreeSet::new();
    let mut at = 0;
    while at < tokens.len() {
        let Some((name, length)) = parameter(&tokens[at..]) else {
            let TokenWithSpan { token, span } = &tokens[at];
            let source = text.get(places.byte(span.start)..places.byte(span.end));
            binding.push(&tokens::written(engine, token, source.unwrap_or_default()));
            at += 1;
            continue;
        };
        let value = parameters
            .get(name)
            .ok_or_else(|| refused(&format!("Give a value for the parameter {{{{{name}}}}}.")))?;
        binding.put(name, value)?;
        used.insert(name);
        at += length;
    }
    if let Some(unused) = parameters.keys().find(|name| !used.contains(name.as_str())) {
        return Err(refused(&format!("The query has no parameter {{{{{unused}}}}}.")));
    }
    tokens::check(engine, dialect, &binding.sql)?;
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
    /// Adds a token, apart from the one before where both together could be read as another.
    fn push(&mut self, token: &str) {
        if let (Some(last), Some(next)) = (self.sql.chars().next_back(), token.chars().next())
            && tokens::runs_together(last, next)
        {
            self.sql.push(' ');
        }
        self.sql.push_str(token);
    }

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
            self.push("?");
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
        self.push(&format!("${place}"));
    }
}

/// Where a line and column of characters, from 1, are in a text.
pub(super) struct Places {
    /// The byte of each character, and that of the end.
    bytes: Vec<usize>,
    /// The character that each line begins with.
    lines: Vec<usize>,
}

impl Places {
    pub(super) fn new(text: &str) -> Self {
        let ends = text
            .chars()
            .enumerate()
            .filter(|(_, c)| *c == '\n')
            .map(|(at, _)| at + 1);
        Self {
            bytes: text.char_indices().map(|(at, _)| at).chain([text.len()]).collect(),
            lines: [0].into_iter().chain(ends).collect(),
        }
    }

    pub(super) fn byte(&self, location: Location) -> usize {
        let line = self.lines.get(location.line.saturating_sub(1) as usize).copied();
        let place = line.unwrap_or(0) + location.column.saturating_sub(1) as usize;
        self.bytes.get(place).or(self.bytes.last()).copied().unwrap_or(0)
    }
}
