//! `/api/v1/orgs`: organisations, and how much they keep.

use axum::{
    extract::State,
    http::{StatusCode, Uri, header},
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
    accounts::Caller,
    app::App,
    ids::OrgId,
    orgs::{self, Org, Owned, member_of},
    storage::{self, StorageUsage},
    text::Name,
    turns::usage::{Activity, activity},
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get, rename, delete))
        .routes(routes!(usage))
}

/// The name of an organisation.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct OrgBody {
    /// 1 to 100 characters in one line.
    #[schema(min_length = 1, max_length = 100, example = "Acme")]
    name: String,
}

/// What an organisation stores, and what its turns use.
#[derive(Serialize, ToSchema)]
struct OrgUsage {
    #[serde(flatten)]
    storage: StorageUsage,
    #[serde(flatten)]
    activity: Activity,
}

/// My organisations
///
/// The organisations that the caller belongs to, with the caller's role in each, newest first.
#[utoipa::path(
    get,
    path = "/api/v1/orgs",
    tag = "organisations",
    operation_id = "list_orgs",
    params(PageQuery),
    responses(
        (status = OK, description = "One page", body = Page<Org>, headers(("Link" = String, description = "The next page"))),
    ),
)]
async fn list(State(app): State<App>, caller: Caller, uri: Uri, Query(query): Query<PageQuery>) -> Result<Response> {
    let page = query.parse()?;
    let mut db = app.db.acquire().await?;
    let orgs = orgs::list(&mut db, &caller, page.after.map(OrgId), page.limit + 1).await?;
    Ok(Page::new(orgs, &page, |org| org.id.0).answer(&uri))
}

/// Create an organisation
///
/// A shared organisation, owned by the caller. Everybody already has a personal one.
#[utoipa::path(
    post,
    path = "/api/v1/orgs",
    tag = "organisations",
    operation_id = "create_org",
    request_body = OrgBody,
    responses(
        (status = CREATED, description = "Created", body = Org, headers(("Location" = String, description = "Its URL"))),
        Forbidden,
    ),
)]
async fn create(State(app): State<App>, caller: Caller, Json(body): Json<OrgBody>) -> Result<Response> {
    let name = Name::parse("name", &body.name)?;
    let mut tx = app.db.begin().await?;
    let org = orgs::create(&mut tx, app.clock.now(), &app.config.limits, &caller, &name).await?;
    tx.commit().await?;
    let location = [(header::LOCATION, format!("/api/v1/orgs/{}", org.id))];
    Ok((StatusCode::CREATED, location, axum::Json(org)).into_response())
}

/// An organisation
#[utoipa::path(
    get,
    path = "/api/v1/orgs/{org_id}",
    tag = "organisations",
    operation_id = "get_org",
    params(("org_id" = OrgId, Path, description = "The organisation")),
    responses((status = OK, description = "The organisation", body = Org)),
)]
async fn get(State(app): State<App>, caller: Caller, Path(org_id): Path<OrgId>) -> Result<axum::Json<Org>> {
    let mut db = app.db.acquire().await?;
    let member = member_of(&mut db, &caller, Owned::Org(org_id)).await?;
    Ok(axum::Json(orgs::get(&mut db, &member).await?))
}

/// Rename an organisation
///
/// Requires the admin role or higher.
#[utoipa::path(
    patch,
    path = "/api/v1/orgs/{org_id}",
    tag = "organisations",
    operation_id = "update_org",
    params(("org_id" = OrgId, Path, description = "The organisation")),
    request_body = OrgBody,
    responses((status = OK, description = "The updated organisation", body = Org), Forbidden),
)]
async fn rename(
    State(app): State<App>,
    caller: Caller,
    Path(org_id): Path<OrgId>,
    Json(body): Json<OrgBody>,
) -> Result<axum::Json<Org>> {
    let name = Name::parse("name", &body.name)?;
    let mut tx = app.db.begin().await?;
    let member = member_of(&mut tx, &caller, Owned::Org(org_id)).await?;
    let org = orgs::rename(&mut tx, &member, &name).await?;
    tx.commit().await?;
    Ok(axum::Json(org))
}

/// Delete an organisation
///
/// For owners. Its projects, prompts and files are deleted too. A personal organisation can only be deleted with its
/// account: 409 `personal_org`.
#[utoipa::path(
    delete,
    path = "/api/v1/orgs/{org_id}",
    tag = "organisations",
    operation_id = "delete_org",
    params(("org_id" = OrgId, Path, description = "The organisation")),
    responses((status = NO_CONTENT, description = "Deleted"), Forbidden, Conflict),
)]
async fn delete(State(app): State<App>, caller: Caller, Path(org_id): Path<OrgId>) -> Result<StatusCode> {
    let mut tx = app.db.begin().await?;
    let member = member_of(&mut tx, &caller, Owned::Org(org_id)).await?;
    orgs::delete(&mut tx, &member).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Get the usage of an organisation
///
/// The bytes and files it stores, with the limits; and what its turns used by day and this month, with the limits that
/// apply to them.
#[utoipa::path(
    get,
    path = "/api/v1/orgs/{org_id}/usage",
    tag = "organisations",
    operation_id = "get_org_usage",
    params(("org_id" = OrgId, Path, description = "The organisation")),
    responses((status = OK, description = "Usage and limits", body = OrgUsage)),
)]
async fn usage(State(app): State<App>, caller: Caller, Path(org_id): Path<OrgId>) -> Result<axum::Json<OrgUsage>> {
    let mut db = app.db.acquire().await?;
    let member = member_of(&mut db, &caller, Owned::Org(org_id)).await?;
    let limits = &app.config.limits;
    let storage = storage::usage(&mut db, limits, &member).await?;
    let activity = activity(&mut db, app.clock.now(), limits, &member).await?;
    Ok(axum::Json(OrgUsage { storage, activity }))
}
