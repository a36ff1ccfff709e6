//! One failure that a rule told many times, with other names each time.

use super::super::candidate::Fate;
use super::super::rule::Category;
use super::{BURST, Entry};

/// So many subjects of one rule in one burst are one failure, whatever it is of.
const MANY: usize = 4;

/// One finding for what a rule said about several subjects in one burst, where one cause is behind them: the first
/// stands for all. Two tools that are missing are two failures, two hosts behind a dead proxy one.
pub(super) fn gather(entries: &mut Vec<Entry<'_>>) {
    let mut at = 0;
    while at < entries.len() {
        let (first, mut last) = (&entries[at], entries[at].last);
        let mut same = Vec::new();
        for (index, entry) in entries.iter().enumerate().skip(at + 1) {
            if entry.candidate.rule == first.candidate.rule
                && entry.candidate.run == first.candidate.run
                && entry.severity == first.severity
                && entry.candidate.evidence.line <= last + BURST
            {
                last = last.max(entry.last);
                same.push(index);
            }
        }
        let enough = if is_one_place(first.body.rule.category) { 1 } else { MANY };
        if same.len() >= enough {
            for index in same.into_iter().rev() {
                let other = entries.remove(index);
                let first = &mut entries[at];
                first.count = first.count.saturating_add(other.count);
                first.last = first.last.max(other.last);
                if first.fate == Fate::Open || other.fate == Fate::Deadly {
                    first.fate = other.fate;
                }
                first.take(other);
            }
        }
        at += 1;
    }
}

/// Categories of which one instance is behind whatever it shows on: the way out of the machine, its docker.
fn is_one_place(category: Category) -> bool {
    matches!(
        category,
        Category::Proxy
            | Category::Dns
            | Category::NetworkTimeout
            | Category::DockerDaemon
            | Category::DockerPermission
            | Category::RegistryRateLimit
    )
}
