//! `glovebox admin`, run as an operator runs it, beside a running server.

use std::process::Stdio;

use serde_json::{Value, json};
use sqlx::ConnectOptions;
use tokio::{io::AsyncWriteExt, process::Command};

use crate::{
    orgs::{count, joined, shared},
    test_app::{PASSWORD, TestApp},
};

struct Ended {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Ended {
    #[track_caller]
    fn done(self) -> String {
        assert_eq!(self.code, Some(0), "{}{}", self.out, self.err);
        self.out
    }

    #[track_caller]
    fn refused(self, expected: &str) {
        assert_eq!(self.code, Some(2), "{}{}", self.out, self.err);
        assert!(self.err.contains(expected), "{}", self.err);
    }
}

/// Runs `glovebox admin …` on the database of the server.
async fn admin(app: &TestApp, arguments: &[&str]) -> Ended {
    admin_with(app, arguments, "").await
}

async fn admin_with(app: &TestApp, arguments: &[&str], input: &str) -> Ended {
    let url = app.app.db.connect_options().to_url_lossy();
    let mut child = Command::new(env!("CARGO_BIN_EXE_glovebox"))
        .arg("admin")
        .args(arguments)
        .current_dir(app.folder.path())
        .env("DATABASE_URL", url.as_str())
        .env("GLOVEBOX_DATA", app.folder.path())
        .env("GLOVEBOX_PUBLIC_URL", &app.url)
        .env("GLOVEBOX_QUOTA_BYTES", "5000")
        .env("GLOVEBOX_QUOTA_FILES", "7")
        .env_remove("RUST_LOG")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that reads nothing may be gone already.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes()).await;
    let output = child.wait_with_output().await.unwrap();
    Ended {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

async fn admin_json(app: &TestApp, arguments: &[&str]) -> Value {
    let out = admin(app, &[arguments, &["--json"]].concat()).await.done();
    serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}"))
}

async fn log_in(app: &TestApp, email: &str, password: &str) -> u16 {
    let body = json!({ "email": email, "password": password, "remember": false });
    app.anonymous().post("/api/v1/sessions", body).await.status.as_u16()
}

#[tokio::test]
async fn users_are_listed_and_shown() {
    let app = TestApp::start().await;
    let ada = app.user("ada@example.com").await;
    app.user("bob@example.com").await;
    let org = shared(&ada, "Acme").await;
    joined(&app, &org, "viewer").await;

    let table = admin(&app, &["users", "list"]).await.done();
    assert!(
        table.contains("ada@example.com") && table.contains("3 users"),
        "{table}"
    );
    let found = admin_json(&app, &["users", "list", "--search", "ADA@"]).await;
    assert_eq!(found.as_array().unwrap().len(), 1);
    assert_eq!(
        (&found[0]["email"], &found[0]["sessions"]),
        (&json!("ada@example.com"), &json!(1))
    );
    assert_eq!(
        admin_json(&app, &["users", "list", "--limit", "2"])
            .await
            .as_array()
            .unwrap()
            .len(),
        2
    );

    let id = ada.user.unwrap().0.to_string();
    let shown = admin_json(&app, &["users", "show", "Ada@Example.com"]).await;
    assert_eq!(shown, admin_json(&app, &["users", "show", &id]).await);
    assert_eq!((&shown["id"], &shown["has_password"]), (&json!(id), &json!(true)));
    let orgs: Vec<_> = shown["orgs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|org| (&org["name"], &org["members"]))
        .collect();
    assert_eq!(orgs, [(&json!("Personal"), &json!(1)), (&json!("Acme"), &json!(2))]);
    assert!(!shown.to_string().contains("argon2"));
    let table = admin(&app, &["users", "show", &id]).await.done();
    assert!(
        table.contains("Acme") && table.contains("owner") && table.contains("2 organisations"),
        "{table}"
    );

    admin(&app, &["users", "show", "nobody@example.com"])
        .await
        .refused("user not found");
    admin(&app, &["users", "show", "01936d5f-0000-7000-8000-000000000000"])
        .await
        .refused("user not found");
}

#[tokio::test]
async fn a_disabled_user_gets_in_by_nothing_until_enabled() {
    let app = TestApp::start().await;
    let ada = app.user("ada@example.com").await;
    let body = json!({ "email": "ada@example.com", "password": PASSWORD });
    let token = app.anonymous().post("/api/v1/tokens", body).await.expect(200);
    let bearer = app.anonymous().with(
        "authorization",
        format!("Bearer {}", token["access_token"].as_str().unwrap()),
    );
    bearer.get("/api/v1/orgs").await.expect(200);

    let shown = admin_json(&app, &["users", "disable", "ada@example.com"]).await;
    assert_ne!(shown["disabled_at"], Value::Null);
    assert_eq!(shown["sessions"], 0);
    for client in [&ada, &bearer] {
        client.get("/api/v1/orgs").await.expect_problem(401, "unauthenticated");
    }
    assert_eq!(log_in(&app, "ada@example.com", PASSWORD).await, 403);
    let table = admin(&app, &["users", "list"]).await.done();
    assert!(table.contains("disabled"), "{table}");

    admin(&app, &["users", "enable", "ada@example.com"]).await.done();
    assert_eq!(log_in(&app, "ada@example.com", PASSWORD).await, 201);
    // What was open before stays over.
    for client in [&ada, &bearer] {
        client.get("/api/v1/orgs").await.expect_problem(401, "unauthenticated");
    }
}

#[tokio::test]
async fn a_user_is_made_with_a_password_or_without() {
    let app = TestApp::start().await;
    let line = format!("{PASSWORD}\n");
    admin_with(&app, &["users", "create", "ada@example.com", "--password-stdin"], &line)
        .await
        .done();
    assert_eq!(log_in(&app, "ada@example.com", PASSWORD).await, 201);

    let told = admin(&app, &["users", "create", "bob@example.com"]).await.done();
    assert!(told.contains("bob@example.com") && told.contains(&app.url), "{told}");
    let shown = admin_json(&app, &["users", "show", "bob@example.com"]).await;
    assert_eq!(shown["has_password"], false);
    assert_ne!(shown["email_verified_at"], Value::Null);

    admin(&app, &["users", "create", "ADA@example.com"])
        .await
        .refused("account with this email address already");
    admin(&app, &["users", "create", "ada"])
        .await
        .refused("not an email address");
    let weak = admin_with(
        &app,
        &["users", "create", "carl@example.com", "--password-stdin"],
        "password1\n",
    );
    weak.await.refused("the password");
    admin(&app, &["users", "create", "carl@example.com", "--password-stdin"])
        .await
        .refused("8 characters");
}

#[tokio::test]
async fn who_was_made_without_a_password_sets_one_by_the_mailed_code() {
    let app = TestApp::start().await;
    admin(&app, &["users", "create", "bob@example.com"]).await.done();
    let asked = app
        .anonymous()
        .post("/api/v1/password-resets", json!({ "email": "bob@example.com" }))
        .await
        .expect(202);
    app.settle().await;
    let folder = std::fs::read_dir(app.folder.path().join("mail")).unwrap();
    let mail: String = folder
        .map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap())
        .collect();
    let codes = mail
        .split(|c: char| !c.is_ascii_digit())
        .filter(|digits| digits.len() == 6);
    let confirm = format!("/api/v1/password-resets/{}/confirm", asked["id"].as_str().unwrap());
    for code in codes {
        let body = json!({ "code": code, "password": PASSWORD });
        if app.anonymous().post(&confirm, body).await.status == 204 {
            break;
        }
    }
    assert_eq!(log_in(&app, "bob@example.com", PASSWORD).await, 201);
}

#[tokio::test]
async fn a_user_is_deleted_as_their_owner_could() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.user("ada@example.com").await, app.user("bob@example.com").await);
    let org = shared(&ada, "Acme").await;
    let other = joined(&app, &org, "admin").await;
    ada.post(
        &format!("/api/v1/orgs/{}/projects", ada.org()),
        json!({ "name": "Sales" }),
    )
    .await
    .expect(201);

    admin(&app, &["users", "delete", "ada@example.com"])
        .await
        .refused("--yes");
    admin(&app, &["users", "delete", "ada@example.com", "--yes"])
        .await
        .refused("only owner of Acme");
    ada.get("/api/v1/orgs").await.expect(200);

    let role = format!("{org}/members/{}", other.user.unwrap().0);
    ada.patch(&role, json!({ "role": "owner" })).await.expect(200);
    admin(&app, &["users", "delete", "ada@example.com", "--yes"])
        .await
        .done();
    ada.get("/api/v1/orgs").await.expect_problem(401, "unauthenticated");
    assert_eq!(count(&app, "select count(*) from projects").await, 0);
    other.get(&org).await.expect(200);
    bob.get("/api/v1/orgs").await.expect(200);
    admin(&app, &["users", "delete", "ada@example.com", "--yes"])
        .await
        .refused("user not found");
}

#[tokio::test]
async fn sessions_are_listed_and_ended() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.user("ada@example.com").await, app.user("bob@example.com").await);
    let table = admin(&app, &["sessions", "list"]).await.done();
    assert!(
        table.contains("bob@example.com") && table.contains("2 sessions"),
        "{table}"
    );
    let listed = admin_json(&app, &["sessions", "list", "ada@example.com"]).await;
    assert_eq!(listed.as_array().unwrap().len(), 1);
    assert_eq!(listed[0]["email"], "ada@example.com");
    assert_eq!(listed[0].get("token_hash"), None);

    admin(&app, &["sessions", "end", "ada@example.com"]).await.done();
    ada.get("/api/v1/orgs").await.expect_problem(401, "unauthenticated");
    bob.get("/api/v1/orgs").await.expect(200);
    assert_eq!(
        admin(&app, &["sessions", "list", "ada@example.com"]).await.done(),
        "no sessions\n"
    );
    admin(&app, &["sessions", "end", "eve@example.com"])
        .await
        .refused("user not found");
}

#[tokio::test]
async fn quotas_are_set_and_cleared() {
    let app = TestApp::start().await;
    let ada = app.user("ada@example.com").await;
    let (org, path) = (ada.org().to_string(), format!("/api/v1/orgs/{}/usage", ada.org()));
    assert_eq!(admin(&app, &["quotas", "show"]).await.done(), "no organisations\n");
    let shown = admin_json(&app, &["quotas", "show", "ada@example.com"]).await;
    assert_eq!((&shown["org_id"], &shown["own_bytes"]), (&json!(org), &Value::Null));
    assert_eq!(
        (&shown["quota_bytes"], &shown["quota_files"]),
        (&json!(5_000), &json!(7))
    );
    assert_eq!(shown["owners"], json!(["ada@example.com"]));

    admin(&app, &["quotas", "set", &org, "--bytes", "100"]).await.done();
    let shown = admin_json(&app, &["quotas", "set", &org, "--files", "0"]).await;
    assert_eq!((&shown["quota_bytes"], &shown["quota_files"]), (&json!(100), &json!(0)));
    let usage = ada.get(&path).await.expect(200);
    assert_eq!((&usage["quota_bytes"], &usage["quota_files"]), (&json!(100), &json!(0)));
    let table = admin(&app, &["quotas", "show"]).await.done();
    assert!(
        table.contains("ada@example.com") && table.contains("1 organisation"),
        "{table}"
    );

    let cleared = admin_json(&app, &["quotas", "clear", &org]).await;
    assert_eq!(cleared["quota_bytes"], 5_000);
    assert_eq!(admin_json(&app, &["quotas", "show"]).await, json!([]));
    assert_ne!(ada.get(&path).await.expect(200)["quota_bytes"], 100);

    admin(&app, &["quotas", "set", &org]).await.refused("--bytes");
    admin(&app, &["quotas", "set", &org, "--bytes=-1"]).await.refused("-1");
    admin(&app, &["quotas", "set", "eve@example.com", "--bytes", "1"])
        .await
        .refused("organisation not found");
}

#[tokio::test]
async fn a_database_that_is_not_up_to_date_is_said_to_be() {
    let app = TestApp::start().await;
    sqlx::query("delete from _sqlx_migrations")
        .execute(&app.app.db)
        .await
        .unwrap();
    admin(&app, &["users", "list"]).await.refused("glovebox migrate");
}
