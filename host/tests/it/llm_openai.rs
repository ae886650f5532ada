//! OpenAI's wire format: what is sent, what is read, what each error means.

use glovebox::llm::{Event, Finish, ModelError, Provider, TokenUsage, ToolCall};
use serde_json::{Value, json};

use crate::test_models::{
    Answer, FakeProvider, KEY, cut_everywhere, error, events, message_of, question, result, schema, sse, user,
};

const OPENAI: Provider = Provider::OpenAi;

/// Reasoning, a sentence and a call, as the API streams them.
fn stream_with_call() -> String {
    let usage = json!({"input_tokens": 1500, "input_tokens_details": {"cached_tokens": 1024, "cache_write_tokens": 256},
        "output_tokens": 90, "output_tokens_details": {"reasoning_tokens": 64}, "total_tokens": 1590});
    let call = |arguments: &str, status: &str| {
        json!({"id": "fc_1", "type": "function_call", "status": status, "call_id": "call_7Q",
            "name": "run_script", "arguments": arguments})
    };
    sse(&[
        json!({"type": "response.created", "sequence_number": 0, "response": {"id": "resp_1", "status": "in_progress"}}),
        json!({"type": "response.in_progress", "sequence_number": 1, "response": {"id": "resp_1"}}),
        json!({"type": "response.output_item.added", "output_index": 0,
            "item": {"id": "rs_1", "type": "reasoning", "summary": []}}),
        json!({"type": "response.output_item.done", "output_index": 0,
            "item": {"id": "rs_1", "type": "reasoning", "summary": [], "content": [], "encrypted_content": "gAAA=="}}),
        json!({"type": "response.output_item.added", "output_index": 1, "item": {"id": "msg_1", "type": "message",
            "status": "in_progress", "role": "assistant", "content": []}}),
        json!({"type": "response.content_part.added", "output_index": 1, "content_index": 0,
            "part": {"type": "output_text", "text": ""}}),
        json!({"type": "response.output_text.delta", "output_index": 1, "content_index": 0, "delta": "Ich prüfe "}),
        json!({"type": "response.output_text.delta", "output_index": 1, "content_index": 0, "delta": "das 📈."}),
        json!({"type": "response.output_text.done", "output_index": 1, "content_index": 0, "text": "Ich prüfe das 📈."}),
        json!({"type": "response.output_item.done", "output_index": 1, "item": {"id": "msg_1", "type": "message",
            "status": "completed", "role": "assistant", "phase": "commentary", "content": [
                {"type": "output_text", "text": "Ich prüfe das 📈.", "annotations": [], "logprobs": []}]}}),
        json!({"type": "response.output_item.added", "output_index": 2, "item": call("", "in_progress")}),
        json!({"type": "response.function_call_arguments.delta", "output_index": 2, "item_id": "fc_1", "delta": "{\"code\":\"pri"}),
        json!({"type": "response.function_call_arguments.delta", "output_index": 2, "item_id": "fc_1", "delta": "nt(1)\"}"}),
        json!({"type": "response.function_call_arguments.done", "output_index": 2, "arguments": "{\"code\":\"print(1)\"}"}),
        json!({"type": "response.output_item.done", "output_index": 2,
            "item": call("{\"code\":\"print(1)\"}", "completed")}),
        json!({"type": "response.completed", "response": {"id": "resp_1", "status": "completed", "output": [],
            "error": null, "incomplete_details": null, "usage": usage}}),
    ])
}

fn stream_of_text(text: &str, last: &Value) -> String {
    sse(&[
        json!({"type": "response.output_text.delta", "output_index": 0, "delta": text}),
        last.clone(),
    ])
}

fn completed() -> Value {
    json!({"type": "response.completed", "response": {"usage": {"input_tokens": 10, "output_tokens": 5}}})
}

fn check_events_with_call(found: &[Event]) {
    let call = ToolCall {
        id: "call_7Q".to_owned(),
        name: "run_script".to_owned(),
        input: r#"{"code":"print(1)"}"#.to_owned(),
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
        input("{\"code\":\"pri"),
        input("nt(1)\"}"),
        Event::Call(call.clone()),
        Event::Usage(TokenUsage {
            input_tokens: 1500,
            cached_tokens: 1024,
            cache_write_tokens: 256,
            output_tokens: 90,
        }),
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
    let provider = FakeProvider::start(OPENAI, [Answer::stream(&stream)]).await;
    let (model, request) = (provider.model(), question(vec![user("mpg by origin?")]));
    check_events_with_call(&events(&model, &request).await);
    for answer in cut_everywhere(&stream) {
        provider.answer([answer]);
        check_events_with_call(&events(&model, &request).await);
    }
}

#[tokio::test]
async fn the_request_is_as_the_api_wants_it() {
    let mut provider = FakeProvider::start(OPENAI, [Answer::stream(&stream_of_text("Hi.", &completed()))]).await;
    let request = question(vec![user("mpg by origin?")]);
    events(&provider.model(), &request).await;
    let seen = provider.seen().unwrap();
    assert!(
        seen.head.starts_with("post /v1/responses http/1.1\r\n"),
        "{}",
        seen.head
    );
    assert!(
        seen.head.contains(&format!("\r\nauthorization: bearer {KEY}\r\n")),
        "{}",
        seen.head
    );
    let mut expected = json!({
        "model": "gpt-6.1-sol",
        "instructions": "You write scripts.",
        "input": [{"role": "user", "content": "mpg by origin?"}],
        "tools": [{"type": "function", "name": "run_script", "description": "Runs a Python script.",
            "parameters": schema(), "strict": false}],
        "max_output_tokens": 4096,
        "store": false,
        "stream": true,
        "stream_options": {"include_obfuscation": false},
        "include": ["reasoning.encrypted_content"],
    });
    assert_eq!(seen.body, expected);
    // A model that does not reason refuses to be asked for its reasoning.
    let old = provider.model_with(|settings| "gpt-4.1-mini".clone_into(&mut settings.model));
    events(&old, &request).await;
    expected["model"] = json!("gpt-4.1-mini");
    expected.as_object_mut().unwrap().remove("include");
    assert_eq!(provider.seen().unwrap().body, expected);
}

#[tokio::test]
async fn a_call_goes_back_with_its_reasoning_and_its_result() {
    let answers = [
        Answer::stream(&stream_with_call()),
        Answer::stream(&stream_of_text("Done.", &completed())),
    ];
    let mut provider = FakeProvider::start(OPENAI, answers).await;
    let model = provider.model();
    let mut messages = vec![user("mpg by origin?")];
    messages.push(message_of(&events(&model, &question(messages.clone())).await));
    messages.push(result("call_7Q", "1", false));
    let found = events(&model, &question(messages.clone())).await;
    assert!(found.ends_with(&[Event::Done(Finish::End)]));
    provider.seen();
    let user = json!({"role": "user", "content": "mpg by origin?"});
    let call = json!({"type": "function_call", "call_id": "call_7Q", "name": "run_script",
        "arguments": "{\"code\":\"print(1)\"}"});
    let output = json!({"type": "function_call_output", "call_id": "call_7Q", "output": "1"});
    assert_eq!(
        provider.seen().unwrap().body["input"],
        json!([
            user,
            {"type": "reasoning", "summary": [], "encrypted_content": "gAAA=="},
            {"type": "message", "role": "assistant", "phase": "commentary",
                "content": [{"type": "output_text", "text": "Ich prüfe das 📈."}]},
            call,
            output,
        ])
    );
    // Another model gets what was said and called, and nothing that only the first one can read.
    let other = provider.model_with(|settings| "gpt-6-luna".clone_into(&mut settings.model));
    events(&other, &question(messages)).await;
    assert_eq!(
        provider.seen().unwrap().body["input"],
        json!([user, {"role": "assistant", "content": "Ich prüfe das 📈."}, call, output])
    );
}

#[tokio::test]
async fn every_end_has_its_meaning() {
    let provider = FakeProvider::start(OPENAI, []).await;
    let (model, request) = (provider.model(), question(vec![user("Hi.")]));
    let incomplete = |reason: &str| json!({"type": "response.incomplete", "response": {"status": "incomplete", "incomplete_details": {"reason": reason}}});
    provider.answer([Answer::stream(&stream_of_text("A", &completed()))]);
    assert_eq!(events(&model, &request).await.last(), Some(&Event::Done(Finish::End)));
    provider.answer([Answer::stream(&stream_of_text("A", &incomplete("max_output_tokens")))]);
    assert_eq!(
        events(&model, &request).await.last(),
        Some(&Event::Done(Finish::Length))
    );
    let refused = |reason: &str| ModelError::Refused {
        provider: OPENAI,
        reason: reason.to_owned(),
    };
    provider.answer([Answer::stream(&stream_of_text("A", &incomplete("content_filter")))]);
    assert_eq!(error(&model, &request).await, refused("the content filter"));
    let refusal = sse(&[
        json!({"type": "response.refusal.delta", "output_index": 0, "delta": "I can't "}),
        json!({"type": "response.refusal.delta", "output_index": 0, "delta": "help with that."}),
        completed(),
    ]);
    provider.answer([Answer::stream(&refusal)]);
    assert_eq!(error(&model, &request).await, refused("I can't help with that."));
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "a table")]
async fn every_error_has_its_meaning() {
    let mut provider = FakeProvider::start(OPENAI, []).await;
    let (model, request) = (provider.model(), question(vec![user("Hi.")]));
    let unknown = || ModelError::UnknownModel {
        provider: OPENAI,
        model: "gpt-6.1-sol".to_owned(),
    };
    let cases = [
        (
            401,
            "invalid_request_error",
            "invalid_api_key",
            "Incorrect API key provided: sk-test-0123456789.",
            ModelError::WrongKey { provider: OPENAI },
            1,
        ),
        (
            429,
            "insufficient_quota",
            "credit_balance_exhausted",
            "You exceeded your current quota.",
            ModelError::NoQuota { provider: OPENAI },
            1,
        ),
        (
            429,
            "requests",
            "rate_limit_exceeded",
            "Rate limit reached for gpt-6.1-sol.",
            ModelError::RateLimited {
                provider: OPENAI,
                retry_after: None,
            },
            4,
        ),
        (
            429,
            "tokens",
            "rate_limit_exceeded",
            "Request too large for gpt-6.1-sol on tokens per min (TPM).",
            ModelError::TooLong { provider: OPENAI },
            1,
        ),
        (
            404,
            "invalid_request_error",
            "model_not_found",
            "The model `gpt-6.1-sol` does not exist.",
            unknown(),
            1,
        ),
        (
            403,
            "invalid_request_error",
            "model_not_found",
            "Project does not have access to the model.",
            unknown(),
            1,
        ),
        (
            400,
            "invalid_request_error",
            "context_length_exceeded",
            "Your input exceeds the context window.",
            ModelError::TooLong { provider: OPENAI },
            1,
        ),
        (
            400,
            "invalid_request_error",
            "invalid_prompt",
            "Flagged.",
            ModelError::Refused {
                provider: OPENAI,
                reason: "Flagged.".to_owned(),
            },
            1,
        ),
        (
            503,
            "service_unavailable_error",
            "server_is_overloaded",
            "Overloaded.",
            ModelError::Overloaded { provider: OPENAI },
            4,
        ),
        (
            500,
            "server_error",
            "",
            "The server had an error.",
            ModelError::Overloaded { provider: OPENAI },
            4,
        ),
        (
            400,
            "invalid_request_error",
            "",
            "No such thing; your key is sk-test-0123456789.",
            ModelError::Protocol {
                provider: OPENAI,
                detail: "status 400, invalid_request_error, No such thing; your key is (key).".to_owned(),
            },
            1,
        ),
    ];
    for (status, kind, code, message, expected, tries) in cases {
        let told = json!({"type": kind, "code": code, "message": message, "param": null});
        provider.answer([Answer::error(status, &json!({"error": told}))]);
        assert_eq!(error(&model, &request).await, expected, "{status} {code}");
        assert_eq!(provider.count(), tries, "{status} {code}");
        // The same in a stream, where there is no status.
        if !code.is_empty() {
            let failed = json!({"type": "response.failed", "response": {"error": {"code": code, "message": message}}});
            provider.answer([Answer::stream(&sse(&[failed]))]);
            assert_eq!(error(&model, &request).await, expected, "{code} in response.failed");
            let event = json!({"type": "error", "code": code, "message": message, "param": null, "sequence_number": 1});
            provider.answer([Answer::stream(&sse(&[event]))]);
            assert_eq!(error(&model, &request).await, expected, "{code} in an error event");
            provider.count();
        }
    }
}

#[tokio::test]
async fn reasoning_that_the_api_refuses_is_left_out() {
    let stale = json!({"error": {"type": "invalid_request_error", "code": "invalid_encrypted_content",
        "message": "The encrypted content gAAA... could not be verified."}});
    let answers = [
        Answer::stream(&stream_with_call()),
        Answer::error(400, &stale),
        Answer::stream(&stream_of_text("Done.", &completed())),
    ];
    let mut provider = FakeProvider::start(OPENAI, answers).await;
    let model = provider.model();
    let reply = message_of(&events(&model, &question(vec![user("mpg by origin?")])).await);
    events(
        &model,
        &question(vec![user("mpg by origin?"), reply, result("call_7Q", "1", false)]),
    )
    .await;
    let bodies: Vec<Value> = std::iter::from_fn(|| provider.seen()).map(|seen| seen.body).collect();
    assert_eq!(bodies[1]["input"].as_array().unwrap().len(), 5);
    assert_eq!(bodies[2]["input"].as_array().unwrap().len(), 4);
    assert!(!bodies[2].to_string().contains("gAAA"));
}
