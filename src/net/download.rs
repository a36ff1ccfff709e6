//! Downloads: from the first mirror that delivers, gone on with where they were cut, checked before they count.
//!
//! Owns the bytes on their way into one file. What the file is for, and which mirrors there are, is the caller's.
#![expect(clippy::disallowed_methods, reason = "writes what it downloads")]

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use reqwest::header::{CONTENT_RANGE, ETAG, IF_RANGE, LAST_MODIFIED, RANGE};
use reqwest::{Client, Response, StatusCode, Url};
use sha2::{Digest, Sha256};

use super::http::in_words;
use crate::locale::{Speak, Text, both};

/// A mirror that cuts the line is asked again this often without a new byte.
const MOST_VAIN: u32 = 2;

/// What is wanted.
#[derive(Debug, Clone)]
pub struct Order {
    /// Where it can be had, best first.
    pub urls: Vec<Url>,
    /// The file that it becomes. What is there of it so far stands beside it, with `.part` after its name.
    pub to: PathBuf,
    /// Its SHA-256 in hex, where known.
    pub sha256: Option<String>,
}

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress<'a> {
    /// Host that it comes from.
    pub host: &'a str,
    /// Bytes that are there.
    pub done: u64,
    /// Bytes in all, where the server said so.
    pub total: Option<u64>,
}

/// What was downloaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivered {
    /// The mirror that finished it.
    pub url: Url,
    /// SHA-256 in hex of the whole file.
    pub sha256: String,
    /// Mirrors that did not deliver, and why.
    pub failed: Vec<Failed>,
}

/// A mirror that did not deliver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failed {
    /// Its URL, without password.
    pub url: String,
    /// Why.
    pub why: Text,
}

impl Speak for Failed {
    fn said(&self) -> Text {
        let url = &self.url;
        both!("{url}: {why}", "{url}：{why}", why = self.why)
    }
}

/// Why there is no file.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.said().en)]
pub enum DownloadError {
    /// No mirror delivered it.
    Nowhere(Vec<Failed>),
    /// It could not be written.
    Disk {
        /// The file.
        path: PathBuf,
        /// The operating system's reason.
        error: io::Error,
    },
}

impl Speak for DownloadError {
    fn said(&self) -> Text {
        match self {
            Self::Nowhere(failed) => {
                both!("no mirror delivers it:{all}", "没有镜像能提供该文件：{all}", all = in_lines(failed))
            }
            Self::Disk { path, error } => Text::verbatim(format!("{}: {error}", path.display())),
        }
    }
}

/// Who did not deliver and why, each in a line of its own.
pub fn in_lines(failed: &[Failed]) -> Text {
    Text::each(|lang| {
        let lines = failed.iter().map(|failed| format!("\n  {}", failed.said().pick(lang)));
        lines.collect::<Vec<_>>().concat()
    })
}

/// Why one mirror did not deliver.
enum Trouble {
    /// Another try may go further.
    Cut(Text),
    /// It has nothing for us.
    Refused(Text),
    /// Not the mirror's fault.
    Disk(io::Error),
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        Self::Disk(error)
    }
}

/// Fetches a file. `tell` hears of every piece that came.
///
/// # Errors
/// Every mirror failed, or the disk did.
pub async fn download(
    client: &Client,
    order: &Order,
    tell: &mut dyn FnMut(Progress<'_>),
) -> Result<Delivered, DownloadError> {
    let part = Part::beside(&order.to);
    let disk = |error| DownloadError::Disk { path: part.path.clone(), error };
    if let Some(folder) = order.to.parent() {
        fs::create_dir_all(folder).map_err(disk)?;
    }
    let mut failed = Vec::new();
    for url in &order.urls {
        match from_mirror(client, url, &part, order.sha256.as_deref(), tell).await {
            Ok(sha256) => {
                fs::rename(&part.path, &order.to).map_err(disk)?;
                part.forget_validator();
                return Ok(Delivered { url: url.clone(), sha256, failed });
            }
            Err(Trouble::Disk(error)) => return Err(disk(error)),
            Err(Trouble::Cut(why) | Trouble::Refused(why)) => {
                failed.push(Failed { url: without_password(url), why });
            }
        }
    }
    Err(DownloadError::Nowhere(failed))
}

/// One mirror to the end; answers the file's checksum.
async fn from_mirror(
    client: &Client,
    url: &Url,
    part: &Part,
    sha256: Option<&str>,
    tell: &mut dyn FnMut(Progress<'_>),
) -> Result<String, Trouble> {
    let mut vain = 0;
    let mut restarted = false;
    loop {
        let before = part.len();
        match attempt(client, url, part, tell).await {
            Ok(()) => {
                let found = checksum(&part.path)?;
                let Some(wanted) = sha256 else { return Ok(found) };
                if found.eq_ignore_ascii_case(wanted) {
                    return Ok(found);
                }
                part.drop_it()?;
                // The beginning may have come from somewhere else; a whole file of this mirror's own decides.
                if before == 0 || restarted {
                    return Err(Trouble::Refused(both!(
                        "wrong checksum: expected SHA-256 {wanted}, got {found}",
                        "校验和不符：SHA-256 应为 {wanted}，实为 {found}"
                    )));
                }
                restarted = true;
            }
            Err(Trouble::Cut(why)) => {
                vain = if part.len() > before { 0 } else { vain + 1 };
                if vain > MOST_VAIN {
                    return Err(Trouble::Cut(why));
                }
            }
            Err(trouble) => return Err(trouble),
        }
    }
}

async fn attempt(
    client: &Client,
    url: &Url,
    part: &Part,
    tell: &mut dyn FnMut(Progress<'_>),
) -> Result<(), Trouble> {
    let have = part.len();
    let mut request = client.get(url.clone());
    if have > 0 {
        request = request.header(RANGE, format!("bytes={have}-"));
        if let Some(validator) = part.validator(url) {
            request = request.header(IF_RANGE, validator);
        }
    }
    let mut response = request.send().await.map_err(|error| trouble(&error))?;
    let (from, total) = match response.status() {
        StatusCode::PARTIAL_CONTENT => match content_range(&response) {
            Some((from, total)) if from == have => (have, total),
            _ => {
                part.drop_it()?;
                return Err(Trouble::Cut(both!(
                    "the server sends another part than was asked for",
                    "服务器发来的不是所请求的部分"
                )));
            }
        },
        StatusCode::RANGE_NOT_SATISFIABLE => {
            // Nothing is left to send where everything is there already.
            if unsatisfied_total(&response) == Some(have) {
                return Ok(());
            }
            part.drop_it()?;
            return Err(Trouble::Cut(both!(
                "the file there is shorter than what is here of it",
                "服务器上的文件比本地已有的部分还短"
            )));
        }
        status if status.is_success() => (0, response.content_length()),
        status => return Err(refusal(status)),
    };
    part.keep_validator(url, &response);
    let mut file = part.open(from > 0)?;
    let mut done = from;
    let host = url.host_str().unwrap_or_default();
    tell(Progress { host, done, total });
    loop {
        match response.chunk().await {
            Ok(Some(bytes)) => {
                file.write_all(&bytes)?;
                done += bytes.len() as u64;
                tell(Progress { host, done, total });
            }
            Ok(None) => break,
            Err(error) => {
                file.flush()?;
                return Err(trouble(&error));
            }
        }
    }
    file.sync_all()?;
    if total.is_some_and(|total| done < total) {
        return Err(Trouble::Cut(both!("the line was cut after {done} bytes", "连接在 {done} 字节后中断")));
    }
    Ok(())
}

fn trouble(error: &reqwest::Error) -> Trouble {
    let words = in_words(error);
    // A host that cannot be reached is not asked over and over: there may be another.
    if error.is_connect() || error.is_redirect() || error.is_builder() {
        return Trouble::Refused(words);
    }
    Trouble::Cut(words)
}

fn refusal(status: StatusCode) -> Trouble {
    match status {
        StatusCode::PROXY_AUTHENTICATION_REQUIRED => Trouble::Refused(both!(
            "407: the proxy wants a user and a password (http://USER:PASSWORD@HOST:PORT)",
            "407：代理要求用户名和密码（http://USER:PASSWORD@HOST:PORT）"
        )),
        status if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS => {
            Trouble::Cut(Text::verbatim(status))
        }
        status => Trouble::Refused(Text::verbatim(status)),
    }
}

/// `bytes 100-199/200`: where it begins, and how much there is in all.
fn content_range(response: &Response) -> Option<(u64, Option<u64>)> {
    let text = response.headers().get(CONTENT_RANGE)?.to_str().ok()?.strip_prefix("bytes ")?;
    let (range, total) = text.split_once('/')?;
    Some((range.split_once('-')?.0.parse().ok()?, total.parse().ok()))
}

/// `bytes */200`.
fn unsatisfied_total(response: &Response) -> Option<u64> {
    response.headers().get(CONTENT_RANGE)?.to_str().ok()?.strip_prefix("bytes */")?.parse().ok()
}

/// SHA-256 of a file, in hex.
pub fn checksum(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hex(&hash.finalize())),
            n => hash.update(&buffer[..n]),
        }
    }
}

/// Bytes as hex digits.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// A URL as it may be shown.
pub fn without_password(url: &Url) -> String {
    let mut url = url.clone();
    if url.password().is_some() {
        let _ = url.set_password(Some("***"));
    }
    url.to_string()
}

/// The file while it is not whole.
struct Part {
    path: PathBuf,
    /// Which URL it came from and what that server calls this version of it.
    note: PathBuf,
}

impl Part {
    fn beside(to: &Path) -> Self {
        let named = |end: &str| {
            let mut name = to.as_os_str().to_owned();
            name.push(end);
            PathBuf::from(name)
        };
        Self { path: named(".part"), note: named(".part.from") }
    }

    fn len(&self) -> u64 {
        fs::metadata(&self.path).map_or(0, |about| about.len())
    }

    fn open(&self, append: bool) -> io::Result<File> {
        let mut options = OpenOptions::new();
        if append {
            options.append(true)
        } else {
            options.write(true).truncate(true)
        };
        options.create(true).open(&self.path)
    }

    fn drop_it(&self) -> io::Result<()> {
        match fs::remove_file(&self.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    fn validator(&self, url: &Url) -> Option<String> {
        let text = fs::read_to_string(&self.note).ok()?;
        let (from, validator) = text.split_once('\n')?;
        (from == url.as_str() && !validator.is_empty()).then(|| validator.to_owned())
    }

    /// Weak tags do not promise the same bytes, so they are of no use here.
    fn keep_validator(&self, url: &Url, response: &Response) {
        let header = |name| response.headers().get(name)?.to_str().ok();
        let tag = header(ETAG).filter(|tag| !tag.starts_with("W/"));
        let validator = tag.or_else(|| header(LAST_MODIFIED)).unwrap_or_default();
        // Without it a resumed download is still checked by its sum.
        let _ = fs::write(&self.note, format!("{url}\n{validator}"));
    }

    fn forget_validator(&self) {
        let _ = fs::remove_file(&self.note);
    }
}

#[cfg(test)]
mod tests;
