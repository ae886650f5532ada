//! The server's figures: a real one in a process of its own, with its private database and objects on disk, and a
//! client on loopback.

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
    process::Stdio,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use bytes::Bytes;
use reqwest::{Client, Method, RequestBuilder, header};
use serde_json::{Value, json};
use tokio::{
    fs::File,
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    process::{Child, Command},
};
use tokio_util::io::ReaderStream;

use super::{figure::Figure, ms, table};

const EMAIL: &str = "bench@example.com";
const PASSWORD: &str = "one bench of 2 planks";
const MULTIPART_BOUNDARY: &str = "glovebox-bench-boundary";
/// Requests under way at once while counting requests a second.
const REQUESTS_AT_ONCE: usize = 16;

/// How often each thing is measured, and on how much.
pub struct Counts {
    pub logins: usize,
    pub transfers: usize,
    pub pages: usize,
    pub requests: Duration,
    pub file_bytes: u64,
    pub large_bytes: u64,
    pub rows: u64,
}

/// Starts a server, measures it, and ends it.
pub async fn measure(counts: &Counts, scratch: &Path) -> Result<Vec<Figure>> {
    let server = Server::start(scratch, &["serve"]).await?;
    let mut figures = vec![
        Figure::single("server: time to ready, first start", "ms", ms(server.ready_after)),
        Figure::single("server: memory at rest", "MiB", server.status_mib("VmRSS")?),
    ];
    let project = server.project().await?;
    // Before anything else has made the server larger.
    let filled = scratch.join("filled.csv");
    fill(&filled, counts.large_bytes).await?;
    server.forget_peak()?;
    server.transfers(&project, &filled, 1).await?;
    let name = format!("server: peak memory, {} MB up and down", counts.large_bytes / 1_000_000);
    figures.push(Figure::single(&name, "MiB", server.status_mib("VmHWM")?));
    figures.push(Figure::times(
        "server: login",
        "glovebox",
        server.logins(counts.logins).await?,
    ));

    let big = scratch.join("rows.csv");
    table::write(&big, counts.rows).context("writing the table")?;
    let file = server.upload(&project, &big).await?;
    let profiled = Instant::now();
    server.profiled(&file).await?;
    let name = format!("server: profile of {} rows", counts.rows);
    figures.push(Figure::single(&name, "ms", ms(profiled.elapsed())));
    let pages = server.pages(&file, counts.pages, counts.rows).await?;
    figures.push(Figure::times("server: a page of the preview", "glovebox", pages));
    let rate = server.requests_per_second(&project, counts.requests).await?;
    figures.push(Figure::single("server: a list, requests a second", "req/s", rate));

    fill(&filled, counts.file_bytes).await?;
    let (up, down) = server.transfers(&project, &filled, counts.transfers).await?;
    let megabytes = counts.file_bytes / 1_000_000;
    figures.push(Figure::times(
        &format!("server: upload of {megabytes} MB"),
        "glovebox",
        up,
    ));
    figures.push(Figure::times(
        &format!("server: download of {megabytes} MB"),
        "glovebox",
        down,
    ));

    server.stop().await?;
    Ok(figures)
}

/// A server with a data folder of its own, and who asks it. The server ends with the last clone.
#[derive(Clone)]
pub struct Server {
    process: Arc<Child>,
    url: String,
    metrics: String,
    http: Client,
    ready_after: Duration,
    data: PathBuf,
}

impl Server {
    /// Starts `glovebox` with these arguments, and waits until it answers.
    pub async fn start(scratch: &Path, arguments: &[&str]) -> Result<Self> {
        let (listen, metrics) = (free_address()?, free_address()?);
        let data = scratch.join("data");
        let began = Instant::now();
        let mut process = program(&data)?
            .args(arguments)
            .env("GLOVEBOX_LISTEN", &listen)
            .env("GLOVEBOX_METRICS_LISTEN", &metrics)
            .env("GLOVEBOX_REQUESTS_PER_MINUTE", "100000000")
            .env("GLOVEBOX_CREDENTIAL_REQUESTS_PER_MINUTE", "100000000")
            .env("GLOVEBOX_UPLOADS_PER_MINUTE", "100000000")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .context("starting the server")?;
        let url = format!("http://{listen}");
        let http = Client::new();
        while !is_ready(&http, &url).await {
            ensure!(
                process.try_wait()?.is_none(),
                "the server ended; run `glovebox serve` to see why"
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let mut server = Self {
            process: Arc::new(process),
            url,
            metrics: format!("http://{metrics}/metrics"),
            http,
            ready_after: began.elapsed(),
            data,
        };
        let mut create = program(&server.data)?
            .args(["admin", "users", "create", EMAIL, "--password-stdin"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .context("making a user")?;
        let mut stdin = create.stdin.take().context("no standard input")?;
        stdin.write_all(format!("{PASSWORD}\n").as_bytes()).await?;
        drop(stdin);
        ensure!(create.wait().await?.success(), "making a user failed");
        let token = server
            .post("/tokens", &json!({ "email": EMAIL, "password": PASSWORD }))
            .await?;
        let mut headers = header::HeaderMap::new();
        let bearer = format!("Bearer {}", token["access_token"].as_str().context("no token")?);
        headers.insert(
            header::AUTHORIZATION,
            bearer.parse().context("a token that is no header")?,
        );
        server.http = Client::builder().default_headers(headers).build().context("a client")?;
        Ok(server)
    }

    /// Starts a worker beside it, and waits until it is ready.
    pub async fn worker(&self) -> Result<Child> {
        let mut worker = program(&self.data)?
            .arg("worker")
            .env("GLOVEBOX_LOG", "text")
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .context("starting a worker")?;
        let stderr = worker.stderr.take().context("no standard error")?;
        let mut lines = BufReader::new(stderr).lines();
        while let Some(line) = lines.next_line().await.context("listening to a worker")? {
            if line.contains("Ctrl-C stops the worker") {
                // What it says later is not waited for, and must not make it wait.
                tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
                return Ok(worker);
            }
        }
        bail!("the worker ended; run `glovebox worker` to see why")
    }

    /// The sum and the count of a histogram of the metrics.
    pub async fn histogram(&self, name: &str) -> Result<(f64, f64)> {
        let text = self.http.get(&self.metrics).send().await?.text().await?;
        let value = |suffix: &str| {
            let start = format!("{name}_{suffix} ");
            let line = text.lines().find_map(|line| line.strip_prefix(&start));
            line.and_then(|value| value.parse().ok())
                .with_context(|| format!("the metrics have no {name}"))
        };
        Ok((value("sum")?, value("count")?))
    }

    /// One of fifty new projects.
    pub async fn project(&self) -> Result<String> {
        let orgs = self.json(self.request(Method::GET, "/orgs")).await?;
        let org = orgs["items"][0]["id"].as_str().context("no organisation")?.to_owned();
        // The list that is asked for again and again has as much in it as a page shows.
        let mut project = String::new();
        for i in 0..50 {
            let made = self
                .post(
                    &format!("/orgs/{org}/projects"),
                    &json!({ "name": format!("Project {i}") }),
                )
                .await?;
            project = id(&made)?;
        }
        Ok(project)
    }

    async fn logins(&self, count: usize) -> Result<Vec<f64>> {
        let mut times = Vec::with_capacity(count);
        for _ in 0..count {
            let began = Instant::now();
            self.post("/sessions", &json!({ "email": EMAIL, "password": PASSWORD }))
                .await?;
            times.push(ms(began.elapsed()));
        }
        Ok(times)
    }

    /// Uploads the file by multipart, streamed, and answers its id.
    pub async fn upload(&self, project: &str, path: &Path) -> Result<String> {
        let head = format!(
            "--{MULTIPART_BOUNDARY}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{}\"\r\ncontent-type: text/csv\r\n\r\n",
            path.file_name().and_then(|name| name.to_str()).context("a file name")?
        );
        let tail = format!("\r\n--{MULTIPART_BOUNDARY}--\r\n");
        let file = File::open(path).await.context("opening the file")?;
        let length = head.len() as u64 + file.metadata().await?.len() + tail.len() as u64;
        let whole = std::io::Cursor::new(head).chain(file).chain(std::io::Cursor::new(tail));
        let request = self
            .request(Method::POST, &format!("/projects/{project}/files"))
            .header(
                header::CONTENT_TYPE,
                format!("multipart/form-data; boundary={MULTIPART_BOUNDARY}"),
            )
            .header(header::CONTENT_LENGTH, length)
            .body(reqwest::Body::wrap_stream(ReaderStream::with_capacity(
                whole,
                256 << 10,
            )));
        id(&self.json(request).await?)
    }

    /// Waits until the sandbox has looked at the file.
    pub async fn profiled(&self, file: &str) -> Result<()> {
        loop {
            let state = self.json(self.request(Method::GET, &format!("/files/{file}"))).await?;
            match state["latest"]["state"].as_str() {
                Some("pending") => tokio::time::sleep(Duration::from_millis(20)).await,
                Some("table") => return Ok(()),
                _ => bail!("the file is no table: {state}"),
            }
        }
    }

    /// Pages all over the file, each at a place of its own.
    async fn pages(&self, file: &str, count: usize, rows: u64) -> Result<Vec<f64>> {
        let mut times = Vec::with_capacity(count);
        for i in 0..count as u64 {
            let offset = i * 7_919 * 104_729 % rows.saturating_sub(100).max(1);
            let request = self.request(Method::GET, &format!("/files/{file}/rows?offset={offset}&limit=100"));
            let began = Instant::now();
            self.json(request).await?;
            times.push(ms(began.elapsed()));
        }
        Ok(times)
    }

    async fn requests_per_second(&self, project: &str, over: Duration) -> Result<f64> {
        let org = self
            .json(self.request(Method::GET, &format!("/projects/{project}")))
            .await?;
        let path = format!("/orgs/{}/projects", org["org_id"].as_str().context("no organisation")?);
        let until = Instant::now() + over;
        let began = Instant::now();
        let mut lanes = tokio::task::JoinSet::new();
        for _ in 0..REQUESTS_AT_ONCE {
            let request = self.request(Method::GET, &path);
            lanes.spawn(async move {
                let mut done = 0_u32;
                while Instant::now() < until {
                    let again = request.try_clone().context("repeating a request")?;
                    again.send().await?.error_for_status()?.bytes().await?;
                    done += 1;
                }
                anyhow::Ok(done)
            });
        }
        let mut done = 0;
        while let Some(lane) = lanes.join_next().await {
            done += lane.context("a lane of requests")??;
        }
        Ok(f64::from(done) / began.elapsed().as_secs_f64())
    }

    /// Times of uploads and of downloads of the same file.
    async fn transfers(&self, project: &str, path: &Path, count: usize) -> Result<(Vec<f64>, Vec<f64>)> {
        let bytes = tokio::fs::metadata(path).await.context("measuring the file")?.len();
        let (mut up, mut down) = (Vec::new(), Vec::new());
        for _ in 0..count {
            let began = Instant::now();
            let file = self.upload(project, path).await?;
            up.push(ms(began.elapsed()));
            // The profile's share of the machine would count as the download's.
            self.profiled(&file).await?;
            let began = Instant::now();
            let mut answer = self
                .request(Method::GET, &format!("/files/{file}/content"))
                .send()
                .await?
                .error_for_status()?;
            let mut arrived = 0;
            while let Some(chunk) = answer.chunk().await? {
                arrived += chunk.len() as u64;
            }
            down.push(ms(began.elapsed()));
            ensure!(arrived == bytes, "{arrived} of {bytes} bytes came back");
        }
        Ok((up, down))
    }

    pub async fn post(&self, path: &str, body: &Value) -> Result<Value> {
        self.json(self.request(Method::POST, path).json(body)).await
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}/api/v1{path}", self.url))
    }

    async fn json(&self, request: RequestBuilder) -> Result<Value> {
        let answer = request.send().await.context("asking the server")?;
        let (status, bytes) = (answer.status(), answer.bytes().await.context("reading an answer")?);
        ensure!(
            status.is_success(),
            "the server answered {status}: {}",
            String::from_utf8_lossy(&bytes)
        );
        serde_json::from_slice(&bytes).context("reading an answer")
    }

    /// A line of the process's status, such as `VmRSS`.
    fn status_mib(&self, name: &str) -> Result<f64> {
        let path = format!("/proc/{}/status", self.process.id().context("the server ended")?);
        let text = std::fs::read_to_string(&path).with_context(|| format!("reading {path}"))?;
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        let kib: f64 = line
            .and_then(|line| line.split_whitespace().next()?.parse().ok())
            .context("no such line")?;
        Ok(kib / 1024.0)
    }

    /// From here on, `VmHWM` is the peak since now (proc(5), `clear_refs`).
    fn forget_peak(&self) -> Result<()> {
        let path = format!("/proc/{}/clear_refs", self.process.id().context("the server ended")?);
        std::fs::write(&path, "5").with_context(|| format!("writing {path}"))
    }

    /// Ends it. Nobody else has a clone by then.
    pub async fn stop(self) -> Result<()> {
        let mut child = Arc::into_inner(self.process).context("somebody still asks the server")?;
        let id = child.id().context("the server ended")?;
        let process = rustix::process::Pid::from_raw(id as i32).context("the server's id")?;
        rustix::process::kill_process(process, rustix::process::Signal::TERM).context("stopping the server")?;
        child.wait().await.context("waiting for the server")?;
        Ok(())
    }
}

async fn is_ready(http: &Client, url: &str) -> bool {
    let answer = http.get(format!("{url}/readyz")).send().await;
    answer.is_ok_and(|answer| answer.status().is_success())
}

fn free_address() -> Result<String> {
    let free = std::net::TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr());
    Ok(free.context("a free port")?.to_string())
}

fn program(data: &Path) -> Result<Command> {
    let mut command = Command::new(std::env::current_exe().context("finding this program's own file")?);
    command.env("GLOVEBOX_DATA", data);
    for variable in [
        "DATABASE_URL",
        "R2_ACCOUNT_ID",
        "S3_ENDPOINT_URL",
        "EMAIL_SMTP_SERVER",
        "GOOGLE_CLIENT_ID",
    ] {
        command.env_remove(variable);
    }
    Ok(command)
}

pub fn id(answer: &Value) -> Result<String> {
    answer["id"]
        .as_str()
        .map(str::to_owned)
        .with_context(|| format!("an answer without an id: {answer}"))
}

/// Writes a table of about this many bytes: one block of rows, again and again.
async fn fill(path: &Path, bytes: u64) -> Result<()> {
    let mut block = String::new();
    for i in 0..10_000 {
        writeln!(block, "{i},North,product-{},{}.{:02}", i % 500, i % 997, i % 100).context("writing rows")?;
    }
    let block = Bytes::from(block);
    let mut file = File::create(path).await.context("making the file")?;
    file.write_all(b"id,region,product,amount\n").await?;
    let mut written = 0;
    while written < bytes {
        file.write_all(&block).await?;
        written += block.len() as u64;
    }
    file.flush().await.context("writing the file")
}
