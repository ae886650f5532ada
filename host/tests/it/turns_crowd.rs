//! Many turns at once: every one ends, those of a conversation in their order, no organisation waits for all of
//! another's, and no question is forgotten.

use futures_util::future::join_all;
use glovebox::{jobs, turns::lease};
use serde_json::json;
use sqlx::PgPool;

use crate::{
    files::{Fixture, upload},
    projects::project,
    test_app::{Client, TestApp},
    test_turns::{Reader, SlowModel},
    turns::{Chat, SALES, text},
};

const ORGS: usize = 10;
const CONVERSATIONS_PER_ORG: usize = 4;
const QUESTIONS_PER_CONVERSATION: usize = 5;

/// Somebody with a project, who is no `Fixture` since the server is everybody's.
async fn newcomer(app: &TestApp, name: &str) -> (Client, String) {
    let client = app.user(&format!("{name}@example.com")).await;
    let project = project(&client, &format!("/api/v1/orgs/{}", client.org()), "Sales").await;
    (client, project)
}

async fn conversation(client: &Client, project: &str) -> String {
    let made = client
        .post(&format!("{project}/conversations"), json!({}))
        .await
        .expect(201);
    format!("/api/v1/conversations/{}", made["id"].as_str().unwrap())
}

/// Asks, and answers the path of the answer.
async fn ask(client: &Client, conversation: &str, question: &str) -> String {
    let body = json!({ "text": question });
    let asked = client.post(&format!("{conversation}/messages"), body).await.expect(201);
    format!("/api/v1/messages/{}", asked["answer"]["id"].as_str().unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_hundred_questions_at_once_every_one_is_answered_in_its_order() {
    let app = TestApp::start().await;
    let mut desks = Vec::new();
    for n in 0..ORGS {
        let (client, project) = newcomer(&app, &format!("user{n}")).await;
        // Of each organisation's own number of rows, so that no answer can be another one's.
        let table = SALES.to_owned() + &"East,3,1\n".repeat(n);
        upload(&client, &project, "sales.csv", table.as_bytes())
            .await
            .expect(201);
        desks.push((client, project));
    }
    app.settle().await;
    let mut asking = Vec::new();
    for (n, (client, project)) in desks.iter().enumerate() {
        for _ in 0..CONVERSATIONS_PER_ORG {
            let conversation = conversation(client, project).await;
            let client = client.clone();
            asking.push(async move {
                let mut answers = Vec::new();
                for _ in 0..QUESTIONS_PER_CONVERSATION {
                    answers.push(ask(&client, &conversation, "how many rows?").await);
                }
                (n, client, answers)
            });
        }
    }
    tokio::spawn(jobs::work(app.app.clone(), std::future::pending()));
    let asked = join_all(asking).await;
    let follow = asked.into_iter().map(async |(n, client, answers)| {
        let mut ended = Vec::new();
        for answer in answers {
            let mut reader = Reader::open(&client, &answer, 0).await;
            reader.rest().await;
            assert!(reader.over, "{:?}", reader.events);
            reader.kept(0);
            let message = client.get(&answer).await.expect(200);
            assert_eq!(message["state"], "done", "{message}");
            let rows = (4 + n).to_string();
            assert!(text(&message).contains(&rows), "{n}: {message}");
            ended.push(message["ended_at"].as_str().unwrap().to_owned());
        }
        assert!(ended.is_sorted(), "{ended:?}");
        ended.len()
    });
    let ended: usize = join_all(follow).await.into_iter().sum();
    assert_eq!(ended, ORGS * CONVERSATIONS_PER_ORG * QUESTIONS_PER_CONVERSATION);
    let left: (i64, i64) = sqlx::query_as(
        "select (select count(*) from turns), (select count(*) from messages where state in ('queued', 'running'))",
    )
    .fetch_one(&app.app.db)
    .await
    .unwrap();
    assert_eq!(left, (0, 0));
}

#[tokio::test]
async fn a_question_does_not_wait_for_all_of_another_organisations() {
    let mut model = SlowModel::start().await;
    let app = TestApp::start_with_models(model.catalog(), |config| config.limits.turns_per_server = 2).await;
    let ((ada, hers), (bob, his)) = (newcomer(&app, "ada").await, newcomer(&app, "bob").await);
    tokio::spawn(jobs::work(app.app.clone(), std::future::pending()));
    let mut backlog = Vec::new();
    for _ in 0..6 {
        backlog.push(ask(&ada, &conversation(&ada, &hers).await, "One of many?").await);
    }
    // Both places are hers, and more of her questions wait.
    let (first, second) = (model.asked().await, model.asked().await);
    let bobs = ask(&bob, &conversation(&bob, &his).await, "The only one?").await;
    first.says("Hers.");
    first.ends(None);
    let mut reader = Reader::open(&bob, &bobs, 0).await;
    let his_turn = model.asked().await;
    his_turn.says("His.");
    his_turn.ends(None);
    reader.rest().await;
    assert_eq!(text(&bob.get(&bobs).await.expect(200)), "His.");
    let waiting: i64 = sqlx::query_scalar("select count(*) from turns where org_id = $1 and started_at is null")
        .bind(ada.org().0)
        .fetch_one(&app.app.db)
        .await
        .unwrap();
    assert!(waiting >= 3, "{waiting} of hers wait: his came before them");

    // Hers are answered as well.
    second.says("Hers.");
    second.ends(None);
    for _ in 0..4 {
        let speaking = model.asked().await;
        speaking.says("Hers.");
        speaking.ends(None);
    }
    for answer in backlog {
        Reader::open(&ada, &answer, 0).await.rest().await;
        assert_eq!(text(&ada.get(&answer).await.expect(200)), "Hers.");
    }
}

/// Takes the next turn as a server does that then stands still.
async fn take(fixture: &Fixture) -> lease::Lease {
    let app = &fixture.app.app;
    let mut tx = app.db.begin().await.unwrap();
    let taken = lease::take(&mut tx, app.clock.now(), &app.config.limits).await.unwrap();
    tx.commit().await.unwrap();
    taken.unwrap()
}

async fn is_waiting(db: &PgPool) -> bool {
    sqlx::query_scalar("select exists (select from turns where started_at is null)")
        .fetch_one(db)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_question_that_is_asked_while_the_one_before_ends_is_not_forgotten() {
    let chat = Chat::offline().await;
    chat.ask("how many rows?").await;
    let lease = take(&chat.fixture).await;
    let db = &chat.fixture.app.app.db;
    let mut ending = db.begin().await.unwrap();
    lease::over(&mut ending, lease.answer_id).await.unwrap();
    // The end is not yet committed, so the question's own job finds that it has to wait.
    let second = chat.ask("total amount").await;
    chat.fixture.app.settle().await;
    assert!(is_waiting(db).await, "the test does not test");
    ending.commit().await.unwrap();
    chat.fixture.app.settle().await;
    assert_eq!(chat.get(&second).await["state"], "done");
}

#[tokio::test]
async fn a_question_does_not_wait_for_a_turn_that_went_with_its_conversation() {
    let mut model = SlowModel::start().await;
    let chat = Chat::start(model.catalog(), None, |config| config.limits.turns_per_org = 1);
    let chat = Box::pin(chat).await;
    tokio::spawn(jobs::work(chat.fixture.app.app.clone(), std::future::pending()));
    chat.ask("One?").await;
    let speaking = model.asked().await;
    let other = Chat::conversation(&chat.fixture).await;
    let second = chat.ask_in(&other, json!({"text": "Two?"})).await;
    let mut reader = Reader::open(&chat.fixture.ada, &second, 0).await;
    reader.until("data-queue").await;
    chat.fixture.ada.delete(&chat.conversation).await.expect(204);
    // Its model is not listened to any more.
    speaking.gone().await;
    let speaking = model.asked().await;
    speaking.says("Two.");
    speaking.ends(None);
    reader.rest().await;
    assert_eq!(chat.get(&second).await["state"], "done");
}
