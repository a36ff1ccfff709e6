//! One question to a shell on a target, without a terminal: a program goes in, what it says comes out.
#![expect(clippy::disallowed_methods, reason = "starts the command through which a target is reached")]

use std::io::{self, Read, Write};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};

use super::{Line, Target};
use crate::locale::{Text, both};

/// More of what a target says is not read.
const MOST: u64 = 256 * 1024 * 1024;

/// What a target said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// The exit status; `None` where a signal ended it.
    pub status: Option<i32>,
    /// Standard output.
    pub output: Vec<u8>,
    /// Standard error.
    pub errors: String,
}

impl Said {
    /// The output, where it went well; else why not, in words.
    ///
    /// # Errors
    /// The last line of what was said on standard error.
    pub fn good(self) -> Result<Vec<u8>, Text> {
        if self.status == Some(0) {
            return Ok(self.output);
        }
        let last = self.errors.lines().map(str::trim).rfind(|line| !line.is_empty());
        let status = self.status.unwrap_or(-1);
        Err(last.map_or_else(|| both!("exit status {status}", "退出状态 {status}"), Text::verbatim))
    }
}

/// Runs a program for `sh` on the target and waits, at most this long.
///
/// # Errors
/// In words: the command that reaches the target could not be started, or did not end in time.
pub fn call(target: &Target, text: &str, limit: Duration) -> Result<Said, Text> {
    run(target, &["sh", "-s"], text.as_bytes().to_vec(), limit)
}

/// Runs words on the target with bytes as their input.
///
/// # Errors
/// As of [`call`].
pub fn run(target: &Target, words: &[&str], input: Vec<u8>, limit: Duration) -> Result<Said, Text> {
    let argv = target.reach(words, Line::Quiet);
    let (name, arguments) = argv.split_first().ok_or_else(nothing_to_run)?;
    let mut child = Command::new(name)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .spawn()
        .map_err(|e| Text::verbatim(format!("{name}: {e}")))?;
    let group = Pid::from_child(&child);
    if let Some(mut pipe) = child.stdin.take() {
        // What ends early does not read all of it; its status tells more than a broken pipe.
        thread::spawn(move || pipe.write_all(&input));
    }
    let (tell, told) = channel();
    thread::spawn(move || tell.send(listen(child)));
    if let Ok(said) = told.recv_timeout(limit) {
        return said.map_err(|e| Text::verbatim(format!("{name}: {e}")));
    }
    let _ = kill_process_group(group, Signal::KILL);
    let seconds = limit.as_secs();
    Err(both!("{target} did not answer within {seconds} s", "{target} 在 {seconds} 秒内未应答"))
}

pub(super) fn nothing_to_run() -> Text {
    both!("nothing to run", "没有可运行的命令")
}

fn listen(mut child: Child) -> io::Result<Said> {
    let errors = child.stderr.take();
    let errors = thread::spawn(move || {
        let mut text = Vec::new();
        if let Some(pipe) = errors {
            let _ = pipe.take(MOST).read_to_end(&mut text);
        }
        text
    });
    let mut output = Vec::new();
    if let Some(pipe) = child.stdout.take() {
        pipe.take(MOST).read_to_end(&mut output)?;
    }
    let status = child.wait()?.code();
    let errors = errors.join().unwrap_or_default();
    Ok(Said { status, output, errors: String::from_utf8_lossy(&errors).into_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUND: Duration = Duration::from_secs(30);

    #[test]
    fn a_call_tells_output_errors_and_status() {
        let said = call(&Target::Local, "echo out; echo a >&2; echo b >&2; exit 3", BOUND).unwrap();
        assert_eq!((said.status, said.output.as_slice()), (Some(3), b"out\n".as_slice()));
        assert_eq!(said.good().unwrap_err(), Text::verbatim("b"));
    }

    #[test]
    fn a_call_that_hangs_is_ended() {
        let error = call(&Target::Local, "sleep 600", Duration::from_millis(50)).unwrap_err();
        assert!(error.en.contains("did not answer"), "{error:?}");
    }

    #[test]
    fn bytes_go_in() {
        let said = run(&Target::Local, &["cat"], b"a\0b".to_vec(), BOUND).unwrap();
        assert_eq!(said.good().unwrap(), b"a\0b");
    }
}
