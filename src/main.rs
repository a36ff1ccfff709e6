//! The binary: hands over to `cli` and turns its answer into an exit status.

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    if arguments.next().is_some_and(|command| command == "runner")
        && let Some(folder) = arguments.next()
    {
        let code = ktui::runner::serve(Path::new(&folder));
        return ExitCode::from(u8::try_from(code).unwrap_or(1));
    }
    ExitCode::SUCCESS
}
