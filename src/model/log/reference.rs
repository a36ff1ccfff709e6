//! Places in files that lines of a log name: `main.go:12:3`, `File "x.py", line 3`, `version.sh: line 13`.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use regex::Regex;

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The file.
    pub path: PathBuf,
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1; where none is named, 1.
    pub column: u32,
}

/// Ways to name a place: the groups are the file, the line, the column.
static WAYS: LazyLock<[Regex; 4]> = LazyLock::new(|| {
    let way = |pattern| Regex::new(pattern).expect("a constant pattern compiles");
    [
        way(r#"File "([^"]+)", line (\d+)()"#),
        way(r"([^\s:()\[\]\x27\x22<>]+):(\d+):(\d+)"),
        way(r"([^\s:()\[\]\x27\x22<>]*[./A-Za-z][^\s:()\[\]\x27\x22<>]*):(\d+)()(?:\D|$)"),
        way(r"([^\s:()\[\]\x27\x22<>]+): (?:line|行|第) ?(\d+)()"),
    ]
});

impl Reference {
    /// The first place that a line names.
    pub fn in_line(text: &str) -> Option<Self> {
        WAYS.iter().flat_map(|way| way.captures_iter(text)).find_map(|found| {
            let path = found.get(1)?.as_str();
            // A time of day and a port are no places in files.
            if !path.contains(['.', '/']) && !path.starts_with(|ch: char| ch.is_ascii_uppercase())
                || path.chars().all(|ch| ch.is_ascii_digit() || ch == '.')
            {
                return None;
            }
            let line = found.get(2)?.as_str().parse().ok().filter(|line| *line > 0)?;
            let column = found.get(3).and_then(|column| column.as_str().parse().ok()).unwrap_or(1);
            Some(Self { path: path.into(), line, column })
        })
    }

    /// The same, a path that is not absolute being one under `dir`.
    #[must_use]
    pub fn under(self, dir: &Path) -> Self {
        Self { path: dir.join(&self.path), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_found_as_compilers_and_shells_name_them() {
        for (text, expected) in [
            ("main.go:12:3: undefined: x", Some(("main.go", 12, 3))),
            ("  pkg/agent/run.go:7 +0x1d", Some(("pkg/agent/run.go", 7, 1))),
            ("/src/a b.c:3:", Some(("b.c", 3, 1))),
            ("  File \"/opt/x y.py\", line 3, in <module>", Some(("/opt/x y.py", 3, 1))),
            ("scripts/version.sh: line 13: yq: command not found", Some(("scripts/version.sh", 13, 1))),
            ("./build.sh: 行 4: go：未找到命令", Some(("./build.sh", 4, 1))),
            ("Makefile:42: *** missing separator.  Stop.", Some(("Makefile", 42, 1))),
            (" --> src/main.rs:2:5", Some(("src/main.rs", 2, 5))),
            ("12:30:45 start", None),
            ("dial tcp 10.0.0.1:443: refused", None),
            ("localhost:8080", None),
            ("nothing here", None),
        ] {
            let found = Reference::in_line(text);
            let found = found.as_ref().map(|at| (at.path.to_str().unwrap(), at.line, at.column));
            assert_eq!(found, expected, "{text}");
        }
    }
}
