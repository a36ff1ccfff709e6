//! Variables that hold flags: what a fix sets joins what is there.
//!
//! Owns how two values become one. Which values there are is the execution's business.

/// A fix's value for a variable that held `before`. Flags join those that are there (`GOFLAGS=-mod=vendor` and
/// `-p=2`), so that the build stays the same one; of two that contradict each other the later one holds.
pub(super) fn joined(name: &str, before: &str, value: &str) -> String {
    if !name.ends_with("FLAGS") || before.trim().is_empty() || value.is_empty() {
        return value.to_owned();
    }
    let there = |flag: &str| before.split_whitespace().any(|one| one == flag);
    if value.split_whitespace().all(there) { before.to_owned() } else { format!("{before} {value}") }
}

#[cfg(test)]
mod tests {
    use super::joined;

    #[test]
    fn a_fix_for_memory_keeps_the_flags_of_the_build() {
        for (name, before, value, after) in [
            ("GOFLAGS", "-mod=vendor -tags=foo", "-p=2", "-mod=vendor -tags=foo -p=2"),
            ("GOFLAGS", "-p=2 -v", "-p=2", "-p=2 -v"),
            ("GOFLAGS", "", "-p=1", "-p=1"),
            ("GOFLAGS", "-mod=vendor", "", ""),
            ("GOPROXY", "direct", "https://goproxy.cn", "https://goproxy.cn"),
        ] {
            assert_eq!(joined(name, before, value), after, "{name} {before} {value}");
        }
    }
}
