//! `ktui diagnose`: what went wrong in a log?

use std::borrow::Cow;
use std::cell::LazyCell;
use std::io;
use std::path::Path;
use std::sync::Arc;

use anyhow::Result;

use super::args::{DiagnoseArgs, Format};
use super::rules::{Knowledge, knowledge, tell};
use super::{BAD_INPUT, Caller, FAILED, OK, machine};
use crate::diagnose::engine::{Context, Engine, StageEnd};
use crate::event::Outcome;
use crate::locale::{Fault, both};
use crate::probe::Prober;
use crate::remedy::packages::Manager;
use crate::report::{Report, github, json, markdown, ndjson, sarif, text};
use crate::session::import::{self, ImportError};
use crate::session::redact::Redactor;
use crate::target::Target;
use crate::yaml;

/// How much is read at once.
const BLOCK: usize = 1 << 20;

/// Runs `ktui diagnose …`.
pub(super) fn run(args: &DiagnoseArgs, caller: Caller) -> Result<u8> {
    if let Some(distro) = args.distro.as_deref()
        && Manager::of_distro(distro).is_none()
    {
        return Err(Fault(yaml::none_of(distro, Manager::distros())).into());
    }
    let knowledge = knowledge(args.rules.as_deref());
    let wrong = tell(&knowledge.problems, caller.lang);
    if wrong > 0 && knowledge.rules.rules().next().is_none() {
        return Ok(BAD_INPUT);
    }
    let stdin = [std::path::PathBuf::from("-")];
    let logs = if args.logs.is_empty() { &stdin[..] } else { &args.logs[..] };
    let mut status = OK;
    // One document for all logs.
    let mut document = Vec::new();
    let mut gap = "";
    for log in logs {
        let (report, broken) = match report(log, args, &knowledge, caller) {
            Ok(read) => read,
            // Like `grep` and `cat`: the others are still read, and the status tells at the end.
            Err(error) if logs.len() > 1 => {
                talkln!("ktui: {}", super::told::told(&error, caller.lang));
                status = BAD_INPUT;
                continue;
            }
            Err(error) => return Err(error),
        };
        if let Some(error) = &broken {
            let gap = both!(
                "{log}: cannot be read to its end: {error}",
                "{log}：无法读到结尾：{error}",
                log = log.display().to_string()
            );
            talkln!("ktui: {}", gap.pick(caller.lang));
        }
        // What was found before a gap stands; nothing found in half a log says nothing.
        if report.fails() {
            status = status.max(FAILED);
        } else if broken.is_some() {
            status = BAD_INPUT;
        }
        match args.format {
            Format::Json => outln!("{}", json::render(&report)),
            Format::Ndjson => out!("{}", ndjson::render(&report)),
            Format::Github => out!("{}", github::render(&report)),
            Format::Markdown => {
                out!("{gap}{}", markdown::render(&report, caller.lang));
            }
            Format::Sarif => document.push(report),
            Format::Text => {
                let look = text::Look { color: caller.color, width: 96, lang: caller.lang };
                out!("{gap}{}", text::render(&report, look));
            }
        }
        gap = "\n";
    }
    if args.format == Format::Sarif {
        out!("{}", sarif::render(&document));
    }
    // What the rules that are right find goes before.
    Ok(if status == OK && wrong > 0 { BAD_INPUT } else { status })
}

/// The report on a log, and why its end could not be read, where that is so.
fn report(
    log: &Path,
    args: &DiagnoseArgs,
    knowledge: &Knowledge,
    caller: Caller,
) -> Result<(Report, Option<io::Error>)> {
    let source = if log.as_os_str() == "-" { "-".to_owned() } else { log.display().to_string() };
    let context = Context {
        stage: args.stage.clone(),
        arch: args.arch.clone(),
        distro: args.distro.clone(),
        ..Context::default()
    };
    let mut engine = Engine::new(Arc::clone(&knowledge.rules), context, caller.lang);
    let broken = read(log, &mut engine)?;
    if let Some(code) = args.exit_code {
        let outcome = if code == 0 { Outcome::Passed } else { Outcome::Failed };
        engine.stage_ended(&StageEnd { outcome, exit: Some(code), signal: None });
    }
    engine.finish();
    let machine = machine::of_log(engine.context());
    let findings = engine.findings();
    // The log may be of this very folder: then the files that it names are here.
    let asks = machine::source_questions(&findings);
    let answers = machine::answers(&asks, &Prober::new(Target::Local));
    let diagnoses = findings
        .into_iter()
        .map(|finding| {
            let source = machine::frame_of(&finding, &asks, &answers);
            knowledge.diagnosis(finding, source, &machine, caller.lang)
        })
        .collect();
    let mut report = Report { source, lines: engine.lines(), exit_code: args.exit_code, diagnoses };
    // The log of a foreign build holds foreign secrets: what looks like one is masked like one of ours.
    let secrets = LazyCell::new(|| Redactor::new(super::environment()));
    report.change_texts(|text| {
        if let Cow::Owned(masked) = secrets.mask(text) {
            *text = masked;
        }
    });
    Ok((report, broken))
}

/// Reads a log as far as that goes (a compressed one may have been cut); answers why not to its end. An error only where
/// nothing of it can be read.
fn read(log: &Path, engine: &mut Engine) -> Result<Option<io::Error>> {
    let mut input = match import::raw(import::Source::named(log)) {
        Ok(opened) => opened.bytes,
        // A build that succeeds without a word (`make -s 2>&1 | ktui diagnose -`) is no bad input.
        Err(ImportError::Empty { .. }) if log.as_os_str() == "-" => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let mut block = vec![0; BLOCK];
    loop {
        let got = match input.read(&mut block) {
            Ok(0) => return Ok(None),
            Ok(got) => got,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Ok(Some(error)),
        };
        engine.push(&block[..got]);
    }
}
