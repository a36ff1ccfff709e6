//! What lies over the panes: a fix to confirm, a question, something to read or to write. One at a time.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use crate::diagnose::finding::Finding;
use crate::diagnose::why_not::Verdict;
use crate::model::action::{Action, Context};
use crate::model::effect::FixRun;
use crate::model::palette::Palette;
use crate::model::rule_draft::RuleDraft;
use crate::model::step::StepDialog;
use crate::model::writing::Writing;
use crate::remedy::Fix;

/// A dialog.
#[derive(Debug, Clone, PartialEq)]
pub enum Dialog {
    /// A fix, with all that will happen.
    Fix(Box<FixDialog>),
    /// A stage that step mode holds back.
    Step(Box<StepDialog>),
    /// A text that the user writes.
    Write(Box<Writing>),
    /// A rule made from a line.
    Rule(Box<RuleDraft>),
    /// Why no other rule says something about a line.
    WhyNot(Box<WhyNot>),
    /// Yes or no.
    Ask(Question),
    /// What becomes of the build when the app leaves.
    Leave,
    /// Something to read.
    Read(Page),
    /// Bookmarks and notes, to go to; which of them is selected.
    Bookmarks(usize),
    /// Everything that can be done.
    Palette(Box<Palette>),
}

/// A fix to confirm.
#[derive(Debug, Clone, PartialEq)]
pub struct FixDialog {
    /// What it mends.
    pub finding: Finding,
    /// The ways to mend it, best first.
    pub fixes: Vec<Fix>,
    /// Which of them is shown.
    pub chosen: usize,
    /// Where and as whom it would run.
    pub place: Place,
    /// Why it cannot run now, where it cannot.
    pub refusal: Option<Refusal>,
    /// Which of the fixes hold commands that the user changed.
    pub edited: BTreeSet<usize>,
    /// Which command is changed next.
    pub next_edit: usize,
    /// First visible row.
    pub scroll: usize,
    /// Rows beyond what fits, as last drawn.
    pub overflow: usize,
}

/// Where a fix's commands run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// Working folder.
    pub dir: PathBuf,
    /// Target.
    pub target: String,
    /// User, where known.
    pub user: String,
    /// Environment that the plan adds.
    pub env: BTreeMap<String, String>,
}

/// Why a fix cannot run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// A recording is shown.
    Replay,
    /// The past of a session is shown.
    Past,
    /// Something runs already.
    Busy,
    /// The session is over.
    Over,
    /// There is nothing to run, only to read.
    GuideOnly,
}

impl FixDialog {
    /// The fix that is shown.
    pub fn fix(&self) -> Option<&Fix> {
        self.fixes.get(self.chosen)
    }

    /// Why the shown fix cannot run.
    pub fn blocked(&self) -> Option<Refusal> {
        self.refusal.or_else(|| self.fix().is_none_or(|fix| !fix.acts()).then_some(Refusal::GuideOnly))
    }

    /// Shows another fix.
    pub fn turn(&mut self, forward: bool) {
        let count = self.fixes.len().max(1);
        self.chosen = if forward { (self.chosen + 1) % count } else { (self.chosen + count - 1) % count };
        self.scroll = 0;
        self.next_edit = 0;
    }

    /// Whether the user changed a command of the shown fix.
    pub fn is_edited(&self) -> bool {
        self.edited.contains(&self.chosen)
    }

    /// Changes a command of the shown fix; one that is left empty does not run.
    pub fn change(&mut self, at: usize, command: String) {
        let chosen = self.chosen;
        let Some(fix) = self.fixes.get_mut(chosen) else { return };
        if fix.commands.get(at).is_some_and(|old| *old != command) {
            fix.commands[at] = command;
            self.edited.insert(chosen);
        }
    }

    /// What is run when the user says yes, exactly what is shown.
    pub fn run(&self) -> Option<FixRun> {
        if self.blocked().is_some() {
            return None;
        }
        self.fix().map(|fix| FixRun {
            rule: self.finding.rule.clone(),
            fix: fix.id.clone(),
            title: fix.title.clone(),
            commands: fix.commands.iter().filter(|command| !command.trim().is_empty()).cloned().collect(),
            env: fix.env.clone(),
            verify: fix.verify.clone(),
            edited: self.is_edited(),
        })
    }
}

/// How much of something is seen, as last drawn.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Fits {
    /// Rows that are seen.
    pub rows: usize,
    /// Rows beyond those.
    pub overflow: usize,
}

impl Fits {
    /// Rows that a page takes: one stays, so that the eye finds its place again.
    pub fn page(self) -> isize {
        self.rows.saturating_sub(1).max(1).cast_signed()
    }

    /// How many rows down an action scrolls; `None` where it does not.
    pub fn rows_by(self, action: Action) -> Option<isize> {
        let half = (self.page() / 2).max(1);
        Some(match action {
            Action::Up => -1,
            Action::Down => 1,
            Action::PageUp => -self.page(),
            Action::PageDown => self.page(),
            Action::HalfUp => -half,
            Action::HalfDown => half,
            Action::Top => isize::MIN,
            Action::Bottom => isize::MAX,
            _ => return None,
        })
    }
}

/// A question that is answered by yes or no.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question {
    /// Stop what runs?
    Cancel {
        /// What that is.
        what: String,
    },
    /// Go on without the failed stage?
    Skip {
        /// The stage.
        stage: String,
    },
    /// The fix worked: run the stage again?
    Retry {
        /// The stage.
        stage: String,
        /// The fix's title.
        fix: String,
    },
}

/// What the rules have to say about a line that they say nothing of.
#[derive(Debug, Clone, PartialEq)]
pub struct WhyNot {
    /// The line's number, from 1.
    pub line: u64,
    /// The line.
    pub text: String,
    /// The finding that it belongs to.
    pub finding: Option<String>,
    /// Rules that were near, the nearest first.
    pub verdicts: Vec<Verdict>,
    /// First visible row.
    pub scroll: usize,
    /// Rows beyond what fits, as last drawn.
    pub overflow: usize,
}

/// Something to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// What.
    pub kind: PageKind,
    /// First visible row.
    pub scroll: usize,
    /// Rows beyond what fits, as last drawn.
    pub overflow: usize,
}

/// What a [`Page`] shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageKind {
    /// The keys.
    Help,
    /// What the session came to.
    Summary,
    /// The selected stage.
    Stage,
}

impl Page {
    /// A page at its beginning.
    pub fn new(kind: PageKind) -> Self {
        Self { kind, scroll: 0, overflow: 0 }
    }
}

impl Dialog {
    /// Where keys are heard while it is open.
    pub fn context(&self) -> Context {
        match self {
            Self::Fix(_) => Context::FixDialog,
            Self::Step(_) => Context::StepDialog,
            Self::Write(_) => Context::Editor,
            Self::Rule(_) => Context::RuleDialog,
            Self::Ask(_) => Context::Question,
            Self::Leave => Context::LeaveDialog,
            Self::Read(page) if page.kind == PageKind::Stage => Context::StagePage,
            Self::Read(_) | Self::WhyNot(_) => Context::Reading,
            Self::Bookmarks(_) => Context::BookmarkList,
            Self::Palette(_) => Context::Palette,
        }
    }

    /// Whether an action of dialogs would do something in this one.
    pub fn can(&self, action: Action) -> bool {
        match (self, action) {
            (Self::Fix(fix), Action::NextChoice | Action::PreviousChoice) => fix.fixes.len() > 1,
            (Self::Fix(fix), Action::Edit) => {
                fix.blocked().is_none() && fix.fix().is_some_and(|fix| !fix.commands.is_empty())
            }
            (Self::Step(step), Action::RunThrough) => !step.again,
            (Self::Step(_), Action::Edit) => true,
            (Self::Write(writing), Action::NextChoice | Action::PreviousChoice) => writing.siblings() > 1,
            (Self::Write(writing), Action::NewLine) => writing.has_lines(),
            _ => false,
        }
    }

    /// Scrolls what can be scrolled.
    pub fn scroll_by(&mut self, rows: isize) {
        let Some((scroll, overflow)) = self.scrolling() else { return };
        *scroll = scroll.saturating_add_signed(rows).min(*overflow);
    }

    /// The first visible row and the rows beyond what fits, of a dialog that scrolls.
    fn scrolling(&mut self) -> Option<(&mut usize, &mut usize)> {
        match self {
            Self::Fix(fix) => Some((&mut fix.scroll, &mut fix.overflow)),
            Self::Step(step) => Some((&mut step.scroll, &mut step.overflow)),
            Self::Rule(rule) => Some((&mut rule.scroll, &mut rule.overflow)),
            Self::WhyNot(why) => Some((&mut why.scroll, &mut why.overflow)),
            Self::Read(page) => Some((&mut page.scroll, &mut page.overflow)),
            Self::Ask(_) | Self::Leave | Self::Bookmarks(_) | Self::Palette(_) | Self::Write(_) => None,
        }
    }

    /// How many rows did not fit, as just drawn.
    pub fn fit(&mut self, rows: usize) {
        let Some((scroll, overflow)) = self.scrolling() else { return };
        *overflow = rows;
        *scroll = (*scroll).min(rows);
    }
}
