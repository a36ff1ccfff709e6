//! Parts of the log by their heads: which part a line belongs to, and what folding and opening them does.
//!
//! How folds are kept is `fold`'s, what they hide together with the filters is `sift`'s.

use std::ops::Range;

use super::fold::FoldBy;
use super::sift::{CHUNK, FRAME};
use super::{LogView, Mark, MarkKind};

impl LogView {
    /// The part of the log that a line belongs to, its head included.
    pub fn part(&mut self, line: u64, by: FoldBy) -> Option<Range<u64>> {
        let end = self.region(line).end.min(self.store.len());
        if line >= end {
            return None;
        }
        let begins = |mark: &&Mark| by != FoldBy::Stage || matches!(mark.kind, MarkKind::Began { .. });
        let from = self.marks.iter().rev().filter(begins).find(|mark| mark.line <= line);
        let upto = self.marks.iter().filter(begins).find(|mark| mark.line > line);
        let bounds = from.map_or(self.region(line).start, |mark| mark.line)
            ..upto.map_or(end, |mark| mark.line.min(end));
        if by == FoldBy::Stage {
            return from.map(|_| bounds);
        }
        let start = self.head(by, line + 1, bounds.start, false)?;
        let next = self.head(by, line + 1, bounds.end, true).unwrap_or(bounds.end);
        Some(start..next)
    }

    /// The nearest head at or after `line`, or before it; none is looked for beyond `limit`.
    fn head(&mut self, by: FoldBy, line: u64, limit: u64, forward: bool) -> Option<u64> {
        let store = &self.store;
        let heads = self.sift.folds.heads(by)?;
        let (mut at, mut left) = (line, self.sift.budget);
        while left > 0 && if forward { at < limit } else { at > limit } {
            let chunk = store.chunk_of(if forward { at } else { at - 1 });
            let first = store.first_of(chunk);
            left = left.saturating_sub(heads.look(store, chunk) + CHUNK);
            self.sift.budget = left;
            let bits = heads.known(store, chunk)?;
            let within = at.saturating_sub(first) as usize;
            let found = if forward { bits.next(within, true) } else { bits.before(within) };
            if let Some(found) = found.map(|found| first + found as u64) {
                return (if forward { found < limit } else { found >= limit }).then_some(found);
            }
            at = if forward { first + (bits.len() as u64).max(1) } else { first };
        }
        None
    }

    /// Folds the part that a line belongs to, or opens it; `false` where it belongs to none.
    pub fn fold(&mut self, line: u64) -> bool {
        self.sift.budget = FRAME;
        if let Some(closed) = self.sift.folds.closed_at(line) {
            self.change(|sift| sift.folds.open(closed.start, None));
            return true;
        }
        if let Some(by) = self.sift.folds.all {
            let Some(part) = self.part(line, by) else { return false };
            let opened = self.sift.folds.is_open(line);
            self.change(
                |sift| if opened { sift.folds.close(part) } else { sift.folds.open(line, Some(part)) },
            );
            return true;
        }
        // The nearest head decides; a stage is what is left where no line is one.
        let mut near = |by| self.part(line, by).filter(|part| part.end > part.start + 1);
        let parts = [near(FoldBy::Step), near(FoldBy::Command)];
        let nearest = parts.into_iter().flatten().max_by_key(|part| part.start);
        let Some(part) = nearest.or_else(|| near(FoldBy::Stage)) else { return false };
        let head = part.start;
        self.change(|sift| sift.folds.close(part));
        self.reveal_near(head);
        // The same key opens it again.
        self.point_at(head);
        true
    }

    /// Folds all parts: of stages, then of steps, then of commands; `None` once the log has no further kind.
    pub fn fold_all(&mut self) -> Option<FoldBy> {
        self.sift.budget = FRAME;
        let next = match self.sift.folds.all {
            None => 0,
            Some(by) => FoldBy::ALL.iter().position(|kind| *kind == by).map_or(0, |at| at + 1),
        };
        let here = self.point();
        let found = FoldBy::ALL.into_iter().skip(next).find(|by| self.has_parts(*by, here));
        self.change(|sift| match found {
            Some(by) => sift.folds.close_all(by),
            None => sift.folds.open_all(),
        });
        found
    }

    /// Whether there is a part of this kind around a line, as far as one can look in a moment.
    fn has_parts(&mut self, by: FoldBy, line: u64) -> bool {
        if by == FoldBy::Stage {
            return self.marks.iter().any(|mark| matches!(mark.kind, MarkKind::Began { .. }));
        }
        let region = self.region(line);
        let line = line.min(region.end);
        self.head(by, line, region.start, false).is_some()
            || self.head(by, line, region.end.min(self.store.len()), true).is_some()
    }

    /// Opens all folds.
    pub fn unfold(&mut self) {
        self.change(|sift| sift.folds.open_all());
    }

    /// How many lines a fold hides behind a line.
    pub(super) fn folded(&mut self, line: u64) -> u64 {
        if let Some(closed) = self.sift.folds.closed_at(line) {
            return closed.end - closed.start - 1;
        }
        let Some(by) = self.sift.folds.all.filter(|_| !self.sift.folds.is_open(line)) else { return 0 };
        let end = if by == FoldBy::Stage {
            self.part(line, by).map(|part| part.end)
        } else {
            let mark = self.marks.partition_point(|mark| mark.line <= line);
            let limit = self.region(line).end.min(self.store.len());
            let limit = self.marks.get(mark).map_or(limit, |mark| mark.line.min(limit));
            let next = self.head(by, line + 1, limit, true);
            // Where the next head is not known yet, nothing is said.
            next.or_else(|| (self.sift.budget > 0).then_some(limit))
        };
        end.map_or(0, |end| end.saturating_sub(line + 1))
    }
}
