//! What keys do: the model is driven as a user and a runner would, with virtual time.

mod app_driver;

use std::time::Duration;

use app_driver::{App, ended, failed, run, running};
use ktui::event::{Answer, Choice, Event, Note, Outcome, RunKind, Timed};
use ktui::model::effect::{Effect, Screen, World};
use ktui::model::{Input, Pane, Phase};
use proptest::prelude::*;

fn quits(app: &App) -> bool {
    app.asked.contains(&Effect::Screen(Screen::Quit))
}

#[test]
fn the_log_stays_put_while_it_grows_and_follows_again_on_request() {
    let mut app = App::new(80, 24);
    running(&mut app);
    app.keys("k k k");
    let before = app.screen();
    app.prints("\nmore\nand more\n");
    let after = app.screen();
    assert_eq!(before.lines().nth(3), after.lines().nth(3), "{after}");
    assert!(after.contains("below"));
    app.keys("F");
    assert!(app.screen().contains("and more") && app.screen().contains("following"));
    app.keys("g");
    assert!(app.screen().contains("+ ./scripts/download"));
    app.keys("G");
    assert!(app.screen().contains("following"));
}

#[test]
fn a_line_a_time_or_a_stage_is_gone_to_by_name() {
    let mut app = App::new(80, 24);
    running(&mut app);
    app.keys("ctrl-g 7 enter");
    assert_eq!((app.model.log.first_visible(), app.model.log.lit.clone()), (2, Some(6..7)));
    app.keys("ctrl-g + 4 enter");
    assert_eq!(app.model.log.first_visible(), 6);
    app.keys("ctrl-g 2 : 0 0 enter");
    assert!(app.screen().contains("part30.go"), "{}", app.screen());
    app.keys("ctrl-g d o w n enter");
    assert!(app.screen().contains("+ ./scripts/download"));
    let before = app.model.log.top;
    app.keys("ctrl-g n o w h e r e enter");
    assert!(app.screen().contains("No line, time or stage of this log: nowhere"), "{}", app.screen());
    app.keys("esc ctrl-g 3 esc");
    assert_eq!(app.model.log.top, before, "a prompt that is left goes nowhere");
}

#[test]
fn every_way_to_scroll_scrolls() {
    let mut app = App::new(80, 24);
    running(&mut app);
    let top = |app: &App| app.model.log.top;
    for (keys, up) in [
        ("k", true),
        ("up", true),
        ("pgup", true),
        ("b", true),
        ("ctrl-u", true),
        ("g", true),
        ("home", true),
    ] {
        app.keys("G");
        let before = top(&app);
        app.keys(keys);
        assert_eq!(top(&app) < before, up, "{keys}");
    }
    for keys in ["j", "down", "pgdn", "space", "ctrl-d", "G", "end"] {
        app.keys("g");
        let before = top(&app);
        app.keys(keys);
        assert!(top(&app) > before, "{keys}");
    }
    app.keys("G");
    app.input(Input::Wheel(Pane::Log, -3));
    assert!(!app.model.log.follow);
}

#[test]
fn a_page_of_a_dialog_is_what_is_seen_of_it() {
    for rows in [16, 24, 30] {
        let mut app = App::new(80, rows);
        running(&mut app);
        app.keys("?");
        // Between the borders, without the keys at the bottom.
        let said = |app: &mut App| -> Vec<String> {
            let screen = app.screen();
            let lines = screen.lines().filter_map(|line| line.split('│').nth(1));
            lines.map(|line| line.trim().to_owned()).collect()
        };
        let before = said(&mut app);
        let seen = before.iter().rposition(String::is_empty).unwrap();
        app.keys("pgdn");
        let after = said(&mut app);
        assert_eq!(after[0], before[seen - 1], "{rows}: the last row is the first one now\n{}", app.screen());
        app.keys("pgup");
        assert_eq!(said(&mut app), before);
    }
}

#[test]
fn a_log_that_cannot_be_written_is_told_as_long_as_that_is_so() {
    use ktui::model::Unwritten;
    let mut app = App::new(120, 30);
    running(&mut app);
    let full = |exit| Some(Unwritten { why: "No space left on device".into(), exit });
    app.input(Input::Unwritten(full(None)));
    let screen = app.screen();
    assert!(
        screen.contains("its log cannot be written; output waits in memory: No space left on device"),
        "{screen}"
    );
    app.wait(60_000);
    app.keys("j");
    assert!(app.screen().contains("cannot be written"), "no key and no time takes it away");
    app.keys("S");
    assert!(app.screen().contains("cannot be written"), "the summary tells it: {}", app.screen());
    app.keys("esc").input(Input::Unwritten(full(Some(2))));
    assert!(app.screen().contains("has ended (exit 2)"), "{}", app.screen());
    app.input(Input::Unwritten(None));
    assert!(!app.screen().contains("cannot be written"), "{}", app.screen());
}

#[test]
fn a_failure_shows_its_finding_and_a_retry_goes_back_to_the_log() {
    let mut app = App::new(80, 24);
    failed(&mut app);
    assert_eq!(app.model.focus, Pane::Findings);
    assert!(app.model.log.lit.is_some());
    app.keys("r");
    assert_eq!(app.done, [World::Choose(Choice::Retry { stage: "build".into() })]);
    app.begins(RunKind::Stage, "build", "./scripts/build");
    assert_eq!(app.model.focus, Pane::Log);
    assert!(app.model.log.follow);
    assert!(app.screen().contains("earlier try"));
    app.after(3).ends(Outcome::Passed, 0, 3000);
    assert!(app.screen().contains("fixed"));
}

#[test]
fn a_reader_who_scrolled_up_is_not_moved_by_a_failure() {
    let mut app = App::new(80, 24);
    running(&mut app);
    app.keys("pgup");
    let top = app.model.log.top;
    app.prints("\nyq: command not found\n").ends(Outcome::Failed, 127, 10).waits("build");
    assert_eq!((app.model.focus, app.model.log.top), (Pane::Log, top));
    app.keys("e");
    assert!(app.screen().contains("yq: command not found"), "{}", app.screen());
}

#[test]
fn a_fix_runs_exactly_what_was_shown_and_only_after_a_yes() {
    let mut app = App::new(80, 24);
    failed(&mut app);
    app.keys("f");
    let shown = app.screen();
    app.keys("n");
    app.keys("f esc");
    assert!(app.done.is_empty(), "no is no");
    app.keys("f enter");
    let [World::Fix(fix)] = app.done.as_slice() else { panic!("{:?}", app.done) };
    assert_eq!(
        (fix.rule.as_str(), fix.fix.as_str(), fix.verify.as_str()),
        ("tool.missing", "install", "yq --version")
    );
    let squeezed: String = shown.chars().filter(|ch| !ch.is_whitespace() && *ch != '│').collect();
    for command in &fix.commands {
        let command: String = command.chars().filter(|ch| !ch.is_whitespace()).collect();
        assert!(squeezed.contains(&command), "{command} was run but not shown:\n{shown}");
    }
}

#[test]
fn guidance_cannot_be_run() {
    let mut app = App::new(80, 24);
    failed(&mut app);
    app.keys("f tab enter");
    assert!(app.done.is_empty());
    assert!(app.model.dialog.is_none());
}

#[test]
fn a_fix_that_worked_offers_the_retry_one_that_did_not_says_so() {
    for (outcome, offered) in [(Outcome::Passed, true), (Outcome::Failed, false)] {
        let mut app = App::new(80, 24);
        failed(&mut app);
        app.keys("f enter");
        app.begins(RunKind::Fix, "build", "one").ends(Outcome::Passed, 0, 5);
        app.begins(RunKind::Fix, "build", "two").ends(Outcome::Passed, 0, 5);
        app.begins(RunKind::Verify, "build", "yq --version").ends(outcome, i32::from(!offered), 5);
        app.waits("build");
        assert_eq!(app.screen().contains("The fix worked"), offered, "{}", app.screen());
        assert_eq!(app.screen().contains("did not work"), !offered);
        assert_eq!(app.model.stages.fixes.len(), 1, "the commands of one fix are one fix");
        app.done.clear();
        app.keys("r");
        assert_eq!(app.done, [World::Choose(Choice::Retry { stage: "build".into() })]);
    }
}

fn foot(app: &mut App) -> String {
    app.screen().lines().last().unwrap_or_default().trim().to_owned()
}

#[test]
fn once_a_fix_worked_the_retry_is_the_first_hint() {
    let mut app = App::new(80, 24);
    failed(&mut app);
    assert!(foot(&mut app).starts_with("f fix   r retry"), "{}", foot(&mut app));
    app.keys("f enter");
    app.begins(RunKind::Fix, "build", "one").ends(Outcome::Passed, 0, 5);
    app.begins(RunKind::Verify, "build", "yq --version").ends(Outcome::Passed, 0, 5);
    app.waits("build");
    app.keys("esc");
    assert!(foot(&mut app).starts_with("r retry   f fix"), "{}", foot(&mut app));
}

#[test]
fn the_page_of_a_failed_stage_offers_what_can_be_done_about_it() {
    let mut app = App::new(80, 24);
    failed(&mut app);
    app.keys("1 enter");
    let shown = app.screen();
    assert!(shown.contains("f fix   r retry   s skip   Esc close"), "{shown}");
    app.keys("f");
    assert!(matches!(app.model.dialog, Some(ktui::model::dialog::Dialog::Fix(_))), "{:?}", app.model.dialog);
    app.keys("esc enter r");
    assert_eq!(app.done, [World::Choose(Choice::Retry { stage: "build".into() })]);
    app.keys("1 k k enter");
    assert!(!app.screen().contains("r retry"), "a stage that passed needs nothing: {}", app.screen());
    app.keys("r f");
    assert_eq!(app.done.len(), 1);
}

#[test]
fn stopping_and_skipping_ask_first() {
    let mut app = App::new(80, 24);
    running(&mut app);
    app.keys("c esc");
    assert!(app.done.is_empty());
    app.keys("c y");
    assert_eq!(app.done, [World::Cancel]);
    let mut app = App::new(80, 24);
    failed(&mut app);
    app.keys("s n");
    assert!(app.done.is_empty());
    app.keys("s enter");
    assert_eq!(app.done, [World::Choose(Choice::Skip { stage: "build".into() })]);
}

#[test]
fn a_question_about_what_runs_goes_when_it_ends() {
    let mut app = App::new(80, 24);
    running(&mut app);
    app.keys("c");
    app.ends(Outcome::Passed, 0, 5);
    assert!(app.model.dialog.is_none());
}

#[test]
fn the_command_gets_every_key_but_one() {
    let mut app = App::new(80, 24);
    running(&mut app);
    app.keys("i q ? esc ctrl-c tab enter");
    let typed: Vec<u8> = app
        .done
        .iter()
        .flat_map(|wish| match wish {
            World::Type(bytes) => bytes.clone(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(typed, b"q?\x1b\x03\t\r");
    assert!(!quits(&app) && app.model.typing);
    app.keys("ctrl-a q");
    assert!(!app.model.typing && app.model.dialog.is_some(), "q is the app's again");
    app.keys("esc i");
    app.ends(Outcome::Passed, 0, 5);
    assert!(!app.model.typing, "nobody is there to type to");
}

#[test]
fn esc_closes_one_thing_after_another_and_never_leaves() {
    let mut app = App::new(80, 24);
    failed(&mut app);
    app.keys("z / y q enter ?");
    for _ in 0..20 {
        app.keys("esc");
    }
    assert!(!quits(&app));
    assert!(app.model.dialog.is_none() && app.model.log.finder.is_none() && !app.model.zoom);
}

#[test]
fn leaving_asks_while_a_build_goes_on_and_not_after() {
    let mut app = App::new(80, 24);
    running(&mut app);
    app.keys("q");
    assert!(!quits(&app));
    app.keys("esc q enter");
    assert!(quits(&app) && app.done.is_empty(), "the build goes on");

    let mut app = App::new(80, 24);
    running(&mut app);
    app.keys("q x");
    assert_eq!(app.done, [World::Cancel, World::Choose(Choice::End)]);
    assert!(quits(&app));

    let mut app = App::new(80, 24);
    running(&mut app);
    app.ends(Outcome::Passed, 0, 5);
    app.event(Event::Exit(0));
    assert!(app.screen().contains("Built: k3s-native"));
    app.keys("q");
    assert!(quits(&app));
}

#[test]
fn a_runner_that_is_gone_leaves_an_interrupted_session() {
    let mut app = App::new(80, 24);
    running(&mut app);
    app.input(Input::RunnerGone);
    assert_eq!(app.model.phase, Phase::Cut);
    let screen = app.screen();
    assert!(screen.contains("interrupted") && screen.contains("▪ Compile"), "{screen}");
    app.keys("c i r");
    assert!(app.done.is_empty());
}

#[test]
fn what_is_asked_about_the_target_is_asked_once_and_where_the_stage_ran() {
    let mut app = App::new(80, 24);
    failed(&mut app);
    let asked: Vec<String> = app
        .asked
        .iter()
        .flat_map(|effect| match effect {
            Effect::World(World::Ask { questions, dir, env, .. }) => {
                assert_eq!(dir.to_str(), Some("/home/ada/src/k3s"));
                assert_eq!(env.get("GOFLAGS").map(String::as_str), Some("-p=2"));
                questions.iter().map(ToString::to_string).collect()
            }
            _ => Vec::new(),
        })
        .collect();
    assert_eq!(asked, ["which yq"]);
    app.tells("which yq", Answer::Absent).keys("z G pgdn pgdn pgdn");
    assert!(app.screen().contains("not there"), "{}", app.screen());
}

#[test]
fn notices_go_away_by_themselves() {
    let mut app = App::new(80, 24);
    running(&mut app);
    app.keys("r");
    assert!(app.screen().contains("No stage needs you"));
    let wake = app.model.wake().expect("something will change");
    assert!(wake > Duration::ZERO);
    app.wait(7000);
    assert!(!app.screen().contains("No stage needs you"));
}

#[test]
fn what_was_said_does_not_hide_the_keys_of_whoever_goes_on() {
    let mut app = App::new(80, 24);
    running(&mut app);
    app.keys("r");
    assert!(app.screen().contains("No stage needs you"));
    app.keys("k");
    let screen = app.screen();
    assert!(!screen.contains("No stage needs you") && screen.contains("c stop"), "{screen}");
}

#[test]
fn a_selection_and_a_search_have_their_keys_first_in_the_last_row() {
    let mut app = App::new(80, 24);
    failed(&mut app);
    let last = |app: &mut App| app.screen().lines().last().unwrap_or_default().trim().to_owned();
    app.keys("/ p a r t enter");
    assert!(last(&mut app).starts_with("f fix   n next match   r retry"), "{}", last(&mut app));
    app.keys("2 g v j");
    assert!(last(&mut app).starts_with("y copy   w write to a file   Esc cancel"), "{}", last(&mut app));
    app.keys("esc");
    assert!(last(&mut app).starts_with("f fix   n next match"), "{}", last(&mut app));
}

#[test]
fn what_is_mended_asks_for_no_fix_and_can_still_be_looked_at() {
    let mut app = App::new(80, 24);
    failed(&mut app);
    assert!(app.screen().contains("f fix"));
    app.keys("r").begins(RunKind::Stage, "build", "./scripts/build").after(3).ends(Outcome::Passed, 0, 3000);
    let screen = app.screen();
    assert!(screen.contains("fixed") && !screen.contains("f fix"), "{screen}");
    app.keys("f");
    assert!(app.screen().contains("Install yq"), "{}", app.screen());
}

#[test]
fn nothing_wakes_an_idle_app() {
    let mut app = App::new(80, 24);
    failed(&mut app);
    assert_eq!(app.model.wake(), None, "a session that waits changes only by events");
    let mut app = App::new(80, 24);
    running(&mut app);
    let (now, wake) = (Duration::from_secs(175), app.model.wake().expect("a clock ticks"));
    assert!(wake > now && wake <= now + Duration::from_secs(1), "{wake:?}");
}

#[test]
fn a_search_counts_what_comes_later_too() {
    let mut app = App::new(80, 24);
    running(&mut app);
    app.keys("/ p r o g enter");
    app.prints("\nprog two\nprog three\n");
    assert_eq!(app.model.log.count().map(|(count, complete, _)| (count, complete)), Some((3, true)));
}

fn recording() -> Vec<Timed> {
    let at = |seconds: u64, event| Timed { at: Duration::from_secs(seconds), event };
    let note = |note| Event::Note(note);
    let mut source = App::new(80, 24);
    source.session();
    vec![
        at(0, note(Note::RunStarted(run(1, RunKind::Stage, "build", 1, "make")))),
        at(1, Event::Output("one\r\n".into())),
        at(2, Event::Output("two\r\n".into())),
        at(3, Event::Output("yq: command not found\r\n".into())),
        at(4, note(Note::RunEnded(ended(1, Outcome::Failed, 127, 4000)))),
        at(4, note(Note::Waiting { stage: "build".into() })),
        at(5, Event::Exit(1)),
    ]
}

#[test]
fn a_recording_plays_pauses_steps_and_jumps() {
    let mut app = App::replay(80, 24, recording());
    app.keys("space");
    app.wait(1100);
    assert!(app.screen().contains("one") && !app.screen().contains("two"), "{}", app.screen());
    app.keys("space");
    app.wait(5000);
    assert!(!app.screen().contains("two"), "paused");
    app.keys(".");
    assert!(app.screen().contains("two"));
    app.keys("[");
    assert!(!app.screen().contains("one"), "back to where the stage begins: {}", app.screen());
    app.keys("]");
    assert!(app.screen().contains("127"), "{}", app.screen());
    app.keys("<");
    assert!(app.screen().contains("No output yet"));
    app.keys("+ space");
    app.wait(1600);
    assert!(app.screen().contains("yq: command not found"), "twice as fast: {}", app.screen());
    app.keys(">");
    assert!(app.screen().contains("failed"), "{}", app.screen());
}

#[test]
fn a_recording_shows_fixes_but_says_that_none_can_run() {
    let mut app = App::replay(80, 24, recording());
    app.keys("> f");
    assert!(app.screen().contains("This is a recording"), "{}", app.screen());
    app.keys("enter y r s c i");
    assert!(app.done.is_empty());
}

const KEYS: &[&str] = &[
    "q",
    "esc",
    "?",
    "tab",
    "shift-tab",
    "z",
    "k",
    "j",
    "pgup",
    "pgdn",
    "g",
    "G",
    "F",
    "/",
    "n",
    "N",
    "e",
    "E",
    "L",
    "#",
    "enter",
    "f",
    "r",
    "s",
    "c",
    "i",
    "S",
    "y",
    "x",
    "l",
    "space",
    ".",
    "]",
    "[",
    "<",
    ">",
    "+",
    "-",
    "left",
    "right",
    "ctrl-a",
    "ctrl-c",
    "M",
    "a",
    "home",
    "&",
    "!",
    "backspace",
    "C",
    "d",
    "X",
    "u",
    "v",
    "m",
    "'",
    "B",
    "T",
    "w",
    "o",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// Invariant d: whatever keys are pressed, a replay wants nothing of the world.
    #[test]
    fn no_keys_make_a_replay_touch_the_world(keys in proptest::collection::vec(0..KEYS.len(), 0..60)) {
        let mut app = App::replay(80, 24, recording());
        for key in keys {
            app.keys(KEYS[key]);
            app.wait(100);
        }
        prop_assert!(app.done.is_empty(), "{:?}", app.done);
        prop_assert!(!app.asked.iter().any(|effect| matches!(effect, Effect::World(_))));
    }

    /// No keys, sizes and events in any order make drawing panic, and what is drawn is never a control character.
    #[test]
    fn any_keys_at_any_size_draw(
        steps in proptest::collection::vec((0..KEYS.len(), 1u16..200, 1u16..60, 0u8..8), 0..40),
        noise in "[ -~\u{1b}中é\r\n\t]{0,80}",
    ) {
        let mut app = App::new(80, 24);
        running(&mut app);
        for (key, cols, rows, what) in steps {
            match what {
                0 => app.resize(cols, rows),
                1 => { app.prints(&noise); }
                2 => { app.prints("\nyq: command not found\n").ends(Outcome::Failed, 127, 5).waits("build"); }
                3 => { app.begins(RunKind::Stage, "build", "make"); }
                _ => { app.keys(KEYS[key]); }
            }
            let buffer = app.buffer();
            prop_assert!(buffer.content().iter().all(|cell| !cell.symbol().chars().any(char::is_control)));
        }
    }
}

#[test]
fn a_long_recording_is_read_in_portions_and_then_all_there() {
    let line = format!("{}\r\n", "x".repeat(100));
    let events: Vec<Timed> = (0..30_000)
        .map(|at| Timed { at: Duration::from_millis(at), event: Event::Output(line.clone()) })
        .collect();
    let mut app = App::replay(80, 24, events);
    let mut portions = 0;
    app.model.seek(usize::MAX);
    assert!(app.screen().contains("reading 1"), "{}", app.screen());
    while app.model.work() {
        portions += 1;
    }
    assert!(portions > 3, "{portions}");
    app.keys("G");
    assert!(
        app.screen().contains("30,000 lines") && app.screen().contains("end of replay"),
        "{}",
        app.screen()
    );
    app.keys("<");
    assert!(app.screen().contains("No output yet"));
}
