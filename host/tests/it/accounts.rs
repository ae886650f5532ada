//! Sign-up, the confirmation of addresses, and what people change in their accounts.

use chrono::TimeDelta;
use glovebox::queue::{self, Job};
use serde_json::json;

use crate::test_app::{PASSWORD, TestApp};

const ADA: &str = "ada@example.com";
const OTHER_PASSWORD: &str = "an engine of 1843";

async fn sign_up(app: &TestApp, email: &str, password: &str) {
    let body = json!({"email": email, "password": password, "name": "Ada Lovelace"});
    app.anonymous().post("/api/v1/accounts", body).await.expect(202);
}

async fn confirm(app: &TestApp, token: &str) -> crate::test_app::Answer {
    let body = json!({"token": token});
    app.anonymous().post("/api/v1/email-verifications/confirm", body).await
}

#[tokio::test]
async fn an_account_is_there_once_its_address_is_confirmed() {
    let app = TestApp::start().await;
    sign_up(&app, "Ada@Example.com", PASSWORD).await;
    let mail = app.mail("Ada@example.com").await;
    assert_eq!(mail.subject, "Confirm your email address");
    let link = format!("{}/verify-email?token={}", app.url, mail.token());
    assert!(mail.text.contains(&link), "{}", mail.text);

    // Only the right password tells that there is an account to be confirmed.
    app.try_log_in(ADA, "a wrong guess 7")
        .await
        .expect_problem(401, "unauthenticated");
    app.try_log_in(ADA, PASSWORD)
        .await
        .expect_problem(403, "email_unverified");

    confirm(&app, &mail.token()).await.expect(204);
    let account = app.log_in(ADA).await.get("/api/v1/account").await.expect(200);
    assert_eq!(account["email"], "Ada@example.com");
    assert_eq!(account["name"], "Ada Lovelace");
    assert_eq!(account["has_password"], true);
    assert_eq!(account["google_linked"], false);
    assert!(account["last_login_at"].is_string());

    let problem = confirm(&app, &mail.token()).await.expect_problem(422, "invalid");
    assert_eq!(problem["errors"][0]["code"], "link_over");
}

#[tokio::test]
async fn signing_up_with_a_taken_address_looks_the_same_and_changes_nothing() {
    let app = TestApp::start().await;
    app.user(ADA).await;
    let mut appearances = Vec::new();
    let mut jobs = Vec::new();
    for email in [ADA, "new@example.com"] {
        let body = json!({"email": email, "password": OTHER_PASSWORD});
        let answer = app.anonymous().post("/api/v1/accounts", body).await;
        appearances.push(answer.appearance());
        // The same work as well: nothing but one job.
        let users: i64 = sqlx::query_scalar("select count(*) from users")
            .fetch_one(&app.app.db)
            .await
            .unwrap();
        assert_eq!(users, 1);
        let waiting: i64 = sqlx::query_scalar("select count(*) from graphile_worker._private_jobs")
            .fetch_one(&app.app.db)
            .await
            .unwrap();
        jobs.push(waiting);
    }
    assert_eq!(appearances[0], appearances[1]);
    assert_eq!(jobs, [1, 2]);

    let mail = app.mail(ADA).await;
    assert_eq!(mail.subject, "You already have a Glovebox account");
    assert!(!mail.text.contains("token="));
    app.log_in(ADA).await;
    app.try_log_in(ADA, OTHER_PASSWORD)
        .await
        .expect_problem(401, "unauthenticated");
}

#[tokio::test]
async fn sign_up_names_every_field_that_is_wrong() {
    let app = TestApp::start().await;
    let check = async |body, expected: &[(&str, &str)]| {
        let problem = app
            .anonymous()
            .post("/api/v1/accounts", body)
            .await
            .expect_problem(422, "invalid");
        let errors = problem["errors"].as_array().unwrap();
        let found: Vec<_> = errors
            .iter()
            .map(|e| (e["field"].as_str().unwrap(), e["code"].as_str().unwrap()))
            .collect();
        assert_eq!(found, expected);
    };
    check(json!({"email": ADA}), &[("", "body")]).await;
    check(
        json!({"email": "ada", "password": "short", "name": "a\u{0}b"}),
        &[
            ("email", "email_format"),
            ("password", "password_too_short"),
            ("name", "control_character"),
        ],
    )
    .await;
    check(
        json!({"email": ADA, "password": "password1"}),
        &[("password", "password_too_common")],
    )
    .await;
    check(
        json!({"email": "lovelace.ada@example.com", "password": "lovelace.ada1"}),
        &[("password", "password_too_common")],
    )
    .await;
}

#[tokio::test]
async fn whoever_follows_a_link_gets_the_password_of_their_own_sign_up() {
    let app = TestApp::start().await;
    // Somebody else was there first, and last.
    sign_up(&app, ADA, "an intruder 1").await;
    app.settle().await;
    sign_up(&app, ADA, PASSWORD).await;
    let own = app.mail(ADA).await;
    sign_up(&app, ADA, "an intruder 2").await;
    let theirs = app.mail(ADA).await;

    confirm(&app, &own.token()).await.expect(204);
    app.log_in(ADA).await;
    confirm(&app, &theirs.token()).await.expect_problem(422, "invalid");
    for password in ["an intruder 1", "an intruder 2"] {
        app.try_log_in(ADA, password)
            .await
            .expect_problem(401, "unauthenticated");
    }
}

#[tokio::test]
async fn a_link_is_over_after_its_hours_and_can_be_sent_again() {
    let app = TestApp::start_with(|config| config.limits.verification_hours = 2).await;
    sign_up(&app, ADA, PASSWORD).await;
    let first = app.mail(ADA).await;
    app.app.clock.skip(TimeDelta::hours(2));
    confirm(&app, &first.token()).await.expect_problem(422, "invalid");

    let mut answers = Vec::new();
    for email in [ADA, "nobody@example.com"] {
        let answer = app
            .anonymous()
            .post("/api/v1/email-verifications", json!({"email": email}))
            .await;
        answers.push(answer.appearance());
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0].0, 202);
    assert!(app.mails("nobody@example.com").await.is_empty());
    confirm(&app, &app.mail(ADA).await.token()).await.expect(204);
    app.log_in(ADA).await;

    // Nothing waits for a confirmation any more.
    app.anonymous()
        .post("/api/v1/email-verifications", json!({"email": ADA}))
        .await
        .expect(202);
    assert_eq!(app.mails(ADA).await.len(), 2);
}

#[tokio::test]
async fn an_account_that_nobody_confirms_is_swept_away() {
    let app = TestApp::start().await;
    app.user("bob@example.com").await;
    sign_up(&app, ADA, PASSWORD).await;
    app.settle().await;
    let left = async |after: TimeDelta| -> Vec<String> {
        app.app.clock.skip(after);
        queue::add(&mut app.app.db.acquire().await.unwrap(), &Job::CleanUp)
            .await
            .unwrap();
        app.settle().await;
        let left = "select email from users union all select 'a count' from mail_requests order by email";
        sqlx::query_scalar(left).fetch_all(&app.app.db).await.unwrap()
    };
    assert_eq!(left(TimeDelta::minutes(59)).await, ["a count", ADA, "bob@example.com"]);
    assert_eq!(left(TimeDelta::days(29)).await, [ADA, "bob@example.com"]);
    assert_eq!(left(TimeDelta::days(1)).await, ["bob@example.com"]);
}

#[tokio::test]
async fn an_address_is_sent_so_many_links_an_hour() {
    let app = TestApp::start_with(|config| config.limits.mails_per_address_per_hour = 2).await;
    app.user(ADA).await;
    let mut answers = Vec::new();
    for email in [ADA, "nobody@example.com"] {
        sign_up(&app, email, PASSWORD).await;
        app.anonymous()
            .post("/api/v1/email-verifications", json!({"email": email}))
            .await
            .expect(202);
        let body = json!({"email": email.to_uppercase(), "password": PASSWORD});
        let refused = app.anonymous().post("/api/v1/accounts", body).await;
        let wait: u64 = refused.header("retry-after").parse().unwrap();
        assert!((3590..=3600).contains(&wait), "{wait}");
        answers.push(refused.status);
        refused.expect_problem(429, "mail_limited");
    }
    assert_eq!(answers[0], answers[1]);
    app.skip_minutes(60);
    sign_up(&app, ADA, PASSWORD).await;
}

#[tokio::test]
async fn a_profile_has_a_name_that_can_be_taken_away() {
    let app = TestApp::start().await;
    let ada = app.user(ADA).await;
    let change = async |body| ada.patch("/api/v1/account", body).await;
    assert_eq!(change(json!({"name": " Ada "})).await.expect(200)["name"], "Ada");
    assert_eq!(change(json!({})).await.expect(200)["name"], "Ada");
    assert_eq!(change(json!({"name": ""})).await.expect(200)["name"], "");
    change(json!({"name": "a".repeat(101)}))
        .await
        .expect_problem(422, "invalid");
    change(json!({"name": "a\nb"})).await.expect_problem(422, "invalid");
    let anonymous = app.anonymous();
    anonymous
        .get("/api/v1/account")
        .await
        .expect_problem(401, "unauthenticated");
    anonymous
        .patch("/api/v1/account", json!({}))
        .await
        .expect_problem(401, "unauthenticated");
    // A key of one's own may do this much.
    app.api_key(&ada).await.get("/api/v1/account").await.expect(200);
}

#[tokio::test]
async fn a_new_address_counts_once_it_is_confirmed() {
    let app = TestApp::start().await;
    let ada = app.user(ADA).await;
    app.user("taken@example.com").await;
    let change = async |email: &str, password: &str| {
        ada.put("/api/v1/account/email", json!({"email": email, "password": password}))
            .await
    };
    let problem = change("new@example.com", "a wrong guess 7")
        .await
        .expect_problem(422, "invalid");
    assert_eq!(problem["errors"][0]["code"], "password_wrong");
    change(ADA, PASSWORD).await.expect_problem(422, "invalid");
    change("new", PASSWORD).await.expect_problem(422, "invalid");
    ada.put("/api/v1/account/email", json!({"email": "new@example.com"}))
        .await
        .expect_problem(422, "invalid");

    let taken = change("taken@example.com", PASSWORD).await;
    let free = change("new@example.com", PASSWORD).await;
    assert_eq!(taken.appearance(), free.appearance());
    free.expect(202);
    assert_eq!(
        app.mail("taken@example.com").await.subject,
        "You already have a Glovebox account"
    );
    let mail = app.mail("new@example.com").await;
    let account = ada.get("/api/v1/account").await.expect(200);
    assert_eq!(
        (&account["email"], &account["new_email"]),
        (&json!(ADA), &json!("new@example.com"))
    );
    app.log_in(ADA).await;

    confirm(&app, &mail.token()).await.expect(204);
    let account = ada.get("/api/v1/account").await.expect(200);
    assert_eq!(account["email"], "new@example.com");
    assert!(account["new_email"].is_null());
    let told = app.mail(ADA).await;
    assert_eq!(told.subject, "Your email address was changed");
    assert!(told.text.contains("new@example.com"));
    app.try_log_in(ADA, PASSWORD)
        .await
        .expect_problem(401, "unauthenticated");
    app.log_in("new@example.com").await;
}

#[tokio::test]
async fn an_address_that_was_taken_in_the_meantime_is_refused_to_its_second_owner() {
    let app = TestApp::start().await;
    let ada = app.user(ADA).await;
    let body = json!({"email": "new@example.com", "password": PASSWORD});
    ada.put("/api/v1/account/email", body).await.expect(202);
    let mail = app.mail("new@example.com").await;
    app.user("New@example.com").await;
    confirm(&app, &mail.token()).await.expect_problem(409, "email_taken");
    assert_eq!(ada.get("/api/v1/account").await.expect(200)["email"], ADA);
}

#[tokio::test]
async fn a_new_password_ends_everything_but_the_session_it_was_set_in() {
    let app = TestApp::start().await;
    let ada = app.user(ADA).await;
    let (other, bearer, key) = (app.log_in(ADA).await, app.bearer(&ada).await, app.api_key(&ada).await);
    let pending = json!({"email": "intruder@example.com", "password": PASSWORD});
    other.put("/api/v1/account/email", pending).await.expect(202);
    let link = app.mail("intruder@example.com").await;

    let body = json!({"current_password": PASSWORD, "password": OTHER_PASSWORD});
    let answer = ada.put("/api/v1/account/password", body).await;
    let renewed = ada.with("cookie", answer.cookie());
    answer.expect(204);

    renewed.get("/api/v1/account").await.expect(200);
    key.get("/api/v1/account").await.expect(200);
    for ended in [&ada, &other, &bearer] {
        ended
            .get("/api/v1/account")
            .await
            .expect_problem(401, "unauthenticated");
    }
    confirm(&app, &link.token()).await.expect_problem(422, "invalid");
    assert_eq!(app.mail(ADA).await.subject, "Your password was changed");
    app.try_log_in(ADA, PASSWORD)
        .await
        .expect_problem(401, "unauthenticated");
    app.try_log_in(ADA, OTHER_PASSWORD).await.expect(201);
}

#[tokio::test]
async fn a_new_password_needs_the_current_one() {
    let app = TestApp::start_with(|config| config.limits.login_free_failures = 1).await;
    let ada = app.user(ADA).await;
    let change = async |body| ada.put("/api/v1/account/password", body).await;
    let code = |problem: serde_json::Value| problem["errors"][0]["code"].as_str().unwrap().to_owned();
    let missing = change(json!({"password": OTHER_PASSWORD}))
        .await
        .expect_problem(422, "invalid");
    assert_eq!(code(missing), "required");
    let weak = change(json!({"current_password": "x", "password": "short"}))
        .await
        .expect_problem(422, "invalid");
    assert_eq!(code(weak), "password_too_short");
    // Guessing is as slow here as at the log-in.
    for _ in 0..2 {
        let body = json!({"current_password": "a wrong guess 7", "password": OTHER_PASSWORD});
        let wrong = change(body).await.expect_problem(422, "invalid");
        assert_eq!(code(wrong), "password_wrong");
    }
    let body = json!({"current_password": PASSWORD, "password": OTHER_PASSWORD});
    change(body.clone()).await.expect_problem(429, "login_delayed");
    app.try_log_in(ADA, PASSWORD).await.expect_problem(429, "login_delayed");
    app.app.clock.skip(TimeDelta::seconds(1));
    change(body).await.expect(204);
}

#[tokio::test]
async fn an_api_key_does_not_change_what_lets_people_in() {
    let app = TestApp::start().await;
    let key = app.api_key(&app.user(ADA).await).await;
    let password = json!({"current_password": PASSWORD, "password": OTHER_PASSWORD});
    key.put("/api/v1/account/password", password)
        .await
        .expect_problem(403, "login_needed");
    let email = json!({"email": "new@example.com", "password": PASSWORD});
    key.put("/api/v1/account/email", email)
        .await
        .expect_problem(403, "login_needed");
    key.delete_with("/api/v1/account", json!({"password": PASSWORD}))
        .await
        .expect_problem(403, "login_needed");
}

#[tokio::test]
async fn the_first_account_on_ones_own_machine_is_open_at_once_and_no_other() {
    let app = TestApp::start_with(|config| config.first_account_opens = true).await;
    let sign_up = async |email: &str| {
        let body = json!({"email": email, "password": OTHER_PASSWORD, "name": "Ada Lovelace"});
        app.anonymous().post("/api/v1/accounts", body).await
    };
    let opened = sign_up(ADA).await;
    assert_eq!(opened.status, 201);
    let ada = app.anonymous().with("cookie", opened.cookie());
    let account = ada.get("/api/v1/account").await.expect(200);
    assert_eq!(
        (&account["email"], &account["name"]),
        (&json!(ADA), &json!("Ada Lovelace"))
    );
    assert_eq!(app.try_log_in(ADA, OTHER_PASSWORD).await.status, 201);

    sign_up("bob@example.com").await.expect(202);
    app.settle().await;
    app.try_log_in("bob@example.com", OTHER_PASSWORD)
        .await
        .expect_problem(403, "email_unverified");
}

#[tokio::test]
async fn nobody_gets_in_without_a_mail_from_another_machine() {
    let app = TestApp::start_with(|config| {
        config.first_account_opens = true;
        config.behind_proxy = true;
    })
    .await;
    let body = json!({"email": ADA, "password": OTHER_PASSWORD});
    let far = app.anonymous().with("x-forwarded-for", "203.0.113.7");
    far.post("/api/v1/accounts", body).await.expect(202);
    app.settle().await;
    app.try_log_in(ADA, OTHER_PASSWORD)
        .await
        .expect_problem(403, "email_unverified");
}

#[tokio::test]
async fn confirming_an_address_logs_in_the_browser_that_signed_up_and_no_other() {
    let app = TestApp::start().await;
    let sign_up = async |email: &str| {
        let body = json!({"email": email, "password": OTHER_PASSWORD});
        let answer = app.anonymous().post("/api/v1/accounts", body).await;
        assert_eq!(answer.status, 202);
        app.settle().await;
        answer.cookie()
    };
    let here = sign_up(ADA).await;
    let token = app.mail(ADA).await.token();
    let confirmed = app
        .anonymous()
        .with("cookie", here.clone())
        .post("/api/v1/email-verifications/confirm", json!({"token": token}))
        .await;
    assert_eq!(confirmed.status, 204);
    let ada = app.anonymous().with("cookie", confirmed.cookie());
    assert_eq!(ada.get("/api/v1/account").await.expect(200)["email"], ADA);

    sign_up("bob@example.com").await;
    let token = app.mail("bob@example.com").await.token();
    let other = app
        .anonymous()
        .with("cookie", here)
        .post("/api/v1/email-verifications/confirm", json!({"token": token}))
        .await;
    assert_eq!(other.status, 204);
    assert!(
        !other.headers.contains_key("set-cookie"),
        "whoever follows a link that somebody else asked for"
    );
}
