//! Every pane and every overlay, at four sizes, in both languages and in three themes: one file a scene, which holds
//! what is on each screen and then, for each style there is, what is drawn in it.

mod app_driver;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::LazyLock;

use app_driver::{App, failed, running, start, text};
use ktui::event::{Answer, Event, Outcome, RunKind, Timed};
use ktui::locale::Lang;
use ktui::model::effect::Desk;
use ktui::model::rule_draft::Matches;
use ktui::model::start::Chosen;
use ktui::model::{Input, Pane};
use ktui::theme::{self, Depth, Theme};
use ratatui::buffer::Buffer;
use ratatui::style::{Modifier, Style};
use unicode_width::UnicodeWidthStr as _;

const SIZES: [(u16, u16); 4] = [(60, 20), (80, 24), (120, 40), (200, 60)];

/// One for each depth of colour.
static THEMES: LazyLock<[Theme; 3]> = LazyLock::new(|| {
    [
        (include_str!("../themes/ktui-dark.yaml"), Depth::True),
        (include_str!("../themes/sixteen.yaml"), Depth::Ansi16),
        (include_str!("../themes/mono.yaml"), Depth::Mono),
    ]
    .map(|(text, depth)| Theme::load("theme.yaml", text).0.expect("it ships").with_depth(depth))
});

/// A scene: its name, how it comes about, and the keys that lead there.
type Scene = (&'static str, fn(&mut App), &'static str);

/// What lies beside each other. A new pane belongs here.
const PANES: &[Scene] = &[
    ("starting", |_| {}, ""),
    ("running", running, ""),
    ("failed", known, ""),
    ("stages", known, "1"),
    ("findings", known, "3"),
    ("details", known, "4 z"),
    ("timeline", known, "5"),
    ("only-the-log", known, "1 H 3 H 4 H 5 H"),
    ("past", looks_back, ", , , ,"),
];

/// The log in its ways. A new way to look at it belongs here.
const LOG: &[Scene] = &[
    ("searching", running, "/ p a r t 1"),
    ("found", running, "# / p a r t 1 enter n n"),
    ("going-to", running, "ctrl-g 1 2"),
    ("filtered", known, "2 & p a r t 1 | n o t space f o u n d enter C T #"),
    ("selected", known, "2 g m v j j"),
    ("folded", repeats, "2 d X"),
    ("raw", known, "2 R"),
    ("bookmarks", known, "2 g m G a w h y enter B"),
    ("asked-for-a-password", asks, ""),
    ("typing", asks, "i"),
    ("notice", running, "r"),
];

/// What lies over the panes. A new dialog belongs here.
const OVERLAYS: &[Scene] = &[
    ("help", known, "?"),
    ("palette", known, ": f i"),
    ("stage-page", known, "1 enter"),
    ("fix", known, "f"),
    ("fix-by-hand", known, "f tab"),
    ("fix-edited", known, "f e"),
    ("why-not", known, "alt-w"),
    ("dismissing", known, "D v e n d o r e d"),
    ("rule", drafts, ""),
    ("step", held, ""),
    ("step-edited", held, "e"),
    ("cancel", running, "c"),
    ("skip", known, "s"),
    ("leave", running, "q"),
    ("summary", ends, ""),
];

/// The start screen, and what lies over it.
const START: &[(&str, &str)] = &[("start", ""), ("cure", "f"), ("form", "j j enter"), ("start-help", "?")];

fn known(app: &mut App) {
    failed(app);
    app.tells("which yq", Answer::Absent).tells("user", Answer::Is("ada".into()));
}

fn asks(app: &mut App) {
    running(app);
    app.prints("\n[sudo] password for ada: ");
}

fn repeats(app: &mut App) {
    known(app);
    app.prints(&format!("+ make\n{}", "waiting for lock\n".repeat(20)));
}

fn drafts(app: &mut App) {
    known(app);
    app.keys("alt-r");
    let Some(Desk::Count(pattern)) = app.kept.last().cloned() else { panic!("{:?}", app.kept) };
    let matches = Matches { lines: 7, with: 2, sessions: 9, passed: 1 };
    app.input(Input::Matches(pattern, Ok(matches)));
}

fn held(app: &mut App) {
    app.session().begins(RunKind::Stage, "download", "true").ends(Outcome::Passed, 0, 5);
    app.holds("build", "go generate ./...\n./scripts/build\n");
}

fn ends(app: &mut App) {
    running(app);
    app.ends(Outcome::Passed, 0, 134_000);
    app.makes("build", &[("bin/k3s", 71_000_000, "riscv64"), ("bin/runc", 11_400_000, "riscv64")]);
    app.begins(RunKind::Stage, "package-cli", "./scripts/package-cli").after(20);
    app.ends(Outcome::Passed, 0, 20_000);
    app.makes("package-cli", &[("dist/artifacts/k3s-riscv64", 68_157_440, "riscv64")]);
    app.event(Event::Exit(0));
}

fn looks_back(app: &mut App) {
    running(app);
    app.keys("p");
    let events = app.heard.clone();
    app.input(Input::Recalled(events));
    app.prints("\nmore\n");
}

/// One screen of a scene, by theme.
type Screen = Box<dyn FnMut(&Theme) -> Buffer>;

/// A scene's screen at a size: what came before the keys came to a small one, which is the fastest to draw.
fn screen(come_about: fn(&mut App), keys: &str, lang: Lang, (cols, rows): (u16, u16)) -> Screen {
    let mut app = App::in_lang(SIZES[0].0, SIZES[0].1, lang);
    app.unwatched(come_about);
    app.resize(cols, rows);
    if !keys.is_empty() {
        app.keys(keys);
    }
    Box::new(move |theme| app.in_theme(theme).buffer())
}

fn start_screen(keys: &str, lang: Lang, (cols, rows): (u16, u16)) -> Screen {
    let mut scene = start::start_in(lang);
    start::examined_in(&mut scene, lang);
    if !keys.is_empty() && matches!(start::keys(&mut scene, keys), Chosen::Sheet { .. }) {
        scene.sheet(2, start::sheet_in(lang));
    }
    Box::new(move |theme| start::drawn(&scene, theme, lang, cols, rows))
}

/// A recording, half-way.
fn replay(lang: Lang, (cols, rows): (u16, u16)) -> Screen {
    let mut source = App::in_lang(cols, rows, lang);
    source.unwatched(known);
    let events: Vec<Timed> = source.heard.clone();
    let mut app = App::replay_in(cols, rows, lang, events);
    app.keys("> [ [ .");
    Box::new(move |theme| app.in_theme(theme).buffer())
}

/// Compares a scene with its file.
fn picture(name: &str, screen: impl Fn(Lang, (u16, u16)) -> Screen) {
    let mut said = String::new();
    let mut styles = Styles::default();
    for size in SIZES {
        for (place, lang) in Lang::ALL.iter().enumerate() {
            let screen = screen(*lang, size);
            let buffers = THEMES.each_ref().map(screen);
            let words = text(&buffers[0]);
            for buffer in &buffers {
                assert_eq!(words, text(buffer), "{name}: a theme changes colours, not words");
            }
            // Writing to a string cannot fail.
            let _ = writeln!(said, "== {}x{} {lang:?}\n{words}", size.0, size.1);
            styles.read(&buffers, place);
        }
    }
    said.push_str(&styles.written());
    insta::assert_snapshot!(name, said);
}

/// How something is drawn in each of the themes.
type Styled = [Style; 3];

/// What is drawn in which style, in each language; in the order that they were first seen.
#[derive(Default)]
struct Styles(Vec<(Styled, [Vec<String>; 2])>);

impl Styles {
    fn read(&mut self, buffers: &[Buffer; 3], lang: usize) {
        let area = buffers[0].area;
        for y in area.top()..area.bottom() {
            let mut run: Option<(Styled, String)> = None;
            let mut x = area.left();
            while x < area.right() {
                let style = buffers.each_ref().map(|buffer| buffer[(x, y)].style());
                let symbol = buffers[0][(x, y)].symbol();
                match &mut run {
                    Some((last, piece)) if *last == style => piece.push_str(symbol),
                    _ => {
                        if let Some((style, piece)) = run.replace((style, symbol.to_owned())) {
                            self.add(style, &piece, lang);
                        }
                    }
                }
                x += symbol.width().max(1) as u16;
            }
            if let Some((style, piece)) = run {
                self.add(style, &piece, lang);
            }
        }
    }

    fn add(&mut self, style: Styled, piece: &str, lang: usize) {
        let plain = style.iter().all(|style| written(*style) == "-");
        let blank = piece.trim().is_empty();
        let seen = |style: &Style| {
            style.bg.is_some_and(|color| color != ratatui::style::Color::Reset)
                || style.add_modifier.intersects(Modifier::REVERSED | Modifier::UNDERLINED)
        };
        if plain || blank && !style.iter().any(seen) {
            return;
        }
        let piece = if blank { "(blank)".to_owned() } else { squeezed(piece.trim()) };
        let at = self.0.iter().position(|(known, _)| *known == style).unwrap_or_else(|| {
            self.0.push((style, Default::default()));
            self.0.len() - 1
        });
        let pieces = &mut self.0[at].1[lang];
        if !pieces.contains(&piece) {
            pieces.push(piece);
        }
    }

    fn written(&self) -> String {
        let mut said = "== ktui-dark | sixteen | mono\n".to_owned();
        for (style, pieces) in &self.0 {
            let _ = writeln!(said, "{}", style.map(written).join(" | "));
            for (lang, pieces) in Lang::ALL.iter().zip(pieces) {
                let _ = writeln!(said, "  {lang:?}: {}", pieces.join(" ¦ "));
            }
        }
        said
    }
}

fn written(style: Style) -> String {
    let colour = |color: Option<_>| color.map_or("default".to_owned(), theme::written);
    let mut parts = Vec::new();
    if colour(style.fg) != "default" {
        parts.push(colour(style.fg));
    }
    if colour(style.bg) != "default" {
        parts.push(format!("on {}", colour(style.bg)));
    }
    parts.extend(style.add_modifier.iter_names().map(|(name, _)| name.to_lowercase()));
    if parts.is_empty() { "-".to_owned() } else { parts.join(" ") }
}

/// Lines and bars are as long as the screen makes them; here one of each will do.
fn squeezed(piece: &str) -> String {
    let mut said = String::new();
    for ch in piece.chars() {
        if !said.ends_with(ch) || ch.is_alphanumeric() {
            said.push(ch);
        }
    }
    said
}

fn pictures(scenes: &[Scene]) {
    for (name, come_about, keys) in scenes {
        picture(name, |lang, size| screen(*come_about, keys, lang, size));
    }
}

#[test]
fn panes() {
    pictures(PANES);
    picture("replay", replay);
}

#[test]
fn the_log() {
    pictures(LOG);
}

#[test]
fn what_lies_over_the_panes() {
    pictures(OVERLAYS);
}

#[test]
fn the_start_screen() {
    for (name, keys) in START {
        picture(name, |lang, size| start_screen(keys, lang, size));
    }
}

/// What has no colour says the same by a symbol or a word: nothing is told apart by colour alone.
#[test]
fn states_differ_without_colour() {
    let mut seen = BTreeSet::new();
    for (come_about, word) in [(running as fn(&mut App), "running"), (known, "needs you"), (ends, "passed")] {
        let mut app = App::new(120, 40);
        app.in_theme(&THEMES[2]);
        come_about(&mut app);
        let header = app.screen().lines().next().unwrap_or_default().to_owned();
        assert!(header.contains(word), "{word}: {header}");
        seen.insert(header);
    }
    assert_eq!(seen.len(), 3, "{seen:#?}");
}

/// However small the screen is, whoever is in a dialog sees how to leave it.
#[test]
fn the_way_out_of_every_dialog_is_on_the_smallest_screen() {
    for (name, come_about, keys) in OVERLAYS {
        for lang in Lang::ALL {
            let shown = text(&screen(*come_about, keys, lang, SIZES[0])(&THEMES[0]));
            assert!(shown.contains("Esc"), "{name} {lang:?}:\n{shown}");
        }
    }
    for (name, keys) in START.iter().filter(|(_, keys)| keys.len() > 1 || *keys == "f") {
        for lang in Lang::ALL {
            let shown = text(&start_screen(keys, lang, SIZES[0])(&THEMES[0]));
            assert!(shown.contains("Esc"), "{name} {lang:?}:\n{shown}");
        }
    }
}

/// Every pane can be reached by its number, and each has a picture of its own here.
#[test]
fn no_pane_is_without_a_picture() {
    for (key, pane) in [
        ("1", Pane::Stages),
        ("2", Pane::Log),
        ("3", Pane::Findings),
        ("4", Pane::Details),
        ("5", Pane::Timeline),
    ] {
        let mut app = App::new(120, 40);
        known(&mut app);
        app.keys(key);
        assert_eq!(app.model.focus, pane);
        let begins = |(_, _, keys): &&Scene| keys.split(' ').next() == Some(key);
        assert!(PANES.iter().chain(LOG).any(|scene| begins(&scene)), "{pane:?}");
    }
}
