//! Projects, over HTTP.

use serde_json::{Value, json};

use crate::{
    orgs::{count, items, joined, shared},
    test_app::{Client, TestApp},
};

/// A new project in the organisation at `org`, and its path.
pub async fn project(by: &Client, org: &str, name: &str) -> String {
    let made = by
        .post(&format!("{org}/projects"), json!({ "name": name }))
        .await
        .expect(201);
    format!("/api/v1/projects/{}", made["id"].as_str().unwrap())
}

#[tokio::test]
async fn a_project_is_made_changed_and_deleted() {
    let app = TestApp::start().await;
    let ada = app.user("ada@example.com").await;
    let org = format!("/api/v1/orgs/{}", ada.org());
    let made = ada
        .post(
            &format!("{org}/projects"),
            json!({ "name": " Sales ", "description": "Two\nlines" }),
        )
        .await;
    let place = made.header("location").to_owned();
    let made = made.expect(201);
    assert_eq!(
        (&made["name"], &made["description"]),
        (&json!("Sales"), &json!("Two\nlines"))
    );
    assert_eq!(made["org_id"], ada.org().to_string());
    assert_eq!(made["created_by"], ada.user.unwrap().0.to_string());
    assert_eq!(ada.get(&place).await.expect(200), made);

    app.app.clock.skip(chrono::TimeDelta::minutes(1));
    let changed = ada.patch(&place, json!({ "description": "" })).await.expect(200);
    assert_eq!(
        (&changed["name"], &changed["description"]),
        (&json!("Sales"), &json!(""))
    );
    assert_ne!(changed["updated_at"], made["updated_at"]);
    assert_eq!(changed["created_at"], made["created_at"]);
    let changed = ada.patch(&place, json!({ "name": "Revenue" })).await.expect(200);
    assert_eq!(ada.get(&place).await.expect(200), changed);

    let jobs = "select count(*) from graphile_worker._private_jobs where payload ->> 'job' = 'clean_up'";
    ada.delete(&place).await.expect(204);
    ada.get(&place).await.expect_problem(404, "not_found");
    ada.delete(&place).await.expect_problem(404, "not_found");
    assert_eq!(count(&app, jobs).await, 1);
}

#[tokio::test]
async fn names_are_unique_in_an_organisation_capitals_aside() {
    let app = TestApp::start().await;
    let ada = app.user("ada@example.com").await;
    let (org, other) = (shared(&ada, "Acme").await, shared(&ada, "Other").await);
    project(&ada, &org, "Sales").await;
    let second = project(&ada, &org, "Costs").await;
    project(&ada, &other, "Sales").await;
    let taken = ada.post(&format!("{org}/projects"), json!({ "name": "SALES" })).await;
    taken.expect_problem(409, "name_taken");
    ada.patch(&second, json!({ "name": "sales" }))
        .await
        .expect_problem(409, "name_taken");
    ada.patch(&second, json!({ "name": "COSTS" })).await.expect(200);
}

#[tokio::test]
async fn what_cannot_be_a_project_is_refused() {
    let app = TestApp::start().await;
    let ada = app.user("ada@example.com").await;
    let org = shared(&ada, "Acme").await;
    let place = project(&ada, &org, "Sales").await;
    let check = async |body: Value, field: &str, code: &str| {
        for answer in [
            ada.post(&format!("{org}/projects"), body.clone()).await,
            ada.patch(&place, body).await,
        ] {
            let problem = answer.expect_problem(422, "invalid");
            let error = &problem["errors"][0];
            assert_eq!((&error["field"], &error["code"]), (&json!(field), &json!(code)));
        }
    };
    check(json!({ "name": "" }), "name", "required").await;
    check(json!({ "name": "x".repeat(101) }), "name", "too_long").await;
    check(json!({ "name": "a\tb" }), "name", "control_character").await;
    check(
        json!({ "name": "a", "description": "x".repeat(2001) }),
        "description",
        "too_long",
    )
    .await;
    check(
        json!({ "name": "a", "description": "\u{0}" }),
        "description",
        "control_character",
    )
    .await;
    check(json!({ "name": 1 }), "", "body").await;
    check(json!({ "name": "a", "owner": "me" }), "", "body").await;
    ada.post(&format!("{org}/projects"), json!({}))
        .await
        .expect_problem(422, "invalid");
    ada.patch(&place, json!({})).await.expect(200);
}

#[tokio::test]
async fn projects_come_by_pages_the_newest_first() {
    let app = TestApp::start().await;
    let ada = app.user("ada@example.com").await;
    let (org, other) = (shared(&ada, "Acme").await, shared(&ada, "Other").await);
    project(&ada, &other, "Elsewhere").await;
    for name in ["A", "B", "C"] {
        project(&ada, &org, name).await;
    }
    let first = ada.get(&format!("{org}/projects?limit=2")).await;
    let next = first.header("link").split(['<', '>']).nth(1).unwrap().to_owned();
    let (first, second) = (first.expect(200), ada.get(&next).await.expect(200));
    let names: Vec<_> = items(&first)
        .iter()
        .chain(items(&second))
        .map(|item| item["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["C", "B", "A"]);
    assert_eq!(second["next_cursor"], Value::Null);
}

#[tokio::test]
async fn viewers_read_and_members_write() {
    let app = TestApp::start().await;
    let owner = app.user("owner@example.com").await;
    let org = shared(&owner, "Acme").await;
    for (role, may) in [("viewer", false), ("member", true), ("admin", true), ("owner", true)] {
        let (client, place) = (joined(&app, &org, role).await, project(&owner, &org, role).await);
        client.get(&place).await.expect(200);
        client.get(&format!("{org}/projects")).await.expect(200);
        let made = client
            .post(&format!("{org}/projects"), json!({ "name": format!("{role}'s") }))
            .await;
        made.expect(if may { 201 } else { 403 });
        client
            .patch(&place, json!({ "description": role }))
            .await
            .expect(if may { 200 } else { 403 });
        client.delete(&place).await.expect(if may { 204 } else { 403 });
    }
}

#[tokio::test]
async fn another_tenants_project_is_not_there() {
    let app = TestApp::start().await;
    let (ada, eve) = (app.user("ada@example.com").await, app.user("eve@example.com").await);
    let org = shared(&ada, "Acme").await;
    let place = project(&ada, &org, "Sales").await;
    eve.get(&place).await.expect_problem(404, "not_found");
    eve.patch(&place, json!({ "name": "Mine" }))
        .await
        .expect_problem(404, "not_found");
    eve.delete(&place).await.expect_problem(404, "not_found");
    eve.get(&format!("{org}/projects"))
        .await
        .expect_problem(404, "not_found");
    eve.post(&format!("{org}/projects"), json!({ "name": "Mine" }))
        .await
        .expect_problem(404, "not_found");
    app.anonymous().get(&place).await.expect_problem(401, "unauthenticated");
    assert_eq!(ada.get(&place).await.expect(200)["name"], "Sales");
}

#[tokio::test]
async fn an_organisation_has_so_many_projects_and_no_more() {
    let app = TestApp::start_with(|config| config.limits.projects_per_org = 2).await;
    let ada = app.user("ada@example.com").await;
    let org = shared(&ada, "Acme").await;
    let first = project(&ada, &org, "One").await;
    let create = async |name: &str| ada.post(&format!("{org}/projects"), json!({ "name": name })).await;
    let (two, three) = tokio::join!(create("Two"), create("Three"));
    assert_eq!(
        [two.status.as_u16(), three.status.as_u16()].iter().sum::<u16>(),
        201 + 403,
        "{two} {three}"
    );
    create("Four").await.expect_problem(403, "too_many_projects");
    ada.delete(&first).await.expect(204);
    create("Four").await.expect(201);
}
