//! `/api/v1/projects/{project_id}/dashboards` and `/api/v1/dashboards`.

mod export;
mod shares;
pub(super) mod tiles;
mod versions;

use axum::{
    extract::State,
    http::{HeaderMap, HeaderName, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    error::Result,
    extract::{Json, Path, Query},
    page::{Page, PageQuery},
    problems::{Conflict, Forbidden, Outdated},
};
use crate::{
    accounts::Caller,
    app::App,
    dashboards::{self, Dashboard, DashboardUpdate, Description, document::Document, export as yaml, generate},
    error::Error,
    files::preview,
    ids::{DashboardId, FileId, ProjectId, TileId},
    orgs::{Owned, member_of},
    text::Name,
    tiles::Tile,
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(import))
        .routes(routes!(generate))
        .routes(routes!(get, save, update, delete))
        .merge(export::routes())
        .merge(versions::routes())
        .merge(tiles::routes())
        .merge(shares::routes())
}

/// A dashboard with its content.
#[derive(Serialize, ToSchema)]
struct WholeDashboard {
    #[serde(flatten)]
    dashboard: Dashboard,
    document: Document,
    /// The tiles that the document shows.
    tiles: Vec<Tile>,
}

/// A new dashboard.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewDashboard {
    /// 1 to 100 characters in one line, unique among the project's dashboards.
    #[schema(min_length = 1, max_length = 100, example = "Sales")]
    name: String,
    #[serde(default)]
    #[schema(max_length = 2_000)]
    description: String,
}

/// An exported dashboard.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DashboardImport {
    /// The content of the export.
    yaml: String,
    /// Replaces the name in the export.
    #[schema(min_length = 1, max_length = 100)]
    name: Option<String>,
}

/// What to generate a dashboard from.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DashboardGeneration {
    /// A table of the project.
    file_id: FileId,
    /// By default the name of the file.
    #[schema(min_length = 1, max_length = 100)]
    name: Option<String>,
}

/// The changes; omitted fields stay as they are.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DashboardChanges {
    #[schema(min_length = 1, max_length = 100)]
    name: Option<String>,
    #[schema(max_length = 2_000)]
    description: Option<String>,
}

/// New content.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DashboardSave {
    document: Document,
    /// A short description of the change.
    #[serde(default)]
    #[schema(max_length = 200)]
    note: String,
}

/// A saved version.
#[derive(Serialize, ToSchema)]
struct SavedDashboard {
    version: i32,
}

/// List the dashboards of a project
///
/// Newest first.
#[utoipa::path(
    get,
    path = "/api/v1/projects/{project_id}/dashboards",
    tag = "dashboards",
    operation_id = "list_dashboards",
    params(("project_id" = ProjectId, Path, description = "The project"), PageQuery),
    responses(
        (status = OK, description = "One page", body = Page<Dashboard>, headers(("Link" = String, description = "The next page"))),
    ),
)]
async fn list(
    State(app): State<App>,
    caller: Caller,
    Path(project_id): Path<ProjectId>,
    uri: Uri,
    Query(query): Query<PageQuery>,
) -> Result<Response> {
    let page = query.parse::<DashboardId>()?;
    let mut db = app.db.acquire().await?;
    let member = member_of(&mut db, &caller, Owned::Project(project_id)).await?;
    let found = dashboards::list(&mut db, &member, project_id, page.after, page.limit + 1).await?;
    Ok(Page::new(found, &page, |dashboard| dashboard.id).answer(&uri))
}

/// Create a dashboard
///
/// With one empty tab. Requires the member role or higher. Names are unique in a project, ignoring case: 409
/// `name_taken`.
#[utoipa::path(
    post,
    path = "/api/v1/projects/{project_id}/dashboards",
    tag = "dashboards",
    operation_id = "create_dashboard",
    params(("project_id" = ProjectId, Path, description = "The project")),
    request_body = NewDashboard,
    responses(
        (status = CREATED, description = "Created", body = Dashboard, headers(("Location" = String, description = "Its URL"))),
        Forbidden,
        Conflict,
    ),
)]
async fn create(
    State(app): State<App>,
    caller: Caller,
    Path(project_id): Path<ProjectId>,
    Json(body): Json<NewDashboard>,
) -> Result<Response> {
    let name = Name::parse("name", &body.name)?;
    let description = Description::parse("description", &body.description)?;
    let mut tx = app.db.begin().await?;
    let member = member_of(&mut tx, &caller, Owned::Project(project_id)).await?;
    let (now, limits) = (app.clock.now(), &app.config.limits);
    let dashboard = dashboards::create(&mut tx, now, limits, &member, project_id, &name, &description).await?;
    tx.commit().await?;
    Ok(made(dashboard))
}

/// Import a dashboard
///
/// From the YAML of an export, over the project's files with the same names; a missing one is 422. Requires the member
/// role or higher.
#[utoipa::path(
    post,
    path = "/api/v1/projects/{project_id}/dashboards/import",
    tag = "dashboards",
    operation_id = "import_dashboard",
    params(("project_id" = ProjectId, Path, description = "The project")),
    request_body = DashboardImport,
    responses(
        (status = CREATED, description = "Created", body = Dashboard, headers(("Location" = String, description = "Its URL"))),
        Forbidden,
        Conflict,
    ),
)]
async fn import(
    State(app): State<App>,
    caller: Caller,
    Path(project_id): Path<ProjectId>,
    Json(body): Json<DashboardImport>,
) -> Result<Response> {
    let name = body.name.map(|name| Name::parse("name", &name)).transpose()?;
    let mut tx = app.db.begin().await?;
    let member = member_of(&mut tx, &caller, Owned::Project(project_id)).await?;
    let (now, limits) = (app.clock.now(), &app.config.limits);
    let dashboard = yaml::import(&mut tx, now, limits, &member, project_id, &body.yaml, name).await?;
    tx.commit().await?;
    Ok(made(dashboard))
}

/// Generate a dashboard from a table
///
/// Without a model: up to twelve tiles are chosen by the types and figures of the table's columns. A table with nothing
/// to show is 409 `nothing_to_show`. Requires the member role or higher.
#[utoipa::path(
    post,
    path = "/api/v1/projects/{project_id}/dashboards/generate",
    tag = "dashboards",
    operation_id = "generate_dashboard",
    params(("project_id" = ProjectId, Path, description = "The project")),
    request_body = DashboardGeneration,
    responses(
        (status = CREATED, description = "Created", body = Dashboard, headers(("Location" = String, description = "Its URL"))),
        Forbidden,
        Conflict,
    ),
)]
async fn generate(
    State(app): State<App>,
    caller: Caller,
    Path(project_id): Path<ProjectId>,
    Json(body): Json<DashboardGeneration>,
) -> Result<Response> {
    let name = body.name.map(|name| Name::parse("name", &name)).transpose()?;
    let mut tx = app.db.begin().await?;
    let member = member_of(&mut tx, &caller, Owned::Project(project_id)).await?;
    let profile = preview::profile(&mut tx, &member, body.file_id, None).await?;
    let (now, limits) = (app.clock.now(), &app.config.limits);
    let asked = generate::Asked {
        project_id,
        file_id: body.file_id,
        name,
    };
    let dashboard = generate::make(&mut tx, now, limits, &member, asked, &profile).await?;
    tx.commit().await?;
    Ok(made(dashboard))
}

/// A dashboard
///
/// Its newest version, whose number is the `ETag`, with the tiles it shows. Get their results from `POST …/results`.
#[utoipa::path(
    get,
    path = "/api/v1/dashboards/{dashboard_id}",
    tag = "dashboards",
    operation_id = "get_dashboard",
    params(("dashboard_id" = DashboardId, Path, description = "The dashboard")),
    responses(
        (status = OK, description = "The dashboard", body = WholeDashboard, headers(("ETag" = String, description = "Its version"))),
    ),
)]
async fn get(State(app): State<App>, caller: Caller, Path(id): Path<DashboardId>) -> Result<Response> {
    let mut tx = app.db.begin().await?;
    let member = member_of(&mut tx, &caller, Owned::Dashboard(id)).await?;
    let (dashboard, document) = dashboards::get(&mut tx, &member, id).await?;
    let tiles = dashboards::shown_tiles(&mut tx, member.org_id, id, &document).await?;
    tx.commit().await?;
    let etag = etag(dashboard.version);
    let whole = WholeDashboard {
        dashboard,
        document,
        tiles,
    };
    Ok((etag, axum::Json(whole)).into_response())
}

/// Save a dashboard's content
///
/// As a new version. `If-Match` names the version that is changed, as in the `ETag`: if somebody else has saved in the
/// meantime, it is 412 `outdated`, and nothing changes. Requires the member role or higher.
#[utoipa::path(
    put,
    path = "/api/v1/dashboards/{dashboard_id}",
    tag = "dashboards",
    operation_id = "save_dashboard",
    params(
        ("dashboard_id" = DashboardId, Path, description = "The dashboard"),
        ("If-Match" = String, Header, description = "The ETag of the version being changed."),
    ),
    request_body = DashboardSave,
    responses(
        (status = OK, description = "The new version", body = SavedDashboard, headers(("ETag" = String, description = "The new version"))),
        Forbidden,
        Outdated,
    ),
)]
async fn save(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<DashboardId>,
    headers: HeaderMap,
    Json(body): Json<DashboardSave>,
) -> Result<Response> {
    let of = version_of(&headers)?;
    let note = note(&body.note)?;
    let mut tx = app.db.begin().await?;
    let member = member_of(&mut tx, &caller, Owned::Dashboard(id)).await?;
    let (now, limits) = (app.clock.now(), &app.config.limits);
    let version = dashboards::save(&mut tx, now, limits, &member, id, of, &body.document, &note).await?;
    tx.commit().await?;
    Ok((etag(version), axum::Json(SavedDashboard { version })).into_response())
}

/// Rename a dashboard
///
/// Or change its description. This does not create a version. Requires the member role or higher.
#[utoipa::path(
    patch,
    path = "/api/v1/dashboards/{dashboard_id}",
    tag = "dashboards",
    operation_id = "update_dashboard",
    params(("dashboard_id" = DashboardId, Path, description = "The dashboard")),
    request_body = DashboardChanges,
    responses((status = OK, description = "The updated dashboard", body = Dashboard), Forbidden, Conflict),
)]
async fn update(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<DashboardId>,
    Json(body): Json<DashboardChanges>,
) -> Result<axum::Json<Dashboard>> {
    let name = body.name.map(|name| Name::parse("name", &name)).transpose()?;
    let description = body
        .description
        .map(|text| Description::parse("description", &text))
        .transpose()?;
    let mut tx = app.db.begin().await?;
    let member = member_of(&mut tx, &caller, Owned::Dashboard(id)).await?;
    let changes = DashboardUpdate { name, description };
    let dashboard = dashboards::update(&mut tx, app.clock.now(), &member, id, &changes).await?;
    tx.commit().await?;
    Ok(axum::Json(dashboard))
}

/// Delete a dashboard
///
/// With its versions, tiles and links. Requires the member role or higher.
#[utoipa::path(
    delete,
    path = "/api/v1/dashboards/{dashboard_id}",
    tag = "dashboards",
    operation_id = "delete_dashboard",
    params(("dashboard_id" = DashboardId, Path, description = "The dashboard")),
    responses((status = NO_CONTENT, description = "Deleted"), Forbidden),
)]
async fn delete(State(app): State<App>, caller: Caller, Path(id): Path<DashboardId>) -> Result<StatusCode> {
    let mut tx = app.db.begin().await?;
    let member = member_of(&mut tx, &caller, Owned::Dashboard(id)).await?;
    dashboards::delete(&mut tx, &member, id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

fn made(dashboard: Dashboard) -> Response {
    let location = [(header::LOCATION, format!("/api/v1/dashboards/{}", dashboard.id))];
    (StatusCode::CREATED, location, axum::Json(dashboard)).into_response()
}

pub(super) fn etag(version: i32) -> [(HeaderName, String); 1] {
    [(header::ETAG, format!("\"{version}\""))]
}

/// The version that `If-Match` names.
fn version_of(headers: &HeaderMap) -> Result<i32, Error> {
    let named = headers.get(header::IF_MATCH).and_then(|value| value.to_str().ok());
    let version = named.and_then(|text| text.trim_matches('"').parse().ok());
    version.ok_or_else(|| {
        let message = "Send the ETag of the version you are changing in the If-Match header.";
        Error::invalid("If-Match", "required", message)
    })
}

fn note(text: &str) -> Result<String, Error> {
    let note = text.trim();
    if note.chars().count() > 200 || note.chars().any(char::is_control) {
        return Err(Error::invalid(
            "note",
            "line",
            "Describe the change in one line of at most 200 characters.",
        ));
    }
    Ok(if note.is_empty() {
        "Changed".to_owned()
    } else {
        note.to_owned()
    })
}

/// The tile of a path.
#[derive(Deserialize)]
struct TilePath {
    dashboard_id: DashboardId,
    tile_id: TileId,
}
