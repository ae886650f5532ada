//! The bytes that no row lives on.
//!
//! **Why no live row loses its bytes.** An object is stored first and recorded after, by inserting its key into
//! `objects`, whose primary key the key is. So an object without a row is either left over or about to be recorded, and
//! which of the two nobody can tell by looking. The sweep therefore does not delete what it finds: it inserts the key
//! itself, already buried, and only if that succeeds do the bytes go. The primary key lets one of the two inserts win:
//!
//! - the upload's first: the sweep's insert waits for that transaction to end, finds the key taken, and leaves it;
//! - the sweep's first: the upload's insert breaks the primary key, so the upload fails and nobody was told that it is
//!   kept. The key stays taken for two days after the bytes are gone, so this holds for an upload that slept meanwhile.
//!
//! `orphan_minutes` is thus politeness towards slow uploads, not what safety rests on. Buried objects are looked at once
//! more before their bytes go: one that a row names is left alone, whatever buried it. And a store that carries another
//! database's id is not looked through for orphans at all, since there everything would be one.

use std::collections::BTreeMap;

use anyhow::anyhow;
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::{StreamExt, stream};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::{Kind, Report, Sweep};
use crate::{
    error::{Error, Result},
    objects::{Listed, ObjectKey, Objects, PREFIX, PROBE_PREFIX},
};

/// Where a store says whose it is.
const OWNER_KEY: &str = "owner";
/// Rows that are read at once.
const BATCH: i64 = 1000;
/// Calls to the store at once.
const CALLS_AT_ONCE: usize = 8;
/// Failed removals after which the store is left alone until the next sweep.
const FAILURES_MAX: usize = 20;
/// Objects without bytes that are looked for in the store a second time. Where more are missing, the store is.
const LOOKED_FOR_MAX: u64 = 10_000;

pub(super) async fn sweep(sweep: &Sweep<'_>, report: &mut Report) -> Result<()> {
    match check_owner(sweep).await {
        Ok(()) => {
            if let Err(failed) = compare(sweep, report).await {
                report.fail(text("looking through the object store", failed));
            }
        }
        Err(failed) => report.fail(text("looking through the object store", failed)),
    }
    if !sweep.dry_run {
        remove_buried(sweep, report).await?;
    }
    if let Err(failed) = remove_leftovers(sweep, report).await {
        report.fail(text("removing what was left unfinished in the object store", failed));
    }
    Ok(())
}

/// Stops at a store that belongs to another database, and takes one that belongs to none.
pub(super) async fn check_owner(sweep: &Sweep<'_>) -> Result<()> {
    let id = sqlx::query!("select id from object_store")
        .fetch_one(sweep.db)
        .await?
        .id;
    let key = ObjectKey::stored(OWNER_KEY);
    let Some(found) = sweep.objects.get_bytes(&key, 100).await? else {
        if !sweep.dry_run {
            sweep.objects.put_bytes(&key, id.to_string().as_bytes()).await?;
        }
        return Ok(());
    };
    let owner = str::from_utf8(&found)
        .ok()
        .and_then(|text| text.trim().parse::<Uuid>().ok());
    if owner == Some(id) {
        return Ok(());
    }
    Err(anyhow!(
        "{} belongs to another database, so it is not searched for objects without a row. Give this server a store of \
         its own. If the database was replaced for good, remove the object `{OWNER_KEY}` from the store.",
        sweep.objects.place()
    )
    .into())
}

/// Walks through the store and the rows side by side, both in the order of their keys: claims objects without a row,
/// and reports rows without an object. Knows a page of each at a time.
async fn compare(sweep: &Sweep<'_>, report: &mut Report) -> Result<()> {
    let mut listing = sweep.objects.list(PREFIX);
    let mut after = String::new();
    let started_at = sweep.now;
    loop {
        let page = listing.next_page().await?;
        let last = page.last().map(|listed| listed.key.as_str().to_owned());
        let mut unknown: BTreeMap<String, Listed> = page
            .into_iter()
            .map(|listed| (listed.key.as_str().to_owned(), listed))
            .collect();
        // Every row up to the last object of the page; after the last page, every row that is left.
        loop {
            let rows = rows(sweep.db, &after, last.as_deref()).await?;
            let more = rows.len() as i64 == BATCH;
            for row in rows {
                after.clone_from(&row.key);
                let listed = unknown.remove(&row.key);
                let live = row.deleted_at.is_none() && row.created_at < started_at;
                if live && listed.as_ref().map(|listed| listed.bytes) != Some(row.bytes as u64) {
                    look_again(sweep, report, &row).await?;
                }
            }
            if !more {
                break;
            }
        }
        claim(sweep, report, unknown.into_values().collect()).await?;
        match last {
            Some(last) => after = last,
            None => return Ok(()),
        }
    }
}

/// A row of `objects`.
struct Row {
    key: String,
    bytes: i64,
    created_at: DateTime<Utc>,
    deleted_at: Option<DateTime<Utc>>,
}

async fn rows(db: &PgPool, after: &str, to: Option<&str>) -> Result<Vec<Row>> {
    let rows = sqlx::query_as!(
        Row,
        r#"select key, bytes, created_at, deleted_at from objects
           where key collate "C" > $1 and ($2::text is null or key collate "C" <= $2)
           order by key collate "C" limit $3"#,
        after,
        to,
        BATCH,
    )
    .fetch_all(db)
    .await?;
    Ok(rows)
}

/// Reports a row whose bytes are not there, unless both have changed since the listing, or the store shows them when
/// asked for by name.
async fn look_again(sweep: &Sweep<'_>, report: &mut Report, row: &Row) -> Result<()> {
    let key = ObjectKey::stored(&row.key);
    if report.damaged_count >= LOOKED_FOR_MAX {
        report.damage(&key, row.bytes as u64, None);
        return Ok(());
    }
    let stored = sweep.objects.size(&key).await?;
    if stored == Some(row.bytes as u64) {
        return Ok(());
    }
    let live = sqlx::query!("select key from objects where key = $1 and deleted_at is null", row.key)
        .fetch_optional(sweep.db)
        .await?;
    if live.is_some() {
        report.damage(&key, row.bytes as u64, stored);
    }
    Ok(())
}

/// Buries the objects that are old enough and have no row, under rows that are made for it.
async fn claim(sweep: &Sweep<'_>, report: &mut Report, unknown: Vec<Listed>) -> Result<()> {
    let before = sweep.before(TimeDelta::minutes(sweep.limits.orphan_minutes.into()));
    let (mut keys, mut orgs, mut bytes) = (Vec::new(), Vec::new(), Vec::new());
    for listed in unknown {
        let Some(org_id) = listed.key.org() else {
            report.foreign.count += 1;
            report.foreign.bytes += listed.bytes;
            continue;
        };
        if listed.modified_at <= before {
            keys.push(listed.key.as_str().to_owned());
            orgs.push(org_id.0);
            bytes.push(listed.bytes as i64);
        }
    }
    if keys.is_empty() {
        return Ok(());
    }
    if sweep.dry_run {
        report.add(Kind::Orphans, keys.len() as u64, bytes.iter().sum::<i64>() as u64);
        return Ok(());
    }
    // Nobody knows the digest of an orphan, and nobody will ask.
    sqlx::query!(
        "insert into objects (key, org_id, bytes, sha256, created_at, deleted_at, orphan)
         select key, org_id, bytes, decode(repeat('00', 32), 'hex'), $4, $4, 'claimed'
         from unnest($1::text[], $2::uuid[], $3::bigint[]) as found (key, org_id, bytes)
         on conflict on constraint objects_pkey do nothing",
        &keys,
        &orgs,
        &bytes,
        sweep.now,
    )
    .execute(sweep.db)
    .await?;
    Ok(())
}

/// An object whose bytes are to go.
struct Buried {
    key: String,
    bytes: i64,
    orphan: bool,
}

/// Removes the bytes of buried objects and then their rows. What fails keeps its row, and so its turn in the next sweep.
async fn remove_buried(sweep: &Sweep<'_>, report: &mut Report) -> Result<()> {
    let mut after = String::new();
    let mut failures = 0;
    while failures < FAILURES_MAX {
        let buried = sqlx::query_as!(
            Buried,
            r#"select key, bytes, orphan is not null as "orphan!" from objects
               where deleted_at is not null and orphan is distinct from 'removed' and key > $1
                 and not exists (select from named_objects where named_objects.key = objects.key)
               order by key limit $2"#,
            after,
            BATCH,
        )
        .fetch_all(sweep.db)
        .await?;
        let Some(last) = buried.last() else { return Ok(()) };
        after.clone_from(&last.key);
        let mut gone = Vec::new();
        let mut removals = stream::iter(buried.into_iter().map(|buried| remove(sweep.objects, buried)))
            .buffer_unordered(CALLS_AT_ONCE);
        while failures < FAILURES_MAX
            && let Some((buried, removed)) = removals.next().await
        {
            match removed {
                Ok(()) => gone.push(buried),
                Err(failed) => {
                    report.fail(text(&format!("removing the object {}", buried.key), failed));
                    failures += 1;
                }
            }
        }
        drop(removals);
        forget(&mut *sweep.db.acquire().await?, &gone).await?;
        for buried in gone {
            let kind = if buried.orphan { Kind::Orphans } else { Kind::Objects };
            report.add(kind, 1, buried.bytes as u64);
        }
    }
    Ok(())
}

async fn remove(objects: &Objects, buried: Buried) -> (Buried, Result<()>) {
    let removed = objects.delete(&ObjectKey::stored(&buried.key)).await;
    (buried, removed)
}

/// The bytes are gone: so are the rows, but for those that hold the key of an orphan.
async fn forget(db: &mut PgConnection, gone: &[Buried]) -> Result<()> {
    let keys: Vec<String> = gone.iter().map(|buried| buried.key.clone()).collect();
    sqlx::query!(
        "delete from objects where key = any($1) and deleted_at is not null and orphan is null",
        &keys
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        "update objects set orphan = 'removed' where key = any($1) and orphan = 'claimed'",
        &keys
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Pieces of objects that were never finished, and probes that were not taken back.
async fn remove_leftovers(sweep: &Sweep<'_>, report: &mut Report) -> Result<()> {
    let before = sweep.before(TimeDelta::minutes(sweep.limits.orphan_minutes.into()));
    let (count, bytes) = sweep.objects.remove_unfinished(before, sweep.dry_run).await?;
    report.add(Kind::Unfinished, count, bytes);
    let mut listing = sweep.objects.list(PROBE_PREFIX);
    loop {
        let page = listing.next_page().await?;
        if page.is_empty() {
            return Ok(());
        }
        for probe in page.into_iter().filter(|probe| probe.modified_at <= before) {
            if !sweep.dry_run {
                sweep.objects.delete(&probe.key).await?;
            }
            report.add(Kind::Probes, 1, probe.bytes);
        }
    }
}

/// A failure in a line for the report.
fn text(doing: &str, failed: Error) -> String {
    format!("{doing}: {:#}", anyhow::Error::new(failed))
}
