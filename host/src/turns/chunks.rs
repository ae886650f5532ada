//! The chunks of an answer's stream, as the UI message stream of the AI SDK has them, version 1.
//!
//! Source: <https://ai-sdk.dev/docs/ai-sdk-ui/stream-protocol>. A script is a tool call whose input streams, each repair
//! is a new step, and what scripts make goes in `data-*` parts, each with the [`Part`] that stays in the message. So the
//! chunks are all that has to be kept while a turn runs: [`parts`] makes the message of them.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    conversations::parts::Part,
    ids::{GeneratedFileId, MessageId},
};

/// The tool that scripts are calls of.
pub const TOOL: &str = "run_script";

/// One chunk.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Chunk {
    Start {
        message_id: MessageId,
    },
    StartStep,
    FinishStep,
    TextStart {
        id: String,
    },
    TextDelta {
        id: String,
        delta: String,
    },
    TextEnd {
        id: String,
    },
    ToolInputStart {
        tool_call_id: String,
        tool_name: String,
    },
    /// JSON, cut anywhere but within an escape.
    ToolInputDelta {
        tool_call_id: String,
        input_text_delta: String,
    },
    ToolInputAvailable {
        tool_call_id: String,
        tool_name: String,
        input: ScriptInput,
    },
    ToolOutputAvailable {
        tool_call_id: String,
        output: Value,
    },
    ToolOutputError {
        tool_call_id: String,
        error_text: String,
    },
    /// More of what a script prints.
    DataOutput {
        data: Printed,
        transient: bool,
    },
    /// How far a script's long piece of work has come.
    DataProgress {
        data: Value,
        transient: bool,
    },
    /// What stays in the message beside its text and scripts: of the kinds table, chart, file, receipt and error.
    DataTable {
        data: Part,
    },
    DataChart {
        data: Part,
    },
    DataFile {
        data: Part,
    },
    DataReceipt {
        data: Part,
    },
    DataError {
        data: Part,
    },
    /// A query of a data source. One of the same id takes the place of the one before it.
    DataQuery {
        id: String,
        data: Part,
    },
    /// What the turn has used so far.
    DataUsage {
        id: String,
        data: Value,
    },
    /// A file, for readers who know nothing of charts.
    File {
        url: String,
        media_type: String,
    },
    Error {
        error_text: String,
    },
    Abort {
        reason: String,
    },
    Finish {
        finish_reason: FinishReason,
        message_metadata: Value,
    },
}

/// Why an answer ended, as the AI SDK names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FinishReason {
    Stop,
    Length,
    Error,
    Other,
}

/// The input of a call of [`TOOL`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScriptInput {
    pub script: String,
}

/// A piece of what a script prints.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Printed {
    pub run_id: String,
    pub text: String,
}

/// What a script's input streams before its text, which is escaped as in JSON, and after it.
pub const INPUT_HEAD: &str = r#"{"script":""#;
pub const INPUT_TAIL: &str = r#""}"#;

impl Chunk {
    /// The chunk for a part that scripts make, or that says what went wrong. `None` for texts, scripts and printed
    /// text, which stream as they come.
    pub fn of_part(part: &Part) -> Option<Self> {
        let data = part.clone();
        Some(match part {
            Part::Table { .. } => Self::DataTable { data },
            Part::Chart { .. } => Self::DataChart { data },
            Part::File { .. } => Self::DataFile { data },
            Part::Receipt { .. } => Self::DataReceipt { data },
            Part::Error { .. } => Self::DataError { data },
            Part::Query { run_id, .. } => Self::DataQuery {
                id: run_id.clone(),
                data,
            },
            Part::Text { .. } | Part::Script { .. } | Part::Output { .. } => return None,
        })
    }

    /// A generated file by where it can be fetched.
    pub fn of_file(file_id: GeneratedFileId, media_type: &str) -> Self {
        Self::File {
            url: format!("/api/v1/generated-files/{file_id}/content"),
            media_type: media_type.to_owned(),
        }
    }

    /// What ends the stream of a turn whose server went away, where nothing is open any more.
    pub fn ends_interrupted() -> [Self; 3] {
        let message = "The server that was working on this answer stopped. Results so far are kept; try again.";
        let part = Part::Error {
            run_id: None,
            code: "interrupted".to_owned(),
            message: message.to_owned(),
            line: None,
            hint: None,
            traceback: None,
        };
        [
            Self::DataError { data: part },
            Self::Error {
                error_text: message.to_owned(),
            },
            Self::Finish {
                finish_reason: FinishReason::Error,
                message_metadata: json!({ "state": "interrupted", "ending": "interrupted" }),
            },
        ]
    }
}

/// The parts of the message that these chunks make up, whether or not they are all of its chunks.
#[derive(Clone, Debug, Default)]
pub struct Parts {
    whole: Vec<Part>,
    /// Which text goes on, by its id and its place.
    text: Option<(String, usize)>,
    /// Scripts that are being written: their calls and what came of their inputs.
    writing: Vec<(String, String)>,
}

impl Parts {
    /// Bytes of printed text that a message keeps of a run.
    pub const OUTPUT_MAX_BYTES: usize = 64 << 10;

    pub fn add(&mut self, chunk: &Chunk) {
        match chunk {
            Chunk::TextDelta { id, delta } => self.add_text(id, delta),
            Chunk::ToolInputStart { tool_call_id, .. } => self.writing.push((tool_call_id.clone(), String::new())),
            Chunk::ToolInputDelta {
                tool_call_id,
                input_text_delta,
            } => {
                if let Some((_, input)) = self.writing.iter_mut().find(|(call, _)| call == tool_call_id) {
                    input.push_str(input_text_delta);
                }
            }
            Chunk::ToolInputAvailable {
                tool_call_id, input, ..
            } => {
                self.writing.retain(|(call, _)| call != tool_call_id);
                self.whole.push(Part::Script {
                    run_id: tool_call_id.clone(),
                    script: input.script.clone(),
                });
            }
            Chunk::DataOutput { data, .. } => self.add_output(&data.run_id, &data.text),
            Chunk::DataTable { data }
            | Chunk::DataChart { data }
            | Chunk::DataFile { data }
            | Chunk::DataReceipt { data }
            | Chunk::DataError { data } => self.whole.push(data.clone()),
            Chunk::DataQuery { id, data } => self.add_query(id, data),
            _ => {}
        }
    }

    /// All of them, with the scripts that were not written to their ends.
    pub fn all(mut self) -> Vec<Part> {
        for (run_id, input) in self.writing {
            if let Some(script) = unfinished(&input) {
                self.whole.push(Part::Script { run_id, script });
            }
        }
        self.whole
    }

    fn add_text(&mut self, id: &str, delta: &str) {
        if let Some((last, place)) = &self.text
            && last == id
            && let Some(Part::Text { text }) = self.whole.get_mut(*place)
        {
            text.push_str(delta);
            return;
        }
        self.text = Some((id.to_owned(), self.whole.len()));
        self.whole.push(Part::Text { text: delta.to_owned() });
    }

    fn add_query(&mut self, id: &str, query: &Part) {
        let is_it = |part: &&mut Part| matches!(part, Part::Query { run_id, .. } if run_id == id);
        match self.whole.iter_mut().rev().find(is_it) {
            Some(before) => *before = query.clone(),
            None => self.whole.push(query.clone()),
        }
    }

    fn add_output(&mut self, run_id: &str, more: &str) {
        let found = self
            .whole
            .iter_mut()
            .rev()
            .find(|part| matches!(part, Part::Output { run_id: of, .. } if of == run_id));
        if let Some(Part::Output { text, truncated, .. }) = found {
            let room = Self::OUTPUT_MAX_BYTES.saturating_sub(text.len());
            let kept = more.floor_char_boundary(room);
            text.push_str(&more[..kept]);
            *truncated |= kept < more.len();
            return;
        }
        let kept = more.floor_char_boundary(Self::OUTPUT_MAX_BYTES);
        self.whole.push(Part::Output {
            run_id: run_id.to_owned(),
            text: more[..kept].to_owned(),
            truncated: kept < more.len(),
        });
    }
}

/// The script of an input that has not come to its end.
pub(super) fn unfinished(input: &str) -> Option<String> {
    let input: ScriptInput = serde_json::from_str(&format!("{input}{INPUT_TAIL}")).ok()?;
    (!input.script.is_empty()).then_some(input.script)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delta(id: &str, delta: &str) -> Chunk {
        Chunk::TextDelta {
            id: id.to_owned(),
            delta: delta.to_owned(),
        }
    }

    #[test]
    fn chunks_are_written_as_the_protocol_has_them() {
        let check = |chunk: Chunk, expected: Value| {
            assert_eq!(serde_json::to_value(&chunk).unwrap(), expected);
            assert_eq!(serde_json::from_value::<Chunk>(expected).unwrap(), chunk);
        };
        check(Chunk::StartStep, json!({"type": "start-step"}));
        check(delta("1", "a"), json!({"type": "text-delta", "id": "1", "delta": "a"}));
        check(
            Chunk::ToolInputAvailable {
                tool_call_id: "run-1".to_owned(),
                tool_name: TOOL.to_owned(),
                input: ScriptInput {
                    script: "1 + 1".to_owned(),
                },
            },
            json!({"type": "tool-input-available", "toolCallId": "run-1", "toolName": "run_script",
                   "input": {"script": "1 + 1"}}),
        );
        check(
            Chunk::Finish {
                finish_reason: FinishReason::Stop,
                message_metadata: json!({}),
            },
            json!({"type": "finish", "finishReason": "stop", "messageMetadata": {}}),
        );
    }

    #[test]
    fn a_message_is_what_its_chunks_make_up() {
        let mut parts = Parts::default();
        for chunk in [
            delta("1", "Let me "),
            delta("1", "look."),
            Chunk::ToolInputStart {
                tool_call_id: "run-1".to_owned(),
                tool_name: TOOL.to_owned(),
            },
            Chunk::ToolInputDelta {
                tool_call_id: "run-1".to_owned(),
                input_text_delta: format!("{INPUT_HEAD}print(\\\"a"),
            },
        ] {
            parts.add(&chunk);
        }
        let expected = [
            Part::Text {
                text: "Let me look.".to_owned(),
            },
            Part::Script {
                run_id: "run-1".to_owned(),
                script: "print(\"a".to_owned(),
            },
        ];
        assert_eq!(parts.all(), expected);
    }

    #[test]
    fn of_much_output_the_beginning_is_kept() {
        let mut parts = Parts::default();
        for _ in 0..3 {
            parts.add(&Chunk::DataOutput {
                data: Printed {
                    run_id: "run-1".to_owned(),
                    text: "é".repeat(Parts::OUTPUT_MAX_BYTES / 4),
                },
                transient: true,
            });
        }
        let all = parts.all();
        let [
            Part::Output {
                text, truncated: true, ..
            },
        ] = &all[..]
        else {
            panic!("{all:?}");
        };
        assert_eq!(text.len(), Parts::OUTPUT_MAX_BYTES);
    }
}
