//! What a probe may do on a target: read a small file, run a short command.
//!
//! On this machine directly, elsewhere through the target's own command. Every command ends by the deadline.
#![expect(clippy::disallowed_methods, reason = "reads files and starts commands on a target")]

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Write};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Instant;

use rustix::process::{Pid, Signal, kill_process_group};

use crate::event::Answer;
use crate::locale::{Text, both};
use crate::target::{Line, Target, program};

/// More of a file or of a command's output is not looked at.
const MOST: u64 = 256 * 1024;

/// A target as one question finds it.
#[derive(Debug, Clone)]
pub(super) struct Place {
    /// Where.
    pub(super) target: Target,
    /// The folder that relative paths count from.
    pub(super) dir: PathBuf,
    /// The environment of this process; of a stage's on this machine.
    pub(super) env: BTreeMap<String, String>,
    /// What a stage adds to it.
    pub(super) added: BTreeMap<String, String>,
    /// No answer counts after this.
    pub(super) until: Instant,
}

/// What a command said.
#[derive(Debug)]
pub(super) struct Said {
    /// Whether it exited with 0.
    pub(super) ok: bool,
    /// Its standard output, and its errors where they were asked for too.
    pub(super) text: String,
}

impl Said {
    /// The first line that holds something.
    pub(super) fn first_line(&self) -> Option<String> {
        self.text.lines().map(str::trim).find(|line| !line.is_empty()).map(str::to_owned)
    }
}

/// Why a command said nothing.
#[derive(Debug)]
pub(super) enum Mute {
    /// There is no such command.
    Missing,
    /// In words.
    Because(Text),
}

impl Mute {
    /// What that means where only this command could have told.
    pub(super) fn without(self, command: &str) -> Answer {
        Answer::Unknown(match self {
            Self::Missing => both!("no {command} there", "那里没有 {command}"),
            Self::Because(why) => why,
        })
    }

    /// The same where the command is asked about something else.
    pub(super) fn nobody_to_ask(self, command: &str) -> Answer {
        Answer::Unknown(match self {
            Self::Missing => both!("there is no {command} to ask", "没有可询问的 {command}"),
            Self::Because(why) => why,
        })
    }
}

impl Place {
    /// Whether the target is this machine.
    pub(super) fn is_local(&self) -> bool {
        self.target.is_local()
    }

    /// A variable of the environment.
    pub(super) fn variable(&self, name: &str) -> Option<String> {
        self.env.get(name).cloned()
    }

    /// A small text file; `None` where it cannot be read.
    pub(super) fn read(&self, path: &str) -> Option<String> {
        if !self.is_local() {
            let said = self.run(&["cat", "--", path], false).ok()?;
            return said.ok.then_some(said.text);
        }
        let mut bytes = Vec::new();
        File::open(path).ok()?.take(MOST).read_to_end(&mut bytes).ok()?;
        Some(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Runs a command in the C locale without input; `errors` adds its standard error to the text.
    pub(super) fn run(&self, argv: &[&str], errors: bool) -> Result<Said, Mute> {
        self.run_up_to(MOST, argv, errors)
    }

    /// The same with so many bytes looked at.
    pub(super) fn run_up_to(&self, most: u64, argv: &[&str], errors: bool) -> Result<Said, Mute> {
        let child = self.start(argv, errors).map_err(|e| match e.kind() {
            io::ErrorKind::NotFound => Mute::Missing,
            _ => Mute::Because(Text::verbatim(format!("{}: {e}", argv.first().unwrap_or(&"")))),
        })?;
        let (child, pipe) = child;
        let group = Pid::from_child(&child);
        let (tell, told) = channel();
        thread::spawn(move || tell.send(listen(child, pipe, most)));
        let left = self.until.saturating_duration_since(Instant::now());
        if let Ok(said) = told.recv_timeout(left) {
            return said.map_err(|e| Mute::Because(Text::verbatim(e)));
        }
        let _ = kill_process_group(group, Signal::KILL);
        let command = argv.join(" ");
        Err(Mute::Because(both!("`{command}` did not end in time", "`{command}` 未在时限内结束")))
    }

    fn start(&self, argv: &[&str], errors: bool) -> io::Result<(Child, io::PipeReader)> {
        let locale = BTreeMap::from([("LC_ALL".to_owned(), "C".to_owned())]);
        let (words, input) = if self.is_local() {
            (argv.iter().map(|word| (*word).to_owned()).collect(), None)
        } else {
            let mut env = self.added.clone();
            env.extend(locale.clone());
            let text = program(argv, &self.dir.to_string_lossy(), &env);
            (self.target.reach(&["sh", "-s"], Line::Quiet), Some(text))
        };
        let (program, arguments) =
            words.split_first().ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))?;
        // The program is looked up in the place's PATH, not in this process' own.
        let program = which::which_in(program, self.variable("PATH"), &self.dir)
            .map_err(|_| io::Error::from(io::ErrorKind::NotFound))?;
        let (reader, writer) = io::pipe()?;
        let mut command = Command::new(program);
        command.args(arguments).env_clear().envs(&self.env).envs(&locale);
        command.stdin(if input.is_some() { Stdio::piped() } else { Stdio::null() });
        if self.is_local() && self.dir.is_dir() {
            command.current_dir(&self.dir);
        }
        command.stderr(if errors { writer.try_clone()?.into() } else { Stdio::null() });
        command.stdout(writer).process_group(0);
        let mut child = command.spawn()?;
        if let (Some(mut pipe), Some(text)) = (child.stdin.take(), input) {
            // A connection that fails does not read it; its status tells.
            let _ = pipe.write_all(text.as_bytes());
        }
        Ok((child, reader))
    }
}

fn listen(mut child: Child, pipe: io::PipeReader, most: u64) -> io::Result<Said> {
    let mut bytes = Vec::new();
    pipe.take(most).read_to_end(&mut bytes)?;
    let status = child.wait()?;
    Ok(Said { ok: status.success(), text: String::from_utf8_lossy(&bytes).into_owned() })
}
