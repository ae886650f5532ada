//! Exports of conversations, and their import.

use glovebox::{
    config::ServerConfig,
    conversations::messages::{self, State},
    ids::MessageId,
};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    conversations::{conversation, exchange, generate, id, member, try_ask, write},
    files::Fixture,
    orgs::{count, items},
    projects::project,
    test_app::Answer,
};

/// A conversation with everything that one can have; its path.
async fn rich(fixture: &Fixture) -> String {
    let (app, ada) = (&fixture.app, &fixture.ada);
    let place = conversation(ada, &fixture.project, Some("Cars: \"mpg\" & more")).await;
    let file = fixture.upload("cars.csv", "a\n1\n").await["id"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    let asked = try_ask(app, ada, &place, None, "Average <mpg>?", vec![file])
        .await
        .unwrap();
    let kept = generate(app, ada, &place, asked.answer, "mpg.csv", b"a\n1\n")
        .await
        .unwrap();
    let chart = generate(app, ada, &place, asked.answer, "mpg.png", b"\x89PNG")
        .await
        .unwrap();
    let digest = "0".repeat(64);
    let parts = json!([
        { "type": "text", "text": "It is **23**." },
        { "type": "script", "run_id": "call_1", "script": "print('```')" },
        { "type": "output", "run_id": "call_1", "text": "23\n", "truncated": true },
        { "type": "table", "run_id": "call_1", "table": {
            "columns": [{ "name": "origin", "dtype": "str" }, { "name": "mpg", "dtype": "f64" }],
            "row_count": 3, "rows": [["USA", 20.1], ["a|b", null]],
        }},
        { "type": "chart", "run_id": "call_1", "file_id": chart, "title": "Mpg", "alt": "Bars" },
        { "type": "file", "run_id": "call_1", "file_id": kept, "name": "mpg.csv", "media_type": "text/csv", "bytes": 4 },
        { "type": "error", "run_id": "call_1", "code": "KeyError", "message": "no column mgp", "line": 2, "hint": "use mpg" },
        { "type": "receipt", "run_id": "call_1", "outcome": "done", "receipt": {
            "version": 1, "outcome": "done", "fuel_used": 5, "peak_memory_bytes": 6, "wall_us": 7000,
            "instantiate_us": 8, "input_bytes": 4, "output_bytes": 8, "module_sha256": digest,
            "script_sha256": digest, "stdout_sha256": digest, "inputs": [], "outputs": [], "parameters": {},
            "seed": 1, "clock_unix_ms": 2, "limits": glovebox_sdk::Limits::default(),
        }},
    ]);
    write(app, asked.answer, State::Done, parts).await;
    let feedback = json!({ "value": "up", "text": "Thanks" });
    ada.put(&format!("/api/v1/messages/{}/feedback", asked.answer), feedback)
        .await
        .expect(200);
    exchange(app, ada, &place, Some(asked.answer), "And by year?", "Rising").await;
    let edited = exchange(app, ada, &place, Some(asked.answer), "And by origin?", "USA").await;
    write(app, edited.answer, State::Stopped, json!([])).await;
    place
}

async fn export(fixture: &Fixture, place: &str) -> Value {
    fixture
        .ada
        .get(&format!("{place}/export?format=json"))
        .await
        .expect(200)
}

async fn import(fixture: &Fixture, body: &Value) -> Answer {
    fixture
        .ada
        .post(&format!("{}/conversations/import", fixture.project), body.clone())
        .await
}

#[tokio::test]
async fn json_has_the_tree_with_everything_but_the_bytes() {
    let fixture = Fixture::start().await;
    let place = rich(&fixture).await;
    let answer = fixture.ada.get(&format!("{place}/export")).await;
    assert_eq!(answer.header("content-type"), "application/json");
    assert!(
        answer
            .header("content-disposition")
            .starts_with("attachment; filename=\"Cars: _mpg_ & more.json\""),
        "{}",
        answer.header("content-disposition")
    );
    let export = answer.expect(200);
    assert_eq!(
        (&export["format"], &export["version"], &export["title"]),
        (
            &json!("glovebox.conversation"),
            &json!(1),
            &json!("Cars: \"mpg\" & more")
        )
    );
    let listed = fixture.ada.get(&format!("{place}/messages")).await.expect(200);
    let messages = export["messages"].as_array().unwrap();
    assert_eq!(messages.len(), 6);
    for (exported, listed) in messages.iter().zip(items(&listed)) {
        for field in [
            "id",
            "parent_id",
            "role",
            "state",
            "parts",
            "feedback",
            "created_at",
            "ended_at",
        ] {
            assert_eq!(exported[field], listed[field], "{field}");
        }
    }
    assert_eq!(messages[0]["files"], json!(["cars.csv"]));
    let file = &messages[1]["generated_files"][0];
    assert_eq!((&file["name"], &file["bytes"]), (&json!("mpg.csv"), &json!(4)));
    assert_eq!(file["sha256"].as_str().unwrap().len(), 64);
    let told = export.to_string();
    for secret in [
        "told",
        "\"memory\"",
        "object_key",
        "created_by",
        &fixture.ada.user.unwrap().0.to_string(),
    ] {
        assert!(!told.contains(secret), "{secret}: {told}");
    }
}

#[tokio::test]
async fn markdown_reads_well_and_data_stays_data() {
    let fixture = Fixture::start().await;
    let place = rich(&fixture).await;
    let answer = fixture.ada.get(&format!("{place}/export?format=markdown")).await;
    assert_eq!(answer.header("content-type"), "text/markdown; charset=utf-8");
    assert!(answer.header("content-disposition").contains(".md"));
    assert_eq!(answer.header("content-security-policy"), "sandbox");
    let expected = "# Cars: \"mpg\" \\& more\n\n\
        ## 1. Question\n\n*About cars.csv*\n\nAverage \\<mpg>?\n\n\
        ## 2. Answer\n\nIt is **23**.\n\n````python\nprint('```')\n````\n\n```text\n23\n```\n\n\
        *There was more output.*\n\n\
        | origin | mpg |\n| --- | --- |\n| USA | 20.1 |\n| a\\|b |  |\n\n*2 of 3 rows*\n\n\
        *Chart mpg.png: Mpg Bars*\n\n*File mpg.csv, 4 bytes*\n\n\
        **Error (line 2):** no column mgp use mpg\n\n*Run: done, 7 ms, 5 units of fuel*\n\n*Feedback: good. Thanks*\n\n\
        ## 3. Question\n\nAnd by year?\n\n## 4. Answer\n\nRising\n\n\
        ## 5. Question\n\n*(follows 2)*\n\nAnd by origin?\n\n## 6. Answer\n\n*This answer was stopped.*\n\n";
    assert_eq!(answer.text(), expected);
    fixture
        .ada
        .get(&format!("{place}/export?format=docx"))
        .await
        .expect_problem(422, "invalid");
}

#[tokio::test]
async fn a_long_conversation_is_exported_whole() {
    let fixture = Fixture::start().await;
    let place = conversation(&fixture.ada, &fixture.project, None).await;
    let mut parent = None;
    for n in 0..130 {
        parent = Some(
            exchange(
                &fixture.app,
                &fixture.ada,
                &place,
                parent,
                &format!("Question {n}"),
                "Yes",
            )
            .await
            .answer,
        );
    }
    let export = export(&fixture, &place).await;
    assert_eq!(export["messages"].as_array().unwrap().len(), 260);
    let made = import(&fixture, &export).await.expect(201);
    assert_eq!(made["title"], "Question 0");
    assert_eq!(count(&fixture.app, "select count(*) from messages").await, 520);
}

#[tokio::test]
async fn an_import_is_the_same_tree_under_new_ids_and_vouches_for_nothing() {
    let fixture = Fixture::start().await;
    let place = rich(&fixture).await;
    let exported = export(&fixture, &place).await;
    let made = import(&fixture, &exported).await;
    let copy = made.header("location").to_owned();
    let made = made.expect(201);
    assert_eq!((&made["title"], &made["titled"]), (&exported["title"], &json!(true)));
    let listed = fixture.ada.get(&format!("{copy}/messages")).await.expect(200);
    let old = exported["messages"].as_array().unwrap();
    let new = items(&listed);
    assert_eq!(new.len(), old.len());
    for (old_message, message) in old.iter().zip(new) {
        assert_eq!(message["imported"], true);
        assert_ne!(message["id"], old_message["id"]);
        for field in ["role", "state", "feedback"] {
            assert_eq!(message[field], old_message[field], "{field}");
        }
        let at = |id: &Value, all: &[Value]| all.iter().position(|message| message["id"] == *id);
        assert_eq!(
            at(&message["parent_id"], new),
            at(&old_message["parent_id"], old),
            "it follows the same"
        );
        let kinds = |message: &Value| -> Vec<Value> {
            message["parts"]
                .as_array()
                .unwrap()
                .iter()
                .map(|part| part["type"].clone())
                .collect()
        };
        assert_eq!(kinds(message), kinds(old_message));
        assert_eq!(message["files"], json!([]));
    }
    // The files are tombstones, to which the parts refer.
    let files = fixture.ada.get(&format!("{copy}/files")).await.expect(200);
    assert_eq!(items(&files).len(), 2);
    for file in items(&files) {
        assert!(file["deleted_at"].is_string() && file["sha256"].is_null(), "{file}");
        let content = fixture
            .ada
            .get(&format!(
                "/api/v1/generated-files/{}/content",
                file["id"].as_str().unwrap()
            ))
            .await;
        content.expect_problem(404, "not_found");
    }
    let part = new[1]["parts"]
        .as_array()
        .unwrap()
        .iter()
        .find(|part| part["type"] == "file")
        .unwrap();
    assert_eq!(part["file_id"], items(&files)[0]["id"]);
    // Nothing of it is told to the model as if it had been so.
    let member = member(&fixture.app, &fixture.ada, id(&copy)).await;
    let leaf: MessageId = id(new[3]["id"].as_str().unwrap());
    let mut db = fixture.app.app.db.acquire().await.unwrap();
    let branch = messages::branch(&mut db, &member, leaf, 10).await.unwrap();
    assert!(
        branch.len() == 4
            && branch
                .iter()
                .all(|message| message.memory.is_none() && message.imported)
    );
    // It can be exported again, and found.
    assert_eq!(export(&fixture, &copy).await["messages"].as_array().unwrap().len(), 6);
    let found = fixture
        .ada
        .get(&format!("{}/conversations?search=rising", fixture.project))
        .await
        .expect(200);
    assert_eq!(items(&found).len(), 2);
    let usage = fixture
        .ada
        .get(&format!("/api/v1/orgs/{}/usage", fixture.ada.org()))
        .await
        .expect(200);
    assert_eq!(usage["bytes"], 12, "an import has no bytes");
}

#[tokio::test]
async fn what_is_no_export_is_refused() {
    let fixture = Fixture::start_with(|config: &mut ServerConfig| {
        config.limits.import_max_bytes = 20_000;
        config.limits.messages_per_conversation = 6;
        config.limits.conversations_per_project = 2;
    })
    .await;
    let place = rich(&fixture).await;
    let good = export(&fixture, &place).await;
    let check = async |change: &dyn Fn(&mut Value), field: &str, code: &str| {
        let mut body = good.clone();
        change(&mut body);
        let problem = import(&fixture, &body).await.expect_problem(422, "invalid");
        let error = &problem["errors"][0];
        assert_eq!(
            (&error["field"], &error["code"]),
            (&json!(field), &json!(code)),
            "{problem}"
        );
    };
    check(&|body| body["version"] = json!(2), "version", "version").await;
    check(&|body| body["format"] = json!("somebody.else"), "", "body").await;
    check(&|body| body["title"] = json!(""), "title", "required").await;
    check(&|body| body["extra"] = json!(1), "", "body").await;
    check(
        &|body| body["messages"][1]["memory"] = json!({ "rules": "obey" }),
        "",
        "body",
    )
    .await;
    check(&|body| body["messages"][0]["role"] = json!("system"), "", "body").await;
    check(
        &|body| body["messages"][1]["parts"][0]["type"] = json!("html"),
        "",
        "body",
    )
    .await;
    check(
        &|body| body["messages"][1]["parent_id"] = json!(null),
        "messages[1].parent_id",
        "order",
    )
    .await;
    let swap = |body: &mut Value| body["messages"].as_array_mut().unwrap().swap(0, 1);
    check(&swap, "messages[0].parent_id", "unknown").await;
    check(
        &|body| body["messages"][1]["generated_files"] = json!([]),
        "messages[1].parts[4].file_id",
        "unknown",
    )
    .await;
    let copied = |body: &mut Value| {
        let first = body["messages"][0].clone();
        body["messages"].as_array_mut().unwrap().push(first);
    };
    check(&copied, "messages", "too_many").await;
    check(
        &|body| body["messages"][1]["feedback"]["text"] = json!("x".repeat(2_001)),
        "messages[1].feedback.text",
        "too_long",
    )
    .await;
    let deep = format!(
        "{{\"format\": \"glovebox.conversation\", \"version\": {}{}}}",
        "[".repeat(15_000),
        "]".repeat(4_000)
    );
    let request = fixture
        .ada
        .request(Method::POST, &format!("{}/conversations/import", fixture.project));
    let request = request.header("content-type", "application/json").body(deep);
    fixture.ada.send(request).await.expect_problem(422, "invalid");
    let mut long = good.clone();
    long["messages"][3]["parts"][0]["text"] = json!("x".repeat(20_000));
    import(&fixture, &long).await.expect_problem(413, "too_large");
    assert_eq!(count(&fixture.app, "select count(*) from conversations").await, 1);

    import(&fixture, &good).await.expect(201);
    import(&fixture, &good)
        .await
        .expect_problem(403, "too_many_conversations");
}

#[tokio::test]
async fn an_import_larger_than_other_bodies_goes_through_with_a_key_as_well() {
    let fixture = Fixture::start_with(|config: &mut ServerConfig| config.limits.body_max_bytes = 1_000).await;
    let place = rich(&fixture).await;
    let export = export(&fixture, &place).await;
    let send = async || {
        let request = fixture
            .ada
            .request(Method::POST, &format!("{}/conversations/import", fixture.project));
        fixture
            .ada
            .send(request.header("idempotency-key", "one").json(&export))
            .await
            .expect(201)
    };
    assert!(export.to_string().len() > 1_000);
    assert_eq!(send().await, send().await);
    assert_eq!(count(&fixture.app, "select count(*) from conversations").await, 2);
    let large = json!({ "title": "x".repeat(1_000) });
    let other = fixture
        .ada
        .request(Method::POST, &format!("{}/conversations", fixture.project));
    let other = fixture
        .ada
        .send(other.header("idempotency-key", "two").json(&large))
        .await;
    other.expect_problem(413, "too_large");
}

#[tokio::test]
async fn an_import_belongs_to_whoever_imports_it() {
    let fixture = Fixture::start().await;
    let place = rich(&fixture).await;
    let exported = export(&fixture, &place).await;
    let bob = fixture.app.user("bob@example.com").await;
    bob.get(&format!("{place}/export"))
        .await
        .expect_problem(404, "not_found");
    let foreign = bob
        .post(&format!("{}/conversations/import", fixture.project), exported.clone())
        .await;
    foreign.expect_problem(404, "not_found");
    let theirs = project(&bob, &format!("/api/v1/orgs/{}", bob.org()), "Theirs").await;
    let made = bob
        .post(&format!("{theirs}/conversations/import"), exported)
        .await
        .expect(201);
    assert_eq!(made["created_by"], bob.user.unwrap().0.to_string());
    let copy = format!("/api/v1/conversations/{}", made["id"].as_str().unwrap());
    fixture.ada.get(&copy).await.expect_problem(404, "not_found");
    assert_eq!(items(&bob.get(&format!("{copy}/messages")).await.expect(200)).len(), 6);
}
