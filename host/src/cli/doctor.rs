//! `glovebox doctor`: tries everything that the server needs, one line a check, with what to do where something is
//! wrong.
//!
//! Each check does what the server will do: it opens the database, stores an object, greets the mail server, runs a
//! script. What a check leaves behind it removes.

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, Result, bail};
use chrono::{DateTime, Utc};
use glovebox_sdk::Outcome;
use serde::Serialize;
use sqlx::PgPool;

use super::{Exit, serve::DataArgs, show};
use crate::{
    app,
    cleanup::Sweep,
    clock::Clock,
    config::{Config, DatabaseConfig, MailConfig, ServerConfig, is_own_machine},
    data_folder, db,
    mail::Mailer,
    objects::{Objects, Spool},
    sandbox::{Landlock, Layers, Sandbox, Task},
};

/// The oldest PostgreSQL that is tried, as `server_version_num` has it.
const POSTGRES_VERSION: i32 = 140_000;
/// Free bytes below which an upload of the greatest size may not fit.
const FREE_BYTES: u64 = 5 << 30;
/// The name of the check of that folder.
const FOLDER: &str = "data folder";
/// How long a check may take. Compiling the guest for the first time takes about a minute.
const CHECK_TIMEOUT: Duration = Duration::from_mins(5);
/// Seconds by which the clocks of this machine and of the database may differ.
const CLOCK_DIFFERENCE_S: i64 = 5;

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Verdict {
    Good,
    /// The server works, and something could be better.
    Warning,
    Bad,
}

/// One line.
#[derive(Debug, Serialize)]
struct Check {
    name: &'static str,
    verdict: Verdict,
    found: String,
    /// What to do; empty where nothing is to be done.
    advice: String,
}

/// Prints every check. Warnings do not spoil the exit code.
pub async fn doctor(data: DataArgs, json: bool) -> Result<Exit> {
    let mut checks = Vec::new();
    let mut weak_sandbox = false;
    match data.settings() {
        Ok(config) => {
            weak_sandbox = config.weak_sandbox;
            checks.push(settings(&config));
            checks.push(folder(&config));
            checks.extend(database_and_objects(&config).await);
            checks.push(mail(&config).await);
            checks.push(address(&config));
        }
        Err(error) => checks.push(Check::failed("settings", &error)),
    }
    checks.extend(guest_and_kernel(weak_sandbox).await);
    if json {
        let all = serde_json::json!({ "checks": checks });
        println!("{}", serde_json::to_string(&all).context("writing the checks as JSON")?);
    } else {
        print!("{}", lines(&checks));
    }
    let bad = checks.iter().any(|check| check.verdict == Verdict::Bad);
    Ok(if bad { Exit::Fault } else { Exit::Done })
}

impl Check {
    fn good(name: &'static str, found: impl Into<String>) -> Self {
        Self {
            name,
            verdict: Verdict::Good,
            found: found.into(),
            advice: String::new(),
        }
    }

    fn warning(name: &'static str, found: impl Into<String>, advice: impl Into<String>) -> Self {
        Self {
            verdict: Verdict::Warning,
            advice: advice.into(),
            ..Self::good(name, found)
        }
    }

    fn bad(name: &'static str, found: impl Into<String>, advice: impl Into<String>) -> Self {
        Self {
            verdict: Verdict::Bad,
            ..Self::warning(name, found, advice)
        }
    }

    /// An error of this program says what to do in its own text.
    fn failed(name: &'static str, error: &anyhow::Error) -> Self {
        Self::bad(name, format!("{error:#}"), "")
    }
}

fn lines(checks: &[Check]) -> String {
    let width = checks.iter().map(|check| check.name.len()).max().unwrap_or(0);
    let mut text = String::new();
    for check in checks {
        let sign = match check.verdict {
            Verdict::Good => '✓',
            Verdict::Warning => '!',
            Verdict::Bad => '✗',
        };
        let _ = writeln!(text, "{sign} {:width$}  {}", check.name, check.found);
        if !check.advice.is_empty() {
            let _ = writeln!(text, "  {:width$}  → {}", "", check.advice);
        }
    }
    text
}

fn settings(config: &ServerConfig) -> Check {
    if config.secret_key.is_none() && matches!(config.database, DatabaseConfig::Url(_)) {
        return Check::warning(
            "settings",
            "SECRET_KEY is not set, so the key that signs tokens is kept in the data folder",
            "where several servers share the database, give each of them the same SECRET_KEY (`openssl rand -hex 32`)",
        );
    }
    Check::good("settings", "all valid")
}

fn folder(config: &ServerConfig) -> Check {
    let opened = data_folder::open(&config.data).and_then(|folder| Ok((free_bytes(&folder)?, folder)));
    let (free, folder): (u64, PathBuf) = match opened {
        Ok(opened) => opened,
        Err(error) => return Check::failed(FOLDER, &error),
    };
    room(&folder, free)
}

fn room(folder: &Path, free: u64) -> Check {
    let found = format!("{} is writable, {} free", folder.display(), show::bytes(free));
    if free < FREE_BYTES {
        let advice = "uploads pass through this disk; free some space, or choose another folder with GLOVEBOX_DATA";
        return Check::warning(FOLDER, found, advice);
    }
    Check::good(FOLDER, found)
}

/// The bytes that somebody who is not root may still write.
fn free_bytes(folder: &Path) -> Result<u64> {
    let disk = rustix::fs::statvfs(folder).context("asking for the room on the disk")?;
    Ok(disk.f_bavail * disk.f_frsize)
}

async fn database_and_objects(config: &ServerConfig) -> Vec<Check> {
    const NAME: &str = "database";
    let objects = Objects::open(config);
    let database = match in_time(async { Ok(db::open(config).await?) }).await {
        Ok(database) => database,
        Err(error) => {
            let advice = match config.database {
                DatabaseConfig::Url(_) => "is DATABASE_URL right, and may this machine connect?",
                DatabaseConfig::Private => "",
            };
            return vec![
                Check::bad(NAME, format!("{error:#}"), advice),
                store(&objects, None, config).await,
            ];
        }
    };
    let mut checks = vec![
        rows(&database)
            .await
            .unwrap_or_else(|error| Check::failed(NAME, &error)),
        clock(&database.pool)
            .await
            .unwrap_or_else(|error| Check::failed("clock", &error)),
    ];
    checks.push(store(&objects, Some(&database.pool), config).await);
    if let Err(error) = database.close().await {
        checks.push(Check::failed(NAME, &anyhow::Error::new(error)));
    }
    checks
}

async fn rows(database: &db::Database) -> Result<Check> {
    const NAME: &str = "database";
    let (number, version): (i32, String) = sqlx::query_as(
        "select current_setting('server_version_num')::int, split_part(current_setting('server_version'), ' ', 1)",
    )
    .fetch_one(&database.pool)
    .await
    .context("asking for the database's version")?;
    let found = format!("{}, version {version}", database.describe());
    if number < POSTGRES_VERSION {
        return Ok(Check::bad(NAME, found, "PostgreSQL 14 or newer is needed; upgrade it"));
    }
    let pending = db::pending(db::migrations(&database.pool).await?).len();
    if pending > 0 {
        let advice = "run `glovebox migrate`, or start the server again";
        return Ok(Check::warning(
            NAME,
            format!("{found}, with {pending} migrations pending"),
            advice,
        ));
    }
    Ok(Check::good(NAME, format!("{found}, up to date")))
}

async fn clock(db: &PgPool) -> Result<Check> {
    const NAME: &str = "clock";
    let before = Clock::system().now();
    let theirs: DateTime<Utc> = sqlx::query_scalar("select clock_timestamp()")
        .fetch_one(db)
        .await
        .context("asking the database for the time")?;
    let difference = (theirs - before).num_seconds();
    let found = format!(
        "{}, {difference} s from the database's",
        before.format("%Y-%m-%d %H:%M:%S UTC")
    );
    if difference.abs() > CLOCK_DIFFERENCE_S {
        let advice = "codes, sessions and signatures depend on the clock; synchronise both machines with NTP";
        return Ok(Check::bad(NAME, found, advice));
    }
    Ok(Check::good(NAME, found))
}

async fn store(objects: &Objects, db: Option<&PgPool>, config: &ServerConfig) -> Check {
    const NAME: &str = "objects";
    let place = objects.place();
    if let Err(error) = in_time(async { Ok(objects.check().await?) }).await {
        let advice = match objects {
            Objects::Disk(_) => {
                "make the folder writable for this user, or choose another data folder with \
                 GLOVEBOX_DATA"
            }
            Objects::S3(_) => "",
        };
        return Check::bad(NAME, format!("{place}: {error:#}"), advice);
    }
    // Without the tables there is nothing that it could belong to.
    if let Some(db) = db
        && db::migrations(db).await.is_ok_and(|all| db::pending(all).is_empty())
    {
        let sweep = Sweep {
            db,
            objects,
            limits: &config.limits,
            now: Clock::system().now(),
            spool: &Spool::place(&config.data),
            dry_run: true,
        };
        if let Err(error) = sweep.check_store().await {
            return Check::failed(NAME, &anyhow::Error::new(error));
        }
    }
    Check::good(NAME, format!("{place} can store, read and delete them"))
}

async fn mail(config: &ServerConfig) -> Check {
    const NAME: &str = "mail";
    let checked = in_time(async { Ok(Mailer::open(config)?.check().await?) }).await;
    match (&config.mail, checked) {
        (_, Err(error)) => Check::failed(NAME, &error),
        (MailConfig::Folder, Ok(())) => Check::warning(
            NAME,
            format!(
                "no email leaves this machine: emails are written to {}",
                config.data.join("mail").display()
            ),
            "set EMAIL_SMTP_SERVER and EMAIL_SENDER_ADDRESS to send them",
        ),
        (MailConfig::Smtp(smtp), Ok(())) => Check::good(
            NAME,
            format!("{} port {} accepts it from {}", smtp.server, smtp.port, smtp.sender),
        ),
    }
}

/// Whether cookies are safe on their way, and whether requests carry the address of whoever sent them.
fn address(config: &ServerConfig) -> Check {
    const NAME: &str = "public URL";
    let url = config.public_url.as_str();
    let here = is_own_machine(&config.public_url);
    if !config.https() && here {
        return Check::good(NAME, format!("{url}, for this machine only"));
    }
    if !config.https() {
        let advice = "put a proxy with a certificate in front of it and set GLOVEBOX_PUBLIC_URL to its https:// \
             address";
        return Check::bad(
            NAME,
            format!("{url}: passwords and cookies can be read in transit"),
            advice,
        );
    }
    if !config.behind_proxy {
        let advice =
            "if a proxy terminates TLS, set GLOVEBOX_BEHIND_PROXY=true, or rate limits treat all clients as one";
        return Check::warning(NAME, format!("{url}, and no proxy is trusted"), advice);
    }
    Check::good(NAME, format!("{url}, behind a proxy"))
}

async fn guest_and_kernel(weak_sandbox: bool) -> Vec<Check> {
    const NAME: &str = "guest";
    let sandbox = match in_time(async { app::sandbox(&Config::from_env()?, 0, u64::MAX).await }).await {
        Ok(sandbox) => sandbox,
        Err(error) => return vec![Check::failed(NAME, &error)],
    };
    let mut checks = vec![match in_time(script(&sandbox)).await {
        Ok(()) => Check::good(NAME, "compiled, and 1 + 1 is 2 in the sandbox"),
        Err(error) => Check::failed(NAME, &error),
    }];
    checks.push(kernel(sandbox.layers(), weak_sandbox));
    checks
}

/// Every layer round a worker by name, and whether a server starts with them.
fn kernel(layers: &Layers, weak_sandbox: bool) -> Check {
    const NAME: &str = "kernel";
    let held = |holds| if holds { "holds" } else { "is missing" };
    let landlock = match layers.landlock {
        Landlock::Whole => "holds",
        Landlock::Partial => "holds in part",
        Landlock::Missing if layers.own_user => "is missing, and workers are users of their own",
        Landlock::Missing => "is missing",
    };
    let found = format!(
        "Landlock {landlock}, seccomp {}, a root folder of its own {}, memory and other limits hold",
        held(layers.seccomp),
        held(layers.own_root)
    );
    let missing = layers.missing().join("; ");
    if layers.hold() && missing.is_empty() {
        Check::good(NAME, found)
    } else if layers.hold() {
        Check::warning(NAME, found, missing)
    } else if weak_sandbox {
        Check::warning(
            NAME,
            found,
            format!("{missing}; GLOVEBOX_WEAK_SANDBOX lets the server start anyway"),
        )
    } else {
        Check::bad(
            NAME,
            found,
            format!("{missing}; the server does not start, unless GLOVEBOX_WEAK_SANDBOX is on"),
        )
    }
}

async fn script(sandbox: &Sandbox) -> Result<()> {
    let mut run = sandbox
        .run(Task::new("doctor.py", "1 + 1"))
        .await
        .context("starting a run")?;
    while run.next().await.is_some() {}
    match run.finish().await.context("finishing a run")?.report.outcome {
        Outcome::Done { result } if result.as_deref() == Some("2") => Ok(()),
        other => bail!("1 + 1 ended in {other:?}; rebuild the guest with `./dev guest`"),
    }
}

async fn in_time<T>(check: impl Future<Output = Result<T>>) -> Result<T> {
    tokio::time::timeout(CHECK_TIMEOUT, check)
        .await
        .with_context(|| format!("no answer within {} seconds", CHECK_TIMEOUT.as_secs()))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_is_a_line_and_its_advice_another() {
        let checks = [
            Check::good("mail", "works"),
            Check::warning("clock", "is late", "set it"),
            Check::bad("objects", "are gone", ""),
        ];
        assert_eq!(
            lines(&checks),
            "✓ mail     works\n! clock    is late\n           → set it\n✗ objects  are gone\n"
        );
    }
    #[test]
    fn a_disk_that_is_almost_full_is_a_warning() {
        let verdict = |free| room(Path::new("/srv/data"), free).verdict;
        assert_eq!(verdict(FREE_BYTES), Verdict::Good);
        assert_eq!(verdict(FREE_BYTES - 1), Verdict::Warning);
    }
}
