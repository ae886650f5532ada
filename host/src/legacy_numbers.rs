//! Whole numbers for things, as clients of older systems expect ids to be.
//!
//! Each organisation counts each kind from 1. A thing gets its number when it is first shown, keeps it, and nothing else
//! ever gets it.

use sqlx::PgConnection;
use uuid::Uuid;

use crate::{error::Result, ids::OrgId};

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    User,
    Project,
    Prompt,
    File,
    Conversation,
    Message,
}

impl Kind {
    fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Project => "project",
            Self::Prompt => "prompt",
            Self::File => "file",
            Self::Conversation => "conversation",
            Self::Message => "message",
        }
    }
}

/// The numbers of `ids`, in their order. Those that have none yet get one, in that order.
pub async fn numbers(db: &mut PgConnection, org_id: OrgId, kind: Kind, ids: &[Uuid]) -> Result<Vec<i64>> {
    let known = known(db, org_id, kind, ids).await?;
    if let Some(numbers) = in_order(ids, &known) {
        return Ok(numbers);
    }
    // One at a time for each organisation, so that two cannot take the same number.
    sqlx::query!("select id from orgs where id = $1 for no key update", org_id.0)
        .fetch_optional(&mut *db)
        .await?;
    sqlx::query!(
        "insert into legacy_numbers (org_id, kind, number, id)
         select $1, $2, coalesce((select max(number) from legacy_numbers where org_id = $1 and kind = $2), 0)
             + row_number() over (order by place), given.id
         from unnest($3::uuid[]) with ordinality as given (id, place)
         where not exists (
             select from legacy_numbers n where n.org_id = $1 and n.kind = $2 and n.id = given.id)",
        org_id.0,
        kind.as_str(),
        ids,
    )
    .execute(&mut *db)
    .await?;
    let known = self::known(db, org_id, kind, ids).await?;
    Ok(in_order(ids, &known).unwrap_or_default())
}

/// The number of one thing.
pub async fn number(db: &mut PgConnection, org_id: OrgId, kind: Kind, id: Uuid) -> Result<i64> {
    Ok(numbers(db, org_id, kind, &[id]).await?.first().copied().unwrap_or(0))
}

/// What has this number; it may be gone.
pub async fn find(db: &mut PgConnection, org_id: OrgId, kind: Kind, number: i64) -> Result<Option<Uuid>> {
    let id = sqlx::query_scalar!(
        "select id from legacy_numbers where org_id = $1 and kind = $2 and number = $3",
        org_id.0,
        kind.as_str(),
        number,
    )
    .fetch_optional(db)
    .await?;
    Ok(id)
}

async fn known(db: &mut PgConnection, org_id: OrgId, kind: Kind, ids: &[Uuid]) -> Result<Vec<(Uuid, i64)>> {
    let rows = sqlx::query!(
        "select id, number from legacy_numbers where org_id = $1 and kind = $2 and id = any($3)",
        org_id.0,
        kind.as_str(),
        ids,
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.number)).collect())
}

/// `None` where one has no number.
fn in_order(ids: &[Uuid], known: &[(Uuid, i64)]) -> Option<Vec<i64>> {
    let number = |id: &Uuid| Some(known.iter().find(|(of, _)| of == id)?.1);
    ids.iter().map(number).collect()
}
