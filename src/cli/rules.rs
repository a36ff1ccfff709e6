//! `ktui rules`: the rule base as its authors and its readers need it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Result, bail};

use super::args::RulesCommand;
use super::{BAD_INPUT, Caller, OK, author, padded};
use crate::assets::{self, DataFile, Folder};
use crate::diagnose::compile::RuleBase;
use crate::diagnose::finding::Finding;
use crate::diagnose::lint;
use crate::diagnose::rule::{self, Rule};
use crate::diagnose::source::Frame;
use crate::locale::Lang;
use crate::locale::ui::{Say, Tell};
use crate::plan::tour;
use crate::remedy::overlay::Overlay;
use crate::remedy::{Machine, Remedies};
use crate::report::Diagnosis;
use crate::text::visible::harmless;
use crate::yaml::Problem;

/// The rules and the package table, with everything that is wrong in their files.
pub(super) struct Knowledge {
    /// The rules.
    pub rules: Arc<RuleBase>,
    /// What fixes are made from.
    pub remedies: Arc<Remedies>,
    /// Problems of the files.
    pub problems: Vec<Problem>,
    files: Vec<DataFile>,
}

/// Loads the rule base: of `dir` where one is given, else the built-in one with the user's on top. What ships
/// was linted before it was built in and is decoded when it is first needed.
pub(super) fn knowledge(dir: Option<&Path>) -> Knowledge {
    let knowledge = match dir {
        Some(_) => whole_knowledge(dir),
        None => knowledge_with(assets::own_yaml_files(Folder::Diagnostics)),
    };
    // Only lint goes back to the text; a screen that stays open for hours need not hold it.
    Knowledge { files: Vec::new(), ..knowledge }
}

/// The built-in rules with these files on top.
fn knowledge_with((own, mut problems): (Vec<DataFile>, Vec<Problem>)) -> Knowledge {
    let (tables, files) = tables(own);
    let mut remedies = Remedies::shipped(PACKAGES, Folder::Diagnostics.shipped(PACKAGES).unwrap_or_default());
    for (name, text) in &tables {
        let (loaded, more) = Remedies::load(name, text);
        remedies = loaded;
        problems.extend(more);
    }
    let (rules, more) = RuleBase::shipped(&files, |name| Folder::Diagnostics.shipped(name));
    problems.extend(more);
    Knowledge { rules: Arc::new(rules), remedies: Arc::new(remedies), problems, files }
}

/// The same, decoded to the last rule.
fn whole_knowledge(dir: Option<&Path>) -> Knowledge {
    let (files, mut problems) = match dir {
        Some(dir) => assets::read_dir(dir),
        None => assets::yaml_files(Folder::Diagnostics),
    };
    let (tables, files) = tables(files);
    let mut remedies = Remedies::default();
    for (name, text) in &tables {
        let (loaded, more) = Remedies::load(name, text);
        remedies = loaded;
        problems.extend(more);
    }
    let (rules, more) = RuleBase::load(&files);
    problems.extend(more);
    Knowledge { rules: Arc::new(rules), remedies: Arc::new(remedies), problems, files }
}

/// Where the built-in package table is.
const PACKAGES: &str = "diagnostics/packages.yaml";

/// Package tables apart from rule files.
fn tables(files: Vec<DataFile>) -> (Vec<DataFile>, Vec<DataFile>) {
    files.into_iter().partition(|(name, _)| name.ends_with(assets::PACKAGES))
}

impl Knowledge {
    /// A finding with what can be done about it; `source` is what stands where it points.
    pub(super) fn diagnosis(
        &self,
        finding: Finding,
        source: Option<Frame>,
        machine: &Machine,
        lang: Lang,
    ) -> Diagnosis {
        let rule = self.rules.rule(&finding.rule);
        let fixes = self.remedies.offered(&finding, rule, source.as_ref(), machine, lang);
        let place =
            source.as_ref().and_then(|_| super::explain::place_of(&finding, machine.dir.as_deref(), lang));
        Diagnosis { finding, fixes, source, place }
    }

    /// For the sessions of a plan: the tour's have fixes of their own, which stay inside its folder.
    pub(super) fn for_plan(mut self, plan: &str) -> Self {
        if plan == tour::PLAN {
            let text = Folder::Plans.embedded().into_iter().find(|(name, _)| name == tour::OVERLAY);
            let text =
                text.map(|(_, bytes)| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
            let (overlay, problems) = Overlay::load(tour::OVERLAY, &text);
            self.problems.extend(problems);
            if let Some(overlay) = overlay {
                self.remedies = Arc::new(Arc::unwrap_or_clone(self.remedies).with_overlay(overlay));
            }
        }
        self
    }
}

/// The rules with one more file on top, of which every problem was told already.
pub(super) fn rules_with(dir: Option<&Path>, file: DataFile) -> Arc<RuleBase> {
    if dir.is_some() {
        let mut files = whole_knowledge(dir).files;
        files.push(file);
        return Arc::new(RuleBase::load(&files).0);
    }
    let (mut own, _) = assets::own_yaml_files(Folder::Diagnostics);
    own.push(file);
    knowledge_with((own, Vec::new())).rules
}

/// Runs `ktui rules …`.
pub(super) fn run(command: RulesCommand, caller: Caller) -> Result<u8> {
    match command {
        RulesCommand::List { category, rules } => list(category.as_deref(), rules.as_deref(), caller),
        RulesCommand::Show { rule, rules } => show(&rule, rules.as_deref(), caller),
        RulesCommand::Test { rule, rules } => check(rule.as_deref(), rules.as_deref(), caller.lang),
        RulesCommand::New { from, family } => author::draft(&from, &family, caller),
        RulesCommand::Try { rule, logs, rules } => author::attempt(&rule, &logs, rules.as_deref(), caller),
        RulesCommand::Schema => {
            super::say(&format!("{:#}\n", rule::json_schema()));
            Ok(OK)
        }
        RulesCommand::Lint { files, rules } => Ok(lint_files(&files, rules.as_deref(), caller.lang)),
    }
}

fn list(category: Option<&str>, dir: Option<&Path>, caller: Caller) -> Result<u8> {
    let knowledge = whole_knowledge(dir);
    let mut rules: Vec<&Rule> = knowledge.rules.rules().collect();
    if let Some(category) = category {
        rules.retain(|rule| rule.category.slug() == category);
        if rules.is_empty() {
            bail!(Tell::NoCategory { category }.text(caller.lang));
        }
    }
    rules.sort_by(|a, b| a.id.value.cmp(&b.id.value));
    let wide = rules.iter().map(|rule| rule.id.value.len()).max().unwrap_or(0);
    for rule in &rules {
        outln!("{:wide$}  {:22}  {}", rule.id.value, rule.category.slug(), rule.title.pick(caller.lang));
    }
    talkln!("{}", Tell::RulesCount { count: rules.len() as u64 }.text(caller.lang));
    let wrong = tell(&knowledge.problems, caller.lang);
    Ok(if wrong == 0 { OK } else { BAD_INPUT })
}

fn show(id: &str, dir: Option<&Path>, caller: Caller) -> Result<u8> {
    let knowledge = whole_knowledge(dir);
    let Some(rule) = knowledge.rules.rule(id) else {
        let near: Vec<_> = knowledge
            .rules
            .rules()
            .map(|rule| rule.id.value.as_str())
            .filter(|other| other.contains(id) || id.contains(*other))
            .take(5)
            .collect();
        let near = near.join(", ");
        let tell = match near.as_str() {
            "" => Tell::NoRule { rule: id },
            near => Tell::NoRuleNear { rule: id, near },
        };
        bail!(tell.text(caller.lang));
    };
    outln!("{}  ({}, {:?}, {:?})", id, rule.category.slug(), rule.kind, rule.severity);
    outln!("\n{}\n\n{}\n", rule.title.pick(caller.lang), rule.explain.pick(caller.lang));
    let label = |say: Say| padded(say.text(caller.lang), 7);
    for pattern in &rule.patterns {
        outln!("{}  {}", label(Say::LabelPattern), pattern.value);
    }
    for fix in &rule.fixes {
        outln!("{}  {}: {}", label(Say::LabelFix), fix.id.value, fix.title.pick(caller.lang));
        for command in &fix.commands {
            outln!("           $ {}", command.value);
        }
        if let Some(guide) = &fix.guide {
            outln!("           {}", guide.pick(caller.lang));
        }
    }
    for sample in &rule.samples {
        outln!("{}  {}", label(Say::LabelSample), sample.text.value.trim_end().replace('\n', "\n         "));
    }
    for reference in &rule.references {
        outln!("{}  {reference}", label(Say::LabelSee));
    }
    Ok(OK)
}

/// Samples and near misses, of one rule or of all.
fn check(id: Option<&str>, dir: Option<&Path>, lang: Lang) -> Result<u8> {
    let knowledge = whole_knowledge(dir);
    if let Some(id) = id.filter(|id| knowledge.rules.rule(id).is_none()) {
        bail!(Tell::NoRule { rule: id }.text(lang));
    }
    let problems = lint::check_samples(&knowledge.rules, id);
    let (samples, near_misses) = knowledge
        .rules
        .rules()
        .filter(|rule| id.is_none_or(|id| rule.id.value == id))
        .fold((0, 0), |(s, n), rule| (s + rule.samples.len(), n + rule.near_misses.len()));
    let failed = tell(&problems, lang);
    let (samples, misses, wrong) = (samples as u64, near_misses as u64, failed as u64);
    outln!("{}", Tell::RulesTested { samples, misses, wrong }.text(lang));
    Ok(if failed == 0 { OK } else { BAD_INPUT })
}

fn lint_files(files: &[PathBuf], dir: Option<&Path>, lang: Lang) -> u8 {
    let mut knowledge = whole_knowledge(dir);
    for path in files {
        match assets::read_text(path) {
            Ok(file) => knowledge.files.push(file),
            Err(problem) => knowledge.problems.push(problem),
        }
    }
    if !files.is_empty() {
        let (rules, more) = RuleBase::load(&knowledge.files);
        knowledge.rules = Arc::new(rules);
        knowledge.problems.extend(more);
    }
    // Only what was named is looked at, with all rules around it: another may claim its samples.
    let named: Vec<String> = files.iter().map(|path| path.display().to_string()).collect();
    let is_meant = |file: &str| named.is_empty() || named.iter().any(|one| one == file);
    let mut problems = knowledge.problems;
    let provided = |name: &str| knowledge.remedies.packages().provides(name);
    problems.extend(lint::lint(&knowledge.rules, &is_meant, &provided));
    problems.sort();
    problems.dedup();
    problems.retain(|problem| is_meant(&problem.file));
    let errors = tell(&problems, lang);
    let rules = knowledge.rules.rules().map(|rule| knowledge.rules.file(&rule.id.value));
    let tell = Tell::RulesLinted {
        rules: rules.filter(|file| file.is_some_and(is_meant)).count() as u64,
        files: if files.is_empty() { knowledge.files.len() } else { files.len() } as u64,
        errors: errors as u64,
        warnings: (problems.len() - errors) as u64,
    };
    outln!("{}", tell.text(lang));
    if errors == 0 { OK } else { BAD_INPUT }
}

/// Prints problems; answers how many are errors.
pub(super) fn tell(problems: &[Problem], lang: Lang) -> usize {
    for problem in problems {
        // It may quote a file that nobody trusts yet.
        for line in problem.text(lang).lines() {
            talkln!("{}", harmless(line));
        }
    }
    problems.iter().filter(|problem| !problem.warning).count()
}
