//! Databases for the tests: each test has its own, copied from one that was migrated once.
//!
//! They are on the PostgreSQL that `GLOVEBOX_TEST_DATABASE_URL` names, else on a cluster of this process. Nothing
//! stays behind: the cluster ends with the process however that ends, and on a PostgreSQL of others the next process
//! removes what the last one has left.

use std::{
    os::unix::{fs::PermissionsExt, process::CommandExt},
    path::PathBuf,
    process::{Child, Command, Stdio},
};

use glovebox::db::{
    self,
    cluster::{Cluster, Settings},
};
use sqlx::{AssertSqlSafe, Connection, PgConnection, PgPool, postgres::PgConnectOptions};
use tokio::sync::OnceCell;

/// The first number of the advisory locks by which processes know of each other that they live.
const PROCESSES: i32 = 0x676c;

/// What all tests of this process share.
struct Server {
    options: PgConnectOptions,
    /// Names this process in its databases' names.
    process: i32,
    /// Holds this process's lock, as long as the process lives.
    _keeper: PgConnection,
    _cluster: Option<(Cluster, Child)>,
}

/// A new, migrated database.
pub async fn database() -> PgPool {
    static TEMPLATE: OnceCell<String> = OnceCell::const_new();
    let template = TEMPLATE.get_or_init(async || {
        let name = create("template", "template1").await;
        let pool = db::connect(server().await.options.clone().database(&name), 2)
            .await
            .unwrap();
        db::migrate(&pool).await.unwrap();
        pool.close().await;
        name
    });
    connect(&create("test", template.await).await, 10).await
}

/// A new database with nothing in it.
pub async fn empty_database() -> PgPool {
    connect(&create("test", "template1").await, 10).await
}

async fn connect(name: &str, connections: u32) -> PgPool {
    db::connect(server().await.options.clone().database(name), connections)
        .await
        .unwrap()
}

async fn create(kind: &str, template: &str) -> String {
    let server = server().await;
    let name = format!("{kind}_{:08x}_{}", server.process, uuid::Uuid::now_v7().simple());
    // A connection belongs to the runtime of the test that opened it.
    let mut admin = PgConnection::connect_with(&server.options).await.unwrap();
    // Two tests cannot copy one template at the same moment. The lock ends with the connection.
    sqlx::query("select pg_advisory_lock(1)")
        .execute(&mut admin)
        .await
        .unwrap();
    run(&mut admin, format!("create database {name} template {template}")).await;
    name
}

/// The PostgreSQL of the tests.
async fn server() -> &'static Server {
    static SERVER: OnceCell<Server> = OnceCell::const_new();
    SERVER
        .get_or_init(async || {
            let (options, cluster) = if let Ok(url) = std::env::var("GLOVEBOX_TEST_DATABASE_URL") {
                (url.parse::<PgConnectOptions>().unwrap(), None)
            } else {
                let cluster = tokio::task::spawn_blocking(start_cluster).await.unwrap();
                (cluster.0.options().username("postgres"), Some(cluster))
            };
            let options = options.database("postgres");
            let mut keeper = PgConnection::connect_with(&options).await.unwrap();
            remove_what_others_left(&mut keeper).await;
            let process = i32::from_le_bytes(uuid::Uuid::new_v4().as_bytes()[..4].try_into().unwrap());
            lock(&mut keeper, "pg_try_advisory_lock", process).await;
            Server {
                options,
                process,
                _keeper: keeper,
                _cluster: cluster,
            }
        })
        .await
}

/// A cluster of this process. A test process cannot say when it ends, so a shell waits for the end of its pipe, and
/// then stops the cluster and removes its folder.
fn start_cluster() -> (Cluster, Child) {
    let folder = tempfile::Builder::new()
        .prefix("glovebox-tests-")
        .permissions(PermissionsExt::from_mode(0o755))
        .tempdir()
        .unwrap();
    // Canonical, so that the cluster is known by this path.
    let data: PathBuf = folder.keep().canonicalize().unwrap();
    let script = r#"
        read -r _
        pid=$(head -n 1 "$1/postgres/postmaster.pid") && kill -QUIT "$pid" && while kill -0 "$pid"; do sleep 0.1; done
        rm -rf "$1"
    "#;
    let watcher = Command::new("sh")
        .args(["-c", script, "sh"])
        .arg(&data)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        // Ctrl-C is for the tests.
        .process_group(0)
        .spawn()
        .unwrap();
    let settings = Settings {
        connections: 400,
        durable: false,
    };
    (Cluster::open(&data, settings).unwrap(), watcher)
}

async fn remove_what_others_left(keeper: &mut PgConnection) {
    let names: Vec<String> =
        sqlx::query_scalar("select datname from pg_database where datname ~ '^(test|template)_[0-9a-f]{8}_'")
            .fetch_all(&mut *keeper)
            .await
            .unwrap();
    for name in names {
        let process = name.split('_').nth(1).and_then(|hex| u32::from_str_radix(hex, 16).ok());
        let process = process.unwrap().cast_signed();
        if lock(keeper, "pg_try_advisory_lock", process).await {
            run(keeper, format!("drop database if exists {name} with (force)")).await;
            lock(keeper, "pg_advisory_unlock", process).await;
        }
    }
}

async fn lock(keeper: &mut PgConnection, function: &str, process: i32) -> bool {
    sqlx::query_scalar(AssertSqlSafe(format!("select {function}($1, $2)")))
        .bind(PROCESSES)
        .bind(process)
        .fetch_one(keeper)
        .await
        .unwrap()
}

async fn run(keeper: &mut PgConnection, sql: String) {
    sqlx::query(AssertSqlSafe(sql)).execute(keeper).await.unwrap();
}
