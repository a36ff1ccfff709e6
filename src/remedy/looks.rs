//! Whether commands only look: they show a person what to decide by and change nothing.
//!
//! Owns the programs that are known to do so. What is not known counts as a change.

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
    commands.iter().all(|command| simple(command).iter().all(|words| looks(words)))
}

/// The simple commands of a shell line; what stands in quotes keeps together with the word around it.
fn simple(line: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut quote = None;
    for ch in line.chars() {
        match (quote, ch) {
            (Some(open), _) if ch == open => quote = None,
            (None, '\'' | '"') => quote = Some(ch),
            (None, '|' | ';' | '&' | '\n' | '(' | ')' | '{' | '}') => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(part) = parts.last_mut() {
            part.push(ch);
        }
    }
    parts.retain(|part| !part.trim().is_empty());
    parts
}

fn looks(command: &str) -> bool {
    let quiet = command.replace("2>/dev/null", " ").replace(">/dev/null", " ").replace("2>", " ");
    // `2>&1` was cut at its `&`; anything else that is written somewhere is a change, and so may be what a
    // substitution runs.
    if quiet.contains('>') || quiet.contains("$(") || quiet.contains('`') {
        return false;
    }
    let mut words =
        quiet.split_whitespace().skip_while(|word| matches!(*word, "sudo" | "!" | "1")).peekable();
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
