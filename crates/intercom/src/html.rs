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
mod sink;
mod style;
mod trail;
mod visibility;
mod writer;

use deskbell_domain::rich_text::{KEPT_CODE_POINTS, RichText, Span, Style};
use html5ever::{
    TokenizerResult,
    tendril::StrTendril,
    tokenizer::{BufferQueue, Tokenizer, TokenizerOpts},
};

use deskbell_domain::address_cut::Cutter;

use self::markup::{Part, Parts, has_tags};
use self::sink::{Reading, Sink};
use self::trail::{Trail, without_trail};

/// How much is fed to the tokenizer before looking whether enough was kept.
const STEP: usize = 4 << 10;
/// How much is read: addresses that are cut and mails that are quoted take no room of what is kept.
const READ_CODE_POINTS: usize = 4 * KEPT_CODE_POINTS;

/// Reads HTML, or plain text.
pub(crate) fn read(html: &str) -> RichText {
    kept(answer(html).unwrap_or_else(|| read_with(html, Trail::Kept).text))
}

/// Reads a mail of which the subject is known: whoever passes a mail on wants it to be read.
pub(crate) fn read_mail(html: &str, subject: Option<&str>) -> RichText {
    if subject.is_some_and(trail::is_forwarded) {
        return kept(read_with(html, Trail::Kept).text);
    }
    read(html)
}

/// What somebody wrote above, below or between what they quote; none where the quote is what is to be read.
fn answer(html: &str) -> Option<RichText> {
    let Reading { text, marked } = read_with(html, Trail::Cut);
    let own = match (without_trail(&text), marked) {
        (None, None) => return Some(text),
        (own, _) => own.unwrap_or(text),
    };
    if own.is_blank() {
        return None;
    }
    let whole = read_with(html, Trail::Kept);
    (!trail::is_passed_on(&own, &whole.text, whole.marked)).then_some(own)
}

fn kept(text: RichText) -> RichText {
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

fn read_with(html: &str, trail: Trail) -> Reading {
    let plain = !has_tags(html);
    let tokenizer = Tokenizer::new(Sink::new(plain, trail, READ_CODE_POINTS), TokenizerOpts::default());
    let queue = BufferQueue::default();
    for part in Parts::of(html, plain) {
        let mut part = match part {
            Part::Text(text) => text,
            Part::Style(css) => {
                tokenizer.sink.style(css);
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

#[cfg(test)]
mod tests;
