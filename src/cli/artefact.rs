//! `ktui artefact`: what built programs are, and whether that is what the plan wanted. Plans call it, too.
#![expect(clippy::disallowed_methods, reason = "opens the files")]

use std::fs::File;
use std::path::Path;

use anyhow::{Context as _, Result};

use super::args::{ArtefactArgs, Plain};
use super::ground::Ground;
use super::plans::{self, Wanted};
use super::{Caller, FAILED, OK, golang};
use crate::artefact::{self, Artefact, Expectation, NoArtefact};
use crate::locale::ui::{Say, Tell};
use crate::locale::{Lang, Speak};
use crate::plan::amount::shown_size;

/// A file as it was found, and what is wrong with it.
struct Looked {
    name: String,
    artefact: Result<Artefact, NoArtefact>,
    wrong: Vec<String>,
}

/// Runs `ktui artefact …`.
pub(super) fn run(args: &ArtefactArgs, caller: Caller) -> Result<u8> {
    let wanted = expectations(args, caller)?;
    let mut looked = Vec::new();
    for path in &args.files {
        looked.push(look(path, &wanted, caller.lang)?);
    }
    match args.format {
        Plain::Json => {
            let all: Vec<_> = looked.iter().map(|it| json(it, caller.lang)).collect();
            outln!("{:#}", serde_json::json!({ "artefacts": all }));
        }
        Plain::Text => looked.iter().for_each(|it| tell(it, &wanted, caller.lang)),
    }
    for it in &looked {
        it.wrong.iter().for_each(|wrong| talkln!("{}: {wrong}", it.name));
    }
    Ok(if looked.iter().all(|it| it.wrong.is_empty()) { OK } else { FAILED })
}

fn expectations(args: &ArtefactArgs, caller: Caller) -> Result<Vec<Expectation>> {
    let mut wanted = Vec::new();
    for word in args.expect.iter().filter(|word| !word.is_empty()) {
        match word.parse::<Expectation>() {
            Ok(expectation) => wanted.push(expectation),
            Err(error) => {
                let ground = Ground::here(args.dir.clone(), caller)?;
                let catalogue = plans::catalogue_of(&ground)?;
                let Some(entry) = catalogue.get(word) else { return Err(error.into()) };
                let entry = entry.clone();
                let resolved = plans::resolved(&entry, &ground, &Wanted::default(), caller)?;
                let inputs = resolved.map(|it| it.inputs).unwrap_or_default();
                let arch = inputs.get("goarch").or_else(|| inputs.get("arch")).filter(|it| !it.is_empty());
                wanted.extend(arch.unwrap_or(&ground.machine.arch).parse());
                // Only what is known without the network: a check must not wait for it.
                let (required, _) = golang::of_tree(&ground.dir, None, Vec::new());
                let go = required.version().filter(|_| required.check.is_exact());
                wanted.extend(go.and_then(|go| format!("go{go}").parse().ok()));
            }
        }
    }
    Ok(wanted)
}

fn look(path: &Path, wanted: &[Expectation], lang: Lang) -> Result<Looked> {
    let name = path.display().to_string();
    let file = File::open(path).with_context(|| name.clone())?;
    if file.metadata().is_ok_and(|it| it.is_dir()) {
        let wrong = vec![Say::IsFolder.text(lang).to_owned()];
        let artefact = Err(NoArtefact::Other(Say::KindFolder));
        return Ok(Looked { name, artefact, wrong });
    }
    let artefact = artefact::read(file);
    let mut wrong = Vec::new();
    match &artefact {
        Err(error) => wrong.push(error.said().pick(lang).to_owned()),
        Ok(found) => {
            wrong.extend(wanted.iter().filter_map(|it| Some(it.deviation(found)?.text(lang))));
            // The words of k3s itself, which a rule knows.
            wrong.extend(found.refuses().map(|(go, runs)| {
                let release = found.version().unwrap_or("of this release");
                let release = release.split(['+', '-']).next().unwrap_or(release);
                format!(
                    "Failed to validate golang version: incorrect golang build version - kubernetes {release} should be built with {go}, runtime version is {runs}"
                )
            }));
        }
    }
    Ok(Looked { name, artefact, wrong })
}

fn json(looked: &Looked, lang: Lang) -> serde_json::Value {
    let mut value = match &looked.artefact {
        Ok(artefact) => serde_json::json!({
            "size": artefact.size, "arch": artefact.arch, "linked": artefact.linked, "go": artefact.go,
            "version": artefact.version(), "dirty": artefact.dirty(),
        }),
        Err(error) => serde_json::json!({ "error": error.said().pick(lang).to_owned() }),
    };
    value["file"] = looked.name.as_str().into();
    value["wrong"] = looked.wrong.clone().into();
    value
}

fn tell(looked: &Looked, wanted: &[Expectation], lang: Lang) {
    outln!("{}", looked.name);
    let row = |name: &str, text: &str| {
        let text: String = text.chars().filter(|c| !c.is_control()).collect();
        outln!("  {} {text}", super::padded(name, 10));
    };
    let named = |name: Say, text: &str| row(name.text(lang), text);
    let Ok(artefact) = &looked.artefact else { return };
    named(Say::ArtMachine, &format!("{} ELF, {}", artefact.arch, shown_size(artefact.size)));
    let linked = &artefact.linked;
    let how = match (&linked.interpreter, linked.is_static) {
        (_, true) => Say::ArtStatic.text(lang).to_owned(),
        (interpreter, false) => {
            let loader = interpreter.as_deref().unwrap_or("-");
            Tell::ArtDynamic { loader, needed: &linked.needed.join(" ") }.text(lang)
        }
    };
    named(Say::ArtLinked, &how);
    if let Some(go) = &artefact.go {
        row("Go", &go.go);
        named(Say::ArtProgram, &go.path);
        for name in ["-tags", "CGO_ENABLED", "vcs.revision"] {
            if let Some(value) = go.settings.get(name).filter(|value| !value.is_empty()) {
                row(name, value);
            }
        }
    }
    if let Some(version) = artefact.version() {
        named(Say::ArtVersion, version);
    }
    if artefact.dirty() == Some(true) {
        named(Say::ArtSource, Say::ArtDirty.text(lang));
    }
    for it in wanted.iter().filter(|it| it.deviation(artefact).is_none()) {
        named(Say::ArtWanted, it.word());
    }
}
