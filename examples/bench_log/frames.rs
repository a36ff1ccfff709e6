//! Time of a frame, drawn without a terminal.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::time::{Duration, Instant};

use ktui::event::Timed;
use ktui::locale::Lang;
use ktui::model::Model;
use ktui::model::action::Action;
use ktui::model::text::News;
use ktui::text::index::Indexer;
use ktui::text::store::Shelf;
use ktui::theme::Theme;
use ktui::view::{self, Glyphs, Look};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::{Outcome, ms};

/// The log as a shelf, for drawing without a terminal.
struct Standing(File);

impl Shelf for Standing {
    fn put(&mut self, _bytes: &[u8]) -> std::io::Result<u64> {
        Err(std::io::ErrorKind::ReadOnlyFilesystem.into())
    }

    fn get(&self, place: u64, bytes: &mut [u8]) -> std::io::Result<()> {
        std::os::unix::fs::FileExt::read_exact_at(&self.0, bytes, place)
    }
}

/// Times of a frame at 200×60, at places all over the log; answers with what 99 of 100 stay below.
pub(crate) fn measure(log: &Path) -> Outcome<Duration> {
    let mut file = File::open(log)?;
    let mut indexer = Indexer::new(0);
    let mut blocks = Vec::new();
    let mut room = vec![0; 1 << 18];
    while let got @ 1.. = file.read(&mut room)? {
        indexer.feed(&room[..got], &mut blocks);
    }
    blocks.extend(indexer.finish(Some(b'\n')));
    let start = Timed { at: Duration::ZERO, event: ktui::event::Event::Marker(String::new()) };
    let mut model = Model::text("big.log", start, Box::new(Standing(file)));
    let update = |model: &mut Model, input| drop(model.update(Duration::ZERO, input));
    update(&mut model, ktui::model::Input::Text(News::Blocks(blocks)));
    update(&mut model, ktui::model::Input::Text(News::Counted));
    let (theme, _) = Theme::load("ktui-dark.yaml", include_str!("../../themes/ktui-dark.yaml"));
    let theme = theme.ok_or("the theme is valid")?;
    let keymap = ktui::keymap::Keymap::default();
    let look = Look { theme: &theme, glyphs: Glyphs::of(true), lang: Lang::En, home: "", keymap: &keymap };
    let area = Rect::new(0, 0, 200, 60);
    let mut times = Vec::new();
    let lines = model.log.len();
    for step in 0..1000u64 {
        if step % 10 == 0 {
            model.log.reveal(step.wrapping_mul(7_919_000_003) % lines);
        } else {
            update(&mut model, ktui::model::Input::Action(Action::PageUp));
        }
        let begin = Instant::now();
        view::fit(&mut model, area);
        let mut buffer = Buffer::empty(area);
        view::frame(&mut model, look, area, &mut buffer);
        times.push(begin.elapsed());
    }
    times.sort();
    println!(
        "\nframe at 200x60: median {:.2} ms, 99 of 100 under {:.2} ms, slowest {:.2} ms",
        ms(times[500]),
        ms(times[990]),
        ms(times[999])
    );
    Ok(times[990])
}
