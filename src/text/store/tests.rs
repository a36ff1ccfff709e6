//! Packing, shelves that fail, texts that are read in place.

use proptest::prelude::*;

use super::super::index::Indexer;
use super::super::style::{Color, Run, Style};
use super::*;

/// A shelf in memory that counts what it holds, and can fail.
#[derive(Default)]
struct Board {
    bytes: Vec<u8>,
    full: bool,
}

impl Shelf for Board {
    fn put(&mut self, bytes: &[u8]) -> io::Result<u64> {
        if self.full {
            return Err(io::ErrorKind::StorageFull.into());
        }
        let at = self.bytes.len() as u64;
        self.bytes.extend_from_slice(bytes);
        Ok(at)
    }

    fn get(&self, place: u64, bytes: &mut [u8]) -> io::Result<()> {
        let start = place as usize;
        let found = self.bytes.get(start..start + bytes.len()).ok_or(io::ErrorKind::UnexpectedEof)?;
        bytes.copy_from_slice(found);
        Ok(())
    }
}

fn sample(number: u64) -> Line {
    let style = Style { fg: Color::Rgb(1, 2, number as u8), bg: Color::Indexed(7), attrs: 3 };
    let text = format!("line {number} 行 {}", "x".repeat((number % 200) as usize));
    Line { runs: vec![Run { start: 5, style }, Run { start: 6, style: Style::default() }], text }
}

#[test]
fn every_line_comes_back_from_the_shelf() {
    let mut store = Store::new(Box::new(Board::default()));
    let lines = 150_000;
    for number in 0..lines {
        store.push(&sample(number));
    }
    assert_eq!(store.len(), lines);
    assert!(store.kept <= KEPT, "{} bytes stay in memory", store.kept);
    assert!(matches!(store.sealed.last().expect("sealed").place, Place::Shelf { .. }));
    for number in [0, 1, 511, 512, 70_000, lines - 600, lines - 1] {
        assert_eq!(store.line(number), Some(sample(number)), "line {number}");
    }
    assert_eq!(store.line(lines), None);
}

#[test]
fn a_full_disk_keeps_lines_in_memory() {
    let mut store = Store::new(Box::new(Board { full: true, ..Board::default() }));
    for number in 0..100_000 {
        store.push(&sample(number));
    }
    assert_eq!(store.line(99_000), Some(sample(99_000)));
}

proptest! {
    #[test]
    fn packing_round_trips(lines in proptest::collection::vec(("\\PC{0,20}", any::<u8>(), any::<(u8, u8, u8)>()), 0..30)) {
        let mut chunk = Chunk::default();
        let lines: Vec<Line> = lines.into_iter().map(|(text, attrs, (r, g, b))| {
            let style = Style { fg: Color::Rgb(r, g, b), bg: Color::Indexed(r), attrs };
            Line { runs: vec![Run { start: 0, style }], text }
        }).collect();
        for line in &lines {
            chunk.push(line, line.text.as_bytes());
        }
        let back = Chunk::unpack(&chunk.pack()).expect("what was packed unpacks");
        let back: Vec<Line> = (0..back.lines()).filter_map(|index| back.line(index)).collect();
        prop_assert_eq!(back, lines);
    }

    #[test]
    fn damaged_chunks_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        drop(Chunk::unpack(&bytes));
    }
}

/// A text as it stands, and the store of its lines; `end` bytes of its end come first.
fn text_store(text: &str, end: Option<usize>) -> Store {
    let board = Board { bytes: text.as_bytes().to_vec(), full: true };
    let mut store = Store::of_text(Box::new(board));
    if let Some(end) = end {
        store.ends_with(text.as_bytes()[text.len() - end..].to_vec());
    }
    let mut indexer = Indexer::new(0);
    let mut blocks = Vec::new();
    indexer.feed(text.as_bytes(), &mut blocks);
    blocks.extend(indexer.finish(text.bytes().last()));
    for block in blocks {
        store.found(block);
    }
    store
}

#[test]
fn a_text_is_read_where_it_stands() {
    let lines: Vec<String> = (0..5000).map(|number| format!("line {number}\twith a tab\r\n")).collect();
    let mut store = text_store(&(lines.concat() + "half"), None);
    assert_eq!(store.all_found(), None);
    assert_eq!(store.len(), 5001);
    assert_eq!(store.line(4999).unwrap().text, "line 4999       with a tab");
    assert_eq!(store.line(5000).unwrap().text, "half");
    assert_eq!(store.line(5001), None);
}

#[test]
fn colours_reach_into_the_next_line_of_a_text() {
    let mut store = text_store("\x1b[31mred\nstill\x1b[0m\nplain\n", None);
    let red = Style { fg: Color::Indexed(1), ..Style::default() };
    assert_eq!(store.line(1).unwrap().runs[0].style, red);
    assert!(store.line(2).unwrap().runs.is_empty());
}

#[test]
fn the_end_of_a_text_is_there_before_it_is_counted() {
    let text = (0..5000).map(|number| format!("{number}\n")).collect::<Vec<_>>().concat();
    let mut store = text_store(&text, Some(15));
    assert_eq!(store.len(), UNCOUNTED + 3);
    assert_eq!(store.line(UNCOUNTED + 2).unwrap().text, "4999");
    assert_eq!(store.line(store.counted()), None, "what lies between is not known");
    let shift = store.all_found().expect("numbers were provisional");
    assert_eq!(store.line(UNCOUNTED + 2 - shift).unwrap().text, "4999");
    assert_eq!(store.len(), 5000);
}

#[test]
fn lines_come_back_as_they_came_from_every_place() {
    let mut store = Store::new(Box::new(Board::default()));
    let came = |number: u64| match number % 3 {
        0 => format!("\x1b[31mline {number}\x1b[0m\t{}", "=".repeat(200)).into_bytes(),
        1 => vec![0xff, b'a'],
        _ => format!("line {number}").into_bytes(),
    };
    let lines = 200_000;
    for number in 0..lines {
        store.keep(&Line::plain(format!("line {number}")), &came(number));
    }
    assert!(matches!(store.sealed.last().expect("sealed").place, Place::Shelf { .. }));
    for number in [0, 1, 2, 511, 512, 70_000, 70_001, 70_002, lines - 2, lines - 1] {
        assert_eq!(store.raw(number), Some(came(number)), "line {number}");
        assert_eq!(store.line(number).unwrap().text, format!("line {number}"), "its text is the same");
    }
    assert_eq!(store.raw(lines), None);
    store.truncate(100_000);
    assert_eq!((store.raw(99_999), store.raw(100_000)), (Some(came(99_999)), None));
}
