//! The sandbox alone, over HTTP: scripts with their files in, what they made out.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use glovebox::llm::Catalog;
use serde_json::{Value, json};

use crate::{
    openai::{Api, expect_error},
    test_app::Answer,
};

async fn run(api: &Api, body: Value) -> Answer {
    api.client.post("/v1/run", body).await
}

#[tokio::test]
async fn the_sandbox_alone_runs_a_script_over_files_that_are_sent_or_named() {
    let api = Api::start().await;
    let file = api.client.get("/v1/files").await.expect(200)["data"][0]["id"].clone();
    let script = "import polars as pl\nimport matplotlib.pyplot as plt\n\
                  print(pl.read_csv('sales.csv')['amount'].sum(), pl.read_csv('b.csv')['n'].sum(), params['k'])\n\
                  plt.plot([1, 2])\nplt.savefig('/out/line.png')\n\
                  pl.read_csv('b.csv').write_csv('/out/copy.csv')\npl.read_csv('b.csv')";
    let files = json!([{"file_id": file}, {"name": "b.csv", "content": STANDARD.encode("n\n4\n5\n")}]);
    let ran = run(&api, json!({"script": script, "files": files, "parameters": {"k": 7}}))
        .await
        .expect(200);
    assert_eq!(
        (&ran["object"], &ran["outcome"]),
        (&json!("run"), &json!("done")),
        "{ran}"
    );
    assert_eq!(ran["stdout"], "52 9 7\n");
    assert_eq!(ran["tables"][0]["rows"], json!([[4], [5]]));
    assert_eq!(ran["charts"][0]["name"], "line.png");
    let made = ran["files"].as_array().unwrap();
    let copy = made.iter().find(|file| file["name"] == "copy.csv").unwrap();
    assert_eq!(
        STANDARD.decode(copy["content"].as_str().unwrap()).unwrap(),
        b"n\n4\n5\n"
    );
    assert!(ran["receipt"]["fuel_used"].as_u64().unwrap() > 0);
    let usage = api
        .fixture
        .ada
        .get(&format!("/api/v1/orgs/{}/usage", api.fixture.ada.org()))
        .await
        .expect(200);
    assert!(
        usage.to_string().contains(&ran["receipt"]["fuel_used"].to_string()),
        "{usage}"
    );

    let fault = run(&api, json!({"script": "1 / 0"})).await.expect(200);
    assert_eq!(
        (&fault["outcome"], &fault["error"]["type"]),
        (&json!("fault"), &json!("ZeroDivisionError"))
    );
    let limits = json!({"wall_ms": 300});
    let late = run(&api, json!({"script": "while True: pass", "limits": limits}))
        .await
        .expect(200);
    assert_eq!(
        (&late["outcome"], &late["limit"]),
        (&json!("limit"), &json!({"name": "wall_ms", "size": 300}))
    );
}

#[tokio::test]
async fn a_run_alone_keeps_to_its_limits() {
    let api = Api::start_with(Catalog::default(), |config| {
        config.limits.run_output_max_bytes = 1_000;
        config.limits.run_body_max_bytes = 10_000;
        config.limits.script_max_bytes = 5_000;
    })
    .await;
    let big = json!({"script": "open('/out/big', 'w').write('x' * 2000)"});
    let ran = run(&api, big).await.expect(200);
    assert_eq!(ran["outcome"], "limit", "{ran}");
    assert!(
        ran["files"]
            .as_array()
            .unwrap()
            .iter()
            .all(|file| file["bytes"].as_u64().unwrap() <= 1_000),
        "{ran}"
    );
    let content = STANDARD.encode(vec![b'x'; 20_000]);
    let large = json!({"script": "1", "files": [{"name": "a.csv", "content": content}]});
    expect_error(run(&api, large).await, 413, "invalid_request_error");
    let check = async |body: Value, param: &str| {
        let error = expect_error(run(&api, body).await, 400, "invalid_request_error");
        assert_eq!(error["param"], param, "{error}");
    };
    check(json!({"script": " "}), "script").await;
    check(json!({"script": "1 + 1 #".repeat(1_000)}), "script").await;
    check(json!({"script": "1", "limits": {"wall_ms": 600_000}}), "limits.wall_ms").await;
    check(json!({"script": "1", "limits": {"fuel": 0}}), "limits.fuel").await;
    check(json!({"script": "1", "files": [{"name": "a.csv"}]}), "files[0]").await;
    check(
        json!({"script": "1", "files": [{"name": "../a", "content": ""}]}),
        "files[0].name",
    )
    .await;
    check(
        json!({"script": "1", "files": [{"name": "a", "content": "é"}]}),
        "files[0].content",
    )
    .await;
    let twice = json!([{"name": "a", "content": ""}, {"name": "a", "content": ""}]);
    check(json!({"script": "1", "files": twice}), "files[1].name").await;
}

#[tokio::test]
async fn as_many_runs_as_may_are_let_in_and_no_fuel_means_none() {
    let full = Api::start_with(Catalog::default(), |config| config.limits.runs_per_server = 0).await;
    let refused = run(&full, json!({"script": "1"})).await;
    assert_eq!(refused.header("retry-after"), "2");
    assert_eq!(
        expect_error(refused, 429, "rate_limit_error")["code"],
        "runs_per_server"
    );
    let spent = Api::start_with(Catalog::default(), |config| config.limits.fuel_per_day = 1).await;
    run(&spent, json!({"script": "1"})).await.expect(200);
    let refused = run(&spent, json!({"script": "1"})).await;
    assert_eq!(expect_error(refused, 403, "permission_error")["code"], "fuel_per_day");
}
