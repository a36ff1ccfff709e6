//! Whether a rule keeps what its samples and near misses promise.
//!
//! Owns the questions to the engine; what else is wrong with a rule is `lint`'s.

use std::sync::Arc;

use super::super::compile::RuleBase;
use super::super::rule::{Kind, Sample};
use super::{FEWEST_SAMPLES, Report, try_sample};
use crate::locale::both;

impl Report<'_> {
    pub(super) fn samples(&mut self, base: &Arc<RuleBase>) {
        let rule = self.rule().clone();
        if rule.samples.len() < FEWEST_SAMPLES {
            let count = rule.samples.len();
            let message = both!(
                "{count} samples; a rule has {FEWEST_SAMPLES} or more",
                "有 {count} 个样本；规则至少应有 {FEWEST_SAMPLES} 个"
            );
            self.at(&rule.id, message);
        }
        for sample in &rule.samples {
            let findings = try_sample(base, sample);
            let Some(first) = findings.first().filter(|first| first.kind != Kind::Unknown) else {
                self.at(&sample.text, both!("no rule matches this sample", "没有规则匹配此样本"));
                continue;
            };
            if first.rule != rule.id.value {
                let own = findings.iter().any(|finding| finding.rule == rule.id.value)
                    || findings
                        .iter()
                        .flat_map(|finding| &finding.also)
                        .any(|also| also.rule == rule.id.value);
                let other = &first.rule;
                let message = if own {
                    both!(
                        "`{other}` comes before this rule on its own sample",
                        "在此规则自己的样本上，`{other}` 排在它之前"
                    )
                } else {
                    both!(
                        "this rule misses its sample; `{other}` takes it",
                        "此规则未匹配自己的样本，却被 `{other}` 匹配"
                    )
                };
                self.at(&sample.text, message);
            } else if !sample.subject.is_empty() && sample.subject != first.subject() {
                let (found, wanted) = (first.subject(), &sample.subject);
                let message =
                    both!("the subject is `{found}`, not `{wanted}`", "主体是 `{found}`，不是 `{wanted}`");
                self.at(&sample.text, message);
            } else if first.subject().is_empty() {
                self.warn(&sample.text, both!("the finding has no subject", "该发现没有主体"));
            }
        }
    }

    pub(super) fn near_misses(&mut self, base: &Arc<RuleBase>) {
        let rule = self.rule().clone();
        if rule.near_misses.is_empty() && !rule.patterns.is_empty() {
            let message = both!(
                "no near miss; show a log that looks alike and must not match",
                "没有近似反例；请给出一段相似但不应匹配的日志"
            );
            self.at(&rule.id, message);
        }
        for miss in &rule.near_misses {
            let sample = Sample {
                text: miss.clone(),
                subject: String::new(),
                exit: None,
                signal: None,
                check_failed: false,
                timed_out: false,
                stage: String::new(),
                arch: String::new(),
            };
            let findings = try_sample(base, &sample);
            let hit = findings
                .iter()
                .any(|finding| finding.rule == rule.id.value && finding.severity == rule.severity)
                || findings.iter().flat_map(|finding| &finding.also).any(|also| also.rule == rule.id.value);
            if hit {
                self.at(miss, both!("this near miss matches", "此近似反例被匹配了"));
            }
        }
    }
}
