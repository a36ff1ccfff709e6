//! The arrangement of the panes: keys and the mouse change it, and it stays within what the screen has.

mod app_driver;

use app_driver::{App, failed, running};
use ktui::event::{Outcome, RunKind};
use ktui::model::panes::{Arrangement, Shape, Split};
use ktui::model::{Input, Pane};
use ktui::view;
use ktui::view::layout::{Layout, lay};
use ratatui::layout::{Position, Rect};

fn layout(app: &App, cols: u16, rows: u16) -> Layout {
    lay(Rect::new(0, 0, cols, rows), &app.model)
}

#[test]
fn every_screen_has_a_shape_and_says_what_it_needs_where_it_has_none() {
    for ((cols, rows), shape) in [
        ((40, 12), Shape::Single),
        ((59, 40), Shape::Single),
        ((200, 13), Shape::Single),
        ((60, 20), Shape::Narrow),
        ((80, 24), Shape::Narrow),
        ((90, 60), Shape::Tall),
        ((120, 40), Shape::Wide),
        ((200, 60), Shape::Wide),
    ] {
        let mut app = App::new(cols, rows);
        failed(&mut app);
        let layout = layout(&app, cols, rows);
        assert_eq!((layout.shape, layout.too_small), (shape, false), "{cols}x{rows}");
    }
    let mut app = App::new(20, 7);
    running(&mut app);
    let words: String = app.screen().split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(words, "Too small: ktui needs 30x8");
}

#[test]
fn one_pane_at_a_time_is_reached_by_its_number_or_its_name() {
    let mut app = App::new(40, 12);
    failed(&mut app);
    for (key, pane, shows) in [
        ("1", Pane::Stages, "Compile"),
        ("2", Pane::Log, "Error 127"),
        ("3", Pane::Findings, "Command not found"),
        ("4", Pane::Details, "The shell looked"),
        ("5", Pane::Timeline, "Fetch"),
    ] {
        app.keys(key);
        let screen = app.screen();
        assert_eq!(app.model.focus, pane);
        assert!(screen.contains(shows), "{screen}");
        assert!(screen.lines().nth(1).is_some_and(|tabs| tabs.contains("Log") && tabs.contains("Timeline")));
    }
    // Narrower still, the names make room.
    app.resize(30, 10);
    assert!(
        app.screen().lines().nth(1).is_some_and(|tabs| tabs.contains("Timeline") && tabs.contains(" 2 "))
    );
}

#[test]
fn tab_goes_round_what_is_shown_and_hidden_panes_come_back_by_their_number() {
    let mut app = App::new(120, 40);
    failed(&mut app);
    app.keys("2");
    let round = |app: &mut App| {
        let mut seen = vec![app.model.focus];
        while seen.len() < 8 {
            app.keys("tab");
            if app.model.focus == seen[0] {
                break;
            }
            seen.push(app.model.focus);
        }
        seen
    };
    assert_eq!(round(&mut app), [Pane::Log, Pane::Findings, Pane::Details, Pane::Timeline, Pane::Stages]);
    app.keys("5 H 4 H 1 H");
    assert_eq!(round(&mut app), [Pane::Log, Pane::Findings]);
    let here = layout(&app, 120, 40);
    assert_eq!((here.stages, here.details, here.timeline), (None, None, None));
    app.keys("3 H");
    assert_eq!(layout(&app, 120, 40).log.map(|log| log.width), Some(120), "the log has all of it");
    app.keys("H");
    assert!(app.screen().contains("The log is always shown"), "{}", app.screen());
    app.keys("esc 1 5");
    let here = layout(&app, 120, 40);
    assert!(here.stages.is_some() && here.timeline.is_some());
    app.keys("alt-0");
    assert!(app.model.panes.is_default());
}

/// A build that lacks two programs, one of them with a long name.
fn lacks_two(app: &mut App) {
    running(app);
    app.prints("\nsh: a-program-with-a-name-that-is-longer-than-the-list-is-wide: command not found\n");
    app.prints("sh: yq: command not found\n").ends(Outcome::Failed, 127, 134_000).waits("build");
}

#[test]
fn titles_of_findings_break_where_there_is_room_and_a_click_takes_what_is_under_it() {
    for (cols, rows) in [(120, 40), (160, 45), (200, 60)] {
        let mut app = App::new(cols, rows);
        lacks_two(&mut app);
        let layout = layout(&app, cols, rows);
        let area = layout.findings.expect("it is shown");
        let column = |line: &str| line.chars().take(usize::from(area.width)).collect::<String>();
        let listed: Vec<String> = app.screen().lines().skip(usize::from(area.y)).map(column).collect();
        assert!(listed.iter().any(|line| line.contains("list-is-wide")), "whole: {listed:#?}");
        let row = listed.iter().position(|line| line.contains("found: yq")).expect("it is listed");
        let place = Position { x: area.x + 4, y: area.y + row as u16 };
        assert_eq!(view::at(&app.model, &layout, place), Some((Pane::Findings, 1)));
    }
}

#[test]
fn a_click_in_a_list_that_is_scrolled_takes_what_is_under_it() {
    let mut app = App::new(80, 24);
    lacks_two(&mut app);
    for number in 0..4 {
        app.prints(&format!("sh: tool{number}: command not found\n"));
    }
    app.keys("3 G");
    let layout = layout(&app, 80, 24);
    let area = layout.findings.expect("it is shown");
    let screen = app.screen();
    let last = area.bottom() - 1;
    assert!(screen.lines().nth(usize::from(last)).is_some_and(|line| line.contains("tool3")), "{screen}");
    let (pane, at) = view::at(&app.model, &layout, Position { x: 4, y: last - 1 }).expect("a list");
    assert_eq!((pane, app.model.findings.list[at].finding.subject()), (Pane::Findings, "tool2"));
}

#[test]
fn every_stage_that_ran_has_its_row_in_the_timeline() {
    let mut app = App::new(120, 40);
    running(&mut app);
    app.ends(Outcome::Passed, 0, 10);
    for stage in ["package-cli", "image", "verify", "push"] {
        app.begins(RunKind::Stage, stage, "true").after(2).ends(Outcome::Passed, 0, 10);
    }
    let area = layout(&app, 120, 40).timeline.expect("it is shown");
    let screen: Vec<String> = app.screen().lines().skip(usize::from(area.y)).map(str::to_owned).collect();
    for stage in ["Fetch charts", "Compile", "Package", "image", "verify", "push"] {
        assert!(screen.iter().any(|line| line.contains(stage)), "{stage}: {screen:#?}");
    }
}

#[test]
fn panes_grow_by_keys_and_are_never_out_of_the_screen() {
    for (cols, rows) in [(60, 20), (90, 60), (120, 40)] {
        let mut app = App::new(cols, rows);
        failed(&mut app);
        for pane in ["1", "2", "3", "4", "5"] {
            for key in ["ctrl-up", "alt-j", "ctrl-left", "alt-."] {
                app.keys(pane);
                for _ in 0..rows.max(40) {
                    app.keys(key);
                }
                let here = layout(&app, cols, rows);
                let log = here.log.expect("the log is shown");
                assert!(log.height >= 2 && log.width >= 20, "{cols}x{rows} {pane} {key}: {here:?}");
                app.screen();
            }
        }
    }
}

#[test]
fn a_key_changes_a_size_by_a_step_and_back() {
    let mut app = App::new(160, 45);
    failed(&mut app);
    let before = layout(&app, 160, 45);
    let height = |layout: &Layout| layout.details.map(|area| area.height).unwrap_or_default();
    app.keys("4 ctrl-up ctrl-up");
    assert_eq!(height(&layout(&app, 160, 45)), height(&before) + 2);
    app.keys("2 ctrl-up ctrl-up");
    assert_eq!(height(&layout(&app, 160, 45)), height(&before), "the log takes it back");
    app.keys("1 ctrl-right");
    assert_eq!(layout(&app, 160, 45).stages.map(|area| area.width), before.stages.map(|area| area.width + 2));
    app.keys("ctrl-down");
    assert_eq!(
        layout(&app, 160, 45).stages.map(|area| area.height),
        before.stages.map(|area| area.height - 1)
    );
}

#[test]
fn every_border_can_be_dragged_to_where_the_mouse_is() {
    for (cols, rows) in [(80, 24), (90, 60), (160, 45)] {
        let mut app = App::new(cols, rows);
        failed(&mut app);
        app.keys("4");
        let borders: Vec<_> = layout(&app, cols, rows).borders.into_iter().flatten().collect();
        assert!(!borders.is_empty());
        for border in borders {
            let split = border.edge.split;
            let grip = border.grip;
            let sideways = split == Split::Column;
            let to = if sideways {
                Position { x: grip.x + 6, y: grip.y + 1 }
            } else {
                Position { x: grip.x + 5, y: grip.y - 1 }
            };
            assert_eq!(
                layout(&app, cols, rows).border_at(to).map(|border| border.edge.split),
                None,
                "{split:?}"
            );
            app.input(Input::Drag(split, border.cells_at(to), border.edge.total));
            let found = layout(&app, cols, rows).border_at(to).map(|border| border.edge.split);
            assert_eq!(found, Some(split), "{cols}x{rows}: it is where it was dragged to");
            app.keys("alt-0 4");
        }
    }
}

#[test]
fn what_the_user_made_of_it_is_there_again() {
    let mut app = App::new(160, 45);
    failed(&mut app);
    app.keys("1 ctrl-right ctrl-right 5 H");
    let (kept, problems) = Arrangement::load("panes.yaml", &app.model.panes.to_yaml());
    assert_eq!(problems, []);
    let mut again = App::new(160, 45);
    again.model.panes = kept;
    failed(&mut again);
    app.keys("2");
    again.keys("2");
    assert_eq!(again.screen(), app.screen());
}

#[test]
fn the_timeline_of_a_live_session_leads_to_what_came_then() {
    let mut app = App::new(120, 40);
    running(&mut app);
    app.keys("5");
    assert!(app.screen().contains("Output"), "{}", app.screen());
    app.keys("home");
    assert!(app.screen().contains("fetching traefik-crd"), "{}", app.screen());
    assert!(!app.model.log.follow);
    app.keys("end");
    assert!(app.model.log.follow, "the end is now");
    app.keys("left h");
    assert!(!app.model.log.follow);
    app.keys("right l right");
    assert!(app.model.log.follow);
    app.input(Input::ClickTime(0));
    assert!(app.screen().contains("fetching traefik-crd"), "{}", app.screen());
}

#[test]
fn the_remembered_sizes_are_shares_of_any_screen() {
    let mut arrangement = Arrangement::default();
    arrangement.give(Shape::Wide, Split::Column, 60, 120);
    for (cols, rows) in [(110, 20), (200, 60), (500, 200)] {
        let mut app = App::new(cols, rows);
        app.model.panes = arrangement.clone();
        failed(&mut app);
        assert_eq!(layout(&app, cols, rows).stages.map(|area| area.width), Some(cols / 2), "{cols}");
    }
}
