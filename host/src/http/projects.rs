//! `/api/v1/orgs/{org_id}/projects` and `/api/v1/projects`.

use axum::{
    extract::State,
    http::{StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
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
    ids::{OrgId, ProjectId},
    orgs::{Owned, member_of},
    projects::{self, Description, Project, ProjectUpdate},
    text::Name,
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get, update, delete))
}

/// A new project.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewProject {
    /// 1 to 100 characters in one line, unique among the organisation's projects.
    #[schema(min_length = 1, max_length = 100, example = "Sales 2026")]
    name: String,
    #[serde(default)]
    #[schema(max_length = 2000)]
    description: String,
}

/// The changes; omitted fields stay as they are.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ProjectChanges {
    #[schema(min_length = 1, max_length = 100)]
    name: Option<String>,
    #[schema(max_length = 2000)]
    description: Option<String>,
}

/// List the projects of an organisation
///
/// Newest first.
#[utoipa::path(
    get,
    path = "/api/v1/orgs/{org_id}/projects",
    tag = "projects",
    operation_id = "list_projects",
    params(("org_id" = OrgId, Path, description = "The organisation"), PageQuery),
    responses(
        (status = OK, description = "One page", body = Page<Project>, headers(("Link" = String, description = "The next page"))),
    ),
)]
async fn list(
    State(app): State<App>,
    caller: Caller,
    Path(org_id): Path<OrgId>,
    uri: Uri,
    Query(query): Query<PageQuery>,
) -> Result<Response> {
    let page = query.parse()?;
    let mut db = app.db.acquire().await?;
    let member = member_of(&mut db, &caller, Owned::Org(org_id)).await?;
    let found = projects::list(&mut db, &member, page.after.map(ProjectId), page.limit + 1).await?;
    Ok(Page::new(found, &page, |project| project.id.0).answer(&uri))
}

/// Create a project
///
/// Requires the member role or higher. Names are unique in an organisation, ignoring case: 409 `name_taken`.
#[utoipa::path(
    post,
    path = "/api/v1/orgs/{org_id}/projects",
    tag = "projects",
    operation_id = "create_project",
    params(("org_id" = OrgId, Path, description = "The organisation")),
    request_body = NewProject,
    responses(
        (status = CREATED, description = "Created", body = Project, headers(("Location" = String, description = "Its URL"))),
        Forbidden,
        Conflict,
    ),
)]
async fn create(
    State(app): State<App>,
    caller: Caller,
    Path(org_id): Path<OrgId>,
    Json(body): Json<NewProject>,
) -> Result<Response> {
    let name = Name::parse("name", &body.name)?;
    let description = Description::parse("description", &body.description)?;
    let mut tx = app.db.begin().await?;
    let member = member_of(&mut tx, &caller, Owned::Org(org_id)).await?;
    let (now, limits) = (app.clock.now(), &app.config.limits);
    let project = projects::create(&mut tx, now, limits, &member, &name, &description).await?;
    tx.commit().await?;
    let location = [(header::LOCATION, format!("/api/v1/projects/{}", project.id))];
    Ok((StatusCode::CREATED, location, axum::Json(project)).into_response())
}

/// A project
#[utoipa::path(
    get,
    path = "/api/v1/projects/{project_id}",
    tag = "projects",
    operation_id = "get_project",
    params(("project_id" = ProjectId, Path, description = "The project")),
    responses((status = OK, description = "The project", body = Project)),
)]
async fn get(State(app): State<App>, caller: Caller, Path(project_id): Path<ProjectId>) -> Result<axum::Json<Project>> {
    let mut db = app.db.acquire().await?;
    let member = member_of(&mut db, &caller, Owned::Project(project_id)).await?;
    Ok(axum::Json(projects::get(&mut db, &member, project_id).await?))
}

/// Change a project
///
/// Requires the member role or higher. Names are unique in an organisation, ignoring case: 409 `name_taken`.
#[utoipa::path(
    patch,
    path = "/api/v1/projects/{project_id}",
    tag = "projects",
    operation_id = "update_project",
    params(("project_id" = ProjectId, Path, description = "The project")),
    request_body = ProjectChanges,
    responses((status = OK, description = "The updated project", body = Project), Forbidden, Conflict),
)]
async fn update(
    State(app): State<App>,
    caller: Caller,
    Path(project_id): Path<ProjectId>,
    Json(body): Json<ProjectChanges>,
) -> Result<axum::Json<Project>> {
    let name = body.name.map(|name| Name::parse("name", &name)).transpose()?;
    let description = body
        .description
        .map(|text| Description::parse("description", &text))
        .transpose()?;
    let changes = ProjectUpdate { name, description };
    let mut tx = app.db.begin().await?;
    let member = member_of(&mut tx, &caller, Owned::Project(project_id)).await?;
    let project = projects::update(&mut tx, app.clock.now(), &member, project_id, &changes).await?;
    tx.commit().await?;
    Ok(axum::Json(project))
}

/// Delete a project
///
/// Its prompts and files are deleted too. Requires the member role or higher.
#[utoipa::path(
    delete,
    path = "/api/v1/projects/{project_id}",
    tag = "projects",
    operation_id = "delete_project",
    params(("project_id" = ProjectId, Path, description = "The project")),
    responses((status = NO_CONTENT, description = "Deleted"), Forbidden),
)]
async fn delete(State(app): State<App>, caller: Caller, Path(project_id): Path<ProjectId>) -> Result<StatusCode> {
    let mut tx = app.db.begin().await?;
    let member = member_of(&mut tx, &caller, Owned::Project(project_id)).await?;
    projects::delete(&mut tx, &member, project_id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
