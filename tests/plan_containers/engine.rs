//! A stand-in for base images, made of this machine's own programs.

use std::process::Command;

use crate::plan_site::answers;

/// What the stand-in holds.
const PROGRAMS: &[&str] = &[
    "bash", "sh", "ls", "cat", "cp", "mkdir", "rm", "chmod", "dirname", "basename", "date", "sed", "grep",
    "find", "tar", "gzip", "rsync", "cut", "nproc", "wc", "sort", "test", "printenv", "mktemp", "uname",
    "head", "tail", "env", "sleep", "id", "tr", "ln", "touch", "mv",
];

/// Imports the stand-in under this name; `false`, said why, where that cannot be.
pub(crate) fn engine_with(image: &str) -> bool {
    if !answers("docker", &["info"]) {
        eprintln!("skipped: no container engine answers `docker info`");
        return false;
    }
    import("docker", image)
}

/// Makes the stand-in and imports it; `false`, said why, where that cannot be.
pub(crate) fn import(engine: &str, image: &str) -> bool {
    let stage = tempfile::tempdir().expect("a folder");
    let script = r#"set -e; mkdir -p "$0/bin" "$0/tmp" "$0/etc" "$0/root" "$0/var"; echo 'root:x:0:0:root:/root:/bin/bash' > "$0/etc/passwd"
    for p; do f=$(readlink -f "$(type -P "$p")"); cp -L "$f" "$0/bin/$p"; ldd "$f" 2>/dev/null | grep -o '/[^ )]*' || true; done |
    sort -u | while read -r lib; do mkdir -p "$0$(dirname "$lib")"; cp -L "$lib" "$0$lib"; done; tar -C "$0" -cf "$0.tar" ."#;
    let made = Command::new("bash").args(["-c", script]).arg(stage.path()).args(PROGRAMS).output();
    let tar = format!("{}.tar", stage.path().display());
    let good = made.is_ok_and(|made| made.status.success()) && answers(engine, &["import", &tar, image]);
    let _ = std::fs::remove_file(&tar);
    if !good {
        eprintln!("skipped: no image could be made of this machine's programs (rsync is needed)");
    }
    good
}

/// Takes away what a test left in the engine.
pub(crate) fn forget(args: &[&str]) {
    let _ = Command::new("docker").args(args).output();
}
