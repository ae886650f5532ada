//! The object store fails around the server, or the client goes away: a clear answer, no row without bytes, no tombstone
//! lost, and nothing left after the sweep.

use std::{fmt::Write, time::Duration};

use bytes::Bytes;
use chrono::TimeDelta;
use futures_util::{StreamExt, stream};
use glovebox::{
    objects::{ObjectKey, Objects, PREFIX},
    queue::{self, Job},
};
use reqwest::{Body, Method};
use serde_json::json;
use sqlx::PgPool;

use crate::{
    files::{Fixture, form, path, send_form, upload},
    projects::project,
    s3_server::{Line, S3Server},
    test_app::PASSWORD,
};

/// What [`form`] makes, as a content type.
pub const FORM: &str = "multipart/form-data; boundary=----boundary-of-the-tests";

/// A table of about so many bytes, none like another.
pub fn table(seed: usize, bytes: usize) -> Vec<u8> {
    let mut text = String::from("seed,n\n");
    let mut n = 0_usize;
    while text.len() < bytes {
        writeln!(text, "{seed},{n}").unwrap();
        n += 1;
    }
    text.into_bytes()
}

/// A server whose objects are in a bucket, and the bucket.
async fn on_s3() -> (Fixture, S3Server) {
    let s3 = S3Server::start().await;
    let fixture = Fixture::start_with(|config| {
        config.objects = s3.objects_config();
        config.limits.object_timeout_s = 1;
    });
    (fixture.await, s3)
}

impl Fixture {
    async fn rows(&self) -> (i64, i64) {
        rows(&self.app.app.db).await
    }

    /// Lets two hours pass and has the server clean up.
    pub async fn sweep(&self) {
        self.app.app.clock.skip(TimeDelta::hours(2));
        let mut tx = self.app.app.db.begin().await.unwrap();
        queue::add(&mut tx, &Job::CleanUp).await.unwrap();
        tx.commit().await.unwrap();
        self.app.settle().await;
    }

    /// The keys in the store.
    async fn stored(&self) -> Vec<String> {
        stored(&self.app.app.objects).await
    }
}

/// How many versions of files there are, and rows of objects.
pub async fn rows(db: &PgPool) -> (i64, i64) {
    let count = "select (select count(*) from file_versions), (select count(*) from objects)";
    sqlx::query_as(count).fetch_one(db).await.unwrap()
}

pub async fn stored(objects: &Objects) -> Vec<String> {
    let listed = objects.list(PREFIX).all().await.unwrap();
    listed
        .into_iter()
        .map(|object| object.key.as_str().to_owned())
        .collect()
}

/// The keys that live rows name.
pub async fn recorded(db: &PgPool) -> Vec<String> {
    sqlx::query_scalar(r#"select key from objects where deleted_at is null order by key collate "C""#)
        .fetch_all(db)
        .await
        .unwrap()
}

#[tokio::test]
async fn an_upload_that_the_store_does_not_take_is_a_clear_problem_and_no_row() {
    let (fixture, s3) = on_s3().await;
    for line in [
        Line::Refuses,
        Line::Answers(500, "InternalError"),
        Line::Answers(503, "SlowDown"),
        Line::Hangs,
        Line::CutsRequests(100_000),
    ] {
        s3.line(line);
        let answer = upload(&fixture.ada, &fixture.project, "sales.csv", &table(1, 500_000)).await;
        assert_eq!(answer.header("retry-after"), "5", "{line:?}: {answer}");
        let problem = answer.expect_problem(503, "unavailable");
        assert!(problem["detail"].as_str().unwrap().contains("Try again"), "{problem}");
        assert_eq!(fixture.rows().await, (0, 0), "{line:?}");
        assert_eq!(fixture.spooled(), 0, "{line:?}");
    }
    s3.line(Line::Up);
    fixture.upload("sales.csv", table(1, 500_000)).await;
    fixture.sweep().await;
    assert_eq!(fixture.stored().await, recorded(&fixture.app.app.db).await);
}

#[tokio::test]
async fn a_download_that_the_store_does_not_give_is_a_clear_problem_and_comes_later() {
    let (fixture, s3) = on_s3().await;
    let bytes = table(1, 500_000);
    let content = format!("{}/content", path(&fixture.upload("sales.csv", &bytes).await));
    for line in [Line::Refuses, Line::Answers(503, "SlowDown"), Line::Hangs] {
        s3.line(line);
        fixture.ada.get(&content).await.expect_problem(503, "unavailable");
    }
    // Broken off on the way, it is taken up again, and the reader sees nothing of it.
    s3.line(Line::CutsAnswers(200_000));
    assert!(fixture.ada.get(&content).await.bytes == bytes);
    s3.line(Line::Up);
    assert!(fixture.ada.get(&content).await.bytes == bytes);
}

#[tokio::test]
async fn a_download_whose_store_goes_away_breaks_off_and_does_not_pretend_to_be_whole() {
    let (fixture, s3) = on_s3().await;
    let content = format!(
        "{}/content",
        path(&fixture.upload("sales.csv", table(1, 20_000_000)).await)
    );
    let response = fixture.ada.request(Method::GET, &content).send().await.unwrap();
    assert_eq!(response.status(), 200);
    s3.line(Line::Refuses);
    assert!(response.bytes().await.is_err());
}

#[tokio::test]
async fn a_file_whose_bytes_are_gone_is_a_fault_of_ours_and_not_a_missing_file() {
    let (fixture, _s3) = on_s3().await;
    let file = fixture.upload("sales.csv", "a\n1\n").await;
    for key in fixture.stored().await {
        fixture.app.app.objects.delete(&ObjectKey::stored(key)).await.unwrap();
    }
    let answer = fixture.ada.get(&format!("{}/content", path(&file))).await;
    answer.expect_problem(500, "internal");
}

#[tokio::test]
async fn a_deletion_stands_although_the_store_is_down_and_no_tombstone_is_lost() {
    let (fixture, s3) = on_s3().await;
    let file = fixture.upload("sales.csv", table(1, 1000)).await;
    s3.line(Line::Answers(500, "InternalError"));
    fixture.ada.delete(&path(&file)).await.expect(204);
    fixture.ada.get(&path(&file)).await.expect_problem(404, "not_found");
    fixture.sweep().await;
    assert_eq!(fixture.rows().await, (0, 1));
    s3.line(Line::Up);
    assert_eq!(fixture.stored().await.len(), 1);
    fixture.sweep().await;
    assert_eq!(fixture.rows().await, (0, 0));
    assert_eq!(fixture.stored().await, [] as [&str; 0]);
}

#[tokio::test]
async fn a_file_that_could_not_be_looked_into_is_looked_into_when_the_store_is_back() {
    let (fixture, s3) = on_s3().await;
    let file = fixture.upload("sales.csv", "a,b\n1,2\n").await;
    s3.line(Line::Refuses);
    fixture.app.settle().await;
    assert_eq!(
        fixture.ada.get(&path(&file)).await.expect(200)["latest"]["state"],
        "pending"
    );
    s3.line(Line::Up);
    // The queue waits before it tries again.
    sqlx::query("update graphile_worker._private_jobs set run_at = now()")
        .execute(&fixture.app.app.db)
        .await
        .unwrap();
    fixture.app.settle().await;
    assert_eq!(
        fixture.ada.get(&path(&file)).await.expect(200)["latest"]["state"],
        "table"
    );
}

#[tokio::test]
async fn nothing_of_a_deleted_account_is_left_in_the_store() {
    let (fixture, _s3) = on_s3().await;
    let grace = fixture.app.user("grace@example.com").await;
    let others = project(&grace, &format!("/api/v1/orgs/{}", grace.org()), "Others").await;
    upload(&grace, &others, "kept.csv", b"a\n1\n").await.expect(201);
    for name in ["one.csv", "two.csv", "two.csv"] {
        fixture.examined(name, table(1, 1000)).await;
    }
    // A zipped table has a second object, and an upload on its way has parts.
    fixture
        .examined("packed.csv.zip", zipped("packed.csv", &table(2, 1000)))
        .await;
    let request = fixture
        .ada
        .request(Method::POST, &format!("{}/uploads", fixture.project));
    let request = request.header("tus-resumable", "1.0.0").header("upload-length", 10);
    let created = fixture
        .ada
        .send(request.header("upload-metadata", "filename eC5jc3Y="))
        .await;
    let request = fixture.ada.request(Method::PATCH, created.header("location"));
    let request = request.header("tus-resumable", "1.0.0").header("upload-offset", 0);
    let patch = request
        .header("content-type", "application/offset+octet-stream")
        .body("a\n1\n");
    assert_eq!(fixture.ada.send(patch).await.status, 204);
    assert_eq!(fixture.stored().await.len(), 7);

    let password = json!({"password": PASSWORD});
    fixture.ada.delete_with("/api/v1/account", password).await.expect(204);
    fixture.sweep().await;
    let mine = format!("org/{}/", fixture.ada.org());
    let left = fixture.stored().await;
    assert_eq!(left.iter().filter(|key| key.starts_with(&mine)).count(), 0);
    assert_eq!(left, recorded(&fixture.app.app.db).await);
    assert_eq!(left.len(), 1);
}

fn zipped(name: &str, bytes: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    archive
        .start_file(name, zip::write::SimpleFileOptions::default())
        .unwrap();
    archive.write_all(bytes).unwrap();
    archive.finish().unwrap().into_inner()
}

#[tokio::test]
async fn an_upload_by_somebody_who_went_away_leaves_nothing() {
    let fixture = Fixture::start().await;
    let body = form(&[("file", Some("big.csv"), &table(1, 5_000_000))]);
    let (first, _) = body.split_at(body.len() / 2);
    let first = Bytes::copy_from_slice(first);
    let endless = stream::once(async { Ok::<_, std::io::Error>(first) }).chain(stream::pending());
    let request = fixture
        .ada
        .request(Method::POST, &format!("{}/files", fixture.project))
        .header("content-type", FORM)
        .body(Body::wrap_stream(endless));
    let sending = tokio::spawn(request.send());
    while fixture.spooled() == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    sending.abort();
    while fixture.spooled() > 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(fixture.rows().await, (0, 0));
    let _ = send_form(&fixture.ada, &fixture.project, body).await.expect(201);
}
