//! Links to dashboards: `/api/v1/dashboards/{dashboard_id}/shares`, and `/api/v1/shared-dashboards` for those who have
//! one.
//!
//! What a link leads to is kept in no cache and found by no search engine. Nothing is run for it but whole tables that
//! are asked for.

use std::collections::BTreeMap;

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::export::pdf_of;
use crate::{
    accounts::{Caller, passwords::Password},
    app::App,
    dashboards::{
        self,
        document::Document,
        shares::{self, DashboardShare, ORIGINS_MAX, Origin, ShareDraft},
    },
    error::Error,
    http::{
        documents::PaperQuery,
        error::Result,
        extract::{Json, Path, Query},
        problems::{Conflict, Forbidden, Unauthenticated},
        shares::discreet,
        whole_tables::{self, WholeQuery, WholeTableRows},
    },
    ids::{DashboardId, DashboardShareId, TileId},
    orgs::{Owned, member_of},
    tiles::{
        ask::Asker,
        results::{How, Shown},
        whole::Displayed,
    },
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(revoke))
        .routes(routes!(read))
        .routes(routes!(table))
        .routes(routes!(export))
}

/// A new link.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewDashboardShare {
    /// When it expires; if omitted, it works until it is revoked.
    expires_at: Option<DateTime<Utc>>,
    /// The password it requires; if omitted, the link alone is enough.
    #[schema(min_length = 8)]
    password: Option<String>,
    /// The sites that may embed it in their pages.
    #[serde(default)]
    #[schema(max_items = 20, example = json!(["https://intranet.example.com"]))]
    origins: Vec<String>,
}

/// A link to a dashboard. It is shown only once.
#[derive(Serialize, ToSchema)]
struct DashboardShareLink {
    #[serde(flatten)]
    share: DashboardShare,
    /// The full URL.
    url: String,
    /// The secret in it.
    #[schema(min_length = 43, max_length = 43)]
    token: String,
}

/// What is needed to open a link.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SharePassword {
    /// If the link requires one.
    password: Option<String>,
}

/// A dashboard as seen by people who have a link to it.
#[derive(Serialize, ToSchema)]
struct SharedDashboard {
    name: String,
    description: String,
    updated_at: DateTime<Utc>,
    document: Document,
    /// The tiles' titles and kinds, by their ids.
    tiles: BTreeMap<String, SharedTile>,
    results: Vec<Shown>,
}

/// A tile as seen by strangers: without its script.
#[derive(Serialize, ToSchema)]
struct SharedTile {
    title: String,
    kind: crate::tiles::Kind,
}

/// List the links to a dashboard
///
/// All of them, without their secrets. Requires the member role or higher.
#[utoipa::path(
    get,
    path = "/api/v1/dashboards/{dashboard_id}/shares",
    tag = "dashboard-shares",
    operation_id = "list_dashboard_shares",
    params(("dashboard_id" = DashboardId, Path, description = "The dashboard")),
    responses((status = OK, description = "The links", body = Vec<DashboardShare>), Forbidden),
)]
async fn list(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<DashboardId>,
) -> Result<axum::Json<Vec<DashboardShare>>> {
    let mut db = app.db.acquire().await?;
    let member = member_of(&mut db, &caller, Owned::Dashboard(id)).await?;
    Ok(axum::Json(shares::list(&mut db, &member, id).await?))
}

/// Share a dashboard with a link
///
/// Whoever has the link sees the newest version with its own filters, as far as results are stored; nothing is run for
/// them. Requires the admin role or higher.
#[utoipa::path(
    post,
    path = "/api/v1/dashboards/{dashboard_id}/shares",
    tag = "dashboard-shares",
    operation_id = "share_dashboard",
    params(("dashboard_id" = DashboardId, Path, description = "The dashboard")),
    request_body = NewDashboardShare,
    responses((status = CREATED, description = "The new link", body = DashboardShareLink), Forbidden),
)]
async fn create(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<DashboardId>,
    Json(body): Json<NewDashboardShare>,
) -> Result<Response> {
    if body.origins.len() > ORIGINS_MAX {
        return Err(Error::invalid("origins", "too_many", format!("List at most {ORIGINS_MAX} sites.")).into());
    }
    let origins: Result<Vec<_>, _> = body.origins.iter().map(|text| Origin::parse("origins", text)).collect();
    let password = body
        .password
        .map(|text| Password::parse("password", &text, &[]))
        .transpose()?;
    let password_hash = match password {
        Some(password) => Some(password.hash().await?),
        None => None,
    };
    let draft = ShareDraft {
        password_hash,
        expires_at: body.expires_at,
        origins: origins?,
    };
    let mut tx = app.db.begin().await?;
    let member = member_of(&mut tx, &caller, Owned::Dashboard(id)).await?;
    let (share, token) = shares::create(&mut tx, app.clock.now(), &app.config.limits, &member, id, draft).await?;
    tx.commit().await?;
    let base = app.config.public_url.as_str().trim_end_matches('/');
    let url = format!("{base}/shared/{token}");
    Ok((
        StatusCode::CREATED,
        axum::Json(DashboardShareLink { share, url, token }),
    )
        .into_response())
}

/// Revoke a link to a dashboard
///
/// Requires the admin role or higher.
#[utoipa::path(
    delete,
    path = "/api/v1/dashboards/{dashboard_id}/shares/{share_id}",
    tag = "dashboard-shares",
    operation_id = "unshare_dashboard",
    params(
        ("dashboard_id" = DashboardId, Path, description = "The dashboard"),
        ("share_id" = DashboardShareId, Path, description = "The link"),
    ),
    responses((status = NO_CONTENT, description = "The link no longer works"), Forbidden),
)]
async fn revoke(
    State(app): State<App>,
    caller: Caller,
    Path((id, share_id)): Path<(DashboardId, DashboardShareId)>,
) -> Result<StatusCode> {
    let mut tx = app.db.begin().await?;
    let member = member_of(&mut tx, &caller, Owned::Dashboard(id)).await?;
    shares::revoke(&mut tx, &member, id, share_id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Read a shared dashboard
///
/// Only stored results: nothing is run. A link that was revoked or has expired is 404; one that requires a password is
/// 401 without it.
#[utoipa::path(
    post,
    path = "/api/v1/shared-dashboards/{share_token}",
    tag = "dashboard-shares",
    operation_id = "read_shared_dashboard",
    params(("share_token" = String, Path, description = "The secret of the link")),
    request_body = SharePassword,
    responses(
        (status = OK, description = "The dashboard", body = SharedDashboard, headers(
            ("X-Robots-Tag" = String, description = "`noindex`"),
        )),
        Unauthenticated,
    ),
    security(()),
)]
async fn read(State(app): State<App>, Path(token): Path<String>, Json(body): Json<SharePassword>) -> Result<Response> {
    let now = app.clock.now();
    let hash = shares::password_hash(&mut *app.db.acquire().await?, now, &token).await?;
    shares::check_password(hash, body.password).await?;
    let mut tx = app.db.begin().await?;
    let shared = shares::find(&mut tx, now, &token).await?;
    let tiles = dashboards::shown_tiles(&mut tx, shared.org_id, shared.dashboard.id, &shared.document).await?;
    let filters = shared.document.conditions(&BTreeMap::new())?;
    let mut asker = Asker {
        db: &mut tx,
        now,
        limits: &app.config.limits,
        module: app.sandbox.module_sha256(),
        org_id: shared.org_id,
        how: How::KeptOnly,
    };
    let results = asker.ask(&tiles, &filters).await?;
    tx.commit().await?;
    let tile = |tile: crate::tiles::Tile| {
        let seen = SharedTile {
            title: tile.title,
            kind: tile.kind,
        };
        (tile.id.to_string(), seen)
    };
    let body = SharedDashboard {
        name: shared.dashboard.name,
        description: shared.dashboard.description,
        updated_at: shared.dashboard.updated_at,
        document: shared.document,
        tiles: tiles.into_iter().map(tile).collect(),
        results,
    };
    Ok(discreet(axum::Json(body).into_response()))
}

/// Get the whole table of a tile of a shared dashboard
///
/// As shown by the link, with all of its rows, which may have to be computed first: 202 means that this is in progress,
/// ask again in a moment. 409 `no_whole_table` says why the rows are not available.
#[utoipa::path(
    post,
    path = "/api/v1/shared-dashboards/{share_token}/tiles/{tile_id}/table",
    tag = "dashboard-shares",
    operation_id = "get_shared_tile_table",
    params(
        ("share_token" = String, Path, description = "The secret of the link"),
        ("tile_id" = TileId, Path, description = "The tile"),
        WholeQuery,
    ),
    request_body = SharePassword,
    responses(
        (
            status = OK,
            description = "The rows; as CSV, all of them in UTF-8 with a byte order mark",
            content((String = "text/csv"), (WholeTableRows = "application/json")),
        ),
        (status = ACCEPTED, description = "The table is being computed", headers(
            ("Retry-After" = u32, description = "Seconds to wait before asking again"),
        )),
        Unauthenticated,
        Conflict,
    ),
    security(()),
)]
async fn table(
    State(app): State<App>,
    Path((token, tile_id)): Path<(String, TileId)>,
    Query(wanted): Query<WholeQuery>,
    Json(body): Json<SharePassword>,
) -> Result<Response> {
    let now = app.clock.now();
    let hash = shares::password_hash(&mut *app.db.acquire().await?, now, &token).await?;
    shares::check_password(hash, body.password).await?;
    let mut tx = app.db.begin().await?;
    let shared = shares::find(&mut tx, now, &token).await?;
    let tiles = dashboards::shown_tiles(&mut tx, shared.org_id, shared.dashboard.id, &shared.document).await?;
    let tile = tiles.into_iter().find(|tile| tile.id == tile_id);
    let tile = tile.ok_or(Error::Missing("tile"))?;
    let filters = shared.document.conditions(&BTreeMap::new())?;
    let mut asker = Asker {
        db: &mut tx,
        now,
        limits: &app.config.limits,
        module: app.sandbox.module_sha256(),
        org_id: shared.org_id,
        how: How::KeptOnly,
    };
    let shown = asker.ask(std::slice::from_ref(&tile), &filters).await?;
    let key = shown
        .into_iter()
        .find(|shown| !shown.earlier)
        .and_then(|shown| shown.key);
    let displayed = Displayed::of_tile(&mut tx, shared.org_id, &tile, key.as_deref()).await?;
    let name = if tile.title.is_empty() { "table" } else { &tile.title };
    let answer = whole_tables::hand_out(&app, tx, shared.org_id, displayed, name, &wanted).await?;
    Ok(discreet(answer))
}

/// Export a shared dashboard as a PDF
///
/// With its own filters, as far as results are stored; nothing is run.
#[utoipa::path(
    post,
    path = "/api/v1/shared-dashboards/{share_token}/export",
    tag = "dashboard-shares",
    operation_id = "export_shared_dashboard",
    params(("share_token" = String, Path, description = "The secret of the link"), PaperQuery),
    request_body = SharePassword,
    responses(
        (status = OK, description = "The document", body = Vec<u8>, content_type = "application/pdf"),
        Unauthenticated,
    ),
    security(()),
)]
async fn export(
    State(app): State<App>,
    Path(token): Path<String>,
    Query(query): Query<PaperQuery>,
    Json(body): Json<SharePassword>,
) -> Result<Response> {
    let now = app.clock.now();
    let hash = shares::password_hash(&mut *app.db.acquire().await?, now, &token).await?;
    shares::check_password(hash, body.password).await?;
    let mut tx = app.db.begin().await?;
    let shared = shares::find(&mut tx, now, &token).await?;
    let content = (shared.dashboard, shared.document);
    let answer = pdf_of(&app, tx, shared.org_id, content, &BTreeMap::new(), query.paper()).await?;
    Ok(discreet(answer))
}
