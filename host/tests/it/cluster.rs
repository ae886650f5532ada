//! The private cluster: made once, shared by commands on one data folder, adopted after a kill, stopped by the last.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::{Duration, Instant},
};

use glovebox::db::cluster::{Cluster, Settings};
use sqlx::{Connection, PgConnection, Row};
use tempfile::TempDir;

const SETTINGS: Settings = Settings {
    connections: 5,
    durable: false,
};

#[tokio::test]
async fn what_is_written_is_there_after_a_restart() {
    let data = Data::new();
    let cluster = open(&data.path).await;
    let mut connection = PgConnection::connect_with(&cluster.options()).await.unwrap();
    sqlx::query("create table kept as select 'Größe' as word")
        .execute(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
    close(cluster).await;
    assert!(!data.is_running(), "the last user stops the cluster");

    let cluster = open(&data.path).await;
    let mut connection = PgConnection::connect_with(&cluster.options()).await.unwrap();
    let row = sqlx::query(
        "select upper(word), current_setting('server_encoding'), current_setting('listen_addresses') from kept",
    );
    let row = row.fetch_one(&mut connection).await.unwrap();
    assert_eq!(row.get::<&str, _>(0), "GRÖSSE".replace("SS", "ß"));
    assert_eq!(row.get::<&str, _>(1), "UTF8");
    assert_eq!(row.get::<&str, _>(2), "");
    close(cluster).await;
}

#[tokio::test]
async fn the_server_has_no_superuser_s_power() {
    let data = Data::new();
    let cluster = open(&data.path).await;
    let mut connection = PgConnection::connect_with(&cluster.options()).await.unwrap();
    let error = sqlx::query("copy (select 1) to program 'id'")
        .execute(&mut connection)
        .await
        .unwrap_err();
    // insufficient_privilege (PostgreSQL, appendix A).
    assert_eq!(
        error
            .as_database_error()
            .and_then(sqlx::error::DatabaseError::code)
            .as_deref(),
        Some("42501"),
        "{error}"
    );
    let mode = fs::metadata(data.path.join("postgres")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
    close(cluster).await;
}

#[tokio::test]
async fn those_who_come_at_once_share_one_cluster_and_the_last_stops_it() {
    let data = Data::new();
    let (one, other) = tokio::join!(open(&data.path), open(&data.path));
    let pid = data.postmaster().unwrap();
    close(one).await;
    assert_eq!(data.postmaster(), Some(pid));
    PgConnection::connect_with(&other.options()).await.unwrap();
    close(other).await;
    assert!(!data.is_running());
}

#[tokio::test]
async fn a_cluster_that_was_killed_starts_again() {
    let data = Data::new();
    let cluster = open(&data.path).await;
    let mut connection = PgConnection::connect_with(&cluster.options()).await.unwrap();
    sqlx::query("create table kept (n int)")
        .execute(&mut connection)
        .await
        .unwrap();
    let pid = data.postmaster().unwrap();
    kill(pid);
    wait_until("the cluster is dead", || !data.is_running());
    let place = cluster.place().clone();
    tokio::task::spawn_blocking(move || place.revive(SETTINGS))
        .await
        .unwrap()
        .unwrap();
    assert_ne!(data.postmaster(), Some(pid));
    let mut connection = PgConnection::connect_with(&cluster.options()).await.unwrap();
    sqlx::query("select * from kept")
        .execute(&mut connection)
        .await
        .unwrap();
    close(cluster).await;
}

#[tokio::test]
async fn a_pid_file_with_somebody_else_s_number_is_no_cluster() {
    let data = Data::new();
    let cluster = open(&data.path).await;
    let file = data.path.join("postgres/postmaster.pid");
    let kept = fs::read_to_string(&file).unwrap();
    close(cluster).await;
    // As after a restart of a container: the number is another process's, of the same user.
    let mut other = same_user(&data.path.join("postgres"), &["sleep", "60"])
        .spawn()
        .unwrap();
    let rest = kept.split_once('\n').unwrap().1;
    let text = format!("{}\n{rest}", other.id());
    let written = same_user(
        &data.path.join("postgres"),
        &[
            "sh",
            "-c",
            "printf %s \"$1\" > \"$2\"",
            "",
            &text,
            file.to_str().unwrap(),
        ],
    );
    assert!({ written }.status().unwrap().success());
    let cluster = open(&data.path).await;
    PgConnection::connect_with(&cluster.options()).await.unwrap();
    close(cluster).await;
    other.kill().unwrap();
    other.wait().unwrap();
}

#[tokio::test]
async fn what_a_broken_off_start_left_is_made_again() {
    let data = Data::new();
    fs::create_dir_all(data.path.join("postgres.new/base")).unwrap();
    let cluster = open(&data.path).await;
    close(cluster).await;
    assert!(!data.path.join("postgres.new").exists());
}

#[tokio::test]
async fn a_long_path_is_no_obstacle() {
    let data = Data::new();
    let long = data.path.join("long".repeat(40));
    fs::create_dir(&long).unwrap();
    fs::set_permissions(&long, PermissionsExt::from_mode(0o755)).unwrap();
    let cluster = open(&long).await;
    PgConnection::connect_with(&cluster.options()).await.unwrap();
    close(cluster).await;
}

#[tokio::test]
async fn a_cluster_whose_place_is_gone_is_not_silently_replaced() {
    let data = Data::new();
    std::os::unix::fs::symlink("/nowhere/at/all", data.path.join("postgres")).unwrap();
    let error = try_open(&data.path).await.unwrap_err();
    assert!(format!("{error:#}").contains("restore it"), "{error:#}");
}

/// A data folder that the user of PostgreSQL can get into, whoever runs the tests.
struct Data {
    path: PathBuf,
    _folder: TempDir,
}

impl Data {
    fn new() -> Self {
        let folder = tempfile::Builder::new()
            .permissions(PermissionsExt::from_mode(0o755))
            .tempdir()
            .unwrap();
        Self {
            path: folder.path().canonicalize().unwrap(),
            _folder: folder,
        }
    }

    fn postmaster(&self) -> Option<u32> {
        let file = fs::read_to_string(self.path.join("postgres/postmaster.pid")).ok()?;
        file.lines().next()?.parse().ok()
    }

    fn is_running(&self) -> bool {
        self.postmaster()
            .is_some_and(|pid| Path::new(&format!("/proc/{pid}")).exists())
    }
}

async fn open(data: &Path) -> Cluster {
    try_open(data).await.unwrap()
}

async fn try_open(data: &Path) -> anyhow::Result<Cluster> {
    let data = data.to_owned();
    tokio::task::spawn_blocking(move || Cluster::open(&data, SETTINGS))
        .await
        .unwrap()
}

async fn close(cluster: Cluster) {
    tokio::task::spawn_blocking(move || cluster.close())
        .await
        .unwrap()
        .unwrap();
}

fn kill(pid: u32) {
    assert!(
        Command::new("kill")
            .args(["-9", &pid.to_string()])
            .status()
            .unwrap()
            .success()
    );
}

/// A command of the user who owns `path`.
fn same_user(path: &Path, words: &[&str]) -> Command {
    use std::os::unix::{fs::MetadataExt, process::CommandExt};
    let owner = fs::metadata(path).unwrap();
    let mut command = Command::new(words[0]);
    command.args(&words[1..]);
    if rustix::process::geteuid().is_root() {
        command.uid(owner.uid()).gid(owner.gid());
    }
    command
}

fn wait_until(what: &str, condition: impl Fn() -> bool) {
    let until = Instant::now() + Duration::from_secs(20);
    while !condition() {
        assert!(Instant::now() < until, "{what}");
        thread::sleep(Duration::from_millis(10));
    }
}
