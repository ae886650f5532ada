//! Invitations, from the mail to the membership.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::{
    orgs::{count, items, joined, shared},
    test_app::{Client, TestApp},
};

const ACCEPT: &str = "/api/v1/invitations/accept";

async fn invite(by: &Client, org: &str, email: &str, role: &str) -> Value {
    by.post(&format!("{org}/invitations"), json!({ "email": email, "role": role }))
        .await
        .expect(201)
}

/// The token in the link of the last mail to the address, which waits in the queue.
async fn mailed_token(app: &TestApp, email: &str) -> String {
    let query = "select payload ->> 'text' from graphile_worker._private_jobs
                 where payload ->> 'to' = $1 order by id desc limit 1";
    let text: String = sqlx::query_scalar(query)
        .bind(email)
        .fetch_one(&app.app.db)
        .await
        .unwrap();
    let link = format!("{}/invitation?token=", app.url);
    let (_, rest) = text
        .split_once(&link)
        .unwrap_or_else(|| panic!("{link} is not in {text}"));
    rest.split_whitespace().next().unwrap().to_owned()
}

async fn accept(by: &Client, token: &str) -> crate::test_app::Answer {
    by.post(ACCEPT, json!({ "token": token })).await
}

#[tokio::test]
async fn an_invitation_leads_in_once() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.user("ada@example.com").await, app.user("bob@example.com").await);
    let org = shared(&ada, "Acme").await;
    let made = ada
        .post(
            &format!("{org}/invitations"),
            json!({ "email": "Bob@Example.com", "role": "member" }),
        )
        .await;
    let place = made.header("location").to_owned();
    let made = made.expect(201);
    assert_eq!(place, format!("{org}/invitations/{}", made["id"].as_str().unwrap()));
    assert_eq!(made["role"], "member");
    let waiting = ada.get(&format!("{org}/invitations")).await.expect(200);
    assert_eq!(items(&waiting), [made]);

    let token = mailed_token(&app, sent_to(&waiting)).await;
    assert!(!waiting.to_string().contains(&token));
    let org_seen = accept(&bob, &token).await.expect(200);
    assert_eq!(
        (&org_seen["name"], &org_seen["role"]),
        (&json!("Acme"), &json!("member"))
    );
    assert_eq!(bob.get(&org).await.expect(200), org_seen);
    accept(&bob, &token).await.expect_problem(404, "not_found");
    assert_eq!(
        items(&ada.get(&format!("{org}/invitations")).await.expect(200)).len(),
        0
    );
}

fn sent_to(page: &Value) -> &str {
    items(page)[0]["email"].as_str().unwrap()
}

#[tokio::test]
async fn the_mail_says_who_invites_into_what() {
    let app = TestApp::start().await;
    let ada = app.user("ada@example.com").await;
    let org = shared(&ada, "Acme").await;
    invite(&ada, &org, "bob@example.com", "admin").await;
    let query =
        "select payload ->> 'text' from graphile_worker._private_jobs where payload ->> 'to' = 'bob@example.com'";
    let text: String = sqlx::query_scalar(query).fetch_one(&app.app.db).await.unwrap();
    for part in ["ada@example.com", "Acme", "admin"] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    app.settle().await;
    assert_eq!(
        count(&app, "select count(*) from graphile_worker._private_jobs").await,
        0
    );
}

#[tokio::test]
async fn only_the_confirmed_owner_of_the_address_gets_in() {
    let app = TestApp::start().await;
    let (ada, bob, eve) = (
        app.user("ada@example.com").await,
        app.user("bob@example.com").await,
        app.user("eve@example.com").await,
    );
    let org = shared(&ada, "Acme").await;
    invite(&ada, &org, "bob@example.com", "member").await;
    let token = mailed_token(&app, "bob@example.com").await;

    app.anonymous()
        .post(ACCEPT, json!({ "token": token }))
        .await
        .expect_problem(401, "unauthenticated");
    let told = accept(&eve, &token).await.expect_problem(403, "forbidden");
    assert!(!told.to_string().contains("bob"), "{told}");
    let verified = "update users set email_verified_at = $1 where email = 'bob@example.com'";
    sqlx::query(verified)
        .bind(None::<chrono::DateTime<chrono::Utc>>)
        .execute(&app.app.db)
        .await
        .unwrap();
    accept(&bob, &token).await.expect_problem(403, "forbidden");
    sqlx::query(verified)
        .bind(Some(chrono::Utc::now()))
        .execute(&app.app.db)
        .await
        .unwrap();
    // The refusals have not used it up.
    accept(&bob, &token).await.expect(200);
    accept(&eve, "no such token").await.expect_problem(404, "not_found");
    accept(&eve, "").await.expect_problem(404, "not_found");
    eve.post(ACCEPT, json!({})).await.expect_problem(422, "invalid");
}

#[tokio::test]
async fn an_invitation_is_over_after_its_days() {
    let app = TestApp::start_with(|config| config.limits.invitation_days = 2).await;
    let (ada, bob) = (app.user("ada@example.com").await, app.user("bob@example.com").await);
    let org = shared(&ada, "Acme").await;
    invite(&ada, &org, "bob@example.com", "member").await;
    let token = mailed_token(&app, "bob@example.com").await;
    app.app.clock.skip(TimeDelta::days(2));
    let (ada, bob) = (again(&app, &ada).await, again(&app, &bob).await);
    assert_eq!(
        items(&ada.get(&format!("{org}/invitations")).await.expect(200)).len(),
        0
    );
    accept(&bob, &token).await.expect_problem(404, "not_found");
    // The address can be invited again.
    invite(&ada, &org, "bob@example.com", "member").await;
}

/// The same person, logged in anew.
async fn again(app: &TestApp, client: &Client) -> Client {
    use glovebox::accounts::sessions::{self, Origin};
    let (user_id, _) = client.user.unwrap();
    let mut db = app.app.db.acquire().await.unwrap();
    let (now, limits) = (app.app.clock.now(), &app.app.config.limits);
    let (_, token) = sessions::open(&mut db, now, limits, user_id, false, &Origin::default())
        .await
        .unwrap();
    client.with("cookie", format!("glovebox_session={token}"))
}

#[tokio::test]
async fn inviting_an_address_again_replaces_the_old_invitation() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.user("ada@example.com").await, app.user("bob@example.com").await);
    let org = shared(&ada, "Acme").await;
    invite(&ada, &org, "bob@example.com", "admin").await;
    let old = mailed_token(&app, "bob@example.com").await;
    invite(&ada, &org, "BOB@example.com", "viewer").await;
    let waiting = ada.get(&format!("{org}/invitations")).await.expect(200);
    assert_eq!(items(&waiting).len(), 1);
    accept(&bob, &old).await.expect_problem(404, "not_found");
    let new = mailed_token(&app, sent_to(&waiting)).await;
    assert_eq!(accept(&bob, &new).await.expect(200)["role"], "viewer");
}

#[tokio::test]
async fn an_invitation_can_be_taken_back() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.user("ada@example.com").await, app.user("bob@example.com").await);
    let (org, other) = (shared(&ada, "Acme").await, shared(&ada, "Other").await);
    let made = invite(&ada, &org, "bob@example.com", "member").await;
    let token = mailed_token(&app, "bob@example.com").await;
    let id = made["id"].as_str().unwrap();
    ada.delete(&format!("{other}/invitations/{id}"))
        .await
        .expect_problem(404, "not_found");
    ada.delete(&format!("{org}/invitations/{id}")).await.expect(204);
    ada.delete(&format!("{org}/invitations/{id}"))
        .await
        .expect_problem(404, "not_found");
    accept(&bob, &token).await.expect_problem(404, "not_found");
}

#[tokio::test]
async fn admins_invite_up_to_their_own_role() {
    let app = TestApp::start().await;
    let owner = app.user("owner@example.com").await;
    let org = shared(&owner, "Acme").await;
    let path = format!("{org}/invitations");
    let check = async |by: &str, role: &str, expected: u16| {
        let sender = joined(&app, &org, by).await;
        sender
            .post(&path, json!({ "email": "bob@example.com", "role": role }))
            .await
            .expect(expected);
        sender
            .get(&path)
            .await
            .expect(if ["admin", "owner"].contains(&by) { 200 } else { 403 });
    };
    check("viewer", "viewer", 403).await;
    check("member", "viewer", 403).await;
    check("admin", "viewer", 201).await;
    check("admin", "admin", 201).await;
    check("admin", "owner", 403).await;
    check("owner", "owner", 201).await;
    // What only an owner can send, only an owner replaces or takes back.
    let admin = joined(&app, &org, "admin").await;
    check("admin", "viewer", 403).await;
    let waiting = owner.get(&path).await.expect(200);
    assert_eq!(items(&waiting)[0]["role"], "owner");
    let place = format!("{path}/{}", items(&waiting)[0]["id"].as_str().unwrap());
    admin.delete(&place).await.expect_problem(403, "forbidden");
    owner.delete(&place).await.expect(204);
}

#[tokio::test]
async fn who_is_in_keeps_the_higher_role() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.user("ada@example.com").await, app.user("bob@example.com").await);
    let check = async |has: &str, invited: &str, expected: &str| {
        let org = shared(&ada, "Acme").await;
        invite(&ada, &org, "bob@example.com", invited).await;
        let token = mailed_token(&app, "bob@example.com").await;
        sqlx::query("insert into members (org_id, user_id, role, created_at) values ($1::uuid, $2, $3, now())")
            .bind(org.rsplit('/').next().unwrap())
            .bind(bob.user.unwrap().0)
            .bind(has)
            .execute(&app.app.db)
            .await
            .unwrap();
        assert_eq!(accept(&bob, &token).await.expect(200)["role"], expected);
        accept(&bob, &token).await.expect_problem(404, "not_found");
    };
    check("admin", "viewer", "admin").await;
    check("viewer", "admin", "admin").await;
    let org = shared(&ada, "Acme").await;
    let problem = ada
        .post(
            &format!("{org}/invitations"),
            json!({ "email": "ADA@example.com", "role": "viewer" }),
        )
        .await;
    problem.expect_problem(409, "already_member");
}

#[tokio::test]
async fn an_invitation_accepted_twice_at_once_counts_once() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.user("ada@example.com").await, app.user("bob@example.com").await);
    let org = shared(&ada, "Acme").await;
    invite(&ada, &org, "bob@example.com", "member").await;
    let token = mailed_token(&app, "bob@example.com").await;
    let (one, other) = tokio::join!(accept(&bob, &token), accept(&bob, &token));
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 404]);
}

#[tokio::test]
async fn an_invitation_does_not_outlive_its_senders_authority() {
    let app = TestApp::start().await;
    let owner = app.user("owner@example.com").await;
    let org = shared(&owner, "Acme").await;
    let path = format!("{org}/invitations");
    let left = async || {
        let page = owner.get(&path).await.expect(200);
        let mut emails: Vec<_> = items(&page)
            .iter()
            .map(|item| item["email"].as_str().unwrap().to_owned())
            .collect();
        emails.sort();
        emails
    };
    let second = joined(&app, &org, "owner").await;
    invite(&second, &org, "a@example.com", "owner").await;
    invite(&second, &org, "b@example.com", "admin").await;
    let member = format!("{org}/members/{}", second.user.unwrap().0);
    owner.patch(&member, json!({ "role": "admin" })).await.expect(200);
    assert_eq!(left().await, ["b@example.com"]);
    owner.patch(&member, json!({ "role": "member" })).await.expect(200);
    assert!(left().await.is_empty());

    let third = joined(&app, &org, "admin").await;
    invite(&third, &org, "c@example.com", "viewer").await;
    owner
        .delete(&format!("{org}/members/{}", third.user.unwrap().0))
        .await
        .expect(204);
    assert!(left().await.is_empty());
}

#[tokio::test]
async fn who_has_not_confirmed_their_own_address_invites_nobody() {
    let app = TestApp::start().await;
    let ada = app.user("ada@example.com").await;
    let org = shared(&ada, "Acme").await;
    sqlx::query("update users set email_verified_at = null")
        .execute(&app.app.db)
        .await
        .unwrap();
    let answer = ada
        .post(
            &format!("{org}/invitations"),
            json!({ "email": "bob@example.com", "role": "viewer" }),
        )
        .await;
    answer.expect_problem(403, "forbidden");
    assert_eq!(
        count(&app, "select count(*) from graphile_worker._private_jobs").await,
        0
    );
}

#[tokio::test]
async fn invitations_have_a_limit_and_their_own_rules() {
    let app = TestApp::start_with(|config| config.limits.invitations_per_org = 2).await;
    let (ada, eve) = (app.user("ada@example.com").await, app.user("eve@example.com").await);
    let org = shared(&ada, "Acme").await;
    let path = format!("{org}/invitations");
    invite(&ada, &org, "a@example.com", "viewer").await;
    invite(&ada, &org, "b@example.com", "viewer").await;
    let full = ada
        .post(&path, json!({ "email": "c@example.com", "role": "viewer" }))
        .await;
    full.expect_problem(403, "too_many_invitations");
    // To send one again is not one more.
    invite(&ada, &org, "b@example.com", "viewer").await;

    ada.post(&path, json!({ "email": "bob", "role": "viewer" }))
        .await
        .expect_problem(422, "invalid");
    ada.post(&path, json!({ "email": "bob@example.com", "role": "king" }))
        .await
        .expect_problem(422, "invalid");
    let personal = format!("/api/v1/orgs/{}/invitations", ada.org());
    let alone = ada
        .post(&personal, json!({ "email": "bob@example.com", "role": "viewer" }))
        .await;
    alone.expect_problem(409, "personal_org");
    eve.post(&path, json!({ "email": "eve@example.com", "role": "owner" }))
        .await
        .expect_problem(404, "not_found");
    eve.get(&path).await.expect_problem(404, "not_found");
    let waiting = ada.get(&format!("{path}?limit=1")).await.expect(200);
    let id = items(&waiting)[0]["id"].as_str().unwrap();
    assert_eq!(waiting["next_cursor"], id);
    eve.delete(&format!("{path}/{id}"))
        .await
        .expect_problem(404, "not_found");
    app.anonymous().get(&path).await.expect_problem(401, "unauthenticated");
}

#[tokio::test]
async fn an_address_gets_so_many_invitations_an_hour_and_no_more() {
    let app = TestApp::start_with(|config| config.limits.mails_per_address_per_hour = 2).await;
    let (ada, eve) = (app.user("ada@example.com").await, app.user("eve@example.com").await);
    let (adas, eves) = (shared(&ada, "Acme").await, shared(&eve, "Evil").await);
    invite(&ada, &adas, "bob@example.com", "viewer").await;
    invite(&eve, &eves, "bob@example.com", "viewer").await;
    let third = eve
        .post(
            &format!("{eves}/invitations"),
            json!({ "email": "BOB@example.com", "role": "viewer" }),
        )
        .await;
    assert_ne!(third.header("retry-after"), "");
    third.expect_problem(429, "mail_limited");
    invite(&eve, &eves, "carl@example.com", "viewer").await;
    app.app.clock.skip(TimeDelta::minutes(61));
    invite(&again(&app, &eve).await, &eves, "bob@example.com", "viewer").await;
}

#[tokio::test]
async fn the_database_knows_no_token() {
    let app = TestApp::start().await;
    let ada = app.user("ada@example.com").await;
    let org = shared(&ada, "Acme").await;
    invite(&ada, &org, "bob@example.com", "viewer").await;
    let token = mailed_token(&app, "bob@example.com").await;
    let row: String = sqlx::query_scalar("select invitations::text from invitations")
        .fetch_one(&app.app.db)
        .await
        .unwrap();
    assert!(!row.contains(&token), "{row}");
}

#[tokio::test]
async fn a_link_says_who_invites_whom_as_what_and_where_they_begin() {
    let app = TestApp::start().await;
    let ada = app.user("ada@example.com").await;
    ada.patch("/api/v1/account", json!({"name": "Ada Lovelace"}))
        .await
        .expect(200);
    let org = shared(&ada, "Acme").await;
    let project = crate::projects::project(&ada, &org, "Sales").await;
    let id = project.rsplit('/').next().unwrap();
    let body = json!({"email": "bob@example.com", "role": "viewer", "project_id": id});
    let made = ada.post(&format!("{org}/invitations"), body).await.expect(201);
    assert_eq!(made["project_id"], id);
    let token = mailed_token(&app, "bob@example.com").await;
    let look = async || {
        app.anonymous()
            .post("/api/v1/invitations/look", json!({"token": token}))
            .await
    };
    let expected = json!({
        "org": "Acme", "inviter_name": "Ada Lovelace", "inviter_email": "ada@example.com", "role": "viewer",
        "email": "bob@example.com", "project_id": id, "project": "Sales",
    });
    assert_eq!(look().await.expect(200), expected);

    // A project that is gone is no reason to turn somebody away.
    ada.delete(&project).await.expect(204);
    assert_eq!(look().await.expect(200)["project_id"], Value::Null);
    let body = json!({"email": "eve@example.com", "role": "viewer", "project_id": id});
    let refused = ada
        .post(&format!("{org}/invitations"), body)
        .await
        .expect_problem(422, "invalid");
    assert_eq!(refused["errors"][0]["field"], "project_id");
    accept(&app.user("bob@example.com").await, &token).await.expect(200);
    look().await.expect_problem(404, "not_found");
}
