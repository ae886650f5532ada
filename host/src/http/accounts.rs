//! `/accounts` to sign up, and `/account`: the caller's own.

use axum::{extract::State, http::StatusCode, response::IntoResponse};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    address::ClientAddress,
    cookies::SetCookie,
    error::Result,
    extract::Json,
    problems::{Conflict, Forbidden},
};
use crate::{
    accounts::{
        self, Account, Caller, Change, Email, deletion,
        login::LoginService,
        sessions::{self, Origin},
        verification::SignUp,
    },
    app::App,
};

/// A new account.
#[derive(Deserialize, ToSchema)]
struct NewAccount {
    #[schema(format = "email", max_length = 254, examples("ada@example.com"))]
    email: String,
    /// With a letter and a digit, and not a common password.
    #[schema(
        format = "password",
        min_length = 8,
        max_length = 1024,
        examples("correct horse 7 battery")
    )]
    password: String,
    #[schema(max_length = 100, examples("Ada Lovelace"))]
    name: Option<String>,
}

/// The changes; omitted fields stay as they are.
#[derive(Deserialize, ToSchema)]
struct AccountChange {
    /// Empty for none.
    #[schema(max_length = 100)]
    name: Option<String>,
}

#[derive(Deserialize, ToSchema)]
struct NewPassword {
    /// May be omitted by somebody without a password yet, who then must have logged in recently.
    #[schema(format = "password", max_length = 1024)]
    current_password: Option<String>,
    /// With a letter and a digit, and not a common password.
    #[schema(format = "password", min_length = 8, max_length = 1024)]
    password: String,
}

#[derive(Deserialize, ToSchema)]
struct NewEmail {
    #[schema(format = "email", max_length = 254)]
    email: String,
    /// May be omitted by somebody without a password, who then must have logged in recently.
    #[schema(format = "password", max_length = 1024)]
    password: Option<String>,
}

#[derive(Deserialize, ToSchema)]
struct AccountDeletion {
    /// May be omitted by somebody without a password, who then must have logged in recently.
    #[schema(format = "password", max_length = 1024)]
    password: Option<String>,
}

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(sign_up))
        .routes(routes!(show, change, delete))
        .routes(routes!(change_password))
        .routes(routes!(change_email))
}

/// What checks of passwords need.
pub(super) fn login_service(app: &App) -> LoginService<'_> {
    LoginService {
        pool: &app.db,
        now: app.clock.now(),
        limits: &app.config.limits,
        key: &app.signing_key,
    }
}

/// Sign up
///
/// A link is sent to the address; whoever follows it can log in. The response is the same if the address already has an
/// account: in that case the email says so.
///
/// On your own machine (the public URL points only to it, and the request comes from it), the first account is active
/// immediately: 201, with a session.
#[utoipa::path(
    post, path = "/api/v1/accounts", tag = "accounts", operation_id = "sign_up", security(()),
    request_body = NewAccount,
    responses(
        (status = ACCEPTED, description = "Check your email."),
        (status = CREATED, description = "The first account is active, and you are logged in.", headers(
            ("Set-Cookie" = String, description = "The session cookie."),
        )),
    ),
)]
async fn sign_up(
    State(app): State<App>,
    origin: Origin,
    address: ClientAddress,
    Json(body): Json<NewAccount>,
) -> Result<impl IntoResponse> {
    let wish = SignUp::parse(&body.email, &body.password, body.name.as_deref())?;
    let desk = login_service(&app);
    let mailed = SetCookie::signed_up(&app.config, &sessions::sign_up_code(&app.signing_key, wish.email()));
    let first_opens = app.config.first_account_opens && address.0.is_loopback();
    let Some(user_id) = desk.sign_up(wish, first_opens).await? else {
        return Ok((mailed, StatusCode::ACCEPTED));
    };
    let mut db = app.db.acquire().await?;
    let (_, token) = sessions::open(&mut db, desk.now, desk.limits, user_id, true, &origin).await?;
    Ok((SetCookie::session(&app.config, &token, true), StatusCode::CREATED))
}

/// Your account
#[utoipa::path(
    get, path = "/api/v1/account", tag = "accounts", operation_id = "get_account",
    responses((status = OK, body = Account)),
)]
async fn show(State(app): State<App>, caller: Caller) -> Result<axum::Json<Account>> {
    let mut db = app.db.acquire().await?;
    Ok(axum::Json(accounts::account(&mut db, app.clock.now(), &caller).await?))
}

/// Change your profile
#[utoipa::path(
    patch, path = "/api/v1/account", tag = "accounts", operation_id = "change_account",
    request_body = AccountChange,
    responses((status = OK, body = Account)),
)]
async fn change(
    State(app): State<App>,
    caller: Caller,
    Json(body): Json<AccountChange>,
) -> Result<axum::Json<Account>> {
    let change = Change::parse(body.name.as_deref())?;
    let mut tx = app.db.begin().await?;
    accounts::change(&mut tx, caller.user_id, &change).await?;
    let account = accounts::account(&mut tx, app.clock.now(), &caller).await?;
    tx.commit().await?;
    Ok(axum::Json(account))
}

/// Delete your account
///
/// Your account, your personal organisation and every organisation without another member are deleted immediately, with
/// all their projects and files; all sessions, tokens and keys stop working. The bytes of the files are removed soon
/// after.
#[utoipa::path(
    delete, path = "/api/v1/account", tag = "accounts", operation_id = "delete_account",
    request_body = AccountDeletion,
    responses((status = NO_CONTENT, description = "Deleted."), Forbidden, Conflict),
)]
async fn delete(
    State(app): State<App>,
    caller: Caller,
    Json(body): Json<AccountDeletion>,
) -> Result<impl IntoResponse> {
    let proven = login_service(&app)
        .prove_again(&caller, "password", body.password)
        .await?;
    let mut tx = app.db.begin().await?;
    deletion::delete(&mut tx, &app.signing_key, proven).await?;
    tx.commit().await?;
    Ok((SetCookie::end_session(&app.config), StatusCode::NO_CONTENT))
}

/// Change your password
///
/// All other sessions and all bearer tokens end; API keys stay valid. The session of this request continues with a new
/// cookie.
#[utoipa::path(
    put, path = "/api/v1/account/password", tag = "accounts", operation_id = "change_password",
    request_body = NewPassword,
    responses((status = NO_CONTENT, description = "The password is changed."), Forbidden),
)]
async fn change_password(
    State(app): State<App>,
    caller: Caller,
    Json(body): Json<NewPassword>,
) -> Result<impl IntoResponse> {
    let renewed = login_service(&app)
        .change_password(&caller, body.current_password, &body.password)
        .await?;
    let cookie = renewed.map(|(token, remember)| SetCookie::session(&app.config, &token, remember));
    Ok((cookie, StatusCode::NO_CONTENT))
}

/// Change your email address
///
/// A link is sent to the new address, which becomes the account's address once the link is followed; the old address is
/// notified. The response is the same if the new address already has an account: in that case the email says so.
#[utoipa::path(
    put, path = "/api/v1/account/email", tag = "accounts", operation_id = "change_email",
    request_body = NewEmail,
    responses((status = ACCEPTED, description = "Check the email at the new address."), Forbidden),
)]
async fn change_email(State(app): State<App>, caller: Caller, Json(body): Json<NewEmail>) -> Result<StatusCode> {
    let email = Email::parse("email", &body.email)?;
    let proven = login_service(&app)
        .prove_again(&caller, "password", body.password)
        .await?;
    let mut tx = app.db.begin().await?;
    login_service(&app).change_email(&mut tx, proven, email).await?;
    tx.commit().await?;
    Ok(StatusCode::ACCEPTED)
}
