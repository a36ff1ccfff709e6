//! Notes with every secret masked.
//!
//! Field by field, so that a new one has to be thought about here. Ids (of stages, rules, fixes) stay: they come
//! from plans and rules, others refer to them, and a weak password that happens to be one must not break that.

use std::path::{Path, PathBuf};

use super::names::{is_sensitive, is_worth_masking};
use super::{MASK, Redactor};
use crate::event::{
    Answer, Choice, Fact, Made, Note, Program, RunEnded, RunStarted, SessionStart, StageOutline,
};
use crate::locale::Text;

impl Redactor {
    /// The note with every secret masked, by value and by the name of the variable it stands under.
    pub fn mask_note(&self, note: Note) -> Note {
        match note {
            Note::Session(start) => Note::Session(self.start(start)),
            Note::RunStarted(run) => Note::RunStarted(self.run(run)),
            Note::Before(run) => Note::Before(self.run(run)),
            Note::RunEnded(end) => {
                Note::RunEnded(RunEnded { why: end.why.map(|why| self.said(&why)), ..end })
            }
            Note::Fact(fact) => Note::Fact(self.fact(&fact)),
            Note::Choice(Choice::Fix { rule, fix, commands, by, edited }) => {
                let commands = commands.iter().map(|command| self.text(command)).collect();
                Note::Choice(Choice::Fix { rule, fix, commands, by, edited })
            }
            Note::Choice(Choice::Start { stage, script }) => {
                Note::Choice(Choice::Start { stage, script: script.map(|script| self.text(&script)) })
            }
            Note::Choice(
                Choice::Retry { .. } | Choice::Skip { .. } | Choice::RunThrough | Choice::Cancel | Choice::End,
            )
            | Note::Waiting { .. }
            // Numbers and names of programs, as /proc tells them.
            | Note::Activity(_) => note,
            Note::Made(made) => {
                let program = |program: Program| Program { path: self.path(&program.path), ..program };
                Note::Made(Made { programs: made.programs.into_iter().map(program).collect(), ..made })
            }
            Note::Gap { line, why } => Note::Gap { line, why: self.said(&why) },
            Note::DiskTrouble { why } => Note::DiskTrouble { why: self.text(&why) },
        }
    }

    fn run(&self, run: RunStarted) -> RunStarted {
        RunStarted {
            command: self.text(&run.command),
            shell: self.text(&run.shell),
            dir: self.path(&run.dir),
            env: self.mask_env(&run.env),
            ..run
        }
    }

    fn start(&self, start: SessionStart) -> SessionStart {
        let stage = |stage: StageOutline| StageOutline {
            title: self.text(&stage.title),
            explain: self.text(&stage.explain),
            skipped: stage.skipped.map(|why| self.text(&why)),
            ..stage
        };
        SessionStart {
            dir: self.path(&start.dir),
            target: self.text(&start.target),
            stages: start.stages.into_iter().map(stage).collect(),
            inputs: self.mask_env(&start.inputs),
            ..start
        }
    }

    fn fact(&self, fact: &Fact) -> Fact {
        let by_name = fact.ask.strip_prefix("env ").is_some_and(|name| is_sensitive(name.trim()));
        let answer = match &fact.answer {
            Answer::Is(value) if by_name && is_worth_masking(value) => Answer::Is(MASK.to_owned()),
            Answer::Is(value) => Answer::Is(self.text(value)),
            Answer::Absent => Answer::Absent,
            Answer::Unknown(why) => Answer::Unknown(self.said(why)),
        };
        Fact { ask: self.text(&fact.ask), answer }
    }

    fn text(&self, text: &str) -> String {
        self.mask(text).into_owned()
    }

    fn said(&self, text: &Text) -> Text {
        Text { en: self.text(&text.en), zh: self.text(&text.zh) }
    }

    fn path(&self, path: &Path) -> PathBuf {
        // A path that is not UTF-8 could not be written at all.
        PathBuf::from(self.text(&path.to_string_lossy()))
    }
}
