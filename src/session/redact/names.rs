//! Which variables hold secrets, and which of their values are worth masking.

/// Words that make a name sensitive where they are one of its parts (`AWS_SECRET_ACCESS_KEY`, not `KEYBOARD`).
const WORDS: &[&str] =
    &["TOKEN", "SECRET", "PASSWORD", "PASSWD", "PASSPHRASE", "PASS", "KEY", "APIKEY", "CREDENTIAL"];
/// Words that also count at the end of a part (`GHTOKEN`, `MYSQLPASSWORD`).
const ENDINGS: &[&str] = &["TOKEN", "SECRET", "PASSWORD", "PASSWD", "APIKEY"];
/// Last words that say the value only tells where a secret lies, or how it is treated.
const PLACES: &[&str] = &["FILE", "PATH", "DIR", "TTL"];
/// Values that many harmless things are called; masking them would blacken the log.
const COMMON: &[&str] = &[
    "true",
    "false",
    "none",
    "null",
    "auto",
    "default",
    "always",
    "never",
    "enabled",
    "disabled",
    "test",
    "root",
    "user",
    "admin",
    "local",
    "localhost",
];

/// Whether a variable of this name is expected to hold a secret.
pub fn is_sensitive(name: &str) -> bool {
    let parts = parts(name);
    if parts.last().is_some_and(|last| PLACES.contains(&last.as_str())) {
        return false;
    }
    parts.iter().any(|part| {
        let single = part.strip_suffix('S').unwrap_or(part);
        let is = |words: &[&str], part: &str| words.contains(&part) || words.contains(&single);
        is(WORDS, part) || ENDINGS.iter().any(|word| part.ends_with(word) || single.ends_with(word))
    })
}

/// Whether masking every occurrence of the value protects more than it hides.
pub fn is_worth_masking(value: &str) -> bool {
    let value = value.trim();
    let number = value.bytes().all(|byte| byte.is_ascii_digit()) && value.len() < 6;
    value.chars().count() >= 4
        && !number
        && !COMMON.iter().any(|common| common.eq_ignore_ascii_case(value))
        && value.chars().any(|c| c != '•' && c != '*')
}

/// `githubToken2` → `GITHUB`, `TOKEN`, `2`; `K3S_TOKEN` → `K3S`, `TOKEN`.
fn parts(name: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut lower_before = false;
    for c in name.chars() {
        if !c.is_alphanumeric() || (c.is_uppercase() && lower_before) {
            parts.push(String::new());
        }
        if let (true, Some(part)) = (c.is_alphanumeric(), parts.last_mut()) {
            part.extend(c.to_uppercase());
        }
        lower_before = c.is_lowercase();
    }
    parts.retain(|part| !part.is_empty());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_judged_by_their_words() {
        for name in [
            "TOKEN",
            "K3S_TOKEN",
            "GITHUB_TOKEN",
            "githubToken",
            "AWS_SECRET_ACCESS_KEY",
            "DB_PASSWORD",
            "PGPASSWORD",
            "MYSQL_PASSWD",
            "API_KEY",
            "apiKey",
            "SECRETS",
            "npm_config__authToken",
            "SSH_PRIVATE_KEY",
        ] {
            assert!(is_sensitive(name), "{name}");
        }
        for name in [
            "KEYBOARD",
            "PATH",
            "MONKEY",
            "HOKEYPOKEY",
            "TOKENIZERS_PARALLELISM",
            "PASSENGER_ROOT",
            "BYPASS",
            "PWD",
            "K3S_TOKEN_FILE",
            "KEYRING",
            "XKB_DEFAULT_LAYOUT",
            "DISPLAY",
            "",
        ] {
            assert!(!is_sensitive(name), "{name}");
        }
    }

    #[test]
    fn harmless_values_stay() {
        for value in ["", "1", "abc", "true", "True", "8080", "    x", "••••", "****"] {
            assert!(!is_worth_masking(value), "{value}");
        }
        for value in ["hunter2", "s3cr", "123456", "密码密码", "a b c"] {
            assert!(is_worth_masking(value), "{value}");
        }
    }
}
