//! The plans that there are: shipped ones, the user's laid over them, and a tree's own.
//!
//! Takes files as text; who reads them (`assets`, `disk`) is not its business. A tree's own plan is in the
//! catalogue whether trusted or not, and says which: running it is refused elsewhere until it is.

use super::check;
use super::detect::{self, Fit};
use super::schema::Plan;
use super::tree::Tree;
use crate::locale::{Lang, both};
use crate::yaml::Problem;

/// The name of a tree's own plan file.
pub const OWN_FILE: &str = "ktui.yaml";

/// Where a plan comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Inside the binary.
    Shipped,
    /// The user's config folder, or a file named on the command line.
    User,
    /// The tree's `ktui.yaml`: inert until trusted.
    Tree {
        /// Whether the user trusts exactly this text.
        trusted: bool,
    },
}

/// A plan and where it comes from.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The plan.
    pub plan: Plan,
    /// The file as problems name it.
    pub file: String,
    /// The file's text, for `plans show`.
    pub text: String,
    /// Where it comes from.
    pub origin: Origin,
    /// What is wrong with it, warnings included.
    pub problems: Vec<Problem>,
}

impl Entry {
    /// The plan's id.
    pub fn id(&self) -> &str {
        &self.plan.plan.value
    }

    /// Whether it may be run: no fault but warnings, and trusted.
    pub fn is_runnable(&self) -> bool {
        self.problems.iter().all(|problem| problem.warning) && self.is_trusted()
    }

    /// Whether the user trusts it: all but a tree's own, and that one once they said so.
    pub fn is_trusted(&self) -> bool {
        self.origin != Origin::Tree { trusted: false }
    }
}

/// A plan that fits a tree.
#[derive(Debug, Clone)]
pub struct Offer<'a> {
    /// The plan.
    pub entry: &'a Entry,
    /// Why it fits.
    pub fit: Fit,
}

/// Every plan that could be read, and every problem.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    arch: Option<String>,
    entries: Vec<Entry>,
    problems: Vec<Problem>,
}

impl Catalogue {
    /// The plans for a machine of this GOARCH: what cannot serve it is not offered.
    #[must_use]
    pub fn of_arch(mut self, arch: &str) -> Self {
        self.arch = Some(arch.to_owned()).filter(|arch| !arch.is_empty());
        self
    }

    /// How a plan fits a tree on the machine of this catalogue.
    pub fn fit(&self, entry: &Entry, tree: &dyn Tree, lang: Lang) -> Fit {
        detect::fit(&entry.plan, tree, self.arch.as_deref(), lang)
    }

    /// Why a plan that looks right cannot serve a tree on this machine; empty where it can.
    pub fn refusals(&self, entry: &Entry, tree: &dyn Tree, lang: Lang) -> Vec<String> {
        detect::refusals(&entry.plan, tree, self.arch.as_deref(), lang)
    }

    /// Adds a file. A plan of the same id takes the place of the earlier one.
    ///
    /// A plan's id should be the stem of its file's name (a shipped one's must), except for a tree's own.
    pub fn add(&mut self, file: &str, text: &str, origin: Origin) {
        let (plan, mut problems) = check::load(file, text);
        if let Some(plan) = plan {
            let name = file.rsplit('/').next().unwrap_or(file);
            let stem = name.split('.').next().unwrap_or(name);
            if stem != plan.plan.value && !matches!(origin, Origin::Tree { .. }) {
                let id = &plan.plan.value;
                let message = both!(
                    "is called `{id}`: expected `{stem}`, as its file is",
                    "名为 `{id}`；应与文件同名，即 `{stem}`"
                );
                let problem = Problem::at(file, &plan.plan, message);
                problems.push(if origin == Origin::Shipped { problem } else { problem.into_warning() });
            }
            self.problems.extend(problems.iter().cloned());
            let entry = Entry { plan, file: file.to_owned(), text: text.to_owned(), origin, problems };
            match self.entries.iter_mut().find(|other| other.id() == entry.id()) {
                Some(other) => *other = entry,
                None => self.entries.push(entry),
            }
        } else {
            self.problems.extend(problems);
        }
    }

    /// All plans, in the order in which they were added.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// What is wrong with any file, those included that are no plan at all.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Notes a file that could not even be read.
    pub fn note(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    /// The plan of this id.
    pub fn get(&self, id: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.id() == id)
    }

    /// The plans that fit a tree, best first: the tree's own, then those with more to say for themselves.
    pub fn offers(&self, tree: &dyn Tree, lang: Lang) -> Vec<Offer<'_>> {
        let fitting = |entry: &'_ Entry| {
            let fit = self.fit(entry, tree, lang);
            let own = matches!(entry.origin, Origin::Tree { .. });
            // The tree chose its own plan by holding it, unless the plan itself says no.
            (fit.fits || own && fit.against.is_empty()).then_some(fit)
        };
        let mut offers: Vec<Offer<'_>> =
            self.entries.iter().filter_map(|entry| Some(Offer { entry, fit: fitting(entry)? })).collect();
        offers.sort_by_key(|offer| {
            let own = matches!(offer.entry.origin, Origin::Tree { .. });
            (!own, std::cmp::Reverse(offer.fit.because.len()))
        });
        offers
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::tree::Table;

    fn plan(id: &str, detect: &str) -> String {
        format!(
            "plan: {id}\ntitle: {{en: x, zh: x}}\nabout: {{en: x, zh: x}}\ndetect: {{{detect}}}\nstages:\n\
             - {{id: a, title: {{en: x, zh: x}}, run: x}}\n"
        )
    }

    fn catalogue() -> Catalogue {
        let mut made = Catalogue::default();
        made.add("plans/make.yaml", &plan("make", "files: [Makefile]"), Origin::Shipped);
        made.add("plans/k3s.yaml", &plan("k3s", "files: [Makefile, scripts/download]"), Origin::Shipped);
        made.add("plans/old.yaml", &plan("old", "files: [Makefile], not_files: [go.*]"), Origin::Shipped);
        made.add("plans/word.yaml", &plan("word", "contains: {go.mod: '^module k8s'}"), Origin::Shipped);
        made.add("plans/any.yaml", &plan("any", ""), Origin::Shipped);
        made
    }

    fn offered(catalogue: &Catalogue, files: &[(&str, &str)]) -> Vec<String> {
        let tree = Table::of(files.iter().copied());
        catalogue.offers(&tree, Lang::En).iter().map(|offer| offer.entry.id().to_owned()).collect()
    }

    #[test]
    fn the_plans_that_fit_come_best_first() {
        let made = catalogue();
        assert!(made.problems().is_empty(), "{:?}", made.problems());
        assert_eq!(offered(&made, &[("Makefile", "")]), ["old", "make"]);
        let k3s = [("Makefile", ""), ("scripts/download", ""), ("go.mod", "x")];
        assert_eq!(offered(&made, &k3s), ["k3s", "make"]);
        assert_eq!(offered(&made, &[("go.mod", "// note\nmodule k8s.io/kubernetes\n")]), ["word"]);
        assert_eq!(offered(&made, &[("go.mod", "module x // module k8s")]), Vec::<String>::new());
        let why = made.offers(&Table::of(k3s), Lang::En)[0].fit.because.clone();
        assert_eq!(why, ["Makefile is there", "scripts/download is there"]);
    }

    #[test]
    fn a_users_plan_takes_the_place_of_a_shipped_one_and_a_trees_own_comes_first() {
        let mut made = catalogue();
        made.add("/home/u/.config/ktui/plans/make.yaml", &plan("make", "files: [x]"), Origin::User);
        assert_eq!(made.get("make").map(|entry| entry.origin), Some(Origin::User));
        made.add("ktui.yaml", &plan("mine", ""), Origin::Tree { trusted: false });
        assert_eq!(offered(&made, &[("Makefile", "")]), ["mine", "old"]);
        assert!(!made.get("mine").is_some_and(Entry::is_runnable));
        assert!(made.get("k3s").is_some_and(Entry::is_runnable));
    }

    #[test]
    fn names_and_files_agree() {
        let mut made = Catalogue::default();
        made.add("plans/make.yaml", &plan("mke", ""), Origin::Shipped);
        assert_eq!(
            made.problems()[0].text(Lang::En),
            "plans/make.yaml:1:7: is called `mke`: expected `make`, as its file is"
        );
        made.add("plans/broken.yaml", "plan: [", Origin::Shipped);
        assert_eq!(made.problems().len(), 2);
        assert!(!made.entries()[0].is_runnable());
    }
}
