//! What the command palette offers: every action that would do something now, places to go to, looks, languages.

use super::Keymap;
use crate::locale::ui::{Say, Tell};
use crate::locale::{Lang, Text};
use crate::model::action::Action;
use crate::model::palette::{Does, Entry};
use crate::model::{Input, Model};

impl Keymap {
    /// Opens the palette; `themes` are the names of those that can be taken, `theme` is the one in use.
    pub fn palette(&self, model: &Model, themes: &[&str], theme: usize) -> Input {
        let mut entries = self.actions(model);
        for (index, stage) in model.stages.list.iter().enumerate() {
            let text = both(|lang| Tell::PaletteStage { title: &stage.title }.text(lang));
            entries.push(Entry { text, keys: String::new(), does: Does::Stage(index) });
        }
        for (index, entry) in model.findings.list.iter().enumerate() {
            let text = both(|lang| Tell::PaletteFinding { title: &entry.finding.title }.text(lang));
            entries.push(Entry { text, keys: String::new(), does: Does::Finding(index) });
        }
        for (index, name) in themes.iter().enumerate() {
            let text = both(|lang| Tell::PaletteTheme { name }.text(lang));
            entries.push(Entry { text, keys: String::new(), does: Does::Theme(index) });
        }
        for language in Lang::ALL {
            let name = Say::LanguageName.text(language);
            let text = both(|lang| Tell::PaletteLanguage { name }.text(lang));
            entries.push(Entry { text, keys: String::new(), does: Does::Speak(language) });
        }
        Input::Palette(entries, theme)
    }

    /// What can be done outside of dialogs, each with its words; with or without a key.
    pub fn choices(&self, model: &Model) -> Vec<(Action, Say)> {
        let contexts = model.contexts();
        let mut found: Vec<(Action, Say)> = Vec::new();
        for bound in self.bound.iter().filter(|bound| contexts.contains(&bound.binding.context)) {
            let action = bound.binding.action;
            if model.can(action) && found.iter().all(|(other, _)| *other != action) {
                found.push((action, super::long_label(model, bound.binding)));
            }
        }
        found
    }

    /// What can be done in the dialog that is open, in the order of its keys.
    pub fn dialog_choices(&self, model: &Model) -> Vec<(Action, Say)> {
        let contexts = model.contexts();
        let here = |bound: &&super::Bound| {
            contexts.first() == Some(&bound.binding.context)
                && bound.binding.foot > 0
                && model.can(bound.binding.action)
        };
        let mut found: Vec<&super::Bound> = self.bound.iter().filter(here).collect();
        found.sort_by_key(|bound| bound.binding.foot);
        found.into_iter().map(|bound| (bound.binding.action, super::label(model, bound.binding))).collect()
    }

    fn actions(&self, model: &Model) -> Vec<Entry> {
        // Over what is read it is opened, too; that is closed then.
        let contexts = model.contexts_beneath();
        let mut entries: Vec<Entry> = Vec::new();
        for context in &contexts {
            for bound in self.bound.iter().filter(|bound| bound.binding.context == *context) {
                let action = bound.binding.action;
                let does = Does::Act(action);
                let useless = matches!(action, Action::Palette | Action::Back) || !model.can(action);
                if useless || entries.iter().any(|entry| entry.does == does) {
                    continue;
                }
                let text = both(|lang| bound.binding.long.text(lang).to_owned());
                entries.push(Entry { text, keys: bound.shown(), does });
            }
        }
        entries
    }
}

fn both(text: impl Fn(Lang) -> String) -> Text {
    Text { en: text(Lang::En), zh: text(Lang::Zh) }
}
