//! The end of an account.

use glovebox::{
    ids::{OrgId, UserId},
    objects::{Digest, ObjectKey},
};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use sqlx::PgPool;
use uuid::Uuid;

use crate::test_app::{Client, PASSWORD, TestApp};

const ADA: &str = "ada@example.com";

async fn shared_org(db: &PgPool, name: &str, members: &[(UserId, &str)]) -> OrgId {
    let id = OrgId::new();
    sqlx::query("insert into orgs (id, name, created_at) values ($1, $2, now())")
        .bind(id)
        .bind(name)
        .execute(db)
        .await
        .unwrap();
    for (user, role) in members {
        let insert = "insert into members (org_id, user_id, role, created_at) values ($1, $2, $3, now())";
        sqlx::query(insert)
            .bind(id)
            .bind(user)
            .bind(role)
            .execute(db)
            .await
            .unwrap();
    }
    id
}

/// A project with a file whose bytes are in the store.
async fn file(app: &TestApp, org: OrgId, by: UserId) -> ObjectKey {
    let path = app.folder.path().join("table.csv");
    std::fs::write(&path, "a,b\n1,2\n").unwrap();
    let digest = Digest {
        bytes: 8,
        sha256: Sha256::digest("a,b\n1,2\n").into(),
    };
    let key = ObjectKey::new(org);
    app.app.objects.put(&key, &path, &digest).await.unwrap();
    let (project, file, version) = (Uuid::now_v7(), Uuid::now_v7(), Uuid::now_v7());
    let mut tx = app.app.db.begin().await.unwrap();
    for (statement, id) in [
        (
            "insert into projects (id, org_id, name, created_by, created_at, updated_at)
          values ($1, $2, $1::text, $5, now(), now())",
            project,
        ),
        (
            "insert into objects (key, org_id, bytes, sha256, created_at) values ($3, $2, 8, sha256('x'), now() - interval '2 hours')",
            project,
        ),
        (
            "insert into files (id, org_id, project_id, name, created_by, created_at, updated_at)
          values ($1, $2, $4, 'table.csv', $5, now(), now())",
            file,
        ),
        (
            "insert into file_versions (id, org_id, file_id, version, object_key, state, created_by, created_at)
          values ($1, $2, $4, 1, $3, 'pending', $5, now())",
            version,
        ),
    ] {
        let parent = if id == version { file } else { project };
        // Every statement names every parameter, so that one loop does.
        let statement = format!("with unused as (select $1::uuid, $2::uuid, $3::text, $4::uuid, $5::uuid) {statement}");
        sqlx::query(sqlx::AssertSqlSafe(statement))
            .bind(id)
            .bind(org)
            .bind(key.as_str())
            .bind(parent)
            .bind(by)
            .execute(&mut *tx)
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    key
}

async fn delete(client: &Client) -> crate::test_app::Answer {
    client
        .delete_with("/api/v1/account", json!({"password": PASSWORD}))
        .await
}

async fn count(db: &PgPool, what: &str) -> i64 {
    sqlx::query_scalar(sqlx::AssertSqlSafe(format!("select count(*) from {what}")))
        .fetch_one(db)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_deleted_account_is_gone_with_its_files_and_whatever_let_it_in() {
    let app = TestApp::start().await;
    let ada = app.user(ADA).await;
    let (other, bearer, key) = (app.log_in(ADA).await, app.bearer(&ada).await, app.api_key(&ada).await);
    let alone = shared_org(&app.app.db, "Alone", &[(ada.user.unwrap().0, "owner")]).await;
    let objects = [
        file(&app, ada.org(), ada.user.unwrap().0).await,
        file(&app, alone, ada.user.unwrap().0).await,
    ];

    let answer = delete(&ada).await;
    assert!(
        answer.header("set-cookie").starts_with("glovebox_session=; "),
        "{:?}",
        answer.headers
    );
    assert!(answer.header("set-cookie").ends_with("Max-Age=0"));
    answer.expect(204);
    for ended in [&ada, &other, &bearer, &key] {
        ended
            .get("/api/v1/account")
            .await
            .expect_problem(401, "unauthenticated");
    }
    app.try_log_in(ADA, PASSWORD)
        .await
        .expect_problem(401, "unauthenticated");

    let db = &app.app.db;
    for table in [
        "users",
        "orgs",
        "members",
        "projects",
        "files",
        "file_versions",
        "sessions",
        "api_keys",
    ] {
        assert_eq!(count(db, table).await, 0, "{table}");
    }
    assert_eq!(count(db, "objects where deleted_at is null").await, 0);
    app.settle().await;
    for object in objects {
        assert!(app.app.objects.get(&object, None).await.is_err(), "{object:?}");
    }
    // The address is free again.
    app.anonymous()
        .post("/api/v1/accounts", json!({"email": ADA, "password": PASSWORD}))
        .await
        .expect(202);
    assert_eq!(app.mail(ADA).await.subject, "Confirm your email address");
}

#[tokio::test]
async fn the_last_owner_of_others_cannot_go() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.user(ADA).await, app.user("bob@example.com").await);
    let (ada_id, bob_id) = (ada.user.unwrap().0, bob.user.unwrap().0);
    let shared = shared_org(&app.app.db, "Engine Makers", &[(ada_id, "owner"), (bob_id, "admin")]).await;
    let object = file(&app, shared, ada_id).await;

    let problem = delete(&ada).await.expect_problem(409, "last_owner");
    assert!(
        problem["detail"].as_str().unwrap().contains("Engine Makers"),
        "{problem}"
    );
    ada.get("/api/v1/account").await.expect(200);

    // With another owner she can, and what she made there stays.
    sqlx::query("update members set role = 'owner' where user_id = $1")
        .bind(bob_id)
        .execute(&app.app.db)
        .await
        .unwrap();
    delete(&ada).await.expect(204);
    app.settle().await;
    let db = &app.app.db;
    assert_eq!(count(db, "orgs where personal_user_id is null").await, 1);
    assert_eq!(count(db, "members").await, 2);
    assert_eq!(count(db, "file_versions where created_by is null").await, 1);
    assert!(app.app.objects.get(&object, None).await.is_ok());
}

#[tokio::test]
async fn two_owners_who_go_at_once_do_not_leave_the_others_alone() {
    let app = TestApp::start().await;
    for round in 0..5 {
        let mut people = Vec::new();
        for name in ["ada", "bob", "eve"] {
            people.push(app.user(&format!("{name}{round}@example.com")).await);
        }
        let [ada, bob, eve] = [0, 1, 2].map(|i| people[i].user.unwrap().0);
        let shared = shared_org(
            &app.app.db,
            "Shared",
            &[(ada, "owner"), (bob, "owner"), (eve, "member")],
        )
        .await;
        let (first, second) = tokio::join!(delete(&people[0]), delete(&people[1]));
        let mut statuses = [first.status.as_u16(), second.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [204, 409]);
        assert_eq!(
            count(
                &app.app.db,
                &format!("members where role = 'owner' and org_id = '{shared}'")
            )
            .await,
            1
        );
    }
}

#[tokio::test]
async fn deleting_needs_the_password_or_without_one_a_fresh_log_in() {
    let app = TestApp::start_with(|config| config.limits.fresh_login_minutes = 10).await;
    let ada = app.user(ADA).await;
    ada.delete_with("/api/v1/account", json!({"password": "a wrong guess 7"}))
        .await
        .expect_problem(422, "invalid");
    ada.delete_with("/api/v1/account", json!({}))
        .await
        .expect_problem(422, "invalid");
    app.anonymous()
        .delete_with("/api/v1/account", json!({}))
        .await
        .expect_problem(401, "unauthenticated");

    // Somebody who comes by Google.
    sqlx::query("update users set password_hash = null")
        .execute(&app.app.db)
        .await
        .unwrap();
    let bearer = app.bearer(&ada).await;
    bearer
        .delete_with("/api/v1/account", json!({}))
        .await
        .expect_problem(403, "login_again");
    app.skip_minutes(11);
    ada.delete_with("/api/v1/account", json!({}))
        .await
        .expect_problem(403, "login_again");
    let fresh = app.user("bob@example.com").await;
    sqlx::query("update users set password_hash = null")
        .execute(&app.app.db)
        .await
        .unwrap();
    fresh.delete_with("/api/v1/account", json!({})).await.expect(204);
}
