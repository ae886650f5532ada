//! What an organisation uses, as its members see it.

use chrono::{Datelike, TimeDelta};
use glovebox::llm::Provider;
use serde_json::{Value, json};

use crate::{
    files::Fixture,
    projects::project,
    test_app::{Client, TestApp},
    test_models::FakeProvider,
    test_replies::{runs, says},
};

async fn usage(client: &Client) -> Value {
    client
        .get(&format!("/api/v1/orgs/{}/usage", client.org()))
        .await
        .expect(200)
}

async fn ask(fixture: &Fixture, text: &str) {
    let made = fixture
        .ada
        .post(&format!("{}/conversations", fixture.project), json!({}))
        .await
        .expect(201);
    let path = format!("/api/v1/conversations/{}/messages", made["id"].as_str().unwrap());
    fixture.ada.post(&path, json!({ "text": text })).await.expect(201);
    fixture.app.settle().await;
}

#[tokio::test]
async fn runs_fuel_tokens_and_cost_are_told_by_day_with_their_limits() {
    let replies = [
        runs("", "print(sum(range(1000)))").used(900, 60),
        says("It is 499,500.").used(1_000, 40),
    ];
    let answers = replies.into_iter().map(|reply| reply.answer(Provider::Anthropic));
    let provider = FakeProvider::start(Provider::Anthropic, answers).await;
    let app = TestApp::start_with_models(provider.catalog(), |config| {
        config.limits.fuel_per_day = 77_000_000_000;
        config.limits.turn_runs = 5;
    })
    .await;
    let ada = app.user("ada@example.com").await;
    let project = project(&ada, &format!("/api/v1/orgs/{}", ada.org()), "Sums").await;
    let fixture = Fixture { app, ada, project };

    let before = usage(&fixture.ada).await;
    let days = before["days"].as_array().unwrap();
    assert_eq!(days.len(), 30);
    let today = fixture.app.app.clock.now().date_naive();
    assert_eq!(days[29]["day"], today.to_string());
    assert_eq!(days[0]["day"], (today - TimeDelta::days(29)).to_string());
    assert_eq!(before["month"]["from"], today.with_day(1).unwrap().to_string());
    assert!(days.iter().all(|day| day["runs"] == 0 && day["fuel"] == 0), "{before}");
    assert_eq!((&before["bytes"], &before["files"]), (&json!(0), &json!(0)));
    assert_eq!(before["limits"]["fuel_per_day"], 77_000_000_000_u64);
    assert_eq!(before["limits"]["turn_runs"], 5);

    ask(&fixture, "What is the sum?").await;
    let after = usage(&fixture.ada).await;
    let used = &after["days"][29];
    assert_eq!(
        (&used["runs"], &used["input_tokens"], &used["output_tokens"]),
        (&json!(1), &json!(1_900), &json!(100))
    );
    assert!(used["fuel"].as_u64().unwrap() > 10_000, "{used}");
    assert!(used["cost_micro_usd"].as_u64().unwrap() > 0, "{used}");
    for field in ["runs", "fuel", "input_tokens", "output_tokens", "cost_micro_usd"] {
        assert_eq!(after["month"][field], used[field], "{field}");
        assert_eq!(after["days"][28][field], 0);
    }
}

#[tokio::test]
async fn days_pass_months_end_and_others_do_not_count() {
    let app = TestApp::start().await;
    let ada = app.user("ada@example.com").await;
    let bob = app.user("bob@example.com").await;
    let today = app.app.clock.now().date_naive();
    let used = async |client: &Client, days_ago: i64, runs: i64| {
        sqlx::query("insert into usage_days (org_id, day, runs) values ($1, $2, $3)")
            .bind(client.org())
            .bind(today - TimeDelta::days(days_ago))
            .bind(runs)
            .execute(&app.app.db)
            .await
            .unwrap();
    };
    for (days_ago, runs) in [(0, 1), (29, 20), (30, 300), (70, 4_000)] {
        used(&ada, days_ago, runs).await;
    }
    used(&bob, 1, 50_000).await;
    let told = usage(&ada).await;
    let runs: Vec<u64> = told["days"]
        .as_array()
        .unwrap()
        .iter()
        .map(|day| day["runs"].as_u64().unwrap())
        .collect();
    assert_eq!((runs.len(), runs[0], runs[28], runs[29]), (30, 20, 0, 1));
    let in_month = |days_ago: i64| (today - TimeDelta::days(days_ago)).month() == today.month();
    let expected = 1 + if in_month(29) { 20 } else { 0 } + if in_month(30) { 300 } else { 0 };
    assert_eq!(told["month"]["runs"], expected);
    assert_eq!(usage(&bob).await["days"][28]["runs"], 50_000);
    bob.get(&format!("/api/v1/orgs/{}/usage", ada.org()))
        .await
        .expect_problem(404, "not_found");
}
