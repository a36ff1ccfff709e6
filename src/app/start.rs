//! The loop of the start screen.

use crossterm::event::{Event, EventStream, KeyEventKind, MouseButton, MouseEventKind};
use futures_util::StreamExt as _;
use ratatui::layout::Position;
use tokio::signal::unix::{SignalKind, signal};

use super::Setup;
use super::show::look;
use super::terminal::Terminal;
use crate::keymap::Press;
use crate::model::action::{Action, Context};
use crate::model::start::{Chosen, Offer, Start};
use crate::view;

/// Lets the user choose among `offers`; `None` where they left. `dir` is the folder as it is to be shown.
///
/// # Errors
/// Where the terminal cannot be used.
pub fn choose(dir: &str, offers: Vec<Offer>, setup: &Setup) -> anyhow::Result<Option<usize>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut start = Start::new(dir, offers);
        let mut terminal = Terminal::take(setup.mouse)?;
        let mut keys = EventStream::new();
        let mut term = signal(SignalKind::terminate())?;
        let mut hangup = signal(SignalKind::hangup())?;
        loop {
            let hints = setup.keymap.start_footer();
            terminal.draw(|area, buffer| {
                view::draw_start(&look(setup), &start, &hints, area, buffer);
                None
            })?;
            let event = tokio::select! {
                event = keys.next() => event,
                _ = term.recv() => None,
                _ = hangup.recv() => None,
            };
            let Some(event) = event else { return Ok(None) };
            match take(&event?, &mut start, &mut terminal, setup)? {
                Chosen::Nothing => {}
                Chosen::Offer(index) => return Ok(Some(index)),
                Chosen::Left => return Ok(None),
            }
        }
    })
}

fn take(event: &Event, start: &mut Start, terminal: &mut Terminal, setup: &Setup) -> anyhow::Result<Chosen> {
    Ok(match event {
        Event::Key(key) if key.kind != KeyEventKind::Release => {
            match setup.keymap.action(&[Context::Start, Context::Always], Press::from(*key)) {
                Some(Action::Suspend) => {
                    terminal.leave()?;
                    rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::STOP)?;
                    terminal.enter()?;
                    Chosen::Nothing
                }
                Some(action) => start.act(action),
                None => Chosen::Nothing,
            }
        }
        Event::Mouse(mouse) if mouse.kind == MouseEventKind::Down(MouseButton::Left) => {
            let place = Position { x: mouse.column, y: mouse.row };
            let offer = view::start_at(&look(setup), start, terminal.size()?, place);
            offer.map_or(Chosen::Nothing, |index| start.click(index))
        }
        _ => Chosen::Nothing,
    })
}
