//! What models reply, in the streams of their providers.

use glovebox::llm::Provider;
use serde_json::{Value, json};

use crate::test_models::{Answer, sse};

/// What a model does in one reply: what it says, and the calls it makes, by tool and raw input.
#[derive(Clone, Debug, Default)]
pub struct Reply {
    pub text: String,
    pub calls: Vec<(String, String)>,
    /// Tokens in and out.
    pub used: (u64, u64),
    /// It ran out of room.
    pub too_long: bool,
}

/// A reply of text alone.
pub fn says(text: &str) -> Reply {
    Reply {
        text: text.to_owned(),
        used: (100, 10),
        ..Reply::default()
    }
}

/// A reply that runs a script.
pub fn runs(text: &str, script: &str) -> Reply {
    says(text).call("run_script", &json!({ "script": script }).to_string())
}

impl Reply {
    pub fn call(mut self, tool: &str, input: &str) -> Self {
        self.calls.push((tool.to_owned(), input.to_owned()));
        self
    }

    pub fn used(self, input: u64, output: u64) -> Self {
        Self {
            used: (input, output),
            ..self
        }
    }

    pub fn too_long(self) -> Self {
        Self { too_long: true, ..self }
    }

    /// The whole stream.
    pub fn answer(&self, provider: Provider) -> Answer {
        Answer::stream(&sse(&self.events(provider)))
    }

    /// The stream up to its last events, after which a test lets it hang or break.
    pub fn begun(&self, provider: Provider) -> Answer {
        let mut events = self.events(provider);
        let ends = match provider {
            Provider::Anthropic => 3,
            Provider::OpenAi => 1 + usize::from(!self.calls.is_empty()),
            Provider::Gemini | Provider::Compatible => 1,
        };
        events.truncate(events.len() - ends);
        Answer::stream(&sse(&events))
    }

    fn events(&self, provider: Provider) -> Vec<Value> {
        match provider {
            Provider::Anthropic => self.anthropic(),
            Provider::OpenAi => self.openai(),
            Provider::Gemini => self.gemini(),
            Provider::Compatible => self.compatible(),
        }
    }

    fn anthropic(&self) -> Vec<Value> {
        let mut events = vec![json!({"type": "message_start",
            "message": {"usage": {"input_tokens": self.used.0, "output_tokens": 1}}})];
        let mut index = 0;
        if !self.text.is_empty() {
            events.push(
                json!({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}),
            );
            for piece in halves(&self.text) {
                events.push(json!({"type": "content_block_delta", "index": 0,
                    "delta": {"type": "text_delta", "text": piece}}));
            }
            events.push(json!({"type": "content_block_stop", "index": 0}));
            index = 1;
        }
        for (number, (tool, input)) in self.calls.iter().enumerate() {
            events.push(json!({"type": "content_block_start", "index": index, "content_block":
                {"type": "tool_use", "id": format!("toolu_{number}"), "name": tool, "input": {}}}));
            for piece in halves(input) {
                events.push(json!({"type": "content_block_delta", "index": index,
                    "delta": {"type": "input_json_delta", "partial_json": piece}}));
            }
            events.push(json!({"type": "content_block_stop", "index": index}));
            index += 1;
        }
        let reason = self.finish("max_tokens", "end_turn", "tool_use");
        events.push(json!({"type": "message_delta", "delta": {"stop_reason": reason},
            "usage": {"output_tokens": self.used.1}}));
        events.push(json!({"type": "message_stop"}));
        events
    }

    fn openai(&self) -> Vec<Value> {
        let mut events: Vec<Value> = halves(&self.text)
            .map(|piece| json!({"type": "response.output_text.delta", "output_index": 0, "delta": piece}))
            .collect();
        for (number, (tool, input)) in self.calls.iter().enumerate() {
            let item = |arguments: &str| {
                json!({"id": format!("fc_{number}"), "type": "function_call", "call_id": format!("call_{number}"),
                    "name": tool, "arguments": arguments})
            };
            let index = number + 1;
            events.push(json!({"type": "response.output_item.added", "output_index": index, "item": item("")}));
            for piece in halves(input) {
                events.push(
                    json!({"type": "response.function_call_arguments.delta", "output_index": index, "delta": piece}),
                );
            }
            events.push(json!({"type": "response.output_item.done", "output_index": index, "item": item(input)}));
        }
        let usage = json!({"input_tokens": self.used.0, "output_tokens": self.used.1});
        events.push(if self.too_long {
            json!({"type": "response.incomplete", "response":
                {"usage": usage, "incomplete_details": {"reason": "max_output_tokens"}}})
        } else {
            json!({"type": "response.completed", "response": {"usage": usage}})
        });
        events
    }

    fn gemini(&self) -> Vec<Value> {
        let chunk = |parts: Value, finish: Option<&str>| {
            let mut candidate = json!({"content": {"parts": parts, "role": "model"}, "index": 0});
            if let Some(finish) = finish {
                candidate["finishReason"] = json!(finish);
            }
            json!({"candidates": [candidate], "usageMetadata":
                {"promptTokenCount": self.used.0, "candidatesTokenCount": self.used.1}})
        };
        let mut events: Vec<Value> = halves(&self.text)
            .map(|piece| chunk(json!([{"text": piece}]), None))
            .collect();
        for (tool, input) in &self.calls {
            let input: Value = serde_json::from_str(input).expect("Gemini writes objects");
            events.push(chunk(json!([{"functionCall": {"name": tool, "args": input}}]), None));
        }
        events.push(chunk(json!([]), Some(self.finish("MAX_TOKENS", "STOP", "STOP"))));
        events
    }

    fn compatible(&self) -> Vec<Value> {
        let chunk = |delta: Value, finish: Option<&str>| json!({"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]});
        let mut events: Vec<Value> = halves(&self.text)
            .map(|piece| chunk(json!({"content": piece}), None))
            .collect();
        for (number, (tool, input)) in self.calls.iter().enumerate() {
            let call = json!({"index": number, "id": format!("call-{number}"), "type": "function",
                "function": {"name": tool, "arguments": ""}});
            events.push(chunk(json!({"tool_calls": [call]}), None));
            for piece in halves(input) {
                let call = json!({"index": number, "function": {"arguments": piece}});
                events.push(chunk(json!({"tool_calls": [call]}), None));
            }
        }
        let mut end = chunk(json!({}), Some(self.finish("length", "stop", "tool_calls")));
        end["usage"] = json!({"prompt_tokens": self.used.0, "completion_tokens": self.used.1});
        events.push(end);
        events
    }

    fn finish<'a>(&self, too_long: &'a str, end: &'a str, calls: &'a str) -> &'a str {
        match (self.too_long, self.calls.is_empty()) {
            (true, _) => too_long,
            (false, true) => end,
            (false, false) => calls,
        }
    }
}

/// A text in two pieces, so that it streams.
fn halves(text: &str) -> impl Iterator<Item = &str> {
    let (start, end) = text.split_at(text.floor_char_boundary(text.len() / 2));
    [start, end].into_iter().filter(|piece| !piece.is_empty())
}
