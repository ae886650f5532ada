//! What breaks around the server, and what is left of it: the server itself killed, Postgres restarted, the object store
//! failing. Nothing that was acknowledged is lost, and no orphan outlives the sweep.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use bytes::Bytes;
use chrono::TimeDelta;
use futures_util::{StreamExt, future::join_all, stream};
use glovebox::{
    db::{
        self,
        cluster::{Cluster, Settings},
    },
    objects::{Digest, Objects, PREFIX},
    queue::{self, Job},
};
use reqwest::{Body, Method};
use serde_json::{Value, json};
use sqlx::{ConnectOptions, PgPool};
use tempfile::TempDir;

use crate::{
    files::{Desk, files_below, form, path, send_form, upload},
    projects::project,
    s3_server::{Line, S3Server},
    test_app::{Client, TestApp},
};

/// A table of about so many bytes, none like another.
fn table(seed: usize, bytes: usize) -> Vec<u8> {
    let mut text = String::from("seed,n\n");
    let mut n = 0_usize;
    while text.len() < bytes {
        text.push_str(&format!("{seed},{n}\n"));
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
    async fn sweep(&self) {
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
async fn rows(db: &PgPool) -> (i64, i64) {
    let count = "select (select count(*) from file_versions), (select count(*) from objects)";
    sqlx::query_as(count).fetch_one(db).await.unwrap()
}

async fn stored(objects: &Objects) -> Vec<String> {
    let listed = objects.list(PREFIX).all().await.unwrap();
    listed.into_iter().map(|object| object.key.as_str().to_owned()).collect()
}

/// The keys that live rows name.
async fn recorded(db: &PgPool) -> Vec<String> {
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
    let content = format!("{}/content", path(&desk.upload("sales.csv", table(1, 20_000_000)).await));
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
        desk.app.app.objects.delete(&glovebox::objects::Key::stored(key)).await.unwrap();
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
    desk.sweep().await;
    desk.ada.get(&path(&file)).await.expect_problem(404, "not_found");
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
    assert_eq!(desk.ada.get(&path(&file)).await.expect(200)["latest"]["state"], "pending");
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
    desk.examined("packed.csv.zip", zipped("packed.csv", &table(2, 1000))).await;
    let request = desk.ada.request(Method::POST, &format!("{}/uploads", desk.project));
    let request = request.header("tus-resumable", "1.0.0").header("upload-length", 10);
    let created = desk.ada.send(request.header("upload-metadata", "filename eC5jc3Y=")).await;
    let request = desk.ada.request(Method::PATCH, created.header("location"));
    let request = request.header("tus-resumable", "1.0.0").header("upload-offset", 0);
    let patch = request.header("content-type", "application/offset+octet-stream").body("a\n1\n");
    assert_eq!(desk.ada.send(patch).await.status, 204);
    assert_eq!(desk.stored().await.len(), 7);

    let password = json!({"password": crate::test_app::PASSWORD});
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
    archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
    archive.write_all(bytes).unwrap();
    archive.finish().unwrap().into_inner()
}

const CLUSTER: Settings = Settings {
    connections: 20,
    durable: false,
};

/// A PostgreSQL of the test's own, which it may stop.
struct Postgres {
    cluster: Cluster,
    folder: TempDir,
}

impl Postgres {
    async fn start() -> Self {
        let folder = tempfile::Builder::new()
            .permissions(PermissionsExt::from_mode(0o755))
            .tempdir()
            .unwrap();
        let data = folder.path().canonicalize().unwrap();
        let opened = tokio::task::spawn_blocking(move || Cluster::open(&data, CLUSTER)).await;
        Self {
            cluster: opened.unwrap().unwrap(),
            folder,
        }
    }

    async fn pool(&self) -> PgPool {
        let pool = db::connect(self.cluster.options(), 10).await.unwrap();
        db::migrate(&pool).await.unwrap();
        pool
    }

    fn process(&self) -> Option<PathBuf> {
        let file = fs::read_to_string(self.folder.path().join("postgres/postmaster.pid")).ok()?;
        let process = Path::new("/proc").join(file.lines().next()?);
        process.exists().then_some(process)
    }

    /// Ends it by a signal, leaves it down for `pause`, and starts it again.
    async fn restart(&self, signal: &str, pause: Duration) {
        let process = self.process().unwrap();
        let id = process.file_name().unwrap().to_str().unwrap().to_owned();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
        while process.exists() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        tokio::time::sleep(pause).await;
        let place = self.cluster.place().clone();
        tokio::task::spawn_blocking(move || place.revive(CLUSTER)).await.unwrap().unwrap();
    }

    async fn stop(self) {
        tokio::task::spawn_blocking(move || self.cluster.close()).await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn postgres_restarted_under_load_costs_answers_and_nothing_that_was_acknowledged() {
    let postgres = Postgres::start().await;
    let app = TestApp::start_on(postgres.pool().await, |_| {}).await;
    let ada = app.user("ada@example.com").await;
    let over = Arc::new(AtomicBool::new(false));
    let load = (0..8).map(|worker| tokio::spawn(make_projects(ada.clone(), worker, over.clone())));
    let load: Vec<_> = load.collect();
    for (signal, pause) in [("-INT", 0), ("-QUIT", 500), ("-INT", 300)] {
        tokio::time::sleep(Duration::from_millis(300)).await;
        postgres.restart(signal, Duration::from_millis(pause)).await;
        // Requests work again by themselves, and soon.
        let since = Instant::now();
        while ada.get("/api/v1/orgs").await.status != 200 {
            assert!(since.elapsed() < Duration::from_secs(20), "it does not come back");
        }
    }
    over.store(true, Ordering::Relaxed);
    let (mut made, mut refused) = (Vec::new(), 0);
    for worker in join_all(load).await {
        let (names, problems) = worker.unwrap();
        made.extend(names);
        refused += problems;
    }
    assert!(refused > 0, "no request noticed the restarts: the test does not test");
    let names: Vec<String> = sqlx::query_scalar("select name from projects").fetch_all(&app.app.db).await.unwrap();
    let lost: Vec<_> = made.iter().filter(|name| !names.contains(name)).collect();
    assert_eq!(lost, [] as [&&str; 0], "of {} acknowledged", made.len());
    app.app.db.close().await;
    postgres.stop().await;
}

/// Creates projects until told to stop: the names of those that were acknowledged, and how often the answer was 503.
async fn make_projects(by: Client, worker: usize, over: Arc<AtomicBool>) -> (Vec<String>, usize) {
    let (mut made, mut refused) = (Vec::new(), 0);
    for n in 0.. {
        if over.load(Ordering::Relaxed) {
            break;
        }
        let name = format!("{worker}-{n}");
        let answer = by.post(&format!("/api/v1/orgs/{}/projects", by.org()), json!({"name": name})).await;
        if answer.status == 201 {
            made.push(name);
        } else {
            assert_eq!(answer.header("retry-after"), "5", "{answer}");
            answer.expect_problem(503, "unavailable");
            refused += 1;
        }
    }
    (made, refused)
}

/// The real program, in a process of its own. Killed when dropped.
struct Server {
    process: Child,
    url: String,
}

impl Server {
    /// Starts and waits until it answers.
    async fn start(db: &PgPool, data: &Path, settings: &[(&str, String)]) -> Self {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut command = command(db, data);
        command.arg("serve").envs(settings.iter().map(|(name, value)| (name, value)));
        command.env("GLOVEBOX_LISTEN", format!("127.0.0.1:{port}"));
        let log = fs::File::options().create(true).append(true).open(data.join("log")).unwrap();
        let process = command.stderr(log).stdout(Stdio::null()).spawn().unwrap();
        let mut server = Self {
            process,
            url: format!("http://127.0.0.1:{port}"),
        };
        let until = Instant::now() + Duration::from_secs(60);
        while reqwest::get(format!("{}/livez", server.url)).await.is_err() {
            let ended = server.process.try_wait().unwrap();
            let log = || fs::read_to_string(data.join("log")).unwrap();
            assert!(ended.is_none() && Instant::now() < until, "{ended:?}: {}", log());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        server
    }

    /// As `kill -9` does it.
    fn kill(&mut self) {
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
        Objects::Disk(glovebox::objects::Disk::open(self.data.path().join("objects")))
    }

    /// `glovebox cleanup`, to which every object is old.
    async fn sweep(&self) -> Value {
        let mut command = command(self.db(), self.data.path());
        command.args(["cleanup", "--json"]).env("GLOVEBOX_ORPHAN_MINUTES", "0");
        let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
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
            let bytes = objects.get_bytes(&glovebox::objects::Key::stored(key), 100 << 20).await.unwrap();
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
        .header("content-type", "multipart/form-data; boundary=----boundary-of-the-tests")
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
    upload(&ada, &place.project, "big.csv", &table(1, 20_000_000)).await.expect(201);
    place.is_consistent().await;
}

#[tokio::test]
async fn a_server_killed_between_object_and_row_leaves_an_orphan_that_the_sweep_removes() {
    let place = Place::new().await;
    let mut server = place.server().await;
    // The server stores the object and then waits here for the row.
    let mut hold = place.db().begin().await.unwrap();
    sqlx::query("lock table objects in share row exclusive mode").execute(&mut *hold).await.unwrap();
    let ada = place.ada.at(&server.url);
    let sending = tokio::spawn({
        let (ada, project) = (ada.clone(), place.project.clone());
        async move {
            let body = form(&[("file", Some("x.csv"), b"a\n1\n")]);
            let request = ada.request(Method::POST, &format!("{project}/files"));
            let kind = "multipart/form-data; boundary=----boundary-of-the-tests";
            request.header("content-type", kind).body(body).send().await
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
    for round in 0..4_usize {
        let mut server = place.server().await;
        let ada = place.ada.at(&server.url);
        let uploads = (0..3).map(|worker| {
            let (ada, project) = (ada.clone(), place.project.clone());
            tokio::spawn(async move {
                let mut done = Vec::new();
                for n in 0.. {
                    let bytes = table(round * 100_000 + worker * 10_000 + n, 200_000);
                    let request = ada.request(Method::POST, &format!("{project}/files"));
                    let name = format!("{round}-{worker}-{n}.csv");
                    let request = request
                        .header("content-type", "multipart/form-data; boundary=----boundary-of-the-tests")
                        .body(form(&[("file", Some(&name), &bytes)]));
                    match request.send().await {
                        Ok(answer) if answer.status() == 201 => {
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
        tokio::time::sleep(Duration::from_millis(400 + 137 * round as u64)).await;
        server.kill();
        for done in join_all(uploads).await {
            acknowledged.extend(done.unwrap());
        }
    }
    assert!(acknowledged.len() > 10, "{} uploads: too few to say anything", acknowledged.len());
    let server = place.server().await;
    let ada = place.ada.at(&server.url);
    place.sweep().await;
    for (location, bytes) in &acknowledged {
        let content = ada.get(&format!("{location}/content")).await;
        assert!(content.status == 200 && content.bytes == *bytes, "{location}: {}", content.status);
    }
    drop(server);
    place.sweep().await;
    place.is_consistent().await;
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
        .header("content-type", "multipart/form-data; boundary=----boundary-of-the-tests")
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
