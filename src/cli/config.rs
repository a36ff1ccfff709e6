//! `ktui config`, and the settings that every command reads: a flag beats the environment beats the user's file beats
//! the system's file beats what is built in.
#![expect(clippy::disallowed_methods, reason = "makes the first configuration file")]

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;

use super::args::{Cli, ConfigCommand};
use super::told::wrong;
use super::{Caller, OK, padded, variable};
use crate::app::{Signs, Wish};
use crate::assets;
use crate::keymap::{self, Keymap};
use crate::locale::Lang;
use crate::locale::ui::{Say, Tell};
use crate::yaml::{self, Problem, Spanned};

/// What a new configuration file holds: every setting, commented out.
const TEMPLATE: &str = "\
# Settings of ktui; `ktui config show` prints what holds and why. 本文件为 ktui 的设置。
# lang: auto        # auto, en, zh
# theme: auto       # auto, or a name from `ktui themes list`
# keymap: default   # default, vim, emacs; your own keys go into keymap.yaml beside this file
# mouse: true       # whether the app takes the mouse
# symbols: auto     # auto, unicode, ascii
# title: true       # whether the window's title says what is built
# progress: auto    # auto, always, never: progress in the terminal's tab or task bar (OSC 9;4)
";

/// A configuration file.
#[derive(Debug, Default, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct ConfigFile {
    /// Language: `auto`, `en` or `zh`.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    lang: Option<Spanned<String>>,
    /// Theme: `auto` or a theme's name.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    theme: Option<Spanned<String>>,
    /// Keymap: `default`, `vim` or `emacs`.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    keymap: Option<Spanned<String>>,
    /// Whether the app takes the mouse.
    #[serde(default)]
    #[schemars(with = "Option<bool>")]
    mouse: Option<Spanned<bool>>,
    /// Symbols: `auto`, `unicode` or `ascii`.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    symbols: Option<Spanned<String>>,
    /// Whether the window's title says what is built and how far it is.
    #[serde(default)]
    #[schemars(with = "Option<bool>")]
    title: Option<Spanned<bool>>,
    /// Progress in the terminal's tab or task bar (OSC 9;4): `auto`, `always` or `never`.
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    progress: Option<Spanned<String>>,
}

/// Settings with what they are when nobody says anything, and what they may be (empty: checked elsewhere).
const KNOWN: [(&str, &str, &[&str]); 7] = [
    ("lang", "auto", &["auto", "en", "zh"]),
    ("theme", "auto", &[]),
    ("keymap", "default", &["default", "vim", "emacs"]),
    ("mouse", "true", &["true", "false"]),
    ("symbols", "auto", &["auto", "unicode", "ascii"]),
    ("title", "true", &["true", "false"]),
    ("progress", "auto", &["auto", "always", "never"]),
];

/// One setting as it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Setting {
    name: &'static str,
    value: String,
    origin: String,
}

/// The settings as they hold.
#[derive(Debug)]
pub(super) struct Settings(Vec<Setting>);

impl Settings {
    /// From the command line, the environment and the files.
    ///
    /// # Errors
    /// Everything that is wrong with any of them.
    pub(super) fn read(cli: &Cli) -> Result<Self> {
        let flags = flags(cli);
        let env = KNOWN.map(|(name, ..)| variable(&format!("KTUI_{}", name.to_uppercase())));
        let mut files = Vec::new();
        let mut problems = Vec::new();
        for path in user_file().into_iter().chain([PathBuf::from("/etc/xdg/ktui/config.yaml")]) {
            if assets::exists(&path) {
                match assets::read_text(&path) {
                    Ok(file) => files.push(file),
                    Err(problem) => problems.push(problem),
                }
            }
        }
        let (settings, more) = effective(&flags, &env, &files);
        problems.extend(more);
        if problems.is_empty() {
            return Ok(Self(settings));
        }
        Err(wrong(&problems).into())
    }

    /// From the command line alone, for commands that must work whatever the files hold.
    pub(super) fn of_flags(cli: &Cli) -> Self {
        Self(effective(&flags(cli), &Default::default(), &[]).0)
    }

    fn get(&self, name: &str) -> &str {
        self.0.iter().find(|setting| setting.name == name).map_or("", |setting| &setting.value)
    }

    /// The language; `None`: by the locale.
    pub(super) fn lang(&self) -> Option<Lang> {
        match self.get("lang") {
            "en" => Some(Lang::En),
            "zh" => Some(Lang::Zh),
            _ => None,
        }
    }

    /// The theme's name; `None`: what fits the terminal.
    pub(super) fn theme(&self) -> Option<&str> {
        Some(self.get("theme")).filter(|name| *name != "auto")
    }

    /// Whether the app takes the mouse.
    pub(super) fn mouse(&self) -> bool {
        self.get("mouse") == "true"
    }

    /// What the terminal is told besides the screen.
    pub(super) fn signs(&self) -> Signs {
        let title = if self.get("title") == "true" { Wish::Auto } else { Wish::Never };
        let progress = match self.get("progress") {
            "always" => Wish::Always,
            "never" => Wish::Never,
            _ => Wish::Auto,
        };
        Signs::of(title, progress, variable)
    }

    /// Whether Unicode is drawn; `None`: by the locale.
    pub(super) fn unicode(&self) -> Option<bool> {
        match self.get("symbols") {
            "unicode" => Some(true),
            "ascii" => Some(false),
            _ => None,
        }
    }

    /// The keys: the preset's, with the user's own on top.
    ///
    /// # Errors
    /// Everything that is wrong with the user's file.
    pub(super) fn keymap(&self) -> Result<Keymap> {
        let mut keymap = Keymap::preset(self.get("keymap")).unwrap_or_default();
        let Some(path) =
            assets::config_dir().map(|dir| dir.join("keymap.yaml")).filter(|p| assets::exists(p))
        else {
            return Ok(keymap);
        };
        let (name, text) = assets::read_text(&path).map_err(|problem| wrong(&[problem]))?;
        let problems = keymap.overlay(&name, &text);
        if problems.is_empty() {
            return Ok(keymap);
        }
        Err(wrong(&problems).into())
    }
}

/// What the command line says of the settings, in the order of [`KNOWN`].
fn flags(cli: &Cli) -> [Option<String>; KNOWN.len()] {
    let lang = cli.lang.map(|lang| format!("{lang:?}").to_lowercase());
    [lang, cli.theme.clone(), cli.keymap.clone(), None, None, None, None]
}

fn user_file() -> Option<PathBuf> {
    assets::config_dir().map(|dir| dir.join("config.yaml"))
}

/// What holds. `flags` and `env` are in the order of [`KNOWN`], files the strongest first.
fn effective(
    flags: &[Option<String>; KNOWN.len()],
    env: &[String; KNOWN.len()],
    files: &[(String, String)],
) -> (Vec<Setting>, Vec<Problem>) {
    let mut problems = Vec::new();
    let mut said: Vec<Vec<(String, String)>> = vec![Vec::new(); KNOWN.len()];
    for (index, (name, _, allowed)) in KNOWN.iter().enumerate() {
        let flag = flags[index].clone().map(|value| (value, format!("--{name}")));
        let variable = format!("KTUI_{}", name.to_uppercase());
        let from_env = Some(env[index].clone()).filter(|value| !value.is_empty());
        for (value, origin) in flag.into_iter().chain(from_env.map(|value| (value, variable))) {
            if allowed.is_empty() || allowed.contains(&value.as_str()) {
                said[index].push((value, origin));
            } else {
                problems.push(Problem::file(&origin, yaml::none_of(&value, allowed.iter().copied())));
            }
        }
    }
    for (file, text) in files {
        let (parsed, more) = yaml::parse_all::<ConfigFile>(file, text);
        problems.extend(more);
        let Some(parsed) = parsed else { continue };
        let switch = |given: Option<Spanned<bool>>| given.map(|on| (on.value.to_string(), on.referenced));
        let text = |given: Option<Spanned<String>>| given.map(|given| (given.value, given.referenced));
        let given = [
            text(parsed.lang),
            text(parsed.theme),
            text(parsed.keymap),
            switch(parsed.mouse),
            text(parsed.symbols),
            switch(parsed.title),
            text(parsed.progress),
        ];
        for (index, (value, place)) in
            given.into_iter().enumerate().filter_map(|(index, given)| Some((index, given?)))
        {
            let allowed = KNOWN[index].2;
            if allowed.is_empty() || allowed.contains(&value.as_str()) {
                said[index].push((value, format!("{file}:{}", place.line())));
            } else {
                let problem = Problem::file(file, yaml::none_of(&value, allowed.iter().copied()));
                problems.push(Problem { line: place.line(), column: place.column(), ..problem });
            }
        }
    }
    let settings = KNOWN.iter().zip(said).map(|((name, built_in, _), said)| {
        let first = said.into_iter().next();
        let (value, origin) = first.unwrap_or_else(|| ((*built_in).to_owned(), String::new()));
        Setting { name, value, origin }
    });
    (settings.collect(), problems)
}

/// Runs `ktui config …`.
pub(super) fn run(command: &ConfigCommand, caller: Caller) -> Result<u8> {
    let path = user_file().context(Say::NoHome.text(caller.lang))?;
    match command {
        ConfigCommand::Path => outln!("{}", path.display()),
        ConfigCommand::Show => {
            for setting in &caller.settings.0 {
                let origin = match setting.origin.as_str() {
                    "" => Say::BuiltIn.text(caller.lang),
                    origin => origin,
                };
                outln!("{}  {}  {origin}", padded(setting.name, 8), padded(&setting.value, 16));
            }
        }
        ConfigCommand::Init => init(&path, caller)?,
        ConfigCommand::Schema { keymap: true } => super::say(&format!("{:#}\n", keymap::json_schema())),
        ConfigCommand::Schema { keymap: false } => {
            super::say(&format!("{:#}\n", schemars::schema_for!(ConfigFile).to_value()));
        }
    }
    Ok(OK)
}

/// Writes a first configuration file; one that is there stays as it is.
fn init(path: &Path, caller: Caller) -> Result<()> {
    let shown = path.display().to_string();
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    }
    let made = std::fs::OpenOptions::new().write(true).create_new(true).open(path);
    let mut file = match made {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            bail!(Tell::ConfigThere { path: &shown }.text(caller.lang))
        }
        made => made.with_context(|| shown.clone())?,
    };
    file.write_all(TEMPLATE.as_bytes()).with_context(|| shown.clone())?;
    outln!("{shown}");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(flags: [Option<&str>; 7], env: [&str; 7], files: &[(&str, &str)]) -> Vec<(String, String)> {
        let files: Vec<(String, String)> =
            files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        let (settings, problems) =
            effective(&flags.map(|flag| flag.map(str::to_owned)), &env.map(str::to_owned), &files);
        assert_eq!(problems, []);
        settings.into_iter().map(|setting| (setting.value, setting.origin)).collect()
    }

    #[test]
    fn the_nearest_word_holds_and_its_place_is_told() {
        let files = [
            ("user", "theme: nord\nmouse: false\nprogress: never\n"),
            ("system", "theme: mono\nkeymap: vim\n"),
        ];
        let held = held(
            [Some("zh"), None, None, None, None, None, None],
            ["en", "", "emacs", "", "", "false", ""],
            &files,
        );
        let expected = [
            ("zh", "--lang"),
            ("nord", "user:1"),
            ("emacs", "KTUI_KEYMAP"),
            ("false", "user:2"),
            ("auto", ""),
            ("false", "KTUI_TITLE"),
            ("never", "user:3"),
        ];
        assert_eq!(held, expected.map(|(value, origin)| (value.to_owned(), origin.to_owned())));
    }

    #[test]
    fn every_fault_is_told_with_its_place_and_the_template_has_none() {
        let files = [("c.yaml".to_owned(), "lang: fr\ntheem: x\nmouse: maybe\nsymbols: asci\n".to_owned())];
        let env = ["", "", "wim", "", "", "", ""].map(str::to_owned);
        let (_, problems) = effective(&[const { None }; 7], &env, &files);
        let said: Vec<String> =
            problems.iter().map(|problem| problem.text(crate::locale::Lang::En)).collect();
        for part in ["KTUI_KEYMAP: `wim`", "c.yaml:2:", "theem", "c.yaml:3:"] {
            assert!(said.iter().any(|text| text.contains(part)), "{part}: {said:#?}");
        }
        let all: String =
            TEMPLATE.lines().skip(1).map(|line| line.trim_start_matches("# ").to_owned() + "\n").collect();
        held([None; 7], [""; 7], &[("t", &all)]);
    }
}
