### The machine: the doctor, Go, proxies, targets, the code guide, built programs.

## What is looked at on a machine before a build

what-inodes = inodes { $dir }
what-clock = clock
what-locale = locale
what-engine = { $name } daemon
what-room = free disk space in { $dir }
what-port = port { $port } ({ $who })
what-go = Go for this tree
what-proxy-port = proxy port { $proxy }
what-certificate = TLS certificate of { $host }
what-container = { $engine } container → proxy { $proxy }

## What is wanted of it

want-inodes = at least 100000 free
want-tmp = at least 1 GiB free
want-cache = at least 2 GiB free
want-images = at least 10 GiB free
want-today = today
want-utf = UTF-8
want-engine = it answers this user
want-cgroups = cpu, cpuset, memory and pids are on
want-kernel = y or m
want-free = free
want-no-cluster = nothing of an earlier cluster
want-open = open
want-connect = 200
want-address = a real address
want-served = answers over TLS
want-commit = it answers with its newest commit
want-issuer = an issuer that this machine trusts
want-reached = reached

## Why it matters

why-inodes = sources and caches are many small files; without inodes the disk is full while it has room
why-tmp = go and the linker write large files there (TMPDIR moves them)
why-build-cache = everything that is compiled is kept there (GOCACHE moves it)
why-module-cache = every module that is downloaded is kept there (GOMODCACHE moves it)
why-image-store = images, containers and the build cache are kept there
why-clock = a board without a battery starts in the past: certificates are then not valid yet, and make builds everything again
why-locale = names and messages that are not ASCII get damaged
why-engine = this build runs in containers; k3s' own makefile would wait for the daemon for ever, without a word
why-cgroups = k3s does not start without them; boards often need cgroup_enable=memory on the kernel's command line
why-kernel = running k3s on this machine needs it; vendor kernels often lack it
why-port = something already listens there: k3s cannot start beside it
why-leftover = an earlier cluster's data is taken over: old tokens, certificates and node names
why-proxy-port = nobody listens at the proxy's address: it does not run, or runs elsewhere
why-connect = the proxy's own answer: 407 wants credentials, 403 forbids the host, 502 does not reach it
why-dns = without names nothing can be fetched; 0.0.0.0 or 127.0.0.1 means a poisoned answer
why-sources = sources and release files come from there
why-modules = Go modules and toolchains come from there (GOPROXY)
why-git = git has settings of its own (http.proxy), which go before the environment
why-images = images come from there; the daemon has a proxy setting of its own
why-issuer = a proxy that opens TLS signs with an authority of its own: install that one's certificate here, and in the images that build
why-container = in a container 127.0.0.1 is the container itself: the proxy must listen on docker0's address, such as 172.17.0.1

## What was found

found-denied = it runs, and refuses this user (permission denied)
found-no-answer = no answer
found-no-address = no address
found-nobody = nobody answers: it does not run
found-no-go = no Go
found-own-go = ktui's own Go { $version }, which `ktui build` takes

## The doctor on the command line

doctor-good = ok
doctor-unknown = ?
doctor-warning = warn
doctor-bad = BAD
doctor-summary = ktui: { $checks } checks, { $bad } bad, { $warnings } warnings
label-wanted = wanted
fix-in = in { $dir }, { $target }
fix-not-run = ktui: not run: no terminal to ask on (--yes=RISK allows it)
fix-run-it = run it? [y/N]

## Go toolchains

go-none = ktui: nothing in this tree names a Go version
go-decided = decided by: { $place } ({ $line })
go-checked = checked: { $rule }
go-open = open: what Kubernetes { $release } was built with could not be found out; this is the next best source
go-offline = ktui: the network did not answer; what follows is from the tree, the cache and ktui itself (`--offline` says it at once)
go-asking = asking { $host }
go-others = the tree also says:
go-nowhere = no Go on this machine
go-used = used in { $dir }: { $what }
go-needed = needed: go{ $version } ({ $word })
go-good = good
go-not-good = not what it needs
go-root = ! GOROOT={ $path }: GOROOT is set to another Go than the one on PATH: unset it
go-was-there = it was here already
go-database = verified against the checksum database { $name }
go-sum = verified against this tree's go.sum
go-sha = SHA-256 verified against { $source }
go-unverified = NOT verified: nobody vouches for this download ({ $why })
go-verifying = verifying
go-unpacking = unpacking
go-block-out = the block is taken out
go-new-shells = new shells use it; `ktui go use --undo` takes it out again
go-this-shell = ktui: to use it in this shell: eval "$(ktui go use VERSION)"
go-no-block = { $file }: has no block of ktui's
go-which = which version? `ktui go status` lists them
go-not-here = go{ $version } is not here: `ktui go install { $version }` brings it
go-from = ktui: go{ $version } from { $path }
go-install = Install Go { $version } beside the others; the build takes it

## Which Go a tree needs, and which would build it

rule-at-run-time = k3s compares it when it starts as server or agent: exactly the Go that its Kubernetes release names, or it refuses to run. go.mod is only the least version.
rule-in-validation = only scripts/validate (CI) compares it; the finished k3s does not.
rule-by-scripts = Kubernetes' scripts fetch exactly this version unless FORCE_HOST_GO or GOTOOLCHAIN says otherwise.
rule-by-go = the go command refuses a version below the go line of go.mod; any newer one will do.
uses-installed = Go { $version } as installed
uses-fetched = Go { $version }, which go fetches by itself
uses-too-old = none: Go { $version } is too old for go.mod, and GOTOOLCHAIN forbids another one
uses-cannot-read = none: Go { $version } is too old to read this go.mod, and to fetch a newer one

## Proxies

proxy-no-scheme = no scheme: apt and npm refuse it; write http://HOST:PORT
proxy-tls = https:// means TLS to the proxy itself; most proxies want http:// here
proxy-wget = wget knows no SOCKS; `ktui proxy bridge` makes an HTTP proxy of it
proxy-apt = of SOCKS apt understands socks5h:// only
proxy-inside = apk, wget and others in containers know no SOCKS; use an HTTP proxy
proxy-loopback = 127.0.0.1 in a container is the container; use docker0's address, such as 172.17.0.1
proxy-upper-http = upper case only: curl ignores it for http://, wget does not read it at all; set http_proxy too
proxy-upper = upper case only: wget does not read it; set the lower-case one too
proxy-differs = differs from the lower-case one, which curl and git take
proxy-none = no proxy is set anywhere
sudo-keeps = *_proxy: kept
sudo-drops = *_proxy: not kept: use sudo -E, or env_keep in sudoers
hop-bad = BAD
proxy-is-none = `{ $proxy }` is no proxy: expected http://HOST:PORT or socks5h://HOST:PORT
bridge-runs = ktui: an HTTP proxy in front of { $socks }
bridge-open = ktui: everybody who reaches this address may use it
bridge-local = ktui: containers do not reach it there: --listen 172.17.0.1:8118

## Files on a target

packed = { $sum }  { $file } ({ $count } files)
unpacked = { $count } files are as they were packed; they are in { $dir }
unpack-refused = ktui: refused: nothing was unpacked; carry the file again, or find out who changed it
differ-more = and { $count } more
differ-refused = ktui: refused: { $target }:{ $dir } is not what was sent; send it again, or find out who changed it
as-sent = { $count } files are as they were sent
differs-changed = is not what was sent (SHA-256 differs)
differs-missing = is missing
differs-extra = was not sent
differs-mode = is executable on one side only
manifest-empty = { $file }: names no file: expected what `ktui target seal` prints
manifest-line = { $file }:{ $line }:1: is no line of a manifest: expected what `ktui target seal` prints

target-elsewhere = { $target }: { $why }; `-C DIR` names the tree's folder there
plan-not-here = { $plan } does not fit { $dir }: { $why }

## The code guide

guide-no-tree = { $dir } is in no k3s or Kubernetes tree: expected one, or -C DIR
guide-unknown = the guide knows no `{ $what }`{ $hint } (expected a path in the tree, or one of { $all })
guide-absent = (not in this tree)
guide-calls = How a call travels (ktui explain NAME):
guide-passing = on the way of: { $names }

## What a built program is

is-folder = is a folder
art-machine = machine
art-linked = linked
art-program = program
art-version = version
art-source = source
art-wanted = as wanted
art-static = statically
art-dynamic = dynamically, by { $loader }: { $needed }
art-dirty = edited (dirty)
kind-script = a script
kind-gzip = a gzip archive: unpack it
kind-zstd = a zstd archive: unpack it
kind-xz = an xz archive: unpack it
kind-zip = a zip archive: unpack it
kind-windows = a Windows program
kind-mac = a macOS program
kind-page = a page of HTML or XML: a failed download
kind-error = an error message: a failed download
kind-other = something else
kind-empty = an empty file
kind-folder = a folder
art-other = no ELF program but { $what }
art-damaged = a damaged ELF file: { $why }
wrong-arch = built for another architecture than { $wanted }: it is { $found }
wrong-go = built with { $found }, wanted { $wanted }
wrong-version = calls itself { $found }, wanted { $wanted }
wrong-dynamic = needs libraries of the machine, wanted a static one
wrong-static = is static, wanted a dynamic one
wrong-dirty = built from an edited tree ({ $found }), wanted a clean one
