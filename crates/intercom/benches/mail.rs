//! How fast a mail of 100 kB becomes what a card shows of it: reading its HTML, and both steps down to Discord's
//! markdown.
//!
//! `cargo bench -p deskbell-intercom`. Reading stops when enough words are kept, so a mail is fastest where its words
//! stand first and slowest where they stand behind styles.

use std::hint::black_box;

use deskbell_discord::text::text;
use deskbell_domain::card::text::{Piece, Text};
use deskbell_intercom::answers;
use divan::counter::BytesCount;

const SIZE: usize = 100_000;
const PARAGRAPH: &str = "<p>Hello <b>team</b>, see <a href=\"https://acme.io/orders?id=1042\">my order</a> &amp; the *note*.</p>\n";
const STYLE: &str =
    ".button-primary:hover td > a { color: #fff !important; padding: 12px 24px; mso-padding-alt: 0; }\n";
const NESTED: &str = "<table role=\"presentation\" width=\"100%\"><tr><td style=\"padding:0 24px\">";

/// The mails, by what they are full of.
const KINDS: [&str; 3] = ["words", "styles", "tables"];

fn main() {
    divan::main();
}

fn mail(kind: &str) -> String {
    let filled = |piece: &str| piece.repeat(SIZE / piece.len());
    match kind {
        "words" => format!("<html><body>{}</body></html>", filled(PARAGRAPH)),
        "styles" => {
            format!("<html><head><style>{}</style></head><body>{PARAGRAPH}</body></html>", filled(STYLE))
        }
        _ => format!("<html><body>{}{PARAGRAPH}</body></html>", filled(NESTED)),
    }
}

#[divan::bench(args = KINDS)]
fn read(bencher: divan::Bencher<'_, '_>, kind: &str) {
    let mail = mail(kind);
    bencher.counter(BytesCount::of_str(&mail)).bench(|| answers::rich_text(black_box(&mail)));
}

#[divan::bench(args = KINDS)]
fn to_markdown(bencher: divan::Bencher<'_, '_>, kind: &str) {
    let mail = mail(kind);
    bencher.counter(BytesCount::of_str(&mail)).bench(|| {
        let quote = Text::default().with(Piece::Quote(answers::rich_text(black_box(&mail)), 500));
        text(&quote, 1000)
    });
}
