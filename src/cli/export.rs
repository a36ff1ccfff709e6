//! `ktui sessions export`: a session in the form that somebody else wants: the recording, its text, its bytes, a
//! report for an issue.
//!
//! Owns the forms and where they go. Secrets were masked when the session was recorded; what leaves the machine is
//! masked once more, with what this ktui and this environment know.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Read, Write};
use std::path::Path;

use anyhow::{Context as _, Result, bail};

use super::args::{ExportArgs, ExportFormat};
use super::screen::{of_plan, with_guide};
use super::sessions::{run_line, status_word, when_in_utc};
use super::{Caller, OK, environment};
use crate::event::{Event, Note, RunStarted, Timed};
use crate::locale::Lang;
use crate::locale::ui::{Say, Tell};
use crate::model::findings::{Findings, Standing};
use crate::report::{Diagnosis, Report, markdown};
use crate::session::cast::Encoder;
use crate::session::import;
use crate::session::reader::Events;
use crate::session::redact::{Redactor, Stream};
use crate::session::store::{SessionDir, Summary};
use crate::text::plain;

/// How much is read at once.
const BLOCK: usize = 1 << 16;

/// Writes the session to the file that was asked for, or to stdout.
pub(super) fn run(session: &SessionDir, args: &ExportArgs, caller: Caller) -> Result<u8> {
    let redactor = Redactor::new(environment());
    let Some(path) = args.output.as_deref().filter(|path| *path != Path::new("-")) else {
        let mut out = BufWriter::new(io::stdout().lock());
        let written = write(session, args.format, &redactor, &mut out, caller);
        return match written.and_then(|()| Ok(out.flush()?)) {
            // Whoever reads it has seen enough.
            Err(error) if is_broken_pipe(&error) => Ok(OK),
            other => other.map(|()| OK),
        };
    };
    let shown = path.display().to_string();
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(args.force).create_new(!args.force);
    let file = match options.open(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            bail!(Tell::ExportExists { path: &shown }.text(caller.lang))
        }
        opened => opened.with_context(|| shown.clone())?,
    };
    let mut out = BufWriter::new(file);
    write(session, args.format, &redactor, &mut out, caller)
        .and_then(|()| Ok(out.flush()?))
        .with_context(|| shown.clone())?;
    talkln!("{}", Tell::Exported { id: &session.id, path: &shown }.text(caller.lang));
    Ok(OK)
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

fn write(
    session: &SessionDir,
    format: ExportFormat,
    redactor: &Redactor,
    out: &mut impl Write,
    caller: Caller,
) -> Result<()> {
    let events = || Events::open(session.cast());
    match format {
        ExportFormat::Cast => cast(events()?, redactor, out)?,
        ExportFormat::Raw => raw(import::shown(events()?), redactor.stream(), out)?,
        ExportFormat::Text => text(events()?, redactor.stream(), out, caller.lang)?,
        ExportFormat::Markdown => {
            let summary = session.summary().with_context(|| session.id.clone())?;
            out.write_all(redactor.mask(&report(&summary, events()?, caller)).as_bytes())?;
        }
    }
    Ok(())
}

/// The recording as any player of asciicast v3 reads it.
fn cast(events: Events<File>, redactor: &Redactor, out: &mut impl Write) -> io::Result<()> {
    out.write_all(redactor.mask_header(events.header()).line().as_bytes())?;
    let mut encoder = Encoder::default();
    for timed in events {
        // The reader's own remark on damage is no event of the session.
        if matches!(timed.event, Event::Note(Note::Gap { .. })) {
            continue;
        }
        let masked = Timed { event: redactor.mask_event(timed.event), ..timed };
        out.write_all(encoder.line(&masked).as_bytes())?;
    }
    Ok(())
}

/// What the stages wrote, colours and all.
fn raw(mut bytes: impl Read, mut mask: Stream, out: &mut impl Write) -> io::Result<()> {
    let (mut block, mut masked) = (vec![0; BLOCK], Vec::new());
    loop {
        let got = bytes.read(&mut block)?;
        if got == 0 {
            break;
        }
        mask.push(&block[..got], &mut masked);
        out.write_all(&masked)?;
        masked.clear();
    }
    mask.end(&mut masked);
    out.write_all(&masked)
}

/// What a session holds for a reader of its text.
enum Part {
    /// Output: the bytes that stood there, where they were no UTF-8.
    Bytes(Vec<u8>),
    /// What only ktui needs.
    Note(Note),
}

/// The parts of a session, in order.
fn parts(events: Events<File>) -> impl Iterator<Item = Part> {
    let mut exact = None;
    events.filter_map(move |timed| match timed.event {
        Event::Exact(bytes) => {
            exact = Some(bytes);
            None
        }
        Event::Output(text) => Some(Part::Bytes(exact.take().unwrap_or_else(|| text.into_bytes()))),
        Event::Note(note) => Some(Part::Note(note)),
        _ => None,
    })
}

/// Lines as a terminal would show them, and a line where each run begins and ends.
fn text(events: Events<File>, mut mask: Stream, out: &mut impl Write, lang: Lang) -> io::Result<()> {
    let mut rest = Vec::new();
    let mut runs: Vec<RunStarted> = Vec::new();
    for part in parts(events) {
        match part {
            Part::Bytes(bytes) => {
                mask.push(&bytes, &mut rest);
                let whole = rest.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
                lines(&rest[..whole], out)?;
                rest.drain(..whole);
            }
            Part::Note(Note::RunStarted(run)) => {
                let title = if run.title.is_empty() { &run.stage } else { &run.title };
                let attempt = if run.attempt > 1 { format!(" ({})", run.attempt) } else { String::new() };
                writeln!(out, "==> {}{attempt}", plain::clean(title.as_bytes()))?;
                runs.push(run);
            }
            Part::Note(Note::RunEnded(end)) => {
                mask.end(&mut rest);
                lines(&std::mem::take(&mut rest), out)?;
                if let Some(run) = runs.iter().find(|run| run.run == end.run) {
                    writeln!(out, "<== {}", run_line(run, &end, lang))?;
                }
            }
            Part::Note(_) => {}
        }
    }
    mask.end(&mut rest);
    lines(&rest, out)
}

fn lines(bytes: &[u8], out: &mut impl Write) -> io::Result<()> {
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        writeln!(out, "{}", plain::clean(line))?;
    }
    Ok(())
}

/// The session for somebody who was not there: what ran where, how each stage ended, what was found.
fn report(summary: &Summary, events: Events<File>, caller: Caller) -> String {
    let lang = caller.lang;
    let mut out = format!("# {}\n\n", markdown::code(&summary.plan));
    let mut about = |say: Say, value: Cow<'_, str>| {
        let _ = writeln!(out, "- {}: {}", say.text(lang), markdown::code(&value));
    };
    about(Say::LabelFolder, summary.dir.display().to_string().into());
    about(Say::LabelTarget, summary.target.as_str().into());
    about(Say::LabelStarted, when_in_utc(summary.started).into());
    about(Say::LabelStatus, status_word(&summary.status, lang).into());
    let mut story = Story::new(summary, caller);
    for part in parts(events) {
        story.take(part);
    }
    for (name, value) in &story.about {
        let _ = writeln!(out, "- {}: {}", markdown::prose(name), markdown::code(value));
    }
    if !story.runs.is_empty() {
        let _ = writeln!(out);
        markdown::fence(&mut out, "text", &story.runs.join("\n"));
    }
    let report = story.report(&summary.id);
    out.push_str(&markdown::render(&report, lang));
    out
}

/// A session told from its events.
struct Story {
    lang: Lang,
    about: Vec<(String, String)>,
    started: Vec<RunStarted>,
    runs: Vec<String>,
    findings: Findings,
    lines: u64,
}

impl Story {
    fn new(summary: &Summary, caller: Caller) -> Self {
        let known = with_guide(&summary.dir, &summary.plan, of_plan(&summary.plan, caller));
        Self {
            lang: caller.lang,
            about: Vec::new(),
            started: Vec::new(),
            runs: Vec::new(),
            findings: Findings::new(known.maker()),
            lines: 0,
        }
    }

    fn take(&mut self, part: Part) {
        match part {
            Part::Bytes(bytes) => {
                self.lines += memchr::memchr_iter(b'\n', &bytes).count() as u64;
                self.findings.output(&bytes);
            }
            Part::Note(Note::Session(start)) => {
                self.about.push(("ktui".to_owned(), start.ktui));
                self.about.extend(start.inputs);
            }
            Part::Note(Note::RunStarted(run)) => {
                self.findings.began(&run);
                self.started.push(run);
            }
            Part::Note(Note::RunEnded(end)) => {
                if let Some(run) = self.started.iter().find(|run| run.run == end.run) {
                    self.findings.ended(run, &end);
                    self.runs.push(run_line(run, &end, self.lang));
                }
            }
            Part::Note(Note::Fact(fact)) => self.findings.fact(&fact),
            Part::Note(_) => {}
        }
    }

    fn report(mut self, id: &str) -> Report {
        self.findings.finish();
        self.findings.refresh(|_| Standing::Open);
        let diagnoses = std::mem::take(&mut self.findings.list).into_iter();
        let diagnoses = diagnoses
            .map(|entry| Diagnosis {
                finding: entry.finding,
                fixes: entry.fixes,
                source: entry.source,
                place: entry.place,
            })
            .collect();
        Report { source: id.to_owned(), lines: self.lines, exit_code: None, diagnoses }
    }
}
