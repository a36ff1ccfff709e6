//! `ktui doctor`: a machine before the build, check by check as the answers come. Its fixes are shown and run by `mend`.

mod mend;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, bail};

use super::args::{DoctorArgs, Plain};
use super::ground::Ground;
use super::plans::Need;
use super::rules::{Knowledge, knowledge};
use super::told::wrong;
use super::{Caller, FAILED, OK, golang, machine, padded, plans};
use crate::diagnose::engine::{Context, Engine};
use crate::diagnose::fact::Ask;
use crate::diagnose::finding::{Evidence, Finding};
use crate::diagnose::rule::Risk;
use crate::doctor::examine::examine;
use crate::doctor::network::{Setting, hops, repository};
use crate::doctor::table::Store;
use crate::doctor::{Check, Cure, Outcome, Scene, State, of_plan, space, table};
use crate::event::Answer;
use crate::locale::Lang;
use crate::locale::ui::{Say, Tell};
use crate::net::proxy::Proxies;
use crate::plan::catalogue::{Catalogue, Entry};
use crate::probe::Prober;
use crate::remedy::packages::Wanted;
use crate::remedy::{Fix, Machine};
use crate::target::Target;
use crate::toolchain::{installed, module};

/// No question takes longer: the whole is to end within five seconds on a dead network.
const PATIENCE: Duration = Duration::from_millis(2800);
/// The same for the names of folders, which are asked for first.
const NAMES: Duration = Duration::from_millis(1500);
/// The same for what Kubernetes was built with, which is looked up meanwhile.
const LOOKUP: Duration = Duration::from_millis(2600);

/// An examination: the machine and what it is examined for.
pub(super) struct Visit<'a> {
    pub dir: &'a Path,
    pub target: Target,
    pub need: &'a Need,
    pub knowledge: &'a Knowledge,
    pub lang: Lang,
}

/// The plan whose requirements the machine is examined for. What a plan requires is asked for and installed by name: one
/// that nobody trusts, or that is wrong, does neither. One that was `asked` for is refused, else the next one serves.
fn usable(
    found: Option<Entry>,
    asked: bool,
    (catalogue, ground): (&Catalogue, &Ground),
    caller: Caller,
) -> Result<Option<Entry>> {
    let entry = match found {
        Some(entry) if !entry.is_runnable() => entry,
        found => return Ok(found),
    };
    if entry.is_trusted() {
        return Err(wrong(&entry.problems).into());
    }
    let untrusted = plans::untrusted(&entry, ground, caller.lang);
    if asked {
        bail!(untrusted);
    }
    talkln!("ktui: {untrusted}");
    let offers = catalogue.offers(&*ground.tree, caller.lang);
    Ok(offers.iter().map(|offer| offer.entry).find(|entry| entry.is_runnable()).cloned())
}

/// Runs `ktui doctor …`.
pub(super) fn run(args: &DoctorArgs, caller: Caller) -> Result<u8> {
    let ground = Ground::on(&args.target, args.dir.clone(), caller)?;
    let dir = ground.dir.clone();
    if args.trust {
        plans::give_trust(&ground)?;
    }
    let catalogue = plans::catalogue_of(&ground)?;
    let found = match plans::find(&catalogue, args.plan.as_deref(), &ground, caller) {
        Err(error) if args.plan.is_some() => return Err(error),
        found => found.ok(),
    };
    let entry = usable(found, args.plan.is_some(), (&catalogue, &ground), caller)?;
    let need = match &entry {
        Some(entry) => {
            let wanted = plans::Wanted { set: args.set.clone(), ..plans::Wanted::default() };
            match plans::resolved(entry, &ground, &wanted, caller)? {
                Ok(resolved) => plans::need(entry, &ground, &resolved.inputs, caller),
                Err(problems) if !args.set.is_empty() => return Ok(plans::refuse(&problems, caller.lang)),
                // A value that is wanted for the build alone is no reason not to look at the machine.
                Err(_) => plans::need(entry, &ground, &BTreeMap::new(), caller),
            }
        }
        None => Need::default(),
    };
    let knowledge = knowledge(None);
    let visit = Visit {
        dir: &dir,
        target: ground.target.clone(),
        need: &need,
        knowledge: &knowledge,
        lang: caller.lang,
    };
    let target = visit.machine();
    let mut outcomes = Vec::new();
    visit.examine(&target, true, &mut |outcome| {
        if args.format == Plain::Text {
            visit.tell(&outcome, &target);
        }
        outcomes.push(outcome);
    });
    if args.fix || args.yes.is_some() {
        let allowed = args.yes.map(Risk::from);
        visit.mend(&mut outcomes, &target, allowed)?;
    }
    if args.format == Plain::Json {
        let checks: Vec<_> = outcomes.iter().map(|outcome| visit.json(outcome, &target)).collect();
        let plan = entry.as_ref().map(|entry| entry.id().to_owned());
        outln!("{:#}", serde_json::json!({"target": args.target, "plan": plan, "checks": checks}));
    }
    let bad = outcomes.iter().filter(|outcome| outcome.state == State::Bad).count() as u64;
    let warnings = outcomes.iter().filter(|outcome| outcome.state == State::Warning).count() as u64;
    let checks = outcomes.len() as u64;
    talkln!("{}", Tell::DoctorSummary { checks, bad, warnings }.text(caller.lang));
    Ok(if bad == 0 { OK } else { FAILED })
}

impl Visit<'_> {
    pub(super) fn machine(&self) -> Machine {
        let dir = Some(self.dir.display().to_string());
        Machine { dir, ..machine::of_target(&self.target) }
    }

    fn prober(&self) -> Prober {
        Prober::new(self.target.clone()).in_dir(self.dir).within(PATIENCE)
    }

    /// Tells every outcome as it stands; `far` asks the network too.
    pub(super) fn examine(&self, machine: &Machine, far: bool, tell: &mut dyn FnMut(Outcome)) {
        let scene =
            Scene { dir: self.dir.display().to_string(), arch: machine.arch.clone(), lang: self.lang };
        let prober = self.prober();
        let requires = |tool: &str| self.need.requires(tool);
        let mut checks = of_plan(&self.need.requirements);
        checks.extend(table::general(&scene.dir, self.lang));
        for engine in ["docker", "podman"].into_iter().filter(|engine| requires(engine)) {
            checks.extend(table::engine(engine, self.lang));
        }
        checks.extend(self.stores(&prober));
        if far {
            if self.need.project == "k3s" {
                checks.extend(table::running_k3s(self.lang));
            }
            checks.extend(hops(&setting(&prober, self.need), self.lang));
        }
        std::thread::scope(|scope| {
            // Beside the others: it looks up first what Kubernetes was built with.
            let go = scope.spawn(|| if requires("go") { self.go(&scene, &prober) } else { Vec::new() });
            examine(&checks, &scene, &prober, tell);
            go.join().unwrap_or_default().into_iter().for_each(tell);
        });
    }

    /// Room in the folders outside the tree that the build fills, as go and the engine name them.
    fn stores(&self, prober: &Prober) -> Vec<Check> {
        let go = [Ask::GoEnv("GOCACHE".into()), Ask::GoEnv("GOMODCACHE".into())];
        let mut asks: Vec<(Store, Ask)> = Vec::new();
        if self.need.requires("go") {
            asks.extend([Store::BuildCache, Store::ModuleCache].into_iter().zip(go));
        }
        for engine in ["docker", "podman"].into_iter().filter(|engine| self.need.requires(engine)) {
            asks.push((Store::Images, Ask::EngineRoot(engine.into())));
        }
        let (stores, asks): (Vec<Store>, Vec<Ask>) = asks.into_iter().unzip();
        let named = machine::answers(&asks, &prober.clone().within(NAMES));
        let room = |(store, answer)| match answer {
            Answer::Is(dir) => Some(table::room(store, &dir, self.lang)),
            _ => None,
        };
        stores.into_iter().zip(named).filter_map(room).collect()
    }

    /// The Go that would build the tree, where it names one.
    fn go(&self, scene: &Scene, prober: &Prober) -> Vec<Outcome> {
        let (required, _) = golang::of_tree(self.dir, Some(LOOKUP), Vec::new());
        let mut outcomes = Vec::new();
        if required.wanted.is_some() {
            // Only this machine's build takes ktui's own toolchains.
            let own = golang::own_folder().ok().filter(|_| self.target == Target::Local);
            let own = own.zip(required.version()).and_then(|(own, go)| installed::own(go, &own));
            let check = Check::Go(Box::new(required), own.map(|own| own.version));
            examine(&[check], scene, prober, &mut |outcome| outcomes.push(outcome));
        }
        outcomes
    }

    /// What mends it on this machine, best first.
    pub(super) fn fixes(&self, outcome: &Outcome, machine: &Machine) -> Vec<Fix> {
        let remedies = &self.knowledge.remedies;
        let provide = |wanted| remedies.provide(wanted, machine, self.lang).into_iter().collect();
        match &outcome.cure {
            Cure::None => Vec::new(),
            Cure::Tool(name) => provide(Wanted::Tool(name)),
            Cure::Header(name) => provide(Wanted::Header(name)),
            Cure::PkgConfig(name) => provide(Wanted::PkgConfig(name)),
            Cure::Go(version) => vec![golang::fix(version, &self.target, self.lang)],
            Cure::Said(text) => self.fixes_for(text, machine),
            Cure::Space => {
                let prober = self.prober();
                let has = |tool: &str| matches!(prober.answer(&Ask::Which(tool.to_owned())), Answer::Is(_));
                space::ways(&has, machine, self.lang)
            }
            Cure::Rule(id, captures) => {
                let Some(rule) = self.knowledge.rules.rule(id) else { return Vec::new() };
                let mut values = rule.defaults.clone();
                values.extend(captures.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
                let finding = Finding {
                    rule: (*id).to_owned(),
                    category: rule.category,
                    kind: rule.kind,
                    severity: rule.severity,
                    confidence: 1.0,
                    title: outcome.what.clone(),
                    explain: outcome.why.clone(),
                    evidence: Evidence::default(),
                    captures: values,
                    count: 1,
                    also: Vec::new(),
                    facts: Vec::new(),
                };
                remedies.fixes(&finding, rule, machine, self.lang)
            }
        }
    }

    /// What the rule that knows a tool's message offers.
    fn fixes_for(&self, text: &str, machine: &Machine) -> Vec<Fix> {
        let mut engine = Engine::new(Arc::clone(&self.knowledge.rules), Context::default(), self.lang);
        engine.push(text.as_bytes());
        engine.push(b"\n");
        engine.finish();
        let findings = engine.findings();
        let known = |finding: &Finding| {
            let rule = self.knowledge.rules.rule(&finding.rule)?;
            Some(self.knowledge.remedies.fixes(finding, rule, machine, self.lang))
        };
        findings.iter().find_map(known).unwrap_or_default()
    }

    fn tell(&self, outcome: &Outcome, machine: &Machine) {
        let word = match outcome.state {
            State::Good => Say::DoctorGood,
            State::Unknown => Say::DoctorUnknown,
            State::Warning => Say::DoctorWarning,
            State::Bad => Say::DoctorBad,
        };
        say(word, outcome, self.lang);
        if outcome.state < State::Warning {
            return;
        }
        for fix in self.fixes(outcome, machine).iter().take(most(outcome)) {
            let name = format!("{} [{}]", Say::LabelFix.text(self.lang), fix.risk.word());
            outln!("      {}", Tell::Labelled { name: &name, value: &fix.title }.text(self.lang));
            for command in &fix.commands {
                outln!("        {command}");
            }
            if fix.commands.is_empty() && !fix.guide.is_empty() {
                outln!("        {}", fix.guide);
            }
        }
    }

    fn json(&self, outcome: &Outcome, machine: &Machine) -> serde_json::Value {
        let fixes = if outcome.state < State::Warning { Vec::new() } else { self.fixes(outcome, machine) };
        let fixes: Vec<_> = fixes
            .iter()
            .map(|fix| {
                serde_json::json!({"id": fix.id, "title": fix.title, "risk": fix.risk.word(),
                "commands": fix.commands, "env": fix.env, "guide": fix.guide, "verify": fix.verify})
            })
            .collect();
        serde_json::json!({"id": outcome.id, "state": outcome.state.word(), "what": outcome.what,
            "found": outcome.found, "wanted": outcome.wanted, "why": outcome.why, "fixes": fixes})
    }

    /// Runs what mends the bad outcomes, and looks again afterwards.
    fn mend(&self, outcomes: &mut Vec<Outcome>, machine: &Machine, allowed: Option<Risk>) -> Result<()> {
        let mut ran = false;
        for outcome in outcomes.iter().filter(|outcome| outcome.state == State::Bad) {
            let fixes = self.fixes(outcome, machine);
            for fix in fixes.iter().filter(|fix| !fix.commands.is_empty()).take(most(outcome)) {
                if self.agreed(outcome, fix, allowed)? {
                    ran |= self.apply(fix)?;
                }
            }
        }
        if ran {
            outcomes.clear();
            self.examine(machine, false, &mut |outcome| {
                if outcome.state == State::Bad {
                    talkln!("ktui: {}: {}", outcome.what, outcome.found);
                }
                outcomes.push(outcome);
            });
        }
        Ok(())
    }
}

/// What the hops depend on, as the machine has it.
pub(super) fn setting(prober: &Prober, need: &Need) -> Setting {
    let names = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"];
    let mut asks: Vec<Ask> = names.iter().map(|name| Ask::Env((*name).to_owned())).collect();
    asks.push(Ask::GoEnv("GOPROXY".into()));
    let answers = machine::answers(&asks, prober);
    let known = |at: usize| match answers.get(at) {
        Some(Answer::Is(value)) => Some(value.clone()),
        _ => None,
    };
    let proxies = Proxies::of(|name| names.iter().position(|known| *known == name).and_then(known));
    let github = reqwest::Url::parse("https://github.com").ok();
    let proxy = github.and_then(|url| proxies.for_url(&url).map(str::to_owned));
    // Where no plan says what is needed, all of it may be.
    let any = need.requirements.is_empty();
    let module_server = known(names.len())
        .filter(|_| any || need.requires("go"))
        .and_then(|list| module::servers(&list).first().map(ToString::to_string));
    Setting {
        proxy,
        module_server,
        registry: any || need.requires("docker") || need.requires("podman"),
        repository: repository(if any { "k3s" } else { &need.project }),
    }
}

/// What a look found, in a word and in words, and what is wrong with that.
pub(super) fn say(word: Say, outcome: &Outcome, lang: Lang) {
    let clean = |text: &str| text.chars().filter(|c| !c.is_control()).collect::<String>();
    let labelled = |name: &str, value: &str| Tell::Labelled { name, value }.text(lang);
    let word = padded(word.text(lang), 4);
    outln!("{word}  {}", labelled(&clean(&outcome.what), &clean(&outcome.found)));
    if outcome.state < State::Warning {
        return;
    }
    outln!("      {}", labelled(Say::LabelWanted.text(lang), &outcome.wanted));
    if !outcome.why.is_empty() {
        outln!("      {}", outcome.why);
    }
}

/// How many of its fixes are offered: room comes from several places, anything else from the best one.
fn most(outcome: &Outcome) -> usize {
    if outcome.cure == Cure::Space { usize::MAX } else { 1 }
}
