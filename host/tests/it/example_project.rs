//! The project that a new account begins with, and the first minute in it.

use glovebox::{
    accounts::{Email, google},
    admin,
    config::ServerConfig,
    google::Identity,
    ids::UserId,
    queue::{self, Job},
};
use serde_json::{Value, json};

use crate::{
    files::files_below,
    test_app::{Client, PASSWORD, TestApp},
};

async fn started(change: impl FnOnce(&mut ServerConfig)) -> TestApp {
    TestApp::start_with(|config| {
        config.starter_project = true;
        change(config);
    })
    .await
}

/// Signs up, follows the link and logs in.
async fn newcomer(app: &TestApp, email: &str) -> Client {
    let body = json!({"email": email, "password": PASSWORD, "name": "Ada"});
    app.anonymous().post("/api/v1/accounts", body).await.expect(202);
    let token = app.mail(email).await.token();
    let body = json!({"token": token});
    app.anonymous()
        .post("/api/v1/email-verifications/confirm", body)
        .await
        .expect(204);
    // The job, and then those that look into its files.
    app.settle().await;
    app.settle().await;
    app.log_in(email).await
}

async fn projects(client: &Client) -> Vec<Value> {
    let account = client.get("/api/v1/account").await.expect(200);
    let path = format!("/api/v1/orgs/{}/projects", account["personal_org_id"].as_str().unwrap());
    client.get(&path).await.expect(200)["items"].as_array().unwrap().clone()
}

/// The names of the projects of a user who does not log in.
async fn names(app: &TestApp, user: UserId) -> Vec<String> {
    sqlx::query_scalar("select p.name from projects p join orgs o on o.id = p.org_id where o.personal_user_id = $1")
        .bind(user)
        .fetch_all(&app.app.db)
        .await
        .unwrap()
}

async fn begin(app: &TestApp, user: UserId) {
    let mut db = app.app.db.acquire().await.unwrap();
    queue::add(&mut db, &Job::StarterProject { user }).await.unwrap();
    drop(db);
    app.settle().await;
}

#[tokio::test]
async fn the_first_minute_ends_with_an_answer_and_a_chart() {
    let app = started(|_| {}).await;
    let ada = newcomer(&app, "ada@example.com").await;

    let projects = projects(&ada).await;
    assert_eq!(projects.len(), 1, "{projects:?}");
    assert_eq!(projects[0]["name"], "Getting started");
    let project = format!("/api/v1/projects/{}", projects[0]["id"].as_str().unwrap());
    let files = ada.get(&format!("{project}/files")).await.expect(200);
    let files = files["items"].as_array().unwrap();
    assert_eq!(files.len(), 2);
    assert!(files.iter().all(|file| file["latest"]["state"] == "table"), "{files:?}");

    let offered = ada.get(&format!("{project}/suggestions")).await.expect(200);
    let questions = offered["questions"].as_array().unwrap();
    assert_eq!(questions.len(), 3, "{questions:?}");
    assert_eq!(questions[0], "What is the average mpg by origin?");

    let conversation = ada
        .post(&format!("{project}/conversations"), json!({}))
        .await
        .expect(201);
    let conversation = format!("/api/v1/conversations/{}", conversation["id"].as_str().unwrap());
    let mut parent = Value::Null;
    for question in questions {
        let body = json!({"text": question, "parent_id": parent});
        let asked = ada.post(&format!("{conversation}/messages"), body).await.expect(201);
        app.settle().await;
        parent = asked["answer"]["id"].clone();
        let answer = ada
            .get(&format!("/api/v1/messages/{}", parent.as_str().unwrap()))
            .await
            .expect(200);
        assert_eq!(answer["state"], "done", "{answer}");
        let made = answer["generated_files"].as_array().unwrap();
        assert!(
            made.iter().any(|file| file["media_type"] == "image/png"),
            "{question}: {made:?}"
        );
        let said = answer["parts"].to_string();
        assert!(said.contains("**") && said.contains("Chart: "), "{said}");
    }

    // It is a project like any other.
    ada.delete(&project).await.expect(204);
    assert!(self::projects(&ada).await.is_empty());
}

#[tokio::test]
async fn it_counts_as_usual_and_is_made_once() {
    let app = started(|_| {}).await;
    let ada = newcomer(&app, "ada@example.com").await;
    let account = ada.get("/api/v1/account").await.expect(200);
    let org = account["personal_org_id"].as_str().unwrap();
    let usage = ada.get(&format!("/api/v1/orgs/{org}/usage")).await.expect(200);
    assert_eq!(usage["files"], 2);
    let bytes = usage["bytes"].as_u64().unwrap();
    assert!((1..200_000).contains(&bytes), "{bytes}");

    let user: UserId = account["id"].as_str().unwrap().parse().unwrap();
    begin(&app, user).await;
    assert_eq!(names(&app, user).await.len(), 1);
    // Nor does it come back after its owner has deleted it.
    let project = projects(&ada).await[0]["id"].as_str().unwrap().to_owned();
    ada.delete(&format!("/api/v1/projects/{project}")).await.expect(204);
    begin(&app, user).await;
    assert!(names(&app, user).await.is_empty());
}

#[tokio::test]
async fn everybody_gets_it_however_they_come() {
    let app = started(|_| {}).await;
    let now = app.app.clock.now();
    let mut tx = app.app.db.begin().await.unwrap();
    let made = admin::create_user(&mut tx, now, &Email::parse("email", "bob@example.com").unwrap(), None).await;
    let identity = Identity {
        subject: "1234".to_owned(),
        email: Some("cyd@example.com".to_owned()),
        email_verified: true,
        name: None,
    };
    let google::SignIn::Admitted(cyd) = google::sign_in(&mut tx, now, &identity).await.unwrap() else {
        panic!("refused");
    };
    google::sign_in(&mut tx, now, &identity).await.unwrap();
    tx.commit().await.unwrap();
    app.settle().await;
    assert_eq!(names(&app, made.unwrap().id).await, ["Getting started"]);
    assert_eq!(names(&app, cyd).await, ["Getting started"]);

    // A code that was mailed proves the address as well as a link does.
    let body = json!({"email": "dan@example.com", "password": PASSWORD});
    app.anonymous().post("/api/v1/accounts", body).await.expect(202);
    app.settle().await;
    let reset = app
        .anonymous()
        .post("/api/v1/password-resets", json!({"email": "dan@example.com"}))
        .await
        .expect(202);
    let body = json!({"code": app.mail("dan@example.com").await.code(), "password": "another horse 8 battery"});
    let path = format!("/api/v1/password-resets/{}/confirm", reset["id"].as_str().unwrap());
    let id: UserId = sqlx::query_scalar("select id from users where email = 'dan@example.com'")
        .fetch_one(&app.app.db)
        .await
        .unwrap();
    assert!(names(&app, id).await.is_empty());
    app.anonymous().post(&path, body).await.expect(204);
    app.settle().await;
    assert_eq!(names(&app, id).await, ["Getting started"]);
}

#[tokio::test]
async fn without_room_an_account_begins_without_it_and_leaves_nothing_behind() {
    let app = started(|config| config.limits.quota_files = 1).await;
    let ada = newcomer(&app, "ada@example.com").await;
    assert!(projects(&ada).await.is_empty());
    assert_eq!(files_below(&app.folder.path().join("objects/org")), 0);
}

#[tokio::test]
async fn a_server_can_be_told_to_make_none() {
    let app = TestApp::start().await;
    let ada = newcomer(&app, "ada@example.com").await;
    assert!(projects(&ada).await.is_empty());
}
