//! Where settings come from: the environment and, where that has none, the file `.env` of the current folder.
//!
//! The file may have come with somebody's archive. It is read and never put into the environment, so that libraries and
//! child processes do not see it, and no folder above is looked into. Where this program's own parts are loaded from is
//! not asked of it.

use std::{
    collections::BTreeMap,
    env,
    fs::File,
    io::{self, Read},
    os::unix::fs::MetadataExt,
    path::Path,
};

use anyhow::{Context, Result, bail, ensure};

const FILE: &str = ".env";

/// Bytes of the file.
const FILE_MAX_BYTES: u64 = 1 << 20;

/// The settings by name.
#[derive(Debug, Default)]
pub struct Variables(BTreeMap<String, String>);

impl Variables {
    /// The environment, and the file of the current folder.
    ///
    /// # Errors
    /// Where there is such a file and it does not read, or others may write to it.
    pub fn read() -> Result<Self> {
        Self::read_in(Path::new("."))
    }

    fn read_in(folder: &Path) -> Result<Self> {
        let path = folder.join(FILE);
        let metadata = match path.metadata() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            metadata => metadata.context("reading the file .env")?,
        };
        if !metadata.is_file() || metadata.len() > FILE_MAX_BYTES {
            bail!("the file .env is not a regular file of at most {FILE_MAX_BYTES} bytes");
        }
        let trusted = [0, rustix::process::geteuid().as_raw()].contains(&metadata.uid());
        ensure!(
            trusted && metadata.mode() & 0o002 == 0,
            "other users can write to the file .env in this folder; make it yours (chown, chmod 600), or use another \
             folder"
        );
        let file = File::open(&path).context("reading the file .env")?;
        let variables = dotenvy::from_read_iter(file.take(FILE_MAX_BYTES)).collect::<Result<_, _>>();
        Ok(Self(variables.context("reading the file .env")?))
    }

    /// A variable's text; none where it is empty.
    pub fn get(&self, name: &str) -> Option<String> {
        match env::var(name) {
            Err(env::VarError::NotPresent) => self.0.get(name).cloned().filter(|value| !value.is_empty()),
            _ => Self::environment(name),
        }
    }

    /// The same of the environment alone.
    pub fn environment(name: &str) -> Option<String> {
        env::var(name).ok().filter(|value| !value.is_empty())
    }

    /// Whether the file names the variable and the environment does not.
    pub fn file_alone_has(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(|value| !value.is_empty()) && env::var_os(name).is_none()
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::PermissionsExt};

    use super::*;

    fn write(folder: &Path, mode: u32) {
        let path = folder.join(FILE);
        fs::write(&path, "GLOVEBOX_TEST_OF_ENV='from the file'\nPATH=/nowhere\n").unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn the_file_of_this_folder_fills_in_and_reaches_no_environment() {
        let folder = tempfile::tempdir().unwrap();
        let below = folder.path().join("below");
        fs::create_dir(&below).unwrap();
        write(folder.path(), 0o600);
        let here = Variables::read_in(folder.path()).unwrap();
        assert_eq!(here.get("GLOVEBOX_TEST_OF_ENV").unwrap(), "from the file");
        assert_ne!(here.get("PATH").unwrap(), "/nowhere");
        assert!(env::var_os("GLOVEBOX_TEST_OF_ENV").is_none());
        assert_eq!(Variables::read_in(&below).unwrap().get("GLOVEBOX_TEST_OF_ENV"), None);
    }

    #[test]
    fn a_file_that_others_may_write_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), 0o646);
        let error = Variables::read_in(folder.path()).unwrap_err();
        assert!(error.to_string().contains("other users can write"), "{error:#}");
    }
}
