//! The target's clock and its locale.

use super::known;
use super::place::Place;
use crate::event::Answer;
use crate::locale::both;

pub(super) fn clock(place: &Place) -> Answer {
    said(place, &["date", "+%s"])
}

/// Not in the C locale, which every other question is asked in.
pub(super) fn charmap(place: &Place) -> Answer {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .find_map(|name| place.variable(name).filter(|value| !value.is_empty()));
    match locale {
        Some(locale) if place.is_local() => {
            said(place, &["env", &format!("LC_ALL={locale}"), "locale", "charmap"])
        }
        None if place.is_local() => Answer::Is("ANSI_X3.4-1968".into()),
        // Of another machine only its own login knows.
        _ => said(place, &["sh", "-lc", "unset LC_ALL; locale charmap"]),
    }
}

fn said(place: &Place, argv: &[&str]) -> Answer {
    match place.run(argv, false) {
        Ok(said) if said.ok => known(said.first_line()),
        Ok(_) => {
            let command = argv.join(" ");
            Answer::Unknown(both!("`{command}` fails", "`{command}` 失败"))
        }
        Err(mute) => mute.without(argv[0]),
    }
}
