//! What a stage writes arrives whole; what a user types does not arrive at all.
#![expect(clippy::disallowed_methods, reason = "lays files out for stages")]

mod runner_site;

use ktui::event::Event;
use ktui::runner::protocol::{Reply, Request};
use runner_site::{Site, bytes, ends, output};

/// A stage whose terminal changes nothing on its way out.
const RAW: &str = "stty -opost; ";

#[test]
fn five_megabytes_arrive_byte_for_byte() {
    let site = Site::new();
    let mut data = Vec::new();
    let mut seed = 7_u32;
    while data.len() < 5_000_000 {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        data.extend_from_slice(format!("{seed:x} 行 {}\r", seed >> 20).as_bytes());
        data.extend_from_slice(if seed & 4 == 0 { b"\n" } else { b"\x1b[32mok\x1b[0m\n" });
    }
    std::fs::write(site.tree().join("data"), &data).unwrap();
    let events = site.run(&format!("{RAW} cat data"));
    assert_eq!(events.last(), Some(&Event::Exit(0)));
    assert!(bytes(&events) == data, "{} of {} bytes arrived, or others", bytes(&events).len(), data.len());
    assert!(!events.iter().any(|event| matches!(event, Event::Exact(_))), "all of it is UTF-8");
}

#[test]
fn bytes_that_are_no_text_are_kept_exactly() {
    let site = Site::new();
    let data: Vec<u8> = (0..200_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    std::fs::write(site.tree().join("data"), &data).unwrap();
    let events = site.run(&format!("{RAW} cat data"));
    assert!(bytes(&events) == data, "{} of {} bytes arrived, or others", bytes(&events).len(), data.len());
    assert!(output(&events).contains('\u{fffd}'));
}

#[test]
fn a_typed_password_is_not_recorded() {
    let site = Site::new();
    std::fs::write(site.tree().join("expected"), "open sesame").unwrap();
    site.start("read -rsp 'Password: ' word; echo; test \"$word\" = \"$(cat expected)\" && echo granted");
    site.wait_for_text("Password: ");
    let reply = site.client().type_bytes(b"open sesame\n").unwrap();
    assert_eq!(reply, Reply::Ok);
    let events = site.ended();
    assert_eq!(events.last(), Some(&Event::Exit(0)), "{events:?}");
    assert!(output(&events).contains("granted"));
    assert!(!std::fs::read_to_string(site.session.cast()).unwrap().contains("sesame"));
}

#[test]
fn what_is_typed_reaches_the_program_and_control_c_interrupts() {
    let site = Site::new();
    site.start("read -r line; echo \"got <$line>\"; sleep 1000");
    let mut client = site.client();
    client.type_bytes("行 1\n".as_bytes()).unwrap();
    site.wait_for_text("got <行 1>");
    client.type_bytes(b"\x03").unwrap();
    let events = site.ended();
    assert_eq!(ends(&events)[0].signal.as_deref(), Some("SIGINT"), "{events:?}");
}

#[test]
fn secrets_of_the_order_are_masked_wherever_they_show() {
    let site = Site::new();
    let mut stage = site.stage("one", "echo \"$WORD and ${K3S_TOKEN}\"; echo 'pass hunter22'");
    stage.env = [("WORD", "xyzzy-plugh"), ("K3S_TOKEN", "t0k3n-value")]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
    let mut order = site.order(vec![stage]);
    order.secrets = vec!["WORD".into()];
    order.plan.inputs = [("pass".to_owned(), "hunter22".to_owned())].into();
    order.plan.secrets = vec!["pass".into()];
    site.launch(&order);
    let events = site.ended();
    assert_eq!(events.last(), Some(&Event::Exit(0)), "{events:?}");
    let file = std::fs::read_to_string(site.session.cast()).unwrap();
    for secret in ["xyzzy-plugh", "t0k3n-value", "hunter22"] {
        assert!(!file.contains(secret), "{secret} is in the log:\n{file}");
    }
}

#[test]
fn a_resize_reaches_the_program_and_the_log() {
    let site = Site::new();
    site.start("stty size; trap 'stty size; exit 0' WINCH; while :; do read -rt 1 || true; done");
    site.wait_for_text("24 80");
    assert_eq!(site.ask(&Request::Resize { cols: 132, rows: 43 }), Reply::Ok);
    site.wait_for_text("43 132");
    let events = site.ended();
    assert!(events.contains(&Event::Resize { cols: 132, rows: 43 }));
}

#[test]
fn the_terminal_is_the_sessions_own() {
    let site = Site::new();
    let events = site.run("echo \"$TERM ${COLUMNS-none}\"; test -t 0 && test -t 1 && tty; echo $PAGER");
    let text = output(&events);
    assert!(text.starts_with("xterm-256color none\r\n"), "{text}");
    assert!(text.contains("/dev/pts/") || text.contains("/dev/tty"), "{text}");
}

#[test]
fn a_script_longer_than_an_argument_may_be_runs_all_the_same() {
    let site = Site::new();
    let script = format!("# {}\necho short end", "x".repeat(200_000));
    assert!(output(&site.run(&script)).contains("short end"));
}
