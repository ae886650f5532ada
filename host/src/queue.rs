//! What is to be done later: the jobs, and how one is put into the queue.
//!
//! The queue is graphile_worker's, in Postgres. A job is added in the transaction that causes it, so it exists exactly
//! if that transaction commits. `jobs` does the work.

use anyhow::Context;
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

use crate::{
    error::Result,
    ids::{FileVersionId, PasswordResetId, UserId},
};

/// The schema of the queue's own tables.
pub const SCHEMA: &str = "graphile_worker";

/// A piece of work that outlives the request that caused it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "job", rename_all = "snake_case")]
pub enum Job {
    /// Send a mail that was already written.
    SendMail {
        to: String,
        subject: String,
        text: String,
        html: String,
    },
    /// Open the account that somebody asked for, and mail them a link; or tell the address's owner that there is one.
    SignUp {
        email: String,
        name: String,
        password_hash: String,
    },
    /// Mail another confirmation link, if an account with this address waits for one.
    MailVerification { email: String },
    /// Mail a link to an address that is to be the user's new one.
    MailNewEmail { user: UserId, email: String },
    /// Mail the code of a password reset, if an account has the address that it was asked for.
    MailResetCode { reset: PasswordResetId },
    /// Find out what is in a version of a file.
    ProfileFile { version: FileVersionId },
    /// Make the project that a new account begins with, unless it was made.
    StarterProject { user: UserId },
    /// Work on the turn that is next.
    TakeTurn,
    /// Run the scripts of tiles that wait for it.
    RefreshTiles,
    /// Check the alerts that are due.
    CheckAlerts,
    /// Send the reports that are due.
    SendReports,
    /// Send the messages to channels that wait.
    Deliver,
    /// Remove the bytes of objects that nothing refers to, and rows that are over.
    CleanUp,
}

impl Job {
    /// Its kind, as the queue's rows and the metrics name it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::SendMail { .. } => "send_mail",
            Self::SignUp { .. } => "sign_up",
            Self::MailVerification { .. } => "mail_verification",
            Self::MailNewEmail { .. } => "mail_new_email",
            Self::MailResetCode { .. } => "mail_reset_code",
            Self::ProfileFile { .. } => "profile_file",
            Self::StarterProject { .. } => "starter_project",
            Self::TakeTurn => "take_turn",
            Self::RefreshTiles => "refresh_tiles",
            Self::CheckAlerts => "check_alerts",
            Self::SendReports => "send_reports",
            Self::Deliver => "deliver",
            Self::CleanUp => "clean_up",
        }
    }

    /// The name of the queue's task that does it.
    fn task(&self) -> &'static str {
        match self {
            Self::TakeTurn => TURN,
            Self::RefreshTiles | Self::CheckAlerts | Self::SendReports => REFRESH,
            Self::Deliver => DELIVERY,
            _ => TASK,
        }
    }

    /// How often it is tried before it is given up.
    fn max_attempts(&self) -> i32 {
        match self {
            Self::SendMail { .. }
            | Self::SignUp { .. }
            | Self::MailVerification { .. }
            | Self::MailNewEmail { .. }
            | Self::MailResetCode { .. } => 10,
            Self::ProfileFile { .. } => 8,
            Self::StarterProject { .. } => 5,
            Self::TakeTurn | Self::RefreshTiles | Self::CheckAlerts | Self::SendReports | Self::Deliver => 25,
            Self::CleanUp => 3,
        }
    }
}

/// The name under which the queue knows the jobs that take a moment.
pub const TASK: &str = "job";
/// The name under which it knows turns, which take long: they are taken by workers of their own.
pub const TURN: &str = "turn";
/// The name under which it knows runs for tiles, alerts and reports, which questions do not wait behind.
pub const REFRESH: &str = "refresh";

/// The name under which it knows the messages to channels, whose receivers may be slow: nothing else waits behind them.
pub const DELIVERY: &str = "delivery";

/// Puts `job` into the queue, when the transaction of `db` commits.
pub async fn add(db: &mut PgConnection, job: &Job) -> Result<()> {
    let payload = serde_json::to_value(job).context("writing a job")?;
    // The queue's tables are made by the queue itself, so the macro cannot check this one.
    sqlx::query("select graphile_worker.add_job(identifier => $1, payload => $2::json, max_attempts => $3)")
        .bind(job.task())
        .bind(payload)
        .bind(job.max_attempts())
        .execute(db)
        .await?;
    Ok(())
}
