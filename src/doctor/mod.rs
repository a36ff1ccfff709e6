//! A machine before the build: checks as data, answers into outcomes. Pure but for `examine`, which asks.
//!
//! What a plan requires stands in the plan, what every build of a kind needs in `table`, what goes over the
//! network in `network`. Ways to mend are `remedy`'s, facts are `probe`'s.

pub mod examine;
mod go;
pub mod network;
pub mod space;
pub mod table;

use crate::diagnose::fact::Ask;
use crate::event::Answer;
use crate::locale::ui::Say;
use crate::locale::{Lang, Text};
use crate::plan::amount::shown_size;
use crate::plan::requirement::{self, Verdict};
use crate::plan::schema::Requirement;
use crate::toolchain::GoVersion;
use crate::toolchain::required::Required;

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// As it should be.
    Good,
    /// The machine did not say.
    Unknown,
    /// It can go wrong later.
    Warning,
    /// The build would fail.
    Bad,
}

impl State {
    /// One word, the same in JSON and in the English text.
    pub fn word(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Unknown => "unknown",
            Self::Warning => "warning",
            Self::Bad => "bad",
        }
    }
}

/// A way to mend, still without commands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cure {
    /// Nothing is known.
    None,
    /// A command is missing.
    Tool(String),
    /// A C header is.
    Header(String),
    /// A pkg-config module is.
    PkgConfig(String),
    /// The fixes of this rule, its captures by name.
    Rule(&'static str, Vec<(&'static str, String)>),
    /// Those of whatever rule knows this message of a tool.
    Said(String),
    /// This Go.
    Go(GoVersion),
    /// Room on a disk.
    Space,
}

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The check's id, stable.
    pub id: String,
    /// What was looked at.
    pub what: String,
    /// What was found.
    pub found: String,
    /// What is wanted.
    pub wanted: String,
    /// Why it matters.
    pub why: String,
    /// How it came out.
    pub state: State,
    /// What mends it.
    pub cure: Cure,
}

/// What an answer must be like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expect {
    /// Anything at all.
    There,
    /// Nothing.
    Nothing,
    /// A number of at least this.
    AtLeast(u64),
    /// All of these words.
    Words(&'static [&'static str]),
    /// An HTTP status that shows that the server itself answers: below 500, and not 407.
    Served,
    /// A CONNECT that succeeds.
    Opened,
    /// An address that is not this machine's own.
    RealAddress,
    /// Not this word.
    Not(&'static str),
    /// UTF-8.
    Utf8,
    /// Somebody whom this machine trusts.
    Trusted,
    /// A commit's id; anything else is what git said in its place.
    Commit,
}

/// A check of one fact.
#[derive(Debug, Clone)]
pub struct Row {
    /// Stable.
    pub id: String,
    /// What is looked at.
    pub what: String,
    /// The fact.
    pub ask: Ask,
    /// What it must be like.
    pub expect: Expect,
    /// The same in words.
    pub wanted: Say,
    /// Why it matters.
    pub why: Say,
    /// What it means where it is not so.
    pub otherwise: State,
    /// What mends it.
    pub cure: Cure,
}

/// A check.
#[derive(Debug, Clone)]
pub enum Check {
    /// What the plan requires.
    Requirement(Requirement),
    /// One fact.
    Row(Row),
    /// The Go that would build against the Go that is needed.
    Go(Box<Required>, Option<GoVersion>),
}

/// Where and in which language.
#[derive(Debug, Clone)]
pub struct Scene {
    /// The tree's folder.
    pub dir: String,
    /// GOARCH of the machine.
    pub arch: String,
    /// Language of the outcomes.
    pub lang: Lang,
}

/// What a plan needs here, as checks.
pub fn of_plan(needed: &[Requirement]) -> Vec<Check> {
    needed.iter().cloned().map(Check::Requirement).collect()
}

impl Check {
    /// What has to be asked.
    pub fn asks(&self, scene: &Scene) -> Vec<Ask> {
        match self {
            Self::Requirement(requirement) => requirement::asked(requirement, &scene.dir, &scene.arch),
            Self::Row(row) => vec![row.ask.clone()],
            Self::Go(..) => go::asks(),
        }
    }

    /// What the answers mean; `None` among them is one that never came.
    pub fn judge(&self, scene: &Scene, answer: &dyn Fn(&Ask) -> Option<Answer>) -> Outcome {
        match self {
            Self::Requirement(requirement) => of_requirement(requirement, scene, answer),
            Self::Row(row) => row.judge(scene.lang, answer(&row.ask).as_ref()),
            Self::Go(required, own) => go::judge(required, own.as_ref(), scene.lang, answer),
        }
    }
}

fn of_requirement(
    requirement: &Requirement,
    scene: &Scene,
    answer: &dyn Fn(&Ask) -> Option<Answer>,
) -> Outcome {
    let checked = requirement::judge(requirement, &scene.dir, &scene.arch, scene.lang, answer);
    let state = match checked.verdict {
        Verdict::Met => State::Good,
        Verdict::Unmet => State::Bad,
        Verdict::Unknown => State::Unknown,
    };
    let there =
        answer(&Ask::Which(requirement.tool.clone())).is_some_and(|found| matches!(found, Answer::Is(_)));
    let (kind, name, cure) = if !requirement.tool.is_empty() {
        let wrong_yq = requirement.tool == "yq" && there;
        let cure = if wrong_yq {
            Cure::Rule("wrong-tool.yq-python", Vec::new())
        } else {
            Cure::Tool(requirement.tool.clone())
        };
        ("tool", requirement.tool.as_str(), cure)
    } else if !requirement.header.is_empty() {
        ("header", requirement.header.as_str(), Cure::Header(requirement.header.clone()))
    } else if !requirement.pkg_config.is_empty() {
        ("pkg-config", requirement.pkg_config.as_str(), Cure::PkgConfig(requirement.pkg_config.clone()))
    } else if !requirement.memory.is_empty() {
        ("memory", "", Cure::Rule("memory.go-tool", Vec::new()))
    } else {
        ("disk", "", Cure::Space)
    };
    let id = if name.is_empty() { kind.to_owned() } else { format!("{kind}.{name}") };
    let (found, wanted, why) = (checked.found, checked.wanted, checked.why);
    // Little memory makes a build slow before it makes it fail.
    let state = if kind == "memory" && state == State::Bad { State::Warning } else { state };
    Outcome { id, what: checked.what, found, wanted, why, state, cure }
}

impl Row {
    /// A proxy says by its status what is wrong with it.
    fn cure_of(&self, answer: Option<&Answer>) -> Cure {
        let status = match answer {
            Some(Answer::Is(status)) => status.as_str(),
            // Nobody signed anything: what curl said of the way there is the cause.
            Some(Answer::Unknown(why)) if self.expect == Expect::Trusted => {
                return Cure::Said(why.en.clone());
            }
            _ => "",
        };
        match (&self.expect, status) {
            (Expect::Opened, "403") => Cure::Rule("proxy.denied", Vec::new()),
            (Expect::Commit, said) => Cure::Said(said.to_owned()),
            // It runs, and refuses this user: starting it again changes nothing.
            (Expect::Not("denied"), "denied") => Cure::Rule("docker.socket-permission", Vec::new()),
            (Expect::Opened, status) if status != "407" => Cure::None,
            _ => self.cure.clone(),
        }
    }

    /// An answer for people.
    fn shown(&self, text: &str, lang: Lang) -> String {
        let size = |text: &str| text.parse().ok().map(shown_size);
        let date = |text: &str| {
            let moment = time::OffsetDateTime::from_unix_timestamp(text.parse().ok()?).ok()?;
            Some(format!("{} {:02}:{:02} UTC", moment.date(), moment.hour(), moment.minute()))
        };
        let better = match &self.ask {
            Ask::Disk(_) => size(text),
            Ask::Clock => date(text),
            Ask::Engine(_) if text == "denied" => Some(Say::FoundDenied.text(lang).to_owned()),
            _ => None,
        };
        better.unwrap_or_else(|| text.chars().take(120).collect())
    }

    fn is_hop(&self) -> bool {
        self.id.starts_with("network.")
    }

    fn judge(&self, lang: Lang, answer: Option<&Answer>) -> Outcome {
        let words = |say: Say| say.text(lang).to_owned();
        let (found, good) = match answer {
            Some(Answer::Is(text)) => (self.shown(text, lang), Some(self.expect.fits(text))),
            // Where nothing is to be there, what was wanted says it best.
            Some(Answer::Absent) if self.expect == Expect::Nothing => (words(self.wanted), Some(true)),
            Some(Answer::Absent) if matches!(self.ask, Ask::Engine(_)) => {
                (words(Say::FoundNobody), Some(false))
            }
            Some(Answer::Absent) if matches!(self.ask, Ask::Resolve(_)) => {
                (words(Say::FoundNoAddress), Some(false))
            }
            Some(Answer::Absent) if self.is_hop() => (words(Say::FoundNoAnswer), Some(false)),
            Some(Answer::Absent) => (words(Say::NotThere), Some(false)),
            // A hop that says nothing in time is as good as broken; a missing tool to ask with says nothing of it.
            Some(Answer::Unknown(why)) if self.is_hop() && !could_not_ask(why) => {
                (why.pick(lang).to_owned(), Some(false))
            }
            Some(Answer::Unknown(why)) => (why.pick(lang).to_owned(), None),
            None => (words(Say::NotKnown), None),
        };
        let state = match good {
            Some(true) => State::Good,
            Some(false) => self.otherwise,
            None => State::Unknown,
        };
        Outcome {
            id: self.id.clone(),
            what: self.what.clone(),
            found,
            wanted: words(self.wanted),
            why: words(self.why),
            state,
            cure: self.cure_of(answer),
        }
    }
}

/// Whether a fact is not known for want of a tool, in the probes' words: `no sh there`, `there is no git to ask with`.
fn could_not_ask(why: &Text) -> bool {
    why.en.ends_with(" there") || why.en.contains(" to ask")
}

impl Expect {
    fn fits(&self, text: &str) -> bool {
        match self {
            Self::There => true,
            Self::Nothing => false,
            Self::AtLeast(least) => text.trim().parse::<u64>().is_ok_and(|number| number >= *least),
            Self::Words(words) => {
                words.iter().all(|word| text.split_whitespace().any(|found| found == *word))
            }
            Self::Served => text.parse::<u16>().is_ok_and(|status| status < 500 && status != 407),
            Self::Opened => text.starts_with('2'),
            Self::RealAddress => !matches!(text, "0.0.0.0" | "::" | "::1") && !text.starts_with("127."),
            Self::Not(word) => text != *word,
            Self::Trusted => !text.ends_with("(not trusted)"),
            Self::Commit => matches!(text.len(), 40 | 64) && text.chars().all(|c| c.is_ascii_hexdigit()),
            Self::Utf8 => text.replace('-', "").eq_ignore_ascii_case("utf8"),
        }
    }
}

#[cfg(test)]
mod tests;
