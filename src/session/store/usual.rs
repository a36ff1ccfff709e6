//! How long stages took in earlier sessions on this machine.
//!
//! Only tries that passed count, and sessions of the same plan on the same target; where there are some with the
//! same inputs, only those. Output is passed over undecoded.

#![expect(clippy::disallowed_methods, reason = "session files are read here")]

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;

use super::summary::not_output;
use super::{Store, Summary};
use crate::event::{Event, Note, RunKind};

/// So many sessions are enough.
const MOST_SESSIONS: usize = 8;
/// Of a larger log only so much is read.
const MOST_BYTES: u64 = 64 * 1024 * 1024;

/// A build that is about to begin.
#[derive(Debug, Clone, Copy)]
pub struct Alike<'a> {
    /// Its plan's id.
    pub plan: &'a str,
    /// Where its stages run.
    pub target: &'a str,
    /// Its inputs, secrets masked.
    pub inputs: &'a BTreeMap<String, String>,
}

impl Store {
    /// The median duration of each stage in earlier sessions, in milliseconds, by the stage's id.
    pub fn usual(&self, build: Alike<'_>) -> BTreeMap<String, u64> {
        let sessions = self.list().unwrap_or_default();
        let alike = |summary: &&Summary| summary.plan == build.plan && summary.target == build.target;
        let mut same: BTreeMap<String, Vec<u64>> = BTreeMap::new();
        let mut any: BTreeMap<String, Vec<u64>> = BTreeMap::new();
        for summary in sessions.iter().filter(alike).take(MOST_SESSIONS) {
            let Some((inputs, took)) = durations(&summary.session.cast()) else { continue };
            for (stage, millis) in took {
                if inputs == *build.inputs {
                    same.entry(stage.clone()).or_default().push(millis);
                }
                any.entry(stage).or_default().push(millis);
            }
        }
        any.into_iter()
            .map(|(stage, all)| (median(same.remove(&stage).unwrap_or(all)), stage))
            .map(|(m, s)| (s, m))
            .collect()
    }
}

fn median(mut all: Vec<u64>) -> u64 {
    all.sort_unstable();
    all.get(all.len() / 2).copied().unwrap_or(0)
}

/// A session's inputs, and how long each stage's passing try took.
fn durations(cast: &Path) -> Option<(BTreeMap<String, String>, BTreeMap<String, u64>)> {
    let mut reader = BufReader::new(File::open(cast).ok()?.take(MOST_BYTES));
    let mut inputs = None;
    let mut open: BTreeMap<u32, String> = BTreeMap::new();
    let mut took = BTreeMap::new();
    let mut line = Vec::new();
    loop {
        line.clear();
        if reader.read_until(b'\n', &mut line).ok()? == 0 {
            break;
        }
        match not_output(line.strip_suffix(b"\n").unwrap_or(&line)) {
            Some(Event::Note(Note::Session(start))) => inputs = Some(start.inputs),
            Some(Event::Note(Note::RunStarted(run))) if run.kind == RunKind::Stage => {
                open.insert(run.run, run.stage);
            }
            Some(Event::Note(Note::RunEnded(end))) => {
                if let Some(stage) = open.remove(&end.run).filter(|_| end.outcome.is_ok()) {
                    took.insert(stage, end.millis);
                }
            }
            _ => {}
        }
    }
    Some((inputs?, took))
}
