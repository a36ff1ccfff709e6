//! The commands of a shell line, as far as that can be told without a shell.
//!
//! Owns where a command ends and what its words are. What a command does is for whoever asks: `lint` wants to know
//! whether it writes to what a log names, `remedy` whether it changes anything at all.

/// The simple commands of a command line as words without quotes, `>` a word of its own. What stands in a
/// substitution counts as a command and as part of the word that it makes.
pub(crate) fn simple_commands(text: &str) -> Vec<Vec<String>> {
    let mut scan = Scan::default();
    let letters: Vec<char> = text.chars().collect();
    let mut at = 0;
    while let Some(&letter) = letters.get(at) {
        let next = letters.get(at + 1).copied();
        match letter {
            '\\' if scan.quote != Some('\'') => {
                scan.word.extend(next);
                at += 1;
            }
            '\'' | '"' if scan.quote.is_none_or(|open| open == letter) => {
                scan.quote = if scan.quote.is_some() { None } else { Some(letter) };
            }
            '$' if next == Some('(') && scan.quote != Some('\'') => {
                let inner = substituted(&letters[at + 2..]);
                at += inner.chars().count() + 2;
                scan.done.extend(simple_commands(&inner));
                scan.word.push_str(&inner);
            }
            _ if scan.quote.is_some() => scan.word.push(letter),
            '>' => {
                scan.end_word();
                at += usize::from(matches!(next, Some('>' | '|')));
                if letters.get(at + 1) == Some(&'&') {
                    at += 1;
                } else {
                    scan.words.push(">".to_owned());
                }
            }
            '|' | '&' | ';' | '\n' | '(' | ')' | '`' => scan.end_command(),
            _ if letter.is_whitespace() => scan.end_word(),
            _ => scan.word.push(letter),
        }
        at += 1;
    }
    scan.end_command();
    scan.done
}

/// What stands before the parenthesis that closes a substitution.
fn substituted(letters: &[char]) -> String {
    let mut open = 1;
    let inside = |letter: &char| {
        open += i32::from(*letter == '(') - i32::from(*letter == ')');
        open > 0
    };
    letters.iter().copied().take_while(inside).collect()
}

#[derive(Default)]
struct Scan {
    done: Vec<Vec<String>>,
    words: Vec<String>,
    word: String,
    quote: Option<char>,
}

impl Scan {
    fn end_word(&mut self) {
        if !self.word.is_empty() {
            self.words.push(std::mem::take(&mut self.word));
        }
    }

    fn end_command(&mut self) {
        self.end_word();
        if !self.words.is_empty() {
            self.done.push(std::mem::take(&mut self.words));
        }
    }
}
