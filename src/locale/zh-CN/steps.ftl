## 没有规则能识别的失败，按其所言，先做什么

first-title = 先做什么
first-disk-full = 腾出空间：`df -h . /tmp /var` 显示哪个文件系统已满。`docker system prune`、`go clean -cache -modcache` 和包管理器的缓存通常释放最多；也可把 TMPDIR、GOCACHE 或 docker 的 data-root 放到更大的磁盘。
first-out-of-memory = 减少并发：`make -j1`、`go build -p 1`、GOMEMLIMIT 和 GOGC=50；或增加 swap。`dmesg | grep -i oom` 显示内核是否结束了进程，`free -m` 显示剩余内存。
first-registry-rate-limit = 登录（`docker login`）、等待限额恢复，或通过镜像站拉取（/etc/docker/daemon.json 的 `registry-mirrors`，k3s 用 registries.yaml）。
first-tls = 确认时钟正确（`date`），安装 ca-certificates；若代理会拆解 TLS，把它的 CA 加入系统、docker 和 git 的信任列表。`openssl s_client -connect 主机:443` 显示对方是谁。关闭校验只会掩盖问题。
first-proxy = 每一层有各自的代理设置：shell 的 http_proxy、https_proxy、no_proxy，git 的 http.proxy，apt 的 Acquire，docker 守护进程的 systemd drop-in 以及 `docker build --build-arg`。`env | grep -i proxy` 和 `curl -v` 可看出用的是哪一个、是否应答。
first-dns = `getent hosts 名称` 和 /etc/resolv.conf 可看出本机能否解析；容器用 docker 自己的 `dns`（/etc/docker/daemon.json）。在代理之后由代理解析：请设置代理，或使用镜像站。
first-connection-refused = 主机可达但端口没有服务：服务是否已启动（`ss -ltn`、`systemctl status`），端口是否正确，`env | grep -i proxy` 是否指向已停止的代理？
first-network-timeout = 先重试。然后在同一环境（容器则在容器内）用 `curl -v 地址` 检查：在那里设置 https_proxy，或使用镜像站（GOPROXY、镜像仓库、其他 git 远端）。
first-docker-daemon = `docker info` 显示守护进程是否应答：启动它（`systemctl start docker`），或检查 DOCKER_HOST 和 `docker context` 指向何处。
first-credentials = 重新登录（`docker login`、git 令牌、~/.netrc），并确认地址拼写正确：不存在的仓库也会要求密码。
first-http-status = 用 `curl -fIL 地址` 查看：404 表示没有这个版本或名称，403 和 429 表示无权或过于频繁，5xx 表示服务器故障：重试或换镜像站。
first-port-in-use = `ss -ltnp` 显示谁占用了端口：停止它，或换一个端口。
first-file-limit = 在构建的 shell 中 `ulimit -n 65536`，unit 中用 LimitNOFILE，容器用 `--ulimit nofile=`；监视类用 fs.inotify.max_user_instances 和 max_user_watches。
first-read-only-fs = `findmnt -T 路径` 显示挂载方式，`dmesg | tail` 显示内核是否因错误转为只读（SD 卡损坏常见）。重新以可写方式挂载、检查（fsck），或写到别处。
first-permission = 用 `ls -ld` 看路径及其上级目录，用 `id` 看自己：修正属主（chown）、模式（chmod +x）或用户组后重新登录。SELinux 和 noexec 挂载（`findmnt -T 路径`）也会拒绝。
first-exec-format = 对照 `file 程序` 与 `uname -m`：其他架构的程序需要下载正确的版本、为本机编译，或使用 binfmt 和 qemu-user-static。
first-glibc-version = 程序在比运行环境更新的系统上构建（`ldd --version`）：在旧系统上构建、静态链接（Go 用 CGO_ENABLED=0），或在更新的镜像中运行。
first-checksum = 删除已下载的文件并重新获取：下载中断或代理返回的 HTML 页面会使校验和不同。Go 用 `go clean -modcache`。若仍不同，请与项目公布的校验和对比。
first-missing-tool = 安装它，或把它的目录加入 PATH（以构建用户执行 `command -v 名称`；sudo 和容器有自己的 PATH）。
first-missing-header = 安装含该头文件的包：Debian 为 名称-dev，Fedora 为 名称-devel，Alpine 为 名称-dev；`apt-file search` 和 `dnf provides` 可查。
first-missing-library = 安装该库（链接需要 -dev 或 -devel 包），运行 `ldconfig`，或设置 LD_LIBRARY_PATH；`ldd 程序` 列出找不到的库。
first-arch-unsupported = 对照 `uname -m` 与脚本认识的名称（amd64、arm64、riscv64）：设置 ARCH 或 GOARCH，选用支持该架构的版本，或从源码编译该工具。
first-syntax-error = 查看该处及其前一行：误改（`git diff 文件`）、Windows 换行（`file 文件`），或 sh 在执行 bash 脚本。
first-linker-error = 库缺失、过旧、架构不符，或在命令行中位置过前：`pkg-config --libs 名称`、`nm -D 库 | grep 符号`、`file 库`。
first-go-module = 确认 `git status` 无误改后执行 `go mod tidy`（有 vendor 目录则再 `go mod vendor`）；无法获取的模块需设置 GOPROXY 或 GOPRIVATE。
first-go-version = 对照 `go version` 与 go.mod 的 `go` 行及项目要求（.go-version、.github/workflows）：安装对应版本；网络允许时 GOTOOLCHAIN=auto 会自动下载。
first-codegen = 用项目固定的版本运行生成器（`make generate`、`hack/update-codegen.sh`），然后查看 `git diff`。
first-archive-corrupt = `file 归档` 显示实际下载到的内容：HTML 页面或不完整的文件。删除后用 `curl -fL` 重新获取。
first-image-missing = `docker manifest inspect 镜像` 显示该名称、标签和架构是否存在；私有镜像需 `docker login`。否则换标签、换镜像站或自行构建。
first-package-manager = 先刷新列表（`apt-get update`、`dnf makecache`、`apk update`），在本版本中搜索包名，并确认其软件源已启用且仍可用。
first-lint = 单独运行同一检查，让格式化工具修正可修之处（`gofmt -w`、`golangci-lint run --fix`），并使用项目固定的版本。
first-git-state = 查看 `git status` 和 `git log -1`：缺标签（`git fetch --tags --unshallow`）、子模块（`git submodule update --init`）、属主不同（`safe.directory`）或未完成的合并。
first-kernel-config = `zgrep 名称 /proc/config.gz` 或 /boot/config-* 显示内核支持的功能，`modprobe 名称` 加载模块；cgroup 在内核命令行中启用，之后重启。
first-service-failure = 从本次启动处查看 `systemctl status 名称` 和 `journalctl -u 名称 -b`：第一条错误是原因，后面只是重启。
first-test-failure = 单独运行该测试两次（`go test -run 名称 -v ./路径`）：是否每次都失败，无其他负载时如何，上一个发布版是否也失败？
first-compile-error = 先修正编译器的第一个错误：用 `git diff` 查误改，再核对该源码期望的编译器、头文件和模块版本。
