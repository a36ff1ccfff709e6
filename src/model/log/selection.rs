//! The line that the user points at, and lines selected to be copied or written to a file.

use std::ops::RangeInclusive;

use super::LogView;

/// Most that is copied: terminals refuse longer sequences.
pub const COPY_AT_MOST: usize = 74_000;
/// Most that is written to a file at once.
pub const WRITE_AT_MOST: usize = 16 << 20;

/// Selected lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Selection {
    /// Where it began.
    pub anchor: u64,
    /// Where it is now.
    pub head: u64,
}

impl Selection {
    /// First and last line.
    pub fn lines(self) -> RangeInclusive<u64> {
        self.anchor.min(self.head)..=self.anchor.max(self.head)
    }
}

/// The text of selected lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// As it is shown, without colours and borders; a newline after each line.
    pub text: String,
    /// How many lines.
    pub lines: u64,
}

impl LogView {
    /// The line that actions are about: the end of the selection, else the line that the user clicked or was led to (a
    /// match, evidence, a bookmark) as long as it is visible; else the first visible line, or the last where the end is
    /// followed.
    pub fn point(&self) -> u64 {
        if let Some(selection) = &self.selection {
            return selection.head;
        }
        // What the next frame brings into view is as good as visible.
        let visible = |line: &u64| self.wanted == Some(*line) || self.shows(*line);
        let last = self.rows.iter().rev().find_map(super::Row::line).filter(|_| self.follow);
        self.pointed.filter(visible).or(last).unwrap_or_else(|| self.first_visible())
    }

    /// Points at a line.
    pub fn point_at(&mut self, line: u64) {
        self.pointed = Some(line);
    }

    /// Points at no line any more.
    pub fn point_nowhere(&mut self) {
        self.pointed = None;
    }

    /// Begins to select at the line that is pointed at, or stops.
    pub fn select(&mut self) {
        self.selection = match self.selection {
            Some(_) => None,
            None if self.is_empty() => None,
            None => {
                let anchor = self.point();
                Some(Selection { anchor, head: anchor })
            }
        };
        self.follow &= self.selection.is_none();
    }

    /// Selects from where the selection (or the pointer) is to a line.
    pub fn select_to(&mut self, line: u64) {
        let anchor = self.selection.map_or_else(|| self.point(), |selection| selection.anchor);
        self.selection = Some(Selection { anchor, head: line });
        self.follow = false;
    }

    /// Moves the end of the selection by so many lines that are seen.
    pub fn select_by(&mut self, lines: isize) {
        let Some(mut selection) = self.selection else { return };
        for _ in 0..lines.unsigned_abs() {
            let next =
                if lines < 0 { self.line_before(selection.head) } else { self.line_after(selection.head) };
            let Some(next) = next else { break };
            selection.head = next;
        }
        self.selection = Some(selection);
        self.bring(selection.head);
    }

    fn line_before(&mut self, line: u64) -> Option<u64> {
        let mut at = self.before(line)?;
        while !self.sees(at) {
            at = self.before(at)?;
        }
        Some(at)
    }

    fn line_after(&mut self, line: u64) -> Option<u64> {
        let end = self.region(line).end;
        let mut at = self.at_or_after(line + 1);
        while at < end && !self.sees(at) {
            at = self.at_or_after(at + 1);
        }
        (at < end).then_some(at)
    }

    /// The selected lines that the filters let pass (without a selection, the line that is pointed at); an error says
    /// that they are longer than `most`.
    pub fn taken(&mut self, most: usize) -> Result<Taken, usize> {
        let point = self.point();
        let lines = self.selection.map_or(point..=point, Selection::lines);
        let mut taken = Taken { text: String::new(), lines: 0 };
        let (mut next, last) = lines.into_inner();
        while next <= last {
            let line = next;
            if !self.passes(line) {
                next = self.sift.next_let(&self.store, line, true);
                continue;
            }
            next += 1;
            let Some(shown) = self.drawn(line) else { break };
            taken.text.push_str(shown.text.trim_end());
            taken.text.push('\n');
            taken.lines += 1;
            if taken.text.len() > most {
                return Err(most);
            }
        }
        Ok(taken)
    }
}
