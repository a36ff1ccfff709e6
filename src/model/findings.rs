//! The findings pane: what diagnosis says of the log so far, which finding the user looks at, what would mend it.
//!
//! Owns the selection and whether a finding is still open. Diagnosis itself is behind [`Diagnose`]: the real
//! engine in the app, a table in tests; both are pure.

use std::collections::HashSet;
use std::sync::Arc;

use crate::diagnose::fact::Ask;
use crate::diagnose::finding::Finding;
use crate::diagnose::rule::{Kind, Severity};
use crate::diagnose::source::Frame;
use crate::diagnose::why_not::{Place, Verdict};
use crate::event::{Fact, RunEnded, RunKind, RunStarted};
use crate::locale::Lang;
use crate::model::dialog::Fits;
use crate::remedy::Fix;
use crate::session::dismissed::Dismissal;

/// The stage that diagnosis files a fix's own output under.
pub const FIX: &str = "fix";

/// What the model needs of diagnosis. No method does IO.
pub trait Diagnose {
    /// Output of whatever runs in the pty, in any chunking.
    fn output(&mut self, bytes: &[u8]);
    /// A run begins.
    fn began(&mut self, run: &RunStarted);
    /// It ended.
    fn ended(&mut self, run: &RunStarted, end: &RunEnded);
    /// An answer about the target.
    fn fact(&mut self, fact: &Fact);
    /// Nothing more comes. May be said more than once.
    fn finish(&mut self);
    /// What is to be found out.
    fn questions(&self) -> Vec<Ask>;
    /// The findings, best first.
    fn findings(&self) -> Vec<Finding>;
    /// What removes the cause of one of them, best first.
    fn fixes(&self, finding: &Finding) -> Vec<Fix>;
    /// From now on, findings and fixes in this language.
    fn speak(&mut self, _lang: Lang) {}
    /// Why rules that came near say nothing of a line.
    fn why_not(&self, _place: Place<'_>) -> Vec<Verdict> {
        Vec::new()
    }
    /// The same as it is now, to go on with it later; where that cannot be, a replay begins anew to go back.
    fn fork(&self) -> Option<Box<dyn Diagnose>> {
        None
    }
    /// What stands in the source where it points, as far as that was told.
    fn source(&self, _finding: &Finding) -> Option<Frame> {
        None
    }
    /// The nearest folder around the source file that it points at, and what that is for.
    fn place(&self, _finding: &Finding) -> Option<(String, String)> {
        None
    }
}

/// Makes a diagnosis that knows nothing yet; a replay that goes back needs a new one.
pub type NewDiagnosis = Arc<dyn Fn() -> Box<dyn Diagnose>>;

/// A finding as the pane shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The finding.
    pub finding: Finding,
    /// Its fixes.
    pub fixes: Vec<Fix>,
    /// The source it points at.
    pub source: Option<Frame>,
    /// The nearest folder around that which the code guide knows, and what it is for.
    pub place: Option<(String, String)>,
    /// Whether it is of the present.
    pub standing: Standing,
    /// Why the user put it aside, where they did.
    pub reason: Option<String>,
}

/// Where a finding stands in the course of the session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// Of the last try of its stage.
    Open,
    /// Of an earlier try; the last one is not through.
    Earlier,
    /// Of an earlier try; the last one passed.
    Mended,
    /// The user put it aside.
    Dismissed,
}

impl Entry {
    /// Whether this is what keeps the build from going on.
    pub fn blocks(&self) -> bool {
        self.standing == Standing::Open && self.finding.severity == Severity::Error
    }

    /// What makes it this one.
    pub(super) fn key(&self) -> (&str, u64) {
        (&self.finding.rule, self.finding.evidence.line)
    }

    fn matter(&self) -> (&str, &str) {
        (&self.finding.rule, self.finding.subject())
    }
}

/// What was found by then, and how diagnosis goes on from there.
pub struct Stop {
    diagnosis: Box<dyn Diagnose>,
    list: Vec<Entry>,
}

/// The findings and the user's place among them.
pub struct Findings {
    make: NewDiagnosis,
    diagnosis: Box<dyn Diagnose>,
    /// Open ones first, best first.
    pub list: Vec<Entry>,
    /// Index of the selected one.
    pub selected: usize,
    /// First visible row of the details.
    pub scroll: usize,
    /// How much of the details is seen, as last drawn.
    pub(super) fits: Fits,
    asked: HashSet<String>,
    stale: bool,
    /// Whether the user moved the selection.
    pinned: bool,
    /// The language, where it was changed.
    lang: Option<Lang>,
    /// Who is asked about single lines, where diagnosis is done elsewhere.
    pub inquire: Option<NewDiagnosis>,
    /// What the user put aside.
    pub dismissed: Vec<Dismissal>,
}

impl Findings {
    /// No findings yet.
    pub fn new(make: NewDiagnosis) -> Self {
        let diagnosis = make();
        Self {
            make,
            diagnosis,
            list: Vec::new(),
            selected: 0,
            scroll: 0,
            fits: Fits::default(),
            asked: HashSet::new(),
            stale: false,
            pinned: false,
            lang: None,
            inquire: None,
            dismissed: Vec::new(),
        }
    }

    /// Starts over: the log does too.
    pub fn clear(&mut self) {
        self.diagnosis = (self.make)();
        if let Some(lang) = self.lang {
            self.diagnosis.speak(lang);
        }
        self.list.clear();
        self.stale = false;
        self.pinned = false;
    }

    /// As it is now; `None` where diagnosis cannot tell.
    pub fn stop(&self) -> Option<Stop> {
        Some(Stop { diagnosis: self.diagnosis.fork()?, list: self.list.clone() })
    }

    /// As it was then.
    pub fn return_to(&mut self, stop: &Stop) {
        let Some(diagnosis) = stop.diagnosis.fork() else { return self.clear() };
        self.diagnosis = diagnosis;
        if let Some(lang) = self.lang {
            self.diagnosis.speak(lang);
        }
        self.replace(stop.list.clone());
        self.stale = true;
    }

    /// Output.
    pub fn output(&mut self, bytes: &[u8]) {
        self.diagnosis.output(bytes);
        self.stale = true;
    }

    /// A run begins; the next failure may take the selection again.
    pub fn began(&mut self, run: &RunStarted) {
        self.diagnosis.began(run);
        self.stale = true;
        if run.kind == RunKind::Stage {
            self.pinned = false;
            // What was so before a fix need not be so any more.
            self.asked.clear();
        }
    }

    /// A run ended.
    pub fn ended(&mut self, run: &RunStarted, end: &RunEnded) {
        self.diagnosis.ended(run, end);
        self.stale = true;
    }

    /// An answer.
    pub fn fact(&mut self, fact: &Fact) {
        self.asked.insert(fact.ask.clone());
        self.diagnosis.fact(fact);
        self.stale = true;
    }

    /// The session is over.
    pub fn finish(&mut self) {
        self.diagnosis.finish();
        self.stale = true;
    }

    /// Questions that were not asked yet.
    pub fn questions(&mut self) -> Vec<Ask> {
        let questions = self.diagnosis.questions();
        questions.into_iter().filter(|ask| self.asked.insert(ask.to_string())).collect()
    }

    /// From now on in this language.
    pub fn speak(&mut self, lang: Lang) {
        self.lang = Some(lang);
        self.diagnosis.speak(lang);
        self.stale = true;
    }

    /// Takes over what diagnosis found since the last time.
    pub fn refresh(&mut self, standing: impl Fn(&Finding) -> Standing) {
        if !std::mem::take(&mut self.stale) {
            return;
        }
        let diagnosis = &self.diagnosis;
        let list = diagnosis.findings().into_iter().map(|finding| Entry {
            fixes: diagnosis.fixes(&finding),
            source: diagnosis.source(&finding),
            place: diagnosis.place(&finding),
            standing: standing(&finding),
            reason: None,
            finding,
        });
        let list = list.collect();
        self.replace(list);
    }

    /// These are the findings now; the user's place among them stays.
    pub fn replace(&mut self, list: Vec<Entry>) {
        let kept = self.list.get(self.selected).map(|entry| {
            let (rule, line) = entry.key();
            (rule.to_owned(), line)
        });
        self.list = list;
        for entry in &mut self.list {
            let one = self.dismissed.iter().find(|one| is_of(one, &entry.finding));
            entry.reason = one.map(|one| one.reason.clone());
            if entry.reason.is_some() {
                entry.standing = Standing::Dismissed;
            }
        }
        self.drop_repeated();
        // Stable: the engine's order stays within the groups.
        self.list.sort_by_key(|entry| (entry.standing, entry.finding.kind == Kind::Unknown));
        let found = kept
            .filter(|_| self.pinned)
            .and_then(|(rule, line)| self.list.iter().position(|entry| entry.key() == (rule.as_str(), line)));
        if found != Some(self.selected) {
            self.scroll = 0;
        }
        self.selected = found.unwrap_or(0);
    }

    /// The same failure at several tries is shown once, as it stands last.
    fn drop_repeated(&mut self) {
        let mut seen: HashSet<(String, String)> = HashSet::new();
        let mut order: Vec<usize> = (0..self.list.len()).collect();
        order.sort_by_key(|at| {
            (self.list[*at].standing, std::cmp::Reverse(self.list[*at].finding.evidence.line))
        });
        let mut keep = vec![true; self.list.len()];
        for at in order {
            let entry = &self.list[at];
            let (rule, subject) = entry.matter();
            let fresh = seen.insert((rule.to_owned(), subject.to_owned()));
            keep[at] = fresh || entry.standing == Standing::Open;
        }
        let mut keep = keep.into_iter();
        self.list.retain(|_| keep.next().unwrap_or(true));
    }

    /// The selected finding.
    pub fn current(&self) -> Option<&Entry> {
        self.list.get(self.selected)
    }

    /// Selects by the user's hand.
    pub fn select(&mut self, index: usize) {
        let index = index.min(self.list.len().saturating_sub(1));
        if index != self.selected {
            self.scroll = 0;
        }
        self.selected = index;
        self.pinned = true;
    }

    /// How much of the details is seen, as just drawn.
    pub fn fit(&mut self, details: Fits) {
        self.fits = details;
        self.scroll = self.scroll.min(details.overflow);
    }

    /// Scrolls the details.
    pub fn scroll_by(&mut self, rows: isize) {
        self.scroll = self.scroll.saturating_add_signed(rows).min(self.fits.overflow);
    }

    /// The finding whose evidence follows (or precedes) that of the selected one in the log.
    pub fn neighbour(&self, forward: bool) -> Option<usize> {
        let mut order: Vec<usize> =
            (0..self.list.len()).filter(|at| self.list[*at].finding.evidence.line > 0).collect();
        order.sort_by_key(|at| self.list[*at].finding.evidence.line);
        let at = order.iter().position(|index| *index == self.selected);
        match (at, forward) {
            (None, true) => order.first().copied(),
            (None, false) => order.last().copied(),
            (Some(at), true) => order.get(at + 1).or_else(|| order.first()).copied(),
            (Some(at), false) => at.checked_sub(1).map_or(order.last(), |at| order.get(at)).copied(),
        }
    }

    /// Puts a finding aside, and every later one of the same matter.
    pub fn dismiss(&mut self, finding: &Finding, reason: &str) {
        self.dismissed.retain(|one| !is_of(one, finding));
        let (rule, subject) = (finding.rule.clone(), finding.subject().to_owned());
        self.dismissed.push(Dismissal { rule, subject, reason: reason.trim().to_owned() });
        let list = std::mem::take(&mut self.list);
        self.replace(list);
    }

    /// Brings back what was put aside.
    pub fn bring_back(&mut self, finding: &Finding) {
        self.dismissed.retain(|one| !is_of(one, finding));
        let back = |entry: &&mut Entry| entry.reason.is_some() && entry.finding == *finding;
        for entry in self.list.iter_mut().filter(back) {
            entry.standing = Standing::Open;
        }
        let list = std::mem::take(&mut self.list);
        self.replace(list);
        self.stale = true;
    }

    /// Why rules that came near say nothing of a line.
    pub fn why_not(&self, place: Place<'_>) -> Vec<Verdict> {
        match &self.inquire {
            Some(make) => make().why_not(place),
            None => self.diagnosis.why_not(place),
        }
    }

    /// Findings that keep the build from going on.
    pub fn blocking(&self) -> usize {
        self.list.iter().filter(|entry| entry.blocks() && entry.finding.kind != Kind::Symptom).count()
    }
}

/// Whether a finding is what was put aside.
fn is_of(one: &Dismissal, finding: &Finding) -> bool {
    one.rule == finding.rule && one.subject == finding.subject()
}
