//! Whether the server is well, for those who watch over it.
//!
//! What is looked at is looked at once a second at most, by one request for all, so probes cost next to nothing. The
//! answers say which part is wrong and never why; the log has that.

use std::{
    future::Future,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::Context;
use axum::{Extension, Json, extract::State, http::StatusCode};
use serde::Serialize;
use tokio::sync::Mutex;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{app::App, error::Result};

/// For how long what was found is true.
const FRESH: Duration = Duration::from_secs(1);
/// For how long a part may think about it.
const PATIENCE: Duration = Duration::from_secs(3);

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(health))
        .routes(routes!(live))
        .routes(routes!(ready))
        .layer(Extension(Probes::default()))
}

/// The state of the server as a whole.
#[derive(Serialize, ToSchema)]
struct Health {
    status: Status,
    database: Connection,
}

/// The process is running.
#[derive(Serialize, ToSchema)]
struct Liveness {
    status: Alive,
}

/// Whether the server can take requests, part by part.
#[derive(Serialize, ToSchema)]
struct Readiness {
    status: Ready,
    database: Part,
    objects: Part,
    sandbox: Part,
}

#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Status {
    Healthy,
    Unhealthy,
}

#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Connection {
    Connected,
    Disconnected,
}

#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Alive {
    Alive,
}

#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Ready {
    Ready,
    NotReady,
}

#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Part {
    Ok,
    Failing,
}

/// Is the server well?
///
/// It is, as long as its database answers.
#[utoipa::path(
    get,
    path = "/health",
    tag = "system",
    operation_id = "health",
    security(()),
    responses(
        (status = OK, body = Health, description = "The server is well."),
        (status = SERVICE_UNAVAILABLE, body = Health, description = "The database does not answer."),
    )
)]
async fn health(State(app): State<App>, Extension(probes): Extension<Probes>) -> (StatusCode, Json<Health>) {
    let (code, status, database) = if probes.database(&app).await {
        (StatusCode::OK, Status::Healthy, Connection::Connected)
    } else {
        (
            StatusCode::SERVICE_UNAVAILABLE,
            Status::Unhealthy,
            Connection::Disconnected,
        )
    };
    (code, Json(Health { status, database }))
}

/// Is the process running?
///
/// It checks nothing else, so that a monitor does not restart the server because of its database.
#[utoipa::path(
    get,
    path = "/livez",
    tag = "system",
    operation_id = "live",
    security(()),
    responses((status = OK, body = Liveness, description = "The process is running."))
)]
async fn live() -> Json<Liveness> {
    Json(Liveness { status: Alive::Alive })
}

/// Can the server take requests?
///
/// It is ready when the database and the object store answer and the sandbox has a worker.
#[utoipa::path(
    get,
    path = "/readyz",
    tag = "system",
    operation_id = "ready",
    security(()),
    responses(
        (status = OK, body = Readiness, description = "The server can take requests."),
        (status = SERVICE_UNAVAILABLE, body = Readiness, description = "A part does not answer; the response says which."),
    )
)]
async fn ready(State(app): State<App>, Extension(probes): Extension<Probes>) -> (StatusCode, Json<Readiness>) {
    let (database, objects, sandbox) = tokio::join!(probes.database(&app), probes.objects(&app), probes.sandbox(&app));
    let part = |ok| if ok { Part::Ok } else { Part::Failing };
    let (code, status) = if database && objects && sandbox {
        (StatusCode::OK, Ready::Ready)
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, Ready::NotReady)
    };
    let readiness = Readiness {
        status,
        database: part(database),
        objects: part(objects),
        sandbox: part(sandbox),
    };
    (code, Json(readiness))
}

#[derive(Clone, Default)]
struct Probes {
    database: Probe,
    objects: Probe,
    sandbox: Probe,
}

impl Probes {
    async fn database(&self, app: &App) -> bool {
        let check = async {
            sqlx::Connection::ping(&mut *app.db.acquire().await?).await?;
            Ok(())
        };
        self.database.ok("the database", check).await
    }

    async fn objects(&self, app: &App) -> bool {
        self.objects.ok("the object store", app.objects.check()).await
    }

    async fn sandbox(&self, app: &App) -> bool {
        let check = async {
            if app.sandbox.idle_worker_ids().is_empty() {
                app.sandbox.time_worker_start().await.context("starting a worker")?;
            }
            Ok(())
        };
        self.sandbox.ok("the sandbox", check).await
    }
}

/// What was found last, and when. Whoever asks meanwhile waits for the one who looks.
#[derive(Clone, Default)]
struct Probe(Arc<Mutex<Option<(Instant, bool)>>>);

impl Probe {
    async fn ok(&self, what: &str, check: impl Future<Output = Result<()>>) -> bool {
        let mut last = self.0.lock().await;
        if let Some((at, ok)) = *last
            && at.elapsed() < FRESH
        {
            return ok;
        }
        let error = match tokio::time::timeout(PATIENCE, check).await {
            Ok(Ok(())) => None,
            Ok(Err(error)) => Some(format!("{:#}", anyhow::Error::new(error))),
            Err(_) => Some(format!("no answer in {} seconds", PATIENCE.as_secs())),
        };
        if let Some(error) = &error {
            tracing::warn!("{what} does not work: {error}");
        }
        *last = Some((Instant::now(), error.is_none()));
        error.is_none()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    #[tokio::test]
    async fn many_who_ask_at_once_cost_one_look() {
        let (probe, looks) = (Probe::default(), AtomicU32::new(0));
        let look = || async {
            looks.fetch_add(1, Ordering::Relaxed);
            tokio::task::yield_now().await;
            Ok(())
        };
        let answers = futures_util::future::join_all((0..20).map(|_| probe.ok("it", look()))).await;
        assert!(answers.into_iter().all(|ok| ok));
        assert_eq!(looks.into_inner(), 1);
    }
}
