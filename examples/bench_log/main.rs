//! The app on a log of 2 GB and 20 million lines, beside less, lnav and rg; and under a flood, beside tmux.
//!
//! `cargo build --release && cargo run --release --example bench_log -- [MEGABYTES]` (default 2000). Every program
//! runs in a terminal of its own, on the same file, in the same run; what is timed is when the words that belong
//! on its screen stand there. Prints the tables of BENCHMARKS.md, each bar with what was measured against it. What is
//! not installed is left out, and what takes a peer longer than a minute is said to, and
//! what would take it as long again is not tried.
#![expect(clippy::disallowed_methods, reason = "a bench starts processes and reads the clock")]

mod flood;
mod frames;
mod log;
mod screen;

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use screen::Screen;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// Stands in the first line, in the last one, and beside the rare word.
const FIRST: &str = "FIRSTMARK";
const LAST: &str = "LASTMARK";
const RARE: &str = "Zyzzogeton";
const BESIDE: &str = "RAREMARK";
/// Stands nowhere.
const NOWHERE: &str = "Nowheretobefound";
/// Rounds of ktui and rg; peers are slow enough for one.
const ROUNDS: usize = 5;

fn main() -> Outcome<()> {
    let megabytes: u64 = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(2000);
    let dir = std::env::temp_dir().join(format!("ktui-bench-log-{}", std::process::id()));
    fs::create_dir_all(&dir)?;
    let outcome = measure(&dir, megabytes);
    fs::remove_dir_all(&dir)?;
    outcome
}

fn measure(dir: &Path, megabytes: u64) -> Outcome<()> {
    let began = Instant::now();
    let path = dir.join("big.log");
    let lines = log::write(&path, megabytes << 20)?;
    println!("{lines} lines, {megabytes} MiB; medians of {ROUNDS} rounds, of peers one\n");
    println!("| | first screen | end of file | rare word | last match | filter | peak memory |");
    println!("| --- | --- | --- | --- | --- | --- | --- |");
    let name = path.display().to_string();
    let rg = rg(&path)?;
    let programs = programs(&name)?;
    let mut rows = Vec::new();
    for program in programs.iter().filter(|program| installed(&program.args[0])) {
        let row = program.row()?;
        println!("{}", row.text(program.name));
        rows.push(row);
    }
    if let Some(rg) = rg {
        println!("| rg -c | | | {0} | {0} | | |", shown(rg));
    }
    let cancel = cancel(&programs[0])?;
    let frame = frames::measure(&path)?;
    let flood = flood::measure(dir)?;
    println!("\nBars, of this run:\n");
    bars(&rows, rg, cancel, frame, &flood);
    println!("\nAll of it took {}.", shown(began.elapsed()));
    Ok(())
}

/// What was promised, and what was measured.
fn bars(rows: &[Row], rg: Option<Duration>, cancel: Duration, frame: Duration, flood: &flood::Floods) {
    let say = |what: &str, holds: bool, is: String| {
        println!("* {what}: {is}{}", if holds { "" } else { " **missed**" });
    };
    let Some(ktui) = rows.first() else { return };
    let at_once = Duration::from_millis(100);
    for (what, cell) in [("first screen", ktui.first), ("end of file", ktui.end)] {
        let holds = cell.is_some_and(|took| took <= at_once);
        say(&format!("{what} within 100 ms"), holds, said(cell));
    }
    if let (Some(rg), Some(rare)) = (rg, ktui.rare) {
        let part = rg.as_secs_f64() / rare.as_secs_f64();
        say("a rare word found at half of rg's rate or better", part >= 0.5, format!("{part:.2}"));
    }
    say("a search given up within 50 ms", cancel <= Duration::from_millis(50), shown(cancel));
    // Where lnav did not come to the end, nobody knows how much it would have needed.
    let lnav = rows.get(2).filter(|lnav| lnav.end.is_some());
    let most = lnav.map_or(100.0, |lnav| (lnav.peak / 10.0).min(100.0));
    say(&format!("peak memory below {most:.0} MB"), ktui.peak < most, format!("{:.0} MB", ktui.peak));
    say("a frame at 200x60 below 4 ms, 99 of 100", frame < Duration::from_millis(4), shown(frame));
    if let Some(times) = flood.times {
        say("a flood in no more time than in tmux", times <= 1.0, format!("{times:.2} times"));
    }
    let rate = flood.rate / 1000.0;
    say("at most 60 kB a second to the terminal under it", rate <= 60.0, format!("{rate:.0} kB"));
    let holds = flood.slowest.is_some_and(|took| took <= Duration::from_millis(50));
    say("a key answered within 50 ms under it", holds, said(flood.slowest));
}

fn programs(name: &str) -> Outcome<[Program; 3]> {
    let program = |name, words: &[&str], first, to_end, find, filter| Program {
        name,
        args: words.iter().map(|word| (*word).to_owned()).collect(),
        first,
        to_end,
        find,
        filter,
        rounds: if name == "ktui" { ROUNDS } else { 1 },
    };
    let ktui = beside("ktui")?;
    Ok([
        program("ktui", &[&ktui, "replay", name], LAST, "", "g/", "&"),
        program("less", &["less", name], FIRST, "G", "g/", "g&"),
        program("lnav", &["lnav", "-N", name], "MARK", "G", "g/", ":filter-in "),
    ])
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
    /// The keys that ask for a filter.
    filter: &'static str,
    rounds: usize,
}

/// What was measured of a program; nothing where it took too long. Memory in MB.
struct Row {
    first: Option<Duration>,
    end: Option<Duration>,
    rare: Option<Duration>,
    last: Option<Duration>,
    filter: Option<Duration>,
    peak: f64,
}

impl Row {
    fn text(&self, name: &str) -> String {
        let cells = [self.first, self.end, self.rare, self.last, self.filter].map(said);
        format!("| {name} | {} | {:.0} MB |", cells.join(" | "), self.peak)
    }
}

impl Program {
    fn row(&self) -> Outcome<Row> {
        let mut cells: [Vec<Option<Duration>>; 5] = Default::default();
        let mut peak: u64 = 0;
        for _ in 0..self.rounds {
            let mut screen = Screen::start(&self.args, 120, 40)?;
            let start = Instant::now();
            cells[0].push(screen.wait_for(self.first));
            screen.keys(self.to_end)?;
            cells[1].push(screen.wait_for(LAST).map(|_| start.elapsed()));
            let there = cells[1].iter().all(Option::is_some);
            let keys = format!("{}{RARE}\r", self.find);
            cells[2].push(if there { screen.ask(&keys, BESIDE)? } else { None });
            peak = peak.max(screen.peak());
            drop(screen);
            if cells[2].contains(&None) {
                cells[3].push(None);
                cells[4].push(None);
                continue;
            }
            // Anew, so that nothing of the file is known from the last search.
            let mut screen = Screen::start(&self.args, 120, 40)?;
            screen.wait_for(self.first);
            let keys = format!("{}{}\r", self.find, &LAST[..LAST.len() - 1]);
            cells[3].push(screen.ask_anew(&keys, LAST)?);
            peak = peak.max(screen.peak());
            drop(screen);
            let mut screen = Screen::start(&self.args, 120, 40)?;
            screen.wait_for(self.first);
            cells[4].push(screen.ask(&format!("{}{RARE}\r", self.filter), BESIDE)?);
            peak = peak.max(screen.peak());
        }
        let [first, end, rare, last, filter] = cells.map(median);
        Ok(Row { first, end, rare, last, filter, peak: peak as f64 / 1024.0 })
    }
}

/// How long it takes to be rid of a search that would go over all of the file.
fn cancel(ktui: &Program) -> Outcome<Duration> {
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        let mut screen = Screen::start(&ktui.args, 120, 40)?;
        screen.wait_for(LAST);
        screen.ask(&format!("g/{NOWHERE}\r"), NOWHERE)?;
        let asked = Instant::now();
        screen.keys("\x1b")?;
        times.push(screen.wait_until(|text| !text.contains(NOWHERE)).map(|_| asked.elapsed()));
    }
    Ok(median(times).ok_or("the search stayed")?)
}

/// How long rg takes to count the lines with the rare word.
fn rg(log: &Path) -> Outcome<Option<Duration>> {
    if !installed("rg") {
        return Ok(None);
    }
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        let start = Instant::now();
        Command::new("rg").args(["-c", RARE]).arg(log).stdout(Stdio::null()).status()?;
        times.push(Some(start.elapsed()));
    }
    Ok(median(times))
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

/// The median; what took too long is longer than all else.
fn median(mut all: Vec<Option<Duration>>) -> Option<Duration> {
    all.sort_by_key(|took| took.unwrap_or(Duration::MAX));
    all.get(all.len() / 2).copied().flatten()
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn shown(time: Duration) -> String {
    if time < Duration::from_millis(10) {
        format!("{:.1} ms", ms(time))
    } else if time < Duration::from_secs(1) {
        format!("{:.0} ms", ms(time))
    } else {
        format!("{:.2} s", time.as_secs_f64())
    }
}

fn said(cell: Option<Duration>) -> String {
    cell.map_or_else(|| format!("over {}", shown(screen::PATIENCE)), shown)
}
