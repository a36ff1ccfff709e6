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
pub(super) fn required(source: &str) -> Vec<Vec<Vec<u8>>> {
    // A placeholder may become anything.
    let plain = super::fill::fill_with(source, |_| "(?s:.*)".to_owned());
    let Ok(hir) = regex_syntax::parse(&plain) else { return Vec::new() };
    let known = analyse(&hir);
    let mut sets = known.sets;
    sets.extend(known.exact.and_then(split));
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
#[derive(Debug, Default)]
struct Known {
    /// Every string that it matches, folded, where these are few.
    exact: Option<Vec<Vec<u8>>>,
    /// Sets of strings; every match contains one string of each.
    sets: Vec<Vec<Vec<u8>>>,
}

fn exactly(strings: Vec<Vec<u8>>) -> Known {
    Known { exact: Some(strings), sets: Vec::new() }
}

fn analyse(hir: &Hir) -> Known {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => exactly(vec![Vec::new()]),
        HirKind::Literal(literal) => exactly(vec![literal.0.to_ascii_lowercase()]),
        HirKind::Class(class) => Known { exact: letters(class), sets: Vec::new() },
        HirKind::Capture(capture) => analyse(&capture.sub),
        HirKind::Repetition(repetition) => {
            let inner = analyse(&repetition.sub);
            match (repetition.min, repetition.max) {
                (1, Some(1)) => inner,
                (0, Some(1)) => Known {
                    exact: inner.exact.filter(|set| set.len() < EXPANDED / 2).map(|mut set| {
                        set.push(Vec::new());
                        set
                    }),
                    sets: Vec::new(),
                },
                (0, _) => Known::default(),
                _ => Known { exact: None, sets: inner.into_sets() },
            }
        }
        HirKind::Concat(parts) => concat(parts),
        HirKind::Alternation(branches) => alternation(branches),
    }
}

impl Known {
    /// What is required, whether or not all of it is known.
    fn into_sets(self) -> Vec<Vec<Vec<u8>>> {
        let mut sets = self.sets;
        sets.extend(self.exact.and_then(split));
        sets
    }
}

/// One behind the other: strings grow while all parts are exact, and start anew where one is not.
fn concat(parts: &[Hir]) -> Known {
    let mut run = vec![Vec::new()];
    let mut whole = true;
    let mut sets = Vec::new();
    for part in parts {
        let known = analyse(part);
        match known.exact {
            Some(exact) if run.len() * exact.len() <= EXPANDED => {
                run = run
                    .iter()
                    .flat_map(|head| exact.iter().map(move |tail| [&head[..], tail].concat()))
                    .collect();
            }
            exact => {
                whole = false;
                sets.extend(split(std::mem::replace(&mut run, vec![Vec::new()])));
                sets.extend(known.sets);
                if let Some(exact) = exact {
                    if exact.len() <= EXPANDED {
                        run = exact;
                    } else {
                        sets.extend(split(exact));
                    }
                }
            }
        }
    }
    if whole {
        return exactly(run);
    }
    sets.extend(split(run));
    Known { exact: None, sets }
}

fn alternation(branches: &[Hir]) -> Known {
    let known: Vec<Known> = branches.iter().map(analyse).collect();
    if known.iter().all(|branch| branch.exact.is_some()) {
        let all: Vec<Vec<u8>> = known.into_iter().filter_map(|branch| branch.exact).flatten().collect();
        return if all.len() <= MOST { exactly(all) } else { Known::default() };
    }
    let mut all = Vec::new();
    for branch in known {
        let Some(set) = branch.into_sets().into_iter().min_by_key(|set| std::cmp::Reverse(worth(set))) else {
            return Known::default();
        };
        all.extend(set);
    }
    Known { exact: None, sets: if all.len() <= MOST { vec![all] } else { Vec::new() } }
}

/// The strings of a small class: variants of one letter, or a few different ones.
fn letters(class: &Class) -> Option<Vec<Vec<u8>>> {
    let mut found: Vec<Vec<u8>> = Vec::new();
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
fn split(set: Vec<Vec<u8>>) -> Option<Vec<Vec<u8>>> {
    let set: Vec<Vec<u8>> = set
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
