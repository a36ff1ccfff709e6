//! Which lines of the log are seen: filters, folds and collapsed repeats put together, a chunk at a time.
//!
//! A line takes a bit. Chunks are looked at where the user is, and the others piece by piece in the background; what
//! was not looked at yet is not seen yet.

use super::filter::Filters;
use super::fold::Folds;
use super::{LogView, Mark};
use crate::text::mask::{Bits, Mask, Rule};
use crate::text::store::Store;

/// So much text may be looked at for one frame.
pub(super) const FRAME: usize = 6 << 20;
/// What a chunk costs whose text need not be looked at.
pub(super) const CHUNK: usize = 1 << 10;

/// What hides lines.
#[derive(Default)]
pub struct Sift {
    /// Filters.
    pub filters: Filters,
    /// Folds.
    pub folds: Folds,
    /// Lines like the one before, where they are collapsed.
    repeats: Option<Mask>,
    /// Lines that are seen whatever the filters say: a finding's evidence that was jumped to.
    pinned: Vec<std::ops::Range<u64>>,
    /// What is known of sealed chunks…
    seen: Vec<Option<Bits>>,
    /// … of how many lines that is, and how many of them are seen…
    total: (u64, u64),
    /// … the same of those that may still change…
    open: (u64, u64),
    /// … and up to which chunk all is known.
    upto: usize,
    /// Text that may still be looked at for this frame.
    pub(super) budget: usize,
}

/// Why a line is not seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Seen {
    Yes,
    No,
    NotYet,
}

impl Sift {
    /// Whether anything can be hidden at all.
    pub fn is_on(&self) -> bool {
        !self.filters.list.is_empty() || self.folds.is_on() || self.repeats.is_some()
    }

    /// Whether repeated lines are collapsed.
    pub fn collapses(&self) -> bool {
        self.repeats.is_some()
    }

    /// Lines that are seen, of how many, and whether that is all of them.
    pub fn count(&self, store: &Store) -> (u64, u64, bool) {
        let complete = self.upto + 1 >= store.chunks() && !store.is_counting();
        (self.total.1 + self.open.1, self.total.0 + self.open.0, complete)
    }

    /// What is hidden changed.
    fn changed(&mut self) {
        self.seen.clear();
        self.total = (0, 0);
        self.upto = 0;
        self.budget = FRAME;
    }

    fn again(&mut self) {
        self.filters.again();
        self.folds.again();
        self.pinned.clear();
        if let Some(repeats) = &mut self.repeats {
            repeats.again();
        }
        self.changed();
    }

    /// What the filters let pass of the chunk with this line; nothing where there are none. And the chunk's first line.
    fn let_of(&mut self, store: &Store, line: u64) -> Option<(Bits, u64)> {
        let chunk = store.chunk_of(line);
        Some((self.filters.pass(store, chunk)?, store.first_of(chunk)))
    }

    /// Whether the filters let a line pass, whatever folds say.
    pub(super) fn lets(&mut self, store: &Store, line: u64) -> bool {
        self.let_of(store, line).is_none_or(|(bits, first)| bits.get(line.saturating_sub(first) as usize))
    }

    /// From where on (or before which line) a line may pass that stands beyond one which does not.
    pub(super) fn next_let(&mut self, store: &Store, line: u64, forward: bool) -> u64 {
        let Some((bits, first)) = self.let_of(store, line) else { return line };
        let at = (line - first) as usize;
        if forward {
            first + bits.next(at, true).unwrap_or(bits.len().max(at + 1)) as u64
        } else {
            first + bits.before(at).map_or(0, |before| before + 1) as u64
        }
    }

    /// Puts together what is known of a chunk.
    fn mix(&mut self, store: &Store, chunk: usize, marks: &[Mark]) -> (Bits, usize) {
        let mut size = CHUNK + self.filters.look(store, chunk) + self.folds.look(store, chunk);
        let mut bits = self.filters.bits(store, chunk);
        let first = store.first_of(chunk);
        let end = first + bits.len() as u64;
        if let Some(repeats) = &mut self.repeats {
            size += repeats.look(store, chunk);
            repeats.known(store, chunk).into_iter().for_each(|known| bits.without(known));
        }
        for pin in &self.pinned {
            bits.set(pin.start.saturating_sub(first) as usize..pin.end.saturating_sub(first) as usize, true);
        }
        if self.folds.is_on() {
            let from = marks.partition_point(|mark| mark.line < first);
            let upto = marks.partition_point(|mark| mark.line < end);
            let marked: Vec<u64> = marks[from..upto].iter().map(|mark| mark.line).collect();
            bits.and(&self.folds.bits(store, chunk, &marked));
        }
        (bits, size)
    }

    /// What is seen of a chunk; `None` where it is not known yet and the time for this frame is used up.
    fn of(&mut self, store: &Store, chunk: usize, marks: &[Mark]) -> Option<Bits> {
        let grows = chunk + 1 == store.chunks();
        if let Some(Some(known)) = self.seen.get(chunk).filter(|_| !grows) {
            return Some(known.clone());
        }
        if self.budget == 0 && !grows {
            return None;
        }
        let (bits, size) = self.mix(store, chunk, marks);
        self.budget = self.budget.saturating_sub(size);
        // Around the chunk that grows, what is seen may change with it.
        let settled = !grows && (self.filters.around == 0 || chunk + 2 < store.chunks());
        if settled {
            if self.seen.len() <= chunk {
                self.seen.resize(chunk + 1, None);
            }
            self.total.0 += bits.len() as u64;
            self.total.1 += bits.count() as u64;
            self.seen[chunk] = Some(bits.clone());
        }
        Some(bits)
    }
}

impl LogView {
    /// The log starts anew: nothing is known of its lines.
    pub(super) fn sift_again(&mut self) {
        self.sift.again();
    }

    /// The numbers of the last lines changed.
    pub(super) fn sift_shift(&mut self, shift: impl Fn(&mut u64)) {
        for pin in self.sift.pinned.iter_mut().chain(self.sift.folds.ranges()) {
            shift(&mut pin.start);
            shift(&mut pin.end);
        }
        self.sift.changed();
    }

    /// A frame begins: so much more may be looked at.
    pub(super) fn allow(&mut self) {
        self.sift.budget = FRAME;
        self.sift.open = (0, 0);
        if !self.sift.is_on() {
            return;
        }
        let chunks = self.store.chunks();
        for chunk in chunks.saturating_sub(2)..chunks {
            if self.sift.seen.get(chunk).is_none_or(Option::is_none)
                && let Some(bits) = self.sift.of(&self.store, chunk, &self.marks)
                && self.sift.seen.get(chunk).is_none_or(Option::is_none)
            {
                self.sift.open.0 += bits.len() as u64;
                self.sift.open.1 += bits.count() as u64;
            }
        }
    }

    /// Looks on in the background; `true` while some is left.
    pub(super) fn sift_on(&mut self, bytes: usize) -> bool {
        if !self.sift.is_on() {
            return false;
        }
        let upto = self.store.chunks() - 1;
        let mut left = bytes;
        while self.sift.upto < upto && left > 0 {
            self.sift.budget = left;
            let chunk = self.sift.upto;
            self.sift.of(&self.store, chunk, &self.marks);
            left = self.sift.budget;
            self.sift.upto += 1;
        }
        self.sift.budget = FRAME;
        self.sift.upto < upto
    }

    fn seen(&mut self, line: u64) -> Seen {
        // The line that is being written is always seen.
        if !self.sift.is_on() || line == self.store.len() {
            return Seen::Yes;
        }
        let chunk = self.store.chunk_of(line);
        let first = self.store.first_of(chunk);
        match self.sift.of(&self.store, chunk, &self.marks) {
            Some(bits) if bits.get(line.saturating_sub(first) as usize) => Seen::Yes,
            Some(_) => Seen::No,
            None => Seen::NotYet,
        }
    }

    /// Whether a line is seen.
    pub fn sees(&mut self, line: u64) -> bool {
        self.seen(line) == Seen::Yes
    }

    /// The first line at or after `line` that is seen or has a mark before it; the end of what can be reached where
    /// there is none.
    pub(super) fn at_or_after(&mut self, line: u64) -> u64 {
        let end = self.region(line).end;
        if !self.sift.is_on() || line >= end {
            return line.min(end);
        }
        let mark = self.marks.partition_point(|mark| mark.line < line);
        let stop = self.marks.get(mark).map_or(end, |mark| mark.line.min(end));
        let mut at = line;
        while at < stop && at < self.store.len() {
            let chunk = self.store.chunk_of(at);
            let first = self.store.first_of(chunk);
            let Some(bits) = self.sift.of(&self.store, chunk, &self.marks) else { return end };
            if let Some(next) = bits.next((at - first) as usize, true) {
                return (first + next as u64).min(stop);
            }
            at = first + (bits.len() as u64).max(1);
        }
        // The line that is being written comes after all chunks.
        at.min(stop)
    }

    /// The last line before `line` that is seen or has a mark before it.
    pub(super) fn before(&mut self, line: u64) -> Option<u64> {
        let start = self.region(line).start;
        if line <= start {
            return None;
        }
        if !self.sift.is_on() {
            return Some(line - 1);
        }
        let mark = self.marks.partition_point(|mark| mark.line < line).checked_sub(1);
        let stop = mark.map(|mark| self.marks[mark].line).filter(|mark| *mark >= start);
        let mut at = line;
        if at > self.store.len() {
            return Some(at - 1);
        }
        while at > stop.unwrap_or(start) {
            let chunk = self.store.chunk_of(at - 1);
            let first = self.store.first_of(chunk);
            let bits = self.sift.of(&self.store, chunk, &self.marks)?;
            if let Some(before) = bits.before((at - first) as usize) {
                return Some((first + before as u64).max(stop.unwrap_or(start)));
            }
            at = first;
        }
        stop
    }

    /// Adds a filter.
    pub fn filter(&mut self, pattern: &str, wanted: bool) {
        self.refilter(|sift| sift.filters.add(pattern, wanted));
    }

    /// Takes the last filter away; `false` where there is none.
    pub fn unfilter(&mut self) -> bool {
        let any = !self.sift.filters.list.is_empty();
        self.refilter(|sift| drop(sift.filters.list.pop()));
        any
    }

    /// Takes all filters away.
    pub fn unfilter_all(&mut self) {
        self.refilter(|sift| sift.filters.list.clear());
    }

    /// Another number of lines around wanted ones.
    pub fn turn_around(&mut self) -> u64 {
        self.refilter(|sift| sift.filters.turn_around());
        self.sift.filters.around
    }

    /// Collapses repeated lines, or shows them all.
    pub fn collapse(&mut self) {
        self.change(|sift| {
            sift.repeats = if sift.repeats.is_some() { None } else { Some(Mask::new(Rule::Repeat)) };
        });
    }

    /// Changes the filters; what the search found is counted among the lines that pass now.
    fn refilter(&mut self, change: impl FnOnce(&mut Sift)) {
        self.change(change);
        if let Some(finder) = &mut self.finder {
            finder.search.recount();
        }
    }

    /// Changes what is hidden; the line that the user reads stays where it can.
    pub(super) fn change(&mut self, change: impl FnOnce(&mut Sift)) {
        let here = self.point();
        change(&mut self.sift);
        self.sift.pinned.clear();
        self.sift.changed();
        if !self.follow {
            self.reveal_near(here);
        }
    }

    /// Opens what hides a line: its fold, or the filters for it and what stands around it.
    pub(super) fn uncover(&mut self, line: u64) {
        if self.seen(line) != Seen::No {
            return;
        }
        let part = self.sift.folds.all.and_then(|by| self.part(line, by));
        self.sift.folds.open(line, part);
        self.sift.changed();
        if self.seen(line) == Seen::No {
            self.sift.pinned.push(line.saturating_sub(3)..line + 4);
            self.sift.changed();
        }
    }

    /// Whether the filters let a line pass, whatever folds say.
    pub(super) fn passes(&mut self, line: u64) -> bool {
        self.sift.lets(&self.store, line)
    }

    /// How many lines like it follow a line, where they are collapsed.
    pub(super) fn repeats(&mut self, line: u64) -> u64 {
        let Some(repeats) = &mut self.sift.repeats else { return 0 };
        let (mut at, end) = (line + 1, self.store.len());
        while at < end {
            let chunk = self.store.chunk_of(at);
            let first = self.store.first_of(chunk);
            if repeats.known(&self.store, chunk).is_none() {
                if self.sift.budget == 0 {
                    break;
                }
                self.sift.budget = self.sift.budget.saturating_sub(repeats.look(&self.store, chunk));
            }
            let Some(bits) = repeats.known(&self.store, chunk) else { break };
            if let Some(other) = bits.next((at - first) as usize, false) {
                at = first + other as u64;
                break;
            }
            at = first + (bits.len() as u64).max(1);
        }
        at - line - 1
    }

    /// Shown and all lines that were looked at, and whether that is all; `None` where nothing is hidden.
    pub fn sifted(&self) -> Option<(u64, u64, bool)> {
        self.sift.is_on().then(|| self.sift.count(&self.store))
    }
}
