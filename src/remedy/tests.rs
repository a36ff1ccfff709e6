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
fn a_tool_of_the_users_own_is_not_installed_as_root() {
    let table =
        "packages: [{name: goimports, tools: [make], as: user, commands: {any: [go install x@latest]}}]";
    let (remedies, problems) = Remedies::load("packages.yaml", table);
    assert_eq!(problems, []);
    let machine = Machine { root: Some(false), ..debian() };
    let fixes = remedies.fixes(&finding(&[("tool", "make")]), &family().rules[0], &machine, Lang::En);
    assert_eq!(fixes[0].commands, ["go install x@latest"]);
    let provided = remedies.provide(Wanted::Tool("make"), &machine, Lang::En).map(|fix| fix.commands);
    assert_eq!(provided, Some(vec!["go install x@latest".to_owned()]));
}

/// One rule with one fix of these lines, for a user who is not root, in `/src/k3s`.
fn one(fix: &str, path: &str) -> Option<Fix> {
    let shown = RULES.split("    fixes:").next().unwrap_or_default().replace("file: path", "file: tree");
    let rules = format!("{shown}    fixes:\n      - {{id: f, title: {{en: F}}, guide: {{en: G}}, {fix}}}\n");
    let family: Family = crate::yaml::parse("t.yaml", &rules).expect("the rule parses");
    let machine = Machine { root: Some(false), dir: Some("/src/k3s".into()), ..debian() };
    let finding = finding(&[("tool", "make"), ("file", path)]);
    Remedies::default().fixes(&finding, &family.rules[0], &machine, Lang::En).pop()
}

#[test]
fn what_loses_work_runs_as_the_user_unless_it_says_root() {
    let commands = |fix: &str| one(fix, "bin").map(|fix| fix.commands).unwrap_or_default();
    assert_eq!(commands("risk: destructive, commands: [mv a b]"), ["mv a b"]);
    assert_eq!(commands("risk: destructive, as: root, commands: [mv a b]"), ["sudo mv a b"]);
    assert_eq!(commands("risk: system, as: user, commands: [make clean]"), ["make clean"]);
}

#[test]
fn a_verification_that_only_root_may_ask_is_asked_with_sudo() {
    let verify = |verify: &str| {
        let fix = format!("risk: system, commands: [apt-get -f install -y], verify: {verify}");
        one(&fix, "bin").map(|fix| fix.verify).unwrap_or_default()
    };
    assert_eq!(verify("apt-get check"), "sudo apt-get check");
    assert_eq!(verify("'! apt-get update'"), "sudo sh -c '! apt-get update'");
    assert_eq!(verify("docker version"), "docker version");
}

#[test]
fn a_path_outside_of_the_tree_gets_guidance_only() {
    let commands = |path: &str| {
        let fix = one("risk: system, commands: ['chown -R me {{file}}']", path).expect("guidance at least");
        fix.commands
    };
    assert_eq!(commands("bin/k3s"), ["sudo chown -R me bin/k3s"]);
    assert_eq!(commands("/src/k3s/bin/k3s"), ["sudo chown -R me bin/k3s"]);
    for outside in ["/", "/usr/lib/x", "../x", "/src/k3s/../../etc/x", "/src/k3s2/x", "a/../../x"] {
        assert_eq!(commands(outside), Vec::<String>::new(), "{outside}");
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the question is what a real shell under sudo makes of it")]
fn in_a_root_shell_the_user_is_the_one_who_called_sudo() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = tempfile::tempdir().expect("a folder");
    for (name, text) in [("sudo", "#!/bin/sh\nSUDO_UID=4242 exec \"$@\"\n"), ("id", "#!/bin/sh\necho 0\n")] {
        std::fs::write(dir.path().join(name), text).expect("written");
        let mode = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(dir.path().join(name), mode).expect("executable");
    }
    let machine = Machine { root: Some(false), ..debian() };
    let command = as_root("echo \"${SUDO_UID:-$(id -u)}\"", &machine);
    assert!(command.starts_with("sudo sh -c "), "{command}");
    let path = format!("{}:/usr/bin:/bin", dir.path().display());
    let said = Command::new("bash").arg("-c").arg(&command).env("PATH", path).env_remove("SUDO_UID").output();
    assert_eq!(String::from_utf8_lossy(&said.expect("bash").stdout), "4242\n", "{command}");
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

#[test]
fn what_no_rule_knows_gets_first_steps_by_its_kind() {
    let (remedies, _) = Remedies::load("packages.yaml", PACKAGES);
    let machine = Machine { manager: Some(Manager::Apk), ..Machine::default() };
    let unknown =
        |category, subject| Finding { category, kind: Kind::Unknown, ..finding(&[("subject", subject)]) };
    let steps = |finding: &Finding| -> Vec<(String, bool)> {
        let steps = remedies.first_steps(finding, &machine, Lang::En);
        steps.into_iter().map(|fix| (fix.id.clone(), fix.acts())).collect()
    };
    let words = || ("first-steps".to_owned(), false);
    assert_eq!(steps(&unknown(Category::DiskFull, "/var")), [words()]);
    assert_eq!(steps(&unknown(Category::MissingTool, "yq")), [("install".to_owned(), true), words()]);
    assert_eq!(steps(&unknown(Category::MissingTool, "yq; reboot")), [words()], "what no tool is called");
    assert_eq!(steps(&unknown(Category::Unknown, "frob")), []);
    assert_eq!(steps(&finding(&[("subject", "yq")])), [], "a rule has fixes of its own");
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
