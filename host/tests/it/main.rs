//! Behaviour, on the real guest and real workers. One binary, so that it is linked once.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod account_deletion;
mod accounts;
mod admin;
mod api_keys;
mod cleanup;
mod cli;
mod cluster;
mod command;
mod dabench;
mod doctor;
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
mod orgs;
mod password_resets;

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
mod sessions;
mod smtp_sink;
mod test_accounts;
mod test_app;
mod test_guest;
mod test_sandbox;
mod tokens;
