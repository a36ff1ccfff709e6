//! Colours by what they mean, loaded from `themes/*.yaml`.
//!
//! Owns the roles, the files' shape and how a colour is drawn on a terminal with fewer of them. Which cell has
//! which role is `view`'s business. The child's own colours pass through here only to lose depth.

mod colour;

use std::collections::BTreeMap;

use ratatui::style::{Color, Modifier, Style};
use serde::Deserialize;

use crate::locale::{Text, both};
use crate::text::style as log;
use crate::yaml::{self, Problem, Spanned};
use colour::{contrast, nearest16, nearest256};

pub use colour::{is_light, number, of_index, parse as parse_colour, written};

/// The theme where none is asked for.
pub const DEFAULT: &str = "ktui-dark";
/// The theme for light terminals.
pub const LIGHT: &str = "ktui-light";
/// The theme of the terminal's own sixteen colours.
pub const SIXTEEN: &str = "sixteen";
/// The theme without colours.
pub const MONO: &str = "mono";

/// The theme for the background that `COLORFGBG` tells (its last part; 7 and 15 are light).
pub fn of_ground(colorfgbg: &str) -> &'static str {
    match colorfgbg.rsplit(';').next() {
        Some("7" | "15") => LIGHT,
        _ => DEFAULT,
    }
}

macro_rules! roles {
    ($($role:ident $slug:literal $text:literal),* $(,)?) => {
        /// What a colour means.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[allow(missing_docs, reason = "each role's slug says it")]
        pub enum Role { $($role),* }

        impl Role {
            /// Every role.
            pub const ALL: &'static [Self] = &[$(Self::$role),*];

            /// Its name in theme files.
            pub fn slug(self) -> &'static str {
                match self { $(Self::$role => $slug),* }
            }

            /// Whether text is read in it, so that contrast matters.
            fn is_text(self) -> bool {
                match self { $(Self::$role => $text),* }
            }
        }
    };
}

roles! {
    Text "text" true, Dim "dim" true, Strong "strong" true,
    Border "border" false, BorderFocus "border-focus" false,
    Title "title" true, TitleFocus "title-focus" true, Badge "badge" true,
    Ok "ok" true, Warn "warn" true, Fail "fail" true, Run "run" true, Info "info" true, Off "off" true,
    Selected "selected" true, SelectedWeak "selected-weak" true,
    Mark "mark" true, Number "number" true, Lit "lit" true, Hit "hit" true, HitHere "hit-here" true,
    Key "key" true, Hint "hint" true, Command "command" true,
    Typing "typing" true, Notice "notice" true, Prompt "prompt" true,
}

/// How many colours a terminal has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Depth {
    /// None, or the user wants none.
    Mono,
    /// The terminal's own sixteen.
    Ansi16,
    /// The 256 of xterm.
    Ansi256,
    /// 24 bits.
    True,
}

impl Depth {
    /// From the values of `NO_COLOR`, `COLORTERM` and `TERM`.
    pub fn of(no_color: &str, colorterm: &str, term: &str) -> Self {
        if !no_color.is_empty()
            || term == "dumb"
            || term.ends_with("-m")
            || term.starts_with("vt1")
            || term.starts_with("vt2")
        {
            Self::Mono
        } else if ["truecolor", "24bit"].contains(&colorterm) || term.ends_with("-direct") {
            Self::True
        } else if term.contains("256color") {
            Self::Ansi256
        } else {
            Self::Ansi16
        }
    }
}

/// A theme as its file holds it.
#[derive(Debug, Clone, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct ThemeFile {
    /// Equal to the file's stem.
    #[schemars(with = "String")]
    theme: Spanned<String>,
    /// A theme that ships: it has all that is not said here.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    over: Option<Spanned<String>>,
    /// One line; needed where the theme is laid over none.
    #[serde(default)]
    about: Option<Text>,
    /// The background that it is made for, `#rrggbb`; contrast is checked against it. Needed where the theme is laid
    /// over none.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    ground: Option<Spanned<String>>,
    /// The least contrast of text with its background. Default 4.5.
    #[serde(default)]
    contrast: Option<f64>,
    /// Role → look.
    #[schemars(with = "BTreeMap<String, Look>")]
    roles: BTreeMap<String, Spanned<Look>>,
}

/// How a role looks; colours are `#rrggbb`, a name of the sixteen, or an index of the 256.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct Look {
    /// Text colour.
    #[serde(default)]
    fg: Option<String>,
    /// Background.
    #[serde(default)]
    bg: Option<String>,
    /// Text colour where there are sixteen; default the nearest.
    #[serde(default)]
    fg16: Option<String>,
    /// Background where there are sixteen.
    #[serde(default)]
    bg16: Option<String>,
    /// `bold`, `dim`, `italic`, `underline`, `reverse`.
    #[serde(default)]
    attrs: Vec<String>,
    /// Attributes where there are sixteen colours or none; default those of `attrs`.
    #[serde(default)]
    attrs16: Option<Vec<String>>,
}

/// A role's look, both ways.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Pair {
    full: Style,
    sixteen: Style,
}

/// A theme for a terminal.
#[derive(Debug, Clone, PartialEq)]
pub struct Theme {
    /// Its name.
    pub name: String,
    /// One line about it.
    pub about: Text,
    /// The background that it is made for.
    pub ground: (u8, u8, u8),
    roles: BTreeMap<Role, Pair>,
    depth: Depth,
}

impl Theme {
    /// Loads a theme; without problems other than warnings it can be used.
    pub fn load(file: &str, text: &str) -> (Option<Self>, Vec<Problem>) {
        Self::load_over(file, text, |_| None)
    }

    /// The same; `shipped` knows the themes that it may be laid over.
    pub fn load_over(
        file: &str,
        text: &str,
        shipped: impl Fn(&str) -> Option<Self>,
    ) -> (Option<Self>, Vec<Problem>) {
        let parsed: ThemeFile = match yaml::parse(file, text) {
            Ok(parsed) => parsed,
            Err(problem) => return (None, vec![problem]),
        };
        let mut problems = Vec::new();
        let base = parsed.over.as_ref().and_then(|over| {
            let base = shipped(&over.value);
            if base.is_none() {
                let name = &over.value;
                let message = both!(
                    "`{name}` is no theme that ships: expected one to lay this over",
                    "`{name}` 不是自带的主题；应为可供叠加的自带主题"
                );
                problems.push(Problem::at(file, over, message));
            }
            base
        });
        let said = parsed.ground.as_ref().and_then(|ground| {
            let value = parse_colour(&ground.value).and_then(rgb);
            if value.is_none() {
                let colour = &ground.value;
                let message = both!(
                    "`{colour}` is no colour of the form #rrggbb",
                    "`{colour}` 不是 #rrggbb 形式的颜色"
                );
                problems.push(Problem::at(file, ground, message));
            }
            value
        });
        if parsed.over.is_none() {
            for (name, there) in [("about", parsed.about.is_some()), ("ground", parsed.ground.is_some())] {
                if !there {
                    let message = both!(
                        "`{name}` is missing: expected it where `over` names no theme",
                        "缺少 `{name}`；`over` 未指定主题时必须有它"
                    );
                    problems.push(Problem::at(file, &parsed.theme, message));
                }
            }
        }
        let ground = said.or(base.as_ref().map(|base| base.ground)).unwrap_or_default();
        let mut roles = BTreeMap::new();
        parsed.read_roles(file, ground, &mut roles, &mut problems);
        for role in Role::ALL.iter().filter(|role| !parsed.roles.contains_key(role.slug())) {
            match base.as_ref().and_then(|base| base.roles.get(role)) {
                Some(pair) => drop(roles.insert(*role, *pair)),
                None if parsed.over.is_some() => {}
                None => {
                    let role = role.slug();
                    let message = both!("the role `{role}` is missing", "缺少角色 `{role}`");
                    problems.push(Problem::at(file, &parsed.theme, message));
                }
            }
        }
        let fatal = problems.iter().any(|problem| !problem.warning);
        let about = parsed.about.or(base.map(|base| base.about)).unwrap_or_default();
        let theme = Self { name: parsed.theme.value, about, ground, roles, depth: Depth::True };
        ((!fatal).then_some(theme), problems)
    }

    /// The same for a terminal with so many colours.
    #[must_use]
    pub fn with_depth(mut self, depth: Depth) -> Self {
        self.depth = depth;
        self
    }

    /// How many colours are used.
    pub fn depth(&self) -> Depth {
        self.depth
    }

    /// How a role is drawn.
    pub fn style(&self, role: Role) -> Style {
        let pair = self.roles.get(&role).copied().unwrap_or_default();
        match self.depth {
            Depth::True => pair.full,
            Depth::Ansi256 => recolour(pair.full, |color| rgb(color).map_or(color, nearest256)),
            Depth::Ansi16 => pair.sixteen,
            Depth::Mono => {
                // What only a background would say is said by reversing.
                let reversed =
                    pair.full.bg.is_some() && !pair.sixteen.add_modifier.contains(Modifier::REVERSED);
                let style = Style { fg: None, bg: None, ..pair.sixteen };
                if reversed { style.add_modifier(Modifier::REVERSED) } else { style }
            }
        }
    }

    /// How the child's text is drawn.
    pub fn child(&self, style: log::Style) -> Style {
        let mut drawn = Style::default();
        for (bit, modifier) in [
            (log::attr::BOLD, Modifier::BOLD),
            (log::attr::DIM, Modifier::DIM),
            (log::attr::ITALIC, Modifier::ITALIC),
            (log::attr::UNDERLINE, Modifier::UNDERLINED),
            (log::attr::REVERSE, Modifier::REVERSED),
            (log::attr::STRIKE, Modifier::CROSSED_OUT),
        ] {
            if style.attrs & bit != 0 {
                drawn = drawn.add_modifier(modifier);
            }
        }
        drawn.fg = self.child_colour(style.fg);
        drawn.bg = self.child_colour(style.bg);
        drawn
    }

    fn child_colour(&self, color: log::Color) -> Option<Color> {
        let color = match color {
            log::Color::Default => return None,
            log::Color::Indexed(index) => colour::indexed(index),
            log::Color::Rgb(r, g, b) => Color::Rgb(r, g, b),
        };
        match self.depth {
            Depth::Mono => None,
            Depth::True => Some(color),
            Depth::Ansi256 => {
                Some(rgb(color).filter(|_| matches!(color, Color::Rgb(..))).map_or(color, nearest256))
            }
            Depth::Ansi16 => Some(match color {
                Color::Rgb(..) | Color::Indexed(_) => rgb(color).map_or(color, nearest16),
                named => named,
            }),
        }
    }
}

/// The JSON schema of theme files.
pub fn json_schema() -> serde_json::Value {
    schemars::schema_for!(ThemeFile).to_value()
}

impl ThemeFile {
    /// The looks that the file gives, and what is wrong with them.
    fn read_roles(
        &self,
        file: &str,
        ground: (u8, u8, u8),
        roles: &mut BTreeMap<Role, Pair>,
        problems: &mut Vec<Problem>,
    ) {
        for (slug, look) in &self.roles {
            let Some(role) = Role::ALL.iter().copied().find(|role| role.slug() == slug) else {
                let known = Role::ALL.iter().map(|role| role.slug());
                let hint = yaml::did_you_mean(slug, known.clone());
                let all = yaml::one_of(known);
                let message = both!(
                    "`{slug}` is no role{hint} (expected {all})",
                    "`{slug}` 不是角色{hint}（应为 {all}）",
                    hint,
                    all
                );
                problems.push(Problem::at(file, look, message));
                continue;
            };
            let least = self.contrast.unwrap_or(4.5);
            let mut weak = |ratio: Option<f64>, colours: Text| {
                if let Some(ratio) = ratio.filter(|ratio| role.is_text() && *ratio < least) {
                    let message = both!(
                        "{slug}: contrast {ratio:.1}{colours}, expected at least {least}",
                        "{slug}：对比度 {ratio:.1}{colours}，应不低于 {least}",
                        colours
                    );
                    problems.push(Problem::at(file, look, message).into_warning());
                }
            };
            weak(look.value.contrast(ground), Text::default());
            match look.value.pair() {
                Ok(pair) => {
                    weak(pair.named_contrast(), both!(" with sixteen colours", "（十六色时）"));
                    roles.insert(role, pair);
                }
                Err(fault) => {
                    problems.push(Problem::at(
                        file,
                        look,
                        both!("{slug}: {fault}", "{slug}：{fault}", fault),
                    ));
                }
            }
        }
    }
}

impl Pair {
    /// Contrast of two of the sixteen, by xterm's values: a terminal's own are its user's choice.
    fn named_contrast(&self) -> Option<f64> {
        let value = |color: Option<Color>| color.and_then(colour::usual);
        Some(contrast(value(self.sixteen.fg)?, value(self.sixteen.bg)?))
    }
}

fn recolour(style: Style, map: impl Fn(Color) -> Color) -> Style {
    Style { fg: style.fg.map(&map), bg: style.bg.map(&map), ..style }
}

/// The value of a colour that has one independent of the terminal's own palette.
fn rgb(color: Color) -> Option<(u8, u8, u8)> {
    match color {
        Color::Rgb(r, g, b) => Some((r, g, b)),
        Color::Indexed(index) => colour::of_index(index),
        _ => None,
    }
}

impl Look {
    fn pair(&self) -> Result<Pair, Text> {
        let read = |text: &Option<String>| match text {
            None => Ok(None),
            Some(text) => parse_colour(text).map(Some).ok_or_else(|| {
                both!(
                    "`{text}` is no colour; expected #rrggbb, a name such as bright-black, or 0 to 255",
                    "`{text}` 不是颜色；应为 #rrggbb、bright-black 之类的名称，或 0 到 255"
                )
            }),
        };
        let full = Style { fg: read(&self.fg)?, bg: read(&self.bg)?, ..attrs(&self.attrs)? };
        let poorer = |given: Option<Color>, full: Option<Color>| {
            given.or_else(|| full.map(|color| rgb(color).map_or(color, nearest16)))
        };
        let sixteen = Style {
            fg: poorer(read(&self.fg16)?, full.fg),
            bg: poorer(read(&self.bg16)?, full.bg),
            ..attrs(self.attrs16.as_ref().unwrap_or(&self.attrs))?
        };
        Ok(Pair { full, sixteen })
    }

    /// Contrast of text with its background, where both are known.
    fn contrast(&self, ground: (u8, u8, u8)) -> Option<f64> {
        let read = |text: &Option<String>| text.as_deref().and_then(parse_colour).and_then(rgb);
        let back = read(&self.bg).unwrap_or(ground);
        Some(contrast(read(&self.fg)?, back))
    }
}

fn attrs(names: &[String]) -> Result<Style, Text> {
    names.iter().try_fold(Style::default(), |style, name| {
        Ok(style.add_modifier(match name.as_str() {
            "bold" => Modifier::BOLD,
            "dim" => Modifier::DIM,
            "italic" => Modifier::ITALIC,
            "underline" => Modifier::UNDERLINED,
            "reverse" => Modifier::REVERSED,
            other => {
                return Err(both!(
                    "`{other}` is no attribute; expected bold, dim, italic, underline or reverse",
                    "`{other}` 不是属性；应为 bold、dim、italic、underline 或 reverse"
                ));
            }
        }))
    })
}

#[cfg(test)]
mod tests;
