//! The commands that open the app.
#![expect(clippy::disallowed_methods, reason = "asks the environment what the terminal can")]

use std::io::{self, IsTerminal};

use anyhow::{Result, bail};

use super::Caller;
use super::args::{ReplayArgs, ScreenshotArgs, ThemesCommand};
use super::rules::Knowledge;
use crate::session::store::SessionDir;
use crate::target::Target;

/// Whether there is a terminal that the app can draw on.
pub(super) fn is_possible() -> bool {
    let dumb = std::env::var_os("TERM").is_none_or(|term| term == "dumb");
    io::stdin().is_terminal() && io::stdout().is_terminal() && !dumb
}
pub(super) fn start(_c: Caller) -> Result<u8> {
    bail!("app")
}
pub(super) fn attach(_s: Option<&str>, _c: Caller) -> Result<u8> {
    bail!("app")
}
pub(super) fn replay(_a: &ReplayArgs, _c: Caller) -> Result<u8> {
    bail!("app")
}
pub(super) fn themes(_c: ThemesCommand) -> Result<u8> {
    bail!("app")
}
pub(super) fn screenshot(_a: &ScreenshotArgs, _c: Caller) -> Result<u8> {
    bail!("app")
}
pub(super) fn live(_s: &SessionDir, _t: Target, _p: String, _k: Knowledge, _c: Caller) -> Result<u8> {
    bail!("app")
}
