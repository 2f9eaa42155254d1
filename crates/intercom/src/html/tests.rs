use proptest::prelude::*;

use super::*;

mod trail;

/// The text with its styles marked: **bold**, _italic_, `code`, <link>.
fn shown(html: &str) -> String {
    let mark = |span: &deskbell_domain::rich_text::Span| match span.style {
        Style::Plain => span.text.clone(),
        Style::Bold => format!("**{}**", span.text),
        Style::Italic => format!("_{}_", span.text),
        Style::Code => format!("`{}`", span.text),
        Style::Struck => format!("~~{}~~", span.text),
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
    a · b
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
        "Ada a@b.example click"
    );
    assert_eq!(
        shown(r#"<a href="https://example.com"><b>bold</b> words"#),
        "**bold** words <https://example.com/>"
    );
    assert_eq!(shown(r#"<a href="https://user:pw@example.com/">login</a>"#), "login");
}

#[test]
fn an_address_loses_what_may_be_a_token_and_an_endless_one_is_left_out() {
    let long = "x".repeat(400);
    assert_eq!(
        shown(&format!(r#"<a href="https://example.com/a?t={long}">a</a>"#)),
        "a <https://example.com/a?…>"
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
fn a_tag_with_thousands_of_attributes_costs_only_these() {
    let attributes: Vec<_> = (0..200_000).map(|n| format!(" a{n}")).collect();
    assert_eq!(shown(&format!("<p>Text<div{}>more", attributes.concat())), "Text\nmore");
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

#[test]
fn a_comment_of_any_length_costs_only_itself() {
    let settings = format!("<!--[if gte mso 9]><xml>{}</xml><![endif]-->", "<o:x>1</o:x>".repeat(20_000));
    assert_eq!(shown(&format!("<html><body>{settings}<p>The words</p></body></html>")), "The words");
}

#[test]
fn what_a_mail_hides_is_hidden() {
    let preview = format!(
        r#"<div style="display: none; font-size:1px">Preview{}</div>"#,
        "&#847;&zwnj;&nbsp;".repeat(120)
    );
    let pixel = r#"<img src="https://t.example/p" style="width:1px; height: 1px">"#;
    assert_eq!(shown(&format!("{preview}<p>Words</p>{pixel}")), "Words");
    for style in [
        "visibility:hidden",
        "font-size:0",
        "FONT-SIZE: 0px",
        "font:0/0 a",
        "mso-hide:all",
        "max-height:0;overflow:hidden",
        "max-height:0",
        "height:0;overflow:hidden",
        "max-width:0",
        "width:0",
        "opacity:0",
    ] {
        assert_eq!(shown(&format!(r#"<div style="{style}">a<div>b</div>c</div>d"#)), "d", "{style}");
    }
    assert_eq!(shown(r#"<p style="display:none">a<p>b<span hidden>c</span>d"#), "bd");
    assert_eq!(shown(r#"<p style="font-size:0.9em;opacity:0.5">small</p>"#), "small");
}

#[test]
fn what_a_style_sheet_hides_is_hidden() {
    let sheet = "<style>.preview, span.x { display: none !important } @media screen { p { } .shown { display: none } }</style>";
    assert_eq!(
        shown(&format!(r#"{sheet}<div class="a preview">a<p>b</p></div><p class="shown">c</p>"#)),
        "c"
    );
    assert_eq!(shown(&format!(r#"{sheet}<b class="x">a</b><span class="x">b</span>"#)), "**a**");
    assert_eq!(shown(&format!(r#"{sheet}<p class="preview" style="display:block">a</p>"#)), "a");
}

#[test]
fn a_pixel_is_no_picture_however_its_size_is_told() {
    for pixel in [
        r#"<img src="p" style="width:1px!important;height:1px!important">"#,
        r#"<img src="p" style="max-width:1px;max-height:1px">"#,
        r#"<img src="p" width="600" height="1">"#,
        r#"<img src="p" style="display:none">"#,
        r#"<img src="p" style="opacity:0">"#,
    ] {
        assert_eq!(shown(&format!("a{pixel}b")), "ab", "{pixel}");
    }
    for picture in [
        r#"<img src="p" style="width:100px;height:1em">"#,
        r#"<img src="p" width="600" height="1" style="height:auto">"#,
        r#"<img src="p" style="width:0;min-width:100%">"#,
    ] {
        assert_eq!(shown(&format!("a{picture}b")), "a[image]b", "{picture}");
    }
}

#[test]
fn a_picture_says_its_words() {
    assert_eq!(shown(r#"It works <img data-emoji="🎉" alt="tada" src="x">"#), "It works 🎉");
    assert_eq!(shown(r#"<img alt="👩‍💻" src="x"> hi"#), "👩‍💻 hi");
    assert_eq!(shown(r#"<img alt="Invoice 17" src="x">"#), "[Invoice 17]");
    assert_eq!(shown(r#"a<img alt="" src="ornament.png">b<img src="x">"#), "ab[image]");
}

#[test]
fn lists_keep_their_numbers_and_what_is_struck_through_is() {
    let html = r#"<ol start="3"><li>c<li>d<ol><li>one</ol></ol><ol><li>a</li><li value="7">g</li></ol>
        <ul><li>x<ul><li>y</ul></ul><s>old</s> <del>older</del>"#;
    insta::assert_snapshot!(shown(html), @r"
    3. c
    4. d
    4.1. one
    1. a
    7. g
    • x
    ◦ y
    ~~old older~~
    ");
}

#[test]
fn a_table_keeps_its_cells_apart() {
    let html = "<table><tr><th>Item</th><th>Price</th></tr><tr><td>Desk</td><td></td><td>40</td></tr></table>\
        <table><tr><td><table><tr><td>Layout</td></tr></table></td></tr></table>";
    insta::assert_snapshot!(shown(html), @r"
    **Item** · **Price**
    Desk · 40
    Layout
    ");
}

#[test]
fn mail_and_phone_links_say_where_they_lead() {
    assert_eq!(shown(r#"<a href="mailto:a@b.example?subject=Hi">write us</a>"#), "write us a@b.example");
    assert_eq!(shown(r#"<a href="mailto:A@b.example">a@b.example</a>"#), "A@b.example");
    assert_eq!(shown(r#"<a href="tel:+49301234567">+49 30 1234567</a>"#), "+49301234567");
    assert_eq!(shown(r#"<a href="tel:112">call</a>"#), "call 112");
}

#[test]
fn an_address_in_a_text_is_cut_however_it_is_marked_up() {
    let across = read("<p>(https://a.test/reset?<b>token=s3</b>cret) x").to_plain();
    assert_eq!(across, "(https://a.test/reset?…) x");
    assert_eq!(shown(r#"<a href="HTTPS://a.test/r?t=s3">HTTPS://a.test/r?t=s3</a>"#), "<https://a.test/r?…>");
}

#[test]
fn a_mail_of_tables_without_sizes_shows_the_words_that_have_one() {
    let cell = r#"<table><tr><td style="font-size:0px;padding:0"><div style="font-size:16px">Hello</div> spacer</td></tr></table>"#;
    assert_eq!(shown(&format!(r#"<div style="font-size:0">{cell}{cell}</div>end"#)), "Hello\nHello\nend");
}

#[test]
fn what_is_hidden_and_never_closed_hides_no_more_than_its_parent() {
    assert_eq!(shown("<table><tr><td hidden>a<td>b</tr></table>c"), "b\nc");
    assert_eq!(shown("<ul><li hidden>a<li>b</ul>c"), "• b\nc");
    assert_eq!(shown("<div><span hidden>a</div>b"), "b");
    assert_eq!(shown("<html><head><meta><p>Text"), "Text");
}

#[test]
fn signs_of_a_plain_text_stay() {
    for text in
        ["See <https://a.test/x> please", "Dear <Name>,\nhello", "a<b and c>d", "x <!-- y\nz", "1 <2> 3"]
    {
        assert_eq!(shown(text), text);
    }
}

#[test]
fn what_is_cut_takes_no_room() {
    let tracked =
        format!(r#"<a href="https://t.test/c?{}">here</a><p>{}</p>"#, "x".repeat(900), "word ".repeat(80));
    assert!(shown(&tracked).starts_with("here <https://t.test/c?…>\nword word"));
    let typed = format!("https://t.test/c?{} {}", "x".repeat(900), "word ".repeat(80));
    assert!(shown(&typed).starts_with("https://t.test/c?… word word"));
    let below = format!("On 23.11. Ada wrote:\n{}\nBelow", "> a long line of the quoted mail\n".repeat(30));
    assert_eq!(shown(&below), "Below");
}

#[test]
fn lists_deeper_than_are_told_apart_keep_the_outer_numbers() {
    let html = format!("<ol><li>a{}x{}<li>b</ol>", "<ul><li>".repeat(12), "</ul>".repeat(12));
    assert!(shown(&html).starts_with("1. a\n") && shown(&html).ends_with("2. b"));
}
