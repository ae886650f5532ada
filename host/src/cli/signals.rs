//! The signals that end a command, a server or a worker: the first one politely, the second one at once, a server's
//! third one where it stands.

use std::{fs, future::pending, time::Duration};

use anyhow::{Context, Result};
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Signals within this time are one.
const SAME_SIGNAL: Duration = Duration::from_millis(300);
/// The exit code after the last signal: that of a program that Ctrl-C has ended.
pub const INTERRUPTED: i32 = 130;

/// SIGINT, SIGTERM and SIGHUP, which mean the same.
pub struct Signals {
    interrupt: Signal,
    terminate: Signal,
    /// None where whoever started the program had it ignored, as `nohup` does.
    hang_up: Option<Signal>,
}

impl Signals {
    pub fn listen() -> Result<Self> {
        let listen = |kind| signal(kind).context("listening for signals");
        Ok(Self {
            interrupt: listen(SignalKind::interrupt())?,
            terminate: listen(SignalKind::terminate())?,
            hang_up: if is_ignored(SignalKind::hangup()) {
                None
            } else {
                Some(listen(SignalKind::hangup())?)
            },
        })
    }

    pub async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
            () = received(self.hang_up.as_mut()) => {}
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

async fn received(signal: Option<&mut Signal>) {
    match signal {
        Some(signal) => drop(signal.recv().await),
        None => pending().await,
    }
}

/// Whether the process was started with the signal ignored, by `SigIgn` of proc(5).
fn is_ignored(signal: SignalKind) -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_some_and(|mask| mask >> (signal.as_raw_value() - 1) & 1 == 1)
}
