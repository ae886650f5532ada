//! Databases of others for the tests: a PostgreSQL with TLS and a MariaDB on loopback, of this process. They end with it
//! however that ends, since a shell waits for the end of its pipe.

use std::{
    fs,
    io::{BufRead, BufReader},
    net::TcpListener,
    os::unix::{fs::PermissionsExt, process::CommandExt},
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::OnceLock,
};

use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection, PgConnection, postgres::PgConnectOptions};

/// The password of everybody.
pub const PASSWORD: &str = "quiet harbour 7 lantern";

/// A server that has started.
pub struct Server {
    pub port: u16,
    /// The certificate in PEM, for the name `localhost`.
    pub certificate: String,
    folder: PathBuf,
    _watcher: Child,
}

/// A PostgreSQL whose superuser is `postgres`, and whose `reader` may only read.
pub async fn postgres() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    tokio::task::spawn_blocking(|| SERVER.get_or_init(|| start(POSTGRES).expect("PostgreSQL")))
        .await
        .unwrap()
}

/// A MariaDB whose `root` may everything, and whose `reader` may only read; `None`, and said aloud, where it is not
/// installed.
pub async fn maria() -> Option<&'static Server> {
    static SERVER: OnceLock<Option<Server>> = OnceLock::new();
    let server = tokio::task::spawn_blocking(|| SERVER.get_or_init(|| start(MARIA)))
        .await
        .unwrap();
    if server.is_none() {
        crate::command::skip("MariaDB is not tried: mariadbd is not installed; ./dev test installs it");
    }
    server.as_ref()
}

impl Server {
    /// What a source at a new database of the PostgreSQL is made of.
    pub async fn database(&self, name: &str, setup: &str) -> Value {
        let mut admin = self.admin("postgres").await;
        run(&mut admin, &format!("create database {name}")).await;
        let mut own = self.admin(name).await;
        run(&mut own, setup).await;
        run(&mut own, "grant select on all tables in schema public to reader").await;
        self.source("postgresql", name, "postgres")
    }

    pub fn source(&self, engine: &str, database: &str, user: &str) -> Value {
        json!({"name": format!("{database} {user}"), "engine": engine, "host": "127.0.0.1", "port": self.port,
            "database": database, "user": user, "password": PASSWORD, "tls": "off", "members_may_query": true})
    }

    /// A connection of the superuser, past everything of ours.
    pub async fn admin(&self, database: &str) -> PgConnection {
        let options = PgConnectOptions::new()
            .host("127.0.0.1")
            .port(self.port)
            .username("postgres");
        PgConnection::connect_with(&options.password(PASSWORD).database(database))
            .await
            .unwrap()
    }

    /// The files that somebody else could have made in the server's folder.
    pub fn strange_files(&self) -> Vec<String> {
        let files = fs::read_dir(self.folder.join("outbox")).unwrap();
        files
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .collect()
    }

    /// A folder that the server could write to.
    pub fn outbox(&self) -> String {
        self.folder.join("outbox").to_str().unwrap().to_owned()
    }
}

pub async fn run(connection: &mut PgConnection, sql: &str) {
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))
        .execute(connection)
        .await
        .unwrap();
}

fn start(script: &str) -> Option<Server> {
    let folder = tempfile::Builder::new()
        .prefix("glovebox-source-")
        .permissions(PermissionsExt::from_mode(0o755))
        .tempdir()
        .unwrap()
        .keep();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    fs::write(folder.join("server.crt"), made.cert.pem()).unwrap();
    fs::write(folder.join("server.key"), made.signing_key.serialize_pem()).unwrap();
    fs::write(folder.join("password"), PASSWORD).unwrap();
    let mut watcher = Command::new("sh")
        .args(["-c", &format!("{BOTH}{script}"), "sh"])
        .arg(&folder)
        .args([port.to_string().as_str(), PASSWORD])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        // Ctrl-C is for the tests.
        .process_group(0)
        .spawn()
        .unwrap();
    let mut told = String::new();
    BufReader::new(watcher.stdout.take().unwrap())
        .read_line(&mut told)
        .unwrap();
    (told.trim() == "ready").then(|| Server {
        port,
        certificate: made.cert.pem(),
        folder,
        _watcher: watcher,
    })
}

/// As another user under root, which these servers refuse to run as.
const BOTH: &str = r#"
    set -e
    dir=$1; port=$2; password=$3
    cd "$dir"; mkdir data outbox
    run=; user=$(id -un)
    if [ "$(id -u)" = 0 ]; then
        user=postgres; id -u postgres >/dev/null 2>&1 || user=nobody
        run="setpriv --reuid=$user --regid=$(id -g $user) --clear-groups --"
    fi
    chmod 600 server.key; [ "$(id -u)" != 0 ] || chown -R "$user" "$dir"
"#;

const POSTGRES: &str = r#"
    programs=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
    [ -n "$programs" ] || programs=$(dirname "$(readlink -f "$(command -v initdb)")")
    $run "$programs/initdb" -D "$dir/data" -U postgres -E UTF8 --locale=C.UTF-8 -A scram-sha-256 --pwfile="$dir/password" --no-sync >&2
    $run "$programs/pg_ctl" start -s -w -D "$dir/data" -l "$dir/log" -o "-c listen_addresses=127.0.0.1 -p $port -k $dir -c fsync=off \
        -c ssl=on -c ssl_cert_file=$dir/server.crt -c ssl_key_file=$dir/server.key" >&2
    PGPASSWORD=$password $run "$programs/psql" -q -X -h "$dir" -p "$port" -U postgres -c "create role reader login password '$password'" >&2
    echo ready
    read -r _ || true
    $run "$programs/pg_ctl" stop -s -D "$dir/data" -m immediate
    rm -rf "$dir"
"#;

const MARIA: &str = r#"
    command -v mariadbd >/dev/null && command -v my_print_defaults >/dev/null || { rm -rf "$dir"; echo missing; exit; }
    $run mariadb-install-db --no-defaults --datadir="$dir/data" --auth-root-authentication-method=normal --skip-test-db >&2
    cat >init.sql <<SQL
create database shop;
create table shop.orders (id int primary key auto_increment, city varchar(40) not null comment 'Where it went',
    amount decimal(10, 2), placed datetime, note text);
insert into shop.orders (city, amount, placed, note) values ('London', 12.50, '2026-01-02 03:04:05', ''),
    ('Paris', 7, null, null), ('London', 100, '2026-02-03 00:00:00', 'a, "b"');
create table shop.lines (order_id int, n int, foreign key (order_id) references shop.orders (id));
create or replace user root@'127.0.0.1' identified by '$password';
grant all privileges on *.* to root@'127.0.0.1' with grant option;
create or replace user reader@'127.0.0.1' identified by '$password';
grant select on shop.* to reader@'127.0.0.1';
SQL
    $run mariadbd --no-defaults --datadir="$dir/data" --port="$port" --bind-address=127.0.0.1 --skip-name-resolve \
        --socket="$dir/socket" --pid-file="$dir/pid" --secure-file-priv= --init-file="$dir/init.sql" >"$dir/log" 2>&1 &
    until grep -q "ready for connections" "$dir/log"; do kill -0 $!; sleep 0.1; done
    echo ready
    read -r _ || true
    kill -KILL "$(cat "$dir/pid")"
    rm -rf "$dir"
"#;
