//! `/mcp`: the official client from `PyPI` does an analysis; sessions, limits and what strangers get.

use std::env;

use chrono::TimeDelta;
use glovebox::{config::ServerConfig, llm::Catalog};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use tokio::process::Command;

use crate::{
    command::{skip, workspace},
    openai::Api,
    orgs::joined,
    projects::project,
    test_app::{Answer, Client},
    test_sources::postgres,
    test_turns::SlowModel,
};

/// A message of the protocol, as a client with sessions sends it.
fn message(client: &Client, session: Option<&str>, body: &Value) -> RequestBuilder {
    let request = client.request(Method::POST, "/mcp").json(body);
    let request = request.header("accept", "application/json, text/event-stream");
    match session {
        Some(id) => request.header("mcp-session-id", id),
        None => request,
    }
}

fn greeting() -> Value {
    let client = json!({"name": "test", "version": "1"});
    let params = json!({"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": client});
    json!({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": params})
}

/// Begins a session and says its id.
async fn begin(client: &Client) -> String {
    let greeted = client.send(message(client, None, &greeting())).await;
    let id = greeted.header("mcp-session-id").to_owned();
    assert_eq!(greeted.status, 200, "{}", greeted.text());
    let ready = json!({"jsonrpc": "2.0", "method": "notifications/initialized"});
    assert_eq!(client.send(message(client, Some(&id), &ready)).await.status, 202);
    id
}

async fn ping(client: &Client, session: &str) -> Answer {
    let ping = json!({"jsonrpc": "2.0", "id": 1, "method": "ping"});
    client.send(message(client, Some(session), &ping)).await
}

/// What a tool answers.
async fn call(client: &Client, session: &str, tool: &str, arguments: Value) -> Value {
    let params = json!({"name": tool, "arguments": arguments});
    request(client, session, "tools/call", params).await["result"].clone()
}

async fn request(client: &Client, session: &str, method: &str, params: Value) -> Value {
    let body = json!({"jsonrpc": "2.0", "id": 7, "method": method, "params": params});
    let answer = client.send(message(client, Some(session), &body)).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let text = answer.text();
    let last = text.lines().filter_map(|line| line.strip_prefix("data: ")).next_back();
    serde_json::from_str(last.unwrap()).unwrap()
}

fn text(result: &Value) -> &str {
    result["content"][0]["text"].as_str().unwrap()
}

async fn started(change: impl FnOnce(&mut ServerConfig)) -> Api {
    Box::pin(Api::start_with(Catalog::default(), change)).await
}

#[tokio::test]
async fn the_real_client_does_an_analysis_from_upload_to_chart_over_http() {
    let Some(python) = env::var_os("GLOVEBOX_PEER_PYTHON") else {
        skip("the MCP client is not tried: GLOVEBOX_PEER_PYTHON is not set; ./dev test sets it");
        return;
    };
    let api = started(|_| {}).await;
    let mut client = Command::new(python);
    client.arg(workspace().join("host/tests/clients/mcp_http_client.py"));
    let read = api.read_by(client).await;
    assert_eq!(read["server"], "glovebox");
    for way in ["with_sessions", "without"] {
        expect_analysis(&read[way]);
    }
    // People see what was asked.
    let list = format!("{}/conversations", api.fixture.project);
    let conversations = api.fixture.ada.get(&list).await.expect(200);
    assert_eq!(conversations["items"].as_array().unwrap().len(), 2);
}

fn expect_analysis(read: &Value) {
    let tools = [
        "list_files",
        "describe_file",
        "read_rows",
        "upload_file",
        "check_script",
        "run_script",
        "ask",
        "list_sources",
        "query_source",
        "list_dashboards",
        "read_dashboard",
    ];
    assert_eq!(read["tools"], json!(tools));
    assert_eq!(
        (&read["uploaded"]["state"], &read["uploaded"]["rows"]),
        (&json!("table"), &json!(2)),
        "{read}"
    );
    assert_eq!(
        read["files"],
        json!([["cities.csv", "cities.csv", 2], ["sales.csv", "sales.csv", 4]])
    );
    assert_eq!(read["columns"], json!(["city", "people"]));
    assert_eq!(read["rows"], json!([["Cologne", "9"]]));
    assert!(read["missing"].as_str().unwrap().contains("list_files"), "{read}");
    assert_eq!(read["checked"], json!([true, "It compiles."]));

    // Charts are images, small tables are enclosed, what was printed and shown is text.
    assert_eq!(read["ran"]["failed"], false, "{read}");
    let told = read["ran"]["text"].as_str().unwrap();
    assert!(
        told.contains("[3, 9] 7") && told.contains("Bonn") && told.contains("fuel"),
        "{told}"
    );
    assert_eq!(read["png"], json!(["89504e47"]), "{}", read["kinds"]);
    assert_eq!(read["enclosed"], json!(["city,people\nBonn,3\nCologne,9\n"]));
    assert!(read["ran"]["result"]["receipt"]["fuel_used"].as_u64().unwrap() > 0);

    // What goes wrong is told so that it can be mended.
    assert_eq!(read["fault"]["failed"], true);
    let fault = read["fault"]["text"].as_str().unwrap();
    assert!(fault.contains("peopel") && fault.contains("line 2"), "{fault}");
    assert!(read["unknown"].as_str().unwrap().contains("nothing.csv"), "{read}");
    assert_eq!(read["limited"], json!({"name": "wall_ms", "size": 300}));

    // The rules answer, in a conversation that goes on, with charts, files and receipts.
    let asked = &read["asked"];
    assert_eq!(
        (&asked["failed"], &asked["answer"]["state"]),
        (&json!(false), &json!("done")),
        "{asked}"
    );
    assert!(asked["kinds"].as_array().unwrap().contains(&json!("image")), "{asked}");
    let progress = asked["progress"].as_array().unwrap();
    assert!(progress.contains(&json!("A script runs.")), "{asked}");
    assert_eq!(
        read["followed"]["conversation_id"], asked["answer"]["conversation_id"],
        "{read}"
    );
    assert!(read["receipt"]["fuel_used"].as_u64().unwrap() > 0, "{read}");
    assert_eq!(read["resource"], "city,people\nBonn,3\nCologne,9\n");
    assert!(read["reference"].as_u64().unwrap() > 1_000);
    assert_eq!(read["templates"], 3);
    // After a call that was given up, the next one is answered.
    assert_eq!(read["after"], "It compiles.");
}

#[tokio::test]
async fn a_session_is_there_for_the_key_and_the_project_that_began_it_alone() {
    let api = started(|_| {}).await;
    let (app, ada) = (&api.fixture.app, &api.fixture.ada);
    let session = begin(&api.client).await;
    assert_eq!(ping(&api.client, &session).await.status, 200);

    let bob = app.user("bob@example.com").await;
    let strangers = [app.api_key(&bob).await, app.api_key(ada).await];
    for stranger in &strangers {
        ping(stranger, &session).await.expect_problem(404, "not_found");
        let end = stranger
            .request(Method::DELETE, "/mcp")
            .header("mcp-session-id", &session);
        stranger.send(end).await.expect_problem(404, "not_found");
    }
    let elsewhere = project(ada, &format!("/api/v1/orgs/{}", ada.org()), "Elsewhere").await;
    let elsewhere = elsewhere.rsplit('/').next().unwrap().to_owned();
    let ping_there = json!({"jsonrpc": "2.0", "id": 1, "method": "ping"});
    let there = message(&api.client, Some(&session), &ping_there).header("x-project", &elsewhere);
    api.client.send(there).await.expect_problem(404, "not_found");
    assert_eq!(ping(&api.client, &session).await.status, 200);

    // A project of others is not there.
    let foreign = message(&strangers[0], None, &greeting()).header("x-project", api.project_id());
    strangers[0].send(foreign).await.expect_problem(404, "not_found");

    let end = api
        .client
        .request(Method::DELETE, "/mcp")
        .header("mcp-session-id", &session);
    assert!(api.client.send(end).await.status.is_success());
    ping(&api.client, &session).await.expect_problem(404, "not_found");
}

#[tokio::test]
async fn without_a_key_nothing_is_answered_and_the_challenge_says_what_to_send() {
    let api = started(|_| {}).await;
    // The browser's cookie is no key.
    for client in [api.fixture.app.anonymous(), api.fixture.ada.clone()] {
        let refused = client.send(message(&client, None, &greeting())).await;
        assert!(refused.header("www-authenticate").contains("API key"), "{refused:?}");
        refused.expect_problem(401, "unauthenticated");
    }
    let wrong = api.client.with("authorization", "Bearer gbx_wrong");
    let refused = wrong.send(message(&wrong, None, &greeting())).await;
    refused.expect_problem(401, "unauthenticated");
}

#[tokio::test]
async fn a_page_of_an_origin_that_was_not_allowed_gets_nothing_even_under_its_own_name_for_this_host() {
    let api = started(|config| config.cors_origins = vec!["https://friend.example".to_owned()]).await;
    let from = async |origin: &str, host: Option<&str>| {
        let request = message(&api.client, None, &greeting()).header("origin", origin);
        let request = match host {
            Some(host) => request.header("host", host),
            None => request,
        };
        api.client.send(request).await
    };
    let rebound = from("http://evil.example", Some("evil.example")).await;
    rebound.expect_problem(403, "forbidden");
    from("null", None).await.expect_problem(403, "forbidden");
    assert_eq!(from("https://friend.example", None).await.status, 200);
    assert_eq!(from(&api.fixture.app.url, None).await.status, 200);
}

#[tokio::test]
async fn sessions_keep_to_their_number_and_end_when_nobody_uses_them() {
    let api = started(|config| {
        config.limits.mcp_sessions_per_user = 2;
        config.limits.mcp_session_idle_minutes = 30;
    })
    .await;
    let clock = &api.fixture.app.app.clock;
    let (first, second) = (begin(&api.client).await, begin(&api.client).await);
    clock.skip(TimeDelta::minutes(10));
    assert_eq!(ping(&api.client, &first).await.status, 200);
    // The one that was used longest ago makes room.
    let third = begin(&api.client).await;
    ping(&api.client, &second).await.expect_problem(404, "not_found");
    assert_eq!(ping(&api.client, &first).await.status, 200);
    clock.skip(TimeDelta::minutes(29));
    assert_eq!(ping(&api.client, &third).await.status, 200);
    clock.skip(TimeDelta::minutes(1));
    ping(&api.client, &first).await.expect_problem(404, "not_found");
    assert_eq!(ping(&api.client, &third).await.status, 200);
}

#[tokio::test]
async fn messages_and_resources_keep_to_their_sizes() {
    let api = started(|config| {
        config.limits.mcp_body_max_bytes = 4_000;
        config.limits.mcp_resource_max_bytes = 100;
        config.limits.runs_per_server = 0;
    })
    .await;
    let session = begin(&api.client).await;
    let large = json!({"name": "a.csv", "text": "x".repeat(5_000)});
    let params = json!({"name": "upload_file", "arguments": large});
    let body = json!({"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": params});
    let refused = api.client.send(message(&api.client, Some(&session), &body)).await;
    let problem = refused.expect_problem(413, "too_large");
    assert!(problem["detail"].as_str().unwrap().contains("4000 bytes"), "{problem}");

    let long = format!("n\n{}", "1\n".repeat(200));
    let added = call(
        &api.client,
        &session,
        "upload_file",
        json!({"name": "long.csv", "text": long}),
    )
    .await;
    let address = added["structuredContent"]["resource"].clone();
    let read = request(&api.client, &session, "resources/read", json!({"uri": address})).await;
    let refusal = read["error"]["message"].as_str().unwrap();
    assert!(refusal.contains("100") && refusal.contains("read_rows"), "{refusal}");

    for (tool, script) in [("run_script", "1"), ("check_script", "1")] {
        let full = call(&api.client, &session, tool, json!({"script": script})).await;
        assert_eq!(full["isError"], true);
        assert!(text(&full).contains("Try again in a moment"), "{full}");
    }
}

#[tokio::test]
async fn arguments_that_are_wrong_are_told_in_words() {
    let api = started(|_| {}).await;
    let session = begin(&api.client).await;
    let check = async |tool: &str, arguments: Value, words: &str| {
        let refused = call(&api.client, &session, tool, arguments).await;
        assert_eq!(refused["isError"], true, "{tool}: {refused}");
        assert!(text(&refused).contains(words), "{tool}: {refused}");
    };
    check("upload_file", json!({"name": "a.csv"}), "either as text or as base64").await;
    check("upload_file", json!({"name": "a.csv", "base64": "é"}), "base64").await;
    check("upload_file", json!({"name": "", "text": "a"}), "name").await;
    check("read_rows", json!({"file": "sales.csv", "limit": 501}), "1 to 500").await;
    check("run_script", json!({"script": " "}), "Write a script").await;
    check(
        "run_script",
        json!({"script": "1", "limits": {"memory_mib": 99_999}}),
        "choose from 1 to",
    )
    .await;
    check("run_script", json!({"skript": "1"}), "skript").await;
    check("ask", json!({"question": " "}), "question").await;
    check(
        "ask",
        json!({"question": "Why?", "files": ["nothing.csv"]}),
        "nothing.csv",
    )
    .await;
    check("ask", json!({"question": "Why?", "model": "nobody"}), "offline").await;
    let conversation = uuid::Uuid::now_v7();
    check(
        "ask",
        json!({"question": "Why?", "conversation_id": conversation}),
        "not found",
    )
    .await;
    check(
        "query_source",
        json!({"source": "orders", "sql": "select 1"}),
        "list_sources",
    )
    .await;
    check("read_dashboard", json!({"dashboard": "Sales"}), "list_dashboards").await;
    let nothing = json!({"uri": "glovebox://files/00000000-0000-0000-0000-000000000000"});
    let missing = request(&api.client, &session, "resources/read", nothing).await;
    assert!(
        missing["error"]["message"].as_str().unwrap().contains("There is no"),
        "{missing}"
    );
}

#[tokio::test]
async fn a_dashboard_is_read_as_its_tiles_show_it() {
    let api = started(|_| {}).await;
    let files = api.client.get("/v1/files").await.expect(200);
    let file = files["data"][0]["id"]
        .as_str()
        .unwrap()
        .trim_start_matches("file-")
        .to_owned();
    let generate = format!("{}/dashboards/generate", api.fixture.project);
    let made = api.fixture.ada.post(&generate, json!({"file_id": file})).await;
    let name = made.expect(201)["name"].as_str().unwrap().to_owned();
    let session = begin(&api.client).await;
    let listed = call(&api.client, &session, "list_dashboards", json!({})).await;
    assert_eq!(listed["structuredContent"]["dashboards"][0]["name"], *name);
    let read = call(&api.client, &session, "read_dashboard", json!({"dashboard": name})).await;
    let tiles = read["structuredContent"]["tiles"].as_array().unwrap();
    assert!(
        !tiles.is_empty() && tiles.iter().all(|tile| tile["state"] == "done"),
        "{read}"
    );
    assert!(text(&read).contains("52"), "{read}");
}

/// Begins a call of a tool and says nothing of its end.
async fn begin_call(client: &Client, session: &str, id: u32, tool: &str, arguments: Value) -> reqwest::Response {
    let params = json!({"name": tool, "arguments": arguments});
    let body = json!({"jsonrpc": "2.0", "id": id, "method": "tools/call", "params": params});
    message(client, Some(session), &body).send().await.unwrap()
}

#[tokio::test]
async fn a_question_that_is_cancelled_is_stopped_and_what_was_said_is_kept() {
    let mut model = SlowModel::start().await;
    let api = Box::pin(Api::start_with(model.catalog(), |_| {})).await;
    let session = begin(&api.client).await;
    let under_way = begin_call(&api.client, &session, 5, "ask", json!({"question": "Tell me."})).await;
    let speaking = model.asked().await;
    speaking.says("Once upon a time");
    let cancel = json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 5}});
    assert_eq!(
        api.client
            .send(message(&api.client, Some(&session), &cancel))
            .await
            .status,
        202
    );
    speaking.gone().await;
    drop(under_way);

    // So is one whose session ends.
    let under_way = begin_call(&api.client, &session, 6, "ask", json!({"question": "Tell me more."})).await;
    let speaking = model.asked().await;
    let end = api
        .client
        .request(Method::DELETE, "/mcp")
        .header("mcp-session-id", &session);
    assert!(api.client.send(end).await.status.is_success());
    speaking.gone().await;
    drop(under_way);
}

#[tokio::test]
async fn a_source_is_queried_and_its_rows_become_a_file_that_scripts_read() {
    let api = started(|_| {}).await;
    let setup = "create table orders (city text, amount int);
                 insert into orders select 'Bonn', n from generate_series(1, 30) n;";
    let mut source = postgres().await.database("mcp_orders", setup).await;
    source["name"] = json!("Shop");
    let ada = &api.fixture.ada;
    let made = ada.post(&format!("/api/v1/orgs/{}/sources", ada.org()), source).await;
    let id = made.expect(201)["id"].as_str().unwrap().to_owned();
    ada.post(&format!("/api/v1/sources/{id}/schema"), json!({}))
        .await
        .expect(200);

    let session = begin(&api.client).await;
    let listed = call(&api.client, &session, "list_sources", json!({})).await;
    let tables = &listed["structuredContent"]["sources"][0]["schema"]["tables"];
    assert_eq!(tables[0]["name"], "orders", "{listed}");
    let sql = "select amount from orders where city = {{city}} order by amount";
    let query = json!({"source": "Shop", "sql": sql, "parameters": {"city": "Bonn"}, "limit": 2});
    let rows = call(&api.client, &session, "query_source", query).await;
    assert_eq!(rows["structuredContent"]["rows"], json!([["1"], ["2"]]));
    assert_eq!(rows["structuredContent"]["truncated"], true);
    let changing = json!({"source": "Shop", "sql": "delete from orders"});
    let refused = call(&api.client, &session, "query_source", changing).await;
    assert_eq!(refused["isError"], true, "{refused}");

    let keep = json!({"source": "Shop", "sql": "select * from orders", "save_as": "orders.csv"});
    let kept = call(&api.client, &session, "query_source", keep).await;
    assert_eq!(kept["structuredContent"]["receipt"]["rows"], 30, "{kept}");
    let script = "import polars as pl\nprint(pl.read_csv('orders.csv')['amount'].sum())";
    let arguments = json!({"script": script, "files": ["orders.csv"]});
    let ran = call(&api.client, &session, "run_script", arguments).await;
    assert!(text(&ran).starts_with("465\n"), "{ran}");
}

#[tokio::test]
async fn a_viewer_reads_and_changes_and_runs_nothing() {
    let api = started(|_| {}).await;
    let org = format!("/api/v1/orgs/{}", api.fixture.ada.org());
    let eve = joined(&api.fixture.app, &org, "viewer").await;
    let eve = api.fixture.app.api_key(&eve).await;
    let project = api.project_id().to_owned();
    let in_project = |session: Option<&str>, body: &Value| message(&eve, session, body).header("x-project", &project);
    let greeted = eve.send(in_project(None, &greeting())).await;
    let session = greeted.header("mcp-session-id").to_owned();
    let ready = json!({"jsonrpc": "2.0", "method": "notifications/initialized"});
    eve.send(in_project(Some(&session), &ready)).await;
    let check = async |tool: &str, arguments: Value, may: bool| {
        let params = json!({"name": tool, "arguments": arguments});
        let body = json!({"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": params});
        let told = eve.send(in_project(Some(&session), &body)).await.text();
        assert_eq!(told.contains(r#""isError":true"#), !may, "{tool}: {told}");
    };
    check("list_files", json!({}), true).await;
    check("read_rows", json!({"file": "sales.csv"}), true).await;
    check("upload_file", json!({"name": "a.csv", "text": "a\n1\n"}), false).await;
    check("check_script", json!({"script": "1"}), false).await;
    check("run_script", json!({"script": "1"}), false).await;
    check("ask", json!({"question": "How many rows?"}), false).await;
}
