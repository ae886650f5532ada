//! `/api/v1/dashboards/{dashboard_id}/reports` and `/api/v1/reports`, and `/api/v1/unsubscribe` for those who were sent one.

use std::collections::BTreeMap;

use axum::{
    extract::State,
    http::{HeaderValue, StatusCode, Uri, header},
    response::{Html, IntoResponse, Response},
};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    error::Result,
    extract::{Json, Path, Query},
    page::{Page, PageQuery},
    problems::{Conflict, Forbidden},
    shares::discreet,
};
use crate::{
    accounts::{Caller, Email},
    app::App,
    error::Error,
    ids::{DashboardId, ReportId, ReportSendId},
    jobs,
    mail::templates::escape,
    orgs::{Owned, Role, member_of},
    reports::{
        self, Report, ReportDraft,
        sends::{self, ReportSend},
        unsubscribe::Unsubscribe,
    },
    schedules::Schedule,
    text::Name,
    tiles::filter::Condition,
};

/// What a mail shown as a page may do: show itself.
const MAIL_POLICY: &str = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; sandbox";
/// What the page of an unsubscribe link may do: send its form here.
const FORM_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'";

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get, update, delete))
        .routes(routes!(pause))
        .routes(routes!(send))
        .routes(routes!(preview))
        .routes(routes!(history))
        .routes(routes!(ask_to_unsubscribe, unsubscribe))
}

/// What a report is to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ReportSettings {
    /// 1 to 100 characters in one line; the subject of its mails.
    #[schema(min_length = 1, max_length = 100, example = "Sales this week")]
    name: String,
    /// Conditions by filter id; a filter that is omitted has its own setting.
    #[serde(default)]
    filters: BTreeMap<String, Condition>,
    /// Members with at least this role receive it.
    to_role: Option<Role>,
    /// Who else receives it. Only admins can add addresses of people outside the organisation.
    #[serde(default)]
    #[schema(max_items = 100, example = json!(["ada@example.com"]))]
    addresses: Vec<String>,
    /// Attach the tables as CSV files.
    #[serde(default)]
    with_csv: bool,
    /// Words such as `weekdays at 9` and `monthly on day 1 at 8`, or a cron pattern of five fields.
    #[schema(max_length = 100, example = "weekdays at 9")]
    schedule: String,
    /// A name from the IANA database.
    #[schema(example = "Europe/Berlin")]
    time_zone: String,
}

/// Whether the report is active.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ReportPause {
    paused: bool,
}

impl ReportSettings {
    fn draft(self, app: &App) -> Result<ReportDraft, Error> {
        let addresses = self.addresses.iter().map(|text| Email::parse("addresses", text));
        Ok(ReportDraft {
            name: Name::parse("name", &self.name)?,
            filters: self.filters,
            to_role: self.to_role,
            addresses: addresses.collect::<Result<_, _>>()?,
            with_csv: self.with_csv,
            schedule: Schedule::parse(&self.schedule, &self.time_zone, app.clock.now())?,
        })
    }
}

/// List the reports of a dashboard
///
/// Newest first. Requires the member role or higher, because it shows who receives them.
#[utoipa::path(
    get,
    path = "/api/v1/dashboards/{dashboard_id}/reports",
    tag = "reports",
    operation_id = "list_reports",
    params(("dashboard_id" = DashboardId, Path, description = "The dashboard"), PageQuery),
    responses(
        (status = OK, description = "One page", body = Page<Report>, headers(("Link" = String, description = "The next page"))),
        Forbidden,
    ),
)]
async fn list(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<DashboardId>,
    uri: Uri,
    Query(query): Query<PageQuery>,
) -> Result<Response> {
    let page = query.parse::<ReportId>()?;
    let mut db = app.db.acquire().await?;
    let member = member_of(&mut db, &caller, Owned::Dashboard(id)).await?;
    let found = reports::list(&mut db, &member, id, page.after, page.limit + 1).await?;
    Ok(Page::new(found, &page, |report| report.id).answer(&uri))
}

/// Create a report
///
/// The dashboard is computed and mailed on a schedule, with its numbers, its charts as pictures, and a PDF. Requires the
/// member role or higher.
#[utoipa::path(
    post,
    path = "/api/v1/dashboards/{dashboard_id}/reports",
    tag = "reports",
    operation_id = "create_report",
    params(("dashboard_id" = DashboardId, Path, description = "The dashboard")),
    request_body = ReportSettings,
    responses(
        (status = CREATED, description = "Created", body = Report, headers(("Location" = String, description = "Its URL"))),
        Forbidden,
    ),
)]
async fn create(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<DashboardId>,
    Json(body): Json<ReportSettings>,
) -> Result<Response> {
    let draft = body.draft(&app)?;
    let mut tx = app.db.begin().await?;
    let member = member_of(&mut tx, &caller, Owned::Dashboard(id)).await?;
    let (now, limits) = (app.clock.now(), &app.config.limits);
    let report = reports::create(&mut tx, now, limits, &member, id, &draft).await?;
    tx.commit().await?;
    let location = [(header::LOCATION, format!("/api/v1/reports/{}", report.id))];
    Ok((StatusCode::CREATED, location, axum::Json(report)).into_response())
}

/// A report
///
/// Requires the member role or higher.
#[utoipa::path(
    get,
    path = "/api/v1/reports/{report_id}",
    tag = "reports",
    operation_id = "get_report",
    params(("report_id" = ReportId, Path, description = "The report")),
    responses((status = OK, description = "The report", body = Report), Forbidden),
)]
async fn get(State(app): State<App>, caller: Caller, Path(id): Path<ReportId>) -> Result<axum::Json<Report>> {
    let mut db = app.db.acquire().await?;
    let member = member_of(&mut db, &caller, Owned::Report(id)).await?;
    Ok(axum::Json(reports::get(&mut db, &member, id).await?))
}

/// Change a report
///
/// Replaces all of its settings. Requires the member role or higher.
#[utoipa::path(
    put,
    path = "/api/v1/reports/{report_id}",
    tag = "reports",
    operation_id = "update_report",
    params(("report_id" = ReportId, Path, description = "The report")),
    request_body = ReportSettings,
    responses((status = OK, description = "The updated report", body = Report), Forbidden),
)]
async fn update(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ReportId>,
    Json(body): Json<ReportSettings>,
) -> Result<axum::Json<Report>> {
    let draft = body.draft(&app)?;
    let mut tx = app.db.begin().await?;
    let member = member_of(&mut tx, &caller, Owned::Report(id)).await?;
    let (now, limits) = (app.clock.now(), &app.config.limits);
    let report = reports::update(&mut tx, now, limits, &member, id, &draft).await?;
    tx.commit().await?;
    Ok(axum::Json(report))
}

/// Delete a report
///
/// With its history. Requires the member role or higher.
#[utoipa::path(
    delete,
    path = "/api/v1/reports/{report_id}",
    tag = "reports",
    operation_id = "delete_report",
    params(("report_id" = ReportId, Path, description = "The report")),
    responses((status = NO_CONTENT, description = "Deleted"), Forbidden),
)]
async fn delete(State(app): State<App>, caller: Caller, Path(id): Path<ReportId>) -> Result<StatusCode> {
    let mut tx = app.db.begin().await?;
    let member = member_of(&mut tx, &caller, Owned::Report(id)).await?;
    reports::delete(&mut tx, &member, id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Pause or resume a report
///
/// Missed sendings are not made up for. Requires the member role or higher.
#[utoipa::path(
    post,
    path = "/api/v1/reports/{report_id}/pause",
    tag = "reports",
    operation_id = "pause_report",
    params(("report_id" = ReportId, Path, description = "The report")),
    request_body = ReportPause,
    responses((status = OK, description = "The updated report", body = Report), Forbidden),
)]
async fn pause(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ReportId>,
    Json(body): Json<ReportPause>,
) -> Result<axum::Json<Report>> {
    let mut tx = app.db.begin().await?;
    let member = member_of(&mut tx, &caller, Owned::Report(id)).await?;
    let report = reports::pause(&mut tx, app.clock.now(), &member, id, body.paused).await?;
    tx.commit().await?;
    Ok(axum::Json(report))
}

/// Send a report to yourself
///
/// Now, outside its schedule, even while it is paused. Requires the member role or higher.
#[utoipa::path(
    post,
    path = "/api/v1/reports/{report_id}/send",
    tag = "reports",
    operation_id = "send_report",
    params(("report_id" = ReportId, Path, description = "The report")),
    responses((status = ACCEPTED, description = "It is on its way"), Forbidden, Conflict),
)]
async fn send(State(app): State<App>, caller: Caller, Path(id): Path<ReportId>) -> Result<StatusCode> {
    let mut tx = app.db.begin().await?;
    let member = member_of(&mut tx, &caller, Owned::Report(id)).await?;
    sends::try_now(&mut tx, app.clock.now(), &member, id).await?;
    tx.commit().await?;
    Ok(StatusCode::ACCEPTED)
}

/// Preview a report
///
/// Its mail as a page, from stored results: nothing is run or sent. Requires the member role or higher.
#[utoipa::path(
    get,
    path = "/api/v1/reports/{report_id}/preview",
    tag = "reports",
    operation_id = "preview_report",
    params(("report_id" = ReportId, Path, description = "The report")),
    responses((status = OK, description = "The mail", body = String, content_type = "text/html"), Forbidden, Conflict),
)]
async fn preview(State(app): State<App>, caller: Caller, Path(id): Path<ReportId>) -> Result<Response> {
    let member = member_of(&mut *app.db.acquire().await?, &caller, Owned::Report(id)).await?;
    let html = jobs::reporter(&app).preview(&member, id).await?;
    Ok(page(html, MAIL_POLICY))
}

/// List the sendings of a report
///
/// Newest first, each with its mails. Requires the member role or higher.
#[utoipa::path(
    get,
    path = "/api/v1/reports/{report_id}/sends",
    tag = "reports",
    operation_id = "list_report_sends",
    params(("report_id" = ReportId, Path, description = "The report"), PageQuery),
    responses(
        (status = OK, description = "One page", body = Page<ReportSend>, headers(("Link" = String, description = "The next page"))),
        Forbidden,
    ),
)]
async fn history(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<ReportId>,
    uri: Uri,
    Query(query): Query<PageQuery>,
) -> Result<Response> {
    let page = query.parse::<ReportSendId>()?;
    let mut db = app.db.acquire().await?;
    let member = member_of(&mut db, &caller, Owned::Report(id)).await?;
    let found = sends::list(&mut db, &member, id, page.after, page.limit + 1).await?;
    Ok(Page::new(found, &page, |send| send.id).answer(&uri))
}

/// Ask whether to unsubscribe
///
/// The page of the link in a report's mail. Opening it changes nothing.
#[utoipa::path(
    get,
    path = "/api/v1/unsubscribe/{unsubscribe_token}",
    tag = "reports",
    operation_id = "ask_to_unsubscribe",
    params(("unsubscribe_token" = String, Path, description = "The secret of the link")),
    responses((status = OK, description = "The page", body = String, content_type = "text/html")),
    security(()),
)]
async fn ask_to_unsubscribe(State(app): State<App>, Path(token): Path<String>) -> Result<Response> {
    let unsubscribe = Unsubscribe::parse(&app.signing_key, &token)?;
    let name = unsubscribe.report(&mut *app.db.acquire().await?).await?;
    let (name, address) = (escape(&name), escape(&unsubscribe.address));
    let asked = format!(
        r#"<p>Stop sending the report <b>{name}</b> to {address}?</p>
<form method="post"><button type="submit">Unsubscribe</button></form>"#
    );
    Ok(page(framed(&asked), FORM_POLICY))
}

/// Unsubscribe from a report
///
/// Without a log-in, by the link of its mail, as mail programs do it (RFC 8058). Doing it again changes nothing.
#[utoipa::path(
    post,
    path = "/api/v1/unsubscribe/{unsubscribe_token}",
    tag = "reports",
    operation_id = "unsubscribe",
    params(("unsubscribe_token" = String, Path, description = "The secret of the link")),
    responses((status = OK, description = "The address receives the report no more", body = String, content_type = "text/html")),
    security(()),
)]
async fn unsubscribe(State(app): State<App>, Path(token): Path<String>) -> Result<Response> {
    let unsubscribe = Unsubscribe::parse(&app.signing_key, &token)?;
    let mut tx = app.db.begin().await?;
    let name = unsubscribe.report(&mut tx).await?;
    unsubscribe.accept(&mut tx, app.clock.now()).await?;
    tx.commit().await?;
    let (name, address) = (escape(&name), escape(&unsubscribe.address));
    let said = format!("<p>The report <b>{name}</b> is no longer sent to {address}.</p>");
    Ok(page(framed(&said), FORM_POLICY))
}

fn framed(content: &str) -> String {
    format!(
        r#"<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>Unsubscribe</title>
<style>body{{font:16px/1.5 system-ui,sans-serif;max-width:32rem;margin:15vh auto;padding:0 1rem;overflow-wrap:anywhere}}
button{{font:inherit;padding:.6rem 1.2rem;border:0;border-radius:6px;background:#0f766e;color:#fff;cursor:pointer}}</style>
</head><body><h1>Glovebox</h1>{content}</body></html>"#
    )
}

/// A page that no cache keeps and no search engine finds.
fn page(html: String, policy: &'static str) -> Response {
    let mut answer = discreet(Html(html).into_response());
    answer
        .headers_mut()
        .insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    answer
}
