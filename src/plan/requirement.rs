//! What a machine must have for a plan: requirements into questions, answers into verdicts. Pure.

use regex::Regex;

use super::amount::{shown_size, size};
use super::detect::Circumstances;
use super::schema::Requirement;
use super::version;
use crate::diagnose::fact::Ask;
use crate::event::Answer;
use crate::locale::Lang;
use crate::locale::ui::{Say, Tell};

/// Folders in which a C compiler looks for headers by itself; the last is for the Debian family.
const INCLUDE: [&str; 3] = ["/usr/include", "/usr/local/include", "/usr/include/{triplet}"];

/// Whether a requirement is met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is.
    Met,
    /// It is not.
    Unmet,
    /// The machine did not say.
    Unknown,
}

/// A requirement and how the machine stands to it, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// What is asked for: `yq`, `seccomp.h`, `libseccomp`, memory, disk.
    pub what: String,
    /// What was found.
    pub found: String,
    /// What is wanted of it.
    pub wanted: String,
    /// Why, from the plan.
    pub why: String,
    /// The verdict.
    pub verdict: Verdict,
}

/// What of it is asked for here: a tree of another era, or a build with other inputs, can need less.
pub fn needed(here: &Circumstances<'_>) -> Vec<Requirement> {
    here.plan.requirements.iter().filter(|it| here.unmet(&it.when).is_none()).cloned().collect()
}

/// The verdict on one requirement.
pub fn judge(
    requirement: &Requirement,
    dir: &str,
    arch: &str,
    lang: Lang,
    answer: &dyn Fn(&Ask) -> Option<Answer>,
) -> Checked {
    let answers: Vec<Option<Answer>> = asked(requirement, dir, arch).iter().map(answer).collect();
    let (found, wanted, verdict) = verdict(requirement, &answers, lang);
    let why = requirement.why.pick(lang).to_owned();
    Checked { what: name(requirement, lang), found, wanted, why, verdict }
}

/// What has to be asked for one requirement.
pub fn asked(requirement: &Requirement, dir: &str, arch: &str) -> Vec<Ask> {
    if !requirement.tool.is_empty() {
        let tool = requirement.tool.clone();
        let more = !requirement.version.is_empty() || !requirement.version_pattern.is_empty();
        let mut asks = vec![Ask::Which(tool.clone())];
        asks.extend(more.then_some(Ask::Version(tool)));
        asks
    } else if !requirement.header.is_empty() {
        let path = |folder: &&str| {
            Ask::File(format!("{}/{}", folder.replace("{triplet}", triplet(arch)), requirement.header))
        };
        // The compiler knows best; where there is none, the folders that it would look into.
        let compiled = std::iter::once(Ask::Compiles(requirement.header.clone()));
        compiled.chain(INCLUDE.iter().map(path)).collect()
    } else if !requirement.pkg_config.is_empty() {
        // Where there is no pkg-config the linker can tell.
        let linked = library(&requirement.pkg_config).to_owned();
        vec![Ask::PkgConfig(requirement.pkg_config.clone()), Ask::Links(linked)]
    } else if !requirement.memory.is_empty() {
        vec![Ask::Memory, Ask::Swap]
    } else if !requirement.disk.is_empty() {
        vec![Ask::Disk(dir.to_owned())]
    } else {
        Vec::new()
    }
}

/// What the linker calls the library of a pkg-config module: `seccomp` for `libseccomp`.
fn library(module: &str) -> &str {
    module.strip_prefix("lib").unwrap_or(module)
}

/// Debian's multiarch folder for a GOARCH name.
fn triplet(arch: &str) -> &'static str {
    match arch {
        "arm64" => "aarch64-linux-gnu",
        "arm" => "arm-linux-gnueabihf",
        "riscv64" => "riscv64-linux-gnu",
        "s390x" => "s390x-linux-gnu",
        "ppc64le" => "powerpc64le-linux-gnu",
        "386" => "i386-linux-gnu",
        "loong64" => "loongarch64-linux-gnu",
        _ => "x86_64-linux-gnu",
    }
}

/// A requirement in a few words: `yq ≥ 4`, `memory ≥ 3 GiB`.
pub fn named(requirement: &Requirement, lang: Lang) -> String {
    let least = [&requirement.version, &requirement.memory, &requirement.disk];
    let least = least.into_iter().find(|least| !least.is_empty());
    let name = name(requirement, lang);
    least.map_or_else(|| name.clone(), |least| format!("{name} ≥ {least}"))
}

fn name(requirement: &Requirement, lang: Lang) -> String {
    let named = [&requirement.tool, &requirement.header, &requirement.pkg_config];
    match named.into_iter().find(|name| !name.is_empty()) {
        Some(name) => name.clone(),
        None if !requirement.memory.is_empty() => Say::NeedMemory.text(lang).to_owned(),
        None => Say::NeedDisk.text(lang).to_owned(),
    }
}

type Judged = (String, String, Verdict);

fn verdict(requirement: &Requirement, answers: &[Option<Answer>], lang: Lang) -> Judged {
    if !requirement.tool.is_empty() {
        tool(requirement, answers, lang)
    } else if !requirement.header.is_empty() {
        let (found, verdict) = first_there(answers, lang);
        (found, Say::NeedHeader.text(lang).to_owned(), verdict)
    } else if !requirement.pkg_config.is_empty() {
        // The build asks pkg-config; the linker counts only where pkg-config could not be asked.
        let by_linker = !matches!(answers.first(), Some(Some(Answer::Is(_) | Answer::Absent)));
        let told = if by_linker { answers.get(1..) } else { answers.get(..1) };
        let (mut found, verdict) = first_there(told.unwrap_or_default(), lang);
        if by_linker && verdict == Verdict::Met {
            found = Tell::NeedLinks { library: library(&requirement.pkg_config) }.text(lang);
        }
        (found, Say::NeedPkgConfig.text(lang).to_owned(), verdict)
    } else {
        amount(requirement, answers, lang)
    }
}

fn tool(requirement: &Requirement, answers: &[Option<Answer>], lang: Lang) -> Judged {
    let floor = &requirement.version;
    let wanted = match (floor.is_empty(), requirement.version_pattern.is_empty()) {
        (false, _) => format!("≥ {floor}"),
        (true, false) => Say::NeedRightTool.text(lang).to_owned(),
        (true, true) => Say::NeedOnPath.text(lang).to_owned(),
    };
    let (path, there) = first_there(answers.get(..1).unwrap_or_default(), lang);
    if there != Verdict::Met || answers.len() < 2 {
        return (path, wanted, there);
    }
    let Some(Some(Answer::Is(line))) = answers.get(1) else {
        return (Tell::NeedNoVersion { path: &path }.text(lang), wanted, Verdict::Unknown);
    };
    let right = requirement.version_pattern.is_empty()
        || Regex::new(&requirement.version_pattern).is_ok_and(|pattern| pattern.is_match(line));
    let version = version::first_version(line);
    let high = match version {
        _ if floor.is_empty() => Some(true),
        Some(version) => Some(version::compare(version, floor).is_ge()),
        None => None,
    };
    let verdict = match (right, high) {
        (false, _) | (_, Some(false)) => Verdict::Unmet,
        (true, Some(true)) => Verdict::Met,
        (true, None) => Verdict::Unknown,
    };
    let shown = version.filter(|_| right).map_or_else(|| line.chars().take(80).collect(), str::to_owned);
    (format!("{path} ({shown})"), wanted, verdict)
}

fn amount(requirement: &Requirement, answers: &[Option<Answer>], lang: Lang) -> Judged {
    let text = if requirement.memory.is_empty() { &requirement.disk } else { &requirement.memory };
    let wanted = size(text).unwrap_or_default();
    let bytes = |answer: &Option<Answer>| match answer {
        Some(Answer::Is(bytes)) => bytes.trim().parse::<u64>().ok(),
        // No swap is an answer.
        Some(Answer::Absent) => Some(0),
        _ => None,
    };
    let wanted_text = format!("≥ {}", shown_size(wanted));
    // The first answer decides whether anything is known; what swap adds may stay unknown.
    let Some(first) = answers.first().and_then(bytes) else {
        return (Say::NotKnown.text(lang).to_owned(), wanted_text, Verdict::Unknown);
    };
    let rest = answers.iter().skip(1).filter_map(bytes).fold(0, u64::saturating_add);
    let all = first.saturating_add(rest);
    // A machine sold with 4 GiB shows a little less.
    let verdict = if all.saturating_add(all / 16) >= wanted { Verdict::Met } else { Verdict::Unmet };
    (shown_size(all), wanted_text, verdict)
}

/// The first that is there; missing only where every place was looked at.
fn first_there(answers: &[Option<Answer>], lang: Lang) -> (String, Verdict) {
    let there = answers.iter().find_map(|answer| match answer {
        Some(Answer::Is(value)) => Some(value.clone()),
        _ => None,
    });
    match there {
        Some(value) => (value, Verdict::Met),
        None if !answers.is_empty() && answers.iter().all(|answer| *answer == Some(Answer::Absent)) => {
            (Say::NotThere.text(lang).to_owned(), Verdict::Unmet)
        }
        None => (Say::NotKnown.text(lang).to_owned(), Verdict::Unknown),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::Text;

    fn plan(requirement: &str) -> crate::plan::Plan {
        let text = format!(
            "plan: p\ntitle: {{en: x, zh: x}}\nabout: {{en: x, zh: x}}\nrequirements:\n- {{{requirement}}}\nstages:\n\
             - {{id: a, title: {{en: x, zh: x}}, run: x}}\n"
        );
        let (plan, problems) = crate::plan::load("f", &text);
        assert!(problems.is_empty(), "{problems:?}");
        plan.unwrap()
    }

    #[test]
    #[expect(clippy::too_many_lines, reason = "a table")]
    fn answers_become_verdicts() {
        let yq = "tool: yq, version: '4', version_pattern: mikefarah";
        let is = |text: &str| Answer::Is(text.to_owned());
        for (requirement, answers, verdict, found) in [
            ("tool: git", vec![("which git", is("/usr/bin/git"))], Verdict::Met, "/usr/bin/git"),
            ("tool: git", vec![("which git", Answer::Absent)], Verdict::Unmet, "not there"),
            ("tool: git", vec![], Verdict::Unknown, "not known"),
            (
                yq,
                vec![
                    ("which yq", is("/usr/bin/yq")),
                    ("version yq", is("yq (https://github.com/mikefarah/yq/) version v4.44.6")),
                ],
                Verdict::Met,
                "/usr/bin/yq (4.44.6)",
            ),
            (
                yq,
                vec![("which yq", is("/usr/bin/yq")), ("version yq", is("yq 3.1.0"))],
                Verdict::Unmet,
                "/usr/bin/yq (yq 3.1.0)",
            ),
            (
                yq,
                vec![
                    ("which yq", is("/usr/bin/yq")),
                    ("version yq", is("yq (https://github.com/mikefarah/yq/) version 3.4.1")),
                ],
                Verdict::Unmet,
                "/usr/bin/yq (3.4.1)",
            ),
            (
                yq,
                vec![
                    ("which yq", is("/usr/bin/yq")),
                    ("version yq", Answer::Unknown(Text::verbatim("timed out"))),
                ],
                Verdict::Unknown,
                "/usr/bin/yq, version not known",
            ),
            (
                "header: seccomp.h",
                vec![
                    ("file /usr/include/seccomp.h", Answer::Absent),
                    ("file /usr/local/include/seccomp.h", Answer::Absent),
                    ("file /usr/include/riscv64-linux-gnu/seccomp.h", is("file")),
                ],
                Verdict::Met,
                "file",
            ),
            ("pkg_config: libseccomp", vec![("pkg-config libseccomp", is("2.5.4"))], Verdict::Met, "2.5.4"),
            (
                "pkg_config: libseccomp",
                vec![
                    ("pkg-config libseccomp", Answer::Unknown(Text::verbatim("there is no pkg-config"))),
                    ("links seccomp", is("true")),
                ],
                Verdict::Met,
                "the linker finds -lseccomp",
            ),
            (
                "pkg_config: libseccomp",
                vec![
                    ("pkg-config libseccomp", Answer::Unknown(Text::verbatim("there is no pkg-config"))),
                    ("links seccomp", Answer::Absent),
                ],
                Verdict::Unmet,
                "not there",
            ),
            (
                "pkg_config: libseccomp",
                // The build asks pkg-config, whatever the linker finds.
                vec![("pkg-config libseccomp", Answer::Absent), ("links seccomp", is("true"))],
                Verdict::Unmet,
                "not there",
            ),
            (
                "memory: 4 GiB",
                vec![("memory", is("3900000000")), ("swap", is("0"))],
                Verdict::Unmet,
                "3.6 GiB",
            ),
            ("memory: 4 GiB", vec![("memory", is("4100000000"))], Verdict::Met, "3.8 GiB"),
            (
                "memory: 1 GiB",
                vec![("memory", is("500000000")), ("swap", is("900000000"))],
                Verdict::Met,
                "1.3 GiB",
            ),
            ("disk: 10 GiB", vec![("disk /t", is("1073741824"))], Verdict::Unmet, "1 GiB"),
        ] {
            let plan = plan(requirement);
            let answer = |ask: &Ask| {
                answers
                    .iter()
                    .find(|(written, _)| *written == ask.to_string())
                    .map(|(_, answer)| answer.clone())
            };
            for (written, _) in &answers {
                let asks = asked(&plan.requirements[0], "/t", "riscv64");
                assert!(asks.iter().any(|ask| ask.to_string() == *written), "{written} is never asked");
            }
            let judged = judge(&plan.requirements[0], "/t", "riscv64", Lang::En, &answer);
            assert_eq!((judged.verdict, judged.found.as_str()), (verdict, found), "{requirement}");
        }
    }

    #[test]
    fn what_only_some_trees_and_builds_need_is_asked_for_there_alone() {
        let text = "plan: p\ntitle: {en: x, zh: x}\nabout: {en: x, zh: x}\n\
            eras:\n- {id: old, title: {en: x, zh: x}, when: {exists: [rsyncd.sh]}}\n- {id: new, title: {en: x, zh: x}}\n\
            inputs:\n- {name: cgo, title: {en: x, zh: x}, choices: ['0', '1'], default: '0'}\n\
            requirements:\n- {tool: bash}\n- {tool: rsync, when: {era: [old]}}\n- {tool: gcc, when: {input: {cgo: '1'}}}\n\
            stages:\n- {id: a, title: {en: x, zh: x}, run: x}\n";
        let (plan, problems) = crate::plan::load("f", text);
        assert!(problems.is_empty(), "{problems:?}");
        let plan = plan.unwrap();
        for (files, cgo, tools) in [
            (&[("rsyncd.sh", "")][..], "0", &["bash", "rsync"][..]),
            (&[("README", "")][..], "0", &["bash"][..]),
            (&[("README", "")][..], "1", &["bash", "gcc"][..]),
        ] {
            let tree = crate::plan::tree::Table::of(files.iter().copied());
            let era = crate::plan::detect::era(&plan, &tree, None).map_or("", |era| era.id.value.as_str());
            let inputs = [("cgo".to_owned(), cgo.to_owned())].into();
            let here =
                Circumstances { plan: &plan, tree: &tree, arch: None, era, inputs: &inputs, lang: Lang::En };
            let asked: Vec<String> = needed(&here).into_iter().map(|it| it.tool).collect();
            assert_eq!(asked, tools, "{files:?} cgo={cgo}");
        }
        let (_, problems) = crate::plan::load("f", &text.replace("era: [old]", "era: [odl]"));
        assert!(
            problems
                .iter()
                .any(|it| it.text(Lang::En).contains("no era is called `odl`; did you mean `old`")),
            "{problems:?}"
        );
    }
}
