//! Build steps of the guest image, for the project's own build.

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Subcommand;

use super::Exit;
use crate::{app, config::Config, sandbox::Guest};

#[derive(Subcommand)]
pub enum GuestCommand {
    /// Boot the interpreter of a freshly built guest and freeze its memory into a new module.
    Snapshot {
        /// The module as it was built.
        built: PathBuf,
        /// The module to write.
        image: PathBuf,
        /// The folder that the boot imports Python modules from.
        #[arg(long, value_name = "FOLDER")]
        python: Option<PathBuf>,
    },
    /// Compile the guest for this machine, unless that was done before.
    Compile,
}

pub fn build(step: GuestCommand) -> Result<Exit> {
    match step {
        GuestCommand::Snapshot { built, image, python } => {
            Guest::snapshot(&built, python.as_deref(), &image)
                .with_context(|| format!("freezing {}", built.display()))?;
        }
        GuestCommand::Compile => {
            let config = Config::from_env()?;
            app::guest(&config.guest, &config.cache.join("compiled"))?;
        }
    }
    Ok(Exit::Done)
}
