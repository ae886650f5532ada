//! The figures of turns: questions over HTTP to a server with its own database, answered by the rules without a model.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use reqwest::{Method, Response};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::{
    figure::Figure,
    ms,
    server::{Server, id},
    table,
};

const ROWS: u64 = 1_000;
const WITH_CHART: &str = "average amount by region, as a chart";
const SMALL: &str = "how many rows are there?";
const ENDLESS: &str = "print('on and on')\nwhile True:\n    pass\n";
/// Conversations that are asked at once while counting turns a second.
const LANES: usize = 8;

/// How often each thing is measured.
pub struct Counts {
    pub turns: usize,
    pub stops: usize,
    pub throughput: Duration,
    pub kills: usize,
}

/// Starts servers, measures their turns, and ends them.
pub async fn measure(counts: &Counts, scratch: &Path) -> Result<Vec<Figure>> {
    let sales = scratch.join("sales.csv");
    table::write(&sales, ROWS).context("writing the table")?;
    let server = Server::start(&scratch.join("turns"), &["serve"]).await?;
    let chat = Chat::begin(&server, &sales).await?;
    // The first ones pay for what is made once.
    for _ in 0..3 {
        chat.ask(SMALL).await?.finish().await?;
    }
    let waited = server.histogram("glovebox_turn_queue_seconds").await?;
    let (mut first, mut whole) = (Vec::new(), Vec::new());
    for _ in 0..counts.turns {
        let mut turn = chat.ask(WITH_CHART).await?;
        turn.until(b"\"type\":\"start\"").await?;
        first.push(ms(turn.asked.elapsed()));
        turn.finish().await?;
        whole.push(ms(turn.asked.elapsed()));
    }
    let picked_up = server.histogram("glovebox_turn_queue_seconds").await?;
    let each = (picked_up.0 - waited.0) / (picked_up.1 - waited.1);
    let mut figures = vec![
        Figure::times("turn: first byte", "glovebox", first),
        Figure::times("turn: whole, offline, with a chart", "glovebox", whole),
        Figure::single("turn: picked up from the queue, mean", "ms", each * 1000.0),
    ];

    let mut stops = Vec::new();
    for _ in 0..counts.stops {
        let mut turn = chat.run(ENDLESS).await?;
        turn.until(b"on and on").await?;
        let began = Instant::now();
        let answer = server
            .post(&format!("/messages/{}/stop", turn.answer), &json!({}))
            .await?;
        stops.push(ms(began.elapsed()));
        ensure!(answer["state"] == "stopped", "a stopped turn is {}", answer["state"]);
    }
    figures.push(Figure::times("turn: Stop, from request to its end", "glovebox", stops));
    let rate = turns_per_second(&server, &chat, counts.throughput).await?;
    figures.push(Figure::single("turns a second, 8 conversations", "turns/s", rate));
    server.stop().await?;

    let mut recoveries = Vec::new();
    let server = Server::start(&scratch.join("kills"), &["serve", "--no-worker"]).await?;
    let mut worker = server.worker().await?;
    let chat = Chat::begin(&server, &sales).await?;
    for _ in 0..counts.kills {
        let mut turn = chat.run(ENDLESS).await?;
        turn.until(b"on and on").await?;
        let began = Instant::now();
        worker.kill().await.context("killing the worker")?;
        turn.finish().await?;
        recoveries.push(ms(began.elapsed()));
        worker = server.worker().await?;
    }
    figures.push(Figure::times(
        "turn: ended after its worker's kill -9",
        "glovebox",
        recoveries,
    ));
    worker.kill().await.context("ending the worker")?;
    server.stop().await?;
    Ok(figures)
}

/// Turns that end within a second, asked in several conversations at once.
async fn turns_per_second(server: &Server, chat: &Chat<'_>, over: Duration) -> Result<f64> {
    let (began, until) = (Instant::now(), Instant::now() + over);
    let mut lanes = JoinSet::new();
    for _ in 0..LANES {
        let lane = Chat::conversation(server, &chat.project).await?;
        let server = server.clone();
        lanes.spawn(async move {
            let mut done = 0_u32;
            while Instant::now() < until {
                ask(&server, &lane, &json!({ "text": SMALL })).await?.finish().await?;
                done += 1;
            }
            anyhow::Ok(done)
        });
    }
    let mut done = 0;
    while let Some(lane) = lanes.join_next().await {
        done += lane.context("a lane of turns")??;
    }
    Ok(f64::from(done) / began.elapsed().as_secs_f64())
}

/// A conversation about the table.
struct Chat<'a> {
    server: &'a Server,
    project: String,
    conversation: String,
}

impl<'a> Chat<'a> {
    async fn begin(server: &'a Server, table: &Path) -> Result<Self> {
        let project = server.project().await?;
        let file = server.upload(&project, table).await?;
        server.profiled(&file).await?;
        let conversation = Self::conversation(server, &project).await?;
        Ok(Self {
            server,
            project,
            conversation,
        })
    }

    async fn conversation(server: &Server, project: &str) -> Result<String> {
        id(&server
            .post(&format!("/projects/{project}/conversations"), &json!({}))
            .await?)
    }

    async fn ask(&self, question: &str) -> Result<TurnTime> {
        ask(self.server, &self.conversation, &json!({ "text": question })).await
    }

    async fn run(&self, script: &str) -> Result<TurnTime> {
        let body = json!({ "text": "Run this", "script": script });
        ask(self.server, &self.conversation, &body).await
    }
}

async fn ask(server: &Server, conversation: &str, body: &Value) -> Result<TurnTime> {
    let asked = Instant::now();
    let made = server
        .post(&format!("/conversations/{conversation}/messages"), body)
        .await?;
    let answer = id(&made["answer"])?;
    let request = server.request(Method::GET, &format!("/messages/{answer}/stream"));
    let stream = request.send().await?.error_for_status()?;
    Ok(TurnTime {
        asked,
        answer,
        stream,
        come: Vec::new(),
    })
}

/// A turn that is followed.
struct TurnTime {
    asked: Instant,
    answer: String,
    stream: Response,
    come: Vec<u8>,
}

impl TurnTime {
    /// Follows until these bytes have come.
    async fn until(&mut self, bytes: &[u8]) -> Result<()> {
        while !self.come.windows(bytes.len()).any(|window| window == bytes) {
            let chunk = self.stream.chunk().await.context("following a turn")?;
            self.come.extend(chunk.context("a turn ended too early")?);
        }
        Ok(())
    }

    async fn finish(&mut self) -> Result<()> {
        while self.stream.chunk().await.context("following a turn")?.is_some() {}
        Ok(())
    }
}
