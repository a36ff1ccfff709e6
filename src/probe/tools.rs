//! Commands, their versions, pkg-config modules, variables.

use super::known;
use super::place::{Mute, Place};
use crate::event::Answer;
use crate::locale::{Text, both};

/// Tools that tell their version as `TOOL version`. Others are never called that way: to some, `version` would
/// be a file to work on.
const SUBCOMMAND: &[&str] =
    &["go", "helm", "k3s", "kubectl", "openssl", "crictl", "golangci-lint", "hugo", "terraform"];

/// A word that can be a command, package or module and never an option or a piece of shell.
pub(super) fn is_name(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with('-')
        && text.chars().all(|c| c.is_alphanumeric() || "._+-/@:~".contains(c))
}

pub(super) fn which(place: &Place, tool: &str) -> Answer {
    if !is_name(tool) {
        return Answer::Absent;
    }
    if place.is_local() {
        let found = which::which_in(tool, place.variable("PATH"), &place.dir).ok();
        return known(found.map(|path| path.display().to_string()));
    }
    match place.run(&["sh", "-c", "command -v -- \"$1\"", "sh", tool], false) {
        Ok(said) => known(said.first_line().filter(|_| said.ok)),
        Err(mute) => mute.without("sh"),
    }
}

/// Starts the tool, so only what is on PATH is asked: a path out of a log may be anything.
pub(super) fn version(place: &Place, tool: &str) -> Answer {
    if !is_name(tool) {
        return Answer::Absent;
    }
    if tool.contains('/') {
        return Answer::Unknown(both!(
            "only commands on PATH are asked for their version",
            "只询问 PATH 中命令的版本"
        ));
    }
    let argument = if SUBCOMMAND.contains(&tool) { "version" } else { "--version" };
    match place.run(&[tool, argument], true) {
        Ok(said) if said.ok => match said.first_line() {
            Some(line) => Answer::Is(line),
            None => {
                Answer::Unknown(both!("`{tool} {argument}` prints nothing", "`{tool} {argument}` 没有输出"))
            }
        },
        // Through ssh or a container the missing command shows as an exit status only.
        Ok(said) if place.is_local() => Answer::Unknown(said.first_line().map_or_else(
            || both!("`{tool} {argument}` fails without a word", "`{tool} {argument}` 失败，没有任何说明"),
            Text::verbatim,
        )),
        Ok(_) => match which(place, tool) {
            Answer::Is(_) => Answer::Unknown(both!("`{tool} {argument}` fails", "`{tool} {argument}` 失败")),
            answer => answer,
        },
        Err(Mute::Missing) => Answer::Absent,
        Err(Mute::Because(why)) => Answer::Unknown(why),
    }
}

pub(super) fn pkg_config(place: &Place, module: &str) -> Answer {
    if !is_name(module) {
        return Answer::Absent;
    }
    match place.run(&["pkg-config", "--modversion", module], false) {
        Ok(said) if said.ok => known(said.first_line()),
        Ok(_) => Answer::Absent,
        Err(Mute::Missing) => {
            Answer::Unknown(both!("there is no pkg-config to ask", "没有可询问的 pkg-config"))
        }
        Err(Mute::Because(why)) => Answer::Unknown(why),
    }
}

pub(super) fn env(place: &Place, name: &str) -> Answer {
    if place.is_local() {
        return known(place.variable(name));
    }
    match place.run(&["printenv", "--", name], false) {
        Ok(said) => known(said.ok.then(|| said.text.trim_end_matches('\n').to_owned())),
        Err(mute) => mute.without("printenv"),
    }
}
