//! The versions of a dashboard: `/api/v1/dashboards/{dashboard_id}/versions` and `…/revert`.

use axum::{
    extract::State,
    http::Uri,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{SavedDashboard, etag};
use crate::{
    accounts::Caller,
    app::App,
    dashboards::{self, Version, document::Document},
    http::{
        error::Result,
        extract::{Json, Path, Query},
        page::{Page, PageQuery},
        problems::Forbidden,
    },
    ids::DashboardId,
    orgs::{Owned, member_of},
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(versions))
        .routes(routes!(version))
        .routes(routes!(revert))
}

/// The version to restore.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DashboardRevert {
    #[schema(minimum = 1)]
    version: i32,
}

/// List the versions of a dashboard
///
/// Newest first.
#[utoipa::path(
    get,
    path = "/api/v1/dashboards/{dashboard_id}/versions",
    tag = "dashboards",
    operation_id = "list_dashboard_versions",
    params(("dashboard_id" = DashboardId, Path, description = "The dashboard"), PageQuery),
    responses(
        (status = OK, description = "One page", body = Page<Version>, headers(("Link" = String, description = "The next page"))),
    ),
)]
async fn versions(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<DashboardId>,
    uri: Uri,
    Query(query): Query<PageQuery>,
) -> Result<Response> {
    let page = query.parse::<i32>()?;
    let mut db = app.db.acquire().await?;
    let member = member_of(&mut db, &caller, Owned::Dashboard(id)).await?;
    let found = dashboards::versions(&mut db, &member, id, page.after, page.limit + 1).await?;
    Ok(Page::new(found, &page, |version| version.version).answer(&uri))
}

/// Get the content of one version
#[utoipa::path(
    get,
    path = "/api/v1/dashboards/{dashboard_id}/versions/{version}",
    tag = "dashboards",
    operation_id = "get_dashboard_version",
    params(
        ("dashboard_id" = DashboardId, Path, description = "The dashboard"),
        ("version" = i32, Path, description = "The version's number"),
    ),
    responses((status = OK, description = "The content", body = Document)),
)]
async fn version(
    State(app): State<App>,
    caller: Caller,
    Path((id, version)): Path<(DashboardId, i32)>,
) -> Result<axum::Json<Document>> {
    let mut db = app.db.acquire().await?;
    let member = member_of(&mut db, &caller, Owned::Dashboard(id)).await?;
    Ok(axum::Json(dashboards::version(&mut db, &member, id, version).await?))
}

/// Restore a version
///
/// Its content becomes a new version, so nothing is lost. Requires the member role or higher.
#[utoipa::path(
    post,
    path = "/api/v1/dashboards/{dashboard_id}/revert",
    tag = "dashboards",
    operation_id = "revert_dashboard",
    params(("dashboard_id" = DashboardId, Path, description = "The dashboard")),
    request_body = DashboardRevert,
    responses(
        (status = OK, description = "The new version", body = SavedDashboard, headers(("ETag" = String, description = "The new version"))),
        Forbidden,
    ),
)]
async fn revert(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<DashboardId>,
    Json(body): Json<DashboardRevert>,
) -> Result<Response> {
    let mut tx = app.db.begin().await?;
    let member = member_of(&mut tx, &caller, Owned::Dashboard(id)).await?;
    let (now, limits) = (app.clock.now(), &app.config.limits);
    let version = dashboards::revert(&mut tx, now, limits, &member, id, body.version).await?;
    tx.commit().await?;
    Ok((etag(version), axum::Json(SavedDashboard { version })).into_response())
}
