//! What every machine needs for a build of a kind, as data.

use super::{Check, Cure, Expect, Row, State};
use crate::diagnose::fact::Ask;
use crate::locale::Lang;
use crate::locale::ui::{Say, Tell};

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
pub fn general(dir: &str, lang: Lang) -> Vec<Check> {
    let rows = [
        Row {
            id: "inodes".into(),
            what: Tell::WhatInodes { dir }.text(lang),
            ask: Ask::Inodes(dir.to_owned()),
            expect: Expect::AtLeast(INODES),
            wanted: Say::WantInodes,
            why: Say::WhyInodes,
            otherwise: State::Bad,
            cure: Cure::Space,
        },
        Row {
            id: "disk.tmp".into(),
            what: "/tmp".into(),
            ask: Ask::Disk("/tmp".into()),
            expect: Expect::AtLeast(1 << 30),
            wanted: Say::WantTmp,
            why: Say::WhyTmp,
            otherwise: State::Warning,
            cure: Cure::Rule("disk.no-space-tmp", Vec::new()),
        },
        Row {
            id: "clock".into(),
            what: Say::WhatClock.text(lang).to_owned(),
            ask: Ask::Clock,
            expect: Expect::AtLeast(NOT_BEFORE),
            wanted: Say::WantToday,
            why: Say::WhyClock,
            otherwise: State::Bad,
            cure: Cure::Rule("clock.make", Vec::new()),
        },
        Row {
            id: "locale".into(),
            what: Say::WhatLocale.text(lang).to_owned(),
            ask: Ask::Charmap,
            expect: Expect::Utf8,
            wanted: Say::WantUtf,
            why: Say::WhyLocale,
            otherwise: State::Warning,
            cure: Cure::None,
        },
    ];
    rows.into_iter().map(Check::Row).collect()
}

/// A folder outside the tree that a build fills: it may be on another disk than the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Store {
    /// GOCACHE.
    BuildCache,
    /// GOMODCACHE.
    ModuleCache,
    /// An engine's images, containers and build cache.
    Images,
}

/// Room in a folder that a build fills.
pub fn room(store: Store, dir: &str, lang: Lang) -> Check {
    let (id, least, wanted, why) = match store {
        Store::BuildCache => ("disk.go-cache", 2 << 30, Say::WantCache, Say::WhyBuildCache),
        Store::ModuleCache => ("disk.go-modules", 2 << 30, Say::WantCache, Say::WhyModuleCache),
        Store::Images => ("disk.images", 10 << 30, Say::WantImages, Say::WhyImageStore),
    };
    Check::Row(Row {
        id: id.into(),
        what: Tell::WhatRoom { dir }.text(lang),
        ask: Ask::Disk(dir.to_owned()),
        expect: Expect::AtLeast(least),
        wanted,
        why,
        // Much of it may be there already.
        otherwise: State::Warning,
        cure: Cure::Space,
    })
}

/// Whether an engine's daemon answers this user.
pub fn engine(name: &str, lang: Lang) -> Vec<Check> {
    let row = |end: &str, expect, wanted, why, cure| Row {
        id: format!("engine.{name}{end}"),
        what: Tell::WhatEngine { name }.text(lang),
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
        Say::WantEngine,
        Say::WhyEngine,
        Cure::Rule("docker-daemon.not-running", Vec::new()),
    );
    vec![Check::Row(running)]
}

/// What running k3s here needs: warnings, since a build may be for another machine.
pub fn running_k3s(lang: Lang) -> Vec<Check> {
    let mut rows = vec![Row {
        id: "cgroups".into(),
        what: "cgroups".into(),
        ask: Ask::Cgroups,
        expect: Expect::Words(&["cpu", "cpuset", "memory", "pids"]),
        wanted: Say::WantCgroups,
        why: Say::WhyCgroups,
        otherwise: State::Warning,
        cure: Cure::Rule("kernel.memory-cgroup", Vec::new()),
    }];
    rows.extend(KERNEL.iter().map(|name| Row {
        id: format!("kernel.{name}"),
        what: format!("CONFIG_{name}"),
        ask: Ask::KernelConfig((*name).to_owned()),
        expect: Expect::There,
        wanted: Say::WantKernel,
        why: Say::WhyKernel,
        otherwise: State::Warning,
        cure: Cure::None,
    }));
    rows.extend(PORTS.iter().map(|(port, who)| Row {
        id: format!("port.{port}"),
        what: Tell::WhatPort { port: &port.to_string(), who }.text(lang),
        ask: Ask::Listening(format!("127.0.0.1:{port}")),
        expect: Expect::Nothing,
        wanted: Say::WantFree,
        why: Say::WhyPort,
        otherwise: State::Warning,
        cure: Cure::Rule("port.bind", vec![("port", port.to_string())]),
    }));
    rows.push(Row {
        id: "leftover.k3s".into(),
        what: "/var/lib/rancher/k3s".into(),
        ask: Ask::File("/var/lib/rancher/k3s".into()),
        expect: Expect::Nothing,
        wanted: Say::WantNoCluster,
        why: Say::WhyLeftover,
        otherwise: State::Warning,
        cure: Cure::None,
    });
    rows.into_iter().map(Check::Row).collect()
}
