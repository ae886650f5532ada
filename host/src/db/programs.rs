//! The PostgreSQL programs on this machine, and the user they run as.
//!
//! PostgreSQL refuses to work for root, so under root its programs run as another user. They get an empty environment:
//! the server's secrets are not their business.

use std::{
    env, fs,
    io::{self, Write},
    os::unix::{fs::MetadataExt, process::CommandExt},
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use anyhow::{Context, Result, anyhow, bail};
use rustix::process::geteuid;

/// The oldest PostgreSQL that will do.
const OLDEST: u32 = 14;

/// One installed PostgreSQL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Programs {
    bin: PathBuf,
    pub major: u32,
    minor: u32,
}

/// The user that PostgreSQL's programs run as.
#[derive(Clone, Debug)]
pub struct Account {
    pub name: String,
    /// User and group, where they are not those of this process.
    switch: Option<(u32, u32)>,
}

impl Programs {
    /// The newest ones, or for a cluster that is already there the newest of its major version.
    pub fn find(major: Option<u32>) -> Result<Self> {
        choose(installed(), major)
    }

    /// Runs one of them to its end.
    ///
    /// # Errors
    /// With what it said, when it fails.
    pub fn run(&self, account: &Account, name: &str, arguments: &[&str], input: &str) -> Result<Output> {
        run(&mut account.command(self.bin.join(name)), name, arguments, input)
    }
}

impl Account {
    /// This process's own user; under root the owner of `folder` if that is there, else `postgres`, else `nobody`.
    pub fn for_cluster(folder: &Path) -> Result<Self> {
        let owner = fs::metadata(folder).ok().map(|found| (found.uid(), found.gid()));
        if !geteuid().is_root() {
            if let Some((uid, _)) = owner
                && uid != geteuid().as_raw()
            {
                bail!(
                    "the database in {} belongs to another user; run this as that user",
                    folder.display()
                );
            }
            let name = id(&["-un"]).context(
                "PostgreSQL needs a name for the user of this process, and the system has none; set DATABASE_URL to a \
                 database that runs elsewhere",
            )?;
            return Ok(Self { name, switch: None });
        }
        if let Some((uid, gid)) = owner {
            let name = format!("user {uid}");
            return Ok(Self {
                name,
                switch: Some((uid, gid)),
            });
        }
        ["postgres", "nobody"]
            .into_iter()
            .find_map(|name| {
                let number = |option| id(&[option, name]).ok()?.parse().ok();
                Some(Self {
                    name: name.to_owned(),
                    switch: Some((number("-u")?, number("-g")?)),
                })
            })
            .context(
                "PostgreSQL refuses to run as root, and there is no user postgres or nobody to run it as; add one, or \
                 set DATABASE_URL",
            )
    }

    /// Whether this user can go into `folder`.
    pub fn reaches(&self, folder: &Path) -> bool {
        let mut test = self.command("test");
        test.arg("-x").arg(folder).status().is_ok_and(|status| status.success())
    }

    /// Makes `folder` this user's own, for nobody else to look into.
    pub fn make_folder(&self, folder: &Path) -> Result<()> {
        let made = fs::DirBuilder::new().create(folder);
        made.and_then(|()| fs::set_permissions(folder, std::os::unix::fs::PermissionsExt::from_mode(0o700)))
            .and_then(|()| match self.switch {
                Some((uid, gid)) => std::os::unix::fs::lchown(folder, Some(uid), Some(gid)),
                None => Ok(()),
            })
            .with_context(|| format!("making the folder {}", folder.display()))
    }

    /// Writes a file as this user. Root must not do so itself: the folder is the user's, who could have put a link in
    /// the file's place.
    pub fn write(&self, path: &Path, text: &str) -> Result<()> {
        run(&mut self.command("tee"), "tee", &[text_of(path)?], text).map(drop)
    }

    /// The end of a file that this user can read.
    pub fn last_lines(&self, path: &Path) -> String {
        let output = self.command("tail").args(["-n", "8"]).arg(path).output();
        output.map_or_else(
            |_| String::new(),
            |output| String::from_utf8_lossy(&output.stdout).trim().to_owned(),
        )
    }

    fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("PATH", env::var_os("PATH").unwrap_or_else(|| "/usr/bin:/bin".into()))
            .env("LC_ALL", "C")
            .env("TZ", "UTC")
            .current_dir("/")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        if let Some((uid, gid)) = self.switch {
            // The standard library drops root's other groups with this.
            command.uid(uid).gid(gid);
        }
        command
    }
}

/// A path as an argument beside others that are text.
pub fn text_of(path: &Path) -> Result<&str> {
    path.to_str()
        .with_context(|| format!("the path {} is not UTF-8; choose another data folder", path.display()))
}

fn run(command: &mut Command, name: &str, arguments: &[&str], input: &str) -> Result<Output> {
    let mut ended = || -> io::Result<Output> {
        let mut child = command
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        if let Some(mut stdin) = child.stdin.take() {
            match stdin.write_all(input.as_bytes()) {
                // It ended without reading, and says why.
                Err(error) if error.kind() != io::ErrorKind::BrokenPipe => return Err(error),
                _ => {}
            }
        }
        child.wait_with_output()
    };
    let output = ended().with_context(|| format!("running PostgreSQL's {name}"))?;
    if output.status.success() {
        return Ok(output);
    }
    let said = [&output.stderr, &output.stdout].map(|bytes| String::from_utf8_lossy(bytes).trim().to_owned());
    Err(anyhow!("{}", said.join("\n").trim()).context(format!("PostgreSQL's {name} failed")))
}

/// Every PostgreSQL in the usual places.
fn installed() -> Vec<Programs> {
    let mut folders = Vec::new();
    if let Ok(output) = Command::new("pg_config").arg("--bindir").output() {
        folders.push(PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()));
    }
    // Debian, and Red Hat's kin with the PostgreSQL project's packages.
    for (parent, prefix) in [("/usr/lib/postgresql", ""), ("/usr", "pgsql-")] {
        let entries = fs::read_dir(parent).into_iter().flatten().flatten();
        let named = entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(prefix));
        folders.extend(named.map(|entry| entry.path().join("bin")));
    }
    for folder in env::split_paths(&env::var_os("PATH").unwrap_or_default()) {
        // A link in the path leads to where the other programs are.
        let initdb = folder.join("initdb").canonicalize().ok();
        folders.extend(initdb.and_then(|initdb| initdb.parent().map(Path::to_owned)));
    }
    folders.sort();
    folders.dedup();
    folders.into_iter().filter_map(|bin| programs_in(&bin)).collect()
}

fn programs_in(bin: &Path) -> Option<Programs> {
    if !["initdb", "pg_ctl", "postgres"]
        .iter()
        .all(|name| bin.join(name).is_file())
    {
        return None;
    }
    let output = Command::new(bin.join("postgres")).arg("--version").output().ok()?;
    let (major, minor) = version(&String::from_utf8_lossy(&output.stdout))?;
    let bin = bin.to_owned();
    Some(Programs { bin, major, minor })
}

/// `15.18` of `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`; `18` of `18beta1`.
fn version(text: &str) -> Option<(u32, u32)> {
    let number = text.split_whitespace().nth(2)?;
    let mut parts = number.split(|c: char| !c.is_ascii_digit());
    let major = parts.next()?.parse().ok()?;
    let minor = number.contains('.').then(|| parts.next()?.parse().ok()).flatten();
    Some((major, minor.unwrap_or(0)))
}

fn choose(found: Vec<Programs>, major: Option<u32>) -> Result<Programs> {
    let newest = found.iter().max_by_key(|programs| (programs.major, programs.minor));
    if let Some(major) = major {
        let of_major = found.iter().filter(|programs| programs.major == major);
        return of_major
            .max_by_key(|programs| programs.minor)
            .cloned()
            .with_context(|| {
                format!(
                    "the database in the data folder was created by PostgreSQL {major}, which is no longer installed; \
                 install it again, on Debian and Ubuntu with: apt-get install postgresql-{major}"
                )
            });
    }
    match newest {
        Some(programs) if programs.major >= OLDEST => Ok(programs.clone()),
        Some(programs) => bail!(
            "PostgreSQL {} is too old, Glovebox needs {OLDEST} or newer; install it, or set DATABASE_URL to a database \
             that runs elsewhere",
            programs.major
        ),
        None => bail!(
            "PostgreSQL is not installed; install it, on Debian and Ubuntu with: apt-get install postgresql; or set \
             DATABASE_URL to a database that runs elsewhere"
        ),
    }
}

fn id(arguments: &[&str]) -> Result<String> {
    let output = Command::new("id")
        .args(arguments)
        .output()
        .context("asking for the user's name")?;
    if !output.status.success() {
        bail!("{}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(major: u32, minor: u32) -> Programs {
        Programs {
            bin: PathBuf::from(format!("/pg/{major}.{minor}")),
            major,
            minor,
        }
    }

    #[test]
    fn the_version_is_read_from_what_postgres_says() {
        let check = |text: &str, expected| assert_eq!(version(text), expected, "{text}");
        check("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n", Some((15, 18)));
        check("postgres (PostgreSQL) 18beta1", Some((18, 0)));
        check("something else", None);
    }

    #[test]
    fn the_newest_is_taken_unless_a_cluster_needs_its_own() {
        let found = || vec![at(14, 9), at(17, 2), at(15, 1), at(15, 18)];
        assert_eq!(choose(found(), None).unwrap(), at(17, 2));
        assert_eq!(choose(found(), Some(15)).unwrap(), at(15, 18));
        let error = choose(found(), Some(16)).unwrap_err().to_string();
        assert!(error.contains("apt-get install postgresql-16"), "{error}");
    }

    #[test]
    fn without_a_usable_postgresql_the_error_says_what_to_install() {
        let check = |found, expected: &str| {
            let error = choose(found, None).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        };
        check(vec![], "apt-get install postgresql;");
        check(vec![at(13, 20)], "PostgreSQL 13 is too old");
    }
}
