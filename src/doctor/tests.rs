//! Checks with a table of answers: what comes out, and what would mend it.

use super::*;
use crate::locale::Text;
use crate::plan::tree::Table;
use crate::toolchain::required::{Upstream, required};

fn scene() -> Scene {
    Scene { dir: "/t".into(), arch: "riscv64".into(), lang: Lang::En }
}

fn judged(check: &Check, answers: &[(&str, Answer)]) -> (State, String) {
    let known = |ask: &Ask| {
        answers.iter().find(|(text, _)| *text == ask.to_string()).map(|(_, answer)| answer.clone())
    };
    for (text, _) in answers {
        assert!(check.asks(&scene()).iter().any(|ask| ask.to_string() == *text), "{text} is never asked");
    }
    let outcome = check.judge(&scene(), &known);
    (outcome.state, outcome.found)
}

fn is(text: &str) -> Answer {
    Answer::Is(text.into())
}

#[test]
fn rows_of_the_table_judge_their_facts() {
    let setting = network::Setting {
        proxy: Some("http://me:word@10.0.0.1:7890".into()),
        module_server: Some("https://goproxy.cn/".into()),
        registry: true,
        repository: network::repository("k3s"),
    };
    let network = network::hops(&setting, Lang::En);
    let direct = network::hops(&network::Setting::default(), Lang::En);
    let all: Vec<Check> = table::general("/t", Lang::En)
        .into_iter()
        .chain(table::running_k3s(Lang::En))
        .chain(table::engine("docker", Lang::En))
        .chain(network)
        .chain(direct)
        .collect();
    let unknown = Answer::Unknown(Text::verbatim("timed out"));
    for (ask, answer, state) in [
        ("clock", is("86400"), State::Bad),
        ("clock", is("1800000000"), State::Good),
        ("charmap", is("ANSI_X3.4-1968"), State::Warning),
        ("charmap", is("UTF-8"), State::Good),
        ("inodes /t", is("12"), State::Bad),
        ("cgroups", is("v2 cpu cpuset io memory pids"), State::Good),
        ("cgroups", is("v1 cpu cpuset"), State::Warning),
        ("kernel-config VXLAN", is("m"), State::Good),
        ("kernel-config VXLAN", Answer::Absent, State::Warning),
        ("kernel-config VXLAN", unknown.clone(), State::Unknown),
        ("listening 127.0.0.1:6443", Answer::Absent, State::Good),
        ("listening 127.0.0.1:6443", is("true"), State::Warning),
        ("file /var/lib/rancher/k3s", is("folder"), State::Warning),
        ("engine docker", is("28.2.2"), State::Good),
        ("engine docker", is("denied"), State::Bad),
        ("engine docker", Answer::Absent, State::Bad),
        ("resolve github.com", Answer::Unknown(Text::verbatim("no answer within 2 s")), State::Warning),
        (
            "git-remote https://github.com/k3s-io/k3s.git",
            Answer::Unknown(Text::verbatim("there is no git to ask with")),
            State::Unknown,
        ),
        ("resolve github.com", is("0.0.0.0"), State::Warning),
        ("resolve github.com", is("140.82.121.3"), State::Good),
        ("connect http://me:word@10.0.0.1:7890 github.com:443", is("407"), State::Warning),
        ("connect http://me:word@10.0.0.1:7890 github.com:443", is("200"), State::Good),
        ("reachable https://registry-1.docker.io/v2/", is("401"), State::Good),
        ("reachable https://goproxy.cn/golang.org/toolchain/@v/list", is("502"), State::Warning),
    ] {
        let check =
            all.iter().find(|check| check.asks(&scene()).iter().any(|known| known.to_string() == ask));
        let check = check.unwrap_or_else(|| panic!("no check asks {ask}"));
        assert_eq!(judged(check, &[(ask, answer.clone())]).0, state, "{ask}: {answer:?}");
    }
}

#[test]
fn a_proxys_password_is_in_no_outcome() {
    let setting =
        network::Setting { proxy: Some("http://me:hunter2@10.0.0.1:7890".into()), ..Default::default() };
    for check in network::hops(&setting, Lang::En) {
        let outcome = check.judge(&scene(), &|_| Some(is("407")));
        assert!(!format!("{outcome:?}").contains("hunter2"), "{outcome:?}");
    }
}

#[test]
fn a_go_that_is_not_the_trees_is_predicted() {
    let tree = Table::of([
        ("go.mod", "module github.com/k3s-io/k3s\ngo 1.23.3\nrequire k8s.io/kubernetes v1.32.3\n"),
        ("scripts/version.sh", "VERSION_GOLANG"),
        ("scripts/build", "UpstreamGolang"),
    ]);
    let upstream = Upstream { version: "1.23.6".parse().unwrap(), place: "dependencies.yaml".into() };
    let needed = Box::new(required(&tree, Some(upstream)));
    let check = Check::Go(needed.clone(), None);
    let with = |version: &str, setting: &str| {
        judged(&check, &[("go-env GOVERSION", is(version)), ("go-env GOTOOLCHAIN", is(setting))])
    };
    assert_eq!(with("go1.23.6", "auto").0, State::Good);
    assert_eq!(with("go1.26.8", "local").0, State::Bad);
    assert_eq!(with("go1.22.9", "local").0, State::Bad);
    assert_eq!(judged(&check, &[("go-env GOVERSION", Answer::Absent)]), (State::Bad, "no Go".into()));
    let own = Check::Go(needed, Some("1.23.6".parse().unwrap()));
    let (state, found) = judged(&own, &[("go-env GOVERSION", is("go1.26.8"))]);
    assert_eq!((state, found.as_str()), (State::Good, "ktui's own Go 1.23.6, which `ktui build` takes"));
}

#[test]
fn the_wrong_yq_is_not_mended_by_installing_it_again() {
    let requirement =
        Requirement { tool: "yq".into(), version_pattern: "mikefarah".into(), ..Requirement::default() };
    let check = Check::Requirement(requirement);
    let answers =
        |ask: &Ask| Some(if matches!(ask, Ask::Which(_)) { is("/usr/bin/yq") } else { is("yq 3.1.0") });
    let outcome = check.judge(&scene(), &answers);
    assert_eq!((outcome.state, outcome.cure), (State::Bad, Cure::Rule("wrong-tool.yq-python", Vec::new())));
    let outcome = check.judge(&scene(), &|_| Some(Answer::Absent));
    assert_eq!(outcome.cure, Cure::Tool("yq".into()));
}

#[test]
fn a_certificate_that_nobody_could_ask_for_is_not_mended_by_another_authority() {
    let check = Check::Row(network::issuer("https://github.com", Lang::En));
    let outcome = check.judge(&scene(), &|_| {
        Some(Answer::Unknown(Text::verbatim("(6) Could not resolve host: github.com")))
    });
    assert_eq!(outcome.state, State::Warning);
    assert_eq!(outcome.cure, Cure::Said("(6) Could not resolve host: github.com".into()));
}
