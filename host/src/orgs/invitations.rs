//! Invitations into an organisation, by a link in a mail.
//!
//! The link's token works once, for a few days, and only for an account whose confirmed address is the invited one: a
//! forwarded mail lets nobody else in. Of the token, the database keeps the hash. Nobody is told whether the invited
//! address has an account, and no address gets more than a few of these mails an hour.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use sqlx::PgConnection;
use url::Url;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Member, Org, Role, is_personal, lock, members};
use crate::{
    accounts::{
        Caller, Email,
        throttle::{self, Asked},
    },
    config::ServerLimits,
    error::{Error, Result},
    ids::{InvitationId, OrgId, ProjectId, UserId},
    mail::templates::{self, Template},
    queue,
    secret::{self, ServerKey},
};

/// A pending invitation.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Invitation {
    pub id: InvitationId,
    /// The address that was invited.
    pub email: String,
    /// The role it gives.
    pub role: Role,
    /// The project in which the invited person starts.
    #[schema(value_type = Option<Uuid>)]
    pub project_id: Option<ProjectId>,
    pub invited_by: UserId,
    pub created_at: DateTime<Utc>,
    /// When its link stops working.
    pub expires_at: DateTime<Utc>,
}

/// An invitation as seen by whoever has its link.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct InvitationSeen {
    /// The organisation's name.
    pub org: String,
    /// Empty if the inviter has no name.
    pub inviter_name: String,
    pub inviter_email: String,
    pub role: Role,
    /// The address that was invited.
    pub email: String,
    /// The project in which the invited person starts.
    #[schema(value_type = Option<Uuid>)]
    pub project_id: Option<ProjectId>,
    pub project: Option<String>,
}

/// What it takes to send an invitation, beside who sends it to whom.
#[derive(Clone, Copy)]
pub struct InvitationContext<'a> {
    pub now: DateTime<Utc>,
    pub limits: &'a ServerLimits,
    pub key: &'a ServerKey,
    /// Where the link leads.
    pub public_url: &'a Url,
}

/// Invites an address and sends it the link. An invitation that the address has already is replaced.
pub async fn invite(
    db: &mut PgConnection,
    context: InvitationContext<'_>,
    member: &Member,
    email: &Email,
    role: Role,
    project_id: Option<ProjectId>,
) -> Result<Invitation> {
    let InvitationContext {
        now,
        limits,
        key,
        public_url,
    } = context;
    let member = lock(db, member).await?;
    member.at_least(Role::Admin)?;
    if role > member.role {
        return Err(beyond(&member));
    }
    if is_personal(db, &member).await? {
        return Err(Error::conflict(
            "personal_org",
            "Your personal organisation cannot be shared. Create a shared organisation to work with others.",
        ));
    }
    // Who has not shown that their own address is theirs shall not make this server write to others.
    let inviter = sqlx::query!(
        "select email, email_verified_at from users where id = $1",
        member.user_id.0
    )
    .fetch_one(&mut *db)
    .await?;
    if inviter.email_verified_at.is_none() {
        return Err(Error::Forbidden(
            "Confirm your own email address first, then invite others.".to_owned(),
        ));
    }
    let project = match project_id {
        Some(id) => Some(project_name(db, &member, id).await?),
        None => None,
    };
    not_yet_in(db, &member, email).await?;
    make_room(db, now, limits, &member, email).await?;
    throttle::count_mail(db, now, limits, key, Asked::Invitation, email).await?;

    let (id, token) = (InvitationId::new(), secret::token()?);
    let expires_at = now + TimeDelta::days(limits.invitation_days.into());
    sqlx::query!(
        "insert into invitations (id, org_id, email, role, token_hash, invited_by, created_at, expires_at, project_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        id.0,
        member.org_id.0,
        email.as_str(),
        role.name(),
        secret::hash(&token),
        member.user_id.0,
        now,
        expires_at,
        project_id.map(|id| id.0),
    )
    .execute(&mut *db)
    .await?;
    let mail = Template::Invitation {
        org: super::get(db, &member).await?.name,
        // Not the name: that can be anybody's, and this address is known to be theirs.
        inviter: inviter.email,
        role: role.name().to_owned(),
        project,
        link: format!("{}/invitation?token={token}", public_url.as_str().trim_end_matches('/')),
    };
    queue::add(db, &templates::write(&mail, email.as_str()).into()).await?;
    Ok(Invitation {
        id,
        email: email.as_str().to_owned(),
        role,
        project_id,
        invited_by: member.user_id,
        created_at: now,
        expires_at,
    })
}

/// The invitations that can still be accepted, the newest first: at most `limit` of those before `after`.
pub async fn list(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    member: &Member,
    after: Option<InvitationId>,
    limit: u32,
) -> Result<Vec<Invitation>> {
    member.at_least(Role::Admin)?;
    let invitations = sqlx::query_as!(
        Invitation,
        r#"select id, email, role as "role: Role", project_id as "project_id: ProjectId", invited_by, created_at, expires_at from invitations
           where org_id = $1 and expires_at > $2 and id < $3 order by id desc limit $4"#,
        member.org_id.0,
        now,
        after.map_or(Uuid::max(), |id| id.0),
        i64::from(limit),
    )
    .fetch_all(db)
    .await?;
    Ok(invitations)
}

/// What the link of an invitation is about.
pub async fn look(db: &mut PgConnection, now: DateTime<Utc>, token: &str) -> Result<InvitationSeen> {
    sqlx::query_as!(
        InvitationSeen,
        r#"select o.name as org, u.name as inviter_name, u.email as inviter_email, i.role as "role: Role", i.email,
             i.project_id as "project_id: ProjectId", p.name as "project?"
           from invitations i join orgs o on o.id = i.org_id join users u on u.id = i.invited_by
           left join projects p on p.id = i.project_id
           where i.token_hash = $1 and i.expires_at > $2"#,
        secret::hash(token),
        now,
    )
    .fetch_optional(db)
    .await?
    .ok_or_else(over)
}

/// Takes an invitation back: its link stops working.
pub async fn revoke(db: &mut PgConnection, member: &Member, id: InvitationId) -> Result<()> {
    let member = lock(db, member).await?;
    member.at_least(Role::Admin)?;
    let role = sqlx::query_scalar!(
        r#"select role as "role: Role" from invitations where org_id = $1 and id = $2"#,
        member.org_id.0,
        id.0,
    )
    .fetch_optional(&mut *db)
    .await?
    .ok_or(Error::Missing("invitation"))?;
    if role > member.role {
        return Err(beyond(&member));
    }
    sqlx::query!(
        "delete from invitations where org_id = $1 and id = $2",
        member.org_id.0,
        id.0
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Lets the caller in by the token of a link. Who is in already gets the invitation's role if it is the higher one.
pub async fn accept(db: &mut PgConnection, now: DateTime<Utc>, caller: &Caller, token: &str) -> Result<Org> {
    let hash = secret::hash(token);
    let org_id = sqlx::query_scalar!("select org_id from invitations where token_hash = $1", hash)
        .fetch_optional(&mut *db)
        .await?
        .ok_or_else(over)?;
    // Under the organisation's lock, since its members change; and the invitation may be gone once that is had.
    sqlx::query!("select id from orgs where id = $1 for no key update", org_id)
        .fetch_optional(&mut *db)
        .await?;
    let invitation = sqlx::query!(
        r#"select i.id, i.role as "role: Role", lower(i.email) = lower(u.email) as "theirs!", u.email_verified_at
           from invitations i, users u where i.token_hash = $1 and i.expires_at > $2 and u.id = $3"#,
        hash,
        now,
        caller.user_id.0,
    )
    .fetch_optional(&mut *db)
    .await?
    .ok_or_else(over)?;
    if !invitation.theirs {
        return Err(Error::Forbidden(
            "This invitation was sent to another address. Log in to the account with that address.".to_owned(),
        ));
    }
    if invitation.email_verified_at.is_none() {
        return Err(Error::Forbidden(
            "Confirm your email address first, then accept the invitation.".to_owned(),
        ));
    }
    sqlx::query!("delete from invitations where id = $1", invitation.id)
        .execute(&mut *db)
        .await?;
    let (org_id, invited) = (OrgId(org_id), invitation.role);
    let role = members::role(db, org_id, caller.user_id)
        .await?
        .map_or(invited, |role| role.max(invited));
    sqlx::query!(
        "insert into members (org_id, user_id, role, created_at) values ($1, $2, $3, $4)
         on conflict on constraint members_pkey do update set role = excluded.role",
        org_id.0,
        caller.user_id.0,
        role.name(),
        now,
    )
    .execute(&mut *db)
    .await?;
    super::get(
        db,
        &Member {
            org_id,
            user_id: caller.user_id,
            role,
        },
    )
    .await
}

async fn project_name(db: &mut PgConnection, member: &Member, id: ProjectId) -> Result<String> {
    sqlx::query_scalar!(
        "select name from projects where org_id = $1 and id = $2",
        member.org_id.0,
        id.0,
    )
    .fetch_optional(db)
    .await?
    .ok_or_else(|| Error::invalid("project_id", "unknown", "The organisation has no such project."))
}

/// Stops where the address belongs to a member.
async fn not_yet_in(db: &mut PgConnection, member: &Member, email: &Email) -> Result<()> {
    let is_in = sqlx::query_scalar!(
        r#"select exists (select from members m join users u on u.id = m.user_id
                          where m.org_id = $1 and lower(u.email) = lower($2)) as "is_in!""#,
        member.org_id.0,
        email.as_str(),
    )
    .fetch_one(db)
    .await?;
    if is_in {
        return Err(Error::conflict(
            "already_member",
            "Somebody with this address is already a member. Change their role instead.",
        ));
    }
    Ok(())
}

/// Removes the address's former invitation and those that are over, and stops where too many are left.
async fn make_room(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    limits: &ServerLimits,
    member: &Member,
    email: &Email,
) -> Result<()> {
    let former = sqlx::query_scalar!(
        r#"delete from invitations where org_id = $1 and (lower(email) = lower($2) or expires_at <= $3)
           returning case when expires_at > $3 then role end as "role: Role""#,
        member.org_id.0,
        email.as_str(),
        now,
    )
    .fetch_all(&mut *db)
    .await?;
    for role in former.into_iter().flatten() {
        if role > member.role {
            return Err(beyond(member));
        }
    }
    let waiting = sqlx::query_scalar!(
        r#"select count(*) as "count!" from invitations where org_id = $1"#,
        member.org_id.0
    )
    .fetch_one(db)
    .await?;
    if waiting >= i64::from(limits.invitations_per_org) {
        return Err(Error::Limited {
            code: "too_many_invitations",
            message: format!("{waiting} invitations are pending, which is the limit. Revoke one first."),
            retry_after_s: None,
        });
    }
    Ok(())
}

fn beyond(member: &Member) -> Error {
    Error::Forbidden(format!(
        "Your role in this organisation is {}; you cannot invite people to a higher role.",
        member.role.name()
    ))
}

/// What is told of a token that lets nobody in, whatever the reason.
fn over() -> Error {
    Error::Missing("invitation: it was used, revoked, or has expired. Ask for a new one")
}

/// Removes expired invitations. Returns how many.
pub async fn expire(db: &mut PgConnection, now: DateTime<Utc>) -> Result<u64> {
    let gone = sqlx::query!("delete from invitations where expires_at <= $1", now)
        .execute(db)
        .await?;
    Ok(gone.rows_affected())
}
