//! Projects: what the work of an organisation is sorted into.
//!
//! A project has a name that no other one of its organisation has, and holds prompts and files, which go with it.

use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::PgConnection;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    accounts::Caller,
    config::ServerLimits,
    error::{Error, Result, broken},
    ids::{OrgId, ProjectId, UserId},
    orgs::{self, Member, Owned, Role},
    queue::{self, Job},
    text::{Name, Text},
};

/// What a project is about.
pub type Description = Text<2_000>;

/// What the project is called that is made for somebody who names none.
const FIRST: &str = "First project";

/// A project.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Project {
    pub id: ProjectId,
    pub org_id: OrgId,
    pub name: String,
    pub description: String,
    /// Who created it; null once their account is deleted.
    pub created_by: Option<UserId>,
    pub created_at: DateTime<Utc>,
    /// When its name or description was last changed.
    pub updated_at: DateTime<Utc>,
}

/// What is to be changed; `None` stays as it is.
#[derive(Clone, Debug, Default)]
pub struct ProjectUpdate {
    pub name: Option<Name>,
    pub description: Option<Description>,
}

/// A new project.
pub async fn create(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    limits: &ServerLimits,
    member: &Member,
    name: &Name,
    description: &Description,
) -> Result<Project> {
    let member = orgs::lock(db, member).await?;
    member.at_least(Role::Member)?;
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from projects where org_id = $1"#,
        member.org_id.0
    )
    .fetch_one(&mut *db)
    .await?;
    if count >= i64::from(limits.projects_per_org) {
        return Err(Error::Limited {
            code: "too_many_projects",
            message: format!("This organisation has reached the limit of {count} projects. Delete one first."),
            retry_after_s: None,
        });
    }
    sqlx::query_as!(
        Project,
        "insert into projects (id, org_id, name, description, created_by, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $6)
         returning id, org_id, name, description, created_by as \"created_by: UserId\", created_at, updated_at",
        ProjectId::new().0,
        member.org_id.0,
        name.as_str(),
        description.as_str(),
        member.user_id.0,
        now,
    )
    .fetch_one(db)
    .await
    .map_err(|error| name_taken(error, name))
}

/// The projects of the organisation, the newest first: at most `limit` of those before `after`.
pub async fn list(
    db: &mut PgConnection,
    member: &Member,
    after: Option<ProjectId>,
    limit: u32,
) -> Result<Vec<Project>> {
    let projects = sqlx::query_as!(
        Project,
        "select id, org_id, name, description, created_by as \"created_by: UserId\", created_at, updated_at
         from projects where org_id = $1 and id < $2 order by id desc limit $3",
        member.org_id.0,
        after.map_or(Uuid::max(), |id| id.0),
        i64::from(limit),
    )
    .fetch_all(db)
    .await?;
    Ok(projects)
}

/// One project.
pub async fn get(db: &mut PgConnection, member: &Member, id: ProjectId) -> Result<Project> {
    sqlx::query_as!(
        Project,
        "select id, org_id, name, description, created_by as \"created_by: UserId\", created_at, updated_at
         from projects where org_id = $1 and id = $2",
        member.org_id.0,
        id.0,
    )
    .fetch_optional(db)
    .await?
    .ok_or(Error::Missing("project"))
}

/// The project in which somebody works who names none: the oldest one of their personal organisation, made where there
/// is none.
pub async fn own(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    limits: &ServerLimits,
    caller: &Caller,
) -> Result<(Member, ProjectId)> {
    let (org_id, oldest) = oldest_own(db, caller).await?;
    let member = orgs::member_of(db, caller, Owned::Org(org_id)).await?;
    if let Some(id) = oldest {
        return Ok((member, id));
    }
    // Two at once make one.
    let member = orgs::lock(db, &member).await?;
    if let (_, Some(id)) = oldest_own(db, caller).await? {
        return Ok((member, id));
    }
    let (name, description) = (Name::parse("name", FIRST)?, Description::parse("description", "")?);
    let project = create(db, now, limits, &member, &name, &description).await?;
    Ok((member, project.id))
}

/// The caller's personal organisation, and the oldest project in it.
async fn oldest_own(db: &mut PgConnection, caller: &Caller) -> Result<(OrgId, Option<ProjectId>)> {
    let found = sqlx::query!(
        r#"select o.id as org_id, (select p.id from projects p where p.org_id = o.id order by p.id limit 1) as project_id
           from orgs o where o.personal_user_id = $1"#,
        caller.user_id.0,
    )
    .fetch_optional(db)
    .await?
    .ok_or(Error::Missing("account"))?;
    Ok((OrgId(found.org_id), found.project_id.map(ProjectId)))
}

/// Changes its name, its description or both.
pub async fn update(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    member: &Member,
    id: ProjectId,
    changes: &ProjectUpdate,
) -> Result<Project> {
    member.at_least(Role::Member)?;
    let updated = sqlx::query_as!(
        Project,
        "update projects set name = coalesce($3, name), description = coalesce($4, description), updated_at = $5
         where org_id = $1 and id = $2
         returning id, org_id, name, description, created_by as \"created_by: UserId\", created_at, updated_at",
        member.org_id.0,
        id.0,
        changes.name.as_ref().map(Name::as_str),
        changes.description.as_ref().map(Description::as_str),
        now,
    )
    .fetch_optional(db)
    .await;
    match (updated, &changes.name) {
        (Err(error), Some(name)) => Err(name_taken(error, name)),
        (updated, _) => updated?.ok_or(Error::Missing("project")),
    }
}

/// Deletes it with its prompts and files; the bytes of the files follow when the clean-up runs.
pub async fn delete(db: &mut PgConnection, member: &Member, id: ProjectId) -> Result<()> {
    member.at_least(Role::Member)?;
    let deleted = sqlx::query!(
        "delete from projects where org_id = $1 and id = $2",
        member.org_id.0,
        id.0
    )
    .execute(&mut *db)
    .await?;
    if deleted.rows_affected() == 0 {
        return Err(Error::Missing("project"));
    }
    queue::add(db, &Job::CleanUp).await
}

fn name_taken(error: sqlx::Error, name: &Name) -> Error {
    if broken(&error, "projects_name_key") {
        let name = name.as_str();
        return Error::conflict(
            "name_taken",
            format!("A project named {name} already exists. Use another name."),
        );
    }
    error.into()
}
