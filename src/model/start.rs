//! The start screen of a bare `ktui`: the tree, what could be done with it, best first, and what the machine lacks.

use tui_input::InputRequest;

use super::action::{Action, Context};
use super::dialog::Fits;
use super::editor::insert;
use super::form::{Form, Sheet, Wish};
use crate::remedy::Fix;

/// What an [`Offer`] is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum OfferKind {
    /// Watch a build that runs.
    Attach,
    /// Go on with an interrupted one.
    Resume,
    /// Build with a plan that fits the tree.
    Plan,
    /// Look at a past session.
    Past,
    /// The tour.
    Tour,
    /// A plan that does not fit, and why.
    Unfit,
}

/// Something that could be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// What it is about.
    pub kind: OfferKind,
    /// One line: a plan's title, a session's plan and age.
    pub title: String,
    /// Why it is offered, or is not: `go.mod and scripts/download are here`.
    pub why: String,
    /// More, a line each: the stages, the folder.
    pub details: Vec<String>,
    /// The text of a tree's own plan that the user does not trust yet, fit to be shown.
    pub untrusted: Option<String>,
}

/// How a check of the machine came out, the worst last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CheckState {
    /// As it should be.
    Good,
    /// The machine did not say.
    Unknown,
    /// It can go wrong later.
    Warning,
    /// The build would fail.
    Bad,
}

/// What the doctor says of one thing.
#[derive(Debug, Clone, PartialEq)]
pub struct Check {
    /// What was looked at.
    pub what: String,
    /// What was found.
    pub found: String,
    /// What is wanted.
    pub wanted: String,
    /// Why it matters.
    pub why: String,
    /// How it came out.
    pub state: CheckState,
    /// What mends it.
    pub fix: Option<Fix>,
}

/// The start screen.
#[derive(Debug, Clone, PartialEq)]
pub struct Start {
    /// The folder, as shown.
    pub dir: String,
    /// What kind of tree it is, and of which era; empty where it is none that is known.
    pub tree: String,
    /// What could be done.
    pub offers: Vec<Offer>,
    /// Index of the selected one.
    pub selected: usize,
    /// Whether the keys are shown.
    pub help: bool,
    /// What the doctor has said so far, the worst first.
    pub checks: Vec<Check>,
    /// Whether the doctor is through.
    pub examined: bool,
    /// What lies over it.
    pub over: Option<Over>,
    /// How much of that is seen, as last drawn.
    fits: Fits,
    /// Whether the end of a plan that is to be trusted was seen.
    seen: bool,
}

/// What lies over the start screen.
#[derive(Debug, Clone, PartialEq)]
pub enum Over {
    /// The inputs of a plan.
    Form(Box<Form>),
    /// What mends a check, by its place among [`Start::curable`], from this row on.
    Cure(usize, usize),
    /// The text of a tree's own plan (an offer's), to be trusted, from this row on.
    Trust(usize, usize),
    /// Why a plan (an offer's) does not fit, from this row on.
    Unfit(usize, usize),
}

/// What became of the start screen.
#[derive(Debug, Clone, PartialEq)]
pub enum Chosen {
    /// Nothing yet.
    Nothing,
    /// This offer.
    Offer(usize),
    /// A form for this offer is wanted, or its values have changed: what they come to.
    Sheet {
        /// The offer.
        offer: usize,
        /// What the user set.
        set: Vec<(String, String)>,
    },
    /// Build with these values.
    Build {
        /// The offer.
        offer: usize,
        /// What the user set.
        set: Vec<(String, String)>,
        /// Wait before every stage.
        step: bool,
    },
    /// Trust the plan of this offer, as it was shown.
    Trust(usize),
    /// Mend the machine.
    Cure(Fix),
    /// The user left.
    Left,
}

impl Start {
    /// The screen with its first offer selected.
    pub fn new(dir: impl Into<String>, offers: Vec<Offer>) -> Self {
        Self {
            dir: dir.into(),
            tree: String::new(),
            offers,
            selected: 0,
            help: false,
            checks: Vec::new(),
            examined: false,
            over: None,
            fits: Fits::default(),
            seen: false,
        }
    }

    /// Where keys are heard.
    pub fn contexts(&self) -> Vec<Context> {
        match &self.over {
            None => vec![Context::Start, Context::Always],
            Some(Over::Cure(..)) => vec![Context::CureDialog, Context::Always],
            Some(Over::Trust(..)) => vec![Context::TrustDialog, Context::Always],
            Some(Over::Unfit(..)) => vec![Context::Reading, Context::Always],
            Some(Over::Form(form)) if form.writing.is_some() => vec![Context::Prompt],
            Some(Over::Form(_)) => vec![Context::Form, Context::Always],
        }
    }

    /// Whether a value is being written.
    pub fn writes(&self) -> bool {
        matches!(&self.over, Some(Over::Form(form)) if form.writing.is_some())
    }

    /// Whether an action would do something now.
    pub fn can(&self, action: Action) -> bool {
        match (&self.over, action) {
            (None, Action::Fix) => self.curable().next().is_some(),
            (None, Action::Open) => !self.offers.is_empty(),
            (Some(Over::Trust(..)), Action::Accept) => self.seen,
            (Some(Over::Unfit(..)), action) => action == Action::Back,
            (Some(Over::Cure(..)), Action::NextChoice) => self.curable().nth(1).is_some(),
            (Some(Over::Cure(at, _)), Action::Accept) => {
                self.curable().nth(*at).and_then(|check| check.fix.as_ref()).is_some_and(Fix::acts)
            }
            (Some(Over::Form(form)), action) => form.can(action),
            _ => true,
        }
    }

    /// The doctor says one thing more.
    pub fn learn(&mut self, check: Check) {
        let at = self.checks.partition_point(|known| known.state >= check.state);
        self.checks.insert(at, check);
    }

    /// What the doctor knows a remedy for, the worst first.
    pub fn curable(&self) -> impl Iterator<Item = &Check> {
        self.checks.iter().filter(|check| check.state >= CheckState::Warning && check.fix.is_some())
    }

    /// The user's trust in an offered plan is kept.
    pub fn trusted(&mut self, offer: usize) {
        if let Some(offer) = self.offers.get_mut(offer) {
            offer.untrusted = None;
        }
        self.over = None;
    }

    /// What drawing found out: rows of what lies over the screen that are seen, and rows beyond those.
    pub fn drawn(&mut self, fits: Fits) {
        self.fits = fits;
        if let Some(Over::Cure(_, row) | Over::Trust(_, row) | Over::Unfit(_, row)) = &mut self.over {
            *row = (*row).min(fits.overflow);
        }
        if let Some(Over::Trust(_, row)) = self.over {
            self.seen |= fits.rows > 0 && row >= fits.overflow;
        }
    }

    /// Whether what would be trusted was seen to its end.
    pub fn is_seen(&self) -> bool {
        self.seen
    }

    /// The row to begin with after an action that scrolls; `None` where it does not.
    fn scrolled(&self, row: usize, action: Action) -> Option<usize> {
        let rows = self.fits.rows_by(action)?;
        Some(row.saturating_add_signed(rows).min(self.fits.overflow))
    }

    /// The wheel over what lies over the screen, or over the offers.
    pub fn wheel(&mut self, rows: isize) {
        let action = if rows < 0 { Action::Up } else { Action::Down };
        match self.over {
            Some(Over::Form(ref form)) if form.writing.is_some() => {}
            None => {
                self.act_on_offers(action);
            }
            _ => {
                for _ in 0..rows.unsigned_abs() {
                    self.act(action);
                }
            }
        }
    }

    /// What the values of a form come to.
    pub fn sheet(&mut self, offer: usize, sheet: Sheet) {
        match &mut self.over {
            Some(Over::Form(form)) if form.offer == offer => form.take(sheet),
            _ => {
                let title = self.offers.get(offer).map_or_else(String::new, |offer| offer.title.clone());
                self.over = Some(Over::Form(Box::new(Form::new(offer, title, sheet))));
            }
        }
    }

    /// Takes an edit of the value that is written.
    pub fn edit(&mut self, request: InputRequest) {
        if let Some(Over::Form(form)) = &mut self.over
            && let Some(line) = &mut form.writing
        {
            line.handle(request);
        }
    }

    /// Puts a text into the value that is written, in one piece; nothing of it is an order.
    pub fn paste(&mut self, text: &str) {
        if let Some(Over::Form(form)) = &mut self.over
            && let Some(line) = &mut form.writing
        {
            insert(line, &text.replace(char::is_control, ""));
        }
    }

    /// Takes an action.
    pub fn act(&mut self, action: Action) -> Chosen {
        match &mut self.over {
            Some(Over::Form(form)) => {
                let (offer, wish) = (form.offer, form.act(action));
                match wish {
                    Wish::Nothing => Chosen::Nothing,
                    Wish::Changed(set) => Chosen::Sheet { offer, set },
                    Wish::Build { set, step } => Chosen::Build { offer, set, step },
                    Wish::Close => {
                        self.over = None;
                        Chosen::Nothing
                    }
                }
            }
            Some(Over::Cure(at, row)) => {
                let (at, row) = (*at, *row);
                self.act_on_cure(at, row, action)
            }
            Some(Over::Trust(offer, row)) => {
                let (offer, row) = (*offer, *row);
                self.act_on_trust(offer, row, action)
            }
            Some(Over::Unfit(offer, row)) => {
                let (offer, row) = (*offer, *row);
                if let Some(to) = self.scrolled(row, action) {
                    self.over = Some(Over::Unfit(offer, to));
                } else if matches!(action, Action::Back | Action::Quit | Action::Open) {
                    self.over = None;
                }
                Chosen::Nothing
            }
            None => self.act_on_offers(action),
        }
    }

    fn act_on_cure(&mut self, at: usize, row: usize, action: Action) -> Chosen {
        let count = self.curable().count().max(1);
        if let Some(to) = self.scrolled(row, action) {
            self.over = Some(Over::Cure(at, to));
        }
        match action {
            Action::NextChoice => self.over = Some(Over::Cure((at + 1) % count, 0)),
            Action::PreviousChoice => self.over = Some(Over::Cure((at + count - 1) % count, 0)),
            Action::Back => self.over = None,
            Action::Accept => {
                let fix = self.curable().nth(at).and_then(|check| check.fix.clone()).filter(Fix::acts);
                self.over = None;
                return fix.map_or(Chosen::Nothing, Chosen::Cure);
            }
            _ => {}
        }
        Chosen::Nothing
    }

    fn act_on_trust(&mut self, offer: usize, row: usize, action: Action) -> Chosen {
        if let Some(to) = self.scrolled(row, action) {
            self.over = Some(Over::Trust(offer, to));
        }
        match action {
            // It is about running a stranger's commands: nobody trusts what they have not had before their eyes.
            Action::Accept if self.seen => Chosen::Trust(offer),
            Action::Back => {
                self.over = None;
                Chosen::Nothing
            }
            _ => Chosen::Nothing,
        }
    }

    fn act_on_offers(&mut self, action: Action) -> Chosen {
        let last = self.offers.len().saturating_sub(1);
        if std::mem::take(&mut self.help) {
            return Chosen::Nothing;
        }
        match action {
            Action::Quit => return Chosen::Left,
            Action::Help => self.help = true,
            Action::Up | Action::FocusPrevious => self.selected = self.selected.saturating_sub(1),
            Action::Down | Action::FocusNext => self.selected = (self.selected + 1).min(last),
            Action::Top | Action::PageUp => self.selected = 0,
            Action::Bottom | Action::PageDown => self.selected = last,
            Action::Fix if self.curable().next().is_some() => self.over = Some(Over::Cure(0, 0)),
            Action::Open | Action::Accept => return self.open(),
            _ => {}
        }
        Chosen::Nothing
    }

    fn open(&mut self) -> Chosen {
        let offer = self.offers.get(self.selected);
        if offer.is_some_and(|offer| offer.kind == OfferKind::Plan && offer.untrusted.is_some()) {
            self.over = Some(Over::Trust(self.selected, 0));
            self.seen = false;
            return Chosen::Nothing;
        }
        match offer.map(|offer| offer.kind) {
            None => Chosen::Nothing,
            Some(OfferKind::Unfit) => {
                self.over = Some(Over::Unfit(self.selected, 0));
                Chosen::Nothing
            }
            Some(OfferKind::Plan) => Chosen::Sheet { offer: self.selected, set: Vec::new() },
            Some(_) => Chosen::Offer(self.selected),
        }
    }

    /// Selects by a click; a click on the selected one opens it.
    pub fn click(&mut self, index: usize) -> Chosen {
        if index >= self.offers.len() || self.over.is_some() {
            return Chosen::Nothing;
        }
        if self.selected == index {
            return self.open();
        }
        self.selected = index;
        Chosen::Nothing
    }
}
