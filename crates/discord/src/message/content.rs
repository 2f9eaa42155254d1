//! The plain text of a message.

use deskbell_domain::card::text::Text;
use deskbell_domain::message::{Content, Message};

use crate::escape::WORD_JOINER;
use crate::limits::{self, discord};
use crate::text::{text, text_by_line};

/// The plain text, within Discord's limit and without a preview below it; empty only where something else can be seen.
pub(crate) fn content(message: &Message) -> String {
    let content = match &message.content {
        Content::Lines(text) => lines(text),
        Content::Sentences(text) => sentences(text),
    };
    let shows_more = !(message.cards.is_empty() && message.rows.is_empty() && message.files.is_empty());
    if content.trim().is_empty() && !shows_more { "–".to_owned() } else { content }
}

/// Each line is short, and no address in it is live: a name may hold one.
fn lines(content: &Text) -> String {
    let whole = text_by_line(content, limits::CONTENT_LINE);
    match whole.lines().map(addresses).max() {
        None | Some(0) => whole,
        Some(most) => broken(&text_by_line(content, limits::CONTENT_LINE.saturating_sub(most))),
    }
}

/// What makes Discord put a preview or an invitation below a message.
const LIVE: [&str; 4] = ["http://", "https://", ".gg/", "/invite/"];

fn addresses(line: &str) -> usize {
    let line = line.to_ascii_lowercase();
    LIVE.iter().map(|live| line.matches(live).count()).sum()
}

/// With a word joiner in each address. In an embed none makes a preview, so only the plain lines need it.
fn broken(line: &str) -> String {
    let mut broken = line.to_owned();
    for live in LIVE {
        while let Some(place) = broken.to_ascii_lowercase().find(live) {
            broken.insert(place + live.len() - 1, WORD_JOINER);
        }
    }
    broken
}

fn sentences(content: &Text) -> String {
    let written = text(content, discord::CONTENT);
    let quiet = without_previews(&written);
    if limits::code_points(&quiet) <= discord::CONTENT { quiet } else { written }
}

/// Puts the addresses of links in angle brackets: Discord then shows no preview of them below the message. Only links
/// of ours look like this, for brackets from outside are escaped.
fn without_previews(written: &str) -> String {
    let mut parts = written.split("](https://");
    let mut quiet = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.split_once(')') {
            Some((address, rest)) => quiet.extend(["](<https://", address, ">)", rest]),
            None => quiet.extend(["](https://", part]),
        }
    }
    quiet
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_links_shows_no_previews() {
        let list =
            "1. **[Ada](https://app.intercom.com/a/1)** · 2. [Alan \\(x\\)](https://app.intercom.com/a/2)";
        let quiet = "1. **[Ada](<https://app.intercom.com/a/1>)** · 2. [Alan \\(x\\)](<https://app.intercom.com/a/2>)";
        assert_eq!(without_previews(list), quiet);
    }

    #[test]
    fn only_a_message_that_shows_nothing_else_gets_a_dash() {
        assert_eq!(content(&Message::say(" ")), "–");
        assert_eq!(content(&Message::say("").select("v1:x", "…", vec![option()])), "");
    }

    fn option() -> deskbell_domain::message::SelectOption {
        deskbell_domain::message::SelectOption {
            label: "a".to_owned(),
            description: None,
            value: "a".to_owned(),
        }
    }
}
