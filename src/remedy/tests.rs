//! Fixes for findings, as tables; and the property that nothing captured becomes shell syntax.

use std::collections::BTreeMap;
use std::process::Command;

use proptest::prelude::*;

use super::*;
use crate::diagnose::finding::Evidence;
use crate::diagnose::rule::{Category, Family, Kind, Severity};

const RULES: &str = r#"
family: t
about: {en: test}
rules:
  - id: t.tool
    category: missing-tool
    title: {en: "{{tool}} is missing"}
    explain: {en: x}
    shapes: {tool: tool, file: path}
    fixes:
      - id: install
        title: {en: "Install {{tool}}"}
        risk: system
        install: {tool: "{{tool}}"}
      - id: words
        title: {en: Words}
        commands: ["printf '%s\\0' {{file}} > out"]
        guide: {en: "Look at {{file}} and {{loose}}."}
      - id: loose
        title: {en: Loose}
        commands: ["echo {{loose}}"]
"#;

const PACKAGES: &str = r#"
packages:
  - name: yq
    tools: [yq]
    install: {apk: [yq-go]}
    commands: {any: ["curl -fL -o /usr/local/bin/yq https://github.com/mikefarah/yq/releases/download/v4.44.6/yq_linux_{{arch}}", "chmod +x /usr/local/bin/yq"]}
    verify: yq --version
  - name: make
    tools: [make]
    install: {apt: [make], dnf: [make]}
"#;

fn family() -> Family {
    crate::yaml::parse("t.yaml", RULES).expect("the rules parse")
}

fn finding(captures: &[(&str, &str)]) -> Finding {
    Finding {
        rule: "t.tool".into(),
        category: Category::MissingTool,
        kind: Kind::Cause,
        severity: Severity::Error,
        confidence: 0.9,
        title: String::new(),
        explain: String::new(),
        evidence: Evidence::default(),
        captures: captures
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect::<BTreeMap<_, _>>(),
        count: 1,
        also: Vec::new(),
        facts: Vec::new(),
    }
}

fn fixes(captures: &[(&str, &str)], machine: &Machine) -> Vec<Fix> {
    let (remedies, problems) = Remedies::load("packages.yaml", PACKAGES);
    assert_eq!(problems, []);
    remedies.fixes(&finding(captures), &family().rules[0], machine, Lang::En)
}

fn debian() -> Machine {
    Machine { manager: Some(Manager::Apt), arch: "riscv64".into(), root: Some(true), ..Machine::default() }
}

#[test]
fn yq_on_debian_is_mikefarahs_release_binary_for_the_architecture() {
    let fix = &fixes(&[("tool", "yq")], &debian())[0];
    assert!(fix.commands[0].ends_with("yq_linux_riscv64"), "{fix:?}");
    assert!(!fix.commands.iter().any(|command| command.contains("apt")), "{fix:?}");
    assert_eq!(fix.verify, "yq --version");
    assert!(fix.guide.contains("apk add yq-go"), "{fix:?}");
}

#[test]
fn sudo_is_named_where_the_user_is_not_root() {
    let machine = Machine { root: Some(false), ..debian() };
    let fix = &fixes(&[("tool", "make")], &machine)[0];
    assert_eq!(fix.commands, ["sudo apt-get update", "sudo apt-get install -y make"]);
    assert_eq!(as_root("echo a > /etc/b", &machine), "sudo sh -c 'echo a > /etc/b'");
}

#[test]
fn a_tool_outside_the_table_is_guessed_and_the_way_to_find_it_told() {
    let fix = &fixes(&[("tool", "frobnicate")], &debian())[0];
    assert_eq!(fix.commands.last().map(String::as_str), Some("apt-get install -y frobnicate"));
    assert!(fix.guide.contains("apt-file search bin/frobnicate"), "{fix:?}");
}

#[test]
fn a_capture_that_does_not_fit_its_shape_makes_no_command() {
    for hostile in ["$(touch /tmp/x)", "; rm -rf ~", "-rf", "a b", "`id`", "yq\n"] {
        let all = fixes(&[("tool", hostile)], &debian());
        assert!(all.iter().all(|fix| !fix.acts()), "{hostile:?}: {all:?}");
    }
}

#[test]
fn a_capture_without_a_shape_is_shown_but_never_run() {
    let all = fixes(&[("tool", "make"), ("file", "/a b"), ("loose", "$(id)")], &debian());
    let words = all.iter().find(|fix| fix.id == "words").map(|fix| fix.guide.as_str());
    assert_eq!(words, Some("Look at /a b and $(id)."));
    assert!(!all.iter().any(|fix| fix.id == "loose"), "{all:?}");
}

/// Strings that shells trip over, mixed with anything.
fn hostile() -> impl Strategy<Value = String> {
    let bits = prop::sample::select(vec![
        "$(touch pwned)",
        "`touch pwned`",
        "; touch pwned",
        "| touch pwned",
        "&& touch pwned",
        "\n",
        "'",
        "\"",
        "\\",
        "${IFS}",
        "$'\\x41'",
        "*",
        "~",
        "!",
        "#",
        " ",
        "\t",
        ">pwned",
        "<x",
        "{a,b}",
        "é",
        "行",
        "-",
        "--",
        "\r",
        "\u{1b}[0m",
    ]);
    prop_oneof![
        prop::collection::vec(bits, 1..6).prop_map(|bits| bits.concat()),
        any::<String>(),
        "[ -~]{1,40}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// The whole way: a hostile capture in a fix's command, run by a real shell, stays one argument.
    #[test]
    #[expect(clippy::disallowed_methods, reason = "the property is about what a real shell does")]
    fn what_was_captured_reaches_the_shell_as_one_word_or_not_at_all(value in hostile()) {
        let all = fixes(&[("tool", "make"), ("file", &value)], &debian());
        let words = all.iter().find(|fix| fix.id == "words");
        if let Some(command) = words.and_then(|fix| fix.commands.first()) {
            let dir = tempfile::tempdir()?;
            let status = Command::new("bash").arg("-euo").arg("pipefail").arg("-c").arg(command)
                .current_dir(dir.path()).status()?;
            prop_assert!(status.success());
            let mut expected = value.clone().into_bytes();
            expected.push(0);
            prop_assert_eq!(std::fs::read(dir.path().join("out"))?, expected);
            let names: Vec<_> = std::fs::read_dir(dir.path())?.collect::<Result<Vec<_>, _>>()?;
            prop_assert_eq!(names.len(), 1, "the command made other files");
        }
    }

    /// Shapes let no shell syntax through at all, so the commands that the package table makes are plain.
    #[test]
    fn install_commands_hold_harmless_words_only(value in hostile()) {
        for fix in fixes(&[("tool", &value)], &debian()).iter().filter(|fix| fix.id == "install") {
            for command in &fix.commands {
                let plain = !command.contains(['$', '`', ';', '|', '&', '\n', '<', '>', '\'', '"']);
                prop_assert!(plain, "{}", command);
            }
        }
    }
}
