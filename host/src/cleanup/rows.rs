//! Rows whose time is over. What they named is buried by the triggers of the schema, in the same transaction.
//!
//! A dry run does the same and takes it back, so it counts exactly what a sweep would remove.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;

use super::{Kind, Report, Sweep};
use crate::error::Result;

/// Hours after which a failed log-in no longer slows down the next one, unless the settings let it wait longer.
const LOGIN_FAILURE_HOURS: i64 = 24;
/// Days for which an account waits for somebody to confirm its address; then its rows say nothing about anybody.
const UNCONFIRMED_DAYS: i64 = 30;
/// Hours for which the key of a removed orphan is held. Nobody records an object that long after storing it.
const ORPHAN_KEY_HOURS: i64 = 48;

pub(super) async fn sweep(sweep: &Sweep<'_>, report: &mut Report) -> Result<()> {
    let mut tx = sweep.db.begin().await?;
    for kind in [
        Kind::Uploads,
        Kind::Files,
        Kind::Sessions,
        Kind::EmailVerifications,
        Kind::PasswordResets,
        Kind::GoogleLogins,
        Kind::Invitations,
        Kind::IdempotencyKeys,
        Kind::Streams,
        Kind::TileResults,
        Kind::AlertChecks,
        Kind::LoginFailures,
        Kind::MailRequests,
        Kind::UnconfirmedAccounts,
    ] {
        let count = remove(&mut tx, sweep, kind).await?;
        report.add(kind, count, 0);
    }
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

/// Removes the rows of `kind` that are over, and says how many there were.
#[expect(clippy::too_many_lines, reason = "one checked query for each kind")]
async fn remove(db: &mut PgConnection, sweep: &Sweep<'_>, kind: Kind) -> Result<u64> {
    let (now, limits) = (sweep.now, sweep.limits);
    let done = match kind {
        Kind::Uploads => {
            sqlx::query!("delete from uploads where expires_at <= $1", now)
                .execute(db)
                .await?
        }
        Kind::Files => {
            let before = sweep.before(TimeDelta::minutes(limits.file_undo_minutes.into()));
            sqlx::query!("delete from files where deleted_at <= $1", before)
                .execute(db)
                .await?
        }
        Kind::Sessions => {
            sqlx::query!("delete from sessions where expires_at <= $1", now)
                .execute(db)
                .await?
        }
        Kind::EmailVerifications => {
            sqlx::query!("delete from email_verifications where expires_at <= $1", now)
                .execute(db)
                .await?
        }
        Kind::PasswordResets => {
            sqlx::query!("delete from password_resets where expires_at <= $1", now)
                .execute(db)
                .await?
        }
        Kind::GoogleLogins => {
            sqlx::query!("delete from google_logins where expires_at <= $1", now)
                .execute(db)
                .await?
        }
        Kind::Invitations => {
            sqlx::query!("delete from invitations where expires_at <= $1", now)
                .execute(db)
                .await?
        }
        Kind::IdempotencyKeys => {
            let before = sweep.before(TimeDelta::hours(limits.idempotency_hours.into()));
            sqlx::query!("delete from idempotency_keys where created_at <= $1", before)
                .execute(db)
                .await?
        }
        Kind::Streams => {
            sqlx::query!(
                "delete from turn_chunks using messages
                 where messages.id = turn_chunks.message_id and messages.ended_at < $1",
                sweep.before(TimeDelta::minutes(limits.stream_minutes.into())),
            )
            .execute(db)
            .await?
        }
        Kind::TileResults => {
            let before = sweep.before(TimeDelta::days(limits.tile_result_days.into()));
            sqlx::query!(
                "delete from tile_results where state = 'done' and used_at <= $1",
                before
            )
            .execute(db)
            .await?
        }
        Kind::AlertChecks => {
            let before = sweep.before(TimeDelta::days(limits.alert_history_days.into()));
            sqlx::query!(
                "delete from deliveries where check_id is null and created_at <= $1",
                before
            )
            .execute(&mut *db)
            .await?;
            sqlx::query!("delete from alert_checks where planned_at <= $1", before)
                .execute(db)
                .await?
        }
        Kind::LoginFailures => {
            let waits = TimeDelta::seconds(limits.login_max_delay_s.into());
            let before = sweep.before(waits.max(TimeDelta::hours(LOGIN_FAILURE_HOURS)));
            sqlx::query!("delete from login_failures where last_failed_at <= $1", before)
                .execute(db)
                .await?
        }
        Kind::MailRequests => {
            let before = sweep.before(TimeDelta::hours(1));
            sqlx::query!("delete from mail_requests where started_at <= $1", before)
                .execute(db)
                .await?
        }
        Kind::UnconfirmedAccounts => {
            let before = sweep.before(TimeDelta::days(UNCONFIRMED_DAYS));
            let gone = sqlx::query!(
                "delete from users u where email_verified_at is null and last_login_at is null and created_at <= $1
                 and not exists (select from email_verifications v where v.user_id = u.id)",
                before
            );
            gone.execute(db).await?
        }
        Kind::Objects | Kind::Orphans | Kind::Unfinished | Kind::Probes | Kind::Spool => return Ok(0),
    };
    Ok(done.rows_affected())
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
