//! Turns on two servers of one database and one object store: followed and stopped through the other one, and what
//! becomes of a turn whose server is killed, stands still or is told to stop.

use std::{
    process::Command,
    time::{Duration, Instant},
};

use glovebox::config::ObjectsConfig;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    files::Fixture,
    s3_server::S3Server,
    server_kills,
    test_app::Client,
    test_turns::{Reader, SlowModel, Speaking, said},
    turns::{Chat, SALES, parts, text},
};

/// A grace that no test waits for.
const GRACE: &str = "3600";
/// Seconds in which a turn has ended whose server has died.
const RECOVERY_S: u64 = 30;

/// One of two servers, each with a data folder and a model of its own, by which a test finds out who works on a turn.
struct Server {
    process: server_kills::Server,
    model: SlowModel,
    _data: TempDir,
}

struct Pair {
    /// In the test's own process, without a worker.
    fixture: Fixture,
    servers: [Server; 2],
    conversation: String,
    _s3: S3Server,
}

impl Pair {
    async fn start() -> Self {
        let s3 = S3Server::start().await;
        let mut fixture = Box::pin(Fixture::start_with(|config| config.objects = s3.objects_config())).await;
        fixture.ada = fixture.app.api_key(&fixture.ada).await;
        fixture.examined("sales.csv", SALES).await;
        let conversation = Chat::conversation(&fixture).await;
        let servers = [Server::start(&fixture).await, Server::start(&fixture).await];
        Self {
            fixture,
            servers,
            conversation,
            _s3: s3,
        }
    }

    /// Asks, and answers the path of the answer.
    async fn ask(&self, text: &str) -> String {
        let path = format!("{}/messages", self.conversation);
        let asked = self.fixture.ada.post(&path, json!({ "text": text })).await.expect(201);
        format!("/api/v1/messages/{}", asked["answer"]["id"].as_str().unwrap())
    }

    /// The server that works on the next turn, and the reply that it waits for.
    async fn taken(&mut self) -> (usize, Speaking) {
        let [first, second] = &mut self.servers;
        tokio::select! {
            speaking = first.model.asked() => (0, speaking),
            speaking = second.model.asked() => (1, speaking),
        }
    }

    /// Ada, at one of the servers.
    fn ada_at(&self, server: usize) -> Client {
        self.fixture.ada.at(&self.servers[server].process.url)
    }

    async fn get(&self, path: &str) -> Value {
        self.fixture.ada.get(path).await.expect(200)
    }
}

impl Server {
    async fn start(fixture: &Fixture) -> Self {
        let (model, data) = (SlowModel::start().await, tempfile::tempdir().unwrap());
        let ObjectsConfig::S3(s3) = &fixture.app.app.config.objects else {
            panic!("the objects are in a bucket");
        };
        let mut settings = vec![
            ("S3_ENDPOINT_URL", s3.endpoint.clone()),
            ("S3_BUCKET_NAME", s3.bucket.clone()),
            ("S3_ACCESS_KEY_ID", s3.access_key_id.clone()),
            ("S3_SECRET_ACCESS_KEY", s3.secret_access_key.expose().to_owned()),
            ("GLOVEBOX_REQUESTS_PER_MINUTE", "1000000".to_owned()),
            ("GLOVEBOX_SHUTDOWN_GRACE_S", GRACE.to_owned()),
        ];
        settings.extend(model.settings());
        Self {
            process: server_kills::Server::start(&fixture.app.app.db, data.path(), &settings).await,
            model,
            _data: data,
        }
    }

    fn signal(&self, name: &str) {
        let id = self.process.process.id().to_string();
        let sent = Command::new("kill").args([&format!("-{name}"), &id]).status().unwrap();
        assert!(sent.success());
    }

    /// Waits until its process has ended, which is to be well.
    async fn ended(&mut self) {
        let until = Instant::now() + Duration::from_mins(1);
        loop {
            if let Some(status) = self.process.process.try_wait().unwrap() {
                assert!(status.success(), "{status}");
                return;
            }
            assert!(Instant::now() < until, "it does not stop");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

#[tokio::test]
async fn a_turn_is_followed_and_stopped_through_another_server() {
    let mut pair = Pair::start().await;
    let answer = pair.ask("How much?").await;
    let (at, speaking) = pair.taken().await;
    let other = pair.ada_at(1 - at);
    let mut reader = Reader::open(&other, &answer, 0).await;
    speaking.says("Let me see.");
    reader.until("text-delta").await;
    let script = "open('/out/made.csv', 'w').write('a\\n1\\n')\nprint('begun', flush=True)\nwhile True:\n    pass";
    speaking.ends(Some(script));
    reader.until("data-output").await;

    let stopped = other.post(&format!("{answer}/stop"), json!({})).await.expect(200);
    assert_eq!(stopped["state"], "stopped", "{stopped}");
    reader.rest().await;
    assert!(reader.over);
    let kept = reader.kept(0);
    assert_eq!(kept.last().unwrap()["type"], "abort");
    assert_eq!(
        (said(kept), text(&stopped)),
        ("Let me see.".to_owned(), "Let me see.".to_owned())
    );
    // What one server stored, the other gives out.
    let file = parts(&stopped, "file")[0]["file_id"].as_str().unwrap().to_owned();
    let content = other.get(&format!("/api/v1/generated-files/{file}/content")).await;
    assert_eq!((content.status.as_u16(), content.text().as_str()), (200, "a\n1\n"));

    let next = pair.ask("And now?").await;
    let (at, speaking) = pair.taken().await;
    let mut reader = Reader::open(&pair.ada_at(1 - at), &next, 0).await;
    speaking.says("Here it is.");
    speaking.ends(None);
    reader.rest().await;
    assert_eq!(pair.get(&next).await["state"], "done");
}

#[tokio::test]
async fn a_turn_whose_server_is_killed_ends_as_interrupted_within_half_a_minute_and_is_asked_again() {
    let mut pair = Pair::start().await;
    let answer = pair.ask("How much?").await;
    let (killed, speaking) = pair.taken().await;
    let other = pair.ada_at(1 - killed);
    let mut reader = Reader::open(&other, &answer, 0).await;
    speaking.says("They sold ");
    reader.until("text-delta").await;
    // Another question of the conversation waits behind it.
    let waiting = pair.ask("And where?").await;

    let since = Instant::now();
    pair.servers[killed].process.kill();
    let finish = reader.until("finish").await;
    let after_s = since.elapsed().as_secs();
    assert!(after_s < RECOVERY_S, "after {after_s} seconds");
    assert_eq!(finish["messageMetadata"]["state"], "interrupted");
    reader.rest().await;
    assert!(reader.over);
    // Nothing is left open for a client to wait for.
    let kinds: Vec<_> = reader.kept(0).iter().map(|chunk| chunk["type"].clone()).collect();
    let ends = ["text-end", "finish-step", "data-error", "error", "finish"];
    assert_eq!(kinds[kinds.len() - ends.len()..], ends);
    let ended = pair.get(&answer).await;
    assert_eq!(
        (&ended["state"], text(&ended).as_str()),
        (&json!("interrupted"), "They sold ")
    );
    assert_eq!(parts(&ended, "error")[0]["code"], "interrupted");

    // The one that lives goes on with the queue.
    let (at, speaking) = pair.taken().await;
    assert_eq!(at, 1 - killed);
    let mut reader = Reader::open(&other, &waiting, 0).await;
    speaking.says("In the north.");
    speaking.ends(None);
    reader.rest().await;
    assert_eq!(pair.get(&waiting).await["state"], "done");

    let again = other.post(&format!("{answer}/retry"), json!({})).await.expect(201);
    let again = format!("/api/v1/messages/{}", again["id"].as_str().unwrap());
    let (_, speaking) = pair.taken().await;
    let mut reader = Reader::open(&other, &again, 0).await;
    speaking.says("They sold 52.");
    speaking.ends(None);
    reader.rest().await;
    let again = pair.get(&again).await;
    assert_eq!(
        (&again["state"], text(&again).as_str()),
        (&json!("done"), "They sold 52.")
    );
    assert_eq!(again["parent_id"], ended["parent_id"]);
}

#[tokio::test]
async fn a_server_that_stood_still_cannot_write_into_a_turn_that_was_ended_for_it() {
    let mut pair = Pair::start().await;
    let answer = pair.ask("How much?").await;
    let (still, speaking) = pair.taken().await;
    let mut reader = Reader::open(&pair.ada_at(1 - still), &answer, 0).await;
    speaking.says("They sold ");
    reader.until("text-delta").await;
    pair.servers[still].signal("STOP");
    speaking.says("fifty-two.");
    reader.rest().await;
    assert!(reader.over);
    let before = pair.get(&answer).await;
    assert_eq!(before["state"], "interrupted");

    // It wakes, has more to write, and finds out that the turn is not its own.
    pair.servers[still].signal("CONT");
    speaking.gone().await;
    pair.servers[still].signal("TERM");
    pair.servers[still].ended().await;
    assert_eq!(pair.get(&answer).await, before);
    let mut late = Reader::open(&pair.ada_at(1 - still), &answer, 0).await;
    late.rest().await;
    assert_eq!(late.kept(0), reader.kept(0));
    assert_eq!(said(late.kept(0)), "They sold ");
}

#[tokio::test]
async fn a_server_that_is_told_to_stop_ends_its_turn_as_interrupted_at_once() {
    let mut pair = Pair::start().await;
    let answer = pair.ask("How much?").await;
    let (at, speaking) = pair.taken().await;
    let mut here = Reader::open(&pair.ada_at(at), &answer, 0).await;
    let mut there = Reader::open(&pair.ada_at(1 - at), &answer, 0).await;
    speaking.says("Let me see.");
    speaking.ends(Some("print('begun', flush=True)\nwhile True:\n    pass"));
    here.until("data-output").await;
    there.until("data-output").await;

    pair.servers[at].signal("TERM");
    for reader in [&mut here, &mut there] {
        reader.rest().await;
        assert!(reader.over, "{:?}", reader.events);
        let finish = *reader.kept(0).last().unwrap();
        assert_eq!(finish["messageMetadata"]["state"], "interrupted");
    }
    // Nothing waits for the grace, which is an hour.
    pair.servers[at].ended().await;
    let ended = pair.get(&answer).await;
    assert_eq!(ended["state"], "interrupted", "{ended}");
    assert_eq!(parts(&ended, "output")[0]["text"], "begun\n");
    assert_eq!(parts(&ended, "receipt")[0]["outcome"], "stopped");

    let other = pair.ada_at(1 - at);
    let again = other.post(&format!("{answer}/retry"), json!({})).await.expect(201);
    let again = format!("/api/v1/messages/{}", again["id"].as_str().unwrap());
    let (_, speaking) = pair.taken().await;
    let mut reader = Reader::open(&other, &again, 0).await;
    speaking.says("They sold 52.");
    speaking.ends(None);
    reader.rest().await;
    assert_eq!(pair.get(&again).await["state"], "done");
}

#[tokio::test]
async fn a_reader_whose_server_is_told_to_stop_goes_on_at_another_one() {
    let mut pair = Pair::start().await;
    let answer = pair.ask("How much?").await;
    let (at, speaking) = pair.taken().await;
    let mut first = Reader::open(&pair.ada_at(1 - at), &answer, 0).await;
    speaking.says("They sold ");
    first.until("text-delta").await;
    pair.servers[1 - at].signal("TERM");
    first.rest().await;
    assert!(!first.over);
    pair.servers[1 - at].ended().await;

    let after = first.last_id();
    let mut second = Reader::open(&pair.ada_at(at), &answer, after).await;
    speaking.says("52.");
    speaking.ends(None);
    second.rest().await;
    let all = [first.kept(0), second.kept(after)].concat();
    assert_eq!(said(all.iter().copied()), "They sold 52.");
    assert_eq!(all.last().unwrap()["type"], "finish");
}
