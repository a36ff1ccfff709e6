//! Go modules as a proxy serves them: where, under which escaped names. Pure.

use reqwest::Url;

use super::version::GoVersion;

/// The module that toolchains are published as.
pub const TOOLCHAIN: &str = "golang.org/toolchain";

/// A mirror that serves modules and toolchains, for machines without any Go that would name one.
pub const MIRROR: &str = "https://goproxy.cn";

/// The servers of a GOPROXY list; `direct` and `off` are none.
pub fn servers(goproxy: &str) -> Vec<Url> {
    let words = goproxy.split([',', '|']).map(str::trim);
    words
        .take_while(|word| *word != "off")
        .filter_map(|word| Url::parse(word).ok())
        .filter(|url| matches!(url.scheme(), "http" | "https"))
        .collect()
}

/// A file of a module on a server: `zip`, `info`, `mod`.
pub fn file(server: &Url, module: &str, version: &str, what: &str) -> Option<Url> {
    let base = server.as_str().trim_end_matches('/');
    Url::parse(&format!("{base}/{}/@v/{}.{what}", escaped(module), escaped(version))).ok()
}

/// Capitals are written as `!` and the small letter, since some file systems do not tell them apart.
pub fn escaped(name: &str) -> String {
    name.chars().fold(String::new(), |mut text, c| {
        if c.is_ascii_uppercase() {
            text.push('!');
        }
        text.push(c.to_ascii_lowercase());
        text
    })
}

/// The version of [`TOOLCHAIN`] that is this Go for this platform.
pub fn toolchain_version(go: &GoVersion, os: &str, arch: &str) -> String {
    format!("v0.0.1-go{}.{os}-{arch}", go.release())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_and_names() {
        let hosts: Vec<_> =
            servers("https://goproxy.cn,direct|http://10.0.0.1:3000/go,off,https://late.example")
                .iter()
                .map(ToString::to_string)
                .collect();
        assert_eq!(hosts, ["https://goproxy.cn/", "http://10.0.0.1:3000/go"]);
        let server = "http://10.0.0.1/go/".parse().unwrap();
        assert_eq!(
            file(&server, "github.com/Azure/x", "v1.0.0-RC1", "zip").unwrap().as_str(),
            "http://10.0.0.1/go/github.com/!azure/x/@v/v1.0.0-!r!c1.zip"
        );
        assert_eq!(
            toolchain_version(&"1.23".parse().unwrap(), "linux", "riscv64"),
            "v0.0.1-go1.23.0.linux-riscv64"
        );
    }
}
