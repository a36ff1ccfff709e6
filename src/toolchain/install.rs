//! Brings a Go toolchain here: as golang.org/toolchain from a module proxy, or as the published archive.
//!
//! Every file is checked before it counts: the module by its `h1:` sum in the checksum database (or the tree's
//! go.sum), the archive by its SHA-256 in the list of releases. What could not be checked is said. The toolchain
//! appears in its folder whole or not at all.
#![expect(clippy::disallowed_methods, reason = "unpacks toolchains")]

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

use reqwest::Url;
use sha2::{Digest, Sha256};
use tokio::runtime::{Builder, Runtime};

use super::dirhash::DirHash;
use super::installed::version_of;
use super::module::{self, TOOLCHAIN};
use super::reach::Reach;
use super::sumdb::{self, Database};
use super::version::GoVersion;
use crate::locale::{Speak, Text, both};
use crate::net::download::{self, DownloadError, Failed, Order, Progress, hex};
use crate::net::http::{CONNECT, Limits, client, downloader, in_words};
use crate::net::proxy::Proxies;

/// How long a list or a sum may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// Where archives are published, the nearest to our users first.
pub const ARCHIVES: [&str; 4] = [
    "https://golang.google.cn/dl",
    "https://go.dev/dl",
    "https://mirrors.aliyun.com/golang",
    "https://mirrors.ustc.edu.cn/golang",
];

/// What is wanted, and where from.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// The version.
    pub version: GoVersion,
    /// GOOS and GOARCH that it runs on.
    pub platform: (String, String),
    /// ktui's folder of toolchains.
    pub into: PathBuf,
    /// Module proxies to ask for the toolchain module; empty: archives only.
    pub servers: Vec<Url>,
    /// Folders of archives; empty: the module only.
    pub archives: Vec<Url>,
    /// GOSUMDB; `None` where it is off.
    pub database: Option<Database>,
    /// go.sum of the tree, where there is one.
    pub go_sum: String,
    /// SHA-256 that the user gives for the archive.
    pub sha256: Option<String>,
    /// The proxies of the environment.
    pub proxies: Proxies,
}

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step<'a> {
    /// This server is asked.
    Asking(&'a str),
    /// Bytes come.
    Downloading(Progress<'a>),
    /// The sum is asked for.
    Verifying,
    /// Files are written.
    Unpacking,
}

/// Against what it was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verified {
    /// The signed checksum database of this name.
    Database(String),
    /// The tree's go.sum.
    GoSum,
    /// The SHA-256 in this list, or the user's own.
    Sha256(String),
    /// Against nothing, because…
    Nothing(Text),
}

/// A new toolchain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// Its GOROOT.
    pub root: PathBuf,
    /// Where it came from.
    pub url: String,
    /// Against what it was checked.
    pub verified: Verified,
    /// Whether it had been there before.
    pub was_there: bool,
}

/// Why there is no toolchain.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.said().en)]
pub enum InstallError {
    /// Nobody has it.
    Nowhere {
        /// The version.
        version: String,
        /// GOOS/GOARCH.
        platform: String,
        /// Who was asked, and why not.
        failed: Vec<Failed>,
    },
    /// What came is not what was published.
    Checksum {
        /// Where it came from.
        url: String,
        /// What was published.
        expected: String,
        /// What came.
        found: String,
    },
    /// The disk.
    Disk {
        /// The file.
        path: PathBuf,
        /// The operating system's reason.
        error: io::Error,
    },
}

impl Speak for InstallError {
    fn said(&self) -> Text {
        match self {
            Self::Nowhere { version, platform, failed } => both!(
                "Go {version} for {platform} cannot be had:{all}",
                "无法获得用于 {platform} 的 Go {version}：{all}",
                all = download::in_lines(failed)
            ),
            Self::Checksum { url, expected, found } => both!(
                "{url}: wrong checksum: expected {expected}, got {found}; it was thrown away",
                "{url}：校验和不符：应为 {expected}，实为 {found}；已丢弃"
            ),
            Self::Disk { path, error } => Text::verbatim(format!("{}: {error}", path.display())),
        }
    }
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> InstallError + '_ {
    |error| InstallError::Disk { path: path.to_owned(), error }
}

/// Brings the toolchain here; at once where it is here already.
///
/// # Errors
/// Nobody has it, it is not what was published, or the disk fails.
pub fn install(wanted: &Wanted, tell: &mut dyn FnMut(Step<'_>)) -> Result<Done, InstallError> {
    let root = wanted.into.join(format!("go{}", wanted.version.release()));
    if version_of(&root).is_some_and(|version| version == wanted.version) {
        let (url, verified) = (String::new(), Verified::Nothing(Text::default()));
        return Ok(Done { root, url, verified, was_there: true });
    }
    let runtime = Builder::new_current_thread().enable_all().build().map_err(at(&root))?;
    let done = Work { wanted, runtime: &runtime, tell }.everywhere(&root);
    // A name server that does not answer is not waited for.
    runtime.shutdown_background();
    done
}

struct Work<'a> {
    wanted: &'a Wanted,
    runtime: &'a Runtime,
    tell: &'a mut dyn FnMut(Step<'_>),
}

impl Work<'_> {
    fn everywhere(&mut self, root: &Path) -> Result<Done, InstallError> {
        let mut failed = Vec::new();
        for server in Reach::of(&self.wanted.servers, &self.wanted.proxies, self.runtime) {
            let server = match server {
                Ok(server) => server,
                Err(silent) => {
                    failed.push(silent);
                    continue;
                }
            };
            match self.module(&server, root) {
                Err(InstallError::Nowhere { failed: more, .. }) => failed.extend(more),
                done => return done,
            }
        }
        if !self.wanted.archives.is_empty() {
            match self.archive(root) {
                Err(InstallError::Nowhere { failed: more, .. }) => failed.extend(more),
                done => return done,
            }
        }
        Err(self.nowhere(failed))
    }

    fn nowhere(&self, failed: Vec<Failed>) -> InstallError {
        let (os, arch) = &self.wanted.platform;
        InstallError::Nowhere {
            version: self.wanted.version.release(),
            platform: format!("{os}/{arch}"),
            failed,
        }
    }

    fn fetch(&mut self, urls: Vec<Url>, to: &Path, sha256: Option<String>) -> Result<Url, InstallError> {
        let client = downloader(&self.wanted.proxies)
            .map_err(|error| self.nowhere(vec![Failed { url: String::new(), why: in_words(&error) }]))?;
        if let Some(host) = urls.first().and_then(Url::host_str) {
            (self.tell)(Step::Asking(host));
        }
        let order = Order { urls, to: to.to_owned(), sha256 };
        let tell = &mut *self.tell;
        let done = self
            .runtime
            .block_on(download::download(&client, &order, &mut |progress| tell(Step::Downloading(progress))));
        done.map(|delivered| delivered.url).map_err(|error| match error {
            DownloadError::Nowhere(failed) => self.nowhere(failed),
            DownloadError::Disk { path, error } => InstallError::Disk { path, error },
        })
    }

    /// The toolchain module of one proxy.
    fn module(&mut self, server: &Url, root: &Path) -> Result<Done, InstallError> {
        let (os, arch) = &self.wanted.platform;
        let version = module::toolchain_version(&self.wanted.version, os, arch);
        let Some(url) = module::file(server, TOOLCHAIN, &version, "zip") else {
            return Err(self.nowhere(vec![Failed {
                url: server.to_string(),
                why: both!("no address", "没有可用的地址"),
            }]));
        };
        let zip = self.wanted.into.join("cache").join(format!("toolchain@{version}.zip"));
        let url = self.fetch(vec![url], &zip, None)?;
        let shown = download::without_password(&url);
        (self.tell)(Step::Verifying);
        let found = h1(&zip).map_err(at(&zip))?;
        let verified = match self.published(server, &version) {
            Ok((expected, _)) if expected != found => {
                let _ = fs::remove_file(&zip);
                return Err(InstallError::Checksum { url: shown, expected, found });
            }
            Ok((_, verified)) => verified,
            Err(why) => Verified::Nothing(why),
        };
        (self.tell)(Step::Unpacking);
        let lead = format!("{TOOLCHAIN}@{version}/");
        unpack::put(root, |folder| unpack::unzip(&zip, folder, &lead)).map_err(at(root))?;
        let _ = fs::remove_file(&zip);
        Ok(Done { root: root.to_owned(), url: shown, verified, was_there: false })
    }

    /// The sum that was published for a toolchain module, and by whom.
    fn published(&self, server: &Url, version: &str) -> Result<(String, Verified), Text> {
        if let Some(sum) = in_go_sum(&self.wanted.go_sum, version) {
            return Ok((sum, Verified::GoSum));
        }
        let Some(database) = &self.wanted.database else {
            return Err(both!("GOSUMDB is off", "GOSUMDB 已关闭"));
        };
        let limits = Limits { connect: CONNECT, whole: PATIENCE };
        let client = client(&self.wanted.proxies, limits).map_err(|error| in_words(&error))?;
        let through = format!("{}/sumdb/{}", server.as_str().trim_end_matches('/'), database.name);
        let mut why = Vec::new();
        for base in [&through, &database.url] {
            let fetch = |path: &str| {
                let url = Url::parse(&format!("{base}{path}")).map_err(Text::verbatim)?;
                self.runtime.block_on(async {
                    let reply = client.get(url).send().await.map_err(|error| in_words(&error))?;
                    let reply = reply.error_for_status().map_err(|error| in_words(&error.without_url()))?;
                    Ok(reply.bytes().await.map_err(|error| in_words(&error))?.to_vec())
                })
            };
            match sumdb::lookup(database, &fetch, TOOLCHAIN, version) {
                Ok(sum) => return Ok((sum, Verified::Database(database.name.clone()))),
                Err(error) => why.push(error),
            }
        }
        Err(Text::each(|lang| lang.joined(&why.iter().map(|why| why.pick(lang)).collect::<Vec<_>>())))
    }

    /// The archive as it is published, from any mirror; the sum from the list of releases.
    fn archive(&mut self, root: &Path) -> Result<Done, InstallError> {
        let (os, arch) = &self.wanted.platform;
        let arch = if arch == "arm" { "armv6l" } else { arch };
        let name = format!("go{}.{os}-{arch}.tar.gz", self.wanted.version.release());
        let (wanted, runtime) = (self.wanted, self.runtime);
        let mut folders = Reach::of(&wanted.archives, &wanted.proxies, runtime);
        let (mut asked, mut failed) = (Vec::new(), Vec::new());
        let given = wanted.sha256.clone().map(|sum| (sum, "--sha256".to_owned()));
        let Some((sum, list)) = given.or_else(|| self.listed(&name, &mut folders, &mut asked, &mut failed))
        else {
            return Err(self.nowhere(failed));
        };
        let tar = wanted.into.join("cache").join(&name);
        // Whoever had the list, or was asked for it before, comes first.
        let mut places = asked.into_iter().map(Ok).chain(folders);
        let url = loop {
            match places.next() {
                None => return Err(self.nowhere(failed)),
                Some(Err(silent)) => failed.push(silent),
                Some(Ok(folder)) => {
                    let urls = below(&folder, &name).into_iter().collect();
                    match self.fetch(urls, &tar, Some(sum.clone())) {
                        Err(InstallError::Nowhere { failed: more, .. }) => failed.extend(more),
                        done => break done?,
                    }
                }
            }
        };
        (self.tell)(Step::Unpacking);
        unpack::put(root, |folder| unpack::untar(&tar, folder)).map_err(at(root))?;
        let _ = fs::remove_file(&tar);
        let url = download::without_password(&url);
        Ok(Done { root: root.to_owned(), url, verified: Verified::Sha256(list), was_there: false })
    }

    /// The archive's SHA-256 in the first list of releases that has it; `asked` gets those that were asked up to
    /// there, `failed` why they had nothing. Without a sum nothing is fetched: an archive is a program that will run.
    fn listed(
        &mut self,
        name: &str,
        folders: &mut Reach<'_>,
        asked: &mut Vec<Url>,
        failed: &mut Vec<Failed>,
    ) -> Option<(String, String)> {
        for folder in folders {
            let url = match folder {
                Ok(folder) => {
                    let url = below(&folder, "");
                    asked.push(folder);
                    url
                }
                Err(silent) => {
                    failed.push(silent);
                    None
                }
            };
            let Some(mut url) = url else { continue };
            url.set_query(Some("mode=json&include=all"));
            (self.tell)(Step::Asking(url.host_str().unwrap_or_default()));
            match self.sum_in(&url, name) {
                Ok(sum) => return Some((sum, url.to_string())),
                Err(why) => failed.push(Failed { url: url.to_string(), why }),
            }
        }
        None
    }

    /// The sum of a file in one list of releases.
    fn sum_in(&self, url: &Url, name: &str) -> Result<String, Text> {
        let limits = Limits { connect: CONNECT, whole: PATIENCE };
        let text = self.runtime.block_on(async {
            let client = client(&self.wanted.proxies, limits)?;
            client.get(url.clone()).send().await?.error_for_status()?.text().await
        });
        let text = text.map_err(|error| in_words(&error))?;
        sha256_in(&text, name)
            .ok_or_else(|| both!("its list of releases does not have {name}", "其发行列表中没有 {name}"))
    }
}

fn below(folder: &Url, name: &str) -> Option<Url> {
    Url::parse(&format!("{}/{name}", folder.as_str().trim_end_matches('/'))).ok()
}

/// The sum of a file in the list of releases, `?mode=json`.
fn sha256_in(json: &str, name: &str) -> Option<String> {
    let releases: serde_json::Value = serde_json::from_str(json).ok()?;
    let files = releases.as_array()?.iter().filter_map(|release| release.get("files")?.as_array()).flatten();
    let mut files = files.filter(|file| file.get("filename").and_then(|found| found.as_str()) == Some(name));
    let sum = files.find_map(|file| file.get("sha256")?.as_str())?;
    (sum.len() == 64 && sum.bytes().all(|byte| byte.is_ascii_hexdigit())).then(|| sum.to_owned())
}

/// What a go.sum says of the toolchain module.
fn in_go_sum(go_sum: &str, version: &str) -> Option<String> {
    go_sum.lines().find_map(|line| {
        let mut words = line.split_whitespace();
        (words.next() == Some(TOOLCHAIN) && words.next() == Some(version))
            .then(|| words.next().map(str::to_owned))?
    })
}

/// The `h1:` sum of a module zip.
fn h1(zip: &Path) -> io::Result<String> {
    let mut archive = zip::ZipArchive::new(File::open(zip)?).map_err(io::Error::other)?;
    let mut sum = DirHash::default();
    let mut buffer = vec![0; 64 * 1024];
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).map_err(io::Error::other)?;
        let mut hash = Sha256::new();
        loop {
            match file.read(&mut buffer)? {
                0 => break,
                count => hash.update(&buffer[..count]),
            }
        }
        let name = file.name().map_err(io::Error::other)?.into_owned();
        sum.add(&name, hex(&hash.finalize()));
    }
    Ok(sum.finish())
}

mod unpack;

#[cfg(test)]
mod tests;
