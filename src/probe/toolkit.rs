//! Whether the C compiler really finds a header or a library: a program of one line is compiled and thrown away.

use super::place::Place;
use crate::event::Answer;
use crate::locale::both;

/// The compiler of the environment, as make and cgo take it. `-xc -` reads the program from standard input.
const COMPILER: &str = "cc=${CC:-cc}; command -v ${cc%% *} >/dev/null || cc=gcc
    command -v ${cc%% *} >/dev/null || { echo none; exit; }";

pub(super) fn compiles(place: &Place, header: &str) -> Answer {
    if !is_word(header, "./_+-") {
        return Answer::Absent;
    }
    let script = format!(
        "{COMPILER}
        printf '#include <%s>\\nint main(void) {{ return 0; }}\\n' \"$1\" | $cc ${{CPPFLAGS-}} -fsyntax-only -xc - 2>/dev/null && echo true"
    );
    ask(place, &script, header)
}

pub(super) fn links(place: &Place, library: &str) -> Answer {
    if !is_word(library, "._+-:") {
        return Answer::Absent;
    }
    let script = format!(
        "{COMPILER}
        out=$(mktemp) || exit 4; trap 'rm -f \"$out\"' EXIT
        printf 'int main(void) {{ return 0; }}\\n' | $cc ${{LDFLAGS-}} -xc - -o \"$out\" -Wl,--no-as-needed \"-l$1\" 2>/dev/null && echo true"
    );
    ask(place, &script, library)
}

fn ask(place: &Place, script: &str, argument: &str) -> Answer {
    match place.run(&["sh", "-c", script, "sh", argument], false) {
        Ok(said) => match said.first_line().as_deref() {
            Some("true") => Answer::Is("true".into()),
            Some(_) => Answer::Unknown(both!("there is no C compiler to ask", "没有可询问的 C 编译器")),
            None => Answer::Absent,
        },
        Err(mute) => mute.without("sh"),
    }
}

fn is_word(text: &str, punctuation: &str) -> bool {
    !text.is_empty()
        && !text.starts_with('-')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || punctuation.contains(c))
}
