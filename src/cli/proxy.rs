//! `ktui proxy`: what every layer is set to, whether each hop works, lines for a shell, and the bridge.
#![expect(clippy::disallowed_methods, reason = "reads other programs' settings and asks those programs")]

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use reqwest::Url;

use super::args::ProxyCommand;
use super::plans::Need;
use super::{Caller, FAILED, OK, doctor, environment};
use crate::doctor::examine::examine;
use crate::doctor::network::{container, hops};
use crate::doctor::{Check, Outcome, Scene, State, table};
use crate::locale::Lang;
use crate::locale::ui::{Say, Tell};
use crate::net::bridge::Bridge;
use crate::net::layer::{self, Layer, Reader};
use crate::probe::Prober;
use crate::target::Target;

/// Runs `ktui proxy …`.
pub(super) fn run(command: &ProxyCommand, caller: Caller) -> Result<u8> {
    match command {
        ProxyCommand::Status => Ok(status(caller.lang)),
        ProxyCommand::Test => Ok(test(caller.lang)),
        ProxyCommand::Env { proxy } => env(proxy.as_deref(), caller.lang),
        ProxyCommand::Bridge { socks, listen } => bridge(socks, listen, caller.lang),
    }
}

/// What a program prints, where it is there and succeeds.
fn said(argv: &[&str]) -> Option<String> {
    let (program, arguments) = argv.split_first()?;
    let output =
        Command::new(program).args(arguments).stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

fn layers(lang: Lang) -> Vec<Layer> {
    let env = environment();
    let mut found = layer::of_environment(&|name| env.get(name).cloned(), lang);
    let home = env.get("HOME").cloned().unwrap_or_default();
    let read = |path: &str| std::fs::read_to_string(path.replacen('~', &home, 1)).unwrap_or_default();
    let mut add = |place: &str, pairs: Vec<(String, String)>, reader: Reader| {
        found.extend(pairs.iter().map(|(name, value)| layer::layer(place, name, value, reader, lang)));
    };
    let git = said(&["git", "config", "--get-regexp", r"^http(s)?\..*proxy$"]).unwrap_or_default();
    let pairs =
        git.lines().filter_map(|line| line.split_once(' ')).map(|(n, v)| (n.to_owned(), v.to_owned()));
    add("git config", pairs.collect(), Reader::Other);
    add("~/.curlrc", layer::assignments(&read("~/.curlrc")), Reader::Other);
    for file in ["/etc/wgetrc", "~/.wgetrc"] {
        add(file, layer::assignments(&read(file)), Reader::Wget);
    }
    let apt = said(&["apt-config", "dump"]).unwrap_or_default();
    add("apt-config", layer::apt_proxies(&apt), Reader::Apt);
    add("/etc/dnf/dnf.conf", layer::assignments(&read("/etc/dnf/dnf.conf")), Reader::Other);
    let folder = "/etc/systemd/system/docker.service.d";
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path().display().to_string();
        add(&path, layer::unit_environment(&read(&path)), Reader::Other);
    }
    add("/etc/docker/daemon.json", layer::json_proxies(&read("/etc/docker/daemon.json")), Reader::Other);
    add("~/.docker/config.json", layer::json_proxies(&read("~/.docker/config.json")), Reader::Container);
    found
}

fn status(lang: Lang) -> u8 {
    let layers = layers(lang);
    for layer in &layers {
        outln!("{:24}  {} = {}", layer.place, layer.name, layer.value);
        for fault in &layer.faults {
            outln!("{:24}  ! {fault}", "");
        }
    }
    if layers.is_empty() {
        outln!("{}", Say::ProxyNone.text(lang));
    }
    // Names alone: GOPROXY is a list of servers, no proxy of this kind.
    for name in ["GOPROXY", "GOSUMDB"] {
        if let Some(value) = said(&["go", "env", name]) {
            outln!("{:24}  {name} = {}", "go env", layer::masked(value.trim()));
        }
    }
    sudo(lang);
    u8::from(layers.iter().any(|layer| !layer.faults.is_empty()))
}

/// Whether sudo hands the variables on; said only where there are any.
fn sudo(lang: Lang) {
    let set = environment().keys().any(|name| name.to_lowercase().ends_with("_proxy"));
    let Some(text) = said(&["sudo", "-n", "-l"]).filter(|_| set) else { return };
    let keeps = text.contains("_proxy") || text.contains("_PROXY");
    let said = if keeps { Say::SudoKeeps } else { Say::SudoDrops };
    outln!("{:24}  {}", "sudo", said.text(lang));
}

fn test(lang: Lang) -> u8 {
    let prober = Prober::new(Target::Local).within(Duration::from_secs(4));
    let mut checks = hops(&doctor::setting(&prober, &Need::default()), lang);
    if which::which("docker").is_ok() {
        checks.extend(proxy_of_containers().map(|proxy| container("docker", &proxy, lang)));
    }
    checks.extend(table::engine("docker", lang).into_iter().filter(|_| which::which("docker").is_ok()));
    checks.extend(
        table::general("/", lang)
            .into_iter()
            .filter(|check| matches!(check, Check::Row(row) if row.id == "clock")),
    );
    let scene = Scene { dir: "/".into(), arch: String::new(), lang };
    let mut outcomes: Vec<Outcome> = Vec::new();
    examine(&checks, &scene, &prober, &mut |outcome| {
        let word = match outcome.state {
            State::Good => Say::DoctorGood,
            State::Unknown => Say::DoctorUnknown,
            State::Warning | State::Bad => Say::HopBad,
        };
        super::doctor::say(word, &outcome, lang);
        outcomes.push(outcome);
    });
    if outcomes.iter().any(|outcome| outcome.state >= State::Warning) { FAILED } else { OK }
}

/// The proxy that docker's client hands into containers and builds, where there is one.
fn proxy_of_containers() -> Option<String> {
    let env = environment();
    let home = env.get("HOME").cloned().unwrap_or_default();
    let folder = env.get("DOCKER_CONFIG").cloned().unwrap_or_else(|| format!("{home}/.docker"));
    let text = std::fs::read_to_string(Path::new(&folder).join("config.json")).ok()?;
    let pairs = layer::json_proxies(&text);
    ["httpsProxy", "httpProxy"].iter().find_map(|name| {
        pairs
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.clone())
            .filter(|value| !value.is_empty())
    })
}

const NO_PROXY: &str = "localhost,127.0.0.1,::1,10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,.svc,.cluster.local";

fn env(proxy: Option<&str>, lang: Lang) -> Result<u8> {
    let names = ["http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"];
    let Some(proxy) = proxy else {
        outln!("unset {} all_proxy ALL_PROXY no_proxy NO_PROXY", names.join(" "));
        return Ok(OK);
    };
    let proxy = if proxy.contains("://") { proxy.to_owned() } else { format!("http://{proxy}") };
    let url = Url::parse(&proxy).ok().filter(|url| url.host_str().is_some());
    if url.is_none_or(|url| !matches!(url.scheme(), "http" | "https" | "socks5" | "socks5h")) {
        bail!(Tell::ProxyIsNone { proxy: &layer::masked(&proxy) }.text(lang));
    }
    let quoted = shlex::try_quote(&proxy)?;
    for name in names {
        outln!("export {name}={quoted}");
    }
    outln!("export no_proxy={NO_PROXY}\nexport NO_PROXY={NO_PROXY}");
    Ok(OK)
}

fn bridge(socks: &str, listen: &str, lang: Lang) -> Result<u8> {
    let bridge = Bridge::to(socks)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(listen).await.with_context(|| listen.to_owned())?;
        let address = listener.local_addr()?;
        outln!("http://{address}");
        talkln!("{}", Tell::BridgeRuns { socks: &layer::masked(socks) }.text(lang));
        if !address.ip().is_loopback() {
            talkln!("{}", Say::BridgeOpen.text(lang));
        } else if Path::new("/sys/class/net/docker0").exists() {
            talkln!("{}", Say::BridgeLocal.text(lang));
        }
        tokio::select! {
            served = bridge.serve(listener, |to, why| match why {
                Some(why) => talkln!("ktui: {to}: {why}"),
                None => talkln!("ktui: {to}"),
            }) => served.map(|()| OK).map_err(Into::into),
            _ = tokio::signal::ctrl_c() => Ok(super::INTERRUPTED),
        }
    })
}
