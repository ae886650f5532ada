//! The host of Glovebox: everything around the sandboxed guest.

pub mod app;
pub mod cli;
pub mod clock;
pub mod config;
pub mod reference;
pub mod sandbox;
