//! Rule files into one rule base.
//!
//! Owns loading: every file and every rule that can be used is used, and everything wrong is reported at once.
//! Whether the rules are any good is `lint`'s question.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::locale::{Text, both};
use crate::yaml::{self, Problem};

use super::matcher::Matcher;
use super::needles::Needles;
use super::needles::census::Census;
use super::needles::table::Table;
use super::outline::{self, Item};
use super::pattern::{Pattern, Program};
use super::prepared::{self, Prepared};
use super::programs::Programs;
use super::rule::{Family, Rule, Side};

/// All rules, ready to match.
#[derive(Debug, Default)]
pub struct RuleBase {
    rules: Vec<Compiled>,
    by_id: HashMap<Cow<'static, str>, usize>,
    /// Every pattern of every rule, one behind the other, and where each ends and whose it is.
    sources: Cow<'static, str>,
    patterns: Cow<'static, [(u32, u32)]>,
    needles: Needles,
    /// What every engine searches with until it knows its log.
    table: OnceLock<Arc<Table>>,
    programs: Mutex<Programs<u32>>,
}

/// A rule's place in the base. It is decoded when it is first needed.
#[derive(Debug)]
pub(super) struct Compiled {
    pub(super) file: Cow<'static, str>,
    /// Whether it speaks of how a stage ends.
    pub(super) ending: bool,
    source: Source,
    body: OnceLock<Option<Box<Body>>>,
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

/// The file of package names lies in the same folder and is no family.
const NO_FAMILY: &str = "packages";

/// A rule before it has a place: its id, what is searched for, and itself.
struct Draft {
    id: Cow<'static, str>,
    patterns: Vec<Cow<'static, str>>,
    rest: Vec<Cow<'static, str>>,
    compiled: Compiled,
}

impl RuleBase {
    /// Loads files of `(name, text)`; a later file's rule replaces an earlier one of the same id. What cannot
    /// be used is left out and reported.
    pub fn load(files: &[(String, String)]) -> (Self, Vec<Problem>) {
        let mut drafts = Drafts::default();
        drafts.add_files(files);
        (Self::compile(drafts.all), drafts.problems)
    }

    /// The rules that come with ktui, with `own` files laid over them: an own file takes the place of the one of
    /// its name, an own rule that of the rule of its id. What ships is sound and was prepared when ktui was built,
    /// so a rule of it is decoded when it is first needed; `text` has the files it stands in.
    pub fn shipped(
        own: &[(String, String)],
        text: impl Fn(&str) -> Option<&'static str>,
    ) -> (Self, Vec<Problem>) {
        let shipped = Compiled::shipped(text);
        if own.iter().all(|(file, _)| stem(file) == NO_FAMILY) {
            return (Self::prepared(shipped), Vec::new());
        }
        let replaced: HashSet<&str> = own.iter().map(|(file, _)| stem(file)).collect();
        let mut drafts = Drafts::default();
        let mut sources = prepared::sources();
        for ((prepared, compiled), number) in prepared::RULES.iter().zip(shipped).zip(0..) {
            let mut patterns = Vec::new();
            while let Some(source) = sources.next_if(|&(rule, _)| rule == number) {
                patterns.push(Cow::Borrowed(source.1));
            }
            if !replaced.contains(stem(&compiled.file)) {
                drafts.put(Draft::prepared(prepared, patterns, compiled), usize::MAX);
            }
        }
        drafts.add_files(own);
        (Self::compile(drafts.all), drafts.problems)
    }

    /// What ships and nothing else.
    fn prepared(rules: Vec<Compiled>) -> Self {
        let ids = prepared::RULES.iter().map(|rule| Cow::Borrowed(rule.id));
        Self {
            rules,
            by_id: ids.zip(0..).collect(),
            sources: Cow::Borrowed(prepared::SOURCES),
            patterns: Cow::Borrowed(&prepared::PATTERNS),
            needles: prepared::needles(),
            table: OnceLock::from(Arc::new(prepared::table())),
            programs: Mutex::default(),
        }
    }

    fn compile(drafts: Vec<Draft>) -> Self {
        let mut base = Self::default();
        for (index, draft) in (0..).zip(&drafts) {
            base.by_id.insert(draft.id.clone(), index);
            for source in &draft.patterns {
                base.sources.to_mut().push_str(source);
                base.patterns.to_mut().push((base.sources.len() as u32, index as u32));
            }
        }
        base.needles = Needles::of_rules(drafts.iter().map(|draft| (&draft.patterns[..], &draft.rest[..])));
        base.rules = drafts.into_iter().map(|draft| draft.compiled).collect();
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
        self.by_id.get(id).map(|&at| &*self.rules[at].file)
    }

    pub(super) fn body(&self, index: usize) -> Option<&Body> {
        self.rules[index].body()
    }

    pub(super) fn all(&self) -> &[Compiled] {
        &self.rules
    }

    /// How many patterns there are.
    pub fn patterns(&self) -> usize {
        self.patterns.len()
    }

    /// The rule that a pattern belongs to.
    pub(super) fn rule_of(&self, pattern: u32) -> usize {
        self.patterns[pattern as usize].1 as usize
    }

    /// A pattern as it was written.
    pub(super) fn source(&self, pattern: u32) -> &str {
        let pattern = pattern as usize;
        let start = pattern.checked_sub(1).map_or(0, |before| self.patterns[before].0 as usize);
        &self.sources[start..self.patterns[pattern].0 as usize]
    }

    /// A pattern's program; `None` for one that does not compile, of which `lint` tells.
    pub(super) fn program(&self, pattern: u32) -> Option<Arc<Program>> {
        let mut programs = self.programs.lock().unwrap_or_else(PoisonError::into_inner);
        programs.get(pattern, || self.source(pattern))
    }

    /// A matcher at the start of a log.
    pub(super) fn matcher(&self) -> Matcher {
        let table = self.table.get_or_init(|| Arc::new(Table::new(&self.needles, &Census::new())));
        Matcher::new(Arc::clone(table))
    }

    pub(super) fn needles(&self) -> &Needles {
        &self.needles
    }
}

/// Rules on their way into a base, with what is wrong in their files.
#[derive(Default)]
struct Drafts {
    all: Vec<Draft>,
    by_id: HashMap<Cow<'static, str>, usize>,
    problems: Vec<Problem>,
}

impl Drafts {
    fn add_files(&mut self, files: &[(String, String)]) {
        for (file, text) in files.iter().filter(|(file, _)| stem(file) != NO_FAMILY) {
            let first = self.all.len();
            for rule in read(file, text, &mut self.problems) {
                let draft = Draft::now(file, rule, &mut self.problems);
                self.put(draft, first);
            }
        }
    }

    /// Puts a rule in its place; those from `first` on stand in the same file.
    fn put(&mut self, draft: Draft, first: usize) {
        match self.by_id.get(&draft.id) {
            Some(&at) if at >= first => self.problems.push(twice(&draft)),
            Some(&at) => self.all[at] = draft,
            None => {
                self.by_id.insert(draft.id.clone(), self.all.len());
                self.all.push(draft);
            }
        }
    }
}

impl Draft {
    fn now(file: &str, rule: Rule, problems: &mut Vec<Problem>) -> Self {
        let mut patterns = Vec::new();
        for source in &rule.patterns {
            match regex_syntax::parse(&source.value) {
                Ok(_) => patterns.push(Cow::Owned(source.value.clone())),
                Err(error) => problems.push(Problem::at(file, source, bad_pattern(&error.to_string()))),
            }
        }
        let rest = rule.unless.iter().filter(|unless| unless.side == Side::Rest);
        Self {
            id: Cow::Owned(rule.id.value.clone()),
            patterns,
            rest: rest.map(|unless| Cow::Owned(unless.pattern.value.clone())).collect(),
            compiled: Compiled {
                file: Cow::Owned(file.to_owned()),
                ending: rule.ending.is_some(),
                source: Source::Done,
                body: OnceLock::from(Some(Box::new(Body::new(rule)))),
            },
        }
    }

    fn prepared(rule: &Prepared, patterns: Vec<Cow<'static, str>>, compiled: Compiled) -> Self {
        let rest = rule.rest.iter().map(|source| Cow::Borrowed(*source)).collect();
        Self { id: Cow::Borrowed(rule.id), patterns, rest, compiled }
    }
}

impl Compiled {
    /// The rules that come with ktui, none of them decoded.
    fn shipped(text: impl Fn(&str) -> Option<&'static str>) -> Vec<Self> {
        let texts: Vec<&'static str> =
            prepared::FILES.iter().map(|file| text(file).unwrap_or_default()).collect();
        let compiled = |rule: &Prepared| {
            let text = texts[rule.file];
            let source = match rule.place {
                prepared::Place::Alone { before, start, end } => {
                    Source::Alone(before, text.get(start..end).unwrap_or_default())
                }
                prepared::Place::Nth(nth) => Source::File(text, nth),
            };
            let file = Cow::Borrowed(prepared::FILES[rule.file]);
            Self { file, ending: rule.ending, source, body: OnceLock::new() }
        };
        prepared::RULES.iter().map(compiled).collect()
    }

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
        self.body.get_or_init(|| decode().map(|rule| Box::new(Body::new(rule)))).as_deref()
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

fn twice(draft: &Draft) -> Problem {
    let id = &draft.id;
    let message = both!("rule `{id}` stands here twice", "规则 `{id}` 在此出现两次");
    let file = &draft.compiled.file;
    match draft.compiled.body() {
        Some(body) => Problem::at(file, &body.rule.id, message),
        None => Problem::file(file, message),
    }
}

/// The file name without folder and extension.
pub(super) fn stem(file: &str) -> &str {
    let name = file.rsplit('/').next().unwrap_or(file);
    name.split('.').next().unwrap_or(name)
}

/// What the regex crate says, in one line.
pub(super) fn bad_pattern(error: &str) -> Text {
    let reason = error.lines().rev().find_map(|line| line.strip_prefix("error: ")).unwrap_or(error);
    both!("the pattern is no regular expression: {reason}", "模式不是正则表达式：{reason}")
}

/// Why a pattern cannot be used.
pub(super) fn pattern_problem(source: &str) -> Option<Text> {
    let plain = super::fill::fill_with(source, |_| "x".to_owned());
    Program::new(&plain).err().map(|error| bad_pattern(&error))
}

fn read(file: &str, text: &str, problems: &mut Vec<Problem>) -> Vec<Rule> {
    match yaml::parse::<Family>(file, text) {
        Ok(family) => {
            if family.family.value != stem(file) {
                let (family_name, stem) = (&family.family.value, stem(file));
                let message = both!(
                    "family `{family_name}` in a file called `{stem}`: they must be equal",
                    "文件名为 `{stem}`，其中的 family 却是 `{family_name}`：两者必须相同"
                );
                problems.push(Problem::at(file, &family.family, message));
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
