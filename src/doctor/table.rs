//! What every machine needs for a build of a kind, as data.

use super::{Check, Cure, Expect, Row, State};
use crate::diagnose::fact::Ask;

/// Earlier than this no clock of a machine that builds today can be: 1 January 2026.
const NOT_BEFORE: u64 = 1_767_225_600;
/// A checkout, Go's caches and the products have about so many files.
const INODES: u64 = 100_000;

/// What k3s needs of the kernel where it is to run, from `k3s check-config`.
const KERNEL: [&str; 9] = [
    "OVERLAY_FS",
    "BRIDGE_NETFILTER",
    "VXLAN",
    "VETH",
    "IP_NF_NAT",
    "NETFILTER_XT_MATCH_COMMENT",
    "NETFILTER_XT_MATCH_CONNTRACK",
    "CGROUP_PIDS",
    "MEMCG",
];
/// Ports that k3s listens on.
const PORTS: [(u16, &str); 3] = [(6443, "API server"), (10250, "kubelet"), (10256, "kube-proxy")];

/// Checks for any build.
pub fn general(dir: &str) -> Vec<Check> {
    let rows = [
        Row {
            id: "inodes".into(),
            what: format!("inodes {dir}"),
            ask: Ask::Inodes(dir.to_owned()),
            expect: Expect::AtLeast(INODES),
            wanted: ("at least 100000 free", "至少 100000 个空闲"),
            why: (
                "sources and caches are many small files; without inodes the disk is full while it has room",
                "源码和缓存由大量小文件组成；inode 用尽时，磁盘有空间也写不进去",
            ),
            otherwise: State::Bad,
            cure: Cure::Space,
        },
        Row {
            id: "disk.tmp".into(),
            what: "/tmp".into(),
            ask: Ask::Disk("/tmp".into()),
            expect: Expect::AtLeast(1 << 30),
            wanted: ("at least 1 GiB free", "至少 1 GiB 可用"),
            why: (
                "go and the linker write large files there (TMPDIR moves them)",
                "go 和链接器会在此写大文件（可用 TMPDIR 换位置）",
            ),
            otherwise: State::Warning,
            cure: Cure::Rule("disk.no-space-tmp", Vec::new()),
        },
        Row {
            id: "clock".into(),
            what: "clock".into(),
            ask: Ask::Clock,
            expect: Expect::AtLeast(NOT_BEFORE),
            wanted: ("today", "当前时间"),
            why: (
                "a board without a battery starts in the past: certificates are then not valid yet, and make builds everything again",
                "没有电池的开发板开机时间停在过去：证书会被判为尚未生效，make 会重复构建",
            ),
            otherwise: State::Bad,
            cure: Cure::Rule("clock.make", Vec::new()),
        },
        Row {
            id: "locale".into(),
            what: "locale".into(),
            ask: Ask::Charmap,
            expect: Expect::Utf8,
            wanted: ("UTF-8", "UTF-8"),
            why: ("names and messages that are not ASCII get damaged", "非 ASCII 的文件名和消息会变成乱码"),
            otherwise: State::Warning,
            cure: Cure::None,
        },
    ];
    rows.into_iter().map(Check::Row).collect()
}

/// Whether an engine's daemon answers this user.
pub fn engine(name: &str) -> Vec<Check> {
    let row = |end: &str, expect, wanted, why, cure| Row {
        id: format!("engine.{name}{end}"),
        what: format!("{name} daemon"),
        ask: Ask::Engine(name.to_owned()),
        expect,
        wanted,
        why,
        otherwise: State::Bad,
        cure,
    };
    let running = row(
        "",
        Expect::Not("denied"),
        ("it answers, and this user too", "守护进程能响应当前用户"),
        (
            "k3s' own makefile waits for it for ever, without a word",
            "k3s 的 Makefile 会一直等它，没有任何提示",
        ),
        Cure::Rule("docker-daemon.not-running", Vec::new()),
    );
    vec![Check::Row(running)]
}

/// What running k3s here needs: warnings, since a build may be for another machine.
pub fn running_k3s() -> Vec<Check> {
    let mut rows = vec![Row {
        id: "cgroups".into(),
        what: "cgroups".into(),
        ask: Ask::Cgroups,
        expect: Expect::Words(&["cpu", "cpuset", "memory", "pids"]),
        wanted: ("cpu, cpuset, memory and pids are on", "已启用 cpu、cpuset、memory、pids"),
        why: (
            "k3s does not start without them; boards often need cgroup_enable=memory on the kernel's command line",
            "缺少时 k3s 无法启动；开发板常需在内核命令行加 cgroup_enable=memory",
        ),
        otherwise: State::Warning,
        cure: Cure::Rule("kernel.memory-cgroup", Vec::new()),
    }];
    rows.extend(KERNEL.iter().map(|name| Row {
        id: format!("kernel.{name}"),
        what: format!("CONFIG_{name}"),
        ask: Ask::KernelConfig((*name).to_owned()),
        expect: Expect::There,
        wanted: ("y or m", "y 或 m"),
        why: (
            "running k3s on this machine needs it; vendor kernels often lack it",
            "在本机运行 k3s 需要它，厂商内核常常缺少",
        ),
        otherwise: State::Warning,
        cure: Cure::None,
    }));
    rows.extend(PORTS.iter().map(|(port, who)| Row {
        id: format!("port.{port}"),
        what: format!("port {port} ({who})"),
        ask: Ask::Listening(format!("127.0.0.1:{port}")),
        expect: Expect::Nothing,
        wanted: ("free", "空闲"),
        why: (
            "something already listens there: k3s cannot start beside it",
            "已有程序占用，k3s 无法与之同时启动",
        ),
        otherwise: State::Warning,
        cure: Cure::Rule("port.bind", vec![("port", port.to_string())]),
    }));
    rows.push(Row {
        id: "leftover.k3s".into(),
        what: "/var/lib/rancher/k3s".into(),
        ask: Ask::File("/var/lib/rancher/k3s".into()),
        expect: Expect::Nothing,
        wanted: ("nothing of an earlier cluster", "没有旧集群的残留"),
        why: (
            "an earlier cluster's data is taken over: old tokens, certificates and node names",
            "旧集群的数据会被沿用：旧的 token、证书和节点名",
        ),
        otherwise: State::Warning,
        cure: Cure::None,
    });
    rows.into_iter().map(Check::Row).collect()
}
