//! Log-in, log-out, and the sessions of browsers.

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use crate::test_app::{Client, PASSWORD, TestApp};

const ADA: &str = "ada@example.com";

async fn is_in(client: &Client) -> bool {
    client.get("/api/v1/account").await.status == 200
}

async fn list(client: &Client) -> Vec<Value> {
    client.get("/api/v1/sessions").await.expect(200)["items"]
        .as_array()
        .unwrap()
        .clone()
}

#[tokio::test]
async fn the_cookie_is_bound_to_the_host_and_out_of_reach_of_scripts() {
    let check = async |https: bool, remember: bool, expected_name: &str, expected_rest: &str| {
        let app = TestApp::start_with(|config| {
            if https {
                config.public_url = "https://glovebox.example.com".parse().unwrap();
            }
        })
        .await;
        app.user(ADA).await;
        let body = json!({"email": ADA, "password": PASSWORD, "remember": remember});
        let answer = app.anonymous().post("/api/v1/sessions", body).await;
        let (cookie, rest) = answer.header("set-cookie").split_once("; ").unwrap();
        let (name, token) = cookie.split_once('=').unwrap();
        assert_eq!((name, rest), (expected_name, expected_rest));
        assert_eq!(token.len(), 43);
        let client = app.anonymous().with("cookie", cookie);
        assert!(is_in(&client).await);

        let gone = client.delete("/api/v1/sessions/current").await;
        let expected = expected_rest.trim_end_matches("; Max-Age=2592000");
        assert_eq!(gone.header("set-cookie"), format!("{name}=; {expected}; Max-Age=0"));
        gone.expect(204);
        assert!(!is_in(&client).await);
    };
    check(false, false, "glovebox_session", "Path=/; HttpOnly; SameSite=Lax").await;
    check(
        false,
        true,
        "glovebox_session",
        "Path=/; HttpOnly; SameSite=Lax; Max-Age=2592000",
    )
    .await;
    check(
        true,
        false,
        "__Host-glovebox_session",
        "Path=/; HttpOnly; SameSite=Lax; Secure",
    )
    .await;
    check(
        true,
        true,
        "__Host-glovebox_session",
        "Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=2592000",
    )
    .await;
}

#[tokio::test]
async fn the_table_does_not_hold_what_lets_somebody_in() {
    let app = TestApp::start().await;
    app.user(ADA).await;
    let token = app
        .try_log_in(ADA, PASSWORD)
        .await
        .cookie()
        .split_once('=')
        .unwrap()
        .1
        .to_owned();
    let rows: Vec<String> = sqlx::query_scalar("select row(s.*)::text from sessions s")
        .fetch_all(&app.app.db)
        .await
        .unwrap();
    assert_eq!(rows.len(), 2);
    assert!(rows.iter().all(|row| !row.contains(&token)));
}

#[tokio::test]
async fn a_session_ends_half_an_hour_after_its_last_request() {
    let app = TestApp::start().await;
    app.user(ADA).await;
    let client = app.log_in(ADA).await;
    for _ in 0..3 {
        app.skip_minutes(29);
        assert!(is_in(&client).await);
    }
    app.skip_minutes(30);
    let problem = client.get("/api/v1/account").await;
    assert_eq!(problem.header("www-authenticate"), "Bearer");
    problem.expect_problem(401, "unauthenticated");
}

#[tokio::test]
async fn a_remembered_session_ends_thirty_days_after_the_log_in() {
    let app = TestApp::start().await;
    app.user(ADA).await;
    let body = json!({"email": ADA, "password": PASSWORD, "remember": true});
    let answer = app.anonymous().post("/api/v1/sessions", body).await;
    let client = app.anonymous().with("cookie", answer.cookie());
    app.app.clock.skip(TimeDelta::days(29));
    assert!(is_in(&client).await);
    app.app.clock.skip(TimeDelta::days(1));
    assert!(!is_in(&client).await);
}

#[tokio::test]
async fn being_used_is_written_down_at_most_once_a_minute() {
    let app = TestApp::start().await;
    let ada = app.user(ADA).await;
    let last_seen = async || -> DateTime<Utc> {
        sqlx::query_scalar("select last_seen_at from sessions")
            .fetch_one(&app.app.db)
            .await
            .unwrap()
    };
    let begun = last_seen().await;
    app.app.clock.skip(TimeDelta::seconds(50));
    assert!(is_in(&ada).await);
    assert_eq!(last_seen().await, begun);
    app.app.clock.skip(TimeDelta::seconds(10));
    assert!(is_in(&ada).await);
    assert!(last_seen().await >= begun + TimeDelta::seconds(60));
}

#[tokio::test]
async fn a_log_in_takes_the_place_of_the_browser_s_last_one() {
    let app = TestApp::start().await;
    let first = app.user(ADA).await;
    let body = json!({"email": ADA, "password": PASSWORD});
    let second = first.post("/api/v1/sessions", body).await;
    let second = first.with("cookie", second.cookie());
    assert!(!is_in(&first).await);
    assert!(is_in(&second).await);
}

#[tokio::test]
async fn somebody_sees_their_sessions_and_ends_them() {
    let app = TestApp::start_with(|config| config.behind_proxy = true).await;
    let (ada, bob) = (app.user(ADA).await, app.user("bob@example.com").await);
    let body = json!({"email": ADA, "password": PASSWORD});
    let request = app
        .anonymous()
        .request(Method::POST, "/api/v1/sessions")
        .header("user-agent", format!("Difference Engine/2 {}", "x".repeat(400)))
        .header("x-forwarded-for", "10.0.0.1, 192.0.2.7")
        .json(&body);
    let made = app.anonymous().send(request).await;
    let phone = app.anonymous().with("cookie", made.cookie());
    let location = made.header("location").to_owned();
    let made = made.expect(201);
    assert_eq!(location, format!("/api/v1/sessions/{}", made["id"].as_str().unwrap()));

    let sessions = list(&ada).await;
    assert_eq!(sessions.len(), 2);
    assert_eq!(
        (&sessions[0]["current"], &sessions[1]["current"]),
        (&json!(false), &json!(true))
    );
    assert_eq!(sessions[0]["id"], made["id"]);
    assert_eq!(sessions[0]["address"], "192.0.2.7");
    let user_agent = sessions[0]["user_agent"].as_str().unwrap();
    assert!(user_agent.starts_with("Difference Engine/2 x") && user_agent.len() == 300);

    let page = ada.get("/api/v1/sessions?limit=1").await;
    let next = page.header("link").split(['<', '>']).nth(1).unwrap().to_owned();
    assert_eq!(ada.get(&next).await.expect(200)["items"][0]["id"], sessions[1]["id"]);

    bob.delete(&location).await.expect_problem(404, "not_found");
    assert!(is_in(&phone).await);
    ada.delete(&location).await.expect(204);
    assert!(!is_in(&phone).await);
    ada.delete(&location).await.expect_problem(404, "not_found");
    ada.delete("/api/v1/sessions/elsewhere")
        .await
        .expect_problem(404, "not_found");
}

#[tokio::test]
async fn logging_out_everywhere_else_keeps_this_session_alone() {
    let app = TestApp::start().await;
    let ada = app.user(ADA).await;
    let bob = app.user("bob@example.com").await;
    let (other, bearer, key) = (app.log_in(ADA).await, app.bearer(&ada).await, app.api_key(&ada).await);
    ada.delete("/api/v1/sessions").await.expect(204);
    assert!(is_in(&ada).await && is_in(&key).await && is_in(&bob).await);
    assert!(!is_in(&other).await && !is_in(&bearer).await);
    assert_eq!(list(&ada).await.len(), 1);
}

#[tokio::test]
async fn sessions_are_not_a_key_s_business_and_a_bearer_has_none() {
    let app = TestApp::start().await;
    let ada = app.user(ADA).await;
    let (bearer, key) = (app.bearer(&ada).await, app.api_key(&ada).await);
    bearer
        .delete("/api/v1/sessions/current")
        .await
        .expect_problem(404, "not_found");
    assert_eq!(list(&bearer).await.len(), 1);
    key.get("/api/v1/sessions").await.expect_problem(403, "login_needed");
    key.delete("/api/v1/sessions").await.expect_problem(403, "login_needed");
    let id = list(&ada).await[0]["id"].as_str().unwrap().to_owned();
    key.delete(&format!("/api/v1/sessions/{id}"))
        .await
        .expect_problem(403, "login_needed");
    let anonymous = app.anonymous();
    anonymous
        .get("/api/v1/sessions")
        .await
        .expect_problem(401, "unauthenticated");
    anonymous
        .delete("/api/v1/sessions")
        .await
        .expect_problem(401, "unauthenticated");
    anonymous
        .delete("/api/v1/sessions/current")
        .await
        .expect_problem(401, "unauthenticated");
}

#[tokio::test]
async fn the_session_that_was_used_least_lately_makes_room() {
    let app = TestApp::start_with(|config| config.limits.sessions_per_user = 2).await;
    let first = app.user(ADA).await;
    app.app.clock.skip(TimeDelta::seconds(70));
    let second = app.log_in(ADA).await;
    app.app.clock.skip(TimeDelta::seconds(70));
    assert!(is_in(&first).await);
    let third = app.log_in(ADA).await;
    assert!(is_in(&first).await && is_in(&third).await && !is_in(&second).await);
}

#[tokio::test]
async fn a_disabled_account_lets_nobody_in() {
    let app = TestApp::start().await;
    let ada = app.user(ADA).await;
    let all = [ada.clone(), app.bearer(&ada).await, app.api_key(&ada).await];
    sqlx::query("update users set disabled_at = now()")
        .execute(&app.app.db)
        .await
        .unwrap();
    for client in all {
        client
            .get("/api/v1/account")
            .await
            .expect_problem(401, "unauthenticated");
    }
    app.try_log_in(ADA, "a wrong guess 7")
        .await
        .expect_problem(401, "unauthenticated");
    app.try_log_in(ADA, PASSWORD)
        .await
        .expect_problem(403, "account_disabled");
}

#[tokio::test]
async fn failures_make_the_next_log_in_wait_whether_there_is_an_account_or_not() {
    let app = TestApp::start_with(|config| config.limits.login_max_delay_s = 4).await;
    app.user(ADA).await;
    let mut seen = Vec::new();
    for email in [ADA, "nobody@example.com"] {
        let mut appearances = Vec::new();
        for _ in 0..4 {
            let failed = app.try_log_in(email, "a wrong guess 7").await;
            appearances.push(failed.appearance());
            failed.expect_problem(401, "unauthenticated");
        }
        for delay_s in [1, 2, 4, 4] {
            let early = app.try_log_in(email, PASSWORD).await;
            assert_eq!(early.header("retry-after"), delay_s.to_string());
            appearances.push(early.appearance());
            early.expect_problem(429, "login_delayed");
            app.app.clock.skip(TimeDelta::seconds(delay_s));
            app.try_log_in(&email.to_uppercase(), "a wrong guess 7")
                .await
                .expect_problem(401, "unauthenticated");
        }
        seen.push(appearances);
    }
    assert_eq!(seen[0], seen[1]);

    // The right password in time clears it.
    app.app.clock.skip(TimeDelta::seconds(4));
    app.log_in(ADA).await;
    for _ in 0..4 {
        app.try_log_in(ADA, "a wrong guess 7")
            .await
            .expect_problem(401, "unauthenticated");
    }
    // And so does a day.
    app.app.clock.skip(TimeDelta::days(1));
    for _ in 0..4 {
        app.try_log_in(ADA, "a wrong guess 7")
            .await
            .expect_problem(401, "unauthenticated");
    }
}

#[tokio::test]
async fn many_guesses_at_once_gain_nothing() {
    let app = TestApp::start().await;
    app.user(ADA).await;
    let guesses = (0..30).map(|_| app.try_log_in(ADA, "a wrong guess 7"));
    let answers = join_all(guesses).await;
    let looked_at = answers.iter().filter(|answer| answer.status == 401).count();
    // The 4th failure makes the next one wait a second; a slow machine may let one or two seconds pass.
    assert!((4..=6).contains(&looked_at), "{looked_at}");
    assert!(
        answers
            .iter()
            .all(|answer| [401, 429].contains(&answer.status.as_u16()))
    );
}

#[tokio::test]
async fn the_header_counts_alone_where_it_is_there() {
    let app = TestApp::start().await;
    let ada = app.user(ADA).await;
    for value in ["Bearer wrong", "Bearer", "Basic YTpi", "Bearer gbx_wrong", ""] {
        let request = ada
            .request(Method::GET, "/api/v1/account")
            .header("authorization", value);
        ada.send(request).await.expect_problem(401, "unauthenticated");
    }
}

/// Not a test of behaviour: how long log-ins take here. `cargo test -- --ignored how_long --nocapture`
#[tokio::test]
#[ignore = "measures"]
async fn how_long_a_log_in_takes() {
    let app = TestApp::start().await;
    let mut table = Vec::new();
    for i in 0..60 {
        app.user(&format!("user{i}@example.com")).await;
    }
    let measure = async |name: &str, email: &dyn Fn(usize) -> String, password: &str| {
        let mut took = Vec::new();
        for i in 0..60 {
            let started = std::time::Instant::now();
            app.try_log_in(&email(i), password).await;
            took.push(started.elapsed().as_secs_f64() * 1000.0);
        }
        took.sort_by(f64::total_cmp);
        format!("{name}: p50 {:.1} ms, p99 {:.1} ms", took[30], took[59])
    };
    table.push(measure("right password", &|i| format!("user{i}@example.com"), PASSWORD).await);
    table.push(measure("wrong password", &|i| format!("user{i}@example.com"), "a wrong guess 7").await);
    table.push(
        measure(
            "no such account",
            &|i| format!("nobody{i}@example.com"),
            "a wrong guess 7",
        )
        .await,
    );
    let mut took = [Vec::new(), Vec::new()];
    for i in 0..120 {
        // In pairs of changing order, so that neither kind always comes first.
        let kind = (i + i / 2) % 2;
        let email = [
            format!("user{}@example.com", i / 2),
            format!("new{}@example.com", i / 2),
        ][kind]
            .clone();
        let body = json!({"email": email, "password": PASSWORD});
        let started = std::time::Instant::now();
        app.anonymous().post("/api/v1/accounts", body).await.expect(202);
        took[kind].push(started.elapsed().as_secs_f64() * 1000.0);
    }
    for (kind, name) in ["sign-up, taken", "sign-up, new"].iter().enumerate() {
        took[kind].sort_by(f64::total_cmp);
        table.push(format!(
            "{name}: p50 {:.1} ms, p99 {:.1} ms",
            took[kind][30], took[kind][59]
        ));
    }
    println!("{}", table.join("\n"));
}
