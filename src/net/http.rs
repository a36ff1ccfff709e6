//! The one HTTP client: rustls with ring, the machine's own certificates, proxies as given.

use std::sync::Once;
use std::time::Duration;

use reqwest::{Client, ClientBuilder, Proxy, Url, redirect};

use super::proxy::Proxies;
use crate::locale::{Text, both};

/// How long a request may take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Until the connection stands, a proxy's answer and the TLS handshake included.
    pub connect: Duration,
    /// Until the answer is there.
    pub whole: Duration,
}

/// How long any server, or the proxy before it, may take until the connection stands.
pub const CONNECT: Duration = Duration::from_secs(4);

/// How long a download may wait for the next bytes.
const STALL: Duration = Duration::from_secs(30);
/// No honest server sends one further than this.
const MOST_REDIRECTS: usize = 10;

/// Stands for a proxy that cannot be understood: by RFC 2606 the name never resolves.
const NOWHERE: &str = "http://not-a-proxy.invalid:9";

/// A client that goes through these proxies and follows no redirect. A proxy that cannot be understood is no
/// reason to go around it: the request fails.
pub fn client(proxies: &Proxies, limits: Limits) -> reqwest::Result<Client> {
    through(proxies)
        .redirect(redirect::Policy::none())
        .connect_timeout(limits.connect)
        .timeout(limits.whole)
        .build()
}

/// A client for files of any size: follows redirects (never from https to http), takes bytes as they are, and
/// gives up only where nothing comes any more.
pub fn downloader(proxies: &Proxies) -> reqwest::Result<Client> {
    let follow = redirect::Policy::custom(|attempt| {
        let from_tls = attempt.previous().last().is_some_and(|url| url.scheme() == "https");
        if from_tls && attempt.url().scheme() != "https" {
            attempt.error("the server leads from https to an unencrypted address")
        } else if attempt.previous().len() > MOST_REDIRECTS {
            attempt.error("the server leads in a circle")
        } else {
            attempt.follow()
        }
    });
    through(proxies).redirect(follow).no_gzip().connect_timeout(2 * CONNECT).read_timeout(STALL).build()
}

fn through(proxies: &Proxies) -> ClientBuilder {
    install_crypto();
    let proxies = proxies.clone();
    let through = Proxy::custom(move |url| {
        let proxy = proxies.for_url(url)?;
        Some(if Url::parse(proxy).is_ok() { proxy.to_owned() } else { NOWHERE.to_owned() })
    });
    Client::builder().user_agent(concat!("ktui/", env!("CARGO_PKG_VERSION"))).no_proxy().proxy(through)
}

/// An error with everything behind it: reqwest's own text stops before the cause.
pub fn in_words(error: &reqwest::Error) -> Text {
    if error.is_timeout() {
        return both!("no answer in time", "未在时限内应答");
    }
    let mut words = vec![error.to_string()];
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        let text = cause.to_string();
        if words.last().is_none_or(|last| !last.contains(&text)) {
            words.push(text);
        }
        source = cause.source();
    }
    Text::verbatim(words.join(": "))
}

/// reqwest comes without cryptography; rustls takes the process-wide one.
fn install_crypto() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // An error says that somebody was first, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
}
