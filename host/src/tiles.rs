//! Tiles: kept scripts, and which of their outputs is shown.
//!
//! A tile never changes. What it shows is found by the digest of everything that decides it: guest, script, bytes of the
//! inputs, parameters, seed and clock. So the same inputs are never run twice, and a result is never stale. A tile reads
//! the newest versions of its files; no model takes part. Whoever may see a dashboard may see what its tiles show.

pub mod ask;
pub mod filter;
pub mod handout;
pub(crate) mod keep;
mod key;
pub mod own;
pub mod results;
mod source;
pub mod whole;
pub mod work;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::{PgConnection, types::Json};
use utoipa::ToSchema;

use crate::{
    config::ServerLimits,
    error::{Error, Result},
    ids::{DashboardId, FileId, OrgId, TileId},
    orgs::{Member, Role},
};

pub use source::{Noun, Wanted, files, from_run};

/// What a tile shows of its script's run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
#[schema(as = TileKind)]
pub enum Kind {
    /// A chart.
    Chart,
    /// A table.
    Table,
    /// The first number of a table's first row.
    Number,
}

/// A tile of a dashboard.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Tile {
    pub id: TileId,
    pub dashboard_id: DashboardId,
    /// Empty if it has none.
    pub title: String,
    pub kind: Kind,
    /// Python source text.
    pub script: String,
    /// What the script finds in `params`.
    #[schema(value_type = Object)]
    pub parameters: BTreeMap<String, Value>,
    /// Seed of the script's random numbers.
    pub seed: u64,
    /// The time that the script's clock shows, in milliseconds since the Unix epoch. A script that reads the clock sees
    /// the start of the day (UTC) instead.
    pub clock_unix_ms: u64,
    /// Which of the run's charts or tables it shows, from 0.
    pub output: u32,
    pub inputs: Vec<Input>,
    pub created_at: DateTime<Utc>,
    /// The last result without filters that went well.
    #[serde(skip)]
    last_key: Option<Vec<u8>>,
}

/// A file that a tile's script reads, in its newest version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = TileInput)]
pub struct Input {
    /// Its name in the script.
    pub name: String,
    /// Null once the file is deleted.
    pub file_id: Option<FileId>,
}

/// A tile that is to be made.
#[derive(Clone, Debug)]
pub struct TileDraft {
    pub title: String,
    pub kind: Kind,
    pub script: String,
    pub parameters: BTreeMap<String, Value>,
    pub seed: u64,
    pub clock_unix_ms: u64,
    pub output: u32,
    pub inputs: Vec<Input>,
}

/// Characters of a tile's title.
pub const TITLE_MAX_CHARS: usize = 200;

/// A new tile of a dashboard.
pub async fn create(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    limits: &ServerLimits,
    member: &Member,
    dashboard_id: DashboardId,
    draft: TileDraft,
) -> Result<Tile> {
    member.at_least(Role::Member)?;
    if draft.script.len() > limits.script_max_bytes as usize {
        let message = format!(
            "A tile's script has at most {} bytes. Use a shorter one.",
            limits.script_max_bytes
        );
        return Err(Error::invalid("script", "too_long", message));
    }
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from tiles where org_id = $1 and dashboard_id = $2"#,
        member.org_id.0,
        dashboard_id.0,
    )
    .fetch_one(&mut *db)
    .await?;
    if count >= i64::from(limits.tiles_per_dashboard) {
        return Err(Error::Limited {
            code: "too_many_tiles",
            message: format!(
                "This dashboard has reached the limit of {count} tiles, including those of its older versions. Copy \
                 it, or create another one."
            ),
            retry_after_s: None,
        });
    }
    let id = TileId::new();
    let title: String = draft
        .title
        .chars()
        .filter(|c| !c.is_control())
        .take(TITLE_MAX_CHARS)
        .collect();
    sqlx::query!(
        "insert into tiles (id, org_id, dashboard_id, title, kind, script, parameters, seed, clock_unix_ms, output,
           created_by, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        id.0,
        member.org_id.0,
        dashboard_id.0,
        title,
        draft.kind as Kind,
        draft.script,
        Json(&draft.parameters) as _,
        draft.seed as i64,
        draft.clock_unix_ms as i64,
        draft.output as i32,
        member.user_id.0,
        now,
    )
    .execute(&mut *db)
    .await?;
    let names: Vec<_> = draft.inputs.iter().map(|input| input.name.clone()).collect();
    let files: Vec<_> = draft.inputs.iter().map(|input| input.file_id.map(|id| id.0)).collect();
    sqlx::query!(
        "insert into tile_inputs (org_id, tile_id, name, file_id)
         select $1, $2, name, file_id from unnest($3::text[], $4::uuid[]) as input (name, file_id)",
        member.org_id.0,
        id.0,
        &names,
        &files as _,
    )
    .execute(&mut *db)
    .await?;
    Ok(Tile {
        id,
        dashboard_id,
        title,
        kind: draft.kind,
        script: draft.script,
        parameters: draft.parameters,
        seed: draft.seed,
        clock_unix_ms: draft.clock_unix_ms,
        output: draft.output,
        inputs: draft.inputs,
        created_at: now,
        last_key: None,
    })
}

/// A dashboard's tiles, those of its older versions included, in the order in which they were made.
pub async fn of_dashboard(db: &mut PgConnection, org_id: OrgId, dashboard_id: DashboardId) -> Result<Vec<Tile>> {
    let rows = sqlx::query!(
        r#"select t.id, t.title, t.kind as "kind: Kind", t.script, t.parameters as "parameters: Json<BTreeMap<String, Value>>",
               t.seed, t.clock_unix_ms, t.output, t.created_at, t.last_key,
               coalesce(array_agg(i.name order by i.name) filter (where i.name is not null), '{}') as "names!",
               coalesce(array_agg(i.file_id order by i.name) filter (where i.name is not null), '{}')
                   as "file_ids!: Vec<Option<FileId>>"
           from tiles t left join tile_inputs i on i.tile_id = t.id
           where t.org_id = $1 and t.dashboard_id = $2 group by t.id order by t.id"#,
        org_id.0,
        dashboard_id.0,
    )
    .fetch_all(db)
    .await?;
    let tile = rows.into_iter().map(|row| Tile {
        id: TileId(row.id),
        dashboard_id,
        title: row.title,
        kind: row.kind,
        script: row.script,
        parameters: row.parameters.0,
        seed: row.seed as u64,
        clock_unix_ms: row.clock_unix_ms as u64,
        output: row.output as u32,
        inputs: row
            .names
            .into_iter()
            .zip(row.file_ids)
            .map(|(name, file_id)| Input { name, file_id })
            .collect(),
        created_at: row.created_at,
        last_key: row.last_key,
    });
    Ok(tile.collect())
}

/// One tile of a dashboard.
pub async fn get(db: &mut PgConnection, member: &Member, dashboard_id: DashboardId, id: TileId) -> Result<Tile> {
    let tiles = of_dashboard(db, member.org_id, dashboard_id).await?;
    tiles
        .into_iter()
        .find(|tile| tile.id == id)
        .ok_or(Error::Missing("tile"))
}

/// One tile, for work on the organisation's behalf; none once it is gone.
pub async fn one(db: &mut PgConnection, org_id: OrgId, id: TileId) -> Result<Option<Tile>> {
    let dashboard_id = sqlx::query_scalar!(
        "select dashboard_id from tiles where org_id = $1 and id = $2",
        org_id.0,
        id.0
    )
    .fetch_optional(&mut *db)
    .await?;
    let Some(dashboard_id) = dashboard_id else {
        return Ok(None);
    };
    let tiles = of_dashboard(db, org_id, DashboardId(dashboard_id)).await?;
    Ok(tiles.into_iter().find(|tile| tile.id == id))
}

impl Tile {
    /// Its title, or what it is where it has none.
    pub fn shown_title(&self) -> &str {
        match self.kind {
            _ if !self.title.is_empty() => &self.title,
            Kind::Chart => "Chart",
            Kind::Table => "Table",
            Kind::Number => "Number",
        }
    }

    /// The same tile for another dashboard.
    pub fn draft(&self) -> TileDraft {
        TileDraft {
            title: self.title.clone(),
            kind: self.kind,
            script: self.script.clone(),
            parameters: self.parameters.clone(),
            seed: self.seed,
            clock_unix_ms: self.clock_unix_ms,
            output: self.output,
            inputs: self.inputs.clone(),
        }
    }
}
