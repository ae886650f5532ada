//! What an answer may ask of data sources, in the name of the person who asked.
//!
//! A query goes the way that the editor's queries go: the person's rights are looked at anew each time, the gate reads the
//! statement, the caps hold. Looking tables up reads the database's catalogue and no row.

use std::collections::BTreeMap;

use sqlx::{PgConnection, PgPool, types::Json};
use tokio_util::sync::CancellationToken;

use super::extracts::{self, Fetched, Query};
use crate::{
    clock::Clock,
    config::ServerLimits,
    connect::{Connector, Engine, Payer, Schema, Target},
    error::Result,
    files::{
        inspect::{Looking, Verdict},
        profile::Profile,
        settings::{DecimalSign, ReadingSettings, TotalRows},
    },
    ids::{SourceId, UserId},
    objects::Spool,
    orgs::{self, Member, Owned, Role},
    sandbox::Sandbox,
    secret::ServerKey,
};

/// Sources that an answer is told of, the newest ones.
const SOURCES_MAX: i64 = 20;

/// Columns of all their tables together, those of newer sources first.
const COLUMNS_MAX: usize = 200_000;

/// A source that the person may query.
#[derive(Clone, Debug)]
pub struct Askable {
    pub id: SourceId,
    pub name: String,
    pub engine: Engine,
    /// Its tables as they were looked up last; none before the first time.
    pub schema: Option<Schema>,
}

/// Asks sources for one person. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Asking {
    pub db: PgPool,
    pub key: ServerKey,
    pub connector: Connector,
    pub spool: Spool,
    pub clock: Clock,
    pub limits: ServerLimits,
    pub user_id: UserId,
}

/// The sources of the organisation that `member` may query.
///
/// Where their tables have too many columns together, the rest is left out of the schemas, which say so.
pub async fn askable(db: &mut PgConnection, member: &Member) -> Result<Vec<Askable>> {
    if member.role < Role::Member {
        return Ok(Vec::new());
    }
    let rows = sqlx::query!(
        r#"select id, name, engine as "engine: Engine", schema is not null as "looked_up!" from sources
           where org_id = $1 and (members_may_query or $2) order by id desc limit $3"#,
        member.org_id.0,
        member.role >= Role::Admin,
        SOURCES_MAX,
    )
    .fetch_all(&mut *db)
    .await?;
    let (mut sources, mut room) = (Vec::new(), COLUMNS_MAX);
    for row in rows {
        // One after the other, so that no more than the room is ever in memory.
        let schema = match (row.looked_up, room) {
            (false, _) => None,
            (true, 0) => Some(Schema {
                truncated: true,
                ..Schema::default()
            }),
            (true, _) => kept_schema(db, member, SourceId(row.id), &mut room).await?,
        };
        sources.push(Askable {
            id: SourceId(row.id),
            name: row.name,
            engine: row.engine,
            schema,
        });
    }
    Ok(sources)
}

async fn kept_schema(db: &mut PgConnection, member: &Member, id: SourceId, room: &mut usize) -> Result<Option<Schema>> {
    let schema = sqlx::query_scalar!(
        r#"select schema as "schema: Json<Schema>" from sources where org_id = $1 and id = $2"#,
        member.org_id.0,
        id.0,
    )
    .fetch_optional(db)
    .await?;
    let schema = schema.flatten().map(|schema| schema.0);
    Ok(schema.map(|mut schema| {
        schema.fit(room);
        schema
    }))
}

impl Asking {
    /// The tables of a source as they are now, which are kept.
    pub async fn look_up(&self, source: SourceId) -> Result<Schema> {
        let (member, target) = self.target(source).await?;
        let payer = Payer {
            org: member.org_id.0,
            source: source.0,
        };
        let schema = self.connector.schema(payer, &self.limits, &target).await?;
        let mut db = self.db.acquire().await?;
        super::keep_schema(&mut db, self.clock.now(), &member, source, &schema).await?;
        Ok(schema)
    }

    /// The rows of a query.
    pub async fn fetch(&self, source: SourceId, sql: &str, stop: &CancellationToken) -> Result<Fetched> {
        let query = Query::new(source, sql.to_owned(), BTreeMap::new())?;
        let (member, target) = self.target(source).await?;
        let place = (&self.connector, &self.spool);
        extracts::fetch(place, &self.limits, &member, &target, query, stop).await
    }

    /// What is in the rows, and how scripts read them; none where they are no table, as without any row.
    pub async fn profile(&self, sandbox: &Sandbox, fetched: &Fetched) -> Result<Option<Profile>> {
        if fetched.ending.rows == 0 {
            return Ok(None);
        }
        // We wrote the file, so there is nothing to guess about its lines.
        let settings = ReadingSettings {
            skip_rows: Some(0),
            header: Some(true),
            decimal: Some(DecimalSign::Point),
            totals: Some(TotalRows::Keep),
            ..ReadingSettings::default()
        };
        let looking = Looking {
            spool: &self.spool,
            sandbox,
            unpacked_max_bytes: self.limits.unpacked_max_bytes,
            exact_max_bytes: self.limits.profile_exact_max_bytes,
            settings: &settings,
            may_fail: false,
        };
        Ok(match looking.look(fetched.csv.path(), "rows.csv").await? {
            // What was made anew has other bytes than those that are kept.
            Verdict::Table(table) if table.made.is_none() => Some(table.profile),
            _ => None,
        })
    }

    async fn target(&self, source: SourceId) -> Result<(Member, Target)> {
        let mut db = self.db.acquire().await?;
        let member = orgs::membership(&mut db, self.user_id, Owned::Source(source)).await?;
        let target = super::target(&mut db, &self.key, &member, source).await?;
        Ok((member, target))
    }
}
