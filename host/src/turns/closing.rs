//! What a stream leaves open where it broke off, and the chunks that end it, so that no client waits for the rest.

use super::chunks::{Chunk, ScriptInput, TOOL, unfinished};

/// What is open in a stream that broke off after some chunks.
#[derive(Debug, Default)]
pub struct Open {
    in_step: bool,
    text: Option<String>,
    calls: Vec<Call>,
}

#[derive(Debug)]
struct Call {
    id: String,
    /// What came of its input; `None` when that is whole.
    input: Option<String>,
}

impl Open {
    pub fn add(&mut self, chunk: &Chunk) {
        match chunk {
            Chunk::StartStep => self.in_step = true,
            Chunk::FinishStep => self.in_step = false,
            Chunk::TextStart { id } => self.text = Some(id.clone()),
            Chunk::TextEnd { .. } => self.text = None,
            Chunk::ToolInputStart { tool_call_id, .. } => self.calls.push(Call {
                id: tool_call_id.clone(),
                input: Some(String::new()),
            }),
            Chunk::ToolInputDelta {
                tool_call_id,
                input_text_delta,
            } => {
                if let Some(input) = self.call(tool_call_id).and_then(|call| call.input.as_mut()) {
                    input.push_str(input_text_delta);
                }
            }
            Chunk::ToolInputAvailable { tool_call_id, .. } => {
                if let Some(call) = self.call(tool_call_id) {
                    call.input = None;
                }
            }
            Chunk::ToolOutputAvailable { tool_call_id, .. } | Chunk::ToolOutputError { tool_call_id, .. } => {
                self.calls.retain(|call| call.id != *tool_call_id);
            }
            _ => {}
        }
    }

    /// The chunks that end all of it.
    pub fn ends(self) -> Vec<Chunk> {
        let mut ends = Vec::new();
        ends.extend(self.text.map(|id| Chunk::TextEnd { id }));
        for Call { id, input } in self.calls {
            if let Some(script) = input.as_deref().and_then(unfinished) {
                ends.push(Chunk::ToolInputAvailable {
                    tool_call_id: id.clone(),
                    tool_name: TOOL.to_owned(),
                    input: ScriptInput { script },
                });
            }
            ends.push(Chunk::ToolOutputError {
                tool_call_id: id,
                error_text: "It was interrupted.".to_owned(),
            });
        }
        ends.extend(self.in_step.then_some(Chunk::FinishStep));
        ends
    }

    fn call(&mut self, id: &str) -> Option<&mut Call> {
        self.calls.iter_mut().find(|call| call.id == id)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn what_is_open_in_a_stream_that_broke_off_is_ended() {
        let check = |chunks: &[Value], expected: &[Value]| {
            let mut open = Open::default();
            for chunk in chunks {
                open.add(&serde_json::from_value(chunk.clone()).unwrap());
            }
            assert_eq!(serde_json::to_value(open.ends()).unwrap(), json!(expected));
        };
        let (step, finish) = (json!({"type": "start-step"}), json!({"type": "finish-step"}));
        let begun = json!({"type": "tool-input-start", "toolCallId": "1", "toolName": TOOL});
        let written = json!({"type": "tool-input-delta", "toolCallId": "1", "inputTextDelta": "{\"script\":\"x"});
        let whole =
            json!({"type": "tool-input-available", "toolCallId": "1", "toolName": TOOL, "input": {"script": "x"}});
        let over = json!({"type": "tool-output-available", "toolCallId": "1", "output": {}});
        let error = json!({"type": "tool-output-error", "toolCallId": "1", "errorText": "It was interrupted."});
        check(&[], &[]);
        check(
            &[step.clone(), json!({"type": "text-start", "id": "a"})],
            &[json!({"type": "text-end", "id": "a"}), finish.clone()],
        );
        check(&[step.clone(), begun.clone()], &[error.clone(), finish.clone()]);
        check(
            &[step.clone(), begun.clone(), written.clone()],
            &[whole.clone(), error.clone(), finish.clone()],
        );
        check(
            &[step.clone(), begun.clone(), written.clone(), whole.clone()],
            &[error, finish.clone()],
        );
        check(&[step, begun, written, whole, over, finish], &[]);
    }
}
