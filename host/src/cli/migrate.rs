//! `glovebox migrate`: brings the database up to date, or tells what that would mean.

use anyhow::Result;

use super::{Exit, serve::DataArgs};
use crate::db::{self, Migration};

/// Does the migrations that are pending and lists them; with `dry_run` lists the whole history and does nothing.
pub async fn migrate(data: DataArgs, dry_run: bool) -> Result<Exit> {
    let database = db::open(&data.settings()?).await?;
    let done = async {
        if dry_run {
            history(&db::migrations(&database.pool).await?);
        } else {
            report(&db::migrate(&database.pool).await?);
        }
        anyhow::Ok(())
    };
    let done = done.await;
    database.close().await?;
    done.map(|()| Exit::Done)
}

fn report(applied: &[Migration]) {
    for migration in applied {
        println!("applied {} {}", migration.version, migration.name);
    }
    if applied.is_empty() {
        println!("the database is up to date");
    }
}

fn history(migrations: &[Migration]) {
    for migration in migrations {
        let when = migration.applied_at.map_or_else(
            || "pending".to_owned(),
            |at| format!("applied {}", at.format("%Y-%m-%d %H:%M:%S UTC")),
        );
        println!("{} {}: {when}", migration.version, migration.name);
    }
}
