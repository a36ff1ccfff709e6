//! Go toolchains: which one a tree needs and why, which ones are here, and how one more comes here.
//!
//! `required`, `kubernetes`, `usage` and `shell` are pure; `lookup` asks caches and the network what a Kubernetes
//! release was built with, `installed` looks around on this machine, `install` fetches. Whether a machine is
//! good enough is `doctor`'s question.

pub mod dirhash;
pub mod install;
pub mod installed;
pub mod kubernetes;
pub mod lookup;
pub mod module;
mod reach;
pub mod remote_zip;
pub mod required;
pub mod shell;
pub mod source;
pub mod sumdb;
pub mod usage;
pub mod version;

pub use version::GoVersion;
