//! Personal API keys.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use crate::test_app::{Client, TestApp};

const ADA: &str = "ada@example.com";
const KEYS: &str = "/api/v1/api-keys";

async fn make(client: &Client, name: &str) -> serde_json::Value {
    client.post(KEYS, json!({"name": name})).await.expect(201)
}

#[tokio::test]
async fn a_key_is_shown_once_and_lets_in_until_it_is_deleted() {
    let app = TestApp::start().await;
    let ada = app.user(ADA).await;
    let answer = ada.post(KEYS, json!({"name": " Nightly upload "})).await;
    assert_eq!(answer.header("cache-control"), "no-store");
    let location = answer.header("location").to_owned();
    let made = answer.expect(201);
    let token = made["token"].as_str().unwrap();
    assert!(token.starts_with("gbx_") && token.len() == 47, "{token}");
    assert_eq!(made["name"], "Nightly upload");
    assert_eq!(made["prefix"], token[..12]);
    assert_eq!(location, format!("{KEYS}/{}", made["id"].as_str().unwrap()));

    let rows: Vec<String> = sqlx::query_scalar("select row(k.*)::text from api_keys k")
        .fetch_all(&app.app.db)
        .await
        .unwrap();
    assert!(rows.iter().all(|row| !row.contains(token)));
    let listed = ada.get(KEYS).await;
    assert!(!listed.text().contains(token));
    assert!(listed.expect(200)["items"][0]["last_used_at"].is_null());

    let key = app.anonymous().with("authorization", format!("Bearer {token}"));
    assert_eq!(key.get("/api/v1/account").await.expect(200)["email"], ADA);
    ada.delete(&location).await.expect(204);
    key.get("/api/v1/account").await.expect_problem(401, "unauthenticated");
    ada.delete(&location).await.expect_problem(404, "not_found");
}

#[tokio::test]
async fn the_use_of_a_key_is_written_down_at_most_once_a_minute() {
    let app = TestApp::start().await;
    let ada = app.user(ADA).await;
    let key = app.api_key(&ada).await;
    let used = async || -> Option<DateTime<Utc>> {
        sqlx::query_scalar("select last_used_at from api_keys")
            .fetch_one(&app.app.db)
            .await
            .unwrap()
    };
    assert_eq!(used().await, None);
    key.get("/api/v1/account").await.expect(200);
    let first = used().await.unwrap();
    app.app.clock.skip(TimeDelta::seconds(50));
    key.get("/api/v1/account").await.expect(200);
    assert_eq!(used().await, Some(first));
    app.app.clock.skip(TimeDelta::seconds(10));
    key.get("/api/v1/account").await.expect(200);
    assert!(used().await.unwrap() >= first + TimeDelta::seconds(60));
}

#[tokio::test]
async fn keys_are_listed_by_page_newest_first() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.user(ADA).await, app.user("bob@example.com").await);
    for name in ["one", "two", "three"] {
        make(&ada, name).await;
    }
    make(&bob, "bob's").await;
    let names = |page: &serde_json::Value| -> Vec<String> {
        let items = page["items"].as_array().unwrap();
        items
            .iter()
            .map(|key| key["name"].as_str().unwrap().to_owned())
            .collect()
    };
    let first = ada.get(&format!("{KEYS}?limit=2")).await;
    let next = first.header("link").split(['<', '>']).nth(1).unwrap().to_owned();
    assert_eq!(names(&first.expect(200)), ["three", "two"]);
    let second = ada.get(&next).await.expect(200);
    assert_eq!(names(&second), ["one"]);
    assert!(second["next_cursor"].is_null());
    ada.get(&format!("{KEYS}?limit=0")).await.expect_problem(422, "invalid");
    ada.get(&format!("{KEYS}?cursor=x"))
        .await
        .expect_problem(422, "invalid");
}

#[tokio::test]
async fn a_key_has_a_name_of_its_own() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.user(ADA).await, app.user("bob@example.com").await);
    make(&ada, "Nightly").await;
    make(&bob, "Nightly").await;
    ada.post(KEYS, json!({"name": "nightly"}))
        .await
        .expect_problem(409, "name_taken");
    ada.post(KEYS, json!({"name": " "}))
        .await
        .expect_problem(422, "invalid");
    ada.post(KEYS, json!({"name": "a".repeat(101)}))
        .await
        .expect_problem(422, "invalid");
    ada.post(KEYS, json!({})).await.expect_problem(422, "invalid");
}

#[tokio::test]
async fn somebody_has_so_many_keys() {
    let app = TestApp::start_with(|config| config.limits.api_keys_per_user = 2).await;
    let ada = app.user(ADA).await;
    let made = make(&ada, "one").await;
    make(&ada, "two").await;
    ada.post(KEYS, json!({"name": "three"}))
        .await
        .expect_problem(403, "api_keys_per_user");
    ada.delete(&format!("{KEYS}/{}", made["id"].as_str().unwrap()))
        .await
        .expect(204);
    make(&ada, "three").await;
}

#[tokio::test]
async fn keys_are_their_owner_s_business_and_no_key_s() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.user(ADA).await, app.user("bob@example.com").await);
    let made = make(&ada, "Nightly").await;
    let path = format!("{KEYS}/{}", made["id"].as_str().unwrap());
    bob.delete(&path).await.expect_problem(404, "not_found");
    let key = app.api_key(&ada).await;
    key.get(KEYS).await.expect_problem(403, "login_needed");
    key.post(KEYS, json!({"name": "more"}))
        .await
        .expect_problem(403, "login_needed");
    key.delete(&path).await.expect_problem(403, "login_needed");
    let anonymous = app.anonymous();
    anonymous.get(KEYS).await.expect_problem(401, "unauthenticated");
    anonymous
        .post(KEYS, json!({"name": "more"}))
        .await
        .expect_problem(401, "unauthenticated");
    anonymous.delete(&path).await.expect_problem(401, "unauthenticated");
    // A bearer token is as good as a session: its owner gave the password for it.
    app.bearer(&ada).await.delete(&path).await.expect(204);
}
