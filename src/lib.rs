//! ktui: runs a build stage by stage, recognises why it fails while it fails, and mends it.
//!
//! The table of contents. Which module may import which, and why, is in ARCHITECTURE.md and checked by
//! `tests/architecture.rs`.

// `println!` and its kin panic where nobody reads: `cli` has writers that do not.
#![cfg_attr(not(test), deny(clippy::print_stdout, clippy::print_stderr))]

pub mod app;
pub mod artefact;
pub mod assets;
pub mod cli;
pub mod diagnose;
pub mod doctor;
pub mod event;
pub mod keymap;
pub mod locale;
pub mod model;
pub mod net;
pub mod plan;
pub mod probe;
pub mod remedy;
pub mod report;
pub mod runner;
pub mod session;
pub mod target;
pub mod template;
pub mod text;
pub mod theme;
pub mod toolchain;
pub mod view;
pub mod yaml;
