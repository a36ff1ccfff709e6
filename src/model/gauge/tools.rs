//! How well-known tools tell how far they are, for stages whose plan does not say it better.

use std::sync::LazyLock;

use regex::{Captures, Regex, RegexSet};

/// Every pattern is tied to the line's beginning, so that a line that is none of these costs next to nothing.
const PATTERNS: &[&str] = &[
    // git
    r"^(?:remote: |远程：\s*)?(?P<label>(?:Counting|Compressing|Receiving) objects|Resolving deltas|Updating files|Filtering content|对象计数中|压缩对象中|接收对象中|处理 delta 中|正在更新文件)[:：]\s+(?P<percent>\d{1,3})%",
    // curl's meter, its bar, wget's bar and its dots
    r"^\s*(?P<percent>\d{1,3})\s+[\d.]+[kMGT]?\s+\d{1,3}\s+[\d.]+[kMGT]?\s+\d{1,3}\s+[\d.]+[kMGT]?\s+[\d.]+[kMGT]?\s",
    r"^#+\s+(?P<percent>\d{1,3})(?:\.\d)?%$",
    r"^(?P<label>\S+)\s+(?P<percent>\d{1,3})%\s?\[[=+> ]*\]",
    r"^\s*\d+[KM][ .,]+\s(?P<percent>\d{1,3})%\s",
    // BuildKit, docker's older builder, docker pull
    r"^#\d+ \[(?:[^\]]* )?\s*(?P<done>\d+)/(?P<total>\d+)\] (?P<label>.*)",
    r"^Step (?P<done>\d+)/(?P<total>\d+) : (?P<label>.*)",
    r"^[0-9a-f]{12}: (?P<label>Pull complete|Already exists|Download complete|Extracting)",
    // ninja, meson and dnf 5; cmake's makefiles; kbuild
    r"^\[\s*(?P<done>\d+)/\s*(?P<total>\d+)\]\s+(?P<label>.*)",
    r"^\[\s*(?P<percent>\d{1,3})%\]\s+(?P<label>.*)",
    r"^\s{2}(?:CC|CXX|LD|AR|AS|CCLD|HOSTCC|HOSTLD|GEN)\s+(?:\[M\]\s+)?(?P<label>\S+)$",
    // cargo, go
    r"^\s*(?:Building|Fetch) \[[=> ]*\]\s+(?P<done>\d+)/(?P<total>\d+)(?:: (?P<label>.*))?",
    r"^\s*Compiling (?P<label>\S+ v\S+)",
    r"^go: downloading (?P<label>\S+)",
    // apt and dpkg, dnf 4, apk and pacman
    r"^Progress: \[\s*(?P<percent>\d{1,3})%\]",
    r"^(?:Unpacking|Setting up|正在解压缩?|正在设置) (?P<label>\S+)",
    r"^\s*(?:Installing|Upgrading|Reinstalling|Verifying|Running scriptlet|安装|升级|验证|运行脚本)\s*[:：]\s*(?P<label>\S+)\s+(?P<done>\d+)/(?P<total>\d+)",
    r"^\(\s*(?P<done>\d+)/(?P<total>\d+)\) (?P<label>.*)",
    // rsync --info=progress2, tar --checkpoint
    r"^\s*[\d.,]+[KMGT]?\s+(?P<percent>\d{1,3})%\s+[\d.,]+[kKMGT]?B/s",
    r"^tar: (?P<label>(?:Read|Write|Append) checkpoint \d+)",
];

struct Tools {
    any: RegexSet,
    each: Vec<Regex>,
}

static TOOLS: LazyLock<Option<Tools>> = LazyLock::new(|| {
    let each = PATTERNS.iter().map(|pattern| Regex::new(pattern).ok()).collect::<Option<_>>()?;
    Some(Tools { any: RegexSet::new(PATTERNS).ok()?, each })
});

/// What the first pattern that fits found in a line.
pub(super) fn told(text: &str) -> Option<Captures<'_>> {
    let tools = TOOLS.as_ref()?;
    let index = tools.any.matches(text).iter().next()?;
    tools.each.get(index)?.captures(text)
}
