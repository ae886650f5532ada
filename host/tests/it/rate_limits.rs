//! How often somebody may ask.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::json;

use crate::test_app::{Answer, Client, TestApp};

fn header(answer: &Answer, name: &str) -> u64 {
    answer
        .header(name)
        .parse()
        .unwrap_or_else(|_| panic!("{name} of {answer}"))
}

async fn from_address(client: &Client, address: &str) -> Answer {
    let request = client
        .request(Method::GET, "/api/v1/account")
        .header("x-forwarded-for", address);
    client.send(request).await
}

#[tokio::test]
async fn answers_say_how_much_is_left_and_when_to_come_back() {
    let app = TestApp::start_with(|config| config.limits.requests_per_minute = 5).await;
    let ada = app.user("ada@example.com").await;
    for left in (0..5).rev() {
        let answer = ada.get("/api/v1/account").await;
        assert_eq!(header(&answer, "ratelimit-limit"), 5);
        assert_eq!(header(&answer, "ratelimit-remaining"), left);
        assert_eq!(answer.header("ratelimit-policy"), "5;w=60");
        assert!((1..=60).contains(&header(&answer, "ratelimit-reset")));
        answer.expect(200);
    }
    let answer = ada.get("/api/v1/account").await;
    let wait = header(&answer, "retry-after");
    assert!((1..=12).contains(&wait), "{wait}");
    assert_eq!(header(&answer, "ratelimit-reset"), wait);
    assert_eq!(header(&answer, "ratelimit-remaining"), 0);
    answer.expect_problem(429, "rate_limited");

    app.app.clock.skip(TimeDelta::seconds(wait as i64));
    ada.get("/api/v1/account").await.expect(200);
    ada.get("/api/v1/account").await.expect_problem(429, "rate_limited");
}

#[tokio::test]
async fn users_of_one_address_do_not_count_for_each_other() {
    let app = TestApp::start_with(|config| config.limits.requests_per_minute = 2).await;
    let (ada, grace) = (app.user("ada@example.com").await, app.user("grace@example.com").await);
    for client in [&ada, &grace] {
        client.get("/api/v1/account").await.expect(200);
        client.get("/api/v1/account").await.expect(200);
        client.get("/api/v1/account").await.expect_problem(429, "rate_limited");
    }
    app.anonymous()
        .get("/api/v1/account")
        .await
        .expect_problem(401, "unauthenticated");
}

#[tokio::test]
async fn a_wrong_token_counts_for_the_address() {
    let app = TestApp::start_with(|config| config.limits.requests_per_minute = 2).await;
    for (token, status) in [("a", 401), ("b", 401), ("c", 429)] {
        let guess = app.anonymous().with("authorization", format!("Bearer {token}"));
        assert_eq!(guess.get("/api/v1/account").await.status, status);
    }
}

#[tokio::test]
async fn what_takes_credentials_counts_by_endpoint_and_more_strictly() {
    let app = TestApp::start_with(|config| config.limits.credential_requests_per_minute = 2).await;
    let anyone = app.anonymous();
    let reset = async || {
        anyone
            .post("/api/v1/password-resets", json!({"email": "ada@example.com"}))
            .await
    };
    let answer = reset().await;
    assert_eq!(header(&answer, "ratelimit-limit"), 2);
    answer.expect(202);
    reset().await.expect(202);
    reset().await.expect_problem(429, "rate_limited");
    // So does the password of a link, wherever it is asked for.
    for path in ["", "/tiles/0193b0de-0000-7000-8000-000000000000/table"] {
        let path = format!("/api/v1/shared-dashboards/nothing{path}");
        let answer = anyone.post(&path, json!({"password": "wrong"})).await;
        assert_eq!(header(&answer, "ratelimit-limit"), 2, "{path}");
    }
    // Another endpoint has its own count.
    anyone
        .post("/api/v1/email-verifications", json!({"email": "ada@example.com"}))
        .await
        .expect(202);
    // Being logged in does not help.
    let ada = app.user("ada@example.com").await;
    ada.post("/api/v1/password-resets", json!({"email": "ada@example.com"}))
        .await
        .expect_problem(429, "rate_limited");
    ada.get("/api/v1/account").await.expect(200);
}

#[tokio::test]
async fn a_proxy_is_believed_only_where_there_is_one_and_only_in_its_own_entry() {
    let app = TestApp::start_with(|config| config.limits.requests_per_minute = 1).await;
    let anyone = app.anonymous();
    from_address(&anyone, "192.0.2.1")
        .await
        .expect_problem(401, "unauthenticated");
    from_address(&anyone, "192.0.2.2")
        .await
        .expect_problem(429, "rate_limited");

    let app = TestApp::start_with(|config| {
        config.limits.requests_per_minute = 1;
        config.behind_proxy = true;
    })
    .await;
    let anyone = app.anonymous();
    from_address(&anyone, "192.0.2.1")
        .await
        .expect_problem(401, "unauthenticated");
    from_address(&anyone, "192.0.2.2")
        .await
        .expect_problem(401, "unauthenticated");
    from_address(&anyone, "203.0.113.9, 192.0.2.1")
        .await
        .expect_problem(429, "rate_limited");
}
