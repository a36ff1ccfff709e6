//! `ktui themes`, and the choice of a theme for a terminal.

use anyhow::{Result, bail};
use ratatui::style::{Color, Modifier, Style};

use super::args::ThemesCommand;
use super::told::wrong;
use super::{BAD_INPUT, Caller, OK, padded};
use crate::assets::{self, Folder};
use crate::locale::Lang;
use crate::locale::ui::Tell;
use crate::theme::{self, Depth, Role, Theme};
use crate::yaml::{self, Problem};

/// A shipped theme, for those laid over it.
fn shipped(name: &str) -> Option<Theme> {
    let file = format!("{}/{name}.yaml", Folder::Themes.name());
    Theme::load(&file, Folder::Themes.shipped(&file)?).0
}

fn read(file: &str, text: &str) -> (Option<Theme>, Vec<Problem>) {
    Theme::load_over(file, text, shipped)
}

/// Every theme without faults: built-in, and the user's.
pub(super) fn every() -> Vec<Theme> {
    let (files, _) = assets::yaml_files(Folder::Themes);
    files.iter().filter_map(|(file, text)| read(file, text).0).collect()
}

/// A theme by name: built-in, or the user's.
///
/// # Errors
/// There is none of this name, or its file has faults.
pub(super) fn named(name: &str, caller: Caller) -> Result<Theme> {
    let (files, _) = assets::yaml_files(Folder::Themes);
    let wanted = format!("{name}.yaml");
    let Some((file, text)) = files.iter().find(|(file, _)| file.rsplit('/').next() == Some(&wanted)) else {
        let names: Vec<String> = every().into_iter().map(|theme| theme.name).collect();
        let near = yaml::nearest(name, names.iter().map(String::as_str));
        let near = near.map(|near| Tell::UsageNear { near: &format!("`{near}`") }.text(caller.lang));
        let (near, known) = (near.unwrap_or_default(), names.join(", "));
        bail!(Tell::NoTheme { name, near: &near, known: &known }.text(caller.lang));
    };
    let (theme, problems) = read(file, text);
    Ok(theme.ok_or_else(|| wrong(&problems))?)
}

/// The theme where the user names none, for so many colours and what `COLORFGBG` tells.
pub(super) fn usual(depth: Depth, colorfgbg: &str) -> &'static str {
    match depth {
        Depth::Mono => theme::MONO,
        Depth::Ansi16 => theme::SIXTEEN,
        Depth::Ansi256 | Depth::True => theme::of_ground(colorfgbg),
    }
}

/// Runs `ktui themes …`.
///
/// # Errors
/// The theme that is named is none.
pub(super) fn run(command: &ThemesCommand, depth: Depth, caller: Caller) -> Result<u8> {
    match command {
        ThemesCommand::List => Ok(list(caller)),
        ThemesCommand::Lint { files } => Ok(lint(files, caller)),
        ThemesCommand::Schema => {
            super::say(&format!("{:#}\n", theme::json_schema()));
            Ok(OK)
        }
        ThemesCommand::Show { name } => {
            let theme = named(name, caller)?;
            outln!("{}  {}", theme.name, theme.about.pick(caller.lang));
            for role in Role::ALL {
                outln!("{}", described(&theme, *role));
            }
            Ok(OK)
        }
        ThemesCommand::Preview { name } => {
            let themes = match name {
                Some(name) => vec![named(name, caller)?],
                None => every(),
            };
            for theme in themes {
                preview(
                    &theme.with_depth(if caller.color { depth.max(Depth::Ansi16) } else { Depth::Mono }),
                    caller,
                );
            }
            Ok(OK)
        }
    }
}

fn list(caller: Caller) -> u8 {
    let (files, mut problems) = assets::yaml_files(Folder::Themes);
    for (file, text) in &files {
        let (theme, more) = read(file, text);
        problems.extend(more);
        if let Some(theme) = theme {
            outln!("{}  {}", padded(&theme.name, 16), theme.about.pick(caller.lang));
        }
    }
    told(&problems, caller.lang)
}

fn lint(files: &[std::path::PathBuf], caller: Caller) -> u8 {
    let (files, mut problems) = if files.is_empty() {
        assets::yaml_files(Folder::Themes)
    } else {
        let read: Vec<_> = files.iter().map(|file| assets::read_text(file)).collect();
        let (good, bad): (Vec<_>, Vec<_>) = read.into_iter().partition(Result::is_ok);
        (good.into_iter().flatten().collect(), bad.into_iter().filter_map(Result::err).collect())
    };
    problems.extend(files.iter().flat_map(|(file, text)| read(file, text).1));
    let status = told(&problems, caller.lang);
    let (count, problems) = (files.len() as u64, problems.len() as u64);
    talkln!("{}", Tell::ThemesLinted { count, problems }.text(caller.lang));
    status
}

fn told(problems: &[Problem], lang: Lang) -> u8 {
    for problem in problems {
        talkln!("{}", problem.text(lang));
    }
    if problems.iter().any(|problem| !problem.warning) { BAD_INPUT } else { OK }
}

/// A role with its colours and attributes, with many colours and with sixteen.
fn described(theme: &Theme, role: Role) -> String {
    let full = look(theme.clone().with_depth(Depth::True).style(role));
    let sixteen = look(theme.clone().with_depth(Depth::Ansi16).style(role));
    let row = format!("  {}  {}  {sixteen}", padded(role.slug(), 14), padded(&full, 34));
    row.trim_end().to_owned()
}

fn look(style: Style) -> String {
    let mut parts = Vec::new();
    for (name, color) in [("fg", style.fg), ("bg", style.bg)] {
        if let Some(color) = color {
            parts.push(format!("{name} {}", theme::written(color)));
        }
    }
    parts.extend(attributes(style).map(|(name, _)| name.to_owned()));
    if parts.is_empty() { "-".to_owned() } else { parts.join(" ") }
}

fn attributes(style: Style) -> impl Iterator<Item = (&'static str, u8)> {
    [
        (Modifier::BOLD, "bold", 1),
        (Modifier::DIM, "dim", 2),
        (Modifier::ITALIC, "italic", 3),
        (Modifier::UNDERLINED, "underline", 4),
        (Modifier::REVERSED, "reverse", 7),
    ]
    .into_iter()
    .filter(move |(modifier, ..)| style.add_modifier.contains(*modifier))
    .map(|(_, name, code)| (name, code))
}

/// Every role in its own look.
fn preview(theme: &Theme, caller: Caller) {
    outln!("{}  {}", theme.name, theme.about.pick(caller.lang));
    for roles in Role::ALL.chunks(3) {
        let row: Vec<String> = roles
            .iter()
            .map(|role| {
                format!("{}{}\x1b[0m", sgr(theme.style(*role)), padded(&format!(" {} ", role.slug()), 18))
            })
            .collect();
        let row = format!("  {}", row.join("  "));
        // Where nothing may be styled, the names alone are left.
        outln!("{}", if caller.color { row } else { plain(&row) });
    }
    outln!("");
}

fn plain(row: &str) -> String {
    let text = crate::text::plain::clean(row.as_bytes()).into_owned();
    text.trim_end().to_owned()
}

/// The sequence that begins a style.
fn sgr(style: Style) -> String {
    let mut codes: Vec<String> = vec!["0".to_owned()];
    codes.extend(attributes(style).map(|(_, code)| code.to_string()));
    codes.extend(style.fg.and_then(|color| code(color, 30)));
    codes.extend(style.bg.and_then(|color| code(color, 40)));
    format!("\x1b[{}m", codes.join(";"))
}

/// The code of a colour; `base` is 30 for text and 40 for what is behind it.
fn code(color: Color, base: u8) -> Option<String> {
    Some(match color {
        Color::Rgb(r, g, b) => format!("{};2;{r};{g};{b}", base + 8),
        Color::Indexed(index) => format!("{};5;{index}", base + 8),
        named => match theme::number(named)? {
            index @ 0..8 => (base + index).to_string(),
            index => (base + 60 + index - 8).to_string(),
        },
    })
}
