//! What becomes of the tokens of a text: words with their style go to the writer, tags say what is around them.

use std::cell::{Cell, RefCell};

use deskbell_domain::rich_text::{RichText, Style};
use html5ever::tokenizer::{
    CharacterTokens, EndTag, StartTag, Tag, TagToken, Token, TokenSink, TokenSinkResult,
};

use super::element::{Hiding, attribute, hiding, is_block, is_void, link, words_of_picture};
use super::list::Lists;
use super::sheet::Sheet;
use super::trail::{self, Trail, introduction};
use super::visibility::OpenElements;
use super::writer::{Spacing, TextPlace, Writer};
use deskbell_domain::address_cut::cut_addresses;

/// What was read.
pub(super) struct Reading {
    pub(super) text: RichText,
    /// Behind how many bytes the first quote began that is marked as one.
    pub(super) marked: Option<usize>,
}

/// What is going on around the text that comes next.
pub(super) struct Sink {
    writer: RefCell<Writer>,
    depth: RefCell<Depth>,
    lists: RefCell<Lists>,
    anchor: RefCell<Option<Anchor>>,
    open: RefCell<OpenElements>,
    sheet: RefCell<Sheet>,
    trail: Trail,
    /// Behind how many bytes the first quote began that is marked as one.
    marked: Cell<Option<usize>>,
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
    start: TextPlace,
}

impl Sink {
    /// Takes at most so many code points.
    pub(super) fn new(plain: bool, trail: Trail, most: usize) -> Self {
        Self {
            writer: RefCell::new(Writer::new(most)),
            depth: RefCell::default(),
            lists: RefCell::default(),
            anchor: RefCell::default(),
            open: RefCell::default(),
            sheet: RefCell::default(),
            trail,
            marked: Cell::new(None),
            ended: Cell::new(false),
            plain,
        }
    }

    pub(super) fn is_done(&self) -> bool {
        self.ended.get() || self.writer.borrow().is_full()
    }

    pub(super) fn finish(&self) -> Reading {
        self.close_anchor();
        Reading { text: self.writer.take().finish(), marked: self.marked.get() }
    }

    /// Reads a style sheet.
    pub(super) fn style(&self, css: &str) {
        self.sheet.borrow_mut().read(css);
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
        if self.trail == Trail::Cut && trail::is_quote(tag) {
            self.open.borrow_mut().let_answers_follow();
        }
        if !self.open.borrow().are_hidden() && self.is_trail(tag) {
            self.writer.borrow_mut().new_line();
            self.open.borrow_mut().open(&tag.name, hiding_of_trail(tag));
            return;
        }
        let hiding = match name {
            "head" | "svg" | "template" => Hiding::Everything,
            _ if self.trail == Trail::Cut && trail::may_hold_answers(tag) => Hiding::Quotation,
            _ => hiding(tag, &self.sheet.borrow()),
        };
        let is_shown =
            !matches!(hiding, Hiding::Everything | Hiding::Quotation) && !self.open.borrow().are_hidden();
        if !tag.self_closing && !is_void(name) {
            self.open.borrow_mut().open(&tag.name, hiding);
        }
        if is_shown {
            self.show(tag, name);
        }
    }

    /// Whether the mail that is answered begins here, with what says who wrote it.
    fn is_trail(&self, tag: &Tag) -> bool {
        let begins = trail::begins_at(tag);
        let is_marked = trail::is(tag);
        if (begins || is_marked) && self.marked.get().is_none() {
            self.marked.set(Some(self.writer.borrow().bytes()));
        }
        if self.trail == Trail::Kept {
            return false;
        }
        self.ended.set(self.ended.get() || begins);
        if !is_marked && &*tag.name != "blockquote" {
            return false;
        }
        let introduction = introduction(&self.writer.borrow().text());
        if let Some(at) = introduction {
            self.writer.borrow_mut().truncate(at);
            self.marked.set(self.marked.get().or(Some(at)));
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

/// The mail that is answered is hidden; in some of the elements that hold it answers may follow.
fn hiding_of_trail(tag: &Tag) -> Hiding {
    if trail::may_hold_answers(tag) { Hiding::Quotation } else { Hiding::Everything }
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
