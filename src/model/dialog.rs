//! What lies over the panes: a fix to confirm, a question, something to read. One at a time.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::diagnose::finding::Finding;
use crate::model::action::Context;
use crate::model::effect::FixRun;
use crate::model::palette::Palette;
use crate::remedy::Fix;

/// A dialog.
#[derive(Debug, Clone, PartialEq)]
pub enum Dialog {
    /// A fix, with all that will happen.
    Fix(Box<FixDialog>),
    /// Yes or no.
    Ask(Question),
    /// What becomes of the build when the app leaves.
    Leave,
    /// Something to read.
    Read(Page),
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
            commands: fix.commands.clone(),
            env: fix.env.clone(),
            verify: fix.verify.clone(),
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
    /// Bookmarks and notes.
    Bookmarks,
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
            Self::Ask(_) => Context::Question,
            Self::Leave => Context::LeaveDialog,
            Self::Read(_) => Context::Reading,
            Self::Palette(_) => Context::Palette,
        }
    }

    /// Scrolls what can be scrolled.
    pub fn scroll_by(&mut self, rows: isize) {
        let (scroll, overflow) = match self {
            Self::Fix(fix) => (&mut fix.scroll, fix.overflow),
            Self::Read(page) => (&mut page.scroll, page.overflow),
            Self::Ask(_) | Self::Leave | Self::Palette(_) => return,
        };
        *scroll = scroll.saturating_add_signed(rows).min(overflow);
    }

    /// How many rows did not fit, as just drawn.
    pub fn fit(&mut self, rows: usize) {
        let (scroll, overflow) = match self {
            Self::Fix(fix) => (&mut fix.scroll, &mut fix.overflow),
            Self::Read(page) => (&mut page.scroll, &mut page.overflow),
            Self::Ask(_) | Self::Leave | Self::Palette(_) => return,
        };
        *overflow = rows;
        *scroll = (*scroll).min(rows);
    }
}
