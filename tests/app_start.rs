//! The start screen: what fits and what does not, the doctor as its checks come, the inputs of a plan.

mod app_driver;

use app_driver::start::{drawn, examined, examined_in, fix, keys, sheet, sheet_in, start, start_in};
use ktui::keymap::Keymap;
use ktui::locale::Lang;
use ktui::model::form::{Field, Origin};
use ktui::model::start::{Chosen, Start};
use ktui::view::{self, Glyphs, Look};
use ratatui::layout::{Position, Rect};

fn screen(start: &Start, lang: Lang, cols: u16, rows: u16) -> String {
    app_driver::text(&drawn(start, &app_driver::theme(), lang, cols, rows))
}

#[test]
fn a_plan_is_chosen_by_its_form_and_other_offers_at_once() {
    let mut start = start();
    assert_eq!(keys(&mut start, "enter"), Chosen::Offer(0));
    assert_eq!(keys(&mut start, "j j enter"), Chosen::Sheet { offer: 2, set: Vec::new() });
    start.sheet(2, sheet());
    assert_eq!(keys(&mut start, "enter"), Chosen::Build { offer: 2, set: Vec::new(), step: false });
    assert_eq!(keys(&mut start, "s"), Chosen::Build { offer: 2, set: Vec::new(), step: true });
    assert_eq!(keys(&mut start, "esc q"), Chosen::Left, "Esc closes the form and no more");
}

#[test]
fn a_plan_that_does_not_fit_says_why_and_does_nothing() {
    let mut start = start();
    assert_eq!(keys(&mut start, "G enter"), Chosen::Nothing);
    let shown = screen(&start, Lang::En, 80, 24);
    assert!(shown.contains("Why this plan does not fit"), "{shown}");
    assert!(shown.contains("│ does not fit: there is no Cargo.toml"), "{shown}");
    assert_eq!(keys(&mut start, "esc"), Chosen::Nothing);
    assert_eq!(start.over, None);
    assert!(screen(&start, Lang::En, 80, 24).contains("Enter why not"));
}

#[test]
fn values_are_written_chosen_and_given_back() {
    let mut start = start();
    keys(&mut start, "j j enter");
    start.sheet(2, sheet());
    let set = vec![("jobs".to_owned(), "48".to_owned())];
    assert_eq!(keys(&mut start, "e 8 enter"), Chosen::Sheet { offer: 2, set: set.clone() });
    let mut wrong = sheet();
    wrong.fields[0] = Field {
        value: "48".into(),
        origin: Origin::User,
        fault: Some("`48` is too many".into()),
        ..wrong.fields[0].clone()
    };
    wrong.fields[1].value.clear();
    wrong.stages.clear();
    start.sheet(2, wrong);
    assert_eq!(keys(&mut start, "enter"), Chosen::Nothing, "nothing runs with a value that is wrong");
    let screen = screen(&start, Lang::En, 80, 24);
    assert!(screen.contains("`48` is too many") && screen.contains("v1.31.4+k3s1"), "{screen}");
    assert_eq!(keys(&mut start, "x"), Chosen::Sheet { offer: 2, set: Vec::new() });
    start.sheet(2, sheet());
    let set = vec![("static".to_owned(), "true".to_owned())];
    assert_eq!(keys(&mut start, "G right"), Chosen::Sheet { offer: 2, set });
    assert_eq!(keys(&mut start, "e"), Chosen::Nothing, "one of few is chosen, not written");
}

#[test]
fn the_doctor_tells_the_worst_first_and_mends_by_one_key() {
    let mut start = start();
    assert_eq!(keys(&mut start, "f"), Chosen::Nothing);
    assert_eq!(start.over, None, "there is nothing to mend yet");
    examined(&mut start);
    let order: Vec<&str> = start.checks.iter().map(|check| check.what.as_str()).collect();
    assert_eq!(order, ["yq", "gcc", "memory (RAM + swap)", "git", "clock"]);
    keys(&mut start, "f");
    assert!(screen(&start, Lang::En, 80, 24).contains("apt-get install -y yq"));
    assert_eq!(keys(&mut start, "esc f n"), Chosen::Nothing, "no is no");
    assert_eq!(keys(&mut start, "f tab enter"), Chosen::Cure(fix("Install gcc")));
}

#[test]
fn it_looks_right_in_both_languages_and_sizes() {
    for (name, over) in [("offers", ""), ("cure", "f"), ("form", "j j enter"), ("help", "?")] {
        for (lang, cols, rows) in [(Lang::En, 80, 24), (Lang::En, 160, 45), (Lang::Zh, 80, 24)] {
            let mut start = start_in(lang);
            examined_in(&mut start, lang);
            if !over.is_empty() && matches!(keys(&mut start, over), Chosen::Sheet { .. }) {
                start.sheet(2, sheet_in(lang));
            }
            insta::assert_snapshot!(
                format!("{name}-{lang:?}-{cols}x{rows}"),
                screen(&start, lang, cols, rows)
            );
        }
    }
}

#[test]
fn a_form_shows_what_would_run_whatever_input_is_looked_at() {
    let mut start = start();
    keys(&mut start, "j j enter");
    let mut long = sheet();
    let field = long.fields[0].clone();
    long.fields.extend((0..20).map(|number| Field { name: format!("input-{number}"), ..field.clone() }));
    start.sheet(2, long);
    for move_to in ["g", "G"] {
        keys(&mut start, move_to);
        let screen = screen(&start, Lang::En, 80, 24);
        for part in ["Stages", "download", "generate", "build"] {
            assert!(screen.contains(part), "{move_to}: no {part}\n{screen}");
        }
    }
    assert!(screen(&start, Lang::En, 80, 24).contains("input-19"), "what is selected is seen, too");
}

#[test]
fn a_trees_own_plan_is_read_before_it_is_trusted() {
    let mut start = start();
    let script: Vec<String> = (1..=40).map(|line| format!("  echo line {line}")).collect();
    start.offers[2].untrusted = Some(format!("plan: own\n{}\n  rm -rf build", script.join("\n")));
    assert!(screen(&start, Lang::En, 80, 24).contains("k3s-native"));
    assert_eq!(keys(&mut start, "j j enter"), Chosen::Nothing, "nothing is asked of the machine for it");
    let shown = drawn(&start, &app_driver::theme(), Lang::En, 80, 24);
    insta::assert_snapshot!("trust-En-80x24", app_driver::text(&shown));
    insta::assert_snapshot!("trust-Zh-80x24", screen(&start, Lang::Zh, 80, 24));
    assert_eq!(keys(&mut start, "enter"), Chosen::Nothing, "Enter once more is no yes");
    assert_eq!(keys(&mut start, "esc"), Chosen::Nothing);
    assert_eq!(start.over, None);
    keys(&mut start, "enter");
    assert!(draw(&mut start).contains("Read on to its end (PgDn), then t trusts it"));
    assert_eq!(keys(&mut start, "t"), Chosen::Nothing, "what was not seen is not trusted");
    keys(&mut start, "G");
    let shown = draw(&mut start);
    assert!(shown.contains("rm -rf build") && !shown.contains("Read on"), "{shown}");
    assert!(shown.contains("t trust"), "the frame that shows the end offers it: {shown}");
    assert!(draw(&mut start).contains("t trust"), "{}", draw(&mut start));
    keys(&mut start, "g");
    draw(&mut start);
    assert_eq!(keys(&mut start, "t"), Chosen::Trust(2), "what was seen may be looked at again");
    start.trusted(2);
    assert_eq!(keys(&mut start, "enter"), Chosen::Sheet { offer: 2, set: Vec::new() });
}

/// Draws as the app does: what is seen is told to the screen.
fn draw(start: &mut Start) -> String {
    let (theme, keymap) = (app_driver::theme(), Keymap::default());
    let look = Look { theme: &theme, glyphs: Glyphs::of(true), lang: Lang::En, home: "", keymap: &keymap };
    let area = Rect::new(0, 0, 80, 24);
    let mut buffer = ratatui::buffer::Buffer::empty(area);
    view::draw_start(&look, start, &keymap.start_footer(start), area, &mut buffer);
    app_driver::text(&buffer)
}

#[test]
fn what_lies_over_the_start_screen_scrolls_to_its_end_and_no_further() {
    let mut start = start();
    let lines: Vec<String> = (1..=40).map(|line| format!("line {line}")).collect();
    start.offers[2].untrusted = Some(lines.join("\n"));
    keys(&mut start, "j j enter");
    assert!(!draw(&mut start).contains("line 40"));
    keys(&mut start, "G");
    assert!(draw(&mut start).contains("line 40"));
    keys(&mut start, "down pgdn k");
    let shown = draw(&mut start);
    assert!(shown.contains("line 39") && !shown.contains("line 40"), "one row up from the end:\n{shown}");
}

#[test]
fn a_click_selects_what_is_drawn_there() {
    let start = start();
    let (theme, keymap) = (app_driver::theme(), Keymap::default());
    let look = Look { theme: &theme, glyphs: Glyphs::of(true), lang: Lang::En, home: "", keymap: &keymap };
    for (cols, rows) in [(80, 24), (160, 45)] {
        let drawn = screen(&start, Lang::En, cols, rows);
        let row = drawn.lines().position(|line| line.contains("9f01")).expect("it is drawn");
        let clicked =
            view::start_at(&look, &start, Rect::new(0, 0, cols, rows), Position { x: 5, y: row as u16 });
        assert_eq!(clicked, Some(1));
    }
}
