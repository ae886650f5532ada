//! The sweep: what it removes, what it leaves alone, and what it says.

use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};
use glovebox::{
    cleanup::{Amount, Damaged, Kind, Report, Sweep},
    config::ServerLimits,
    ids::OrgId,
    objects::{Digest, Disk, ObjectKey, Objects, PREFIX, S3, Spool},
};
use sqlx::{PgConnection, PgPool};
use tempfile::TempDir;
use uuid::Uuid;

use crate::{
    s3_server::{Line, S3Server},
    test_app::database,
};

/// A database, a store, and an hour long ago from which time is counted.
struct World {
    db: PgPool,
    objects: Objects,
    limits: ServerLimits,
    now: DateTime<Utc>,
    org_id: OrgId,
    project_id: Uuid,
    user_id: Uuid,
    folder: TempDir,
}

impl World {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let objects = Objects::Disk(Disk::open(folder.path().join("objects")));
        Self::with(objects, folder).await
    }

    async fn with(objects: Objects, folder: TempDir) -> Self {
        let db = database().await;
        let (now, user_id, org_id, project_id) = (Utc::now(), Uuid::now_v7(), OrgId::new(), Uuid::now_v7());
        let world = Self {
            db,
            objects,
            limits: ServerLimits::default(),
            now,
            org_id,
            project_id,
            user_id,
            folder,
        };
        world
            .sql("insert into users (id, email, email_verified_at, created_at) values ($1, 'a@example.com', now(), now())")
            .await;
        world
            .sql("insert into orgs (id, name, created_at) values ($2, 'Org', now())")
            .await;
        let project =
            "insert into projects (id, org_id, name, created_at, updated_at) values ($3, $2, 'P', now(), now())";
        world.sql(project).await;
        world
    }

    /// Runs a statement in which `$1` is the user, `$2` the organisation, `$3` the project and `$4` the present time.
    async fn sql(&self, statement: &'static str) {
        // A statement has to mention every parameter.
        let all = format!("with p as (select $1::uuid, $2::uuid, $3::uuid, $4::timestamptz) {statement}");
        let query = sqlx::query(sqlx::AssertSqlSafe(all))
            .bind(self.user_id)
            .bind(self.org_id.0);
        query
            .bind(self.project_id)
            .bind(self.now)
            .execute(&self.db)
            .await
            .unwrap();
    }

    async fn store(&self, bytes: &[u8]) -> ObjectKey {
        let key = ObjectKey::new(self.org_id);
        let source = self.folder.path().join("source");
        std::fs::write(&source, bytes).unwrap();
        self.objects.put(&key, &source, &Digest::of(bytes)).await.unwrap();
        key
    }

    async fn record(&self, db: &mut PgConnection, key: &ObjectKey, bytes: &[u8]) -> Result<(), sqlx::Error> {
        sqlx::query("insert into objects (key, org_id, bytes, sha256, created_at) values ($1, $2, $3, $4, $5)")
            .bind(key.as_str())
            .bind(self.org_id.0)
            .bind(bytes.len() as i64)
            .bind(Digest::of(bytes).sha256.to_vec())
            .bind(self.now)
            .execute(db)
            .await
            .map(drop)
    }

    /// A file with one version.
    async fn file(&self, bytes: &[u8]) -> (Uuid, ObjectKey) {
        let key = self.store(bytes).await;
        let mut tx = self.db.begin().await.unwrap();
        self.record(&mut tx, &key, bytes).await.unwrap();
        let id = Uuid::now_v7();
        sqlx::query(
            "insert into files (id, org_id, project_id, name, created_at, updated_at) values ($1, $2, $3, $4, now(), now())",
        )
        .bind(id)
        .bind(self.org_id.0)
        .bind(self.project_id)
        .bind(id.to_string())
        .execute(&mut *tx)
        .await
        .unwrap();
        sqlx::query(
            "insert into file_versions (id, org_id, file_id, version, object_key, state, created_at)
             values ($1, $2, $1, 1, $3, 'pending', now())",
        )
        .bind(id)
        .bind(self.org_id.0)
        .bind(key.as_str())
        .execute(&mut *tx)
        .await
        .unwrap();
        tx.commit().await.unwrap();
        (id, key)
    }

    async fn delete_file(&self, id: Uuid) {
        sqlx::query("update files set deleted_at = $2 where id = $1")
            .bind(id)
            .bind(self.now)
            .execute(&self.db)
            .await
            .unwrap();
    }

    async fn sweep(&self) -> Report {
        let report = self.try_sweep(false).await;
        assert_eq!(report.failures, [] as [&str; 0]);
        assert!(!report.busy);
        report
    }

    async fn try_sweep(&self, dry_run: bool) -> Report {
        let sweep = Sweep {
            db: &self.db,
            objects: &self.objects,
            limits: &self.limits,
            now: self.now,
            spool: &self.folder.path().join("spool"),
            dry_run,
        };
        sweep.run().await.unwrap()
    }

    fn skip(&mut self, time: TimeDelta) {
        self.now += time;
    }

    async fn stored(&self) -> Vec<ObjectKey> {
        let listed = self.objects.list(PREFIX).all().await.unwrap();
        listed.into_iter().map(|object| object.key).collect()
    }

    async fn rows(&self) -> i64 {
        sqlx::query_scalar("select count(*) from objects")
            .fetch_one(&self.db)
            .await
            .unwrap()
    }
}

fn removed(report: &Report) -> Vec<(Kind, u64, u64)> {
    report
        .removed
        .iter()
        .map(|(kind, amount)| (*kind, amount.count, amount.bytes))
        .collect()
}

#[tokio::test]
async fn a_deleted_file_goes_with_its_bytes_when_it_can_no_longer_be_had_back() {
    let mut world = World::new().await;
    let (file, key) = world.file(b"12345").await;
    let (_, kept) = world.file(b"kept").await;
    world.delete_file(file).await;
    world.skip(TimeDelta::minutes(59));
    assert_eq!(removed(&world.sweep().await), []);
    assert_eq!(world.stored().await.len(), 2);
    world.skip(TimeDelta::minutes(1));
    assert_eq!(
        removed(&world.sweep().await),
        [(Kind::Files, 1, 0), (Kind::Objects, 1, 5)]
    );
    assert_eq!(world.stored().await, [kept]);
    assert_eq!(world.objects.size(&key).await.unwrap(), None);
    assert_eq!(world.rows().await, 1);
}

#[tokio::test]
async fn an_organisations_bytes_go_with_it() {
    let mut world = World::new().await;
    for _ in 0..3 {
        world.file(b"12345").await;
    }
    world.sql("delete from orgs where id = $2").await;
    world.skip(TimeDelta::seconds(1));
    assert_eq!(removed(&world.sweep().await), [(Kind::Objects, 3, 15)]);
    assert_eq!(world.stored().await, []);
    assert_eq!(world.rows().await, 0);
}

#[tokio::test]
async fn an_object_without_a_row_goes_when_it_is_old_enough() {
    let mut world = World::new().await;
    let (_, named) = world.file(b"named").await;
    world.store(b"orphan").await;
    assert_eq!(removed(&world.sweep().await), []);
    world.skip(TimeDelta::minutes(61));
    assert_eq!(removed(&world.sweep().await), [(Kind::Orphans, 1, 6)]);
    assert_eq!(world.stored().await, [named]);
    assert_eq!(removed(&world.sweep().await), []);
}

#[tokio::test]
async fn an_upload_that_records_an_object_after_the_sweep_claimed_it_is_refused() {
    let mut world = World::new().await;
    let key = world.store(b"late").await;
    world.skip(TimeDelta::minutes(61));
    world.sweep().await;
    let mut db = world.db.acquire().await.unwrap();
    let late = world.record(&mut db, &key, b"late").await.unwrap_err();
    assert!(late.as_database_error().unwrap().is_unique_violation());
    // The key is held for two days, and then forgotten.
    world.skip(TimeDelta::hours(49));
    world.sweep().await;
    assert_eq!(world.rows().await, 0);
}

#[tokio::test]
async fn an_object_that_is_being_recorded_during_the_sweep_is_kept() {
    let mut world = World::new().await;
    let key = world.store(b"slow").await;
    let mut tx = world.db.begin().await.unwrap();
    world.record(&mut tx, &key, b"slow").await.unwrap();
    world.skip(TimeDelta::minutes(61));
    // The sweep does not see the row, finds the object without one, and waits at the key for this transaction.
    let commit = async {
        let waits = "select count(*) from pg_stat_activity
                     where datname = current_database() and wait_event = 'transactionid'";
        while sqlx::query_scalar::<_, i64>(waits).fetch_one(&world.db).await.unwrap() == 0 {
            tokio::task::yield_now().await;
        }
        // The version that names the object is of no matter here: its row is young enough.
        sqlx::query("update objects set created_at = $1")
            .bind(world.now)
            .execute(&mut *tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    };
    let (report, ()) = tokio::join!(world.sweep(), commit);
    assert_eq!(removed(&report), []);
    assert_eq!(world.stored().await, [key]);
}

#[tokio::test]
async fn what_a_row_names_is_kept_even_when_it_was_buried() {
    let mut world = World::new().await;
    let (_, key) = world.file(b"named").await;
    world.sql("update objects set deleted_at = $4").await;
    world.skip(TimeDelta::days(30));
    assert_eq!(removed(&world.sweep().await), []);
    assert_eq!(world.stored().await, [key]);
}

#[tokio::test]
async fn a_row_that_nothing_names_goes_with_its_bytes() {
    let mut world = World::new().await;
    let key = world.store(b"unnamed").await;
    world
        .record(&mut world.db.acquire().await.unwrap(), &key, b"unnamed")
        .await
        .unwrap();
    world.skip(TimeDelta::minutes(59));
    assert_eq!(removed(&world.sweep().await), []);
    world.skip(TimeDelta::minutes(1));
    assert_eq!(removed(&world.sweep().await), [(Kind::Objects, 1, 7)]);
    assert_eq!(world.stored().await, []);
}

#[tokio::test]
async fn a_row_whose_bytes_are_gone_is_reported_and_kept() {
    let mut world = World::new().await;
    let (_, gone) = world.file(b"gone").await;
    let (_, shorter) = world.file(b"shorter").await;
    world.file(b"whole").await;
    world.objects.delete(&gone).await.unwrap();
    world.objects.put_bytes(&shorter, b"short").await.unwrap();
    world.skip(TimeDelta::minutes(1));
    let report = world.sweep().await;
    assert_eq!(removed(&report), []);
    let damaged = |key: &ObjectKey, bytes, bytes_stored| Damaged {
        key: key.as_str().to_owned(),
        bytes,
        bytes_stored,
    };
    assert_eq!(report.damaged, [damaged(&gone, 4, None), damaged(&shorter, 7, Some(5))]);
    assert_eq!(world.rows().await, 3);
}

#[tokio::test]
async fn a_thousand_missing_objects_are_counted_and_the_first_are_named() {
    let mut world = World::new().await;
    let rows = "insert into objects (key, org_id, bytes, sha256, created_at)
                select 'org/' || $2::uuid || '/' || gen_random_uuid(), $2, 1, decode(repeat('00', 32), 'hex'), $4
                from generate_series(1, 2500)";
    world.sql(rows).await;
    world.skip(TimeDelta::minutes(1));
    let report = world.sweep().await;
    assert_eq!((report.damaged_count, report.damaged.len()), (2500, 100));
}

#[tokio::test]
async fn a_store_of_another_database_is_not_searched() {
    let world = World::new().await;
    let (_, key) = world.file(b"theirs").await;
    world.sweep().await;
    let objects = world.objects.clone();
    let mut other = World::with(objects, tempfile::tempdir().unwrap()).await;
    other.sql("update object_store set id = gen_random_uuid()").await;
    other.skip(TimeDelta::days(1));
    for dry_run in [true, false] {
        let report = other.try_sweep(dry_run).await;
        assert!(
            report.failures[0].contains("belongs to another database"),
            "{:?}",
            report.failures
        );
        assert_eq!(removed(&report), []);
    }
    assert_eq!(world.stored().await, [key]);
}

#[tokio::test]
async fn objects_with_keys_of_somebody_else_are_counted_and_left_alone() {
    let mut world = World::new().await;
    let backup = ObjectKey::stored(format!("org/{}/backup.tar", world.org_id));
    world.objects.put_bytes(&backup, b"precious").await.unwrap();
    world
        .objects
        .put_bytes(&ObjectKey::stored("elsewhere/x"), b"precious")
        .await
        .unwrap();
    world.skip(TimeDelta::days(30));
    let report = world.sweep().await;
    assert_eq!(report.foreign, Amount { count: 1, bytes: 8 });
    assert_eq!(removed(&report), []);
    assert_eq!(world.stored().await, [backup]);
}

#[tokio::test]
async fn pieces_of_unfinished_objects_and_old_probes_go() {
    let mut world = World::new().await;
    world.store(b"x").await;
    let unfinished = world.folder.path().join("objects/unfinished");
    std::fs::write(unfinished.join(".tmpabc"), b"12345678").unwrap();
    world
        .objects
        .put_bytes(&ObjectKey::stored("probe/left"), b"123")
        .await
        .unwrap();
    assert_eq!(removed(&world.sweep().await), []);
    world.skip(TimeDelta::minutes(61));
    let report = world.sweep().await;
    assert_eq!(report.removed(Kind::Unfinished), Amount { count: 1, bytes: 8 });
    assert_eq!(report.removed(Kind::Probes), Amount { count: 1, bytes: 3 });
    assert_eq!(entries(&unfinished), 0);
}

#[tokio::test]
async fn uploads_of_servers_that_are_gone_go_and_those_of_living_ones_stay() {
    let world = World::new().await;
    let spool = world.folder.path().join("spool");
    let living = Spool::claim(&spool).unwrap();
    let mut upload = living.create().unwrap();
    upload.push(b"on its way").await.unwrap();
    let gone = spool.join("server-gone");
    std::fs::create_dir(&gone).unwrap();
    std::fs::write(gone.join("left"), b"12345").unwrap();
    for dry_run in [true, false] {
        assert_eq!(removed(&world.try_sweep(dry_run).await), [(Kind::Spool, 1, 5)]);
        assert_eq!(gone.exists(), dry_run);
    }
    assert_eq!(upload.finish().await.unwrap().digest().bytes, 10);
}

#[tokio::test]
async fn rows_go_when_their_time_is_over_and_not_before() {
    let mut world = World::new().await;
    let hour = "$4 + interval '1 hour'";
    let rows = [
        format!("insert into sessions (id, user_id, token_hash, remember, user_agent, address, created_at, last_seen_at, expires_at)
                 values (gen_random_uuid(), $1, 'a', false, '', '', $4, $4, {hour})"),
        format!("insert into email_verifications (id, user_id, email, token_hash, created_at, expires_at)
                 values (gen_random_uuid(), $1, 'a@example.com', 'a', $4, {hour})"),
        format!("insert into password_resets (id, user_id, code_hash, created_at, expires_at)
                 values (gen_random_uuid(), $1, 'a', $4, {hour})"),
        format!("insert into google_logins (state_hash, nonce, pkce_verifier, return_to, created_at, expires_at)
                 values ('a', '', '', '/', $4, {hour})"),
        format!("insert into invitations (id, org_id, email, role, token_hash, invited_by, created_at, expires_at)
                 values (gen_random_uuid(), $2, 'b@example.com', 'member', 'a', $1, $4, {hour})"),
        format!("insert into uploads (id, org_id, project_id, user_id, name, bytes_total, created_at, expires_at)
                 values (gen_random_uuid(), $2, $3, $1, 'x.csv', 1, $4, {hour})"),
        "insert into idempotency_keys (user_id, key, request_hash, created_at) values ($1, 'k', 'h', $4 - interval '23 hours')".to_owned(),
        "insert into login_failures (subject_hash, failures, last_failed_at) values ('a', 1, $4 - interval '23 hours')".to_owned(),
    ];
    for row in rows {
        world.sql(row.leak()).await;
    }
    world.skip(TimeDelta::minutes(59));
    assert_eq!(removed(&world.sweep().await), []);
    world.skip(TimeDelta::minutes(1));
    let dry = world.try_sweep(true).await;
    let report = world.sweep().await;
    assert_eq!(removed(&dry), removed(&report));
    let kinds = [
        Kind::Uploads,
        Kind::Sessions,
        Kind::EmailVerifications,
        Kind::PasswordResets,
        Kind::GoogleLogins,
        Kind::Invitations,
        Kind::IdempotencyKeys,
        Kind::LoginFailures,
    ];
    assert_eq!(removed(&report), kinds.map(|kind| (kind, 1, 0)));
}

#[tokio::test]
async fn an_expired_upload_goes_with_its_parts() {
    let mut world = World::new().await;
    let key = world.store(b"part").await;
    world
        .record(&mut world.db.acquire().await.unwrap(), &key, b"part")
        .await
        .unwrap();
    let upload = "insert into uploads (id, org_id, project_id, user_id, name, bytes_total, created_at, expires_at)
                  values ($1, $2, $3, $1, 'x.csv', 9, $4, $4 + interval '1 day')";
    world.sql(upload).await;
    world
        .sql("insert into upload_parts (upload_id, start_byte, object_key) select $1, 0, key from objects")
        .await;
    world.skip(TimeDelta::hours(23));
    assert_eq!(removed(&world.sweep().await), []);
    world.skip(TimeDelta::hours(1));
    assert_eq!(
        removed(&world.sweep().await),
        [(Kind::Uploads, 1, 0), (Kind::Objects, 1, 4)]
    );
    assert_eq!(world.stored().await, []);
}

#[tokio::test]
async fn a_dry_run_says_what_a_sweep_would_do_and_changes_nothing() {
    let mut world = World::new().await;
    let (file, _) = world.file(b"12345").await;
    world.delete_file(file).await;
    world.store(b"orphan").await;
    world.skip(TimeDelta::minutes(61));
    let before = world.stored().await;
    let dry = world.try_sweep(true).await;
    assert!(dry.dry_run);
    assert_eq!(world.stored().await, before);
    assert_eq!(
        world.objects.get_bytes(&ObjectKey::stored("owner"), 100).await.unwrap(),
        None
    );
    let files: i64 = sqlx::query_scalar("select count(*) from files")
        .fetch_one(&world.db)
        .await
        .unwrap();
    assert_eq!((files, world.rows().await), (1, 1));
    let report = world.sweep().await;
    assert_eq!(removed(&dry), removed(&report));
    assert_eq!(
        removed(&report),
        [(Kind::Files, 1, 0), (Kind::Objects, 1, 5), (Kind::Orphans, 1, 6)]
    );
}

#[tokio::test]
async fn of_two_sweeps_at_once_one_does_nothing() {
    let world = World::new().await;
    let mut first = world.db.acquire().await.unwrap();
    sqlx::query("select pg_advisory_lock(7452454037925356912)")
        .execute(&mut *first)
        .await
        .unwrap();
    assert!(world.try_sweep(false).await.busy);
    drop(first.detach());
    while world.try_sweep(false).await.busy {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_store_that_fails_loses_no_tombstone_and_the_next_sweep_finishes() {
    let server = S3Server::start().await;
    let objects = Objects::S3(S3::open(&server.config(), 1));
    let mut world = World::with(objects, tempfile::tempdir().unwrap()).await;
    let (file, key) = world.file(b"12345").await;
    world.delete_file(file).await;
    world.store(b"orphan").await;
    world.skip(TimeDelta::minutes(61));
    for line in [Line::Refuses, Line::Answers(503, "SlowDown"), Line::Hangs] {
        server.line(line);
        let report = world.try_sweep(false).await;
        assert!(!report.failures.is_empty(), "{line:?}");
        assert_eq!(report.removed(Kind::Objects), Amount::default(), "{line:?}");
        assert_eq!(world.rows().await, 1, "{line:?}");
    }
    server.line(Line::Up);
    assert_eq!(
        removed(&world.sweep().await),
        [(Kind::Objects, 1, 5), (Kind::Orphans, 1, 6)]
    );
    assert_eq!(world.objects.size(&key).await.unwrap(), None);
    assert_eq!(world.stored().await, []);
}

#[tokio::test]
async fn everything_that_refers_to_an_object_is_known_to_the_sweep() {
    let db = database().await;
    let references: Vec<(String, String)> = sqlx::query_as(
        "select c.conrelid::regclass::text, a.attname::text
         from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = any(c.conkey)
         where c.contype = 'f' and c.confrelid = 'objects'::regclass order by 1, 2",
    )
    .fetch_all(&db)
    .await
    .unwrap();
    let known: Vec<(String, String)> = sqlx::query_as(
        "select table_name::text, column_name::text from information_schema.view_column_usage
         where view_name = 'named_objects' order by 1, 2",
    )
    .fetch_all(&db)
    .await
    .unwrap();
    assert_eq!(references, known);
}

fn entries(folder: &Path) -> usize {
    std::fs::read_dir(folder).unwrap().count()
}
