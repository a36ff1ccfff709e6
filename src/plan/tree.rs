//! What a plan may ask of a source tree, and how paths in plans match.
//!
//! Pure: [`Tree`] is answered by `disk::Folder` in life and by a table in tests.

use std::collections::BTreeMap;

/// A source tree that can be looked at. Paths are relative, with `/`.
pub trait Tree {
    /// Names of the entries of a folder (`""` is the tree itself); empty where it is no folder.
    fn entries(&self, folder: &str) -> Vec<String>;
    /// Whether a file, folder or link is there.
    fn exists(&self, path: &str) -> bool;
    /// Up to `most` bytes from the beginning of a file.
    fn head(&self, path: &str, most: usize) -> Option<Vec<u8>>;
}

/// The most matches that a glob is followed to.
const MOST_MATCHES: usize = 10_000;

/// Whether `name` (one path part) matches `pattern`: `*` is any run of characters, `?` any one. A leading
/// dot must be written out, as in a shell.
pub fn part_matches(pattern: &str, name: &str) -> bool {
    if name.starts_with('.') && !pattern.starts_with('.') {
        return false;
    }
    let (pattern, name): (Vec<char>, Vec<char>) = (pattern.chars().collect(), name.chars().collect());
    let (mut p, mut n) = (0, 0);
    // Where the last `*` stands and how far the name was read when it was met.
    let mut star: Option<(usize, usize)> = None;
    while n < name.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, n));
                p += 1;
            }
            Some(&c) if c == '?' || c == name[n] => {
                p += 1;
                n += 1;
            }
            _ => match star {
                Some((at, from)) => {
                    star = Some((at, from + 1));
                    p = at + 1;
                    n = from + 1;
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

/// Whether a path has to be looked up in folders rather than by name.
pub fn is_glob(path: &str) -> bool {
    path.contains(['*', '?'])
}

/// The paths of a tree that match `pattern`, sorted; `*` and `?` stay within one path part.
pub fn glob(tree: &dyn Tree, pattern: &str) -> Vec<String> {
    let mut found = vec![String::new()];
    for part in pattern.split('/').filter(|part| !part.is_empty() && *part != ".") {
        let mut next = Vec::new();
        for folder in &found {
            let join =
                |name: &str| if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
            if is_glob(part) {
                let mut names = tree.entries(folder);
                names.sort();
                next.extend(names.iter().filter(|name| part_matches(part, name)).map(|name| join(name)));
            } else if tree.exists(&join(part)) {
                next.push(join(part));
            }
            next.truncate(MOST_MATCHES);
        }
        found = next;
    }
    found.retain(|path| !path.is_empty());
    found
}

/// Whether at least one path of a tree matches.
pub fn any(tree: &dyn Tree, pattern: &str) -> bool {
    if is_glob(pattern) { !glob(tree, pattern).is_empty() } else { tree.exists(pattern) }
}

/// A tree as a table, for tests and for trees that are only imagined.
#[derive(Debug, Clone, Default)]
pub struct Table(pub BTreeMap<String, String>);

impl Table {
    /// Files without content.
    pub fn of<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        Self(files.into_iter().map(|(path, text)| (path.to_owned(), text.to_owned())).collect())
    }
}

impl Tree for Table {
    fn entries(&self, folder: &str) -> Vec<String> {
        let lead = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let first = |path: &String| Some(path.strip_prefix(&lead)?.split('/').next()?.to_owned());
        let mut names: Vec<String> = self.0.keys().filter_map(first).collect();
        names.dedup();
        names
    }

    fn exists(&self, path: &str) -> bool {
        let below = format!("{path}/");
        self.0.keys().any(|key| key == path || key.starts_with(&below))
    }

    fn head(&self, path: &str, most: usize) -> Option<Vec<u8>> {
        self.0.get(path).map(|text| text.as_bytes().iter().copied().take(most).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_match_as_in_a_shell() {
        for (pattern, name, want) in [
            ("*", "a", true),
            ("*.tgz", "traefik-34.tgz", true),
            ("*.tgz", "traefik.tar", false),
            ("k3s*", "k3s", true),
            ("k3s*", "k3s-riscv64", true),
            ("a*b*c", "aXbYbZc", true),
            ("a*b*c", "aXbY", false),
            ("?s", "ls", true),
            ("?s", "s", false),
            ("*", ".hidden", false),
            (".*", ".hidden", true),
            ("", "", true),
            ("*版", "第一版", true),
        ] {
            assert_eq!(part_matches(pattern, name), want, "{pattern} {name}");
        }
        let slow = "a*".repeat(40) + "b";
        assert!(!part_matches(&slow, &"a".repeat(2000)));
    }

    #[test]
    fn globs_stay_within_a_part() {
        let tree = Table::of([
            ("build/src/github.com/k3s-io/containerd/go.mod", ""),
            ("build/src/github.com/opencontainers/runc/Makefile", ""),
            ("bin/k3s", ""),
        ]);
        assert_eq!(glob(&tree, "build/src/github.com/*/runc"), ["build/src/github.com/opencontainers/runc"]);
        assert_eq!(glob(&tree, "*/k3s"), ["bin/k3s"]);
        assert!(glob(&tree, "*").len() == 2 && !any(&tree, "bin/*/k3s") && any(&tree, "build/src"));
    }
}
