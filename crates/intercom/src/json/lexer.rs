//! Bytes of JSON to tokens, however the bytes are cut into parts.

use super::text::{Progress, Text};

/// A longer word is a number that nobody can mean.
const LONGEST_WORD: usize = 100;

/// The two kinds of brackets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bracket {
    Square,
    Curly,
}

/// A token.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Token {
    Open(Bracket),
    Close(Bracket),
    Comma,
    Colon,
    Text(String),
    /// A number, `true`, `null`, or anything else without quotes, as far as it was kept.
    Word(String),
}

/// Where in the text it is.
#[derive(Default)]
pub(super) struct Lexer {
    within: Within,
}

#[derive(Default)]
enum Within {
    #[default]
    Nothing,
    Text(Text),
    Word(Vec<u8>),
}

impl Lexer {
    /// Reads a part and hands out the tokens that end in it.
    pub(super) fn push(&mut self, mut part: &[u8], take: &mut dyn FnMut(Token)) {
        while let Some(first) = part.first() {
            let used = match &mut self.within {
                Within::Nothing => self.begin(*first, take),
                Within::Text(text) => match text.push(part) {
                    Progress::Open => part.len(),
                    Progress::Closed(used) => {
                        take(Token::Text(text.finish()));
                        self.within = Within::Nothing;
                        used
                    }
                },
                Within::Word(word) => {
                    let length = part.iter().position(|byte| ends_word(*byte)).unwrap_or(part.len());
                    let room = LONGEST_WORD.saturating_sub(word.len());
                    word.extend_from_slice(&part[..length.min(room)]);
                    if length < part.len() {
                        self.finish(take);
                    }
                    length
                }
            };
            part = &part[used..];
        }
    }

    /// Hands out what only the end of the text ends. A string that was not closed is none.
    pub(super) fn finish(&mut self, take: &mut dyn FnMut(Token)) {
        if let Within::Word(word) = std::mem::take(&mut self.within) {
            take(Token::Word(String::from_utf8_lossy(&word).into_owned()));
        }
    }

    /// Whether the text ended in the middle of a string.
    pub(super) fn is_within_text(&self) -> bool {
        matches!(self.within, Within::Text(_))
    }

    fn begin(&mut self, byte: u8, take: &mut dyn FnMut(Token)) -> usize {
        match byte {
            b'"' => self.within = Within::Text(Text::default()),
            b' ' | b'\t' | b'\n' | b'\r' => {}
            b'{' => take(Token::Open(Bracket::Curly)),
            b'[' => take(Token::Open(Bracket::Square)),
            b'}' => take(Token::Close(Bracket::Curly)),
            b']' => take(Token::Close(Bracket::Square)),
            b',' => take(Token::Comma),
            b':' => take(Token::Colon),
            _ => {
                self.within = Within::Word(Vec::new());
                return 0;
            }
        }
        1
    }
}

fn ends_word(byte: u8) -> bool {
    matches!(byte, b'"' | b' ' | b'\t' | b'\n' | b'\r' | b'{' | b'[' | b'}' | b']' | b',' | b':')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(parts: &[&[u8]]) -> Vec<Token> {
        let (mut lexer, mut tokens) = (Lexer::default(), Vec::new());
        for part in parts {
            lexer.push(part, &mut |token| tokens.push(token));
        }
        lexer.finish(&mut |token| tokens.push(token));
        tokens
    }

    #[test]
    fn a_text_gives_the_same_tokens_however_it_is_cut() {
        let body = br#"{"a\u00e9":[1.5e3,true ,"x\"y"]}"#;
        let whole = tokens(&[body]);
        let bytes: Vec<&[u8]> = body.chunks(1).collect();
        assert_eq!(whole, tokens(&bytes));
        let text = |text: &str| Token::Text(text.to_owned());
        let word = |word: &str| Token::Word(word.to_owned());
        let (open, close) = (Token::Open, Token::Close);
        assert_eq!(
            whole,
            [
                open(Bracket::Curly),
                text("aé"),
                Token::Colon,
                open(Bracket::Square),
                word("1.5e3"),
                Token::Comma,
                word("true"),
                Token::Comma,
                text("x\"y"),
                close(Bracket::Square),
                close(Bracket::Curly)
            ]
        );
    }

    #[test]
    fn an_endless_word_is_cut() {
        assert_eq!(tokens(&[&[b'7'; 400]]), [Token::Word("7".repeat(LONGEST_WORD))]);
    }
}
