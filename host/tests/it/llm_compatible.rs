//! The chat completions of Ollama, vLLM, llama.cpp and others: what is sent, and all the ways in which they answer.

use glovebox::llm::{Event, Finish, Message, ModelError, Provider, TokenUsage, ToolCall};
use serde_json::{Value, json};

use crate::test_models::{
    Answer, FakeProvider, KEY, cut_everywhere, error, events, message_of, question, result, schema, secret, sse, user,
};

const COMPATIBLE: Provider = Provider::Compatible;

fn chunk(delta: &Value, finish: Option<&str>) -> Value {
    json!({"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "qwen3:8b",
        "choices": [{"index": 0, "delta": delta, "logprobs": null, "finish_reason": finish}]})
}

fn stream(chunks: &[Value]) -> String {
    format!("{}data: [DONE]\n\n", sse(chunks))
}

fn stream_of_text(text: &str) -> String {
    stream(&[
        chunk(&json!({"role": "assistant", "content": text}), None),
        chunk(&json!({}), Some("stop")),
    ])
}

/// Reasoning, a sentence and a call in pieces, as vLLM streams them.
fn stream_with_call() -> String {
    let piece = |arguments: &str| json!({"tool_calls": [{"index": 0, "function": {"arguments": arguments}}]});
    stream(&[
        chunk(&json!({"role": "assistant", "content": ""}), None),
        chunk(&json!({"reasoning_content": "By "}), None),
        chunk(&json!({"reasoning_content": "origin."}), None),
        chunk(&json!({"content": "Ich prüfe "}), None),
        chunk(&json!({"content": "das 📈."}), None),
        chunk(
            &json!({"tool_calls": [{"index": 0, "id": "chatcmpl-tool-1", "type": "function",
            "function": {"name": "run_script", "arguments": ""}}]}),
            None,
        ),
        chunk(&piece("{\"code\": \"pri"), None),
        chunk(&piece("nt(1)\"}"), None),
        chunk(&json!({}), Some("tool_calls")),
        json!({"id": "chatcmpl-1", "choices": [], "usage": {"prompt_tokens": 200, "completion_tokens": 20,
            "total_tokens": 220, "prompt_tokens_details": {"cached_tokens": 128}}}),
    ])
}

fn check_events_with_call(found: &[Event]) {
    let call = ToolCall {
        id: "chatcmpl-tool-1".to_owned(),
        name: "run_script".to_owned(),
        input: r#"{"code": "print(1)"}"#.to_owned(),
    };
    let input = |delta: &str| Event::CallInput {
        id: call.id.clone(),
        delta: delta.to_owned(),
    };
    let expected = [
        Event::Text("Ich prüfe ".to_owned()),
        Event::Text("das 📈.".to_owned()),
        Event::CallBegun {
            id: call.id.clone(),
            name: call.name.clone(),
        },
        input("{\"code\": \"pri"),
        input("nt(1)\"}"),
        Event::Usage(TokenUsage {
            input_tokens: 200,
            cached_tokens: 128,
            cache_write_tokens: 0,
            output_tokens: 20,
        }),
        Event::Call(call.clone()),
    ];
    let (start, end) = found.split_at(expected.len());
    assert_eq!(start, expected);
    assert!(
        matches!(end, [Event::Verbatim(_), Event::Done(Finish::Calls)]),
        "{end:?}"
    );
}

#[tokio::test]
async fn a_stream_is_read_the_same_wherever_it_is_cut() {
    let stream = stream_with_call();
    let provider = FakeProvider::start(COMPATIBLE, [Answer::stream(&stream)]).await;
    let (model, request) = (provider.model(), question(vec![user("mpg by origin?")]));
    check_events_with_call(&events(&model, &request).await);
    for answer in cut_everywhere(&stream) {
        provider.answer([answer]);
        check_events_with_call(&events(&model, &request).await);
    }
}

#[tokio::test]
async fn the_request_is_as_these_servers_want_it() {
    let mut provider = FakeProvider::start(COMPATIBLE, [Answer::stream(&stream_of_text("Hi."))]).await;
    let request = question(vec![user("mpg by origin?")]);
    events(&provider.model(), &request).await;
    let seen = provider.seen().unwrap();
    assert!(
        seen.head.starts_with("post /v1/chat/completions http/1.1\r\n"),
        "{}",
        seen.head
    );
    assert!(!seen.head.contains("authorization"), "{}", seen.head);
    assert_eq!(
        seen.body,
        json!({
            "model": "qwen3:8b",
            "messages": [
                {"role": "system", "content": "You write scripts."},
                {"role": "user", "content": "mpg by origin?"},
            ],
            "tools": [{"type": "function", "function": {"name": "run_script", "description": "Runs a Python script.",
                "parameters": schema()}}],
            "max_tokens": 4096,
            "stream": true,
            "stream_options": {"include_usage": true},
        })
    );
    events(
        &provider.model_with(|settings| settings.key = Some(secret(KEY))),
        &request,
    )
    .await;
    let head = provider.seen().unwrap().head;
    assert!(head.contains(&format!("\r\nauthorization: bearer {KEY}\r\n")), "{head}");
}

#[tokio::test]
async fn a_call_goes_back_with_its_reasoning_and_its_result() {
    let answers = [
        Answer::stream(&stream_with_call()),
        Answer::stream(&stream_of_text("Done.")),
    ];
    let mut provider = FakeProvider::start(COMPATIBLE, answers).await;
    let model = provider.model();
    let mut messages = vec![user("mpg by origin?")];
    messages.push(message_of(&events(&model, &question(messages.clone())).await));
    messages.push(result("chatcmpl-tool-1", "1", false));
    messages.push(user("And by year?"));
    events(&model, &question(messages)).await;
    provider.seen();
    assert_eq!(
        provider.seen().unwrap().body["messages"].as_array().unwrap()[1..],
        [
            json!({"role": "user", "content": "mpg by origin?"}),
            json!({"role": "assistant", "content": "Ich prüfe das 📈.", "reasoning_content": "By origin.",
                "tool_calls": [{"id": "chatcmpl-tool-1", "type": "function",
                    "function": {"name": "run_script", "arguments": "{\"code\": \"print(1)\"}"}}]}),
            json!({"role": "tool", "tool_call_id": "chatcmpl-tool-1", "content": "1"}),
            json!({"role": "user", "content": "And by year?"}),
        ]
    );
}

/// The calls of a stream, with made-up ids replaced by their number.
async fn calls(chunks: &[Value]) -> (Vec<(String, String, String)>, Event) {
    let provider = FakeProvider::start(COMPATIBLE, [Answer::stream(&stream(chunks))]).await;
    let found = events(&provider.model(), &question(vec![user("Go.")])).await;
    let Message::Assistant { calls, .. } = message_of(&found) else {
        unreachable!()
    };
    // What was announced and what streamed is what was called in the end.
    for call in &calls {
        let begun = Event::CallBegun {
            id: call.id.clone(),
            name: call.name.clone(),
        };
        assert_eq!(found.iter().filter(|event| **event == begun).count(), 1, "{found:?}");
        let streamed: String = found
            .iter()
            .filter_map(|event| match event {
                Event::CallInput { id, delta } if *id == call.id => Some(delta.as_str()),
                _ => None,
            })
            .collect();
        assert!(streamed == call.input || streamed.is_empty() && call.input == "{}");
    }
    let mut made = 0;
    let calls = calls.into_iter().map(|call| {
        let id = if call.id.starts_with("made_") {
            made += 1;
            format!("made {made}")
        } else {
            call.id
        };
        (id, call.name, call.input)
    });
    (calls.collect(), found.last().unwrap().clone())
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "a table")]
async fn calls_are_understood_as_each_server_writes_them() {
    let check = async |name: &str, chunks: &[Value], expected: &[(&str, &str, &str)]| {
        let (found, last) = calls(chunks).await;
        let found: Vec<(&str, &str, &str)> = found
            .iter()
            .map(|(id, name, input)| (id.as_str(), name.as_str(), input.as_str()))
            .collect();
        assert_eq!(found, expected, "{name}");
        assert_eq!(last, Event::Done(Finish::Calls), "{name}");
    };
    let call = |call: Value| chunk(&json!({"tool_calls": [call]}), None);
    let function = |name: &str, arguments: &str| json!({"name": name, "arguments": arguments});
    let end = chunk(&json!({}), Some("tool_calls"));
    check(
        "a whole call in one chunk, with the end",
        &[chunk(
            &json!({"tool_calls": [{"index": 0, "id": "call_1", "function": function("a", "{}")}]}),
            Some("tool_calls"),
        )],
        &[("call_1", "a", "{}")],
    )
    .await;
    check(
        "no ids",
        &[
            call(json!({"index": 0, "function": function("a", "{\"x\":")})),
            call(json!({"index": 0, "function": {"arguments": "1}"}})),
            call(json!({"index": 1, "function": function("b", "{}")})),
            end.clone(),
        ],
        &[("made 1", "a", "{\"x\":1}"), ("made 2", "b", "{}")],
    )
    .await;
    check(
        "no places either",
        &[
            call(json!({"function": function("a", "{\"x\":")})),
            call(json!({"function": {"arguments": "1}"}})),
            call(json!({"function": function("b", "")})),
            end.clone(),
        ],
        &[("made 1", "a", "{\"x\":1}"), ("made 2", "b", "{}")],
    )
    .await;
    check(
        "every call at place 0",
        &[
            call(json!({"index": 0, "id": "1", "function": function("a", "{}")})),
            call(json!({"index": 0, "id": "2", "function": function("b", "{}")})),
            end.clone(),
        ],
        &[("1", "a", "{}"), ("2", "b", "{}")],
    )
    .await;
    check(
        "id and name again in every piece",
        &[
            call(json!({"index": 0, "id": "1", "function": function("a", "{\"x\":")})),
            call(json!({"index": 0, "id": "1", "function": function("a", "1}")})),
            end.clone(),
        ],
        &[("1", "a", "{\"x\":1}")],
    )
    .await;
    check(
        "two calls by turns",
        &[
            call(json!({"index": 0, "id": "1", "function": function("a", "{")})),
            call(json!({"index": 1, "id": "2", "function": function("b", "{")})),
            call(json!({"index": 0, "function": {"arguments": "}"}})),
            call(json!({"index": 1, "function": {"arguments": "}"}})),
            end.clone(),
        ],
        &[("1", "a", "{}"), ("2", "b", "{}")],
    )
    .await;
    check(
        "an object in place of text",
        &[
            call(json!({"index": 0, "id": "1", "function": {"name": "a", "arguments": {"x": 1}}})),
            end.clone(),
        ],
        &[("1", "a", "{\"x\":1}")],
    )
    .await;
    check(
        "an end that says stop",
        &[
            call(json!({"index": 0, "id": "1", "function": function("a", "{}")})),
            chunk(&json!({}), Some("stop")),
        ],
        &[("1", "a", "{}")],
    )
    .await;
    check(
        "no input at all",
        &[
            call(json!({"index": 0, "id": "1", "function": {"name": "a", "arguments": null}})),
            end.clone(),
        ],
        &[("1", "a", "{}")],
    )
    .await;
    // A piece of a call that was never named is passed over, wherever it claims to belong.
    check(
        "a place far away",
        &[
            call(json!({"index": u64::MAX, "function": {"arguments": "x"}})),
            call(json!({"index": 7, "id": "1", "function": function("a", "{}")})),
            end,
        ],
        &[("1", "a", "{}")],
    )
    .await;
}

#[tokio::test]
async fn every_end_has_its_meaning() {
    let provider = FakeProvider::start(COMPATIBLE, []).await;
    let (model, request) = (provider.model(), question(vec![user("Hi.")]));
    let text = chunk(&json!({"content": "A"}), None);
    let ended = |reason: &str| [text.clone(), chunk(&json!({}), Some(reason))];
    for (answer, expected) in [
        (stream(&ended("stop")), Finish::End),
        (stream(&ended("eos")), Finish::End),
        (stream(&ended("length")), Finish::Length),
        // No [DONE], and not even an empty line.
        (sse(&ended("stop")), Finish::End),
        (sse(&ended("stop")).trim_end().to_owned(), Finish::End),
    ] {
        provider.answer([Answer::stream(&answer)]);
        let found = events(&model, &request).await;
        assert_eq!(found, [Event::Text("A".to_owned()), Event::Done(expected)], "{answer}");
    }
    for (chunks, reason) in [
        (
            vec![chunk(&json!({"refusal": "No."}), None), chunk(&json!({}), Some("stop"))],
            "No.",
        ),
        (ended("content_filter").to_vec(), "the content filter"),
    ] {
        provider.answer([Answer::stream(&stream(&chunks))]);
        let expected = ModelError::Refused {
            provider: COMPATIBLE,
            reason: reason.to_owned(),
        };
        assert_eq!(error(&model, &request).await, expected);
    }
}

#[tokio::test]
async fn every_error_has_its_meaning() {
    let mut provider = FakeProvider::start(COMPATIBLE, []).await;
    let (model, request) = (provider.model(), question(vec![user("Hi.")]));
    let unknown = ModelError::UnknownModel {
        provider: COMPATIBLE,
        model: "qwen3:8b".to_owned(),
    };
    let too_long = ModelError::TooLong { provider: COMPATIBLE };
    let protocol = |detail: &str| ModelError::Protocol {
        provider: COMPATIBLE,
        detail: detail.to_owned(),
    };
    for (status, body, expected, tries) in [
        // Ollama
        (
            404,
            json!({"error": {"message": "model \"qwen3:8b\" not found, try pulling it first", "type": "api_error",
            "param": null, "code": null}}),
            unknown.clone(),
            1,
        ),
        (
            400,
            json!({"error": {"message": "registry.ollama.ai/library/qwen3:8b does not support tools",
            "type": "api_error"}}),
            protocol("status 400, api_error, registry.ollama.ai/library/qwen3:8b does not support tools"),
            1,
        ),
        // vLLM
        (
            404,
            json!({"object": "error", "message": "The model `qwen3:8b` does not exist.", "type": "NotFoundError",
            "code": 404}),
            unknown,
            1,
        ),
        (
            400,
            json!({"error": {"message": "This model's maximum context length is 8192 tokens.",
            "type": "BadRequestError", "code": 400}}),
            too_long.clone(),
            1,
        ),
        (
            401,
            json!({"error": "Unauthorized"}),
            ModelError::WrongKey { provider: COMPATIBLE },
            1,
        ),
        // llama.cpp
        (
            400,
            json!({"error": {"code": 400, "message": "the request exceeds the available context size",
            "type": "exceed_context_size_error", "n_prompt_tokens": 9000, "n_ctx": 8192}}),
            too_long,
            1,
        ),
        (
            503,
            json!({"error": {"code": 503, "message": "Loading model", "type": "unavailable_error"}}),
            ModelError::Overloaded { provider: COMPATIBLE },
            4,
        ),
        // Hosted ones
        (
            402,
            json!({"error": {"message": "Insufficient Balance", "code": "invalid_request_error"}}),
            ModelError::NoQuota { provider: COMPATIBLE },
            1,
        ),
        (
            429,
            json!({"detail": "Too many requests"}),
            ModelError::RateLimited {
                provider: COMPATIBLE,
                retry_after: None,
            },
            4,
        ),
        // Another server altogether
        (
            404,
            json!({"detail": "Not Found"}),
            protocol("it has no chat completions at this address; check the model server's address"),
            1,
        ),
        (418, json!("I'm a teapot\r\n"), protocol("status 418, I'm a teapot"), 1),
    ] {
        provider.answer([Answer::error(status, &body)]);
        assert_eq!(error(&model, &request).await, expected, "{body}");
        assert_eq!(provider.count(), tries, "{body}");
    }
    // An error after a good status, as an event or in place of the stream.
    let told = json!({"error": {"code": 400, "message": "the request exceeds the available context size",
        "type": "exceed_context_size_error"}});
    for answer in [
        Answer::stream(&sse(std::slice::from_ref(&told))),
        Answer::error(200, &told),
    ] {
        provider.answer([answer]);
        assert_eq!(
            error(&model, &request).await,
            ModelError::TooLong { provider: COMPATIBLE }
        );
    }
}
