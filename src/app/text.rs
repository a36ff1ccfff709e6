//! Reads a log that is a text: its lines are counted and diagnosed while the screen already shows them.
//!
//! A file is read where it stands, its first and last lines at once. What comes packed or through a pipe is put
//! aside first, into a file without a name. Nothing of the text stays in memory.

use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

use super::precedence::GiveWay;
use super::shelf::{Spill, Standing};
use crate::locale::Speak;
use crate::model::Model;
use crate::model::findings::{Diagnose, Entry, Standing as Stands};
use crate::model::text::News;
use crate::session::import::{Body, TextLog};
use crate::text::index::Indexer;

/// So much is read at once: it stays within the processor's cache.
const BLOCK: usize = 256 * 1024;
/// So much of a file is counted before the first frame: some milliseconds.
const FIRST: u64 = 16 << 20;
/// So much is counted before the screen hears of it.
const PORTION: u64 = 32 << 20;
/// So much of the end of a file is shown before it is counted.
const END: u64 = 256 * 1024;
/// After so much that is diagnosed, the screen hears of it.
const HEARD: u64 = 8 << 20;

/// A text that is being read.
pub(super) struct Reading {
    file: Arc<File>,
    /// Where its bytes come from, if they are not in the file yet.
    source: Option<Box<dyn Read + Send>>,
    indexer: Indexer,
    begin: u64,
    /// Where the file ends; 0 where nobody knows.
    size: u64,
    last: Option<u8>,
    /// Who diagnoses what was read.
    readable: Sender<u64>,
}

/// What is still to be diagnosed.
pub(super) struct Diagnosing {
    file: Arc<File>,
    at: u64,
    size: u64,
    readable: Receiver<u64>,
    /// Whom it gives way to.
    way: Option<GiveWay>,
}

/// This thread gives way to the one that answers keys and searches. Nobody is harmed where the system refuses.
pub(super) fn behind_the_user() {
    // To Linux, "no process" is the thread that asks.
    let _refused = rustix::process::setpriority_process(None, 10);
}

/// Opens a text; of a file, as much is known at once as a first frame and its end need.
pub(super) fn open(log: TextLog, spill: &Path) -> io::Result<(Model, Reading, Diagnosing)> {
    let (file, source, begin, size) = match log.body {
        Body::File(file, begin) => {
            let size = file.metadata()?.len();
            (file, None, begin, size)
        }
        Body::Stream(source) => (Spill::make(spill)?, Some(source), 0, 0),
    };
    let file = Arc::new(file);
    let shelf = Box::new(Standing(Arc::clone(&file)));
    let mut model = Model::text(&log.name, log.start, shelf);
    let (announce, readable) = channel();
    let mut reading = Reading {
        file: Arc::clone(&file),
        source,
        indexer: Indexer::new(begin),
        begin,
        size,
        last: None,
        readable: announce,
    };
    if reading.source.is_none() {
        let mut tell = |news| drop(model.update(std::time::Duration::ZERO, crate::model::Input::Text(news)));
        if !reading.count(FIRST, &mut tell)? {
            tell(News::End(reading.end()?));
        }
    }
    Ok((model, reading, Diagnosing { file, at: begin, size, readable, way: None }))
}

impl Reading {
    /// Reads the rest, telling of it, until nobody listens.
    pub(super) fn go_on(mut self, mut tell: impl FnMut(News) -> bool) {
        let mut listened = true;
        let outcome = loop {
            match self.count(PORTION, &mut |news| listened &= tell(news)) {
                Ok(false) if listened => {}
                Ok(false) => return,
                Ok(true) => break Ok(()),
                Err(error) => break Err(error),
            }
        };
        let last = self.last;
        if let Some(block) = self.indexer.finish(last) {
            tell(News::Blocks(vec![block]));
        }
        tell(News::Counted);
        if let Err(error) = outcome {
            tell(News::Broken(error.said()));
        }
    }

    /// Counts the lines of about so many bytes more; `true` at the end of the text.
    fn count(&mut self, bytes: u64, tell: &mut dyn FnMut(News)) -> io::Result<bool> {
        let until = self.indexer.end() + bytes;
        let mut room = vec![0; BLOCK];
        let mut blocks = Vec::new();
        let mut over = false;
        while !over && self.indexer.end() < until {
            let (got, short) = self.read(&mut room)?;
            over = got == 0;
            self.last = room[..got].last().copied().or(self.last);
            self.indexer.feed(&room[..got], &mut blocks);
            // A pipe may be silent for long; what it gave is shown.
            blocks.extend(short.then(|| self.indexer.flush(&room[..got])).flatten());
            if short {
                break;
            }
        }
        if !blocks.is_empty() {
            tell(News::Blocks(blocks));
        }
        // Without a diagnosis nobody is there to hear.
        let _ = self.readable.send(self.indexer.end());
        Ok(over)
    }

    /// The next bytes of the text, and whether they are fewer than there was room for.
    fn read(&mut self, room: &mut [u8]) -> io::Result<(usize, bool)> {
        let at = self.indexer.end();
        let Some(source) = &mut self.source else {
            let left = usize::try_from(self.size.saturating_sub(at)).unwrap_or(usize::MAX);
            let most = room.len().min(left);
            return retry(|| self.file.read_at(&mut room[..most], at)).map(|got| (got, false));
        };
        let got = retry(|| source.read(room))?;
        self.file.write_all_at(&room[..got], at)?;
        Ok((got, got > 0 && got < room.len()))
    }

    /// The last whole lines of the file.
    fn end(&self) -> io::Result<Vec<u8>> {
        let from = self.size.saturating_sub(END).max(self.begin);
        let mut bytes = vec![0; (self.size - from) as usize];
        self.file.read_exact_at(&mut bytes, from)?;
        let cut = memchr::memchr(b'\n', &bytes).map_or(0, |newline| newline + 1);
        // Of an endless line, its end is shown.
        Ok(bytes.split_off(if cut < bytes.len() { cut } else { 0 }))
    }
}

impl Diagnosing {
    /// The same, giving way to what the user waits for.
    pub(super) fn giving(self, way: GiveWay) -> Self {
        Self { way: Some(way), ..self }
    }

    /// Diagnoses what was read, as it is read, and tells of it, until nobody listens.
    pub(super) fn go_on(mut self, diagnosis: &mut dyn Diagnose, mut tell: impl FnMut(News) -> bool) {
        let mut room = vec![0; BLOCK];
        let mut known: Vec<Entry> = Vec::new();
        let mut heard = self.at;
        while let Ok(upto) = self.readable.recv() {
            while self.at < upto {
                self.way.iter().for_each(GiveWay::wait);
                let most = room.len().min((upto - self.at) as usize);
                let Ok(got) = retry(|| self.file.read_at(&mut room[..most], self.at)) else { break };
                if got == 0 {
                    break;
                }
                diagnosis.output(&room[..got]);
                self.at += got as u64;
                if self.at - heard >= HEARD {
                    heard = self.at;
                    let percent = Some((self.at * 100).checked_div(self.size).unwrap_or(0).min(99));
                    if !tell(News::Diagnosed { findings: fresh(diagnosis, &mut known), percent }) {
                        return;
                    }
                }
            }
        }
        diagnosis.finish();
        tell(News::Diagnosed { findings: fresh(diagnosis, &mut known), percent: None });
    }
}

/// The findings, where they are others than before.
fn fresh(diagnosis: &dyn Diagnose, known: &mut Vec<Entry>) -> Option<Vec<Entry>> {
    let findings = diagnosis.findings().into_iter();
    let entries: Vec<Entry> = findings
        .map(|finding| Entry {
            reason: None,
            fixes: diagnosis.fixes(&finding),
            source: diagnosis.source(&finding),
            place: diagnosis.place(&finding),
            standing: Stands::Open,
            finding,
        })
        .collect();
    if *known == entries {
        return None;
    }
    known.clone_from(&entries);
    Some(entries)
}

fn retry(mut read: impl FnMut() -> io::Result<usize>) -> io::Result<usize> {
    loop {
        match read() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            other => return other,
        }
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "the tests write and read logs")]
mod tests {
    use std::io::Write as _;

    use ratatui::layout::Rect;

    use super::*;
    use crate::diagnose::compile::RuleBase;
    use crate::diagnose::engine::{Context, Engine};
    use crate::locale::Lang;
    use crate::model::action::Action;
    use crate::model::diagnosis::Knowledge;
    use crate::model::{Input, log::Row};
    use crate::session::import::{self, Log, Source};
    use crate::view;

    const LINES: u64 = 400_000;

    /// A log longer than what is counted before the first frame.
    fn write(path: &Path) {
        let mut out = io::BufWriter::new(File::create(path).unwrap());
        for number in 1..=LINES {
            let what = match number {
                300_000 => "cc: fatal error: no input files",
                _ => "a line like any other in a long log of a build",
            };
            writeln!(out, "{number} {what}").unwrap();
        }
    }

    fn knowledge() -> Knowledge {
        let rules = "family: cc\nabout: {en: a}\nrules:\n  - id: cc.input\n    category: compile-error\n    \
                     title: {en: a}\n    explain: {en: a}\n    patterns: ['fatal error: no input files']\n";
        let (rules, problems) = RuleBase::load(&[("cc.yaml".into(), rules.into())]);
        assert!(problems.is_empty(), "{problems:?}");
        Knowledge {
            rules: Arc::new(rules),
            remedies: Arc::default(),
            context: Context::default(),
            machine: crate::remedy::Machine::default(),
            lang: Lang::En,
            guide: None,
        }
    }

    fn text(source: Source) -> TextLog {
        match import::log(source, None).unwrap() {
            Log::Text(text) => text,
            Log::Recording(_) => panic!("a text is no recording"),
        }
    }

    fn rows(model: &mut Model) -> Vec<String> {
        while model.work() {}
        view::fit(model, Rect::new(0, 0, 80, 24));
        let rows = model.log.rows.iter();
        rows.filter_map(|row| match row {
            Row::Text { shown, .. } => Some(shown.line.text.clone()),
            Row::Mark(_) => None,
        })
        .collect()
    }

    fn act(model: &mut Model, action: Action) {
        drop(model.update(std::time::Duration::ZERO, Input::Action(action)));
    }

    fn search(model: &mut Model, pattern: &str) {
        act(model, Action::Search);
        for ch in pattern.chars() {
            model.log.edit_pattern(tui_input::InputRequest::InsertChar(ch));
        }
        act(model, Action::Accept);
    }

    #[test]
    fn the_end_is_there_at_once_and_stays_where_it_is_while_lines_are_counted() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("big.log");
        write(&path);
        let (mut model, reading, diagnosing) = open(text(Source::named(&path)), dir.path()).unwrap();
        let end = rows(&mut model);
        assert!(end.last().is_some_and(|row| row.starts_with("400000 ")), "{end:?}");
        assert!(model.log.is_counting());
        act(&mut model, Action::Top);
        assert!(rows(&mut model)[0].starts_with("1 "));
        act(&mut model, Action::Bottom);
        act(&mut model, Action::PageUp);
        let above = rows(&mut model)[0].clone();
        search(&mut model, "^399000 ");
        assert_eq!(rows(&mut model)[0], above, "it waits for what is not counted");

        let mut tell = |news| {
            drop(model.update(std::time::Duration::ZERO, Input::Text(news)));
            true
        };
        reading.go_on(&mut tell);
        diagnosing.go_on(&mut *knowledge().maker()(), &mut tell);
        assert!(rows(&mut model).iter().any(|row| row.starts_with("399000 ")));
        assert_eq!(model.log.count(), Some((1, true, Some(1))));
        act(&mut model, Action::Bottom);
        assert!(rows(&mut model).last().is_some_and(|row| row.starts_with("400000 ")));
        assert_eq!((model.log.len(), model.log.is_counting()), (LINES, false));
        search(&mut model, "any other");
        while model.work() {}
        assert_eq!(model.log.count().map(|(count, complete, _)| (count, complete)), Some((LINES - 1, true)));

        let mut engine = Engine::new(knowledge().rules, Context::default(), Lang::En);
        engine.push(&std::fs::read(&path).unwrap());
        engine.finish();
        let found: Vec<_> = model.findings.list.iter().map(|entry| entry.finding.clone()).collect();
        assert_eq!(found, engine.findings(), "as `ktui diagnose` says");
        assert_eq!(found[0].evidence.line, 300_000);
    }

    #[test]
    fn what_comes_through_a_pipe_is_put_aside() {
        let dir = tempfile::tempdir().unwrap();
        let lines: Vec<String> = (0..3000).map(|number| format!("line {number}\n")).collect();
        let bytes = Box::new(io::Cursor::new(lines.concat() + "torn"));
        let source = Source::Bytes { name: "-".into(), bytes };
        let (mut model, reading, diagnosing) = open(text(source), dir.path()).unwrap();
        let mut tell = |news| {
            drop(model.update(std::time::Duration::ZERO, Input::Text(news)));
            true
        };
        reading.go_on(&mut tell);
        diagnosing.go_on(&mut *knowledge().maker()(), &mut tell);
        assert_eq!((model.log.len(), model.diagnosing()), (3001, None));
        assert_eq!(rows(&mut model).last().map(String::as_str), Some("torn"));
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0, "no name stays");
    }
}
