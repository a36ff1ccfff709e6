//! Whether the rule base keeps its promises: every rule recognises its own samples and nothing that it must not.
//!
//! Owns what is wrong beyond syntax and types, each with its place. Package names are known to `remedy`, which
//! hands a check in.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::event::Outcome;
use crate::locale::{Lang, Text};
use crate::yaml::{Problem, Spanned};

use super::candidate::group_names;
use super::compile::{Body, RuleBase, pattern_problem, stem};
use super::engine::{Context, Engine, StageEnd};
use super::fill::names;
use super::finding::Finding;
use super::needles::literals;
use super::rule::{Category, FixRule, Kind, Rule, Sample, Shape};

/// Values that every template may use besides the rule's own captures.
pub const BUILT_IN: [&str; 8] =
    ["subject", "arch", "distro", "package_manager", "stage", "dir", "file", "line"];

/// The shortest sample text that says something.
const FEWEST_SAMPLES: usize = 2;

/// Everything wrong with the rules of `base`. `known` says whether the package table has an entry of a name.
pub fn lint(base: &Arc<RuleBase>, known: &dyn Fn(&str) -> bool) -> Vec<Problem> {
    let ids: BTreeSet<&str> = base.rules().map(|rule| rule.id.value.as_str()).collect();
    let mut problems = Vec::new();
    for (file, body) in bodies(base) {
        let mut report = Report { file, body, problems: &mut problems };
        report.identity();
        report.texts();
        report.patterns();
        report.templates();
        report.follows(&ids);
        report.fixes(known);
        report.samples(base);
        report.near_misses(base);
    }
    problems.sort();
    problems
}

/// What is wrong with samples and near misses: of the rule `id`, or of all.
pub fn check_samples(base: &Arc<RuleBase>, id: Option<&str>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (file, body) in bodies(base).filter(|(_, body)| id.is_none_or(|id| body.rule.id.value == id)) {
        let mut report = Report { file, body, problems: &mut problems };
        report.samples(base);
        report.near_misses(base);
    }
    problems.sort();
    problems
}

fn bodies(base: &RuleBase) -> impl Iterator<Item = (&str, &Body)> {
    base.all().iter().filter_map(|compiled| Some((&*compiled.file, compiled.body()?)))
}

/// What a rule base makes of a sample.
pub fn try_sample(base: &Arc<RuleBase>, sample: &Sample) -> Vec<Finding> {
    let some = |text: &String| (!text.is_empty()).then(|| text.clone());
    let context = Context { arch: some(&sample.arch), stage: some(&sample.stage), ..Context::default() };
    let mut engine = Engine::new(Arc::clone(base), context, Lang::En);
    if !sample.stage.is_empty() {
        engine.stage_started(&sample.stage);
    }
    engine.push(sample.text.value.as_bytes());
    if let Some(end) = end_of(sample) {
        engine.stage_ended(&end);
    }
    engine.finish();
    engine.findings()
}

fn end_of(sample: &Sample) -> Option<StageEnd> {
    let outcome = if sample.check_failed {
        Outcome::CheckFailed
    } else if sample.timed_out {
        Outcome::TimedOut
    } else if sample.exit == Some(0) {
        Outcome::Passed
    } else if sample.exit.is_some() || sample.signal.is_some() {
        Outcome::Failed
    } else {
        return None;
    };
    Some(StageEnd { outcome, exit: sample.exit, signal: sample.signal.clone() })
}

struct Report<'a> {
    file: &'a str,
    body: &'a Body,
    problems: &'a mut Vec<Problem>,
}

impl Report<'_> {
    fn rule(&self) -> &Rule {
        &self.body.rule
    }

    fn at<T>(&mut self, place: &Spanned<T>, message: impl Into<String>) {
        let problem = Problem::at(self.file, place, self.named(&message.into()));
        self.problems.push(problem);
    }

    fn warn<T>(&mut self, place: &Spanned<T>, message: impl Into<String>) {
        let problem = Problem::at(self.file, place, self.named(&message.into())).into_warning();
        self.problems.push(problem);
    }

    fn named(&self, message: &str) -> String {
        format!("{}: {message}", self.rule().id.value)
    }

    fn identity(&mut self) {
        let id = self.rule().id.clone();
        let good = |part: &str| {
            part.starts_with(|letter: char| letter.is_ascii_lowercase())
                && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        };
        match id.value.split_once('.') {
            Some((family, name)) if good(family) && good(name) => {
                let stem = stem(self.file).to_owned();
                if family != stem {
                    self.at(&id, format!("an id in `{stem}.yaml` begins with `{stem}.`, not `{family}.`"));
                }
            }
            _ => self.at(&id, "an id is FAMILY.NAME in lower-case letters, digits and `-`"),
        }
        if !(0.0..=1.0).contains(&self.rule().confidence) {
            self.at(&id, "the confidence lies between 0 and 1");
        }
        if self.rule().category == Category::Unknown || self.rule().kind == Kind::Unknown {
            self.at(&id, "`unknown` is made by the engine; a rule knows its category and kind");
        }
    }

    fn texts(&mut self) {
        let id = self.rule().id.clone();
        let (title, explain) = (self.rule().title.clone(), self.rule().explain.clone());
        self.text(&id, "title", &title);
        self.text(&id, "explain", &explain);
        let subject = self.rule().subject.clone();
        let varies = if subject.is_empty() {
            !group_names(self.body).is_empty()
        } else {
            names(&subject).next().is_some()
        };
        if varies && !title.en.is_empty() && names(&title.en).next().is_none() {
            self.warn(&id, "the title names no capture; it should name the subject");
        }
        if title.en.contains('\n') || title.zh.contains('\n') {
            self.at(&id, "a title is one line");
        }
        if self.rule().references.is_empty() && self.rule().kind == Kind::Cause {
            self.warn(&id, "no reference says where this is known from");
        }
    }

    fn text(&mut self, place: &Spanned<String>, what: &str, text: &Text) {
        if text.en.trim().is_empty() {
            self.at(place, format!("the {what} is empty"));
        } else if text.zh.trim().is_empty() {
            self.at(place, format!("the {what} has no Chinese text"));
        }
    }

    fn patterns(&mut self) {
        let rule = self.rule().clone();
        if rule.patterns.is_empty() && rule.ending.is_none() {
            self.at(&rule.id, "a rule has patterns, an ending, or both");
        }
        for source in &rule.patterns {
            self.pattern(source, true);
        }
        for near in &rule.near {
            self.pattern(&near.pattern, false);
            if !(1..=200).contains(&near.within) {
                self.at(&near.pattern, "`within` lies between 1 and 200");
            }
        }
        for unless in &rule.unless {
            self.pattern(&unless.pattern, unless.side == super::rule::Side::Rest);
        }
    }

    fn pattern(&mut self, source: &Spanned<String>, scanned: bool) {
        if let Some(problem) = pattern_problem(&source.value) {
            self.at(source, problem);
            return;
        }
        let body = source.value.trim_start_matches('^');
        if body.starts_with(".*") || body.starts_with(".+") {
            self.warn(source, "a pattern need not begin with `.*`: it is not anchored; say what stands in front, or drop it");
        }
        if scanned && !literals::required(&source.value).iter().any(|set| literals::is_searchable(set)) {
            self.warn(
                source,
                format!(
                    "no literal of {} or more bytes is part of every match, so this pattern is tried on every line; \
                     spell more of the message out",
                    literals::SHORTEST
                ),
            );
        }
    }

    /// The names that a template of this rule may use.
    fn known(&self) -> BTreeSet<String> {
        let rule = self.rule();
        group_names(self.body)
            .into_iter()
            .chain(rule.defaults.keys().map(String::as_str))
            .chain(rule.facts.iter().map(|fact| fact.capture.as_str()))
            .chain(BUILT_IN)
            .map(str::to_owned)
            .collect()
    }

    fn templates(&mut self) {
        let rule = self.rule().clone();
        let known = self.known();
        let mut shown: Vec<&str> =
            vec![&rule.title.en, &rule.title.zh, &rule.explain.en, &rule.explain.zh, &rule.subject];
        shown.extend(rule.defaults.values().map(String::as_str));
        for fix in &rule.fixes {
            shown.extend([fix.title.en.as_str(), fix.title.zh.as_str()]);
            shown.extend(fix.guide.iter().flat_map(|guide| [guide.en.as_str(), guide.zh.as_str()]));
        }
        for name in shown.into_iter().flat_map(names).collect::<BTreeSet<_>>() {
            if !known.contains(name) {
                self.at(&rule.id, format!("`{{{{{name}}}}}` is no capture, default or fact of this rule"));
            }
        }
        for fact in &rule.facts {
            self.shaped(&fact.ask, &fact.ask.value, &known, "a question");
            let asked = super::fill::fill_with(&fact.ask.value, |_| "x".to_owned());
            if let Err(error) = asked.parse::<super::fact::Ask>() {
                self.at(&fact.ask, error.to_string());
            }
        }
        for unless in &rule.unless {
            for name in names(&unless.pattern.value) {
                if !known.contains(name) {
                    self.at(&unless.pattern, format!("`{{{{{name}}}}}` is no capture of this rule"));
                }
            }
        }
    }

    /// A template that reaches a command or a probe takes shaped captures only.
    fn shaped(&mut self, place: &Spanned<String>, template: &str, known: &BTreeSet<String>, what: &str) {
        for name in names(template) {
            if !known.contains(name) {
                self.at(place, format!("`{{{{{name}}}}}` is no capture, default or fact of this rule"));
            } else if !BUILT_IN.contains(&name)
                && !self.rule().shapes.get(name).is_some_and(|shape| *shape != Shape::Text)
            {
                self.at(
                    place,
                    format!("`{{{{{name}}}}}` stands in {what} but has no shape; declare one under `shapes`"),
                );
            }
        }
    }

    fn follows(&mut self, ids: &BTreeSet<&str>) {
        for name in self.rule().follows.clone() {
            let category = Category::ALL.iter().any(|category| category.slug() == name.value);
            if !category && !ids.contains(name.value.as_str()) {
                self.at(&name, format!("`{}` is neither a rule nor a category", name.value));
            }
        }
    }

    fn fixes(&mut self, packages: &dyn Fn(&str) -> bool) {
        let known = self.known();
        let mut seen = BTreeSet::new();
        for fix in self.rule().fixes.clone() {
            if !seen.insert(fix.id.value.clone()) {
                self.at(&fix.id, format!("fix `{}` stands here twice", fix.id.value));
            }
            self.text(&fix.id, "title of the fix", &fix.title);
            if let Some(guide) = &fix.guide {
                self.text(&fix.id, "guide of the fix", guide);
            }
            self.fix(&fix, &known, packages);
        }
    }

    fn fix(&mut self, fix: &FixRule, known: &BTreeSet<String>, packages: &dyn Fn(&str) -> bool) {
        if fix.commands.is_empty() && fix.install.is_none() && fix.env.is_empty() && fix.guide.is_none() {
            self.at(&fix.id, "a fix has commands, something to install, environment or a guide");
        }
        for command in &fix.commands {
            self.shaped(command, &command.value, known, "a command");
            if let Some(wrong) = writes::unguarded(&command.value, fix, &self.body.rule.shapes) {
                self.at(command, wrong);
            }
            if writes::asks_root_who_builds(&command.value, fix) {
                self.at(command, "in a root shell `id` and `~` are root's: use `${SUDO_UID:-$(id -u)}`");
            }
        }
        if writes::passes_without_asker(&fix.verify) {
            let message = "`! ask | …` holds where `ask` fails: `out=$(ask) && ! printf %s \"$out\" | …`";
            self.at(&fix.id, message);
        }
        self.shaped(&fix.id, &fix.verify, known, "`verify`");
        for value in fix.env.values() {
            self.shaped(&fix.id, value, known, "`env`");
        }
        let Some(wanted) = &fix.install else { return };
        let fields = [
            &wanted.tool,
            &wanted.header,
            &wanted.pkg_config,
            &wanted.library,
            &wanted.static_library,
            &wanted.package,
        ];
        let set: Vec<&&String> = fields.iter().filter(|field| !field.is_empty()).collect();
        if set.len() != 1 {
            self.at(
                &fix.id,
                "`install` names exactly one of tool, header, pkg_config, library, static_library, package",
            );
        }
        for field in &set {
            self.shaped(&fix.id, field, known, "`install`");
        }
        let package = &wanted.package;
        if !package.is_empty() && names(package).next().is_none() && !packages(package) {
            self.at(&fix.id, format!("`{package}` is no entry of packages.yaml"));
        }
    }

    fn samples(&mut self, base: &Arc<RuleBase>) {
        let rule = self.rule().clone();
        if rule.samples.len() < FEWEST_SAMPLES {
            self.at(&rule.id, format!("{} samples; a rule has {FEWEST_SAMPLES} or more", rule.samples.len()));
        }
        for sample in &rule.samples {
            let findings = try_sample(base, sample);
            let Some(first) = findings.first().filter(|first| first.kind != Kind::Unknown) else {
                self.at(&sample.text, "no rule matches this sample");
                continue;
            };
            if first.rule != rule.id.value {
                let own = findings.iter().any(|finding| finding.rule == rule.id.value)
                    || findings
                        .iter()
                        .flat_map(|finding| &finding.also)
                        .any(|also| also.rule == rule.id.value);
                let message = if own {
                    format!("`{}` comes before this rule on its own sample", first.rule)
                } else {
                    format!("this rule misses its sample; `{}` takes it", first.rule)
                };
                self.at(&sample.text, message);
            } else if !sample.subject.is_empty() && sample.subject != first.subject() {
                self.at(
                    &sample.text,
                    format!("the subject is `{}`, not `{}`", first.subject(), sample.subject),
                );
            } else if first.subject().is_empty() {
                self.warn(&sample.text, "the finding has no subject");
            }
        }
    }

    fn near_misses(&mut self, base: &Arc<RuleBase>) {
        let rule = self.rule().clone();
        if rule.near_misses.is_empty() && !rule.patterns.is_empty() {
            self.at(&rule.id, "no near miss; show a log that looks alike and must not match");
        }
        for miss in &rule.near_misses {
            let sample = Sample {
                text: miss.clone(),
                subject: String::new(),
                exit: None,
                signal: None,
                check_failed: false,
                timed_out: false,
                stage: String::new(),
                arch: String::new(),
            };
            let findings = try_sample(base, &sample);
            let hit = findings
                .iter()
                .any(|finding| finding.rule == rule.id.value && finding.severity == rule.severity)
                || findings.iter().flat_map(|finding| &finding.also).any(|also| also.rule == rule.id.value);
            if hit {
                self.at(miss, "this near miss matches");
            }
        }
    }
}

mod writes;

#[cfg(test)]
mod tests;
