//! What a row that no rule knows speaks of: the host, file, image, version or name in it.
//!
//! Owns where in a row that stands, by the kind of failure. It is shown and searched for; before it reaches a command
//! it must fit a shape like every capture.

use std::sync::LazyLock;

use regex::Regex;

use crate::diagnose::rule::Category;

/// Patterns whose first group is what the row speaks of; compiled when the first such row comes.
type Grammar = LazyLock<Vec<Regex>>;

/// A pattern that did not compile would find nothing; the test below holds each to a row. ASCII classes and no counted
/// repetitions: these are rarely needed and should not be large.
fn all(sources: &[&str]) -> Vec<Regex> {
    sources.iter().filter_map(|source| Regex::new(source).ok()).collect()
}

static HOST: Grammar = LazyLock::new(|| {
    all(&[
        r"\blookup ((?-u:[\w.-]+\.\w+))",
        r#"(?i)\bhost(?:name)?[:：]? ['"‘“]?((?-u:[\w-]+(?:\.[\w-]+)+))"#,
        r#"(?-u:\b)[a-z](?-u:[\w+.-]*)://(?:[^/\s@'"]*@)?((?-u:\[[\da-fA-F:]+\](?::\d+)?|[\w.-]+(?::\d+)?))"#,
        r#"(?:^|[\s'"(“])((?-u:\d+\.\d+\.\d+\.\d+(?::\d+)?|[\w-]+(?:\.[\w-]+)*\.[a-zA-Z]+:\d+|localhost(?::\d+)?\b))"#,
        r#"(?:^|[\s'"(“])((?-u:(?:[\w-]+\.)+(?:com|org|net|io|dev|cn|edu|gov|local|internal|lan|de|fr|jp|ru|uk)\b))"#,
    ])
});
static IMAGE: Grammar = LazyLock::new(|| {
    all(&[
        r#"(?:^|[\s'"“])((?-u:(?:[\w.-]+(?::\d+)?/)+[\w.-]+(?::[\w.-]+)?(?:@sha256:[0-9a-f]+)?))"#,
        r#"(?i)(?-u:\b)(?:image|manifest for|pull(?:ing)?)[:：]? ['"“]?((?-u:[\w.-]+(?::[\w.-]+)?))"#,
    ])
});
static FILE: Grammar = LazyLock::new(|| {
    all(&[
        r#"['"‘“`]([^'"’”`\s]*/[^'"’”`\s]*)['"’”`]"#,
        r"(?:^|[\s(])((?-u:(?:/|\./|\.\./)[\w./+@~-]*[\w/]))",
        r"(?:^|[\s(])((?-u:[\w.+-]+(?:/[\w.+-]+)*\.[A-Za-z]\w*))(?:[\s:)]|$)",
    ])
});
static PORT: Grammar = LazyLock::new(|| all(&[r"(?i)(?-u:\b)port[:： ]+((?-u:\d+))", r":((?-u:\d\d+\b))"]));
static VERSION: Grammar = LazyLock::new(|| {
    all(&[
        r"\b(GLIBC(?:XX)?_[0-9.]+[0-9])",
        r"\b(go ?[0-9]+\.[0-9]+(?:\.[0-9]+)?)",
        r"\b(v?[0-9]+\.[0-9]+(?:\.[0-9]+)*)",
    ])
});
static MODULE: Grammar = LazyLock::new(|| {
    all(&[r#"\b((?-u:[a-z][\w-]*(?:\.[\w-]+)+/[\w./~-]+?))(?:@v(?-u:[\w.+-]+))?(?:[\s:"'`,)]|$)"#])
});
static TOOL: Grammar = LazyLock::new(|| {
    all(&[
        r#"['"‘“`]((?-u:[\w.+-]+))['"’”`]"#,
        r"(?:^|[\s:：])((?-u:[\w.+-]*\w)): (?i:command not found|not found|not installed)",
    ])
});
static QUOTED: Grammar =
    LazyLock::new(|| all(&[r#""([^"]+)""#, r"[‘'`]([^’'`]+)[’'`]", r"“([^”]+)”", r"「([^」]+)」"]));

/// What the row speaks of, as a failure of this kind; `None` where nothing in it has such a form.
pub(in crate::diagnose) fn matter(row: &str, category: Category) -> Option<&str> {
    let kinds: &[&Grammar] = match category {
        Category::Dns
        | Category::NetworkTimeout
        | Category::ConnectionRefused
        | Category::Tls
        | Category::HttpStatus
        | Category::Proxy
        | Category::Credentials
        | Category::GitTransfer => &[&HOST],
        Category::ImageMissing | Category::RegistryRateLimit => &[&IMAGE, &QUOTED],
        Category::DiskFull
        | Category::Permission
        | Category::ReadOnlyFs
        | Category::ExecFormat
        | Category::ArchiveCorrupt
        | Category::Checksum
        | Category::MissingHeader
        | Category::MissingLibrary => &[&FILE, &QUOTED],
        Category::PortInUse => &[&PORT],
        Category::GlibcVersion | Category::GoVersion => &[&VERSION],
        Category::GoModule => &[&MODULE],
        Category::MissingTool => &[&TOOL],
        Category::LinkerError | Category::ServiceFailure | Category::PackageManager | Category::GitState => {
            &[&QUOTED]
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
        let grammars = [&HOST, &IMAGE, &FILE, &PORT, &VERSION, &MODULE, &TOOL, &QUOTED];
        assert_eq!(grammars.map(|grammar| grammar.len()), [5, 2, 3, 2, 3, 1, 2, 4]);
    }
}
