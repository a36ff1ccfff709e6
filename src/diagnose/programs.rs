//! The compiled patterns of a rule base: as many as fit.
//!
//! A pattern is compiled when a row is met that holds its literals, and forgotten when others that were of use
//! later need the room; then it is compiled again. So a log that speaks of everything takes no more memory than
//! one that speaks of little.

use std::collections::HashMap;
use std::sync::Arc;

use super::pattern::Program;

/// How much compiled patterns may take together, in bytes.
const MOST: usize = 12 << 20;

/// Compiled patterns, by their numbers in the rule base.
#[derive(Debug, Default)]
pub(super) struct Programs {
    kept: HashMap<u32, Kept>,
    bytes: usize,
    /// Counts uses.
    clock: u64,
}

#[derive(Debug)]
struct Kept {
    /// `None` for a pattern that does not compile.
    program: Option<Arc<Program>>,
    used: u64,
}

impl Programs {
    /// The program of a pattern; `None` for one that does not compile, of which `lint` tells.
    pub(super) fn get<'s>(&mut self, pattern: u32, source: impl FnOnce() -> &'s str) -> Option<Arc<Program>> {
        self.clock += 1;
        if let Some(kept) = self.kept.get_mut(&pattern) {
            kept.used = self.clock;
            return kept.program.clone();
        }
        let program = Program::new(source()).ok().map(Arc::new);
        self.bytes += size(program.as_deref());
        if self.bytes > MOST {
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
