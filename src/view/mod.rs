//! Model and theme into cells. Pure: plain functions, one file a pane; nothing is remembered between frames.
//!
//! Owns where things stand and how they look. What is shown is the model's business, what keys are hinted at the
//! keymap's (they come in as data), when to draw the app's.

mod bottom;
mod details;
mod dialog;
mod findings;
mod fixing;
mod form;
mod glyphs;
mod gutter;
mod header;
mod inquiry;
pub mod layout;
mod log;
mod page;
mod paint;
mod palette;
pub mod plain;
mod sifted;
mod stages;
mod start;
mod start_over;
mod step;
pub mod svg;
mod tabs;
mod timeline;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use crate::keymap::Keymap;
use crate::locale::Lang;
use crate::locale::ui::{Say, Tell};
use crate::model::action::{Hint, Section};
use crate::model::dialog::Fits;
use crate::model::effect::Effect;
use crate::model::{Model, Pane};
use crate::theme::{Role, Theme};
use layout::Layout;

pub use glyphs::Glyphs;
pub use start::{at as start_at, draw as draw_start};

/// How things are drawn, whatever is drawn.
#[derive(Clone, Copy)]
pub struct Look<'a> {
    /// Colours.
    pub theme: &'a Theme,
    /// Symbols and borders.
    pub glyphs: &'static Glyphs,
    /// The language.
    pub lang: Lang,
    /// The user's home folder, shown as `~`.
    pub home: &'a str,
    /// What keys do.
    pub keymap: &'a Keymap,
}

impl Look<'_> {
    /// A message.
    pub(crate) fn t(&self, say: Say) -> &'static str {
        say.text(self.lang)
    }

    /// A message with values.
    pub(crate) fn say(&self, tell: Tell<'_>) -> String {
        tell.text(self.lang)
    }

    /// A role's style.
    pub(crate) fn style(&self, role: Role) -> Style {
        self.theme.style(role)
    }

    /// A folder as people write it.
    pub(crate) fn folder(&self, dir: &std::path::Path) -> String {
        folder(dir, self.home)
    }
}

/// A folder as people write it: `~` for what lies in their home.
pub fn folder(dir: &std::path::Path, home: &str) -> String {
    let shown = dir.display().to_string();
    match shown.strip_prefix(home) {
        Some(rest) if home.len() > 1 && (rest.is_empty() || rest.starts_with('/')) => format!("~{rest}"),
        _ => shown,
    }
}

/// Everything that a frame is made from.
pub struct Screen<'a> {
    /// What is shown.
    pub model: &'a Model,
    /// How.
    pub look: Look<'a>,
    /// The keys that do something now.
    pub hints: &'a [Hint],
    /// All keys.
    pub help: &'a [Section],
}

/// What drawing found out and the model wants to know.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Drawn {
    /// Where the cursor stands, where there is one.
    pub cursor: Option<Position>,
    /// How much of the dialog is seen.
    pub dialog: Fits,
    /// How much of the details is seen.
    pub details: Fits,
}

/// Lays the panes out and lets the model know how much fits; to be done before each frame.
pub fn fit(model: &mut Model, area: Rect) -> (Layout, Vec<Effect>) {
    let layout = layout::lay(area, model);
    model.laid(layout.shape, layout.edges());
    if let Some(area) = layout.timeline {
        model.timeline.columns = timeline::track(model, &layout, area).width.max(1);
    }
    let effects = model.fit(layout.log_size(), layout.terminal());
    (layout, effects)
}

/// Draws one frame of a model that was fitted; returns where the cursor stands.
pub fn frame(model: &mut Model, look: Look<'_>, area: Rect, buffer: &mut Buffer) -> Option<Position> {
    let hints = look.keymap.footer(model);
    let mut help = look.keymap.help(model.is_replay());
    if model.log.is_text() {
        // Nothing was timed, so there is nothing to play.
        help.retain(|section| section.heading != Say::HelpReplay);
    }
    let layout = layout::lay(area, model);
    let drawn = draw(&Screen { model, look, hints: &hints, help: &help }, &layout, buffer);
    model.drawn(drawn.dialog, drawn.details);
    drawn.cursor
}

/// What the terminal's window is called.
pub fn title(model: &Model, look: Look<'_>) -> String {
    header::title(&look, model)
}

/// Draws a whole frame.
pub fn draw(screen: &Screen<'_>, layout: &Layout, buffer: &mut Buffer) -> Drawn {
    let mut drawn = Drawn::default();
    let look = screen.look;
    if layout.too_small {
        too_small(&look, layout.area, buffer);
        return drawn;
    }
    header::draw(screen, layout.header, buffer);
    if let Some(area) = layout.tabs {
        tabs::draw(screen, area, buffer);
    }
    if let Some(area) = layout.strip {
        stages::draw_strip(screen, area, buffer);
    }
    if let Some(area) = layout.stages {
        stages::draw_list(screen, area, layout, buffer);
    }
    if let Some(area) = layout.log {
        drawn.cursor = log::draw(screen, area, layout, buffer);
    }
    if let Some(area) = layout.findings {
        findings::draw(screen, area, layout, buffer);
    }
    if let Some(area) = layout.details {
        drawn.details = details::draw(screen, area, layout, buffer);
    }
    if let Some(area) = layout.timeline {
        timeline::draw(screen, area, layout, buffer);
    }
    if let Some(cursor) = bottom::draw(screen, layout.footer, buffer) {
        drawn.cursor = Some(cursor);
    }
    if let Some(dialog) = &screen.model.dialog {
        drawn.dialog = dialog::draw(screen, dialog, layout.area, buffer);
        drawn.cursor = None;
    }
    if look.glyphs.ascii {
        paint::only_ascii(buffer, layout.area);
    }
    drawn
}

/// What the screen needs, in as many rows as the words take.
fn too_small(look: &Look<'_>, area: Rect, buffer: &mut Buffer) {
    let words = crate::text::wrap::wrap(look.t(Say::TooSmall), usize::from(area.width.max(2)));
    for (row, words) in (0u16..).zip(words).take(usize::from(area.height)) {
        let at = Rect { y: area.y + row, height: 1, ..area };
        paint::text(buffer, at, &words, look.style(Role::Warn));
    }
    if look.glyphs.ascii {
        paint::only_ascii(buffer, area);
    }
}

/// The column of the timeline at a place.
pub fn column_at(model: &Model, layout: &Layout, place: Position) -> Option<u16> {
    let track = timeline::track(model, layout, layout.timeline?);
    track.contains(place).then(|| place.x - track.x)
}

/// The pane whose name stands at a place, where one pane is shown at a time.
pub fn tab_at(model: &Model, look: &Look<'_>, layout: &Layout, place: Position) -> Option<Pane> {
    tabs::at(look, model, layout.tabs?, place)
}

/// Which pane is at a place, and which of its rows; of a list, which entry of it.
pub fn at(model: &Model, layout: &Layout, place: Position) -> Option<(Pane, usize)> {
    let (pane, row) = row_at(layout, place)?;
    let content = |area: Option<Rect>| area.map(|area| layout.frame.content(area));
    Some(match pane {
        Pane::Stages => {
            let rows = content(layout.stages).map_or(1, |area| usize::from(area.height));
            (pane, (model.stages.selected + 1).saturating_sub(rows) + row)
        }
        Pane::Findings => {
            let (list, area) = (&model.findings.list, content(layout.findings)?);
            (pane, findings::at(list, model.findings.selected, area, row).unwrap_or(usize::MAX))
        }
        _ => (pane, row),
    })
}

fn row_at(layout: &Layout, place: Position) -> Option<(Pane, usize)> {
    let inner = |area: Option<Rect>, pane| {
        let area = area.filter(|area| area.contains(place))?;
        let row = place.y.checked_sub(layout.frame.content(area).y)?;
        Some((pane, usize::from(row)))
    };
    inner(layout.stages, Pane::Stages)
        .or_else(|| inner(layout.log, Pane::Log))
        .or_else(|| inner(layout.findings, Pane::Findings))
        .or_else(|| inner(layout.details, Pane::Details))
        .or_else(|| inner(layout.timeline, Pane::Timeline))
}
