//! `ktui go`: which Go a tree needs, which are here, and how one more comes here and into use.
#![expect(clippy::disallowed_methods, reason = "reads go.sum, edits a start-up file where asked to")]

use std::collections::BTreeMap;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use reqwest::Url;

use super::args::{GoCommand, GoInstallArgs, GoUseArgs, Plain};
use super::{Caller, FAILED, OK, environment, plans};
use crate::diagnose::fact::Ask;
use crate::diagnose::rule::Risk;
use crate::event::Answer;
use crate::locale::ui::{Say, Tell};
use crate::locale::{Fault, Lang, Speak, both};
use crate::net::proxy::Proxies;
use crate::plan::disk::Folder;
use crate::plan::{Resolved, ResolvedStage};
use crate::probe::Prober;
use crate::remedy::Fix;
use crate::target::Target;
use crate::toolchain::install::{self, ARCHIVES, Step, Verified, Wanted};
use crate::toolchain::installed::{self, Origin};
use crate::toolchain::lookup::{self, Places};
use crate::toolchain::required::{self, Required};
use crate::toolchain::shell::{self, Shell};
use crate::toolchain::sumdb::Database;
use crate::toolchain::usage::usage;
use crate::toolchain::{GoVersion, module};

/// How long `go required` waits for the network.
const PATIENCE: Duration = Duration::from_secs(10);

/// Runs `ktui go …`.
pub(super) fn run(command: GoCommand, caller: Caller) -> Result<u8> {
    match command {
        GoCommand::Required { dir, offline, mirror, format } => {
            let dir = plans::tree_dir(dir, caller)?;
            let (required, failed) = of_tree(&dir, (!offline).then_some(PATIENCE), mirror);
            for failed in &failed {
                talkln!("ktui: {}", failed.said().pick(caller.lang));
            }
            if !failed.is_empty() {
                talkln!("{}", Say::GoOffline.text(caller.lang));
            }
            match format {
                Plain::Json => outln!("{:#}", json(&required)),
                Plain::Text => tell(&required, caller.lang),
            }
            Ok(if required.wanted.is_some() { OK } else { FAILED })
        }
        GoCommand::Status { dir } => status(&plans::tree_dir(dir, caller)?, caller.lang),
        GoCommand::Install(args) => install_one(&args, caller.lang),
        GoCommand::Use(args) => use_one(&args, caller.lang),
    }
}

/// ktui's own folder of toolchains.
pub(super) fn own_folder() -> Result<PathBuf> {
    let dirs = directories::ProjectDirs::from("", "", "ktui").ok_or_else(no_home)?;
    Ok(dirs.data_dir().join("go"))
}

fn no_home() -> Fault {
    Fault(both!("there is no home folder", "没有主目录"))
}

/// A setting of Go on this machine, also where there is no Go: the environment, the go command, its file.
fn go_setting(name: &str) -> Option<String> {
    let env = environment();
    if let Some(value) = env.get(name).filter(|value| !value.is_empty()) {
        return Some(value.clone());
    }
    if let Answer::Is(value) = Prober::new(Target::Local).answer(&Ask::GoEnv(name.to_owned())) {
        return Some(value);
    }
    let file = directories::BaseDirs::new()?.config_dir().join("go/env");
    let text = std::fs::read_to_string(file).ok()?;
    text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('=').map(str::to_owned))
}

fn servers() -> Vec<Url> {
    let set = go_setting("GOPROXY").map(|list| module::servers(&list)).unwrap_or_default();
    if set.is_empty() { module::servers(module::MIRROR) } else { set }
}

fn proxies() -> Proxies {
    let env = environment();
    Proxies::of(|name| env.get(name).cloned())
}

/// What a tree needs; the network is asked for as long as `patience` says.
pub(super) fn of_tree(
    dir: &Path,
    patience: Option<Duration>,
    mirrors: Vec<String>,
) -> (Required, Vec<crate::net::download::Failed>) {
    let tree = Folder::at(dir);
    let Some(pinned) = required::asks_for(&tree) else {
        return (required::required(&tree, None), Vec::new());
    };
    let cache = directories::ProjectDirs::from("", "", "ktui").map(|dirs| dirs.cache_dir().to_owned());
    let places = Places {
        module_cache: installed::module_caches(&environment()).into_iter().next(),
        cache: cache.unwrap_or_else(std::env::temp_dir),
        servers: servers(),
        mirrors,
        proxies: proxies(),
        patience,
    };
    let found = lookup::upstream(&pinned, &places);
    (required::required(&tree, found.upstream), found.failed)
}

fn json(required: &Required) -> serde_json::Value {
    let source = |source: &crate::toolchain::source::Source| {
        serde_json::json!({
            "kind": format!("{:?}", source.kind).to_lowercase(),
            "place": source.place,
            "version": source.version.to_string(),
            "line": source.line,
        })
    };
    serde_json::json!({
        "version": required.version().map(GoVersion::release),
        "exact": required.check.is_exact(),
        "checked": format!("{:?}", required.check).to_lowercase(),
        "least": required.least.as_ref().map(ToString::to_string),
        "kubernetes": required.kubernetes.as_ref().map(|pinned| pinned.release.clone()),
        "open": required.open,
        "decided_by": required.wanted.as_ref().map(|wanted| wanted.place.clone()),
        "sources": required.sources.iter().map(source).collect::<Vec<_>>(),
    })
}

fn tell(required: &Required, lang: Lang) {
    let Some(wanted) = &required.wanted else {
        talkln!("{}", Say::GoNone.text(lang));
        return;
    };
    outln!("go{}", wanted.version.release());
    outln!("{}", Tell::GoDecided { place: &wanted.place, line: &wanted.line }.text(lang));
    outln!("{}", Tell::GoChecked { rule: required.rule(lang) }.text(lang));
    if required.open {
        let release = required.kubernetes.as_ref().map_or("", |pinned| pinned.release.as_str());
        outln!("{}", Tell::GoOpen { release }.text(lang));
    }
    let others = required.others();
    if !others.is_empty() {
        outln!("{}", Say::GoOthers.text(lang));
        for other in others {
            outln!("  go{:<10} {} ({})", other.version.to_string(), other.place, other.line);
        }
    }
}

fn status(dir: &Path, lang: Lang) -> Result<u8> {
    let env = environment();
    let own = own_folder()?;
    let list = installed::installed(&env, &own);
    let (required, _) = of_tree(dir, None, Vec::new());
    for (at, found) in list.iter().enumerate() {
        let first =
            at == 0 && matches!(found.origin, Origin::Path | Origin::Ktui) && on_path(&env, &found.root);
        let origin = match found.origin {
            Origin::Path => "PATH",
            Origin::Ktui => "ktui",
            Origin::ModuleCache => "GOMODCACHE",
            Origin::Elsewhere => "",
        };
        outln!(
            "{} go{:<10} {:<10} {}",
            if first { '*' } else { ' ' },
            found.version.to_string(),
            origin,
            found.root.display()
        );
    }
    if list.is_empty() {
        outln!("{}", Say::GoNowhere.text(lang));
    }
    let gotoolchain = go_setting("GOTOOLCHAIN").unwrap_or_default();
    if let Some(first) = list.first().filter(|first| on_path(&env, &first.root)) {
        let used = usage(&first.version, &gotoolchain, &required);
        let dir = dir.display().to_string();
        outln!("{}", Tell::GoUsed { dir: &dir, what: &used.say(lang) }.text(lang));
        if let Some(wanted) = required.version() {
            let good = if used.satisfies(&required) { Say::GoGood } else { Say::GoNotGood };
            let (version, word) = (wanted.release(), good.text(lang));
            outln!("{}", Tell::GoNeeded { version: &version, word }.text(lang));
        }
        if let Some(goroot) = env.get("GOROOT").filter(|root| !root.is_empty())
            && Path::new(goroot).canonicalize().ok().as_deref() != Some(first.root.as_path())
        {
            outln!("{}", Tell::GoRoot { path: goroot }.text(lang));
        }
    }
    outln!("GOTOOLCHAIN={gotoolchain}");
    Ok(OK)
}

fn on_path(env: &BTreeMap<String, String>, root: &Path) -> bool {
    let path = env.get("PATH").map(String::as_str).unwrap_or_default();
    std::env::split_paths(path)
        .any(|folder| folder.join("go").canonicalize().is_ok_and(|go| go.starts_with(root)))
}

fn install_one(args: &GoInstallArgs, lang: Lang) -> Result<u8> {
    let version: GoVersion = args.version.parse()?;
    let archives: Vec<&str> = if args.mirror.is_empty() {
        ARCHIVES.to_vec()
    } else {
        args.mirror.iter().map(String::as_str).collect()
    };
    let archives = archives
        .into_iter()
        .map(|url| Url::parse(url).with_context(|| url.to_owned()))
        .collect::<Result<Vec<_>>>()?;
    let only_archive = args.archive || !args.mirror.is_empty() || args.sha256.is_some();
    let arch = super::machine::of_target(&Target::Local).arch;
    let gosumdb = go_setting("GOSUMDB").unwrap_or_else(|| "sum.golang.google.cn".to_owned());
    let wanted = Wanted {
        version,
        platform: (std::env::consts::OS.to_owned(), arch),
        into: own_folder()?,
        servers: if only_archive { Vec::new() } else { servers() },
        archives,
        database: Database::of(&gosumdb),
        go_sum: std::fs::read_to_string("go.sum").unwrap_or_default(),
        sha256: args.sha256.clone(),
        proxies: proxies(),
    };
    let mut shown = Shown::default();
    let done = install::install(&wanted, &mut |step| shown.step(step, lang));
    shown.end();
    let done = match done {
        Ok(done) => done,
        Err(error) => {
            talkln!("ktui: {}", error.said().pick(lang));
            return Ok(FAILED);
        }
    };
    outln!("{}", done.root.display());
    let said = match (&done.verified, done.was_there) {
        (_, true) => Say::GoWasThere.text(lang).to_owned(),
        (Verified::Database(name), _) => Tell::GoDatabase { name }.text(lang),
        (Verified::GoSum, _) => Say::GoSum.text(lang).to_owned(),
        (Verified::Sha256(by), _) => Tell::GoSha { source: by }.text(lang),
        (Verified::Nothing(why), _) => Tell::GoUnverified { why: why.pick(lang) }.text(lang),
    };
    talkln!("ktui: {said}");
    Ok(OK)
}

/// Progress on stderr: one line that changes on a terminal, a line every tenth elsewhere.
#[derive(Default)]
struct Shown {
    last: Option<u64>,
}

impl Shown {
    fn step(&mut self, step: Step<'_>, lang: Lang) {
        let terminal = io::stderr().is_terminal();
        match step {
            Step::Downloading(progress) => {
                let Some(percent) =
                    progress.total.filter(|total| *total > 0).map(|total| progress.done * 100 / total)
                else {
                    return;
                };
                let mark = if terminal { percent } else { percent / 10 * 10 };
                if self.last != Some(mark) {
                    self.last = Some(mark);
                    let end = if terminal { "\r" } else { "\n" };
                    talk!("ktui: {}  {mark:3} %  {:.1} MB{end}", progress.host, progress.done as f64 / 1e6);
                }
            }
            Step::Asking(host) => self.line(&Tell::GoAsking { host }.text(lang)),
            Step::Verifying => self.line(Say::GoVerifying.text(lang)),
            Step::Unpacking => self.line(Say::GoUnpacking.text(lang)),
        }
    }

    fn line(&mut self, text: &str) {
        self.end();
        talkln!("ktui: {text}");
    }

    fn end(&mut self) {
        if self.last.take().is_some() && io::stderr().is_terminal() {
            talkln!("");
        }
    }
}

fn undo(file: &Path, lang: Lang) -> Result<u8> {
    let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
    let shown = file.display().to_string();
    let Some(text) = shell::without_block(&text) else { bail!(Tell::GoNoBlock { file: &shown }.text(lang)) };
    std::fs::write(file, text).with_context(|| file.display().to_string())?;
    talkln!("ktui: {shown}: {}", Say::GoBlockOut.text(lang));
    Ok(OK)
}

fn use_one(args: &GoUseArgs, lang: Lang) -> Result<u8> {
    let env = environment();
    let program = args.shell.clone().or_else(|| env.get("SHELL").cloned()).unwrap_or_default();
    let start_file = || -> Result<PathBuf> {
        if let Some(Some(file)) = &args.shell_rc {
            return Ok(file.clone());
        }
        let home = env.get("HOME").filter(|home| !home.is_empty()).ok_or_else(no_home)?;
        Ok(Path::new(home).join(Shell::start_file(&program)))
    };
    if args.undo {
        return undo(&start_file()?, lang);
    }
    let Some(version) = &args.version else { bail!(Say::GoWhich.text(lang)) };
    let version: GoVersion = version.parse()?;
    let own = own_folder()?;
    let found = installed::own(&version, &own)
        .or_else(|| installed::installed(&env, &own).into_iter().find(|found| found.version == version));
    let Some(found) = found else {
        bail!(Tell::GoNotHere { version: &version.release() }.text(lang));
    };
    let shell = Shell::of(&program);
    if args.shell_rc.is_some() {
        let file = start_file()?;
        let text = match std::fs::read_to_string(&file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(error).context(file.display().to_string());
            }
            text => text.unwrap_or_default(),
        };
        std::fs::write(&file, shell::with_block(&text, &found.root, shell))
            .with_context(|| file.display().to_string())?;
        talkln!("ktui: {}: {}", file.display(), Say::GoNewShells.text(lang));
        return Ok(OK);
    }
    out!("{}", shell::lines(&found.root, shell));
    if io::stdout().is_terminal() {
        talkln!("{}", Say::GoThisShell.text(lang));
    }
    Ok(OK)
}

/// What brings the Go that a tree needs. On this machine ktui's own installation does; elsewhere the go command
/// there fetches it, as far as it is new enough to.
pub(super) fn fix(version: &GoVersion, target: &Target, lang: Lang) -> Fix {
    let release = version.release();
    let here = *target == Target::Local;
    let ktui = std::env::current_exe().ok().and_then(|path| path.to_str().map(str::to_owned));
    let ktui = ktui.unwrap_or_else(|| "ktui".to_owned());
    let ktui = ::shlex::try_quote(&ktui).map_or_else(|_| "ktui".to_owned(), std::borrow::Cow::into_owned);
    let command = if here {
        format!("{ktui} go install {release}")
    } else {
        format!("GOTOOLCHAIN=go{release} go version")
    };
    Fix {
        id: "go-install".to_owned(),
        title: Tell::GoInstall { version: &release }.text(lang),
        risk: Risk::Safe,
        commands: vec![command],
        env: if here { BTreeMap::new() } else { [("GOTOOLCHAIN".to_owned(), format!("go{release}"))].into() },
        guide: String::new(),
        verify: String::new(),
    }
}

/// Builds with ktui's own toolchain where the tree needs exactly that and the Go on PATH would not do. Who set
/// GOTOOLCHAIN to a version chose for themselves.
pub(super) fn take_own(resolved: &mut Resolved, needed: &Required, target: &Target, lang: Lang) {
    let chosen =
        |stage: &ResolvedStage| stage.env.get("GOTOOLCHAIN").is_some_and(|value| value.starts_with("go"));
    if *target != Target::Local || resolved.stages.iter().any(chosen) {
        return;
    }
    let prober = Prober::new(Target::Local);
    let said = |name: &str| match prober.answer(&Ask::GoEnv(name.to_owned())) {
        Answer::Is(text) => text,
        _ => String::new(),
    };
    let present = said("GOVERSION").parse::<GoVersion>().ok();
    if present.is_some_and(|go| usage(&go, &said("GOTOOLCHAIN"), needed).satisfies(needed)) {
        return;
    }
    let own = own_folder().ok().zip(needed.version()).and_then(|(own, go)| installed::own(go, &own));
    let Some(own) = own else { return };
    let path = environment().remove("PATH").unwrap_or_default();
    for stage in &mut resolved.stages {
        let rest = stage.env.get("PATH").unwrap_or(&path).clone();
        stage.env.insert("PATH".to_owned(), format!("{}:{rest}", own.root.join("bin").display()));
        stage.env.insert("GOROOT".to_owned(), own.root.display().to_string());
        stage.env.insert("GOTOOLCHAIN".to_owned(), "local".to_owned());
    }
    let (version, path) = (&own.version.to_string(), &own.root.display().to_string());
    talkln!("{}", Tell::GoFrom { version, path }.text(lang));
}
