//! The clients for Python and TypeScript, against a real server.

use std::env;

use serde_json::{Value, json};
use tokio::process::Command;

use crate::{
    command::{skip, workspace},
    openai::Api,
};

/// What a client read: of a project with `sales.csv`, of an upload, a question, a script and a mistake.
async fn read(command: Command) -> Value {
    Box::pin(Api::start()).await.read_by(command).await
}

fn expect_journey(read: &Value) {
    assert_eq!(read["own_project"], true, "{read}");
    assert_eq!(read["uploaded"], json!(["cities.csv", "table", 2]));
    assert_eq!(read["files"], json!(["cities.csv", "sales.csv"]));
    assert_eq!(read["state"], "done");
    assert!(read["text"].as_str().unwrap().len() > 10, "{read}");
    assert!(
        read["events"].as_array().unwrap().contains(&json!("data-chart")),
        "{read}"
    );
    assert_eq!(
        (&read["png"], &read["content"]),
        (&json!("89504e47"), &json!("city,people\nBonn,3\nCologne,9\n"))
    );
    assert_eq!(read["followed"], true);
    assert_eq!(read["ran"], json!(["done", "12 5 7\n", ["copy.csv"]]));
    assert_eq!(read["fault"], "ZeroDivisionError");
    // Errors are sentences, with the code for programs.
    assert_eq!(read["refused"][0], 404, "{read}");
    assert!(read["wrong"].as_str().unwrap().contains("script"), "{read}");
    // Who gives up while an answer goes on has stopped it.
    assert_eq!(read["stopped"], "stopped");
}

#[tokio::test]
async fn the_python_client_uploads_asks_runs_and_downloads() {
    let Some(python) = env::var_os("GLOVEBOX_PEER_PYTHON") else {
        skip("the Python client is not tried: GLOVEBOX_PEER_PYTHON is not set; ./dev test sets it");
        return;
    };
    let mut command = Command::new(python);
    command
        .arg(workspace().join("host/tests/clients/python_client.py"))
        .env("PYTHONPATH", workspace().join("sdk/python/src"))
        .env("PYTHONDONTWRITEBYTECODE", "1");
    expect_journey(&read(command).await);
}

#[tokio::test]
async fn the_python_client_fits_the_types_that_are_made_of_the_api() {
    let Some(python) = env::var_os("GLOVEBOX_PEER_PYTHON") else {
        skip("the Python client's types are not checked: GLOVEBOX_PEER_PYTHON is not set; ./dev test sets it");
        return;
    };
    // A copy, so that the checkout stays as it is.
    let folder = tempfile::tempdir().unwrap();
    let package = folder.path().join("glovebox_client");
    std::fs::create_dir(&package).unwrap();
    let sources = workspace().join("sdk/python");
    std::fs::copy(
        sources.join("src/glovebox_client/__init__.py"),
        package.join("__init__.py"),
    )
    .unwrap();
    let check = async |program: &std::ffi::OsStr, arguments: &[&std::ffi::OsStr]| {
        let ended = Command::new(program)
            .args(arguments)
            .env("PYTHON", &python)
            .current_dir(folder.path())
            .output()
            .await
            .unwrap();
        assert!(
            ended.status.success(),
            "{}{}",
            String::from_utf8_lossy(&ended.stdout),
            String::from_utf8_lossy(&ended.stderr)
        );
    };
    let models = package.join("models.py");
    check(sources.join("generate.sh").as_os_str(), &[models.as_os_str()]).await;
    let mypy = ["-m", "mypy", "--strict", "glovebox_client"].map(std::ffi::OsStr::new);
    check(&python, &mypy).await;
}

#[tokio::test]
async fn the_typescript_client_uploads_asks_runs_and_downloads() {
    let Some(built) = env::var_os("GLOVEBOX_PEER_TYPESCRIPT") else {
        skip("the TypeScript client is not tried: GLOVEBOX_PEER_TYPESCRIPT is not set; ./dev test sets it");
        return;
    };
    let mut command = Command::new("node");
    command
        .arg(workspace().join("host/tests/clients/typescript_client.mjs"))
        .arg(built);
    expect_journey(&read(command).await);
}
