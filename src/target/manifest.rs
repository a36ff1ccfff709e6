//! What folders hold, file by file with SHA-256, so that a copy on another target can be told from it.
//!
//! A target lists itself with its own tools; the comparison is made here, so that nothing over there has to be
//! believed but its `sha256sum`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write as _};
use std::time::Duration;

use super::{Target, call, quoted};
use crate::locale::{Text, both};

/// A board may hash gigabytes.
const PATIENCE: Duration = Duration::from_secs(4 * 60 * 60);
/// So many differences are named.
const SHOWN: usize = 10;

/// A file or a link.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Entry {
    File { hash: String, executable: bool },
    Link { to: String },
}

/// What some folders of a tree hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Manifest {
    paths: Vec<String>,
    entries: BTreeMap<String, Entry>,
}

/// How a copy differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The path.
    pub path: String,
    /// How.
    pub how: How,
}

/// In which way a path differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// Another content.
    Changed,
    /// Not there.
    Missing,
    /// There, though the manifest does not have it.
    Extra,
    /// Executable here and not there, or the other way round.
    Mode,
}

impl Manifest {
    /// What these paths below `dir` hold on a target.
    ///
    /// # Errors
    /// In words: the target cannot be reached, a path is not there, or a tool is missing.
    pub fn of(target: &Target, dir: &str, paths: &[String]) -> Result<Self, Text> {
        let said = call::call(target, &program(dir, paths), PATIENCE)?.good()?;
        let entries = listed(&String::from_utf8_lossy(&said))?;
        Ok(Self { paths: paths.to_vec(), entries })
    }

    /// Reads a manifest back.
    ///
    /// # Errors
    /// The number of the first line that is none.
    pub fn parse(text: &str) -> Result<Self, usize> {
        let mut read = Self::default();
        for (number, line) in text.lines().enumerate() {
            let fields: Vec<&str> = line.splitn(4, '\t').collect();
            match fields[..] {
                _ if line.starts_with('#') || line.is_empty() => {}
                ["in", path] => read.paths.push(path.to_owned()),
                ["file", hash, mode @ ("x" | "-"), path] if is_hash(hash) => {
                    let entry = Entry::File { hash: hash.to_owned(), executable: mode == "x" };
                    read.entries.insert(path.to_owned(), entry);
                }
                ["link", to, path] => {
                    read.entries.insert(path.to_owned(), Entry::Link { to: to.to_owned() });
                }
                _ => return Err(number + 1),
            }
        }
        Ok(read)
    }

    /// The paths that it is about.
    pub fn paths(&self) -> &[String] {
        &self.paths
    }

    /// How many files and links it knows.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether it knows none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// How a copy differs from this; extra files only where they count.
    pub fn differences(&self, copy: &Self, exact: bool) -> Vec<Difference> {
        let names: BTreeSet<&String> = self.entries.keys().chain(copy.entries.keys()).collect();
        let mut found = Vec::new();
        for path in names {
            let how = match (self.entries.get(path), copy.entries.get(path)) {
                (None, _) if exact => How::Extra,
                (None, _) => continue,
                (Some(_), None) => How::Missing,
                (
                    Some(Entry::File { hash, executable }),
                    Some(Entry::File { hash: other, executable: also }),
                ) if hash == other => {
                    if executable == also {
                        continue;
                    }
                    How::Mode
                }
                (Some(one), Some(other)) if one == other => continue,
                _ => How::Changed,
            };
            found.push(Difference { path: path.clone(), how });
        }
        found
    }
}

impl fmt::Display for Manifest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("# ktui manifest: what these folders hold, with SHA-256\n")?;
        for path in &self.paths {
            writeln!(f, "in\t{path}")?;
        }
        for (path, entry) in &self.entries {
            match entry {
                Entry::File { hash, executable } => {
                    writeln!(f, "file\t{hash}\t{}\t{path}", if *executable { "x" } else { "-" })?;
                }
                Entry::Link { to } => writeln!(f, "link\t{to}\t{path}")?,
            }
        }
        Ok(())
    }
}

/// The first differences by name, and how many more there are.
pub fn shown(differences: &[Difference]) -> (&[Difference], usize) {
    let first = differences.len().min(SHOWN);
    (&differences[..first], differences.len() - first)
}

fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.chars().all(|c| c.is_ascii_hexdigit())
}

fn program(dir: &str, paths: &[String]) -> String {
    let mut words = String::new();
    for path in paths {
        let _ = write!(words, " {}", quoted(&format!("./{path}")));
    }
    format!(
        r#"cd -- {} || exit 1
for p in{words}; do
    if [ ! -e "$p" ] && [ ! -L "$p" ]; then echo "${{p#./}} is missing in $(pwd)" >&2; exit 1; fi
done
for tool in find xargs sha256sum readlink; do
    command -v $tool >/dev/null 2>&1 || {{ echo "$tool: command not found" >&2; exit 127; }}
done
find{words} -type f -print0 | xargs -0 -r sha256sum -b -- || exit 1
echo '== executable'
find{words} -type f -perm -100 -print
echo '== links'
find{words} -type l -exec sh -c 'for l; do printf "%s\t%s\n" "$(readlink "$l")" "$l"; done' sh {{}} +
echo '== end'
"#,
        quoted(dir)
    )
}

/// What [`program`] prints.
fn listed(text: &str) -> Result<BTreeMap<String, Entry>, Text> {
    let mut entries = BTreeMap::new();
    let mut part = "files";
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("== ") {
            part = name;
            continue;
        }
        match part {
            "files" => {
                let (hash, path) = hashed(line).ok_or_else(|| {
                    both!("`{line}` is no line of sha256sum", "`{line}` 不是 sha256sum 的输出行")
                })?;
                entries.insert(path, Entry::File { hash, executable: false });
            }
            "executable" => {
                if let Some(Entry::File { executable, .. }) = entries.get_mut(plain(line)) {
                    *executable = true;
                }
            }
            _ => {
                let (to, path) = line
                    .split_once('\t')
                    .ok_or_else(|| both!("a name holds a line break", "有文件名含换行符"))?;
                entries.insert(plain(path).to_owned(), Entry::Link { to: to.to_owned() });
            }
        }
    }
    if part == "end" { Ok(entries) } else { Err(both!("the list was cut off", "列表不完整")) }
}

fn plain(path: &str) -> &str {
    path.strip_prefix("./").unwrap_or(path)
}

/// A line of sha256sum; before a name with `\` or a line break in it stands a backslash.
fn hashed(line: &str) -> Option<(String, String)> {
    let (escaped, line) = match line.strip_prefix('\\') {
        Some(rest) => (true, rest),
        None => (false, line),
    };
    let (hash, path) = line.split_at_checked(64)?;
    let path = path.strip_prefix("  ").or_else(|| path.strip_prefix(" *"))?;
    if !is_hash(hash) || (escaped && path.contains("\\n")) {
        return None;
    }
    let path = if escaped { path.replace("\\\\", "\\") } else { path.to_owned() };
    Some((hash.to_owned(), plain(&path).to_owned()))
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests touch the world")]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::path::Path;

    use super::*;

    fn tree(root: &Path) {
        for (path, text) in [("build/a", "a"), ("build/odd name\\x", "b"), ("bin/k3s", "c")] {
            let path = root.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        std::fs::set_permissions(root.join("bin/k3s"), PermissionsExt::from_mode(0o755)).unwrap();
        symlink("k3s", root.join("bin/kubectl")).unwrap();
    }

    fn of(root: &Path) -> Manifest {
        let paths = ["build", "bin"].map(str::to_owned);
        Manifest::of(&Target::Local, root.to_str().unwrap(), &paths).unwrap()
    }

    #[test]
    fn a_manifest_reads_back_and_tells_every_kind_of_difference() {
        let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        tree(one.path());
        tree(two.path());
        let manifest = of(one.path());
        assert_eq!(manifest.len(), 4);
        assert_eq!(Manifest::parse(&manifest.to_string()), Ok(manifest.clone()));
        assert_eq!(manifest.differences(&of(two.path()), true), []);

        std::fs::write(two.path().join("build/a"), "tampered").unwrap();
        std::fs::write(two.path().join("build/new"), "").unwrap();
        std::fs::remove_file(two.path().join("build/odd name\\x")).unwrap();
        std::fs::remove_file(two.path().join("bin/kubectl")).unwrap();
        symlink("/bin/sh", two.path().join("bin/kubectl")).unwrap();
        std::fs::set_permissions(two.path().join("bin/k3s"), PermissionsExt::from_mode(0o644)).unwrap();
        let told = |exact| {
            manifest
                .differences(&of(two.path()), exact)
                .into_iter()
                .map(|difference| (difference.path, difference.how))
                .collect::<Vec<_>>()
        };
        let all = [
            ("bin/k3s", How::Mode),
            ("bin/kubectl", How::Changed),
            ("build/a", How::Changed),
            ("build/new", How::Extra),
            ("build/odd name\\x", How::Missing),
        ]
        .map(|(path, how)| (path.to_owned(), how));
        assert_eq!(told(true), all);
        assert!(!told(false).iter().any(|(_, how)| *how == How::Extra));
    }

    #[test]
    fn a_folder_that_is_not_there_is_named() {
        let one = tempfile::tempdir().unwrap();
        tree(one.path());
        let paths = ["build", "etc"].map(str::to_owned);
        let error = Manifest::of(&Target::Local, one.path().to_str().unwrap(), &paths).unwrap_err();
        assert!(error.en.starts_with("etc is missing in "), "{error:?}");
    }

    #[test]
    fn what_is_no_manifest() {
        for (text, line) in [("x\n", 1), ("in\tbuild\nfile\tabc\t-\tb\n", 2), ("link\tonly\n", 1)] {
            assert_eq!(Manifest::parse(text), Err(line), "{text}");
        }
    }
}
