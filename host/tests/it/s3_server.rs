//! A real S3 server in this process, on loopback, and a line to it that can be made to fail.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::{Router, error_handling::HandleError, http::StatusCode};
use glovebox::config::{ObjectsConfig, S3Config, SecretText};
use s3s::{HttpError, auth::SimpleAuth, service::S3ServiceBuilder};
use s3s_fs::FileSystem;
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy, sink},
    net::{TcpListener, TcpStream},
    sync::watch,
};

const BUCKET: &str = "glovebox";
const KEY_ID: &str = "AKIDTEST";
const KEY: &str = "a secret key of the tests";

/// How the line behaves. A change ends every connection that is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    Up,
    /// Connections are closed as soon as they are made.
    Refuses,
    /// Every request is answered by this status and S3 error code, without reading it to its end.
    Answers(u16, &'static str),
    /// Takes what comes and never answers.
    Hangs,
    /// Breaks off after so many bytes of a connection's requests.
    CutsRequests(u64),
    /// Breaks off after so many bytes of a connection's answers.
    CutsAnswers(u64),
    /// Stands still after so many bytes of a connection's answers, and stays open.
    StallsAnswers(u64),
}

/// Ends when dropped.
pub struct S3Server {
    _folder: TempDir,
    address: SocketAddr,
    line: Arc<watch::Sender<Line>>,
    /// Connections on which nothing was answered, so far.
    hung: watch::Receiver<u64>,
    tasks: Vec<tokio::task::JoinHandle<()>>,
}

impl S3Server {
    /// A server with an empty bucket.
    pub async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join(BUCKET)).unwrap();
        let mut service = S3ServiceBuilder::new(FileSystem::new(folder.path()).unwrap());
        service.set_auth(SimpleAuth::from_single(KEY_ID, KEY));
        let failed = async |error: HttpError| (StatusCode::INTERNAL_SERVER_ERROR, format!("{error:?}"));
        let router = Router::new().fallback_service(HandleError::new(service.build(), failed));
        let behind = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let before = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, server) = (before.local_addr().unwrap(), behind.local_addr().unwrap());
        let line = Arc::new(watch::Sender::new(Line::Up));
        let (hanging, hung) = watch::channel(0);
        let tasks = vec![
            tokio::spawn(async move { axum::serve(behind, router).await.unwrap() }),
            tokio::spawn(accept(before, server, line.clone(), hanging)),
        ];
        Self {
            _folder: folder,
            address,
            line,
            hung,
            tasks,
        }
    }

    /// The settings of its bucket.
    pub fn config(&self) -> S3Config {
        S3Config {
            endpoint: format!("http://{}", self.address),
            region: "us-east-1".to_owned(),
            bucket: BUCKET.to_owned(),
            access_key_id: KEY_ID.to_owned(),
            secret_access_key: SecretText::new(KEY),
        }
    }

    pub fn objects_config(&self) -> ObjectsConfig {
        ObjectsConfig::S3(self.config())
    }

    pub fn line(&self, line: Line) {
        self.line.send_replace(line);
    }

    /// Waits until somebody waits in vain for an answer, on a line that hangs.
    pub async fn hangs(&self) {
        self.hung.clone().wait_for(|hung| *hung > 0).await.unwrap();
    }
}

impl Drop for S3Server {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

async fn accept(
    listener: TcpListener,
    server: SocketAddr,
    line: Arc<watch::Sender<Line>>,
    hanging: watch::Sender<u64>,
) {
    loop {
        let (client, _) = listener.accept().await.unwrap();
        let mut changes = line.subscribe();
        let now = *changes.borrow_and_update();
        if now == Line::Hangs {
            hanging.send_modify(|hung| *hung += 1);
        }
        tokio::spawn(async move {
            tokio::select! {
                _ = carry(client, server, now) => {}
                _ = changes.changed() => {}
            }
        });
    }
}

async fn carry(mut client: TcpStream, server: SocketAddr, line: Line) -> std::io::Result<()> {
    match line {
        Line::Refuses => return Ok(()),
        Line::Hangs => {
            copy(&mut client, &mut sink()).await?;
            return Ok(());
        }
        Line::Answers(status, code) => return answer(client, status, code).await,
        Line::Up | Line::CutsRequests(_) | Line::CutsAnswers(_) | Line::StallsAnswers(_) => {}
    }
    let mut server = TcpStream::connect(server).await?;
    let (mut from_client, mut to_client) = client.split();
    let (mut from_server, mut to_server) = server.split();
    let (requests, answers) = match line {
        Line::CutsRequests(bytes) => (bytes, u64::MAX),
        Line::CutsAnswers(bytes) | Line::StallsAnswers(bytes) => (u64::MAX, bytes),
        _ => (u64::MAX, u64::MAX),
    };
    let mut requests_until = (&mut from_client).take(requests);
    let mut answers_until = (&mut from_server).take(answers);
    // Whichever ends first ends both, as a cut line does.
    tokio::select! {
        sent = copy(&mut requests_until, &mut to_server) => { sent?; }
        got = copy(&mut answers_until, &mut to_client) => { got?; }
    }
    if matches!(line, Line::StallsAnswers(_)) {
        tokio::time::sleep(Duration::from_hours(1)).await;
    }
    Ok(())
}

async fn answer(mut client: TcpStream, status: u16, code: &str) -> std::io::Result<()> {
    let mut head = Vec::new();
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        if client.read_buf(&mut head).await? == 0 {
            return Ok(());
        }
    }
    let body = format!("<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>made to fail</Message></Error>");
    let length = body.len();
    let answer = format!(
        "HTTP/1.1 {status} Made To Fail\r\ncontent-type: application/xml\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
    );
    client.write_all(answer.as_bytes()).await?;
    client.shutdown().await?;
    // Closing with bytes unread would reset the connection, and the answer could be lost with it.
    copy(&mut client, &mut sink()).await?;
    Ok(())
}
