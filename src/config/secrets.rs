//! Tokens as people paste them: from a page, from another program's header, or not at all.

use secrecy::SecretString;

/// What is pasted in front of a token.
const SCHEMES: [&str; 2] = ["Bot", "Bearer"];
const QUOTES: [char; 3] = ['"', '\'', '`'];
/// How values begin that stand for a token in an example.
const PLACEHOLDERS: [&str; 6] = ["your-", "your_", "<", "changeme", "change-me", "change_me"];

/// Why a text is no token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoToken {
    /// There is nothing.
    Empty,
    /// It is what stands in an example in place of a token.
    Example,
    /// It is shorter than any token, or holds characters that none has.
    OddCharacters,
}

/// The token in a text: without the quotes and the word `Bot` or `Bearer` that were pasted with it.
///
/// # Errors
/// Fails on what cannot be a token, without repeating it.
pub fn token_in(text: &str) -> Result<SecretString, NoToken> {
    let token = bare(text);
    if token.is_empty() {
        return Err(NoToken::Empty);
    }
    let lower = token.to_ascii_lowercase();
    if PLACEHOLDERS.iter().any(|start| lower.starts_with(start)) {
        return Err(NoToken::Example);
    }
    let has_quotes = token.contains(QUOTES);
    if token.len() < 3 || has_quotes || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(NoToken::OddCharacters);
    }
    Ok(SecretString::from(token.to_owned()))
}

fn bare(text: &str) -> &str {
    let text = text.trim();
    let text = unquoted(text).unwrap_or(text).trim();
    match text.split_once(char::is_whitespace) {
        Some((scheme, token)) if SCHEMES.iter().any(|one| one.eq_ignore_ascii_case(scheme)) => token.trim(),
        _ => text,
    }
}

fn unquoted(text: &str) -> Option<&str> {
    let quote = text.chars().next().filter(|first| QUOTES.contains(first))?;
    text.strip_prefix(quote)?.strip_suffix(quote)
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    fn read(text: &str) -> Result<String, NoToken> {
        token_in(text).map(|token| token.expose_secret().to_owned())
    }

    #[test]
    fn what_was_pasted_with_a_token_is_taken_off() {
        for pasted in
            ["abc.def", " abc.def\n", "\"abc.def\"", "'Bot abc.def'", "Bearer abc.def", "bot  abc.def"]
        {
            assert_eq!(read(pasted).as_deref(), Ok("abc.def"), "{pasted}");
        }
    }

    #[test]
    fn what_is_no_token_is_told_by_why() {
        for (pasted, why) in [
            ("", NoToken::Empty),
            ("\"\"", NoToken::Empty),
            ("your-bot-token", NoToken::Example),
            ("<token>", NoToken::Example),
            ("two words", NoToken::OddCharacters),
            ("\"half", NoToken::OddCharacters),
            ("tokén.x", NoToken::OddCharacters),
            ("ab", NoToken::OddCharacters),
        ] {
            assert_eq!(read(pasted), Err(why), "{pasted}");
        }
    }
}
