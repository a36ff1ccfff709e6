//! The values behind a plan's `{{names}}`: inputs, environment and what is always there.
//!
//! An input may use other inputs; a variable may use inputs and other variables of its level. `{{env.NAME}}`
//! in a variable called NAME, in an input's default, and wherever a plan sets no NAME, is the value of the
//! environment that the build was started from, empty where there is none.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::graph;
use super::schema::{Env, Plan};
use crate::template::{self, TemplateError};

/// Names that every plan may use without declaring them.
pub(super) const BUILT_IN: [&str; 5] = ["dir", "arch", "os", "cpus", "era"];

/// What is known about the machine that stages run on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Machine {
    /// GOARCH name.
    pub arch: String,
    /// GOOS name.
    pub os: String,
    /// How many processors may be used; at least 1.
    pub cpus: usize,
}

/// Another target, as the stages that run there find it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// The machine.
    pub machine: Machine,
    /// The environment of a shell there.
    pub env: BTreeMap<String, String>,
}

/// Everything that templates of one run may use.
#[derive(Debug, Clone, Default)]
pub(super) struct Values {
    built_in: BTreeMap<&'static str, String>,
    ambient: BTreeMap<String, String>,
    pub(super) inputs: BTreeMap<String, String>,
}

impl Values {
    pub(super) fn new(dir: &str, machine: &Machine, ambient: &BTreeMap<String, String>) -> Self {
        let built_in = BTreeMap::from([
            ("dir", dir.to_owned()),
            ("arch", machine.arch.clone()),
            ("os", machine.os.clone()),
            ("cpus", machine.cpus.max(1).to_string()),
            ("era", String::new()),
        ]);
        Self { built_in, ambient: ambient.clone(), inputs: BTreeMap::new() }
    }

    /// The same values where the tree is another folder.
    pub(super) fn in_dir(&self, dir: &str) -> Self {
        let mut made = self.clone();
        made.built_in.insert("dir", dir.to_owned());
        made
    }

    /// The same inputs on another target; what is not known of it is empty there, never taken from here.
    pub(super) fn at(&self, dir: &str, site: Option<&Site>) -> Self {
        let nowhere = Machine { arch: String::new(), os: "linux".to_owned(), cpus: 1 };
        let machine = site.map_or(&nowhere, |site| &site.machine);
        let mut made = Self::new(dir, machine, site.map_or(&BTreeMap::new(), |site| &site.env));
        made.set_era(self.era());
        Self { inputs: self.inputs.clone(), ..made }
    }

    /// The tree is of this era; empty where the plan tells none apart.
    pub(super) fn set_era(&mut self, id: &str) {
        self.built_in.insert("era", id.to_owned());
    }

    pub(super) fn era(&self) -> &str {
        self.built_in.get("era").map_or("", String::as_str)
    }

    /// The value of a name; variables come from the levels of `env`, the last first, then from outside.
    fn get<'v>(&'v self, name: &str, env: &[&'v BTreeMap<String, String>]) -> Option<Cow<'v, str>> {
        if let Some(variable) = name.strip_prefix("env.") {
            let set = env.iter().rev().find_map(|level| level.get(variable));
            let value = set.or_else(|| self.ambient.get(variable));
            return Some(Cow::Borrowed(value.map_or("", String::as_str)));
        }
        let value = self.inputs.get(name).or_else(|| self.built_in.get(name))?;
        Some(Cow::Borrowed(value))
    }

    /// Fills in a path or a value.
    pub(super) fn plain(
        &self,
        text: &str,
        env: &[&BTreeMap<String, String>],
    ) -> Result<String, TemplateError> {
        template::plain(text, |name| self.get(name, env))
    }

    /// Fills in a script.
    pub(super) fn shell(
        &self,
        text: &str,
        env: &[&BTreeMap<String, String>],
    ) -> Result<String, TemplateError> {
        template::shell(text, |name| self.get(name, env))
    }

    /// The values of one level of environment, on top of `below`. A value that is made of placeholders and
    /// comes out empty is not set at all, so that an input left empty leaves the user's environment alone.
    ///
    /// # Errors
    /// The name of the first variable that could not be filled in, and why.
    pub(super) fn env(
        &self,
        env: &Env,
        below: &[&BTreeMap<String, String>],
    ) -> Result<BTreeMap<String, String>, (String, TemplateError)> {
        let names: Vec<&String> = env.keys().collect();
        let mut made: BTreeMap<String, String> = BTreeMap::new();
        for at in graph::order(&env_needs(env)).unwrap_or_else(|_| (0..names.len()).collect()) {
            let name = names[at];
            let text = &env[name].value;
            let mut levels = below.to_vec();
            // The variable itself is not in `made` yet, so its own name means what is below.
            levels.push(&made);
            let value = self.plain(text, &levels).map_err(|error| (name.clone(), error))?;
            if !value.is_empty() || text.is_empty() {
                made.insert(name.clone(), value);
            }
        }
        Ok(made)
    }
}

/// Which variables of a level use which others of it.
pub(super) fn env_needs(env: &Env) -> Vec<Vec<usize>> {
    let names: Vec<&String> = env.keys().collect();
    let needs = |(at, value): (usize, &crate::yaml::Spanned<String>)| {
        template::names(&value.value)
            .iter()
            .filter_map(|name| name.strip_prefix("env."))
            .filter_map(|name| names.iter().position(|other| *other == name))
            .filter(|other| *other != at)
            .collect()
    };
    env.values().enumerate().map(needs).collect()
}

/// Which inputs use which others in their defaults.
pub(super) fn input_needs(plan: &Plan) -> Vec<Vec<usize>> {
    let index = |name: &str| plan.inputs.iter().position(|input| input.name.value == name);
    plan.inputs
        .iter()
        .map(|input| template::names(&input.default).into_iter().filter_map(index).collect())
        .collect()
}

/// A pattern that the whole value must match.
pub(super) fn anchored(pattern: &str) -> String {
    format!("^(?:{pattern})$")
}
