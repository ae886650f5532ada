//! `/api/v1/projects/{project_id}/suggestions` and `/api/v1/conversations/{conversation_id}/suggestions`.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    error::Result,
    extract::{Path, Query},
};
use crate::{
    accounts::Caller,
    app::App,
    error::Error,
    ids::{ConversationId, ProjectId},
    orgs::{Owned, member_of},
    suggestions::{self, COUNT_MAX},
};

const DEFAULT: usize = 3;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(of_project))
        .routes(routes!(of_conversation))
}

/// How many questions.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct SuggestionsQuery {
    /// Maximum number, from 1 to 6.
    #[param(minimum = 1, maximum = 6, default = 3)]
    limit: Option<usize>,
}

/// Suggested questions.
#[derive(Debug, Serialize, ToSchema)]
struct Suggestions {
    /// In plain English, best first. Empty if there is no table to ask about.
    #[schema(example = json!(["What is the average mpg by origin?"]))]
    questions: Vec<String>,
}

impl SuggestionsQuery {
    fn count(&self) -> Result<usize> {
        let count = self.limit.unwrap_or(DEFAULT);
        if !(1..=COUNT_MAX).contains(&count) {
            let message = format!("Ask for 1 to {COUNT_MAX} questions.");
            return Err(Error::invalid("limit", "range", message).into());
        }
        Ok(count)
    }
}

/// Suggest first questions about a project
///
/// Generated from its tables, most recently changed first and each table in turn, by rules and without a model. Files
/// that are still being analysed have no questions yet.
#[utoipa::path(
    get,
    path = "/api/v1/projects/{project_id}/suggestions",
    tag = "suggestions",
    operation_id = "suggest_for_project",
    params(("project_id" = ProjectId, Path, description = "The project"), SuggestionsQuery),
    responses((status = OK, description = "The questions", body = Suggestions)),
)]
async fn of_project(
    State(app): State<App>,
    caller: Caller,
    Path(project_id): Path<ProjectId>,
    Query(query): Query<SuggestionsQuery>,
) -> Result<axum::Json<Suggestions>> {
    let count = query.count()?;
    let mut db = app.db.acquire().await?;
    let member = member_of(&mut db, &caller, Owned::Project(project_id)).await?;
    let basis = suggestions::of_project(&mut db, &app.config.limits, &member, project_id).await?;
    drop(db);
    let questions = basis.questions(count).await?;
    Ok(axum::Json(Suggestions { questions }))
}

/// Suggest follow-up questions
///
/// They follow the newest answer and do not repeat earlier questions. While that answer is still in progress there are
/// none; in an empty conversation, they are first questions about its project.
#[utoipa::path(
    get,
    path = "/api/v1/conversations/{conversation_id}/suggestions",
    tag = "suggestions",
    operation_id = "suggest_for_conversation",
    params(("conversation_id" = ConversationId, Path, description = "The conversation"), SuggestionsQuery),
    responses((status = OK, description = "The questions", body = Suggestions)),
)]
async fn of_conversation(
    State(app): State<App>,
    caller: Caller,
    Path(conversation_id): Path<ConversationId>,
    Query(query): Query<SuggestionsQuery>,
) -> Result<axum::Json<Suggestions>> {
    let count = query.count()?;
    let mut db = app.db.acquire().await?;
    let member = member_of(&mut db, &caller, Owned::Conversation(conversation_id)).await?;
    let basis = suggestions::of_conversation(&mut db, &app.config.limits, &member, conversation_id).await?;
    drop(db);
    let questions = basis.questions(count).await?;
    Ok(axum::Json(Suggestions { questions }))
}
