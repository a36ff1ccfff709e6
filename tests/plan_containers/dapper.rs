//! k3s through dapper.

use std::path::Path;
use std::process::Command;

use crate::engine::{engine_with, forget};
use crate::plan_site::Site;

/// Stands in for dapper: builds the image of Dockerfile.dapper and runs a script in it, on the mounted tree or (`-m cp`) on a
/// copy, of which only what dapper's own Dockerfiles name comes back.
const DAPPER: &str = r#"#!/bin/bash
mode=bind file=Dockerfile.dapper
while :; do case $1 in
  --version) echo "dapper version v0.6.0"; exit 0 ;;
  -f) file=$2; shift 2 ;;
  -m) mode=$2; shift 2 ;;
  *) break ;;
esac; done
tag=ktui-test/dapper-$(printf '%s' "$PWD" | cksum | cut -d' ' -f1)
docker build -q -t "$tag" -f "$file" . >/dev/null || { echo "FATA[0001] exit status 1"; exit 1; }
[ "$1" != --build ] || exit 0
if [ "$mode" = bind ]; then
  docker run --rm --privileged -v "$PWD:/src" "$tag" "$@" || { s=$?; echo "FATA[0002] exit status $s"; exit 1; }
  exit 0
fi
printf 'FROM %s\nCOPY . /src/\n' "$tag" > .copy.dockerfile
docker build -q -t "$tag" -f .copy.dockerfile . >/dev/null || exit 1
rm .copy.dockerfile
name=ktui-test-dapper-$$; trap 'docker rm -f "$name" >/dev/null' EXIT
docker run --name "$name" --privileged "$tag" "$@" || { s=$?; echo "FATA[0002] exit status $s"; exit 1; }
for part in ./bin ./dist ./build/out ./build/static ./pkg/static ./pkg/deploy; do
  mkdir -p "$(dirname "$part")"; docker cp "$name:/src/$part" "$(dirname "$part")" 2>/dev/null
done
exit 0
"#;

/// A program (an ELF file) that runs a script.
fn program(folder: &Path, script: &str) -> bool {
    let at = folder.join("dapper.sh");
    let source = format!(
        "#include <unistd.h>\nint main(int n, char **a) {{ a[0] = \"{}\"; char *all[32] = {{\"bash\"}}; int i; for (i = 0; i < n && i < 30; i++) all[i + 1] = a[i]; execv(\"/bin/bash\", all); return 127; }}\n",
        at.display()
    );
    let name =
        Command::new("sh").args(["-c", "printf 'dapper-%s-%s' \"$(uname -s)\" \"$(uname -m)\""]).output();
    let Ok(name) = name else { return false };
    let name = String::from_utf8_lossy(&name.stdout).into_owned();
    std::fs::write(&at, script).is_ok()
        && std::fs::write(folder.join("dapper.c"), source).is_ok()
        && Command::new("cc")
            .args(["-w", "-o", &name, "dapper.c"])
            .current_dir(folder)
            .status()
            .is_ok_and(|s| s.success())
}

fn k3s(base: &str, url: &str) -> Site {
    Site::of(&[
        ("go.mod", "module github.com/k3s-io/k3s\n\ngo 1.23.3\n"),
        ("Makefile", &format!(".dapper:\n\t@curl -sL {url}/dapper-`uname -s`-`uname -m` > .dapper\n")),
        (
            "Dockerfile.dapper",
            &format!(
                "ARG GOLANG={base}\nFROM ${{GOLANG}}\nENV STATIC_BUILD=true\nWORKDIR /src\nENTRYPOINT [\"./scripts/entry.sh\"]\n"
            ),
        ),
        (".dockerignore", "./bin\n./build\n./dist\n./.dapper\n"),
        // As k3s' own does, it takes its last word, be there one or more.
        (
            "scripts/entry.sh",
            "#!/bin/bash\nset -e\nwhat=${!#}\nif [ -e \"./scripts/$what\" ]; then exec \"./scripts/$what\"; fi\nexec \"$what\"\n",
        ),
        ("scripts/version.sh", "#!/bin/bash\n"),
        (
            "scripts/download",
            "#!/bin/bash\nset -e\nmkdir -p build/static/charts build/src/github.com/k3s-io/runc bin etc\necho x > build/src/github.com/k3s-io/runc/main.go\n[ -e nocharts ] || echo x > build/static/charts/traefik.tgz\n",
        ),
        (
            "scripts/build",
            "#!/bin/bash\nset -e\n[ ! -e breaks ] || { echo '+ curl -sfL https://example.org/x'; exit 35; }\n[ \"$STATIC_BUILD\" = true ]\ncat build/src/github.com/k3s-io/runc/main.go\nfor p in cni k3s containerd-shim runc; do echo \"Building $p\"; echo x > bin/$p; chmod +x bin/$p; done\n",
        ),
        (
            "scripts/package-cli",
            "#!/bin/bash\nset -e\nmkdir -p dist/artifacts\ncp bin/k3s dist/artifacts/k3s\nmkdir -p build/out\necho \"proxy $GOPROXY\" > build/out/proxy\n",
        ),
    ])
}

/// The machine's shop of dappers, and a tree that gets its own there; `None`, said why, where there is no compiler.
fn shop(base: &str) -> Option<(tempfile::TempDir, Site)> {
    let shop = tempfile::tempdir().expect("a folder");
    if !program(shop.path(), DAPPER) {
        eprintln!("skipped: no C compiler to make a stand-in for dapper with");
        return None;
    }
    let site = k3s(base, &format!("file://{}", shop.path().display()));
    Some((shop, site))
}

#[test]
fn k3s_is_built_with_dapper_and_the_mirrors_stand_in_a_copy() {
    let base = "ktui-test/golang:1.20.3-alpine3.17";
    if !engine_with(base) {
        return;
    }
    let Some((_shop, site)) = shop(base) else { return };
    let read = |path: &str| std::fs::read_to_string(site.tree().join(path)).unwrap_or_default();
    let before = read("Dockerfile.dapper");
    let built = site.build("k3s-dapper", &["goproxy=https://goproxy.cn,direct"]);
    built.is_good();
    assert_eq!(read("Dockerfile.dapper"), before);
    assert!(built.said.contains("Dockerfile.dapper stays as it is"), "{}", built.said);
    assert!(read("build/ktui/Dockerfile.dapper.patch").contains("+ENV GOPROXY=https://goproxy.cn,direct"));
    assert_eq!(read("build/out/proxy"), "proxy https://goproxy.cn,direct\n");
    assert!(site.has("dist/artifacts/k3s"));
    // A build that stops half way leaves the tree's own file alone, too.
    site.write("breaks", "");
    site.build("k3s-dapper", &["apk_mirror=mirrors.tuna.tsinghua.edu.cn"]).failed(1, "exit status");
    assert_eq!(read("Dockerfile.dapper"), before);
    assert!(
        read("Dockerfile.dapper.ktui").contains("s/dl-cdn.alpinelinux.org/mirrors.tuna.tsinghua.edu.cn/g")
    );
    forget(&["rmi", base]);
}

#[test]
fn k3s_is_built_with_dapper_on_a_copy_although_only_parts_of_it_come_back() {
    let base = "ktui-test/golang-copy:1.20.3-alpine3.17";
    if !engine_with(base) {
        return;
    }
    let Some((_shop, site)) = shop(base) else { return };
    let built = site.build("k3s-dapper", &["mode=cp"]);
    built.is_good();
    assert!(site.has("bin/k3s") && site.has("dist/artifacts/k3s") && site.has("build/out/proxy"));
    assert!(!site.has("build/src") && !site.has("dapper.ktui.sh"), "{}", built.said);
    site.write("nocharts", "");
    site.build("k3s-dapper", &["mode=cp"]).failed(1, "build/static/charts/*.tgz");
    forget(&["rmi", base]);
}

#[test]
fn what_k3s_dies_of_in_dapper_is_told() {
    let base = "ktui-test/golang-fails:1.20.3-alpine3.17";
    if !engine_with(base) {
        return;
    }
    let Some((_shop, site)) = shop(base) else { return };
    site.write("nocharts", "");
    site.build("k3s-dapper", &[]).failed(1, "build/static/charts/*.tgz is missing");
    std::fs::remove_file(site.tree().join("nocharts")).expect("it is there");
    site.write("breaks", "");
    site.build("k3s-dapper", &[]).failed(1, "exit status 35");
    // An error page under dapper's name.
    site.write("page/dapper-Linux-x86_64", "<html>404</html>");
    std::fs::remove_file(site.tree().join(".dapper")).expect("it is there");
    let page = format!("dapper_url=file://{}/page/dapper", site.tree().display());
    let built = site.build("k3s-dapper", &[&page]);
    assert_eq!(built.status, 1, "{}", built.said);
    assert!(!site.has(".dapper"), "{}", built.said);
    forget(&["rmi", base]);
}
