//! What kind of failure a row speaks of, by its words alone, where no rule knows it.
//!
//! A guess that tells a person where to look; rules know, this only reads. The order decides: what says why comes
//! before what only names who says it.

use super::rule::Category;

mod matter;

pub(super) use matter::matter;

/// Words, in lower case, that a kind of failure is spoken of in.
type Words = (Category, &'static [&'static str]);

/// What happened, whoever tells it.
const HAPPENED: [Words; 35] = [
    (Category::FileLimit, &["too many open files", "inotify watch", "打开的文件过多"]),
    (Category::DiskFull, &["no space", "disk full", "disk quota", "空间不足", "没有空间", "espace disque"]),
    (
        Category::OutOfMemory,
        &[
            "out of memory",
            "cannot allocate",
            "oom-kill",
            "oomkilled",
            "oom killer",
            "signal: killed",
            "内存不足",
            "无法分配内存",
        ],
    ),
    (Category::RegistryRateLimit, &["toomanyrequests", "rate limit"]),
    (
        Category::Proxy,
        &[
            "proxyconnect",
            "tunneling socket",
            "from proxy",
            "proxy connect",
            "proxy authentication",
            "http_proxy",
            "https_proxy",
            " proxy ",
            "代理",
        ],
    ),
    (Category::Tls, &["x509", "certificate", "tls:", " ssl ", "ssl routines", "ssl error", "证书"]),
    (
        Category::Dns,
        &[
            "no such host",
            "could not resolve",
            "couldn't resolve",
            "cannot resolve",
            "can't resolve",
            "unable to resolve host",
            "resolving timed out",
            "name resolution",
            "name or service",
            "解析主机",
            "域名解析",
            "名前解決",
            "résoudre",
        ],
    ),
    (Category::ConnectionRefused, &["refused", "拒绝连接"]),
    (
        Category::NetworkTimeout,
        &[
            "timeout",
            "timed out",
            "low speed",
            "deadline exceeded",
            "超时",
            "cannot assign requested address",
            "unreachable",
            "no route to host",
            "connection reset",
            "dial tcp",
            "temporary error",
            "délai",
            "连接被重置",
        ],
    ),
    (Category::DockerDaemon, &["the docker daemon", "docker.sock", "connect to 'docker'", "buildkitd"]),
    (
        Category::ImageMissing,
        &["manifest unknown", "manifest for ", "no matching manifest", "pull access denied"],
    ),
    (
        Category::Credentials,
        &[
            "401",
            "unauthorized",
            "authenticat",
            "authorization",
            "credential",
            "password",
            "login ",
            "access to the resource is denied",
            "认证",
        ],
    ),
    (
        Category::HttpStatus,
        &[
            "http error",
            "status code",
            " 403",
            " 404",
            " 500",
            " 502",
            " 503",
            "404 not found",
            "403 forbidden",
            "410 gone",
            "500 internal",
            "502 bad",
            "503 service",
            "requested url returned error",
        ],
    ),
    (
        Category::PortInUse,
        &[
            "address already in use",
            "port is already",
            "is in use",
            "already running on port",
            "地址已在使用",
        ],
    ),
    (Category::ReadOnlyFs, &["read-only file system", "只读文件系统"]),
    (
        Category::Permission,
        &[
            "permission",
            "not permitted",
            "denied",
            "权限",
            "不允许",
            "許可がありません",
            "keine berechtigung",
        ],
    ),
    (
        Category::ExecFormat,
        &["exec format", "uncaught target signal", "illegal instruction", "可执行文件格式"],
    ),
    (Category::GlibcVersion, &["glibc_", "glibcxx_", "error relocating"]),
    (Category::Checksum, &["checksum", "sha256sum", "sha512sum", "digest mismatch", "校验"]),
    (
        Category::ArchiveCorrupt,
        &["not in gzip format", "unexpected end of file", "unexpected eof in archive"],
    ),
    (Category::GitTransfer, &["unexpected disconnect", "early eof", "rpc failed"]),
    (Category::MissingPkgConfig, &["pkg-config search path", "no package '"]),
    (
        Category::MissingPackage,
        &[
            "nothing provides",
            "unable to locate package",
            "no match for argument",
            "no matching package",
            "未找到匹配的参数",
            "没有匹配的软件包",
            "aucune correspondance",
        ],
    ),
    (
        Category::MissingTool,
        &[
            "command not found",
            "executable file not found",
            "fork/exec",
            "` not found",
            "needs to be installed",
            "未找到命令",
            "命令未找到",
        ],
    ),
    (Category::MissingLibrary, &["shared object", "shared librar", "cannot find -l", "找不到 -l", "共享库"]),
    (Category::MissingHeader, &[".h: no such file", ".h' file not found", ".h: 没有那个文件", "头文件"]),
    (
        Category::GoVersion,
        &[
            "not in goroot",
            "does not match go tool version",
            "is not in std",
            "invalid go version",
            "requires go",
            "flag provided but not defined: -mod",
        ],
    ),
    (
        Category::GoEnv,
        &["not using cgo", "cgo is not enabled", "external (cgo) linking", "$gopath/go.mod exists"],
    ),
    (
        Category::GoModule,
        &[
            "unrecognized import path",
            "does not contain package",
            "cannot find package",
            "ambiguous import",
            "missing go.sum",
            "inconsistent vendoring",
        ],
    ),
    (
        Category::ArchUnsupported,
        &[
            "goos/goarch",
            "unsupported arch",
            "architecture",
            "build constraints exclude",
            "no buildable go",
            "架构",
        ],
    ),
    (
        Category::WrongTool,
        &[
            "unrecognized option",
            "illegal option",
            "invalid option",
            "unknown option",
            "option requires",
            "is not supported",
        ],
    ),
    (Category::LinkerError, &["undefined reference", "relocation "]),
    (Category::ShellPortability, &["unbound variable", "bad substitution", "[[: not found"]),
    (Category::Codegen, &["out of date", "is not up to date"]),
    (Category::SyntaxError, &["syntax error", "unexpected token", "parse error", "yaml:", "语法错误"]),
];

/// Who tells it, and of what.
const TOLD: [Words; 13] = [
    (Category::LinkerError, &["collect2", "ld: ", "relocation", "linker", "链接"]),
    (Category::GoModule, &["go.mod", "go.sum", "module"]),
    (Category::GoVersion, &["go version"]),
    (Category::Codegen, &["generated", "protoc", "codegen"]),
    (Category::ArchiveCorrupt, &["tar: ", "gzip: ", "unzip: ", "archive", "zip file", "xz: "]),
    (Category::ImageMissing, &["manifest", "image ", "image:", "pull"]),
    (Category::PackageManager, &["dpkg", "apt-get", "apt: ", "dnf", "yum", "rpm", "apk ", "pacman", "pip "]),
    (Category::Lint, &["lint", "gofmt", "goimports"]),
    (Category::GitState, &["git: ", "git ", "remote:", "submodule", "fatal: "]),
    (
        Category::KernelConfig,
        &["cgroup", "modprobe", "iptables", "overlay", "kernel", "no such device", "mount ", "内核"],
    ),
    (Category::ServiceFailure, &["systemd", "systemctl", ".service", "kubelet", "k3s", "etcd", "服务"]),
    (Category::TestFailure, &["assert", "not ok ", "expected", "test "]),
    (Category::MissingTool, &["\" not found", "' not found", "is not installed", "未安装"]),
];

/// The ends of names of sources that are compiled.
const COMPILED: [&str; 13] = [
    ".go:", ".c:", ".cc:", ".cpp:", ".h:", ".s:", ".rs:", ".ts:", ".java:", ".proto:", ".pb.go:", ".cxx:",
    ".hpp:",
];

/// The kind that a row's words speak of, if any do.
pub(super) fn category(row: &str) -> Option<Category> {
    let low = words(row);
    let placed = |end: &str| {
        low.split_once(end).is_some_and(|(_, after)| after.starts_with(|digit: char| digit.is_ascii_digit()))
    };
    first(&HAPPENED, &low)
        .or_else(|| COMPILED.iter().any(|end| placed(end)).then_some(Category::CompileError))
        .or_else(|| low.starts_with("go: ").then_some(Category::GoModule))
        .or_else(|| low.starts_with("e: ").then_some(Category::PackageManager))
        .or_else(|| first(&TOLD, &low))
}

/// The same, where the row says what happened and not only who tells it.
pub(super) fn happened(row: &str) -> Option<Category> {
    first(&HAPPENED, &words(row))
}

/// A row's words in lower case. Names of hosts are none: `goproxy.io` is no proxy.
fn words(row: &str) -> String {
    let words = row.split_whitespace().filter(|word| !word.contains("://"));
    words.collect::<Vec<_>>().join(" ").to_lowercase()
}

fn first(kinds: &[Words], low: &str) -> Option<Category> {
    kinds.iter().find(|(_, words)| words.iter().any(|word| low.contains(word))).map(|(kind, _)| *kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_that_no_rule_knows_still_speaks_of_something() {
        for (row, expected) in [
            (
                "go: x@v1: Get \"https://y\": dial tcp [2a00::1]:443: connect: cannot assign requested address",
                Some(Category::NetworkTimeout),
            ),
            ("authorization status: 401: authorization failed", Some(Category::Credentials)),
            ("pkg/foo/a.go:12:3: the moon is full", Some(Category::CompileError)),
            ("go: the moon is full", Some(Category::GoModule)),
            ("E: Impossible de trouver le paquet libseccomp-dev", Some(Category::PackageManager)),
            ("default runtime \"frob\" not found: invalid argument", Some(Category::MissingTool)),
            ("frobnicate: the moon is full", None),
        ] {
            assert_eq!(category(row), expected, "{row}");
        }
    }
}
