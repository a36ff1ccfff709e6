//! Amounts as plans write them: time limits (`90s`, `45m`, `1h30m`) and sizes (`4 GiB`).

use std::time::Duration;

use crate::locale::{Text, both};

/// The longest time limit: a month.
const LONGEST: u64 = 31 * 24 * 3600;

/// What a time limit must look like, for messages.
pub fn duration_form() -> Text {
    both!(
        "a time such as `90s`, `45m`, `12h` or `1h30m`, more than nothing, at most a month",
        "时间，例如 `90s`、`45m`、`12h` 或 `1h30m`，大于零，最长一个月"
    )
}

/// What a size must look like, for messages.
pub fn size_form() -> Text {
    both!("a size such as `512 MiB`, `4 GiB` or `1.5 GB`", "大小，例如 `512 MiB`、`4 GiB` 或 `1.5 GB`")
}

/// Reads a time limit.
pub fn duration(text: &str) -> Option<Duration> {
    let mut rest = text.trim();
    let mut total: u64 = 0;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let number: u64 = rest.get(..digits)?.parse().ok()?;
        let letters = &rest[digits..];
        let unit = match letters.chars().next()? {
            's' => 1,
            'm' => 60,
            'h' => 3600,
            'd' => 24 * 3600,
            _ => return None,
        };
        total = total.checked_add(number.checked_mul(unit)?)?;
        rest = letters[1..].trim_start();
    }
    (1..=LONGEST).contains(&total).then_some(Duration::from_secs(total))
}

/// Reads a size in bytes.
pub fn size(text: &str) -> Option<u64> {
    let text = text.trim();
    let split = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(split);
    let number: f64 = number.parse().ok()?;
    let factor: f64 = match unit.trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1.0,
        "k" | "kib" => 1024.0,
        "m" | "mib" => 1024.0 * 1024.0,
        "g" | "gib" => 1024.0 * 1024.0 * 1024.0,
        "t" | "tib" => 1024.0 * 1024.0 * 1024.0 * 1024.0,
        "kb" => 1e3,
        "mb" => 1e6,
        "gb" => 1e9,
        "tb" => 1e12,
        _ => return None,
    };
    let bytes = number * factor;
    (bytes.is_finite() && (1.0..1e18).contains(&bytes)).then_some(bytes as u64)
}

/// A time limit for people: `45 min`, `12 h`.
pub fn shown_limit(limit: Duration) -> Text {
    match limit.as_secs() {
        s if s >= 3600 && s.is_multiple_of(3600) => both!("{hours} h", "{hours} 小时", hours = s / 3600),
        s if s >= 60 && s.is_multiple_of(60) => both!("{minutes} min", "{minutes} 分钟", minutes = s / 60),
        s => both!("{s} s", "{s} 秒"),
    }
}

/// A size for people: `3.8 GiB`.
pub fn shown_size(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["B", "KiB", "MiB", "GiB", "TiB"];
    let mut value = bytes as f64;
    let mut unit = 0;
    while value >= 1024.0 && unit + 1 < UNITS.len() {
        value /= 1024.0;
        unit += 1;
    }
    if unit == 0 || value >= 100.0 || value.fract() < 0.05 {
        format!("{value:.0} {}", UNITS[unit])
    } else {
        format!("{value:.1} {}", UNITS[unit])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_limits() {
        for (text, seconds) in [("90s", 90), ("45m", 2700), ("12h", 43200), ("1h30m", 5400), ("2d", 172_800)]
        {
            assert_eq!(duration(text), Some(Duration::from_secs(seconds)), "{text}");
        }
        for text in ["", "0s", "90", "m", "-3m", "1.5h", "4 weeks", "99999999999999999999s", "400d", "３m"] {
            assert_eq!(duration(text), None, "{text}");
        }
    }

    #[test]
    fn sizes() {
        for (text, bytes) in [("4 GiB", 4 << 30), ("512MiB", 512 << 20), ("1.5 GB", 1_500_000_000), ("7", 7)]
        {
            assert_eq!(size(text), Some(bytes), "{text}");
        }
        for text in ["", "GiB", "4 GiBs", "-1 GiB", "1e400", "0", "nan"] {
            assert_eq!(size(text), None, "{text}");
        }
        assert_eq!(shown_size(4 << 30), "4 GiB");
        assert_eq!(shown_size((7 << 30) + (800 << 20)), "7.8 GiB");
        assert_eq!(shown_size(12), "12 B");
    }
}
