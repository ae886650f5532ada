//! `/api-keys`: the caller's personal keys for programs.

use axum::{
    extract::State,
    http::{HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    error::Result,
    extract::{Json, Path, Query},
    page::{Page, PageQuery},
    problems::{Conflict, Forbidden},
};
use crate::{
    accounts::{
        Caller,
        api_keys::{self, ApiKey},
    },
    app::App,
    ids::ApiKeyId,
    text::Name,
};

#[derive(Deserialize, ToSchema)]
struct NewApiKey {
    /// What it is for; unique among your keys.
    #[schema(min_length = 1, max_length = 100, examples("Nightly upload"))]
    name: String,
}

/// A newly created key.
#[derive(Serialize, ToSchema)]
struct CreatedApiKey {
    #[serde(flatten)]
    key: ApiKey,
    /// For the header `Authorization: Bearer …`. It is shown only once.
    token: String,
}

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(delete))
}

/// Your API keys
#[utoipa::path(
    get, path = "/api/v1/api-keys", tag = "api-keys", operation_id = "list_api_keys",
    params(PageQuery),
    responses(
        (status = OK, body = Page<ApiKey>, headers(("Link" = String, description = "The next page, if there is one."))),
        Forbidden,
    ),
)]
async fn list(State(app): State<App>, caller: Caller, uri: Uri, Query(page): Query<PageQuery>) -> Result<Response> {
    let page = page.parse()?;
    let mut db = app.db.acquire().await?;
    let rows = api_keys::list(&mut db, &caller, page.after, i64::from(page.limit) + 1).await?;
    Ok(Page::new(rows, &page, |key| key.id.0).answer(&uri))
}

/// Create an API key
///
/// It can do what you can do, except for actions that need a person: it cannot create keys, end sessions or change your
/// account's address and password.
#[utoipa::path(
    post, path = "/api/v1/api-keys", tag = "api-keys", operation_id = "create_api_key",
    request_body = NewApiKey,
    responses(
        (status = CREATED, body = CreatedApiKey, headers(("Location" = String, description = "The key."))),
        Forbidden, Conflict,
    ),
)]
async fn create(State(app): State<App>, caller: Caller, Json(body): Json<NewApiKey>) -> Result<impl IntoResponse> {
    let name = Name::parse("name", &body.name)?;
    let mut tx = app.db.begin().await?;
    let (key, token) = api_keys::create(&mut tx, app.clock.now(), &app.config.limits, &caller, &name).await?;
    tx.commit().await?;
    let headers = [
        (
            header::LOCATION,
            HeaderValue::try_from(format!("/api/v1/api-keys/{}", key.id)).map_err(anyhow::Error::new)?,
        ),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((StatusCode::CREATED, headers, axum::Json(CreatedApiKey { key, token })))
}

/// Revoke an API key
#[utoipa::path(
    delete, path = "/api/v1/api-keys/{api_key_id}", tag = "api-keys", operation_id = "delete_api_key",
    params(("api_key_id" = ApiKeyId, Path, description = "The key.")),
    responses((status = NO_CONTENT, description = "Revoked."), Forbidden),
)]
async fn delete(State(app): State<App>, caller: Caller, Path(id): Path<ApiKeyId>) -> Result<StatusCode> {
    let mut db = app.db.acquire().await?;
    api_keys::delete(&mut db, &caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
