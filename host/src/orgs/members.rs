//! The members of an organisation: who they are, what they may do, and how they go.
//!
//! Only owners make and unmake owners, nobody gives more than they have, and the last owner stays. Whoever loses a
//! role takes back the invitations that they could no longer send.

use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::PgConnection;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Member, Role, lock};
use crate::{
    error::{Error, Result},
    ids::{OrgId, UserId},
};

/// A member of an organisation, as the others see them.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Membership {
    pub user_id: UserId,
    pub email: String,
    /// Empty if they have not given one.
    pub name: String,
    pub role: Role,
    /// When they joined.
    pub created_at: DateTime<Utc>,
}

/// Everybody in the organisation, the newest account first: at most `limit` of those before `after`.
pub async fn list(
    db: &mut PgConnection,
    member: &Member,
    after: Option<UserId>,
    limit: u32,
) -> Result<Vec<Membership>> {
    let memberships = sqlx::query_as!(
        Membership,
        r#"select u.id as user_id, u.email, u.name, m.role as "role: Role", m.created_at
           from members m join users u on u.id = m.user_id
           where m.org_id = $1 and m.user_id < $2 order by m.user_id desc limit $3"#,
        member.org_id.0,
        after.map_or(Uuid::max(), |id| id.0),
        i64::from(limit),
    )
    .fetch_all(db)
    .await?;
    Ok(memberships)
}

/// Gives somebody another role.
pub async fn change_role(db: &mut PgConnection, member: &Member, user_id: UserId, to: Role) -> Result<Membership> {
    let member = lock(db, member).await?;
    member.at_least(Role::Admin)?;
    let from = role(db, member.org_id, user_id)
        .await?
        .ok_or(Error::Missing("member"))?;
    if from.max(to) == Role::Owner && member.role != Role::Owner {
        return Err(Error::Forbidden(
            "Only owners can add or remove owners. Ask one of them.".to_owned(),
        ));
    }
    if from == Role::Owner && to != Role::Owner {
        another_owner(db, &member, user_id).await?;
    }
    withdraw_invitations(db, member.org_id, user_id, Some(to)).await?;
    let changed = sqlx::query_as!(
        Membership,
        r#"update members m set role = $3 from users u
           where m.org_id = $1 and m.user_id = $2 and u.id = m.user_id
           returning u.id as user_id, u.email, u.name, m.role as "role: Role", m.created_at"#,
        member.org_id.0,
        user_id.0,
        to.name(),
    )
    .fetch_one(db)
    .await?;
    Ok(changed)
}

/// Ends a membership: an admin's or owner's decision, or one's own.
pub async fn remove(db: &mut PgConnection, member: &Member, user_id: UserId) -> Result<()> {
    let member = lock(db, member).await?;
    if user_id != member.user_id {
        member.at_least(Role::Admin)?;
    }
    let theirs = role(db, member.org_id, user_id)
        .await?
        .ok_or(Error::Missing("member"))?;
    if theirs == Role::Owner {
        if member.role != Role::Owner {
            return Err(Error::Forbidden(
                "Only owners can remove owners. Ask one of them.".to_owned(),
            ));
        }
        another_owner(db, &member, user_id).await?;
    }
    sqlx::query!(
        "delete from members where org_id = $1 and user_id = $2",
        member.org_id.0,
        user_id.0
    )
    .execute(&mut *db)
    .await?;
    withdraw_invitations(db, member.org_id, user_id, None).await
}

/// What somebody may do in an organisation; `None` where they do not belong to it.
pub(super) async fn role(db: &mut PgConnection, org_id: OrgId, user_id: UserId) -> Result<Option<Role>> {
    let role = sqlx::query_scalar!(
        r#"select role as "role: Role" from members where org_id = $1 and user_id = $2"#,
        org_id.0,
        user_id.0,
    )
    .fetch_optional(db)
    .await?;
    Ok(role)
}

/// Stops where nobody but `user_id` owns the organisation. Holds as long as its lock does.
async fn another_owner(db: &mut PgConnection, member: &Member, user_id: UserId) -> Result<()> {
    let there_is = sqlx::query_scalar!(
        r#"select exists (select from members where org_id = $1 and user_id <> $2 and role = 'owner') as "there_is!""#,
        member.org_id.0,
        user_id.0,
    )
    .fetch_one(db)
    .await?;
    if there_is {
        return Ok(());
    }
    Err(Error::conflict(
        "last_owner",
        "This is the organisation's only owner. Make somebody else an owner first, or delete the organisation.",
    ))
}

/// Deletes the invitations that somebody sent and, with the role they are left with, could not send any more.
async fn withdraw_invitations(db: &mut PgConnection, org_id: OrgId, user_id: UserId, left: Option<Role>) -> Result<()> {
    let sendable: Vec<String> = Role::ALL
        .into_iter()
        .filter(|role| left.is_some_and(|left| left >= Role::Admin && *role <= left))
        .map(|role| role.name().to_owned())
        .collect();
    sqlx::query!(
        "delete from invitations where org_id = $1 and invited_by = $2 and not role = any($3)",
        org_id.0,
        user_id.0,
        &sendable,
    )
    .execute(db)
    .await?;
    Ok(())
}
