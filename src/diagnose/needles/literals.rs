//! What every match of a pattern must contain, so that most rows need no regular expression at all.
//!
//! Reads a pattern's text directly: building the regex crate's own form of it would cost more than the whole
//! start-up may. What it does not understand has no literals, which is slower, never wrong. Literals are folded
//! to lower case, and hold neither `"` nor `\`, which stand differently in quoted messages.

use std::borrow::Cow;

mod reader;

use reader::Reader;

/// The shortest literal that is worth looking for, in bytes.
pub(crate) const SHORTEST: usize = 6;
/// The most alternatives that a literal set may have.
const MOST: usize = 64;
/// The shortest literal that is worth comparing where a longer one was found.
const SHORTEST_CHECK: usize = 3;
/// The most strings that are multiplied out inside one set.
const EXPANDED: usize = 32;
/// The most members of a class that count as letters of their own.
const LETTERS: usize = 12;
/// The deepest nesting of groups that is followed.
const DEEPEST: usize = 40;
/// What `\s` may be; the few others that Unicode knows are printed by no tool.
const BLANKS: [char; 5] = [' ', '\t', '\u{a0}', '\u{202f}', '\u{3000}'];

pub(crate) type Strings = Vec<Vec<u8>>;

/// Whether a set can be searched for, rather than only compared.
pub(crate) fn is_searchable(set: &[Vec<u8>]) -> bool {
    shortest(set) >= SHORTEST
}

/// Sets of literals, folded; every match contains one of each set. Empty where there is none of use. Not all of
/// them are searchable.
pub(crate) fn required(source: &str) -> Vec<Strings> {
    // A placeholder may become anything.
    let plain = if source.contains("{{") {
        Cow::Owned(super::super::fill::fill_with(source, |_| "(?s:.*)".to_owned()))
    } else {
        Cow::Borrowed(source)
    };
    let mut reader = Reader { text: &plain, fold: false, depth: 0 };
    let Some(known) = reader.alternation() else { return Vec::new() };
    if !reader.text.is_empty() {
        return Vec::new();
    }
    let mut sets = known.into_sets();
    for set in &mut sets {
        set.sort();
        set.dedup();
    }
    sets.retain(|set| shortest(set) >= SHORTEST_CHECK && set.len() <= MOST);
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
    /// May be nothing or begin with a blank, and is nothing else.
    optional_blanks: bool,
}

impl Known {
    fn exactly(strings: Strings) -> Self {
        Self { exact: Some(strings), ..Self::nothing() }
    }

    fn nothing() -> Self {
        Self { exact: None, starts: vec![Vec::new()], sets: Vec::new(), optional_blanks: false }
    }

    /// What is required, whether or not all of it is known.
    fn into_sets(self) -> Vec<Strings> {
        let mut sets = self.sets;
        sets.extend(split(self.starts));
        sets.extend(self.exact.and_then(split));
        sets
    }

    /// Repeated `min` to `max` times.
    fn repeated(self, min: u32, max: Option<u32>, blank: bool) -> Self {
        match (min, max, self.exact) {
            (1, Some(1), exact) => Self { exact, ..self },
            (0, Some(1), Some(mut set)) if set.len() < EXPANDED / 2 => {
                set.push(Vec::new());
                Self { exact: Some(set), optional_blanks: blank, ..Self::nothing() }
            }
            (0, ..) => Self { optional_blanks: blank, ..Self::nothing() },
            (_, _, Some(exact)) => {
                Self { starts: exact.clone(), sets: split(exact).into_iter().collect(), ..Self::nothing() }
            }
            (_, _, None) => Self { exact: None, optional_blanks: false, ..self },
        }
    }
}

/// One behind the other: strings grow while all parts are exact, and start anew where one is not.
struct Concat {
    run: Strings,
    /// Strings of which every match has one where it has none of `run`, because blanks came between.
    ended: Strings,
    /// What follows the last such blanks, by itself.
    fresh: Option<Strings>,
    starts: Option<Strings>,
    sets: Vec<Strings>,
}

impl Default for Concat {
    fn default() -> Self {
        Self { run: vec![Vec::new()], ended: Vec::new(), fresh: None, starts: None, sets: Vec::new() }
    }
}

impl Concat {
    /// More letters on every string.
    fn extend(&mut self, letters: &[u8]) {
        for one in self.run.iter_mut().chain(self.fresh.iter_mut().flatten()) {
            let from = one.len();
            one.extend_from_slice(letters);
            one[from..].make_ascii_lowercase();
        }
    }

    fn push(&mut self, known: Known) {
        if let Some(exact) = &known.exact
            && self.run.len() * exact.len() <= EXPANDED
        {
            if let [only] = &exact[..] {
                self.extend(only);
            } else {
                self.run = product(&self.run, exact);
                self.fresh = self.fresh.take().and_then(|fresh| self.grown(fresh, exact));
            }
            return;
        }
        let short = self.run.iter().filter(|one| one.len() < SHORTEST).count();
        if known.optional_blanks
            && self.run.iter().any(|one| !one.is_empty() && one.len() < SHORTEST)
            && short * BLANKS.len() <= EXPANDED
        {
            self.fork();
            return;
        }
        self.flush(known);
    }

    /// `fresh` with more behind it; where that is too much it is offered as it is.
    fn grown(&mut self, fresh: Strings, exact: &Strings) -> Option<Strings> {
        if fresh.len() * exact.len() <= EXPANDED {
            return Some(product(&fresh, exact));
        }
        self.sets.extend(split(fresh));
        Some(exact.clone()).filter(|exact| exact.len() <= EXPANDED)
    }

    /// Blanks may come: the short strings end there or go on; for the others this is long enough.
    fn fork(&mut self) {
        let (short, long): (Strings, Strings) =
            std::mem::take(&mut self.run).into_iter().partition(|one| one.len() < SHORTEST);
        let blanks: Strings = BLANKS.iter().map(|blank| blank.to_string().into_bytes()).collect();
        self.ended.extend(long);
        self.ended.extend(product(&short, &blanks));
        self.run = short;
        self.sets.extend(self.fresh.take().and_then(split));
        self.fresh = Some(vec![Vec::new()]);
        self.starts.get_or_insert_with(|| vec![Vec::new()]);
    }

    /// Something that is not known follows: what was reached is offered, and all starts anew.
    fn flush(&mut self, known: Known) {
        let next = known.exact.as_ref().unwrap_or(&known.starts);
        let ending = vec![common_ending(&self.run)];
        if self.run.len() * next.len() > EXPANDED && next.len() <= EXPANDED {
            self.sets.extend(split(product(&ending, next)));
        }
        let reached =
            |run: Strings| if run.len() * next.len() <= EXPANDED { product(&run, next) } else { run };
        let mut run = reached(std::mem::replace(&mut self.run, vec![Vec::new()]));
        self.starts.get_or_insert_with(|| run.clone());
        run.append(&mut self.ended);
        self.sets.extend(split(run));
        self.sets.extend(self.fresh.take().map(reached).and_then(split));
        self.sets.extend(known.sets);
        if let Some(exact) = known.exact {
            if exact.len() <= EXPANDED {
                self.run = product(&ending, &exact);
            } else {
                self.sets.extend(split(exact));
            }
        }
    }

    fn finish(mut self) -> Known {
        let Some(starts) = self.starts else { return Known::exactly(self.run) };
        self.run.append(&mut self.ended);
        self.sets.extend(split(self.run));
        self.sets.extend(self.fresh.and_then(split));
        Known { exact: None, starts, sets: self.sets, optional_blanks: false }
    }
}

/// What all strings end with.
fn common_ending(strings: &Strings) -> Vec<u8> {
    let Some((first, more)) = strings.split_first() else { return Vec::new() };
    let common =
        |other: &Vec<u8>| first.iter().rev().zip(other.iter().rev()).take_while(|(a, b)| a == b).count();
    let length = more.iter().map(common).min().unwrap_or(first.len());
    first[first.len() - length..].to_vec()
}

/// Every string of `heads` followed by every one of `tails`.
fn product(heads: &Strings, tails: &Strings) -> Strings {
    heads.iter().flat_map(|head| tails.iter().map(move |tail| [&head[..], tail].concat())).collect()
}

fn any_of(branches: Vec<Known>) -> Known {
    if branches.iter().all(|branch| branch.exact.is_some()) {
        let all: Strings = branches.into_iter().filter_map(|branch| branch.exact).flatten().collect();
        return if all.len() <= MOST { Known::exactly(all) } else { Known::nothing() };
    }
    let starts: Strings =
        branches.iter().flat_map(|branch| branch.exact.as_ref().unwrap_or(&branch.starts)).cloned().collect();
    let starts = if starts.len() > MOST { vec![Vec::new()] } else { starts };
    let mut all = Vec::new();
    for branch in branches {
        let best = branch.into_sets().into_iter().max_by_key(|set| worth(set));
        let Some(set) = best else { return Known { starts, ..Known::nothing() } };
        all.extend(set);
    }
    Known { starts, sets: if all.len() <= MOST { vec![all] } else { Vec::new() }, ..Known::nothing() }
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
pub(crate) fn worth(set: &[Vec<u8>]) -> (usize, usize) {
    let shortest = shortest(set);
    if shortest < SHORTEST {
        return (shortest, 0);
    }
    (shortest.min(12) + 8, MOST.saturating_sub(set.len()))
}

#[cfg(test)]
mod tests;
