//! The command line as types. What a command does stands in the file of its name.

mod machine;
mod sessions;
mod target;
mod tree;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use crate::diagnose::rule::Risk;
pub(super) use machine::{DoctorArgs, GoCommand, GoInstallArgs, GoUseArgs, Plain, ProxyCommand};
pub(super) use sessions::{ExportArgs, ExportFormat, SessionsCommand};
pub(super) use target::TargetCommand;
pub(super) use tree::{ArtefactArgs, ExplainArgs};

const EXAMPLES: &str = "\
Examples:
  ktui                                    recognise the tree in this folder and offer the plans that fit
  ktui tour                               a small build that breaks five times, each mended for real
  ktui build k3s-native -C ~/k3s          run a plan in the app
  ktui build --headless --yes=system      the same in CI; installs missing packages without asking
  make 2>&1 | ktui diagnose -             what went wrong here?
  ktui replay build.log                   open any log in the app

Exit status: 0 nothing wrong; 1 the build failed or an error-level finding stands; 2 bad usage, an
unreadable input or an invalid data file; 130 interrupted.";

/// Builds k3s and Kubernetes from source, stage by stage; finds out why it fails, and mends it.
#[derive(Debug, Parser)]
#[command(name = "ktui", version, about, after_help = EXAMPLES, max_term_width = 100)]
pub(super) struct Cli {
    /// What to do; without it, the app opens on the current folder.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Language of the interface: en or zh. Default: LC_ALL, LC_MESSAGES, LANG.
    #[arg(long, global = true, value_name = "LANG")]
    pub lang: Option<LangArg>,
    /// Theme of the app; default: what fits the terminal.
    #[arg(long, global = true, value_name = "NAME")]
    pub theme: Option<String>,
    /// Keys of the app: default, vim or emacs.
    #[arg(long, global = true, value_name = "NAME")]
    pub keymap: Option<String>,
    /// Lines and numbered choices in place of a screen, as with TERM=dumb; also KTUI_PLAIN=1.
    #[arg(long, global = true)]
    pub plain: bool,
    /// When to use colour.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: ColorArg,
}

/// A language as given on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum LangArg {
    /// English.
    En,
    /// Simplified Chinese.
    #[value(alias = "zh-CN")]
    Zh,
}

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ColorArg {
    /// On a terminal, unless NO_COLOR or TERM=dumb says otherwise.
    Auto,
    /// Even into a pipe.
    Always,
    /// Nowhere.
    Never,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Run a plan.
    Build(BuildArgs),
    /// Join a running build, or open a past one.
    Attach {
        /// Session id or the beginning of one; default: the newest that runs.
        session: Option<String>,
    },
    /// Running and past sessions.
    #[command(subcommand)]
    Sessions(SessionsCommand),
    /// Open a log in the app: a session, an asciicast, a typescript or plain text, also compressed.
    Replay(ReplayArgs),
    /// Match logs against the rules and print the findings.
    Diagnose(DiagnoseArgs),
    /// The rule base.
    #[command(subcommand)]
    Rules(RulesCommand),
    /// The build plans.
    #[command(subcommand)]
    Plans(PlansCommand),
    /// Other machines and containers: what they are, and files to them.
    #[command(subcommand)]
    Target(TargetCommand),
    /// What built programs are: machine, linking, Go, version; and whether that was wanted.
    Artefact(ArtefactArgs),
    /// What a folder, file or subcommand of a k3s or Kubernetes tree is for, and how a call travels.
    Explain(ExplainArgs),
    /// Check a machine before building.
    Doctor(DoctorArgs),
    /// Go toolchains: needed, installed, one more.
    #[command(subcommand)]
    Go(GoCommand),
    /// Proxies: what is set where, whether it works, and a bridge from SOCKS to HTTP.
    #[command(subcommand)]
    Proxy(ProxyCommand),
    /// Colour themes.
    #[command(subcommand)]
    Themes(ThemesCommand),
    /// Settings: where they stand, what holds and why.
    #[command(subcommand)]
    Config(ConfigCommand),
    /// A guided build of a small bundled project that breaks in five ways, each mended for real.
    Tour(TourArgs),
    /// Print a completion script.
    Completions {
        /// For which shell.
        shell: Shell,
    },
    /// Print the manual page (roff).
    Man,
    /// Runs a session's stages; started by the screen.
    #[command(hide = true)]
    Runner {
        /// The session's folder.
        dir: PathBuf,
    },
    /// Draws a log in the app as it would look, as SVG.
    #[command(hide = true)]
    Screenshot(ScreenshotArgs),
}

/// `ktui build`.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
pub(super) struct BuildArgs {
    /// The plan's id, or a plan file; default: the one that fits the tree.
    pub plan: Option<String>,
    /// Build the tree in this folder.
    #[arg(short = 'C', long = "dir", value_name = "DIR")]
    pub dir: Option<PathBuf>,
    /// Set an input of the plan.
    #[arg(long = "set", value_name = "NAME=VALUE")]
    pub set: Vec<String>,
    /// Begin with this stage.
    #[arg(long, value_name = "STAGE")]
    pub from: Option<String>,
    /// End with this stage.
    #[arg(long, value_name = "STAGE")]
    pub to: Option<String>,
    /// Run only these stages.
    #[arg(long, value_name = "STAGE", conflicts_with_all = ["from", "to"])]
    pub only: Vec<String>,
    /// Where the stages run, and where DIR lies: local, ssh:HOST, container:ENGINE/NAME, kubectl:[NAMESPACE/]POD.
    #[arg(long, value_name = "TARGET", default_value = "local")]
    pub target: String,
    /// No screen: the log goes to stdout, what ktui has to say to stderr.
    #[arg(long)]
    pub headless: bool,
    /// Wait before every stage: it is explained, and can be changed or left out.
    #[arg(long, conflicts_with = "headless")]
    pub step: bool,
    /// Run fixes up to this risk without asking.
    #[arg(long, value_name = "RISK", num_args = 0..=1, require_equals = true, default_missing_value = "safe")]
    pub yes: Option<RiskArg>,
    /// Go on with the interrupted session of this tree at the stage where it was cut.
    #[arg(long, conflicts_with_all = ["from", "only"])]
    pub resume: bool,
    /// Trust the tree's own ktui.yaml as it is now.
    #[arg(long)]
    pub trust: bool,
    /// Build although another build of this tree runs.
    #[arg(long)]
    pub concurrent: bool,
    /// Print what would run, and stop.
    #[arg(long)]
    pub dry_run: bool,
}

/// A risk as given on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum RiskArg {
    /// Own files and environment only.
    Safe,
    /// Root, packages, services.
    System,
    /// Can lose work; keeps what it would lose first.
    Destructive,
}

impl From<RiskArg> for Risk {
    fn from(risk: RiskArg) -> Self {
        match risk {
            RiskArg::Safe => Self::Safe,
            RiskArg::System => Self::System,
            RiskArg::Destructive => Self::Destructive,
        }
    }
}

/// `ktui replay`.
#[derive(Debug, Args)]
pub(super) struct ReplayArgs {
    /// A file, a session's id, or `-` for standard input.
    pub log: String,
    /// Play this many times as fast; 0 shows the end at once.
    #[arg(long, value_name = "N", default_value_t = 0.0, value_parser = speed)]
    pub speed: f64,
    /// Begin at this moment: seconds, or MM:SS.
    #[arg(long, value_name = "TIME")]
    pub at: Option<String>,
    /// Begin where this stage starts.
    #[arg(long, value_name = "STAGE")]
    pub stage: Option<String>,
    /// A typescript's timing file.
    #[arg(long, value_name = "FILE")]
    pub timing: Option<PathBuf>,
}

/// A speed that a replay can have.
fn speed(text: &str) -> Result<f64, String> {
    let speed = text.parse().ok().filter(|speed| (0.0..=64.0).contains(speed));
    speed.ok_or_else(|| "0 … 64".to_owned())
}

/// How findings are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people.
    Text,
    /// One JSON object a log.
    Json,
    /// One JSON object a finding and line.
    Ndjson,
    /// For issues and job summaries.
    Markdown,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Workflow annotations of GitHub Actions.
    Github,
}

/// `ktui diagnose`.
#[derive(Debug, Args)]
pub(super) struct DiagnoseArgs {
    /// Logs to read; `-` or nothing is standard input.
    pub logs: Vec<PathBuf>,
    /// How to print.
    #[arg(long, value_enum, default_value = "text")]
    pub format: Format,
    /// The exit status of what wrote the log.
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    pub exit_code: Option<i32>,
    /// The stage that wrote the log.
    #[arg(long, value_name = "STAGE")]
    pub stage: Option<String>,
    /// GOARCH of the machine that wrote it.
    #[arg(long, value_name = "ARCH")]
    pub arch: Option<String>,
    /// Distribution of that machine (os-release ID), for the right package names.
    #[arg(long, value_name = "ID")]
    pub distro: Option<String>,
    /// Use the rules in this folder in place of the built-in ones.
    #[arg(long, value_name = "DIR")]
    pub rules: Option<PathBuf>,
}

/// `ktui rules`.
#[derive(Debug, Subcommand)]
pub(super) enum RulesCommand {
    /// List the rules.
    List {
        /// Only rules of this category.
        #[arg(long, value_name = "CATEGORY")]
        category: Option<String>,
        /// Use the rules in this folder.
        #[arg(long, value_name = "DIR")]
        rules: Option<PathBuf>,
    },
    /// Show one rule.
    Show {
        /// Its id.
        rule: String,
        /// Use the rules in this folder.
        #[arg(long, value_name = "DIR")]
        rules: Option<PathBuf>,
    },
    /// Run every sample and near miss of a rule, or of all.
    Test {
        /// Only this rule.
        rule: Option<String>,
        /// Use the rules in this folder.
        #[arg(long, value_name = "DIR")]
        rules: Option<PathBuf>,
    },
    /// Draft a rule from a line of a log: YAML on stdout, how often it matches in kept sessions on stderr.
    New {
        /// The line: a log file or a session, and the line's number.
        #[arg(long, value_name = "LOG:LINE")]
        from: String,
        /// The family that the rule goes into; equal to its file's name.
        #[arg(long, value_name = "NAME", default_value = "local")]
        family: String,
    },
    /// Run a rule file, or a pattern, on logs: what it would find, and what stands above it.
    Try {
        /// A rule file (`*.yaml`), or a regular expression.
        rule: String,
        /// Log files or sessions; without any, every kept session.
        logs: Vec<PathBuf>,
        /// Use the rules in this folder beside it.
        #[arg(long, value_name = "DIR")]
        rules: Option<PathBuf>,
    },
    /// Print the JSON schema of rule files.
    Schema,
    /// Check rule files: built-in and your own, or those given.
    Lint {
        /// Files to check on their own.
        files: Vec<PathBuf>,
        /// Use the rules in this folder.
        #[arg(long, value_name = "DIR")]
        rules: Option<PathBuf>,
    },
}

/// `ktui plans`.
#[derive(Debug, Subcommand)]
pub(super) enum PlansCommand {
    /// List the plans, and which fit the tree in this folder.
    List {
        /// Look at the tree in this folder.
        #[arg(short = 'C', long = "dir", value_name = "DIR")]
        dir: Option<PathBuf>,
        /// Where its stages would run.
        #[arg(long, value_name = "TARGET", default_value = "local")]
        target: String,
    },
    /// Print exactly what a plan would run here.
    Show {
        /// Its id, or a file.
        plan: String,
        /// For the tree in this folder.
        #[arg(short = 'C', long = "dir", value_name = "DIR")]
        dir: Option<PathBuf>,
        /// Set an input of the plan.
        #[arg(long = "set", value_name = "NAME=VALUE")]
        set: Vec<String>,
        /// Where its stages would run.
        #[arg(long, value_name = "TARGET", default_value = "local")]
        target: String,
    },
    /// Print the JSON schema of plan files.
    Schema,
    /// Check plan files: built-in and your own, or those given.
    Lint {
        /// Files to check.
        files: Vec<PathBuf>,
    },
}

/// `ktui themes`.
#[derive(Debug, Subcommand)]
pub(super) enum ThemesCommand {
    /// List the themes.
    List,
    /// Print each role of a theme with its colours.
    Show {
        /// The theme.
        name: String,
    },
    /// Print every role of a theme in its own look; of all themes where none is named.
    Preview {
        /// The theme.
        name: Option<String>,
    },
    /// Print the JSON schema of theme files.
    Schema,
    /// Check theme files: built-in and your own, or those given.
    Lint {
        /// Files to check.
        files: Vec<PathBuf>,
    },
}

/// `ktui config`.
#[derive(Debug, Subcommand)]
pub(super) enum ConfigCommand {
    /// Print where the configuration file is.
    Path,
    /// Print each setting with its value and where that comes from.
    Show,
    /// Write a first configuration file, everything in it commented out.
    Init,
    /// Print the JSON schema of the configuration file.
    Schema {
        /// Of keymap files instead.
        #[arg(long)]
        keymap: bool,
    },
}

/// `ktui tour`.
#[derive(Debug, Args)]
pub(super) struct TourArgs {
    /// Unpack the project here; default: a new folder in ktui's state folder.
    #[arg(long, value_name = "DIR")]
    pub dir: Option<PathBuf>,
    /// No screen: runs through and mends everything by itself.
    #[arg(long)]
    pub headless: bool,
}

/// `ktui screenshot`.
#[derive(Debug, Args)]
pub(super) struct ScreenshotArgs {
    /// The log.
    pub log: String,
    /// Columns and rows.
    #[arg(long, default_value = "120x36")]
    pub size: String,
    /// At this moment; default the end.
    #[arg(long)]
    pub at: Option<String>,
    /// Keys to press first, as in the keymap, separated by blanks.
    #[arg(long, default_value = "")]
    pub keys: String,
    /// Theme.
    #[arg(long, default_value = "ktui-dark")]
    pub theme: String,
}
