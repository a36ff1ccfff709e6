//! A rule as its YAML file holds it.
//!
//! Owns the shape of `diagnostics/*.yaml` and the words in it. Whether the patterns compile, the samples
//! hit and the templates resolve is `lint`'s question; what a rule does to a line is `engine`'s.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::locale::Text;
use crate::yaml::Spanned;

pub use super::risk::{Risk, RunsAs};

/// One file of the rule base: the rules of one failure family.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Family {
    /// Short name, equal to the file's stem and to the part of each rule id before the first dot.
    #[schemars(with = "String")]
    pub family: Spanned<String>,
    /// What the family covers.
    pub about: Text,
    /// Its rules; order does not matter.
    pub rules: Vec<Rule>,
}

/// The JSON schema of a rule file.
pub fn json_schema() -> serde_json::Value {
    schemars::schema_for!(Family).to_value()
}

/// Recognises one kind of failure.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// `FAMILY.NAME`, unique in the rule base; a user's rule of the same id replaces it.
    #[schemars(with = "String")]
    pub id: Spanned<String>,
    /// One of [`Category`].
    pub category: Category,
    /// A cause, or only what follows from one.
    #[serde(default)]
    pub kind: Kind,
    /// `note` and `warning` never fail a log.
    #[serde(default)]
    pub severity: Severity,
    /// How sure a match alone makes, 0 to 1. Default 0.9.
    #[serde(default = "default_confidence")]
    pub confidence: f32,
    /// One line; names the subject.
    pub title: Text,
    /// What happened, why, and how to be sure.
    pub explain: Text,
    /// Regular expressions over one cleaned line (no ANSI, no `\r`, no CI or container prefix; trailing blanks
    /// removed); any of them makes a candidate. Named groups are the captures. Not anchored unless they say so.
    ///
    /// A row is tried as what follows its prefixes, then as a whole, then, where it holds `\"`, with such quotes
    /// taken back (messages inside logrus or JSON). Rows that only echo a command (xtrace's `+ cmd`, a prompt,
    /// a Dockerfile step, shell syntax that make prints) are shown only to patterns that speak of commands: those
    /// that begin with `\+`, `[+]` or `\$ ` (after `^` and flags), or contain `; do`, `; then`, `&& ` or `\|\| `.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub patterns: Vec<Spanned<String>>,
    /// What each capture may look like; default `text`, which may be shown but never reaches a command.
    #[serde(default)]
    pub shapes: BTreeMap<String, Shape>,
    /// Template for the thing a person would search for, for example `{{tool}}`. Default: the first of the
    /// captures that has a shape, else the first named group.
    #[serde(default)]
    pub subject: String,
    /// Captures that get a value where the patterns gave none: `{name: "text or {{other}}"}`.
    #[serde(default)]
    pub defaults: BTreeMap<String, String>,
    /// Conditions on the lines around; every one with `required` must hold. Their named groups are captures too.
    #[serde(default)]
    pub near: Vec<Near>,
    /// Lines that make the match mean nothing.
    #[serde(default)]
    pub unless: Vec<Unless>,
    /// Where the rule applies at all.
    #[serde(default)]
    pub when: When,
    /// For failures that print nothing: how the stage ended. A rule has patterns, an ending, or both.
    #[serde(default)]
    pub ending: Option<Ending>,
    /// Rules or categories whose findings this one is only a consequence of, when they stand before it.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub follows: Vec<Spanned<String>>,
    /// Facts that confirm, refute or fill in.
    #[serde(default)]
    pub facts: Vec<FactTest>,
    /// What removes the cause, best first.
    #[serde(default)]
    pub fixes: Vec<FixRule>,
    /// Logs (one or more lines) that must give this rule first.
    #[serde(default)]
    pub samples: Vec<Sample>,
    /// Logs that look alike and must not match this rule.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub near_misses: Vec<Spanned<String>>,
    /// Where the fact comes from: URLs or documents.
    #[serde(default)]
    pub references: Vec<String>,
}

fn default_confidence() -> f32 {
    0.9
}

/// Whether a finding stands for itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The thing to mend.
    #[default]
    Cause,
    /// Follows from a cause (`make: *** … Error 2`); leads only where nothing better matched.
    Symptom,
    /// No rule matched; the likeliest region of the log. Made by the engine, not by rule files.
    Unknown,
}

/// How bad.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// May become a failure.
    Warning,
    /// Fails, or will fail, the build.
    #[default]
    Error,
}

/// What a capture must look like before it may stand (quoted) in a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Shape {
    /// A command's name: letters, digits, `+ - . _`, at most 64, not starting with `-`.
    Tool,
    /// A package's name: like a tool, also `: / @ ~`.
    Package,
    /// A C header: relative path that ends in `.h`, `.hpp` or has none, no `..`.
    Header,
    /// A library name as after `-l`.
    Library,
    /// A file or folder: no control characters, not starting with `-`, at most 4096 bytes.
    Path,
    /// A path inside of the tree that is built: relative without `..`, or below the stage's folder.
    Tree,
    /// Host name or address, optional port.
    Host,
    /// `http`, `https`, `git`, `ssh`, `socks5` URL.
    Url,
    /// `1.23.6`, `go1.22rc1`, `v1.32.3+k3s1`.
    Version,
    /// Decimal digits.
    Number,
    /// A git ref, tag or hash.
    Ref,
    /// A container image reference.
    Image,
    /// A Go module or import path.
    Module,
    /// An environment variable's name.
    Variable,
    /// A systemd unit.
    Unit,
    /// `linux/riscv64`, `riscv64`.
    Platform,
    /// A user or group name.
    User,
    /// Anything; shown, never in a command.
    Text,
}

/// A condition on a neighbour of the matching line.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Near {
    /// The regular expression.
    #[schemars(with = "String")]
    pub pattern: Spanned<String>,
    /// Which side of the line.
    #[serde(default)]
    pub side: Side,
    /// How many lines away at most (1 to 200). Default 10.
    #[serde(default = "default_within")]
    pub within: u32,
    /// `false`: only fills captures in, where it matches. Default `true`.
    #[serde(default = "default_true")]
    pub required: bool,
    /// The evidence is this neighbour's line, not the one that `patterns` matched.
    #[serde(default)]
    pub evidence: bool,
}

/// A line that takes a match back.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Unless {
    /// The regular expression; may use `{{name}}` for a capture (matched literally).
    #[schemars(with = "String")]
    pub pattern: Spanned<String>,
    /// Which side of the line; `rest` looks at the whole rest of the stage (a retry that worked).
    #[serde(default)]
    pub side: Side,
    /// How many lines away at most; without meaning for `rest` and `same`. Default 10.
    #[serde(default = "default_within")]
    pub within: u32,
}

fn default_within() -> u32 {
    10
}

fn default_true() -> bool {
    true
}

/// Where a neighbour is looked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// The matching line itself.
    Same,
    /// Before it.
    Before,
    /// After it.
    After,
    /// Either side.
    #[default]
    Around,
    /// Anywhere after it in the same stage.
    Rest,
}

/// Where a rule applies. Empty lists mean everywhere; a list whose context value is not known applies.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct When {
    /// Stage ids.
    #[serde(default)]
    pub stage: Vec<String>,
    /// GOARCH names: `riscv64`, `arm64`, `amd64`…
    #[serde(default)]
    pub arch: Vec<String>,
    /// os-release ids: `debian`, `openeuler`, `alpine`…
    #[serde(default)]
    pub distro: Vec<String>,
    /// `k3s`, `kubernetes`.
    #[serde(default)]
    pub project: Vec<String>,
}

/// How a stage ended, for rules on silent failures.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Ending {
    /// Any of these exit statuses.
    #[serde(default)]
    pub exit: Vec<i32>,
    /// Any of these signals (`SIGKILL`).
    #[serde(default)]
    pub signal: Vec<String>,
    /// Exit 0, yet a product was missing or a check failed.
    #[serde(default)]
    pub check_failed: bool,
    /// Ran into its time limit.
    #[serde(default)]
    pub timed_out: bool,
}

/// Asks for a fact about a candidate.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FactTest {
    /// The question, `{{name}}` taking shape-checked captures: `which {{tool}}`, `reachable https://{{host}}`.
    #[schemars(with = "String")]
    pub ask: Spanned<String>,
    /// What the answer does.
    #[serde(default)]
    pub expect: Expect,
    /// A capture that the answer fills in.
    #[serde(default)]
    pub capture: String,
    /// Regular expression for `is-matching` and `is-not-matching`.
    #[serde(default)]
    pub pattern: String,
}

/// Which answer confirms the candidate; the opposite refutes it. Unknown answers do neither.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Expect {
    /// Only fills a capture in.
    #[default]
    Anything,
    /// Must be there.
    Present,
    /// Must be absent.
    Absent,
    /// Must be there and match `pattern`.
    IsMatching,
    /// Must be absent or not match `pattern`.
    IsNotMatching,
}

/// What removes a cause.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FixRule {
    /// Short id, unique within the rule.
    #[schemars(with = "String")]
    pub id: Spanned<String>,
    /// One line.
    pub title: Text,
    /// How much it can hurt.
    #[serde(default)]
    pub risk: Risk,
    /// Whose rights the commands and `verify` need. Default: root for `system`, else the user who builds.
    #[serde(default, rename = "as")]
    pub runs_as: Option<RunsAs>,
    /// Shell commands; `{{name}}` takes a capture that has a shape, quoted for the shell.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub commands: Vec<Spanned<String>>,
    /// Looked up in `packages.yaml` for the target's package manager, in place of `commands`.
    #[serde(default)]
    pub install: Option<Install>,
    /// Environment for the retried stage: `{GOFLAGS: "-p=1"}`; values are templates without quoting.
    #[serde(default)]
    pub env: BTreeMap<String, String>,
    /// Guidance in words, where there is nothing to run or more to know.
    #[serde(default)]
    pub guide: Option<Text>,
    /// Command that exits 0 when the fix worked. Default for `install`: the package's own check.
    #[serde(default)]
    pub verify: String,
    /// Where this fix applies.
    #[serde(default)]
    pub when: When,
}

/// A thing that a package provides; `{{name}}` templates. Exactly one field is set.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Install {
    /// A command.
    #[serde(default)]
    pub tool: String,
    /// A C header.
    #[serde(default)]
    pub header: String,
    /// A pkg-config module.
    #[serde(default)]
    pub pkg_config: String,
    /// A library, as after `-l`.
    #[serde(default)]
    pub library: String,
    /// A library for static linking.
    #[serde(default)]
    pub static_library: String,
    /// An entry of packages.yaml by name.
    #[serde(default)]
    pub package: String,
}

/// A log that a rule must recognise.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sample {
    /// The log: one or more lines as a tool prints them.
    #[schemars(with = "String")]
    pub text: Spanned<String>,
    /// The subject that must come out, where given.
    #[serde(default)]
    pub subject: String,
    /// Exit status of the stage, for rules with an `ending`.
    #[serde(default)]
    pub exit: Option<i32>,
    /// Signal of the stage, for rules with an `ending`.
    #[serde(default)]
    pub signal: Option<String>,
    /// The stage's success check failed, for rules with an `ending`.
    #[serde(default)]
    pub check_failed: bool,
    /// The stage ran into its time limit, for rules with an `ending`.
    #[serde(default)]
    pub timed_out: bool,
    /// The stage's id, for rules with `when.stage`.
    #[serde(default)]
    pub stage: String,
    /// GOARCH of the target, for rules with `when.arch`.
    #[serde(default)]
    pub arch: String,
}

macro_rules! categories {
    ($($variant:ident $slug:literal),* $(,)?) => {
        /// The kinds of failure; slugs as in YAML, JSON and on screen.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        #[allow(missing_docs, reason = "each variant's slug says it")]
        pub enum Category { $(#[serde(rename = $slug)] $variant),* }

        impl Category {
            /// Every category, in the contract's order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The slug.
            pub fn slug(self) -> &'static str {
                match self { $(Self::$variant => $slug),* }
            }
        }
    };
}

categories! {
    MissingTool "missing-tool", WrongTool "wrong-tool", MissingHeader "missing-header",
    MissingLibrary "missing-library", MissingPkgConfig "missing-pkg-config", MissingPackage "missing-package",
    GoVersion "go-version", GoToolchainDownload "go-toolchain-download", GoModule "go-module", GoEnv "go-env",
    SyntaxError "syntax-error", CompileError "compile-error", LinkerError "linker-error",
    StaticLink "static-link", Proxy "proxy", Dns "dns", NetworkTimeout "network-timeout",
    ConnectionRefused "connection-refused", Tls "tls", HttpStatus "http-status", GitTransfer "git-transfer",
    Checksum "checksum", DiskFull "disk-full", OutOfMemory "out-of-memory", KilledTimeout "killed-timeout",
    Permission "permission", DockerDaemon "docker-daemon", DockerPermission "docker-permission",
    ImageMissing "image-missing", RegistryRateLimit "registry-rate-limit", DockerBuild "docker-build",
    ArchUnsupported "arch-unsupported", ExecFormat "exec-format", GlibcVersion "glibc-version",
    SymlinkBroken "symlink-broken", ShellPortability "shell-portability", GitState "git-state",
    ClockSkew "clock-skew", KernelConfig "kernel-config", PortInUse "port-in-use",
    ServiceFailure "service-failure", Credentials "credentials", TestFailure "test-failure",
    FileLimit "file-limit", ReadOnlyFs "read-only-fs", PackageManager "package-manager", Codegen "codegen",
    Makefile "makefile", ArchiveCorrupt "archive-corrupt", Lint "lint",
    Unknown "unknown",
}
