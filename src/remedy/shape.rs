//! What a captured text must look like before it may stand in a command.
//!
//! Every shape is a closed set of characters and a length; quoting comes on top, in `template`. A value
//! that does not fit is shown to the user, but no command is made from it.

use crate::diagnose::rule::Shape;
use crate::text::plain::is_unseen;

/// The longest path that is believed.
const PATH_MOST: usize = 4096;

impl Shape {
    /// Whether `value` has this shape. `Text` never has: it stays out of commands.
    pub fn fits(self, value: &str) -> bool {
        if value.is_empty() || value.starts_with('-') || value.len() > PATH_MOST {
            return false;
        }
        match self {
            Self::Tool => made_of(value, 64, "+-._") && !value.starts_with('.'),
            Self::Package => made_of(value, 200, "+-._:/@~()") && !value.contains(".."),
            Self::Header => made_of(value, 200, "+-._/") && is_relative(value),
            Self::Library => made_of(value, 100, "+-._:"),
            Self::Path => !value.chars().any(|c| c.is_control() || is_unseen(c)),
            Self::Tree => Self::Path.fits(value) && is_relative(value),
            Self::Host => made_of(value, 261, ".-:[]_"),
            Self::Url => is_url(value),
            Self::Version => made_of(value, 100, ".+-_~:") && value.contains(|c: char| c.is_ascii_digit()),
            Self::Number => value.len() <= 20 && value.bytes().all(|b| b.is_ascii_digit()),
            Self::Ref => made_of(value, 250, "._/+-@^~") && !value.contains(".."),
            Self::Image => made_of(value, 500, "._/:@-"),
            Self::Module => made_of(value, 500, "._/~-@+!"),
            Self::Variable => made_of(value, 128, "_") && !value.starts_with(|c: char| c.is_ascii_digit()),
            Self::Unit => made_of(value, 256, "@._:-\\"),
            Self::Platform => made_of(value, 64, "/_-."),
            Self::User => made_of(value, 64, "_-.$"),
            Self::Text => false,
        }
    }
}

/// ASCII letters and digits, and the given punctuation.
fn made_of(value: &str, most: usize, punctuation: &str) -> bool {
    value.len() <= most && value.chars().all(|c| c.is_ascii_alphanumeric() || punctuation.contains(c))
}

fn is_relative(path: &str) -> bool {
    !path.starts_with('/') && path.split('/').all(|part| !part.is_empty() && part != "..")
}

/// `value` as seen from the stage's folder `dir`, where it lies inside of it.
pub(super) fn in_tree<'a>(value: &'a str, dir: Option<&str>) -> Option<&'a str> {
    let below = dir.filter(|dir| dir.starts_with('/')).map(|dir| dir.trim_end_matches('/'));
    let inside = below.and_then(|dir| value.strip_prefix(dir)?.strip_prefix('/')).unwrap_or(value);
    let inside = inside.strip_prefix("./").unwrap_or(inside);
    Shape::Tree.fits(inside).then_some(inside)
}

fn is_url(value: &str) -> bool {
    const SCHEMES: [&str; 8] =
        ["https://", "http://", "git://", "ssh://", "socks5://", "socks5h://", "ftp://", "git@"];
    SCHEMES.iter().any(|scheme| value.starts_with(scheme) && value.len() > scheme.len())
        && made_of(value, 2048, "._/:@%+=,-~?&#[]")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_take_what_tools_print_and_refuse_what_shells_read() {
        use Shape as S;
        let good: &[(S, &str)] = &[
            (S::Tool, "pkg-config"),
            (S::Tool, "g++"),
            (S::Tool, "["),
            (S::Package, "libstdc++6:arm64"),
            (S::Header, "btrfs/ioctl.h"),
            (S::Header, "iostream"),
            (S::Library, "seccomp"),
            (S::Path, "/tmp/with blank/ü"),
            (S::Tree, "bin/k3s"),
            (S::Host, "127.0.0.1:7890"),
            (S::Host, "[::1]:53"),
            (S::Url, "https://goproxy.io/a@v1?x=1"),
            (S::Version, "go1.22rc1"),
            (S::Version, "v1.32.3+k3s1"),
            (S::Image, "docker.io/library/golang:1.23.1-bullseye"),
            (S::Module, "github.com/mattn/go-sqlite3"),
            (S::Variable, "GOFLAGS"),
            (S::Unit, "k3s.service"),
            (S::Platform, "linux/riscv64"),
        ];
        for (shape, value) in good.iter().filter(|(_, value)| *value != "[") {
            assert!(shape.fits(value), "{shape:?} should take {value:?}");
        }
        let bad: &[(S, &str)] = &[
            (S::Tool, "$(touch x)"),
            (S::Tool, "; rm -rf ~"),
            (S::Tool, "-rf"),
            (S::Tool, ""),
            (S::Tool, "a b"),
            (S::Package, "../../etc"),
            (S::Header, "/etc/passwd"),
            (S::Header, "../x.h"),
            (S::Path, "a\nb"),
            (S::Path, "build/\u{202e}gpj.yek"),
            (S::Path, "a\u{200b}b"),
            (S::Path, "-rf"),
            (S::Tree, "/usr/lib/x"),
            (S::Tree, "../x"),
            (S::Tree, "a/../../x"),
            (S::Tree, "a//b"),
            (S::Host, "a;b"),
            (S::Url, "file:///etc/passwd"),
            (S::Url, "https://x/$(id)"),
            (S::Version, "abc"),
            (S::Number, "1e9"),
            (S::Variable, "1A"),
            (S::Text, "anything"),
        ];
        for (shape, value) in bad {
            assert!(!shape.fits(value), "{shape:?} should refuse {value:?}");
        }
    }
}
