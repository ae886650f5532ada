//! Behaviour, on the real guest and real workers. One binary, so that it is linked once.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod cli;
mod cluster;
mod command;
mod dabench;
mod equality;
mod examples;
mod invariants;
mod invitations;
mod mail;
mod models_anthropic;
mod models_compatible;
mod models_gemini;
mod models_openai;
mod models_remote;
mod objects;
mod orgs;
mod peer;
mod projects;
mod prompts;
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
mod test_models;
mod test_sandbox;
