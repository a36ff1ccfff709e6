//! The arguments of the commands about sessions.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

/// `ktui sessions`.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum SessionsCommand {
    /// List sessions, newest first.
    List {
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Show one session: stages, how they ended, what was decided.
    Show {
        /// Session id or the beginning of one.
        session: String,
    },
    /// Write a session in another form, for somebody else or another program; secrets are masked.
    Export(ExportArgs),
    /// Delete a session.
    Rm {
        /// Session ids or beginnings.
        #[arg(required = true)]
        sessions: Vec<String>,
    },
    /// Delete old sessions; those that run are kept.
    Prune {
        /// Keep this many of the newest.
        #[arg(long, default_value_t = 20)]
        keep: usize,
    },
}

/// `ktui sessions export`.
#[derive(Debug, Args)]
pub(in crate::cli) struct ExportArgs {
    /// Session id or the beginning of one.
    pub session: String,
    /// In which form.
    #[arg(long, value_enum, default_value = "cast")]
    pub format: ExportFormat,
    /// Write to this file; default: standard output.
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Overwrite the file if it is there.
    #[arg(long)]
    pub force: bool,
}

/// A form that a session is exported in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum ExportFormat {
    /// The recording: asciicast v3, for asciinema and other players.
    Cast,
    /// The log as a person reads it, a line where each stage begins and ends.
    Text,
    /// What the stages wrote, colours and all.
    Raw,
    /// A report for an issue: what ran where, how each stage ended, what was found.
    Markdown,
}
