//! Forgotten passwords.

use chrono::TimeDelta;
use futures_util::future::join_all;
use serde_json::json;

use crate::test_app::{Answer, PASSWORD, TestApp};

const ADA: &str = "ada@example.com";
const NEW: &str = "an engine of 1843";

async fn ask(app: &TestApp, email: &str) -> String {
    let reset = app
        .anonymous()
        .post("/api/v1/password-resets", json!({"email": email}))
        .await
        .expect(202);
    reset["id"].as_str().unwrap().to_owned()
}

async fn confirm(app: &TestApp, id: &str, code: &str) -> Answer {
    let body = json!({"code": code, "password": NEW});
    app.anonymous()
        .post(&format!("/api/v1/password-resets/{id}/confirm"), body)
        .await
}

#[track_caller]
fn expect_wrong_code(answer: Answer) {
    assert_eq!(answer.expect_problem(422, "invalid")["errors"][0]["code"], "code_wrong");
}

/// Another code than this one.
fn wrong(code: &str) -> String {
    format!("{:06}", (code.parse::<u32>().unwrap() + 1) % 1_000_000)
}

#[tokio::test]
async fn a_mailed_code_sets_a_new_password_and_ends_whatever_let_in() {
    let app = TestApp::start().await;
    let ada = app.user(ADA).await;
    let all = [
        ada.clone(),
        app.log_in(ADA).await,
        app.bearer(&ada).await,
        app.api_key(&ada).await,
    ];
    let id = ask(&app, "ADA@example.com").await;
    let mail = app.mail(ADA).await;
    assert_eq!(mail.subject, "Your password reset code");
    confirm(&app, &id, &mail.code()).await.expect(204);

    for client in all {
        client
            .get("/api/v1/account")
            .await
            .expect_problem(401, "unauthenticated");
    }
    app.try_log_in(ADA, PASSWORD)
        .await
        .expect_problem(401, "unauthenticated");
    app.try_log_in(ADA, NEW).await.expect(201);
    assert_eq!(app.mail(ADA).await.subject, "Your password was changed");
    expect_wrong_code(confirm(&app, &id, &mail.code()).await);
}

#[tokio::test]
async fn a_code_is_over_after_ten_minutes() {
    let app = TestApp::start().await;
    app.user(ADA).await;
    let id = ask(&app, ADA).await;
    let code = app.mail(ADA).await.code();
    app.skip_minutes(10);
    expect_wrong_code(confirm(&app, &id, &code).await);
    let id = ask(&app, ADA).await;
    let code = app.mail(ADA).await.code();
    app.app.clock.skip(TimeDelta::seconds(590));
    confirm(&app, &id, &code).await.expect(204);
}

#[tokio::test]
async fn a_code_bears_five_tries() {
    let app = TestApp::start().await;
    app.user(ADA).await;
    let id = ask(&app, ADA).await;
    let code = app.mail(ADA).await.code();
    for _ in 0..5 {
        expect_wrong_code(confirm(&app, &id, &wrong(&code)).await);
    }
    expect_wrong_code(confirm(&app, &id, &code).await);
    app.log_in(ADA).await;

    let id = ask(&app, ADA).await;
    let code = app.mail(ADA).await.code();
    for _ in 0..4 {
        expect_wrong_code(confirm(&app, &id, &wrong(&code)).await);
    }
    confirm(&app, &id, &code).await.expect(204);
}

#[tokio::test]
async fn a_code_belongs_to_its_request_and_works_once() {
    let app = TestApp::start().await;
    app.user(ADA).await;
    app.user("bob@example.com").await;
    let (first, second) = (ask(&app, ADA).await, ask(&app, "bob@example.com").await);
    let (ada, bob) = (app.mail(ADA).await.code(), app.mail("bob@example.com").await.code());
    if ada != bob {
        expect_wrong_code(confirm(&app, &second, &ada).await);
        expect_wrong_code(confirm(&app, &first, &bob).await);
    }
    let at_once = join_all((0..4).map(|_| confirm(&app, &first, &ada))).await;
    let mut statuses: Vec<u16> = at_once.iter().map(|answer| answer.status.as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [204, 422, 422, 422]);
}

#[tokio::test]
async fn an_address_without_an_account_looks_the_same() {
    let app = TestApp::start().await;
    app.user(ADA).await;
    let mut seen = Vec::new();
    for email in [ADA, "nobody@example.com"] {
        let asked = app
            .anonymous()
            .post("/api/v1/password-resets", json!({"email": email}))
            .await;
        let (status, headers, body) = asked.appearance();
        let id = asked.json()["id"].as_str().unwrap().to_owned();
        let mut appearances = vec![(status, headers, body.replace(&id, "id"))];
        app.settle().await;
        for _ in 0..6 {
            appearances.push(confirm(&app, &id, "not a code").await.appearance());
        }
        let id: uuid::Uuid = id.parse().unwrap();
        let row = "select tries, octet_length(code_hash) from password_resets where id = $1";
        let row: (i32, i32) = sqlx::query_as(row).bind(id).fetch_one(&app.app.db).await.unwrap();
        assert_eq!(row, (5, 32));
        seen.push(appearances);
    }
    assert_eq!(seen[0], seen[1]);
    assert!(app.mails("nobody@example.com").await.is_empty());
    let unknown = uuid::Uuid::now_v7().to_string();
    assert_eq!(confirm(&app, &unknown, "123456").await.appearance(), seen[0][1]);
}

#[tokio::test]
async fn the_code_is_nowhere_but_in_the_mail() {
    let app = TestApp::start().await;
    app.user(ADA).await;
    let id: uuid::Uuid = ask(&app, ADA).await.parse().unwrap();
    let jobs: Vec<String> = sqlx::query_scalar("select payload::text from graphile_worker._private_jobs")
        .fetch_all(&app.app.db)
        .await
        .unwrap();
    let jobs: Vec<serde_json::Value> = jobs.iter().map(|job| serde_json::from_str(job).unwrap()).collect();
    assert_eq!(jobs, [json!({"job": "mail_reset_code", "reset": id})]);
    let code = app.mail(ADA).await.code();
    let hash: Vec<u8> = sqlx::query_scalar("select code_hash from password_resets")
        .fetch_one(&app.app.db)
        .await
        .unwrap();
    // With neither the plain hash of the code nor that of the id and the code.
    for guess in [
        glovebox::secret::hash(&code),
        glovebox::secret::hash(&format!("{id}{code}")),
    ] {
        assert_ne!(hash, guess);
    }
}

#[tokio::test]
async fn a_bad_password_is_named_and_costs_no_try_where_it_can_be_seen_before() {
    let app = TestApp::start().await;
    app.user("lovelace.ada@example.com").await;
    let id = ask(&app, "lovelace.ada@example.com").await;
    let code = app.mail("lovelace.ada@example.com").await.code();
    let set = async |password: &str| {
        let body = json!({"code": code, "password": password});
        app.anonymous()
            .post(&format!("/api/v1/password-resets/{id}/confirm"), body)
            .await
    };
    for _ in 0..6 {
        let problem = set("short").await.expect_problem(422, "invalid");
        assert_eq!(problem["errors"][0]["code"], "password_too_short");
    }
    let problem = set("lovelace.ada1").await.expect_problem(422, "invalid");
    assert_eq!(problem["errors"][0]["code"], "password_too_common");
    set(NEW).await.expect(204);
    app.anonymous()
        .post("/api/v1/password-resets", json!({"email": "x"}))
        .await
        .expect_problem(422, "invalid");
    app.anonymous()
        .post(
            "/api/v1/password-resets/x/confirm",
            json!({"code": "1", "password": NEW}),
        )
        .await
        .expect_problem(404, "not_found");
}

#[tokio::test]
async fn an_address_is_sent_so_many_codes_an_hour() {
    let app = TestApp::start().await;
    app.user(ADA).await;
    let mut refusals = Vec::new();
    for email in [ADA, "nobody@example.com"] {
        for _ in 0..5 {
            ask(&app, email).await;
        }
        let refused = app
            .anonymous()
            .post("/api/v1/password-resets", json!({"email": email}))
            .await;
        assert!(!refused.header("retry-after").is_empty());
        refusals.push(refused.status);
        refused.expect_problem(429, "mail_limited");
    }
    assert_eq!(refusals[0], refusals[1]);
    assert_eq!(app.mails(ADA).await.len(), 5);
    app.skip_minutes(60);
    ask(&app, ADA).await;
}

#[tokio::test]
async fn a_reset_confirms_the_address_and_forgives_failed_log_ins() {
    let app = TestApp::start().await;
    let body = json!({"email": ADA, "password": PASSWORD});
    app.anonymous().post("/api/v1/accounts", body).await.expect(202);
    let link = app.mail(ADA).await;
    for _ in 0..4 {
        app.try_log_in(ADA, "a wrong guess 7")
            .await
            .expect_problem(401, "unauthenticated");
    }
    app.try_log_in(ADA, PASSWORD).await.expect_problem(429, "login_delayed");
    let id = ask(&app, ADA).await;
    let code = app.mail(ADA).await.code();
    confirm(&app, &id, &code).await.expect(204);
    app.try_log_in(ADA, NEW).await.expect(201);
    // A link from before does not bring the old password back.
    let body = json!({"token": link.token()});
    app.anonymous()
        .post("/api/v1/email-verifications/confirm", body)
        .await
        .expect_problem(422, "invalid");
    app.try_log_in(ADA, PASSWORD)
        .await
        .expect_problem(401, "unauthenticated");
}
