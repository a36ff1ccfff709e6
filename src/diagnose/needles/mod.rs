//! What to look for in rows: the literals of all patterns, and which of them speak for which pattern.
//!
//! Worked out from the shipped rules when ktui is built, by this same code, and kept as plain numbers in the
//! program's own data: nothing of it costs start-up time, nor memory before it is looked at. A user's own rules
//! make another one at run time. How a text is searched for all this is `matcher`'s business.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::HashMap;
use std::hash::BuildHasherDefault;

pub(crate) mod census;
pub(crate) mod literals;
mod multiply;
pub(crate) mod table;

use census::{Census, GRAMS, gram_at};
use literals::{SHORTEST, Strings, is_searchable, worth};
pub(crate) use multiply::Multiply;

/// What a hit calls for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Target {
    /// Row that tells about the machine.
    Context,
    /// Row in which a Go test passed.
    Passed,
    /// `unless … side: rest` of this rule.
    Rest(u32),
    /// This pattern of the rule base.
    Pattern(u32),
}

/// Fixed for a rule base.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Needles {
    /// All literals, one behind the other.
    pub(crate) letters: Cow<'static, [u8]>,
    /// Where each literal ends in `letters`.
    pub(crate) ends: Cow<'static, [u32]>,
    /// Where the rarest byte of each literal stands.
    pub(crate) rare: Cow<'static, [u8]>,
    /// The literals of all sets, one set behind the other.
    pub(crate) members: Cow<'static, [u32]>,
    /// Where each set ends in `members`.
    pub(crate) sets: Cow<'static, [u32]>,
    pub(crate) wanted: Cow<'static, [Wanted]>,
    /// Targets without a literal: due on every row.
    pub(crate) always: Cow<'static, [Target]>,
}

/// A target with the sets of literals of which each of its matches contains one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(crate) target: Target,
    /// The number of its first set.
    pub(crate) first: u32,
    /// How many sets it has; the first `searchable` of them can be searched for, the others only compared.
    pub(crate) sets: u8,
    pub(crate) searchable: u8,
}

/// How many sets of a target are kept.
const SETS: usize = 6;
/// Of how many of them the rarest is searched for.
const SEARCHED: usize = 3;

/// Words of which a row must hold one to tell about the machine.
const TELLING: [&str; 5] = ["PRETTY_NAME=", "ID_LIKE=", "Linux ", "Darwin ", "go version go"];

/// Stands in a row that tells that a Go test passed.
pub(crate) const PASSED: &str = "--- PASS: ";

impl Needles {
    /// From the patterns of rules and those of their conditions on the rest of a stage.
    pub(crate) fn of_rules<'a, S: AsRef<str> + 'a>(rules: impl Iterator<Item = (&'a [S], &'a [S])>) -> Self {
        let word = |word: &str| vec![vec![word.to_ascii_lowercase().into_bytes()]];
        let mut targets: Vec<(Target, Vec<Strings>)> =
            TELLING.iter().map(|telling| (Target::Context, word(telling))).collect();
        targets.push((Target::Passed, word(PASSED)));
        let mut pattern = 0;
        for (rule, (patterns, rest)) in (0..).zip(rules) {
            for source in patterns {
                targets.push((Target::Pattern(pattern), literals::required(source.as_ref())));
                pattern += 1;
            }
            targets
                .extend(rest.iter().map(|source| (Target::Rest(rule), literals::required(source.as_ref()))));
        }
        Self::new(targets)
    }

    /// From targets and the sets of literals of which each of their matches contains one.
    pub(crate) fn new(targets: Vec<(Target, Vec<Strings>)>) -> Self {
        // A literal that many patterns share (`No such file or directory`) tells little: prefer others.
        let mut crowd = Census::new();
        for literal in targets.iter().flat_map(|(_, sets)| sets).flatten().filter(|one| one.len() >= SHORTEST)
        {
            (0..=literal.len() - 4).for_each(|at| crowd.add_one(gram_at(literal, at)));
        }
        let company = |literal: &Vec<u8>| {
            let window = |at: usize| (at..at + GRAMS).map(|at| crowd.of(gram_at(literal, at))).max();
            (0..=literal.len().checked_sub(SHORTEST)?).filter_map(window).min()
        };
        let mut needles = Self::default();
        let mut numbers: HashMap<Vec<u8>, u32, BuildHasherDefault<Multiply>> = HashMap::default();
        for (target, mut sets) in targets {
            let searchable = sets.iter().filter(|set| is_searchable(set)).count().min(SEARCHED);
            if searchable == 0 {
                needles.always.to_mut().push(target);
                continue;
            }
            sets.sort_by_cached_key(|set| {
                (!is_searchable(set), set.iter().map(company).max(), Reverse(worth(set)))
            });
            sets.truncate(SETS);
            let wanted = Wanted {
                target,
                first: needles.sets.len() as u32,
                sets: sets.len() as u8,
                searchable: searchable as u8,
            };
            needles.wanted.to_mut().push(wanted);
            for set in sets {
                for literal in set {
                    let next = numbers.len() as u32;
                    let number = *numbers.entry(literal).or_insert_with_key(|literal| {
                        needles.letters.to_mut().extend_from_slice(literal);
                        needles.ends.to_mut().push(needles.letters.len() as u32);
                        needles.rare.to_mut().push(rarest(literal) as u8);
                        next
                    });
                    needles.members.to_mut().push(number);
                }
                needles.sets.to_mut().push(needles.members.len() as u32);
            }
        }
        needles
    }

    /// How many literals there are.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The bytes of a literal.
    pub(crate) fn literal(&self, number: u32) -> &[u8] {
        between(&self.letters, &self.ends, number)
    }

    /// The literals of a target's set.
    pub(crate) fn set(&self, wanted: &Wanted, set: u8) -> &[u32] {
        between(&self.members, &self.sets, wanted.first + u32::from(set))
    }
}

/// Bytes of build logs, the most frequent first; what is not here is rare.
const FREQUENT: &[u8] = b" e/tacorsin.-ldpmug1b20h_:3fky5v4w6789x=,";

/// Where the rarest of a literal's first bytes stands.
pub(crate) fn rarest(literal: &[u8]) -> usize {
    let rank = |byte: &u8| FREQUENT.iter().position(|one| one == byte).unwrap_or(FREQUENT.len());
    (0..literal.len().min(256)).max_by_key(|&at| rank(&literal[at])).unwrap_or(0)
}

/// What the `number`th of the pieces is that end at `ends`.
fn between<'a, T>(pieces: &'a [T], ends: &[u32], number: u32) -> &'a [T] {
    let number = number as usize;
    let start = number.checked_sub(1).map_or(0, |before| ends[before] as usize);
    &pieces[start..ends[number] as usize]
}
