//! Toolchains from servers of our own: good ones, false ones, and those that nobody vouches for.

use std::io::{BufRead, BufReader};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Instant;

use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;

use super::*;

type Files = Arc<dyn Fn(&str) -> Option<Vec<u8>> + Send + Sync>;

/// A web server over a table of paths.
fn serve(files: Files) -> Url {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let files = Arc::clone(&files);
            thread::spawn(move || answer(&stream, &files));
        }
    });
    url
}

fn answer(mut stream: &TcpStream, files: &Files) {
    let mut lines = BufReader::new(stream).lines();
    let first = lines.next().and_then(Result::ok).unwrap_or_default();
    while lines.next().and_then(Result::ok).is_some_and(|line| !line.is_empty()) {}
    let path = first.split(' ').nth(1).unwrap_or_default();
    let (status, body) = files(path).map_or(("404 Not Found", Vec::new()), |body| ("200 OK", body));
    let head = format!("HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", body.len());
    let _ = stream.write_all(head.as_bytes());
    let _ = stream.write_all(&body);
}

const VERSION: &str = "v0.0.1-go1.23.6.linux-riscv64";
const ZIP: &str = "/golang.org/toolchain/@v/v0.0.1-go1.23.6.linux-riscv64.zip";
const TAR: &str = "/dl/go1.23.6.linux-riscv64.tar.gz";

/// A toolchain module with these files besides the needed ones.
fn module(more: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(io::Cursor::new(Vec::new()));
    let needed = [
        ("VERSION", "go1.23.6\n"),
        ("bin/go", "#!/bin/sh\n"),
        ("src/_go.mod", "module std\n"),
        ("src/a.go", ""),
    ];
    for (name, text) in needed.iter().chain(more) {
        zip.start_file(
            format!("golang.org/toolchain@{VERSION}/{name}"),
            zip::write::SimpleFileOptions::default(),
        )
        .unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn archive() -> Vec<u8> {
    let mut tar = tar::Builder::new(flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast()));
    for (name, mode, text) in
        [("go/VERSION", 0o644, "go1.23.6\n"), ("go/bin/go", 0o755, "x"), ("go/src/go.mod", 0o644, "y")]
    {
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        header.set_mode(mode);
        header.set_cksum();
        tar.append_data(&mut header, name, text.as_bytes()).unwrap();
    }
    tar.into_inner().unwrap().finish().unwrap()
}

fn wanted(into: &Path) -> Wanted {
    Wanted {
        version: "1.23.6".parse().unwrap(),
        platform: ("linux".into(), "riscv64".into()),
        into: into.to_owned(),
        servers: Vec::new(),
        archives: Vec::new(),
        database: None,
        go_sum: String::new(),
        sha256: None,
        proxies: Proxies::default(),
    }
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn the_module_becomes_a_toolchain_that_runs() {
    let dir = tempfile::tempdir().unwrap();
    let zip = module(&[("pkg/tool/linux_riscv64/compile", "")]);
    let path = dir.path().join("x.zip");
    fs::write(&path, &zip).unwrap();
    let go_sum = format!("golang.org/toolchain {VERSION} {}\n", h1(&path).unwrap());
    let server = serve(Arc::new(move |path| (path == ZIP).then(|| zip.clone())));
    let into = dir.path().join("go");
    let wanted = Wanted { servers: vec![server], go_sum, ..wanted(&into) };
    let done = install(&wanted, &mut |_| {}).unwrap();
    assert_eq!((done.verified, done.was_there), (Verified::GoSum, false));
    assert_eq!((mode(&done.root.join("bin/go")), mode(&done.root.join("src/a.go"))), (0o755, 0o644));
    assert_eq!(mode(&done.root.join("pkg/tool/linux_riscv64/compile")), 0o755);
    assert!(done.root.join("src/go.mod").is_file() && !done.root.join("src/_go.mod").exists());
    assert!(install(&wanted, &mut |_| panic!("nothing is to be done")).unwrap().was_there);
    assert_eq!(fs::read_dir(into.join("cache")).unwrap().count(), 0);
}

#[test]
fn a_module_with_another_sum_is_not_unpacked() {
    let dir = tempfile::tempdir().unwrap();
    let zip = module(&[]);
    let server = serve(Arc::new(move |path| (path == ZIP).then(|| zip.clone())));
    let go_sum = format!("golang.org/toolchain {VERSION} h1:AAAA=\n");
    let wanted = Wanted { servers: vec![server], go_sum, ..wanted(dir.path()) };
    let error = install(&wanted, &mut |_| {}).unwrap_err().to_string();
    assert!(error.contains("wrong checksum: expected h1:AAAA="), "{error}");
    assert!(!dir.path().join("go1.23.6").exists());
}

#[test]
fn what_nobody_vouches_for_is_said() {
    let dir = tempfile::tempdir().unwrap();
    let zip = module(&[]);
    let server = serve(Arc::new(move |path| (path == ZIP).then(|| zip.clone())));
    let off = Wanted { servers: vec![server.clone()], ..wanted(dir.path()) };
    assert_eq!(
        install(&off, &mut |_| {}).unwrap().verified,
        Verified::Nothing(both!("GOSUMDB is off", "GOSUMDB 已关闭"))
    );
    let other = tempfile::tempdir().unwrap();
    let database = Database::of(&format!("sum.test {server}"));
    let silent = Wanted { servers: vec![server], database, ..wanted(other.path()) };
    let Verified::Nothing(why) = install(&silent, &mut |_| {}).unwrap().verified else {
        panic!("verified by whom?")
    };
    assert!(why.en.contains("404"), "{why:?}");
}

#[test]
fn files_that_lead_out_of_the_folder_are_refused() {
    for name in ["../evil", "bin/../../evil", "/evil"] {
        let dir = tempfile::tempdir().unwrap();
        let zip = module(&[(name, "x")]);
        let server = serve(Arc::new(move |path| (path == ZIP).then(|| zip.clone())));
        let wanted = Wanted { servers: vec![server], ..wanted(&dir.path().join("go")) };
        let error = install(&wanted, &mut |_| {}).unwrap_err().to_string();
        assert!(error.contains("is called"), "{name}: {error}");
        assert!(!dir.path().join("go/go1.23.6").exists() && !dir.path().join("evil").exists());
    }
}

#[test]
fn the_archive_counts_only_with_its_published_sum() {
    let dir = tempfile::tempdir().unwrap();
    let tar = archive();
    let sum = hex(&Sha256::digest(&tar));
    let list = format!(
        r#"[{{"version":"go1.23.6","files":[{{"filename":"go1.23.6.linux-riscv64.tar.gz","sha256":"{sum}"}}]}}]"#
    );
    let good = serve(Arc::new(move |path| match path {
        TAR => Some(tar.clone()),
        "/dl/?mode=json&include=all" => Some(list.clone().into_bytes()),
        _ => None,
    }));
    let bad = serve(Arc::new(|path| (path == TAR).then(|| b"<html>blocked</html>".to_vec())));
    let folder = |server: &Url| server.join("dl").unwrap();
    let both = Wanted { archives: vec![folder(&bad), folder(&good)], ..wanted(&dir.path().join("a")) };
    let done = install(&both, &mut |_| {}).unwrap();
    assert!(matches!(&done.verified, Verified::Sha256(list) if list.starts_with(good.as_str())), "{done:?}");
    assert_eq!(mode(&done.root.join("bin/go")), 0o755);
    let blind = Wanted { archives: vec![folder(&bad)], ..wanted(&dir.path().join("b")) };
    let error = install(&blind, &mut |_| {}).unwrap_err().to_string();
    assert!(error.contains("Go 1.23.6 for linux/riscv64 cannot be had") && error.contains("404"), "{error}");
}

/// Servers that take a connection and never speak; whether each was still open when the last of them was asked.
fn silent(count: usize) -> (Vec<Url>, mpsc::Receiver<bool>) {
    let (tell, together) = mpsc::channel();
    let asked = Arc::new(AtomicUsize::new(0));
    let one = |_| {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("https://{}", listener.local_addr().unwrap()).parse().unwrap();
        let (asked, tell) = (Arc::clone(&asked), tell.clone());
        thread::spawn(move || {
            let held = listener.accept();
            asked.fetch_add(1, Ordering::SeqCst);
            let until = Instant::now() + Duration::from_secs(3);
            while asked.load(Ordering::SeqCst) < count && Instant::now() < until {
                thread::yield_now();
            }
            drop(held);
            tell.send(asked.load(Ordering::SeqCst) == count)
        });
        url
    };
    ((0..count).map(one).collect(), together)
}

#[test]
fn servers_that_never_answer_are_waited_for_together_and_the_order_stays() {
    let dir = tempfile::tempdir().unwrap();
    let zip = module(&[]);
    let good = serve(Arc::new(move |path| (path == ZIP).then(|| zip.clone())));
    let (mut servers, together) = silent(3);
    servers.push(good.clone());
    let later = serve(Arc::new(|_| panic!("the first that has it is enough")));
    let wanted = Wanted { servers, archives: vec![later], ..wanted(dir.path()) };
    let done = install(&wanted, &mut |_| {}).unwrap();
    assert!(done.url.starts_with(good.as_str()), "{done:?}");
    assert_eq!(together.iter().take(3).collect::<Vec<_>>(), [true; 3]);

    let (archives, together) = silent(2);
    let none =
        Wanted { archives: archives.clone(), servers: Vec::new(), into: dir.path().join("b"), ..wanted };
    let error = install(&none, &mut |_| {}).unwrap_err().to_string();
    assert!(archives.iter().all(|url| error.contains(url.as_str())), "{error}");
    assert_eq!(together.iter().take(2).collect::<Vec<_>>(), [true; 2]);
}
