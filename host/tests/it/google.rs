//! Google Sign-In: whom it lets in, what it makes of false answers, and the tie to an account.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use glovebox::{
    config::{GoogleConfig, SecretText, ServerConfig},
    google::Google,
};
use reqwest::header;
use serde_json::json;

use crate::{
    google_issuer::{ADA, Fault, GoogleIssuer, Person},
    test_app::{Answer, Client, PASSWORD, TestApp},
};

const BOB: Person = Person {
    subject: "200000000002",
    email: "bob@example.com",
    email_verified: true,
    name: "Bob",
};

async fn start() -> (TestApp, GoogleIssuer) {
    start_with(|_| {}).await
}

async fn start_with(change: impl FnOnce(&mut ServerConfig)) -> (TestApp, GoogleIssuer) {
    let issuer = GoogleIssuer::start().await;
    let app = TestApp::start_with(|config| {
        config.google = Some(issuer.config());
        change(config);
    })
    .await;
    issuer.set_clock(app.app.clock.clone());
    (app, issuer)
}

/// A browser: it keeps cookies.
#[derive(Clone)]
struct Browser<'a> {
    app: &'a TestApp,
    cookies: Vec<(String, String)>,
}

impl<'a> Browser<'a> {
    fn new(app: &'a TestApp) -> Self {
        Self {
            app,
            cookies: Vec::new(),
        }
    }

    /// Where this user is logged in already.
    async fn of(app: &'a TestApp, email: &str, password: &str) -> Self {
        let mut browser = Self::new(app);
        let log_in = json!({ "email": email, "password": password });
        let answer = browser.client().post("/api/v1/sessions", log_in).await;
        browser.keep(&answer);
        answer.expect(201);
        browser
    }

    fn client(&self) -> Client {
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let client = self.app.anonymous();
        if cookies.is_empty() {
            client
        } else {
            client.with("cookie", cookies.join("; "))
        }
    }

    fn keep(&mut self, answer: &Answer) {
        for cookie in answer.headers.get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.retain(|(kept, _)| kept != name);
            if !value.is_empty() {
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
    }

    async fn get(&mut self, path: &str) -> Answer {
        let answer = self.client().get(path).await;
        self.keep(&answer);
        answer
    }

    /// Leaves for Google and is sent back; answers the path of the way back.
    async fn by_google(&mut self, path: &str) -> String {
        let answer = self.get(path).await;
        let location = answer.header("location").to_owned();
        answer.expect_status(303);
        self.at_google(&location).await
    }

    async fn at_google(&self, location: &str) -> String {
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        let answer = http.get(location).send().await.unwrap();
        let back = answer.headers()[header::LOCATION].to_str().unwrap();
        back.strip_prefix(&self.app.url).unwrap().to_owned()
    }

    /// The whole way; answers the page that it ends on.
    async fn sign_in(&mut self) -> String {
        let back = self
            .by_google("/api/v1/google/login?return_to=/projects?sort=name")
            .await;
        self.come_back(&back).await
    }

    async fn come_back(&mut self, path: &str) -> String {
        let answer = self.get(path).await;
        let location = answer.header("location").to_owned();
        answer.expect_status(303);
        location
    }

    /// The whole way of tying the account to Google.
    async fn link(&mut self) -> String {
        let body = json!({ "password": PASSWORD, "return_to": "/account" });
        let answer = self.client().post("/api/v1/account/google", body).await;
        self.keep(&answer);
        let begun = answer.expect(200);
        let back = self.at_google(begun["url"].as_str().unwrap()).await;
        self.come_back(&back).await
    }

    async fn account(&mut self) -> serde_json::Value {
        self.get("/api/v1/account").await.expect(200)
    }

    fn has_session(&self) -> bool {
        self.cookies.iter().any(|(name, _)| name.ends_with("glovebox_session"))
    }
}

trait ExpectStatus {
    fn expect_status(&self, status: u16);
}

impl ExpectStatus for Answer {
    #[track_caller]
    fn expect_status(&self, status: u16) {
        assert_eq!(self.status.as_u16(), status, "{self}");
    }
}

async fn users(app: &TestApp) -> i64 {
    let (count,) = sqlx::query_as("select count(*) from users")
        .fetch_one(&app.app.db)
        .await
        .unwrap();
    count
}

/// The subjects of the mails that were written to this address.
async fn mails_to(app: &TestApp, email: &str) -> BTreeSet<String> {
    app.settle().await;
    let Ok(folder) = std::fs::read_dir(app.folder.path().join("mail")) else {
        return BTreeSet::new();
    };
    let parser = mail_parser::MessageParser::new();
    folder
        .filter_map(|entry| {
            let bytes = std::fs::read(entry.unwrap().path()).unwrap();
            let mail = parser.parse(&bytes).unwrap();
            let to = mail.to().unwrap().first().unwrap().address() == Some(email);
            to.then(|| mail.subject().unwrap().to_owned())
        })
        .collect()
}

const TIED: &str = "Your account is now linked to Google";

#[tokio::test]
async fn somebody_new_gets_an_account_and_is_let_in() {
    let (app, _issuer) = start().await;
    let sign_in = app.anonymous().get("/api/v1/google").await.expect(200);
    assert_eq!(sign_in["available"], true);
    let mut browser = Browser::new(&app);
    assert_eq!(browser.sign_in().await, "/projects?sort=name");

    let account = browser.account().await;
    assert_eq!(account["email"], "ada@example.com");
    assert_eq!(account["name"], "Ada Lovelace");
    assert_eq!(account["google_linked"], true);
    assert_eq!(account["has_password"], false);
    assert!(account["last_login_at"].is_string(), "{account}");
    let cookies: Vec<&str> = browser.cookies.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(cookies, ["glovebox_session"]);
}

#[tokio::test]
async fn the_same_person_comes_to_the_same_account_whatever_their_address() {
    let (app, issuer) = start().await;
    let mut first = Browser::new(&app);
    first.sign_in().await;
    issuer.set_person(Person {
        email: "lovelace@example.com",
        email_verified: false,
        ..ADA
    });
    let mut second = Browser::new(&app);
    assert_eq!(second.sign_in().await, "/projects?sort=name");
    assert_eq!(second.account().await["id"], first.account().await["id"]);
    assert_eq!(second.account().await["email"], "ada@example.com");
    assert_eq!(users(&app).await, 1);
}

#[tokio::test]
async fn an_account_with_the_same_confirmed_address_is_tied_and_its_owner_told() {
    let (app, _issuer) = start().await;
    let ada = app.user("Ada@Example.com").await;
    let mut browser = Browser::new(&app);
    browser.sign_in().await;
    assert_eq!(browser.account().await["id"], json!(ada.user.unwrap().0));
    assert_eq!(browser.account().await["has_password"], true);
    assert_eq!(users(&app).await, 1);
    assert!(mails_to(&app, "Ada@example.com").await.contains(TIED));
}

#[tokio::test]
async fn an_account_whose_address_nobody_confirmed_is_left_alone() {
    let (app, _issuer) = start().await;
    // Somebody else could have signed up with Ada's address and be waiting for her.
    let waiting = app.user("ada@example.com").await;
    sqlx::query("update users set email_verified_at = null")
        .execute(&app.app.db)
        .await
        .unwrap();
    let mut browser = Browser::new(&app);
    assert_eq!(browser.sign_in().await, "/login?problem=email_unverified");
    assert!(!browser.has_session());
    assert_eq!(waiting.get("/api/v1/account").await.expect(200)["google_linked"], false);
}

#[tokio::test]
async fn an_address_that_google_has_not_confirmed_opens_nothing() {
    let (app, issuer) = start().await;
    issuer.set_person(Person {
        email_verified: false,
        ..ADA
    });
    let mut browser = Browser::new(&app);
    assert_eq!(browser.sign_in().await, "/login?problem=google_email_unverified");
    assert_eq!(users(&app).await, 0);

    app.user("ada@example.com").await;
    assert_eq!(browser.sign_in().await, "/login?problem=google_email_unverified");
    assert!(!browser.has_session());
}

#[tokio::test]
async fn an_account_stays_with_its_google_account() {
    let (app, issuer) = start().await;
    Browser::new(&app).sign_in().await;
    issuer.set_person(Person {
        subject: "another person with the same address",
        ..ADA
    });
    let mut browser = Browser::new(&app);
    assert_eq!(browser.sign_in().await, "/login?problem=google_other");
    assert!(!browser.has_session());
}

#[tokio::test]
async fn a_closed_account_stays_closed() {
    let (app, issuer) = start().await;
    let close = "update users set disabled_at = now()";
    Browser::new(&app).sign_in().await;
    sqlx::query(close).execute(&app.app.db).await.unwrap();
    let mut browser = Browser::new(&app);
    assert_eq!(browser.sign_in().await, "/login?problem=account_disabled");
    // Nor is there a way in by the address of one that is not tied.
    app.user("bob@example.com").await;
    sqlx::query(close).execute(&app.app.db).await.unwrap();
    issuer.set_person(BOB);
    assert_eq!(browser.sign_in().await, "/login?problem=account_disabled");
    assert!(!browser.has_session());
}

#[tokio::test]
async fn a_false_answer_lets_nobody_in() {
    let (app, issuer) = start().await;
    let mut browser = Browser::new(&app);
    for (fault, problem) in [
        (Fault::WrongNonce, "google_failed"),
        (Fault::NoNonce, "google_failed"),
        (Fault::WrongAudience, "google_failed"),
        (Fault::OneAudienceMore, "google_failed"),
        (Fault::WrongIssuer, "google_failed"),
        (Fault::Expired, "google_failed"),
        (Fault::ForeignKey, "google_failed"),
        (Fault::UnknownKey, "google_failed"),
        (Fault::SharedSecret, "google_failed"),
        (Fault::Unsigned, "google_failed"),
        (Fault::NoToken, "google_failed"),
        (Fault::ServerError, "google_failed"),
        (Fault::Denied, "google_denied"),
        (Fault::Redirects, "google_unavailable"),
        (Fault::Endless, "google_unavailable"),
    ] {
        issuer.set_fault(fault);
        assert_eq!(
            browser.sign_in().await,
            format!("/login?problem={problem}"),
            "{fault:?}"
        );
        assert!(!browser.has_session(), "{fault:?}");
    }
    assert_eq!(users(&app).await, 0);
    issuer.set_fault(Fault::None);
    assert_eq!(browser.sign_in().await, "/projects?sort=name");
}

#[tokio::test]
async fn a_provider_that_never_answers_is_given_up_in_time() {
    let (app, issuer) = start_with(|config| config.limits.google_timeout_s = 2).await;
    issuer.set_fault(Fault::Hangs);
    assert_eq!(Browser::new(&app).sign_in().await, "/login?problem=google_unavailable");
}

#[tokio::test]
async fn a_wrong_client_secret_lets_nobody_in() {
    let issuer = GoogleIssuer::start().await;
    let config = GoogleConfig {
        client_secret: SecretText::new("wrong"),
        ..issuer.config()
    };
    let app = TestApp::start_with(|settings| settings.google = Some(config)).await;
    assert_eq!(Browser::new(&app).sign_in().await, "/login?problem=google_failed");
}

#[tokio::test]
async fn only_the_browser_that_left_can_come_back_and_only_once() {
    let (app, _issuer) = start().await;
    let lost = "/login?problem=google_state";
    let mut ada = Browser::new(&app);
    let back = ada.by_google("/api/v1/google/login").await;

    // Somebody is made to follow a link that finishes another one's sign-in.
    let mut other = Browser::new(&app);
    assert_eq!(other.come_back(&back).await, lost);
    other.by_google("/api/v1/google/login").await;
    assert_eq!(other.come_back(&back).await, lost);
    assert!(!other.has_session());

    for path in [
        "/auth/google/callback",
        "/auth/google/callback?code=x",
        "/auth/google/callback?state=&code=x",
        "/auth/google/callback?state=made-up&code=x",
        "/auth/google/callback?error=access_denied",
    ] {
        let mut browser = ada.clone();
        assert_eq!(browser.come_back(path).await, lost, "{path}");
    }
    let mut twice = ada.clone();
    assert_eq!(ada.come_back(&back).await, "/");
    assert_eq!(twice.come_back(&back).await, lost);
    assert!(!twice.has_session());
}

#[tokio::test]
async fn a_sign_in_is_remembered_for_some_minutes() {
    let (app, _issuer) = start_with(|config| config.limits.google_login_minutes = 5).await;
    let mut browser = Browser::new(&app);
    let back = browser.by_google("/api/v1/google/login").await;
    app.app.clock.skip(TimeDelta::minutes(6));
    assert_eq!(browser.come_back(&back).await, "/login?problem=google_state");
}

#[tokio::test]
async fn nobody_is_sent_to_another_site() {
    let (app, _issuer) = start().await;
    for page in [
        "https://example.com",
        "//example.com",
        "/%5Cexample.com",
        "/%09/example.com",
        "projects",
    ] {
        let path = format!("/api/v1/google/login?return_to={page}");
        let problem = app.anonymous().get(&path).await.expect_problem(422, "invalid");
        assert_eq!(problem["errors"][0]["field"], "return_to", "{page}");
    }
}

#[tokio::test]
async fn a_session_from_before_ends_with_the_sign_in() {
    let (app, _issuer) = start().await;
    let mut browser = Browser::new(&app);
    browser.sign_in().await;
    let before = browser.clone();
    browser.sign_in().await;
    browser.account().await;
    before
        .client()
        .get("/api/v1/account")
        .await
        .expect_problem(401, "unauthenticated");
}

#[tokio::test]
async fn new_keys_of_googles_are_fetched() {
    let (app, issuer) = start().await;
    Browser::new(&app).sign_in().await;
    issuer.change_key();
    let mut browser = Browser::new(&app);
    // A token by an unknown key is not reason enough to ask again at once.
    assert_eq!(browser.sign_in().await, "/login?problem=google_failed");
    app.app.clock.skip(TimeDelta::minutes(2));
    assert_eq!(browser.sign_in().await, "/projects?sort=name");
}

#[tokio::test]
async fn a_provider_that_cannot_be_reached_is_a_reason_to_come_back() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let (app, issuer) = start_with(|config| {
        config.google.as_mut().unwrap().issuer = format!("http://{closed}");
    })
    .await;
    drop(issuer);
    app.anonymous()
        .get("/api/v1/google/login")
        .await
        .expect_problem(503, "unavailable");
    app.app.google.check(app.app.clock.now()).await.unwrap_err();
}

#[tokio::test]
async fn where_google_is_off_nothing_of_it_is_there() {
    let app = TestApp::start().await;
    let ada = app.user("ada@example.com").await;
    let sign_in = app.anonymous().get("/api/v1/google").await.expect(200);
    assert_eq!(sign_in["available"], false);
    app.anonymous()
        .get("/api/v1/google/login")
        .await
        .expect_problem(409, "google_off");
    app.anonymous()
        .get("/auth/google/callback")
        .await
        .expect_problem(409, "google_off");
    let body = json!({ "password": PASSWORD });
    ada.post("/api/v1/account/google", body)
        .await
        .expect_problem(409, "google_off");
    ada.delete("/api/v1/account/google")
        .await
        .expect_problem(404, "not_found");
    app.app.google.check(app.app.clock.now()).await.unwrap();
}

#[tokio::test]
async fn a_provider_in_the_clear_is_refused() {
    let app = TestApp::start().await;
    let open = |issuer: &str| {
        let google = Some(GoogleConfig {
            client_id: "a".to_owned(),
            client_secret: SecretText::new("b"),
            issuer: issuer.to_owned(),
        });
        Google::open(&ServerConfig {
            google,
            ..(*app.app.config).clone()
        })
    };
    assert!(open("https://accounts.google.com").is_ok());
    for issuer in [
        "http://accounts.google.com",
        "accounts.google.com",
        "https://accounts.google.com/?a=b",
    ] {
        let Err(error) = open(issuer) else { panic!("{issuer}") };
        assert!(error.to_string().contains("GOOGLE_ISSUER"), "{error}");
    }
}

#[tokio::test]
async fn over_https_the_cookie_is_bound_to_the_host() {
    let (app, _issuer) = start_with(|config| config.public_url = "https://glovebox.example".parse().unwrap()).await;
    let answer = app.anonymous().get("/api/v1/google/login").await;
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("__Host-glovebox_google="), "{cookie}");
    for attribute in ["Path=/", "HttpOnly", "Secure", "SameSite=Lax", "Max-Age=600"] {
        assert!(cookie.contains(attribute), "{attribute} is not in {cookie}");
    }
    let location = answer.header("location");
    let back = "redirect_uri=https%3A%2F%2Fglovebox.example%2Fauth%2Fgoogle%2Fcallback";
    assert!(location.contains(back), "{location}");
}

#[tokio::test]
async fn an_account_is_tied_to_google_and_untied() {
    let (app, issuer) = start().await;
    app.user("carol@example.com").await;
    issuer.set_person(BOB);
    let mut carol = Browser::of(&app, "carol@example.com", PASSWORD).await;
    assert_eq!(carol.link().await, "/account");
    assert_eq!(carol.account().await["google_linked"], true);
    assert_eq!(carol.account().await["email"], "carol@example.com");
    assert!(mails_to(&app, "carol@example.com").await.contains(TIED));

    let mut by_google = Browser::new(&app);
    by_google.sign_in().await;
    assert_eq!(by_google.account().await["email"], "carol@example.com");
    let again = json!({ "password": PASSWORD });
    carol
        .client()
        .post("/api/v1/account/google", again)
        .await
        .expect_problem(409, "google_linked");

    carol.client().delete("/api/v1/account/google").await.expect(204);
    assert_eq!(carol.account().await["google_linked"], false);
    carol
        .client()
        .delete("/api/v1/account/google")
        .await
        .expect_problem(404, "not_found");
}

#[tokio::test]
async fn what_goes_wrong_while_tying_is_told_on_the_page_that_began() {
    let (app, issuer) = start().await;
    Browser::new(&app).sign_in().await;
    app.user("carol@example.com").await;
    let mut carol = Browser::of(&app, "carol@example.com", PASSWORD).await;
    // Ada's Google account leads to Ada's account.
    assert_eq!(carol.link().await, "/account?problem=google_taken");
    issuer.set_fault(Fault::Denied);
    assert_eq!(carol.link().await, "/account?problem=google_denied");
    assert_eq!(carol.account().await["google_linked"], false);
}

#[tokio::test]
async fn who_logged_in_meanwhile_does_not_get_into_the_account_that_left() {
    let (app, issuer) = start().await;
    app.user("carol@example.com").await;
    app.user("dave@example.com").await;
    issuer.set_person(BOB);
    let mut carol = Browser::of(&app, "carol@example.com", PASSWORD).await;
    let body = json!({ "password": PASSWORD, "return_to": "/account" });
    let answer = carol.client().post("/api/v1/account/google", body).await;
    carol.keep(&answer);
    let back = carol.at_google(answer.json()["url"].as_str().unwrap()).await;

    let dave = Browser::of(&app, "dave@example.com", PASSWORD).await;
    let session = |name: &str| name == "glovebox_session";
    let mut shared = carol.clone();
    shared.cookies.retain(|(name, _)| !session(name));
    shared
        .cookies
        .extend(dave.cookies.iter().filter(|(name, _)| session(name)).cloned());
    assert_eq!(shared.come_back(&back).await, "/account?problem=google_failed");
    assert_eq!(carol.account().await["google_linked"], false);
}

#[tokio::test]
async fn tying_needs_the_password_and_a_browser() {
    let (app, _issuer) = start().await;
    let ada = app.user("ada@example.com").await;
    let link = async |client: &Client, body| client.post("/api/v1/account/google", body).await;
    link(&app.anonymous(), json!({}))
        .await
        .expect_problem(401, "unauthenticated");
    link(&ada, json!({})).await.expect_problem(422, "invalid");
    link(&ada, json!({ "password": "wrong horse 7" }))
        .await
        .expect_problem(422, "invalid");
    let elsewhere = json!({ "password": PASSWORD, "return_to": "//example.com" });
    link(&ada, elsewhere).await.expect_problem(422, "invalid");

    let log_in = json!({ "email": "ada@example.com", "password": PASSWORD });
    let token = app.anonymous().post("/api/v1/tokens", log_in).await.expect(200);
    let bearer = app.anonymous().with(
        "authorization",
        format!("Bearer {}", token["access_token"].as_str().unwrap()),
    );
    link(&bearer, json!({ "password": PASSWORD }))
        .await
        .expect_problem(403, "session_needed");

    let key = ada
        .post("/api/v1/api-keys", json!({ "name": "mine" }))
        .await
        .expect(201);
    let key = app
        .anonymous()
        .with("authorization", format!("Bearer {}", key["token"].as_str().unwrap()));
    link(&key, json!({ "password": PASSWORD }))
        .await
        .expect_problem(403, "login_needed");
    key.delete("/api/v1/account/google")
        .await
        .expect_problem(403, "login_needed");
    app.anonymous()
        .delete("/api/v1/account/google")
        .await
        .expect_problem(401, "unauthenticated");
}

#[tokio::test]
async fn the_last_way_into_an_account_stays() {
    let (app, _issuer) = start().await;
    let mut browser = Browser::new(&app);
    browser.sign_in().await;
    browser
        .client()
        .delete("/api/v1/account/google")
        .await
        .expect_problem(409, "password_missing");
    // Somebody who has just come by Google can set a password, and then do without Google.
    let password = json!({ "password": PASSWORD });
    let answer = browser.client().put("/api/v1/account/password", password).await;
    browser.keep(&answer);
    answer.expect_status(204);
    browser.client().delete("/api/v1/account/google").await.expect(204);
    Browser::of(&app, "ada@example.com", PASSWORD).await;
}
