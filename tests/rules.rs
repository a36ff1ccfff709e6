//! The shipped rule base keeps its own promises: every sample hits, every near miss misses.

#![allow(clippy::disallowed_methods, reason = "a test reads the repository")]

use std::path::Path;
use std::sync::Arc;

use ktui::diagnose::compile::RuleBase;
use ktui::diagnose::lint::lint;

fn files() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("diagnostics");
    let mut files: Vec<(String, String)> = std::fs::read_dir(&folder)
        .expect("diagnostics/ lies in the repository")
        .map(|entry| entry.expect("a readable folder").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "yaml"))
        .map(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            (format!("diagnostics/{name}"), std::fs::read_to_string(&path).expect("UTF-8"))
        })
        .collect();
    files.sort();
    files
}

#[test]
fn every_rule_recognises_its_samples_and_nothing_else() {
    let (base, mut problems) = RuleBase::load(&files());
    assert!(!base.is_empty(), "no rules in diagnostics/");
    problems.extend(lint(&Arc::new(base), &|_| true));
    let shown: Vec<String> = problems
        .iter()
        .filter(|problem| !problem.warning)
        .map(|problem| problem.text(ktui::locale::Lang::En))
        .collect();
    assert!(shown.is_empty(), "{}", shown.join("\n"));
}
