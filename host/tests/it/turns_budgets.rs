//! Every budget of a turn and every limit on turns, as those who ask meet them.

use glovebox::{config::ServerLimits, jobs, llm::Provider};
use serde_json::{Value, json};

use crate::{
    test_models::{self, End, FakeProvider},
    test_replies::{Reply, runs, says},
    test_turns::{Reader, SlowModel},
    turns::{Chat, parts, text},
};

const FAILS: &str = "1 / 0";
const BURNS: &str = "n = 0\nfor i in range(100_000_000):\n    n += i\n";

/// Asks under these limits and answers the answer, which says that a budget is used up, with its last chunk.
async fn used_up(budget: &str, replies: &[Reply], limit: impl FnOnce(&mut ServerLimits)) -> (Value, Value) {
    let answers = replies.iter().map(|reply| reply.answer(Provider::Anthropic)).collect();
    used_up_by(budget, answers, limit).await
}

async fn used_up_by(
    budget: &str,
    answers: Vec<test_models::Answer>,
    limit: impl FnOnce(&mut ServerLimits),
) -> (Value, Value) {
    let provider = FakeProvider::start(Provider::Anthropic, answers).await;
    let chat = Chat::start(provider.catalog(), Some(provider), |config| limit(&mut config.limits));
    let chat = Box::pin(chat).await;
    let answer = chat.answered("How much in all?").await;
    assert_eq!(answer["state"], "done", "{answer}");
    let said = *parts(&answer, "error").last().unwrap();
    assert_eq!(said["code"], format!("budget_{budget}"), "{answer}");
    let stream = chat
        .stream(&format!("/api/v1/messages/{}", answer["id"].as_str().unwrap()))
        .await;
    let finish = stream.last().unwrap().clone();
    assert_eq!(
        (&finish["finishReason"], &finish["messageMetadata"]["ending"]),
        (&json!("length"), &json!("budget")),
        "{finish}"
    );
    // The next question is a turn of its own.
    assert_eq!(chat.answered("And now?").await["state"], "done");
    (answer, finish)
}

fn message(answer: &Value) -> &str {
    parts(answer, "error").last().unwrap()["message"].as_str().unwrap()
}

#[tokio::test]
async fn an_answer_takes_no_more_tokens_than_it_may() {
    let reply = runs("I look.", "print(1)").used(78_000, 100);
    let (answer, finish) = used_up("model_tokens", &[reply], |limits| limits.turn_model_tokens = 80_000).await;
    assert!(
        message(&answer).starts_with("This answer has reached its limit of 80,000 tokens"),
        "{answer}"
    );
    assert_eq!(text(&answer), "I look.");
    assert_eq!(parts(&answer, "output")[0]["text"], "1\n");
    assert_eq!(finish["messageMetadata"]["runs"], 1);
}

#[tokio::test]
async fn an_answer_runs_no_more_scripts_than_it_may() {
    let again = runs("", "print(1)");
    let (answer, finish) = used_up("runs", &[again], |limits| limits.turn_runs = 2).await;
    assert!(message(&answer).contains("2 runs"), "{answer}");
    assert_eq!(finish["messageMetadata"]["runs"], 2);
    assert_eq!(parts(&answer, "receipt").len(), 2);
}

#[tokio::test]
async fn a_script_is_repaired_no_more_often_than_it_may() {
    let (answer, finish) = used_up("repairs", &[runs("", FAILS)], |limits| limits.turn_repairs = 1).await;
    assert!(message(&answer).contains("after a repair"), "{answer}");
    assert_eq!(finish["messageMetadata"]["repairs"], 1);
}

#[tokio::test]
async fn an_answer_burns_no_more_fuel_than_it_may() {
    let replies = [runs("", BURNS), says("That was too much.")];
    let (answer, _) = used_up("fuel", &replies, |limits| limits.turn_fuel = 2_000_000_000).await;
    assert_eq!(text(&answer), "That was too much.");
    assert_eq!(parts(&answer, "receipt")[0]["outcome"], "limit", "{answer}");
}

#[tokio::test]
async fn an_answer_takes_no_longer_than_it_may() {
    let silent = says("Let me think.").begun(Provider::Anthropic).end(End::Silence);
    let next = says("Here.").answer(Provider::Anthropic);
    let (answer, _) = used_up_by("wall_ms", vec![silent, next], |limits| limits.turn_wall_s = 2).await;
    assert!(text(&answer).starts_with("Let me"), "{answer}");
}

#[tokio::test]
async fn a_question_that_waits_says_how_many_come_before_it() {
    let mut model = SlowModel::start().await;
    let chat = Chat::start(model.catalog(), None, |config| config.limits.turns_per_org = 1);
    let chat = Box::pin(chat).await;
    tokio::spawn(jobs::work(chat.fixture.app.app.clone(), std::future::pending()));
    let first = chat.ask("One?").await;
    let speaking = model.asked().await;
    let mut waiting = Vec::new();
    for (before, question) in ["Two?", "Three?"].into_iter().enumerate() {
        let conversation = Chat::conversation(&chat.fixture).await;
        let answer = chat.ask_in(&conversation, json!({ "text": question })).await;
        let mut reader = Reader::open(&chat.fixture.ada, &answer, 0).await;
        let queue = reader.until("data-queue").await;
        assert_eq!(queue["data"], json!({ "before": before }));
        assert_eq!(queue["transient"], true);
        waiting.push((answer, reader));
    }
    speaking.says("One.");
    speaking.ends(None);
    let second = model.asked().await;
    let third = &mut waiting[1].1;
    third
        .until_that("the first place", |chunk| chunk["data"]["before"] == 0)
        .await;
    second.says("Two.");
    second.ends(None);
    let last = model.asked().await;
    last.says("Three.");
    last.ends(None);
    for (answer, mut reader) in waiting {
        reader.rest().await;
        assert_eq!(chat.get(&answer).await["state"], "done");
        // Where it stood is no part of what is kept.
        assert!(reader.kept(0).iter().all(|chunk| chunk["type"] != "data-queue"));
    }
    assert_eq!(chat.get(&first).await["state"], "done");
}
