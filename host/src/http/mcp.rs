//! `/mcp`: the Model Context Protocol over streamable HTTP, for assistants and agents that work in a project.
//!
//! An API key or a bearer token says who asks, in each request anew; cookies count for nothing here. The project is the one
//! of `X-Project`, as in `/v1`. A session belongs to the credential that began it in its project: for all others it does
//! not exist. Clients of the protocol without sessions need none.

mod answers;
mod files;
mod scripts;
mod toolbox;
mod views;

use std::{collections::HashMap, sync::Arc, time::Duration};

use axum::{
    Extension, Router,
    body::{Body, Bytes, to_bytes},
    extract::{FromRequestParts, Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use chrono::{DateTime, TimeDelta, Utc};
use tokio::{sync::Mutex, time::timeout};

use super::{
    error::{Failure, Result},
    workplace::Workplace,
};
use crate::{
    accounts::{Caller, Credential},
    app::App,
    config::ServerLimits,
    error::Error,
    ids::{ProjectId, UserId},
    mcp::{HttpServer, SESSION_HEADER},
    orgs::Member,
};
use toolbox::Tools;

/// How long a body may take to arrive.
const BODY_TIMEOUT: Duration = Duration::from_mins(1);

/// What a client without a valid credential is told, also by clients that show this header alone.
const CHALLENGE: &str = "Bearer realm=\"glovebox\", error=\"invalid_token\", error_description=\"Send an API key of Glovebox as \
     a bearer token: Authorization: Bearer gbx_... OAuth is not offered.\"";

pub(super) fn routes(app: &App) -> Router<App> {
    let idle = Duration::from_mins(app.config.limits.mcp_session_idle_minutes.into());
    let desk = Desk {
        server: HttpServer::new(Tools::new(app.clone()), idle, app.closing.child_token()),
        sessions: Mutex::default(),
    };
    Router::new()
        .route("/mcp", get(serve).post(serve).delete(serve))
        .layer(Extension(Arc::new(desk)))
}

/// Who asks, and where they work.
#[derive(Clone)]
struct Place {
    caller: Caller,
    member: Member,
    project_id: ProjectId,
}

/// The protocol's server, and whose its sessions are.
struct Desk {
    server: HttpServer<Tools>,
    sessions: Mutex<HashMap<String, Session>>,
}

/// Whose a session is.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Owner {
    user_id: UserId,
    credential: Credential,
    project_id: ProjectId,
}

struct Session {
    owner: Owner,
    used_at: DateTime<Utc>,
}

async fn serve(State(app): State<App>, Extension(desk): Extension<Arc<Desk>>, request: Request) -> Response {
    let response = answer(&app, &desk, request).await;
    let mut response = response.unwrap_or_else(Failure::into_response);
    if response.status() == StatusCode::UNAUTHORIZED {
        let challenge = HeaderValue::from_static(CHALLENGE);
        response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    }
    response
}

async fn answer(app: &App, desk: &Desk, request: Request) -> Result<Response> {
    let (mut parts, body) = request.into_parts();
    check_origin(app, &parts.headers)?;
    if !parts.headers.contains_key(header::AUTHORIZATION) {
        let message = "Send an API key in the Authorization header: Bearer, a space, and the key. You make one on the page \
                       of your account.";
        return Err(Error::Unauthenticated(message.to_owned()).into());
    }
    let caller = Caller::from_request_parts(&mut parts, app).await?;
    let Workplace { member, project_id } = Workplace::from_request_parts(&mut parts, app).await?;
    let owner = Owner {
        user_id: caller.user_id,
        credential: caller.credential,
        project_id,
    };
    let session = parts.headers.get(SESSION_HEADER);
    let session = session.map(|id| String::from_utf8_lossy(id.as_bytes()).into_owned());
    let (now, limits) = (app.clock.now(), &app.config.limits);
    if let Some(id) = &session
        && !desk.is_open(id, owner, now, limits).await
    {
        return Err(Error::Missing("session: it has ended; begin a new one with initialize").into());
    }
    let body = timeout(BODY_TIMEOUT, read(limits, body)).await.map_err(|_| {
        Error::Unavailable(format!(
            "The body did not arrive within {} seconds.",
            BODY_TIMEOUT.as_secs()
        ))
    })??;
    let ends = parts.method == Method::DELETE;
    parts.extensions.insert(Place {
        caller,
        member,
        project_id,
    });
    let request = Request::from_parts(parts, Body::from(body));
    let response = desk.server.handle(request).await;
    match session {
        Some(id) if ends => {
            desk.sessions.lock().await.remove(&id);
        }
        Some(_) => {}
        None => {
            let begun = response.headers().get(SESSION_HEADER);
            if let Some(id) = begun.and_then(|id| id.to_str().ok()) {
                desk.open(id, owner, now, limits).await;
            }
        }
    }
    Ok(response.map(Body::new))
}

/// A page may call this where its origin is ours or was allowed, whatever host it believes to be at: so a name that was
/// made to point here later gains nothing.
fn check_origin(app: &App, headers: &HeaderMap) -> Result<(), Error> {
    let Some(origin) = headers.get(header::ORIGIN) else {
        return Ok(());
    };
    let own = app.config.public_url.origin().ascii_serialization();
    let allowed = |origin: &str| origin == own || app.config.cors_origins.iter().any(|allowed| allowed == origin);
    if origin.to_str().is_ok_and(allowed) {
        return Ok(());
    }
    Err(Error::Forbidden(
        "Pages of this origin cannot use /mcp. Have the origin added to CORS_ORIGINS, or connect without a browser."
            .to_owned(),
    ))
}

async fn read(limits: &ServerLimits, body: Body) -> Result<Bytes, Error> {
    let most = limits.mcp_body_max_bytes;
    let read = to_bytes(body, usize::try_from(most).unwrap_or(usize::MAX)).await;
    read.map_err(|_| {
        Error::TooLarge(format!(
            "The message is larger than {most} bytes. Upload large files in the browser app, or at \
             /api/v1/projects/{{project_id}}/files."
        ))
    })
}

impl Desk {
    /// Whether the session is this owner's and goes on; then it counts as used.
    async fn is_open(&self, id: &str, owner: Owner, now: DateTime<Utc>, limits: &ServerLimits) -> bool {
        let mut sessions = self.sessions.lock().await;
        let Some(session) = sessions.get_mut(id).filter(|session| session.owner == owner) else {
            return false;
        };
        if session.is_idle(now, limits) || !self.server.has(id).await {
            sessions.remove(id);
            drop(sessions);
            self.server.close(id).await;
            return false;
        }
        session.used_at = now;
        true
    }

    /// Writes down whose a new session is, and ends what nobody used for long, and what is beyond the user's number.
    async fn open(&self, id: &str, owner: Owner, now: DateTime<Utc>, limits: &ServerLimits) {
        let mut over = Vec::new();
        let mut sessions = self.sessions.lock().await;
        sessions.retain(|id, session| {
            let idle = session.is_idle(now, limits);
            over.extend(idle.then(|| id.clone()));
            !idle
        });
        let mut own: Vec<_> = sessions
            .iter()
            .filter(|(_, session)| session.owner.user_id == owner.user_id)
            .map(|(id, session)| (session.used_at, id.clone()))
            .collect();
        own.sort_unstable();
        let most = limits.mcp_sessions_per_user.max(1) as usize;
        let beyond = (own.len() + 1).saturating_sub(most);
        for (_, id) in own.into_iter().take(beyond) {
            sessions.remove(&id);
            over.push(id);
        }
        let session = Session { owner, used_at: now };
        sessions.insert(id.to_owned(), session);
        drop(sessions);
        for id in over {
            self.server.close(&id).await;
        }
    }
}

impl Session {
    fn is_idle(&self, now: DateTime<Utc>, limits: &ServerLimits) -> bool {
        self.used_at + TimeDelta::minutes(limits.mcp_session_idle_minutes.into()) <= now
    }
}
