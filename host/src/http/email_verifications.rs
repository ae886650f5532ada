//! `/email-verifications`: the links that confirm an address.

use axum::{extract::State, http::StatusCode};
use axum_extra::extract::cookie::{Cookie, CookieJar};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    accounts::login_service,
    cookies::{SetCookie, signed_up_cookie_name},
    error::Result,
    extract::Json,
    problems::Conflict,
};
use crate::{
    accounts::{
        Email,
        sessions::{self, Origin},
        verification,
    },
    app::App,
};

#[derive(Deserialize, ToSchema)]
struct NewVerification {
    #[schema(format = "email", max_length = 254)]
    email: String,
}

#[derive(Deserialize, ToSchema)]
struct EmailConfirmation {
    /// The value of `token=` in the link that was emailed.
    #[schema(max_length = 100)]
    token: String,
}

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(send_again))
        .routes(routes!(confirm))
}

/// Send the verification link again
///
/// The response is the same if no account is waiting for confirmation.
#[utoipa::path(
    post, path = "/api/v1/email-verifications", tag = "accounts", operation_id = "send_verification", security(()),
    request_body = NewVerification,
    responses((status = ACCEPTED, description = "Check your email.")),
)]
async fn send_again(State(app): State<App>, Json(body): Json<NewVerification>) -> Result<StatusCode> {
    let email = Email::parse("email", &body.email)?;
    let mut tx = app.db.begin().await?;
    login_service(&app).send_link_again(&mut tx, email).await?;
    tx.commit().await?;
    Ok(StatusCode::ACCEPTED)
}

/// Confirm an email address
///
/// Each link works once, at sign-up and when an account changes its address. The browser that signed up is logged in.
#[utoipa::path(
    post, path = "/api/v1/email-verifications/confirm", tag = "accounts", operation_id = "confirm_email", security(()),
    request_body = EmailConfirmation,
    responses(
        (status = NO_CONTENT, description = "The address is confirmed.", headers(
            ("Set-Cookie" = String, description = "The session cookie, for the browser that signed up."),
        )),
        Conflict,
    ),
)]
async fn confirm(
    State(app): State<App>,
    origin: Origin,
    jar: CookieJar,
    Json(body): Json<EmailConfirmation>,
) -> Result<(Option<SetCookie>, StatusCode)> {
    let (now, limits) = (app.clock.now(), &app.config.limits);
    let mut tx = app.db.begin().await?;
    let confirmed = verification::confirm(&mut tx, now, &body.token).await?;
    let code = jar.get(signed_up_cookie_name(app.config.https())).map(Cookie::value);
    let is_here = code.is_some_and(|code| sessions::signed_up_here(&app.signing_key, &confirmed.email, code));
    let cookie = if confirmed.opened && is_here {
        let (_, token) = sessions::open(&mut tx, now, limits, confirmed.user_id, false, &origin).await?;
        Some(SetCookie::session(&app.config, &token, false))
    } else {
        None
    };
    tx.commit().await?;
    Ok((cookie, StatusCode::NO_CONTENT))
}
