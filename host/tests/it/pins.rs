//! Pinned answers: who may pin, how many, and what the model is told of them.

use glovebox::{conversations::messages::Asked, ids::MessageId, llm::Provider};
use serde_json::{Value, json};

use crate::{
    conversations::{conversation, exchange},
    projects::project,
    test_app::{Client, TestApp},
    test_models::FakeProvider,
    test_replies::says,
};

/// A conversation, its user and its server.
async fn chat(app: &TestApp) -> (Client, String) {
    let ada = app.user("ada@example.com").await;
    let project = project(&ada, &format!("/api/v1/orgs/{}", ada.org()), "Sales").await;
    let conversation = conversation(&ada, &project, None).await;
    (ada, conversation)
}

fn path(answer: MessageId) -> String {
    format!("/api/v1/messages/{answer}/pin")
}

/// Questions "q1", "q2" … with answers "a1 …", "a2 …" of this many words.
async fn exchanges(app: &TestApp, by: &Client, conversation: &str, count: usize, words: usize) -> Vec<Asked> {
    let mut asked: Vec<Asked> = Vec::new();
    for at in 1..=count {
        let parent = asked.last().map(|asked| asked.answer);
        let answer = format!("a{at}.{}", " so it was".repeat(words / 3));
        asked.push(exchange(app, by, conversation, parent, &format!("q{at}?"), &answer).await);
    }
    asked
}

/// Asks after `parent`, and answers the ends of the questions and answers that the model was told of.
async fn told(
    app: &TestApp,
    by: &Client,
    provider: &mut FakeProvider,
    conversation: &str,
    parent: MessageId,
) -> Vec<String> {
    provider.count();
    let body = json!({"text": "Go on", "parent_id": parent.to_string()});
    by.post(&format!("{conversation}/messages"), body).await.expect(201);
    app.settle().await;
    let messages = provider.seen().expect("the model is asked").body["messages"].to_string();
    let is_told = |mark: &str| messages.contains(&format!("\"{mark}"));
    let marks = (1..=20).flat_map(|at| [format!("q{at}?"), format!("a{at}.")]);
    marks.filter(|mark| is_told(mark)).collect()
}

async fn model() -> FakeProvider {
    FakeProvider::start(Provider::Anthropic, [says("Well.").answer(Provider::Anthropic)]).await
}

#[tokio::test]
async fn an_answer_is_pinned_shown_and_unpinned() {
    let app = TestApp::start_with(|config| config.limits.pins_per_conversation = 2).await;
    let (ada, conversation) = chat(&app).await;
    let asked = exchanges(&app, &ada, &conversation, 3, 3).await;
    let shown = async || -> Vec<bool> {
        let page = ada.get(&format!("{conversation}/messages")).await.expect(200);
        let items = page["items"].as_array().unwrap().iter();
        items.map(|message| message["pinned"].as_bool().unwrap()).collect()
    };
    assert_eq!(shown().await, [false; 6]);

    let pinned = ada.put(&path(asked[0].answer), Value::Null).await.expect(200);
    assert_eq!(pinned["pinned"], true);
    ada.put(&path(asked[1].answer), Value::Null).await.expect(200);
    assert_eq!(shown().await, [false, true, false, true, false, false]);
    ada.put(&path(asked[2].answer), Value::Null)
        .await
        .expect_problem(403, "too_many_pins");
    // One that is pinned already takes no more room.
    ada.put(&path(asked[1].answer), Value::Null).await.expect(200);

    ada.delete(&path(asked[0].answer)).await.expect(204);
    ada.delete(&path(asked[0].answer)).await.expect(204);
    ada.put(&path(asked[2].answer), Value::Null).await.expect(200);
    assert_eq!(shown().await, [false, false, false, true, false, true]);

    ada.put(&path(asked[0].question), Value::Null)
        .await
        .expect_problem(409, "not_an_answer");
    ada.delete(&path(asked[0].question))
        .await
        .expect_problem(409, "not_an_answer");
    let eve = app.user("eve@example.com").await;
    eve.put(&path(asked[0].answer), Value::Null)
        .await
        .expect_problem(404, "not_found");
}

#[tokio::test]
async fn a_pinned_answer_reaches_the_model_when_newer_ones_are_trimmed() {
    let mut provider = model().await;
    let app = TestApp::start_with_models(provider.catalog(), |_| {}).await;
    let (ada, conversation) = chat(&app).await;
    // Together far more than a prompt holds.
    let asked = exchanges(&app, &ada, &conversation, 8, 24_000).await;
    let last = asked[7].answer;
    let before = told(&app, &ada, &mut provider, &conversation, last).await;
    let newest = ["q8?".to_owned(), "a8.".to_owned()];
    assert!(
        before.ends_with(&newest) && !before.contains(&"a2.".to_owned()),
        "{before:?}"
    );

    ada.put(&path(asked[1].answer), Value::Null).await.expect(200);
    let pinned = told(&app, &ada, &mut provider, &conversation, last).await;
    assert!(pinned.starts_with(&["q2?".to_owned(), "a2.".to_owned()]), "{pinned:?}");
    assert!(pinned.ends_with(&newest) && pinned.len() <= before.len(), "{pinned:?}");

    ada.delete(&path(asked[1].answer)).await.expect(204);
    assert_eq!(told(&app, &ada, &mut provider, &conversation, last).await, before);
}

#[tokio::test]
async fn a_pinned_answer_is_told_from_before_what_a_turn_looks_back_on() {
    let mut provider = model().await;
    let app = TestApp::start_with_models(provider.catalog(), |config| config.limits.turn_history_messages = 6).await;
    let (ada, conversation) = chat(&app).await;
    let asked = exchanges(&app, &ada, &conversation, 6, 3).await;
    let last = asked[5].answer;
    assert_eq!(
        told(&app, &ada, &mut provider, &conversation, last).await,
        ["q5?", "a5.", "q6?", "a6."]
    );
    ada.put(&path(asked[0].answer), Value::Null).await.expect(200);
    assert_eq!(
        told(&app, &ada, &mut provider, &conversation, last).await,
        ["q1?", "a1.", "q5?", "a5.", "q6?", "a6."]
    );
    // On another branch nobody pinned anything.
    let beside = exchange(&app, &ada, &conversation, None, "q7?", "a7. so it was").await;
    assert_eq!(
        told(&app, &ada, &mut provider, &conversation, beside.answer).await,
        ["q7?", "a7."]
    );
}
