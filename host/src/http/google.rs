//! `/google`, `/account/google` and the way back from Google: sign-in, and the tie between an account and Google.
//!
//! Browsers are sent from here to Google and come back to the callback, which always answers with a page to go to: what
//! went wrong is named there by `problem`. A cookie makes sure that the browser that comes back is the one that left.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use axum_extra::extract::CookieJar;
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    accounts::login_service,
    cookies::SetCookie,
    error::Result,
    extract::{self, Json, Query},
    problems::{Conflict, Forbidden, Missing},
};
use crate::{
    accounts::{
        Caller,
        google::{self, Link, Pending, Refusal, ReturnTo, SignIn},
        sessions::{self, Origin},
    },
    app::App,
    error::Error,
    google::{Identity, Start},
    ids::UserId,
};

/// Where somebody goes who is not let in.
const LOGIN_PAGE: &str = "/login";

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct LogIn {
    /// The path of the page to go to afterwards.
    #[param(max_length = 2000, default = "/")]
    return_to: Option<String>,
}

/// What Google adds to the address of the way back (RFC 6749, 4.1.2).
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Callback {
    /// The state that the browser started with.
    state: Option<String>,
    /// The code with which this server asks Google who the user is.
    code: Option<String>,
    /// Why Google refused, such as `access_denied`.
    error: Option<String>,
}

#[derive(Deserialize, ToSchema)]
struct NewLink {
    /// May be omitted by somebody without a password, who then must have logged in recently.
    #[schema(format = "password", max_length = 1024)]
    password: Option<String>,
    /// The path of the page to go to afterwards.
    #[schema(max_length = 2000, default = "/")]
    return_to: Option<String>,
}

/// Whether Google Sign-In is available.
#[derive(Serialize, ToSchema)]
struct GoogleSignIn {
    /// False if the server is not set up for Google.
    available: bool,
}

/// Where to continue.
#[derive(Serialize, ToSchema)]
struct LinkBegun {
    /// The Google page to send the browser to.
    #[schema(format = "uri")]
    url: String,
}

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(sign_in))
        .routes(routes!(log_in))
        .routes(routes!(callback))
        .routes(routes!(link, unlink))
}

/// Whether Google Sign-In is available
///
/// For the login pages.
#[utoipa::path(
    get, path = "/api/v1/google", tag = "google", operation_id = "google_sign_in", security(()),
    responses((status = OK, body = GoogleSignIn)),
)]
async fn sign_in(State(app): State<App>) -> axum::Json<GoogleSignIn> {
    let available = app.google.available();
    axum::Json(GoogleSignIn { available })
}

/// Sign in with Google
///
/// For a browser to open. Google sends it back to `/auth/google/callback`, and from there it goes to `return_to`,
/// logged in; new people get an account.
#[utoipa::path(
    get, path = "/api/v1/google/login", tag = "google", operation_id = "log_in_with_google", security(()),
    params(LogIn),
    responses(
        (status = SEE_OTHER, description = "Continue at Google.", headers(
            ("Location" = String, description = "Google's page."),
            ("Set-Cookie" = String, description = "Identifies the browser when it comes back."),
        )),
        Conflict,
    ),
)]
async fn log_in(State(app): State<App>, Query(query): Query<LogIn>) -> Result<impl IntoResponse> {
    let return_to = return_to(query.return_to.as_deref())?;
    let start = app.google.start(app.clock.now()).await?;
    let mut db = app.db.acquire().await?;
    remember(&mut db, &app, &start, &return_to, None).await?;
    let location = [(header::LOCATION, start.url.to_string())];
    Ok((StatusCode::SEE_OTHER, location, leaving(&app, &start), ()))
}

/// Return from Google
///
/// Google sends browsers here. After a successful login the browser goes to the requested page. Otherwise it goes to
/// `/login?problem=…`, or to the page where the user wanted to link their account to Google, with `problem` added:
///
/// - `google_denied`: the user did not agree at Google.
/// - `google_state`: another browser started this, or it was started too long ago.
/// - `google_failed`: Google's response could not be verified.
/// - `google_unavailable`: Google or the server did not respond.
/// - `google_email_unverified`: Google has not verified the user's address.
/// - `email_unverified`: an account with this address exists, but the address was never confirmed here.
/// - `google_other`: the account is linked to another Google account.
/// - `google_taken`: the Google account is linked to another account.
/// - `account_disabled`: an administrator disabled the account.
#[utoipa::path(
    get, path = "/auth/google/callback", tag = "google", operation_id = "come_back_from_google", security(()),
    params(Callback),
    responses(
        (status = SEE_OTHER, description = "Continue here.", headers(
            ("Location" = String, description = "A page of this server."),
            ("Set-Cookie" = String, description = "The session cookie, if the login succeeded."),
        )),
        Conflict,
    ),
)]
async fn callback(
    State(app): State<App>,
    origin: Origin,
    headers: HeaderMap,
    Query(query): Query<Callback>,
) -> Result<Response> {
    app.google.needed()?;
    let (location, session) = match come_back(&app, &origin, &headers, query).await {
        Ok(arrival) => (arrival.to.as_str().to_owned(), arrival.session),
        Err(turned) => (turned.location(), None),
    };
    let location = [
        (header::LOCATION, location),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    let arrived = SetCookie::gone(cookie_name(&app), app.config.https());
    Ok(match session {
        Some(session) => (StatusCode::SEE_OTHER, location, arrived, session, ()).into_response(),
        None => (StatusCode::SEE_OTHER, location, arrived, ()).into_response(),
    })
}

/// Link your account to Google
///
/// The page that calls this sends the browser to the URL in the response. When it comes back, the account is linked to
/// Google, and an email says so.
#[utoipa::path(
    post, path = "/api/v1/account/google", tag = "google", operation_id = "link_google",
    request_body = NewLink,
    responses(
        (status = OK, body = LinkBegun, headers(
            ("Set-Cookie" = String, description = "Identifies the browser when it comes back."),
        )),
        Forbidden, Conflict,
    ),
)]
async fn link(State(app): State<App>, caller: Caller, Json(body): Json<NewLink>) -> Result<impl IntoResponse> {
    let return_to = return_to(body.return_to.as_deref())?;
    app.google.needed()?;
    let proven = login_service(&app)
        .prove_again(&caller, "password", body.password)
        .await?;
    let start = app.google.start(app.clock.now()).await?;
    let mut tx = app.db.begin().await?;
    let user_id = google::begin_link(&mut tx, &caller, proven).await?;
    remember(&mut tx, &app, &start, &return_to, Some(user_id)).await?;
    tx.commit().await?;
    let url = start.url.to_string();
    Ok((leaving(&app, &start), axum::Json(LinkBegun { url })))
}

/// Unlink your account from Google
///
/// Only with a password, which is then the only way to log in.
#[utoipa::path(
    delete, path = "/api/v1/account/google", tag = "google", operation_id = "unlink_google",
    responses(
        (status = NO_CONTENT, description = "The account is no longer linked to Google."),
        Forbidden, Missing, Conflict,
    ),
)]
async fn unlink(State(app): State<App>, caller: Caller) -> Result<StatusCode> {
    let mut tx = app.db.begin().await?;
    google::unlink(&mut tx, &caller).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Somebody who is back and may go on.
struct Arrival {
    to: ReturnTo,
    /// The cookie of a session that begins.
    session: Option<SetCookie>,
}

/// Somebody who is back and is not let in.
struct Turned {
    code: &'static str,
    /// The page that they left from to tie their account to Google.
    from: Option<ReturnTo>,
}

async fn come_back(app: &App, origin: &Origin, headers: &HeaderMap, query: Callback) -> Result<Arrival, Turned> {
    let turned = |code| Turned { code, from: None };
    let known = CookieJar::from_headers(headers);
    let left = known
        .get(cookie_name(app))
        .map(axum_extra::extract::cookie::Cookie::value);
    let Some(state) = query.state.as_deref().filter(|state| left == Some(*state)) else {
        return Err(turned("google_state"));
    };
    let pending = taken(app, state).await.map_err(|error| turned(code_of(error)))?;
    let pending = pending.ok_or(turned("google_state"))?;
    let from = pending.linking.map(|_| pending.return_to.clone());
    let turned = |code| Turned {
        code,
        from: from.clone(),
    };
    let code = match (query.code, query.error) {
        (Some(code), None) => code,
        (_, Some(error)) if error == "access_denied" => return Err(turned("google_denied")),
        (_, error) => {
            tracing::warn!(error, "Google sends somebody back without a code");
            return Err(turned("google_failed"));
        }
    };
    let identity = app
        .google
        .finish(app.clock.now(), code, &pending.nonce, pending.pkce_verifier)
        .await
        .map_err(|error| turned(code_of(error)))?;
    let ended = match pending.linking {
        Some(user_id) => tie(app, headers, user_id, &identity).await,
        None => admit(app, origin, headers, &identity).await,
    };
    match ended.map_err(|error| turned(code_of(error)))? {
        Ended::In(session) => Ok(Arrival {
            to: pending.return_to,
            session,
        }),
        Ended::Out(refusal) => Err(turned(refusal.code())),
    }
}

enum Ended {
    In(Option<SetCookie>),
    Out(Refusal),
}

async fn admit(app: &App, origin: &Origin, headers: &HeaderMap, identity: &Identity) -> Result<Ended, Error> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let user_id = match google::sign_in(&mut tx, now, identity).await? {
        SignIn::Admitted(user_id) => user_id,
        SignIn::Refused(refusal) => return Ok(Ended::Out(refusal)),
    };
    sessions::leave(&mut tx, extract::session_token(headers, app).as_deref()).await?;
    let (_, token) = sessions::open(&mut tx, now, &app.config.limits, user_id, false, origin).await?;
    tx.commit().await?;
    Ok(Ended::In(Some(SetCookie::session(&app.config, &token, false))))
}

async fn tie(app: &App, headers: &HeaderMap, linking: UserId, identity: &Identity) -> Result<Ended, Error> {
    // Whoever is logged in no more is not the one who left either.
    let caller = extract::caller(headers, app).await.ok();
    let mut tx = app.db.begin().await?;
    match google::link(&mut tx, linking, caller.as_ref(), identity).await? {
        Link::Made => {}
        Link::Refused(refusal) => return Ok(Ended::Out(refusal)),
    }
    tx.commit().await?;
    Ok(Ended::In(None))
}

async fn taken(app: &App, state: &str) -> Result<Option<Pending>, Error> {
    let mut db = app.db.acquire().await?;
    google::take(&mut db, app.clock.now(), state).await
}

async fn remember(
    db: &mut sqlx::PgConnection,
    app: &App,
    start: &Start,
    return_to: &ReturnTo,
    linking: Option<UserId>,
) -> Result<(), Error> {
    google::remember(db, app.clock.now(), &app.config.limits, start, return_to, linking).await
}

/// The cookie of a browser that leaves for Google.
fn leaving(app: &App, start: &Start) -> SetCookie {
    let lasts = TimeDelta::minutes(app.config.limits.google_login_minutes.into());
    SetCookie::new(cookie_name(app), &start.state, app.config.https(), Some(lasts))
}

fn cookie_name(app: &App) -> &'static str {
    if app.config.https() {
        "__Host-glovebox_google"
    } else {
        "glovebox_google"
    }
}

fn return_to(text: Option<&str>) -> Result<ReturnTo, Error> {
    text.map_or_else(|| Ok(ReturnTo::default()), |text| ReturnTo::parse("return_to", text))
}

/// What a page is told of an error. The log has it, unless it is the visitor's.
fn code_of(error: Error) -> &'static str {
    match error {
        Error::Unauthenticated(_) | Error::Invalid(_) | Error::Conflict { .. } | Error::Missing(_) => "google_failed",
        Error::Refused { code, .. } => code,
        Error::Internal(error) => {
            tracing::error!(error = format!("{error:#}"), "a sign-in by Google failed");
            "google_unavailable"
        }
        _ => "google_unavailable",
    }
}

impl Turned {
    fn location(&self) -> String {
        let page = self.from.as_ref().map_or(LOGIN_PAGE, ReturnTo::as_str);
        let (path, fragment) = page.find('#').map_or((page, ""), |at| page.split_at(at));
        let separator = if path.contains('?') { '&' } else { '?' };
        format!("{path}{separator}problem={}{fragment}", self.code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_is_added_to_the_page() {
        let check = |from: Option<&str>, expected: &str| {
            let from = from.map(|page| ReturnTo::parse("return_to", page).unwrap());
            let turned = Turned {
                code: "google_denied",
                from,
            };
            assert_eq!(turned.location(), expected);
        };
        check(None, "/login?problem=google_denied");
        check(Some("/account"), "/account?problem=google_denied");
        check(
            Some("/account?tab=2#google"),
            "/account?tab=2&problem=google_denied#google",
        );
    }
}
