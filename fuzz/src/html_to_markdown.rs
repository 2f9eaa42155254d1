//! HTML from a mail or a messenger, on its way to a channel: never over the limit, never a live mention, never a link
//! that hides where it leads, never a character that cannot be seen.
//!
//! The first byte chooses the limit and how much of the message is shown, the rest is the HTML.

use deskbell_discord::{escape, text};
use deskbell_domain::card::text::{Piece, Text};
use deskbell_domain::delivery::Layout;
use deskbell_domain::rich_text::{KEPT_CODE_POINTS, RichText, Style};
use deskbell_domain::subscription::Detail;
use deskbell_intercom::answers;
use serde_json::json;

use super::markdown::{Live, assert_harmless, assert_plain, length};
use super::posting;

/// Says who wrote, so that it can be seen whether a message without personal data tells it.
const AUTHOR: &str = "f0e1d2c3b4a5";

/// Where words follow without a blank, an address ends at a quote or at one of these.
const ENDS: &str = "，。、！？；：」』）】》〉〕］｝｡､｣”’»›؟،؛";

/// What must hold for any bytes.
pub fn check(data: &[u8]) {
    let Some((first, html)) = data.split_first() else { return };
    let html = String::from_utf8_lossy(html);
    let limit = usize::from(*first) * 3;
    let rich = answers::rich_text(&html);
    check_rich_text(&rich);
    check_quote(&rich, limit);
    check_lines(&rich.to_plain(), limit);
    check_lines(&html, limit);
    check_message(&html, usize::from(*first));
}

fn check_rich_text(rich: &RichText) {
    assert!(length(&rich.to_plain()) <= KEPT_CODE_POINTS, "more than is kept");
    for span in &rich.0 {
        assert!(!span.text.is_empty(), "an empty span");
        let is_web = span.text.starts_with("https://") || span.text.starts_with("http://");
        assert!(span.style != Style::Link || is_web, "a link to nowhere: {:?}", span.text);
    }
    check_addresses(&rich.to_plain());
    let stored = serde_json::to_vec(rich).expect("it can be stored");
    let read: RichText = serde_json::from_slice(&stored).expect("it can be read again");
    assert!(read == *rich, "it is stored as something else");
}

/// What follows `?` in an address may be a token that lets a reader log in.
fn check_addresses(plain: &str) {
    for word in plain.split_whitespace() {
        let Some((_, address)) = word.split_once("://") else { continue };
        let ends = |c: char| c == '"' || ENDS.contains(c);
        let address = address.split(ends).next().unwrap_or_default();
        let query = address.split_once('?').map_or("", |(_, query)| query);
        // Another address may follow a question.
        let is_address = query.to_lowercase().starts_with("www.") || query.contains("://");
        let names_nothing = !query.starts_with(|c: char| c.is_ascii_alphanumeric()) || is_address;
        assert!(names_nothing, "an address keeps its query: {word:?}");
    }
}

/// A quote alone, and one that something stands before.
fn check_quote(rich: &RichText, limit: usize) {
    let quote = || Piece::Quote(rich.clone(), limit);
    let shown = text::text(&Text(vec![quote()]), usize::MAX);
    assert!(length(&shown) <= limit, "over {limit}: {shown:?}");
    assert_harmless(&shown, Live::Nothing);
    let is_quoted = |line: &str| line.starts_with("> ") || line == ">" || line == "…";
    assert!(shown.is_empty() || shown.split('\n').all(is_quoted), "not quoted: {shown:?}");
    let text = Text::ours("**Says** ").and_theirs(rich.to_plain()).and("\n").with(quote());
    let shown = text::text(&text, limit);
    assert!(length(&shown) <= limit, "over {limit}: {shown:?}");
    assert_harmless(&shown, Live::Nothing);
}

/// One line, as a title and as a label.
fn check_lines(words: &str, limit: usize) {
    let title = escape::markdown(words, limit);
    assert!(length(&title) <= limit, "over {limit}: {title:?}");
    assert_harmless(&title, Live::Nothing);
    let label = escape::plain(words, limit);
    assert!(length(&label) <= limit, "over {limit}: {label:?}");
    assert_plain(&label);
}

/// The whole way: a conversation of which this is the subject, the body and the name of its author.
fn check_message(html: &str, choice: usize) {
    let author = json!({"type": "lead", "id": AUTHOR, "name": html, "email": "author@example.com"});
    let source = json!({"subject": html, "body": html, "author": author, "attachments": [{"name": html}]});
    let record = json!({"id": "1", "created_at": 1_700_000_000, "source": source});
    let answer = json!({"conversations": [record]}).to_string();
    let page = answers::conversations(answer.as_bytes()).expect("it is a page");
    let events: Vec<_> = page.items.into_iter().map(posting::of_conversation).collect();
    let detail = posting::DETAILS[choice % 4];
    let layout = [Layout::Cards, Layout::Brief][choice / 4 % 2];
    let message = posting::message(&events, layout, detail).to_string();
    let tells = message.contains(AUTHOR) || message.contains("author@example.com");
    assert!(detail != Detail::Private || !tells, "a private message says who wrote: {message}");
}
