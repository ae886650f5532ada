//! What is kept of a run: what it displayed, its files, its receipt.

use std::{collections::BTreeMap, path::Path};

use chrono::{DateTime, Utc};
use glovebox_sdk::{Event, Outcome, Receipt, Stream, Table};
use serde_json::Value;
use sqlx::PgConnection;

use super::{
    results::{Output, TableColumn},
    whole,
    work::Lease,
};
use crate::{
    config::ServerLimits,
    conversations::{messages::storable, parts::RunOutcome},
    error::{Error, Result},
    ids::OrgId,
    objects::{Digest, ObjectKey, Objects},
    sandbox::Finished,
    storage,
};

/// Bytes of a chart's specification that goes with the result. Of a larger one the image is left.
const SPEC_MAX_BYTES: u64 = 1 << 20;
/// Bytes of printed text that are kept.
const PRINTED_MAX_BYTES: usize = 64 << 10;

/// What a run has displayed so far.
#[derive(Default)]
pub(super) struct Keeping {
    printed: String,
    shown: Vec<Seen>,
}

enum Seen {
    Table(Table),
    Chart {
        image: String,
        spec: Option<String>,
        title: String,
        alt: String,
    },
}

/// A run's result, whose files are in the store.
pub(super) struct Kept {
    outcome: &'static str,
    problem: Option<String>,
    printed: String,
    outputs: Vec<Output>,
    receipt: Option<Receipt>,
    files: Vec<(String, String, ObjectKey, Digest)>,
}

impl Keeping {
    pub fn take(&mut self, event: Event) {
        match event {
            Event::Output {
                stream: Stream::Stdout,
                text,
            } => {
                let room = PRINTED_MAX_BYTES.saturating_sub(self.printed.len());
                self.printed.push_str(&text[..text.floor_char_boundary(room)]);
            }
            Event::Table(table) => self.shown.push(Seen::Table(table)),
            Event::Chart { name, spec, title, alt } => self.shown.push(Seen::Chart {
                image: name,
                spec,
                title,
                alt,
            }),
            Event::Output { .. } | Event::Progress { .. } => {}
        }
    }

    /// Puts the files into the store. What of them is there where this fails is left to the sweep.
    pub async fn store(self, objects: &Objects, org_id: OrgId, finished: &Finished) -> Result<Kept> {
        let report = &finished.report;
        let folder = finished.out.path();
        let mut kept = Kept {
            outcome: RunOutcome::from(&report.outcome).as_str(),
            problem: problem(&report.outcome),
            printed: self.printed,
            outputs: Vec::new(),
            receipt: Some(report.receipt.clone()),
            files: Vec::new(),
        };
        let specs: Vec<_> = self.shown.iter().filter_map(Seen::spec).map(str::to_owned).collect();
        let mut stored = BTreeMap::new();
        // Of a run for a whole table, that alone.
        let is_whole = report.artifacts.iter().any(|artifact| artifact.name == whole::FILE);
        let is_wanted = |name: &String| {
            if is_whole {
                name == whole::FILE
            } else {
                !specs.contains(name)
            }
        };
        for artifact in report.artifacts.iter().filter(|artifact| is_wanted(&artifact.name)) {
            let key = ObjectKey::new(org_id);
            let digest = Digest::parse(artifact.bytes, &artifact.sha256.0)?;
            objects.put(&key, &folder.join(&artifact.name), &digest).await?;
            stored.insert(artifact.name.clone(), (artifact.media_type.clone(), key, digest));
        }
        for seen in self.shown {
            match seen {
                Seen::Table(table) => kept.outputs.push(Output::of(table)),
                Seen::Chart {
                    image,
                    spec,
                    title,
                    alt,
                } if stored.contains_key(&image) => {
                    let spec = spec.and_then(|spec| read_spec(&folder.join(spec)));
                    kept.outputs.push(Output::Chart {
                        title,
                        alt,
                        spec,
                        image,
                    });
                }
                Seen::Chart { .. } => {}
            }
        }
        kept.files = stored
            .into_iter()
            .map(|(name, (media_type, key, digest))| (name, media_type, key, digest))
            .collect();
        Ok(kept)
    }
}

impl Seen {
    fn spec(&self) -> Option<&str> {
        match self {
            Self::Chart { spec, .. } => spec.as_deref(),
            Self::Table(_) => None,
        }
    }
}

impl Output {
    fn of(table: Table) -> Self {
        let column = |column: glovebox_sdk::Column| TableColumn {
            name: column.name,
            dtype: column.dtype,
        };
        Self::Table {
            columns: table.columns.into_iter().map(column).collect(),
            row_count: table.row_count,
            rows: table.rows,
        }
    }
}

impl Kept {
    /// A run that could not be done.
    pub fn failed(problem: &str) -> Self {
        Self {
            outcome: RunOutcome::Crashed.as_str(),
            problem: Some(problem.to_owned()),
            printed: String::new(),
            outputs: Vec::new(),
            receipt: None,
            files: Vec::new(),
        }
    }

    /// Writes it down, unless the run is another server's by now. Where the organisation has no room for the files, the
    /// result says that instead.
    pub async fn write(
        mut self,
        db: &mut PgConnection,
        now: DateTime<Utc>,
        limits: &ServerLimits,
        lease: &Lease,
    ) -> Result<()> {
        let bytes = self.files.iter().map(|(_, _, _, digest)| digest.bytes).sum();
        let room = match storage::hold(db, lease.org_id, limits).await {
            Ok(usage) => usage.fits(bytes, 0),
            Err(error) => Err(error),
        };
        match room {
            Ok(()) => {}
            // The organisation is gone, and its results with it.
            Err(Error::Missing(_)) => return Ok(()),
            Err(error @ Error::Limited { .. }) => {
                let receipt = self.receipt.take();
                self = Self {
                    receipt,
                    ..Self::failed(&error.to_string())
                };
            }
            Err(error) => return Err(error),
        }
        let ours = sqlx::query!(
            "update tile_results set state = 'done', leased_until = null, ended_at = $4, outcome = $5, problem = $6,
               printed = $7, outputs = $8, receipt = $9
             where org_id = $1 and key = $2 and fence = $3 and state = 'running'",
            lease.org_id.0,
            lease.key,
            lease.fence,
            now,
            self.outcome,
            self.problem.map(|problem| problem.replace('\0', "\u{fffd}")),
            self.printed.replace('\0', "\u{fffd}"),
            storable(&self.outputs)?,
            self.receipt.as_ref().map(storable).transpose()?,
        )
        .execute(&mut *db)
        .await?;
        if ours.rows_affected() == 0 {
            return Ok(());
        }
        for (name, media_type, key, digest) in &self.files {
            storage::record(db, now, lease.org_id, key, digest).await?;
            sqlx::query!(
                "insert into tile_result_files (org_id, key, name, media_type, object_key) values ($1, $2, $3, $4, $5)",
                lease.org_id.0,
                lease.key,
                name,
                media_type,
                key.as_str(),
            )
            .execute(&mut *db)
            .await?;
        }
        let fuel = self
            .receipt
            .and_then(|receipt| receipt.fuel_used)
            .unwrap_or(limits.refresh_fuel);
        charge(db, lease.org_id, now, fuel).await
    }
}

/// Counts a run that belongs to no turn to what the organisation may use on a day.
pub(crate) async fn charge(db: &mut PgConnection, org_id: OrgId, now: DateTime<Utc>, fuel: u64) -> Result<()> {
    sqlx::query!(
        "insert into usage_days (org_id, day, refreshes, refresh_fuel) values ($1, $2, 1, $3)
         on conflict (org_id, day) do update set
             refreshes = usage_days.refreshes + 1, refresh_fuel = usage_days.refresh_fuel + excluded.refresh_fuel",
        org_id.0,
        now.date_naive(),
        i64::try_from(fuel).unwrap_or(i64::MAX),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// What people are told of a run that did not go well.
fn problem(outcome: &Outcome) -> Option<String> {
    match outcome {
        Outcome::Done { .. } => None,
        Outcome::Fault(fault) => {
            let line = fault.line.map(|line| format!("Line {line}: ")).unwrap_or_default();
            Some(format!("{line}{}: {}", fault.kind, fault.message))
        }
        Outcome::Limit { message, .. } | Outcome::Crashed { message } => Some(message.clone()),
        Outcome::Stopped => Some("It was stopped.".to_owned()),
    }
}

fn read_spec(path: &Path) -> Option<Value> {
    let small = path.metadata().is_ok_and(|metadata| metadata.len() <= SPEC_MAX_BYTES);
    let bytes = small.then(|| std::fs::read(path).ok()).flatten()?;
    serde_json::from_slice(&bytes).ok()
}
