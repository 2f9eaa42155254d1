//! What single elements mean: whether they are shown, what stands in their attributes.

use deskbell_domain::rich_text::Style;
use html5ever::tokenizer::{Tag, states::RawKind};
use url::Url;

use crate::address::cut_addresses;

const LONGEST_ADDRESS: usize = 300;
/// Code points of a picture's words.
const LONGEST_WORDS: usize = 80;
/// Code points of an emoji that stands in a picture's place; families and flags are long.
const LONGEST_EMOJI: usize = 16;

pub(super) fn attribute(tag: &Tag, name: &str) -> Option<String> {
    tag.attrs.iter().find(|attribute| &*attribute.name.local == name).map(|found| found.value.to_string())
}

/// Whether nobody is meant to see an element: preview lines, pixels, what another program is told.
pub(super) fn is_hidden(tag: &Tag) -> bool {
    attribute(tag, "hidden").is_some() || style_of(tag).is_some_and(|style| hides(&style))
}

/// A style without white space, in lower case.
fn style_of(tag: &Tag) -> Option<String> {
    let style = attribute(tag, "style")?;
    Some(style.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_lowercase()).collect())
}

fn hides(style: &str) -> bool {
    style.split(';').any(|rule| {
        let Some((name, value)) = rule.split_once(':') else { return false };
        match name {
            "display" => value.starts_with("none"),
            "visibility" => value.starts_with("hidden"),
            "mso-hide" => value.starts_with("all"),
            "font-size" | "max-height" | "opacity" => is_zero(value),
            _ => false,
        }
    })
}

fn is_zero(value: &str) -> bool {
    let number: String = value.chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
    number.parse::<f64>().is_ok_and(|number| number == 0.0)
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

/// Whether a picture is too small to be seen.
fn is_dot(tag: &Tag) -> bool {
    let style = style_of(tag).unwrap_or_default();
    let in_style = |side: &str| {
        style
            .split(';')
            .any(|rule| rule.split_once(':').is_some_and(|(name, size)| name == side && is_small(size)))
    };
    ["width", "height"]
        .iter()
        .all(|side| in_style(side) || attribute(tag, side).is_some_and(|size| is_small(size.trim())))
}

fn is_small(size: &str) -> bool {
    matches!(size.trim_end_matches("px"), "0" | "1")
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

/// Elements whose content is no HTML; what is in them is dropped.
pub(super) fn raw_text(name: &str) -> Option<RawKind> {
    Some(match name {
        "script" => RawKind::ScriptData,
        "style" | "iframe" | "noembed" | "noframes" => RawKind::Rawtext,
        "title" | "textarea" => RawKind::Rcdata,
        _ => return None,
    })
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
