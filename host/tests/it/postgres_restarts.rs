//! PostgreSQL is stopped and started again while requests come in: they are told to come back, and what was acknowledged
//! is there.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use glovebox::db::{
    self,
    cluster::{Cluster, Settings},
};
use serde_json::json;
use sqlx::PgPool;
use tempfile::TempDir;

use crate::test_app::{Client, TestApp};

const CLUSTER: Settings = Settings {
    connections: 20,
    durable: false,
};

/// A PostgreSQL of the test's own, which it may stop.
pub struct Postgres {
    cluster: Cluster,
    folder: TempDir,
}

impl Postgres {
    pub async fn start() -> Self {
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

    pub async fn pool(&self) -> PgPool {
        let pool = db::connect(self.cluster.options(), 10).await.unwrap();
        db::migrate(&pool).await.unwrap();
        pool
    }

    /// Its process, while it runs.
    pub fn process(&self) -> Option<PathBuf> {
        let file = fs::read_to_string(self.folder.path().join("postgres/postmaster.pid")).ok()?;
        let process = Path::new("/proc").join(file.lines().next()?);
        process.exists().then_some(process)
    }

    /// Ends it by a signal, leaves it down for `pause`, and starts it again.
    pub async fn restart(&self, signal: &str, pause: Duration) {
        let process = self.process().unwrap();
        let id = process.file_name().unwrap().to_str().unwrap().to_owned();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
        while process.exists() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        tokio::time::sleep(pause).await;
        let place = self.cluster.place().clone();
        tokio::task::spawn_blocking(move || place.revive(CLUSTER))
            .await
            .unwrap()
            .unwrap();
    }

    pub async fn stop(self) {
        tokio::task::spawn_blocking(move || self.cluster.close())
            .await
            .unwrap()
            .unwrap();
    }
}

#[tokio::test]
async fn postgres_restarted_under_load_costs_answers_and_nothing_that_was_acknowledged() {
    let postgres = Postgres::start().await;
    let app = TestApp::start_on(postgres.pool().await, |_| {}).await;
    let ada = app.user("ada@example.com").await;
    let load = Arc::new(Load::default());
    let workers = (0..8).map(|worker| tokio::spawn(make_projects(ada.clone(), worker, load.clone())));
    let workers: Vec<_> = workers.collect();
    for (signal, pause) in [("-INT", 0), ("-QUIT", 500), ("-INT", 300)] {
        load.goes_on().await;
        postgres.restart(signal, Duration::from_millis(pause)).await;
        // Requests work again by themselves, and soon.
        let since = Instant::now();
        while ada.get("/api/v1/orgs").await.status != 200 {
            assert!(since.elapsed() < Duration::from_secs(20), "it does not come back");
        }
    }
    load.goes_on().await;
    load.over.store(true, Ordering::Relaxed);
    let (mut made, mut refused) = (Vec::new(), 0);
    for worker in join_all(workers).await {
        let (names, problems) = worker.unwrap();
        made.extend(names);
        refused += problems;
    }
    assert!(refused > 0, "no request noticed the restarts: the test does not test");
    let names: Vec<String> = sqlx::query_scalar("select name from projects")
        .fetch_all(&app.app.db)
        .await
        .unwrap();
    let lost: Vec<_> = made.iter().filter(|name| !names.contains(name)).collect();
    assert_eq!(lost, [] as [&&str; 0], "of {} acknowledged", made.len());
    app.app.db.close().await;
    postgres.stop().await;
}

/// What those who load the server have in common.
#[derive(Default)]
struct Load {
    over: AtomicBool,
    acknowledged: AtomicUsize,
}

impl Load {
    /// Waits until some more requests were acknowledged.
    async fn goes_on(&self) {
        let until = self.acknowledged.load(Ordering::Relaxed) + 20;
        while self.acknowledged.load(Ordering::Relaxed) < until {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

/// Creates projects until told to stop: the names of those that were acknowledged, and how often the answer was 503.
async fn make_projects(by: Client, worker: usize, load: Arc<Load>) -> (Vec<String>, usize) {
    let (mut made, mut refused) = (Vec::new(), 0);
    for n in 0.. {
        if load.over.load(Ordering::Relaxed) {
            break;
        }
        let name = format!("{worker}-{n}");
        let answer = by
            .post(&format!("/api/v1/orgs/{}/projects", by.org()), json!({"name": name}))
            .await;
        if answer.status == 201 {
            made.push(name);
            load.acknowledged.fetch_add(1, Ordering::Relaxed);
        } else {
            assert_eq!(answer.header("retry-after"), "5", "{answer}");
            answer.expect_problem(503, "unavailable");
            refused += 1;
        }
    }
    (made, refused)
}
