//! The parts of a text that are worth tokenizing: what shows nothing and what would cost more than linear time is passed
//! over, and reading goes on behind it.
//!
//! Left out are comments (Outlook puts tens of kilobytes of settings into one), what stands in scripts and the like,
//! and all but the name of a tag with more attributes than anybody writes.

use super::element;

/// A tag longer than this, in bytes, loses its attributes: each is compared with all before it.
const LONGEST_TAG: usize = 8 << 10;
/// A name longer than this, in bytes, is none.
const LONGEST_NAME: usize = 64;
/// Elements whose content is no HTML and is not shown.
const RAW: [&str; 7] = ["script", "style", "iframe", "noembed", "noframes", "title", "textarea"];

/// A part of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part<'a> {
    /// To be tokenized.
    Text(&'a str),
    /// What stands in a `style` element.
    Style(&'a str),
}

/// The parts of a text in their order.
pub(super) struct Parts<'a> {
    rest: &'a str,
    /// Stands before the rest, in place of what was left out.
    owed: Option<Part<'a>>,
    /// Whether this is no HTML, so that a `<` is a sign like any other.
    plain: bool,
    /// Whether a tag came.
    tagged: bool,
    /// How many bytes follow the last `>`: no tag ends within them.
    behind_last_close: usize,
}

/// What a `<` begins, and where it ends.
enum Markup {
    /// Nothing: a sign in a sentence.
    Sign,
    /// A tag that is read as it is.
    Tag(usize),
    /// A tag of which only this much is read.
    Long { name: usize, end: usize },
    /// Something that shows nothing.
    Nothing(usize),
    /// A style sheet, with where its content begins and ends.
    Style { content: (usize, usize), end: usize },
    /// The text ends within it.
    Unended,
    /// The text ends within a tag.
    UnendedTag,
}

impl<'a> Parts<'a> {
    pub(super) fn of(text: &'a str, plain: bool) -> Self {
        let behind_last_close = text.rfind('>').map_or(usize::MAX, |last| text.len() - last);
        Self { rest: text, owed: None, plain, tagged: false, behind_last_close }
    }

    /// What the `<` at a place begins.
    fn markup(&self, at: usize) -> Markup {
        let text = &self.rest[at..];
        if self.plain {
            return Markup::UnendedTag;
        }
        let can_end = text.len() >= self.behind_last_close;
        if can_end || name_of(text).is_empty() { markup(text) } else { Markup::UnendedTag }
    }

    /// What stands before `at`; the rest begins at `next`.
    fn split(&mut self, at: usize, next: usize) -> Part<'a> {
        let (part, _) = self.rest.split_at(at);
        self.rest = &self.rest[next.min(self.rest.len())..];
        Part::Text(part)
    }
}

impl<'a> Iterator for Parts<'a> {
    type Item = Part<'a>;

    fn next(&mut self) -> Option<Part<'a>> {
        if let Some(owed) = self.owed.take() {
            return Some(owed);
        }
        let mut from = 0;
        while let Some(found) = self.rest[from..].find('<') {
            let at = from + found;
            match self.markup(at) {
                Markup::Sign => from = at + 1,
                Markup::Tag(end) => {
                    self.tagged = true;
                    from = at + end;
                }
                Markup::Long { name, end } => {
                    self.tagged = true;
                    self.owed = Some(Part::Text(">"));
                    return Some(self.split(at + name, at + end));
                }
                Markup::Nothing(end) => return Some(self.split(at, at + end)),
                Markup::Style { content: (from, to), end } => {
                    self.owed = Some(Part::Style(&self.rest[at + from..at + to]));
                    return Some(self.split(at, at + end));
                }
                // In a text without tags it is a sign like any other.
                Markup::UnendedTag if !self.tagged => {
                    self.owed = Some(Part::Text("&lt;"));
                    return Some(self.split(at, at + 1));
                }
                Markup::UnendedTag | Markup::Unended => return Some(self.split(at, usize::MAX)),
            }
        }
        let rest = std::mem::take(&mut self.rest);
        (!rest.is_empty()).then_some(Part::Text(rest))
    }
}

/// Whether a text is HTML. A mail address in angle brackets is none, nor is a placeholder such as `<Name>`, nor are the
/// signs of a comparison.
pub(super) fn has_tags(text: &str) -> bool {
    let Some(last) = text.rfind('>') else { return false };
    text[..last].match_indices('<').any(|(at, _)| is_tag(&text[at..=last]))
}

fn is_tag(text: &str) -> bool {
    if text.starts_with("<!--") || text.get(..9).is_some_and(|start| start.eq_ignore_ascii_case("<!doctype"))
    {
        return true;
    }
    let name = name_of(text);
    let is_known = element::is_known(&name.trim_start_matches('/').to_ascii_lowercase());
    let attributes = &text[1 + name.len()..];
    let attributes = &attributes[..attributes.floor_char_boundary(LONGEST_TAG)];
    let end = attributes.find(['>', '<']).unwrap_or(attributes.len());
    let inside = attributes[..end].trim_end_matches('/').trim();
    is_known && (inside.is_empty() || inside.contains('='))
}

fn markup(text: &str) -> Markup {
    if let Some(comment) = text.strip_prefix("<!--") {
        // `<!-->` is a whole comment.
        let dashes = comment.len() + 2;
        let end = text[text.len() - dashes..].find("-->");
        return end.map_or(Markup::Unended, |end| Markup::Nothing(text.len() - dashes + end + 3));
    }
    let name = name_of(text);
    if name.is_empty() {
        return Markup::Sign;
    }
    let (end, is_long) = match end_of_tag(text) {
        Some(end) => (end, false),
        // It has very many attributes, or a quote in it is never closed: then the first `>` ends it.
        None => match text.find('>') {
            Some(last) => (last + 1, true),
            None => return Markup::UnendedTag,
        },
    };
    match RAW.iter().find(|raw| name.eq_ignore_ascii_case(raw)) {
        Some(raw) => match end_of_raw(text, end, raw) {
            Some((to, after)) if *raw == "style" => Markup::Style { content: (end, to), end: after },
            Some((_, end)) => Markup::Nothing(end),
            None => Markup::Unended,
        },
        None if is_long => Markup::Long { name: 1 + name.len(), end },
        None => Markup::Tag(end),
    }
}

/// The name of a start tag, with the slash of an end tag.
fn name_of(text: &str) -> &str {
    let after = &text[1..];
    let after = &after[..after.floor_char_boundary(LONGEST_NAME)];
    let begins = after.strip_prefix('/').unwrap_or(after).starts_with(|c: char| c.is_ascii_alphabetic());
    let ends = |c: char| c.is_ascii_whitespace() || c == '>' || (c == '/' && !after.starts_with('/'));
    match after.find(ends) {
        Some(end) if begins => &after[..end],
        None if begins && after.len() + 1 == text.len() => after,
        _ => "",
    }
}

/// Where a tag ends, behind the first `>` that stands in no quotes; none where that is far.
fn end_of_tag(text: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate().take(LONGEST_TAG) {
        match (quote, byte) {
            (None, b'>') => return Some(at + 1),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    None
}

/// Where the content ends of an element that holds no HTML, and where the element does.
fn end_of_raw(text: &str, content: usize, name: &str) -> Option<(usize, usize)> {
    let mut from = content;
    while let Some(found) = text[from..].find("</") {
        let at = from + found;
        let after = text.as_bytes().get(at + 2..at + 2 + name.len());
        if after.is_some_and(|after| after.eq_ignore_ascii_case(name.as_bytes())) {
            return text[at..].find('>').map(|end| (at, at + end + 1));
        }
        from = at + 2;
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn kept(text_of: &str) -> String {
        let text = |part| if let Part::Text(text) = part { text } else { "" };
        Parts::of(text_of, false).map(text).collect()
    }

    #[test]
    fn what_shows_nothing_is_passed_over_and_what_follows_is_read() {
        let settings = format!("<!--[if gte mso 9]><xml>{}</xml><![endif]-->", "x".repeat(100_000));
        assert_eq!(kept(&format!("{settings}<p>Hello</p>")), "<p>Hello</p>");
        assert_eq!(kept("a<!-->b<!--->c<!-- x --!>d--> e"), "abc e");
        assert_eq!(kept("<STYLE>p > a { }</style >x<script>if (a<b) '</p>'</script>y"), "xy");
        assert_eq!(kept("<![if !mso]>x<![endif]>"), "<![if !mso]>x<![endif]>");
    }

    #[test]
    fn a_tag_that_is_too_long_keeps_its_name() {
        let long = format!("<td class=\"{}\">x</td>", "y".repeat(LONGEST_TAG));
        assert_eq!(kept(&long), "<td>x</td>");
        let unclosed = format!("<p title=\"a>text {}", "word ".repeat(LONGEST_TAG));
        assert_eq!(kept(&unclosed), format!("<p>text {}", "word ".repeat(LONGEST_TAG)));
    }

    #[test]
    fn only_elements_of_html_make_a_text_html() {
        for text in [
            "See <https://a.test/x> please",
            "Dear <Name>,",
            "a<b and c>d",
            "x <ada@a.test>",
            "1 < 2 > 0",
            "<3",
        ] {
            assert!(!has_tags(text), "{text}");
        }
        for text in ["<p>x", "a<br/>b", "<A HREF='x'>y</A>", "<!-- c --> x", "x</div>", "<!DOCTYPE html>x"] {
            assert!(has_tags(text), "{text}");
        }
    }

    #[test]
    fn a_row_of_signs_is_read_in_one_go() {
        for sign in ["<a", "<a ", "<a\"", "</", "<!--", "<a b=c "] {
            let signs = format!("{}>", sign.repeat(100_000));
            has_tags(&signs);
            assert!(kept(&signs).len() <= 4 * signs.len());
        }
    }

    #[test]
    fn signs_in_a_sentence_are_no_markup() {
        for text in ["1 < 2", "a <3 b", "<", "</", "x<>y", "From <ada@a.test> on"] {
            assert_eq!(kept(text), text);
        }
        assert_eq!(kept("if a<b then c<d"), "if a&lt;b then c&lt;d");
        assert_eq!(kept("<p>whole</p> and <a href=\"https"), "<p>whole</p> and ");
    }

    proptest! {
        #[test]
        fn no_text_is_cut_within_a_character(text in any::<String>()) {
            kept(&text);
        }

        #[test]
        fn no_soup_of_marks_panics_or_grows(text in "[<>!/\"' a-cé-]{0,60}") {
            prop_assert!(kept(&text).len() <= text.len() * "&lt;".len());
        }
    }
}
