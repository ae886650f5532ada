//! Anthropic's Messages API, streaming.
//!
//! <https://platform.claude.com/docs/en/api/messages>, <https://platform.claude.com/docs/en/build-with-claude/streaming>,
//! <https://platform.claude.com/docs/en/api/errors>, <https://platform.claude.com/docs/en/build-with-claude/handling-stop-reasons>.
//! Tools and instructions are marked for the prompt cache, and so is the end of the conversation, which the next
//! request repeats. Thinking is left at the model's default; its signed blocks go back unchanged with their reply, and
//! where the API refuses them, since something before them changed, the reply goes back without them.

use std::collections::{BTreeMap, VecDeque};

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{
    Event, Finish, ModelError, Provider, Request, TokenUsage, ToolCall, Verbatim,
    alternation::{Side, turns, wire_id},
    error::Failure,
    provider_error::ProviderError,
    wire,
};

/// Of the API, in its header.
pub(super) const VERSION: &str = "2023-06-01";

const PROVIDER: Provider = Provider::Anthropic;

pub(super) fn body(model: &str, request: &Request, verbatim: bool) -> Value {
    let mut messages: Vec<Value> = turns(&request.messages, PROVIDER, model, verbatim)
        .iter()
        .map(message)
        .collect();
    if let Some(Value::Object(last)) = messages
        .last_mut()
        .and_then(|last| last["content"].as_array_mut()?.last_mut())
    {
        last.insert("cache_control".to_owned(), json!({ "type": "ephemeral" }));
    }
    let mut body = json!({
        "model": model,
        "max_tokens": request.max_output_tokens,
        "stream": true,
        "messages": messages,
    });
    if !request.system.trim().is_empty() {
        let cached = json!({ "type": "text", "text": request.system, "cache_control": { "type": "ephemeral" } });
        body["system"] = json!([cached]);
    }
    if !request.tools.is_empty() {
        let tools = request.tools.iter().map(|tool| {
            json!({
                "name": tool.name,
                "description": tool.description,
                "input_schema": tool.input_schema,
                // Otherwise a script arrives in one piece at its end.
                "eager_input_streaming": true,
            })
        });
        body["tools"] = tools.collect();
    }
    body
}

pub(super) fn failure(model: &str, told: &ProviderError) -> Failure {
    let bad_request = told.is(&["invalid_request_error"]);
    if told.is(&["authentication_error", "permission_error"]) {
        ModelError::WrongKey { provider: PROVIDER }.into()
    } else if told.is(&["billing_error"])
        || ["credit balance", "spend limit", "usage limits"]
            .iter()
            .any(|words| told.says(words))
    {
        ModelError::NoQuota { provider: PROVIDER }.into()
    } else if told.is(&["not_found_error"]) && told.says("model") {
        ModelError::UnknownModel {
            provider: PROVIDER,
            model: model.to_owned(),
        }
        .into()
    } else if told.is(&["not_found_error"]) {
        Failure::protocol(PROVIDER, told.detail())
    } else if told.is(&["request_too_large"])
        || bad_request && (told.says("prompt is too long") || told.says("exceed context limit"))
    {
        ModelError::TooLong { provider: PROVIDER }.into()
    } else if told.is(&["rate_limit_error"]) {
        wire::rate_limited(PROVIDER, told)
    } else if told.is(&["overloaded_error", "api_error", "timeout_error"]) {
        wire::overloaded(PROVIDER, told)
    } else if bad_request && (told.says("`thinking`") || told.says("thinking block") || told.says("signature")) {
        wire::stale(PROVIDER, told)
    } else {
        wire::failure_of_status(PROVIDER, model, told)
    }
}

/// One turn as a message.
fn message(turn: &Side) -> Value {
    match turn {
        Side::User { results, texts } => {
            let results = results.iter().map(|result| {
                let mut block = json!({
                    "type": "tool_result",
                    "tool_use_id": wire_id(&result.call.id),
                    "is_error": result.failed,
                });
                if !result.text.trim().is_empty() {
                    block["content"] = json!(result.text);
                }
                block
            });
            let texts = texts.iter().map(|text| json!({ "type": "text", "text": text }));
            json!({ "role": "user", "content": results.chain(texts).collect::<Vec<_>>() })
        }
        Side::Assistant {
            verbatim: Some(blocks), ..
        } => json!({ "role": "assistant", "content": blocks }),
        Side::Assistant { text, calls, .. } => {
            let text = Some(*text).filter(|text| !text.trim().is_empty());
            let text = text.map(|text| json!({ "type": "text", "text": text }));
            let calls = calls.iter().map(|call| {
                json!({ "type": "tool_use", "id": wire_id(&call.id), "name": call.name, "input": call.object() })
            });
            json!({ "role": "assistant", "content": text.into_iter().chain(calls).collect::<Vec<_>>() })
        }
    }
}

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Wire {
    MessageStart {
        message: Started,
    },
    ContentBlockStart {
        index: u64,
        content_block: Map<String, Value>,
    },
    ContentBlockDelta {
        index: u64,
        delta: Delta,
    },
    ContentBlockStop {
        index: u64,
    },
    MessageDelta {
        delta: Stopped,
        #[serde(default)]
        usage: Counts,
    },
    MessageStop,
    Error {
        error: Value,
    },
    /// `ping`, and what may be added one day, which clients are asked to pass over.
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
struct Started {
    #[serde(default)]
    usage: Counts,
}

#[derive(Deserialize)]
struct Stopped {
    stop_reason: Option<String>,
    stop_details: Option<Value>,
}

#[derive(Deserialize)]
#[serde(tag = "type")]
enum Delta {
    #[serde(rename = "text_delta")]
    Text { text: String },
    #[serde(rename = "input_json_delta")]
    InputJson { partial_json: String },
    #[serde(rename = "thinking_delta")]
    Thinking { thinking: String },
    #[serde(rename = "signature_delta")]
    Signature { signature: String },
    #[serde(other)]
    Other,
}

/// Running totals; what is left out has not changed.
#[derive(Default, Deserialize)]
#[expect(clippy::struct_field_names, reason = "the names on the wire")]
struct Counts {
    input_tokens: Option<u64>,
    cache_creation_input_tokens: Option<u64>,
    cache_read_input_tokens: Option<u64>,
    output_tokens: Option<u64>,
}

/// Reads one stream.
#[derive(Debug)]
pub(super) struct Decoder {
    model: String,
    open: BTreeMap<u64, Block>,
    closed: BTreeMap<u64, Value>,
    uncached: u64,
    usage: TokenUsage,
    finish: Option<Finish>,
}

/// A block on its way.
#[derive(Debug)]
struct Block {
    content: Map<String, Value>,
    json: String,
}

impl Decoder {
    pub fn new(model: &str) -> Self {
        Self {
            model: model.to_owned(),
            open: BTreeMap::new(),
            closed: BTreeMap::new(),
            uncached: 0,
            usage: TokenUsage::default(),
            finish: None,
        }
    }

    pub fn take(&mut self, data: &str, events: &mut VecDeque<Event>) -> Result<(), Failure> {
        match wire::read::<Wire>(PROVIDER, data)? {
            Wire::MessageStart { message } => self.count(&message.usage, events),
            Wire::ContentBlockStart { index, content_block } => self.open(index, content_block, events),
            Wire::ContentBlockDelta { index, delta } => self.extend(index, delta, events)?,
            Wire::ContentBlockStop { index } => self.close(index, events)?,
            Wire::MessageDelta { delta, usage } => {
                self.count(&usage, events);
                if let Some(reason) = delta.stop_reason {
                    self.finish = Some(finish(&reason, delta.stop_details.as_ref())?);
                }
            }
            Wire::MessageStop => self.end(events)?,
            Wire::Error { error } => return Err(failure(&self.model, &ProviderError::event(&error))),
            Wire::Other => {}
        }
        Ok(())
    }

    pub fn end(&mut self, events: &mut VecDeque<Event>) -> Result<(), Failure> {
        let finish = self.finish.ok_or_else(|| Failure::cut(PROVIDER))?;
        let parts = std::mem::take(&mut self.closed).into_values().collect();
        events.push_back(Event::Verbatim(Verbatim::new(PROVIDER, &self.model, parts)));
        events.push_back(Event::Done(finish));
        Ok(())
    }

    fn open(&mut self, index: u64, content: Map<String, Value>, events: &mut VecDeque<Event>) {
        let block = Block {
            content,
            json: String::new(),
        };
        match block.kind() {
            "tool_use" => events.push_back(Event::CallBegun {
                id: block.text("id"),
                name: block.text("name"),
            }),
            "text" if !block.text("text").is_empty() => events.push_back(Event::Text(block.text("text"))),
            _ => {}
        }
        self.open.insert(index, block);
    }

    fn extend(&mut self, index: u64, delta: Delta, events: &mut VecDeque<Event>) -> Result<(), Failure> {
        let block = self.open.get_mut(&index).ok_or_else(|| unopened(index))?;
        match delta {
            Delta::Text { text } => {
                block.append("text", &text);
                events.push_back(Event::Text(text));
            }
            Delta::InputJson { partial_json } if !partial_json.is_empty() => {
                block.json.push_str(&partial_json);
                events.push_back(Event::CallInput {
                    id: block.text("id"),
                    delta: partial_json,
                });
            }
            Delta::Thinking { thinking } => block.append("thinking", &thinking),
            Delta::Signature { signature } => block.append("signature", &signature),
            Delta::InputJson { .. } | Delta::Other => {}
        }
        Ok(())
    }

    fn close(&mut self, index: u64, events: &mut VecDeque<Event>) -> Result<(), Failure> {
        let mut block = self.open.remove(&index).ok_or_else(|| unopened(index))?;
        if block.kind() == "tool_use" {
            if block.json.is_empty() {
                block.json = block.content.get("input").unwrap_or(&json!({})).to_string();
            }
            let call = ToolCall {
                id: block.text("id"),
                name: block.text("name"),
                input: block.json,
            };
            block.content.insert("input".to_owned(), call.object());
            events.push_back(Event::Call(call));
        } else if block.kind() == "text" && block.text("text").trim().is_empty() {
            // The API writes empty texts and does not take them back.
            return Ok(());
        }
        self.closed.insert(index, Value::Object(block.content));
        Ok(())
    }

    fn count(&mut self, tokens: &Counts, events: &mut VecDeque<Event>) {
        let set = |number: &mut u64, told: Option<u64>| *number = told.unwrap_or(*number);
        set(&mut self.uncached, tokens.input_tokens);
        set(&mut self.usage.cached_tokens, tokens.cache_read_input_tokens);
        set(&mut self.usage.cache_write_tokens, tokens.cache_creation_input_tokens);
        set(&mut self.usage.output_tokens, tokens.output_tokens);
        self.usage.input_tokens = self
            .uncached
            .saturating_add(self.usage.cached_tokens)
            .saturating_add(self.usage.cache_write_tokens);
        events.push_back(Event::Usage(self.usage));
    }
}

impl Block {
    fn kind(&self) -> &str {
        self.content.get("type").and_then(Value::as_str).unwrap_or_default()
    }

    fn text(&self, name: &str) -> String {
        self.content
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    }

    fn append(&mut self, name: &str, more: &str) {
        match self.content.get_mut(name) {
            Some(Value::String(text)) => text.push_str(more),
            _ => {
                self.content.insert(name.to_owned(), Value::String(more.to_owned()));
            }
        }
    }
}

fn finish(reason: &str, details: Option<&Value>) -> Result<Finish, Failure> {
    match reason {
        "tool_use" => Ok(Finish::Calls),
        "max_tokens" | "model_context_window_exceeded" => Ok(Finish::Length),
        "refusal" => {
            let named = ["explanation", "category"]
                .iter()
                .find_map(|name| details?.get(name)?.as_str());
            Err(ModelError::Refused {
                provider: PROVIDER,
                reason: named.unwrap_or("its safety rules").to_owned(),
            }
            .into())
        }
        _ => Ok(Finish::End),
    }
}

fn unopened(index: u64) -> Failure {
    Failure::protocol(
        PROVIDER,
        format!("its stream goes on with block {index}, which it never began"),
    )
}
