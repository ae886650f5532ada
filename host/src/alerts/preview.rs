//! What a condition says of a table, and what it would say of a tile as it is now.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::condition::{Condition, Row, Verdict};
use crate::{
    error::Result,
    ids::{OrgId, ProjectId, TileId},
    objects::Spooled,
    orgs::{Member, Role},
    tiles::{
        Kind,
        ask::Asker,
        keep,
        results::How,
        whole::{Displayed, Made},
        work::Refresher,
    },
};

/// What an alert would find in the tile's newest result.
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
        let table = Displayed::of_tile(&mut db, member.org_id, &tile, None).await?;
        (table, tile.kind == Kind::Number)
    };
    let none = |problem| Preview {
        rows: Vec::new(),
        firing: 0,
        problem: Some(problem),
    };
    let table = match whole(with, member.org_id, table).await? {
        WholeTable::Ready(file) => file,
        WholeTable::Waiting => {
            return Ok(none(
                "All rows of the tile are being computed. Try again in a moment.".to_owned(),
            ));
        }
        WholeTable::Failed(why) => return Ok(none(why)),
    };
    let verdict = ask(with, condition, &table, number, &BTreeMap::new()).await?;
    if let Some(fuel) = verdict.receipt.fuel_used {
        keep::charge(&mut *with.db.acquire().await?, member.org_id, with.clock.now(), fuel).await?;
    }
    Ok(match verdict.rows {
        Ok(rows) => Preview {
            firing: rows.iter().filter(|row| row.firing).count(),
            rows,
            problem: None,
        },
        Err(problem) => none(problem),
    })
}

/// A tile's whole table, as far as it is there.
pub(super) enum WholeTable {
    Ready(Spooled),
    /// A run makes it.
    Waiting,
    /// It cannot be had; this says why.
    Failed(String),
}

pub(super) async fn whole(with: &Refresher, org_id: OrgId, table: Displayed) -> Result<WholeTable> {
    let mut tx = with.db.begin().await?;
    let mut asker = Asker {
        db: &mut tx,
        now: with.clock.now(),
        limits: &with.limits,
        module: with.sandbox.module_sha256(),
        org_id,
        how: How::Run,
    };
    let made = table.ask(&mut asker).await?;
    tx.commit().await?;
    Ok(match made {
        Made::Ready(whole) => WholeTable::Ready(whole.for_script(&with.objects, &with.spool).await?),
        Made::Waiting => WholeTable::Waiting,
        Made::Failed(why) => WholeTable::Failed(why),
    })
}

pub(super) async fn ask(
    with: &Refresher,
    condition: &Condition,
    table: &Spooled,
    number: bool,
    earlier: &BTreeMap<String, f64>,
) -> Result<Verdict> {
    condition
        .run(&with.sandbox, &with.limits, table.path(), number, earlier)
        .await
}
