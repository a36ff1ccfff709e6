//! The binary: hands over to `cli` and turns its answer into an exit status.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(ktui::cli::run())
}
