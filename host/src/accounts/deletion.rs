//! The end of an account: it, and what is its owner's alone, is gone when the transaction commits.
//!
//! The rows of projects and files go with their organisations, and leave tombstones for the bytes, which a clean-up
//! removes. An organisation with other members stays, and has to have an owner among them.

use sqlx::PgConnection;

use super::{Email, login::Proven, throttle};
use crate::{
    error::{Error, Result},
    ids::UserId,
    queue::{self, Job},
    secret::ServerKey,
};

/// Deletes the account of somebody who proved a moment ago that it is theirs.
pub async fn delete(db: &mut PgConnection, key: &ServerKey, proven: Proven) -> Result<()> {
    let user_id = proven.user_id();
    lock_orgs(db, user_id).await?;
    proven.hold(db).await?;
    take_away(db, key, user_id).await
}

/// The same for the people who run the server, who need no proof.
pub async fn delete_by_operator(db: &mut PgConnection, key: &ServerKey, user_id: UserId) -> Result<()> {
    lock_orgs(db, user_id).await?;
    sqlx::query!("select id from users where id = $1 for update", user_id.0)
        .fetch_optional(&mut *db)
        .await?
        .ok_or(Error::Missing("user"))?;
    take_away(db, key, user_id).await
}

/// Whoever changes memberships holds these as well, so what is seen afterwards stays so. In one order, so that two who
/// leave the same organisations do not wait for each other.
async fn lock_orgs(db: &mut PgConnection, user_id: UserId) -> Result<()> {
    sqlx::query!(
        "select id from orgs where id in (select org_id from members where user_id = $1) order by id for update",
        user_id.0
    )
    .fetch_all(db)
    .await?;
    Ok(())
}

async fn take_away(db: &mut PgConnection, key: &ServerKey, user_id: UserId) -> Result<()> {
    let left_alone = sqlx::query_scalar!(
        "select o.name from members mine join orgs o on o.id = mine.org_id
         where mine.user_id = $1 and mine.role = 'owner' and o.personal_user_id is null
           and exists (select from members m where m.org_id = o.id and m.user_id <> $1)
           and not exists (select from members m where m.org_id = o.id and m.user_id <> $1 and m.role = 'owner')
         order by o.name, o.id",
        user_id.0
    )
    .fetch_all(&mut *db)
    .await?;
    if !left_alone.is_empty() {
        return Err(Error::conflict(
            "last_owner",
            format!(
                "This account is the only owner of {}, which has other members. Make one of them an owner, or delete \
                 the organisation, first.",
                left_alone.join(", ")
            ),
        ));
    }

    sqlx::query!(
        "delete from orgs o using members mine
         where mine.org_id = o.id and mine.user_id = $1
           and (o.personal_user_id = $1
             or not exists (select from members m where m.org_id = o.id and m.user_id <> $1))",
        user_id.0
    )
    .execute(&mut *db)
    .await?;
    let email = sqlx::query_scalar!("delete from users where id = $1 returning email", user_id.0)
        .fetch_one(&mut *db)
        .await?;
    throttle::forget(db, key, &Email(email)).await?;
    queue::add(db, &Job::CleanUp).await
}
