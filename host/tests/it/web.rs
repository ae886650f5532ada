//! The browser app as the server hands it out: the page at every address of the app, and its files.
//!
//! Where the program was built without the app there are no files to look at; `./dev test` builds it first.

use std::fs;

use reqwest::{Method, header};

use crate::{
    command::{skip, workspace},
    test_app::{Answer, Client, TestApp},
};

/// As a browser asks when somebody goes to an address.
async fn go(client: &Client, path: &str) -> Answer {
    let request = client.request(Method::GET, path);
    client.send(request.header(header::ACCEPT, "text/html,*/*;q=0.8")).await
}

/// The page, unless the program was built without it.
async fn page(client: &Client) -> Option<String> {
    let answer = go(client, "/").await;
    if answer.status == 503 {
        assert!(answer.text().contains("./dev build"), "{answer}");
        skip("the program was built without the browser app");
        return None;
    }
    Some(answer.text())
}

/// What the page loads.
fn loaded(html: &str) -> Vec<&str> {
    let attributes = html.split(['<', ' ']).filter_map(|part| {
        let value = part.strip_prefix("src=\"").or_else(|| part.strip_prefix("href=\""))?;
        value.split('"').next()
    });
    attributes.collect()
}

#[tokio::test]
async fn every_address_of_the_app_has_its_page() {
    let app = TestApp::start().await;
    let anyone = app.anonymous();
    let routes = fs::read_to_string(workspace().join("host/web/src/routes.tsx")).unwrap();
    let paths = routes
        .split("path: \"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next());
    // Those of children are below one of the others.
    let paths: Vec<String> = paths
        .filter(|path| *path != "*" && !path.starts_with("c/"))
        .map(|path| format!("/{}", path.replace(':', "some-")))
        .chain(["/".to_owned(), "/p/some/c/other".to_owned()])
        .collect();
    assert!(paths.len() > 15, "{paths:?}");
    let built = page(&anyone).await.is_some();
    for path in paths {
        let answer = go(&anyone, &path).await;
        assert_eq!(answer.status, if built { 200 } else { 503 }, "{path}");
        assert_eq!(answer.header("content-type"), "text/html; charset=utf-8", "{path}");
    }
}

#[tokio::test]
async fn the_page_may_load_its_own_files_alone() {
    let app = TestApp::start().await;
    let anyone = app.anonymous();
    let answer = go(&anyone, "/p/some-project/c/some-conversation").await;
    let policy = answer.header("content-security-policy");
    for part in [
        "default-src 'none'",
        "script-src 'self';",
        "connect-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'self'",
    ] {
        assert!(policy.contains(part), "{policy}");
    }
    assert!(!policy.contains("unsafe-eval"), "{policy}");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(answer.header("referrer-policy"), "same-origin");

    let Some(html) = page(&anyone).await else { return };
    assert!(!loaded(&html).is_empty(), "{html}");
    for address in loaded(&html) {
        assert!(address.starts_with('/') && !address.starts_with("//"), "{address}");
    }
    for script in html.split("<script").skip(1) {
        let (attributes, rest) = script.split_once('>').unwrap();
        assert!(
            attributes.contains("src=") && rest.starts_with("</script>"),
            "inline: {script}"
        );
    }
}

#[tokio::test]
async fn the_page_is_asked_for_again_and_hashed_files_never() {
    let app = TestApp::start().await;
    let anyone = app.anonymous();
    let Some(html) = page(&anyone).await else { return };
    let answer = go(&anyone, "/").await;
    assert_eq!(answer.header("cache-control"), "no-cache");
    let request = anyone.request(Method::GET, "/");
    let again = anyone
        .send(request.header(header::IF_NONE_MATCH, answer.header("etag")))
        .await;
    assert_eq!(again.status, 304);
    assert_eq!(again.bytes, b"");
    assert!(again.header("content-security-policy").contains("default-src 'none'"));

    let hashed = loaded(&html)
        .into_iter()
        .find(|path| path.starts_with("/assets/"))
        .unwrap();
    let answer = anyone.get(hashed).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(answer.header("content-encoding"), "");
    let icon = anyone.get("/icon.svg").await;
    assert_eq!(icon.header("content-type"), "image/svg+xml");
    assert_eq!(icon.header("cache-control"), "no-cache");
}

#[tokio::test]
async fn files_come_in_the_best_form_that_the_browser_reads() {
    let app = TestApp::start().await;
    let anyone = app.anonymous();
    let Some(html) = page(&anyone).await else { return };
    // Small files are not worth it.
    let script = loaded(&html)
        .into_iter()
        .find(|path| path.starts_with("/assets/react-"));
    let ask = async |accepted: &'static str| {
        let request = anyone.request(Method::GET, script.unwrap());
        anyone.send(request.header(header::ACCEPT_ENCODING, accepted)).await
    };
    let (plain, gzip, brotli) = (ask("identity").await, ask("gzip").await, ask("gzip, deflate, br").await);
    assert_eq!(plain.header("content-encoding"), "");
    assert_eq!(gzip.header("content-encoding"), "gzip");
    assert_eq!(brotli.header("content-encoding"), "br");
    assert!(brotli.bytes.len() < gzip.bytes.len() && gzip.bytes.len() < plain.bytes.len());
    for answer in [&plain, &gzip, &brotli] {
        assert_eq!(answer.header("content-type"), "text/javascript; charset=utf-8");
        assert_eq!(answer.header("vary"), "accept-encoding");
    }
    assert_ne!(gzip.header("etag"), brotli.header("etag"));
}

#[tokio::test]
async fn what_is_not_there_is_a_page_for_people_and_a_problem_for_programs() {
    let app = TestApp::start().await;
    let anyone = app.anonymous();
    for path in ["/api/v1/nothing", "/assets/nothing.js", "/docs/nothing.js"] {
        go(&anyone, path).await.expect_problem(404, "not_found");
    }
    anyone.get("/nothing").await.expect_problem(404, "not_found");
    anyone
        .get("/assets/..%2findex.html")
        .await
        .expect_problem(404, "not_found");
    if page(&anyone).await.is_some() {
        let answer = go(&anyone, "/nothing").await;
        assert_eq!(answer.status, 404);
        assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    }
}

#[tokio::test]
async fn opening_the_page_uses_up_nobodys_limit() {
    let app = TestApp::start_with(|config| config.limits.requests_per_minute = 2).await;
    let anyone = app.anonymous();
    for _ in 0..10 {
        assert_ne!(go(&anyone, "/login").await.status, 429);
        assert_ne!(anyone.get("/assets/some.js").await.status, 429);
    }
    anyone
        .get("/api/v1/account")
        .await
        .expect_problem(401, "unauthenticated");
}
