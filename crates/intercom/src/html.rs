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
mod sheet;
mod style;
mod trail;
mod visibility;
mod writer;

use std::cell::{Cell, RefCell};

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

use self::element::{Hiding, attribute, hiding, is_block, is_void, link, words_of_picture};
use self::list::Lists;
use self::markup::{Part, Parts, has_tags};
use self::sheet::Sheet;
use self::trail::{Trail, introduction, without_trail};
use self::visibility::OpenElements;
use self::writer::{Spacing, Writer};

/// How much is fed to the tokenizer before looking whether enough was kept.
const STEP: usize = 4 << 10;
/// How much is read: addresses that are cut and mails that are quoted take no room of what is kept.
const READ_CODE_POINTS: usize = 4 * KEPT_CODE_POINTS;

/// Reads HTML, or plain text.
pub(crate) fn read(html: &str) -> RichText {
    let answer = if trail::is_forward(html) {
        RichText::default()
    } else {
        without_trail(read_with(html, Trail::Cut))
    };
    let text = if answer.is_blank() { read_with(html, Trail::Kept) } else { answer };
    cut(without_tokens(text))
}

/// The text, at most as much as is kept.
fn cut(mut text: RichText) -> RichText {
    let mut left = KEPT_CODE_POINTS;
    for span in &mut text.0 {
        let end = span.text.char_indices().nth(left).map_or(span.text.len(), |(at, _)| at);
        span.text.truncate(end);
        left -= span.text.chars().count();
    }
    text.0.retain(|span| !span.text.is_empty());
    text
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
    let plain = !has_tags(html);
    let tokenizer = Tokenizer::new(Sink::new(plain, trail), TokenizerOpts::default());
    let queue = BufferQueue::default();
    for part in Parts::of(html, plain) {
        let mut part = match part {
            Part::Text(text) => text,
            Part::Style(css) => {
                tokenizer.sink.sheet.borrow_mut().read(css);
                continue;
            }
        };
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
    open: RefCell<OpenElements>,
    sheet: RefCell<Sheet>,
    trail: Trail,
    /// Whether what follows is the mail that is answered.
    ended: Cell<bool>,
    /// Whether line breaks in the text mean something outside `pre`.
    plain: bool,
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
    fn new(plain: bool, trail: Trail) -> Self {
        Self {
            writer: RefCell::new(Writer::new(READ_CODE_POINTS)),
            depth: RefCell::default(),
            lists: RefCell::default(),
            anchor: RefCell::default(),
            open: RefCell::default(),
            sheet: RefCell::default(),
            trail,
            ended: Cell::new(false),
            plain,
        }
    }

    fn is_done(&self) -> bool {
        self.ended.get() || self.writer.borrow().is_full()
    }

    fn finish(&self) -> RichText {
        self.close_anchor();
        self.writer.take().finish()
    }

    fn text(&self, text: &str) {
        if self.ended.get() || self.open.borrow().hide_text() {
            return;
        }
        let depth = self.depth.borrow();
        let spacing = if depth.preformatted > 0 || self.plain { Spacing::Kept } else { Spacing::Collapsed };
        self.writer.borrow_mut().write(text, depth.style(), spacing);
    }

    fn start(&self, tag: &Tag) {
        let name = tag.name.as_ref();
        self.open.borrow_mut().end_before(name, is_block(name));
        if !self.open.borrow().are_hidden() && self.is_trail(tag) {
            self.open.borrow_mut().open(&tag.name, Hiding::Everything);
            return;
        }
        let hiding = match name {
            "head" | "svg" | "template" => Hiding::Everything,
            _ => hiding(tag, &self.sheet.borrow()),
        };
        let is_shown = hiding != Hiding::Everything && !self.open.borrow().are_hidden();
        if !tag.self_closing && !is_void(name) {
            self.open.borrow_mut().open(&tag.name, hiding);
        }
        if is_shown {
            self.show(tag, name);
        }
    }

    /// Whether the mail that is answered begins here, with what says who wrote it.
    fn is_trail(&self, tag: &Tag) -> bool {
        if self.trail == Trail::Kept {
            return false;
        }
        self.ended.set(self.ended.get() || trail::begins_at(tag));
        let is_marked = trail::is(tag);
        if !is_marked && &*tag.name != "blockquote" {
            return false;
        }
        let introduction = introduction(&self.writer.borrow().text());
        if let Some(at) = introduction {
            self.writer.borrow_mut().truncate(at);
        }
        is_marked || introduction.is_some()
    }

    fn show(&self, tag: &Tag, name: &str) {
        self.depth.borrow_mut().open(name);
        match name {
            "a" => self.open_anchor(tag),
            "img" => {
                if let Some(words) = words_of_picture(tag) {
                    self.text(&words);
                }
            }
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

    fn end_tag(&self, name: &str) {
        let was_hidden = self.open.borrow().are_hidden();
        self.open.borrow_mut().close(name);
        if was_hidden {
            return;
        }
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
                StartTag => self.start(&tag),
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
