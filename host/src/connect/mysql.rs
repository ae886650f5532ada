//! MySQL and MariaDB, by `mysql_async` at an address that was checked here.

use std::{fmt::Write as _, net::SocketAddr, time::Duration};

use mysql_async::{
    Conn, Error as Failure, IoError, Opts, OptsBuilder, Params, SslOpts, Value as Cell,
    consts::{ColumnFlags, ColumnType},
    prelude::Queryable,
};
use serde_json::Value;

use super::{
    Caps, Kind, Problem, Rows, Sink, Target, Tls, dial,
    gate::Statement,
    rows::{Column, Ending, Kept},
};
use crate::{addresses::Addresses, error::Result};

/// Bytes of one message of the server, such as a row.
const MESSAGE_MAX_BYTES: usize = 32 << 20;
/// Seconds that a query waits for a lock of others.
const LOCK_TIMEOUT_S: u32 = 5;
/// The number of the character set of bytes that are no text.
const BINARY: u16 = 63;

pub(super) struct Session {
    connection: Conn,
    /// With the one address that was dialled, to end a query there.
    opts: Opts,
    pub(super) server: String,
}

impl Session {
    pub(super) async fn open(addresses: &Addresses, target: &Target, caps: &Caps) -> Result<Self, Problem> {
        let resolved = dial::resolve(addresses, target).await?;
        // The driver dials for itself, so it is told which address, after that has answered.
        let (stream, address) = dial::dial(target, &resolved).await?;
        drop(stream);
        let opts = opts(target, address)?;
        let connection = Conn::new(opts.clone()).await.map_err(|error| problem(&error))?;
        let mut session = Self {
            connection,
            opts,
            server: String::new(),
        };
        session.read_only(caps).await.map_err(|error| problem(&error))?;
        Ok(session)
    }

    async fn read_only(&mut self, caps: &Caps) -> Result<(), Failure> {
        let version: Option<String> = self.connection.query_first("select version()").await?;
        let version = version.unwrap_or_default();
        let maria = version.contains("MariaDB");
        let product = if maria { "MariaDB" } else { "MySQL" };
        self.server = format!("{product} {}", version.split('-').next().unwrap_or_default());
        let time_limit = if maria {
            format!("set session max_statement_time = {}", caps.query.as_secs_f64())
        } else {
            format!("set session max_execution_time = {}", caps.query.as_millis())
        };
        // The settings of the tokens are those that the gate reads with.
        let settings = [
            // Without the last, a column beside a total would have the value of any row.
            "set session sql_mode = 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION,\
             ONLY_FULL_GROUP_BY'",
            // Else it cuts what it joins at 1,024 bytes, and says nothing.
            // Beyond what a value may have, by a whole character, so that a longer one is refused.
            &format!("set session group_concat_max_len = {}", caps.cell_bytes + 4),
            "set session transaction read only",
            &time_limit,
            &format!("set session lock_wait_timeout = {LOCK_TIMEOUT_S}"),
            "set session time_zone = '+00:00'",
            "start transaction read only",
        ];
        for setting in settings {
            self.connection.query_drop(setting).await?;
        }
        Ok(())
    }

    pub(super) async fn run<S: Sink>(&mut self, statement: &Statement, rows: &mut Rows<'_, S>) -> Result<()> {
        let values = statement.values.iter().map(bound).collect();
        let parameters = if statement.values.is_empty() {
            Params::Empty
        } else {
            Params::Positional(values)
        };
        let prepared = self
            .connection
            .prep(statement.sql.as_str())
            .await
            .map_err(|error| problem(&error))?;
        let mut result = self
            .connection
            .exec_iter(prepared, parameters)
            .await
            .map_err(|error| problem(&error))?;
        let columns = result.columns_ref().to_vec();
        let told = columns.iter().map(|column| Column {
            name: column.name_str().into_owned(),
            data_type: type_name(column.column_type()),
        });
        rows.columns(told.collect()).await?;
        let mut cells = Vec::with_capacity(columns.len());
        while let Some(row) = result.next().await.map_err(|error| problem(&error))? {
            cells.clear();
            for (cell, column) in row.unwrap().into_iter().zip(&columns) {
                let text = text(cell, column).map_err(|wrong| {
                    Problem::new(Kind::Value, format!("In the column {}: {wrong}.", column.name_str()))
                })?;
                cells.push(text);
            }
            if !rows.row(&cells).await? {
                return Ok(());
            }
        }
        Ok(())
    }

    pub(super) async fn more_than_reading(&self) -> Result<Vec<String>, Problem> {
        const HARMLESS: [&str; 8] = [
            "SELECT",
            "USAGE",
            "SHOW VIEW",
            "SHOW DATABASES",
            "PROCESS",
            "REPLICATION CLIENT",
            "BINLOG MONITOR",
            "SHOW_ROUTINE",
        ];
        let mut connection = Conn::new(self.opts.clone()).await.map_err(|error| problem(&error))?;
        let grants: Vec<String> = connection.query("show grants").await.map_err(|error| problem(&error))?;
        let _ = connection.disconnect().await;
        let mut more: Vec<String> = grants
            .iter()
            .filter_map(|grant| grant.strip_prefix("GRANT ")?.split_once(" ON "))
            .flat_map(|(rights, _)| rights.split(", "))
            // What stands in brackets are columns.
            .map(|right| right.split(" (").next().unwrap_or(right).trim().to_owned())
            .filter(|right| !HARMLESS.contains(&right.as_str()))
            .collect();
        more.sort_unstable();
        more.dedup();
        if more.is_empty() {
            return Ok(Vec::new());
        }
        Ok(vec![format!(
            "This user can do more than read: {}. Create a read-only user: GRANT SELECT ON `database`.* TO \
             'reader'@'%';",
            more.join(", ")
        )])
    }

    pub(super) async fn close(self) {
        let Self { mut connection, .. } = self;
        // Nothing was changed, so a failure leaves nothing behind.
        let _ = connection.query_drop("rollback").await;
        let _ = connection.disconnect().await;
    }

    /// Ends the running query at the server, at the address that was checked before.
    pub(super) async fn cancel(self) {
        let id = self.connection.id();
        let killed = async {
            let mut other = Conn::new(self.opts.clone()).await?;
            other.query_drop(format!("kill query {id}")).await?;
            // The connection itself as well: what it has sent already is not read.
            other.query_drop(format!("kill connection {id}")).await?;
            other.disconnect().await
        };
        if let Err(error) = killed.await {
            tracing::debug!(error = %error, "a query could not be ended");
        }
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

fn opts(target: &Target, address: SocketAddr) -> Result<Opts, Problem> {
    let ssl = match target.tls {
        Tls::Off => None,
        Tls::VerifyFull => {
            let roots = match &target.tls_ca {
                Some(pem) => {
                    dial::certificates(pem)?;
                    vec![pem.clone().into_bytes().into()]
                }
                None => rustls_native_certs::load_native_certs()
                    .certs
                    .iter()
                    .map(|certificate| certificate.to_vec().into())
                    .collect(),
            };
            let ssl = SslOpts::default()
                .with_root_certs(roots)
                .with_disable_built_in_roots(true);
            Some(ssl)
        }
    };
    // It announces local files, and without a handler for them refuses what a server asks for.
    let opts = OptsBuilder::default()
        .ip_or_hostname(target.host.trim_matches(['[', ']']))
        .resolved_ips(Some(vec![address.ip()]))
        .tcp_port(target.port)
        .user(Some(&target.user))
        .pass(Some(target.password.expose()))
        .db_name(Some(&target.database))
        .ssl_opts(ssl)
        .prefer_socket(false)
        .stmt_cache_size(0)
        .tcp_keepalive(Some(Duration::from_secs(30)))
        .max_allowed_packet(Some(MESSAGE_MAX_BYTES));
    Ok(opts.into())
}

fn bound(value: &Value) -> Cell {
    match value {
        Value::Null => Cell::NULL,
        Value::Bool(truth) => Cell::Int(i64::from(*truth)),
        Value::String(text) => Cell::Bytes(text.clone().into_bytes()),
        Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) => Cell::Int(whole),
            (None, Some(float)) => Cell::Double(float),
            (None, None) => Cell::Bytes(number.to_string().into_bytes()),
        },
        other => Cell::Bytes(other.to_string().into_bytes()),
    }
}

fn type_name(kind: ColumnType) -> String {
    let name = format!("{kind:?}");
    let name = name.trim_start_matches("MYSQL_TYPE_").to_lowercase();
    match name.as_str() {
        "long" => "int".to_owned(),
        "longlong" => "bigint".to_owned(),
        "short" => "smallint".to_owned(),
        "tiny" => "tinyint".to_owned(),
        "newdecimal" => "decimal".to_owned(),
        "var_string" => "varchar".to_owned(),
        "string" => "char".to_owned(),
        _ => name,
    }
}

/// A value as the server would write it; `None` is NULL.
fn text(cell: Cell, column: &mysql_async::Column) -> Result<Option<String>, String> {
    let fraction = |micros: u32| {
        if micros == 0 {
            return String::new();
        }
        format!(".{micros:06}").trim_end_matches('0').to_owned()
    };
    Ok(Some(match cell {
        Cell::NULL => return Ok(None),
        Cell::Int(number) => number.to_string(),
        Cell::UInt(number) => number.to_string(),
        Cell::Float(number) => format!("{number:?}"),
        Cell::Double(number) => format!("{number:?}"),
        Cell::Date(year, month, day, 0, 0, 0, 0) if column.column_type() == ColumnType::MYSQL_TYPE_DATE => {
            format!("{year:04}-{month:02}-{day:02}")
        }
        Cell::Date(year, month, day, hour, minute, second, micros) => format!(
            "{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}{}",
            fraction(micros)
        ),
        Cell::Time(negative, days, hours, minutes, seconds, micros) => format!(
            "{}{:02}:{minutes:02}:{seconds:02}{}",
            if negative { "-" } else { "" },
            days * 24 + u32::from(hours),
            fraction(micros)
        ),
        Cell::Bytes(bytes) => return bytes_text(bytes, column).map(Some),
    }))
}

fn bytes_text(bytes: Vec<u8>, column: &mysql_async::Column) -> Result<String, String> {
    use ColumnType::{MYSQL_TYPE_BIT, MYSQL_TYPE_GEOMETRY, MYSQL_TYPE_JSON, MYSQL_TYPE_NEWDECIMAL};
    let kind = column.column_type();
    match kind {
        MYSQL_TYPE_BIT => {
            let number = bytes
                .iter()
                .try_fold(0_u64, |number, byte| Some(number.checked_mul(256)? + u64::from(*byte)));
            return number
                .map(|number| number.to_string())
                .ok_or_else(|| "too many bits".to_owned());
        }
        MYSQL_TYPE_GEOMETRY => return Err("a geometry is not shown; write ST_AsText(column)".to_owned()),
        _ => {}
    }
    let is_text = matches!(kind, MYSQL_TYPE_JSON | MYSQL_TYPE_NEWDECIMAL)
        || column.character_set() != BINARY
        || !column.flags().contains(ColumnFlags::BINARY_FLAG);
    if is_text {
        return String::from_utf8(bytes).map_err(|_| "a text is not in UTF-8".to_owned());
    }
    Ok(bytes.iter().fold("\\x".to_owned(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    }))
}

fn problem(error: &Failure) -> Problem {
    if let Some(found) = dial::tls_problem(error) {
        return found;
    }
    let server = match error {
        Failure::Server(server) => server,
        Failure::Io(IoError::Tls(error)) => {
            return Problem::new(Kind::Tls, format!("The connection cannot be encrypted: {error}."));
        }
        Failure::Driver(mysql_async::DriverError::NoClientSslFlagFromServer) => {
            let message = "The server does not accept encrypted connections. Turn TLS on there; on a network that you \
                           trust, you can turn TLS off here.";
            return Problem::new(Kind::Tls, message);
        }
        other => return Problem::new(Kind::Server, format!("The connection failed: {other}.")),
    };
    let told = &server.message;
    let (kind, message) = match server.code {
        1045 | 1698 | 1251 | 1130 => (
            Kind::Login,
            format!("The login was refused: {told}. Check the user and password, and where this user may log in from."),
        ),
        1049 => (Kind::Login, format!("Database not found: {told}.")),
        1044 | 1142 | 1143 | 1227 | 1370 => (
            Kind::Permission,
            format!(
                "This user does not have permission: {told}. The people who run the database can GRANT SELECT on \
                 it."
            ),
        ),
        1969 | 3024 | 1317 => (
            Kind::Timeout,
            "The query took too long and was stopped. Ask for less: a shorter period, fewer columns, or totals."
                .to_owned(),
        ),
        _ if server.state.starts_with("42") || server.state.starts_with("22") || server.state == "25006" => {
            (Kind::Sql, format!("The database says: {told}"))
        }
        1792 | 1054 | 1064 | 1146 | 1295 => (Kind::Sql, format!("The database says: {told}")),
        _ => (Kind::Server, format!("The database says: {told}")),
    };
    Problem::new(kind, message)
}
