//! What fixes need to know of a machine: of the one a stage runs on, or of the one that wrote a log.

use crate::diagnose::engine::Context;
use crate::diagnose::fact::Ask;
use crate::diagnose::finding::Finding;
use crate::diagnose::source::{Frame, Location};
use crate::event::Answer;
use crate::locale::both;
use crate::probe::Prober;
use crate::remedy::Machine;
use crate::remedy::packages::Manager;
use crate::target::Target;

/// So many questions are asked of another machine at a time.
const FAR_AT_ONCE: usize = 8;

/// Answers questions side by side; the answers stand in the questions' order. Each runs on a thread of its
/// own, so that a dead network costs one patience, not one a question.
pub(super) fn answers(questions: &[Ask], prober: &Prober) -> Vec<Answer> {
    let ask = |some: &[Ask]| -> Vec<Answer> {
        std::thread::scope(|scope| {
            let asked: Vec<_> = some.iter().map(|question| scope.spawn(|| prober.answer(question))).collect();
            let broke = |_| Answer::Unknown(both!("the probe broke", "探测中断"));
            asked.into_iter().map(|answer| answer.join().unwrap_or_else(broke)).collect()
        })
    };
    if prober.is_local() {
        return ask(questions);
    }
    // An ssh server lets ten sessions share a connection. The first question makes that connection.
    let (first, rest) = questions.split_at(questions.len().min(1));
    let mut answers = ask(first);
    answers.extend(rest.chunks(FAR_AT_ONCE).flat_map(ask));
    answers
}

/// A prober of the target that a run names; empty is the session's.
pub(super) fn prober(session: &Target, run: &str) -> Prober {
    Prober::new(of_run(session, run))
}

/// The target that a run names; empty is the session's.
pub(super) fn of_run(session: &Target, run: &str) -> Target {
    run.parse().unwrap_or_else(|_| session.clone())
}

/// The machine behind a target, as its probes answer.
pub(super) fn of_target(target: &Target) -> Machine {
    let questions = [Ask::PackageManager, Ask::Distro, Ask::Arch, Ask::User];
    let [manager, distro, arch, user] = &answers(&questions, &Prober::new(target.clone()))[..] else {
        return Machine::default();
    };
    let known = |answer: &Answer| match answer {
        Answer::Is(value) => Some(value.clone()),
        Answer::Absent | Answer::Unknown(_) => None,
    };
    Machine {
        manager: known(manager).and_then(|name| name.parse().ok()),
        distro: known(distro),
        arch: known(arch).unwrap_or_default(),
        root: known(user).map(|user| user == "root"),
        project: None,
        dir: None,
    }
}

/// The machine that wrote a log: what the log tells of itself goes before what this machine is. On another
/// machine nobody knows who the user is, so no `sudo` is put in front.
pub(super) fn of_log(context: &Context) -> Machine {
    let here = of_target(&Target::Local);
    let elsewhere = context.distro.as_ref().is_some_and(|distro| Some(distro) != here.distro.as_ref());
    let manager = match &context.distro {
        Some(distro) if elsewhere => Manager::of_distro(distro).or(here.manager),
        _ => here.manager,
    };
    Machine {
        manager,
        distro: context.distro.clone().or(here.distro),
        arch: context.arch.clone().unwrap_or(here.arch),
        root: if elsewhere { None } else { here.root },
        project: context.project.clone(),
        dir: None,
    }
}

/// So many findings get their source read.
const MOST_SOURCES: usize = 8;

/// Questions for the source that the best findings point at.
pub(super) fn source_questions(findings: &[Finding]) -> Vec<Ask> {
    let mut asks = Vec::new();
    for ask in findings.iter().filter_map(Location::of).map(Ask::Source) {
        if !asks.contains(&ask) && asks.len() < MOST_SOURCES {
            asks.push(ask);
        }
    }
    asks
}

/// The frame of a finding among the answers.
pub(super) fn frame_of(finding: &Finding, asks: &[Ask], answers: &[Answer]) -> Option<Frame> {
    let ask = Ask::Source(Location::of(finding)?);
    let at = asks.iter().position(|known| *known == ask)?;
    Frame::from_answer(answers.get(at)?)
}
