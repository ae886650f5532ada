//! `glovebox serve` as people run it: from an empty folder to its end, whatever end that is.

use std::{
    fs,
    io::{Read, Write},
    net::TcpStream,
    os::unix::{fs::PermissionsExt, process::CommandExt},
    path::Path,
    process::Command,
    thread,
    time::Duration,
};

use serde_json::Value;

use crate::{
    test_sandbox::PROGRAM,
    test_server::{Folder, PATIENCE, Server, command, command_of, signal, text, until},
};

#[test]
fn from_an_empty_folder_to_a_stop_that_leaves_nothing_running() {
    let folder = Folder::new();
    let server = Server::start(&folder, &[]);
    assert_eq!(
        server.get("/health"),
        (200, r#"{"status":"healthy","database":"connected"}"#.to_owned())
    );
    assert_eq!(server.get("/livez"), (200, r#"{"status":"alive"}"#.to_owned()));
    let ready = r#"{"status":"ready","database":"ok","objects":"ok","sandbox":"ok"}"#;
    assert_eq!(server.get("/readyz"), (200, ready.to_owned()));
    let data = folder.data();
    // Others on this machine have no business here.
    for entry in fs::read_dir(&data).unwrap() {
        let mode = fs::symlink_metadata(entry.unwrap().path())
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o077, 0, "{mode:o}");
    }
    assert_eq!(server.stop().code(), Some(0));
    assert_eq!(folder.postmaster(), None);

    // A second time, on what is there.
    let server = Server::start(&folder, &[]);
    assert_eq!(server.get("/health").0, 200);
    server.stop();
}

#[test]
fn the_next_server_finds_the_database_of_one_that_was_killed() {
    let folder = Folder::new();
    let mut server = Server::start(&folder, &[]);
    let postmaster = folder.postmaster().unwrap();
    server.process.kill().unwrap();
    server.process.wait().unwrap();
    assert_eq!(folder.postmaster(), Some(postmaster), "the database lives on");
    let server = Server::start(&folder, &[]);
    assert_eq!(folder.postmaster(), Some(postmaster));
    assert_eq!(server.get("/health").0, 200);
    server.stop();
    assert_eq!(folder.postmaster(), None);
}

#[test]
fn a_database_that_dies_is_started_again() {
    let folder = Folder::new();
    let server = Server::start(&folder, &[]);
    let postmaster = folder.postmaster().unwrap();
    signal(postmaster, "KILL");
    until("a new database", || {
        folder.postmaster().is_some_and(|pid| pid != postmaster)
    });
    until("the server is well again", || server.get("/health").0 == 200);
    assert_eq!(server.stop().code(), Some(0));
}

#[test]
fn commands_beside_the_server_share_its_database() {
    let folder = Folder::new();
    let server = Server::start(&folder, &[]);
    let output = folder.command(&["migrate", "--dry-run"]).output().unwrap();
    assert!(text(&output.stdout).contains("identity: applied 20"), "{output:?}");
    assert_eq!(
        server.get("/health").0,
        200,
        "the command did not take the database with it"
    );
    server.stop();
}

#[test]
fn the_example_goes_through_an_accounts_life_by_curl() {
    let folder = Folder::new();
    let server = Server::start(&folder, &[]);
    let ended = Command::new(crate::command::workspace().join("examples/api/account.sh"))
        .env("GLOVEBOX_URL", format!("http://{}", server.address))
        .env("GLOVEBOX_DATA", folder.data())
        .output()
        .unwrap();
    assert!(ended.status.success(), "{ended:?}");
    let said = text(&ended.stdout);
    assert!(
        said.contains("\nsame\n") && said.contains("\"unauthenticated\""),
        "{said}"
    );
    server.stop();
}

#[test]
fn migrate_alone_starts_the_database_and_stops_it() {
    let folder = Folder::new();
    let migrate = |arguments: &[&str]| {
        let output = folder.command(&[&["migrate"], arguments].concat()).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        assert_eq!(folder.postmaster(), None);
        text(&output.stdout)
    };
    assert!(migrate(&["--dry-run"]).contains("identity: pending"));
    assert!(migrate(&[]).starts_with("applied 20261121000001 identity\n"));
    assert_eq!(migrate(&[]), "the database is up to date\n");
}

#[test]
fn an_open_request_is_answered_before_the_server_stops() {
    let folder = Folder::new();
    let server = Server::start(&folder, &[]);
    let mut request = server.begin_request();
    server.signal("TERM");
    until("no new connections", || TcpStream::connect(&server.address).is_err());
    request.write_all(b"{}").unwrap();
    let mut answer = String::new();
    request.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 4"), "{answer}");
    assert_eq!(server.wait().code(), Some(0));
}

#[test]
fn a_request_that_never_ends_is_cut_off_after_the_grace() {
    let folder = Folder::new();
    let server = Server::start(&folder, &[("GLOVEBOX_SHUTDOWN_GRACE_S", "1")]);
    let _request = server.begin_request();
    assert_eq!(server.stop().code(), Some(0));
    assert_eq!(folder.postmaster(), None);
}

#[test]
fn a_second_signal_does_not_wait() {
    let folder = Folder::new();
    let server = Server::start(&folder, &[("GLOVEBOX_SHUTDOWN_GRACE_S", "3600")]);
    let _request = server.begin_request();
    server.signal("INT");
    until("the server stops", || server.log().contains("stopping"));
    // Signals that come at once are one; these are people's.
    thread::sleep(Duration::from_millis(500));
    server.signal("INT");
    assert_eq!(server.wait().code(), Some(0));
    assert_eq!(folder.postmaster(), None);
}

#[test]
fn connections_beyond_the_limit_wait_for_their_turn() {
    let folder = Folder::new();
    let server = Server::start(&folder, &[("GLOVEBOX_CONNECTIONS", "1")]);
    let first = server.begin_request();
    let mut second = TcpStream::connect(&server.address).unwrap();
    second
        .write_all(b"GET /livez HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        .unwrap();
    second.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
    assert!(second.read(&mut [0]).is_err(), "there is no place yet");
    drop(first);
    second.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut answer = String::new();
    second.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    server.stop();
}

#[test]
fn prometheus_finds_what_happened() {
    let folder = Folder::new();
    let server = Server::start(&folder, &[]);
    assert_eq!(server.get("/livez").0, 200);
    assert_eq!(server.get("/no/such/page").0, 404);
    let metrics = server.metrics();
    let value = |name: &str| -> f64 {
        let line = metrics
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        line.unwrap_or_else(|| panic!("no {name} in\n{metrics}"))
            .parse()
            .unwrap()
    };
    assert!(value(r#"http_requests_total{route="/livez",method="GET",status="200"}"#) >= 1.0);
    assert!(value(r#"http_requests_total{route="none",method="GET",status="404"}"#) >= 1.0);
    assert!(value(r#"http_request_duration_seconds_count{route="/livez",method="GET"}"#) >= 1.0);
    assert!(value("http_sent_bytes_total") > 0.0);
    assert!(value("process_resident_memory_bytes") > 1e6);
    assert!(value("glovebox_database_connections_max") > 1.0);
    assert!(
        !metrics.contains("/no/such/page"),
        "made-up paths must not become labels"
    );
    server.stop();
}

#[test]
fn what_stands_in_the_way_is_said() {
    let folder = Folder::new();
    let server = Server::start(&folder, &[]);
    let check = |folder: &Path, settings: &[(&str, &str)], expected: &[&str]| {
        let data = folder.to_str().unwrap();
        let mut command = command(&["serve", "--data", data]);
        command
            .env("GLOVEBOX_LISTEN", "127.0.0.1:0")
            .env("GLOVEBOX_METRICS_LISTEN", "off");
        let output = command.envs(settings.iter().copied()).output().unwrap();
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{said}");
        for expected in expected {
            assert!(said.contains(expected), "{expected:?} is not in {said:?}");
        }
    };
    let process = format!("process {}", server.process.id());
    check(&folder.data(), &[], &[&process, "--data or GLOVEBOX_DATA"]);
    let other = Folder::new();
    check(
        &other.data(),
        &[("GLOVEBOX_LISTEN", &server.address)],
        &[&server.address, "is in use", "--listen"],
    );
    check(
        &other.data(),
        &[("GLOVEBOX_METRICS_LISTEN", &server.metrics_address)],
        &["is in use", "GLOVEBOX_METRICS_LISTEN"],
    );
    check(
        Path::new("/dev/null/data"),
        &[],
        &["/dev/null/data is not writable", "GLOVEBOX_DATA"],
    );
    check(
        &other.data(),
        &[("GLOVEBOX_LISTEN", "8080")],
        &["GLOVEBOX_LISTEN", "8080"],
    );
    check(
        &other.data(),
        &[("GLOVEBOX_LOG", "yaml")],
        &["GLOVEBOX_LOG", "json or text"],
    );
    server.stop();
}

#[test]
fn secrets_stay_out_of_the_log() {
    let folder = Folder::new();
    let settings = [
        ("SECRET_KEY", "hush-hush-hush-hush-hush-hush-hush-hush"),
        ("EMAIL_SMTP_SERVER", "127.0.0.1"),
        ("EMAIL_SENDER_ADDRESS", "server@example.com"),
        ("EMAIL_SENDER_PASSWORD", "hush-mail"),
        ("RUST_LOG", "debug"),
    ];
    let server = Server::start(&folder, &settings);
    let body = r#"{"email":"ada@example.com","password":"hush-password-1","remember":false}"#;
    server.post("/api/v1/sessions", body);
    server.get("/livez?token=hush-query");
    server.stop_and(|server| assert!(!server.log().contains("hush"), "{}", server.log()));

    let mut command = folder.command(&["migrate"]);
    let output = command
        .env(
            "DATABASE_URL",
            "postgres://glovebox:hush@127.0.0.1:1/none?sslmode=wrong",
        )
        .output()
        .unwrap();
    let said = text(&output.stderr);
    assert!(
        !output.status.success() && said.contains("DATABASE_URL") && !said.contains("hush"),
        "{said}"
    );
}

#[test]
fn the_log_is_one_json_object_a_line() {
    let folder = Folder::new();
    let server = Server::start(&folder, &[]);
    server.get("/livez");
    server.stop_and(|server| {
        for line in server.log().lines() {
            let line: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
            assert!(line["timestamp"].is_string() && line["level"].is_string(), "{line}");
        }
    });
}

#[test]
fn an_ordinary_user_has_a_database_of_their_own() {
    let folder = Folder::new();
    let program = folder.path.join("glovebox");
    fs::copy(PROGRAM, &program).unwrap();
    let home = folder.path.join("home");
    fs::create_dir(&home).unwrap();
    let mut command = command_of(&program, &["migrate", "--data", home.join("data").to_str().unwrap()]);
    let root = rustix::process::geteuid().is_root();
    if root {
        std::os::unix::fs::chown(&home, Some(65534), Some(65534)).unwrap();
        command.uid(65534).gid(65534).current_dir(&home);
    }
    let output = command.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let owner = std::os::unix::fs::MetadataExt::uid(&fs::metadata(home.join("data/postgres")).unwrap());
    assert!(!root || owner == 65534);
    // Root may look after it.
    let output = folder
        .command(&["migrate", "--data", home.join("data").to_str().unwrap()])
        .output()
        .unwrap();
    assert_eq!(text(&output.stdout), "the database is up to date\n", "{output:?}");
}

#[test]
fn under_root_a_closed_folder_has_its_database_elsewhere() {
    if !rustix::process::geteuid().is_root() {
        return crate::command::skip("only root's PostgreSQL runs as somebody else");
    }
    let closed = tempfile::Builder::new()
        .permissions(PermissionsExt::from_mode(0o700))
        .tempdir()
        .unwrap();
    let data = closed.path().join("data");
    let migrate = || {
        command(&["migrate", "--data", data.to_str().unwrap()])
            .env("RUST_LOG", "info")
            .output()
            .unwrap()
    };
    let output = migrate();
    assert!(output.status.success(), "{output:?}");
    let elsewhere = fs::read_link(data.join("postgres")).unwrap();
    assert!(elsewhere.starts_with("/var/lib/glovebox"), "{}", elsewhere.display());
    let said = text(&output.stderr);
    assert!(said.contains(&format!("kept in {}", elsewhere.display())), "{said}");
    assert_eq!(text(&migrate().stdout), "the database is up to date\n");
    fs::remove_dir_all(elsewhere).unwrap();
}
