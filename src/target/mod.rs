//! Where commands run: this machine, another one over ssh, a container, a pod.
//!
//! Owns how a target is written, the command through which a shell is reached there, what that shell is told,
//! and ([`call`]) one question asked of it without a terminal. Runs in a terminal are `runner`'s, facts `probe`'s,
//! files [`carry`]'s, or [`pack`]'s where a file is carried by hand.

pub mod call;
pub mod carry;
mod control;
pub mod manifest;
pub mod pack;
mod program;

pub use manifest::Manifest;
pub use program::{program, quoted, script_in};

use std::fmt;
use std::str::FromStr;

use crate::locale::{Speak, Text, both};

/// A place where stages run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub enum Target {
    /// This machine, this user.
    #[default]
    Local,
    /// Another machine, through the system's OpenSSH and its configuration.
    Ssh {
        /// As after `ssh`: a name, an alias, `user@host`.
        host: String,
    },
    /// A running container.
    Container {
        /// Its engine.
        engine: Engine,
        /// Its name or id.
        name: String,
    },
    /// A container of a pod, through kubectl and its configuration.
    Pod {
        /// Its namespace; empty for the one that kubectl is set to.
        namespace: String,
        /// Its name.
        pod: String,
        /// The container in it; empty for the first.
        container: String,
    },
}

/// What the way to a target is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    /// A person may watch and type.
    Terminal,
    /// Bytes go in and out; on a terminal the user may still be asked for a password.
    Pipe,
    /// Nobody can be asked anything.
    Quiet,
}

/// A program that runs containers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Engine {
    /// docker
    Docker,
    /// podman
    Podman,
}

impl Engine {
    /// The command.
    pub fn program(self) -> &'static str {
        match self {
            Self::Docker => "docker",
            Self::Podman => "podman",
        }
    }
}

/// A target that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.said().en)]
pub struct NotATarget(pub String);

impl Speak for NotATarget {
    fn said(&self) -> Text {
        let text = &self.0;
        both!(
            "`{text}` is no target: expected local, ssh:HOST, container:docker/NAME, container:podman/NAME or \
             kubectl:[NAMESPACE/]POD[/CONTAINER]",
            "`{text}` 不是目标；应为 local、ssh:HOST、container:docker/NAME、container:podman/NAME 或 \
             kubectl:[NAMESPACE/]POD[/CONTAINER]"
        )
    }
}

impl FromStr for Target {
    type Err = NotATarget;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bad = || NotATarget(text.to_owned());
        if text == "local" {
            return Ok(Self::Local);
        }
        let (kind, rest) = text.split_once(':').ok_or_else(bad)?;
        match kind {
            "ssh" if is_name(rest) => Ok(Self::Ssh { host: rest.to_owned() }),
            "container" => {
                let (engine, name) = rest.split_once('/').ok_or_else(bad)?;
                let engine = match engine {
                    "docker" => Engine::Docker,
                    "podman" => Engine::Podman,
                    _ => return Err(bad()),
                };
                if !is_name(name) {
                    return Err(bad());
                }
                Ok(Self::Container { engine, name: name.to_owned() })
            }
            "kubectl" => {
                let parts: Vec<&str> = rest.split('/').collect();
                if !parts.iter().all(|part| is_name(part)) {
                    return Err(bad());
                }
                let (namespace, pod, container) = match parts[..] {
                    [pod] => ("", pod, ""),
                    [namespace, pod] => (namespace, pod, ""),
                    [namespace, pod, container] => (namespace, pod, container),
                    _ => return Err(bad()),
                };
                let [namespace, pod, container] = [namespace, pod, container].map(str::to_owned);
                Ok(Self::Pod { namespace, pod, container })
            }
            _ => Err(bad()),
        }
    }
}

/// A name that is one word and cannot pass for an option.
fn is_name(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with('-')
        && text.chars().all(|c| c.is_alphanumeric() || "._-@:[]%".contains(c))
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Local => f.write_str("local"),
            Self::Ssh { host } => write!(f, "ssh:{host}"),
            Self::Container { engine, name } => write!(f, "container:{}/{name}", engine.program()),
            Self::Pod { namespace, pod, container } => {
                let parts = [namespace, pod, container].map(String::as_str);
                let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
                write!(f, "kubectl:{}", parts.join("/"))
            }
        }
    }
}

impl Target {
    /// Whether it is this machine.
    pub fn is_local(&self) -> bool {
        *self == Self::Local
    }

    /// What to start here so that `words` run there. Over ssh they run in the user's login environment, so that
    /// a Go that only a profile puts on PATH is found as it is by hand.
    pub fn reach(&self, words: &[&str], line: Line) -> Vec<String> {
        let mut argv: Vec<String> = match self {
            Self::Local => Vec::new(),
            Self::Ssh { host } => {
                let mut argv = ssh(line);
                argv.extend(["--".to_owned(), host.clone(), program::logged_in(words)]);
                return argv;
            }
            Self::Container { engine, name } => {
                let input = if line == Line::Terminal { "-it" } else { "-i" };
                vec![engine.program().to_owned(), "exec".to_owned(), input.to_owned(), name.clone()]
            }
            Self::Pod { namespace, pod, container } => {
                let input = if line == Line::Terminal { "-it" } else { "-i" };
                let mut argv = vec!["kubectl".to_owned(), "exec".to_owned(), input.to_owned()];
                for (option, value) in [("-n", namespace), ("-c", container)] {
                    if !value.is_empty() {
                        argv.extend([option.to_owned(), value.clone()]);
                    }
                }
                argv.extend([pod.clone(), "--".to_owned()]);
                argv
            }
        };
        argv.extend(words.iter().map(|word| (*word).to_owned()));
        argv
    }
}

/// OpenSSH with the user's configuration, and on top what ktui needs: one connection for many commands, a dead
/// one noticed within a minute, no chatter.
fn ssh(line: Line) -> Vec<String> {
    let mut argv = vec!["ssh".to_owned()];
    let mut option = |text: &str| argv.extend(["-o".to_owned(), text.to_owned()]);
    option("LogLevel=ERROR");
    option("ServerAliveInterval=15");
    option("ServerAliveCountMax=4");
    if let Some(path) = control::path() {
        option("ControlMaster=auto");
        option("ControlPersist=60");
        option(&format!("ControlPath={path}"));
    }
    if line == Line::Quiet {
        option("BatchMode=yes");
        option("ConnectTimeout=8");
    }
    argv.push(if line == Line::Terminal { "-tt" } else { "-T" }.to_owned());
    argv
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_written_as_they_are_read() {
        for text in [
            "local",
            "ssh:board",
            "ssh:me@192.168.1.7",
            "ssh:me@[fe80::1%eth0]",
            "container:docker/k3s-dev",
            "container:podman/3f2a",
            "kubectl:builder-0",
            "kubectl:ci/builder-0",
            "kubectl:ci/builder-0/go",
        ] {
            assert_eq!(text.parse::<Target>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_no_target() {
        for text in [
            "",
            "Local",
            "ssh:",
            "ssh:-oProxyCommand=touch /tmp/x",
            "ssh:a b",
            "ssh:$(id)",
            "container:docker",
            "container:docker/",
            "container:docker/-v",
            "container:lxc/a",
            "kubectl:",
            "kubectl:a//b",
            "kubectl:a/b/c/d",
            "kubectl:--all",
            "moon:a",
        ] {
            let error = text.parse::<Target>().unwrap_err().to_string();
            assert!(error.contains("expected local"), "{text}: {error}");
        }
    }

    #[test]
    fn another_machine_gets_one_quoted_word() {
        let target: Target = "ssh:board".parse().unwrap();
        let argv = target.reach(&["sh", "/tmp/a b/launch"], Line::Terminal);
        assert_eq!((argv[0].as_str(), argv[argv.len() - 2].as_str()), ("ssh", "board"));
        assert!(argv.contains(&"-tt".to_owned()) && !argv.contains(&"BatchMode=yes".to_owned()), "{argv:?}");
        assert_eq!(shlex::split(argv.last().unwrap()).unwrap()[..2], ["sh", "-c"]);
        let quiet = target.reach(&["sh", "-s"], Line::Quiet);
        assert!(quiet.contains(&"BatchMode=yes".to_owned()) && quiet.contains(&"-T".to_owned()), "{quiet:?}");
    }

    #[test]
    fn containers_and_pods_keep_their_words() {
        for (target, line, expected) in [
            ("local", Line::Pipe, "sh -s"),
            ("container:podman/dev", Line::Pipe, "podman exec -i dev sh -s"),
            ("container:docker/dev", Line::Terminal, "docker exec -it dev sh -s"),
            ("kubectl:p", Line::Quiet, "kubectl exec -i p -- sh -s"),
            ("kubectl:n/p/c", Line::Terminal, "kubectl exec -it -n n -c c p -- sh -s"),
        ] {
            let target: Target = target.parse().unwrap();
            assert_eq!(target.reach(&["sh", "-s"], line).join(" "), expected);
        }
    }
}
