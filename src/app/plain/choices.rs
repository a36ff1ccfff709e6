//! What a user can choose in a conversation, and what their lines mean.

use std::io;

use tui_input::InputRequest;

use super::tell::say;
use super::{Talk, Wanted};
use crate::keymap::Press;
use crate::locale::ui::Say;
use crate::model::action::Action;
use crate::model::dialog::Dialog;
use crate::model::log::Asks;
use crate::model::{Input, Phase};
use crate::view::plain;

/// A line that ends a text of several lines.
const END: &str = ".";
/// So many lines are told on either side of a match, or of the end of the log.
const AROUND: u64 = 3;

/// Something that can be done.
#[derive(Debug, Clone)]
pub(super) struct Choice {
    pub(super) label: String,
    does: Does,
}

/// What a choice does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Does {
    Act(Action),
    /// All findings, a line each.
    Findings,
    /// The selected finding.
    Finding,
    Stages,
    /// The stage that matters now.
    Stage,
    /// The last lines of the log.
    Log,
    Search,
    /// The output is told, or not.
    Output,
}

/// What makes sense without a screen, outside of dialogs.
const PLAIN: &[Action] = &[
    Action::Fix,
    Action::Retry,
    Action::Skip,
    Action::EditStage,
    Action::Cancel,
    Action::Type,
    Action::Play,
    Action::Step,
    Action::NextMarker,
    Action::PreviousMarker,
    Action::Rewind,
    Action::ToEnd,
    Action::Faster,
    Action::Slower,
    Action::NextFinding,
    Action::PreviousFinding,
    Action::Dismiss,
    Action::WhyNot,
    Action::DraftRule,
    Action::SearchNext,
    Action::SearchPrevious,
    Action::Raw,
    Action::Summary,
    Action::Language,
    Action::Quit,
];

impl Talk {
    /// What can be done now.
    pub(super) fn choices(&self) -> Vec<Choice> {
        let lang = self.setup.shown_lang();
        let made = |(action, say): (Action, Say)| Choice {
            label: say.text(lang).to_owned(),
            does: Does::Act(action),
        };
        if matches!(self.model.dialog, Some(Dialog::Write(_))) || self.model.typing {
            return Vec::new();
        }
        let keymap = &self.setup.keymap;
        if self.model.dialog.is_some() {
            return keymap.dialog_choices(&self.model).into_iter().map(made).collect();
        }
        let offered = keymap.choices(&self.model);
        let wanted = |(action, _): &(Action, Say)| PLAIN.contains(action);
        let mut choices: Vec<Choice> = offered.into_iter().filter(wanted).map(made).collect();
        choices.sort_by_key(|choice| PLAIN.iter().position(|action| choice.does == Does::Act(*action)));
        let leave = choices.pop();
        let mut more = |say: Say, does: Does, there: bool| {
            if there {
                choices.push(Choice { label: say.text(lang).to_owned(), does });
            }
        };
        more(Say::PlainFinding, Does::Finding, self.model.findings.current().is_some());
        more(Say::PlainFindings, Does::Findings, self.model.findings.list.len() > 1);
        more(Say::PlainStage, Does::Stage, !self.model.stages.list.is_empty());
        more(Say::PlainStages, Does::Stages, self.model.stages.list.len() > 1);
        more(Say::PlainLog, Does::Log, !self.model.log.is_empty());
        more(Say::PlainSearch, Does::Search, !self.model.log.is_empty());
        more(Say::PlainOutput, Does::Output, !self.model.log.is_text());
        choices.extend(leave);
        choices
    }

    /// Deals with the next line, where there is one and something is asked.
    pub(super) fn next_line(&mut self) -> io::Result<()> {
        while self.left.is_none() && (!self.patient || self.is_asked()) {
            let Some(line) = self.queue.pop_front() else {
                if self.over && self.is_asked() {
                    self.leave();
                }
                return Ok(());
            };
            self.hear(&line)?;
            while self.model.work() {}
            self.tell()?;
        }
        Ok(())
    }

    /// The user says no more: what runs goes on by itself.
    fn leave(&mut self) {
        while self.model.dialog.is_some() || self.model.typing {
            self.input(Input::Action(Action::Back));
        }
        self.input(Input::Action(Action::Quit));
        if matches!(self.model.dialog, Some(Dialog::Leave)) {
            self.input(Input::Action(Action::Detach));
        }
    }

    fn hear(&mut self, line: &str) -> io::Result<()> {
        if self.model.typing {
            let mut bytes = line.as_bytes().to_vec();
            bytes.push(b'\r');
            self.input(Input::Typed(bytes));
            self.input(Input::Action(Action::Back));
            echo(true);
            return Ok(());
        }
        if let Some(Dialog::Write(writing)) = &self.model.dialog {
            let several = writing.has_lines();
            self.write(line, several);
            return Ok(());
        }
        if std::mem::replace(&mut self.wanted, Wanted::Choice) == Wanted::Pattern {
            return self.search(line);
        }
        match line.trim() {
            "" | "?" => self.say_choices(),
            word => match self.meant(word) {
                Some(does) => self.do_it(does),
                None => self.say_unknown(word),
            },
        }
    }

    /// A number, or a key of the keymap that does one of the choices.
    fn meant(&self, word: &str) -> Option<Does> {
        if let Ok(number) = word.parse::<usize>() {
            return self.choices.get(number.checked_sub(1)?).map(|choice| choice.does);
        }
        let action = self.setup.keymap.action(&self.model.contexts(), Press::read(word)?)?;
        let does = Does::Act(action);
        self.choices.iter().any(|choice| choice.does == does).then_some(does)
    }

    /// A line of the text that a dialog asks for.
    fn write(&mut self, line: &str, several: bool) {
        if !several {
            self.input(Input::Written(line.to_owned()));
        } else if line != END {
            self.written.push(line.to_owned());
        } else {
            let written = std::mem::take(&mut self.written);
            if written.is_empty() {
                self.input(Input::Action(Action::Back));
            } else {
                self.input(Input::Written(written.join("\n")));
            }
        }
    }

    fn search(&mut self, pattern: &str) -> io::Result<()> {
        self.input(Input::Action(Action::Search));
        for ch in pattern.chars().filter(|ch| !ch.is_control()) {
            self.input(Input::Edit(InputRequest::InsertChar(ch)));
        }
        while self.model.work() {}
        self.input(Input::Action(Action::Accept));
        while self.model.work() {}
        self.say_match()
    }

    fn do_it(&mut self, does: Does) -> io::Result<()> {
        let look = self.look();
        match does {
            Does::Findings => {
                let lines = self.model.findings.list.iter().enumerate();
                say(lines
                    .map(|(at, entry)| format!("{}. {}", at + 1, plain::finding_line(look, entry)))
                    .collect::<Vec<_>>())
            }
            Does::Finding => self.say_finding(),
            Does::Stages => say(plain::stages(look, &self.model)),
            Does::Stage => say(plain::stage(look, &self.model)),
            Does::Log => self.say_lines(self.model.log.len().saturating_sub(1), 20),
            Does::Search => {
                self.wanted = Wanted::Pattern;
                say([self.look().t(Say::PlainPattern).to_owned()])
            }
            Does::Output => {
                self.told.quiet = !self.told.quiet;
                let say_it = if self.told.quiet { Say::PlainQuiet } else { Say::PlainLoud };
                say([self.look().t(say_it).to_owned()])
            }
            Does::Act(action) => self.act(action),
        }
    }

    fn act(&mut self, action: Action) -> io::Result<()> {
        self.input(Input::Action(action));
        while self.model.work() {}
        match action {
            Action::NextFinding | Action::PreviousFinding => self.say_finding(),
            Action::SearchNext | Action::SearchPrevious => self.say_match(),
            Action::NextMarker | Action::PreviousMarker | Action::Rewind | Action::ToEnd => {
                self.told.jump = true;
                self.told.again();
                Ok(())
            }
            Action::Type => {
                let secret = self.model.log.asks() == Some(Asks::Secret);
                echo(!secret);
                say([self.look().t(Say::PlainType).to_owned()])
            }
            Action::Faster | Action::Slower | Action::Step => say(plain::place(self.look(), &self.model)),
            _ => {
                // A decision that changes nothing to see must still be heard of.
                if matches!(self.model.phase, Phase::Waiting { .. } | Phase::Held(_))
                    && self.model.dialog.is_none()
                {
                    self.told.again();
                }
                Ok(())
            }
        }
    }

    fn say_finding(&self) -> io::Result<()> {
        let entry = self.model.findings.current();
        say(entry.map(|entry| plain::finding(self.look(), &self.model, entry)).unwrap_or_default())
    }

    fn say_match(&mut self) -> io::Result<()> {
        match self.model.log.finder.as_ref().map(|finder| finder.at) {
            Some(Some(line)) => self.say_lines(line, AROUND),
            Some(None) => say([self.look().t(Say::SearchNone).to_owned()]),
            None => Ok(()),
        }
    }

    /// A line of the log with those around it; that line itself is marked.
    fn say_lines(&mut self, line: u64, around: u64) -> io::Result<()> {
        let first = line.saturating_sub(around);
        let mut lines = Vec::new();
        for number in first..=line + around.min(AROUND) {
            let Some(text) = self.model.log.drawn(number).map(|line| line.text) else { break };
            let shown = self.model.log.number(number).unwrap_or(number + 1);
            let mark = if number == line { '>' } else { ' ' };
            lines.push(format!("{mark} {shown}: {text}"));
        }
        say(lines)
    }
}

/// Whether the terminal shows what is typed.
fn echo(on: bool) {
    use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
    let input = io::stdin();
    // Standard input that is no terminal shows nothing anyway.
    if let Ok(mut modes) = tcgetattr(&input) {
        modes.local_modes.set(LocalModes::ECHO, on);
        let _ = tcsetattr(&input, OptionalActions::Now, &modes);
    }
}
