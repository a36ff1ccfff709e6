//! Events of the session into the model. What is not in the log did not happen.

use std::time::Duration;

use super::dialog::{Dialog, PageKind, Question};
use super::effect::{Effect, World};
use super::findings::{FIX, Standing};
use super::log::MarkKind;
use super::stages::{StageState, Stages};
use super::step::StepDialog;
use super::{Mode, Model, NoticeKind, Pane, Phase};
use crate::diagnose::finding::Finding;
use crate::event::{Answer, Choice, Event, Note, Outcome, RunEnded, RunStarted, SessionStart, Timed};
use crate::locale::both;

impl Model {
    /// Folds events in. Ends with what they mean for findings and dialogs.
    pub(super) fn fold(&mut self, events: &[Timed]) -> Vec<Effect> {
        self.fold_all(events);
        self.settle()
    }

    /// Folds events in; what they mean for findings and dialogs is for [`Model::settle`].
    pub(super) fn fold_all(&mut self, events: &[Timed]) {
        let mut lines = Vec::new();
        for timed in events {
            self.fold_one(timed);
            if self.trail.walk(timed) {
                self.leave_stop();
            }
            lines.push((self.trail.folded, self.log.len()));
        }
        self.refresh_findings();
        self.note_moments(&lines);
    }

    pub(super) fn fold_one(&mut self, timed: &Timed) {
        self.tell_time(timed.at);
        match &timed.event {
            Event::Output(text) => {
                let exact = self.exact.take();
                self.log.arrives(timed.at);
                let bytes = exact.as_deref().unwrap_or(text.as_bytes());
                self.log.output(bytes);
                self.see_screen(bytes);
                self.findings.output(bytes);
                self.stages.output(bytes, timed.at);
            }
            Event::Exact(bytes) => self.exact = Some(bytes.clone()),
            Event::Resize { cols, rows } => {
                self.log.resize(*cols);
                self.screen.full.resize(*cols, *rows);
            }
            Event::Marker(label) if !self.own => self.log.mark(timed.at, MarkKind::Label(label.clone())),
            Event::Note(note) => self.fold_note(note, timed.at),
            Event::Exit(status) => {
                self.phase = Phase::Ended(*status);
                self.stages.closed(false);
                self.findings.finish();
                self.typing = false;
                if !self.is_replay() && !self.catching_up {
                    self.read(PageKind::Summary);
                }
            }
            Event::Marker(_) | Event::Input(_) | Event::Other { .. } => {}
        }
    }

    fn fold_note(&mut self, note: &Note, at: Duration) {
        match note {
            Note::Session(start) => self.fold_start(start),
            Note::RunStarted(run) => self.fold_began(run, at),
            Note::RunEnded(end) => self.fold_ended(end, at),
            Note::Fact(fact) => {
                if let ("user", Answer::Is(user)) = (fact.ask.as_str(), &fact.answer) {
                    self.about.user.clone_from(user);
                    if let Some(Dialog::Fix(fix)) = &mut self.dialog {
                        fix.place.user.clone_from(user);
                    }
                }
                self.findings.fact(fact);
            }
            Note::Activity(activity) => self.stages.activity(activity),
            Note::Made(made) => self.stages.stage(&made.stage).made.clone_from(&made.programs),
            Note::Choice(Choice::Skip { stage }) => {
                self.stages.skipped(stage);
                self.released();
            }
            Note::Choice(Choice::Start { .. } | Choice::RunThrough) => self.released(),
            Note::Choice(_) => {}
            Note::Before(run) => self.fold_before(run),
            Note::Waiting { stage } => self.fold_waiting(stage),
            Note::Gap { line, why } => {
                self.log.mark(at, MarkKind::Gap(both!("{line}: {why}", "{line}：{why}", why)));
            }
            Note::DiskTrouble { why } => self.notify(NoticeKind::DiskTrouble(why.clone())),
        }
    }

    fn fold_start(&mut self, start: &SessionStart) {
        // An imported log announces itself too, without stages; its labels are all it has.
        self.own = !start.stages.is_empty();
        self.about.plan.clone_from(&start.plan);
        self.about.dir.clone_from(&start.dir);
        self.about.target.clone_from(&start.target);
        self.stages.announce(&start.stages);
        self.phase = Phase::Running;
    }

    fn fold_began(&mut self, run: &RunStarted, at: Duration) {
        self.phase = Phase::Running;
        self.break_line();
        let line = self.log.len();
        self.stages.started(run, at, line);
        let title = self.running_title().unwrap_or_else(|| run.stage.clone());
        self.log.began(run, &title, at);
        self.findings.began(run);
        if self.moved_focus {
            // The app showed the finding; now something runs again and the log is what matters.
            self.moved_focus = false;
            self.focus = Pane::Log;
            self.log.lit = None;
            self.log.end();
        }
    }

    fn fold_ended(&mut self, end: &RunEnded, at: Duration) {
        self.break_line();
        let Some(run) = self.stages.ended(end) else { return };
        self.log.mark(
            at,
            MarkKind::Ended {
                kind: run.kind,
                outcome: end.outcome,
                exit: end.exit,
                signal: end.signal.clone(),
                why: end.why.clone(),
                took: Duration::from_millis(end.millis),
            },
        );
        self.findings.ended(&run, end);
        self.leave_screen();
        self.typing = false;
        if matches!(&self.dialog, Some(Dialog::Ask(Question::Cancel { .. }))) {
            self.dialog = None;
        }
    }

    /// What follows comes from another command; diagnosis counts the lines as the log does.
    fn break_line(&mut self) {
        if self.log.break_line() {
            self.findings.output(b"\n");
        }
    }

    /// Step mode holds a stage back: it is shown, with all it would do.
    fn fold_before(&mut self, run: &RunStarted) {
        self.phase = Phase::Held(Box::new(run.clone()));
        self.stages.held(&run.stage);
        if !self.is_replay() && !self.catching_up && self.dialog.is_none() {
            self.dialog = Some(Dialog::Step(Box::new(StepDialog::new(run.clone()))));
        }
    }

    /// What came up before this screen did still is so: a stage that is held back, or that all is over already, as it is
    /// with a build that took no longer than the screen to come.
    pub(super) fn show_what_is(&mut self) {
        if self.dialog.is_some() {
            return;
        }
        match &self.phase {
            Phase::Held(run) => {
                self.dialog = Some(Dialog::Step(Box::new(StepDialog::new((**run).clone()))));
            }
            Phase::Ended(_) if !self.is_replay() => self.read(PageKind::Summary),
            _ => {}
        }
    }

    /// What was held back goes its way, whichever screen said so.
    fn released(&mut self) {
        if matches!(self.phase, Phase::Held(_)) {
            self.phase = Phase::Running;
        }
        if matches!(self.dialog, Some(Dialog::Step(_))) {
            self.dialog = None;
        }
    }

    fn fold_waiting(&mut self, stage: &str) {
        self.phase = Phase::Waiting { stage: stage.to_owned() };
        self.typing = false;
        let ordered = self.ordered.take();
        let ran =
            self.stages.close_fix().map(|fix| (fix.title.clone(), fix.outcome.is_some_and(Outcome::is_ok)));
        // A fix that only sets environment runs nothing: it is in force once the runner waits again.
        let Some((fix, worked)) = ran.or_else(|| ordered.map(|title| (title, true))) else { return };
        if self.is_replay() || self.catching_up {
            return;
        }
        if worked {
            self.dialog = Some(Dialog::Ask(Question::Retry { stage: stage.to_owned(), fix }));
        } else {
            self.notify(NoticeKind::FixFailed(fix));
        }
    }

    /// Findings as of now.
    pub(super) fn refresh_findings(&mut self) {
        let stages = &self.stages;
        self.findings.refresh(|finding| standing(stages, finding));
        self.accuse();
    }

    /// The log hears which of its lines findings are about.
    pub(super) fn accuse(&mut self) {
        let lines = self.findings.list.iter().map(|entry| entry.finding.evidence.line);
        self.log.accused = lines.filter_map(|line| line.checked_sub(1)).collect();
        self.log.accused.sort_unstable();
    }

    /// After a batch of events: findings as of now, and, where a stage failed just now, the best of them.
    pub(super) fn settle(&mut self) -> Vec<Effect> {
        if matches!(&self.mode, Mode::Replay(replay) if replay.at_end()) {
            self.findings.finish();
        }
        self.refresh_findings();
        self.note_moments(&[]);
        self.show_failure();
        if self.is_replay() || !self.own || !self.can_reach_runner() {
            return Vec::new();
        }
        let questions = self.findings.questions();
        if questions.is_empty() {
            return Vec::new();
        }
        let run = self.stages.last_run();
        let dir = run.map_or_else(|| self.about.dir.clone(), |run| run.dir.clone());
        let env = run.map(|run| run.env.clone()).unwrap_or_default();
        let target = run.map(|run| run.target.clone()).unwrap_or_default();
        vec![World::Ask { questions, target, dir, env }.into()]
    }

    /// Shows the finding of a failure to a user who was just watching; one who reads elsewhere is left alone.
    fn show_failure(&mut self) {
        let watching =
            self.focus == Pane::Log && self.log.follow && self.log.prompt.is_none() && self.dialog.is_none();
        let failed = matches!(self.phase, Phase::Waiting { .. })
            || matches!(self.phase, Phase::Ended(status) if status != 0 && self.is_replay());
        let blocked = self.findings.current().is_some_and(super::findings::Entry::blocks);
        if failed && watching && blocked && !self.moved_focus && !self.zoom {
            self.moved_focus = true;
            self.focus = Pane::Findings;
            self.show_evidence();
        }
    }
}

/// Whether a finding is of the present: one of an earlier try is behind us, and mended where a later try passed.
fn standing(stages: &Stages, finding: &Finding) -> Standing {
    let id = finding.evidence.stage.as_deref().unwrap_or_default();
    if id == FIX {
        let of_last = stages.fixes.last().filter(|fix| finding.evidence.line > fix.line);
        let in_force = stages.list.iter().all(|stage| finding.evidence.line > stage.line);
        let failed = of_last.is_some_and(|fix| !fix.outcome.is_some_and(Outcome::is_ok));
        return if failed && in_force { Standing::Open } else { Standing::Earlier };
    }
    let Some(stage) = stages.list.iter().find(|stage| stage.id == id) else { return Standing::Open };
    if stage.attempts < 2 || finding.evidence.line > stage.line {
        Standing::Open
    } else if let StageState::Done(Outcome::Passed | Outcome::Failed | Outcome::CheckFailed) = stage.state {
        // The last try came to an end of its own without it: had it come again, it would stand there too.
        Standing::Mended
    } else {
        Standing::Earlier
    }
}
