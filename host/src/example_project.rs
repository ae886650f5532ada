//! The project that a new account begins with: two example files, so that there is something to ask about at once.
//!
//! A job makes it once the address is known to be the person's. It is made at most once for an account, whether or not
//! its owner deletes it later, and is a project like any other: it counts, and can be renamed and deleted. Where it
//! cannot be made for want of room, the account simply begins without it.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};

use crate::{
    config::ServerLimits,
    error::{Error, Result},
    files::{self, names::FileName},
    ids::{OrgId, UserId},
    objects::{Digest, ObjectKey, Objects},
    orgs::{self, Owned},
    projects::{self, Description},
    text::Name,
};

/// What the project is called.
pub const NAME: &str = "Getting started";
const DESCRIPTION: &str = "Two example files to try questions on. Delete this project whenever you no longer need it.";

/// The files, the one that is asked about first first.
const EXAMPLES: [(&str, &[u8]); 2] = [
    ("cars.csv", include_bytes!("../../examples/data/cars.csv")),
    (
        "seattle_weather.csv",
        include_bytes!("../../examples/data/seattle_weather.csv"),
    ),
];

/// What making it takes.
pub struct Starter<'a> {
    pub db: &'a PgPool,
    pub objects: &'a Objects,
    pub limits: &'a ServerLimits,
    pub now: DateTime<Utc>,
}

impl Starter<'_> {
    /// Makes the project of a user who has none yet; does nothing the second time.
    pub async fn make(&self, user_id: UserId) -> Result<()> {
        let Some(org_id) = waiting(&mut *self.db.acquire().await?, user_id).await? else {
            return Ok(());
        };
        let mut stored = Vec::new();
        for (name, bytes) in EXAMPLES {
            let key = ObjectKey::new(org_id);
            self.objects.put_bytes(&key, bytes).await?;
            stored.push((FileName::parse("name", name)?, key, Digest::of(bytes)));
        }
        let mut tx = self.db.begin().await?;
        let error = match self.add(&mut tx, org_id, user_id, &stored).await {
            Ok(true) => return Ok(tx.commit().await?),
            Ok(false) => None,
            Err(error) => Some(error),
        };
        drop(tx);
        for (_, key, _) in &stored {
            // No row names it; what cannot be removed now is left to the sweep.
            let _ = self.objects.delete(key).await;
        }
        match error {
            // No room, or the name is taken: asking again would not help.
            Some(error @ (Error::Limited { .. } | Error::Conflict { .. } | Error::Missing(_))) => {
                tracing::info!(user = %user_id, %error, "an account begins without its project");
                settle(&mut *self.db.acquire().await?, self.now, user_id).await?;
                Ok(())
            }
            Some(error) => Err(error),
            None => Ok(()),
        }
    }

    /// The rows of the project. False where somebody else has made it in the meantime.
    async fn add(
        &self,
        db: &mut PgConnection,
        org_id: OrgId,
        user_id: UserId,
        stored: &[(FileName, ObjectKey, Digest)],
    ) -> Result<bool> {
        if !settle(&mut *db, self.now, user_id).await? {
            return Ok(false);
        }
        let member = orgs::membership(&mut *db, user_id, Owned::Org(org_id)).await?;
        let name = Name::parse("name", NAME)?;
        let description = Description::parse("description", DESCRIPTION)?;
        let project = projects::create(&mut *db, self.now, self.limits, &member, &name, &description).await?;
        for (name, key, digest) in stored {
            files::add(&mut *db, self.limits, self.now, &member, project.id, name, key, digest).await?;
        }
        Ok(true)
    }
}

/// The personal organisation of a user who waits for the project.
async fn waiting(db: &mut PgConnection, user_id: UserId) -> Result<Option<OrgId>> {
    let org_id = sqlx::query_scalar!(
        "select o.id from users u join orgs o on o.personal_user_id = u.id
         where u.id = $1 and u.starter_project_at is null",
        user_id.0
    )
    .fetch_optional(db)
    .await?;
    Ok(org_id.map(OrgId))
}

/// The user waits no longer. False where they did not.
async fn settle(db: &mut PgConnection, now: DateTime<Utc>, user_id: UserId) -> Result<bool> {
    let settled = sqlx::query!(
        "update users set starter_project_at = $2 where id = $1 and starter_project_at is null",
        user_id.0,
        now,
    )
    .execute(db)
    .await?;
    Ok(settled.rows_affected() == 1)
}
