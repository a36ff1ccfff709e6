//! Prepares the shipped rules for matching, so that start-up does not: which rule stands where, its patterns,
//! and the needles that the matcher looks for.
//!
//! Works with the program's own modules for needles and outlines. Whether a rule is any good is not asked here;
//! YAML that does not decode stops the build with its file and line.
#![expect(
    clippy::disallowed_methods,
    reason = "a build script reads the rules and writes what it makes of them"
)]

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs, io, process};

use serde::Deserialize;
use serde::de::IgnoredAny;

#[path = "src/diagnose/fill.rs"]
#[expect(dead_code, unreachable_pub, reason = "shared with the program")]
mod fill;
#[path = "src/diagnose/needles/mod.rs"]
#[expect(dead_code, reason = "shared with the program")]
mod needles;
#[path = "src/diagnose/outline.rs"]
#[expect(dead_code, reason = "shared with the program")]
mod outline;

use needles::Needles;
use needles::census::Census;
use needles::table::Table;

/// A rule file, as far as matching needs it.
#[derive(Deserialize)]
struct Family {
    rules: Vec<Rule>,
}

#[derive(Deserialize)]
struct Rule {
    id: String,
    #[serde(default)]
    patterns: Vec<String>,
    #[serde(default)]
    unless: Vec<Unless>,
    ending: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct Unless {
    pattern: String,
    #[serde(default)]
    side: String,
}

/// The file of package names lies in the same folder and is no rule file.
const NO_FAMILY: &str = "packages.yaml";

fn main() -> io::Result<()> {
    for path in ["diagnostics", "src/diagnose/fill.rs", "src/diagnose/needles", "src/diagnose/outline.rs"] {
        println!("cargo::rerun-if-changed={path}");
    }
    let mut names: Vec<String> = fs::read_dir("diagnostics")?
        .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
        .collect::<io::Result<_>>()?;
    names.retain(|name| {
        name != NO_FAMILY && Path::new(name).extension().is_some_and(|extension| extension == "yaml")
    });
    names.sort();
    let mut prepared = Prepared::default();
    for name in &names {
        let file = format!("diagnostics/{name}");
        let text = fs::read_to_string(&file)?;
        if let Err(problem) = prepared.add(file, &text) {
            println!("cargo::error={}", problem.replace('\n', "\ncargo::error="));
            process::exit(1);
        }
    }
    let out = env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?;
    fs::write(Path::new(&out).join("prepared.rs"), prepared.code())
}

/// Whether a rule may refer to another part of its file.
fn has_aliases(rule: &str) -> bool {
    [": *", "- *", "[*", ", *"].iter().any(|alias| rule.contains(alias))
}

#[derive(Default)]
struct Prepared {
    files: Vec<String>,
    /// The text of the table of rules.
    table: String,
    rules: Vec<(Vec<String>, Vec<String>)>,
}

impl Prepared {
    fn add(&mut self, file: String, text: &str) -> Result<(), String> {
        let options = serde_yaml::options! { budget: serde_yaml::budget! { max_nodes: 1_000_000 } };
        let family: Family =
            serde_yaml::from_str_with_options(text, options).map_err(|error| format!("{file}: {error}"))?;
        let items = outline::items(text);
        if items.len() != family.rules.len() {
            return Err(format!(
                "{file}: {} rules, but {} entries begin with `- ` where the first does",
                family.rules.len(),
                items.len()
            ));
        }
        for (nth, (rule, item)) in family.rules.into_iter().zip(items).enumerate() {
            let start = item.text.as_ptr() as usize - text.as_ptr() as usize;
            let place = if has_aliases(item.text) {
                format!("Nth({nth})")
            } else {
                let (before, end) = (item.before, start + item.text.len());
                format!("Alone {{ before: {before}, start: {start}, end: {end} }}")
            };
            let rest = rule.unless.into_iter().filter(|unless| unless.side == "rest");
            let rest: Vec<String> = rest.map(|unless| unless.pattern).collect();
            let _ = writeln!(
                self.table,
                "Prepared {{ id: {:?}, file: {}, place: Place::{place}, ending: {}, rest: &{rest:?} }},",
                rule.id,
                self.files.len(),
                rule.ending.is_some()
            );
            self.rules.push((rule.patterns, rest));
        }
        self.files.push(file);
        Ok(())
    }

    fn code(&self) -> String {
        let mut sources = String::new();
        let mut patterns: Vec<(usize, usize)> = Vec::new();
        for (rule, source) in
            self.rules.iter().enumerate().flat_map(|(rule, (own, _))| own.iter().map(move |one| (rule, one)))
        {
            sources += source;
            patterns.push((sources.len(), rule));
        }
        let needles = Needles::of_rules(self.rules.iter().map(|(patterns, rest)| (&patterns[..], &rest[..])));
        let Needles { letters, ends, rare, members, sets, wanted, always } = &needles;
        let Table { bits, shift, slots, entries, chosen, owners, owner_ends } =
            Table::new(&needles, &Census::new());
        let mut code = format!(
            "pub(super) static FILES: [&str; {}] = {:?};\npub(super) static RULES: [Prepared; {}] = [\n{}];\n\
             pub(super) static SOURCES: &str = {sources:?};\npub(super) const SHIFT: u32 = {shift};\n",
            self.files.len(),
            self.files,
            self.rules.len(),
            self.table
        );
        for (name, of, length, value) in [
            ("PATTERNS", "(u32, u32)", patterns.len(), format!("{patterns:?}")),
            ("LETTERS", "u8", letters.len(), format!("{letters:?}")),
            ("ENDS", "u32", ends.len(), format!("{ends:?}")),
            ("RARE", "u8", rare.len(), format!("{rare:?}")),
            ("MEMBERS", "u32", members.len(), format!("{members:?}")),
            ("SETS", "u32", sets.len(), format!("{sets:?}")),
            ("WANTED", "Wanted", wanted.len(), format!("{wanted:?}")),
            ("ALWAYS", "Target", always.len(), format!("{always:?}")),
            ("BITS", "u64", bits.len(), format!("{bits:?}")),
            ("SLOTS", "(u32, u32, u32)", slots.len(), format!("{slots:?}")),
            ("ENTRIES", "Entry", entries.len(), format!("{entries:?}")),
            ("CHOSEN", "u8", chosen.len(), format!("{chosen:?}")),
            ("OWNERS", "u32", owners.len(), format!("{owners:?}")),
            ("OWNER_ENDS", "u32", owner_ends.len(), format!("{owner_ends:?}")),
        ] {
            let _ = writeln!(code, "pub(super) static {name}: [{of}; {length}] = {value};");
        }
        code
    }
}
