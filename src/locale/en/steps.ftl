## What to do first about a failure that no rule knows, by what it speaks of

first-title = What to do first
first-disk-full = Make room: `df -h . /tmp /var` tells which file system is full. `docker system prune`, `go clean -cache -modcache` and the package manager's cache free most; or put TMPDIR, GOCACHE or docker's data-root on a larger disk.
first-out-of-memory = Do less at once: `make -j1`, `go build -p 1`, GOMEMLIMIT and GOGC=50; or add swap. `dmesg | grep -i oom` tells whether the kernel ended a process, `free -m` what is left.
first-registry-rate-limit = Log in (`docker login`), wait until the limit is lifted, or pull through a mirror (`registry-mirrors` in /etc/docker/daemon.json, registries.yaml for k3s).
first-tls = See that the clock is right (`date`), install ca-certificates, and behind a proxy that opens TLS add its CA to the machine's, docker's and git's trust. `openssl s_client -connect HOST:443` shows who answers. Turning verification off hides who that is.
first-proxy = Each layer has a proxy of its own: the shell's http_proxy, https_proxy and no_proxy, git's http.proxy, apt's Acquire, the docker daemon's systemd drop-in and `docker build --build-arg`. `env | grep -i proxy` and `curl -v` tell which of them is asked and whether it answers.
first-dns = `getent hosts NAME` and /etc/resolv.conf tell whether this machine can resolve it; containers ask docker's own `dns` (/etc/docker/daemon.json). Behind a proxy it is the proxy that resolves: set it, or use a mirror.
first-connection-refused = The machine is there, nothing listens: is the service started (`ss -ltn`, `systemctl status`), is the port right, does `env | grep -i proxy` name a proxy that no longer runs?
first-network-timeout = Try again first. Then `curl -v URL` from the same place (for containers from within): set https_proxy there, or use a mirror (GOPROXY, a registry mirror, another git remote).
first-docker-daemon = `docker info` tells whether the daemon answers: start it (`systemctl start docker`), or see where DOCKER_HOST and `docker context` point.
first-credentials = Log in again (`docker login`, a git token, ~/.netrc), and see that the address is spelt right: a repository that does not exist asks for a password, too.
first-http-status = Open the address with `curl -fIL URL`: 404 means that this version or name is not there, 403 and 429 that you may not or too often, 5xx that the server has trouble: try again or take a mirror.
first-port-in-use = `ss -ltnp` tells who has the port: stop that, or choose another port.
first-file-limit = `ulimit -n 65536` in the shell that builds, LimitNOFILE in a unit, `--ulimit nofile=` for a container; for watches fs.inotify.max_user_instances and max_user_watches.
first-read-only-fs = `findmnt -T PATH` tells how it is mounted, `dmesg | tail` whether the kernel gave up writing (a dying SD card). Mount it writable, check it (fsck), or write elsewhere.
first-permission = `ls -ld` the path and its folders, `id` yourself: mend the owner (chown), the mode (chmod +x), or the group and log in again. SELinux and noexec mounts (`findmnt -T PATH`) deny as well.
first-exec-format = `file PROGRAM` beside `uname -m`: a program of another architecture needs the right download, a build for this one, or binfmt and qemu-user-static.
first-glibc-version = It was built on a newer system than it runs on (`ldd --version`): build it on the older one, link it statically (CGO_ENABLED=0 for Go), or run it in a newer image.
first-checksum = Remove what was fetched and fetch it again: a cut download or a proxy's HTML page has another sum. Go: `go clean -modcache`. If it differs again, compare with the sum that the project publishes.
first-missing-tool = Install it, or put its folder on PATH (`command -v NAME` as the user that builds; sudo and containers have a PATH of their own).
first-missing-header = Install the package with the header: NAME-dev on Debian, NAME-devel on Fedora, NAME-dev on Alpine; `apt-file search` and `dnf provides` tell which.
first-missing-library = Install the library (its -dev or -devel package to link), run `ldconfig`, or set LD_LIBRARY_PATH; `ldd PROGRAM` lists what is not found.
first-arch-unsupported = `uname -m` and the names that the script knows (amd64, arm64, riscv64): set ARCH or GOARCH, take a release that has this architecture, or build the tool from source.
first-syntax-error = Look at the place and the line before it: a stray change (`git diff FILE`), Windows line ends (`file FILE`), or a script for bash that sh runs.
first-linker-error = The library is missing, older, of another architecture, or stands too early on the line: `pkg-config --libs NAME`, `nm -D LIBRARY | grep SYMBOL`, `file LIBRARY`.
first-go-module = `go mod tidy` (and `go mod vendor` where there is a vendor folder) after `git status` shows no stray change; what cannot be fetched needs GOPROXY or GOPRIVATE.
first-go-version = `go version` beside the `go` line of go.mod and the project's own wish (.go-version, .github/workflows): install that one; GOTOOLCHAIN=auto fetches it where the network allows.
first-codegen = Run the project's generator (`make generate`, `hack/update-codegen.sh`) with the versions that it pins, and look at `git diff` afterwards.
first-archive-corrupt = `file ARCHIVE` tells what was really fetched: an HTML page or a cut download. Remove it and fetch it again with `curl -fL`.
first-image-missing = `docker manifest inspect IMAGE` tells whether name, tag and architecture exist there; private ones need `docker login`. Otherwise another tag, a mirror, or build it.
first-package-manager = Refresh the lists first (`apt-get update`, `dnf makecache`, `apk update`), search the name in this release, and see that its repository is switched on and still served.
first-lint = Run the same check alone, let the formatter mend what it can (`gofmt -w`, `golangci-lint run --fix`), and use the version that the project pins.
first-git-state = `git status` and `git log -1`: missing tags (`git fetch --tags --unshallow`), submodules (`git submodule update --init`), another owner (`safe.directory`), or an unfinished merge.
first-kernel-config = `zgrep NAME /proc/config.gz` or /boot/config-* tells what the kernel has, `modprobe NAME` loads it; cgroups are switched on in the kernel's command line, followed by a reboot.
first-service-failure = `systemctl status NAME` and `journalctl -u NAME -b` from the start of this attempt: the first error there is the reason, what follows only restarts.
first-test-failure = Run that test alone (`go test -run NAME -v ./PATH`), twice: does it fail each time, without other load, and at the last release too?
first-compile-error = The first error of the compiler is the one to mend: `git diff` for a stray change, then the versions of compiler, headers and modules that this source expects.
