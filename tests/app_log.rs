//! The log pane by keys and mouse: filters, folds, repeats, times, selection, bookmarks. Keys in, screen out.
#![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

mod app_driver;

use app_driver::{App, failed, running};
use ktui::event::{Outcome, RunKind};
use ktui::locale::Lang;
use ktui::model::effect::{Effect, Reader};
use ktui::model::{Input, Pane};

fn reader(app: &App) -> Vec<Reader> {
    let wishes = app.asked.iter().filter_map(|effect| match effect {
        Effect::Reader(wish) => Some(wish.clone()),
        _ => None,
    });
    wishes.collect()
}

/// What the log's rows show, marks left out.
fn shown(app: &mut App) -> Vec<String> {
    app.screen();
    while app.model.work() {}
    app.screen();
    let rows = app.model.log.rows.iter();
    rows.filter_map(|row| match row {
        ktui::model::log::Row::Text { shown, .. } => Some(shown.line.text.clone()),
        ktui::model::log::Row::Mark(_) => None,
    })
    .collect()
}

#[test]
fn filters_show_and_hide_lines_and_go_again() {
    let mut app = App::new(80, 24);
    running(&mut app);
    app.keys("&").writes("part1").keys("enter");
    assert_eq!(shown(&mut app).len(), 11, "ten parts and the line that is being written");
    assert!(app.screen().contains("&part1") && app.screen().contains("10 of"), "{}", app.screen());
    app.keys("!").writes("part1[0-4]").keys("enter");
    assert_eq!(shown(&mut app).len(), 6);
    app.keys("&").writes("fetching").keys("enter");
    assert_eq!(shown(&mut app).len(), 7, "of several that are wanted, any will do");
    app.keys("backspace backspace");
    assert_eq!(shown(&mut app).len(), 11);
    app.keys("C");
    assert_eq!(shown(&mut app).len(), 13, "a line around each");
    app.keys("& enter");
    assert!(shown(&mut app).len() > 13, "an empty filter is none");
    app.keys("backspace");
    assert!(app.screen().contains("No filter is on"), "{}", app.screen());
    app.keys("&").writes("part1").keys("enter !").writes("x").keys("enter alt-backspace");
    assert!(app.model.log.sifted().is_none());
}

#[test]
fn a_filter_that_nothing_passes_says_so_and_how_it_goes() {
    let mut app = App::new(80, 24);
    running(&mut app);
    app.prints("\n");
    app.keys("&").writes("no such words").keys("enter");
    assert!(app.screen().contains("No line passes the filter; Backspace takes it away"), "{}", app.screen());
    app.keys("backspace");
    assert!(!app.screen().contains("No line passes"), "{}", app.screen());
}

#[test]
fn a_long_name_leaves_room_for_how_much_is_shown() {
    let mut app = App::new(60, 20);
    running(&mut app);
    app.keys("&").writes("part1[0-9]|part2[0-9]|part3[0-9]|part4[0-9]|part5").keys("enter");
    let screen = app.screen();
    let title = screen.lines().nth(2).unwrap_or_default();
    assert!(title.contains("&part1") && title.contains('…') && title.contains(" of "), "{title}");
}

#[test]
fn the_logs_keys_are_heard_in_every_pane_so_that_no_pattern_is_taken_for_orders() {
    for pane in [Pane::Stages, Pane::Findings, Pane::Details, Pane::Timeline] {
        let mut app = App::new(100, 30);
        failed(&mut app);
        app.model.focus = pane;
        app.keys("& y q enter");
        assert_eq!(app.model.log.sift.filters.list.len(), 1, "{pane:?}");
        assert!(
            app.model.dialog.is_none() && app.asked.iter().all(|effect| !matches!(effect, Effect::Screen(_)))
        );
        assert_eq!(app.model.focus, Pane::Log, "who filters reads the log");
        app.model.focus = pane;
        app.keys("backspace ! q enter");
        assert!(!app.model.log.sift.filters.list[0].wanted, "{pane:?}");
        app.model.focus = pane;
        app.keys("a q esc w esc v");
        assert!(app.model.log.selection.is_some() && app.model.dialog.is_none(), "{pane:?}");
    }
}

#[test]
fn a_search_counts_what_the_filters_let_pass() {
    let mut app = App::new(100, 30);
    running(&mut app);
    app.keys("/").writes("part").keys("enter");
    shown(&mut app);
    assert_eq!(app.model.log.count().map(|(count, ..)| count), Some(30));
    app.keys("&").writes("part1").keys("enter");
    shown(&mut app);
    assert_eq!(app.model.log.count().map(|(count, ..)| count), Some(10));
    app.keys("n");
    shown(&mut app);
    let (count, complete, place) = app.model.log.count().unwrap();
    assert!((count, complete) == (10, true) && place.is_some_and(|place| place <= 10), "{place:?}");
    app.keys("C");
    shown(&mut app);
    assert_eq!(
        app.model.log.count().map(|(count, ..)| count),
        Some(12),
        "the lines around them are seen, too"
    );
    app.keys("backspace");
    shown(&mut app);
    assert_eq!(app.model.log.count().map(|(count, ..)| count), Some(30));
}

#[test]
fn what_is_done_to_a_line_is_done_to_the_one_that_was_clicked_or_gone_to_last() {
    use ktui::model::dialog::Dialog;
    let asked = |app: &mut App| {
        app.keys("alt-w");
        let Some(Dialog::WhyNot(why)) = app.model.dialog.take() else { panic!("no answer") };
        why.text
    };
    let mut app = App::new(100, 30);
    running(&mut app);
    app.keys("g");
    app.input(Input::Click(Pane::Log, 1));
    let clicked = asked(&mut app);
    assert_eq!(clicked, app.model.log.line(app.model.log.point()).unwrap().text);
    app.keys("v j j");
    assert_ne!(asked(&mut app), clicked, "the end of a selection is what is looked at");
    app.keys("esc /").writes("part07").keys("enter");
    assert!(asked(&mut app).contains("part07"), "a match that was gone to after the click");
    app.keys("m");
    assert_eq!(app.model.log.bookmarks.keys().copied().collect::<Vec<_>>(), [app.model.log.point()]);
    app.keys("esc esc G");
    assert!(asked(&mut app).contains("progress"), "at the end, the last line");
}

#[test]
fn a_search_stays_within_what_is_filtered() {
    let mut app = App::new(80, 24);
    running(&mut app);
    app.keys("g &").writes("part1").keys("enter");
    shown(&mut app);
    app.keys("/").writes("part").keys("enter");
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..12 {
        while app.model.work() {}
        seen.extend(app.model.log.finder.as_ref().unwrap().at);
        app.keys("n");
    }
    assert_eq!(seen.len(), 10, "{seen:?}");
    app.keys("N N");
    while app.model.work() {}
    assert!(seen.contains(&app.model.log.finder.as_ref().unwrap().at.unwrap()));
}

#[test]
fn repeated_lines_are_one_with_a_count() {
    let mut app = App::new(80, 24);
    running(&mut app);
    app.prints(&format!("\n{}end\n", "waiting for lock\n".repeat(240)));
    app.keys("d");
    let lines = shown(&mut app);
    assert_eq!(lines.iter().filter(|line| *line == "waiting for lock").count(), 1, "{lines:?}");
    assert!(app.screen().contains("× 240"), "{}", app.screen());
    app.keys("d");
    assert!(shown(&mut app).iter().filter(|line| *line == "waiting for lock").count() > 10);
}

/// A build whose stage traces commands.
fn traced(app: &mut App) {
    app.session();
    app.begins(RunKind::Stage, "download", "./scripts/download");
    app.prints("+ mkdir build\n+ go generate\ngen one\ngen two\n+ go build\n");
    app.prints("cc a.c\nx.sh: line 3: yq: command not found\ncc b.c\n");
    app.ends(Outcome::Failed, 127, 10).waits("download");
    app.keys("esc");
}

#[test]
fn a_command_or_a_stage_is_folded_and_opened() {
    let mut app = App::new(100, 30);
    traced(&mut app);
    app.keys("tab tab tab");
    app.model.focus = Pane::Log;
    shown(&mut app);
    app.model.log.lit = None;
    app.keys("g");
    app.input(Input::Click(Pane::Log, 3));
    app.keys("x");
    let lines = shown(&mut app);
    assert!(
        !lines.contains(&"gen one".to_owned()) && lines.contains(&"+ go generate".to_owned()),
        "{lines:?}"
    );
    assert!(app.screen().contains("2 lines folded"), "{}", app.screen());
    app.keys("x");
    assert!(shown(&mut app).contains(&"gen one".to_owned()), "the same key opens it");
    app.keys("X X");
    let lines = shown(&mut app);
    assert_eq!(lines, ["+ mkdir build", "+ go generate", "+ go build"]);
    assert!(
        app.screen().contains("3 lines folded") && app.screen().contains("1 finding"),
        "{}",
        app.screen()
    );
    app.keys("e");
    assert!(shown(&mut app).iter().any(|line| line.contains("yq")), "a finding opens what hides it");
    assert!(!shown(&mut app).contains(&"gen one".to_owned()), "and nothing else");
    app.model.focus = Pane::Log;
    app.keys("u");
    assert!(shown(&mut app).contains(&"gen one".to_owned()));
    app.keys("X");
    assert!(app.screen().contains("Stages are folded"), "{}", app.screen());
    assert_eq!(shown(&mut app), ["+ mkdir build"]);
    app.keys("/").writes("gen two").keys("enter");
    assert!(shown(&mut app).contains(&"gen two".to_owned()), "a match opens what hides it");
}

#[test]
fn steps_of_an_image_build_fold() {
    let mut app = App::new(100, 30);
    app.session();
    app.begins(RunKind::Stage, "build", "docker buildx build .");
    app.prints("#1 [internal] load\n#1 DONE 0.1s\n\n#2 [1/2] FROM alpine\n#2 pulling\n#2 DONE 2s\n#3 [2/2] RUN make\n#3 cc a.c\n");
    app.keys("X X");
    let lines = shown(&mut app);
    assert_eq!(lines, ["#1 [internal] load", "#2 [1/2] FROM alpine", "#3 [2/2] RUN make"]);
}

#[test]
fn lines_are_selected_and_copied_without_borders() {
    let mut app = App::new(80, 24);
    running(&mut app);
    app.screen();
    app.keys("g v j j y");
    let [Reader::Copy(taken)] = &reader(&app)[..] else { panic!("{:?}", reader(&app)) };
    assert_eq!(taken.text, "+ ./scripts/download\nfetching traefik-crd-34.2.1.tgz\nok\n");
    assert!(app.model.log.selection.is_none());
    // The mouse: from row to row.
    app.asked.clear();
    app.keys("g");
    app.screen();
    app.input(Input::Click(Pane::Log, 1));
    app.input(Input::DragLog(2));
    assert!(app.model.log.selection.is_some());
    app.keys("y");
    let [Reader::Copy(taken)] = &reader(&app)[..] else { panic!("{:?}", reader(&app)) };
    assert_eq!(taken.lines, 2);
    app.keys("v esc");
    assert!(app.model.log.selection.is_none(), "Esc gives it up");
}

#[test]
fn too_much_is_not_copied_but_can_be_written() {
    let mut app = App::new(80, 24);
    running(&mut app);
    app.prints(&format!("\n{}", "a line of thirty columns or so\n".repeat(4000)));
    app.screen();
    app.keys("g v G y");
    assert!(reader(&app).is_empty());
    assert!(app.screen().contains("More than 74 kB"), "{}", app.screen());
    app.keys("w ctrl-u").writes("out.log").keys("enter");
    let [Reader::Write { path, taken }] = &reader(&app)[..] else { panic!("{:?}", reader(&app)) };
    assert_eq!(path.to_str(), Some("out.log"));
    assert!(taken.lines > 4000);
}

#[test]
fn bookmarks_are_set_listed_gone_to_and_kept() {
    let mut app = App::new(80, 24);
    running(&mut app);
    app.screen();
    app.keys("'");
    assert!(app.screen().contains("No line has a bookmark"), "{}", app.screen());
    app.keys("g m");
    app.screen();
    app.keys("G a").writes("look here").keys("enter");
    let kept = reader(&app);
    assert!(matches!(kept.last(), Some(Reader::Keep(bookmarks)) if bookmarks.len() == 2), "{kept:?}");
    app.keys("B");
    assert!(
        app.screen().contains("look here") && app.screen().contains("+ ./scripts/download"),
        "{}",
        app.screen()
    );
    app.keys("esc g '");
    app.screen();
    let here = app.model.log.point();
    app.keys("'");
    app.screen();
    assert_ne!(app.model.log.point(), here);
    app.keys("m");
    assert_eq!(app.model.log.bookmarks.len(), 1, "the same key takes it away");
}

#[test]
fn a_listed_bookmark_is_gone_to_or_taken_away() {
    let mut app = App::new(80, 24);
    running(&mut app);
    app.keys("g m").screen();
    app.keys("ctrl-g 5 enter m").screen();
    app.keys("G esc a").writes("look here").keys("enter");
    let lines: Vec<u64> = app.model.log.bookmarks.keys().copied().collect();
    assert_eq!(lines.len(), 3);
    // The list opens at the bookmark that the user is at.
    app.keys("B enter").screen();
    assert_eq!(app.model.log.point(), lines[2]);
    app.keys("1 B k k k enter").screen();
    assert_eq!((app.model.log.point(), app.model.focus), (lines[0], Pane::Log));
    assert!(app.model.dialog.is_none());
    app.keys("B j m");
    assert_eq!(app.model.log.bookmarks.keys().copied().collect::<Vec<_>>(), [lines[0], lines[2]]);
    assert!(app.screen().contains("look here"), "the list stays open: {}", app.screen());
    app.keys("d d");
    assert!(app.model.log.bookmarks.is_empty() && app.model.dialog.is_none());
    assert!(matches!(reader(&app).last(), Some(Reader::Keep(kept)) if kept.is_empty()));
}

#[test]
fn the_selected_bookmark_of_many_stays_in_view() {
    let mut app = App::new(60, 12);
    app.session().begins(RunKind::Stage, "build", "make");
    for line in 0..30 {
        app.prints(&format!("line {line}\n"));
        app.model.log.note(line, &format!("note {line}"));
    }
    app.keys("B home");
    assert!(app.screen().contains("note 0"), "{}", app.screen());
    app.keys("pgdn pgdn pgdn end");
    let screen = app.screen();
    assert!(screen.contains("note 29") && !screen.contains("note 0"), "{screen}");
}

#[test]
fn times_of_arrival_are_shown_and_a_time_of_day_is_gone_to() {
    let mut app = App::new(100, 30);
    app.model.began = Some(13 * 3600);
    running(&mut app);
    app.keys("T");
    assert!(app.screen().contains("13:00:41 "), "{}", app.screen());
    app.keys("ctrl-g").writes("13:00:41").keys("enter");
    let at = app.model.log.lit.clone().unwrap().start;
    assert!(app.model.log.time_of(at).unwrap().as_secs() <= 41 && at >= 2, "{at}");
    app.keys("T");
    assert!(app.screen().contains("+0:00:41 "), "{}", app.screen());
    app.keys("T");
    assert!(!app.screen().contains("+0:00:41 "), "{}", app.screen());
}

#[test]
fn a_file_that_a_line_names_is_opened_under_the_tree() {
    let mut app = App::new(80, 24);
    running(&mut app);
    app.keys("o");
    assert!(app.screen().contains("names no file"), "{}", app.screen());
    app.prints("\npkg/agent/run.go:12:3: undefined: x\n");
    app.screen();
    app.keys("o");
    let [Reader::Edit(place)] = &reader(&app)[..] else { panic!("{:?}", reader(&app)) };
    assert_eq!((place.path.to_str(), place.line), (Some("/home/ada/src/k3s/pkg/agent/run.go"), 12));
}

#[test]
fn the_bytes_as_they_came_are_one_key_away_while_a_build_runs_and_in_its_replay() {
    let mut app = App::new(80, 24);
    running(&mut app);
    let mut replay = App::replay(80, 24, app.heard.clone());
    replay.keys(">");
    for app in [&mut app, &mut replay] {
        let before = app.screen();
        app.keys("R");
        let screen = app.screen();
        assert!(screen.contains("^[[36mcompile^[[0m pkg/agent/part30.go\n"), "{screen}");
        assert!(
            screen.contains("progress 10 %^Mprogress 62 %"),
            "a line that is being written, too: {screen}"
        );
        app.keys("g /").writes("32m").keys("enter");
        assert!(app.screen().contains("^[[32mok^[[0m"), "{}", app.screen());
        app.keys("esc R G");
        assert!(!app.screen().contains("^["), "{}", app.screen());
        assert_eq!(before.contains("following"), app.screen().contains("following"));
    }
}

#[test]
fn what_a_full_screen_program_wrote_can_be_seen_raw_and_the_next_one_gets_its_screen() {
    let mut app = App::new(80, 24);
    running(&mut app);
    app.prints("\n\x1b[?1049h\x1b[2;3HLinux Kernel Configuration");
    assert!(app.model.shows_screen());
    app.keys("ctrl-a R");
    assert!(
        !app.model.shows_screen() && app.screen().contains("^[[?1049h^[[2;3HLinux Kernel"),
        "{}",
        app.screen()
    );
    app.prints("\x1b[?1049l\n").prints("\x1b[?1049hvim");
    assert!(app.model.shows_screen() && app.model.typing);
}

#[test]
fn a_full_screen_program_has_the_screen_and_every_key_but_one() {
    use ktui::model::effect::World;
    let mut app = App::new(80, 24);
    running(&mut app);
    app.prints("\n\x1b[?1049h\x1b[?1h\x1b[2;3HLinux Kernel Configuration");
    assert!(app.model.typing && app.model.shows_screen());
    let screen = app.screen();
    assert!(screen.contains("  Linux Kernel Configuration") && !screen.contains("part30.go"), "{screen}");
    assert!(screen.contains("Ctrl-A"), "how to get the keys back is said: {screen}");
    app.done.clear();
    app.keys("up q");
    assert_eq!(app.done, [World::Type(b"\x1bOA".to_vec()), World::Type(b"q".to_vec())]);
    app.keys("ctrl-a");
    assert!(!app.model.typing && app.model.shows_screen());
    app.keys("k");
    assert!(app.screen().contains("part30.go"), "who scrolls up reads the log: {}", app.screen());
    app.keys("G i");
    assert!(app.model.shows_screen());
    app.prints("\x1b[?1049lback\n");
    assert!(!app.model.typing && !app.model.zoom, "{}", app.screen());
    assert!(app.screen().contains("part30.go"));
}

#[test]
fn how_it_looks() {
    for lang in [Lang::En, Lang::Zh] {
        for (cols, rows) in [(80, 24), (160, 45)] {
            let mut app = App::new(cols, rows);
            app.speak(lang);
            failed(&mut app);
            app.model.focus = Pane::Log;
            app.keys("&").writes("part1|not found").keys("enter C T #");
            shown(&mut app);
            app.keys("g m v j j");
            shown(&mut app);
            insta::assert_snapshot!(format!("log-filtered-{lang:?}-{cols}x{rows}"), app.screen());
            app.keys("esc esc esc alt-backspace T #");
            app.prints(&"again\n".repeat(20));
            app.keys("d X");
            shown(&mut app);
            app.wait(9000);
            insta::assert_snapshot!(format!("log-folded-{lang:?}-{cols}x{rows}"), app.screen());
            app.keys("B");
            insta::assert_snapshot!(format!("log-bookmarks-{lang:?}-{cols}x{rows}"), app.screen());
        }
    }
}
