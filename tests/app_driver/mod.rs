//! Drives the app's model as a user and a runner would: events in, keys in, screen out. No terminal, no time.
#![allow(dead_code, unreachable_pub, reason = "each test file uses its own part")]

pub mod start;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use ktui::diagnose::fact::Ask;
use ktui::diagnose::finding::{Also, Evidence, Finding};
use ktui::diagnose::rule::{Category, Kind, Risk, Severity};
use ktui::diagnose::why_not::{Place, Verdict, Why};
use ktui::event::{
    Answer, Event, Fact, Made, Note, Outcome, Program, RunEnded, RunKind, RunStarted, SessionStart,
    StageOutline, Timed,
};
use ktui::keymap::{Keymap, Press};
use ktui::locale::Lang;
use ktui::model::action::Action;
use ktui::model::effect::Screen;
use ktui::model::effect::{Desk, Effect, World};
use ktui::model::findings::{Diagnose, NewDiagnosis};
use ktui::model::replay::Replay;
use ktui::model::{Input, Model};
use ktui::remedy::Fix;
use ktui::theme::{Depth, Theme};
use ktui::view::{self, Glyphs, Look};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

#[derive(Clone)]
/// A diagnosis that knows one failure: a line that ends in `command not found`.
struct Table {
    lines: Vec<String>,
    partial: String,
    stage: String,
    found: Vec<Finding>,
    zh: bool,
}

impl Diagnose for Table {
    fn fork(&self) -> Option<Box<dyn Diagnose>> {
        Some(Box::new(self.clone()))
    }

    fn output(&mut self, bytes: &[u8]) {
        self.partial.push_str(&String::from_utf8_lossy(bytes));
        while let Some(end) = self.partial.find('\n') {
            let line: String = self.partial.drain(..=end).collect();
            self.lines.push(ktui::text::plain::clean(line.trim_end().as_bytes()).into_owned());
            let text = self.lines.last().cloned().unwrap_or_default();
            if let Some(tool) = text.strip_suffix(": command not found") {
                let tool = tool.rsplit(' ').next().unwrap_or_default().to_owned();
                self.found.push(self.finding(&tool, &text));
            }
        }
    }

    fn began(&mut self, run: &RunStarted) {
        self.stage.clone_from(&run.stage);
    }

    fn ended(&mut self, _run: &RunStarted, end: &RunEnded) {
        if end.outcome.is_ok() {
            for finding in &mut self.found {
                finding.severity =
                    finding.severity.min(if finding.evidence.stage.as_deref() == Some(&self.stage) {
                        Severity::Error
                    } else {
                        finding.severity
                    });
            }
        }
    }

    fn fact(&mut self, fact: &Fact) {
        for finding in &mut self.found {
            for (ask, answer) in &mut finding.facts {
                if *ask == fact.ask {
                    *answer = Some(fact.answer.clone());
                }
            }
        }
    }

    fn finish(&mut self) {}

    fn speak(&mut self, lang: Lang) {
        self.zh = lang == Lang::Zh;
        let again: Vec<Finding> = self.found.drain(..).collect();
        self.found = again
            .into_iter()
            .map(|old| {
                let new = self.finding(old.subject(), &old.evidence.text);
                Finding { title: new.title, explain: new.explain, ..old }
            })
            .collect();
    }

    fn why_not(&self, place: Place<'_>) -> Vec<Verdict> {
        let text = &place.rows[place.at];
        let why = if text.contains("command not found") {
            Why::Fact { ask: "which yq".into(), answer: Answer::Is("/usr/bin/yq".into()) }
        } else {
            Why::Lacks("no such file or directory".into())
        };
        vec![Verdict {
            rule: "tool.wrong".into(),
            title: self.pick("Another program of this name", "同名的另一个程序"),
            why,
        }]
    }

    fn questions(&self) -> Vec<Ask> {
        let open =
            self.found.iter().flat_map(|finding| &finding.facts).filter(|(_, answer)| answer.is_none());
        open.filter_map(|(ask, _)| ask.parse().ok()).collect()
    }

    fn findings(&self) -> Vec<Finding> {
        self.found.clone()
    }

    fn fixes(&self, finding: &Finding) -> Vec<Fix> {
        let tool = finding.subject();
        vec![
            Fix {
                id: "install".into(),
                title: if self.zh { format!("安装 {tool}") } else { format!("Install {tool}") },
                risk: Risk::System,
                commands: vec![
                    format!("curl -fsSL -o /usr/local/bin/{tool} https://example.org/{tool}_linux_amd64"),
                    format!("chmod 755 /usr/local/bin/{tool}"),
                ],
                env: BTreeMap::new(),
                guide: String::new(),
                verify: format!("{tool} --version"),
            },
            Fix {
                id: "read".into(),
                title: if self.zh { "自行安装".into() } else { "Install it by hand".into() },
                risk: Risk::Safe,
                commands: Vec::new(),
                env: BTreeMap::new(),
                guide: if self.zh {
                    "请从该项目自己的页面下载适合本机的版本。".into()
                } else {
                    "Take the release that fits the machine from the project's own page.".into()
                },
                verify: String::new(),
            },
        ]
    }
}

impl Table {
    fn pick(&self, en: &str, zh: &str) -> String {
        if self.zh { zh.to_owned() } else { en.to_owned() }
    }

    fn finding(&self, tool: &str, text: &str) -> Finding {
        let line = self.lines.len() as u64;
        let context: Vec<String> = self.lines.iter().rev().take(3).rev().cloned().collect();
        Finding {
            rule: "tool.missing".into(),
            category: Category::MissingTool,
            kind: Kind::Cause,
            severity: Severity::Error,
            confidence: 0.97,
            title: if self.zh {
                format!("找不到命令：{tool}")
            } else {
                format!("Command not found: {tool}")
            },
            explain: if self.zh {
                format!(
                    "shell 在 PATH 的各个目录中查找 {tool}，没有找到这个程序。可能是提供它的软件包没有安装，也可能是它所在的目录不在 PATH 里。"
                )
            } else {
                format!(
                    "The shell looked for {tool} in every folder of PATH and found no such program. Either the package that provides it is not installed, or it lies in a folder that this PATH lacks."
                )
            },
            evidence: Evidence {
                line,
                end_line: line,
                text: text.into(),
                stage: Some(self.stage.clone()),
                context,
                command: Some(format!("{tool} e .version")),
            },
            captures: BTreeMap::from([("subject".into(), tool.into())]),
            count: 1,
            also: vec![Also {
                line: line + 1,
                rule: "make.error".into(),
                text: "make: *** [build] Error 127".into(),
            }],
            facts: vec![(format!("which {tool}"), None)],
        }
    }
}

/// A user in front of the app, and the build behind it.
pub struct App {
    pub model: Model,
    area: Rect,
    theme: Theme,
    lang: Lang,
    glyphs: &'static Glyphs,
    pub keymap: Keymap,
    themes: Vec<Theme>,
    now: Duration,
    at: Duration,
    runs: u32,
    attempts: BTreeMap<String, u32>,
    /// Everything that the model wanted done in the world, besides resizing and asking.
    pub done: Vec<World>,
    /// Everything it wanted done on the reader's desk.
    pub kept: Vec<Desk>,
    /// Everything else it wanted.
    pub asked: Vec<Effect>,
    /// The session so far.
    pub heard: Vec<Timed>,
    /// Whether events come without a drawing after each, which is where the time goes.
    unwatched: bool,
}

fn diagnosis(lang: Lang) -> NewDiagnosis {
    Arc::new(move || {
        Box::new(Table {
            lines: Vec::new(),
            partial: String::new(),
            stage: String::new(),
            found: Vec::new(),
            zh: lang == Lang::Zh,
        })
    })
}

fn themes() -> Vec<Theme> {
    let light = Theme::load("themes/ktui-light.yaml", include_str!("../../themes/ktui-light.yaml"));
    vec![theme(), light.0.expect("the theme is valid")]
}

pub fn theme() -> Theme {
    Theme::load("themes/ktui-dark.yaml", include_str!("../../themes/ktui-dark.yaml"))
        .0
        .expect("the theme is valid")
}

impl App {
    pub fn new(cols: u16, rows: u16) -> Self {
        Self::in_lang(cols, rows, Lang::En)
    }

    pub fn in_lang(cols: u16, rows: u16, lang: Lang) -> Self {
        Self::of(Model::live("20260102-tour-ab12", diagnosis(lang), None), cols, rows, lang)
    }

    pub fn with(diagnosis: NewDiagnosis, cols: u16, rows: u16) -> Self {
        Self::of(Model::live("20260102-tour-ab12", diagnosis, None), cols, rows, Lang::En)
    }

    pub fn replay(cols: u16, rows: u16, events: Vec<Timed>) -> Self {
        Self::replay_in(cols, rows, Lang::En, events)
    }

    pub fn replay_in(cols: u16, rows: u16, lang: Lang, events: Vec<Timed>) -> Self {
        let replay = Replay::new(events, 1.0);
        Self::of(Model::replay("build.cast", replay, diagnosis(lang), None), cols, rows, lang)
    }

    fn of(model: Model, cols: u16, rows: u16, lang: Lang) -> Self {
        let area = Rect::new(0, 0, cols, rows);
        let mut app = Self {
            model,
            area,
            theme: theme(),
            lang,
            glyphs: Glyphs::of(true),
            keymap: Keymap::default(),
            themes: themes(),
            now: Duration::ZERO,
            at: Duration::ZERO,
            runs: 0,
            attempts: BTreeMap::new(),
            done: Vec::new(),
            kept: Vec::new(),
            asked: Vec::new(),
            heard: Vec::new(),
            unwatched: false,
        };
        app.fit();
        app
    }

    pub fn ascii(mut self) -> Self {
        self.glyphs = Glyphs::of(false);
        self
    }

    pub fn mono(mut self) -> Self {
        self.theme = self.theme.with_depth(Depth::Mono);
        self
    }

    /// Another theme.
    pub fn in_theme(&mut self, theme: &Theme) -> &mut Self {
        self.theme = theme.clone();
        self
    }

    pub fn resize(&mut self, cols: u16, rows: u16) {
        self.area = Rect::new(0, 0, cols, rows);
        self.fit();
    }

    fn fit(&mut self) {
        let (_, effects) = view::fit(&mut self.model, self.area);
        self.take(effects);
        // Drawing tells the model what overflows.
        self.buffer();
    }

    fn take(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::World(World::Resize { .. }) => {}
                Effect::Screen(Screen::Theme(index)) => self.theme = self.themes[index].clone(),
                Effect::Screen(Screen::NextTheme) => {
                    let at = self.themes.iter().position(|theme| theme.name == self.theme.name).unwrap_or(0);
                    self.theme = self.themes[(at + 1) % self.themes.len()].clone();
                }
                Effect::Screen(Screen::Speak(lang)) => self.speak(lang),
                Effect::Screen(Screen::NextLanguage) => {
                    self.speak(if self.lang == Lang::En { Lang::Zh } else { Lang::En });
                }
                Effect::World(World::Ask { .. }) | Effect::Screen(_) | Effect::Reader(_) => {
                    self.asked.push(effect);
                }
                Effect::World(wish) => self.done.push(wish),
                Effect::Desk(wish) => self.kept.push(wish),
            }
        }
    }

    pub fn input(&mut self, input: Input) {
        let effects = self.model.update(self.now, input);
        self.take(effects);
        while self.model.work() {}
        if !self.unwatched {
            self.fit();
        }
    }

    /// What happens while nobody looks: the screen is drawn once, after it.
    pub fn unwatched(&mut self, happens: impl FnOnce(&mut Self)) {
        self.unwatched = true;
        happens(self);
        self.unwatched = false;
        self.fit();
    }

    /// Real time goes on.
    pub fn wait(&mut self, millis: u64) {
        self.now += Duration::from_millis(millis);
        self.input(Input::Tick);
    }

    pub fn speak(&mut self, lang: Lang) {
        self.lang = lang;
        self.model.speak(lang);
    }

    /// The name of the theme in use.
    pub fn theme_name(&self) -> &str {
        &self.theme.name
    }

    /// Writes a text, a key a character.
    pub fn writes(&mut self, text: &str) -> &mut Self {
        for ch in text.chars() {
            let key = if ch == ' ' { "space".to_owned() } else { ch.to_string() };
            self.keys(&key);
        }
        self
    }

    /// Presses keys, written as in the keymap and separated by blanks.
    pub fn keys(&mut self, keys: &str) -> &mut Self {
        for key in keys.split(' ') {
            let event = Press::read(key).unwrap_or_else(|| panic!("{key} is no key")).event();
            match self.keymap.input(&self.model, event) {
                Some(Input::Action(Action::Palette)) => {
                    let names: Vec<&str> = self.themes.iter().map(|theme| theme.name.as_str()).collect();
                    let at = names.iter().position(|name| *name == self.theme.name).unwrap_or(0);
                    self.input(self.keymap.palette(&self.model, &names, at));
                }
                Some(input) => self.input(input),
                None => {}
            }
        }
        self
    }

    pub fn event(&mut self, event: Event) {
        let timed = Timed { at: self.at, event };
        self.now = self.now.max(self.at);
        self.heard.push(timed.clone());
        self.input(Input::Events(vec![timed]));
    }

    /// Session time goes on.
    pub fn after(&mut self, seconds: u64) -> &mut Self {
        self.at += Duration::from_secs(seconds);
        self
    }

    pub fn session(&mut self) -> &mut Self {
        self.event(Event::Note(Note::Session(start(self.lang))));
        self
    }

    pub fn begins(&mut self, kind: RunKind, stage: &str, command: &str) -> &mut Self {
        self.runs += 1;
        let attempt = self.attempts.entry(stage.to_owned()).or_insert(0);
        if kind == RunKind::Stage {
            *attempt += 1;
        }
        let attempt = (*attempt).max(1);
        self.event(Event::Note(Note::RunStarted(run(self.runs, kind, stage, attempt, command))));
        self
    }

    pub fn prints(&mut self, text: &str) -> &mut Self {
        self.event(Event::Output(text.replace('\n', "\r\n")));
        self
    }

    pub fn ends(&mut self, outcome: Outcome, exit: i32, millis: u64) -> &mut Self {
        self.event(Event::Note(Note::RunEnded(ended(self.runs, outcome, exit, millis))));
        self
    }

    /// A stage left programs, each with its size and machine.
    pub fn makes(&mut self, stage: &str, programs: &[(&str, u64, &str)]) -> &mut Self {
        let program = |(path, size, arch): &(&str, u64, &str)| Program {
            path: PathBuf::from("/home/ada/src/k3s").join(path),
            size: *size,
            arch: (*arch).into(),
        };
        let programs = programs.iter().map(program).collect();
        self.event(Event::Note(Note::Made(Made { stage: stage.into(), programs })));
        self
    }

    /// Step mode holds a stage back.
    pub fn holds(&mut self, stage: &str, command: &str) -> &mut Self {
        self.event(Event::Note(Note::Before(run(self.runs + 1, RunKind::Stage, stage, 1, command))));
        self
    }

    pub fn waits(&mut self, stage: &str) -> &mut Self {
        self.event(Event::Note(Note::Waiting { stage: stage.into() }));
        self
    }

    pub fn tells(&mut self, ask: &str, answer: Answer) -> &mut Self {
        self.event(Event::Note(Note::Fact(Fact { ask: ask.into(), answer })));
        self
    }

    pub fn buffer(&mut self) -> Buffer {
        let mut buffer = Buffer::empty(self.area);
        let look = Look {
            theme: &self.theme,
            glyphs: self.glyphs,
            lang: self.lang,
            home: "/home/ada",
            keymap: &self.keymap,
        };
        view::frame(&mut self.model, look, self.area, &mut buffer);
        buffer
    }

    /// What is on the screen, row by row.
    pub fn screen(&mut self) -> String {
        text(&self.buffer())
    }
}

/// A buffer as text; the second column of a wide character is left out.
pub fn text(buffer: &Buffer) -> String {
    use unicode_width::UnicodeWidthStr;
    let area = buffer.area;
    let mut screen = String::new();
    for y in area.top()..area.bottom() {
        let mut row = String::new();
        let mut x = area.left();
        while x < area.right() {
            let symbol = buffer[(x, y)].symbol();
            row.push_str(symbol);
            x += symbol.width().max(1) as u16;
        }
        screen.push_str(row.trim_end());
        screen.push('\n');
    }
    screen
}

/// The beginning of a session; plans have their titles in both languages, and a session those of its own.
fn start(lang: Lang) -> SessionStart {
    let pick = |en: &str, zh: &str| if lang == Lang::En { en.to_owned() } else { zh.to_owned() };
    let stage = |id: &str, title: (&str, &str), explain: (&str, &str)| StageOutline {
        id: id.into(),
        title: pick(title.0, title.1),
        explain: pick(explain.0, explain.1),
        skipped: (id == "generate")
            .then(|| pick("this tree has no scripts/generate", "此源码树没有 scripts/generate")),
        ..StageOutline::default()
    };
    SessionStart {
        ktui: "0.1.0".into(),
        plan: "k3s-native".into(),
        dir: PathBuf::from("/home/ada/src/k3s"),
        target: "local".into(),
        stages: vec![
            stage(
                "download",
                ("Fetch charts and sources", "获取 chart 与源码"),
                ("Reads go.mod and fetches what the build needs.", "读取 go.mod，获取构建所需的内容。"),
            ),
            stage("generate", ("Generate code", "生成代码"), ("", "")),
            stage(
                "build",
                ("Compile", "编译"),
                (
                    "Compiles k3s with cgo; needs a C compiler and about 4 GiB of memory.",
                    "以 cgo 编译 k3s；需要 C 编译器和约 4 GiB 内存。",
                ),
            ),
            stage(
                "package-cli",
                ("Package", "打包"),
                ("Puts the parts into one self-extracting binary.", "把各部分合成一个自解压的程序。"),
            ),
        ],
        inputs: BTreeMap::new(),
        resumes: None,
    }
}

pub fn run(number: u32, kind: RunKind, stage: &str, attempt: u32, command: &str) -> RunStarted {
    let fix = matches!(kind, RunKind::Fix | RunKind::Verify).then(|| "tool.missing/install".to_owned());
    RunStarted {
        run: number,
        kind,
        stage: stage.into(),
        attempt,
        command: command.into(),
        shell: "bash -euo pipefail".into(),
        dir: PathBuf::from("/home/ada/src/k3s"),
        target: String::new(),
        env: BTreeMap::from([("GOFLAGS".into(), "-p=2".into())]),
        title: if fix.is_some() { "Install yq".into() } else { String::new() },
        fix,
    }
}

pub fn ended(run: u32, outcome: Outcome, exit: i32, millis: u64) -> RunEnded {
    RunEnded { run, outcome, exit: Some(exit), signal: None, why: None, millis }
}

/// A build whose second stage runs.
pub fn running(app: &mut App) {
    app.session();
    app.begins(RunKind::Stage, "download", "./scripts/download");
    app.prints("+ ./scripts/download\nfetching traefik-crd-34.2.1.tgz\n\x1b[32mok\x1b[0m\n");
    app.after(41).ends(Outcome::Passed, 0, 41_200);
    app.begins(RunKind::Stage, "build", "./scripts/build");
    app.prints("+ ./scripts/build\nBuilding k3s\n");
    for number in 1..=30 {
        app.prints(&format!("\x1b[36mcompile\x1b[0m pkg/agent/part{number:02}.go\n"));
    }
    app.after(134).prints("progress 10 %\rprogress 62 %");
}

/// The same build after its stage failed for want of a tool.
pub fn failed(app: &mut App) {
    running(app);
    app.prints("\nscripts/version.sh: line 13: yq: command not found\nmake: *** [build] Error 127\n");
    app.ends(Outcome::Failed, 127, 134_900);
    app.waits("build");
}
