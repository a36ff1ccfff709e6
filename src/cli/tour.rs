//! `ktui tour`: unpacks the bundled project, and builds it like any other tree.

use anyhow::{Context as _, Result, bail};

use super::args::TourArgs;
use super::build::{self, Driving};
use super::ground::Ground;
use super::plans::{self, Wanted};
use super::sessions::store;
use super::told::wrong;
use super::{Caller, screen, variable};
use crate::assets::Folder;
use crate::diagnose::rule::Risk;
use crate::locale::ui::Tell;
use crate::plan::tour;
use crate::target::Target;

/// Runs `ktui tour`.
pub(super) fn run(args: &TourArgs, caller: Caller) -> Result<u8> {
    let dir = match &args.dir {
        Some(dir) => std::path::absolute(dir)?,
        None => store()?.root().with_file_name("tour"),
    };
    let shown = || dir.display().to_string();
    // To unpack is to replace what lies there.
    let there = dir.canonicalize().unwrap_or_else(|_| dir.clone());
    if let Some(id) = build::running(&there, &Target::Local)? {
        bail!(Tell::TourRuns { dir: &shown(), id: &id }.text(caller.lang));
    }
    tour::unpack(&dir, &Folder::Plans.embedded(), &variable("PATH")).with_context(shown)?;
    let ground = Ground::here(Some(dir.clone()), caller)?;
    let entry = plans::find(&plans::catalogue_of(&ground)?, Some(tour::PLAN), &ground, caller)?;
    let resolved = match plans::resolved(&entry, &ground, &Wanted::default(), caller)? {
        Ok(resolved) => resolved,
        Err(problems) => return Err(wrong(&problems).into()),
    };
    let headless = args.headless || !(screen::is_possible() || screen::is_plain(caller));
    // Every fix of the tour stays inside its folder, so without a screen nobody need be asked.
    let driving = Driving { headless, allowed: Some(Risk::Safe), step: false, concurrent: false };
    build::start(&resolved, None, Target::Local, driving, caller)
}
