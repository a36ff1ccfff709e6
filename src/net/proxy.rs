//! Which proxy the environment names for a URL. Pure.
//!
//! Follows what curl, git and Go agree on: `http_proxy` for http, `https_proxy` for https, `all_proxy` for what
//! neither covers, `no_proxy` for exceptions; lower case before upper case; a value without a scheme is http.

use std::net::IpAddr;

use reqwest::Url;

/// The proxy settings of an environment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proxies {
    http: Option<String>,
    https: Option<String>,
    all: Option<String>,
    except: Vec<Exception>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Exception {
    Everything,
    /// A host and all below it; with a port only that one.
    Host(String, Option<u16>),
    /// Addresses whose first bits are these.
    Network(IpAddr, u8),
}

impl Proxies {
    /// Reads the settings; `variable` looks one up.
    pub fn of(variable: impl Fn(&str) -> Option<String>) -> Self {
        let both = |name: &str| {
            let set = |name: &str| variable(name).map(|value| value.trim().to_owned());
            set(name).or_else(|| set(&name.to_ascii_uppercase())).filter(|value| !value.is_empty())
        };
        Self {
            http: both("http_proxy").map(with_scheme),
            https: both("https_proxy").map(with_scheme),
            all: both("all_proxy").map(with_scheme),
            except: both("no_proxy").map(|list| exceptions(&list)).unwrap_or_default(),
        }
    }

    /// The proxy for this URL as a URL of its own; `None` where it is reached directly.
    pub fn for_url(&self, url: &Url) -> Option<&str> {
        let host = url.host_str()?.trim_matches(['[', ']']);
        let port = url.port_or_known_default();
        if self.except.iter().any(|exception| exception.covers(host, port)) {
            return None;
        }
        let own = match url.scheme() {
            "http" => &self.http,
            "https" => &self.https,
            _ => &None,
        };
        own.as_ref().or(self.all.as_ref()).map(String::as_str)
    }
}

fn with_scheme(value: String) -> String {
    if value.contains("://") { value } else { format!("http://{value}") }
}

fn exceptions(list: &str) -> Vec<Exception> {
    list.split([',', ' ']).map(str::trim).filter(|entry| !entry.is_empty()).map(exception).collect()
}

fn exception(entry: &str) -> Exception {
    if entry == "*" {
        return Exception::Everything;
    }
    if let Some((address, bits)) = entry.split_once('/')
        && let (Ok(address), Ok(bits)) = (address.parse(), bits.parse())
    {
        return Exception::Network(address, bits);
    }
    if let Ok(address) = entry.trim_matches(['[', ']']).parse::<IpAddr>() {
        return Exception::Host(address.to_string(), None);
    }
    let (host, port) = match entry.rsplit_once(':') {
        Some((host, port)) if port.parse::<u16>().is_ok() => (host, port.parse().ok()),
        _ => (entry, None),
    };
    let host = host.trim_start_matches("*.").trim_start_matches('.').trim_matches(['[', ']']);
    Exception::Host(host.to_ascii_lowercase(), port)
}

impl Exception {
    fn covers(&self, host: &str, port: Option<u16>) -> bool {
        match self {
            Self::Everything => true,
            Self::Host(domain, only) => {
                let host = host.trim_end_matches('.').to_ascii_lowercase();
                let below = host.strip_suffix(domain.as_str());
                let named = below.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
                named && (only.is_none() || *only == port)
            }
            Self::Network(network, bits) => host.parse().is_ok_and(|host| shares(*network, host, *bits)),
        }
    }
}

/// Whether two addresses of one kind begin with the same bits.
fn shares(a: IpAddr, b: IpAddr, bits: u8) -> bool {
    let (a, b, width) = match (a, b) {
        (IpAddr::V4(a), IpAddr::V4(b)) => (u128::from(a.to_bits()), u128::from(b.to_bits()), 32),
        (IpAddr::V6(a), IpAddr::V6(b)) => (a.to_bits(), b.to_bits(), 128),
        _ => return false,
    };
    let rest = width - u32::from(bits).min(width);
    a.checked_shr(rest).unwrap_or(0) == b.checked_shr(rest).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn via(env: &[(&str, &str)], url: &str) -> Option<String> {
        let look = |name: &str| env.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned());
        Proxies::of(look).for_url(&url.parse().unwrap()).map(str::to_owned)
    }

    #[test]
    fn which_variable_counts() {
        for (env, url, expected) in [
            (&[][..], "https://k3s.io", None),
            (&[("https_proxy", "http://p:1")], "https://k3s.io", Some("http://p:1")),
            (&[("https_proxy", "http://p:1")], "http://k3s.io", None),
            (&[("HTTPS_PROXY", "p:1")], "https://k3s.io", Some("http://p:1")),
            (&[("HTTPS_PROXY", "up:1"), ("https_proxy", "low:1")], "https://k3s.io", Some("http://low:1")),
            (&[("ALL_PROXY", "socks5h://p:1080")], "https://k3s.io", Some("socks5h://p:1080")),
            (&[("https_proxy", ""), ("HTTPS_PROXY", "up:1")], "https://k3s.io", None),
        ] {
            assert_eq!(via(env, url).as_deref(), expected, "{env:?} {url}");
        }
    }

    #[test]
    fn exceptions_are_reached_directly() {
        for (no_proxy, url, direct) in [
            ("k3s.io", "https://k3s.io", true),
            ("k3s.io", "https://get.k3s.io", true),
            (".k3s.io", "https://get.K3S.io", true),
            ("*.k3s.io", "https://get.k3s.io", true),
            ("3s.io", "https://k3s.io", false),
            ("localhost, 127.0.0.1", "http://127.0.0.1:8080", true),
            ("127.0.0.1", "http://127.0.0.11", false),
            ("10.0.0.0/8", "http://10.42.0.1", true),
            ("10.0.0.0/8", "http://11.42.0.1", false),
            ("0.0.0.0/0", "http://11.42.0.1", true),
            ("fd00::/8", "http://[fd12::1]:80", true),
            ("::1", "http://[::1]/", true),
            ("k3s.io:443", "https://k3s.io", true),
            ("k3s.io:443", "https://k3s.io:6443", false),
            ("*", "https://k3s.io", true),
            (" ,", "https://k3s.io", false),
        ] {
            let env = [("https_proxy", "p:1"), ("http_proxy", "p:1"), ("no_proxy", no_proxy)];
            assert_eq!(via(&env, url).is_none(), direct, "{no_proxy} {url}");
        }
    }
}
