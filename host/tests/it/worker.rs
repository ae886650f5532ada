//! `glovebox worker`: the work behind the requests, in a process of its own.

use std::process::Command;

use serde_json::Value;

use crate::{
    command::workspace,
    test_server::{Folder, Server, text, until},
};

#[test]
fn the_example_goes_from_a_question_to_its_files_by_curl_while_a_worker_answers() {
    let folder = Folder::new();
    let settings = [("GLOVEBOX_PUBLIC_URL", "http://glovebox.example.com")];
    let server = Server::run(&folder, &["serve", "--listen", "127.0.0.1:0", "--no-worker"], &settings);
    let worker = Server::run(&folder, &["worker", "--metrics", "127.0.0.1:0"], &[]);
    let ended = Command::new(workspace().join("examples/api/journey.sh"))
        .env("GLOVEBOX_URL", format!("http://{}", server.address))
        .env("GLOVEBOX_DATA", folder.data())
        .output()
        .unwrap();
    let said = text(&ended.stdout);
    assert!(ended.status.success(), "{said}\n{}", text(&ended.stderr));
    for expected in [
        "\ndata-chart {",
        "a PNG of",
        "honda civic",
        "data-output",
        "\nstopped\n",
        "\ndone\n",
        "\"unauthenticated\"",
    ] {
        assert!(said.contains(expected), "{expected} is not in {said}");
    }
    let metrics = worker.metrics();
    for expected in [
        "glovebox_turns_total{state=\"done\"} 3",
        "glovebox_turns_total{state=\"stopped\"} 1",
        "glovebox_runs_total{outcome=\"stopped\"} 1",
        "glovebox_turn_queue_seconds_count 4",
        "glovebox_turn_model_seconds_count{provider=\"offline\"} 3",
        "glovebox_turn_repairs_count 4",
    ] {
        assert!(metrics.contains(expected), "{expected} is not in {metrics}");
    }
    assert!(server.metrics().contains("glovebox_stop_seconds_count 1"));
    assert!(!server.metrics().contains("glovebox_turns_total{"));
    assert_eq!(worker.stop().code(), Some(0));
    assert_eq!(server.stop().code(), Some(0));
}

#[test]
fn without_a_worker_work_waits_and_is_not_lost() {
    let folder = Folder::new();
    let settings = [("GLOVEBOX_PUBLIC_URL", "http://glovebox.example.com")];
    let server = Server::run(&folder, &["serve", "--listen", "127.0.0.1:0", "--no-worker"], &settings);
    let body = r#"{"email":"ada@example.com","password":"an engine of 1843"}"#;
    assert_eq!(server.post("/api/v1/accounts", body).0, 202);
    let mail = folder.data().join("mail");
    let mails = || mail.read_dir().map_or(0, Iterator::count);
    assert_eq!(mails(), 0);
    let worker = Server::run(&folder, &["worker", "--metrics", "127.0.0.1:0"], &[]);
    until("the mail", || mails() == 1);
    worker.stop();
    server.stop();
}

#[test]
fn a_worker_without_a_server_says_what_it_needs() {
    let folder = Folder::new();
    let ended = folder.command(&["worker"]).output().unwrap();
    assert_eq!(ended.status.code(), Some(2));
    let said = text(&ended.stderr);
    for expected in ["no server has used", "--data", "DATABASE_URL, R2_* or S3_*, SECRET_KEY"] {
        assert!(said.contains(expected), "{expected} is not in {said}");
    }
    assert!(!folder.data().exists());
}

#[test]
fn two_workers_share_the_work() {
    let folder = Folder::new();
    let server = Server::start(&folder, &[]);
    let worker = Server::run(&folder, &["worker", "--metrics", "127.0.0.1:0"], &[]);
    let ready: Vec<Value> = worker
        .log()
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect();
    assert!(ready.iter().any(|line| line["turns"] == 16), "{ready:?}");
    // The database stays with whoever is left.
    assert_eq!(server.stop().code(), Some(0));
    assert!(folder.postmaster().is_some());
    assert_eq!(worker.stop().code(), Some(0));
    assert_eq!(folder.postmaster(), None);
}
