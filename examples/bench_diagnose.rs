//! How fast a log is diagnosed, beside `rg`, `grep` and `wc` on the same file in the same run.
//!
//!     cargo run --release --example bench_diagnose -- [MEGABYTES] [--keep]
//!
//! Generates a build log of Go, gcc, make, apt and docker lines with one failure in ten thousand, one made only
//! of words that rules speak of, and one in which every line is a failure; then measures one core, warm cache.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    missing_docs,
    reason = "a bench"
)]

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ktui::diagnose::compile::RuleBase;
use ktui::diagnose::engine::{Context, Engine};
use ktui::locale::Lang;

type Files = Vec<(String, String)>;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let megabytes: usize = args.iter().find_map(|arg| arg.parse().ok()).unwrap_or(1000);
    let files = rule_files();
    let (base, problems) = RuleBase::load(&files);
    for problem in &problems {
        println!("{problem}");
    }
    let samples: Vec<String> = base
        .rules()
        .flat_map(|rule| &rule.samples)
        .flat_map(|sample| sample.text.value.lines().map(str::to_owned).collect::<Vec<_>>())
        .filter(|line| line.len() > 20)
        .collect();
    start_up(&files);
    let folder = std::env::temp_dir().join("ktui-bench");
    std::fs::create_dir_all(&folder).unwrap();
    let ordinary = folder.join("build.log");
    generate(&ordinary, megabytes << 20, &samples, Kind::Ordinary);
    println!("\n{} rules, {} MB of ordinary log, one failure in 10,000 lines", base.len(), megabytes);
    let base = Arc::new(base);
    let ktui = ktui(&base, &ordinary);
    let others = others(&folder, &files, &ordinary);
    for (name, time) in others.into_iter().flatten() {
        row(&name, megabytes, time);
        if name.starts_with("rg") {
            println!("{:>34}  {:.1} times rg", "", time.as_secs_f64() / ktui.as_secs_f64());
        }
    }
    println!("\nthe same log, more or fewer rules");
    for count in [50, 250, 1000] {
        let some = Arc::new(RuleBase::load(&scaled(&files, count)).0);
        print!("{:>5} rules: ", some.len());
        self::ktui(&some, &ordinary);
    }
    let part = (megabytes / 10).max(1);
    for (kind, title) in
        [(Kind::Words, "only words that rules speak of"), (Kind::Failures, "every line a failure")]
    {
        let file = folder.join("part.log");
        generate(&file, part << 20, &samples, kind);
        println!("\n{part} MB, {title}");
        self::ktui(&base, &file);
        for (name, time) in self::others(&folder, &files, &file).into_iter().flatten() {
            row(&name, part, time);
        }
    }
    if !args.iter().any(|arg| arg == "--keep") {
        std::fs::remove_dir_all(&folder).unwrap();
    }
}

fn rule_files() -> Files {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("diagnostics");
    let mut files: Files = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.display().to_string(), std::fs::read_to_string(&path).unwrap()))
        .collect();
    files.sort();
    files
}

/// As many rules as asked for: the first ones, or all of them again with words that no log holds.
fn scaled(files: &Files, count: usize) -> Files {
    let mut texts: Vec<String> = Vec::new();
    for (_, text) in files.iter().filter(|(name, _)| !name.ends_with("packages.yaml")) {
        let Some((head, rules)) = text.split_once("rules:\n") else { continue };
        let head = head.to_owned() + "rules:\n";
        let indent = rules.len() - rules.trim_start_matches(' ').len();
        let start = format!("{}- id: ", " ".repeat(indent));
        // Aliases refer across rules: such files stay whole or out.
        if text.contains(": *") || text.contains("- *") {
            continue;
        }
        texts.extend(rules.split(&start).skip(1).map(|rule| format!("{head}{start}{rule}")));
    }
    let mut scaled: Files = Vec::new();
    for round in 0.. {
        for (index, text) in texts.iter().enumerate() {
            if scaled.len() == count {
                return scaled;
            }
            let id =
                text.split_once("- id: ").and_then(|(_, rest)| rest.lines().next()).unwrap_or("").to_owned();
            let mut text = text.replacen(&id, &format!("{id}-{round}"), 1);
            if round > 0 {
                text = text
                    .replace("ound", "0und")
                    .replace("rror", "rr0r")
                    .replace("ail", "a1l")
                    .replace("ot ", "0t ");
            }
            scaled.push((
                format!("{}.yaml", id.split('.').next().unwrap_or("x").to_owned() + &index.to_string()),
                text,
            ));
        }
    }
    scaled
}

fn start_up(files: &Files) {
    let best = |open: &dyn Fn() -> usize| {
        let rounds = (0..7).map(|_| {
            let start = Instant::now();
            assert!(open() > 0);
            start.elapsed()
        });
        rounds.min().unwrap()
    };
    let texts: Vec<(&str, &'static str)> =
        files.iter().map(|(name, text)| (name.as_str(), &*text.clone().leak())).collect();
    let shipped = |name: &str| texts.iter().find(|(file, _)| *file == name).map(|(_, text)| *text);
    let late = best(&|| RuleBase::open(files, shipped).0.len());
    let now = best(&|| RuleBase::load(files).0.len());
    println!("rule base: {late:.1?} as shipped, {now:.1?} with everything decoded");
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Ordinary,
    Words,
    Failures,
}

/// Numbers that look like chance and are the same each time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end as u64) as usize
    }
}

fn generate(file: &Path, bytes: usize, samples: &[String], kind: Kind) {
    let mut out = std::io::BufWriter::with_capacity(1 << 20, std::fs::File::create(file).unwrap());
    let mut chance = Chance(0x9E37_79B9_7F4A_7C15);
    let words: Vec<&str> = samples.iter().flat_map(|sample| sample.split_whitespace()).collect();
    let mut line = String::new();
    let (mut written, mut number) = (0, 0_usize);
    while written < bytes {
        line.clear();
        number += 1;
        match kind {
            Kind::Failures => line.push_str(&samples[chance.below(samples.len())]),
            Kind::Ordinary if number.is_multiple_of(10_000) => {
                line.push_str(&samples[chance.below(samples.len())]);
            }
            Kind::Ordinary => ordinary(&mut line, &mut chance),
            Kind::Words => (0..6 + chance.below(8)).for_each(|_| {
                line.push_str(words[chance.below(words.len())]);
                line.push(' ');
            }),
        }
        line.push('\n');
        written += line.len();
        out.write_all(line.as_bytes()).unwrap();
    }
    out.flush().unwrap();
}

const NAMES: [&str; 24] = [
    "server",
    "errors",
    "client",
    "notfound",
    "kubelet",
    "permission",
    "proxy",
    "scheduler",
    "etcd",
    "apiserver",
    "runtime",
    "network",
    "storage",
    "timeout",
    "volume",
    "container",
    "denied_list",
    "image",
    "registry",
    "metrics",
    "failure",
    "util",
    "codec",
    "deepcopy",
];

fn ordinary(line: &mut String, chance: &mut Chance) {
    let a = NAMES[chance.below(NAMES.len())];
    let b = NAMES[chance.below(NAMES.len())];
    let n = chance.below(100_000);
    let _ = match chance.below(14) {
        0 => write!(line, "k8s.io/kubernetes/pkg/{a}/{b}/v{}", n % 9),
        1 => write!(line, "go: downloading github.com/{a}/{b} v1.{}.{}", n % 40, n % 13),
        2 => write!(
            line,
            "gcc -O2 -g -Wall -Werror -fPIC -I../include/{a} -D_FORTIFY_SOURCE=2 -c -o {b}/{a}_{n}.o {b}/{a}_{n}.c"
        ),
        3 => write!(line, "  CC      drivers/{a}/{b}_{n}.o"),
        4 => write!(
            line,
            "libtool: compile:  gcc -DHAVE_CONFIG_H -I. -I./{a} -MT lib{b}_la-{a}.lo -MD -MP -c {a}.c  -fPIC -DPIC"
        ),
        5 => write!(
            line,
            "#{} {}.{} => => extracting sha256:{n:016x}{n:016x} {}MB / 187.00MB",
            n % 30,
            n % 600,
            n % 10,
            n % 187
        ),
        6 => write!(
            line,
            "Get:{} http://mirrors.ustc.edu.cn/debian bookworm/main amd64 lib{a}-{b}{} amd64 {}.2-1 [{} kB]",
            n % 300,
            n % 9,
            n % 12,
            n % 2000
        ),
        7 => write!(line, "Setting up lib{a}-{b}-dev:amd64 ({}.2-{}) ...", n % 12, n % 9),
        8 => write!(line, "make[{}]: Entering directory '/go/src/github.com/k3s-io/{a}/{b}'", 1 + n % 4),
        9 => write!(line, "checking for {a}_{b} in -l{a}... yes"),
        10 => write!(line, "   Compiling {a}-{b} v0.{}.{}", n % 30, n % 17),
        11 => write!(
            line,
            "+++ [{:02}{:02} 10:{:02}:{:02}] Building go targets for linux/amd64: {a}/{b}",
            1 + n % 12,
            1 + n % 28,
            n % 60,
            n % 60
        ),
        12 => write!(line, "正在解压缩 lib{a}-{b}:amd64 ({}.2-{}) ...", n % 12, n % 9),
        _ => write!(line, "--- PASS: Test{a}_{b}_{n} (0.{}s)", n % 100),
    };
}

/// Diagnoses the file three times and tells the best.
fn ktui(base: &Arc<RuleBase>, file: &Path) -> Duration {
    let size = std::fs::metadata(file).unwrap().len() as usize >> 20;
    let mut best = Duration::MAX;
    let mut found = 0;
    for _ in 0..3 {
        let start = Instant::now();
        let mut engine = Engine::new(Arc::clone(base), Context::default(), Lang::En);
        let mut input = std::fs::File::open(file).unwrap();
        let mut block = vec![0; 1 << 20];
        loop {
            match std::io::Read::read(&mut input, &mut block).unwrap() {
                0 => break,
                got => engine.push(&block[..got]),
            }
        }
        engine.finish();
        found = engine.findings().len();
        best = best.min(start.elapsed());
    }
    row(&format!("ktui ({found} findings)"), size, best);
    best
}

fn row(name: &str, megabytes: usize, time: Duration) {
    println!(
        "{name:>34}  {:>8.3} s  {:>8.0} MB/s",
        time.as_secs_f64(),
        megabytes as f64 / time.as_secs_f64()
    );
}

/// The same patterns for programs that only count lines.
fn others(folder: &Path, files: &Files, log: &Path) -> Vec<Option<(String, Duration)>> {
    let (base, _) = RuleBase::load(files);
    // rg joins the patterns, so that names of groups would stand there twice.
    let names = regex::Regex::new(r"\(\?P?<\w+>").unwrap();
    let patterns: Vec<String> = base
        .rules()
        .flat_map(|rule| &rule.patterns)
        .map(|pattern| names.replace_all(&pattern.value, "(?:").into_owned())
        .collect();
    let list = folder.join("patterns");
    std::fs::write(&list, patterns.join("\n") + "\n").unwrap();
    let tenth = folder.join("tenth.log");
    let text = std::fs::read(log).unwrap();
    std::fs::write(&tenth, &text[..text.len() / 10]).unwrap();
    drop(text);
    vec![
        time("rg -a -c -j1 -f", Command::new("rg").args(["-a", "-c", "-j1", "-f"]).arg(&list).arg(log), 1),
        time(
            "grep -cP, one pattern, a tenth (x10)",
            Command::new("grep").args(["-a", "-c", "-P", "command not found$"]).arg(&tenth),
            10,
        ),
        time("wc -l", Command::new("wc").arg("-l").arg(log), 1),
    ]
}

fn time(name: &str, command: &mut Command, factor: u32) -> Option<(String, Duration)> {
    let mut best = Duration::MAX;
    for _ in 0..2 {
        let start = Instant::now();
        let output = command.output().ok()?;
        if output.status.code().is_none_or(|code| code > 1) {
            println!(
                "{name:>34}  failed: {}",
                String::from_utf8_lossy(&output.stderr).lines().next().unwrap_or("")
            );
            return None;
        }
        best = best.min(start.elapsed() * factor);
    }
    Some((name.to_owned(), best))
}
