//! What a shell on a target is told: programs made of words, each of them quoted. Pure.

use std::collections::BTreeMap;
use std::fmt::Write as _;

/// A word for a POSIX shell, whatever it holds; NUL bytes, which no shell can take, are left out.
pub fn quoted(word: &str) -> String {
    let word = word.replace('\0', "");
    shlex::try_quote(&word).map(std::borrow::Cow::into_owned).unwrap_or_default()
}

/// Words for a POSIX shell.
fn joined<'w>(words: impl IntoIterator<Item = &'w str>) -> String {
    words.into_iter().map(quoted).collect::<Vec<_>>().join(" ")
}

/// A program for `sh -s` that sets variables, goes to a folder and becomes a command without input. Variables
/// travel inside it, so that no process list shows them.
pub fn program(argv: &[&str], dir: &str, env: &BTreeMap<String, String>) -> String {
    let mut text = exports(env);
    let _ = writeln!(text, "cd -- {} || exit 127", quoted(dir));
    let _ = writeln!(text, "exec {} </dev/null", joined(argv.iter().copied()));
    text
}

/// A script for `sh -c` that begins in a folder with variables set.
pub fn script_in(script: &str, dir: &str, env: &BTreeMap<String, String>) -> String {
    format!("{}cd -- {} || exit 127\n{script}\n", exports(env), quoted(dir))
}

/// `export` lines.
fn exports(env: &BTreeMap<String, String>) -> String {
    let mut text = String::new();
    for (name, value) in env {
        let _ = writeln!(text, "export {name}={}", quoted(value));
    }
    text
}

/// One word that a remote login shell runs: `words` in the environment that the user's profile makes. What a
/// profile prints goes nowhere.
pub(super) fn logged_in(words: &[&str]) -> String {
    let inner = format!("exec 1>&3 2>&4 3>&- 4>&-; exec {}", joined(words.iter().copied()));
    // Only shells that are known to take `-lc` and a POSIX command.
    let outer = format!(
        "exec 3>&1 4>&2 >/dev/null 2>&1; case ${{SHELL##*/}} in bash|zsh|ksh|mksh|dash|ash|sh) ;; *) SHELL=/bin/sh ;; esac; \
         exec \"$SHELL\" -lc {}",
        quoted(&inner)
    );
    format!("sh -c {}", quoted(&outer))
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests touch the world")]
mod tests {
    use super::*;

    #[test]
    fn a_program_keeps_words_variables_and_folder() {
        let env = [("GOFLAGS".to_owned(), "-p=1 '$x'".to_owned())].into();
        let text = program(&["printf", "%s|", "a b", "$HOME", "'"], "/", &env);
        let output = sh(&text);
        assert_eq!(output, "a b|$HOME|'|");
        let told = sh(&program(&["printenv", "GOFLAGS"], "/", &env));
        assert_eq!(told, "-p=1 '$x'\n");
        assert_eq!(
            sh(&program(&["pwd"], "/usr/../usr", &BTreeMap::new())),
            "/usr/../usr\n".replace("/usr/../", "/")
        );
    }

    #[test]
    fn a_profile_that_talks_does_not_spoil_what_is_said() {
        let home = tempfile::tempdir().unwrap();
        std::fs::write(home.path().join(".profile"), "echo welcome\nexport FROM_PROFILE=1\n").unwrap();
        let command = logged_in(&["sh", "-c", "echo \"got $FROM_PROFILE\"; echo 'it''s' >&2"]);
        let output = std::process::Command::new("sh")
            .args(["-c", &command])
            .env("HOME", home.path())
            .env("SHELL", "/bin/sh")
            .output()
            .unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stdout), "got 1\n");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "its\n");
    }

    fn sh(text: &str) -> String {
        let output = std::process::Command::new("sh").args(["-c", text]).output().unwrap();
        String::from_utf8_lossy(&output.stdout).into_owned()
    }
}
