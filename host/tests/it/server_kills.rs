//! The server is killed, as by `kill -9`: what it acknowledged is there, and what it was at leaves no trace.

use std::{
    fs,
    path::Path,
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use bytes::Bytes;
use futures_util::{StreamExt, future::join_all, stream};
use glovebox::objects::{Digest, Disk, ObjectKey, Objects};
use reqwest::{Body, Method};
use serde_json::{Value, json};
use sqlx::{ConnectOptions, PgPool};
use tempfile::TempDir;

use crate::{
    faults::{FORM, recorded, rows, stored, table},
    files::{files_below, form, upload},
    projects::project,
    test_app::{Client, TestApp},
};

/// The real program, in a process of its own. Killed when dropped.
pub struct Server {
    pub process: Child,
    pub url: String,
}

impl Server {
    /// Starts and waits until it answers.
    pub async fn start(db: &PgPool, data: &Path, settings: &[(&str, String)]) -> Self {
        let port = std::net::TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let mut command = command(db, data);
        command
            .arg("serve")
            .envs(settings.iter().map(|(name, value)| (name, value)));
        command.env("GLOVEBOX_LISTEN", format!("127.0.0.1:{port}"));
        let log = fs::File::options()
            .create(true)
            .append(true)
            .open(data.join("log"))
            .unwrap();
        let process = command.stderr(log).stdout(Stdio::null()).spawn().unwrap();
        let mut server = Self {
            process,
            url: format!("http://127.0.0.1:{port}"),
        };
        let until = Instant::now() + Duration::from_mins(1);
        while reqwest::get(format!("{}/livez", server.url)).await.is_err() {
            let ended = server.process.try_wait().unwrap();
            let log = || fs::read_to_string(data.join("log")).unwrap();
            assert!(ended.is_none() && Instant::now() < until, "{ended:?}: {}", log());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        server
    }

    /// As `kill -9` does it.
    pub fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn command(db: &PgPool, data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_glovebox"));
    command.env("DATABASE_URL", db.connect_options().to_url_lossy().as_str());
    command.env("GLOVEBOX_DATA", data).env("GLOVEBOX_METRICS_LISTEN", "off");
    command
}

/// A database and a data folder that outlive the servers on them, and a user with a project.
struct Place {
    app: TestApp,
    ada: Client,
    project: String,
    data: TempDir,
}

impl Place {
    async fn new() -> Self {
        let app = TestApp::start().await;
        let browser = app.user("ada@example.com").await;
        let project = project(&browser, &format!("/api/v1/orgs/{}", browser.org()), "Sales").await;
        let ada = app.api_key(&browser).await;
        Self {
            app,
            ada,
            project,
            data: tempfile::tempdir().unwrap(),
        }
    }

    fn db(&self) -> &PgPool {
        &self.app.app.db
    }

    async fn server(&self) -> Server {
        // The limits are not what is tried here.
        let settings = ["GLOVEBOX_REQUESTS_PER_MINUTE", "GLOVEBOX_UPLOADS_PER_MINUTE"];
        let settings = settings.map(|name| (name, "1000000".to_owned()));
        Server::start(self.db(), self.data.path(), &settings).await
    }

    fn objects(&self) -> Objects {
        Objects::Disk(Disk::open(self.data.path().join("objects")))
    }

    /// `glovebox cleanup`, to which every object is old.
    async fn sweep(&self) -> Value {
        let mut command = command(self.db(), self.data.path());
        command.args(["cleanup", "--json"]).env("GLOVEBOX_ORPHAN_MINUTES", "0");
        let output = tokio::task::spawn_blocking(move || command.output().unwrap())
            .await
            .unwrap();
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{text}");
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// Every object has its row and every row its object, with the right bytes; nothing waits anywhere.
    async fn is_consistent(&self) {
        let objects = self.objects();
        assert_eq!(stored(&objects).await, recorded(self.db()).await);
        assert_eq!(files_below(&self.data.path().join("objects/unfinished")), 0);
        let rows: Vec<(String, Vec<u8>)> = sqlx::query_as("select key, sha256 from objects where deleted_at is null")
            .fetch_all(self.db())
            .await
            .unwrap();
        for (key, sha256) in rows {
            let bytes = objects.get_bytes(&ObjectKey::stored(key), 100 << 20).await.unwrap();
            assert_eq!(Digest::of(&bytes.unwrap()).sha256.to_vec(), sha256);
        }
    }
}

#[tokio::test]
async fn a_server_killed_in_the_middle_of_an_upload_leaves_nothing_of_it() {
    let place = Place::new().await;
    let mut server = place.server().await;
    let body = form(&[("file", Some("big.csv"), &table(1, 20_000_000))]);
    let (first, rest) = body.split_at(body.len() / 2);
    let (first, rest) = (Bytes::copy_from_slice(first), Bytes::copy_from_slice(rest));
    let (go, gone) = tokio::sync::oneshot::channel::<()>();
    let halves = stream::once(async { Ok::<_, std::io::Error>(first) }).chain(stream::once(async move {
        let _ = gone.await;
        Ok(rest)
    }));
    let ada = place.ada.at(&server.url);
    let request = ada
        .request(Method::POST, &format!("{}/files", place.project))
        .header("content-type", FORM)
        .body(Body::wrap_stream(halves));
    let sending = tokio::spawn(request.send());
    let spool = place.data.path().join("spool");
    while files_below(&spool) == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    server.kill();
    let _ = go.send(());
    assert!(sending.await.unwrap().is_err());
    assert_eq!(rows(place.db()).await, (0, 0));
    assert_eq!(files_below(&spool), 1);

    let report = place.sweep().await;
    assert_eq!(report["removed"]["spool"]["count"], 1);
    assert_eq!(files_below(&spool), 0);
    place.is_consistent().await;
    let server = place.server().await;
    let ada = place.ada.at(&server.url);
    upload(&ada, &place.project, "big.csv", &table(1, 20_000_000))
        .await
        .expect(201);
    place.is_consistent().await;
}

#[tokio::test]
async fn a_server_killed_between_object_and_row_leaves_an_orphan_that_the_sweep_removes() {
    let place = Place::new().await;
    let mut server = place.server().await;
    // The server stores the object and then waits here for the row.
    let mut hold = place.db().begin().await.unwrap();
    sqlx::query("lock table objects in share row exclusive mode")
        .execute(&mut *hold)
        .await
        .unwrap();
    let ada = place.ada.at(&server.url);
    let sending = tokio::spawn({
        let (ada, project) = (ada.clone(), place.project.clone());
        async move {
            let body = form(&[("file", Some("x.csv"), b"a\n1\n")]);
            let request = ada.request(Method::POST, &format!("{project}/files"));
            request.header("content-type", FORM).body(body).send().await
        }
    });
    while stored(&place.objects()).await.is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    server.kill();
    assert!(sending.await.unwrap().is_err());
    hold.rollback().await.unwrap();
    assert_eq!(stored(&place.objects()).await.len(), 1);

    let report = place.sweep().await;
    assert_eq!(report["removed"]["orphans"], json!({"count": 1, "bytes": 4}));
    assert_eq!(rows(place.db()).await.0, 0);
    place.is_consistent().await;
}

#[tokio::test]
async fn of_uploads_into_a_server_that_is_killed_again_and_again_every_acknowledged_one_is_there() {
    let place = Place::new().await;
    let mut acknowledged = Vec::new();
    let count = Arc::new(AtomicUsize::new(0));
    for round in 0..4_usize {
        let mut server = place.server().await;
        let ada = place.ada.at(&server.url);
        let uploads = (0..3).map(|worker| {
            let (ada, project, count) = (ada.clone(), place.project.clone(), count.clone());
            tokio::spawn(async move {
                let mut done = Vec::new();
                for n in 0.. {
                    let bytes = table(round * 100_000 + worker * 10_000 + n, 200_000);
                    let request = ada.request(Method::POST, &format!("{project}/files"));
                    let name = format!("{round}-{worker}-{n}.csv");
                    let request = request
                        .header("content-type", FORM)
                        .body(form(&[("file", Some(&name), &bytes)]));
                    match request.send().await {
                        Ok(answer) if answer.status() == 201 => {
                            count.fetch_add(1, Ordering::Relaxed);
                            done.push((answer.headers()["location"].to_str().unwrap().to_owned(), bytes));
                        }
                        Ok(answer) => panic!("{}", answer.status()),
                        Err(_) => break,
                    }
                }
                done
            })
        });
        let uploads: Vec<_> = uploads.collect();
        while count.load(Ordering::Relaxed) < 4 * (round + 1) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        // Somewhere in what the others are at.
        tokio::time::sleep(Duration::from_millis(17 * round as u64)).await;
        server.kill();
        for done in join_all(uploads).await {
            acknowledged.extend(done.unwrap());
        }
    }
    let server = place.server().await;
    let ada = place.ada.at(&server.url);
    place.sweep().await;
    for (location, bytes) in &acknowledged {
        let content = ada.get(&format!("{location}/content")).await;
        assert!(
            content.status == 200 && content.bytes == *bytes,
            "{location}: {}",
            content.status
        );
    }
    drop(server);
    place.sweep().await;
    place.is_consistent().await;
}
