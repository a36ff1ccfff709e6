//! How bytes become rows, however they are cut.

use proptest::prelude::*;

use super::*;

/// Every row that comes out, with its line, for a chunking.
fn rows_of(chunks: &[&[u8]]) -> (Vec<(u64, Vec<u8>)>, u64) {
    let mut lines = Lines::default();
    let mut seen = Vec::new();
    let mut scan = |lines: &mut Lines| {
        let (_, fresh) = lines.text();
        seen.extend(lines.rows_from(fresh, lines.fresh_line()).map(|at| (at.line, lines.bytes(at).to_vec())));
        lines.done();
    };
    for chunk in chunks {
        let mut rest = *chunk;
        while !rest.is_empty() {
            rest = lines.take(rest);
            scan(&mut lines);
        }
    }
    lines.flush();
    scan(&mut lines);
    (seen.into_iter().filter(|(_, row)| !row.is_empty()).collect(), lines.count())
}

#[test]
fn numbers_count_newlines_only() {
    let (rows, count) = rows_of(&[b"one\r\ntwo a\rtwo b\r", b"\n\n", b"\x1b[31mfour\x1b[m\nfive"]);
    let rows: Vec<_> =
        rows.iter().map(|(line, row)| (*line, std::str::from_utf8(row).expect("plain"))).collect();
    assert_eq!(rows, [(1, "one"), (2, "two a"), (2, "two b"), (4, "four"), (5, "five")]);
    assert_eq!(count, 5);
}

#[test]
fn c1_controls_do_not_reach_a_finding() {
    let (rows, _) = rows_of(&["a\u{80}b\n\u{9b}31mred\nc \u{b7} d\n".as_bytes()]);
    let rows: Vec<_> = rows.iter().map(|(_, row)| std::str::from_utf8(row).expect("plain")).collect();
    assert_eq!(rows, ["ab", "red", "c \u{b7} d"]);
}

#[test]
fn the_past_can_be_walked_both_ways() {
    let mut lines = Lines::default();
    lines.take(b"a\nb\rc\nd\n");
    let (text, _) = lines.text();
    let d = lines.around(text.len() - 2, 3);
    assert_eq!(lines.bytes(d), b"d");
    let back: Vec<_> =
        lines.rows_before(d.start, d.line).map(|at| (at.line, lines.bytes(at).to_vec())).collect();
    assert_eq!(back, [(2, b"c".to_vec()), (2, b"b".to_vec()), (1, b"a".to_vec())]);
}

#[test]
fn one_enormous_row_stays_bounded() {
    let mut lines = Lines::default();
    let chunk = vec![b'x'; 1 << 20];
    for _ in 0..50 {
        let mut rest = &chunk[..];
        while !rest.is_empty() {
            rest = lines.take(rest);
            lines.done();
        }
    }
    lines.flush();
    let (text, _) = lines.text();
    assert_eq!(text.len(), LONGEST_ROW + 1);
}

fn long_rows() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        3 => "[a-z \\t]{0,40}".prop_map(String::into_bytes),
        2 => Just(b"\n".to_vec()),
        1 => Just(b"\r".to_vec()),
        1 => Just(b"\r\n".to_vec()),
        1 => Just(b"\x1b[31m".to_vec()),
        1 => Just(b"\xff".to_vec()),
        1 => (30_000usize..70_000).prop_map(|length| vec![b'y'; length]),
    ];
    proptest::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn chunks_do_not_matter(text in long_rows(), cuts in proptest::collection::vec(any::<prop::sample::Index>(), 0..8)) {
        let mut places: Vec<usize> = cuts.iter().map(|cut| cut.index(text.len() + 1)).collect();
        places.sort_unstable();
        let mut chunks = Vec::new();
        let mut from = 0;
        for place in places {
            chunks.push(&text[from..place]);
            from = place;
        }
        chunks.push(&text[from..]);
        prop_assert_eq!(rows_of(&chunks), rows_of(&[&text]));
    }
}
