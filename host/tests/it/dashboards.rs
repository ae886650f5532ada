//! Dashboards over HTTP: documents and versions, tiles out of answers, results that are never made twice.

use glovebox::{config::ServerConfig, llm::Catalog, tiles::work};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    test_app::{Answer, Client},
    turns::{Chat, SALES},
};

/// A number, a table and a chart of the sales.
pub const SCRIPT: &str = "import matplotlib.pyplot as plt
import polars as pl

sales = pl.read_csv('/data/sales.csv')
display(sales.select(pl.col('amount').sum().alias('Total')))
by_region = sales.group_by('region').agg(pl.col('amount').sum()).sort('region')
display(by_region)
plt.bar(by_region['region'], by_region['amount'])
plt.title('Sales by region')
";

/// A dashboard, and the answer of a run of [`SCRIPT`].
pub struct Board {
    pub chat: Chat,
    pub path: String,
    pub answer: Value,
}

impl Board {
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    pub async fn start_with(change: impl FnOnce(&mut ServerConfig)) -> Self {
        let chat = Chat::start(Catalog::default(), None, change).await;
        let answer = answer(&chat, SCRIPT).await;
        let path = dashboard(&chat.fixture.ada, &chat.fixture.project, "Sales").await;
        Self { chat, path, answer }
    }

    pub fn ada(&self) -> &Client {
        &self.chat.fixture.ada
    }

    /// Adds an output of the answer's run.
    pub async fn add(&self, output: &str, number: u32) -> Value {
        self.try_add(output, number).await.expect(201)
    }

    pub async fn try_add(&self, output: &str, number: u32) -> Answer {
        let body = json!({"message_id": self.answer["id"], "run_id": run_id(&self.answer), "output": output, "number": number});
        self.ada().post(&format!("{}/tiles", self.path), body).await
    }

    pub async fn results(&self, filters: Value) -> Vec<Value> {
        let answer = self
            .ada()
            .post(&format!("{}/results", self.path), json!({"filters": filters}))
            .await;
        answer.expect(200)["results"].as_array().unwrap().clone()
    }

    /// The same, once everything is made that can be.
    pub async fn settled(&self, filters: Value) -> Vec<Value> {
        for _ in 0..3 {
            let results = self.results(filters.clone()).await;
            if results.iter().all(|result| result["state"] != "waiting") {
                return results;
            }
            self.chat.fixture.app.settle().await;
        }
        self.results(filters).await
    }

    /// Scripts that were run for tiles.
    pub async fn runs(&self) -> i64 {
        let sum = sqlx::query_scalar("select coalesce(sum(refreshes), 0)::bigint from usage_days");
        sum.fetch_one(&self.chat.fixture.app.app.db).await.unwrap()
    }

    pub async fn save(&self, of: i64, document: &Value) -> Answer {
        let request = self
            .ada()
            .request(Method::PUT, &self.path)
            .header("if-match", format!("\"{of}\""));
        self.ada().send(request.json(&json!({"document": document}))).await
    }

    pub async fn whole(&self) -> Value {
        self.ada().get(&self.path).await.expect(200)
    }
}

pub async fn dashboard(by: &Client, project: &str, name: &str) -> String {
    let made = by
        .post(&format!("{project}/dashboards"), json!({ "name": name }))
        .await
        .expect(201);
    format!("/api/v1/dashboards/{}", made["id"].as_str().unwrap())
}

pub async fn answer(chat: &Chat, script: &str) -> Value {
    let answer = chat
        .ask_in(&chat.conversation, json!({"text": "Run it", "script": script}))
        .await;
    chat.fixture.app.settle().await;
    let answer = chat.get(&answer).await;
    assert_eq!(answer["state"], "done", "{answer}");
    answer
}

pub fn run_id(answer: &Value) -> String {
    let parts = answer["parts"].as_array().unwrap();
    let receipt = parts.iter().find(|part| part["type"] == "receipt").unwrap();
    receipt["run_id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn outputs_of_an_answer_become_tiles_that_share_one_run() {
    let board = Board::start().await;
    let number = board.add("table", 0).await;
    let table = board.add("table", 1).await;
    let chart = board.add("chart", 0).await;
    assert_eq!(
        (&number["tile"]["kind"], &number["tile"]["title"]),
        (&json!("number"), &json!("Total"))
    );
    assert_eq!(
        (&table["tile"]["kind"], &chart["tile"]["kind"]),
        (&json!("table"), &json!("chart"))
    );
    assert_eq!(chart["tile"]["title"], "Sales by region");
    assert_eq!(chart["tile"]["inputs"][0]["name"], "sales.csv");
    assert_eq!(chart["version"], 4);

    let waiting = board.results(json!({})).await;
    assert!(waiting.iter().all(|result| result["state"] == "waiting"), "{waiting:?}");
    let results = board.settled(json!({})).await;
    assert_eq!(board.runs().await, 1);
    assert_eq!(results[0]["output"]["rows"], json!([[52]]));
    assert_eq!(results[1]["output"]["rows"], json!([["North", 40], ["South", 12]]));
    assert_eq!(results[2]["output"]["type"], "chart");
    assert!(results[2]["output"]["spec"].is_object(), "{results:?}");
    assert_eq!(results[0]["key"], results[2]["key"]);
}

#[tokio::test]
async fn unchanged_files_are_never_run_again_and_a_new_version_is_run_once() {
    let board = Board::start().await;
    board.add("table", 1).await;
    board.add("chart", 0).await;
    board.settled(json!({})).await;
    for _ in 0..50 {
        assert!(
            board
                .results(json!({}))
                .await
                .iter()
                .all(|result| result["state"] == "done")
        );
    }
    board.chat.fixture.app.settle().await;
    assert_eq!(board.runs().await, 1);

    board
        .chat
        .fixture
        .examined("sales.csv", format!("{SALES}East,1,100\n"))
        .await;
    let waiting = board.results(json!({})).await;
    assert_eq!(waiting[0]["state"], "waiting");
    assert_eq!(
        (&waiting[0]["earlier"], &waiting[0]["output"]["row_count"]),
        (&json!(true), &json!(2))
    );
    let results = board.settled(json!({})).await;
    assert_eq!(
        results[0]["output"]["rows"],
        json!([["East", 100], ["North", 40], ["South", 12]])
    );
    assert_eq!(results[0]["earlier"], false);
    assert_eq!(board.runs().await, 2);

    // The old bytes again have the old result.
    board.chat.fixture.examined("sales.csv", SALES).await;
    assert_eq!(board.results(json!({})).await[0]["output"]["row_count"], 2);
    assert_eq!(board.runs().await, 2);
}

#[tokio::test]
async fn a_result_is_what_the_answer_showed_byte_for_byte() {
    let board = Board::start().await;
    let tile = board.add("chart", 0).await;
    let results = board.settled(json!({})).await;
    let place = format!("{}/tiles/{}", board.path, tile["tile"]["id"].as_str().unwrap());
    let record = board.ada().get(&format!("{place}/result")).await.expect(200);
    let parts = board.answer["parts"].as_array().unwrap();
    let receipt = &parts.iter().find(|part| part["type"] == "receipt").unwrap()["receipt"];
    for digest in ["module_sha256", "script_sha256", "stdout_sha256", "outputs"] {
        assert_eq!(record["receipt"][digest], receipt[digest], "{digest}");
    }
    assert_eq!(record["key"], results[0]["key"]);
    let image = board.ada().get(&format!("{place}/image")).await;
    assert_eq!(image.status, 200);
    assert!(image.bytes.starts_with(b"\x89PNG"), "{}", image.bytes.len());
    board
        .ada()
        .get(&format!("{place}/table"))
        .await
        .expect_problem(409, "no_result");
}

#[tokio::test]
async fn a_script_that_fails_says_why_and_is_not_run_again_unless_asked() {
    let board = Board::start().await;
    board.add("table", 1).await;
    board.settled(json!({})).await;
    board
        .chat
        .fixture
        .examined("sales.csv", "region,month,price\nNorth,1,10\n")
        .await;
    let results = board.settled(json!({})).await;
    assert_eq!(results[0]["state"], "failed");
    assert!(
        results[0]["problem"].as_str().unwrap().contains("ColumnNotFoundError"),
        "{results:?}"
    );
    assert_eq!(results[0]["earlier"], true);
    board.settled(json!({})).await;
    assert_eq!(board.runs().await, 2);
    let again = board
        .ada()
        .post(&format!("{}/results", board.path), json!({"retry": true}))
        .await
        .expect(200);
    assert_eq!(again["results"][0]["state"], "waiting");
    board.chat.fixture.app.settle().await;
    assert_eq!(board.runs().await, 3);
}

#[tokio::test]
async fn a_tile_without_its_file_says_so() {
    let board = Board::start().await;
    let tile = board.add("table", 1).await;
    board.settled(json!({})).await;
    let file = tile["tile"]["inputs"][0]["file_id"].as_str().unwrap();
    board.ada().delete(&format!("/api/v1/files/{file}")).await.expect(204);
    let results = board.results(json!({})).await;
    assert_eq!(results[0]["state"], "failed");
    assert!(
        results[0]["problem"]
            .as_str()
            .unwrap()
            .contains("sales.csv was deleted"),
        "{results:?}"
    );
}

#[tokio::test]
async fn a_run_whose_server_died_is_done_by_another() {
    let board = Board::start().await;
    board.add("table", 1).await;
    board.results(json!({})).await;
    let app = &board.chat.fixture.app.app;
    let dead = "update tile_results set state = 'running', fence = 1, attempts = 1, leased_until = now() - interval '1 second'";
    sqlx::query(dead).execute(&app.db).await.unwrap();
    board.chat.fixture.app.settle().await;
    assert_eq!(board.results(json!({})).await[0]["state"], "running");
    work::look_after(&mut app.db.acquire().await.unwrap()).await.unwrap();
    board.chat.fixture.app.settle().await;
    assert_eq!(board.results(json!({})).await[0]["state"], "done");
}

#[tokio::test]
async fn limits_of_runs_are_told_in_the_tile() {
    let board = Board::start().await;
    board.add("table", 1).await;
    let app = &board.chat.fixture.app.app;
    let used =
        "insert into usage_days (org_id, day, refresh_fuel) select id, current_date, 9000000000000000000 from orgs
                on conflict (org_id, day) do update set refresh_fuel = excluded.refresh_fuel";
    sqlx::query(used).execute(&app.db).await.unwrap();
    let results = board.results(json!({})).await;
    assert_eq!(results[0]["state"], "failed");
    assert!(
        results[0]["problem"].as_str().unwrap().contains("tomorrow"),
        "{results:?}"
    );
}

#[tokio::test]
async fn a_save_over_somebody_elses_is_refused_and_nothing_is_lost() {
    let board = Board::start().await;
    board.add("table", 1).await;
    let first = board.ada().get(&board.path).await;
    assert_eq!(first.header("etag"), "\"2\"");
    let mut document = first.expect(200)["document"].clone();
    document["tabs"][0]["items"][0]["width"] = json!(12);
    let saved = board.save(2, &document).await;
    assert_eq!(saved.header("etag"), "\"3\"");
    saved.expect(200);
    document["tabs"][0]["items"] = json!([]);
    board.save(2, &document).await.expect_problem(412, "outdated");
    assert_eq!(board.whole().await["document"]["tabs"][0]["items"][0]["width"], 12);
    let unnamed = board.ada().put(&board.path, json!({"document": document})).await;
    unnamed.expect_problem(422, "invalid");
}

#[tokio::test]
async fn going_back_adds_a_version() {
    let board = Board::start().await;
    board.add("table", 1).await;
    board.add("chart", 0).await;
    let reverted = board
        .ada()
        .post(&format!("{}/revert", board.path), json!({"version": 2}))
        .await
        .expect(200);
    assert_eq!(reverted["version"], 4);
    assert_eq!(board.whole().await["tiles"].as_array().unwrap().len(), 1);
    let versions = board.ada().get(&format!("{}/versions", board.path)).await.expect(200);
    let notes: Vec<_> = versions["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|version| version["note"].as_str().unwrap())
        .collect();
    assert_eq!(notes, ["Back to version 2", "Added a tile", "Added a tile", "Made"]);
    let third = board.ada().get(&format!("{}/versions/3", board.path)).await.expect(200);
    assert_eq!(third["tabs"][0]["items"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn an_export_is_imported_and_exported_as_the_same_text() {
    let board = Board::start().await;
    let tile = board.add("table", 1).await;
    board.add("chart", 0).await;
    let mut document = board.whole().await["document"].clone();
    document["tabs"][0]["items"].as_array_mut().unwrap().push(
        json!({"id": "note", "x": 0, "y": 20, "width": 12, "height": 2, "content": {"type": "text", "text": "# Sales\n\n- \"quoted\": yes\n"}}),
    );
    document["filters"] = json!([{"id": "region", "title": "Region", "file_id": tile["tile"]["inputs"][0]["file_id"],
        "column": "region", "kind": "values", "default": {"type": "values", "values": ["North", null]}}]);
    board.save(3, &document).await.expect(200);
    let export = board.ada().get(&format!("{}/export", board.path)).await;
    assert_eq!(export.header("content-type"), "application/yaml");
    let yaml = export.text();
    let import = format!("{}/dashboards/import", board.chat.fixture.project);
    board
        .ada()
        .post(&import, json!({"yaml": yaml}))
        .await
        .expect_problem(409, "name_taken");
    board.ada().delete(&board.path).await.expect(204);
    let made = board.ada().post(&import, json!({"yaml": yaml})).await.expect(201);
    let place = format!("/api/v1/dashboards/{}", made["id"].as_str().unwrap());
    assert_eq!(board.ada().get(&format!("{place}/export")).await.text(), yaml);
    let missing = yaml.replace("sales.csv", "costs.csv");
    let refused = board
        .ada()
        .post(&import, json!({"yaml": missing, "name": "Costs"}))
        .await
        .expect_problem(422, "invalid");
    assert!(
        refused["errors"][0]["message"].as_str().unwrap().contains("costs.csv"),
        "{refused}"
    );
}

#[tokio::test]
async fn results_that_nobody_looks_at_go_with_their_files() {
    let board = Board::start().await;
    board.add("chart", 0).await;
    board.settled(json!({})).await;
    let app = &board.chat.fixture.app;
    sqlx::query("update tile_results set used_at = now() - interval '31 days'")
        .execute(&app.app.db)
        .await
        .unwrap();
    let files = "select count(*) from objects o join tile_result_files f on f.object_key = o.key";
    assert!(
        sqlx::query_scalar::<_, i64>(files)
            .fetch_one(&app.app.db)
            .await
            .unwrap()
            > 0
    );
    let swept = glovebox::cleanup::Sweep {
        db: &app.app.db,
        objects: &app.app.objects,
        limits: &app.app.config.limits,
        now: app.app.clock.now(),
        spool: app.app.spool.shared(),
        dry_run: false,
    };
    swept.run().await.unwrap();
    let left: i64 = sqlx::query_scalar("select count(*) from tile_results")
        .fetch_one(&app.app.db)
        .await
        .unwrap();
    assert_eq!(left, 0);
    let dead: i64 = sqlx::query_scalar("select count(*) from tile_result_files")
        .fetch_one(&app.app.db)
        .await
        .unwrap();
    assert_eq!(dead, 0);
    // It is made again when somebody looks.
    assert_eq!(board.settled(json!({})).await[0]["state"], "done");
}
