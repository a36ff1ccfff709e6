//! Ways to learn a fact about a target: one file a family of questions.
//!
//! Owns how [`Ask`] is answered on a live target, bounded in time. What may be asked is `diagnose::fact`'s;
//! what an answer means is diagnosis'. Parsers are apart from reading, so tables test them.
#![expect(clippy::disallowed_methods, reason = "reads this process' environment and folder as defaults")]

mod engine;
pub mod far_tree;
mod go;
mod kernel;
mod memory;
mod network;
mod os;
mod packages;
mod place;
mod proxy;
mod setting;
pub mod site;
mod source;
mod storage;
mod toolkit;
mod tools;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use crate::diagnose::fact::Ask;
use crate::event::Answer;
use crate::locale::{Text, both};
use crate::target::Target;
use place::Place;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(2);
/// The same on another machine: a small board may take long to start a shell.
const FAR: Duration = Duration::from_secs(12);
/// The same where a host far away has to answer.
const NETWORK: Duration = Duration::from_secs(5);

/// Answers a question about the target, with this process' own environment and folder. Blocks, some seconds at
/// most; safe to call from asynchronous code's blocking threads and from plain ones.
pub fn answer(ask: &Ask, target: &Target) -> Answer {
    Prober::new(target.clone()).answer(ask)
}

/// Answers questions as a stage with this environment and folder would find things.
#[derive(Debug, Clone)]
pub struct Prober {
    target: Target,
    dir: PathBuf,
    env: BTreeMap<String, String>,
    /// What was added to the environment, which is all that another machine sees of it.
    added: BTreeMap<String, String>,
    most: Option<Duration>,
}

impl Prober {
    /// With this process' environment and folder.
    pub fn new(target: Target) -> Self {
        let text = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        };
        let env = std::env::vars_os().filter_map(text).collect();
        let dir = std::env::current_dir().unwrap_or_else(|_| "/".into());
        let dir = if target.is_local() { dir } else { "/".into() };
        Self { target, dir, env, added: BTreeMap::new(), most: None }
    }

    /// Whether it asks this machine.
    pub fn is_local(&self) -> bool {
        self.target.is_local()
    }

    /// In another folder.
    #[must_use]
    pub fn in_dir(mut self, dir: impl Into<PathBuf>) -> Self {
        self.dir = dir.into();
        self
    }

    /// With these variables on top, as a plan or a fix adds them.
    #[must_use]
    pub fn with_env(mut self, env: &BTreeMap<String, String>) -> Self {
        if self.target.is_local() {
            self.env.extend(env.clone());
        }
        self.added.extend(env.clone());
        self
    }

    /// With no more patience than this for any question.
    #[must_use]
    pub fn within(mut self, most: Duration) -> Self {
        self.most = Some(most);
        self
    }

    /// The answer; [`Answer::Unknown`] where it took too long.
    pub fn answer(&self, ask: &Ask) -> Answer {
        let patience = match ask {
            _ if !self.target.is_local() => FAR,
            Ask::Reachable(_)
            | Ask::Resolve(_)
            | Ask::Listening(_)
            | Ask::Connect(..)
            | Ask::GitRemote(_)
            | Ask::Issuer(_)
            | Ask::FromContainer(..)
            | Ask::Compiles(_)
            | Ask::Links(_) => NETWORK,
            _ => PATIENCE,
        };
        let patience =
            self.most.filter(|_| self.target.is_local()).map_or(patience, |most| most.min(patience));
        let place = Place {
            target: self.target.clone(),
            dir: self.dir.clone(),
            env: self.env.clone(),
            added: self.added.clone(),
            until: Instant::now() + patience,
        };
        let (tell, told) = channel();
        let ask = ask.clone();
        // A name server or a network drive may hang for minutes; the thread is left to it.
        thread::spawn(move || tell.send(find_out(&place, &ask)));
        told.recv_timeout(patience + Duration::from_millis(200))
            .unwrap_or_else(|_| Answer::Unknown(too_late(patience)))
    }
}

fn too_late(patience: Duration) -> Text {
    let seconds = patience.as_secs().max(1);
    both!("no answer within {seconds} s", "{seconds} 秒内没有应答")
}

fn find_out(place: &Place, ask: &Ask) -> Answer {
    match ask {
        Ask::Arch => os::arch(place),
        Ask::Distro => os::distro(place),
        Ask::DistroLike => os::distro_like(place),
        Ask::User => os::user(place),
        Ask::PackageManager => packages::manager(place),
        Ask::Package(name) => packages::installed(place, name),
        Ask::Memory => memory::total(place),
        Ask::MemoryAvailable => memory::available(place),
        Ask::Swap => memory::swap(place),
        Ask::OomKills => memory::oom_kills(place),
        Ask::Disk(path) => storage::free(place, path),
        Ask::File(path) => storage::kind(place, path),
        Ask::Which(tool) => tools::which(place, tool),
        Ask::Version(tool) => tools::version(place, tool),
        Ask::PkgConfig(module) => tools::pkg_config(place, module),
        Ask::Env(name) => tools::env(place, name),
        Ask::Resolve(host) => network::resolve(place, host),
        Ask::Reachable(url) => network::reachable(place, url),
        Ask::Listening(address) => network::listening(place, address),
        Ask::GoEnv(name) => go::env(place, name),
        Ask::Compiles(header) => toolkit::compiles(place, header),
        Ask::Links(library) => toolkit::links(place, library),
        Ask::Inodes(path) => storage::inodes(place, path),
        Ask::Cgroups => kernel::cgroups(place),
        Ask::KernelConfig(name) => kernel::config(place, name),
        Ask::Clock => setting::clock(place),
        Ask::Charmap => setting::charmap(place),
        Ask::Engine(engine) => engine::version(place, engine),
        Ask::EngineRoot(engine) => engine::root(place, engine),
        Ask::Connect(proxy, to) => proxy::connect(place, proxy, to),
        Ask::GitRemote(url) => proxy::git_remote(place, url),
        Ask::Issuer(url) => proxy::issuer(place, url),
        Ask::FromContainer(engine, to) => engine::reaches(place, engine, to),
        Ask::Source(location) => source::frame(place, location),
    }
}

/// A text is there, or nothing is.
fn known(text: Option<String>) -> Answer {
    text.map_or(Answer::Absent, Answer::Is)
}

#[cfg(test)]
mod tests;
