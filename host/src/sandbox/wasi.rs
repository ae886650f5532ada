//! WASI preview 1, as far as a guest of ours may see it.
//!
//! It is written here rather than taken from a library because every answer is part of the product's promises: each
//! change of the output folder is charged to a quota, nothing that differs from run to run can be seen (clocks,
//! inodes, the order of a folder's entries), a sleep ends when the run is stopped, and paths are opened by the kernel
//! below their folder, following no link. There is no environment, no argument, no standard input and no network;
//! links of both kinds answer `ENOTSUP`.

mod descriptor_calls;
mod errno;
mod files;
mod memory;
mod path_calls;

use std::time::Duration;

use wasmtime::{Caller, Linker, Trap};

use super::instance::State;
pub use errno::Errno;
pub use files::{Files, Folders};
pub use memory::Memory;

const MODULE: &str = "wasi_snapshot_preview1";

const FLAG_APPEND: u32 = 1;

const CLOCK_REALTIME: u32 = 0;
const CLOCK_MONOTONIC: u32 = 1;
/// How far the monotonic clock moves with each reading.
const MONOTONIC_STEP_NS: u64 = 1_000;

const SUBSCRIPTION_BYTES: u32 = 48;
const EVENT_BYTES: u32 = 32;
const SUBSCRIPTIONS_MAX: u32 = 64;

/// Adds every function of WASI preview 1.
pub fn link(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    link_process(linker)?;
    descriptor_calls::link(linker)?;
    path_calls::link(linker)
}

/// Runs one call with the guest's memory at hand and turns its result into an errno.
fn call(
    caller: &mut Caller<'_, State>,
    body: impl FnOnce(&mut Memory<'_>, &mut State) -> Result<(), Errno>,
) -> wasmtime::Result<i32> {
    let memory = caller
        .data()
        .memory
        .ok_or_else(|| wasmtime::Error::msg("the guest has no memory yet"))?;
    let (bytes, state) = memory.data_and_store_mut(caller);
    Ok(match body(&mut Memory(bytes), state) {
        Ok(()) => 0,
        Err(errno) => i32::from(errno.0),
    })
}

fn link_process(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    for name in ["args_sizes_get", "environ_sizes_get"] {
        linker.func_wrap(MODULE, name, |mut c: Caller<'_, State>, count: u32, bytes: u32| {
            call(&mut c, |memory, _| {
                memory.put_u32(count, 0)?;
                memory.put_u32(bytes, 0)
            })
        })?;
    }
    linker.func_wrap(MODULE, "args_get", |_: u32, _: u32| 0)?;
    linker.func_wrap(MODULE, "environ_get", |_: u32, _: u32| 0)?;
    linker.func_wrap(MODULE, "sched_yield", || 0)?;
    linker.func_wrap(MODULE, "proc_exit", |code: i32| -> wasmtime::Result<()> {
        Err(wasmtime::Error::msg(format!("the guest left with exit code {code}")))
    })?;
    linker.func_wrap(
        MODULE,
        "clock_res_get",
        |mut c: Caller<'_, State>, clock: u32, out: u32| {
            call(&mut c, |memory, _| match clock {
                CLOCK_REALTIME => memory.put_u64(out, 1_000_000),
                _ => memory.put_u64(out, MONOTONIC_STEP_NS),
            })
        },
    )?;
    linker.func_wrap(
        MODULE,
        "clock_time_get",
        |mut c: Caller<'_, State>, clock: u32, _: u64, out: u32| {
            call(&mut c, |memory, state| memory.put_u64(out, time(state, clock)?))
        },
    )?;
    linker.func_wrap(
        MODULE,
        "random_get",
        |mut c: Caller<'_, State>, at: u32, length: u32| {
            call(&mut c, |memory, state| {
                state.random.fill(memory.bytes_mut(at, length)?);
                Ok(())
            })
        },
    )?;
    linker.func_wrap(
        MODULE,
        "poll_oneoff",
        |mut c: Caller<'_, State>, subscriptions: u32, events: u32, count: u32, ready: u32| {
            if !c.data().interrupt.permits_calls() {
                return Err(Trap::Interrupt.into());
            }
            let mut rest = Duration::ZERO;
            let errno = call(&mut c, |memory, state| {
                rest = poll(memory, state, (subscriptions, events, count, ready))?;
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

/// Nanoseconds on a guest's clock. The wall clock stands still; every other clock moves when it is read or slept on.
fn time(state: &mut State, clock: u32) -> Result<u64, Errno> {
    match clock {
        CLOCK_REALTIME => Ok(state.clock_ns),
        CLOCK_MONOTONIC..=3 => {
            state.monotonic_ns += MONOTONIC_STEP_NS;
            Ok(state.monotonic_ns)
        }
        _ => Err(Errno::INVAL),
    }
}

/// Answers a poll and tells how long to sleep for it. Files and streams are always ready; else the shortest timer is.
fn poll(
    memory: &mut Memory<'_>,
    state: &mut State,
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
        let record = memory.bytes(at, SUBSCRIPTION_BYTES)?;
        let tag = record[8];
        let user_data = memory.u64(at)?;
        let wait_ns = if tag == 0 {
            let (clock, timeout, flags) = (memory.u32(at + 16)?, memory.u64(at + 24)?, memory.u32(at + 40)?);
            if flags & 1 == 1 {
                timeout.saturating_sub(time(state, clock)?)
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
    state.monotonic_ns = state.monotonic_ns.saturating_add(shortest);
    Ok(Duration::from_nanos(shortest))
}
