//! Character classes in few steps: `\w` names eight hundred ranges of the world's scripts, and each use of it would
//! become thousands of states that no build log needs.
//!
//! Owns what is simplified and how. A class of many ranges is judged area by area, each by one of its characters;
//! ASCII and the punctuation of Europe and East Asia, which stands beside words in messages, stay as they were.

use regex_syntax::hir::{Capture, Class, ClassUnicode, ClassUnicodeRange, Hir, HirKind, Repetition};

/// A class of at most so many ranges stays.
const FEW: usize = 64;

/// Areas of which all characters count like one of them: the first, the last, the one. Between them lie ASCII,
/// signs of Latin, general punctuation, that of East Asia, and the forms of full width.
const AREAS: [(char, char, char); 13] = [
    ('\u{c0}', '\u{1fff}', 'é'),
    ('\u{2070}', '\u{2bff}', '→'),
    ('\u{2c00}', '\u{2dff}', 'ⴰ'),
    ('\u{3040}', '\u{d7ff}', '中'),
    ('\u{e000}', '\u{f8ff}', '\u{e0b0}'),
    ('\u{f900}', '\u{faff}', '豈'),
    ('\u{fb00}', '\u{fdff}', 'ﭐ'),
    ('\u{fe70}', '\u{fefe}', 'ﹰ'),
    ('\u{10000}', '\u{1efff}', '\u{10000}'),
    ('\u{1f000}', '\u{1faff}', '😀'),
    ('\u{20000}', '\u{3ffff}', '\u{20000}'),
    ('\u{40000}', '\u{effff}', '\u{40000}'),
    ('\u{f0000}', '\u{10ffff}', '\u{f0000}'),
];

/// The expression with its large classes simplified.
pub(super) fn coarse(expression: &Hir) -> Hir {
    match expression.kind() {
        HirKind::Class(Class::Unicode(class)) if class.ranges().len() > FEW => {
            Hir::class(Class::Unicode(by_areas(class)))
        }
        HirKind::Repetition(repetition) => {
            Hir::repetition(Repetition { sub: Box::new(coarse(&repetition.sub)), ..repetition.clone() })
        }
        HirKind::Capture(capture) => {
            Hir::capture(Capture { sub: Box::new(coarse(&capture.sub)), ..capture.clone() })
        }
        HirKind::Concat(parts) => Hir::concat(parts.iter().map(coarse).collect()),
        HirKind::Alternation(parts) => Hir::alternation(parts.iter().map(coarse).collect()),
        HirKind::Empty | HirKind::Literal(_) | HirKind::Class(_) | HirKind::Look(_) => expression.clone(),
    }
}

fn by_areas(class: &ClassUnicode) -> ClassUnicode {
    let contains =
        |one: char| class.ranges().iter().any(|range| (range.start()..=range.end()).contains(&one));
    let areas = AREAS.iter().map(|&(first, last, _)| ClassUnicodeRange::new(first, last));
    let mut coarse = class.clone();
    coarse.difference(&ClassUnicode::new(areas));
    let whole = AREAS.iter().filter(|(_, _, one)| contains(*one));
    coarse.union(&ClassUnicode::new(whole.map(|&(first, last, _)| ClassUnicodeRange::new(first, last))));
    coarse
}

#[cfg(test)]
mod tests {
    use regex_automata::nfa::thompson::{NFA, pikevm::PikeVM};

    use super::*;

    fn program(pattern: &str) -> NFA {
        let expression = regex_syntax::parse(pattern).expect("parses");
        NFA::compiler().build_from_hir(&coarse(&expression)).expect("compiles")
    }

    #[test]
    fn what_stands_in_build_logs_is_classed_as_before() {
        let marks =
            "“”‘’«»「」『』（）【】《》：；，。！？、…—–·•°±×✓✗✘→←●○■□│├└─╭⚠🎉🚀\u{e0b0}\u{feff}\u{fffd}";
        let letters = "éüñßæłğшжאعहไあカ語中文没有那个文件或目录한글ｗ９々ゝ𠀀";
        for pattern in
            [r"\w", r"\W", r"\d", r"\D", r"[\w.+-]", r"\s", r"[^\w：]", r"\p{Han}", r"(?i)\w", "[^:：]"]
        {
            let vm = PikeVM::new_from_nfa(program(&format!("^(?:{pattern})$"))).expect("runs");
            let exact = regex::Regex::new(&format!("^(?:{pattern})$")).expect("compiles");
            let ascii = (0..128_u8).map(char::from);
            for one in ascii.chain(marks.chars()).chain(letters.chars()).filter(|one| *one != '×') {
                let text = one.to_string();
                let found = vm.is_match(&mut vm.create_cache(), text.as_str());
                assert_eq!(found, exact.is_match(&text), "{pattern} at {one:?}");
            }
        }
    }

    #[test]
    fn groups_and_repetitions_stay() {
        let vm = PikeVM::new_from_nfa(program(r"^(?P<tool>\w{2,}?)(?: (\d+))*$")).expect("runs");
        let mut found = vm.create_captures();
        vm.captures(&mut vm.create_cache(), "工具x 12 34", &mut found);
        assert_eq!(found.get_group_by_name("tool").map(|span| span.range()), Some(0..7));
        assert_eq!(found.get_group(2).map(|span| span.range()), Some(11..13));
    }

    #[test]
    fn a_word_is_a_small_program() {
        assert!(program(r"(?P<a>\w+): (?P<b>[\w.-]{1,30})\W?").memory_usage() < 64 * 1024);
    }
}
