//! What the faces work with: the drivers, set up from the configuration.

use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::{
    config::Config,
    sandbox::{Guest, Sandbox, Settings},
};

/// A sandbox that keeps `warm_workers` workers ready, with the guest compiled for this machine. Layers of protection
/// that this kernel lacks are logged as warnings.
pub async fn sandbox(config: &Config, warm_workers: usize) -> Result<Sandbox> {
    let (wasm, compiled) = (config.guest.clone(), config.cache.join("compiled"));
    let guest = tokio::task::spawn_blocking(move || guest(&wasm, &compiled))
        .await
        .context("preparing the guest")??;
    let settings = Settings {
        guest,
        worker_program: config.program.clone(),
        warm_workers,
        runs_dir: config.cache.join("runs"),
    };
    let sandbox = Sandbox::start(settings).await.context("starting the sandbox")?;
    for warning in sandbox.warnings() {
        tracing::warn!("{warning}");
    }
    Ok(sandbox)
}

/// The guest at `wasm`, compiled into `cache` unless that was done before. The first time takes about a minute.
pub fn guest(wasm: &Path, cache: &Path) -> Result<Guest> {
    if !wasm.is_file() {
        bail!(
            "the guest image {} is missing; build it with `./dev guest`, or set GLOVEBOX_GUEST to where it is",
            wasm.display()
        );
    }
    Guest::prepare(wasm, cache).with_context(|| format!("preparing the guest image {}", wasm.display()))
}
