//! What a character can be to an address that stands in a text.

use crate::visible::is_mark;

/// What may follow an address without belonging to it.
const CLOSING: [char; 12] = [')', ']', '}', '>', '"', '\'', '.', ',', ';', ':', '!', '?'];
/// The same in texts that are written without blanks: an address never goes on behind one of these.
const WIDE_CLOSING: [char; 26] = [
    '，', '。', '、', '！', '？', '；', '：', '」', '』', '）', '】', '》', '〉', '〕', '］', '｝', '｡', '､',
    '｣', '”', '’', '»', '›', '؟', '،', '؛',
];

/// What a character can be to the query of an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    /// A part of it.
    Part,
    /// Only a query has it: what stands before it is one.
    Sign,
    /// A part of it, or what closes the sentence or the bracket that it stands in.
    Closing,
    /// Nothing that an address is written with: what follows stands behind it.
    End,
    /// No address should have it, and browsers leave it in queries all the same.
    Doubtful,
    /// A letter of a script that puts no blanks between words.
    Word,
}

pub(super) fn sort(c: char) -> Sort {
    match c {
        '=' | '&' => Sort::Sign,
        '"' | '<' | '>' => Sort::End,
        '{' | '}' | '|' | '\\' | '^' | '`' => Sort::Doubtful,
        _ if CLOSING.contains(&c) => Sort::Closing,
        _ if c.is_ascii() || is_mark(c) => Sort::Part,
        _ if is_written_without_blanks(c) && c.is_alphanumeric() => Sort::Word,
        _ if c.is_alphanumeric() => Sort::Part,
        _ => Sort::End,
    }
}

/// Whether a character may stand right behind an address, and in it.
pub(super) fn is_closing(c: char) -> bool {
    CLOSING.contains(&c) || is_wide_closing(c)
}

/// Whether a character closes a sentence or a bracket, and stands in no address.
pub(super) fn is_wide_closing(c: char) -> bool {
    WIDE_CLOSING.contains(&c)
}

/// Whether what follows a character cannot begin anew: a name, a value or a segment is owed.
pub(super) fn is_delimiter(c: char) -> bool {
    c.is_ascii_punctuation() && !CLOSING.contains(&c)
}

/// East and South-East Asian scripts. Hangul is among them: a particle follows a word without a blank.
fn is_written_without_blanks(c: char) -> bool {
    matches!(c,
        '\u{e00}'..='\u{109f}' | '\u{1100}'..='\u{11ff}' | '\u{1780}'..='\u{17ff}' | '\u{1950}'..='\u{1aaf}'
        | '\u{2e80}'..='\u{a4cf}' | '\u{a960}'..='\u{a97f}' | '\u{a9e0}'..='\u{a9ff}' | '\u{aa60}'..='\u{aadf}'
        | '\u{ac00}'..='\u{d7ff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}' | '\u{20000}'..='\u{3ffff}')
}
