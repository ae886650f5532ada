//! The digests of a run's inputs, taken beside the run and cut short with it.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use glovebox_sdk::FileDigest;
use tokio::{
    sync::watch,
    task::{JoinHandle, spawn_blocking},
    time::{Instant, sleep_until},
};

use super::{collect, run::stopped};

/// Digests of the inputs, on their way. Dropping this cuts them short.
pub struct InputDigests {
    task: JoinHandle<anyhow::Result<Vec<FileDigest>>>,
    cut: Arc<AtomicBool>,
}

impl InputDigests {
    /// Begins to read the inputs.
    pub fn take(inputs: Vec<(String, PathBuf)>) -> Self {
        let cut = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&cut);
        Self {
            task: spawn_blocking(move || collect::digest_inputs(&inputs, &told)),
            cut,
        }
    }

    /// The digests, and whether they are all: those that are there at `deadline`, or at a stop.
    pub async fn until(
        mut self,
        deadline: Instant,
        stop: &mut watch::Receiver<bool>,
    ) -> anyhow::Result<(Vec<FileDigest>, Digested)> {
        let how = tokio::select! {
            biased;
            digests = &mut self.task => return Ok((digests??, Digested::All)),
            () = stopped(stop) => Digested::UntilStop,
            () = sleep_until(deadline) => Digested::UntilDeadline,
        };
        self.cut.store(true, Ordering::Relaxed);
        Ok(((&mut self.task).await??, how))
    }
}

impl Drop for InputDigests {
    fn drop(&mut self) {
        self.cut.store(true, Ordering::Relaxed);
    }
}

/// How far the inputs were read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Digested {
    All,
    UntilStop,
    UntilDeadline,
}
