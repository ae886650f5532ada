//! `/api/v1/projects/{project_id}/alerts` and `/api/v1/alerts`.

mod history;

use axum::{
    extract::State,
    http::{StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
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
    alerts::{
        self, Alert, AlertDraft, Label, Note, checks,
        condition::Condition,
        preview::{self, Preview},
        standing::Rules,
    },
    app::App,
    error::Error,
    ids::{AlertId, ChannelId, ProjectId, TileId},
    jobs,
    orgs::{Owned, member_of},
    schedules::Schedule,
    text::Name,
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(preview))
        .routes(routes!(get, update, delete))
        .routes(routes!(check))
        .routes(routes!(pause))
        .routes(routes!(snooze))
        .routes(routes!(acknowledge))
        .merge(history::routes())
}

/// An alert with everything it watches.
#[derive(Serialize, ToSchema)]
struct WholeAlert {
    #[serde(flatten)]
    alert: Alert,
    labels: Vec<Label>,
}

/// A new alert.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewAlert {
    /// A tile of the project that shows a table or a number.
    tile_id: TileId,
    /// 1 to 100 characters in one line.
    #[schema(min_length = 1, max_length = 100, example = "Low sales")]
    name: String,
    condition: Condition,
    #[serde(default)]
    rules: Rules,
    /// Words such as `weekdays at 9`, `every 15 minutes` and `monthly on day 1 at 8`, or a cron pattern of five fields.
    #[schema(max_length = 100, example = "weekdays at 9")]
    schedule: String,
    /// A name from the IANA database. When clocks change, a time that does not exist becomes the first minute after the
    /// gap, and a time that exists twice its first occurrence; patterns with `*` or steps follow the wall clock.
    #[schema(example = "Europe/Berlin")]
    time_zone: String,
    /// The channels to notify.
    #[serde(default)]
    #[schema(max_items = 20)]
    channel_ids: Vec<ChannelId>,
}

/// The alert's new settings.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AlertSettings {
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    condition: Condition,
    #[serde(default)]
    rules: Rules,
    #[schema(max_length = 100)]
    schedule: String,
    time_zone: String,
    #[serde(default)]
    #[schema(max_items = 20)]
    channel_ids: Vec<ChannelId>,
}

/// The condition to try.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AlertPreviewQuestion {
    tile_id: TileId,
    condition: Condition,
}

/// Whether the alert is active.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AlertPause {
    paused: bool,
}

/// Until when notifications are off.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AlertSnooze {
    /// In the next 365 days; null ends the snooze.
    until: Option<DateTime<Utc>>,
}

/// A note from whoever acknowledges it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AlertAcknowledgement {
    /// If omitted, all labels that are not normal.
    label: Option<String>,
    #[serde(default)]
    #[schema(max_length = 500)]
    note: String,
}

/// List the alerts of a project
///
/// Newest first.
#[utoipa::path(
    get,
    path = "/api/v1/projects/{project_id}/alerts",
    tag = "alerts",
    operation_id = "list_alerts",
    params(("project_id" = ProjectId, Path, description = "The project"), PageQuery),
    responses(
        (status = OK, description = "One page", body = Page<Alert>, headers(("Link" = String, description = "The next page"))),
    ),
)]
async fn list(
    State(app): State<App>,
    caller: Caller,
    Path(project_id): Path<ProjectId>,
    uri: Uri,
    Query(query): Query<PageQuery>,
) -> Result<Response> {
    let page = query.parse::<AlertId>()?;
    let mut db = app.db.acquire().await?;
    let member = member_of(&mut db, &caller, Owned::Project(project_id)).await?;
    let found = alerts::list(&mut db, &member, project_id, page.after, page.limit + 1).await?;
    Ok(Page::new(found, &page, |alert| alert.id).answer(&uri))
}

/// Create an alert
///
/// On a tile that shows a table or a number. The tile is computed again before each check. Requires the member role or
/// higher.
#[utoipa::path(
    post,
    path = "/api/v1/projects/{project_id}/alerts",
    tag = "alerts",
    operation_id = "create_alert",
    params(("project_id" = ProjectId, Path, description = "The project")),
    request_body = NewAlert,
    responses(
        (status = CREATED, description = "Created", body = Alert, headers(("Location" = String, description = "Its URL"))),
        Forbidden,
    ),
)]
async fn create(
    State(app): State<App>,
    caller: Caller,
    Path(project_id): Path<ProjectId>,
    Json(body): Json<NewAlert>,
) -> Result<Response> {
    let (now, limits) = (app.clock.now(), &app.config.limits);
    let draft = AlertDraft {
        name: Name::parse("name", &body.name)?,
        condition: body.condition,
        rules: body.rules,
        schedule: Schedule::parse(&body.schedule, &body.time_zone, now)?,
        channels: body.channel_ids,
    };
    let mut tx = app.db.begin().await?;
    let member = member_of(&mut tx, &caller, Owned::Project(project_id)).await?;
    let alert = alerts::create(&mut tx, now, limits, &member, project_id, body.tile_id, &draft).await?;
    tx.commit().await?;
    let location = [(header::LOCATION, format!("/api/v1/alerts/{}", alert.id))];
    Ok((StatusCode::CREATED, location, axum::Json(alert)).into_response())
}

/// Try a condition
///
/// On the newest stored result of a tile; a tile without one is 409 `no_result`. Nothing is stored, and nobody is
/// notified. Requires the member role or higher.
#[utoipa::path(
    post,
    path = "/api/v1/projects/{project_id}/alerts/preview",
    tag = "alerts",
    operation_id = "preview_alert",
    params(("project_id" = ProjectId, Path, description = "The project")),
    request_body = AlertPreviewQuestion,
    responses((status = OK, description = "What it would find", body = Preview), Forbidden, Conflict),
)]
async fn preview(
    State(app): State<App>,
    caller: Caller,
    Path(project_id): Path<ProjectId>,
    Json(body): Json<AlertPreviewQuestion>,
) -> Result<axum::Json<Preview>> {
    let member = member_of(&mut *app.db.acquire().await?, &caller, Owned::Project(project_id)).await?;
    let _place = app.runs.try_acquire().map_err(|_| Error::Limited {
        code: "runs_per_server",
        message: "This server is running its maximum number of scripts. Try again in a moment.".to_owned(),
        retry_after_s: Some(5),
    })?;
    let refresher = jobs::refresher(&app);
    let seen = preview::preview(&refresher, &member, project_id, body.tile_id, &body.condition).await?;
    Ok(axum::Json(seen))
}

/// An alert
///
/// With the state of each of its labels.
#[utoipa::path(
    get,
    path = "/api/v1/alerts/{alert_id}",
    tag = "alerts",
    operation_id = "get_alert",
    params(("alert_id" = AlertId, Path, description = "The alert")),
    responses((status = OK, description = "The alert", body = WholeAlert)),
)]
async fn get(State(app): State<App>, caller: Caller, Path(id): Path<AlertId>) -> Result<axum::Json<WholeAlert>> {
    let mut db = app.db.acquire().await?;
    let member = member_of(&mut db, &caller, Owned::Alert(id)).await?;
    let alert = alerts::get(&mut db, &member, id).await?;
    let labels = alerts::labels(&mut db, &member, id).await?;
    Ok(axum::Json(WholeAlert { alert, labels }))
}

/// Change an alert
///
/// Replaces all of its settings. A different condition starts with every label normal. Requires the member role or
/// higher.
#[utoipa::path(
    put,
    path = "/api/v1/alerts/{alert_id}",
    tag = "alerts",
    operation_id = "update_alert",
    params(("alert_id" = AlertId, Path, description = "The alert")),
    request_body = AlertSettings,
    responses((status = OK, description = "The updated alert", body = Alert), Forbidden),
)]
async fn update(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<AlertId>,
    Json(body): Json<AlertSettings>,
) -> Result<axum::Json<Alert>> {
    let (now, limits) = (app.clock.now(), &app.config.limits);
    let draft = AlertDraft {
        name: Name::parse("name", &body.name)?,
        condition: body.condition,
        rules: body.rules,
        schedule: Schedule::parse(&body.schedule, &body.time_zone, now)?,
        channels: body.channel_ids,
    };
    let mut tx = app.db.begin().await?;
    let member = member_of(&mut tx, &caller, Owned::Alert(id)).await?;
    let alert = alerts::update(&mut tx, now, limits, &member, id, &draft).await?;
    tx.commit().await?;
    Ok(axum::Json(alert))
}

/// Delete an alert
///
/// With its history. Requires the member role or higher.
#[utoipa::path(
    delete,
    path = "/api/v1/alerts/{alert_id}",
    tag = "alerts",
    operation_id = "delete_alert",
    params(("alert_id" = AlertId, Path, description = "The alert")),
    responses((status = NO_CONTENT, description = "Deleted"), Forbidden),
)]
async fn delete(State(app): State<App>, caller: Caller, Path(id): Path<AlertId>) -> Result<StatusCode> {
    let mut tx = app.db.begin().await?;
    let member = member_of(&mut tx, &caller, Owned::Alert(id)).await?;
    alerts::delete(&mut tx, &member, id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Check an alert now
///
/// Outside its schedule, even while it is paused. It takes a moment. Requires the member role or higher.
#[utoipa::path(
    post,
    path = "/api/v1/alerts/{alert_id}/check",
    tag = "alerts",
    operation_id = "check_alert",
    params(("alert_id" = AlertId, Path, description = "The alert")),
    responses((status = ACCEPTED, description = "The check has started"), Forbidden, Conflict),
)]
async fn check(State(app): State<App>, caller: Caller, Path(id): Path<AlertId>) -> Result<StatusCode> {
    let mut tx = app.db.begin().await?;
    let member = member_of(&mut tx, &caller, Owned::Alert(id)).await?;
    checks::check_now(&mut tx, app.clock.now(), &member, id).await?;
    tx.commit().await?;
    Ok(StatusCode::ACCEPTED)
}

/// Pause or resume an alert
///
/// Or resume it. Missed checks are not made up for. Requires the member role or higher.
#[utoipa::path(
    post,
    path = "/api/v1/alerts/{alert_id}/pause",
    tag = "alerts",
    operation_id = "pause_alert",
    params(("alert_id" = AlertId, Path, description = "The alert")),
    request_body = AlertPause,
    responses((status = OK, description = "The updated alert", body = Alert), Forbidden),
)]
async fn pause(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<AlertId>,
    Json(body): Json<AlertPause>,
) -> Result<axum::Json<Alert>> {
    let mut tx = app.db.begin().await?;
    let member = member_of(&mut tx, &caller, Owned::Alert(id)).await?;
    let alert = alerts::pause(&mut tx, app.clock.now(), &member, id, body.paused).await?;
    tx.commit().await?;
    Ok(axum::Json(alert))
}

/// Snooze an alert
///
/// For everybody. It is still checked; its state is notified at the first check after the snooze, if it differs from
/// the last notification. Requires the member role or higher.
#[utoipa::path(
    post,
    path = "/api/v1/alerts/{alert_id}/snooze",
    tag = "alerts",
    operation_id = "snooze_alert",
    params(("alert_id" = AlertId, Path, description = "The alert")),
    request_body = AlertSnooze,
    responses((status = OK, description = "The updated alert", body = Alert), Forbidden),
)]
async fn snooze(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<AlertId>,
    Json(body): Json<AlertSnooze>,
) -> Result<axum::Json<Alert>> {
    let mut tx = app.db.begin().await?;
    let member = member_of(&mut tx, &caller, Owned::Alert(id)).await?;
    let alert = alerts::snooze(&mut tx, app.clock.now(), &member, id, body.until).await?;
    tx.commit().await?;
    Ok(axum::Json(alert))
}

/// Acknowledge an alert
///
/// There are no reminders until the state changes. If there is nothing to acknowledge, it is 409
/// `nothing_to_acknowledge`. Requires the member role or higher.
#[utoipa::path(
    post,
    path = "/api/v1/alerts/{alert_id}/acknowledge",
    tag = "alerts",
    operation_id = "acknowledge_alert",
    params(("alert_id" = AlertId, Path, description = "The alert")),
    request_body = AlertAcknowledgement,
    responses((status = NO_CONTENT, description = "Acknowledged"), Forbidden, Conflict),
)]
async fn acknowledge(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<AlertId>,
    Json(body): Json<AlertAcknowledgement>,
) -> Result<StatusCode> {
    let note = Note::parse("note", &body.note)?;
    let label = body.label.map(|label| label.replace('\0', "\u{fffd}"));
    let mut tx = app.db.begin().await?;
    let member = member_of(&mut tx, &caller, Owned::Alert(id)).await?;
    alerts::acknowledge(&mut tx, app.clock.now(), &member, id, label.as_deref(), &note).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
