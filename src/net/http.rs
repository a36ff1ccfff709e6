//! The one HTTP client: rustls with ring, the machine's own certificates, proxies as given.

use std::sync::Once;
use std::time::Duration;

use reqwest::{Client, Proxy, Url, redirect};

use super::proxy::Proxies;

/// How long a request may take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Until the connection stands, a proxy's answer and the TLS handshake included.
    pub connect: Duration,
    /// Until the answer is there.
    pub whole: Duration,
}

/// Stands for a proxy that cannot be understood: by RFC 2606 the name never resolves.
const NOWHERE: &str = "http://not-a-proxy.invalid:9";

/// A client that goes through these proxies and follows no redirect. A proxy that cannot be understood is no
/// reason to go around it: the request fails.
pub fn client(proxies: &Proxies, limits: Limits) -> reqwest::Result<Client> {
    install_crypto();
    let proxies = proxies.clone();
    let through = Proxy::custom(move |url| {
        let proxy = proxies.for_url(url)?;
        Some(if Url::parse(proxy).is_ok() { proxy.to_owned() } else { NOWHERE.to_owned() })
    });
    Client::builder()
        .user_agent(concat!("ktui/", env!("CARGO_PKG_VERSION")))
        .no_proxy()
        .proxy(through)
        .redirect(redirect::Policy::none())
        .connect_timeout(limits.connect)
        .timeout(limits.whole)
        .build()
}

/// reqwest comes without cryptography; rustls takes the process-wide one.
fn install_crypto() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // An error says that somebody was first, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
}
