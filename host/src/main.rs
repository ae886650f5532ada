//! The `glovebox` program: a worker of the sandbox when it was started as one, else the command line.

use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    // A worker is started for every run, so nothing else may come before it.
    if arguments
        .next()
        .is_some_and(|first| first == glovebox::sandbox::WORKER_SUBCOMMAND)
    {
        return glovebox::sandbox::worker_main(arguments);
    }
    glovebox::cli::main()
}
