//! Finds the few rows at which any rule must look, at memory speed and however many rules there are.
//!
//! Every pattern has literals of which each of its matches contains one (`literals`). Of each literal one window
//! of six bytes is picked; its three overlapping four-byte grams go into a bit table, and the text is looked at
//! only at every third byte: whatever the alignment, one of the three grams is hit. A hit compares the literal in
//! place. Which window is picked follows from the text itself: grams that it is full of are avoided. Where
//! nothing can be picked (no literal), the pattern is tried on every row, and `lint` tells its author.

use std::cell::LazyCell;
use std::collections::HashSet;
use std::sync::Arc;

use super::needles::Needles;
use super::needles::census::{Census, GRAMS, gram, gram_at, hash};
use super::needles::table::{Entry, Table};

mod literal;

pub(super) use literal::Literal;
use literal::Pairs;

pub(super) use super::needles::Target;
use super::recent::{LONGEST, Recent};

/// A literal that begins at `at`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hit {
    pub(super) at: usize,
    pub(super) literal: u32,
}

/// Samples that are looked at together.
const AT_ONCE: usize = 8;

/// Looks for the needles in one log and adapts to it.
#[derive(Debug)]
pub(super) struct Matcher {
    table: Arc<Table>,
    census: Option<Census>,
    /// Bytes that the census holds.
    counted: usize,
    /// When windows are picked anew.
    next_pick: usize,
    /// Samples and bits hit since the windows were picked.
    samples: usize,
    struck: usize,
    picks_left: u32,
    /// After how many samples the next pick is worth its while.
    patience: usize,
    /// The targets of rows that came lately: what stands there need not be compared again.
    seen: Recent<Vec<Target>>,
}

/// So many hits in a row are not worth being told apart.
const FEW: usize = 8;

/// How many targets make a row worth being kept.
const WORTH_KEEPING: usize = 4;

/// How often windows are picked anew because too many samples hit, and after how many samples the first time:
/// each time after twice as many, since there are texts that are full of what rules speak of.
const PICKS: u32 = 12;
const PATIENCE: usize = 1 << 15;

/// The census ends here.
const CENSUS: usize = 512 * 1024;
/// The first pick; the following ones come at eight times as much.
const FIRST_PICK: usize = 4 * 1024;

impl Matcher {
    /// Starts with `table`, until there is text to pick windows by.
    pub(super) fn new(table: Arc<Table>) -> Self {
        Self {
            table,
            census: None,
            counted: 0,
            next_pick: FIRST_PICK,
            samples: 0,
            struck: 0,
            picks_left: PICKS,
            patience: PATIENCE,
            seen: Recent::default(),
        }
    }

    /// Finds every literal in `text[from..]`; hits of one row are together.
    pub(super) fn scan(&mut self, needles: &Needles, text: &[u8], from: usize, hits: &mut Vec<Hit>) {
        self.adapt(needles, &text[from..]);
        self.search(needles, text, from, hits);
    }

    fn search(&mut self, needles: &Needles, text: &[u8], from: usize, hits: &mut Vec<Hit>) {
        let table = Arc::clone(&self.table);
        let bits = &table.bits[..];
        let set = |gram: u32| {
            let bit = hash(gram) >> table.shift;
            (bits[(bit / 64) as usize] >> (bit % 64)) & 1
        };
        let mut at = from;
        while let Some(block) = text[at..].first_chunk::<{ AT_ONCE * GRAMS + 1 }>() {
            let mut struck = 0;
            for sample in 0..AT_ONCE {
                let from = sample * GRAMS;
                struck |=
                    set(gram([block[from], block[from + 1], block[from + 2], block[from + 3]])) << sample;
            }
            self.struck += struck.count_ones() as usize;
            while struck != 0 {
                self.compare(needles, text, from, at + struck.trailing_zeros() as usize * GRAMS, hits);
                struck &= struck - 1;
            }
            at += AT_ONCE * GRAMS;
        }
        while at + 4 <= text.len() {
            self.compare(needles, text, from, at, hits);
            at += GRAMS;
        }
        self.samples += (text.len() - from) / GRAMS;
    }

    /// Which literals stand around the sample at `at`.
    fn compare(&self, needles: &Needles, text: &[u8], from: usize, at: usize, hits: &mut Vec<Hit>) {
        for &Entry { literal, offset, glimpse } in self.table.entries(gram_at(text, at)) {
            let Some(start) = at.checked_sub(usize::from(offset)).filter(|&start| start >= from) else {
                continue;
            };
            if !glimpse.may_begin(&text[start..]) {
                continue;
            }
            let bytes = needles.literal(literal);
            if text.get(start..start + bytes.len()).is_some_and(|found| found.eq_ignore_ascii_case(bytes)) {
                hits.push(Hit { at: start, literal });
            }
        }
    }

    /// Whether a literal belongs to a target that is welcome: looked at before the row around it is.
    pub(super) fn is_due(&self, needles: &Needles, hit: Hit, welcome: impl Fn(Target) -> bool) -> bool {
        self.table.owners(hit.literal).iter().any(|&number| welcome(needles.wanted[number as usize].target))
    }

    /// The targets of these hits in `row` whose other literals stand there too, in order, as far as `welcome`
    /// admits them. The row is known by `name` where it comes again.
    pub(super) fn targets(
        &mut self,
        needles: &Needles,
        hits: &[Hit],
        (row, name): (&[u8], &[u8]),
        welcome: impl Fn(Target) -> bool,
        targets: &mut Vec<Target>,
    ) {
        targets.clear();
        let owned: usize = hits.iter().map(|hit| self.table.owners(hit.literal).len()).sum();
        if owned < WORTH_KEEPING || row.len() > LONGEST {
            return compare_all(&self.table, needles, hits, row, welcome, targets);
        }
        let found = match self.seen.get(name) {
            Some(found) => found,
            None => self.learn(needles, hits, (row, name)),
        };
        targets.extend(found.iter().filter(|&&target| welcome(target)));
    }

    /// The same for a row that was not scanned: where most rows have targets, what a row calls for is known
    /// from the last time that it came.
    pub(super) fn targets_of(
        &mut self,
        needles: &Needles,
        (row, name): (&[u8], &[u8]),
        welcome: impl Fn(Target) -> bool,
        hits: &mut Vec<Hit>,
        targets: &mut Vec<Target>,
    ) {
        targets.clear();
        if let Some(found) = self.seen.get(name) {
            targets.extend(found.iter().filter(|&&target| welcome(target)));
            return;
        }
        hits.clear();
        self.search(needles, row, 0, hits);
        if row.len() > LONGEST {
            return compare_all(&self.table, needles, hits, row, welcome, targets);
        }
        targets.extend(self.learn(needles, hits, (row, name)).iter().filter(|&&target| welcome(target)));
    }

    /// All targets of a row that is to be kept.
    fn learn(&mut self, needles: &Needles, hits: &[Hit], (row, name): (&[u8], &[u8])) -> &Vec<Target> {
        let found = self.seen.room(name);
        found.clear();
        compare_all(&self.table, needles, hits, row, |_| true, found);
        found
    }

    /// Picks windows anew: while the log is young, and when too many samples hit.
    pub(super) fn adapt(&mut self, needles: &Needles, text: &[u8]) {
        let often = self.samples > self.patience && self.struck > self.samples / 64 && self.picks_left > 0;
        if self.counted >= CENSUS && !often {
            return;
        }
        if often && self.counted >= CENSUS {
            self.census = None;
        }
        let census = self.census.get_or_insert_with(Census::new);
        census.add(&text[..text.len().min(CENSUS)]);
        self.counted += text.len();
        if self.counted >= self.next_pick || often {
            self.table = Arc::new(Table::new(needles, census));
            self.next_pick = self.counted.saturating_mul(8).max(self.next_pick);
            if often {
                self.picks_left -= 1;
                self.patience *= 2;
            }
            (self.samples, self.struck) = (0, 0);
        }
        if self.counted >= CENSUS {
            self.census = None;
        }
    }
}

/// The targets of these hits whose other literals stand in the row, too.
fn compare_all(
    table: &Table,
    needles: &Needles,
    hits: &[Hit],
    row: &[u8],
    welcome: impl Fn(Target) -> bool,
    targets: &mut Vec<Target>,
) {
    let pairs = LazyCell::new(|| Pairs::of(row));
    // A long row may hold the same literal a thousand times, and all of the row is looked at for each.
    let mut seen = HashSet::new();
    for hit in hits.iter().filter(|hit| hits.len() <= FEW || seen.insert(hit.literal)) {
        for &number in table.owners(hit.literal) {
            let wanted = &needles.wanted[number as usize];
            if !welcome(wanted.target) {
                continue;
            }
            let chosen = table.chosen[number as usize];
            let stands = |&one: &u32| {
                let (bytes, rare) = (needles.literal(one), usize::from(needles.rare[one as usize]));
                pairs.may_hold(bytes, rare) && literal::stands_in(bytes, rare, row)
            };
            let mut others = (0..wanted.sets).filter(|&set| set != chosen);
            if others.all(|set| needles.set(wanted, set).iter().any(stands)) {
                targets.push(wanted.target);
            }
        }
    }
    targets.sort_unstable();
    targets.dedup();
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::diagnose::needles::literals;

    const PATTERNS: [&str; 7] = [
        "(?P<t>\\w+): command not found",
        "fatal error: (?P<h>\\S+): No such file or directory",
        "未找到命令",
        "(?i)permission denied",
        "cannot find -l(?P<l>\\w+)|ld returned",
        "No such file or directory$",
        "gopher",
    ];

    fn needles() -> Needles {
        let wanted =
            (0..).zip(PATTERNS).map(|(index, source)| (Target::Pattern(index), literals::required(source)));
        Needles::new(wanted.collect())
    }

    fn matcher(needles: &Needles) -> Matcher {
        Matcher::new(Arc::new(Table::new(needles, &Census::new())))
    }

    fn targets(needles: &Needles, matcher: &mut Matcher, text: &[u8]) -> Vec<Target> {
        let mut hits = Vec::new();
        matcher.scan(needles, text, 0, &mut hits);
        let mut found = Vec::new();
        matcher.targets(needles, &hits, (text, text), |_| true, &mut found);
        found
    }

    #[test]
    fn crowded_literals_are_avoided() {
        let needles = needles();
        let found = targets(&needles, &mut matcher(&needles), b"x: No such file or directory");
        assert_eq!(found, [Target::Pattern(5)]);
        assert!(needles.always.is_empty());
    }

    fn lines() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            "[ a-zA-Z:]{0,12}",
            Just("command not found".to_owned()),
            Just("fatal error: ".to_owned()),
            Just(": No such file or directory".to_owned()),
            Just("未找到命令".to_owned()),
            Just("PERMISSION Denied".to_owned()),
            Just("cannot find -lfoo".to_owned()),
            Just("gopher".to_owned()),
            Just("\n".to_owned()),
        ];
        proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        /// Whatever a regular expression matches, the filter lets through; before and after adapting.
        #[test]
        fn nothing_that_matches_is_missed(text in lines(), warm in lines()) {
            let needles = needles();
            let mut matcher = matcher(&needles);
            for round in 0..2 {
                let found = targets(&needles, &mut matcher, text.as_bytes());
                for (index, source) in (0..).zip(PATTERNS) {
                    let regex = regex::Regex::new(source).expect("compiles");
                    if text.lines().any(|line| regex.is_match(line)) {
                        prop_assert!(found.contains(&Target::Pattern(index)), "{source} in round {round}");
                    }
                }
                for _ in 0..20 {
                    targets(&needles, &mut matcher, warm.repeat(30).as_bytes());
                }
            }
        }
    }
}
