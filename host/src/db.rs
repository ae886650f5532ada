//! Postgres: the pool of connections, the private cluster where none is named, and the migrations.
//!
//! SQL stands in the product modules; this room knows how to get at a database, not what is in it.

pub mod cluster;
mod programs;

use std::{str::FromStr, time::Duration};

use anyhow::{Context, anyhow};
use chrono::{DateTime, Utc};
use sqlx::{
    Connection, PgConnection, PgPool, Row,
    migrate::{MigrateError, Migrator},
    postgres::{PgConnectOptions, PgPoolOptions},
};

use crate::{
    config::{DatabaseConfig, ServerConfig},
    data_folder,
    error::Result,
};
use cluster::{Cluster, Settings};

static MIGRATIONS: Migrator = sqlx::migrate!("../migrations");
/// How often a private cluster is looked at.
const WATCH_INTERVAL: Duration = Duration::from_secs(1);
/// The session lock of those who migrate, any number that nobody else uses.
const MIGRATION_LOCK: i64 = 0x6d69_6772_6174_6521;

/// The database of the settings, in use until [`close`](Database::close).
#[derive(Debug)]
pub struct Database {
    pub pool: PgPool,
    /// Only with a private cluster.
    cluster: Option<Cluster>,
    settings: Settings,
}

/// One step of the schema's history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Migration {
    pub version: i64,
    pub name: String,
    /// `None` while it is to be done.
    pub applied_at: Option<DateTime<Utc>>,
}

/// Connects to the database of the settings; a private cluster is made and started if need be.
///
/// # Errors
/// Says what to do where no database can be had.
pub async fn open(config: &ServerConfig) -> Result<Database> {
    let connections = config.limits.database_connections;
    let settings = Settings {
        connections,
        durable: true,
    };
    let (cluster, options) = match &config.database {
        DatabaseConfig::Url(url) => {
            let options = PgConnectOptions::from_str(url.expose())
                .map_err(|error| anyhow!("DATABASE_URL is not valid: {error}"))?;
            (None, options)
        }
        DatabaseConfig::Private => {
            let data = config.data.clone();
            let opened = tokio::task::spawn_blocking(move || Cluster::open(&data_folder::open(&data)?, settings));
            let cluster = opened.await.context("opening the private database")??;
            let options = cluster.options();
            (Some(cluster), options)
        }
    };
    let pool = connect(options, connections).await?;
    Ok(Database {
        pool,
        cluster,
        settings,
    })
}

impl Database {
    /// What it is and where, in a few words without secrets.
    pub fn describe(&self) -> String {
        if let Some(cluster) = &self.cluster {
            let place = cluster.place();
            format!("private PostgreSQL {} in {}", place.major(), place.folder().display())
        } else {
            let options = self.pool.connect_options();
            let name = options.get_database().unwrap_or(options.get_username());
            let host = options.get_socket().map_or_else(
                || format!("{}:{}", options.get_host(), options.get_port()),
                |socket| socket.display().to_string(),
            );
            format!("PostgreSQL at {host}, database {name}")
        }
    }

    /// Starts a private cluster again when it dies, for as long as this is polled.
    pub async fn keep_alive(&self) {
        let Some(place) = self.cluster.as_ref().map(Cluster::place) else {
            return std::future::pending().await;
        };
        let settings = self.settings;
        loop {
            tokio::time::sleep(WATCH_INTERVAL).await;
            let place = place.clone();
            let revived = tokio::task::spawn_blocking(move || place.revive(settings)).await;
            if let Ok(Err(error)) = revived {
                tracing::error!("the database has died and cannot be started: {error:#}");
            }
        }
    }

    /// Ends the connections, and stops a private cluster unless another command uses it.
    pub async fn close(self) -> Result<()> {
        // A connection that somebody kept shall not keep the program.
        tokio::time::timeout(Duration::from_secs(5), self.pool.close())
            .await
            .ok();
        if let Some(cluster) = self.cluster {
            let closed = tokio::task::spawn_blocking(move || cluster.close());
            closed.await.context("stopping the private database")??;
        }
        Ok(())
    }
}

/// A pool on the database that `options` names.
pub async fn connect(options: PgConnectOptions, connections: u32) -> Result<PgPool> {
    let pool = PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(Duration::from_secs(10))
        .connect_with(options.application_name("glovebox"))
        .await
        .context("connecting to the database")?;
    Ok(pool)
}

/// Brings the schema up to date, the queue's own tables as well, and answers what was done. Several servers may do so
/// at once: the others wait, and find nothing to do.
pub async fn migrate(pool: &PgPool) -> Result<Vec<Migration>> {
    // The queue's own migrations do not lock. The lock ends with its connection.
    let mut lock = PgConnection::connect_with(&pool.connect_options())
        .await
        .context("connecting to the database")?;
    sqlx::query("select pg_advisory_lock($1)")
        .bind(MIGRATION_LOCK)
        .execute(&mut lock)
        .await?;
    let pending = pending(migrations(pool).await?);
    MIGRATIONS.run(&mut lock).await.map_err(explain)?;
    graphile_worker::WorkerUtils::new(pool.clone(), crate::queue::SCHEMA.to_owned())
        .migrate()
        .await
        .context("setting up the queue's tables")?;
    lock.close().await.ok();
    Ok(pending)
}

/// Those that are still to be done.
pub fn pending(migrations: Vec<Migration>) -> Vec<Migration> {
    let pending = migrations
        .into_iter()
        .filter(|migration| migration.applied_at.is_none());
    pending.collect()
}

/// The whole history, oldest first: what was done to this database, and what this program would do.
pub async fn migrations(pool: &PgPool) -> Result<Vec<Migration>> {
    // The table is sqlx's, and not there before the first migration, so the macro cannot check this.
    let made: bool = sqlx::query_scalar("select to_regclass('_sqlx_migrations') is not null")
        .fetch_one(pool)
        .await?;
    let mut applied = Vec::new();
    if made {
        applied = sqlx::query("select version, installed_on from _sqlx_migrations where success")
            .fetch_all(pool)
            .await?;
    }
    let applied_at = |version: i64| {
        let row = applied.iter().find(|row| row.get::<i64, _>(0) == version);
        row.map(|row| row.get(1))
    };
    let migration = |migration: &sqlx::migrate::Migration| Migration {
        version: migration.version,
        name: migration.description.to_string(),
        applied_at: applied_at(migration.version),
    };
    Ok(MIGRATIONS.iter().map(migration).collect())
}

fn explain(error: MigrateError) -> anyhow::Error {
    let advice = match &error {
        MigrateError::VersionMissing(_) => {
            "the database was migrated by a newer glovebox than this one; install that version, because migrations \
             cannot be undone"
        }
        MigrateError::VersionMismatch(_) => {
            "a migration was changed after it was applied to this database; this program is not the one that made it"
        }
        _ => "migrating the database",
    };
    anyhow::Error::new(error).context(advice)
}
