//! A first draft of a rule, made from one line of a log.
//!
//! Owns what in a line is taken for a value (a version, a path, a host…) and becomes a capture with a shape, and
//! what stays as text. The author does the rest: the draft loads and finds its line, no more is promised.

mod values;

use super::needles::literals;
use super::pattern::{self, Pattern, Row};
use super::rule::{Category, Shape};
use crate::locale::Text;
use crate::text::plain;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use values::{Found, values};

/// Which words make which category likely; the first that stands in the line.
const LIKELY: &[(&str, Category)] = &[
    ("command not found", Category::MissingTool),
    (": not found", Category::MissingTool),
    ("executable file not found", Category::MissingTool),
    ("cannot find -l", Category::MissingLibrary),
    ("undefined reference", Category::LinkerError),
    ("permission denied", Category::Permission),
    ("no space left", Category::DiskFull),
    ("out of memory", Category::OutOfMemory),
    ("cannot allocate memory", Category::OutOfMemory),
    ("connection refused", Category::ConnectionRefused),
    ("no such host", Category::Dns),
    ("could not resolve", Category::Dns),
    ("x509", Category::Tls),
    ("certificate", Category::Tls),
    ("timed out", Category::NetworkTimeout),
    ("timeout", Category::NetworkTimeout),
    ("checksum", Category::Checksum),
    ("syntax error", Category::SyntaxError),
    ("exec format error", Category::ExecFormat),
    ("read-only file system", Category::ReadOnlyFs),
    ("too many open files", Category::FileLimit),
    ("address already in use", Category::PortInUse),
    ("no rule to make target", Category::Makefile),
    ("--- fail", Category::TestFailure),
];

/// What no YAML file may hold, besides controls (YAML 1.2, 5.1).
const NO_YAML: [char; 2] = ['\u{fffe}', '\u{ffff}'];

/// A value of the line that became a capture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The capture's name.
    pub name: String,
    /// What it may hold.
    pub shape: Shape,
    /// What the line holds.
    pub value: String,
}

/// A drafted rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// `FAMILY.NAME`.
    pub id: String,
    /// The line without prefixes and control characters.
    pub line: String,
    /// The regular expression.
    pub pattern: String,
    /// Its captures, in their order.
    pub groups: Vec<Group>,
    /// The line with its captures as placeholders.
    pub title: String,
    /// What kind of failure it may be; `unknown` where the line does not say.
    pub category: Category,
}

impl Draft {
    /// Drafts a rule of `family` from a line as the tool printed it. `None` for a line that says nothing.
    pub fn of(family: &str, line: &[u8]) -> Option<Self> {
        let clean = plain::clean(line);
        let row = Row::new(clean.as_bytes());
        let seen = row.rest().chars().filter(|c| *c == '\t' || !c.is_control());
        let line: String =
            seen.map(|c| if NO_YAML.contains(&c) { char::REPLACEMENT_CHARACTER } else { c }).collect();
        let line = line.trim().to_owned();
        if !line.chars().any(char::is_alphanumeric) {
            return None;
        }
        let values = values(&line);
        let mut draft = Self {
            id: format!("{family}.{}", slug(&line, &values)),
            category: category(&line, &values),
            pattern: String::from("^"),
            groups: Vec::new(),
            line: String::new(),
            title: String::new(),
        };
        let mut at = 0;
        for found in values {
            draft.literal(&line[at..found.start]);
            draft.value(&found, &line[found.start..found.end]);
            at = found.end;
        }
        draft.literal(&line[at..]);
        draft.line = line;
        Some(draft)
    }

    fn literal(&mut self, text: &str) {
        self.pattern.push_str(&literal(text));
        self.title.push_str(&text.replace('\t', " "));
    }

    fn value(&mut self, found: &Found, value: &str) {
        let kind = found.kind;
        let Some(shape) = kind.shape else {
            let _ = write!(self.pattern, "(?:{})", kind.pattern);
            self.title.push('…');
            return;
        };
        let taken = self
            .groups
            .iter()
            .filter(|group| group.name.trim_end_matches(|c: char| c.is_ascii_digit()) == kind.name);
        let name = match taken.count() {
            0 => kind.name.to_owned(),
            more => format!("{}{}", kind.name, more + 1),
        };
        let _ = write!(self.pattern, "(?P<{name}>{})", kind.pattern);
        let _ = write!(self.title, "{{{{{name}}}}}");
        self.groups.push(Group { name, shape, value: value.to_owned() });
    }

    /// Whether the pattern holds text that a line must have; without, every line must be tried.
    pub fn has_fixed_text(&self) -> bool {
        !literals::required(&self.pattern).is_empty()
    }

    /// The captures' shape that a person would search for.
    fn subject(&self) -> Option<&Group> {
        const TELLING: [&str; 12] = [
            "tool", "header", "library", "package", "image", "module", "host", "url", "platform", "file",
            "path", "name",
        ];
        TELLING
            .iter()
            .find_map(|wanted| self.groups.iter().find(|group| group.name == *wanted))
            .or_else(|| self.groups.first())
    }

    /// A rule file that loads.
    pub fn yaml(&self) -> String {
        let family = self.id.split('.').next().unwrap_or("local");
        let title = quoted(&self.title);
        let mut out = format!(
            "# Save as {family}.yaml in the folder `diagnostics` of ktui's configuration; then: ktui rules lint, ktui rules test {id}\n\
             family: {family}\nabout:\n  en: Rules of our own.\n  zh: 自己的规则。\nrules:\n  - id: {id}\n",
            id = self.id
        );
        if self.category == Category::Unknown {
            let slugs: Vec<&str> =
                Category::ALL.iter().filter(|known| **known != Category::Unknown).map(|c| c.slug()).collect();
            let _ = writeln!(out, "    # One of: {}", slugs.join(", "));
        }
        let _ = write!(
            out,
            "    category: {}\n    confidence: 0.9\n    title:\n      en: {title}\n      zh: {title}\n    \
             explain:\n      en: What happened, why, and how to be sure.\n      zh: 发生了什么、原因，以及如何确认。\n    \
             patterns:\n      - {}\n",
            self.category.slug(),
            quoted(&self.pattern)
        );
        if !self.groups.is_empty() {
            let shape = |group: &Group| {
                // A value that does not fit would never reach a command.
                let shape = if group.shape.fits(&group.value) { group.shape } else { Shape::Text };
                format!("{}: {}", group.name, shape.slug())
            };
            let shapes: Vec<String> = self.groups.iter().map(shape).collect();
            let _ = writeln!(out, "    shapes: {{{}}}", shapes.join(", "));
        }
        let subject = self.subject().map(|group| format!("{{{{{}}}}}", group.name));
        if let Some(subject) = &subject {
            let _ = writeln!(out, "    subject: {}", quoted(subject));
        }
        out.push_str(
            "    # fixes:\n    #   - id: fix\n    #     title: {en: What it does, zh: 作用}\n    #     risk: safe\n    \
             #     commands: ['true']\n    #     verify: 'true'\n",
        );
        let _ = writeln!(out, "    samples:\n      - text: {}", quoted(&self.line));
        if let Some(group) = self.subject() {
            let _ = writeln!(out, "        subject: {}", quoted(&group.value));
        }
        out.push_str(
            "      # A second one, of another version, shell or locale of the tool.\n    \
             # A line that looks alike and means nothing; lint wants one:\n    # near_misses:\n    #   - ''\n    \
             references: []\n",
        );
        out
    }
}

impl Shape {
    /// The word in rule files.
    fn slug(self) -> String {
        serde_json::to_value(self).ok().and_then(|word| Some(word.as_str()?.to_owned())).unwrap_or_default()
    }
}

/// Text as a pattern: itself, with any blanks for blanks.
fn literal(text: &str) -> String {
    let mut out = String::new();
    for (index, word) in text.split([' ', '\t']).enumerate() {
        if index > 0 && !out.ends_with("\\s+") {
            out.push_str(if text.contains('\t') || text.contains("  ") { "\\s+" } else { " " });
        }
        out.push_str(&regex::escape(word));
    }
    // What stood there is not known any more.
    out.replace(char::REPLACEMENT_CHARACTER, ".")
}

/// The text between the values.
fn between<'l>(line: &'l str, values: &[Found]) -> impl Iterator<Item = &'l str> {
    let starts = values.iter().map(|found| found.start).chain([line.len()]);
    let mut at = 0;
    let mut ends: Vec<usize> = values.iter().map(|found| found.end).collect();
    ends.push(line.len());
    starts
        .zip(ends)
        .map(move |(start, end)| {
            let text = &line[at..start];
            at = end;
            text
        })
        .collect::<Vec<_>>()
        .into_iter()
}

/// A short name out of the words that stay.
fn slug(line: &str, values: &[Found]) -> String {
    let words: Vec<String> = between(line, values)
        .flat_map(|text| text.split(|c: char| !c.is_ascii_alphanumeric()))
        .filter(|word| word.len() > 1 && word.chars().any(|c| c.is_ascii_alphabetic()))
        .map(str::to_ascii_lowercase)
        .take(4)
        .collect();
    if words.is_empty() { "line".to_owned() } else { words.join("-").chars().take(48).collect() }
}

fn category(line: &str, values: &[Found]) -> Category {
    let low = line.to_lowercase();
    let has = |name: &str| values.iter().any(|found| found.kind.name == name);
    let likely = LIKELY.iter().find(|(words, _)| low.contains(words)).map(|(_, category)| *category);
    if has("header") && low.contains("no such file") {
        return Category::MissingHeader;
    }
    likely.unwrap_or(if has("file") && has("line") && low.contains("error") {
        Category::CompileError
    } else {
        Category::Unknown
    })
}

/// A YAML scalar that holds exactly this.
fn quoted(text: &str) -> String {
    if text.contains(['\t', '\u{85}', '\u{A0}', '\u{2028}', '\u{2029}', '\u{FEFF}']) {
        // JSON's strings are YAML's double-quoted ones; these characters may not stand there as they are.
        let mut out = String::new();
        for c in serde_json::to_string(text).unwrap_or_default().chars() {
            match c {
                '\u{85}' | '\u{A0}' | '\u{2028}' | '\u{2029}' | '\u{FEFF}' => {
                    let _ = write!(out, "\\u{:04x}", u32::from(c));
                }
                c => out.push(c),
            }
        }
        return out;
    }
    format!("'{}'", text.replace('\'', "''"))
}

/// A rule file around one pattern, for trying it out.
pub fn around_pattern(family: &str, pattern: &str) -> String {
    let pattern = quoted(pattern);
    format!(
        "family: {family}\nabout: {{en: A pattern to try.}}\nrules:\n  - id: {family}.pattern\n    category: unknown\n    \
         title: {{en: The pattern}}\n    explain: {{en: The pattern.}}\n    patterns:\n      - {pattern}\n"
    )
}

/// Patterns as the engine applies them to one line, whatever comes of the match.
#[derive(Debug)]
pub struct Trial(Vec<Pattern>);

impl Trial {
    /// Of these patterns.
    ///
    /// # Errors
    /// What the regex crate says of the first that does not compile.
    pub fn new<'p>(patterns: impl IntoIterator<Item = &'p str>) -> Result<Self, Text> {
        let compiled = patterns.into_iter().map(|source| {
            pattern::Program::new(source).map_err(|error| super::compile::bad_pattern(&error))?;
            Ok(Pattern::new(source))
        });
        Ok(Self(compiled.collect::<Result<_, Text>>()?))
    }

    /// Whether one of them matches this line (without its `\n`), and what its groups hold.
    pub fn groups(&self, line: &[u8]) -> Option<BTreeMap<String, String>> {
        let clean = plain::clean(line);
        let row = Row::new(clean.as_bytes());
        self.0.iter().find_map(|pattern| {
            let found = pattern.captures(&row)?;
            let group = |name: &str| Some((name.to_owned(), found.name(name)?.to_owned()));
            Some(pattern.program()?.names().filter_map(group).collect())
        })
    }
}

#[cfg(test)]
mod tests;
