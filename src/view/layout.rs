//! Where the panes stand: columns where there is width, one below the other where there is height, one alone where
//! there is neither; as large as the user made them, as far as that leaves room for the log.

use ratatui::layout::{Position, Rect};
use unicode_width::UnicodeWidthStr as _;

use crate::model::panes::{Edge, Shape, Split};
use crate::model::{Model, Pane};

/// From this width on, stages and findings have a column of their own.
const WIDE: u16 = 110;
/// From this height on, all panes are shown one below the other.
const TALL: u16 = 44;
/// Below this width, one pane is shown at a time.
const NARROWEST: u16 = 60;
/// Below this height, too.
const LOWEST: u16 = 14;
/// From this height on, the timeline is shown beside the others.
const TIMED: u16 = 34;
/// Nothing useful is shown in less than this.
const LEAST: (u16, u16) = (30, 8);
/// The log keeps so many rows.
const LOG: u16 = 4;
/// So many rows are enough for it while something is explained below it.
const ENOUGH: u16 = 16;

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

    fn overhead(self) -> u16 {
        if self == Self::Boxed { 2 } else { 1 }
    }
}

/// A border that can be dragged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Border {
    /// The size that it changes.
    pub edge: Edge,
    /// Where it can be taken hold of.
    pub grip: Rect,
    grows: Grows,
}

/// Which way a pane grows, seen from the side that stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Grows {
    Right { from: u16 },
    Down { from: u16 },
    Up { to: u16 },
}

impl Border {
    /// The size when it is dragged to a place.
    pub fn cells_at(&self, place: Position) -> u16 {
        match self.grows {
            Grows::Right { from } => (place.x + 1).saturating_sub(from),
            Grows::Down { from } => (place.y + 1).saturating_sub(from),
            Grows::Up { to } => to.saturating_sub(place.y),
        }
    }
}

/// The areas of a frame; a pane without one is not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    /// Everything.
    pub area: Rect,
    /// What kind of screen it is.
    pub shape: Shape,
    /// Nothing useful fits.
    pub too_small: bool,
    /// How panes are set apart.
    pub frame: Frame,
    /// What is built, and how far it is.
    pub header: Rect,
    /// The panes by name, where one is shown at a time.
    pub tabs: Option<Rect>,
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
    /// Stages and findings over time.
    pub timeline: Option<Rect>,
    /// Keys, or what has to be said.
    pub footer: Rect,
    /// What can be dragged.
    pub borders: [Option<Border>; 5],
    /// Columns for the command's terminal.
    columns: u16,
}

impl Layout {
    /// How much of the log fits.
    pub fn log_size(&self) -> (u16, u16) {
        let content = self.log.map_or(Rect::new(0, 0, self.area.width, 1), |area| self.frame.content(area));
        (content.width, content.height)
    }

    /// The size for the command's terminal: as wide as the log, as high as it can get. It does not change when
    /// the focus does.
    pub fn terminal(&self) -> (u16, u16) {
        (self.columns, self.area.height.saturating_sub(4))
    }

    /// The border that is taken hold of at a place.
    pub fn border_at(&self, place: Position) -> Option<Border> {
        self.borders.iter().flatten().find(|border| border.grip.contains(place)).copied()
    }

    /// What can be moved, for the model.
    pub fn edges(&self) -> Vec<Edge> {
        self.borders.iter().flatten().map(|border| border.edge).collect()
    }

    fn border(&mut self, split: Split, size: (u16, u16), grip: Rect, grows: Grows) {
        let edge = Edge { split, cells: size.0, total: size.1 };
        if let Some(free) = self.borders.iter_mut().find(|border| border.is_none()) {
            *free = Some(Border { edge, grip, grows });
        }
    }
}

/// What kind of screen an area is.
fn shape_of(area: Rect) -> Shape {
    if area.width < NARROWEST || area.height < LOWEST {
        Shape::Single
    } else if area.width >= WIDE && area.height >= 20 {
        Shape::Wide
    } else if area.height >= TALL {
        Shape::Tall
    } else {
        Shape::Narrow
    }
}

/// Lays the panes out.
pub fn lay(area: Rect, model: &Model) -> Layout {
    let shape = shape_of(area);
    let header = Rect { height: 1.min(area.height), ..area };
    let footer = Rect { y: area.bottom().saturating_sub(1), height: 1.min(area.height), ..area };
    let body = Rect { y: area.y + 1, height: area.height.saturating_sub(2), ..area };
    let empty = Layout {
        area,
        shape,
        too_small: area.width < LEAST.0 || area.height < LEAST.1,
        frame: if shape == Shape::Wide { Frame::Boxed } else { Frame::Ruled },
        header,
        tabs: None,
        strip: None,
        stages: None,
        log: None,
        findings: None,
        details: None,
        timeline: None,
        footer,
        borders: [None; 5],
        columns: area.width,
    };
    let lay = Lay { model, shape };
    if empty.too_small {
        empty
    } else if shape == Shape::Single {
        lay.alone(Layout { tabs: Some(rows(body, 0, 1)), ..empty }, rows(body, 1, body.height - 1))
    } else if shape == Shape::Wide {
        lay.wide(empty, body)
    } else if model.zoom {
        lay.alone(empty, body)
    } else {
        lay.stacked(empty, body)
    }
}

fn rows(area: Rect, from: u16, height: u16) -> Rect {
    Rect { y: area.y + from, height, ..area }
}

/// A count as rows; no list is shown with more than this.
fn clamped(count: usize) -> u16 {
    count.min(1000) as u16
}

struct Lay<'a> {
    model: &'a Model,
    shape: Shape,
}

impl Lay<'_> {
    fn shows(&self, pane: Pane) -> bool {
        self.model.focus == pane || !self.model.panes.hides(pane)
    }

    /// The size that the user gave, or the usual one, within what there is; 0 where not even `least` fits.
    fn size(&self, split: Split, usual: u16, total: u16, (least, most): (u16, u16)) -> u16 {
        if most < least {
            return 0;
        }
        self.model.panes.cells(self.shape, split, total).unwrap_or(usual).clamp(least, most)
    }

    /// The focused pane alone.
    fn alone(&self, layout: Layout, body: Rect) -> Layout {
        let model = self.model;
        let with_details = |list: u16| (rows(body, 0, list), rows(body, list, body.height - list));
        match model.focus {
            Pane::Stages => {
                let list = clamped(model.stages.list.len()) + layout.frame.overhead();
                let (list, details) = with_details(list.min(body.height / 2));
                Layout { stages: Some(list), details: Some(details), ..layout }
            }
            Pane::Log => Layout { log: Some(body), ..layout },
            Pane::Findings => {
                let list = clamped(model.findings.list.len().max(1)) + layout.frame.overhead();
                let (list, details) = with_details(list.min(body.height / 3).max(2));
                Layout { findings: Some(list), details: Some(details), ..layout }
            }
            Pane::Details => Layout { details: Some(body), ..layout },
            Pane::Timeline => Layout { timeline: Some(body), ..layout },
        }
    }

    /// A column of stages and findings and the log beside it; the details below both, the timeline below all.
    fn wide(&self, mut layout: Layout, body: Rect) -> Layout {
        let model = self.model;
        let (stages, findings) = (self.shows(Pane::Stages), self.shows(Pane::Findings));
        let usual = (body.width * 30 / 100).max(titles(model).min(body.width * 2 / 5)).clamp(33, 50);
        let left = if stages || findings {
            self.size(Split::Column, usual, body.width, (20, body.width.saturating_sub(40)))
        } else {
            0
        };
        layout.columns = body.width.saturating_sub(left + 2);
        if model.zoom {
            return self.alone(layout, body);
        }
        let body = self.with_timeline(&mut layout, body, LOG + 4);
        let body = self.with_details(&mut layout, body);
        let column = Rect { width: left, ..body };
        if left > 0 {
            let grip = Rect { x: body.x + left - 1, width: 2, ..body };
            layout.border(Split::Column, (left, body.width), grip, Grows::Right { from: body.x });
        }
        let height = match (stages, findings) {
            (true, true) => {
                let usual = stages_rows(model).min(body.height / 2);
                let height = self.size(Split::Stages, usual, body.height, (3, body.height.saturating_sub(3)));
                let grip = rows(column, height - 1, 2);
                layout.border(Split::Stages, (height, body.height), grip, Grows::Down { from: body.y });
                height
            }
            (true, false) => body.height,
            (false, _) => 0,
        };
        layout.stages = (left > 0 && stages).then(|| rows(column, 0, height));
        layout.findings = (left > 0 && findings).then(|| rows(column, height, body.height - height));
        layout.log = Some(Rect { x: body.x + left, width: body.width - left, ..body });
        layout
    }

    /// Takes the details' part off the bottom of `body`, where they are to be shown: what the stages, the findings
    /// and the end of the log do not need.
    fn with_details(&self, layout: &mut Layout, body: Rect) -> Rect {
        if !shows_details(self.model) {
            return body;
        }
        let findings = clamped(self.model.findings.list.len()).clamp(2, 6) + 2;
        let others = (stages_rows(self.model) + findings).max(ENOUGH);
        let usual = body.height.saturating_sub(others).clamp(8, 28).min(body.height / 2);
        let details = self.size(Split::Details, usual, body.height, (3, body.height.saturating_sub(LOG + 3)));
        let top = body.height - details;
        if details > 0 {
            let grip = rows(body, top - 1, 2);
            layout.border(Split::Details, (details, body.height), grip, Grows::Up { to: body.bottom() });
            layout.details = Some(rows(body, top, details));
        }
        rows(body, 0, top)
    }

    /// Takes the timeline's part off the bottom of `body`, where it is to be shown; others keep `keep` rows.
    fn with_timeline(&self, layout: &mut Layout, body: Rect, keep: u16) -> Rect {
        let model = self.model;
        let focused = model.focus == Pane::Timeline;
        let room = self.shape != Shape::Narrow && layout.area.height >= TIMED;
        let wanted = focused || (room && !model.panes.hides(Pane::Timeline) && !model.timeline.is_empty());
        if !wanted || model.log.is_text() {
            return body;
        }
        let overhead = layout.frame.overhead();
        let stages = clamped(model.timeline.lanes().max(1));
        let usual =
            overhead + (stages + 2 + u16::from(!model.findings.list.is_empty())).min(10).min(body.height / 3);
        let most = body.height.saturating_sub(keep);
        let height = self.size(Split::Timeline, usual, body.height, (overhead + 1, most));
        if height == 0 {
            return body;
        }
        let top = body.height - height;
        layout.timeline = Some(rows(body, top, height));
        let grip = if overhead == 2 { rows(body, top - 1, 2) } else { rows(body, top, 1) };
        layout.border(Split::Timeline, (height, body.height), grip, Grows::Up { to: body.bottom() });
        rows(body, 0, top)
    }

    /// One below the other. Where there is little height, the stages are a row and only what has the focus is large.
    fn stacked(&self, mut layout: Layout, body: Rect) -> Layout {
        let model = self.model;
        let tall = self.shape == Shape::Tall;
        let whole = body.height;
        let body = self.with_timeline(&mut layout, body, LOG + 4);
        let mut top = 0;
        if !model.stages.list.is_empty() {
            if model.focus == Pane::Stages || (tall && self.shows(Pane::Stages)) {
                let usual = (clamped(model.stages.list.len()) + 1).min(body.height / 2);
                let most = body.height.saturating_sub(LOG + 2);
                top = self.size(Split::Stages, usual, whole, (2, most));
                layout.stages = (top > 0).then(|| rows(body, 0, top));
                // The row that is dragged is the first one below.
                let grows = Grows::Down { from: body.y + 1 };
                layout.border(Split::Stages, (top, whole), rows(body, top, 1), grows);
            } else if self.shows(Pane::Stages) {
                top = 1;
                layout.strip = Some(rows(body, 0, 1));
            }
        }
        let focused = matches!(model.focus, Pane::Findings | Pane::Details);
        // Whoever looks at a finding wants to see its first fix at a glance.
        let usual = if focused { (body.height * 3 / 5).max(5) } else { body.height / 3 };
        let (count, list) = (clamped(model.findings.list.len()), Split::Findings);
        let usual_list = match (focused || tall, count) {
            (true, _) => count.clamp(1, if tall { 6 } else { 3 }) + 1,
            (false, 0) => 0,
            (false, _) => count.min(2) + 1,
        };
        let most = body.height.saturating_sub(top + LOG);
        let list_shown = self.shows(Pane::Findings) && usual_list > 0;
        let least = if focused { 2 } else { usual_list.min(2) };
        let list =
            if list_shown { self.size(list, usual_list, whole, (least, most.saturating_sub(2))) } else { 0 };
        let details_shown =
            self.shows(Pane::Details) && (focused || (tall && (model.focus == Pane::Stages || count > 0)));
        let usual = usual.saturating_sub(usual_list).max(4);
        let details = if details_shown {
            self.size(Split::Details, usual, whole, (2, most.saturating_sub(list)))
        } else {
            0
        };
        let log = body.height.saturating_sub(top + list + details);
        layout.log = (log > 1).then(|| rows(body, top, log));
        layout.findings = (list > 0).then(|| rows(body, top + log, list));
        layout.details = (details > 0).then(|| rows(body, top + log + list, details));
        if let Some(area) = layout.findings {
            let grows = Grows::Up { to: area.bottom() };
            layout.border(Split::Findings, (list, whole), rows(area, 0, 1), grows);
        }
        if let Some(area) = layout.details {
            let grows = Grows::Up { to: area.bottom() };
            layout.border(Split::Details, (details, whole), rows(area, 0, 1), grows);
        }
        layout
    }
}

/// The width in which the stages' titles are read in full, beside their symbols, times and second tries. Nothing in it changes
/// while the build runs: the command's terminal gets what is left.
fn titles(model: &Model) -> u16 {
    let stages = model.stages.list.iter();
    let beside = |usual: bool| 17 + if usual { 8 } else { 0 };
    let widths = stages.map(|stage| stage.title.width() + beside(stage.usual.is_some()));
    clamped(widths.max().unwrap_or(0))
}

/// The rows that the stages need, with their frame.
fn stages_rows(model: &Model) -> u16 {
    clamped(model.stages.list.len().max(2)) + 2
}

fn shows_details(model: &Model) -> bool {
    if model.focus == Pane::Details {
        return true;
    }
    !model.panes.hides(Pane::Details)
        && match model.focus {
            Pane::Stages => !model.stages.list.is_empty(),
            Pane::Log | Pane::Timeline => {
                model.findings.current().is_some_and(crate::model::findings::Entry::blocks)
            }
            Pane::Findings | Pane::Details => true,
        }
}
