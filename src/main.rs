//! The `hookglass` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    hookglass::cli::main()
}
