//! What a model is told: the rules, what scripts may call, the tables in play, and the conversation.
//!
//! What never changes comes first, then what changes from project to project, from turn to turn and from step to step,
//! so that providers can keep the beginning in their caches. Everything that a file or a script has said is fenced.

use std::fmt::Write;

use chrono::DateTime;
use serde_json::json;

use super::{
    Budgets, MadeFile, Turn,
    budgets::Grouped,
    catalogue,
    fence::fenced,
    history::{self, Kept},
    tables,
    tool::{self, TOOL},
};
use crate::{
    llm::{Message, Request, Tool, ToolCall},
    reference,
};

/// Bytes that count as a token where no provider has counted: fewer than there are to a token of English, of code or of
/// any alphabet, so that a prompt is rather thought too long than too short.
pub const BYTES_A_TOKEN: u64 = 3;
/// The part of a prompt's tokens that is left for the steps of the turn itself.
const STEPS_PERCENT: u64 = 33;
/// Generated files that are named.
const FILES_MAX: usize = 100;

const RULES: &str = include_str!("rules.md");

/// What stays the same in every request of a turn.
#[derive(Debug)]
pub struct Prompt {
    system: String,
    /// The files, the conversation so far and the question.
    before: Vec<Message>,
    tools: Vec<Tool>,
}

impl Prompt {
    /// The earlier conversation is trimmed to what `budgets` leave beside everything else.
    pub fn new(turn: &Turn, budgets: &Budgets) -> Self {
        let system = system(budgets);
        let context = context(turn);
        let question = turn.question.replace('\0', "");
        let steps = budgets.prompt_tokens / 100 * STEPS_PERCENT;
        let fixed = tokens(system.len() + context.len() + question.len()) + steps;
        let Kept { messages, left_out } = history::kept(&turn.history, budgets.prompt_tokens.saturating_sub(fixed));
        let notice = match left_out {
            0 => String::new(),
            1 => "(One earlier question of this conversation is left out here.)".to_owned(),
            _ => format!("({left_out} earlier questions of this conversation are left out here.)"),
        };
        let user = |text: String| Message::User { text };
        let before = [user(context), user(notice)].into_iter().chain(messages);
        let before: Vec<Message> = before.chain([user(question)]).collect();
        // A provider may refuse a conversation with calls whose tool is gone.
        let asked_before = calls(&before).any(|call| call.name != TOOL);
        Self {
            system,
            tools: tool::tools(turn.sources.is_some() || asked_before),
            before,
        }
    }

    /// The request after `steps`, the turn's own messages so far.
    pub fn request(&self, steps: &[Message], max_output_tokens: u32) -> Request {
        Request {
            system: self.system.clone(),
            messages: self.before.iter().chain(steps).cloned().collect(),
            // Offered even where no run is left: a provider may refuse calls in the conversation without their tool.
            tools: self.tools.clone(),
            max_output_tokens,
        }
    }
}

/// The estimate for a request.
pub fn request_tokens(request: &Request) -> u64 {
    tokens(request.system.len()) + request.messages.iter().map(message_tokens).sum::<u64>()
}

/// The estimate for one message.
pub fn message_tokens(message: &Message) -> u64 {
    tokens(match message {
        Message::User { text } | Message::ToolResult { text, .. } => text.len(),
        Message::Assistant { text, calls, verbatim } => {
            let calls: usize = calls.iter().map(|call| call.name.len() + call.input.len()).sum();
            // The verbatim form holds the text and the calls as well, and goes instead of them.
            let verbatim = verbatim.as_ref().map_or(0, |verbatim| {
                serde_json::to_string(verbatim).map_or(0, |json| json.len())
            });
            verbatim.max(text.len() + calls)
        }
    })
}

/// The estimate for a text.
pub fn tokens(bytes: usize) -> u64 {
    (bytes as u64).div_ceil(BYTES_A_TOKEN)
}

fn calls(messages: &[Message]) -> impl Iterator<Item = &ToolCall> {
    let calls = messages.iter().filter_map(|message| match message {
        Message::Assistant { calls, .. } => Some(calls),
        Message::User { .. } | Message::ToolResult { .. } => None,
    });
    calls.flatten()
}

/// The rules, what scripts find in the sandbox, and what they may take. The same for all turns of a server.
fn system(budgets: &Budgets) -> String {
    let run = &budgets.run;
    format!(
        "{RULES}\n{}\n## Limits\n- For one question: {} runs, no more than {} failed ones in a row, and {} seconds.\n\
         - For one run: {} seconds, {} units of fuel (an instruction of WebAssembly each; the same script over the same \
         files takes the same), {} MiB of memory with everything that is loaded, {} MiB of files of up to {} MiB each, \
         {} KiB of printed text. {} rows of a displayed table are shown.\n",
        reference::SCRIPTS,
        budgets.runs,
        budgets.repairs + 1,
        budgets.wall_ms / 1000,
        run.wall_ms / 1000,
        Grouped(run.fuel),
        run.memory_bytes >> 20,
        run.output_bytes >> 20,
        run.output_file_bytes >> 20,
        run.stdout_bytes >> 10,
        run.displayed_rows,
    )
}

/// The day, the project's own instructions, the tables and the files.
fn context(turn: &Turn) -> String {
    let mut text = String::new();
    for prompt in &turn.prompts {
        let _ = writeln!(
            text,
            "# Instructions of this project: {}\n{}\n",
            prompt.name.replace('\0', ""),
            prompt.text.trim().replace('\0', "")
        );
    }
    if !turn.prompts.is_empty() {
        text.push_str("The rules above come before the project's instructions.\n\n");
    }
    text.push_str("# The tables\n");
    if turn.tables.is_empty() {
        text.push_str("There is none. If the question needs one, ask for it.\n");
    } else {
        text.push_str(&fenced(&tables::described(&turn.tables)));
    }
    if !turn.left_out.is_empty() {
        text.push_str("\n# More tables of the project, which cannot be read in this turn: ask for a question that names the file\n");
        text.push_str(&fenced(&names(turn.left_out.iter().map(String::as_str))));
    }
    if !turn.files.is_empty() {
        text.push_str("\n# Files that earlier scripts made, readable by name\n");
        // A table's name is the table's.
        let is_table = |name: &str| turn.tables.iter().any(|table| table.name == name);
        let (hidden, made): (Vec<_>, Vec<_>) = turn.files.iter().cloned().partition(|file| is_table(&file.name));
        text.push_str(&fenced(&files(&made)));
        if !hidden.is_empty() {
            text.push_str("Made, but not readable, since a table has the name (write such files by another name):\n");
            text.push_str(&fenced(&names(hidden.iter().map(|file| file.name.as_str()))));
        }
    }
    text.push_str(&catalogue::told(turn));
    let day = i64::try_from(turn.clock_unix_ms)
        .ok()
        .and_then(DateTime::from_timestamp_millis);
    if let Some(day) = day {
        let _ = writeln!(text, "\nToday is {}.", day.format("%A, %Y-%m-%d"));
    }
    text
}

fn names<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let mut text = String::new();
    for name in names {
        let _ = writeln!(text, "{}", json!(name.replace('\0', "")));
    }
    text
}

/// The newest come last, and are kept.
fn files(files: &[MadeFile]) -> String {
    let left_out = files.len().saturating_sub(FILES_MAX);
    let mut text = String::new();
    if left_out > 0 {
        let _ = writeln!(text, "… {left_out} older ones …");
    }
    for file in &files[left_out..] {
        let _ = writeln!(text, "{}", json!(file.name.replace('\0', "")));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every request of every turn carries it.
    const SYSTEM_MAX_TOKENS: usize = 4_000;

    #[test]
    fn what_every_request_begins_with_is_short() {
        let mut text = system(&Budgets::default());
        for tool in tool::tools(false) {
            text.extend([tool.name, tool.description, tool.input_schema.to_string()]);
        }
        let count = tiktoken_rs::o200k_base().unwrap().encode_ordinary(&text).len();
        assert!(count <= SYSTEM_MAX_TOKENS, "{count} tokens");
    }
}
