//! Organisations: every row of a tenant belongs to one, and a [`Member`] is the authority to touch it.
//!
//! Everybody has a personal organisation, which stays theirs alone; shared ones have [members] with roles, who come by
//! [invitations]. Whatever changes who may do what holds the organisation's lock meanwhile, so there is always an owner.

pub mod invitations;
pub mod members;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    accounts::Caller,
    config::ServerLimits,
    error::{Error, Result},
    ids::{
        AlertId, ChannelId, ConversationId, DashboardId, FileId, GeneratedFileId, MessageId, ModelProviderId, OrgId,
        ProjectId, PromptId, ReportId, SourceId, UploadId, UserId,
    },
    queue::{self, Job},
    text::Name,
};

/// What somebody may do in an organisation; each role includes the ones before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Role {
    /// See everything, change nothing.
    Viewer,
    /// Work with projects, prompts and files.
    Member,
    /// Invite people, and change and end memberships.
    Admin,
    /// Everything, to the organisation's deletion.
    Owner,
}

impl Role {
    /// As it stands in the database and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Member => "member",
            Self::Admin => "admin",
            Self::Owner => "owner",
        }
    }

    const ALL: [Self; 4] = [Self::Viewer, Self::Member, Self::Admin, Self::Owner];
}

/// The proof that somebody belongs to an organisation. Only this module makes one, and every query on a tenant's rows
/// takes one.
#[derive(Clone, Debug)]
pub struct Member {
    pub org_id: OrgId,
    pub user_id: UserId,
    pub role: Role,
}

impl Member {
    /// Stops whoever has not at least this role.
    pub fn at_least(&self, role: Role) -> Result<()> {
        if self.role >= role {
            return Ok(());
        }
        Err(Error::Forbidden(format!(
            "Your role in this organisation is {}; this requires {} or higher. Ask an owner or an admin.",
            self.role.name(),
            role.name()
        )))
    }
}

/// An organisation, as one of its members sees it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Org {
    pub id: OrgId,
    pub name: String,
    /// Whether it is the caller's personal organisation, which nobody else can join and which lasts as long as the
    /// account.
    pub personal: bool,
    /// The caller's role in it.
    pub role: Role,
    pub created_at: DateTime<Utc>,
}

/// What a request names, and through which the organisation is found.
#[derive(Clone, Copy, Debug)]
pub enum Owned {
    Org(OrgId),
    Project(ProjectId),
    Prompt(PromptId),
    File(FileId),
    Upload(UploadId),
    Conversation(ConversationId),
    Message(MessageId),
    GeneratedFile(GeneratedFileId),
    Dashboard(DashboardId),
    Alert(AlertId),
    Report(ReportId),
    Channel(ChannelId),
    Source(SourceId),
    ModelProvider(ModelProviderId),
}

impl Owned {
    fn noun(self) -> &'static str {
        match self {
            Self::Org(_) => "organisation",
            Self::Project(_) => "project",
            Self::Prompt(_) => "prompt",
            Self::File(_) | Self::GeneratedFile(_) => "file",
            Self::Upload(_) => "upload",
            Self::Conversation(_) => "conversation",
            Self::Message(_) => "message",
            Self::Dashboard(_) => "dashboard",
            Self::Alert(_) => "alert",
            Self::Report(_) => "report",
            Self::Channel(_) => "channel",
            Self::Source(_) => "source",
            Self::ModelProvider(_) => "model provider",
        }
    }
}

/// A new shared organisation, whose owner is the caller.
pub async fn create(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    limits: &ServerLimits,
    caller: &Caller,
    name: &Name,
) -> Result<Org> {
    // One at a time for each user, so that two requests cannot pass the limit together.
    sqlx::query!("select id from users where id = $1 for no key update", caller.user_id.0)
        .fetch_optional(&mut *db)
        .await?
        .ok_or(Error::Missing("account"))?;
    let owned = sqlx::query_scalar!(
        r#"select count(*) as "count!" from members m join orgs o on o.id = m.org_id
           where m.user_id = $1 and m.role = 'owner' and o.personal_user_id is null"#,
        caller.user_id.0,
    )
    .fetch_one(&mut *db)
    .await?;
    let limit = limits.orgs_per_owner;
    if owned >= i64::from(limit) {
        return Err(Error::Limited {
            code: "too_many_orgs",
            message: format!("You own {owned} shared organisations; the limit is {limit}. Delete one first."),
            retry_after_s: None,
        });
    }
    let id = OrgId::new();
    sqlx::query!(
        "insert into orgs (id, name, created_at) values ($1, $2, $3)",
        id.0,
        name.as_str(),
        now
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        "insert into members (org_id, user_id, role, created_at) values ($1, $2, 'owner', $3)",
        id.0,
        caller.user_id.0,
        now,
    )
    .execute(&mut *db)
    .await?;
    Ok(Org {
        id,
        name: name.as_str().to_owned(),
        personal: false,
        role: Role::Owner,
        created_at: now,
    })
}

/// The organisations that the caller belongs to, the newest first: at most `limit` of those before `after`.
pub async fn list(db: &mut PgConnection, caller: &Caller, after: Option<OrgId>, limit: u32) -> Result<Vec<Org>> {
    let orgs = sqlx::query_as!(
        Org,
        r#"select o.id, o.name, o.personal_user_id is not null as "personal!", m.role as "role: Role", o.created_at
           from members m join orgs o on o.id = m.org_id
           where m.user_id = $1 and o.id < $2 order by o.id desc limit $3"#,
        caller.user_id.0,
        after.map_or(Uuid::max(), |id| id.0),
        i64::from(limit),
    )
    .fetch_all(db)
    .await?;
    Ok(orgs)
}

/// The organisation that the membership is in.
pub async fn get(db: &mut PgConnection, member: &Member) -> Result<Org> {
    sqlx::query_as!(
        Org,
        r#"select o.id, o.name, o.personal_user_id is not null as "personal!", m.role as "role: Role", o.created_at
           from members m join orgs o on o.id = m.org_id
           where m.user_id = $1 and o.id = $2"#,
        member.user_id.0,
        member.org_id.0,
    )
    .fetch_optional(db)
    .await?
    .ok_or(Error::Missing("organisation"))
}

/// Gives it another name.
pub async fn rename(db: &mut PgConnection, member: &Member, name: &Name) -> Result<Org> {
    member.at_least(Role::Admin)?;
    sqlx::query!(
        "update orgs set name = $2 where id = $1",
        member.org_id.0,
        name.as_str()
    )
    .execute(&mut *db)
    .await?;
    get(db, member).await
}

/// Deletes a shared organisation with everything in it; the bytes of its files follow when the clean-up runs.
pub async fn delete(db: &mut PgConnection, member: &Member) -> Result<()> {
    let member = lock(db, member).await?;
    member.at_least(Role::Owner)?;
    if is_personal(db, &member).await? {
        return Err(Error::conflict(
            "personal_org",
            "Your personal organisation can only be deleted with your account. Delete its projects, or the account.",
        ));
    }
    sqlx::query!("delete from orgs where id = $1", member.org_id.0)
        .execute(&mut *db)
        .await?;
    queue::add(db, &Job::CleanUp).await
}

/// The caller's membership in the organisation that owns what is named. What belongs to others is missing.
pub async fn member_of(db: &mut PgConnection, caller: &Caller, owned: Owned) -> Result<Member> {
    membership(db, caller.user_id, owned).await
}

/// The same for work that outlives its request, on behalf of whoever asked for it. They may belong to the organisation
/// no longer, or in another role.
#[expect(clippy::too_many_lines, reason = "one checked query for each kind")]
pub async fn membership(db: &mut PgConnection, user_id: UserId, owned: Owned) -> Result<Member> {
    let user = user_id.0;
    let found = match owned {
        Owned::Org(id) => {
            sqlx::query_as!(
                Member,
                r#"select org_id, user_id, role as "role: Role" from members where user_id = $1 and org_id = $2"#,
                user,
                id.0,
            )
            .fetch_optional(db)
            .await?
        }
        Owned::Project(id) => {
            sqlx::query_as!(
                Member,
                r#"select org_id, user_id, role as "role: Role" from members
                   where user_id = $1 and org_id = (select org_id from projects where id = $2)"#,
                user,
                id.0,
            )
            .fetch_optional(db)
            .await?
        }
        Owned::Prompt(id) => {
            sqlx::query_as!(
                Member,
                r#"select org_id, user_id, role as "role: Role" from members
                   where user_id = $1 and org_id = (select org_id from prompts where id = $2)"#,
                user,
                id.0,
            )
            .fetch_optional(db)
            .await?
        }
        Owned::File(id) => {
            sqlx::query_as!(
                Member,
                r#"select org_id, user_id, role as "role: Role" from members
                   where user_id = $1 and org_id = (select org_id from files where id = $2)"#,
                user,
                id.0,
            )
            .fetch_optional(db)
            .await?
        }
        Owned::Upload(id) => {
            sqlx::query_as!(
                Member,
                r#"select org_id, user_id, role as "role: Role" from members
                   where user_id = $1 and org_id = (select org_id from uploads where id = $2)"#,
                user,
                id.0,
            )
            .fetch_optional(db)
            .await?
        }
        Owned::Dashboard(id) => {
            sqlx::query_as!(
                Member,
                r#"select org_id, user_id, role as "role: Role" from members
                   where user_id = $1 and org_id = (select org_id from dashboards where id = $2)"#,
                user,
                id.0,
            )
            .fetch_optional(db)
            .await?
        }
        Owned::Alert(id) => {
            sqlx::query_as!(
                Member,
                r#"select org_id, user_id, role as "role: Role" from members
                   where user_id = $1 and org_id = (select org_id from alerts where id = $2)"#,
                user,
                id.0,
            )
            .fetch_optional(db)
            .await?
        }
        Owned::Report(id) => {
            sqlx::query_as!(
                Member,
                r#"select org_id, user_id, role as "role: Role" from members
                   where user_id = $1 and org_id = (select org_id from reports where id = $2)"#,
                user,
                id.0,
            )
            .fetch_optional(db)
            .await?
        }
        Owned::Channel(id) => {
            sqlx::query_as!(
                Member,
                r#"select org_id, user_id, role as "role: Role" from members
                   where user_id = $1 and org_id = (select org_id from channels where id = $2)"#,
                user,
                id.0,
            )
            .fetch_optional(db)
            .await?
        }
        Owned::Source(id) => {
            sqlx::query_as!(
                Member,
                r#"select org_id, user_id, role as "role: Role" from members
                   where user_id = $1 and org_id = (select org_id from sources where id = $2)"#,
                user,
                id.0,
            )
            .fetch_optional(db)
            .await?
        }
        Owned::ModelProvider(id) => {
            sqlx::query_as!(
                Member,
                r#"select org_id, user_id, role as "role: Role" from members
                   where user_id = $1 and org_id = (select org_id from model_providers where id = $2)"#,
                user,
                id.0,
            )
            .fetch_optional(db)
            .await?
        }
        Owned::Conversation(id) => {
            sqlx::query_as!(
                Member,
                r#"select org_id, user_id, role as "role: Role" from members
                   where user_id = $1 and org_id = (select org_id from conversations where id = $2)"#,
                user,
                id.0,
            )
            .fetch_optional(db)
            .await?
        }
        Owned::Message(id) => {
            sqlx::query_as!(
                Member,
                r#"select org_id, user_id, role as "role: Role" from members
                   where user_id = $1 and org_id = (select org_id from messages where id = $2)"#,
                user,
                id.0,
            )
            .fetch_optional(db)
            .await?
        }
        Owned::GeneratedFile(id) => {
            sqlx::query_as!(
                Member,
                r#"select org_id, user_id, role as "role: Role" from members
                   where user_id = $1 and org_id = (select org_id from generated_files where id = $2)"#,
                user,
                id.0,
            )
            .fetch_optional(db)
            .await?
        }
    };
    found.ok_or(Error::Missing(owned.noun()))
}

/// The same membership as it is now. Until the transaction ends, nobody else changes who may do what in the
/// organisation; it is also what makes limits on its rows hold when two requests come at once.
pub(crate) async fn lock(db: &mut PgConnection, member: &Member) -> Result<Member> {
    sqlx::query!("select id from orgs where id = $1 for no key update", member.org_id.0)
        .fetch_optional(&mut *db)
        .await?
        .ok_or(Error::Missing("organisation"))?;
    // In a statement of its own: the one above still sees the members as they were before it waited.
    let role = members::role(db, member.org_id, member.user_id).await?;
    Ok(Member {
        role: role.ok_or(Error::Missing("organisation"))?,
        ..member.clone()
    })
}

async fn is_personal(db: &mut PgConnection, member: &Member) -> Result<bool> {
    let personal = sqlx::query_scalar!(
        r#"select personal_user_id is not null as "personal!" from orgs where id = $1"#,
        member.org_id.0,
    )
    .fetch_one(db)
    .await?;
    Ok(personal)
}
