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
use crate::locale::Lang;
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
const PATIENCE: Duration = Duration::from_secs(20);

/// Runs `ktui go …`.
pub(super) fn run(command: GoCommand, caller: Caller) -> Result<u8> {
    match command {
        GoCommand::Required { dir, offline, mirror, format } => {
            let dir = plans::tree_dir(dir, caller)?;
            let (required, failed) = of_tree(&dir, (!offline).then_some(PATIENCE), mirror);
            for failed in &failed {
                eprintln!("ktui: {}: {}", failed.url, failed.why);
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
    let dirs = directories::ProjectDirs::from("", "", "ktui").context("there is no home folder")?;
    Ok(dirs.data_dir().join("go"))
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
        eprintln!(
            "ktui: {}",
            lang.pick("nothing in this tree names a Go version", "此源码树中没有指定 Go 版本")
        );
        return;
    };
    outln!("go{}", wanted.version.release());
    outln!("{}: {} ({})", lang.pick("decided by", "依据"), wanted.place, wanted.line);
    outln!("{}: {}", lang.pick("checked", "核对"), required.rule(lang));
    if required.open {
        let release = required.kubernetes.as_ref().map_or("", |pinned| pinned.release.as_str());
        match lang {
            Lang::En => outln!(
                "open: what Kubernetes {release} was built with could not be found out; this is the next best source"
            ),
            Lang::Zh => outln!("待定：无法得知 Kubernetes {release} 所用的 Go，此处取次优来源"),
        }
    }
    let others = required.others();
    if !others.is_empty() {
        outln!("{}:", lang.pick("the tree also says", "源码树中的其他说法"));
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
        outln!("{}", lang.pick("no Go on this machine", "本机没有 Go"));
    }
    let gotoolchain = go_setting("GOTOOLCHAIN").unwrap_or_default();
    if let Some(first) = list.first().filter(|first| on_path(&env, &first.root)) {
        let used = usage(&first.version, &gotoolchain, &required);
        outln!("{} {}: {}", lang.pick("used in", "用于"), dir.display(), used.say(lang));
        if let Some(wanted) = required.version() {
            let good = used.satisfies(&required);
            let word = if good {
                lang.pick("good", "符合")
            } else {
                lang.pick("not what it needs", "不符合要求")
            };
            outln!("{}: go{} ({word})", lang.pick("needed", "需要"), wanted.release());
        }
        if let Some(goroot) = env.get("GOROOT").filter(|root| !root.is_empty())
            && Path::new(goroot).canonicalize().ok().as_deref() != Some(first.root.as_path())
        {
            let text = lang.pick(
                "GOROOT is set to another Go than the one on PATH: unset it",
                "GOROOT 指向的不是 PATH 中的 Go，请 unset GOROOT",
            );
            outln!("! GOROOT={goroot}: {text}");
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
            eprintln!("ktui: {error}");
            return Ok(FAILED);
        }
    };
    outln!("{}", done.root.display());
    let said = match (&done.verified, done.was_there) {
        (_, true) => lang.pick("it was here already", "早已安装").to_owned(),
        (Verified::Database(name), _) => format!(
            "{} {name}",
            lang.pick("verified against the checksum database", "已按校验和数据库核对：")
        ),
        (Verified::GoSum, _) => {
            lang.pick("verified against this tree's go.sum", "已按此源码树的 go.sum 核对").to_owned()
        }
        (Verified::Sha256(by), _) => {
            format!("{} {by}", lang.pick("SHA-256 verified against", "SHA-256 已核对，依据"))
        }
        (Verified::Nothing(why), _) => format!(
            "{} ({why})",
            lang.pick("NOT verified: nobody vouches for this download", "未核对：没有可信的校验和")
        ),
    };
    eprintln!("ktui: {said}");
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
                    eprint!("ktui: {}  {mark:3} %  {:.1} MB{end}", progress.host, progress.done as f64 / 1e6);
                }
            }
            Step::Verifying => self.line(lang.pick("verifying", "正在核对")),
            Step::Unpacking => self.line(lang.pick("unpacking", "正在解包")),
        }
    }

    fn line(&mut self, text: &str) {
        self.end();
        eprintln!("ktui: {text}");
    }

    fn end(&mut self) {
        if self.last.take().is_some() && io::stderr().is_terminal() {
            eprintln!();
        }
    }
}

fn undo(file: &Path, lang: Lang) -> Result<u8> {
    let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
    let Some(text) = shell::without_block(&text) else { bail!("{}: has no block of ktui's", file.display()) };
    std::fs::write(file, text).with_context(|| file.display().to_string())?;
    eprintln!("ktui: {}: {}", file.display(), lang.pick("the block is taken out", "已去除 ktui 的设置块"));
    Ok(OK)
}

fn use_one(args: &GoUseArgs, lang: Lang) -> Result<u8> {
    let env = environment();
    let program = args.shell.clone().or_else(|| env.get("SHELL").cloned()).unwrap_or_default();
    let start_file = || -> Result<PathBuf> {
        if let Some(Some(file)) = &args.shell_rc {
            return Ok(file.clone());
        }
        let home = env.get("HOME").filter(|home| !home.is_empty()).context("HOME is not set")?;
        Ok(Path::new(home).join(Shell::start_file(&program)))
    };
    if args.undo {
        return undo(&start_file()?, lang);
    }
    let Some(version) = &args.version else { bail!("which version? `ktui go status` lists them") };
    let version: GoVersion = version.parse()?;
    let own = own_folder()?;
    let found = installed::own(&version, &own)
        .or_else(|| installed::installed(&env, &own).into_iter().find(|found| found.version == version));
    let Some(found) = found else {
        bail!("go{0} is not here: `ktui go install {0}` brings it", version.release());
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
        eprintln!(
            "ktui: {}: {}",
            file.display(),
            lang.pick(
                "new shells use it; `ktui go use --undo` takes it out again",
                "新开的 shell 将使用它；`ktui go use --undo` 可撤销"
            )
        );
        return Ok(OK);
    }
    out!("{}", shell::lines(&found.root, shell));
    if io::stdout().is_terminal() {
        eprintln!(
            "ktui: {}",
            lang.pick(
                "to use it in this shell: eval \"$(ktui go use VERSION)\"",
                "在当前 shell 中使用：eval \"$(ktui go use 版本)\""
            )
        );
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
        title: match lang {
            Lang::En => format!("Install Go {release} beside the others; the build takes it"),
            Lang::Zh => format!("另行安装 Go {release}，构建时使用它"),
        },
        risk: Risk::Safe,
        commands: vec![command],
        env: if here { BTreeMap::new() } else { [("GOTOOLCHAIN".to_owned(), format!("go{release}"))].into() },
        guide: String::new(),
        verify: String::new(),
    }
}

/// Builds with ktui's own toolchain where the tree needs exactly that and the Go on PATH would not do. Who set
/// GOTOOLCHAIN to a version chose for themselves.
pub(super) fn take_own(resolved: &mut Resolved, needed: &Required, target: &Target) {
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
    eprintln!("ktui: go{} from {}", own.version, own.root.display());
}
