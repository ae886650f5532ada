//! Databases of others: a query goes there, rows come back, and nothing is changed.
//!
//! Three layers keep what people and models write from changing anything: a [gate](gate) that reads each statement and
//! refuses what it does not know, the engine's own read-only mode, and a warning where the log-in may write. Addresses are
//! checked, dialled once, and handed to the drivers, so that a name cannot mean another machine a moment later. Each query
//! has a connection of its own, so none finds what another has left. The libraries of the engines are named here only.

mod dial;
pub mod gate;
mod mysql;
mod postgres;
mod rows;
mod schema;
mod slots;
mod values;

use std::{fmt, time::Duration};

use serde::{Deserialize, Serialize};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    addresses::Addresses,
    config::{SecretText, ServerLimits},
    error::{Error, Result},
};

pub use rows::{Column, Ending, Rows};
pub use schema::{ForeignKey, Schema, SchemaColumn, SchemaTable};

use gate::Statement;
use slots::Slots;

/// The kind of database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, sqlx::Type)]
#[serde(rename_all = "lowercase")]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub enum Engine {
    Postgresql,
    /// MySQL and MariaDB.
    Mysql,
}

/// How a connection is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Tls {
    /// Encrypted, with a certificate of a trusted authority for the host's name.
    VerifyFull,
    /// Not at all, which only addresses of private networks allow.
    Off,
}

/// A database and who logs in.
#[derive(Clone, Debug)]
pub struct Target {
    pub engine: Engine,
    /// A host name or an IP address.
    pub host: String,
    pub port: u16,
    pub database: String,
    pub user: String,
    pub password: SecretText,
    pub tls: Tls,
    /// Certificates in PEM of the authorities that are trusted in place of the system's.
    pub tls_ca: Option<String>,
}

/// The result of a connection test.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SourceCheck)]
pub struct Check {
    /// What went wrong; null if the connection works.
    pub problem: Option<Problem>,
    /// The server's product and version, if it was reached.
    pub server: Option<String>,
    /// What works but should be changed, such as a user that can write.
    pub warnings: Vec<String>,
}

/// Why a database gave no answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = SourceProblem)]
pub struct Problem {
    pub kind: Kind,
    /// What is wrong and what to do.
    pub message: String,
}

/// Where a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = SourceProblemKind)]
pub enum Kind {
    /// The host's name is unknown.
    Name,
    /// The address may not be called from here.
    Address,
    /// Nothing answers at the address.
    Network,
    /// The connection cannot be encrypted, or the certificate is not trusted.
    Tls,
    /// User, password or database are wrong.
    Login,
    /// The log-in may not do this.
    Permission,
    /// The statement is wrong, or not one that only reads.
    Sql,
    /// It took too long.
    Timeout,
    /// A value is too large or of a type that cannot be shown.
    Value,
    /// Anything else that the server says.
    Server,
    /// It was stopped.
    Stopped,
}

/// Calls databases. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Connector {
    addresses: Addresses,
    slots: Slots,
}

/// How much is read, and for how long.
#[derive(Clone, Copy, Debug)]
pub struct Caps {
    pub connect: Duration,
    pub query: Duration,
    pub rows: u64,
    pub bytes: u64,
    pub cell_bytes: usize,
}

/// Who asks: what its queries are counted by.
#[derive(Clone, Copy, Debug)]
pub struct Payer {
    pub org: Uuid,
    pub source: Uuid,
}

/// Where rows go as they come.
pub trait Sink: Send {
    fn columns(&mut self, columns: &[Column]) -> impl Future<Output = Result<()>> + Send;

    /// `None` is NULL.
    fn row(&mut self, cells: &[Option<String>]) -> impl Future<Output = Result<()>> + Send;
}

impl Caps {
    pub fn new(limits: &ServerLimits) -> Self {
        Self {
            connect: Duration::from_secs(limits.source_connect_s.into()),
            query: Duration::from_secs(limits.source_query_s.into()),
            rows: limits.source_rows.into(),
            bytes: limits.source_bytes,
            cell_bytes: limits.source_cell_bytes as usize,
        }
    }
}

impl Connector {
    pub fn new(addresses: Addresses) -> Self {
        Self {
            addresses,
            slots: Slots::default(),
        }
    }

    /// Whether the database can be reached and read, and what should be otherwise.
    ///
    /// # Errors
    /// Where as many queries as may be are under way.
    pub async fn check(&self, payer: Payer, limits: &ServerLimits, target: &Target) -> Result<Check> {
        let caps = &Caps::new(limits);
        let _slot = self.slots.take(payer, limits)?;
        let mut check = Check {
            problem: None,
            server: None,
            warnings: Vec::new(),
        };
        let looked = async {
            let session = Session::open(&self.addresses, target, caps).await?;
            check.server = Some(session.server());
            if target.tls == Tls::Off {
                check.warnings.push(
                    "The connection is not encrypted: anyone on the network in between can read the password and the \
                     rows."
                        .to_owned(),
                );
            }
            check.warnings.extend(session.more_than_reading().await?);
            session.close(caps).await;
            Ok(())
        };
        check.problem = timeout(caps.query, looked)
            .await
            .unwrap_or_else(|_| Err(too_slow(caps.query)))
            .err();
        Ok(check)
    }

    /// The tables that the log-in can see: at most `tables`.
    pub async fn schema(&self, payer: Payer, limits: &ServerLimits, target: &Target) -> Result<Schema> {
        let caps = Caps::new(limits);
        let _slot = self.slots.take(payer, limits)?;
        let read = async {
            let mut session = Session::open(&self.addresses, target, &caps).await?;
            let schema = schema::read(&mut session, target, limits.source_tables as usize).await?;
            session.close(&caps).await;
            Ok::<_, Error>(schema)
        };
        timeout(caps.query, read).await.map_err(|_| too_slow(caps.query))?
    }

    /// Runs `statement` and hands its rows to `sink`. Where it takes too long or `stop` is called, it is ended at the server
    /// as well.
    #[expect(clippy::too_many_arguments, reason = "each is a part of one query")]
    pub async fn query<S: Sink>(
        &self,
        payer: Payer,
        limits: &ServerLimits,
        target: &Target,
        statement: &Statement,
        caps: &Caps,
        sink: &mut S,
        stop: &CancellationToken,
    ) -> Result<Ending> {
        let _slot = self.slots.take(payer, limits)?;
        let opening = Session::open(&self.addresses, target, caps);
        let mut session = tokio::select! {
            session = opening => session?,
            () = stop.cancelled() => return Err(stopped().into()),
        };
        let mut rows = Rows::new(sink, *caps);
        let run = session.run(statement, &mut rows);
        let ended = tokio::select! {
            ended = timeout(caps.query, run) => ended.unwrap_or_else(|_| Err(too_slow(caps.query).into())),
            () = stop.cancelled() => Err(stopped().into()),
        };
        let ending = rows.ending(session.server());
        match ended {
            Ok(()) if !ending.truncated => session.close(caps).await,
            // The server may still be at work on what nobody waits for any more.
            _ => session.cancel(caps).await,
        }
        ended.map(|()| ending)
    }
}

/// A log-in at a database.
enum Session {
    Postgres(Box<postgres::Session>),
    Mysql(Box<mysql::Session>),
}

impl Session {
    async fn open(addresses: &Addresses, target: &Target, caps: &Caps) -> Result<Self, Problem> {
        let opening = async {
            Ok(match target.engine {
                Engine::Postgresql => Self::Postgres(Box::new(postgres::Session::open(addresses, target, caps).await?)),
                Engine::Mysql => Self::Mysql(Box::new(mysql::Session::open(addresses, target, caps).await?)),
            })
        };
        timeout(caps.connect, opening)
            .await
            .map_err(|_| dial::unreachable(target))?
    }

    /// The server's product and version.
    fn server(&self) -> String {
        match self {
            Self::Postgres(session) => session.server.clone(),
            Self::Mysql(session) => session.server.clone(),
        }
    }

    async fn run<S: Sink>(&mut self, statement: &Statement, rows: &mut Rows<'_, S>) -> Result<()> {
        match self {
            Self::Postgres(session) => session.run(statement, rows).await,
            Self::Mysql(session) => session.run(statement, rows).await,
        }
    }

    /// What the log-in may do beyond reading, in words.
    async fn more_than_reading(&self) -> Result<Vec<String>, Problem> {
        match self {
            Self::Postgres(session) => session.more_than_reading().await,
            Self::Mysql(session) => session.more_than_reading().await,
        }
    }

    /// Ends the session in a good way, for as long as that takes a server that answers.
    async fn close(self, caps: &Caps) {
        let ended = match self {
            Self::Postgres(session) => timeout(caps.connect, session.close()).await,
            Self::Mysql(session) => timeout(caps.connect, session.close()).await,
        };
        if ended.is_err() {
            tracing::debug!("a source did not take the end of a session");
        }
    }

    /// Ends what the server does for this session.
    async fn cancel(self, caps: &Caps) {
        let ended = match self {
            Self::Postgres(session) => timeout(caps.connect, session.cancel()).await,
            Self::Mysql(session) => timeout(caps.connect, session.cancel()).await,
        };
        if ended.is_err() {
            tracing::warn!("a source did not take the end of a query");
        }
    }
}

impl Problem {
    fn new(kind: Kind, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { kind, message }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        let message = problem.message;
        match problem.kind {
            Kind::Sql => Self::invalid("sql", "sql", message),
            Kind::Name | Kind::Address | Kind::Network => Self::conflict("source_unreachable", message),
            Kind::Tls => Self::conflict("source_tls", message),
            Kind::Login => Self::conflict("source_login", message),
            Kind::Permission => Self::conflict("source_permission", message),
            Kind::Timeout => Self::conflict("source_timeout", message),
            Kind::Value => Self::conflict("source_value", message),
            Kind::Server | Kind::Stopped => Self::conflict("source_failed", message),
        }
    }
}

fn too_slow(after: Duration) -> Problem {
    let message = format!(
        "The query took longer than {} seconds and was stopped. Ask for less: a shorter period, fewer columns, or \
         totals.",
        after.as_secs()
    );
    Problem::new(Kind::Timeout, message)
}

fn stopped() -> Problem {
    Problem::new(Kind::Stopped, "The query was stopped.")
}
