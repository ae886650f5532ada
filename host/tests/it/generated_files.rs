//! Files that scripts made: lists, downloads, previews, tombstones, quotas, and their end.

use chrono::TimeDelta;
use glovebox::{
    conversations::{generated, messages::State},
    error::Error,
    ids::{GeneratedFileId, MessageId},
};
use serde_json::{Value, json};

use crate::{
    conversations::{ask, conversation, exchange, generate, id, member, write},
    files::{Fixture, files_below},
    orgs::{count, items, shared},
    projects::project,
    test_app::{Answer, PASSWORD},
};

struct Made {
    fixture: Fixture,
    conversation: String,
    answer: MessageId,
}

impl Made {
    async fn start_with(change: impl FnOnce(&mut glovebox::config::ServerConfig)) -> Self {
        let fixture = Fixture::start_with(change).await;
        let conversation = conversation(&fixture.ada, &fixture.project, None).await;
        let answer = ask(&fixture.app, &fixture.ada, &conversation, None, "Save it")
            .await
            .answer;
        Self {
            fixture,
            conversation,
            answer,
        }
    }

    async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    async fn file(&self, name: &str, bytes: &[u8]) -> GeneratedFileId {
        self.try_file(name, bytes).await.unwrap()
    }

    async fn try_file(&self, name: &str, bytes: &[u8]) -> Result<GeneratedFileId, Error> {
        generate(
            &self.fixture.app,
            &self.fixture.ada,
            &self.conversation,
            self.answer,
            name,
            bytes,
        )
        .await
    }

    async fn get(&self, id: GeneratedFileId, rest: &str) -> Answer {
        self.fixture
            .ada
            .get(&format!("/api/v1/generated-files/{id}{rest}"))
            .await
    }
}

fn limit(error: Error) -> &'static str {
    match error {
        Error::Limited { code, .. } => code,
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn a_generated_file_is_listed_and_comes_back_byte_for_byte_and_never_as_a_page() {
    let made = Made::start().await;
    let bytes = b"<script>alert(1)</script>";
    let page = made.file("charts/\u{fc}ber.html", bytes).await;
    made.file("b.csv", b"a\n1\n").await;
    let list = format!("{}/files", made.conversation);
    let first = made.fixture.ada.get(&format!("{list}?limit=1")).await;
    assert!(first.header("link").contains("rel=\"next\""));
    let listed = made.fixture.ada.get(&list).await.expect(200);
    let names: Vec<_> = items(&listed)
        .iter()
        .map(|file| file["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["charts/\u{fc}ber.html", "b.csv"]);
    let file = made.get(page, "").await.expect(200);
    assert_eq!(file, items(&listed)[0]);
    assert_eq!(
        (&file["bytes"], &file["run_id"]),
        (&json!(bytes.len()), &json!("call_1"))
    );
    assert_eq!(file["message_id"], made.answer.to_string());
    assert_eq!(file["sha256"].as_str().unwrap().len(), 64);

    let content = made.get(page, "/content").await;
    assert_eq!((content.status.as_u16(), &content.bytes[..]), (200, &bytes[..]));
    assert_eq!(content.header("content-type"), "application/octet-stream");
    assert_eq!(content.header("content-security-policy"), "sandbox");
    assert_eq!(content.header("x-content-type-options"), "nosniff");
    assert_eq!(
        content.header("content-disposition"),
        "attachment; filename=\"_ber.html\"; filename*=UTF-8''%C3%BCber.html"
    );
    let part = made
        .fixture
        .ada
        .request(reqwest::Method::GET, &format!("/api/v1/generated-files/{page}/content"));
    let part = made.fixture.ada.send(part.header("range", "bytes=1-6")).await;
    assert_eq!((part.status.as_u16(), &part.bytes[..]), (206, &b"script"[..]));
}

#[tokio::test]
async fn a_deleted_file_leaves_its_name_in_the_chat_and_gives_its_room_back() {
    let made = Made::start_with(|config| config.limits.quota_bytes = 10).await;
    let (gone, kept) = (
        made.file("gone.csv", b"a\n1\n").await,
        made.file("kept.csv", b"a\n2\n").await,
    );
    let part = |id: GeneratedFileId, name: &str| json!({ "type": "file", "run_id": "call_1", "file_id": id, "name": name, "media_type": "text/csv", "bytes": 4 });
    let parts = json!([part(gone, "gone.csv"), part(kept, "kept.csv")]);
    write(&made.fixture.app, made.answer, State::Done, parts.clone()).await;
    assert_eq!(
        limit(made.try_file("third.csv", b"123").await.unwrap_err()),
        "quota_bytes"
    );
    let path = format!("/api/v1/generated-files/{gone}");
    made.fixture.ada.delete(&path).await.expect(204);
    made.fixture.ada.delete(&path).await.expect(204);

    let tombstone = made.get(gone, "").await.expect(200);
    assert!(tombstone["deleted_at"].is_string(), "{tombstone}");
    assert_eq!(
        (&tombstone["name"], &tombstone["sha256"]),
        (&json!("gone.csv"), &Value::Null)
    );
    for rest in ["/content", "/rows"] {
        made.get(gone, rest).await.expect_problem(404, "not_found");
    }
    let message = made
        .fixture
        .ada
        .get(&format!("/api/v1/messages/{}", made.answer))
        .await
        .expect(200);
    assert_eq!(message["parts"], parts);
    let deleted: Vec<_> = items(&json!({ "items": message["generated_files"] }))
        .iter()
        .map(|file| (file["name"].clone(), file["deleted_at"].is_string()))
        .collect();
    assert_eq!(deleted, [(json!("gone.csv"), true), (json!("kept.csv"), false)]);

    // The one object left over is from the file that had no room; the sweep takes it when it is old.
    made.fixture.app.settle().await;
    assert_eq!(made.fixture.objects(), 2);
    made.file("third.csv", b"12345").await;
    assert_eq!(made.get(kept, "/content").await.bytes, b"a\n2\n");
}

#[tokio::test]
async fn the_sweep_keeps_what_a_live_file_names_and_takes_the_rest() {
    let made = Made::start().await;
    let kept = made.file("kept.csv", b"a\n1\n").await;
    let gone = made.file("gone.csv", b"a\n1\n").await;
    made.fixture
        .ada
        .delete(&format!("/api/v1/generated-files/{gone}"))
        .await
        .expect(204);
    made.fixture.app.app.clock.skip(TimeDelta::days(2));
    sqlx::query("update objects set created_at = created_at - interval '2 days'")
        .execute(&made.fixture.app.app.db)
        .await
        .unwrap();
    let mut db = made.fixture.app.app.db.acquire().await.unwrap();
    glovebox::queue::add(&mut db, &glovebox::queue::Job::CleanUp)
        .await
        .unwrap();
    drop(db);
    made.fixture.app.settle().await;
    assert_eq!(made.fixture.objects(), 1);
    let ada = made.fixture.app.log_in("ada@example.com").await;
    let content = ada.get(&format!("/api/v1/generated-files/{kept}/content")).await;
    assert_eq!(content.bytes, b"a\n1\n");
}

#[tokio::test]
async fn rows_are_shown_of_tables_and_of_large_ones_the_beginning() {
    let made = Made::start_with(|config| config.limits.preview_max_bytes = 100).await;
    let small = made.file("out/small.CSV", b"city,n\nBonn,1\n\"Ulm, old\",\n").await;
    let rows = made.get(small, "/rows").await.expect(200);
    let expected = json!({
        "columns": ["city", "n"], "rows": [["Bonn", "1"], ["Ulm, old", null]], "offset": 0, "total": 2,
    });
    assert_eq!(rows, expected);
    let rows = made.get(small, "/rows?offset=1&limit=1").await.expect(200);
    assert_eq!(
        (&rows["rows"], &rows["total"]),
        (&json!([["Ulm, old", null]]), &json!(2))
    );
    assert_eq!(made.get(small, "/rows?offset=9").await.expect(200)["rows"], json!([]));
    let tabs = made.file("a.tsv", b"a\tb\n1\t2\n").await;
    assert_eq!(made.get(tabs, "/rows").await.expect(200)["rows"], json!([["1", "2"]]));

    let large = made
        .file("large.csv", format!("n\n{}", "12345678\n".repeat(50)).as_bytes())
        .await;
    let rows = made.get(large, "/rows").await.expect(200);
    assert_eq!(
        (items(&json!({ "items": rows["rows"] })).len(), &rows["total"]),
        (10, &Value::Null)
    );
    let wide = made.file("wide.csv", "x".repeat(200).as_bytes()).await;
    made.get(wide, "/rows").await.expect_problem(409, "row_too_long");
    let empty = made.file("empty.csv", b"").await;
    assert_eq!(made.get(empty, "/rows").await.expect(200)["columns"], json!([]));
    let chart = made.file("chart.png", b"\x89PNG").await;
    made.get(chart, "/rows").await.expect_problem(409, "not_a_table");
    for query in ["limit=0", "limit=501", "offset=-1"] {
        made.get(small, &format!("/rows?{query}"))
            .await
            .expect_problem(422, "invalid");
    }
}

/// A header of very many columns would make every short row a long one.
#[tokio::test]
async fn a_table_with_a_million_columns_is_shown_a_little_at_a_time() {
    let made = Made::start().await;
    let table = format!("{}\n{}", ",".repeat(1_000_000), "x\n".repeat(1_000));
    let wide = made.file("wide.csv", table.as_bytes()).await;
    let rows = made.get(wide, "/rows?limit=500").await.expect(200);
    assert_eq!(items(&json!({ "items": rows["rows"] })).len(), 1);
}

#[tokio::test]
async fn later_scripts_read_the_newest_of_a_name_on_their_own_branch() {
    let made = Made::start().await;
    let (app, ada, place) = (&made.fixture.app, &made.fixture.ada, &made.conversation);
    made.file("a.csv", b"old").await;
    made.file("b.csv", b"b").await;
    let then = exchange(app, ada, place, Some(made.answer), "Again", "Done").await;
    let newer = generate(app, ada, place, then.answer, "a.csv", b"new").await.unwrap();
    let aside = exchange(app, ada, place, Some(made.answer), "Otherwise", "Done").await;
    generate(app, ada, place, aside.answer, "c.csv", b"c").await.unwrap();
    let member = member(app, ada, id(place)).await;
    let readable = async |leaf: MessageId| -> Vec<(String, u64)> {
        let mut db = app.app.db.acquire().await.unwrap();
        let found = generated::for_conversation(&mut db, &member, leaf).await.unwrap();
        found.into_iter().map(|file| (file.name, file.digest.bytes)).collect()
    };
    let named = |files: &[(&str, u64)]| -> Vec<(String, u64)> {
        files.iter().map(|(name, bytes)| ((*name).to_owned(), *bytes)).collect()
    };
    let old = app.app.objects.clone();
    assert_eq!(readable(then.answer).await, named(&[("a.csv", 3), ("b.csv", 1)]));
    assert_eq!(
        readable(aside.answer).await,
        named(&[("a.csv", 3), ("b.csv", 1), ("c.csv", 1)])
    );
    let mut db = app.app.db.acquire().await.unwrap();
    let newest = generated::for_conversation(&mut db, &member, then.question)
        .await
        .unwrap();
    assert_eq!(old.get_bytes(&newest[0].key, 10).await.unwrap().unwrap(), b"old");
    let newest = generated::for_conversation(&mut db, &member, then.answer)
        .await
        .unwrap();
    assert_eq!(newest[0].id, newer);
    // With the newest deleted, nobody computes with the old one unawares.
    ada.delete(&format!("/api/v1/generated-files/{newer}"))
        .await
        .expect(204);
    assert_eq!(readable(then.answer).await, named(&[("b.csv", 1)]));
}

#[tokio::test]
async fn a_conversation_has_so_many_generated_files() {
    let made = Made::start_with(|config| config.limits.generated_files_per_conversation = 1).await;
    made.file("a.csv", b"a").await;
    assert_eq!(
        limit(made.try_file("b.csv", b"b").await.unwrap_err()),
        "too_many_generated_files"
    );
}

#[tokio::test]
async fn what_scripts_make_counts_in_the_quota() {
    let made = Made::start_with(|config| config.limits.quota_bytes = 100).await;
    made.file("a.csv", &[b'a'; 60]).await;
    let usage = made
        .fixture
        .ada
        .get(&format!("/api/v1/orgs/{}/usage", made.fixture.ada.org()))
        .await
        .expect(200);
    assert_eq!((&usage["bytes"], &usage["files"]), (&json!(60), &json!(0)));
    let upload = crate::files::upload(&made.fixture.ada, &made.fixture.project, "b.csv", &[b'b'; 41]).await;
    upload.expect_problem(403, "quota_bytes");
    assert_eq!(
        limit(made.try_file("b.csv", &[b'b'; 41]).await.unwrap_err()),
        "quota_bytes"
    );
}

#[tokio::test]
async fn a_file_is_not_recorded_for_a_conversation_that_is_gone() {
    let made = Made::start().await;
    let key = glovebox::objects::ObjectKey::new(made.fixture.ada.org());
    made.fixture.app.app.objects.put_bytes(&key, b"a").await.unwrap();
    let origin = generated::Origin {
        org_id: made.fixture.ada.org(),
        conversation_id: id(&made.conversation),
        message_id: made.answer,
        run_id: "call_1".to_owned(),
    };
    made.fixture.ada.delete(&made.conversation).await.expect(204);
    let (limits, digest) = (&made.fixture.app.app.config.limits, glovebox::objects::Digest::of(b"a"));
    let mut tx = made.fixture.app.app.db.begin().await.unwrap();
    let now = made.fixture.app.app.clock.now();
    let recorded = generated::record(&mut tx, now, limits, &origin, "a.csv", "text/csv", &key, &digest).await;
    assert!(matches!(recorded, Err(Error::Missing("conversation"))), "{recorded:?}");
}

/// Whatever takes a conversation along takes its objects along.
#[tokio::test]
async fn bytes_go_with_their_conversation_project_organisation_and_account() {
    let made = Made::start().await;
    let (app, ada) = (&made.fixture.app, &made.fixture.ada);
    let org = shared(ada, "Acme").await;
    let in_org = project(ada, &org, "Sales").await;
    let beside = project(ada, &format!("/api/v1/orgs/{}", ada.org()), "Beside").await;
    for place in [&in_org, &beside, &made.fixture.project] {
        let talk = conversation(ada, place, None).await;
        let asked = exchange(app, ada, &talk, None, "Save it", "Done").await;
        generate(app, ada, &talk, asked.answer, "a.csv", b"a").await.unwrap();
    }
    made.file("b.csv", b"b").await;
    let below = || files_below(&app.folder.path().join("objects/org"));
    assert_eq!(below(), 4);
    let mut left = 4;
    let gone = [made.conversation.clone(), beside.clone(), org.clone()];
    for path in gone {
        ada.delete(&path).await.expect(204);
        app.settle().await;
        left -= 1;
        assert_eq!(below(), left, "{path}");
    }
    let goodbye = ada.request(reqwest::Method::DELETE, "/api/v1/account");
    ada.send(goodbye.json(&json!({ "password": PASSWORD })))
        .await
        .expect(204);
    app.settle().await;
    assert_eq!(below(), 0);
    for table in [
        "select count(*) from conversations",
        "select count(*) from messages",
        "select count(*) from generated_files",
        "select count(*) from objects",
    ] {
        assert_eq!(count(app, table).await, 0, "{table}");
    }
}
