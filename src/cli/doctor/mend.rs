//! The doctor's fixes: what would run, as whom and with what; the yes; and the run.
#![expect(clippy::disallowed_methods, reason = "runs fixes after the user's yes")]

use std::io::{self, BufRead, IsTerminal};
use std::process::Command;

use anyhow::Result;

use super::Visit;
use crate::diagnose::fact::Ask;
use crate::diagnose::rule::Risk;
use crate::doctor::Outcome;
use crate::event::Answer;
use crate::locale::ui::{Say, Tell};
use crate::remedy::Fix;
use crate::session::redact::Redactor;
use crate::target::{Line, script_in};

impl Visit<'_> {
    /// Shows what would run; asks unless the risk is allowed.
    pub(super) fn agreed(&self, outcome: &Outcome, fix: &Fix, allowed: Option<Risk>) -> Result<bool> {
        talkln!("\nktui: {}: {} [{}]", outcome.what, fix.title, fix.risk.word());
        let (dir, target) = (self.dir.display().to_string(), self.target.to_string());
        talkln!("  {}", Tell::FixIn { dir: &dir, target: &target }.text(self.lang));
        for line in self.as_whom(fix) {
            talkln!("  {line}");
        }
        for command in &fix.commands {
            talkln!("  {command}");
        }
        if allowed.is_some_and(|allowed| fix.risk <= allowed) {
            return Ok(true);
        }
        if !io::stdin().is_terminal() {
            talkln!("{}", Say::FixNotRun.text(self.lang));
            return Ok(false);
        }
        talk!("{} ", Say::FixRunIt.text(self.lang));
        let mut line = String::new();
        io::stdin().lock().read_line(&mut line)?;
        Ok(matches!(line.trim(), "y" | "Y" | "yes"))
    }

    /// The user and the environment that a fix runs with.
    fn as_whom(&self, fix: &Fix) -> Vec<String> {
        let user = match self.prober().answer(&Ask::User) {
            Answer::Is(user) => user,
            Answer::Absent | Answer::Unknown(_) => String::new(),
        };
        let named = Tell::Labelled { name: Say::FixUser.text(self.lang), value: &user }.text(self.lang);
        let user = Some(named).filter(|_| !user.is_empty());
        let env = Redactor::new(&fix.env).mask_env(&fix.env);
        user.into_iter().chain(env.iter().map(|(name, value)| format!("{name}={value}"))).collect()
    }

    /// Runs a fix's commands, one after another as long as they succeed.
    pub(in crate::cli) fn apply(&self, fix: &Fix) -> Result<bool> {
        let verify = Some(&fix.verify).filter(|verify| !verify.is_empty());
        for script in fix.commands.iter().chain(verify) {
            let text = script_in(script, &self.dir.to_string_lossy(), &fix.env);
            let line = if io::stdin().is_terminal() { Line::Terminal } else { Line::Pipe };
            let argv = self.target.reach(&in_shell(&text), line);
            let Some((program, arguments)) = argv.split_first() else { return Ok(false) };
            let status = Command::new(program).args(arguments).status()?;
            if !status.success() {
                talkln!("ktui: {script}: {status}");
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// The text in the shell that rules are written for: bash, or sh where there is none.
fn in_shell(text: &str) -> [&str; 5] {
    let bash_or_sh = "command -v bash >/dev/null 2>&1 && exec bash -c \"$1\"; exec sh -c \"$1\"";
    ["sh", "-c", bash_or_sh, "sh", text]
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::cli::plans::Need;
    use crate::cli::rules::knowledge;
    use crate::locale::Lang;
    use crate::target::Target;

    #[test]
    fn fixes_run_in_the_shell_that_rules_are_written_for() {
        if which::which("bash").is_err() {
            eprintln!("skipped: no bash here");
            return;
        }
        let argv = in_shell("set -o pipefail; [[ ${BASH_VERSION-} ]]");
        let done = Command::new(argv[0]).args(&argv[1..]).status().unwrap();
        assert!(done.success());
    }

    #[test]
    fn a_confirmation_names_the_user_and_the_environment() {
        let knowledge = knowledge(None);
        let need = Need::default();
        let (dir, target) = (Path::new("/"), Target::Local);
        let visit = Visit { dir, target, need: &need, knowledge: &knowledge, lang: Lang::En };
        let env = [("GOPROXY", "https://goproxy.cn"), ("API_TOKEN", "hunter2hunter2")];
        let env = env.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let commands = vec!["true".to_owned()];
        let (id, title, guide, verify) = Default::default();
        let said = visit.as_whom(&Fix { id, title, risk: Risk::Safe, commands, env, guide, verify });
        assert!(said[0].starts_with("User: "), "{said:?}");
        assert_eq!(said[1..], ["API_TOKEN=••••", "GOPROXY=https://goproxy.cn"]);
    }
}
