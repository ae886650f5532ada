//! The rules of the architecture, each kept by a test.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// The rooms of `host/src`, lowest first. A room may name what stands before it, never what stands after.
const ROOMS: [&[&str]; 22] = [
    &["clock", "config", "data_folder", "error", "ids", "reference"],
    &["addresses", "metrics", "schedules", "secret", "show", "queue", "text"],
    &["db"],
    &[
        "connect",
        "sandbox",
        "objects",
        "mail",
        "llm",
        "google",
        "notifications",
        "pdf",
        "webhooks",
    ],
    &["app", "mcp"],
    &["accounts"],
    &["orgs"],
    &[
        "idempotency",
        "legacy_numbers",
        "model_providers",
        "projects",
        "prompts",
    ],
    &["storage"],
    &["files"],
    &["insights"],
    &["rules", "sources", "example_project"],
    &["agent"],
    &["uploads"],
    &["conversations"],
    &["channels", "tiles"],
    &["dashboards"],
    &["alerts", "reports", "suggestions", "turns"],
    &["admin", "cleanup"],
    &["jobs"],
    &["http"],
    &["cli"],
];

/// Libraries that these rooms alone may name.
const PRIVATE: [(&str, &[&str]); 17] = [
    ("mysql_async", &["connect"]),
    ("sqlparser", &["connect"]),
    ("tokio_postgres", &["connect"]),
    ("wasmtime", &["sandbox"]),
    ("landlock", &["sandbox"]),
    ("axum", &["http"]),
    ("aws_sdk_s3", &["objects"]),
    ("openidconnect", &["google"]),
    ("clap", &["cli"]),
    ("croner", &["schedules"]),
    ("comfy_table", &["show", "cli"]),
    ("rmcp", &["mcp"]),
    ("pdf_writer", &["pdf"]),
    ("ttf_parser", &["pdf"]),
    ("subsetter", &["pdf"]),
    ("png", &["pdf"]),
    ("pulldown_cmark", &["pdf"]),
];

#[test]
fn a_room_names_only_what_stands_below_it() {
    let mut broken = Vec::new();
    for (room, path, text) in sources() {
        let Some(rank) = rank(&room) else { continue };
        for named in named_rooms(&text) {
            let below = rank_of_named(&named);
            if named != room && below >= rank {
                broken.push(format!("{} names {named}", path.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn every_room_has_its_place() {
    for (room, path, _) in sources() {
        assert!(
            rank(&room).is_some() || ["lib", "main"].contains(&room.as_str()),
            "{} stands in no room: give {room} its place in ROOMS",
            path.display()
        );
    }
}

#[test]
fn a_library_stays_in_its_room() {
    for (room, path, text) in sources() {
        for (library, homes) in PRIVATE {
            let names = [format!("{library}::"), format!("use {library}"), format!("{library}_")];
            let mentions = code_lines(&text).any(|line| names.iter().any(|name| line.contains(name.as_str())));
            assert!(
                homes.contains(&room.as_str()) || !mentions,
                "{} names {library}, which belongs to {homes:?} alone",
                path.display()
            );
        }
    }
}

/// Who writes rows of a table besides the room that it belongs to, and why.
const ALSO_WRITES: [(&str, &str, &str); 9] = [
    ("accounts", "members", "whoever opens an account owns that organisation"),
    (
        "accounts",
        "orgs",
        "an account and its personal organisation are made and deleted together",
    ),
    ("admin", "orgs", "operators set quotas"),
    ("admin", "users", "operators open and close accounts"),
    ("cleanup", "objects", "bytes that nothing names are buried by the sweep"),
    (
        "example_project",
        "users",
        "an account knows that it got its example project",
    ),
    ("files", "objects", "a version and its object change owners together"),
    ("tiles", "usage_days", "refreshes count to the organisation's day"),
    ("turns", "messages", "a turn ends in one statement with its message"),
];

#[test]
fn a_room_writes_its_own_tables_only() {
    let homes = homes_of_tables();
    let mut found: Vec<(String, String)> = Vec::new();
    for (room, _, text) in sources() {
        let written = written_tables(&text)
            .into_iter()
            .filter(|table| homes.contains_key(table.as_str()));
        found.extend(
            written
                .filter(|table| homes[table.as_str()] != room)
                .map(|table| (room.clone(), table)),
        );
    }
    found.sort();
    found.dedup();
    let excused: Vec<_> = ALSO_WRITES
        .iter()
        .map(|(room, table, _)| ((*room).to_owned(), (*table).to_owned()))
        .collect();
    assert_eq!(
        found, excused,
        "left: what rooms write of others' tables; right: what ALSO_WRITES lists"
    );
}

#[test]
fn http_has_no_sql() {
    for (room, path, text) in sources() {
        let asks = code_lines(&text).any(|line| line.contains("sqlx::query"));
        assert!(
            room != "http" || !asks,
            "{} has SQL: give it to a room of the product",
            path.display()
        );
    }
}

/// The room of each table of the migrations.
fn homes_of_tables() -> BTreeMap<&'static str, &'static str> {
    let rooms = [
        (
            "accounts",
            "api_keys email_verifications google_logins login_failures mail_requests password_resets sessions users",
        ),
        ("alerts", "alert_channels alert_checks alert_events alert_labels alerts"),
        ("channels", "channels deliveries"),
        ("cleanup", "object_store"),
        (
            "conversations",
            "conversations generated_files message_files messages threads",
        ),
        ("dashboards", "dashboard_shares dashboard_versions dashboards"),
        ("files", "file_versions files"),
        ("idempotency", "idempotency_keys"),
        ("legacy_numbers", "legacy_numbers"),
        ("model_providers", "model_providers"),
        ("orgs", "invitations members orgs"),
        ("projects", "projects"),
        ("prompts", "prompts"),
        ("reports", "report_mails report_sends report_unsubscribes reports"),
        ("sources", "source_extracts sources"),
        ("storage", "objects"),
        ("tiles", "tile_inputs tile_result_files tile_results tiles"),
        ("turns", "model_caps model_usage turn_chunks turns usage_days"),
        ("uploads", "upload_parts uploads"),
    ];
    let homes: BTreeMap<_, _> = rooms
        .iter()
        .flat_map(|(room, tables)| tables.split(' ').map(move |table| (table, *room)))
        .collect();
    let migrations = fs::read_dir(root().join("migrations")).expect("the folder is there");
    for migration in migrations {
        let text = fs::read_to_string(migration.expect("readable").path()).expect("text");
        for table in text.split("create table ").skip(1) {
            let name = table.split([' ', '\n', '(']).next().expect("a name");
            assert!(
                homes.contains_key(name),
                "the table {name} has no room: give it one in this list"
            );
        }
    }
    homes
}

/// What statements in `text` insert into, update or delete from, in the order of the text.
fn written_tables(text: &str) -> Vec<String> {
    let code: String = code_lines(text).collect::<Vec<_>>().join("\n");
    let words: Vec<&str> = code
        .split(|character: char| !(character.is_alphanumeric() || character == '_'))
        .filter(|word| !word.is_empty())
        .collect();
    let written = |words: &[&str]| match *words {
        ["insert", "into", table, _]
        | ["delete", "from", table, _]
        | ["update", table, "set", _]
        | ["update", table, _, "set"] => Some(table.to_owned()),
        _ => None,
    };
    words.windows(4).filter_map(written).collect()
}

#[test]
fn written_tables_are_those_of_statements_that_write() {
    let text = "
        // insert into comments
        \"insert into uploads (id) values ($1)\",
        r#\"update orgs o set name = $1\"#, \"delete from files where id = $1\",
        \"select from users where id = $1 for update of users\",
    ";
    assert_eq!(written_tables(text), ["uploads", "orgs", "files"]);
}

#[test]
fn named_rooms_are_those_at_the_top_of_a_path() {
    let named = |text: &str| named_rooms(text);
    assert_eq!(named("use crate::files::names;"), ["files"]);
    assert_eq!(
        named("use crate::{\n    files::{self, names},\n    orgs,\n};"),
        ["orgs", "files"]
    );
    assert_eq!(named("let x = crate::projects::list();"), ["projects"]);
    assert!(named("// use crate::files;\nuse crate::agent_files::x;").is_empty());
}

#[test]
fn the_guest_and_the_sdk_do_not_know_the_host() {
    let root = root();
    for manifest in ["guest-runtime/Cargo.toml", "sdk/Cargo.toml"] {
        let text = fs::read_to_string(root.join(manifest)).expect("the manifest is there");
        assert!(
            !text.contains("../host") && !text.contains("wasmtime"),
            "{manifest} reaches into the host"
        );
    }
}

#[test]
fn every_source_file_says_what_it_is() {
    for (_, path, text) in sources() {
        assert!(text.starts_with("//!"), "{} has no module comment", path.display());
    }
}

fn rank(room: &str) -> Option<usize> {
    ROOMS.iter().position(|rooms| rooms.contains(&room))
}

fn rank_of_named(room: &str) -> usize {
    rank(room).unwrap_or(0)
}

/// The rooms after `crate::`, in a path or in the braces of a `use`.
fn named_rooms(text: &str) -> Vec<String> {
    let code: String = code_lines(text).collect::<Vec<_>>().join("\n");
    let mut rooms = Vec::new();
    for rest in code.split("crate::").skip(1) {
        let end = if rest.starts_with('{') {
            rest.find("};").unwrap_or(rest.len())
        } else {
            rest.find([':', ';', ',', '(', ')', '>', ' ']).unwrap_or(rest.len())
        };
        let named = &rest[..end];
        rooms.extend(
            ROOMS
                .iter()
                .flat_map(|rooms| rooms.iter())
                .filter(|room| mentions(named, room))
                .map(|room| (*room).to_owned()),
        );
    }
    rooms
}

/// Whether `paths` names the room at the top level: `room`, `room::x`, or in `{room, …}`.
fn mentions(paths: &str, room: &str) -> bool {
    let mut depth = 0;
    let mut word = String::new();
    let mut found = false;
    for character in paths.chars().chain([',']) {
        match character {
            '{' => depth += 1,
            '}' => depth -= 1,
            c if c.is_alphanumeric() || c == '_' => {
                word.push(c);
                continue;
            }
            _ => {}
        }
        found |= word == room && depth <= 1;
        if character == ':' {
            // What follows is inside another room's path.
            "::".clone_into(&mut word);
        } else if character != '{' {
            word.clear();
        }
    }
    found
}

fn code_lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.trim_start().starts_with("//"))
}

/// Every source file of the host with its room's name and its text.
fn sources() -> Vec<(String, PathBuf, String)> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut folders = vec![src.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("the folder is there") {
            let path = entry.expect("readable").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let inside = path.strip_prefix(&src).expect("below src");
                let room = inside.iter().next().and_then(|first| first.to_str()).expect("a name");
                let text = fs::read_to_string(&path).expect("text");
                found.push((room.trim_end_matches(".rs").to_owned(), path, text));
            }
        }
    }
    found
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the workspace")
        .to_owned()
}
