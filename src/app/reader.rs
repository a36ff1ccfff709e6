//! What the reader wants of the log besides looking at it: lines on the clipboard or in a file, bookmarks kept, a
//! file opened in an editor. The build is not touched, so a recording can be read with all of it.
#![expect(clippy::disallowed_methods, reason = "writes the reader's files, starts their editor")]

use std::env;
use std::ffi::OsString;
use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use tokio::sync::mpsc::Sender;

use super::inbox::Message;
use super::terminal::Terminal;
use super::{Setup, clipboard};
use crate::locale::Text;
use crate::model::effect::Reader;
use crate::model::log::{Bookmarks, Reference, Taken};
use crate::model::{Input, NoticeKind};
use crate::session::whole;

/// Does it; answers what the model is to hear of it.
pub(super) fn fulfil(
    wish: Reader,
    terminal: &mut Terminal,
    around: &Setup,
    out: &Sender<Message>,
) -> io::Result<Option<Input>> {
    Ok(match wish {
        Reader::Copy(taken) => Some(clipboard::copy(taken, terminal, &around.folder(), out)?),
        Reader::Write { path, taken } => Some(match write(&path, &taken) {
            Ok(()) => Input::Notice(NoticeKind::Written(taken.lines, path.display().to_string())),
            Err(error) => Input::Failed(Text::verbatim(format!("{}: {error}", path.display()))),
        }),
        Reader::Keep(bookmarks) => {
            let kept = around.notes.as_deref().map_or(Ok(()), |notes| keep(notes, &bookmarks));
            kept.err().map(|error| Input::Failed(Text::verbatim(error)))
        }
        Reader::Edit(place) => Some(edit(&place, terminal)?),
    })
}

/// Writes lines to a file that is not there yet.
fn write(path: &Path, taken: &Taken) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(taken.text.as_bytes())
}

/// The bookmarks kept in a file; none where there is no such file, or no such thing in it.
pub(super) fn kept(notes: &Path) -> Bookmarks {
    let text = std::fs::read(notes).unwrap_or_default();
    serde_json::from_slice(&text).unwrap_or_default()
}

/// Keeps bookmarks: the file is whole at any time.
fn keep(notes: &Path, bookmarks: &Bookmarks) -> io::Result<()> {
    whole::write_in_new_folder(notes, &serde_json::to_vec_pretty(bookmarks)?)
}

/// Opens a file in the reader's editor. One that takes the terminal has it until it ends.
fn edit(place: &Reference, terminal: &mut Terminal) -> io::Result<Input> {
    if !place.path.is_file() {
        return Ok(Input::Notice(NoticeKind::NotFound(place.path.display().to_string())));
    }
    let editor = Editor::chosen(|name| env::var_os(name).filter(|value| !value.is_empty()));
    let mut command = Command::new(&editor.program);
    command.args(&editor.arguments).args(editor.place(place));
    let failed = |error: io::Error| {
        Input::Failed(Text::verbatim(format!("{}: {error}", editor.program.to_string_lossy())))
    };
    if editor.is_window {
        // It hands the file to a window that is open already and returns.
        let started = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        return Ok(match started {
            Ok(mut child) => {
                std::thread::spawn(move || child.wait());
                let place = format!("{}:{}", place.path.display(), place.line);
                Input::Notice(NoticeKind::Opened(editor.name(), place))
            }
            Err(error) => failed(error),
        });
    }
    terminal.leave()?;
    let ended = command.status();
    terminal.enter()?;
    Ok(match ended {
        Ok(status) if status.success() => Input::Tick,
        Ok(status) => Input::Failed(Text::verbatim(format!("{}: {status}", editor.name()))),
        Err(error) => failed(error),
    })
}

/// An editor, and what it is called with.
struct Editor {
    program: OsString,
    arguments: Vec<OsString>,
    /// It has a window of its own and leaves the terminal alone.
    is_window: bool,
}

impl Editor {
    /// `$VISUAL`, `$EDITOR`; within a terminal of VS Code (here, over ssh or in a container) that window; else `vi`.
    fn chosen(variable: impl Fn(&str) -> Option<OsString>) -> Self {
        let wished = variable("VISUAL").or_else(|| variable("EDITOR"));
        let within = variable("TERM_PROGRAM").is_some_and(|name| name == "vscode")
            || variable("VSCODE_IPC_HOOK_CLI").is_some();
        let text = match wished {
            Some(wished) => wished.to_string_lossy().into_owned(),
            None if within => "code".to_owned(),
            None => "vi".to_owned(),
        };
        // Words, not a shell's syntax: what a variable or a log holds is never run by a shell.
        let mut words = text.split_whitespace().map(OsString::from);
        let program = words.next().unwrap_or_else(|| "vi".into());
        let arguments = words.collect();
        let mut editor = Self { program, arguments, is_window: false };
        editor.is_window = ["code", "code-insiders", "codium", "vscodium", "cursor", "subl", "zed"]
            .contains(&editor.name().as_str());
        // With `--wait` the window's editor would hold the screen until the file is closed.
        editor.arguments.retain(|word| !editor.is_window || (word != "--wait" && word != "-w"));
        editor
    }

    fn name(&self) -> String {
        Path::new(&self.program).file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// How this editor is told a place.
    fn place(&self, place: &Reference) -> Vec<OsString> {
        let with = |form: &str| {
            let mut word = place.path.clone().into_os_string();
            word.push(form);
            word
        };
        let (line, column) = (place.line, place.column);
        match self.name().as_str() {
            "code" | "code-insiders" | "codium" | "vscodium" | "cursor" => {
                vec!["-g".into(), with(&format!(":{line}:{column}"))]
            }
            "hx" | "helix" | "subl" | "zed" | "kak" => vec![with(&format!(":{line}:{column}"))],
            "nano" => vec![format!("+{line},{column}").into(), with("")],
            "vi" | "vim" | "nvim" | "view" | "emacs" | "emacsclient" | "micro" | "less" | "joe" | "mg"
            | "ne" => {
                vec![format!("+{line}").into(), with("")]
            }
            _ => vec![with("")],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn called(environment: &[(&str, &str)]) -> (String, bool) {
        let editor = Editor::chosen(|name| {
            environment.iter().find(|(known, _)| *known == name).map(|(_, value)| value.into())
        });
        let place = Reference { path: "/src/a b;$(id).go".into(), line: 12, column: 3 };
        let words = editor.arguments.iter().cloned().chain(editor.place(&place));
        let words: Vec<String> = words.map(|word| word.to_string_lossy().into_owned()).collect();
        (format!("{} {}", editor.name(), words.join("|")), editor.is_window)
    }

    #[test]
    fn editors_are_told_the_place_as_each_wants_it_and_a_path_stays_one_word() {
        for (environment, expected, window) in [
            (&[][..], "vi +12|/src/a b;$(id).go", false),
            (&[("EDITOR", "nano")], "nano +12,3|/src/a b;$(id).go", false),
            (&[("EDITOR", "nano"), ("VISUAL", "/usr/bin/nvim -p")], "nvim -p|+12|/src/a b;$(id).go", false),
            (&[("EDITOR", "code --wait")], "code -g|/src/a b;$(id).go:12:3", true),
            (&[("TERM_PROGRAM", "vscode")], "code -g|/src/a b;$(id).go:12:3", true),
            (&[("VSCODE_IPC_HOOK_CLI", "/tmp/x.sock")], "code -g|/src/a b;$(id).go:12:3", true),
            (&[("EDITOR", "hx")], "hx /src/a b;$(id).go:12:3", false),
            (&[("EDITOR", "ed")], "ed /src/a b;$(id).go", false),
        ] {
            assert_eq!(called(environment), (expected.to_owned(), window), "{environment:?}");
        }
    }

    #[test]
    fn bookmarks_come_back_and_no_file_is_written_over() {
        let dir = tempfile::tempdir().unwrap();
        let notes = dir.path().join("new/notes.json");
        assert!(kept(&notes).is_empty());
        let mut bookmarks = Bookmarks::new();
        bookmarks.insert(7, crate::model::log::Bookmark { note: "here".into(), text: "make".into() });
        keep(&notes, &bookmarks).unwrap();
        assert_eq!(kept(&notes), bookmarks);
        let path = dir.path().join("lines.log");
        let taken = Taken { text: "a\n".into(), lines: 1 };
        write(&path, &taken).unwrap();
        assert_eq!(write(&path, &taken).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        std::fs::write(&notes, "no json").unwrap();
        assert!(kept(&notes).is_empty());
    }
}
