//! What the Go linker leaves in a program: the Go version, the module, the settings of the build.
//!
//! Two forms are read: the one of Go 1.18 and later, with the texts right behind the mark, and the older one with
//! the addresses of two string headers. Pure.

use std::collections::BTreeMap;

use serde::Serialize;

/// What Go says of a program.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct GoBuild {
    /// The Go that built it, as it writes itself: `go1.23.6`, `go1.26.1 X:boringcrypto`.
    pub go: String,
    /// The package of `main`.
    pub path: String,
    /// The module of `main`.
    pub module: String,
    /// The module's version: `(devel)`, or what git knew.
    pub version: String,
    /// `-tags`, `CGO_ENABLED`, `GOARCH`, `vcs.revision`…
    pub settings: BTreeMap<String, String>,
    /// Variables that the linker set (`-X`); none are recorded with `-trimpath` or by a Go before 1.18.
    pub stamps: BTreeMap<String, String>,
}

const MAGIC: &[u8] = b"\xff Go buildinf:";
/// The mark stands at a multiple of this.
const ALIGN: usize = 16;
/// The texts of the newer form begin here.
const INLINE: usize = 32;
/// No module list of a real program comes near it.
const LONGEST: u64 = 16 << 20;

/// From the mark on, where there is one.
pub(super) fn find(data: &[u8]) -> Option<&[u8]> {
    let at = (0..data.len()).step_by(ALIGN).find(|at| data[*at..].starts_with(MAGIC))?;
    Some(&data[at..])
}

/// Reads what stands at the mark. `bytes_at` reads memory by address; `big` is the file's byte order.
pub(super) fn read<'d>(
    mark: &'d [u8],
    big: bool,
    bytes_at: &dyn Fn(u64, u64) -> Option<&'d [u8]>,
) -> Option<GoBuild> {
    let (width, flags) = (*mark.get(14)?, *mark.get(15)?);
    let (go, list) = if flags & 2 != 0 {
        let (go, rest) = counted(mark.get(INLINE..)?)?;
        (go, counted(rest).map(|(list, _)| list).unwrap_or_default())
    } else {
        let big = big || flags & 1 != 0;
        let width = usize::from(width);
        let pointer = |bytes: &[u8], at: usize| number(bytes.get(at..at + width)?, big);
        let text = |header: u64| {
            let header = bytes_at(header, 2 * width as u64)?;
            let (at, long) = (pointer(header, 0)?, pointer(header, width)?);
            if long == 0 { Some(&[][..]) } else { bytes_at(at, Some(long).filter(|long| *long <= LONGEST)?) }
        };
        (text(pointer(mark, ALIGN)?)?, pointer(mark, ALIGN + width).and_then(text).unwrap_or_default())
    };
    let go = String::from_utf8_lossy(go).trim().to_owned();
    if go.is_empty() {
        return None;
    }
    let mut build = GoBuild { go, ..GoBuild::default() };
    build.list(&String::from_utf8_lossy(unframed(list)));
    Some(build)
}

fn number(bytes: &[u8], big: bool) -> Option<u64> {
    let fold = |value: u64, byte: &u8| (value << 8) | u64::from(*byte);
    match bytes.len() {
        4 | 8 if big => Some(bytes.iter().fold(0, fold)),
        4 | 8 => Some(bytes.iter().rev().fold(0, fold)),
        _ => None,
    }
}

/// A text with its length before it (LEB128), and what follows.
fn counted(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut long = 0u64;
    for (at, byte) in bytes.iter().enumerate().take(9) {
        long |= u64::from(byte & 0x7f) << (7 * at);
        if byte & 0x80 == 0 {
            let rest = &bytes[at + 1..];
            return rest.split_at_checked(usize::try_from(long).ok()?);
        }
    }
    None
}

/// The module list without the sixteen bytes on each side by which Go finds it in memory.
fn unframed(list: &[u8]) -> &[u8] {
    let end = list.len().saturating_sub(16);
    if list.len() > 32 && list[end - 1] == b'\n' { &list[16..end] } else { list }
}

impl GoBuild {
    fn list(&mut self, list: &str) {
        for line in list.lines() {
            let Some((word, rest)) = line.split_once('\t') else { continue };
            match word {
                "path" => rest.clone_into(&mut self.path),
                "mod" => {
                    let mut parts = rest.split('\t').map(str::to_owned);
                    self.module = parts.next().unwrap_or_default();
                    self.version = parts.next().unwrap_or_default();
                }
                "build" => {
                    if let Some((name, value)) = rest.split_once('=') {
                        self.settings.insert(unquoted(name), unquoted(value));
                    }
                }
                _ => {}
            }
        }
        if let Some(flags) = self.settings.get("-ldflags") {
            self.stamps = stamps(flags);
        }
    }
}

/// A Go string as `strconv.Quote` writes it, or in backquotes, or bare.
fn unquoted(text: &str) -> String {
    let inner = |quote: char| text.strip_prefix(quote)?.strip_suffix(quote);
    if let Some(raw) = inner('`') {
        return raw.to_owned();
    }
    let Some(quoted) = inner('"') else { return text.to_owned() };
    let (mut out, mut chars) = (String::new(), quoted.chars());
    while let Some(c) = chars.next() {
        out.push(match (c, if c == '\\' { chars.next() } else { None }) {
            (_, Some('n')) => '\n',
            (_, Some('t')) => '\t',
            (_, Some(other)) => other,
            (c, None) => c,
        });
    }
    out
}

/// `-X name=value` among the linker's flags. Words split at blanks; either quote holds one together.
fn stamps(flags: &str) -> BTreeMap<String, String> {
    let mut words: Vec<String> = Vec::new();
    let (mut word, mut quote, mut open) = (String::new(), None, false);
    for c in flags.chars() {
        match quote {
            Some(q) if q == c => quote = None,
            None if c == '\'' || c == '"' => (quote, open) = (Some(c), true),
            None if c.is_whitespace() => {
                if open || !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
                open = false;
            }
            _ => word.push(c),
        }
    }
    words.push(word);
    let mut found = BTreeMap::new();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let pair = match word.strip_prefix("-X").or_else(|| word.strip_prefix("--X")) {
            Some("") => words.next().map_or("", String::as_str),
            Some(pair) => pair.trim_start_matches('='),
            None => continue,
        };
        if let Some((name, value)) = pair.split_once('=') {
            found.insert(name.to_owned(), value.to_owned());
        }
    }
    found
}
