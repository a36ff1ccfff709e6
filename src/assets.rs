//! Data that ships inside the binary, with the user's own files laid over it.
//!
//! The folders `diagnostics`, `plans`, `guide` and `themes` are embedded as they are; a file of the same name in
//! `$XDG_CONFIG_HOME/ktui/FOLDER/` takes its place, a file of another name comes on top.
#![expect(clippy::disallowed_methods, reason = "reads the user's own data files")]

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use directories::ProjectDirs;
use rust_embed::{Embed, EmbeddedFile};

use crate::locale::both;
use crate::yaml::Problem;

#[derive(Embed)]
#[folder = "diagnostics/"]
struct Diagnostics;

#[derive(Embed)]
#[folder = "plans/"]
struct Plans;

#[derive(Embed)]
#[folder = "guide/"]
struct Guides;

#[derive(Embed)]
#[folder = "themes/"]
struct Themes;

/// The name of the file in `diagnostics` that is not a rule family.
pub const PACKAGES: &str = "packages.yaml";

/// A data file: its name as problems should show it, and its text.
pub type DataFile = (String, String);

/// Which embedded folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Folder {
    /// The rule base and the package table.
    Diagnostics,
    /// Build plans, and the tour's project below `tour/`.
    Plans,
    /// The code guides of projects.
    Guide,
    /// Colour themes.
    Themes,
}

impl Folder {
    /// Its name, the same in the repository and in the user's configuration.
    pub fn name(self) -> &'static str {
        match self {
            Self::Diagnostics => "diagnostics",
            Self::Plans => "plans",
            Self::Guide => "guide",
            Self::Themes => "themes",
        }
    }

    fn names(self) -> Vec<Cow<'static, str>> {
        match self {
            Self::Diagnostics => Diagnostics::iter().collect(),
            Self::Plans => Plans::iter().collect(),
            Self::Guide => Guides::iter().collect(),
            Self::Themes => Themes::iter().collect(),
        }
    }

    fn get(self, name: &str) -> Option<Vec<u8>> {
        self.file(name).map(|file| file.data.into_owned())
    }

    fn file(self, name: &str) -> Option<EmbeddedFile> {
        match self {
            Self::Diagnostics => Diagnostics::get(name),
            Self::Plans => Plans::get(name),
            Self::Guide => Guides::get(name),
            Self::Themes => Themes::get(name),
        }
    }

    /// The text of an embedded file; it is part of the program. `name` is as [`yaml_files`] names it.
    pub fn shipped(self, name: &str) -> Option<&'static str> {
        let name = name.strip_prefix(self.name())?.strip_prefix('/')?;
        match self.file(name)?.data {
            Cow::Borrowed(bytes) => std::str::from_utf8(bytes).ok(),
            Cow::Owned(_) => None,
        }
    }

    /// Every embedded file below this folder, by path: also those in subfolders.
    pub fn embedded(self) -> Vec<(String, Vec<u8>)> {
        self.names().into_iter().filter_map(|name| Some((name.to_string(), self.get(&name)?))).collect()
    }
}

/// Where the user's own data files live; `None` without a home folder.
pub fn config_dir() -> Option<PathBuf> {
    ProjectDirs::from("", "", "ktui").map(|dirs| dirs.config_dir().to_owned())
}

/// Where what is remembered from one time to the next lives; `None` without a home folder.
pub fn state_dir() -> Option<PathBuf> {
    ProjectDirs::from("", "", "ktui")?.state_dir().map(Path::to_owned)
}

/// The YAML files of a folder, embedded and the user's, by name. What cannot be read is a problem.
pub fn yaml_files(folder: Folder) -> (Vec<DataFile>, Vec<Problem>) {
    let mut files: BTreeMap<String, DataFile> = BTreeMap::new();
    for name in folder.names().iter().filter(|name| !name.contains('/') && name.ends_with(".yaml")) {
        if let Some(text) = folder.get(name).and_then(|bytes| String::from_utf8(bytes).ok()) {
            files.insert(name.to_string(), (format!("{}/{name}", folder.name()), text));
        }
    }
    let (own, problems) = own_yaml_files(folder);
    files.extend(own.into_iter().map(|file| (file_name(&file.0), file)));
    (files.into_values().collect(), problems)
}

/// The user's YAML files of a folder, by name. What cannot be read is a problem.
pub fn own_yaml_files(folder: Folder) -> (Vec<DataFile>, Vec<Problem>) {
    match config_dir().map(|dir| dir.join(folder.name())).filter(|dir| dir.is_dir()) {
        Some(dir) => read_dir(&dir),
        None => (Vec::new(), Vec::new()),
    }
}

/// The YAML files of a folder on disk, sorted by name.
pub fn read_dir(dir: &Path) -> (Vec<DataFile>, Vec<Problem>) {
    let shown = dir.display().to_string();
    let entries = match std::fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) => {
            return (
                Vec::new(),
                vec![Problem::file(&shown, both!("cannot be listed: {error}", "无法列出：{error}"))],
            );
        }
    };
    let mut paths: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "yaml"))
        .collect();
    paths.sort();
    let mut files = Vec::new();
    let mut problems = Vec::new();
    for path in paths {
        match read_text(&path) {
            Ok(file) => files.push(file),
            Err(problem) => problems.push(problem),
        }
    }
    (files, problems)
}

/// One YAML file on disk.
///
/// # Errors
/// A [`Problem`] that names the file where it cannot be read or is not UTF-8.
pub fn read_text(path: &Path) -> Result<DataFile, Problem> {
    let shown = path.display().to_string();
    let bytes = std::fs::read(path)
        .map_err(|error| Problem::file(&shown, both!("cannot be read: {error}", "无法读取：{error}")))?;
    match String::from_utf8(bytes) {
        Ok(text) => Ok((shown, text)),
        Err(error) => {
            let good = error.utf8_error().valid_up_to();
            let line = memchr::memchr_iter(b'\n', &error.as_bytes()[..good]).count() as u64 + 1;
            let message =
                both!("is not UTF-8 text here: expected a YAML file", "此处不是 UTF-8 文本；应为 YAML 文件");
            Err(Problem { line, ..Problem::file(&shown, message) })
        }
    }
}

/// Writes a file of the user's that is not there yet, and its folder where that is missing.
///
/// # Errors
/// `AlreadyExists` where something has this name, else what the operating system says.
pub fn write_new(path: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write as _;
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(text.as_bytes())
}

/// Whether there is something at a path.
pub fn exists(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

fn file_name(shown: &str) -> String {
    shown.rsplit('/').next().unwrap_or(shown).to_owned()
}
