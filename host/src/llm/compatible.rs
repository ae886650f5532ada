//! OpenAI's chat completions, streaming, as other servers speak them: Ollama, vLLM, llama.cpp, and many hosted ones.
//!
//! <https://developers.openai.com/api/reference/resources/chat>, <https://docs.ollama.com/api/openai-compatibility>,
//! <https://docs.vllm.ai/en/stable/serving/openai_compatible_server.html>,
//! <https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md>. They differ in what they leave out, so
//! little is taken for granted: calls may lack ids or places, come in pieces or whole, and several may claim the same
//! place; token counts, the reason of the end, or `[DONE]` may be missing. Reasoning goes back with its reply by the
//! name by which it came, which DeepSeek requires between calls.

use std::collections::VecDeque;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{
    Event, Finish, ModelError, Provider, Request, TokenUsage, ToolCall, Verbatim,
    alternation::{Side, made_id, turns},
    error::Failure,
    openai,
    provider_error::ProviderError,
    wire,
};

const PROVIDER: Provider = Provider::Compatible;
/// The names by which servers hand out reasoning.
const REASONING: [&str; 2] = ["reasoning_content", "reasoning"];

pub(super) fn body(model: &str, request: &Request, verbatim: bool) -> Value {
    let system = Some(&request.system).filter(|system| !system.trim().is_empty());
    let system = system.map(|system| json!({ "role": "system", "content": system }));
    let turns = turns(&request.messages, PROVIDER, model, verbatim);
    let mut body = json!({
        "model": model,
        "messages": system.into_iter().chain(turns.iter().flat_map(messages)).collect::<Vec<_>>(),
        "max_tokens": request.max_output_tokens,
        "stream": true,
        "stream_options": { "include_usage": true },
    });
    if !request.tools.is_empty() {
        let tools = request.tools.iter().map(|tool| {
            json!({
                "type": "function",
                "function": {
                    "name": tool.name,
                    "description": tool.description,
                    "parameters": tool.input_schema,
                },
            })
        });
        body["tools"] = tools.collect();
    }
    body
}

pub(super) fn failure(model: &str, told: &ProviderError) -> Failure {
    let not_found = told.status.is_some_and(|status| status.as_u16() == 404);
    if not_found && !told.says("model") {
        let detail = "it has no chat completions at this address; check the model server's address";
        return Failure::protocol(PROVIDER, detail);
    }
    openai::failure_at(PROVIDER, model, told)
}

/// One turn as messages.
fn messages(turn: &Side) -> Vec<Value> {
    match turn {
        Side::User { results, texts } => {
            let results = results
                .iter()
                .map(|result| json!({ "role": "tool", "tool_call_id": result.call.id, "content": result.text }));
            let text = Some(texts.join("\n\n")).filter(|text| !text.is_empty());
            let text = text.map(|text| json!({ "role": "user", "content": text }));
            results.chain(text).collect()
        }
        Side::Assistant { text, calls, verbatim } => {
            let mut message = json!({ "role": "assistant", "content": text });
            if !calls.is_empty() {
                let calls = calls.iter().map(|call| {
                    json!({
                        "id": call.id,
                        "type": "function",
                        "function": { "name": call.name, "arguments": call.input },
                    })
                });
                message["tool_calls"] = calls.collect();
            }
            for (name, value) in verbatim
                .iter()
                .flat_map(|parts| parts.iter())
                .filter_map(Value::as_object)
                .flatten()
            {
                if REASONING.contains(&name.as_str()) {
                    message[name] = value.clone();
                }
            }
            vec![message]
        }
    }
}

#[derive(Deserialize)]
struct Wire {
    #[serde(default)]
    choices: Vec<Choice>,
    usage: Option<Counts>,
    error: Option<Value>,
}

#[derive(Deserialize)]
struct Choice {
    delta: Option<Delta>,
    finish_reason: Option<String>,
}

#[derive(Deserialize)]
struct Delta {
    content: Option<String>,
    refusal: Option<String>,
    reasoning_content: Option<String>,
    /// Text, or an object where a server has its own idea of it.
    reasoning: Option<Value>,
    tool_calls: Option<Vec<CallDelta>>,
}

#[derive(Deserialize)]
struct CallDelta {
    index: Option<u64>,
    id: Option<String>,
    function: Option<FunctionDelta>,
}

#[derive(Deserialize)]
struct FunctionDelta {
    name: Option<String>,
    /// A piece of text, or a whole object.
    arguments: Option<Value>,
}

#[derive(Deserialize)]
struct Counts {
    #[serde(default)]
    prompt_tokens: u64,
    #[serde(default)]
    completion_tokens: u64,
    prompt_tokens_details: Option<Details>,
}

#[derive(Deserialize)]
struct Details {
    cached_tokens: Option<u64>,
}

/// Reads one stream.
#[derive(Debug)]
pub(super) struct Decoder {
    model: String,
    calls: Vec<Call>,
    reasoning: Option<(&'static str, String)>,
    refusal: String,
    finish: Option<Finish>,
}

/// A call on its way.
#[derive(Debug)]
struct Call {
    index: Option<u64>,
    id: String,
    name: String,
    input: String,
}

impl Decoder {
    pub fn new(model: &str) -> Self {
        Self {
            model: model.to_owned(),
            calls: Vec::new(),
            reasoning: None,
            refusal: String::new(),
            finish: None,
        }
    }

    pub fn take(&mut self, data: &str, events: &mut VecDeque<Event>) -> Result<(), Failure> {
        if data.trim() == "[DONE]" {
            return self.end(events);
        }
        let wire: Wire = wire::read(PROVIDER, data)?;
        if let Some(error) = wire.error {
            return Err(failure(&self.model, &ProviderError::event(&error)));
        }
        if let Some(tokens) = wire.usage {
            events.push_back(Event::Usage(TokenUsage {
                input_tokens: tokens.prompt_tokens,
                cached_tokens: tokens
                    .prompt_tokens_details
                    .and_then(|details| details.cached_tokens)
                    .unwrap_or(0),
                cache_write_tokens: 0,
                output_tokens: tokens.completion_tokens,
            }));
        }
        let Some(choice) = wire.choices.into_iter().next() else {
            return Ok(());
        };
        if let Some(delta) = choice.delta {
            self.take_delta(delta, events);
        }
        match choice.finish_reason.as_deref() {
            None | Some("") => {}
            Some("length") => self.finish = Some(Finish::Length),
            Some("content_filter") => "the content filter".clone_into(&mut self.refusal),
            Some(_) => self.finish = Some(Finish::End),
        }
        Ok(())
    }

    /// `[DONE]`, or a stream that gave its reason and closed.
    pub fn end(&mut self, events: &mut VecDeque<Event>) -> Result<(), Failure> {
        if !self.refusal.is_empty() {
            return Err(ModelError::Refused {
                provider: PROVIDER,
                reason: std::mem::take(&mut self.refusal),
            }
            .into());
        }
        let finish = self.finish.ok_or_else(|| Failure::cut(PROVIDER))?;
        let calls = std::mem::take(&mut self.calls);
        let finish = if finish == Finish::End && !calls.is_empty() {
            Finish::Calls
        } else {
            finish
        };
        events.extend(calls.into_iter().map(|call| {
            Event::Call(ToolCall {
                id: call.id,
                name: call.name,
                input: if call.input.is_empty() {
                    "{}".to_owned()
                } else {
                    call.input
                },
            })
        }));
        if let Some((name, text)) = self.reasoning.take() {
            let part = Map::from_iter([(name.to_owned(), Value::String(text))]);
            events.push_back(Event::Verbatim(Verbatim::new(
                PROVIDER,
                &self.model,
                vec![Value::Object(part)],
            )));
        }
        events.push_back(Event::Done(finish));
        Ok(())
    }

    fn take_delta(&mut self, delta: Delta, events: &mut VecDeque<Event>) {
        let reasoning = [
            delta.reasoning_content.as_deref(),
            delta.reasoning.as_ref().and_then(Value::as_str),
        ];
        let reasoning = REASONING
            .into_iter()
            .zip(reasoning)
            .find_map(|(name, text)| Some((name, text?)));
        if let Some((name, text)) = reasoning {
            let (_, whole) = self.reasoning.get_or_insert((name, String::new()));
            whole.push_str(text);
        }
        if let Some(text) = delta.content.filter(|text| !text.is_empty()) {
            events.push_back(Event::Text(text));
        }
        self.refusal.push_str(&delta.refusal.unwrap_or_default());
        for call in delta.tool_calls.into_iter().flatten() {
            self.take_call(call, events);
        }
    }

    fn take_call(&mut self, delta: CallDelta, events: &mut VecDeque<Event>) {
        let given = |text: Option<String>| text.filter(|text| !text.is_empty());
        let id = given(delta.id);
        let (name, arguments) = match delta.function {
            Some(function) => (given(function.name), function.arguments),
            None => (None, None),
        };
        let begun = self.calls.iter().rposition(|call| match (&id, delta.index) {
            // Some servers give every call the same place, and tell them apart by their ids.
            (Some(id), _) if call.id == *id => true,
            (Some(_), index) => index.is_some() && call.index == index && name.is_none(),
            (None, Some(index)) => call.index == Some(index),
            // A piece without any sign belongs to the last call, unless it names a new one.
            (None, None) => name.is_none(),
        });
        let place = match (begun, name) {
            (Some(place), _) => place,
            // A piece of a call that was never named cannot be called.
            (None, None) => return,
            (None, Some(name)) => {
                let id = id.unwrap_or_else(made_id);
                events.push_back(Event::CallBegun {
                    id: id.clone(),
                    name: name.clone(),
                });
                self.calls.push(Call {
                    index: delta.index,
                    id,
                    name,
                    input: String::new(),
                });
                self.calls.len() - 1
            }
        };
        let piece = match arguments {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(text)) => text,
            Some(object) => object.to_string(),
        };
        if !piece.is_empty() {
            let call = &mut self.calls[place];
            call.input.push_str(&piece);
            events.push_back(Event::CallInput {
                id: call.id.clone(),
                delta: piece,
            });
        }
    }
}
