//! Looks into an uploaded version: makes a table of its bytes where it has to, has the sandbox profile it, finds its
//! rows, and writes down what came out.
//!
//! It can be done twice without harm: only a version that is still pending is written, and a version that is gone by
//! then leaves nothing behind. What fails on the way for reasons of ours is tried again; a version never stays pending
//! for good.

use anyhow::Context;
use sqlx::{PgConnection, PgPool, types::Json};
use tokio::{io::AsyncReadExt, sync::Semaphore, task::spawn_blocking};

use super::{
    Problem,
    content::{self, Content},
    profile::{self, Draft, Found, Hints, Profile},
    rows::{self, RowIndex, Shape},
};
use crate::{
    clock::Clock,
    config::ServerLimits,
    error::{Error, Result},
    ids::{FileVersionId, OrgId},
    objects::{self, Key, Objects, Spool, Spooled},
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

/// What a version holds.
enum Verdict {
    Table(Box<Table>),
    NotATable(Problem),
}

struct Table {
    /// The bytes that scripts read, where they are not the uploaded ones.
    made: Option<Spooled>,
    profile: Profile,
    index: RowIndex,
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
                    message: "Something went wrong on our side while we looked at the file. Upload it again."
                        .to_owned(),
                    line: None,
                };
                self.keep(version, &pending, Verdict::NotATable(problem)).await
            }
            Err(error) => Err(error),
        }
    }

    async fn look(&self, pending: &Pending, attempt: Attempt) -> Result<Verdict> {
        let original = self.fetch(&pending.key).await?;
        let (spool, max_bytes) = (self.spool.clone(), self.limits.unpacked_max_bytes);
        let read = spawn_blocking(move || {
            let content = content::read(original.path(), &spool, max_bytes)?;
            anyhow::Ok((original, content))
        });
        let (original, content) = read.await.context("reading a file")??;
        let (made, encoding) = match content {
            Content::Text { made, encoding } => (made, encoding),
            Content::NotText(problem) => return Ok(Verdict::NotATable(problem)),
        };
        let table = made.as_ref().unwrap_or(&original);
        let (draft, row_count, index) = match self.profile(table, pending, attempt).await? {
            Ok(found) => found,
            Err(problem) => return Ok(Verdict::NotATable(problem)),
        };
        if !draft.sampled && draft.profiled_rows != row_count {
            tracing::warn!(
                profiled = draft.profiled_rows,
                counted = row_count,
                "two counts of a table's rows differ"
            );
        }
        Ok(Verdict::Table(Box::new(Table {
            profile: finish(*draft, encoding, row_count),
            made,
            index,
        })))
    }

    /// The sandbox's draft and the rows, or why there are none.
    async fn profile(
        &self,
        table: &Spooled,
        pending: &Pending,
        attempt: Attempt,
    ) -> Result<std::result::Result<(Box<Draft>, u64, RowIndex), Problem>> {
        let mut hints = Hints {
            exact_bytes: self.limits.profile_exact_max_bytes,
            quotes: true,
            tabs: pending.tabs,
        };
        let mut first_problem = None;
        loop {
            let draft = match profile::run(&self.sandbox, table.path(), hints).await? {
                Found::Table(draft) => draft,
                Found::NotATable(problem) => return Ok(Err(problem)),
                Found::Trouble { message, again } if again && attempt.number < SANDBOX_TRIES => {
                    return Err(anyhow::anyhow!("a profile ended: {message}").into());
                }
                Found::Trouble { message, .. } => {
                    tracing::warn!(message, "a version could not be profiled");
                    return Ok(Err(Problem {
                        message: format!("The file could not be looked at: {message}"),
                        line: None,
                    }));
                }
            };
            let shape = Shape {
                dialect: draft.dialect,
                header: draft.header,
                columns: draft.column_count as usize,
            };
            let path = table.path().to_owned();
            let scanned = spawn_blocking(move || rows::scan(&path, shape))
                .await
                .context("finding rows")??;
            match scanned {
                Ok(_) if draft.ragged => {
                    return Ok(Err(Problem {
                        message: "A row has more fields than the table has columns.".to_owned(),
                        line: None,
                    }));
                }
                Ok((row_count, index)) => return Ok(Ok((draft, row_count, index))),
                // In a table without quoting, a quote may open nothing.
                Err(problem) if draft.sampled && hints.quotes && draft.dialect.quote.is_some() => {
                    first_problem = Some(problem);
                    hints.quotes = false;
                }
                Err(problem) => return Ok(Err(first_problem.unwrap_or(problem))),
            }
        }
    }

    /// The bytes of an object as a file on this machine.
    async fn fetch(&self, key: &Key) -> Result<Spooled> {
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
            Verdict::NotATable(problem) => return self.keep_problem(version, &problem).await,
            Verdict::Table(table) => table,
        };
        let mut made = None;
        if let Some(spooled) = &table.made {
            let key = Key::new(pending.org_id);
            self.objects.put(&key, spooled.path(), spooled.digest()).await?;
            made = Some((key, *spooled.digest()));
        }
        let mut tx = self.db.begin().await?;
        let kept = async {
            if let Some((key, digest)) = &made {
                storage::hold(&mut tx, pending.org_id, &self.limits)
                    .await?
                    .fits(digest.bytes, 0)?;
                storage::record(&mut tx, self.clock.now(), pending.org_id, key, digest).await?;
            }
            write(&mut tx, version, made.as_ref().map(|(key, _)| key), &table).await
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
                        let message = format!("As a table, the file takes more room than there is. {message}");
                        self.keep_problem(version, &Problem { message, line: None }).await
                    }
                    Error::Missing(_) => Ok(()),
                    error => Err(error),
                };
            }
        }
        self.drop_object(made).await;
        Ok(())
    }

    /// Removes an object that no row names; what cannot be removed now is left to the sweep.
    async fn drop_object(&self, made: Option<(Key, crate::objects::Digest)>) {
        if let Some((key, _)) = made {
            let _ = self.objects.delete(&key).await;
        }
    }

    async fn keep_problem(&self, version: FileVersionId, problem: &Problem) -> Result<()> {
        sqlx::query!(
            "update file_versions set state = 'not_a_table', problem = $2 where id = $1 and state = 'pending'",
            version.0,
            Json(problem) as _,
        )
        .execute(&mut *self.db.acquire().await?)
        .await?;
        Ok(())
    }
}

/// A version that nobody has looked into.
struct Pending {
    org_id: OrgId,
    key: Key,
    tabs: bool,
}

async fn pending(db: &mut PgConnection, version: FileVersionId) -> Result<Option<Pending>> {
    let row = sqlx::query!(
        "select v.org_id, v.object_key, f.name from file_versions v join files f on f.id = v.file_id
         where v.id = $1 and v.state = 'pending'",
        version.0
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| Pending {
        org_id: OrgId(row.org_id),
        key: Key::stored(row.object_key),
        tabs: row.name.to_lowercase().contains(".tsv") || row.name.to_lowercase().contains(".tab"),
    }))
}

/// Whether the version was still pending.
async fn write(db: &mut PgConnection, version: FileVersionId, made: Option<&Key>, table: &Table) -> Result<bool> {
    let written = sqlx::query!(
        "update file_versions
         set state = 'table', table_key = $2, profile = $3, row_index = $4, row_count = $5, column_count = $6
         where id = $1 and state = 'pending'",
        version.0,
        made.map(Key::as_str),
        Json(&table.profile) as _,
        Json(&table.index) as _,
        table.profile.row_count as i64,
        table.profile.column_count as i32,
    )
    .execute(db)
    .await?;
    Ok(written.rows_affected() == 1)
}

fn finish(draft: Draft, encoding: String, row_count: u64) -> Profile {
    let text = |byte: u8| char::from(byte).to_string();
    Profile {
        delimiter: text(draft.dialect.delimiter),
        quote: draft.dialect.quote.map(text),
        encoding,
        header: draft.header,
        row_count,
        column_count: draft.column_count,
        sampled: draft.sampled,
        profiled_rows: draft.profiled_rows,
        columns: draft.columns,
    }
}
