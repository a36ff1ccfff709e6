//! The log that everything is measured on.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use crate::{BESIDE, FIRST, LAST, Outcome, RARE};

/// A log of build lines; answers with how many.
pub(crate) fn write(path: &Path, bytes: u64) -> Outcome<u64> {
    let mut out = BufWriter::with_capacity(1 << 20, File::create(path)?);
    let mut written = 0u64;
    let mut lines = 0u64;
    let mut seed = 7u64;
    let mut rare = false;
    writeln!(out, "{FIRST} a build begins")?;
    while written < bytes {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let n = seed >> 33;
        let line = match n % 5 {
            0 => format!(
                "go: downloading example.org/module{}/part{} v1.{}.{} into the module cache of this machine, please wait\n",
                n % 977,
                n % 89,
                n % 40,
                n % 17
            ),
            1 => format!(
                "gcc -O2 -Wall -Wextra -Iinclude -Ivendor/part{} -c -o build/object{}.o src/part{}/file{}.c\n",
                n % 89,
                n % 4801,
                n % 89,
                n % 4801
            ),
            2 => format!(
                "make[{}]: Entering directory '/home/builder/src/component{}/part{}/generated/sources'\n",
                n % 4 + 1,
                n % 977,
                n % 89
            ),
            3 => format!(
                "compile pkg/agent/part{:03}/handler{:05}.go: {} functions, {} lines, inlined {} calls, escape analysis done\n",
                n % 977,
                n % 48_017,
                n % 97,
                n % 4001,
                n % 301
            ),
            _ => format!(
                "step {}: {:08x} {:08x} checked, cached layer {} reused for linux/amd64, linux/arm64 and linux/riscv64\n",
                n % 31,
                n,
                n.rotate_left(13) as u32,
                n % 211
            ),
        };
        if !rare && written > bytes / 4 * 3 {
            rare = true;
            writeln!(out, "the rare word {RARE} stands here with {BESIDE}")?;
            lines += 1;
        }
        out.write_all(line.as_bytes())?;
        written += line.len() as u64;
        lines += 1;
    }
    writeln!(out, "{LAST} the build ends")?;
    out.flush()?;
    Ok(lines + 2)
}
