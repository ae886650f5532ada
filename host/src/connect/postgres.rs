//! PostgreSQL, by tokio-postgres over a stream that was dialled here.

mod stream;

use std::{net::SocketAddr, pin::pin};

use bytes::BytesMut;
use futures_util::TryStreamExt;
use serde_json::Value;
use tokio::task::JoinHandle;
use tokio_postgres::{
    CancelToken, Client, Config, NoTls,
    config::SslMode,
    error::SqlState,
    types::{Format, IsNull, ToSql, Type, to_sql_checked},
};

use self::stream::{Metered, Negotiation};
use super::{
    Caps, Kind, Problem, Rows, Sink, Target, Tls, dial,
    gate::Statement,
    rows::{Column, Ending, Kept},
    values::{self, Raw},
};
use crate::{addresses::Addresses, error::Result};

/// Bytes of one message of the server, such as a row.
const MESSAGE_MAX_BYTES: usize = 32 << 20;
/// Milliseconds that a query waits for a lock of others.
const LOCK_TIMEOUT_MS: u32 = 5_000;

pub(super) struct Session {
    client: Client,
    cancel: CancelToken,
    connection: JoinHandle<()>,
    target: Target,
    /// What was dialled, and is dialled again to end a query.
    address: SocketAddr,
    pub(super) server: String,
}

impl Session {
    pub(super) async fn open(addresses: &Addresses, target: &Target, caps: &Caps) -> Result<Self, Problem> {
        let resolved = dial::resolve(addresses, target).await?;
        let (stream, address) = dial::dial(target, &resolved).await?;
        let mut config = Config::new();
        config
            .user(&target.user)
            .password(target.password.expose())
            .dbname(&target.database)
            .application_name("glovebox");
        let (client, connection) = match target.tls {
            Tls::VerifyFull => {
                let (connector, name) = dial::tls(target)?;
                config.ssl_mode(SslMode::Require);
                let opened = config
                    .connect_raw(stream, Negotiation::new(connector, name, MESSAGE_MAX_BYTES))
                    .await;
                let (client, connection) = opened.map_err(|error| problem(&error))?;
                (client, tokio::spawn(async { drop(connection.await) }))
            }
            Tls::Off => {
                config.ssl_mode(SslMode::Disable);
                let opened = config.connect_raw(Metered::new(stream, MESSAGE_MAX_BYTES), NoTls).await;
                let (client, connection) = opened.map_err(|error| problem(&error))?;
                (client, tokio::spawn(async { drop(connection.await) }))
            }
        };
        let mut session = Self {
            cancel: client.cancel_token(),
            client,
            connection,
            target: target.clone(),
            address,
            server: String::new(),
        };
        session.read_only(caps).await?;
        Ok(session)
    }

    /// Nothing can be written from here on: once the transaction has read, it cannot be made one that writes.
    async fn read_only(&mut self, caps: &Caps) -> Result<(), Problem> {
        let begin = format!(
            "set default_transaction_read_only = on; set standard_conforming_strings = on; set statement_timeout = {};
             set lock_timeout = {LOCK_TIMEOUT_MS}; set timezone = 'UTC';
             begin isolation level repeatable read read only; select 1",
            caps.query.as_millis()
        );
        self.client
            .batch_execute(&begin)
            .await
            .map_err(|error| problem(&error))?;
        let version = self
            .client
            .query_one("select current_setting('server_version')", &[])
            .await;
        let version = version.map_err(|error| problem(&error))?;
        let version: &str = version.try_get(0).map_err(|error| problem(&error))?;
        self.server = format!("PostgreSQL {version}");
        Ok(())
    }

    pub(super) async fn run<S: Sink>(&mut self, statement: &Statement, rows: &mut Rows<'_, S>) -> Result<()> {
        // The extended protocol: the server refuses more than one statement here.
        let prepared = self
            .client
            .prepare(&statement.sql)
            .await
            .map_err(|error| sql_problem(&error, &statement.sql))?;
        let columns = prepared.columns();
        if let Some(column) = columns.iter().find(|column| !values::known(column.type_())) {
            let (name, kind) = (column.name(), column.type_().name());
            let message = format!("Values of the type {kind} cannot be shown. Write {name}::text in place of {name}.");
            return Err(Problem::new(Kind::Value, message).into());
        }
        let told = columns.iter().map(|column| Column {
            name: column.name().to_owned(),
            data_type: column.type_().name().to_owned(),
        });
        rows.columns(told.collect()).await?;
        let parameters = statement.values.iter().map(Bound);
        let stream = self.client.query_raw(&prepared, parameters).await;
        let mut stream = pin!(stream.map_err(|error| sql_problem(&error, &statement.sql))?);
        let most = rows.cell_max_bytes();
        let mut cells = Vec::with_capacity(prepared.columns().len());
        while let Some(row) = stream
            .try_next()
            .await
            .map_err(|error| sql_problem(&error, &statement.sql))?
        {
            cells.clear();
            let mut bytes = 0;
            for (at, column) in prepared.columns().iter().enumerate() {
                let raw: Option<Raw<'_>> = row.try_get(at).map_err(|error| problem(&error))?;
                let text = raw.map(|raw| values::text(column.type_(), raw.0, most)).transpose();
                let text = text
                    .map_err(|wrong| Problem::new(Kind::Value, format!("In the column {}: {wrong}.", column.name())))?;
                bytes += text.as_ref().map_or(0, String::len);
                cells.push(text);
                rows.has_room(&cells, bytes)?;
            }
            if !rows.row(&cells).await? {
                return Ok(());
            }
        }
        Ok(())
    }

    pub(super) async fn more_than_reading(&self) -> Result<Vec<String>, Problem> {
        let row = self
            .client
            .query_one(RIGHTS, &[])
            .await
            .map_err(|error| problem(&error))?;
        let mut warnings = Vec::new();
        let mut warn = |at: usize, message: &str| {
            // What a server answers is not believed to be what was asked for.
            if row.try_get::<_, Option<bool>>(at).ok().flatten().unwrap_or(false) {
                warnings.push(message.to_owned());
            }
        };
        let user = quoted(&self.target.user);
        warn(
            0,
            "This user is a superuser. Create a read-only user: CREATE ROLE reader LOGIN PASSWORD '…'; GRANT \
             pg_read_all_data TO reader;",
        );
        warn(
            1,
            "This user can change rows of tables. Revoke that, or create a read-only user.",
        );
        warn(
            2,
            &format!(
                "This user can create schemas in the database. Revoke that: REVOKE CREATE ON DATABASE {} FROM {user};",
                quoted(&self.target.database)
            ),
        );
        warn(
            3,
            "This user can read or write files on the server, or start programs there. Revoke these roles.",
        );
        Ok(warnings)
    }

    pub(super) async fn close(self) {
        // Nothing was changed, so a failure leaves nothing behind.
        let _ = self.client.batch_execute("rollback").await;
        self.connection.abort();
    }

    /// Ends the running query at the server, at the address that was checked before.
    pub(super) async fn cancel(self) {
        if let Ok((stream, _)) = dial::dial(&self.target, &[self.address]).await {
            let told = match self.target.tls {
                Tls::VerifyFull => match dial::tls(&self.target) {
                    Ok((connector, name)) => {
                        let tls = Negotiation::new(connector, name, MESSAGE_MAX_BYTES);
                        self.cancel.cancel_query_raw(stream, tls).await
                    }
                    Err(_) => Ok(()),
                },
                Tls::Off => self.cancel.cancel_query_raw(stream, NoTls).await,
            };
            if let Err(error) = told {
                tracing::debug!(error = %error, "a query could not be ended");
            }
        }
        self.connection.abort();
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.connection.abort();
    }
}

/// The rows of one of our own statements.
pub(super) async fn own(session: &mut Session, caps: &Caps, sql: &str) -> Result<(Vec<Vec<Option<String>>>, Ending)> {
    let mut kept = Kept::default();
    let mut rows = Rows::new(&mut kept, *caps);
    session.run(&Statement::own(sql, Vec::new()), &mut rows).await?;
    let ending = rows.ending(String::new());
    Ok((kept.0, ending))
}

/// Superuser; may change rows; may make schemas; may reach files and programs.
const RIGHTS: &str = "
    select
        (select rolsuper from pg_catalog.pg_roles where rolname = current_user),
        exists (
            select from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
            where c.relkind in ('r', 'p', 'v', 'f') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
                and pg_catalog.has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
        ),
        pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE'),
        exists (
            select from pg_catalog.pg_roles r
            where r.rolname in ('pg_execute_server_program', 'pg_read_server_files', 'pg_write_server_files')
                and pg_catalog.pg_has_role(r.oid, 'MEMBER')
        )
";

/// A parameter, sent as text: the server reads it as the type that it needs in its place.
#[derive(Debug)]
struct Bound<'a>(&'a Value);

impl ToSql for Bound<'_> {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self.0 {
            Value::Null => return Ok(IsNull::Yes),
            Value::String(text) => out.extend_from_slice(text.as_bytes()),
            other => out.extend_from_slice(other.to_string().as_bytes()),
        }
        Ok(IsNull::No)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    fn encode_format(&self, _: &Type) -> Format {
        Format::Text
    }

    to_sql_checked!();
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn sql_problem(error: &tokio_postgres::Error, sql: &str) -> Problem {
    let mut problem = problem(error);
    if let Some(tokio_postgres::error::ErrorPosition::Original(at)) =
        error.as_db_error().and_then(|error| error.position())
    {
        let before: Vec<char> = sql.chars().take(at.saturating_sub(1) as usize).collect();
        let line = before.iter().filter(|c| **c == '\n').count() + 1;
        let column = before.iter().rev().take_while(|c| **c != '\n').count() + 1;
        problem.message = format!("{} (line {line}, column {column})", problem.message);
    }
    problem
}

fn problem(error: &tokio_postgres::Error) -> Problem {
    if let Some(found) = dial::tls_problem(error) {
        return found;
    }
    let Some(db) = error.as_db_error() else {
        let text = std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string);
        if text.contains("does not support TLS") {
            let message = "The server does not accept encrypted connections. Turn TLS on there; on a network that you \
                           trust, you can turn TLS off here.";
            return Problem::new(Kind::Tls, message);
        }
        return Problem::new(Kind::Server, format!("The connection failed: {text}."));
    };
    let told = db.message();
    let code = db.code();
    let (kind, message) = match code.code().get(..2).unwrap_or_default() {
        _ if *code == SqlState::INVALID_CATALOG_NAME => (Kind::Login, format!("Database not found: {told}.")),
        "28" => (
            Kind::Login,
            format!("The login was refused: {told}. Check the user and password, and pg_hba.conf."),
        ),
        _ if *code == SqlState::INSUFFICIENT_PRIVILEGE => (
            Kind::Permission,
            format!(
                "This user does not have permission: {told}. The people who run the database can GRANT SELECT on \
                 it."
            ),
        ),
        _ if *code == SqlState::QUERY_CANCELED => (
            Kind::Timeout,
            "The query took too long and was stopped. Ask for less: a shorter period, fewer columns, or totals."
                .to_owned(),
        ),
        "22" | "25" | "42" | "0A" | "21" => (Kind::Sql, format!("The database says: {told}")),
        _ => (Kind::Server, format!("The database says: {told}")),
    };
    Problem::new(kind, message)
}
