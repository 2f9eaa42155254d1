use proptest::prelude::*;

use super::*;

/// The text with its styles marked: **bold**, _italic_, `code`, <link>.
fn shown(html: &str) -> String {
    let mark = |span: &deskbell_domain::rich_text::Span| match span.style {
        Style::Plain => span.text.clone(),
        Style::Bold => format!("**{}**", span.text),
        Style::Italic => format!("_{}_", span.text),
        Style::Code => format!("`{}`", span.text),
        Style::Link => format!("<{}>", span.text),
    };
    read(html).0.iter().map(mark).collect()
}

#[test]
fn paragraphs_and_breaks_are_lines() {
    let html =
        "<p class=\"no-margin\">One</p>\n  <p>Two<br>Three</p><p><br></p><div>Four<div>Five</div></div>";
    insta::assert_snapshot!(shown(html), @r"
    One
    Two
    Three

    Four
    Five
    ");
}

#[test]
fn white_space_is_one_space_and_entities_are_characters() {
    insta::assert_snapshot!(shown("<p>  a\n\t b&nbsp;&nbsp;c &lt;d&gt; &amp;amp; &eacute;&#128512; </p>"), @"a b c <d> &amp; é😀");
}

#[test]
fn styles_survive_and_unclosed_ones_do_no_harm() {
    let html = "<h2>Title</h2>a <b>bold</b> <em>it</em> <code>x&lt;y</code></b></i> c <strong>to the end";
    insta::assert_snapshot!(shown(html), @r"
    **Title**
    a **bold** _it_ `x<y` c **to the end**
    ");
}

#[test]
fn lists_have_bullets_and_tables_have_rows() {
    let html = "List:<ul><li>One</li><li><p>Two</p></li></ul><table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>end";
    insta::assert_snapshot!(shown(html), @r"
    List:
    • One
    • Two
    a b
    c
    end
    ");
}

#[test]
fn code_keeps_its_lines() {
    insta::assert_snapshot!(shown("<pre><code>if a {\n    b\n}\n</code></pre>after"), @r"
    `if a {
        b
    }`
    after
    ");
}

#[test]
fn a_link_never_hides_where_it_leads() {
    let shown = |html: &str| shown(html);
    assert_eq!(
        shown(r#"<a href="https://evil.example/x">bank.example</a>."#),
        "bank.example <https://evil.example/x>."
    );
    assert_eq!(
        shown(r#"See <a href="https://example.com/">https://example.com</a> now"#),
        "See <https://example.com/> now"
    );
    assert_eq!(
        shown(r#"<a href="https://www.example.com/a">example.com/a</a>"#),
        "<https://www.example.com/a>"
    );
    assert_eq!(
        shown(r#"<a href="mailto:a@b.example">Ada</a> <a href="javascript:x()">click</a>"#),
        "Ada click"
    );
    assert_eq!(
        shown(r#"<a href="https://example.com"><b>bold</b> words"#),
        "**bold** words <https://example.com/>"
    );
    assert_eq!(shown(r#"<a href="https://user:pw@example.com/">login</a>"#), "login");
}

#[test]
fn an_endless_address_loses_its_query_or_is_left_out() {
    let long = "x".repeat(400);
    assert_eq!(
        shown(&format!(r#"<a href="https://example.com/a?t={long}">a</a>"#)),
        "a <https://example.com/a>"
    );
    assert_eq!(shown(&format!(r#"<a href="https://example.com/{long}">a</a>"#)), "a");
}

#[test]
fn pictures_are_named_and_counting_pixels_are_not() {
    let html =
        r#"<p>a<img src="https://x.example/a.png"></p><img width="1" height="1" src="https://t.example/p">"#;
    assert_eq!(shown(html), "a[image]");
}

#[test]
fn scripts_styles_heads_and_comments_are_dropped() {
    let html = "<html><head><title>T</title><style>p{}</style><meta></head><body><!-- c --><script>if (a<b) {}</script>\
        <style>.x{content:'</p>'}</style><p>Text</p><![CDATA[x]]></body></html>";
    assert_eq!(shown(html), "Text");
    assert_eq!(shown("<head><meta><body>Text"), "Text");
    assert_eq!(shown("<style>never closed <p>x"), "");
}

#[test]
fn plain_text_keeps_its_lines_and_its_signs() {
    insta::assert_snapshot!(shown("Hi,\r\n1 < 2 & 3 > 2\n\n\n\nBye"), @r"
    Hi,
    1 < 2 & 3 > 2

    Bye
    ");
    assert_eq!(shown("From Ada <ada@example.com> today"), "From Ada <ada@example.com> today");
}

#[test]
fn reading_stops_at_the_last_code_point_that_is_kept() {
    let text = read(&"<p>é <b>ü</b></p>".repeat(10_000)).to_plain();
    assert!((KEPT_CODE_POINTS - 2..=KEPT_CODE_POINTS).contains(&text.chars().count()));
}

#[test]
fn filling_characters_of_mails_take_no_room() {
    let filler = "&zwnj;&nbsp;&#847;&shy;&#8203;\u{feff}".repeat(300);
    let text = read(&format!("<div>{filler}</div><p>Hello</p>")).to_plain();
    assert!(text.ends_with("Hello"), "{text:?}");
}

#[test]
fn a_tag_with_thousands_of_attributes_ends_the_reading_in_time() {
    let attributes: Vec<_> = (0..200_000).map(|n| format!(" a{n}")).collect();
    assert_eq!(shown(&format!("<p>Text<div{}>more", attributes.concat())), "Text");
}

proptest! {
    #[test]
    fn no_text_panics_or_exceeds_the_limit(text in any::<String>()) {
        prop_assert!(read(&text).to_plain().chars().count() <= KEPT_CODE_POINTS);
    }

    #[test]
    fn no_soup_of_tags_panics_or_exceeds_the_limit(
        pieces in prop::collection::vec(
            prop::sample::select(vec![
                "<p>", "</p>", "<b>", "</b>", "<a href=\"https://example.com\">", "</a>", "<pre>", "</pre>", "<li>",
                "<br>", "<td>", "</td>", "<img>", "<script>", "</script>", "<style>", "</style>", "<head>", "<body>",
                "<!--", "-->", "&amp;", "&#x1F600;", "&", "<", " ", "\n", "é", "word", "<title>", "</title>", "\0",
            ]),
            0..200,
        )
    ) {
        let text = read(&pieces.concat());
        prop_assert!(text.to_plain().chars().count() <= KEPT_CODE_POINTS);
        prop_assert!(text.0.iter().all(|span| !span.text.is_empty()));
        prop_assert!(!text.to_plain().starts_with([' ', '\n']));
    }

    #[test]
    fn words_survive_whatever_stands_around_them(words in prop::collection::vec("[a-zé]{1,8}", 1..20)) {
        let html = words.iter().map(|word| format!("<p>{word}</p>")).collect::<Vec<_>>().concat();
        prop_assert_eq!(read(&html).to_plain(), words.join("\n"));
    }
}

#[test]
fn what_follows_a_link_does_not_become_part_of_it() {
    let link = r#"<a href="https://acme.io/a">here</a>"#;
    assert_eq!(shown(&format!("Go {link}and there")), "Go here <https://acme.io/a> and there");
    assert_eq!(shown(&format!("Go {link}.")), "Go here <https://acme.io/a>.");
}
