//! What a condition says of a table, and what it would say of a tile as it is now.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::condition::{Condition, Row, Verdict};
use crate::{
    error::Result,
    ids::{ProjectId, TileId},
    orgs::{Member, Role},
    tiles::{
        Kind,
        handout::{self, Handout},
        work::Refresher,
    },
};

/// What an alert would see in the tile's newest result.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AlertPreview)]
pub struct Preview {
    /// What it would watch. A change needs an earlier value, so none fires here.
    pub rows: Vec<Row>,
    /// How many of them would fire.
    pub firing: usize,
    /// Why it could not be checked.
    pub problem: Option<String>,
}

/// Asks the condition of a tile's newest kept result. Nothing is stored.
pub async fn preview(
    with: &Refresher,
    member: &Member,
    project_id: ProjectId,
    tile_id: TileId,
    condition: &Condition,
) -> Result<Preview> {
    member.at_least(Role::Member)?;
    condition.check()?;
    let (table, number) = {
        let mut db = with.db.acquire().await?;
        let tile = super::tile(&mut db, member, project_id, tile_id).await?;
        let table = handout::table(&mut db, member, &tile, None).await?;
        (table, tile.kind == Kind::Number)
    };
    let verdict = ask(with, condition, table, number, &BTreeMap::new()).await?;
    Ok(match verdict.rows {
        Ok(rows) => Preview {
            firing: rows.iter().filter(|row| row.firing).count(),
            rows,
            problem: None,
        },
        Err(problem) => Preview {
            rows: Vec::new(),
            firing: 0,
            problem: Some(problem),
        },
    })
}

pub(super) async fn ask(
    with: &Refresher,
    condition: &Condition,
    table: Handout,
    number: bool,
    earlier: &BTreeMap<String, f64>,
) -> Result<Verdict> {
    let (sandbox, limits) = (&with.sandbox, &with.limits);
    match table {
        Handout::Stored(stored) => {
            let file = with.objects.fetch(&stored.key, &with.spool).await?;
            condition.run(sandbox, limits, file.path(), number, earlier).await
        }
        Handout::Bytes { bytes, .. } => {
            let mut spooling = with.spool.create()?;
            spooling.push(&bytes).await?;
            let file = spooling.finish().await?;
            condition.run(sandbox, limits, file.path(), number, earlier).await
        }
    }
}
