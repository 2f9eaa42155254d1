//! What single elements mean: whether they are shown, what stands in their attributes.

use deskbell_domain::rich_text::Style;
use html5ever::tokenizer::Tag;
use url::Url;

use super::sheet::Sheet;
use super::style::{self, Declarations, TextSize};
use deskbell_domain::address_cut::cut_addresses;

const LONGEST_ADDRESS: usize = 300;
/// Code points of a picture's words.
const LONGEST_WORDS: usize = 80;
/// Code points of an emoji that stands in a picture's place; families and flags are long.
const LONGEST_EMOJI: usize = 16;

pub(super) fn attribute(tag: &Tag, name: &str) -> Option<String> {
    tag.attrs.iter().find(|attribute| &*attribute.name.local == name).map(|found| found.value.to_string())
}

/// What an element hides: preview lines, pixels, what another program is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hiding {
    Nothing,
    /// All that stands in it.
    Everything,
    /// The same, but what follows a quote in it.
    Quotation,
    /// Text in it has no size, but where an element in it says otherwise: mails of tables are written so.
    TextWithoutSize,
    /// Text in it has a size again.
    TextWithSize,
}

/// What an element hides. A style of its own counts for more than the mail's style sheets.
pub(super) fn hiding(tag: &Tag, sheet: &Sheet) -> Hiding {
    if attribute(tag, "hidden").is_some() {
        return Hiding::Everything;
    }
    let style = Declarations::of(&attribute(tag, "style").unwrap_or_default());
    let told = |name| attribute(tag, name).unwrap_or_default();
    let is_hidden_by_sheet =
        || style.value("display").is_none() && sheet.hides(&tag.name, &told("class"), &told("id"));
    if style.hide(&tag.name) || is_hidden_by_sheet() {
        return Hiding::Everything;
    }
    match style.text_size() {
        Some(TextSize::None) => Hiding::TextWithoutSize,
        Some(TextSize::Some) => Hiding::TextWithSize,
        None => Hiding::Nothing,
    }
}

/// What is read in a picture's place: its emoji or its words; nothing for a pixel that counts readers, and for what its
/// writer calls an ornament.
pub(super) fn words_of_picture(tag: &Tag) -> Option<String> {
    if is_dot(tag) {
        return None;
    }
    let emoji = attribute(tag, "data-emoji").filter(|emoji| is_emoji(emoji));
    match emoji.or_else(|| attribute(tag, "alt")) {
        Some(words) if is_emoji(&words) => Some(words),
        Some(words) if words.trim().is_empty() => None,
        Some(words) => {
            Some(format!("[{}]", deskbell_domain::card::text::shorten(words.trim(), LONGEST_WORDS)))
        }
        None => Some("[image]".to_owned()),
    }
}

fn is_emoji(words: &str) -> bool {
    let words = words.trim();
    !words.is_empty()
        && words.chars().count() <= LONGEST_EMOJI
        && !words.is_ascii()
        && !words.chars().any(|c| c.is_alphabetic() || c.is_whitespace() || c.is_ascii_punctuation())
}

/// Whether a picture is too small to be seen: one side is enough.
fn is_dot(tag: &Tag) -> bool {
    let style = Declarations::of(&attribute(tag, "style").unwrap_or_default());
    ["width", "height"].iter().any(|side| {
        let told = style.is_dot(side);
        told.unwrap_or_else(|| attribute(tag, side).is_some_and(|size| style::is_dot(&size)))
    })
}

/// Where a link leads, as it may stand in a chat, and how: a web address without what may be a token, a mail address or
/// a phone number as words.
pub(super) fn link(href: &str) -> Option<(String, Style)> {
    let href = href.trim();
    let (scheme, rest) = href.split_once(':')?;
    match scheme.to_ascii_lowercase().as_str() {
        "http" | "https" => web_address(href).map(|address| (address, Style::Link)),
        "mailto" | "tel" => {
            let to = rest.split(['?', ';']).next().unwrap_or_default();
            let to = percent_encoding::percent_decode_str(to).decode_utf8().ok()?;
            let fits = !to.is_empty() && to.len() <= LONGEST_ADDRESS && !to.contains(char::is_control);
            fits.then(|| (to.into_owned(), Style::Plain))
        }
        _ => None,
    }
}

/// An address that may stand in a chat: http or https, not endless, nobody's password.
fn web_address(href: &str) -> Option<String> {
    let url = Url::parse(href).ok()?;
    if !url.username().is_empty() || url.password().is_some() {
        return None;
    }
    Some(cut_addresses(url.as_str()).into_owned()).filter(|address| address.len() <= LONGEST_ADDRESS)
}

/// Elements that hold nothing and have no end tag.
pub(super) fn is_void(name: &str) -> bool {
    matches!(
        name,
        "area"
            | "base"
            | "br"
            | "col"
            | "embed"
            | "hr"
            | "img"
            | "input"
            | "link"
            | "meta"
            | "source"
            | "wbr"
    )
}

pub(super) fn is_block(name: &str) -> bool {
    matches!(
        name,
        "p" | "div"
            | "li"
            | "ul"
            | "ol"
            | "dl"
            | "dt"
            | "dd"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "table"
            | "tr"
            | "caption"
            | "blockquote"
            | "pre"
            | "hr"
            | "section"
            | "article"
            | "header"
            | "footer"
            | "address"
            | "center"
            | "figure"
            | "figcaption"
            | "form"
            | "fieldset"
            | "body"
    )
}

/// Elements of HTML that are neither blocks nor void.
const OTHERS: [&str; 50] = [
    "a", "abbr", "b", "big", "button", "cite", "code", "colgroup", "del", "em", "font", "head", "html", "i",
    "iframe", "ins", "kbd", "label", "main", "mark", "nav", "noscript", "object", "picture", "q", "s",
    "samp", "script", "small", "span", "strike", "strong", "style", "sub", "sup", "svg", "tbody", "td",
    "template", "textarea", "tfoot", "th", "thead", "title", "tt", "u", "var", "video", "wbr", "xml",
];

/// Whether mails have such an element: what looks like a tag and is none of these is a sign in a sentence.
pub(super) fn is_known(name: &str) -> bool {
    is_block(name) || is_void(name) || OTHERS.contains(&name)
}
