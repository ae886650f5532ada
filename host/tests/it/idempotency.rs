//! Repeating a creation by its key.

use chrono::TimeDelta;
use glovebox::idempotency::{self, Begun, IdempotencyKey};
use reqwest::Method;
use serde_json::{Value, json};

use crate::test_app::{Answer, Client, TestApp};

async fn create(client: &Client, path: &str, key: &str, body: Value) -> Answer {
    client
        .send(
            client
                .request(Method::POST, path)
                .header("idempotency-key", key)
                .json(&body),
        )
        .await
}

async fn projects(client: &Client) -> usize {
    let list = client
        .get(&format!("/api/v1/orgs/{}/projects", client.org()))
        .await
        .expect(200);
    list["items"].as_array().unwrap().len()
}

#[tokio::test]
async fn the_same_key_and_request_get_the_same_answer_once_made() {
    let app = TestApp::start().await;
    let ada = app.user("ada@example.com").await;
    let path = format!("/api/v1/orgs/{}/projects", ada.org());
    let first = create(&ada, &path, "k1", json!({"name": "Sales"})).await;
    assert_eq!(first.header("idempotent-replayed"), "");
    let again = create(&ada, &path, "\"k1\"", json!({"name": "Sales"})).await;
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(again.header("location"), first.header("location"));
    assert_eq!(again.header("content-type"), first.header("content-type"));
    assert_ne!(again.header("x-request-id"), first.header("x-request-id"));
    assert_eq!(again.expect(201), first.expect(201));
    assert_eq!(projects(&ada).await, 1);
}

#[tokio::test]
async fn a_key_is_for_one_request_of_one_user() {
    let app = TestApp::start().await;
    let ada = app.user("ada@example.com").await;
    let path = format!("/api/v1/orgs/{}/projects", ada.org());
    create(&ada, &path, "k1", json!({"name": "Sales"})).await.expect(201);
    create(&ada, &path, "k1", json!({"name": "Other"}))
        .await
        .expect_problem(422, "idempotency_mismatch");
    create(&ada, "/api/v1/orgs", "k1", json!({"name": "Sales"}))
        .await
        .expect_problem(422, "idempotency_mismatch");
    create(&ada, &path, "k2", json!({"name": "Other"})).await.expect(201);
    for key in ["", "two words", &"a".repeat(256)] {
        create(&ada, &path, key, json!({"name": "More"}))
            .await
            .expect_problem(422, "invalid");
    }
    let grace = app.user("grace@example.com").await;
    let path = format!("/api/v1/orgs/{}/projects", grace.org());
    create(&grace, &path, "k1", json!({"name": "Sales"})).await.expect(201);
}

#[tokio::test]
async fn what_made_nothing_can_be_tried_again_with_its_key() {
    let app = TestApp::start().await;
    let ada = app.user("ada@example.com").await;
    let path = format!("/api/v1/orgs/{}/projects", ada.org());
    create(&ada, &path, "k1", json!({"name": ""}))
        .await
        .expect_problem(422, "invalid");
    create(&ada, &path, "k1", json!({"name": "Sales"})).await.expect(201);
}

#[tokio::test]
async fn of_requests_at_once_one_does_the_work() {
    let app = TestApp::start().await;
    let ada = app.user("ada@example.com").await;
    let path = format!("/api/v1/orgs/{}/projects", ada.org());
    let tries = (0..8).map(|_| create(&ada, &path, "k1", json!({"name": "Sales"})));
    for answer in futures_util::future::join_all(tries).await {
        match answer.status.as_u16() {
            201 => drop(answer.expect(201)),
            _ => drop(answer.expect_problem(409, "idempotency_in_flight")),
        }
    }
    assert_eq!(projects(&ada).await, 1);
    let after = create(&ada, &path, "k1", json!({"name": "Sales"})).await;
    assert_eq!(after.header("idempotent-replayed"), "true");
}

#[tokio::test]
async fn a_key_is_free_again_when_its_request_has_died() {
    let app = TestApp::start().await;
    let ada = app.user("ada@example.com").await;
    let limits = &app.app.config.limits;
    let mut db = app.app.db.acquire().await.unwrap();
    let key = || IdempotencyKey::parse("k1").unwrap();
    let user = ada.user.unwrap().0;
    let begin = async |now| {
        let mut db = app.app.db.acquire().await.unwrap();
        idempotency::begin(&mut db, now, limits, user, key(), b"hash")
            .await
            .unwrap()
    };
    let now = app.app.clock.now();
    let Begun::First(dead) = begin(now).await else {
        panic!("a new key")
    };
    let almost = now + idempotency::lease(limits) - TimeDelta::seconds(1);
    assert!(matches!(begin(almost).await, Begun::InFlight));
    // Renewed, it is held for as long again.
    dead.renew(&mut db, almost, limits).await.unwrap();
    let later = now + idempotency::lease(limits);
    assert!(matches!(begin(later).await, Begun::InFlight));

    let after = almost + idempotency::lease(limits);
    let Begun::First(alive) = begin(after).await else {
        panic!("the lease ran out")
    };
    // Whoever lost the key cannot answer for the one who has it.
    let answer = |status| idempotency::Answer {
        status,
        headers: [].into(),
        body: Vec::new(),
    };
    dead.keep(&mut db, &answer(200)).await.unwrap();
    dead.free(&mut db).await.unwrap();
    assert!(matches!(begin(after).await, Begun::InFlight));
    alive.keep(&mut db, &answer(201)).await.unwrap();
    let Begun::Answered(kept) = begin(after).await else {
        panic!("it was answered")
    };
    assert_eq!(kept.status, 201);
}

#[tokio::test]
async fn a_key_is_forgotten_after_its_time() {
    let app = TestApp::start().await;
    let user = app.user("ada@example.com").await.user.unwrap().0;
    let limits = &app.app.config.limits;
    let begin = async |now| {
        let mut db = app.app.db.acquire().await.unwrap();
        let key = IdempotencyKey::parse("k1").unwrap();
        idempotency::begin(&mut db, now, limits, user, key, b"hash")
            .await
            .unwrap()
    };
    let now = app.app.clock.now();
    let Begun::First(claim) = begin(now).await else {
        panic!("a new key")
    };
    let answer = idempotency::Answer {
        status: 201,
        headers: [].into(),
        body: Vec::new(),
    };
    let mut db = app.app.db.acquire().await.unwrap();
    claim.keep(&mut db, &answer).await.unwrap();
    drop(db);
    let over = now + TimeDelta::hours(limits.idempotency_hours.into());
    assert!(matches!(begin(over - TimeDelta::seconds(1)).await, Begun::Answered(_)));
    assert!(matches!(begin(over).await, Begun::First(_)));
}

#[tokio::test]
async fn secrets_are_not_kept_for_repetitions() {
    let app = TestApp::start().await;
    let ada = app.user("ada@example.com").await;
    create(&ada, "/api/v1/api-keys", "k1", json!({"name": "laptop"}))
        .await
        .expect(201);
    // The name does what the key would: there is no second one.
    create(&ada, "/api/v1/api-keys", "k1", json!({"name": "laptop"}))
        .await
        .expect_problem(409, "name_taken");
    let kept: i64 = sqlx::query_scalar("select count(*) from idempotency_keys")
        .fetch_one(&app.app.db)
        .await
        .unwrap();
    assert_eq!(kept, 0);
}
