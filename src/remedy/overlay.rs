//! Fixes that take the place of the rules' own for one plan's sessions: the tour's, which must not leave its
//! folder. The rule base finds the failure; here is only what to do about it.

use std::borrow::Cow;

use regex::Regex;
use serde::Deserialize;

use crate::diagnose::finding::Finding;
use crate::diagnose::rule::{Category, FixRule, Rule};
use crate::locale::both;
use crate::yaml::{self, Places, Problem, Spanned};

/// A file of fixes.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Overlay {
    /// The plan whose sessions it is for.
    pub overlay: Spanned<String>,
    /// The first entry that matches a finding is the one that counts.
    pub fixes: Vec<Replaced>,
}

/// Which findings get which fixes. Everything given must hold; rules and categories are alternatives within
/// their lists.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Replaced {
    /// Rule ids.
    #[serde(default)]
    pub rules: Vec<String>,
    /// Categories.
    #[serde(default)]
    pub categories: Vec<Category>,
    /// Stages in which the evidence stands; a finding without a stage matches.
    #[serde(default)]
    pub stages: Vec<String>,
    /// The finding's subject.
    #[serde(default)]
    pub subject: String,
    /// Regular expression that the subject or the evidence line must match somewhere.
    #[serde(default)]
    pub subject_pattern: String,
    /// What is offered.
    pub fixes: Vec<FixRule>,
}

impl Overlay {
    /// Decodes an overlay, or all that is wrong with it.
    pub fn load(file: &str, text: &str) -> (Option<Self>, Vec<Problem>) {
        let (overlay, mut problems) = yaml::parse_all::<Self>(file, text);
        if let Some(overlay) = &overlay {
            let places = Places::of(file, text);
            for (at, replaced) in overlay.fixes.iter().enumerate() {
                let path = format!("fixes.{at}");
                if replaced.rules.is_empty() && replaced.categories.is_empty() {
                    problems.push(places.problem(
                        &path,
                        both!(
                            "matches everything: expected `rules` or `categories`",
                            "匹配一切；应有 `rules` 或 `categories`"
                        ),
                    ));
                }
                if Regex::new(&replaced.subject_pattern).is_err() {
                    problems.push(places.problem(
                        &format!("{path}.subject_pattern"),
                        both!("is no regular expression", "不是正则表达式"),
                    ));
                }
                if replaced.fixes.is_empty() {
                    problems.push(places.problem(
                        &format!("{path}.fixes"),
                        both!("has no fixes: expected at least one", "没有修复；至少应有一个"),
                    ));
                }
            }
        }
        (overlay, problems)
    }

    /// The fixes for a finding, where this overlay has any.
    pub fn fixes(&self, finding: &Finding) -> Option<&[FixRule]> {
        let matching = |replaced: &&Replaced| replaced.matches(finding);
        self.fixes.iter().find(matching).map(|replaced| replaced.fixes.as_slice())
    }

    /// The rule with this overlay's fixes for the finding, or as it is.
    pub fn over<'r>(&self, finding: &Finding, rule: &'r Rule) -> Cow<'r, Rule> {
        match self.fixes(finding) {
            Some(fixes) => Cow::Owned(Rule { fixes: fixes.to_vec(), ..rule.clone() }),
            None => Cow::Borrowed(rule),
        }
    }
}

impl Replaced {
    fn matches(&self, finding: &Finding) -> bool {
        let listed = self.rules.is_empty() && self.categories.is_empty()
            || self.rules.contains(&finding.rule)
            || self.categories.contains(&finding.category);
        let stage = finding.evidence.stage.as_ref();
        listed
            && (self.stages.is_empty() || stage.is_none_or(|stage| self.stages.contains(stage)))
            && (self.subject.is_empty() || finding.subject() == self.subject)
            && (self.subject_pattern.is_empty() || self.names(finding))
    }

    fn names(&self, finding: &Finding) -> bool {
        Regex::new(&self.subject_pattern).is_ok_and(|pattern| {
            pattern.is_match(finding.subject()) || pattern.is_match(&finding.evidence.text)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnose::finding::Evidence;
    use crate::diagnose::rule::{Kind, Severity};

    fn finding(category: Category, subject: &str, stage: Option<&str>) -> Finding {
        Finding {
            rule: "any.rule".into(),
            category,
            kind: Kind::Cause,
            severity: Severity::Error,
            confidence: 1.0,
            title: String::new(),
            explain: String::new(),
            evidence: Evidence { stage: stage.map(str::to_owned), ..Evidence::default() },
            captures: [("subject".to_owned(), subject.to_owned())].into(),
            count: 1,
            also: vec![],
            facts: vec![],
        }
    }

    #[test]
    fn the_first_entry_that_matches_counts() {
        let text = "overlay: t\nfixes:\n\
            - {categories: [missing-tool], subject: yq, fixes: [{id: a, title: {en: A}}]}\n\
            - {categories: [proxy, dns], stages: [download], fixes: [{id: b, title: {en: B}}]}\n\
            - {rules: [any.rule], subject_pattern: 'secc.mp', fixes: [{id: c, title: {en: C}}]}\n";
        let (overlay, problems) = Overlay::load("f", text);
        assert!(problems.is_empty(), "{problems:?}");
        let overlay = overlay.unwrap();
        let found = |category, subject, stage| {
            overlay.fixes(&finding(category, subject, stage)).map(|fixes| fixes[0].id.value.clone())
        };
        for (category, subject, stage, want) in [
            (Category::MissingTool, "yq", None, Some("a")),
            (Category::MissingTool, "jq", None, None),
            (Category::Dns, "k3s.io", Some("download"), Some("b")),
            (Category::Dns, "k3s.io", Some("build"), None),
            (Category::Proxy, "seccomp.h", Some("build"), Some("c")),
        ] {
            assert_eq!(found(category, subject, stage).as_deref(), want, "{category:?} {subject}");
        }
    }

    #[test]
    fn an_entry_for_everything_is_a_fault() {
        let (_, problems) =
            Overlay::load("f", "overlay: t\nfixes:\n- {subject: x, subject_pattern: '(', fixes: []}\n");
        assert_eq!(problems.len(), 3, "{problems:?}");
    }
}
