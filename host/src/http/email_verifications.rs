//! `/email-verifications`: the links that confirm an address.

use axum::{extract::State, http::StatusCode};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{accounts::desk, error::Result, extract::Json, problems::Conflict};
use crate::{
    accounts::{Email, verification},
    app::App,
};

#[derive(Deserialize, ToSchema)]
struct NewVerification {
    #[schema(format = "email", max_length = 254)]
    email: String,
}

#[derive(Deserialize, ToSchema)]
struct EmailConfirmation {
    /// What stands behind `token=` in the link that was mailed.
    #[schema(max_length = 100)]
    token: String,
}

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(send_again))
        .routes(routes!(confirm))
}

/// Send the confirmation link again
///
/// The answer is the same where no account waits for its confirmation.
#[utoipa::path(
    post, path = "/api/v1/email-verifications", tag = "accounts", operation_id = "send_verification", security(()),
    request_body = NewVerification,
    responses((status = ACCEPTED, description = "Look into your mail.")),
)]
async fn send_again(State(app): State<App>, Json(body): Json<NewVerification>) -> Result<StatusCode> {
    let email = Email::parse("email", &body.email)?;
    let mut tx = app.db.begin().await?;
    desk(&app).send_link_again(&mut tx, email).await?;
    tx.commit().await?;
    Ok(StatusCode::ACCEPTED)
}

/// Confirm an e-mail address
///
/// Works once for each link, at sign-up and when an account gets another address.
#[utoipa::path(
    post, path = "/api/v1/email-verifications/confirm", tag = "accounts", operation_id = "confirm_email", security(()),
    request_body = EmailConfirmation,
    responses((status = NO_CONTENT, description = "The address is confirmed."), Conflict),
)]
async fn confirm(State(app): State<App>, Json(body): Json<EmailConfirmation>) -> Result<StatusCode> {
    let mut tx = app.db.begin().await?;
    verification::confirm(&mut tx, app.clock.now(), &body.token).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
