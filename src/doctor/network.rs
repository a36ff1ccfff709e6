//! Every hop between this machine and what a build fetches, each really asked. Pure; the order is that in which
//! they depend on one another, so the first bad one is the cause.

use super::{Check, Cure, Expect, Row, State};
use crate::diagnose::fact::Ask;

/// What is set, as far as the hops depend on it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Setting {
    /// The proxy for https, where one is set.
    pub proxy: Option<String>,
    /// The first server of GOPROXY.
    pub module_server: Option<String>,
    /// Whether images are pulled.
    pub registry: bool,
}

const HOST: &str = "github.com";

/// The checks.
pub fn hops(setting: &Setting) -> Vec<Check> {
    let mut rows = match &setting.proxy {
        Some(proxy) => through(proxy),
        // Behind a proxy names are its business.
        None => vec![dns()],
    };
    rows.extend(servers(setting));
    rows.into_iter().map(Check::Row).collect()
}

fn through(proxy: &str) -> Vec<Row> {
    let shown = shown(proxy);
    let port = row(
        "proxy-port",
        format!("proxy port {shown}"),
        Ask::Listening(proxy.to_owned()),
        Expect::There,
        ("open", "已开放"),
        (
            "nobody listens at the proxy's address: it does not run, or runs elsewhere",
            "代理地址无人监听：代理没有运行，或不在此处",
        ),
        Cure::Rule("proxy.refused", Vec::new()),
    );
    let connect = row(
        "proxy-connect",
        format!("CONNECT {HOST}:443, {shown}"),
        Ask::Connect(proxy.to_owned(), format!("{HOST}:443")),
        Expect::Opened,
        ("200", "200"),
        (
            "the proxy's own answer: 407 wants credentials, 403 forbids the host, 502 does not reach it",
            "代理自身的应答：407 要求认证，403 禁止访问该主机，502 连不上该主机",
        ),
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
        ("a real address", "真实地址"),
        (
            "without names nothing can be fetched; 0.0.0.0 or 127.0.0.1 means a poisoned answer",
            "域名无法解析就什么也下载不了；0.0.0.0 或 127.0.0.1 说明解析被污染",
        ),
        Cure::Rule("dns.poisoned", Vec::new()),
    )
}

/// The servers behind, those of modules and images only where a build uses them.
fn servers(setting: &Setting) -> Vec<Row> {
    let https = |id: &str, url: String, why, cure| {
        let wanted = ("answers over TLS", "可通过 TLS 访问");
        row(id, url.clone(), Ask::Reachable(url), Expect::Served, wanted, why, cure)
    };
    let sources = ("sources and release files come from there", "源码和发布文件来自这里");
    let mut rows = vec![https("tls", format!("https://{HOST}"), sources, Cure::None)];
    if let Some(server) = &setting.module_server {
        let url = format!("{}/golang.org/toolchain/@v/list", server.trim_end_matches('/'));
        let why =
            ("Go modules and toolchains come from there (GOPROXY)", "Go 模块与工具链来自这里（GOPROXY）");
        rows.push(https("go-proxy", url, why, Cure::Rule("go-toolchain.network", Vec::new())));
    }
    let repository = "https://github.com/k3s-io/k3s.git";
    rows.push(row(
        "git",
        format!("git {repository}"),
        Ask::GitRemote(repository.into()),
        Expect::Commit,
        ("the commit of HEAD", "HEAD 的提交"),
        (
            "git has settings of its own (http.proxy), which go before the environment",
            "git 有自己的设置（http.proxy），优先于环境变量",
        ),
        Cure::None,
    ));
    if setting.registry {
        let why = (
            "images come from there; the daemon has a proxy setting of its own",
            "镜像来自这里；守护进程有自己的代理设置",
        );
        rows.push(https("registry", "https://registry-1.docker.io/v2/".into(), why, Cure::None));
    }
    rows
}

fn row(
    id: &str,
    what: String,
    ask: Ask,
    expect: Expect,
    wanted: super::Words,
    why: super::Words,
    cure: Cure,
) -> Row {
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
