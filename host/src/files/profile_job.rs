//! Looks into an uploaded version and writes down what came out.
//!
//! It can be done twice without harm: only a version that is still pending is written, and a version that is gone by
//! then leaves nothing behind. What fails on the way for reasons of ours is tried again; a version never stays pending
//! for good.

use anyhow::Context;
use sqlx::{PgConnection, PgPool, types::Json};
use tokio::{io::AsyncReadExt, sync::Semaphore};

use super::{
    Owner, Problem,
    inspect::{InspectedTable, Looking, Verdict},
    names::FileName,
    settings::ReadingSettings,
};
use crate::{
    clock::Clock,
    config::ServerLimits,
    error::{Error, Result},
    ids::{FileVersionId, OrgId, ProjectId, UserId},
    objects::{self, ObjectKey, Objects, Spool, Spooled},
    sandbox::Sandbox,
    storage,
};

/// How often an examination is begun before trouble in the sandbox is taken for the file's own.
const SANDBOX_TRIES: u32 = 3;
/// Examinations that one server does at once: each may take gigabytes of memory and of disk.
const AT_ONCE: usize = 2;
static TURNS: Semaphore = Semaphore::const_new(AT_ONCE);

const COPY_BYTES: usize = 256 << 10;

/// What an examination works with.
#[derive(Clone, Copy, Debug)]
pub struct Attempt {
    /// How many there have been, this one included.
    pub number: u32,
    /// There will be none after this one.
    pub last: bool,
}

/// The tools of an examination.
#[derive(Clone)]
pub struct Examiner {
    pub db: PgPool,
    pub objects: Objects,
    pub spool: Spool,
    pub sandbox: Sandbox,
    pub clock: Clock,
    pub limits: ServerLimits,
}

impl Examiner {
    /// Finds out what `version` holds.
    pub async fn examine(&self, version: FileVersionId, attempt: Attempt) -> Result<()> {
        let _turn = TURNS.acquire().await.context("waiting for a turn")?;
        let Some(pending) = pending(&mut *self.db.acquire().await?, version).await? else {
            return Ok(());
        };
        match self.look(&pending, attempt).await {
            Ok(verdict) => self.keep(version, &pending, verdict).await,
            Err(error) if attempt.last => {
                tracing::error!(%version, error = format!("{:#}", anyhow::Error::new(error)), "a version was not examined");
                let problem = Problem {
                    message: "Something went wrong on our side while we analysed the file. Upload it again.".to_owned(),
                    line: None,
                };
                self.keep(version, &pending, Verdict::NotATable(problem)).await
            }
            Err(error) => Err(error),
        }
    }

    async fn look(&self, pending: &Pending, attempt: Attempt) -> Result<Verdict> {
        let original = self.fetch(&pending.key).await?;
        let looking = Looking {
            spool: &self.spool,
            sandbox: &self.sandbox,
            unpacked_max_bytes: self.limits.unpacked_max_bytes,
            exact_max_bytes: self.limits.profile_exact_max_bytes,
            settings: &pending.settings,
            may_fail: attempt.number < SANDBOX_TRIES,
        };
        looking.look(original.path(), &pending.name).await
    }

    /// The bytes of an object as a file on this machine.
    async fn fetch(&self, key: &ObjectKey) -> Result<Spooled> {
        let mut reader = self.objects.get(key, None).await?;
        let mut spooling = self.spool.create()?;
        let mut buffer = vec![0; COPY_BYTES];
        loop {
            let read = reader.read(&mut buffer).await.map_err(objects::broke_off)?;
            if read == 0 {
                return spooling.finish().await;
            }
            spooling.push(&buffer[..read]).await?;
        }
    }

    async fn keep(&self, version: FileVersionId, pending: &Pending, verdict: Verdict) -> Result<()> {
        let table = match verdict {
            Verdict::NotATable(problem) => return self.keep_problem(version, pending, &problem).await,
            Verdict::Several(parts) => return self.keep_parts(version, pending, parts).await,
            Verdict::Table(table) => table,
        };
        let mut made = None;
        if let Some(spooled) = &table.made {
            let key = ObjectKey::new(pending.owner.org_id);
            self.objects.put(&key, spooled.path(), spooled.digest()).await?;
            made = Some((key, *spooled.digest()));
        }
        let mut tx = self.db.begin().await?;
        let kept = async {
            if let Some((key, digest)) = &made {
                storage::hold(&mut tx, pending.owner.org_id, &self.limits)
                    .await?
                    .fits(digest.bytes, 0)?;
                storage::record(&mut tx, self.clock.now(), pending.owner.org_id, key, digest).await?;
            }
            write(&mut tx, version, pending, made.as_ref().map(|(key, _)| key), &table).await
        };
        match kept.await {
            Ok(true) => {
                tx.commit().await?;
                return Ok(());
            }
            // Somebody else was faster, or the file is gone.
            Ok(false) => tx.rollback().await?,
            Err(error) => {
                drop(tx);
                self.drop_object(made).await;
                return match error {
                    Error::Limited { message, .. } => {
                        let message = format!("As a table, the file needs more storage than is left. {message}");
                        self.keep_problem(version, pending, &Problem { message, line: None })
                            .await
                    }
                    Error::Missing(_) => Ok(()),
                    error => Err(error),
                };
            }
        }
        self.drop_object(made).await;
        Ok(())
    }

    /// Each of a file's tables becomes a file of its own, or a version of it; the file itself is kept for download.
    async fn keep_parts(&self, version: FileVersionId, pending: &Pending, parts: Vec<(String, Spooled)>) -> Result<()> {
        let names: Vec<String> = parts.iter().map(|(name, _)| format!("“{name}”")).collect();
        let problem = Problem {
            message: format!(
                "It contains {} tables. Each is saved as its own file: {}.",
                parts.len(),
                names.join(", ")
            ),
            line: None,
        };
        let mut stored = Vec::new();
        for (name, bytes) in &parts {
            let key = ObjectKey::new(pending.owner.org_id);
            self.objects.put(&key, bytes.path(), bytes.digest()).await?;
            stored.push((FileName::parse("file", name)?, key, *bytes.digest()));
        }
        let mut tx = self.db.begin().await?;
        let kept = async {
            if !write_problem(&mut tx, version, pending, &problem).await? {
                return Ok(false);
            }
            for (name, key, digest) in &stored {
                super::add_for(
                    &mut tx,
                    &self.limits,
                    self.clock.now(),
                    &pending.owner,
                    name,
                    key,
                    digest,
                )
                .await?;
            }
            Ok(true)
        };
        let kept = kept.await;
        if let Ok(true) = kept {
            tx.commit().await?;
            return Ok(());
        }
        drop(tx);
        for (_, key, digest) in stored {
            self.drop_object(Some((key, digest))).await;
        }
        match kept {
            Err(Error::Limited { message, .. } | Error::Conflict { message, .. }) => {
                let message = format!(
                    "Its {} tables cannot be saved as separate files: {message}",
                    names.len()
                );
                self.keep_problem(version, pending, &Problem { message, line: None })
                    .await
            }
            Err(Error::Missing(_)) | Ok(_) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Removes an object that no row names; what cannot be removed now is left to the sweep.
    async fn drop_object(&self, made: Option<(ObjectKey, crate::objects::Digest)>) {
        if let Some((key, _)) = made {
            let _ = self.objects.delete(&key).await;
        }
    }

    async fn keep_problem(&self, version: FileVersionId, pending: &Pending, problem: &Problem) -> Result<()> {
        write_problem(&mut *self.db.acquire().await?, version, pending, problem).await?;
        Ok(())
    }
}

/// Whether the version was still pending, and is still to be read in the way that it was.
async fn write_problem(
    db: &mut PgConnection,
    version: FileVersionId,
    pending: &Pending,
    problem: &Problem,
) -> Result<bool> {
    let written = sqlx::query!(
        "update file_versions set state = 'not_a_table', problem = $2 where id = $1 and state = 'pending'
           and file_id in (select id from files where reading = $3)",
        version.0,
        Json(problem) as _,
        pending.reading,
    )
    .execute(db)
    .await?;
    Ok(written.rows_affected() == 1)
}

/// A version that nobody has looked into.
struct Pending {
    owner: Owner,
    key: ObjectKey,
    name: String,
    settings: ReadingSettings,
    /// The settings as they are stored, to be compared with.
    reading: serde_json::Value,
}

async fn pending(db: &mut PgConnection, version: FileVersionId) -> Result<Option<Pending>> {
    let row = sqlx::query!(
        r#"select v.org_id, f.project_id, v.created_by, v.object_key, f.name, f.reading
         from file_versions v join files f on f.id = v.file_id
         where v.id = $1 and v.state = 'pending'"#,
        version.0
    )
    .fetch_optional(db)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let settings = serde_json::from_value(row.reading.clone()).context("reading a file's settings")?;
    Ok(Some(Pending {
        owner: Owner {
            org_id: OrgId(row.org_id),
            project_id: ProjectId(row.project_id),
            user_id: row.created_by.map(UserId),
        },
        key: ObjectKey::stored(row.object_key),
        name: row.name,
        settings,
        reading: row.reading,
    }))
}

/// Whether the version was still pending, and is still to be read in the way that it was.
async fn write(
    db: &mut PgConnection,
    version: FileVersionId,
    pending: &Pending,
    made: Option<&ObjectKey>,
    table: &InspectedTable,
) -> Result<bool> {
    let written = sqlx::query!(
        "update file_versions
         set state = 'table', table_key = $2, profile = $3, row_index = $4, row_count = $5, column_count = $6
         where id = $1 and state = 'pending'
           and file_id in (select id from files where reading = $7)",
        version.0,
        made.map(ObjectKey::as_str),
        Json(&table.profile) as _,
        Json(&table.index) as _,
        table.profile.row_count as i64,
        table.profile.column_count as i32,
        pending.reading,
    )
    .execute(db)
    .await?;
    Ok(written.rows_affected() == 1)
}
