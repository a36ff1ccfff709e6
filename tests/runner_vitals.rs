//! What a silent command does is in the log, so that a replay tells it too: busy and idle are told apart.
#![expect(clippy::disallowed_methods, reason = "a test drives the world")]

mod runner_site;

use ktui::event::{Activity, Event, Note};
use ktui::runner::order::Order;
use runner_site::Site;

fn seen(site: &Site, script: &str, wanted: impl Fn(&Activity) -> bool) -> Activity {
    let order = Order { look: 50, ..site.order(vec![site.stage("one", script)]) };
    let _handle = site.launch(&order);
    site.wait("a look at the silent command", |events| {
        events.iter().find_map(|event| match event {
            Event::Note(Note::Activity(activity)) if wanted(activity) => Some(activity.clone()),
            _ => None,
        })
    })
}

#[test]
fn a_silent_command_that_computes_is_seen_at_work() {
    if !std::path::Path::new("/proc/self/stat").exists() {
        eprintln!("skipped: there is no /proc here");
        return;
    }
    let site = Site::new();
    let busy = seen(&site, "while [ ! -e enough ]; do :; done", |activity| activity.cpu > 0);
    assert_eq!((busy.run, busy.who.as_str()), (1, "bash"));
    std::fs::write(site.tree().join("enough"), "").expect("the tree");
    assert!(matches!(site.ended().last(), Some(Event::Exit(0))));
}

#[test]
fn a_silent_command_that_only_waits_uses_nothing() {
    if !std::path::Path::new("/proc/self/stat").exists() {
        eprintln!("skipped: there is no /proc here");
        return;
    }
    let site = Site::new();
    let idle = seen(&site, "mkfifo never; read -r x < never || true", |activity| {
        activity.cpu == 0 && activity.io == 0
    });
    assert!(idle.over > 0 && idle.processes >= 1, "{idle:?}");
}
