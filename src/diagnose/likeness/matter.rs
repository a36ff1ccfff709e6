//! What a row that no rule knows speaks of: the host, file, image, version or name in it.
//!
//! Owns where in a row that stands, by the kind of failure. It is shown and searched for; before it reaches a command
//! it must fit a shape like every capture.

use std::sync::LazyLock;

use regex::Regex;

use crate::diagnose::rule::Category;

/// Patterns by name; the first group is what the row speaks of.
struct Grammar {
    host: Vec<Regex>,
    image: Vec<Regex>,
    file: Vec<Regex>,
    port: Vec<Regex>,
    version: Vec<Regex>,
    module: Vec<Regex>,
    tool: Vec<Regex>,
    quoted: Vec<Regex>,
}

static GRAMMAR: LazyLock<Grammar> = LazyLock::new(|| {
    // A pattern that did not compile would find nothing; the test below holds each to a row.
    let all = |sources: &[&str]| sources.iter().filter_map(|source| Regex::new(source).ok()).collect();
    Grammar {
        host: all(&[
            r"\blookup ([\w.-]+\.\w+)",
            r#"(?i)\bhost(?:name)?[:：]? ['"‘“]?([\w-]+(?:\.[\w-]+)+)"#,
            r#"\b[a-z][\w+.-]*://(?:[^/\s@'"]*@)?(\[[\da-fA-F:]+\](?::\d+)?|[\w.-]+(?::\d+)?)"#,
            r#"(?:^|[\s'"(“])(\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?|[\w-]+(?:\.[\w-]+)*\.[a-zA-Z]{2,}:\d+|localhost(?::\d+)?)\b"#,
            r#"(?:^|[\s'"(“])((?:[\w-]+\.)+(?:com|org|net|io|dev|cn|edu|gov|local|internal|lan|de|fr|jp|ru|uk))\b"#,
        ]),
        image: all(&[
            r#"(?:^|[\s'"“])((?:[\w.-]+(?::\d+)?/)+[\w.-]+(?::[\w.-]+)?(?:@sha256:[0-9a-f]+)?)"#,
            r#"(?i)\b(?:image|manifest for|pull(?:ing)?)[:：]? ['"“]?([\w.-]+(?::[\w.-]+)?)"#,
        ]),
        file: all(&[
            r#"['"‘“`]([^'"’”`\s]*/[^'"’”`\s]*)['"’”`]"#,
            r"(?:^|[\s(])((?:/|\./|\.\./)[\w./+@~-]*[\w/])",
            r"(?:^|[\s(])([\w.+-]+(?:/[\w.+-]+)*\.[A-Za-z]\w{0,7})(?:[\s:)]|$)",
        ]),
        port: all(&[r"(?i)\bport[:： ]+(\d{1,5})\b", r":(\d{2,5})\b"]),
        version: all(&[
            r"\b(GLIBC(?:XX)?_[\d.]+\d)",
            r"\b(go ?\d+\.\d+(?:\.\d+)?)\b",
            r"\b(v?\d+\.\d+(?:\.\d+)*)\b",
        ]),
        module: all(&[r#"\b([a-z][\w-]*(?:\.[\w-]+)+/[\w./~-]+?)(?:@v[\w.+-]+)?(?:[\s:"'`,)]|$)"#]),
        tool: all(&[
            r#"['"‘“`]([\w.+-]+)['"’”`]"#,
            r"(?:^|[\s:：])([\w.+-]*\w): (?i:command not found|not found|not installed)",
        ]),
        quoted: all(&[
            r#""([^"]{1,120})""#,
            r"[‘'`]([^’'`]{1,120})[’'`]",
            r"“([^”]{1,120})”",
            r"「([^」]{1,120})」",
        ]),
    }
});

/// What the row speaks of, as a failure of this kind; `None` where nothing in it has such a form.
pub(in crate::diagnose) fn matter(row: &str, category: Category) -> Option<&str> {
    let grammar = &*GRAMMAR;
    let kinds: &[&Vec<Regex>] = match category {
        Category::Dns
        | Category::NetworkTimeout
        | Category::ConnectionRefused
        | Category::Tls
        | Category::HttpStatus
        | Category::Proxy
        | Category::Credentials
        | Category::GitTransfer => &[&grammar.host],
        Category::ImageMissing | Category::RegistryRateLimit => &[&grammar.image, &grammar.quoted],
        Category::DiskFull
        | Category::Permission
        | Category::ReadOnlyFs
        | Category::ExecFormat
        | Category::ArchiveCorrupt
        | Category::Checksum
        | Category::MissingHeader
        | Category::MissingLibrary => &[&grammar.file, &grammar.quoted],
        Category::PortInUse => &[&grammar.port],
        Category::GlibcVersion | Category::GoVersion => &[&grammar.version],
        Category::GoModule => &[&grammar.module],
        Category::MissingTool => &[&grammar.tool],
        Category::LinkerError | Category::ServiceFailure | Category::PackageManager | Category::GitState => {
            &[&grammar.quoted]
        }
        _ => &[],
    };
    let patterns = kinds.iter().flat_map(|patterns| patterns.iter());
    patterns.filter_map(|pattern| pattern.captures(row)?.get(1)).map(|found| found.as_str()).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_row_speaks_of_follows_from_its_kind() {
        for (row, category, expected) in [
            ("frob: lookup mirror.example.cn on 127.0.0.53:53: no", Category::Dns, "mirror.example.cn"),
            ("frob: cannot resolve host 'git.example.org'", Category::Dns, "git.example.org"),
            (
                "frob: GET https://me:pw@dl.example.org:8443/x.tgz timed out",
                Category::NetworkTimeout,
                "dl.example.org:8443",
            ),
            ("frob: dial 10.0.0.7:3128 refused", Category::ConnectionRefused, "10.0.0.7:3128"),
            ("frob: no answer of github.com in 30 s", Category::NetworkTimeout, "github.com"),
            (
                "frob: cannot pull registry.example.io/rancher/pause:3.6",
                Category::ImageMissing,
                "registry.example.io/rancher/pause:3.6",
            ),
            ("frob: image alpine:3.99 is not there", Category::ImageMissing, "alpine:3.99"),
            ("frob: no space for '/var/lib/docker/tmp/x'", Category::DiskFull, "/var/lib/docker/tmp/x"),
            ("frob: may not open /run/k3s/containerd.sock", Category::Permission, "/run/k3s/containerd.sock"),
            ("frob: truncated archive k3s-root.tar.gz", Category::ArchiveCorrupt, "k3s-root.tar.gz"),
            ("frob: port 6443 is taken", Category::PortInUse, "6443"),
            ("frob: needs GLIBC_2.34 or later", Category::GlibcVersion, "GLIBC_2.34"),
            ("frob: k8s.io/klog/v2@v2.1.0 is not in the list", Category::GoModule, "k8s.io/klog/v2"),
            ("frob: please install 'protoc' first", Category::MissingTool, "protoc"),
            ("frob: no symbol “seccomp_init”", Category::LinkerError, "seccomp_init"),
        ] {
            assert_eq!(matter(row, category), Some(expected), "{row}");
        }
        assert_eq!(matter("frob: the moon is full", Category::Dns), None);
        let grammar = &*GRAMMAR;
        let sizes =
            [&grammar.host, &grammar.image, &grammar.file, &grammar.port, &grammar.version].map(Vec::len);
        assert_eq!(
            (sizes, grammar.module.len(), grammar.tool.len(), grammar.quoted.len()),
            ([5, 2, 3, 2, 3], 1, 2, 4)
        );
    }
}
