//! `ktui explain`: the code guide of the tree in this folder.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Result, bail};

use super::args::{ExplainArgs, Plain};
use super::plans::tree_dir;
use super::rules::tell;
use super::{Caller, OK, padded};
use crate::assets::{self, Folder};
use crate::diagnose::finding::Finding;
use crate::diagnose::source::Location;
use crate::locale::ui::{Say, Tell};
use crate::locale::{Lang, Text};
use crate::plan::disk;
use crate::plan::guide::{self, Call, Guide};
use crate::plan::tree::Tree;
use crate::yaml::{Problem, did_you_mean};

/// Every guide, shipped and the user's, with what is wrong with them.
pub(super) fn guides() -> (Vec<Guide>, Vec<Problem>) {
    let (files, mut problems) = assets::yaml_files(Folder::Guide);
    let mut guides = Vec::new();
    for (name, text) in &files {
        let (guide, more) = guide::load(name, text);
        // One with a fault is not used; `ktui plans lint` tells of it.
        guides.extend(guide.filter(|_| more.is_empty()));
        problems.extend(more);
    }
    (guides, problems)
}

/// The guide of the tree in a folder.
pub(super) fn guide_of(dir: &Path) -> Option<Guide> {
    let tree = disk::Folder::at(dir);
    guides().0.into_iter().find_map(|guide| guide.of_tree(&tree))
}

/// The guide for a session of a plan: of the tree in its folder, or where none is there (yet) of the project's trees.
pub(super) fn guide_for(dir: &Path, plan: &str) -> Option<(Arc<Guide>, PathBuf)> {
    let of_project = || {
        // A log of no plan.
        (!plan.is_empty()).then_some(())?;
        let catalogue = super::plans::catalogue(dir).ok()?;
        let project = &catalogue.get(plan)?.plan.detect.project;
        let guide = guides().0.into_iter().find(|guide| guide.guide == *project)?;
        Some(guide.of_any_tree())
    };
    Some((Arc::new(guide_of(dir).or_else(of_project)?), dir.to_owned()))
}

/// What the folder of the source file that a finding points at is for.
pub(super) fn place_of(finding: &Finding, dir: Option<&str>, lang: Lang) -> Option<(String, String)> {
    let dir = Path::new(dir.unwrap_or("."));
    guide_of(dir)?.around(&Location::of(finding)?.file, dir, lang)
}

/// Runs `ktui explain …`.
pub(super) fn run(args: &ExplainArgs, caller: Caller) -> Result<u8> {
    let (here, lang) = (tree_dir(args.dir.clone(), caller)?, caller.lang);
    let (guides, problems) = guides();
    tell(&problems, lang);
    // From a folder within a tree, too.
    let root = here.ancestors().find(|dir| guides.iter().any(|guide| guide.fits(&disk::Folder::at(*dir))));
    let Some(root) = root else {
        bail!(Tell::GuideNoTree { dir: &here.display().to_string() }.text(lang));
    };
    let tree = disk::Folder::at(root);
    let Some(guide) = guide_of(root) else { return Ok(OK) };
    let page = Page { guide: &guide, tree: &tree, lang };
    let Some(what) = &args.what else {
        match args.format {
            Plain::Text => page.overview(),
            Plain::Json => page.json_overview(),
        }
        return Ok(OK);
    };
    if let Some(call) = guide.call(what) {
        page.call(call, args.format);
        return Ok(OK);
    }
    let path = inside(root, &here, what);
    let about = path.as_deref().map(|path| guide.about(path)).unwrap_or_default();
    match path {
        Some(path) if !about.is_empty() => page.path(&path, &about, args.format),
        Some(path) if path.is_empty() => page.overview(),
        _ => {
            let names: Vec<&str> = guide.commands.iter().map(|call| call.name.value.as_str()).collect();
            let (hint, all) = (did_you_mean(what, names.iter().copied()), names.join(", "));
            bail!(Tell::GuideUnknown { what, hint: hint.pick(lang), all: &all }.text(lang));
        }
    }
    Ok(OK)
}

/// A path as the tree calls it; what a message names (`pkg/agent/run.go:110:53`) is one, too.
fn inside(root: &Path, here: &Path, what: &str) -> Option<String> {
    let file = what.split(':').next().unwrap_or(what);
    let at_root = root.join(file);
    let from_here = here.join(file);
    let path = if assets::exists(&from_here) || !assets::exists(&at_root) { from_here } else { at_root };
    let mut tidy = std::path::PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::ParentDir => {
                tidy.pop();
            }
            std::path::Component::CurDir => {}
            other => tidy.push(other),
        }
    }
    Some(tidy.strip_prefix(root).ok()?.to_str()?.to_owned())
}

struct Page<'a> {
    guide: &'a Guide,
    tree: &'a dyn Tree,
    lang: Lang,
}

impl Page<'_> {
    fn absent(&self, path: &str) -> String {
        if self.tree.exists(path) { String::new() } else { format!(" {}", Say::GuideAbsent.text(self.lang)) }
    }

    fn rows(&self, rows: &[(&str, &Text)]) {
        let wide = rows.iter().map(|(path, _)| path.len()).max().unwrap_or(0);
        for (path, text) in rows {
            outln!("  {}  {}{}", padded(path, wide), text.pick(self.lang), self.absent_unless_glob(path));
        }
    }

    fn absent_unless_glob(&self, path: &str) -> String {
        if path.contains('*') { String::new() } else { self.absent(path) }
    }

    fn overview(&self) {
        if let Some(text) = self.guide.whole() {
            outln!("{}\n", text.pick(self.lang));
        }
        self.rows(&self.guide.outline(self.tree));
        outln!("\n{}", Say::GuideCalls.text(self.lang));
        for call in &self.guide.commands {
            outln!("  {}  {}", padded(&call.name.value, 24), call.does.pick(self.lang));
        }
    }

    fn json_overview(&self) {
        let row =
            |(path, text): &(&str, &Text)| serde_json::json!({"path": path, "is": text.pick(self.lang)});
        let places: Vec<_> = self.guide.outline(self.tree).iter().map(row).collect();
        let commands: Vec<_> = self.guide.commands.iter().map(|call| &call.name.value).collect();
        outln!(
            "{:#}",
            serde_json::json!({"guide": self.guide.guide, "places": places, "commands": commands})
        );
    }

    fn call(&self, call: &Call, format: Plain) {
        if format == Plain::Json {
            let step = |step: &guide::Step| serde_json::json!({"path": step.path, "does": step.does.pick(self.lang), "here": self.tree.exists(&step.path)});
            let way: Vec<_> = call.way.iter().map(step).collect();
            let does = call.does.pick(self.lang);
            outln!("{:#}", serde_json::json!({"command": call.name.value, "does": does, "way": way}));
            return;
        }
        outln!("{}: {}\n", call.name.value, call.does.pick(self.lang));
        let rows: Vec<_> = call.way.iter().map(|step| (step.path.as_str(), &step.does)).collect();
        self.rows(&rows);
    }

    fn path(&self, path: &str, about: &[(String, &Text)], format: Plain) {
        let passing: Vec<&str> = self
            .guide
            .commands
            .iter()
            .filter(|call| call.way.iter().any(|step| about.iter().any(|(at, _)| *at == step.path)))
            .map(|call| call.name.value.as_str())
            .collect();
        if format == Plain::Json {
            let row =
                |(at, text): &(String, &Text)| serde_json::json!({"path": at, "is": text.pick(self.lang)});
            let rows: Vec<_> = about.iter().map(row).collect();
            let here = self.tree.exists(path);
            outln!(
                "{:#}",
                serde_json::json!({"path": path, "here": here, "places": rows, "commands": passing})
            );
            return;
        }
        let rows: Vec<_> = about.iter().map(|(at, text)| (at.as_str(), *text)).collect();
        self.rows(&rows);
        if about.last().is_none_or(|(at, _)| at != path) && !self.tree.exists(path) {
            outln!("  {path}{}", self.absent(path));
        }
        if !passing.is_empty() {
            outln!("\n{}", Tell::GuidePassing { names: &passing.join(", ") }.text(self.lang));
        }
    }
}
