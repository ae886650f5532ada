//! Conversations and their messages, over HTTP. What turns will do, the product's own functions do here.

use chrono::TimeDelta;
use glovebox::{
    conversations::{
        generated::{self, Origin},
        messages::{self, Asked, Question, State},
        parts::Part,
    },
    error::{Error, Result},
    ids::{ConversationId, FileId, GeneratedFileId, MessageId},
    objects::{Digest, ObjectKey},
    orgs::{Member, Owned, membership},
};
use serde_json::{Value, json};

use crate::{
    files::Fixture,
    orgs::{count, items, joined},
    projects::project,
    test_app::{Client, TestApp},
};

/// A new conversation of the project; its path.
pub async fn conversation(by: &Client, project: &str, title: Option<&str>) -> String {
    let body = title.map_or(json!({}), |title| json!({ "title": title }));
    let made = by.post(&format!("{project}/conversations"), body).await.expect(201);
    format!("/api/v1/conversations/{}", made["id"].as_str().unwrap())
}

/// The id at the end of a path.
pub fn id<T: From<uuid::Uuid>>(path: &str) -> T {
    path.rsplit('/').next().unwrap().parse::<uuid::Uuid>().unwrap().into()
}

pub async fn member(app: &TestApp, by: &Client, conversation: ConversationId) -> Member {
    let mut db = app.app.db.acquire().await.unwrap();
    let user = by.user.unwrap().0;
    membership(&mut db, user, Owned::Conversation(conversation))
        .await
        .unwrap()
}

pub async fn try_ask(
    app: &TestApp,
    by: &Client,
    conversation: &str,
    parent: Option<MessageId>,
    text: &str,
    files: Vec<FileId>,
) -> Result<Asked> {
    let (conversation, limits) = (id(conversation), &app.app.config.limits);
    let member = member(app, by, conversation).await;
    let question = Question::parse(limits, text, files)?;
    let mut tx = app.app.db.begin().await.unwrap();
    let now = app.app.clock.now();
    let asked = messages::ask(&mut tx, now, limits, &member, conversation, parent, &question).await?;
    tx.commit().await.unwrap();
    Ok(asked)
}

pub async fn ask(app: &TestApp, by: &Client, conversation: &str, parent: Option<MessageId>, text: &str) -> Asked {
    try_ask(app, by, conversation, parent, text, Vec::new()).await.unwrap()
}

pub async fn write(app: &TestApp, answer: MessageId, state: State, parts: Value) {
    let parts: Vec<Part> = serde_json::from_value(parts).unwrap();
    let mut tx = app.app.db.begin().await.unwrap();
    let now = app.app.clock.now();
    let memory = json!({ "told": "the model" });
    messages::write(&mut tx, now, answer, state, &parts, Some(&memory))
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

pub fn text(text: &str) -> Value {
    json!([{ "type": "text", "text": text }])
}

/// A question and its whole answer.
pub async fn exchange(
    app: &TestApp,
    by: &Client,
    conversation: &str,
    parent: Option<MessageId>,
    question: &str,
    answer: &str,
) -> Asked {
    let asked = ask(app, by, conversation, parent, question).await;
    write(app, asked.answer, State::Done, text(answer)).await;
    asked
}

/// A file that a script made for the answer.
pub async fn generate(
    app: &TestApp,
    by: &Client,
    conversation: &str,
    answer: MessageId,
    name: &str,
    bytes: &[u8],
) -> Result<GeneratedFileId> {
    let conversation_id = id(conversation);
    let org_id = member(app, by, conversation_id).await.org_id;
    let key = ObjectKey::new(org_id);
    app.app.objects.put_bytes(&key, bytes).await.unwrap();
    let origin = Origin {
        org_id,
        conversation_id,
        message_id: answer,
        run_id: "call_1".to_owned(),
    };
    let media_type = "application/octet-stream";
    let (now, limits, digest) = (app.app.clock.now(), &app.app.config.limits, Digest::of(bytes));
    let mut tx = app.app.db.begin().await.unwrap();
    let id = generated::record(&mut tx, now, limits, &origin, name, media_type, &key, &digest).await?;
    tx.commit().await.unwrap();
    Ok(id)
}

/// Of a wrong field, of a limit or of a conflict; the noun of what is missing.
pub fn code(error: Error) -> &'static str {
    match error {
        Error::Invalid(fields) => fields[0].code,
        Error::Limited { code, .. } | Error::Conflict { code, .. } => code,
        Error::Missing(noun) => noun,
        other => panic!("{other}"),
    }
}

fn titles(page: &Value) -> Vec<&str> {
    items(page).iter().map(|item| item["title"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_conversation_is_begun_renamed_archived_and_deleted() {
    let fixture = Fixture::start().await;
    let made = fixture
        .ada
        .post(&format!("{}/conversations", fixture.project), json!({}))
        .await;
    let place = made.header("location").to_owned();
    let made = made.expect(201);
    assert_eq!(made["title"], "New conversation");
    assert_eq!(made["titled"], false);
    assert_eq!(made["created_by"], fixture.ada.user.unwrap().0.to_string());
    assert_eq!(fixture.ada.get(&place).await.expect(200), made);

    let renamed = fixture
        .ada
        .patch(&place, json!({ "title": " Sales " }))
        .await
        .expect(200);
    assert_eq!((&renamed["title"], &renamed["titled"]), (&json!("Sales"), &json!(true)));
    assert_eq!(renamed["updated_at"], made["updated_at"], "nothing was said");
    fixture
        .ada
        .patch(&place, json!({ "title": "" }))
        .await
        .expect_problem(422, "invalid");
    fixture
        .ada
        .patch(&place, json!({ "title": "a\nb" }))
        .await
        .expect_problem(422, "invalid");

    let archived = fixture.ada.patch(&place, json!({ "archived": true })).await.expect(200);
    assert!(archived["archived_at"].is_string());
    fixture.app.app.clock.skip(TimeDelta::minutes(1));
    let again = fixture.ada.patch(&place, json!({ "archived": true })).await.expect(200);
    assert_eq!(again, archived, "it has been there since");
    let list = format!("{}/conversations", fixture.project);
    let live = fixture.ada.get(&list).await.expect(200);
    let kept = fixture.ada.get(&format!("{list}?archived=true")).await.expect(200);
    assert_eq!((titles(&live), titles(&kept)), (vec![], vec!["Sales"]));
    let back = fixture
        .ada
        .patch(&place, json!({ "archived": false }))
        .await
        .expect(200);
    assert_eq!(back["archived_at"], Value::Null);

    fixture.ada.delete(&place).await.expect(204);
    fixture.ada.get(&place).await.expect_problem(404, "not_found");
    fixture.ada.delete(&place).await.expect_problem(404, "not_found");
}

#[tokio::test]
async fn the_first_question_gives_the_title_unless_somebody_has() {
    let fixture = Fixture::start().await;
    let (one, other) = (
        conversation(&fixture.ada, &fixture.project, None).await,
        conversation(&fixture.ada, &fixture.project, Some("Mine")).await,
    );
    for place in [&one, &other] {
        let asked = exchange(
            &fixture.app,
            &fixture.ada,
            place,
            None,
            "**Average** mpg by origin? And plot it.",
            "20",
        )
        .await;
        ask(&fixture.app, &fixture.ada, place, Some(asked.answer), "And by year?").await;
    }
    let title = async |place: &str| fixture.ada.get(place).await.expect(200)["title"].clone();
    assert_eq!(title(&one).await, "Average mpg by origin?");
    assert_eq!(title(&other).await, "Mine");
    // The first question was edited.
    ask(&fixture.app, &fixture.ada, &one, None, "Median mpg by origin").await;
    assert_eq!(title(&one).await, "Median mpg by origin");
}

#[tokio::test]
async fn the_one_in_which_something_was_said_last_comes_first_page_by_page() {
    let fixture = Fixture::start().await;
    let mut places = Vec::new();
    for title in ["A", "B", "C", "D"] {
        places.push(conversation(&fixture.ada, &fixture.project, Some(title)).await);
    }
    fixture.app.app.clock.skip(TimeDelta::minutes(1));
    let asked = ask(&fixture.app, &fixture.ada, &places[1], None, "How many?").await;
    fixture.app.app.clock.skip(TimeDelta::minutes(1));
    ask(&fixture.app, &fixture.ada, &places[0], None, "How many?").await;
    let list = format!("{}/conversations", fixture.project);
    let first = fixture.ada.get(&format!("{list}?limit=2")).await;
    let next = first.header("link").split(['<', '>']).nth(1).unwrap().to_owned();
    let first = first.expect(200);
    assert_eq!(titles(&first), ["A", "B"]);
    let second = fixture.ada.get(&next).await.expect(200);
    assert_eq!(
        (titles(&second), &second["next_cursor"]),
        (vec!["D", "C"], &Value::Null)
    );
    // An answer is something that is said.
    fixture.app.app.clock.skip(TimeDelta::minutes(1));
    write(&fixture.app, asked.answer, State::Running, text("1")).await;
    assert_eq!(titles(&fixture.ada.get(&list).await.expect(200)), ["A", "B", "D", "C"]);
    write(&fixture.app, asked.answer, State::Done, text("12")).await;
    assert_eq!(titles(&fixture.ada.get(&list).await.expect(200)), ["B", "A", "D", "C"]);
    // What has come up since is not told twice, and nothing else is left out.
    assert_eq!(titles(&fixture.ada.get(&next).await.expect(200)), ["D", "C"]);
    fixture
        .ada
        .get(&format!("{list}?cursor=nowhere"))
        .await
        .expect_problem(422, "invalid");
}

#[tokio::test]
async fn a_search_looks_into_titles_and_into_what_was_said() {
    let fixture = Fixture::start().await;
    let sales = conversation(&fixture.ada, &fixture.project, Some("Quarterly sales")).await;
    let cars = conversation(&fixture.ada, &fixture.project, Some("Cars")).await;
    let asked = ask(
        &fixture.app,
        &fixture.ada,
        &cars,
        None,
        "Which origin has the thirstiest engines?",
    )
    .await;
    let search = async |words: &str| {
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("search", words)
            .finish();
        fixture
            .ada
            .get(&format!("{}/conversations?{query}", fixture.project))
            .await
            .expect(200)
    };
    let table = json!([
        { "type": "text", "text": "Those from the **USA** averaged best, while\nimports trailed." },
        { "type": "table", "run_id": "1", "table": {
            "columns": [{ "name": "origin", "dtype": "str" }], "row_count": 1, "rows": [["Lemuria"]],
        }},
    ]);
    write(&fixture.app, asked.answer, State::Running, table.clone()).await;
    assert_eq!(titles(&search("Lemuria").await), [""; 0], "it is still being written");
    write(&fixture.app, asked.answer, State::Done, table).await;

    let check = async |words: &str, expected: &[&str]| assert_eq!(titles(&search(words).await), expected, "{words}");
    check("quart", &["Quarterly sales"]).await;
    check("SALE quart", &["Quarterly sales"]).await;
    check("ales", &[]).await;
    check("engine", &["Cars"]).await;
    check("\"thirstiest engines\"", &["Cars"]).await;
    check("\"engines thirstiest\"", &[]).await;
    check("averaging -imports", &[]).await;
    check("lemuria or sales", &["Cars", "Quarterly sales"]).await;
    check("Lemuria", &["Cars"]).await;
    check("(", &[]).await;
    check("the", &[]).await;
    check(" ", &["Cars", "Quarterly sales"]).await;
    check("'); drop table messages; --", &[]).await;

    let hit = search("imports").await;
    let snippet = hit["items"][0]["snippet"].as_str().unwrap();
    assert!(snippet.contains("while imports trailed"), "{snippet}");
    assert!(!snippet.contains("<b>") && !snippet.contains('"'), "{snippet}");
    let by_title = search("quarterly").await;
    assert!(by_title["items"][0].get("snippet").is_none(), "{by_title}");
    let listed = fixture
        .ada
        .get(&format!("{}/conversations", fixture.project))
        .await
        .expect(200);
    assert!(
        items(&listed).iter().all(|item| item.get("snippet").is_none()),
        "{listed}"
    );

    let long = "a".repeat(201);
    let answer = fixture
        .ada
        .get(&format!("{}/conversations?search={long}", fixture.project))
        .await;
    answer.expect_problem(422, "invalid");
    let zero = fixture
        .ada
        .get(&format!("{}/conversations?search=a%00b", fixture.project))
        .await;
    zero.expect_problem(422, "invalid");

    // Another tenant's words are not found.
    let bob = fixture.app.user("bob@example.com").await;
    let theirs = project(&bob, &format!("/api/v1/orgs/{}", bob.org()), "Theirs").await;
    let found = bob
        .get(&format!("{theirs}/conversations?search=engines"))
        .await
        .expect(200);
    assert_eq!(titles(&found), [""; 0]);
    fixture.ada.delete(&sales).await.expect(204);
    check("quarterly", &[]).await;
}

#[tokio::test]
async fn a_conversation_has_so_many_messages_and_a_project_so_many_conversations() {
    let fixture = Fixture::start_with(|config| {
        config.limits.messages_per_conversation = 4;
        config.limits.conversations_per_project = 2;
        config.limits.question_max_chars = 10;
    })
    .await;
    let place = conversation(&fixture.ada, &fixture.project, None).await;
    let ask = async |text: &str| try_ask(&fixture.app, &fixture.ada, &place, None, text, vec![]).await;
    assert_eq!(code(ask("12345678901").await.unwrap_err()), "too_long");
    let asked = ask("One?").await.unwrap();
    let (two, three) = tokio::join!(ask("Two?"), ask("Three?"));
    assert_eq!(
        [&two, &three].iter().filter(|asked| asked.is_ok()).count(),
        1,
        "{two:?} {three:?}"
    );
    assert_eq!(code(ask("Four?").await.unwrap_err()), "too_many_messages");
    write(&fixture.app, asked.answer, State::Done, text("1")).await;
    let member = member(&fixture.app, &fixture.ada, id(&place)).await;
    let mut db = fixture.app.app.db.acquire().await.unwrap();
    let (now, limits) = (fixture.app.app.clock.now(), &fixture.app.app.config.limits);
    let retried = messages::retry(&mut db, now, limits, &member, asked.answer).await;
    assert_eq!(code(retried.unwrap_err()), "too_many_messages");

    let create = async || {
        fixture
            .ada
            .post(&format!("{}/conversations", fixture.project), json!({}))
            .await
    };
    let (two, three) = tokio::join!(create(), create());
    assert_eq!(two.status.as_u16() + three.status.as_u16(), 201 + 403, "{two} {three}");
    create().await.expect_problem(403, "too_many_conversations");
    fixture.ada.delete(&place).await.expect(204);
    create().await.expect(201);
}

#[tokio::test]
async fn asking_takes_a_conversation_out_of_the_archive() {
    let fixture = Fixture::start().await;
    let place = conversation(&fixture.ada, &fixture.project, None).await;
    fixture.ada.patch(&place, json!({ "archived": true })).await.expect(200);
    ask(&fixture.app, &fixture.ada, &place, None, "How many?").await;
    assert_eq!(fixture.ada.get(&place).await.expect(200)["archived_at"], Value::Null);
}

#[tokio::test]
async fn whoever_asked_can_go_and_what_they_asked_stays() {
    let fixture = Fixture::start().await;
    let org = format!("/api/v1/orgs/{}", fixture.ada.org());
    let bob = joined(&fixture.app, &org, "member").await;
    let place = conversation(&bob, &fixture.project, None).await;
    exchange(&fixture.app, &bob, &place, None, "How many?", "398").await;
    bob.send(
        bob.request(reqwest::Method::DELETE, "/api/v1/account")
            .json(&json!({ "password": crate::test_app::PASSWORD })),
    )
    .await
    .expect(204);
    assert_eq!(fixture.ada.get(&place).await.expect(200)["created_by"], Value::Null);
    assert_eq!(
        items(&fixture.ada.get(&format!("{place}/messages")).await.expect(200)).len(),
        2
    );
}

#[tokio::test]
async fn a_conversation_that_is_asked_for_twice_with_one_key_is_begun_once() {
    let fixture = Fixture::start().await;
    let create = async || {
        let request = fixture
            .ada
            .request(reqwest::Method::POST, &format!("{}/conversations", fixture.project));
        fixture
            .ada
            .send(request.header("idempotency-key", "one").json(&json!({})))
            .await
            .expect(201)
    };
    assert_eq!(create().await, create().await);
    assert_eq!(count(&fixture.app, "select count(*) from conversations").await, 1);
}
