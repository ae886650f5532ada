//! Connections: taken one by one up to a number, served, and brought to their end when the server stops.
//!
//! A client that sends nothing is let go, so that those who only hold connections cannot keep others out.

use std::{
    convert::Infallible,
    net::SocketAddr,
    sync::Arc,
    time::Duration,
};

use axum::{
    Router,
    body::Body,
    extract::{ConnectInfo, Request},
};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use crate::metrics;

/// How long the head of a request may take, from the first moment or from the end of the request before.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);
/// How long the server waits when the system has no more files for it.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Serves `router` until `stop`, and then until the requests that are open were answered. Whoever does not want to wait
/// for that drops the future, and the connections end with it.
pub async fn serve(listener: TcpListener, router: Router, connections: u32, stop: CancellationToken) {
    let graceful = GracefulShutdown::new();
    let free = Arc::new(Semaphore::new(connections as usize));
    let mut open = tokio::task::JoinSet::new();
    loop {
        let next = async {
            let place = free.clone().acquire_owned().await;
            (place, accept(&listener).await)
        };
        let (place, (stream, client)) = tokio::select! {
            next = next => next,
            () = stop.cancelled() => break,
        };
        while open.try_join_next().is_some() {}
        let router = router.clone();
        let service = service_fn(move |request: hyper::Request<Incoming>| answer(router.clone(), client, request));
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD_TIMEOUT)
            .serve_connection(TokioIo::new(stream), service);
        let connection = graceful.watch(connection);
        open.spawn(async move {
            let _counted = metrics::connected();
            // How a connection ends is its client's affair; what happened to requests is logged with them.
            connection.await.ok();
            drop(place);
        });
    }
    // Nobody new gets in, not even into the system's queue.
    drop(listener);
    graceful.shutdown().await;
}

async fn answer(
    router: Router,
    client: SocketAddr,
    request: hyper::Request<Incoming>,
) -> Result<axum::response::Response, Infallible> {
    let mut request: Request = request.map(Body::new);
    request.extensions_mut().insert(ConnectInfo(client));
    router.oneshot(request).await
}

async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok((stream, client)) => {
                stream.set_nodelay(true).ok();
                return (stream, client);
            }
            // Out of files, mostly. Clients that gave up before they were taken end here as well.
            Err(error) => {
                tracing::warn!(%error, "a connection could not be taken");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}
