//! What the app looks like: whole screens, drawn without a terminal and compared with what was looked at.

mod app_driver;

use app_driver::{App, failed, running};
use ktui::event::{Answer, Event, Outcome, RunKind};
use ktui::locale::Lang;

/// Compares the screen at each of these sizes.
fn at_sizes(name: &str, sizes: &[(u16, u16)], build: impl Fn(&mut App)) {
    for (cols, rows) in sizes {
        let mut app = App::new(*cols, *rows);
        build(&mut app);
        insta::assert_snapshot!(format!("{name}-{cols}x{rows}"), app.screen());
    }
}

const ALL: &[(u16, u16)] = &[(60, 20), (80, 24), (120, 36), (160, 45)];

#[test]
fn while_a_stage_runs() {
    at_sizes("running", ALL, running);
}

#[test]
fn after_a_failure() {
    at_sizes("failed", ALL, |app| {
        failed(app);
        app.tells("which yq", Answer::Absent);
    });
}

#[test]
fn a_fix_to_confirm() {
    at_sizes("fix", &[(60, 20), (80, 24), (160, 45)], |app| {
        failed(app);
        app.tells("user", Answer::Is("ada".into()));
        app.keys("f");
    });
    at_sizes("fix-guide", &[(80, 24)], |app| {
        failed(app);
        app.keys("f tab");
    });
}

#[test]
fn after_a_fix_worked() {
    at_sizes("retry", &[(80, 24)], |app| {
        failed(app);
        app.keys("f enter");
        app.begins(RunKind::Fix, "build", "curl -o /usr/local/bin/yq https://example.org/yq").ends(
            Outcome::Passed,
            0,
            900,
        );
        app.begins(RunKind::Verify, "build", "yq --version").prints("yq v4.44.6\n").ends(
            Outcome::Passed,
            0,
            12,
        );
        app.waits("build");
    });
}

#[test]
fn questions_and_leaving() {
    at_sizes("cancel", &[(80, 24)], |app| {
        running(app);
        app.keys("c");
    });
    at_sizes("leave", &[(80, 24)], |app| {
        running(app);
        app.keys("q");
    });
    at_sizes("skip", &[(80, 24)], |app| {
        failed(app);
        app.keys("s");
    });
}

#[test]
fn a_question_shows_every_answer_on_the_smallest_screen() {
    for lang in [Lang::En, Lang::Zh] {
        let mut app = App::in_lang(30, 8, lang);
        running(&mut app);
        for (keys, answers) in [("q", &["Enter ", "x ", "Esc "][..]), ("esc c", &["Enter ", "Esc "])] {
            let screen = app.keys(keys).screen();
            for answer in answers {
                assert!(screen.contains(answer), "{lang:?} {keys}: no {answer}\n{screen}");
            }
            let dialog = screen.split_once('╭').map_or("", |(_, dialog)| dialog);
            assert!(!dialog.contains('…'), "{lang:?} {keys}: nothing of it is cut\n{screen}");
        }
    }
}

#[test]
fn help_and_pages() {
    at_sizes("help", &[(80, 24), (120, 60)], |app| {
        running(app);
        app.keys("?");
    });
    at_sizes("stages", &[(80, 24), (120, 36)], |app| {
        failed(app);
        app.keys("esc shift-tab");
    });
    at_sizes("stage-page", &[(80, 24)], |app| {
        failed(app);
        app.keys("esc shift-tab enter");
    });
    at_sizes("zoomed-finding", &[(80, 24)], |app| {
        failed(app);
        app.keys("z");
    });
}

#[test]
fn searching() {
    at_sizes("search-prompt", &[(80, 24)], |app| {
        running(app);
        app.keys("/ p a r t 1 [ 2 - 5 ]");
    });
    at_sizes("search-on", &[(80, 24), (160, 45)], |app| {
        running(app);
        app.keys("# / p a r t 1 enter n n");
    });
}

#[test]
fn typing_into_the_command() {
    at_sizes("password-hint", &[(80, 24)], |app| {
        running(app);
        app.prints("\n[sudo] password for ada: ");
    });
    at_sizes("typing", &[(80, 24)], |app| {
        running(app);
        app.prints("\n[sudo] password for ada: ");
        app.keys("i");
    });
}

#[test]
fn the_end() {
    at_sizes("summary", &[(80, 24)], |app| {
        failed(app);
        app.keys("f enter");
        app.begins(RunKind::Fix, "build", "curl").ends(Outcome::Passed, 0, 900);
        app.begins(RunKind::Verify, "build", "yq --version").ends(Outcome::Passed, 0, 12);
        app.waits("build").keys("enter");
        app.begins(RunKind::Stage, "build", "./scripts/build").after(200).ends(Outcome::Passed, 0, 200_000);
        app.begins(RunKind::Stage, "package-cli", "./scripts/package-cli").after(20).ends(
            Outcome::Passed,
            0,
            20_000,
        );
        app.event(Event::Exit(0));
    });
}

#[test]
fn in_chinese() {
    for (name, cols, rows, keys) in
        [("failed", 80, 24, ""), ("failed", 160, 45, ""), ("fix", 80, 24, "f"), ("help", 80, 24, "?")]
    {
        let mut app = App::in_lang(cols, rows, Lang::Zh);
        failed(&mut app);
        if !keys.is_empty() {
            app.keys(keys);
        }
        insta::assert_snapshot!(format!("zh-{name}-{cols}x{rows}"), app.screen());
    }
}

#[test]
fn without_unicode_nothing_but_ascii_is_drawn() {
    for (cols, rows) in [(80, 24), (120, 36)] {
        let mut app = App::new(cols, rows).ascii();
        failed(&mut app);
        app.prints("中文 ✓\n");
        let screen = app.screen();
        assert!(screen.is_ascii(), "{screen}");
        insta::assert_snapshot!(format!("ascii-{cols}x{rows}"), screen);
    }
}

#[test]
fn without_colour_the_focus_and_the_selection_still_show() {
    use ratatui::style::{Color, Modifier};
    let mut app = App::new(80, 24).mono();
    failed(&mut app);
    let buffer = app.buffer();
    assert!(buffer.content().iter().all(|cell| (cell.fg, cell.bg) == (Color::Reset, Color::Reset)));
    let reversed: String = buffer
        .content()
        .iter()
        .filter(|cell| cell.modifier.contains(Modifier::REVERSED))
        .map(ratatui::buffer::Cell::symbol)
        .collect();
    assert!(reversed.contains("Command not found: yq"), "the selected finding: {reversed}");
}

#[test]
fn too_small_says_so() {
    let mut app = App::new(25, 6);
    running(&mut app);
    assert!(app.screen().starts_with("Too small"));
    app.resize(40, 10);
    assert!(app.screen().contains("progress 62 %"), "{}", app.screen());
}
