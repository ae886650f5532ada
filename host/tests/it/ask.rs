//! `glovebox ask`.
