//! The plans for any project (cargo, cmake, make, go-module) with the real tools on small trees: their good way, and
//! the failures that the tools have words for.
#![expect(clippy::disallowed_methods, reason = "a test drives the world")]

mod plan_site;

use plan_site::{Site, answers};

fn has(tools: &[(&str, &str)]) -> bool {
    let missing = tools.iter().find(|(tool, flag)| !answers(tool, &[flag]));
    if let Some((tool, _)) = missing {
        eprintln!("skipped: this machine has no {tool}");
    }
    missing.is_none()
}

/// What the log of the site's only session says of the programs that were built.
fn told(site: &Site) -> String {
    let sessions =
        std::fs::read_dir(site.home.path().join("state/ktui/sessions")).expect("sessions are kept");
    let session = sessions.flatten().next().expect("there is one").path();
    let log = std::fs::read_to_string(session.join("session.cast")).expect("it has a log");
    log.lines().filter(|line| line.contains("made")).collect()
}

#[test]
fn make_configures_once_and_builds() {
    if !has(&[("make", "--version")]) {
        return;
    }
    let configure = "#!/bin/sh\necho checking for cc... cc\n[ -z \"$FAKE_LACKS\" ] || { echo 'configure: error: libfoo is required' >&2; exit 1; }\n\
        : > config.status\nprintf 'all: out\\nout: in\\n\\tcp in out\\nclean:\\n\\trm -f out\\n' > Makefile\n";
    let mut site = Site::of(&[("configure", configure), ("Makefile.in", "\n"), ("in", "x\n")]);
    site.env.push(("FAKE_LACKS".into(), "1".into()));
    site.build("make", &[]).failed(1, "libfoo is required");
    site.env.clear();
    site.build("make", &[]).is_good();
    assert!(site.has("out") && site.has("config.status"));
    let again = site.build("make", &["target=clean"]);
    again.is_good();
    assert!(!site.has("out") && !again.said.contains("checking for cc"), "{}", again.said);
}

#[test]
fn make_fails_in_its_own_words() {
    if !has(&[("make", "--version")]) {
        return;
    }
    let site = Site::of(&[("Makefile", "all: out\nout: in\n\tcp in out\n"), ("in", "x\n")]);
    site.build("make", &["target=nothing"]).failed(1, "make.no-rule-target");
    std::fs::remove_file(site.tree().join("in")).unwrap();
    site.build("make", &[]).failed(1, "No rule to make target 'in'");
    site.write("Makefile", "all:\n    true\n");
    site.build("make", &[]).failed(1, "missing separator");
    site.write("Makefile", "all:\n\tno-such-tool-here --version\n");
    site.build("make", &[]).failed(1, "no-such-tool-here");
    site.write("Makefile", "include config.mk\nall:\n\ttrue\n");
    site.build("make", &[]).failed(1, "config.mk");
}

#[test]
fn cargo_builds_tests_and_fails_in_its_own_words() {
    if !has(&[("cargo", "--version"), ("cc", "--version")]) {
        return;
    }
    let manifest = "[package]\nname = \"small\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\n[workspace]\n";
    let good = "fn main() { println!(\"{}\", twice(2)); }\n\nfn twice(n: u8) -> u8 { n * 2 }\n\n#[test]\nfn doubles() { assert_eq!(twice(2), 4); }\n";
    let mut site = Site::of(&[("Cargo.toml", manifest), ("src/main.rs", good)]);
    site.env = vec![
        ("CARGO_TARGET_DIR".into(), site.tree().join("target").display().to_string()),
        ("CARGO_NET_OFFLINE".into(), "true".into()),
    ];
    let built = site.build("cargo", &["test=yes"]);
    built.is_good();
    assert!(built.said.contains("1 passed") && site.has("target/debug/small"), "{}", built.said);
    assert!(told(&site).contains("tree/target/debug/small"), "what was built is told: {}", told(&site));

    site.write("src/main.rs", &good.replace(", 4", ", 5"));
    site.build("cargo", &["test=yes"]).failed(1, "test doubles ... FAILED");
    site.write("src/main.rs", "fn main() { missing() }\n");
    site.build("cargo", &[]).failed(1, "cannot find function `missing`");
    site.write("src/main.rs", "fn main() {\n");
    site.build("cargo", &[]).failed(1, "unclosed delimiter");
    site.write(
        "src/main.rs",
        "#[link(name = \"nosuchlibrary\")]\nextern \"C\" { fn f(); }\nfn main() { unsafe { f() } }\n",
    );
    site.build("cargo", &[]).failed(1, "nosuchlibrary");
    site.write("Cargo.toml", &format!("{manifest}\n[dependencies]\nnothing = {{ path = \"../nothing\" }}\n"));
    site.build("cargo", &[]).failed(1, "nothing/Cargo.toml");
    site.write("Cargo.toml", "[package\nname = \"small\"\n");
    site.build("cargo", &[]).failed(1, "Cargo.toml");
    site.write("Cargo.toml", manifest);
    site.without(&["cargo"]);
    site.build("cargo", &[]).failed(1, "cargo: command not found");
}

#[test]
fn cmake_configures_builds_tests_and_fails_in_its_own_words() {
    if !has(&[("cmake", "--version"), ("cc", "--version"), ("make", "--version")]) {
        return;
    }
    let lists = |more: &str| {
        format!(
            "cmake_minimum_required(VERSION 3.13)\nproject(small C)\n{more}add_executable(small main.c)\nenable_testing()\nadd_test(NAME runs COMMAND small)\n"
        )
    };
    let site = Site::of(&[("CMakeLists.txt", &lists("")), ("main.c", "int main(void) { return 0; }\n")]);
    let built = site.build("cmake", &["test=yes", "type=Debug"]);
    built.is_good();
    assert!(built.said.contains("100% tests passed") && site.has("build/small"), "{}", built.said);

    site.write("main.c", "int main(void) { return 3; }\n");
    site.build("cmake", &["test=yes"]).failed(1, "tests failed");
    site.write("main.c", "#include <nothing/at/all.h>\nint main(void) { return 0; }\n");
    site.build("cmake", &[]).failed(1, "nothing/at/all.h: No such file");
    site.write("main.c", "int missing(void);\nint main(void) { return missing(); }\n");
    site.build("cmake", &[]).failed(1, "undefined reference");
    site.write("CMakeLists.txt", &lists("find_package(NothingAtAll REQUIRED)\n"));
    site.build("cmake", &[]).failed(1, "NothingAtAll");
    site.write("CMakeLists.txt", &lists("bogus_command(x)\n"));
    site.build("cmake", &[]).failed(1, "Unknown CMake command");
    std::fs::remove_file(site.tree().join("main.c")).unwrap();
    site.write("CMakeLists.txt", &lists(""));
    site.build("cmake", &[]).failed(1, "Cannot find source file");
}

#[test]
fn a_go_module_is_built_and_fails_in_its_own_words() {
    if !has(&[("go", "version")]) {
        return;
    }
    let main = "package main\n\nimport \"example.org/small/twice\"\n\nfunc main() { println(twice.Of(2)) }\n";
    let twice = "package twice\n\nfunc Of(n int) int { return n * 2 }\n";
    let test = "package twice\n\nimport \"testing\"\n\nfunc TestOf(t *testing.T) { if Of(2) != 4 { t.Fatal(Of(2)) } }\n";
    let mut site = Site::of(&[
        ("go.mod", "module example.org/small\n\ngo 1.20\n"),
        ("main.go", main),
        ("twice/twice.go", twice),
        ("twice/twice_test.go", test),
    ]);
    // A cache of its own: everything is compiled here, named and counted.
    let cache = site.home.path().join("go-build").display().to_string();
    site.env.push(("GOCACHE".into(), cache));
    // The whole program, and all of Go's own packages that it needs.
    let whole = site.build("go-module", &[]);
    whole.is_good();
    assert!(
        whole.said.contains(" packages to compile") && whole.said.contains("example.org/small/twice"),
        "{}",
        whole.said
    );
    let built = site.build("go-module", &["test=yes", "packages=./twice/..."]);
    built.is_good();
    assert!(built.said.contains("ok  \texample.org/small/twice"), "{}", built.said);
    site.write("twice/twice.go", "package twice\n\nfunc Of(n int) int { return n * 3 }\n");
    site.build("go-module", &["test=yes"]).failed(1, "--- FAIL: TestOf");
    site.write("twice/twice.go", "package twice\n\nfunc Of(n int) int { return x }\n");
    site.build("go-module", &[]).failed(1, "undefined: x");
    site.build("go-module", &["packages=./nothing"]).failed(1, "nothing");
    site.write(
        "twice/twice.go",
        &twice.replace("package twice\n", "package twice\n\nimport _ \"example.org/nothing\"\n"),
    );
    site.build("go-module", &[]).failed(1, "no required module provides package example.org/nothing");
    site.write("go.mod", "module example.org/small\n\ngo 1.20\n\nbogus\n");
    site.build("go-module", &[]).failed(1, "unknown directive");
    site.env.push(("GOTOOLCHAIN".into(), "local".into()));
    site.write("go.mod", "module example.org/small\n\ngo 1.99.0\n");
    site.build("go-module", &[]).failed(1, "go-version");
}
