//! Names, hosts, ports.

use std::error::Error;
use std::io;
use std::net::{IpAddr, SocketAddr, TcpStream, ToSocketAddrs};
use std::time::{Duration, Instant};

use reqwest::Url;

use super::place::Place;
use crate::event::Answer;
use crate::locale::{Text, both};
use crate::net::http::{Limits, client};
use crate::net::proxy::Proxies;

/// A host that takes longer than this to connect to is not reached.
const CONNECT: Duration = Duration::from_secs(3);

/// What another machine says of its own network, through the tools that it has: the first that is there.
fn elsewhere(place: &Place, script: &str, arguments: &[&str]) -> Option<Answer> {
    if place.is_local() {
        return None;
    }
    let argv: Vec<&str> = ["sh", "-c", script, "sh"].iter().chain(arguments).copied().collect();
    Some(match place.run(&argv, false) {
        Ok(said) => match said.first_line().as_deref() {
            Some("?") => {
                let target = &place.target;
                Answer::Unknown(both!("{target} has no tool to ask with", "{target} 上没有可用来询问的工具"))
            }
            Some(line) => Answer::Is(line.to_owned()),
            None => Answer::Absent,
        },
        Err(mute) => mute.without("sh"),
    })
}

pub(super) fn resolve(place: &Place, host: &str) -> Answer {
    let (host, _) = host_and_port(host);
    let script =
        "if command -v getent >/dev/null; then getent ahosts \"$1\" | sed -n '1s/ .*//p'; else echo '?'; fi";
    if let Some(answer) = elsewhere(place, script, &[&host]) {
        return answer;
    }
    match lookup(&host, 0) {
        Ok(addresses) => super::known(addresses.first().map(|address| address.ip().to_string())),
        Err(answer) => answer,
    }
}

/// All addresses; a name that does not exist is absent, a name server that does not answer leaves it open.
fn lookup(host: &str, port: u16) -> Result<Vec<SocketAddr>, Answer> {
    if let Ok(address) = host.parse::<IpAddr>() {
        return Ok(vec![SocketAddr::new(address, port)]);
    }
    match (host, port).to_socket_addrs() {
        Ok(addresses) => Ok(addresses.collect()),
        Err(e) => Err(unresolved(&e)),
    }
}

/// The texts are getaddrinfo's, of glibc and of musl.
fn unresolved(error: &io::Error) -> Answer {
    let text = error.to_string();
    if ["Temporary failure", "Try again", "System error"].iter().any(|open| text.contains(open)) {
        Answer::Unknown(Text::verbatim(text))
    } else {
        Answer::Absent
    }
}

pub(super) fn listening(place: &Place, address: &str) -> Answer {
    let (host, port) = host_and_port(address);
    let Some(port) = port else {
        return Answer::Unknown(both!("`{address}` names no port", "`{address}` 没有端口"));
    };
    let script = "if command -v bash >/dev/null && command -v timeout >/dev/null; then
        timeout 3 bash -c '</dev/tcp/$0/$1' \"$1\" \"$2\" 2>/dev/null && echo true
        elif command -v nc >/dev/null; then nc -z -w 3 \"$1\" \"$2\" && echo true; else echo '?'; fi";
    if let Some(answer) = elsewhere(place, script, &[&host, &port.to_string()]) {
        return answer;
    }
    let addresses = match lookup(&host, port) {
        Ok(addresses) => addresses,
        Err(answer) => return answer,
    };
    // Where packets vanish nobody says no; to a build that is the same.
    let accepts = |address: &SocketAddr| {
        let left = place.until.saturating_duration_since(now()).min(CONNECT);
        !left.is_zero() && TcpStream::connect_timeout(address, left).is_ok()
    };
    if addresses.iter().any(accepts) { Answer::Is("true".into()) } else { Answer::Absent }
}

#[expect(clippy::disallowed_methods, reason = "counts down to the deadline")]
pub(super) fn now() -> Instant {
    Instant::now()
}

/// `host`, `host:port`, `[v6]:port`, or a URL with either.
pub(super) fn host_and_port(text: &str) -> (String, Option<u16>) {
    let text = text.trim();
    let as_url = if text.contains("://") { Url::parse(text).ok() } else { None };
    if let Some(url) = as_url {
        let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned();
        let port = url.port_or_known_default().or_else(|| url.scheme().starts_with("socks").then_some(1080));
        return (host, port);
    }
    if text.parse::<IpAddr>().is_ok() {
        return (text.to_owned(), None);
    }
    match text.rsplit_once(':') {
        Some((host, port)) if port.parse::<u16>().is_ok() => {
            (host.trim_matches(['[', ']']).to_owned(), port.parse().ok())
        }
        _ => (text.trim_matches(['[', ']']).to_owned(), None),
    }
}

pub(super) fn reachable(place: &Place, url: &str) -> Answer {
    let url = if url.contains("://") { url.to_owned() } else { format!("https://{url}") };
    let url = match Url::parse(&url) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => url,
        _ => return Answer::Unknown(both!("`{url}` is no web address", "`{url}` 不是网址")),
    };
    let script = "if command -v curl >/dev/null; then
        code=$(curl -sI -m 4 -o /dev/null -w '%{http_code}' \"$1\"); [ \"$code\" = 000 ] || echo \"$code\"
        elif command -v wget >/dev/null; then
        wget -S --spider -T 4 -t 1 \"$1\" 2>&1 | sed -n 's/^ *HTTP\\/[0-9.]* \\([0-9]*\\).*/\\1/p' | tail -n 1
        else echo '?'; fi";
    if let Some(answer) = elsewhere(place, script, &[url.as_str()]) {
        return answer;
    }
    let proxies = Proxies::of(|name| place.variable(name));
    let limits = Limits { connect: CONNECT, whole: place.until.saturating_duration_since(now()) };
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(e) => return Answer::Unknown(Text::verbatim(e)),
    };
    let answer = runtime.block_on(async {
        match client(&proxies, limits) {
            Ok(client) => client.head(url).send().await.map(|reply| reply.status()),
            Err(e) => Err(e),
        }
    });
    // A name server that hangs must not hold the answer back.
    runtime.shutdown_background();
    match answer {
        Ok(status) => Answer::Is(status.as_u16().to_string()),
        Err(e) => unreached(&e),
    }
}

/// Nobody there is absent; somebody there who cannot be understood (a certificate, a broken answer) leaves it open.
fn unreached(error: &reqwest::Error) -> Answer {
    let mut words = Vec::new();
    let mut source = error.source();
    let mut tls = false;
    while let Some(cause) = source {
        tls |= is_tls(cause);
        words.push(cause.to_string());
        source = cause.source();
    }
    words.dedup();
    if error.is_connect() && !tls {
        return Answer::Absent;
    }
    Answer::Unknown(Text::verbatim(if words.is_empty() { error.to_string() } else { words.join(": ") }))
}

/// Whether rustls is behind it, under however many wraps of `io::Error`.
fn is_tls(error: &(dyn Error + 'static)) -> bool {
    let inside = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
    error.is::<rustls::Error>() || inside.is_some_and(|inside| is_tls(inside))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_and_ports() {
        for (text, host, port) in [
            ("github.com", "github.com", None),
            ("proxy.lan:3128", "proxy.lan", Some(3128)),
            ("http://user:word@proxy.lan:3128/", "proxy.lan", Some(3128)),
            ("https://k3s.io", "k3s.io", Some(443)),
            ("socks5h://127.0.0.1", "127.0.0.1", Some(1080)),
            ("[::1]:8080", "::1", Some(8080)),
            ("::1", "::1", None),
        ] {
            assert_eq!(host_and_port(text), (host.to_owned(), port), "{text}");
        }
    }

    #[test]
    fn names_that_do_not_exist_and_servers_that_do_not_answer() {
        let of = |text: &str| {
            unresolved(&io::Error::other(format!("failed to lookup address information: {text}")))
        };
        assert_eq!(of("Name or service not known"), Answer::Absent);
        assert_eq!(of("Name does not resolve"), Answer::Absent);
        assert!(matches!(of("Temporary failure in name resolution"), Answer::Unknown(_)));
        assert!(matches!(of("Try again"), Answer::Unknown(_)));
    }
}
