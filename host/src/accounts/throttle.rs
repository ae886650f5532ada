//! What slows down those who guess: a growing delay after failed log-ins, and a number of mails an hour to one address.
//!
//! Both count by address, whether it has an account or not, and under a keyed hash of it: the tables do not tell who
//! tried to get in. A try is counted before the password is looked at, so that many at once gain nothing.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;

use super::Email;
use crate::{
    config::ServerLimits,
    error::{Error, Result},
    secret::ServerKey,
};

/// Hours after which a failed log-in no longer slows down the next one, unless the settings let it wait longer.
const LOGIN_FAILURE_HOURS: i64 = 24;
/// Hours after the last failure until failures are forgotten.
const FAILURES_FORGOTTEN_HOURS: i64 = 24;

/// What somebody tries to get into, as it is counted.
pub struct Subject([u8; 32]);

impl Subject {
    pub fn new(key: &ServerKey, email: &Email) -> Self {
        Self(key.mac("failed log-ins", &[email.folded().as_bytes()]))
    }
}

/// Mails that somebody can cause without being known to the address's owner.
#[derive(Clone, Copy, Debug)]
pub enum Asked {
    /// A link that confirms the address.
    Link,
    /// The code of a password reset.
    ResetCode,
    /// An invitation to an organisation.
    Invitation,
}

impl Asked {
    fn subject(self, key: &ServerKey, email: &Email) -> [u8; 32] {
        let purpose = match self {
            Self::Link => "mailed links",
            Self::ResetCode => "mailed reset codes",
            Self::Invitation => "mailed invitations",
        };
        key.mac(purpose, &[email.folded().as_bytes()])
    }
}

/// Counts a try to get in as failed, until [`forgive`] says otherwise; an error where the next one has to wait.
/// Within a transaction, which is to be committed before the password is looked at.
pub async fn begin_try(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    limits: &ServerLimits,
    subject: &Subject,
) -> Result<()> {
    sqlx::query!(
        "insert into login_failures (subject_hash, failures, last_failed_at) values ($1, 0, $2)
         on conflict (subject_hash) do nothing",
        &subject.0,
        now,
    )
    .execute(&mut *db)
    .await?;
    let row = sqlx::query!(
        "select failures, last_failed_at from login_failures where subject_hash = $1 for update",
        &subject.0
    )
    .fetch_one(&mut *db)
    .await?;
    let wait = row.last_failed_at + delay(row.failures as u32, limits) - now;
    if wait > TimeDelta::zero() {
        return Err(limited(
            "login_delayed",
            "Too many logins for this address have failed.",
            wait,
        ));
    }
    let forgotten = row.last_failed_at + TimeDelta::hours(FAILURES_FORGOTTEN_HOURS) <= now;
    let failures = if forgotten { 0 } else { row.failures as u32 };
    sqlx::query!(
        "update login_failures set failures = $2, last_failed_at = $3 where subject_hash = $1",
        &subject.0,
        failures.saturating_add(1) as i32,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Forgets the failures: somebody has proved that they are the owner.
pub async fn forgive(db: &mut PgConnection, subject: &Subject) -> Result<()> {
    sqlx::query!("delete from login_failures where subject_hash = $1", &subject.0)
        .execute(db)
        .await?;
    Ok(())
}

/// Counts a mail to `email`; an error where it had too many in this hour.
pub async fn count_mail(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    limits: &ServerLimits,
    key: &ServerKey,
    asked: Asked,
    email: &Email,
) -> Result<()> {
    let subject = asked.subject(key, email);
    let row = sqlx::query!(
        "insert into mail_requests as m (subject_hash, requests, started_at) values ($1, 1, $2)
         on conflict (subject_hash) do update set
           requests = case when m.started_at <= $3 then 1 else m.requests + 1 end,
           started_at = case when m.started_at <= $3 then $2 else m.started_at end
         returning requests, started_at",
        &subject,
        now,
        now - TimeDelta::hours(1),
    )
    .fetch_one(db)
    .await?;
    if row.requests as u32 <= limits.mails_per_address_per_hour {
        return Ok(());
    }
    Err(limited(
        "mail_limited",
        "This address has reached its limit of these emails per hour. Check the spam folder.",
        row.started_at + TimeDelta::hours(1) - now,
    ))
}

/// Forgets everything that was counted by the address: its account is gone.
pub(super) async fn forget(db: &mut PgConnection, key: &ServerKey, email: &Email) -> Result<()> {
    forgive(db, &Subject::new(key, email)).await?;
    let mails = [Asked::Link, Asked::ResetCode, Asked::Invitation].map(|asked| asked.subject(key, email).to_vec());
    sqlx::query!("delete from mail_requests where subject_hash = any($1)", &mails)
        .execute(db)
        .await?;
    Ok(())
}

/// How long the next try has to wait after so many failures in a row: 1 s, 2 s, 4 s … after those that cost nothing.
fn delay(failures: u32, limits: &ServerLimits) -> TimeDelta {
    let costly = failures.saturating_sub(limits.login_free_failures);
    let seconds = match costly {
        0 => 0,
        _ => 1u64.checked_shl(costly - 1).unwrap_or(u64::MAX),
    };
    TimeDelta::seconds(seconds.min(limits.login_max_delay_s.into()) as i64)
}

fn limited(code: &'static str, message: &str, wait: TimeDelta) -> Error {
    // Rounded up: who waits that long is let through.
    let seconds = (wait.num_milliseconds().max(1) as u64).div_ceil(1000);
    Error::Limited {
        code,
        message: format!("{message} Try again in {seconds} s."),
        retry_after_s: Some(seconds),
    }
}

/// Removes failed log-ins that slow nobody down any more. Returns how many.
pub async fn expire_failures(db: &mut PgConnection, now: DateTime<Utc>, limits: &ServerLimits) -> Result<u64> {
    let waits = TimeDelta::seconds(limits.login_max_delay_s.into());
    let before = now - waits.max(TimeDelta::hours(LOGIN_FAILURE_HOURS));
    let gone = sqlx::query!("delete from login_failures where last_failed_at <= $1", before)
        .execute(db)
        .await?;
    Ok(gone.rows_affected())
}

/// Removes counts of mails of more than an hour ago. Returns how many.
pub async fn expire_mails(db: &mut PgConnection, now: DateTime<Utc>) -> Result<u64> {
    let before = now - TimeDelta::hours(1);
    let gone = sqlx::query!("delete from mail_requests where started_at <= $1", before)
        .execute(db)
        .await?;
    Ok(gone.rows_affected())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delay_doubles_up_to_its_limit() {
        let limits = ServerLimits {
            login_free_failures: 3,
            login_max_delay_s: 900,
            ..ServerLimits::default()
        };
        let check = |failures, expected_s| assert_eq!(delay(failures, &limits).num_seconds(), expected_s, "{failures}");
        check(0, 0);
        check(3, 0);
        check(4, 1);
        check(5, 2);
        check(6, 4);
        check(13, 512);
        check(14, 900);
        check(1_000, 900);
        check(u32::MAX, 900);
    }
}
