//! Anthropic's wire format: what is sent, what is read, what each error means.

use glovebox::llm::{Event, Finish, Message, ModelError, Provider, TokenUsage, ToolCall};
use serde_json::{Value, json};

use crate::test_models::{
    Answer, FakeProvider, KEY, cut_everywhere, error, events, message_of, question, result, schema, sse, user,
};

const ANTHROPIC: Provider = Provider::Anthropic;

/// Thinking, a sentence and a call, as the API streams them.
fn stream_with_call() -> String {
    sse(&[
        json!({"type": "message_start", "message": {"id": "msg_01", "type": "message", "role": "assistant",
            "model": "claude-sonnet-5-5", "content": [], "stop_reason": null, "stop_sequence": null,
            "usage": {"input_tokens": 472, "cache_creation_input_tokens": 100, "cache_read_input_tokens": 1000,
                "output_tokens": 2}}}),
        json!({"type": "content_block_start", "index": 0,
            "content_block": {"type": "thinking", "thinking": "", "signature": ""}}),
        json!({"type": "content_block_delta", "index": 0, "delta": {"type": "thinking_delta", "thinking": "By origin."}}),
        json!({"type": "content_block_delta", "index": 0, "delta": {"type": "signature_delta", "signature": "EqQB+=="}}),
        json!({"type": "content_block_stop", "index": 0}),
        json!({"type": "content_block_start", "index": 1, "content_block": {"type": "text", "text": ""}}),
        json!({"type": "ping"}),
        json!({"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": "Ich prüfe "}}),
        json!({"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": "das 📈."}}),
        json!({"type": "content_block_stop", "index": 1}),
        json!({"type": "content_block_start", "index": 2,
            "content_block": {"type": "tool_use", "id": "toolu_01A", "name": "run_script", "input": {}}}),
        json!({"type": "content_block_delta", "index": 2, "delta": {"type": "input_json_delta", "partial_json": ""}}),
        json!({"type": "content_block_delta", "index": 2, "delta": {"type": "input_json_delta", "partial_json": "{\"code\": \"pri"}}),
        json!({"type": "content_block_delta", "index": 2, "delta": {"type": "input_json_delta", "partial_json": "nt(1)\"}"}}),
        json!({"type": "content_block_stop", "index": 2}),
        json!({"type": "message_delta", "delta": {"stop_reason": "tool_use", "stop_sequence": null},
            "usage": {"output_tokens": 89}}),
        json!({"type": "message_stop"}),
    ])
}

fn stream_of_text(text: &str, stop_reason: &str) -> String {
    sse(&[
        json!({"type": "message_start", "message": {"usage": {"input_tokens": 10, "output_tokens": 1}}}),
        json!({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}),
        json!({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": text}}),
        json!({"type": "content_block_stop", "index": 0}),
        json!({"type": "message_delta", "delta": {"stop_reason": stop_reason}, "usage": {"output_tokens": 5}}),
        json!({"type": "message_stop"}),
    ])
}

fn check_events_with_call(found: &[Event]) {
    let call = ToolCall {
        id: "toolu_01A".to_owned(),
        name: "run_script".to_owned(),
        input: r#"{"code": "print(1)"}"#.to_owned(),
    };
    let usage = |output_tokens| TokenUsage {
        input_tokens: 1572,
        cached_tokens: 1000,
        cache_write_tokens: 100,
        output_tokens,
    };
    let input = |delta: &str| Event::CallInput {
        id: call.id.clone(),
        delta: delta.to_owned(),
    };
    let expected = [
        Event::Usage(usage(2)),
        Event::Text("Ich prüfe ".to_owned()),
        Event::Text("das 📈.".to_owned()),
        Event::CallBegun {
            id: call.id.clone(),
            name: call.name.clone(),
        },
        input("{\"code\": \"pri"),
        input("nt(1)\"}"),
        Event::Call(call.clone()),
        Event::Usage(usage(89)),
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
    let provider = FakeProvider::start(ANTHROPIC, [Answer::stream(&stream)]).await;
    let (model, request) = (provider.model(), question(vec![user("mpg by origin?")]));
    check_events_with_call(&events(&model, &request).await);
    for answer in cut_everywhere(&stream) {
        provider.answer([answer]);
        check_events_with_call(&events(&model, &request).await);
    }
}

#[tokio::test]
async fn the_request_is_as_the_api_wants_it() {
    let mut provider = FakeProvider::start(ANTHROPIC, [Answer::stream(&stream_of_text("Hi.", "end_turn"))]).await;
    events(&provider.model(), &question(vec![user("mpg by origin?")])).await;
    let seen = provider.seen().unwrap();
    assert!(seen.head.starts_with("post /v1/messages http/1.1\r\n"), "{}", seen.head);
    for line in [
        &format!("x-api-key: {KEY}"),
        "anthropic-version: 2023-06-01",
        "content-type: application/json",
    ] {
        assert!(
            seen.head.contains(&format!("\r\n{line}\r\n")),
            "{line} is missing in {}",
            seen.head
        );
    }
    let cached = json!({"type": "ephemeral"});
    assert_eq!(
        seen.body,
        json!({
            "model": "claude-sonnet-5-5",
            "max_tokens": 4096,
            "stream": true,
            "system": [{"type": "text", "text": "You write scripts.", "cache_control": cached}],
            "tools": [{"name": "run_script", "description": "Runs a Python script.", "input_schema": schema(),
                "eager_input_streaming": true}],
            "messages": [{"role": "user",
                "content": [{"type": "text", "text": "mpg by origin?", "cache_control": cached}]}],
        })
    );
}

#[tokio::test]
async fn a_call_goes_back_unchanged_with_its_thinking_and_its_result() {
    let answers = [
        Answer::stream(&stream_with_call()),
        Answer::stream(&stream_of_text("Done.", "end_turn")),
    ];
    let mut provider = FakeProvider::start(ANTHROPIC, answers).await;
    let model = provider.model();
    let mut messages = vec![user("mpg by origin?")];
    messages.push(message_of(&events(&model, &question(messages.clone())).await));
    messages.push(result("toolu_01A", "NameError: x", true));
    let found = events(&model, &question(messages)).await;
    assert!(found.contains(&Event::Text("Done.".to_owned())) && found.ends_with(&[Event::Done(Finish::End)]));
    provider.seen();
    assert_eq!(
        provider.seen().unwrap().body["messages"],
        json!([
            {"role": "user", "content": [{"type": "text", "text": "mpg by origin?"}]},
            {"role": "assistant", "content": [
                {"type": "thinking", "thinking": "By origin.", "signature": "EqQB+=="},
                {"type": "text", "text": "Ich prüfe das 📈."},
                {"type": "tool_use", "id": "toolu_01A", "name": "run_script", "input": {"code": "print(1)"}},
            ]},
            {"role": "user", "content": [
                {"type": "tool_result", "tool_use_id": "toolu_01A", "is_error": true, "content": "NameError: x",
                    "cache_control": {"type": "ephemeral"}},
            ]},
        ])
    );
}

#[tokio::test]
async fn thinking_that_the_api_refuses_is_left_out() {
    let stale = json!({"type": "error", "error": {"type": "invalid_request_error", "message":
        "messages.1.content.0: Invalid `signature` in `thinking` block. The block is bound to a different conversation."}});
    let answers = [
        Answer::stream(&stream_with_call()),
        Answer::error(400, &stale),
        Answer::stream(&stream_of_text("Done.", "end_turn")),
    ];
    let mut provider = FakeProvider::start(ANTHROPIC, answers).await;
    let model = provider.model();
    let reply = message_of(&events(&model, &question(vec![user("mpg by origin?")])).await);
    let changed = vec![user("mpg by year?"), reply, result("toolu_01A", "1", false)];
    events(&model, &question(changed)).await;
    let bodies: Vec<Value> = std::iter::from_fn(|| provider.seen()).map(|seen| seen.body).collect();
    let kinds = |body: &Value| -> Vec<String> {
        let blocks = body["messages"][1]["content"].as_array().unwrap();
        blocks
            .iter()
            .map(|block| block["type"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(bodies.len(), 3);
    assert_eq!(kinds(&bodies[1]), ["thinking", "text", "tool_use"]);
    assert_eq!(kinds(&bodies[2]), ["text", "tool_use"]);
    // Where there is nothing to leave out, the error is an error.
    provider.answer([Answer::error(400, &stale)]);
    let found = error(&model, &question(vec![user("Hi.")])).await;
    assert!(matches!(found, ModelError::Protocol { .. }), "{found:?}");
}

#[tokio::test]
async fn a_call_from_elsewhere_and_broken_json_are_put_together_anew() {
    let mut provider = FakeProvider::start(ANTHROPIC, [Answer::stream(&stream_of_text("Hi.", "end_turn"))]).await;
    let call = |id: &str, input: &str| ToolCall {
        id: id.to_owned(),
        name: "run_script".to_owned(),
        input: input.to_owned(),
    };
    let messages = vec![
        user("Go."),
        Message::Assistant {
            text: String::new(),
            calls: vec![call("functions.run:0", r#"{"code":"1"}"#), call("b", r#"{"code":"#)],
            verbatim: None,
        },
        result("functions.run:0", "", false),
        user("And now?"),
    ];
    events(&provider.model(), &question(messages)).await;
    assert_eq!(
        provider.seen().unwrap().body["messages"],
        json!([
            {"role": "user", "content": [{"type": "text", "text": "Go."}]},
            {"role": "assistant", "content": [
                {"type": "tool_use", "id": "functions_run_0", "name": "run_script", "input": {"code": "1"}},
                {"type": "tool_use", "id": "b", "name": "run_script", "input": {"INVALID_JSON": "{\"code\":"}},
            ]},
            {"role": "user", "content": [
                {"type": "tool_result", "tool_use_id": "functions_run_0", "is_error": false},
                {"type": "tool_result", "tool_use_id": "b", "is_error": true,
                    "content": "This call was stopped before it gave a result."},
                {"type": "text", "text": "And now?", "cache_control": {"type": "ephemeral"}},
            ]},
        ])
    );
}

#[tokio::test]
async fn every_reason_to_stop_has_its_meaning() {
    let provider = FakeProvider::start(ANTHROPIC, []).await;
    let (model, request) = (provider.model(), question(vec![user("Hi.")]));
    for (reason, expected) in [
        ("end_turn", Finish::End),
        ("stop_sequence", Finish::End),
        ("max_tokens", Finish::Length),
        ("model_context_window_exceeded", Finish::Length),
        ("tool_use", Finish::Calls),
        ("something_new", Finish::End),
    ] {
        provider.answer([Answer::stream(&stream_of_text("A", reason))]);
        assert_eq!(
            events(&model, &request).await.last(),
            Some(&Event::Done(expected)),
            "{reason}"
        );
    }
    let refusal = stream_of_text("A", "refusal").replace(
        r#"{"stop_reason":"refusal"}"#,
        r#"{"stop_reason":"refusal","stop_details":{"type":"refusal","category":"cyber"}}"#,
    );
    provider.answer([Answer::stream(&refusal)]);
    let refused = ModelError::Refused {
        provider: ANTHROPIC,
        reason: "cyber".to_owned(),
    };
    assert_eq!(error(&model, &request).await, refused);
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "a table")]
async fn every_error_has_its_meaning() {
    let mut provider = FakeProvider::start(ANTHROPIC, []).await;
    let (model, request) = (provider.model(), question(vec![user("Hi.")]));
    let provider_name = ANTHROPIC;
    for (status, kind, message, expected, tries) in [
        (
            401,
            "authentication_error",
            "invalid x-api-key",
            ModelError::WrongKey {
                provider: provider_name,
            },
            1,
        ),
        (
            403,
            "permission_error",
            "Your API key does not have permission to use the specified resource.",
            ModelError::WrongKey {
                provider: provider_name,
            },
            1,
        ),
        (
            400,
            "invalid_request_error",
            "Your credit balance is too low to access the Anthropic API.",
            ModelError::NoQuota {
                provider: provider_name,
            },
            1,
        ),
        (
            402,
            "billing_error",
            "Check your payment details.",
            ModelError::NoQuota {
                provider: provider_name,
            },
            1,
        ),
        (
            404,
            "not_found_error",
            "model: claude-sonnet-5-5",
            ModelError::UnknownModel {
                provider: provider_name,
                model: "claude-sonnet-5-5".to_owned(),
            },
            1,
        ),
        (
            400,
            "invalid_request_error",
            "prompt is too long: 1000001 tokens > 1000000 maximum",
            ModelError::TooLong {
                provider: provider_name,
            },
            1,
        ),
        (
            413,
            "request_too_large",
            "Request exceeds the maximum size",
            ModelError::TooLong {
                provider: provider_name,
            },
            1,
        ),
        (
            429,
            "rate_limit_error",
            "Number of request tokens has exceeded your per-minute rate limit",
            ModelError::RateLimited {
                provider: provider_name,
                retry_after: None,
            },
            4,
        ),
        (
            529,
            "overloaded_error",
            "Overloaded",
            ModelError::Overloaded {
                provider: provider_name,
            },
            4,
        ),
        (
            500,
            "api_error",
            "Internal server error",
            ModelError::Overloaded {
                provider: provider_name,
            },
            4,
        ),
        (
            400,
            "invalid_request_error",
            "max_tokens: must be greater than 0",
            ModelError::Protocol {
                provider: provider_name,
                detail: "status 400, invalid_request_error, max_tokens: must be greater than 0".to_owned(),
            },
            1,
        ),
    ] {
        let body = json!({"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_1"});
        provider.answer([Answer::error(status, &body)]);
        assert_eq!(error(&model, &request).await, expected, "{status} {kind}");
        assert_eq!(provider.count(), tries, "{status} {kind}");
    }
}

#[tokio::test]
async fn an_error_in_the_stream_is_asked_again_only_before_anything_was_said() {
    let overloaded = json!({"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}});
    let early = sse(&[
        json!({"type": "message_start", "message": {"usage": {"input_tokens": 7, "output_tokens": 1}}}),
        overloaded.clone(),
    ]);
    let answers = [
        Answer::stream(&early),
        Answer::stream(&stream_of_text("Hi.", "end_turn")),
    ];
    let mut provider = FakeProvider::start(ANTHROPIC, answers).await;
    let (model, request) = (provider.model(), question(vec![user("Hi.")]));
    let found = events(&model, &request).await;
    assert_eq!(found.iter().filter(|event| matches!(event, Event::Text(_))).count(), 1);
    // Both tries are paid for.
    let usage = found.iter().rev().find_map(|event| match event {
        Event::Usage(usage) => Some((usage.input_tokens, usage.output_tokens)),
        _ => None,
    });
    assert_eq!(usage, Some((17, 6)));
    assert_eq!(provider.count(), 2);

    let whole = stream_of_text("Half of it", "end_turn");
    let late = format!(
        "{}{}",
        whole.split("event: content_block_stop").next().unwrap(),
        sse(&[overloaded])
    );
    provider.answer([Answer::stream(&late)]);
    let cut = ModelError::Cut {
        provider: ANTHROPIC,
        text: "Half of it".to_owned(),
    };
    assert_eq!(error(&model, &request).await, cut);
    assert_eq!(provider.count(), 1);
}
