//! What a conversation says: what is new since the user last heard of it, and what can be done.

use std::collections::HashSet;
use std::io::{self, Write as _};

use super::Talk;
use crate::app::inbox::Message;
use crate::locale::ui::{Say, Tell};
use crate::model::dialog::Dialog;
use crate::model::findings::Standing;
use crate::model::{Phase, log::Asks};
use crate::view::plain;

/// After a jump, so many lines before the place are told.
const BEFORE: u64 = 10;

/// What the user has heard.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// Lines of the log.
    lines: u64,
    marks: usize,
    findings: HashSet<(String, u64)>,
    notice: String,
    unwritten: Option<String>,
    dialog: String,
    question: String,
    /// The situation that the choices were told for.
    situation: String,
    /// The log made a leap: not all of it is told.
    pub(super) jump: bool,
    /// What was there before is still coming, in portions.
    pub(super) catching_up: bool,
    /// The user does not want the output.
    pub(super) quiet: bool,
}

impl Told {
    /// Heeds what came: of the past only the end is told, and once.
    pub(super) fn heed(&mut self, message: &Message) {
        match message {
            Message::Past(_) => self.catching_up = true,
            Message::Present => self.jump |= std::mem::take(&mut self.catching_up),
            _ => {}
        }
    }

    /// The choices are told again.
    pub(super) fn again(&mut self) {
        self.situation.clear();
    }

    /// Everything that is shown is told again.
    pub(super) fn forget(&mut self) {
        self.dialog.clear();
        self.again();
    }
}

/// Lines for the user. What came from a log is cleaned by whoever made it a line.
pub(super) fn say(lines: impl IntoIterator<Item = String>) -> io::Result<()> {
    let mut out = io::stdout().lock();
    for line in lines {
        let clean: String = line.chars().map(|ch| if ch.is_control() { ' ' } else { ch }).collect();
        writeln!(out, "{clean}")?;
    }
    out.flush()
}

impl Talk {
    pub(super) fn hello(&mut self) -> io::Result<()> {
        self.told.jump = self.model.is_replay();
        say([self.look().t(Say::PlainHello).to_owned()])
    }

    /// Tells what is new.
    pub(super) fn tell(&mut self) -> io::Result<()> {
        if self.model.loading().is_some() || self.told.catching_up {
            return Ok(());
        }
        self.tell_log()?;
        self.tell_findings()?;
        let notice = self.model.notice.as_ref().map(|notice| plain::notice(self.look(), &notice.kind));
        let notice = notice.unwrap_or_default();
        if notice != self.told.notice && !notice.is_empty() {
            say([notice.clone()])?;
        }
        self.told.notice = notice;
        let unwritten = plain::unwritten(self.look(), &self.model);
        if unwritten != self.told.unwritten {
            say(unwritten.clone())?;
        }
        self.told.unwritten = unwritten;
        self.tell_dialog()?;
        self.tell_question()?;
        self.tell_choices()
    }

    /// New lines of the log, and what happened between them.
    fn tell_log(&mut self) -> io::Result<()> {
        if self.model.log.is_text() {
            return Ok(());
        }
        let pending = u64::from(self.model.log.has_pending());
        let end = self.model.log.len().saturating_sub(pending);
        let jumped = std::mem::take(&mut self.told.jump) || end < self.told.lines;
        if jumped {
            self.told.lines = end.saturating_sub(BEFORE);
            let before = self.told.lines;
            self.told.marks = self.model.log.marks.partition_point(|mark| mark.line < before);
            say(plain::place(self.look(), &self.model))?;
        }
        let mut lines = Vec::new();
        for number in self.told.lines..end {
            self.marks_until(number, &mut lines);
            if !self.told.quiet {
                lines.extend(self.model.log.drawn(number).map(|line| line.text));
            }
        }
        self.told.lines = end;
        if pending == 0 {
            self.marks_until(end, &mut lines);
        }
        say(lines)
    }

    fn marks_until(&mut self, line: u64, lines: &mut Vec<String>) {
        let marks = &self.model.log.marks;
        while let Some(mark) = marks.get(self.told.marks).filter(|mark| mark.line <= line) {
            lines.push(format!("-- {}", plain::mark(self.look(), &mark.kind)));
            self.told.marks += 1;
        }
    }

    fn tell_findings(&mut self) -> io::Result<()> {
        let mut lines = Vec::new();
        for entry in self.model.findings.list.iter().filter(|entry| entry.standing == Standing::Open) {
            let key = (entry.finding.rule.clone(), entry.finding.evidence.line);
            if !self.told.findings.contains(&key) {
                lines.push(plain::finding_line(self.look(), entry));
                self.told.findings.insert(key);
            }
        }
        say(lines)
    }

    fn tell_dialog(&mut self) -> io::Result<()> {
        let lines = match &self.model.dialog {
            None => Vec::new(),
            // The text itself is told below, as it stands.
            Some(Dialog::Write(writing)) => {
                let ask = if writing.has_lines() { Say::PlainText } else { Say::PlainReason };
                let mut lines = plain::writing(self.look(), &self.model, writing);
                lines.push(self.look().t(ask).to_owned());
                lines
            }
            Some(dialog) => plain::dialog(self.look(), &self.model, dialog),
        };
        let text = lines.join("\n");
        if text != self.told.dialog && !text.is_empty() {
            say(lines)?;
        }
        self.told.dialog = text;
        Ok(())
    }

    /// What the command asks, which ends in no line.
    fn tell_question(&mut self) -> io::Result<()> {
        let asks = self.model.log.asks().filter(|_| self.model.stages.current().is_some());
        let line = self.model.log.len().checked_sub(1);
        let question = asks.and_then(|_| self.model.log.line(line?)).map(|line| line.text);
        let question = question.unwrap_or_default();
        if question != self.told.question && !question.is_empty() {
            let secret = asks == Some(Asks::Secret);
            let hint = if secret { Say::PlainSecret } else { Say::PlainAnswer };
            say([question.trim().to_owned(), self.look().t(hint).to_owned()])?;
        }
        self.told.question = question;
        Ok(())
    }

    /// What can be done, where that changed.
    fn tell_choices(&mut self) -> io::Result<()> {
        let situation = self.situation();
        if situation == self.told.situation {
            return Ok(());
        }
        self.told.situation = situation;
        self.choices = self.choices();
        if self.is_asked() { self.say_choices() } else { Ok(()) }
    }

    pub(super) fn say_choices(&self) -> io::Result<()> {
        if self.choices.is_empty() {
            return Ok(());
        }
        let look = self.look();
        let mut lines = vec![look.t(Say::PlainChoices).to_owned()];
        lines.extend(
            self.choices.iter().enumerate().map(|(at, choice)| format!("{}. {}", at + 1, choice.label)),
        );
        say(lines)
    }

    /// A choice means the same as long as this is the same.
    fn situation(&self) -> String {
        let phase = match &self.model.phase {
            Phase::Waiting { stage } => {
                let tries =
                    self.model.stages.list.iter().find(|one| one.id == *stage).map_or(0, |one| one.attempts);
                format!("waiting {stage} {tries} {}", self.model.stages.fixes.len())
            }
            Phase::Held(run) => format!("held {}", run.stage),
            other => format!("{other:?}"),
        };
        let labels: Vec<String> = self.choices().into_iter().map(|choice| choice.label).collect();
        format!("{phase} {} {} {:?}", self.told.dialog.len(), self.is_asked(), labels)
    }

    /// Tells of something that was asked for.
    pub(super) fn say_unknown(&self, line: &str) -> io::Result<()> {
        let count = self.choices.len() as u64;
        say([self.look().say(Tell::PlainNoChoice { text: line, count })])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_past_is_told_once_however_many_portions_it_comes_in() {
        let mut told = Told::default();
        for _ in 0..2 {
            told.heed(&Message::Past(Vec::new()));
            assert!((told.catching_up, told.jump) == (true, false), "more of it may come");
        }
        told.heed(&Message::Present);
        assert!((told.catching_up, told.jump) == (false, true));
        told.jump = false;
        told.heed(&Message::Events(Vec::new()));
        told.heed(&Message::Present);
        assert!(!told.jump, "what is new is told line by line");
    }
}
