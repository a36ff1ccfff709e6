//! The arguments of the commands about machines: doctor, go, proxy.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::RiskArg;

/// How facts are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Plain {
    /// For people.
    Text,
    /// One JSON object.
    Json,
}

/// `ktui doctor`.
#[derive(Debug, Args)]
pub(in crate::cli) struct DoctorArgs {
    /// The plan that the machine is checked for; default: the one that fits the tree.
    pub plan: Option<String>,
    /// For the tree in this folder.
    #[arg(short = 'C', long = "dir", value_name = "DIR")]
    pub dir: Option<PathBuf>,
    /// Set an input of the plan.
    #[arg(long = "set", value_name = "NAME=VALUE")]
    pub set: Vec<String>,
    /// The machine: local, ssh:HOST, container:ENGINE/NAME.
    #[arg(long, value_name = "TARGET", default_value = "local")]
    pub target: String,
    /// Trust the tree's own ktui.yaml as it is now.
    #[arg(long)]
    pub trust: bool,
    /// Run fixes, asking before each.
    #[arg(long)]
    pub fix: bool,
    /// Run fixes up to this risk without asking.
    #[arg(long, value_name = "RISK", num_args = 0..=1, require_equals = true, default_missing_value = "safe")]
    pub yes: Option<RiskArg>,
    /// How to print.
    #[arg(long, value_enum, default_value = "text")]
    pub format: Plain,
}

/// `ktui go`.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum GoCommand {
    /// Which Go the tree needs, and why.
    Required {
        /// The tree; default: this folder.
        dir: Option<PathBuf>,
        /// Do not ask the network.
        #[arg(long)]
        offline: bool,
        /// Ask this mirror of Kubernetes' files first: a URL with {release} and {file} in it.
        #[arg(long, value_name = "URL")]
        mirror: Vec<String>,
        /// How to print.
        #[arg(long, value_enum, default_value = "text")]
        format: Plain,
    },
    /// Which toolchains are here, and which one this tree would be built with.
    Status {
        /// The tree; default: this folder.
        dir: Option<PathBuf>,
    },
    /// Bring a toolchain into ktui's own folder; prints where it lies.
    Install(GoInstallArgs),
    /// Print the lines that put a toolchain first in a shell: eval "$(ktui go use 1.23.6)".
    Use(GoUseArgs),
}

/// `ktui go install`.
#[derive(Debug, Args)]
pub(in crate::cli) struct GoInstallArgs {
    /// For example 1.23.6.
    pub version: String,
    /// Take the published archive, not the toolchain module of GOPROXY.
    #[arg(long)]
    pub archive: bool,
    /// A folder of archives with its list of releases, such as https://golang.google.cn/dl.
    #[arg(long, value_name = "URL")]
    pub mirror: Vec<String>,
    /// The archive's SHA-256, where no list of releases can be reached.
    #[arg(long, value_name = "HEX")]
    pub sha256: Option<String>,
}

/// `ktui go use`.
#[derive(Debug, Args)]
pub(in crate::cli) struct GoUseArgs {
    /// For example 1.23.6.
    #[arg(required_unless_present = "undo")]
    pub version: Option<String>,
    /// The shell to write for; default: SHELL.
    #[arg(long)]
    pub shell: Option<String>,
    /// Put the lines into the shell's start-up file, as a marked block.
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true)]
    #[expect(clippy::option_option, reason = "an option with an optional value")]
    pub shell_rc: Option<Option<PathBuf>>,
    /// Take the block out of the start-up file again.
    #[arg(long)]
    pub undo: bool,
}

/// `ktui proxy`.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum ProxyCommand {
    /// What every layer is set to, and what is wrong with it.
    Status,
    /// Ask every hop: name server, proxy, TLS, module proxy, git, registry.
    Test,
    /// Print the lines that set the proxy for a shell; without an address, those that unset it.
    Env {
        /// For example http://192.168.1.2:7890.
        proxy: Option<String>,
    },
    /// An HTTP proxy in front of a SOCKS 5 one, for containers and for tools without SOCKS.
    Bridge {
        /// The SOCKS proxy, such as socks5://127.0.0.1:1080.
        socks: String,
        /// Where to listen; containers reach the machine at docker0's address, not at 127.0.0.1.
        #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8118")]
        listen: String,
    },
}
