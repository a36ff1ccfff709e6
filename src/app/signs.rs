//! What the terminal shows besides the screen: the title of its window (OSC 2) and how far the build is (OSC 9;4).
//!
//! Owns which terminals are told, and what is written to tell them; when, and that it is taken back however the app
//! ends, is `terminal`'s business. Pure but for what is remembered of the last time.

use crate::model::progress::Progress;

/// Which signs are given.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Signs {
    /// The window's title.
    pub title: bool,
    /// How far the build is.
    pub progress: bool,
}

/// What the user set of a sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// Where the terminal is known to understand it.
    Auto,
    /// Wherever control sequences are understood at all.
    Always,
    /// Nowhere.
    Never,
}

impl Signs {
    /// The signs for this terminal, as far as its environment tells.
    ///
    /// A terminal that knows OSC 9 only as a message to its user would show one for every percent, so by itself only
    /// those are told of progress that are known to take it for that. Consoles and what sits at serial lines get
    /// nothing: some of them print what they do not understand.
    pub fn of(title: Wish, progress: Wish, variable: impl Fn(&str) -> String) -> Self {
        let kind = variable("TERM");
        let plain = ["linux", "dumb", "vt", "ansi", "cons", "sun", "unknown"];
        if kind.is_empty() || plain.iter().any(|old| kind.starts_with(old)) {
            return Self::default();
        }
        let known = match variable("TERM_PROGRAM").as_str() {
            "WezTerm" | "ghostty" | "vscode" => true,
            "iTerm.app" => variable("TERM_FEATURES").contains('P'),
            // It keeps what is not for it to itself.
            "tmux" => false,
            _ => {
                let set = |name: &str| !variable(name).is_empty();
                let is_vte = variable("VTE_VERSION").parse().is_ok_and(|version: u32| version >= 8000);
                set("WT_SESSION") || variable("ConEmuANSI") == "ON" || kind == "xterm-ghostty" || is_vte
            }
        };
        Self {
            title: title != Wish::Never,
            progress: progress == Wish::Always || progress == Wish::Auto && known,
        }
    }
}

/// The title before ours is kept by the terminal, and comes back.
pub(super) const KEEP_TITLE: &str = "\x1b[22;2t";
pub(super) const BRING_TITLE_BACK: &str = "\x1b[23;2t";
pub(super) const NO_PROGRESS: &str = "\x1b]9;4;0;0\x1b\\";

/// No longer title is set.
const LONGEST: usize = 100;

/// What the terminal was told last.
#[derive(Debug, Default)]
pub(super) struct Given {
    title: String,
    progress: Progress,
}

impl Given {
    /// What has to be written so that this is shown; nothing where it is already.
    pub(super) fn change(&mut self, signs: Signs, title: &str, progress: Progress) -> String {
        let mut said = String::new();
        if signs.title && self.title != title {
            title.clone_into(&mut self.title);
            // A plan's or a file's name is nobody's control sequence.
            let clean: String = title.chars().filter(|ch| !ch.is_control()).take(LONGEST).collect();
            said = format!("\x1b]2;{clean}\x1b\\");
        }
        if signs.progress && self.progress != progress {
            self.progress = progress;
            let told = match progress {
                Progress::None => NO_PROGRESS.to_owned(),
                Progress::Unknown => "\x1b]9;4;3;0\x1b\\".to_owned(),
                Progress::At(percent) => format!("\x1b]9;4;1;{percent}\x1b\\"),
                Progress::Failed(percent) => format!("\x1b]9;4;2;{percent}\x1b\\"),
                Progress::Held(percent) => format!("\x1b]9;4;4;{percent}\x1b\\"),
            };
            said.push_str(&told);
        }
        said
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signs(environment: &[(&str, &str)], progress: Wish) -> (bool, bool) {
        let variable = |name: &str| {
            let found = environment.iter().find(|(known, _)| *known == name);
            found.map_or_else(String::new, |(_, value)| (*value).to_owned())
        };
        let signs = Signs::of(Wish::Auto, progress, variable);
        (signs.title, signs.progress)
    }

    #[test]
    fn who_would_misunderstand_is_not_told() {
        let xterm = ("TERM", "xterm-256color");
        for (environment, expected) in [
            (&[xterm][..], (true, false)),
            (&[xterm, ("WT_SESSION", "1")], (true, true)),
            (&[xterm, ("ConEmuANSI", "ON")], (true, true)),
            (&[xterm, ("TERM_PROGRAM", "WezTerm")], (true, true)),
            (&[xterm, ("TERM_PROGRAM", "iTerm.app")], (true, false)),
            (
                &[xterm, ("TERM_PROGRAM", "iTerm.app"), ("TERM_FEATURES", "T3LrMSc7UUw9Ts3BFGsSyHNoSxFP")],
                (true, true),
            ),
            (&[xterm, ("VTE_VERSION", "7600")], (true, false)),
            (&[xterm, ("VTE_VERSION", "8003")], (true, true)),
            (&[("TERM", "tmux-256color"), ("TERM_PROGRAM", "tmux"), ("WT_SESSION", "1")], (true, false)),
            (&[("TERM", "dumb"), ("WT_SESSION", "1")], (false, false)),
            (&[("TERM", "vt220")], (false, false)),
            (&[("TERM", "linux")], (false, false)),
            (&[], (false, false)),
        ] {
            assert_eq!(signs(environment, Wish::Auto), expected, "{environment:?}");
        }
        assert_eq!(signs(&[xterm], Wish::Always), (true, true));
        assert_eq!(
            signs(&[("TERM", "vt100")], Wish::Always),
            (false, false),
            "a serial line shows what it gets"
        );
        assert_eq!(signs(&[xterm, ("WT_SESSION", "1")], Wish::Never), (true, false));
    }

    #[test]
    fn only_changes_are_written_and_a_name_is_no_sequence() {
        let both = Signs { title: true, progress: true };
        let mut given = Given::default();
        let first = given.change(both, "ktui: a\x1b]2;b\x07", Progress::At(42));
        assert_eq!(first, "\x1b]2;ktui: a]2;b\x1b\\\x1b]9;4;1;42\x1b\\");
        assert_eq!(given.change(both, "ktui: a\x1b]2;b\x07", Progress::At(42)), "");
        assert_eq!(given.change(both, "ktui: a\x1b]2;b\x07", Progress::Failed(43)), "\x1b]9;4;2;43\x1b\\");
        assert_eq!(Given::default().change(Signs::default(), "ktui", Progress::Unknown), "");
    }
}
