//! How fast a log is diagnosed, beside `rg`, `grep` and `wc` on the same text in the same run.
//!
//!     cargo build --release && cargo run --release --example bench_diagnose -- [MEGABYTES]
//!
//! Generates a build log of Go, gcc, make, apt and docker lines with one failure in ten thousand, one made only
//! of words that rules speak of, and one in which every line is a failure. Every row is a program of its own on
//! one core, warm cache, the best of three rounds. What would need minutes gets the beginning of the log, as much
//! as the row says.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    missing_docs,
    reason = "a bench"
)]

use std::fmt::Write as _;
use std::io::{Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use ktui::diagnose::compile::RuleBase;

type Files = Vec<(String, String)>;

fn main() {
    let megabytes: usize = std::env::args().skip(1).find_map(|arg| arg.parse().ok()).unwrap_or(1000);
    let bench = Bench::new();
    let (base, problems) = RuleBase::load(&bench.files);
    for problem in &problems {
        println!("{}", problem.text(ktui::locale::Lang::En));
    }
    let samples: Vec<String> = base
        .rules()
        .flat_map(|rule| &rule.samples)
        .flat_map(|sample| sample.text.value.lines().map(str::to_owned).collect::<Vec<_>>())
        .filter(|line| line.len() > 20)
        .collect();
    println!("{} rules with {} patterns", base.len(), base.patterns());
    bench.start_up();
    let ordinary = bench.folder.join("build.log");
    generate(&ordinary, megabytes << 20, &samples, Kind::Ordinary);
    println!("\n{megabytes} MB of ordinary log, one failure in 10,000 lines");
    let shipped = bench.rules("all", &bench.files);
    bench.table(&ordinary, None, &shipped);
    for count in [50, 250, 300, 1000] {
        println!("\nthe same log, {count} rules");
        let rules = bench.rules(&count.to_string(), &scaled(&bench.files, count));
        let ktui = bench.row("ktui diagnose", &ordinary, 0, bench.ktui(Some(&rules)));
        Bench::compare(ktui, bench.rg(&ordinary, &rules));
    }
    for (kind, title) in
        [(Kind::Words, "only words that rules speak of"), (Kind::Failures, "every line a failure")]
    {
        let file = bench.folder.join("part.log");
        let part = (megabytes / 10).max(1);
        generate(&file, part << 20, &samples, kind);
        println!("\n{part} MB, {title}");
        bench.table(&file, None, &shipped);
    }
    std::fs::remove_dir_all(&bench.folder).unwrap();
}

/// What all rows need.
struct Bench {
    folder: PathBuf,
    program: PathBuf,
    files: Files,
}

/// A rule base on disk: its folder, and its patterns for programs that know nothing of rules.
struct Rules {
    folder: PathBuf,
    rust: PathBuf,
    posix: PathBuf,
    note: String,
}

/// A row stops here and tells how far it came.
const PATIENCE: Duration = Duration::from_secs(60);

impl Bench {
    fn new() -> Self {
        let folder = std::env::temp_dir().join("ktui-bench");
        std::fs::create_dir_all(&folder).unwrap();
        let program = std::env::current_exe().unwrap().ancestors().nth(2).unwrap().join("ktui");
        assert!(program.exists(), "no {}: build ktui in the same profile first", program.display());
        Self { folder, program, files: rule_files() }
    }

    fn rules(&self, name: &str, files: &Files) -> Rules {
        let folder = self.folder.join(format!("rules-{name}"));
        std::fs::create_dir_all(&folder).unwrap();
        for (file, text) in files {
            std::fs::write(folder.join(Path::new(file).file_name().unwrap()), text).unwrap();
        }
        let (base, _) = RuleBase::load(files);
        let patterns: Vec<String> =
            base.rules().flat_map(|rule| &rule.patterns).map(|pattern| anonymous(&pattern.value)).collect();
        let posix: Vec<String> = patterns.iter().filter_map(|pattern| posix(pattern)).collect();
        let note = format!("{} of {} patterns", posix.len(), patterns.len());
        let write = |name: &str, patterns: &[String]| {
            let path = folder.join(name);
            std::fs::write(&path, patterns.join("\n") + "\n").unwrap();
            path
        };
        Rules { rust: write("patterns.rg", &patterns), posix: write("patterns.grep", &posix), note, folder }
    }

    fn start_up(&self) {
        let one = self.folder.join("one.log");
        std::fs::write(&one, "yq: command not found\n").unwrap();
        for (name, args) in
            [("ktui --version", &["--version"][..]), ("ktui diagnose, one line", &["diagnose"])]
        {
            let mut best = Duration::MAX;
            let mut memory = 0;
            for _ in 0..20 {
                let mut command = Command::new(&self.program);
                command.args(args);
                if args == ["diagnose"] {
                    command.arg(&one);
                }
                let (time, peak) = run(command, PATIENCE).unwrap();
                best = best.min(time);
                memory = memory.max(peak);
            }
            println!("{name:>34}  {:>8.1} ms", best.as_secs_f64() * 1e3);
        }
    }

    /// The same text for everyone.
    fn table(&self, log: &Path, rules: Option<&Rules>, patterns: &Rules) {
        let ktui = self.row("ktui diagnose", log, 0, self.ktui(rules));
        let rg = self.rg(log, patterns);
        Self::compare(ktui, rg);
        let grep = |file: &Path| {
            let mut command = Command::new("grep");
            command.args(["-a", "-c", "-E", "-f"]).arg(&patterns.posix).arg(file);
            command
        };
        self.row(&format!("grep -cE, {}", patterns.note), log, 1 << 20, grep);
        self.row("wc -l", log, 0, |file| {
            let mut command = Command::new("wc");
            command.arg("-l").arg(file);
            command
        });
    }

    fn compare(ktui: Option<f64>, rg: Option<f64>) {
        if let (Some(ktui), Some(rg)) = (ktui, rg) {
            println!("{:>34}  {:.1} times rg", "", ktui / rg);
        }
    }

    fn ktui(&self, rules: Option<&Rules>) -> impl Fn(&Path) -> Command {
        let program = self.program.clone();
        let folder = rules.map(|rules| rules.folder.clone());
        move |file| {
            let mut command = Command::new(&program);
            command.arg("diagnose");
            if let Some(folder) = &folder {
                command.arg("--rules").arg(folder);
            }
            command.arg(file);
            command
        }
    }

    fn rg(&self, log: &Path, rules: &Rules) -> Option<f64> {
        self.row("rg -a -c -j1 -f", log, 1 << 20, |file| {
            let mut command = Command::new("rg");
            // Its usual limits do not admit so many patterns.
            command
                .args(["-a", "-c", "-j1", "--regex-size-limit=2G", "--dfa-size-limit=2G", "-f"])
                .arg(&rules.rust)
                .arg(file);
            command
        })
    }

    /// Times a program on a log, or, where it is slow, on more and more of its beginning; answers MB/s.
    fn row(&self, name: &str, log: &Path, from: u64, command: impl Fn(&Path) -> Command) -> Option<f64> {
        let whole = std::fs::metadata(log).unwrap().len();
        let mut size = if from == 0 { whole } else { from.min(whole) };
        loop {
            let part = if size < whole { self.beginning(log, size) } else { log.to_owned() };
            let mut best: Option<(Duration, u64)> = None;
            for _ in 0..3 {
                let Some(round) = run(command(&part), PATIENCE) else { break };
                best = Some(best.map_or(round, |best| if round.0 < best.0 { round } else { best }));
                if round.0 > PATIENCE / 4 {
                    break;
                }
            }
            let megabytes = size as f64 / f64::from(1 << 20);
            let Some((time, peak)) = best else {
                println!("{name:>34}  {megabytes:>6.0} MB  not in {} s, or failed", PATIENCE.as_secs());
                return None;
            };
            if size == whole || time > PATIENCE / 8 {
                let rate = megabytes / time.as_secs_f64();
                println!(
                    "{name:>34}  {megabytes:>6.0} MB  {:>8.3} s  {rate:>8.1} MB/s  {:>6.1} MiB",
                    time.as_secs_f64(),
                    peak as f64 / 1024.0
                );
                return Some(rate);
            }
            size = (size * 4).min(whole);
        }
    }

    fn beginning(&self, log: &Path, size: u64) -> PathBuf {
        let path = self.folder.join("beginning.log");
        let mut part = std::fs::File::open(log).unwrap().take(size);
        std::io::copy(&mut part, &mut std::fs::File::create(&path).unwrap()).unwrap();
        path
    }
}

/// How long a program takes, and its peak memory in KiB; `None` where it fails or takes too long.
fn run(mut command: Command, patience: Duration) -> Option<(Duration, u64)> {
    // A pipe would fill up and stop it.
    let mut errors = tempfile::tempfile().ok()?;
    let start = Instant::now();
    let mut child = command.stdout(Stdio::null()).stderr(errors.try_clone().ok()?).spawn().ok()?;
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    loop {
        if let Some(ended) = child.try_wait().unwrap() {
            let time = start.elapsed();
            if ended.code().is_some_and(|code| code < 2) {
                return Some((time, peak));
            }
            let mut error = String::new();
            errors.rewind().and_then(|()| errors.read_to_string(&mut error)).ok()?;
            println!(
                "{:>34}  {}",
                "",
                error.lines().last().unwrap_or_default().chars().take(90).collect::<String>()
            );
            return None;
        }
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let now = text
            .lines()
            .find_map(|line| line.strip_prefix("VmHWM:")?.split_whitespace().next()?.parse().ok());
        peak = peak.max(now.unwrap_or(0));
        if start.elapsed() > patience {
            let _ = child.kill();
            let _ = child.wait();
            return None;
        }
        std::thread::sleep(Duration::from_micros(500));
    }
}

/// A pattern as `rg -f` takes it: joined, names of groups would stand there twice, and its releases before 14
/// know only escapes that are needed.
fn anonymous(pattern: &str) -> String {
    let names = regex::Regex::new(r"\(\?P?<\w+>").unwrap();
    let idle = regex::Regex::new(r"\\([^\w\\.+*?()|\[\]{}^$#&~-])").unwrap();
    let pattern = names.replace_all(pattern, "(?:");
    let pairs = regex::Regex::new(r"(?s)\\.").unwrap();
    pairs
        .replace_all(&pattern, |pair: &regex::Captures<'_>| idle.replace(&pair[0], "$1").into_owned())
        .into_owned()
}

/// A pattern as `grep -E` takes it; `None` for what it has no words for.
fn posix(pattern: &str) -> Option<String> {
    let foreign = regex::Regex::new(r"\(\?[^:]|[*+?}]\?|\\[xubBAzp]|\[[^\]]*\\").unwrap();
    if foreign.is_match(pattern) {
        return None;
    }
    let plain = pattern.replace("(?:", "(").replace("\\d", "[0-9]");
    Some(plain)
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

/// As many rules as asked for, each in a file of its own: the first ones, or all of them, and again with the words
/// of their patterns spelt backwards, which no log holds.
fn scaled(files: &Files, count: usize) -> Files {
    let texts: Vec<String> =
        files.iter().filter(|(name, _)| !name.ends_with("packages.yaml")).flat_map(rules).collect();
    let numbered = (0..count).map(|number| {
        let text = &texts[number % texts.len()];
        let (id, rest) = text.split_once("- id: ").and_then(|(_, rest)| rest.split_once('\n')).unwrap();
        let rest = if number < texts.len() { rest.to_owned() } else { backwards(rest) };
        let indent = " ".repeat(text.find('-').unwrap());
        let text = format!(
            "family: r{number}\nabout: {{en: Bench, zh: 基准}}\nrules:\n{indent}- id: {}-{number}\n{rest}",
            id.trim()
        );
        (format!("r{number}.yaml"), text)
    });
    numbered.collect()
}

/// The rules of a file, none where they share parts: what refers across rules cannot stand alone.
fn rules((_, text): &(String, String)) -> Vec<String> {
    let body = text.split_once("rules:\n").map_or("", |(_, body)| body);
    if [": *", "- *", "[*", ", *"].iter().any(|alias| body.contains(alias)) {
        return Vec::new();
    }
    let Some(indent) = body.find("- id: ") else { return Vec::new() };
    let indent = indent - body[..indent].rfind('\n').map_or(0, |end| end + 1);
    let start = format!("{}- id: ", " ".repeat(indent));
    let mut rules: Vec<String> = Vec::new();
    for line in body.split_inclusive('\n') {
        match rules.last_mut() {
            _ if line.starts_with(&start) => rules.push(line.to_owned()),
            Some(rule) => *rule += line,
            None => {}
        }
    }
    rules
}

/// A rule with the words of its patterns spelt backwards.
fn backwards(rule: &str) -> String {
    let mut out = String::new();
    let mut depth = None;
    for line in rule.split_inclusive('\n') {
        let indent = line.len() - line.trim_start().len();
        if line.trim_end().ends_with("patterns:") {
            depth = Some(indent);
        } else if depth.is_some_and(|depth| indent <= depth && !line.trim_start().starts_with("- ")) {
            depth = None;
        }
        let inside = depth.is_some() && !line.trim_end().ends_with("patterns:");
        if inside { spell_backwards(line, &mut out) } else { out += line }
    }
    out
}

/// Words of five letters and more; names of groups, escapes and templates stay.
fn spell_backwards(line: &str, out: &mut String) {
    let mut before = ' ';
    for run in line.split_inclusive(|c: char| !c.is_ascii_alphabetic()) {
        let word = run.trim_end_matches(|c: char| !c.is_ascii_alphabetic());
        let kept = usize::from(before == '\\').min(word.len());
        let word_end = word.len();
        out.push_str(&word[..kept]);
        if word_end - kept >= 5 && !"<?{".contains(before) {
            out.extend(word[kept..].chars().rev());
        } else {
            out.push_str(&word[kept..]);
        }
        out.push_str(&run[word_end..]);
        before = run.chars().next_back().unwrap_or(' ');
    }
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
