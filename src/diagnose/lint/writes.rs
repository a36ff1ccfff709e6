//! Commands that write to what a log names: whether a command does, and whether its risk says so.
//!
//! A log may name any file there is. What changes such a file is never run unasked, so it is `destructive`;
//! `system` is enough where only owner or mode change inside of the tree (shape `tree`). Reads a command as
//! far as that takes, not as a shell.

use std::collections::BTreeMap;

use super::super::fill::names;
use super::super::rule::{FixRule, Risk, Shape};
use super::super::shell::simple_commands;
use crate::locale::{Text, both};

/// What is wrong with a command, or with a verification.
pub(super) fn unguarded(command: &str, fix: &FixRule, shapes: &BTreeMap<String, Shape>) -> Option<Text> {
    let paths = |name: &str| match shapes.get(name) {
        Some(Shape::Path | Shape::Tree) => true,
        Some(_) => false,
        None => matches!(name, "subject" | "file"),
    };
    let captured = |word: &String| names(word).any(paths);
    let changed = simple_commands(command).into_iter().find_map(|words| Change::of(&words, &captured))?;
    let inside = names(command).filter(|name| paths(name)).all(|name| shapes.get(name) == Some(&Shape::Tree));
    let enough = match changed {
        Change::Rights if inside => Risk::System,
        Change::Rights | Change::Content => Risk::Destructive,
    };
    (fix.risk < enough).then(|| {
        let (id, word) = (&fix.id.value, enough.word());
        both!(
            "fix `{id}` writes to a path that the log names: its risk is `{word}`",
            "修复 `{id}` 会写入日志所指的路径：其风险应为 `{word}`",
            id,
            word
        )
    })
}

/// Inside of a root shell `id` is root and `~` is root's: who builds must come from `SUDO_UID`.
pub(super) fn asks_root_who_builds(command: &str, fix: &FixRule) -> bool {
    let own = command.replace("${SUDO_UID:-$(id -u)}", "").replace("${SUDO_GID:-$(id -g)}", "");
    let shell = command.contains(['|', '>', '<', '&', ';', '\n', '(', '`']);
    let asks = ["$(id", "`id", "$(whoami", "$HOME", "~/"].iter().any(|word| own.contains(word));
    fix.needs_root() && !command.starts_with("sudo ") && shell && asks
}

/// `! ask | grep …` holds as well where `ask` is missing or fails.
pub(super) fn passes_without_asker(verify: &str) -> bool {
    let rest = verify.trim_start().strip_prefix('!');
    rest.is_some_and(|rest| has_pipe(rest) && !rest.trim_start().starts_with("printf "))
}

fn has_pipe(text: &str) -> bool {
    let mut quote = None;
    let mut before = ' ';
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match (quote, letter) {
            (Some(open), _) if open == letter => quote = None,
            (None, '\'' | '"') => quote = Some(letter),
            (None, '|') if letters.peek() != Some(&'|') && before != '|' => return true,
            _ => {}
        }
        before = letter;
    }
    false
}

/// What a command changes of a captured path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    Rights,
    Content,
}

impl Change {
    fn of(words: &[String], captured: &dyn Fn(&String) -> bool) -> Option<Self> {
        let onto = words.iter().zip(words.iter().skip(1)).any(|(at, file)| at == ">" && captured(file));
        if onto {
            return Some(Self::Content);
        }
        let leads = |word: &&String| {
            matches!(word.as_str(), "!" | "sudo" | "command" | "exec" | "then" | "do" | "else" | "if" | "{")
                || word.split_once('=').is_some_and(|(name, _)| !name.starts_with(['-', '"']))
        };
        let mut words = words.iter().skip_while(leads);
        let program = words.next()?;
        let rest: Vec<&String> = words.collect();
        let has = |list: &[&str]| rest.iter().any(|word| list.iter().any(|item| word.starts_with(item)));
        let any = rest.iter().any(|word| captured(word));
        let last = rest.last().is_some_and(|word| captured(word));
        match program.rsplit('/').next().unwrap_or(program) {
            "chown" | "chgrp" | "chmod" => any.then_some(Self::Rights),
            "rm" | "rmdir" | "unlink" | "mv" | "truncate" | "shred" | "tee" | "dd" | "dos2unix" | "patch" => {
                any.then_some(Self::Content)
            }
            "cp" | "ln" | "install" | "rsync" if last && !kept(rest.last()) => Some(Self::Content),
            "sed" | "perl" if any && has(&["-i", "--in-place"]) => Some(Self::Content),
            "find" if any && has(&["-delete", "-exec"]) => Some(Self::Content),
            "git" if any && has(&["checkout", "clean", "reset", "restore", "rm", "stash"]) => {
                Some(Self::Content)
            }
            _ => None,
        }
    }
}

/// A copy beside the file itself, under a name of ours.
fn kept(word: Option<&&String>) -> bool {
    word.is_some_and(|word| word.ends_with("}}.ktui-kept"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changed(command: &str) -> Option<Change> {
        let captured = |word: &String| word.contains("{{path}}");
        simple_commands(command).into_iter().find_map(|words| Change::of(&words, &captured))
    }

    #[test]
    fn what_writes_to_a_captured_path_is_seen_through_quotes_operators_and_substitutions() {
        for command in [
            "rm {{path}}",
            "sudo rm -f -- {{path}}",
            "test -L {{path}} && mv -n -- {{path}} {{path}}.old",
            "sed -i 's/a|b/c;d/' {{path}}",
            "A=b git checkout -- {{path}}",
            "echo \"$(rm {{path}})\"",
            "cat x 2>&1 >> {{path}}",
            "printf '%s' x >{{path}}",
            "cp x {{path}}",
            "curl x | tee {{path}}",
            "k={{path}}.kept; while test -e \"$k\"; do rm {{path}}; done",
        ] {
            assert_eq!(changed(command), Some(Change::Content), "{command}");
        }
        assert_eq!(changed("chown -R x \"$(dirname {{path}})\""), Some(Change::Rights));
        for command in [
            "head -c 16 {{path}} | grep -q x",
            "cp -p {{path}} elsewhere",
            "git ls-files -s -- {{path}}",
            "echo 'rm {{path}}'",
            "ls -l {{path}} > out 2>&1",
            "rm out; ls {{path}}",
        ] {
            assert_eq!(changed(command), None, "{command}");
        }
    }

    #[test]
    fn a_denied_pipe_is_one_outside_of_quotes_and_is_no_or() {
        assert!(passes_without_asker("! ss -Hltn | grep -q ."));
        assert!(!passes_without_asker("! grep -qE \"a|b\" x"));
        assert!(!passes_without_asker("! test -e x || true"));
        assert!(!passes_without_asker("out=$(ask) && ! printf %s \"$out\" | grep -q ."));
    }
}
