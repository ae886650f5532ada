//! What tiles show now: kept results where there are any, and runs put into the queue where there are none.
//!
//! Asking is cheap and can be repeated: the same question gives the same addresses, fifty who ask at once cause one run,
//! and a run that failed by its script's fault is not run again until something changes or somebody wants that.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context;
use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{PgConnection, types::Json};

use super::{
    Tile,
    filter::{self, Bound, Condition},
    key::{self, StoredInput, StoredTask},
    results::{How, Output, Row, Shown, State},
};
use crate::{
    config::ServerLimits,
    conversations::{messages::storable, scripts},
    error::Result,
    files::{self, profile::Profile},
    ids::{FileId, OrgId, TileId},
    queue::{self, Job},
};

/// Minutes after which a run that failed by our fault is tried again.
const CRASHED_MINUTES: i64 = 10;
/// Why nothing is run before tomorrow.
pub(crate) const DAILY_LIMIT: &str =
    "The organisation's dashboards have reached their daily limit. They resume tomorrow (UTC).";

/// Where results are asked for.
pub struct Asker<'a> {
    pub db: &'a mut PgConnection,
    pub now: DateTime<Utc>,
    pub limits: &'a ServerLimits,
    /// Of the guest.
    pub module: &'a glovebox_sdk::Digest,
    pub org_id: OrgId,
    pub how: How,
}
/// A file's newest version.
pub(super) struct Version {
    state: String,
    pub(super) input: StoredInput,
    profile: Option<Profile>,
}

/// What a tile's script is to read.
enum Inputs {
    Ready(Vec<StoredInput>),
    Not(State, String),
}
impl Asker<'_> {
    /// What each of `tiles` shows under `filters`, in the same order.
    pub async fn ask(&mut self, tiles: &[Tile], filters: &[Bound]) -> Result<Vec<Shown>> {
        let inputs = tiles.iter().flat_map(|tile| &tile.inputs);
        let versions = self.versions(inputs.filter_map(|input| input.file_id)).await?;
        let filtered = self.filtered(&versions, filters).await?;
        let mut planned = Vec::new();
        for tile in tiles {
            let inputs = inputs_of(tile, &versions, &filtered);
            let task = match inputs {
                Inputs::Ready(inputs) => Ok(self.task(tile, inputs)),
                Inputs::Not(state, why) => Err((state, why)),
            };
            planned.push((tile, task));
        }
        let tasks: Vec<_> = planned.iter().filter_map(|(_, task)| task.as_ref().ok()).collect();
        let tasks: Vec<_> = tasks
            .into_iter()
            .map(|task| (task.key(self.module), task.clone()))
            .collect();
        let refused = self.enqueue(&tasks).await?;
        let mut keys: Vec<_> = tasks.into_iter().map(|(key, _)| key).collect();
        keys.extend(tiles.iter().filter_map(|tile| tile.last_key.clone()));
        let rows = self.rows(&keys).await?;
        let mut shown = Vec::new();
        for (tile, task) in planned {
            let filtered_by = filters_on(tile, filters);
            let mut one = Shown {
                tile_id: tile.id,
                state: State::NotKept,
                key: None,
                problem: None,
                output: None,
                earlier: false,
                made_at: None,
                filtered_by,
                daily: scripts::may_read_clock(&tile.script),
            };
            match task {
                Err((state, why)) => {
                    one.state = state;
                    one.problem = (!why.is_empty()).then_some(why);
                }
                Ok(task) => {
                    let key = task.key(self.module);
                    one.key = Some(files::hex(&key));
                    one.show(tile, rows.get(&key), refused.as_deref());
                    if one.state == State::Done && one.filtered_by.is_empty() && tile.last_key.as_ref() != Some(&key) {
                        self.remember(tile.id, &key).await?;
                    }
                }
            }
            if one.output.is_none() && !matches!(one.state, State::Empty) && filters_on(tile, filters).is_empty() {
                one.show_earlier(tile, tile.last_key.as_ref().and_then(|key| rows.get(key)));
            }
            shown.push(one);
        }
        self.touch(&keys).await?;
        Ok(shown)
    }

    fn task(&self, tile: &Tile, inputs: Vec<StoredInput>) -> StoredTask {
        let clock_unix_ms = if scripts::may_read_clock(&tile.script) {
            key::day_unix_ms(self.now)
        } else {
            tile.clock_unix_ms
        };
        StoredTask {
            script: tile.script.clone(),
            parameters: tile.parameters.clone(),
            seed: tile.seed,
            clock_unix_ms,
            inputs,
        }
    }

    /// The newest versions of files.
    pub(super) async fn versions(&mut self, ids: impl Iterator<Item = FileId>) -> Result<BTreeMap<FileId, Version>> {
        let ids: BTreeSet<_> = ids.collect();
        let ids: Vec<_> = ids.into_iter().map(|id| id.0).collect();
        let rows = sqlx::query!(
            r#"select f.id, v.state, o.key, o.bytes, o.sha256,
                   v.profile as "profile: Json<Profile>"
               from files f
               join lateral (select * from file_versions where file_id = f.id order by version desc limit 1) v on true
               join objects o on o.key = coalesce(v.table_key, v.object_key)
               where f.org_id = $1 and f.id = any($2) and f.deleted_at is null"#,
            self.org_id.0,
            &ids,
        )
        .fetch_all(&mut *self.db)
        .await?;
        let version = rows.into_iter().map(|row| {
            let input = StoredInput {
                name: String::new(),
                object_key: row.key,
                sha256: files::hex(&row.sha256),
                bytes: row.bytes as u64,
            };
            let version = Version {
                state: row.state,
                input,
                profile: row.profile.map(|profile| profile.0),
            };
            (FileId(row.id), version)
        });
        Ok(version.collect())
    }

    /// The files that have filters on them, with what is left of each, or why that is not known.
    async fn filtered(
        &mut self,
        versions: &BTreeMap<FileId, Version>,
        filters: &[Bound],
    ) -> Result<BTreeMap<FileId, Inputs>> {
        let mut conditions: BTreeMap<FileId, Vec<(&str, &Condition)>> = BTreeMap::new();
        for bound in filters {
            conditions
                .entry(bound.file_id)
                .or_default()
                .push((&bound.column, &bound.condition));
        }
        let (mut filtered, mut wanted) = (BTreeMap::new(), Vec::new());
        for (file_id, conditions) in conditions {
            let Some(version) = versions.get(&file_id) else {
                continue;
            };
            let Some(profile) = &version.profile else {
                continue;
            };
            match filter::task(version.input.clone(), profile, &conditions) {
                Ok(task) => wanted.push((file_id, task.key(self.module), task)),
                Err(why) => drop(filtered.insert(file_id, Inputs::Not(State::Failed, why))),
            }
        }
        let tasks: Vec<_> = wanted
            .iter()
            .map(|(_, key, task)| (key.clone(), task.clone()))
            .collect();
        let refused = self.enqueue(&tasks).await?;
        let keys: Vec<_> = tasks.into_iter().map(|(key, _)| key).collect();
        let rows = self.rows(&keys).await?;
        let files = self.filtered_files(&keys).await?;
        for (file_id, key, _) in wanted {
            let left = match rows.get(&key) {
                None => match &refused {
                    Some(why) => Inputs::Not(State::Failed, why.clone()),
                    None if self.how == How::KeptOnly => Inputs::Not(State::NotKept, String::new()),
                    None => Inputs::Not(State::Waiting, String::new()),
                },
                Some(row) if row.state != "done" => Inputs::Not(State::Waiting, String::new()),
                Some(row) => match (
                    filter::kept_rows(row.printed.as_deref().unwrap_or_default()),
                    files.get(&key),
                ) {
                    (Some(0), _) => Inputs::Not(State::Empty, String::new()),
                    (Some(_), Some(input)) => Inputs::Ready(vec![input.clone()]),
                    _ => {
                        let why = row
                            .problem
                            .clone()
                            .unwrap_or_else(|| "The filter could not be applied.".to_owned());
                        Inputs::Not(State::Failed, why)
                    }
                },
            };
            filtered.insert(file_id, left);
        }
        self.touch(&keys).await?;
        Ok(filtered)
    }

    async fn filtered_files(&mut self, keys: &[Vec<u8>]) -> Result<BTreeMap<Vec<u8>, StoredInput>> {
        let rows = sqlx::query!(
            "select f.key, o.key as object_key, o.sha256, o.bytes
             from tile_result_files f join objects o on o.key = f.object_key
             where f.org_id = $1 and f.key = any($2) and f.name = $3",
            self.org_id.0,
            keys,
            filter::TABLE,
        )
        .fetch_all(&mut *self.db)
        .await?;
        let input = rows.into_iter().map(|row| {
            let input = StoredInput {
                name: String::new(),
                object_key: row.object_key,
                sha256: files::hex(&row.sha256),
                bytes: row.bytes as u64,
            };
            (row.key, input)
        });
        Ok(input.collect())
    }

    pub(super) async fn rows(&mut self, keys: &[Vec<u8>]) -> Result<BTreeMap<Vec<u8>, Row>> {
        let rows = sqlx::query!(
            r#"select key, state, outcome, problem, printed, outputs as "outputs: Json<Vec<Output>>", ended_at
               from tile_results where org_id = $1 and key = any($2)"#,
            self.org_id.0,
            keys,
        )
        .fetch_all(&mut *self.db)
        .await?;
        let row = rows.into_iter().map(|row| {
            let kept = Row {
                state: row.state,
                outcome: row.outcome,
                problem: row.problem,
                printed: row.printed,
                outputs: row.outputs.map(|outputs| outputs.0),
                ended_at: row.ended_at,
            };
            (row.key, kept)
        });
        Ok(row.collect())
    }

    /// Puts what is not kept into the queue, unless nothing is to be run. Answers why that was refused, where it was.
    pub(super) async fn enqueue(&mut self, tasks: &[(Vec<u8>, StoredTask)]) -> Result<Option<String>> {
        if self.how == How::KeptOnly || tasks.is_empty() {
            return Ok(None);
        }
        let keys: Vec<_> = tasks.iter().map(|(key, _)| key.clone()).collect();
        if self.how == How::RunFailedAgain {
            sqlx::query!(
                "delete from tile_results where org_id = $1 and key = any($2) and state = 'done' and outcome <> 'done'",
                self.org_id.0,
                &keys,
            )
            .execute(&mut *self.db)
            .await?;
        }
        // What failed by our fault is not the script's result.
        sqlx::query!(
            "delete from tile_results where org_id = $1 and key = any($2) and state = 'done' and outcome = 'crashed'
               and ended_at <= $3",
            self.org_id.0,
            &keys,
            self.now - TimeDelta::minutes(CRASHED_MINUTES),
        )
        .execute(&mut *self.db)
        .await?;
        let known = sqlx::query_scalar!(
            "select key from tile_results where org_id = $1 and key = any($2)",
            self.org_id.0,
            &keys,
        )
        .fetch_all(&mut *self.db)
        .await?;
        let known: BTreeSet<_> = known.into_iter().collect();
        let missing: BTreeMap<_, _> = tasks.iter().filter(|(key, _)| !known.contains(key)).cloned().collect();
        if missing.is_empty() {
            return Ok(None);
        }
        if let Some(why) = self.refused(missing.len()).await? {
            return Ok(Some(why));
        }
        for (key, task) in &missing {
            let task = storable(task).context("writing a run down")?;
            sqlx::query!(
                "insert into tile_results (org_id, key, state, priority, task, asked_at, used_at)
                 values ($1, $2, 'queued', 0, $3, $4, $4) on conflict do nothing",
                self.org_id.0,
                key,
                task,
                self.now,
            )
            .execute(&mut *self.db)
            .await?;
            queue::add(self.db, &Job::RefreshTiles).await?;
        }
        Ok(None)
    }

    /// Why no more runs are taken in.
    async fn refused(&mut self, more: usize) -> Result<Option<String>> {
        let row = sqlx::query!(
            r#"select
                 coalesce((select refresh_fuel from usage_days where org_id = $1 and day = $2), 0) as "fuel!",
                 (select count(*) from tile_results where org_id = $1 and state = 'queued') as "waiting!""#,
            self.org_id.0,
            self.now.date_naive(),
        )
        .fetch_one(&mut *self.db)
        .await?;
        if row.fuel as u64 >= self.limits.refresh_fuel_per_day {
            return Ok(Some(DAILY_LIMIT.to_owned()));
        }
        if row.waiting as usize + more > self.limits.refreshes_waiting_per_org as usize {
            return Ok(Some(
                "Too many tiles of the organisation are waiting to be computed. Try again in a few minutes.".to_owned(),
            ));
        }
        Ok(None)
    }

    async fn remember(&mut self, tile_id: TileId, key: &[u8]) -> Result<()> {
        sqlx::query!(
            "update tiles set last_key = $3 where org_id = $1 and id = $2",
            self.org_id.0,
            tile_id.0,
            key
        )
        .execute(&mut *self.db)
        .await?;
        Ok(())
    }

    /// Somebody looked at these results; once a day is enough to know that.
    pub(super) async fn touch(&mut self, keys: &[Vec<u8>]) -> Result<()> {
        sqlx::query!(
            "update tile_results set used_at = $3 where org_id = $1 and key = any($2) and used_at < $4",
            self.org_id.0,
            keys,
            self.now,
            self.now - TimeDelta::days(1),
        )
        .execute(&mut *self.db)
        .await?;
        Ok(())
    }
}
/// The columns by which a tile is filtered.
fn filters_on(tile: &Tile, filters: &[Bound]) -> Vec<String> {
    let reads = |file_id| tile.inputs.iter().any(|input| input.file_id == Some(file_id));
    filters
        .iter()
        .filter(|bound| reads(bound.file_id))
        .map(|bound| bound.column.clone())
        .collect()
}

fn inputs_of(tile: &Tile, versions: &BTreeMap<FileId, Version>, filtered: &BTreeMap<FileId, Inputs>) -> Inputs {
    let mut inputs = Vec::new();
    for input in &tile.inputs {
        let name = &input.name;
        let Some(version) = input.file_id.and_then(|id| versions.get(&id)) else {
            let why = format!("The file {name} was deleted. Upload it again and create this tile again.");
            return Inputs::Not(State::Failed, why);
        };
        match version.state.as_str() {
            "table" => {
                let stored = match input.file_id.and_then(|id| filtered.get(&id)) {
                    None => &version.input,
                    Some(Inputs::Ready(left)) => &left[0],
                    Some(Inputs::Not(state, why)) => return Inputs::Not(*state, why.clone()),
                };
                inputs.push(StoredInput {
                    name: name.clone(),
                    ..stored.clone()
                });
            }
            "pending" => return Inputs::Not(State::Waiting, String::new()),
            _ => {
                let why = format!("The newest version of {name} is not a table. Upload one that is.");
                return Inputs::Not(State::Failed, why);
            }
        }
    }
    Inputs::Ready(inputs)
}
