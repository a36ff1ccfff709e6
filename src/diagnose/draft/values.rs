//! What in a line of a log is a value: where it stands, what its capture is called, what it may hold.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use crate::diagnose::rule::Shape;

/// Something that is recognised in a line: where, what the capture is called, and what it may hold.
pub(super) struct Kind {
    find: &'static str,
    pub(super) name: &'static str,
    pub(super) shape: Option<Shape>,
    /// What stands in the pattern in its place.
    pub(super) pattern: &'static str,
}

const fn kind(find: &'static str, name: &'static str, shape: Option<Shape>, pattern: &'static str) -> Kind {
    Kind { find, name, shape, pattern }
}

/// What is looked for, the more telling first. The group `v` is the value; what surrounds it stays as it is.
/// Kinds without a name differ from run to run and say nothing.
const KINDS: &[Kind] = &[
    kind(
        r#"(?P<v>(?:https?|git|ssh|ftp|socks5h?)://[^\s"'<>()]+[^\s"'<>().,:;])"#,
        "url",
        Some(Shape::Url),
        r#"[^\s"'<>]+"#,
    ),
    kind(
        r"(?P<v>\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?)",
        "",
        None,
        r"\S+(?: [\d:.,]+)?",
    ),
    kind(r"\b(?P<v>\d\d:\d\d:\d\d(?:\.\d+)?)\b", "", None, r"[\d:.]+"),
    kind(
        r"\b(?P<v>\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?|localhost(?::\d+)?)\b",
        "host",
        Some(Shape::Host),
        r"[\w.:-]+",
    ),
    // The process id of syslog's `name[pid]: `.
    kind(r"^[\w.-]+\[(?P<v>\d+)\]: ", "", None, r"\d+"),
    // A host and its port look like a file and its line, but for the end of the name.
    kind(
        r"\b(?P<v>(?:[a-z0-9-]+\.)+(?:com|org|net|io|cn|edu|gov|local|internal|invalid|example|lan):\d+)\b",
        "host",
        Some(Shape::Host),
        r"[\w.:-]+",
    ),
    kind(
        r"(?P<v>[\w./+@~-]*[\w]\.[A-Za-z]\w{0,5}):\d+(?::\d+)?(?:[:,\s]|$)",
        "file",
        Some(Shape::Path),
        r"[^\s:]+",
    ),
    kind(
        r"(?:\.[A-Za-z]\w{0,5}|[Mm]akefile|Dockerfile):(?P<v>[1-9]\d*)(?::\d+)?(?:[:,\s]|$)",
        "line",
        Some(Shape::Number),
        r"\d+",
    ),
    kind(r"\d:(?P<v>[1-9]\d*)(?:[:,\s]|$)", "column", Some(Shape::Number), r"\d+"),
    kind(r"\bline (?P<v>\d+)\b", "line", Some(Shape::Number), r"\d+"),
    kind(r"(?P<v>[\w.+-]+): (?:command )?not found\b", "tool", Some(Shape::Tool), r"[\w.+-]+"),
    kind(r"(?P<v>[\w.+-]+)[:：] ?(?:未找到命令|没有那个文件或目录)", "tool", Some(Shape::Tool), r"[\w.+-]+"),
    kind(r#"exec: \\?"(?P<v>[\w.+-]+)\\?""#, "tool", Some(Shape::Tool), r"[\w.+-]+"),
    kind(
        r#"(?i)\b(?:command|program|executable|tool|install|find) [`'"‘“](?P<v>[\w.+-]+)['"’”]"#,
        "tool",
        Some(Shape::Tool),
        r"[\w.+-]+",
    ),
    kind(
        r#"(?i)\b(?:package|module|library) [`'"‘“](?P<v>[\w.+-]+)['"’”]"#,
        "package",
        Some(Shape::Package),
        r"[\w.+-]+",
    ),
    kind(r"(?:^|[\s'\x22])-l(?P<v>[\w.+-]+)", "library", Some(Shape::Library), r"[\w.+-]+"),
    kind(r"(?P<v>[\w+-][\w./+-]*\.(?:h|hh|hpp|hxx))\b", "header", Some(Shape::Header), r"[\w./+-]+"),
    kind(
        r"(?P<v>(?:[\w-]+\.)+[a-z]{2,}(?::\d+)?/[\w./-]+(?::[\w][\w.-]*|@sha256:[0-9a-f]{8,64}))",
        "image",
        Some(Shape::Image),
        r"[\w./:@-]+",
    ),
    kind(
        r"(?:^|[\s'\x22(=])(?P<v>(?:[\w-]+\.)+[a-z]{2,}/[\w./~+!-]+(?:@v[\w.+-]+)?)",
        "module",
        Some(Shape::Module),
        r"[\w./~@+!-]+",
    ),
    kind(
        r"\b(?P<v>linux/(?:amd64|arm64|arm|riscv64|386|ppc64le|s390x|loong64))\b",
        "platform",
        Some(Shape::Platform),
        r"[\w/]+",
    ),
    kind(
        r#"(?:^|[\s'"‘“`(=:,\[])(?P<v>(?:\.{1,2}/|/|~/)[\w.+@~-]+(?:/[\w.+@~-]+)*/?)"#,
        "path",
        Some(Shape::Path),
        r#"[^\s'":]+"#,
    ),
    kind(r"(?P<v>[\w.+@-]+(?:/[\w.+@-]+)*/[\w+@-]+\.\w+)", "path", Some(Shape::Path), r#"[^\s'":]+"#),
    kind(r"(?P<v>\[[0-9a-f:]+:[0-9a-f:]*\](?::\d+)?)", "host", Some(Shape::Host), r"\[[0-9a-f:]+\](?::\d+)?"),
    kind(
        r"\b(?P<v>(?:go|v)?\d+\.\d+(?:\.\d+)*(?:(?:-|\+|rc|beta|alpha)[\w.]+)*(?:\+\w+)?)\b",
        "version",
        Some(Shape::Version),
        r"[\w.+-]+",
    ),
    kind(
        r"\b(?P<v>(?:[a-z0-9-]+\.)+(?:com|org|net|io|dev|cn|edu|gov|local|internal|invalid|example|test|lan)(?::\d+)?)\b",
        "host",
        Some(Shape::Host),
        r"[\w.:-]+",
    ),
    kind(r"\b(?P<v>[0-9a-f]{12,64})\b", "", None, r"[0-9a-f]+"),
    kind(r"\b(?P<v>0x[0-9a-fA-F]+)\b", "", None, r"0x[0-9a-fA-F]+"),
    kind(
        r"\b(?P<v>[\w.+-]+\.(?:go|c|cc|cpp|s|S|sh|bash|py|rs|mk|ya?ml|json|toml|mod|sum|proto|tar|gz|tgz|xz|zip|zst|so|a|o|pc|service|conf))\b",
        "file",
        Some(Shape::Path),
        r#"[^\s'":]+"#,
    ),
    kind(r#"['"‘“`](?P<v>[^\s'"‘’“”`]{2,80})['"’”]"#, "name", Some(Shape::Path), r#"[^'"‘’“”`]+"#),
    kind(r"\b(?P<v>\d+)\b", "number", Some(Shape::Number), r"\d+"),
];

static FINDERS: LazyLock<Vec<(Option<Regex>, &'static Kind)>> =
    LazyLock::new(|| KINDS.iter().map(|kind| (Regex::new(kind.find).ok(), kind)).collect());

/// A stretch of the line that is a value.
pub(super) struct Found {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) kind: &'static Kind,
}

/// The values of a line, in order, none within another.
pub(super) fn values(line: &str) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    for (finder, kind) in FINDERS.iter() {
        let Some(finder) = finder else { continue };
        let mut from = 0;
        while let Some(captures) = finder.captures_at(line, from) {
            let Some((start, end)) = range(&captures) else { break };
            from = end.max(from + 1);
            while !line.is_char_boundary(from) {
                from += 1;
            }
            if found.iter().all(|other| end <= other.start || other.end <= start) {
                found.push(Found { start, end, kind });
            }
            if from >= line.len() {
                break;
            }
        }
    }
    found.sort_by_key(|found| found.start);
    found
}

fn range(captures: &Captures<'_>) -> Option<(usize, usize)> {
    let value = captures.name("v")?;
    (!value.is_empty()).then(|| (value.start(), value.end()))
}
