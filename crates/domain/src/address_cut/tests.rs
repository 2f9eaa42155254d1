use proptest::prelude::*;

use super::*;

const SOUP: &str = "(https://|www\\.|[a-c:/.?#@()=&\"|\\\\{}', 中é，”…😀]){0,30}";

#[test]
fn what_may_be_a_token_is_cut_wherever_the_address_stands() {
    for (text, cut) in [
        ("https://a.test/reset?token=s3", "https://a.test/reset?…"),
        ("(https://a.test/reset?token=s3)", "(https://a.test/reset?…)"),
        ("HTTPS://A.test/?t=s3 now", "HTTPS://A.test/?… now"),
        ("x,https://a.test?t=s3, y", "x,https://a.test?…, y"),
        ("see https://a.test/b#t=s3.", "see https://a.test/b#…."),
        ("\"https://a.test/b?t=s3&u=https://b.test?v=s3\"", "\"https://a.test/b?…\""),
        ("www.a.test/b?t=s3", "www.a.test/b?…"),
        ("a.test/b?t=s3", "a.test/b?…"),
        ("ftp://a.test/b?t=s3", "ftp://a.test/b?…"),
        ("a.test?t=s3", "a.test?…"),
        ("What?https://a.test/r#s3", "What?https://a.test/r#…"),
        ("Why?https://ada:s3@a.test/b", "Why?https://…@a.test/b"),
        ("localhost:8080/r?t=s3", "localhost:8080/r?…"),
        ("https://t.test/L0/https:%2F%2Fa.test%2Fr%3Ft=s3/1", "https://t.test/L0/https:%2F%2Fa.test%2Fr…"),
        ("https://ada:s3@a.test/b", "https://…@a.test/b"),
        ("[https://a.test/?t=s3](https://b.test/?t=s3)", "[https://a.test/?…)"),
        ("https://a.test/?t=(s3)x)", "https://a.test/?…)"),
    ] {
        assert_eq!(cut_addresses(text), cut, "{text}");
    }
}

#[test]
fn what_is_no_token_stays() {
    for text in [
        "Did you see https://a.test/b?",
        "100%? 50%25 off at https://a.test/50%25",
        "Really?Yes",
        "Really (https://a.test/b?)?!",
        "What? #1 & more",
        "ada@a.test",
        "https://a.test/b/c",
        "C# or F#?",
        "either/or? 3/4#12",
    ] {
        assert_eq!(cut_addresses(text), text);
    }
}

#[test]
fn words_that_follow_an_address_without_a_blank_stay() {
    for (text, cut) in [
        ("我打不开https://shop.test/o?id=5，请帮我退款", "我打不开https://shop.test/o?…，请帮我退款"),
        ("请看https://shop.test/o?id=5请帮我退款", "请看https://shop.test/o?…请帮我退款"),
        (
            "注文https://shop.test/o?id=5が届きません。返金してください",
            "注文https://shop.test/o?…が届きません。返金してください",
        ),
        ("(https://shop.test/o?id=5)를 열 수 없어요", "(https://shop.test/o?…)를 열 수 없어요"),
        ("「https://shop.test/o?id=5」を見て", "「https://shop.test/o?…」を見て"),
        ("เปิดhttps://shop.test/o?id=5ไม่ได้", "เปิดhttps://shop.test/o?…ไม่ได้"),
        ("https://a.test/?t=s3，https://b.test/?u=s3，谢谢", "https://a.test/?…，https://b.test/?…，谢谢"),
        ("https://a.test/?t=s3🙏 danke", "https://a.test/?…🙏 danke"),
        ("https://a.test/x，可以吗?谢谢", "https://a.test/x，可以吗?谢谢"),
        ("https://a.test/?t=s3，可以吗?谢谢", "https://a.test/?…，可以吗?谢谢"),
        ("https://a.test/?t=s3，b.test/r?s3", "https://a.test/?…，b.test/r?…"),
        ("https://a.test/x?请问怎么办", "https://a.test/x?请问怎么办"),
        ("https://a.test，请联系ada@b.test", "https://a.test，请联系ada@b.test"),
        ("https://a.test请联系ada@b.test", "https://a.test请联系ada@b.test"),
    ] {
        assert_eq!(cut_addresses(text), cut, "{text}");
    }
}

#[test]
fn an_address_in_json_or_in_quotes_costs_nothing_else() {
    for (text, cut) in [
        (r#"{"a":"https://x/?t=1","plan":"pro"}"#, r#"{"a":"https://x/?…","plan":"pro"}"#),
        (r#"{"a":"https://x/?t=1","note":"a=b&c"}"#, r#"{"a":"https://x/?…","note":"a=b&c"}"#),
        (r#"{\"a\":\"https://x/?t=1\",\"plan\":\"pro\"}"#, r#"{\"a\":\"https://x/?…\",\"plan\":\"pro\"}"#),
        (r#"{"a":"https://x","mail":"ada@a.test"}"#, r#"{"a":"https://x","mail":"ada@a.test"}"#),
        (r#"{"a":"https://x/y","b":"why?so"}"#, r#"{"a":"https://x/y","b":"why?so"}"#),
        (r#"{"a":"https://x/y?","b":"c"}"#, r#"{"a":"https://x/y?","b":"c"}"#),
        (r#"["https://x/?t=1","https://y/?u=2"]"#, r#"["https://x/?…","https://y/?…"]"#),
        ("<https://x/?t=1>text", "<https://x/?…>text"),
        ("„https://x/?t=1“, danke", "„https://x/?…“, danke"),
        ("`https://x/?t=1` text", "`https://x/?…` text"),
    ] {
        assert_eq!(cut_addresses(text), cut, "{text}");
    }
}

#[test]
fn nothing_of_a_query_survives_whatever_it_is_written_with() {
    for query in [
        "q=退款&token=s3",
        "q=iPhone手机&token=s3",
        "退款=s3",
        "q=退款s3",
        "next=/退款/s3",
        "q=手机，电脑&token=s3",
        "q=größe&token=s3",
        "user=jürgen.s3",
        "q=кофе&t=s3",
        "t=ключ-s3",
        "q=jose\u{301}&t=s3",
        "q=%E9%80%80&t=s3",
        "token=1|s3",
        "f=a|b&t=s3",
        "f={\"a\":1}&t=s3",
        "f={a}|{b}&t=s3",
        "{\"t\":\"s3\"}",
        "q=\"手机\"&t=s3",
        "q=a<b&t=s3",
        "name=O'Brien&t=s3",
        "t=a手机.s3",
        "q=手机，https://b.test/p&t=s3",
        "a=b\\s3",
        "q=😀&t=s3",
        "q=日本#access_token=s3",
        "q=ＡＢ&t=s3",
        "t=1|eyJ.s3.x",
    ] {
        for before in ["https://a.test/r?", "a.test/退款?", "https://例え.test/日本/?", "https://a.test/r#"]
        {
            let cut = cut_addresses(&format!("x {before}{query} y")).into_owned();
            assert!(!cut.contains("s3") && cut.ends_with(" y"), "{before}{query}: {cut}");
        }
    }
}

#[test]
fn a_text_of_any_length_is_cut_in_one_go() {
    let much = 300_000;
    for text in ["?a", "www.", "https://a.test/?a中", "https://a.test/?a，", "a.b/?", "https://x\"", "中|b"]
    {
        let text = text.repeat(much / text.len());
        assert!(cut_addresses(&text).len() <= 2 * text.len());
        let begun = format!("?{text}");
        assert!(cut_addresses(&begun).len() <= 2 * begun.len());
    }
}

fn begins_with_address(text: &str) -> bool {
    let name = text.trim_start_matches(|c: char| c.is_ascii_alphanumeric());
    name.starts_with("://") || text.starts_with("www.")
}

proptest! {
    #[test]
    fn pieces_are_cut_as_the_whole_is(text in SOUP, at in 0_usize..40) {
        let (one, two) = text.split_at(text.floor_char_boundary(at.min(text.len())));
        let mut cutter = Cutter::default();
        let pieces = [cutter.read(one), cutter.read(two), cutter.end()].concat();
        prop_assert_eq!(pieces, cut_addresses(&text).into_owned());
    }

    #[test]
    fn cutting_twice_changes_nothing(text in SOUP) {
        let once = cut_addresses(&text).into_owned();
        prop_assert_eq!(cut_addresses(&once).into_owned(), once);
    }

    #[test]
    fn no_address_keeps_a_query(text in SOUP) {
        let cut = cut_addresses(&text).into_owned();
        for word in cut.split_whitespace() {
            let Some((_, address)) = word.split_once("://") else { continue };
            let address = address.split(['"', '，', '”']).next().unwrap_or_default();
            let query = address.split_once('?').map_or("", |(_, query)| query);
            // Another address may follow a question.
            let is_shown = query.starts_with(|c: char| c.is_ascii_alphanumeric()) && !begins_with_address(query);
            prop_assert!(!is_shown, "{}", cut);
        }
    }
}
