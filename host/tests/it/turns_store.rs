//! Turns whose files cannot be stored or fetched, and text that a database does not take: what could not be kept is said,
//! and Stop does not wait for a store.

use glovebox::jobs;
use serde_json::{Value, json};

use crate::{
    faults::{recorded, stored},
    s3_server::{Line, S3Server},
    test_replies::{runs, says},
    test_turns::{Reader, SlowModel},
    turns::{Chat, parts, text},
};

const MAKES_TWO: &str = "\
for name in ['one.csv', 'two.csv']:
    open('/out/' + name, 'w').write('a\\n1\\n')
print('made')";

/// A conversation whose files are in a bucket, and whose answers are the test's. The server works by itself.
struct Slow {
    chat: Chat,
    model: SlowModel,
    s3: S3Server,
}

impl Slow {
    /// `object_timeout_s`: how long the server waits for the store.
    async fn start(object_timeout_s: u32) -> Self {
        let (s3, model) = (S3Server::start().await, SlowModel::start().await);
        let chat = Chat::start(model.catalog(), None, |config| {
            config.objects = s3.objects_config();
            config.limits.object_timeout_s = object_timeout_s;
        });
        let chat = Box::pin(chat).await;
        tokio::spawn(jobs::work(chat.fixture.app.app.clone(), std::future::pending()));
        Self { chat, model, s3 }
    }

    /// Asks, has `script` run while the store is as `line` says, and answers the answer with its reader.
    async fn runs(&mut self, line: Line, script: &str) -> (String, Reader) {
        let answer = self.chat.ask("Make two files.").await;
        // The tables were fetched before the model was asked.
        let speaking = self.model.asked().await;
        self.s3.line(line);
        let reader = Reader::open(&self.chat.fixture.ada, &answer, 0).await;
        speaking.ends(Some(script));
        (answer, reader)
    }

    async fn generated(&self) -> Vec<Value> {
        let files = self.chat.get(&format!("{}/files", self.chat.conversation)).await;
        files["items"].as_array().unwrap().clone()
    }
}

#[tokio::test]
async fn files_that_the_store_does_not_take_are_named_and_the_turn_goes_on() {
    let mut slow = Slow::start(1).await;
    for line in [Line::Answers(500, "InternalError"), Line::Refuses, Line::Hangs] {
        let (answer, mut reader) = slow.runs(line, MAKES_TWO).await;
        let speaking = slow.model.asked().await;
        speaking.says("They are made.");
        speaking.ends(None);
        reader.rest().await;
        let ended = slow.chat.get(&answer).await;
        assert_eq!(
            (&ended["state"], text(&ended).as_str()),
            (&json!("done"), "They are made."),
            "{line:?}"
        );
        let problems = parts(&ended, "error");
        let problem = |at: usize| problems[at]["message"].as_str().unwrap();
        assert!(problem(0).starts_with("one.csv could not be kept"), "{ended}");
        assert!(problem(1).starts_with("two.csv could not be kept"), "{ended}");
        assert_eq!((problems.len(), &problems[0]["code"]), (2, &json!("not_kept")));
        assert_eq!(parts(&ended, "output")[0]["text"], "made\n");
        assert_eq!(parts(&ended, "file").len(), 0);
        assert_eq!(slow.generated().await.len(), 0);
        slow.s3.line(Line::Up);
    }

    let (answer, mut reader) = slow.runs(Line::Up, MAKES_TWO).await;
    slow.model.asked().await.ends(None);
    // That was a reply without a word, so there is one more.
    let speaking = slow.model.asked().await;
    speaking.says("They are made.");
    speaking.ends(None);
    reader.rest().await;
    assert_eq!(parts(&slow.chat.get(&answer).await, "file").len(), 2);
    assert_eq!(slow.generated().await.len(), 2);
    let app = &slow.chat.fixture.app.app;
    slow.chat.fixture.sweep().await;
    assert_eq!(stored(&app.objects).await, recorded(&app.db).await);
}

#[tokio::test]
async fn a_stop_while_files_are_stored_does_not_wait_for_the_store() {
    let mut slow = Slow::start(600).await;
    let (answer, mut reader) = slow.runs(Line::Hangs, MAKES_TWO).await;
    slow.s3.hangs().await;
    let stopped = slow.chat.stop(&answer).await;
    assert_eq!(stopped["state"], "stopped", "{stopped}");
    assert_eq!(parts(&stopped, "output")[0]["text"], "made\n");
    assert_eq!(parts(&stopped, "receipt")[0]["outcome"], "done");
    let problems = parts(&stopped, "error");
    assert_eq!(problems.len(), 2, "{stopped}");
    assert!(
        problems[0]["message"].as_str().unwrap().contains("one.csv"),
        "{stopped}"
    );
    reader.rest().await;
    let kept = reader.kept(0);
    assert_eq!(kept.last().unwrap()["type"], "abort");

    slow.s3.line(Line::Up);
    let next = slow.chat.ask("And now?").await;
    let speaking = slow.model.asked_about("And now?").await;
    speaking.says("Here it is.");
    speaking.ends(None);
    Reader::open(&slow.chat.fixture.ada, &next, 0).await.rest().await;
    let next = slow.chat.get(&next).await;
    assert_eq!(next["state"], "done", "{next}");
}

#[tokio::test]
async fn a_stop_while_tables_are_fetched_does_not_wait_for_the_store() {
    let slow = Slow::start(600).await;
    slow.s3.line(Line::Hangs);
    let answer = slow.chat.ask("How much?").await;
    slow.s3.hangs().await;
    let stopped = slow.chat.stop(&answer).await;
    assert_eq!(stopped["state"], "stopped", "{stopped}");
    let mut reader = Reader::open(&slow.chat.fixture.ada, &answer, 0).await;
    reader.rest().await;
    let kinds: Vec<_> = reader.kept(0).iter().map(|chunk| &chunk["type"]).collect();
    assert_eq!(kinds, ["start", "abort"]);
}

#[tokio::test]
async fn a_turn_whose_tables_cannot_be_fetched_says_so_and_can_be_retried() {
    let mut slow = Slow::start(1).await;
    slow.s3.line(Line::Answers(500, "InternalError"));
    let answer = slow.chat.ask("How much?").await;
    let mut reader = Reader::open(&slow.chat.fixture.ada, &answer, 0).await;
    reader.rest().await;
    let ended = slow.chat.get(&answer).await;
    assert_eq!(ended["state"], "failed", "{ended}");
    let message = parts(&ended, "error")[0]["message"].as_str().unwrap();
    assert!(message.contains("Try again"), "{message}");
    slow.s3.line(Line::Up);
    let again = slow
        .chat
        .fixture
        .ada
        .post(&format!("{answer}/retry"), json!({}))
        .await
        .expect(201);
    let speaking = slow.model.asked().await;
    speaking.says("52.");
    speaking.ends(None);
    let again = format!("/api/v1/messages/{}", again["id"].as_str().unwrap());
    Reader::open(&slow.chat.fixture.ada, &again, 0).await.rest().await;
    assert_eq!(slow.chat.get(&again).await["state"], "done");
}

#[tokio::test]
async fn a_zero_byte_anywhere_does_not_harm_the_answer() {
    let script = "\
import polars as pl
import matplotlib.pyplot as plt
print('a\\0b')
display(pl.DataFrame({'c\\0d': ['e\\0f']}))
plt.title('g\\0h')
plt.plot([1, 2])
plt.savefig('chart.png')
raise ValueError('i\\0j')";
    let chat = Chat::with([runs("k\0l", script), runs("", "x = '\0'\nprint(len(x))"), says("m\0n")]).await;
    let answer = chat.answered("Which zero?").await;
    assert_eq!(answer["state"], "done", "{answer}");
    assert_eq!(text(&answer), "klmn");
    assert_eq!(parts(&answer, "output")[0]["text"], "a\u{fffd}b\n", "{answer}");
    assert_eq!(parts(&answer, "script").len(), 2);
    assert!(!answer.to_string().contains("\\u0000"), "{answer}");
    chat.stream(&format!("/api/v1/messages/{}", answer["id"].as_str().unwrap()))
        .await;
}
