//! Schemathesis against the whole server: it reads the document, sends what the document allows and much that it does
//! not, and looks for answers that the document does not know.
//!
//! It runs twice: once about things that are there, without what would remove them, and once for the removals, about
//! things that are not.

use std::{env, fs, path::Path, process::Stdio};

use serde_json::json;
use tokio::process::Command;

use crate::{
    command::skip,
    conversations::{conversation, exchange, generate},
    orgs::{joined, shared},
    projects::project,
    test_app::{Client, PASSWORD, TestApp},
};

/// What has to hold for every answer. That nobody gets in without saying who they are is the routes' own test: here a
/// good token is always sent, also beside a wrong cookie.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,\
                      response_headers_conformance,response_schema_conformance,missing_required_header,\
                      unsupported_method,allow_header_conformance";

/// Bytes are bytes, whatever tus calls them.
const HOOKS: &str = "import schemathesis\n\
    schemathesis.serializer.alias('application/offset+octet-stream', 'application/octet-stream')\n";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_answer_is_a_fault_or_unknown_to_the_document() {
    let Some(python) = env::var_os("GLOVEBOX_PEER_PYTHON") else {
        skip("schemathesis does not run: GLOVEBOX_PEER_PYTHON is not set; ./dev test sets it");
        return;
    };
    let app = TestApp::start().await;
    let ada = app.user("ada@example.com").await;
    let log_in = json!({"email": "ada@example.com", "password": PASSWORD});
    let token = app.anonymous().post("/api/v1/tokens", log_in).await.expect(200);
    let things = things(&app, &ada).await;
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("there.toml"), &things).unwrap();
    fs::write(folder.path().join("gone.toml"), "").unwrap();
    fs::write(folder.path().join("hooks.py"), HOOKS).unwrap();
    let token = token["access_token"].as_str().unwrap();
    let runs = [
        ("there.toml", ["--exclude-method", "DELETE"], "12"),
        ("gone.toml", ["--include-method", "DELETE"], "6"),
    ];
    for (config, methods, examples) in runs {
        let mut command = Command::new(&python);
        command
            .env("SCHEMATHESIS_HOOKS", "hooks.py")
            .args(["-m", "schemathesis.cli", "--config-file", config, "run"])
            .arg(format!("{}/api/v1/openapi.json", app.url))
            .args(methods)
            // Their answers wait for turns, which nobody works on here.
            .args(["--exclude-tag", "openai", "--exclude-tag", "legacy"])
            .args(["--checks", CHECKS, "--max-examples", examples, "--seed", "1"])
            .args([
                "--phases",
                "examples,coverage,fuzzing",
                "--generation-database",
                "none",
                "--workers",
                "2",
            ])
            .args([
                "--continue-on-failure",
                "--no-shrink",
                "--warnings",
                "off",
                "--no-color",
            ])
            .args(["--suppress-health-check", "all", "--request-timeout", "30"])
            .args(["--header", &format!("Authorization: Bearer {token}")]);
        run(command, folder.path()).await;
    }
}

async fn run(mut command: Command, folder: &Path) {
    let ended = command.current_dir(folder).stdin(Stdio::null()).output().await.unwrap();
    let said = String::from_utf8_lossy(&ended.stdout);
    assert!(
        ended.status.success(),
        "{}\n{said}\n{}",
        ended.status,
        String::from_utf8_lossy(&ended.stderr)
    );
}

/// Settings with the ids of things that are there.
async fn things(app: &TestApp, ada: &Client) -> String {
    let org = shared(ada, "Acme").await;
    let member = joined(app, &org, "member").await.user.unwrap().0;
    let project = project(ada, &org, "Sales").await;
    let prompt = json!({"name": "Pounds", "text": "Answer in pounds."});
    let prompt = ada.post(&format!("{project}/prompts"), prompt).await.expect(201);
    let form = "--x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"sales.csv\"\r\n\r\n\
                city,sales\nLondon,3\nParis,4\n\r\n--x--\r\n";
    let request = ada.request(reqwest::Method::POST, &format!("{project}/files"));
    let request = request
        .header("content-type", "multipart/form-data; boundary=x")
        .body(form);
    let file = ada.send(request).await.expect(201);
    app.settle().await;
    let talk = conversation(ada, &project, Some("Sales")).await;
    let asked = exchange(app, ada, &talk, None, "How many?", "Two").await;
    let made = generate(app, ada, &talk, asked.answer, "a.csv", b"a\n1\n")
        .await
        .unwrap();
    let link = ada.put(&format!("{talk}/share"), json!(null)).await.expect(200);
    let id = |path: &str| path.rsplit('/').next().unwrap().to_owned();
    format!(
        "[parameters]\n\"path.org_id\" = {:?}\n\"path.user_id\" = {:?}\n\"path.project_id\" = {:?}\n\
         \"path.prompt_id\" = {}\n\"path.file_id\" = {}\n\"path.conversation_id\" = {:?}\n\
         \"path.message_id\" = \"{}\"\n\"path.generated_file_id\" = \"{made}\"\n\"path.share_token\" = {}\n",
        id(&org),
        member.to_string(),
        id(&project),
        prompt["id"],
        file["id"],
        id(&talk),
        asked.answer,
        link["token"],
    )
}
