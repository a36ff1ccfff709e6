//! 100 MB of `yes` in a stage, the screen attached, beside the same in tmux: once watched only, once with questions.
//!
//! Each question draws the whole screen twice, the answer and what was there before; ten in a second or two would say
//! more about the bench than about the flood, so what is written is judged where nobody types, and told for both.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use crate::screen::{PATIENCE, Screen};
use crate::{Outcome, beside, installed, median, shown};

const FLOODED: u64 = 100_000_000;
const ROUNDS: usize = 3;
/// Ticks of the processor's time a second, as `/proc` counts them.
const TICKS: f64 = 100.0;

/// What the flood came to.
pub(crate) struct Floods {
    /// How many times as long as in tmux it takes, where there is tmux.
    pub(crate) times: Option<f64>,
    /// Bytes a second to the terminal while nobody types; the worst round.
    pub(crate) rate: f64,
    /// The slowest answer to a key; `None`: one never came.
    pub(crate) slowest: Option<Duration>,
}

/// Prints the table.
pub(crate) fn measure(dir: &Path) -> Outcome<Floods> {
    println!(
        "\n| 100 MB of `yes` at 120x40 | wall | processor | bytes to the terminal | a second | slowest answer to a key |"
    );
    println!("| --- | --- | --- | --- | --- | --- |");
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    let mut floods = Floods { times: None, rate: 0.0, slowest: Some(Duration::ZERO) };
    for round in 0..ROUNDS {
        let watched = in_ktui(dir, round, false)?;
        ours.push(Some(watched.wall));
        floods.rate = floods.rate.max(watched.rate());
        let asked = in_ktui(dir, round, true)?;
        floods.slowest = floods.slowest.zip(asked.slowest()).map(|(so_far, now)| so_far.max(now));
        if installed("tmux") {
            theirs.push(Some(in_tmux(dir, round, false)?.wall));
            in_tmux(dir, round, true)?;
        }
    }
    floods.times =
        median(ours).zip(median(theirs)).map(|(ours, theirs)| ours.as_secs_f64() / theirs.as_secs_f64());
    Ok(floods)
}

fn in_ktui(dir: &Path, round: usize, asked: bool) -> Outcome<Flooded> {
    let tree = dir.join(format!("tree{round}{asked}"));
    let state = dir.join(format!("state{round}{asked}"));
    let args = build(&tree, &state)?;
    let runner = || runner(&state);
    let key = asked.then_some(("?", " Keys ", "\x1b"));
    let one = under_flood(&args, &tree.join("took"), key, &runner)?;
    println!("| ktui{} | {} |", typing(asked), one.row());
    // The wait for a decision is not wanted any more.
    if let Some(pid) = runner() {
        Command::new("kill").arg(pid.to_string()).status()?;
    }
    fs::remove_dir_all(&state)?;
    Ok(one)
}

fn in_tmux(dir: &Path, round: usize, asked: bool) -> Outcome<Flooded> {
    let took = dir.join(format!("took{round}{asked}"));
    let file = dir.join("flood.sh");
    fs::write(&file, flooding(&took))?;
    let name = format!("ktui-bench-{}-{round}{asked}", std::process::id());
    let args: Vec<String> =
        ["tmux", "-L", &name, "-f", "/dev/null", "new-session", &format!("bash {}", file.display())]
            .map(str::to_owned)
            .into();
    let ask = |what: &[&str]| Command::new("tmux").args(["-L", &name]).args(what).env_remove("TMUX").output();
    let server = || {
        let said = ask(&["display-message", "-p", "#{pid}"]).ok()?;
        String::from_utf8_lossy(&said.stdout).trim().parse().ok()
    };
    let key = asked.then_some(("\x02?", "Send the prefix key", "q"));
    let one = under_flood(&args, &took, key, &server)?;
    println!("| tmux{} | {} |", typing(asked), one.row());
    let _ended_by_itself = ask(&["kill-server"]);
    Ok(one)
}

fn typing(asked: bool) -> &'static str {
    if asked { ", ten questions" } else { "" }
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
        "echo ready; sleep 1\nbegin=$(date +%s%N)\n(yes 'the quick brown fox jumps over the lazy dog' || true) | head -c {FLOODED}\nend=$(date +%s%N)\necho $((end - begin)) > {0}.part\nmv {0}.part {0}\nsleep 2",
        took.display()
    )
}

/// The runner of the only session.
fn runner(state: &Path) -> Option<u32> {
    let sessions = fs::read_dir(state.join("ktui/sessions")).ok()?;
    let file = sessions.flatten().next()?.path().join("runner.pid");
    fs::read_to_string(file).ok()?.split_whitespace().next()?.parse().ok()
}

struct Flooded {
    wall: Duration,
    /// Processor time of the screen and of what runs the command.
    processor: Duration,
    bytes: u64,
    answers: Vec<Option<Duration>>,
}

impl Flooded {
    /// Bytes a second to the terminal.
    fn rate(&self) -> f64 {
        self.bytes as f64 / self.wall.as_secs_f64()
    }

    /// `None`: an answer never came.
    fn slowest(&self) -> Option<Duration> {
        self.answers.iter().max_by_key(|took| took.unwrap_or(Duration::MAX)).copied().unwrap_or_default()
    }

    fn row(&self) -> String {
        let slowest = match self.answers.len() {
            0 => String::new(),
            count => format!("{} of {count}", crate::said(self.slowest())),
        };
        let (wall, processor) = (shown(self.wall), shown(self.processor));
        let (bytes, rate) = (self.bytes / 1000, self.rate() / 1000.0);
        format!("{wall} | {processor} | {bytes} kB | {rate:.0} kB | {slowest}")
    }
}

/// Floods a screen. `key` is what to press meanwhile, if anything, what answers it, and what takes that away again.
fn under_flood(
    args: &[String],
    took: &PathBuf,
    key: Option<(&str, &str, &str)>,
    behind: &dyn Fn() -> Option<u32>,
) -> Outcome<Flooded> {
    let mut screen = Screen::start(args, 120, 40)?;
    screen.wait_for("lazy").ok_or("the flood never came")?;
    let processes: Vec<u32> = [screen.pid(), behind()].into_iter().flatten().collect();
    let used = || processes.iter().map(|pid| ticks(*pid)).sum::<u64>();
    let (before, used_before) = (screen.bytes, used());
    let until = Instant::now() + PATIENCE;
    let mut answers = Vec::new();
    while !took.exists() && Instant::now() < until {
        if let Some((press, answer, back)) = key.filter(|_| answers.len() < 10) {
            let answered = screen.ask(press, answer)?;
            // After the flood's end a key is answered at leisure.
            if !took.exists() {
                answers.push(answered);
            }
            screen.keys(back)?;
            screen.wait_until(|text| !text.contains(answer));
        }
        thread::sleep(Duration::from_millis(50));
        screen.drain();
    }
    let (bytes, processor) = (screen.bytes - before, used() - used_before);
    let nanos: u64 = fs::read_to_string(took)?.trim().parse()?;
    let processor = Duration::from_secs_f64(processor as f64 / TICKS);
    Ok(Flooded { wall: Duration::from_nanos(nanos), processor, bytes, answers })
}

/// Processor time that a process used so far, in ticks.
fn ticks(pid: u32) -> u64 {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    // The name, in parentheses, may hold anything.
    let Some((_, fields)) = stat.rsplit_once(')') else { return 0 };
    let fields: Vec<u64> = fields.split_whitespace().map(|field| field.parse().unwrap_or(0)).collect();
    fields.get(11).copied().unwrap_or(0) + fields.get(12).copied().unwrap_or(0)
}
