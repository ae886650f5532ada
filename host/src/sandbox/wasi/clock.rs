//! Time as a guest sees it: the wall clock stands still at the job's instant, every other clock moves by a fixed step
//! each time it is read, and a sleep takes as long as it says unless the run is stopped.

use std::time::Duration;

use wasmtime::{Caller, Linker, Trap};

use super::{Errno, MODULE, Memory, call};
use crate::sandbox::instance::State;

const REALTIME: u32 = 0;
const MONOTONIC: u32 = 1;
const THREAD_CPUTIME: u32 = 3;

/// How far the monotonic clock moves with each reading.
const STEP_NS: u64 = 1_000;

/// The wall clock's resolution.
const MILLISECOND_NS: u64 = 1_000_000;

const SUBSCRIPTION_BYTES: u32 = 48;
const EVENT_BYTES: u32 = 32;
const SUBSCRIPTIONS_MAX: u32 = 64;
const TAG_CLOCK: u8 = 0;

/// A guest's clocks, in nanoseconds.
#[derive(Debug, Default)]
pub struct Clock {
    /// Since the Unix epoch; stands still.
    pub wall_ns: u64,
    monotonic_ns: u64,
}

impl Clock {
    /// The wall clock at this instant, the monotonic clock at its beginning.
    pub fn at(unix_ms: u64) -> Self {
        Self {
            wall_ns: unix_ms.saturating_mul(MILLISECOND_NS),
            monotonic_ns: 0,
        }
    }

    fn read(&mut self, clock: u32) -> Result<u64, Errno> {
        match clock {
            REALTIME => Ok(self.wall_ns),
            MONOTONIC..=THREAD_CPUTIME => {
                self.monotonic_ns += STEP_NS;
                Ok(self.monotonic_ns)
            }
            _ => Err(Errno::INVAL),
        }
    }
}

/// Adds the clocks and `poll_oneoff`, by which libc sleeps.
pub fn link(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    linker.func_wrap(
        MODULE,
        "clock_res_get",
        |mut c: Caller<'_, State>, clock: u32, out: u32| {
            call(&mut c, |memory, _| {
                Ok(memory.put_u64(out, if clock == REALTIME { MILLISECOND_NS } else { STEP_NS })?)
            })
        },
    )?;
    linker.func_wrap(
        MODULE,
        "clock_time_get",
        |mut c: Caller<'_, State>, clock: u32, _: u64, out: u32| {
            call(&mut c, |memory, state| {
                Ok(memory.put_u64(out, state.clock.read(clock)?)?)
            })
        },
    )?;
    linker.func_wrap(
        MODULE,
        "poll_oneoff",
        |mut c: Caller<'_, State>, subscriptions: u32, events: u32, count: u32, ready: u32| {
            let mut rest = Duration::ZERO;
            let errno = call(&mut c, |memory, state| {
                rest = poll(memory, &mut state.clock, (subscriptions, events, count, ready))?;
                Ok(())
            })?;
            if c.data().interrupt.sleep(rest) {
                Ok(errno)
            } else {
                Err(Trap::Interrupt.into())
            }
        },
    )?;
    Ok(())
}

/// Answers a poll and tells how long to sleep for it. Files and streams are always ready; else the shortest timer is.
fn poll(
    memory: &mut Memory<'_>,
    clock: &mut Clock,
    (subscriptions, events, count, ready): (u32, u32, u32, u32),
) -> Result<Duration, Errno> {
    if count == 0 || count > SUBSCRIPTIONS_MAX {
        return Err(Errno::INVAL);
    }
    let mut waits = Vec::new();
    for index in 0..count {
        let at = subscriptions
            .checked_add(index * SUBSCRIPTION_BYTES)
            .ok_or(Errno::FAULT)?;
        let tag = memory.bytes(at, SUBSCRIPTION_BYTES)?[8];
        let user_data = memory.u64(at)?;
        let wait_ns = if tag == TAG_CLOCK {
            let (id, timeout, flags) = (memory.u32(at + 16)?, memory.u64(at + 24)?, memory.u32(at + 40)?);
            let absolute = flags & 1 == 1;
            if absolute {
                timeout.saturating_sub(clock.read(id)?)
            } else {
                timeout
            }
        } else {
            0
        };
        waits.push((wait_ns, user_data, tag));
    }
    let shortest = waits.iter().map(|wait| wait.0).min().unwrap_or(0);
    let mut happened = 0;
    for (_, user_data, tag) in waits.into_iter().filter(|wait| wait.0 == shortest) {
        let mut event = [0; EVENT_BYTES as usize];
        event[..8].copy_from_slice(&user_data.to_le_bytes());
        event[10] = tag;
        memory.put(events.checked_add(happened * EVENT_BYTES).ok_or(Errno::FAULT)?, &event)?;
        happened += 1;
    }
    memory.put_u32(ready, happened)?;
    clock.monotonic_ns = clock.monotonic_ns.saturating_add(shortest);
    Ok(Duration::from_nanos(shortest))
}
