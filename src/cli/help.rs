//! The command line in the user's language: its help, and what it says where it is used wrongly.
//!
//! The English help stands with the arguments; the Chinese one in `locale/zh-CN/help.ftl`, a message named for each
//! English text. What clap itself writes around it is put into Chinese here.

use std::sync::OnceLock;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, Command, CommandFactory as _, FromArgMatches as _, ValueEnum as _};
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};

use super::args::{Cli, ColorArg};
use crate::locale::Lang;
use crate::locale::ui::{Say, Tell};

/// What clap writes around our texts.
const AROUND: &[(&str, &str)] = &[
    ("Usage:", "用法："),
    ("Commands:", "命令："),
    ("Options:", "选项："),
    ("Arguments:", "参数："),
    ("Possible values:", "可选值："),
    ("[default: ", "[默认："),
    ("[possible values: ", "[可选值："),
    ("[aliases: ", "[别名："),
    ("[OPTIONS]", "[选项]"),
    ("[COMMAND]", "[命令]"),
    ("<COMMAND>", "<命令>"),
];

/// Reads the command line; where that says all (help, version, a mistake), prints it and answers the exit status.
pub(super) fn read(arguments: &[std::ffi::OsString], lang: Lang) -> Result<Cli, u8> {
    let read =
        command(lang).try_get_matches_from(arguments).and_then(|matches| Cli::from_arg_matches(&matches));
    read.map_err(|error| {
        let color = super::color(color_asked(arguments));
        let status = u8::try_from(error.exit_code()).unwrap_or(super::BAD_INPUT);
        let said = if lang == Lang::En { in_english(&error, color) } else { said(&error, color) };
        if error.use_stderr() {
            talk!("{said}");
        } else {
            out!("{said}");
        }
        status
    })
}

/// The language that the help is to speak, before the command line is understood.
pub(super) fn asked(arguments: &[std::ffi::OsString]) -> Option<Lang> {
    match value(arguments, "--lang")? {
        "en" => Some(Lang::En),
        "zh" | "zh-CN" => Some(Lang::Zh),
        _ => None,
    }
}

/// Whether help is to have colours, likewise.
fn color_asked(arguments: &[std::ffi::OsString]) -> ColorArg {
    let asked = value(arguments, "--color").and_then(|value| ColorArg::from_str(value, false).ok());
    asked.unwrap_or(ColorArg::Auto)
}

/// The first value of an option on a command line that nobody understands yet.
fn value<'a>(arguments: &'a [std::ffi::OsString], option: &str) -> Option<&'a str> {
    let words = arguments.iter().skip(1).filter_map(|word| word.to_str());
    let mut words = words.take_while(|word| *word != "--");
    while let Some(word) = words.next() {
        match word.strip_prefix(option) {
            Some("") => return words.next(),
            Some(rest) if rest.starts_with('=') => return rest.get(1..),
            _ => {}
        }
    }
    None
}

/// What clap says, as it is.
fn in_english(error: &clap::Error, color: bool) -> String {
    let said = error.render();
    if color { said.ansi().to_string() } else { said.to_string() }
}

/// The command line, its help in this language.
fn command(lang: Lang) -> Command {
    let mut command = Cli::command();
    if lang == Lang::Zh {
        // Help options and the help command are there only once it is built.
        command.build();
        command = in_chinese(command).after_help(chinese("examples").unwrap_or_default());
    }
    command
}

fn in_chinese(command: Command) -> Command {
    let about = command.get_about().and_then(|text| of_english(&text.to_string()));
    let command = match about {
        Some(about) => command.about(about.clone()).long_about(about),
        None => command,
    };
    command.mut_args(arg_in_chinese).mut_subcommands(in_chinese)
}

fn arg_in_chinese(arg: Arg) -> Arg {
    match arg.get_help().and_then(|text| of_english(&text.to_string())) {
        Some(help) => arg.help(help.clone()).long_help(help),
        None => arg,
    }
}

/// The Chinese text for an English one.
fn of_english(text: &str) -> Option<String> {
    chinese(&name(text))
}

/// What the message of an English text is called.
fn name(text: &str) -> String {
    let mut name = String::from("h");
    for word in
        text.to_lowercase().split(|ch: char| !ch.is_ascii_alphanumeric()).filter(|word| !word.is_empty())
    {
        name.push('-');
        name.push_str(word);
    }
    name.truncate(LONGEST + 2);
    name.trim_end_matches('-').to_owned()
}

/// So much of a text makes its name.
const LONGEST: usize = 70;

const FILE: &str = include_str!("../locale/zh-CN/help.ftl");

fn chinese(name: &str) -> Option<String> {
    static TEXTS: OnceLock<FluentBundle<FluentResource>> = OnceLock::new();
    let texts = TEXTS.get_or_init(|| {
        let mut bundle = FluentBundle::new_concurrent(vec!["zh-CN".parse().unwrap_or_default()]);
        bundle.set_use_isolating(false);
        // The file is embedded, and a test reads it.
        let resource = FluentResource::try_new(FILE.to_owned()).unwrap_or_else(|(resource, _)| resource);
        let _ = bundle.add_resource(resource);
        bundle
    });
    let pattern = texts.get_message(name)?.value()?;
    Some(texts.format_pattern(pattern, Some(&FluentArgs::new()), &mut Vec::new()).into_owned())
}

/// What clap says, in Chinese.
fn said(error: &clap::Error, color: bool) -> String {
    let rendered = error.render();
    let whole = if color { rendered.ansi().to_string() } else { rendered.to_string() };
    match error.kind() {
        ErrorKind::DisplayVersion => whole,
        ErrorKind::DisplayHelp | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => around(&whole),
        _ => mistake(error).map_or_else(
            || around(&whole),
            |said| {
                let usage = context(error, ContextKind::Usage);
                let usage = if usage.is_empty() { usage } else { format!("{}\n\n", around(&usage)) };
                format!("{said}\n\n{usage}{}\n", Say::UsageMore.text(Lang::Zh))
            },
        ),
    }
}

fn around(text: &str) -> String {
    AROUND.iter().fold(text.to_owned(), |text, (en, zh)| text.replace(en, zh))
}

fn context(error: &clap::Error, kind: ContextKind) -> String {
    match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join(", "),
        Some(ContextValue::StyledStr(text)) => text.to_string(),
        Some(ContextValue::StyledStrs(texts)) => {
            texts.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
        }
        Some(ContextValue::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

/// A mistake in the use of the command line, where we have words for it.
fn mistake(error: &clap::Error) -> Option<String> {
    let of = |kind| context(error, kind);
    let (arg, value) = (&of(ContextKind::InvalidArg), &of(ContextKind::InvalidValue));
    let near = |kind| {
        let near = of(kind);
        if near.is_empty() { near } else { Tell::UsageNear { near: &near }.text(Lang::Zh) }
    };
    let tell = match error.kind() {
        ErrorKind::InvalidValue if value.is_empty() => Tell::UsageNoValue { arg },
        ErrorKind::InvalidValue => {
            let (all, near) = (of(ContextKind::ValidValue), near(ContextKind::SuggestedValue));
            return Some(Tell::UsageValue { arg, value, all: &all, near: &near }.text(Lang::Zh));
        }
        ErrorKind::ValueValidation => {
            let why = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
            return Some(Tell::UsageBadValue { arg, value, why: &why }.text(Lang::Zh));
        }
        ErrorKind::UnknownArgument => {
            let near = near(ContextKind::SuggestedArg);
            return Some(Tell::UsageUnknown { arg, near: &near }.text(Lang::Zh));
        }
        ErrorKind::InvalidSubcommand => {
            let (word, near) = (of(ContextKind::InvalidSubcommand), near(ContextKind::SuggestedSubcommand));
            return Some(Tell::UsageCommand { word: &word, near: &near }.text(Lang::Zh));
        }
        ErrorKind::MissingRequiredArgument => Tell::UsageMissing { arg },
        ErrorKind::ArgumentConflict => {
            let other = of(ContextKind::PriorArg);
            return Some(Tell::UsageConflict { arg, other: &other }.text(Lang::Zh));
        }
        ErrorKind::NoEquals => Tell::UsageEquals { arg },
        ErrorKind::TooManyValues => {
            return Some(Tell::UsageTooMany { arg, value }.text(Lang::Zh));
        }
        ErrorKind::InvalidUtf8 => return Some(Say::UsageUtf8.text(Lang::Zh).to_owned()),
        _ => return None,
    };
    Some(tell.text(Lang::Zh))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::ffi::OsString;

    use super::*;

    fn spoken(words: &[&str]) -> (String, i32) {
        let error = command(Lang::Zh).try_get_matches_from(words).expect_err("it says something");
        (said(&error, false), error.exit_code())
    }

    /// Every help text of the command line.
    fn texts(command: &Command, found: &mut Vec<String>) {
        found.extend(command.get_about().map(ToString::to_string));
        let args = command.get_arguments().filter(|arg| !arg.is_hide_set());
        found.extend(args.filter_map(|arg| arg.get_help().map(ToString::to_string)));
        for inner in command.get_subcommands().filter(|inner| !inner.is_hide_set()) {
            texts(inner, found);
        }
    }

    #[test]
    fn every_text_of_the_locale_help_is_there_and_in_use() {
        assert!(FluentResource::try_new(FILE.to_owned()).is_ok(), "help.ftl is sound");
        let mut all = Vec::new();
        let mut command = Cli::command();
        command.build();
        texts(&command, &mut all);
        let missing: Vec<String> = all
            .iter()
            .filter(|text| chinese(&name(text)).is_none())
            .map(|text| format!("{} = {text}", name(text)))
            .collect();
        assert!(missing.is_empty(), "locale/zh-CN/help.ftl lacks:\n{}", missing.join("\n"));
        let used: BTreeSet<String> = all.iter().map(|text| name(text)).collect();
        let there = FILE.lines().filter_map(|line| line.split_once(" = ")).map(|(name, _)| name.to_owned());
        let idle: Vec<String> = there.filter(|name| name.starts_with("h-") && !used.contains(name)).collect();
        assert!(idle.is_empty(), "nobody uses {}", idle.join("\n"));
    }

    #[test]
    fn help_and_mistakes_are_told_in_chinese() {
        let (help, status) = spoken(&["ktui", "build", "--help"]);
        assert!(help.contains("用法：") && help.contains("执行构建方案") && status == 0, "{help}");
        assert!(
            !help.contains("Usage") && !help.contains("Options:") && !help.contains("[default"),
            "{help}"
        );
        for (words, wanted) in [
            (&["ktui", "--colour"][..], "--colour"),
            (&["ktui", "biuld"], "build"),
            (&["ktui", "diagnose", "--format", "xml"], "sarif"),
            (&["ktui", "rules", "show"], "<RULE>"),
            (&["ktui", "build", "--only", "a", "--from", "b"], "--from"),
            (&["ktui", "sessions", "prune", "--keep", "many"], "many"),
            (&["ktui", "build", "a", "b"], "b"),
            (&["ktui", "build", "--set"], "--set"),
        ] {
            let (said, status) = spoken(words);
            assert!(said.contains(wanted) && said.starts_with("错误：") && status == 2, "{words:?}: {said}");
            assert!(!said.contains("error:") && !said.contains("Usage"), "{words:?}: {said}");
        }
    }

    #[test]
    fn the_language_is_known_before_the_rest_is_understood() {
        let asked = |words: &[&str]| asked(&words.iter().map(OsString::from).collect::<Vec<_>>());
        assert_eq!(asked(&["ktui", "--lang", "zh", "--hlep"]), Some(Lang::Zh));
        assert_eq!(asked(&["ktui", "build", "--lang=zh-CN"]), Some(Lang::Zh));
        assert_eq!(asked(&["ktui", "--lang", "en"]), Some(Lang::En));
        assert_eq!(asked(&["ktui", "--lang"]), None);
        assert_eq!(asked(&["ktui", "--", "--lang", "zh"]), None);
    }
}
