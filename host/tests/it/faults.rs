//! The object store fails around the server, or the client goes away: a clear answer, no row without bytes, no tombstone
//! lost, and nothing left after the sweep.

use std::{fmt::Write, time::Duration};

use bytes::Bytes;
use chrono::TimeDelta;
use futures_util::{StreamExt, stream};
use glovebox::{
    objects::{Key, Objects, PREFIX},
    queue::{self, Job},
};
use reqwest::{Body, Method};
use serde_json::json;
use sqlx::PgPool;

use crate::{
    files::{Desk, form, path, send_form, upload},
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
async fn on_s3() -> (Desk, S3Server) {
    let s3 = S3Server::start().await;
    let desk = Desk::start_with(|config| {
        config.objects = s3.objects_config();
        config.limits.object_timeout_s = 1;
    });
    (desk.await, s3)
}

impl Desk {
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
    let (desk, s3) = on_s3().await;
    for line in [
        Line::Refuses,
        Line::Answers(500, "InternalError"),
        Line::Answers(503, "SlowDown"),
        Line::Hangs,
        Line::CutsRequests(100_000),
    ] {
        s3.line(line);
        let answer = upload(&desk.ada, &desk.project, "sales.csv", &table(1, 500_000)).await;
        assert_eq!(answer.header("retry-after"), "5", "{line:?}: {answer}");
        let problem = answer.expect_problem(503, "unavailable");
        assert!(problem["detail"].as_str().unwrap().contains("Try again"), "{problem}");
        assert_eq!(desk.rows().await, (0, 0), "{line:?}");
        assert_eq!(desk.spooled(), 0, "{line:?}");
    }
    s3.line(Line::Up);
    desk.upload("sales.csv", table(1, 500_000)).await;
    desk.sweep().await;
    assert_eq!(desk.stored().await, recorded(&desk.app.app.db).await);
}

#[tokio::test]
async fn a_download_that_the_store_does_not_give_is_a_clear_problem_and_comes_later() {
    let (desk, s3) = on_s3().await;
    let bytes = table(1, 500_000);
    let content = format!("{}/content", path(&desk.upload("sales.csv", &bytes).await));
    for line in [Line::Refuses, Line::Answers(503, "SlowDown"), Line::Hangs] {
        s3.line(line);
        desk.ada.get(&content).await.expect_problem(503, "unavailable");
    }
    // Broken off on the way, it is taken up again, and the reader sees nothing of it.
    s3.line(Line::CutsAnswers(200_000));
    assert!(desk.ada.get(&content).await.bytes == bytes);
    s3.line(Line::Up);
    assert!(desk.ada.get(&content).await.bytes == bytes);
}

#[tokio::test]
async fn a_download_whose_store_goes_away_breaks_off_and_does_not_pretend_to_be_whole() {
    let (desk, s3) = on_s3().await;
    let content = format!(
        "{}/content",
        path(&desk.upload("sales.csv", table(1, 20_000_000)).await)
    );
    let response = desk.ada.request(Method::GET, &content).send().await.unwrap();
    assert_eq!(response.status(), 200);
    s3.line(Line::Refuses);
    assert!(response.bytes().await.is_err());
}

#[tokio::test]
async fn a_file_whose_bytes_are_gone_is_a_fault_of_ours_and_not_a_missing_file() {
    let (desk, _s3) = on_s3().await;
    let file = desk.upload("sales.csv", "a\n1\n").await;
    for key in desk.stored().await {
        desk.app.app.objects.delete(&Key::stored(key)).await.unwrap();
    }
    let answer = desk.ada.get(&format!("{}/content", path(&file))).await;
    answer.expect_problem(500, "internal");
}

#[tokio::test]
async fn a_deletion_stands_although_the_store_is_down_and_no_tombstone_is_lost() {
    let (desk, s3) = on_s3().await;
    let file = desk.upload("sales.csv", table(1, 1000)).await;
    s3.line(Line::Answers(500, "InternalError"));
    desk.ada.delete(&path(&file)).await.expect(204);
    desk.ada.get(&path(&file)).await.expect_problem(404, "not_found");
    desk.sweep().await;
    assert_eq!(desk.rows().await, (0, 1));
    s3.line(Line::Up);
    assert_eq!(desk.stored().await.len(), 1);
    desk.sweep().await;
    assert_eq!(desk.rows().await, (0, 0));
    assert_eq!(desk.stored().await, [] as [&str; 0]);
}

#[tokio::test]
async fn a_file_that_could_not_be_looked_into_is_looked_into_when_the_store_is_back() {
    let (desk, s3) = on_s3().await;
    let file = desk.upload("sales.csv", "a,b\n1,2\n").await;
    s3.line(Line::Refuses);
    desk.app.settle().await;
    assert_eq!(
        desk.ada.get(&path(&file)).await.expect(200)["latest"]["state"],
        "pending"
    );
    s3.line(Line::Up);
    // The queue waits before it tries again.
    sqlx::query("update graphile_worker._private_jobs set run_at = now()")
        .execute(&desk.app.app.db)
        .await
        .unwrap();
    desk.app.settle().await;
    assert_eq!(desk.ada.get(&path(&file)).await.expect(200)["latest"]["state"], "table");
}

#[tokio::test]
async fn nothing_of_a_deleted_account_is_left_in_the_store() {
    let (desk, _s3) = on_s3().await;
    let grace = desk.app.user("grace@example.com").await;
    let others = project(&grace, &format!("/api/v1/orgs/{}", grace.org()), "Others").await;
    upload(&grace, &others, "kept.csv", b"a\n1\n").await.expect(201);
    for name in ["one.csv", "two.csv", "two.csv"] {
        desk.examined(name, table(1, 1000)).await;
    }
    // A zipped table has a second object, and an upload on its way has parts.
    desk.examined("packed.csv.zip", zipped("packed.csv", &table(2, 1000)))
        .await;
    let request = desk.ada.request(Method::POST, &format!("{}/uploads", desk.project));
    let request = request.header("tus-resumable", "1.0.0").header("upload-length", 10);
    let created = desk
        .ada
        .send(request.header("upload-metadata", "filename eC5jc3Y="))
        .await;
    let request = desk.ada.request(Method::PATCH, created.header("location"));
    let request = request.header("tus-resumable", "1.0.0").header("upload-offset", 0);
    let patch = request
        .header("content-type", "application/offset+octet-stream")
        .body("a\n1\n");
    assert_eq!(desk.ada.send(patch).await.status, 204);
    assert_eq!(desk.stored().await.len(), 7);

    let password = json!({"password": PASSWORD});
    desk.ada.delete_with("/api/v1/account", password).await.expect(204);
    desk.sweep().await;
    let mine = format!("org/{}/", desk.ada.org());
    let left = desk.stored().await;
    assert_eq!(left.iter().filter(|key| key.starts_with(&mine)).count(), 0);
    assert_eq!(left, recorded(&desk.app.app.db).await);
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
    let desk = Desk::start().await;
    let body = form(&[("file", Some("big.csv"), &table(1, 5_000_000))]);
    let (first, _) = body.split_at(body.len() / 2);
    let first = Bytes::copy_from_slice(first);
    let endless = stream::once(async { Ok::<_, std::io::Error>(first) }).chain(stream::pending());
    let request = desk
        .ada
        .request(Method::POST, &format!("{}/files", desk.project))
        .header("content-type", FORM)
        .body(Body::wrap_stream(endless));
    let sending = tokio::spawn(request.send());
    while desk.spooled() == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    sending.abort();
    while desk.spooled() > 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(desk.rows().await, (0, 0));
    let _ = send_form(&desk.ada, &desk.project, body).await.expect(201);
}
