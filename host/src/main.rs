//! The `glovebox` program: a worker of the sandbox when it was started as one, else the command line.

use std::process::ExitCode;

fn main() -> ExitCode {
    // A worker is started for every run, so nothing else may come before it.
    glovebox::sandbox::worker_main(std::env::args_os().skip(1)).unwrap_or_else(glovebox::cli::main)
}
