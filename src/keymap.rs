//! Keys and what they mean: one table that drives handling, the footer and the help.
//!
//! Owns the table, how a key is written, and what a key sends to a command that has the keyboard. What an
//! action does is the model's business.

mod bytes;
mod file;
mod label;
mod palette;
mod press;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use tui_input::InputRequest;

use crate::locale::ui::Say;
use crate::model::action::{Action, Context, Hint, Section};
use crate::model::replay::Replay;
use crate::model::start::Start;
use crate::model::{Input, Model};

use label::{is_put_aside, label, long_label, start_label};

pub use bytes::{paste, typed};
pub use file::{json_schema, slug};
pub use press::{Press, show};

/// What some keys do somewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Binding {
    /// Where.
    pub context: Context,
    /// What.
    pub action: Action,
    /// The keys, as [`Press`] reads them; the first one is shown in the footer.
    pub keys: &'static [&'static str],
    /// In the footer.
    pub short: Say,
    /// In the help.
    pub long: Say,
    /// Its place in the footer, from 1; from 90 on it is shown even where room is short, 0 keeps it out.
    pub foot: u8,
}

const fn key(
    context: Context,
    action: Action,
    keys: &'static [&'static str],
    say: (Say, Say),
    foot: u8,
) -> Binding {
    Binding { context, action, keys, short: say.0, long: say.1, foot }
}

const fn both(say: Say) -> (Say, Say) {
    (say, say)
}

/// Every key there is. Within a context, and within the help, the order of this table counts.
pub const TABLE: &[Binding] = {
    use Action as A;
    use Context as C;
    &[
        key(C::Typing, A::Back, &["ctrl-a"], both(Say::KeyTakeBack), 1),
        key(C::Prompt, A::Accept, &["enter"], both(Say::KeyAcceptText), 1),
        key(C::Prompt, A::Back, &["esc", "ctrl-c"], both(Say::KeyCancelDialog), 2),
        key(C::Palette, A::Accept, &["enter"], both(Say::KeyChoose), 1),
        key(C::Palette, A::Up, &["up", "ctrl-p"], both(Say::KeyUp), 0),
        key(C::Palette, A::Down, &["down", "ctrl-n"], both(Say::KeyDown), 0),
        key(C::Palette, A::PageUp, &["pgup"], both(Say::KeyPageUp), 0),
        key(C::Palette, A::PageDown, &["pgdn"], both(Say::KeyPageDown), 0),
        key(C::Palette, A::Back, &["esc", "ctrl-c"], both(Say::KeyCancelDialog), 95),
        key(C::FixDialog, A::Accept, &["enter", "y"], both(Say::KeyAcceptRun), 1),
        key(C::FixDialog, A::NextChoice, &["tab", "right", "l"], both(Say::KeyNextChoice), 2),
        key(C::FixDialog, A::PreviousChoice, &["shift-tab", "left", "h"], both(Say::KeyPreviousChoice), 0),
        key(C::FixDialog, A::Back, &["esc", "n", "q", "ctrl-c"], both(Say::KeyCancelDialog), 95),
        key(C::FixDialog, A::Edit, &["e"], both(Say::KeyEdit), 3),
        key(C::StepDialog, A::Accept, &["enter", "y"], both(Say::KeyAcceptRun), 1),
        key(C::StepDialog, A::Edit, &["e"], both(Say::KeyEdit), 2),
        key(C::StepDialog, A::Skip, &["s"], both(Say::KeySkip), 3),
        key(C::StepDialog, A::RunThrough, &["a"], (Say::KeyRunThrough, Say::KeyRunThroughLong), 4),
        key(C::StepDialog, A::Back, &["esc", "n", "q", "ctrl-c"], both(Say::KeyDecideLater), 95),
        key(C::Editor, A::Accept, &["enter"], both(Say::KeyKeep), 1),
        key(C::Editor, A::NewLine, &["ctrl-j", "alt-enter"], both(Say::KeyNewLine), 2),
        key(C::Editor, A::NextChoice, &["tab"], both(Say::KeyNextCommand), 3),
        key(C::Editor, A::PreviousChoice, &["shift-tab"], both(Say::KeyPreviousCommand), 0),
        key(C::Editor, A::Up, &["up"], both(Say::KeyUp), 0),
        key(C::Editor, A::Down, &["down"], both(Say::KeyDown), 0),
        key(C::Editor, A::Back, &["esc", "ctrl-c"], both(Say::KeyCancelDialog), 95),
        key(C::RuleDialog, A::Accept, &["enter", "y"], both(Say::KeyKeep), 1),
        key(C::RuleDialog, A::Back, &["esc", "n", "q", "ctrl-c"], both(Say::KeyCancelDialog), 95),
        key(C::BookmarkList, A::Open, &["enter"], (Say::KeyGoTo, Say::KeyGoThere), 1),
        key(C::BookmarkList, A::Bookmark, &["m", "d", "delete"], (Say::KeyRemove, Say::KeyRemoveLong), 2),
        key(C::BookmarkList, A::Back, &["esc", "q", "B", "ctrl-c"], both(Say::KeyAcceptClose), 95),
        key(C::Question, A::Accept, &["enter", "y"], both(Say::KeyAccept), 1),
        key(C::Question, A::Retry, &["r"], both(Say::KeyRetry), 0),
        key(C::Question, A::Back, &["esc", "n", "q", "ctrl-c"], both(Say::KeyCancelDialog), 95),
        key(C::LeaveDialog, A::Detach, &["enter", "l", "ctrl-c"], both(Say::KeyDetach), 1),
        key(C::LeaveDialog, A::StopAndQuit, &["x"], both(Say::KeyStopAndQuit), 2),
        key(C::LeaveDialog, A::Back, &["esc", "n", "q"], both(Say::KeyStay), 95),
        key(C::StagePage, A::Fix, &["f"], (Say::KeyFix, Say::KeyFixLong), 1),
        key(C::StagePage, A::Retry, &["r"], (Say::KeyRetry, Say::KeyRetryLong), 2),
        key(C::StagePage, A::Skip, &["s"], (Say::KeySkip, Say::KeySkipLong), 3),
        key(C::StagePage, A::EditStage, &["alt-e"], (Say::KeyEditStage, Say::KeyEditStageLong), 0),
        key(C::StagePage, A::Back, &["esc", "enter", "?", "q", "ctrl-c"], both(Say::KeyAcceptClose), 95),
        key(C::Reading, A::Back, &["esc", "enter", "?"], both(Say::KeyAcceptClose), 1),
        key(C::Reading, A::Quit, &["q", "ctrl-c"], both(Say::KeyQuit), 2),
        key(C::Reading, A::Palette, &["/", ":", "ctrl-p"], (Say::KeyFind, Say::KeyPaletteLong), 3),
        key(C::Replay, A::Play, &["space"], both(Say::KeyPlay), 1),
        key(C::Past, A::Present, &["p", "F"], (Say::KeyPresent, Say::KeyPresentLong), 1),
        key(C::Replay, A::Step, &["."], (Say::KeyStep, Say::KeyStepLong), 2),
        key(C::Replay, A::StepBack, &[","], both(Say::KeyStepBack), 2),
        key(C::Replay, A::NextMarker, &["]"], both(Say::KeyNextMarker), 3),
        key(C::Replay, A::PreviousMarker, &["["], both(Say::KeyPreviousMarker), 4),
        key(C::Replay, A::NextStage, &["}"], both(Say::KeyNextStage), 0),
        key(C::Replay, A::PreviousStage, &["{"], both(Say::KeyPreviousStage), 0),
        key(C::Replay, A::NextMoment, &[")"], both(Say::KeyNextMoment), 0),
        key(C::Replay, A::PreviousMoment, &["("], both(Say::KeyPreviousMoment), 0),
        key(C::Replay, A::SeekTime, &["t"], (Say::KeySeekTime, Say::KeySeekTimeLong), 6),
        key(C::Replay, A::Idle, &["P"], both(Say::KeyIdle), 0),
        key(C::Replay, A::Faster, &["+", "="], both(Say::KeyFaster), 0),
        key(C::Replay, A::Slower, &["-", "_"], both(Say::KeySlower), 0),
        key(C::Replay, A::Rewind, &["<"], both(Say::KeyRewind), 0),
        key(C::Replay, A::ToEnd, &[">"], both(Say::KeyToEnd), 5),
        key(C::Build, A::Retry, &["r"], (Say::KeyRetry, Say::KeyRetryLong), 2),
        key(C::Build, A::Skip, &["s"], (Say::KeySkip, Say::KeySkipLong), 3),
        key(C::Build, A::EditStage, &["alt-e"], (Say::KeyEditStage, Say::KeyEditStageLong), 0),
        key(C::Build, A::Cancel, &["c"], (Say::KeyCancel, Say::KeyCancelLong), 4),
        key(C::Build, A::Type, &["i"], (Say::KeyType, Say::KeyTypeLong), 5),
        key(C::Build, A::LookBack, &["p"], (Say::KeyLookBack, Say::KeyLookBackLong), 9),
        key(C::Log, A::Type, &["enter"], (Say::KeyType, Say::KeyTypeLong), 0),
        key(C::Log, A::Left, &["left", "h"], both(Say::KeyLeft), 0),
        key(C::Log, A::Right, &["right", "l"], both(Say::KeyRight), 0),
        key(C::Lines, A::FilterIn, &["&"], (Say::KeyFilterIn, Say::KeyFilterInLong), 16),
        key(C::Lines, A::FilterOut, &["!"], both(Say::KeyFilterOut), 0),
        key(C::Lines, A::Unfilter, &["backspace"], (Say::KeyUnfilter, Say::KeyUnfilterLong), 6),
        key(C::Lines, A::UnfilterAll, &["alt-backspace"], both(Say::KeyUnfilterAll), 0),
        key(C::Lines, A::Around, &["C"], both(Say::KeyAround), 0),
        key(C::Lines, A::Collapse, &["d"], both(Say::KeyCollapse), 0),
        key(C::Lines, A::Fold, &["x"], (Say::KeyFold, Say::KeyFoldLong), 0),
        key(C::Lines, A::FoldAll, &["X"], both(Say::KeyFoldAll), 0),
        key(C::Lines, A::Unfold, &["u"], (Say::KeyUnfold, Say::KeyUnfoldLong), 6),
        key(C::Lines, A::Select, &["v", "V"], both(Say::KeySelect), 0),
        key(C::Lines, A::Copy, &["y"], (Say::KeyCopy, Say::KeyCopyLong), 1),
        key(C::Lines, A::Write, &["w"], (Say::KeyWrite, Say::KeyWriteLong), 0),
        key(C::Lines, A::Bookmark, &["m"], both(Say::KeyBookmark), 0),
        key(C::Lines, A::NextBookmark, &["'"], (Say::KeyNextBookmark, Say::KeyNextBookmarkLong), 13),
        key(C::Lines, A::Note, &["a"], both(Say::KeyNote), 0),
        key(C::Lines, A::Bookmarks, &["B"], both(Say::KeyBookmarks), 0),
        key(C::Lines, A::Times, &["T"], both(Say::KeyTimes), 0),
        key(C::Lines, A::Raw, &["R"], both(Say::KeyRaw), 0),
        key(C::Stages, A::Open, &["enter"], (Say::KeyOpenStage, Say::KeyOpenLong), 6),
        key(C::Findings, A::Open, &["enter"], (Say::KeyOpen, Say::KeyOpenLong), 6),
        key(C::Timeline, A::Left, &["left", "h"], both(Say::KeyEarlier), 1),
        key(C::Timeline, A::Right, &["right", "l"], both(Say::KeyLater), 1),
        key(C::Start, A::Open, &["enter"], both(Say::KeyOpen), 1),
        key(C::Start, A::Fix, &["f"], both(Say::KeyFix), 2),
        key(C::Form, A::Open, &["enter"], both(Say::KeyBuild), 1),
        key(C::Form, A::Step, &["s"], both(Say::KeyBuildStep), 2),
        key(C::Form, A::Edit, &["e", "i"], both(Say::KeyEdit), 3),
        key(C::Form, A::NextChoice, &["right", "l", "tab"], both(Say::KeyNextValue), 4),
        key(C::Form, A::PreviousChoice, &["left", "h", "shift-tab"], both(Say::KeyPreviousValue), 0),
        key(C::Form, A::Reset, &["x"], both(Say::KeyReset), 5),
        key(C::Form, A::Up, &["up", "k"], both(Say::KeyUp), 0),
        key(C::Form, A::Down, &["down", "j"], both(Say::KeyDown), 0),
        key(C::Form, A::Back, &["esc", "q", "ctrl-c"], both(Say::KeyBack), 95),
        key(C::CureDialog, A::Accept, &["enter", "y"], both(Say::KeyAcceptRun), 1),
        key(C::CureDialog, A::NextChoice, &["tab", "right", "l"], both(Say::KeyNextChoice), 2),
        key(C::CureDialog, A::PreviousChoice, &["shift-tab", "left", "h"], both(Say::KeyPreviousChoice), 0),
        key(C::CureDialog, A::Back, &["esc", "n", "q", "ctrl-c"], both(Say::KeyCancelDialog), 95),
        // No key that also opens: who presses that once too often has not read what they trust.
        key(C::TrustDialog, A::Accept, &["t", "y"], (Say::KeyTrust, Say::KeyTrustLong), 1),
        key(C::TrustDialog, A::Back, &["esc", "n", "q", "ctrl-c"], both(Say::KeyCancelDialog), 95),
        key(C::Start, A::Up, &["up", "k"], both(Say::KeyUp), 0),
        key(C::Start, A::Down, &["down", "j"], both(Say::KeyDown), 0),
        key(C::Start, A::Help, &["?"], (Say::KeyHelp, Say::KeyHelpLong), 98),
        key(C::Start, A::Back, &["esc"], both(Say::KeyBack), 0),
        key(C::Start, A::Quit, &["q", "ctrl-c"], both(Say::KeyQuit), 99),
        key(C::Global, A::Fix, &["f"], (Say::KeyFix, Say::KeyFixLong), 1),
        key(C::Global, A::NextFinding, &["e"], (Say::KeyNextFinding, Say::KeyNextFindingLong), 7),
        key(C::Global, A::PreviousFinding, &["E"], both(Say::KeyPreviousFinding), 0),
        key(C::Global, A::Dismiss, &["D"], (Say::KeyDismiss, Say::KeyDismissLong), 0),
        key(C::Global, A::WhyNot, &["alt-w"], (Say::KeyWhyNot, Say::KeyWhyNotLong), 0),
        key(C::Global, A::DraftRule, &["alt-r"], (Say::KeyDraftRule, Say::KeyDraftRuleLong), 0),
        key(C::Global, A::Source, &["o"], both(Say::KeySource), 0),
        key(C::Global, A::Search, &["/"], (Say::KeySearch, Say::KeySearchLong), 8),
        key(C::Global, A::SearchNext, &["n"], both(Say::KeySearchNext), 9),
        key(C::Global, A::SearchPrevious, &["N"], both(Say::KeySearchPrevious), 0),
        key(C::Global, A::GoTo, &["ctrl-g"], (Say::KeyGoTo, Say::KeyGoToLong), 0),
        key(C::Global, A::Follow, &["F"], (Say::KeyFollow, Say::KeyFollowLong), 10),
        key(C::Global, A::Summary, &["S"], both(Say::KeySummary), 11),
        key(C::Global, A::FocusNext, &["tab"], both(Say::KeyFocusNext), 12),
        key(C::Global, A::FocusPrevious, &["shift-tab"], both(Say::KeyFocusPrevious), 0),
        key(C::Global, A::Zoom, &["z"], (Say::KeyZoom, Say::KeyZoomLong), 13),
        key(C::Global, A::FocusStages, &["1"], both(Say::KeyFocusStages), 0),
        key(C::Global, A::FocusLog, &["2"], both(Say::KeyFocusLog), 0),
        key(C::Global, A::FocusFindings, &["3"], both(Say::KeyFocusFindings), 0),
        key(C::Global, A::FocusDetails, &["4"], both(Say::KeyFocusDetails), 0),
        key(C::Global, A::FocusTimeline, &["5"], both(Say::KeyFocusTimeline), 0),
        key(C::Global, A::Taller, &["ctrl-up", "alt-k"], both(Say::KeyTaller), 0),
        key(C::Global, A::Shorter, &["ctrl-down", "alt-j"], both(Say::KeyShorter), 0),
        key(C::Global, A::Wider, &["ctrl-right", "alt-."], both(Say::KeyWider), 0),
        key(C::Global, A::Narrower, &["ctrl-left", "alt-,"], both(Say::KeyNarrower), 0),
        key(C::Global, A::HidePane, &["H"], both(Say::KeyHidePane), 0),
        key(C::Global, A::ResetPanes, &["alt-0"], both(Say::KeyResetPanes), 0),
        key(C::Global, A::Wrap, &["L"], (Say::KeyWrap, Say::KeyWrapLong), 14),
        key(C::Global, A::Numbers, &["#"], both(Say::KeyNumbers), 0),
        key(C::Global, A::Up, &["up", "k"], both(Say::KeyUp), 0),
        key(C::Global, A::Down, &["down", "j"], both(Say::KeyDown), 0),
        key(C::Global, A::PageUp, &["pgup", "b"], both(Say::KeyPageUp), 0),
        key(C::Global, A::PageDown, &["pgdn", "space"], both(Say::KeyPageDown), 0),
        key(C::Global, A::HalfUp, &["ctrl-u"], both(Say::KeyHalfUp), 0),
        key(C::Global, A::HalfDown, &["ctrl-d"], both(Say::KeyHalfDown), 0),
        key(C::Global, A::Top, &["home", "g"], both(Say::KeyTop), 0),
        key(C::Global, A::Bottom, &["end", "G"], both(Say::KeyBottom), 0),
        key(C::Global, A::Mouse, &["M"], (Say::KeyMouse, Say::KeyMouseLong), 0),
        key(C::Global, A::Theme, &["alt-t"], both(Say::KeyTheme), 0),
        key(C::Global, A::Language, &["alt-l"], both(Say::KeyLanguage), 0),
        key(C::Global, A::Palette, &[":", "ctrl-p"], (Say::KeyPalette, Say::KeyPaletteLong), 15),
        key(C::Global, A::Help, &["?"], (Say::KeyHelp, Say::KeyHelpLong), 98),
        key(C::Global, A::Back, &["esc"], (Say::KeyBack, Say::KeyBackLong), 0),
        key(C::Global, A::Quit, &["q", "ctrl-c"], (Say::KeyQuit, Say::KeyQuitLong), 99),
        key(C::Always, A::Suspend, &["ctrl-z"], both(Say::KeySuspend), 0),
        key(C::Always, A::Redraw, &["ctrl-l"], both(Say::KeyRedraw), 0),
        // Dialogs scroll with the keys of the panes.
        key(C::Always, A::Up, &["up", "k"], both(Say::KeyUp), 0),
        key(C::Always, A::Down, &["down", "j"], both(Say::KeyDown), 0),
        key(C::Always, A::PageUp, &["pgup", "b", "ctrl-u"], both(Say::KeyPageUp), 0),
        key(C::Always, A::PageDown, &["pgdn", "space", "ctrl-d"], both(Say::KeyPageDown), 0),
        key(C::Always, A::Top, &["home", "g"], both(Say::KeyTop), 0),
        key(C::Always, A::Bottom, &["end", "G"], both(Say::KeyBottom), 0),
    ]
};

/// The keys in use: the table's, or those of a preset, with the user's own on top.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keymap {
    /// The preset's name.
    pub name: String,
    bound: Vec<Bound>,
}

/// A row of the table with the keys it has in this keymap.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Bound {
    binding: &'static Binding,
    keys: Vec<(Press, String)>,
}

impl Default for Keymap {
    fn default() -> Self {
        let read = |key: &&str| Press::read(key).map(|press| (press, (*key).to_owned()));
        let bound = |binding: &'static Binding| Bound {
            binding,
            keys: binding.keys.iter().filter_map(read).collect(),
        };
        Self { name: "default".to_owned(), bound: TABLE.iter().map(bound).collect() }
    }
}

impl Bound {
    /// All its keys as people write them.
    fn shown(&self) -> String {
        self.keys.iter().map(|(_, key)| show(key)).collect::<Vec<_>>().join(" ")
    }

    fn hint(&self, label: Say) -> Hint {
        let keys = self.keys.first().map_or_else(String::new, |(_, key)| show(key));
        Hint { keys, label, foot: self.binding.foot }
    }
}

impl Keymap {
    /// What a key means in these contexts; the first context that knows it decides.
    pub fn action(&self, contexts: &[Context], press: Press) -> Option<Action> {
        contexts.iter().find_map(|context| {
            let mut here = self.bound.iter().filter(|bound| bound.binding.context == *context);
            here.find(|bound| bound.keys.iter().any(|(key, _)| *key == press))
                .map(|found| found.binding.action)
        })
    }

    /// The key that does something somewhere, as people write it; empty where none does.
    pub fn key(&self, context: Context, action: Action) -> String {
        let bound = |bound: &&Bound| bound.binding.context == context && bound.binding.action == action;
        let key = self.bound.iter().find(bound).and_then(|bound| bound.keys.first());
        key.map_or_else(String::new, |(_, key)| show(key))
    }

    /// What a key press is to the model: an action, an edit of what is being written, or bytes for the command.
    pub fn input(&self, model: &Model, key: KeyEvent) -> Option<Input> {
        if let Some(action) = self.action(&model.contexts(), Press::from(key)) {
            let useless = action == Action::Palette && !model.can(action);
            return (!useless).then_some(Input::Action(action));
        }
        if model.typing {
            let bytes = typed(key);
            return (!bytes.is_empty()).then_some(Input::Typed(bytes));
        }
        if model.writes() { edit(key).map(Input::Edit) } else { None }
    }

    /// The keys that do something now, the most useful first.
    pub fn footer(&self, model: &Model) -> Vec<Hint> {
        let contexts = model.contexts();
        let mut found: Vec<&Bound> = self
            .bound
            .iter()
            .filter(|bound| {
                let binding = bound.binding;
                foot(model, binding).is_some()
                    && !bound.keys.is_empty()
                    && contexts.contains(&binding.context)
                    && model.can(binding.action)
            })
            .collect();
        found.sort_by_key(|bound| foot(model, bound.binding));
        let mut seen = Vec::new();
        found.retain(|bound| {
            let action = bound.binding.action;
            !seen.contains(&action) && (seen.push(action), true).1
        });
        found.into_iter().map(|bound| bound.hint(label(model, bound.binding))).collect()
    }

    /// The keys that do something on the start screen now, the most useful first.
    pub fn start_footer(&self, start: &Start) -> Vec<Hint> {
        let contexts = start.contexts();
        let useful = |bound: &&Bound| {
            let binding = bound.binding;
            binding.foot > 0
                && !bound.keys.is_empty()
                && contexts.contains(&binding.context)
                && start.can(binding.action)
        };
        let mut found: Vec<&Bound> = self.bound.iter().filter(useful).collect();
        found.sort_by_key(|bound| bound.binding.foot);
        found.into_iter().map(|bound| bound.hint(start_label(start, bound.binding))).collect()
    }

    /// All keys that the start screen knows.
    pub fn start_help(&self) -> Vec<(String, Say)> {
        let here = |bound: &&Bound| bound.binding.context == Context::Start && !bound.keys.is_empty();
        self.bound.iter().filter(here).map(|bound| (bound.shown(), bound.binding.long)).collect()
    }

    /// All keys that a session (or a replay) knows, by where they work; the ones that matter most come first.
    pub fn help(&self, replay: bool) -> Vec<Section> {
        let mode = if replay {
            (&[Context::Replay][..], Say::HelpReplay)
        } else {
            (&[Context::Build][..], Say::HelpBuild)
        };
        let places = [
            mode,
            (&[Context::Global], Say::HelpGlobal),
            (&[Context::Lines, Context::Log], Say::HelpLog),
            (&[Context::Timeline], Say::HelpTimeline),
            (&[Context::Typing], Say::HelpTyping),
        ];
        let wanted = places.into_iter().filter(|(_, heading)| !(replay && *heading == Say::HelpTyping));
        wanted
            .map(|(contexts, heading)| {
                let of = |context: &Context| {
                    let context = *context;
                    let here =
                        move |bound: &&Bound| bound.binding.context == context && !bound.keys.is_empty();
                    self.bound.iter().filter(here)
                };
                let here = contexts.iter().flat_map(of);
                Section { heading, keys: here.map(|bound| (bound.shown(), bound.binding.long)).collect() }
            })
            .collect()
    }
}

/// An edit of a line of text, for keys that the prompt's own bindings leave.
pub fn edit(event: KeyEvent) -> Option<InputRequest> {
    let control = event.modifiers.contains(KeyModifiers::CONTROL);
    let alt = event.modifiers.contains(KeyModifiers::ALT);
    Some(match event.code {
        KeyCode::Char('a') if control => InputRequest::GoToStart,
        KeyCode::Char('e') if control => InputRequest::GoToEnd,
        KeyCode::Char('u') if control => InputRequest::DeleteFromStart,
        KeyCode::Char('k') if control => InputRequest::DeleteTillEnd,
        KeyCode::Char('w') if control => InputRequest::DeletePrevWord,
        KeyCode::Char('h') if control => InputRequest::DeletePrevChar,
        KeyCode::Char('b') if alt => InputRequest::GoToPrevWord,
        KeyCode::Char('f') if alt => InputRequest::GoToNextWord,
        KeyCode::Char(ch) if !control && !alt => InputRequest::InsertChar(ch),
        KeyCode::Backspace => InputRequest::DeletePrevChar,
        KeyCode::Delete => InputRequest::DeleteNextChar,
        KeyCode::Left => InputRequest::GoToPrevChar,
        KeyCode::Right => InputRequest::GoToNextChar,
        KeyCode::Home => InputRequest::GoToStart,
        KeyCode::End => InputRequest::GoToEnd,
        _ => return None,
    })
}

/// Whether all of a recording was shown: what is left is to see it again.
fn at_end(model: &Model) -> bool {
    model.recording().is_some_and(Replay::at_end)
}

/// A hint's place in the footer, where it has one: what the user is in the middle of, a selection or a search, comes first.
fn foot(model: &Model, binding: &Binding) -> Option<u8> {
    let selects = model.log.selection.is_some() && model.dialog.is_none();
    match (binding.context, binding.action) {
        (Context::Lines, Action::Copy | Action::Write) | (Context::Global, Action::Back) if selects => {
            Some(0)
        }
        (Context::Global, Action::Down) if selects => Some(1),
        (Context::Lines, Action::Raw) if model.log.raw => Some(1),
        (Context::Global, Action::Dismiss) if is_put_aside(model) => Some(1),
        // What hides lines is taken away again by a key that is seen even where few are.
        (Context::Lines, Action::Unfold | Action::Unfilter) => Some(2),
        (Context::Global, Action::ResetPanes) if model.hides_panes() => Some(12),
        (Context::Global, Action::SearchNext) if model.log.finder.is_some() => Some(1),
        (Context::Build | Context::StagePage, Action::Retry) if model.fix_worked() => Some(0),
        (Context::Replay, Action::Rewind) if at_end(model) => Some(1),
        _ => Some(binding.foot).filter(|foot| *foot > 0),
    }
}

#[cfg(test)]
mod tests;
