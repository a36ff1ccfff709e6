//! The binary: hands over to `cli` and turns its answer into an exit status.

use std::io::{self, Write as _};
use std::process::ExitCode;

/// The exit status of a Rust program that panicked.
const PANICKED: u8 = 101;

fn main() -> ExitCode {
    match ktui::cli::run() {
        Ok(status) => ExitCode::from(status),
        Err(error) => {
            // Where the terminal is gone, nobody is left to tell.
            let _ = writeln!(io::stderr(), "ktui: {}", ktui::cli::told(&error));
            // A panic beside the screen ends the program as one anywhere else does.
            let status = if error.is::<ktui::app::Mishap>() { PANICKED } else { ktui::cli::BAD_INPUT };
            ExitCode::from(status)
        }
    }
}
