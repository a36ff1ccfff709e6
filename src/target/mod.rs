//! Where commands run: this machine, another one over ssh, a container.
//!
//! Owns how a target is written and how an argument list becomes one that runs there in a terminal. Nothing is
//! started here: `runner` and `probe` do that.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::str::FromStr;

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
#[error("`{0}` is no target: expected local, ssh:HOST, or container:docker/NAME or container:podman/NAME")]
pub struct NotATarget(pub String);

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
        }
    }
}

impl Target {
    /// What to start here so that `argv` runs there, in `dir`, with `env` added, on a terminal if `tty`.
    ///
    /// `None` for [`Target::Local`], where folder and environment are the process' own, and where an argument
    /// cannot be quoted (it holds a NUL byte).
    pub fn wrap(
        &self,
        argv: &[String],
        dir: &Path,
        env: &BTreeMap<String, String>,
        tty: bool,
    ) -> Option<Vec<String>> {
        match self {
            Self::Local => None,
            Self::Ssh { host } => {
                let assignments = env.iter().map(|(name, value)| format!("{name}={value}"));
                let words: Vec<String> = assignments.chain(argv.iter().cloned()).collect();
                let words = shlex::try_join(words.iter().map(String::as_str)).ok()?;
                let dir = dir.to_str()?;
                let dir = shlex::try_quote(dir).ok()?;
                let script = format!("cd -- {dir} && exec env {words}");
                let mut wrapped = vec!["ssh".to_owned()];
                wrapped.extend(tty.then(|| "-tt".to_owned()));
                wrapped.extend(["--".to_owned(), host.clone(), script]);
                Some(wrapped)
            }
            Self::Container { engine, name } => {
                let mut wrapped = vec![engine.program().to_owned(), "exec".to_owned()];
                wrapped.push(if tty { "-it" } else { "-i" }.to_owned());
                wrapped.extend(["-w".to_owned(), dir.to_str()?.to_owned()]);
                for (variable, value) in env {
                    wrapped.extend(["-e".to_owned(), format!("{variable}={value}")]);
                }
                wrapped.push(name.clone());
                wrapped.extend(argv.iter().cloned());
                wrapped.iter().all(|word| !word.contains('\0')).then_some(wrapped)
            }
        }
    }
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
            "moon:a",
        ] {
            let error = text.parse::<Target>().unwrap_err().to_string();
            assert!(error.contains("expected local"), "{text}: {error}");
        }
    }

    #[test]
    fn a_command_for_another_machine_is_one_quoted_script() {
        let target: Target = "ssh:board".parse().unwrap();
        let argv = ["bash", "-c", "echo '$HOME'; true", "stage-build"].map(str::to_owned);
        let env = [("GOFLAGS".to_owned(), "-p=1 -v".to_owned())].into();
        let wrapped = target.wrap(&argv, Path::new("/src/k3s; rm -rf x"), &env, true).unwrap();
        assert_eq!(wrapped[..4], ["ssh", "-tt", "--", "board"]);
        let words = shlex::split(&wrapped[4]).unwrap();
        assert_eq!(
            words,
            [
                "cd",
                "--",
                "/src/k3s; rm -rf x",
                "&&",
                "exec",
                "env",
                "GOFLAGS=-p=1 -v",
                "bash",
                "-c",
                "echo '$HOME'; true",
                "stage-build"
            ]
        );
    }

    #[test]
    fn a_command_for_a_container_keeps_its_words() {
        let target: Target = "container:podman/dev".parse().unwrap();
        let argv = ["sh", "-c", "a b"].map(str::to_owned);
        let env = [("K".to_owned(), "v w".to_owned())].into();
        assert_eq!(
            target.wrap(&argv, Path::new("/src"), &env, false).unwrap(),
            ["podman", "exec", "-i", "-w", "/src", "-e", "K=v w", "dev", "sh", "-c", "a b"]
        );
    }

    #[test]
    fn this_machine_needs_no_wrapping() {
        assert_eq!(Target::Local.wrap(&[], Path::new("/"), &BTreeMap::new(), true), None);
    }
}
