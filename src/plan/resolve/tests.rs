//! Plans and settings → what would run, or what is wrong.

use proptest::prelude::*;

use super::*;
use crate::plan::tree::Table;

const PLAN: &str = "\
plan: small
title: {en: Small, zh: 小}
about: {en: A small plan, zh: 小计划}
detect: {project: small}
inputs:
- {name: jobs, title: {en: Jobs, zh: 并行数}, default: '{{cpus}}', pattern: '[0-9]+'}
- {name: what, title: {en: What, zh: 目标}}
- {name: mode, title: {en: Mode, zh: 模式}, default: fast, choices: [fast, slow]}
- {name: proxy, title: {en: Proxy, zh: 代理}, default: '{{env.http_proxy}}'}
- {name: token, title: {en: Token, zh: 令牌}, secret: true}
env:
  GOFLAGS: '{{env.GOFLAGS}} -p={{jobs}}'
  PATH: '{{dir}}/bin:{{env.PATH}}'
  http_proxy: '{{proxy}}'
  ALSO: '{{env.PATH}}'
stages:
- {id: fetch, title: {en: Fetch, zh: 下载}, run: fetch, when: {exists: [scripts/fetch]}}
- {id: build, title: {en: Build, zh: 构建}, run: 'make {{what}}', cwd: 'src/{{arch}}', timeout: 90s,
   env: {PATH: '/stage:{{env.PATH}}', EMPTY: ''}, produces: [{path: 'out/{{what}}'}], check: 'test -f {{what}}'}
- {id: pack, title: {en: Pack, zh: 打包}, run: pack, shell: sh -e, when: {input: {mode: slow}}}
";

struct Given<'a> {
    set: &'a [(&'a str, &'a str)],
    from: Option<&'a str>,
    to: Option<&'a str>,
    only: &'a [&'a str],
    tree: &'a [&'a str],
    lang: Lang,
}

const PLAIN: Given<'_> =
    Given { set: &[], from: None, to: None, only: &[], tree: &["scripts/fetch"], lang: Lang::En };

fn run_plan(text: &str, given: &Given<'_>) -> Result<Resolved, Vec<String>> {
    let (plan, problems) = check::load("f", text);
    assert!(problems.is_empty(), "{problems:?}");
    let set: Vec<(String, String)> =
        given.set.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let only: Vec<String> = given.only.iter().map(|name| (*name).to_owned()).collect();
    let env = [("PATH", "/usr/bin"), ("http_proxy", "http://127.0.0.1:7890"), ("GOFLAGS", "-v")];
    let settings = Settings {
        dir: Path::new("/tree"),
        tree: &Table::of(given.tree.iter().map(|path| (*path, ""))),
        target: "local",
        set: &set,
        from: given.from,
        to: given.to,
        only: &only,
        env: &env.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        machine: &Machine { arch: "riscv64".into(), os: "linux".into(), cpus: 8 },
        lang: given.lang,
    };
    resolve(&plan.unwrap(), &settings)
        .map_err(|problems| problems.iter().map(|problem| problem.text(crate::locale::Lang::En)).collect())
}

fn run(given: &Given<'_>) -> Result<Resolved, Vec<String>> {
    run_plan(PLAN, given)
}

#[test]
fn values_reach_scripts_quoted_and_everything_else_as_they_are() {
    let made = run(&Given { set: &[("what", "a b; rm -rf ~"), ("token", "secret")], ..PLAIN }).unwrap();
    let build = &made.stages[1];
    assert_eq!(build.script, "make 'a b; rm -rf ~'");
    assert_eq!(build.check.as_deref(), Some("test -f 'a b; rm -rf ~'"));
    assert_eq!(build.products[0].path, "out/a b; rm -rf ~");
    assert_eq!(build.dir, Path::new("/tree/src/riscv64"));
    assert_eq!(build.timeout, Some(std::time::Duration::from_secs(90)));
    assert_eq!(build.shell, ["bash", "-euo", "pipefail"]);
    assert_eq!(made.stages[2].shell, ["sh", "-e"]);
    assert_eq!(made.project, "small");
    assert_eq!(made.shown_inputs()["token"], "***");
}

#[test]
fn environment_comes_in_levels() {
    let made = run(&PLAIN).unwrap();
    let (fetch, build) = (&made.stages[0].env, &made.stages[1].env);
    assert_eq!(fetch["PATH"], "/tree/bin:/usr/bin");
    assert_eq!(build["PATH"], "/stage:/tree/bin:/usr/bin");
    assert_eq!(fetch["ALSO"], "/tree/bin:/usr/bin");
    assert_eq!(fetch["GOFLAGS"], "-v -p=8");
    assert_eq!(fetch["http_proxy"], "http://127.0.0.1:7890");
    assert_eq!(build["EMPTY"], "");
    // An input that is left empty leaves the user's own environment alone.
    let made = run(&Given { set: &[("proxy", "")], ..PLAIN }).unwrap();
    assert_eq!(made.stages[0].env.get("http_proxy"), None);
}

#[test]
fn stages_are_left_out_with_a_reason() {
    let skipped = |given: &Given<'_>| -> Vec<Option<String>> {
        run(given).unwrap().stages.into_iter().map(|stage| stage.skipped).collect()
    };
    let slow = "mode is “fast”, not “slow”";
    for (given, want) in [
        (PLAIN, [None, None, Some(slow)]),
        (Given { set: &[("mode", "slow")], ..PLAIN }, [None, None, None]),
        (Given { tree: &[], ..PLAIN }, [Some("the tree has no scripts/fetch"), None, Some(slow)]),
        (Given { from: Some("build"), ..PLAIN }, [Some("--from build"), None, Some(slow)]),
        (Given { to: Some("fetch"), ..PLAIN }, [None, Some("--to fetch"), Some("--to fetch")]),
        (Given { only: &["build"], ..PLAIN }, [Some("--only build"), None, Some("--only build")]),
        (
            Given { lang: Lang::Zh, tree: &[], ..PLAIN },
            [Some("源码树中没有 scripts/fetch"), None, Some("mode 为“fast”，不是“slow”")],
        ),
    ] {
        assert_eq!(skipped(&given), want.map(|reason| reason.map(str::to_owned)));
    }
}

#[test]
fn everything_wrong_with_the_settings_comes_at_once() {
    let given = Given {
        set: &[("jbos", "2"), ("jobs", "many"), ("mode", "slwo"), ("what", "a\nb")],
        from: Some("biuld"),
        to: Some("nowhere"),
        only: &["pak"],
        ..PLAIN
    };
    let told = run(&given).unwrap_err();
    for want in [
        "--set jbos: the plan `small` has no such input; did you mean `jobs`?",
        "--set jobs: `many` does not fit: expected [0-9]+",
        "--set mode: `slwo` is not among the choices; did you mean `slow`? (expected `fast` or `slow`)",
        "--set what: `a\\nb` holds control characters",
        "--from biuld: the plan `small` has no such stage; did you mean `build`?",
        "--to nowhere: the plan `small` has no such stage (expected `fetch`, `build` or `pack`)",
        "--only pak: the plan `small` has no such stage; did you mean `pack`?",
    ] {
        assert!(told.iter().any(|line| line.starts_with(want)), "{want}\n{told:#?}");
    }
}

#[test]
fn a_value_cannot_lead_out_of_the_tree() {
    let told = run(&Given { set: &[("what", "../../etc/passwd")], ..PLAIN }).unwrap_err();
    assert!(told[0].contains("goes up with `..`"), "{told:?}");
    let told = run(&Given { from: Some("pack"), to: Some("fetch"), ..PLAIN }).unwrap_err();
    assert!(told[0].contains("nothing is left to run"), "{told:?}");
}

#[test]
fn stages_run_after_those_they_need() {
    let stage = |id: &str, after: &str| format!("- {{id: {id}, title: {{en: x, zh: x}}, run: x{after}}}\n");
    let head = "plan: p\ntitle: {en: x, zh: x}\nabout: {en: x, zh: x}\nstages:\n";
    let text = head.to_owned()
        + &stage("last", ", after: [middle, first]")
        + &stage("middle", ", after: [first]")
        + &stage("first", ", after: [zero]")
        + &stage("next", "")
        + &stage("zero", ", after: [start]")
        + &stage("start", ", after: [root]")
        + &stage("root", ", after: [base]");
    let (_, problems) = check::load("f", &text);
    assert!(problems.iter().any(|problem| problem.message.en.contains("`base` is no stage")), "{problems:?}");
    // The first stage of the file may need later ones; one without `after` needs the one before it.
    let text = text.replace("- {id: root, title: {en: x, zh: x}, run: x, after: [base]}\n", "");
    let text = text.replace(
        &stage("last", ", after: [middle, first]"),
        &(stage("root", "") + &stage("last", ", after: [middle, first]")),
    );
    let made = run_plan(&text, &PLAIN).unwrap();
    let order: Vec<&str> = made.stages.iter().map(|stage| stage.id.as_str()).collect();
    assert_eq!(order, ["root", "start", "zero", "first", "middle", "last", "next"]);
    let made = run_plan(&text, &Given { from: Some("first"), to: Some("middle"), ..PLAIN }).unwrap();
    let running: Vec<&str> =
        made.stages.iter().filter(|stage| stage.skipped.is_none()).map(|stage| stage.id.as_str()).collect();
    assert_eq!(running, ["first", "middle"]);
}

proptest! {
    /// Whatever a value holds, the shell sees it as one word.
    #[test]
    fn any_value_is_one_word(value in "[^\\p{Cc}]{0,40}") {
        prop_assume!(check::outside(&value).is_none());
        let made = run(&Given { set: &[("what", &value)], ..PLAIN }).unwrap();
        prop_assert_eq!(shlex::split(&made.stages[1].script), Some(vec!["make".to_owned(), value.clone()]));
    }
}
