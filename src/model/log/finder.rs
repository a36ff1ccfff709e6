//! The search in the log: the pattern being written, the one that is on, and where the user stands among its matches.

use tui_input::{Input, InputRequest};

use super::LogView;
use crate::model::editor::insert;
use crate::text::search::{Look, Quest, Search};
use crate::text::store::Store;

/// Bytes of text that one piece of searching looks at: well under a millisecond, mostly.
pub const PIECE: usize = 1 << 20;

/// A pattern being written, and where the log stood before.
#[derive(Debug, Clone)]
pub struct Prompt {
    /// The text and its cursor.
    pub input: Input,
    /// First visible line when the prompt was opened; Esc goes back there.
    from: (super::Spot, bool),
    /// The search that was on before.
    before: Option<String>,
    /// What is being written.
    pub wanted: Wanted,
}

/// What a [`Prompt`] asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// A pattern to search for.
    Pattern,
    /// A place to go to.
    Place,
    /// A filter: the lines to see, or those not to see.
    Filter(bool),
    /// A note to a line.
    Note(u64),
    /// A file to write the selected lines to.
    File,
    /// A time of a recording.
    Moment,
}

/// A search that is on.
pub struct Finder {
    /// The search itself.
    pub search: Search,
    /// The matching line that the user stands on.
    pub at: Option<u64>,
    /// The user went past the last match and began anew at the other end.
    pub wrapped: bool,
    /// Where the next match is being looked for.
    quest: Option<Quest>,
    /// Once the quest ends in vain, it begins anew at the other end.
    around: bool,
}

impl Finder {
    fn new(pattern: &str) -> Self {
        Self { search: Search::new(pattern), at: None, wrapped: false, quest: None, around: true }
    }

    /// The same pattern over a log that starts anew.
    pub(super) fn again(self) -> Self {
        Self::new(self.search.pattern())
    }
}

impl Finder {
    /// The numbers of the last lines changed.
    pub(super) fn shift(&mut self, store: &Store, shift: impl Fn(&mut u64)) {
        self.at.as_mut().map(&shift);
        if let Some(quest) = &mut self.quest {
            let mut line = quest.line();
            shift(&mut line);
            *quest = Search::quest(store, line, quest.is_forward());
        }
    }
}

impl Prompt {
    /// The line that the log goes back to.
    pub(super) fn place(&mut self) -> &mut u64 {
        &mut self.from.0.line
    }
}

impl LogView {
    /// Asks for a pattern.
    pub fn ask_pattern(&mut self) {
        self.ask(Wanted::Pattern);
    }

    /// Asks for a place.
    pub fn ask_place(&mut self) {
        self.ask(Wanted::Place);
    }

    /// Asks for a time.
    pub fn ask_moment(&mut self) {
        self.ask(Wanted::Moment);
    }

    /// Asks for something.
    pub fn ask(&mut self, wanted: Wanted) {
        self.ask_with(wanted, "");
    }

    /// Asks for something that may be what is there already.
    pub fn ask_with(&mut self, wanted: Wanted, value: &str) {
        self.prompt = Some(Prompt {
            input: Input::new(value.to_owned()),
            from: (self.top, self.follow),
            before: self.finder.as_ref().map(|finder| finder.search.pattern().to_owned()),
            wanted,
        });
    }

    /// An edit of the pattern; the first match from where the user stands comes into view.
    pub fn edit_pattern(&mut self, request: InputRequest) {
        self.change_pattern(|input| input.handle(request).is_some_and(|state| state.value));
    }

    /// The same with a text put in at the cursor, in one piece.
    pub fn paste_pattern(&mut self, text: &str) {
        self.change_pattern(|input| {
            insert(input, text);
            !text.is_empty()
        });
    }

    fn change_pattern(&mut self, change: impl FnOnce(&mut Input) -> bool) {
        let Some(prompt) = &mut self.prompt else { return };
        let changed = change(&mut prompt.input);
        if changed && prompt.wanted == Wanted::Pattern {
            let (from, follow) = prompt.from;
            let pattern = prompt.input.value().to_owned();
            (self.top, self.follow) = (from, follow);
            self.finder = (!pattern.is_empty()).then(|| Finder::new(&pattern));
            self.jump(from.line, true);
        }
    }

    /// The pattern is complete; an empty one repeats the search before.
    pub fn accept_pattern(&mut self) {
        let Some(prompt) = self.prompt.take() else { return };
        if prompt.input.value().is_empty() {
            self.finder = prompt.before.as_deref().map(Finder::new);
            self.find(true);
        }
    }

    /// Never mind: the log stands where it stood.
    pub fn cancel_pattern(&mut self) {
        let Some(prompt) = self.prompt.take() else { return };
        if prompt.wanted != Wanted::Pattern {
            return;
        }
        (self.top, self.follow) = prompt.from;
        self.finder = prompt.before.as_deref().map(Finder::new);
    }

    /// To the next or previous match; goes on at the other end.
    pub fn find(&mut self, forward: bool) {
        let first = self.first_visible();
        let Some(finder) = &self.finder else { return };
        let from = match (finder.at, forward) {
            (Some(at), true) => at + 1,
            (Some(at), false) => at,
            (None, _) => first,
        };
        self.jump(from, forward);
    }

    fn jump(&mut self, from: u64, forward: bool) {
        let Some(finder) = &mut self.finder else { return };
        finder.quest = Some(Search::quest(&self.store, from, forward));
        finder.around = true;
        finder.wrapped = false;
        self.look_on(PIECE);
    }

    /// Looks for the next match for a while; `true` while it is neither found nor known not to be.
    fn look_on(&mut self, bytes: usize) -> bool {
        let Some(finder) = &mut self.finder else { return false };
        let Some(quest) = &mut finder.quest else { return false };
        let (store, filters) = (&self.store, &mut self.sift.filters);
        // What is filtered out is no match here.
        let mut within = |chunk| filters.pass(store, chunk);
        match finder.search.look(store, quest, bytes, &mut within) {
            Look::Later => return true,
            Look::Waits => {}
            Look::Nowhere if finder.around => {
                let forward = quest.is_forward();
                let from = if forward { 0 } else { self.store.len() };
                finder.quest = Some(Search::quest(&self.store, from, forward));
                finder.around = false;
                return true;
            }
            Look::Nowhere => {
                finder.quest = None;
                finder.at = None;
            }
            Look::Found(line) => {
                finder.wrapped = !finder.around;
                finder.quest = None;
                finder.at = Some(line);
                self.reveal(line);
            }
        }
        false
    }

    /// Searches on, in about so many bytes of text; `true` while there is more to look at.
    pub fn search_on(&mut self, bytes: usize) -> bool {
        if self.look_on(bytes) {
            return true;
        }
        if self.sift_on(bytes) {
            return true;
        }
        let (store, filters) = (&self.store, &mut self.sift.filters);
        let mut within = |chunk| filters.pass(store, chunk);
        self.finder.as_mut().is_some_and(|finder| finder.search.step(store, bytes, &mut within))
    }

    /// Whether the user waits for lines of a text whose middle is not counted yet.
    pub fn waits_for_lines(&self) -> bool {
        let searched = self.finder.as_ref().is_some_and(|finder| finder.quest.is_some());
        self.store.has_gap() && (searched || !self.sift.filters.list.is_empty())
    }

    /// Matching lines that the filters let pass, whether that is all of them, and which of them the user stands on.
    pub fn count(&self) -> Option<(u64, bool, Option<u64>)> {
        let finder = self.finder.as_ref()?;
        let mut within = |chunk| self.sift.filters.known(&self.store, chunk);
        let (count, complete) = finder.search.count(&self.store, &mut within);
        let place = finder.at.and_then(|line| finder.search.place(&self.store, line, &mut within));
        let place = place.filter(|place| *place > 0);
        Some((count, complete, place))
    }
}
