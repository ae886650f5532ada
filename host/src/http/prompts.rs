//! `/api/v1/projects/{project_id}/prompts` and `/api/v1/prompts`.

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
    ids::{ProjectId, PromptId},
    orgs::{Owned, member_of},
    prompts::{self, Instructions, Prompt, PromptDraft, PromptUpdate},
    text::Name,
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(reorder))
        .routes(routes!(update, delete))
}

/// A new prompt.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewPrompt {
    /// 1 to 100 characters in one line, unique among the project's prompts.
    #[schema(min_length = 1, max_length = 100, example = "House style")]
    name: String,
    #[schema(max_length = 20_000, example = "Give money in euros, without cents.")]
    text: String,
    /// Whether it is used.
    #[serde(default = "enabled")]
    #[schema(default = true)]
    enabled: bool,
}

fn enabled() -> bool {
    true
}

/// The changes; omitted fields stay as they are.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PromptChanges {
    #[schema(min_length = 1, max_length = 100)]
    name: Option<String>,
    #[schema(max_length = 20_000)]
    text: Option<String>,
    enabled: Option<bool>,
}

/// The new order of the prompts.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PromptOrder {
    /// Every prompt of the project, once.
    prompt_ids: Vec<PromptId>,
}

/// List the prompts of a project
///
/// In their order.
#[utoipa::path(
    get,
    path = "/api/v1/projects/{project_id}/prompts",
    tag = "prompts",
    operation_id = "list_prompts",
    params(("project_id" = ProjectId, Path, description = "The project"), PageQuery),
    responses(
        (status = OK, description = "One page", body = Page<Prompt>, headers(("Link" = String, description = "The next page"))),
    ),
)]
async fn list(
    State(app): State<App>,
    caller: Caller,
    Path(project_id): Path<ProjectId>,
    uri: Uri,
    Query(query): Query<PageQuery>,
) -> Result<Response> {
    let page = query.parse()?;
    let mut db = app.db.acquire().await?;
    let member = member_of(&mut db, &caller, Owned::Project(project_id)).await?;
    let found = prompts::list(&mut db, &member, project_id, page.after.map(PromptId), page.limit + 1).await?;
    Ok(Page::new(found, &page, |prompt| prompt.id.0).answer(&uri))
}

/// Create a prompt
///
/// Added after the others. Requires the member role or higher. Names are unique in a project, ignoring case: 409
/// `name_taken`.
#[utoipa::path(
    post,
    path = "/api/v1/projects/{project_id}/prompts",
    tag = "prompts",
    operation_id = "create_prompt",
    params(("project_id" = ProjectId, Path, description = "The project")),
    request_body = NewPrompt,
    responses(
        (status = CREATED, description = "Created", body = Prompt, headers(("Location" = String, description = "Its URL"))),
        Forbidden,
        Conflict,
    ),
)]
async fn create(
    State(app): State<App>,
    caller: Caller,
    Path(project_id): Path<ProjectId>,
    Json(body): Json<NewPrompt>,
) -> Result<Response> {
    let draft = PromptDraft {
        name: Name::parse("name", &body.name)?,
        text: Instructions::parse("text", &body.text)?,
        enabled: body.enabled,
    };
    let mut tx = app.db.begin().await?;
    let member = member_of(&mut tx, &caller, Owned::Project(project_id)).await?;
    let (now, limits) = (app.clock.now(), &app.config.limits);
    let prompt = prompts::create(&mut tx, now, limits, &member, project_id, &draft).await?;
    tx.commit().await?;
    let location = [(header::LOCATION, format!("/api/v1/prompts/{}", prompt.id))];
    Ok((StatusCode::CREATED, location, axum::Json(prompt)).into_response())
}

/// Reorder the prompts
///
/// Requires the member role or higher. The list must contain every prompt of the project exactly once.
#[utoipa::path(
    put,
    path = "/api/v1/projects/{project_id}/prompts/order",
    tag = "prompts",
    operation_id = "order_prompts",
    params(("project_id" = ProjectId, Path, description = "The project")),
    request_body = PromptOrder,
    responses((status = NO_CONTENT, description = "The prompts are in this order"), Forbidden),
)]
async fn reorder(
    State(app): State<App>,
    caller: Caller,
    Path(project_id): Path<ProjectId>,
    Json(body): Json<PromptOrder>,
) -> Result<StatusCode> {
    let mut tx = app.db.begin().await?;
    let member = member_of(&mut tx, &caller, Owned::Project(project_id)).await?;
    prompts::reorder(&mut tx, &member, project_id, &body.prompt_ids).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Change a prompt, or turn it on or off
///
/// Requires the member role or higher. Names are unique in a project, ignoring case: 409 `name_taken`.
#[utoipa::path(
    patch,
    path = "/api/v1/prompts/{prompt_id}",
    tag = "prompts",
    operation_id = "update_prompt",
    params(("prompt_id" = PromptId, Path, description = "The prompt")),
    request_body = PromptChanges,
    responses((status = OK, description = "The updated prompt", body = Prompt), Forbidden, Conflict),
)]
async fn update(
    State(app): State<App>,
    caller: Caller,
    Path(prompt_id): Path<PromptId>,
    Json(body): Json<PromptChanges>,
) -> Result<axum::Json<Prompt>> {
    let name = body.name.map(|name| Name::parse("name", &name)).transpose()?;
    let text = body.text.map(|text| Instructions::parse("text", &text)).transpose()?;
    let changes = PromptUpdate {
        name,
        text,
        enabled: body.enabled,
    };
    let mut tx = app.db.begin().await?;
    let member = member_of(&mut tx, &caller, Owned::Prompt(prompt_id)).await?;
    let prompt = prompts::update(&mut tx, app.clock.now(), &member, prompt_id, &changes).await?;
    tx.commit().await?;
    Ok(axum::Json(prompt))
}

/// Delete a prompt
///
/// The prompts after it move up. Requires the member role or higher.
#[utoipa::path(
    delete,
    path = "/api/v1/prompts/{prompt_id}",
    tag = "prompts",
    operation_id = "delete_prompt",
    params(("prompt_id" = PromptId, Path, description = "The prompt")),
    responses((status = NO_CONTENT, description = "Deleted"), Forbidden),
)]
async fn delete(State(app): State<App>, caller: Caller, Path(prompt_id): Path<PromptId>) -> Result<StatusCode> {
    let mut tx = app.db.begin().await?;
    let member = member_of(&mut tx, &caller, Owned::Prompt(prompt_id)).await?;
    prompts::delete(&mut tx, &member, prompt_id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
