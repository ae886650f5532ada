//! What holds for every provider: patience, repeats that repeat nothing, Stop, and servers that mean harm.

use std::time::{Duration, Instant};

use glovebox::llm::{Event, Finish, Message, ModelError, Provider, Request};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::test_models::{Answer, End, FakeProvider, KEY, ask, error, events, question, rest, secret, sse, user};

const COMPATIBLE: Provider = Provider::Compatible;

fn text(text: &str) -> Value {
    json!({"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": null}]})
}

fn whole() -> String {
    let end = json!({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]});
    format!("{}data: [DONE]\n\n", sse(&[text("Hello "), text("there."), end]))
}

fn hi() -> Request {
    question(vec![user("Hi.")])
}

fn said(events: &[Event]) -> String {
    let texts = events.iter().filter_map(|event| match event {
        Event::Text(text) => Some(text.as_str()),
        _ => None,
    });
    texts.collect()
}

#[tokio::test]
async fn a_stream_that_breaks_before_anything_was_said_is_asked_for_again() {
    let answers = [
        Answer::stream("").end(End::Cut),
        Answer::stream(": still loading\n\n").end(End::Cut),
        Answer::stream("data: {\"choices\": [{\"del").end(End::Whole),
        Answer::stream(&whole()),
    ];
    let mut provider = FakeProvider::start(COMPATIBLE, answers).await;
    let found = events(&provider.model(), &hi()).await;
    assert_eq!(said(&found), "Hello there.");
    assert_eq!(found.last(), Some(&Event::Done(Finish::End)));
    let bodies: Vec<Value> = std::iter::from_fn(|| provider.seen()).map(|seen| seen.body).collect();
    assert_eq!(bodies.len(), 4);
    assert!(bodies.iter().all(|body| *body == bodies[0]), "every try asks the same");
}

#[tokio::test]
async fn a_stream_that_breaks_after_something_was_said_says_so_and_repeats_nothing() {
    let begun = sse(&[text("Hello "), text("th")]);
    let call = json!({"choices": [{"delta": {"tool_calls": [{"index": 0, "id": "1", "function": {"name": "a"}}]}}]});
    for (stream, expected) in [(begun, "Hello th"), (sse(&[call]), "")] {
        for end in [End::Cut, End::Whole] {
            let answers = [Answer::stream(&stream).end(end), Answer::stream(&whole())];
            let mut provider = FakeProvider::start(COMPATIBLE, answers).await;
            let (found, error) = ask(&provider.model(), &hi()).await;
            assert_eq!(said(&found), expected);
            let cut = ModelError::Cut {
                provider: COMPATIBLE,
                text: expected.to_owned(),
            };
            assert_eq!(error, Some(cut));
            assert_eq!(provider.count(), 1);
        }
    }
}

#[tokio::test]
async fn a_server_that_never_gets_better_is_given_up() {
    let mut provider = FakeProvider::start(COMPATIBLE, [Answer::stream("").end(End::Cut)]).await;
    let found = error(&provider.model(), &hi()).await;
    assert!(
        matches!(found, ModelError::Cut { ref text, .. } if text.is_empty()),
        "{found:?}"
    );
    assert_eq!(provider.count(), 4);
    let model = provider.model_with(|settings| settings.patience.tries = 2);
    error(&model, &hi()).await;
    assert_eq!(provider.count(), 2);
}

#[tokio::test]
async fn a_pause_that_the_server_asks_for_is_kept_and_a_long_one_is_an_error() {
    let busy = Answer::error(
        429,
        &json!({"error": {"message": "Slow down.", "type": "rate_limit_error"}}),
    );
    let answers = [busy.clone().header("retry-after-ms", "300"), Answer::stream(&whole())];
    let mut provider = FakeProvider::start(COMPATIBLE, answers).await;
    let begun = Instant::now();
    events(&provider.model(), &hi()).await;
    assert!(begun.elapsed() >= Duration::from_millis(300), "{:?}", begun.elapsed());
    assert_eq!(provider.count(), 2);
    provider.answer([busy.header("retry-after", "3600")]);
    let limited = ModelError::RateLimited {
        provider: COMPATIBLE,
        retry_after: Some(Duration::from_hours(1)),
    };
    assert_eq!(error(&provider.model(), &hi()).await, limited);
    assert_eq!(provider.count(), 1);
    assert!(limited.to_string().contains("3600 s"), "{limited}");
}

#[tokio::test]
async fn a_server_that_is_not_there_cannot_be_reached() {
    let provider = FakeProvider::start(COMPATIBLE, []).await;
    // Bound and let go again, so that nothing listens there.
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let model = provider.model_with(|settings| settings.url = format!("http://{free}/v1").parse().unwrap());
    assert_eq!(
        error(&model, &hi()).await,
        ModelError::Unreachable { provider: COMPATIBLE }
    );
    let model = provider.model_with(|settings| settings.url = "http://model.invalid/v1".parse().unwrap());
    assert_eq!(
        error(&model, &hi()).await,
        ModelError::Unreachable { provider: COMPATIBLE }
    );
}

#[tokio::test]
async fn silence_before_the_answer_and_within_it_has_an_end() {
    let timed_out = ModelError::TimedOut { provider: COMPATIBLE };
    let mut provider = FakeProvider::start(COMPATIBLE, [Answer::stream("").end(End::Deaf)]).await;
    let short = Duration::from_millis(100);
    let model = provider.model_with(|settings| settings.patience.first_byte = short);
    assert_eq!(error(&model, &hi()).await, timed_out);
    provider.client_gone().await;

    provider.answer([Answer::stream(": hold on\n\n").end(End::Silence)]);
    let model = provider.model_with(|settings| settings.patience.silence = short);
    assert_eq!(error(&model, &hi()).await, timed_out);
    provider.client_gone().await;

    // Whoever waited is not made to wait again.
    assert_eq!(provider.count(), 2);

    // After something was said, that is kept.
    provider.answer([Answer::stream(&sse(&[text("Hello")])).end(End::Silence)]);
    let cut = ModelError::Cut {
        provider: COMPATIBLE,
        text: "Hello".to_owned(),
    };
    assert_eq!(error(&model, &hi()).await, cut);
    provider.client_gone().await;

    let model = provider.model_with(|settings| settings.patience.whole = short);
    assert_eq!(error(&model, &hi()).await, cut);
    provider.client_gone().await;
}

#[tokio::test]
async fn the_whole_reply_has_an_end_even_between_two_tries() {
    let busy = Answer::error(429, &json!({"error": "busy"})).header("retry-after", "20");
    let mut provider = FakeProvider::start(COMPATIBLE, [busy]).await;
    let model = provider.model_with(|settings| settings.patience.whole = Duration::from_millis(100));
    assert_eq!(
        error(&model, &hi()).await,
        ModelError::TimedOut { provider: COMPATIBLE }
    );
    assert_eq!(provider.count(), 1);
}

#[tokio::test]
async fn dropping_a_reply_ends_its_request_at_once() {
    // While it streams.
    let answer = Answer::stream(&sse(&[text("Hello")])).end(End::Silence);
    let mut provider = FakeProvider::start(COMPATIBLE, [answer]).await;
    let model = provider.model();
    let mut reply = model.reply(&hi()).await.unwrap();
    assert_eq!(reply.next().await.unwrap().unwrap(), Event::Text("Hello".to_owned()));
    let stopped = Instant::now();
    drop(reply);
    provider.client_gone().await;
    assert!(
        stopped.elapsed() < Duration::from_millis(500),
        "{:?}",
        stopped.elapsed()
    );
    provider.count();

    // While the model thinks.
    provider.answer([Answer::stream("").end(End::Deaf)]);
    let request = hi();
    {
        let asking = model.reply(&request);
        tokio::pin!(asking);
        while provider.seen().is_none() {
            let wait = tokio::time::timeout(Duration::from_millis(5), asking.as_mut());
            assert!(wait.await.is_err(), "nothing answers");
        }
    }
    provider.client_gone().await;
}

#[tokio::test]
async fn giving_up_on_the_next_event_loses_none() {
    let mut provider =
        FakeProvider::start(COMPATIBLE, [Answer::stream(&sse(&[text("Hello")])).end(End::Silence)]).await;
    let mut reply = provider.model().reply(&hi()).await.unwrap();
    assert_eq!(reply.next().await.unwrap().unwrap(), Event::Text("Hello".to_owned()));
    for _ in 0..5 {
        assert!(
            tokio::time::timeout(Duration::from_millis(2), reply.next())
                .await
                .is_err()
        );
    }
    drop(reply);
    provider.client_gone().await;
    // The same in the pause before another try.
    let busy = Answer::error(503, &json!({"error": "loading"})).header("retry-after-ms", "50");
    let broken = Answer::stream("").end(End::Cut);
    provider.answer([broken, busy, Answer::stream(&whole())]);
    let mut reply = provider.model().reply(&hi()).await.unwrap();
    let first = loop {
        if let Ok(event) = tokio::time::timeout(Duration::from_millis(2), reply.next()).await {
            break event.unwrap().unwrap();
        }
    };
    let (found, error) = rest(&mut reply).await;
    assert_eq!(error, None);
    assert_eq!(said(&[first]) + &said(&found), "Hello there.");
}

#[tokio::test]
async fn nonsense_is_an_error_and_is_not_asked_for_again() {
    let mut provider = FakeProvider::start(COMPATIBLE, []).await;
    let model = provider.model_with(|settings| settings.key = Some(secret(KEY)));
    let garbage = |stream: &[u8]| Answer {
        pieces: vec![stream.to_vec()],
        ..Answer::stream("")
    };
    for (answer, expected) in [
        (garbage(b"data: {oh no\n\n"), "an event of its stream is not valid"),
        (garbage(b"data: [1, 2]\n\n"), "an event of its stream is not valid"),
        (
            garbage(b"data: {\"choices\": 7}\n\n"),
            "an event of its stream is not valid",
        ),
        (
            garbage(b"data: {\"choices\": [\"\xff\xfe\"]}\n\n"),
            "its stream is not UTF-8",
        ),
        (
            Answer::stream("<html>Log in</html>").header("content-type", "text/html"),
            "it answers with text/html and not",
        ),
        (
            Answer::error(200, &json!({"object": "list"})),
            "it answers with application/json and not",
        ),
        (
            Answer::error(308, &json!("")).header("location", "http://127.0.0.1:1/"),
            "it sends requests elsewhere",
        ),
        (
            Answer::error(400, &json!(format!("your key is {KEY}"))),
            "status 400, your key is (key)",
        ),
    ] {
        provider.answer([answer]);
        let found = error(&model, &hi()).await;
        let ModelError::Protocol { detail, .. } = &found else {
            panic!("{found:?} and not: {expected}");
        };
        assert!(detail.starts_with(expected), "{detail}");
        assert_eq!(provider.count(), 1);
    }
}

#[tokio::test]
async fn an_endless_answer_is_cut_off() {
    let provider = FakeProvider::start(COMPATIBLE, []).await;
    let model = provider.model();
    let long = Answer {
        pieces: std::iter::once(b"data: ".to_vec())
            .chain((0..9).map(|_| vec![b'a'; 1 << 20]))
            .collect(),
        ..Answer::stream("")
    };
    provider.answer([long.end(End::Silence)]);
    let found = error(&model, &hi()).await;
    assert!(
        found.to_string().contains("an event of its stream is longer"),
        "{found}"
    );
    // An error's body is read no further than it is of use.
    let body = Answer {
        pieces: (0..64).map(|_| vec![b'a'; 16 << 10]).collect(),
        ..Answer::error(400, &json!(""))
    };
    provider.answer([body.end(End::Silence)]);
    let found = error(&model, &hi()).await;
    assert!(found.to_string().len() < 1000, "{found}");
}

#[tokio::test]
async fn no_key_is_shown_by_anything() {
    let provider = FakeProvider::start(Provider::OpenAi, [Answer::stream("").end(End::Silence)]).await;
    let model = provider.model();
    let reply = model.reply(&hi()).await.unwrap();
    let shown = format!("{model:?} {reply:?}");
    assert!(!shown.contains(KEY), "{shown}");
}

#[tokio::test]
async fn each_error_says_what_to_do() {
    let provider = Provider::Gemini;
    for (error, expected) in [
        (
            ModelError::WrongKey { provider },
            "Gemini does not accept the key. Check GOOGLE_API_KEY",
        ),
        (ModelError::NoQuota { provider }, "Check its billing"),
        (
            ModelError::RateLimited {
                provider,
                retry_after: None,
            },
            "Try again in a few minutes.",
        ),
        (
            ModelError::UnknownModel {
                provider,
                model: "m".to_owned(),
            },
            "GLOVEBOX_MODEL",
        ),
        (ModelError::TooLong { provider }, "Start a new one"),
        (
            ModelError::Cut {
                provider,
                text: "private".to_owned(),
            },
            "Ask again",
        ),
    ] {
        let text = error.to_string();
        assert!(text.contains(expected) && !text.contains("private"), "{text}");
    }
}

#[tokio::test]
async fn a_conversation_survives_storage() {
    let answers = [Answer::stream(&whole())];
    let provider = FakeProvider::start(Provider::Compatible, answers).await;
    let model = provider.model();
    // In a task of its own, as turns are.
    let found = tokio::spawn(async move { events(&model, &hi()).await }).await.unwrap();
    let message = crate::test_models::message_of(&found);
    let stored = serde_json::to_string(&message).unwrap();
    assert_eq!(serde_json::from_str::<Message>(&stored).unwrap(), message);
}
