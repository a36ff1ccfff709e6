//! The command palette: everything that can be done now, found by a few letters in either language.

use nucleo_matcher::pattern::{AtomKind, CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use tui_input::{Input as Line, InputRequest};

use super::action::Action;
use crate::locale::{Lang, Text};

/// What choosing an entry does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Does {
    /// An action, as if its key had been pressed.
    Act(Action),
    /// Goes to a stage, by its index.
    Stage(usize),
    /// Goes to a finding, by its index.
    Finding(usize),
    /// Takes a theme, by its index among those that the app has.
    Theme(usize),
    /// Speaks this language.
    Speak(Lang),
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What it does, in both languages; either finds it.
    pub text: Text,
    /// The keys that do the same; may be empty.
    pub keys: String,
    /// What choosing it does.
    pub does: Does,
}

/// The open palette.
#[derive(Debug, Clone)]
pub struct Palette {
    /// What was typed.
    pub line: Line,
    entries: Vec<Entry>,
    /// Indices of the entries that fit, best first.
    found: Vec<usize>,
    /// Which of them is selected.
    pub selected: usize,
    /// The theme to go back to.
    pub theme: usize,
}

impl PartialEq for Palette {
    fn eq(&self, other: &Self) -> bool {
        (self.line.value(), &self.entries, self.selected)
            == (other.line.value(), &other.entries, other.selected)
    }
}

impl Palette {
    /// A palette of these entries, nothing typed yet; `theme` is the one in use.
    pub fn new(entries: Vec<Entry>, theme: usize) -> Self {
        let found = (0..entries.len()).collect();
        Self { line: Line::default(), entries, found, selected: 0, theme }
    }

    /// Takes an edit of what was typed.
    pub fn edit(&mut self, request: InputRequest) {
        self.change(|line| {
            line.handle(request);
        });
    }

    /// Takes a text in one piece.
    pub fn paste(&mut self, text: &str) {
        self.change(|line| super::editor::insert(line, text));
    }

    fn change(&mut self, change: impl FnOnce(&mut Line)) {
        let before = self.line.value().to_owned();
        change(&mut self.line);
        if self.line.value() != before {
            self.search();
        }
    }

    fn search(&mut self) {
        let pattern =
            Pattern::new(self.line.value(), CaseMatching::Ignore, Normalization::Smart, AtomKind::Fuzzy);
        let mut matcher = Matcher::new(Config::DEFAULT);
        let mut buffer = Vec::new();
        let mut scored: Vec<(u32, usize)> = Vec::new();
        for (index, entry) in self.entries.iter().enumerate() {
            let texts = [&entry.text.en, &entry.text.zh];
            let best = texts
                .iter()
                .filter_map(|text| pattern.score(Utf32Str::new(text, &mut buffer), &mut matcher))
                .max();
            scored.extend(best.map(|score| (score, index)));
        }
        // Equal scores keep the order of the entries: the most useful first.
        scored.sort_by_key(|(score, index)| (std::cmp::Reverse(*score), *index));
        self.found = scored.into_iter().map(|(_, index)| index).collect();
        self.selected = 0;
    }

    /// The entries that fit, best first.
    pub fn shown(&self) -> impl ExactSizeIterator<Item = &Entry> {
        self.found.iter().map(|index| &self.entries[*index])
    }

    /// How many entries there are, whether they fit or not.
    pub fn count(&self) -> usize {
        self.entries.len()
    }

    /// Selects another entry.
    pub fn move_by(&mut self, rows: isize) {
        let last = self.found.len().saturating_sub(1);
        self.selected = self.selected.saturating_add_signed(rows).min(last);
    }

    /// What the selected entry does.
    pub fn chosen(&self) -> Option<Does> {
        self.shown().nth(self.selected).map(|entry| entry.does)
    }

    /// The theme that is looked at right now.
    pub fn preview(&self) -> usize {
        match self.chosen() {
            Some(Does::Theme(index)) => index,
            _ => self.theme,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(en: &str, zh: &str, does: Does) -> Entry {
        Entry { text: Text { en: en.to_owned(), zh: zh.to_owned() }, keys: String::new(), does }
    }

    #[test]
    fn a_few_letters_of_either_language_find_an_entry() {
        let entries = vec![
            entry("run the failed stage again", "重新运行失败的阶段", Does::Act(Action::Retry)),
            entry("line numbers", "行号", Does::Act(Action::Numbers)),
            entry("theme: nord", "主题：nord", Does::Theme(3)),
        ];
        for (typed, does) in [
            ("again", Some(Does::Act(Action::Retry))),
            ("lnum", Some(Does::Act(Action::Numbers))),
            ("行号", Some(Does::Act(Action::Numbers))),
            ("NORD", Some(Does::Theme(3))),
            ("zzz", None),
        ] {
            let mut palette = Palette::new(entries.clone(), 0);
            typed.chars().for_each(|ch| palette.edit(InputRequest::InsertChar(ch)));
            assert_eq!(palette.chosen(), does, "{typed}");
        }
    }

    #[test]
    fn looking_at_a_theme_is_not_taking_it() {
        let mut palette = Palette::new(
            vec![entry("a", "", Does::Act(Action::Help)), entry("theme: b", "", Does::Theme(2))],
            1,
        );
        assert_eq!(palette.preview(), 1);
        palette.move_by(1);
        assert_eq!(palette.preview(), 2);
        palette.move_by(-5);
        assert_eq!(palette.preview(), 1);
    }
}
