//! A command that runs on another target: how it is brought there, started in a terminal, and stopped.
//!
//! Everything it needs (script, folder, environment) goes over in one private file, so that no process list
//! shows it. What it starts carries a mark in its environment: that, and the kernel sessions of those that carry
//! it, is what a stop reaches, where closing the connection would leave it running.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::thread;
use std::time::Duration;

use crate::locale::{Text, both};
use crate::target::{Line, Target, call, quoted};

/// A stop that takes longer reaches nothing.
const STOP: Duration = Duration::from_secs(20);

/// The status of an `ssh` that lost its connection; a command there may end with it, too.
pub(super) const SSH_FAILED: i32 = 255;

/// What shall run there.
pub(super) struct Errand<'a> {
    /// The target; not this machine.
    pub(super) target: &'a Target,
    /// Names the run on the target, like no other run: letters, digits, `-`.
    pub(super) mark: &'a str,
    /// The shell's words.
    pub(super) shell: &'a [String],
    /// Whether `sh` will do where there is no such shell.
    pub(super) or_sh: bool,
    /// The script.
    pub(super) script: &'a str,
    /// Whether the script must not stand in an argument list there.
    pub(super) in_file: bool,
    /// What the shell calls the script.
    pub(super) name: &'a str,
    /// The folder.
    pub(super) dir: &'a Path,
    /// Variables; `None` takes one out.
    pub(super) env: &'a BTreeMap<String, Option<String>>,
}

/// A name for a run that no other run on the target has.
pub(super) fn mark(session: &str, run: u32, pid: u32) -> String {
    let session: String =
        session.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).take(60).collect();
    format!("ktui-{session}-{pid}-{run}")
}

fn place(mark: &str) -> String {
    format!("/tmp/{mark}")
}

impl Errand<'_> {
    /// The program that is brought over.
    pub(super) fn program(&self) -> String {
        let mut text = String::from("{\n");
        let _ = writeln!(text, "d={}", quoted(&place(self.mark)));
        let _ = writeln!(text, "export KTUI_RUN={}", quoted(self.mark));
        // Below ssh, bash reads its start-up files even for a script, unless another shell is above it.
        text.push_str("export SHLVL=1\n");
        for (name, value) in self.env {
            let _ = match value {
                Some(value) => writeln!(text, "export {name}={}", quoted(value)),
                None => writeln!(text, "unset {name}"),
            };
        }
        let dir = self.dir.to_string_lossy();
        let _ = writeln!(text, "cd -- {} || {{ rm -rf -- \"$d\"; exit 127; }}", quoted(&dir));
        // The shell outlives Ctrl-C, so that the status is told; what it starts hears it.
        text.push_str("trap : INT QUIT\n");
        let words: Vec<String> = self.shell.iter().map(|word| quoted(word)).collect();
        let _ = writeln!(text, "set -- {}", words.join(" "));
        if self.or_sh {
            text.push_str("command -v \"$1\" >/dev/null 2>&1 || set -- sh\n");
        }
        if self.in_file {
            let file = quoted(self.name);
            let _ = writeln!(text, "printf %s {} >\"$d\"/{file}", quoted(self.script));
            let _ = writeln!(text, "set -- \"$@\" \"$d\"/{file}");
        } else {
            let _ = writeln!(text, "set -- \"$@\" -c {} {}", quoted(self.script), quoted(self.name));
        }
        // Some shells tell of a killed child by printing the whole command.
        text.push_str("exec 3>&2 2>/dev/null\n\"$@\" 2>&3 3>&-\ns=$?\nrm -rf -- \"$d\"\nexit $s\n}\n");
        text
    }

    /// What to start here, with the file that holds [`Errand::program`].
    pub(super) fn argv(&self, file: &Path) -> Vec<String> {
        let place = place(self.mark);
        let take = ["sh", "-c", "umask 077 && mkdir \"$0\" && cat >\"$0\"/launch", &place];
        let launch = format!("{place}/launch");
        let joined = |argv: Vec<String>| argv.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ");
        let bring = joined(self.target.reach(&take, Line::Pipe));
        let start = joined(self.target.reach(&["sh", &launch], Line::Terminal));
        let script = format!("{bring} <\"$1\" && exec {start}");
        ["sh", "-c", &script, "ktui", &file.to_string_lossy()].map(str::to_owned).to_vec()
    }
}

/// A stop that is under way on a target.
#[derive(Clone)]
pub(super) struct Stopping(Arc<AtomicU8>);

impl Stopping {
    const UNDER_WAY: u8 = 0;
    const DONE: u8 = 1;
    const UNREACHED: u8 = 2;

    /// Asks everything of the run to end, and kills what does not.
    pub(super) fn begin(target: &Target, mark: &str) -> Self {
        let state = Arc::new(AtomicU8::new(Self::UNDER_WAY));
        thread::spawn({
            let (state, target, program) = (Arc::clone(&state), target.clone(), stop_program(mark));
            move || {
                let good = call::call(&target, &program, STOP).and_then(call::Said::good).is_ok();
                state.store(if good { Self::DONE } else { Self::UNREACHED }, Ordering::Release);
            }
        });
        Self(state)
    }

    /// Whether it goes on.
    pub(super) fn under_way(&self) -> bool {
        self.0.load(Ordering::Acquire) == Self::UNDER_WAY
    }

    /// Whether everything there is known to have ended.
    pub(super) fn worked(&self) -> bool {
        self.0.load(Ordering::Acquire) == Self::DONE
    }
}

/// After a run that failed: why, where not the command failed but the line to it. What was left running there
/// is ended, so that a second try does not meet the first. `unsure`: its status is that of a broken line, so one
/// that cannot be asked counts as broken.
pub(super) fn break_in_the_line(target: &Target, mark: &str, unsure: bool) -> Option<Text> {
    // The launcher takes its folder away when the command has ended.
    let asked = format!("[ -d {} ] || {{ echo over; exit 0; }}\n", quoted(&place(mark)));
    match call::call(target, &(asked + &stop_program(mark)), STOP).and_then(call::Said::good) {
        Ok(said) if said.starts_with(b"over") => None,
        Ok(_) => Some(both!(
            "the connection to {target} was lost while it ran; what was left of it there has been ended, so it can be tried again",
            "运行期间与 {target} 的连接中断；残留在那里的进程已被结束，可以重试"
        )),
        Err(why) if unsure => Some(both!(
            "the connection to {target} was lost and cannot be made again ({why}); what it started there may still run",
            "与 {target} 的连接中断，且无法重新建立（{why}）；它在那里启动的进程可能仍在运行",
            why
        )),
        Err(_) => None,
    }
}

/// TERM to all, KILL to what is left after four seconds; exits with 1 where something lives even then.
fn stop_program(mark: &str) -> String {
    const PROGRAM: &str = r#"
marked() { grep -lF "KTUI_RUN=$run" /proc/[0-9]*/environ 2>/dev/null | sed 's,^/proc/\([0-9]*\)/.*,\1,'; }
session() { { read -r s <"/proc/$1/stat"; } 2>/dev/null || return 0; set -- ${s##*) }; echo "$4"; }
sessions=' '
mine() {
    all=$(marked)
    for p in $all; do
        n=$(session "$p")
        case $n in ''|0) continue ;; esac
        case $sessions in *" $n "*) ;; *) sessions="$sessions$n " ;; esac
    done
    found=
    for f in /proc/[0-9]*/stat; do
        { read -r s <"$f"; } 2>/dev/null || continue
        p=${s%% *}
        set -- ${s##*) }
        case $1 in Z|X) continue ;; esac
        case " $all " in *"
$p
"*) found="$found $p" ;; *) case $sessions in *" $4 "*) found="$found $p" ;; esac ;; esac
    done
}
tell() { mine; for p in $found; do kill "-$1" "$p" 2>/dev/null; done; }
tell TERM
tell CONT
i=0
while [ $i -lt 20 ]; do
    mine
    [ -n "$found" ] || break
    sleep 0.2 2>/dev/null || sleep 1
    i=$((i + 1))
done
i=0
while [ -n "$found" ] && [ $i -lt 10 ]; do
    tell KILL
    sleep 0.1 2>/dev/null || sleep 1
    mine
    i=$((i + 1))
done
rm -rf -- "/tmp/$run"
[ -z "$found" ]
"#;
    format!("run={}\n{PROGRAM}", quoted(mark))
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests touch the world")]
mod tests {
    use super::*;

    fn errand<'a>(
        shell: &'a [String],
        script: &'a str,
        env: &'a BTreeMap<String, Option<String>>,
        mark: &'a str,
        in_file: bool,
    ) -> Errand<'a> {
        let (target, dir) = (&Target::Local, Path::new("/"));
        Errand { target, mark, shell, or_sh: true, script, in_file, name: "stage-x", dir, env }
    }

    /// On this machine the same words work without a way in between.
    fn run(errand: &Errand<'_>) -> (Option<i32>, String) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        std::fs::write(&file, errand.program()).unwrap();
        let argv = errand.argv(&file);
        let output = std::process::Command::new(&argv[0]).args(&argv[1..]).output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        (output.status.code(), text + &String::from_utf8_lossy(&output.stderr))
    }

    #[test]
    fn script_environment_and_status_go_there_and_come_back() {
        let env = BTreeMap::from([("A".to_owned(), Some("it's $x".to_owned())), ("HOME".to_owned(), None)]);
        let shell = ["no-such-shell".to_owned()];
        for in_file in [false, true] {
            let mark = mark("t/1", u32::from(in_file), std::process::id());
            let script = "echo \"$A${HOME-gone}\"; pwd; kill -9 $$";
            let (status, text) = run(&errand(&shell, script, &env, &mark, in_file));
            // dash adds one word of its own about the signal.
            let text = text.trim_end_matches("Killed\n");
            assert_eq!((status, text), (Some(137), "it's $xgone\n/\n"), "killed by a signal");
            assert!(!Path::new(&place(&mark)).exists(), "nothing stays behind");
        }
    }

    #[test]
    fn a_stop_reaches_what_ignores_the_end_of_its_terminal() {
        let mark = mark("stop", 1, std::process::id());
        let script = "trap '' HUP TERM; setsid sh -c \"trap '' HUP TERM; while :; do sleep 1; done\" & \
                      while :; do sleep 1; done";
        let child = std::process::Command::new("setsid")
            .args(["sh", "-c", script])
            .env("KTUI_RUN", &mark)
            .spawn()
            .unwrap();
        drop(child);
        let alive = || {
            let program = format!("grep -lF KTUI_RUN={mark} /proc/[0-9]*/environ 2>/dev/null | wc -l");
            let said = call::call(&Target::Local, &program, STOP).unwrap().good().unwrap();
            String::from_utf8_lossy(&said).trim().parse::<u32>().unwrap()
        };
        while alive() < 2 {}
        let said = call::call(&Target::Local, &stop_program(&mark), STOP).unwrap();
        assert_eq!(said.status, Some(0), "{said:?}");
        assert_eq!(alive(), 0);
    }
}
