//! The checksum database: a module's sum, believed only with the database's signature over a tree that holds it.
//! Pure; who fetches is injected.
//!
//! The lookup's record, the signed tree head and the tiles are described at
//! <https://go.dev/ref/mod#checksum-database> and <https://research.swtch.com/tlog>. A mirror may serve all of it:
//! without the key it can only be silent, not lie.

use std::cell::RefCell;
use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::signature::{ED25519, UnparsedPublicKey};
use sha2::{Digest, Sha256};

use crate::locale::{Text, both};

/// The public key of Go's own database: algorithm byte and Ed25519 point, in base64.
const KEY: &str = "Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8";
/// Hashes in a whole tile, and the levels of the tree that it spans.
const TILE: u64 = 256;
const HEIGHT: u32 = 8;
const HASH: usize = 32;

type Hash = [u8; HASH];

/// Fetches a path of the database, such as `/lookup/M@V` or `/tile/8/0/001`.
pub type Fetch<'a> = dyn Fn(&str) -> Result<Vec<u8>, Text> + 'a;

/// GOSUMDB: which database, by which key, from where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Database {
    /// As in paths below a module proxy.
    pub name: String,
    /// Its own address.
    pub url: String,
    key: String,
}

impl Database {
    /// Reads GOSUMDB; `None` where it is off. A name alone has the key of Go's own database.
    pub fn of(gosumdb: &str) -> Option<Self> {
        let mut words = gosumdb.split_whitespace();
        let first = words.next().filter(|word| *word != "off")?;
        let (name, key) = match first.splitn(3, '+').collect::<Vec<_>>()[..] {
            [name, _, key] => (name, key),
            _ => (first, KEY),
        };
        let url = words.next().map_or_else(|| format!("https://{name}"), str::to_owned);
        // A mirror of Go's own database answers under that one's name.
        let name =
            name.strip_suffix(".google.cn").map_or_else(|| name.to_owned(), |rest| format!("{rest}.org"));
        Some(Self { name, url, key: key.to_owned() })
    }
}

/// The `h1:` sum that the database holds for a module's zip.
///
/// # Errors
/// In words: the database could not be asked, or what came is not signed, or not in the tree that is signed.
pub fn lookup(database: &Database, fetch: &Fetch<'_>, module: &str, version: &str) -> Result<String, Text> {
    let text = fetch(&format!("/lookup/{module}@{version}"))?;
    let text = String::from_utf8(text).map_err(|_| both!("the answer is no text", "应答不是文本"))?;
    let (record, note) =
        text.split_once("\n\n").ok_or_else(|| both!("the answer has no signed tree", "应答中没有签名树"))?;
    let (id, record) =
        record.split_once('\n').ok_or_else(|| both!("the answer has no record", "应答中没有记录"))?;
    let id: u64 = id.trim().parse().map_err(|_| both!("the record has no number", "记录没有编号"))?;
    let head = Head::verified(note, &database.key)?;
    if id >= head.size {
        return Err(both!("the record lies outside of the signed tree", "记录不在签名树的范围内"));
    }
    let leaf = hash(&[b"\x00", record.as_bytes(), b"\n"]);
    let tiles = Tiles { fetch, size: head.size, read: RefCell::default() };
    if tiles.root_with(id, leaf, 0, head.size)? != head.root {
        return Err(both!("the record is not in the signed tree", "记录不在签名树中"));
    }
    let wanted = [module, version];
    record
        .lines()
        .find_map(|line| match line.split(' ').collect::<Vec<_>>()[..] {
            [m, v, sum] if [m, v] == wanted && sum.starts_with("h1:") => Some(sum.to_owned()),
            _ => None,
        })
        .ok_or_else(|| both!("the record is about something else", "记录说的是别的模块"))
}

/// A signed tree head.
struct Head {
    size: u64,
    root: Hash,
}

impl Head {
    fn verified(note: &str, key: &str) -> Result<Self, Text> {
        let key = STANDARD
            .decode(key)
            .map_err(|_| both!("the database's key cannot be read", "无法读取数据库的公钥"))?;
        let point = key
            .strip_prefix(&[1])
            .ok_or_else(|| both!("the database's key is of an unknown kind", "数据库的公钥类型未知"))?;
        let (text, signatures) =
            note.split_once("\n\n").ok_or_else(|| both!("the tree is not signed", "树未签名"))?;
        let text = format!("{text}\n");
        let signed = signatures.lines().any(|line| {
            let Some((name, signature)) = line.strip_prefix("— ").and_then(|rest| rest.split_once(' '))
            else {
                return false;
            };
            let Ok(signature) = STANDARD.decode(signature.trim()) else { return false };
            let id = &Sha256::digest([name.as_bytes(), b"\n", &key].concat())[..4];
            signature.strip_prefix(id).is_some_and(|signature| {
                UnparsedPublicKey::new(&ED25519, point).verify(text.as_bytes(), signature).is_ok()
            })
        });
        if !signed {
            return Err(both!("the signature is not the database's", "签名不是该数据库的"));
        }
        let lines: Vec<&str> = text.lines().collect();
        let [_, size, root, ..] = lines[..] else {
            return Err(both!("the signed tree cannot be read", "无法读取签名树"));
        };
        let root = STANDARD.decode(root).ok().and_then(|root| Hash::try_from(root).ok());
        match (size.parse(), root) {
            (Ok(size), Some(root)) => Ok(Self { size, root }),
            _ => Err(both!("the signed tree cannot be read", "无法读取签名树")),
        }
    }
}

fn hash(parts: &[&[u8]]) -> Hash {
    parts.iter().fold(Sha256::new(), Digest::chain_update).finalize().into()
}

fn node(left: &Hash, right: &Hash) -> Hash {
    hash(&[b"\x01", left, right])
}

/// The tree's stored hashes. They need no trust: a false one leads to another root.
struct Tiles<'a> {
    fetch: &'a Fetch<'a>,
    size: u64,
    read: RefCell<BTreeMap<String, Vec<u8>>>,
}

impl Tiles<'_> {
    /// The root of the leaves `from..to` where leaf `id`, which is among them, has this hash.
    fn root_with(&self, id: u64, leaf: Hash, from: u64, to: u64) -> Result<Hash, Text> {
        let Some(half) = split(from, to) else { return Ok(leaf) };
        Ok(if id < half {
            node(&self.root_with(id, leaf, from, half)?, &self.root(half, to)?)
        } else {
            node(&self.root(from, half)?, &self.root_with(id, leaf, half, to)?)
        })
    }

    /// The root of the leaves `from..to`, out of the tiles.
    fn root(&self, from: u64, to: u64) -> Result<Hash, Text> {
        let count = to - from;
        if count.is_power_of_two() && from.is_multiple_of(count) {
            return self.stored(count.trailing_zeros(), from / count);
        }
        let half = split(from, to)
            .ok_or_else(|| both!("an empty part of the tree was asked for", "请求的是树的空部分"))?;
        Ok(node(&self.root(from, half)?, &self.root(half, to)?))
    }

    /// The hash of this number at this level; a tile holds only every eighth level, the rest is made of it.
    fn stored(&self, level: u32, number: u64) -> Result<Hash, Text> {
        let (tile_level, above) = (level / HEIGHT, level % HEIGHT);
        let first = number << above;
        let tile = self.tile(tile_level, first / TILE)?;
        let at = usize::try_from(first % TILE).unwrap_or(usize::MAX).saturating_mul(HASH);
        let bytes =
            tile.get(at..at + (HASH << above)).ok_or_else(|| both!("a tile is too short", "数据块过短"))?;
        let mut hashes: Vec<Hash> = bytes.as_chunks::<HASH>().0.to_vec();
        while hashes.len() > 1 {
            hashes = hashes.chunks(2).map(|pair| node(&pair[0], &pair[1])).collect();
        }
        hashes.first().copied().ok_or_else(|| both!("a tile is too short", "数据块过短"))
    }

    fn tile(&self, level: u32, number: u64) -> Result<Vec<u8>, Text> {
        let there = self.size.checked_shr(HEIGHT * level).unwrap_or(0);
        let width = there.saturating_sub(number * TILE).min(TILE);
        let part = if width < TILE { format!(".p/{width}") } else { String::new() };
        let path = format!("/tile/{HEIGHT}/{level}/{}{part}", grouped(number));
        if let Some(tile) = self.read.borrow().get(&path) {
            return Ok(tile.clone());
        }
        let tile = (self.fetch)(&path)?;
        self.read.borrow_mut().insert(path, tile.clone());
        Ok(tile)
    }
}

/// Where a tree of these leaves parts: after the largest power of two below their number.
fn split(from: u64, to: u64) -> Option<u64> {
    let count = to - from;
    (count > 1).then(|| from + (count.next_power_of_two() >> 1))
}

/// `1234067` → `x001/x234/067`.
fn grouped(mut number: u64) -> String {
    let mut text = format!("{:03}", number % 1000);
    while number >= 1000 {
        number /= 1000;
        text = format!("x{:03}/{text}", number % 1000);
    }
    text
}

#[cfg(test)]
mod tests {
    use ring::signature::{Ed25519KeyPair, KeyPair};

    use super::*;

    const MODULE: &str = "golang.org/toolchain";

    /// A database of our own with this many records, each about another version.
    struct Books {
        leaves: Vec<Hash>,
        pair: Ed25519KeyPair,
    }

    fn record(id: u64) -> String {
        format!("{MODULE} v{id} h1:sum{id}=\n{MODULE} v{id}/go.mod h1:mod=\n")
    }

    impl Books {
        fn of(count: u64) -> Self {
            let leaves = (0..count).map(|id| hash(&[b"\x00", record(id).as_bytes()])).collect();
            Self { leaves, pair: Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap() }
        }

        fn key(&self) -> Vec<u8> {
            [&[1], self.pair.public_key().as_ref()].concat()
        }

        fn database(&self) -> Database {
            Database { name: "sum.test".into(), url: String::new(), key: STANDARD.encode(self.key()) }
        }

        fn level(&self, level: u32) -> Vec<Hash> {
            (0..level * HEIGHT).fold(self.leaves.clone(), |below, _| {
                below.as_chunks::<2>().0.iter().map(|[left, right]| node(left, right)).collect()
            })
        }

        fn tree_root(leaves: &[Hash]) -> Hash {
            match split(0, leaves.len() as u64) {
                Some(half) => {
                    let (left, right) = leaves.split_at(half as usize);
                    node(&Self::tree_root(left), &Self::tree_root(right))
                }
                None => leaves[0],
            }
        }

        fn note(&self) -> String {
            let root = STANDARD.encode(Self::tree_root(&self.leaves));
            let text = format!("go.sum database tree\n{}\n{root}\n", self.leaves.len());
            let id = &Sha256::digest([b"sum.test\n", &self.key()[..]].concat())[..4];
            let signature = [id, self.pair.sign(text.as_bytes()).as_ref()].concat();
            format!("{text}\n— sum.test {}\n", STANDARD.encode(signature))
        }

        #[expect(clippy::unnecessary_wraps, reason = "stands where a fetch that can fail does")]
        fn answer(&self, path: &str) -> Result<Vec<u8>, Text> {
            if let Some(version) = path.strip_prefix("/lookup/golang.org/toolchain@v") {
                let id: u64 = version.parse().unwrap();
                return Ok(format!("{id}\n{}\n{}", record(id), self.note()).into_bytes());
            }
            let rest = path.strip_prefix("/tile/8/").unwrap();
            let (level, rest) = rest.split_once('/').unwrap();
            let (number, width) = rest.split_once(".p/").unwrap_or((rest, "256"));
            let number: usize = number.replace(['x', '/'], "").parse().unwrap();
            let hashes = self.level(level.parse().unwrap());
            Ok(hashes[number * 256..][..width.parse().unwrap()].concat())
        }
    }

    #[test]
    fn a_record_in_the_signed_tree_is_believed_wherever_it_stands() {
        for count in [1, 2, 3, 255, 256, 257, 1000, 70_000] {
            let books = Books::of(count);
            for id in [0, count / 2, count - 1] {
                let sum = lookup(&books.database(), &|path| books.answer(path), MODULE, &format!("v{id}"));
                assert_eq!(sum, Ok(format!("h1:sum{id}=")), "{id} of {count}");
            }
        }
    }

    #[test]
    fn a_mirror_that_lies_is_found_out() {
        let books = Books::of(300);
        let tell = |from: &'static str, to: &'static str| {
            let books = &books;
            move |path: &str| {
                let bytes = books.answer(path)?;
                match String::from_utf8(bytes.clone()) {
                    Ok(text) if path.starts_with("/lookup") => Ok(text.replace(from, to).into_bytes()),
                    _ => Ok(bytes),
                }
            }
        };
        let ask = |fetch: &Fetch<'_>| lookup(&books.database(), fetch, MODULE, "v7").unwrap_err().en;
        assert!(ask(&tell("h1:sum7=", "h1:evil=")).contains("not in the signed tree"));
        assert!(ask(&tell("\n300\n", "\n299\n")).contains("signature"));
        assert!(ask(&tell("— sum.test ", "— sum.evil ")).contains("signature"));
        assert!(ask(&|_| Ok(b"<html>".to_vec())).contains("no signed tree"));
        assert!(ask(&|_| Err(Text::verbatim("502"))).contains("502"));
        let cut =
            |path: &str| Ok(if path.starts_with("/tile") { vec![0; 64] } else { books.answer(path)? });
        assert!(ask(&cut).contains("too short"));
    }

    #[test]
    fn which_database() {
        assert_eq!(Database::of("off"), None);
        let known = Database::of("sum.golang.google.cn").unwrap();
        assert_eq!(known.url, "https://sum.golang.google.cn");
        assert_eq!(known.key, KEY);
        let own = Database::of("sum.corp+1234+AbC= https://sums.corp/db").unwrap();
        assert_eq!(
            (own.name.as_str(), own.key.as_str(), own.url.as_str()),
            ("sum.corp", "AbC=", "https://sums.corp/db")
        );
        assert_eq!(grouped(1_234_067), "x001/x234/067");
    }
}
