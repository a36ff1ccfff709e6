//! The binary: hands over to `cli` and turns its answer into an exit status.

use std::io::{self, Write as _};
use std::process::ExitCode;

fn main() -> ExitCode {
    match ktui::cli::run() {
        Ok(status) => ExitCode::from(status),
        Err(error) => {
            // Where the terminal is gone, nobody is left to tell.
            let _ = writeln!(io::stderr(), "ktui: {}", ktui::cli::told(&error));
            ExitCode::from(ktui::cli::BAD_INPUT)
        }
    }
}
