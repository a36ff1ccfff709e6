//! `ktui target`: what a target is, and files to it that can be told from tampered ones. Plans call it, too.
#![expect(clippy::disallowed_methods, reason = "reads a manifest")]

use std::io::IsTerminal;
use std::path::Path;

use anyhow::{Context as _, Result, bail};

use super::args::TargetCommand;
use super::ground::site_of;
use super::{BAD_INPUT, Caller, FAILED, OK, machine, plans};
use crate::diagnose::fact::Ask;
use crate::event::Answer;
use crate::locale::ui::{Say, Tell};
use crate::locale::{Fault, Lang, Speak};
use crate::probe::Prober;
use crate::target::carry::{Load, Way, carry, way};
use crate::target::manifest::{Difference, How, shown};
use crate::target::pack::{Refusal, pack, unpack};
use crate::target::{Manifest, Target};

/// Runs `ktui target …`.
pub(super) fn run(command: TargetCommand, caller: Caller) -> Result<u8> {
    match command {
        TargetCommand::Show { target } => show(&target, caller.lang),
        TargetCommand::Seal { dir, paths } => {
            let dir = plans::tree_dir(dir, caller)?;
            let manifest = Manifest::of(&Target::Local, &dir.to_string_lossy(), &paths).map_err(Fault)?;
            out!("{manifest}");
            Ok(OK)
        }
        TargetCommand::Send { target, into, dir, exact, paths } => {
            let (target, dir) = (target.parse()?, plans::tree_dir(dir, caller)?);
            let progress = std::io::stdout().is_terminal();
            let load = Load { from: &dir, paths: &paths, target: &target, into: &into, exact, progress };
            let way = way(&target);
            talkln!(
                "ktui: {} → {target}:{into} ({})",
                paths.join(" "),
                if way == Way::Rsync { "rsync" } else { "tar" }
            );
            match carry(&load, way) {
                Ok(()) => Ok(OK),
                Err(why) => {
                    talkln!("ktui: {target}: {}", why.pick(caller.lang));
                    Ok(FAILED)
                }
            }
        }
        TargetCommand::Pack { file, dir, paths } => {
            let dir = plans::tree_dir(dir, caller)?;
            let (sum, count) = pack(&dir, &paths, &file).map_err(Fault)?;
            let (sum, file, count) = (&sum, &file.display().to_string(), count as u64);
            outln!("{}", Tell::Packed { sum, file, count }.text(caller.lang));
            Ok(OK)
        }
        TargetCommand::Unpack { file, dir, sha256 } => {
            let dir = plans::tree_dir(dir, caller)?;
            Ok(unpacked(&file, &dir, sha256.as_deref(), caller.lang))
        }
        TargetCommand::Verify { target, dir, manifest, exact } => {
            verify(&target, &dir, &manifest, exact, caller)
        }
    }
}

/// Nothing is in place unless all is as it was packed.
fn unpacked(file: &Path, dir: &Path, sha256: Option<&str>, lang: Lang) -> u8 {
    match unpack(file, dir, sha256) {
        Ok(count) => {
            let (count, dir) = (count as u64, &dir.display().to_string());
            outln!("{}", Tell::Unpacked { count, dir }.text(lang));
            return OK;
        }
        Err(Refusal::Differs(differences)) => tell(&differences, lang),
        Err(error) => talkln!("ktui: {}", error.said().pick(lang)),
    }
    talkln!("{}", Say::UnpackRefused.text(lang));
    FAILED
}

fn tell(differences: &[Difference], lang: Lang) {
    let (first, more) = shown(differences);
    for difference in first {
        talkln!("{}: {}", difference.path, in_words(difference.how, lang));
    }
    if more > 0 {
        talkln!("{}", Tell::DifferMore { count: more as u64 }.text(lang));
    }
}

fn show(target: &str, lang: Lang) -> Result<u8> {
    let parsed: Target = target.parse()?;
    let Some(site) = site_of(target, lang) else { return Ok(FAILED) };
    outln!("arch {}\nos {}\ncpus {}", site.machine.arch, site.machine.os, site.machine.cpus);
    let asks = [
        Ask::Distro,
        Ask::PackageManager,
        Ask::User,
        Ask::Memory,
        Ask::Swap,
        Ask::Which("go".to_owned()),
        Ask::Version("go".to_owned()),
    ];
    for (ask, answer) in asks.iter().zip(machine::answers(&asks, &Prober::new(parsed))) {
        match answer {
            Answer::Is(value) => outln!("{ask} {value}"),
            Answer::Absent => outln!("{ask} -"),
            Answer::Unknown(why) => outln!("{ask} ? {}", why.pick(lang)),
        }
    }
    Ok(OK)
}

fn verify(target: &str, dir: &str, manifest: &Path, exact: bool, caller: Caller) -> Result<u8> {
    let target: Target = target.parse()?;
    let text = std::fs::read_to_string(manifest).with_context(|| manifest.display().to_string())?;
    let wanted = match Manifest::parse(&text) {
        Ok(wanted) if !wanted.is_empty() => wanted,
        Ok(_) => bail!(Tell::ManifestEmpty { file: &manifest.display().to_string() }.text(caller.lang)),
        Err(line) => {
            let (file, line) = (&manifest.display().to_string(), &line.to_string());
            talkln!("{}", Tell::ManifestLine { file, line }.text(caller.lang));
            return Ok(BAD_INPUT);
        }
    };
    let copy = match Manifest::of(&target, dir, wanted.paths()) {
        Ok(copy) => copy,
        Err(why) => {
            talkln!("ktui: {target}: {}", why.pick(caller.lang));
            return Ok(FAILED);
        }
    };
    let differences = wanted.differences(&copy, exact);
    tell(&differences, caller.lang);
    if !differences.is_empty() {
        let target = &target.to_string();
        talkln!("{}", Tell::DifferRefused { target, dir }.text(caller.lang));
        return Ok(FAILED);
    }
    let count = wanted.len() as u64;
    outln!("{}", Tell::AsSent { count }.text(caller.lang));
    Ok(OK)
}

fn in_words(how: How, lang: Lang) -> &'static str {
    let said = match how {
        How::Changed => Say::DiffersChanged,
        How::Missing => Say::DiffersMissing,
        How::Extra => Say::DiffersExtra,
        How::Mode => Say::DiffersMode,
    };
    said.text(lang)
}
