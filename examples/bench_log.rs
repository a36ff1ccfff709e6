//! The app on a log of 2 GB and 20 million lines, beside less, lnav and rg; and under a flood, beside tmux.
//!
//! `cargo build --release && cargo run --release --example bench_log -- [MEGABYTES]` (default 2000). Every program
//! runs in a terminal of its own, on the same file, in the same run; what is timed is when the words that belong
//! on its screen have reached the terminal. Prints the tables of BENCHMARKS.md. What is not installed is left out.
#![expect(clippy::disallowed_methods, reason = "a bench starts processes and reads the clock")]

use std::fs::{self, File};
use std::io::{BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use ktui::event::Timed;
use ktui::locale::Lang;
use ktui::model::Model;
use ktui::model::action::Action;
use ktui::model::text::News;
use ktui::text::index::Indexer;
use ktui::text::store::Shelf;
use ktui::theme::Theme;
use ktui::view::{self, Glyphs, Look};
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// Stands in the first line, in the last one, and beside the rare word.
const FIRST: &str = "FIRSTMARK";
const LAST: &str = "LASTMARK";
const RARE: &str = "Zyzzogeton";
const BESIDE: &str = "RAREMARK";
const ROUNDS: usize = 3;
const PATIENCE: Duration = Duration::from_secs(300);

fn main() -> Outcome<()> {
    let megabytes: u64 = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(2000);
    let dir = std::env::temp_dir().join(format!("ktui-bench-log-{}", std::process::id()));
    fs::create_dir_all(&dir)?;
    let outcome = measure(&dir, megabytes);
    fs::remove_dir_all(&dir)?;
    outcome
}

fn measure(dir: &Path, megabytes: u64) -> Outcome<()> {
    let log = dir.join("big.log");
    let lines = write_log(&log, megabytes << 20)?;
    println!("{lines} lines, {megabytes} MiB; medians of {ROUNDS} rounds\n");
    println!("| | first screen | end of file | rare word | peak memory |");
    println!("| --- | --- | --- | --- | --- |");
    let ktui = beside("ktui")?;
    let log_name = log.display().to_string();
    let programs = [
        Program {
            name: "ktui",
            args: vec![ktui, "replay".into(), log_name.clone()],
            first: LAST,
            to_end: "",
            find: "/",
        },
        Program {
            name: "less",
            args: vec!["less".into(), log_name.clone()],
            first: FIRST,
            to_end: "G",
            find: "g/",
        },
        Program {
            name: "lnav",
            args: vec!["lnav".into(), "-N".into(), log_name.clone()],
            first: "MARK",
            to_end: "G",
            find: "g/",
        },
    ];
    for program in programs.iter().filter(|program| installed(&program.args[0])) {
        program.row()?;
    }
    let mut rates = Vec::new();
    for _ in 0..ROUNDS {
        let start = Instant::now();
        Command::new("rg").args(["-c", RARE]).arg(&log).stdout(Stdio::null()).status()?;
        rates.push(start.elapsed());
    }
    println!("| rg -c | | | {} | |", shown(median(rates)));
    frames(&log)?;
    flood(dir)
}

/// A log of build lines; answers with how many.
fn write_log(path: &Path, bytes: u64) -> Outcome<u64> {
    let mut out = BufWriter::with_capacity(1 << 20, File::create(path)?);
    let mut written = 0u64;
    let mut lines = 0u64;
    let mut seed = 7u64;
    let mut rare = false;
    writeln!(out, "{FIRST} a build begins")?;
    while written < bytes {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let n = seed >> 33;
        let line = match n % 5 {
            0 => format!(
                "go: downloading example.org/module{}/part{} v1.{}.{} into the module cache of this machine, please wait\n",
                n % 977,
                n % 89,
                n % 40,
                n % 17
            ),
            1 => format!(
                "gcc -O2 -Wall -Wextra -Iinclude -Ivendor/part{} -c -o build/object{}.o src/part{}/file{}.c\n",
                n % 89,
                n % 4801,
                n % 89,
                n % 4801
            ),
            2 => format!(
                "make[{}]: Entering directory '/home/builder/src/component{}/part{}/generated/sources'\n",
                n % 4 + 1,
                n % 977,
                n % 89
            ),
            3 => format!(
                "compile pkg/agent/part{:03}/handler{:05}.go: {} functions, {} lines, inlined {} calls, escape analysis done\n",
                n % 977,
                n % 48_017,
                n % 97,
                n % 4001,
                n % 301
            ),
            _ => format!(
                "step {}: {:08x} {:08x} checked, cached layer {} reused for linux/amd64, linux/arm64 and linux/riscv64\n",
                n % 31,
                n,
                n.rotate_left(13) as u32,
                n % 211
            ),
        };
        if !rare && written > bytes / 4 * 3 {
            rare = true;
            writeln!(out, "the rare word {RARE} stands here with {BESIDE}")?;
            lines += 1;
        }
        out.write_all(line.as_bytes())?;
        written += line.len() as u64;
        lines += 1;
    }
    writeln!(out, "{LAST} the build ends")?;
    out.flush()?;
    Ok(lines + 2)
}

struct Program {
    name: &'static str,
    args: Vec<String>,
    /// What its first screen shows.
    first: &'static str,
    /// The keys that lead to the end; none where it opens there.
    to_end: &'static str,
    /// The keys that open its search from the top.
    find: &'static str,
}

impl Program {
    fn row(&self) -> Outcome<()> {
        let (mut first, mut end, mut find, mut peak) = (Vec::new(), Vec::new(), Vec::new(), 0);
        for _ in 0..ROUNDS {
            let start = Instant::now();
            let mut screen = Screen::start(&self.args, 120, 40)?;
            screen.wait_for(self.first)?;
            first.push(start.elapsed());
            if self.to_end.is_empty() {
                end.push(start.elapsed());
            } else {
                let mut screen = Screen::start(&self.args, 120, 40)?;
                let start = Instant::now();
                screen.wait_for(self.first)?;
                screen.keys(self.to_end)?;
                screen.wait_for(LAST)?;
                end.push(start.elapsed());
                peak = peak.max(screen.peak());
            }
            // Peers need half a minute for this; once is enough.
            if self.name == "ktui" || find.is_empty() {
                let asked = Instant::now();
                screen.keys(&format!("{}{RARE}\r", self.find))?;
                screen.wait_for(BESIDE)?;
                find.push(asked.elapsed());
            }
            peak = peak.max(screen.peak());
        }
        let [first, end, find] = [first, end, find].map(|all| shown(median(all)));
        println!("| {} | {first} | {end} | {find} | {:.0} MB |", self.name, peak as f64 / 1024.0);
        Ok(())
    }
}

/// A program in a terminal.
struct Screen {
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
    keys: Box<dyn Write + Send>,
    output: Receiver<Vec<u8>>,
    seen: Vec<u8>,
    /// Bytes that it wrote.
    bytes: u64,
}

impl Screen {
    fn start(args: &[String], cols: u16, rows: u16) -> Outcome<Self> {
        let pair = native_pty_system().openpty(PtySize { rows, cols, pixel_width: 0, pixel_height: 0 })?;
        let mut command = CommandBuilder::new(&args[0]);
        command.args(&args[1..]);
        command.env("TERM", "xterm-256color");
        command.env("LC_ALL", "C.UTF-8");
        let child = pair.slave.spawn_command(command)?;
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader()?;
        let (out, output) = channel();
        thread::spawn(move || {
            let mut room = vec![0; 1 << 16];
            while let Ok(got @ 1..) = reader.read(&mut room) {
                if out.send(room[..got].to_vec()).is_err() {
                    return;
                }
            }
        });
        let keys = pair.master.take_writer()?;
        Ok(Self { child, master: pair.master, keys, output, seen: Vec::new(), bytes: 0 })
    }

    fn keys(&mut self, keys: &str) -> Outcome<()> {
        self.seen.clear();
        self.keys.write_all(keys.as_bytes())?;
        Ok(self.keys.flush()?)
    }

    /// Waits until a word reaches the terminal.
    fn wait_for(&mut self, word: &str) -> Outcome<()> {
        let until = Instant::now() + PATIENCE;
        loop {
            if self.seen.windows(word.len()).any(|part| part == word.as_bytes()) {
                return Ok(());
            }
            // A word may be cut anywhere, but not more than a screen ago.
            let old = self.seen.len().saturating_sub(1 << 16);
            self.seen.drain(..old);
            match self.output.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(bytes) => self.take(&bytes),
                Err(RecvTimeoutError::Timeout) => return Err(format!("`{word}` never came").into()),
                Err(RecvTimeoutError::Disconnected) => return Err(format!("ended before `{word}`").into()),
            }
        }
    }

    fn take(&mut self, bytes: &[u8]) {
        self.bytes += bytes.len() as u64;
        self.seen.extend_from_slice(bytes);
    }

    /// Takes what came meanwhile.
    fn drain(&mut self) {
        while let Ok(bytes) = self.output.try_recv() {
            self.take(&bytes);
        }
        let old = self.seen.len().saturating_sub(1 << 16);
        self.seen.drain(..old);
    }

    /// Peak resident memory so far, in KiB.
    fn peak(&self) -> u64 {
        let status = self.child.process_id().map(|pid| fs::read_to_string(format!("/proc/{pid}/status")));
        let status = status.and_then(Result::ok).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = self.master.get_size();
    }
}

/// The log as a shelf, for drawing without a terminal.
struct Standing(File);

impl Shelf for Standing {
    fn put(&mut self, _bytes: &[u8]) -> std::io::Result<u64> {
        Err(std::io::ErrorKind::ReadOnlyFilesystem.into())
    }

    fn get(&self, place: u64, bytes: &mut [u8]) -> std::io::Result<()> {
        std::os::unix::fs::FileExt::read_exact_at(&self.0, bytes, place)
    }
}

/// Time of a frame at 200×60, at places all over the log.
fn frames(log: &Path) -> Outcome<()> {
    let mut file = File::open(log)?;
    let mut indexer = Indexer::new(0);
    let mut blocks = Vec::new();
    let mut room = vec![0; 1 << 18];
    while let got @ 1.. = file.read(&mut room)? {
        indexer.feed(&room[..got], &mut blocks);
    }
    blocks.extend(indexer.finish(Some(b'\n')));
    let start = Timed { at: Duration::ZERO, event: ktui::event::Event::Marker(String::new()) };
    let mut model = Model::text("big.log", start, Box::new(Standing(file)));
    let update = |model: &mut Model, input| drop(model.update(Duration::ZERO, input));
    update(&mut model, ktui::model::Input::Text(News::Blocks(blocks)));
    update(&mut model, ktui::model::Input::Text(News::Counted));
    let (theme, _) = Theme::load("ktui-dark.yaml", include_str!("../themes/ktui-dark.yaml"));
    let theme = theme.ok_or("the theme is valid")?;
    let keymap = ktui::keymap::Keymap::default();
    let look = Look { theme: &theme, glyphs: Glyphs::of(true), lang: Lang::En, home: "", keymap: &keymap };
    let area = Rect::new(0, 0, 200, 60);
    let mut times = Vec::new();
    let lines = model.log.len();
    for step in 0..1000u64 {
        if step % 10 == 0 {
            model.log.reveal(step.wrapping_mul(7_919_000_003) % lines);
        } else {
            update(&mut model, ktui::model::Input::Action(Action::PageUp));
        }
        let begin = Instant::now();
        view::fit(&mut model, area);
        let mut buffer = Buffer::empty(area);
        view::frame(&mut model, look, area, &mut buffer);
        times.push(begin.elapsed());
    }
    times.sort();
    println!(
        "\nframe at 200x60: median {:.2} ms, 99 of 100 under {:.2} ms, slowest {:.2} ms",
        ms(times[500]),
        ms(times[990]),
        ms(times[999])
    );
    Ok(())
}

const FLOODED: u64 = 100_000_000;

/// 100 MB of `yes` in a stage, the screen attached, beside the same in tmux.
fn flood(dir: &Path) -> Outcome<()> {
    println!(
        "\n| 100 MB of `yes` at 120x40 | wall | bytes to the terminal | a second | key answered within |"
    );
    println!("| --- | --- | --- | --- | --- |");
    let mut walls = (Vec::new(), Vec::new());
    for round in 0..3 {
        let tree = dir.join(format!("tree{round}"));
        let args = build(&tree, &dir.join(format!("state{round}")))?;
        let one = under_flood(&args, &tree.join("took"), Some("?"))?;
        println!("| ktui | {} |", one.row());
        walls.0.push(one.wall);
        if installed("tmux") {
            let took = dir.join(format!("took{round}"));
            let file = dir.join("flood.sh");
            fs::write(&file, flooding(&took))?;
            let args: Vec<String> = [
                "tmux",
                "-L",
                &format!("ktui-bench-{}", std::process::id()),
                "-f",
                "/dev/null",
                "new-session",
                &format!("bash {}", file.display()),
            ]
            .map(str::to_owned)
            .into();
            let one = under_flood(&args, &took, None)?;
            println!("| tmux | {} |", one.row());
            walls.1.push(one.wall);
        }
    }
    if !walls.1.is_empty() {
        println!(
            "\nwall, medians: {:.2} times tmux's",
            median(walls.0).as_secs_f64() / median(walls.1).as_secs_f64()
        );
    }
    Ok(())
}

/// A tree whose only stage floods, and what builds it.
fn build(tree: &Path, state: &Path) -> Outcome<Vec<String>> {
    fs::create_dir_all(tree)?;
    let script = flooding(&tree.join("took")).replace('\n', "\n      ");
    fs::write(
        tree.join("ktui.yaml"),
        format!(
            "plan: flood\ntitle: {{en: Flood}}\nabout: {{en: Floods.}}\nstages:\n  - id: flood\n    title: {{en: Flood}}\n    run: |\n      {script}\n"
        ),
    )?;
    let home = state.display();
    let args =
        ["env", &format!("XDG_STATE_HOME={home}"), &format!("XDG_CONFIG_HOME={home}"), &beside("ktui")?];
    let more = ["build", "-C", &tree.display().to_string(), "--trust", "flood"];
    Ok(args.into_iter().chain(more).map(str::to_owned).collect())
}

fn flooding(took: &Path) -> String {
    format!(
        "sleep 1\nbegin=$(date +%s%N)\n(yes 'the quick brown fox jumps over the lazy dog' || true) | head -c {FLOODED}\nend=$(date +%s%N)\necho $((end - begin)) > {0}.part\nmv {0}.part {0}\nsleep 1",
        took.display()
    )
}

struct Flooded {
    wall: Duration,
    bytes: u64,
    answers: Vec<Duration>,
}

impl Flooded {
    fn row(&self) -> String {
        let rate = self.bytes as f64 / self.wall.as_secs_f64() / 1000.0;
        let slowest = self.answers.iter().max().map_or(String::new(), |slowest| shown(*slowest));
        format!("{} | {} kB | {rate:.0} kB | {slowest}", shown(self.wall), self.bytes / 1000)
    }
}

fn under_flood(args: &[String], took: &PathBuf, key: Option<&str>) -> Outcome<Flooded> {
    let mut screen = Screen::start(args, 120, 40)?;
    screen.wait_for("lazy")?;
    let before = screen.bytes;
    let until = Instant::now() + PATIENCE;
    let mut answers = Vec::new();
    while !took.exists() && Instant::now() < until {
        if let Some(key) = key.filter(|_| answers.len() < 10) {
            let asked = Instant::now();
            screen.keys(key)?;
            screen.wait_for("suspend")?;
            answers.push(asked.elapsed());
            screen.keys("\x1b")?;
        }
        thread::sleep(Duration::from_millis(50));
        screen.drain();
    }
    let bytes = screen.bytes - before;
    let nanos: u64 = fs::read_to_string(took)?.trim().parse()?;
    Ok(Flooded { wall: Duration::from_nanos(nanos), bytes, answers })
}

/// A program built beside this one.
fn beside(name: &str) -> Outcome<String> {
    let mut path = std::env::current_exe()?;
    path.pop();
    path.pop();
    path.push(name);
    if path.exists() {
        Ok(path.display().to_string())
    } else {
        Err("build ktui first: cargo build --release".into())
    }
}

fn installed(name: &str) -> bool {
    Path::new(name).exists() || which::which(name).is_ok()
}

fn median(mut all: Vec<Duration>) -> Duration {
    all.sort();
    all.get(all.len() / 2).copied().unwrap_or_default()
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn shown(time: Duration) -> String {
    if time < Duration::from_secs(1) {
        format!("{:.0} ms", ms(time))
    } else {
        format!("{:.2} s", time.as_secs_f64())
    }
}
