//! Commands that need root, for a user who is not: where `sudo` stands, and what it must not change.

use super::packages::Manager;
use super::{Fix, Machine};

/// What only root may ask: as anybody else these fail or lie, so that a verification says nothing.
const ASKED_BY_ROOT: [&str; 9] = [
    "apt-get check",
    "apt-get update",
    "apk update",
    "dmesg",
    "ip link add",
    "iptables",
    "k3s check-config",
    "modprobe",
    "yum makecache",
];

/// The fix as it runs on `machine` when its commands need root.
pub(super) fn raise(fix: &mut Fix, root: bool, machine: &Machine) {
    if !root {
        return;
    }
    fix.commands = fix.commands.iter().map(|command| as_root(command, machine)).collect();
    if ASKED_BY_ROOT.iter().any(|asked| fix.verify.contains(asked)) {
        fix.verify = as_root(&fix.verify, machine);
    }
}

/// Puts `sudo` in front where the user is not root. Commands with shell operators run under a root shell,
/// since `sudo a > b` would open `b` as the user; there `id` is root, and `$SUDO_UID` is who called.
pub fn as_root(command: &str, machine: &Machine) -> String {
    let brew = machine.manager == Some(Manager::Brew);
    if machine.root != Some(false) || brew || command.starts_with("sudo ") {
        return command.to_owned();
    }
    let shell = command.starts_with("! ") || command.contains(['|', '>', '<', '&', ';', '\n', '(', '`']);
    match shlex::try_quote(command) {
        Ok(quoted) if shell => format!("sudo sh -c {quoted}"),
        _ => format!("sudo {command}"),
    }
}
