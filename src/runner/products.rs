//! Whether a stage left what its plan says it leaves.
//!
//! Looks, changes nothing. Which products there are is the plan's; the verdict in words goes into the log.
#![expect(clippy::disallowed_methods, reason = "looks at the files that a stage leaves")]

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::plan::resolve::ResolvedProduct;

/// More matches than this are not looked at; no plan counts so far.
const MOST: usize = 10_000;

/// The first product that is not as it must be, in words; `None` where all are.
pub(super) fn missing(dir: &Path, products: &[ResolvedProduct]) -> Option<String> {
    products.iter().find_map(|product| lacking(dir, product))
}

fn lacking(dir: &Path, product: &ResolvedProduct) -> Option<String> {
    let matches = matching(dir, &product.path);
    let mut flaw = None;
    let mut good = 0;
    for path in &matches {
        match fault(path, product) {
            None => good += 1,
            Some(fault) => flaw = flaw.or(Some((path, fault))),
        }
    }
    if good >= product.at_least {
        return None;
    }
    let mut words = match (flaw, matches.len()) {
        (Some((path, fault)), _) => format!("{} {fault}", shown(dir, path)),
        (None, 0) => format!("{} is missing", product.path),
        (None, n) => format!("{}: {n} found, at least {} expected", product.path, product.at_least),
    };
    if !product.why.is_empty() {
        words.push_str(": ");
        words.push_str(product.why.trim());
    }
    Some(words)
}

fn shown(dir: &Path, path: &Path) -> String {
    path.strip_prefix(dir).unwrap_or(path).display().to_string()
}

fn fault(path: &Path, product: &ResolvedProduct) -> Option<&'static str> {
    let Ok(found) = std::fs::metadata(path) else {
        return Some("is a link to nowhere");
    };
    if product.executable && (found.is_dir() || found.permissions().mode() & 0o111 == 0) {
        return Some("is not executable");
    }
    let empty = if found.is_dir() {
        std::fs::read_dir(path).is_ok_and(|mut entries| entries.next().is_none())
    } else {
        found.len() == 0
    };
    (product.non_empty && empty).then_some("is empty")
}

/// The paths that a pattern matches, sorted; `*` and `?` stay within one part and leave dot files out.
fn matching(dir: &Path, pattern: &str) -> Vec<PathBuf> {
    let mut found = vec![if pattern.starts_with('/') { PathBuf::from("/") } else { dir.to_owned() }];
    for part in pattern.split('/').filter(|part| !part.is_empty() && *part != ".") {
        found = if part.contains(['*', '?']) {
            found.iter().flat_map(|folder| entries(folder, part)).take(MOST).collect()
        } else {
            found.iter().map(|folder| folder.join(part)).collect()
        };
    }
    found.retain(|path| path.symlink_metadata().is_ok());
    found.sort();
    found
}

fn entries(folder: &Path, part: &str) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    entries
        .flatten()
        .filter(|entry| fits(part, &entry.file_name().to_string_lossy()))
        .map(|entry| entry.path())
        .collect()
}

/// Whether a name fits a pattern of `*` and `?`; linear, whatever the pattern.
fn fits(pattern: &str, name: &str) -> bool {
    if name.starts_with('.') && !pattern.starts_with('.') {
        return false;
    }
    let (pattern, name): (Vec<char>, Vec<char>) = (pattern.chars().collect(), name.chars().collect());
    let (mut p, mut n) = (0, 0);
    let mut star = None;
    while n < name.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, n));
                p += 1;
            }
            Some(c) if *c == '?' || *c == name[n] => {
                p += 1;
                n += 1;
            }
            _ => {
                let Some((at, taken)) = star else { return false };
                p = at + 1;
                n = taken + 1;
                star = Some((at, n));
            }
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        for (pattern, name, expected) in [
            ("*", "a", true),
            ("*", ".hidden", false),
            (".*", ".hidden", true),
            ("*.tgz", "traefik-1.tgz", true),
            ("*.tgz", "traefik.tgz.part", false),
            ("k3s-?", "k3s-a", true),
            ("k3s-?", "k3s-", false),
            ("a*b*c", "a-b-b-c", true),
            ("a*b*c", "a-b-b", false),
            ("?", "行", true),
        ] {
            assert_eq!(fits(pattern, name), expected, "{pattern} {name}");
        }
    }

    #[test]
    fn verdicts() {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path();
        std::fs::create_dir_all(dir.join("charts")).unwrap();
        std::fs::create_dir_all(dir.join("hollow")).unwrap();
        std::fs::write(dir.join("charts/a.tgz"), "x").unwrap();
        std::fs::write(dir.join("charts/b.tgz"), "").unwrap();
        std::fs::write(dir.join("tool"), "x").unwrap();
        std::fs::set_permissions(dir.join("tool"), PermissionsExt::from_mode(0o755)).unwrap();
        std::os::unix::fs::symlink("nowhere", dir.join("dangling")).unwrap();
        let product = |path: &str, at_least| ResolvedProduct {
            path: path.into(),
            at_least,
            non_empty: true,
            ..ResolvedProduct::default()
        };
        let executable = |path: &str| ResolvedProduct { executable: true, ..product(path, 1) };
        let why = |path: &str| ResolvedProduct { why: "no charts, no traefik".into(), ..product(path, 1) };
        for (product, expected) in [
            (product("charts/*.tgz", 1), None),
            (product("charts/*.tgz", 2), Some("charts/b.tgz is empty")),
            (product("charts/a*", 2), Some("charts/a*: 1 found, at least 2 expected")),
            (product("bin/k3s", 1), Some("bin/k3s is missing")),
            (product("hollow", 1), Some("hollow is empty")),
            (product("dangling", 1), Some("dangling is a link to nowhere")),
            (executable("tool"), None),
            (executable("charts/a.tgz"), Some("charts/a.tgz is not executable")),
            (why("no/*"), Some("no/* is missing: no charts, no traefik")),
            (product("no/*", 0), None),
            (product(dir.join("tool").to_str().unwrap(), 1), None),
        ] {
            assert_eq!(missing(dir, std::slice::from_ref(&product)).as_deref(), expected, "{product:?}");
        }
    }
}
