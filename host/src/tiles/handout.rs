//! Kept results as they are handed out: a chart as an image, and how it was made. Tables are `whole`'s.

use anyhow::Context;
use chrono::{DateTime, Utc};
use glovebox_sdk::Receipt;
use serde::Serialize;
use sqlx::{PgConnection, types::Json};
use utoipa::ToSchema;

use super::{Kind, Tile, results::Output};
use crate::{
    conversations::parts::RunOutcome,
    error::{Error, Result},
    files::{self, preview::Stored},
    ids::OrgId,
    objects::{Digest, ObjectKey},
    orgs::Member,
};

/// How a result was made.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = TileRecord)]
pub struct Record {
    /// Key of the result, 64 hexadecimal digits.
    pub key: String,
    pub outcome: RunOutcome,
    /// Why it failed.
    pub problem: Option<String>,
    /// What the script printed, as far as it was kept.
    pub printed: String,
    /// Versions, fuel, memory, times, limits and digests, with which the run can be reproduced byte for byte; null if
    /// the run could not be started.
    #[schema(value_type = Option<Object>)]
    pub receipt: Option<Receipt>,
    pub made_at: DateTime<Utc>,
}

/// How the result `key` was made; without one, the tile's last that went well.
pub async fn record(db: &mut PgConnection, member: &Member, tile: &Tile, key: Option<&str>) -> Result<Record> {
    let key = wanted(tile, key)?;
    let row = sqlx::query!(
        r#"select outcome, problem, printed, receipt as "receipt: Json<Receipt>", ended_at from tile_results
           where org_id = $1 and key = $2 and state = 'done'"#,
        member.org_id.0,
        key,
    )
    .fetch_optional(db)
    .await?
    .ok_or_else(none)?;
    let outcome = row.outcome.context("a result without an outcome")?;
    Ok(Record {
        key: files::hex(&key),
        outcome: serde_json::from_value(outcome.into()).context("an outcome that is none")?,
        problem: row.problem,
        printed: row.printed.unwrap_or_default(),
        receipt: row.receipt.map(|receipt| receipt.0),
        made_at: row.ended_at.context("a result without its time")?,
    })
}

/// The image of a chart.
pub async fn image(db: &mut PgConnection, org_id: OrgId, tile: &Tile, key: Option<&str>) -> Result<Stored> {
    let key = wanted(tile, key)?;
    match output(db, org_id, tile, &key).await? {
        Output::Chart { image, .. } => {
            let ending = image.rsplit_once('.').map_or("png", |(_, ending)| ending);
            let name = format!("{}.{ending}", file_name(tile, "chart"));
            stored(db, org_id, &key, &image, name).await
        }
        Output::Table { .. } => Err(none()),
    }
}

pub(super) fn wanted(tile: &Tile, key: Option<&str>) -> Result<Vec<u8>> {
    match key {
        Some(text) => key_of(text),
        None => tile.last_key.clone().ok_or_else(none),
    }
}

/// The address that 64 hexadecimal digits name.
pub fn key_of(text: &str) -> Result<Vec<u8>> {
    let digits = text.as_bytes().chunks(2).map(|pair| {
        let pair = std::str::from_utf8(pair).ok().filter(|pair| pair.len() == 2)?;
        u8::from_str_radix(pair, 16).ok()
    });
    let bytes: Option<Vec<u8>> = digits.collect();
    bytes
        .filter(|bytes| bytes.len() == 32)
        .ok_or_else(|| Error::invalid("key", "key", "Send the key of a result: 64 hexadecimal digits."))
}

pub(super) async fn output(db: &mut PgConnection, org_id: OrgId, tile: &Tile, key: &[u8]) -> Result<Output> {
    let outputs = sqlx::query_scalar!(
        r#"select outputs as "outputs: Json<Vec<Output>>" from tile_results
           where org_id = $1 and key = $2 and state = 'done' and outcome = 'done'"#,
        org_id.0,
        key,
    )
    .fetch_optional(db)
    .await?;
    let outputs = outputs.flatten().ok_or_else(none)?.0;
    let chart = tile.kind == Kind::Chart;
    let mut same = outputs
        .into_iter()
        .filter(|output| matches!(output, Output::Chart { .. }) == chart);
    same.nth(tile.output as usize).ok_or_else(none)
}

async fn stored(db: &mut PgConnection, org_id: OrgId, key: &[u8], file: &str, name: String) -> Result<Stored> {
    let row = sqlx::query!(
        "select o.key, o.bytes, o.sha256 from tile_result_files f join objects o on o.key = f.object_key
         where f.org_id = $1 and f.key = $2 and f.name = $3",
        org_id.0,
        key,
        file,
    )
    .fetch_optional(db)
    .await?
    .ok_or_else(none)?;
    Ok(Stored {
        name,
        key: ObjectKey::stored(row.key),
        digest: Digest {
            bytes: row.bytes as u64,
            sha256: row.sha256.try_into().ok().context("a digest of another length")?,
        },
    })
}

fn file_name(tile: &Tile, otherwise: &str) -> String {
    let plain: String = tile
        .title
        .chars()
        .map(|c| if c.is_alphanumeric() { c } else { '-' })
        .take(60)
        .collect();
    let plain = plain.trim_matches('-');
    if plain.is_empty() {
        otherwise.to_owned()
    } else {
        plain.to_owned()
    }
}

pub(super) fn none() -> Error {
    Error::conflict(
        "no_result",
        "Result not found: the tile has not been run yet, or shows something else.",
    )
}
