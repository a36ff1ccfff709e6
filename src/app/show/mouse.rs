//! The mouse: the wheel over a pane, clicks on rows, names and times, borders that are dragged.

use std::io;

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Position;

use super::{Show, look};
use crate::model::{self, Pane};
use crate::view::{self, layout::Border};

/// Rows that one notch of the wheel scrolls.
const NOTCH: isize = 3;

/// A border that the mouse holds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Held {
    border: Border,
    moved: bool,
}

impl Show {
    pub(super) fn mouse(&mut self, mouse: MouseEvent) -> io::Result<()> {
        let place = Position { x: mouse.column, y: mouse.row };
        match (mouse.kind, self.held) {
            (MouseEventKind::Down(MouseButton::Left), _) => {
                let border = self.layout.as_ref().and_then(|layout| layout.border_at(place));
                self.held = border
                    .filter(|_| self.model.dialog.is_none())
                    .map(|border| Held { border, moved: false });
                if self.held.is_none() { self.click(place) } else { Ok(()) }
            }
            (MouseEventKind::Drag(MouseButton::Left), Some(held)) => {
                self.held = Some(Held { moved: true, ..held });
                let edge = held.border.edge;
                self.input(model::Input::Drag(edge.split, held.border.cells_at(place), edge.total))
            }
            (MouseEventKind::Up(_), Some(held)) => {
                self.held = None;
                if held.moved { Ok(()) } else { self.click(place) }
            }
            (MouseEventKind::Drag(MouseButton::Left), None) => match self.row_at(place) {
                Some((Pane::Log, row)) => self.input(model::Input::DragLog(row)),
                _ => Ok(()),
            },
            (MouseEventKind::ScrollUp, _) => self.wheel(place, -NOTCH),
            (MouseEventKind::ScrollDown, _) => self.wheel(place, NOTCH),
            _ => Ok(()),
        }
    }

    fn row_at(&self, place: Position) -> Option<(Pane, usize)> {
        self.layout.as_ref().and_then(|layout| view::at(&self.model, layout, place))
    }

    fn wheel(&mut self, place: Position, rows: isize) -> io::Result<()> {
        match self.row_at(place) {
            Some((pane, _)) => self.input(model::Input::Wheel(pane, rows)),
            None => Ok(()),
        }
    }

    fn click(&mut self, place: Position) -> io::Result<()> {
        let Some(layout) = self.layout else { return Ok(()) };
        let column = view::column_at(&self.model, &layout, place);
        let tab = view::tab_at(&self.model, &look(&self.setup), &layout, place);
        let input = match (column, tab, view::at(&self.model, &layout, place)) {
            (Some(column), ..) => model::Input::ClickTime(column),
            (None, Some(pane), _) => model::Input::Click(pane, usize::MAX),
            (None, None, Some((pane, row))) => model::Input::Click(pane, row),
            (None, None, None) => return Ok(()),
        };
        self.input(input)
    }
}
