//! What the go command says of itself.

use super::known;
use super::place::Place;
use super::tools::is_name;
use crate::event::Answer;

/// Asked outside of any tree and held to the installed version: a go.mod, or GOTOOLCHAIN, would make the command
/// fetch another toolchain before it answers. GOTOOLCHAIN itself is asked for as it is set.
pub(super) fn env(place: &Place, name: &str) -> Answer {
    if !is_name(name) {
        return Answer::Absent;
    }
    let script = "cd / && command -v go >/dev/null || exit 3
        if [ \"$1\" = GOTOOLCHAIN ]; then
            if [ -n \"${GOTOOLCHAIN-}\" ]; then printf '%s\\n' \"$GOTOOLCHAIN\"; else unset GOTOOLCHAIN; go env GOTOOLCHAIN; fi
        else GOTOOLCHAIN=local go env \"$1\"; fi";
    match place.run(&["sh", "-c", script, "sh", name], false) {
        Ok(said) if said.ok => known(said.first_line()),
        Ok(_) => Answer::Absent,
        Err(mute) => mute.without("sh"),
    }
}
