//! The host of Glovebox: everything around the sandboxed guest.

pub mod sandbox;
