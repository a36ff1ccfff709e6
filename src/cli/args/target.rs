//! The arguments of `ktui target`.

use std::path::PathBuf;

use clap::Subcommand;

/// `ktui target`.
#[derive(Debug, Subcommand)]
pub(crate) enum TargetCommand {
    /// Say what a target is: architecture, processors, distribution, package manager, memory, Go.
    Show {
        /// local, ssh:HOST, container:ENGINE/NAME, kubectl:[NAMESPACE/]POD.
        target: String,
    },
    /// Print what files and folders hold, with SHA-256.
    Seal {
        /// The folder that the paths are relative to.
        #[arg(short = 'C', long = "dir", value_name = "DIR")]
        dir: Option<PathBuf>,
        /// Files and folders.
        #[arg(required = true)]
        paths: Vec<String>,
    },
    /// Carry files and folders to a target: by rsync where both ends have it, else by tar.
    Send {
        /// The target.
        target: String,
        /// The folder there; is made.
        into: String,
        /// The folder here that the paths are relative to.
        #[arg(short = 'C', long = "dir", value_name = "DIR")]
        dir: Option<PathBuf>,
        /// Delete what else these paths hold there.
        #[arg(long)]
        exact: bool,
        /// Files and folders.
        #[arg(required = true)]
        paths: Vec<String>,
    },
    /// Pack files and folders with their SHA-256 into one file, to be carried by hand.
    Pack {
        /// The file, `.tar.gz`; its own SHA-256 goes into FILE.sha256.
        file: PathBuf,
        /// The folder that the paths are relative to.
        #[arg(short = 'C', long = "dir", value_name = "DIR")]
        dir: Option<PathBuf>,
        /// Files and folders.
        #[arg(required = true)]
        paths: Vec<String>,
    },
    /// Verify a file that `pack` wrote and put what it holds in place; 1 where it is not as it was packed.
    Unpack {
        /// The file.
        file: PathBuf,
        /// The folder to unpack into.
        #[arg(short = 'C', long = "dir", value_name = "DIR")]
        dir: Option<PathBuf>,
        /// Its SHA-256, as `pack` said it; without it, that of FILE.sha256 where it is there.
        #[arg(long, value_name = "HEX")]
        sha256: Option<String>,
    },
    /// Compare a folder on a target with a manifest; 1 where it differs.
    Verify {
        /// The target.
        target: String,
        /// The folder there.
        dir: String,
        /// What `ktui target seal` printed.
        #[arg(long, value_name = "FILE")]
        manifest: PathBuf,
        /// Files that were not sent count, too.
        #[arg(long)]
        exact: bool,
    },
}
