//! Earlier turns of a conversation, and which of them a model is still told.
//!
//! Pinned exchanges come first, then the newest. One that is too long as a whole is told with its results shortened in
//! the middle; one that is too long even so is left out, and with it everything older that is not pinned.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::{prompt::message_tokens, shorten::shortened, tool};
use crate::llm::Message;

/// Bytes of a result that are left of it where room is short.
const RESULT_BYTES: usize = 800;

/// A question and everything that came of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Exchange {
    pub question: String,
    /// What was said, called and found out, as models are told it. Providers' own forms are in it, so it may come from
    /// [`Ended`](super::Ended) and from where that was kept, and never from a person.
    pub messages: Vec<Message>,
    /// To be told before others where room is short.
    pub pinned: bool,
}

impl Exchange {
    /// A question with an answer that is text alone, such as one from elsewhere.
    pub fn told(question: impl Into<String>, answer: impl Into<String>) -> Self {
        Self {
            question: question.into(),
            messages: vec![Message::Assistant {
                text: answer.into(),
                calls: Vec::new(),
                verbatim: None,
            }],
            pinned: false,
        }
    }

    /// All that was said.
    pub fn answer(&self) -> String {
        let texts = self.messages.iter().filter_map(|message| match message {
            Message::Assistant { text, .. } if !text.trim().is_empty() => Some(text.trim()),
            _ => None,
        });
        texts.collect::<Vec<_>>().join("\n\n")
    }

    /// The last script that ran to its end.
    pub fn script(&self) -> Option<String> {
        let calls = self.messages.iter().rev().filter_map(|message| match message {
            Message::Assistant { calls, .. } => Some(calls.iter().rev()),
            _ => None,
        });
        let mut done = calls.flatten().filter(|call| {
            self.messages.iter().any(
                |message| matches!(message, Message::ToolResult { call_id, failed: false, .. } if *call_id == call.id),
            )
        });
        done.find_map(|call| tool::script(call).ok())
    }

    fn messages(&self, shorten: bool) -> Vec<Message> {
        let question = Message::User {
            text: self.question.replace('\0', ""),
        };
        let rest = self.messages.iter().map(|message| match message {
            Message::ToolResult { call_id, text, failed } if shorten => Message::ToolResult {
                call_id: call_id.clone(),
                text: shortened(text, RESULT_BYTES).into_owned(),
                failed: *failed,
            },
            other => other.clone(),
        });
        let mut messages: Vec<Message> = [question].into_iter().chain(rest).collect();
        if !matches!(messages.last(), Some(Message::Assistant { calls, .. }) if calls.is_empty()) {
            // Without it the next question would look like a part of this one.
            messages.push(Message::Assistant {
                text: UNFINISHED.to_owned(),
                calls: Vec::new(),
                verbatim: None,
            });
        }
        messages
    }
}

/// What a turn without a last word is told to have ended with.
const UNFINISHED: &str = "(This answer was not finished.)";

/// The part of a conversation that is told.
#[derive(Debug)]
pub struct Kept {
    /// Oldest first.
    pub messages: Vec<Message>,
    /// Exchanges that are not.
    pub left_out: usize,
}

/// What of `history`, oldest first, fits into `tokens`.
pub fn kept(history: &[Exchange], tokens: u64) -> Kept {
    let mut left = tokens;
    let mut chosen: Vec<Option<Vec<Message>>> = history.iter().map(|_| None).collect();
    for pinned in [true, false] {
        for (exchange, chosen) in history.iter().zip(&mut chosen).rev() {
            if exchange.pinned != pinned {
                continue;
            }
            let fitting = [false, true].into_iter().find_map(|shorten| {
                let messages = exchange.messages(shorten);
                let size = messages.iter().map(message_tokens).sum::<u64>();
                (size <= left).then_some((messages, size))
            });
            let Some((messages, size)) = fitting else {
                // Another pinned one may still fit; older ones without a pin would leave a hole before them.
                if pinned {
                    continue;
                }
                break;
            };
            left -= size;
            *chosen = Some(messages);
        }
    }
    let left_out = chosen.iter().filter(|chosen| chosen.is_none()).count();
    Kept {
        messages: chosen.into_iter().flatten().flatten().collect(),
        left_out,
    }
}

/// The question and last script of every exchange, for rules that look back.
pub fn scripts(history: &[Exchange]) -> Vec<(Cow<'_, str>, Option<String>)> {
    let told = history
        .iter()
        .map(|exchange| (Cow::Borrowed(exchange.question.as_str()), exchange.script()));
    told.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::llm::ToolCall;

    fn exchange(question: &str, result: &str, pinned: bool) -> Exchange {
        let call = ToolCall {
            id: "1".to_owned(),
            name: "run_script".to_owned(),
            input: r#"{"script": "print(1)"}"#.to_owned(),
        };
        let assistant = |text: &str, calls| Message::Assistant {
            text: text.to_owned(),
            calls,
            verbatim: None,
        };
        Exchange {
            question: question.to_owned(),
            messages: vec![
                assistant("I look.", vec![call]),
                Message::ToolResult {
                    call_id: "1".to_owned(),
                    text: result.to_owned(),
                    failed: false,
                },
                assistant("It is 1.", Vec::new()),
            ],
            pinned,
        }
    }

    fn questions(kept: &Kept) -> Vec<&str> {
        let users = kept.messages.iter().filter_map(|message| match message {
            Message::User { text } => Some(text.as_str()),
            _ => None,
        });
        users.collect()
    }

    #[test]
    fn the_newest_and_the_pinned_stay() {
        let long = "x".repeat(300);
        let history: Vec<Exchange> = (0..6).map(|n| exchange(&format!("q{n}"), &long, n == 1)).collect();
        let one: u64 = history[0].messages(false).iter().map(message_tokens).sum();
        let check = |tokens, expected: &[&str], left_out| {
            let kept = kept(&history, tokens);
            assert_eq!((questions(&kept), kept.left_out), (expected.to_vec(), left_out));
        };
        check(one * 6, &["q0", "q1", "q2", "q3", "q4", "q5"], 0);
        check(one * 3, &["q1", "q4", "q5"], 3);
        check(one, &["q1"], 5);
        check(0, &[], 6);
    }

    #[test]
    fn a_long_result_is_shortened_before_it_is_left_out() {
        let history = [exchange("q", &"x".repeat(9000), false)];
        let kept = kept(&history, 400);
        assert_eq!(questions(&kept), ["q"]);
        let result = kept.messages.iter().find_map(|message| match message {
            Message::ToolResult { text, .. } => Some(text.as_str()),
            _ => None,
        });
        assert!(result.unwrap().contains("left out here"), "{result:?}");
    }

    #[test]
    fn an_exchange_knows_its_script_and_its_answer() {
        let whole = exchange("q", "1", false);
        assert_eq!(whole.script().as_deref(), Some("print(1)"));
        assert_eq!(whole.answer(), "I look.\n\nIt is 1.");
        assert_eq!(Exchange::told("q", "a").script(), None);
    }

    #[test]
    fn an_unfinished_turn_has_an_end() {
        let mut cut = exchange("q", "1", false);
        cut.messages.truncate(2);
        assert!(matches!(cut.messages(false).last(), Some(Message::Assistant { text, .. }) if text == UNFINISHED));
    }
}
