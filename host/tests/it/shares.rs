//! Read-only links: what they show, to whom, and their end.

use glovebox::conversations::messages::State;
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    conversations::{ask, conversation, exchange, generate, write},
    files::Fixture,
    orgs::items,
};

async fn share(fixture: &Fixture, conversation: &str) -> (String, String) {
    let link = fixture
        .ada
        .put(&format!("{conversation}/share"), json!(null))
        .await
        .expect(200);
    let token = link["token"].as_str().unwrap().to_owned();
    assert_eq!(link["url"], format!("{}/api/v1/shares/{token}", fixture.app.url));
    (format!("/api/v1/shares/{token}"), token)
}

#[tokio::test]
async fn a_link_shows_the_conversation_as_it_is_now_and_names_nobody() {
    let fixture = Fixture::start().await;
    let place = conversation(&fixture.ada, &fixture.project, None).await;
    let first = exchange(&fixture.app, &fixture.ada, &place, None, "How many?", "398").await;
    let rating = json!({ "value": "down", "text": "I, Ada, say no" });
    fixture
        .ada
        .put(&format!("/api/v1/messages/{}/feedback", first.answer), rating)
        .await
        .expect(200);
    assert_eq!(fixture.ada.get(&place).await.expect(200)["shared_at"], Value::Null);
    let (link, token) = share(&fixture, &place).await;
    assert!(fixture.ada.get(&place).await.expect(200)["shared_at"].is_string());

    let anyone = fixture.app.anonymous();
    let page = anyone.get(&format!("{link}?limit=1")).await;
    assert_eq!(page.header("x-robots-tag"), "noindex, nofollow");
    assert!(page.header("cache-control").contains("no-store"));
    assert_eq!(page.header("referrer-policy"), "no-referrer");
    let next = page.header("link").split(['<', '>']).nth(1).unwrap().to_owned();
    let page = page.expect(200);
    assert_eq!(page["title"], "How many?");
    assert_eq!(items(&page["messages"])[0]["parts"][0]["text"], "How many?");
    let answer = anyone.get(&next).await.expect(200);
    assert_eq!(items(&answer["messages"])[0]["parts"][0]["text"], "398");
    let told = format!("{page}{answer}").to_lowercase();
    for secret in [
        "ada",
        "created_by",
        "feedback",
        "memory",
        &fixture.ada.org().to_string(),
    ] {
        assert!(!told.contains(secret), "{secret}: {told}");
    }
    ask(&fixture.app, &fixture.ada, &place, Some(first.answer), "And now?").await;
    assert_eq!(items(&anyone.get(&link).await.expect(200)["messages"]).len(), 4);
    anyone
        .get(&format!("{link}?cursor=nowhere"))
        .await
        .expect_problem(422, "invalid");
    // A token is not kept as it is.
    let stored: (Vec<u8>,) = sqlx::query_as("select share_token_hash from conversations")
        .fetch_one(&fixture.app.app.db)
        .await
        .unwrap();
    assert_ne!(stored.0, token.as_bytes());
}

#[tokio::test]
async fn a_link_leads_to_the_files_of_its_own_conversation_alone() {
    let fixture = Fixture::start().await;
    let (place, other) = (
        conversation(&fixture.ada, &fixture.project, None).await,
        conversation(&fixture.ada, &fixture.project, None).await,
    );
    let mut files = Vec::new();
    for place in [&place, &other] {
        let asked = exchange(&fixture.app, &fixture.ada, place, None, "Plot it", "Done").await;
        files.push(
            generate(&fixture.app, &fixture.ada, place, asked.answer, "a.png", b"\x89PNG")
                .await
                .unwrap(),
        );
    }
    let (link, _) = share(&fixture, &place).await;
    let anyone = fixture.app.anonymous();
    let content = anyone.get(&format!("{link}/files/{}/content", files[0])).await;
    assert_eq!((content.status.as_u16(), &content.bytes[..]), (200, &b"\x89PNG"[..]));
    assert_eq!(content.header("x-robots-tag"), "noindex, nofollow");
    assert!(content.header("cache-control").contains("no-store"));
    assert!(content.header("content-disposition").starts_with("attachment"));
    assert_eq!(content.header("content-security-policy"), "sandbox");
    let foreign = anyone.get(&format!("{link}/files/{}/content", files[1])).await;
    foreign.expect_problem(404, "not_found");
    let own = anyone
        .get(&format!("/api/v1/generated-files/{}/content", files[0]))
        .await;
    own.expect_problem(401, "unauthenticated");
    fixture
        .ada
        .delete(&format!("/api/v1/generated-files/{}", files[0]))
        .await
        .expect(204);
    let gone = anyone.get(&format!("{link}/files/{}/content", files[0])).await;
    gone.expect_problem(404, "not_found");
}

#[tokio::test]
async fn a_link_ends_when_it_is_revoked_or_another_takes_its_place() {
    let fixture = Fixture::start().await;
    let place = conversation(&fixture.ada, &fixture.project, None).await;
    let (first, _) = share(&fixture, &place).await;
    let (second, _) = share(&fixture, &place).await;
    assert_ne!(first, second);
    let anyone = fixture.app.anonymous();
    anyone.get(&first).await.expect_problem(404, "not_found");
    anyone.get(&second).await.expect(200);
    fixture.ada.delete(&format!("{place}/share")).await.expect(204);
    fixture.ada.delete(&format!("{place}/share")).await.expect(204);
    let revoked = anyone.get(&second).await;
    let unknown = anyone.get("/api/v1/shares/nobody-made-this").await;
    assert_eq!(revoked.appearance(), unknown.appearance());
    revoked.expect_problem(404, "not_found");
    assert_eq!(fixture.ada.get(&place).await.expect(200)["shared_at"], Value::Null);
    // With the conversation, its link is gone as well.
    let (third, _) = share(&fixture, &place).await;
    fixture.ada.delete(&place).await.expect(204);
    anyone.get(&third).await.expect_problem(404, "not_found");
}

#[tokio::test]
async fn nothing_is_changed_through_a_link() {
    let fixture = Fixture::start().await;
    let place = conversation(&fixture.ada, &fixture.project, None).await;
    let asked = ask(&fixture.app, &fixture.ada, &place, None, "How many?").await;
    write(&fixture.app, asked.answer, State::Stopped, json!([])).await;
    let (link, token) = share(&fixture, &place).await;
    for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
        let anyone = fixture.app.anonymous();
        let answer = anyone.send(anyone.request(method, &link).json(&json!({}))).await;
        answer.expect_problem(405, "method_not_allowed");
    }
    // It lets nobody in anywhere else.
    let holder = fixture.app.anonymous().with("authorization", format!("Bearer {token}"));
    holder.get(&place).await.expect_problem(401, "unauthenticated");
}
