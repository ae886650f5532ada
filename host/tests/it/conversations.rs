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
    objects::{Digest, Key},
    orgs::{Member, Owned, membership},
};
use serde_json::{Value, json};

use crate::{
    files::Desk,
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
    let key = Key::new(org_id);
    app.app.objects.put_bytes(&key, bytes).await.unwrap();
    let origin = Origin {
        org_id,
        conversation_id,
        message_id: answer,
        run_id: "call_1".to_owned(),
    };
    let media_type = if name.ends_with(".csv") {
        "text/csv"
    } else {
        "application/octet-stream"
    };
    let (now, limits, digest) = (app.app.clock.now(), &app.app.config.limits, Digest::of(bytes));
    let mut tx = app.app.db.begin().await.unwrap();
    let id = generated::record(&mut tx, now, limits, &origin, name, media_type, &key, &digest).await?;
    tx.commit().await.unwrap();
    Ok(id)
}

fn code(error: Error) -> &'static str {
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
    let desk = Desk::start().await;
    let made = desk
        .ada
        .post(&format!("{}/conversations", desk.project), json!({}))
        .await;
    let place = made.header("location").to_owned();
    let made = made.expect(201);
    assert_eq!(made["title"], "New conversation");
    assert_eq!(made["titled"], false);
    assert_eq!(made["created_by"], desk.ada.user.unwrap().0.to_string());
    assert_eq!(desk.ada.get(&place).await.expect(200), made);

    let renamed = desk.ada.patch(&place, json!({ "title": " Sales " })).await.expect(200);
    assert_eq!((&renamed["title"], &renamed["titled"]), (&json!("Sales"), &json!(true)));
    assert_eq!(renamed["updated_at"], made["updated_at"], "nothing was said");
    desk.ada
        .patch(&place, json!({ "title": "" }))
        .await
        .expect_problem(422, "invalid");
    desk.ada
        .patch(&place, json!({ "title": "a\nb" }))
        .await
        .expect_problem(422, "invalid");

    let archived = desk.ada.patch(&place, json!({ "archived": true })).await.expect(200);
    assert!(archived["archived_at"].is_string());
    desk.app.app.clock.skip(TimeDelta::minutes(1));
    let again = desk.ada.patch(&place, json!({ "archived": true })).await.expect(200);
    assert_eq!(again, archived, "it has been there since");
    let list = format!("{}/conversations", desk.project);
    let live = desk.ada.get(&list).await.expect(200);
    let kept = desk.ada.get(&format!("{list}?archived=true")).await.expect(200);
    assert_eq!((titles(&live), titles(&kept)), (vec![], vec!["Sales"]));
    let back = desk.ada.patch(&place, json!({ "archived": false })).await.expect(200);
    assert_eq!(back["archived_at"], Value::Null);

    desk.ada.delete(&place).await.expect(204);
    desk.ada.get(&place).await.expect_problem(404, "not_found");
    desk.ada.delete(&place).await.expect_problem(404, "not_found");
}

#[tokio::test]
async fn the_first_question_gives_the_title_unless_somebody_has() {
    let desk = Desk::start().await;
    let (one, other) = (
        conversation(&desk.ada, &desk.project, None).await,
        conversation(&desk.ada, &desk.project, Some("Mine")).await,
    );
    for place in [&one, &other] {
        let asked = exchange(
            &desk.app,
            &desk.ada,
            place,
            None,
            "**Average** mpg by origin? And plot it.",
            "20",
        )
        .await;
        ask(&desk.app, &desk.ada, place, Some(asked.answer), "And by year?").await;
    }
    let title = async |place: &str| desk.ada.get(place).await.expect(200)["title"].clone();
    assert_eq!(title(&one).await, "Average mpg by origin?");
    assert_eq!(title(&other).await, "Mine");
    // The first question was edited.
    ask(&desk.app, &desk.ada, &one, None, "Median mpg by origin").await;
    assert_eq!(title(&one).await, "Median mpg by origin");
}

#[tokio::test]
async fn the_one_in_which_something_was_said_last_comes_first_page_by_page() {
    let desk = Desk::start().await;
    let mut places = Vec::new();
    for title in ["A", "B", "C", "D"] {
        places.push(conversation(&desk.ada, &desk.project, Some(title)).await);
    }
    desk.app.app.clock.skip(TimeDelta::minutes(1));
    let asked = ask(&desk.app, &desk.ada, &places[1], None, "How many?").await;
    desk.app.app.clock.skip(TimeDelta::minutes(1));
    ask(&desk.app, &desk.ada, &places[0], None, "How many?").await;
    let list = format!("{}/conversations", desk.project);
    let first = desk.ada.get(&format!("{list}?limit=2")).await;
    let next = first.header("link").split(['<', '>']).nth(1).unwrap().to_owned();
    let first = first.expect(200);
    assert_eq!(titles(&first), ["A", "B"]);
    let second = desk.ada.get(&next).await.expect(200);
    assert_eq!(
        (titles(&second), &second["next_cursor"]),
        (vec!["D", "C"], &Value::Null)
    );
    // An answer is something that is said.
    desk.app.app.clock.skip(TimeDelta::minutes(1));
    write(&desk.app, asked.answer, State::Running, text("1")).await;
    assert_eq!(titles(&desk.ada.get(&list).await.expect(200)), ["A", "B", "D", "C"]);
    write(&desk.app, asked.answer, State::Done, text("12")).await;
    assert_eq!(titles(&desk.ada.get(&list).await.expect(200)), ["B", "A", "D", "C"]);
    // What has come up since is not told twice, and nothing else is left out.
    assert_eq!(titles(&desk.ada.get(&next).await.expect(200)), ["D", "C"]);
    desk.ada
        .get(&format!("{list}?cursor=nowhere"))
        .await
        .expect_problem(422, "invalid");
}

#[tokio::test]
async fn a_search_looks_into_titles_and_into_what_was_said() {
    let desk = Desk::start().await;
    let sales = conversation(&desk.ada, &desk.project, Some("Quarterly sales")).await;
    let cars = conversation(&desk.ada, &desk.project, Some("Cars")).await;
    let asked = ask(
        &desk.app,
        &desk.ada,
        &cars,
        None,
        "Which origin has the thirstiest engines?",
    )
    .await;
    let search = async |words: &str| {
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("search", words)
            .finish();
        desk.ada
            .get(&format!("{}/conversations?{query}", desk.project))
            .await
            .expect(200)
    };
    let table = json!([
        { "type": "text", "text": "Those from the **USA** averaged best, while\nimports trailed." },
        { "type": "table", "run_id": "1", "table": {
            "columns": [{ "name": "origin", "dtype": "str" }], "row_count": 1, "rows": [["Lemuria"]],
        }},
    ]);
    write(&desk.app, asked.answer, State::Running, table.clone()).await;
    assert_eq!(titles(&search("Lemuria").await), [""; 0], "it is still being written");
    write(&desk.app, asked.answer, State::Done, table).await;

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
    let listed = desk
        .ada
        .get(&format!("{}/conversations", desk.project))
        .await
        .expect(200);
    assert!(
        items(&listed).iter().all(|item| item.get("snippet").is_none()),
        "{listed}"
    );

    let long = "a".repeat(201);
    let answer = desk
        .ada
        .get(&format!("{}/conversations?search={long}", desk.project))
        .await;
    answer.expect_problem(422, "invalid");
    let zero = desk
        .ada
        .get(&format!("{}/conversations?search=a%00b", desk.project))
        .await;
    zero.expect_problem(422, "invalid");

    // Another tenant's words are not found.
    let bob = desk.app.user("bob@example.com").await;
    let theirs = project(&bob, &format!("/api/v1/orgs/{}", bob.org()), "Theirs").await;
    let found = bob
        .get(&format!("{theirs}/conversations?search=engines"))
        .await
        .expect(200);
    assert_eq!(titles(&found), [""; 0]);
    desk.ada.delete(&sales).await.expect(204);
    check("quarterly", &[]).await;
}

#[tokio::test]
async fn a_very_long_answer_is_kept_and_found_by_its_beginning() {
    let desk = Desk::start().await;
    let place = conversation(&desk.ada, &desk.project, None).await;
    let asked = ask(&desk.app, &desk.ada, &place, None, "Print everything").await;
    // More words than Postgres would take in an index, each its own.
    let long: String = (0..400_000).map(|n| format!("beginning{n} {n:x}/w-{n:x}-y ")).collect();
    let output = json!([{ "type": "output", "run_id": "1", "text": long, "truncated": true }]);
    write(&desk.app, asked.answer, State::Done, output.clone()).await;
    let found = desk
        .ada
        .get(&format!("{}/conversations?search=beginning7", desk.project))
        .await
        .expect(200);
    assert_eq!(items(&found).len(), 1);
    let message = desk
        .ada
        .get(&format!("/api/v1/messages/{}", asked.answer))
        .await
        .expect(200);
    assert_eq!(message["parts"], output);
}

#[tokio::test]
async fn zero_bytes_in_what_a_script_prints_harm_nobody() {
    let desk = Desk::start().await;
    let place = conversation(&desk.ada, &desk.project, None).await;
    let asked = ask(&desk.app, &desk.ada, &place, None, "Print a zero").await;
    let output = json!([{ "type": "output", "run_id": "1", "text": "a\0b", "truncated": false }]);
    write(&desk.app, asked.answer, State::Done, output).await;
    let message = desk
        .ada
        .get(&format!("/api/v1/messages/{}", asked.answer))
        .await
        .expect(200);
    assert_eq!(message["parts"][0]["text"], "a\u{fffd}b");
}

#[tokio::test]
async fn edited_questions_and_retried_answers_stand_beside_what_they_stand_in_for() {
    let desk = Desk::start().await;
    let place = conversation(&desk.ada, &desk.project, None).await;
    let (app, ada) = (&desk.app, &desk.ada);
    let first = exchange(app, ada, &place, None, "How many rows?", "398").await;
    let then = exchange(app, ada, &place, Some(first.answer), "And columns?", "9").await;
    let edited = exchange(app, ada, &place, Some(first.answer), "And names?", "mpg, …").await;
    let member = member(app, ada, id(&place)).await;
    let mut tx = app.app.db.begin().await.unwrap();
    let (now, limits) = (app.app.clock.now(), &app.app.config.limits);
    let retried = messages::retry(&mut tx, now, limits, &member, then.answer)
        .await
        .unwrap();
    let early = messages::retry(&mut tx, now, limits, &member, retried)
        .await
        .unwrap_err();
    assert_eq!(code(early), "still_answering");
    let question = messages::retry(&mut tx, now, limits, &member, then.question)
        .await
        .unwrap_err();
    assert_eq!(code(question), "not_an_answer");
    tx.commit().await.unwrap();

    let listed = ada.get(&format!("{place}/messages")).await.expect(200);
    let tree: Vec<_> = items(&listed)
        .iter()
        .map(|item| {
            let id = |field: &str| item[field].as_str().map(str::to_owned);
            (
                id("id").unwrap(),
                id("parent_id"),
                item["role"].clone(),
                item["state"].clone(),
            )
        })
        .collect();
    let expected = |id: MessageId, parent: Option<MessageId>, role: &str, state: &str| {
        (
            id.to_string(),
            parent.map(|id| id.to_string()),
            json!(role),
            json!(state),
        )
    };
    assert_eq!(
        tree,
        [
            expected(first.question, None, "user", "done"),
            expected(first.answer, Some(first.question), "assistant", "done"),
            expected(then.question, Some(first.answer), "user", "done"),
            expected(then.answer, Some(then.question), "assistant", "done"),
            expected(edited.question, Some(first.answer), "user", "done"),
            expected(edited.answer, Some(edited.question), "assistant", "done"),
            expected(retried, Some(then.question), "assistant", "queued"),
        ]
    );
    let mut db = app.app.db.acquire().await.unwrap();
    let mut path = async |leaf, at_most| -> Vec<MessageId> {
        let branch = messages::branch(&mut db, &member, leaf, at_most).await.unwrap();
        assert!(branch.iter().all(|m| m.memory.is_some()
            == (m.state == State::Done && m.parent_id.is_some() && m.role == messages::Speaker::Assistant)));
        branch.iter().map(|message| message.id).collect()
    };
    assert_eq!(
        path(retried, 100).await,
        [first.question, first.answer, then.question, retried]
    );
    assert_eq!(
        path(edited.answer, 100).await,
        [first.question, first.answer, edited.question, edited.answer]
    );
    assert_eq!(path(edited.answer, 2).await, [edited.question, edited.answer]);
    assert_eq!(
        messages::newest(&mut db, &member, id(&place)).await.unwrap(),
        Some(retried)
    );
    assert_eq!(
        code(
            messages::branch(&mut db, &member, MessageId::new(), 10)
                .await
                .unwrap_err()
        ),
        "message"
    );
    // What the model remembers is never shown.
    assert!(!listed.to_string().contains("the model"), "{listed}");
}

#[tokio::test]
async fn a_question_follows_an_answer_of_its_own_conversation() {
    let desk = Desk::start().await;
    let (one, other) = (
        conversation(&desk.ada, &desk.project, None).await,
        conversation(&desk.ada, &desk.project, None).await,
    );
    let asked = ask(&desk.app, &desk.ada, &one, None, "How many?").await;
    let check = async |place: &str, parent: MessageId| {
        let asked = try_ask(&desk.app, &desk.ada, place, Some(parent), "And?", vec![]).await;
        assert_eq!(code(asked.unwrap_err()), "not_an_answer");
    };
    check(&one, asked.question).await;
    check(&one, MessageId::new()).await;
    check(&other, asked.answer).await;
    ask(&desk.app, &desk.ada, &one, Some(asked.answer), "And?").await;
}

#[tokio::test]
async fn a_question_is_about_files_of_its_own_project() {
    let desk = Desk::start_with(|config| config.limits.files_per_question = 2).await;
    let place = conversation(&desk.ada, &desk.project, None).await;
    let file = |file: &Value| -> FileId { file["id"].as_str().unwrap().parse().unwrap() };
    let (b, a) = (
        desk.upload("b.csv", "x\n1\n").await,
        desk.upload("a.csv", "x\n1\n").await,
    );
    let asked = try_ask(
        &desk.app,
        &desk.ada,
        &place,
        None,
        "Join them",
        vec![file(&b), file(&a)],
    )
    .await
    .unwrap();
    let message = async || {
        desk.ada
            .get(&format!("/api/v1/messages/{}", asked.question))
            .await
            .expect(200)
    };
    let attached = |file: &Value, deleted: bool| json!({ "id": file["id"], "name": file["name"], "deleted": deleted });
    assert_eq!(
        message().await["files"],
        json!([attached(&b, false), attached(&a, false)])
    );

    let org = format!("/api/v1/orgs/{}", desk.ada.org());
    let elsewhere = project(&desk.ada, &org, "Elsewhere").await;
    let other = crate::files::upload(&desk.ada, &elsewhere, "c.csv", b"x\n1\n")
        .await
        .expect(201);
    desk.ada.delete(&crate::files::path(&b)).await.expect(204);
    let check = async |files: Vec<FileId>, expected: &str| {
        let asked = try_ask(&desk.app, &desk.ada, &place, None, "Join them", files).await;
        assert_eq!(code(asked.unwrap_err()), expected);
    };
    check(vec![file(&a), file(&other)], "unknown_file").await;
    check(vec![file(&b)], "unknown_file").await;
    check(vec![file(&a), file(&a)], "twice").await;
    check(vec![file(&a), FileId::new(), FileId::new()], "too_many").await;
    assert_eq!(
        message().await["files"],
        json!([attached(&b, true), attached(&a, false)])
    );
}

#[tokio::test]
async fn a_conversation_has_so_many_messages_and_a_project_so_many_conversations() {
    let desk = Desk::start_with(|config| {
        config.limits.messages_per_conversation = 4;
        config.limits.conversations_per_project = 2;
        config.limits.question_max_chars = 10;
    })
    .await;
    let place = conversation(&desk.ada, &desk.project, None).await;
    let ask = async |text: &str| try_ask(&desk.app, &desk.ada, &place, None, text, vec![]).await;
    assert_eq!(code(ask("12345678901").await.unwrap_err()), "too_long");
    let asked = ask("One?").await.unwrap();
    let (two, three) = tokio::join!(ask("Two?"), ask("Three?"));
    assert_eq!(
        [&two, &three].iter().filter(|asked| asked.is_ok()).count(),
        1,
        "{two:?} {three:?}"
    );
    assert_eq!(code(ask("Four?").await.unwrap_err()), "too_many_messages");
    write(&desk.app, asked.answer, State::Done, text("1")).await;
    let member = member(&desk.app, &desk.ada, id(&place)).await;
    let mut db = desk.app.app.db.acquire().await.unwrap();
    let (now, limits) = (desk.app.app.clock.now(), &desk.app.app.config.limits);
    let retried = messages::retry(&mut db, now, limits, &member, asked.answer).await;
    assert_eq!(code(retried.unwrap_err()), "too_many_messages");

    let create = async || {
        desk.ada
            .post(&format!("{}/conversations", desk.project), json!({}))
            .await
    };
    let (two, three) = tokio::join!(create(), create());
    assert_eq!(two.status.as_u16() + three.status.as_u16(), 201 + 403, "{two} {three}");
    create().await.expect_problem(403, "too_many_conversations");
    desk.ada.delete(&place).await.expect(204);
    create().await.expect(201);
}

#[tokio::test]
async fn feedback_is_given_changed_and_taken_back() {
    let desk = Desk::start().await;
    let place = conversation(&desk.ada, &desk.project, None).await;
    let asked = exchange(&desk.app, &desk.ada, &place, None, "How many?", "398").await;
    let rate = async |id: MessageId, body: Value| desk.ada.put(&format!("/api/v1/messages/{id}/feedback"), body).await;
    let rated = rate(asked.answer, json!({ "value": "down", "text": "It is 397." }))
        .await
        .expect(200);
    assert_eq!(rated["feedback"], json!({ "value": "down", "text": "It is 397." }));
    let rated = rate(asked.answer, json!({ "value": "up" })).await.expect(200);
    assert_eq!(rated["feedback"], json!({ "value": "up", "text": "" }));
    assert_eq!(
        desk.ada
            .get(&format!("/api/v1/messages/{}", asked.answer))
            .await
            .expect(200),
        rated
    );
    let rated = rate(asked.answer, json!({ "value": null })).await.expect(200);
    assert_eq!(rated["feedback"], Value::Null);
    rate(asked.question, json!({ "value": "up" }))
        .await
        .expect_problem(409, "not_an_answer");
    rate(asked.answer, json!({ "value": "sideways" }))
        .await
        .expect_problem(422, "invalid");
    rate(asked.answer, json!({ "text": "x" }))
        .await
        .expect_problem(422, "invalid");
    let long = "x".repeat(2001);
    rate(asked.answer, json!({ "value": "up", "text": long }))
        .await
        .expect_problem(422, "invalid");
    rate(MessageId::new(), json!({ "value": "up" }))
        .await
        .expect_problem(404, "not_found");
}

#[tokio::test]
async fn ten_thousand_messages_come_by_pages_and_go_at_once() {
    let desk = Desk::start().await;
    let place = conversation(&desk.ada, &desk.project, None).await;
    // One long branch: the tree is as deep as it can be.
    let insert = "with numbered as (
          select n, ('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid as id,
            case when n > 1 then ('01900000-0000-7000-8000-' || lpad(to_hex(n - 1), 12, '0'))::uuid end as parent
          from generate_series(1, 10000) n)
        insert into messages (id, org_id, conversation_id, parent_id, role, state, parts, text, created_at, ended_at)
        select numbered.id, c.org_id, c.id, parent, case when n % 2 = 1 then 'user' else 'assistant' end, 'done',
          jsonb_build_array(jsonb_build_object('type', 'text', 'text', 'number ' || n)), 'number ' || n, now(), now()
        from numbered, conversations c where c.id = $1";
    let conversation_id: ConversationId = id(&place);
    sqlx::query(insert)
        .bind(conversation_id.0)
        .execute(&desk.app.app.db)
        .await
        .unwrap();
    let (mut seen, mut next) = (0, Some(format!("{place}/messages?limit=100")));
    while let Some(page) = next {
        let answer = desk.ada.get(&page).await;
        next = answer.header("link").split(['<', '>']).nth(1).map(str::to_owned);
        for item in items(&answer.expect(200)) {
            seen += 1;
            assert_eq!(item["parts"][0]["text"], format!("number {seen}"));
        }
    }
    assert_eq!(seen, 10_000);
    let member = member(&desk.app, &desk.ada, conversation_id).await;
    let mut db = desk.app.app.db.acquire().await.unwrap();
    let leaf = messages::newest(&mut db, &member, conversation_id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        messages::branch(&mut db, &member, leaf, u32::MAX).await.unwrap().len(),
        10_000
    );
    desk.ada.delete(&place).await.expect(204);
    assert_eq!(count(&desk.app, "select count(*) from messages").await, 0);
}

#[tokio::test]
async fn a_page_with_long_messages_is_shorter() {
    let desk = Desk::start().await;
    let place = conversation(&desk.ada, &desk.project, None).await;
    let mut parent = None;
    for n in 0..3 {
        let asked = ask(&desk.app, &desk.ada, &place, parent, &format!("Print {n}")).await;
        let long = json!([{ "type": "output", "run_id": "1", "text": "x".repeat(5 << 20), "truncated": false }]);
        write(&desk.app, asked.answer, State::Done, long).await;
        parent = Some(asked.answer);
    }
    let (mut sizes, mut next) = (Vec::new(), Some(format!("{place}/messages")));
    while let Some(page) = next {
        let answer = desk.ada.get(&page).await;
        assert!(answer.bytes.len() < 9 << 20, "{}", answer.bytes.len());
        next = answer.header("link").split(['<', '>']).nth(1).map(str::to_owned);
        sizes.push(items(&answer.expect(200)).len());
    }
    assert_eq!(sizes, [3, 2, 1]);
}

#[tokio::test]
async fn asking_takes_a_conversation_out_of_the_archive() {
    let desk = Desk::start().await;
    let place = conversation(&desk.ada, &desk.project, None).await;
    desk.ada.patch(&place, json!({ "archived": true })).await.expect(200);
    ask(&desk.app, &desk.ada, &place, None, "How many?").await;
    assert_eq!(desk.ada.get(&place).await.expect(200)["archived_at"], Value::Null);
}

#[tokio::test]
async fn an_answer_whose_conversation_is_gone_is_not_written() {
    let desk = Desk::start().await;
    let place = conversation(&desk.ada, &desk.project, None).await;
    let asked = ask(&desk.app, &desk.ada, &place, None, "How many?").await;
    desk.ada.delete(&place).await.expect(204);
    let mut db = desk.app.app.db.acquire().await.unwrap();
    let now = desk.app.app.clock.now();
    let written = messages::write(&mut db, now, asked.answer, State::Done, &[], None).await;
    assert_eq!(code(written.unwrap_err()), "answer");
}

#[tokio::test]
async fn another_tenant_and_a_viewer_change_nothing() {
    let desk = Desk::start().await;
    let place = conversation(&desk.ada, &desk.project, None).await;
    let asked = exchange(&desk.app, &desk.ada, &place, None, "How many?", "398").await;
    generate(&desk.app, &desk.ada, &place, asked.answer, "a.csv", b"a")
        .await
        .unwrap();
    let bob = desk.app.user("bob@example.com").await;
    let mut db = desk.app.app.db.acquire().await.unwrap();
    let (now, limits) = (desk.app.app.clock.now(), &desk.app.app.config.limits);
    let stranger = membership(&mut db, bob.user.unwrap().0, Owned::Org(bob.org()))
        .await
        .unwrap();
    let question = Question::parse(limits, "Mine?", vec![]).unwrap();
    let get = messages::get(&mut db, &stranger, asked.answer).await;
    assert_eq!(code(get.unwrap_err()), "message");
    let branch = messages::branch(&mut db, &stranger, asked.answer, 9).await;
    assert_eq!(code(branch.unwrap_err()), "message");
    let retried = messages::retry(&mut db, now, limits, &stranger, asked.answer).await;
    assert_eq!(code(retried.unwrap_err()), "message");
    let asking = messages::ask(&mut db, now, limits, &stranger, id(&place), None, &question).await;
    assert_eq!(code(asking.unwrap_err()), "conversation");
    let readable = generated::for_conversation(&mut db, &stranger, asked.answer)
        .await
        .unwrap();
    assert!(readable.is_empty(), "{readable:?}");
    drop(db);
    let eve = joined(&desk.app, &format!("/api/v1/orgs/{}", desk.ada.org()), "viewer").await;
    let asking = try_ask(&desk.app, &eve, &place, None, "Mine?", vec![]).await;
    assert!(matches!(asking, Err(Error::Forbidden(_))), "{asking:?}");
    assert_eq!(count(&desk.app, "select count(*) from messages").await, 2);
}

#[tokio::test]
async fn whoever_asked_can_go_and_what_they_asked_stays() {
    let desk = Desk::start().await;
    let org = format!("/api/v1/orgs/{}", desk.ada.org());
    let bob = joined(&desk.app, &org, "member").await;
    let place = conversation(&bob, &desk.project, None).await;
    exchange(&desk.app, &bob, &place, None, "How many?", "398").await;
    bob.send(
        bob.request(reqwest::Method::DELETE, "/api/v1/account")
            .json(&json!({ "password": crate::test_app::PASSWORD })),
    )
    .await
    .expect(204);
    assert_eq!(desk.ada.get(&place).await.expect(200)["created_by"], Value::Null);
    assert_eq!(
        items(&desk.ada.get(&format!("{place}/messages")).await.expect(200)).len(),
        2
    );
}

#[tokio::test]
async fn a_conversation_that_is_asked_for_twice_with_one_key_is_begun_once() {
    let desk = Desk::start().await;
    let create = async || {
        let request = desk
            .ada
            .request(reqwest::Method::POST, &format!("{}/conversations", desk.project));
        desk.ada
            .send(request.header("idempotency-key", "one").json(&json!({})))
            .await
            .expect(201)
    };
    assert_eq!(create().await, create().await);
    assert_eq!(count(&desk.app, "select count(*) from conversations").await, 1);
}
