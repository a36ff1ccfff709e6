//! What fixes need to know of a machine: of the one a stage runs on, or of the one that wrote a log.

use crate::diagnose::engine::Context;
use crate::diagnose::fact::Ask;
use crate::event::Answer;
use crate::probe;
use crate::remedy::Machine;
use crate::remedy::packages::Manager;
use crate::target::Target;

/// The machine behind a target, as its probes answer.
pub(super) fn of_target(target: &Target) -> Machine {
    let ask = |question: Ask| match probe::answer(&question, target) {
        Answer::Is(value) => Some(value),
        Answer::Absent | Answer::Unknown(_) => None,
    };
    Machine {
        manager: ask(Ask::PackageManager).and_then(|name| name.parse().ok()),
        distro: ask(Ask::Distro),
        arch: ask(Ask::Arch).unwrap_or_default(),
        root: ask(Ask::User).map(|user| user == "root"),
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
