//! Google's Gemini API: `streamGenerateContent` with server-sent events.
//!
//! <https://ai.google.dev/api/generate-content>, <https://ai.google.dev/gemini-api/docs/function-calling>,
//! <https://ai.google.dev/gemini-api/docs/thought-signatures>, <https://ai.google.dev/gemini-api/docs/troubleshooting>.
//! From version 3 on, a call has to go back with the signature that came with it; a call that was put together anew
//! gets the one that the documentation offers for this. Calls arrive whole. Thinking is left at the model's default.

use std::{collections::VecDeque, time::Duration};

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{
    Event, Finish, ModelError, Provider, Request, TokenUsage, ToolCall, Verbatim,
    alternation::{Side, is_made, made_id, turns},
    error::Failure,
    provider_error::ProviderError,
    wire,
};

const PROVIDER: Provider = Provider::Gemini;
/// Stands for the signature of a call that the model did not write itself.
const NO_SIGNATURE: &str = "skip_thought_signature_validator";

pub(super) fn body(model: &str, request: &Request, verbatim: bool) -> Value {
    let turns = turns(&request.messages, PROVIDER, model, verbatim);
    let mut body = json!({
        "contents": turns.iter().map(|turn| content(model, turn)).collect::<Vec<_>>(),
        "generationConfig": { "maxOutputTokens": request.max_output_tokens },
    });
    if !request.system.trim().is_empty() {
        body["systemInstruction"] = json!({ "parts": [{ "text": request.system }] });
    }
    if !request.tools.is_empty() {
        let tools = request.tools.iter().map(|tool| {
            json!({
                "name": tool.name,
                "description": tool.description,
                "parametersJsonSchema": tool.input_schema,
            })
        });
        body["tools"] = json!([{ "functionDeclarations": tools.collect::<Vec<_>>() }]);
    }
    body
}

pub(super) fn failure(model: &str, told: &ProviderError) -> Failure {
    let details = || {
        told.value
            .get("details")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
    };
    let reason = |reason: &str| details().any(|detail| detail.get("reason").and_then(Value::as_str) == Some(reason));
    if reason("API_KEY_INVALID") || told.is(&["UNAUTHENTICATED", "PERMISSION_DENIED"]) {
        ModelError::WrongKey { provider: PROVIDER }.into()
    } else if told.is(&["NOT_FOUND"]) {
        ModelError::UnknownModel {
            provider: PROVIDER,
            model: model.to_owned(),
        }
        .into()
    } else if told.is(&["RESOURCE_EXHAUSTED"]) {
        // One word for both: what comes back in a minute, and what does not come back today.
        let quotas = details()
            .filter_map(|detail| detail.get("violations")?.as_array())
            .flatten();
        let daily = quotas
            .filter_map(|quota| quota.get("quotaId")?.as_str())
            .any(|quota| quota.contains("PerDay"));
        if daily || told.says("limit: 0") || told.says("prepay") || told.says("credits") {
            return ModelError::NoQuota { provider: PROVIDER }.into();
        }
        let delay = details().find_map(|detail| seconds(detail.get("retryDelay")?.as_str()?));
        ModelError::RateLimited {
            provider: PROVIDER,
            retry_after: told.retry_after.or(delay),
        }
        .into()
    } else if told.is(&["INVALID_ARGUMENT"]) && (told.says("token count") || told.says("number of tokens")) {
        ModelError::TooLong { provider: PROVIDER }.into()
    } else if told.is(&["INVALID_ARGUMENT"]) && (told.says("thought_signature") || told.says("thought signature")) {
        wire::stale(PROVIDER, told)
    } else if told.is(&["INTERNAL", "UNAVAILABLE", "DEADLINE_EXCEEDED"]) {
        wire::overloaded(PROVIDER, told)
    } else {
        wire::failure_of_status(PROVIDER, model, told)
    }
}

/// One turn as a content.
fn content(model: &str, turn: &Side) -> Value {
    match turn {
        Side::User { results, texts } => {
            let results = results.iter().map(|result| {
                let word = if result.failed { "error" } else { "output" };
                let mut response = json!({ "name": result.call.name, "response": { word: result.text } });
                if !is_made(&result.call.id) {
                    response["id"] = json!(result.call.id);
                }
                json!({ "functionResponse": response })
            });
            let texts = texts.iter().map(|text| json!({ "text": text }));
            json!({ "role": "user", "parts": results.chain(texts).collect::<Vec<_>>() })
        }
        Side::Assistant {
            verbatim: Some(parts), ..
        } => json!({ "role": "model", "parts": parts }),
        Side::Assistant { text, calls, .. } => {
            let text = Some(*text).filter(|text| !text.trim().is_empty());
            let text = text.map(|text| json!({ "text": text }));
            let calls = calls.iter().enumerate().map(|(place, call)| {
                let mut part = json!({ "functionCall": { "name": call.name, "args": call.object() } });
                if !is_made(&call.id) {
                    part["functionCall"]["id"] = json!(call.id);
                }
                // Of calls side by side, only the first has one.
                if place == 0 && signs(model) {
                    part["thoughtSignature"] = json!(NO_SIGNATURE);
                }
                part
            });
            json!({ "role": "model", "parts": text.into_iter().chain(calls).collect::<Vec<_>>() })
        }
    }
}

/// Whether the model signs its calls and checks them: from version 3 on.
fn signs(model: &str) -> bool {
    !["gemini-1", "gemini-2", "gemma"]
        .iter()
        .any(|old| model.trim_start_matches("models/").starts_with(old))
}

/// Google's durations in JSON: `17s`, `1.5s`.
fn seconds(text: &str) -> Option<Duration> {
    Duration::try_from_secs_f64(text.strip_suffix('s')?.parse().ok()?).ok()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    #[serde(default)]
    candidates: Vec<Candidate>,
    prompt_feedback: Option<Feedback>,
    usage_metadata: Option<Counts>,
    error: Option<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Candidate {
    #[serde(default)]
    content: Content,
    finish_reason: Option<String>,
    finish_message: Option<String>,
}

#[derive(Default, Deserialize)]
struct Content {
    #[serde(default)]
    parts: Vec<Map<String, Value>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Feedback {
    block_reason: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(clippy::struct_field_names, reason = "the names on the wire")]
struct Counts {
    prompt_token_count: u64,
    tool_use_prompt_token_count: u64,
    cached_content_token_count: u64,
    candidates_token_count: u64,
    thoughts_token_count: u64,
}

/// Reads one stream.
#[derive(Debug)]
pub(super) struct Decoder {
    model: String,
    parts: Vec<Value>,
    calls: bool,
    usage: TokenUsage,
    finish: Option<Finish>,
}

impl Decoder {
    pub fn new(model: &str) -> Self {
        Self {
            model: model.to_owned(),
            parts: Vec::new(),
            calls: false,
            usage: TokenUsage::default(),
            finish: None,
        }
    }

    pub fn take(&mut self, data: &str, events: &mut VecDeque<Event>) -> Result<(), Failure> {
        let wire: Wire = wire::read(PROVIDER, data)?;
        if let Some(error) = wire.error {
            return Err(failure(&self.model, &ProviderError::event(&error)));
        }
        if let Some(tokens) = wire.usage_metadata {
            self.count(&tokens, events);
        }
        if let Some(reason) = wire.prompt_feedback.and_then(|feedback| feedback.block_reason) {
            return Err(refused(&reason));
        }
        let Some(candidate) = wire.candidates.into_iter().next() else {
            return Ok(());
        };
        for part in candidate.content.parts {
            self.take_part(part, events);
        }
        if let Some(reason) = candidate.finish_reason {
            self.finish = Some(finish(&reason, candidate.finish_message.as_deref())?);
        }
        Ok(())
    }

    /// There is no last event of a kind of its own: a stream that gave its reason and closed is complete.
    pub fn end(&mut self, events: &mut VecDeque<Event>) -> Result<(), Failure> {
        let finish = self.finish.ok_or_else(|| Failure::cut(PROVIDER))?;
        let parts = std::mem::take(&mut self.parts);
        events.push_back(Event::Verbatim(Verbatim::new(PROVIDER, &self.model, parts)));
        let calls = self.calls && finish == Finish::End;
        events.push_back(Event::Done(if calls { Finish::Calls } else { finish }));
        Ok(())
    }

    fn take_part(&mut self, part: Map<String, Value>, events: &mut VecDeque<Event>) {
        let thought = part.get("thought").and_then(Value::as_bool).unwrap_or(false);
        if let Some(call) = part.get("functionCall") {
            let text = |name: &str| call.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
            let call = ToolCall {
                id: text("id").map_or_else(made_id, str::to_owned),
                name: text("name").unwrap_or_default().to_owned(),
                input: call
                    .get("args")
                    .filter(|args| args.is_object())
                    .unwrap_or(&json!({}))
                    .to_string(),
            };
            let (id, name, delta) = (call.id.clone(), call.name.clone(), call.input.clone());
            events.push_back(Event::CallBegun { id: id.clone(), name });
            events.push_back(Event::CallInput { id, delta });
            events.push_back(Event::Call(call));
            self.calls = true;
        } else if let Some(text) = part.get("text").and_then(Value::as_str)
            && !thought
            && !text.is_empty()
        {
            events.push_back(Event::Text(text.to_owned()));
        }
        self.keep(part, thought);
    }

    /// Keeps the part to give it back; plain text that follows plain text becomes one part.
    fn keep(&mut self, part: Map<String, Value>, thought: bool) {
        let signed = part.contains_key("thoughtSignature");
        let text = part.get("text").and_then(Value::as_str);
        if !signed && (thought || text == Some("")) {
            return;
        }
        if let (false, Some(text), Some(Value::Object(last))) = (signed, text, self.parts.last_mut())
            && last.len() == 1
            && let Some(Value::String(before)) = last.get_mut("text")
        {
            before.push_str(text);
            return;
        }
        self.parts.push(Value::Object(part));
    }

    fn count(&mut self, tokens: &Counts, events: &mut VecDeque<Event>) {
        let usage = TokenUsage {
            input_tokens: tokens
                .prompt_token_count
                .saturating_add(tokens.tool_use_prompt_token_count),
            cached_tokens: tokens.cached_content_token_count,
            cache_write_tokens: 0,
            output_tokens: tokens
                .candidates_token_count
                .saturating_add(tokens.thoughts_token_count),
        };
        // Each chunk repeats the totals.
        if usage != self.usage {
            self.usage = usage;
            events.push_back(Event::Usage(usage));
        }
    }
}

fn finish(reason: &str, message: Option<&str>) -> Result<Finish, Failure> {
    match reason {
        "STOP" | "FINISH_REASON_UNSPECIFIED" => Ok(Finish::End),
        "MAX_TOKENS" => Ok(Finish::Length),
        "SAFETY" | "RECITATION" | "LANGUAGE" | "BLOCKLIST" | "PROHIBITED_CONTENT" | "SPII" | "IMAGE_SAFETY" => {
            Err(refused(reason))
        }
        // A call that came out garbled, mostly; the next try mostly works.
        other => Err(Failure::slip(
            PROVIDER,
            format!("it ended with {other} {}", message.unwrap_or_default()),
        )),
    }
}

fn refused(reason: &str) -> Failure {
    ModelError::Refused {
        provider: PROVIDER,
        reason: reason.to_lowercase().replace('_', " "),
    }
    .into()
}
