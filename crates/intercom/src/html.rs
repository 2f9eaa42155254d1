//! HTML to the little formatting that a chat can show.
//!
//! A tokenizer reads the text as browsers do, no tree is built, and reading stops once [`KEPT_CODE_POINTS`] visible code
//! points are kept, so the time is linear in what was read whatever was sent. Scripts and styles are dropped, links stand
//! as themselves behind their words, pictures as `[image]`. A text without any tag keeps its line breaks: newer
//! webhooks send plain text. No input makes it panic.

mod writer;

use std::cell::{Cell, RefCell};

use deskbell_domain::rich_text::{KEPT_CODE_POINTS, RichText, Style};
use html5ever::{
    TokenizerResult,
    tendril::StrTendril,
    tokenizer::{
        BufferQueue, CharacterTokens, EndTag, StartTag, Tag, TagToken, Token, TokenSink, TokenSinkResult,
        Tokenizer, TokenizerOpts, states::RawKind,
    },
};
use url::Url;

use self::writer::{Spacing, Writer};

/// How much is fed to the tokenizer before looking whether enough was kept.
const STEP: usize = 4 << 10;
/// How much may pass without a single token: one tag with thousands of attributes costs more than linear time.
const LONGEST_TOKEN: usize = 32 << 10;
const LONGEST_ADDRESS: usize = 300;

/// Reads HTML, or plain text.
pub(crate) fn read(html: &str) -> RichText {
    let tokenizer = Tokenizer::new(Sink::new(html), TokenizerOpts::default());
    let queue = BufferQueue::default();
    let (mut rest, mut silent) = (html, 0);
    while !rest.is_empty() && !tokenizer.sink.is_full() && silent < LONGEST_TOKEN {
        let (step, after) = rest.split_at(rest.floor_char_boundary(STEP));
        queue.push_back(StrTendril::from_slice(step));
        // A script is no reason to stop: it is dropped as text.
        while matches!(tokenizer.feed(&queue), TokenizerResult::Script(())) {}
        silent = if tokenizer.sink.spoke.take() { 0 } else { silent + step.len() };
        rest = after;
    }
    if rest.is_empty() {
        tokenizer.end();
    }
    tokenizer.sink.finish()
}

/// What is going on around the text that comes next.
struct Sink {
    writer: RefCell<Writer>,
    depth: RefCell<Depth>,
    anchor: RefCell<Option<Anchor>>,
    /// The element whose text is dropped, until its end tag.
    dropped: RefCell<Option<&'static str>>,
    /// Whether a token came since this was last asked.
    spoke: Cell<bool>,
    /// Whether line breaks in the text mean something outside `pre`.
    plain: bool,
}

/// How many elements of each kind are open.
#[derive(Default)]
struct Depth {
    bold: u32,
    italic: u32,
    code: u32,
    preformatted: u32,
}

/// A link whose words are being written.
struct Anchor {
    address: String,
    start: writer::TextPlace,
}

impl Sink {
    fn new(text: &str) -> Self {
        Self {
            writer: RefCell::new(Writer::new(KEPT_CODE_POINTS)),
            depth: RefCell::default(),
            anchor: RefCell::default(),
            dropped: RefCell::default(),
            spoke: Cell::new(false),
            plain: !has_tags(text),
        }
    }

    fn is_full(&self) -> bool {
        self.writer.borrow().is_full()
    }

    fn finish(&self) -> RichText {
        self.close_anchor();
        self.writer.take().finish()
    }

    fn text(&self, text: &str) {
        if self.dropped.borrow().is_some() {
            return;
        }
        let depth = self.depth.borrow();
        let spacing = if depth.preformatted > 0 || self.plain { Spacing::Kept } else { Spacing::Collapsed };
        self.writer.borrow_mut().write(text, depth.style(), spacing);
    }

    fn start(&self, tag: &Tag) -> TokenSinkResult<()> {
        let name = tag.name.as_ref();
        if let Some(raw) = raw_text(name) {
            *self.dropped.borrow_mut() = Some(raw.0);
            return TokenSinkResult::RawData(raw.1);
        }
        match name {
            "head" | "svg" | "template" if !tag.self_closing => {
                self.dropped.borrow_mut().get_or_insert(match name {
                    "head" => "head",
                    "svg" => "svg",
                    _ => "template",
                });
            }
            // A head that was never closed ends here.
            "body" => self.dropped.take().map_or((), drop),
            "a" => self.open_anchor(tag),
            "img" => self.picture(tag),
            _ if name.contains('@') => self.text(&format!("<{name}>")),
            _ => {}
        }
        self.depth.borrow_mut().open(name);
        self.lay_out(name, Edge::Start);
        TokenSinkResult::Continue
    }

    fn end_tag(&self, name: &str) {
        if self.dropped.borrow().is_some_and(|dropped| dropped == name) {
            self.dropped.take();
        }
        if name == "a" {
            self.close_anchor();
        }
        self.depth.borrow_mut().close(name);
        self.lay_out(name, Edge::End);
    }

    fn lay_out(&self, name: &str, edge: Edge) {
        if self.dropped.borrow().is_some() {
            return;
        }
        let mut writer = self.writer.borrow_mut();
        match (name, edge) {
            ("br", _) => writer.break_line(),
            ("td" | "th", Edge::End) => writer.space(),
            ("li", Edge::Start) => writer.bullet(),
            _ if is_block(name) => writer.new_line(),
            _ => {}
        }
    }

    fn picture(&self, tag: &Tag) {
        let is_dot = |name| attribute(tag, name).is_some_and(|size| matches!(size.trim(), "0" | "1" | "1px"));
        if !(is_dot("width") && is_dot("height")) {
            self.text("[image]");
        }
    }

    fn open_anchor(&self, tag: &Tag) {
        self.close_anchor();
        if self.dropped.borrow().is_some() {
            return;
        }
        if let Some(address) = attribute(tag, "href").and_then(|href| web_address(&href)) {
            let start = self.writer.borrow().place();
            *self.anchor.borrow_mut() = Some(Anchor { address, start });
        }
    }

    /// Puts the address behind the words, or in their place if they are the address.
    fn close_anchor(&self) {
        let Some(anchor) = self.anchor.take() else { return };
        let mut writer = self.writer.borrow_mut();
        let words = writer.since(&anchor.start);
        if same_address(words.trim(), &anchor.address) {
            writer.back_to(&anchor.start);
        } else if !words.trim().is_empty() {
            writer.space();
        }
        writer.write_whole(&anchor.address, Style::Link);
    }
}

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        match token {
            TagToken(tag) => {
                self.spoke.set(true);
                match tag.kind {
                    StartTag => return self.start(&tag),
                    EndTag => self.end_tag(&tag.name),
                }
            }
            CharacterTokens(text) => {
                self.spoke.set(true);
                self.text(&text);
            }
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Edge {
    Start,
    End,
}

impl Depth {
    fn of(&mut self, name: &str) -> [Option<&mut u32>; 2] {
        match name {
            "b" | "strong" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "th" => [Some(&mut self.bold), None],
            "i" | "em" | "cite" => [Some(&mut self.italic), None],
            "code" | "kbd" | "samp" | "tt" => [Some(&mut self.code), None],
            "pre" => [Some(&mut self.code), Some(&mut self.preformatted)],
            _ => [None, None],
        }
    }

    fn open(&mut self, name: &str) {
        self.of(name).into_iter().flatten().for_each(|depth| *depth = depth.saturating_add(1));
    }

    fn close(&mut self, name: &str) {
        self.of(name).into_iter().flatten().for_each(|depth| *depth = depth.saturating_sub(1));
    }

    fn style(&self) -> Style {
        match (self.code, self.bold, self.italic) {
            (1.., _, _) => Style::Code,
            (_, 1.., _) => Style::Bold,
            (_, _, 1..) => Style::Italic,
            _ => Style::Plain,
        }
    }
}

/// Elements whose content is no HTML; what is in them is dropped.
fn raw_text(name: &str) -> Option<(&'static str, RawKind)> {
    Some(match name {
        "script" => ("script", RawKind::ScriptData),
        "style" => ("style", RawKind::Rawtext),
        "iframe" => ("iframe", RawKind::Rawtext),
        "noembed" => ("noembed", RawKind::Rawtext),
        "noframes" => ("noframes", RawKind::Rawtext),
        "title" => ("title", RawKind::Rcdata),
        "textarea" => ("textarea", RawKind::Rcdata),
        _ => return None,
    })
}

fn is_block(name: &str) -> bool {
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

fn has_tags(text: &str) -> bool {
    let names_tag = |after: &u8| after.is_ascii_alphabetic() || matches!(after, b'/' | b'!');
    text.as_bytes().windows(2).any(|pair| pair[0] == b'<' && names_tag(&pair[1]))
}

fn attribute(tag: &Tag, name: &str) -> Option<String> {
    tag.attrs.iter().find(|attribute| &*attribute.name.local == name).map(|found| found.value.to_string())
}

/// An address that may stand in a chat: http or https, not endless. One that only its query makes too long loses that.
fn web_address(href: &str) -> Option<String> {
    let mut url = Url::parse(href.trim()).ok()?;
    if !matches!(url.scheme(), "http" | "https") || !url.username().is_empty() || url.password().is_some() {
        return None;
    }
    if url.as_str().len() > LONGEST_ADDRESS {
        url.set_query(None);
        url.set_fragment(None);
    }
    Some(url.to_string()).filter(|address| address.len() <= LONGEST_ADDRESS)
}

fn same_address(words: &str, address: &str) -> bool {
    fn bare(text: &str) -> &str {
        let text = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or(text);
        text.strip_prefix("www.").unwrap_or(text).trim_end_matches('/')
    }
    bare(words) == bare(address)
}

#[cfg(test)]
mod tests;
