//! The loop of the start screen.

use std::io::{self, BufRead as _, Write as _};
use std::sync::Arc;
use std::thread;

use crossterm::event::{Event, EventStream, KeyEvent, KeyEventKind, MouseButton, MouseEventKind};
use futures_util::StreamExt as _;
use ratatui::layout::Position;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::Setup;
use super::show::{PASTED, look};
use super::terminal::{Terminal, listen};
use crate::keymap::{self, Press};
use crate::locale::ui::Say;
use crate::model::action::Action;
use crate::model::form::Sheet;
use crate::model::progress::Progress;
use crate::model::start::{Check, Chosen, Offer, Start};
use crate::remedy::Fix;
use crate::view;

/// What the start screen offers, and who answers its questions.
pub struct Scene {
    /// The folder, as it is to be shown.
    pub dir: String,
    /// What kind of tree it is.
    pub tree: String,
    /// What could be done.
    pub offers: Vec<Offer>,
    /// What an offered plan comes to with values of the user's.
    pub sheet: Box<Sheets>,
    /// Examines the machine, and tells each check as it ends.
    pub examine: Arc<Examine>,
    /// Keeps that the user trusts an offered plan, exactly as it was shown.
    pub trust: Box<Trust>,
    /// Runs a fix on the terminal as it stands; answers whether it worked.
    pub cure: Box<Cure>,
}

/// What a plan (an offer's index) comes to with these values.
pub type Sheets = dyn Fn(usize, &[(String, String)]) -> Sheet;
/// Looks at a machine.
pub type Examine = dyn Fn(&mut dyn FnMut(Check)) + Send + Sync;

/// Keeps the user's trust in an offer's plan.
pub type Trust = dyn Fn(usize) -> anyhow::Result<()>;

/// Runs a fix; answers whether it worked.
pub type Cure = dyn Fn(&Fix) -> anyhow::Result<bool>;

/// What the user chose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Picked {
    /// An offer that needs no values.
    Offer(usize),
    /// To build.
    Build {
        /// The plan's offer.
        offer: usize,
        /// The user's values.
        set: Vec<(String, String)>,
        /// Wait before every stage.
        step: bool,
    },
}

/// One more check, or the end of them; of the how manieth examination it is.
type News = (u32, Option<Check>);

/// Lets the user choose; `None` where they left.
///
/// # Errors
/// Where the terminal cannot be used.
pub fn choose(scene: &Scene, setup: &Setup) -> anyhow::Result<Option<Picked>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut setup = setup.clone();
        let mut start = Start::new(&scene.dir, scene.offers.clone());
        start.tree.clone_from(&scene.tree);
        let mut doctor = Doctor::new();
        let listening = listen();
        doctor.examine(scene, &mut start);
        let mut terminal = Terminal::take(&setup, listening)?;
        let mut keys = EventStream::new();
        let mut term = signal(SignalKind::terminate())?;
        let mut hangup = signal(SignalKind::hangup())?;
        loop {
            let hints = setup.keymap.start_footer(&start);
            terminal
                .draw(|area, buffer| view::draw_start(&look(&setup), &mut start, &hints, area, buffer))?;
            terminal.sign(&format!("ktui: {}", start.dir), Progress::None)?;
            let event = tokio::select! {
                event = keys.next() => event,
                news = doctor.news.recv() => {
                    doctor.tell(news, &mut start);
                    continue;
                }
                _ = term.recv() => None,
                mishap = terminal.mishap() => return Err(mishap.told(setup.shown_lang()).into()),
                _ = hangup.recv() => None,
            };
            let Some(event) = event else { return Ok(None) };
            let chosen = take(&event?, &mut start, &mut terminal, &setup)?;
            setup.take_ground(terminal.ground());
            match chosen {
                Chosen::Nothing => {}
                Chosen::Offer(index) => return Ok(Some(Picked::Offer(index))),
                Chosen::Sheet { offer, set } => start.sheet(offer, (scene.sheet)(offer, &set)),
                Chosen::Build { offer, set, step } => {
                    return Ok(Some(Picked::Build { offer, set, step }));
                }
                Chosen::Trust(offer) => {
                    (scene.trust)(offer)?;
                    start.trusted(offer);
                    start.sheet(offer, (scene.sheet)(offer, &[]));
                }
                Chosen::Cure(fix) => {
                    // The event reader must not take the keys that the fix's commands read.
                    drop(keys);
                    terminal.leave()?;
                    let done = cure(scene, &setup, &fix);
                    terminal.enter()?;
                    keys = EventStream::new();
                    done?;
                    doctor.examine(scene, &mut start);
                }
                Chosen::Left => return Ok(None),
            }
        }
    })
}

/// Runs a fix where everybody can see it, and waits until its output is read.
fn cure(scene: &Scene, setup: &Setup, fix: &Fix) -> anyhow::Result<()> {
    let lang = setup.shown_lang();
    let mut out = io::stdout();
    writeln!(out, "{}", fix.title)?;
    let said = match (scene.cure)(fix) {
        Ok(true) => Say::CureDone.text(lang).to_owned(),
        Ok(false) => Say::CureFailed.text(lang).to_owned(),
        Err(error) => format!("{error:#}"),
    };
    write!(out, "\n{said}  {} ", Say::CureBack.text(lang))?;
    out.flush()?;
    io::stdin().lock().read_line(&mut String::new())?;
    Ok(())
}

/// The doctor at work in a thread of its own.
struct Doctor {
    out: UnboundedSender<News>,
    news: UnboundedReceiver<News>,
    /// Which examination it is; what an earlier one still says counts no more.
    number: u32,
}

impl Doctor {
    fn new() -> Self {
        let (out, news) = unbounded_channel();
        Self { out, news, number: 0 }
    }

    /// Looks at the machine anew.
    fn examine(&mut self, scene: &Scene, start: &mut Start) {
        self.number += 1;
        start.checks.clear();
        start.examined = false;
        let (number, out, examine) = (self.number, self.out.clone(), Arc::clone(&scene.examine));
        thread::spawn(move || {
            // Where nobody listens any more, the user has left.
            examine(&mut |check| drop(out.send((number, Some(check)))));
            drop(out.send((number, None)));
        });
    }

    fn tell(&self, news: Option<News>, start: &mut Start) {
        match news {
            Some((number, Some(check))) if number == self.number => start.learn(check),
            Some((number, None)) if number == self.number => start.examined = true,
            _ => {}
        }
    }
}

fn take(event: &Event, start: &mut Start, terminal: &mut Terminal, setup: &Setup) -> anyhow::Result<Chosen> {
    Ok(match event {
        Event::Key(key) if key.kind != KeyEventKind::Release => {
            let mut chosen = Chosen::Nothing;
            for key in terminal.hear(*key) {
                chosen = press(key, start, terminal, setup)?;
                if chosen != Chosen::Nothing {
                    break;
                }
            }
            chosen
        }
        Event::Paste(text) if start.writes() => {
            start.paste(&text.chars().take(PASTED).collect::<String>());
            Chosen::Nothing
        }
        Event::Mouse(mouse) if mouse.kind == MouseEventKind::Down(MouseButton::Left) => {
            let place = Position { x: mouse.column, y: mouse.row };
            let offer = view::start_at(&look(setup), start, terminal.size()?, place);
            offer.map_or(Chosen::Nothing, |index| start.click(index))
        }
        Event::Mouse(mouse) if mouse.kind == MouseEventKind::ScrollUp => {
            start.wheel(-1);
            Chosen::Nothing
        }
        Event::Mouse(mouse) if mouse.kind == MouseEventKind::ScrollDown => {
            start.wheel(1);
            Chosen::Nothing
        }
        _ => Chosen::Nothing,
    })
}

fn press(key: KeyEvent, start: &mut Start, terminal: &mut Terminal, setup: &Setup) -> io::Result<Chosen> {
    Ok(match setup.keymap.action(&start.contexts(), Press::from(key)) {
        Some(Action::Suspend) => {
            terminal.leave()?;
            rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::STOP)?;
            terminal.enter()?;
            Chosen::Nothing
        }
        Some(Action::Redraw) => {
            terminal.forget()?;
            Chosen::Nothing
        }
        Some(action) => start.act(action),
        None => {
            if let Some(request) = keymap::edit(key).filter(|_| start.writes()) {
                start.edit(request);
            }
            Chosen::Nothing
        }
    })
}
