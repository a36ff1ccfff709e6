//! What a built program is, read from the file itself: the machine that it is for, how it is linked, the Go that
//! made it and the versions put into it; and whether that is what was wanted.
//!
//! Pure but for the reader that it is given: only the parts of the file that are needed are read, since a k3s
//! has a quarter of a gigabyte. Nothing is ever run.

mod buildinfo;
mod elf;
mod expect;

use std::io::{Read, Seek};

use object::read::{ReadCache, ReadRef};
use serde::Serialize;

use crate::locale::ui::{Say, Tell};
use crate::locale::{Speak, Text};

pub use buildinfo::GoBuild;
pub use elf::Linked;
pub use expect::{Deviation, Expectation, NotAnExpectation};

/// A program file as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Artefact {
    /// Bytes of the file.
    pub size: u64,
    /// GOARCH name of its machine, or `elf-N` for one that has none.
    pub arch: String,
    /// How it is linked.
    pub linked: Linked,
    /// What the Go linker left in it.
    pub go: Option<GoBuild>,
}

/// Why a file could not be read as a program.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.said().en)]
pub enum NoArtefact {
    /// It is something else: this.
    Other(Say),
    /// It begins as one and is damaged.
    Damaged(String),
}

impl Speak for NoArtefact {
    fn said(&self) -> Text {
        Text::each(|lang| match self {
            Self::Other(what) => Tell::ArtOther { what: what.text(lang) }.text(lang),
            Self::Damaged(why) => Tell::ArtDamaged { why }.text(lang),
        })
    }
}

/// What files that are taken for programs by mistake begin with.
const KINDS: [(&[u8], Say); 10] = [
    (b"#!", Say::KindScript),
    (b"\x1f\x8b", Say::KindGzip),
    (b"\x28\xb5\x2f\xfd", Say::KindZstd),
    (b"\xfd7zXZ", Say::KindXz),
    (b"PK", Say::KindZip),
    (b"MZ", Say::KindWindows),
    (b"\xcf\xfa\xed\xfe", Say::KindMac),
    (b"<", Say::KindPage),
    (b"Not Found", Say::KindError),
    (b"", Say::KindOther),
];

fn kind(head: &[u8]) -> Say {
    if head.is_empty() {
        return Say::KindEmpty;
    }
    KINDS.iter().find(|(lead, _)| head.starts_with(lead)).map_or(Say::KindOther, |(_, kind)| *kind)
}

/// Looks at a program.
///
/// # Errors
/// The file is no ELF program, or a damaged one.
pub fn read(file: impl Read + Seek) -> Result<Artefact, NoArtefact> {
    let cache = ReadCache::new(file);
    let data = &cache;
    let size = data.len().map_err(|()| NoArtefact::Damaged("cannot be read".to_owned()))?;
    let head = data.read_bytes_at(0, size.min(16)).unwrap_or_default();
    if !head.starts_with(b"\x7fELF") {
        return Err(NoArtefact::Other(kind(head)));
    }
    elf::read(data, head.get(4) == Some(&1), size)
}

/// So many bytes of a program's file tell the machine that it is for.
pub const HEAD: usize = 64;

/// The GOARCH name of the machine of a program whose file begins so; nothing for what is none.
pub fn machine(head: &[u8]) -> Option<String> {
    elf::machine(head)
}

impl Artefact {
    /// The version that the program calls itself.
    pub fn version(&self) -> Option<&str> {
        let stamps = &self.go.as_ref()?.stamps;
        let ends = |end: &str| stamps.iter().find(|(name, value)| name.ends_with(end) && !value.is_empty());
        // k3s sets Kubernetes' own stamp as well, so its own goes first.
        let own = ["k3s/pkg/version.Version", "component-base/version.gitVersion", "version.gitVersion"];
        let named =
            own.iter().find_map(|end| ends(end)).or_else(|| ends(".Version")).or_else(|| ends(".version"));
        let module = &self.go.as_ref()?.version;
        named
            .map(|(_, value)| value.as_str())
            .or_else(|| Some(module.as_str()).filter(|it| it.starts_with('v')))
    }

    /// Whether it was built from an edited tree, where it says so.
    pub fn dirty(&self) -> Option<bool> {
        let go = self.go.as_ref()?;
        let modified = go.settings.get("vcs.modified").map(|value| value == "true");
        let state = |(name, value): (&String, &String)| {
            name.ends_with(".gitTreeState").then(|| value.as_str() == "dirty")
        };
        let state = go.stamps.iter().find_map(state);
        let named = self.version().map(|version| version.ends_with("-dirty") || version.ends_with("+dirty"));
        match (named, state, modified) {
            (Some(true), ..) | (_, Some(true), _) | (None, None, Some(true)) => Some(true),
            (named, state, modified) => named.or(state).or(modified),
        }
    }

    /// The Go that k3s compares itself with when it starts, where that is another than it was built with: it will
    /// refuse to run.
    pub fn refuses(&self) -> Option<(&str, &str)> {
        let go = self.go.as_ref()?;
        let (_, wanted) = go.stamps.iter().find(|(name, _)| name.ends_with("version.UpstreamGolang"))?;
        let runs = go.go.split(' ').next().unwrap_or_default();
        (wanted != runs).then_some((wanted.as_str(), runs))
    }
}

#[cfg(test)]
mod tests;
