//! A file that does not compile and differs from HEAD: keep the change as a patch, then restore the file.
//!
//! What git said stands in the finding's [`Frame`]; rules whose `restore` fix assumes a change get it replaced
//! by one that knows the file, or dropped where the file is as committed.

use super::Fix;
use crate::diagnose::finding::Finding;
use crate::diagnose::rule::{Category, Kind, Risk};
use crate::diagnose::source::Frame;
use crate::locale::Lang;
use crate::locale::ui::Tell;

/// The id of the fix, here and in rule files.
pub const RESTORE: &str = "restore";

/// The fixes of a finding, with what the frame makes known.
pub fn refine(mut fixes: Vec<Fix>, finding: &Finding, frame: &Frame, lang: Lang) -> Vec<Fix> {
    let Some(git) = &frame.git else { return fixes };
    let is_restore = |fix: &Fix| fix.id == RESTORE && fix.risk == Risk::Destructive;
    let place = fixes.iter().position(is_restore);
    // Categories that hold more than mistakes in a file speak of one only where the very line was changed.
    let speaks_of_source = matches!(finding.category, Category::SyntaxError | Category::CompileError)
        || (git.here && matches!(finding.category, Category::ShellPortability | Category::Makefile))
        || (git.here && finding.kind == Kind::Unknown)
        || place.is_some();
    if !speaks_of_source {
        return fixes;
    }
    fixes.retain(|fix| !is_restore(fix));
    if let Some(fix) = fix(frame, lang) {
        // A change at the very line is the likeliest cause; one elsewhere in the file is a possibility.
        let at = if git.here { 0 } else { place.unwrap_or(fixes.len()).min(fixes.len()) };
        fixes.insert(at, fix);
    }
    fixes
}

fn fix(frame: &Frame, lang: Lang) -> Option<Fix> {
    let git = frame.git.as_ref().filter(|git| git.differs() && !git.patch.is_empty())?;
    // The names come from the disk, by way of a log: words of their own, never options or patterns.
    let file = shlex::try_quote(&frame.path).ok()?;
    let patch = shlex::try_quote(&git.patch).ok()?;
    let tool = "git --literal-pathspecs";
    let keep = "diff --no-ext-diff --no-textconv --no-color --binary HEAD";
    let title = Tell::RestoreTitle { path: &frame.path }.text(lang);
    let (added, removed) = (git.added.into(), git.removed.into());
    let guide = Tell::RestoreGuide { added, removed, patch: &git.patch, quoted: &patch }.text(lang);
    Some(Fix {
        id: RESTORE.to_owned(),
        title,
        risk: Risk::Destructive,
        // One command: nothing is restored unless the patch was written, and no older patch is overwritten.
        commands: vec![format!(
            "( set -C; {tool} {keep} -- {file} > {patch} ) && test -s {patch} && {tool} checkout HEAD -- {file}"
        )],
        env: std::collections::BTreeMap::new(),
        guide,
        verify: format!("{tool} diff --quiet HEAD -- {file}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnose::source::{Location, Tracked};

    fn frame(path: &str, git: Option<Tracked>) -> Frame {
        let location = Location { file: path.to_owned(), line: 1, column: None };
        Frame { git, ..Frame::around(path, "x\n", &location).expect("a line") }
    }

    fn changed(here: bool, patch: &str) -> Tracked {
        Tracked { added: 1, here, patch: patch.to_owned(), ..Tracked::default() }
    }

    fn finding(category: Category) -> Finding {
        Finding {
            rule: "go-compile.syntax".into(),
            category,
            kind: Kind::Cause,
            severity: crate::diagnose::rule::Severity::Error,
            confidence: 0.9,
            title: String::new(),
            explain: String::new(),
            evidence: crate::diagnose::finding::Evidence::default(),
            captures: std::collections::BTreeMap::new(),
            count: 1,
            also: Vec::new(),
            facts: Vec::new(),
        }
    }

    fn rules_own(id: &str, risk: Risk) -> Fix {
        Fix {
            id: id.into(),
            title: String::new(),
            risk,
            commands: vec!["true".into()],
            env: std::collections::BTreeMap::new(),
            guide: String::new(),
            verify: String::new(),
        }
    }

    #[test]
    fn a_change_at_the_line_is_offered_first_and_none_is_not_offered() {
        let own = vec![rules_own("look", Risk::Safe), rules_own("restore", Risk::Destructive)];
        let ids = |git: Option<Tracked>, category| -> Vec<String> {
            let refined = refine(own.clone(), &finding(category), &frame("a.go", git), Lang::En).into_iter();
            refined.map(|fix| fix.id).collect()
        };
        assert_eq!(ids(Some(changed(true, "p")), Category::SyntaxError), ["restore", "look"]);
        assert_eq!(ids(Some(changed(false, "p")), Category::SyntaxError), ["look", "restore"]);
        assert_eq!(ids(Some(Tracked::default()), Category::SyntaxError), ["look"]);
        assert_eq!(ids(None, Category::SyntaxError), ["look", "restore"]);
        let other =
            refine(Vec::new(), &finding(Category::Dns), &frame("a", Some(changed(true, "p"))), Lang::En);
        assert!(other.is_empty());
    }

    #[test]
    fn hostile_names_stay_one_word() {
        let name = "a; touch x $(id) 'q'.go";
        let fix = fix(&frame(name, Some(changed(true, "it's.patch"))), Lang::En).expect("a fix");
        let words = shlex::split(&fix.commands[0]).expect("words");
        assert_eq!(words.iter().filter(|word| *word == name).count(), 2, "{words:?}");
        assert_eq!(words.iter().filter(|word| *word == "it's.patch").count(), 2, "{words:?}");
        assert_eq!(fix.risk, Risk::Destructive);
    }
}
