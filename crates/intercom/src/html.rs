//! HTML to the little formatting that a chat can show.
//!
//! A tokenizer reads the text as browsers do, no tree is built, and reading stops once [`KEPT_CODE_POINTS`] visible code
//! points are kept, so the time is linear in what was read whatever was sent. What a mail hides is hidden, what its
//! markup says is kept: numbers of lists, what is struck through, the words of a picture, where a link leads (without
//! what may be a token). What it quotes of an earlier mail is cut, unless nothing else can be read. A text without any
//! tag keeps its line breaks: newer webhooks send plain text. No input makes it panic.

mod element;
mod list;
mod markup;
mod trail;
mod writer;

use std::cell::RefCell;

use deskbell_domain::rich_text::{KEPT_CODE_POINTS, RichText, Span, Style};
use html5ever::{
    TokenizerResult,
    tendril::StrTendril,
    tokenizer::{
        BufferQueue, CharacterTokens, EndTag, StartTag, Tag, TagToken, Token, TokenSink, TokenSinkResult,
        Tokenizer, TokenizerOpts,
    },
};

use crate::address::{Cutter, cut_addresses};

use self::element::{attribute, is_block, is_hidden, is_void, link, raw_text, words_of_picture};
use self::list::Lists;
use self::markup::{Parts, has_tags};
use self::trail::{Trail, without_trail};
use self::writer::{Spacing, Writer};

/// How much is fed to the tokenizer before looking whether enough was kept.
const STEP: usize = 4 << 10;

/// Reads HTML, or plain text.
pub(crate) fn read(html: &str) -> RichText {
    let answer = if trail::is_forward(html) {
        RichText::default()
    } else {
        without_trail(read_with(html, Trail::Cut))
    };
    without_tokens(if answer.is_blank() { read_with(html, Trail::Kept) } else { answer })
}

/// The text with its addresses cut; one may go on from one style into the next. Those of links are cut already.
fn without_tokens(text: RichText) -> RichText {
    let mut cutter = Cutter::default();
    let mut spans: Vec<Span> = Vec::with_capacity(text.0.len());
    for span in text.0 {
        let is_link = span.style == Style::Link;
        let text = if is_link { cutter.end() } else { cutter.read(&span.text) };
        match spans.last_mut() {
            // What was kept back stands where it stood: before the link.
            Some(before) if is_link => before.text.push_str(&text),
            _ if !is_link => spans.push(Span { text, style: span.style }),
            _ => {}
        }
        spans.extend(is_link.then_some(span));
    }
    let held = cutter.end();
    match spans.last_mut() {
        Some(last) if last.style != Style::Link => last.text.push_str(&held),
        _ => {}
    }
    spans.retain(|span| !span.text.is_empty());
    RichText(spans)
}

fn read_with(html: &str, trail: Trail) -> RichText {
    let tokenizer = Tokenizer::new(Sink::new(html, trail), TokenizerOpts::default());
    let queue = BufferQueue::default();
    for mut part in Parts::of(html) {
        while !part.is_empty() {
            if tokenizer.sink.is_done() {
                return tokenizer.sink.finish();
            }
            let (step, after) = part.split_at(part.floor_char_boundary(STEP));
            queue.push_back(StrTendril::from_slice(step));
            // A script is no reason to stop: it is dropped as text.
            while matches!(tokenizer.feed(&queue), TokenizerResult::Script(())) {}
            part = after;
        }
    }
    tokenizer.end();
    tokenizer.sink.finish()
}

/// What is going on around the text that comes next.
struct Sink {
    writer: RefCell<Writer>,
    depth: RefCell<Depth>,
    lists: RefCell<Lists>,
    anchor: RefCell<Option<Anchor>>,
    /// The element that is not shown, until its end tag.
    dropped: RefCell<Option<Dropped>>,
    trail: Trail,
    /// Whether what follows is the mail that is answered.
    ended: RefCell<bool>,
    /// Whether line breaks in the text mean something outside `pre`.
    plain: bool,
}

/// An element that is not shown.
struct Dropped {
    name: String,
    /// How many elements of its name are open, itself among them.
    depth: u32,
}

/// How many elements of each kind are open.
#[derive(Default)]
struct Depth {
    bold: u32,
    italic: u32,
    struck: u32,
    code: u32,
    preformatted: u32,
}

/// A link whose words are being written.
struct Anchor {
    address: String,
    style: Style,
    start: writer::TextPlace,
}

impl Sink {
    fn new(text: &str, trail: Trail) -> Self {
        Self {
            writer: RefCell::new(Writer::new(KEPT_CODE_POINTS)),
            depth: RefCell::default(),
            lists: RefCell::default(),
            anchor: RefCell::default(),
            dropped: RefCell::default(),
            trail,
            ended: RefCell::default(),
            plain: !has_tags(text),
        }
    }

    fn is_done(&self) -> bool {
        *self.ended.borrow() || self.writer.borrow().is_full()
    }

    fn finish(&self) -> RichText {
        self.close_anchor();
        self.writer.take().finish()
    }

    fn text(&self, text: &str) {
        if self.dropped.borrow().is_some() || *self.ended.borrow() {
            return;
        }
        let depth = self.depth.borrow();
        let spacing = if depth.preformatted > 0 || self.plain { Spacing::Kept } else { Spacing::Collapsed };
        self.writer.borrow_mut().write(text, depth.style(), spacing);
    }

    fn start(&self, tag: &Tag) -> TokenSinkResult<()> {
        let name = tag.name.as_ref();
        if self.is_dropped(name) {
            return TokenSinkResult::Continue;
        }
        if let Some(raw) = raw_text(name) {
            self.drop_element(name);
            return TokenSinkResult::RawData(raw);
        }
        if self.trail == Trail::Cut && trail::begins_at(tag) {
            *self.ended.borrow_mut() = true;
        }
        let not_shown = matches!(name, "head" | "svg" | "template")
            || is_hidden(tag)
            || (self.trail == Trail::Cut && trail::is(tag));
        if not_shown && !tag.self_closing && !is_void(name) {
            self.drop_element(name);
        } else if !not_shown {
            self.show(tag, name);
        }
        TokenSinkResult::Continue
    }

    fn show(&self, tag: &Tag, name: &str) {
        self.depth.borrow_mut().open(name);
        match name {
            "a" => self.open_anchor(tag),
            "img" => words_of_picture(tag).map_or((), |words| self.text(&words)),
            "ol" | "ul" => self.lists.borrow_mut().open(name, attribute(tag, "start")),
            "li" => {
                let marker = self.lists.borrow_mut().item(attribute(tag, "value"));
                self.writer.borrow_mut().mark_item(marker);
            }
            _ if name.contains('@') => self.text(&format!("<{name}>")),
            _ => {}
        }
        self.lay_out(name, Edge::Start);
    }

    fn drop_element(&self, name: &str) {
        *self.dropped.borrow_mut() = Some(Dropped { name: name.to_owned(), depth: 1 });
    }

    /// Whether a start tag stands in an element that is not shown.
    fn is_dropped(&self, name: &str) -> bool {
        let mut dropped = self.dropped.borrow_mut();
        let Some(one) = dropped.as_mut() else { return false };
        // A head that was never closed ends at the body, and a paragraph at the next block.
        let ends = (one.name == "head" && name == "body") || (one.name == "p" && is_block(name));
        if ends {
            *dropped = None;
        } else if one.name == name {
            one.depth = one.depth.saturating_add(1);
        }
        !ends
    }

    fn end_tag(&self, name: &str) {
        let mut dropped = self.dropped.borrow_mut();
        if let Some(one) = dropped.as_mut() {
            one.depth -= u32::from(one.name == name);
            if one.depth == 0 {
                *dropped = None;
            }
            return;
        }
        drop(dropped);
        match name {
            "a" => self.close_anchor(),
            "ol" | "ul" => self.lists.borrow_mut().close(),
            _ => {}
        }
        self.depth.borrow_mut().close(name);
        self.lay_out(name, Edge::End);
    }

    fn lay_out(&self, name: &str, edge: Edge) {
        let mut writer = self.writer.borrow_mut();
        match (name, edge) {
            ("br", _) => writer.break_line(),
            ("td" | "th", Edge::End) => writer.end_cell(),
            _ if is_block(name) => writer.new_line(),
            _ => {}
        }
    }

    fn open_anchor(&self, tag: &Tag) {
        self.close_anchor();
        if let Some((address, style)) = attribute(tag, "href").and_then(|href| link(&href)) {
            let start = self.writer.borrow().place();
            *self.anchor.borrow_mut() = Some(Anchor { address, style, start });
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
        writer.write_whole(&anchor.address, anchor.style);
    }
}

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        match token {
            TagToken(tag) => match tag.kind {
                StartTag => return self.start(&tag),
                EndTag => self.end_tag(&tag.name),
            },
            CharacterTokens(text) => self.text(&text),
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
            "s" | "strike" | "del" => [Some(&mut self.struck), None],
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
        match (self.code, self.struck, self.bold, self.italic) {
            (1.., ..) => Style::Code,
            (_, 1.., ..) => Style::Struck,
            (_, _, 1.., _) => Style::Bold,
            (.., 1..) => Style::Italic,
            _ => Style::Plain,
        }
    }
}

/// Whether words say where their link leads, be it with a query that was cut.
fn same_address(words: &str, address: &str) -> bool {
    fn bare(text: &str) -> String {
        let text = text.to_lowercase();
        let text = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or(&text);
        let text = text.strip_prefix("www.").unwrap_or(text).trim_end_matches('/');
        let is_number = text.starts_with('+') || text.starts_with(|c: char| c.is_ascii_digit());
        if is_number { text.chars().filter(char::is_ascii_digit).collect() } else { text.to_owned() }
    }
    bare(&cut_addresses(words)) == bare(address)
}

#[cfg(test)]
mod tests;
