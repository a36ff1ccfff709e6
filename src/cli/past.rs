//! What earlier sessions of the same plan and tree tell about a stage.
//!
//! Owns which session is asked and how its output becomes rows; what familiar rows mean is `diagnose`'s.

use std::path::Path;

use super::sessions::store;
use crate::diagnose::familiar::{Familiar, Rows};
use crate::event::{Event, Note, RunKind};
use crate::session::reader::Events;
use crate::session::store::Summary;
use crate::text::plain;

/// So many of the newest sessions are looked at.
const SESSIONS: usize = 12;
/// A longer log is not read for the sake of one finding.
const LONGEST: u64 = 256 * 1024 * 1024;

/// The rows of a stage's last good run among the sessions of this plan in this tree, `session` itself left out.
pub(super) fn familiar(plan: &str, dir: &Path, session: &str) -> Familiar {
    let (plan, dir, session) = (plan.to_owned(), dir.to_owned(), session.to_owned());
    Familiar::new(move |stage| {
        let sessions = store().ok()?.list().ok()?;
        let alike =
            |one: &&Summary| one.plan == plan && one.dir == dir && one.id != session && one.bytes <= LONGEST;
        sessions.iter().filter(alike).take(SESSIONS).find_map(|one| good_run(one, stage))
    })
}

/// What the stage printed in this session, if it passed there.
fn good_run(session: &Summary, stage: &str) -> Option<Rows> {
    let mut rows = Rows::default();
    let mut rest = String::new();
    let mut run = None;
    let mut good = false;
    for timed in Events::open(session.session.cast()).ok()? {
        match timed.event {
            Event::Note(Note::RunStarted(started))
                if run.is_none() && started.kind == RunKind::Stage && started.stage == stage =>
            {
                (rows, good, run) = (Rows::default(), false, Some(started.run));
            }
            Event::Note(Note::RunEnded(ended)) if run == Some(ended.run) => {
                take_lines(&mut rest, "\n", &mut rows);
                good = ended.outcome.is_ok();
                run = None;
            }
            Event::Output(output) if run.is_some() => take_lines(&mut rest, &output, &mut rows),
            _ => {}
        }
    }
    good.then_some(rows)
}

/// Adds the rows of the lines that are complete; what is not yet stays in `rest`.
fn take_lines(rest: &mut String, output: &str, rows: &mut Rows) {
    rest.push_str(output);
    let Some(end) = rest.rfind('\n') else { return };
    for line in rest[..end].split('\n') {
        plain::rows(line.as_bytes(), |row| rows.add(row));
    }
    rest.drain(..=end);
}
