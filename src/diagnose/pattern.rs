//! One regular expression of a rule: compiled when it is first needed.
//!
//! Owns what a pattern is matched against: which views of a row, and whether rows that only echo a command
//! count. Which rows are tried at all is `matcher`'s business.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, OnceLock};

use memchr::memmem::Finder;
use memchr::{memchr, memchr3};
use regex_automata::Input;
use regex_automata::nfa::thompson::backtrack::{self, BoundedBacktracker};
use regex_automata::nfa::thompson::pikevm::PikeVM;
use regex_automata::nfa::thompson::{self, NFA};
use regex_automata::util::captures::Captures;
use regex_automata::util::primitives::PatternID;

use crate::text::prefix::strip_prefix;

use super::coarse::coarse;
use super::fill;
use super::matcher::Literal;
use super::needles::literals;
use super::parts::parts;
use super::programs::Programs;

/// The largest program that a pattern may become, in bytes.
const LARGEST: usize = 2 * 1024 * 1024;
/// How much a search may note about where it was, in bytes: enough for rows of some ten kilobytes. One row asks for no
/// more than its length needs.
const NOTES: usize = 2 * 1024 * 1024;
/// How much filled templates may take together, in bytes.
const MOST_FILLED: usize = 1024 * 1024;

thread_local! {
    /// What a search needs besides: kept for each pattern, it would be most of the memory.
    static SPACE: RefCell<Option<backtrack::Cache>> = const { RefCell::new(None) };
    /// Templates with captures filled in: a storm asks for the same ones again and again.
    static FILLED: RefCell<Programs<String>> = RefCell::new(Programs::new(MOST_FILLED));
}

#[cfg(test)]
thread_local! {
    /// How often a text was searched, for tests of how much work a log makes.
    pub(super) static SEARCHES: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// A pattern and its program, once it is known.
#[derive(Debug)]
pub(super) struct Pattern {
    pub(super) source: String,
    program: OnceLock<Option<Arc<Program>>>,
}

/// A compiled pattern.
#[derive(Debug)]
pub(super) struct Program {
    engine: BoundedBacktracker,
    /// Wants to see rows that echo a command.
    commands: bool,
    /// Literals that stand in every match; see [`literals::required`].
    sets: OnceLock<Vec<Vec<Literal>>>,
    /// What the sets are read from.
    source: String,
}

impl Pattern {
    pub(super) fn new(source: &str) -> Self {
        Self { source: source.to_owned(), program: OnceLock::new() }
    }

    /// The program; `None` for a pattern that does not compile (`lint` says so) and for templates.
    pub(super) fn program(&self) -> Option<&Arc<Program>> {
        let compile = || {
            let template = fill::names(&self.source).next().is_some();
            if template { None } else { Program::new(&self.source).ok().map(Arc::new) }
        };
        self.program.get_or_init(compile).as_ref()
    }

    /// The program with captures filled in, matched literally.
    pub(super) fn filled(&self, values: &BTreeMap<String, String>) -> Option<Arc<Program>> {
        if let Some(program) = self.program() {
            return Some(Arc::clone(program));
        }
        let source = fill::fill_with(&self.source, |name| {
            values.get(name).map_or_else(|| "[^\\s\\S]".to_owned(), |value| regex::escape(value))
        });
        FILLED.with_borrow_mut(|filled| filled.get(source.clone(), || &source))
    }

    /// The first match in any view of the row.
    pub(super) fn captures<'r>(&self, row: &'r Row<'_>) -> Option<Groups<'r>> {
        self.program()?.captures(row)
    }
}

impl Program {
    /// Compiles with the limits that every pattern has. There are many patterns and each sees few rows, so none
    /// has an automaton that would have to be built first.
    ///
    /// # Errors
    /// What is wrong with the expression.
    pub(super) fn new(source: &str) -> Result<Self, String> {
        let expression = regex_syntax::parse(source).map_err(|error| error.to_string())?;
        let too_large = |error| format!("it becomes larger than {LARGEST} bytes ({error})");
        let nfa = NFA::compiler()
            .configure(thompson::Config::new().nfa_size_limit(Some(LARGEST)))
            .build_from_hir(&coarse(&expression))
            .map_err(|error| too_large(error.to_string()))?;
        let engine = BoundedBacktracker::builder()
            .configure(backtrack::Config::new().visited_capacity(NOTES))
            .build_from_nfa(nfa)
            .map_err(|error| too_large(error.to_string()))?;
        let commands = wants_commands(source);
        Ok(Self { engine, commands, sets: OnceLock::new(), source: source.to_owned() })
    }

    /// How much memory it takes, in bytes.
    pub(super) fn size(&self) -> usize {
        self.engine.get_nfa().memory_usage() + self.source.len()
    }

    /// The names of its groups.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.engine.get_nfa().group_info().pattern_names(PatternID::ZERO).flatten()
    }

    /// Whether it matches a value, rather than a row.
    pub(super) fn is_match(&self, value: &str) -> bool {
        self.search(value).is_some()
    }

    /// The first match. The steps are bounded by the size of the expression times that of the text.
    fn search<'r>(&self, text: &'r str) -> Option<Groups<'r>> {
        #[cfg(test)]
        SEARCHES.set(SEARCHES.get() + 1);
        let nfa = self.engine.get_nfa();
        let mut captures = Captures::all(nfa.group_info().clone());
        let searched = SPACE.with_borrow_mut(|space| {
            let space = space.get_or_insert_with(|| self.engine.create_cache());
            space.reset(&self.engine);
            self.engine.try_captures(space, Input::new(text), &mut captures)
        });
        if searched.is_err() {
            // Too long a text to note where one was: slower, in no more space.
            let engine = PikeVM::new_from_nfa(nfa.clone()).ok()?;
            engine.captures(&mut engine.create_cache(), Input::new(text), &mut captures);
        }
        captures.is_match().then_some(Groups { text, captures })
    }

    /// Whether a row holds the literals of every match. Far cheaper than a search.
    pub(super) fn may_match(&self, row: &[u8]) -> bool {
        let sets = self.sets.get_or_init(|| {
            let sets = literals::required(&self.source).into_iter();
            sets.map(|set| set.iter().map(|one| Literal::new(one)).collect()).collect()
        });
        sets.iter().all(|set| set.iter().any(|one| one.stands_in(row)))
    }

    /// The first match in a row of which it is not known that the literals stand there.
    pub(super) fn finds<'r>(&self, row: &'r Row<'_>) -> Option<Groups<'r>> {
        if self.may_match(row.text.as_bytes()) { self.captures(row) } else { None }
    }

    /// The same in the row itself: what another row says that is quoted in it takes nothing back.
    pub(super) fn finds_whole<'r>(&self, row: &'r Row<'_>) -> Option<Groups<'r>> {
        if self.may_match(row.text.as_bytes()) { self.whole(row) } else { None }
    }

    /// The first match in any view of the row that the pattern may see. What ends with a quoted row ends there, not at
    /// the next blank: those are looked at first.
    pub(super) fn captures<'r>(&self, row: &'r Row<'_>) -> Option<Groups<'r>> {
        let parts = if row.echo && !self.commands { &[][..] } else { &row.parts };
        parts.iter().find_map(|part| self.search(part)).or_else(|| self.whole(row))
    }

    fn whole<'r>(&self, row: &'r Row<'_>) -> Option<Groups<'r>> {
        if row.echo && !self.commands {
            return None;
        }
        self.search(row.rest())
            .or_else(|| if row.rest_at > 0 { self.search(&row.text) } else { None })
            .or_else(|| self.search(row.unescaped.as_deref()?))
    }
}

/// What the groups of a match hold.
#[derive(Debug)]
pub(super) struct Groups<'r> {
    text: &'r str,
    captures: Captures,
}

impl<'r> Groups<'r> {
    /// What the group of this name holds.
    pub(super) fn name(&self, name: &str) -> Option<&'r str> {
        self.text.get(self.captures.get_group_by_name(name)?.range())
    }

    /// How long the whole match is, in bytes.
    pub(super) fn len(&self) -> usize {
        self.captures.get_match().map_or(0, |whole| whole.len())
    }
}

/// A pattern that begins with `+` or `$ `, or speaks of shell syntax, looks for commands.
fn wants_commands(source: &str) -> bool {
    let mut text = source.trim_start_matches('^');
    while let Some(rest) =
        text.strip_prefix("(?").and_then(|rest| rest.split_once([')', ':'])).map(|(_, rest)| rest)
    {
        text = rest.trim_start_matches('^');
    }
    text = text.trim_start_matches(['(', '^']);
    ["\\+", "[+]", "\\$ ", "\\$\\s"].iter().any(|start| text.starts_with(start))
        || ["; do", "; then", "\\|\\| ", "&& "].iter().any(|part| source.contains(part))
}

/// A cleaned row in the forms that patterns are matched against.
#[derive(Debug)]
pub(super) struct Row<'a> {
    /// As shown, without trailing blanks.
    pub(super) text: Cow<'a, str>,
    /// Where the text after all prefixes begins.
    pub(super) rest_at: usize,
    /// Only repeats a command that is about to run.
    pub(super) echo: bool,
    /// The rest with `\"` and `\\` taken back, where there are any (messages inside logrus or JSON).
    pub(super) unescaped: Option<String>,
    /// The rows that stand in it as one string, with `\n` between them (messages of Go, JSON, docker).
    pub(super) parts: Vec<String>,
}

impl<'a> Row<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        let text = String::from_utf8_lossy(bytes.trim_ascii_end());
        let rest_at = text.len() - strip_prefix(&text).0.len();
        let rest = &text[rest_at..];
        let echo = is_echo(rest);
        let escapes = memchr(b'\\', rest.as_bytes()).is_some();
        let quoted = escapes && rest.contains("\\\"");
        let unescaped = quoted.then(|| rest.replace("\\\"", "\"").replace("\\\\", "\\"));
        let mut parts = if escapes && !echo { parts(rest) } else { Vec::new() };
        parts.retain(|part| !is_echo(part));
        Self { text, rest_at, echo, unescaped, parts }
    }

    /// The text without CI and container prefixes.
    pub(super) fn rest(&self) -> &str {
        &self.text[self.rest_at..]
    }
}

/// What a step of a Dockerfile is told with.
static STEPS: LazyLock<[Finder<'static>; 2]> = LazyLock::new(|| ["Step ", "STEP "].map(Finder::new));

/// Whether [`command_of`] can find one in a row with these bytes. Far cheaper than to read the row.
pub(super) fn may_be_command(row: &[u8]) -> bool {
    memchr3(b'+', b'$', b'[', row).is_some() || STEPS.iter().any(|step| step.find(row).is_some())
}

/// The command of a row that xtrace, a prompt or a Dockerfile step shows before it runs.
pub(super) fn command_of(rest: &str) -> Option<&str> {
    let plus = rest.trim_start_matches('+');
    if plus.len() < rest.len() {
        return plus.strip_prefix(' ').map(str::trim).filter(|command| !command.is_empty());
    }
    if let Some(command) = rest.strip_prefix("$ ") {
        return Some(command.trim());
    }
    if let Some(end) =
        rest.strip_prefix('[').and_then(|inside| inside.find("]# ").or_else(|| inside.find("]$ ")))
    {
        let prompt = &rest[1..=end];
        return prompt.contains('@').then(|| rest[end + 4..].trim());
    }
    step(rest)
}

/// `Step 3/9 : RUN make`, `[builder 4/6] RUN make`, `> [builder 4/6] RUN make:`.
fn step(rest: &str) -> Option<&str> {
    let text = rest.trim_start();
    let text = text.strip_prefix("> ").or_else(|| text.strip_prefix("=> ")).unwrap_or(text);
    let command = if let Some(step) = text.strip_prefix("Step ").or_else(|| text.strip_prefix("STEP ")) {
        step.split_once(':')?.1.trim()
    } else if text.starts_with('[') {
        text.split_once("] ")?.1.trim()
    } else {
        return None;
    };
    // `[60] SSL peer certificate …` is curl's number before its message.
    command.split(' ').next().filter(|word| INSTRUCTIONS.contains(word)).map(|_| command)
}

/// What a step of a Dockerfile begins with.
const INSTRUCTIONS: [&str; 18] = [
    "ADD",
    "ARG",
    "CMD",
    "COPY",
    "ENTRYPOINT",
    "ENV",
    "EXPOSE",
    "FROM",
    "HEALTHCHECK",
    "LABEL",
    "MAINTAINER",
    "ONBUILD",
    "RUN",
    "SHELL",
    "STOPSIGNAL",
    "USER",
    "VOLUME",
    "WORKDIR",
];

/// Rows that make or a shell print before they run them: what stands in their strings has not happened.
fn is_echo(rest: &str) -> bool {
    if command_of(rest).is_some() {
        return true;
    }
    let text = rest.trim_start_matches(['@', ' ', '\t']);
    let word = text.split(' ').next().unwrap_or("");
    // `tool: message` speaks, whatever it quotes.
    if word.ends_with(':') || word.is_empty() {
        return false;
    }
    // `[ -f x ]` asks; `[  +0.000316] Out of memory` is a kernel's row with the time since the last one.
    if word == "[" && !text.contains(" ]") {
        return false;
    }
    if matches!(
        word,
        "echo" | "printf" | "if" | "for" | "while" | "until" | "test" | "[" | "case" | "command" | "set"
    ) {
        return !text.contains(": line ");
    }
    memchr3(b';', b'|', b'&', text.as_bytes()).is_some()
        && ["; then ", "; do ", "; fi", "|| echo ", "|| (", "|| { ", "|| exit ", "|| true", "&& echo "]
            .iter()
            .any(|syntax| text.contains(syntax))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn echoed_commands_are_told_from_messages() {
        for (text, echo) in [
            ("+ echo 'No such file or directory'", true),
            ("++ VERSION_GOLANG=go", true),
            ("+++ [1120 10:00:00] Building", false),
            ("if ! command -v yq; then echo \"yq: not found\"; fi", true),
            ("\techo 'fatal error: x.h: No such file or directory'", true),
            ("sh: 1: Syntax error: end of file unexpected (expecting \"then\")", false),
            ("scripts/version.sh: line 13: yq: command not found", false),
            ("$ make", true),
            ("[root@openeuler ~]# tar -zvxf yq.tar.gz", true),
            ("#14 [builder 4/6] RUN make static", true),
            ("Step 5/14 : RUN go mod download", true),
            ("  [60] SSL peer certificate or SSH remote key was not OK", false),
            ("[ERROR] no", false),
            ("[ -f x.h ] || echo 'x.h: not found'", true),
            ("[  +0.000316] Out of memory: Killed process 1 (cc1)", false),
            ("fatal error: seccomp.h: No such file or directory", false),
            ("ERROR: process \"/bin/sh -c a || exit 1\" did not complete successfully: exit code: 2", false),
        ] {
            assert_eq!(Row::new(text.as_bytes()).echo, echo, "{text}");
        }
    }

    #[test]
    fn patterns_for_commands_see_them() {
        for (source, seen) in
            [("^\\++ VERSION_GOLANG=go$", true), ("VERSION_GOLANG=go", false), ("(?i)^\\+ version", true)]
        {
            let pattern = Pattern::new(source);
            assert_eq!(
                pattern.captures(&Row::new(b"++ VERSION_GOLANG=go")).is_some(),
                seen && source != "(?i)^\\+ version",
                "{source}"
            );
            assert_eq!(pattern.program().expect("compiles").commands, seen, "{source}");
        }
    }

    #[test]
    fn quoted_messages_are_read() {
        let pattern = Pattern::new("exec: \"(?P<tool>[^\"]+)\": executable file not found");
        let row =
            Row::new(br#"time="x" level=fatal msg="exec: \"docker\": executable file not found in $PATH""#);
        assert_eq!(pattern.captures(&row).expect("matches").name("tool"), Some("docker"));
    }

    #[test]
    fn captures_in_templates_are_literal() {
        let pattern = Pattern::new("^got {{what}}$");
        let values = std::collections::BTreeMap::from([("what".to_owned(), "a.*b".to_owned())]);
        let regex = pattern.filled(&values).expect("compiles");
        assert!(regex.is_match("got a.*b") && !regex.is_match("got axb"));
    }
}
