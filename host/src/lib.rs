//! The host of Glovebox: everything around the sandboxed guest.

pub mod accounts;
pub mod admin;
pub mod app;
pub mod cleanup;
pub mod cli;
pub mod clock;
pub mod config;
pub mod data_folder;
pub mod db;
pub mod error;
pub mod google;
pub mod files;
pub mod http;
pub mod idempotency;
pub mod ids;
pub mod jobs;
pub mod mail;
pub mod mails;
<<<<<<< HEAD
pub mod models;
=======
pub mod metrics;
>>>>>>> main
pub mod objects;
pub mod orgs;
pub mod projects;
pub mod prompts;
pub mod queue;
pub mod reference;
pub mod sandbox;
pub mod secret;
pub mod storage;
pub mod text;
pub mod uploads;
