//! Tiles of dashboards and what they show: `/api/v1/dashboards/{dashboard_id}/tiles` and `…/results`.

use std::collections::BTreeMap;

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{TilePath, etag};
use crate::{
    accounts::Caller,
    app::App,
    conversations::messages,
    dashboards,
    error::Error,
    http::{
        error::Result,
        extract::{Json, Path, Query},
        files::download::send,
        problems::{Conflict, Forbidden},
        whole_tables::{self, WholeQuery, WholeTableRows},
    },
    ids::{DashboardId, MessageId, TileId},
    orgs::{Member, Owned, member_of},
    tiles::{
        self, Noun, Tile, Wanted,
        ask::Asker,
        filter::Condition,
        handout::{self, Record},
        results::{How, Shown},
        whole::Displayed,
    },
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(add))
        .routes(routes!(get))
        .routes(routes!(record))
        .routes(routes!(table))
        .routes(routes!(image))
        .routes(routes!(results))
}

/// A chart or a table from an answer.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewTile {
    /// The answer.
    message_id: MessageId,
    /// The run that displayed it, as in the answer's parts.
    run_id: String,
    output: Noun,
    /// Which of the run's charts or tables, from 0.
    #[serde(default)]
    number: u32,
    /// Replaces the chart's own title.
    #[schema(max_length = 200)]
    title: Option<String>,
}

/// A tile that was added to a dashboard.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct AddedTile {
    pub tile: Tile,
    /// The dashboard's new version.
    pub version: i32,
}

/// What is requested from the tiles.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct ResultsQuestion {
    /// Conditions by filter id; a filter that is omitted has its own setting.
    #[serde(default)]
    filters: BTreeMap<String, Condition>,
    /// The tiles; by default all tiles of the newest version.
    #[schema(max_items = 100)]
    tile_ids: Option<Vec<TileId>>,
    /// Run what failed once more.
    #[serde(default)]
    retry: bool,
}

/// What tiles show.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct DashboardResults {
    /// The version whose filters apply.
    version: i32,
    pub results: Vec<Shown>,
    /// The ids of filters that are set but apply to no tile.
    idle_filters: Vec<String>,
    asked_at: DateTime<Utc>,
}

/// Which result.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ResultQuery {
    /// The result's key; by default the tile's last successful result without filters.
    #[param(min_length = 64, max_length = 64)]
    key: Option<String>,
}

/// Add a chart or a table from an answer to a dashboard
///
/// The script of its run becomes a tile, over the newest versions of the files it read; no model is asked. The tile is
/// added at the bottom, in a new version. If it cannot be run again from the project's files, it is 409
/// `not_repeatable`. Requires the member role or higher.
#[utoipa::path(
    post,
    path = "/api/v1/dashboards/{dashboard_id}/tiles",
    tag = "dashboards",
    operation_id = "add_tile",
    params(("dashboard_id" = DashboardId, Path, description = "The dashboard")),
    request_body = NewTile,
    responses(
        (status = CREATED, description = "The new tile", body = AddedTile, headers(
            ("Location" = String, description = "Its URL"),
            ("ETag" = String, description = "The dashboard's new version"),
        )),
        Forbidden,
        Conflict,
    ),
)]
async fn add(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<DashboardId>,
    Json(body): Json<NewTile>,
) -> Result<Response> {
    let mut tx = app.db.begin().await?;
    let member = member_of(&mut tx, &caller, Owned::Dashboard(id)).await?;
    let (dashboard, _) = dashboards::get(&mut tx, &member, id).await?;
    let answer = messages::get(&mut tx, &member, body.message_id).await;
    let answer = answer.map_err(|_| Error::invalid("message_id", "unknown", "Answer not found."))?;
    let wanted = Wanted {
        run_id: body.run_id,
        noun: body.output,
        number: body.number,
    };
    let mut draft = tiles::from_run(&mut tx, &member, dashboard.project_id, &answer, &wanted).await?;
    draft.title = body.title.unwrap_or(draft.title);
    let (now, limits) = (app.clock.now(), &app.config.limits);
    let (tile, version) = dashboards::add_tile(&mut tx, now, limits, &member, id, draft).await?;
    tx.commit().await?;
    let location = [(header::LOCATION, format!("/api/v1/dashboards/{id}/tiles/{}", tile.id))];
    Ok((
        StatusCode::CREATED,
        location,
        etag(version),
        axum::Json(AddedTile { tile, version }),
    )
        .into_response())
}

/// A tile
///
/// Its script, its inputs and its parameters; includes tiles that only older versions show.
#[utoipa::path(
    get,
    path = "/api/v1/dashboards/{dashboard_id}/tiles/{tile_id}",
    tag = "dashboards",
    operation_id = "get_tile",
    params(
        ("dashboard_id" = DashboardId, Path, description = "The dashboard"),
        ("tile_id" = TileId, Path, description = "The tile"),
    ),
    responses((status = OK, description = "The tile", body = Tile)),
)]
async fn get(State(app): State<App>, caller: Caller, Path(path): Path<TilePath>) -> Result<axum::Json<Tile>> {
    let mut db = app.db.acquire().await?;
    let (_, tile) = find(&mut db, &caller, &path).await?;
    Ok(axum::Json(tile))
}

/// How a tile's result was made
///
/// What the script printed, and its receipt. If the result is not stored, it is 409 `no_result`.
#[utoipa::path(
    get,
    path = "/api/v1/dashboards/{dashboard_id}/tiles/{tile_id}/result",
    tag = "dashboards",
    operation_id = "get_tile_result",
    params(
        ("dashboard_id" = DashboardId, Path, description = "The dashboard"),
        ("tile_id" = TileId, Path, description = "The tile"),
        ResultQuery,
    ),
    responses((status = OK, description = "How it was made", body = Record), Conflict),
)]
async fn record(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<TilePath>,
    Query(query): Query<ResultQuery>,
) -> Result<axum::Json<Record>> {
    let mut db = app.db.acquire().await?;
    let (member, tile) = find(&mut db, &caller, &path).await?;
    let record = handout::record(&mut db, &member, &tile, query.key.as_deref()).await?;
    Ok(axum::Json(record))
}

/// Get the whole table of a tile
///
/// All of its rows. The script is run once more to get them, and they are stored: 202 means that this is in progress,
/// ask again in a moment. For a chart it is 409 `no_result`; 409 `no_whole_table` says why the rows are not available.
#[utoipa::path(
    get,
    path = "/api/v1/dashboards/{dashboard_id}/tiles/{tile_id}/table",
    tag = "dashboards",
    operation_id = "get_tile_table",
    params(
        ("dashboard_id" = DashboardId, Path, description = "The dashboard"),
        ("tile_id" = TileId, Path, description = "The tile"),
        ResultQuery,
        WholeQuery,
    ),
    responses(
        (
            status = OK,
            description = "The rows; as CSV, all of them in UTF-8 with a byte order mark",
            content((String = "text/csv"), (WholeTableRows = "application/json")),
        ),
        (status = ACCEPTED, description = "The table is being computed", headers(
            ("Retry-After" = u32, description = "Seconds to wait before asking again"),
        )),
        Conflict,
    ),
)]
async fn table(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<TilePath>,
    Query(query): Query<ResultQuery>,
    Query(wanted): Query<WholeQuery>,
) -> Result<Response> {
    let mut tx = app.db.begin().await?;
    let (member, tile) = find(&mut tx, &caller, &path).await?;
    let displayed = Displayed::of_tile(&mut tx, member.org_id, &tile, query.key.as_deref()).await?;
    let name = if tile.title.is_empty() { "table" } else { &tile.title };
    whole_tables::hand_out(&app, tx, member.org_id, displayed, name, &wanted).await
}

/// Download a tile's chart
///
/// The image that the script drew. For a table it is 409 `no_result`.
#[utoipa::path(
    get,
    path = "/api/v1/dashboards/{dashboard_id}/tiles/{tile_id}/image",
    tag = "dashboards",
    operation_id = "download_tile_image",
    params(
        ("dashboard_id" = DashboardId, Path, description = "The dashboard"),
        ("tile_id" = TileId, Path, description = "The tile"),
        ResultQuery,
    ),
    responses((status = OK, description = "The image", body = Vec<u8>, content_type = "application/octet-stream"), Conflict),
)]
async fn image(
    State(app): State<App>,
    caller: Caller,
    Path(path): Path<TilePath>,
    Query(query): Query<ResultQuery>,
) -> Result<Response> {
    let stored = {
        let mut db = app.db.acquire().await?;
        let (member, tile) = find(&mut db, &caller, &path).await?;
        handout::image(&mut db, member.org_id, &tile, query.key.as_deref()).await?
    };
    send(&app.objects, &HeaderMap::new(), &stored).await
}

/// Get the results of a dashboard's tiles
///
/// Stored results are returned immediately; others are queued, and their state says so: ask again in a moment. The same
/// script is never run twice over the same files. Viewers may use this.
#[utoipa::path(
    post,
    path = "/api/v1/dashboards/{dashboard_id}/results",
    tag = "dashboards",
    operation_id = "get_dashboard_results",
    params(("dashboard_id" = DashboardId, Path, description = "The dashboard")),
    request_body = ResultsQuestion,
    responses((status = OK, description = "The results", body = DashboardResults)),
)]
async fn results(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<DashboardId>,
    Json(body): Json<ResultsQuestion>,
) -> Result<axum::Json<DashboardResults>> {
    let (results, _) = show_results(&app, &caller, id, &body).await?;
    Ok(axum::Json(results))
}

/// What the tiles show now, and the tiles.
pub(in crate::http) async fn show_results(
    app: &App,
    caller: &Caller,
    id: DashboardId,
    body: &ResultsQuestion,
) -> Result<(DashboardResults, Vec<Tile>), Error> {
    let mut tx = app.db.begin().await?;
    let member = member_of(&mut tx, caller, Owned::Dashboard(id)).await?;
    let (dashboard, document) = dashboards::get(&mut tx, &member, id).await?;
    let filters = document.conditions(&body.filters)?;
    let mut tiles = dashboards::shown_tiles(&mut tx, member.org_id, id, &document).await?;
    let idle_filters = dashboards::idle_filters(&document, &body.filters, &tiles);
    tiles.retain(|tile| body.tile_ids.as_ref().is_none_or(|ids| ids.contains(&tile.id)));
    let mut asker = Asker {
        db: &mut tx,
        now: app.clock.now(),
        limits: &app.config.limits,
        module: app.sandbox.module_sha256(),
        org_id: member.org_id,
        how: if body.retry { How::RunFailedAgain } else { How::Run },
    };
    let results = asker.ask(&tiles, &filters).await?;
    tx.commit().await?;
    let results = DashboardResults {
        version: dashboard.version,
        results,
        idle_filters,
        asked_at: app.clock.now(),
    };
    Ok((results, tiles))
}

async fn find(db: &mut sqlx::PgConnection, caller: &Caller, path: &TilePath) -> Result<(Member, Tile), Error> {
    let member = member_of(db, caller, Owned::Dashboard(path.dashboard_id)).await?;
    let tile = tiles::get(db, &member, path.dashboard_id, path.tile_id).await?;
    Ok((member, tile))
}
