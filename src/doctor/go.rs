//! The Go that would build this tree, against the Go that it needs. Pure.

use super::{Cure, Outcome, State};
use crate::diagnose::fact::Ask;
use crate::event::Answer;
use crate::locale::Lang;
use crate::locale::ui::{Say, Tell};
use crate::toolchain::GoVersion;
use crate::toolchain::required::Required;
use crate::toolchain::usage::usage;

pub(super) fn asks() -> Vec<Ask> {
    ["GOVERSION", "GOTOOLCHAIN"].map(|name| Ask::GoEnv(name.to_owned())).to_vec()
}

/// `own` is a toolchain of ktui's that `build` would take.
pub(super) fn judge(
    required: &Required,
    own: Option<&GoVersion>,
    lang: Lang,
    answer: &dyn Fn(&Ask) -> Option<Answer>,
) -> Outcome {
    let said = |name: &str| match answer(&Ask::GoEnv(name.to_owned())) {
        Some(Answer::Is(text)) => Some(text),
        _ => None,
    };
    let wanted = required.wanted.as_ref();
    let version = wanted.map(|wanted| wanted.version.clone());
    let installed: Option<GoVersion> = said("GOVERSION").and_then(|text| text.parse().ok());
    let unknown = matches!(answer(&Ask::GoEnv("GOVERSION".into())), Some(Answer::Unknown(_)) | None);
    let used = installed.as_ref().map(|go| usage(go, &said("GOTOOLCHAIN").unwrap_or_default(), required));
    let satisfied = used.as_ref().is_some_and(|used| used.satisfies(required));
    let found = match (&used, own, satisfied) {
        (Some(used), _, true) | (Some(used), None, false) => used.say(lang),
        (_, Some(own), false) => Tell::FoundOwnGo { version: &own.to_string() }.text(lang),
        (None, ..) => Say::FoundNoGo.text(lang).to_owned(),
    };
    let state = match (satisfied || own.is_some(), unknown) {
        (true, _) => State::Good,
        (false, true) => State::Unknown,
        (false, false) => State::Bad,
    };
    let what_for = wanted.map(|wanted| wanted.place.clone()).unwrap_or_default();
    let least = if required.check.is_exact() { "" } else { "≥ " };
    Outcome {
        id: "go.version".into(),
        what: Say::WhatGo.text(lang).to_owned(),
        found,
        wanted: version
            .as_ref()
            .map(|go| format!("{least}{} ({what_for})", go.release()))
            .unwrap_or_default(),
        why: required.rule(lang).to_owned(),
        state,
        cure: version.map_or(Cure::None, Cure::Go),
    }
}
