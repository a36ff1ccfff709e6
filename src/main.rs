//! The binary: hands over to `cli` and turns its answer into an exit status.

use std::process::ExitCode;

fn main() -> ExitCode {
    match ktui::cli::run() {
        Ok(status) => ExitCode::from(status),
        Err(error) => {
            eprintln!("ktui: {error:#}");
            ExitCode::from(ktui::cli::BAD_INPUT)
        }
    }
}
