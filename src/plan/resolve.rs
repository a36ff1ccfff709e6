//! A plan and the user's settings into what the runner runs, or all that is wrong with them.
//!
//! Expects a plan that `check` found no fault with; of one that has faults it makes what can be made. Looks
//! at the tree only through [`Tree`], at the machine and the environment only through [`Settings`].

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use regex::Regex;

pub use super::resolved::{Resolved, ResolvedProduct, ResolvedStage};
use super::schema::{Input, Plan, Product, Stage};
use super::tree::Tree;
use super::values::{self, Values};
pub use super::values::{Machine, Site};
use super::{amount, check, detect, graph};
use crate::event::Progress;
use crate::locale::{Lang, Speak, Text, both};
use crate::yaml::{Problem, did_you_mean, one_of};

/// What the user and the machine add to a plan.
pub struct Settings<'a> {
    /// The tree, absolute.
    pub dir: &'a Path,
    /// The same, to be looked at.
    pub tree: &'a dyn Tree,
    /// `local`, `ssh:HOST`, `container:ENGINE/NAME`.
    pub target: &'a str,
    /// `--set`, in order; of a name given twice the last counts.
    pub set: &'a [(String, String)],
    /// `--from`: stages before it do not run.
    pub from: Option<&'a str>,
    /// `--to`: stages after it do not run.
    pub to: Option<&'a str>,
    /// `--only`: no others run; empty for all.
    pub only: &'a [String],
    /// The environment that the build is started from.
    pub env: &'a BTreeMap<String, String>,
    /// The machine that the stages run on.
    pub machine: &'a Machine,
    /// Language of titles and explanations.
    pub lang: Lang,
}

/// Puts the values in. The stages come in the order in which they run.
///
/// # Errors
/// Everything that is wrong with the settings, or with the plan under these settings. Problems name the
/// option (`--set jobs`) or the stage in place of a file.
pub fn resolve(plan: &Plan, settings: &Settings<'_>) -> Result<Resolved, Vec<Problem>> {
    resolve_at(plan, settings, &|_| None)
}

/// [`resolve`], where stages with a target of their own find what `sites` tells of it: each target is asked for once.
///
/// # Errors
/// As of [`resolve`].
pub fn resolve_at(
    plan: &Plan,
    settings: &Settings<'_>,
    sites: &dyn Fn(&str) -> Option<Site>,
) -> Result<Resolved, Vec<Problem>> {
    let mut work = Work {
        plan,
        settings,
        sites,
        known: BTreeMap::new(),
        values: Values::new(&settings.dir.to_string_lossy(), settings.machine, settings.env),
        problems: Vec::new(),
    };
    if settings.dir.to_str().is_none() {
        let message =
            both!("is not UTF-8: expected a folder whose name is", "不是 UTF-8；应为名称是 UTF-8 的目录");
        work.say("-C", message);
    }
    let era = detect::era(plan, settings.tree, Some(&settings.machine.arch));
    work.values.set_era(era.map_or("", |era| era.id.value.as_str()));
    work.inputs();
    let env = work.env("env", &plan.env, &[]);
    let order = graph::order(&stage_needs(plan)).unwrap_or_else(|circle| {
        let names: Vec<&str> = circle.iter().map(|at| plan.stages[*at].id.value.as_str()).collect();
        let circle = names.join(" → ");
        work.say("stages", both!("need one another in a circle: {circle}", "相互依赖，形成循环：{circle}"));
        Vec::new()
    });
    let chosen = work.chosen(&order);
    let stages = order.iter().map(|at| work.stage(&plan.stages[*at], &env, &chosen)).collect();
    if work.problems.is_empty() {
        Ok(Resolved {
            plan: plan.plan.value.clone(),
            title: plan.title.pick(settings.lang).to_owned(),
            dir: settings.dir.to_owned(),
            project: plan.detect.project.clone(),
            era: era.map(|era| era.title.pick(settings.lang).to_owned()).unwrap_or_default(),
            target: settings.target.to_owned(),
            inputs: work.values.inputs,
            secrets: plan.inputs.iter().filter(|input| input.secret).map(|i| i.name.value.clone()).collect(),
            stages,
        })
    } else {
        Err(work.problems)
    }
}

/// Which stages each stage needs, by index: its `after`, or the one before it.
pub(super) fn stage_needs(plan: &Plan) -> Vec<Vec<usize>> {
    let index = |name: &str| plan.stages.iter().position(|stage| stage.id.value == name);
    let needs = |(at, stage): (usize, &Stage)| {
        if stage.after.is_empty() {
            return at.checked_sub(1).into_iter().collect();
        }
        // A stage that names itself is told of elsewhere, better than as a circle of one.
        stage.after.iter().filter_map(|name| index(&name.value)).filter(|need| *need != at).collect()
    };
    plan.stages.iter().enumerate().map(needs).collect()
}

/// A shell's words, where it has any.
pub(super) fn split_shell(shell: &str) -> Option<Vec<String>> {
    shlex::split(shell).filter(|words| words.first().is_some_and(|word| !word.is_empty()))
}

/// Why a stage does not run, by its id; those that run are not in it.
type Chosen = BTreeMap<String, String>;

struct Work<'a> {
    plan: &'a Plan,
    settings: &'a Settings<'a>,
    sites: &'a dyn Fn(&str) -> Option<Site>,
    known: BTreeMap<String, Option<Site>>,
    values: Values,
    problems: Vec<Problem>,
}

impl Work<'_> {
    fn say(&mut self, about: &str, message: Text) {
        self.problems.push(Problem::file(about, message));
    }

    fn inputs(&mut self) {
        let plan = self.plan;
        let names = || plan.inputs.iter().map(|input| input.name.value.as_str());
        for (name, _) in self.settings.set {
            if !names().any(|other| other == name) {
                let hint = did_you_mean(name, names());
                let (id, all) = (&plan.plan.value, one_of(names()));
                let message = if plan.inputs.is_empty() {
                    both!("the plan `{id}` has no inputs", "计划 `{id}` 没有输入")
                } else {
                    both!(
                        "the plan `{id}` has no such input{hint} (expected {all})",
                        "计划 `{id}` 没有此输入{hint}（应为 {all}）",
                        hint,
                        all
                    )
                };
                self.say(&format!("--set {name}"), message);
            }
        }
        let order = graph::order(&values::input_needs(plan)).unwrap_or_default();
        for input in order.into_iter().map(|at| &plan.inputs[at]) {
            self.input(input);
        }
    }

    fn input(&mut self, input: &Input) {
        let name = &input.name.value;
        let given = self.settings.set.iter().rev().find(|(other, _)| other == name);
        let value = match given {
            Some((_, value)) => value.clone(),
            None => match detect::value(&input.from, self.settings.tree) {
                Some(value) => value,
                None => match self.values.plain(&input.default, &[]) {
                    Ok(value) => value,
                    Err(error) => return self.say(&format!("input {name}"), error.said()),
                },
            },
        };
        if let Some(fault) = unfit(input, &value) {
            let shown = if input.secret {
                both!("this value", "该值")
            } else {
                Text::verbatim(format!("`{}`", value.escape_debug()))
            };
            let about =
                if given.is_some() { format!("--set {name}") } else { format!("input {name} default") };
            self.say(&about, both!("{shown} {fault}", "{shown} {fault}", shown, fault));
        }
        self.values.inputs.insert(name.clone(), value);
    }

    fn env(
        &mut self,
        about: &str,
        env: &super::schema::Env,
        below: &[&BTreeMap<String, String>],
    ) -> BTreeMap<String, String> {
        self.values.env(env, below).unwrap_or_else(|(name, error)| {
            self.say(&format!("{about} {name}"), error.said());
            BTreeMap::new()
        })
    }

    /// Which stages `--from`, `--to` and `--only` leave out, and why.
    fn chosen(&mut self, order: &[usize]) -> Chosen {
        let plan = self.plan;
        let ids: Vec<&str> = order.iter().map(|at| plan.stages[*at].id.value.as_str()).collect();
        let settings = self.settings;
        let mut position = |option: &str, name: &str| {
            let at = ids.iter().position(|id| *id == name);
            if at.is_none() && !ids.is_empty() {
                let hint = did_you_mean(name, ids.iter().copied());
                let all = one_of(ids.iter().copied());
                let id = &plan.plan.value;
                let message = both!(
                    "the plan `{id}` has no such stage{hint} (expected {all})",
                    "计划 `{id}` 没有此阶段{hint}（应为 {all}）",
                    hint,
                    all
                );
                self.say(&format!("{option} {name}"), message);
            }
            at
        };
        let from = settings.from.and_then(|name| position("--from", name));
        let to = settings.to.and_then(|name| position("--to", name));
        let only: BTreeSet<usize> =
            settings.only.iter().filter_map(|name| position("--only", name)).collect();
        if let (Some(first), Some(last)) = (from, to)
            && first > last
        {
            let (first, last) = (ids[first], ids[last]);
            let message = both!(
                "`{first}` comes after `{last}`: nothing is left to run",
                "`{first}` 在 `{last}` 之后：没有可运行的阶段"
            );
            self.say("--from, --to", message);
        }
        let left_out = |at: usize| match (from, to) {
            (Some(first), _) if at < first => Some(format!("--from {}", ids[first])),
            (_, Some(last)) if at > last => Some(format!("--to {}", ids[last])),
            _ if !settings.only.is_empty() && !only.contains(&at) => {
                Some(format!("--only {}", settings.only.join(" --only ")))
            }
            _ => None,
        };
        ids.iter().enumerate().filter_map(|(at, id)| Some(((*id).to_owned(), left_out(at)?))).collect()
    }

    fn stage(&mut self, stage: &Stage, env: &BTreeMap<String, String>, chosen: &Chosen) -> ResolvedStage {
        let id = &stage.id.value;
        let about = format!("stage {id}");
        let (target, tree) = self.place(&about, stage);
        if target.is_empty() && tree == self.settings.dir {
            return self.stage_here(stage, env, chosen, target, &tree);
        }
        // A machine that nothing runs on is not asked.
        let idle = target.is_empty() || chosen.contains_key(id) || self.unmet(stage).is_some();
        let site = if idle { None } else { self.site(&target) };
        let here = self.values.clone();
        self.values = match (target.is_empty(), site) {
            (true, _) => self.values.in_dir(&tree.to_string_lossy()),
            (false, site) => self.values.at(&tree.to_string_lossy(), site.as_ref()),
        };
        let env = self.env("env", &self.plan.env, &[]);
        let made = self.stage_here(stage, &env, chosen, target, &tree);
        self.values = here;
        made
    }

    /// A stage's own target (empty for the session's) and its tree there.
    fn place(&mut self, about: &str, stage: &Stage) -> (String, PathBuf) {
        let mut fill = |field: &str, text: &str| {
            self.values.plain(text, &[]).unwrap_or_else(|error| {
                self.problems.push(Problem::file(&format!("{about} {field}"), error.said()));
                String::new()
            })
        };
        let target = fill("target", &stage.target);
        let tree = fill("tree", &stage.tree);
        let target = if target == self.settings.target { String::new() } else { target };
        if tree.is_empty() {
            return (target, self.settings.dir.to_owned());
        }
        if !tree.starts_with('/') || tree.contains(char::is_control) {
            let shown = tree.escape_debug();
            let message = both!(
                "`{shown}` is no absolute path: expected the tree's folder there",
                "`{shown}` 不是绝对路径；应为源码树在目标上的目录"
            );
            self.say(&format!("{about} tree"), message);
        }
        (target, PathBuf::from(tree))
    }

    fn site(&mut self, target: &str) -> Option<Site> {
        let sites = self.sites;
        self.known.entry(target.to_owned()).or_insert_with(|| sites(target)).clone()
    }

    fn stage_here(
        &mut self,
        stage: &Stage,
        env: &BTreeMap<String, String>,
        chosen: &Chosen,
        target: String,
        tree: &Path,
    ) -> ResolvedStage {
        let id = &stage.id.value;
        let about = format!("stage {id}");
        let own = self.env(&format!("{about} env"), &stage.env, &[env]);
        let mut whole = env.clone();
        whole.extend(own);
        let script = self.script(&about, &stage.run.value, &whole);
        let check =
            stage.check.as_ref().map(|check| self.script(&format!("{about} check"), &check.value, &whole));
        let cwd = self.path(&about, &stage.cwd, &whole);
        let shell = stage.shell.as_deref().unwrap_or(&self.plan.shell);
        let shell = split_shell(shell).unwrap_or_else(|| {
            let shell = shell.escape_debug();
            self.say(&about, both!("the shell `{shell}` is no command", "shell `{shell}` 不是命令"));
            Vec::new()
        });
        let lang = self.settings.lang;
        ResolvedStage {
            id: id.clone(),
            title: stage.title.pick(lang).to_owned(),
            explain: stage.explain.pick(lang).to_owned(),
            script,
            shell,
            target,
            dir: joined(tree, &cwd),
            timeout: stage.timeout.as_ref().and_then(|limit| amount::duration(&limit.value)),
            products: stage.produces.iter().map(|product| self.product(&about, product, &whole)).collect(),
            check,
            progress: stage.progress.iter().map(|it| progress(it, lang)).collect(),
            skipped: chosen.get(id).cloned().or_else(|| self.unmet(stage)),
            usual: None,
            env: whole,
        }
    }

    fn script(&mut self, about: &str, text: &str, env: &BTreeMap<String, String>) -> String {
        self.values.shell(text, &[env]).unwrap_or_else(|error| {
            self.say(about, error.said());
            String::new()
        })
    }

    /// A path inside the tree, whatever the values put into it.
    fn path(&mut self, about: &str, text: &str, env: &BTreeMap<String, String>) -> String {
        let made = self.values.plain(text, &[env]).unwrap_or_else(|error| {
            self.say(about, error.said());
            String::new()
        });
        if let Some(fault) = check::outside(&made) {
            let path = made.escape_debug();
            let message = both!(
                "the path `{path}` {fault}: expected one inside the tree",
                "路径 `{path}` {fault}；应为源码树内的路径",
                fault
            );
            self.say(about, message);
        }
        made
    }

    fn product(&mut self, about: &str, product: &Product, env: &BTreeMap<String, String>) -> ResolvedProduct {
        ResolvedProduct {
            path: self.path(about, &product.path.value, env),
            at_least: product.at_least.max(1),
            executable: product.executable,
            non_empty: product.non_empty,
            why: product.why.pick(self.settings.lang).to_owned(),
        }
    }

    /// Why a stage's `when` keeps it from running, where it does.
    fn unmet(&self, stage: &Stage) -> Option<String> {
        let here = detect::Circumstances {
            plan: self.plan,
            tree: self.settings.tree,
            arch: Some(&self.settings.machine.arch),
            era: self.values.era(),
            inputs: &self.values.inputs,
            lang: self.settings.lang,
        };
        here.unmet(&stage.when)
    }
}

fn progress(progress: &super::schema::Progress, lang: Lang) -> Progress {
    Progress {
        pattern: progress.pattern.value.clone(),
        total: progress.total,
        unit: progress.unit.clone(),
        phase: progress.phase.pick(lang).to_owned(),
    }
}

/// Why an input cannot have this value, where it cannot.
fn unfit(input: &Input, value: &str) -> Option<Text> {
    if value.contains(char::is_control) {
        return Some(both!(
            "holds control characters: expected one line of text",
            "含有控制字符；应为一行文本"
        ));
    }
    if !input.choices.is_empty() && !input.choices.iter().any(|choice| choice == value) {
        let choices = || input.choices.iter().map(String::as_str);
        let (hint, all) = (did_you_mean(value, choices()), one_of(choices()));
        return Some(both!(
            "is not among the choices{hint} (expected {all})",
            "不在可选值之中{hint}（应为 {all}）",
            hint,
            all
        ));
    }
    let pattern = &input.pattern.as_ref()?.value;
    let fits = Regex::new(&values::anchored(pattern)).is_ok_and(|regex| regex.is_match(value));
    (!fits).then(|| {
        both!(
            "does not fit: expected {pattern} ({title})",
            "不符合要求；应匹配 {pattern}（{title}）",
            title = input.title
        )
    })
}

/// A folder inside the tree, without `.` parts.
fn joined(dir: &Path, cwd: &str) -> PathBuf {
    cwd.split('/')
        .filter(|part| !part.is_empty() && *part != ".")
        .fold(dir.to_owned(), |dir, part| dir.join(part))
}

#[cfg(test)]
mod tests;
