## What a plan needs, and how the machine stands to it

need-memory = memory (RAM + swap)
need-disk = free disk space
need-header = a C header
need-pkg-config = known to pkg-config
need-right-tool = the right program of this name
need-on-path = on PATH
need-no-version = { $path }, version not known
need-links = the linker finds -l{ $library }
not-there = not there
not-known = not known

## Why a plan fits a tree, or a stage does not run

tree-has = { $path } is there
tree-lacks = there is no { $path }
file-says = { $path } says { $pattern }
file-says-not = { $path } does not say { $pattern }
when-lacks = the tree has no { $paths }
when-has = the tree has { $path }
when-input = { $name } is “{ $given }”, not “{ $value }”

## Fixes

install-title = Install { $name }
restore-title = Restore { $path } as committed, keeping your change as a patch
restore-guide = The file differs from HEAD (+{ $added } −{ $removed }). The change is kept in { $patch }; bring it back with: git apply { $quoted }
other-managers = With other package managers: { $commands }
ask-manager = The package's name is not in ktui's table; ask the package manager which one holds it: { $commands }

## Findings as text

unknown-title = No rule knows this failure: { $message }
unknown-alone = The log ends badly and no rule matches. These rows look most like the reason: they have the form of a tool's error message, or stand last.
unknown-beside = The stage failed and no rule matches. When it last went well it did not print this row; of what is new it looks most like the reason.
unknown-next = Read upwards from here to the first message of the command that failed, run that command alone, and search for the words that are not names of your own files. `ktui rules new` drafts a rule from a line, so that the next time it is known.
report-nothing = Nothing found that any rule knows.
report-line = line { $line }: { $text }
report-place = line { $line }
report-follows = what follows from it:
report-fix = fix
report-with = with: { $name }={ $value }
report-check = check: { $command }
page-follows = What follows from it
page-fix = Fix
page-check = Check: { $command }
level-symptom = symptom
level-error = error
level-warning = warning
level-note = note

## A build without a screen

gone = the runner is gone; `ktui build --resume` goes on at the cut stage
waits-for-answer = what runs seems to wait for an answer: `ktui attach { $session }` in another terminal can give it
log-not-written = the log could not be written: { $why }
run-stage = stage { $stage }
run-check = check of { $stage }
run-fix = fix { $fix }
run-verify = verification
running-fix = running fix { $fix }: { $title }
refuses = the runner refuses: { $why }
end-passed = passed
end-timed-out = ran into its time limit
end-stopped = was stopped
end-check-failed = ended well, but its success check failed
end-not-started = could not be started
end-signal = was ended by { $signal }
end-exit = failed with exit status { $code }
end-failed = failed
session-in = session { $id } in { $path }
already-runs = { $dir }: session { $id } is building this tree; `ktui attach { $id }` shows it, --concurrent starts another build beside it
tour-runs = { $dir }: a tour is running there; `ktui attach { $id }` shows it, `ktui tour --dir DIR` unpacks another one
was-cut = session { $id } was cut off; `--resume` goes on with it
unmet = { $what }: { $found }, wanted { $wanted }

## Sessions

status-running = running
status-cut-in = interrupted in { $stage }
status-cut = interrupted
status-well = ended well
status-failed = failed ({ $exit })
status-imported = imported
exported = { $id } written to { $path }
export-exists = { $path } is there already; `--force` overwrites it
deleted = deleted { $id }
deleted-count = { $count ->
    [one] 1 session deleted
   *[other] { $count } sessions deleted
}
no-sessions = no sessions yet; `ktui build` or `ktui tour` makes one
no-session-runs = no session is running; `ktui sessions list` shows past ones
log-size = { $path } ({ $bytes } bytes)
run-line = { $what } { $stage } #{ $attempt }  { $how } after { $seconds } s
gap-line = line { $line }: { $why }

## Labels of what is listed

label-plan = plan
label-folder = folder
label-target = target
label-started = started
label-status = status
label-log = log
label-resumes = resumes
label-input = input
label-stage = stage
label-check = check
label-fix = fix
label-fix-run = fix run
label-verify = verify
label-gap = gap
label-pattern = pattern
label-sample = sample
label-see = see

## Plans

plan-skips = does not run: { $why }
plan-runs = in { $dir } under { $shell }
plan-limit = at most { $limit }
plan-leaves = leaves { $path }{ $count ->
    [one] {""}
   *[other] {" "}(at least { $count })
}
plan-choices = one of { $all }
plan-check = check:
plan-fits = * fits { $dir }
plans-linted = { $count ->
    [one] 1 plan
   *[other] { $count } plans
}: { $errors ->
    [one] 1 error
   *[other] { $errors } errors
}, { $warnings ->
    [one] 1 warning
   *[other] { $warnings } warnings
}
not-trusted = { $file }: this tree's own plan is not trusted yet; read it (`ktui plans show { $plan } -C { $dir }`), then give --trust
nothing-cut = { $dir }: no interrupted session of { $plan } to go on with
no-plan-fits = { $dir }: no plan fits this tree; name one of { $known }
no-plan-in-file = no plan in this file
no-plan = no plan `{ $plan }`: expected one of { $known }, or a .yaml file
set-form = --set { $pair }: expected NAME=VALUE
not-a-folder = { $dir }: is no folder: expected a source tree

## Rules

rules-count = { $count ->
    [one] 1 rule
   *[other] { $count } rules
}
rules-tested = { $samples } samples, { $misses } near misses, { $wrong } wrong
rules-linted = { $rules ->
    [one] 1 rule
   *[other] { $rules } rules
} in { $files ->
    [one] 1 file
   *[other] { $files } files
}: { $errors ->
    [one] 1 error
   *[other] { $errors } errors
}, { $warnings ->
    [one] 1 warning
   *[other] { $warnings } warnings
}
no-rule = no rule `{ $rule }`; `ktui rules list` shows all
no-rule-near = no rule `{ $rule }`; did you mean { $near }?
no-category = no rule of category `{ $category }`; `ktui rules list` shows all
from-form = `--from { $from }`: expected LOG:LINE, for example build.log:231
family-form = `--family { $family }`: expected lower-case letters, digits and `-`
no-line = { $log }: has { $count } lines, no line { $line }
nothing-to-draft = { $log }:{ $line }: nothing in this line that a rule could recognise
no-fixed-text = warning: the pattern has no fixed text; put some words of the message into it
known-already = this line is known already: { $rule }  { $title }
pattern-matches = the pattern matches { $lines } lines in { $with } of { $sessions } kept sessions
pattern-passed = { $count } of these sessions ended well: consider `unless`, or more text in the pattern

## The app, seen from the command line

no-terminal = no terminal to draw on; `ktui --help` lists the commands that need none
no-terminal-replay = no terminal to draw on; `ktui diagnose { $log }` says what went wrong
no-such-log = { $log }: no such file
no-moment = `{ $text }` is no moment: expected seconds, MM:SS or HH:MM:SS
too-far = `{ $text }` is too far away
no-theme = no theme `{ $name }`{ $near } (there are { $known })
themes-linted = { $count ->
    [one] 1 theme
   *[other] { $count } themes
}, { $problems ->
    [one] 1 problem
   *[other] { $problems } problems
}


## Settings

built-in = built in
no-home = no home folder: nothing says where the configuration belongs
config-there = { $path }: is there already

label-era = era
label-fit = fit
label-needs = needs
room-go-cache = Empty Go's build cache; the next build compiles everything again
room-go-modules = Empty Go's module cache; the next build downloads every module again
room-builds = Empty Docker's build cache; the next image build begins anew
room-containers = Remove stopped containers and unused images and networks: look first at what is in them, it does not come back
room-packages = Remove downloaded package files; what is installed stays
room-journal = Keep only the newest 200 MB of the system's journal
plan-unfit = does not fit: { $why }
when-arch = only for { $all }; this machine is { $is }
when-era = only for trees of another era: { $titles }

## Mistakes in the use of the command line

usage-more = For more, use --help.
usage-utf8 = error: an argument is not UTF-8
usage-near = ; did you mean { $near }?
usage-no-value = error: { $arg } needs a value
usage-value = error: `{ $value }` is no value of { $arg } (expected one of { $all }){ $near }
usage-bad-value = error: `{ $value }` is no value of { $arg }: { $why }
usage-unknown = error: no argument { $arg }{ $near }
usage-command = error: no command `{ $word }`{ $near }
usage-missing = error: { $arg } is missing
usage-conflict = error: { $arg } cannot be used with { $other }
usage-equals = error: { $arg } needs its value after an equals sign
usage-too-many = error: { $arg } takes no further value `{ $value }`
