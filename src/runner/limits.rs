//! Limits that fixes raised with `ulimit`. A shell's limit ends with the shell, and every command has one of its own: so what
//! a fix set is set again at the head of each later script on the same target. Pure.

use std::borrow::Cow;
use std::collections::BTreeMap;

/// The last `ulimit` of each kind, by target.
#[derive(Debug, Default)]
pub(super) struct Limits(BTreeMap<String, BTreeMap<String, String>>);

impl Limits {
    /// Keeps what a command that passed has set, where it is a `ulimit` and nothing else.
    pub(super) fn keep(&mut self, target: &str, command: &str) {
        let words: Vec<&str> = command.split_whitespace().collect();
        let ["ulimit", kind, value] = words[..] else { return };
        let is_kind =
            kind.len() >= 2 && kind.starts_with('-') && kind[1..].bytes().all(|b| b.is_ascii_alphabetic());
        let is_value = value == "unlimited" || value == "hard" || value.bytes().all(|b| b.is_ascii_digit());
        if is_kind && is_value {
            self.0.entry(target.to_owned()).or_default().insert(kind.to_owned(), value.to_owned());
        }
    }

    /// The script with them before it, in its first line: the shell's own messages name lines.
    pub(super) fn before<'s>(&self, target: &str, shell: &[String], script: &'s str) -> Cow<'s, str> {
        // A plan may name an interpreter that is no shell.
        let is_shell = shell.first().is_some_and(|program| program.ends_with("sh"));
        let Some(set) = self.0.get(target).filter(|_| is_shell) else { return Cow::Borrowed(script) };
        let lines = set.iter().map(|(kind, value)| format!("ulimit {kind} {value} || true; "));
        Cow::Owned(lines.collect::<String>() + script)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn before(limits: &Limits, target: &str, script: &str) -> String {
        limits.before(target, &["/bin/bash".to_owned(), "-eu".to_owned()], script).into_owned()
    }

    #[test]
    fn a_limit_that_a_fix_raised_holds_for_what_runs_later_on_the_same_target() {
        let mut limits = Limits::default();
        assert_eq!(before(&limits, "", "make"), "make");
        limits.keep("", "ulimit -n 4096");
        limits.keep("", "ulimit -n 65536");
        limits.keep("", "ulimit -u unlimited");
        limits.keep("ssh:board", "ulimit -f unlimited");
        assert_eq!(
            before(&limits, "", "make\nls"),
            "ulimit -n 65536 || true; ulimit -u unlimited || true; make\nls"
        );
        assert_eq!(before(&limits, "ssh:board", "make"), "ulimit -f unlimited || true; make");
        assert_eq!(limits.before("", &["python3".to_owned()], "print()"), "print()");
    }

    #[test]
    fn only_a_plain_ulimit_is_one() {
        let mut limits = Limits::default();
        for command in [
            "ulimit -a",
            "ulimit -n",
            "ulimit -n $(x)",
            "ulimit -n 1; rm x",
            "sudo ulimit -n 1",
            "ulimit -n 1 2",
        ] {
            limits.keep("", command);
        }
        assert_eq!(before(&limits, "", "make"), "make");
    }
}
