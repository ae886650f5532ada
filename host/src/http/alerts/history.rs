//! What happened to alerts: `…/events`, `…/history`, `…/checks/{check_id}`, `…/deliveries`.

use axum::{extract::State, http::Uri, response::Response};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    accounts::Caller,
    alerts::events::{self, Check, Event, Of, Point},
    app::App,
    channels::deliveries::{self, Delivery},
    http::{
        error::Result,
        extract::{Path, Query},
        page::{Page, PageQuery},
    },
    ids::{AlertCheckId, AlertEventId, AlertId, DeliveryId, ProjectId},
    orgs::{Owned, member_of},
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(of_project))
        .routes(routes!(of_alert))
        .routes(routes!(points))
        .routes(routes!(check))
        .routes(routes!(deliveries))
}

/// Whose history.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct HistoryQuery {
    /// If omitted, the alert as a whole.
    #[serde(default)]
    label: String,
}

/// The check of a path.
#[derive(Deserialize)]
struct CheckPath {
    alert_id: AlertId,
    check_id: AlertCheckId,
}

/// List the alert events of a project
///
/// The changes and reminders of all its alerts, newest first.
#[utoipa::path(
    get,
    path = "/api/v1/projects/{project_id}/alert-events",
    tag = "alerts",
    operation_id = "list_project_alert_events",
    params(("project_id" = ProjectId, Path, description = "The project"), PageQuery),
    responses(
        (status = OK, description = "One page", body = Page<Event>, headers(("Link" = String, description = "The next page"))),
    ),
)]
async fn of_project(
    State(app): State<App>,
    caller: Caller,
    Path(project_id): Path<ProjectId>,
    uri: Uri,
    Query(query): Query<PageQuery>,
) -> Result<Response> {
    let page = query.parse::<AlertEventId>()?;
    let mut db = app.db.acquire().await?;
    let member = member_of(&mut db, &caller, Owned::Project(project_id)).await?;
    let found = events::list(&mut db, &member, Of::Project(project_id), page.after, page.limit + 1).await?;
    Ok(Page::new(found, &page, |event| event.id).answer(&uri))
}

/// Events of an alert
///
/// Its changes and reminders, newest first.
#[utoipa::path(
    get,
    path = "/api/v1/alerts/{alert_id}/events",
    tag = "alerts",
    operation_id = "list_alert_events",
    params(("alert_id" = AlertId, Path, description = "The alert"), PageQuery),
    responses(
        (status = OK, description = "One page", body = Page<Event>, headers(("Link" = String, description = "The next page"))),
    ),
)]
async fn of_alert(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<AlertId>,
    uri: Uri,
    Query(query): Query<PageQuery>,
) -> Result<Response> {
    let page = query.parse::<AlertEventId>()?;
    let mut db = app.db.acquire().await?;
    let member = member_of(&mut db, &caller, Owned::Alert(id)).await?;
    let found = events::list(&mut db, &member, Of::Alert(id), page.after, page.limit + 1).await?;
    Ok(Page::new(found, &page, |event| event.id).answer(&uri))
}

/// The values of a label
///
/// What the last 200 checks found for it, oldest first.
#[utoipa::path(
    get,
    path = "/api/v1/alerts/{alert_id}/history",
    tag = "alerts",
    operation_id = "get_alert_history",
    params(("alert_id" = AlertId, Path, description = "The alert"), HistoryQuery),
    responses((status = OK, description = "The values", body = Vec<Point>)),
)]
async fn points(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<AlertId>,
    Query(query): Query<HistoryQuery>,
) -> Result<axum::Json<Vec<Point>>> {
    let mut db = app.db.acquire().await?;
    let member = member_of(&mut db, &caller, Owned::Alert(id)).await?;
    let label = query.label.replace('\0', "\u{fffd}");
    Ok(axum::Json(events::history(&mut db, &member, id, &label).await?))
}

/// How a check was made
///
/// With its receipt and the key of the tile result that was checked.
#[utoipa::path(
    get,
    path = "/api/v1/alerts/{alert_id}/checks/{check_id}",
    tag = "alerts",
    operation_id = "get_alert_check",
    params(
        ("alert_id" = AlertId, Path, description = "The alert"),
        ("check_id" = AlertCheckId, Path, description = "The check"),
    ),
    responses((status = OK, description = "The check", body = Check)),
)]
async fn check(State(app): State<App>, caller: Caller, Path(path): Path<CheckPath>) -> Result<axum::Json<Check>> {
    let mut db = app.db.acquire().await?;
    let member = member_of(&mut db, &caller, Owned::Alert(path.alert_id)).await?;
    Ok(axum::Json(
        events::check(&mut db, &member, path.alert_id, path.check_id).await?,
    ))
}

/// Messages sent for an alert
///
/// One message for each channel and check that had something to report, newest first, with the receivers' answers.
#[utoipa::path(
    get,
    path = "/api/v1/alerts/{alert_id}/deliveries",
    tag = "alerts",
    operation_id = "list_alert_deliveries",
    params(("alert_id" = AlertId, Path, description = "The alert"), PageQuery),
    responses(
        (status = OK, description = "One page", body = Page<Delivery>, headers(("Link" = String, description = "The next page"))),
    ),
)]
async fn deliveries(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<AlertId>,
    uri: Uri,
    Query(query): Query<PageQuery>,
) -> Result<Response> {
    let page = query.parse::<DeliveryId>()?;
    let mut db = app.db.acquire().await?;
    let member = member_of(&mut db, &caller, Owned::Alert(id)).await?;
    let of = deliveries::Of::Alert(id);
    let found = deliveries::list(&mut db, &member, of, page.after, page.limit + 1).await?;
    Ok(Page::new(found, &page, |delivery| delivery.id).answer(&uri))
}
