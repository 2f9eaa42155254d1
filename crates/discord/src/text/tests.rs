use deskbell_domain::card::text::{Piece, WhenStyle};
use deskbell_domain::rich_text::{RichText, Span, Style};
use deskbell_domain::time::Timestamp;
use proptest::prelude::*;

use super::*;
use crate::escape::ELLIPSIS;

fn of(pieces: impl IntoIterator<Item = Piece>) -> Text {
    Text(pieces.into_iter().collect())
}

fn span(text: &str, style: Style) -> Span {
    Span { text: text.to_owned(), style }
}

#[test]
fn what_is_ours_stays_and_what_is_from_outside_is_escaped() {
    let line = Text::ours("**Name** ").and_theirs("_Ada_ <@1> [x](https://evil.io)");
    assert_eq!(text(&line, 200), r"**Name** \_Ada\_ \<@1> \[x\]\(https://evil.io\)");
}

#[test]
fn a_text_that_begins_a_line_begins_no_heading_list_or_quote() {
    assert_eq!(text(&Text::theirs("# big"), 50), r"\# big");
    assert_eq!(text(&Text::ours("a\n").and_theirs("-# small"), 50), "a\n\\-# small");
    assert_eq!(text(&Text::ours("> ").and_theirs("> twice"), 50), r"> \> twice");
    assert_eq!(text(&Text::ours("a ").and_theirs("- b"), 50), "a - b");
}

#[test]
fn an_address_that_passes_a_strict_pattern_can_be_tapped() {
    assert_eq!(text(&of([Piece::Email("ada@acme.io".to_owned())]), 50), "<ada@acme.io>");
    assert_eq!(text(&of([Piece::Phone("+49 (30) 123-4567".to_owned())]), 50), "<+49301234567>");
}

#[test]
fn an_address_out_of_the_ordinary_stands_as_code() {
    assert_eq!(text(&of([Piece::Email("\"a b\"@acme.io>`<@1>".to_owned())]), 50), "`\"a b\"@acme.io>'<@1>`");
    assert_eq!(text(&of([Piece::Phone("030 1234567".to_owned())]), 50), "`030 1234567`");
    assert_eq!(text(&of([Piece::Phone("+49 30 call me".to_owned())]), 50), "`+49 30 call me`");
}

#[test]
fn a_label_from_outside_leads_only_where_we_say() {
    let link =
        |label: &str| Piece::Link { label: label.to_owned(), url: "https://app.intercom.com/a".to_owned() };
    assert_eq!(
        text(&of([link("Ada](https://evil.io)")]), 90),
        "[Ada\\]\\(https:\u{2060}//evil.io\\)](https://app.intercom.com/a)"
    );
    assert_eq!(text(&of([link("Ada Lovelace")]), 34), "[Ada…](https://app.intercom.com/a)");
    assert_eq!(text(&of([link("Ada Lovelace")]), 8), "Ada Lov…");
}

#[test]
fn a_web_address_from_outside_stands_as_itself_without_its_query() {
    let address = |url: &str| text(&of([Piece::Address(url.to_owned())]), 200);
    assert_eq!(address("https://acme.io/a_(b)*.png?token=1#x"), "https://acme.io/a_%28b%29%2A.png?…");
    assert_eq!(address("javascript:alert(1)"), "`javascript:alert(1)`");
}

#[test]
fn bold_of_ours_is_closed_where_the_text_in_it_is_cut() {
    let line = Text::ours("**").and_theirs("Ada Lovelace").and("** and more");
    assert_eq!(text(&line, 11), "**Ada Lo…**");
}

#[test]
fn a_cut_never_stands_inside_an_escape() {
    let stars = Text::theirs("*****");
    assert_eq!(text(&stars, 6), r"\*\*…");
    assert_eq!(text(&stars, 10), r"\*\*\*\*\*");
}

#[test]
fn a_quote_keeps_its_styles_on_each_line_and_is_cut_at_a_word() {
    let rich = RichText(vec![
        span("Hi *there*, ", Style::Plain),
        span("really bold\nand still", Style::Bold),
        span("code`s", Style::Code),
        span("\n\n\n- no list > no quote", Style::Plain),
    ]);
    let whole = "> Hi \\*there\\*, **really bold**\n> **and still**`code's`\n> \n> \\- no list > no quote";
    assert_eq!(text(&of([Piece::Quote(rich.clone(), 500)]), 500), whole);
    assert_eq!(text(&of([Piece::Quote(rich.clone(), 30)]), 500), "> Hi \\*there\\*, **really…**");
    assert_eq!(
        text(&of([Piece::Quote(rich, 62)]), 500),
        "> Hi \\*there\\*, **really bold**\n> **and still**`code's`…"
    );
}

#[test]
fn a_web_address_within_a_text_stays_one_and_loses_its_query() {
    let rich = RichText::plain("see https://acme.io/my_order?token=secret, (or not_this)");
    assert_eq!(
        text(&of([Piece::Quote(rich, 100)]), 100),
        r"> see https://acme.io/my_order?…, \(or not\_this\)"
    );
}

#[test]
fn styles_that_meet_are_kept_apart() {
    let rich = RichText(vec![span("a", Style::Bold), span("b", Style::Italic)]);
    assert_eq!(text(&of([Piece::Quote(rich, 100)]), 100), "> **a**\u{2060}*b*");
}

#[test]
fn what_follows_a_quote_is_still_shown_where_the_quote_is_cut() {
    let rich = RichText::plain("word ".repeat(200));
    let shown = text(&of([Piece::Quote(rich, 30), Piece::Ours("\n📎 a.pdf".to_owned())]), 700);
    assert_eq!(shown, "> word word word word word…\n📎 a.pdf");
}

#[test]
fn a_long_reply_of_ours_is_cut_at_the_end_of_a_line() {
    assert_eq!(text(&Text::ours("one\ntwo\nthree\n"), 10), "one\ntwo\n…");
}

pub(crate) fn nasty() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => prop::sample::select(vec![
            "@everyone", "@here", "<@1>", "<#2>", "<@&3>", "</x:4>", "<t:5:R>", "<:a:6>", "<id:guide>", "[a](https://evil.io)",
            "](", "**", "`", "```", "\\", "||", "~~", "# ", "> ", "- ", "+ ", "-# ", "\n", "\r\n", "\u{202e}", "\u{200b}", "@\u{200b}here",
            "https://evil.io/(a)_b", "👩‍👩‍👧", "…", "x@y.zz", "+49 30 1234567", " ", "\t", "<", ">", "*", "_",
        ]).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
        1 => "[a-z]{1,12} ",
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

/// A piece that says in a failed test what it is; outside tests a piece is never printed.
struct Printed(Piece);

impl std::fmt::Debug for Printed {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&text(&of([self.0.clone()]), 1_000))
    }
}

fn piece() -> impl Strategy<Value = Printed> {
    let url = "https://app.intercom.com/a/apps/acme/users/1";
    let style = || {
        prop::sample::select(vec![
            Style::Plain,
            Style::Bold,
            Style::Italic,
            Style::Struck,
            Style::Code,
            Style::Link,
        ])
    };
    let spans = prop::collection::vec((nasty(), style()), 0..5);
    prop_oneof![
        prop::sample::select(vec!["**Id** ", " · ", "\n", "plain "])
            .prop_map(|ours| Printed(Piece::Ours(ours.to_owned()))),
        nasty().prop_map(|text| Printed(Piece::Theirs(text))),
        nasty().prop_map(|text| Printed(Piece::Bold(text))),
        nasty().prop_map(|text| Printed(Piece::Code(text))),
        nasty().prop_map(|text| Printed(Piece::Email(text))),
        nasty().prop_map(|text| Printed(Piece::Phone(text))),
        nasty().prop_map(|text| Printed(Piece::Address(text))),
        nasty().prop_map(move |label| Printed(Piece::Link { label, url: url.to_owned() })),
        any::<i32>().prop_map(|at| Printed(Piece::When(Timestamp(at.into()), WhenStyle::Relative))),
        (spans, 0..600_usize).prop_map(|(spans, most)| {
            let spans = spans.into_iter().map(|(text, style)| Span { text, style });
            Printed(Piece::Quote(RichText(spans.collect()), most))
        }),
    ]
}

proptest! {
    #[test]
    fn whatever_stands_in_it_a_text_keeps_to_its_length_and_does_no_harm(
        pieces in prop::collection::vec(piece(), 0..8),
        most in 0..800_usize,
    ) {
        let shown = text(&of(pieces.into_iter().map(|piece| piece.0)), most);
        prop_assert!(code_points(&shown) <= most, "{} > {most}", code_points(&shown));
        prop_assert_eq!(scan::harm(&shown), None, "in {:?}", shown);
    }

    #[test]
    fn what_fits_is_not_cut(line in "[a-z *_]{0,80}") {
        let shown = text(&Text::theirs(line.clone()), 400);
        prop_assert!(!shown.contains(ELLIPSIS));
    }
}
