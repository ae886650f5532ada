//! Files, over HTTP: upload, versions, names, download, deletion, quotas.

use std::{fs, path::Path};

use chrono::TimeDelta;
use glovebox::config::ServerConfig;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::{
    orgs::joined,
    projects::project,
    test_app::{Answer, Client, TestApp},
    test_sandbox::eventually,
};

/// Somebody with a project, and the path of its files.
pub struct Fixture {
    pub app: TestApp,
    pub ada: Client,
    pub project: String,
}

impl Fixture {
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    pub async fn start_with(change: impl FnOnce(&mut ServerConfig)) -> Self {
        let app = TestApp::start_with(change).await;
        let ada = app.user("ada@example.com").await;
        let project = project(&ada, &format!("/api/v1/orgs/{}", ada.org()), "Sales").await;
        Self { app, ada, project }
    }

    /// Uploads a file and answers it as it was at once.
    pub async fn upload(&self, name: &str, bytes: impl AsRef<[u8]>) -> Value {
        upload(&self.ada, &self.project, name, bytes.as_ref()).await.expect(201)
    }

    /// Uploads a file, has it looked into, and answers it.
    pub async fn examined(&self, name: &str, bytes: impl AsRef<[u8]>) -> Value {
        let file = self.upload(name, bytes).await;
        self.app.settle().await;
        self.ada.get(&path(&file)).await.expect(200)
    }

    /// Files that wait in the spool.
    pub fn spooled(&self) -> usize {
        files_below(&self.app.folder.path().join("spool"))
    }

    /// Objects in the store.
    pub fn objects(&self) -> usize {
        files_below(&self.app.folder.path().join("objects/org"))
    }
}

pub fn files_below(folder: &Path) -> usize {
    let Ok(entries) = fs::read_dir(folder) else { return 0 };
    let count = |path: &Path| if path.is_dir() { files_below(path) } else { 1 };
    entries.map(|entry| count(&entry.unwrap().path())).sum()
}

/// The path of a file in the API.
pub fn path(file: &Value) -> String {
    format!("/api/v1/files/{}", file["id"].as_str().unwrap())
}

const BOUNDARY: &str = "----boundary-of-the-tests";

pub fn form(parts: &[(&str, Option<&str>, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (field, name, bytes) in parts {
        let name = name.map(|name| format!("; filename=\"{name}\"")).unwrap_or_default();
        body.extend(format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{field}\"{name}\r\n\r\n").bytes());
        body.extend(*bytes);
        body.extend(b"\r\n");
    }
    body.extend(format!("--{BOUNDARY}--\r\n").bytes());
    body
}

pub async fn send_form(by: &Client, project: &str, body: Vec<u8>) -> Answer {
    let request = by.request(Method::POST, &format!("{project}/files"));
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    by.send(request.header("content-type", kind).body(body)).await
}

pub async fn upload(by: &Client, project: &str, name: &str, bytes: &[u8]) -> Answer {
    send_form(by, project, form(&[("file", Some(name), bytes)])).await
}

#[tokio::test]
async fn an_uploaded_file_is_listed_and_comes_back_byte_for_byte() {
    let fixture = Fixture::start().await;
    let bytes = b"region,amount\nNorth,10\n";
    let answer = upload(&fixture.ada, &fixture.project, "C:\\tables\\Ums\u{e4}tze.csv", bytes).await;
    let place = answer.header("location").to_owned();
    let file = answer.expect(201);
    assert_eq!(place, path(&file));
    assert_eq!(file["name"], "Umsätze.csv");
    assert_eq!(file["latest"]["version"], 1);
    assert_eq!(file["latest"]["bytes"], bytes.len());
    assert_eq!(file["latest"]["state"], "pending");
    assert_eq!(file["latest"]["created_by"], fixture.ada.user.unwrap().0.to_string());
    let content = fixture.ada.get(&format!("{place}/content")).await;
    assert_eq!(content.status, 200);
    assert_eq!(content.bytes, bytes);
    assert_eq!(content.header("content-length"), bytes.len().to_string());
    assert_eq!(content.header("content-type"), "application/octet-stream");
    assert_eq!(
        content.header("content-disposition"),
        "attachment; filename=\"Ums_tze.csv\"; filename*=UTF-8''Ums%C3%A4tze.csv"
    );
    assert_eq!(content.header("x-content-type-options"), "nosniff");
    assert_eq!(content.header("content-security-policy"), "sandbox");
    fixture.app.settle().await;
    let listed = fixture.ada.get(&format!("{}/files", fixture.project)).await.expect(200);
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
    assert_eq!(listed["items"][0]["latest"]["state"], "table");
    assert_eq!(listed["items"][0]["latest"]["row_count"], 1);
    assert_eq!(listed["items"][0]["latest"]["column_count"], 2);
    assert_eq!(fixture.spooled(), 0);
    assert_eq!(fixture.objects(), 1);
}

#[tokio::test]
async fn a_list_goes_on_where_its_page_ends() {
    let fixture = Fixture::start().await;
    for n in 0..3 {
        fixture.upload(&format!("{n}.csv"), "a\n1\n").await;
    }
    let first = fixture.ada.get(&format!("{}/files?limit=2", fixture.project)).await;
    assert!(first.header("link").contains("rel=\"next\""));
    let first = first.expect(200);
    let names = |page: &Value| -> Vec<String> {
        let items = page["items"].as_array().unwrap();
        items
            .iter()
            .map(|file| file["name"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(names(&first), ["2.csv", "1.csv"]);
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = fixture
        .ada
        .get(&format!("{}/files?limit=2&cursor={cursor}", fixture.project))
        .await
        .expect(200);
    assert_eq!(names(&second), ["0.csv"]);
}

#[tokio::test]
async fn the_same_name_in_whatever_case_is_a_new_version() {
    let fixture = Fixture::start().await;
    let first = fixture.upload("Sales.csv", "a\n1\n").await;
    let second = fixture.upload("SALES.csv", "a\n1\n2\n").await;
    assert_eq!(second["id"], first["id"]);
    assert_eq!(second["name"], "Sales.csv");
    assert_eq!(second["latest"]["version"], 2);
    fixture.app.settle().await;
    let place = path(&first);
    let versions = fixture.ada.get(&format!("{place}/versions")).await.expect(200);
    let told: Vec<_> = versions
        .as_array()
        .unwrap()
        .iter()
        .map(|v| (v["version"].clone(), v["row_count"].clone()))
        .collect();
    assert_eq!(told, [(json!(2), json!(2)), (json!(1), json!(1))]);
    let content = async |version: &str| fixture.ada.get(&format!("{place}/content{version}")).await;
    assert_eq!(content("").await.bytes, b"a\n1\n2\n");
    assert_eq!(content("?version=1").await.bytes, b"a\n1\n");
    content("?version=3").await.expect_problem(404, "not_found");
    let rows = fixture.ada.get(&format!("{place}/rows?version=1")).await.expect(200);
    assert_eq!(rows["total"], 1);
}

#[tokio::test]
async fn a_file_has_no_more_versions_than_it_may() {
    let fixture = Fixture::start_with(|config| config.limits.versions_max = 2).await;
    fixture.upload("a.csv", "a\n1\n").await;
    fixture.upload("a.csv", "a\n2\n").await;
    upload(&fixture.ada, &fixture.project, "a.csv", b"a\n3\n")
        .await
        .expect_problem(409, "too_many_versions");
    assert_eq!(fixture.objects(), 2);
}

#[tokio::test]
async fn a_form_that_is_not_one_file_with_a_name_is_refused() {
    let fixture = Fixture::start().await;
    let check = async |body: Vec<u8>, words: &str| {
        let problem = send_form(&fixture.ada, &fixture.project, body)
            .await
            .expect_problem(422, "invalid");
        assert!(problem.to_string().contains(words), "{problem}");
    };
    check(form(&[]), "Send a file").await;
    check(form(&[("file", None, b"a\n1\n")]), "with a file name").await;
    check(form(&[("other", Some("a.csv"), b"a\n1\n")]), "one part, `file`").await;
    check(
        form(&[("file", Some("a.csv"), b"a\n"), ("file", Some("b.csv"), b"a\n")]),
        "one file at a time",
    )
    .await;
    check(form(&[("file", Some(".."), b"a\n1\n")]), "cannot be the name").await;
    check(form(&[("file", Some(&"x".repeat(256)), b"a\n1\n")]), "too long").await;
    let cut = form(&[("file", Some("a.csv"), b"a\n1\n")]);
    check(cut[..cut.len() - 20].to_vec(), "not valid").await;
    let plain = fixture.ada.post(&format!("{}/files", fixture.project), json!({})).await;
    plain.expect_problem(422, "invalid");
    assert_eq!((fixture.spooled(), fixture.objects()), (0, 0));
}

#[tokio::test]
async fn a_file_that_is_too_large_is_refused_before_and_while_it_arrives() {
    let fixture = Fixture::start_with(|config| config.limits.upload_max_bytes = 100_000).await;
    let problem = upload(&fixture.ada, &fixture.project, "a.csv", &vec![b'x'; 150_000])
        .await
        .expect_problem(413, "too_large");
    assert!(
        problem["detail"].as_str().unwrap().contains("100000 bytes"),
        "{problem}"
    );
    // In chunks, whose sum no header tells.
    let body = form(&[("file", Some("a.csv"), &vec![b'x'; 100_001])]);
    let chunks: Vec<_> = body
        .chunks(10_000)
        .map(|chunk| Ok::<_, std::io::Error>(chunk.to_vec()))
        .collect();
    let request = fixture.ada.request(Method::POST, &format!("{}/files", fixture.project));
    let request = request
        .header("content-type", format!("multipart/form-data; boundary={BOUNDARY}"))
        .body(reqwest::Body::wrap_stream(futures_util::stream::iter(chunks)));
    fixture.ada.send(request).await.expect_problem(413, "too_large");
    let fits = upload(&fixture.ada, &fixture.project, "a.csv", &vec![b'x'; 100_000]).await;
    fits.expect(201);
    assert_eq!((fixture.spooled(), fixture.objects()), (0, 1));
}

#[tokio::test]
async fn a_client_that_goes_away_in_the_middle_leaves_nothing() {
    let fixture = Fixture::start().await;
    let (_, cookie) = fixture.ada.authority.clone().unwrap();
    let address = fixture.app.url.strip_prefix("http://").unwrap();
    let mut connection = tokio::net::TcpStream::connect(address).await.unwrap();
    let head = format!(
        "POST {}/files HTTP/1.1\r\nHost: {address}\r\nCookie: {cookie}\r\nContent-Length: 10000000\r\n\
         Content-Type: multipart/form-data; boundary={BOUNDARY}\r\n\r\n",
        fixture.project
    );
    connection.write_all(head.as_bytes()).await.unwrap();
    let body = form(&[("file", Some("a.csv"), &vec![b'x'; 2_000_000])]);
    connection.write_all(&body[..1_500_000]).await.unwrap();
    eventually("the upload is spooled", || fixture.spooled() == 1).await;
    drop(connection);
    eventually("the spool is empty", || fixture.spooled() == 0).await;
    assert_eq!(fixture.objects(), 0);
    let listed = fixture.ada.get(&format!("{}/files", fixture.project)).await.expect(200);
    assert_eq!(listed["items"], json!([]));
}

#[tokio::test]
async fn a_quota_says_what_is_used_and_what_is_allowed() {
    let fixture = Fixture::start_with(|config| {
        config.limits.quota_bytes = 1_000;
        config.limits.quota_files = 2;
    })
    .await;
    let first = fixture.upload("a.csv", [b'x'; 600]).await;
    let problem = upload(&fixture.ada, &fixture.project, "b.csv", &[b'x'; 401])
        .await
        .expect_problem(403, "quota_bytes");
    let detail = problem["detail"].as_str().unwrap();
    assert!(
        detail.contains("600 of 1000 bytes") && detail.contains("401 more"),
        "{detail}"
    );
    // Far too much is refused by its header alone.
    upload(&fixture.ada, &fixture.project, "b.csv", &vec![b'x'; 100_000])
        .await
        .expect_problem(403, "quota_bytes");
    fixture.upload("b.csv", [b'x'; 200]).await;
    let problem = upload(&fixture.ada, &fixture.project, "c.csv", b"x")
        .await
        .expect_problem(403, "quota_files");
    assert!(problem["detail"].as_str().unwrap().contains("2 of 2"), "{problem}");
    // A version is no further file, yet its bytes count.
    fixture.upload("b.csv", [b'x'; 200]).await;
    upload(&fixture.ada, &fixture.project, "b.csv", b"x")
        .await
        .expect_problem(403, "quota_bytes");
    // What is deleted counts no longer, and has to fit to come back.
    fixture.ada.delete(&path(&first)).await.expect(204);
    let usage = fixture
        .ada
        .get(&format!("/api/v1/orgs/{}/usage", fixture.ada.org()))
        .await
        .expect(200);
    assert_eq!(
        ["bytes", "files", "quota_bytes", "quota_files"].map(|field| &usage[field]),
        [400, 1, 1000, 2]
    );
    fixture.upload("c.csv", [b'x'; 100]).await;
    let restore = format!("{}/restore", path(&first));
    fixture
        .ada
        .post(&restore, json!(null))
        .await
        .expect_problem(403, "quota_bytes");
    assert_eq!((fixture.spooled(), fixture.objects()), (0, 4));
}

#[tokio::test]
async fn two_uploads_at_once_cannot_both_take_the_last_room() {
    let fixture = Fixture::start_with(|config| config.limits.quota_bytes = 1_000).await;
    let answers = futures_util::future::join_all((0..6).map(|n| {
        let (ada, project) = (fixture.ada.clone(), fixture.project.clone());
        async move {
            upload(&ada, &project, &format!("{n}.csv"), &[b'x'; 400])
                .await
                .status
                .as_u16()
        }
    }))
    .await;
    assert_eq!(
        answers.iter().filter(|status| **status == 201).count(),
        2,
        "{answers:?}"
    );
    assert_eq!(
        answers.iter().filter(|status| **status == 403).count(),
        4,
        "{answers:?}"
    );
    assert_eq!(fixture.objects(), 2);
}

#[tokio::test]
async fn two_uploads_of_one_name_at_once_become_two_versions() {
    let fixture = Fixture::start().await;
    let answers = futures_util::future::join_all((0..5).map(|n| {
        let (ada, project) = (fixture.ada.clone(), fixture.project.clone());
        async move {
            upload(&ada, &project, "a.csv", format!("a\n{n}\n").as_bytes())
                .await
                .expect(201)
        }
    }))
    .await;
    let mut versions: Vec<_> = answers
        .iter()
        .map(|file| file["latest"]["version"].as_i64().unwrap())
        .collect();
    versions.sort_unstable();
    assert_eq!(versions, [1, 2, 3, 4, 5]);
    assert!(answers.iter().all(|file| file["id"] == answers[0]["id"]));
}

#[tokio::test]
async fn a_part_of_the_bytes_can_be_asked_for_and_what_is_known_is_not_sent_again() {
    let fixture = Fixture::start().await;
    let file = fixture.upload("a.csv", b"0123456789").await;
    let content = format!("{}/content", path(&file));
    let ask = async |headers: &[(&str, &str)]| {
        let mut request = fixture.ada.request(Method::GET, &content);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        fixture.ada.send(request).await
    };
    let whole = ask(&[]).await;
    let etag = whole.header("etag").to_owned();
    assert_eq!(etag, format!("\"{}\"", file["latest"]["sha256"].as_str().unwrap()));
    assert_eq!(whole.header("accept-ranges"), "bytes");
    let part = ask(&[("range", "bytes=2-4")]).await;
    assert_eq!((part.status.as_u16(), part.bytes.as_slice()), (206, &b"234"[..]));
    assert_eq!(part.header("content-range"), "bytes 2-4/10");
    assert_eq!(part.header("content-length"), "3");
    assert_eq!(ask(&[("range", "bytes=-3")]).await.bytes, b"789");
    assert_eq!(ask(&[("range", "bytes=8-")]).await.bytes, b"89");
    assert_eq!(ask(&[("range", "bytes=0-1,4-5")]).await.status, 200);
    let outside = ask(&[("range", "bytes=10-")]).await;
    assert_eq!(outside.header("content-range"), "bytes */10");
    outside.expect_problem(416, "range");
    let known = ask(&[("if-none-match", &etag)]).await;
    assert_eq!((known.status.as_u16(), known.bytes.len()), (304, 0));
    assert_eq!(known.header("etag"), etag);
    assert_eq!(ask(&[("range", "bytes=2-4"), ("if-range", &etag)]).await.status, 206);
    assert_eq!(
        ask(&[("range", "bytes=2-4"), ("if-range", "\"other\"")]).await.status,
        200
    );
}

#[tokio::test]
async fn a_page_of_the_web_is_handed_back_so_that_it_cannot_run() {
    let fixture = Fixture::start().await;
    let file = fixture
        .examined("page.html", "<!doctype html><script>alert(1)</script>")
        .await;
    assert_eq!(file["latest"]["state"], "not_a_table");
    let content = fixture.ada.get(&format!("{}/content", path(&file))).await;
    assert_eq!(content.header("content-type"), "application/octet-stream");
    assert!(content.header("content-disposition").starts_with("attachment"));
    assert_eq!(content.header("content-security-policy"), "sandbox");
    assert_eq!(content.header("x-content-type-options"), "nosniff");
}

#[tokio::test]
async fn a_file_is_renamed_unless_the_name_is_taken() {
    let fixture = Fixture::start().await;
    let file = fixture.upload("a.csv", "a\n1\n").await;
    fixture.upload("b.csv", "a\n1\n").await;
    let rename = async |name: &str| fixture.ada.patch(&path(&file), json!({ "name": name })).await;
    assert_eq!(rename("C.csv").await.expect(200)["name"], "C.csv");
    assert_eq!(rename("c.csv").await.expect(200)["name"], "c.csv");
    rename("B.CSV").await.expect_problem(409, "name_taken");
    rename("").await.expect_problem(422, "invalid");
    rename("a\nb").await.expect_problem(422, "invalid");
    fixture
        .ada
        .patch(&path(&file), json!({}))
        .await
        .expect_problem(422, "invalid");
    fixture
        .ada
        .patch(&path(&file), json!({"name": "x", "more": 1}))
        .await
        .expect_problem(422, "invalid");
}

#[tokio::test]
async fn a_deleted_file_is_gone_everywhere_and_can_be_had_back_for_a_while() {
    let fixture = Fixture::start_with(|config| config.limits.session_idle_minutes = 600).await;
    let file = fixture.examined("a.csv", "a\n1\n").await;
    let (place, restore) = (path(&file), format!("{}/restore", path(&file)));
    fixture.ada.delete(&place).await.expect(204);
    for gone in ["", "/versions", "/content", "/rows", "/profile"] {
        fixture
            .ada
            .get(&format!("{place}{gone}"))
            .await
            .expect_problem(404, "not_found");
    }
    fixture
        .ada
        .patch(&place, json!({"name": "b.csv"}))
        .await
        .expect_problem(404, "not_found");
    fixture.ada.delete(&place).await.expect_problem(404, "not_found");
    let listed = fixture.ada.get(&format!("{}/files", fixture.project)).await.expect(200);
    assert_eq!(listed["items"], json!([]));

    fixture.app.app.clock.skip(TimeDelta::minutes(59));
    assert_eq!(
        fixture.ada.post(&restore, json!(null)).await.expect(200)["name"],
        "a.csv"
    );
    // Again, it changes nothing.
    fixture.ada.post(&restore, json!(null)).await.expect(200);
    assert_eq!(fixture.ada.get(&format!("{place}/rows")).await.expect(200)["total"], 1);

    fixture.ada.delete(&place).await.expect(204);
    let other = fixture.upload("A.csv", "a\n2\n").await;
    assert_ne!(other["id"], file["id"]);
    fixture
        .ada
        .post(&restore, json!(null))
        .await
        .expect_problem(409, "name_taken");
    fixture.ada.delete(&path(&other)).await.expect(204);
    fixture.app.app.clock.skip(TimeDelta::minutes(60));
    fixture
        .ada
        .post(&restore, json!(null))
        .await
        .expect_problem(404, "not_found");
}

#[tokio::test]
async fn another_tenants_file_and_project_are_not_there() {
    let fixture = Fixture::start().await;
    let file = fixture.examined("a.csv", "a\n1\n").await;
    let bob = fixture.app.user("bob@example.com").await;
    let place = path(&file);
    for read in ["", "/versions", "/content", "/rows", "/profile"] {
        bob.get(&format!("{place}{read}"))
            .await
            .expect_problem(404, "not_found");
        let nobody = fixture.app.anonymous().get(&format!("{place}{read}")).await;
        nobody.expect_problem(401, "unauthenticated");
    }
    bob.patch(&place, json!({"name": "b"}))
        .await
        .expect_problem(404, "not_found");
    bob.delete(&place).await.expect_problem(404, "not_found");
    bob.post(&format!("{place}/restore"), json!(null))
        .await
        .expect_problem(404, "not_found");
    bob.get(&format!("{}/files", fixture.project))
        .await
        .expect_problem(404, "not_found");
    upload(&bob, &fixture.project, "b.csv", b"a\n1\n")
        .await
        .expect_problem(404, "not_found");
    let nobody = upload(&fixture.app.anonymous(), &fixture.project, "b.csv", b"a\n1\n").await;
    nobody.expect_problem(401, "unauthenticated");
    assert_eq!(fixture.objects(), 1);
}

#[tokio::test]
async fn a_viewer_reads_and_changes_nothing() {
    let fixture = Fixture::start().await;
    let file = fixture.examined("a.csv", "a\n1\n").await;
    let eve = joined(&fixture.app, &format!("/api/v1/orgs/{}", fixture.ada.org()), "viewer").await;
    let place = path(&file);
    for read in ["", "/versions", "/content", "/rows", "/profile"] {
        assert_eq!(eve.get(&format!("{place}{read}")).await.status, 200);
    }
    eve.get(&format!("{}/files", fixture.project)).await.expect(200);
    upload(&eve, &fixture.project, "b.csv", b"a\n1\n")
        .await
        .expect_problem(403, "forbidden");
    eve.patch(&place, json!({"name": "b"}))
        .await
        .expect_problem(403, "forbidden");
    eve.delete(&place).await.expect_problem(403, "forbidden");
    eve.post(&format!("{place}/restore"), json!(null))
        .await
        .expect_problem(403, "forbidden");
}

#[tokio::test]
async fn a_broken_connection_in_the_middle_of_a_download_harms_nobody() {
    let fixture = Fixture::start().await;
    let bytes = vec![b'x'; 3_000_000];
    let file = fixture.upload("a.csv", &bytes).await;
    let (_, cookie) = fixture.ada.authority.clone().unwrap();
    let address = fixture.app.url.strip_prefix("http://").unwrap();
    let mut connection = tokio::net::TcpStream::connect(address).await.unwrap();
    let head = format!(
        "GET {}/content HTTP/1.1\r\nHost: {address}\r\nCookie: {cookie}\r\n\r\n",
        path(&file)
    );
    connection.write_all(head.as_bytes()).await.unwrap();
    connection.read_exact(&mut [0; 1000]).await.unwrap();
    drop(connection);
    assert_eq!(fixture.ada.get(&format!("{}/content", path(&file))).await.bytes, bytes);
}
