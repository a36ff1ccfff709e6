//! Whether what runs seems to wait for an answer.

use super::LogView;

/// What the line that is being written seems to wait for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asks {
    /// A password; typing does not show.
    Secret,
    /// An answer.
    Answer,
}

impl LogView {
    /// Whether the line being written looks like a question to the user.
    pub fn asks(&self) -> Option<Asks> {
        Asks::of(&self.pending.as_ref()?.text)
    }
}

impl Asks {
    /// What a line without an end seems to wait for.
    pub fn of(line: &str) -> Option<Self> {
        let text = line.trim_end();
        if text.chars().count() > 200 || !text.ends_with([':', '：', '?', '？', ']', ')', '>']) {
            return None;
        }
        let lower = text.to_lowercase();
        if text.ends_with([':', '：'])
            && ["password", "passphrase", "密码", "口令"].iter().any(|w| lower.contains(w))
        {
            return Some(Self::Secret);
        }
        let asks = ["[y/n]", "(y/n)", "(yes/no", "[y/n/", "y/n?", "continue?"]
            .iter()
            .any(|word| lower.contains(word));
        asks.then_some(Self::Answer)
    }
}
