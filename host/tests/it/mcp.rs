//! `glovebox mcp`, as the official client from `PyPI` uses it.

use std::{env, fs, process::Stdio};

use serde_json::{Value, json};
use tokio::process::Command;

use crate::{
    command::{skip, workspace},
    test_sandbox::PROGRAM,
    turns::SALES,
};

/// What the client read of a server on a folder with one table and one file that is none.
async fn read() -> Option<(Value, tempfile::TempDir)> {
    let Some(python) = env::var_os("GLOVEBOX_PEER_PYTHON") else {
        skip("the MCP client is not tried: GLOVEBOX_PEER_PYTHON is not set; ./dev test sets it");
        return None;
    };
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("sales.csv"), SALES).unwrap();
    fs::write(folder.path().join("broken.csv"), b"\x89PNG\r\n").unwrap();
    let client = workspace().join("host/tests/clients/mcp_client.py");
    let ended = Command::new(python)
        .arg(client)
        .args([PROGRAM, "mcp", "--data", "."])
        .env("GLOVEBOX_MODEL_PROVIDER", "offline")
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .output()
        .await
        .unwrap();
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    Some((serde_json::from_slice(&ended.stdout).unwrap(), folder))
}

#[tokio::test]
async fn a_model_that_has_only_these_tools_does_an_analysis_from_files_to_chart() {
    let Some((read, folder)) = read().await else { return };
    assert_eq!(read["server"], "glovebox");
    assert_eq!(
        read["tools"],
        json!(["describe_files", "read_rows", "check_script", "run_script", "ask"])
    );
    assert!(
        read["resources"]
            .as_array()
            .unwrap()
            .contains(&json!("glovebox://reference/matplotlib.pyplot"))
    );
    assert!(read["reference"].as_u64().unwrap() > 1_000);
    let files = read["described"]["files"].as_array().unwrap();
    assert_eq!(
        (&files[0]["name"], &files[1]["name"]),
        (&json!("broken.csv"), &json!("sales.csv"))
    );
    assert!(files[0]["problem"].as_str().unwrap().len() > 10, "{}", files[0]);
    assert_eq!(files[1]["table"]["row_count"], 4);
    let rows = &read["rows"];
    assert_eq!(rows["rows"], json!([["North", "2", "30"], ["South", "1", "5"]]));
    assert_eq!((&rows["total"], &read["missing"]), (&json!(4), &json!(true)));
    assert_eq!(read["checked"], json!([true, "It compiles."]));

    // Charts are images, what was printed and shown is text, and the rest lies in the folder.
    assert_eq!(read["ran"]["failed"], false);
    let text = read["ran"]["text"].as_str().unwrap();
    assert!(
        text.contains("[40, 12]") && text.contains("North") && text.contains("fuel"),
        "{text}"
    );
    assert_eq!(
        (&read["kinds"], &read["png"]),
        (&json!(["text", "image"]), &json!(["89504e47"]))
    );
    assert!(read["ran"]["result"]["receipt"]["fuel_used"].as_u64().unwrap() > 0);
    let out = folder.path().join("glovebox-out");
    assert_eq!(
        fs::read_to_string(out.join("sales_by_region.csv")).unwrap(),
        "region,amount\nNorth,40\nSouth,12\n"
    );
    assert!(out.join("sales.png").is_file());

    // What goes wrong is told so that it can be mended.
    assert_eq!(read["fault"]["failed"], true);
    let fault = read["fault"]["text"].as_str().unwrap();
    assert!(fault.contains("amounts") && fault.contains("line 2"), "{fault}");
    assert_eq!(read["limited"], json!({"name": "wall_ms", "size": 300}));

    assert_eq!(read["unfound"][0], true);
    assert!(
        read["unfound"][1].as_str().unwrap().contains("describe_files"),
        "{read}"
    );

    // The rules answer, and say how far they are.
    assert_eq!(
        (&read["asked"]["failed"], &read["asked"]["answer"]["provider"]),
        (&json!(false), &json!("offline"))
    );
    assert!(
        read["asked"]["answer"]["answer"].as_str().unwrap().contains("20"),
        "{read}"
    );
    assert!(
        read["asked"]["progress"]
            .as_array()
            .unwrap()
            .contains(&json!("A script runs.")),
        "{}",
        read["asked"]
    );
    // After a call that was given up, the next one is answered.
    assert_eq!(read["after"], "It compiles.");
}
