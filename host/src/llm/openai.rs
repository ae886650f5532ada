//! OpenAI's Responses API, streaming, with nothing kept at OpenAI.
//!
//! <https://developers.openai.com/api/reference/resources/responses/streaming-events>,
//! <https://developers.openai.com/api/docs/guides/function-calling>,
//! <https://developers.openai.com/api/docs/guides/reasoning>, <https://developers.openai.com/api/docs/guides/error-codes>.
//! Since `store` is false, reasoning comes encrypted and goes back with its reply; ids of items go back never, because
//! they would refer to what was not stored. Effort is left at the model's default.

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

const PROVIDER: Provider = Provider::OpenAi;

pub(super) fn body(model: &str, request: &Request, verbatim: bool) -> Value {
    let turns = turns(&request.messages, PROVIDER, model, verbatim);
    let mut body = json!({
        "model": model,
        "input": turns.iter().flat_map(items).collect::<Vec<_>>(),
        "max_output_tokens": request.max_output_tokens,
        "store": false,
        "stream": true,
        // Padding against listeners on the line, which doubles a stream's size.
        "stream_options": { "include_obfuscation": false },
    });
    if !request.system.trim().is_empty() {
        body["instructions"] = json!(request.system);
    }
    if !request.tools.is_empty() {
        let tools = request.tools.iter().map(|tool| {
            json!({
                "type": "function",
                "name": tool.name,
                "description": tool.description,
                "parameters": tool.input_schema,
                "strict": false,
            })
        });
        body["tools"] = tools.collect();
    }
    if reasons(model) {
        body["include"] = json!(["reasoning.encrypted_content"]);
    }
    body
}

/// Shared with the compatible servers, many of which use the same words.
pub(super) fn failure(model: &str, told: &ProviderError) -> Failure {
    failure_at(PROVIDER, model, told)
}

pub(super) fn failure_at(provider: Provider, model: &str, told: &ProviderError) -> Failure {
    if told.is(&[
        "insufficient_quota",
        "billing_hard_limit_reached",
        "billing_not_active",
        "credit_balance_exhausted",
        "organization_spend_limit_exceeded",
        "organization_usage_limit_exceeded",
        "project_spend_limit_exceeded",
    ]) {
        ModelError::NoQuota { provider }.into()
    } else if told.is(&["invalid_api_key", "authentication_error"]) {
        ModelError::WrongKey { provider }.into()
    } else if told.is(&["model_not_found"]) {
        ModelError::UnknownModel {
            provider,
            model: model.to_owned(),
        }
        .into()
    } else if told.is(&[
        "context_length_exceeded",
        "string_above_max_length",
        "exceed_context_size_error",
    ]) || [
        "request too large",
        "maximum context length",
        "context window",
        "context size",
    ]
    .iter()
    .any(|words| told.says(words))
    {
        ModelError::TooLong { provider }.into()
    } else if told.is(&[
        "invalid_prompt",
        "content_policy_violation",
        "content_filter",
        "cyber_policy",
    ]) {
        ModelError::Refused {
            provider,
            reason: told.message.clone(),
        }
        .into()
    } else if told.is(&["unsupported_country_region_territory"]) {
        Failure::protocol(provider, told.detail())
    } else if told.is(&["invalid_encrypted_content"]) || told.says("encrypted content") || told.says("'reasoning'") {
        wire::stale(provider, told)
    } else if told.is(&["rate_limit_exceeded", "rate_limit_error", "slow_down"]) {
        wire::rate_limited(provider, told)
    } else if told.is(&["server_error", "server_is_overloaded", "service_unavailable_error"]) {
        wire::overloaded(provider, told)
    } else {
        wire::failure_of_status(provider, model, told)
    }
}

/// Whether the model reasons, and so has reasoning to hand over; the others refuse to be asked for it.
fn reasons(model: &str) -> bool {
    !["gpt-3", "gpt-4", "chatgpt"]
        .iter()
        .any(|start| model.starts_with(start))
        && !model.contains("-chat")
}

/// One turn as items of the input.
fn items(turn: &Side) -> Vec<Value> {
    match turn {
        Side::User { results, texts } => {
            let results = results.iter().map(|result| {
                json!({
                    "type": "function_call_output",
                    "call_id": wire_id(&result.call.id),
                    "output": result.text,
                })
            });
            let texts = texts.iter().map(|text| json!({ "role": "user", "content": text }));
            results.chain(texts).collect()
        }
        Side::Assistant {
            verbatim: Some(items), ..
        } => items.to_vec(),
        Side::Assistant { text, calls, .. } => {
            let text = Some(*text).filter(|text| !text.trim().is_empty());
            let text = text.map(|text| json!({ "role": "assistant", "content": text }));
            let calls = calls.iter().map(|call| {
                json!({
                    "type": "function_call",
                    "call_id": wire_id(&call.id),
                    "name": call.name,
                    "arguments": call.input,
                })
            });
            text.into_iter().chain(calls).collect()
        }
    }
}

/// Every event has a `type`; those of no interest here are passed over by it.
#[derive(Deserialize)]
struct Wire {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    output_index: u64,
    #[serde(default)]
    item: Map<String, Value>,
    #[serde(default)]
    delta: Value,
    response: Option<Answer>,
}

#[derive(Deserialize)]
struct Answer {
    usage: Option<Counts>,
    error: Option<Value>,
    incomplete_details: Option<Incomplete>,
}

#[derive(Deserialize)]
struct Incomplete {
    #[serde(default)]
    reason: String,
}

#[derive(Deserialize)]
struct Counts {
    #[serde(default)]
    input_tokens: u64,
    #[serde(default)]
    output_tokens: u64,
    #[serde(default)]
    input_tokens_details: Details,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Details {
    cached_tokens: u64,
    cache_write_tokens: u64,
}

/// Reads one stream.
#[derive(Debug)]
pub(super) struct Decoder {
    model: String,
    /// Ids of the calls by the place of their item.
    calls: BTreeMap<u64, String>,
    items: Vec<Value>,
    refusal: String,
}

impl Decoder {
    pub fn new(model: &str) -> Self {
        Self {
            model: model.to_owned(),
            calls: BTreeMap::new(),
            items: Vec::new(),
            refusal: String::new(),
        }
    }

    pub fn take(&mut self, data: &str, events: &mut VecDeque<Event>) -> Result<(), Failure> {
        let wire: Wire = wire::read(PROVIDER, data)?;
        let delta = || wire.delta.as_str().unwrap_or_default().to_owned();
        match wire.kind.as_str() {
            "response.output_text.delta" => events.push_back(Event::Text(delta())),
            "response.refusal.delta" => self.refusal.push_str(&delta()),
            "response.output_item.added" if text(&wire.item, "type") == "function_call" => {
                let id = text(&wire.item, "call_id").to_owned();
                self.calls.insert(wire.output_index, id.clone());
                events.push_back(Event::CallBegun {
                    id,
                    name: text(&wire.item, "name").to_owned(),
                });
            }
            "response.function_call_arguments.delta" => {
                let id = self.calls.get(&wire.output_index).cloned();
                let id = id.ok_or_else(|| {
                    let place = wire.output_index;
                    Failure::protocol(
                        PROVIDER,
                        format!("its stream goes on with call {place}, which it never began"),
                    )
                })?;
                events.push_back(Event::CallInput { id, delta: delta() });
            }
            "response.output_item.done" => self.close(wire.output_index, wire.item, events),
            "response.completed" => self.end(Finish::End, wire.response, events)?,
            "response.incomplete" => {
                let details = wire
                    .response
                    .as_ref()
                    .and_then(|answer| answer.incomplete_details.as_ref());
                if details.is_some_and(|details| details.reason == "content_filter") {
                    "the content filter".clone_into(&mut self.refusal);
                }
                self.end(Finish::Length, wire.response, events)?;
            }
            "response.failed" => {
                let error = wire.response.and_then(|answer| answer.error).unwrap_or_default();
                return Err(failure(&self.model, &ProviderError::event(&error)));
            }
            "error" => {
                let mut error: Value = wire::read(PROVIDER, data)?;
                // Its own `type` says no more than "error".
                error.as_object_mut().map(|error| error.remove("type"));
                return Err(failure(&self.model, &ProviderError::event(&error)));
            }
            _ => {}
        }
        Ok(())
    }

    fn close(&mut self, place: u64, item: Map<String, Value>, events: &mut VecDeque<Event>) {
        if text(&item, "type") == "function_call" {
            let call = ToolCall {
                id: text(&item, "call_id").to_owned(),
                name: text(&item, "name").to_owned(),
                input: Some(text(&item, "arguments"))
                    .filter(|json| !json.is_empty())
                    .unwrap_or("{}")
                    .to_owned(),
            };
            self.calls.insert(place, call.id.clone());
            events.push_back(Event::Call(call));
        }
        self.items.extend(returned(item));
    }

    fn end(&mut self, finish: Finish, answer: Option<Answer>, events: &mut VecDeque<Event>) -> Result<(), Failure> {
        if let Some(tokens) = answer.and_then(|answer| answer.usage) {
            events.push_back(Event::Usage(TokenUsage {
                input_tokens: tokens.input_tokens,
                cached_tokens: tokens.input_tokens_details.cached_tokens,
                cache_write_tokens: tokens.input_tokens_details.cache_write_tokens,
                output_tokens: tokens.output_tokens,
            }));
        }
        if !self.refusal.is_empty() {
            return Err(ModelError::Refused {
                provider: PROVIDER,
                reason: std::mem::take(&mut self.refusal),
            }
            .into());
        }
        let items = std::mem::take(&mut self.items);
        events.push_back(Event::Verbatim(Verbatim::new(PROVIDER, &self.model, items)));
        let calls = finish == Finish::End && !self.calls.is_empty();
        events.push_back(Event::Done(if calls { Finish::Calls } else { finish }));
        Ok(())
    }
}

/// An item in the form in which it can go back.
fn returned(mut item: Map<String, Value>) -> Option<Value> {
    item.remove("id");
    item.remove("status");
    match text(&item, "type") {
        "reasoning" => {
            item.remove("content");
            item.get("encrypted_content")?.as_str()?;
        }
        "message" => {
            let parts = item
                .get_mut("content")
                .and_then(Value::as_array_mut)
                .into_iter()
                .flatten();
            for part in parts.filter_map(Value::as_object_mut) {
                part.retain(|name, _| ["type", "text", "refusal"].contains(&name.as_str()));
            }
        }
        "function_call" => {}
        _ => return None,
    }
    Some(Value::Object(item))
}

fn text<'a>(item: &'a Map<String, Value>, name: &str) -> &'a str {
    item.get(name).and_then(Value::as_str).unwrap_or_default()
}
