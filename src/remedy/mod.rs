//! Findings into things to do: templates, quoting, package names, risk. Pure.
//!
//! A fix is computed for one finding on one machine. Captures reach a command only after they fit the shape
//! that the rule declares, and then as one quoted word; a fix that would need more is offered as guidance
//! or not at all. Running it is the runner's business, asking first is the screen's.

mod first_steps;
mod looks;
pub mod overlay;
pub mod packages;
pub mod restore;
mod root;
mod shape;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::diagnose::finding::Finding;
use crate::diagnose::rule::{FixRule, Install, Risk, Rule, RunsAs, Shape, When};
use crate::diagnose::source::Frame;
use crate::locale::Lang;
use crate::locale::ui::Tell;
use crate::template::{self, TemplateError};
use crate::yaml::Problem;
use overlay::Overlay;
use packages::{Entry, Manager, Packages, Wanted};

pub use root::as_root;

/// A fix for one finding on one target, ready to be shown, confirmed and run.
#[derive(Debug, Clone, PartialEq)]
pub struct Fix {
    /// The fix's id within its rule.
    pub id: String,
    /// One line in the asked language.
    pub title: String,
    /// How much it can hurt.
    pub risk: Risk,
    /// Shell commands, captures quoted; empty where there is only guidance or environment.
    pub commands: Vec<String>,
    /// Environment for the retried stage.
    pub env: BTreeMap<String, String>,
    /// Guidance in words; may be empty.
    pub guide: String,
    /// Exits 0 when it worked; empty for none.
    pub verify: String,
}

impl Fix {
    /// Whether there is something to run or to set, not only to read.
    pub fn acts(&self) -> bool {
        !self.commands.is_empty() || !self.env.is_empty()
    }

    /// Whether the failed stage is worth another try once it ran: it changes something, or a check tells that the
    /// cause is gone. What only looks is for a person.
    pub fn mends(&self) -> bool {
        self.acts() && !(self.env.is_empty() && self.verify.is_empty() && looks::only_look(&self.commands))
    }
}

/// What is known about the machine that a fix would run on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Machine {
    /// Its package manager.
    pub manager: Option<Manager>,
    /// os-release `ID`.
    pub distro: Option<String>,
    /// GOARCH name; `amd64` where nothing is known.
    pub arch: String,
    /// Whether commands run as root; `None` where unknown (then no `sudo` is put in front).
    pub root: Option<bool>,
    /// `k3s`, `kubernetes`, where known.
    pub project: Option<String>,
    /// The stage's folder, where known.
    pub dir: Option<String>,
}

/// Everything that fixes are made from besides the rules.
#[derive(Debug, Clone, Default)]
pub struct Remedies {
    packages: OnceLock<Packages>,
    /// The table that ships, which is decoded when it is first needed: its file and its text.
    shipped: Option<(&'static str, &'static str)>,
    overlay: Option<Overlay>,
}

impl Remedies {
    /// Loads the package table; what could be read is kept.
    pub fn load(file: &str, text: &str) -> (Self, Vec<Problem>) {
        let (packages, problems) = Packages::load(file, text);
        (Self { packages: OnceLock::from(packages), ..Self::default() }, problems)
    }

    /// With the package table that comes with ktui, and so is sound.
    pub fn shipped(file: &'static str, text: &'static str) -> Self {
        Self { shipped: Some((file, text)), ..Self::default() }
    }

    /// The same, with an overlay's fixes in place of the rules' own where it has any.
    #[must_use]
    pub fn with_overlay(self, overlay: Overlay) -> Self {
        Self { overlay: Some(overlay), ..self }
    }

    /// The package table.
    pub fn packages(&self) -> &Packages {
        self.packages
            .get_or_init(|| self.shipped.map(|(file, text)| Packages::load(file, text).0).unwrap_or_default())
    }

    /// What can be done about a finding of this rule, or of none; `source` is what stands where it points.
    pub fn offered(
        &self,
        finding: &Finding,
        rule: Option<&Rule>,
        source: Option<&Frame>,
        machine: &Machine,
        lang: Lang,
    ) -> Vec<Fix> {
        let fixes = rule.map_or_else(
            || self.first_steps(finding, machine, lang),
            |rule| self.fixes(finding, rule, machine, lang),
        );
        match source {
            Some(frame) => restore::refine(fixes, finding, frame, lang),
            None => fixes,
        }
    }

    /// What removes the cause of `finding`, best first; fixes with something to run before mere guidance
    /// only as far as the rule's own order says so.
    pub fn fixes(&self, finding: &Finding, rule: &Rule, machine: &Machine, lang: Lang) -> Vec<Fix> {
        let over = self.overlay.as_ref().map(|overlay| overlay.over(finding, rule));
        let rule = over.as_deref().unwrap_or(rule);
        let scope = Scope { finding, rule, machine };
        rule.fixes
            .iter()
            .filter(|fix| applies(&fix.when, finding, machine))
            .filter_map(|fix| self.fix(fix, &scope, lang))
            .collect()
    }

    /// What brings a thing that is missing, without a finding: before a build there is no log yet.
    pub fn provide(&self, wanted: Wanted<'_>, machine: &Machine, lang: Lang) -> Option<Fix> {
        let mut made = Fix {
            id: "install".to_owned(),
            title: Tell::InstallTitle { name: wanted.name() }.text(lang),
            risk: Risk::System,
            commands: Vec::new(),
            env: BTreeMap::new(),
            guide: String::new(),
            verify: String::new(),
        };
        if let Some(entry) = self.packages().find(wanted) {
            let arch = if machine.arch.is_empty() { "amd64" } else { &machine.arch };
            let value = |name: &str| (name == "arch").then_some(Cow::Borrowed(arch));
            let recipe = commands_for(entry, wanted, machine.manager).unwrap_or_default();
            made.commands =
                recipe.commands.iter().filter_map(|command| template::shell(command, value).ok()).collect();
            made.verify = verification(entry, wanted);
            entry.guide.pick(lang).clone_into(&mut made.guide);
            root::raise(&mut made, recipe.root, machine);
        } else {
            guess(wanted, machine, &mut made, lang);
            root::raise(&mut made, true, machine);
        }
        (made.acts() || !made.guide.is_empty()).then_some(made)
    }

    fn fix(&self, fix: &FixRule, scope: &Scope<'_>, lang: Lang) -> Option<Fix> {
        let mut made = Fix {
            id: fix.id.value.clone(),
            title: scope.text(fix.title.pick(lang)),
            risk: fix.risk,
            commands: Vec::new(),
            env: BTreeMap::new(),
            guide: fix.guide.as_ref().map(|guide| scope.text(guide.pick(lang))).unwrap_or_default(),
            verify: scope.command(&fix.verify).unwrap_or_default(),
        };
        let complete = (|| -> Result<(), TemplateError> {
            for command in &fix.commands {
                made.commands.push(scope.command(&command.value)?);
            }
            for (name, value) in &fix.env {
                made.env.insert(name.clone(), template::plain(value, |name| scope.shaped(name))?);
            }
            Ok(())
        })();
        if complete.is_err() {
            made.commands.clear();
            made.env.clear();
            made.verify.clear();
        }
        let installs = fix.install.as_ref().and_then(|install| self.install(install, scope, &mut made, lang));
        let root = fix.needs_root() && installs.is_none_or(|recipe| recipe.root);
        root::raise(&mut made, root, scope.machine);
        (made.acts() || !made.guide.is_empty()).then_some(made)
    }

    /// Fills in the commands that install what `install` names; the recipe where the table has one.
    fn install(&self, install: &Install, scope: &Scope<'_>, made: &mut Fix, lang: Lang) -> Option<Recipe> {
        let (kind, name) = wanted_template(install)?;
        let name = template::plain(name, |name| scope.shaped(name)).ok()?;
        let wanted = kind.of(&name);
        let Some(entry) = self.packages().find(wanted) else {
            guess(wanted, scope.machine, made, lang);
            return None;
        };
        let manager = scope.machine.manager;
        let recipe = commands_for(entry, wanted, manager);
        if let Some(recipe) = &recipe {
            made.commands =
                recipe.commands.iter().filter_map(|command| scope.command(command).ok()).collect();
        }
        if !entry.guide.is_empty() {
            push_sentence(&mut made.guide, entry.guide.pick(lang));
        }
        if made.verify.is_empty() {
            made.verify = verification(entry, wanted);
        }
        let elsewhere = elsewhere(entry, wanted, manager);
        if !elsewhere.is_empty() {
            let others = Tell::OtherManagers { commands: &elsewhere.join("; ") }.text(lang);
            push_sentence(&mut made.guide, &others);
        }
        recipe
    }
}

/// The values that placeholders of one rule may take.
struct Scope<'a> {
    finding: &'a Finding,
    rule: &'a Rule,
    machine: &'a Machine,
}

impl<'a> Scope<'a> {
    fn machine_value(&self, name: &str) -> Option<Cow<'a, str>> {
        let machine = self.machine;
        match name {
            "arch" if machine.arch.is_empty() => Some(Cow::Borrowed("amd64")),
            "arch" => Some(Cow::Borrowed(&machine.arch)),
            "manager" => machine.manager.map(|manager| Cow::Borrowed(manager.name())),
            "distro" => machine.distro.as_deref().map(Cow::Borrowed),
            "dir" => machine.dir.as_deref().map(Cow::Borrowed),
            _ => None,
        }
    }

    /// For people: any capture.
    fn text(&self, text: &str) -> String {
        template::text(text, |name| {
            let capture = self.finding.captures.get(name).map(|value| Cow::Borrowed(value.as_str()));
            capture.or_else(|| self.machine_value(name))
        })
    }

    /// For the shell: captures that fit their shape. `subject` has the shape of the capture it repeats.
    fn shaped(&self, name: &str) -> Option<Cow<'a, str>> {
        let Some(value) = self.finding.captures.get(name) else { return self.machine_value(name) };
        let shapes = &self.rule.shapes;
        if shapes.get(name) == Some(&Shape::Tree) {
            return shape::in_tree(value, self.machine.dir.as_deref()).map(|inside| inside.to_owned().into());
        }
        let fits = match shapes.get(name) {
            Some(shape) => shape.fits(value),
            None if name == "subject" => shapes
                .iter()
                .any(|(other, shape)| self.finding.captures.get(other) == Some(value) && shape.fits(value)),
            None => false,
        };
        fits.then_some(Cow::Borrowed(value.as_str()))
    }

    fn command(&self, command: &str) -> Result<String, TemplateError> {
        template::shell(command, |name| self.shaped(name))
    }
}

/// Whether a fix's condition holds; what is not known does not exclude.
fn applies(when: &When, finding: &Finding, machine: &Machine) -> bool {
    fn holds(list: &[String], value: Option<&str>) -> bool {
        list.is_empty() || value.is_none_or(|value| list.iter().any(|item| item == value))
    }
    let arch = (!machine.arch.is_empty()).then_some(machine.arch.as_str());
    holds(&when.stage, finding.evidence.stage.as_deref())
        && holds(&when.arch, arch)
        && holds(&when.distro, machine.distro.as_deref())
        && holds(&when.project, machine.project.as_deref())
}

/// Which field of `install:` is set.
#[derive(Clone, Copy)]
enum WantedKind {
    Tool,
    Header,
    PkgConfig,
    Library,
    StaticLibrary,
    Package,
}

impl WantedKind {
    fn of(self, name: &str) -> Wanted<'_> {
        match self {
            Self::Tool => Wanted::Tool(name),
            Self::Header => Wanted::Header(name),
            Self::PkgConfig => Wanted::PkgConfig(name),
            Self::Library => Wanted::Library(name),
            Self::StaticLibrary => Wanted::StaticLibrary(name),
            Self::Package => Wanted::Package(name),
        }
    }
}

fn wanted_template(install: &Install) -> Option<(WantedKind, &str)> {
    [
        (WantedKind::Tool, &install.tool),
        (WantedKind::Header, &install.header),
        (WantedKind::PkgConfig, &install.pkg_config),
        (WantedKind::Library, &install.library),
        (WantedKind::StaticLibrary, &install.static_library),
        (WantedKind::Package, &install.package),
    ]
    .into_iter()
    .find(|(_, name)| !name.is_empty())
    .map(|(kind, name)| (kind, name.as_str()))
}

/// Commands that bring a thing, and whether they need root.
#[derive(Default)]
struct Recipe {
    commands: Vec<String>,
    root: bool,
}

/// The commands of `entry` under `manager`; those that fit any manager where it has none of its own.
fn commands_for(entry: &Entry, wanted: Wanted<'_>, manager: Option<Manager>) -> Option<Recipe> {
    let named = |manager: Manager| {
        if let Some(commands) = entry.commands.get(manager.name()) {
            return Some(Recipe { commands: commands.clone(), root: true });
        }
        let statics = matches!(wanted, Wanted::StaticLibrary(_))
            .then(|| entry.static_link.get(manager.name()))
            .flatten();
        let list = statics.or_else(|| entry.install.get(manager.name()))?;
        Some(Recipe { commands: manager.install(list), root: true })
    };
    let any = || {
        let root = entry.runs_as != Some(RunsAs::User);
        entry.commands.get("any").map(|commands| Recipe { commands: commands.clone(), root })
    };
    manager.and_then(named).or_else(any)
}

/// How the same thing is installed by the other managers, one command each.
fn elsewhere(entry: &Entry, wanted: Wanted<'_>, here: Option<Manager>) -> Vec<String> {
    Manager::ALL
        .into_iter()
        .filter(|manager| Some(*manager) != here && !entry.commands.contains_key(manager.name()))
        .filter(|manager| {
            entry.install.contains_key(manager.name()) || entry.static_link.contains_key(manager.name())
        })
        .filter_map(|manager| commands_for(entry, wanted, Some(manager))?.commands.pop())
        .collect()
}

fn verification(entry: &Entry, wanted: Wanted<'_>) -> String {
    if !entry.verify.is_empty() {
        return entry.verify.clone();
    }
    // Names passed their shapes before they came here, so they are words of harmless characters.
    match wanted {
        Wanted::Tool(name) => format!("command -v {name}"),
        Wanted::PkgConfig(name) => format!("pkg-config --exists {name}"),
        Wanted::Header(name) => format!("echo '#include <{name}>' | cc -E -x c - >/dev/null"),
        Wanted::Library(_) | Wanted::StaticLibrary(_) | Wanted::Package(_) => String::new(),
    }
}

/// What to do about a thing that the table does not hold: distributions mostly name a tool's package like
/// the tool, and some managers can be asked for a file or a pkg-config module themselves.
fn guess(wanted: Wanted<'_>, machine: &Machine, made: &mut Fix, lang: Lang) {
    let name = wanted.name();
    let by_provides = |provides: String| match machine.manager {
        Some(Manager::Dnf) => Some(vec![format!("dnf install -y '{provides}'")]),
        Some(Manager::Zypper) => Some(vec![format!("zypper --non-interactive install '{provides}'")]),
        _ => None,
    };
    match wanted {
        Wanted::Tool(_) | Wanted::Package(_) => {
            if let Some(manager) = machine.manager {
                made.commands = manager.install(&[name.to_owned()]);
                made.verify = format!("command -v {name}");
            }
        }
        Wanted::PkgConfig(_) => {
            if let Some(commands) = by_provides(format!("pkgconfig({name})")) {
                made.commands = commands;
                made.verify = format!("pkg-config --exists {name}");
            }
        }
        Wanted::Header(_) if machine.manager == Some(Manager::Dnf) => {
            made.commands = vec![format!("dnf install -y '/usr/include/{name}'")];
        }
        Wanted::Header(_) | Wanted::Library(_) | Wanted::StaticLibrary(_) => {}
    }
    let search = match wanted {
        Wanted::Tool(_) | Wanted::Package(_) => format!("bin/{name}"),
        Wanted::PkgConfig(_) => format!("{name}.pc"),
        Wanted::Header(_) => name.to_owned(),
        Wanted::Library(_) => format!("lib{name}.so"),
        Wanted::StaticLibrary(_) => format!("lib{name}.a"),
    };
    let commands = format!(
        "apt-file search {search}; dnf provides '*/{search}'; apk search -x cmd:{name}; pkgfile {search}; zypper se --provides {search}"
    );
    push_sentence(&mut made.guide, &Tell::AskManager { commands: &commands }.text(lang));
}

fn push_sentence(text: &mut String, more: &str) {
    if !text.is_empty() {
        text.push(' ');
    }
    text.push_str(more);
}

#[cfg(test)]
mod tests;
