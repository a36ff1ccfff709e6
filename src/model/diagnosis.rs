//! The real diagnosis behind [`Diagnose`]: the engine, the rule base, and remedies for the machine as far as the
//! log's facts tell it. Pure.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use crate::diagnose::compile::RuleBase;
use crate::diagnose::engine::{Context, Engine, StageEnd};
use crate::diagnose::fact::Ask;
use crate::diagnose::finding::Finding;
use crate::diagnose::rule::Kind;
use crate::diagnose::source::{Frame, Location};
use crate::diagnose::why_not::{Place, Verdict};
use crate::event::{Answer, Fact, Outcome, RunEnded, RunKind, RunStarted};
use crate::locale::Lang;
use crate::model::findings::{Diagnose, FIX, NewDiagnosis};
use crate::plan::guide::Guide;
use crate::remedy::packages::Manager;
use crate::remedy::{Fix, Machine, Remedies};

/// What does not change from one log to the next.
#[derive(Clone)]
pub struct Knowledge {
    /// The rules.
    pub rules: Arc<RuleBase>,
    /// Packages and templates.
    pub remedies: Arc<Remedies>,
    /// What is known about the place before the first event.
    pub context: Context,
    /// What is known about the machine before the first event.
    pub machine: Machine,
    /// In which language findings speak.
    pub lang: Lang,
    /// What the tree's folders are for, and where the tree is, where a guide is about it.
    pub guide: Option<(Arc<Guide>, PathBuf)>,
}

impl Knowledge {
    /// For a model: makes a diagnosis of a log from its start.
    pub fn maker(self) -> NewDiagnosis {
        Arc::new(move || Box::new(Diagnosis::new(self.clone())))
    }
}

/// So many findings get their source read.
const MOST_SOURCES: usize = 8;

/// Diagnosis of one log while it flows.
pub struct Diagnosis {
    knowledge: Knowledge,
    engine: Engine,
    /// Questions that were answered, one way or the other.
    told: BTreeSet<Ask>,
    /// What stands where findings point, as last told.
    sources: BTreeMap<Location, Frame>,
    finished: bool,
    /// Whether the last run ended.
    ended: bool,
    /// Whether the user stopped it: then its end needs no cause.
    stopped: bool,
    /// Where the last run ran; empty for the session's own target.
    target: String,
}

impl Diagnosis {
    fn new(knowledge: Knowledge) -> Self {
        let engine = Engine::new(Arc::clone(&knowledge.rules), knowledge.context.clone(), knowledge.lang);
        Self {
            knowledge,
            engine,
            told: BTreeSet::new(),
            sources: BTreeMap::new(),
            finished: false,
            ended: false,
            stopped: false,
            target: String::new(),
        }
    }

    /// Another machine runs what follows: its facts are asked for anew.
    fn moved(&mut self, target: &str) {
        target.clone_into(&mut self.target);
        self.told.clear();
        self.engine.moved();
        let project = self.knowledge.machine.project.take();
        self.knowledge.machine = Machine { project, ..Machine::default() };
    }

    /// Places that the findings of a stage that ended name; while it runs, files may still change.
    fn sources_wanted(&self) -> Vec<Ask> {
        let places = if self.ended { self.engine.findings() } else { Vec::new() };
        places.iter().filter_map(Location::of).take(MOST_SOURCES).map(Ask::Source).collect()
    }

    /// The machine as the facts and the log itself tell it.
    fn machine(&self) -> Machine {
        let context = self.engine.context();
        let mut machine = self.knowledge.machine.clone();
        machine.distro = machine.distro.or_else(|| context.distro.clone());
        if machine.arch.is_empty() {
            machine.arch = context.arch.clone().unwrap_or_default();
        }
        let mut likes = context
            .distro
            .iter()
            .map(String::as_str)
            .chain(context.distro_like.iter().flat_map(|like| like.split(' ')));
        machine.manager = machine.manager.or_else(|| likes.find_map(Manager::of_distro));
        machine
    }
}

impl Diagnose for Diagnosis {
    fn output(&mut self, bytes: &[u8]) {
        self.engine.push(bytes);
    }

    fn began(&mut self, run: &RunStarted) {
        (self.ended, self.stopped) = (false, false);
        if run.target != self.target {
            self.moved(&run.target);
        }
        if run.kind == RunKind::Stage {
            // A fix may have changed the files.
            self.sources.clear();
        }
        match run.kind {
            RunKind::Stage => self.engine.stage_started(&run.stage),
            // No new try of the stage: what failed there still stands.
            RunKind::Fix | RunKind::Verify => self.engine.stage_started(FIX),
            // A check belongs to its stage, which goes on after it.
            RunKind::Check => {}
        }
        self.knowledge.machine.dir = Some(run.dir.display().to_string());
    }

    fn ended(&mut self, run: &RunStarted, end: &RunEnded) {
        self.ended = !end.outcome.is_ok();
        self.stopped = end.outcome == Outcome::Cancelled;
        if run.kind != RunKind::Check {
            let end = StageEnd { outcome: end.outcome, exit: end.exit, signal: end.signal.clone() };
            self.engine.stage_ended(&end);
        }
    }

    fn speak(&mut self, lang: Lang) {
        self.knowledge.lang = lang;
        self.engine.speak(lang);
    }

    fn fact(&mut self, fact: &Fact) {
        self.engine.fact(fact);
        let machine = &mut self.knowledge.machine;
        let Ok(ask) = fact.ask.parse::<Ask>() else { return };
        self.told.insert(ask.clone());
        if let (Ask::Source(place), Some(frame)) = (&ask, Frame::from_answer(&fact.answer)) {
            self.sources.insert(place.clone(), frame);
        }
        if let Answer::Is(value) = &fact.answer {
            match ask {
                Ask::Arch => machine.arch.clone_from(value),
                Ask::Distro => machine.distro = Some(value.clone()),
                Ask::User => machine.root = Some(value == "root"),
                Ask::PackageManager => {
                    machine.manager = Manager::ALL.into_iter().find(|known| known.name() == value);
                }
                _ => {}
            }
        }
    }

    fn finish(&mut self) {
        if !std::mem::replace(&mut self.finished, true) {
            self.engine.finish();
        }
    }

    fn fork(&self) -> Option<Box<dyn Diagnose>> {
        Some(Box::new(Self {
            knowledge: self.knowledge.clone(),
            engine: self.engine.fork(),
            told: self.told.clone(),
            sources: self.sources.clone(),
            finished: self.finished,
            ended: self.ended,
            stopped: self.stopped,
            target: self.target.clone(),
        }))
    }

    /// What the rules ask, and, before all, what every fix depends on.
    fn questions(&self) -> Vec<Ask> {
        let basics = [Ask::Distro, Ask::DistroLike, Ask::Arch, Ask::PackageManager, Ask::User];
        let open = basics.into_iter().filter(|ask| !self.told.contains(ask));
        open.chain(self.engine.questions()).chain(self.sources_wanted()).collect()
    }

    fn findings(&self) -> Vec<Finding> {
        let mut findings = self.engine.findings();
        // Of what was found, only the last run's end can be the one that nobody knows a cause of.
        findings.retain(|finding| !self.stopped || finding.kind != Kind::Unknown);
        findings
    }

    fn fixes(&self, finding: &Finding) -> Vec<Fix> {
        let Knowledge { rules, remedies, lang, .. } = &self.knowledge;
        let source = self.source(finding);
        remedies.offered(finding, rules.rule(&finding.rule), source.as_ref(), &self.machine(), *lang)
    }

    fn why_not(&self, place: Place<'_>) -> Vec<Verdict> {
        self.engine.why_not(place)
    }

    fn source(&self, finding: &Finding) -> Option<Frame> {
        self.sources.get(&Location::of(finding)?).cloned()
    }

    fn place(&self, finding: &Finding) -> Option<(String, String)> {
        let (guide, dir) = self.knowledge.guide.as_ref()?;
        guide.around(&Location::of(finding)?.file, dir, self.knowledge.lang)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: &str = "family: go\nabout: {en: a}\nrules:\n  - id: go.syntax\n    category: syntax-error\n    \
                         title: {en: a}\n    explain: {en: a}\n    \
                         patterns: ['(?P<file>\\S+\\.go):(?P<line>\\d+):(?P<column>\\d+): syntax error']\n    \
                         shapes: {file: path, line: number, column: number}\n";

    const FRAME: &str = r#"{"path":"cmd/a.go","line":5,"first":4,"lines":["x","<<"],
        "git":{"added":1,"removed":0,"hunk":["@@ -4 +4,2 @@"," x","+<<"],"here":true,"patch":"cmd/a.go.ktui.patch"}}"#;

    fn run() -> RunStarted {
        RunStarted {
            run: 1,
            kind: RunKind::Stage,
            stage: "build".into(),
            attempt: 1,
            command: "make".into(),
            shell: "sh".into(),
            dir: PathBuf::from("/src"),
            target: String::new(),
            env: BTreeMap::new(),
            fix: None,
            title: String::new(),
        }
    }

    fn knowledge() -> Knowledge {
        let (rules, problems) = RuleBase::load(&[("go.yaml".into(), RULES.into())]);
        assert!(problems.is_empty(), "{problems:?}");
        Knowledge {
            rules: Arc::new(rules),
            remedies: Arc::default(),
            context: Context::default(),
            machine: Machine::default(),
            lang: Lang::En,
            guide: None,
        }
    }

    #[test]
    fn the_source_is_asked_for_once_the_stage_failed_and_its_change_is_offered_to_be_undone() {
        let knowledge = knowledge();
        let mut diagnosis = Diagnosis::new(knowledge);
        let wanted = |diagnosis: &Diagnosis| -> Vec<String> {
            let asks = diagnosis.questions().into_iter().map(|ask| ask.to_string());
            asks.filter(|ask| ask.starts_with("source ")).collect()
        };
        diagnosis.began(&run());
        diagnosis.output(b"./cmd/a.go:5:2: syntax error: unexpected <<\n");
        assert!(wanted(&diagnosis).is_empty(), "while it runs, files may still change");
        let end =
            RunEnded { run: 1, outcome: Outcome::Failed, exit: Some(2), signal: None, why: None, millis: 1 };
        diagnosis.ended(&run(), &end);
        assert_eq!(wanted(&diagnosis), ["source cmd/a.go:5:2"]);
        let finding = diagnosis.findings().remove(0);
        assert!(diagnosis.source(&finding).is_none() && diagnosis.fixes(&finding).is_empty());
        let answer = Answer::Is(FRAME.to_owned());
        diagnosis.fact(&Fact { ask: "source cmd/a.go:5:2".into(), answer });
        assert_eq!(diagnosis.source(&finding).map(|frame| frame.lines.len()), Some(2));
        assert_eq!(diagnosis.fixes(&finding)[0].id, crate::remedy::restore::RESTORE);
        // The next try may see other files.
        diagnosis.began(&run());
        assert!(diagnosis.source(&finding).is_none());
    }

    #[test]
    fn a_stage_that_the_user_stopped_failed_of_no_unknown_cause() {
        let knowledge = knowledge();
        for (outcome, unknown) in [(Outcome::Failed, 1), (Outcome::Cancelled, 0)] {
            let mut diagnosis = Diagnosis::new(knowledge.clone());
            diagnosis.began(&run());
            diagnosis.output(b"line 354 of many, error: something\n");
            let end = RunEnded { run: 1, outcome, exit: Some(2), signal: None, why: None, millis: 1 };
            diagnosis.ended(&run(), &end);
            assert_eq!(diagnosis.findings().len(), unknown, "{outcome:?}");
        }
    }
}
