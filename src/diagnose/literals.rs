//! What every match of a pattern must contain, so that most rows need no regular expression at all.
//!
//! Literals are folded to lower case, and hold neither `"` nor `\`, which stand differently in quoted messages.

use regex_syntax::hir::{Class, Hir, HirKind};

/// The shortest literal that is worth looking for, in bytes.
pub(super) const SHORTEST: usize = 6;
/// The most alternatives that a literal set may have.
const MOST: usize = 64;
/// The most strings that are multiplied out inside one set.
const EXPANDED: usize = 24;

/// Sets of literals, folded; every match contains one of each set. Empty where there is none of use.
pub(super) fn required(source: &str) -> Vec<Strings> {
    // A placeholder may become anything.
    let plain = super::fill::fill_with(source, |_| "(?s:.*)".to_owned());
    regex_syntax::parse(&plain).map_or_else(|_| Vec::new(), |hir| of(&hir))
}

/// The same for a parsed pattern.
pub(super) fn of(hir: &Hir) -> Vec<Strings> {
    let mut sets = analyse(hir).into_sets();
    for set in &mut sets {
        set.sort();
        set.dedup();
    }
    sets.retain(|set| shortest(set) >= SHORTEST && set.len() <= MOST);
    sets.sort();
    sets.dedup();
    sets
}

/// What is known about everything that an expression matches.
#[derive(Debug)]
struct Known {
    /// Every string that it matches, folded, where these are few.
    exact: Option<Strings>,
    /// Strings of which every match begins with one; of use where `exact` is not known.
    starts: Strings,
    /// Sets of strings; every match contains one string of each.
    sets: Vec<Strings>,
}

type Strings = Vec<Vec<u8>>;

impl Known {
    fn exactly(strings: Strings) -> Self {
        Self { exact: Some(strings), starts: vec![Vec::new()], sets: Vec::new() }
    }

    fn nothing() -> Self {
        Self { exact: None, starts: vec![Vec::new()], sets: Vec::new() }
    }

    /// What is required, whether or not all of it is known.
    fn into_sets(self) -> Vec<Strings> {
        let mut sets = self.sets;
        sets.extend(split(self.starts));
        sets.extend(self.exact.and_then(split));
        sets
    }
}

fn analyse(hir: &Hir) -> Known {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Known::exactly(vec![Vec::new()]),
        HirKind::Literal(literal) => Known::exactly(vec![literal.0.to_ascii_lowercase()]),
        HirKind::Class(class) => letters(class).map_or_else(Known::nothing, Known::exactly),
        HirKind::Capture(capture) => analyse(&capture.sub),
        HirKind::Repetition(repetition) => {
            let inner = analyse(&repetition.sub);
            match (repetition.min, repetition.max, inner.exact) {
                (1, Some(1), exact) => Known { exact, ..inner },
                (0, Some(1), Some(mut set)) if set.len() < EXPANDED / 2 => {
                    set.push(Vec::new());
                    Known::exactly(set)
                }
                (0, ..) => Known::nothing(),
                (_, _, Some(exact)) => {
                    Known { exact: None, starts: exact.clone(), sets: split(exact).into_iter().collect() }
                }
                (_, _, None) => Known { exact: None, starts: inner.starts, sets: inner.sets },
            }
        }
        HirKind::Concat(parts) => concat(parts),
        HirKind::Alternation(branches) => alternation(branches),
    }
}

/// Every string of `heads` followed by every one of `tails`.
fn product(heads: &Strings, tails: &Strings) -> Strings {
    heads.iter().flat_map(|head| tails.iter().map(move |tail| [&head[..], tail].concat())).collect()
}

/// One behind the other: strings grow while all parts are exact, and start anew where one is not.
fn concat(parts: &[Hir]) -> Known {
    let mut run: Strings = vec![Vec::new()];
    // Strings of which every match has one where it has none of `run`, because blanks came between.
    let mut ended: Strings = Vec::new();
    let mut starts = None;
    let mut sets = Vec::new();
    for part in parts {
        let known = analyse(part);
        if let Some(exact) = &known.exact
            && run.len() * exact.len() <= EXPANDED
        {
            run = product(&run, exact);
            continue;
        }
        if let Some(blanks) = optional_blanks(part)
            && run.iter().any(|one| !one.is_empty() && one.len() < SHORTEST)
            && run.iter().filter(|one| one.len() < SHORTEST).count() * blanks.len() <= EXPANDED
        {
            // The short ones end at a blank or go on; for the others this is long enough.
            let (short, long): (Strings, Strings) = run.into_iter().partition(|one| one.len() < SHORTEST);
            ended.extend(long);
            ended.extend(product(&short, &blanks));
            run = short;
            starts.get_or_insert_with(|| vec![Vec::new()]);
            continue;
        }
        let next = known.exact.as_ref().unwrap_or(&known.starts);
        let mut reached = if run.len() * next.len() <= EXPANDED { product(&run, next) } else { run.clone() };
        starts.get_or_insert_with(|| reached.clone());
        reached.append(&mut ended);
        sets.extend(split(reached));
        sets.extend(known.sets);
        run = vec![Vec::new()];
        if let Some(exact) = known.exact {
            if exact.len() <= EXPANDED {
                run = exact;
            } else {
                sets.extend(split(exact));
            }
        }
    }
    let Some(starts) = starts else { return Known::exactly(run) };
    run.append(&mut ended);
    sets.extend(split(run));
    Known { exact: None, starts, sets }
}

/// The blanks that `\s*` and `\s?` may begin with; a few that no tool prints are left out.
fn optional_blanks(part: &Hir) -> Option<Strings> {
    let HirKind::Repetition(repetition) = part.kind() else { return None };
    let HirKind::Class(Class::Unicode(class)) = repetition.sub.kind() else { return None };
    let has = |letter: char| class.iter().any(|range| (range.start()..=range.end()).contains(&letter));
    let blank = class.iter().all(|range| range.start().is_whitespace() && range.end().is_whitespace());
    let common = [' ', '\t', '\u{a0}', '\u{202f}', '\u{3000}'];
    (repetition.min == 0 && blank && has(' ')).then(|| {
        common
            .into_iter()
            .filter(|&letter| has(letter))
            .map(|letter| letter.to_string().into_bytes())
            .collect()
    })
}

fn alternation(branches: &[Hir]) -> Known {
    let known: Vec<Known> = branches.iter().map(analyse).collect();
    if known.iter().all(|branch| branch.exact.is_some()) {
        let all: Strings = known.into_iter().filter_map(|branch| branch.exact).flatten().collect();
        return if all.len() <= MOST { Known::exactly(all) } else { Known::nothing() };
    }
    let mut starts: Strings =
        known.iter().flat_map(|branch| branch.exact.as_ref().unwrap_or(&branch.starts)).cloned().collect();
    if starts.len() > MOST {
        starts = vec![Vec::new()];
    }
    let mut all = Vec::new();
    for branch in known {
        let best = branch.into_sets().into_iter().max_by_key(|set| worth(set));
        let Some(set) = best else { return Known { exact: None, starts, sets: Vec::new() } };
        all.extend(set);
    }
    Known { exact: None, starts, sets: if all.len() <= MOST { vec![all] } else { Vec::new() } }
}

/// The strings of a small class: variants of one letter, or a few different ones.
fn letters(class: &Class) -> Option<Strings> {
    let mut found: Strings = Vec::new();
    let mut add = |letter: char| {
        // The long s and the Kelvin sign fold to ASCII in Unicode's eyes; no tool prints them.
        if matches!(letter, '\u{17f}' | '\u{212a}') {
            return;
        }
        let mut buffer = [0; 4];
        let text = letter.to_ascii_lowercase().encode_utf8(&mut buffer).as_bytes().to_vec();
        if !found.contains(&text) {
            found.push(text);
        }
    };
    match class {
        Class::Unicode(class) => {
            for range in class.iter() {
                if range.len() > EXPANDED {
                    return None;
                }
                (range.start()..=range.end()).for_each(&mut add);
            }
        }
        Class::Bytes(class) => {
            for range in class.iter() {
                if range.len() > EXPANDED || !range.end().is_ascii() {
                    return None;
                }
                (range.start()..=range.end()).for_each(|byte| add(char::from(byte)));
            }
        }
    }
    (!found.is_empty() && found.len() <= 12).then_some(found)
}

/// The longest piece of each string that looks the same in quoted text.
fn split(set: Strings) -> Option<Strings> {
    let set: Strings = set
        .into_iter()
        .map(|literal| {
            let longest = literal.split(|byte| matches!(byte, b'"' | b'\\')).max_by_key(|piece| piece.len());
            longest.unwrap_or_default().to_vec()
        })
        .collect();
    (shortest(&set) > 0).then_some(set)
}

fn shortest(set: &[Vec<u8>]) -> usize {
    set.iter().map(Vec::len).min().unwrap_or(0)
}

/// How rare a set is in ordinary text, as far as it tells by itself: long literals first, then few.
pub(super) fn worth(set: &[Vec<u8>]) -> (usize, usize) {
    let shortest = shortest(set);
    if shortest < SHORTEST {
        return (shortest, 0);
    }
    (shortest.min(12) + 8, MOST.saturating_sub(set.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_are_found() {
        for (source, expected) in [
            ("yq: command not found", Some(vec!["yq: command not found"])),
            ("(?i)Command Not Found", Some(vec!["command not found"])),
            ("^(?P<file>\\S+):\\d+: fatal error: (?P<h>\\S+): No such file", Some(vec![": fatal error: "])),
            ("[Cc]ommand not found|未找到命令", Some(vec!["command not found", "未找到命令"])),
            ("exec: \"(?P<t>[^\"]+)\": executable file not found", Some(vec![": executable file not found"])),
            ("a+b", None),
            ("^\\d+$", None),
            ("colou?rful", Some(vec!["colorful", "colourful"])),
            (
                "(?:one hundred|two hundred|three) pieces$",
                Some(vec!["one hundred pieces", "three pieces", "two hundred pieces"]),
            ),
            ("took (?:\\d+ )*seconds to fail", Some(vec!["seconds to fail"])),
            ("got {{what}} instead", Some(vec![" instead"])),
            (
                "\\s(?:error|错误)\\s*[:：]",
                Some(vec![
                    "error\t",
                    "error ",
                    "error:",
                    "error\u{a0}",
                    "error\u{202f}",
                    "error\u{3000}",
                    "error：",
                    "错误",
                ]),
            ),
            ("sed: \\d+: \".*\": (?:command \\w expects|bad )", Some(vec![": bad ", ": command "])),
            (
                "of [`'](?:std::\\w+|__cxa_\\w+)",
                Some(vec!["of '__cxa_", "of 'std::", "of `__cxa_", "of `std::"]),
            ),
            ("(?:abcdefgh)+", Some(vec!["abcdefgh"])),
            ("x?\\s*(?:yes|no)", None),
        ] {
            let found = required(source).into_iter().min_by_key(|set| std::cmp::Reverse(worth(set)));
            let found = found.as_ref().map(|set| {
                set.iter().map(|one| String::from_utf8_lossy(one).into_owned()).collect::<Vec<_>>()
            });
            assert_eq!(
                found.as_ref().map(|set| set.iter().map(String::as_str).collect::<Vec<_>>()),
                expected,
                "{source}"
            );
        }
    }
}
