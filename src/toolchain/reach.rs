//! Who can be reached at all, asked of all at once: dead servers cost one patience together and not one each. In which
//! order those that answer are taken stays the caller's.

use reqwest::Url;
use tokio::runtime::Runtime;
use tokio::task::JoinHandle;

use crate::locale::Text;
use crate::net::download::{Failed, without_password};
use crate::net::http::{CONNECT, Limits, client, in_words};
use crate::net::proxy::Proxies;

/// Servers that are being asked, in their order.
pub(super) struct Reach<'r> {
    runtime: &'r Runtime,
    asked: std::vec::IntoIter<(Url, JoinHandle<Option<Text>>)>,
}

impl<'r> Reach<'r> {
    /// Begins to ask all of them for a connection.
    pub(super) fn of(urls: &[Url], proxies: &Proxies, runtime: &'r Runtime) -> Self {
        let ask = |url: &Url| {
            let (at, proxies) = (url.clone(), proxies.clone());
            (url.clone(), runtime.spawn(async move { silence(at, &proxies).await }))
        };
        Self { runtime, asked: urls.iter().map(ask).collect::<Vec<_>>().into_iter() }
    }
}

/// The next one: it answers, or why it does not. The others are waited for meanwhile.
impl Iterator for Reach<'_> {
    type Item = Result<Url, Failed>;

    fn next(&mut self) -> Option<Self::Item> {
        let (url, asked) = self.asked.next()?;
        Some(match self.runtime.block_on(asked).ok().flatten() {
            None => Ok(url),
            Some(why) => Err(Failed { url: without_password(&url), why }),
        })
    }
}

/// Why no connection can be made; what a server that can be connected to says is for the download to judge.
async fn silence(url: Url, proxies: &Proxies) -> Option<Text> {
    let client = match client(proxies, Limits { connect: CONNECT, whole: 2 * CONNECT }) {
        Ok(client) => client,
        Err(error) => return Some(in_words(&error)),
    };
    client.head(url).send().await.err().filter(reqwest::Error::is_connect).map(|error| in_words(&error))
}
