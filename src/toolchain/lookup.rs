//! What a Kubernetes release was built with: from the module cache, from our own, from the network, from a table.
#![expect(clippy::disallowed_methods, reason = "reads module caches, keeps what it fetched")]

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use reqwest::header::RANGE;
use reqwest::{Client, StatusCode, Url};
use tokio::runtime::{Builder, Runtime};

use super::kubernetes::{self, Pinned};
use super::module;
use super::remote_zip::{Remote, text_in};
use super::required::Upstream;
use super::source::upstream_golang;
use super::version::GoVersion;
use crate::locale::{Fault, Speak, Text, both};
use crate::net::download::Failed;
use crate::net::http::{CONNECT, Limits, client, in_words};
use crate::net::proxy::Proxies;

/// Where single files of a repository can be had; `{file}` and `{release}` are filled in.
const FILES: [&str; 2] = [
    "https://raw.githubusercontent.com/kubernetes/kubernetes/{release}/{file}",
    "https://cdn.jsdelivr.net/gh/kubernetes/kubernetes@{release}/{file}",
];
const DEPENDENCIES: &str = "build/dependencies.yaml";
const PINNED: &str = ".go-version";
/// More of such a file is not read.
const MOST: u64 = 1 << 20;

/// Where to look.
#[derive(Debug, Clone)]
pub struct Places {
    /// GOMODCACHE.
    pub module_cache: Option<PathBuf>,
    /// Our own folder for answers.
    pub cache: PathBuf,
    /// Servers of GOPROXY.
    pub servers: Vec<Url>,
    /// Mirrors of single files to ask first, in the form of a URL with `{release}` and `{file}`.
    pub mirrors: Vec<String>,
    /// The proxies of the environment.
    pub proxies: Proxies,
    /// How long the network may take; `None`: it is not asked.
    pub patience: Option<Duration>,
}

/// The answer, and what did not answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// The version and who says so.
    pub upstream: Option<Upstream>,
    /// Places that were asked in vain.
    pub failed: Vec<Failed>,
}

/// Looks a release's Go up.
pub fn upstream(pinned: &Pinned, places: &Places) -> Found {
    if let Some(upstream) =
        cached_module(pinned, places.module_cache.as_deref()).or_else(|| kept(pinned, places))
    {
        return Found { upstream: Some(upstream), failed: Vec::new() };
    }
    let mut failed = Vec::new();
    if let Some(patience) = places.patience {
        match from_network(pinned, places, patience) {
            Ok(upstream) => {
                keep(pinned, places, &upstream);
                return Found { upstream: Some(upstream), failed };
            }
            Err(why) => failed = why,
        }
    }
    let upstream = kubernetes::known(&pinned.release)
        .map(|version| Upstream { version, place: format!("ktui: Kubernetes {}", pinned.release) });
    Found { upstream, failed }
}

/// Reads either of the two files.
fn version_in(file: &str, text: &str) -> Option<GoVersion> {
    if file == PINNED { text.trim().parse().ok() } else { upstream_golang(text).map(|(_, version)| version) }
}

/// The module as the go command keeps it: unpacked, or as the zip that came.
fn cached_module(pinned: &Pinned, cache: Option<&Path>) -> Option<Upstream> {
    let cache = cache?;
    let (module, version) = (module::escaped(&pinned.module), module::escaped(&pinned.version));
    let folder = cache.join(format!("{module}@{version}"));
    for file in [PINNED, DEPENDENCIES] {
        let path = folder.join(file);
        if let Some(version) = fs::read_to_string(&path).ok().and_then(|text| version_in(file, &text)) {
            return Some(Upstream { version, place: path.display().to_string() });
        }
    }
    let path = cache.join(format!("cache/download/{module}/@v/{version}.zip"));
    let zip = File::open(&path).ok()?;
    let version = in_zip(zip, pinned).ok()?;
    Some(Upstream { version, place: path.display().to_string() })
}

fn in_zip(mut zip: impl Read + io::Seek, pinned: &Pinned) -> io::Result<GoVersion> {
    let top = format!("{}@{}", pinned.module, pinned.version);
    for file in [DEPENDENCIES, PINNED] {
        let text = text_in(&mut zip, &format!("{top}/{file}"), MOST)?;
        if let Some(version) = text.and_then(|text| version_in(file, &text)) {
            return Ok(version);
        }
    }
    Err(io::Error::other(Fault(both!("the module names no Go version", "该模块没有写明 Go 版本"))))
}

fn kept_at(pinned: &Pinned, places: &Places) -> PathBuf {
    places.cache.join("kubernetes-go").join(&pinned.release)
}

/// A release does not change, so an answer is good for ever.
fn kept(pinned: &Pinned, places: &Places) -> Option<Upstream> {
    let text = fs::read_to_string(kept_at(pinned, places)).ok()?;
    let (version, place) = text.trim().split_once(' ')?;
    Some(Upstream { version: version.parse().ok()?, place: place.to_owned() })
}

fn keep(pinned: &Pinned, places: &Places, upstream: &Upstream) {
    let path = kept_at(pinned, places);
    let beside = path.with_extension(format!("new-{}", std::process::id()));
    // Not to be able to keep it costs the next run a request, nothing more.
    let _ = path
        .parent()
        .map_or(Ok(()), fs::create_dir_all)
        .and_then(|()| fs::write(&beside, format!("{} {}\n", upstream.version, upstream.place)))
        .and_then(|()| fs::rename(&beside, &path));
}

/// Asks all at once; the first good answer counts.
fn from_network(pinned: &Pinned, places: &Places, patience: Duration) -> Result<Upstream, Vec<Failed>> {
    use std::sync::mpsc::channel;

    let (tell, told) = channel();
    let mut asked = 0;
    let templates = places.mirrors.iter().map(String::as_str).chain(FILES);
    for url in templates.filter_map(|template| file_url(template, &pinned.release)) {
        let (tell, proxies) = (tell.clone(), places.proxies.clone());
        asked += 1;
        std::thread::spawn(move || {
            let text = runtime().and_then(|runtime| {
                let text = runtime.block_on(text_at(&url, &proxies, patience));
                // A name server that does not answer is not waited for.
                runtime.shutdown_background();
                text
            });
            let version = text.and_then(|text| {
                version_in(DEPENDENCIES, &text)
                    .ok_or_else(|| both!("names no Go version", "没有写明 Go 版本"))
            });
            tell.send((url.to_string(), version))
        });
    }
    for server in &places.servers {
        let Some(url) = module::file(server, &pinned.module, &pinned.version, "zip") else { continue };
        let (tell, proxies, pinned) = (tell.clone(), places.proxies.clone(), pinned.clone());
        asked += 1;
        std::thread::spawn(move || {
            let version = zip_at(&url, &pinned, &proxies, patience);
            tell.send((url.to_string(), version))
        });
    }
    drop(tell);
    let mut failed = Vec::new();
    let until = Instant::now() + patience + Duration::from_millis(300);
    for _ in 0..asked {
        let left = until.saturating_duration_since(Instant::now());
        let Ok((url, version)) = told.recv_timeout(left) else { break };
        match version {
            Ok(version) => return Ok(Upstream { version, place: url }),
            Err(why) => failed.push(Failed { url, why }),
        }
    }
    Err(failed)
}

fn file_url(template: &str, release: &str) -> Option<Url> {
    Url::parse(&template.replace("{release}", release).replace("{file}", DEPENDENCIES)).ok()
}

fn runtime() -> Result<Runtime, Text> {
    Builder::new_current_thread().enable_all().build().map_err(|error| error.said())
}

async fn text_at(url: &Url, proxies: &Proxies, patience: Duration) -> Result<String, Text> {
    let client = client(proxies, Limits { connect: CONNECT.min(patience), whole: patience })
        .map_err(|e| in_words(&e))?;
    let reply = client.get(url.clone()).send().await.map_err(|e| in_words(&e))?;
    if !reply.status().is_success() {
        return Err(Text::verbatim(reply.status()));
    }
    reply.text().await.map_err(|e| in_words(&e))
}

/// A file out of the module's zip on a proxy, by ranges.
fn zip_at(url: &Url, pinned: &Pinned, proxies: &Proxies, patience: Duration) -> Result<GoVersion, Text> {
    let runtime = runtime()?;
    let version = in_zip_at(&runtime, url, pinned, proxies, patience);
    runtime.shutdown_background();
    version
}

fn in_zip_at(
    runtime: &Runtime,
    url: &Url,
    pinned: &Pinned,
    proxies: &Proxies,
    patience: Duration,
) -> Result<GoVersion, Text> {
    let client = client(proxies, Limits { connect: CONNECT.min(patience), whole: patience })
        .map_err(|e| in_words(&e))?;
    let head = runtime.block_on(async { client.head(url.clone()).send().await }).map_err(|e| in_words(&e))?;
    if !head.status().is_success() {
        return Err(Text::verbatim(head.status()));
    }
    let length = head.headers().get("content-length").and_then(|value| value.to_str().ok()?.parse().ok());
    let length = length
        .ok_or_else(|| both!("the server does not say how long the module is", "服务器没有说明模块的长度"))?;
    let fetch = |from: u64, to: u64| {
        runtime.block_on(range(&client, url, from, to)).map_err(|why| io::Error::other(Fault(why)))
    };
    in_zip(Remote::new(length, Box::new(fetch)), pinned).map_err(|error| error.said())
}

async fn range(client: &Client, url: &Url, from: u64, to: u64) -> Result<Vec<u8>, Text> {
    let request = client.get(url.clone()).header(RANGE, format!("bytes={from}-{}", to - 1));
    let reply = request.send().await.map_err(|e| in_words(&e))?;
    if reply.status() != StatusCode::PARTIAL_CONTENT {
        return Err(both!("the server sends no pieces of files", "服务器不支持分段下载"));
    }
    Ok(reply.bytes().await.map_err(|e| in_words(&e))?.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pinned() -> Pinned {
        Pinned {
            release: "v1.31.2".into(),
            module: "github.com/k3s-io/kubernetes".into(),
            version: "v1.31.2-k3s1".into(),
            line: 1,
        }
    }

    fn offline(dir: &Path) -> Places {
        Places {
            module_cache: Some(dir.join("mod")),
            cache: dir.join("cache"),
            servers: Vec::new(),
            mirrors: Vec::new(),
            proxies: Proxies::default(),
            patience: None,
        }
    }

    #[test]
    fn offline_the_caches_answer_and_then_the_table() {
        let dir = tempfile::tempdir().unwrap();
        let places = offline(dir.path());
        let found = upstream(&pinned(), &places).upstream.unwrap();
        assert_eq!((found.version.as_str(), found.place.as_str()), ("1.22.8", "ktui: Kubernetes v1.31.2"));

        let before =
            Upstream { version: "1.22.9".parse().unwrap(), place: "https://mirror.example/x".into() };
        keep(&pinned(), &places, &before);
        assert_eq!(upstream(&pinned(), &places).upstream, Some(before));

        let zip = dir.path().join("mod/cache/download/github.com/k3s-io/kubernetes/@v/v1.31.2-k3s1.zip");
        fs::create_dir_all(zip.parent().unwrap()).unwrap();
        let mut writer = zip::ZipWriter::new(File::create(&zip).unwrap());
        let options = zip::write::SimpleFileOptions::default();
        writer.start_file("github.com/k3s-io/kubernetes@v1.31.2-k3s1/.go-version", options).unwrap();
        io::Write::write_all(&mut writer, b"1.22.10\n").unwrap();
        writer.finish().unwrap();
        assert_eq!(upstream(&pinned(), &places).upstream.unwrap().version.as_str(), "1.22.10");

        let unpacked = dir.path().join("mod/github.com/k3s-io/kubernetes@v1.31.2-k3s1");
        fs::create_dir_all(&unpacked).unwrap();
        fs::write(unpacked.join(".go-version"), "1.22.11\n").unwrap();
        assert_eq!(upstream(&pinned(), &places).upstream.unwrap().version.as_str(), "1.22.11");
    }
}
