//! A PostgreSQL cluster of the server's own, in its data folder.
//!
//! It is made at first use, listens on a socket that only its user and root can reach, and never on a network. Every
//! command on the data folder may use it at the same time: the first one starts it, the last one stops it. When all of
//! them were killed it lives on, and the next one finds it. Updating it to another major version is not done here.

use std::{
    fs::{self, File, OpenOptions},
    io,
    os::{
        fd::AsRawFd,
        unix::{
            ffi::OsStrExt,
            fs::{OpenOptionsExt, symlink},
        },
    },
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use sqlx::postgres::{PgConnectOptions, PgSslMode};

use super::programs::{Account, Programs, text_of};
use crate::data_folder::{self, lock_file};

/// How long starting may take: after a crash PostgreSQL first repeats what it had not written.
const START_TIMEOUT: Duration = Duration::from_mins(2);
/// How long a command waits while another one starts or stops the cluster.
const TURN_TIMEOUT: Duration = Duration::from_mins(3);
const POLL: Duration = Duration::from_millis(20);
/// Where the cluster goes under root, when the data folder is closed to the user that PostgreSQL runs as.
const ELSEWHERE: &str = "/var/lib/glovebox";
/// The role and the database of the server.
const NAME: &str = "glovebox";
/// Bytes that the path of a socket may have on Linux (`sun_path` of unix(7), without its end).
const SOCKET_PATH_MAX_BYTES: usize = 107;

/// A running cluster, in use until [`close`](Cluster::close) or the end of this value.
#[derive(Debug)]
pub struct Cluster {
    place: Place,
    /// Locked in common by everyone who uses the cluster; taken when this one no longer does.
    in_use: Option<File>,
    /// Keeps the folder reachable under a short name, where its own is too long for a socket.
    handle: File,
}

/// Where a cluster is and how its programs are run.
#[derive(Clone, Debug)]
pub struct Place {
    /// The data folder of the server.
    data: PathBuf,
    /// The cluster's own folder, without links on the way.
    folder: PathBuf,
    account: Account,
    programs: Programs,
}

/// How a cluster is to be run.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Connections of the server itself; others get some as well.
    pub connections: u32,
    /// Whether what is committed outlives the machine's sudden end. Off for tests alone.
    pub durable: bool,
}

impl Cluster {
    /// Makes and starts the cluster of the data folder, as far as that was not done. Blocks.
    pub fn open(data: &Path, settings: Settings) -> Result<Self> {
        let _turn = turn(data)?;
        let place = Place::make(data, settings)?;
        let in_use = lock_file(&data.join("postgres.users"))?;
        in_use.lock_shared().context("marking the database as in use")?;
        let handle = OpenOptions::new()
            .read(true)
            .custom_flags(libc::O_PATH | libc::O_DIRECTORY)
            .open(&place.folder)
            .with_context(|| format!("opening {}", place.folder.display()))?;
        place.start(settings)?;
        Ok(Self {
            place,
            in_use: Some(in_use),
            handle,
        })
    }

    /// How to connect to the server's database.
    pub fn options(&self) -> PgConnectOptions {
        let path_bytes = self.place.folder.as_os_str().len() + "/.s.PGSQL.5432".len();
        let socket = if path_bytes <= SOCKET_PATH_MAX_BYTES {
            self.place.folder.clone()
        } else {
            PathBuf::from(format!("/proc/self/fd/{}", self.handle.as_raw_fd()))
        };
        PgConnectOptions::new_without_pgpass()
            .socket(socket)
            .port(5432)
            .username(NAME)
            .database(NAME)
            .ssl_mode(PgSslMode::Disable)
    }

    pub fn place(&self) -> &Place {
        &self.place
    }

    /// Stops the cluster, unless somebody else uses it. Blocks.
    pub fn close(mut self) -> Result<()> {
        self.leave()
    }

    fn leave(&mut self) -> Result<()> {
        let Some(in_use) = self.in_use.take() else {
            return Ok(());
        };
        let _turn = turn(&self.place.data)?;
        in_use.unlock().context("marking the database as no longer in use")?;
        match in_use.try_lock() {
            Ok(()) => self.place.stop(),
            Err(fs::TryLockError::WouldBlock) => Ok(()),
            Err(fs::TryLockError::Error(error)) => Err(error).context("asking who uses the database"),
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Err(error) = self.leave() {
            tracing::warn!("the database was left running: {error:#}");
        }
    }
}

impl Place {
    /// Starts the cluster again if it died. Blocks.
    pub fn revive(&self, settings: Settings) -> Result<()> {
        if self.state() == State::Ready {
            return Ok(());
        }
        let _turn = turn(&self.data)?;
        self.start(settings)
    }

    pub fn major(&self) -> u32 {
        self.programs.major
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The cluster's place, and the cluster itself if it was not made before.
    fn make(data: &Path, settings: Settings) -> Result<Self> {
        let link = data.join("postgres");
        let place = |folder: PathBuf, account, programs| Self {
            data: data.to_owned(),
            folder,
            account,
            programs,
        };
        if fs::symlink_metadata(&link).is_ok() {
            let folder = link.canonicalize().with_context(|| {
                format!(
                    "the database of this data folder is not where {} points to; restore it, or remove the link to \
                     start with an empty one",
                    link.display()
                )
            })?;
            let account = Account::for_cluster(&folder)?;
            if !account.reaches(&folder) {
                bail!(
                    "PostgreSQL runs as {}, which can no longer access {}; open the folders above it (chmod o+x)",
                    account.name,
                    folder.display()
                );
            }
            let version = fs::read_to_string(folder.join("PG_VERSION"))
                .with_context(|| format!("{} is not a PostgreSQL cluster", folder.display()))?;
            let major = version.trim().parse().context("reading the cluster's PG_VERSION")?;
            return Ok(place(folder, account, Programs::find(Some(major))?));
        }
        let account = Account::for_cluster(&link)?;
        let programs = Programs::find(None)?;
        if account.reaches(data) {
            initialise(&programs, &account, &link, settings)?;
            return Ok(place(link, account, programs));
        }
        let folder = Path::new(ELSEWHERE).join(uuid::Uuid::now_v7().to_string());
        data_folder::make(Path::new(ELSEWHERE)).with_context(|| {
            format!(
                "PostgreSQL runs as {}, which cannot access {}, and {ELSEWHERE} cannot be created; open the folders \
                 above the data folder (chmod o+x), or choose another one",
                account.name,
                data.display()
            )
        })?;
        initialise(&programs, &account, &folder, settings)?;
        symlink(&folder, &link).with_context(|| format!("making the link {}", link.display()))?;
        tracing::info!(
            "the data folder is closed to the user {}, so the database is kept in {}",
            account.name,
            folder.display()
        );
        Ok(place(folder, account, programs))
    }

    /// Starts the cluster, if it does not run, and returns when it takes connections.
    fn start(&self, settings: Settings) -> Result<()> {
        let until = Instant::now() + START_TIMEOUT;
        loop {
            match self.state() {
                State::Ready => return Ok(()),
                State::Busy => {}
                State::Stopped => match self.start_once(settings) {
                    Ok(()) => return Ok(()),
                    // What is left of a killed postmaster needs a moment to notice.
                    Err(error) if error.to_string().contains("pre-existing shared memory") => {}
                    Err(error) => return Err(error),
                },
            }
            if Instant::now() > until {
                bail!(
                    "the database in {} is still not ready after {} seconds; {}",
                    self.folder.display(),
                    START_TIMEOUT.as_secs(),
                    self.last_words()
                );
            }
            thread::sleep(POLL);
        }
    }

    fn start_once(&self, settings: Settings) -> Result<()> {
        self.forget_stale_pid()?;
        let files = [
            ("glovebox.conf", server_settings(settings)),
            ("pg_hba.conf", HBA.to_owned()),
            ("pg_ident.conf", self.identities()),
        ];
        for (name, text) in files {
            self.account.write(&self.folder.join(name), &text)?;
        }
        let folder = text_of(&self.folder)?;
        let log = self.folder.join("server.log");
        let timeout = START_TIMEOUT.as_secs().to_string();
        let start = ["start", "-D", folder, "-s", "-w", "-t", &timeout, "-l", text_of(&log)?];
        let started = self.programs.run(&self.account, "pg_ctl", &start, "");
        started
            .map_err(|error| error.context(self.last_words()))
            .context("starting the database")
            .map(drop)
    }

    fn stop(&self) -> Result<()> {
        if self.state() == State::Stopped {
            return Ok(());
        }
        let folder = text_of(&self.folder)?;
        let stop = |mode| {
            self.programs.run(
                &self.account,
                "pg_ctl",
                &["stop", "-D", folder, "-s", "-w", "-t", "60", "-m", mode],
                "",
            )
        };
        // What an immediate stop leaves undone, the next start repeats.
        stop("fast")
            .or_else(|_| stop("immediate"))
            .context("stopping the database")
            .map(drop)
    }

    /// What the cluster does, by the file that PostgreSQL keeps about it (`src/include/utils/pidfile.h`).
    fn state(&self) -> State {
        let file = fs::read_to_string(self.folder.join("postmaster.pid")).unwrap_or_default();
        let mut lines = file.lines();
        let Some(pid) = lines.next().and_then(|line| line.trim().parse::<u32>().ok()) else {
            return State::Stopped;
        };
        if !self.is_postmaster(pid) {
            return State::Stopped;
        }
        match lines.nth(6).map(str::trim) {
            Some("ready") => State::Ready,
            _ => State::Busy,
        }
    }

    /// Whether the process `pid` is this cluster's postmaster. Its command line says so, which every user may read.
    fn is_postmaster(&self, pid: u32) -> bool {
        let line = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        let mut words = line.split(|byte| *byte == 0);
        words.next().is_some_and(|program| program.ends_with(b"postgres"))
            && words.any(|word| word == self.folder.as_os_str().as_bytes())
    }

    /// Puts a number that no process has into the pid file of a cluster that is gone. Some other process may have its
    /// number by now, which PostgreSQL would take for the cluster. The rest of the file stays: by it PostgreSQL finds
    /// out whether something of the old cluster still lives.
    fn forget_stale_pid(&self) -> Result<()> {
        let path = self.folder.join("postmaster.pid");
        let Ok(file) = fs::read_to_string(&path) else {
            return Ok(());
        };
        let rest = file.split_once('\n').map_or("", |(_, rest)| rest);
        self.account.write(&path, &format!("{}\n{rest}", i32::MAX))
    }

    /// Who may connect as whom: the users who could read the cluster's files anyway.
    fn identities(&self) -> String {
        let mut text = String::from("# Written by glovebox at every start.\n");
        for user in ["root", &self.account.name] {
            for role in [NAME, "postgres"] {
                text.extend(["glovebox \"", user, "\" ", role, "\n"]);
            }
        }
        text
    }

    fn last_words(&self) -> String {
        let log = self.folder.join("server.log");
        format!("the end of {}:\n{}", log.display(), self.account.last_lines(&log))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Stopped,
    /// Starting or stopping.
    Busy,
    Ready,
}

/// Starting and stopping is done by one process at a time.
fn turn(data: &Path) -> Result<File> {
    let file = lock_file(&data.join("postgres.lock"))?;
    let until = Instant::now() + TURN_TIMEOUT;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(fs::TryLockError::WouldBlock) if Instant::now() < until => thread::sleep(POLL),
            Err(fs::TryLockError::WouldBlock) => bail!(
                "another command has been starting or stopping the database in {} for {} seconds; end that one first",
                data.display(),
                TURN_TIMEOUT.as_secs()
            ),
            Err(fs::TryLockError::Error(error)) => return Err(error).context("locking the database"),
        }
    }
}

/// Makes a cluster with the server's role and its empty database. It appears at `folder` when it is complete.
fn initialise(programs: &Programs, account: &Account, folder: &Path, settings: Settings) -> Result<()> {
    let unfinished = folder.with_extension("new");
    match fs::remove_dir_all(&unfinished) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(error).context("removing an unfinished database");
        }
        _ => {}
    }
    tracing::info!("making a database in {}", folder.display());
    let path = text_of(&unfinished)?;
    let initdb = |locale: &str| {
        account.make_folder(&unfinished)?;
        let locale = format!("--locale={locale}");
        let mut arguments = vec![
            "-D",
            path,
            "-U",
            "postgres",
            "-E",
            "UTF8",
            &locale,
            "-k",
            "-A",
            "peer",
            "--no-instructions",
        ];
        if !settings.durable {
            arguments.push("--no-sync");
        }
        programs.run(account, "initdb", &arguments, "").map(drop)
    };
    initdb("C.UTF-8").or_else(|error| {
        // Some systems are without it; then letters outside ASCII have no capitals for the database.
        if !format!("{error:#}").contains("locale") {
            return Err(error);
        }
        fs::remove_dir_all(&unfinished).context("removing an unfinished database")?;
        initdb("C")
    })?;
    // Nobody has to connect with a superuser's power, so the role is made before anybody can.
    let single = [
        "--single",
        "-D",
        path,
        "-c",
        "exit_on_error=on",
        "-c",
        "log_min_messages=error",
        "postgres",
    ];
    let role = format!("create role {NAME} login;\ncreate database {NAME} owner {NAME};\n");
    programs.run(account, "postgres", &single, &role)?;
    let config = unfinished.join("postgresql.conf");
    let own = fs::read_to_string(&config).context("reading postgresql.conf")?;
    // What an administrator adds below that line wins.
    account.write(
        &config,
        &format!("{own}\ninclude 'glovebox.conf' # written by glovebox at every start\n"),
    )?;
    fs::rename(&unfinished, folder).with_context(|| format!("making {}", folder.display()))
}

const HBA: &str = "\
# Written by glovebox at every start: no network, and the socket knows who is at its other end.
local all all peer map=glovebox
local replication all peer map=glovebox
";

fn server_settings(settings: Settings) -> String {
    let durable = if settings.durable { "on" } else { "off" };
    // Tests and commands beside the server need some, too.
    let connections = settings.connections + 40;
    format!(
        "\
# Written by glovebox at every start; change postgresql.conf below the line that includes this.
listen_addresses = ''
port = 5432
unix_socket_directories = '.'
unix_socket_permissions = 0700
max_connections = {connections}
shared_buffers = '128MB'
max_wal_size = '256MB'
jit = off
timezone = 'UTC'
idle_in_transaction_session_timeout = '5min'
# A statement or a detail can have somebody's data in it.
log_min_messages = log
log_min_error_statement = panic
log_error_verbosity = terse
log_checkpoints = off
log_timezone = 'UTC'
fsync = {durable}
full_page_writes = {durable}
"
    )
}
