//! The places where a proxy is set, one for each kind of program, and what is wrong with a value there. Pure.
//!
//! Which program reads which, and what each understands, was tried out with curl, wget, git, apt and npm.

use crate::locale::Lang;
use crate::locale::ui::Say;

/// A setting as it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layer {
    /// Where: a variable, a file, a command.
    pub place: String,
    /// What is set.
    pub name: String,
    /// The value, passwords masked.
    pub value: String,
    /// What is wrong with it, in words.
    pub faults: Vec<String>,
}

/// Who reads the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// The environment: everybody.
    Environment,
    /// wget, which knows no SOCKS.
    Wget,
    /// apt, which wants a scheme, and `socks5h` of the SOCKS ones.
    Apt,
    /// Processes in containers, where 127.0.0.1 is the container.
    Container,
    /// Anything else.
    Other,
}

/// A value as it may be shown, with its faults.
pub fn layer(place: &str, name: &str, value: &str, reader: Reader, lang: Lang) -> Layer {
    let is_list = name.eq_ignore_ascii_case("no_proxy") || name.eq_ignore_ascii_case("noproxy");
    let faults = if is_list || value.is_empty() { Vec::new() } else { faults(value, reader, lang) };
    Layer { place: place.to_owned(), name: name.to_owned(), value: masked(value), faults }
}

fn faults(value: &str, reader: Reader, lang: Lang) -> Vec<String> {
    let mut found = Vec::new();
    let mut say = |fault: Say| found.push(fault.text(lang).to_owned());
    let scheme = value.split_once("://").map(|(scheme, _)| scheme);
    let host = value.rsplit_once("://").map_or(value, |(_, rest)| rest);
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    if scheme.is_none() {
        say(Say::ProxyNoScheme);
    }
    if scheme == Some("https") {
        say(Say::ProxyTls);
    }
    let socks = scheme.is_some_and(|scheme| scheme.starts_with("socks"));
    if socks && matches!(reader, Reader::Wget | Reader::Environment) {
        say(Say::ProxyWget);
    }
    if socks && reader == Reader::Apt && scheme != Some("socks5h") {
        say(Say::ProxyApt);
    }
    if socks && reader == Reader::Container {
        say(Say::ProxyInside);
    }
    let local = ["127.", "localhost", "[::1]"].iter().any(|lead| host.starts_with(lead));
    if local && reader == Reader::Container {
        say(Say::ProxyLoopback);
    }
    found
}

/// Faults of the environment as a whole; `get` looks a variable up.
pub fn of_environment(get: &dyn Fn(&str) -> Option<String>, lang: Lang) -> Vec<Layer> {
    let mut layers = Vec::new();
    for lower in ["http_proxy", "https_proxy", "all_proxy", "no_proxy"] {
        let upper = lower.to_ascii_uppercase();
        let set = |name: &str| get(name).filter(|value| !value.is_empty());
        let (small, large) = (set(lower), set(&upper));
        if let Some(value) = &small {
            layers.push(layer("env", lower, value, Reader::Environment, lang));
        }
        let Some(value) = &large else { continue };
        let mut found = layer("env", &upper, value, Reader::Environment, lang);
        match &small {
            None if lower == "http_proxy" => found.faults.push(Say::ProxyUpperHttp.text(lang).to_owned()),
            None => found.faults.push(Say::ProxyUpper.text(lang).to_owned()),
            Some(small) if small != value => found.faults.push(Say::ProxyDiffers.text(lang).to_owned()),
            Some(_) => {}
        }
        layers.push(found);
    }
    layers
}

/// A value without its password.
pub fn masked(value: &str) -> String {
    let (lead, rest) = value.split_once("://").map_or(("", value), |(scheme, rest)| (scheme, rest));
    let Some((user, host)) = rest.rsplit_once('@') else { return value.to_owned() };
    let user = user.split(':').next().unwrap_or_default();
    let lead = if lead.is_empty() { String::new() } else { format!("{lead}://") };
    format!("{lead}{user}:***@{host}")
}

/// Lines `name = value`, as in ~/.curlrc and ~/.wgetrc, whose name has to do with proxies.
pub fn assignments(text: &str) -> Vec<(String, String)> {
    let one = |line: &str| {
        let line = line.trim().trim_start_matches("--");
        let (name, value) = line.split_once(['=', ' ', ':']).filter(|_| !line.starts_with('#'))?;
        let value = value.trim_start_matches(['=', ' ', ':']).trim().trim_matches('"');
        name.contains("proxy").then(|| (name.trim().to_owned(), value.to_owned()))
    };
    text.lines().filter_map(one).collect()
}

/// `Environment="HTTP_PROXY=…"` of a systemd drop-in.
pub fn unit_environment(text: &str) -> Vec<(String, String)> {
    let lines = text.lines().filter_map(|line| line.trim().strip_prefix("Environment="));
    let words = lines.filter_map(shlex::split).flatten();
    words
        .filter_map(|word| {
            word.split_once('=').map(|(name, value)| (name.to_owned(), value.replace("%%", "%")))
        })
        .filter(|(name, _)| name.to_ascii_lowercase().ends_with("proxy"))
        .collect()
}

/// Strings below `proxies` of Docker's JSON files, whatever the nesting.
pub fn json_proxies(text: &str) -> Vec<(String, String)> {
    let Ok(value) = serde_json::from_str::<serde_json::Value>(text) else { return Vec::new() };
    let mut found = Vec::new();
    let mut open: Vec<&serde_json::Value> = value.get("proxies").into_iter().collect();
    while let Some(object) = open.pop().and_then(serde_json::Value::as_object) {
        for (name, value) in object {
            match value.as_str() {
                Some(text) => found.push((name.clone(), text.to_owned())),
                None => open.push(value),
            }
        }
    }
    found
}

/// `Acquire::http::Proxy "…";` as `apt-config dump` prints it.
pub fn apt_proxies(text: &str) -> Vec<(String, String)> {
    let one = |line: &str| {
        let (name, value) = line.trim().strip_prefix("Acquire::")?.split_once(' ')?;
        let value = value.trim_end_matches(';').trim_matches('"');
        (name.to_ascii_lowercase().contains("proxy") && !value.is_empty())
            .then(|| (name.to_owned(), value.to_owned()))
    };
    text.lines().filter_map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_and_what_is_wrong_with_them() {
        for (value, reader, fault) in [
            ("172.17.0.1:8080", Reader::Container, "no scheme"),
            ("http://127.0.0.1:8080", Reader::Container, "127.0.0.1 in a container"),
            ("socks5://10.0.0.1:1080", Reader::Wget, "wget knows no SOCKS"),
            ("socks5://10.0.0.1:1080", Reader::Apt, "socks5h://"),
            ("socks5h://10.0.0.1:1080", Reader::Apt, ""),
            ("https://10.0.0.1:1080", Reader::Other, "TLS to the proxy"),
            ("http://127.0.0.1:8080", Reader::Environment, ""),
        ] {
            let found = layer("x", "https_proxy", value, reader, Lang::En).faults.join("; ");
            assert!(
                if fault.is_empty() { found.is_empty() } else { found.contains(fault) },
                "{value} {reader:?}: {found}"
            );
        }
        assert_eq!(masked("http://me:hunter2@p:1"), "http://me:***@p:1");
        assert_eq!(masked("me:hunter2@p:1"), "me:***@p:1");
    }

    #[test]
    fn the_environment_in_both_cases() {
        let env =
            [("HTTP_PROXY", "http://a:1"), ("https_proxy", "http://a:1"), ("HTTPS_PROXY", "http://b:1")];
        let get =
            |name: &str| env.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        let layers = of_environment(&get, Lang::En);
        let faults: Vec<_> = layers.iter().map(|layer| (layer.name.as_str(), layer.faults.len())).collect();
        assert_eq!(faults, [("HTTP_PROXY", 1), ("https_proxy", 0), ("HTTPS_PROXY", 1)]);
        assert!(layers[0].faults[0].contains("curl ignores it"));
    }

    #[test]
    fn files_are_read_as_their_programs_read_them() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(
            assignments("# proxy = no\nproxy = http://a:1\nuser-agent = x\n"),
            [pair("proxy", "http://a:1")]
        );
        assert_eq!(assignments("https_proxy=\"http://a:1\"\n"), [pair("https_proxy", "http://a:1")]);
        let unit = "[Service]\nEnvironment=\"HTTP_PROXY=http://u:p%%40@a:1\" \"FOO=1\"\n";
        assert_eq!(unit_environment(unit), [pair("HTTP_PROXY", "http://u:p%40@a:1")]);
        assert_eq!(
            json_proxies(r#"{"proxies":{"default":{"httpProxy":"a:1"}}}"#),
            [pair("httpProxy", "a:1")]
        );
        assert_eq!(json_proxies("{"), []);
        assert_eq!(
            apt_proxies("Acquire::http::Proxy \"http://a:1\";\nAcquire::Retries \"3\";\n"),
            [pair("http::Proxy", "http://a:1")]
        );
    }
}
