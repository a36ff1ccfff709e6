//! Every pane and every overlay, at four sizes, in both languages and in three themes: what is on the screen, and how
//! it is styled. One picture a scene and size; its rows of letters say which style each column has.

mod app_driver;

use std::fmt::Write as _;

use app_driver::{App, failed, running, text};
use ktui::event::{Answer, Event, Outcome, RunKind, Timed};
use ktui::locale::Lang;
use ktui::model::Input;
use ktui::theme::Depth;
use ratatui::buffer::Buffer;
use ratatui::style::{Modifier, Style};

const SIZES: [(u16, u16); 4] = [(60, 20), (80, 24), (120, 40), (200, 60)];

const THEMES: [(&str, &str, Depth); 3] = [
    ("ktui-dark", include_str!("../themes/ktui-dark.yaml"), Depth::True),
    ("sixteen", include_str!("../themes/sixteen.yaml"), Depth::Ansi16),
    ("mono", include_str!("../themes/mono.yaml"), Depth::Mono),
];

/// A scene: how it comes about, and the keys that lead there.
type Scene = (&'static str, fn(&mut App), &'static str);

/// Panes, then what lies over them. A new pane or overlay belongs here.
const SCENES: &[Scene] = &[
    ("starting", |_| {}, ""),
    ("running", running, ""),
    ("failed", known, ""),
    ("stages", known, "1"),
    ("log", known, "2"),
    ("findings", known, "3"),
    ("details", known, "4"),
    ("timeline", known, "5"),
    ("zoomed-details", known, "4 z"),
    ("nothing-but-the-log", known, "1 H 3 H 4 H 5 H"),
    ("searching", running, "/ p a r t 1"),
    ("found", running, "# / p a r t 1 enter n n"),
    ("asked-for-a-place", running, "ctrl-g 1 2"),
    ("typing", asks, "i"),
    ("asked-for-a-password", asks, ""),
    ("notice", running, "r"),
    ("help", known, "?"),
    ("palette", known, ": f i"),
    ("stage-page", known, "1 enter"),
    ("fix", known, "f"),
    ("fix-guide", known, "f tab"),
    ("cancel", running, "c"),
    ("skip", known, "s"),
    ("leave", running, "q"),
    ("summary", ends, ""),
    ("past", looks_back, ", , , ,"),
];

fn known(app: &mut App) {
    failed(app);
    app.tells("which yq", Answer::Absent).tells("user", Answer::Is("ada".into()));
}

fn asks(app: &mut App) {
    running(app);
    app.prints("\n[sudo] password for ada: ");
}

fn ends(app: &mut App) {
    running(app);
    app.ends(Outcome::Passed, 0, 134_000);
    app.begins(RunKind::Stage, "package-cli", "./scripts/package-cli").after(20);
    app.ends(Outcome::Passed, 0, 20_000);
    app.event(Event::Exit(0));
}

fn looks_back(app: &mut App) {
    running(app);
    app.keys("p");
    let events = app.heard.clone();
    app.input(Input::Recalled(events));
    app.prints("\nmore\n");
}

/// The same as a recording, half-way.
fn recording(cols: u16, rows: u16, lang: Lang) -> App {
    let mut source = App::in_lang(cols, rows, lang);
    known(&mut source);
    let events: Vec<Timed> = source.heard.clone();
    let mut app = App::replay_in(cols, rows, lang, events);
    app.keys("> [ [ .");
    app
}

/// A letter for each style and, row by row, how many columns have which.
fn styles(buffer: &Buffer) -> String {
    let mut legend: Vec<Style> = Vec::new();
    let mut rows = String::new();
    let area = buffer.area;
    for y in area.top()..area.bottom() {
        let mut runs: Vec<(usize, u16)> = Vec::new();
        for x in area.left()..area.right() {
            let style = buffer[(x, y)].style();
            let at = legend.iter().position(|known| *known == style).unwrap_or_else(|| {
                legend.push(style);
                legend.len() - 1
            });
            match runs.last_mut() {
                Some((last, count)) if *last == at => *count += 1,
                _ => runs.push((at, 1)),
            }
        }
        let row: Vec<String> = runs.iter().map(|(at, count)| format!("{}{count}", letter(*at))).collect();
        let _ = writeln!(rows, "{}", row.join(" "));
    }
    let mut said = String::new();
    for (at, style) in legend.iter().enumerate() {
        let _ = write!(said, "{}={} ", letter(at), written(*style));
    }
    format!("{}\n{}", said.trim_end(), squeezed(&rows))
}

fn letter(at: usize) -> char {
    char::from_u32('a' as u32 + at as u32).filter(char::is_ascii_lowercase).unwrap_or('?')
}

fn written(style: Style) -> String {
    let colour = |color| match color {
        Some(color) => ktui::theme::written(color),
        None => "-".to_owned(),
    };
    let mut said = format!("{}/{}", colour(style.fg), colour(style.bg));
    if style.add_modifier != Modifier::empty() {
        let _ = write!(said, "/{:?}", style.add_modifier);
    }
    said.replace(' ', "")
}

/// Rows that are like the one before are counted.
fn squeezed(rows: &str) -> String {
    let mut made: Vec<(&str, usize)> = Vec::new();
    for row in rows.lines() {
        match made.last_mut() {
            Some((last, count)) if *last == row => *count += 1,
            _ => made.push((row, 1)),
        }
    }
    let row = |(row, count): (&str, usize)| {
        if count == 1 { row.to_owned() } else { format!("{row} x{count}") }
    };
    made.into_iter().map(row).collect::<Vec<_>>().join("\n")
}

fn picture(name: &str, (cols, rows): (u16, u16), make: impl Fn(Lang, usize) -> App) {
    let mut said = String::new();
    for lang in Lang::ALL {
        let mut screens: Vec<(String, String)> = Vec::new();
        for index in 0..THEMES.len() {
            let buffer = make(lang, index).buffer();
            screens.push((text(&buffer), styles(&buffer)));
        }
        assert!(
            screens.iter().all(|(screen, _)| *screen == screens[0].0),
            "{name}: a theme changes colours, not words"
        );
        let _ = writeln!(said, "{}", screens[0].0);
        for ((theme, ..), (_, styles)) in THEMES.iter().zip(&screens) {
            let _ = writeln!(said, "-- {theme}\n{styles}");
        }
        said.push('\n');
    }
    insta::assert_snapshot!(format!("{name}-{cols}x{rows}"), said);
}

fn at(size: (u16, u16)) {
    for (name, come_about, keys) in SCENES {
        picture(name, size, |lang, theme| {
            let (_, text, depth) = THEMES[theme];
            let mut app = App::in_lang(size.0, size.1, lang).in_theme(text, depth);
            come_about(&mut app);
            if !keys.is_empty() {
                app.keys(keys);
            }
            app
        });
    }
    picture("replay", size, |lang, theme| {
        let (_, text, depth) = THEMES[theme];
        recording(size.0, size.1, lang).in_theme(text, depth)
    });
}

#[test]
fn narrow() {
    at(SIZES[0]);
}

#[test]
fn usual() {
    at(SIZES[1]);
}

#[test]
fn wide() {
    at(SIZES[2]);
}

#[test]
fn large() {
    at(SIZES[3]);
}

/// What has no colour says the same by a symbol or a word: nothing is told apart by colour alone.
#[test]
fn states_differ_without_colour() {
    let mut seen: Vec<String> = Vec::new();
    for (_, come_about, keys) in
        SCENES.iter().filter(|(name, ..)| ["running", "failed", "summary"].contains(name))
    {
        let mut app = App::new(120, 40).in_theme(THEMES[2].1, Depth::Mono);
        come_about(&mut app);
        if !keys.is_empty() {
            app.keys(keys);
        }
        seen.push(app.screen().lines().next().unwrap_or_default().to_owned());
    }
    for word in ["running", "needs you", "passed"] {
        assert_eq!(seen.iter().filter(|header| header.contains(word)).count(), 1, "{word}: {seen:#?}");
    }
}
