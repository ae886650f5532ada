//! Turns as the `ai` package from npm reads them, by `host/tests/ai/read.mjs`: every chunk is one that it knows, and what
//! it makes of them is the message that is kept.

use std::{env, fs, path::PathBuf, process::Stdio};

use glovebox::{
    jobs,
    llm::{Catalog, Provider},
    turns::lease,
};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    process::{Child, ChildStderr, Command},
};

use crate::{
    command::{skip, workspace},
    test_models::{Answer, End, FakeProvider},
    test_replies::{Reply, runs, says},
    test_turns::{Reader, SlowModel},
    turns::{Chat, abandon, parts, text},
};

/// The package, and what it is asked to read with.
struct Client {
    chat: Chat,
    folder: TempDir,
}

impl Client {
    /// None, and said aloud, where the package is not there; a named folder without it is a mistake.
    async fn start(models: Catalog, provider: Option<FakeProvider>) -> Option<Self> {
        let Some(installed) = env::var_os("GLOVEBOX_PEER_AI").map(PathBuf::from) else {
            skip("no stream is read by the AI SDK: GLOVEBOX_PEER_AI is not set; ./dev test sets it");
            return None;
        };
        let packages = installed.join("node_modules");
        assert!(
            packages.join("ai").is_dir(),
            "GLOVEBOX_PEER_AI has no package: {}",
            packages.display()
        );
        // Node looks for packages beside the script.
        let folder = tempfile::tempdir().unwrap();
        let script = workspace().join("host/tests/ai/read.mjs");
        fs::copy(script, folder.path().join("read.mjs")).unwrap();
        std::os::unix::fs::symlink(packages, folder.path().join("node_modules")).unwrap();
        let mut chat = Box::pin(Chat::start(models, provider, |_| {})).await;
        chat.fixture.ada = chat.fixture.app.api_key(&chat.fixture.ada).await;
        Some(Self { chat, folder })
    }

    /// With a model that gives these answers in turn.
    async fn answering(answers: impl IntoIterator<Item = Answer>) -> Option<Self> {
        let provider = FakeProvider::start(Provider::Anthropic, answers).await;
        Self::start(provider.catalog(), Some(provider)).await
    }

    async fn with(replies: impl IntoIterator<Item = Reply>) -> Option<Self> {
        Self::answering(replies.into_iter().map(|reply| reply.answer(Provider::Anthropic))).await
    }

    /// What the package makes of the stream of `answer`, where the client hangs up after so many events and comes back.
    async fn read(&self, answer: &str, hang_up_after: &[u32]) -> Value {
        self.reading(answer, hang_up_after).await.end().await
    }

    /// Has the package follow `answer`, and returns when it does.
    async fn reading(&self, answer: &str, hang_up_after: &[u32]) -> Reading {
        let ada = &self.chat.fixture.ada;
        let (name, value) = ada.authority.as_ref().unwrap();
        let request = json!({
            "url": ada.url,
            "headers": { (name.as_str()): value },
            "streams": [{ "path": format!("{answer}/stream"), "hang_up_after": hang_up_after }],
        });
        let mut node = Command::new("node")
            .arg("read.mjs")
            .current_dir(self.folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("node is there, since its packages are");
        let mut stdin = node.stdin.take().unwrap();
        stdin.write_all(request.to_string().as_bytes()).await.unwrap();
        drop(stdin);
        let mut stderr = BufReader::new(node.stderr.take().unwrap());
        let mut said = String::new();
        stderr.read_line(&mut said).await.unwrap();
        if said != "following\n" {
            stderr.read_to_string(&mut said).await.unwrap();
            panic!("{said}");
        }
        Reading { node, stderr }
    }

    /// Asks, works on the answer to its end, and answers what was kept and what the package read of it meanwhile.
    async fn answered(&self, question: &str) -> (Value, Value) {
        let answer = self.chat.ask(question).await;
        let reading = self.reading(&answer, &[]).await;
        let (read, ()) = tokio::join!(reading.end(), self.chat.fixture.app.settle());
        (self.chat.get(&answer).await, read)
    }
}

/// The package while it follows an answer.
struct Reading {
    node: Child,
    stderr: BufReader<ChildStderr>,
}

impl Reading {
    /// What it has read when the stream is over.
    async fn end(mut self) -> Value {
        let mut said = String::new();
        let (ended, _) = tokio::join!(self.node.wait_with_output(), self.stderr.read_to_string(&mut said));
        let ended = ended.unwrap();
        assert!(ended.status.success(), "{said}");
        let read: Value = serde_json::from_slice(&ended.stdout).unwrap();
        read[0].clone()
    }
}

/// The parts of the package's message.
fn ui_parts<'a>(read: &'a Value, kind: &str) -> Vec<&'a Value> {
    parts(&read["message"], kind)
}

fn states(read: &Value) -> Vec<&Value> {
    read["states"].as_object().unwrap().values().collect()
}

/// What has to hold for every message, however its turn ended.
fn is_the_message(read: &Value, kept: &Value) {
    let message = &read["message"];
    assert_eq!((&message["id"], &message["role"]), (&kept["id"], &json!("assistant")));
    assert_eq!(text(message), text(kept), "{message}\n{kept}");
    let scripts = |message: &Value, kind: &str, of: &str| -> Vec<Value> {
        let scripts = parts(message, kind);
        scripts.iter().filter_map(|part| part.pointer(of).cloned()).collect()
    };
    let run = "tool-run_script";
    assert_eq!(
        scripts(message, run, "/input/script"),
        scripts(kept, "script", "/script")
    );
    // What scripts make is there as it is kept, each chart and file also as a file.
    for kind in ["table", "chart", "file", "receipt", "error"] {
        let told = ui_parts(read, &format!("data-{kind}"));
        let told: Vec<Value> = told.into_iter().map(|part| as_in_javascript(&part["data"])).collect();
        let parts: Vec<Value> = parts(kept, kind).into_iter().map(as_in_javascript).collect();
        assert_eq!(told, parts, "{kind}");
    }
    let files = parts(kept, "chart").len() + parts(kept, "file").len();
    assert_eq!(ui_parts(read, "file").len(), files);
    let printed: String = read["transient"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|part| part["type"] == "data-output")
        .map(|part| part["data"]["text"].as_str().unwrap())
        .collect();
    let outputs: String = parts(kept, "output")
        .iter()
        .map(|part| part["text"].as_str().unwrap())
        .collect();
    assert_eq!(printed, outputs);
    // Nothing waits for what does not come.
    assert!(
        ui_parts(read, "text").iter().all(|part| part["state"] == "done"),
        "{read}"
    );
    for call in ui_parts(read, run) {
        let state = call["state"].as_str().unwrap();
        assert!(state.starts_with("output-"), "{call}");
    }
}

/// JavaScript knows no other numbers than these. One that is too large for them is not mended by that.
fn as_in_javascript(value: &Value) -> Value {
    match value {
        Value::Number(number) if number.as_u64().is_none_or(|number| number < 1 << 53) => json!(number.as_f64()),
        Value::Array(values) => values.iter().map(as_in_javascript).collect(),
        Value::Object(members) => {
            let members = members
                .iter()
                .map(|(name, value)| (name.clone(), as_in_javascript(value)));
            Value::Object(members.collect())
        }
        other => other.clone(),
    }
}

#[tokio::test]
async fn an_answer_with_a_chart_is_read_by_the_ai_sdk() {
    let Some(client) = Client::start(Catalog::default(), None).await else {
        return;
    };
    let (kept, read) = client.answered("average amount by region").await;
    is_the_message(&read, &kept);
    assert_eq!(read["errors"], json!([]));
    assert_eq!(
        states(&read),
        [&json!(["input-streaming", "input-available", "output-available"])]
    );
    let files = ui_parts(&read, "file");
    let chart = &parts(&kept, "chart")[0]["file_id"];
    assert_eq!(files[0]["mediaType"], "image/png");
    assert_eq!(
        files[0]["url"],
        format!("/api/v1/generated-files/{}/content", chart.as_str().unwrap())
    );
    assert_eq!(ui_parts(&read, "step-start").len(), 2);
    assert_eq!(read["message"]["metadata"]["state"], "done");
    // It waited for its turn, as a transient part says.
    let waited = |part: &Value| part["type"] == "data-queue" && part["data"]["before"] == 0;
    assert!(read["transient"].as_array().unwrap().iter().any(waited), "{read}");

    // A client that comes back twice reads the same.
    let answer = format!("/api/v1/messages/{}", kept["id"].as_str().unwrap());
    let again = client.read(&answer, &[4, 3]).await;
    is_the_message(&again, &kept);
    assert_eq!(again["message"], read["message"]);
}

#[tokio::test]
async fn a_repair_is_a_new_step_to_the_ai_sdk() {
    let replies = [
        runs(
            "Let me \u{1f50d}.",
            "import polars as pl\npl.read_csv('sales.csv')['amounts'].sum()",
        ),
        runs(
            "",
            "import polars as pl\nprint('\"' + str(pl.read_csv('sales.csv')['amount'].sum()) + '\\\\')",
        ),
        says("They sold 52 in all."),
    ];
    let Some(client) = Client::with(replies).await else {
        return;
    };
    let (kept, read) = client.answered("How much?").await;
    is_the_message(&read, &kept);
    assert_eq!(ui_parts(&read, "step-start").len(), 3);
    let run = ui_parts(&read, "tool-run_script");
    assert_eq!(
        (&run[0]["state"], &run[1]["state"]),
        (&json!("output-error"), &json!("output-available"))
    );
    assert!(run[0]["errorText"].as_str().unwrap().contains("amounts"), "{}", run[0]);
    assert_eq!(run[1]["output"]["outcome"], "done");
    assert_eq!(read["message"]["metadata"]["repairs"], 1);
}

#[tokio::test]
async fn a_stopped_answer_is_aborted_to_the_ai_sdk() {
    let script = "open('/out/made.csv', 'w').write('a\\n1\\n')\nprint('begun', flush=True)\nwhile True:\n    pass";
    let Some(client) = Client::with([runs("I loop.", script)]).await else {
        return;
    };
    let answer = client.chat.ask("Loop.").await;
    let stopping = async {
        client.chat.until(&answer, "data-output").await;
        client.chat.stop(&answer).await
    };
    let (read, kept, ()) = tokio::join!(client.read(&answer, &[2]), stopping, client.chat.fixture.app.settle());
    is_the_message(&read, &kept);
    assert_eq!((&kept["state"], &read["aborted"]), (&json!("stopped"), &json!(true)));
    assert_eq!(read["kinds"].as_array().unwrap().last().unwrap(), "abort");
    assert_eq!(ui_parts(&read, "tool-run_script")[0]["errorText"], "Stopped.");
}

#[tokio::test]
async fn a_stop_while_a_script_is_written_leaves_nothing_open_to_the_ai_sdk() {
    let hanging = runs("I write.", "print(1)\nprint(2)")
        .begun(Provider::Anthropic)
        .end(End::Silence);
    let Some(client) = Client::answering([hanging]).await else {
        return;
    };
    let answer = client.chat.ask("Write.").await;
    let stopping = async {
        client.chat.until(&answer, "tool-input-delta").await;
        client.chat.stop(&answer).await
    };
    let (read, kept, ()) = tokio::join!(client.read(&answer, &[]), stopping, client.chat.fixture.app.settle());
    is_the_message(&read, &kept);
    assert_eq!(read["aborted"], true);
    assert_eq!(ui_parts(&read, "tool-run_script")[0]["errorText"], "It was not run.");
}

#[tokio::test]
async fn an_answer_that_fails_is_an_error_to_the_ai_sdk() {
    let refusal = json!({"type": "error", "error": {"type": "authentication_error", "message": "invalid x-api-key"}});
    let Some(client) = Client::answering([Answer::error(401, &refusal)]).await else {
        return;
    };
    let (kept, read) = client.answered("How much?").await;
    is_the_message(&read, &kept);
    assert_eq!(kept["state"], "failed");
    assert_eq!(read["errors"], json!([parts(&kept, "error")[0]["message"]]));
    assert_eq!(read["message"]["metadata"]["state"], "failed");
}

#[tokio::test]
async fn several_calls_of_one_reply_and_calls_that_are_none_are_read_by_the_ai_sdk() {
    let two = runs("Both.", "print('one')").call("run_script", &json!({"script": "print('two')"}).to_string());
    let odd = says("").call("browse", "{}").call("run_script", "{\"script\": 7}");
    let Some(client) = Client::with([two, odd, says("That was all.")]).await else {
        return;
    };
    let (kept, read) = client.answered("How much?").await;
    is_the_message(&read, &kept);
    assert_eq!(read["errors"], json!([]));
    let calls = ui_parts(&read, "tool-run_script");
    let ended: Vec<_> = calls.iter().map(|call| call["state"].as_str().unwrap()).collect();
    assert_eq!(
        ended,
        ["output-available", "output-available", "output-error", "output-error"]
    );
    let errors: Vec<_> = calls.iter().filter_map(|call| call["errorText"].as_str()).collect();
    assert!(
        errors.iter().any(|error| error.contains("no tool of that name")),
        "{errors:?}"
    );
}

#[tokio::test]
async fn an_answer_whose_server_died_leaves_nothing_open_to_the_ai_sdk() {
    let mut model = SlowModel::start().await;
    let Some(client) = Client::start(model.catalog(), None).await else {
        return;
    };
    let app = client.chat.fixture.app.app.clone();
    let working = tokio::spawn(jobs::work(app.clone(), std::future::pending()));
    let answer = client.chat.ask("How much?").await;
    let speaking = model.asked().await;
    speaking.says("Let me see.");
    speaking.ends(Some("print('begun', flush=True)\nwhile True:\n    pass"));
    let mut reader = Reader::open(&client.chat.fixture.ada, &answer, 0).await;
    reader.until("data-output").await;
    // As another server finds it whose owner did not renew its lease.
    abandon(&app.db).await;
    let mut tx = app.db.begin().await.unwrap();
    assert_eq!(lease::end_abandoned(&mut tx, app.clock.now()).await.unwrap(), 1);
    tx.commit().await.unwrap();
    let read = client.read(&answer, &[3]).await;
    let kept = client.chat.get(&answer).await;
    is_the_message(&read, &kept);
    assert_eq!(kept["state"], "interrupted");
    assert_eq!(read["errors"], json!([parts(&kept, "error")[0]["message"]]));
    assert_eq!(
        ui_parts(&read, "tool-run_script")[0]["errorText"],
        "It was interrupted."
    );
    working.abort();
}
