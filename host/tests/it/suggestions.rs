//! Suggested questions over HTTP.

use serde_json::{Value, json};

use crate::{
    files::Fixture,
    projects::project,
    test_app::{Client, TestApp},
};

const SALES: &str = "region,month,amount\nNorth,1,10\nNorth,2,30\nSouth,1,5\nSouth,2,7\n";

async fn questions(client: &Client, path: &str) -> Vec<String> {
    let body = client.get(path).await.expect(200);
    let questions = body["questions"].as_array().unwrap().iter();
    questions
        .map(|question| question.as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn a_project_offers_questions_about_its_tables() {
    let app = TestApp::start().await;
    let ada = app.user("ada@example.com").await;
    let project = project(&ada, &format!("/api/v1/orgs/{}", ada.org()), "Sales").await;
    let path = format!("{project}/suggestions");
    assert!(questions(&ada, &path).await.is_empty());

    let fixture = Fixture { app, ada, project };
    fixture.examined("sales.csv", SALES).await;
    let three = questions(&fixture.ada, &path).await;
    assert_eq!(three.len(), 3, "{three:?}");
    assert_eq!(three[0], "What is the total amount by region?");
    assert_eq!(questions(&fixture.ada, &format!("{path}?limit=1")).await, three[..1]);
    assert!(questions(&fixture.ada, &format!("{path}?limit=6")).await.len() > 3);
    fixture
        .ada
        .get(&format!("{path}?limit=7"))
        .await
        .expect_problem(422, "invalid");

    // The newest file comes first, and the older one is not forgotten.
    fixture.examined("staff.csv", "team,salary\nA,10\nB,30\nA,50\n").await;
    let both = questions(&fixture.ada, &path).await;
    assert_eq!(both[0], "What is the average salary by team?");
    assert_eq!(both[1], "What is the total amount by region?");

    let eve = fixture.app.user("eve@example.com").await;
    eve.get(&path).await.expect_problem(404, "not_found");
}

#[tokio::test]
async fn a_conversation_offers_what_was_not_asked_yet() {
    let app = TestApp::start().await;
    let ada = app.user("ada@example.com").await;
    let project = project(&ada, &format!("/api/v1/orgs/{}", ada.org()), "Sales").await;
    let fixture = Fixture { app, ada, project };
    fixture.examined("sales.csv", SALES).await;
    let made = fixture
        .ada
        .post(&format!("{}/conversations", fixture.project), json!({}))
        .await
        .expect(201);
    let conversation = format!("/api/v1/conversations/{}", made["id"].as_str().unwrap());
    let path = format!("{conversation}/suggestions");
    let first = questions(&fixture.ada, &path).await;
    assert_eq!(
        first,
        questions(&fixture.ada, &format!("{}/suggestions", fixture.project)).await
    );

    let ask = async |text: &str, parent: &Value| {
        let body = json!({"text": text, "parent_id": parent});
        let asked = fixture
            .ada
            .post(&format!("{conversation}/messages"), body)
            .await
            .expect(201);
        asked["answer"]["id"].clone()
    };
    let answer = ask(&first[0], &Value::Null).await;
    // Nobody knows yet what the answer says.
    assert!(questions(&fixture.ada, &path).await.is_empty());
    fixture.app.settle().await;
    let next = questions(&fixture.ada, &path).await;
    assert!(next.len() == 3 && !next.contains(&first[0]), "{next:?}");

    let answer = ask(&next[0], &answer).await;
    fixture.app.settle().await;
    let later = questions(&fixture.ada, &path).await;
    assert!(
        later.iter().all(|idea| *idea != first[0] && *idea != next[0]),
        "{later:?}"
    );
    let message = fixture
        .ada
        .get(&format!("/api/v1/messages/{}", answer.as_str().unwrap()))
        .await
        .expect(200);
    assert_eq!(message["state"], "done");
    assert!(!message["generated_files"].as_array().unwrap().is_empty(), "{message}");
}
