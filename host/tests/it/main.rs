//! Behaviour tests. One binary, so that they link once.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod sandbox_escapes;
mod sandbox_faults;
mod sandbox_limits;
mod sandbox_lockdown;
mod sandbox_pool;
mod sandbox_runs;
mod sandbox_stop;
mod test_guest;
mod test_sandbox;
