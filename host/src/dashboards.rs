//! Dashboards: documents of tiles, texts and filters, in versions.
//!
//! Every save is a version, and going back adds one, so nothing is lost. A save names the version that it changes: where
//! somebody else was faster, it is refused, and nobody's change is written over. Tiles belong to their dashboard and stay
//! while it does, for its older versions.

pub mod document;
pub mod export;
pub mod generate;
pub mod pdf;
pub mod shares;
pub mod snapshot;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::{PgConnection, types::Json};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    config::ServerLimits,
    error::{Error, Result, broken},
    ids::{DashboardId, OrgId, ProjectId, UserId},
    orgs::{Member, Role},
    queue::{self, Job},
    text::{Name, Text},
    tiles::{self, Tile, TileDraft, filter::Condition},
};

use document::Document;

/// What a dashboard is about.
pub type Description = Text<2_000>;

/// A dashboard, without its content.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Dashboard {
    pub id: DashboardId,
    pub project_id: ProjectId,
    pub name: String,
    pub description: String,
    /// The number of its newest version, from 1.
    pub version: i32,
    /// Who created it; null once their account is deleted.
    pub created_by: Option<UserId>,
    pub created_at: DateTime<Utc>,
    /// When it was last saved or renamed.
    pub updated_at: DateTime<Utc>,
}

/// A version of a dashboard, without its content.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = DashboardVersion)]
pub struct Version {
    pub version: i32,
    /// A short description of the change.
    pub note: String,
    /// Who saved it; null once their account is deleted.
    pub saved_by: Option<UserId>,
    pub saved_at: DateTime<Utc>,
}

/// What is to be changed; `None` stays as it is.
#[derive(Clone, Debug, Default)]
pub struct DashboardUpdate {
    pub name: Option<Name>,
    pub description: Option<Description>,
}

/// A new dashboard with one empty tab.
pub async fn create(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    limits: &ServerLimits,
    member: &Member,
    project_id: ProjectId,
    name: &Name,
    description: &Description,
) -> Result<Dashboard> {
    member.at_least(Role::Member)?;
    // One at a time for each project, so that two cannot pass the limit together.
    let project = sqlx::query!(
        "select id from projects where org_id = $1 and id = $2 for no key update",
        member.org_id.0,
        project_id.0
    );
    project
        .fetch_optional(&mut *db)
        .await?
        .ok_or(Error::Missing("project"))?;
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from dashboards where org_id = $1 and project_id = $2"#,
        member.org_id.0,
        project_id.0,
    )
    .fetch_one(&mut *db)
    .await?;
    if count >= i64::from(limits.dashboards_per_project) {
        return Err(Error::Limited {
            code: "too_many_dashboards",
            message: format!("This project has reached the limit of {count} dashboards. Delete one first."),
            retry_after_s: None,
        });
    }
    let dashboard = sqlx::query_as!(
        Dashboard,
        "insert into dashboards (id, org_id, project_id, name, description, version, created_by, created_at, updated_at)
         values ($1, $2, $3, $4, $5, 1, $6, $7, $7)
         returning id, project_id, name, description, version, created_by as \"created_by: UserId\", created_at, updated_at",
        DashboardId::new().0,
        member.org_id.0,
        project_id.0,
        name.as_str(),
        description.as_str(),
        member.user_id.0,
        now,
    )
    .fetch_one(&mut *db)
    .await
    .map_err(|error| name_taken(error, name))?;
    add_version(db, now, member, dashboard.id, 1, &Document::default(), "Made").await?;
    Ok(dashboard)
}

/// A project's dashboards, the newest first: at most `limit` of those behind `after`.
pub async fn list(
    db: &mut PgConnection,
    member: &Member,
    project_id: ProjectId,
    after: Option<DashboardId>,
    limit: u32,
) -> Result<Vec<Dashboard>> {
    let dashboards = sqlx::query_as!(
        Dashboard,
        r#"select id, project_id, name, description, version, created_by as "created_by: UserId", created_at, updated_at
           from dashboards where org_id = $1 and project_id = $2 and id < $3 order by id desc limit $4"#,
        member.org_id.0,
        project_id.0,
        after.map_or(Uuid::max(), |id| id.0),
        i64::from(limit),
    )
    .fetch_all(db)
    .await?;
    Ok(dashboards)
}

/// A dashboard with its newest content.
pub async fn get(db: &mut PgConnection, member: &Member, id: DashboardId) -> Result<(Dashboard, Document)> {
    newest(db, member.org_id, id).await
}

/// Changes its name or what it is about, which makes no version.
pub async fn update(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    member: &Member,
    id: DashboardId,
    changes: &DashboardUpdate,
) -> Result<Dashboard> {
    member.at_least(Role::Member)?;
    let updated = sqlx::query_as!(
        Dashboard,
        r#"update dashboards set name = coalesce($3, name), description = coalesce($4, description), updated_at = $5
           where org_id = $1 and id = $2
           returning id, project_id, name, description, version, created_by as "created_by: UserId", created_at, updated_at"#,
        member.org_id.0,
        id.0,
        changes.name.as_ref().map(Name::as_str),
        changes.description.as_ref().map(Description::as_str),
        now,
    )
    .fetch_optional(db)
    .await;
    match (updated, &changes.name) {
        (Err(error), Some(name)) => Err(name_taken(error, name)),
        (updated, _) => updated?.ok_or(Error::Missing("dashboard")),
    }
}

/// Deletes it with its versions, tiles and links.
pub async fn delete(db: &mut PgConnection, member: &Member, id: DashboardId) -> Result<()> {
    member.at_least(Role::Member)?;
    let deleted = sqlx::query!(
        "delete from dashboards where org_id = $1 and id = $2",
        member.org_id.0,
        id.0
    )
    .execute(&mut *db)
    .await?;
    if deleted.rows_affected() == 0 {
        return Err(Error::Missing("dashboard"));
    }
    queue::add(db, &Job::CleanUp).await
}

/// Saves `document` in place of version `of`, and answers the new version's number. The oldest versions beyond the
/// limit go.
#[expect(clippy::too_many_arguments, reason = "each is a part of one save")]
pub async fn save(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    limits: &ServerLimits,
    member: &Member,
    id: DashboardId,
    of: i32,
    document: &Document,
    note: &str,
) -> Result<i32> {
    member.at_least(Role::Member)?;
    let newest = lock(db, member, id).await?;
    if newest != of {
        return Err(Error::Outdated(format!(
            "Somebody else saved version {newest} of this dashboard after version {of}. Review their changes, and save \
             again."
        )));
    }
    let tiles: BTreeSet<_> = tiles::of_dashboard(db, member.org_id, id)
        .await?
        .iter()
        .map(|tile| tile.id)
        .collect();
    document.check(&tiles)?;
    let version = newest + 1;
    add_version(db, now, member, id, version, document, note).await?;
    sqlx::query!(
        "update dashboards set version = $3, updated_at = $4 where org_id = $1 and id = $2",
        member.org_id.0,
        id.0,
        version,
        now,
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        "delete from dashboard_versions where org_id = $1 and dashboard_id = $2 and version <= $3",
        member.org_id.0,
        id.0,
        version - i32::try_from(limits.dashboard_versions.max(1)).unwrap_or(i32::MAX),
    )
    .execute(db)
    .await?;
    Ok(version)
}

/// Its versions, the newest first: at most `limit` of those before `before`.
pub async fn versions(
    db: &mut PgConnection,
    member: &Member,
    id: DashboardId,
    before: Option<i32>,
    limit: u32,
) -> Result<Vec<Version>> {
    let versions = sqlx::query_as!(
        Version,
        r#"select version, note, saved_by as "saved_by: UserId", saved_at from dashboard_versions
           where org_id = $1 and dashboard_id = $2 and version < $3 order by version desc limit $4"#,
        member.org_id.0,
        id.0,
        before.unwrap_or(i32::MAX),
        i64::from(limit),
    )
    .fetch_all(db)
    .await?;
    Ok(versions)
}

/// The content of one version.
pub async fn version(db: &mut PgConnection, member: &Member, id: DashboardId, version: i32) -> Result<Document> {
    let found = sqlx::query_scalar!(
        r#"select document as "document: Json<Document>" from dashboard_versions
           where org_id = $1 and dashboard_id = $2 and version = $3"#,
        member.org_id.0,
        id.0,
        version,
    )
    .fetch_optional(db)
    .await?;
    Ok(found.ok_or(Error::Missing("dashboard version"))?.0)
}

/// Saves an older version's content as a new version, and answers its number.
pub async fn revert(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    limits: &ServerLimits,
    member: &Member,
    id: DashboardId,
    to: i32,
) -> Result<i32> {
    member.at_least(Role::Member)?;
    let document = version(db, member, id, to).await?;
    let newest = lock(db, member, id).await?;
    save(
        db,
        now,
        limits,
        member,
        id,
        newest,
        &document,
        &format!("Back to version {to}"),
    )
    .await
}

/// Makes a tile and puts it on the newest version, below what is there.
pub async fn add_tile(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    limits: &ServerLimits,
    member: &Member,
    id: DashboardId,
    draft: TileDraft,
) -> Result<(Tile, i32)> {
    member.at_least(Role::Member)?;
    let of = lock(db, member, id).await?;
    let (_, mut document) = newest(db, member.org_id, id).await?;
    let tile = tiles::create(db, now, limits, member, id, draft).await?;
    document.place(tile.id, tile.kind);
    let version = save(db, now, limits, member, id, of, &document, "Added a tile").await?;
    Ok((tile, version))
}

/// The tiles that a document shows.
pub async fn shown_tiles(
    db: &mut PgConnection,
    org_id: OrgId,
    id: DashboardId,
    document: &Document,
) -> Result<Vec<Tile>> {
    let shown = document.tile_ids();
    let mut tiles = tiles::of_dashboard(db, org_id, id).await?;
    tiles.retain(|tile| shown.contains(&tile.id));
    Ok(tiles)
}

/// The filters that are set and that none of `tiles` has anything to do with, by their ids.
pub fn idle_filters(document: &Document, set: &BTreeMap<String, Condition>, tiles: &[Tile]) -> Vec<String> {
    let read: BTreeSet<_> = tiles
        .iter()
        .flat_map(|tile| tile.inputs.iter().filter_map(|input| input.file_id))
        .collect();
    let is_set = |filter| document.condition_of(filter, set).is_some();
    let idle = document
        .filters
        .iter()
        .filter(|filter| is_set(filter) && !read.contains(&filter.file_id));
    idle.map(|filter| filter.id.clone()).collect()
}

/// A dashboard with its newest version, for work on the organisation's behalf.
pub async fn newest(db: &mut PgConnection, org_id: OrgId, id: DashboardId) -> Result<(Dashboard, Document)> {
    let row = sqlx::query!(
        r#"select d.project_id, d.name, d.description, d.version, d.created_by as "created_by: UserId", d.created_at,
               d.updated_at, v.document as "document: Json<Document>"
           from dashboards d join dashboard_versions v on v.dashboard_id = d.id and v.version = d.version
           where d.org_id = $1 and d.id = $2"#,
        org_id.0,
        id.0,
    )
    .fetch_optional(db)
    .await?
    .ok_or(Error::Missing("dashboard"))?;
    let dashboard = Dashboard {
        id,
        project_id: ProjectId(row.project_id),
        name: row.name,
        description: row.description,
        version: row.version,
        created_by: row.created_by,
        created_at: row.created_at,
        updated_at: row.updated_at,
    };
    Ok((dashboard, row.document.0))
}

/// Until the transaction ends, nobody else saves it. Answers its newest version's number.
async fn lock(db: &mut PgConnection, member: &Member, id: DashboardId) -> Result<i32> {
    let found = sqlx::query_scalar!(
        "select version from dashboards where org_id = $1 and id = $2 for no key update",
        member.org_id.0,
        id.0,
    )
    .fetch_optional(db)
    .await?;
    found.ok_or(Error::Missing("dashboard"))
}

async fn add_version(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    member: &Member,
    id: DashboardId,
    version: i32,
    document: &Document,
    note: &str,
) -> Result<()> {
    sqlx::query!(
        "insert into dashboard_versions (org_id, dashboard_id, version, document, note, saved_by, saved_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        member.org_id.0,
        id.0,
        version,
        Json(document) as _,
        note,
        member.user_id.0,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

fn name_taken(error: sqlx::Error, name: &Name) -> Error {
    if broken(&error, "dashboards_name_key") {
        let name = name.as_str();
        return Error::conflict(
            "name_taken",
            format!("A dashboard named {name} already exists. Use another name."),
        );
    }
    error.into()
}
