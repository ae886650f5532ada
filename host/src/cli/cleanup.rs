//! `glovebox cleanup`: the sweep, by hand.

use anyhow::{Context, Result};

use super::{Exit, UsageError, serve::DataArgs, show};
use crate::{
    cleanup::{Amount, Report, Sweep},
    clock::Clock,
    config::ServerConfig,
    db,
    objects::{Objects, Spool},
};

/// Sweeps once and prints what was removed, or would be.
pub async fn clean_up(data: DataArgs, dry_run: bool, json: bool) -> Result<Exit> {
    let config = data.settings()?;
    let database = db::open(&config).await?;
    let report = report(&config, &database.pool, dry_run).await;
    database.close().await?;
    let report = report?;
    if json {
        println!(
            "{}",
            serde_json::to_string(&report).context("writing the report as JSON")?
        );
    } else {
        tell(&report);
    }
    let well = report.failures.is_empty() && report.damaged_count == 0;
    Ok(if well { Exit::Done } else { Exit::Fault })
}

async fn report(config: &ServerConfig, db: &sqlx::PgPool, dry_run: bool) -> Result<Report> {
    if !db::pending(db::migrations(db).await?).is_empty() {
        return Err(UsageError("the database is not up to date; run `glovebox migrate` first".to_owned()).into());
    }
    let sweep = Sweep {
        db,
        objects: &Objects::open(config),
        limits: &config.limits,
        now: Clock::system().now(),
        spool: &Spool::place(&config.data),
        dry_run,
    };
    Ok(sweep.run().await?)
}

fn tell(report: &Report) {
    if report.busy {
        println!("Another sweep is running; this one did nothing.");
        return;
    }
    match (report.removed.is_empty(), report.dry_run) {
        (true, true) => println!("There is nothing to remove."),
        (true, false) => println!("There was nothing to remove."),
        (false, true) => println!("A sweep would remove:"),
        (false, false) => println!("Removed:"),
    }
    let width = report
        .removed
        .keys()
        .map(|kind| kind.to_string().len())
        .max()
        .unwrap_or(0);
    for (kind, amount) in &report.removed {
        println!("  {:width$}  {}", kind.to_string(), count_and_bytes(*amount));
    }
    if report.damaged_count > 0 {
        println!(
            "Rows whose bytes are missing or have the wrong length: {}. Their files cannot be read; restore the \
             objects from a backup, or delete the files.",
            report.damaged_count
        );
        for damaged in &report.damaged {
            let stored = damaged
                .bytes_stored
                .map_or("nothing".to_owned(), |bytes| format!("{bytes} bytes"));
            println!(
                "  {}  {} bytes by its row, {stored} in the store",
                damaged.key, damaged.bytes
            );
        }
    }
    if report.foreign.count > 0 {
        println!(
            "The store contains something that does not belong to the server; it is left alone: {}.",
            count_and_bytes(report.foreign)
        );
    }
    for failure in &report.failures {
        println!("Not done: {failure}");
    }
}

fn count_and_bytes(amount: Amount) -> String {
    match amount.bytes {
        0 => amount.count.to_string(),
        bytes => format!("{}  {}", amount.count, show::bytes(bytes)),
    }
}
