## Panes

stages = Stages
labelled = { $name }: { $value }
aside = { $said } ({ $more })
listed = { $one }, { $more }
sentences = { $one }. { $more }
log = Log
findings = Findings
details = Details
timeline = Timeline
no-times = Nothing has happened yet
output-rate = Output
timeline-most = output up to { $rate }/s
no-stages = No stages in this log
stages-coming = The stages come with the plan
no-findings = Nothing found so far
no-findings-at-all = Nothing found
no-output = No output yet
lines = { $count ->
    [one] 1 line
   *[other] { $count } lines
}
lines-so-far = { $count } lines so far
following = following
at = at { $time }
more-below = { $count } below

## Session state

starting = starting
running = running
fixing = fixing
checking = checking
waiting = needs you
passed = passed
failed = failed
interrupted = interrupted
behind = looking back { $time }
goes-on = build goes on
loading = reading { $percent } %
diagnosing = diagnosing { $percent } %
diagnosed = diagnosed
paused = replay paused
playing = replaying
replay-end = end of replay

## Stage states

stage-pending = pending
stage-skipped = skipped
stage-running = running
stage-checking = checking
stage-passed = passed
stage-failed = failed
stage-check-failed = incomplete
stage-timed-out = timed out
stage-cancelled = cancelled
stage-not-started = not started
stage-cut = cut off
attempt = try { $n }

## Marks in the log

mark-check = check of { $title }
mark-fix = fix
mark-verify = verification
mark-exit = exit { $code }
mark-quiet = quiet for { $time }
mark-gap = a part of the recording cannot be read ({ $why })

## Filters, folds, bookmarks of the log

shows = { $count } of { $of } lines
nothing-passes = No line passes the filter; { $key } takes it away
repeats = × { $count }
fold-of = { $count ->
    [one] 1 line folded
   *[other] { $count } lines folded
}
fold-findings = { $count ->
    [one] 1 finding
   *[other] { $count } findings
}
folded-stages = Stages are folded.
folded-steps = Build steps are folded.
folded-commands = Commands are folded.
sifting = looking…
raw = raw
collapse-on = repeats as one
prompt-filter-in = Only
prompt-filter-out = Without
prompt-note = Note
prompt-file = Write to
bookmarks-title = Bookmarks
no-bookmarks = No bookmarks yet.
notice-no-filter = No filter is on.
notice-no-fold = This line belongs to nothing that could be folded.
notice-unfolded = Everything is unfolded.
notice-no-bookmark = No line has a bookmark.
notice-no-file = This line names no file.
notice-around = { $count ->
    [one] 1 line around each match
   *[other] { $count } lines around each match
}
notice-too-much = More than { $kilobytes } kB: too much at once. Select less, or write to a file.
notice-copied = { $count ->
    [one] Copied 1 line
   *[other] Copied { $count } lines
} ({ $kilobytes } kB) by OSC 52. Some terminals refuse it; tmux needs set-clipboard on.
notice-copied-with = { $count ->
    [one] Copied 1 line
   *[other] Copied { $count } lines
} ({ $kilobytes } kB) with { $program }.
notice-copied-file = No clipboard here. { $count ->
    [one] The line is
   *[other] The { $count } lines are
} in { $path }
notice-written = { $count ->
    [one] Wrote 1 line
   *[other] Wrote { $count } lines
} to { $path }
notice-opened = { $place } is open in { $editor }.
notice-not-found = There is no file { $path } here.

## Findings and details

evidence = Evidence
evidence-in = line { $line }, in “{ $stage }”
evidence-line = line { $line }
sure = { $percent } % sure
fixes = Fixes
no-fixes = No fix is known for this one.
also = Follows from it
source = Source
source-differs = differs from HEAD (+{ $added } -{ $removed })
source-same = as in HEAD
facts = Checked on the machine
fact-open = not known yet
fact-absent = not there
fact-unknown = cannot be told: { $why }
earlier = earlier try
mended = fixed
times = { $count ->
    [one] once
   *[other] { $count } times
}
guide-only = instructions
risk-safe = safe
risk-system = changes the system
risk-destructive = can lose work
severity-error = error
severity-warning = warning
severity-note = note

## Stage page

stage-title = Stage
stage-id = Id
stage-script = Script
stage-folder = Folder
stage-shell = Shell
stage-env = Environment
stage-why = Why
stage-took = Time
stage-progress = Progress
stage-usual = Usually takes
stage-silent = Silent
stage-phase = phase { $n } of { $count }: { $title }
stage-left = about { $time } to go
quiet-busy = for { $time }, but busy: { $who } is at work
quiet-elsewhere = for { $time }: waits for { $who }, whose work is not seen from here
quiet-idle = for { $time }: { $who } waits
quiet-stuck = for { $time }; nothing has moved for { $still }: probably stuck
stage-not-run = It has not run yet.

## Fix dialog

fix-title = Run this fix?
fix-shown = The fix
fix-of = { $n } of { $count }
fix-mends = Fixes
fix-runs = Runs
fix-sets = Sets
fix-folder = Folder
fix-target = Target
fix-user = User
fix-user-unknown = the one who started the build
fix-risk = Risk
fix-verify = Verify
fix-no-verify = none: the retry will tell
fix-guide = To know
fix-plan-env = Plan's env
fix-no-run-replay = This is a recording: nothing can be run.
fix-no-run-past = This is the past of a build that goes on: go back to the present, then fix.
fix-no-run-busy = Something is running; a fix can run once it has stopped.
fix-no-run-over = The session is over; start the build again to fix it.
fix-no-run-guide = There is nothing to run: this one is for you to do.

## A stage held back, a text being written

step-title = Run this stage?
step-again = Run it again like this?
edited = edited
edit-command = Command { $n } of { $count }
edit-script = The script of “{ $stage }”, for this session only
dismiss-title = Put this finding aside?
dismiss-ask = Why is it no problem? The reason is kept with the session; it may stay empty.
dismissed = put aside
dismissed-for = Put aside: { $reason }

## A rule of one's own, and why not another

rule-title = Keep this rule?
rule-yaml = The rule
rule-keeps = { $key } writes this rule to a new file, diagnostics/local.yaml in your configuration folder (local-2.yaml where that exists), and changes no other. It counts from the next start of ktui. What the failure means and what mends it is yours to add there.
rule-counting = Counting in the sessions that are kept…
rule-known = The rule { $rule } knows this line already; keep a second one only if that one says the wrong thing.
why-title = Why not another rule?
why-nothing = No rule comes near to this line.
why-behind = Matches the line. It is no finding of its own: another one explains more, or what came after shows that this was survived.
why-finding = It belongs to: { $title }
why-fact = Matches the line, but a check on this machine rules it out: { $ask } → { $answer }
why-unless = Matches the line, but line { $line } takes it back: { $text }
why-needs = Matches the line, but within { $count } lines nothing matches { $pattern }
why-elsewhere = Matches the line, but is only for { $places }
why-lacks = Near, but the line lacks: { $words }
why-form = Near: all its words are there, yet not in the form { $pattern }

## Questions

ask-cancel-title = Stop it?
ask-cancel = “{ $what }” is asked to end (TERM), and killed after 5 seconds. The session waits for you then.
ask-skip-title = Skip this stage?
ask-skip = “{ $stage }” failed. What comes after it may need what it would have left.
ask-skip-next = “{ $stage }” failed. “{ $next }” comes next and may need what it would have left.
ask-retry-title = The fix worked
ask-retry = { $fix }. Run “{ $stage }” again?
leave-title = Leave
left-going-on = ktui: the build goes on; `ktui attach { $id }` comes back to it
leave-running = “{ $what }” is running. The build does not need this screen: it goes on without it, and `ktui attach` comes back to it.
leave-waiting = “{ $what }” failed and needs you. It goes on waiting without this screen; `ktui attach` comes back to it.
leave-held = “{ $what }” waits for your yes. It goes on waiting without this screen; `ktui attach` comes back to it.
leave-starting = The build is starting. It goes on without this screen; `ktui attach` comes back to it.

## Summary

summary-title = Summary
summary-good = Built: { $plan }
summary-bad = Not built: { $plan }
summary-cut = The build was cut off: { $plan }
summary-skipped = { $said }, { $count } skipped
summary-took = { $time } in all, { $passed } of { $due } stages
summary-stages = Stages
summary-built = What was built
summary-more = and { $count } more
summary-next = Next: on a machine for { $arch }, `sudo install -m 755 { $path } /usr/local/bin/` makes it a command.
summary-look = `ktui artefact { $path }` says which machine that file is for and how it was built.
summary-fixed = What was fixed
summary-open = What stands in the way
summary-folder = Source folder: { $dir }
summary-resume = Next: `ktui build --resume` goes on where it was cut off.
summary-replay = `ktui replay { $name }` plays the build again.
summary-report = `ktui sessions export { $name } --format markdown` writes a report of the build.
summary-again = Next: fix what stands in the way, then `ktui build { $plan } --from { $stage }`.
summary-tries = { $count ->
    [one] 1 try
   *[other] { $count } tries
}

## Notices and states at the bottom

typing-state = { $key } takes the keyboard back   Keys go to the command
typing-secret = { $key } takes the keyboard back   Keys go to the command, unrecorded
asks-secret = A password is wanted: press { $key } to type it (never recorded)
asks-answer = The command asks something: press { $key } to answer
prompt-search = Search
prompt-moment = Time (90, 2:14, 1:02:03)
prompt-place = Go to (1200, +50, 75%, 1:02:30, a stage)
search-none = no match
selected = { $count ->
    [one] 1 line selected
   *[other] { $count } lines selected
}
search-count = { $count ->
    [one] 1 line
   *[other] { $count } lines
}
search-place = { $place }/{ $count }
search-more = { $count }+ lines
search-literal = taken literally
search-wrapped = from the other end
notice-failed = Not done: { $why }
notice-replay = This is a recording: nothing can be run
notice-no-finding = No finding to go to
notice-no-fix = No fix is known for this finding
notice-not-waiting = No stage needs you
notice-nothing-runs = Nothing is running
notice-fix-failed = The fix did not work: { $title }
notice-rule = The rule stands in { $path }
notice-dismissed = Put aside; kept with the session
notice-dismissed-now = Put aside, for as long as it is open: this log is no session of ktui's
notice-back = It is back
notice-no-line = There is no line here to make something of
notice-disk = The session file could not be written for a while ({ $why }); the log goes on in memory
unwritten = The build goes on, but its log cannot be written; output waits in memory: { $why }
unwritten-ended = The build has ended (exit { $exit }), but its log cannot be written; make room: { $why }
mishap =
    this is a fault of ktui itself: { $why }
    A build goes on without the screen; `ktui attach` comes back to it.
notice-no-place = No line, time or stage of this log: { $place }
notice-log-stays = The log is always shown: other panes can be hidden
notice-idle-cut = Long pauses are cut to two seconds
notice-idle-lasts = Pauses last as long as they did
notice-no-past = The session's file does not hold what was: there is nothing to look back into
notice-looking-back = This is the past: { $key } goes back to the present, where the build can be acted upon
notice-no-search = Nothing is searched for yet: press { $key }
notice-mouse-on = The mouse is ktui's: Shift-drag selects text
notice-mouse-off = The mouse is the terminal's: drag selects text
too-small = Too small: ktui needs 30x8

## Start screen

start-title = What would you like to do?
start-nothing = Nothing here that ktui knows how to build.
start-attach = running
start-resume = resume
start-plan = build
start-past = past
start-tour = tour
start-unfit = unfit
doctor-title = Doctor
doctor-runs = looking…
doctor-looks = Looking at the machine…
doctor-fine = Nothing is missing.
doctor-count = { $count ->
    [one] 1 check
   *[other] { $count } checks
}: { $bad } bad, { $warnings ->
    [one] 1 warning
   *[other] { $warnings } warnings
}
check-good = good
check-unknown = not known
check-warning = warning
check-bad = bad
check-wanted = { $found }, wanted: { $wanted }
check-wants = wanted: { $wanted }
check-fix = fix: { $title }
cure-done = Done.
cure-failed = That did not work.
cure-back = Enter goes back.
trust-title = Trust this plan?
unfit-title = Why this plan does not fit
unfit-more = A plan fits where the files are that it looks for. `ktui plans show { $plan }` prints the plan, and what it looks for.
trust-seen = You have seen all of it.
trust-end = Read on to its end ({ $down }), then { $key } trusts it
trust-about = This plan came with the tree. Trusted, it runs what stands below, with your rights, and asks you no more until a letter of it changes. Nothing of it has run yet.
start-untrusted = not trusted yet: open it to read what it would run
form-no-inputs = There is nothing to set.
form-empty = none
form-default = (default)
form-tree = (from the tree)
form-own = (yours)
form-build = build
form-step = build, waiting before every stage
form-choices = one of: { $choices }
form-change = change { $name }
form-value = New value of { $name }:

## Plain mode

plain-hello = ktui speaks in lines. A number chooses; Enter alone says what can be done.
plain-choices = What now?
plain-text = Write the new text, and end it with a line that holds only a dot. A dot alone keeps it as it is.
plain-reason = Why is it none? One line; it may stay empty.
plain-pattern = Search for:
plain-type = One line for the command:
plain-secret = The command asks for a password; choose to type into it. What is typed is neither shown nor recorded.
plain-answer = The command asks something; choose to type into it.
plain-finding = the finding in full
plain-findings = all findings
plain-stage = the stage in full
plain-stages = all stages
plain-log = the last lines of the log
plain-search = search the log
plain-output = output on or off
plain-quiet = Output is off.
plain-loud = Output is on.
plain-at = at { $at } of { $length }
plain-no-choice = `{ $text }` is none of the choices: expected a number from 1 to { $count }
plain-mend = fix { $what }: { $title }
step-alone = --step needs somebody to ask: a terminal, or --plain

## The command palette

palette-title = What would you like to do?
palette-nothing = nothing like this can be done now
palette-stage = stage: { $title }
palette-finding = finding: { $title }
palette-theme = theme: { $name }
palette-language = language: { $name }
language-name = English
