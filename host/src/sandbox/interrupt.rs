//! The one way in which a running guest is cut short.
//!
//! Raising an interrupt moves the engine's epoch, which guest code checks at every loop and call, and wakes a guest
//! that sleeps in a host call. The first reason raised is the one that counts.

use std::{
    sync::{Condvar, Mutex, PoisonError},
    time::{Duration, Instant},
};

use wasmtime::Engine;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    Stopped,
    WallTime,
}

pub struct Interrupt {
    reason: Mutex<Option<Reason>>,
    raised: Condvar,
    engine: Engine,
}

impl Interrupt {
    pub fn new(engine: &Engine) -> Self {
        Self {
            reason: Mutex::new(None),
            raised: Condvar::new(),
            engine: engine.clone(),
        }
    }

    pub fn raise(&self, reason: Reason) {
        self.reason
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get_or_insert(reason);
        self.raised.notify_all();
        self.engine.increment_epoch();
    }

    pub fn reason(&self) -> Option<Reason> {
        *self.reason.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn permits_calls(&self) -> bool {
        self.reason().is_none()
    }

    /// Sleeps for `time`; false when an interrupt ended the sleep.
    pub fn sleep(&self, time: Duration) -> bool {
        let Some(until) = Instant::now().checked_add(time) else {
            return self.sleep(Duration::from_secs(1 << 30));
        };
        let mut reason = self.reason.lock().unwrap_or_else(PoisonError::into_inner);
        while reason.is_none() {
            let rest = until.saturating_duration_since(Instant::now());
            if rest.is_zero() {
                return true;
            }
            reason = self
                .raised
                .wait_timeout(reason, rest)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
        false
    }
}
