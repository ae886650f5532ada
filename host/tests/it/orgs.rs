//! Organisations and their members, over HTTP.

use serde_json::{Value, json};

use crate::test_app::{Client, TestApp};

/// A shared organisation of `owner`, and its path.
pub async fn shared(owner: &Client, name: &str) -> String {
    let org = owner.post("/api/v1/orgs", json!({ "name": name })).await.expect(201);
    format!("/api/v1/orgs/{}", org["id"].as_str().unwrap())
}

/// Somebody new who belongs to the organisation at `org`.
pub async fn joined(app: &TestApp, org: &str, role: &str) -> Client {
    let client = app
        .user(&format!("{role}-{}@example.com", uuid::Uuid::now_v7().simple()))
        .await;
    let org = org.rsplit('/').next().unwrap();
    sqlx::query("insert into members (org_id, user_id, role, created_at) values ($1::uuid, $2, $3, now())")
        .bind(org)
        .bind(client.user.unwrap().0)
        .bind(role)
        .execute(&app.app.db)
        .await
        .unwrap();
    client
}

fn member(org: &str, of: &Client) -> String {
    format!("{org}/members/{}", of.user.unwrap().0)
}

async fn roles(client: &Client, org: &str) -> Vec<String> {
    let members = client.get(&format!("{org}/members")).await.expect(200);
    let mut roles: Vec<_> = items(&members)
        .iter()
        .map(|member| member["role"].as_str().unwrap().to_owned())
        .collect();
    roles.sort();
    roles
}

pub fn items(page: &Value) -> &[Value] {
    page["items"].as_array().unwrap()
}

pub async fn count(app: &TestApp, query: &'static str) -> i64 {
    sqlx::query_scalar(query).fetch_one(&app.app.db).await.unwrap()
}

/// A file with one version in the project, without its bytes.
async fn a_file(app: &TestApp, project: &str, name: &str, bytes: i64) {
    let key = format!("org/x/{}", uuid::Uuid::now_v7());
    let insert = "with p as (select * from projects where id = $1::uuid),
          o as (insert into objects (key, org_id, bytes, sha256, created_at)
                select $2, org_id, $3, sha256('x'), now() from p returning key, org_id),
          f as (insert into files (id, org_id, project_id, name, created_at, updated_at)
                select gen_random_uuid(), org_id, id, $4, now(), now() from p returning id, org_id)
        insert into file_versions (id, org_id, file_id, version, object_key, state, created_at)
        select gen_random_uuid(), f.org_id, f.id, 1, o.key, 'pending', now() from f, o";
    sqlx::query(insert)
        .bind(project)
        .bind(key)
        .bind(bytes)
        .bind(name)
        .execute(&app.app.db)
        .await
        .unwrap();
}

#[tokio::test]
async fn everybody_has_a_personal_organisation_and_makes_shared_ones() {
    let app = TestApp::start().await;
    let ada = app.user("ada@example.com").await;
    let made = ada.post("/api/v1/orgs", json!({ "name": "  Acme  " })).await;
    let place = made.header("location").to_owned();
    let made = made.expect(201);
    assert_eq!(
        (&made["name"], &made["role"], &made["personal"]),
        (&json!("Acme"), &json!("owner"), &json!(false))
    );
    assert_eq!(ada.get(&place).await.expect(200), made);

    let listed = ada.get("/api/v1/orgs").await.expect(200);
    let [acme, personal] = items(&listed) else {
        panic!("{listed}")
    };
    assert_eq!(acme, &made);
    assert_eq!(
        (&personal["personal"], &personal["role"]),
        (&json!(true), &json!("owner"))
    );
    assert_eq!(personal["id"], ada.org().to_string());

    let renamed = ada.patch(&place, json!({ "name": "Acme Ltd" })).await.expect(200);
    assert_eq!(renamed["name"], "Acme Ltd");
    assert_eq!(ada.get(&place).await.expect(200), renamed);
}

#[tokio::test]
async fn organisations_come_by_pages() {
    let app = TestApp::start().await;
    let ada = app.user("ada@example.com").await;
    shared(&ada, "One").await;
    shared(&ada, "Two").await;
    let first = ada.get("/api/v1/orgs?limit=2").await;
    let link = first.header("link").to_owned();
    let first = first.expect(200);
    let next = link
        .strip_prefix('<')
        .and_then(|link| link.split_once(">; rel=\"next\""))
        .unwrap()
        .0;
    let second = ada.get(next).await;
    assert_eq!(second.header("link"), "");
    let second = second.expect(200);
    let names: Vec<_> = items(&first)
        .iter()
        .chain(items(&second))
        .map(|org| org["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["Two", "One", "Personal"]);
    ada.get("/api/v1/orgs?limit=0").await.expect_problem(422, "invalid");
    ada.get("/api/v1/orgs?limit=101").await.expect_problem(422, "invalid");
    ada.get("/api/v1/orgs?cursor=x").await.expect_problem(422, "invalid");
}

#[tokio::test]
async fn a_name_that_cannot_be_one_is_refused() {
    let app = TestApp::start().await;
    let ada = app.user("ada@example.com").await;
    let check = async |name: Value, code: &str| {
        let problem = ada
            .post("/api/v1/orgs", json!({ "name": name }))
            .await
            .expect_problem(422, "invalid");
        assert_eq!(problem["errors"][0]["code"], code, "{problem}");
    };
    check(json!(" "), "required").await;
    check(json!("x".repeat(101)), "too_long").await;
    check(json!("a\u{0}b"), "control_character").await;
    check(json!(null), "body").await;
    ada.post("/api/v1/orgs", json!({ "name": "Acme", "owner": "me" }))
        .await
        .expect_problem(422, "invalid");
}

#[tokio::test]
async fn each_role_may_do_what_is_its_own() {
    let app = TestApp::start().await;
    let owner = app.user("owner@example.com").await;
    for (role, renames, deletes) in [
        ("viewer", 403, 403),
        ("member", 403, 403),
        ("admin", 200, 403),
        ("owner", 200, 204),
    ] {
        let org = shared(&owner, role).await;
        let client = joined(&app, &org, role).await;
        assert_eq!(client.get(&org).await.expect(200)["role"], role);
        client.get(&format!("{org}/usage")).await.expect(200);
        client.get(&format!("{org}/members")).await.expect(200);
        client.patch(&org, json!({ "name": "New" })).await.expect(renames);
        client.delete(&org).await.expect(deletes);
    }
}

#[tokio::test]
async fn another_tenants_organisation_is_not_there() {
    let app = TestApp::start().await;
    let (ada, eve) = (app.user("ada@example.com").await, app.user("eve@example.com").await);
    for org in [shared(&ada, "Acme").await, format!("/api/v1/orgs/{}", ada.org())] {
        let somebody = member(&org, &ada);
        eve.get(&org).await.expect_problem(404, "not_found");
        eve.patch(&org, json!({ "name": "Mine" }))
            .await
            .expect_problem(404, "not_found");
        eve.delete(&org).await.expect_problem(404, "not_found");
        eve.get(&format!("{org}/usage")).await.expect_problem(404, "not_found");
        eve.get(&format!("{org}/members"))
            .await
            .expect_problem(404, "not_found");
        eve.patch(&somebody, json!({ "role": "viewer" }))
            .await
            .expect_problem(404, "not_found");
        eve.delete(&somebody).await.expect_problem(404, "not_found");
        app.anonymous().get(&org).await.expect_problem(401, "unauthenticated");
        app.anonymous()
            .delete(&somebody)
            .await
            .expect_problem(401, "unauthenticated");
    }
    assert_eq!(items(&eve.get("/api/v1/orgs").await.expect(200)).len(), 1);
    eve.get("/api/v1/orgs/1").await.expect_problem(404, "not_found");
}

#[tokio::test]
async fn a_personal_organisation_is_not_deleted_by_itself() {
    let app = TestApp::start().await;
    let ada = app.user("ada@example.com").await;
    let personal = format!("/api/v1/orgs/{}", ada.org());
    ada.delete(&personal).await.expect_problem(409, "personal_org");
    ada.delete(&member(&personal, &ada))
        .await
        .expect_problem(409, "last_owner");
    ada.get(&personal).await.expect(200);
}

#[tokio::test]
async fn an_organisation_takes_everything_with_it() {
    let app = TestApp::start().await;
    let ada = app.user("ada@example.com").await;
    let (org, other) = (shared(&ada, "Acme").await, shared(&ada, "Other").await);
    joined(&app, &org, "viewer").await;
    ada.post(
        &format!("{org}/invitations"),
        json!({ "email": "bob@example.com", "role": "viewer" }),
    )
    .await
    .expect(201);
    for (org, file) in [(&org, "gone.csv"), (&other, "kept.csv")] {
        let project = ada
            .post(&format!("{org}/projects"), json!({ "name": "Sales" }))
            .await
            .expect(201);
        let project = project["id"].as_str().unwrap();
        let prompts = format!("/api/v1/projects/{project}/prompts");
        ada.post(&prompts, json!({ "name": "Style", "text": "Be brief." }))
            .await
            .expect(201);
        a_file(&app, project, file, 10).await;
    }
    app.settle().await;

    ada.delete(&org).await.expect(204);
    ada.get(&org).await.expect_problem(404, "not_found");
    for query in [
        "select count(*) from projects",
        "select count(*) from prompts",
        "select count(*) from files",
        "select count(*) from file_versions",
        "select count(*) from objects where deleted_at is null",
        "select count(*) from orgs where personal_user_id is null",
        "select count(*) from graphile_worker._private_jobs where payload ->> 'job' = 'clean_up'",
    ] {
        assert_eq!(count(&app, query).await, 1, "{query}");
    }
    assert_eq!(count(&app, "select count(*) from invitations").await, 0);
}

#[tokio::test]
async fn nobody_owns_more_organisations_than_the_limit() {
    let app = TestApp::start_with(|config| config.limits.orgs_per_owner = 2).await;
    let (ada, bob) = (app.user("ada@example.com").await, app.user("bob@example.com").await);
    shared(&ada, "One").await;
    // Belonging to others' organisations does not count.
    let bobs = shared(&bob, "Bob's").await;
    sqlx::query("insert into members (org_id, user_id, role, created_at) values ($1::uuid, $2, 'admin', now())")
        .bind(bobs.rsplit('/').next().unwrap())
        .bind(ada.user.unwrap().0)
        .execute(&app.app.db)
        .await
        .unwrap();
    let create = async |name: &str| ada.post("/api/v1/orgs", json!({ "name": name })).await.status.as_u16();
    let (one, other) = tokio::join!(create("Two"), create("Three"));
    assert_eq!(one.min(other), 201);
    assert_eq!(one.max(other), 403);
    ada.post("/api/v1/orgs", json!({ "name": "Four" }))
        .await
        .expect_problem(403, "too_many_orgs");
}

#[tokio::test]
async fn usage_counts_what_is_kept_against_what_is_allowed() {
    let app = TestApp::start_with(|config| {
        config.limits.quota_bytes = 5_000;
        config.limits.quota_files = 7;
    })
    .await;
    let ada = app.user("ada@example.com").await;
    let org = shared(&ada, "Acme").await;
    let project = ada
        .post(&format!("{org}/projects"), json!({ "name": "Sales" }))
        .await
        .expect(201);
    let usage = format!("{org}/usage");
    let kept = async || {
        let told = ada.get(&usage).await.expect(200);
        let fields = ["bytes", "files", "quota_bytes", "quota_files"];
        fields
            .map(|field| (field.to_owned(), told[field].clone()))
            .into_iter()
            .collect::<Value>()
    };
    assert_eq!(
        kept().await,
        json!({ "bytes": 0, "files": 0, "quota_bytes": 5_000, "quota_files": 7 })
    );
    a_file(&app, project["id"].as_str().unwrap(), "a.csv", 10).await;
    a_file(&app, project["id"].as_str().unwrap(), "b.csv", 25).await;
    sqlx::query("update orgs set quota_files = 1 where name = 'Acme'")
        .execute(&app.app.db)
        .await
        .unwrap();
    assert_eq!(
        kept().await,
        json!({ "bytes": 35, "files": 2, "quota_bytes": 5_000, "quota_files": 1 })
    );
    ada.delete(&format!("/api/v1/projects/{}", project["id"].as_str().unwrap()))
        .await
        .expect(204);
    assert_eq!(ada.get(&usage).await.expect(200)["bytes"], 0);
}

#[tokio::test]
async fn members_are_listed_with_name_and_address() {
    let app = TestApp::start().await;
    let ada = app.user("ada@example.com").await;
    let org = shared(&ada, "Acme").await;
    let viewer = joined(&app, &org, "viewer").await;
    let page = viewer.get(&format!("{org}/members?limit=1")).await.expect(200);
    assert_eq!(items(&page).len(), 1);
    assert_eq!(items(&page)[0]["role"], "viewer");
    let cursor = page["next_cursor"].as_str().unwrap();
    let page = viewer
        .get(&format!("{org}/members?limit=1&cursor={cursor}"))
        .await
        .expect(200);
    assert_eq!(items(&page)[0]["email"], "ada@example.com");
    assert_eq!(items(&page)[0]["name"], "");
    assert_eq!(page["next_cursor"], Value::Null);
}

#[tokio::test]
async fn only_owners_make_and_unmake_owners() {
    let app = TestApp::start().await;
    let owner = app.user("owner@example.com").await;
    // What somebody of a role may do to somebody of another: make them this, and remove them.
    let check = async |by: &str, of: &str, to: &str, expected: u16| {
        let org = shared(&owner, "Acme").await;
        let (by, of) = (joined(&app, &org, by).await, joined(&app, &org, of).await);
        let changed = by
            .patch(&member(&org, &of), json!({ "role": to }))
            .await
            .expect(expected);
        if expected == 200 {
            assert_eq!(changed["role"], to);
            assert_eq!(of.get(&org).await.expect(200)["role"], to);
        }
        owner.delete(&org).await.expect(204);
    };
    check("viewer", "viewer", "member", 403).await;
    check("member", "viewer", "member", 403).await;
    check("admin", "viewer", "admin", 200).await;
    check("admin", "admin", "viewer", 200).await;
    check("admin", "member", "owner", 403).await;
    check("admin", "owner", "member", 403).await;
    check("owner", "viewer", "owner", 200).await;
    check("owner", "owner", "viewer", 200).await;
}

#[tokio::test]
async fn nobody_gives_themselves_more() {
    let app = TestApp::start().await;
    let owner = app.user("owner@example.com").await;
    let org = shared(&owner, "Acme").await;
    for role in ["viewer", "member", "admin"] {
        let client = joined(&app, &org, role).await;
        client
            .patch(&member(&org, &client), json!({ "role": "owner" }))
            .await
            .expect_problem(403, "forbidden");
        assert_eq!(client.get(&org).await.expect(200)["role"], role);
    }
    owner
        .patch(&member(&org, &owner), json!({ "role": "king" }))
        .await
        .expect_problem(422, "invalid");
    let stranger = app.user("stranger@example.com").await;
    owner
        .patch(&member(&org, &stranger), json!({ "role": "viewer" }))
        .await
        .expect_problem(404, "not_found");
    owner
        .delete(&member(&org, &stranger))
        .await
        .expect_problem(404, "not_found");
}

#[tokio::test]
async fn anybody_leaves_and_admins_remove_those_up_to_admins() {
    let app = TestApp::start().await;
    let owner = app.user("owner@example.com").await;
    let org = shared(&owner, "Acme").await;
    let check = async |by: &str, of: &str, expected: u16| {
        let (by, of) = (joined(&app, &org, by).await, joined(&app, &org, of).await);
        by.delete(&member(&org, &of)).await.expect(expected);
        of.get(&org).await.expect(if expected == 204 { 404 } else { 200 });
    };
    check("viewer", "viewer", 403).await;
    check("member", "viewer", 403).await;
    check("admin", "admin", 204).await;
    check("admin", "owner", 403).await;
    check("owner", "owner", 204).await;
    for role in ["viewer", "member", "admin", "owner"] {
        let client = joined(&app, &org, role).await;
        client.delete(&member(&org, &client)).await.expect(204);
        client.get(&org).await.expect_problem(404, "not_found");
    }
}

#[tokio::test]
async fn the_last_owner_stays() {
    let app = TestApp::start().await;
    let ada = app.user("ada@example.com").await;
    let org = shared(&ada, "Acme").await;
    let bob = joined(&app, &org, "admin").await;
    ada.patch(&member(&org, &ada), json!({ "role": "admin" }))
        .await
        .expect_problem(409, "last_owner");
    ada.delete(&member(&org, &ada)).await.expect_problem(409, "last_owner");
    // An owner who stays one is no change.
    ada.patch(&member(&org, &ada), json!({ "role": "owner" }))
        .await
        .expect(200);
    ada.patch(&member(&org, &bob), json!({ "role": "owner" }))
        .await
        .expect(200);
    ada.delete(&member(&org, &ada)).await.expect(204);
    bob.delete(&member(&org, &bob)).await.expect_problem(409, "last_owner");
}

#[tokio::test]
async fn two_owners_who_unmake_each_other_at_once_leave_one() {
    let app = TestApp::start().await;
    let ada = app.user("ada@example.com").await;
    for round in 0..12 {
        let org = shared(&ada, "Acme").await;
        let bob = joined(&app, &org, "owner").await;
        let (adas, bobs) = (member(&org, &ada), member(&org, &bob));
        let demote = json!({ "role": "viewer" });
        let answers = match round % 3 {
            0 => tokio::join!(ada.patch(&bobs, demote.clone()), bob.patch(&adas, demote.clone())),
            1 => tokio::join!(ada.delete(&bobs), bob.delete(&adas)),
            _ => tokio::join!(ada.delete(&adas), bob.delete(&bobs)),
        };
        let done = [&answers.0, &answers.1]
            .iter()
            .filter(|answer| answer.status.is_success())
            .count();
        assert_eq!(done, 1, "{} {}", answers.0, answers.1);
        let left = if ada.get(&org).await.status == 200 { &ada } else { &bob };
        assert!(roles(left, &org).await.contains(&"owner".to_owned()));
        let owner = if left.get(&org).await.expect(200)["role"] == "owner" {
            left
        } else {
            &bob
        };
        owner.delete(&org).await.expect(204);
    }
}
