//! Lines to the clipboard: by the terminal (OSC 52), by a program of the desktop or of tmux, or, where there is none of
//! them, into a file.
#![expect(clippy::disallowed_methods, reason = "starts the program that has the clipboard")]

use std::env;
use std::ffi::OsString;
use std::io::{self, Write as _};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

use tokio::sync::mpsc::Sender;

use super::inbox::Message;
use super::terminal::Terminal;
use crate::locale::Text;
use crate::model::log::Taken;
use crate::model::{Clipboard, Input, NoticeKind};
use crate::session::whole;

/// The file's name, where nothing else takes the lines.
const FILE: &str = "copied.txt";

/// Programs that keep the clipboard, each with the variable that says whether it can.
const PROGRAMS: [(&str, &[&str]); 4] = [
    ("WAYLAND_DISPLAY", &["wl-copy"]),
    ("DISPLAY", &["xclip", "-selection", "clipboard"]),
    ("DISPLAY", &["xsel", "--clipboard", "--input"]),
    ("__CFBundleIdentifier", &["pbcopy"]),
];

/// tmux passes on to its own terminal what its programs must not ask of it.
const TMUX: &[&str] = &["tmux", "load-buffer", "-w", "-"];

/// Who takes the lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Terminal,
    Program(&'static [&'static str]),
    File,
}

impl Way {
    /// The best one, as far as the environment tells; `found` says whether a program is there.
    fn chosen(variable: impl Fn(&str) -> Option<OsString>, found: impl Fn(&str) -> bool) -> Self {
        let set = |name: &str| variable(name).is_some_and(|value| !value.is_empty());
        if set("TMUX") && found(TMUX[0]) {
            return Self::Program(TMUX);
        }
        let kind = variable("TERM").unwrap_or_default();
        let kind = kind.to_string_lossy();
        let refuses = ["VTE_VERSION", "STY"].into_iter().any(set)
            || variable("TERM_PROGRAM").is_some_and(|name| name == "Apple_Terminal")
            || kind.is_empty()
            || ["linux", "dumb", "vt1", "vt2"].iter().any(|old| kind.starts_with(old));
        if !refuses {
            return Self::Terminal;
        }
        // Over ssh, the programs here have a clipboard that the user does not sit at.
        let far = ["SSH_CONNECTION", "SSH_TTY"].into_iter().any(set);
        let mut programs = PROGRAMS.iter().filter(|(display, words)| set(display) && found(words[0]));
        programs.next().filter(|_| !far).map_or(Self::File, |(_, words)| Self::Program(words))
    }
}

/// Takes lines to the clipboard, or into a file in `folder`; answers what the model is to hear of it. Nothing is waited
/// for: a program that fails says so to `out`.
pub(super) fn copy(
    taken: Taken,
    terminal: &mut Terminal,
    folder: &Path,
    out: &Sender<Message>,
) -> io::Result<Input> {
    let there = |program: &str| which::which(program).is_ok();
    let (lines, bytes) = (taken.lines, taken.text.len() as u64);
    let to = match Way::chosen(|name| env::var_os(name), there) {
        Way::Terminal => {
            terminal.copy(&taken.text)?;
            Clipboard::Terminal
        }
        Way::Program(words) => {
            hand_to(words, taken.text, out.clone());
            Clipboard::Program(words[0].to_owned())
        }
        Way::File => {
            let path = folder.join(FILE);
            if let Err(error) = whole::write_in_new_folder(&path, taken.text.as_bytes()) {
                return Ok(Input::Failed(Text::verbatim(format!("{}: {error}", path.display()))));
            }
            Clipboard::File(path.display().to_string())
        }
    };
    Ok(Input::Notice(NoticeKind::Copied(lines, bytes, to)))
}

/// Gives a text to a program, which may stay to keep it.
fn hand_to(words: &'static [&'static str], text: String, out: Sender<Message>) {
    let mut command = Command::new(words[0]);
    command.args(&words[1..]).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    // The clipboard outlives the screen, and a Ctrl-C on its terminal.
    command.process_group(0);
    std::thread::spawn(move || {
        let done = command.spawn().and_then(|mut child| {
            let written = child.stdin.take().map_or(Ok(()), |mut stdin| stdin.write_all(text.as_bytes()));
            let status = child.wait()?;
            if status.success() { written } else { Err(io::Error::other(status.to_string())) }
        });
        if let Err(error) = done {
            // Without a screen nobody is there to hear.
            let _ = out.blocking_send(Message::Refused(Text::verbatim(format!("{}: {error}", words[0]))));
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_terminal_is_asked_unless_it_is_known_to_refuse() {
        let xclip = Way::Program(PROGRAMS[1].1);
        for (environment, programs, expected) in [
            (&[("TERM", "xterm-256color"), ("DISPLAY", ":0")][..], &["xclip"][..], Way::Terminal),
            (&[("TERM", "xterm-256color"), ("VTE_VERSION", "7600"), ("DISPLAY", ":0")], &["xclip"], xclip),
            (&[("TERM", "xterm-256color"), ("VTE_VERSION", "7600")], &["xclip"], Way::File),
            (&[("TERM", "linux"), ("DISPLAY", ":0")], &["xclip", "xsel"], xclip),
            (&[("TERM", "linux"), ("DISPLAY", "")], &["xclip"], Way::File),
            (&[("TERM", "linux"), ("DISPLAY", ":10"), ("SSH_TTY", "/dev/pts/1")], &["xclip"], Way::File),
            (&[("TERM", "screen"), ("STY", "1.x")], &[], Way::File),
            (&[("TERM", "screen-256color"), ("TMUX", "/tmp/t,1,0")], &["tmux"], Way::Program(TMUX)),
            (&[("TERM", "screen-256color"), ("TMUX", "/tmp/t,1,0")], &[], Way::Terminal),
            (
                &[("TERM", "linux"), ("WAYLAND_DISPLAY", "wayland-0"), ("DISPLAY", ":0")],
                &["wl-copy", "xclip"],
                Way::Program(PROGRAMS[0].1),
            ),
        ] {
            let variable = |name: &str| {
                environment.iter().find(|(known, _)| *known == name).map(|(_, value)| value.into())
            };
            assert_eq!(
                Way::chosen(variable, |program| programs.contains(&program)),
                expected,
                "{environment:?}"
            );
        }
    }

    #[test]
    fn a_program_that_fails_says_so_and_nobody_waits_for_it() {
        let (out, mut inbox) = tokio::sync::mpsc::channel(1);
        hand_to(&["false"], "x".repeat(1 << 20), out.clone());
        let said = inbox.blocking_recv().expect("a word about it");
        assert!(matches!(&said, Message::Refused(why) if why.en.starts_with("false: ")), "{said:?}");
        hand_to(&["no-such-program-anywhere"], "x".into(), out);
        assert!(matches!(inbox.blocking_recv(), Some(Message::Refused(_))));
    }
}
