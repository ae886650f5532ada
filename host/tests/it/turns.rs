//! Turns over HTTP: asking, following, coming back, stopping, waiting, and servers that die.

use std::time::Duration;

use chrono::TimeDelta;
use glovebox::{
    config::ServerConfig,
    ids::MessageId,
    jobs,
    llm::{Catalog, Provider},
    queue::{self, Job},
    turns::{chunks::Chunk, lease},
};
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::postgres::PgListener;

use crate::{
    files::Fixture,
    projects::project,
    test_app::{Answer, PASSWORD, TestApp},
    test_models::{self, End, FakeProvider},
    test_replies::{Reply, runs, says},
};

pub const SALES: &str = "region,month,amount\nNorth,1,10\nNorth,2,30\nSouth,1,5\nSouth,2,7\n";

/// A conversation about a table, and the provider whose model answers, if one does.
pub struct Chat {
    pub fixture: Fixture,
    pub conversation: String,
    pub provider: Option<FakeProvider>,
}

impl Chat {
    /// The rules answer.
    pub async fn offline() -> Self {
        Self::start(Catalog::default(), None, |_| {}).await
    }

    /// A model answers, and gives these replies in turn.
    pub async fn with(replies: impl IntoIterator<Item = Reply>) -> Self {
        let answers = replies.into_iter().map(|reply| reply.answer(Provider::Anthropic));
        Self::answering(answers).await
    }

    /// The same, where so many calls in a row may fail.
    pub async fn start_with_repairs(replies: impl IntoIterator<Item = Reply>, repairs: u32) -> Self {
        let answers = replies.into_iter().map(|reply| reply.answer(Provider::Anthropic));
        let provider = FakeProvider::start(Provider::Anthropic, answers).await;
        Self::start(provider.catalog(), Some(provider), |config| {
            config.limits.turn_repairs = repairs;
        })
        .await
    }

    pub async fn answering(answers: impl IntoIterator<Item = test_models::Answer>) -> Self {
        let provider = FakeProvider::start(Provider::Anthropic, answers).await;
        Self::start(provider.catalog(), Some(provider), |_| {}).await
    }

    pub async fn start(
        models: Catalog,
        provider: Option<FakeProvider>,
        change: impl FnOnce(&mut ServerConfig),
    ) -> Self {
        let app = TestApp::start_with_models(models, change).await;
        let ada = app.user("ada@example.com").await;
        let project = project(&ada, &format!("/api/v1/orgs/{}", ada.org()), "Sales").await;
        let fixture = Fixture { app, ada, project };
        fixture.examined("sales.csv", SALES).await;
        let conversation = Self::conversation(&fixture).await;
        Self {
            fixture,
            conversation,
            provider,
        }
    }

    pub async fn conversation(fixture: &Fixture) -> String {
        let path = format!("{}/conversations", fixture.project);
        let made = fixture.ada.post(&path, json!({})).await.expect(201);
        format!("/api/v1/conversations/{}", made["id"].as_str().unwrap())
    }

    /// Asks, and answers the path of the answer.
    pub async fn ask(&self, text: &str) -> String {
        self.ask_in(&self.conversation, json!({ "text": text })).await
    }

    pub async fn ask_in(&self, conversation: &str, body: Value) -> String {
        let asked = self.send(conversation, body).await.expect(201);
        format!("/api/v1/messages/{}", asked["answer"]["id"].as_str().unwrap())
    }

    pub async fn send(&self, conversation: &str, body: Value) -> Answer {
        self.fixture.ada.post(&format!("{conversation}/messages"), body).await
    }

    /// Asks, and works on the answer to its end.
    pub async fn answered(&self, text: &str) -> Value {
        let answer = self.ask(text).await;
        self.fixture.app.settle().await;
        self.get(&answer).await
    }

    pub async fn get(&self, path: &str) -> Value {
        self.fixture.ada.get(path).await.expect(200)
    }

    /// The whole stream of an answer that is over.
    pub async fn stream(&self, answer: &str) -> Vec<Value> {
        let stream = self.fixture.ada.get(&format!("{answer}/stream")).await;
        assert_eq!(stream.header("x-vercel-ai-ui-message-stream"), "v1");
        assert_eq!(stream.header("content-type"), "text/event-stream");
        let text = stream.text();
        assert!(text.ends_with("data: [DONE]\n\n"), "{text}");
        chunks(&text)
    }

    /// Works on what is due while `meanwhile` goes on.
    pub async fn working<T>(&self, meanwhile: impl Future<Output = T>) -> T {
        let (result, ()) = tokio::join!(meanwhile, self.fixture.app.settle());
        result
    }

    /// Follows an answer until a chunk of this kind has come, and leaves.
    pub async fn until(&self, answer: &str, kind: &str) -> Vec<Value> {
        let request = self.fixture.ada.request(Method::GET, &format!("{answer}/stream"));
        let mut stream = request.send().await.unwrap();
        let mut text = String::new();
        while let Some(piece) = stream.chunk().await.unwrap() {
            text.push_str(std::str::from_utf8(&piece).unwrap());
            let come = chunks(&text);
            if come.iter().any(|chunk| chunk["type"] == kind) {
                return come;
            }
        }
        panic!("no {kind} came: {text}");
    }

    pub async fn stop(&self, answer: &str) -> Value {
        self.fixture
            .ada
            .post(&format!("{answer}/stop"), json!({}))
            .await
            .expect(200)
    }
}

/// The chunks of the whole events in `text`.
pub fn chunks(text: &str) -> Vec<Value> {
    let events = text.rsplit_once("\n\n").map_or("", |(whole, _)| whole).split("\n\n");
    let data = events.filter_map(|event| event.lines().find_map(|line| line.strip_prefix("data: ")));
    data.filter(|data| *data != "[DONE]")
        .map(|data| serde_json::from_str(data).unwrap())
        .collect()
}

pub fn kinds(chunks: &[Value]) -> Vec<&str> {
    chunks.iter().map(|chunk| chunk["type"].as_str().unwrap()).collect()
}

pub fn parts<'a>(message: &'a Value, kind: &str) -> Vec<&'a Value> {
    let parts = message["parts"].as_array().unwrap();
    parts.iter().filter(|part| part["type"] == kind).collect()
}

pub fn text(message: &Value) -> String {
    let texts = parts(message, "text");
    texts.iter().map(|part| part["text"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_script_of_ones_own_is_run_as_it_is() {
    let chat = Chat::with([]).await;
    let body =
        json!({"text": "Twice as much", "script": "t = pl.read_csv('sales.csv')\nprint(t['amount'].sum() * 2)\n"});
    let script = format!("import polars as pl\n{}", body["script"].as_str().unwrap());
    let body = json!({"text": body["text"], "script": script});
    let answer = chat.ask_in(&chat.conversation, body).await;
    chat.fixture.app.settle().await;
    let answer = chat.get(&answer).await;
    assert_eq!(answer["state"], "done", "{answer}");
    assert_eq!(parts(&answer, "script")[0]["script"], script.as_str());
    assert_eq!(parts(&answer, "output")[0]["text"], "104\n");
    assert_eq!(text(&answer), "");
    let question = chat
        .get(&format!("/api/v1/messages/{}", answer["parent_id"].as_str().unwrap()))
        .await;
    assert_eq!(parts(&question, "script")[0]["script"], script.as_str());

    // One that fails is not mended by anybody.
    let body = json!({"text": "Wrong", "script": "1 / 0"});
    let answer = chat.ask_in(&chat.conversation, body).await;
    chat.fixture.app.settle().await;
    let answer = chat.get(&answer).await;
    assert_eq!(answer["state"], "done", "{answer}");
    assert_eq!(parts(&answer, "error")[0]["code"], "ZeroDivisionError");

    let most = chat.fixture.app.app.config.limits.script_max_bytes as usize;
    for (script, code) in [(" ".to_owned(), "required"), ("#".repeat(most + 1), "too_long")] {
        let refused = chat
            .send(&chat.conversation, json!({"text": "Run", "script": script}))
            .await;
        let problem = refused.expect_problem(422, "invalid");
        assert_eq!(problem["errors"][0]["code"], code, "{problem}");
    }
}

#[tokio::test]
async fn a_question_is_answered_without_a_model_with_a_chart_that_can_be_downloaded() {
    let chat = Chat::offline().await;
    let answer = chat.answered("average amount by region").await;
    assert_eq!(answer["state"], "done", "{answer}");
    assert!(text(&answer).contains("20"), "{answer}");
    assert_eq!(parts(&answer, "script").len(), 1);
    assert_eq!(parts(&answer, "receipt").len(), 1);
    let picture = parts(&answer, "chart")[0]["file_id"].as_str().unwrap();
    let content = chat
        .fixture
        .ada
        .get(&format!("/api/v1/generated-files/{picture}/content"))
        .await;
    assert_eq!(content.status, 200);
    assert!(content.bytes.starts_with(b"\x89PNG"));

    let path = format!("/api/v1/messages/{}", answer["id"].as_str().unwrap());
    let stream = chat.stream(&path).await;
    let kinds = kinds(&stream);
    assert_eq!((kinds[0], *kinds.last().unwrap()), ("start", "finish"), "{kinds:?}");
    for kind in [
        "tool-input-start",
        "tool-input-available",
        "tool-output-available",
        "data-chart",
        "file",
    ] {
        assert!(kinds.contains(&kind), "{kind} is not among {kinds:?}");
    }
    let written: String = stream
        .iter()
        .filter(|chunk| chunk["type"] == "tool-input-delta")
        .map(|chunk| chunk["inputTextDelta"].as_str().unwrap())
        .collect();
    let available = stream
        .iter()
        .find(|chunk| chunk["type"] == "tool-input-available")
        .unwrap();
    assert_eq!(serde_json::from_str::<Value>(&written).unwrap(), available["input"]);
}

#[tokio::test]
async fn a_script_that_fails_is_repaired_in_a_new_step() {
    let chat = Chat::with([
        runs(
            "Let me see.",
            "import polars as pl\npl.read_csv('sales.csv')['amounts'].sum()",
        ),
        runs(
            "",
            "import polars as pl\nprint(pl.read_csv('sales.csv')['amount'].sum())",
        ),
        says("They sold 52 in all."),
    ])
    .await;
    let answer = chat.answered("How much in all?").await;
    assert_eq!(answer["state"], "done", "{answer}");
    assert!(text(&answer).ends_with("They sold 52 in all."), "{answer}");
    let faults = parts(&answer, "error");
    assert_eq!((faults.len(), &faults[0]["line"]), (1, &json!(2)), "{answer}");
    assert_eq!(parts(&answer, "output")[0]["text"], "52\n");
    let path = format!("/api/v1/messages/{}", answer["id"].as_str().unwrap());
    let stream = chat.stream(&path).await;
    let kinds = kinds(&stream);
    assert_eq!(
        kinds.iter().filter(|kind| **kind == "start-step").count(),
        3,
        "{kinds:?}"
    );
    assert!(kinds.contains(&"tool-output-error") && kinds.contains(&"tool-output-available"));
    assert_eq!(stream.last().unwrap()["messageMetadata"]["repairs"], 1);
}

#[tokio::test]
async fn a_later_question_knows_the_earlier_ones_and_the_files_that_were_made() {
    let mut chat = Chat::with([
        runs(
            "",
            "import polars as pl\npl.read_csv('sales.csv').head(1).write_csv('first.csv')",
        ),
        says("It is written."),
        runs("", "import polars as pl\nprint(pl.read_csv('first.csv').height)"),
        says("It has one row."),
    ])
    .await;
    chat.answered("Write the first row to a file.").await;
    let answer = chat.answered("How many rows has that file?").await;
    assert_eq!(parts(&answer, "output")[0]["text"], "1\n", "{answer}");
    let mut seen = String::new();
    while let Some(request) = chat.provider.as_mut().unwrap().seen() {
        seen = request.body.to_string();
    }
    assert!(seen.contains("Write the first row to a file."), "{seen}");
    let files = chat.get(&format!("{}/files", chat.conversation)).await;
    assert_eq!(files["items"][0]["name"], "first.csv");
}

#[tokio::test]
async fn a_reader_comes_back_and_goes_on_where_they_were() {
    let chat = Chat::offline().await;
    let answer = chat.ask("how many rows?").await;
    chat.fixture.app.settle().await;
    let all = chat.stream(&answer).await;
    let rest = chunks(&chat.fixture.ada.get(&format!("{answer}/stream?after=3")).await.text());
    assert_eq!(rest[..], all[3..]);
    let request = chat.fixture.ada.request(Method::GET, &format!("{answer}/stream"));
    let rest = chat
        .fixture
        .ada
        .send(request.header("last-event-id", all.len() - 1))
        .await;
    assert_eq!(chunks(&rest.text())[..], all[all.len() - 1..]);
    for wrong in ["-1", "many"] {
        let stream = chat.fixture.ada.get(&format!("{answer}/stream?after={wrong}")).await;
        stream.expect_problem(422, "invalid");
    }
    // Later, only the message is left.
    let app = &chat.fixture.app.app;
    app.clock.skip(TimeDelta::minutes(61));
    queue::add(&mut app.db.acquire().await.unwrap(), &Job::CleanUp)
        .await
        .unwrap();
    chat.fixture.app.settle().await;
    let body = json!({"email": "ada@example.com", "password": PASSWORD});
    let token = chat
        .fixture
        .app
        .anonymous()
        .post("/api/v1/tokens", body)
        .await
        .expect(200);
    let bearer = format!("Bearer {}", token["access_token"].as_str().unwrap());
    let ada = chat.fixture.app.anonymous().with("authorization", bearer);
    assert_eq!(ada.get(&format!("{answer}/stream")).await.status, 204);
    assert_eq!(ada.get(&answer).await.expect(200)["state"], "done");
}

#[tokio::test]
async fn a_turn_that_waits_is_stopped_at_once() {
    let chat = Chat::offline().await;
    let answer = chat.ask("how many rows?").await;
    let waiting = chat.until(&answer, "data-queue").await;
    assert_eq!(waiting[0]["data"]["before"], 0);
    assert_eq!(chat.stop(&answer).await["state"], "stopped");
    assert_eq!(kinds(&chat.stream(&answer).await), ["start", "abort"]);
    let next = chat.answered("how many rows?").await;
    assert_eq!(next["state"], "done", "{next}");
}

#[tokio::test]
async fn a_stop_while_the_model_speaks_keeps_what_it_said() {
    let hanging = says("The answer to that is long.")
        .begun(Provider::Anthropic)
        .end(End::Silence);
    let chat = Chat::answering([hanging, says("Here it is.").answer(Provider::Anthropic)]).await;
    let answer = chat.ask("Go on and on.").await;
    let stopped = chat.working(async {
        chat.until(&answer, "text-delta").await;
        chat.stop(&answer).await
    });
    let stopped = stopped.await;
    assert_eq!(stopped["state"], "stopped", "{stopped}");
    assert!(text(&stopped).starts_with("The answer"), "{stopped}");
    assert_eq!(chat.stream(&answer).await.last().unwrap()["type"], "abort");
    // As if nothing had happened.
    let next = chat.answered("And now?").await;
    assert_eq!((&next["state"], text(&next).as_str()), (&json!("done"), "Here it is."));
}

#[tokio::test]
async fn a_stop_while_a_script_runs_keeps_what_it_printed_and_wrote() {
    let script = "open('/out/made.csv', 'w').write('a\\n1\\n')\nprint('begun', flush=True)\nwhile True:\n    pass";
    let chat = Chat::with([runs("", script)]).await;
    let answer = chat.ask("Loop.").await;
    let stopped = chat.working(async {
        chat.until(&answer, "data-output").await;
        chat.stop(&answer).await
    });
    let stopped = stopped.await;
    assert_eq!(stopped["state"], "stopped", "{stopped}");
    assert_eq!(parts(&stopped, "output")[0]["text"], "begun\n");
    assert_eq!(parts(&stopped, "receipt")[0]["outcome"], "stopped");
    assert_eq!(parts(&stopped, "file")[0]["name"], "made.csv");
}

#[tokio::test]
async fn a_turn_is_stopped_at_once_when_its_conversation_is_deleted() {
    let hanging = says("The answer to that is long.")
        .begun(Provider::Anthropic)
        .end(End::Silence);
    let chat = Chat::answering([hanging]).await;
    let mut heard = PgListener::connect_with(&chat.fixture.app.app.db).await.unwrap();
    heard.listen("glovebox_answers").await.unwrap();
    let answer = chat.ask("Go on and on.").await;
    let deleted = chat.working(async {
        chat.until(&answer, "text-delta").await;
        chat.fixture.ada.delete(&chat.conversation).await
    });
    deleted.await.expect(204);
    let stop = answer.replace("/api/v1/messages/", "stop ");
    let told = async { while heard.recv().await.unwrap().payload() != stop {} };
    let told = tokio::time::timeout(Duration::from_mins(1), told);
    told.await.expect("its server is told to stop it");
    chat.provider.unwrap().client_gone().await;
}

#[tokio::test]
async fn turns_of_one_conversation_come_one_after_the_other() {
    let chat = Chat::offline().await;
    let first = chat.ask("how many rows?").await;
    let second = chat.ask("total amount").await;
    let db = &chat.fixture.app.app.db;
    let limits = chat.fixture.app.app.config.limits.clone();
    let take = async || {
        let mut tx = db.begin().await.unwrap();
        let taken = lease::take(&mut tx, chat.fixture.app.app.clock.now(), &limits)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        taken
    };
    let lease = take().await.unwrap();
    assert!(first.ends_with(&lease.answer_id.to_string()));
    assert!(take().await.is_none(), "the second was taken while the first goes on");
    chat.fixture.app.settle().await;
    assert_eq!(chat.get(&second).await["state"], "queued");
    abandon(db).await;
    assert_eq!(jobs::end_abandoned(&chat.fixture.app.app).await.unwrap(), 1);
    chat.fixture.app.settle().await;
    assert_eq!(chat.get(&second).await["state"], "done");
}

#[tokio::test]
async fn an_organisation_has_so_many_turns_under_way_and_so_many_that_wait() {
    let chat = Chat::start(Catalog::default(), None, |config| {
        config.limits.turns_per_org = 1;
        config.limits.turns_waiting_per_org = 2;
    })
    .await;
    let other = Chat::conversation(&chat.fixture).await;
    chat.ask("how many rows?").await;
    chat.ask_in(&other, json!({"text": "how many rows?"})).await;
    let refused = chat.send(&other, json!({"text": "total amount"})).await;
    refused.expect_problem(429, "turns_waiting");
    let (db, app) = (&chat.fixture.app.app.db, &chat.fixture.app.app);
    let mut tx = db.begin().await.unwrap();
    assert!(
        lease::take(&mut tx, app.clock.now(), &app.config.limits)
            .await
            .unwrap()
            .is_some()
    );
    assert!(
        lease::take(&mut tx, app.clock.now(), &app.config.limits)
            .await
            .unwrap()
            .is_none()
    );
}

#[tokio::test]
async fn who_has_used_the_days_fuel_waits_for_tomorrow() {
    let chat = Chat::start(Catalog::default(), None, |config| config.limits.fuel_per_day = 1).await;
    let answer = chat.answered("how many rows?").await;
    assert_eq!(answer["state"], "done", "{answer}");
    let refused = chat.send(&chat.conversation, json!({"text": "total amount"})).await;
    refused.expect_problem(403, "fuel_per_day");
}

#[tokio::test]
async fn a_turn_whose_server_died_ends_as_interrupted_keeps_what_was_shown_and_can_be_retried() {
    let chat = Chat::offline().await;
    let answer = chat.ask("how many rows?").await;
    let app = &chat.fixture.app.app;
    let mut tx = app.db.begin().await.unwrap();
    let lease = lease::take(&mut tx, app.clock.now(), &app.config.limits)
        .await
        .unwrap()
        .unwrap();
    let shown = [
        Chunk::Start {
            message_id: lease.answer_id,
        },
        Chunk::TextDelta {
            id: "text-1".to_owned(),
            delta: "There are".to_owned(),
        },
    ];
    assert!(lease.append(&mut tx, 0, &shown).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(jobs::end_abandoned(app).await.unwrap(), 0, "it is held");
    abandon(&app.db).await;
    assert_eq!(jobs::end_abandoned(app).await.unwrap(), 1);
    let ended = chat.get(&answer).await;
    assert_eq!(
        (&ended["state"], text(&ended).as_str()),
        (&json!("interrupted"), "There are")
    );
    assert_eq!(chat.stream(&answer).await.last().unwrap()["type"], "finish");
    // The server was not dead after all: what it writes now is refused.
    let mut db = app.db.acquire().await.unwrap();
    assert!(!lease.append(&mut db, 2, &shown[1..]).await.unwrap());

    let again = chat
        .fixture
        .ada
        .post(&format!("{answer}/retry"), json!({}))
        .await
        .expect(201);
    chat.fixture.app.settle().await;
    let again = chat
        .get(&format!("/api/v1/messages/{}", again["id"].as_str().unwrap()))
        .await;
    assert_eq!(
        (&again["state"], &again["parent_id"]),
        (&json!("done"), &ended["parent_id"])
    );
}

#[tokio::test]
async fn an_edited_question_begins_a_branch() {
    let chat = Chat::offline().await;
    let first = chat.answered("how many rows?").await;
    chat.answered("total amount").await;
    let body = json!({"text": "average amount", "parent_id": first["id"]});
    let edited = chat.send(&chat.conversation, body).await.expect(201);
    assert_eq!(edited["question"]["parent_id"], first["id"]);
    let body = json!({"text": "highest amount", "parent_id": null});
    let anew = chat.send(&chat.conversation, body).await.expect(201);
    assert_eq!(anew["question"]["parent_id"], Value::Null);
}

#[tokio::test]
async fn a_model_is_chosen_among_those_that_the_server_has() {
    let chat = Chat::with([says("Hello.")]).await;
    let models = chat.get("/api/v1/models").await;
    assert_eq!(models[0]["provider"], "anthropic", "{models}");
    let offline = json!({"text": "how many rows?", "model": {"provider": "offline"}});
    let answer = chat.ask_in(&chat.conversation, offline).await;
    chat.fixture.app.settle().await;
    assert_eq!(parts(&chat.get(&answer).await, "script").len(), 1);
    for provider in ["openai-compatible", "http://127.0.0.1:1/"] {
        let body = json!({"text": "how many rows?", "model": {"provider": provider}});
        chat.send(&chat.conversation, body).await.expect_problem(422, "invalid");
    }
}

#[tokio::test]
async fn a_provider_that_refuses_says_so_in_the_answer() {
    let refusal = json!({"type": "error", "error": {"type": "authentication_error", "message": "invalid x-api-key"}});
    let chat = Chat::answering([test_models::Answer::error(401, &refusal)]).await;
    let answer = chat.answered("how many rows?").await;
    assert_eq!(answer["state"], "failed", "{answer}");
    let error = parts(&answer, "error")[0]["message"].as_str().unwrap().to_owned();
    assert!(error.contains("key") && !error.contains(test_models::KEY), "{error}");
}

/// Lets every lease run out.
pub async fn abandon(db: &sqlx::PgPool) {
    sqlx::query("update turns set leased_until = now() - interval '1 second' where leased_until is not null")
        .execute(db)
        .await
        .unwrap();
}

#[tokio::test]
async fn strangers_and_viewers_neither_ask_nor_stop() {
    let chat = Chat::offline().await;
    let answer = chat.ask("how many rows?").await;
    let mallory = chat.fixture.app.user("mallory@example.com").await;
    let path = format!("{}/messages", chat.conversation);
    mallory
        .post(&path, json!({"text": "x"}))
        .await
        .expect_problem(404, "not_found");
    mallory
        .post(&format!("{answer}/stop"), json!({}))
        .await
        .expect_problem(404, "not_found");
    mallory
        .get(&format!("{answer}/stream"))
        .await
        .expect_problem(404, "not_found");
    assert_eq!(chat.get(&answer).await["state"], "queued");
    let unknown = MessageId::new();
    let stream = chat
        .fixture
        .ada
        .get(&format!("/api/v1/messages/{unknown}/stream"))
        .await;
    stream.expect_problem(404, "not_found");
}
