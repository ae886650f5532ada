//! The dashboard backend: accounts and sessions. Its dashboards, sources, queries and alerts are not here.

use axum::{
    Extension,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{Person, log_out, person, register};
use crate::{
    accounts::{Caller, bearer, sessions::Origin},
    app::App,
    error::Error,
    http::{
        error::Result,
        extract::{self, Json},
    },
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(sign_up))
        .routes(routes!(log_in))
        .routes(routes!(end))
        .routes(routes!(session))
}

/// A name or an email address, and the password.
#[derive(Deserialize, ToSchema)]
#[schema(as = DashboardCredentials)]
struct Credentials {
    #[serde(default)]
    username: Option<String>,
    #[serde(default)]
    email: Option<String>,
    #[schema(format = "password")]
    password: String,
}

impl Credentials {
    fn name(&self) -> Result<&str, Error> {
        let name = self.username.as_deref().or(self.email.as_deref());
        name.ok_or_else(|| Error::invalid("username", "required", "Send a username or an email."))
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = DashboardUser)]
struct User {
    id: i64,
    username: String,
    email: String,
    /// Always `user`.
    role: &'static str,
}

#[derive(Serialize, ToSchema)]
#[schema(as = DashboardWelcome)]
struct Welcome {
    /// Always true.
    success: bool,
    user: User,
    /// For the header `Authorization: Bearer …`, valid for an hour; omitted until an email address is confirmed.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = DashboardSuccess)]
struct Success {
    /// Always true.
    success: bool,
}

#[derive(Serialize, ToSchema)]
#[schema(as = DashboardSession)]
struct Session {
    authenticated: bool,
    user: Option<User>,
}

impl From<Person> for User {
    fn from(person: Person) -> Self {
        Self {
            id: person.number,
            username: person.name,
            email: person.email,
            role: "user",
        }
    }
}

/// Sign up
///
/// Users with a plain name are logged in immediately; an email address must be confirmed first.
#[utoipa::path(
    post, path = "/register", tag = "legacy", operation_id = "dashboard_register", security(()),
    request_body = Credentials,
    responses((status = CREATED, description = "The account", body = Welcome)),
)]
async fn sign_up(
    State(app): State<App>,
    origin: Origin,
    headers: HeaderMap,
    Json(body): Json<Credentials>,
) -> Result<Response> {
    let name = body.name()?.to_owned();
    let person = register(&app, &name, &body.password).await?;
    if !name.contains('@') {
        let welcomed = welcome(&app, &origin, &headers, &name, body.password).await?;
        return Ok((StatusCode::CREATED, welcomed).into_response());
    }
    let welcome = Welcome {
        success: true,
        user: person.into(),
        token: None,
    };
    Ok((StatusCode::CREATED, axum::Json(welcome)).into_response())
}

/// Log in
///
/// With the product's cookie or, for programs, a token.
#[utoipa::path(
    post, path = "/login", tag = "legacy", operation_id = "dashboard_log_in", security(()),
    request_body = Credentials,
    responses((status = OK, description = "Logged in", body = Welcome)),
)]
async fn log_in(
    State(app): State<App>,
    origin: Origin,
    headers: HeaderMap,
    Json(body): Json<Credentials>,
) -> Result<Response> {
    let name = body.name()?.to_owned();
    welcome(&app, &origin, &headers, &name, body.password).await
}

async fn welcome(app: &App, origin: &Origin, headers: &HeaderMap, name: &str, password: String) -> Result<Response> {
    let (person, cookie) = super::log_in(app, origin, headers, name, password).await?;
    let (now, limits, issuer) = (app.clock.now(), &app.config.limits, extract::issuer(app));
    let mut db = app.db.acquire().await?;
    let token = bearer::issue(&mut db, now, limits, &app.signing_key, issuer, person.user_id).await?;
    let welcome = Welcome {
        success: true,
        user: person.into(),
        token: Some(token),
    };
    Ok((cookie, [(header::CACHE_CONTROL, "no-store")], axum::Json(welcome)).into_response())
}

/// Log out
#[utoipa::path(
    post, path = "/logout", tag = "legacy", operation_id = "dashboard_log_out", security(()),
    responses((status = OK, description = "Logged out", body = Success)),
)]
async fn end(State(app): State<App>, headers: HeaderMap) -> Result<impl IntoResponse> {
    let cookie = log_out(&app, &headers).await?;
    Ok((cookie, axum::Json(Success { success: true })))
}

/// Who is logged in
#[utoipa::path(
    get, path = "/api/session", tag = "legacy", operation_id = "dashboard_session", security(()),
    responses((status = OK, description = "The user, or nobody", body = Session)),
)]
async fn session(State(app): State<App>, caller: Option<Extension<Caller>>) -> Result<axum::Json<Session>> {
    let user = match caller {
        Some(Extension(caller)) => {
            let mut tx = app.db.begin().await?;
            let person = person(&app, &mut tx, caller.user_id).await?;
            tx.commit().await?;
            Some(User::from(person))
        }
        None => None,
    };
    Ok(axum::Json(Session {
        authenticated: user.is_some(),
        user,
    }))
}
