//! Which literals are found in a pattern, and that a match always holds them.

use super::*;

#[test]
fn literals_are_found() {
    for (source, expected) in [
        ("yq: command not found", Some(vec!["yq: command not found"])),
        ("(?i)Command Not Found", Some(vec!["command not found"])),
        ("^(?P<file>\\S+):\\d+: fatal error: (?P<h>\\S+): No such file", Some(vec![": fatal error: "])),
        ("[Cc]ommand not found|未找到命令", Some(vec!["command not found", "未找到命令"])),
        ("exec: \"(?P<t>[^\"]+)\": executable file not found", Some(vec![": executable file not found"])),
        ("a+b", None),
        ("^\\d+$", None),
        ("colou?rful", Some(vec!["colorful", "colourful"])),
        (
            "(?:one hundred|two hundred|three) pieces$",
            Some(vec!["one hundred pieces", "three pieces", "two hundred pieces"]),
        ),
        ("took (?:\\d+ )*seconds to fail", Some(vec!["seconds to fail"])),
        ("got {{what}} instead", Some(vec![" instead"])),
        (
            "\\s(?:error|错误)\\s*[:：]",
            Some(vec![
                "error\t",
                "error ",
                "error:",
                "error\u{a0}",
                "error\u{202f}",
                "error\u{3000}",
                "error：",
                "错误",
            ]),
        ),
        ("sed: \\d+: \".*\": (?:command \\w expects|bad )", Some(vec![": bad ", ": command "])),
        ("of [`'](?:std::\\w+|__cxa_\\w+)", Some(vec!["of '__cxa_", "of 'std::", "of `__cxa_", "of `std::"])),
        ("(?:abcdefgh)+", Some(vec!["abcdefgh"])),
        (
            "\\berror[ \\xa0]?[:\\x{ff1a}]gone",
            Some(vec![
                "error :gone",
                "error ：gone",
                "error:gone",
                "error\u{a0}:gone",
                "error\u{a0}：gone",
                "error：gone",
            ]),
        ),
        ("['`‘’“”«»„「」]?<(?:html|head|body)>", Some(vec!["<body>", "<head>", "<html>"])),
        ("x?\\s*(?:yes|no)", None),
        ("(?:error|错误)\\s*: ?#error .+", Some(vec![": #error ", ":#error "])),
    ] {
        let found = required(source)
            .into_iter()
            .filter(|set| is_searchable(set))
            .min_by_key(|set| std::cmp::Reverse(worth(set)));
        let found = found
            .as_ref()
            .map(|set| set.iter().map(|one| String::from_utf8_lossy(one).into_owned()).collect::<Vec<_>>());
        assert_eq!(
            found.as_ref().map(|set| set.iter().map(String::as_str).collect::<Vec<_>>()),
            expected,
            "{source}"
        );
    }
}
