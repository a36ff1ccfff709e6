//! What the log pane says about itself: filters and folds that are on, what is hidden behind a line, what was taken.

use super::Look;
use crate::locale::ui::{Say, Tell};
use crate::model::log::{Behind, FoldBy, LogView};
use crate::model::{Clipboard, NoticeKind};

/// What is on, as short as a pane's title needs it: filters as they were written, raw, repeats as one.
pub(super) fn chips(look: &Look<'_>, log: &LogView) -> Vec<String> {
    let filters = log.sift.filters.list.iter();
    let mut chips: Vec<String> = filters
        .map(|filter| format!("{}{}", if filter.wanted { "&" } else { "!" }, filter.pattern))
        .collect();
    if log.sift.filters.around > 0 && chips.iter().any(|chip| chip.starts_with('&')) {
        chips.push(format!("±{}", log.sift.filters.around));
    }
    if log.sift.collapses() {
        chips.push(look.t(Say::CollapseOn).to_owned());
    }
    if log.raw {
        chips.push(look.t(Say::Raw).to_owned());
    }
    chips
}

/// How much is seen of how much, where something is hidden.
pub(super) fn count(look: &Look<'_>, log: &LogView) -> Option<String> {
    let (count, of, complete) = log.sifted()?;
    let said = look.say(Tell::Shows { count, of });
    Some(if complete { said } else { format!("{said} {} {}", look.glyphs.dot, look.t(Say::Sifting)) })
}

/// What stands behind a line, for its end.
pub(super) fn behind(look: &Look<'_>, behind: Behind) -> String {
    let mut parts = Vec::new();
    if behind.repeats > 0 {
        parts.push(look.say(Tell::Repeats { count: behind.repeats + 1 }));
    }
    if behind.folded > 0 {
        parts.push(format!("{} {}", look.glyphs.running, look.say(Tell::FoldOf { count: behind.folded })));
    }
    if behind.findings > 0 {
        let said = look.say(Tell::FoldFindings { count: behind.findings });
        parts.push(format!("{} {said}", look.glyphs.failed));
    }
    parts.join("  ")
}

/// A message about what was done to the log.
pub(super) fn notice(look: &Look<'_>, kind: &NoticeKind) -> String {
    let kilobytes = |bytes: u64| bytes.div_ceil(1000);
    match kind {
        NoticeKind::NoFilter => look.t(Say::NoticeNoFilter).to_owned(),
        NoticeKind::NoFold => look.t(Say::NoticeNoFold).to_owned(),
        NoticeKind::NoBookmark => look.t(Say::NoticeNoBookmark).to_owned(),
        NoticeKind::NoFile => look.t(Say::NoticeNoFile).to_owned(),
        NoticeKind::NotFound(path) => look.say(Tell::NoticeNotFound { path }),
        NoticeKind::Folded(FoldBy::Stage) => look.t(Say::FoldedStages).to_owned(),
        NoticeKind::Folded(FoldBy::Command) => look.t(Say::FoldedCommands).to_owned(),
        NoticeKind::Folded(FoldBy::Step) => look.t(Say::FoldedSteps).to_owned(),
        NoticeKind::Around(count) => look.say(Tell::NoticeAround { count: *count }),
        NoticeKind::TooMuch(bytes) => look.say(Tell::NoticeTooMuch { kilobytes: kilobytes(*bytes) }),
        NoticeKind::Copied(count, bytes, to) => {
            let (count, kilobytes) = (*count, kilobytes(*bytes));
            look.say(match to {
                Clipboard::Terminal => Tell::NoticeCopied { count, kilobytes },
                Clipboard::Program(program) => Tell::NoticeCopiedWith { count, kilobytes, program },
                Clipboard::File(path) => Tell::NoticeCopiedFile { count, path },
            })
        }
        NoticeKind::Written(count, path) => look.say(Tell::NoticeWritten { count: *count, path }),
        NoticeKind::Opened(editor, place) => look.say(Tell::NoticeOpened { place, editor }),
        _ => look.t(Say::NoticeUnfolded).to_owned(),
    }
}
