## What a plan needs, and how the machine stands to it

need-memory = 内存（RAM + 交换空间）
need-disk = 可用磁盘空间
need-header = C 头文件
need-pkg-config = pkg-config 可找到
need-right-tool = 同名程序中正确的那个
need-on-path = 在 PATH 中
need-no-version = { $path }，版本未知
need-links = 链接器能找到 -l{ $library }
not-there = 没有
not-known = 未知

## Why a plan fits a tree, or a stage does not run

tree-has = 有 { $path }
tree-lacks = 没有 { $path }
file-says = { $path } 中有 { $pattern }
file-says-not = { $path } 中没有 { $pattern }
when-lacks = 源码树中没有 { $paths }
when-has = 源码树中有 { $path }
when-input = { $name } 为“{ $given }”，不是“{ $value }”

## Fixes

install-title = 安装 { $name }
restore-title = 将 { $path } 恢复为已提交的版本，改动另存为补丁
restore-guide = 该文件与 HEAD 不同（+{ $added } −{ $removed }）。改动保存在 { $patch }；用 git apply { $quoted } 可取回。
other-managers = 其他包管理器：{ $commands }
ask-manager = 软件包名不在 ktui 的表中，可向包管理器查询哪个软件包含有它：{ $commands }

## Findings as text

unknown-title = 没有规则能识别这个失败：{ $message }
unknown-alone = 日志以失败结束，但没有规则匹配。这些行最像原因：它们具有工具报错的形式，或位于最后。
unknown-beside = 该阶段失败，但没有规则匹配。上次成功时它没有输出这一行；在新出现的行中，它最像原因。
unknown-next = 请从这里向上读到失败命令的第一条消息，单独运行该命令，并搜索其中不是您自己文件名的词。`ktui rules new` 可由一行日志起草规则，下次便能识别。
report-nothing = 没有发现任何规则能识别的问题。
report-line = 第 { $line } 行：{ $text }
report-place = 第 { $line } 行
report-follows = 由此引起：
report-fix = 修复
report-with = 环境变量：{ $name }={ $value }
report-check = 验证：{ $command }
page-follows = 由此引起
page-fix = 修复
page-check = 验证：{ $command }
level-symptom = 表象
level-error = 错误
level-warning = 警告
level-note = 提示

## A build without a screen

gone = 运行器已不在；`ktui build --resume` 可从中断的阶段继续
waits-for-answer = 运行中的命令似乎在等待回答：可在另一终端用 `ktui attach { $session }` 作答
log-not-written = 日志无法写入：{ $why }
run-stage = 阶段 { $stage }
run-check = 检查 { $stage }
run-fix = 修复 { $fix }
run-verify = 验证
running-fix = 正在运行修复 { $fix }：{ $title }
refuses = 运行器拒绝了请求：{ $why }
end-passed = 成功
end-timed-out = 超过了时限
end-stopped = 已被停止
end-check-failed = 命令成功，但结果检查未通过
end-not-started = 未能启动
end-signal = 被 { $signal } 终止
end-exit = 失败，退出状态 { $code }
end-failed = 失败
session-in = 会话 { $id }，位于 { $path }
already-runs = { $dir }：会话 { $id } 正在构建此源码树；用 `ktui attach { $id }` 可查看，加 --concurrent 则另起一个构建
tour-runs = { $dir }：那里正在运行导览；用 `ktui attach { $id }` 可查看，用 `ktui tour --dir 目录` 可另外解开一份
was-cut = 会话 { $id } 曾被中断；用 `--resume` 可继续
unmet = { $what }：{ $found }，需要 { $wanted }

## Sessions

status-running = 运行中
status-cut-in = 中断于 { $stage }
status-cut = 已中断
status-well = 成功结束
status-failed = 失败（{ $exit }）
status-imported = 导入
exported = { $id } 已写入 { $path }
export-exists = { $path } 已存在；加 `--force` 可覆盖
deleted = 已删除 { $id }
deleted-count = 已删除 { $count } 个会话
no-sessions = 尚无会话；`ktui build` 或 `ktui tour` 会创建会话
no-session-runs = 没有运行中的会话；`ktui sessions list` 列出历史会话
log-size = { $path }（{ $bytes } 字节）
run-line = { $what } { $stage } #{ $attempt }  { $how }，用时 { $seconds } 秒
gap-line = 第 { $line } 行：{ $why }

## Labels of what is listed

label-plan = 计划
label-folder = 目录
label-target = 目标
label-started = 开始
label-status = 状态
label-log = 日志
label-resumes = 续自
label-input = 输入
label-stage = 阶段
label-check = 检查
label-fix = 修复
label-fix-run = 运行修复
label-verify = 验证
label-gap = 缺失
label-pattern = 模式
label-sample = 样本
label-see = 参见

## Plans

plan-skips = 不运行：{ $why }
plan-runs = 在 { $dir } 中由 { $shell } 运行
plan-limit = 最长 { $limit }
plan-leaves = 产物 { $path }{ $count ->
    [1] {""}
   *[other] （至少 { $count } 个）
}
plan-choices = 可选：{ $all }
plan-check = 检查：
plan-fits = * 适合 { $dir }
plans-linted = { $count } 个计划：{ $errors } 个错误，{ $warnings } 个警告
not-trusted = { $file }：尚未信任此源码树自带的计划；请先阅读（`ktui plans show { $plan } -C { $dir }`），再加 --trust
nothing-cut = { $dir }：没有可继续的 { $plan } 中断会话
no-plan-fits = { $dir }：没有适合此源码树的计划；请从 { $known } 中指定一个
no-plan-in-file = 此文件中没有计划
no-plan = 没有计划 `{ $plan }`：应为 { $known } 之一，或 .yaml 文件
set-form = --set { $pair }：应为 名称=值
not-a-folder = { $dir }：不是目录；应为源码树

## Rules

rules-count = { $count } 条规则
rules-tested = { $samples } 个样本，{ $misses } 个近似反例，{ $wrong } 个不对
rules-linted = { $rules } 条规则，{ $files } 个文件：{ $errors } 个错误，{ $warnings } 个警告
no-rule = 没有规则 `{ $rule }`；`ktui rules list` 列出全部
no-rule-near = 没有规则 `{ $rule }`；是否指 { $near }？
no-category = 没有类别为 `{ $category }` 的规则；`ktui rules list` 列出全部
from-form = `--from { $from }`：应为 日志:行号，例如 build.log:231
family-form = `--family { $family }`：应为小写字母、数字和 `-`
no-line = { $log }：共 { $count } 行，没有第 { $line } 行
nothing-to-draft = { $log }:{ $line }：这一行没有规则可识别的内容
no-fixed-text = 警告：模式中没有固定文字；请加入消息中的一些词
known-already = 这一行已能识别：{ $rule }  { $title }
pattern-matches = 在保留的 { $sessions } 个会话中，有 { $with } 个会话共 { $lines } 行匹配该模式
pattern-passed = 其中 { $count } 个会话是成功的：请考虑 `unless`，或让模式更具体

## The app, seen from the command line

no-terminal = 没有可绘制的终端；`ktui --help` 列出不需要终端的命令
no-terminal-replay = 没有可绘制的终端；`ktui diagnose { $log }` 可说明出了什么问题
no-such-log = { $log }：没有此文件
no-moment = `{ $text }` 不是时间：应为秒数、MM:SS 或 HH:MM:SS
too-far = `{ $text }` 太远了
no-theme = 没有主题 `{ $name }`{ $near }（现有：{ $known }）
themes-linted = { $count } 个主题，{ $problems } 个问题


## Settings

built-in = 内置
no-home = 没有主目录，无法确定配置文件的位置
config-there = { $path }：已经存在

label-era = 时期
label-fit = 适用性
label-needs = 需要
room-go-cache = 清空 Go 的构建缓存；下次构建会重新编译全部内容
room-go-modules = 清空 Go 的模块缓存；下次构建会重新下载所有模块
room-builds = 清空 Docker 的构建缓存；下次构建镜像会从头开始
room-containers = 删除已停止的容器以及未使用的镜像和网络：请先确认其中的内容，删除后无法恢复
room-packages = 删除已下载的软件包文件；已安装的软件不受影响
room-journal = 系统日志只保留最新的 200 MB
plan-unfit = 不适用：{ $why }
when-arch = 仅用于 { $all }；本机是 { $is }
when-era = 仅用于其他时期的源码树：{ $titles }

## 命令行用法错误

usage-more = 详情请使用 --help。
usage-utf8 = 错误：有一个参数不是 UTF-8
usage-near = ；是不是想写 { $near }？
usage-no-value = 错误：{ $arg } 需要一个值
usage-value = 错误：`{ $value }` 不是 { $arg } 的有效值（可选：{ $all }）{ $near }
usage-bad-value = 错误：`{ $value }` 不是 { $arg } 的有效值：{ $why }
usage-unknown = 错误：没有参数 { $arg }{ $near }
usage-command = 错误：没有命令 `{ $word }`{ $near }
usage-missing = 错误：缺少 { $arg }
usage-conflict = 错误：{ $arg } 不能与 { $other } 同时使用
usage-equals = 错误：{ $arg } 的值要写在等号之后
usage-too-many = 错误：{ $arg } 不能再带值 `{ $value }`
