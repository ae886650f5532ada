//! PostgreSQL is stopped and started again in the middle of a turn: nothing that was told is lost or told twice, the turn
//! ends well, and the queue goes on.

use std::time::Duration;

use glovebox::{app::App, jobs};
use serde_json::json;

use crate::{
    files::Fixture,
    postgres_restarts::Postgres,
    projects::project,
    test_app::TestApp,
    test_turns::{Reader, SlowModel, printed, said},
    turns::{Chat, SALES, parts, text},
};

/// As the server does it: whatever happens to the queue, it is taken up again.
async fn work(app: App) {
    loop {
        let _ = jobs::work(app.clone(), std::future::pending()).await;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test]
async fn postgres_restarted_in_the_middle_of_a_turn_costs_a_delay() {
    let postgres = Postgres::start().await;
    let mut model = SlowModel::start().await;
    let app = TestApp::start_on_with_models(postgres.pool().await, model.catalog(), |_| {}).await;
    let ada = app.user("ada@example.com").await;
    let project = project(&ada, &format!("/api/v1/orgs/{}", ada.org()), "Sales").await;
    let fixture = Fixture { app, ada, project };
    fixture.examined("sales.csv", SALES).await;
    let conversation = Chat::conversation(&fixture).await;
    let working = tokio::spawn(work(fixture.app.app.clone()));
    let ask = async |question: &str| {
        let path = format!("{conversation}/messages");
        let asked = fixture.ada.post(&path, json!({ "text": question })).await.expect(201);
        format!("/api/v1/messages/{}", asked["answer"]["id"].as_str().unwrap())
    };

    let answer = ask("How much?").await;
    let mut speaking = model.asked().await;
    let following = tokio::spawn({
        let (ada, answer) = (fixture.ada.clone(), answer.clone());
        async move { Reader::to_the_end(&ada, &answer).await }
    });
    let mut expected = String::new();
    for (round, signal) in ["-INT", "-QUIT"].into_iter().enumerate() {
        let before = format!("Before {round}. ");
        speaking.says(&before);
        let mut reader = Reader::open(&fixture.ada, &answer, 0).await;
        reader
            .until_that("what was said before", |chunk| chunk["delta"] == before)
            .await;
        // It is said while there is no database, and a script prints meanwhile.
        let restarting = postgres.restart(signal, Duration::from_millis(700));
        let speak = async {
            while postgres.process().is_some() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            speaking.says("Meanwhile. ");
            speaking.ends(Some("for n in range(2000):\n    print(n)"));
            model.asked().await
        };
        ((), speaking) = tokio::join!(restarting, speak);
        expected += &before;
        expected += "Meanwhile. ";
    }
    let question = ask("And where?").await;
    speaking.says("In the end.");
    speaking.ends(None);
    let (all, broken) = following.await.unwrap();
    assert!(broken > 0, "no reader noticed the restarts: the test does not test");

    let ended = fixture.ada.get(&answer).await.expect(200);
    assert_eq!(ended["state"], "done", "{ended}");
    assert_eq!(said(&all), format!("{expected}In the end."));
    assert_eq!(said(&all), text(&ended));
    let numbers: Vec<String> = (0..2000).map(|n| n.to_string()).collect();
    let numbers = numbers.join("\n") + "\n";
    assert_eq!(printed(&all), numbers.repeat(2));
    let outputs = parts(&ended, "output");
    assert_eq!(outputs.len(), 2);
    assert!(outputs.iter().all(|output| output["text"] == numbers));

    // The queue goes on.
    let speaking = model.asked().await;
    speaking.says("In the north.");
    speaking.ends(None);
    let mut reader = Reader::open(&fixture.ada, &question, 0).await;
    reader.rest().await;
    assert_eq!(fixture.ada.get(&question).await.expect(200)["state"], "done");
    working.abort();
    fixture.app.app.db.close().await;
    postgres.stop().await;
}
