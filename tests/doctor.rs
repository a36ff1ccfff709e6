//! The doctor on machines of the test's making: what it says is wrong, what it offers, what `--fix` may run, and that
//! it asks everything at once.
#![expect(clippy::disallowed_methods, reason = "a test drives the world")]
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod plan_site;

use std::collections::BTreeMap;

use ktui::diagnose::fact::Ask;
use ktui::doctor::examine::examine;
use ktui::doctor::network::issuer;
use ktui::doctor::{Check, Cure, Expect, Outcome, Row, Scene, State};
use ktui::event::Answer;
use ktui::locale::Lang;
use ktui::locale::ui::Say;
use ktui::probe::Prober;
use ktui::target::Target;
use plan_site::{Site, answers};

fn plan(requirement: &str) -> String {
    format!(
        "plan: needs\ntitle: {{en: x, zh: x}}\nabout: {{en: x, zh: x}}\nrequirements:\n  - {{{requirement}}}\nstages:\n  - {{id: a, title: {{en: x, zh: x}}, run: 'true'}}\n"
    )
}

fn site(requirement: &str) -> Site {
    let site = Site::of(&[("marker", "")]);
    site.write("../needs.yaml", &plan(requirement));
    site
}

fn doctor(site: &Site, more: &[&str]) -> plan_site::Built {
    let file = site.home.path().join("needs.yaml").display().to_string();
    let mut args = vec!["doctor", file.as_str()];
    args.extend(more);
    site.ktui(&args)
}

/// A check of `--format json`, by its id.
fn check(site: &Site, id: &str) -> serde_json::Value {
    let said = doctor(site, &["--format", "json"]).said;
    let end = said.rfind('}').unwrap();
    let all: serde_json::Value = serde_json::from_str(&said[said.find('{').unwrap()..=end]).unwrap();
    let checks = all["checks"].as_array().unwrap();
    checks.iter().find(|check| check["id"] == id).unwrap_or_else(|| panic!("no {id} in {said}")).clone()
}

#[test]
fn a_fix_runs_only_up_to_the_risk_that_is_allowed() {
    let mut site = site("tool: zstd");
    site.without(&["zstd", "apt-get", "sudo"]);
    let log = site.home.path().join("apt.log").display().to_string();
    let made = site.home.path().join("bin/zstd").display().to_string();
    site.program(
        "apt-get",
        &format!(
            "#!/bin/sh\necho \"$*\" >> {log}\ncase \"$*\" in *zstd*) printf '#!/bin/sh\\n' > {made}; chmod +x {made} ;; esac\n"
        ),
    );
    site.program("sudo", "#!/bin/sh\nwhile [ \"${1#-}\" != \"$1\" ]; do shift; done\nexec \"$@\"\n");
    let offered = check(&site, "tool.zstd")["fixes"].to_string();
    if !offered.contains("apt-get") {
        eprintln!("skipped: this machine's package manager is not apt: {offered}");
        return;
    }
    assert!(offered.contains("\"risk\":\"system\""), "{offered}");
    for more in [&["--fix"][..], &["--fix", "--yes=safe"]] {
        let left = doctor(&site, more);
        left.failed(1, "not run: no terminal to ask on");
        assert!(left.said.contains("install"), "what would run is shown: {}", left.said);
        assert!(!std::path::Path::new(&log).exists(), "{more:?} ran {}", left.said);
    }
    let mended = doctor(&site, &["--fix", "--yes=system"]);
    let ran = std::fs::read_to_string(&log).unwrap();
    assert!(ran.contains("install") && ran.contains("zstd"), "{ran}");
    assert!(!mended.said.contains("BAD   zstd: not there\nktui: "), "{}", mended.said);
    assert_eq!(check(&site, "tool.zstd")["state"], "good", "{}", mended.said);
}

#[test]
fn on_a_full_disk_room_is_offered_with_its_risk_and_only_what_is_allowed_is_freed() {
    let mut site = site("disk: 900000 GiB");
    let log = site.home.path().join("freed.log").display().to_string();
    for name in ["go", "docker", "apt-get", "journalctl"] {
        site.program(name, &format!("#!/bin/sh\necho \"{name} $*\" >> {log}\n"));
    }
    let told = check(&site, "disk");
    assert_eq!(told["state"], "bad", "{told}");
    let fixes: Vec<(&str, &str, bool)> = told["fixes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fix| {
            (fix["id"].as_str().unwrap(), fix["risk"].as_str().unwrap(), fix["commands"][0].is_string())
        })
        .collect();
    for wanted in [
        ("go-cache", "safe", true),
        ("docker-builds", "system", true),
        ("docker-prune", "destructive", false),
    ] {
        assert!(fixes.contains(&wanted), "{wanted:?} {fixes:?}");
    }
    let text = doctor(&site, &[]).said;
    assert!(
        text.contains("go clean -cache")
            && text.contains("docker system prune")
            && text.contains("[destructive]"),
        "{text}"
    );
    std::fs::remove_file(&log).ok();
    doctor(&site, &["--fix", "--yes=safe"]).failed(1, "not run: no terminal to ask on");
    let freed = std::fs::read_to_string(&log).unwrap();
    assert!(freed.contains("go clean -cache") && freed.contains("go clean -modcache"), "{freed}");
    assert!(
        !freed.contains("prune") && !freed.contains("apt-get clean") && !freed.contains("vacuum"),
        "{freed}"
    );
}

#[test]
fn a_value_that_is_none_is_refused_and_one_that_asks_for_more_is_followed() {
    let site = Site::of(&[("marker", "")]);
    let text = plan("tool: no-such-tool, when: {input: {extra: 'yes'}}")
        .replace("requirements:", "inputs:\n  - {name: extra, title: {en: x, zh: x}, choices: ['no', 'yes'], default: 'no'}\nrequirements:");
    site.write("../needs.yaml", &text);
    assert!(!doctor(&site, &[]).said.contains("no-such-tool"));
    doctor(&site, &["--set", "extra=yes"]).failed(1, "no-such-tool: not there");
    doctor(&site, &["--set", "extra=perhaps"]).failed(2, "is not among the choices");
}

#[test]
fn a_daemon_that_is_down_and_one_that_refuses_are_two_things_with_two_fixes() {
    let mut site = site("tool: docker");
    for (says, found, command) in [
        (
            "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?",
            "nobody answers",
            "systemctl start docker",
        ),
        (
            "permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock",
            "refuses this user",
            "usermod -aG docker",
        ),
    ] {
        site.program("docker", &format!("#!/bin/sh\necho '{says}' >&2\nexit 1\n"));
        let told = check(&site, "engine.docker");
        assert_eq!(told["state"], "bad", "{told}");
        assert!(told["found"].as_str().unwrap().contains(found), "{told}");
        assert!(told["fixes"].to_string().contains(command), "{told}");
    }
}

#[test]
fn what_git_says_of_its_remote_leads_to_a_fix() {
    let mut site = site("tool: git");
    // Of which repository git is asked, the project says.
    site.write("../needs.yaml", &format!("{}detect: {{project: k3s}}\n", plan("tool: git")));
    let says =
        "fatal: unable to access 'https://github.com/k3s-io/k3s.git/': Could not resolve host: github.com";
    site.program("git", &format!("#!/bin/sh\ncase $1 in ls-remote) echo \"{says}\" >&2; exit 128 ;; esac\n"));
    let told = check(&site, "network.git");
    assert_eq!((told["state"].as_str(), told["found"].as_str()), (Some("warning"), Some(says)), "{told}");
    assert!(!told["fixes"].as_array().unwrap().is_empty(), "{told}");
    site.program("git", "#!/bin/sh\nprintf '%040d\\tHEAD\\n' 7\n");
    assert_eq!(check(&site, "network.git")["state"], "good");
}

#[test]
fn room_is_looked_at_where_go_and_the_engine_keep_what_they_make() {
    let mut engine = site("tool: docker");
    engine.program(
        "docker",
        "#!/bin/sh\ncase $* in *DockerRootDir*) echo /srv/docker ;; *) echo 28.2.2 ;; esac\n",
    );
    let told = check(&engine, "disk.images");
    assert_eq!(told["what"], "free disk space in /srv/docker", "{told}");
    let mut go = site("tool: go");
    go.program(
        "go",
        "#!/bin/sh\ncase $* in *GOMODCACHE*) echo /srv/mod ;; *GOCACHE*) echo /srv/cache ;; esac\n",
    );
    for (id, folder) in [("disk.go-cache", "/srv/cache"), ("disk.go-modules", "/srv/mod")] {
        let told = check(&go, id);
        assert_eq!(told["what"], format!("free disk space in {folder}"), "{told}");
    }
}

fn remote(url: &str) -> Row {
    Row {
        id: url.into(),
        what: url.into(),
        ask: Ask::GitRemote(url.into()),
        expect: Expect::Commit,
        wanted: Say::WantCommit,
        why: Say::WhyGit,
        otherwise: State::Warning,
        cure: Cure::None,
    }
}

#[test]
fn everything_is_asked_at_once_and_what_several_want_to_know_only_once() {
    let mut site = site("tool: git");
    let room = site.home.path().join("asked").display().to_string();
    std::fs::create_dir(&room).unwrap();
    // Answers only when all five are there; asked one after another, the first would wait in vain.
    site.program(
        "git",
        &format!(
            "#!/bin/sh\n: > {room}/$$\nn=0\nwhile [ $n -lt 150 ]; do\n  set -- {room}/*\n  [ $# -lt 5 ] || {{ printf '%040d\\tHEAD\\n' 7; exit 0; }}\n  sleep 0.02; n=$((n + 1))\ndone\nexit 1\n"
        ),
    );
    let mut checks: Vec<Check> =
        (0..5).map(|n| Check::Row(remote(&format!("https://host{n}.invalid/x")))).collect();
    checks.push(Check::Row(Row { id: "again".into(), ..remote("https://host0.invalid/x") }));
    let prober =
        Prober::new(Target::Local).with_env(&BTreeMap::from([("PATH".to_owned(), site.path.clone())]));
    let scene = Scene { dir: "/".into(), arch: "amd64".into(), lang: Lang::En };
    let mut outcomes: Vec<Outcome> = Vec::new();
    examine(&checks, &scene, &prober, &mut |outcome| outcomes.push(outcome));
    assert_eq!(outcomes.len(), 6);
    assert!(outcomes.iter().all(|outcome| outcome.state == State::Good), "{outcomes:?}");
    assert_eq!(std::fs::read_dir(&room).unwrap().count(), 5);
}

#[test]
fn a_proxy_that_opens_tls_is_named_by_its_certificates_issuer() {
    if !answers("openssl", &["version"]) || !answers("curl", &["--version"]) {
        eprintln!("skipped: openssl and curl are needed");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    let made = std::process::Command::new("openssl")
        .args([
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/O=Example Proxy/CN=intercept",
        ])
        .args(["-keyout", &at("key"), "-out", &at("cert")])
        .output()
        .unwrap();
    assert!(made.status.success(), "{made:?}");
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut server = std::process::Command::new("openssl")
        .args([
            "s_server",
            "-quiet",
            "-www",
            "-accept",
            &port.to_string(),
            "-key",
            &at("key"),
            "-cert",
            &at("cert"),
        ])
        .stdin(std::process::Stdio::null())
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let end = std::time::Instant::now() + std::time::Duration::from_secs(30);
    while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(std::time::Instant::now() < end, "openssl s_server does not listen");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let url = format!("https://127.0.0.1:{port}");
    let answer = Prober::new(Target::Local).answer(&Ask::Issuer(url.clone()));
    let _ = server.kill();
    let _ = server.wait();
    let Answer::Is(text) = &answer else { panic!("{answer:?}") };
    assert!(text.contains("Example Proxy") && text.contains("intercept"), "{text}");
    let row = Check::Row(issuer(&url, Lang::En));
    let scene = Scene { dir: "/".into(), arch: "amd64".into(), lang: Lang::En };
    let outcome = row.judge(&scene, &|_| Some(answer.clone()));
    assert_eq!(outcome.state, State::Warning, "{outcome:?}");
    let trusted = Answer::Is("C=US; O=Let's Encrypt; CN=R11".to_owned());
    assert_eq!(row.judge(&scene, &|_| Some(trusted.clone())).state, State::Good);
}
