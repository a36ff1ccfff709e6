//! The start screen with something to offer, and a user in front of it.

use std::collections::BTreeMap;

use ktui::diagnose::rule::Risk;
use ktui::keymap::{self, Keymap, Press};
use ktui::locale::Lang;
use ktui::model::form::{Field, Origin, Sheet, StageLine};
use ktui::model::start::{Check, CheckState, Chosen, Offer, OfferKind, Start};
use ktui::remedy::Fix;
use ktui::theme::Theme;
use ktui::view::{self, Glyphs, Look};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

pub fn offer(kind: OfferKind, title: &str, why: &str, details: &[&str]) -> Offer {
    Offer {
        kind,
        title: title.into(),
        why: why.into(),
        details: details.iter().map(ToString::to_string).collect(),
        untrusted: None,
    }
}

pub fn start() -> Start {
    let mut start = Start::new(
        "~/src/k3s",
        vec![
            offer(
                OfferKind::Attach,
                "k3s-native  20260102-k3s-native-ab12",
                "running  /home/ada/src/k3s",
                &["download  build"],
            ),
            offer(OfferKind::Resume, "k3s-native  20260101-k3s-native-9f01", "interrupted in build", &[]),
            offer(
                OfferKind::Plan,
                "k3s-native  k3s, built on this machine",
                "scripts/version.sh is there; scripts/download is there; scripts/build is there",
                &["download  generate  build  package-cli"],
            ),
            offer(OfferKind::Tour, "The tour", "A project shaped like k3s that breaks five times", &[]),
            offer(
                OfferKind::Unfit,
                "k8s-local  Kubernetes by make",
                "does not fit: there is no hack/lib/golang.sh",
                &[],
            ),
            offer(OfferKind::Unfit, "cargo  Rust", "does not fit: there is no Cargo.toml", &[]),
        ],
    );
    start.tree = "k3s: from v1.26 on".into();
    start
}

pub fn check(what: &str, found: &str, wanted: &str, state: CheckState, fix: Option<Fix>) -> Check {
    Check {
        what: what.into(),
        found: found.into(),
        wanted: wanted.into(),
        why: "the build reads it".into(),
        state,
        fix,
    }
}

pub fn fix(title: &str) -> Fix {
    Fix {
        id: "install".into(),
        title: title.into(),
        risk: Risk::System,
        commands: vec!["apt-get install -y yq".into()],
        env: BTreeMap::new(),
        guide: String::new(),
        verify: "yq --version".into(),
    }
}

pub fn examined(start: &mut Start) {
    start.learn(check("git", "2.43.0", "on PATH", CheckState::Good, None));
    start.learn(check("memory (RAM + swap)", "3.1 GiB", "at least 4 GiB", CheckState::Warning, None));
    start.learn(check("yq", "not there", "on PATH", CheckState::Bad, Some(fix("Install yq"))));
    start.learn(check("gcc", "not there", "on PATH", CheckState::Bad, Some(fix("Install gcc"))));
    start.learn(check("clock", "2026-01-02 10:00 UTC", "today", CheckState::Good, None));
    start.examined = true;
}

pub fn field(name: &str, value: &str, origin: Origin, choices: &[&str]) -> Field {
    Field {
        name: name.into(),
        title: format!("What {name} means for the build"),
        value: value.into(),
        origin,
        choices: choices.iter().map(ToString::to_string).collect(),
        secret: false,
        fault: None,
    }
}

pub fn sheet() -> Sheet {
    let stage = |id: &str, skipped: Option<&str>| StageLine {
        id: id.into(),
        title: format!("Stage {id}"),
        skipped: skipped.map(str::to_owned),
    };
    Sheet {
        fields: vec![
            field("jobs", "4", Origin::Default, &[]),
            field("version", "v1.31.4+k3s1", Origin::Tree, &[]),
            field("static", "", Origin::Default, &["", "true"]),
        ],
        stages: vec![
            stage("download", None),
            stage("generate", Some("the tree has no pkg/codegen")),
            stage("build", None),
        ],
        problems: Vec::new(),
    }
}

/// Presses keys; what the last one came to.
pub fn keys(start: &mut Start, keys: &str) -> Chosen {
    let keymap = Keymap::default();
    let mut last = Chosen::Nothing;
    for key in keys.split(' ') {
        let press = Press::read(key).unwrap_or_else(|| panic!("{key} is no key"));
        last = Chosen::Nothing;
        if let Some(action) = keymap.action(&start.contexts(), press) {
            last = start.act(action);
        } else if let Some(request) = keymap::edit(press.event()).filter(|_| start.writes()) {
            start.edit(request);
        }
    }
    last
}

/// The screen as a theme draws it.
pub fn drawn(start: &Start, theme: &Theme, lang: Lang, cols: u16, rows: u16) -> Buffer {
    let keymap = Keymap::default();
    let look = Look { theme, glyphs: Glyphs::of(true), lang, home: "", keymap: &keymap };
    let area = Rect::new(0, 0, cols, rows);
    let mut buffer = Buffer::empty(area);
    view::draw_start(&look, &mut start.clone(), &keymap.start_footer(start), area, &mut buffer);
    buffer
}
