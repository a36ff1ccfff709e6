//! k3s-split from end to end: two folders of one machine, a real ssh between them, a small tree with scripts of
//! k3s' shape.
#![expect(clippy::disallowed_methods, reason = "a test drives the world")]
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod board;

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use board::{Board, program};

const GO: &str = "#!/bin/sh\ncase $1 in env) echo ${GOARCH-goX} ;; version) echo \"$2: go1.23.6\" ;; esac\n";
const DOWNLOAD: &str = "#!/bin/bash\nset -ex\ncd $(dirname $0)/..\n\
    rm -rf build/src build/static bin etc; mkdir -p build/static/charts bin/aux etc/strongswan\n\
    for charts in $(yq e '.name' manifests/traefik.yaml | xargs -n1 basename); do\n\
    cp manifests/traefik.yaml build/static/charts/$charts.tgz; done\n\
    for part in runc containerd; do\n# git clone $part\nmkdir -p build/src/github.com/k3s-io/$part; \
    echo $part > build/src/github.com/k3s-io/$part/Makefile; done\n\
    echo \"busybox $ARCH $GOARCH\" > bin/busybox; chmod +x bin/busybox; ln -s ../busybox bin/aux/mount\n\
    echo conf > etc/strongswan/a.conf\n";
const BUILD: &str = "#!/bin/bash\nset -e\ncd $(dirname $0)/..\n[ -d build/src/github.com/k3s-io/runc ]\n\
    for name in k3s containerd-shim-runc-v2 runc; do echo Building $name; \
    { echo '#!/bin/sh'; echo built in $PWD; } > bin/$name; chmod +x bin/$name; done\n";
const PACKAGE: &str = "#!/bin/bash\nset -e\ncd $(dirname $0)/..\nmkdir -p dist/artifacts build/out\n\
    tar cf build/out/data.tar ./bin ./etc\nzstd -q -f build/out/data.tar\n\
    cp build/out/data.tar.zst dist/artifacts/k3s-riscv64; chmod +x dist/artifacts/k3s-riscv64\n";

fn script(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
    std::fs::set_permissions(path, PermissionsExt::from_mode(0o755)).unwrap();
}

struct Site {
    board: Board,
    here: PathBuf,
    there: PathBuf,
    tools: PathBuf,
}

impl Site {
    fn new() -> Option<Self> {
        for tool in ["git", "zstd", "gcc", "make", "pkg-config", "tar"] {
            if program(tool).is_none() {
                eprintln!("skipped: there is no {tool} here");
                return None;
            }
        }
        let board = Board::start()?;
        let (here, tools) = (board.room("here/k3s"), board.room("tools"));
        script(&here.join("scripts/download"), DOWNLOAD);
        script(&here.join("scripts/build"), BUILD);
        script(&here.join("scripts/package-cli"), PACKAGE);
        script(&here.join("scripts/version.sh"), "#!/bin/bash\n");
        std::fs::create_dir_all(here.join("manifests")).unwrap();
        std::fs::write(here.join("manifests/traefik.yaml"), "name: traefik\n").unwrap();
        std::fs::write(here.join("go.mod"), "module github.com/k3s-io/k3s\n").unwrap();
        std::fs::write(here.join(".gitignore"), "/build\n/bin\n/etc\n/dist\n").unwrap();
        script(&tools.join("go"), GO);
        script(
            &tools.join("yq"),
            "#!/bin/sh\ncase $1 in --version) echo yq mikefarah version v4.44.6 ;; *) echo traefik ;; esac\n",
        );
        let profile = format!("export PATH={}:$PATH\n", tools.display());
        std::fs::write(board.room("home").join(".profile"), profile).unwrap();
        for words in [
            &["init", "-q"][..],
            &["add", "-A"],
            &["-c", "user.name=a", "-c", "user.email=a@example.invalid", "commit", "-qm", "a"],
        ] {
            assert!(Command::new("git").args(words).current_dir(&here).status().unwrap().success());
        }
        let there = board.room("board").join("k3s");
        let clone = Command::new("git").arg("clone").arg("-q").args([&here, &there]).status();
        assert!(clone.unwrap().success());
        Some(Self { board, here, there, tools })
    }

    fn build(&self, more: &[&str]) -> Output {
        let mut command = self.board.ktui();
        command.args(["build", "k3s-split", "--headless", "-C"]).arg(&self.here);
        command.args([
            "--set",
            &format!("board_dir={}", self.there.display()),
            "--set",
            "board_arch=riscv64",
        ]);
        // The board's Go is on the PATH that its profile makes; a stub stands on both.
        command.args(["--set", "gocheck=no"]).args(more);
        command.env("PATH", format!("{}:{}", self.tools.display(), self.board.path())).output().unwrap()
    }
}

fn told(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn downloads_here_builds_there_and_refuses_what_was_changed_on_the_way() {
    let Some(site) = Site::new() else { return };
    let good = site.build(&["--to", "carry"]);
    assert!(good.status.success(), "{}", told(&good));
    let busybox = std::fs::read_to_string(site.there.join("bin/busybox")).unwrap();
    assert_eq!(busybox, "busybox riscv64 riscv64\n", "downloaded for the board");
    assert!(
        site.there.join("etc/strongswan/a.conf").exists() && site.there.join("bin/aux/mount").is_symlink()
    );

    let chart = site.there.join("build/static/charts/traefik.tgz");
    let kept = std::fs::read(&chart).unwrap();
    std::fs::write(&chart, "tampered").unwrap();
    let refused = site.build(&["--from", "verify"]);
    assert_eq!(refused.status.code(), Some(1), "{}", told(&refused));
    let says = "build/static/charts/traefik.tgz: is not what was sent (SHA-256 differs)";
    assert!(
        told(&refused).contains(says) && told(&refused).contains("refused: ssh:board:"),
        "{}",
        told(&refused)
    );
    assert!(!site.there.join("bin/k3s").exists(), "nothing was built");

    std::fs::write(&chart, kept).unwrap();
    let done = site.build(&["--from", "verify"]);
    assert!(done.status.success(), "{}", told(&done));
    let built = std::fs::read_to_string(site.there.join("bin/k3s")).unwrap();
    assert!(built.contains(&site.there.display().to_string()), "{built}");
    assert!(site.there.join("dist/artifacts/k3s-riscv64").exists());
    assert!(!site.here.join("bin/k3s").exists());
}

#[test]
fn without_ssh_one_file_carries_it_and_a_tampered_one_is_refused() {
    let Some(site) = Site::new() else { return };
    // No board answers: none is asked.
    let packed = site.build(&["--set", "way=pack", "--set", "board=ssh:no-such-host.invalid"]);
    assert!(packed.status.success(), "{}", told(&packed));
    assert!(!told(&packed).contains("no-such-host.invalid:"), "{}", told(&packed));
    assert!(told(&packed).contains("--set way=unpack --set board=local"), "{}", told(&packed));
    let stick = site.board.room("stick");
    for name in ["k3s-split.tar.gz", "k3s-split.tar.gz.sha256"] {
        std::fs::copy(site.here.join("dist").join(name), stick.join(name)).unwrap();
    }
    let file = stick.join("k3s-split.tar.gz");
    let on_board = |more: &[&str]| {
        let mut command = site.board.ktui();
        command.args([
            "build",
            "k3s-split",
            "--headless",
            "--set",
            "way=unpack",
            "--set",
            "gocheck=no",
            "-C",
        ]);
        command.arg(&site.there).args(["--set", &format!("file={}", file.display())]).args(more);
        command.env("PATH", format!("{}:{}", site.tools.display(), site.board.path())).output().unwrap()
    };
    let elsewhere = on_board(&[]);
    assert!(told(&elsewhere).contains("--set board=local"), "{}", told(&elsewhere));

    let kept = std::fs::read(&file).unwrap();
    let mut changed = kept.clone();
    let middle = changed.len() / 2;
    changed[middle] ^= 1;
    for (bytes, says) in [(&changed[..], "SHA-256 is "), (&kept[..middle], "SHA-256 is ")] {
        std::fs::write(&file, bytes).unwrap();
        let refused = on_board(&["--set", "board=local"]);
        assert_eq!(refused.status.code(), Some(1), "{}", told(&refused));
        assert!(told(&refused).contains(says) && told(&refused).contains("refused: nothing was unpacked"));
        assert!(!site.there.join("build").exists(), "nothing is in place");
    }
    std::fs::write(&file, &kept).unwrap();
    let built = on_board(&["--set", "board=local"]);
    assert!(built.status.success(), "{}", told(&built));
    let k3s = std::fs::read_to_string(site.there.join("bin/k3s")).unwrap();
    assert!(k3s.contains(&site.there.display().to_string()), "built on the board: {k3s}");
    assert!(site.there.join("dist/artifacts/k3s-riscv64").exists());
}

#[test]
fn known_failures_are_told_before_they_cost_hours() {
    let Some(site) = Site::new() else { return };
    // Only build/ was copied, as the guides say.
    assert!(site.build(&["--only", "download", "--only", "seal"]).status.success());
    let copied = Command::new("cp").arg("-a").args([&site.here.join("build"), &site.there]).status();
    assert!(copied.unwrap().success());
    let lost = site.build(&["--only", "verify"]);
    assert!(told(&lost).contains("bin is missing in"), "{}", told(&lost));
    assert_eq!(lost.status.code(), Some(1));

    // yq is missing: the script ends with 0 and no charts.
    script(&site.tools.join("yq"), "#!/bin/sh\nexit 127\n");
    let empty = site.build(&["--only", "download"]);
    assert!(told(&empty).contains("build/static/charts/*.tgz is missing"), "{}", told(&empty));

    // Another commit on the board.
    std::fs::write(site.there.join("go.mod"), "module github.com/k3s-io/k3s\ngo 1.24\n").unwrap();
    let other = site.build(&["--only", "compare"]);
    assert!(told(&other).contains("check out the same commit on both"), "{}", told(&other));

    // The board cannot be reached.
    let nobody = site.build(&["--set", "board=ssh:no-such-host.invalid", "--only", "connect"]);
    assert_eq!(nobody.status.code(), Some(1), "{}", told(&nobody));
    assert!(told(&nobody).contains("no-such-host.invalid"), "{}", told(&nobody));
}
