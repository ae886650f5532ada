//! Bearer tokens.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use glovebox::config::SecretText;
use serde_json::{Value, json};

use crate::test_app::{PASSWORD, TestApp};

const ADA: &str = "ada@example.com";

async fn token(app: &TestApp) -> String {
    let body = json!({"email": ADA, "password": PASSWORD});
    let token = app.anonymous().post("/api/v1/tokens", body).await.expect(200);
    token["access_token"].as_str().unwrap().to_owned()
}

async fn status(app: &TestApp, token: &str) -> u16 {
    let client = app.anonymous().with("authorization", format!("bearer {token}"));
    client.get("/api/v1/account").await.status.as_u16()
}

fn part(text: &str, i: usize) -> Value {
    let part = text.split('.').nth(i).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

fn encoded(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

#[tokio::test]
async fn a_token_lets_in_for_an_hour() {
    let app = TestApp::start().await;
    let ada = app.user(ADA).await;
    let body = json!({"email": ADA, "password": PASSWORD});
    let answer = app.anonymous().post("/api/v1/tokens", body).await;
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("set-cookie"), "");
    let answer = answer.expect(200);
    assert_eq!(
        (&answer["token_type"], &answer["expires_in"]),
        (&json!("bearer"), &json!(3600))
    );
    let token = answer["access_token"].as_str().unwrap();

    assert_eq!(part(token, 0)["alg"], "HS256");
    let claims = part(token, 1);
    assert_eq!(claims["iss"], format!("{}/", app.url));
    assert_eq!(claims["sub"], ada.user.unwrap().0.to_string());
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 3600);
    assert!(claims["jti"].is_string());

    assert_eq!(status(&app, token).await, 200);
    app.skip_minutes(59);
    assert_eq!(status(&app, token).await, 200);
    app.skip_minutes(1);
    assert_eq!(status(&app, token).await, 401);
}

#[tokio::test]
async fn a_token_needs_the_right_password_and_a_confirmed_address() {
    let app = TestApp::start().await;
    app.user(ADA).await;
    let ask = async |email: &str, password: &str| {
        let body = json!({"email": email, "password": password});
        app.anonymous().post("/api/v1/tokens", body).await
    };
    let wrong = ask(ADA, "a wrong guess 7").await;
    let unknown = ask("nobody@example.com", "a wrong guess 7").await;
    assert_eq!(wrong.appearance(), unknown.appearance());
    wrong.expect_problem(401, "unauthenticated");
    ask("ada", PASSWORD).await.expect_problem(422, "invalid");
    sqlx::query("update users set email_verified_at = null")
        .execute(&app.app.db)
        .await
        .unwrap();
    ask(ADA, PASSWORD).await.expect_problem(403, "email_unverified");
}

#[tokio::test]
async fn a_forged_token_lets_nobody_in() {
    let app = TestApp::start().await;
    app.user(ADA).await;
    let token = token(&app).await;
    let (head, claims) = (part(&token, 0), part(&token, 1));
    let signature = token.split('.').nth(2).unwrap();
    let mut longer = claims.clone();
    longer["exp"] = json!(longer["exp"].as_i64().unwrap() + 3600);
    let none = json!({"alg": "none", "typ": "JWT"});
    for forged in [
        format!("{}.{}.{signature}", encoded(&head), encoded(&longer)),
        format!("{}.{}.", encoded(&none), encoded(&claims)),
        format!("{}.{}.{signature}", encoded(&json!({"alg": "HS512"})), encoded(&claims)),
        token[..token.len() - 2].to_owned(),
        "a.b.c".to_owned(),
    ] {
        assert_eq!(status(&app, &forged).await, 401, "{forged}");
    }
    assert_eq!(status(&app, &token).await, 200);
}

#[tokio::test]
async fn a_token_is_one_server_s_and_one_key_s() {
    let start = async |key: &str, url: &str| {
        TestApp::start_with(|config| {
            config.secret_key = Some(SecretText::new(key));
            config.public_url = url.parse().unwrap();
        })
        .await
    };
    let key = "0123456789abcdef0123456789abcdef";
    let here = start(key, "http://here.example.com").await;
    here.user(ADA).await;
    let token = token(&here).await;
    let id: uuid::Uuid = sqlx::query_scalar("select id from users")
        .fetch_one(&here.app.db)
        .await
        .unwrap();
    for (key, url, expected) in [
        (key, "http://here.example.com", 200),
        ("another key, also of 32 characters", "http://here.example.com", 401),
        (key, "http://there.example.com", 401),
    ] {
        let there = start(key, url).await;
        // The same user, so that only the signature and the issuer tell the servers apart.
        for statement in [
            "insert into users (id, email, created_at) values ($1, 'moved@example.com', now())",
            "insert into orgs (id, name, personal_user_id, created_at) values ($1, 'Personal', $1, now())",
        ] {
            sqlx::query(statement).bind(id).execute(&there.app.db).await.unwrap();
        }
        assert_eq!(status(&there, &token).await, expected, "{url}");
    }
}
