//! Downloads against servers that cut, lie, lead elsewhere or are not there.

use std::io::{BufRead, BufReader};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use super::*;
use crate::net::http::downloader;
use crate::net::proxy::Proxies;

/// What a server answers to a request's head, byte by byte; then it hangs up.
type Answer = Box<dyn Fn(&str) -> Vec<u8> + Send>;

/// A web server that does as it is told and remembers what it was asked.
struct Server {
    address: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    fn new(answer: Answer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let book = Arc::clone(&asked);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(stream) = stream else { return };
                let head = head(&stream);
                book.lock().unwrap().push(head.clone());
                let _ = (&stream).write_all(&answer(&head));
            }
        });
        Self { address, asked }
    }

    /// Serves the bytes, with ranges.
    fn of(bytes: &'static [u8]) -> Self {
        Self::new(Box::new(move |head| whole_or_rest(bytes, head)))
    }

    fn url(&self) -> Url {
        format!("http://{}/go.tar.gz", self.address).parse().unwrap()
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

fn head(stream: &TcpStream) -> String {
    let mut lines = String::new();
    for line in BufReader::new(stream).lines() {
        match line {
            Ok(line) if !line.is_empty() => lines.push_str(&(line + "\n")),
            _ => break,
        }
    }
    lines
}

fn range(head: &str) -> Option<usize> {
    let line =
        head.lines().find_map(|line| line.to_lowercase().strip_prefix("range: bytes=").map(str::to_owned));
    line?.trim_end_matches('-').parse().ok()
}

fn response(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let mut bytes = format!("HTTP/1.1 {status}\r\nConnection: close\r\n{headers}\r\n").into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

fn whole_or_rest(bytes: &[u8], head: &str) -> Vec<u8> {
    let all = bytes.len();
    match range(head) {
        Some(from) if from >= all => response(
            "416 Range Not Satisfiable",
            &format!("Content-Range: bytes */{all}\r\nContent-Length: 0\r\n"),
            b"",
        ),
        Some(from) => {
            let headers = format!(
                "ETag: \"v1\"\r\nContent-Range: bytes {from}-{}/{all}\r\nContent-Length: {}\r\n",
                all - 1,
                all - from
            );
            response("206 Partial Content", &headers, &bytes[from..])
        }
        None => response("200 OK", &format!("ETag: \"v1\"\r\nContent-Length: {all}\r\n"), bytes),
    }
}

const TEXT: &[u8] = b"The quick brown fox jumps over the lazy dog";
const SUM: &str = "d7a8fbb307d7809469ca9abcb0082e4f8d5651e46d3cdb762d02d0bf37c9e592";

fn fetch(urls: Vec<Url>, to: &Path, proxies: &Proxies) -> Result<Delivered, DownloadError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let order = Order { urls, to: to.to_owned(), sha256: Some(SUM.to_owned()) };
    let mut last = 0;
    runtime.block_on(async {
        let client = downloader(proxies).unwrap();
        download(&client, &order, &mut |progress| {
            assert!(progress.total.is_none_or(|total| progress.done <= total), "{progress:?}");
            last = progress.done;
        })
        .await
    })
}

fn direct() -> Proxies {
    Proxies::default()
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

#[test]
fn a_line_that_is_cut_is_taken_up_where_it_broke() {
    // Ten bytes more at every try, whatever was promised.
    let server = Server::new(Box::new(|head| {
        let from = range(head).unwrap_or(0);
        let whole = whole_or_rest(TEXT, head);
        let body = TEXT.len() - from;
        whole[..whole.len() - body + body.min(10)].to_vec()
    }));
    let dir = folder();
    let to = dir.path().join("go.tar.gz");
    fetch(vec![server.url()], &to, &direct()).unwrap();
    assert_eq!(fs::read(&to).unwrap(), TEXT);
    let ranges: Vec<_> = server.asked().iter().map(|head| range(head)).collect();
    assert_eq!(ranges, [None, Some(10), Some(20), Some(30), Some(40)]);
    assert!(server.asked()[1].to_lowercase().contains("if-range: \"v1\""), "{:?}", server.asked()[1]);
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1, "nothing stays beside the file");
}

#[test]
fn what_an_earlier_run_left_is_gone_on_with() {
    let server = Server::of(TEXT);
    let dir = folder();
    let to = dir.path().join("go.tar.gz");
    fs::write(dir.path().join("go.tar.gz.part"), &TEXT[..12]).unwrap();
    fetch(vec![server.url()], &to, &direct()).unwrap();
    assert_eq!(range(&server.asked()[0]), Some(12));
    // And where everything was there already, nothing is fetched again.
    fs::rename(&to, dir.path().join("go.tar.gz.part")).unwrap();
    fetch(vec![server.url()], &to, &direct()).unwrap();
    assert_eq!(range(&server.asked()[1]), Some(TEXT.len()));
    assert_eq!(fs::read(&to).unwrap(), TEXT);
}

#[test]
fn a_beginning_that_was_another_file_is_thrown_away() {
    let server = Server::of(TEXT);
    let dir = folder();
    let to = dir.path().join("go.tar.gz");
    fs::write(dir.path().join("go.tar.gz.part"), "<html>502 Bad").unwrap();
    fetch(vec![server.url()], &to, &direct()).unwrap();
    assert_eq!(fs::read(&to).unwrap(), TEXT);
    assert_eq!(server.asked().len(), 2);
}

#[test]
fn a_server_without_ranges_sends_the_whole_again() {
    let server =
        Server::new(Box::new(|_| response("200 OK", &format!("Content-Length: {}\r\n", TEXT.len()), TEXT)));
    let dir = folder();
    let to = dir.path().join("go.tar.gz");
    fs::write(dir.path().join("go.tar.gz.part"), &TEXT[..12]).unwrap();
    fetch(vec![server.url()], &to, &direct()).unwrap();
    assert_eq!(fs::read(&to).unwrap(), TEXT);
}

#[test]
fn a_wrong_checksum_is_refused_and_the_next_mirror_asked() {
    let (bad, good) = (Server::of(b"<html>please log in</html>"), Server::of(TEXT));
    let dir = folder();
    let to = dir.path().join("go.tar.gz");
    let delivered = fetch(vec![bad.url(), good.url()], &to, &direct()).unwrap();
    assert_eq!(delivered.url, good.url());
    assert!(delivered.failed[0].why.en.contains("wrong checksum: expected SHA-256 d7a8"), "{delivered:?}");
    assert_eq!(fs::read(&to).unwrap(), TEXT);

    let alone = fetch(vec![bad.url()], &dir.path().join("other"), &direct()).unwrap_err().to_string();
    assert!(alone.contains("wrong checksum") && alone.contains(&bad.address), "{alone}");
    assert!(!dir.path().join("other").exists() && !dir.path().join("other.part").exists());
}

#[test]
fn dead_mirrors_are_passed_over() {
    let dead = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let gone = Server::new(Box::new(|_| response("404 Not Found", "Content-Length: 0\r\n", b"")));
    let cutting = Server::new(Box::new(|_| Vec::new()));
    let good = Server::of(TEXT);
    let dead: Url = format!("http://{dead}/x").parse().unwrap();
    let dir = folder();
    let to = dir.path().join("go.tar.gz");
    let urls = vec![dead, gone.url(), cutting.url(), good.url()];
    let delivered = fetch(urls, &to, &direct()).unwrap();
    let why: Vec<_> = delivered.failed.iter().map(|failed| failed.why.en.as_str()).collect();
    assert_eq!(why.len(), 3);
    assert!(why[0].to_lowercase().contains("refused") && why[1].contains("404"), "{why:?}");
    assert!(cutting.asked().len() > 1, "a line that was cut deserves another try");
}

#[test]
fn redirects_are_followed_and_circles_are_not() {
    let good = Server::of(TEXT);
    let there = good.url().to_string();
    let first = Server::new(Box::new(move |_| {
        response("302 Found", &format!("Location: {there}\r\nContent-Length: 0\r\n"), b"")
    }));
    let dir = folder();
    let to = dir.path().join("go.tar.gz");
    fetch(vec![first.url()], &to, &direct()).unwrap();
    let circle =
        Server::new(Box::new(|_| response("302 Found", "Location: /again\r\nContent-Length: 0\r\n", b"")));
    let error = fetch(vec![circle.url()], &to, &direct()).unwrap_err().to_string();
    assert!(error.contains("circle"), "{error}");
}

#[test]
fn a_proxy_that_wants_credentials_is_told_apart() {
    let proxy = Server::new(Box::new(|_| {
        let headers = "Proxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n";
        response("407 Proxy Authentication Required", headers, b"")
    }));
    let address = proxy.address.clone();
    let proxies = Proxies::of(|name| (name == "all_proxy").then(|| address.clone()));
    let dir = folder();
    for url in ["http://mirror.example/x", "https://mirror.example/x"] {
        let error =
            fetch(vec![url.parse().unwrap()], &dir.path().join("x"), &proxies).unwrap_err().to_string();
        assert!(error.contains("407") || error.contains("proxy authorization required"), "{error}");
    }
    assert!(proxy.asked()[1].starts_with("CONNECT mirror.example:443"), "{:?}", proxy.asked());
}

#[test]
fn a_password_in_a_url_is_not_shown() {
    let dir = folder();
    let url: Url = "http://me:hunter2@127.0.0.1:9/x".parse().unwrap();
    let error = fetch(vec![url], &dir.path().join("x"), &direct()).unwrap_err().to_string();
    assert!(!error.contains("hunter2"), "{error}");
}
