//! The shipped themes, faults in theme files, and terminals with fewer colours.

use super::*;

const SHIPPED: [(&str, &str); 9] = [
    ("ktui-dark", include_str!("../../themes/ktui-dark.yaml")),
    ("ktui-light", include_str!("../../themes/ktui-light.yaml")),
    ("high-contrast", include_str!("../../themes/high-contrast.yaml")),
    ("mono", include_str!("../../themes/mono.yaml")),
    ("colour-blind", include_str!("../../themes/colour-blind.yaml")),
    ("sixteen", include_str!("../../themes/sixteen.yaml")),
    ("solarized-dark", include_str!("../../themes/solarized-dark.yaml")),
    ("gruvbox-dark", include_str!("../../themes/gruvbox-dark.yaml")),
    ("nord", include_str!("../../themes/nord.yaml")),
];

#[test]
fn shipped_themes_have_no_problems() {
    for (name, text) in SHIPPED {
        let (theme, problems) = Theme::load(&format!("themes/{name}.yaml"), text);
        assert!(problems.is_empty(), "{problems:#?}");
        let theme = theme.expect("no problems");
        assert_eq!(theme.name, name);
        assert!(!theme.about.zh.is_empty(), "{name} speaks both languages");
    }
}

#[test]
fn every_fault_is_reported_with_its_place() {
    let text = "theme: x\nabout: {en: x}\nground: mauve\nroles:\n  text: {fg: mauve}\n  colour: {}\n  dim: {attrs: [blink]}\n  ok: {fg: '#000001'}\n";
    let (theme, problems) = Theme::load("x.yaml", text);
    assert!(theme.is_none());
    let said: Vec<String> = problems.iter().map(|problem| problem.text(crate::locale::Lang::En)).collect();
    for (line, part) in
        [(3, "mauve"), (5, "mauve"), (6, "no role"), (7, "blink"), (8, "contrast"), (1, "`badge` is missing")]
    {
        let found =
            said.iter().any(|text| text.starts_with(&format!("x.yaml:{line}:")) && text.contains(part));
        assert!(found, "line {line}, {part}: {said:#?}");
    }
}

#[test]
fn fewer_colours_keep_the_meaning() {
    let load = |name: &str| {
        let text = SHIPPED.iter().find(|(known, _)| *known == name).expect("shipped").1;
        Theme::load(name, text).0.expect("valid")
    };
    let dark = load("ktui-dark");
    let named = |style: Style| !matches!(style.fg, Some(Color::Rgb(..) | Color::Indexed(_)));
    let sixteen = dark.clone().with_depth(Depth::Ansi16);
    assert!(Role::ALL.iter().all(|role| named(sixteen.style(*role))));
    assert_eq!(sixteen.style(Role::Fail).fg, Some(Color::LightRed));
    let mono = dark.clone().with_depth(Depth::Mono);
    for role in Role::ALL {
        let style = mono.style(*role);
        assert_eq!((style.fg, style.bg), (None, None), "{role:?}");
    }
    assert!(mono.style(Role::Selected).add_modifier.contains(Modifier::REVERSED));
    let child = log::Style { fg: log::Color::Rgb(255, 0, 0), ..log::Style::default() };
    assert_eq!(dark.child(child).fg, Some(Color::Rgb(255, 0, 0)));
    assert_eq!(dark.clone().with_depth(Depth::Ansi256).child(child).fg, Some(Color::Indexed(196)));
    assert_eq!(sixteen.child(child).fg, Some(Color::LightRed));
    assert_eq!(mono.child(child).fg, None);
}

#[test]
fn depth_comes_from_the_environment() {
    for (no_color, colorterm, term, depth) in [
        ("", "truecolor", "xterm-256color", Depth::True),
        ("", "", "xterm-256color", Depth::Ansi256),
        ("", "", "screen", Depth::Ansi16),
        ("", "", "vt100", Depth::Mono),
        ("1", "truecolor", "xterm-256color", Depth::Mono),
        ("", "", "dumb", Depth::Mono),
    ] {
        assert_eq!(Depth::of(no_color, colorterm, term), depth, "{no_color} {colorterm} {term}");
    }
}

#[test]
fn the_background_that_a_terminal_tells_chooses_the_theme() {
    for (told, name) in
        [("15;0", "ktui-dark"), ("0;15", "ktui-light"), ("0;default;7", "ktui-light"), ("", "ktui-dark")]
    {
        assert_eq!(of_ground(told), name, "{told}");
    }
}

#[test]
fn a_theme_of_ones_own_says_only_what_it_changes() {
    let shipped = |name: &str| {
        let text = SHIPPED.iter().find(|(known, _)| *known == name)?.1;
        Theme::load(name, text).0
    };
    let text = "theme: mine\nover: ktui-light\nroles:\n  ok: {fg: '#005f00', attrs: [bold]}\n";
    let (theme, problems) = Theme::load_over("mine.yaml", text, shipped);
    assert_eq!(problems, []);
    let (theme, base) = (theme.expect("no problems"), shipped("ktui-light").expect("it ships"));
    assert_eq!((theme.name.as_str(), theme.ground), ("mine", base.ground));
    for role in Role::ALL {
        assert_eq!(theme.style(*role) == base.style(*role), *role != Role::Ok, "{role:?}");
    }
    let said = |text: &str| -> Vec<String> {
        Theme::load_over("mine.yaml", text, shipped)
            .1
            .iter()
            .map(|problem| problem.text(crate::locale::Lang::En))
            .collect()
    };
    assert!(said("theme: mine\nover: ktui-lite\nroles: {}\n")[0].contains("ktui-lite"));
    // A role that can be read on the base's background, and one that cannot.
    let weak = said(
        "theme: mine\nover: ktui-light\nroles:\n  ok: {fg: '#f0f0f0'}\n  warn: {fg16: black, bg16: blue}\n",
    );
    assert!(weak[0].contains("mine.yaml:4:") && weak[0].contains("contrast"), "{weak:?}");
    assert!(weak[1].contains("mine.yaml:5:") && weak[1].contains("sixteen"), "{weak:?}");
}

#[test]
fn a_background_is_light_or_dark() {
    for (ground, light) in
        [((255, 255, 255), true), ((253, 246, 227), true), ((26, 27, 38), false), ((0, 43, 54), false)]
    {
        assert_eq!(is_light(ground), light, "{ground:?}");
    }
}
