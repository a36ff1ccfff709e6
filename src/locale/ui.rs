//! Every text of the screen, in both languages, in one place.
//!
//! A message without one of its languages does not compile. `{name}` stands for a value that whoever shows the
//! message gives to [`Say::say`].

use super::Lang;

macro_rules! messages {
    ($($name:ident => $en:literal, $zh:literal;)*) => {
        /// A text of the interface.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[allow(missing_docs, reason = "each message's text says it")]
        pub enum Say { $($name),* }

        impl Say {
            /// Every message.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The text, placeholders as they are.
            pub fn text(self, lang: Lang) -> &'static str {
                match (self, lang) { $((Self::$name, Lang::En) => $en, (Self::$name, Lang::Zh) => $zh),* }
            }
        }
    };
}

impl Say {
    /// The text with its placeholders filled in.
    pub fn say(self, lang: Lang, values: &[(&str, &str)]) -> String {
        let mut rest = self.text(lang);
        let mut said = String::with_capacity(rest.len() + 16);
        // One pass: what a value holds is never taken for a placeholder.
        while let Some(start) = rest.find('{') {
            let Some(end) = rest[start..].find('}').map(|end| start + end) else { break };
            said.push_str(&rest[..start]);
            let name = &rest[start + 1..end];
            match values.iter().find(|(known, _)| *known == name) {
                Some((_, value)) => said.push_str(value),
                None => said.push_str(&rest[start..=end]),
            }
            rest = &rest[end + 1..];
        }
        said.push_str(rest);
        said
    }
}

messages! {
    // Panes
    Stages => "Stages", "阶段";
    Log => "Log", "日志";
    Findings => "Findings", "诊断";
    Details => "Details", "详情";
    NoStages => "No stages in this log", "此日志没有阶段";
    NoFindings => "Nothing found so far", "尚未发现问题";
    NoFindingsAtAll => "Nothing found", "未发现问题";
    NoOutput => "No output yet", "尚无输出";
    Lines => "{count} lines", "{count} 行";
    LinesSoFar => "{count} lines so far", "已有 {count} 行";
    OneLine => "1 line", "1 行";
    Following => "following", "跟随中";
    MoreBelow => "{count} below", "下方 {count} 行";

    // Session state
    Starting => "starting", "正在启动";
    Running => "running", "运行中";
    Fixing => "fixing", "正在修复";
    Checking => "checking", "正在检查";
    Waiting => "needs you", "等待决定";
    Passed => "passed", "成功";
    Failed => "failed", "失败";
    Interrupted => "interrupted", "已中断";
    Loading => "reading {percent} %", "读取中 {percent} %";
    Diagnosing => "diagnosing {percent} %", "诊断中 {percent} %";
    Diagnosed => "diagnosed", "诊断完毕";
    Paused => "paused", "已暂停";
    Playing => "playing", "播放中";
    ReplayEnd => "end of replay", "回放结束";

    // Stage states
    StagePending => "to do", "待执行";
    StageSkipped => "skipped", "已跳过";
    StageRunning => "running", "运行中";
    StageChecking => "checking", "检查中";
    StagePassed => "passed", "成功";
    StageFailed => "failed", "失败";
    StageCheckFailed => "incomplete", "结果不全";
    StageTimedOut => "timed out", "超时";
    StageCancelled => "cancelled", "已取消";
    StageNotStarted => "not started", "未能启动";
    StageCut => "cut off", "被中断";
    Attempt => "try {n}", "第 {n} 次";

    // Marks in the log
    MarkCheck => "check of {title}", "检查 {title}";
    MarkFix => "fix", "修复";
    MarkVerify => "verification", "验证";
    MarkExit => "exit {code}", "退出码 {code}";
    MarkGap => "a part of the recording cannot be read ({why})", "录制内容有一部分无法读取（{why}）";

    // Findings and details
    Evidence => "Evidence", "证据";
    EvidenceIn => "line {line}, stage {stage}", "第 {line} 行，阶段 {stage}";
    EvidenceLine => "line {line}", "第 {line} 行";
    Fixes => "Fixes", "修复方法";
    NoFixes => "No fix is known for this one.", "尚无已知的修复方法。";
    Also => "Follows from it", "由此引起";
    Source => "Source", "源码";
    SourceDiffers => "differs from HEAD (+{added} -{removed})", "与 HEAD 不同（+{added} -{removed}）";
    SourceSame => "as in HEAD", "与 HEAD 相同";
    Facts => "Checked on the machine", "已在机器上核实";
    FactOpen => "not known yet", "尚不清楚";
    FactAbsent => "not there", "不存在";
    FactUnknown => "cannot be told: {why}", "无法得知：{why}";
    Earlier => "earlier try", "之前的尝试";
    Mended => "mended", "已修复";
    Times => "{count} times", "{count} 次";
    GuideOnly => "to read", "仅说明";
    RiskSafe => "safe", "安全";
    RiskSystem => "changes the system", "会改动系统";
    RiskDestructive => "can lose work", "可能丢失数据";
    SeverityError => "error", "错误";
    SeverityWarning => "warning", "警告";
    SeverityNote => "note", "提示";

    // Stage page
    StageScript => "Script", "脚本";
    StageFolder => "Folder", "目录";
    StageShell => "Shell", "Shell";
    StageEnv => "Environment", "环境变量";
    StageWhy => "Why", "原因";
    StageTook => "Time", "用时";
    StageNotRun => "It has not run yet.", "尚未运行。";

    // Fix dialog
    FixTitle => "Run this fix?", "运行此修复？";
    FixShown => "The fix", "修复方法";
    FixOf => "{n} of {count}", "{n}/{count}";
    FixMends => "Mends", "针对";
    FixRuns => "Runs", "运行";
    FixSets => "Sets", "设置";
    FixFolder => "Folder", "目录";
    FixTarget => "Target", "目标";
    FixUser => "User", "用户";
    FixUserUnknown => "the one who started the build", "启动构建的用户";
    FixRisk => "Risk", "风险";
    FixVerify => "Verify", "验证";
    FixNoVerify => "none: the retry will tell", "无：由重试判断";
    FixGuide => "To know", "说明";
    FixPlanEnv => "Plan's env", "计划环境";
    FixNoRunReplay => "This is a recording: nothing can be run.", "这是回放，无法运行任何命令。";
    FixNoRunBusy => "Something is running; a fix can run once it has stopped.", "有命令正在运行，停止后才能修复。";
    FixNoRunOver => "The session is over; start the build again to fix it.", "会话已结束，请重新构建后再修复。";
    FixNoRunGuide => "There is nothing to run: this one is for you to do.", "没有可运行的命令，需要您手动处理。";

    // Questions
    AskCancelTitle => "Stop it?", "停止？";
    AskCancel => "{what} is asked to end (TERM), and killed after 5 seconds. The session waits for you then.", "将请求 {what} 结束（TERM），5 秒后强制终止。之后会话等待您的决定。";
    AskSkipTitle => "Go on without it?", "跳过此阶段？";
    AskSkip => "{stage} failed. What comes after it may need what it would have left.", "{stage} 失败了。后续阶段可能需要它的产物。";
    AskRetryTitle => "The fix worked", "修复成功";
    AskRetry => "{fix}. Run {stage} again?", "{fix}。重新运行 {stage}？";
    LeaveTitle => "Leave", "离开";
    LeaveRunning => "{what} is running. The build does not need this screen: it goes on without it, and `ktui attach` comes back to it.", "{what} 正在运行。构建不依赖此界面：离开后会继续，用 `ktui attach` 可再次查看。";
    LeaveWaiting => "{what} failed and waits for a decision. It goes on waiting without this screen; `ktui attach` comes back to it.", "{what} 失败，正等待决定。离开后会继续等待，用 `ktui attach` 可再次查看。";
    LeaveStarting => "The build is starting. It goes on without this screen; `ktui attach` comes back to it.", "构建正在启动。离开后会继续，用 `ktui attach` 可再次查看。";

    // Summary
    SummaryTitle => "Summary", "总结";
    SummaryGood => "Built: {plan}", "构建完成：{plan}";
    SummaryBad => "Not built: {plan}", "构建未完成：{plan}";
    SummaryCut => "The build was cut off: {plan}", "构建被中断：{plan}";
    SummaryTook => "{time} in all, {passed} of {due} stages", "共用时 {time}，完成 {passed}/{due} 个阶段";
    SummaryStages => "Stages", "阶段";
    SummaryFixed => "What was mended", "已修复的问题";
    SummaryOpen => "What stands in the way", "尚存的问题";
    SummaryFolder => "The tree is {dir}", "源码目录 {dir}";
    SummaryResume => "`ktui build --resume` goes on where it was cut off.", "`ktui build --resume` 可从中断处继续。";
    SummaryReplay => "`ktui replay {name}` shows it again.", "`ktui replay {name}` 可再次查看。";
    SummaryTries => "{n} tries", "{n} 次尝试";

    // Notices and states at the bottom
    TypingState => "Ctrl-A: back. The command has the keyboard.", "Ctrl-A：收回键盘。当前输入发送给命令。";
    TypingSecret => "Ctrl-A: back. The command has the keyboard; a password is never recorded.", "Ctrl-A：收回键盘。当前输入发送给命令，密码不会被记录。";
    AsksSecret => "The command asks for a password: press i to type it (never recorded)", "命令正在询问密码：按 i 输入（不会被记录）";
    AsksAnswer => "The command asks something: press i to answer", "命令在等待回答：按 i 输入";
    PromptSearch => "Search", "搜索";
    SearchNone => "no match", "无匹配";
    SearchCount => "{count} lines", "{count} 行";
    SearchPlace => "{place} of {count}", "{place}/{count}";
    SearchMore => "{count}+ lines", "{count}+ 行";
    SearchLiteral => "taken literally", "按字面搜索";
    SearchWrapped => "from the other end", "已从另一端继续";
    NoticeFailed => "Not done: {why}", "未能完成：{why}";
    NoticeReplay => "This is a recording: nothing can be run", "这是回放，无法运行任何命令";
    NoticeNoFinding => "No finding to go to", "没有可跳转的诊断";
    NoticeNoFix => "No fix is known for this finding", "此问题尚无已知的修复方法";
    NoticeNotWaiting => "No stage waits for a decision", "没有等待决定的阶段";
    NoticeNothingRuns => "Nothing is running", "当前没有命令在运行";
    NoticeFixFailed => "The fix did not work: {title}", "修复未成功：{title}";
    NoticeDisk => "The session file could not be written for a while ({why}); the log goes on in memory", "会话文件一度无法写入（{why}）；日志暂存于内存";
    NoticeNoSearch => "Nothing is searched for yet: press /", "尚未搜索：按 /";
    NoticeMouseOn => "The mouse is ktui's: Shift-drag selects text", "鼠标由 ktui 使用：按住 Shift 拖动可选择文本";
    NoticeMouseOff => "The mouse is the terminal's: drag selects text", "鼠标由终端使用：拖动可选择文本";
    TooSmall => "Too small: ktui needs 30x8", "窗口太小：ktui 至少需要 30x8";

    // Start screen
    StartTitle => "What would you like to do?", "要做什么？";
    StartNothing => "Nothing here that ktui knows how to build.", "此处没有 ktui 认识的项目。";
    StartAttach => "running", "运行中";
    StartResume => "go on", "继续";
    StartPlan => "build", "构建";
    StartPast => "past", "历史";
    StartTour => "tour", "导览";

    // Actions: short for the footer, long for the help
    KeyQuit => "leave", "离开";
    KeyQuitLong => "leave; a build goes on by itself", "离开；构建会继续运行";
    KeyBack => "back", "返回";
    KeyBackLong => "close what is open; never leaves", "关闭当前内容；不会退出";
    KeyHelp => "help", "帮助";
    KeyHelpLong => "these keys", "显示按键";
    KeyFocusNext => "next pane", "下一窗格";
    KeyFocusPrevious => "pane before", "上一窗格";
    KeyZoom => "zoom", "放大";
    KeyZoomLong => "this pane alone, or all again", "单独显示此窗格或恢复";
    KeyUp => "up", "上";
    KeyDown => "down", "下";
    KeyPageUp => "page up", "上一页";
    KeyPageDown => "page down", "下一页";
    KeyHalfUp => "half a page up", "上半页";
    KeyHalfDown => "half a page down", "下半页";
    KeyTop => "beginning", "开头";
    KeyBottom => "end", "末尾";
    KeyLeft => "left", "左";
    KeyRight => "right", "右";
    KeyFollow => "follow", "跟随";
    KeyFollowLong => "stay at the end as it grows", "停留在末尾并跟随新输出";
    KeySearch => "search", "搜索";
    KeySearchLong => "search by regular expression; a capital in it matters", "正则搜索；含大写字母时区分大小写";
    KeySearchNext => "next match", "下一匹配";
    KeySearchPrevious => "match before", "上一匹配";
    KeyNextFinding => "finding", "诊断";
    KeyNextFindingLong => "next finding in the log", "日志中的下一诊断";
    KeyPreviousFinding => "finding before", "上一诊断";
    KeyWrap => "long lines", "长行";
    KeyWrapLong => "wrap long lines, or cut them", "长行换行或截断";
    KeyNumbers => "line numbers", "行号";
    KeyOpen => "open", "打开";
    KeyOpenLong => "open what is selected", "打开所选内容";
    KeyFix => "fix", "修复";
    KeyFixLong => "show the fix, with all it would do", "显示修复方法及其全部操作";
    KeyRetry => "retry", "重试";
    KeyRetryLong => "run the failed stage again", "重新运行失败的阶段";
    KeySkip => "skip", "跳过";
    KeySkipLong => "go on without the failed stage", "跳过失败的阶段";
    KeyCancel => "stop", "停止";
    KeyCancelLong => "stop what runs", "停止正在运行的命令";
    KeyType => "type", "输入";
    KeyTypeLong => "type into the command (passwords, answers)", "向命令输入（密码、回答）";
    KeySummary => "summary", "总结";
    KeyAccept => "yes", "是";
    KeyAcceptRun => "run", "运行";
    KeyAcceptClose => "close", "关闭";
    KeyNextChoice => "other fix", "其他方法";
    KeyPreviousChoice => "fix before", "上一方法";
    KeyDetach => "leave it running", "离开，继续运行";
    KeyStopAndQuit => "end the build", "结束构建";
    KeyNo => "no", "否";
    KeyCancelDialog => "cancel", "取消";
    KeyStay => "stay", "留下";
    KeyPlay => "play, pause", "播放/暂停";
    KeyStep => "step", "单步";
    KeyStepLong => "one event further", "前进一个事件";
    KeyNextMarker => "next mark", "下一标记";
    KeyPreviousMarker => "mark before", "上一标记";
    KeyFaster => "faster", "加速";
    KeySlower => "slower", "减速";
    KeyRewind => "to the start", "回到开始";
    KeyToEnd => "to the end", "到结尾";
    KeySuspend => "to the shell", "回到 shell";
    KeyRedraw => "draw anew", "重绘";
    KeyMouse => "mouse", "鼠标";
    KeyMouseLong => "give the mouse to the terminal, or take it", "鼠标交给终端或收回";
    KeyTakeBack => "take the keyboard back", "收回键盘";

    // Headings of the help
    HelpTitle => "Keys", "按键";
    HelpGlobal => "Everywhere", "通用";
    HelpLog => "Log", "日志";
    HelpBuild => "The build", "构建";
    HelpReplay => "Replay", "回放";
    HelpTyping => "While typing into a command", "向命令输入时";
    HelpFoot => "Every key but Ctrl-A goes to the command while you type into it. Nothing is run without being shown first.", "向命令输入时，除 Ctrl-A 外的按键都发给该命令。任何命令在运行前都会先显示。";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_put_in_once_and_never_read_as_placeholders() {
        let said = Say::AskRetry.say(Lang::En, &[("fix", "{stage}"), ("stage", "build")]);
        assert_eq!(said, "{stage}. Run build again?");
        assert_eq!(Say::Lines.say(Lang::Zh, &[]), "{count} 行");
    }

    #[test]
    fn both_languages_have_the_same_placeholders() {
        let names = |text: &str| {
            let mut names: Vec<String> =
                text.split('{').skip(1).filter_map(|part| Some(part.split_once('}')?.0.to_owned())).collect();
            names.sort();
            names
        };
        for say in Say::ALL {
            let (en, zh) = (say.text(Lang::En), say.text(Lang::Zh));
            assert!(!en.is_empty() && !zh.is_empty(), "{say:?}");
            assert_eq!(names(en), names(zh), "{say:?}");
        }
    }
}
