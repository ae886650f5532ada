//! The signals that end a server or a worker: the first one politely, the second one at once, the third one where it
//! stands.

use std::time::Duration;

use anyhow::{Context, Result};
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Signals within this time are one.
const SAME_SIGNAL: Duration = Duration::from_millis(300);
/// The exit code after a third signal: that of a program that Ctrl-C has ended.
const INTERRUPTED: i32 = 130;

/// SIGINT and SIGTERM, which mean the same.
pub struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    pub fn listen() -> Result<Self> {
        let listen = |kind| signal(kind).context("listening for signals");
        Ok(Self {
            interrupt: listen(SignalKind::interrupt())?,
            terminate: listen(SignalKind::terminate())?,
        })
    }

    pub async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }

    /// A second signal. Some supervisors send the first one twice.
    pub async fn again(&mut self) {
        tokio::time::timeout(SAME_SIGNAL, async {
            loop {
                self.next().await;
            }
        })
        .await
        .unwrap_or(());
        self.next().await;
    }

    /// Lets one more signal end the process at once.
    pub fn exit_at_next() {
        if let Ok(mut signals) = Self::listen() {
            tokio::spawn(async move {
                signals.next().await;
                std::process::exit(INTERRUPTED);
            });
        }
    }
}
