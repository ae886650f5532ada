//! `glovebox admin`: users, sessions and quotas, straight in the database of the settings.
//!
//! It works beside a running server, and needs neither a log-in nor a role: who can read the settings is the operator.
//! Every command prints a table for people, or JSON for programs.

mod quotas;
mod sessions;
mod show;
mod users;

use anyhow::{Context, Result};
use chrono::{DateTime, Utc};
use clap::{Args, Subcommand};
use sqlx::PgPool;

use super::{Exit, Usage};
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
    /// Accounts. USER is an id or an e-mail address.
    Users {
        #[command(subcommand)]
        step: users::Step,
    },
    /// Log-ins of browsers. USER is an id or an e-mail address.
    Sessions {
        #[command(subcommand)]
        step: sessions::Step,
    },
    /// How much an organisation may keep. ORG is an id, or somebody's e-mail address for their personal one.
    Quotas {
        #[command(subcommand)]
        step: quotas::Step,
    },
}

/// What every step works with.
struct Desk {
    db: PgPool,
    config: ServerConfig,
    now: DateTime<Utc>,
    json: bool,
}

pub async fn admin(args: AdminArgs) -> Result<Exit> {
    let config = ServerConfig::from_env().map_err(|error| Usage(format!("{error:#}")))?;
    let database = db::open(&config).await?;
    let pending = db::pending(db::migrations(&database.pool).await?);
    let done = if pending.is_empty() {
        let desk = Desk {
            db: database.pool.clone(),
            config,
            now: Clock::system().now(),
            json: args.json,
        };
        match args.noun {
            Noun::Users { step } => users::run(desk, step).await,
            Noun::Sessions { step } => sessions::run(desk, step).await,
            Noun::Quotas { step } => quotas::run(desk, step).await,
        }
    } else {
        let text = "the database is not up to date; run `glovebox migrate`, or start the server once";
        Err(Usage(text.to_owned()).into())
    };
    let closed = database.close().await;
    done.map_err(told)?;
    closed?;
    Ok(Exit::Done)
}

/// What an operator can do something about is told like a wrong argument; the rest is a failure of the program.
fn told(error: anyhow::Error) -> anyhow::Error {
    match error.downcast::<Error>() {
        Ok(Error::Internal(error)) => error,
        Ok(error @ Error::Unavailable(_)) => error.into(),
        Ok(error) => Usage(error.to_string()).into(),
        Err(error) => error,
    }
}

/// One JSON value on standard output, for programs.
fn print_json(value: &impl serde::Serialize) -> Result<()> {
    println!("{}", serde_json::to_string_pretty(value).context("writing JSON")?);
    Ok(())
}
