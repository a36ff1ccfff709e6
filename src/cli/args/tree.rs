//! The arguments of `ktui artefact` and `ktui explain`.

use std::path::PathBuf;

use clap::Args;

use super::Plain;

/// `ktui artefact`.
#[derive(Debug, Args)]
pub(crate) struct ArtefactArgs {
    /// Program files.
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// What they are to be: a GOARCH name, a Go version (go1.23.6), a version (v1.32.3), static, dynamic, clean, or a
    /// plan, which is what it wants of the tree's programs. Several with commas.
    #[arg(long, value_name = "WHAT", value_delimiter = ',')]
    pub expect: Vec<String>,
    /// The tree that a plan is asked about.
    #[arg(short = 'C', long = "dir", value_name = "DIR")]
    pub dir: Option<PathBuf>,
    /// How to print.
    #[arg(long, value_enum, default_value = "text")]
    pub format: Plain,
}

/// `ktui explain`.
#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// A path in the tree, also as a message names it (FILE:LINE), or a subcommand; without it, an overview.
    pub what: Option<String>,
    /// In the tree of this folder.
    #[arg(short = 'C', long = "dir", value_name = "DIR")]
    pub dir: Option<PathBuf>,
    /// How to print.
    #[arg(long, value_enum, default_value = "text")]
    pub format: Plain,
}
