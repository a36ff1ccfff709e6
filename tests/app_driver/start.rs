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

/// Picks by language, as plans, doctor and store do.
fn pick(lang: Lang, en: &'static str, zh: &'static str) -> &'static str {
    if lang == Lang::En { en } else { zh }
}

pub fn start() -> Start {
    start_in(Lang::En)
}

pub fn start_in(lang: Lang) -> Start {
    let say = |en, zh| pick(lang, en, zh);
    let mut start = Start::new(
        "~/src/k3s",
        vec![
            offer(
                OfferKind::Attach,
                "k3s-native  2026-01-02 11:40  20260102-k3s-native-ab12",
                "/home/ada/src/k3s",
                &["download  build"],
            ),
            offer(
                OfferKind::Resume,
                "k3s-native  2026-01-01 22:05  20260101-k3s-native-9f01",
                say("interrupted in build", "在 build 中断"),
                &[],
            ),
            offer(
                OfferKind::Plan,
                say("k3s-native  k3s, built on this machine", "k3s-native  在本机构建 k3s"),
                say(
                    "scripts/version.sh is there; scripts/download is there; scripts/build is there",
                    "存在 scripts/version.sh；存在 scripts/download；存在 scripts/build",
                ),
                &["download  generate  build  package-cli"],
            ),
            offer(
                OfferKind::Tour,
                say("The tour", "导览"),
                say(
                    "A project shaped like k3s that breaks five times",
                    "一个会出错五次、与 k3s 同构的小项目",
                ),
                &[],
            ),
            offer(
                OfferKind::Unfit,
                say("k8s-local  Kubernetes by make", "k8s-local  用 make 构建 Kubernetes"),
                say("does not fit: there is no hack/lib/golang.sh", "不适用：没有 hack/lib/golang.sh"),
                &[],
            ),
            offer(
                OfferKind::Unfit,
                "cargo  Rust",
                say("does not fit: there is no Cargo.toml", "不适用：没有 Cargo.toml"),
                &[],
            ),
        ],
    );
    start.tree = say("k3s: from v1.26 on", "k3s：v1.26 及以后").into();
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
    examined_in(start, Lang::En);
}

pub fn examined_in(start: &mut Start, lang: Lang) {
    let say = |en, zh| pick(lang, en, zh);
    let why = say("the build reads it", "构建会用到它");
    let mut learn = |what: &str, found: &str, wanted: &str, state, fix| {
        start.learn(Check { why: why.into(), ..check(what, found, wanted, state, fix) });
    };
    let (absent, on_path) = (say("not there", "不存在"), say("on PATH", "在 PATH 中"));
    let mend = |title| Some(fix(title));
    learn("git", "2.43.0", on_path, CheckState::Good, None);
    let (memory, least) = (say("memory (RAM + swap)", "内存（含交换）"), say("at least 4 GiB", "至少 4 GiB"));
    learn(memory, "3.1 GiB", least, CheckState::Warning, None);
    learn("yq", absent, on_path, CheckState::Bad, mend(say("Install yq", "安装 yq")));
    learn("gcc", absent, on_path, CheckState::Bad, mend(say("Install gcc", "安装 gcc")));
    learn(say("clock", "时钟"), "2026-01-02 10:00 UTC", say("today", "今天"), CheckState::Good, None);
    start.examined = true;
}

pub fn field(name: &str, value: &str, origin: Origin, choices: &[&str]) -> Field {
    field_of(name, &format!("What {name} means for the build"), value, origin, choices)
}

pub fn field_of(name: &str, title: &str, value: &str, origin: Origin, choices: &[&str]) -> Field {
    Field {
        name: name.into(),
        title: title.into(),
        value: value.into(),
        origin,
        choices: choices.iter().map(ToString::to_string).collect(),
        secret: false,
        fault: None,
    }
}

pub fn sheet() -> Sheet {
    sheet_in(Lang::En)
}

pub fn sheet_in(lang: Lang) -> Sheet {
    let say = |en, zh| pick(lang, en, zh);
    let stage = |id: &str, title: &str, skipped: Option<&str>| StageLine {
        id: id.into(),
        title: title.into(),
        skipped: skipped.map(str::to_owned),
    };
    Sheet {
        fields: vec![
            field_of(
                "jobs",
                say("What jobs means for the build", "同时编译的包数"),
                "4",
                Origin::Default,
                &[],
            ),
            field("version", "v1.31.4+k3s1", Origin::Tree, &[]),
            field("static", "", Origin::Default, &["", "true"]),
        ],
        stages: vec![
            stage("download", say("Fetch charts and sources", "获取 chart 与源码"), None),
            stage(
                "generate",
                say("Generate code", "生成代码"),
                Some(say("the tree has no pkg/codegen", "源码树中没有 pkg/codegen")),
            ),
            stage("build", say("Compile", "编译"), None),
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
