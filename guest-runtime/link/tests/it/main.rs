//! Links small programs and libraries, written as text, and runs what comes of them.

mod errors;
mod linked;
mod merge;
mod needs;
mod placeholder;
