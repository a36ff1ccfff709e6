//! Whether commands only look: they show a person what to decide by and change nothing.
//!
//! Owns the programs that are known to do so. What is not known counts as a change.

use crate::diagnose::shell::simple_commands;

/// Programs that only show, whatever their arguments.
const SHOW: [&str; 41] = [
    "cat",
    "cd",
    "command",
    "date",
    "df",
    "dig",
    "dmesg",
    "du",
    "echo",
    "egrep",
    "env",
    "file",
    "findmnt",
    "free",
    "getent",
    "getfacl",
    "grep",
    "head",
    "host",
    "hostname",
    "id",
    "journalctl",
    "ldd",
    "ls",
    "lsblk",
    "lsof",
    "nm",
    "nproc",
    "nslookup",
    "ps",
    "readelf",
    "readlink",
    "ss",
    "stat",
    "tail",
    "test",
    "uname",
    "uptime",
    "wc",
    "whereis",
    "which",
];

/// Programs that only show when their first words are these.
const ASK: [(&str, &[&str]); 20] = [
    ("apt-cache", &["policy", "search", "show"]),
    ("docker", &["info", "images", "inspect", "logs", "manifest inspect", "ps", "system df", "version"]),
    ("git", &["blame", "diff", "log", "ls-files", "ls-remote", "remote -v", "show", "status"]),
    ("go", &["env G", "list", "version", "mod graph", "mod why"]),
    ("ip", &["a", "addr", "link show", "r", "route", "-br"]),
    ("iptables", &["-L", "-S", "-t nat -L"]),
    ("k3s", &["--version", "check-config", "kubectl get", "kubectl describe", "kubectl logs"]),
    ("ktui", &["diagnose", "doctor", "explain", "go required", "go status", "proxy test"]),
    ("kubectl", &["describe", "get", "logs"]),
    ("mount", &["-l"]),
    ("openssl", &["s_client", "version", "x509"]),
    ("ping", &["-c"]),
    ("podman", &["info", "images", "inspect", "logs", "ps", "version"]),
    ("python3", &["--version"]),
    ("rpm", &["-q"]),
    ("rc-service", &["k3s status"]),
    ("sysctl", &["-n", "kernel.", "vm.", "net."]),
    ("systemctl", &["cat", "list", "show", "status"]),
    ("timedatectl", &["status", "show"]),
    ("ulimit", &["-a"]),
];

/// Whether none of these commands changes anything, as far as is known. No command at all changes nothing.
pub(super) fn only_look(commands: &[String]) -> bool {
    // What a substitution runs is not looked into.
    let plain = |command: &String| !command.contains("$(") && !command.contains('`');
    commands.iter().all(|command| plain(command) && simple_commands(command).iter().all(|words| looks(words)))
}

fn looks(command: &[String]) -> bool {
    let writes = |pair: &[String]| pair[0] == ">" && pair[1] != "/dev/null";
    if command.windows(2).any(writes) {
        return false;
    }
    let leads = |word: &&str| matches!(*word, "sudo" | "!" | "{" | "}");
    let mut words = command.iter().map(String::as_str).skip_while(leads);
    let Some(program) = words.next() else { return true };
    let rest = words.collect::<Vec<_>>().join(" ");
    if program == "sysctl" && (rest.contains('=') || rest.starts_with("-w")) {
        return false;
    }
    SHOW.contains(&program)
        || ASK.iter().any(|(name, asks)| *name == program && asks.iter().any(|ask| rest.starts_with(ask)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_are_told_from_changes() {
        for (command, look) in [
            ("ss -ltnp | grep ':6443 '", true),
            ("git diff HEAD -- 'a;b.c'", true),
            ("sudo journalctl -u k3s -n 50 2>&1 | tail -n 20", true),
            ("df -h . && free -m", true),
            ("git checkout -- a.c", false),
            ("sudo docker system prune -f", false),
            ("cat a > b", false),
            ("echo 1 >> /etc/hosts", false),
            ("sysctl -w vm.overcommit_memory=1", false),
            ("sysctl vm.overcommit_memory=1", false),
            ("ls $(rm x)", false),
            ("curl -fL -o yq https://example.org/yq", false),
        ] {
            assert_eq!(only_look(&[command.to_owned()]), look, "{command}");
        }
    }
}
