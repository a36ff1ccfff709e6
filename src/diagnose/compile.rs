//! Rule files into one rule base.
//!
//! Owns loading: every file and every rule that can be used is used, and everything wrong is reported at once.
//! Whether the rules are any good is `lint`'s question.

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::yaml::{self, Problem};

use super::context::TELLING;
use super::literals::{self, Strings};
use super::matcher::{Needles, Target};
use super::outline::{self, Item, Sketch};
use super::pattern::{Pattern, Program};
use super::rule::{Family, Rule, Side};
use super::test_block;

/// All rules, ready to match.
#[derive(Debug, Default)]
pub struct RuleBase {
    rules: Vec<Compiled>,
    by_id: HashMap<String, usize>,
    /// Every pattern of every rule.
    patterns: Vec<Owned>,
    needles: Needles,
}

/// A rule's place in the base. It is decoded when it is first needed.
#[derive(Debug)]
pub(super) struct Compiled {
    pub(super) file: String,
    /// Whether it speaks of how a stage ends.
    pub(super) ending: bool,
    source: Source,
    body: OnceLock<Option<Body>>,
}

/// Where a rule's YAML is, until it is decoded.
#[derive(Debug)]
enum Source {
    /// It is decoded.
    Done,
    /// The rule alone, in the program's own data, and how many lines stand before it.
    Alone(usize, &'static str),
    /// Its whole file, because aliases refer across rules, and the how manieth rule it is.
    File(&'static str, usize),
}

/// A rule and the patterns that are not searched for.
#[derive(Debug)]
pub(super) struct Body {
    pub(super) rule: Rule,
    pub(super) near: Vec<Pattern>,
    pub(super) unless: Vec<Pattern>,
    pub(super) facts: Vec<Pattern>,
}

/// A pattern and the rule it belongs to.
#[derive(Debug)]
pub(super) struct Owned {
    pub(super) rule: usize,
    pub(super) pattern: Pattern,
}

/// The file of package names lies in the same folder and is no family.
const NO_FAMILY: &str = "packages";

/// How many patterns are worth a thread that looks for their literals.
const WORTH_A_THREAD: usize = 200;

/// A rule before it has a place: its id, what is searched for, and itself.
struct Draft {
    id: String,
    patterns: Vec<String>,
    rest: Vec<String>,
    compiled: Compiled,
}

impl RuleBase {
    /// Loads files of `(name, text)`; a later file's rule replaces an earlier one of the same id. What cannot
    /// be used is left out and reported.
    pub fn load(files: &[(String, String)]) -> (Self, Vec<Problem>) {
        Self::open(files, |_| None)
    }

    /// The same, but files that come with ktui, and so are sound, are decoded rule by rule when one is first needed:
    /// start-up does not wait for what it does not use, nor is there a second copy of it. `shipped` has their text.
    pub fn open(
        files: &[(String, String)],
        shipped: impl Fn(&str) -> Option<&'static str>,
    ) -> (Self, Vec<Problem>) {
        let mut problems = Vec::new();
        let mut drafts: Vec<Draft> = Vec::new();
        let mut by_id: HashMap<String, usize> = HashMap::new();
        for (file, text) in files.iter().filter(|(file, _)| stem(file) != NO_FAMILY) {
            let first = drafts.len();
            let own = shipped(file).and_then(|text| Some((text, outline::sketches(file, text)?)));
            let found: Vec<Draft> = if let Some((text, sketches)) = own {
                Draft::later(file, text, sketches)
            } else {
                let rules = read(file, text, &mut problems);
                rules.into_iter().map(|rule| Draft::now(file, rule, &mut problems)).collect()
            };
            for draft in found {
                match by_id.get(&draft.id) {
                    Some(&at) if at >= first => problems.push(twice(file, &draft)),
                    Some(&at) => drafts[at] = draft,
                    None => {
                        by_id.insert(draft.id.clone(), drafts.len());
                        drafts.push(draft);
                    }
                }
            }
        }
        (Self::compile(drafts, by_id), problems)
    }

    fn compile(drafts: Vec<Draft>, by_id: HashMap<String, usize>) -> Self {
        let mut base = Self { by_id, ..Self::default() };
        let literal = |word: &str| vec![vec![word.to_ascii_lowercase().into_bytes()]];
        let mut wanted: Vec<(Target, Vec<Strings>)> =
            TELLING.iter().map(|word| (Target::Context, literal(word))).collect();
        wanted.push((Target::Passed, literal(test_block::PASSED)));
        let mut sources: Vec<(Target, &str)> = Vec::new();
        for (index, draft) in drafts.iter().enumerate() {
            for source in &draft.patterns {
                sources.push((Target::Pattern(base.patterns.len() as u32), source));
                base.patterns.push(Owned { rule: index, pattern: Pattern::new(source) });
            }
            sources.extend(draft.rest.iter().map(|source| (Target::Rest(index as u32), source.as_str())));
        }
        wanted.extend(with_literals(&sources));
        base.rules = drafts.into_iter().map(|draft| draft.compiled).collect();
        base.needles = Needles::new(wanted);
        base
    }

    /// The rules, in the order of their files.
    pub fn rules(&self) -> impl Iterator<Item = &Rule> {
        self.rules.iter().filter_map(|compiled| Some(&compiled.body()?.rule))
    }

    /// How many rules there are.
    pub fn len(&self) -> usize {
        self.rules.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// The rule of this id.
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.by_id.get(id).and_then(|&at| Some(&self.rules[at].body()?.rule))
    }

    /// The file that the rule of this id comes from.
    pub fn file(&self, id: &str) -> Option<&str> {
        self.by_id.get(id).map(|&at| self.rules[at].file.as_str())
    }

    pub(super) fn body(&self, index: usize) -> Option<&Body> {
        self.rules[index].body()
    }

    pub(super) fn all(&self) -> &[Compiled] {
        &self.rules
    }

    pub(super) fn pattern(&self, index: u32) -> &Owned {
        &self.patterns[index as usize]
    }

    pub(super) fn patterns(&self) -> &[Owned] {
        &self.patterns
    }

    pub(super) fn needles(&self) -> &Needles {
        &self.needles
    }
}

impl Draft {
    fn now(file: &str, rule: Rule, problems: &mut Vec<Problem>) -> Self {
        let mut patterns = Vec::new();
        for source in &rule.patterns {
            match regex_syntax::parse(&source.value) {
                Ok(_) => patterns.push(source.value.clone()),
                Err(error) => problems.push(Problem::at(file, source, bad_pattern(&error.to_string()))),
            }
        }
        let rest = rule.unless.iter().filter(|unless| unless.side == Side::Rest);
        Self {
            id: rule.id.value.clone(),
            patterns,
            rest: rest.map(|unless| unless.pattern.value.clone()).collect(),
            compiled: Compiled {
                file: file.to_owned(),
                ending: rule.ending.is_some(),
                source: Source::Done,
                body: OnceLock::from(Some(Body::new(rule))),
            },
        }
    }

    fn later(file: &str, text: &'static str, sketches: Vec<Sketch<'static>>) -> Vec<Self> {
        let whole = outline::has_aliases(text);
        let draft = |(at, sketch): (usize, Sketch<'static>)| {
            let source = if whole {
                Source::File(text, at)
            } else {
                Source::Alone(sketch.item.before, sketch.item.text)
            };
            let compiled =
                Compiled { file: file.to_owned(), ending: sketch.ending, source, body: OnceLock::new() };
            Self { id: sketch.id, patterns: sketch.patterns, rest: sketch.rest, compiled }
        };
        sketches.into_iter().enumerate().map(draft).collect()
    }
}

impl Compiled {
    /// The rule; `None` where a trusted file was not sound after all.
    pub(super) fn body(&self) -> Option<&Body> {
        let decode = || match &self.source {
            Source::Done => None,
            Source::Alone(before, text) => {
                let alone = Item { before: *before, text }.alone();
                yaml::parse::<Vec<Rule>>(&self.file, &alone).ok()?.pop()
            }
            Source::File(text, at) => {
                let mut rules = yaml::parse::<Family>(&self.file, text).ok()?.rules;
                (*at < rules.len()).then(|| rules.swap_remove(*at))
            }
        };
        self.body.get_or_init(|| decode().map(Body::new)).as_ref()
    }
}

impl Body {
    fn new(rule: Rule) -> Self {
        let near = rule.near.iter().map(|near| Pattern::new(&near.pattern.value)).collect();
        let unless = rule.unless.iter().map(|unless| Pattern::new(&unless.pattern.value)).collect();
        let facts = rule.facts.iter().map(|fact| Pattern::new(&fact.pattern)).collect();
        Self { rule, near, unless, facts }
    }
}

fn twice(file: &str, draft: &Draft) -> Problem {
    let message = format!("rule `{}` stands here twice", draft.id);
    match draft.compiled.body() {
        Some(body) => Problem::at(file, &body.rule.id, message),
        None => Problem::file(file, message),
    }
}

/// The literals of many patterns: half of what start-up costs, so another thread takes half of it. More threads
/// would each leave memory behind that is never used again.
fn with_literals(sources: &[(Target, &str)]) -> Vec<(Target, Vec<Strings>)> {
    let find = |part: &[(Target, &str)]| -> Vec<(Target, Vec<Strings>)> {
        part.iter().map(|&(target, source)| (target, literals::required(source))).collect()
    };
    if sources.len() < WORTH_A_THREAD {
        return find(sources);
    }
    let (first, second) = sources.split_at(sources.len() / 2);
    std::thread::scope(|scope| {
        let other = scope.spawn(move || find(second));
        let mut all = find(first);
        all.extend(other.join().unwrap_or_else(|_| find(second)));
        all
    })
}

/// The file name without folder and extension.
pub(super) fn stem(file: &str) -> &str {
    let name = file.rsplit('/').next().unwrap_or(file);
    name.split('.').next().unwrap_or(name)
}

/// What the regex crate says, in one line.
pub(super) fn bad_pattern(error: &str) -> String {
    let reason = error.lines().rev().find_map(|line| line.strip_prefix("error: ")).unwrap_or(error);
    format!("the pattern is no regular expression: {reason}")
}

/// Why a pattern cannot be used.
pub(super) fn pattern_problem(source: &str) -> Option<String> {
    let plain = super::fill::fill_with(source, |_| "x".to_owned());
    Program::new(&plain).err().map(|error| bad_pattern(&error.to_string()))
}

fn read(file: &str, text: &str, problems: &mut Vec<Problem>) -> Vec<Rule> {
    match yaml::parse::<Family>(file, text) {
        Ok(family) => {
            if family.family.value != stem(file) {
                problems.push(Problem::at(
                    file,
                    &family.family,
                    format!(
                        "family `{}` in a file called `{}`: they must be equal",
                        family.family.value,
                        stem(file)
                    ),
                ));
            }
            family.rules
        }
        Err(problem) => one_by_one(file, text, problem, problems),
    }
}

/// The rules of a file that does not decode as a whole: each on its own, so that a broken one hides no other.
fn one_by_one(file: &str, text: &str, whole: Problem, problems: &mut Vec<Problem>) -> Vec<Rule> {
    let mut rules = Vec::new();
    let before = problems.len();
    for item in outline::items(text) {
        match yaml::parse::<Vec<Rule>>(file, &item.alone()) {
            Ok(found) => rules.extend(found),
            Err(problem) => problems.push(problem),
        }
    }
    if problems.len() == before {
        // The fault lies outside the rules.
        problems.push(whole);
    }
    rules
}

#[cfg(test)]
mod tests;
