//! `glovebox doctor` and `glovebox cleanup`, run as an administrator runs them.

use std::{path::Path, process::Command};

use glovebox::{
    cleanup::Sweep,
    clock::Clock,
    config::ServerLimits,
    objects::{Disk, ObjectKey, Objects},
};
use serde_json::Value;
use sqlx::{ConnectOptions, PgPool};

use crate::{
    s3_server::{Line, S3Server},
    test_app::database,
};

/// A command of the binary with nothing but the given settings, and what it printed.
async fn command(arguments: &[&str], settings: &[(&str, &str)]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_glovebox"));
    command.args(arguments).env_clear();
    for kept in ["GLOVEBOX_GUEST", "GLOVEBOX_CACHE", "HOME", "PATH"] {
        command.envs(std::env::var_os(kept).map(|value| (kept, value)));
    }
    command.envs(settings.iter().copied());
    let output = tokio::task::spawn_blocking(move || command.output().unwrap())
        .await
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

async fn doctor(settings: &[(&str, &str)]) -> (i32, Value) {
    let (code, stdout, stderr) = command(&["doctor", "--json"], settings).await;
    let checks = serde_json::from_str(&stdout).unwrap_or_else(|error| panic!("{error}: {stdout}{stderr}"));
    (code, checks)
}

/// A check's verdict, and what it says.
fn check(report: &Value, name: &str) -> (String, String) {
    let checks = report["checks"].as_array().unwrap();
    let check = checks
        .iter()
        .find(|check| check["name"] == name)
        .unwrap_or_else(|| panic!("no {name}: {report}"));
    let text = format!(
        "{} {}",
        check["found"].as_str().unwrap(),
        check["advice"].as_str().unwrap()
    );
    (check["verdict"].as_str().unwrap().to_owned(), text)
}

fn expect(report: &Value, name: &str, verdict: &str, text: &str) {
    let (found, says) = check(report, name);
    assert_eq!(found, verdict, "{name}: {says}");
    assert!(says.contains(text), "{name}: {says}");
}

fn url(db: &PgPool) -> String {
    db.connect_options().to_url_lossy().to_string()
}

#[tokio::test]
async fn the_doctor_finds_a_good_server_good() {
    let (db, data) = (database().await, tempfile::tempdir().unwrap());
    let settings = [
        ("DATABASE_URL", url(&db)),
        ("GLOVEBOX_DATA", data.path().display().to_string()),
        ("SECRET_KEY", "0123456789abcdef0123456789abcdef".to_owned()),
    ];
    let settings = settings.each_ref().map(|(name, value)| (*name, value.as_str()));
    let (code, report) = doctor(&settings).await;
    for name in ["settings", "database", "clock", "objects", "public URL", "guest"] {
        expect(&report, name, "good", "");
    }
    // Good or a warning: how full this machine's disk is, is not the server's doing.
    let (folder, says) = check(&report, "data folder");
    assert!(folder != "bad" && says.contains("is writable"), "{folder}: {says}");
    expect(&report, "mail", "warning", "EMAIL_SMTP_SERVER");
    assert_eq!(code, 0);
    assert_eq!(
        std::fs::read_dir(data.path().join("objects/unfinished"))
            .unwrap()
            .count(),
        0
    );
}

#[tokio::test]
async fn the_doctor_says_what_is_wrong_with_each_part() {
    let data = tempfile::tempdir().unwrap();
    let file = data.path().join("file");
    std::fs::write(&file, "in the way").unwrap();
    let (code, report) = doctor(&[
        ("DATABASE_URL", "postgres://nobody@127.0.0.1:1/nothing"),
        ("GLOVEBOX_DATA", file.to_str().unwrap()),
        ("GLOVEBOX_PUBLIC_URL", "http://glovebox.example.com"),
        ("GLOVEBOX_GUEST", "/nowhere/guest.wasm"),
        ("EMAIL_SMTP_SERVER", "127.0.0.1"),
        ("EMAIL_SMTP_PORT", "1"),
        ("EMAIL_SENDER_ADDRESS", "glovebox@example.com"),
    ])
    .await;
    assert_eq!(code, 1);
    expect(&report, "settings", "warning", "SECRET_KEY");
    expect(&report, "data folder", "bad", "is not writable");
    expect(&report, "database", "bad", "DATABASE_URL");
    expect(&report, "objects", "bad", "GLOVEBOX_DATA");
    expect(&report, "mail", "bad", "");
    expect(&report, "public URL", "bad", "https");
    expect(&report, "guest", "bad", "./dev guest");
}

#[tokio::test]
async fn the_doctor_names_a_setting_that_does_not_read_and_checks_the_rest() {
    let (code, report) = doctor(&[("GLOVEBOX_LISTEN", "8080")]).await;
    assert_eq!(code, 1);
    expect(&report, "settings", "bad", "GLOVEBOX_LISTEN");
    expect(&report, "guest", "good", "");
}

#[tokio::test]
async fn the_doctor_tries_the_bucket() {
    let (db, data, server) = (database().await, tempfile::tempdir().unwrap(), S3Server::start().await);
    let (url, config) = (url(&db), server.config());
    let ask = async |bucket: &str, key: &str| {
        let (_, report) = doctor(&[
            ("DATABASE_URL", &url),
            ("GLOVEBOX_DATA", data.path().to_str().unwrap()),
            ("S3_ENDPOINT_URL", &config.endpoint),
            ("S3_BUCKET_NAME", bucket),
            ("S3_ACCESS_KEY_ID", &config.access_key_id),
            ("S3_SECRET_ACCESS_KEY", key),
            ("GLOVEBOX_OBJECT_TIMEOUT_S", "1"),
            ("GLOVEBOX_GUEST", "/nowhere"),
        ])
        .await;
        report
    };
    let key = config.secret_access_key.expose();
    expect(&ask(&config.bucket, key).await, "objects", "good", "glovebox");
    expect(&ask("elsewhere", key).await, "objects", "bad", "S3_BUCKET_NAME");
    expect(
        &ask(&config.bucket, "wrong").await,
        "objects",
        "bad",
        "S3_SECRET_ACCESS_KEY",
    );
    server.line(Line::Answers(503, "SlowDown"));
    expect(&ask(&config.bucket, key).await, "objects", "bad", "503");
}

#[tokio::test]
async fn the_doctor_sees_that_the_store_belongs_to_another_database() {
    let (db, data) = (database().await, tempfile::tempdir().unwrap());
    let objects = Objects::Disk(Disk::open(data.path().join("objects")));
    sweep(&db, &objects).await;
    let ask = async || {
        doctor(&[
            ("DATABASE_URL", &url(&db)),
            ("GLOVEBOX_DATA", data.path().to_str().unwrap()),
        ])
        .await
    };
    expect(&ask().await.1, "objects", "good", "");
    sqlx::query("update object_store set id = gen_random_uuid()")
        .execute(&db)
        .await
        .unwrap();
    let (code, report) = ask().await;
    expect(&report, "objects", "bad", "belongs to another database");
    assert_eq!(code, 1);
}

#[tokio::test]
async fn cleanup_by_hand_says_what_it_would_do_and_then_does_it() {
    let (db, data) = (database().await, tempfile::tempdir().unwrap());
    let objects = Objects::Disk(Disk::open(data.path().join("objects")));
    let orphan = ObjectKey::new(glovebox::ids::OrgId::new());
    objects.put_bytes(&orphan, b"orphan").await.unwrap();
    make_old(&data.path().join("objects").join(orphan.as_str()));
    let url = url(&db);
    let settings = [
        ("DATABASE_URL", url.as_str()),
        ("GLOVEBOX_DATA", data.path().to_str().unwrap()),
    ];

    let (code, stdout, _) = command(&["cleanup", "--dry-run"], &settings).await;
    assert_eq!(code, 0);
    assert_eq!(stdout, "A sweep would remove:\n  objects without a row  1  6 bytes\n");
    assert_eq!(objects.size(&orphan).await.unwrap(), Some(6));

    let (code, stdout, _) = command(&["cleanup", "--json"], &settings).await;
    let report: Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!((code, &report["removed"]["orphans"]["bytes"]), (0, &Value::from(6)));
    assert_eq!(objects.size(&orphan).await.unwrap(), None);

    let (code, stdout, _) = command(&["cleanup"], &settings).await;
    assert_eq!((code, stdout.as_str()), (0, "There was nothing to remove.\n"));
}

#[tokio::test]
async fn cleanup_by_hand_tells_of_rows_without_bytes_by_its_exit_code() {
    let (db, data) = (database().await, tempfile::tempdir().unwrap());
    sqlx::query(
        "insert into objects (key, org_id, bytes, sha256, created_at)
         values ('org/a/b', gen_random_uuid(), 3, decode(repeat('00', 32), 'hex'), now())",
    )
    .execute(&db)
    .await
    .unwrap();
    let settings = [
        ("DATABASE_URL", &*url(&db)),
        ("GLOVEBOX_DATA", data.path().to_str().unwrap()),
    ];
    let (code, stdout, _) = command(&["cleanup"], &settings).await;
    assert_eq!(code, 1);
    assert!(
        stdout.contains("org/a/b  3 bytes by its row, nothing in the store"),
        "{stdout}"
    );
}

async fn sweep(db: &PgPool, objects: &Objects) {
    let (limits, now) = (ServerLimits::default(), Clock::system().now());
    let sweep = Sweep {
        db,
        objects,
        limits: &limits,
        now,
        spool: Path::new("nowhere"),
        dry_run: false,
    };
    sweep.run().await.unwrap();
}

fn make_old(path: &Path) {
    let hours = std::time::Duration::from_hours(2);
    let file = std::fs::File::options().append(true).open(path).unwrap();
    file.set_modified(std::time::SystemTime::now() - hours).unwrap();
}
