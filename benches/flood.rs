//! Five million lines through the runner and through `script`, round about: times, ratio, memory.
//!
//! `cargo bench --bench flood`. What is compared is the whole life of a process: `ktui runner FOLDER` with one
//! stage, its log written and complete at the end, against `script -qc` of the same command into /dev/null.
//! KTUI_FLOOD_ROUNDS sets the rounds (default 5).
#![expect(clippy::disallowed_methods, reason = "a bench starts processes and reads the clock")]

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use ktui::event::{Event, Note};
use ktui::plan::resolve::{Resolved, ResolvedStage};
use ktui::runner::order::Order;
use ktui::session::reader::Reader;
use ktui::session::store::SessionDir;

const LINES: usize = 5_000_000;

/// One way's figures of one round.
struct Run {
    wall: Duration,
    /// What the log says the stage took; nothing for `script`.
    stage: Option<Duration>,
    peak_kib: u64,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Cargo passes `--bench`; under `cargo test` nothing is measured.
    if !std::env::args().any(|argument| argument == "--bench") {
        return Ok(());
    }
    let rounds = std::env::var("KTUI_FLOOD_ROUNDS").ok().and_then(|n| n.parse().ok()).unwrap_or(5);
    let command = format!("yes | head -n {LINES}");
    let (mut script, mut ours) = (Vec::new(), Vec::new());
    for round in 1..=rounds {
        script.push(through_script(&command)?);
        ours.push(through_runner(&command)?);
        if let (Some(a), Some(b)) = (script.last(), ours.last()) {
            println!(
                "round {round}: script {:.3} s, runner {:.3} s",
                a.wall.as_secs_f64(),
                b.wall.as_secs_f64()
            );
        }
    }
    let (theirs, whole) = (median(&script, |run| run.wall), median(&ours, |run| run.wall));
    let stage = median(&ours, |run| run.stage.unwrap_or_default());
    let peak = ours.iter().map(|run| run.peak_kib).max().unwrap_or_default();
    println!("median: script {theirs:.3} s, runner {whole:.3} s (its stage {stage:.3} s)");
    println!("ratio: {:.2} (promised: at most 1.30)", whole / theirs);
    println!("runner's peak resident memory: {:.1} MiB", peak as f64 / 1024.0);
    Ok(())
}

fn median(runs: &[Run], what: impl Fn(&Run) -> Duration) -> f64 {
    let mut all: Vec<f64> = runs.iter().map(|run| what(run).as_secs_f64()).collect();
    all.sort_by(f64::total_cmp);
    all.get(all.len() / 2).copied().unwrap_or(f64::NAN)
}

fn through_script(command: &str) -> std::io::Result<Run> {
    let begun = Instant::now();
    let mut script = Command::new("script");
    script.args(["-qc", command, "/dev/null"]).stdin(Stdio::null()).stdout(Stdio::null());
    let (wall, peak_kib) = watch(script.spawn()?, begun)?;
    Ok(Run { wall, stage: None, peak_kib })
}

fn through_runner(command: &str) -> Result<Run, Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let session = SessionDir::at(folder.path());
    let stage = ResolvedStage {
        id: "flood".into(),
        script: command.into(),
        shell: vec!["bash".into()],
        dir: folder.path().into(),
        ..ResolvedStage::default()
    };
    let plan = Resolved {
        plan: "flood".into(),
        dir: folder.path().into(),
        target: "local".into(),
        stages: vec![stage],
        ..Resolved::default()
    };
    Order::new("flood", plan).save(&session.order())?;
    let begun = Instant::now();
    let mut runner = Command::new(env!("CARGO_BIN_EXE_ktui"));
    runner.arg("runner").arg(folder.path()).stdin(Stdio::null()).stdout(Stdio::null());
    let (wall, peak_kib) = watch(runner.spawn()?, begun)?;
    let stage = Some(check(&session.cast())?);
    Ok(Run { wall, stage, peak_kib })
}

/// Waits for the process; how long it lived and how much memory it held at most.
fn watch(mut child: Child, begun: Instant) -> std::io::Result<(Duration, u64)> {
    let status = format!("/proc/{}/status", child.id());
    let (stop, stopped) = std::sync::mpsc::channel::<()>();
    let peak = std::thread::spawn(move || {
        let mut peak = 0;
        while stopped.recv_timeout(Duration::from_millis(20)).is_err() {
            let text = std::fs::read_to_string(&status).unwrap_or_default();
            let now = text
                .lines()
                .find_map(|line| line.strip_prefix("VmHWM:")?.split_whitespace().next()?.parse().ok());
            peak = peak.max(now.unwrap_or(0));
        }
        peak
    });
    child.wait()?;
    let wall = begun.elapsed();
    let _ = stop.send(());
    Ok((wall, peak.join().unwrap_or_default()))
}

/// That nothing is missing from the log, and how long the stage took.
fn check(log: &Path) -> Result<Duration, Box<dyn std::error::Error>> {
    let mut reader = Reader::open(log)?;
    let (mut bytes, mut took) = (0, None);
    loop {
        let events = reader.poll()?;
        if events.is_empty() {
            break;
        }
        for timed in events {
            match timed.event {
                Event::Output(text) => bytes += text.len(),
                Event::Note(Note::RunEnded(end)) => took = Some(Duration::from_millis(end.millis)),
                _ => {}
            }
        }
    }
    if bytes != LINES * "y\r\n".len() {
        return Err(format!("{bytes} bytes arrived of {}", LINES * 3).into());
    }
    took.ok_or_else(|| "the log has no end of the stage".into())
}
