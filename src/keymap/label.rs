//! What a key does at the moment, where that is more particular than the table of keys can say.

use super::Binding;
use crate::locale::ui::Say;
use crate::model::action::{Action, Context};
use crate::model::dialog::{Dialog, Question};
use crate::model::findings::Standing;
use crate::model::log::Wanted;
use crate::model::replay::Replay;
use crate::model::start::{OfferKind, Start};
use crate::model::{Model, Phase};

/// Whether the selected finding was put aside.
pub(super) fn is_put_aside(model: &Model) -> bool {
    model.findings.current().is_some_and(|entry| entry.standing == Standing::Dismissed)
}

/// What Enter does to the selected offer.
pub(super) fn start_label(start: &Start, binding: &Binding) -> Say {
    let selected = start.offers.get(start.selected).map(|offer| offer.kind);
    match (binding.context, binding.action, selected) {
        (Context::Start, Action::Open, Some(OfferKind::Attach)) => Say::KeyAttach,
        (Context::Start, Action::Open, Some(OfferKind::Resume)) => Say::KeyResume,
        (Context::Start, Action::Open, Some(OfferKind::Plan)) => Say::KeySetUp,
        (Context::Start, Action::Open, Some(OfferKind::Tour)) => Say::KeyBeginTour,
        (Context::Start, Action::Open, Some(OfferKind::Unfit)) => Say::KeyWhyUnfit,
        _ => binding.short,
    }
}

/// The same in the words of the help.
pub(super) fn long_label(model: &Model, binding: &Binding) -> Say {
    let particular = label(model, binding);
    if particular == binding.short { binding.long } else { particular }
}

/// Some keys do something more particular than the table can say.
pub(super) fn label(model: &Model, binding: &Binding) -> Say {
    match (&model.dialog, binding.action) {
        (Some(Dialog::Ask(Question::Retry { .. })), Action::Accept) => Say::KeyRetry,
        (Some(Dialog::Ask(Question::Cancel { .. })), Action::Accept) => Say::KeyCancel,
        (Some(Dialog::Ask(Question::Skip { .. })), Action::Accept) => Say::KeySkip,
        (Some(Dialog::Ask(Question::Cancel { .. })), Action::Back) => Say::KeyNo,
        (None, Action::Accept) => match model.log.prompt.as_ref().map(|prompt| &prompt.wanted) {
            Some(Wanted::Place | Wanted::Moment) => Say::KeyGoTo,
            Some(Wanted::Filter(_)) => Say::KeyFilterIn,
            Some(Wanted::Note(_) | Wanted::File) => Say::KeyKeep,
            Some(Wanted::Pattern) => Say::KeySearch,
            None => binding.short,
        },
        (None, Action::Down) if model.log.selection.is_some() => Say::KeySelectMore,
        (None, Action::Raw) if model.log.raw => Say::KeyRawOff,
        (None, Action::Dismiss) if is_put_aside(model) => Say::KeyBringBack,
        (None, Action::Play) if model.recording().is_some_and(Replay::playing) => Say::KeyPause,
        (None | Some(Dialog::Read(_)), Action::Retry) if matches!(model.phase, Phase::Held(_)) => {
            Say::KeyAcceptRun
        }
        (None, Action::Rewind) if model.recording().is_some_and(Replay::at_end) => Say::KeyFromStart,
        (None, Action::Back) if model.log.selection.is_some() => Say::KeyCancelDialog,
        (Some(Dialog::Fix(fix)), Action::Back) if fix.blocked().is_some() => Say::KeyAcceptClose,
        _ => binding.short,
    }
}
