//! `/tokens`: bearer tokens for programs.

use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::IntoResponse,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    accounts::login_service,
    error::Result,
    extract::{self, Json},
    problems::{Forbidden, Unauthenticated},
};
use crate::{
    accounts::{Email, bearer},
    app::App,
};

#[derive(Deserialize, ToSchema)]
struct NewToken {
    #[schema(format = "email", max_length = 254)]
    email: String,
    #[schema(format = "password", max_length = 1024)]
    password: String,
}

/// As in RFC 6750, 4.
#[derive(Serialize, ToSchema)]
#[expect(clippy::struct_field_names, reason = "the names are the standard's")]
struct Token {
    /// For the header `Authorization: Bearer …`.
    access_token: String,
    /// Always `bearer`.
    #[schema(examples("bearer"))]
    token_type: &'static str,
    /// Seconds until it expires.
    expires_in: u32,
}

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(issue))
}

/// Get a bearer token
///
/// It expires by itself, and immediately when the password changes or you log out everywhere else. After several failed
/// attempts there is a delay, longer each time (`login_delayed`).
#[utoipa::path(
    post, path = "/api/v1/tokens", tag = "sessions", operation_id = "get_token", security(()),
    request_body = NewToken,
    responses((status = OK, body = Token), Unauthenticated, Forbidden),
)]
async fn issue(State(app): State<App>, Json(body): Json<NewToken>) -> Result<impl IntoResponse> {
    let email = Email::parse("email", &body.email)?;
    let desk = login_service(&app);
    let proven = desk.log_in(&email, body.password).await?;
    let mut tx = app.db.begin().await?;
    let user_id = proven.admit(&mut tx, desk.now).await?;
    let issuer = extract::issuer(&app);
    let access_token = bearer::issue(&mut tx, desk.now, desk.limits, desk.key, issuer, user_id).await?;
    tx.commit().await?;
    let token = Token {
        access_token,
        token_type: "bearer",
        expires_in: desk.limits.bearer_minutes * 60,
    };
    let never_kept = [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    Ok((never_kept, axum::Json(token)))
}
