//! What is known about the place a log comes from, given by the caller or told by the log itself.

use crate::event::Outcome;

use super::familiar::Familiar;
use super::pattern::Row;
use super::rule::When;

/// What is known; `None` where it is not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Context {
    /// The stage that the log is of, where it is of one only.
    pub stage: Option<String>,
    /// GOARCH of the target.
    pub arch: Option<String>,
    /// os-release `ID` of the target.
    pub distro: Option<String>,
    /// os-release `ID_LIKE`, blank-separated.
    pub distro_like: Option<String>,
    /// `k3s`, `kubernetes`.
    pub project: Option<String>,
    /// Exit status of the whole log's command.
    pub exit: Option<i32>,
    /// What the stages printed when they last went well.
    pub familiar: Option<Familiar>,
}

/// How a stage ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageEnd {
    /// The verdict.
    pub outcome: Outcome,
    /// Exit status, where the process exited.
    pub exit: Option<i32>,
    /// Signal name, where one ended it.
    pub signal: Option<String>,
}

impl Context {
    /// Whether a rule or a fix with these conditions applies. What is not known applies.
    pub fn allows(&self, when: &When, stage: Option<&str>) -> bool {
        let any = |list: &[String], value: Option<&str>| {
            list.is_empty() || value.is_none_or(|value| list.iter().any(|item| item == value))
        };
        let like = self.distro_like.as_deref().unwrap_or("");
        any(&when.stage, stage.or(self.stage.as_deref()))
            && any(&when.arch, self.arch.as_deref())
            && any(&when.project, self.project.as_deref())
            && (any(&when.distro, self.distro.as_deref())
                || like.split(' ').any(|like| when.distro.iter().any(|item| item == like)))
    }

    /// Takes from a row what it says about the machine; what is known already stays. Rows without one of the
    /// words in `needles` are not shown to it.
    pub(super) fn learn(&mut self, row: &Row<'_>) {
        let rest = row.rest().trim_start();
        if self.distro.is_none() {
            self.distro = distro(rest);
        }
        if self.distro_like.is_none()
            && let Some(like) = rest.strip_prefix("ID_LIKE=")
        {
            self.distro_like = Some(like.trim_matches('"').to_owned());
        }
        if self.arch.is_none() {
            self.arch = arch(rest).map(str::to_owned);
        }
    }
}

/// os-release names, longest first where one holds another.
const DISTROS: [(&str, &str); 22] = [
    ("opensuse tumbleweed", "opensuse-tumbleweed"),
    ("opensuse leap", "opensuse-leap"),
    ("red hat", "rhel"),
    ("rhel", "rhel"),
    ("raspbian", "raspbian"),
    ("amazon linux", "amzn"),
    ("linux mint", "linuxmint"),
    ("arch linux", "arch"),
    ("alibaba", "alinux"),
    ("anolis", "anolis"),
    ("openeuler", "openEuler"),
    ("opencloudos", "opencloudos"),
    ("ubuntu", "ubuntu"),
    ("debian", "debian"),
    ("fedora", "fedora"),
    ("centos", "centos"),
    ("rocky", "rocky"),
    ("almalinux", "almalinux"),
    ("alpine", "alpine"),
    ("gentoo", "gentoo"),
    ("nixos", "nixos"),
    ("deepin", "deepin"),
];

fn distro(row: &str) -> Option<String> {
    let name = row.strip_prefix("PRETTY_NAME=")?.trim_matches('"').to_lowercase();
    DISTROS.iter().find(|(part, _)| name.contains(part)).map(|(_, id)| (*id).to_owned())
}

/// The machine in a line of `uname -a`, `uname -srm` or `go version`.
fn arch(row: &str) -> Option<&'static str> {
    if row.starts_with("go version go") {
        return goarch(row.rsplit('/').next()?.trim());
    }
    let rest = row.strip_prefix("Linux ").or_else(|| row.strip_prefix("Darwin "))?;
    rest.split(' ').find_map(goarch)
}

/// GOARCH of a machine name as `uname -m` prints it.
pub(super) fn goarch(machine: &str) -> Option<&'static str> {
    Some(match machine {
        "x86_64" | "amd64" => "amd64",
        "aarch64" | "arm64" => "arm64",
        "riscv64" => "riscv64",
        "armv6l" | "armv7l" | "armhf" | "arm" => "arm",
        "i386" | "i486" | "i586" | "i686" => "386",
        "s390x" => "s390x",
        "ppc64le" => "ppc64le",
        "loongarch64" | "loong64" => "loong64",
        "mips64" => "mips64",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_tells_where_it_comes_from() {
        for (line, arch, distro) in [
            ("Linux 6.6.0-28.0.0.34.oe2403 riscv64", Some("riscv64"), None),
            ("Linux host 6.1.0 #1 SMP x86_64 GNU/Linux", Some("amd64"), None),
            ("PRETTY_NAME=\"openEuler 23.09\"", None, Some("openEuler")),
            ("#3 0.2 PRETTY_NAME=\"Alpine Linux v3.20\"", None, Some("alpine")),
            ("go version go1.11.6 linux/arm", Some("arm"), None),
            ("Linux is fine", None, None),
        ] {
            let mut context = Context::default();
            context.learn(&Row::new(line.as_bytes()));
            assert_eq!((context.arch.as_deref(), context.distro.as_deref()), (arch, distro), "{line}");
        }
    }

    #[test]
    fn unknown_values_apply() {
        let when = When { arch: vec!["riscv64".into()], distro: vec!["debian".into()], ..When::default() };
        let mut context = Context::default();
        assert!(context.allows(&when, None));
        context.arch = Some("amd64".into());
        assert!(!context.allows(&when, None));
        context.arch = Some("riscv64".into());
        context.distro = Some("ubuntu".into());
        assert!(!context.allows(&when, None));
        context.distro_like = Some("debian".into());
        assert!(context.allows(&when, None));
    }
}
