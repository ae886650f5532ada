//! `/password-resets`: a new password for somebody who has forgotten theirs.

use axum::{extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    accounts::login_service,
    error::Result,
    extract::{Json, Path},
};
use crate::{accounts::Email, app::App, ids::PasswordResetId};

#[derive(Deserialize, ToSchema)]
struct NewReset {
    #[schema(format = "email", max_length = 254)]
    email: String,
}

/// A request that is waiting for its code.
#[derive(Serialize, ToSchema)]
struct Reset {
    /// The code works only together with this id.
    id: PasswordResetId,
}

#[derive(Deserialize, ToSchema)]
struct PasswordReset {
    /// The six-digit code from the email.
    #[schema(pattern = "^[0-9]{6}$", examples("012345"))]
    code: String,
    /// With a letter and a digit, and not a common password.
    #[schema(format = "password", min_length = 8, max_length = 1024)]
    password: String,
}

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(ask)).routes(routes!(confirm))
}

/// Request a new password
///
/// A six-digit code is sent to the address, and works for ten minutes together with the id in the response. The
/// response is the same if no account has the address; no email is sent then.
#[utoipa::path(
    post, path = "/api/v1/password-resets", tag = "accounts", operation_id = "ask_for_password_reset", security(()),
    request_body = NewReset,
    responses((status = ACCEPTED, body = Reset)),
)]
async fn ask(State(app): State<App>, Json(body): Json<NewReset>) -> Result<(StatusCode, axum::Json<Reset>)> {
    let email = Email::parse("email", &body.email)?;
    let mut tx = app.db.begin().await?;
    let id = login_service(&app).ask_for_reset(&mut tx, &email).await?;
    tx.commit().await?;
    Ok((StatusCode::ACCEPTED, axum::Json(Reset { id })))
}

/// Choose a new password
///
/// All sessions, bearer tokens and API keys of the account end. A code works once and allows five attempts.
#[utoipa::path(
    post, path = "/api/v1/password-resets/{password_reset_id}/confirm", tag = "accounts",
    operation_id = "confirm_password_reset", security(()),
    params(("password_reset_id" = PasswordResetId, Path, description = "The id of the password reset request.")),
    request_body = PasswordReset,
    responses((status = NO_CONTENT, description = "The password is changed.")),
)]
async fn confirm(
    State(app): State<App>,
    Path(id): Path<PasswordResetId>,
    Json(body): Json<PasswordReset>,
) -> Result<StatusCode> {
    login_service(&app).reset(id, &body.code, &body.password).await?;
    Ok(StatusCode::NO_CONTENT)
}
