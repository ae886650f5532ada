//! Where things are: read from the environment once.

use std::path::PathBuf;

use anyhow::{Context, Result};

/// The settings of this process.
pub struct Config {
    /// The pre-initialised guest module: `GLOVEBOX_GUEST`, else `guest.wasm` beside this program.
    pub guest: PathBuf,
    /// What can be made again: `GLOVEBOX_CACHE`, else `glovebox` in the user's cache folder.
    pub cache: PathBuf,
    /// This program, which is its own worker.
    pub program: PathBuf,
}

impl Config {
    /// # Errors
    /// Names the variable that is needed where neither it nor its default is there.
    pub fn from_env() -> Result<Self> {
        let program = std::env::current_exe().context("finding this program's own file")?;
        let guest = path("GLOVEBOX_GUEST").unwrap_or_else(|| program.with_file_name("guest.wasm"));
        let cache = path("GLOVEBOX_CACHE")
            .or_else(|| path("XDG_CACHE_HOME").map(|cache| cache.join("glovebox")))
            .or_else(|| path("HOME").map(|home| home.join(".cache/glovebox")))
            .context("neither GLOVEBOX_CACHE nor HOME is set; set GLOVEBOX_CACHE to a folder of your own")?;
        Ok(Self { guest, cache, program })
    }
}

fn path(variable: &str) -> Option<PathBuf> {
    std::env::var_os(variable)
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
}
