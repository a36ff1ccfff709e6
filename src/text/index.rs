//! Where the lines of a text begin: a sparse index, a block of lines an entry. Pure; fed with the text's bytes.

/// A block has this many lines…
const LINES: u32 = 1024;
/// … or ends with the line that passes this many bytes.
const BYTES: u64 = 256 * 1024;

/// So much is counted at once where no block can end: counting is far quicker than telling where each line ends.
const PIECE: usize = 4 * 1024;

/// Some lines of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block {
    /// Where it begins, in bytes.
    pub at: u64,
    /// How long it is.
    pub len: u64,
    /// How many lines it has.
    pub lines: u32,
}

/// Counts the lines of a text while its bytes come.
#[derive(Debug)]
pub struct Indexer {
    /// The block that is being counted.
    open: Block,
    /// Bytes so far, from the text's start.
    end: u64,
}

impl Indexer {
    /// For a text that begins at byte `at` of its file.
    pub fn new(at: u64) -> Self {
        Self { open: Block { at, len: 0, lines: 0 }, end: at }
    }

    /// Where the bytes that come next stand.
    pub fn end(&self) -> u64 {
        self.end
    }

    /// Takes the next bytes; answers with the blocks that they complete.
    pub fn feed(&mut self, bytes: &[u8], blocks: &mut Vec<Block>) {
        for piece in bytes.chunks(PIECE) {
            let lines = memchr::memchr_iter(b'\n', piece).count() as u32;
            let begins = self.end;
            self.end += piece.len() as u64;
            if self.open.lines + lines < LINES && self.end - self.open.at < BYTES {
                self.open.lines += lines;
            } else {
                self.cut(piece, begins, blocks);
            }
        }
    }

    /// A piece in which a block may end; it stands at `begins`.
    fn cut(&mut self, piece: &[u8], begins: u64, blocks: &mut Vec<Block>) {
        for newline in memchr::memchr_iter(b'\n', piece) {
            self.open.lines += 1;
            let end = begins + newline as u64 + 1;
            if self.open.lines >= LINES || end - self.open.at >= BYTES {
                blocks.push(Block { len: end - self.open.at, ..self.open });
                self.open = Block { at: end, len: 0, lines: 0 };
            }
        }
    }

    /// The lines since the last block, for a reader who cannot wait; the next block begins after them.
    pub fn flush(&mut self, bytes: &[u8]) -> Option<Block> {
        let whole = memchr::memrchr(b'\n', bytes)? as u64 + 1;
        let end = self.end - bytes.len() as u64 + whole;
        if self.open.lines == 0 || end <= self.open.at {
            return None;
        }
        let block = Block { len: end - self.open.at, ..self.open };
        self.open = Block { at: end, len: 0, lines: 0 };
        Some(block)
    }

    /// The text is over; its last line may lack its newline. `last` is its last byte.
    pub fn finish(self, last: Option<u8>) -> Option<Block> {
        let torn = last.is_some_and(|last| last != b'\n') && self.end > self.open.at;
        let lines = self.open.lines + u32::from(torn);
        (lines > 0).then(|| Block { len: self.end - self.open.at, lines, ..self.open })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn index(text: &[u8], chunk: usize, flush: bool) -> Vec<Block> {
        let mut indexer = Indexer::new(0);
        let mut blocks = Vec::new();
        for part in text.chunks(chunk.max(1)) {
            indexer.feed(part, &mut blocks);
            if flush {
                blocks.extend(indexer.flush(part));
            }
        }
        blocks.extend(indexer.finish(text.last().copied()));
        blocks
    }

    proptest! {
        #[test]
        fn blocks_cover_the_text_and_hold_its_lines(text in "(a|b|\n|\n){0,5000}", chunk in 1usize..700, flush: bool) {
            let blocks = index(text.as_bytes(), chunk, flush);
            let mut at = 0;
            for block in &blocks {
                prop_assert_eq!(block.at, at);
                at += block.len;
                let part = &text[block.at as usize..at as usize];
                prop_assert_eq!(part.lines().count(), block.lines as usize);
            }
            prop_assert_eq!(at, text.len() as u64);
        }
    }

    #[test]
    fn a_block_ends_by_lines_or_by_bytes() {
        assert_eq!(index("x\n".repeat(5000).as_bytes(), 100, false).len(), 5);
        let long = format!("{}\n", "x".repeat(1 << 20)).repeat(3);
        let lines: Vec<u32> = index(long.as_bytes(), 4096, false).iter().map(|block| block.lines).collect();
        assert_eq!(lines, [1, 1, 1]);
    }
}
