//! The ELF side of a program: machine, loader, libraries, and where its parts lie.

use object::Endianness;
use object::elf::{self, FileHeader32, FileHeader64};
use object::read::ReadRef;
use object::read::elf::{Dyn, FileHeader, ProgramHeader, SectionHeader};
use serde::Serialize;

use super::{Artefact, NoArtefact, buildinfo};

/// How a program is linked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Linked {
    /// Whether it needs nothing of the machine to start.
    #[serde(rename = "static")]
    pub is_static: bool,
    /// The loader that it asks for; musl's on Alpine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interpreter: Option<String>,
    /// The libraries that it asks for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub needed: Vec<String>,
}

/// The most library names that are read: a program needs a handful.
const MOST_NEEDED: usize = 256;
/// Only for what has no section headers: so far the search for Go's mark goes.
const SEARCHED: u64 = 64 * 1024;

/// Where the parts of a program lie in memory and in the file.
pub(super) struct Image<'d, R: ReadRef<'d>> {
    data: R,
    /// Address in memory, offset in the file, bytes in the file.
    loads: Vec<(u64, u64, u64)>,
    _life: std::marker::PhantomData<&'d ()>,
}

impl<'d, R: ReadRef<'d>> Image<'d, R> {
    /// Bytes at an address.
    pub(super) fn at(&self, address: u64, size: u64) -> Option<&'d [u8]> {
        let end = address.checked_add(size)?;
        let (start, offset, _) =
            self.loads.iter().find(|(at, _, long)| *at <= address && end <= at.saturating_add(*long))?;
        self.data.read_bytes_at(offset.checked_add(address - start)?, size).ok()
    }

    fn text(&self, address: u64, within: u64) -> Option<String> {
        let (start, offset, long) =
            self.loads.iter().find(|(at, _, long)| *at <= address && address < at.saturating_add(*long))?;
        let from = offset.checked_add(address - start)?;
        let end = from.checked_add(within)?.min(offset.checked_add(*long)?);
        let bytes = self.data.read_bytes_at_until(from..end, 0).ok()?;
        Some(String::from_utf8_lossy(bytes).into_owned())
    }
}

pub(super) fn read<'d, R: ReadRef<'d>>(data: R, narrow: bool, size: u64) -> Result<Artefact, NoArtefact> {
    let read = if narrow {
        of::<FileHeader32<Endianness>, R>(data, size)
    } else {
        of::<FileHeader64<Endianness>, R>(data, size)
    };
    read.map_err(|error| NoArtefact::Damaged(error.to_string()))
}

fn of<'d, E: FileHeader<Endian = Endianness>, R: ReadRef<'d>>(
    data: R,
    size: u64,
) -> object::Result<Artefact> {
    let header = E::parse(data)?;
    let endian = header.endian()?;
    let segments = header.program_headers(endian, data)?;
    let word = |word: E::Word| -> u64 { word.into() };
    let loads = segments
        .iter()
        .filter(|segment| segment.p_type(endian) == elf::PT_LOAD)
        .map(|it| (word(it.p_vaddr(endian)), word(it.p_offset(endian)), word(it.p_filesz(endian))))
        .collect();
    let image = Image { data, loads, _life: std::marker::PhantomData };
    let mut linked = Linked { is_static: true, interpreter: None, needed: Vec::new() };
    for segment in segments {
        if let Some(name) = segment.interpreter(endian, data)? {
            linked.interpreter = Some(String::from_utf8_lossy(name).into_owned());
        }
        if let Some(entries) = segment.dynamic(endian, data)? {
            linked.needed = needed::<E, R>(entries, endian, &image);
        }
    }
    linked.is_static = linked.interpreter.is_none() && linked.needed.is_empty();
    let go = mark(header, endian, data, segments).and_then(|mark| {
        buildinfo::read(mark, endian == Endianness::Big, &|address, size| image.at(address, size))
    });
    Ok(Artefact { size, arch: arch(header, endian), linked, go })
}

fn needed<'d, E: FileHeader<Endian = Endianness>, R: ReadRef<'d>>(
    entries: &[E::Dyn],
    endian: Endianness,
    image: &Image<'d, R>,
) -> Vec<String> {
    let value = |tag: i64| entries.iter().find(|it| it.tag(endian) == tag).map(|it| it.val(endian));
    let (Some(table), Some(long)) = (value(elf::DT_STRTAB), value(elf::DT_STRSZ)) else {
        return Vec::new();
    };
    let name = |at: u64| image.text(table.checked_add(at)?, long.checked_sub(at)?);
    let wanted = entries.iter().take_while(|it| it.tag(endian) != elf::DT_NULL);
    let wanted = wanted.filter(|it| it.tag(endian) == elf::DT_NEEDED);
    wanted.take(MOST_NEEDED).filter_map(|it| name(it.val(endian))).collect()
}

/// The bytes of Go's mark: its section, or what looks like it in the data of a program without sections.
fn mark<'d, E: FileHeader<Endian = Endianness>, R: ReadRef<'d>>(
    header: &E,
    endian: Endianness,
    data: R,
    segments: &[E::ProgramHeader],
) -> Option<&'d [u8]> {
    let in_section = || {
        let sections = header.sections(endian, data).ok()?;
        let (_, section) = sections.section_by_name(endian, b".go.buildinfo")?;
        section.data(endian, data).ok()
    };
    let in_data = || {
        let mut writable = segments
            .iter()
            .filter(|it| it.p_type(endian) == elf::PT_LOAD && it.p_flags(endian) & elf::PF_W != 0);
        writable.find_map(|it| {
            let (from, long) = it.file_range(endian);
            let bytes = data.read_bytes_at(from, long.min(SEARCHED)).ok()?;
            buildinfo::find(bytes)
        })
    };
    in_section().and_then(buildinfo::find).or_else(in_data)
}

/// The machine of a program whose file begins so.
pub(super) fn machine(head: &[u8]) -> Option<String> {
    fn of<E: FileHeader<Endian = Endianness>>(head: &[u8]) -> Option<String> {
        let header = E::parse(head).ok()?;
        Some(arch(header, header.endian().ok()?))
    }
    if !head.starts_with(b"\x7fELF") {
        return None;
    }
    if head.get(4) == Some(&1) {
        of::<FileHeader32<Endianness>>(head)
    } else {
        of::<FileHeader64<Endianness>>(head)
    }
}

fn arch<E: FileHeader<Endian = Endianness>>(header: &E, endian: Endianness) -> String {
    let (wide, little) = (header.is_class_64(), endian == Endianness::Little);
    let name = match (header.e_machine(endian), wide, little) {
        (elf::EM_X86_64, true, _) => "amd64",
        (elf::EM_386, ..) => "386",
        (elf::EM_AARCH64, ..) => "arm64",
        (elf::EM_ARM, ..) => "arm",
        (elf::EM_RISCV, true, _) => "riscv64",
        (elf::EM_RISCV, false, _) => "riscv32",
        (elf::EM_S390, true, _) => "s390x",
        (elf::EM_PPC64, _, true) => "ppc64le",
        (elf::EM_PPC64, _, false) => "ppc64",
        (elf::EM_LOONGARCH, true, _) => "loong64",
        (elf::EM_MIPS, true, true) => "mips64le",
        (elf::EM_MIPS, true, false) => "mips64",
        (elf::EM_MIPS, false, true) => "mipsle",
        (elf::EM_MIPS, false, false) => "mips",
        (other, ..) => return format!("elf-{other}"),
    };
    name.to_owned()
}
