//! Messages: the tree they are, what they are about, and what is thought of them.

use glovebox::{
    conversations::{
        generated,
        messages::{self, Question, Speaker, State},
    },
    error::Error,
    ids::{ConversationId, FileId, MessageId},
    orgs::{Owned, membership},
};
use serde_json::{Value, json};

use crate::{
    conversations::{ask, code, conversation, exchange, generate, id, member, try_ask, write},
    files::Fixture,
    orgs::{count, items, joined},
    projects::project,
};

#[tokio::test]
async fn a_very_long_answer_is_kept_and_found_by_its_beginning() {
    let fixture = Fixture::start().await;
    let place = conversation(&fixture.ada, &fixture.project, None).await;
    let asked = ask(&fixture.app, &fixture.ada, &place, None, "Print everything").await;
    // More words than Postgres would take in an index, each its own.
    let long: Vec<_> = (0..400_000).map(|n| format!("beginning{n} {n:x}/w-{n:x}-y")).collect();
    let long = long.join(" ");
    let output = json!([{ "type": "output", "run_id": "1", "text": long, "truncated": true }]);
    write(&fixture.app, asked.answer, State::Done, output.clone()).await;
    let found = fixture
        .ada
        .get(&format!("{}/conversations?search=beginning7", fixture.project))
        .await
        .expect(200);
    assert_eq!(items(&found).len(), 1);
    let message = fixture
        .ada
        .get(&format!("/api/v1/messages/{}", asked.answer))
        .await
        .expect(200);
    assert_eq!(message["parts"], output);
}

#[tokio::test]
async fn zero_bytes_in_what_a_script_prints_harm_nobody() {
    let fixture = Fixture::start().await;
    let place = conversation(&fixture.ada, &fixture.project, None).await;
    let asked = ask(&fixture.app, &fixture.ada, &place, None, "Print a zero").await;
    let output = json!([{ "type": "output", "run_id": "1", "text": "a\0b", "truncated": false }]);
    write(&fixture.app, asked.answer, State::Done, output).await;
    let message = fixture
        .ada
        .get(&format!("/api/v1/messages/{}", asked.answer))
        .await
        .expect(200);
    assert_eq!(message["parts"][0]["text"], "a\u{fffd}b");
}

#[tokio::test]
async fn edited_questions_and_retried_answers_stand_beside_what_they_stand_in_for() {
    let fixture = Fixture::start().await;
    let place = conversation(&fixture.ada, &fixture.project, None).await;
    let (app, ada) = (&fixture.app, &fixture.ada);
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
    let mut path =
        async |leaf, at_most| -> Vec<MessageId> {
            let branch = messages::branch(&mut db, &member, leaf, at_most).await.unwrap();
            assert!(branch.iter().all(|m| m.memory.is_some()
                == (m.state == State::Done && m.parent_id.is_some() && m.role == Speaker::Assistant)));
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
    let fixture = Fixture::start().await;
    let (one, other) = (
        conversation(&fixture.ada, &fixture.project, None).await,
        conversation(&fixture.ada, &fixture.project, None).await,
    );
    let asked = ask(&fixture.app, &fixture.ada, &one, None, "How many?").await;
    let check = async |place: &str, parent: MessageId| {
        let asked = try_ask(&fixture.app, &fixture.ada, place, Some(parent), "And?", vec![]).await;
        assert_eq!(code(asked.unwrap_err()), "not_an_answer");
    };
    check(&one, asked.question).await;
    check(&one, MessageId::new()).await;
    check(&other, asked.answer).await;
    ask(&fixture.app, &fixture.ada, &one, Some(asked.answer), "And?").await;
}

#[tokio::test]
async fn a_question_is_about_files_of_its_own_project() {
    let fixture = Fixture::start_with(|config| config.limits.files_per_question = 2).await;
    let place = conversation(&fixture.ada, &fixture.project, None).await;
    let file = |file: &Value| -> FileId { file["id"].as_str().unwrap().parse().unwrap() };
    let (b, a) = (
        fixture.upload("b.csv", "x\n1\n").await,
        fixture.upload("a.csv", "x\n1\n").await,
    );
    let asked = try_ask(
        &fixture.app,
        &fixture.ada,
        &place,
        None,
        "Join them",
        vec![file(&b), file(&a)],
    )
    .await
    .unwrap();
    let message = async || {
        fixture
            .ada
            .get(&format!("/api/v1/messages/{}", asked.question))
            .await
            .expect(200)
    };
    let attached = |file: &Value, deleted: bool| json!({ "id": file["id"], "name": file["name"], "deleted": deleted });
    assert_eq!(
        message().await["files"],
        json!([attached(&b, false), attached(&a, false)])
    );

    let org = format!("/api/v1/orgs/{}", fixture.ada.org());
    let elsewhere = project(&fixture.ada, &org, "Elsewhere").await;
    let other = crate::files::upload(&fixture.ada, &elsewhere, "c.csv", b"x\n1\n")
        .await
        .expect(201);
    fixture.ada.delete(&crate::files::path(&b)).await.expect(204);
    let check = async |files: Vec<FileId>, expected: &str| {
        let asked = try_ask(&fixture.app, &fixture.ada, &place, None, "Join them", files).await;
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
async fn feedback_is_given_changed_and_taken_back() {
    let fixture = Fixture::start().await;
    let place = conversation(&fixture.ada, &fixture.project, None).await;
    let asked = exchange(&fixture.app, &fixture.ada, &place, None, "How many?", "398").await;
    let rate =
        async |id: MessageId, body: Value| fixture.ada.put(&format!("/api/v1/messages/{id}/feedback"), body).await;
    let rated = rate(asked.answer, json!({ "value": "down", "text": "It is 397." }))
        .await
        .expect(200);
    assert_eq!(rated["feedback"], json!({ "value": "down", "text": "It is 397." }));
    let rated = rate(asked.answer, json!({ "value": "up" })).await.expect(200);
    assert_eq!(rated["feedback"], json!({ "value": "up", "text": "" }));
    assert_eq!(
        fixture
            .ada
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
    let fixture = Fixture::start().await;
    let place = conversation(&fixture.ada, &fixture.project, None).await;
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
        .execute(&fixture.app.app.db)
        .await
        .unwrap();
    let (mut seen, mut next) = (0, Some(format!("{place}/messages?limit=100")));
    while let Some(page) = next {
        let answer = fixture.ada.get(&page).await;
        next = answer.header("link").split(['<', '>']).nth(1).map(str::to_owned);
        for item in items(&answer.expect(200)) {
            seen += 1;
            assert_eq!(item["parts"][0]["text"], format!("number {seen}"));
        }
    }
    assert_eq!(seen, 10_000);
    let member = member(&fixture.app, &fixture.ada, conversation_id).await;
    let mut db = fixture.app.app.db.acquire().await.unwrap();
    let leaf = messages::newest(&mut db, &member, conversation_id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        messages::branch(&mut db, &member, leaf, u32::MAX).await.unwrap().len(),
        10_000
    );
    fixture.ada.delete(&place).await.expect(204);
    assert_eq!(count(&fixture.app, "select count(*) from messages").await, 0);
}

#[tokio::test]
async fn a_page_with_long_messages_is_shorter() {
    let fixture = Fixture::start().await;
    let place = conversation(&fixture.ada, &fixture.project, None).await;
    let mut parent = None;
    for n in 0..3 {
        let asked = ask(&fixture.app, &fixture.ada, &place, parent, &format!("Print {n}")).await;
        let long = json!([{ "type": "output", "run_id": "1", "text": "x".repeat(5 << 20), "truncated": false }]);
        write(&fixture.app, asked.answer, State::Done, long).await;
        parent = Some(asked.answer);
    }
    let (mut sizes, mut next) = (Vec::new(), Some(format!("{place}/messages")));
    while let Some(page) = next {
        let answer = fixture.ada.get(&page).await;
        assert!(answer.bytes.len() < 9 << 20, "{}", answer.bytes.len());
        next = answer.header("link").split(['<', '>']).nth(1).map(str::to_owned);
        sizes.push(items(&answer.expect(200)).len());
    }
    assert_eq!(sizes, [3, 2, 1]);
}

#[tokio::test]
async fn an_answer_whose_conversation_is_gone_is_not_written() {
    let fixture = Fixture::start().await;
    let place = conversation(&fixture.ada, &fixture.project, None).await;
    let asked = ask(&fixture.app, &fixture.ada, &place, None, "How many?").await;
    fixture.ada.delete(&place).await.expect(204);
    let mut db = fixture.app.app.db.acquire().await.unwrap();
    let now = fixture.app.app.clock.now();
    let written = messages::write(&mut db, now, asked.answer, State::Done, &[], None).await;
    assert_eq!(code(written.unwrap_err()), "answer");
}

#[tokio::test]
async fn another_tenant_and_a_viewer_change_nothing() {
    let fixture = Fixture::start().await;
    let place = conversation(&fixture.ada, &fixture.project, None).await;
    let asked = exchange(&fixture.app, &fixture.ada, &place, None, "How many?", "398").await;
    generate(&fixture.app, &fixture.ada, &place, asked.answer, "a.csv", b"a")
        .await
        .unwrap();
    let bob = fixture.app.user("bob@example.com").await;
    let mut db = fixture.app.app.db.acquire().await.unwrap();
    let (now, limits) = (fixture.app.app.clock.now(), &fixture.app.app.config.limits);
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
    let eve = joined(&fixture.app, &format!("/api/v1/orgs/{}", fixture.ada.org()), "viewer").await;
    let asking = try_ask(&fixture.app, &eve, &place, None, "Mine?", vec![]).await;
    assert!(matches!(asking, Err(Error::Forbidden(_))), "{asking:?}");
    assert_eq!(count(&fixture.app, "select count(*) from messages").await, 2);
}
