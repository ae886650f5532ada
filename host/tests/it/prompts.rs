//! Prompts, over HTTP.

use serde_json::{Value, json};

use crate::{
    orgs::{items, joined, shared},
    projects::project,
    test_app::{Client, TestApp},
};

async fn prompt(by: &Client, project: &str, name: &str) -> String {
    let made = by
        .post(
            &format!("{project}/prompts"),
            json!({ "name": name, "text": "Be brief." }),
        )
        .await
        .expect(201);
    made["id"].as_str().unwrap().to_owned()
}

/// The names in their order; positions have to run from 0 without gaps.
async fn names(by: &Client, project: &str) -> Vec<String> {
    let page = by.get(&format!("{project}/prompts?limit=100")).await.expect(200);
    let positions: Vec<_> = items(&page)
        .iter()
        .map(|prompt| prompt["position"].as_u64().unwrap())
        .collect();
    assert_eq!(positions, (0..positions.len() as u64).collect::<Vec<_>>());
    items(&page)
        .iter()
        .map(|prompt| prompt["name"].as_str().unwrap().to_owned())
        .collect()
}

/// A server, somebody, and their project's path.
async fn start() -> (TestApp, Client, String) {
    let app = TestApp::start().await;
    let ada = app.user("ada@example.com").await;
    let project = project(&ada, &format!("/api/v1/orgs/{}", ada.org()), "Sales").await;
    (app, ada, project)
}

#[tokio::test]
async fn a_prompt_is_made_changed_and_switched_off() {
    let (app, ada, project) = start().await;
    let made = ada
        .post(
            &format!("{project}/prompts"),
            json!({ "name": " Style ", "text": "Be\nbrief." }),
        )
        .await;
    let place = made.header("location").to_owned();
    let made = made.expect(201);
    assert_eq!((&made["name"], &made["text"]), (&json!("Style"), &json!("Be\nbrief.")));
    assert_eq!((&made["enabled"], &made["position"]), (&json!(true), &json!(0)));
    assert!(project.ends_with(made["project_id"].as_str().unwrap()));

    app.app.clock.skip(chrono::TimeDelta::minutes(1));
    let off = ada.patch(&place, json!({ "enabled": false })).await.expect(200);
    assert_eq!((&off["enabled"], &off["text"]), (&json!(false), &made["text"]));
    assert_ne!(off["updated_at"], made["updated_at"]);
    let changed = ada
        .patch(&place, json!({ "name": "Tone", "text": "" }))
        .await
        .expect(200);
    assert_eq!(
        (&changed["name"], &changed["text"], &changed["enabled"]),
        (&json!("Tone"), &json!(""), &json!(false))
    );
    assert_eq!(
        items(&ada.get(&format!("{project}/prompts")).await.expect(200)),
        [changed]
    );

    let off = ada
        .post(
            &format!("{project}/prompts"),
            json!({ "name": "Off", "text": "", "enabled": false }),
        )
        .await;
    assert_eq!(off.expect(201)["enabled"], false);
}

#[tokio::test]
async fn new_prompts_stand_last_and_deleted_ones_leave_no_gap() {
    let (_app, ada, project) = start().await;
    let mut ids = Vec::new();
    for name in ["A", "B", "C", "D"] {
        ids.push(prompt(&ada, &project, name).await);
    }
    ada.delete(&format!("/api/v1/prompts/{}", ids[1])).await.expect(204);
    assert_eq!(names(&ada, &project).await, ["A", "C", "D"]);
    ada.delete(&format!("/api/v1/prompts/{}", ids[1]))
        .await
        .expect_problem(404, "not_found");
    prompt(&ada, &project, "E").await;
    assert_eq!(names(&ada, &project).await, ["A", "C", "D", "E"]);
}

#[tokio::test]
async fn an_order_names_every_prompt_once() {
    let (_app, ada, project) = start().await;
    let other = crate::projects::project(&ada, &format!("/api/v1/orgs/{}", ada.org()), "Costs").await;
    let (a, b, c) = (
        prompt(&ada, &project, "A").await,
        prompt(&ada, &project, "B").await,
        prompt(&ada, &project, "C").await,
    );
    let foreign = prompt(&ada, &other, "A").await;
    let path = format!("{project}/prompts/order");
    ada.put(&path, json!({ "prompt_ids": [c, a, b] })).await.expect(204);
    assert_eq!(names(&ada, &project).await, ["C", "A", "B"]);
    for wrong in [
        json!([]),
        json!([a, b]),
        json!([a, b, b]),
        json!([a, b, c, c]),
        json!([a, b, c, foreign]),
        json!([a, b, foreign]),
        json!(["x"]),
    ] {
        ada.put(&path, json!({ "prompt_ids": wrong }))
            .await
            .expect_problem(422, "invalid");
    }
    assert_eq!(names(&ada, &project).await, ["C", "A", "B"]);
    assert_eq!(names(&ada, &other).await, ["A"]);
    let empty = crate::projects::project(&ada, &format!("/api/v1/orgs/{}", ada.org()), "Empty").await;
    ada.put(&format!("{empty}/prompts/order"), json!({ "prompt_ids": [] }))
        .await
        .expect(204);
}

#[tokio::test]
async fn changes_at_once_leave_every_prompt_in_a_place_of_its_own() {
    let (_app, ada, project) = start().await;
    let (a, b) = (prompt(&ada, &project, "A").await, prompt(&ada, &project, "B").await);
    let path = format!("{project}/prompts");
    let add = async |name: &str| ada.post(&path, json!({ "name": name, "text": "" })).await.expect(201);
    let (order, delete) = (format!("{path}/order"), format!("/api/v1/prompts/{a}"));
    let reorder = ada.put(&order, json!({ "prompt_ids": [b, a] }));
    let (.., reordered, deleted) = tokio::join!(add("C"), add("D"), add("E"), reorder, ada.delete(&delete));
    deleted.expect(204);
    assert!([204, 422].contains(&reordered.status.as_u16()), "{reordered}");
    let mut names = names(&ada, &project).await;
    names.sort();
    assert_eq!(names, ["B", "C", "D", "E"]);
}

#[tokio::test]
async fn names_are_unique_in_a_project_capitals_aside() {
    let (_app, ada, project) = start().await;
    prompt(&ada, &project, "Style").await;
    let second = format!("/api/v1/prompts/{}", prompt(&ada, &project, "Units").await);
    let taken = ada
        .post(&format!("{project}/prompts"), json!({ "name": "STYLE", "text": "" }))
        .await;
    taken.expect_problem(409, "name_taken");
    ada.patch(&second, json!({ "name": "style" }))
        .await
        .expect_problem(409, "name_taken");
    ada.patch(&second, json!({ "name": "UNITS" })).await.expect(200);
}

#[tokio::test]
async fn what_cannot_be_a_prompt_is_refused() {
    let (_app, ada, project) = start().await;
    let path = format!("{project}/prompts");
    let place = format!("/api/v1/prompts/{}", prompt(&ada, &project, "Style").await);
    let check = async |body: Value, field: &str, code: &str| {
        for answer in [ada.post(&path, body.clone()).await, ada.patch(&place, body).await] {
            let problem = answer.expect_problem(422, "invalid");
            let error = &problem["errors"][0];
            assert_eq!((&error["field"], &error["code"]), (&json!(field), &json!(code)));
        }
    };
    check(json!({ "name": "", "text": "" }), "name", "required").await;
    check(json!({ "name": "x".repeat(101), "text": "" }), "name", "too_long").await;
    check(json!({ "name": "a", "text": "ä".repeat(20_001) }), "text", "too_long").await;
    check(json!({ "name": "a", "text": "\u{0}" }), "text", "control_character").await;
    check(json!({ "name": "a", "text": "", "position": 3 }), "", "body").await;
    ada.post(&path, json!({ "name": "a" }))
        .await
        .expect_problem(422, "invalid");
    let longest = ada
        .post(&path, json!({ "name": "Long", "text": "ä".repeat(20_000) }))
        .await;
    longest.expect(201);
}

#[tokio::test]
async fn prompts_come_by_pages_in_their_order() {
    let (_app, ada, project) = start().await;
    for name in ["A", "B", "C"] {
        prompt(&ada, &project, name).await;
    }
    let first = ada.get(&format!("{project}/prompts?limit=2")).await;
    let next = first.header("link").split(['<', '>']).nth(1).unwrap().to_owned();
    let (first, second) = (first.expect(200), ada.get(&next).await.expect(200));
    let names: Vec<_> = items(&first)
        .iter()
        .chain(items(&second))
        .map(|item| item["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["A", "B", "C"]);
    // The cursor's prompt goes: better said than a list that silently ends.
    ada.delete(&format!("/api/v1/prompts/{}", items(&first)[1]["id"].as_str().unwrap()))
        .await
        .expect(204);
    ada.get(&next).await.expect_problem(422, "invalid");
}

#[tokio::test]
async fn a_project_has_so_many_prompts_and_no_more() {
    let app = TestApp::start_with(|config| config.limits.prompts_per_project = 2).await;
    let ada = app.user("ada@example.com").await;
    let project = project(&ada, &format!("/api/v1/orgs/{}", ada.org()), "Sales").await;
    prompt(&ada, &project, "A").await;
    let add = async |name: &str| {
        ada.post(&format!("{project}/prompts"), json!({ "name": name, "text": "" }))
            .await
    };
    let (one, other) = tokio::join!(add("B"), add("C"));
    assert_eq!(one.status.as_u16() + other.status.as_u16(), 201 + 403, "{one} {other}");
    add("D").await.expect_problem(403, "too_many_prompts");
}

#[tokio::test]
async fn viewers_read_and_members_write() {
    let app = TestApp::start().await;
    let owner = app.user("owner@example.com").await;
    let org = shared(&owner, "Acme").await;
    for (role, may) in [("viewer", false), ("member", true), ("admin", true), ("owner", true)] {
        let project = project(&owner, &org, role).await;
        let id = prompt(&owner, &project, "A").await;
        let client = joined(&app, &org, role).await;
        let (path, place) = (format!("{project}/prompts"), format!("/api/v1/prompts/{id}"));
        let expected = |success: u16| if may { success } else { 403 };
        client.get(&path).await.expect(200);
        client
            .patch(&place, json!({ "enabled": false }))
            .await
            .expect(expected(200));
        client
            .put(&format!("{path}/order"), json!({ "prompt_ids": [id] }))
            .await
            .expect(expected(204));
        client
            .post(&path, json!({ "name": "B", "text": "" }))
            .await
            .expect(expected(201));
        client.delete(&place).await.expect(expected(204));
    }
}

#[tokio::test]
async fn another_tenants_prompt_is_not_there() {
    let (app, ada, project) = start().await;
    let eve = app.user("eve@example.com").await;
    let id = prompt(&ada, &project, "A").await;
    let (path, place) = (format!("{project}/prompts"), format!("/api/v1/prompts/{id}"));
    eve.get(&path).await.expect_problem(404, "not_found");
    eve.post(&path, json!({ "name": "B", "text": "" }))
        .await
        .expect_problem(404, "not_found");
    eve.put(&format!("{path}/order"), json!({ "prompt_ids": [id] }))
        .await
        .expect_problem(404, "not_found");
    eve.patch(&place, json!({ "enabled": false }))
        .await
        .expect_problem(404, "not_found");
    eve.delete(&place).await.expect_problem(404, "not_found");
    app.anonymous().get(&path).await.expect_problem(401, "unauthenticated");
    // Nor is it found through a project of one's own.
    let own = crate::projects::project(&eve, &format!("/api/v1/orgs/{}", eve.org()), "Mine").await;
    eve.put(&format!("{own}/prompts/order"), json!({ "prompt_ids": [id] }))
        .await
        .expect_problem(422, "invalid");
    eve.get(&format!("{own}/prompts?cursor={id}"))
        .await
        .expect_problem(422, "invalid");
    assert_eq!(names(&ada, &project).await, ["A"]);
}
