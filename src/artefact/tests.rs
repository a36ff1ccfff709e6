//! Small programs made byte by byte, and what is told of them.

use std::io::Cursor;

use super::*;

/// A little-endian 64-bit ELF with one load segment that holds everything, at address 0x400000.
fn program(machine: u16, mark: &[u8]) -> Vec<u8> {
    const BASE: u64 = 0x40_0000;
    let mut file = b"\x7fELF\x02\x01\x01".to_vec();
    file.resize(16, 0);
    for half in [2u16, machine] {
        file.extend(half.to_le_bytes());
    }
    file.extend(1u32.to_le_bytes());
    for word in [BASE, 64, 0] {
        file.extend(word.to_le_bytes());
    }
    file.extend(0u32.to_le_bytes());
    for half in [64u16, 56, 1, 64, 0, 0] {
        file.extend(half.to_le_bytes());
    }
    let size = (64 + 56 + 8 + mark.len()) as u64;
    for word in [1u32, 6] {
        file.extend(word.to_le_bytes());
    }
    for word in [0, BASE, BASE, size, size, 0x1000] {
        file.extend(word.to_le_bytes());
    }
    file.resize(128, 0);
    file.extend(mark);
    file
}

fn list(ldflags: &str) -> String {
    let text = format!(
        "path\tgithub.com/k3s-io/k3s/cmd/server\nmod\tgithub.com/k3s-io/k3s\t(devel)\t\ndep\tx\tv1\t\nbuild\t-ldflags={ldflags}\nbuild\tCGO_ENABLED=1\n"
    );
    format!("0123456789abcdef{text}0123456789abcdef")
}

const FLAGS: &str = r#""\n\t-X github.com/k3s-io/k3s/pkg/version.Version=v1.32.3+k3s1-dirty -X 'github.com/k3s-io/k3s/pkg/version.UpstreamGolang=go1.23.6' -w -s""#;

fn inline(go: &str, list: &str) -> Vec<u8> {
    let mut mark = b"\xff Go buildinf:\x08\x02".to_vec();
    mark.resize(32, 0);
    for text in [go, list] {
        let mut long = text.len();
        while long >= 0x80 {
            mark.push(u8::try_from(long & 0x7f).unwrap() | 0x80);
            long >>= 7;
        }
        mark.push(u8::try_from(long).unwrap());
        mark.extend(text.as_bytes());
    }
    mark
}

#[test]
fn the_newer_form_holds_its_texts_beside_the_mark() {
    let artefact = read(Cursor::new(program(243, &inline("go1.22.1", &list(FLAGS))))).unwrap();
    assert_eq!((artefact.arch.as_str(), artefact.linked.is_static), ("riscv64", true));
    let go = artefact.go.as_ref().unwrap();
    assert_eq!((go.go.as_str(), go.module.as_str()), ("go1.22.1", "github.com/k3s-io/k3s"));
    assert_eq!(go.settings["CGO_ENABLED"], "1");
    assert_eq!(artefact.version(), Some("v1.32.3+k3s1-dirty"));
    assert_eq!(artefact.dirty(), Some(true));
    assert_eq!(artefact.refuses(), Some(("go1.23.6", "go1.22.1")));
}

#[test]
fn the_older_form_points_at_its_texts() {
    // Behind the mark: two string headers, then the texts.
    let list = list("-w");
    let at = |offset: u64| 0x40_0000 + 128 + offset;
    let mut mark = b"\xff Go buildinf:\x08\x00".to_vec();
    for word in [at(32), at(48), at(64), 8, at(72), list.len() as u64] {
        mark.extend(word.to_le_bytes());
    }
    mark.extend(b"go1.17.8");
    mark.extend(list.as_bytes());
    let artefact = read(Cursor::new(program(183, &mark))).unwrap();
    let go = artefact.go.unwrap();
    assert_eq!((artefact.arch.as_str(), go.go.as_str()), ("arm64", "go1.17.8"));
    assert_eq!(go.path, "github.com/k3s-io/k3s/cmd/server");
    assert!(go.stamps.is_empty());
}

#[test]
fn what_is_no_program_says_what_it_is() {
    for (bytes, says) in [
        (&b"#!/bin/sh\n"[..], "a script"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"<html>", "failed download"),
        (b"", "empty"),
        (b"hello", "something else"),
    ] {
        let told = read(Cursor::new(bytes)).unwrap_err();
        assert!(told.to_string().contains(says), "{told}");
        assert!(told.said().zh.starts_with("不是 ELF 程序"));
    }
    assert!(matches!(read(Cursor::new(b"\x7fELF\x02\x01")), Err(NoArtefact::Damaged(_))));
}

#[test]
fn no_damage_makes_it_panic() {
    let whole = program(62, &inline("go1.22.1", &list(FLAGS)));
    for at in 0..whole.len() {
        let _ = read(Cursor::new(&whole[..at]));
        let mut bent = whole.clone();
        bent[at] = 0xff;
        let _ = read(Cursor::new(bent));
    }
}

#[test]
fn expectations_are_words() {
    let artefact = read(Cursor::new(program(243, &inline("go1.22.1", &list(FLAGS))))).unwrap();
    for (word, good) in [
        ("riscv64", true),
        ("linux/riscv64", true),
        ("amd64", false),
        ("go1.22.1", true),
        ("go1.22", false),
        ("v1.32.3", true),
        ("v1.32", false),
        ("static", true),
        ("dynamic", false),
        ("clean", false),
    ] {
        let wanted: Expectation = word.parse().unwrap();
        assert_eq!(wanted.deviation(&artefact).is_none(), good, "{word}");
    }
    for word in ["", "sparc", "linux", "gopher", "vnext"] {
        assert!(word.parse::<Expectation>().is_err(), "{word}");
    }
}
