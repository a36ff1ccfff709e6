//! Whether a proxy opens a way, and whether git gets through.

use std::io::{Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::Url;

use super::network::{host_and_port, now};
use super::place::{Mute, Place};
use crate::event::Answer;
use crate::locale::{Text, both};

/// Its own answer to CONNECT, before anything of the host's behind it.
pub(super) fn connect(place: &Place, proxy: &str, to: &str) -> Answer {
    if !place.is_local() {
        let script = "command -v curl >/dev/null || { echo '?'; exit; }
            code=$(curl -sI -m 4 -o /dev/null -w '%{http_connect}' -x \"$1\" \"https://$2\"); [ \"$code\" = 000 ] || echo \"$code\"";
        return match place.run(&["sh", "-c", script, "sh", proxy, to], false) {
            Ok(said) => match said.first_line().as_deref() {
                Some("?") => Answer::Unknown(both!("there is no curl to ask with", "没有 curl 可用来询问")),
                Some(code) => Answer::Is(code.to_owned()),
                None => Answer::Absent,
            },
            Err(mute) => mute.without("sh"),
        };
    }
    let (host, port) = host_and_port(proxy);
    let Some(port) = port else {
        return Answer::Unknown(both!("the proxy's address has no port", "代理地址没有端口"));
    };
    let Ok(addresses) = (host.as_str(), port).to_socket_addrs() else { return Answer::Absent };
    let left = place.until.saturating_duration_since(now());
    if left.is_zero() {
        return Answer::Absent;
    }
    for address in addresses {
        let Ok(stream) = TcpStream::connect_timeout(&address, left.min(Duration::from_secs(3))) else {
            continue;
        };
        let left = place.until.saturating_duration_since(now()).max(Duration::from_millis(1));
        let limits = stream.set_read_timeout(Some(left)).and_then(|()| stream.set_write_timeout(Some(left)));
        let asked = limits.and_then(|()| {
            if proxy.starts_with("socks") { socks(&stream, to) } else { http(&stream, proxy, to) }
        });
        return asked.unwrap_or_else(|error| Answer::Unknown(Text::verbatim(error)));
    }
    Answer::Absent
}

fn http(mut stream: &TcpStream, proxy: &str, to: &str) -> std::io::Result<Answer> {
    let credentials = Url::parse(proxy).ok().filter(|url| !url.username().is_empty()).map(|url| {
        let plain = |text: &str| percent_decoded(text);
        let pair = format!("{}:{}", plain(url.username()), plain(url.password().unwrap_or_default()));
        format!("Proxy-Authorization: Basic {}\r\n", STANDARD.encode(pair))
    });
    let credentials = credentials.unwrap_or_default();
    write!(stream, "CONNECT {to} HTTP/1.1\r\nHost: {to}\r\n{credentials}\r\n")?;
    let mut start = [0; 64];
    let count = stream.read(&mut start)?;
    let text = String::from_utf8_lossy(&start[..count]);
    let status = text.strip_prefix("HTTP/1.").and_then(|rest| rest.split(' ').nth(1));
    Ok(match status.filter(|status| status.parse::<u16>().is_ok()) {
        Some(status) => Answer::Is(status.to_owned()),
        None => Answer::Unknown(both!(
            "it answers, but not as an HTTP proxy does",
            "有应答，但不是 HTTP 代理的应答"
        )),
    })
}

/// SOCKS 5 without a password, RFC 1928; a proxy that wants one says so with 0xff or 2.
fn socks(mut stream: &TcpStream, to: &str) -> std::io::Result<Answer> {
    stream.write_all(&[5, 2, 0, 2])?;
    let mut answer = [0; 2];
    stream.read_exact(&mut answer)?;
    match answer {
        [5, 0] => {}
        [5, 2 | 0xff] => return Ok(Answer::Is("407".into())),
        _ => {
            return Ok(Answer::Unknown(both!(
                "it answers, but not as a SOCKS 5 proxy does",
                "有应答，但不是 SOCKS 5 代理的应答"
            )));
        }
    }
    let (host, port) = host_and_port(to);
    let (Ok(length), Some(port)) = (u8::try_from(host.len()), port) else {
        return Ok(Answer::Unknown(both!("`{to}` is no HOST:PORT", "`{to}` 不是 HOST:PORT")));
    };
    let request = [&[5, 1, 0, 3, length][..], host.as_bytes(), &port.to_be_bytes()].concat();
    stream.write_all(&request)?;
    let mut answer = [0; 4];
    stream.read_exact(&mut answer)?;
    Ok(Answer::Is(if answer[1] == 0 { "200".into() } else { format!("502 (SOCKS {})", answer[1]) }))
}

/// `%40` → `@`.
fn percent_decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let code = text.get(at + 1..at + 3).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match (bytes[at], code) {
            (b'%', Some(code)) => {
                out.push(code);
                at += 3;
            }
            (byte, _) => {
                out.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// What git gets of a remote, with the user's own settings and none of the tree's: a `.git/config` names programs
/// (`insteadOf` to `ext::`, credential helpers, ssh commands), and nobody was asked whether they may run.
pub(super) fn git_remote(place: &Place, url: &str) -> Answer {
    let Some((scheme @ ("https" | "http"), _)) = url.split_once("://") else {
        return Answer::Unknown(both!("`{url}` is no web address", "`{url}` 不是网址"));
    };
    let outside = Place { dir: "/".into(), ..place.clone() };
    // What is allowed here beats every `protocol.*.allow`. A redirection may lead from http to https.
    let allowed = format!("GIT_ALLOW_PROTOCOL=https:{scheme}");
    let unset = ["-u", "GIT_DIR", "-u", "GIT_COMMON_DIR", "-u", "GIT_WORK_TREE"];
    let quiet = [&allowed, "GIT_TERMINAL_PROMPT=0", "GIT_ASKPASS=true"];
    let argv = [&["env"][..], &unset, &quiet, &["git", "ls-remote", "--", url, "HEAD"]].concat();
    match outside.run(&argv, true) {
        Ok(said) if said.ok => {
            super::known(said.first_line().and_then(|line| Some(line.split_whitespace().next()?.to_owned())))
        }
        // What git says is an answer: the remote does not give what a clone needs.
        Ok(said) => refused(&said.text),
        Err(Mute::Missing) => Answer::Unknown(both!("there is no git to ask with", "没有 git 可用来询问")),
        Err(Mute::Because(why)) => Answer::Unknown(why),
    }
}

/// What git says where it does not get the remote.
fn refused(text: &str) -> Answer {
    let mut lines = text.lines().map(str::trim);
    match lines.find(|line| line.contains("fatal") || line.contains("致命错误")) {
        // The user's own settings lead elsewhere (`insteadOf` to ssh): nothing that was looked at.
        Some(fatal) if fatal.contains("not allowed") => Answer::Unknown(Text::verbatim(fatal)),
        Some(fatal) => Answer::Is(fatal.to_owned()),
        None => {
            let first = text.lines().map(str::trim).find(|line| !line.is_empty());
            let silent = || both!("git fails without a word", "git 失败，没有任何说明");
            Answer::Unknown(first.map_or_else(silent, Text::verbatim))
        }
    }
}

/// curl with OpenSSL names the issuer whether it trusts it or not, through the environment's proxy.
pub(super) fn issuer(place: &Place, url: &str) -> Answer {
    if !url.starts_with("https://") {
        return Answer::Unknown(both!("`{url}` is no https address", "`{url}` 不是 https 地址"));
    }
    let status = "\nverified=%{ssl_verify_result}\n";
    let argv = ["curl", "-ksSvI", "-m", "4", "-o", "/dev/null", "-w", status, "--", url];
    match place.run(&argv, true) {
        Ok(said) => signed_by(&said.text),
        Err(Mute::Missing) => Answer::Unknown(both!("there is no curl to ask with", "没有 curl 可用来询问")),
        Err(Mute::Because(why)) => Answer::Unknown(why),
    }
}

/// What `curl -v` tells of a certificate.
fn signed_by(text: &str) -> Answer {
    let after = |lead: &str| text.lines().find_map(|line| Some(line.split_once(lead)?.1.trim().to_owned()));
    match after("issuer: ") {
        Some(issuer) if after("verified=").as_deref() == Some("0") => Answer::Is(issuer),
        Some(issuer) => Answer::Is(format!("{issuer}{UNTRUSTED}")),
        None => Answer::Unknown(
            after("curl: ")
                .map_or_else(|| both!("curl names no issuer", "curl 没有给出颁发者"), Text::verbatim),
        ),
    }
}

/// The end of an issuer that this machine does not trust.
const UNTRUSTED: &str = " (not trusted)";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_written_out() {
        assert_eq!(percent_decoded("p%40ss%3aword%"), "p@ss:word%");
    }

    #[test]
    fn what_curl_tells_of_a_certificate() {
        let good = "*  issuer: C=US; O=Let's Encrypt; CN=R11\n*  SSL certificate verify ok.\nverified=0\n";
        assert_eq!(signed_by(good), Answer::Is("C=US; O=Let's Encrypt; CN=R11".into()));
        let opened = "*  issuer: O=Example Proxy\n*  SSL certificate verify result: unable to get local issuer certificate (20), continuing anyway.\nverified=20\n";
        assert_eq!(signed_by(opened), Answer::Is("O=Example Proxy (not trusted)".into()));
        let cut = "* Trying 10.0.0.1:443...\ncurl: (28) Connection timed out\nverified=0\n";
        assert_eq!(signed_by(cut), Answer::Unknown(Text::verbatim("(28) Connection timed out")));
    }
}
