//! Whether a stage left what its plan says it leaves.
//!
//! Looks, changes nothing. Which products there are is the plan's; the verdict in words, and which programs there are,
//! go into the log.
#![expect(clippy::disallowed_methods, reason = "looks at the files that a stage leaves")]

use std::fmt::Write as _;
use std::io::Read as _;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::artefact;
use crate::event::Program;
use crate::locale::{Text, both};
use crate::plan::resolve::ResolvedProduct;
use crate::target::{Target, call, quoted};

/// More matches than this are not looked at; no plan counts so far.
const MOST: usize = 10_000;
/// No more programs are told of.
const MOST_PROGRAMS: usize = 50;
/// A target that has not looked by then does not.
const PATIENCE: Duration = Duration::from_secs(30);

/// A path that is there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "what a look at a path tells, none of it follows from another"
)]
struct Found {
    /// As a person would name it: from the stage's folder.
    shown: String,
    /// A link to nowhere.
    dangling: bool,
    /// A file that may be executed.
    executable: bool,
    /// Without bytes or entries.
    empty: bool,
    /// Another name of something else.
    link: bool,
    /// Bytes of a program's file, where they are wanted.
    size: u64,
    /// How a program's file begins, where one is wanted.
    head: Vec<u8>,
}

/// What a stage left.
#[derive(Debug, Default)]
pub(super) struct Left {
    /// The first product that is not as it must be, in words.
    pub(super) lacking: Option<Text>,
    /// The programs among the products.
    pub(super) programs: Vec<Program>,
}

/// Looks at what a stage left.
pub(super) fn left(target: &Target, dir: &Path, products: &[ResolvedProduct]) -> Left {
    if products.is_empty() {
        return Left::default();
    }
    let found = if target.is_local() {
        Ok(products.iter().map(|product| matching(dir, product)).collect())
    } else {
        let said = call::call(target, &look_program(dir, products), PATIENCE).and_then(call::Said::good);
        said.and_then(|said| told(&said, products.len()))
    };
    let found: Vec<Vec<Found>> = match found {
        Ok(found) => found,
        Err(why) => {
            let lacking = Some(both!(
                "what it left on {target} could not be looked at: {why}",
                "无法查看它在 {target} 上的产物：{why}",
                why
            ));
            return Left { lacking, programs: Vec::new() };
        }
    };
    let lacking = products.iter().zip(&found).find_map(|(product, found)| lacking(product, found));
    let wanted = products.iter().zip(found).filter(|(product, _)| product.executable);
    let files = wanted.flat_map(|(_, found)| found).filter(|found| found.executable && !found.link);
    let programs = files.take(MOST_PROGRAMS).map(|found| Program {
        path: dir.join(&found.shown),
        size: found.size,
        arch: artefact::machine(&found.head).unwrap_or_default(),
    });
    Left { lacking, programs: programs.collect() }
}

fn lacking(product: &ResolvedProduct, matches: &[Found]) -> Option<Text> {
    let mut flaw = None;
    let mut good = 0;
    for found in matches {
        match fault(found, product) {
            None => good += 1,
            Some(fault) => flaw = flaw.or(Some((found, fault))),
        }
    }
    if good >= product.at_least {
        return None;
    }
    let path = &product.path;
    let words = match (flaw, matches.len()) {
        (Some((found, fault)), _) => {
            let path = &found.shown;
            both!("{path} {fault}", "{path} {fault}", fault)
        }
        (None, 0) => both!("{path} is missing", "缺少 {path}"),
        (None, n) => {
            let least = product.at_least;
            both!("{path}: {n} found, at least {least} expected", "{path}：有 {n} 个，至少应有 {least} 个")
        }
    };
    let why = product.why.trim();
    Some(if why.is_empty() { words } else { both!("{words}: {why}", "{words}：{why}", words) })
}

fn fault(found: &Found, product: &ResolvedProduct) -> Option<Text> {
    if found.dangling {
        Some(both!("is a link to nowhere", "是失效的链接"))
    } else if product.executable && !found.executable {
        Some(both!("is not executable", "不可执行"))
    } else {
        (product.non_empty && found.empty).then(|| both!("is empty", "为空"))
    }
}

/// A program that tells, for each product's number, of what matches flags, bytes, the beginning and the path; the end is
/// told, too.
fn look_program(dir: &Path, products: &[ResolvedProduct]) -> String {
    let mut text = format!("cd -- {} || exit 1\n", quoted(&dir.to_string_lossy()));
    text.push_str(
        r#"look() {
    n=$1; w=$2; shift 2
    for p; do
        s=0; h=-
        if [ -d "$p" ]; then
            f=-; [ -n "$(ls -A -- "$p" 2>/dev/null | head -n 1)" ] || f=e
        elif [ -e "$p" ]; then
            f=-; [ -x "$p" ] && f=x; [ -s "$p" ] || f=${f}e
            if [ "$w$f" = xx ]; then
                s=$(wc -c < "$p" | tr -d ' ')
                h=$(head -c 64 < "$p" | od -An -v -tx1 2>/dev/null | tr -d ' \n')
            fi
        elif [ -L "$p" ]; then
            f=d
        else
            continue
        fi
        [ -L "$p" ] && f=${f}l
        printf '%s %s %s %s %s\0' "$n" "$f" "${s:-0}" "${h:--}" "$p"
    done
}
"#,
    );
    for (number, product) in products.iter().enumerate() {
        let wanted = if product.executable { 'x' } else { '-' };
        let _ = writeln!(text, "look {number} {wanted} {}", shell_pattern(&product.path));
    }
    text.push_str("printf 'end\\0'\n");
    text
}

/// A pattern for a shell, in which nothing but `*` and `?` is more than itself.
fn shell_pattern(pattern: &str) -> String {
    // A name that begins with `-` is no option.
    let lead = if pattern.starts_with('/') { "" } else { "./" };
    let mut text = String::from(lead);
    let mut plain = String::new();
    for c in pattern.chars() {
        if matches!(c, '*' | '?') {
            if !plain.is_empty() {
                text.push_str(&quoted(&std::mem::take(&mut plain)));
            }
            text.push(c);
        } else {
            plain.push(c);
        }
    }
    if !plain.is_empty() {
        text.push_str(&quoted(&plain));
    }
    text
}

/// What [`look_program`] told, by the product's number.
fn told(said: &[u8], products: usize) -> Result<Vec<Vec<Found>>, Text> {
    let text = String::from_utf8_lossy(said);
    let mut found = vec![Vec::new(); products];
    for entry in text.split('\0') {
        if entry == "end" {
            return Ok(found);
        }
        let parts: Vec<&str> = entry.splitn(5, ' ').collect();
        let [number, flags, size, head, path] = parts[..] else { continue };
        let Some(list) = number.parse::<usize>().ok().and_then(|number| found.get_mut(number)) else {
            continue;
        };
        list.push(Found {
            shown: path.trim_start_matches("./").to_owned(),
            dangling: flags.contains('d'),
            executable: flags.contains('x'),
            empty: flags.contains('e'),
            link: flags.contains('l'),
            size: size.parse().unwrap_or(0),
            head: unhex(head),
        });
    }
    Err(both!("it did not tell everything", "它的回答不完整"))
}

/// Bytes from their digits; what is no digit tells nothing.
fn unhex(digits: &str) -> Vec<u8> {
    let byte = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
    (0..digits.len()).step_by(2).map_while(byte).collect()
}

fn look(dir: &Path, path: &Path, program: bool) -> Found {
    let shown = path.strip_prefix(dir).unwrap_or(path).display().to_string();
    let link = path.is_symlink();
    let Ok(found) = std::fs::metadata(path) else {
        return Found { shown, dangling: true, link, ..Found::default() };
    };
    let executable = !found.is_dir() && found.permissions().mode() & 0o111 != 0;
    let empty = if found.is_dir() {
        std::fs::read_dir(path).is_ok_and(|mut entries| entries.next().is_none())
    } else {
        found.len() == 0
    };
    let mut head = Vec::new();
    if executable && program {
        // What cannot be read is no program that anybody knows.
        let _ = std::fs::File::open(path)
            .and_then(|file| file.take(artefact::HEAD as u64).read_to_end(&mut head));
    }
    let size = if executable && program { found.len() } else { 0 };
    Found { shown, dangling: false, executable, empty, link, size, head }
}

/// What a product's pattern matches, sorted; `*` and `?` stay within one part and leave dot files out.
fn matching(dir: &Path, product: &ResolvedProduct) -> Vec<Found> {
    let pattern = &product.path;
    let mut found = vec![if pattern.starts_with('/') { PathBuf::from("/") } else { dir.to_owned() }];
    for part in pattern.split('/').filter(|part| !part.is_empty() && *part != ".") {
        found = if part.contains(['*', '?']) {
            found.iter().flat_map(|folder| entries(folder, part)).take(MOST).collect()
        } else {
            found.iter().map(|folder| folder.join(part)).collect()
        };
    }
    found.retain(|path| path.symlink_metadata().is_ok());
    found.sort();
    found.iter().map(|path| look(dir, path, product.executable)).collect()
}

fn entries(folder: &Path, part: &str) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    entries
        .flatten()
        .filter(|entry| fits(part, &entry.file_name().to_string_lossy()))
        .map(|entry| entry.path())
        .collect()
}

/// Whether a name fits a pattern of `*` and `?`; linear, whatever the pattern.
fn fits(pattern: &str, name: &str) -> bool {
    if name.starts_with('.') && !pattern.starts_with('.') {
        return false;
    }
    let (pattern, name): (Vec<char>, Vec<char>) = (pattern.chars().collect(), name.chars().collect());
    let (mut p, mut n) = (0, 0);
    let mut star = None;
    while n < name.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, n));
                p += 1;
            }
            Some(c) if *c == '?' || *c == name[n] => {
                p += 1;
                n += 1;
            }
            _ => {
                let Some((at, taken)) = star else { return false };
                p = at + 1;
                n = taken + 1;
                star = Some((at, n));
            }
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        for (pattern, name, expected) in [
            ("*", "a", true),
            ("*", ".hidden", false),
            (".*", ".hidden", true),
            ("*.tgz", "traefik-1.tgz", true),
            ("*.tgz", "traefik.tgz.part", false),
            ("k3s-?", "k3s-a", true),
            ("k3s-?", "k3s-", false),
            ("a*b*c", "a-b-b-c", true),
            ("a*b*c", "a-b-b", false),
            ("?", "行", true),
        ] {
            assert_eq!(fits(pattern, name), expected, "{pattern} {name}");
        }
    }

    #[test]
    fn verdicts() {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path();
        std::fs::create_dir_all(dir.join("charts")).unwrap();
        std::fs::create_dir_all(dir.join("hollow")).unwrap();
        std::fs::write(dir.join("charts/a.tgz"), "x").unwrap();
        std::fs::write(dir.join("charts/b.tgz"), "").unwrap();
        std::fs::write(dir.join("tool"), "x").unwrap();
        std::fs::set_permissions(dir.join("tool"), PermissionsExt::from_mode(0o755)).unwrap();
        std::os::unix::fs::symlink("nowhere", dir.join("dangling")).unwrap();
        let product = |path: &str, at_least| ResolvedProduct {
            path: path.into(),
            at_least,
            non_empty: true,
            ..ResolvedProduct::default()
        };
        let executable = |path: &str| ResolvedProduct { executable: true, ..product(path, 1) };
        let why = |path: &str| ResolvedProduct { why: "no charts, no traefik".into(), ..product(path, 1) };
        for (product, expected) in [
            (product("charts/*.tgz", 1), None),
            (product("charts/*.tgz", 2), Some("charts/b.tgz is empty")),
            (product("charts/a*", 2), Some("charts/a*: 1 found, at least 2 expected")),
            (product("bin/k3s", 1), Some("bin/k3s is missing")),
            (product("hollow", 1), Some("hollow is empty")),
            (product("dangling", 1), Some("dangling is a link to nowhere")),
            (executable("tool"), None),
            (executable("charts/a.tgz"), Some("charts/a.tgz is not executable")),
            (why("no/*"), Some("no/* is missing: no charts, no traefik")),
            (product("no/*", 0), None),
            (product(dir.join("tool").to_str().unwrap(), 1), None),
        ] {
            let products = std::slice::from_ref(&product);
            let here = left(&Target::Local, dir, products).lacking.map(|why| why.en);
            assert_eq!(here.as_deref(), expected, "{product:?}");
            // A target's shell sees the same.
            let said = call::call(&Target::Local, &look_program(dir, products), PATIENCE).unwrap();
            let there = told(&said.good().unwrap(), 1).unwrap();
            let shown = lacking(&product, &there[0]).map(|why| why.en);
            assert_eq!(shown.as_deref(), expected, "{product:?} on a target");
        }
    }

    #[test]
    fn programs_are_told_with_size_and_machine_here_and_on_a_target() {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path();
        let make = |name: &str, bytes: &[u8]| {
            std::fs::write(dir.join(name), bytes).unwrap();
            std::fs::set_permissions(dir.join(name), PermissionsExt::from_mode(0o755)).unwrap();
        };
        let mut elf = vec![0u8; 200];
        elf[..20].copy_from_slice(b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x02\0\xf3\0");
        make("k3s riscv", &elf);
        make("k3s.sh", b"#!/bin/sh\n");
        std::os::unix::fs::symlink("k3s riscv", dir.join("k3s-agent")).unwrap();
        std::fs::write(dir.join("k3s.txt"), "no program").unwrap();
        let product = |executable| ResolvedProduct {
            path: "k3s*".into(),
            at_least: 1,
            executable,
            ..ResolvedProduct::default()
        };
        let programs = left(&Target::Local, dir, &[product(true)]).programs;
        let told: Vec<_> = programs.iter().map(|it| (it.size, it.arch.as_str())).collect();
        assert_eq!(told, [(200, "riscv64"), (10, "")]);
        assert_eq!(programs[0].path, dir.join("k3s riscv"));
        assert!(
            left(&Target::Local, dir, &[product(false)]).programs.is_empty(),
            "not asked for as programs"
        );
        let said = call::call(&Target::Local, &look_program(dir, &[product(true)]), PATIENCE).unwrap();
        let there = self::told(&said.good().unwrap(), 1).unwrap();
        assert_eq!(there[0], matching(dir, &product(true)), "a target's shell sees the same");
    }
}
