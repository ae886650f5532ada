//! Prompts: standing instructions of a project, in an order, each on or off.
//!
//! Positions run from 0 without gaps. Whatever moves prompts holds the project's lock, so two changes at once leave
//! every prompt in a place of its own.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::PgConnection;
use utoipa::ToSchema;

use crate::{
    config::ServerLimits,
    error::{Error, Result, broken},
    ids::{ProjectId, PromptId},
    orgs::{Member, Role},
    text::{Name, Text},
};

/// What a prompt says.
pub type Instructions = Text<20_000>;

/// A prompt of a project.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Prompt {
    pub id: PromptId,
    pub project_id: ProjectId,
    pub name: String,
    pub text: String,
    /// Its position among the project's prompts, from 0.
    pub position: i32,
    /// Whether it is used.
    pub enabled: bool,
    pub created_at: DateTime<Utc>,
    /// When its name, its text or whether it is used was last changed.
    pub updated_at: DateTime<Utc>,
}

/// A new prompt.
#[derive(Clone, Debug)]
pub struct PromptDraft {
    pub name: Name,
    pub text: Instructions,
    pub enabled: bool,
}

/// What is to be changed; `None` stays as it is.
#[derive(Clone, Debug, Default)]
pub struct PromptUpdate {
    pub name: Option<Name>,
    pub text: Option<Instructions>,
    pub enabled: Option<bool>,
}

/// A new prompt, after the others of its project.
pub async fn create(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    limits: &ServerLimits,
    member: &Member,
    project_id: ProjectId,
    draft: &PromptDraft,
) -> Result<Prompt> {
    member.at_least(Role::Member)?;
    lock(db, member, project_id).await?;
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from prompts where org_id = $1 and project_id = $2"#,
        member.org_id.0,
        project_id.0,
    )
    .fetch_one(&mut *db)
    .await?;
    if count >= i64::from(limits.prompts_per_project) {
        return Err(Error::Limited {
            code: "too_many_prompts",
            message: format!("This project has reached the limit of {count} prompts. Delete one first."),
            retry_after_s: None,
        });
    }
    sqlx::query_as!(
        Prompt,
        "insert into prompts (id, org_id, project_id, name, text, position, enabled, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $8)
         returning id, project_id, name, text, position, enabled, created_at, updated_at",
        PromptId::new().0,
        member.org_id.0,
        project_id.0,
        draft.name.as_str(),
        draft.text.as_str(),
        count as i32,
        draft.enabled,
        now,
    )
    .fetch_one(db)
    .await
    .map_err(|error| name_taken(error, &draft.name))
}

/// The project's prompts in their order: at most `limit` of those behind `after`.
pub async fn list(
    db: &mut PgConnection,
    member: &Member,
    project_id: ProjectId,
    after: Option<PromptId>,
    limit: u32,
) -> Result<Vec<Prompt>> {
    let behind = match after {
        None => -1,
        Some(after) => sqlx::query_scalar!(
            "select position from prompts where org_id = $1 and project_id = $2 and id = $3",
            member.org_id.0,
            project_id.0,
            after.0,
        )
        .fetch_optional(&mut *db)
        .await?
        .ok_or_else(|| {
            Error::invalid(
                "cursor",
                "cursor",
                "The prompt at this cursor no longer exists. Start again without a cursor.",
            )
        })?,
    };
    let prompts = sqlx::query_as!(
        Prompt,
        "select id, project_id, name, text, position, enabled, created_at, updated_at
         from prompts where org_id = $1 and project_id = $2 and position > $3 order by position limit $4",
        member.org_id.0,
        project_id.0,
        behind,
        i64::from(limit),
    )
    .fetch_all(db)
    .await?;
    Ok(prompts)
}

/// Changes its name, its text, or whether it is used.
pub async fn update(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    member: &Member,
    id: PromptId,
    changes: &PromptUpdate,
) -> Result<Prompt> {
    member.at_least(Role::Member)?;
    let updated = sqlx::query_as!(
        Prompt,
        "update prompts set name = coalesce($3, name), text = coalesce($4, text), enabled = coalesce($5, enabled),
           updated_at = $6
         where org_id = $1 and id = $2
         returning id, project_id, name, text, position, enabled, created_at, updated_at",
        member.org_id.0,
        id.0,
        changes.name.as_ref().map(Name::as_str),
        changes.text.as_ref().map(Instructions::as_str),
        changes.enabled,
        now,
    )
    .fetch_optional(db)
    .await;
    match (updated, &changes.name) {
        (Err(error), Some(name)) => Err(name_taken(error, name)),
        (updated, _) => updated?.ok_or(Error::Missing("prompt")),
    }
}

/// Deletes it; those behind it move up.
pub async fn delete(db: &mut PgConnection, member: &Member, id: PromptId) -> Result<()> {
    member.at_least(Role::Member)?;
    let project_id = sqlx::query_scalar!(
        "select project_id from prompts where org_id = $1 and id = $2",
        member.org_id.0,
        id.0
    )
    .fetch_optional(&mut *db)
    .await?
    .ok_or(Error::Missing("prompt"))?;
    lock(db, member, ProjectId(project_id)).await?;
    let position = sqlx::query_scalar!(
        "delete from prompts where org_id = $1 and id = $2 returning position",
        member.org_id.0,
        id.0
    )
    .fetch_optional(&mut *db)
    .await?
    .ok_or(Error::Missing("prompt"))?;
    sqlx::query!(
        "update prompts set position = position - 1 where org_id = $1 and project_id = $2 and position > $3",
        member.org_id.0,
        project_id,
        position,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Puts the project's prompts into this order, which has to name each of them once.
pub async fn reorder(db: &mut PgConnection, member: &Member, project_id: ProjectId, order: &[PromptId]) -> Result<()> {
    member.at_least(Role::Member)?;
    lock(db, member, project_id).await?;
    let ids = sqlx::query_scalar!(
        "select id from prompts where org_id = $1 and project_id = $2",
        member.org_id.0,
        project_id.0
    )
    .fetch_all(&mut *db)
    .await?;
    let (ids, named): (BTreeSet<_>, BTreeSet<_>) = (ids.into_iter().collect(), order.iter().map(|id| id.0).collect());
    if ids != named || order.len() != ids.len() {
        let message = format!("List each of the project's prompts once; it has {} of them.", ids.len());
        return Err(Error::invalid("prompt_ids", "incomplete", message));
    }
    let order: Vec<_> = order.iter().map(|id| id.0).collect();
    sqlx::query!(
        "update prompts set position = new.position - 1
         from unnest($3::uuid[]) with ordinality as new (id, position)
         where org_id = $1 and project_id = $2 and prompts.id = new.id",
        member.org_id.0,
        project_id.0,
        &order,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Until the transaction ends, nobody else adds, removes or moves prompts of the project.
async fn lock(db: &mut PgConnection, member: &Member, project_id: ProjectId) -> Result<()> {
    sqlx::query!(
        "select id from projects where org_id = $1 and id = $2 for no key update",
        member.org_id.0,
        project_id.0,
    )
    .fetch_optional(db)
    .await?
    .ok_or(Error::Missing("project"))?;
    Ok(())
}

fn name_taken(error: sqlx::Error, name: &Name) -> Error {
    if broken(&error, "prompts_name_key") {
        let name = name.as_str();
        return Error::conflict(
            "name_taken",
            format!("A prompt named {name} already exists. Use another name."),
        );
    }
    error.into()
}
