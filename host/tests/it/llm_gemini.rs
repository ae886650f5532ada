//! Gemini's wire format: what is sent, what is read, what each error means.

use std::time::Duration;

use glovebox::llm::{Event, Finish, ModelError, Provider, TokenUsage, ToolCall};
use serde_json::{Value, json};

use crate::test_models::{
    Answer, FakeProvider, KEY, cut_everywhere, error, events, message_of, question, result, schema, sse, user,
};

const GEMINI: Provider = Provider::Gemini;

fn tokens(output: u64) -> Value {
    json!({"promptTokenCount": 120, "candidatesTokenCount": output, "thoughtsTokenCount": 30, "totalTokenCount": 150 + output,
        "cachedContentTokenCount": 100})
}

fn chunk(parts: &Value, finish: Option<&str>, output: u64) -> Value {
    let mut candidate = json!({"content": {"parts": parts, "role": "model"}, "index": 0});
    if let Some(finish) = finish {
        candidate["finishReason"] = json!(finish);
    }
    json!({"candidates": [candidate], "usageMetadata": tokens(output), "modelVersion": "gemini-3.8-flash", "responseId": "r"})
}

/// A sentence and a call, as the API streams them; the end has no event of its own.
fn stream_with_call() -> String {
    sse(&[
        chunk(&json!([{"text": "Thinking about it.", "thought": true}]), None, 1),
        chunk(&json!([{"text": "Ich prüfe "}]), None, 1),
        chunk(&json!([{"text": "das 📈."}]), None, 4),
        chunk(
            &json!([{"functionCall": {"id": "fc9", "name": "run_script", "args": {"code": "print(1)"}},
            "thoughtSignature": "CpsB+/=="}]),
            None,
            9,
        ),
        chunk(&json!([{"text": "", "thoughtSignature": "End="}]), Some("STOP"), 9),
    ])
}

fn stream_of_text(text: &str, finish: &str) -> String {
    sse(&[chunk(&json!([{"text": text}]), Some(finish), 2)])
}

fn check_events_with_call(found: &[Event]) {
    let call = ToolCall {
        id: "fc9".to_owned(),
        name: "run_script".to_owned(),
        input: r#"{"code":"print(1)"}"#.to_owned(),
    };
    let usage = |output: u64| {
        Event::Usage(TokenUsage {
            input_tokens: 120,
            cached_tokens: 100,
            cache_write_tokens: 0,
            output_tokens: output + 30,
        })
    };
    let expected = [
        usage(1),
        Event::Text("Ich prüfe ".to_owned()),
        usage(4),
        Event::Text("das 📈.".to_owned()),
        usage(9),
        Event::CallBegun {
            id: call.id.clone(),
            name: call.name.clone(),
        },
        Event::CallInput {
            id: call.id.clone(),
            delta: call.input.clone(),
        },
        Event::Call(call),
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
    let stream = stream_with_call().replace('\n', "\r\n");
    let provider = FakeProvider::start(GEMINI, [Answer::stream(&stream)]).await;
    let (model, request) = (provider.model(), question(vec![user("mpg by origin?")]));
    check_events_with_call(&events(&model, &request).await);
    for answer in cut_everywhere(&stream) {
        provider.answer([answer]);
        check_events_with_call(&events(&model, &request).await);
    }
}

#[tokio::test]
async fn the_request_is_as_the_api_wants_it() {
    let mut provider = FakeProvider::start(GEMINI, [Answer::stream(&stream_of_text("Hi.", "STOP"))]).await;
    events(&provider.model(), &question(vec![user("mpg by origin?")])).await;
    let seen = provider.seen().unwrap();
    let path = "post /v1beta/models/gemini-3.8-flash:streamgeneratecontent?alt=sse http/1.1\r\n";
    assert!(seen.head.starts_with(path), "{}", seen.head);
    assert!(
        seen.head.contains(&format!("\r\nx-goog-api-key: {KEY}\r\n")),
        "{}",
        seen.head
    );
    assert_eq!(
        seen.body,
        json!({
            "systemInstruction": {"parts": [{"text": "You write scripts."}]},
            "contents": [{"role": "user", "parts": [{"text": "mpg by origin?"}]}],
            "tools": [{"functionDeclarations": [{"name": "run_script", "description": "Runs a Python script.",
                "parametersJsonSchema": schema()}]}],
            "generationConfig": {"maxOutputTokens": 4096},
        })
    );
}

#[tokio::test]
async fn a_call_goes_back_with_its_signature_and_its_result() {
    let answers = [
        Answer::stream(&stream_with_call()),
        Answer::stream(&stream_of_text("Done.", "STOP")),
    ];
    let mut provider = FakeProvider::start(GEMINI, answers).await;
    let model = provider.model();
    let mut messages = vec![user("mpg by origin?")];
    messages.push(message_of(&events(&model, &question(messages.clone())).await));
    messages.push(result("fc9", "NameError: x", true));
    let found = events(&model, &question(messages.clone())).await;
    assert!(found.ends_with(&[Event::Done(Finish::End)]));
    provider.seen();
    let asked = json!({"role": "user", "parts": [{"text": "mpg by origin?"}]});
    let call = json!({"id": "fc9", "name": "run_script", "args": {"code": "print(1)"}});
    let response = json!({"role": "user", "parts": [{"functionResponse":
        {"id": "fc9", "name": "run_script", "response": {"error": "NameError: x"}}}]});
    assert_eq!(
        provider.seen().unwrap().body["contents"],
        json!([
            asked,
            {"role": "model", "parts": [
                {"text": "Ich prüfe das 📈."},
                {"functionCall": call, "thoughtSignature": "CpsB+/=="},
                {"text": "", "thoughtSignature": "End="},
            ]},
            response,
        ])
    );
    // Another model gets the signature that stands for none, and an old one gets no signature.
    for (name, signature) in [
        ("gemini-4-argon", Some("skip_thought_signature_validator")),
        ("gemini-2.5-flash", None),
    ] {
        let other = provider.model_with(|settings| name.clone_into(&mut settings.model));
        events(&other, &question(messages.clone())).await;
        let mut part = json!({"functionCall": call});
        if let Some(signature) = signature {
            part["thoughtSignature"] = json!(signature);
        }
        let model_turn = json!({"role": "model", "parts": [{"text": "Ich prüfe das 📈."}, part]});
        assert_eq!(
            provider.seen().unwrap().body["contents"],
            json!([asked, model_turn, response]),
            "{name}"
        );
    }
}

#[tokio::test]
async fn calls_without_ids_get_some_that_are_not_sent_back() {
    let calls = json!([
        {"functionCall": {"name": "run_script", "args": {"code": "1"}}, "thoughtSignature": "S="},
        {"functionCall": {"name": "run_script"}},
    ]);
    let answers = [
        Answer::stream(&sse(&[chunk(&calls, Some("STOP"), 3)])),
        Answer::stream(&stream_of_text("Done.", "STOP")),
    ];
    let mut provider = FakeProvider::start(GEMINI, answers).await;
    let model = provider.model();
    let mut messages = vec![user("Go.")];
    let found = events(&model, &question(messages.clone())).await;
    let ids: Vec<String> = found
        .iter()
        .filter_map(|event| match event {
            Event::Call(call) => Some(call.id.clone()),
            _ => None,
        })
        .collect();
    assert!(ids.len() == 2 && ids[0] != ids[1], "{ids:?}");
    messages.push(message_of(&found));
    messages.push(result(&ids[1], "two", false));
    messages.push(result(&ids[0], "one", false));
    events(&model, &question(messages)).await;
    provider.seen();
    let contents = provider.seen().unwrap().body["contents"].clone();
    assert_eq!(contents[1]["parts"], calls);
    assert_eq!(
        contents[2]["parts"],
        json!([
            {"functionResponse": {"name": "run_script", "response": {"output": "one"}}},
            {"functionResponse": {"name": "run_script", "response": {"output": "two"}}},
        ])
    );
}

#[tokio::test]
async fn every_end_has_its_meaning() {
    let mut provider = FakeProvider::start(GEMINI, []).await;
    let (model, request) = (provider.model(), question(vec![user("Hi.")]));
    for (reason, expected) in [("STOP", Finish::End), ("MAX_TOKENS", Finish::Length)] {
        provider.answer([Answer::stream(&stream_of_text("A", reason))]);
        assert_eq!(
            events(&model, &request).await.last(),
            Some(&Event::Done(expected)),
            "{reason}"
        );
    }
    let refused = |reason: &str| ModelError::Refused {
        provider: GEMINI,
        reason: reason.to_owned(),
    };
    for (reason, expected) in [("SAFETY", "safety"), ("PROHIBITED_CONTENT", "prohibited content")] {
        provider.answer([Answer::stream(&sse(&[
            json!({"candidates": [{"finishReason": reason}]}),
        ]))]);
        assert_eq!(error(&model, &request).await, refused(expected));
    }
    let blocked = json!({"promptFeedback": {"blockReason": "BLOCKLIST"}, "usageMetadata": {"promptTokenCount": 9}});
    provider.answer([Answer::stream(&sse(&[blocked]))]);
    assert_eq!(error(&model, &request).await, refused("blocklist"));
    provider.count();
    // A garbled call is asked for once more.
    let garbled = json!({"candidates": [{"finishReason": "MALFORMED_FUNCTION_CALL", "finishMessage": "print("}]});
    provider.answer([
        Answer::stream(&sse(&[garbled])),
        Answer::stream(&stream_of_text("A", "STOP")),
    ]);
    assert_eq!(events(&model, &request).await.last(), Some(&Event::Done(Finish::End)));
    assert_eq!(provider.count(), 2);
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "a table")]
async fn every_error_has_its_meaning() {
    let mut provider = FakeProvider::start(GEMINI, []).await;
    let (model, request) = (provider.model(), question(vec![user("Hi.")]));
    let violation = |quota: &str| {
        json!([{"@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": [{"quotaId": quota}]},
            {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "37s"}])
    };
    let limited = |seconds: Option<u64>| ModelError::RateLimited {
        provider: GEMINI,
        retry_after: seconds.map(Duration::from_secs),
    };
    let none = json!([]);
    let wrong_key = json!([{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID"}]);
    let quota = "You exceeded your current quota, please check your plan and billing details.";
    for (status, kind, message, details, expected, tries) in [
        (
            400,
            "INVALID_ARGUMENT",
            "API key not valid. Please pass a valid API key.",
            wrong_key,
            ModelError::WrongKey { provider: GEMINI },
            1,
        ),
        (
            403,
            "PERMISSION_DENIED",
            "Your API key was reported as leaked.",
            none.clone(),
            ModelError::WrongKey { provider: GEMINI },
            1,
        ),
        (
            404,
            "NOT_FOUND",
            "models/gemini-3.8-flash is not found for API version v1beta",
            none.clone(),
            ModelError::UnknownModel {
                provider: GEMINI,
                model: "gemini-3.8-flash".to_owned(),
            },
            1,
        ),
        (
            429,
            "RESOURCE_EXHAUSTED",
            quota,
            violation("GenerateRequestsPerDayPerProjectPerModel-FreeTier"),
            ModelError::NoQuota { provider: GEMINI },
            1,
        ),
        // Longer than anybody waits.
        (
            429,
            "RESOURCE_EXHAUSTED",
            quota,
            violation("GenerateRequestsPerMinutePerProjectPerModel"),
            limited(Some(37)),
            1,
        ),
        (
            429,
            "RESOURCE_EXHAUSTED",
            "Resource has been exhausted.",
            none.clone(),
            limited(None),
            4,
        ),
        (
            400,
            "INVALID_ARGUMENT",
            "The input token count (1048577) exceeds the maximum number of tokens allowed.",
            none.clone(),
            ModelError::TooLong { provider: GEMINI },
            1,
        ),
        (
            503,
            "UNAVAILABLE",
            "The model is overloaded.",
            none.clone(),
            ModelError::Overloaded { provider: GEMINI },
            4,
        ),
        (
            500,
            "INTERNAL",
            "An internal error has occurred.",
            none.clone(),
            ModelError::Overloaded { provider: GEMINI },
            4,
        ),
        (
            400,
            "FAILED_PRECONDITION",
            "User location is not supported for the API use.",
            none.clone(),
            ModelError::Protocol {
                provider: GEMINI,
                detail: "status 400, FAILED_PRECONDITION, User location is not supported for the API use.".to_owned(),
            },
            1,
        ),
    ] {
        let body = json!({"error": {"code": status, "message": message, "status": kind, "details": details}});
        // Streams get their error in a list or without one.
        for body in [json!([body]), body] {
            provider.answer([Answer::error(status, &body)]);
            assert_eq!(error(&model, &request).await, expected, "{status} {kind}");
            assert_eq!(provider.count(), tries, "{status} {kind}");
        }
    }
    let event = json!({"error": {"code": 503, "message": "The model is overloaded.", "status": "UNAVAILABLE"}});
    provider.answer([
        Answer::stream(&sse(&[event])),
        Answer::stream(&stream_of_text("A", "STOP")),
    ]);
    events(&model, &request).await;
    assert_eq!(provider.count(), 2);
}
