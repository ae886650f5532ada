//! Postgres: the pool of connections, and the migrations.
//!
//! SQL stands in the product modules; this room knows how to get at a database, not what is in it.

use anyhow::Context;
use sqlx::{
    PgPool,
    migrate::Migrator,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use crate::error::Result;

static MIGRATIONS: Migrator = sqlx::migrate!("../migrations");

/// A pool on the database that `options` names.
pub async fn connect(options: PgConnectOptions, connections: u32) -> Result<PgPool> {
    let pool = PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(std::time::Duration::from_secs(10))
        .connect_with(options)
        .await
        .context("connecting to the database")?;
    Ok(pool)
}

/// Brings the schema up to date, the queue's own tables as well. Several servers may do so at once.
pub async fn migrate(pool: &PgPool) -> Result<()> {
    MIGRATIONS.run(pool).await.context("migrating the database")?;
    graphile_worker::WorkerUtils::new(pool.clone(), crate::queue::SCHEMA.to_owned())
        .migrate()
        .await
        .context("setting up the queue's tables")?;
    Ok(())
}
