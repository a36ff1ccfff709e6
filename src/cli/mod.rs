//! The commands: one file each; here only who is called, and what all of them share.
//!
//! Data goes to stdout, talk to stderr. A command answers with its exit status; an `Err` is bad usage or
//! unreadable input and becomes status 2 with the error's text in the reader's language.
#![expect(clippy::disallowed_methods, reason = "the edge: reads the environment once and passes it in")]

/// `print!` that a closed pipe silences (`ktui rules list | head`).
macro_rules! out {
    ($($text:tt)*) => { crate::cli::say(&format!($($text)*)) };
}

/// `println!` of the same kind.
macro_rules! outln {
    ($($text:tt)*) => { crate::cli::say(&(format!($($text)*) + "\n")) };
}

/// `eprint!` that goes on where stderr is gone or full.
macro_rules! talk {
    ($($text:tt)*) => { crate::cli::tell(&format!($($text)*)) };
}

/// `eprintln!` of the same kind.
macro_rules! talkln {
    ($($text:tt)*) => { crate::cli::tell(&(format!($($text)*) + "\n")) };
}

/// `outln!` for a line with words of a plan, a session or a log in it: none of them steers the terminal.
macro_rules! showln {
    ($($text:tt)*) => { crate::cli::say(&(crate::text::visible::harmless(&format!($($text)*)) + "\n")) };
}

mod args;
mod artefact;
mod author;
mod build;
mod config;
mod diagnose;
mod doctor;
mod explain;
mod export;
mod golang;
mod ground;
mod headless;
mod help;
mod machine;
mod notes;
mod past;
mod plans;
mod proxy;
mod rules;
mod screen;
mod sessions;
mod start;
mod target;
mod themes;
mod told;
mod tour;

use std::collections::BTreeMap;
use std::io::{self, IsTerminal, Write as _};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Result;
use clap::CommandFactory;

use crate::locale::Lang;
use args::{Cli, ColorArg, Command};

/// Nothing wrong.
pub const OK: u8 = 0;
/// The build failed, or an error-level finding stands.
pub const FAILED: u8 = 1;
/// Bad usage, an unreadable input or an invalid data file.
pub const BAD_INPUT: u8 = 2;
/// The exit status of a Rust program that panicked.
const PANICKED: u8 = 101;
/// Ctrl-C.
pub const INTERRUPTED: u8 = 130;

/// What every command may need to know about how it was called.
#[derive(Debug, Clone, Copy)]
struct Caller {
    lang: Lang,
    color: bool,
    /// Lines in place of a screen.
    plain: bool,
    settings: &'static config::Settings,
}

/// The settings, for as long as the program runs.
static SETTINGS: OnceLock<config::Settings> = OnceLock::new();

/// Reads the command line and runs the command; answers the exit status. Bad usage, unreadable input and invalid
/// data files are told on stderr with the place and what was expected.
pub fn run() -> u8 {
    let arguments: Vec<_> = std::env::args_os().collect();
    let lang = language(help::asked(&arguments));
    let cli = match help::read(&arguments, lang) {
        Ok(cli) => cli,
        Err(status) => return status,
    };
    let read = if needs_settings(cli.command.as_ref()) {
        match config::Settings::read(&cli) {
            Ok(read) => read,
            Err(error) => return refuse(&error, lang),
        }
    } else {
        config::Settings::of_flags(&cli)
    };
    let settings = SETTINGS.get_or_init(|| read);
    let plain = cli.plain || !matches!(variable("KTUI_PLAIN").as_str(), "" | "0");
    let caller = Caller { lang: language(settings.lang()), color: color(cli.color), plain, settings };
    let status = command(cli, caller).unwrap_or_else(|error| refuse(&error, caller.lang));
    if LOST.load(Ordering::Relaxed) { BAD_INPUT } else { status }
}

/// Whether a command goes by the user's settings. What leads to a file that is wrong, what shells read when they start
/// and the runner of a build work without them.
fn needs_settings(command: Option<&Command>) -> bool {
    use args::ConfigCommand::{Init, Path, Schema};
    !matches!(
        command,
        Some(
            Command::Config(Path | Init | Schema { .. })
                | Command::Completions { .. }
                | Command::Man
                | Command::Runner { .. }
        )
    )
}

/// Tells an error.
fn refuse(error: &anyhow::Error, lang: Lang) -> u8 {
    talkln!("ktui: {}", told::told(error, lang));
    // A panic beside the screen ends the program as one anywhere else does.
    if error.is::<crate::app::Mishap>() { PANICKED } else { BAD_INPUT }
}

fn command(cli: Cli, caller: Caller) -> Result<u8> {
    match cli.command {
        None => start::run(caller),
        Some(Command::Build(args)) => build::run(&args, caller),
        Some(Command::Attach { session }) => screen::attach(session.as_deref(), caller),
        Some(Command::Sessions(command)) => sessions::run(command, caller),
        Some(Command::Replay(args)) => screen::replay(&args, caller),
        Some(Command::Diagnose(args)) => diagnose::run(&args, caller),
        Some(Command::Rules(command)) => rules::run(command, caller),
        Some(Command::Plans(command)) => plans::run(command, caller),
        Some(Command::Artefact(args)) => artefact::run(&args, caller),
        Some(Command::Explain(args)) => explain::run(&args, caller),
        Some(Command::Doctor(args)) => doctor::run(&args, caller),
        Some(Command::Go(command)) => golang::run(command, caller),
        Some(Command::Proxy(command)) => proxy::run(&command, caller),
        Some(Command::Target(command)) => target::run(command, caller),
        Some(Command::Themes(command)) => themes::run(&command, screen::depth(caller), caller),
        Some(Command::Config(command)) => config::run(&command, caller),
        Some(Command::Tour(args)) => tour::run(&args, caller),
        Some(Command::Screenshot(args)) => screen::screenshot(&args, caller),
        Some(Command::Runner { dir }) => Ok(u8::try_from(crate::runner::serve(&dir)).unwrap_or(FAILED)),
        Some(Command::Completions { shell }) => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "ktui", &mut script);
            out!("{}", String::from_utf8_lossy(&script));
            Ok(OK)
        }
        Some(Command::Man) => {
            let mut page = Vec::new();
            clap_mangen::Man::new(Cli::command()).render(&mut page)?;
            out!("{}", String::from_utf8_lossy(&page));
            Ok(OK)
        }
    }
}

/// Nobody reads stdout any more, or it takes nothing.
static UNREAD: AtomicBool = AtomicBool::new(false);
/// Data for stdout was lost.
static LOST: AtomicBool = AtomicBool::new(false);

/// Data for stdout. Whoever reads it may have seen enough (`| head`): the rest is left out, and the exit status stays
/// what it is. What cannot be written for another reason (a full disk) is a failure of its own; it is told once, what was
/// begun goes on to its end, and the exit status tells.
fn say(text: &str) {
    if UNREAD.load(Ordering::Relaxed) {
        return;
    }
    let mut out = io::stdout().lock();
    let Err(error) = out.write_all(text.as_bytes()).and_then(|()| out.flush()) else { return };
    if error.kind() != io::ErrorKind::BrokenPipe {
        talkln!("ktui: stdout: {error}");
        LOST.store(true, Ordering::Relaxed);
    }
    UNREAD.store(true, Ordering::Relaxed);
}

/// Talk for stderr. Where nobody hears it, nothing is lost that a command owes.
fn tell(text: &str) {
    let _ = io::stderr().write_all(text.as_bytes());
}

/// A word, and blanks up to so many columns.
fn padded(word: &str, columns: usize) -> String {
    let blanks = columns.saturating_sub(unicode_width::UnicodeWidthStr::width(word));
    format!("{word}{}", " ".repeat(blanks))
}

/// The environment, as far as it is UTF-8.
fn environment() -> BTreeMap<String, String> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect()
}

fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_default()
}

/// What was asked for, else what the locale says.
fn language(asked: Option<Lang>) -> Lang {
    asked.unwrap_or_else(|| {
        let values = ["LC_ALL", "LC_MESSAGES", "LANG"].map(variable);
        Lang::from_locale(values.iter().map(String::as_str))
    })
}

/// NO_COLOR beats CLICOLOR_FORCE beats what the terminal can.
fn color(asked: ColorArg) -> bool {
    match asked {
        ColorArg::Always => true,
        ColorArg::Never => false,
        ColorArg::Auto if !variable("NO_COLOR").is_empty() => false,
        ColorArg::Auto if !matches!(variable("CLICOLOR_FORCE").as_str(), "" | "0") => true,
        ColorArg::Auto => io::stdout().is_terminal() && variable("TERM") != "dumb",
    }
}
