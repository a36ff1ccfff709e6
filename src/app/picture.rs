//! One frame of a recording without a terminal: for the README's pictures, and for looking at one's work.

use std::time::Duration;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::open::open_whole;
use super::show::look;
use super::{Recording, Setup};
use crate::keymap::Press;
use crate::locale::{Fault, both};
use crate::model::Input;
use crate::model::action::Action;
use crate::model::effect::{Effect, Screen};
use crate::view;
use crate::view::svg::{Palette, svg};

/// Draws the recording at its place after these keys (as the keymap writes them) at `cols`×`rows`, as SVG.
///
/// # Errors
/// A key that is none, or a key that leaves the app.
pub fn picture(
    recording: Recording,
    (cols, rows): (u16, u16),
    keys: &[&str],
    setup: &Setup,
) -> anyhow::Result<String> {
    let name = recording.name.clone();
    let buffer = draw(recording, (cols, rows), keys, setup)?;
    let ground = setup.theme.ground;
    let dark = ground.0 < 128;
    let text = if dark { (0xc0, 0xca, 0xf5) } else { (0x24, 0x29, 0x33) };
    Ok(svg(&buffer, Palette { ground, text }, &format!("ktui: {name}")))
}

fn draw(
    recording: Recording,
    (cols, rows): (u16, u16),
    keys: &[&str],
    setup: &Setup,
) -> anyhow::Result<Buffer> {
    let area = Rect::new(0, 0, cols, rows);
    let mut model = open_whole(recording, setup)?;
    let mut buffer = Buffer::empty(area);
    let mut now = Duration::ZERO;
    let mut show = |model: &mut crate::model::Model| {
        while model.work() {}
        buffer = Buffer::empty(area);
        view::fit(model, area);
        view::frame(model, look(setup), area, &mut buffer);
    };
    show(&mut model);
    for key in keys {
        let event = Press::read(key)
            .map(Press::event)
            .ok_or_else(|| Fault(both!("`{key}` is no key", "`{key}` 不是按键")))?;
        now += Duration::from_millis(1);
        let input = match setup.keymap.input(&model, event) {
            Some(Input::Action(Action::Palette)) => Some(setup.palette(&model)),
            input => input,
        };
        if let Some(input) = input
            && model.update(now, input).contains(&Effect::Screen(Screen::Quit))
        {
            return Err(Fault(both!("`{key}` leaves the app", "`{key}` 会退出应用")).into());
        }
        show(&mut model);
    }
    Ok(buffer)
}
