//! Keymap files: presets that ship, and the user's own keys on top. All that is wrong is told at once, with its place.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Bound, Keymap, Press, TABLE};
use crate::locale::{Text, both};
use crate::model::action::{Action, Context};
use crate::yaml::{self, Problem, Spanned};

/// The presets, the first one being the table itself.
const PRESETS: [(&str, &str); 3] = [
    ("default", "keymap: default\nabout: {en: Keys of less and lazygit, zh: 类似 less 与 lazygit 的按键}\n"),
    ("vim", include_str!("vim.yaml")),
    ("emacs", include_str!("emacs.yaml")),
];

/// A keymap file.
#[derive(Debug, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct KeymapFile {
    /// A preset's name; a user's own file needs none.
    #[serde(default)]
    keymap: Option<String>,
    /// One line about a preset.
    #[serde(default)]
    about: Option<Text>,
    /// Where keys are heard → what they do → the keys, written as `g`, `ctrl-d`, `shift-tab`, `f5`. They take the
    /// place of the keys that do it; none at all unbinds it.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, BTreeMap<String, Vec<String>>>")]
    keys: BTreeMap<String, Spanned<Actions>>,
}

/// What the keys of a context do.
type Actions = BTreeMap<String, Spanned<Vec<Spanned<String>>>>;

/// The JSON schema of keymap files.
pub fn json_schema() -> serde_json::Value {
    schemars::schema_for!(KeymapFile).to_value()
}

/// An action or a context as keymap files write it: `FocusNext` is `focus-next`.
pub fn slug(name: &impl std::fmt::Debug) -> String {
    let mut slug = String::new();
    for ch in format!("{name:?}").chars() {
        if ch.is_ascii_uppercase() && !slug.is_empty() {
            slug.push('-');
        }
        slug.push(ch.to_ascii_lowercase());
    }
    slug
}

impl Keymap {
    /// The names of the presets, with a line about each.
    pub fn presets() -> impl Iterator<Item = (&'static str, Text)> {
        PRESETS.iter().map(|(name, text)| {
            let file = yaml::parse::<KeymapFile>(name, text).ok();
            (*name, file.and_then(|file| file.about).unwrap_or_default())
        })
    }

    /// A preset by its name.
    pub fn preset(name: &str) -> Option<Self> {
        let (name, text) = PRESETS.iter().find(|(known, _)| *known == name)?;
        let mut keymap = Self { name: (*name).to_owned(), ..Self::default() };
        // A test reads the presets: none has a problem.
        keymap.overlay(name, text);
        Some(keymap)
    }

    /// Lays the keys of a file over these. With any problem nothing changes.
    pub fn overlay(&mut self, file: &str, text: &str) -> Vec<Problem> {
        let (parsed, mut problems) = yaml::parse_all::<KeymapFile>(file, text);
        let Some(parsed) = parsed else { return problems };
        let before = self.bound.clone();
        for (context, actions) in &parsed.keys {
            let Some(place) = TABLE.iter().map(|row| row.context).find(|known| slug(known) == *context)
            else {
                let known =
                    TABLE.iter().map(|row| slug(&row.context)).collect::<std::collections::BTreeSet<_>>();
                let known = known.iter().map(String::as_str);
                let hint = yaml::did_you_mean(context, known.clone());
                let all = yaml::one_of(known);
                let message = both!(
                    "`{context}` is no place for keys{hint} (expected {all})",
                    "`{context}` 不是可设按键的位置{hint}（应为 {all}）",
                    hint,
                    all
                );
                problems.push(Problem::at(file, actions, message));
                continue;
            };
            problems.extend(self.bind(file, place, &actions.value));
        }
        if problems.is_empty() && !self.gives_back() {
            let message = both!(
                "typing: back needs a key with ctrl, alt or f1 to f12: nothing else takes the keyboard back",
                "typing: back 需要带 ctrl、alt 的键，或 f1 到 f12：其他键无法收回键盘"
            );
            problems.push(Problem::file(file, message));
        }
        problems.sort();
        if !problems.is_empty() {
            self.bound = before;
        } else if let Some(name) = parsed.keymap {
            self.name = name;
        }
        problems
    }

    fn bind(&mut self, file: &str, context: Context, actions: &Actions) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut wanted: Vec<(Action, Vec<(Press, String)>)> = Vec::new();
        for (name, keys) in actions {
            let here = || TABLE.iter().filter(|row| row.context == context).map(|row| row.action);
            let Some(action) = here().find(|action| slug(action) == *name) else {
                let known: Vec<String> = here().map(|action| slug(&action)).collect();
                let known = known.iter().map(String::as_str);
                let hint = yaml::did_you_mean(name, known.clone());
                let all = yaml::one_of(known);
                let message = both!(
                    "`{name}` is nothing that keys do here{hint} (expected {all})",
                    "此处的按键没有 `{name}` 这个动作{hint}（应为 {all}）",
                    hint,
                    all
                );
                problems.push(Problem::at(file, keys, message));
                continue;
            };
            let mut presses = Vec::new();
            for key in &keys.value {
                let Some(press) = Press::read(&key.value) else {
                    let shown = &key.value;
                    let message = both!(
                        "`{shown}` is no key: expected one character, or a name such as enter, ctrl-d, shift-tab, f5",
                        "`{shown}` 不是按键；应为一个字符，或 enter、ctrl-d、shift-tab、f5 之类的名称"
                    );
                    problems.push(Problem::at(file, key, message));
                    continue;
                };
                if let Some((other, _)) =
                    wanted.iter().find(|(_, keys)| keys.iter().any(|(known, _)| *known == press))
                {
                    let (shown, other) = (&key.value, slug(other));
                    let message = both!(
                        "`{shown}` already means {other} here: expected it once",
                        "`{shown}` 在此已用于 {other}；只应出现一次"
                    );
                    problems.push(Problem::at(file, key, message));
                }
                presses.push((press, key.value.clone()));
            }
            wanted.push((action, presses));
        }
        for (action, keys) in wanted {
            for bound in self.bound.iter_mut().filter(|bound| bound.binding.context == context) {
                if bound.binding.action == action {
                    bound.keys.clone_from(&keys);
                } else {
                    // A key that is given a new meaning loses the one it had.
                    bound.keys.retain(|(press, _)| !keys.iter().any(|(taken, _)| taken == press));
                }
            }
        }
        problems
    }

    /// Whether a command that has the keyboard can be made to give it back by a key that nobody types.
    fn gives_back(&self) -> bool {
        let typing = |bound: &&Bound| bound.binding.context == Context::Typing;
        let mut keys = self.bound.iter().filter(typing).flat_map(|bound| &bound.keys);
        keys.clone().next().is_some() && keys.all(|(press, _)| press.is_command())
    }
}
