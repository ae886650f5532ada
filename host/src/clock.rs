//! The one place that asks what time it is.
//!
//! Whatever depends on time takes a [`Clock`], so that a test can let an hour pass without waiting for it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use chrono::{DateTime, TimeDelta, Utc};

/// Milliseconds since the Unix epoch.
#[must_use]
pub fn unix_ms() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_millis() as u64)
}

/// What time it is: the machine's time, or that and as much as was [skipped](Clock::skip).
#[derive(Clone, Debug)]
pub struct Clock {
    made: Instant,
    skipped_us: Arc<AtomicI64>,
}

impl Clock {
    /// The machine's time.
    pub fn system() -> Self {
        Self {
            made: Instant::now(),
            skipped_us: Arc::default(),
        }
    }

    /// Now, in the microseconds that Postgres keeps.
    pub fn now(&self) -> DateTime<Utc> {
        let now = Utc::now().timestamp_micros() + self.skipped_us.load(Ordering::Relaxed);
        DateTime::from_timestamp_micros(now).unwrap_or(DateTime::UNIX_EPOCH)
    }

    /// How long this clock has run. Unlike [`Clock::now`] it does not go back when the machine's time is set.
    pub fn elapsed(&self) -> Duration {
        let skipped = self.skipped_us.load(Ordering::Relaxed).try_into().unwrap_or(0);
        self.made.elapsed() + Duration::from_micros(skipped)
    }

    /// From here on, every copy of this clock is later by `time`.
    pub fn skip(&self, time: TimeDelta) {
        self.skipped_us
            .fetch_add(time.num_microseconds().unwrap_or(0), Ordering::Relaxed);
    }
}
