//! Compiled patterns: as many as fit.
//!
//! A pattern is compiled when a row is met that holds its literals, and forgotten when others that were of use
//! later need the room; then it is compiled again. So a log that speaks of everything takes no more memory than
//! one that speaks of little.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use super::pattern::Program;

/// Compiled patterns by what tells them apart: their numbers in the rule base, or their sources.
#[derive(Debug)]
pub(super) struct Programs<K> {
    kept: HashMap<K, Kept>,
    /// How much they take together, and how much they may, in bytes.
    bytes: usize,
    most: usize,
    /// Counts uses.
    clock: u64,
}

#[derive(Debug)]
struct Kept {
    /// `None` for a pattern that does not compile.
    program: Option<Arc<Program>>,
    used: u64,
}

/// Room for those of a rule base.
impl Default for Programs<u32> {
    fn default() -> Self {
        Self::new(12 << 20)
    }
}

impl<K: Hash + Eq> Programs<K> {
    /// None yet; they may take `most` bytes together.
    pub(super) fn new(most: usize) -> Self {
        Self { kept: HashMap::new(), bytes: 0, most, clock: 0 }
    }

    /// The program of a pattern; `None` for one that does not compile, of which `lint` tells.
    pub(super) fn get<'s>(&mut self, pattern: K, source: impl FnOnce() -> &'s str) -> Option<Arc<Program>> {
        self.clock += 1;
        if let Some(kept) = self.kept.get_mut(&pattern) {
            kept.used = self.clock;
            return kept.program.clone();
        }
        let program = Program::new(source()).ok().map(Arc::new);
        self.bytes += size(program.as_deref());
        if self.bytes > self.most {
            self.forget();
        }
        self.kept.insert(pattern, Kept { program: program.clone(), used: self.clock });
        program
    }

    /// Forgets the half that was not used for the longest time.
    fn forget(&mut self) {
        let mut uses: Vec<u64> = self.kept.values().map(|kept| kept.used).collect();
        let half = uses.len() / 2;
        let Some((_, &mut middle, _)) = (!uses.is_empty()).then(|| uses.select_nth_unstable(half)) else {
            return;
        };
        let mut freed = 0;
        self.kept.retain(|_, kept| {
            let stays = kept.used > middle;
            freed += if stays { 0 } else { size(kept.program.as_deref()) };
            stays
        });
        self.bytes -= freed;
    }
}

fn size(program: Option<&Program>) -> usize {
    program.map_or(0, Program::size)
}
