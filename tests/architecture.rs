//! Who may import whom: reads the `use` lines and paths of every source file against the layers.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests may touch the world and stop at the first surprise"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// What each module may import. `cli` and `main` may import everything.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("event", &["locale"]),
    ("yaml", &["locale"]),
    ("template", &["locale"]),
    ("locale", &[]),
    ("text", &["event"]),
    ("diagnose", &["event", "locale", "template", "text", "yaml"]),
    ("remedy", &["event", "diagnose", "locale", "template", "text", "yaml"]),
    ("plan", &["event", "diagnose", "locale", "template", "yaml"]),
    ("session", &["event", "locale"]),
    ("theme", &["locale", "text", "yaml"]),
    ("artefact", &["locale"]),
    ("model", &["event", "diagnose", "locale", "plan", "remedy", "session", "text", "theme", "yaml"]),
    ("report", &["event", "diagnose", "locale", "remedy", "text"]),
    ("runner", &["artefact", "event", "locale", "plan", "session", "target", "text"]),
    ("target", &["event", "diagnose", "locale", "net"]),
    ("net", &["event", "diagnose", "locale"]),
    ("toolchain", &["event", "locale", "net", "plan", "yaml"]),
    ("probe", &["event", "diagnose", "locale", "net", "plan", "remedy", "target"]),
    ("doctor", &["event", "diagnose", "locale", "plan", "probe", "remedy", "toolchain"]),
    ("keymap", &["locale", "model", "yaml"]),
    ("view", &["event", "diagnose", "keymap", "locale", "model", "plan", "remedy", "text", "theme"]),
    ("assets", &["locale", "yaml"]),
];

/// Modules that may do anything that is declared by an `expect` in the file.
const TOP: &[&str] = &["app", "cli", "main", "lib"];

fn sources() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("src can be listed") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn module_of(path: &Path) -> String {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let first = path.strip_prefix(src).expect("below src").components().next().expect("a part");
    first.as_os_str().to_string_lossy().trim_end_matches(".rs").to_owned()
}

/// The code without tests: a test may reach further than what it tests.
fn code(text: &str) -> &str {
    text.split("#[cfg(test)]\nmod ").next().unwrap_or(text)
}

/// Modules of this crate that a text names.
fn imports(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for line in text.lines().filter(|line| !line.trim_start().starts_with("//")) {
        for rest in line.split("crate::").skip(1) {
            let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            if !name.is_empty() {
                found.insert(name);
            } else if let Some(list) = rest.strip_prefix('{') {
                found.extend(list.split(',').map(|item| {
                    item.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
                }));
            }
        }
    }
    found
}

fn is_test(path: &Path) -> bool {
    path.ends_with("tests.rs") || path.components().any(|part| part.as_os_str() == "tests")
}

#[test]
fn imports_go_downwards_only() {
    let allowed: BTreeMap<_, _> = MAY_IMPORT.iter().copied().collect();
    let mut wrong = Vec::new();
    for path in sources().iter().filter(|path| !is_test(path)) {
        let module = module_of(path);
        if TOP.contains(&module.as_str()) {
            continue;
        }
        let Some(allowed) = allowed.get(module.as_str()) else {
            panic!("{module} has no row in the table: decide which layer it is");
        };
        let text = fs::read_to_string(path).expect("a source file");
        for import in imports(code(&text)) {
            if import != module && !allowed.contains(&import.as_str()) {
                wrong.push(format!("{} imports {import}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_file_says_what_it_owns() {
    let silent: Vec<_> = sources()
        .into_iter()
        .filter(|path| !fs::read_to_string(path).expect("a source file").starts_with("//! "))
        .collect();
    assert!(silent.is_empty(), "no //! at the top: {silent:?}");
}

#[test]
fn no_file_outgrows_its_room() {
    let long: Vec<_> = sources()
        .into_iter()
        .filter_map(|path| {
            let lines = code(&fs::read_to_string(&path).expect("a source file")).lines().count();
            (lines > 450).then(|| format!("{} has {lines} lines", path.display()))
        })
        .collect();
    assert!(long.is_empty(), "{}", long.join("\n"));
}
