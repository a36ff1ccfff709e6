//! The pictures and recordings in screenshots/ show what the app shows today: by their text, never by bytes or times.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests may touch the world and stop at the first surprise"
)]

use std::fs;
use std::path::Path;
use std::process::Command;

use regex::Regex;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// What an SVG says, piece by piece, in order.
fn texts(svg: &str) -> Vec<String> {
    let text = Regex::new("<text[^>]*>([^<]*)</text>").unwrap();
    text.captures_iter(svg).map(|found| found[1].to_owned()).collect()
}

#[test]
fn every_picture_says_what_the_app_says_now() {
    let make = read("screenshots/make");
    let shots: Vec<Vec<&str>> = make
        .lines()
        .filter_map(|line| line.strip_prefix("shot "))
        .map(|line| line.split(' ').collect())
        .collect();
    assert!(shots.len() >= 7, "screenshots/make no longer lists its pictures as `shot NAME CAST ARGUMENTS…`");
    for shot in shots {
        let (name, cast) = (shot[0], format!("tests/fixtures/casts/{}.cast", shot[1]));
        // The environment that screenshots/make sets.
        let output = Command::new(env!("CARGO_BIN_EXE_ktui"))
            .current_dir(root())
            .env_clear()
            .envs([("HOME", "/home/you"), ("LC_ALL", "C.UTF-8")])
            .envs([("XDG_CONFIG_HOME", "/nonexistent"), ("XDG_STATE_HOME", "/nonexistent")])
            .args(["screenshot", &cast])
            .args(shot[2..].iter().map(|word| word.trim_matches('\'')))
            .output()
            .unwrap();
        assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
        let now = texts(&String::from_utf8(output.stdout).unwrap());
        let kept = texts(&read(&format!("screenshots/{name}.svg")));
        assert!(!now.is_empty(), "{name} is blank");
        assert_eq!(kept, now, "screenshots/{name}.svg is out of date: run screenshots/make");
    }
}

/// The screens of a recording as text, after a check of its form (asciicast v2).
fn screens(name: &str, (cols, rows): (u64, u64)) -> Vec<String> {
    let text = read(&format!("screenshots/{name}.cast"));
    assert!(text.len() < 300_000, "{name}: {} bytes", text.len());
    let mut lines = text.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let header = lines.next().unwrap();
    assert_eq!(
        (&header["version"], &header["width"], &header["height"]),
        (&2.into(), &cols.into(), &rows.into())
    );
    let control = Regex::new("\x1b\\[[0-9;:?]*[A-Za-z]|\x1b\\(B|[\x0e\x0f]").unwrap();
    let place = Regex::new("\x1b\\[[0-9]+;1H").unwrap();
    let (mut before, mut screens) = (0.0, Vec::new());
    for event in lines {
        let at = event[0].as_f64().unwrap();
        assert!(at >= before, "{name}: time goes backwards at {at}");
        assert_eq!(event[1], "o", "{name}: only output is recorded");
        before = at;
        let data = place.replace_all(event[2].as_str().unwrap(), "\n");
        screens.push(control.replace_all(&data, "").into_owned());
    }
    screens
}

/// What the app says under this key, up to the first thing that it fills in.
fn word(lang: &str, key: &str) -> String {
    let texts = read(&format!("src/locale/{lang}/screen.ftl"));
    let found = texts.lines().find_map(|line| line.strip_prefix(&format!("{key} = ")));
    let found = found.unwrap_or_else(|| panic!("{lang} has no {key}"));
    found.split('{').next().unwrap().trim().to_owned()
}

#[test]
fn every_recording_is_well_formed_and_speaks_as_the_app_does() {
    let tour: &[&str] = &["waiting", "fix-title", "ask-retry-title", "summary-good"];
    for (name, lang, size, keys) in [
        ("tour", "en", (80, 24), tour),
        ("tour-chinese", "zh-CN", (80, 24), tour),
        ("replay", "en", (120, 40), &["paused"]),
    ] {
        let screens = screens(name, size);
        for key in keys {
            let word = word(lang, key);
            assert!(
                screens.iter().any(|screen| screen.contains(&word)),
                "screenshots/{name}.cast never says `{word}` ({lang}, {key}): run screenshots/make"
            );
        }
        // The last event only gives the cursor back; the one before it is the end of the story.
        let end = &screens[screens.len() - 2];
        assert!(end.contains("4/4"), "{name} does not end with every stage passed:\n{end}");
        for own in ["/tmp/", "/root"] {
            assert!(!screens.iter().any(|screen| screen.contains(own)), "{name} shows {own}");
        }
    }
}
