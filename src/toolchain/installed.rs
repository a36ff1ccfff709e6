//! Go toolchains on this machine: ktui's own, those on PATH, and where installers and go itself put them.
#![expect(clippy::disallowed_methods, reason = "looks around on this machine")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::version::GoVersion;

/// Who put it there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// The first on PATH, or a later one.
    Path,
    /// `ktui go install`.
    Ktui,
    /// The go command itself, in the module cache.
    ModuleCache,
    /// A place where installers put it.
    Elsewhere,
}

/// A toolchain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installed {
    /// Its version.
    pub version: GoVersion,
    /// Its GOROOT.
    pub root: PathBuf,
    /// Who put it there.
    pub origin: Origin,
}

/// Looks for toolchains; `own` is ktui's folder of them. Those on PATH come first, in its order.
pub fn installed(env: &BTreeMap<String, String>, own: &Path) -> Vec<Installed> {
    let get = |name: &str| env.get(name).map(String::as_str).unwrap_or_default();
    let home = Path::new(get("HOME"));
    let mut found: Vec<Installed> = Vec::new();
    let mut add = |root: PathBuf, origin: Origin| {
        let Some(version) = version_of(&root) else { return };
        let root = root.canonicalize().unwrap_or(root);
        if !found.iter().any(|known| known.root == root) {
            found.push(Installed { version, root, origin });
        }
    };
    for folder in std::env::split_paths(get("PATH")) {
        if let Some(root) = root_of(&folder.join("go")) {
            let origin = if root.starts_with(own) { Origin::Ktui } else { Origin::Path };
            add(root, origin);
        }
    }
    for root in below(own, "go") {
        add(root, Origin::Ktui);
    }
    for folder in module_caches(env) {
        for root in below(&folder.join("golang.org"), "toolchain@") {
            add(root, Origin::ModuleCache);
        }
    }
    for root in ["/usr/local/go", "/usr/lib/golang", "/usr/lib/go", "/opt/go"] {
        add(root.into(), Origin::Elsewhere);
    }
    for (folder, lead) in [
        ("/usr/lib".into(), "go-"),
        ("/usr/local".into(), "go"),
        (home.join("sdk"), "go"),
        (home.join(".gvm/gos"), "go"),
    ] {
        for root in below(&folder, lead) {
            add(root, Origin::Elsewhere);
        }
    }
    found
}

/// GOMODCACHE as the go command finds it: its own variable, else below GOPATH.
pub fn module_caches(env: &BTreeMap<String, String>) -> Vec<PathBuf> {
    let get = |name: &str| env.get(name).filter(|value| !value.is_empty());
    if let Some(cache) = get("GOMODCACHE") {
        return vec![cache.into()];
    }
    let paths = get("GOPATH").map(|paths| std::env::split_paths(paths).collect());
    let paths: Vec<PathBuf> =
        paths.unwrap_or_else(|| get("HOME").map(|home| Path::new(home).join("go")).into_iter().collect());
    paths.into_iter().map(|path| path.join("pkg/mod")).collect()
}

/// The toolchain of this version in ktui's folder.
pub fn own(version: &GoVersion, own: &Path) -> Option<Installed> {
    let root = own.join(format!("go{}", version.release()));
    let found = version_of(&root).filter(|found| found == version)?;
    Some(Installed { version: found, root, origin: Origin::Ktui })
}

/// The version that a GOROOT says it is; nothing where its go command is missing.
pub fn version_of(root: &Path) -> Option<GoVersion> {
    if !root.join("bin/go").is_file() {
        return None;
    }
    fs::read_to_string(root.join("VERSION")).ok()?.lines().next()?.parse().ok()
}

/// The GOROOT behind a go command, links followed; none for a wrapper script that stands alone.
fn root_of(go: &Path) -> Option<PathBuf> {
    let go = go.canonicalize().ok().filter(|go| go.is_file())?;
    Some(go.parent()?.parent()?.to_owned())
}

/// Folders whose name begins so.
fn below(folder: &Path, lead: &str) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut found: Vec<PathBuf> = entries
        .flatten()
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(lead))
        .map(|entry| entry.path())
        .collect();
    found.sort();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn make(root: &Path, version: &str) {
        fs::create_dir_all(root.join("bin")).unwrap();
        fs::write(root.join("bin/go"), "").unwrap();
        fs::write(root.join("VERSION"), format!("{version}\ntime 2025-01-01\n")).unwrap();
    }

    #[test]
    fn toolchains_are_found_where_they_come_to_lie() {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path().canonicalize().unwrap();
        let ours = dir.join("data/go");
        make(&dir.join("opt/go"), "go1.22.9");
        make(&ours.join("go1.23.6"), "go1.23.6");
        make(&dir.join("go/pkg/mod/golang.org/toolchain@v0.0.1-go1.24.2.linux-riscv64"), "go1.24.2");
        make(&dir.join("sdk/go1.21.13"), "go1.21.13");
        fs::create_dir_all(ours.join("go1.25.0")).unwrap();
        fs::create_dir_all(dir.join("bin")).unwrap();
        std::os::unix::fs::symlink(dir.join("opt/go/bin/go"), dir.join("bin/go")).unwrap();
        let text = |path: &Path| path.display().to_string();
        let env =
            BTreeMap::from([("HOME".to_owned(), text(&dir)), ("PATH".to_owned(), text(&dir.join("bin")))]);
        let found: Vec<_> = installed(&env, &ours)
            .into_iter()
            .filter(|found| found.root.starts_with(&dir))
            .map(|found| (found.version.to_string(), found.origin))
            .collect();
        let expected = [
            ("1.22.9", Origin::Path),
            ("1.23.6", Origin::Ktui),
            ("1.24.2", Origin::ModuleCache),
            ("1.21.13", Origin::Elsewhere),
        ];
        assert_eq!(found, expected.map(|(version, origin)| (version.to_owned(), origin)));
        assert!(
            own(&"1.23.6".parse().unwrap(), &ours).is_some()
                && own(&"1.25.0".parse().unwrap(), &ours).is_none()
        );
    }
}
