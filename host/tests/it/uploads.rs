//! Resumable uploads by tus 1.0.0.

use std::fmt::Write;

use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::TimeDelta;
use futures_util::future::join_all;
use glovebox::http;
use reqwest::Method;
use serde_json::json;
use tokio::io::AsyncWriteExt;

use crate::{
    files::{Fixture, files_below},
    orgs::joined,
    test_app::{Answer, Client},
};

/// Bytes of a table with so many rows.
fn table(rows: usize) -> Vec<u8> {
    let mut text = String::from("n,square\n");
    for n in 0..rows {
        let _ = writeln!(text, "{n},{}", n * n);
    }
    text.into_bytes()
}

async fn create_as(by: &Client, fixture: &Fixture, name: &str, bytes: usize) -> Answer {
    let request = by.request(Method::POST, &format!("{}/uploads", fixture.project));
    let metadata = format!(
        "relativePath {},filename {}",
        STANDARD.encode("x"),
        STANDARD.encode(name)
    );
    let request = request.header("tus-resumable", "1.0.0").header("upload-length", bytes);
    by.send(request.header("upload-metadata", metadata)).await
}

async fn create(fixture: &Fixture, name: &str, bytes: usize) -> String {
    let answer = create_as(&fixture.ada, fixture, name, bytes).await;
    assert_eq!(answer.status, 201, "{answer}");
    assert_eq!(answer.header("tus-resumable"), "1.0.0");
    answer.header("location").to_owned()
}

async fn patch(by: &Client, place: &str, offset: usize, bytes: &[u8]) -> Answer {
    let request = by.request(Method::PATCH, place).header("tus-resumable", "1.0.0");
    let request = request.header("content-type", "application/offset+octet-stream");
    by.send(request.header("upload-offset", offset).body(bytes.to_vec()))
        .await
}

async fn head(by: &Client, place: &str) -> Answer {
    by.send(by.request(Method::HEAD, place).header("tus-resumable", "1.0.0"))
        .await
}

#[tokio::test]
async fn an_upload_in_parts_becomes_the_same_file() {
    let fixture = Fixture::start().await;
    let bytes = table(1000);
    let place = create(&fixture, "Quadrate ü.csv", bytes.len()).await;
    let told = head(&fixture.ada, &place).await;
    assert_eq!(
        (told.header("upload-offset"), told.header("cache-control")),
        ("0", "no-store")
    );
    assert_eq!(told.header("upload-length"), bytes.len().to_string());
    let (one, rest) = bytes.split_at(3000);
    let (two, three) = rest.split_at(2000);
    let answer = patch(&fixture.ada, &place, 0, one).await;
    assert_eq!((answer.status.as_u16(), answer.header("upload-offset")), (204, "3000"));
    assert_eq!(
        patch(&fixture.ada, &place, 3000, two).await.header("upload-offset"),
        "5000"
    );
    assert_eq!(head(&fixture.ada, &place).await.header("upload-offset"), "5000");
    assert_eq!(head(&fixture.ada, &place).await.header("glovebox-file-id"), "");
    let answer = patch(&fixture.ada, &place, 5000, three).await;
    assert_eq!(answer.status, 204, "{answer}");
    assert_eq!(answer.header("upload-offset"), bytes.len().to_string());
    let file = answer.header("glovebox-file-id").to_owned();
    let told = head(&fixture.ada, &place).await;
    assert_eq!(
        (told.header("glovebox-file-id"), told.header("upload-offset")),
        (file.as_str(), answer.header("upload-offset"))
    );
    assert_eq!(
        fixture.ada.get(&format!("/api/v1/files/{file}/content")).await.bytes,
        bytes
    );
    fixture.app.settle().await;
    let file = fixture.ada.get(&format!("/api/v1/files/{file}")).await.expect(200);
    assert_eq!(
        (&file["name"], &file["latest"]["row_count"]),
        (&json!("Quadrate ü.csv"), &json!(1000))
    );
    assert_eq!(fixture.spooled(), 0);
    // The parts count no longer, and their bytes are buried.
    let usage = fixture
        .ada
        .get(&format!("/api/v1/orgs/{}/usage", fixture.ada.org()))
        .await
        .expect(200);
    assert_eq!(usage["bytes"], bytes.len());
    // Giving the upload up leaves the file.
    let given_up = fixture
        .ada
        .request(Method::DELETE, &place)
        .header("tus-resumable", "1.0.0");
    assert_eq!(fixture.ada.send(given_up).await.status, 204);
    assert_eq!(head(&fixture.ada, &place).await.status, 404);
    fixture
        .ada
        .get(&format!("/api/v1/files/{}", file["id"].as_str().unwrap()))
        .await
        .expect(200);
}

#[tokio::test]
async fn an_upload_in_one_part_and_one_of_no_bytes_become_files() {
    let fixture = Fixture::start().await;
    for bytes in [table(10), Vec::new()] {
        let place = create(&fixture, "a.csv", bytes.len()).await;
        let answer = patch(&fixture.ada, &place, 0, &bytes).await;
        assert_eq!(answer.status, 204, "{answer}");
        let file = answer.header("glovebox-file-id");
        assert_eq!(
            fixture.ada.get(&format!("/api/v1/files/{file}/content")).await.bytes,
            bytes
        );
    }
}

#[tokio::test]
async fn bytes_that_do_not_follow_are_refused() {
    let fixture = Fixture::start().await;
    let place = create(&fixture, "a.csv", 100).await;
    patch(&fixture.ada, &place, 0, &[b'x'; 40]).await.expect(204);
    patch(&fixture.ada, &place, 0, &[b'x'; 40])
        .await
        .expect_problem(409, "offset_mismatch");
    patch(&fixture.ada, &place, 41, &[b'x'; 10])
        .await
        .expect_problem(409, "offset_mismatch");
    patch(&fixture.ada, &place, 40, &[b'x'; 61])
        .await
        .expect_problem(413, "too_large");
    assert_eq!(head(&fixture.ada, &place).await.header("upload-offset"), "40");
    assert_eq!(fixture.objects(), 1);
    assert_eq!(fixture.spooled(), 0);
}

#[tokio::test]
async fn of_two_parts_at_once_one_is_refused() {
    let fixture = Fixture::start().await;
    for last in [false, true] {
        let total = if last { 400_000 } else { 800_000 };
        let place = create(&fixture, &format!("{last}.csv"), total).await;
        let part = vec![b'x'; 400_000];
        let mut statuses: Vec<_> =
            join_all((0..3).map(|_| async { patch(&fixture.ada, &place, 0, &part).await.status.as_u16() })).await;
        statuses.sort_unstable();
        let done = statuses.iter().filter(|status| **status == 204).count();
        assert!(
            done >= 1 && statuses.iter().all(|status| [204, 409].contains(status)),
            "{statuses:?}"
        );
        assert_eq!(done, 1, "{statuses:?}");
        let offset = head(&fixture.ada, &place).await.header("upload-offset").to_owned();
        assert_eq!(offset, "400000");
    }
    let files = fixture.ada.get(&format!("{}/files", fixture.project)).await.expect(200);
    assert_eq!(files["items"].as_array().unwrap().len(), 1);
    assert_eq!(files["items"][0]["latest"]["version"], 1);
}

#[tokio::test]
async fn what_arrived_before_a_connection_broke_is_kept() {
    let fixture = Fixture::start().await;
    let bytes = table(50_000);
    let place = create(&fixture, "a.csv", bytes.len()).await;
    let (_, cookie) = fixture.ada.authority.clone().unwrap();
    let address = fixture.app.url.strip_prefix("http://").unwrap();
    let mut connection = tokio::net::TcpStream::connect(address).await.unwrap();
    let begin = format!(
        "PATCH {place} HTTP/1.1\r\nHost: {address}\r\nCookie: {cookie}\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\n\
         Content-Type: application/offset+octet-stream\r\nContent-Length: {}\r\n\r\n",
        bytes.len()
    );
    connection.write_all(begin.as_bytes()).await.unwrap();
    connection.write_all(&bytes[..300_000]).await.unwrap();
    connection.shutdown().await.unwrap();
    drop(connection);
    let mut offset = 0;
    for _ in 0..500 {
        offset = head(&fixture.ada, &place)
            .await
            .header("upload-offset")
            .parse()
            .unwrap();
        if offset > 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    assert_eq!(offset, 300_000);
    let answer = patch(&fixture.ada, &place, offset, &bytes[offset..]).await;
    let file = answer.header("glovebox-file-id");
    assert_eq!(
        fixture.ada.get(&format!("/api/v1/files/{file}/content")).await.bytes,
        bytes
    );
    assert_eq!(fixture.spooled(), 0);
}

#[tokio::test]
async fn any_server_takes_the_next_part() {
    let fixture = Fixture::start().await;
    let bytes = table(100);
    let place = create(&fixture, "a.csv", bytes.len()).await;
    patch(&fixture.ada, &place, 0, &bytes[..100]).await.expect(204);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let router = http::router(fixture.app.app.clone());
    tokio::spawn(async move {
        let service = router.into_make_service_with_connect_info::<std::net::SocketAddr>();
        axum::serve(listener, service).await.unwrap();
    });
    let other = Client {
        url,
        ..fixture.ada.clone()
    };
    assert_eq!(head(&other, &place).await.header("upload-offset"), "100");
    let answer = patch(&other, &place, 100, &bytes[100..]).await;
    let file = answer.header("glovebox-file-id");
    assert_eq!(
        fixture.ada.get(&format!("/api/v1/files/{file}/content")).await.bytes,
        bytes
    );
}

#[tokio::test]
async fn an_upload_expires() {
    let fixture = Fixture::start_with(|config| config.limits.session_idle_minutes = 6000).await;
    let place = create(&fixture, "a.csv", 100).await;
    let told = patch(&fixture.ada, &place, 0, &[b'x'; 40]).await;
    let expires = chrono::DateTime::parse_from_rfc2822(told.header("upload-expires")).unwrap();
    let left = expires.to_utc() - fixture.app.app.clock.now();
    assert!(left > TimeDelta::hours(23) && left <= TimeDelta::hours(24), "{left}");
    fixture.app.app.clock.skip(TimeDelta::hours(24));
    assert_eq!(head(&fixture.ada, &place).await.status, 404);
    patch(&fixture.ada, &place, 40, &[b'x'; 60])
        .await
        .expect_problem(404, "not_found");
}

#[tokio::test]
async fn an_upload_that_is_given_up_is_gone_with_its_bytes() {
    let fixture = Fixture::start().await;
    let place = create(&fixture, "a.csv", 100).await;
    patch(&fixture.ada, &place, 0, &[b'x'; 40]).await.expect(204);
    let given_up = fixture
        .ada
        .request(Method::DELETE, &place)
        .header("tus-resumable", "1.0.0");
    assert_eq!(fixture.ada.send(given_up).await.status, 204);
    assert_eq!(head(&fixture.ada, &place).await.status, 404);
    let usage = fixture
        .ada
        .get(&format!("/api/v1/orgs/{}/usage", fixture.ada.org()))
        .await
        .expect(200);
    assert_eq!(usage["bytes"], 0);
}

#[tokio::test]
async fn the_protocol_is_kept_to() {
    let fixture = Fixture::start_with(|config| config.limits.upload_max_bytes = 1000).await;
    let uploads = format!("{}/uploads", fixture.project);
    let options = fixture.ada.send(fixture.ada.request(Method::OPTIONS, &uploads)).await;
    assert_eq!(options.status, 204);
    assert_eq!(options.header("tus-version"), "1.0.0");
    assert_eq!(options.header("tus-extension"), "creation,expiration,termination");
    assert_eq!(options.header("tus-max-size"), "1000");

    let request = || {
        fixture
            .ada
            .request(Method::POST, &uploads)
            .header("upload-metadata", "filename YS5jc3Y=")
    };
    let send = async |request: reqwest::RequestBuilder| fixture.ada.send(request).await;
    let other = send(request().header("upload-length", 10)).await;
    assert_eq!(other.header("tus-version"), "1.0.0");
    other.expect_problem(412, "tus_version");
    let request = || request().header("tus-resumable", "1.0.0");
    send(request()).await.expect_problem(422, "invalid");
    send(request().header("upload-length", "-1"))
        .await
        .expect_problem(422, "invalid");
    send(request().header("upload-defer-length", "1"))
        .await
        .expect_problem(422, "invalid");
    send(request().header("upload-length", "99999999999999999999"))
        .await
        .expect_problem(422, "invalid");
    send(request().header("upload-length", "1001"))
        .await
        .expect_problem(413, "too_large");
    let request = || {
        fixture
            .ada
            .request(Method::POST, &uploads)
            .header("tus-resumable", "1.0.0")
            .header("upload-length", 10)
    };
    for metadata in ["", "filename", "filename !", "name YS5jc3Y=", "filename Li4="] {
        send(request().header("upload-metadata", metadata))
            .await
            .expect_problem(422, "invalid");
    }

    let place = create(&fixture, "a.csv", 10).await;
    let request = || fixture.ada.request(Method::PATCH, &place).body("0123456789");
    send(request()).await.expect_problem(412, "tus_version");
    let request = || request().header("tus-resumable", "1.0.0");
    send(request().header("upload-offset", 0))
        .await
        .expect_problem(415, "content_type");
    let request = || request().header("content-type", "application/offset+octet-stream");
    send(request()).await.expect_problem(422, "invalid");
    send(request().header("upload-offset", 0)).await.expect(204);
}

#[tokio::test]
async fn what_has_arrived_counts_and_the_whole_has_to_fit() {
    let fixture = Fixture::start_with(|config| config.limits.quota_bytes = 1000).await;
    create_as(&fixture.ada, &fixture, "a.csv", 1001)
        .await
        .expect_problem(403, "quota_bytes");
    let (a, b) = (
        create(&fixture, "a.csv", 900).await,
        create(&fixture, "b.csv", 900).await,
    );
    patch(&fixture.ada, &a, 0, &[b'x'; 600]).await.expect(204);
    patch(&fixture.ada, &b, 0, &[b'x'; 500])
        .await
        .expect_problem(403, "quota_bytes");
    patch(&fixture.ada, &b, 0, &[b'x'; 300]).await.expect(204);
    // The whole is no more than its parts and the rest.
    patch(&fixture.ada, &a, 600, &[b'x'; 300])
        .await
        .expect_problem(403, "quota_bytes");
    assert_eq!(head(&fixture.ada, &a).await.header("upload-offset"), "600");
    let given_up = fixture.ada.request(Method::DELETE, &b).header("tus-resumable", "1.0.0");
    assert_eq!(fixture.ada.send(given_up).await.status, 204);
    patch(&fixture.ada, &a, 600, &[b'x'; 300]).await.expect(204);
    // Two parts that are buried, and the file.
    assert_eq!(files_below(&fixture.app.folder.path().join("objects/org")), 3);
}

#[tokio::test]
async fn another_tenants_upload_is_not_there_and_a_viewer_cannot_go_on() {
    let fixture = Fixture::start().await;
    let place = create(&fixture, "a.csv", 100).await;
    let bob = fixture.app.user("bob@example.com").await;
    assert_eq!(head(&bob, &place).await.status, 404);
    patch(&bob, &place, 0, b"x").await.expect_problem(404, "not_found");
    create_as(&bob, &fixture, "b.csv", 10)
        .await
        .expect_problem(404, "not_found");
    let eve = joined(&fixture.app, &format!("/api/v1/orgs/{}", fixture.ada.org()), "viewer").await;
    assert_eq!(head(&eve, &place).await.status, 200);
    patch(&eve, &place, 0, b"x").await.expect_problem(403, "forbidden");
    create_as(&eve, &fixture, "b.csv", 10)
        .await
        .expect_problem(403, "forbidden");
    let given_up = eve.request(Method::DELETE, &place).header("tus-resumable", "1.0.0");
    eve.send(given_up).await.expect_problem(403, "forbidden");
    assert_eq!(head(&fixture.app.anonymous(), &place).await.status, 401);
}
