//! Clients of OpenAI's API: asking with and without a stream, going on, hanging up, files and links.

use std::{env, process::Stdio, time::Duration};

use chrono::TimeDelta;
use glovebox::{
    config::ServerConfig,
    jobs,
    llm::{Catalog, Provider},
};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::{process::Command, task::JoinHandle};

use crate::{
    command::{skip, workspace},
    files::{Fixture, form},
    openapi::{document, operations},
    projects::project,
    test_app::{Answer, Client, TestApp},
    test_models::{self, FakeProvider},
    test_turns::SlowModel,
    turns::SALES,
};

/// A project with a table, a key for it, and a worker that answers.
pub struct Api {
    pub fixture: Fixture,
    /// With an API key.
    pub client: Client,
    working: JoinHandle<()>,
}

impl Drop for Api {
    fn drop(&mut self) {
        self.working.abort();
    }
}

impl Api {
    pub async fn start() -> Self {
        Self::start_with(Catalog::default(), |_| {}).await
    }

    pub async fn start_with(models: Catalog, change: impl FnOnce(&mut ServerConfig)) -> Self {
        let app = TestApp::start_with_models(models, change).await;
        let ada = app.user("ada@example.com").await;
        let project = project(&ada, &format!("/api/v1/orgs/{}", ada.org()), "Sales").await;
        let client = app.api_key(&ada).await;
        let fixture = Fixture { app, ada, project };
        fixture.examined("sales.csv", SALES).await;
        let app = fixture.app.app.clone();
        let working = tokio::spawn(async move {
            let _ = jobs::work(app, std::future::pending()).await;
        });
        Self {
            fixture,
            client,
            working,
        }
    }

    /// What a real client, which is given the address, the API key and the project, prints as JSON.
    pub async fn read_by(&self, mut client: Command) -> Value {
        let (_, authority) = self.client.authority.clone().unwrap();
        let ended = client
            .args([
                &self.fixture.app.url,
                authority.trim_start_matches("Bearer "),
                self.project_id(),
            ])
            .stdin(Stdio::null())
            .output()
            .await
            .unwrap();
        assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
        serde_json::from_slice(&ended.stdout).unwrap()
    }

    pub fn project_id(&self) -> &str {
        self.fixture.project.rsplit('/').next().unwrap()
    }

    async fn chat(&self, messages: Value) -> Answer {
        let body = json!({"model": "glovebox", "messages": messages});
        self.client.post("/v1/chat/completions", body).await
    }

    /// The answer's text to a question.
    async fn said(&self, messages: Value) -> String {
        content(&self.chat(messages).await.expect(200)).to_owned()
    }

    async fn conversations(&self) -> Vec<Value> {
        let list = format!("{}/conversations", self.fixture.project);
        self.fixture.ada.get(&list).await.expect(200)["items"]
            .as_array()
            .unwrap()
            .clone()
    }

    async fn messages(&self, conversation: &Value) -> Vec<Value> {
        let list = format!(
            "/api/v1/conversations/{}/messages",
            conversation["id"].as_str().unwrap()
        );
        self.fixture.ada.get(&list).await.expect(200)["items"]
            .as_array()
            .unwrap()
            .clone()
    }
}

fn user(text: &str) -> Value {
    json!({"role": "user", "content": text})
}

fn assistant(text: &str) -> Value {
    json!({"role": "assistant", "content": text})
}

fn content(completion: &Value) -> &str {
    completion["choices"][0]["message"]["content"].as_str().unwrap()
}

/// Waits until something holds.
async fn eventually(what: &str, holds: impl AsyncFn() -> bool) {
    for _ in 0..3_000 {
        if holds().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("waited in vain until {what}");
}

/// The addresses of Markdown links in a text.
fn links(text: &str) -> Vec<&str> {
    let ends = text.split("](").skip(1);
    ends.filter_map(|rest| rest.split_once(')').map(|(link, _)| link))
        .collect()
}

/// The events of a stream, without the last word.
fn events(text: &str) -> Vec<Value> {
    let data = text.lines().filter_map(|line| line.strip_prefix("data: "));
    data.filter(|data| *data != "[DONE]")
        .map(|data| serde_json::from_str(data).unwrap())
        .collect()
}

#[track_caller]
pub fn expect_error(answer: Answer, status: u16, kind: &str) -> Value {
    assert_eq!(answer.header("content-type"), "application/json", "{answer}");
    let error = answer.expect(status)["error"].clone();
    assert_eq!(error["type"], kind, "{error}");
    assert!(error["message"].as_str().is_some_and(|text| text.len() > 10), "{error}");
    error
}

#[tokio::test]
async fn a_question_is_answered_in_the_shape_of_openai_with_links_to_its_charts() {
    let api = Api::start().await;
    let completion = api.chat(json!([user("average amount by region")])).await.expect(200);
    assert_eq!(completion["object"], "chat.completion");
    assert_eq!(completion["choices"][0]["finish_reason"], "stop");
    assert_eq!(completion["choices"][0]["message"]["role"], "assistant");
    assert!(completion["usage"]["total_tokens"].is_u64(), "{completion}");
    let text = content(&completion);
    assert!(text.contains("20") && text.contains("!["), "{text}");
    let links = links(text);
    let chart = links[0].strip_prefix(&api.fixture.app.url).unwrap();
    let opened = api.fixture.app.anonymous().get(chart).await;
    assert_eq!(
        (opened.status.as_u16(), opened.header("content-type")),
        (200, "image/png")
    );
    assert_eq!(&opened.bytes[1..4], b"PNG");
    assert_eq!(opened.header("cross-origin-resource-policy"), "cross-origin");
    // People find it in the browser app.
    let conversations = api.conversations().await;
    assert_eq!(conversations.len(), 1);
    assert_eq!(api.messages(&conversations[0]).await.len(), 2);
}

#[tokio::test]
async fn a_link_is_over_after_its_days_and_a_forged_one_opens_nothing() {
    let api = Api::start_with(Catalog::default(), |config| config.limits.link_days = 2).await;
    let text = api.said(json!([user("average amount by region")])).await;
    let link = links(&text)[0].strip_prefix(&api.fixture.app.url).unwrap().to_owned();
    let anyone = api.fixture.app.anonymous();
    assert_eq!(anyone.get(&link).await.status, 200);
    let forged = format!("{}{}", &link[..link.len() - 2], "AA");
    expect_error(anyone.get(&forged).await, 404, "invalid_request_error");
    expect_error(anyone.get("/v1/links/nothing").await, 404, "invalid_request_error");
    api.fixture.app.app.clock.skip(TimeDelta::days(3));
    expect_error(anyone.get(&link).await, 404, "invalid_request_error");
}

#[tokio::test]
async fn a_stream_tells_the_same_text_piece_by_piece_and_what_was_used() {
    let api = Api::start().await;
    let body = json!({"messages": [user("average amount by region")], "stream": true,
                      "stream_options": {"include_usage": true}});
    let streamed = api.client.post("/v1/chat/completions", body).await;
    assert_eq!(streamed.header("content-type"), "text/event-stream");
    let text = streamed.text();
    assert!(text.ends_with("data: [DONE]\n\n"), "{text}");
    let events = events(&text);
    assert_eq!(events[0]["choices"][0]["delta"]["role"], "assistant");
    let told: String = events
        .iter()
        .filter_map(|event| event["choices"][0]["delta"]["content"].as_str())
        .collect();
    assert!(told.contains("![") && !links(&told).is_empty(), "{told}");
    let (last, finish) = (&events[events.len() - 1], &events[events.len() - 2]);
    assert_eq!(finish["choices"][0]["finish_reason"], "stop");
    assert_eq!(
        (&last["choices"], last["usage"]["total_tokens"].is_u64()),
        (&json!([]), true)
    );
    assert!(events.iter().all(|event| event["id"] == events[0]["id"]));
}

#[tokio::test]
async fn a_follow_up_goes_on_in_the_conversation_and_other_words_begin_a_new_one() {
    let api = Api::start().await;
    let first = api.said(json!([user("average amount by region")])).await;
    api.said(json!([
        user("average amount by region"),
        assistant(&first),
        user("How many rows?")
    ]))
    .await;
    let conversations = api.conversations().await;
    assert_eq!(conversations.len(), 1, "{conversations:?}");
    assert_eq!(api.messages(&conversations[0]).await.len(), 4);
    api.said(json!([
        user("Hello?"),
        assistant("Hello yourself."),
        user("How many rows?")
    ]))
    .await;
    let conversations = api.conversations().await;
    assert_eq!(conversations.len(), 2);
    let messages = api.messages(&conversations[0]).await;
    assert_eq!(messages.len(), 4);
    assert_eq!(messages[1]["parts"][0]["text"], "Hello yourself.");
    assert_eq!(
        (&messages[1]["imported"], &messages[3]["imported"]),
        (&json!(true), &json!(false))
    );
}

#[tokio::test]
async fn whoever_hangs_up_stops_the_answer() {
    let mut model = SlowModel::start().await;
    let api = Api::start_with(model.catalog(), |_| {}).await;
    let request = api.client.request(Method::POST, "/v1/chat/completions");
    let body = json!({"messages": [user("Tell me.")], "stream": true});
    let mut response = request.json(&body).send().await.unwrap();
    let speaking = model.asked().await;
    speaking.says("Once upon a time");
    let mut text = String::new();
    while !text.contains("Once upon") {
        text.push_str(std::str::from_utf8(&response.chunk().await.unwrap().unwrap()).unwrap());
    }
    drop(response);
    speaking.gone().await;
    let conversation = api.conversations().await.pop().unwrap();
    eventually("the answer is stopped", async || {
        let answer = api.messages(&conversation).await.pop().unwrap();
        answer["state"] == "stopped" && answer["parts"][0]["text"] == "Once upon a time"
    })
    .await;
}

#[tokio::test]
async fn an_answer_that_fails_is_an_error_that_is_not_tried_again() {
    let refusal = json!({"type": "error", "error": {"type": "authentication_error", "message": "invalid x-api-key"}});
    let model = FakeProvider::start(Provider::Anthropic, [test_models::Answer::error(401, &refusal)]).await;
    let api = Api::start_with(model.catalog(), |_| {}).await;
    let failed = api.chat(json!([user("Tell me.")])).await;
    assert_eq!(failed.header("x-should-retry"), "false");
    let error = expect_error(failed, 503, "server_error");
    assert!(error["message"].as_str().unwrap().contains("Anthropic"), "{error}");
}

#[tokio::test]
async fn what_is_wrong_is_said_in_the_shape_of_openai() {
    let api = Api::start().await;
    let wrong = api.client.with("authorization", "Bearer gbx_wrong");
    let error = expect_error(wrong.get("/v1/models").await, 401, "authentication_error");
    assert_eq!(error["code"], "invalid_api_key");
    let chat = "/v1/chat/completions";
    expect_error(api.client.post(chat, json!({})).await, 400, "invalid_request_error");
    expect_error(api.chat(json!([])).await, 400, "invalid_request_error");
    expect_error(
        api.chat(json!([user("One?"), assistant("1")])).await,
        400,
        "invalid_request_error",
    );
    let picture = json!([{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "x"}}]}]);
    let error = expect_error(api.chat(picture).await, 400, "invalid_request_error");
    assert_eq!(error["param"], "messages[0].content");
    let body = json!({"model": "nobody", "messages": [user("One?")]});
    let error = expect_error(api.client.post(chat, body).await, 400, "invalid_request_error");
    assert!(
        error["param"] == "model" && error["message"].as_str().unwrap().contains("offline"),
        "{error}"
    );
    let body = json!({"messages": [user("One?")], "n": 2});
    expect_error(api.client.post(chat, body).await, 400, "invalid_request_error");
    expect_error(api.client.get("/v1/nothing").await, 404, "invalid_request_error");
    expect_error(
        api.client.get("/v1/files/file-nothing").await,
        404,
        "invalid_request_error",
    );
    expect_error(
        api.client.get("/v1/chat/completions").await,
        405,
        "invalid_request_error",
    );
    let elsewhere = api
        .client
        .request(Method::GET, "/v1/files")
        .header("x-project", uuid::Uuid::now_v7().to_string());
    expect_error(api.client.send(elsewhere).await, 404, "invalid_request_error");
    // Nothing was begun for any of it.
    assert!(api.conversations().await.is_empty());
}

#[tokio::test]
async fn a_stranger_has_no_way_in_and_nobody_else_either() {
    let api = Api::start().await;
    let stranger = api.fixture.app.user("eve@example.com").await;
    let file = api.client.get("/v1/files").await.expect(200)["data"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    for path in [format!("/v1/files/{file}"), format!("/v1/files/{file}/content")] {
        expect_error(stranger.get(&path).await, 404, "invalid_request_error");
    }
    let request = stranger
        .request(Method::GET, "/v1/files")
        .header("x-project", api.project_id());
    expect_error(stranger.send(request).await, 404, "invalid_request_error");
    let script = json!({"script": "1", "files": [{"file_id": file}]});
    expect_error(stranger.post("/v1/run", script).await, 404, "invalid_request_error");
    let document = document();
    let anonymous = api.fixture.app.anonymous();
    for (method, path, operation) in operations(&document) {
        if operation["tags"][0] != "openai" || operation["security"] == json!([{}]) {
            continue;
        }
        let path = path.replace(['{', '}'], "");
        let request = anonymous.request(Method::from_bytes(method.as_bytes()).unwrap(), &path);
        expect_error(anonymous.send(request).await, 401, "authentication_error");
    }
}

#[tokio::test]
async fn files_are_those_of_the_project() {
    let api = Api::start().await;
    let body = form(&[
        ("purpose", None, b"assistants"),
        ("file", Some("cities.csv"), b"city,people\nBonn,3\n"),
    ]);
    let request = api.client.request(Method::POST, "/v1/files");
    let request = request
        .header(
            "content-type",
            "multipart/form-data; boundary=----boundary-of-the-tests",
        )
        .body(body);
    let file = api.client.send(request).await.expect(200);
    assert_eq!(
        (&file["object"], &file["filename"], &file["bytes"]),
        (&json!("file"), &json!("cities.csv"), &json!(19))
    );
    let path = format!("/v1/files/{}", file["id"].as_str().unwrap());
    eventually("the table is known", async || {
        api.client.get(&path).await.expect(200)["status"] == "processed"
    })
    .await;
    let listed = api.client.get("/v1/files?limit=1").await.expect(200);
    assert_eq!(
        (&listed["data"][0]["id"], &listed["has_more"]),
        (&file["id"], &json!(true))
    );
    let next = api
        .client
        .get(&format!("/v1/files?after={}", file["id"].as_str().unwrap()))
        .await
        .expect(200);
    assert_eq!(next["data"][0]["filename"], "sales.csv");
    assert_eq!(
        api.client.get(&format!("{path}/content")).await.text(),
        "city,people\nBonn,3\n"
    );
    assert_eq!(api.client.delete(&path).await.expect(200)["deleted"], true);
    expect_error(api.client.get(&path).await, 404, "invalid_request_error");
}

#[tokio::test]
async fn a_response_is_followed_by_its_id_and_can_be_had_again() {
    let api = Api::start().await;
    let body = json!({"model": "offline", "input": [{"role": "user", "content": [{"type": "input_text", "text": "average amount by region"}]}]});
    let first = api.client.post("/v1/responses", body).await.expect(200);
    assert_eq!(
        (&first["object"], &first["status"]),
        (&json!("response"), &json!("completed"))
    );
    let text = first["output"][0]["content"][0]["text"].as_str().unwrap();
    assert!(text.contains("!["), "{text}");
    let body = json!({"input": "How many rows?", "previous_response_id": first["id"], "stream": true});
    let streamed = api.client.post("/v1/responses", body).await.text();
    let events = events(&streamed);
    let kinds: Vec<&str> = events.iter().map(|event| event["type"].as_str().unwrap()).collect();
    assert_eq!(&kinds[..2], ["response.created", "response.in_progress"]);
    assert_eq!(*kinds.last().unwrap(), "response.completed");
    let numbers: Vec<u64> = events
        .iter()
        .map(|event| event["sequence_number"].as_u64().unwrap())
        .collect();
    assert_eq!(numbers, (0..events.len() as u64).collect::<Vec<_>>());
    let conversations = api.conversations().await;
    assert_eq!(conversations.len(), 1);
    assert_eq!(api.messages(&conversations[0]).await.len(), 4);
    let last = &events.last().unwrap()["response"];
    let again = api
        .client
        .get(&format!("/v1/responses/{}", last["id"].as_str().unwrap()))
        .await
        .expect(200);
    assert_eq!(again["output"][0]["id"], last["output"][0]["id"]);
    assert_eq!(again["status"], "completed");
    let body = json!({"input": "One?", "previous_response_id": "resp_nothing"});
    expect_error(
        api.client.post("/v1/responses", body).await,
        404,
        "invalid_request_error",
    );
}

#[tokio::test]
async fn a_response_in_the_background_can_be_cancelled() {
    let mut model = SlowModel::start().await;
    let api = Api::start_with(model.catalog(), |_| {}).await;
    let body = json!({"input": "Tell me.", "background": true});
    let queued = api.client.post("/v1/responses", body).await.expect(200);
    assert_eq!(queued["status"], "queued");
    let speaking = model.asked().await;
    speaking.says("Once");
    let path = format!("/v1/responses/{}", queued["id"].as_str().unwrap());
    let cancelled = api.client.post(&format!("{path}/cancel"), json!({})).await.expect(200);
    assert_eq!(cancelled["status"], "cancelled");
    speaking.gone().await;
}

#[tokio::test]
async fn the_oldest_project_is_meant_where_none_is_named_and_the_first_one_is_made() {
    let app = TestApp::start().await;
    let ada = app.user("ada@example.com").await;
    assert_eq!(ada.get("/v1/files").await.expect(200)["data"], json!([]));
    let projects = ada
        .get(&format!("/api/v1/orgs/{}/projects", ada.org()))
        .await
        .expect(200);
    assert_eq!(projects["items"].as_array().unwrap().len(), 1, "{projects}");
    project(&ada, &format!("/api/v1/orgs/{}", ada.org()), "Second").await;
    let body = form(&[("file", Some("a.csv"), b"a\n1\n")]);
    let request = ada.request(Method::POST, "/v1/files");
    let request = request
        .header(
            "content-type",
            "multipart/form-data; boundary=----boundary-of-the-tests",
        )
        .body(body);
    ada.send(request).await.expect(200);
    let first = projects["items"][0]["id"].as_str().unwrap();
    let files = ada.get(&format!("/api/v1/projects/{first}/files")).await.expect(200);
    assert_eq!(files["items"][0]["name"], "a.csv");
}

#[tokio::test]
async fn the_real_openai_client_asks_uploads_and_follows() {
    let Some(python) = env::var_os("GLOVEBOX_PEER_PYTHON") else {
        skip("the openai package is not tried: GLOVEBOX_PEER_PYTHON is not set; ./dev test sets it");
        return;
    };
    let api = Api::start().await;
    let mut client = Command::new(python);
    client.arg(workspace().join("host/tests/clients/openai_client.py"));
    let read = api.read_by(client).await;
    assert_eq!(read["models"], json!(["glovebox", "offline"]));
    assert_eq!(read["file"], json!(["cities.csv", 29, "user_data"]));
    assert_eq!(read["files"], json!(["cities.csv", "sales.csv"]));
    assert_eq!(read["content"], "city,people\nBonn,3\nCologne,9\n");
    let text = |name: &str| read[name].as_str().unwrap_or_else(|| panic!("{name}: {read}"));
    for name in ["answer", "response"] {
        assert!(
            text(name).contains("![") && text(name).contains("/v1/links/"),
            "{name}: {read}"
        );
    }
    for name in ["streamed", "response_streamed", "completed"] {
        assert!(!text(name).is_empty(), "{name}: {read}");
    }
    assert_eq!(read["response_streamed"], read["completed"]);
    assert!(text("about_file").contains('2'), "{read}");
    assert_eq!(
        (&read["status"], &read["retrieved"]),
        (&json!("completed"), &json!("completed"))
    );
    assert_eq!(read["deleted"], true);
    assert_eq!(
        read["unknown_model"],
        json!(["BadRequestError", 400, "invalid_request_error", "unknown"])
    );
    assert_eq!(
        read["gone_file"],
        json!(["NotFoundError", 404, "invalid_request_error", "not_found"])
    );
    assert_eq!(
        read["wrong_key"],
        json!(["AuthenticationError", 401, "authentication_error", "invalid_api_key"])
    );
}
