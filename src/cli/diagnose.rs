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
use crate::probe::Prober;
use crate::report::{Report, github, json, markdown, ndjson, sarif, text};
use crate::session::import::{self, ImportError};
use crate::session::redact::Redactor;
use crate::target::Target;

/// How much is read at once.
const BLOCK: usize = 1 << 20;

/// Runs `ktui diagnose …`.
pub(super) fn run(args: &DiagnoseArgs, caller: Caller) -> Result<u8> {
    let knowledge = knowledge(args.rules.as_deref());
    if tell(&knowledge.problems, caller.lang) > 0 && knowledge.rules.rules().next().is_none() {
        return Ok(BAD_INPUT);
    }
    let stdin = [std::path::PathBuf::from("-")];
    let logs = if args.logs.is_empty() { &stdin[..] } else { &args.logs[..] };
    let mut status = OK;
    // One document for all logs.
    let mut document = Vec::new();
    let mut gap = "";
    for log in logs {
        let report = match report(log, args, &knowledge, caller) {
            Ok(report) => report,
            // Like `grep` and `cat`: the others are still read, and the status tells at the end.
            Err(error) if logs.len() > 1 => {
                eprintln!("ktui: {}", super::told::told(&error, caller.lang));
                status = BAD_INPUT;
                continue;
            }
            Err(error) => return Err(error),
        };
        if report.fails() {
            status = status.max(FAILED);
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
    Ok(status)
}

fn report(log: &Path, args: &DiagnoseArgs, knowledge: &Knowledge, caller: Caller) -> Result<Report> {
    let source = if log.as_os_str() == "-" { "-".to_owned() } else { log.display().to_string() };
    let context = Context {
        stage: args.stage.clone(),
        arch: args.arch.clone(),
        distro: args.distro.clone(),
        ..Context::default()
    };
    let mut engine = Engine::new(Arc::clone(&knowledge.rules), context, caller.lang);
    read(log, &mut engine)?;
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
    Ok(report)
}

fn read(log: &Path, engine: &mut Engine) -> Result<()> {
    let mut input = match import::raw(import::Source::named(log)) {
        Ok(opened) => opened.bytes,
        // A build that succeeds without a word (`make -s 2>&1 | ktui diagnose -`) is no bad input.
        Err(ImportError::Empty { .. }) if log.as_os_str() == "-" => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    let mut block = vec![0; BLOCK];
    loop {
        let got = match input.read(&mut block) {
            Ok(0) => break,
            Ok(got) => got,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error.into()),
        };
        engine.push(&block[..got]);
    }
    Ok(())
}
