//! Behaviour, on the real guest and real workers. One binary, so that it is linked once.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod cleanup;
mod cli;
mod cluster;
mod command;
mod dabench;
mod equality;
mod examples;
mod google;
mod google_issuer;
mod http;
mod idempotency;
mod invariants;
mod invitations;
mod mail;
mod objects;
mod openapi;
mod orgs;
mod peer;
mod projects;
mod prompts;
mod rate_limits;
mod reference;
mod s3_server;
mod sandbox_escapes;
mod sandbox_faults;
mod sandbox_limits;
mod sandbox_lockdown;
mod sandbox_pool;
mod sandbox_runs;
mod sandbox_stop;
mod scripts;
mod smtp_sink;
mod test_app;
mod test_guest;
mod test_sandbox;
