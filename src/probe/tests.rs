//! Probes on this machine and on a machine that a fake `ssh` makes of it.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::*;

use crate::locale::Text;

fn here() -> Prober {
    Prober::new(Target::Local)
}

fn ask(prober: &Prober, question: &str) -> Answer {
    prober.answer(&question.parse().unwrap())
}

fn is(prober: &Prober, question: &str) -> String {
    match ask(prober, question) {
        Answer::Is(text) => text,
        other => panic!("{question}: {other:?}"),
    }
}

fn command(folder: &Path, name: &str, script: &str) {
    let path = folder.join(name);
    std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).unwrap();
}

/// A prober whose PATH begins with a folder of fake commands.
fn with_commands(folder: &Path) -> Prober {
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap());
    here().with_env(&[("PATH".to_owned(), path)].into()).in_dir(folder)
}

#[test]
fn numbers_are_numbers() {
    for question in ["memory", "memory-available", "swap", "disk /", "disk not/there/yet"] {
        is(&here(), question).parse::<u64>().unwrap();
    }
    let total: u64 = is(&here(), "memory").parse().unwrap();
    assert!(is(&here(), "memory-available").parse::<u64>().unwrap() <= total);
}

#[test]
fn files() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("plain"), "").unwrap();
    std::os::unix::fs::symlink("plain", folder.path().join("good")).unwrap();
    std::os::unix::fs::symlink("nowhere", folder.path().join("dangling")).unwrap();
    let prober = here().in_dir(folder.path());
    for (path, expected) in [
        (".", Answer::Is("folder".into())),
        ("plain", Answer::Is("file".into())),
        ("good", Answer::Is("file".into())),
        ("dangling", Answer::Is("link".into())),
        ("nowhere", Answer::Absent),
        ("plain/below", Answer::Absent),
        ("/dev/null", Answer::Is("device".into())),
    ] {
        assert_eq!(ask(&prober, &format!("file {path}")), expected, "{path}");
    }
}

#[test]
fn tools_are_those_of_the_stage() {
    let folder = tempfile::tempdir().unwrap();
    command(folder.path(), "oddtool", "echo >&2; echo >&2 'oddtool 1.2.3'; exit 0");
    command(folder.path(), "go", "test \"$1\" = version && echo go version go1.25.3 linux/riscv64");
    command(folder.path(), "broken", "echo >&2 'cannot open shared object'; exit 127");
    command(folder.path(), "hangs", "sleep 1000");
    command(folder.path(), "pkg-config", "test \"$2\" = libseccomp && echo 2.5.4");
    let prober = with_commands(folder.path());
    assert_eq!(is(&prober, "which oddtool"), folder.path().join("oddtool").display().to_string());
    assert_eq!(is(&prober, "version oddtool"), "oddtool 1.2.3");
    assert_eq!(is(&prober, "version go"), "go version go1.25.3 linux/riscv64");
    assert_eq!(ask(&prober, "version broken"), Answer::Unknown(Text::verbatim("cannot open shared object")));
    assert!(matches!(ask(&prober, "version ./oddtool"), Answer::Unknown(_)));
    assert_eq!(ask(&prober, "version no-such-tool"), Answer::Absent);
    assert_eq!(ask(&prober, "which no-such-tool"), Answer::Absent);
    assert_eq!(is(&prober, "pkg-config libseccomp"), "2.5.4");
    assert_eq!(ask(&prober, "pkg-config libnothing"), Answer::Absent);
    let Answer::Unknown(why) = ask(&prober, "version hangs") else { panic!("it cannot have answered") };
    assert!(why.en.contains("did not end in time"), "{why:?}");
}

#[test]
fn a_question_never_becomes_an_option_or_shell() {
    let folder = tempfile::tempdir().unwrap();
    let prober = with_commands(folder.path());
    for question in
        ["which $(touch x)", "version ;touch x", "package -x", "pkg-config --help", "version `touch x`"]
    {
        assert_eq!(ask(&prober, question), Answer::Absent, "{question}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn variables_are_those_of_the_stage() {
    let prober = here().with_env(&[("GOPROXY".to_owned(), "https://goproxy.cn,direct".to_owned())].into());
    assert_eq!(is(&prober, "env GOPROXY"), "https://goproxy.cn,direct");
    assert_eq!(ask(&prober, "env KTUI_NOT_SET_ANYWHERE"), Answer::Absent);
}

#[test]
fn the_package_manager_knows_its_own_package() {
    let own =
        [("apt", "dpkg"), ("dnf", "rpm"), ("zypper", "rpm"), ("apk", "apk-tools"), ("pacman", "pacman")];
    let Answer::Is(manager) = ask(&here(), "package-manager") else {
        eprintln!("skipped: no package manager here");
        return;
    };
    let Some((_, package)) = own.iter().find(|(name, _)| *name == manager) else {
        eprintln!("skipped: {manager} is no package of its own");
        return;
    };
    assert!(is(&here(), &format!("package {package}")).contains(|c: char| c.is_ascii_digit()));
    assert_eq!(ask(&here(), "package no-such-package-anywhere"), Answer::Absent);
}

/// Answers one request with a status line; tells what was asked.
fn web_server(status: &'static str) -> (u16, thread::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let served = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = Vec::new();
        let mut buffer = [0; 1024];
        while !request.ends_with(b"\r\n\r\n") {
            match stream.read(&mut buffer) {
                Ok(0) | Err(_) => break,
                Ok(n) => request.extend_from_slice(&buffer[..n]),
            }
        }
        let _ = write!(stream, "HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
        String::from_utf8_lossy(&request).into_owned()
    });
    (port, served)
}

/// A port where nobody listens.
fn dead_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn proxied(url: &str) -> Prober {
    let none = ["HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"];
    let mut env: BTreeMap<String, String> =
        none.iter().map(|name| ((*name).to_owned(), String::new())).collect();
    env.insert("http_proxy".to_owned(), url.to_owned());
    here().with_env(&env)
}

#[test]
fn a_web_server_answers_with_its_status() {
    for (status, expected) in [("200 OK", "200"), ("301 Moved Permanently", "301"), ("404 Not Found", "404")]
    {
        let (port, served) = web_server(status);
        assert_eq!(is(&proxied(""), &format!("reachable http://127.0.0.1:{port}/x")), expected);
        assert!(served.join().unwrap().starts_with("HEAD /x HTTP/1.1"));
    }
}

#[test]
fn a_request_goes_through_the_stages_proxy() {
    let (port, served) = web_server("403 Forbidden");
    let prober = proxied(&format!("127.0.0.1:{port}"));
    assert_eq!(is(&prober, "reachable http://k3s.example/"), "403");
    assert!(served.join().unwrap().starts_with("HEAD http://k3s.example/ HTTP/1.1"));
}

#[test]
fn a_dead_server_and_a_dead_proxy_are_absent() {
    let port = dead_port();
    assert_eq!(ask(&proxied(""), &format!("reachable http://127.0.0.1:{port}/")), Answer::Absent);
    let prober = proxied(&format!("http://127.0.0.1:{port}"));
    assert_eq!(ask(&prober, "reachable http://k3s.example/"), Answer::Absent);
}

#[test]
fn a_server_that_speaks_no_tls_is_neither_there_nor_absent() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 1024]);
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
    });
    let answer = ask(&proxied(""), &format!("reachable https://127.0.0.1:{port}/"));
    assert!(matches!(answer, Answer::Unknown(_)), "{answer:?}");
}

#[test]
fn ports() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    assert_eq!(is(&here(), &format!("listening 127.0.0.1:{port}")), "true");
    assert_eq!(is(&here(), &format!("listening http://127.0.0.1:{port}")), "true");
    assert_eq!(ask(&here(), &format!("listening 127.0.0.1:{}", dead_port())), Answer::Absent);
    assert!(matches!(ask(&here(), "listening 127.0.0.1"), Answer::Unknown(_)));
    assert_eq!(is(&here(), "resolve 127.0.0.1"), "127.0.0.1");
    assert!(is(&here(), "resolve localhost:80").parse::<std::net::IpAddr>().unwrap().is_loopback());
}

#[test]
fn git_asks_a_remote_without_the_trees_settings() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path();
    let git = |arguments: &[&str]| {
        let done = std::process::Command::new("git").args(arguments).current_dir(dir).output();
        done.is_ok_and(|done| done.status.success())
    };
    if !git(&["init", "-q"]) {
        eprintln!("skipped: no git here");
        return;
    }
    let (served, requests) = web_server("401 Unauthorized");
    let host = format!("http://127.0.0.1:{served}/");
    let ran = |name: &str| dir.join(name).display().to_string();
    for (key, value) in [
        ("protocol.ext.allow", "always".to_owned()),
        ("url.ext::touch ran-ext .insteadOf", "https://127.0.0.1:1/".to_owned()),
        ("credential.helper", format!("!touch {}", ran("ran-helper"))),
    ] {
        assert!(git(&["config", key, &value]), "{key}");
    }
    let prober = proxied("").in_dir(dir);
    let answer = ask(&prober, "git-remote https://127.0.0.1:1/");
    assert!(matches!(answer, Answer::Is(_)), "{answer:?}");
    ask(&prober, &format!("git-remote {host}"));
    requests.join().unwrap();
    for name in ["ran-ext", "ran-helper"] {
        assert!(!dir.join(name).exists(), "{name}");
    }
}

#[test]
fn another_machine_is_asked_through_ssh() {
    let folder = tempfile::tempdir().unwrap();
    command(
        folder.path(),
        "ssh",
        "for word; do before=${last-}; last=$word; done\n[ \"$before\" = board ] || exit 255\n\
         cd / && PATH=/usr/bin:/bin SHELL= exec sh -c \"$last\"",
    );
    let target = "ssh:board".parse().unwrap();
    let board = Prober { target, added: BTreeMap::new(), ..with_commands(folder.path()) };
    let board = board.in_dir("/").with_env(&[("ONLY".to_owned(), "the stage's".to_owned())].into());
    for question in
        ["arch", "user", "distro", "memory", "swap", "which sh", "file /", "file /no/where", "disk /"]
    {
        let (there, mine) = (ask(&board, question), ask(&here().in_dir("/"), question));
        match (&there, &mine) {
            (Answer::Is(there), Answer::Is(mine)) if question == "disk /" || question == "which sh" => {
                assert!(!there.is_empty() && !mine.is_empty());
            }
            _ => assert_eq!(there, mine, "{question}"),
        }
    }
    assert_eq!(ask(&board, "version no-such-tool"), Answer::Absent);
    assert_eq!(ask(&board, "which no-such-tool"), Answer::Absent);
    assert!(!is(&board, "env PATH").contains(&folder.path().display().to_string()));
    assert_eq!(is(&board, "env ONLY"), "the stage's");
    assert!(
        matches!(ask(&board, "resolve localhost"), Answer::Is(_)),
        "the board is asked about its own network"
    );
}

#[test]
fn every_question_has_an_answer_of_its_kind() {
    for question in ["arch", "user", "oom-kills", "distro", "distro-like", "package-manager"] {
        let answer = ask(&here(), question);
        assert!(!matches!(&answer, Answer::Is(text) if text.trim().is_empty()), "{question}: {answer:?}");
    }
    assert!(!is(&here(), "arch").contains('_'));
}
