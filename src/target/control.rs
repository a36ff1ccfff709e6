//! Where OpenSSH keeps the socket of a connection that many commands share.
#![expect(clippy::disallowed_methods, reason = "finds and makes a private folder")]

use std::fs::DirBuilder;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::PathBuf;
use std::sync::OnceLock;

/// A socket's path may have 107 bytes; ssh puts 40 for `%C` and some while it makes one.
const LONGEST: usize = 40;

/// `ControlPath`, in a folder that nobody else can enter; `None` where there is none.
pub(super) fn path() -> Option<&'static str> {
    static PATH: OnceLock<Option<String>> = OnceLock::new();
    PATH.get_or_init(|| folder().map(|folder| format!("{}/%C", folder.display()))).as_deref()
}

fn folder() -> Option<PathBuf> {
    let own = rustix::process::geteuid().as_raw();
    let runtime = std::env::var_os("XDG_RUNTIME_DIR").map(|dir| PathBuf::from(dir).join("ktui-ssh"));
    let temporary = PathBuf::from(format!("/tmp/ktui-ssh-{own}"));
    let usable = |folder: &PathBuf| {
        // A folder of this name that somebody else laid there is not used.
        let _ = DirBuilder::new().mode(0o700).create(folder);
        folder.as_os_str().len() <= LONGEST
            && folder
                .symlink_metadata()
                .is_ok_and(|found| found.is_dir() && found.uid() == own && found.mode().trailing_zeros() >= 6)
    };
    runtime.into_iter().chain([temporary]).find(usable)
}
