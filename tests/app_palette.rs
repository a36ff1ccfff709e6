//! The command palette, the language and the theme, changed while one looks on: keys in, screen out.
#![allow(clippy::unwrap_used, reason = "tests stop at the first surprise")]

mod app_driver;

use app_driver::{App, failed};
use ktui::event::Choice;
use ktui::keymap::Keymap;
use ktui::locale::Lang;
use ktui::model::effect::World;

#[test]
fn what_is_found_by_a_few_letters_is_done() {
    let mut app = App::new(80, 24);
    failed(&mut app);
    app.keys(":").writes("retry the failed").keys("enter");
    assert_eq!(app.done, [World::Choose(Choice::Retry { stage: "build".into() })]);
    assert!(app.model.dialog.is_none());
    // Ctrl-P opens it as well; Esc only closes it.
    app.keys("ctrl-p");
    assert!(app.model.dialog.is_some());
    app.keys("esc");
    assert!(app.model.dialog.is_none());
    assert_eq!(app.done.len(), 1);
}

#[test]
fn the_keys_are_searched_by_what_they_do() {
    let mut app = App::new(80, 24);
    failed(&mut app);
    app.keys("?");
    assert!(app.screen().contains("Esc close   / find"), "{}", app.screen());
    app.keys("/").writes("retry the failed");
    assert!(app.screen().contains("retry the failed stage"), "{}", app.screen());
    app.keys("enter");
    assert_eq!(app.done, [World::Choose(Choice::Retry { stage: "build".into() })]);
    // Other pages are read, not searched.
    app.keys("1 enter /");
    assert!(!app.screen().contains("What would you like to do?"), "{}", app.screen());
}

#[test]
fn only_what_can_be_done_now_is_offered() {
    let mut app = App::new(80, 24);
    failed(&mut app);
    app.keys(":").writes("next match");
    assert!(app.screen().contains("nothing like this can be done now"), "{}", app.screen());
    app.keys("enter");
    assert!(app.model.dialog.is_some(), "Enter does nothing where nothing fits");
}

#[test]
fn stages_and_findings_are_places_to_go_to() {
    let mut app = App::new(120, 40);
    failed(&mut app);
    app.keys(":").writes("stage: package").keys("enter");
    assert_eq!(app.model.stages.current_selection().unwrap().id, "package-cli");
    app.keys(":").writes("finding: yq").keys("enter");
    assert_eq!(app.model.focus, ktui::model::Pane::Findings);
}

#[test]
fn a_theme_is_seen_before_it_is_taken() {
    let mut app = App::new(80, 24);
    failed(&mut app);
    app.keys(":").writes("ktui-light");
    assert_eq!(app.theme_name(), "ktui-light");
    app.keys("esc");
    assert_eq!(app.theme_name(), "ktui-dark", "Esc takes it back");
    app.keys(":").writes("ktui-light").keys("enter");
    assert_eq!(app.theme_name(), "ktui-light");
    app.keys("alt-t");
    assert_eq!(app.theme_name(), "ktui-dark");
}

#[test]
fn the_language_changes_at_once_in_what_was_found_too() {
    let mut app = App::new(120, 40);
    failed(&mut app);
    assert!(app.screen().contains("Command not found: yq"));
    app.keys("alt-l");
    let screen = app.screen();
    assert!(screen.contains("找不到命令：yq") && screen.contains("阶段"), "{screen}");
    // English finds it in Chinese too.
    app.keys(":").writes("language english").keys("enter");
    assert!(app.screen().contains("Command not found: yq"));
}

#[test]
fn the_palette_at_two_sizes_in_both_languages() {
    for lang in Lang::ALL {
        for (cols, rows) in [(80, 24), (120, 40)] {
            let mut app = App::in_lang(cols, rows, lang);
            failed(&mut app);
            app.keys(":").writes("fi");
            insta::assert_snapshot!(format!("palette-{lang:?}-{cols}x{rows}"), app.screen());
        }
    }
}

#[test]
fn other_keys_do_the_same_and_are_the_ones_shown() {
    let mut app = App::new(100, 70);
    app.keymap = Keymap::preset("emacs").unwrap();
    failed(&mut app);
    app.keys("alt-x").writes("summ");
    assert!(app.model.dialog.is_some());
    app.keys("ctrl-g ctrl-s").writes("yq").keys("enter");
    assert!(app.screen().contains("/yq"), "{}", app.screen());
    app.keys("?");
    assert!(app.screen().contains("Alt-X"), "{}", app.screen());
}
