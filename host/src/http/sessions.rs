//! `/sessions`: log-in and log-out of browsers, and the list of where somebody is logged in.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    accounts::login_service,
    cookies::SetCookie,
    error::Result,
    extract::{self, Json, Path, Query},
    page::{Page, PageQuery},
    problems::{Forbidden, Missing, Unauthenticated},
};
use crate::{
    accounts::{
        Caller, Email,
        sessions::{self, Origin, Session},
    },
    app::App,
    ids::SessionId,
};

#[derive(Deserialize, ToSchema)]
struct NewSession {
    #[schema(format = "email", max_length = 254)]
    email: String,
    #[schema(format = "password", max_length = 1024)]
    password: String,
    /// Whether the session outlives the browser and lasts for 30 days, instead of 30 minutes after its last request.
    #[serde(default)]
    remember: bool,
}

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(log_in, list, end_others))
        .routes(routes!(log_out))
        .routes(routes!(end))
}

/// Log in
///
/// The session is in a cookie that scripts cannot read. A previous session of the browser ends. After several failed
/// attempts there is a delay, longer each time (`login_delayed`).
#[utoipa::path(
    post, path = "/api/v1/sessions", tag = "sessions", operation_id = "log_in", security(()),
    request_body = NewSession,
    responses(
        (status = CREATED, body = Session, headers(
            ("Location" = String, description = "The session."),
            ("Set-Cookie" = String, description = "The session cookie."),
        )),
        Unauthenticated, Forbidden,
    ),
)]
async fn log_in(
    State(app): State<App>,
    origin: Origin,
    headers: HeaderMap,
    Json(body): Json<NewSession>,
) -> Result<impl IntoResponse> {
    let email = Email::parse("email", &body.email)?;
    let desk = login_service(&app);
    let proven = desk.log_in(&email, body.password).await?;
    let mut tx = app.db.begin().await?;
    let user_id = proven.admit(&mut tx, desk.now).await?;
    sessions::leave(&mut tx, extract::session_token(&headers, &app).as_deref()).await?;
    let (id, token) = sessions::open(&mut tx, desk.now, desk.limits, user_id, body.remember, &origin).await?;
    let session = sessions::current(&mut tx, id).await?;
    tx.commit().await?;
    let location = [(header::LOCATION, format!("/api/v1/sessions/{id}"))];
    let cookie = SetCookie::session(&app.config, &token, body.remember);
    Ok((StatusCode::CREATED, location, cookie, axum::Json(session)))
}

/// List your sessions
#[utoipa::path(
    get, path = "/api/v1/sessions", tag = "sessions", operation_id = "list_sessions",
    params(PageQuery),
    responses(
        (status = OK, body = Page<Session>, headers(("Link" = String, description = "The next page, if there is one."))),
        Forbidden,
    ),
)]
async fn list(State(app): State<App>, caller: Caller, uri: Uri, Query(page): Query<PageQuery>) -> Result<Response> {
    let page = page.parse()?;
    let mut db = app.db.acquire().await?;
    let rows = sessions::list(&mut db, app.clock.now(), &caller, page.after, i64::from(page.limit) + 1).await?;
    Ok(Page::new(rows, &page, |session| session.id.0).answer(&uri))
}

/// Log out
#[utoipa::path(
    delete, path = "/api/v1/sessions/current", tag = "sessions", operation_id = "log_out",
    responses(
        (status = NO_CONTENT, description = "The session has ended.",
         headers(("Set-Cookie" = String, description = "Clears the cookie."))),
        Forbidden, Missing,
    ),
)]
async fn log_out(State(app): State<App>, caller: Caller) -> Result<impl IntoResponse> {
    let mut db = app.db.acquire().await?;
    sessions::close_current(&mut db, &caller).await?;
    Ok((SetCookie::end_session(&app.config), StatusCode::NO_CONTENT))
}

/// End a session
#[utoipa::path(
    delete, path = "/api/v1/sessions/{session_id}", tag = "sessions", operation_id = "end_session",
    params(("session_id" = SessionId, Path, description = "The session.")),
    responses((status = NO_CONTENT, description = "The session has ended."), Forbidden),
)]
async fn end(State(app): State<App>, caller: Caller, Path(id): Path<SessionId>) -> Result<StatusCode> {
    let mut db = app.db.acquire().await?;
    sessions::close(&mut db, &caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Log out everywhere else
///
/// All bearer tokens end too. API keys stay valid.
#[utoipa::path(
    delete, path = "/api/v1/sessions", tag = "sessions", operation_id = "end_other_sessions",
    responses((status = NO_CONTENT, description = "All other sessions have ended."), Forbidden),
)]
async fn end_others(State(app): State<App>, caller: Caller) -> Result<StatusCode> {
    let mut tx = app.db.begin().await?;
    sessions::close_others(&mut tx, &caller).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
