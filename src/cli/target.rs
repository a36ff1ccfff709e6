//! `ktui target`: what a target is, and files to it that can be told from tampered ones. Plans call it, too.
#![expect(clippy::disallowed_methods, reason = "reads a manifest")]

use std::io::IsTerminal;
use std::path::Path;

use anyhow::{Context as _, Result, anyhow, bail};

use super::args::TargetCommand;
use super::ground::site_of;
use super::{BAD_INPUT, Caller, FAILED, OK, machine, plans};
use crate::diagnose::fact::Ask;
use crate::event::Answer;
use crate::locale::Lang;
use crate::probe::Prober;
use crate::target::carry::{Load, Way, carry, way};
use crate::target::manifest::{Difference, How, shown};
use crate::target::pack::{Refusal, pack, unpack};
use crate::target::{Manifest, Target};

/// Runs `ktui target …`.
pub(super) fn run(command: TargetCommand, caller: Caller) -> Result<u8> {
    match command {
        TargetCommand::Show { target } => show(&target),
        TargetCommand::Seal { dir, paths } => {
            let dir = plans::tree_dir(dir, caller)?;
            let manifest =
                Manifest::of(&Target::Local, &dir.to_string_lossy(), &paths).map_err(|why| anyhow!(why))?;
            out!("{manifest}");
            Ok(OK)
        }
        TargetCommand::Send { target, into, dir, exact, paths } => {
            let (target, dir) = (target.parse()?, plans::tree_dir(dir, caller)?);
            let progress = std::io::stdout().is_terminal();
            let load = Load { from: &dir, paths: &paths, target: &target, into: &into, exact, progress };
            let way = way(&target);
            eprintln!(
                "ktui: {} → {target}:{into} ({})",
                paths.join(" "),
                if way == Way::Rsync { "rsync" } else { "tar" }
            );
            match carry(&load, way) {
                Ok(()) => Ok(OK),
                Err(why) => {
                    eprintln!("ktui: {target}: {why}");
                    Ok(FAILED)
                }
            }
        }
        TargetCommand::Pack { file, dir, paths } => {
            let dir = plans::tree_dir(dir, caller)?;
            let (sum, count) = pack(&dir, &paths, &file).map_err(|why| anyhow!(why))?;
            let words = caller.lang.pick("files", "个文件");
            outln!("{sum}  {} ({count} {words})", file.display());
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
            let en = format!("{count} files are as they were packed; they are in {}", dir.display());
            let zh = format!("{count} 个文件与打包时一致，已放入 {}", dir.display());
            outln!("{}", lang.pick(&en, &zh));
            return OK;
        }
        Err(Refusal::Differs(differences)) => tell(&differences, lang),
        Err(error) => eprintln!("ktui: {error}"),
    }
    let en = "ktui: refused: nothing was unpacked; carry the file again, or find out who changed it";
    let zh = "ktui: 拒绝解包：没有改动任何文件；请重新传送该文件，或查明是谁改动的";
    eprintln!("{}", lang.pick(en, zh));
    FAILED
}

fn tell(differences: &[Difference], lang: Lang) {
    let (first, more) = shown(differences);
    for difference in first {
        eprintln!("{}: {}", difference.path, in_words(difference.how, lang));
    }
    if more > 0 {
        eprintln!("{}", pick(lang, &format!("and {more} more"), &format!("另有 {more} 处")));
    }
}

fn show(target: &str) -> Result<u8> {
    let parsed: Target = target.parse()?;
    let Some(site) = site_of(target) else { return Ok(FAILED) };
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
            Answer::Unknown(why) => outln!("{ask} ? {why}"),
        }
    }
    Ok(OK)
}

fn verify(target: &str, dir: &str, manifest: &Path, exact: bool, caller: Caller) -> Result<u8> {
    let target: Target = target.parse()?;
    let text = std::fs::read_to_string(manifest).with_context(|| manifest.display().to_string())?;
    let wanted = match Manifest::parse(&text) {
        Ok(wanted) if !wanted.is_empty() => wanted,
        Ok(_) => bail!("{}: names no file: expected what `ktui target seal` prints", manifest.display()),
        Err(line) => {
            eprintln!(
                "{}:{line}:1: is no line of a manifest: expected what `ktui target seal` prints",
                manifest.display()
            );
            return Ok(BAD_INPUT);
        }
    };
    let copy = match Manifest::of(&target, dir, wanted.paths()) {
        Ok(copy) => copy,
        Err(why) => {
            eprintln!("ktui: {target}: {why}");
            return Ok(FAILED);
        }
    };
    let differences = wanted.differences(&copy, exact);
    tell(&differences, caller.lang);
    if !differences.is_empty() {
        let en =
            "ktui: refused: {target}:{dir} is not what was sent; send it again, or find out who changed it";
        let zh = "ktui: 拒绝继续：{target}:{dir} 与发送的内容不一致；请重新发送，或查明是谁改动的";
        let text = pick(caller.lang, en, zh).replace("{target}", &target.to_string()).replace("{dir}", dir);
        eprintln!("{text}");
        return Ok(FAILED);
    }
    let count = wanted.len();
    outln!(
        "{}",
        pick(
            caller.lang,
            &format!("{count} files are as they were sent"),
            &format!("{count} 个文件与发送的一致")
        )
    );
    Ok(OK)
}

fn pick<'t>(lang: Lang, en: &'t str, zh: &'t str) -> &'t str {
    match lang {
        Lang::En => en,
        Lang::Zh => zh,
    }
}

fn in_words(how: How, lang: Lang) -> &'static str {
    match (how, lang) {
        (How::Changed, Lang::En) => "is not what was sent (SHA-256 differs)",
        (How::Changed, Lang::Zh) => "与发送的不同（SHA-256 不符）",
        (How::Missing, Lang::En) => "is missing",
        (How::Missing, Lang::Zh) => "缺失",
        (How::Extra, Lang::En) => "was not sent",
        (How::Extra, Lang::Zh) => "不在发送的文件之列",
        (How::Mode, Lang::En) => "was executable before it was sent, or is only now",
        (How::Mode, Lang::Zh) => "可执行权限与发送前不同",
    }
}
