//! Where a build takes place: a target, the tree's folder there, and what plans see of both.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Result, anyhow, bail};

use super::{Caller, environment, machine, plans};
use crate::locale::Lang;
use crate::locale::ui::Tell;
use crate::plan::disk;
use crate::plan::resolve::{Machine, Site};
use crate::plan::tree::Tree;
use crate::probe::far_tree::FarTree;
use crate::probe::site;
use crate::target::Target;

/// A target and the tree on it.
pub(super) struct Ground {
    /// The target.
    pub target: Target,
    /// The tree's folder, absolute, as the target calls it.
    pub dir: PathBuf,
    /// The tree, to be looked at.
    pub tree: Box<dyn Tree>,
    /// The machine.
    pub machine: Machine,
    /// The environment that stages find there.
    pub env: BTreeMap<String, String>,
}

impl Ground {
    /// This machine.
    ///
    /// # Errors
    /// There is no such folder.
    pub(super) fn here(dir: Option<PathBuf>, caller: Caller) -> Result<Self> {
        let dir = plans::tree_dir(dir, caller)?;
        let tree = Box::new(disk::Folder::at(&dir));
        Ok(Self { target: Target::Local, dir, tree, machine: this_machine(), env: environment() })
    }

    /// The target, where `dir` is a folder of its own; without it, the folder that this one is called.
    ///
    /// # Errors
    /// The target is none, cannot be reached, or has no such folder.
    pub(super) fn on(target: &str, dir: Option<PathBuf>, caller: Caller) -> Result<Self> {
        let target: Target = target.parse()?;
        if target.is_local() {
            return Self::here(dir, caller);
        }
        let named = dir.is_some();
        let dir = match dir {
            Some(dir) => dir,
            None => plans::tree_dir(None, caller)?,
        };
        let site = match site::look(&target, &dir) {
            Ok(site) => site,
            Err(why) if named => bail!("{target}: {}", why.pick(caller.lang)),
            Err(why) => {
                let (target, why) = (&target.to_string(), why.pick(caller.lang));
                bail!(Tell::TargetElsewhere { target, why }.text(caller.lang))
            }
        };
        let dir = PathBuf::from(site.dir.clone());
        let tree =
            FarTree::at(&target, &dir).map_err(|why| anyhow!("{target}: {}", why.pick(caller.lang)))?;
        let Site { machine, env } = as_site(site);
        Ok(Self { target, dir, tree: Box::new(tree), machine, env })
    }
}

fn this_machine() -> Machine {
    let arch = machine::of_target(&Target::Local).arch;
    Machine {
        arch: if arch.is_empty() { "amd64".to_owned() } else { arch },
        os: std::env::consts::OS.to_owned(),
        cpus: std::thread::available_parallelism().map_or(1, usize::from),
    }
}

/// What the stages of a target of their own find there; a target that does not answer is told of, since a plan
/// can be looked at without it.
pub(super) fn site_of(target: &str, lang: Lang) -> Option<Site> {
    let parsed: Target = target.parse().ok()?;
    if parsed.is_local() {
        return Some(Site { machine: this_machine(), env: environment() });
    }
    match site::look(&parsed, std::path::Path::new("/")) {
        Ok(site) => Some(as_site(site)),
        Err(why) => {
            talkln!("ktui: {target}: {}", why.pick(lang));
            None
        }
    }
}

fn as_site(site: site::Site) -> Site {
    Site { machine: Machine { arch: site.arch, os: site.os, cpus: site.cpus }, env: site.env }
}
