### 本机：体检、Go、代理、目标、代码导览、构建产物。

## What is looked at on a machine before a build

what-inodes = inode { $dir }
what-clock = 系统时钟
what-locale = 字符编码
what-engine = { $name } 守护进程
what-room = { $dir } 的可用磁盘空间
what-port = 端口 { $port }（{ $who }）
what-go = 此源码树所用的 Go
what-proxy-port = 代理端口 { $proxy }
what-certificate = { $host } 的 TLS 证书
what-container = { $engine } 容器 → 代理 { $proxy }

## What is wanted of it

want-inodes = 至少 100000 个空闲
want-tmp = 至少 1 GiB 可用
want-cache = 至少 2 GiB 可用
want-images = 至少 10 GiB 可用
want-today = 当前时间
want-utf = UTF-8
want-engine = 能响应当前用户
want-cgroups = 已启用 cpu、cpuset、memory、pids
want-kernel = y 或 m
want-free = 空闲
want-no-cluster = 没有旧集群的残留
want-open = 已开放
want-connect = 200
want-address = 真实地址
want-served = 可通过 TLS 访问
want-commit = 能给出最新的提交
want-issuer = 本机信任的签发者
want-reached = 可以连通

## Why it matters

why-inodes = 源码和缓存由大量小文件组成；inode 用尽时，磁盘有空间也写不进去
why-tmp = go 和链接器会在此写大文件（可用 TMPDIR 换位置）
why-build-cache = 所有编译结果都存放在这里（可用 GOCACHE 换位置）
why-module-cache = 所有下载的模块都存放在这里（可用 GOMODCACHE 换位置）
why-image-store = 镜像、容器和构建缓存都存放在这里
why-clock = 没有电池的开发板开机时间停在过去：证书会被判为尚未生效，make 会重复构建
why-locale = 非 ASCII 的文件名和消息会变成乱码
why-engine = 本构建在容器中进行；守护进程没有运行时，k3s 自己的 Makefile 会一直等待，没有任何提示
why-cgroups = 缺少时 k3s 无法启动；开发板常需在内核命令行加 cgroup_enable=memory
why-kernel = 在本机运行 k3s 需要它，厂商内核常常缺少
why-port = 已有程序占用，k3s 无法与之同时启动
why-leftover = 旧集群的数据会被沿用：旧的 token、证书和节点名
why-proxy-port = 代理地址无人监听：代理没有运行，或不在此处
why-connect = 代理自身的应答：407 要求认证，403 禁止访问该主机，502 连不上该主机
why-dns = 域名无法解析就什么也下载不了；0.0.0.0 或 127.0.0.1 说明解析被污染
why-sources = 源码和发布文件来自这里
why-modules = Go 模块与工具链来自这里（GOPROXY）
why-git = git 有自己的设置（http.proxy），优先于环境变量
why-images = 镜像来自这里；守护进程有自己的代理设置
why-issuer = 会解密 TLS 的代理用自己的证书签发：请在本机以及构建所用的镜像中安装该证书
why-container = 容器里的 127.0.0.1 是容器自己：代理必须监听 docker0 的地址，如 172.17.0.1

## What was found

found-denied = 正在运行，但拒绝当前用户访问（权限不足）
found-no-answer = 无应答
found-no-address = 解析不到地址
found-nobody = 无人应答：没有运行
found-no-go = 没有 Go
found-own-go = ktui 自己的 Go { $version }，`ktui build` 会使用它

## The doctor on the command line

doctor-good = 正常
doctor-unknown = 未知
doctor-warning = 警告
doctor-bad = 不符
doctor-summary = ktui: { $checks } 项检查，{ $bad } 项不合格，{ $warnings } 项警告
label-wanted = 要求
fix-in = 目录 { $dir }，{ $target }
fix-not-run = ktui: 未执行：没有可供确认的终端（可用 --yes=风险级别 允许）
fix-run-it = 执行吗？[y/N]

## Go toolchains

go-none = ktui: 此源码树中没有指定 Go 版本
go-decided = 依据：{ $place }（{ $line }）
go-checked = 核对：{ $rule }
go-open = 待定：无法得知 Kubernetes { $release } 所用的 Go，此处取次优来源
go-offline = ktui：网络没有应答；以下来自源码树、缓存和 ktui 自身（加 `--offline` 可立即得到）
go-asking = 正在询问 { $host }
go-others = 源码树中的其他说法：
go-nowhere = 本机没有 Go
go-used = 用于 { $dir }：{ $what }
go-needed = 需要：go{ $version }（{ $word }）
go-good = 符合
go-not-good = 不符合要求
go-root = ! GOROOT={ $path }：GOROOT 指向的不是 PATH 中的 Go，请 unset GOROOT
go-was-there = 早已安装
go-database = 已按校验和数据库 { $name } 核对
go-sum = 已按此源码树的 go.sum 核对
go-sha = SHA-256 已核对，依据 { $source }
go-unverified = 未核对：没有可信的校验和（{ $why }）
go-verifying = 正在核对
go-unpacking = 正在解包
go-block-out = 已去除 ktui 的设置块
go-new-shells = 新开的 shell 将使用它；`ktui go use --undo` 可撤销
go-this-shell = ktui: 在当前 shell 中使用：eval "$(ktui go use 版本)"
go-no-block = { $file }：其中没有 ktui 的设置块
go-which = 要用哪个版本？`ktui go status` 会列出已有版本
go-not-here = 这里没有 go{ $version }：可用 `ktui go install { $version }` 安装
go-from = ktui: 使用 { $path } 中的 go{ $version }
go-install = 另行安装 Go { $version }，构建时使用它

## Which Go a tree needs, and which would build it

rule-at-run-time = k3s 以 server 或 agent 启动时会核对：必须正好是其 Kubernetes 版本指定的 Go，否则拒绝运行。go.mod 只是最低版本。
rule-in-validation = 只有 scripts/validate（CI）会核对，构建出的 k3s 自己不检查。
rule-by-scripts = 除非设置了 FORCE_HOST_GO 或 GOTOOLCHAIN，Kubernetes 的脚本会下载并使用正好这个版本。
rule-by-go = go 命令拒绝低于 go.mod 中 go 行的版本，更新的版本都可以。
uses-installed = 已安装的 Go { $version }
uses-fetched = Go { $version }（go 会自动下载）
uses-too-old = 无：Go { $version } 低于 go.mod 的要求，而 GOTOOLCHAIN 禁止改用其他版本
uses-cannot-read = 无：Go { $version } 太旧，读不懂这个 go.mod，也不会自动下载新版

## Proxies

proxy-no-scheme = 缺少协议：apt 和 npm 会拒绝；应写成 http://主机:端口
proxy-tls = https:// 表示与代理本身使用 TLS，多数代理应写 http://
proxy-wget = wget 不支持 SOCKS；可用 `ktui proxy bridge` 转成 HTTP 代理
proxy-apt = apt 只支持 socks5h:// 形式的 SOCKS
proxy-inside = 容器里的 apk、wget 等不支持 SOCKS，请用 HTTP 代理
proxy-loopback = 容器里的 127.0.0.1 是容器自己；请用 docker0 的地址，如 172.17.0.1
proxy-upper-http = 只有大写：curl 对 http:// 忽略它，wget 完全不读；请同时设置 http_proxy
proxy-upper = 只有大写：wget 不读；请同时设置小写
proxy-differs = 与小写的值不同，而 curl 和 git 以小写为准
proxy-none = 各处都没有设置代理
sudo-keeps = *_proxy：保留
sudo-drops = *_proxy：不保留：请用 sudo -E，或在 sudoers 中设置 env_keep
hop-bad = 不通
proxy-is-none = `{ $proxy }` 不是代理地址：应为 http://主机:端口 或 socks5h://主机:端口
bridge-runs = ktui: HTTP 代理，后端为 { $socks }
bridge-open = ktui: 凡能访问该地址者都可以使用
bridge-local = ktui: 容器无法访问该地址，可用 --listen 172.17.0.1:8118

## Files on a target

packed = { $sum }  { $file }（{ $count } 个文件）
unpacked = { $count } 个文件与打包时一致，已放入 { $dir }
unpack-refused = ktui: 拒绝解包：没有改动任何文件；请重新传送该文件，或查明是谁改动的
differ-more = 另有 { $count } 处
differ-refused = ktui: 拒绝继续：{ $target }:{ $dir } 与发送的内容不一致；请重新发送，或查明是谁改动的
as-sent = { $count } 个文件与发送的一致
differs-changed = 与发送的不同（SHA-256 不符）
differs-missing = 缺失
differs-extra = 不在发送的文件之列
differs-mode = 只有一边有可执行权限
manifest-empty = { $file }：其中没有列出文件：应为 `ktui target seal` 的输出
manifest-line = { $file }:{ $line }:1: 不是清单中的一行：应为 `ktui target seal` 的输出

target-elsewhere = { $target }：{ $why }；可用 `-C 目录` 指明那边的源码目录
plan-not-here = { $plan } 不适用于 { $dir }：{ $why }

## The code guide

guide-no-tree = { $dir } 不在 k3s 或 Kubernetes 源码树中：请进入源码树，或使用 -C 目录
guide-unknown = 导览中没有 `{ $what }`{ $hint }（应为源码树中的路径，或 { $all } 之一）
guide-absent = （此源码树中没有）
guide-calls = 调用路径（ktui explain 名称）：
guide-passing = 途经此处的命令：{ $names }

## What a built program is

is-folder = 是一个目录
art-machine = 架构
art-linked = 链接
art-program = 程序
art-version = 版本
art-source = 源码
art-wanted = 符合
art-static = 静态
art-dynamic = 动态，由 { $loader } 加载：{ $needed }
art-dirty = 有修改（dirty）
kind-script = 脚本
kind-gzip = gzip 压缩包，需要先解开
kind-zstd = zstd 压缩包，需要先解开
kind-xz = xz 压缩包，需要先解开
kind-zip = zip 压缩包，需要先解开
kind-windows = Windows 程序
kind-mac = macOS 程序
kind-page = HTML 或 XML 页面，即失败的下载
kind-error = 一条错误信息，即失败的下载
kind-other = 其他文件
kind-empty = 空文件
kind-folder = 目录
art-other = 不是 ELF 程序，而是{ $what }
art-damaged = ELF 文件已损坏：{ $why }
wrong-arch = 目标架构不是 { $wanted }，而是 { $found }
wrong-go = 由 { $found } 构建，要求 { $wanted }
wrong-version = 版本为 { $found }，要求 { $wanted }
wrong-dynamic = 依赖系统库，要求静态链接
wrong-static = 为静态链接，要求动态链接
wrong-dirty = 由修改过的源码树构建（{ $found }），要求未修改的
