//! Whether commands only look: they show a person what to decide by and change nothing.
//!
//! Owns the programs that are known to do so. What is not known counts as a change.

use crate::diagnose::shell::simple_commands;

/// Programs that only show, but for what [`CHANGES`] says.
const SHOW: [&str; 37] = [
    "cat",
    "cd",
    "df",
    "dig",
    "dmesg",
    "du",
    "echo",
    "egrep",
    "file",
    "findmnt",
    "free",
    "getent",
    "getfacl",
    "grep",
    "head",
    "host",
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

/// Words that make one of the programs change something after all: a long option by its beginning, since programs take
/// abbreviations; a letter of short options; a word as it stands.
const CHANGES: [(&str, &[&str], &str, &[&str]); 8] = [
    ("dmesg", &["--cl", "--read", "--console"], "cCDEn", &[]),
    ("file", &["--comp"], "C", &[]),
    ("git", &["--output"], "", &[]),
    ("iptables", &["--zero"], "Z", &[]),
    (
        "journalctl",
        &["--vac", "--rot", "--fl", "--rel", "--sm", "--sync", "--set", "--up", "--cursor-f"],
        "",
        &[],
    ),
    ("ktui", &["--fix", "--yes"], "", &[]),
    ("openssl", &[], "", &["-out", "-keylogfile", "-sess_out"]),
    ("ss", &["--k"], "K", &[]),
];

/// Programs that show only where every word is among these, or begins with one that ends in `…`.
const ONLY: [(&str, &[&str]); 3] = [
    ("date", &["-u", "-R", "--utc", "-I…", "--iso-8601…", "--rfc…", "+…"]),
    ("hostname", &["-f", "-s", "-i", "-I", "-A", "-d", "-y", "--fqdn", "--short"]),
    ("mount", &["-l"]),
];

/// Programs that only show when their first words are these.
const ASK: [(&str, &[&str]); 18] = [
    ("apt-cache", &["policy", "search", "show"]),
    ("docker", &["info", "images", "inspect", "logs", "manifest inspect", "ps", "system df", "version"]),
    ("git", &["blame", "diff", "log", "ls-files", "ls-remote", "remote -v", "show", "status"]),
    ("go", &["env G", "list", "version", "mod graph", "mod why"]),
    ("iptables", &["-L", "-S", "-t nat -L"]),
    ("k3s", &["--version", "check-config", "kubectl get", "kubectl describe", "kubectl logs"]),
    ("ktui", &["diagnose", "doctor", "explain", "go required", "go status", "proxy test"]),
    ("kubectl", &["describe", "get", "logs"]),
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
    let leads = |word: &&String| matches!(word.as_str(), "sudo" | "!" | "{" | "}");
    let lead = command.iter().take_while(leads).count();
    let Some((program, words)) = command[lead..].split_first() else { return true };
    let is = |name: &&str| *name == program.as_str();
    match program.as_str() {
        // They run what follows.
        "command" if words.first().is_some_and(|word| word == "-v" || word == "-V") => return true,
        "command" => return looks(words),
        "env" => return looks(&words[words.iter().take_while(|word| word.contains('=')).count()..]),
        "ip" => return ip_looks(words),
        _ => {}
    }
    if let Some((_, only)) = ONLY.iter().find(|(name, _)| is(name)) {
        return words.iter().filter(|word| *word != ">" && *word != "/dev/null").all(|word| {
            only.iter().any(|known| match known.strip_suffix('…') {
                Some(start) => word.starts_with(start),
                None => word == known,
            })
        });
    }
    if CHANGES.iter().any(|(name, long, short, plain)| is(name) && changes(words, long, short, plain)) {
        return false;
    }
    let rest = words.join(" ");
    if is(&"sysctl") && (rest.contains('=') || words.iter().any(|word| sets_sysctl(word))) {
        return false;
    }
    SHOW.iter().any(is)
        || ASK.iter().any(|(name, asks)| is(name) && asks.iter().any(|ask| rest.starts_with(ask)))
}

fn changes(words: &[String], long: &[&str], short: &str, plain: &[&str]) -> bool {
    words.iter().any(|word| {
        let letters = word.strip_prefix('-').filter(|letters| !letters.starts_with('-')).unwrap_or_default();
        let has_long = long.iter().any(|start| word.starts_with(start)) && !word.starts_with("--color");
        has_long || letters.contains(|letter| short.contains(letter)) || plain.contains(&word.as_str())
    })
}

/// `ip OBJECT`, or with a verb that shows.
fn ip_looks(words: &[String]) -> bool {
    let mut words = words.iter().map(String::as_str).filter(|word| !word.starts_with('-'));
    let objects = ["a", "addr", "address", "l", "link", "r", "route", "n", "neigh"];
    words.next().is_some_and(|object| objects.contains(&object))
        && words.next().is_none_or(|verb| ["show", "list", "ls", "get", "s", "sh", ">"].contains(&verb))
}

fn sets_sysctl(word: &str) -> bool {
    matches!(word, "-w" | "-p" | "--write" | "--load" | "--system") || word.starts_with("--load")
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

    #[test]
    fn programs_that_run_others_or_change_by_an_argument_do_not_only_look() {
        for (command, look) in [
            ("env X=1 rm f", false),
            ("env X=1 ls", true),
            ("env -i rm f", false),
            ("env", true),
            ("command rm f", false),
            ("command -v yq", true),
            ("nice ls", false),
            ("ls | xargs rm", false),
            ("sudo -u nobody ls", false),
            ("sudo rm f", false),
            ("timeout 5 rm f", false),
            ("date", true),
            ("date -u +%s", true),
            ("date -s 12:00", false),
            ("date 010112002026", false),
            ("hostname -f", true),
            ("hostname board", false),
            ("dmesg -T --color=never", true),
            ("sudo dmesg -C", false),
            ("dmesg -Tc", false),
            ("journalctl -u k3s --no-pager -n 20", true),
            ("journalctl --vacuum-size=50M", false),
            ("journalctl --rotate", false),
            ("ss -K dst 10.0.0.1", false),
            ("ip a", true),
            ("ip -br addr show", true),
            ("ip addr add 10.0.0.2/24 dev eth0", false),
            ("ip route flush all", false),
            ("ip route get 10.0.0.1", true),
            ("mount -l /dev/sda1", false),
            ("git diff --output=x HEAD", false),
            ("ktui doctor --fix", false),
            ("sysctl -n -p", false),
        ] {
            assert_eq!(only_look(&[command.to_owned()]), look, "{command}");
        }
    }
}
