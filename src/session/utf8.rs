//! Bytes that arrive in arbitrary pieces, cut so that no character is torn apart.
//!
//! Owns the carried-over tail of an unfinished character. Nothing is lost: a [`Piece`] whose text had to
//! replace bytes also holds the bytes themselves.

use std::borrow::Cow;

/// A stretch of output as text.
#[derive(Debug, PartialEq)]
pub struct Piece<'a> {
    /// The text; U+FFFD for what was not UTF-8.
    pub text: Cow<'a, str>,
    /// The exact bytes, where `text` had to replace some.
    pub exact: Option<Vec<u8>>,
}

/// Decodes a stream of bytes piece by piece.
#[derive(Debug, Default)]
pub struct Utf8Chunks {
    tail: Vec<u8>,
}

impl Utf8Chunks {
    /// Text for all that is complete after `bytes`; the start of an unfinished character waits for the next call.
    pub fn push<'a>(&mut self, bytes: &'a [u8]) -> Piece<'a> {
        if self.tail.is_empty() {
            let whole = bytes.len() - unfinished(bytes);
            self.tail.extend_from_slice(&bytes[whole..]);
            return decode(Cow::Borrowed(&bytes[..whole]));
        }
        let mut all = std::mem::take(&mut self.tail);
        all.extend_from_slice(bytes);
        let whole = all.len() - unfinished(&all);
        self.tail = all.split_off(whole);
        decode(Cow::Owned(all))
    }

    /// What still waits, when nothing more will come.
    pub fn finish(&mut self) -> Option<Piece<'static>> {
        (!self.tail.is_empty()).then(|| decode(Cow::Owned(std::mem::take(&mut self.tail))))
    }
}

/// How many bytes at the end are a character that is not complete yet.
fn unfinished(bytes: &[u8]) -> usize {
    let from = bytes.len().saturating_sub(3);
    (from..bytes.len())
        .find(|&at| {
            std::str::from_utf8(&bytes[at..])
                .is_err_and(|error| error.valid_up_to() == 0 && error.error_len().is_none())
        })
        .map_or(0, |at| bytes.len() - at)
}

fn decode(bytes: Cow<'_, [u8]>) -> Piece<'_> {
    match bytes {
        Cow::Borrowed(bytes) => match String::from_utf8_lossy(bytes) {
            Cow::Borrowed(text) => Piece { text: Cow::Borrowed(text), exact: None },
            Cow::Owned(text) => Piece { text: Cow::Owned(text), exact: Some(bytes.to_vec()) },
        },
        Cow::Owned(bytes) => match String::from_utf8(bytes) {
            Ok(text) => Piece { text: Cow::Owned(text), exact: None },
            Err(error) => {
                let bytes = error.into_bytes();
                let text = String::from_utf8_lossy(&bytes).into_owned();
                Piece { text: Cow::Owned(text), exact: Some(bytes) }
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn bytes_of(piece: Piece<'_>) -> Vec<u8> {
        piece.exact.unwrap_or_else(|| piece.text.into_owned().into_bytes())
    }

    #[test]
    fn a_character_split_in_two_arrives_whole() {
        let mut chunks = Utf8Chunks::default();
        assert_eq!(chunks.push(b"a\xE6\x9C").text, "a");
        assert_eq!(chunks.push(b"\xAA\xE6").text, "未");
        let last = chunks.finish().expect("a torn character is left");
        assert_eq!((last.text.as_ref(), last.exact), ("\u{FFFD}", Some(vec![0xE6])));
        assert_eq!(chunks.finish(), None);
    }

    #[test]
    fn a_surrogate_or_overlong_start_does_not_wait_forever() {
        for bytes in [&b"\xED\xA0"[..], b"\xC0\x80", b"\xF5", b"\x80"] {
            assert!(Utf8Chunks::default().push(bytes).exact.is_some(), "{bytes:x?}");
        }
    }

    proptest! {
        #[test]
        fn any_split_loses_no_byte(
            pieces in prop::collection::vec(
                prop_oneof![
                    prop::collection::vec(any::<u8>(), 0..6),
                    "[a-z語é🎉\n]{0,6}".prop_map(String::into_bytes),
                ],
                0..12,
            ),
            cuts in prop::collection::vec(0usize..64, 0..8),
        ) {
            let all = pieces.concat();
            let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(all.len())).collect();
            cuts.extend([0, all.len()]);
            cuts.sort_unstable();
            let mut chunks = Utf8Chunks::default();
            let mut back = Vec::new();
            for pair in cuts.windows(2) {
                back.extend(bytes_of(chunks.push(&all[pair[0]..pair[1]])));
            }
            back.extend(chunks.finish().map(bytes_of).unwrap_or_default());
            prop_assert_eq!(&back, &all);
            // Where the bytes are text, no cut makes them anything else.
            if let Ok(text) = std::str::from_utf8(&all) {
                let mut chunks = Utf8Chunks::default();
                let joined: String = cuts.windows(2).map(|p| chunks.push(&all[p[0]..p[1]]).text.into_owned()).collect();
                prop_assert_eq!(joined, text);
            }
        }
    }
}
