//! Organisations: every row of a tenant belongs to one, and a [`Member`] is the authority to touch it.

use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use utoipa::ToSchema;

use crate::{
    accounts::Caller,
    error::{Error, Result},
    ids::{FileId, OrgId, ProjectId, PromptId, UploadId, UserId},
};

/// What somebody may do in an organisation; each may do what the ones before may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
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

    fn from_name(name: &str) -> Result<Self> {
        [Self::Viewer, Self::Member, Self::Admin, Self::Owner]
            .into_iter()
            .find(|role| role.name() == name)
            .ok_or_else(|| anyhow::anyhow!("a member with the unknown role {name}").into())
    }
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
            "Your role in this organisation is {}; this needs {} or more. Ask an owner or an admin of it.",
            self.role.name(),
            role.name()
        )))
    }
}

/// What a request names, and through which the organisation is found.
#[derive(Clone, Copy, Debug)]
pub enum Owned {
    Org(OrgId),
    Project(ProjectId),
    Prompt(PromptId),
    File(FileId),
    Upload(UploadId),
}

impl Owned {
    fn noun(self) -> &'static str {
        match self {
            Self::Org(_) => "organisation",
            Self::Project(_) => "project",
            Self::Prompt(_) => "prompt",
            Self::File(_) => "file",
            Self::Upload(_) => "upload",
        }
    }
}

/// The caller's membership in the organisation that owns what is named. What belongs to others is missing.
pub async fn member_of(db: &mut PgConnection, caller: &Caller, owned: Owned) -> Result<Member> {
    let user = caller.user_id.0;
    let found = match owned {
        Owned::Org(id) => sqlx::query!(
            "select org_id, role from members where user_id = $1 and org_id = $2",
            user,
            id.0
        )
        .fetch_optional(db)
        .await?
        .map(|row| (row.org_id, row.role)),
        Owned::Project(id) => sqlx::query!(
            "select m.org_id, m.role from projects p join members m using (org_id) where m.user_id = $1 and p.id = $2",
            user,
            id.0
        )
        .fetch_optional(db)
        .await?
        .map(|row| (row.org_id, row.role)),
        Owned::Prompt(id) => sqlx::query!(
            "select m.org_id, m.role from prompts p join members m using (org_id) where m.user_id = $1 and p.id = $2",
            user,
            id.0
        )
        .fetch_optional(db)
        .await?
        .map(|row| (row.org_id, row.role)),
        Owned::File(id) => sqlx::query!(
            "select m.org_id, m.role from files f join members m using (org_id) where m.user_id = $1 and f.id = $2",
            user,
            id.0
        )
        .fetch_optional(db)
        .await?
        .map(|row| (row.org_id, row.role)),
        Owned::Upload(id) => sqlx::query!(
            "select m.org_id, m.role from uploads u join members m using (org_id) where m.user_id = $1 and u.id = $2",
            user,
            id.0
        )
        .fetch_optional(db)
        .await?
        .map(|row| (row.org_id, row.role)),
    };
    let (org_id, role) = found.ok_or(Error::Missing(owned.noun()))?;
    Ok(Member {
        org_id: OrgId(org_id),
        user_id: caller.user_id,
        role: Role::from_name(&role)?,
    })
}
