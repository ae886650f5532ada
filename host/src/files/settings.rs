//! How a file is to be read, as people have set it.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::{PgConnection, types::Json};
use utoipa::ToSchema;

use super::File;
use crate::{
    error::{Error, Result},
    ids::{FileId, FileVersionId},
    orgs::Member,
    queue::{self, Job},
};

/// Columns whose types can be set.
const COLUMNS_MAX: usize = 5_000;
/// Rows that can be skipped: what is looked at to find the table.
const SKIP_MAX_ROWS: u32 = 200;

/// How to read a file. Whatever is omitted is detected from the file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ReadingSettings {
    /// Rows before the header, or before the first row where there is no header.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(maximum = 200)]
    pub skip_rows: Option<u32>,
    /// Whether the first row after these names the columns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decimal: Option<DecimalSign>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_order: Option<DateOrder>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub totals: Option<TotalRows>,
    /// Types of columns, by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub columns: BTreeMap<String, ColumnType>,
}

/// The decimal separator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum DecimalSign {
    #[serde(rename = ".")]
    Point,
    #[serde(rename = ",")]
    Comma,
}

/// The order of day, month and year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum DateOrder {
    Dmy,
    Mdy,
    Ymd,
}

/// What happens to total rows, and to lines after the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TotalRows {
    /// They are rows like others.
    Keep,
    LeaveOut,
}

/// The type a column's values are read as. If that is not possible, they are read as text, and the profile says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ColumnType {
    Text,
    Integer,
    Number,
    Date,
    Datetime,
}

/// Sets how a file is to be read, and has its newest version looked into again.
///
/// # Errors
/// Names the setting that is out of its range.
pub async fn set(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    member: &Member,
    file_id: FileId,
    settings: &ReadingSettings,
) -> Result<File> {
    settings.check()?;
    let changed = sqlx::query!(
        "update files set reading = $3, updated_at = $4 where org_id = $1 and id = $2 and deleted_at is null",
        member.org_id.0,
        file_id.0,
        Json(settings) as _,
        now,
    )
    .execute(&mut *db)
    .await?;
    if changed.rows_affected() == 0 {
        return Err(Error::Missing("file"));
    }
    let newest = sqlx::query!(
        "select id, table_key from file_versions where file_id = $1 order by version desc limit 1 for update",
        file_id.0,
    )
    .fetch_one(&mut *db)
    .await?;
    sqlx::query!(
        "update file_versions set state = 'pending', table_key = null, problem = null where id = $1",
        newest.id,
    )
    .execute(&mut *db)
    .await?;
    // The table that was made of the file is made anew.
    sqlx::query!(
        "update objects set deleted_at = $2 where key = $1 and deleted_at is null",
        newest.table_key,
        now,
    )
    .execute(&mut *db)
    .await?;
    let version = FileVersionId(newest.id);
    queue::add(db, &Job::ProfileFile { version }).await?;
    super::get(db, member, file_id).await
}

impl ReadingSettings {
    fn check(&self) -> Result<()> {
        if self.skip_rows.is_some_and(|rows| rows > SKIP_MAX_ROWS) {
            let message = format!("Skip at most {SKIP_MAX_ROWS} rows.");
            return Err(Error::invalid("skip_rows", "range", message));
        }
        if self.columns.len() > COLUMNS_MAX {
            let message = format!("Set the types of at most {COLUMNS_MAX} columns.");
            return Err(Error::invalid("columns", "range", message));
        }
        Ok(())
    }
}
