//! A conversation in the order that every provider insists on.
//!
//! The user speaks first, the two sides take turns, and each call has exactly one result right after it. A caller's
//! conversation can break each of these: a turn is stopped between a call and its result, old messages are trimmed
//! away. What is missing is put in here and what has no place is left out, so that no provider refuses what another
//! one takes.

use std::borrow::Cow;

use serde_json::Value;

use super::{Message, Provider, ToolCall, Verbatim};

/// What the model reads as the result of a call that has none.
const STOPPED: &str = "This call was stopped before it gave a result.";
/// Characters of a call's id that every provider takes.
const ID_MAX_CHARS: usize = 64;
/// What the ids begin with that were made here, because the provider gave none.
const MADE: &str = "made_";

/// One side's turn.
#[derive(Debug, PartialEq)]
pub(super) enum Side<'a> {
    User {
        results: Vec<ToolResult<'a>>,
        texts: Vec<&'a str>,
    },
    Assistant {
        text: &'a str,
        calls: &'a [ToolCall],
        verbatim: Option<&'a [Value]>,
    },
}

/// What came of one call.
#[derive(Debug, PartialEq)]
pub(super) struct ToolResult<'a> {
    pub call: &'a ToolCall,
    pub text: &'a str,
    pub failed: bool,
}

/// The turns of `messages`. Verbatim forms are those that `provider`'s `model` wrote itself, or none if not `verbatim`.
pub(super) fn turns<'a>(messages: &'a [Message], provider: Provider, model: &str, verbatim: bool) -> Vec<Side<'a>> {
    let mut turns: Vec<Side<'a>> = Vec::new();
    let start = messages
        .iter()
        .position(|message| matches!(message, Message::User { .. }));
    let mut rest = &messages[start.unwrap_or(messages.len())..];
    while let [message, after @ ..] = rest {
        rest = after;
        match message {
            Message::User { text } if text.trim().is_empty() => {}
            Message::User { text } => match turns.last_mut() {
                Some(Side::User { texts, .. }) => texts.push(text),
                _ => turns.push(Side::User {
                    results: Vec::new(),
                    texts: vec![text],
                }),
            },
            Message::Assistant {
                text,
                calls,
                verbatim: own,
            } => {
                let own = own.as_ref().filter(|own| verbatim && own.is_of(provider, model));
                if text.trim().is_empty() && calls.is_empty() && own.is_none() {
                    continue;
                }
                turns.push(Side::Assistant {
                    text,
                    calls,
                    verbatim: own.map(|own| own.parts.as_slice()),
                });
                if !calls.is_empty() {
                    let results = calls.iter().map(|call| result(call, after)).collect();
                    turns.push(Side::User {
                        results,
                        texts: Vec::new(),
                    });
                }
            }
            // Taken with its call, or of a call that is not there any more.
            Message::ToolResult { .. } => {}
        }
    }
    turns
}

/// A call's id as every provider takes it: letters, digits, `_` and `-`, and not too many.
pub(super) fn wire_id(id: &str) -> Cow<'_, str> {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if !id.is_empty() && id.len() <= ID_MAX_CHARS && id.chars().all(plain) {
        return Cow::Borrowed(id);
    }
    let cleaned = id.chars().map(|c| if plain(c) { c } else { '_' });
    // The end tells ids apart better than the beginning.
    let cleaned: Vec<char> = cleaned.collect();
    let from = cleaned.len().saturating_sub(ID_MAX_CHARS);
    let cleaned: String = cleaned[from..].iter().collect();
    Cow::Owned(if cleaned.is_empty() { "_".to_owned() } else { cleaned })
}

/// An id for a call to which the provider gave none.
pub(super) fn made_id() -> String {
    format!("{MADE}{}", uuid::Uuid::now_v7().simple())
}

/// Whether the id is one of [`made_id`]'s.
pub(super) fn is_made(id: &str) -> bool {
    id.starts_with(MADE)
}

impl Verbatim {
    pub(super) fn new(provider: Provider, model: &str, parts: Vec<Value>) -> Self {
        Self {
            provider,
            model: model.to_owned(),
            account: None,
            parts,
        }
    }

    fn is_of(&self, provider: Provider, model: &str) -> bool {
        self.provider == provider && self.model == model && !self.parts.is_empty()
    }
}

/// The call's result among the messages up to the next one that is none.
fn result<'a>(call: &'a ToolCall, after: &'a [Message]) -> ToolResult<'a> {
    let results = after.iter().map_while(|message| match message {
        Message::ToolResult { call_id, text, failed } => Some((call_id, text, *failed)),
        _ => None,
    });
    let found = results.into_iter().find(|(call_id, ..)| **call_id == call.id);
    let (text, failed) = found.map_or((STOPPED, true), |(_, text, failed)| (text.as_str(), failed));
    ToolResult { call, text, failed }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(text: &str) -> Message {
        Message::User { text: text.to_owned() }
    }

    fn assistant(text: &str, ids: &[&str]) -> Message {
        let calls = ids.iter().map(|id| ToolCall {
            id: (*id).to_owned(),
            name: "run".to_owned(),
            input: "{}".to_owned(),
        });
        Message::Assistant {
            text: text.to_owned(),
            calls: calls.collect(),
            verbatim: None,
        }
    }

    fn output(id: &str, text: &str) -> Message {
        Message::ToolResult {
            call_id: id.to_owned(),
            text: text.to_owned(),
            failed: false,
        }
    }

    fn sketch(messages: &[Message]) -> String {
        let turns = turns(messages, Provider::Gemini, "m", true);
        let turns = turns.iter().map(|turn| match turn {
            Side::User { results, texts } => {
                let results = results
                    .iter()
                    .map(|result| format!("{}={}", result.call.id, result.text));
                let all: Vec<String> = results.chain(texts.iter().map(|text| (*text).to_owned())).collect();
                format!("user({})", all.join(" | "))
            }
            Side::Assistant { text, calls, .. } => {
                let ids: Vec<&str> = calls.iter().map(|call| call.id.as_str()).collect();
                format!("assistant({text} {})", ids.join(","))
            }
        });
        turns.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn turns_alternate_and_every_call_has_its_result() {
        let check = |messages: &[Message], expected: &str| assert_eq!(sketch(messages), expected);
        check(
            &[user("a"), assistant("b", &[]), user("c")],
            "user(a) assistant(b ) user(c)",
        );
        check(
            &[
                user("a"),
                assistant("", &["1", "2"]),
                output("2", "two"),
                output("1", "one"),
                assistant("b", &[]),
            ],
            "user(a) assistant( 1,2) user(1=one | 2=two) assistant(b )",
        );
        check(
            &[user("a"), assistant("", &["1"]), user("stop, do this")],
            &format!("user(a) assistant( 1) user(1={STOPPED} | stop, do this)"),
        );
        check(&[user("a"), user("b"), user(" ")], "user(a | b)");
        check(&[assistant("old", &["0"]), output("0", "x"), user("a")], "user(a)");
        check(&[user("a"), output("9", "whose?"), assistant("", &[])], "user(a)");
        // The same id again, later in the conversation, is another call.
        check(
            &[
                user("a"),
                assistant("", &["1"]),
                output("1", "one"),
                assistant("", &["1"]),
                output("1", "two"),
            ],
            "user(a) assistant( 1) user(1=one) assistant( 1) user(1=two)",
        );
    }

    #[test]
    fn ids_are_such_that_every_provider_takes_them() {
        let check = |id: &str, expected: &str| assert_eq!(wire_id(id), expected);
        check("toolu_01-A", "toolu_01-A");
        check("functions.run:0", "functions_run_0");
        check("", "_");
        check(&format!("{}end", "x".repeat(100)), &format!("{}end", "x".repeat(61)));
        let (one, other) = (made_id(), made_id());
        assert!(one != other && is_made(&one));
        check(&one, &one);
    }
}
