//! A toolchain as the environment of a shell: lines to evaluate, and a marked block in a start-up file. Pure.

use std::borrow::Cow;
use std::path::Path;

/// Begins the block in a start-up file.
const BEGIN: &str = "# >>> ktui go >>>";
/// Ends it.
const END: &str = "# <<< ktui go <<<";

/// A shell whose words we know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shell {
    /// sh, bash, zsh, dash, ash.
    Posix,
    /// fish.
    Fish,
}

impl Shell {
    /// By the path of its program, as in SHELL.
    pub fn of(program: &str) -> Self {
        if program.rsplit('/').next() == Some("fish") { Self::Fish } else { Self::Posix }
    }

    /// Where it reads what every new one should know, below the home folder.
    pub fn start_file(program: &str) -> &'static str {
        match program.rsplit('/').next() {
            Some("fish") => ".config/fish/config.fish",
            Some("zsh") => ".zshrc",
            Some("bash") => ".bashrc",
            _ => ".profile",
        }
    }
}

fn quoted(text: &str) -> Cow<'_, str> {
    shlex::try_quote(text).unwrap_or(Cow::Borrowed("''"))
}

/// Lines that put a toolchain first. It is used as it is: GOTOOLCHAIN=local keeps it from becoming another one,
/// and a GOROOT of an earlier installation would mix two.
pub fn lines(goroot: &Path, shell: Shell) -> String {
    let bin = goroot.join("bin");
    let bin = bin.to_string_lossy();
    let bin = quoted(&bin);
    match shell {
        Shell::Posix => format!(
            "export PATH={bin}:\"$PATH\"\nexport GOTOOLCHAIN=local\nunset GOROOT\nhash -r 2>/dev/null || true\n"
        ),
        Shell::Fish => format!("set -gx PATH {bin} $PATH\nset -gx GOTOOLCHAIN local\nset -e GOROOT\n"),
    }
}

/// A start-up file with the block in it, in place of an earlier one.
pub fn with_block(file: &str, goroot: &Path, shell: Shell) -> String {
    let mut text = without_block(file).unwrap_or_else(|| file.to_owned());
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    let lines = lines(goroot, shell);
    format!(
        "{text}{BEGIN}\n# Made by `ktui go use --shell-rc`; `ktui go use --undo` takes it out.\n{lines}{END}\n"
    )
}

/// The file without the block; `None` where it has none. A block that never ends is left alone.
pub fn without_block(file: &str) -> Option<String> {
    let mut kept = String::new();
    let mut inside = false;
    let mut found = false;
    for line in file.split_inclusive('\n') {
        match line.trim_end() {
            BEGIN if !inside => inside = true,
            END if inside => {
                inside = false;
                found = true;
            }
            _ if inside => {}
            _ => kept.push_str(line),
        }
    }
    (found && !inside).then_some(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_goes_in_changes_and_comes_out_again() {
        let before = "alias ll='ls -l'\nexport X=1";
        let with = with_block(before, Path::new("/home/me/go 1/go1.23.6"), Shell::Posix);
        assert!(with.contains("export PATH='/home/me/go 1/go1.23.6/bin':\"$PATH\"\n"), "{with}");
        let other = with_block(&with, Path::new("/g/go1.24.2"), Shell::of("/usr/bin/fish"));
        assert!(other.contains("set -gx PATH /g/go1.24.2/bin $PATH") && !other.contains("1.23.6"), "{other}");
        assert_eq!(without_block(&other).as_deref(), Some("alias ll='ls -l'\nexport X=1\n"));
        assert_eq!(without_block(before), None);
        assert_eq!(
            without_block(&format!("{BEGIN}\nexport A=1\n")),
            None,
            "a broken block is not ours to cut"
        );
    }
}
