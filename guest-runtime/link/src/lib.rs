//! Links position-independent WebAssembly libraries into one static module.
//!
//! The guest is an ordinary program for `wasm32-wasip1`; `CPython` and the C extensions of Python packages are
//! shared libraries as [DynamicLinking.md] describes them. A runtime could link them each time it starts. This crate does
//! so once, while the guest is built: the result is a core module without imports of its own making, in which every
//! call is direct and every address a constant.
//!
//! Three steps of the build use it: [`placeholder()`] reserves a library's data in the program, [`needs()`] lists what
//! the program must export, and [`merge()`] makes one module of the program and its libraries.
//!
//! [DynamicLinking.md]: https://github.com/WebAssembly/tool-conventions/blob/main/DynamicLinking.md

mod check;
mod dylink;
mod merge;
mod module;
mod needs;
mod placeholder;
mod symbols;

pub use check::check;
pub use merge::{Library, Merged, Options, merge};
pub use module::Module;
pub use needs::{Need, needs};
pub use placeholder::placeholder;
