//! A log that is a text: what becomes known of it while others read, count and diagnose it.
//!
//! Such a log is no list of events: it has no stages and no clock, its lines stay where they are, and its findings
//! come from a diagnosis that runs beside the screen.

use std::sync::Arc;

use super::findings::{Diagnose, Entry, NewDiagnosis};
use super::log::{LogView, MarkKind};
use super::replay::Replay;
use super::{Mode, Model};
use crate::diagnose::fact::Ask;
use crate::diagnose::finding::Finding;
use crate::event::{Fact, RunEnded, RunStarted, Timed};
use crate::locale::Text;
use crate::remedy::Fix;
use crate::text::index::Block;
use crate::text::store::Shelf;

/// Something that became known of a text.
#[derive(Debug, Clone, PartialEq)]
pub enum News {
    /// Its next blocks of lines.
    Blocks(Vec<Block>),
    /// Its last lines, long before all in front of them are counted.
    End(Vec<u8>),
    /// All its lines are counted.
    Counted,
    /// Reading it failed here.
    Broken(Text),
    /// What diagnosis finds so far, and how much of the text it has read, in percent, where that is known.
    Diagnosed {
        /// The findings; `None` where they are as before.
        findings: Option<Vec<Entry>>,
        /// How far it is; `None` once it is through.
        percent: Option<u64>,
    },
}

/// Diagnosis is done elsewhere, and its findings come as [`News`].
struct Elsewhere;

impl Diagnose for Elsewhere {
    fn output(&mut self, _bytes: &[u8]) {}

    fn began(&mut self, _run: &RunStarted) {}

    fn ended(&mut self, _run: &RunStarted, _end: &RunEnded) {}

    fn fact(&mut self, _fact: &Fact) {}

    fn finish(&mut self) {}

    fn questions(&self) -> Vec<Ask> {
        Vec::new()
    }

    fn findings(&self) -> Vec<Finding> {
        Vec::new()
    }

    fn fixes(&self, _finding: &Finding) -> Vec<Fix> {
        Vec::new()
    }
}

impl Model {
    /// A text on `shelf`; `start` says what it is.
    pub fn text(name: &str, start: Timed, shelf: Box<dyn Shelf>) -> Self {
        let diagnosis: NewDiagnosis = Arc::new(|| Box::new(Elsewhere));
        let nothing = Box::new(Replay::new(Vec::new(), 1.0));
        let mut model = Self::new(name, Mode::Replay(nothing), diagnosis, None);
        model.log = LogView::of_text(shelf);
        drop(model.fold(&[start]));
        model.diagnosing = Some(0);
        model
    }

    /// How much of the text diagnosis has read, in percent, while it reads.
    pub fn diagnosing(&self) -> Option<u64> {
        self.diagnosing
    }

    pub(super) fn learn(&mut self, news: News) {
        match news {
            News::Blocks(blocks) => self.log.found(&blocks),
            News::End(bytes) => self.log.ends_with(bytes),
            News::Counted => self.log.all_found(),
            News::Broken(why) => {
                let at = self.last_event;
                self.log.mark(at, MarkKind::Gap(why));
            }
            News::Diagnosed { findings, percent } => {
                self.diagnosing = percent;
                if let Some(findings) = findings {
                    self.findings.replace(findings);
                    self.accuse();
                }
            }
        }
    }
}
