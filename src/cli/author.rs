//! `ktui rules new` and `try`: for those who write rules, on the logs that they have.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};

use super::plans;
use super::rules::{Knowledge, knowledge, rules_with, tell};
use super::sessions::store;
use super::told::{in_both, told};
use super::{BAD_INPUT, Caller, FAILED, OK};
use crate::app::Desk;
use crate::assets::{self, Folder};
use crate::diagnose::compile::RuleBase;
use crate::diagnose::draft::{self, Draft, Trial};
use crate::diagnose::engine::{Context, Engine};
use crate::diagnose::finding::Finding;
use crate::locale::ui::{Say, Tell};
use crate::locale::{Fault, Lang, Text, both};
use crate::model::rule_draft::{FAMILY, Matches};
use crate::session::import;
use crate::session::store::Status;

/// Longer lines are cut; no message is that long.
const LONGEST: u64 = 64 * 1024;
/// How much is read at once.
const BLOCK: usize = 1 << 20;
/// So many findings are shown of one log.
const MOST_SHOWN: usize = 20;

/// A log: how to call it, and where it lies.
struct Log {
    name: String,
    path: PathBuf,
    /// Whether what it is of went well.
    passed: bool,
}

/// A log file, or a session by its id.
fn log(argument: &Path) -> Result<Log> {
    let name = argument.display().to_string();
    let is_file = name == "-" || assets::exists(argument);
    let path = if is_file {
        argument.to_owned()
    } else {
        let neither = |error| {
            Fault(both!("{name}: no such file, and {error}", "{name}：没有此文件，而且{error}", error))
        };
        store()?.find(&name).map_err(neither)?.cast()
    };
    Ok(Log { name, path, passed: false })
}

/// Every kept session that does not run.
fn kept() -> Result<Vec<Log>> {
    let sessions = store()?.list()?.into_iter().filter(|session| session.status != Status::Running);
    let log = |session: crate::session::store::Summary| Log {
        name: session.id.clone(),
        path: session.session.cast(),
        passed: session.status == Status::Ended(0),
    };
    Ok(sessions.map(log).collect())
}

/// Hands over each line of a log with its number, until the callback has enough.
fn each_line(log: &Log, mut each: impl FnMut(u64, &[u8]) -> bool) -> Result<()> {
    let bytes = import::raw(import::Source::named(&log.path))?.bytes;
    let mut reader = BufReader::with_capacity(BLOCK, bytes);
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        let got = (&mut reader).take(LONGEST).read_until(b'\n', &mut line)?;
        if got == 0 {
            return Ok(());
        }
        if line.pop_if(|last| *last == b'\n').is_none() && got as u64 == LONGEST {
            reader.skip_until(b'\n')?;
        }
        if !each(number, &line) {
            return Ok(());
        }
    }
    Ok(())
}

/// Runs `ktui rules new`.
pub(super) fn draft(from: &str, family: &str, caller: Caller) -> Result<u8> {
    let lang = caller.lang;
    let place = from.rsplit_once(':').and_then(|(name, line)| Some((name, line.parse::<u64>().ok()?)));
    let Some((name, wanted)) = place.filter(|(name, line)| !name.is_empty() && *line > 0) else {
        bail!(Tell::FromForm { from }.text(lang));
    };
    let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if family.is_empty() || !family.chars().all(is_name) {
        bail!(Tell::FamilyForm { family }.text(lang));
    }
    let log = log(Path::new(name))?;
    let mut found = None;
    let mut last = 0;
    each_line(&log, |number, line| {
        last = number;
        if number == wanted {
            found = Some(line.to_vec());
        }
        number < wanted
    })?;
    let number = wanted.to_string();
    let Some(line) = found else {
        bail!(Tell::NoLine { log: name, count: last, line: &number }.text(lang));
    };
    let Some(draft) = Draft::of(family, &line) else {
        bail!(Tell::NothingToDraft { log: name, line: &number }.text(lang));
    };
    super::say(&draft.yaml());
    for group in &draft.groups {
        talkln!("{:>12} = {}", group.name, group.value);
    }
    if !draft.has_fixed_text() {
        talkln!("{}", Say::NoFixedText.text(lang));
    }
    let knowledge = knowledge(None);
    if let Some(finding) = claimed(&knowledge, &log, wanted, lang)? {
        let (rule, title) = (&finding.rule, &finding.title);
        talkln!("{}", Tell::KnownAlready { rule, title }.text(lang));
    }
    count(&draft.pattern, lang)?;
    Ok(OK)
}

/// The finding that a line is evidence of already.
fn claimed(knowledge: &Knowledge, log: &Log, line: u64, lang: Lang) -> Result<Option<Finding>> {
    let findings = findings(&Arc::clone(&knowledge.rules), log, lang)?;
    let known = |finding: &Finding| {
        finding.rule != crate::diagnose::unknown::UNKNOWN
            && (finding.evidence.line == line || finding.also.iter().any(|also| also.line == line))
    };
    Ok(findings.into_iter().find(known))
}

/// Says how often a pattern matches in kept sessions.
fn count(pattern: &str, lang: Lang) -> Result<()> {
    let Matches { lines, with, sessions, passed } =
        matches(pattern, &mut |problem| talkln!("{}", problem.pick(lang)))?;
    talkln!("{}", Tell::PatternMatches { lines, with, sessions }.text(lang));
    if passed > 0 {
        talkln!("{}", Tell::PatternPassed { count: passed }.text(lang));
    }
    Ok(())
}

/// What the reader of a log keeps: rules of their own among the user's files.
pub(super) fn desk() -> Desk {
    let count = |pattern: &str| matches(pattern, &mut |_| {}).map_err(|error| in_both(&error));
    Desk { count: Arc::new(count), keep_rule: Arc::new(|line| keep(line).map_err(|error| in_both(&error))) }
}

/// Writes a rule drafted from a line into a file of its own among the user's rules.
fn keep(line: &str) -> Result<String> {
    let home = || Fault(both!("no home folder to keep rules in", "没有可存放规则的主目录"));
    let folder = assets::config_dir().ok_or_else(home)?.join(Folder::Diagnostics.name());
    for number in 1.. {
        let family = if number == 1 { FAMILY.to_owned() } else { format!("{FAMILY}-{number}") };
        let path = folder.join(format!("{family}.yaml"));
        let nothing =
            || Fault(both!("nothing in this line that a rule could recognise", "这一行没有规则可识别的内容"));
        let draft = Draft::of(&family, line.as_bytes()).ok_or_else(nothing)?;
        match assets::write_new(&path, &draft.yaml()) {
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            done => {
                return done.map(|()| path.display().to_string()).with_context(|| path.display().to_string());
            }
        }
    }
    Err(Fault(both!("no name is left", "没有可用的名称了")).into())
}

/// How often a pattern matches in kept sessions.
fn matches(pattern: &str, tell: &mut dyn FnMut(Text)) -> Result<Matches> {
    let trial = Trial::new([pattern]).map_err(Fault)?;
    let mut found = Matches::default();
    for log in kept()? {
        let mut here = 0;
        // One session that cannot be read hides no other.
        if let Err(error) = each_line(&log, |_, line| {
            here += u64::from(trial.groups(line).is_some());
            true
        }) {
            let name = &log.name;
            tell(both!("{name}: {error}", "{name}：{error}", error = in_both(&error)));
            continue;
        }
        found.sessions += 1;
        found.lines += here;
        found.with += u64::from(here > 0);
        found.passed += u64::from(here > 0 && log.passed);
    }
    Ok(found)
}

fn findings(base: &Arc<RuleBase>, log: &Log, lang: Lang) -> Result<Vec<Finding>> {
    let mut engine = Engine::new(Arc::clone(base), Context::default(), lang);
    let mut bytes = import::raw(import::Source::named(&log.path))?.bytes;
    let mut block = vec![0; BLOCK];
    loop {
        match bytes.read(&mut block) {
            Ok(0) => break,
            Ok(got) => engine.push(&block[..got]),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
    }
    engine.finish();
    Ok(engine.findings())
}

/// The family under which a pattern given on the command line is tried.
const TRIED: &str = "try";

/// The name under which the file of a draft loads: a family's file is called after it, a draft may be called anything.
fn under_its_family(name: &str, text: &str) -> String {
    let family = text.lines().find_map(|line| line.strip_prefix("family:")).map(str::trim);
    let plain = |family: &&str| {
        !family.is_empty() && family.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    };
    family.filter(plain).map_or_else(
        || name.to_owned(),
        |family| Path::new(name).with_file_name(format!("{family}.yaml")).display().to_string(),
    )
}

/// Runs `ktui rules try`.
pub(super) fn attempt(rule: &str, logs: &[PathBuf], dir: Option<&Path>, caller: Caller) -> Result<u8> {
    let is_file = Path::new(rule).extension().is_some_and(|end| end == "yaml" || end == "yml");
    let file = if is_file {
        match assets::read_text(Path::new(rule)) {
            Ok((name, text)) => (under_its_family(&name, &text), text),
            Err(problem) => return Ok(plans::refuse(&[problem], caller.lang)),
        }
    } else {
        (format!("{TRIED}.yaml"), draft::around_pattern(TRIED, rule))
    };
    let (own, mut problems) = RuleBase::load(std::slice::from_ref(&file));
    if is_file {
        for problem in &mut problems {
            rule.clone_into(&mut problem.file);
        }
    }
    if tell(&problems, caller.lang) > 0 || own.is_empty() {
        return Ok(BAD_INPUT);
    }
    let ids: BTreeSet<&str> = own.rules().map(|rule| rule.id.value.as_str()).collect();
    let patterns = own.rules().flat_map(|rule| rule.patterns.iter().map(|pattern| pattern.value.as_str()));
    let trial = Trial::new(patterns).map_err(Fault)?;
    let base = rules_with(dir, file);
    let kept_ones = logs.is_empty();
    let logs = if kept_ones { kept()? } else { logs.iter().map(|path| log(path)).collect::<Result<_>>()? };
    let mut found = 0;
    for log in &logs {
        let findings = match findings(&base, log, caller.lang) {
            Ok(findings) => findings,
            Err(error) if kept_ones => {
                talkln!("{}: {}", log.name, told(&error, caller.lang));
                continue;
            }
            Err(error) => return Err(error),
        };
        let mut matched: Vec<u64> = Vec::new();
        // Standard input is gone once it was read.
        if log.name != "-" {
            each_line(log, |number, line| {
                matched.extend(trial.groups(line).map(|_| number));
                true
            })?;
        }
        found += show(log, &findings, &ids, &matched, (kept_ones, caller.lang));
    }
    let count = logs.len();
    let text = both!("{found} findings in {count} logs", "{count} 个日志中有 {found} 处发现");
    talkln!("{}", text.pick(caller.lang));
    Ok(if found > 0 { OK } else { FAILED })
}

/// Prints what the tried rules find in a log; answers how many findings that are.
fn show(
    log: &Log,
    findings: &[Finding],
    ids: &BTreeSet<&str>,
    matched: &[u64],
    (quiet, lang): (bool, Lang),
) -> usize {
    let say = |text: Text| outln!("{}", text.pick(lang));
    let ours: Vec<(usize, &Finding)> =
        findings.iter().enumerate().filter(|(_, finding)| ids.contains(finding.rule.as_str())).collect();
    if ours.is_empty() && matched.is_empty() && quiet {
        return 0;
    }
    let (name, lines, count) = (&log.name, matched.len(), ours.len());
    say(both!("{name}: {lines} lines match, {count} findings", "{name}：匹配 {lines} 行，{count} 处发现"));
    for (rank, finding) in ours.iter().take(MOST_SHOWN) {
        let times = match finding.count {
            0 | 1 => Text::default(),
            times => both!(", {times} times", "，共 {times} 次"),
        };
        let (line, rule, rank, all) = (finding.evidence.line, &finding.rule, rank + 1, findings.len());
        say(both!(
            "  line {line}: {rule} is {rank} of {all}{times}",
            "  第 {line} 行：{rule} 排第 {rank}，共 {all} 处{times}",
            times
        ));
        outln!("    | {}", finding.evidence.text);
        for (name, value) in &finding.captures {
            outln!("    {name} = {}", value.replace(char::is_control, " "));
        }
        for also in finding.also.iter().filter(|also| !ids.contains(also.rule.as_str())).take(5) {
            let (line, rule, text) = (also.line, &also.rule, &also.text);
            say(both!(
                "    counts as its consequence: line {line}: {rule}  {text}",
                "    视为其后果：第 {line} 行：{rule}  {text}"
            ));
        }
    }
    if let Some((rank, _)) = ours.first() {
        for above in &findings[..*rank] {
            let (line, rule, title) = (above.evidence.line, &above.rule, &above.title);
            say(both!(
                "  above it: line {line}: {rule}  {title}",
                "  排在其前：第 {line} 行：{rule}  {title}"
            ));
        }
    }
    let shown: BTreeSet<u64> = ours.iter().map(|(_, finding)| finding.evidence.line).collect();
    let rest = matched.iter().copied().filter(|line| !shown.contains(line)).take(MOST_SHOWN);
    rest.for_each(|line| say(no_finding(line, findings)));
    ours.len()
}

/// Why a line that matches is no finding: it was taken back, or belongs to another one.
fn no_finding(line: u64, findings: &[Finding]) -> Text {
    let owner = findings
        .iter()
        .find(|finding| finding.evidence.line == line || finding.also.iter().any(|also| also.line == line));
    let Some(owner) = owner else {
        return both!(
            "  line {line}: matches, but is no finding of its own (a condition, or what came after)",
            "  第 {line} 行：匹配，但不单独成为发现（是条件，或后续现象）"
        );
    };
    let (rule, place) = (&owner.rule, owner.evidence.line);
    both!("  line {line}: belongs to {rule} (line {place})", "  第 {line} 行：属于 {rule}（第 {place} 行）")
}
