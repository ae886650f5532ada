//! The schema's history, from nothing to now, and the queries that were checked against it.

use std::{fs, str::FromStr};

use glovebox::db;
use serde_json::Value;
use sqlx::{Executor, PgPool, SqlSafeStr};

use crate::{command::workspace, test_database};

#[tokio::test]
async fn an_empty_database_gets_every_migration_once() {
    let pool = test_database::empty_database().await;
    let before = db::migrations(&pool).await.unwrap();
    assert!(
        before.iter().all(|migration| migration.applied_at.is_none()),
        "{before:?}"
    );
    let files = fs::read_dir(workspace().join("migrations")).unwrap().count();
    assert_eq!(before.len(), files);

    assert_eq!(db::migrate(&pool).await.unwrap(), before);
    assert_eq!(db::migrate(&pool).await.unwrap(), []);
    let after = db::migrations(&pool).await.unwrap();
    assert!(
        after.iter().all(|migration| migration.applied_at.is_some()),
        "{after:?}"
    );
}

#[tokio::test]
async fn servers_that_start_at_once_migrate_once() {
    let pool = test_database::empty_database().await;
    let done = futures_util::future::join_all((0..4).map(|_| db::migrate(&pool))).await;
    let applied: usize = done.into_iter().map(|done| done.unwrap().len()).sum();
    assert_eq!(applied, db::migrations(&pool).await.unwrap().len());
}

#[tokio::test]
async fn a_database_of_a_newer_program_is_left_alone() {
    let pool = test_database::database().await;
    let newer = "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
                 values (99990101000000, 'from the future', true, 'x', 0)";
    sqlx::query(newer).execute(&pool).await.unwrap();
    let error = db::migrate(&pool).await.unwrap_err();
    assert!(format!("{error:#}").contains("newer glovebox"), "{error:#}");
}

#[tokio::test]
async fn every_constraint_has_the_name_that_errors_refer_to() {
    let pool = test_database::database().await;
    let named_by_numbers: Vec<String> = sqlx::query_scalar(
        "select conname::text from pg_constraint join pg_namespace n on n.oid = connamespace
         where n.nspname = 'public' and conname ~ '_(check|fkey|key)[0-9]+$'",
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    assert!(named_by_numbers.is_empty(), "give these a name: {named_by_numbers:?}");
}

/// What the compiler believed about each query is what a database says that was migrated just now.
#[tokio::test]
async fn the_checked_queries_fit_the_schema() {
    let pool = test_database::database().await;
    let Ok(files) = fs::read_dir(workspace().join(".sqlx")) else {
        return crate::command::skip("there is no .sqlx; make it by `./dev queries`");
    };
    let mut drifted = Vec::new();
    for file in files {
        let path = file.unwrap().path();
        let checked = Value::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let query = checked["query"].as_str().unwrap();
        match describe(&pool, query).await {
            Ok(now) if without_stated(now.clone()) == without_stated(checked["describe"].clone()) => {}
            Ok(now) => drifted.push(format!("{query}\nwas {}\nis  {now}", checked["describe"])),
            Err(error) => drifted.push(format!("{query}\n{error}")),
        }
    }
    assert!(drifted.is_empty(), "run `./dev queries`:\n{}", drifted.join("\n\n"));
}

/// A description without whether a column can be null where its name says so (`name?`, `name!`). The library takes that
/// from the plan, which may differ from one server to the next.
fn without_stated(mut describe: Value) -> Value {
    let names = describe["columns"].as_array().unwrap().iter();
    let stated: Vec<bool> = names
        .map(|column| column["name"].as_str().unwrap().split(':').next().unwrap().trim_end())
        .map(|name| name.ends_with(['?', '!']))
        .collect();
    for (nullable, stated) in describe["nullable"].as_array_mut().unwrap().iter_mut().zip(stated) {
        if stated {
            *nullable = Value::Null;
        }
    }
    describe
}

async fn describe(pool: &PgPool, query: &str) -> sqlx::Result<Value> {
    let query = sqlx::AssertSqlSafe(query.to_owned()).into_sql_str();
    let described = pool.acquire().await?.describe(query).await?;
    Ok(serde_json::to_value(described).unwrap())
}
