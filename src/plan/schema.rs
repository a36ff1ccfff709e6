//! A plan as its YAML file holds it.
//!
//! Owns the shape of `plans/*.yaml` and of a tree's `ktui.yaml`. Whether names resolve, stages exist and
//! nothing goes in circles is `check`'s question; values for a run are put in by `resolve`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::locale::Text;
use crate::yaml::Spanned;

/// Variables and their values, templates as in [`Plan::env`].
pub type Env = BTreeMap<String, Spanned<String>>;

/// How one project is built.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// Id, equal to the file's stem (`ktui.yaml` may name it as it likes).
    #[schemars(with = "String")]
    pub plan: Spanned<String>,
    /// One line.
    pub title: Text,
    /// What it builds, for whom, what it leaves.
    pub about: Text,
    /// How a tree is recognised as one that this plan fits.
    #[serde(default)]
    pub detect: Detect,
    /// Kinds of trees that the plan treats differently; the first whose condition holds is the tree's, and is
    /// `{{era}}` in scripts and values.
    #[serde(default)]
    pub eras: Vec<Era>,
    /// What the user may set with `--set` or in the form.
    #[serde(default)]
    pub inputs: Vec<Input>,
    /// Environment of every stage; values may use `{{input}}`, other `env` names as `{{env.NAME}}` (those
    /// that the plan does not set, and a variable's own name, mean the environment outside), `{{dir}}`,
    /// `{{arch}}`, `{{os}}`, `{{cpus}}`. What is made of placeholders and comes out empty is not set.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, String>")]
    pub env: Env,
    /// What the machine must have before the first stage.
    #[serde(default)]
    pub requirements: Vec<Requirement>,
    /// Shell of every stage; default `bash -euo pipefail`. Words split as a shell would; no expansion.
    #[serde(default = "default_shell")]
    pub shell: String,
    /// The steps, in order unless `after` says otherwise.
    pub stages: Vec<Stage>,
}

/// The JSON schema of a plan file.
pub fn json_schema() -> serde_json::Value {
    schemars::schema_for!(Plan).to_value()
}

/// The shell that stages run under where a plan names none.
pub const DEFAULT_SHELL: &str = "bash -euo pipefail";

fn default_shell() -> String {
    DEFAULT_SHELL.to_owned()
}

/// How a tree is recognised. All of `files`, none of `not_files`, every `contains`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Detect {
    /// `k3s`, `kubernetes`…: the project's name for rules' `when.project`.
    #[serde(default)]
    pub project: String,
    /// Paths that must exist, relative to the tree; globs with `*`; of `a|b` either.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub files: Vec<Spanned<String>>,
    /// Paths that must not exist.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub not_files: Vec<Spanned<String>>,
    /// Regular expressions that a file must contain (its first 64 KiB).
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, String>")]
    pub contains: BTreeMap<String, Spanned<String>>,
    /// Trees, or machines, that look right and that the plan cannot serve all the same.
    #[serde(default)]
    pub refuse: Vec<Refusal>,
}

/// Why a plan cannot serve a tree of its own kind.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Refusal {
    /// Where this holds, the plan does not run.
    pub when: TreeWhen,
    /// Why, and what to use in its place.
    pub why: Text,
}

/// A stretch of a project's history, told by what its trees hold.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Era {
    /// Id, unique in the plan; lower case, digits, `-`.
    #[schemars(with = "String")]
    pub id: Spanned<String>,
    /// One line: which releases, and what is different about them.
    pub title: Text,
    /// How such a tree is told; without any condition, every tree that no earlier era claimed.
    #[serde(default)]
    pub when: TreeWhen,
}

/// A condition on a tree and on the machine that builds it. All that is given must hold.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TreeWhen {
    /// Paths of which at least one must exist; globs with `*`.
    #[serde(default)]
    pub exists: Vec<String>,
    /// Paths of which none may exist.
    #[serde(default)]
    pub missing: Vec<String>,
    /// Regular expressions that a file must contain (its first 64 KiB).
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, String>")]
    pub contains: BTreeMap<String, Spanned<String>>,
    /// Regular expressions that a file must not contain; one that is not there contains nothing.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, String>")]
    pub lacks: BTreeMap<String, Spanned<String>>,
    /// GOARCH names of which the machine's must be one.
    #[serde(default)]
    pub arch: Vec<String>,
}

/// A place in the tree that holds a value.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FromFile {
    /// The file; a glob takes the first match.
    #[schemars(with = "String")]
    pub file: Spanned<String>,
    /// Regular expression; its first group, or all of it where it has none, is the value.
    #[schemars(with = "String")]
    pub pattern: Spanned<String>,
}

/// A value that the user may choose.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Name in `{{name}}` and `--set name=…`; lower case, digits, `_`.
    #[schemars(with = "String")]
    pub name: Spanned<String>,
    /// What it means.
    pub title: Text,
    /// Value where none is given; templates as in `env`, where `{{env.NAME}}` is the environment outside.
    #[serde(default)]
    pub default: String,
    /// Where the tree itself says it: the first that matches goes before `default`.
    #[serde(default)]
    pub from: Vec<FromFile>,
    /// The only values allowed, where given.
    #[serde(default)]
    pub choices: Vec<String>,
    /// Regular expression the whole value must match, where given.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub pattern: Option<Spanned<String>>,
    /// Masked in the log and on screen.
    #[serde(default)]
    pub secret: bool,
}

/// Something the machine must have. Exactly one of the first five is set.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Requirement {
    /// A command on PATH.
    #[serde(default)]
    pub tool: String,
    /// A C header.
    #[serde(default)]
    pub header: String,
    /// A pkg-config module.
    #[serde(default)]
    pub pkg_config: String,
    /// RAM plus swap, for example `4 GiB`.
    #[serde(default)]
    pub memory: String,
    /// Free disk in the tree's file system, for example `20 GiB`.
    #[serde(default)]
    pub disk: String,
    /// Least version, for `tool`.
    #[serde(default)]
    pub version: String,
    /// Regular expression that `TOOL --version` must match, where the name alone does not tell (yq).
    #[serde(default)]
    pub version_pattern: String,
    /// Why.
    #[serde(default)]
    pub why: Text,
    /// Asked for only where this holds: a tree of another era may not need it.
    #[serde(default)]
    pub when: StageWhen,
}

/// One step: a script in a pty.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Stage {
    /// Id, unique in the plan; lower case, digits, `-`.
    #[schemars(with = "String")]
    pub id: Spanned<String>,
    /// One line.
    pub title: Text,
    /// What it does, what it reads, what it leaves.
    #[serde(default)]
    pub explain: Text,
    /// The script; `{{name}}` as in `env`, quoted for the shell.
    #[schemars(with = "String")]
    pub run: Spanned<String>,
    /// Where it runs, in place of the session's target: `local`, `ssh:HOST`, `container:ENGINE/NAME`,
    /// `kubectl:[NAMESPACE/]POD[/CONTAINER]`; templates. There, `{{arch}}`, `{{os}}`, `{{cpus}}` and `{{env.NAME}}`
    /// are that machine's.
    #[serde(default)]
    pub target: String,
    /// The tree's folder on that target, absolute, where it is another one than here; templates.
    #[serde(default)]
    pub tree: String,
    /// Folder, relative to the tree; default the tree.
    #[serde(default)]
    pub cwd: String,
    /// Environment on top of the plan's.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, String>")]
    pub env: Env,
    /// Time limit: `90s`, `45m`, `12h`. None where absent.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub timeout: Option<Spanned<String>>,
    /// Shell in place of the plan's.
    #[serde(default)]
    pub shell: Option<String>,
    /// Stages that must have passed first; default: the one before.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub after: Vec<Spanned<String>>,
    /// Runs only where this holds.
    #[serde(default)]
    pub when: StageWhen,
    /// What must be there afterwards.
    #[serde(default)]
    pub produces: Vec<Product>,
    /// Script that must exit 0 afterwards; runs in the pty like the stage.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    pub check: Option<Spanned<String>>,
    /// Where a line tells how far it is.
    #[serde(default)]
    pub progress: Vec<Progress>,
}

/// The condition of a stage, or of a requirement.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StageWhen {
    /// Paths of which at least one must exist in the tree.
    #[serde(default)]
    pub exists: Vec<String>,
    /// Paths of which none may exist.
    #[serde(default)]
    pub missing: Vec<String>,
    /// `{input: value}`: all must be so; `one|other` where several values will do.
    #[serde(default)]
    pub input: BTreeMap<String, String>,
    /// Eras of which the tree's must be one.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub era: Vec<Spanned<String>>,
    /// Regular expressions that a file must contain (its first 64 KiB).
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, String>")]
    pub contains: BTreeMap<String, Spanned<String>>,
    /// GOARCH names of which the machine's must be one.
    #[serde(default)]
    pub arch: Vec<String>,
}

impl StageWhen {
    /// The part that asks the tree and the machine.
    pub fn of_tree(&self) -> TreeWhen {
        TreeWhen {
            exists: self.exists.clone(),
            missing: self.missing.clone(),
            contains: self.contains.clone(),
            lacks: BTreeMap::new(),
            arch: self.arch.clone(),
        }
    }
}

/// Something a stage leaves.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Product {
    /// Path relative to the stage's folder; templates; `*` matches within one path part.
    #[schemars(with = "String")]
    pub path: Spanned<String>,
    /// How many matches at least. Default 1.
    #[serde(default = "one")]
    pub at_least: u32,
    /// Must be executable.
    #[serde(default)]
    pub executable: bool,
    /// Must not be empty (files) or have no entries (folders). Default `true`.
    #[serde(default = "yes")]
    pub non_empty: bool,
    /// Why it matters, shown when it is missing.
    #[serde(default)]
    pub why: Text,
}

fn one() -> u32 {
    1
}

fn yes() -> bool {
    true
}

/// How a line of output tells progress.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Progress {
    /// Regular expression; named groups `done` and `total`, or `percent`, or `label` alone. `total` alone
    /// announces how many matches of the same `unit` will come.
    #[schemars(with = "String")]
    pub pattern: Spanned<String>,
    /// Total where no line says it: each match counts one.
    #[serde(default)]
    pub total: Option<u32>,
    /// What is counted, where several things are: matches of different units do not add up.
    #[serde(default)]
    pub unit: String,
    /// The line begins this phase of the stage; phases stand in the order in which they come.
    #[serde(default)]
    pub phase: Text,
}
