//! A log that ends badly and that no rule knows: which of its last rows most likely say why.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::locale::Lang;
use crate::locale::ui::{Say, Tell};

use super::familiar::Rows;
use super::finding::{Evidence, Finding};
use super::likeness;
use super::outcome::{self, Mark};
use super::pattern::{Row, command_of};
use super::rule::{Category, Kind, Severity};

mod verdict;

/// The id of findings that no rule made.
pub const UNKNOWN: &str = "unknown";

/// How sure a finding is whose row has the form of a tool's message; one whose row complains, or is the last that was
/// said before all was given up; and one that only stands last.
pub(super) const SURE: f32 = 0.4;
pub(super) const LIKELY: f32 = 0.3;
const UNSURE: f32 = 0.15;
/// What a row must score for that.
const SURE_SCORE: i64 = 40;
const LIKELY_SCORE: i64 = 20;
/// So many rows are the last that was said.
const LAST: usize = 5;
/// So much likelier is a complaint that the last good run did not print.
const NEW: i64 = 12;

/// `file:line:column: message`, as compilers, linters and shells print it.
static PLACED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"^(?P<file>[^\s:()]*[^\s:(.,]):(?:line )?(?P<line>[0-9]+)(?::(?P<column>[0-9]+))?: (?P<message>\S.*)$").ok()
});

/// `tool: message`, `error: message`, `E: message`.
static TOLD: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"^(?:(?P<tool>(?-u:[\w.+/-]{2,64}(?:\[[0-9]+\])?))\s?[:：]\s*)?(?:(?i:fatal|fatal error|error|panic|err|e|错误|致命错误)(?:\[(?-u:\w+)\])?\s?[:：!]\s*)?(?P<message>\S.*)$",
    )
    .ok()
});

/// What is known of how a run ended.
#[derive(Clone, Copy, Default)]
pub(super) struct Ending<'a> {
    /// Its stage.
    pub(super) stage: Option<&'a str>,
    /// Its exit status or signal said that it failed; otherwise only its rows do.
    pub(super) known_bad: bool,
    /// What the stage printed when it last went well.
    pub(super) familiar: Option<&'a Rows>,
}

/// The finding for a run that ended badly and in which no rule saw a cause.
pub(super) fn finding(tail: &[(u64, String)], ending: Ending<'_>, lang: Lang) -> Option<Finding> {
    let Ending { stage, known_bad, familiar } = ending;
    let rows: Vec<Row<'_>> = tail.iter().map(|(_, text)| Row::new(text.as_bytes())).collect();
    let verdict = verdict::first(&rows);
    let last_words = verdict.map_or(0..0, |verdict| last_words(&rows, verdict));
    let best = (0..rows.len())
        .map(|index| (score_beside(&rows, index, &last_words, familiar), index))
        .max_by_key(|&(score, index)| (score, index));
    let (confidence, index) = match best {
        Some((SURE_SCORE.., index)) => (SURE, index),
        Some((LIKELY_SCORE.., index)) => (LIKELY, index),
        Some((1.., index)) => (UNSURE, index),
        _ if known_bad => (UNSURE, rows.len().checked_sub(1)?),
        _ => return None,
    };
    let text = rows[index].text.to_string();
    let category = likeness::category(rows[index].rest()).unwrap_or(Category::Unknown);
    let captures = captures(rows[index].rest(), category);
    let message = captures.get("message").map_or(text.trim(), String::as_str);
    let (title, explain) = words(message, familiar.is_some(), lang);
    let line = tail[index].0;
    let context =
        tail[index.saturating_sub(3)..(index + 4).min(tail.len())].iter().map(|(_, row)| row.clone());
    let command = rows[..index].iter().rev().find_map(|row| command_of(row.rest())).map(str::to_owned);
    Some(Finding {
        rule: UNKNOWN.to_owned(),
        category,
        kind: Kind::Unknown,
        severity: if known_bad || verdict.is_some() { Severity::Error } else { Severity::Warning },
        confidence,
        title,
        explain,
        evidence: Evidence {
            line,
            end_line: line,
            text,
            stage: stage.map(str::to_owned),
            context: context.collect(),
            command,
        },
        captures,
        count: 1,
        also: Vec::new(),
        facts: Vec::new(),
    })
}

/// Whether the last that was said is a tool's message of something that is known to go wrong, though no word in it is one
/// of failure.
pub(super) fn is_complained_of(tail: &[(u64, String)]) -> bool {
    let rows = tail.iter().rev().map(|(_, text)| Row::new(text.as_bytes()));
    let last = rows.filter(|row| !row.rest().trim().is_empty()).take(LAST);
    last.take_while(|row| outcome::mark(row) != Mark::Good).any(|row| {
        let rest = row.rest();
        let told = is_told(rest) || is_loud(rest) || is_placed(rest);
        told && !row.echo && !is_aside(rest) && outcome::work(&row) < 3 && likeness::happened(rest).is_some()
    })
}

/// The same, beside what the stage printed when it last went well: what stood there too is not the reason, and
/// what is new may be, even without the form of a complaint.
fn score_beside(rows: &[Row<'_>], index: usize, last_words: &Range<usize>, familiar: Option<&Rows>) -> i64 {
    let score = score(rows, index, last_words);
    let Some(familiar) = familiar else { return score };
    let row = &rows[index];
    match score {
        _ if row.echo || familiar.know(row) => 0,
        // A verdict of the tool above is always new.
        1..20 => score,
        0 if !row.rest().trim().is_empty() && outcome::mark(row) == Mark::Neutral => {
            let distance = i64::try_from(rows.len() - 1 - index).unwrap_or(i64::MAX);
            12 - distance / 3
        }
        0 => 0,
        _ => score + NEW,
    }
}

/// How much a row looks like the reason of the failure.
fn score(rows: &[Row<'_>], index: usize, last_words: &Range<usize>) -> i64 {
    let row = &rows[index];
    let rest = row.rest();
    if row.echo || rest.trim().is_empty() || is_aside(rest) {
        return 0;
    }
    let strong = is_loud(rest);
    let placed = is_placed(rest);
    let speaks = outcome::work(row) < 3 && likeness::happened(rest).is_some();
    let last_word = last_words.contains(&index);
    // What stands right before those is the last that was said, too.
    let beside = last_word || index + 1 == last_words.start;
    let mut score = match outcome::mark(row) {
        Mark::Good | Mark::Ignored => return 0,
        // The verdict of the tool above is not the reason.
        Mark::Final | Mark::Bad if verdict::is_bare(rest) => return 6,
        Mark::Final if !strong && !speaks && !verdict::says_why(rest) => 10,
        Mark::Neutral if !placed && !strong && !speaks => {
            let said = outcome::work(row) < 3 && (is_told(rest) && last_word || is_sentence(rest) && beside);
            return if said { LIKELY_SCORE } else { 0 };
        }
        Mark::Neutral if !strong => 20,
        _ => 30,
    };
    score += 20 * i64::from(strong) + 15 * i64::from(placed) + 12 * i64::from(speaks);
    // A traceback ends with what happened.
    let traceback =
        rows[index.saturating_sub(40)..index].iter().any(|row| row.rest().starts_with("Traceback (most"));
    score += 10 * i64::from(traceback && !rest.starts_with(' '));
    // The nearer the end the likelier, but the first of several complaints that follow one another.
    let distance = i64::try_from(rows.len() - 1 - index).unwrap_or(i64::MAX);
    let first = index == 0 || outcome::mark(&rows[index - 1]) != Mark::Bad;
    score + 4 * i64::from(first) - distance / 3
}

/// What is said beside the matter: warnings, advice, and make's echo of a failed target in the words of its releases
/// before 4.3.
fn is_aside(rest: &str) -> bool {
    let low = rest.to_lowercase();
    ["warning", "warn", "警告", "note:", "usage:", "info["].iter().any(|word| low.starts_with(word))
        || [": warning:", ": note: "].iter().any(|part| low.contains(part))
        || (rest.contains("recipe for target '") && rest.ends_with("' failed"))
}

/// Whether a row says itself that it is an error: the words with which tools open one, and their loggers' levels.
fn is_loud(rest: &str) -> bool {
    const PARTS: [&str; 12] = [
        "error:",
        "fatal:",
        "fatal error",
        "panic:",
        "错误：",
        "错误:",
        "error[",
        "fata[",
        "exception",
        "level=fatal",
        "level=error",
        "npm err!",
    ];
    const STARTS: [&str; 6] = ["e: ", "error ", "err: ", "fatal ", "错误", "致命错误"];
    let low = rest.to_lowercase();
    PARTS.iter().any(|part| low.contains(part)) || STARTS.iter().any(|start| low.starts_with(start))
}

/// Whether a row says where in a file something is.
fn is_placed(rest: &str) -> bool {
    PLACED.as_ref().is_some_and(|placed| placed.is_match(rest))
}

/// Whether a tool names itself and says something: `tool: message`.
fn is_told(rest: &str) -> bool {
    let tool =
        TOLD.as_ref().and_then(|told| told.captures(rest)).is_some_and(|told| told.name("tool").is_some());
    tool && rest.contains(' ')
}

/// Whether a row reads like something that is told, not like a command: words in a row, few of them options, paths or
/// assignments.
fn is_sentence(rest: &str) -> bool {
    let words: Vec<&str> = rest.split_whitespace().collect();
    let plain = words.iter().filter(|word| !word.starts_with('-') && !word.contains(['/', '=', '$'])).count();
    words.len() >= 4 && !words.iter().any(|word| word.starts_with('-')) && plain * 3 >= words.len() * 2
}

/// The rows between which and the verdict nothing else was said, but for what complains too.
fn last_words(rows: &[Row<'_>], verdict: usize) -> Range<usize> {
    let complains = |row: &Row<'_>| {
        row.rest().trim().is_empty() || is_aside(row.rest()) || outcome::mark(row) == Mark::Bad
    };
    let first = rows[..verdict].iter().rposition(|row| !complains(row));
    first.unwrap_or(0)..verdict
}

fn captures(rest: &str, category: Category) -> BTreeMap<String, String> {
    let mut captures = BTreeMap::new();
    let found = PLACED
        .as_ref()
        .and_then(|placed| placed.captures(rest))
        .map(|found| (found, &*PLACED))
        .or_else(|| TOLD.as_ref().and_then(|told| told.captures(rest)).map(|found| (found, &*TOLD)));
    if let Some((found, Some(regex))) = found {
        for name in regex.capture_names().flatten() {
            if let Some(value) = found.name(name) {
                captures.insert(name.to_owned(), value.as_str().trim().to_owned());
            }
        }
    }
    let matter = likeness::matter(rest, category).map(str::to_owned);
    let subject = match (captures.get("file"), captures.get("line"), matter) {
        (Some(file), Some(line), None) => format!("{file}:{line}"),
        (_, _, Some(matter)) => matter,
        _ => captures.get("tool").or_else(|| captures.get("message")).cloned().unwrap_or_default(),
    };
    captures.insert("subject".to_owned(), subject);
    captures
}

fn words(message: &str, beside: bool, lang: Lang) -> (String, String) {
    let short: String = message.chars().take(120).collect();
    let (seen, next) = (if beside { Say::UnknownBeside } else { Say::UnknownAlone }, Say::UnknownNext);
    let explain = [seen.text(lang), next.text(lang)].join(if lang == Lang::En { " " } else { "" });
    (Tell::UnknownTitle { message: &short }.text(lang), explain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(log: &str) -> Option<(u64, String)> {
        let tail: Vec<(u64, String)> = (1..).zip(log.lines().map(str::to_owned)).collect();
        outcome::Tail::new(&tail)
            .ends_badly()
            .then(|| finding(&tail, Ending::default(), Lang::En))
            .flatten()
            .map(|found| (found.evidence.line, found.subject().to_owned()))
    }

    #[test]
    fn the_reason_is_told_from_its_echoes() {
        for (log, line, subject) in [
            (
                "+ frob all\nfrob.x:12:3: widget has no handle\nmake: *** [Makefile:3: all] Error 2",
                2,
                "frob.x:12",
            ),
            ("work\nfrobnicate: error: the moon is full\nexit status 3", 2, "frobnicate"),
            (
                "Traceback (most recent call last):\n  File \"x.py\", line 3, in f\nValueError: bad moon\nmake: *** [x] Error 1",
                3,
                "ValueError",
            ),
            (
                "frob.x:12:3: widget has no handle\nMakefile:3: recipe for target 'all' failed\nmake: *** [all] Error 2",
                1,
                "frob.x:12",
            ),
            ("a\nb\nERROR: the first\nERROR: the second\nmake: *** [x] Error 1", 3, "ERROR"),
        ] {
            assert_eq!(
                found(log).as_ref().map(|(line, subject)| (*line, subject.as_str())),
                Some((line, subject)),
                "{log}"
            );
        }
    }

    #[test]
    fn a_good_end_has_no_reason() {
        for log in ["all\nfine", "error: x\nretrying\nSuccessfully built 1234", ""] {
            assert_eq!(found(log), None, "{log}");
        }
    }
}
