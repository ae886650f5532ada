//! The addresses of older systems: each system's documented requests in order, read by its documented shapes.

use std::time::Duration;

use glovebox::{config::ServerConfig, jobs};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use crate::{
    files::{form, upload},
    openapi::{document, operations},
    test_accounts::ReceivedMail,
    test_app::{Answer, Client, PASSWORD, TestApp},
    turns::SALES,
};

/// A server with a worker that answers.
struct Old {
    app: TestApp,
    working: JoinHandle<()>,
}

impl Drop for Old {
    fn drop(&mut self) {
        self.working.abort();
    }
}

impl Old {
    async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    async fn start_with(change: impl FnOnce(&mut ServerConfig)) -> Self {
        let app = TestApp::start_with(change).await;
        let working = app.app.clone();
        let working = tokio::spawn(async move {
            let _ = jobs::work(working, std::future::pending()).await;
        });
        Self { app, working }
    }

    /// The mail that somebody gets. Whoever does the jobs may still be at it.
    async fn mail(&self, to: &str) -> ReceivedMail {
        for _ in 0..3_000 {
            if let Some(mail) = self.app.mails(to).await.pop() {
                return mail;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("no mail to {to}")
    }
}

/// The keys of an object, in the order of the alphabet.
fn keys(value: &Value) -> Vec<&str> {
    let keys = value
        .as_object()
        .unwrap_or_else(|| panic!("{value} is no object"))
        .keys();
    let mut keys: Vec<&str> = keys.map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

#[track_caller]
fn expect_sentence(answer: Answer, status: u16, field: &str) {
    let body = answer.expect(status);
    assert_eq!(keys(&body), [field], "{body}");
    let sentence = body[field].as_str().unwrap_or_else(|| panic!("{body}"));
    assert!(
        sentence.ends_with('.') && sentence.starts_with(char::is_uppercase),
        "{sentence}"
    );
}

async fn send_file(client: &Client, path: &str, name: &str, bytes: &str) -> Answer {
    let request = client.request(Method::POST, path);
    let request = request.header(
        "content-type",
        "multipart/form-data; boundary=----boundary-of-the-tests",
    );
    client
        .send(request.body(form(&[("file", Some(name), bytes.as_bytes())])))
        .await
}

#[tokio::test]
async fn the_chatbot_platform_answers_its_documented_requests() {
    let old = Old::start().await;
    let anyone = old.app.anonymous();
    let account = json!({"email": "ada@example.com", "password": PASSWORD});
    let user = anyone.post("/users/register", account.clone()).await.expect(201);
    assert_eq!(user, json!({"id": 1, "email": "ada@example.com"}));
    expect_sentence(anyone.post("/users/register", account.clone()).await, 400, "detail");
    let weak = json!({"email": "bob@example.com", "password": "short"});
    expect_sentence(anyone.post("/users/register", weak).await, 400, "detail");
    // The mail address has to be confirmed, as everywhere.
    expect_sentence(anyone.post("/users/login", account.clone()).await, 401, "detail");
    let token = old.mail("ada@example.com").await.token();
    anyone
        .post("/api/v1/email-verifications/confirm", json!({ "token": token }))
        .await
        .expect(204);
    let wrong = json!({"email": "ada@example.com", "password": "another horse 8 battery"});
    expect_sentence(anyone.post("/users/login", wrong).await, 401, "detail");
    let token = anyone.post("/users/login", account).await.expect(200);
    assert_eq!(
        (keys(&token), &token["token_type"]),
        (vec!["access_token", "token_type"], &json!("bearer"))
    );
    let ada = anyone.with(
        "authorization",
        format!("Bearer {}", token["access_token"].as_str().unwrap()),
    );

    let project = ada.post("/projects", json!({"name": "Sales"})).await.expect(201);
    assert_eq!(
        (keys(&project), &project["id"]),
        (vec!["created_at", "id", "name"], &json!(1))
    );
    assert_eq!(ada.get("/projects").await.expect(200), json!([project]));
    let draft = json!({"name": "Pounds", "content": "Answer in pounds."});
    let prompt = ada.post("/projects/1/prompts", draft.clone()).await.expect(201);
    let expected = json!({"id": 1, "project_id": 1, "name": "Pounds", "content": "Answer in pounds."});
    assert_eq!(prompt, expected);
    assert_eq!(ada.get("/projects/1/prompts").await.expect(200), json!([expected]));
    let changed = ada
        .put("/projects/prompts/1", json!({"name": "Euros", "content": "In euros."}))
        .await
        .expect(200);
    assert_eq!(
        changed,
        json!({"id": 1, "project_id": 1, "name": "Euros", "content": "In euros."})
    );
    assert_eq!(ada.delete("/projects/prompts/1").await.status, 204);
    assert_eq!(ada.get("/projects/1/prompts").await.expect(200), json!([]));

    let file = send_file(&ada, "/projects/1/files", "sales.csv", SALES)
        .await
        .expect(201);
    assert_eq!(keys(&file), ["bytes", "created_at", "filename", "id", "project_id"]);
    assert_eq!((&file["id"], &file["filename"]), (&json!(1), &json!("sales.csv")));
    assert_eq!(ada.get("/projects/1/files").await.expect(200), json!([file]));
    let reply = ada
        .post("/chat", json!({"project_id": 1, "message": "average amount by region"}))
        .await
        .expect(200);
    assert_eq!(keys(&reply), ["reply"]);
    assert!(reply["reply"].as_str().unwrap().contains("20"), "{reply}");
    ada.post("/chat", json!({"project_id": 1, "message": "How many rows?"}))
        .await
        .expect(200);
    assert_eq!(ada.delete("/projects/files/1").await.status, 204);
    assert_eq!(ada.get("/projects/1/files").await.expect(200), json!([]));

    expect_sentence(
        ada.post("/chat", json!({"project_id": 9, "message": "Hello?"})).await,
        404,
        "detail",
    );
    let unread = ada.post("/chat", json!({"project_id": "one"})).await.expect(422);
    assert_eq!(keys(&unread["detail"][0]), ["loc", "msg", "type"], "{unread}");
    expect_sentence(anyone.get("/projects").await, 401, "detail");
    assert_eq!(
        anyone.get("/health").await.expect(200),
        json!({"status": "healthy", "database": "connected"})
    );
}

#[tokio::test]
async fn a_chat_of_a_project_is_one_conversation_until_a_day_has_passed() {
    let old = Old::start().await;
    let ada = old.app.user("ada@example.com").await;
    // A key outlasts the days.
    let ada = old.app.api_key(&ada).await;
    ada.post("/projects", json!({"name": "Sales"})).await.expect(201);
    send_file(&ada, "/projects/1/files", "sales.csv", SALES)
        .await
        .expect(201);
    let count = async || {
        let projects = ada
            .get(&format!("/api/v1/orgs/{}/projects", ada.org()))
            .await
            .expect(200);
        let project = projects["items"][0]["id"].as_str().unwrap().to_owned();
        let all = ada
            .get(&format!("/api/v1/projects/{project}/conversations"))
            .await
            .expect(200);
        all["items"].as_array().unwrap().len()
    };
    let ask = async || {
        ada.post("/chat", json!({"project_id": 1, "message": "How many rows?"}))
            .await
            .expect(200)
    };
    ask().await;
    ask().await;
    assert_eq!(count().await, 1);
    old.app.app.clock.skip(chrono::TimeDelta::hours(25));
    ask().await;
    assert_eq!(count().await, 2);
}

#[tokio::test]
async fn the_conversation_backend_answers_its_documented_requests() {
    let old = Old::start().await;
    let anyone = old.app.anonymous();
    assert_eq!(
        anyone.get("/api/test").await.expect(200),
        json!({"message": "Server is running"})
    );
    let account = json!({"username": "ada", "password": PASSWORD});
    let signed = anyone.post("/api/signup", account.clone()).await.expect(201);
    assert_eq!(signed, json!({"message": "User created successfully"}));
    expect_sentence(anyone.post("/api/signup", account.clone()).await, 409, "error");
    expect_sentence(
        anyone
            .post("/api/signup", json!({"username": "a b", "password": PASSWORD}))
            .await,
        400,
        "error",
    );
    expect_sentence(
        anyone.post("/api/signup", json!({"username": "bob"})).await,
        400,
        "error",
    );
    let wrong = json!({"username": "ada", "password": "another horse 8 battery"});
    expect_sentence(anyone.post("/api/login", wrong).await, 401, "error");
    let logged_in = anyone.post("/api/login", account).await;
    let ada = anyone.with("cookie", logged_in.cookie());
    let expected = json!({"message": "Login successful", "user": {"id": 1, "username": "ada"}});
    assert_eq!(logged_in.expect(200), expected);

    assert_eq!(ada.get("/api/conversations").await.expect(200), json!([]));
    let made = ada
        .post("/api/conversations", json!({"name": "Sales"}))
        .await
        .expect(201);
    assert_eq!(made, json!({"id": 1, "name": "Sales"}));
    let renamed = ada
        .put("/api/conversations/1", json!({"name": "Numbers"}))
        .await
        .expect(200);
    assert_eq!(renamed, json!({"id": 1, "name": "Numbers"}));
    let said = ada
        .post("/api/conversations/1/messages", json!({"text": "How many rows?"}))
        .await
        .expect(201);
    let said = said.as_array().unwrap();
    assert_eq!(said.len(), 2);
    for (message, (id, sender)) in said.iter().zip([(1, "user"), (2, "bot")]) {
        assert_eq!(keys(message), ["created_at", "id", "sender", "text"]);
        assert_eq!((&message["id"], &message["sender"]), (&json!(id), &json!(sender)));
        assert!(!message["text"].as_str().unwrap().is_empty());
    }
    let listed = ada.get("/api/conversations").await.expect(200);
    assert_eq!(listed, json!([{"id": 1, "name": "Numbers", "messages": said}]));
    expect_sentence(
        ada.put("/api/conversations/7", json!({"name": "x"})).await,
        404,
        "error",
    );
    assert_eq!(ada.delete("/api/conversations/1").await.status, 204);
    expect_sentence(ada.delete("/api/conversations/1").await, 404, "error");

    let foreign = ada
        .request(Method::GET, "/api/logout")
        .header("sec-fetch-site", "cross-site");
    expect_sentence(ada.send(foreign).await, 403, "error");
    ada.get("/api/conversations").await.expect(200);
    assert_eq!(
        ada.get("/api/logout").await.expect(200),
        json!({"message": "Logged out successfully"})
    );
    expect_sentence(ada.get("/api/conversations").await, 401, "error");
}

#[tokio::test]
async fn the_csv_analyst_answers_its_documented_requests() {
    let old = Old::start().await;
    let ada = old.app.user("ada@example.com").await;
    ada.post("/projects", json!({"name": "Sales"})).await.expect(201);
    let projects = ada
        .get(&format!("/api/v1/orgs/{}/projects", ada.org()))
        .await
        .expect(200);
    let project = format!("/api/v1/projects/{}", projects["items"][0]["id"].as_str().unwrap());
    upload(&ada, &project, "sales.csv", SALES.as_bytes()).await.expect(201);
    let question = json!({"question": "average amount by region", "files": ["sales.csv"]});
    let answer = ada.post("/api/chatbot/ask", question).await.expect(200);
    assert_eq!(keys(&answer), ["answer", "files", "script", "session_id", "stopped"]);
    assert!(answer["answer"].as_str().unwrap().contains("20"), "{answer}");
    assert!(answer["script"].as_str().unwrap().contains("import"), "{answer}");
    assert_eq!((&answer["session_id"], &answer["stopped"]), (&json!(1), &json!(false)));
    let chart = &answer["files"][0];
    assert_eq!(
        (keys(chart), &chart["type"]),
        (vec!["name", "type", "url"], &json!("image/png"))
    );
    let path = chart["url"].as_str().unwrap().strip_prefix(&old.app.url).unwrap();
    assert_eq!(&ada.get(path).await.bytes[1..4], b"PNG");
    let more = json!({"question": "How many rows?", "session_id": 1});
    assert_eq!(ada.post("/api/chatbot/ask", more).await.expect(200)["session_id"], 1);
    assert_eq!(
        ada.post("/api/chatbot/stop", json!({"session_id": 1}))
            .await
            .expect(200),
        json!({"stopped": false})
    );
    expect_sentence(
        ada.post("/api/chatbot/stop", json!({"session_id": 9})).await,
        404,
        "error",
    );
    let unknown = json!({"question": "How many?", "files": ["nothing.csv"]});
    expect_sentence(ada.post("/api/chatbot/ask", unknown).await, 400, "error");
}

#[tokio::test]
async fn the_dashboard_backend_knows_who_is_there() {
    let old = Old::start().await;
    let anyone = old.app.anonymous();
    let nobody = json!({"authenticated": false, "user": null});
    assert_eq!(anyone.get("/api/session").await.expect(200), nobody);
    let registered = anyone
        .post("/register", json!({"username": "ada", "password": PASSWORD}))
        .await;
    let cookie = anyone.with("cookie", registered.cookie());
    let registered = registered.expect(201);
    let user = json!({"id": 1, "username": "ada", "email": "ada@users.invalid", "role": "user"});
    assert_eq!((&registered["success"], &registered["user"]), (&json!(true), &user));
    assert_eq!(
        cookie.get("/api/session").await.expect(200),
        json!({"authenticated": true, "user": user})
    );
    let logged_in = anyone
        .post("/login", json!({"username": "ada", "password": PASSWORD}))
        .await
        .expect(200);
    assert_eq!(keys(&logged_in), ["success", "token", "user"]);
    let bearer = anyone.with(
        "authorization",
        format!("Bearer {}", logged_in["token"].as_str().unwrap()),
    );
    assert_eq!(bearer.get("/api/session").await.expect(200)["user"], user);
    assert_eq!(
        cookie.post("/logout", json!({})).await.expect(200),
        json!({"success": true})
    );
    assert_eq!(cookie.get("/api/session").await.expect(200), nobody);
    expect_sentence(
        anyone
            .post("/login", json!({"email": "ada@example.com", "password": "x"}))
            .await,
        401,
        "error",
    );
    expect_sentence(anyone.post("/login", json!({"password": "x"})).await, 400, "error");
    // A mail address has to be confirmed, so nobody is logged in by it at once.
    let by_mail = anyone
        .post("/register", json!({"email": "bob@example.com", "password": PASSWORD}))
        .await;
    assert_eq!(by_mail.header("set-cookie"), "");
    assert_eq!(keys(&by_mail.expect(201)), ["success", "user"]);
}

#[tokio::test]
async fn no_mail_goes_to_a_plain_name() {
    let old = TestApp::start().await;
    let anyone = old.anonymous();
    anyone
        .post("/api/signup", json!({"username": "ada", "password": PASSWORD}))
        .await
        .expect(201);
    anyone
        .post("/api/v1/password-resets", json!({"email": "ada@users.invalid"}))
        .await
        .expect(202);
    assert!(old.mails("ada@users.invalid").await.is_empty());
}

#[tokio::test]
async fn a_number_of_another_organisation_names_nothing() {
    let old = TestApp::start().await;
    let (ada, eve) = (old.user("ada@example.com").await, old.user("eve@example.com").await);
    ada.post("/projects", json!({"name": "Sales"})).await.expect(201);
    ada.post("/projects", json!({"name": "Costs"})).await.expect(201);
    eve.post("/projects", json!({"name": "Mine"})).await.expect(201);
    assert_eq!(eve.get("/projects").await.expect(200)[0]["id"], 1);
    ada.post("/projects/2/prompts", json!({"name": "a", "content": "b"}))
        .await
        .expect(201);
    expect_sentence(eve.get("/projects/2/prompts").await, 404, "detail");
    expect_sentence(eve.delete("/projects/prompts/1").await, 404, "detail");
    // A number that was given stays gone with its thing.
    assert_eq!(ada.delete("/projects/prompts/1").await.status, 204);
    let next = ada
        .post("/projects/2/prompts", json!({"name": "a", "content": "b"}))
        .await
        .expect(201);
    assert_eq!(next["id"], 2);
}

#[tokio::test]
async fn a_setting_takes_the_old_addresses_away() {
    let off = TestApp::start_with(|config| config.legacy_api = false).await;
    let ada = off.user("ada@example.com").await;
    for path in ["/projects", "/api/test", "/api/session", "/api/conversations"] {
        ada.get(path).await.expect_problem(404, "not_found");
    }
    let document = ada.get("/api/v1/openapi.json").await.expect(200);
    assert!(
        operations(&document)
            .iter()
            .all(|(_, _, operation)| operation["tags"][0] != "legacy")
    );
}

#[tokio::test]
async fn nobody_gets_in_by_an_old_address() {
    let app = TestApp::start().await;
    let anonymous = app.anonymous();
    let document = document();
    let mut tried = 0;
    for (method, path, operation) in operations(&document) {
        if operation["tags"][0] != "legacy" || operation["security"] == json!([{}]) {
            continue;
        }
        let path = match path.split_once('{') {
            Some((before, rest)) => format!("{before}1{}", rest.split_once('}').unwrap().1),
            None => path,
        };
        let request = anonymous.request(Method::from_bytes(method.as_bytes()).unwrap(), &path);
        let answer = anonymous.send(request).await;
        let field = if path.starts_with("/api/") { "error" } else { "detail" };
        expect_sentence(answer, 401, field);
        tried += 1;
    }
    assert!(tried >= 15, "{tried}");
}
