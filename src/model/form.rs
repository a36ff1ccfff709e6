//! The inputs of a plan as a form: what each means, its value and where that comes from, and what would run with it.

use tui_input::Input as Line;

use super::action::Action;

/// Where a value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The plan's own default, machine and environment put in.
    Default,
    /// The tree says so.
    Tree,
    /// The user.
    User,
}

/// An input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its name, as `--set` has it.
    pub name: String,
    /// What it means.
    pub title: String,
    /// Its value as resolved.
    pub value: String,
    /// Where that comes from.
    pub origin: Origin,
    /// The only values allowed, where given.
    pub choices: Vec<String>,
    /// Not to be shown.
    pub secret: bool,
    /// What is wrong with the value.
    pub fault: Option<String>,
}

/// A stage as it would run, or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageLine {
    /// Its id.
    pub id: String,
    /// One line.
    pub title: String,
    /// Why it would not run.
    pub skipped: Option<String>,
}

/// What a plan comes to with the user's values.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sheet {
    /// Its inputs.
    pub fields: Vec<Field>,
    /// Its stages; none where something is wrong with the values.
    pub stages: Vec<StageLine>,
    /// What is wrong besides the values of single inputs.
    pub problems: Vec<String>,
}

/// A form being filled in.
#[derive(Debug, Clone)]
pub struct Form {
    /// Of which offer it is.
    pub offer: usize,
    /// The plan's title.
    pub title: String,
    /// The values, and what they come to.
    pub sheet: Sheet,
    /// The selected input.
    pub selected: usize,
    /// Its value while it is written.
    pub writing: Option<Line>,
}

impl PartialEq for Form {
    fn eq(&self, other: &Self) -> bool {
        (self.offer, &self.sheet, self.selected) == (other.offer, &other.sheet, other.selected)
            && self.writing.as_ref().map(Line::value) == other.writing.as_ref().map(Line::value)
    }
}

/// What the user wants of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    /// Nothing more.
    Nothing,
    /// The user's values have changed.
    Changed(Vec<(String, String)>),
    /// Build with these.
    Build {
        /// What the user set.
        set: Vec<(String, String)>,
        /// Wait before every stage.
        step: bool,
    },
    /// Close it.
    Close,
}

impl Sheet {
    /// Whether a build could begin.
    pub fn is_sound(&self) -> bool {
        self.problems.is_empty() && self.fields.iter().all(|field| field.fault.is_none())
    }

    /// What the user set.
    pub fn set(&self) -> Vec<(String, String)> {
        let own = self.fields.iter().filter(|field| field.origin == Origin::User);
        own.map(|field| (field.name.clone(), field.value.clone())).collect()
    }
}

impl Form {
    /// A form at its first input.
    pub fn new(offer: usize, title: String, sheet: Sheet) -> Self {
        Self { offer, title, sheet, selected: 0, writing: None }
    }

    /// The selected input.
    pub fn field(&self) -> Option<&Field> {
        self.sheet.fields.get(self.selected)
    }

    /// The values came to this. Where something is wrong with them, what is known of the other inputs stays.
    pub fn take(&mut self, sheet: Sheet) {
        let before = std::mem::replace(&mut self.sheet, sheet);
        if self.sheet.is_sound() {
            return;
        }
        for field in self.sheet.fields.iter_mut().filter(|field| field.origin != Origin::User) {
            if let Some(old) =
                before.fields.iter().find(|old| old.name == field.name && field.value.is_empty())
            {
                field.value.clone_from(&old.value);
            }
        }
    }

    /// Whether an action would do something now.
    pub fn can(&self, action: Action) -> bool {
        let field = self.field();
        match action {
            Action::Open | Action::Step => self.sheet.is_sound(),
            Action::Edit => field.is_some_and(|field| field.choices.is_empty()),
            Action::NextChoice | Action::PreviousChoice => field.is_some_and(|field| field.choices.len() > 1),
            Action::Reset => field.is_some_and(|field| field.origin == Origin::User),
            _ => true,
        }
    }

    /// Takes an action.
    pub fn act(&mut self, action: Action) -> Wish {
        if let Some(line) = &self.writing {
            let value = line.value().to_owned();
            return match action {
                Action::Accept => {
                    self.writing = None;
                    self.put(value)
                }
                Action::Back => {
                    self.writing = None;
                    Wish::Nothing
                }
                _ => Wish::Nothing,
            };
        }
        if !self.can(action) {
            return Wish::Nothing;
        }
        let last = self.sheet.fields.len().saturating_sub(1);
        match action {
            Action::Up => self.selected = self.selected.saturating_sub(1),
            Action::Down => self.selected = (self.selected + 1).min(last),
            Action::Top | Action::PageUp => self.selected = 0,
            Action::Bottom | Action::PageDown => self.selected = last,
            Action::Edit => {
                self.writing = self
                    .field()
                    .map(|field| Line::new(if field.secret { String::new() } else { field.value.clone() }));
            }
            Action::NextChoice => return self.turn(true),
            Action::PreviousChoice => return self.turn(false),
            Action::Reset => return self.reset(),
            Action::Open => return Wish::Build { set: self.sheet.set(), step: false },
            Action::Step => return Wish::Build { set: self.sheet.set(), step: true },
            Action::Back => return Wish::Close,
            _ => {}
        }
        Wish::Nothing
    }

    /// Gives the selected input this value.
    pub fn put(&mut self, value: String) -> Wish {
        if let Some(field) = self.sheet.fields.get_mut(self.selected)
            && (field.value != value || field.secret)
        {
            field.value = value;
            field.origin = Origin::User;
            return Wish::Changed(self.sheet.set());
        }
        Wish::Nothing
    }

    fn turn(&mut self, forward: bool) -> Wish {
        let Some(field) = self.field() else { return Wish::Nothing };
        let count = field.choices.len();
        let at = field.choices.iter().position(|choice| *choice == field.value);
        let to = match (at, forward) {
            (None, _) => 0,
            (Some(at), true) => (at + 1) % count,
            (Some(at), false) => (at + count - 1) % count,
        };
        let value = field.choices.get(to).cloned().unwrap_or_default();
        self.put(value)
    }

    fn reset(&mut self) -> Wish {
        if let Some(field) = self.sheet.fields.get_mut(self.selected) {
            field.origin = Origin::Default;
            field.value.clear();
        }
        Wish::Changed(self.sheet.set())
    }
}
