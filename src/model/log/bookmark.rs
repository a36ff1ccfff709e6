//! Bookmarks: lines that the user wants to find again, each with a note where they wrote one.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::LogView;

/// So much of a line's text is kept with its bookmark.
const EXCERPT: usize = 200;

/// A bookmark.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bookmark {
    /// What the user wrote; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// The beginning of the line, so that a list of bookmarks can be read.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
}

/// Bookmarks by line, from 0.
pub type Bookmarks = BTreeMap<u64, Bookmark>;

impl LogView {
    /// Sets a bookmark at a line, or takes it away; a note goes with it. Answers whether there is one now.
    pub fn bookmark(&mut self, line: u64) -> bool {
        if self.bookmarks.remove(&line).is_some() {
            return false;
        }
        self.note(line, "");
        true
    }

    /// Writes a note to a line; an empty one leaves only the bookmark.
    pub fn note(&mut self, line: u64, note: &str) {
        let text = self.line(line).unwrap_or_default().text.trim().chars().take(EXCERPT).collect();
        self.bookmarks.insert(line, Bookmark { note: note.trim().to_owned(), text });
    }

    /// Goes to the next bookmark, past the last one to the first; `false` where there is none.
    pub fn next_bookmark(&mut self) -> bool {
        let here = self.point();
        let after = self.bookmarks.range(here + 1..).next();
        let Some((line, _)) = after.or_else(|| self.bookmarks.iter().next()) else { return false };
        let line = *line;
        self.go_to_line(line);
        true
    }

    /// Brings a line into view, opening what hides it, and points at it.
    pub fn go_to_line(&mut self, line: u64) {
        self.reveal(line);
        self.selection = None;
        self.lit = Some(line..line + 1);
    }
}
