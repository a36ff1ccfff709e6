//! Where the panes stand: columns where there is width, one below the other where there is not, one alone where
//! there is neither.

use ratatui::layout::Rect;

use crate::model::{Model, Pane};

/// From this width on, stages and findings have a column of their own.
const WIDE: u16 = 110;
/// Below this, one pane is shown at a time.
const NARROWEST: u16 = 58;
/// Below this height, too.
const LOWEST: u16 = 14;

/// How panes are set apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Frame {
    /// A border all around.
    Boxed,
    /// A rule with the title above.
    Ruled,
}

impl Frame {
    /// What is left of a pane's area for its content.
    pub fn content(self, area: Rect) -> Rect {
        match self {
            Self::Boxed => Rect {
                x: area.x + 1,
                y: area.y + 1,
                width: area.width.saturating_sub(2),
                height: area.height.saturating_sub(2),
            },
            Self::Ruled => Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area },
        }
    }
}

/// The areas of a frame; a pane without one is not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    /// Everything.
    pub area: Rect,
    /// Nothing useful fits.
    pub too_small: bool,
    /// How panes are set apart.
    pub frame: Frame,
    /// What is built, and how far it is.
    pub header: Rect,
    /// The stages in one row.
    pub strip: Option<Rect>,
    /// The stages as a list.
    pub stages: Option<Rect>,
    /// The log.
    pub log: Option<Rect>,
    /// The findings as a list.
    pub findings: Option<Rect>,
    /// What is selected, in full.
    pub details: Option<Rect>,
    /// Keys, or what has to be said.
    pub footer: Rect,
}

impl Layout {
    /// How much of the log fits.
    pub fn log_size(&self) -> (u16, u16) {
        let content = self.log.map_or(Rect::new(0, 0, self.area.width, 1), |area| self.frame.content(area));
        (content.width, content.height)
    }

    /// The size for the command's terminal: as wide as the log, as high as it can get. It does not change when
    /// panes come and go.
    pub fn terminal(&self) -> (u16, u16) {
        let width = match self.frame {
            Frame::Boxed => self.area.width.saturating_sub(left_width(self.area.width) + 2),
            Frame::Ruled => self.area.width,
        };
        (width, self.area.height.saturating_sub(4))
    }
}

fn left_width(width: u16) -> u16 {
    (width * 30 / 100).clamp(33, 50)
}

/// Lays the panes out.
pub fn lay(area: Rect, model: &Model) -> Layout {
    let header = Rect { height: 1.min(area.height), ..area };
    let footer = Rect { y: area.bottom().saturating_sub(1), height: 1.min(area.height), ..area };
    let body = Rect { y: area.y + 1, height: area.height.saturating_sub(2), ..area };
    let frame = if area.width >= WIDE && area.height >= 20 { Frame::Boxed } else { Frame::Ruled };
    let empty = Layout {
        area,
        too_small: area.width < 30 || area.height < 8,
        frame,
        header,
        strip: None,
        stages: None,
        log: None,
        findings: None,
        details: None,
        footer,
    };
    if empty.too_small {
        empty
    } else if model.zoom || area.width < NARROWEST || area.height < LOWEST {
        alone(empty, body, model)
    } else if frame == Frame::Boxed {
        wide(empty, body, model)
    } else {
        narrow(empty, body, model)
    }
}

fn rows(area: Rect, from: u16, height: u16) -> Rect {
    Rect { y: area.y + from, height, ..area }
}

/// The focused pane alone.
fn alone(layout: Layout, body: Rect, model: &Model) -> Layout {
    match model.focus {
        Pane::Stages => {
            let list = (clamped(model.stages.list.len()) + overhead(layout.frame)).min(body.height / 2);
            Layout {
                stages: Some(rows(body, 0, list)),
                details: Some(rows(body, list, body.height - list)),
                ..layout
            }
        }
        Pane::Log => Layout { log: Some(body), ..layout },
        Pane::Findings => {
            let list = (clamped(model.findings.list.len().max(1)) + overhead(layout.frame))
                .min(body.height / 3)
                .max(2);
            Layout {
                findings: Some(rows(body, 0, list)),
                details: Some(rows(body, list, body.height - list)),
                ..layout
            }
        }
    }
}

/// A count as rows; no list is shown with more than this.
fn clamped(count: usize) -> u16 {
    count.min(1000) as u16
}

fn overhead(frame: Frame) -> u16 {
    if frame == Frame::Boxed { 2 } else { 1 }
}

/// A column of stages and findings, the log beside it, the details below the log.
fn wide(layout: Layout, body: Rect, model: &Model) -> Layout {
    let left = left_width(body.width);
    let column = Rect { width: left, ..body };
    let rest = Rect { x: body.x + left, width: body.width - left, ..body };
    let stages = (clamped(model.stages.list.len().max(2)) + 2).min(body.height / 2);
    let details =
        if shows_details(model) { (body.height * 2 / 5).clamp(8, 24).min(body.height / 2) } else { 0 };
    Layout {
        stages: Some(rows(column, 0, stages)),
        findings: Some(rows(column, stages, body.height - stages)),
        log: Some(rows(rest, 0, rest.height - details)),
        details: (details > 0).then(|| rows(rest, rest.height - details, details)),
        ..layout
    }
}

fn shows_details(model: &Model) -> bool {
    match model.focus {
        Pane::Stages => !model.stages.list.is_empty(),
        Pane::Log => model.findings.current().is_some_and(crate::model::findings::Entry::blocks),
        Pane::Findings => true,
    }
}

/// One below the other: stages in a row, the log, the findings; the focused one takes what it needs.
fn narrow(layout: Layout, body: Rect, model: &Model) -> Layout {
    let (strip, stages) = if model.stages.list.is_empty() {
        (None, None)
    } else if model.focus == Pane::Stages {
        (None, Some(rows(body, 0, (clamped(model.stages.list.len()) + 1).min(body.height / 2))))
    } else {
        (Some(rows(body, 0, 1)), None)
    };
    let top = strip.or(stages).map_or(0, |area| area.height);
    let focused = model.focus == Pane::Findings;
    let count = clamped(model.findings.list.len());
    let list = match (focused, count) {
        (true, _) => count.clamp(1, 3) + 1,
        (false, 0) => 0,
        (false, _) => count.min(2) + 1,
    };
    let details = if focused { (body.height / 2).saturating_sub(list).max(4) } else { 0 };
    let log = body.height.saturating_sub(top + list + details);
    Layout {
        strip,
        stages,
        log: (log > 1).then(|| rows(body, top, log)),
        findings: (list > 0).then(|| rows(body, top + log, list)),
        details: (details > 0).then(|| rows(body, top + log + list, details)),
        ..layout
    }
}
