//! Each thing that can be wrong with a plan, its place and its words.

use proptest::prelude::*;

use super::load;

const GOOD: &str = "\
plan: small
title: {en: Small, zh: 小}
about: {en: A small plan, zh: 小计划}
detect:
  project: small
  files: [Makefile]
  contains: {Makefile: '^all:'}
inputs:
- name: jobs
  title: {en: Jobs, zh: 并行数}
  default: '{{cpus}}'
  pattern: '[1-9][0-9]*'
- name: mode
  title: {en: Mode, zh: 模式}
  default: fast
  choices: [fast, slow]
env:
  JOBS: '{{jobs}}'
  PATH: '{{dir}}/bin:{{env.PATH}}'
requirements:
- tool: make
  version: '4.0'
  why: {en: builds, zh: 构建}
- memory: 1 GiB
stages:
- id: one
  title: {en: One, zh: 一}
  run: make -j {{jobs}} one
  timeout: 10m
  produces:
  - path: out/*.o
    at_least: 2
  progress:
  - pattern: '^\\[(?P<done>\\d+)/(?P<total>\\d+)\\]'
- id: two
  title: {en: Two, zh: 二}
  run: |
    echo start
    make two
  when:
    input: {mode: slow}
";

fn told(text: &str) -> Vec<String> {
    load("f", text).1.iter().map(|problem| problem.text(crate::locale::Lang::En)).collect()
}

/// The good plan with one line (or lines) replaced.
fn with(old: &str, new: &str) -> Vec<String> {
    assert!(GOOD.contains(old), "{old}");
    told(&GOOD.replacen(old, new, 1))
}

#[test]
fn a_good_plan_has_no_problems() {
    assert_eq!(told(GOOD), Vec::<String>::new());
    assert!(load("f", GOOD).0.is_some());
}

#[test]
fn each_fault_is_named_where_it_stands() {
    for (old, new, want) in [
        ("plan: small", "plan: Small One", "f:1:1: `Small One` is no plan id"),
        ("title: {en: Small, zh: 小}", "title: {en: Small}", "f:2:1: warning: has no Chinese text"),
        ("title: {en: One, zh: 一}", "title: {en: '', zh: 一}", "f:27:3: has no English text"),
        ("files: [Makefile]", "files: [/etc/passwd]", "f:6:11: `/etc/passwd` is absolute"),
        ("files: [Makefile]", "files: [a, ../b]", "f:6:14: `../b` goes up with `..`"),
        ("'^all:'", "'(all'", "f:7:14: is no regular expression: unclosed group"),
        ("name: jobs", "name: cpus", "f:9:3: `cpus` is always there"),
        ("name: mode", "name: jobs", "f:13:3: the input `jobs` stands here for the second time"),
        ("name: mode", "name: Mode", "f:13:3: `Mode` is no input name"),
        (
            "default: fast",
            "default: quick",
            "f:15:3: the default `quick` is not among the choices: expected `fast` or `slow`",
        ),
        (
            "default: '{{cpus}}'",
            "default: none",
            "f:11:3: the default `none` does not match the input's pattern",
        ),
        ("'[1-9][0-9]*'", "'[1-9'", "f:12:3: is no regular expression: unclosed character class"),
        ("default: '{{cpus}}'", "default: '{{jobs}}'", "f:9:3: goes in a circle: jobs → jobs"),
        ("JOBS: '{{jobs}}'", "JOBS: '{{job}}'", "f:18:10: nothing is called `{{job}}`; did you mean `jobs`?"),
        (
            "JOBS: '{{jobs}}'",
            "JOBS: '{{env.MORE}}'\n  MORE: '{{env.JOBS}}'",
            "f:18:3: goes in a circle: JOBS → MORE → JOBS",
        ),
        ("  JOBS:", "  JO BS:", "f:18:3: `JO BS` is no variable name"),
        (
            "- tool: make\n",
            "- tool: make\n  header: a.h\n",
            "f:21:3: names `tool` and `header`: expected exactly one of",
        ),
        ("- memory: 1 GiB", "- memory: much", "f:24:3: `much` is no size: expected a size such as"),
        ("- memory: 1 GiB", "- memory: 1 GiB\n  version: '1'", "f:25:3: `version` is only for a `tool`"),
        ("- tool: make", "- tool: make all", "f:21:3: `make all` is no name"),
        ("id: two", "id: one", "f:35:3: the id `one` is stage 1's"),
        ("id: two", "id: t wo", "f:35:3: `t wo` is no stage id"),
        (
            "- id: two",
            "- id: two\n  after: [on]",
            "f:36:11: `on` is no stage of this plan; did you mean `one`? (expected `one`)",
        ),
        ("- id: two", "- id: two\n  after: [two]", "f:36:11: `two` is this stage itself"),
        ("- id: one", "- id: one\n  after: [two]", "f:26:3: goes in a circle: one → two → one"),
        ("run: make -j {{jobs}} one", "run: ' '", "f:28:3: is empty: expected something to run"),
        ("    make two", "    make {{tow}}", "f:39:10: nothing is called `{{tow}}`"),
        ("    make two", "    make \"{{mode}}\"", "f:39:11: `{{mode}}` stands inside quotes"),
        (
            "timeout: 10m",
            "timeout: 10 minutes",
            "f:29:3: `10 minutes` is no time limit: expected a time such as",
        ),
        ("timeout: 10m", "cwd: ../up", "f:29:3: `../up` goes up with `..`"),
        ("path: out/*.o", "path: /out", "f:31:5: `/out` is absolute"),
        ("at_least: 2", "at_least: 0", "f:32:5: is 0, which is always so"),
        ("?P<done>", "?P<don>", "f:34:22: the group `don` means nothing; did you mean `done`?"),
        ("'^\\[(?P<done>\\d+)/(?P<total>\\d+)\\]'", "^x", "f:34:5: tells nothing: expected a group"),
        (
            "input: {mode: slow}",
            "input: {made: slow}",
            "f:41:13: no input is called `made`; did you mean `mode`?",
        ),
        ("input: {mode: slow}", "input: {mode: slw}", "f:41:13: `mode` is never `slw`"),
        ("input: {mode: slow}", "exists: [/a]", "f:41:14: `/a` is absolute"),
        ("  run: |", "  shell: ''\n  run: |", "f:37:3: `` is no command"),
    ] {
        let got = with(old, new);
        assert!(got.iter().any(|line| line.starts_with(want)), "{new}\nwanted {want}\ngot {got:#?}");
    }
}

#[test]
fn all_faults_come_at_once() {
    let text = GOOD
        .replace("timeout: 10m", "timeout: never\n  colour: red")
        .replace("run: make -j {{jobs}} one", "run: make {{nobody}}");
    assert_eq!(told(&text).len(), 3);
}

#[test]
fn no_stages_and_too_many() {
    let head = GOOD.split("stages:").next().unwrap();
    assert!(told(&format!("{head}stages: []\n"))[0].contains("at least one"));
    let one = |i| format!("- {{id: s{i}, title: {{en: x, zh: x}}, run: x, after: [s{}]}}\n", i + 1);
    let many: Vec<String> = (0..3000).map(one).collect();
    let many = many.concat();
    assert!(told(&format!("{head}stages:\n{many}"))[0].contains("at most 200"));
}

#[test]
fn garbage_never_gives_a_plan() {
    for text in ["", "\0\0\0", "plan", "- x\n", "{", "plan: &a [*a]", "\u{1b}[31m", "plan: !!binary x"] {
        let (plan, problems) = load("f", text);
        assert!(plan.is_none() && !problems.is_empty(), "{text:?}");
    }
}

proptest! {
    #[test]
    fn any_line_may_be_spoilt(line in 0_usize..42, with in "[ -~]{0,30}") {
        let spoilt: Vec<&str> =
            GOOD.lines().enumerate().map(|(at, text)| if at == line { with.as_str() } else { text }).collect();
        let (plan, problems) = load("f", &spoilt.join("\n"));
        prop_assert!(plan.is_some() || !problems.is_empty());
    }

    #[test]
    fn any_byte_soup_ends(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let (plan, problems) = load("f", &String::from_utf8_lossy(&bytes));
        prop_assert!(plan.is_none() && !problems.is_empty());
    }
}
