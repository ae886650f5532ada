//! Rows whose time is over. What they named is buried by the triggers of the schema, in the same transaction.
//!
//! A dry run does the same and takes it back, so it counts exactly what a sweep would remove.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;

use super::{Kind, Report, Sweep};
use crate::{
    accounts::{google, resets, sessions, throttle, verification},
    alerts::checks,
    channels::deliveries,
    error::Result,
    files, idempotency,
    orgs::invitations,
    reports::sends,
    tiles::results,
    turns::stream,
    uploads,
};

/// Hours for which the key of a removed orphan is held. Nobody records an object that long after storing it.
const ORPHAN_KEY_HOURS: i64 = 48;

pub(super) async fn sweep(sweep: &Sweep<'_>, report: &mut Report) -> Result<()> {
    let mut tx = sweep.db.begin().await?;
    expire(&mut tx, sweep, report).await?;
    forget_removed_orphans(&mut tx, sweep.before(TimeDelta::hours(ORPHAN_KEY_HOURS))).await?;
    bury_unnamed(&mut tx, sweep).await?;
    if sweep.dry_run {
        let buried = sqlx::query!(
            r#"select count(*) as "count!", coalesce(sum(bytes), 0)::bigint as "bytes!"
               from objects where deleted_at is not null and orphan is null
               and not exists (select from named_objects where named_objects.key = objects.key)"#
        )
        .fetch_one(&mut *tx)
        .await?;
        report.add(Kind::Objects, buried.count as u64, buried.bytes as u64);
        tx.rollback().await?;
    } else {
        tx.commit().await?;
    }
    Ok(())
}

/// Every room's own sweep, with the kind that it is reported as. A noun whose rows expire adds its line.
async fn expire(db: &mut PgConnection, sweep: &Sweep<'_>, report: &mut Report) -> Result<()> {
    let (now, limits) = (sweep.now, sweep.limits);
    let removed = [
        (Kind::Uploads, uploads::expire(db, now).await?),
        (Kind::Files, files::expire(db, now, limits).await?),
        (Kind::Sessions, sessions::expire(db, now).await?),
        (Kind::EmailVerifications, verification::expire(db, now).await?),
        (Kind::PasswordResets, resets::expire(db, now).await?),
        (Kind::GoogleLogins, google::expire(db, now).await?),
        (Kind::Invitations, invitations::expire(db, now).await?),
        (Kind::IdempotencyKeys, idempotency::expire(db, now, limits).await?),
        (Kind::Streams, stream::expire(db, now, limits).await?),
        (Kind::TileResults, results::expire(db, now, limits).await?),
        (Kind::Deliveries, deliveries::expire(db, now, limits).await?),
        (Kind::AlertChecks, checks::expire(db, now, limits).await?),
        (Kind::ReportSends, sends::expire(db, now, limits).await?),
        (Kind::LoginFailures, throttle::expire_failures(db, now, limits).await?),
        (Kind::MailRequests, throttle::expire_mails(db, now).await?),
        (Kind::UnconfirmedAccounts, verification::expire_accounts(db, now).await?),
    ];
    for (kind, count) in removed {
        report.add(kind, count, 0);
    }
    Ok(())
}

async fn forget_removed_orphans(db: &mut PgConnection, before: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "delete from objects where orphan = 'removed' and deleted_at <= $1",
        before
    )
    .execute(db)
    .await?;
    Ok(())
}

/// An object that was recorded and that nothing names can only be the rest of something that was given up. A row is
/// written together with what names it; the wait is for a program that does it one after the other.
async fn bury_unnamed(db: &mut PgConnection, sweep: &Sweep<'_>) -> Result<()> {
    sqlx::query!(
        "update objects set deleted_at = $1
         where deleted_at is null and created_at <= $2
           and not exists (select from named_objects where named_objects.key = objects.key)",
        sweep.now,
        sweep.before(TimeDelta::minutes(sweep.limits.orphan_minutes.into())),
    )
    .execute(db)
    .await?;
    Ok(())
}
