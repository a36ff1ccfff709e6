//! A target at a glance, asked once before its stages are made: machine, environment, the tree's folder.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use super::os::go_arch;
use crate::locale::{Text, both};
use crate::target::{Target, call, quoted};

/// How long a target may take; the user may have to confirm nothing here.
const PATIENCE: Duration = Duration::from_secs(20);

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// GOARCH name.
    pub arch: String,
    /// GOOS name.
    pub os: String,
    /// How many processors may be used.
    pub cpus: usize,
    /// The folder that was asked for, as it is called there.
    pub dir: String,
    /// The environment of a shell there.
    pub env: BTreeMap<String, String>,
}

/// Looks at the target with `dir` as its folder.
///
/// # Errors
/// In words: it cannot be reached, or there is no such folder.
pub fn look(target: &Target, dir: &Path) -> Result<Site, Text> {
    let said = call::call(target, &program(dir), PATIENCE)?.good()?;
    read(&said).ok_or_else(|| both!("it did not tell what machine it is", "它没有说明是什么机器"))
}

fn program(dir: &Path) -> String {
    format!(
        "cd -- {} || exit 1\nuname -m; uname -s; nproc 2>/dev/null || getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1\n\
         pwd -P; env -0 2>/dev/null || env | tr '\\n' '\\0'\n",
        quoted(&dir.to_string_lossy())
    )
}

fn read(said: &[u8]) -> Option<Site> {
    let text = String::from_utf8_lossy(said);
    let mut lines = text.splitn(5, '\n');
    let arch = go_arch(lines.next()?.trim());
    let os = lines.next()?.trim().to_lowercase();
    let cpus = lines.next()?.trim().parse().ok()?;
    let dir = lines.next()?.to_owned();
    let pair = |entry: &str| entry.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
    let env = lines.next()?.split('\0').filter_map(pair).collect();
    Some(Site { arch, os, cpus, dir, env })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_at_a_glance() {
        let site = look(&Target::Local, Path::new("/usr/.")).unwrap();
        let arch = match super::super::answer(&crate::diagnose::fact::Ask::Arch, &Target::Local) {
            crate::event::Answer::Is(arch) => arch,
            other => panic!("{other:?}"),
        };
        assert_eq!(site.arch, arch);
        assert_eq!((site.os.as_str(), site.dir.as_str()), ("linux", "/usr"));
        assert!(site.cpus >= 1 && site.env.contains_key("PATH"), "{site:?}");
    }

    #[test]
    fn a_folder_that_is_not_there() {
        let error = look(&Target::Local, Path::new("/no/such/folder")).unwrap_err();
        assert!(error.en.contains("/no/such/folder"), "{error:?}");
    }

    #[test]
    fn what_makes_no_sense() {
        for said in ["", "x86_64\nLinux\nmany\n/\nA=1", "x86_64\nLinux\n2\n"] {
            assert_eq!(read(said.as_bytes()), None, "{said:?}");
        }
    }
}
