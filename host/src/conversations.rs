//! Conversations of a project: what was asked, what was answered, and what scripts made on the way.

pub mod generated;
pub mod messages;
pub mod parts;
pub mod titles;
