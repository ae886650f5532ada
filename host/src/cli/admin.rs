//! `glovebox admin`: users, sessions and quotas, straight in the database of the settings.
//!
//! It works beside a running server, and needs neither a log-in nor a role: who can read the settings is the operator.
//! Every command prints a table for people, or JSON for programs.

mod quotas;
mod sessions;
mod show;
mod users;

use std::io::{Write as _, stdout};

use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};
use sqlx::PgPool;

use super::{Exit, UsageError};
use crate::{clock::Clock, config::ServerConfig, db, error::Error};

#[derive(Args)]
pub struct AdminArgs {
    #[command(subcommand)]
    noun: Noun,
    /// Print JSON instead of tables.
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Subcommand)]
enum Noun {
    /// Accounts. USER is an id or an email address.
    Users {
        #[command(subcommand)]
        step: users::UsersCommand,
    },
    /// Browser sessions. USER is an id or an email address.
    Sessions {
        #[command(subcommand)]
        step: sessions::SessionsCommand,
    },
    /// Storage limits of an organisation. ORG is an id, or somebody's email address for their personal one.
    Quotas {
        #[command(subcommand)]
        step: quotas::QuotasCommand,
    },
}

/// What every step works with.
struct AdminContext {
    db: PgPool,
    config: ServerConfig,
    now: DateTime<Utc>,
    json: bool,
}

pub async fn admin(args: AdminArgs) -> Result<Exit> {
    let config = ServerConfig::from_env().map_err(|error| UsageError(format!("{error:#}")))?;
    let database = db::open(&config).await?;
    let done = step(database.pool.clone(), config, args).await;
    let closed = database.close().await;
    done.map_err(told)?;
    closed?;
    Ok(Exit::Done)
}

async fn step(db: PgPool, config: ServerConfig, args: AdminArgs) -> Result<()> {
    if !db::pending(db::migrations(&db).await?).is_empty() {
        let text = "the database is not up to date; run `glovebox migrate`, or start the server once";
        return Err(UsageError(text.to_owned()).into());
    }
    let context = AdminContext {
        db,
        config,
        now: Clock::system().now(),
        json: args.json,
    };
    match args.noun {
        Noun::Users { step } => Box::pin(users::run(context, step)).await,
        Noun::Sessions { step } => Box::pin(sessions::run(context, step)).await,
        Noun::Quotas { step } => Box::pin(quotas::run(context, step)).await,
    }
}

/// What an operator can do something about is told like a wrong argument; the rest is a failure of the program.
fn told(error: anyhow::Error) -> anyhow::Error {
    match error.downcast::<Error>() {
        Ok(error @ Error::Unavailable(_)) => error.into(),
        Ok(Error::Internal(error)) | Err(error) => error,
        Ok(error) => UsageError(error.to_string()).into(),
    }
}

/// A line on standard output. Whoever reads it may have gone, as `head` does, which is no failure.
fn say(line: impl std::fmt::Display) {
    let _ = writeln!(stdout(), "{line}");
}

/// One JSON value on standard output, for programs.
fn print_json(value: &impl serde::Serialize) -> Result<()> {
    say(serde_json::to_string_pretty(value).context("writing JSON")?);
    Ok(())
}
