//! Every hop between this machine and what a build fetches, each really asked. Pure; the order is that in which
//! they depend on one another, so the first bad one is the cause.

use super::{Check, Cure, Expect, Row, State};
use crate::diagnose::fact::Ask;
use crate::locale::Lang;
use crate::locale::ui::{Say, Tell};

/// What is set, as far as the hops depend on it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Setting {
    /// The proxy for https, where one is set.
    pub proxy: Option<String>,
    /// The first server of GOPROXY.
    pub module_server: Option<String>,
    /// Whether images are pulled.
    pub registry: bool,
    /// The repository that the project is cloned from, where it is one that is known.
    pub repository: Option<&'static str>,
}

const HOST: &str = "github.com";

/// The repository that a project is cloned from.
pub fn repository(project: &str) -> Option<&'static str> {
    match project {
        "k3s" => Some("https://github.com/k3s-io/k3s.git"),
        "kubernetes" => Some("https://github.com/kubernetes/kubernetes.git"),
        _ => None,
    }
}

/// The checks.
pub fn hops(setting: &Setting, lang: Lang) -> Vec<Check> {
    let mut rows = match &setting.proxy {
        Some(proxy) => through(proxy, lang),
        // Behind a proxy names are its business.
        None => vec![dns()],
    };
    rows.extend(servers(setting, lang));
    rows.into_iter().map(Check::Row).collect()
}

fn through(proxy: &str, lang: Lang) -> Vec<Row> {
    let shown = shown(proxy);
    let port = row(
        "proxy-port",
        Tell::WhatProxyPort { proxy: &shown }.text(lang),
        Ask::Listening(proxy.to_owned()),
        Expect::There,
        Say::WantOpen,
        Say::WhyProxyPort,
        Cure::Rule("proxy.refused", Vec::new()),
    );
    let connect = row(
        "proxy-connect",
        format!("CONNECT {HOST}:443, {shown}"),
        Ask::Connect(proxy.to_owned(), format!("{HOST}:443")),
        Expect::Opened,
        Say::WantConnect,
        Say::WhyConnect,
        Cure::Rule("proxy.auth-required", Vec::new()),
    );
    vec![port, connect]
}

fn dns() -> Row {
    row(
        "dns",
        format!("DNS {HOST}"),
        Ask::Resolve(HOST.into()),
        Expect::RealAddress,
        Say::WantAddress,
        Say::WhyDns,
        Cure::Rule("dns.poisoned", Vec::new()),
    )
}

/// The servers behind, those of modules and images only where a build uses them.
fn servers(setting: &Setting, lang: Lang) -> Vec<Row> {
    let https = |id: &str, url: String, why, cure| {
        let wanted = Say::WantServed;
        row(id, url.clone(), Ask::Reachable(url), Expect::Served, wanted, why, cure)
    };
    let sources = Say::WhySources;
    let mut rows = vec![https("tls", format!("https://{HOST}"), sources, Cure::None)];
    if let Some(server) = &setting.module_server {
        let url = format!("{}/golang.org/toolchain/@v/list", server.trim_end_matches('/'));
        let why = Say::WhyModules;
        rows.push(https("go-proxy", url, why, Cure::Rule("go-toolchain.network", Vec::new())));
    }
    rows.push(issuer(&format!("https://{HOST}"), lang));
    rows.extend(setting.repository.map(|repository| {
        let ask = Ask::GitRemote(repository.into());
        let what = format!("git {repository}");
        row("git", what, ask, Expect::Commit, Say::WantCommit, Say::WhyGit, Cure::None)
    }));
    if setting.registry {
        let why = Say::WhyImages;
        rows.push(https("registry", "https://registry-1.docker.io/v2/".into(), why, Cure::None));
    }
    rows
}

/// Who signed what answers at an address; a proxy that opens TLS signs itself.
pub fn issuer(url: &str, lang: Lang) -> Row {
    row(
        "issuer",
        Tell::WhatCertificate { host: url.trim_start_matches("https://") }.text(lang),
        Ask::Issuer(url.to_owned()),
        Expect::Trusted,
        Say::WantIssuer,
        Say::WhyIssuer,
        Cure::Rule("tls.go-unknown-authority", Vec::new()),
    )
}

/// Whether a container reaches the proxy that containers are told of.
pub fn container(engine: &str, proxy: &str, lang: Lang) -> Check {
    Check::Row(row(
        "container",
        Tell::WhatContainer { engine, proxy: &shown(proxy) }.text(lang),
        Ask::FromContainer(engine.to_owned(), without_credentials(proxy)),
        Expect::There,
        Say::WantReached,
        Say::WhyContainer,
        Cure::None,
    ))
}

/// A proxy's address alone: neither a process list nor a container has to see its password.
fn without_credentials(proxy: &str) -> String {
    let (scheme, rest) = proxy.split_once("://").map_or(("http", proxy), |(scheme, rest)| (scheme, rest));
    let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    format!("{scheme}://{host}")
}

fn row(id: &str, what: String, ask: Ask, expect: Expect, wanted: Say, why: Say, cure: Cure) -> Row {
    // A build with warm caches needs no network at all.
    Row { id: format!("network.{id}"), what, ask, expect, wanted, why, otherwise: State::Warning, cure }
}

/// A proxy's address without its password.
pub fn shown(proxy: &str) -> String {
    match (proxy.split_once("://"), proxy.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, host))) => format!("{scheme}://***@{host}"),
        (None, Some((_, host))) => format!("***@{host}"),
        _ => proxy.to_owned(),
    }
}
