//! A pattern's text, read letter by letter into what its matches hold.
//!
//! Owns the regular expression's grammar, as far as it is understood; what literals are good for is the parent's.

use super::{BLANKS, Concat, DEEPEST, Known, LETTERS, Strings, any_of};

/// A pattern while it is read. Every method leaves `None` for what it does not understand.
pub(super) struct Reader<'a> {
    /// What is still to be read.
    pub(super) text: &'a str,
    /// Letters match in either case.
    pub(super) fold: bool,
    pub(super) depth: usize,
}

impl Reader<'_> {
    pub(super) fn peek(&self) -> Option<char> {
        self.text.chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let mut letters = self.text.chars();
        let letter = letters.next();
        self.text = letters.as_str();
        letter
    }

    fn skip(&mut self, letter: char) -> bool {
        let rest = self.text.strip_prefix(letter);
        self.text = rest.unwrap_or(self.text);
        rest.is_some()
    }

    pub(super) fn alternation(&mut self) -> Option<Known> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return None;
        }
        let fold = self.fold;
        let mut branches = vec![self.concat()?];
        while self.skip('|') {
            branches.push(self.concat()?);
        }
        self.fold = fold;
        self.depth -= 1;
        if branches.len() == 1 { branches.pop() } else { Some(any_of(branches)) }
    }

    fn concat(&mut self) -> Option<Known> {
        let mut parts = Concat::default();
        while let Some(next) = self.peek() {
            if next == '|' || next == ')' {
                break;
            }
            if self.plain_letters(&mut parts) {
                continue;
            }
            let (known, blank) = self.atom()?;
            let known = self.repetition(known, blank)?;
            parts.push(known);
        }
        Some(parts.finish())
    }

    /// Takes letters that stand for themselves and are not repeated: the common case, without ado.
    fn plain_letters(&mut self, parts: &mut Concat) -> bool {
        let special = |byte: u8| b"()[].^$\\*+?{|".contains(&byte) || (self.fold && !byte.is_ascii());
        let mut end = self.text.bytes().position(special).unwrap_or(self.text.len());
        if matches!(self.text.as_bytes().get(end), Some(b'*' | b'+' | b'?' | b'{')) {
            end = self.text[..end].char_indices().next_back().map_or(0, |(at, _)| at);
        }
        let (plain, rest) = self.text.split_at(end);
        self.text = rest;
        parts.extend(plain.as_bytes());
        end > 0
    }

    /// One element, and whether it is a blank of any kind.
    fn atom(&mut self) -> Option<(Known, bool)> {
        let letter = self.next()?;
        Some(match letter {
            '(' => return Some((self.group()?, false)),
            '[' => return self.class(),
            '.' => (Known::nothing(), false),
            '^' | '$' => (Known::exactly(vec![Vec::new()]), false),
            '\\' => return self.escape(),
            '*' | '+' | '?' | '{' => return None,
            _ => (Known::exactly(self.letter(letter)), false),
        })
    }

    /// A letter as it may stand in folded text.
    fn letter(&self, letter: char) -> Strings {
        let bytes = |letter: char| letter.to_ascii_lowercase().to_string().into_bytes();
        if letter.is_ascii() || !self.fold {
            return vec![bytes(letter)];
        }
        let mut variants: Strings = letter.to_lowercase().chain(letter.to_uppercase()).map(bytes).collect();
        variants.dedup();
        variants
    }

    fn escape(&mut self) -> Option<(Known, bool)> {
        let letter = self.next()?;
        let exact = |letter: char| (Known::exactly(vec![letter.to_string().into_bytes()]), false);
        Some(match letter {
            'b' if self.peek() == Some('{') => return None,
            'b' | 'B' | 'A' | 'z' => (Known::exactly(vec![Vec::new()]), false),
            's' => (Known::nothing(), true),
            'd' | 'D' | 'w' | 'W' | 'S' => (Known::nothing(), false),
            't' => exact('\t'),
            'n' => exact('\n'),
            'r' => exact('\r'),
            'x' | 'u' | 'U' => {
                let letter = self.code(letter)?;
                (Known::exactly(self.letter(letter)), false)
            }
            letter if letter.is_ascii_alphanumeric() => return None,
            letter => exact(letter),
        })
    }

    /// The character of `\xA0`, `\x{3000}`, `\u3000`.
    fn code(&mut self, kind: char) -> Option<char> {
        let digits = if self.skip('{') {
            let (digits, rest) = self.text.split_once('}')?;
            self.text = rest;
            digits
        } else {
            let (digits, rest) = self.text.split_at_checked(match kind {
                'x' => 2,
                'u' => 4,
                _ => 8,
            })?;
            self.text = rest;
            digits
        };
        char::from_u32(u32::from_str_radix(digits, 16).ok()?)
    }

    fn group(&mut self) -> Option<Known> {
        let fold = self.fold;
        if self.skip('?') {
            match self.next()? {
                ':' => {}
                'P' | '<' => while self.next()? != '>' {},
                flag => {
                    let mut on = true;
                    let mut flag = flag;
                    loop {
                        match flag {
                            'i' => self.fold = on,
                            '-' => on = false,
                            's' | 'm' | 'u' | 'U' => {}
                            ':' => break,
                            // The flags hold up to the end of the group around.
                            ')' => return Some(Known::exactly(vec![Vec::new()])),
                            _ => return None,
                        }
                        flag = self.next()?;
                    }
                }
            }
        }
        let known = self.alternation()?;
        self.fold = fold;
        self.skip(')').then_some(known)
    }

    /// A bracketed class: its letters, where they are few.
    fn class(&mut self) -> Option<(Known, bool)> {
        let negated = self.skip('^');
        let mut letters: Vec<char> = Vec::new();
        let mut many = negated;
        let mut blank = true;
        let mut first = true;
        loop {
            let mut letter = self.next()?;
            match letter {
                ']' if !first => break,
                '[' => return None,
                '&' | '~' if self.peek() == Some(letter) => return None,
                '\\' => {
                    first = false;
                    letter = self.next()?;
                    match letter {
                        's' => {
                            letters.extend(BLANKS);
                            continue;
                        }
                        'd' | 'D' | 'w' | 'W' | 'S' => {
                            (many, blank) = (true, false);
                            continue;
                        }
                        'x' | 'u' | 'U' => letter = self.code(letter)?,
                        't' => letter = '\t',
                        'n' => letter = '\n',
                        'r' => letter = '\r',
                        other if other.is_ascii_alphanumeric() => return None,
                        _ => {}
                    }
                }
                _ => {}
            }
            first = false;
            if self.peek() == Some('-') {
                match self.text.chars().nth(1)? {
                    ']' => {}
                    '-' | '[' => return None,
                    _ => {
                        self.next();
                        let mut end = self.next()?;
                        if end == '\\' {
                            end = self.next()?;
                        }
                        many |= (letter..=end).take(LETTERS + 1).count() > LETTERS;
                        letters.extend((letter..=end).take(LETTERS));
                        continue;
                    }
                }
            }
            letters.push(letter);
        }
        blank &= !negated && letters.iter().all(|letter| letter.is_whitespace());
        if many {
            return Some((Known::nothing(), false));
        }
        let mut strings: Strings = letters.into_iter().flat_map(|letter| self.letter(letter)).collect();
        strings.sort();
        strings.dedup();
        Some((if strings.len() <= LETTERS { Known::exactly(strings) } else { Known::nothing() }, blank))
    }

    /// What a quantifier behind it makes of an element.
    fn repetition(&mut self, known: Known, blank: bool) -> Option<Known> {
        let (min, max) = match self.peek() {
            Some('*') => (0, None),
            Some('+') => (1, None),
            Some('?') => (0, Some(1)),
            Some('{') => {
                self.next();
                let mut text = String::new();
                while let Some(letter) = self.peek().filter(|letter| *letter != '}') {
                    text.push(letter);
                    self.next();
                }
                match text.split_once(',') {
                    None => (text.trim().parse().ok()?, Some(text.trim().parse().ok()?)),
                    Some((min, "")) => (min.trim().parse().ok()?, None),
                    Some((min, max)) => (min.trim().parse().ok()?, Some(max.trim().parse().ok()?)),
                }
            }
            _ => return Some(known),
        };
        self.next()?;
        self.skip('?');
        // A second quantifier repeats the first's result.
        if matches!(self.peek(), Some('*' | '+' | '?' | '{')) {
            return None;
        }
        Some(known.repeated(min, max, blank))
    }
}
