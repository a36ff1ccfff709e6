//! An HTTP proxy in front of a SOCKS 5 one: for containers, wget and whatever else does not speak SOCKS.
//!
//! Speaks CONNECT and plain GET (absolute form, one request a connection). The listener has no password of its own,
//! so where it listens decides who may use it.

use std::io;

use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::proxy::SocksV5;
use hyper_util::rt::TokioIo;
use reqwest::Url;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tower_service::Service;

use crate::locale::{Fault, Speak, Text, both};

/// No head of a request is longer.
const LONGEST: usize = 64 * 1024;

/// Where the bridge leads.
#[derive(Clone)]
pub struct Bridge {
    socks: SocksV5<HttpConnector>,
}

/// An address that is no SOCKS proxy.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.said().en)]
pub struct NotSocks(pub String);

impl Speak for NotSocks {
    fn said(&self) -> Text {
        let text = &self.0;
        both!(
            "`{text}` is no SOCKS proxy: expected socks5://HOST:PORT or socks5h://USER:PASSWORD@HOST:PORT",
            "`{text}` 不是 SOCKS 代理；应为 socks5://HOST:PORT 或 socks5h://USER:PASSWORD@HOST:PORT"
        )
    }
}

impl Bridge {
    /// A bridge to this proxy. `socks5` looks names up here, `socks5h` there.
    ///
    /// # Errors
    /// It is no SOCKS proxy's address; the text holds no password.
    pub fn to(socks: &str) -> Result<Self, NotSocks> {
        let shown = || {
            NotSocks(
                socks.rsplit_once('@').map_or_else(|| socks.to_owned(), |(_, host)| format!("***@{host}")),
            )
        };
        let url = Url::parse(socks).map_err(|_| shown())?;
        let local = match url.scheme() {
            "socks5" => true,
            "socks5h" => false,
            _ => return Err(shown()),
        };
        let address =
            format!("socks5://{}:{}", url.host_str().ok_or_else(shown)?, url.port().unwrap_or(1080));
        let mut connector = HttpConnector::new();
        connector.enforce_http(false);
        let mut way = SocksV5::new(address.parse().map_err(|_| shown())?, connector).local_dns(local);
        if !url.username().is_empty() {
            way = way.with_auth(url.username().to_owned(), url.password().unwrap_or_default().to_owned());
        }
        Ok(Self { socks: way })
    }

    /// Serves for ever. `note` hears of every request: where to, and what went wrong.
    ///
    /// # Errors
    /// The listener broke.
    pub async fn serve(self, listener: TcpListener, note: fn(&str, Option<&str>)) -> io::Result<()> {
        loop {
            let (client, _) = listener.accept().await?;
            let bridge = self.clone();
            tokio::spawn(async move {
                // A client that went away is nobody's trouble.
                let _ = bridge.carry(client, note).await;
            });
        }
    }

    async fn carry(mut self, mut client: TcpStream, note: fn(&str, Option<&str>)) -> io::Result<()> {
        let (head, early) = read_head(&mut client).await?;
        let Some(request) = Request::of(&head) else {
            return client.write_all(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n").await;
        };
        let Ok(to) = format!("http://{}", request.to).parse() else {
            return client.write_all(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n").await;
        };
        let mut server: TcpStream = match self.socks.call(to).await {
            Ok(stream) => TokioIo::into_inner(stream),
            Err(error) => {
                let why = error.to_string();
                note(&request.to, Some(&why));
                let body = format!("the SOCKS proxy does not open a way to {}: {why}\n", request.to);
                let head = format!(
                    "HTTP/1.1 502 Bad Gateway\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
                    body.len()
                );
                return client.write_all((head + &body).as_bytes()).await;
            }
        };
        note(&request.to, None);
        match request.forward {
            None => client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await?,
            Some(head) => server.write_all(&head).await?,
        }
        server.write_all(&early).await?;
        copy_bidirectional(&mut client, &mut server).await.map(drop)
    }
}

/// The head of a request, and what came after it already.
async fn read_head(client: &mut TcpStream) -> io::Result<(Vec<u8>, Vec<u8>)> {
    let mut bytes = Vec::new();
    loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            let early = bytes.split_off(end + 4);
            return Ok((bytes, early));
        }
        if bytes.len() > LONGEST || client.read_buf(&mut bytes).await? == 0 {
            return Err(io::Error::new(io::ErrorKind::InvalidData, Fault(both!("no request", "没有请求"))));
        }
    }
}

struct Request {
    /// `host:port`.
    to: String,
    /// What is sent on in place of the head; nothing for CONNECT.
    forward: Option<Vec<u8>>,
}

impl Request {
    fn of(head: &[u8]) -> Option<Self> {
        let mut headers = [httparse::EMPTY_HEADER; 128];
        let mut request = httparse::Request::new(&mut headers);
        request.parse(head).ok()?;
        let (method, path) = (request.method?, request.path?);
        if method == "CONNECT" {
            path.rsplit_once(':')?.1.parse::<u16>().ok()?;
            return Some(Self { to: path.to_owned(), forward: None });
        }
        let url = Url::parse(path).ok().filter(|url| url.scheme() == "http")?;
        let to = format!("{}:{}", url.host_str()?, url.port_or_known_default()?);
        let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
        let mut forward = format!("{method} {}{query} HTTP/1.1\r\n", url.path()).into_bytes();
        let mine = ["proxy-authorization", "proxy-connection", "connection", "keep-alive"];
        for header in
            request.headers.iter().filter(|header| !mine.contains(&header.name.to_ascii_lowercase().as_str()))
        {
            forward.extend_from_slice(header.name.as_bytes());
            forward.extend_from_slice(b": ");
            forward.extend_from_slice(header.value);
            forward.extend_from_slice(b"\r\n");
        }
        // The next request of this connection may be for another host.
        forward.extend_from_slice(b"Connection: close\r\n\r\n");
        Some(Self { to, forward: Some(forward) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;
    use tokio::time::timeout;

    /// A SOCKS 5 server for one connection after another, RFC 1928, without a password.
    async fn socks() -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        tokio::spawn(async move {
            while let Ok((mut client, _)) = listener.accept().await {
                tokio::spawn(async move {
                    let mut greeting = [0; 2];
                    client.read_exact(&mut greeting).await.unwrap();
                    let mut methods = vec![0; greeting[1].into()];
                    client.read_exact(&mut methods).await.unwrap();
                    client.write_all(&[5, 0]).await.unwrap();
                    let mut request = [0; 4];
                    client.read_exact(&mut request).await.unwrap();
                    let host = if request[3] == 3 {
                        let length = client.read_u8().await.unwrap();
                        let mut name = vec![0; length.into()];
                        client.read_exact(&mut name).await.unwrap();
                        String::from_utf8(name).unwrap()
                    } else {
                        let mut ip = [0; 4];
                        client.read_exact(&mut ip).await.unwrap();
                        std::net::Ipv4Addr::from(ip).to_string()
                    };
                    let port = client.read_u16().await.unwrap();
                    if let Ok(mut server) = TcpStream::connect((host, port)).await {
                        client.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).await.unwrap();
                        let _ = copy_bidirectional(&mut client, &mut server).await;
                    } else {
                        let _ = client.write_all(&[5, 5, 0, 1, 0, 0, 0, 0, 0, 0]).await;
                    }
                });
            }
        });
        address
    }

    /// Answers with the request's first line.
    async fn echo() -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        tokio::spawn(async move {
            while let Ok((mut client, _)) = listener.accept().await {
                let Ok((head, _)) = read_head(&mut client).await else { continue };
                let text = String::from_utf8_lossy(&head);
                assert!(!text.contains("hunter2"), "the proxy's password is not the server's business");
                let line = text.lines().next().unwrap_or_default().to_owned();
                let _ = client
                    .write_all(format!("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{line}").as_bytes())
                    .await;
            }
        });
        address
    }

    async fn through(socks: &str, request: &str) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(Bridge::to(socks).unwrap().serve(listener, |_, _| {}));
        let mut client = TcpStream::connect(address).await.unwrap();
        client.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        timeout(Duration::from_secs(20), client.read_to_string(&mut answer)).await.unwrap().unwrap();
        answer
    }

    #[tokio::test]
    async fn requests_cross_the_bridge() {
        let (socks, server) = (format!("socks5://{}", socks().await), echo().await);
        let get = format!(
            "GET http://{server}/a?b=c HTTP/1.1\r\nHost: {server}\r\nProxy-Authorization: Basic hunter2\r\n\r\n"
        );
        assert!(through(&socks, &get).await.ends_with("GET /a?b=c HTTP/1.1"));
        // What follows a CONNECT in the same packet belongs to the server.
        let connect = format!("CONNECT {server} HTTP/1.1\r\n\r\nGET /deep HTTP/1.1\r\nHost: x\r\n\r\n");
        let answer = through(&socks, &connect).await;
        assert!(
            answer.starts_with("HTTP/1.1 200 Connection established")
                && answer.ends_with("GET /deep HTTP/1.1"),
            "{answer}"
        );
        assert!(through(&socks, "GET /no-proxy-form HTTP/1.1\r\n\r\n").await.starts_with("HTTP/1.1 400"));
    }

    #[tokio::test]
    async fn a_dead_socks_proxy_is_a_502_with_the_cause() {
        let dead = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        let answer = through(&format!("socks5h://{dead}"), "CONNECT k3s.io:443 HTTP/1.1\r\n\r\n").await;
        assert!(answer.starts_with("HTTP/1.1 502") && answer.contains("k3s.io:443"), "{answer}");
        let error = Bridge::to("http://me:hunter2@x:1").err().unwrap().to_string();
        assert!(error.contains("expected socks5://") && !error.contains("hunter2"), "{error}");
    }
}
