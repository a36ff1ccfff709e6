## Panes

stages = 阶段
labelled = { $name }：{ $value }
aside = { $said }（{ $more }）
listed = { $one }，{ $more }
sentences = { $one }。{ $more }
log = 日志
findings = 诊断
details = 详情
timeline = 时间线
no-times = 尚未发生任何事
output-rate = 输出量
timeline-most = 输出最快 { $rate }/秒
no-stages = 此日志没有阶段
stages-coming = 阶段随计划载入
no-findings = 尚未发现问题
no-findings-at-all = 未发现问题
no-output = 尚无输出
lines = { $count } 行
lines-so-far = 已有 { $count } 行
following = 跟随中
at = 位于 { $time }
more-below = 下方 { $count } 行

## Session state

starting = 正在启动
running = 运行中
fixing = 正在修复
checking = 正在检查
waiting = 等待决定
passed = 成功
failed = 失败
interrupted = 已中断
behind = 正在回看，落后 { $time }
goes-on = 构建仍在继续
loading = 读取中 { $percent } %
diagnosing = 诊断中 { $percent } %
diagnosed = 诊断完毕
paused = 回放已暂停
playing = 回放中
replay-end = 回放结束

## Stage states

stage-pending = 待执行
stage-skipped = 已跳过
stage-running = 运行中
stage-checking = 检查中
stage-passed = 成功
stage-failed = 失败
stage-check-failed = 结果不全
stage-timed-out = 超时
stage-cancelled = 已取消
stage-not-started = 未能启动
stage-cut = 被中断
attempt = 第 { $n } 次

## Marks in the log

mark-check = 检查 { $title }
mark-fix = 修复
mark-verify = 验证
mark-exit = 退出码 { $code }
mark-quiet = 静默 { $time }
mark-gap = 录制内容有一部分无法读取（{ $why }）

## 日志的筛选、折叠与书签

shows = { $count } / { $of } 行
nothing-passes = 没有符合筛选的行；按 { $key } 取消筛选
repeats = × { $count }
fold-of = 已折叠 { $count } 行
fold-findings = { $count } 项诊断
folded-stages = 已折叠各阶段。
folded-steps = 已折叠各构建步骤。
folded-commands = 已折叠各命令。
sifting = 正在查找…
raw = 原始
collapse-on = 合并重复行
prompt-filter-in = 只看
prompt-filter-out = 排除
prompt-note = 备注
prompt-file = 写入文件
bookmarks-title = 书签
no-bookmarks = 还没有书签。
notice-no-filter = 没有启用筛选。
notice-no-fold = 此行没有可折叠的内容。
notice-unfolded = 已全部展开。
notice-no-bookmark = 没有设置书签的行。
notice-no-file = 此行没有提到文件。
notice-around = 每处匹配显示上下 { $count } 行
notice-too-much = 超过 { $kilobytes } kB，一次太多。请少选一些，或写入文件。
notice-copied = 已通过 OSC 52 复制 { $count } 行（{ $kilobytes } kB）。有些终端会拒绝；tmux 需要 set-clipboard on。
notice-copied-with = 已用 { $program } 复制 { $count } 行（{ $kilobytes } kB）。
notice-copied-file = 此处没有剪贴板，{ $count } 行已写入 { $path }
notice-written = 已将 { $count } 行写入 { $path }
notice-opened = 已在 { $editor } 中打开 { $place }。
notice-not-found = 这里没有文件 { $path }。

## Findings and details

evidence = 证据
evidence-in = 第 { $line } 行，阶段“{ $stage }”
evidence-line = 第 { $line } 行
sure = 把握 { $percent } %
fixes = 修复方法
no-fixes = 尚无已知的修复方法。
also = 由此引起
source = 源码
source-differs = 与 HEAD 不同（+{ $added } -{ $removed }）
source-same = 与 HEAD 相同
facts = 已在机器上核实
fact-open = 尚不清楚
fact-absent = 不存在
fact-unknown = 无法得知：{ $why }
earlier = 之前的尝试
mended = 已修复
times = { $count } 次
guide-only = 仅说明
risk-safe = 安全
risk-system = 会改动系统
risk-destructive = 可能丢失数据
severity-error = 错误
severity-warning = 警告
severity-note = 提示

## Stage page

stage-title = 阶段
stage-id = 标识
stage-script = 脚本
stage-folder = 目录
stage-shell = Shell
stage-env = 环境变量
stage-why = 原因
stage-took = 用时
stage-progress = 进度
stage-usual = 通常用时
stage-silent = 无输出
stage-phase = 第 { $n }/{ $count } 阶段：{ $title }
stage-left = 大约还需 { $time }
quiet-busy = 已 { $time }，但仍在忙：{ $who } 正在工作
quiet-elsewhere = 已 { $time }：在等待 { $who }，其后台工作在此处看不到
quiet-idle = 已 { $time }：{ $who } 在等待
quiet-stuck = 已 { $time }；{ $still } 内毫无动静，可能卡住了
stage-not-run = 尚未运行。

## Fix dialog

fix-title = 运行此修复？
fix-shown = 修复方法
fix-of = { $n }/{ $count }
fix-mends = 针对
fix-runs = 运行
fix-sets = 设置
fix-folder = 目录
fix-target = 目标
fix-user = 用户
fix-user-unknown = 启动构建的用户
fix-risk = 风险
fix-verify = 验证
fix-no-verify = 无：由重试判断
fix-guide = 说明
fix-plan-env = 计划环境
fix-no-run-replay = 这是回放，无法运行任何命令。
fix-no-run-past = 正在回看，构建仍在继续；请先回到现在，再修复。
fix-no-run-busy = 有命令正在运行，停止后才能修复。
fix-no-run-over = 会话已结束，请重新构建后再修复。
fix-no-run-guide = 没有可运行的命令，需要您手动处理。

## 等待确认的阶段，正在编写的文字

step-title = 运行此阶段？
step-again = 这样再运行一次？
edited = 已修改
edit-command = 第 { $n } 条命令，共 { $count } 条
edit-script = “{ $stage }”的脚本，仅对本次会话有效
dismiss-title = 搁置此诊断？
dismiss-ask = 为什么它不算问题？理由随会话保存，也可以留空。
dismissed = 已搁置
dismissed-for = 已搁置：{ $reason }

## 自己的规则，以及为何不是别的规则

rule-title = 保存这条规则？
rule-yaml = 规则
rule-keeps = { $key }：把此规则写入新文件，即配置目录中的 diagnostics/local.yaml（若已存在则为 local-2.yaml），不改动其他文件。ktui 下次启动时生效。故障的含义和修复方法请在该文件中补充。
rule-counting = 正在已保存的会话中统计…
rule-known = 规则 { $rule } 已能识别这一行；只有当它说得不对时，才需要再保存一条。
why-title = 为何不是别的规则？
why-nothing = 没有接近这一行的规则。
why-behind = 能匹配这一行，但不单独成为诊断：另一条诊断解释得更多，或者后文表明这个故障没有造成影响。
why-finding = 这一行属于：{ $title }
why-fact = 能匹配这一行，但在本机上核实后可以排除：{ $ask } → { $answer }
why-unless = 能匹配这一行，但第 { $line } 行表明并非如此：{ $text }
why-needs = 能匹配这一行，但前后 { $count } 行内没有匹配 { $pattern } 的内容
why-elsewhere = 能匹配这一行，但只适用于 { $places }
why-lacks = 接近，但这一行缺少：{ $words }
why-form = 接近：关键词都在，但不符合 { $pattern } 的形式

## Questions

ask-cancel-title = 停止？
ask-cancel = 将请求“{ $what }”结束（TERM），5 秒后强制终止。之后会话等待您的决定。
ask-skip-title = 跳过此阶段？
ask-skip = “{ $stage }”失败了。后续阶段可能需要它的产物。
ask-skip-next = “{ $stage }”失败了。接下来是“{ $next }”，它可能需要前者的产物。
ask-retry-title = 修复成功
ask-retry = { $fix }。重新运行“{ $stage }”？
leave-title = 离开
left-going-on = ktui：构建仍在继续；用 `ktui attach { $id }` 可再次查看
leave-running = “{ $what }”正在运行。构建不依赖此界面：离开后会继续，用 `ktui attach` 可再次查看。
leave-waiting = “{ $what }”失败，正等待决定。离开后会继续等待，用 `ktui attach` 可再次查看。
leave-held = “{ $what }”正在等您确认。离开后会继续等待，用 `ktui attach` 可再次查看。
leave-starting = 构建正在启动。离开后会继续，用 `ktui attach` 可再次查看。

## Summary

summary-title = 总结
summary-good = 构建完成：{ $plan }
summary-bad = 构建未完成：{ $plan }
summary-cut = 构建被中断：{ $plan }
summary-skipped = { $said }，跳过 { $count } 个
summary-took = 总用时 { $time }，{ $passed }/{ $due } 个阶段完成
summary-stages = 阶段
summary-built = 构建产物
summary-more = 另有 { $count } 个
summary-next = 下一步：在 { $arch } 机器上执行 `sudo install -m 755 { $path } /usr/local/bin/`，即可作为命令使用。
summary-look = `ktui artefact { $path }` 可查看该文件适用的机器和构建方式。
summary-fixed = 已修复的问题
summary-open = 尚存的问题
summary-folder = 源码目录：{ $dir }
summary-resume = 下一步：`ktui build --resume` 可从中断处继续。
summary-replay = `ktui replay { $name }` 可回放本次构建。
summary-report = `ktui sessions export { $name } --format markdown` 可生成本次构建的报告。
summary-again = 下一步：解决上面的问题，然后执行 `ktui build { $plan } --from { $stage }`。
summary-tries = { $count } 次尝试

## Notices and states at the bottom

typing-state = { $key } 收回键盘   按键发送给命令
typing-secret = { $key } 收回键盘   按键发送给命令，不会被记录
asks-secret = 命令正在询问密码：按 { $key } 输入（不会被记录）
asks-answer = 命令在等待回答：按 { $key } 输入
prompt-search = 搜索
prompt-moment = 时间（90、2:14、1:02:03）
prompt-place = 跳转（1200、+50、75%、1:02:30、阶段名）
search-none = 无匹配
selected = 已选 { $count } 行
search-count = { $count } 行
search-place = { $place }/{ $count }
search-more = { $count }+ 行
search-literal = 按字面搜索
search-wrapped = 已从另一端继续
notice-failed = 未能完成：{ $why }
notice-replay = 这是回放，无法运行任何命令
notice-no-finding = 没有可跳转的诊断
notice-no-fix = 此问题尚无已知的修复方法
notice-not-waiting = 当前没有阶段等待决定
notice-nothing-runs = 当前没有命令在运行
notice-fix-failed = 修复未成功：{ $title }
notice-rule = 规则已写入 { $path }
notice-dismissed = 已搁置，随会话保存
notice-dismissed-now = 已搁置，仅在打开期间有效：这个日志不是 ktui 的会话
notice-back = 已恢复
notice-no-line = 这里没有可用的日志行
notice-disk = 会话文件一度无法写入（{ $why }）；日志暂存于内存
unwritten = 构建仍在继续，但日志无法写入，输出暂存于内存：{ $why }
unwritten-ended = 构建已结束（退出码 { $exit }），但日志无法写入，请腾出空间：{ $why }
mishap =
    ktui 自身出错：{ $why }
    没有这个界面，构建仍会继续；用 `ktui attach` 可以回来。
notice-no-place = 此日志中没有这样的行、时间或阶段：{ $place }
notice-log-stays = 日志始终显示；其他窗格可以隐藏
notice-idle-cut = 较长的停顿缩短为两秒
notice-idle-lasts = 停顿按原时长播放
notice-no-past = 会话文件中没有过去的内容，无法回看
notice-looking-back = 正在回看：按 { $key } 回到现在后，才能操作构建
notice-no-search = 尚未搜索：按 { $key }
notice-mouse-on = 鼠标由 ktui 使用：按住 Shift 拖动可选择文本
notice-mouse-off = 鼠标由终端使用：拖动可选择文本
too-small = 窗口太小：ktui 至少需要 30x8

## Start screen

start-title = 要做什么？
start-nothing = 此处没有 ktui 认识的项目。
start-attach = 运行中
start-resume = 继续
start-plan = 构建
start-past = 历史
start-tour = 导览
start-unfit = 不适用
doctor-title = 环境检查
doctor-runs = 检查中…
doctor-looks = 正在检查这台机器…
doctor-fine = 没有缺少什么。
doctor-count = { $count } 项检查：{ $bad } 项不合格，{ $warnings } 项警告
check-good = 正常
check-unknown = 未知
check-warning = 警告
check-bad = 不合格
check-wanted = { $found }，要求：{ $wanted }
check-wants = 要求：{ $wanted }
check-fix = 修复：{ $title }
cure-done = 已完成。
cure-failed = 没有成功。
cure-back = 按 Enter 返回。
trust-title = 信任此计划？
unfit-title = 此计划为何不适用
unfit-more = 目录中有计划要找的文件时，计划才适用。`ktui plans show { $plan }` 会显示该计划以及它要找的文件。
trust-seen = 您已看完全部内容。
trust-end = 请先读到末尾（{ $down }），之后按 { $key } 信任
trust-about = 此计划由源码树自带。一旦信任，它将以您的权限运行下面的内容，内容不变就不再询问。目前尚未运行其中任何命令。
start-untrusted = 尚未信任：打开即可阅读它将运行的内容
form-no-inputs = 没有需要设置的项目。
form-empty = 无
form-default = （默认）
form-tree = （来自源码树）
form-own = （自己设置）
form-build = 开始构建
form-step = 开始构建，每个阶段前等待确认
form-choices = 可选：{ $choices }
form-change = 修改 { $name }
form-value = { $name } 的新值：

## 逐行模式

plain-hello = ktui 以逐行方式输出。输入数字进行选择；直接按 Enter 列出可做的事。
plain-choices = 现在做什么？
plain-text = 输入新的内容，以只含一个点的行结束。只输入一个点则保持不变。
plain-reason = 为什么它不算问题？一行即可，也可以留空。
plain-pattern = 搜索：
plain-type = 给命令输入一行：
plain-secret = 命令在要求输入密码；请选择向命令输入。输入的内容既不显示也不记录。
plain-answer = 命令在提问；请选择向命令输入。
plain-finding = 完整显示当前诊断
plain-findings = 全部诊断
plain-stage = 完整显示当前阶段
plain-stages = 全部阶段
plain-log = 日志的最后几行
plain-search = 搜索日志
plain-output = 打开或关闭命令输出
plain-quiet = 命令输出已关闭。
plain-loud = 命令输出已打开。
plain-at = 位于 { $at }，共 { $length }
plain-no-choice = `{ $text }` 不是可选项：应为 1 到 { $count } 之间的数字
plain-mend = 修复 { $what }：{ $title }
step-alone = --step 需要有人确认：请在终端中运行，或使用 --plain

## The command palette

palette-title = 要做什么？
palette-nothing = 现在没有这样的操作
palette-stage = 阶段：{ $title }
palette-finding = 诊断：{ $title }
palette-theme = 主题：{ $name }
palette-language = 语言：{ $name }
language-name = 简体中文
