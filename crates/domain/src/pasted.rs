//! Tokens as they are pasted: from a page, from another program's header, or not at all.

use secrecy::SecretString;

/// What is pasted in front of a token.
const SCHEMES: [&str; 2] = ["Bot", "Bearer"];
const QUOTES: [char; 3] = ['"', '\'', '`'];
/// Every token of either service is longer, by far.
const SHORTEST: usize = 20;
/// The words of which people put together what stands in place of a token.
const PLACEHOLDERS: [&str; 35] = [
    "a",
    "access",
    "add",
    "api",
    "bot",
    "change",
    "changeme",
    "client",
    "discord",
    "dummy",
    "enter",
    "example",
    "fill",
    "from",
    "goes",
    "here",
    "in",
    "insert",
    "intercom",
    "key",
    "me",
    "my",
    "of",
    "paste",
    "placeholder",
    "put",
    "replace",
    "replaceme",
    "secret",
    "the",
    "todo",
    "token",
    "with",
    "your",
    "yours",
];

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
    if is_placeholder(token) {
        return Err(NoToken::Example);
    }
    if token.len() < SHORTEST || !token.bytes().all(is_of_a_token) {
        return Err(NoToken::OddCharacters);
    }
    Ok(SecretString::from(token.to_owned()))
}

/// Whether nothing stands there but words of examples (`paste-token-here`, `<token>`), one letter again and again
/// (`xxxx`), or signs (`...`). A key may consist of signs but for one letter.
fn is_placeholder(text: &str) -> bool {
    let lower = text.to_lowercase();
    let mut letters = lower.chars().filter(|c| c.is_alphanumeric());
    let first = letters.next();
    let others: Vec<_> = letters.collect();
    let is_one_letter =
        others.iter().all(|letter| Some(*letter) == first) && (first.is_none() || !others.is_empty());
    let mut words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    is_one_letter || words.all(|word| PLACEHOLDERS.contains(&word))
}

/// What the tokens of either service, and of any service that goes by RFC 6750, consist of.
fn is_of_a_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~+/=:".contains(&byte)
}

fn bare(text: &str) -> &str {
    let text = text.trim();
    let text = unquoted(text).unwrap_or(text).trim();
    let text = without_name(text);
    match text.split_once(char::is_whitespace) {
        Some((scheme, token)) if SCHEMES.iter().any(|one| one.eq_ignore_ascii_case(scheme)) => token.trim(),
        _ => text,
    }
}

/// The text without the name of a variable that was pasted with it. No token is of capitals and underscores alone.
fn without_name(text: &str) -> &str {
    let is_name = |name: &str| {
        let name = name.trim();
        name.contains('_') && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
    };
    match text.split_once('=') {
        Some((name, value)) if is_name(name.strip_prefix("export ").unwrap_or(name)) => {
            let value = value.trim();
            unquoted(value).unwrap_or(value).trim()
        }
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
        for pasted in [
            "MTIzNDU2.Gh1JkL.m-n_o",
            " MTIzNDU2.Gh1JkL.m-n_o\n",
            "\"MTIzNDU2.Gh1JkL.m-n_o\"",
            "'Bot MTIzNDU2.Gh1JkL.m-n_o'",
            "Bearer MTIzNDU2.Gh1JkL.m-n_o",
            "bot  MTIzNDU2.Gh1JkL.m-n_o",
            "DISCORD_TOKEN=MTIzNDU2.Gh1JkL.m-n_o",
            "export DISCORD_TOKEN = 'Bot MTIzNDU2.Gh1JkL.m-n_o'",
        ] {
            assert_eq!(read(pasted).as_deref(), Ok("MTIzNDU2.Gh1JkL.m-n_o"), "{pasted}");
        }
        let intercoms = "dG9rOjEyMzQ1Njc4X2FiY2RlZjoxOjA=";
        assert_eq!(read(intercoms).as_deref(), Ok(intercoms));
    }

    #[test]
    fn what_is_no_token_is_told_by_why() {
        for (pasted, why) in [
            ("", NoToken::Empty),
            ("\"\"", NoToken::Empty),
            ("your-bot-token", NoToken::Example),
            ("<token>", NoToken::Example),
            ("<your bot token>", NoToken::Example),
            ("paste-token-here", NoToken::Example),
            ("REPLACE_ME", NoToken::Example),
            ("MY_DISCORD_BOT_TOKEN_GOES_HERE", NoToken::Example),
            ("${DISCORD_TOKEN}", NoToken::Example),
            ("token", NoToken::Example),
            ("xxxx", NoToken::Example),
            ("XXXXXXXXXXXX.xxxxxx.xxxxxxxxxxxxxx", NoToken::Example),
            ("...", NoToken::Example),
            ("two words", NoToken::OddCharacters),
            ("twenty letters and more in several words", NoToken::OddCharacters),
            ("\"MTIzNDU2.Gh1JkL.m-n_o", NoToken::OddCharacters),
            ("tokén.x.that.is.long.enough", NoToken::OddCharacters),
            ("<MTIzNDU2.Gh1JkL.m-n_o>", NoToken::OddCharacters),
            ("abc123", NoToken::OddCharacters),
            ("841200000000000001", NoToken::OddCharacters),
        ] {
            assert_eq!(read(pasted), Err(why), "{pasted}");
        }
    }
}
