//! What every answer has in common: ids, problems, limits of size and time, headers for browsers, the log.

use std::{
    io::{self, Write},
    sync::{Arc, Mutex},
};

use reqwest::{Method, header};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::test_app::{Answer, Client, PASSWORD, TestApp};

/// A request that changes nothing of importance, with a cookie, from a page.
async fn from_page(client: &Client, headers: &[(&'static str, &str)]) -> Answer {
    let request = client
        .request(Method::PATCH, "/api/v1/account")
        .json(&json!({"name": "Ada"}));
    let request = headers
        .iter()
        .fold(request, |request, (name, value)| request.header(*name, *value));
    client.send(request).await
}

#[tokio::test]
async fn every_answer_has_a_request_id_and_problems_repeat_it() {
    let app = TestApp::start().await;
    let anyone = app.anonymous();
    let made = anyone.get("/api/v1/account").await;
    let id = made.header("x-request-id").to_owned();
    assert_eq!(id.len(), 36, "{id}");
    assert_eq!(made.expect_problem(401, "unauthenticated")["request_id"], id);

    let request = anyone
        .request(Method::GET, "/api/v1/account")
        .header("x-request-id", "checkout-42");
    let own = anyone.send(request).await;
    assert_eq!(own.header("x-request-id"), "checkout-42");
    assert_eq!(own.expect_problem(401, "unauthenticated")["request_id"], "checkout-42");

    let request = anyone
        .request(Method::GET, "/docs/problems")
        .header("x-request-id", "not {sane}");
    let refused = anyone.send(request).await;
    assert_eq!(refused.header("x-request-id").len(), 36);
}

#[tokio::test]
async fn what_is_not_there_and_what_cannot_be_done_are_problems() {
    let app = TestApp::start().await;
    let anyone = app.anonymous();
    for path in [
        "/nothing",
        "/api/v1/nothing",
        "/api/v2/account",
        "/docs/nothing.js",
        "/api/v1/account/",
    ] {
        anyone.get(path).await.expect_problem(404, "not_found");
    }
    let wrong = anyone.post("/api/v1/account", json!({})).await;
    let mut allowed: Vec<&str> = wrong.header("allow").split(',').collect();
    allowed.sort_unstable();
    assert_eq!(allowed, ["DELETE", "GET", "HEAD", "PATCH"]);
    let problem = wrong.expect_problem(405, "method_not_allowed");
    assert_eq!(problem["type"], "/docs/problems#method_not_allowed");
}

#[tokio::test]
async fn a_type_of_a_problem_leads_to_its_explanation() {
    let app = TestApp::start().await;
    let problem = app
        .anonymous()
        .get("/api/v1/account")
        .await
        .expect_problem(401, "unauthenticated");
    let (path, anchor) = problem["type"].as_str().unwrap().split_once('#').unwrap();
    let page = app.anonymous().get(path).await.text();
    assert!(page.contains(&format!("id=\"{anchor}\"")), "{page}");
}

#[tokio::test]
async fn a_body_that_does_not_read_is_a_problem() {
    let app = TestApp::start_with(|config| config.limits.body_max_bytes = 1000).await;
    let anyone = app.anonymous();
    let post = |content_type: &str, body: &str| {
        let request = anyone
            .request(Method::POST, "/api/v1/sessions")
            .header(header::CONTENT_TYPE, content_type);
        anyone.send(request.body(body.to_owned()))
    };
    post("application/json", "{").await.expect_problem(422, "invalid");
    post("application/json", "{}").await.expect_problem(422, "invalid");
    post("application/json", "\u{0}").await.expect_problem(422, "invalid");
    post("text/plain", "{}").await.expect_problem(422, "invalid");
    post("application/json", &format!("{{\"email\": \"{}\"}}", "a".repeat(1000)))
        .await
        .expect_problem(413, "too_large");
}

#[tokio::test]
async fn a_request_that_does_not_come_to_an_end_is_given_up() {
    let app = TestApp::start_with(|config| config.limits.request_timeout_s = 1).await;
    let mut socket = TcpStream::connect(app.url.trim_start_matches("http://")).await.unwrap();
    let half =
        "POST /api/v1/sessions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{";
    socket.write_all(half.as_bytes()).await.unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
    assert!(answer.contains("\"code\":\"timeout\""), "{answer}");
}

#[tokio::test]
async fn browsers_are_told_to_keep_to_what_is_meant() {
    let app = TestApp::start().await;
    let anyone = app.anonymous();
    for path in [
        "/api/v1/account",
        "/api/v1/openapi.json",
        "/nothing",
        "/docs/",
        "/docs/problems",
    ] {
        let answer = anyone.get(path).await;
        let policy = answer.header("content-security-policy");
        for part in ["base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{path}");
        assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin", "{path}");
        assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin", "{path}");
        assert!(answer.header("permissions-policy").contains("camera=()"), "{path}");
        assert_eq!(answer.header("strict-transport-security"), "", "{path}");
    }
    assert_eq!(anyone.get("/api/v1/account").await.header("cache-control"), "no-store");

    let app = TestApp::start_with(|config| config.public_url = "https://glovebox.example".parse().unwrap()).await;
    let answer = app.anonymous().get("/api/v1/account").await;
    assert_eq!(answer.header("strict-transport-security"), "max-age=63072000");
}

#[tokio::test]
async fn a_page_of_another_origin_cannot_use_somebodys_cookie() {
    let app = TestApp::start_with(|config| config.cors_origins = vec!["https://friend.example".to_owned()]).await;
    let ada = app.user("ada@example.com").await;
    let evil = ("origin", "https://evil.example");
    for headers in [
        &[("sec-fetch-site", "cross-site"), evil][..],
        &[("sec-fetch-site", "same-site")],
        &[evil],
    ] {
        from_page(&ada, headers).await.expect_problem(403, "cross_origin");
    }
    let own = app.url.clone();
    let friend = ("origin", "https://friend.example");
    for headers in [
        &[][..],
        &[("sec-fetch-site", "same-origin")],
        &[("origin", own.as_str())],
        &[("sec-fetch-site", "cross-site"), friend],
        &[friend],
    ] {
        from_page(&ada, headers).await.expect(200);
    }
    // Looking is not changing; whether the page may read the answer is for CORS to say.
    let request = ada
        .request(Method::GET, "/api/v1/account")
        .header("sec-fetch-site", "cross-site");
    ada.send(request).await.expect(200);
    // Logging somebody into a foreign account is an attack as well.
    let request = app
        .anonymous()
        .request(Method::POST, "/api/v1/sessions")
        .header(evil.0, evil.1);
    let body = json!({"email": "ada@example.com", "password": PASSWORD, "remember": false});
    app.anonymous()
        .send(request.json(&body))
        .await
        .expect_problem(403, "cross_origin");
}

#[tokio::test]
async fn a_token_alone_may_come_from_anywhere() {
    let app = TestApp::start().await;
    app.user("ada@example.com").await;
    let body = json!({"email": "ada@example.com", "password": PASSWORD});
    let token = app.anonymous().post("/api/v1/tokens", body).await.expect(200);
    let token = format!("Bearer {}", token["access_token"].as_str().unwrap());
    let by_token = app.anonymous().with("authorization", token.clone());
    from_page(
        &by_token,
        &[("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")],
    )
    .await
    .expect(200);
    // With a cookie beside it, it is not the token alone.
    let both = app.user("grace@example.com").await;
    let headers = [("authorization", token.as_str()), ("sec-fetch-site", "cross-site")];
    from_page(&both, &headers).await.expect_problem(403, "cross_origin");
}

#[tokio::test]
async fn allowed_origins_may_call_with_cookies_and_others_may_not() {
    let app = TestApp::start_with(|config| config.cors_origins = vec!["https://friend.example".to_owned()]).await;
    let anyone = app.anonymous();
    let preflight = async |origin: &str| {
        let request = anyone
            .request(Method::OPTIONS, "/api/v1/account")
            .header("origin", origin);
        let request = request.header("access-control-request-method", "PATCH");
        anyone
            .send(request.header("access-control-request-headers", "content-type,idempotency-key"))
            .await
    };
    let answer = preflight("https://friend.example").await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("access-control-allow-origin"), "https://friend.example");
    assert_eq!(answer.header("access-control-allow-credentials"), "true");
    assert!(answer.header("access-control-allow-methods").contains("PATCH"));
    assert!(
        answer
            .header("access-control-allow-headers")
            .contains("idempotency-key")
    );
    assert!(answer.header("vary").to_lowercase().contains("origin"));
    assert_eq!(
        preflight("https://evil.example")
            .await
            .header("access-control-allow-origin"),
        ""
    );

    // The answer itself, a refusal included, can be read, and its headers as well.
    let request = anyone
        .request(Method::GET, "/api/v1/account")
        .header("origin", "https://friend.example");
    let answer = anyone.send(request).await;
    assert_eq!(answer.header("access-control-allow-origin"), "https://friend.example");
    let exposed = answer.header("access-control-expose-headers");
    for name in [
        "link",
        "ratelimit-remaining",
        "retry-after",
        "upload-offset",
        "x-request-id",
        "idempotent-replayed",
    ] {
        assert!(exposed.contains(name), "{exposed}");
    }
    answer.expect_problem(401, "unauthenticated");

    // An OPTIONS that asks for no permission is the route's own business.
    let plain = anyone
        .request(Method::OPTIONS, "/api/v1/account")
        .header("origin", "https://friend.example");
    let plain = anyone.send(plain).await;
    assert_eq!(plain.header("access-control-allow-origin"), "https://friend.example");
    plain.expect_problem(405, "method_not_allowed");
}

#[tokio::test]
async fn the_log_says_who_did_what_and_keeps_secrets_to_itself() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt().json().with_writer({
        let log = log.clone();
        move || log.clone()
    });
    // With one dispatcher alone, tracing asks the first thread that reaches a line whether it is wanted: another test's.
    let _second = tracing::Dispatch::new(tracing::subscriber::NoSubscriber::new());
    let guard = tracing::subscriber::set_default(subscriber.finish());
    let app = TestApp::start().await;
    let ada = app.user("ada@example.com").await;
    let project = ada
        .post(
            &format!("/api/v1/orgs/{}/projects", ada.org()),
            json!({"name": "Sales-figures"}),
        )
        .await;
    let project = project.expect(201)["id"].as_str().unwrap().to_owned();
    let request = ada.request(Method::GET, &format!("/api/v1/projects/{project}?secret=hush"));
    ada.send(request.header("x-request-id", "look-at-me")).await.expect(200);
    app.anonymous()
        .post(
            "/api/v1/tokens",
            json!({"email": "ada@example.com", "password": PASSWORD}),
        )
        .await
        .expect(200);
    drop(guard);

    let text = log.text();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let answered: Vec<_> = lines
        .iter()
        .filter(|line| line["fields"]["message"] == "answered")
        .collect();
    let line = answered.iter().find(|line| line["span"]["request_id"] == "look-at-me");
    let line = line.unwrap_or_else(|| panic!("it is not in the log: {text}"));
    assert_eq!(line["span"]["method"], "GET");
    assert_eq!(line["span"]["route"], "/api/v1/projects/{project_id}");
    assert_eq!(line["span"]["user_id"], ada.user.unwrap().0.to_string());
    assert_eq!(line["fields"]["status"], 200);
    assert_eq!(line["fields"]["complete"], true);
    assert!(line["fields"]["bytes"].as_u64().unwrap() > 50, "{line}");
    assert!(line["fields"]["ms"].as_f64().unwrap() > 0.0, "{line}");
    for secret in [
        PASSWORD,
        "hush",
        "glovebox_session",
        "Sales-figures",
        &project,
        "ada@example.com",
    ] {
        assert!(!text.contains(secret), "{secret} is in the log: {text}");
    }
}

/// What was logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Write::write(&mut *self.0.lock().unwrap(), bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
